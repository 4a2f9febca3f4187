//! Signing in and out, and opening an order by its link.
use outbox::Push;

use super::{
    devices::{
        self,
        model::{Device, LIVES},
    },
    jobs::SendSignInLink,
    model::{Caller, Life, Opened, Proof, User, Works, ended_topic},
    people, store,
};
use crate::{
    app::App,
    audit::{
        actions::note,
        model::{Did, Verb},
    },
    cart,
    error::{Error, Result, Say},
    kernel::{
        hash,
        ids::{JobId, OrderId},
    },
    words::Lang,
};

/// Known or not, one job is written: the answer says nothing.
pub async fn ask_for_link(app: &App, who: &Caller, email: &str, lang: Lang) -> Result<()> {
    let now = app.now();
    let id = app.ids.make(JobId::PREFIX, now);
    let job = SendSignInLink {
        market: who.market.id.clone(),
        email: email.to_owned(),
        lang: lang.tag().to_owned(),
    };
    let tx = app.db.write().await?;
    outbox::push(
        &tx,
        &job,
        Push {
            id: &id,
            key: &id,
            due_at: now.micros(),
            now: now.micros(),
        },
    )
    .await?;
    tx.commit().await?;
    app.jobs_wait.notify_one();
    Ok(())
}

/// Uses the link up and opens a session.
pub async fn sign_in(app: &App, who: &Caller, token: &str, device: &Device) -> Result<Opened> {
    let now = app.now();
    let tx = app.db.write().await?;
    let link = store::find_link(&tx, &who.market.id, &hash::sha256(token), now).await?;
    let Some((link, user)) = link else {
        tx.discard().await?;
        return Err(Error::NotFound);
    };
    if !store::mark_link_used(&tx, &link, now).await? {
        tx.discard().await?;
        return Err(Error::NotFound);
    }
    let opened = open_for(app, &tx, who, &user, device).await?;
    tx.commit().await?;
    Ok(opened)
}

/// The one place where a session is opened for a person, whatever proved who it is; within the caller's transaction.
/// The old session ends, and what a guest held by it becomes the person's: the orders whose links were opened, and
/// those placed with the person's address, which is proved (`users` holds no other). The browser is known from now on.
pub async fn open_for(
    app: &App,
    tx: &db::Write,
    who: &Caller,
    user: &User,
    device: &Device,
) -> Result<Opened> {
    if people::store::is_disabled(tx, &user.id).await? {
        return Err(Error::Forbidden(Say::key("accounts-disabled")));
    }
    let now = app.now();
    let (secret, known) = (secret()?, secret()?);
    let market = &who.market.id;
    let memberships = store::list_memberships(tx, &user.id, market).await?;
    let life = Life::of(&memberships);
    let begun = Did::new(Verb::SessionBegun, user.id.as_str()).by(&user.id, &memberships);
    note(app, tx, who, begun).await?;
    let new = hash::sha256(&secret);
    store::insert_session(tx, &new, Some(&user.id), now, life.ends(now, now)).await?;
    store::name_session(tx, &new, &device.name).await?;
    if let Proof::Session(old) = &who.proof {
        if who.user.is_none() {
            // A guest's: everything that hangs on the old session moves here, before it is gone.
            store::move_grants(tx, old, &new).await?;
            let (from, to) = (cart::model::of_session(old), cart::model::of_user(&user.id));
            cart::store::merge(tx, market, &from, &to).await?;
        }
        store::delete_session(tx, old).await?;
    }
    store::claim_orders(tx, market, &user.id, &user.email).await?;
    store::keep_lang(tx, &user.id, device.lang).await?;
    let hash = hash::sha256(&known);
    if let Some(old) = &device.hash {
        devices::store::rename(tx, old, &hash).await?;
    }
    devices::store::insert(tx, &hash, market, &user.id, now, now.plus(LIVES)).await?;
    devices::store::delete_oldest(tx, market, &user.id).await?;
    Ok(Opened {
        secret,
        ends: now.plus(life.most),
        works: Works::of(&memberships),
        user: Some(user.id.clone()),
        device: Some(known),
    })
}

pub async fn sign_out(app: &App, who: &Caller) -> Result<()> {
    let Proof::Session(hash) = &who.proof else {
        return Ok(());
    };
    let tx = app.db.write().await?;
    store::delete_session(&tx, hash).await?;
    if let Some(user) = &who.user {
        let ended = Did::new(Verb::SessionEnded, user.id.as_str());
        note(app, &tx, who, ended).await?;
    }
    tx.commit().await?;
    app.cluster.bump(&ended_topic(who));
    Ok(())
}

/// An order's link was opened: the session, a new one if there is none, may follow that order.
pub async fn open_order(
    app: &App,
    who: &Caller,
    order: &OrderId,
    generation: i64,
) -> Result<Option<Opened>> {
    let now = app.now();
    let tx = app.db.write().await?;
    let opened = if let Proof::Session(hash) = &who.proof {
        store::grant_order(&tx, hash, &who.market.id, order, generation, now).await?;
        None
    } else {
        let secret = secret()?;
        let ends = Life::CUSTOMER.ends(now, now);
        let hash = hash::sha256(&secret);
        store::insert_session(&tx, &hash, None, now, ends).await?;
        store::grant_order(&tx, &hash, &who.market.id, order, generation, now).await?;
        Some(Opened::guest(secret, now))
    };
    tx.commit().await?;
    Ok(opened)
}

/// 256 random bits as text: a session's secret, a key that nobody guesses.
pub fn secret() -> Result<String> {
    let bytes =
        hash::random::<32>().ok_or_else(|| Error::internal("the system has no random bytes"))?;
    Ok(hash::hex(&bytes))
}
