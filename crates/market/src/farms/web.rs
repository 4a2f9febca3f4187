//! Farms: applying as one, a farm's own words, and the managers' list of all of them. HTML handlers.
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
    actions,
    model::{Farm, LONGEST_REASON, Typed, Verdict, Wrong},
    pages::{FarmsPage, ProfilePage, Refused},
    store,
};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result},
    http::{
        body::{Form, Query},
        guard::{FarmStaff, Manager, SignedIn},
        page::{self, Look},
    },
    kernel::{
        ids::{self, FarmId},
        line,
    },
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/farms/new", get(new).post(apply))
        .route("/farm/settings", get(settings).post(describe))
        .route("/market/farms", get(list))
        .route("/market/farms/{id}", post(judge))
}

/// The empty form, or what somebody applied with and why that was declined.
async fn new(State(app): State<Arc<App>>, SignedIn(who): SignedIn, look: Look) -> Result<Response> {
    let declined = find_declined(&app, &who).await?;
    let typed = declined.as_ref().map(Typed::of).unwrap_or_default();
    let form = ProfilePage {
        declined: declined.and_then(|farm| farm.declined_reason),
        ..page_of(&look, &typed, None)
    };
    Ok(profile(&app, &who, &look, &form, 200))
}

async fn find_declined(app: &App, who: &Caller) -> Result<Option<Farm>> {
    let user = who.user.as_ref().ok_or(Error::Unauthenticated)?;
    let read = app.db.read_fresh().await?;
    let farm = store::find_application(&read, &who.market.id, &user.id).await?;
    Ok(farm.filter(|farm| !farm.waits()))
}

fn page_of<'a>(look: &Look, typed: &'a Typed, farm: Option<&'a Farm>) -> ProfilePage<'a> {
    ProfilePage {
        w: look.words,
        typed,
        farm,
        wrong: &[],
        newest: None,
        is_saved: false,
        declined: None,
    }
}

fn profile(app: &App, who: &Caller, look: &Look, form: &ProfilePage<'_>, status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    let html = page::html(form.render(&look.shell(who, app.now())));
    (status, html).into_response()
}

#[derive(Deserialize)]
struct ApplyForm {
    name: String,
    town: String,
    #[serde(default)]
    story: String,
}

async fn apply(
    State(app): State<Arc<App>>,
    SignedIn(who): SignedIn,
    look: Look,
    Form(form, _): Form<ApplyForm>,
) -> Result<Response> {
    let typed = Typed {
        name: form.name,
        town: form.town,
        story: form.story,
    };
    match actions::apply(&app, &who, &typed, look.lang.tag()).await {
        Ok(farm) => {
            let url = format!("/farm/products?farm={}", farm.slug);
            Ok(Redirect::to(&url).into_response())
        }
        Err(Error::Invalid(wrong)) => {
            let wrong: Vec<Wrong> = wrong.iter().map(|w| (w.field, w.say.key)).collect();
            let declined = find_declined(&app, &who).await?;
            let form = ProfilePage {
                wrong: &wrong,
                declined: declined.and_then(|farm| farm.declined_reason),
                ..page_of(&look, &typed, None)
            };
            Ok(profile(&app, &who, &look, &form, 422))
        }
        Err(error) => Err(error),
    }
}

#[derive(Deserialize)]
struct WhichFarm {
    farm: Option<String>,
    saved: Option<String>,
}

/// The farm asked for, or the viewer's first; for those who may change what it says of itself.
async fn find(app: &App, who: &Caller, slug: Option<&str>) -> Result<Farm> {
    let read = app.db.read_fresh().await?;
    let farms = store::list(&read, &who.market.id).await?;
    let mine = |farm: &Farm| who.manages().is_some() || who.farms().any(|own| *own == farm.id);
    let mut farms = farms.into_iter().filter(mine);
    let farm = farms.find(|farm| slug.is_none_or(|slug| farm.slug == slug));
    let farm = farm.ok_or(Error::NotFound)?;
    actions::check_describes(who, &farm)?;
    Ok(farm)
}

async fn settings(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Query(query): Query<WhichFarm>,
) -> Result<Response> {
    let farm = find(&app, &who, query.farm.as_deref()).await?;
    let typed = Typed::of(&farm);
    let form = ProfilePage {
        is_saved: query.saved.is_some(),
        ..page_of(&look, &typed, Some(&farm))
    };
    Ok(profile(&app, &who, &look, &form, 200))
}

