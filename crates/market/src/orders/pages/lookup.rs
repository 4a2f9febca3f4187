//! The way to an order for those without its link: code and address, answered by mail only.
use askama::Template;

use crate::{
    http::page::Look,
    kernel::time::Ts,
    markets::model::Market,
    pages::{
        Shell, Theme,
        letter::{Letter, one_line},
        render,
    },
    words::Words,
};

/// What the page has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookUp {
    Empty,
    /// No such order, or not for this visitor: the same page.
    NotFound,
    OldLink,
    /// The same whether there is such an order or not.
    Sent,
    Wrong {
        code: String,
        email: String,
        bad_code: bool,
        bad_email: bool,
    },
}

#[derive(Template)]
#[template(path = "orders/pages/lookup.html")]
struct Page<'a> {
    shell: &'a Shell,
    w: Words,
    title: String,
    lead: String,
    form: String,
}

#[derive(Template)]
#[template(path = "orders/pages/lookup_form.html")]
struct LookUpForm<'a> {
    w: Words,
    code: &'a str,
    email: &'a str,
    wrong: bool,
    bad_code: bool,
    bad_email: bool,
}

impl LookUpForm<'_> {
    fn code_error(&self) -> &'static str {
        if self.code.trim().is_empty() {
            "orders-look-no-code"
        } else {
            "orders-look-bad-code"
        }
    }
}

pub fn look_up(look: &Look, market: &Market, state: &LookUp) -> String {
    let w = look.words;
    // The page shows no time.
    let shell = Shell::new(market, w, look.theme, &look.here, Ts::from_micros(0));
    let (title, lead) = match state {
        LookUp::Empty | LookUp::Wrong { .. } => ("orders-look-title", "orders-look-lead"),
        LookUp::NotFound => ("orders-look-none-title", "orders-look-none-lead"),
        LookUp::OldLink => ("orders-look-old-title", "orders-look-old-lead"),
        LookUp::Sent => ("orders-look-sent-title", "orders-look-sent-lead"),
    };
    render(&Page {
        shell: &shell,
        w,
        title: w.say(title).into_owned(),
        lead: w.say(lead).into_owned(),
        form: look_up_form(w, state),
    })
}

/// The form alone, for pages that have it beside other things.
pub fn look_up_form(w: Words, state: &LookUp) -> String {
    let (code, email, bad_code, bad_email) = match state {
        LookUp::Wrong {
            code,
            email,
            bad_code,
            bad_email,
        } => (code.as_str(), email.as_str(), *bad_code, *bad_email),
        _ => ("", "", false, false),
    };
    render(&LookUpForm {
        w,
        code,
        email,
        wrong: bad_code || bad_email,
        bad_code,
        bad_email,
    })
}

/// The subject starts with the code.
pub fn link_mail(w: Words, market: &Market, code: &str, name: &str, url: &str) -> Letter {
    Letter {
        preheader: w.say_a("orders-mail-lead", code),
        lead: vec![
            w.say_a("orders-mail-hello", &one_line(name)),
            w.say_a("orders-mail-lead", code),
        ],
        button: Some((w.say("orders-mail-go").into_owned(), url.to_owned())),
        after: w.say("orders-mail-else").into_owned(),
        why: w.say_a("orders-mail-why", &one_line(&market.name)),
        ..Letter::new(
            w,
            market,
            &w.say_a("orders-mail-subject", code),
            &w.say("orders-mail-heading"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{pages::sample, words::Lang};

    fn page(lang: Lang, state: &LookUp) -> String {
        let look = Look {
            lang,
            words: lang.words(),
            theme: Theme::default(),
            here: "/track".to_owned(),
        };
        let html = look_up(&look, &sample::market(), state);
        sample::check(&html);
        html
    }

    #[test]
    fn every_answer_in_every_language() {
        for lang in Lang::ALL {
            for state in [
                LookUp::Empty,
                LookUp::NotFound,
                LookUp::OldLink,
                LookUp::Sent,
            ] {
                let html = page(lang, &state);
                assert!(html.contains("name=\"code\"") && html.contains("name=\"email\""));
                assert!(!html.contains("role=\"alert\" tabindex"));
            }
            let wrong = LookUp::Wrong {
                code: "<x".to_owned(),
                email: "a@".to_owned(),
                bad_code: true,
                bad_email: true,
            };
            let html = page(lang, &wrong);
            assert!(
                html.contains("value=\"&#60;x\"")
                    && html.contains("code-err")
                    && html.contains("email-err")
            );
            let half = LookUp::Wrong {
                code: "FM-7Q4K2D".to_owned(),
                email: "a@".to_owned(),
                bad_code: false,
                bad_email: true,
            };
            assert!(!page(lang, &half).contains("code-err"));
        }
    }

    #[test]
    fn the_mail_has_its_link_in_both_forms() {
        for lang in Lang::ALL {
            let letter = link_mail(
                lang.words(),
                &sample::market(),
                "FM-7Q4K2D",
                "Imogen",
                "http://x/t/1",
            );
            let (subject, text, html) = (&letter.subject, letter.text(), letter.html());
            assert!(subject.starts_with("FM-7Q4K2D") && !subject.contains('{'));
            assert!(text.contains("http://x/t/1") && html.contains("href=\"http://x/t/1\""));
            assert!(html.len() < 20_000);
        }
    }
}
