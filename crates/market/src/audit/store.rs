//! Every statement on entries and seals, and those that read status events as entries.
use db::{FromRow, Read, Result, Row, Write};
use serde_json::Value;

use super::model::{Act, Did, Entry, Event, Filter, STATUS, Shown};
use crate::kernel::{
    ids::{AuditId, MarketId},
    time::Ts,
};

impl FromRow for Entry {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            market: row.col()?,
            at: row.col()?,
            actor: row.col()?,
            role: row.col()?,
            verb: row.col()?,
            thing: row.col()?,
            was: row.col()?,
            became: row.col()?,
            via: row.col()?,
            address: row.col()?,
            request: row.col()?,
        })
    }
}

impl FromRow for Event {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            market: row.col()?,
            order: row.col()?,
            part: row.col()?,
            seq: row.col()?,
            from: row.col()?,
            to: row.col()?,
            actor: row.col()?,
            role: row.col()?,
            reason: row.col()?,
            undoes: row.col()?,
            at: row.col()?,
            order_version: row.col()?,
        })
    }
}

pub async fn insert(
    tx: &Write,
    id: &AuditId,
    now: Ts,
    act: &Act<'_>,
    deed: &Did<'_>,
) -> Result<()> {
    let text = |value: &Value| (!value.is_null()).then(|| value.to_string());
    tx.run(
        "INSERT INTO audit_entries (id, market_id, at, actor_id, role, verb, thing_id, was, became, via, address, \
         request_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &[
            id,
            act.market,
            &now,
            &act.actor,
            &act.role,
            &deed.verb,
            &deed.thing,
            &text(&deed.was),
            &text(&deed.became),
            &act.via,
            &act.address,
            &act.request,
        ],
    )
    .await?;
    Ok(())
}

/// In the order of their ids, of every market.
pub async fn list_entries_after(
    db: &Read,
    after: &str,
    before: &str,
    limit: i64,
) -> Result<Vec<Entry>> {
    db.all(
        "SELECT id, market_id, at, actor_id, role, verb, thing_id, was, became, via, address, request_id \
         FROM audit_entries WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3",
        &[&after, &before, &limit],
    )
    .await
}

pub async fn list_events_after(
    db: &Read,
    after: &str,
    before: &str,
    limit: i64,
) -> Result<Vec<Event>> {
    db.all(
        "SELECT id, market_id, order_id, farm_order_id, seq, from_status, to_status, actor_id, role, reason, undoes, \
         at, order_version FROM status_events WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3",
        &[&after, &before, &limit],
    )
    .await
}

pub async fn find_entry(db: &Read, id: &str) -> Result<Option<Entry>> {
    db.one(
        "SELECT id, market_id, at, actor_id, role, verb, thing_id, was, became, via, address, request_id \
         FROM audit_entries WHERE id = $1",
        &[&id],
    )
    .await
}

pub async fn find_event(db: &Read, id: &str) -> Result<Option<Event>> {
    db.one(
        "SELECT id, market_id, order_id, farm_order_id, seq, from_status, to_status, actor_id, role, reason, undoes, \
         at, order_version FROM status_events WHERE id = $1",
        &[&id],
    )
    .await
}

/// One link of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    pub seq: i64,
    pub prev: String,
    pub hash: String,
    /// Lines of a row's id and its hash.
    pub sealed: String,
    pub size: i64,
    pub until_at: Ts,
    pub sealed_at: Ts,
}

impl FromRow for Seal {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            seq: row.col()?,
            prev: row.col()?,
            hash: row.col()?,
            sealed: row.col()?,
            size: row.col()?,
            until_at: row.col()?,
            sealed_at: row.col()?,
        })
    }
}

pub async fn find_last_seal(db: &Read) -> Result<Option<Seal>> {
    db.one(
        "SELECT seq, prev, hash, sealed, size, until_at, sealed_at FROM audit_seals \
         WHERE seq > 0 ORDER BY seq DESC LIMIT 1",
        &[],
    )
    .await
}

/// The age of the youngest row that is sealed.
pub async fn find_sealed_until(db: &Read) -> Result<Option<Ts>> {
    let row: Option<(Ts,)> = db
        .one(
            "SELECT until_at FROM audit_seals WHERE until_at > 0 ORDER BY until_at DESC LIMIT 1",
            &[],
        )
        .await?;
    Ok(row.map(|row| row.0))
}

