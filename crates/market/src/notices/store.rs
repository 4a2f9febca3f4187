//! Every statement on notices, and on who may be told.
use db::{FromRow, Read, Result, Row, Write};

use super::model::{Args, Colleague, Kind, Notice, Person, State};
use crate::kernel::{
    ids::{MarketId, NoticeId, OrderId, UserId},
    time::Ts,
};

impl FromRow for Notice {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let (id, market, order, farm) = (row.col()?, row.col()?, row.col()?, row.col()?);
        let (kind, event, person, channel) = (row.col()?, row.col()?, row.col()?, row.col()?);
        let (name, address, lang) = (row.col()?, row.col()?, row.col()?);
        let args: String = row.col()?;
        Ok(Self {
            id,
            market,
            order,
            farm,
            kind,
            event,
            person,
            channel,
            name,
            address,
            lang,
            args: Args::from_json(&args),
            state: row.col()?,
            attempts: row.col()?,
            created_at: row.col()?,
            read_at: row.col()?,
        })
    }
}

/// `false`: it was there already.
pub async fn insert(tx: &Write, notice: &Notice) -> Result<bool> {
    let sent = (notice.state == State::Accepted).then_some(notice.created_at);
    let inserted = tx
        .run(
            "INSERT INTO notices (id, market_id, order_id, farm_id, kind, event_id, person, channel, name, address, \
             lang, args, status, attempts, created_at, sent_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14, $15) \
             ON CONFLICT (kind, event_id, person, channel) DO NOTHING",
            &[
                &notice.id,
                &notice.market,
                &notice.order,
                &notice.farm,
                &notice.kind,
                &notice.event,
                &notice.person,
                &notice.channel,
                &notice.name,
                &notice.address,
                &notice.lang,
                &notice.args.to_json(),
                &notice.state,
                &notice.created_at,
                &sent,
            ],
        )
        .await?;
    Ok(inserted == 1)
}

pub async fn find(db: &Read, market: &MarketId, id: &NoticeId) -> Result<Option<Notice>> {
    db.one(
        "SELECT id, market_id, order_id, farm_id, kind, event_id, person, channel, name, address, lang, args, status, \
         attempts, created_at, read_at FROM notices WHERE id = $2 AND market_id = $1",
        &[market, id],
    )
    .await
}

/// What was told of an order, or is to be.
pub async fn list_for_order(db: &Read, market: &MarketId, order: &OrderId) -> Result<Vec<Notice>> {
    db.all(
        "SELECT id, market_id, order_id, farm_id, kind, event_id, person, channel, name, address, lang, args, status, \
         attempts, created_at, read_at FROM notices WHERE order_id = $2 AND market_id = $1 ORDER BY created_at, id",
        &[market, order],
    )
    .await
}

/// One page of what a person is shown, newest first, after the keyset `(created_at, id)`.
pub async fn list_page(
    db: &Read,
    market: &MarketId,
    person: &UserId,
    after: (Ts, &str),
    limit: i64,
) -> Result<Vec<Notice>> {
    db.all(
        "SELECT id, market_id, order_id, farm_id, kind, event_id, person, channel, name, address, lang, args, status, \
         attempts, created_at, read_at FROM notices WHERE market_id = $1 AND person = $2 AND channel = 'IN_APP' AND \
         status = 'ACCEPTED' AND (created_at, id) < ($3, $4) ORDER BY created_at DESC, id DESC LIMIT $5",
        &[market, person, &after.0, &after.1, &limit],
    )
    .await
}

/// How many a person has not read, counted no further than `most`.
pub async fn count_unread(db: &Read, market: &MarketId, person: &UserId, most: i64) -> Result<i64> {
    let row: Option<(i64,)> = db
        .one(
            "SELECT COUNT(*) FROM (SELECT id FROM notices WHERE market_id = $1 AND person = $2 AND \
             channel = 'IN_APP' AND status = 'ACCEPTED' AND read_at IS NULL LIMIT $3) unread",
            &[market, person, &most],
        )
        .await?;
    Ok(row.map_or(0, |row| row.0))
}

pub async fn mark_read(
    tx: &Write,
    market: &MarketId,
    person: &UserId,
    id: &NoticeId,
    now: Ts,
) -> Result<u64> {
    tx.run(
        "UPDATE notices SET read_at = $4 WHERE id = $3 AND market_id = $1 AND person = $2 AND channel = 'IN_APP' AND \
         read_at IS NULL",
        &[market, person, id, &now],
    )
    .await
}

