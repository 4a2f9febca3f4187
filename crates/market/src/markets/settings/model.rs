//! What a market's manager may set.
use std::sync::LazyLock;

use jiff::tz::TimeZone;

/// The longest name and address of a market.
pub const NAME: usize = 60;
pub const ADDRESS: usize = 160;
const PREFIX: std::ops::RangeInclusive<usize> = 1..=4;

/// The time zones one can choose: those named after places, and UTC.
static ZONES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let names = jiff::tz::db().available().map(|name| name.to_string());
    let placed = |name: &String| {
        name.contains('/')
            && !["Etc/", "posix/", "right/", "SystemV/"]
                .iter()
                .any(|start| name.starts_with(start))
    };
    let mut names: Vec<String> = names.filter(placed).collect();
    names.push("UTC".to_owned());
    names.sort_unstable();
    names.dedup();
    names
});

pub fn zones() -> &'static [String] {
    &ZONES
}

pub fn zone(name: &str) -> Option<TimeZone> {
    let known = ZONES.iter().any(|known| known == name);
    known.then(|| TimeZone::get(name).ok()).flatten()
}

/// Before the dash of order codes: one to four letters or digits, upper case.
pub fn prefix(typed: &str) -> Option<String> {
    let prefix = typed.trim().to_ascii_uppercase();
    let good = PREFIX.contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_alphanumeric());
    good.then_some(prefix)
}

/// A number of at most two decimals as hundredths: `5.5` is 550. A comma is as good as a point.
pub fn hundredths(typed: &str) -> Option<i64> {
    let typed = typed.trim();
    let (whole, rest) = typed.split_once(['.', ',']).unwrap_or((typed, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || rest.len() > 2 || !digits(whole) || !digits(rest) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let rest: i64 = format!("{rest:0<2}").parse().ok()?;
    Some(whole * 100 + rest)
}

/// Hundredths as they are typed: `5.50`.
pub fn typed(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, expected) in [
            ("5", Some(500)),
            ("5.5", Some(550)),
            (" 5,25 ", Some(525)),
            ("0.05", Some(5)),
            ("", None),
            (".5", None),
            ("-1", None),
            ("5.123", None),
            ("1e3", None),
            ("9999999999", None),
        ] {
            assert_eq!(hundredths(text), expected, "{text}");
        }
        assert_eq!(typed(505), "5.05");
        assert_eq!(hundredths(&typed(123_456)), Some(123_456));
    }

    #[test]
    fn zones_are_those_of_places() {
        for name in ["Europe/London", "America/New_York", "UTC"] {
            assert!(zone(name).is_some(), "{name}");
        }
        for name in [
            "",
            "Etc/GMT+3",
            "Mars/Base",
            "posix/Europe/London",
            "../etc/passwd",
        ] {
            assert!(zone(name).is_none(), "{name}");
        }
        assert!(zones().len() > 200);
    }

    #[test]
    fn a_prefix_is_short_and_plain() {
        assert_eq!(prefix(" fm "), Some("FM".to_owned()));
        for bad in ["", "ABCDE", "A-B", "É"] {
            assert_eq!(prefix(bad), None, "{bad}");
        }
    }
}
