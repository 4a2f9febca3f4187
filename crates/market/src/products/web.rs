//! A farm's products: all of them, one of them, and the one number that changes every morning. HTML handlers.
use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    actions::{self, Added, Keep, Shown},
    model::{
        Product, Tap,
        rights::{Deed, may},
        typed::{Typed, Wrong},
    },
    pages::{FormPage, ListPage, Newest, Refused, Viewer},
    store,
};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result, Say},
    farms::{self, model::Farm},
    http::{
        body::{Form, Query},
        guard::FarmStaff,
        page::{self, Look},
    },
    idempotency::model::Key,
    kernel::{hash, ids::ProductId, line},
    words::Lang,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/farm/products", get(list))
        .route("/farm/products/new", get(new).post(create))
        .route("/farm/products/{id}", get(show).post(save))
        .route("/farm/products/{id}/stock", post(count))
        .route("/farm/products/{id}/sold-out", post(sold_out))
}

/// A form's fields as they came; a box ticked twice is there twice.
type Fields = Vec<(String, String)>;

fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    let found = fields.iter().find(|(field, _)| field == name);
    found.map_or("", |(_, value)| value)
}

fn all(fields: &Fields, name: &str) -> Vec<String> {
    let found = fields.iter().filter(|(field, _)| field == name);
    found.map(|(_, value)| value.clone()).collect()
}

fn typed(fields: &Fields) -> Typed {
    let text = |name| field(fields, name).to_owned();
    Typed {
        name: text("name"),
        description: text("description"),
        category: text("category"),
        unit: text("unit"),
        price: text("price"),
        tax: text("tax"),
        stock: text("stock"),
        step: text("step"),
        content: text("content"),
        content_unit: text("content_unit"),
        season_from: text("season_from"),
        season_to: text("season_to"),
        days: all(fields, "days"),
        allergens: all(fields, "allergens"),
        diets: all(fields, "diets"),
        place: Some(text("place")),
        chilled: Some(all(fields, "chilled")),
    }
}

fn version(fields: &Fields) -> Result<i64> {
    let version = field(fields, "version").parse();
    version.map_err(|_not_a_number| Error::invalid("version", "market-bad-form"))
}

const fn mark(look: &Look) -> char {
    match look.lang {
        Lang::En | Lang::Pseudo => '.',
        Lang::Es => ',',
    }
}

#[derive(Deserialize)]
struct WhichFarm {
    /// The farm's slug; without it the viewer's first.
    farm: Option<String>,
}

/// The farms a viewer may look at, and the one asked for; any other is not there.
async fn farms_of(read: &db::Read, who: &Caller, slug: Option<&str>) -> Result<(Vec<Farm>, Farm)> {
    let mut farms = farms::store::list(read, &who.market.id).await?;
    farms.retain(|farm| who.manages().is_some() || who.farms().any(|own| *own == farm.id));
    let farm = farms
        .iter()
        .find(|farm| slug.is_none_or(|slug| farm.slug == slug))
        .cloned();
    farm.map(|farm| (farms, farm)).ok_or(Error::NotFound)
}

fn edits(who: &Caller, farm: &Farm) -> bool {
    may(Deed::Edit, &who.roles_at(&farm.id))
}

async fn list(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Query(query): Query<WhichFarm>,
) -> Result<Response> {
    list_page(&app, &who, &look, query.farm.as_deref(), None).await
}

async fn list_page(
    app: &App,
    who: &Caller,
    look: &Look,
    slug: Option<&str>,
    refused: Option<Refused>,
) -> Result<Response> {
    let read = app.db.read_fresh().await?;
    let (farms, farm) = farms_of(&read, who, slug).await?;
    let products = store::list_of_farm(&read, &farm.id).await?;
    let viewer = Viewer {
        farm: &farm,
        farms: &farms,
        edits: edits(who, &farm),
        manages: who.manages().is_some(),
    };
    let page = ListPage::new(&products, &viewer, &who.market, look.words, refused);
    Ok(page::html(page.render(&look.shell(who, app.now()))).into_response())
}

/// The list, at the product's row.
fn row_url(product: &Product, farm: &Farm) -> String {
    format!("/farm/products?farm={}#prd-{}", farm.slug, product.id)
}

