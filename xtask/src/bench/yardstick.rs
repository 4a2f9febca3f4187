//! What the engine can do alone with the four writes of one change, on a copy of the same
//! database: SQLite driven by a bare loop, PostgreSQL by its own pgbench.

use crate::database::Database;
use crate::process::{Result, capture, cargo, run as run_open, target};
use crate::server::World;
use std::fs;
use std::process::Command;

/// The bare loop is a program of its own, so that `cargo x` need not build SQLite.
pub fn build() -> Result {
    run_open(&mut cargo(&[
        "build",
        "--release",
        "--package",
        "xtask",
        "--example",
        "raw_sqlite",
    ]))
}

/// Changes per second.
pub fn measure(world: &World, alone: &Database, orders: u32, seconds: u64) -> Result<f64> {
    match (alone, &world.postgres) {
        (Database::Sqlite(path), _) => {
            let mut command = Command::new(target().join("release/examples/raw_sqlite"));
            let text = capture(command.arg(path).arg(seconds.to_string()))?;
            Ok(text.trim().parse()?)
        }
        (Database::Postgres { .. }, Some(server)) => {
            let sequence =
                format!("CREATE SEQUENCE IF NOT EXISTS alone_step MAXVALUE {orders} CYCLE");
            alone.change(&sequence)?;
            let script = world.scratch.path().join("change.sql");
            fs::write(&script, CHANGE.replace('\n', " "))?;
            let mut command = Command::new(server.program("pgbench"));
            command.args([
                "-n",
                "-M",
                "prepared",
                "-c",
                "32",
                "-j",
                "2",
                "-T",
                &seconds.to_string(),
            ]);
            command.arg("-f").arg(&script);
            command.args([
                "-h",
                "127.0.0.1",
                "-p",
                &server.port().to_string(),
                "-U",
                "market",
                "alone",
            ]);
            tps(&capture(&mut command)?)
        }
        (Database::Postgres { .. }, None) => Err("a PostgreSQL world without a server".into()),
    }
}

fn tps(text: &str) -> Result<f64> {
    let figure = text.lines().find_map(|line| line.strip_prefix("tps = "));
    let figure = figure.and_then(|line| line.split(' ').next());
    Ok(figure.ok_or("pgbench printed no rate")?.parse()?)
}

const CHANGE: &str = r#"
WITH n AS MATERIALIZED (
  SELECT 'bench_' || lpad(nextval('alone_step')::text, 6, '0') AS order_id
), f AS (
  UPDATE farm_orders SET status = 'PREPARING', version = farm_orders.version + 1, last_seq = last_seq + 1
  FROM n WHERE farm_orders.order_id = n.order_id
  RETURNING farm_orders.id, market_id, farm_orders.order_id, last_seq
), o AS (
  UPDATE orders SET status = 'PREPARING', version = orders.version + 1, changed_at = 1
  FROM f WHERE orders.id = f.order_id RETURNING orders.version
), e AS (
  INSERT INTO status_events
    (id, market_id, order_id, farm_order_id, seq, from_status, to_status, role, at, order_version)
  SELECT 'alone_' || f.id || '_' || f.last_seq, f.market_id, f.order_id, f.id, f.last_seq,
    'CONFIRMED', 'PREPARING', 'FARM_STAFF', 1, o.version FROM f, o
  RETURNING id, order_id
)
INSERT INTO outbox (id, kind, key, payload, due_at, attempts, created_at)
SELECT id, 'order.status_changed', id, '{"event":"' || id || '","order":"' || order_id || '"}', 1, 0, 1 FROM e;
"#;

#[cfg(test)]
mod tests {
    #[test]
    fn reads_the_rate_of_pgbench() {
        let text = "latency average = 4.1 ms\ntps = 7812.25 (without initial connection time)\n";
        assert!((super::tps(text).unwrap() - 7812.25).abs() < f64::EPSILON);
        assert!(super::tps("nothing").is_err());
    }
}
