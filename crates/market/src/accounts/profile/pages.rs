//! The account page, the button at a new address, its mail.
use askama::Template;

use super::model::{OpenSession, Profile};
use crate::{
    accounts::{
        pages::{Field, FormView, Kind, Mail, Plain},
        passwords::pages::new_password,
    },
    error::Error,
    kernel::time::Ts,
    markets::model::Market,
    pages::{Shell, formats, letter::Letter, render},
    words::Words,
};

/// The three forms of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Name,
    Password,
    Email,
}

/// What was done, for the address of the page after it: `?done=`.
pub fn done(word: Option<&str>) -> Option<&'static str> {
    match word? {
        "name" => Some("accounts-account-done-name"),
        "password" => Some("accounts-account-done-password"),
        "email" => Some("accounts-account-done-email"),
        "email-sent" => Some("accounts-account-done-email-sent"),
        "session" => Some("accounts-account-done-session"),
        "left" => Some("accounts-account-done-left"),
        _ => None,
    }
}

/// What was typed into the form that is shown again, and what is wrong with it.
pub struct Wrong<'a> {
    pub part: Part,
    pub typed: &'a str,
    pub error: &'a Error,
}

pub struct Page<'a> {
    pub shell: &'a Shell,
    pub market: &'a Market,
    pub profile: &'a Profile,
    /// The hash of the session that asks.
    pub this: &'a str,
    pub now: Ts,
    /// May change the team of a farm.
    pub team: bool,
    pub wrong: Option<Wrong<'a>>,
    pub done: Option<&'static str>,
}

impl Page<'_> {
    pub fn html(&self) -> String {
        let w = self.shell.words;
        let mut links = vec![
            ("/orders", "accounts-account-orders"),
            ("/account/tokens", "accounts-tokens-title"),
        ];
        if self.team {
            links.push(("/farm/team", "accounts-account-team"));
        }
        let links = links.into_iter().map(|(url, key)| {
            format!("<p><a class=\"tapl\" href=\"{url}\">{}</a></p>", w.say(key))
        });
        let email = &*self.profile.user.email;
        let page = Plain::new(self.shell, w.say("accounts-account-title"), email);
        let wrong = self.wrong.as_ref().map(|wrong| wrong.error);
        let page = match wrong {
            Some(Error::Unproved(_)) if !self.profile.has_password => page.part(prove(w, email)),
            _ => page,
        };
        page.note("ok", self.done)
            .part(format!("<div>{}</div>", links.collect::<String>()))
            .part(self.name())
            .part(self.password())
            .part(self.email())
            .part(self.sessions())
            .html()
    }

    fn wrong(&self, part: Part) -> Option<&Wrong<'_>> {
        self.wrong.as_ref().filter(|wrong| wrong.part == part)
    }

    fn name(&self) -> String {
        let w = self.shell.words;
        let wrong = self.wrong(Part::Name);
        let value = wrong.map_or(&*self.profile.user.name, |wrong| wrong.typed);
        FormView::new(w, "/account", "accounts-account-save")
            .section("name-h", "accounts-name")
            .hidden("version", &self.profile.version.to_string())
            .fields([
                Field::new("name", w.say("accounts-name"), Kind::Input("text"))
                    .auto("name")
                    .value(value)
                    .told(w, wrong.map(|wrong| wrong.error)),
            ])
            .html()
    }

    /// Who has none yet gets a link by mail, which proves more than a session does.
    fn password(&self) -> String {
        let w = self.shell.words;
        if !self.profile.has_password {
            let mut form = FormView::new(w, "/reset", "accounts-login-send")
                .section("password-h", "accounts-account-first-password")
                .hidden("email", &self.profile.user.email);
            form.lead = Some(w.say("accounts-reset-lead").into_owned());
            return form.html();
        }
        let error = self.wrong(Part::Password).map(|wrong| wrong.error);
        FormView::new(w, "/account/password", "accounts-account-change-password")
            .section("password-h", "accounts-account-change-password")
            .fields([
                current(w, "password-current").told(w, error),
                new_password(w, "password", "accounts-reset-new").told(w, error),
            ])
            .html()
    }

    fn email(&self) -> String {
        let w = self.shell.words;
        let wrong = self.wrong(Part::Email);
        let error = wrong.map(|wrong| wrong.error);
        let email = Field::email(w, wrong.map_or("", |wrong| wrong.typed))
            .hint(w.say("accounts-account-email-hint"))
            .told(w, error);
        let mut fields = vec![email];
        if self.profile.has_password {
            fields.push(current(w, "email-current").told(w, error));
        }
        FormView::new(w, "/account/email", "accounts-login-send")
            .section("email-h", "accounts-account-change-email")
            .fields(fields)
            .html()
    }

    fn sessions(&self) -> String {
        let w = self.shell.words;
        let sessions = self.profile.sessions.iter();
        render(&Sessions {
            w,
            sessions: sessions.map(|session| self.row(session)).collect(),
        })
    }

    fn row(&self, session: &OpenSession) -> Row {
        let w = self.shell.words;
        let moment = |at| formats::moment(at, self.now, &self.market.zone, w);
        let device = if session.device.is_empty() {
            w.say("accounts-sessions-unknown").into_owned()
        } else {
            session.device.clone()
        };
        Row {
            label: w.say_a("accounts-sessions-end-one", &device),
            device,
            times: w.say_with(
                "accounts-sessions-times",
                &[
                    ("since", moment(session.created_at).into()),
                    ("used", moment(session.used_at).into()),
                ],
            ),
            this: session.hash == self.this,
            handle: session.handle().to_owned(),
        }
    }
}

