//! What every page has in common: the shell around it, how money and days are written, pictures drawn from data.
//!
//! Pages turn models into HTML. They read nothing and write nothing; what depends on the request comes in a `Shell`.
pub mod art;
pub mod example;
pub mod formats;
pub mod glyphs;
pub mod inputs;
pub mod letter;
pub mod manage;
pub mod names;
pub mod qr;
pub mod sheet;
pub mod wares;

use crate::{
    accounts::model::Proof,
    http::assets,
    kernel::{hash, time::Ts},
    markets::model::Market,
    words::{Lang, Words},
};

/// A choice of colours that wins over the system's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
    /// For a phone in the sun: black on white, large, no tints.
    Field,
}

impl Theme {
    /// The value of the cookie and of `?theme=`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "system" => Some(Self::System),
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            "field" => Some(Self::Field),
            _ => None,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Field => "field",
        }
    }
}

/// Somebody signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    /// Works for a farm or the market: the board is one link away.
    pub works: bool,
    /// Manages the market: its days and settings are one link away.
    pub manages: bool,
    /// Notices this person has not read.
    pub unread: i64,
}

/// The stream that keeps a page right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    pub url: String,
    /// Of what is on the page; opaque to the browser, which hands it back as `?after=`.
    pub version: String,
}

/// What depends on the request and not on the page.
#[derive(Clone, Debug)]
pub struct Shell {
    pub market: String,
    pub address: String,
    pub words: Words,
    pub theme: Theme,
    /// IANA name: the live chip shows the market's time.
    pub zone: String,
    /// When this page was made, `6:52`.
    pub made: String,
    /// The same with its day, for a copy that is read later.
    pub made_full: String,
    /// For whom the browser may keep this page: one name for each session, which says nothing of it.
    pub keep: Option<String>,
    /// This page, path and query: what "Check again" opens.
    pub here: String,
    pub person: Option<Person>,
    /// Lines in the visitor's cart, on pages that have it at hand.
    pub cart: Option<usize>,
    pub live: Option<Live>,
}

impl Shell {
    pub fn new(market: &Market, words: Words, theme: Theme, here: &str, now: Ts) -> Self {
        Self {
            market: market.name.clone(),
            address: market.address.clone(),
            words,
            theme,
            zone: market.zone_name.clone(),
            made: formats::time(now, &market.zone),
            made_full: format!(
                "{}, {}",
                formats::date_short(formats::day_of(now, &market.zone), words),
                formats::time(now, &market.zone)
            ),
            keep: None,
            here: here.to_owned(),
            person: None,
            cart: None,
            live: None,
        }
    }

    #[must_use]
    pub fn signed_in(mut self, person: Option<Person>) -> Self {
        self.person = person;
        self
    }

    #[must_use]
    pub fn live(mut self, url: impl Into<String>, version: &(impl ToString + ?Sized)) -> Self {
        self.live = Some(Live {
            url: url.into(),
            version: version.to_string(),
        });
        self
    }

    #[must_use]
    pub fn kept_for(mut self, proof: &Proof) -> Self {
        self.keep = Some(match proof {
            Proof::Session(session) => hash::sha256(format!("kept {session}"))[..16].to_owned(),
            _ => "nobody".to_owned(),
        });
        self
    }

    pub fn css(&self) -> &'static str {
        assets::url("market.css")
    }

    pub fn js(&self) -> &'static str {
        assets::url("market.js")
    }

    pub fn icon(&self) -> &'static str {
        assets::url("icon.svg")
    }

    /// Signed in, and somebody who works here: the board is worth more room than the cart.
    pub fn works(&self) -> bool {
        self.person.as_ref().is_some_and(|person| person.works)
    }

    pub fn is_at(&self, path: &str) -> bool {
        self.here.split('?').next() == Some(path)
    }

    pub fn touch_icon(&self) -> &'static str {
        assets::url("icon-192.png")
    }

    /// The link to the notices, with their count.
    pub fn unread(&self) -> String {
        unread(
            self.person.as_ref().map_or(0, |person| person.unread),
            self.words,
        )
    }

    /// What the board's switch changes to.
    pub fn theme_to(&self) -> &'static str {
        if self.theme == Theme::Field {
            Theme::System.as_str()
        } else {
            Theme::Field.as_str()
        }
    }

    /// The languages one can change to, each a link to this page.
    pub fn other_langs(&self) -> impl Iterator<Item = (Lang, String)> + use<'_> {
        let others = Lang::ALL
            .into_iter()
            .filter(|lang| *lang != self.words.lang());
        others.map(|lang| (lang, self.with("lang", lang.tag())))
    }

    /// This page with one value of its query changed.
    pub fn with(&self, name: &str, value: &str) -> String {
        let (path, query) = self.here.split_once('?').unwrap_or((&self.here, ""));
        let kept = query
            .split('&')
            .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name));
        let mut url = format!("{path}?");
        for pair in kept {
            url.push_str(pair);
            url.push('&');
        }
        url + name + "=" + value
    }
}

