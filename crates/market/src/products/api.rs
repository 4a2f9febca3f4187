//! The JSON side of products: everybody reads what is in the shop, farms change their own.
use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, put},
};
use serde::Deserialize;

use super::{
    actions::{self, Added, Keep, Shown},
    model::{
        CATEGORIES, Product, Tap,
        rights::{Deed, is_party},
        typed::Typed,
    },
    store,
    view::{ListView, ProductView},
};
use crate::{
    accounts::model::{Caller, Scope},
    app::App,
    error::{Error, FieldError, Result, Say},
    farms::{self, model::Farm},
    http::{
        answer,
        body::{Json, Query},
        guard::{Grower, Shopper},
        idempotency,
    },
    kernel::ids::{self, FarmId, ProductId},
    markets::model::Market,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/products", get(list).post(add))
        .route("/api/products/{id}", get(show).put(edit))
        .route("/api/products/{id}/stock", put(set_stock))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// A farm's slug.
    farm: Option<String>,
    category: Option<String>,
    /// Where the last page ended.
    after: Option<String>,
    limit: Option<i64>,
}

async fn list(
    State(app): State<Arc<App>>,
    Shopper(who): Shopper,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    let mut errors = Vec::new();
    let mut refuse = |field, key| {
        errors.push(FieldError {
            field,
            say: Say::key(key),
        });
    };
    let (farm, category) = (query.farm.as_deref(), query.category.as_deref());
    if farm.is_some_and(|farm| !is_slug(farm)) {
        refuse("farm", "products-bad-farm");
    }
    if category.is_some_and(|category| !CATEGORIES.contains(&category)) {
        refuse("category", "products-bad-category");
    }
    let after = query.after.as_deref().unwrap_or("");
    if !after.is_empty() && !is_slug(after) {
        refuse("after", "orders-bad-cursor");
    }
    let limit = query.limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        refuse("limit", "orders-bad-limit");
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let read = app.db.read().await?;
    let market = &who.market;
    let mut found =
        store::list_in_shop(&read, &market.id, farm, category, after, limit + 1).await?;
    let more = i64::try_from(found.len()).unwrap_or(i64::MAX) > limit;
    if more {
        found.pop();
    }
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| last.product.slug.as_str());
    let list = ListView {
        products: found.iter().map(|one| listed(one, market)).collect(),
        next,
    };
    answer::json(StatusCode::OK, &list)
}

fn listed<'a>(one: &'a store::Listed, market: &Market) -> ProductView<'a> {
    ProductView::new(&one.product, &one.farm_slug, &one.farm_name, market)
}

/// What an address can be: nothing else is looked for. An id can be one too.
fn is_slug(text: &str) -> bool {
    (1..=300).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn one(who: &Caller, product: &Product, farm: &Farm) -> Response {
    let view = ProductView::new(product, &farm.slug, &farm.name, &who.market);
    answer::json_text(StatusCode::OK, view.json())
}

/// In the shop it is everybody's to see; before and after that its farm's.
async fn show(
    State(app): State<Arc<App>>,
    Shopper(who): Shopper,
    Path(id): Path<String>,
) -> Result<Response> {
    if !ids::is_well_formed(&id) {
        return Err(Error::NotFound);
    }
    let (read, market) = (app.db.read_fresh().await?, &who.market.id);
    let product = store::find(&read, market, &ProductId::new(id)).await?;
    let product = product.ok_or(Error::NotFound)?;
    let farm = farms::store::find(&read, market, &product.farm).await?;
    let farm = farm.ok_or(Error::NotFound)?;
    let is_theirs = who.has(Scope::ProductsWrite) && is_party(&who.roles_at(&farm.id));
    if is_theirs || (farm.status.sells() && !product.is_hidden) {
        Ok(one(&who, &product, &farm))
    } else {
        Err(Error::NotFound)
    }
}

/// What is left out is empty, or as it is usual.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    name: String,
    price: String,
    unit: String,
    category: String,
    description: Option<String>,
    tax: Option<String>,
    step: Option<String>,
    content: Option<String>,
    content_unit: Option<String>,
    season_from: Option<String>,
    season_to: Option<String>,
    days: Option<Vec<String>>,
    allergens: Option<Vec<String>>,
    diets: Option<Vec<String>>,
    /// Of a new one only.
    farm_id: Option<String>,
    stock: Option<String>,
    /// Of an existing one only.
    is_sold_out: Option<bool>,
    is_hidden: Option<bool>,
    expected_version: Option<i64>,
}

