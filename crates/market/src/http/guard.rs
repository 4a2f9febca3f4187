//! Who may. A handler's argument type is the permission: it cannot be written without choosing one.
//!
//! `Visitor` anybody with a browser · `Follower` the same or a token that may read · `Reader` somebody known who may
//! read orders · `Changer` … who may change them · `Shopper` anybody, also a program · `Grower` a farm's team or a
//! manager who may change products · `FarmStaff` the team of a farm, or a manager who looks at one · `StallStaff`
//! whoever hands orders over.
//! What belongs to one order only (whose is it?) is decided by the action: not a party is 404, a party without the
//! right is 403.
use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};

use super::{cookies, host::At, request::RequestId, security::Asked};
use crate::{
    accounts::{
        model::{Caller, Life, Proof, Scope},
        profile::actions::touch,
        store::{self, Session},
    },
    app::App,
    error::{Error, Say},
    kernel::{hash, ids::OrderId},
};

/// Anybody, by session or without: a Bearer opens no page.
pub struct Visitor(pub Caller);

/// Anybody, or a token that may read orders: for the one page that a Bearer opens.
pub struct Follower(pub Caller);

/// Anybody, or a token that may change orders: for programs that buy.
pub struct Buyer(pub Caller);

/// Somebody known who may read orders.
pub struct Reader(pub Caller);

/// Somebody known who may change orders.
pub struct Changer(pub Caller);

/// Anybody, in a browser or by a token that is good: for what the shop shows to all.
pub struct Shopper(pub Caller);

/// A farm's team or a manager, who may change products: by session, or by a token with that scope.
pub struct Grower(pub Caller);

/// Somebody signed in who works for a farm or manages the market; by session only.
pub struct FarmStaff(pub Caller);

/// The same, or a host who hands over for all farms; by session only.
pub struct StallStaff(pub Caller);

/// A person with a session.
pub struct SignedIn(pub Caller);

/// A market's manager or admin; by session only.
pub struct Manager(pub Caller);

/// The address of the other end, put there by the accept loop.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

impl FromRequestParts<Arc<App>> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        let caller = caller(parts, app).await?;
        if matches!(caller.proof, Proof::Token { .. }) {
            return Err(Error::Unauthenticated);
        }
        Ok(Self(caller))
    }
}

impl FromRequestParts<Arc<App>> for Follower {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        let caller = caller(parts, app).await?;
        if !caller.has(Scope::OrdersRead) {
            return Err(Error::Forbidden(
                Say::key("market-scope").with("scope", Scope::OrdersRead.as_str()),
            ));
        }
        Ok(Self(caller))
    }
}

impl FromRequestParts<Arc<App>> for Buyer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        let caller = caller(parts, app).await?;
        if !caller.has(Scope::OrdersWrite) {
            return Err(Error::Forbidden(
                Say::key("market-scope").with("scope", Scope::OrdersWrite.as_str()),
            ));
        }
        Ok(Self(caller))
    }
}

impl FromRequestParts<Arc<App>> for Reader {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        known(parts, app, Scope::OrdersRead).await.map(Self)
    }
}

impl FromRequestParts<Arc<App>> for Changer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        known(parts, app, Scope::OrdersWrite).await.map(Self)
    }
}

impl FromRequestParts<Arc<App>> for Shopper {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        caller(parts, app).await.map(Self)
    }
}

impl FromRequestParts<Arc<App>> for Grower {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        let caller = known(parts, app, Scope::ProductsWrite).await?;
        if caller.manages().is_none() && caller.farms().next().is_none() {
            return Err(Error::Forbidden(Say::key("products-growers-only")));
        }
        Ok(Self(caller))
    }
}

impl FromRequestParts<Arc<App>> for FarmStaff {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        let caller = signed_in(parts, app).await?;
        if caller.manages().is_none() && caller.farms().next().is_none() {
            return Err(Error::Forbidden(Say::key("orders-board-forbidden")));
        }
        Ok(Self(caller))
    }
}

impl FromRequestParts<Arc<App>> for StallStaff {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        let caller = signed_in(parts, app).await?;
        if caller.works_at_a_stall() {
            Ok(Self(caller))
        } else {
            Err(Error::Forbidden(Say::key("orders-board-forbidden")))
        }
    }
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        signed_in(parts, app).await.map(Self)
    }
}

impl FromRequestParts<Arc<App>> for Manager {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        let caller = signed_in(parts, app).await?;
        if caller.manages().is_none() {
            return Err(Error::Forbidden(Say::key("market-managers-only")));
        }
        Ok(Self(caller))
    }
}

