//! Order codes for people: a market's prefix and six characters of Crockford's base 32, `FM-7Q4K2D`.
//!
//! <https://www.crockford.com/base32.html>: no I, L, O, U; reading takes O for 0 and I or L for 1.

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The code of thirty random bits.
pub fn make(prefix: &str, random: u32) -> String {
    let digits: String = (0..6)
        .rev()
        .map(|i| char::from(DIGITS[(random >> (5 * i)) as usize & 31]))
        .collect();
    format!("{prefix}-{digits}")
}

/// How a code is kept: upper case, the dash in its place, misread letters mended. `None` if it cannot be one.
pub fn normal(typed: &str) -> Option<String> {
    let plain: String = typed
        .trim()
        .chars()
        .filter(|c| !matches!(c, '-' | ' '))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if !plain.is_ascii() || !(7..=16).contains(&plain.len()) {
        return None;
    }
    let (prefix, digits) = plain.split_at(plain.len() - 6);
    let digits: String = digits
        .chars()
        .map(|c| match c {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let ok = prefix.bytes().all(|b| b.is_ascii_alphanumeric())
        && digits.bytes().all(|b| DIGITS.contains(&b));
    ok.then(|| format!("{prefix}-{digits}"))
}

/// The same where everybody's code begins alike: the six characters alone are enough.
pub fn normal_in(typed: &str, prefix: &str) -> Option<String> {
    normal(typed).or_else(|| normal(&format!("{prefix}-{}", typed.trim())))
}

pub fn same(typed: &str, code: &str) -> bool {
    let prefix = code.split('-').next().unwrap_or_default();
    !typed.trim().is_empty() && normal_in(typed, prefix).is_some_and(|typed| typed == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_being_read_aloud() {
        assert_eq!(make("FM", 0), "FM-000000");
        assert_eq!(make("FM", u32::MAX), "FM-ZZZZZZ");
        assert_eq!(normal(" fm 7q4k2d").as_deref(), Some("FM-7Q4K2D"));
        assert_eq!(normal("FM-OIL000").as_deref(), Some("FM-011000"));
        for bad in [
            "",
            "FM",
            "7Q4K2D",
            "FM-7Q4K2U",
            "FM-7Q4K2D7Q4K2D7Q4K2D",
            "FM-é00000",
            "F!-000000",
        ] {
            assert_eq!(normal(bad), None, "{bad:?}");
        }
        assert!(
            same(" 7q4k2d", "FM-7Q4K2D") && !same("", "FM-7Q4K2D") && !same("4K2D", "FM-7Q4K2D")
        );
        assert!(same("fm7q4k2d", "FM-7Q4K2D") && !same("FM-7Q4K2E", "FM-7Q4K2D"));
    }
}
