//! Signing in: the form and what it answers; forms, pages and mails as all of this slice's pages have them.
use askama::Template;

use crate::{
    error::Error,
    markets::model::Market,
    pages::{
        Shell, Theme,
        letter::{Letter, one_line},
        render,
    },
    words::Words,
};

pub enum Kind {
    /// The input's type.
    Input(&'static str),
    /// Value and label.
    Select(Vec<(String, String)>),
    Check(bool),
}

pub struct Field {
    pub id: String,
    pub name: &'static str,
    pub label: String,
    pub hint: Option<String>,
    pub kind: Kind,
    /// The token of `autocomplete`.
    pub auto: &'static str,
    pub value: String,
    pub error: Option<String>,
}

impl Field {
    pub fn new(name: &'static str, label: impl Into<String>, kind: Kind) -> Self {
        Self {
            id: name.to_owned(),
            name,
            label: label.into(),
            hint: None,
            kind,
            auto: "off",
            value: String::new(),
            error: None,
        }
    }

    pub fn email(w: Words, value: &str) -> Self {
        Self::new("email", w.say("accounts-login-email"), Kind::Input("email"))
            .auto("email")
            .value(value)
    }

    /// Never filled in again: what was typed is not sent back.
    pub fn password(name: &'static str, label: impl Into<String>, auto: &'static str) -> Self {
        Self::new(name, label, Kind::Input("password")).auto(auto)
    }

    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    #[must_use]
    pub fn auto(mut self, auto: &'static str) -> Self {
        self.auto = auto;
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    #[must_use]
    pub fn value(mut self, value: &str) -> Self {
        value.clone_into(&mut self.value);
        self
    }

    /// What an invalid input says of this field, if it does.
    #[must_use]
    pub fn told(mut self, w: Words, wrong: Option<&Error>) -> Self {
        self.error = wrong
            .and_then(|error| error.at(self.name))
            .map(|say| w.tell(say));
        self
    }

    fn described(&self) -> String {
        let mut ids = Vec::new();
        if self.hint.is_some() {
            ids.push(format!("{}-hint", self.id));
        }
        let invalid = if self.error.is_some() {
            ids.push(format!("{}-err", self.id));
            " aria-invalid=\"true\""
        } else {
            ""
        };
        if ids.is_empty() {
            String::new()
        } else {
            format!(" aria-describedby=\"{}\"{invalid}", ids.join(" "))
        }
    }
}

/// A form, alone or as a section with its own heading.
#[derive(Template)]
#[template(path = "accounts/form.html")]
pub struct FormView {
    pub w: Words,
    pub id: &'static str,
    pub title: Option<String>,
    pub lead: Option<String>,
    pub action: String,
    pub hidden: Vec<(&'static str, String)>,
    pub fields: Vec<Field>,
    pub submit: String,
    /// The button's class.
    pub class: &'static str,
    /// A second button: where it goes and what it says.
    pub other: Option<(String, String)>,
    pub links: Vec<(String, String)>,
}

impl FormView {
    pub fn new(w: Words, action: impl Into<String>, submit: &str) -> Self {
        Self {
            w,
            id: "form",
            title: None,
            lead: None,
            action: action.into(),
            hidden: Vec::new(),
            fields: Vec::new(),
            submit: w.say(submit).into_owned(),
            class: "go",
            other: None,
            links: Vec::new(),
        }
    }

    #[must_use]
    pub fn section(mut self, id: &'static str, title: &str) -> Self {
        self.id = id;
        self.title = Some(self.w.say(title).into_owned());
        self
    }

    #[must_use]
    pub fn fields(mut self, fields: impl IntoIterator<Item = Field>) -> Self {
        self.fields = fields.into_iter().collect();
        self
    }

    #[must_use]
    pub fn hidden(mut self, name: &'static str, value: &str) -> Self {
        self.hidden.push((name, value.to_owned()));
        self
    }

    #[must_use]
    pub fn link(mut self, url: &str, label: &str) -> Self {
        self.links
            .push((url.to_owned(), self.w.say(label).into_owned()));
        self
    }