fn at_row(product: &Product, farm: &Farm) -> Response {
    Redirect::to(&row_url(product, farm)).into_response()
}

/// A form that makes something carries a key: sent twice, it makes one. Gone back to and filled in anew it is another.
fn form_key(who: &Caller, key: &str, text: &str) -> Result<Key> {
    let key = line::line(key, 100).map_err(|_bad| Error::invalid("key", "orders-bad-key"))?;
    let key = hash::sha256(format!("{key}\n{text}"));
    let target = "POST /farm/products/new";
    Ok(Key::new(
        who.market.id.clone(),
        who.key(),
        key,
        target,
        text,
    ))
}

async fn new(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Query(query): Query<WhichFarm>,
) -> Result<Response> {
    let read = app.db.read_fresh().await?;
    let (_, farm) = farms_of(&read, &who, query.farm.as_deref()).await?;
    if !edits(&who, &farm) {
        return Err(Error::Forbidden(Say::key("products-forbidden")));
    }
    let is_first = store::list_of_farm(&read, &farm.id).await?.is_empty();
    let begun = Typed {
        // The short form does not ask; whoever sells something else looks behind it.
        category: if is_first { "leaf" } else { "" }.to_owned(),
        ..Typed::default()
    };
    let form = FormPage {
        w: look.words,
        farm: &farm,
        typed: &begun,
        key: &app.ids.make("new", app.now()),
        product: None,
        is_first,
        wrong: &[],
        newest: None,
    };
    Ok(page::html(form.render(&look.shell(&who, app.now()))).into_response())
}

async fn create(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Form(fields, text): Form<Fields>,
) -> Result<Response> {
    let slug = Some(field(&fields, "farm")).filter(|slug| !slug.is_empty());
    let read = app.db.read_fresh().await?;
    let (_, farm) = farms_of(&read, &who, slug).await?;
    drop(read);
    let typed = typed(&fields);
    let key = field(&fields, "key");
    let kept = form_key(&who, key, &text)?;
    let answer = |product: &Product, farm: &Farm| row_url(product, farm);
    let keep = Keep {
        key: &kept,
        status: 303,
        answer: &answer,
    };
    match actions::add(&app, &who, &farm.id, &typed, Some(keep)).await {
        Ok(Added::Now(added)) => Ok(at_row(&added.0, &added.1)),
        Ok(Added::Kept(url)) => Ok(Redirect::to(&url).into_response()),
        Err(Error::Invalid(wrong)) => {
            let wrong: Vec<Wrong> = wrong.iter().map(|w| (w.field, w.say.key)).collect();
            let form = FormPage {
                w: look.words,
                farm: &farm,
                typed: &typed,
                key,
                product: None,
                is_first: field(&fields, "first") == "yes",
                wrong: &wrong,
                newest: None,
            };
            Ok(refused(&app, &who, &look, &form, 422))
        }
        Err(error) => Err(error),
    }
}

fn refused(app: &App, who: &Caller, look: &Look, form: &FormPage<'_>, status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    let html = page::html(form.render(&look.shell(who, app.now())));
    (status, html).into_response()
}

async fn show(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Path(id): Path<String>,
) -> Result<Response> {
    let read = app.db.read_fresh().await?;
    let (product, farm) = actions::find(&read, &who, &id, Deed::Edit).await?;
    let form = FormPage {
        w: look.words,
        farm: &farm,
        typed: &Typed::of(&product, mark(&look)),
        key: "",
        product: Some(&product),
        is_first: false,
        wrong: &[],
        newest: None,
    };
    Ok(page::html(form.render(&look.shell(&who, app.now()))).into_response())
}

async fn save(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Path(id): Path<String>,
    Form(fields, _): Form<Fields>,
) -> Result<Response> {
    // Whose it is comes before what is wrong with the form.
    let read = app.db.read_fresh().await?;
    actions::find(&read, &who, &id, Deed::Edit).await?;
    drop(read);
    let version = version(&fields)?;
    let done = match field(&fields, "do") {
        "hide" => actions::set_hidden(&app, &who, &id, version, true).await,
        "show" => actions::set_hidden(&app, &who, &id, version, false).await,
        _ => {
            let typed = typed(&fields);
            match actions::edit(&app, &who, &id, version, &typed, Shown::default()).await {
                Err(error @ (Error::Invalid(_) | Error::Stale { .. })) => {
                    return again(&app, &who, &look, &id, version, &typed, &error).await;
                }
                done => done,
            }
        }
    };
    match done {
        Ok((product, farm)) => Ok(at_row(&product, &farm)),
        // Hidden or shown by somebody else: the form as it is now.
        Err(error @ Error::Stale { .. }) => {
            let read = app.db.read_fresh().await?;
            let (product, _) = actions::find(&read, &who, &id, Deed::Edit).await?;
            let typed = Typed::of(&product, mark(&look));
            drop(read);
            again(&app, &who, &look, &id, version, &typed, &error).await
        }
        Err(error) => Err(error),
    }
}

