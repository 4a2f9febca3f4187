//! Every statement of the first-run set-up.
use db::{Read, Result, Write};

use super::model::Step;
use crate::{
    kernel::{ids::MarketId, time::Ts},
    markets,
};

const STEP: &str = "setup.step";

/// `None`: there never was a set-up.
pub async fn find_step(db: &Read) -> Result<Option<Step>> {
    let value = markets::store::find_setting(db, STEP).await?;
    Ok(value.as_deref().and_then(Step::parse))
}

pub async fn set_step(tx: &Write, step: Step) -> Result<()> {
    markets::store::set_setting(tx, STEP, step.as_str()).await
}

/// `false`: the set-up is not at that step any more.
pub async fn advance(tx: &Write, from: Step) -> Result<bool> {
    let moved = tx
        .run(
            "UPDATE settings SET value = $3 WHERE name = $1 AND value = $2",
            &[&STEP, &from, &from.next()],
        )
        .await?;
    Ok(moved == 1)
}

pub async fn has_manager(db: &Read, market: &MarketId) -> Result<bool> {
    let first = db
        .one::<(String,)>(
            "SELECT user_id FROM memberships WHERE market_id = $1 AND role IN ('ADMIN', 'MARKET_MANAGER') LIMIT 1",
            &[market],
        )
        .await?;
    Ok(first.is_some())
}

pub async fn insert_link(tx: &Write, hash: &str, now: Ts, expires_at: Ts) -> Result<()> {
    tx.run(
        "INSERT INTO setup_links (hash, created_at, expires_at) VALUES ($1, $2, $3)",
        &[&hash, &now, &expires_at],
    )
    .await?;
    Ok(())
}

pub async fn is_link_good(db: &Read, hash: &str, now: Ts) -> Result<bool> {
    let found = db
        .one::<(i64,)>(
            "SELECT created_at FROM setup_links WHERE hash = $1 AND expires_at > $2",
            &[&hash, &now],
        )
        .await?;
    Ok(found.is_some())
}

/// Those that were good until now: all of them when the set-up is over.
pub async fn delete_expired(tx: &Write, now: Ts) -> Result<u64> {
    tx.run("DELETE FROM setup_links WHERE expires_at <= $1", &[&now])
        .await
}
