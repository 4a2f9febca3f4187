//! Jobs that are due and not done: what the workers have still to do.

use crate::database::Database;
use crate::process::Result;
use std::time::{Duration, Instant};

/// A minute is far more than any backlog of this bench may take.
const PATIENCE: Duration = Duration::from_mins(3);
const LOOK: Duration = Duration::from_millis(100);

pub fn due(database: &Database) -> Result<i64> {
    // The engine's own clock, so that what is only due later is no backlog.
    let now = match database {
        Database::Sqlite(_) => "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)",
        Database::Postgres { .. } => {
            "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"
        }
    };
    database.count(&format!(
        "SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL AND due_at <= {now}"
    ))
}

/// Which kinds they are of, for the report of a failure.
pub fn kinds(database: &Database) -> Result<String> {
    let rows = database.rows(
        "SELECT kind, COUNT(*) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL \
         GROUP BY kind ORDER BY 2 DESC",
    )?;
    let kinds: Vec<_> = rows.into_iter().map(|row| row.join(" ")).collect();
    Ok(kinds.join(", "))
}

/// Waits until nothing is due any more: how many jobs were, and how long it took.
pub fn gone(database: &Database) -> Result<(i64, Duration)> {
    let since = Instant::now();
    let first = due(database)?;
    // Jobs make jobs, and one comes every second by itself: a handful is none.
    while due(database)? > 10 {
        if since.elapsed() > PATIENCE {
            let kinds = kinds(database)?;
            return Err(format!("the backlog does not end: {kinds}").into());
        }
        std::thread::sleep(LOOK);
    }
    Ok((first, since.elapsed()))
}

/// Jobs that ended, since ever.
pub fn done(database: &Database) -> Result<i64> {
    database.count("SELECT COUNT(*) FROM outbox WHERE done_at IS NOT NULL")
}
