//! The page of what was done, and its file.
use askama::Template;
use serde_json::Value;

use super::model::{Entry, STATUS, Shown, Verb, Via};
use crate::{
    error::FieldError,
    kernel::{role::Role, time::Ts},
    markets::model::Market,
    orders::model::Status,
    pages::{Shell, Theme, formats, inputs::Answers, manage, names, render, sheet::Sheet},
    words::Words,
};

#[derive(Template)]
#[template(path = "audit/pages.html")]
pub struct AuditPage<'a> {
    pub shell: &'a Shell,
    pub w: Words,
    pub market: &'a Market,
    pub now: Ts,
    pub answers: Answers,
    pub wrong: &'a [FieldError],
    pub rows: Vec<Shown>,
    /// Where the next page begins.
    pub older: Option<String>,
}

struct Row<'a> {
    title: String,
    moment: String,
    machine: String,
    actor: Option<&'a str>,
    who: String,
    thing: &'a str,
    /// What, before, after.
    changes: Vec<(String, String, String)>,
    from: String,
}

impl AuditPage<'_> {
    pub fn html(&self) -> String {
        render(self)
    }

    fn errors(&self) -> Vec<(&'static str, String)> {
        let wrong = self.wrong.iter();
        wrong
            .map(|wrong| (wrong.field, self.w.tell(&wrong.say)))
            .collect()
    }

    fn problem(&self, field: &str) -> Option<String> {
        let wrong = self.wrong.iter().find(|wrong| wrong.field == field);
        wrong.map(|wrong| self.w.tell(&wrong.say))
    }

    fn verbs(&self) -> Vec<(&'static str, String)> {
        let all = Verb::ALL.iter().map(|verb| verb.as_str());
        all.chain([STATUS])
            .map(|text| (text, verb(text, self.w)))
            .collect()
    }

    /// The same filter, for another page or a file.
    fn query(&self) -> String {
        let pairs = self.answers.0.iter().filter(|(_, value)| !value.is_empty());
        let pairs = pairs.map(|(name, value)| format!("{name}={}", formats::in_query(value)));
        pairs.collect::<Vec<_>>().join("&")
    }

    fn list(&self) -> Vec<Row<'_>> {
        self.rows.iter().map(|row| self.row(row)).collect()
    }

    fn row<'a>(&self, shown: &'a Shown) -> Row<'a> {
        let (w, entry) = (self.w, &shown.entry);
        let role = Role::parse(&entry.role)
            .map_or_else(|| entry.role.clone(), |role| manage::role(role, w));
        let who = match &shown.name {
            Some(name) => format!("{name}, {role}"),
            None => role,
        };
        let from = [
            via(&entry.via, w),
            entry.address.clone(),
            entry.request.clone(),
        ];
        let from = from.into_iter().filter(|part| !part.is_empty());
        Row {
            title: verb(&entry.verb, w),
            moment: formats::moment(entry.at, self.now, &self.market.zone, w),
            machine: formats::machine(entry.at, &self.market.zone),
            actor: entry.actor.as_deref(),
            who,
            thing: &entry.thing,
            changes: changes(entry, w),
            from: from.collect::<Vec<_>>().join(" · "),
        }
    }
}

/// By which way it came, where that is not the usual one.
fn via(text: &str, w: Words) -> String {
    match Via::parse(text) {
        Some(Via::Token) => w.say("audit-via-token").into_owned(),
        Some(Via::Cli) => w.say("audit-via-cli").into_owned(),
        Some(Via::Nothing | Via::Session | Via::System) | None => String::new(),
    }
}

/// Each value that is said of the thing, by its name.
fn changes(entry: &Entry, w: Words) -> Vec<(String, String, String)> {
    let read = |text: Option<&str>| match text.map(serde_json::from_str) {
        Some(Ok(Value::Object(map))) => map,
        _ => serde_json::Map::new(),
    };
    let (was, became) = (read(entry.was.as_deref()), read(entry.became.as_deref()));
    let is_step = entry.verb == STATUS;
    let plain = |value: Option<&Value>| match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => {
            let status = Status::parse(text).filter(|_| is_step);
            status.map_or_else(|| text.clone(), |status| names::farm_word(status, w))
        }
        Some(other) => other.to_string(),
    };
    let mut names: Vec<&String> = was.keys().chain(became.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let all = names
        .into_iter()
        .map(|name| (name.clone(), plain(was.get(name)), plain(became.get(name))));
    all.filter(|(_, was, became)| was != became).collect()
}

