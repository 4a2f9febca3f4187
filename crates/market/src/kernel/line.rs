//! Texts people type. A line has no control and no direction-changing characters: mails, labels and logs rely on it.

/// Unicode's bidirectional controls (UAX #9): they can make a text read as another one.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    #[error("it is empty")]
    Empty,
    #[error("it is longer than {0} characters")]
    TooLong(usize),
    #[error("it holds a control character or one that changes the direction of writing")]
    Control,
}

/// One line of 1 to `max` characters, trimmed.
pub fn line(text: &str, max: usize) -> Result<String, BadText> {
    let text = text.trim();
    check(text, max, |c| c.is_control() || turns_direction(c))?;
    Ok(text.to_owned())
}

/// A note of several lines: line ends are allowed, other controls are not.
pub fn note(text: &str, max: usize) -> Result<String, BadText> {
    let text = text.trim().replace("\r\n", "\n");
    check(&text, max, |c| {
        (c.is_control() && c != '\n') || turns_direction(c)
    })?;
    Ok(text)
}

fn check(text: &str, max: usize, bad: impl Fn(char) -> bool) -> Result<(), BadText> {
    if text.is_empty() {
        return Err(BadText::Empty);
    }
    if text.chars().count() > max {
        return Err(BadText::TooLong(max));
    }
    if text.chars().any(bad) {
        return Err(BadText::Control);
    }
    Ok(())
}

/// Six to fifteen digits (E.164) with the signs people put between them; nothing is allowed too.
pub fn phone(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    let ok = typed
        .chars()
        .all(|c| c.is_ascii_digit() || "+-() ./".contains(c));
    (typed.is_empty() || (ok && (6..=15).contains(&digits) && typed.len() <= 30))
        .then(|| typed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_holds_no_controls() {
        assert_eq!(line("  Rosa Keller ", 20), Ok("Rosa Keller".to_owned()));
        assert_eq!(line(" ", 20), Err(BadText::Empty));
        assert_eq!(line("abc", 2), Err(BadText::TooLong(2)));
        for bad in ["a\nb", "a\0b", "a\u{202e}b", "a\rb"] {
            assert_eq!(line(bad, 20), Err(BadText::Control), "{bad:?}");
        }
    }

    #[test]
    fn a_note_may_have_several_lines() {
        assert_eq!(note("one\r\ntwo", 20), Ok("one\ntwo".to_owned()));
        assert_eq!(note("one\0", 20), Err(BadText::Control));
    }

    #[test]
    fn a_telephone_number_is_digits_and_signs() {
        for good in ["", "+44 7700 900123", "(01454) 41-22.33", " 612345678 "] {
            assert_eq!(phone(good).as_deref(), Some(good.trim()), "{good}");
        }
        for bad in ["12345", "call me", "+44 7700 900123 4567 89", "1234567\r\n"] {
            assert_eq!(phone(bad).is_none(), bad.trim() != "1234567", "{bad:?}");
        }
    }
}
