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
use utoipa::{
    IntoParams, OpenApi, PartialSchema, ToSchema,
    openapi::{RefOr, schema::Schema},
};

use super::{
    actions::{self, Added, Keep, Shown},
    model::{
        CATEGORIES, Product, Tap,
        rights::{Deed, is_party},
        typed::Typed,
    },
    store,
    view::{AllergenName, CategoryName, DayName, DietName, ListView, ProductView, UnitName},
};
use crate::{
    accounts::model::{Caller, Scope},
    app::App,
    error::{Error, FieldError, Result, Say},
    farms::{self, model::Farm},
    http::{
        answer,
        body::{Json, Query},
        described::{Clash, IdempotencyKey, Known, Missing, Sent, Stale, Unknown, Wrong},
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

#[derive(OpenApi)]
#[openapi(paths(list, show, add, edit, set_stock))]
struct Described;

/// These routes, as the description of the API has them.
pub fn describe() -> utoipa::openapi::OpenApi {
    Described::openapi()
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// A farm's slug.
    #[param(min_length = 1, max_length = 300, pattern = "^[A-Za-z0-9_-]+$")]
    farm: Option<String>,
    #[param(value_type = Option<CategoryName>)]
    category: Option<String>,
    /// Where the last page ended: its `next`.
    #[param(max_length = 300, pattern = "^[A-Za-z0-9_-]*$")]
    after: Option<String>,
    /// Of a page; else 50.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// A page of what is in the shop, by address (`slug`); for anybody.
///
/// Products that are not hidden, of farms that the market has approved and not paused. A sold-out product is there and
/// says so.
#[utoipa::path(
    get, path = "/api/products", tag = "Products", operation_id = "listProducts", params(ListQuery),
    responses((status = 200, description = "The page.", body = ListView), Unknown, Wrong),
    security((), ("session" = []), ("token" = [])),
)]
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

/// One product: everybody's to see in the shop, its farm's before and after that.
///
/// What is not in the shop is shown to its farm's team and to managers, with `products:write`.
#[utoipa::path(
    get, path = "/api/products/{id}", tag = "Products", operation_id = "showProduct",
    params(("id" = String, Path, description = "A product's id.", min_length = 1, max_length = 64, pattern = "^[!-~]+$")),
    responses((status = 200, description = "The product.", body = ProductView), Unknown, Missing),
    security((), ("session" = []), ("token" = ["products:write"])),
)]
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
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Body {
    /// On one line; the first one makes the address, which stays.
    #[schema(min_length = 1, max_length = 80, examples("Rainbow chard"))]
    name: String,
    /// Such as `2.40`: above 0, up to 100000.
    #[schema(
        pattern = "^[0-9]{1,9}([.,][0-9]{1,2})?$",
        max_length = 13,
        examples("2.40")
    )]
    price: String,
    /// What one of it is called.
    #[schema(value_type = UnitName, examples("bunch"))]
    unit: String,
    #[schema(value_type = CategoryName, examples("leaf"))]
    category: String,
    #[schema(max_length = 2000, examples("Picked the morning before."))]
    description: Option<String>,
    /// Percent, from 0 to 100; else 0.
    #[schema(pattern = "^[0-9]{1,9}([.,][0-9]{1,2})?$", max_length = 13)]
    tax: Option<String>,
    /// What is ordered are multiples of it: `1 0.5 0.25 0.1` by `kg` and `litre`, else `1 2 3 4 5 6 10 12`; else 1.
    #[schema(max_length = 4, pattern = "^[0-9]{1,2}([.][0-9]{1,2})?$")]
    step: Option<String>,
    /// What one holds: the ground for the price to compare.
    #[schema(pattern = "^[0-9]{1,9}([.,][0-9]{1,3})?$", max_length = 13)]
    content: Option<String>,
    /// Of `content`: `kg` or `l`.
    #[schema(max_length = 2, pattern = "^(kg|l)$")]
    content_unit: Option<String>,
    /// `MM-DD`; both ends or none. A season may run over the new year.
    #[schema(pattern = "^[0-9]{2}-[0-9]{2}$", max_length = 5)]
    season_from: Option<String>,
    #[schema(pattern = "^[0-9]{2}-[0-9]{2}$", max_length = 5)]
    season_to: Option<String>,
    /// The market days it is offered on; none are all.
    #[schema(value_type = Option<Vec<DayName>>, max_items = 7)]
    days: Option<Vec<String>>,
    #[schema(value_type = Option<Vec<AllergenName>>, max_items = 14)]
    allergens: Option<Vec<String>>,
    #[schema(value_type = Option<Vec<DietName>>, max_items = 5)]
    diets: Option<Vec<String>>,
    /// Of a new one only.
    #[schema(
        min_length = 1,
        max_length = 64,
        pattern = "^[!-~]+$",
        examples("frm_hill_row")
    )]
    farm_id: Option<String>,
    /// How much there is; without it, it is not counted.
    #[schema(
        pattern = "^[0-9]{1,9}([.,][0-9]{1,3})?$",
        max_length = 13,
        examples("12")
    )]
    stock: Option<String>,
    /// Of an existing one only.
    is_sold_out: Option<bool>,
    is_hidden: Option<bool>,
    /// The version that was seen; another one is a 412.
    #[schema(value_type = i64, examples(1))]
    expected_version: Option<i64>,
}