/// The password there is.
pub fn current(w: Words, id: &str) -> Field {
    Field::password(
        "current",
        w.say("accounts-account-current"),
        "current-password",
    )
    .id(id)
}

/// Who has no password proves the mailbox instead; what was typed waits in the form on this page.
pub fn prove(w: Words, email: &str) -> String {
    let mut form = FormView::new(w, "/login", "accounts-login-send")
        .section("prove", "accounts-account-prove")
        .hidden("email", email);
    form.lead = Some(w.say("accounts-account-again").into_owned());
    form.html()
}

#[derive(Template)]
#[template(path = "accounts/profile/sessions.html")]
struct Sessions {
    w: Words,
    sessions: Vec<Row>,
}

struct Row {
    device: String,
    times: String,
    label: String,
    this: bool,
    handle: String,
}

/// The button behind the link at a new address.
pub fn confirm(shell: &Shell, name: &str, email: &str) -> String {
    let w = shell.words;
    let lead = w.say_with(
        "accounts-email-confirm-lead",
        &[("name", name.into()), ("email", email.into())],
    );
    Plain::new(shell, w.say("accounts-account-change-email"), lead)
        .part(FormView::new(w, "", "accounts-signup-confirm-go").html())
        .html()
}

pub fn old_link(shell: &Shell) -> String {
    let w = shell.words;
    Plain::new(shell, w.say("accounts-account-change-email"), "")
        .note("bad", Some("accounts-email-old"))
        .way("/account", "accounts-account-title")
        .html()
}

pub fn email_mail(w: Words, market: &Market, name: &str, url: &str) -> Letter {
    Mail {
        subject: "accounts-mail-signup-subject",
        name,
        lead: w.say_a("accounts-mail-email-lead", &market.name),
        button: Some((url, "accounts-signup-confirm-go")),
        rest: "accounts-mail-else",
    }
    .write(w, market)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{accounts::model::User, kernel::ids::UserId, pages::sample, words::Lang};

    fn profile(has_password: bool) -> Profile {
        let session = |hash: &str, device: &str| OpenSession {
            hash: hash.repeat(32),
            created_at: sample::at("2026-11-26T09:00"),
            used_at: sample::at("2026-11-28T06:00"),
            device: device.to_owned(),
        };
        Profile {
            user: User {
                id: UserId::new("usr_1"),
                email: "ana@example.org".to_owned(),
                name: "Ana <Ferris>".to_owned(),
            },
            has_password,
            version: 7,
            sessions: vec![session("ab", "Firefox, Android"), session("cd", "")],
        }
    }

    fn page(lang: Lang, has_password: bool, wrong: Option<Wrong<'_>>) -> String {
        let shell = sample::shell(lang);
        let html = Page {
            shell: &shell,
            market: &sample::market(),
            profile: &profile(has_password),
            this: &"ab".repeat(32),
            now: sample::at("2026-11-28T06:52"),
            team: has_password,
            wrong,
            done: done(Some("name")),
        }
        .html();
        sample::check(&html);
        html
    }

    #[test]
    fn the_account_in_every_language() {
        for lang in Lang::ALL {
            let html = page(lang, true, None);
            assert!(
                html.contains("value=\"Ana &#60;Ferris&#62;\"") && html.contains("value=\"7\"")
            );
            assert!(html.contains("Firefox, Android") && html.contains("role=\"status\""));
            // One's own session is not ended by a button of its row.
            assert_eq!(html.matches("name=\"end\"").count(), 2);
            assert!(html.contains("value=\"cdcdcdcdcdcdcdcd\""));
            let ids: Vec<&str> = html.split(" id=\"").skip(1).collect();
            let mut ids: Vec<&str> = ids.iter().filter_map(|id| id.split('"').next()).collect();
            let all = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), all, "an id twice");
            assert!(html.contains("href=\"/farm/team\""));
            let first = page(lang, false, None);
            assert!(!first.contains("href=\"/farm/team\""));
            assert!(first.contains("action=\"/reset\"") && !first.contains("name=\"current\""));
        }
    }

    #[test]
    fn what_is_wrong_is_told_in_its_own_form() {
        let error = Error::invalid("email", "accounts-login-bad-email");
        let wrong = Wrong {
            part: Part::Email,
            typed: "<x",
            error: &error,
        };
        let html = page(Lang::En, true, Some(wrong));
        assert!(html.contains("value=\"&#60;x\"") && html.contains("href=\"#email\""));
        assert_eq!(html.matches("role=\"alert\" tabindex").count(), 1);
    }

    #[test]
    fn done_is_said_in_words_and_nothing_else_is() {
        for word in ["name", "password", "email", "email-sent", "session", "left"] {
            assert!(done(Some(word)).is_some());
        }
        assert_eq!((done(Some("x")), done(None)), (None, None));
    }

    #[test]
    fn the_new_address_in_every_language() {
        for lang in Lang::ALL {
            let shell = sample::shell(lang);
            let page = confirm(&shell, "Ana", "new@example.org");
            sample::check(&page);
            assert!(page.contains("new@example.org"));
            sample::check(&old_link(&shell));
            let mail = email_mail(lang.words(), &sample::market(), "Ana", "http://x/1");
            assert!(mail.text().contains("http://x/1") && !mail.text().contains('{'));
        }
    }
}
