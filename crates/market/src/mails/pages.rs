//! The list of mails, and one of them.
use askama::Template;

use crate::{
    pages::{
        Shell, Theme,
        example::{Example, To},
        render,
    },
    words::{Lang, Words},
};

#[derive(Template)]
#[template(path = "mails/list.html")]
pub struct ListPage<'a> {
    pub shell: &'a Shell,
    pub w: Words,
    pub all: Vec<Example>,
}

impl ListPage<'_> {
    pub fn html(&self) -> String {
        render(self)
    }

    /// By who gets them: the heading and its mails.
    fn groups(&self) -> [(String, Vec<&Example>); 4] {
        let of = |key: &str, readers: &[To]| {
            let mails = self.all.iter().filter(|mail| readers.contains(&mail.to));
            (self.w.say(key).into_owned(), mails.collect())
        };
        [
            of("mails-to-customer", &[To::Customer]),
            of("mails-to-farm", &[To::Farm, To::Farmer]),
            of("mails-to-manager", &[To::Manager]),
            of("mails-to-person", &[To::Person]),
        ]
    }

    fn who(&self, mail: &Example) -> String {
        who(mail.to, self.w)
    }
}

fn who(to: To, w: Words) -> String {
    w.say(match to {
        To::Customer => "mails-who-customer",
        To::Farm => "mails-who-farm",
        To::Manager => "mails-who-manager",
        To::Farmer => "mails-who-asked",
        To::Person => "mails-who-person",
    })
    .into_owned()
}

#[derive(Template)]
#[template(path = "mails/mail.html")]
pub struct MailPage<'a> {
    pub shell: &'a Shell,
    pub w: Words,
    /// What the market is called, and the address its mails come from.
    pub market: &'a str,
    pub from: &'a str,
    /// Where a test mail goes.
    pub me: &'a str,
    pub mail: Example,
    pub is_sent: bool,
}

impl MailPage<'_> {
    pub fn html(&self) -> String {
        render(self)
    }

    fn who(&self) -> String {
        who(self.mail.to, self.w)
    }

    fn lang(&self) -> &'static str {
        self.w.lang().tag()
    }

    /// Tag, own name, and whether the page is in it.
    fn langs(&self) -> impl Iterator<Item = (&'static str, &'static str, bool)> + use<> {
        let own = self.w.lang();
        let langs = Lang::ALL.into_iter();
        langs.map(move |lang| (lang.tag(), lang.own_name(), lang == own))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        mails::all::all,
        pages::{
            example::Scene,
            sample::{self, at},
        },
    };

    fn examples(lang: Lang) -> Vec<Example> {
        all(&Scene {
            w: lang.words(),
            market: &sample::market(),
            base: "https://market.example",
            now: at("2026-11-26T09:00"),
        })
    }

    #[test]
    fn every_mail_is_in_the_list_and_has_a_page() {
        for lang in Lang::ALL {
            let shell = sample::shell(lang);
            let w = lang.words();
            let list = ListPage {
                shell: &shell,
                w,
                all: examples(lang),
            };
            let html = list.html();
            sample::check(&html);
            for mail in examples(lang) {
                let (name, when) = (mail.name, w.say(mail.when));
                let link = format!("href=\"/market/mails/{name}\"");
                assert_eq!(html.matches(&link).count(), 1, "{name}");
                assert!(html.contains(&*when), "{name}: {when}");
                let (subject, frame) = (
                    mail.letter.subject.replace('\'', "&#39;"),
                    format!("src=\"/market/mails/{name}/html?lang={}\"", lang.tag()),
                );
                let page = MailPage {
                    shell: &shell,
                    w,
                    market: "<Riverside>",
                    from: "market@example.org",
                    me: "mara@example.org",
                    mail,
                    is_sent: name == "order.placed",
                }
                .html();
                sample::check(&page);
                for part in [
                    &*subject,
                    &*frame,
                    "sandbox",
                    "&#60;Riverside&#62;",
                    "mara@example.org",
                ] {
                    assert!(page.contains(part), "no {part} in {page}");
                }
                assert_eq!(page.contains("note ok"), name == "order.placed");
            }
        }
    }
}
