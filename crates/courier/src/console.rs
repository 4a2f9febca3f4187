//! Messages in words, for the terminal of a first run.

use std::fmt::Write as _;
use std::io;

use crate::{Email, Error};

pub(crate) fn print(out: &mut impl io::Write, mail: &Email) -> Result<(), Error> {
    // One write, so that two messages do not mix.
    out.write_all(render(mail).as_bytes())
        .and_then(|()| out.flush())
        .map_err(Error::Console)
}

fn render(mail: &Email) -> String {
    let mut page = format!(
        "--- e-mail {} ---\nFrom: {}\nTo: {}\nSubject: {}\n\n",
        mail.id, mail.from, mail.to, mail.subject
    );
    for line in mail.text.lines() {
        for c in line.chars() {
            if c != '\t' && crate::address::steers(c) {
                // Writing to a String does not fail.
                let _ = write!(page, "{}", c.escape_unicode());
            } else {
                page.push(c);
            }
        }
        page.push('\n');
    }
    page.push_str("--- end ---\n");
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Address;

    fn mail(text: &str) -> Email {
        Email {
            from: Address::new(Some("Green Hill"), "orders@market.example").expect("valid"),
            to: Address::new(None, "ana@mail.example").expect("valid"),
            subject: "Your code".to_owned(),
            text: text.to_owned(),
            html: None,
            id: "m1".to_owned(),
        }
    }

    #[test]
    fn a_message_is_printed_in_words_and_cannot_steer_the_terminal() {
        let mut out = Vec::new();
        print(
            &mut out,
            &mail("Code:\t123456\r\nred \u{1b}[31m \u{202e}txt"),
        )
        .expect("a Vec takes it");
        assert_eq!(
            String::from_utf8(out).expect("text"),
            "--- e-mail m1 ---\nFrom: Green Hill <orders@market.example>\nTo: ana@mail.example\n\
             Subject: Your code\n\nCode:\t123456\nred \\u{1b}[31m \\u{202e}txt\n--- end ---\n"
        );
    }

    #[test]
    fn a_closed_output_is_an_error_that_says_so() {
        let mut full = io::Cursor::new([0_u8; 4]);
        let error = print(&mut &mut full, &mail("x")).expect_err("four bytes are too few");
        assert!(error.to_string().contains("standard output"), "{error}");
    }
}
