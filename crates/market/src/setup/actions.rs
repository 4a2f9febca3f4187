//! The set-up's steps. Each needs a link that is still good, and moves the set-up on in its own transaction.
use db::{Db, Write};

use super::{
    model::{LINK_LIVES, Step, unnamed},
    store,
};
use crate::{
    accounts::{
        self,
        model::{Caller, Life, Opened, Proof, User, Works},
    },
    app::App,
    audit::{
        actions::{note, note_as},
        facts,
        model::{Act, Did, Verb},
    },
    error::{Error, Result},
    kernel::{
        hash,
        ids::{Ids, UserId},
        role::Role,
        time::Ts,
    },
    markets::{
        self, days, known,
        model::{DayStatus, Market},
        places::{self, model::Place},
        settings,
    },
};

/// Where the link leads, kept for whoever asks for a new one.
const BASE_URL: &str = "setup.base_url";

/// A link's secret and, if the running server named it, its address.
pub struct NewLink {
    pub token: String,
    pub base_url: Option<String>,
}

/// A new link while the set-up is not over; the market it will name is there from now on. `None`: nothing to set up.
pub async fn open_link(db: &Db, now: Ts, base_url: Option<&str>) -> Result<Option<NewLink>> {
    let tx = db.write().await?;
    if !is_open(&tx, now).await? {
        tx.discard().await?;
        return Ok(None);
    }
    let token = secret()?;
    let expires_at = now.plus(LINK_LIVES);
    store::insert_link(&tx, &hash::sha256(&token), now, expires_at).await?;
    if let Some(base_url) = base_url {
        markets::store::set_setting(&tx, BASE_URL, base_url).await?;
    }
    let base_url = markets::store::find_setting(&tx, BASE_URL).await?;
    if let Some(market) = markets::store::list(&tx).await?.first() {
        let made = Did::new(Verb::SetupLink, market.id.as_str());
        note_as(&Ids::Random, now, &tx, &Act::cli(&market.id), &made).await?;
    }
    tx.commit().await?;
    Ok(Some(NewLink { token, base_url }))
}

/// Begins the set-up where nobody manages a market yet.
async fn is_open(tx: &Write, now: Ts) -> db::Result<bool> {
    if let Some(step) = store::find_step(tx).await? {
        return Ok(step != Step::Done);
    }
    match markets::store::list(tx).await?.first() {
        Some(market) if store::has_manager(tx, &market.id).await? => return Ok(false),
        Some(_) => {}
        None => markets::store::insert(tx, &unnamed(), now).await?,
    }
    store::set_step(tx, Step::Market).await?;
    Ok(true)
}

/// The market gets its name, place, currency and hours.
pub async fn name_market(app: &App, who: &Caller, token: &str, market: &Market) -> Result<()> {
    let tx = begin(app, token, Step::Market).await?;
    if !settings::store::update(&tx, market).await? {
        tx.discard().await?;
        return Err(Error::invalid("currency", "markets-set-currency-fixed"));
    }
    let named = Did::new(Verb::SetupMarket, market.id.as_str()).became(facts::market(market));
    note(app, &tx, who, named).await?;
    tx.commit().await?;
    known::changed(app).await
}

/// The first account: an admin, signed in from here on.
pub async fn make_owner(
    app: &App,
    who: &Caller,
    token: &str,
    name: &str,
    email: &str,
) -> Result<Opened> {
    let now = app.now();
    let secret = secret()?;
    let tx = begin(app, token, Step::Owner).await?;
    let known = accounts::store::find_user_by_email(&tx, email).await?;
    let user = if let Some(user) = known {
        user
    } else {
        let user = User {
            id: UserId::new(app.ids.make(UserId::PREFIX, now)),
            email: email.to_owned(),
            name: name.to_owned(),
        };
        accounts::store::insert_user(&tx, &user, now).await?;
        user
    };
    let market = &who.market.id;
    accounts::store::insert_membership(&tx, &user.id, market, Role::Admin, None).await?;
    let owner = Did::new(Verb::SetupOwner, user.id.as_str()).of_person(&user.id);
    note(app, &tx, who, owner.as_role(Role::Admin)).await?;
    // What was held before it must not become the admin's.
    if let Proof::Session(old) = &who.proof {
        accounts::store::delete_session(&tx, old).await?;
    }
    let new = hash::sha256(&secret);
    accounts::store::insert_session(&tx, &new, Some(&user.id), now, Life::ADMIN.ends(now, now))
        .await?;
    tx.commit().await?;
    known::changed(app).await?;
    Ok(Opened {
        secret,
        ends: now.plus(Life::ADMIN.most),
        works: Works::Market,
        user: Some(user.id),
        device: None,
    })
}

/// The first place with its first day, or neither; then the set-up is over and its links open nothing.
pub async fn finish(
    app: &App,
    who: &Caller,
    token: &str,
    first: Option<(&Place, &days::model::Plan)>,
) -> Result<()> {
    let tx = begin(app, token, Step::Place).await?;
    if let Some((place, plan)) = first {
        let market = &who.market.id;
        places::store::insert(&tx, market, place).await?;
        days::actions::create_in(app, &tx, market, plan, DayStatus::Open).await?;
    }
    store::delete_expired(&tx, Ts::from_micros(i64::MAX)).await?;
    let done = Did::new(Verb::SetupDone, who.market.id.as_str());
    note(app, &tx, who, done).await?;
    tx.commit().await?;
    known::changed(app).await
}

/// A transaction in which the set-up has left this step. A link that is not good is as good as none.
async fn begin(app: &App, token: &str, step: Step) -> Result<Write> {
    let tx = app.db.write().await?;
    let good = store::is_link_good(&tx, &hash::sha256(token), app.now()).await?;
    if !good || !store::advance(&tx, step).await? {
        tx.discard().await?;
        return Err(Error::NotFound);
    }
    Ok(tx)
}

fn secret() -> Result<String> {
    let bytes =
        hash::random::<32>().ok_or_else(|| Error::internal("the system has no random bytes"))?;
    Ok(hash::hex(&bytes))
}
