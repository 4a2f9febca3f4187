//! The page of one's tokens.
use askama::Template;

use super::model::Listed;
use crate::{
    accounts::{
        model::Scope,
        pages::{Field, FormView, Kind, Plain},
        profile::pages::{current, prove},
    },
    error::Error,
    kernel::{ids::FarmId, time::Ts},
    markets::model::Market,
    pages::{Shell, formats, render},
    words::Words,
};

/// How long a token may live, in days.
pub const DAYS: [u64; 3] = [30, 90, 365];

/// What was typed.
#[derive(Default)]
pub struct Typed {
    pub name: String,
    pub farm: String,
    pub days: u64,
    pub scopes: Vec<Scope>,
}

pub struct Page<'a> {
    pub shell: &'a Shell,
    pub market: &'a Market,
    pub tokens: &'a [Listed],
    /// The farms a token can be for.
    pub farms: &'a [(FarmId, String)],
    pub has_password: bool,
    /// Where a link goes for who has none.
    pub email: &'a str,
    pub now: Ts,
    pub secret: Option<&'a str>,
    pub typed: Typed,
    pub wrong: Option<&'a Error>,
}

#[derive(Template)]
#[template(path = "accounts/tokens/list.html")]
struct List<'a> {
    w: Words,
    secret: Option<&'a str>,
    tokens: Vec<Row<'a>>,
}

struct Row<'a> {
    id: &'a str,
    name: &'a str,
    hint: &'a str,
    may: String,
    times: String,
    label: String,
}

fn scope_word(scope: Scope, w: Words) -> String {
    w.say(match scope {
        Scope::OrdersRead => "accounts-scope-orders-read",
        Scope::OrdersWrite => "accounts-scope-orders-write",
        Scope::ProductsWrite => "accounts-scope-products-write",
    })
    .into_owned()
}

impl Page<'_> {
    pub fn html(&self) -> String {
        let w = self.shell.words;
        let list = render(&List {
            w,
            secret: self.secret,
            tokens: self.tokens.iter().map(|token| self.row(token)).collect(),
        });
        let page = Plain::new(
            self.shell,
            w.say("accounts-tokens-title"),
            w.say("accounts-tokens-lead"),
        );
        let page = match self.wrong {
            Some(Error::Unproved(_)) if !self.has_password => page.part(prove(w, self.email)),
            _ => page,
        };
        page.part(list).part(self.form()).html()
    }

    fn row<'t>(&self, token: &'t Listed) -> Row<'t> {
        let w = self.shell.words;
        let day = |at| formats::date(formats::day_of(at, &self.market.zone), w);
        let mut may: Vec<String> = token
            .scopes
            .iter()
            .map(|scope| scope_word(*scope, w))
            .collect();
        may.extend(token.farm.clone());
        Row {
            id: token.id.as_str(),
            name: &token.name,
            hint: &token.hint,
            may: may.join(" · "),
            times: w.say_with(
                "accounts-tokens-times",
                &[
                    ("made", day(token.created_at).into()),
                    ("ends", day(token.expires_at).into()),
                ],
            ),
            label: w.say_a("accounts-tokens-revoke-one", &token.name),
        }
    }

    fn form(&self) -> String {
        let w = self.shell.words;
        let wrong = self.wrong;
        let mut fields = vec![
            Field::new("name", w.say("accounts-tokens-name"), Kind::Input("text"))
                .hint(w.say("accounts-tokens-name-hint"))
                .value(&self.typed.name)
                .told(w, wrong),
        ];
        if !self.farms.is_empty() {
            let all = (
                String::new(),
                w.say("accounts-tokens-all-farms").into_owned(),
            );
            let farms = self
                .farms
                .iter()
                .map(|(id, name)| (id.to_string(), name.clone()));
            let options = std::iter::once(all).chain(farms).collect();
            fields.push(
                Field::new("farm", w.say("accounts-tokens-farm"), Kind::Select(options))
                    .value(&self.typed.farm),
            );
        }
        let days = DAYS.map(|days| {
            let n = usize::try_from(days).unwrap_or_default();
            (days.to_string(), w.say_n("accounts-tokens-days", n))
        });
        fields.push(
            Field::new(
                "days",
                w.say("accounts-tokens-ends"),
                Kind::Select(days.to_vec()),
            )
            .value(&self.typed.days.to_string())
            .told(w, wrong),
        );
        for scope in Scope::ALL {
            let on = self.typed.scopes.contains(&scope);
            let field = Field::new(scope.as_str(), scope_word(scope, w), Kind::Check(on));
            fields.push(field.id(scope.as_str().replace(':', "-")).told(w, wrong));
        }
        if self.has_password {
            fields.push(current(w, "token-current").told(w, wrong));
        }
        FormView::new(w, "/account/tokens", "accounts-tokens-make")
            .section("new-token", "accounts-tokens-new")
            .fields(fields)
            .html()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{kernel::ids::TokenId, pages::sample, words::Lang};

    #[test]
    fn the_page_in_every_language() {
        for lang in Lang::ALL {
            let shell = sample::shell(lang);
            let market = sample::market();
            let token = Listed {
                id: TokenId::new("tok_1"),
                name: "<Till>".to_owned(),
                hint: "9f3a".to_owned(),
                scopes: Scope::ALL.to_vec(),
                farm: Some("Rosa's".to_owned()),
                created_at: sample::at("2026-11-26T09:00"),
                expires_at: sample::at("2027-11-26T09:00"),
            };
            let farms = [(FarmId::new("frm_1"), "Rosa's".to_owned())];
            let wrong = Error::invalid("orders:read", "accounts-tokens-no-scope");
            let mut page = Page {
                shell: &shell,
                market: &market,
                tokens: std::slice::from_ref(&token),
                farms: &farms,
                has_password: true,
                email: "ana@example.org",
                now: token.created_at,
                secret: Some("mkt_00"),
                typed: Typed {
                    days: 90,
                    scopes: vec![Scope::OrdersRead],
                    ..Typed::default()
                },
                wrong: Some(&wrong),
            };
            let html = page.html();
            sample::check(&html);
            for part in [
                "…9f3a",
                "&#60;Till&#62;",
                "value=\"mkt_00\"",
                "<option value=\"90\" selected>",
                "name=\"orders:read\" type=\"checkbox\" checked aria-invalid",
                "name=\"orders:write\" type=\"checkbox\">",
                "href=\"#orders-read\"",
                "name=\"current\"",
            ] {
                assert!(html.contains(part), "{part}: {html}");
            }
            page.tokens = &[];
            page.farms = &[];
            page.secret = None;
            page.has_password = false;
            let html = page.html();
            sample::check(&html);
            for part in ["mkt_00", "name=\"farm\"", "name=\"current\""] {
                assert!(!html.contains(part), "{part}");
            }
        }
    }
}
