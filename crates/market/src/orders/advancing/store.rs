//! The statements that write a change of status.
use db::{Engine, Result, Write};
use futures_util::future::{try_join, try_join_all, try_join3};
use outbox::Job;

use crate::{
    kernel::{
        ids::{DayId, EventId, MarketId},
        time::Ts,
    },
    orders::{
        jobs::StatusChanged,
        model::{FarmOrder, Order, decide::Change, guard},
    },
};

/// Makes a second try safe: whoever holds the order's row cannot lose the race again.
pub async fn take(tx: &Write, id: &str) -> Result<bool> {
    let taken = tx
        .run(
            "UPDATE orders SET version = version \
             WHERE id = COALESCE((SELECT order_id FROM farm_orders WHERE id = $1), $1)",
            &[&id],
        )
        .await?;
    Ok(taken == 1)
}

/// State, history and outbox row of one transaction, in one packet. `false`: somebody else was there first.
pub async fn write(
    tx: &Write,
    before: &Order,
    after: &Order,
    changes: &[(EventId, Change)],
    now: Ts,
) -> Result<bool> {
    // The order's row first: two changes of one order then wait for each other and never in a circle.
    let written = try_join(
        tx.run(
            "UPDATE orders SET status = $3, version = version + 1, changed_at = $4 WHERE id = $1 AND version = $2",
            &[&before.id, &before.version, &after.status, &now],
        ),
        try_join_all(changes.iter().map(|(event, change)| write_part(tx, after, event, change, now))),
    )
    .await;
    match written {
        Ok((changed, parts)) => Ok(changed == 1 && parts.into_iter().all(|changed| changed)),
        Err(error) if error.is_unique("status_events_farm_order_id_seq_key") => Ok(false),
        Err(error) => Err(error),
    }
}

async fn write_part(
    tx: &Write,
    after: &Order,
    event: &EventId,
    change: &Change,
    now: Ts,
) -> Result<bool> {
    // A change of a part that is not there changes nothing.
    let Some(part) = after.part(&change.part) else {
        return Ok(false);
    };
    let due = guard::due_at(after, change.to, change.at);
    let job = job_of(after, part, change);
    let push = outbox::Push {
        id: event.as_str(),
        key: event.as_str(),
        due_at: now.micros(),
        now: now.micros(),
    };
    let (changed, _, ()) = try_join3(
        tx.run(
            "UPDATE farm_orders SET status = $3, version = version + 1, last_seq = $4, due_at = $5 \
             WHERE id = $1 AND version = $2",
            &[&change.part, &change.version, &change.to, &change.seq, &due],
        ),
        append_event(tx, after, event, change),
        outbox::push(tx, &job, push),
    )
    .await?;
    Ok(changed == 1)
}

async fn append_event(tx: &Write, after: &Order, event: &EventId, change: &Change) -> Result<u64> {
    tx.run(
        "INSERT INTO status_events (id, market_id, order_id, farm_order_id, seq, from_status, to_status, actor_id, \
         role, reason, note, undoes, at, order_version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        &[
            event,
            &after.market_id,
            &after.id,
            &change.part,
            &change.seq,
            &change.from,
            &change.to,
            &change.actor_id,
            &change.role,
            &change.reason,
            &change.note,
            &change.undoes,
            &change.at,
            &after.version,
        ],
    )
    .await
}

fn job_of(after: &Order, part: &FarmOrder, change: &Change) -> StatusChanged {
    StatusChanged {
        market: after.market_id.clone(),
        order: after.id.clone(),
        part: change.part.clone(),
        farm: part.farm.id.clone(),
        seq: change.seq,
        version: after.version,
    }
}

/// A day's hours were changed: whatever falls due in its orders is looked at now, and put off if it is not due yet.
pub async fn look_again(tx: &Write, market: &MarketId, day: &DayId, now: Ts) -> Result<u64> {
    tx.run(
        "UPDATE farm_orders SET due_at = $3 WHERE market_id = $1 AND day_id = $2 AND due_at > $3",
        &[market, day, &now],
    )
    .await
}

/// The same for a single change, commit included. PostgreSQL does it as one statement in one round trip; SQLite has
/// no round trips, and no data-modifying CTE.
pub async fn write_and_commit(
    tx: Write,
    before: &Order,
    after: &Order,
    event: &EventId,
    change: &Change,
    now: Ts,
) -> Result<bool> {
    let Some(part) = after.part(&change.part) else {
        return Ok(false);
    };
    if tx.engine() == Engine::Sqlite {
        let changes = [(event.clone(), change.clone())];
        let written = write(&tx, before, after, &changes, now).await?;
        if written {
            tx.commit().await?;
        } else {
            tx.discard().await?;
        }
        return Ok(written);
    }
    let due = guard::due_at(after, change.to, change.at);
    let payload = outbox::encode(&job_of(after, part, change))?;
    let rows = tx
        .finish(
            CHANGE_POSTGRES,
            &[
                &before.id,
                &before.version,
                &after.status,
                &now,
                &change.part,
                &change.version,
                &change.to,
                &change.seq,
                &due,
                event,
                &change.from,
                &change.actor_id,
                &change.role,
                &change.reason,
                &change.note,
                &change.undoes,
                &change.at,
                &StatusChanged::KIND,
                &payload,
            ],
        )
        .await?;
    Ok(rows == 1)
}

/// The four statements above as one. The order's row decides: nothing else is touched by whoever lost the race for
/// it. An order whose part is not as it should be fails at the outbox row's missing id, which undoes all of it.
const CHANGE_POSTGRES: &str = "WITH o AS (UPDATE orders SET status = $3, version = version + 1, changed_at = $4 \
     WHERE id = $1 AND version = $2 RETURNING id, market_id, version), \
     f AS (UPDATE farm_orders f SET status = $7, version = f.version + 1, last_seq = $8, due_at = $9 FROM o \
     WHERE f.id = $5 AND f.version = $6 AND f.order_id = o.id RETURNING f.id), \
     e AS (INSERT INTO status_events (id, market_id, order_id, farm_order_id, seq, from_status, to_status, actor_id, \
     role, reason, note, undoes, at, order_version) \
     SELECT $10, o.market_id, o.id, f.id, $8, $11, $7, $12, $13, $14, $15, $16, $17, o.version FROM o, f RETURNING id) \
     INSERT INTO outbox (id, kind, key, payload, due_at, attempts, created_at) \
     SELECT e.id, $18, e.id, $19, $4, 0, $4 FROM o LEFT JOIN e ON true";
