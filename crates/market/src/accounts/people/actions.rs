//! Ending a person's access, and giving it back. From outside the server: what is open there ends by the job.
use db::{Db, Write};
use outbox::Push;

use super::{jobs::AccessEnded, store};
use crate::{
    accounts::{devices, passwords, profile},
    audit::{
        actions::note_as,
        model::{Act, Did, Verb},
    },
    error::Result,
    kernel::{
        ids::{Ids, JobId, UserId},
        time::Ts,
    },
    markets,
};

/// What came of closing an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disabled {
    Done,
    Already,
    /// Nobody would be left at the top of that market or farm.
    LastOf(String),
}

/// Every session and mailed link, on every device; how many sessions there were.
pub async fn sign_out(db: &Db, ids: &Ids, now: Ts, user: &UserId) -> Result<u64> {
    let tx = db.write().await?;
    let ended = end_access(&tx, ids, now, user).await?;
    note(&tx, ids, now, user, Verb::SessionsEnded).await?;
    tx.commit().await?;
    Ok(ended)
}

/// The same, and nothing opens the account until it is opened again; its tokens are worth nothing meanwhile.
pub async fn disable(db: &Db, ids: &Ids, now: Ts, user: &UserId) -> Result<Disabled> {
    let tx = db.write().await?;
    store::hold_peers(&tx, user).await?;
    if let Some(name) = store::find_orphan(&tx, user).await? {
        tx.discard().await?;
        return Ok(Disabled::LastOf(name));
    }
    if !store::disable(&tx, user, now).await? {
        tx.discard().await?;
        return Ok(Disabled::Already);
    }
    end_access(&tx, ids, now, user).await?;
    note(&tx, ids, now, user, Verb::AccountClosed).await?;
    tx.commit().await?;
    Ok(Disabled::Done)
}

/// `false`: it was open.
pub async fn enable(db: &Db, ids: &Ids, now: Ts, user: &UserId) -> Result<bool> {
    let tx = db.write().await?;
    if !store::enable(&tx, user).await? {
        tx.discard().await?;
        return Ok(false);
    }
    note(&tx, ids, now, user, Verb::AccountReopened).await?;
    tx.commit().await?;
    Ok(true)
}

/// A person belongs to no market: what was done to one stands in the audit of the default market.
async fn note(tx: &Write, ids: &Ids, now: Ts, user: &UserId, verb: Verb) -> Result<()> {
    if let Some(market) = markets::store::list(tx).await?.first() {
        let deed = Did::new(verb, user.as_str());
        note_as(ids, now, tx, &Act::cli(&market.id), &deed).await?;
    }
    Ok(())
}

async fn end_access(tx: &Write, ids: &Ids, now: Ts, user: &UserId) -> Result<u64> {
    let ended = profile::store::end_sessions(tx, user).await?;
    passwords::store::delete_links(tx, user).await?;
    devices::store::delete_all(tx, user).await?;
    let id = ids.make(JobId::PREFIX, now);
    let push = Push {
        id: &id,
        key: &id,
        due_at: now.micros(),
        now: now.micros(),
    };
    outbox::push(tx, &AccessEnded { user: user.clone() }, push).await?;
    Ok(ended)
}
