//! The harvest list: on a phone in the field, on paper, as a table for a spreadsheet.
use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

use super::{
    actions::{self, Said},
    model::{Sum, by_place},
    pages::HarvestPage,
    store,
};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result},
    http::{
        body::{Form, Query},
        download,
        guard::FarmStaff,
        page::{self, Look},
    },
    idempotency::model::Key,
    kernel::{
        ids::{ProductId, is_well_formed},
        line,
        qty::{self, Qty},
    },
    orders::{
        desk::{self, Desk},
        packing::pages::where_is,
    },
    pages::sheet::Sheet,
    products::model::typed::counted,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/farm/harvest", get(show).post(tick))
        .route("/farm/harvest.csv", get(csv))
}

#[derive(Deserialize)]
struct DayQuery {
    farm: Option<String>,
    /// A local date; without it the day at work.
    day: Option<String>,
}

struct Found {
    desk: Desk,
    sums: Vec<Sum>,
    orders: i64,
}

async fn find(app: &App, who: &Caller, farm: Option<&str>, day: Option<&str>) -> Result<Found> {
    let read = app.db.read_fresh().await?;
    let desk = desk::find(app, &read, who, farm, day).await?;
    let (sums, orders) = match &desk.day {
        Some(day) => (
            store::list(&read, &desk.farm.id, &day.id).await?,
            store::count_orders(&read, &desk.farm.id, &day.id).await?,
        ),
        None => (Vec::new(), 0),
    };
    Ok(Found { desk, sums, orders })
}

async fn show(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Query(query): Query<DayQuery>,
) -> Result<Response> {
    let found = find(&app, &who, query.farm.as_deref(), query.day.as_deref()).await?;
    Ok(page(&app, &who, &look, found, None).into_response())
}

fn page(
    app: &App,
    who: &Caller,
    look: &Look,
    found: Found,
    refused: Option<String>,
) -> axum::response::Html<String> {
    let now = app.now();
    let page = HarvestPage::new(
        &found.desk.farm,
        found.desk.day.as_ref(),
        found.orders,
        by_place(found.sums),
        &who.market,
        look.words,
        now,
        refused,
    );
    page::html(page.render(&look.shell(who, now)))
}

#[derive(Deserialize)]
struct TickForm {
    farm: String,
    day: String,
    product: String,
    /// `yes` or `no`.
    done: String,
    /// How much there is; empty: all that is needed.
    have: Option<String>,
    version: i64,
    key: String,
}

async fn tick(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Form(form, text): Form<TickForm>,
) -> Result<Response> {
    let done = match form.done.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(Error::invalid("done", "market-bad-form")),
    };
    if !is_well_formed(&form.product) {
        return Err(Error::NotFound);
    }
    let key = line::line(&form.key, 100).map_err(|_bad| Error::invalid("key", "orders-bad-key"))?;
    let key = Key::new(
        who.market.id.clone(),
        who.key(),
        key,
        "POST /farm/harvest",
        &text,
    );
    let found = find(&app, &who, Some(&form.farm), Some(&form.day)).await?;
    let day = found.desk.day.as_ref().ok_or(Error::NotFound)?;
    let error = match have(&found.sums, &form) {
        Ok(have) => {
            let said = Said {
                product: ProductId::new(&form.product),
                done,
                have,
                version: form.version,
            };
            let done = actions::tick(&app, &who, &found.desk.farm.id, day, &said, &key).await;
            let Err(error) = done else {
                let back = format!(
                    "/farm/harvest?farm={}&day={}#h-{}",
                    found.desk.farm.slug, day.date, form.product
                );
                return Ok(Redirect::to(&back).into_response());
            };
            error
        }
        Err(error) => error,
    };
    let sentence = match &error {
        Error::Stale { .. } => look.words.say("orders-board-moved").into_owned(),
        Error::Invalid(_) => look.words.tell(&error.say()),
        _ => return Err(error),
    };
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::CONFLICT);
    let found = find(&app, &who, Some(&form.farm), Some(&form.day)).await?;
    Ok((status, page(&app, &who, &look, found, Some(sentence))).into_response())
}

fn have(sums: &[Sum], form: &TickForm) -> Result<Option<Qty>> {
    let sum = sums.iter().find(|sum| sum.product.as_str() == form.product);
    let sum = sum.ok_or(Error::NotFound)?;
    match form.have.as_deref().map(str::trim) {
        None | Some("") => Ok(None),
        Some(typed) => qty::parse(typed, counted(&sum.unit))
            .map(Some)
            .map_err(|_bad| Error::invalid("have", "orders-pack-number")),
    }
}

async fn csv(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Query(query): Query<DayQuery>,
) -> Result<Response> {
    let found = find(&app, &who, query.farm.as_deref(), query.day.as_deref()).await?;
    let w = look.words;
    let heads = [
        "orders-harvest-csv-place",
        "orders-harvest-csv-product",
        "orders-harvest-csv-unit",
        "orders-harvest-csv-need",
        "orders-harvest-csv-have",
        "orders-harvest-csv-orders",
    ];
    let heads = heads.map(|key| w.say(key));
    let mut sheet = Sheet::new(&heads.each_ref().map(|head| &**head));
    for sum in by_place(found.sums).into_iter().flat_map(|(_, sums)| sums) {
        sheet.row([
            &*where_is(&sum.place),
            &sum.name,
            &sum.unit,
            &sum.need.plain(),
            &sum.have.map(Qty::plain).unwrap_or_default(),
            &sum.orders.to_string(),
        ]);
    }
    let day = found.desk.day.map(|day| day.date).unwrap_or_default();
    Ok(download::csv(&format!("harvest-{day}.csv"), sheet.finish()))
}
