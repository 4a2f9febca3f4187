//! Many writers at once in a process of its own, which is killed or whose disk fills up: what was answered is there,
//! whole. The process is this test program again, with the place of the database in a variable.

use std::{
    collections::HashSet,
    ffi::OsString,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use db::{Config, Db, Error, Result, migrate};
use rusqlite::Connection;
use tokio::task::JoinSet;

use crate::MIGRATIONS;

const PLACE: &str = "MARKET_STORM_PLACE";
const WRITERS: usize = 16;

/// Where the other process is to work; none in this one.
fn place() -> Option<PathBuf> {
    std::env::var_os(PLACE).map(PathBuf::from)
}

/// What starts one test of this program as a process of its own.
fn program(test: &str) -> Vec<OsString> {
    let mut words = vec![std::env::current_exe().unwrap().into_os_string()];
    words.extend(["--exact", test, "--nocapture"].map(OsString::from));
    words
}

async fn open(path: &Path) -> Db {
    let config = Config::new(format!("sqlite:{}", path.display()).parse().unwrap());
    let db = Db::open(&config).await.unwrap();
    migrate::run(&db, MIGRATIONS, 0).await.unwrap();
    db
}

/// One change of two rows and a sum.
async fn pair(db: &Db, name: &str, text: &str) -> Result<()> {
    let tx = db.write().await?;
    let insert = "INSERT INTO farms (id, name, size) VALUES ($1, $2, 1)";
    for side in ["x", "y"] {
        let id = format!("{name}{side}");
        tx.run(insert, &[&id, &format!("{id}{text}")]).await?;
    }
    tx.run("UPDATE counters SET n = n + 1 WHERE id = 'a'", &[])
        .await?;
    tx.commit().await
}

/// The names of the pairs that are there; half a pair, a wrong sum or a damaged file is a failure.
fn whole_pairs(path: &Path) -> HashSet<String> {
    let file = Connection::open(path).unwrap();
    let ok: String = file
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(ok, "ok");
    let mut ids = file.prepare("SELECT id FROM farms").unwrap();
    let ids = ids.query_map([], |row| row.get(0)).unwrap();
    let ids: HashSet<String> = ids.map(std::result::Result::unwrap).collect();
    let names: HashSet<String> = ids.iter().map(|id| id[..id.len() - 1].to_owned()).collect();
    assert_eq!(ids.len(), names.len() * 2, "half a pair");
    let sum: i64 = file
        .query_row("SELECT n FROM counters WHERE id = 'a'", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(usize::try_from(sum).unwrap(), names.len());
    names
}

/// The process that is killed: it writes for ever and says what was answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_until_it_is_killed() {
    let Some(place) = place() else { return };
    let db = open(&place).await;
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let db = db.clone();
        writers.spawn(async move {
            for n in 0.. {
                let name = format!("{}-{writer}-{n}-", std::process::id());
                pair(&db, &name, "").await.unwrap();
                println!("answered {name}");
            }
        });
    }
    writers.join_next().await.unwrap().unwrap();
}

#[test]
fn what_was_answered_outlives_a_kill() {
    if place().is_some() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("market.db");
    let mut answered = HashSet::new();
    for round in 0..5usize {
        let words = program("storm::writes_until_it_is_killed");
        let mut child = Command::new(&words[0])
            .args(&words[1..])
            .env(PLACE, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut since_start = 0;
        for line in lines {
            let line = line.unwrap();
            // The last line may have been cut by the kill.
            if let Some(name) = line
                .strip_prefix("answered ")
                .filter(|name| name.ends_with('-'))
            {
                answered.insert(name.to_owned());
                since_start += 1;
            }
            if since_start == 100 + round * 37 {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        let there = whole_pairs(&path);
        let lost: Vec<_> = answered.difference(&there).collect();
        assert!(lost.is_empty(), "answered and lost: {lost:?}");
        // In doubt is at most what was under way.
        assert!(there.len() - answered.len() <= (round + 1) * WRITERS);
        assert!(since_start >= 100, "the process ended by itself");
    }
}

/// The process whose disk is too small for what it writes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_on_a_disk_that_fills_up() {
    let Some(place) = place() else { return };
    let ballast = place.with_file_name("ballast");
    std::fs::write(&ballast, vec![1; 5 << 20]).unwrap();
    let db = open(&place).await;
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let db = db.clone();
        writers.spawn(async move {
            let mut answered = Vec::new();
            for n in 0.. {
                let name = format!("{writer}-{n}-");
                match pair(&db, &name, &"x".repeat(9_000)).await {
                    Ok(()) => answered.push(name),
                    Err(Error::Full) => return (answered, name),
                    Err(other) => panic!("{other:?}"),
                }
            }
            unreachable!()
        });
    }
    let (mut answered, mut refused) = (HashSet::new(), HashSet::new());
    for (done, full) in writers.join_all().await {
        answered.extend(done);
        refused.insert(full);
    }
    assert!(answered.len() > WRITERS && refused.len() == WRITERS);
    // Reading goes on, and when there is room again the same writer works, without a restart.
    let read = db.read_fresh().await.unwrap();
    let rows: Vec<(String,)> = read.all("SELECT id FROM farms", &[]).await.unwrap();
    assert_eq!(rows.len(), answered.len() * 2);
    drop(read);
    std::fs::remove_file(ballast).unwrap();
    for name in &refused {
        pair(&db, name, "").await.unwrap();
    }
    db.close().await.unwrap();
    answered.extend(refused);
    assert_eq!(whole_pairs(&place), answered);
    println!("filled and freed");
}

#[test]
fn a_disk_that_is_full_fails_the_whole_group_until_there_is_room() {
    if place().is_some() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().to_str().unwrap();
    // A file system of its own in a name space of its own: it ends with the process.
    let alone = |script: &str| {
        let mut command = Command::new("unshare");
        command.args([
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            script,
            disk,
        ]);
        command
    };
    let mount = "mount -t tmpfs -o size=8m none \"$0\"";
    let possible = alone(mount).status().is_ok_and(|status| status.success());
    if !possible {
        println!("SKIPPED: this machine lets nobody mount a small disk (unshare --user --mount)");
        return;
    }
    let output = alone(&format!("{mount} && exec \"$@\""))
        .args(program("storm::writes_on_a_disk_that_fills_up"))
        .env(PLACE, folder.path().join("market.db"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("filled and freed"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
