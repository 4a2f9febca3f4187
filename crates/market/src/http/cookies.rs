//! Cookies: read one by name, make and end the session's.
use axum::http::{HeaderMap, HeaderValue, header};

/// With https the name binds the cookie to this host and to secure connections; plain http (the demo on a phone in
/// the LAN) would silently lose such a cookie.
pub const fn session_name(https: bool) -> &'static str {
    if https { "__Host-s" } else { "s" }
}

/// The browser's own name for itself; the same rules.
pub const fn device_name(https: bool) -> &'static str {
    if https { "__Host-d" } else { "d" }
}

/// The value of the first cookie of that name.
pub fn find<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

pub fn session(https: bool, value: &str, seconds: u64) -> Option<HeaderValue> {
    make(session_name(https), https, value, seconds)
}

pub fn device(https: bool, value: &str, seconds: u64) -> Option<HeaderValue> {
    make(device_name(https), https, value, seconds)
}

/// `value` is hexadecimal, so nothing needs escaping.
fn make(name: &str, https: bool, value: &str, seconds: u64) -> Option<HeaderValue> {
    let secure = if https { "; Secure" } else { "" };
    HeaderValue::from_str(&format!(
        "{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"
    ))
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_cookie_of_a_name_counts() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("a=1; s=two; s=three"),
        );
        assert_eq!(find(&headers, "s"), Some("two"));
        assert_eq!(find(&headers, "x"), None);
    }

    #[test]
    fn https_makes_the_cookie_a_host_cookie() {
        let secure = session(true, "ab", 60).unwrap();
        assert_eq!(
            secure,
            "__Host-s=ab; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure"
        );
        assert_eq!(
            session(false, "ab", 0).unwrap(),
            "s=ab; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
        );
        assert_eq!(session(true, "a\nb", 60), None);
        assert_eq!(
            device(true, "ab", 60).unwrap(),
            "__Host-d=ab; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure"
        );
        assert!(
            device(false, "ab", 60)
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("d=ab; ")
        );
    }
}
