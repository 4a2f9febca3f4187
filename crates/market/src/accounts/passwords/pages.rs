//! Pages and mails around passwords.
use crate::{
    accounts::pages::{Field, FormView, Kind, Mail, Plain},
    error::Error,
    kernel::password::SHORTEST,
    markets::model::Market,
    pages::{Shell, letter::Letter},
    words::Words,
};

/// What was typed; a password is not shown again.
#[derive(Default)]
pub struct Typed {
    pub name: String,
    pub email: String,
}

pub fn new_password(w: Words, name: &'static str, label: &str) -> Field {
    let hint = w.say_with("accounts-password-hint", &[("shortest", SHORTEST.into())]);
    Field::password(name, w.say(label), "new-password").hint(hint)
}

pub fn sign_up(shell: &Shell, typed: &Typed, wrong: Option<&Error>) -> String {
    let w = shell.words;
    let form = FormView::new(w, "/signup", "accounts-signup-go")
        .fields([
            Field::new("name", w.say("accounts-name"), Kind::Input("text"))
                .auto("name")
                .value(&typed.name)
                .told(w, wrong),
            Field::email(w, &typed.email).told(w, wrong),
            new_password(w, "password", "accounts-login-password").told(w, wrong),
        ])
        .link("/login", "accounts-signup-known");
    Plain::new(
        shell,
        w.say("accounts-signup-title"),
        w.say("accounts-signup-lead"),
    )
    .part(form.html())
    .html()
}

/// The same whether the address is known or not.
pub fn sign_up_sent(shell: &Shell, email: &str) -> String {
    let lead = shell.words.say_a("accounts-signup-sent", email);
    crate::accounts::pages::sent(shell, &lead, "/signup")
}

/// The button behind the mailed link.
pub fn confirm(shell: &Shell, name: &str, email: &str) -> String {
    let w = shell.words;
    Plain::new(
        shell,
        w.say_a("accounts-signup-confirm", name),
        w.say_a("accounts-signup-confirm-lead", email),
    )
    .part(FormView::new(w, "", "accounts-signup-confirm-go").html())
    .html()
}

pub fn old_sign_up(shell: &Shell) -> String {
    let w = shell.words;
    Plain::new(shell, w.say("accounts-signup-title"), "")
        .note("bad", Some("accounts-signup-old"))
        .way("/signup", "accounts-signup-again")
        .html()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    Empty,
    OldLink,
}

pub fn reset_ask(shell: &Shell, ask: Ask, typed: &str, wrong: Option<&Error>) -> String {
    let w = shell.words;
    let form = FormView::new(w, "/reset", "accounts-login-send")
        .fields([Field::email(w, typed).told(w, wrong)])
        .link("/login", "accounts-signup-known");
    Plain::new(
        shell,
        w.say("accounts-reset-title"),
        w.say("accounts-reset-lead"),
    )
    .note("bad", (ask == Ask::OldLink).then_some("accounts-login-old"))
    .part(form.html())
    .html()
}

/// The form behind the mailed link. The address is there for what keeps passwords.
pub fn reset_form(shell: &Shell, name: &str, email: &str, wrong: Option<&Error>) -> String {
    let w = shell.words;
    let known = Field::email(w, email).auto("username").id("username");
    let form = FormView::new(w, "", "accounts-reset-go").fields([
        known,
        new_password(w, "password", "accounts-reset-new").told(w, wrong),
    ]);
    Plain::new(
        shell,
        w.say_a("accounts-reset-for", name),
        w.say("accounts-reset-for-lead"),
    )
    .part(form.html())
    .html()
}

pub fn sign_up_mail(w: Words, market: &Market, name: &str, url: &str) -> Letter {
    Mail {
        subject: "accounts-mail-signup-subject",
        name,
        lead: w.say_a("accounts-mail-signup-lead", &market.name),
        button: Some((url, "accounts-signup-confirm-go")),
        rest: "accounts-mail-else",
    }
    .write(w, market)
}

pub fn already_there_mail(w: Words, market: &Market, name: &str, url: &str) -> Letter {
    Mail {
        subject: "accounts-mail-known-subject",
        name,
        lead: w.say_a("accounts-mail-known-lead", &market.name),
        button: Some((url, "accounts-mail-go")),
        rest: "accounts-mail-known-else",
    }
    .write_to_known(w, market)
}

pub fn reset_mail(w: Words, market: &Market, name: &str, url: &str) -> Letter {
    Mail {
        subject: "accounts-mail-reset-subject",
        name,
        lead: w.say_a("accounts-mail-reset-lead", &market.name),
        button: Some((url, "accounts-reset-go")),
        rest: "accounts-mail-else",
    }
    .write_to_known(w, market)
}

pub fn password_changed_mail(w: Words, market: &Market, name: &str, url: &str) -> Letter {
    Mail {
        subject: "accounts-mail-changed-subject",
        name,
        lead: w.say_a("accounts-mail-changed-lead", &market.name),
        button: Some((url, "accounts-reset-title")),
        rest: "accounts-mail-changed-else",
    }
    .write_to_known(w, market)
}

pub fn address_changed_mail(w: Words, market: &Market, name: &str) -> Letter {
    Mail {
        subject: "accounts-mail-moved-subject",
        name,
        lead: w.say_a("accounts-mail-moved-lead", &market.name),
        button: None,
        rest: "accounts-mail-moved-else",
    }
    .write_to_known(w, market)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{pages::sample, words::Lang};

    #[test]
    fn every_page_in_every_language() {
        for lang in Lang::ALL {
            let shell = sample::shell(lang);
            let error = Error::invalid("password", "accounts-password-short");
            let typed = Typed {
                name: "<Ana".to_owned(),
                email: "ana@example.org".to_owned(),
            };
            let wrong = sign_up(&shell, &typed, Some(&error));
            assert!(
                wrong.contains("value=\"&#60;Ana\"") && wrong.contains("href=\"#password\""),
                "{wrong}"
            );
            for page in [
                wrong,
                sign_up(&shell, &Typed::default(), None),
                sign_up_sent(&shell, "ana@example.org"),
                confirm(&shell, "Ana", "ana@example.org"),
                old_sign_up(&shell),
                reset_ask(&shell, Ask::Empty, "", None),
                reset_ask(&shell, Ask::OldLink, "", None),
                reset_form(&shell, "Ana", "ana@example.org", Some(&error)),
            ] {
                sample::check(&page);
            }
        }
    }

    #[test]
    fn every_mail_in_every_language() {
        for lang in Lang::ALL {
            let (w, market) = (lang.words(), sample::market());
            for letter in [
                sign_up_mail(w, &market, "Ana", "http://x/1"),
                already_there_mail(w, &market, "Ana", "http://x/1"),
                reset_mail(w, &market, "Ana", "http://x/1"),
                password_changed_mail(w, &market, "Ana", "http://x/1"),
                address_changed_mail(w, &market, "Ana"),
            ] {
                let (subject, text, html) = (&letter.subject, letter.text(), letter.html());
                assert!(!subject.is_empty() && !subject.contains('{'));
                assert!(
                    text.contains("Riverside Market") && !text.contains('{'),
                    "{text}"
                );
                assert_eq!(
                    text.contains("http://x/1"),
                    html.contains("href=\"http://x/1\"")
                );
            }
        }
    }
}
