//! Tracking pages, whole, each of another order; beside a page of equal size that axum has ready.

use super::drive::{self, Drive};
use super::table::{Bar, Row};
use super::{Bench, CONNECTIONS, WARM, yardstick};
use crate::process::{Result, block_on};

pub fn run(bench: &Bench, rows: &mut Vec<Row>) -> Result {
    let market = bench.start(false)?;
    let pages = |time| {
        let drive = Drive {
            connections: CONNECTIONS,
            time,
            pace: None,
        };
        block_on(drive::pages(&market, drive, bench.orders))
    };
    bench.told(pages(WARM))?;
    let figures = bench.told(pages(bench.time))?;
    let size = block_on(drive::size_of_page(&market))?;
    market.stop()?;
    let bare = yardstick::bare_page(size, bench.time)?;
    rows.push(Row {
        engine: bench.engine,
        what: "page, another order each",
        figures,
        bars: vec![Bar::at(bench.bars.pages)],
        beside: vec![(bare, format!("axum with {size} bytes that are ready"))],
        note: String::new(),
    });
    Ok(())
}