    fn wrong(&self) -> bool {
        self.fields.iter().any(|field| field.error.is_some())
    }

    pub fn html(&self) -> String {
        render(self)
    }
}

/// A narrow page: a heading, a sentence, forms.
#[derive(Template)]
#[template(path = "accounts/plain.html")]
pub struct Plain<'a> {
    shell: &'a Shell,
    w: Words,
    title: String,
    lead: String,
    note: Option<(&'static str, String)>,
    parts: Vec<String>,
    /// Of whose pages this is one.
    farm: Option<&'a str>,
}

impl<'a> Plain<'a> {
    pub fn new(shell: &'a Shell, title: impl Into<String>, lead: impl Into<String>) -> Self {
        Self {
            shell,
            w: shell.words,
            title: title.into(),
            lead: lead.into(),
            note: None,
            parts: Vec::new(),
            farm: None,
        }
    }

    /// A farm's page: bigger targets, and the way to its others.
    #[must_use]
    pub const fn work(mut self, farm: &'a str) -> Self {
        self.farm = Some(farm);
        self
    }

    /// `bad` or `ok`, and what it says.
    #[must_use]
    pub fn note(mut self, class: &'static str, key: Option<&str>) -> Self {
        self.note = key.map(|key| (class, self.w.say(key).into_owned()));
        self
    }

    /// The way on from a page that is the end of another.
    #[must_use]
    pub fn way(self, url: &str, key: &str) -> Self {
        let words = self.w.say(key).into_owned();
        self.part(format!(
            "<p><a class=\"btn\" href=\"{url}\">{words}</a></p>"
        ))
    }

    #[must_use]
    pub fn part(mut self, html: String) -> Self {
        self.parts.push(html);
        self
    }

    pub fn html(&self) -> String {
        render(self)
    }
}

/// What a mail says, beside its name for the reader.
pub struct Mail<'a> {
    pub subject: &'a str,
    pub name: &'a str,
    pub lead: String,
    /// Address and key of the label.
    pub button: Option<(&'a str, &'a str)>,
    /// Empty: nothing.
    pub rest: &'a str,
}

impl Mail<'_> {
    /// To somebody who may have no account: the address was typed by someone.
    pub fn write(self, w: Words, market: &Market) -> Letter {
        self.because("accounts-mail-why", w, market)
    }

    /// To somebody who has one.
    pub fn write_to_known(self, w: Words, market: &Market) -> Letter {
        self.because("accounts-mail-why-known", w, market)
    }