/// What `POST` takes.
enum NewProduct {}

/// What `PUT` takes: all of it, for what is left out is emptied.
enum EditedProduct {}

/// The body without the fields that belong to the other verb.
fn of_verb(others: &[&str]) -> RefOr<Schema> {
    let mut schema = Body::schema();
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        for other in others {
            object.properties.remove(*other);
            object.required.retain(|field| field.as_str() != *other);
        }
    }
    schema
}

impl PartialSchema for NewProduct {
    fn schema() -> RefOr<Schema> {
        of_verb(&["is_sold_out", "is_hidden", "expected_version"])
    }
}

impl PartialSchema for EditedProduct {
    fn schema() -> RefOr<Schema> {
        of_verb(&["farm_id", "stock"])
    }
}

impl ToSchema for NewProduct {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Body::schemas(schemas);
    }
}

impl ToSchema for EditedProduct {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Body::schemas(schemas);
    }
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

/// Adds a product; by a farm's owner or manager, or the market's.
///
/// The first name makes the address, which stays. The farm may be left out by who works for one alone. Numbers have
/// digits and one point or comma; a sign, an exponent or a mark between thousands is a 422.
#[utoipa::path(
    post, path = "/api/products", tag = "Products", operation_id = "addProduct",
    params(IdempotencyKey), request_body = NewProduct,
    responses((status = 201, description = "The product.", body = ProductView), Known, Missing, Sent, Clash),
    security(("token" = ["products:write"]), ("session" = [])),
)]
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

/// Says all of a product anew: what is left out is emptied, except whether it is sold out or hidden.
///
/// An edit that changes nothing is a 200 whatever the version.
#[utoipa::path(
    put, path = "/api/products/{id}", tag = "Products", operation_id = "editProduct",
    params(("id" = String, Path, description = "A product's id.", min_length = 1, max_length = 64, pattern = "^[!-~]+$")), request_body = EditedProduct,
    responses((status = 200, description = "The product.", body = ProductView), Known, Missing, Sent, Clash, Stale),
    security(("token" = ["products:write"]), ("session" = [])),
)]
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

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetStock {
    /// `null`: not counted any more.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(
        required,
        pattern = "^[0-9]{1,9}([.,][0-9]{1,3})?$",
        max_length = 13,
        examples("12")
    )]
    stock: Option<String>,
    #[schema(examples(1))]
    expected_version: i64,
}

/// Says how much is left now; by anybody of the farm's team.
///
/// With three decimals at most by `kg` and `litre`, and whole otherwise; `null` is not counted. An edit never touches it.
#[utoipa::path(
    put, path = "/api/products/{id}/stock", tag = "Products", operation_id = "setStock",
    params(("id" = String, Path, description = "A product's id.", min_length = 1, max_length = 64, pattern = "^[!-~]+$")), request_body = SetStock,
    responses((status = 200, description = "The product.", body = ProductView), Known, Missing, Sent, Clash, Stale),
    security(("token" = ["products:write"]), ("session" = [])),
)]
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