#[derive(Deserialize)]
struct DescribeForm {
    /// The farm's slug.
    farm: String,
    version: i64,
    name: String,
    town: String,
    #[serde(default)]
    story: String,
}

async fn describe(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Form(form, _): Form<DescribeForm>,
) -> Result<Response> {
    let farm = find(&app, &who, Some(&form.farm)).await?;
    let typed = Typed {
        name: form.name,
        town: form.town,
        story: form.story,
    };
    let (id, version) = (farm.id.as_str(), form.version);
    let error = match actions::describe(&app, &who, id, version, &typed).await {
        Ok(farm) => {
            let url = format!("/farm/settings?farm={}&saved=yes", farm.slug);
            return Ok(Redirect::to(&url).into_response());
        }
        Err(error @ (Error::Invalid(_) | Error::Stale { .. })) => error,
        Err(error) => return Err(error),
    };
    let mut farm = find(&app, &who, Some(&form.farm)).await?;
    let newest = Typed::of(&farm);
    let wrong: Vec<Wrong> = match &error {
        Error::Invalid(wrong) => {
            // Whoever mends a field has still not seen what changed meanwhile.
            farm.version = version;
            wrong.iter().map(|w| (w.field, w.say.key)).collect()
        }
        _ => Vec::new(),
    };
    let form = ProfilePage {
        wrong: &wrong,
        newest: wrong.is_empty().then_some(&newest),
        ..page_of(&look, &typed, Some(&farm))
    };
    Ok(profile(&app, &who, &look, &form, error.status()))
}

async fn list(State(app): State<Arc<App>>, Manager(who): Manager, look: Look) -> Result<Response> {
    farms_page(&app, &who, &look, None).await
}

async fn farms_page(
    app: &App,
    who: &Caller,
    look: &Look,
    refused: Option<Refused>,
) -> Result<Response> {
    let read = app.db.read_fresh().await?;
    let farms = store::list(&read, &who.market.id).await?;
    let owners = store::list_owners(&read, &who.market.id).await?;
    let apply_at = format!("{}/farms/new", app.base_url(&who.market));
    let page = FarmsPage::new(farms, &owners, look.words, refused, apply_at);
    Ok(page::html(page.render(&look.shell(who, app.now()))).into_response())
}

#[derive(Deserialize)]
struct JudgeForm {
    version: i64,
    /// `approve`, `decline`, `pause` or `resume`.
    r#do: String,
    #[serde(default)]
    reason: String,
}

async fn judge(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
    Path(id): Path<String>,
    Form(form, _): Form<JudgeForm>,
) -> Result<Response> {
    // Whether it is there comes before what is wrong with the form.
    if !ids::is_well_formed(&id) {
        return Err(Error::NotFound);
    }
    let read = app.db.read_fresh().await?;
    let farm = store::find(&read, &who.market.id, &FarmId::new(&id)).await?;
    farm.ok_or(Error::NotFound)?;
    drop(read);
    let done = match verdict(&form) {
        Ok(verdict) => actions::judge(&app, &who, &id, form.version, &verdict).await,
        Err(error) => Err(error),
    };
    let error = match done {
        Ok(farm) => {
            let url = format!("/market/farms#farm-{}", farm.id);
            return Ok(Redirect::to(&url).into_response());
        }
        Err(error @ (Error::Invalid(_) | Error::Stale { .. } | Error::Conflict { .. })) => error,
        Err(error) => return Err(error),
    };
    let text = match &error {
        Error::Invalid(_) => look.words.tell(&error.say()),
        _ => look.words.say("farms-moved").into_owned(),
    };
    let refused = Refused {
        id: FarmId::new(&id),
        text,
        reason: form.reason,
    };
    let mut response = farms_page(&app, &who, &look, Some(refused)).await?;
    *response.status_mut() = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::CONFLICT);
    Ok(response)
}

fn verdict(form: &JudgeForm) -> Result<Verdict> {
    match form.r#do.as_str() {
        "approve" => Ok(Verdict::Approve),
        "resume" => Ok(Verdict::Resume),
        "pause" => reason(form).map(Verdict::Pause),
        "decline" => reason(form).map(Verdict::Decline),
        _ => Err(Error::invalid("do", "market-bad-form")),
    }
}

fn reason(form: &JudgeForm) -> Result<String> {
    line::line(&form.reason, LONGEST_REASON)
        .map_err(|_bad| Error::invalid("reason", "farms-bad-reason"))
}