/// Only what was there when the page was made: what came since has not been seen.
pub async fn mark_all_read(
    tx: &Write,
    market: &MarketId,
    person: &UserId,
    until: Ts,
    now: Ts,
) -> Result<u64> {
    tx.run(
        "UPDATE notices SET read_at = $4 WHERE market_id = $1 AND person = $2 AND channel = 'IN_APP' AND \
         status = 'ACCEPTED' AND read_at IS NULL AND created_at <= $3",
        &[market, person, &until, &now],
    )
    .await
}

/// A try begins. `false`: it is over already, or overtaken.
pub async fn begin(tx: &Write, id: &NoticeId) -> Result<bool> {
    let begun = tx
        .run(
            "UPDATE notices SET status = 'SENDING', attempts = attempts + 1 WHERE id = $1 AND \
             status IN ('DUE', 'SENDING')",
            &[id],
        )
        .await?;
    Ok(begun == 1)
}

/// What is over stays as it is.
pub async fn end(
    tx: &Write,
    id: &NoticeId,
    state: State,
    problem: Option<&str>,
    now: Ts,
) -> Result<bool> {
    let sent = (state == State::Accepted).then_some(now);
    let ended = tx
        .run(
            "UPDATE notices SET status = $2, problem = $3, sent_at = $4 WHERE id = $1 AND status IN ('DUE', 'SENDING')",
            &[id, &state, &problem, &sent],
        )
        .await?;
    Ok(ended == 1)
}

/// What something newer makes needless: mails not begun, and what was shown and not read.
pub async fn supersede(tx: &Write, order: &OrderId, kind: Kind) -> Result<u64> {
    tx.run(
        "UPDATE notices SET status = 'SUPPRESSED' WHERE order_id = $1 AND kind = $2 AND (status = 'DUE' OR \
         (channel = 'IN_APP' AND status = 'ACCEPTED' AND read_at IS NULL))",
        &[order, &kind],
    )
    .await
}

/// A mail that was not begun is not begun.
pub async fn suppress(tx: &Write, id: &NoticeId) -> Result<bool> {
    let suppressed = tx
        .run(
            "UPDATE notices SET status = 'SUPPRESSED' WHERE id = $1 AND status = 'DUE'",
            &[id],
        )
        .await?;
    Ok(suppressed == 1)
}

/// No more than `most` at once; how many there were.
pub async fn delete_before(tx: &Write, before: Ts, most: i64) -> Result<u64> {
    tx.run(
        "DELETE FROM notices WHERE id IN (SELECT id FROM notices WHERE created_at < $1 ORDER BY created_at LIMIT $2)",
        &[&before, &most],
    )
    .await
}

struct CustomerRow(Person, i64);

impl FromRow for CustomerRow {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self(
            Person {
                user: row.col()?,
                name: row.col()?,
                email: row.col()?,
                lang: row.col()?,
            },
            row.col()?,
        ))
    }
}

/// Whose order it is, and the generation of its link.
pub async fn find_customer(
    db: &Read,
    market: &MarketId,
    order: &OrderId,
) -> Result<Option<(Person, i64)>> {
    let row: Option<CustomerRow> = db
        .one(
            "SELECT customer_id, customer_name, customer_email, lang, link_generation FROM orders WHERE id = $2 AND \
             market_id = $1",
            &[market, order],
        )
        .await?;
    Ok(row.map(|row| (row.0, row.1)))
}

impl FromRow for Colleague {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            person: Person {
                user: Some(row.col()?),
                name: row.col()?,
                email: row.col()?,
                lang: row.col()?,
            },
            role: row.col()?,
            farm: row.col()?,
        })
    }
}

/// The teams of an order's farms, and the market's managers.
pub async fn list_colleagues(
    db: &Read,
    market: &MarketId,
    order: &OrderId,
) -> Result<Vec<Colleague>> {
    db.all(
        "SELECT u.id, u.name, u.email, COALESCE(u.lang, k.lang), m.role, m.farm_id FROM memberships m \
         JOIN users u ON u.id = m.user_id JOIN markets k ON k.id = m.market_id \
         WHERE m.market_id = $1 AND (m.role = 'MARKET_MANAGER' OR \
         m.farm_id IN (SELECT f.farm_id FROM farm_orders f WHERE f.order_id = $2)) ORDER BY u.id LIMIT 1000",
        &[market, order],
    )
    .await
}