impl Body {
    fn typed(self) -> Typed {
        Typed {
            name: self.name,
            description: self.description.unwrap_or_default(),
            category: self.category,
            unit: self.unit,
            price: self.price,
            tax: self.tax.unwrap_or_default(),
            stock: self.stock.unwrap_or_default(),
            step: self.step.unwrap_or_default(),
            content: self.content.unwrap_or_default(),
            content_unit: self.content_unit.unwrap_or_default(),
            season_from: self.season_from.unwrap_or_default(),
            season_to: self.season_to.unwrap_or_default(),
            days: self.days.unwrap_or_default(),
            allergens: self.allergens.unwrap_or_default(),
            diets: self.diets.unwrap_or_default(),
            place: None,
            chilled: None,
        }
    }
}

/// A field that belongs to the other verb is a mistake, not to be passed over.
fn refuse_these(others: &[(&'static str, bool)]) -> Result<()> {
    let there: Vec<FieldError> = others
        .iter()
        .filter(|(_, is_there)| *is_there)
        .map(|(field, _)| FieldError {
            field,
            say: Say::key("products-not-here"),
        })
        .collect();
    if there.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(there))
    }
}

async fn add(
    State(app): State<Arc<App>>,
    Grower(who): Grower,
    headers: HeaderMap,
    Json(body, text): Json<Body>,
) -> Result<Response> {
    let farm = farm_of(&who, body.farm_id.as_deref())?;
    refuse_these(&[
        ("is_sold_out", body.is_sold_out.is_some()),
        ("is_hidden", body.is_hidden.is_some()),
        ("expected_version", body.expected_version.is_some()),
    ])?;
    let key = idempotency::key(&who, &headers, "POST /api/products", &text)?;
    let market = who.market.clone();
    let answer = move |product: &Product, farm: &Farm| {
        ProductView::new(product, &farm.slug, &farm.name, &market).json()
    };
    let keep = key.as_ref().map(|key| Keep {
        key,
        status: 201,
        answer: &answer,
    });
    let json = match actions::add(&app, &who, &farm, &body.typed(), keep).await? {
        Added::Now(added) => answer(&added.0, &added.1),
        Added::Kept(json) => json,
    };
    Ok(answer::json_text(StatusCode::CREATED, json))
}

/// The farm that is named, or the only one somebody works for.
fn farm_of(who: &Caller, named: Option<&str>) -> Result<FarmId> {
    match named {
        Some(id) if ids::is_well_formed(id) => Ok(FarmId::new(id)),
        Some(_) => Err(Error::NotFound),
        None => {
            let mut farms = who.farms();
            match (farms.next(), farms.next()) {
                (Some(only), None) => Ok(only.clone()),
                _ => Err(Error::invalid("farm_id", "products-which-farm")),
            }
        }
    }
}

async fn edit(
    State(app): State<Arc<App>>,
    Grower(who): Grower,
    Path(id): Path<String>,
    Json(body, _): Json<Body>,
) -> Result<Response> {
    // Whose it is comes before what is wrong with it.
    let read = app.db.read_fresh().await?;
    actions::find(&read, &who, &id, Deed::Edit).await?;
    drop(read);
    refuse_these(&[
        ("farm_id", body.farm_id.is_some()),
        ("stock", body.stock.is_some()),
    ])?;
    let version = body
        .expected_version
        .ok_or_else(|| Error::invalid("expected_version", "products-version"))?;
    let shown = Shown {
        is_sold_out: body.is_sold_out,
        is_hidden: body.is_hidden,
    };
    let (product, farm) = actions::edit(&app, &who, &id, version, &body.typed(), shown).await?;
    Ok(one(&who, &product, &farm))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetStock {
    /// `null`: not counted any more.
    #[serde(deserialize_with = "Option::deserialize")]
    stock: Option<String>,
    expected_version: i64,
}

async fn set_stock(
    State(app): State<Arc<App>>,
    Grower(who): Grower,
    Path(id): Path<String>,
    Json(body, _): Json<SetStock>,
) -> Result<Response> {
    let (version, stock) = (body.expected_version, body.stock);
    if stock.as_deref().is_some_and(|text| text.trim().is_empty()) {
        // An empty text in a program is a mistake; "not counted" is null.
        let read = app.db.read_fresh().await?;
        actions::find(&read, &who, &id, Deed::Count).await?;
        return Err(Error::invalid("stock", "products-bad-stock"));
    }
    let typed = stock.as_deref().unwrap_or("");
    let (product, farm) = actions::set_stock(&app, &who, &id, version, typed, Tap::Set).await?;
    Ok(one(&who, &product, &farm))
}
