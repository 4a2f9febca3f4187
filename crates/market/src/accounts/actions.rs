//! Signing in and out, and opening an order by its link.
use outbox::Push;

use super::{
    jobs::SendSignInLink,
    model::{Caller, Opened, Proof, ended_topic, session_ends},
    store,
};
use crate::{
    app::App,
    error::{Error, Result},
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

/// Uses the link up and opens a session; a guest's orders come along, the old session ends.
pub async fn sign_in(app: &App, who: &Caller, token: &str) -> Result<Opened> {
    let now = app.now();
    let secret = secret()?;
    let tx = app.db.write().await?;
    let link = store::find_link(&tx, &who.market.id, &hash::sha256(token), now).await?;
    let Some((link, user, _)) = link else {
        tx.discard().await?;
        return Err(Error::NotFound);
    };
    if !store::mark_link_used(&tx, &link, now).await? {
        tx.discard().await?;
        return Err(Error::NotFound);
    }
    let memberships = store::list_memberships(&tx, &user, &who.market.id).await?;
    let ends = session_ends(&memberships, now);
    let new = hash::sha256(&secret);
    store::insert_session(&tx, &new, Some(&user), now, ends).await?;
    if let Proof::Session(old) = &who.proof {
        if who.user.is_none() {
            store::move_grants(&tx, old, &new).await?;
        }
        store::delete_session(&tx, old).await?;
    }
    tx.commit().await?;
    Ok(Opened {
        secret,
        ends,
        works: !memberships.is_empty(),
    })
}

pub async fn sign_out(app: &App, who: &Caller) -> Result<()> {
    let Proof::Session(hash) = &who.proof else {
        return Ok(());
    };
    let tx = app.db.write().await?;
    store::delete_session(&tx, hash).await?;
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
        let ends = session_ends(&[], now);
        let hash = hash::sha256(&secret);
        store::insert_session(&tx, &hash, None, now, ends).await?;
        store::grant_order(&tx, &hash, &who.market.id, order, generation, now).await?;
        Some(Opened {
            secret,
            ends,
            works: false,
        })
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
