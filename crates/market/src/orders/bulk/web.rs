//! The board's ticked rows, all at once.
use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
    routing::post,
};

use super::pages::{self, Fate};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Outcomes, Result},
    http::{
        body::Form,
        guard::FarmStaff,
        page::{self, Look},
    },
    idempotency::model::Key,
    kernel::{ids, line},
    orders::{
        actions::{self, Goal, Keep, Outcome, Wish},
        board,
        model::{Status, board::Board, guard::Ask},
        pages::{Filter, View, status},
    },
};

/// One request ends before a proxy loses patience.
const MOST: usize = 500;

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/farm/board/bulk", post(change))
}

struct Asked {
    to: Goal,
    key: String,
    farm: String,
    view: View,
    /// The version that was seen and the part's id, for each ticked row.
    ticked: Vec<(i64, String)>,
}

/// `o` is a version and a part's id, once for each ticked row.
fn asked(form: &[(String, String)]) -> Result<Asked> {
    let field = |name: &str| {
        let found = form.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let to = match field("to") {
        "UNDO" => Goal::Undo,
        to => Goal::Status(
            Status::parse(to)
                .filter(|to| matches!(to, Status::Preparing | Status::Ready | Status::Confirmed))
                .ok_or_else(|| Error::invalid("to", "orders-unknown-status"))?,
        ),
    };
    let key =
        line::line(field("key"), 60).map_err(|_bad| Error::invalid("key", "orders-bad-key"))?;
    let ticked = form
        .iter()
        .filter(|(name, _)| name == "o")
        .filter_map(|(_, value)| {
            let (version, id) = value.split_once('.')?;
            Some((version.parse().ok()?, id.to_owned()))
        });
    Ok(Asked {
        to,
        key,
        farm: field("farm").to_owned(),
        view: View {
            show: Filter::parse(Some(field("show"))),
            window: Some(field("window").to_owned())
                .filter(|id| ids::is_well_formed(id) && !id.contains('&')),
            pick: Some(false),
            whole: false,
        },
        ticked: ticked.collect(),
    })
}

async fn change(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Form(form, _): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let asked = asked(&form)?;
    // Whose board it is comes before what is wrong with the wish.
    let farm = board::find(&app, &who, Some(&asked.farm)).await?.farm.slug;
    let wrong = wrong(&look, asked.ticked.len());
    let ticked = if wrong.is_none() {
        asked.ticked.as_slice()
    } else {
        &[]
    };
    let mut outcomes = Outcomes::default();
    for (version, id) in ticked {
        let work = one(&app, &who, id, *version, asked.to, &asked.key);
        outcomes.add(Box::pin(work)).await?;
    }
    let refused = outcomes
        .all()
        .into_iter()
        .map(|went| went.err().map(|error| said(&look, &error)));
    let done: Vec<_> = ticked.iter().map(|(_, id)| id).zip(refused).collect();
    let back = format!("/farm/board?farm={farm}{}", asked.view.query());
    if wrong.is_none() && done.iter().all(|(_, why)| why.is_none()) {
        return Ok(Redirect::to(&back).into_response());
    }
    let board = board::find(&app, &who, Some(&asked.farm)).await?;
    let status = match &wrong {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None if done.iter().any(|(_, why)| why.is_none()) => StatusCode::OK,
        None => StatusCode::CONFLICT,
    };
    let fates = done
        .into_iter()
        .map(|(id, why)| fate(&board, &look, id, why));
    let page = pages::Result {
        w: look.words,
        back,
        wrong,
        fates: fates.collect(),
        farm,
    };
    let shell = look.shell(&who, app.now());
    Ok((status, page::html(page.render(&shell))).into_response())
}

fn wrong(look: &Look, ticked: usize) -> Option<String> {
    if ticked == 0 {
        return Some(look.words.say("orders-bulk-none").into_owned());
    }
    let most = MOST.to_string();
    (ticked > MOST).then(|| look.words.say_a("orders-bulk-many", &most))
}

/// One order, in its own transaction, with a key of its own.
async fn one(
    app: &App,
    who: &Caller,
    id: &str,
    version: i64,
    to: Goal,
    key: &str,
) -> Result<actions::Answer> {
    let wish = Wish {
        to,
        ask: Ask::default(),
        farm: None,
        expected_version: Some(version),
    };
    let goal = match to {
        Goal::Undo => "UNDO",
        Goal::Status(to) => to.as_str(),
    };
    let key = Key::new(
        who.market.id.clone(),
        who.key(),
        format!("{key}.{id}.{goal}"),
        "POST /farm/board/bulk",
        &version.to_string(),
    );
    let answer = |_: &Outcome| "{}".to_owned();
    let keep = Keep {
        key: &key,
        answer: &answer,
    };
    actions::advance(app, who, id, &wish, Some(keep)).await
}

fn said(look: &Look, error: &Error) -> String {
    match error {
        Error::NotFound => look.words.say("orders-bulk-gone").into_owned(),
        other => board::sentence(look.words, other),
    }
}

fn fate(board: &Board, look: &Look, id: &str, refused: Option<String>) -> Fate {
    let row = board.rows.iter().find(|row| row.id.as_str() == id);
    Fate {
        id: row.map_or_else(String::new, |row| row.id.to_string()),
        name: row.map_or_else(|| id.to_owned(), |row| row.customer_name.clone()),
        code: row.map_or_else(String::new, |row| row.code.clone()),
        word: row.map_or_else(String::new, |row| {
            status::farm_word(row.part.status, look.words)
        }),
        refused,
    }
}
