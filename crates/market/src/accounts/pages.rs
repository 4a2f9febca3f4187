//! Signing in: the form, what it answers, the link's button, the mail.
use askama::Template;

use crate::{
    markets::model::Market,
    pages::{Shell, Theme, render},
    words::Words,
};

/// What the sign-in page has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    Empty,
    /// What was typed, which is kept.
    BadEmail(String),
    /// The same whether the address is known or not.
    Sent(String),
    OldLink,
}

#[derive(Template)]
#[template(path = "accounts/login.html")]
struct LoginPage<'a> {
    shell: &'a Shell,
    w: Words,
    login: &'a Login,
}

impl LoginPage<'_> {
    fn typed(&self) -> &str {
        match self.login {
            Login::BadEmail(typed) => typed,
            _ => "",
        }
    }
}

pub fn login(shell: &Shell, login: &Login) -> String {
    render(&LoginPage {
        shell,
        w: shell.words,
        login,
    })
}

#[derive(Template)]
#[template(path = "accounts/confirm.html")]
struct ConfirmPage<'a> {
    shell: &'a Shell,
    w: Words,
    name: &'a str,
}

/// A button, so that a mail scanner which opens the link uses nothing up.
pub fn confirm(shell: &Shell, name: &str) -> String {
    render(&ConfirmPage {
        shell,
        w: shell.words,
        name,
    })
}

#[derive(Template)]
#[template(path = "accounts/sign_in_mail.html")]
struct SignInMail<'a> {
    w: Words,
    market: &'a str,
    name: &'a str,
    url: &'a str,
}

/// Subject, text and HTML.
pub fn sign_in_mail(
    words: Words,
    market: &Market,
    name: &str,
    url: &str,
) -> (String, String, String) {
    let subject = words.say("accounts-mail-subject").into_owned();
    let text = format!(
        "{}\n\n{}\n\n{url}\n\n{}\n\n{}\n",
        words.say_a("accounts-mail-hello", name),
        words.say_a("accounts-mail-lead", &market.name),
        words.say("accounts-mail-else"),
        market.name,
    );
    let html = render(&SignInMail {
        w: words,
        market: &market.name,
        name,
        url,
    });
    (subject, text, html)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{pages::sample, words::Lang};

    #[test]
    fn every_page_in_every_language() {
        for lang in Lang::ALL {
            let shell = sample::shell(lang);
            for state in [
                Login::Empty,
                Login::BadEmail("<ana".to_owned()),
                Login::Sent("ana@example.org".to_owned()),
                Login::OldLink,
            ] {
                sample::check(&login(&shell, &state));
            }
            let wrong = login(&shell, &Login::BadEmail("<ana".to_owned()));
            assert!(
                wrong.contains("value=\"&#60;ana\"") && wrong.contains("aria-describedby"),
                "{wrong}"
            );
            assert!(
                login(&shell, &Login::Sent("ana@example.org".to_owned()))
                    .contains("ana@example.org")
            );
            let page = confirm(&shell, "Ana <Ferris>");
            sample::check(&page);
            assert!(page.contains("Ana &#60;Ferris&#62;") && page.contains("method=\"post\""));
        }
    }

    #[test]
    fn the_mail_has_its_link_in_both_forms() {
        for lang in Lang::ALL {
            let (subject, text, html) = sign_in_mail(
                lang.words(),
                &sample::market(),
                "Ana",
                "http://x/login/link/1",
            );
            assert!(!subject.is_empty() && !subject.contains('{'));
            assert!(
                text.contains("http://x/login/link/1")
                    && html.contains("href=\"http://x/login/link/1\"")
            );
            assert!(html.len() < 20_000 && text.contains("Riverside Market"));
        }
    }
}
