//! Migrating SQLite: on a connection of its own, after a copy of the file.

use std::{
    fs::{self, File},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::Connection;

use super::{INSERT, LIST, Migration, Status, TABLE};
use crate::{
    Engine, Error, Result,
    lite::{Lite, blocking, open_writer, retry},
    text,
};

/// How one look at the database ended.
enum Step {
    Nothing,
    CopyFirst(&'static str),
    Applied(&'static str),
}

pub(super) async fn run(lite: &Lite, all: &[Migration], now_us: i64) -> Result<Vec<&'static str>> {
    let busy_is_locked = |error| match error {
        Error::Busy => Error::Locked,
        other => other,
    };
    // Our own writes wait meanwhile; other processes are kept out by each step's transaction.
    let _turn = lite.turn(lite.deadline()).await?;
    let connection = open_writer(lite.path())?;
    // A table is rebuilt by dropping the old one, which must not take along the rows that refer to it.
    connection.pragma_update(None, "foreign_keys", false)?;
    let mut copied = false;
    let mut applied = Vec::new();
    loop {
        let step = retry(lite.deadline(), || {
            blocking(|| step(&connection, all, now_us, copied))
        });
        match step.await.map_err(busy_is_locked)? {
            Step::Nothing => return Ok(applied),
            Step::Applied(name) => applied.push(name),
            Step::CopyFirst(name) => {
                let copy = || blocking(|| copy(&connection, lite.path(), name));
                retry(lite.deadline(), copy).await.map_err(busy_is_locked)?;
            }
        }
        copied = true;
    }
}

/// One transaction, whole or not at all. What is pending is read inside it: another process may have been faster.
fn step(connection: &Connection, all: &[Migration], now_us: i64, copied: bool) -> Result<Step> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let done = apply_next(connection, all, now_us, copied);
    if !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    done
}

fn apply_next(
    connection: &Connection,
    all: &[Migration],
    now_us: i64,
    copied: bool,
) -> Result<Step> {
    connection.execute_batch(TABLE)?;
    let rows = connection
        .prepare(LIST)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let status = Status::compare(Engine::Sqlite, all, rows);
    status.refuse()?;
    let Some(next) = status.next(all) else {
        return Ok(Step::Nothing);
    };
    let tables = "SELECT COUNT(*) FROM sqlite_master WHERE name <> 'schema_migrations' \
         AND type = 'table' AND name NOT LIKE 'sqlite_%'";
    let holds_data: i64 = connection.query_row(tables, [], |row| row.get(0))?;
    if holds_data > 0 && !copied {
        return Ok(Step::CopyFirst(next.name));
    }
    apply(connection, next, now_us).map_err(|error| next.failed(error))?;
    Ok(Step::Applied(next.name))
}

fn apply(connection: &Connection, migration: &Migration, now_us: i64) -> Result<()> {
    connection.execute_batch(migration.sqlite)?;
    if connection.prepare("PRAGMA foreign_key_check")?.exists([])? {
        return Err(Error::ForeignKey);
    }
    let checksum = migration.checksum(Engine::Sqlite);
    connection.execute(&text::rewrite(INSERT), (migration.name, checksum, now_us))?;
    connection.execute_batch("COMMIT")?;
    Ok(())
}

/// Copies the file to "<file>.before-<migration>". Written beside it first, so that the name is never half a copy.
fn copy(connection: &Connection, path: &Path, name: &str) -> Result<()> {
    let beside = |end: String| {
        let mut file = path.as_os_str().to_owned();
        file.push(end);
        PathBuf::from(file)
    };
    let target = beside(format!(".before-{name}"));
    let part = beside(format!(".before-{name}.part-{}", std::process::id()));
    let problem = |source| Error::Io {
        path: part.clone(),
        source: Arc::new(source),
    };
    if part.exists() {
        fs::remove_file(&part).map_err(problem)?;
    }
    // Like the file itself, for its owner only; into an empty file VACUUM writes as into none.
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&part)
        .map_err(problem)?;
    connection.execute("VACUUM INTO ?1", [part.to_string_lossy()])?;
    File::open(&part)
        .and_then(|f| f.sync_all())
        .map_err(problem)?;
    fs::rename(&part, &target).map_err(problem)?;
    let folder = path.parent().filter(|f| !f.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))
        .and_then(|f| f.sync_all())
        .map_err(problem)
}
