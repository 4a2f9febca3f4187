//! Applying, refusing and copying.

use std::fs;

use db::{
    Config, Db, Engine, Error,
    migrate::{self, Migration, Status},
};
use futures_util::future::join;
use testdb::TestDb;

const fn same(name: &'static str, sql: &'static str) -> Migration {
    Migration {
        name,
        sqlite: sql,
        postgres: sql,
    }
}

static ONE: Migration = same(
    "0001_one",
    "CREATE TABLE one (id TEXT PRIMARY KEY); INSERT INTO one VALUES ('x')",
);
static TWO: Migration = same(
    "0002_two",
    "CREATE TABLE two (id TEXT PRIMARY KEY, one_id TEXT REFERENCES one (id)); INSERT INTO two VALUES ('y', 'x')",
);
static OTHER_TWO: Migration = same("0002_two", "CREATE TABLE two (id TEXT)");
static BAD: Migration = same(
    "0003_bad",
    "CREATE TABLE half (id TEXT); SELECT * FROM nowhere",
);

async fn ids(db: &Db, sql: &'static str) -> Vec<(String,)> {
    db.read().await.unwrap().all(sql, &[]).await.unwrap()
}

#[tokio::test]
async fn from_nothing_to_the_newest_and_again() {
    let test = TestDb::new(&[]).await;
    let db = &test.db;
    let all = [ONE, TWO];
    let pending = migrate::check(db, &all).await.unwrap_err();
    assert!(
        matches!(
            pending,
            Error::Pending {
                name: "0001_one",
                count: 2
            }
        ),
        "{pending:?}"
    );
    assert!(pending.to_string().contains("market migrate"));
    let applied = migrate::run(db, &all[..1], 7).await.unwrap();
    assert_eq!(applied, ["0001_one"]);
    let status = migrate::status(db, &all).await.unwrap();
    assert_eq!(status.applied, ["0001_one"]);
    assert_eq!(status.pending, ["0002_two"]);
    assert_eq!(migrate::run(db, &all, 8).await.unwrap(), ["0002_two"]);
    assert!(migrate::run(db, &all, 9).await.unwrap().is_empty());
    migrate::check(db, &all).await.unwrap();
    let sql = "SELECT name, applied_at FROM schema_migrations ORDER BY name";
    let rows: Vec<(String, i64)> = db.read().await.unwrap().all(sql, &[]).await.unwrap();
    assert_eq!(
        rows,
        [("0001_one".to_owned(), 7), ("0002_two".to_owned(), 8)]
    );
    assert_eq!(ids(db, "SELECT id FROM two").await.len(), 1);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let test = TestDb::new(&[]).await;
    migrate::run(&test.db, &[ONE, TWO], 0).await.unwrap();
    let status = migrate::status(&test.db, &[ONE]).await.unwrap();
    assert_eq!(status.unknown, ["0002_two"]);
    for refused in [
        migrate::check(&test.db, &[ONE]).await,
        migrate::run(&test.db, &[ONE, BAD], 0).await.map(drop),
    ] {
        let error = refused.unwrap_err();
        assert!(
            matches!(&error, Error::Newer { name } if name == "0002_two"),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_changed_migration_is_refused() {
    let test = TestDb::new(&[]).await;
    migrate::run(&test.db, &[ONE, TWO], 0).await.unwrap();
    let all = [ONE, OTHER_TWO, BAD];
    let status = migrate::status(&test.db, &all).await.unwrap();
    assert_eq!(status.changed, ["0002_two"]);
    for refused in [
        migrate::check(&test.db, &all).await,
        migrate::run(&test.db, &all, 0).await.map(drop),
    ] {
        let error = refused.unwrap_err();
        assert!(
            matches!(&error, Error::Checksum { name } if name == "0002_two"),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn one_that_fails_is_undone_and_those_before_it_stay() {
    let test = TestDb::new(&[]).await;
    let db = &test.db;
    let error = migrate::run(db, &[ONE, BAD, TWO], 0).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Migration {
                name: "0003_bad",
                ..
            }
        ),
        "{error:?}"
    );
    let text = error.to_string();
    assert!(
        text.contains("nowhere") && text.contains("undone"),
        "{text}"
    );
    let good = same("0003_bad", "CREATE TABLE half (id TEXT)");
    let status = migrate::status(db, &[ONE, good, TWO]).await.unwrap();
    assert_eq!(
        status,
        Status {
            applied: vec!["0001_one".to_owned()],
            pending: vec!["0003_bad", "0002_two"],
            ..Status::default()
        }
    );
    migrate::run(db, &[ONE, good, TWO], 0).await.unwrap();
    assert_eq!(ids(db, "SELECT id FROM one").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_at_once_apply_each_once() {
    let test = TestDb::new(&[]).await;
    let other = Db::open(&Config::new(test.url().parse().unwrap()))
        .await
        .unwrap();
    let all = [ONE, TWO];
    let (left, right) = join(
        migrate::run(&test.db, &all, 0),
        migrate::run(&other, &all, 0),
    )
    .await;
    let mut applied = [left.unwrap(), right.unwrap()].concat();
    applied.sort_unstable();
    assert_eq!(applied, ["0001_one", "0002_two"]);
}

#[tokio::test]
async fn a_migration_under_way_elsewhere_is_said() {
    let test = TestDb::new(&[]).await;
    let db = crate::narrow(&test).await;
    let held = match test.db.engine() {
        Engine::Sqlite => test.db.write().await.unwrap(),
        Engine::Postgres => {
            let tx = test.db.write().await.unwrap();
            let sql = "SELECT CAST(pg_advisory_xact_lock(120265298896244) AS TEXT)";
            tx.one::<(String,)>(sql, &[]).await.unwrap();
            tx
        }
    };
    let error = migrate::run(&db, &[ONE], 0).await.unwrap_err();
    assert!(matches!(error, Error::Locked), "{error:?}");
    held.discard().await.unwrap();
    migrate::run(&db, &[ONE], 0).await.unwrap();
}

#[tokio::test]
async fn sqlite_copies_its_file_before_data_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("market.db");
    let url = |path: &std::path::Path| format!("sqlite:{}", path.display()).parse().unwrap();
    let db = Db::open(&Config::new(url(&path))).await.unwrap();
    let copies = || {
        let names = fs::read_dir(folder.path()).unwrap();
        let names = names.map(|n| n.unwrap().file_name().into_string().unwrap());
        names.filter(|n| n.contains("before")).collect::<Vec<_>>()
    };
    migrate::run(&db, &[ONE], 0).await.unwrap();
    assert!(copies().is_empty(), "there was nothing to lose");
    let left = folder.path().join(format!(
        "market.db.before-0002_two.part-{}",
        std::process::id()
    ));
    fs::write(&left, "left by one that was killed").unwrap();
    migrate::run(&db, &[ONE, TWO], 0).await.unwrap();
    assert_eq!(copies(), ["market.db.before-0002_two"]);
    let copy = folder.path().join("market.db.before-0002_two");
    let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(&copy).unwrap());
    assert_eq!(mode & 0o777, 0o600, "a copy is its owner's alone");
    let copy = Db::open(&Config::new(url(&copy))).await.unwrap();
    let status = migrate::status(&copy, &[ONE, TWO]).await.unwrap();
    assert_eq!(status.pending, ["0002_two"]);
    assert_eq!(ids(&copy, "SELECT id FROM one").await.len(), 1);
    copy.close().await.unwrap();

    // The copy cannot be made: nothing is applied.
    fs::create_dir(folder.path().join("market.db.before-0003_bad")).unwrap();
    let three = same("0003_bad", "CREATE TABLE three (id TEXT)");
    let error = migrate::run(&db, &[ONE, TWO, three], 0).await.unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error:?}");
    let status = migrate::status(&db, &[ONE, TWO, three]).await.unwrap();
    assert_eq!(status.pending, ["0003_bad"]);
}

#[tokio::test]
async fn a_sqlite_table_can_be_rebuilt_but_not_orphan_rows() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("market.db").display());
    let db = Db::open(&Config::new(url.parse().unwrap())).await.unwrap();
    let rebuild = same(
        "0003_rebuild",
        "CREATE TABLE new (id TEXT PRIMARY KEY, more TEXT); INSERT INTO new (id) SELECT id FROM one;
         DROP TABLE one; ALTER TABLE new RENAME TO one",
    );
    let orphan = same("0004_orphan", "DELETE FROM one");
    let error = migrate::run(&db, &[ONE, TWO, rebuild, orphan], 0)
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Migration {
                name: "0004_orphan",
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(
        ids(&db, "SELECT id FROM one WHERE more IS NULL")
            .await
            .len(),
        1
    );
}
