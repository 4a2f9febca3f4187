//! Making and ending a token.
use std::time::Duration;

use super::store;
use crate::{
    accounts::{
        self,
        model::{Caller, Scope},
        profile::actions::{person, prove},
        store::NewToken,
    },
    app::App,
    audit::{
        actions::note,
        facts,
        model::{Did, Verb},
    },
    error::{Error, Result},
    kernel::{
        hash,
        ids::{FarmId, TokenId},
    },
};

/// So many letters of the secret are shown in the list.
const HINT: usize = 4;

pub struct Wish {
    pub name: String,
    pub scopes: Vec<Scope>,
    /// Rights at this farm only; else all that the person has.
    pub farm: Option<FarmId>,
    pub days: u64,
    /// The password once more.
    pub current: String,
}

/// The secret, to be shown and then forgotten.
pub async fn make(app: &App, who: &Caller, wish: &Wish) -> Result<String> {
    let (user, _) = person(who)?;
    if let Some(farm) = &wish.farm
        && !who.farms().any(|own| own == farm)
    {
        return Err(Error::NotFound);
    }
    prove(app, who, &wish.current, "name").await?;
    let now = app.now();
    let bytes =
        hash::random::<32>().ok_or_else(|| Error::internal("the system has no random bytes"))?;
    // The prefix is for secret scanners, which know it.
    let secret = format!("mkt_{}", hash::hex(&bytes));
    let hint = secret.get(secret.len() - HINT..).unwrap_or("");
    let id = TokenId::new(app.ids.make(TokenId::PREFIX, now));
    let token = NewToken {
        id: &id,
        market: &who.market.id,
        user: &user.id,
        farm: wish.farm.as_ref(),
        name: &wish.name,
        hash: &hash::sha256(&secret),
        scopes: &wish.scopes,
        now,
        expires_at: now.plus(Duration::from_hours(24 * wish.days)),
    };
    let tx = app.db.write().await?;
    accounts::store::insert_token(&tx, &token).await?;
    store::set_hint(&tx, &id, hint).await?;
    let made = Did::new(Verb::TokenMade, id.as_str()).became(facts::token(&token));
    note(app, &tx, who, made).await?;
    tx.commit().await?;
    Ok(secret)
}

pub async fn revoke(app: &App, who: &Caller, id: &TokenId) -> Result<()> {
    let (user, _) = person(who)?;
    let tx = app.db.write().await?;
    if !store::revoke(&tx, &who.market.id, &user.id, id, app.now()).await? {
        tx.discard().await?;
        return Err(Error::NotFound);
    }
    let revoked = Did::new(Verb::TokenRevoked, id.as_str());
    note(app, &tx, who, revoked).await?;
    tx.commit().await?;
    app.cluster.bump(&format!("ended/{id}"));
    Ok(())
}
