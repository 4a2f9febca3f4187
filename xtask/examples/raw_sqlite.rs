//! The yardstick of `cargo x bench`: how many changes per second SQLite alone can write,
//! each with its four statements, so many of them in one COMMIT, as durable as the product's.
//! Usage: `raw_sqlite FILE SECONDS GROUP`; prints the rate.
#![expect(clippy::print_stdout, reason = "its output is its result")]

use rusqlite::{Connection, params};
use std::error::Error;
use std::time::{Duration, Instant};

struct Order {
    child: String,
    market: String,
    parent: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let file = args.next().ok_or("which file?")?;
    let time = Duration::from_secs(args.next().ok_or("how many seconds?")?.parse()?);
    let group: usize = args.next().ok_or("how many in one COMMIT?")?.parse()?;
    let db = Connection::open(file)?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 4000;",
    )?;
    let orders = orders(&db)?;
    let start = Instant::now();
    let mut done = 0_u32;
    let mut next = orders.iter().cycle();
    while start.elapsed() < time {
        db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        for order in next.by_ref().take(group) {
            change(&db, order, done)?;
            done += 1;
        }
        db.prepare_cached("COMMIT")?.execute([])?;
    }
    println!("{:.1}", f64::from(done) / start.elapsed().as_secs_f64());
    Ok(())
}

fn orders(db: &Connection) -> rusqlite::Result<Vec<Order>> {
    let sql = "SELECT id, market_id, order_id FROM farm_orders WHERE order_id LIKE 'bench%'";
    let mut found = db.prepare(sql)?;
    let rows = found.query_map([], |row| {
        Ok(Order {
            child: row.get(0)?,
            market: row.get(1)?,
            parent: row.get(2)?,
        })
    })?;
    rows.collect()
}

fn change(db: &Connection, order: &Order, number: u32) -> rusqlite::Result<()> {
    let Order {
        child: farm_order,
        market,
        parent: order,
    } = order;
    let event = format!("alone_{farm_order}_{}_{number}", std::process::id());
    db.prepare_cached(
        "UPDATE farm_orders SET status = 'PREPARING', version = version + 1, last_seq = last_seq + 1 WHERE id = ?1",
    )?
    .execute([farm_order])?;
    db.prepare_cached(
        "INSERT INTO status_events
           (id, market_id, order_id, farm_order_id, seq, from_status, to_status, role, at, order_version)
         VALUES (?1, ?2, ?3, ?4, (SELECT last_seq FROM farm_orders WHERE id = ?4),
           'CONFIRMED', 'PREPARING', 'FARM_STAFF', 1, ?5)",
    )?
    .execute(params![event, market, order, farm_order, number])?;
    db.prepare_cached(
        "UPDATE orders SET status = 'PREPARING', version = version + 1, changed_at = 1 WHERE id = ?1",
    )?
    .execute([order])?;
    db.prepare_cached(
        "INSERT INTO outbox (id, kind, key, payload, due_at, attempts, created_at)
         VALUES (?1, 'order.status_changed', ?1, ?2, 1, 0, 1)",
    )?
    .execute(params![
        event,
        format!("{{\"event\":\"{event}\",\"order\":\"{order}\"}}")
    ])?;
    Ok(())
}
