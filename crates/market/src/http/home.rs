//! The start page: the next market day, the way to an order, the way in for those who work here.
use std::sync::Arc;

use askama::Template;
use axum::{Router, extract::State, response::Html, routing::get};

use super::{
    guard::Visitor,
    page::{self, Look},
};
use crate::{
    app::App,
    error::Result,
    kernel::ids::OrderId,
    markets,
    orders::{self, pages::LookUp},
    pages::{Shell, Theme, formats, render},
    setup,
    words::Words,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/", get(show))
}

#[derive(Template)]
#[template(path = "http/home.html")]
struct Page<'a> {
    shell: &'a Shell,
    w: Words,
    /// `Today, Saturday 28 November`
    next: Option<String>,
    /// Id and code of the orders this session may follow.
    orders: &'a [(OrderId, String)],
    /// The look-up form, as on its own page.
    look_up: String,
}

impl Page<'_> {
    fn works(&self) -> bool {
        self.shell
            .person
            .as_ref()
            .is_some_and(|person| person.works)
    }
}

async fn show(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
) -> Result<Html<String>> {
    let now = app.now();
    if app.markets.setting_up().is_some() {
        return Ok(page::html(setup::pages::waiting(&look.shell(&who, now))));
    }
    let read = app.db.read().await?;
    let day = markets::store::find_next_day(&read, &who.market.id, now).await?;
    let orders = match &who.proof {
        crate::accounts::model::Proof::Session(hash) => {
            orders::links::store::list_granted(&read, &who.market.id, hash).await?
        }
        _ => Vec::new(),
    };
    drop(read);
    let today = formats::day_of(now, &who.market.zone);
    let next = day
        .and_then(|day| formats::day(&day.date))
        .map(|day| formats::capital(&formats::when_full(day, today, look.words)));
    let shell = look.shell(&who, now);
    let look_up = orders::pages::look_up_form(look.words, &LookUp::Empty);
    Ok(page::html(render(&Page {
        shell: &shell,
        w: look.words,
        next,
        orders: &orders,
        look_up,
    })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{pages::sample, words::Lang};

    #[test]
    fn the_start_page_in_every_language() {
        for lang in Lang::ALL {
            let shell = sample::shell(lang);
            let orders = [(OrderId::new("ord_1"), "FM-7Q4K2D".to_owned())];
            let full = render(&Page {
                shell: &shell,
                w: lang.words(),
                next: Some("today, Saturday".to_owned()),
                orders: &orders,
                look_up: String::new(),
            });
            sample::check(&full);
            assert!(full.contains("today, Saturday") && full.contains("/orders/ord_1/track"));
            let empty = render(&Page {
                shell: &shell,
                w: lang.words(),
                next: None,
                orders: &[],
                look_up: String::new(),
            });
            sample::check(&empty);
            assert!(!empty.contains("/track\""));
        }
    }
}