/// Seals that may hold rows as young as that.
pub async fn list_sealed_since(db: &Read, since: Ts) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = db
        .all(
            "SELECT sealed FROM audit_seals WHERE until_at >= $1",
            &[&since],
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

pub async fn list_seals_after(db: &Read, seq: i64, limit: i64) -> Result<Vec<Seal>> {
    db.all(
        "SELECT seq, prev, hash, sealed, size, until_at, sealed_at FROM audit_seals WHERE seq > $1 ORDER BY seq \
         LIMIT $2",
        &[&seq, &limit],
    )
    .await
}

pub async fn insert_seal(tx: &Write, seal: &Seal) -> Result<()> {
    tx.run(
        "INSERT INTO audit_seals (seq, prev, hash, sealed, size, until_at, sealed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            &seal.seq,
            &seal.prev,
            &seal.hash,
            &seal.sealed,
            &seal.size,
            &seal.until_at,
            &seal.sealed_at,
        ],
    )
    .await?;
    Ok(())
}

struct Named(Entry, Option<String>);

impl FromRow for Named {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self(Entry::from_row(row)?, row.col()?))
    }
}

struct NamedEvent(Event, Option<String>);

impl FromRow for NamedEvent {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self(Event::from_row(row)?, row.col()?))
    }
}

/// Newest first.
pub async fn list_entries(
    db: &Read,
    market: &MarketId,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Shown>> {
    let (from, before) = (
        format!("aud_{}", filter.from),
        format!("aud_{}", filter.before),
    );
    let rows: Vec<Named> = db
        .all(
            "SELECT e.id, e.market_id, e.at, e.actor_id, e.role, e.verb, e.thing_id, e.was, e.became, e.via, e.address, \
             e.request_id, u.name FROM audit_entries e LEFT JOIN users u ON u.id = e.actor_id \
             WHERE e.market_id = $1 AND e.id > $2 AND e.id < $3 AND ($4 = '' OR e.actor_id = $4) \
             AND ($5 = '' OR e.verb = $5) AND ($6 = '' OR e.thing_id = $6) ORDER BY e.id DESC LIMIT $7",
            &[
                market,
                &from,
                &before,
                &filter.actor,
                &filter.verb,
                &filter.thing,
                &limit,
            ],
        )
        .await?;
    let shown = |Named(entry, name)| Shown { entry, name };
    Ok(rows.into_iter().map(shown).collect())
}

/// Status events as entries, newest first.
pub async fn list_events(
    db: &Read,
    market: &MarketId,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Shown>> {
    let (from, before) = (
        format!("evt_{}", filter.from),
        format!("evt_{}", filter.before),
    );
    let rows: Vec<NamedEvent> = db
        .all(
            "SELECT e.id, e.market_id, e.order_id, e.farm_order_id, e.seq, e.from_status, e.to_status, e.actor_id, e.role, \
             e.reason, e.undoes, e.at, e.order_version, u.name FROM status_events e \
             LEFT JOIN users u ON u.id = e.actor_id \
             WHERE e.market_id = $1 AND e.id > $2 AND e.id < $3 AND ($4 = '' OR e.actor_id = $4) \
             AND ($5 = '' OR e.order_id = $5 OR e.farm_order_id = $5) ORDER BY e.id DESC LIMIT $6",
            &[market, &from, &before, &filter.actor, &filter.thing, &limit],
        )
        .await?;
    Ok(rows.into_iter().map(of_event).collect())
}

fn of_event(NamedEvent(event, name): NamedEvent) -> Shown {
    let was = event
        .from
        .map(|from| serde_json::json!({ "status": from }).to_string());
    let became =
        serde_json::json!({ "status": event.to, "reason": event.reason, "undoes": event.undoes });
    let entry = Entry {
        id: event.id,
        market: event.market,
        at: event.at,
        actor: event.actor,
        role: event.role,
        verb: STATUS.to_owned(),
        thing: event.part,
        was,
        became: Some(became.to_string()),
        via: String::new(),
        address: String::new(),
        request: String::new(),
    };
    Shown { entry, name }
}
