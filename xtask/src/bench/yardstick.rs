//! What could be had without the product, on the same machine in the same minute: the four writes of a change on a copy
//! of the same database, SQLite driven by a bare loop and PostgreSQL by its own pgbench; and a page that is ready.

use super::drive::{self, Drive};
use super::{CONNECTIONS, WARM};
use crate::database::Database;
use crate::postgres::free_port;
use crate::process::{Guard, Result, block_on, capture, cargo, run as run_open, target};
use crate::server::World;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

/// As many changes as can wait for one COMMIT.
const GROUP: u32 = CONNECTIONS;

/// Programs of their own, so that `cargo x` need build neither SQLite nor axum.
pub fn build() -> Result {
    let mut command = cargo(&["build", "--release", "--package", "xtask"]);
    run_open(command.args(["--example", "raw_sqlite", "--example", "bare_page"]))
}

fn example(name: &str) -> Command {
    Command::new(target().join("release/examples").join(name))
}

/// Changes per second of the engine alone, each way with its name.
pub fn engine(
    world: &World,
    alone: &Database,
    orders: u32,
    time: Duration,
) -> Result<Vec<(f64, String)>> {
    match (alone, &world.postgres) {
        (Database::Sqlite(path), _) => {
            let raw = |group: u32| -> Result<f64> {
                let mut command = example("raw_sqlite");
                command.arg(path).arg(time.as_secs().to_string());
                Ok(capture(command.arg(group.to_string()))?.trim().parse()?)
            };
            Ok(vec![
                (raw(1)?, "SQLite alone, a COMMIT each".to_owned()),
                (raw(GROUP)?, format!("SQLite alone, {GROUP} in one COMMIT")),
            ])
        }
        (Database::Postgres { .. }, Some(server)) => {
            let sequence =
                format!("CREATE SEQUENCE IF NOT EXISTS alone_step MAXVALUE {orders} CYCLE");
            alone.change(&sequence)?;
            let script = world.scratch.path().join("change.sql");
            fs::write(&script, CHANGE.replace('\n', " "))?;
            let mut command = Command::new(server.program("pgbench"));
            command.args(["-n", "-M", "prepared", "-j", "2"]);
            command.args(["-c", &CONNECTIONS.to_string()]);
            command.args(["-T", &time.as_secs().to_string()]);
            command.arg("-f").arg(&script);
            command.args(["-h", "127.0.0.1", "-p", &server.port().to_string()]);
            command.args(["-U", "market", "alone"]);
            let rate = tps(&capture(&mut command)?)?;
            Ok(vec![(rate, "pgbench, one statement".to_owned())])
        }
        (Database::Postgres { .. }, None) => Err("a PostgreSQL world without a server".into()),
    }
}

/// Pages per second of axum alone with a page of `size` bytes.
pub fn bare_page(size: usize, time: Duration) -> Result<f64> {
    let host = format!("127.0.0.1:{}", free_port()?);
    let _server = Guard::spawn(example("bare_page").arg(&host).arg(size.to_string()))?;
    let since = Instant::now();
    while std::net::TcpStream::connect(&host).is_err() {
        if since.elapsed() > Duration::from_secs(10) {
            return Err("the bare page is not served".into());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let ask = format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").into_bytes();
    let pages = |time| {
        let ask = ask.clone();
        let drive = Drive {
            connections: CONNECTIONS,
            time,
            pace: None,
        };
        block_on(drive::all(
            &host,
            drive,
            move || Some(ask.clone()),
            b"</html>",
        ))
    };
    pages(WARM)?;
    Ok(pages(time)?.rate())
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
