//! `/livez`: the process answers. `/readyz`: it can serve, its database answers.
use std::sync::Arc;

use axum::{Router, extract::State, http::StatusCode, routing::get};

use crate::{app::App, markets};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
}

async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    let asked = async {
        let read = app.db.read_fresh().await?;
        markets::store::find_setting(&read, "demo").await
    };
    match asked.await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready: the database does not answer");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "not ready: the database does not answer\n",
            )
        }
    }
}