    /// With the key of why somebody gets it.
    pub fn because(self, why: &str, w: Words, market: &Market) -> Letter {
        let subject = w.say(self.subject);
        let button = self.button;
        Letter {
            preheader: self.lead.clone(),
            lead: vec![
                w.say_a("accounts-mail-hello", &one_line(self.name)),
                self.lead,
            ],
            button: button.map(|(url, label)| (w.say(label).into_owned(), url.to_owned())),
            after: match self.rest {
                "" => String::new(),
                rest => w.say(rest).into_owned(),
            },
            why: w.say_a(why, &one_line(&market.name)),
            ..Letter::new(w, market, &subject, &subject)
        }
    }
}

pub fn sign_in_mail(w: Words, market: &Market, name: &str, url: &str) -> Letter {
    Mail {
        subject: "accounts-mail-subject",
        name,
        lead: w.say_a("accounts-mail-lead", &market.name),
        button: Some((url, "accounts-mail-go")),
        rest: "accounts-mail-else",
    }
    .write_to_known(w, market)
}

/// What the sign-in page has to say.
#[derive(Debug)]
pub enum Login {
    Empty,
    /// What was typed, which is kept, and what is wrong with it.
    Wrong(String, Error),
    /// The same whether the address is known or not.
    Sent(String),
    OldLink,
}

pub fn login(shell: &Shell, login: &Login) -> String {
    let w = shell.words;
    if let Login::Sent(email) = login {
        return sent(shell, &w.say_a("accounts-sent-lead", email), "/login");
    }
    let (typed, wrong) = match login {
        Login::Wrong(typed, error) => (typed.as_str(), Some(error)),
        _ => ("", None),
    };
    let password = Field::password(
        "password",
        w.say("accounts-login-password"),
        "current-password",
    );
    let mut form = FormView::new(w, "/login/password", "accounts-login-go")
        .fields([
            Field::email(w, typed).told(w, wrong),
            password.told(w, wrong),
        ])
        .link("/signup", "accounts-login-new")
        .link("/reset", "accounts-login-forgotten");
    form.other = Some((
        "/login".to_owned(),
        w.say("accounts-login-send").into_owned(),
    ));
    let old = matches!(login, Login::OldLink).then_some("accounts-login-old");
    Plain::new(
        shell,
        w.say("accounts-login-title"),
        w.say("accounts-login-lead"),
    )
    .note("bad", old)
    .part(form.html())
    .part(format!(
        "<p class=\"s q\">{}</p>",
        w.say("accounts-login-why")
    ))
    .html()
}

/// "Look at your mail", and the way back to the form.
pub fn sent(shell: &Shell, lead: &str, again: &str) -> String {
    let w = shell.words;
    let back = format!(
        "<p><a class=\"btn\" href=\"{again}\">{}</a></p>",
        w.say("accounts-sent-again")
    );
    Plain::new(shell, w.say("accounts-sent-title"), lead)
        .part(back)
        .html()
}

/// A button, so that a mail scanner which opens the link uses nothing up.
pub fn confirm(shell: &Shell, name: &str) -> String {
    let w = shell.words;
    let form = FormView::new(w, "", "accounts-confirm-go");
    Plain::new(
        shell,
        w.say_a("accounts-confirm-title", name),
        w.say("accounts-confirm-lead"),
    )
    .part(form.html())
    .html()
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
                Login::Sent("ana@example.org".to_owned()),
                Login::OldLink,
            ] {
                sample::check(&login(&shell, &state));
            }
            let error = Error::invalid("email", "accounts-login-bad-email");
            let wrong = login(&shell, &Login::Wrong("<ana".to_owned(), error));
            sample::check(&wrong);
            assert!(
                wrong.contains("value=\"&#60;ana\"")
                    && wrong.contains("aria-describedby=\"email-err\" aria-invalid=\"true\"")
                    && wrong.contains("href=\"#email\""),
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
    fn every_input_has_a_label_and_is_described() {
        let w = Lang::En.words();
        let farms = vec![("rosa".to_owned(), "Rosa's".to_owned())];
        let form = FormView::new(w, "/x", "accounts-login-go")
            .section("one", "accounts-login-title")
            .hidden("version", "3")
            .fields([
                Field::email(w, "a@b.example").id("x-email").hint("Hint"),
                Field::new("farm", "Farm", Kind::Select(farms)).value("rosa"),
                Field::new("all", "All", Kind::Check(true)),
            ])
            .html();
        for part in [
            "<label for=\"x-email\">",
            "id=\"x-email\" name=\"email\" type=\"email\" autocomplete=\"email\" required",
            "aria-describedby=\"x-email-hint\"",
            "<option value=\"rosa\" selected>Rosa&#39;s</option>",
            "type=\"checkbox\" checked",
            "<input type=\"hidden\" name=\"version\" value=\"3\">",
            "aria-labelledby=\"h-one\"",
        ] {
            assert!(form.contains(part), "{part}: {form}");
        }
        assert!(!form.contains("role=\"alert\""));
    }

    #[test]
    fn the_mail_has_its_link_in_both_forms() {
        for lang in Lang::ALL {
            let letter = sign_in_mail(
                lang.words(),
                &sample::market(),
                "Ana",
                "http://x/login/link/1",
            );
            let (subject, text, html) = (&letter.subject, letter.text(), letter.html());
            assert!(!subject.is_empty() && !subject.contains('{'));
            assert!(
                text.contains("http://x/login/link/1")
                    && html.contains("href=\"http://x/login/link/1\"")
            );
            assert!(html.len() < 20_000 && text.contains("Riverside Market"));
        }
    }
}
