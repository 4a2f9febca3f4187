//! `cargo x diskfull`: the disk of the database runs full under a stream of changes and has room again. It is a memory
//! file system of its own, filled up by a file that is then removed. Meanwhile changes are refused in words and pages are
//! read; afterwards the same process writes again within a second, and everything that was answered is there.

use crate::database::{Database, Engine, Engines};
use crate::http::{Client, browse, request, track};
use crate::kill::check::{Dump, problems};
use crate::kill::stream::Stream;
use crate::kill::{events, report};
use crate::postgres::Postgres;
use crate::process::{AtExit, Result, Scratch, at_exit, block_on, build_market, capture, is_root};
use crate::server::{Market, World};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub struct Args {
    #[arg(long, value_enum, default_value = "both")]
    engine: Engines,
    /// How often the disk runs full
    #[arg(long, default_value_t = 3)]
    times: u32,
    #[arg(long, default_value_t = 5000)]
    orders: u32,
    /// A build without optimisation: what it does is the same, only slower
    #[arg(long)]
    debug: bool,
}

const FULL: &str = "market-error-full";
/// Answers between one time and the next.
const ANSWERS: u64 = 200;
/// From the moment there is room until a change is answered.
const BACK: Duration = Duration::from_secs(1);

pub fn run(args: &Args) -> Result {
    if !is_root() {
        println!("SKIPPED: a file system of its own needs root (mount): run it as root");
        return Ok(());
    }
    let binary = build_market(!args.debug)?;
    for engine in args.engine.list() {
        once(*engine, &binary, args).map_err(|error| format!("{}: {error}", engine.name()))?;
    }
    Ok(())
}

fn once(engine: Engine, binary: &Path, args: &Args) -> Result {
    // Declared first, so that it goes last.
    let disk = Disk::new(match engine {
        Engine::Sqlite => 96,
        Engine::Postgres => 400,
    })?;
    let postgres = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(Postgres::start_in(
            Scratch::below(disk.path(), "pg")?,
            true,
        )?),
    };
    let database = match &postgres {
        None => Database::Sqlite(disk.path().join("market.db")),
        Some(server) => server.create("market")?,
    };
    let world = World::on(database, binary)?;
    let market = world.start(args.orders, true)?;
    let seeded = events(&world.database)?;
    let storm = async {
        let stream = Stream::forgiving(args.orders, &market);
        for time in 1..=args.times {
            stream.wait_for(ANSWERS).await?;
            println!(
                "{:<11} {}",
                engine.name(),
                full(&disk, &stream, &market, engine).await?
            );
            stream.count_anew();
            if let Some(server) = &postgres {
                let panics = server.log().matches("PANIC").count();
                println!("{:<11} {time}: the server has panicked {panics} times", "");
            }
        }
        stream.wait_for(ANSWERS).await?;
        stream.close().await
    };
    let (answers, cut) = block_on(storm).map_err(|error| format!("{error}\n{}", world.log()))?;
    if cut > 0 {
        return Err(format!("{cut} requests got no answer at all").into());
    }
    market.stop()?;
    let dump = Dump::read(&world.database)?;
    report("the database", &problems(&dump, &answers, &seeded))?;
    println!(
        "{:<11} {} changes answered, {} events: nothing lost, nothing half, one process throughout",
        engine.name(),
        answers.iter().filter(|answer| answer.changed).count(),
        dump.events.len()
    );
    Ok(())
}

/// Once full and free again; what was seen, in words.
async fn full(disk: &Disk, stream: &Stream, market: &Market, engine: Engine) -> Result<String> {
    let before = stream.refused();
    let bytes = disk.fill()?;
    let since = Instant::now();
    // Pages have room left, and the log may be used again from its start: it takes a while.
    while refused(&before, &stream.refused(), FULL) == 0 {
        stream.is_well()?;
        if since.elapsed() > Duration::from_mins(1) {
            return Err("the disk is full, yet nobody was told so in a minute".into());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let bitten = since.elapsed();
    let reads = reads(market, engine).await?;
    disk.free()?;
    let since = Instant::now();
    stream.count_anew();
    stream.wait_for(1).await?;
    let back = since.elapsed();
    if back > BACK {
        return Err(format!("it took {} ms to write again", back.as_millis()).into());
    }
    let now = stream.refused();
    let kinds = now.keys().map(|code| (code, refused(&before, &now, code)));
    let kinds: Vec<String> = kinds
        .filter(|(_, more)| *more > 0)
        .map(|(code, more)| format!("{more} × {code}"))
        .collect();
    Ok(format!(
        "filled with {} MB, refused after {} ms: {}; {reads}; writes again after {} ms",
        bytes >> 20,
        bitten.as_millis(),
        kinds.join(", "),
        back.as_millis()
    ))
}

fn refused(before: &BTreeMap<String, u64>, now: &BTreeMap<String, u64>, code: &str) -> u64 {
    let of = |map: &BTreeMap<String, u64>| map.get(code).copied().unwrap_or(0);
    of(now) - of(before)
}

/// Pages and JSON while nothing can be written. A PostgreSQL that has lost its log's disk starts anew by itself, and
/// nobody can read in that moment.
async fn reads(market: &Market, engine: Engine) -> Result<String> {
    let (host, token) = (&market.host, &market.bench_token);
    let (mut good, mut away) = (0, 0);
    let mut client = Client::connect(host).await?;
    let since = Instant::now();
    while good < 50 {
        for ask in [
            browse(host, "/shop", "", None),
            track(host, "bench_000001", token),
            request("GET", host, "/api/orders/bench_000001", token, ""),
            request("GET", host, "/readyz", token, ""),
        ] {
            let answer = client.send(&ask).await?;
            match (answer.status, engine) {
                (200, _) => good += 1,
                (503, Engine::Postgres) => away += 1,
                _ => return Err(format!("reading on a full disk: {}", answer.words()).into()),
            }
        }
        if since.elapsed() > Duration::from_secs(20) {
            return Err(format!("{good} reads were answered in 20 s, {away} were not").into());
        }
    }
    Ok(match away {
        0 => format!("{good} of {good} pages read"),
        _ => format!("{good} pages read, {away} while the server started anew"),
    })
}

/// A file system in memory, with an end.
struct Disk {
    scratch: Scratch,
    ballast: PathBuf,
    _at_exit: AtExit,
}

impl Disk {
    fn new(megabytes: u32) -> Result<Self> {
        let scratch = Scratch::new("disk")?;
        let options = format!("size={megabytes}m,mode=755");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]);
        capture(mount.arg(scratch.path()))?;
        let copy = scratch.path().to_path_buf();
        Ok(Self {
            ballast: scratch.path().join("ballast"),
            scratch,
            _at_exit: at_exit(move || drop(unmount(&copy))),
        })
    }

    fn path(&self) -> &Path {
        self.scratch.path()
    }

    /// Until not one page is left; how much that was.
    fn fill(&self) -> Result<u64> {
        let mut file = File::create(&self.ballast)?;
        let zeros = vec![0; 1 << 20];
        for piece in [1 << 20, 1 << 12] {
            loop {
                match file.write(&zeros[..piece]) {
                    Ok(_) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(file.metadata()?.len())
    }

    fn free(&self) -> Result {
        Ok(std::fs::remove_file(&self.ballast)?)
    }
}

fn unmount(mount: &Path) -> Result {
    capture(Command::new("umount").arg("--lazy").arg(mount)).map(drop)
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Err(error) = unmount(self.scratch.path()) {
            eprintln!("{error}; umount {} by hand", self.scratch.path().display());
        }
    }
}
