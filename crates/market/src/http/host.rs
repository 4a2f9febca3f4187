//! Exactly one Host, from the allow-list; from it the market. Links, CSRF and caches depend on this name.
use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::{
    app::App,
    error::{Error, Say},
    markets::model::Market,
};

/// What a request says of itself before anybody is asked who they are.
#[derive(Clone)]
pub struct At {
    pub market: Arc<Market>,
    /// As sent, with its port.
    pub host: String,
}

pub async fn layer(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    match find(&app, &request) {
        Ok(at) => {
            request.extensions_mut().insert(at.clone());
            let mut response = next.run(request).await;
            // An error becomes a page of this market further out.
            response.extensions_mut().insert(at);
            response
        }
        Err(error) => error.into_response(),
    }
}

fn find(app: &App, request: &Request) -> Result<At, Error> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Err(Error::Unreadable(Say::key("market-one-host")));
    };
    let host = host.to_str().unwrap_or_default().to_ascii_lowercase();
    // A proxy that is given an absolute URI and another Host must not make us serve the one for the other.
    if request
        .uri()
        .authority()
        .is_some_and(|authority| !authority.as_str().eq_ignore_ascii_case(&host))
    {
        return Err(Error::Unreadable(Say::key("market-one-host")));
    }
    match app.markets.of_host(&app.config, &host) {
        Some(market) => Ok(At { market, host }),
        None => Err(Error::Refused {
            status: 421,
            say: Say::key("market-error-421"),
        }),
    }
}