async fn signed_in(parts: &mut Parts, app: &Arc<App>) -> Result<Caller, Error> {
    let caller = caller(parts, app).await?;
    if caller.user.is_none() || !matches!(caller.proof, Proof::Session(_)) {
        return Err(Error::Unauthenticated);
    }
    Ok(caller)
}

async fn known(parts: &mut Parts, app: &Arc<App>, scope: Scope) -> Result<Caller, Error> {
    let caller = caller(parts, app).await?;
    if !caller.is_known() {
        return Err(Error::Unauthenticated);
    }
    if !caller.has(scope) {
        return Err(Error::Forbidden(
            Say::key("market-scope").with("scope", scope.as_str()),
        ));
    }
    Ok(caller)
}

/// Whoever asks, before anything is proved.
fn stranger(parts: &Parts) -> Result<Caller, Error> {
    let at = parts
        .extensions
        .get::<At>()
        .ok_or_else(|| Error::internal("a route outside the host layer"))?
        .clone();
    let address = parts
        .extensions
        .get::<Peer>()
        .map_or([0, 0, 0, 0].into(), |peer| peer.0.ip());
    Ok(Caller {
        market: at.market,
        address,
        proof: Proof::None,
        user: None,
        memberships: Vec::new(),
        granted: Vec::new(),
        unread: 0,
        request: parts
            .extensions
            .get::<RequestId>()
            .map_or_else(String::new, |id| id.0.clone()),
    })
}

/// A token or a session is read by one statement; always fresh: a right that was taken away is gone at once.
async fn caller(parts: &mut Parts, app: &Arc<App>) -> Result<Caller, Error> {
    let mut caller = stranger(parts)?;
    if let Some(value) = parts.headers.get(header::AUTHORIZATION) {
        let token = value
            .to_str()
            .ok()
            .and_then(bearer)
            .ok_or(Error::Unauthenticated)?;
        let read = app.db.read_one().await?;
        let token =
            store::find_token(&read, &caller.market.id, &hash::sha256(token), app.now()).await?;
        let token = token.ok_or(Error::Unauthenticated)?;
        caller.proof = Proof::Token {
            id: token.id,
            scopes: token.scopes,
        };
        caller.user = Some(token.user);
        caller.memberships = token.memberships;
    } else if let Some(value) =
        cookies::find(&parts.headers, cookies::session_name(app.config.https()))
    {
        let hash = hash::sha256(value);
        let read = app.db.read_one().await?;
        if let Some(session) =
            store::find_session(&read, &caller.market.id, &hash, app.now()).await?
        {
            drop(read);
            note_use(app, &hash, &session);
            caller.proof = Proof::Session(hash);
            caller.user = session.user;
            caller.memberships = session.memberships;
            caller.granted = session.granted;
            caller.unread = session.unread;
        }
    }
    if let Some(asked) = parts.extensions.get::<Asked>() {
        asked.by(caller.user.as_ref().map(|user| user.id.clone()));
    }
    Ok(caller)
}

/// Now and then a session's last use is written down, beside the request and not before it.
fn note_use(app: &Arc<App>, hash: &str, session: &Session) {
    let life = Life::of(&session.memberships);
    if app.now().since(session.used_at) < life.noted_every() {
        return;
    }
    let (app, hash, began) = (app.clone(), hash.to_owned(), session.created_at);
    tokio::spawn(async move {
        if let Err(error) = touch(&app, &hash, began, life).await {
            tracing::warn!(%error, "cannot write down when a session was used");
        }
    });
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token.trim())
}

/// Whether a stream's caller could still begin it: session or token is good, no role was taken away, and the link
/// that a guest came by was not revoked.
pub async fn still_good(app: &App, who: &Caller, order: Option<&OrderId>) -> bool {
    let good = async {
        let read = app.db.read_fresh().await?;
        let market = &who.market.id;
        match (&who.proof, &who.user) {
            (Proof::Session(hash), _) => {
                let session = store::find_session(&read, market, hash, app.now()).await?;
                Ok(session.is_some_and(|now| {
                    let came_by_link = |order: &&OrderId| who.granted.contains(order);
                    let linked = order
                        .filter(came_by_link)
                        .is_none_or(|order| now.granted.contains(order));
                    linked && now.memberships == who.memberships
                }))
            }
            (Proof::Token { id, .. }, Some(user)) => {
                let now = store::list_memberships(&read, &user.id, market).await?;
                let kept = who.memberships.iter().all(|held| now.contains(held));
                Ok(kept && store::is_token_good(&read, id, app.now()).await?)
            }
            _ => Ok(true),
        }
    };
    // A database that does not answer takes nobody's right away; the next beat asks again.
    good.await.unwrap_or_else(|error: db::Error| {
        tracing::warn!(%error, "cannot check whether a stream may go on");
        true
    })
}
