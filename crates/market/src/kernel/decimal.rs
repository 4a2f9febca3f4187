//! Numbers as people type them: `12`, `2.40`, `2,40`. Nothing is guessed: what could mean two things is refused.

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadNumber {
    #[error("it is empty")]
    Empty,
    #[error("it is no plain number")]
    Form,
    #[error("it has more than {0} decimals")]
    Decimals(u32),
    #[error("it does not fit")]
    Size,
}

/// A number of at most `places` decimals in units of the last of them: `2,4` with two places is 240. Digits, one
/// point or comma between digits, and nothing else: no sign, no exponent, no mark between thousands.
pub fn parse(text: &str, places: u32) -> Result<i64, BadNumber> {
    let text = text.trim();
    if text.is_empty() {
        return Err(BadNumber::Empty);
    }
    let (whole, rest) = match text.split_once(['.', ',']) {
        None => (text, None),
        Some((whole, rest)) => (whole, Some(rest)),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || rest.is_some_and(|rest| !digits(rest)) {
        return Err(BadNumber::Form);
    }
    let rest = rest.unwrap_or("");
    let decimals = u32::try_from(rest.len()).unwrap_or(u32::MAX);
    if decimals > places {
        return Err(BadNumber::Decimals(places));
    }
    let digit = |sum: i64, byte: u8| {
        sum.checked_mul(10)?
            .checked_add(i64::from(byte.checked_sub(b'0')?))
    };
    whole
        .bytes()
        .chain(rest.bytes())
        .try_fold(0_i64, digit)
        .and_then(|sum| sum.checked_mul(10_i64.checked_pow(places - decimals)?))
        .ok_or(BadNumber::Size)
}

/// The shortest text that [`parse`] reads as `value`, with a point: `240` of two places is `2.4`.
pub fn shortest(value: i64, places: u32) -> String {
    let text = fixed(value, places);
    match text.split_once('.') {
        Some((whole, rest)) => match rest.trim_end_matches('0') {
            "" => whole.to_owned(),
            rest => format!("{whole}.{rest}"),
        },
        None => text,
    }
}

/// The same with all its decimals: `2.40`.
pub fn fixed(value: i64, places: u32) -> String {
    let unit = 10_u64.checked_pow(places).unwrap_or(1);
    let (minus, value) = (if value < 0 { "-" } else { "" }, value.unsigned_abs());
    let width = usize::try_from(places).unwrap_or(0);
    match places {
        0 => format!("{minus}{value}"),
        _ => format!("{minus}{}.{:0width$}", value / unit, value % unit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_marks_are_read_and_nothing_is_guessed() {
        for (text, places, expected) in [
            ("2.40", 2, Ok(240)),
            ("2,40", 2, Ok(240)),
            (" 2,4 ", 2, Ok(240)),
            ("2", 2, Ok(200)),
            ("0", 3, Ok(0)),
            ("007", 0, Ok(7)),
            ("0.125", 3, Ok(125)),
            ("9223372036854775807", 0, Ok(i64::MAX)),
            ("", 2, Err(BadNumber::Empty)),
            (" ", 2, Err(BadNumber::Empty)),
            ("2.405", 2, Err(BadNumber::Decimals(2))),
            ("2.400", 2, Err(BadNumber::Decimals(2))),
            ("1,234", 2, Err(BadNumber::Decimals(2))),
            ("1.5", 0, Err(BadNumber::Decimals(0))),
            ("9223372036854775808", 0, Err(BadNumber::Size)),
            ("92233720368547758.08", 2, Err(BadNumber::Size)),
            ("9223372036854775807", 2, Err(BadNumber::Size)),
            ("99999999999999999999999999", 2, Err(BadNumber::Size)),
        ] {
            assert_eq!(parse(text, places), expected, "{text:?}");
        }
        for bad in [
            "-1",
            "+1",
            "\u{2212}1",
            "1e3",
            "1E3",
            "1.234,50",
            "1,234.50",
            "1 234",
            "1\u{a0}234",
            "1'234",
            "1_000",
            ".5",
            "5.",
            ",",
            "0x10",
            "NaN",
            "inf",
            "£2",
            "2 kg",
            "١٢",
            "1.2.3",
            "½",
            "1\0",
        ] {
            assert_eq!(parse(bad, 3), Err(BadNumber::Form), "{bad:?}");
        }
    }

    #[test]
    fn what_is_written_is_read_as_itself() {
        for (value, places, short, long) in [
            (240, 2, "2.4", "2.40"),
            (200, 2, "2", "2.00"),
            (5, 2, "0.05", "0.05"),
            (12_500, 3, "12.5", "12.500"),
            (100, 0, "100", "100"),
            (-5, 2, "-0.05", "-0.05"),
        ] {
            assert_eq!(
                (&*shortest(value, places), &*fixed(value, places)),
                (short, long)
            );
            if value >= 0 {
                assert_eq!(parse(short, places), Ok(value));
                assert_eq!(parse(long, places), Ok(value));
            }
        }
    }
}