pub fn sheet(rows: &[Shown]) -> String {
    let mut sheet = Sheet::new(&[
        "at",
        "actor_id",
        "actor",
        "role",
        "verb",
        "thing_id",
        "was",
        "became",
        "via",
        "address",
        "request_id",
        "id",
    ]);
    for Shown { entry, name } in rows {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let at = entry.at.rfc3339();
        let (actor, was, became) = (text(&entry.actor), text(&entry.was), text(&entry.became));
        let name = text(name);
        sheet.row([
            &*at,
            &actor,
            &name,
            &entry.role,
            &entry.verb,
            &entry.thing,
            &was,
            &became,
            &entry.via,
            &entry.address,
            &entry.request,
            &entry.id,
        ]);
    }
    sheet.finish()
}

fn verb(text: &str, w: Words) -> String {
    let Some(verb) = Verb::parse(text) else {
        let known = text == STATUS;
        return if known {
            w.say("audit-did-order-status").into_owned()
        } else {
            text.to_owned()
        };
    };
    w.say(match verb {
        Verb::MarketChanged => "audit-did-market-changed",
        Verb::DayAdded => "audit-did-day-added",
        Verb::DayChanged => "audit-did-day-changed",
        Verb::DayMoved => "audit-did-day-moved",
        Verb::PlaceAdded => "audit-did-place-added",
        Verb::PlaceChanged => "audit-did-place-changed",
        Verb::FarmApplied => "audit-did-farm-applied",
        Verb::FarmDescribed => "audit-did-farm-described",
        Verb::FarmApproved => "audit-did-farm-approved",
        Verb::FarmDeclined => "audit-did-farm-declined",
        Verb::FarmPaused => "audit-did-farm-paused",
        Verb::FarmResumed => "audit-did-farm-resumed",
        Verb::FarmLate => "audit-did-farm-late",
        Verb::FarmOnTime => "audit-did-farm-on-time",
        Verb::ProductAdded => "audit-did-product-added",
        Verb::ProductChanged => "audit-did-product-changed",
        Verb::TeamInvited => "audit-did-team-invited",
        Verb::TeamWithdrawn => "audit-did-team-withdrawn",
        Verb::TeamJoined => "audit-did-team-joined",
        Verb::TeamRemoved => "audit-did-team-removed",
        Verb::TokenMade => "audit-did-token-made",
        Verb::TokenRevoked => "audit-did-token-revoked",
        Verb::AccountMade => "audit-did-account-made",
        Verb::AccountRenamed => "audit-did-account-renamed",
        Verb::AccountPassword => "audit-did-account-password",
        Verb::AccountEmail => "audit-did-account-email",
        Verb::AccountClosed => "audit-did-account-closed",
        Verb::AccountReopened => "audit-did-account-reopened",
        Verb::SessionBegun => "audit-did-session-begun",
        Verb::SessionEnded => "audit-did-session-ended",
        Verb::SessionsEnded => "audit-did-sessions-ended",
        Verb::OrderPicked => "audit-did-order-picked",
        Verb::MailTested => "audit-did-mail-tested",
        Verb::OrderChanged => "audit-did-order-changed",
        Verb::SetupLink => "audit-did-setup-link",
        Verb::SetupMarket => "audit-did-setup-market",
        Verb::SetupOwner => "audit-did-setup-owner",
        Verb::SetupDone => "audit-did-setup-done",
    })
    .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::Say,
        pages::sample::{self, at},
        words::Lang,
    };

    fn shown(verb: &str, role: &str) -> Shown {
        Shown {
            entry: Entry {
                id: "aud_0193".to_owned(),
                market: "mkt_1".to_owned(),
                at: at("2026-11-28T06:40"),
                actor: Some("usr_1".to_owned()),
                role: role.to_owned(),
                verb: verb.to_owned(),
                thing: "prd_1".to_owned(),
                was: Some("{\"price_minor\":180,\"days\":[],\"same\":1}".to_owned()),
                became: Some("{\"price_minor\":200,\"name\":\"=<b>\",\"same\":1}".to_owned()),
                via: "SESSION".to_owned(),
                address: "192.0.2.7".to_owned(),
                request: "req_1".to_owned(),
            },
            name: Some("<Rosa>".to_owned()),
        }
    }

    #[test]
    fn every_verb_and_role_in_every_language() {
        for lang in Lang::ALL {
            let (shell, w) = (sample::shell(lang), lang.words());
            let verbs = Verb::ALL.iter().map(|verb| verb.as_str());
            let mut rows: Vec<Shown> = verbs
                .chain([STATUS, "odd.one"])
                .map(|verb| shown(verb, "ADMIN"))
                .collect();
            rows.extend(Role::ALL.map(|role| shown("day.moved", role.as_str())));
            let wrong = [FieldError {
                field: "from",
                say: Say::key("audit-bad-day"),
            }];
            let page = AuditPage {
                shell: &shell,
                w,
                market: &sample::market(),
                now: at("2026-11-28T06:52"),
                answers: Answers::default()
                    .with("actor", "a b&c@é")
                    .with("verb", "day.moved"),
                wrong: &wrong,
                rows,
                older: Some("0193".to_owned()),
            };
            let html = page.html();
            sample::check(&html);
            for part in [
                "&#60;Rosa&#62;, ",
                "180",
                "role=\"alert\"",
                "href=\"#from\"",
                "<option value=\"day.moved\" selected>",
                "actor=a%20b%26c%40%C3%A9&#38;verb=day.moved&before=0193",
                "odd.one",
            ] {
                assert!(html.contains(part), "no {part} in {html}");
            }
            assert!(!html.contains("{audit-"), "{html}");
        }
    }

    #[test]
    fn what_is_the_same_is_not_told() {
        let w = Lang::En.words();
        let mut entry = shown("product.changed", "ADMIN").entry;
        let told = changes(&entry, w);
        let names: Vec<&str> = told.iter().map(|change| &*change.0).collect();
        assert_eq!(names, ["days", "name", "price_minor"]);
        entry.was = None;
        entry.became = Some("no json".to_owned());
        assert!(changes(&entry, w).is_empty());
    }

    #[test]
    fn a_step_of_an_order_is_told_in_words_and_only_an_unusual_way() {
        let w = Lang::En.words();
        let mut entry = shown(STATUS, "ADMIN").entry;
        entry.was = Some(r#"{"status":"PREPARING"}"#.to_owned());
        entry.became = Some(r#"{"status":"READY"}"#.to_owned());
        let words = |was: &str, became: &str| {
            vec![("status".to_owned(), was.to_owned(), became.to_owned())]
        };
        assert_eq!(changes(&entry, w), words("Packing", "Ready"));
        // Others have statuses of their own.
        entry.verb = "day.moved".to_owned();
        assert_eq!(changes(&entry, w), words("PREPARING", "READY"));
        let ways: Vec<String> = Via::ALL.iter().map(|way| via(way.as_str(), w)).collect();
        let told = ways.iter().filter(|way| !way.is_empty()).count();
        assert_eq!(told, 2, "{ways:?}");
        assert_eq!(via("TOKEN", w), "by a token");
    }

    #[test]
    fn a_file_holds_no_formula() {
        let mut row = shown("product.changed", "ADMIN");
        row.name = Some("=HYPERLINK(\"http://evil\")".to_owned());
        let text = sheet(&[row]);
        assert!(
            text.contains(",\"'=HYPERLINK(\"\"http://evil\"\")\","),
            "{text}"
        );
        assert_eq!(text.lines().count(), 2);
    }
}
