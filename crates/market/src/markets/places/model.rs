//! A place where orders are collected.
use crate::kernel::{ids::PlaceId, line};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub id: PlaceId,
    pub name: String,
    pub address: String,
    /// How to get in: steps, parking, the door to use.
    pub access: Option<String>,
    /// A map's page; `https` only.
    pub map_url: Option<String>,
    pub version: i64,
}

/// The longest texts of a place.
pub const NAME: usize = 80;
pub const ADDRESS: usize = 160;
pub const ACCESS: usize = 200;
const URL: usize = 500;

/// An address of the web that is safe to link to: `https`, a host, no spaces, no user in front of the host.
pub fn https(typed: &str) -> Option<String> {
    let url = line::line(typed, URL).ok()?;
    let rest = url.strip_prefix("https://")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    let good = host.contains('.')
        && host.chars().all(plain)
        && !url.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\\'));
    good.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_s_address_is_https_and_names_a_host() {
        for good in [
            "https://www.openstreetmap.org/?mlat=51.6#map=17/51.6/-2.5",
            " https://maps.example.org:8443/x ",
        ] {
            assert_eq!(https(good).as_deref(), Some(good.trim()));
        }
        for bad in [
            "",
            "http://www.openstreetmap.org/",
            "javascript:alert(1)",
            "https://",
            "https://localhost/x",
            "https://a.example.org@evil.example/",
            "https://a b.example.org/",
            "https://a.example.org/\"onclick",
            "data:text/html,x",
        ] {
            assert_eq!(https(bad), None, "{bad}");
        }
    }
}
