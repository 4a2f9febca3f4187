//! Saving a farm's products as a file, and reading one: first only to see what it would do.
use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse as _, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

use super::{
    actions, model,
    pages::{self, ImportPage, Report},
};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result, Say},
    farms::{self, model::Farm},
    http::{
        body::Query,
        download,
        guard::FarmStaff,
        multipart::Multipart,
        page::{self, Look},
    },
    kernel::line,
    products::{
        model::rights::{Deed, may},
        store,
    },
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/farm/products.csv", get(file))
        .route("/farm/products/import", get(form).post(import))
}

#[derive(Deserialize)]
struct WhichFarm {
    /// The farm's slug; without it the viewer's first.
    farm: Option<String>,
    /// How many lines the file before had.
    done: Option<usize>,
}

/// A farm whose products the viewer may change; any other is not there.
async fn find(read: &db::Read, who: &Caller, slug: Option<&str>) -> Result<Farm> {
    let farms = farms::store::list(read, &who.market.id).await?;
    let mine = |farm: &Farm| who.manages().is_some() || who.farms().any(|own| *own == farm.id);
    let mut farms = farms.into_iter().filter(mine);
    let farm = farms.find(|farm| slug.is_none_or(|slug| farm.slug == slug));
    let farm = farm.ok_or(Error::NotFound)?;
    if may(Deed::Edit, &who.roles_at(&farm.id)) {
        Ok(farm)
    } else {
        Err(Error::Forbidden(Say::key("products-forbidden")))
    }
}

async fn file(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    Query(query): Query<WhichFarm>,
) -> Result<Response> {
    let read = app.db.read_fresh().await?;
    let farm = find(&read, &who, query.farm.as_deref()).await?;
    let products = store::list_of_farm(&read, &farm.id).await?;
    Ok(download::csv("products.csv", pages::sheet(&products)))
}

async fn form(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Query(query): Query<WhichFarm>,
) -> Result<Html<String>> {
    let read = app.db.read_fresh().await?;
    let farm = find(&read, &who, query.farm.as_deref()).await?;
    drop(read);
    let report = query.done.map_or(Report::Nothing, Report::Done);
    Ok(page::html(show(&app, &who, &look, &farm, report)))
}

fn show(app: &App, who: &Caller, look: &Look, farm: &Farm, report: Report) -> String {
    ImportPage {
        shell: &look.shell(who, app.now()),
        w: look.words,
        farm,
        report,
    }
    .html()
}

async fn import(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    form: Multipart,
) -> Result<Response> {
    let slug = Some(form.get("farm")).filter(|slug| !slug.is_empty());
    let read = app.db.read_fresh().await?;
    let farm = find(&read, &who, slug).await?;
    let text = form.get("file");
    let answer = |status, report| {
        let html = page::html(show(&app, &who, &look, &farm, report));
        Ok((status, html).into_response())
    };
    let lines = match model::read(text) {
        Ok(lines) => lines,
        Err(bad) => return answer(StatusCode::UNPROCESSABLE_ENTITY, Report::Unreadable(bad)),
    };
    let products = store::list_of_farm(&read, &farm.id).await?;
    drop(read);
    let judged = model::judge(&lines, &products);
    let is_good = judged.iter().all(|line| line.plan.is_ok());
    let key = form.get("key");
    if !is_good {
        let report = Report::judged(&judged, None, look.words);
        return answer(StatusCode::UNPROCESSABLE_ENTITY, report);
    }
    if form.get("apply") != "yes" {
        let again = (text.to_owned(), app.ids.make("new", app.now()));
        let report = Report::judged(&judged, Some(again), look.words);
        return answer(StatusCode::OK, report);
    }
    let key = line::line(key, 100).map_err(|_bad| Error::invalid("key", "orders-bad-key"))?;
    let failed = actions::apply(&app, &who, &farm, &judged, &key).await?;
    if failed.is_empty() {
        let url = format!(
            "/farm/products/import?farm={}&done={}",
            farm.slug,
            judged.len()
        );
        return Ok(Redirect::to(&url).into_response());
    }
    let failed = failed
        .into_iter()
        .map(|failed| {
            (
                failed.line,
                failed.name,
                look.words.tell(&failed.error.say()),
            )
        })
        .collect();
    answer(StatusCode::CONFLICT, Report::Failed(failed))
}
