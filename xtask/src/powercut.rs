//! `cargo x powercut`: the power goes while changes are answered. The database lies on a file system of its own in a
//! file, which is cut off in one stroke: whatever had not reached it is gone, as after a power cut. What was answered is
//! written down outside of it. A control run with SQLite set to be careless must lose changes, or the cut proves nothing.

mod disk;

use crate::database::Database;
use crate::kill::check::{Dump, problems};
use crate::kill::{report, storm};
use crate::process::{
    Guard, Result, Scratch, block_on, build_market, cargo, is_root, run as run_open, target,
};
use crate::server::World;
use disk::Disk;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub struct Args {
    /// How often the power goes
    #[arg(long, default_value_t = 10)]
    cuts: u32,
    #[arg(long, default_value_t = 3000)]
    orders: u32,
    /// Builds without optimisation: what they do is the same, only slower
    #[arg(long)]
    debug: bool,
}

/// Changes that the careless control must have been answered before its cut.
const CONTROL: u64 = 5000;

pub fn run(args: &Args) -> Result {
    if !is_root() {
        println!("SKIPPED: a file system of its own needs root (mount): run it as root");
        return Ok(());
    }
    let binary = build_market(!args.debug)?;
    let (flag, folder): (&[_], _) = if args.debug {
        (&[], "debug")
    } else {
        (&["--release"], "release")
    };
    let careless = [
        "build",
        "--package",
        "xtask",
        "--example",
        "careless_sqlite",
    ];
    run_open(cargo(&careless).args(flag))?;
    control(&target().join(folder).join("examples/careless_sqlite"))?;
    let scratch = Scratch::new("powercut")?;
    // Declared after the scratch folder, so that it is undone before that is removed.
    let mut disk = Disk::new(scratch.path())?;
    let database = Database::Sqlite(disk.path().join("market.db"));
    let world = World::on(database, &binary)?;
    let cut = storm(&world, args.orders, args.cuts, |stream, market| {
        // A fsync that meets the cut may say that it is done (raw SQLite, one writer: in 1 of 60 cuts), which no machine
        // lives to tell after a real one.
        stream.doubt();
        disk.cut()?;
        market.kill()?;
        disk.again()
    });
    let (answers, seeded) = block_on(cut)?;
    let changed = answers.iter().filter(|answer| answer.changed).count();
    println!(
        "{changed} changes answered, the power cut {} times",
        args.cuts
    );
    let dump = Dump::read(&world.database)?;
    report(
        "the database after the last cut",
        &problems(&dump, &answers, &seeded),
    )?;
    println!(
        "{} events, {} outbox rows: nothing lost, nothing doubled, nothing half",
        dump.events.len(),
        dump.outbox.len()
    );
    Ok(())
}

/// SQLite that does not wait for the disk, on the same kind of file system and with the same cut.
fn control(careless: &Path) -> Result {
    let scratch = Scratch::new("careless")?;
    let mut disk = Disk::new(scratch.path())?;
    let file = disk.path().join("careless.db");
    let told = scratch.path().join("answered");
    let mut command = Command::new(careless);
    // It complains of its disk, as it should.
    command
        .arg(&file)
        .stdout(File::create(&told)?)
        .stderr(Stdio::null());
    let mut writer = Guard::spawn(&mut command)?;
    let since = Instant::now();
    while last_number(&told)? < CONTROL {
        if writer.ended().is_some() || since.elapsed() > Duration::from_mins(1) {
            return Err("the careless control does not write".into());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    disk.cut()?;
    writer.kill()?;
    disk.again()?;
    let answered = last_number(&told)?;
    let there = left(&file)?;
    println!(
        "control     {answered} changes answered without waiting for the disk, {there} are there after the cut"
    );
    if there >= answered {
        return Err("the cut lost nothing of what was never synced: it is no power cut".into());
    }
    Ok(())
}

/// The rows that survived; the table itself may have gone.
fn left(file: &Path) -> Result<u64> {
    if !file.exists() {
        return Ok(0);
    }
    let database = Database::Sqlite(file.to_path_buf());
    let table = database.count("SELECT COUNT(*) FROM sqlite_master WHERE name = 'changes'")?;
    if table == 0 {
        return Ok(0);
    }
    Ok(u64::try_from(
        database.count("SELECT COUNT(*) FROM changes")?,
    )?)
}

/// The last whole line of a file of numbers.
fn last_number(path: &Path) -> Result<u64> {
    let text = fs::read_to_string(path)?;
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    Ok(whole.lines().last().map_or(Ok(0), str::parse)?)
}