/// The form with what was typed. After a change by somebody else it shows theirs beside it and is sent on theirs.
async fn again(
    app: &App,
    who: &Caller,
    look: &Look,
    id: &str,
    version: i64,
    typed: &Typed,
    error: &Error,
) -> Result<Response> {
    let read = app.db.read_fresh().await?;
    let (mut product, farm) = actions::find(&read, who, id, Deed::Edit).await?;
    let newest = Newest(Typed::of(&product, mark(look)));
    let is_stale = matches!(error, Error::Stale { .. });
    let wrong: Vec<Wrong> = match error {
        Error::Invalid(wrong) => wrong.iter().map(|w| (w.field, w.say.key)).collect(),
        _ => Vec::new(),
    };
    if !is_stale {
        // Whoever mends a price has still not seen what changed meanwhile.
        product.version = version;
    }
    let form = FormPage {
        w: look.words,
        farm: &farm,
        typed,
        key: "",
        product: Some(&product),
        is_first: false,
        wrong: &wrong,
        newest: is_stale.then_some(&newest),
    };
    Ok(refused(app, who, look, &form, error.status()))
}

async fn count(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Path(id): Path<String>,
    Form(fields, _): Form<Fields>,
) -> Result<Response> {
    let (farm, version) = for_row(&app, &who, &id, &fields).await?;
    let tap = match field(&fields, "tap") {
        "more" => Tap::More,
        "less" => Tap::Less,
        _ => Tap::Set,
    };
    let typed = field(&fields, "stock");
    let done = actions::set_stock(&app, &who, &id, version, typed, tap).await;
    row_answer(&app, &who, &look, &farm, &id, Some(typed), done).await
}

async fn sold_out(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Path(id): Path<String>,
    Form(fields, _): Form<Fields>,
) -> Result<Response> {
    let (farm, version) = for_row(&app, &who, &id, &fields).await?;
    let is_sold_out = field(&fields, "sold_out") == "yes";
    let done = actions::set_sold_out(&app, &who, &id, version, is_sold_out).await;
    row_answer(&app, &who, &look, &farm, &id, None, done).await
}

/// Whose it is comes before what is wrong with the form.
async fn for_row(app: &App, who: &Caller, id: &str, fields: &Fields) -> Result<(Farm, i64)> {
    let read = app.db.read_fresh().await?;
    let (_, farm) = actions::find(&read, who, id, Deed::Count).await?;
    Ok((farm, version(fields)?))
}

async fn row_answer(
    app: &App,
    who: &Caller,
    look: &Look,
    farm: &Farm,
    id: &str,
    typed: Option<&str>,
    done: Result<(Product, Farm)>,
) -> Result<Response> {
    let error = match done {
        Ok((product, farm)) => return Ok(at_row(&product, &farm)),
        Err(error @ (Error::Invalid(_) | Error::Stale { .. })) => error,
        Err(error) => return Err(error),
    };
    let text = match &error {
        Error::Stale { .. } => {
            let read = app.db.read_fresh().await?;
            let (product, _) = actions::find(&read, who, id, Deed::Count).await?;
            let now = Typed::of(&product, mark(look)).stock;
            let say = Say::key("products-stock-stale")
                .with("now", if now.is_empty() { "–" } else { &now });
            look.words.tell(&say)
        }
        other => look.words.tell(&other.say()),
    };
    let refused = Refused {
        id: ProductId::new(id),
        text,
        typed: typed.map(str::to_owned),
    };
    let mut response = list_page(app, who, look, Some(&farm.slug), Some(refused)).await?;
    *response.status_mut() = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::CONFLICT);
    Ok(response)
}
