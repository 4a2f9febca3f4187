//! The control of `cargo x powercut`: SQLite that answers before its log is on the disk.
//! Usage: `careless_sqlite FILE`; writes until it is killed and prints the number of each change after its COMMIT.
#![expect(clippy::print_stdout, reason = "its output is its result")]

use rusqlite::Connection;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("which file?")?;
    let db = Connection::open(file)?;
    // Without checkpoints nothing is ever synced; with them a cut often falls into one.
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;
         CREATE TABLE changes (id INTEGER PRIMARY KEY, text TEXT NOT NULL);",
    )?;
    let mut insert = db.prepare("INSERT INTO changes (text) VALUES ('changed')")?;
    for number in 1_u64.. {
        insert.execute([])?;
        println!("{number}");
    }
    Ok(())
}