#[derive(askama::Template)]
#[template(path = "pages/unread.html")]
struct Unread {
    w: Words,
    n: usize,
}

/// The words of the link to the notices: part of every page's head, and of the stream that moves it.
pub fn unread(n: i64, w: Words) -> String {
    let n = usize::try_from(n).unwrap_or(0);
    render(&Unread { w, n })
}

/// Renders a template; one that fails is logged and leaves its page empty rather than ending the request.
pub fn render(template: &impl askama::Template) -> String {
    template.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a template failed");
        String::new()
    })
}

/// A market and a shell for the pages' `sample()`s.
#[cfg(test)]
pub mod sample {
    use super::*;
    use crate::{
        kernel::{ids::MarketId, money::Currency},
        markets::model::Fees,
    };

    pub fn market() -> Market {
        Market {
            id: MarketId::new("mkt_1"),
            slug: "riverside".to_owned(),
            name: "Riverside Market".to_owned(),
            address: "Mill Lane, Thornbury".to_owned(),
            currency: Currency::Gbp,
            zone_name: "Europe/London".to_owned(),
            zone: jiff::tz::TimeZone::get("Europe/London").unwrap(),
            code_prefix: "FM".to_owned(),
            lang: "en".to_owned(),
            is_default: true,
            tax_included: true,
            fees: Fees::NONE,
            version: 1,
        }
    }

    pub fn at(local: &str) -> Ts {
        crate::kernel::time::instant(local.parse().unwrap(), &market().zone).unwrap()
    }

    pub fn shell(lang: Lang) -> Shell {
        Shell::new(
            &market(),
            lang.words(),
            Theme::System,
            "/here?a=1&lang=en",
            at("2026-11-28T06:52"),
        )
    }

    /// What holds of every page, in every language.
    pub fn check(html: &str) {
        assert!(html.starts_with("<!doctype html>"), "no page: {html}");
        assert_eq!(html.matches("<h1").count(), 1, "one h1");
        assert_eq!(html.matches("<main").count(), 1);
        // A key without words shows in braces; placeables never reach a page.
        assert!(
            !html.contains("{orders-")
                && !html.contains("{market-")
                && !html.contains("{accounts-")
                && !html.contains("{farms-")
                && !html.contains("{products-")
                && !html.contains("{markets-")
                && !html.contains("{setup-")
                && !html.contains("{notices-")
                && !html.contains("{audit-")
                && !html.contains("{mails-"),
            "{html}"
        );
        for inline in [" style=", "<style", " onclick=", "javascript:", "{$", "{ $"] {
            assert!(!html.contains(inline), "{inline}");
        }
        assert!(html.len() < 100_000);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_is_found_by_its_name() {
        for theme in [Theme::System, Theme::Light, Theme::Dark, Theme::Field] {
            assert_eq!(Theme::parse(theme.as_str()), Some(theme));
        }
        assert_eq!(Theme::parse("pink"), None);
    }

    #[test]
    fn a_link_changes_one_value_of_the_query() {
        let shell = sample::shell(Lang::En);
        assert_eq!(shell.with("lang", "es"), "/here?a=1&lang=es");
        let here = Shell {
            here: "/track".to_owned(),
            ..shell
        };
        assert_eq!(here.with("theme", "field"), "/track?theme=field");
        let langs: Vec<_> = here.other_langs().collect();
        assert_eq!(langs, [(Lang::Es, "/track?lang=es".to_owned())]);
    }

    #[test]
    fn a_failing_template_leaves_its_page_empty() {
        struct Broken;
        impl std::fmt::Display for Broken {
            fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                Err(std::fmt::Error)
            }
        }
        #[derive(askama::Template)]
        #[template(source = "{{ broken }}", ext = "txt")]
        struct Page {
            broken: Broken,
        }
        assert_eq!(render(&Page { broken: Broken }), "");
    }
}
