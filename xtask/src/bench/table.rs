//! What was measured, as a table; and which bars were missed.

use super::drive::Figures;
use crate::database::Engine;

pub struct Row {
    pub engine: Engine,
    pub what: &'static str,
    pub figures: Figures,
    pub bars: Vec<Bar>,
    /// Yardsticks of the same minute, per second.
    pub beside: Vec<(f64, String)>,
    pub note: String,
}

/// What a row must reach.
pub struct Bar {
    /// Per second.
    pub least: f64,
    /// What that is, when it is no figure of its own.
    pub of: Option<&'static str>,
}

impl Bar {
    pub fn at(least: f64) -> Self {
        Self { least, of: None }
    }
}

impl std::fmt::Display for Bar {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.of {
            Some(of) => write!(out, "{of} ({:.0}/s)", self.least),
            None => write!(out, "{:.0}/s", self.least),
        }
    }
}

impl Row {
    fn missed(&self) -> impl Iterator<Item = String> {
        let rate = self.figures.rate();
        let missed = self.bars.iter().filter(move |bar| rate < bar.least);
        missed.map(move |bar| {
            let (engine, what) = (self.engine.name(), self.what);
            format!("{engine}, {what}: {rate:.0}/s is less than {bar}")
        })
    }
}

/// Prints the table; returns the bars that were missed.
pub fn print(rows: &[Row]) -> Vec<String> {
    println!(
        "\n{:<11}{:<27}{:>8}{:>8}{:>8}{:>8}  bar",
        "engine", "what", "per s", "p50 ms", "p95 ms", "p99 ms"
    );
    for row in rows {
        let rate = row.figures.rate();
        let [p50, p95, p99] = [0.50, 0.95, 0.99].map(|share| row.figures.percentile(share));
        let bars: Vec<_> = row.bars.iter().map(Bar::to_string).collect();
        println!(
            "{:<11}{:<27}{rate:>8.0}{p50:>8.2}{p95:>8.2}{p99:>8.2}  {}",
            row.engine.name(),
            row.what,
            bars.join(", ")
        );
        for (alone, name) in &row.beside {
            println!("{:<13}{name}: {alone:.0}/s ({:.2})", "", rate / alone);
        }
        if !row.note.is_empty() {
            println!("{:<13}{}", "", row.note);
        }
    }
    println!(
        "order = a guest's, whole: three products into the cart, who, when and where, the sum, yes\n\
         in brackets: this row as a share of what stands beside it"
    );
    rows.iter().flat_map(Row::missed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_row_below_one_of_its_bars_is_told() {
        let row = |bars| Row {
            engine: Engine::Sqlite,
            what: "change",
            figures: Figures::new(Duration::from_secs(1), vec![1; 100]),
            bars,
            beside: vec![(200.0, "alone".to_owned())],
            note: String::new(),
        };
        let share = Bar {
            least: 101.0,
            of: Some("45 % of pgbench"),
        };
        let missed = print(&[row(vec![Bar::at(100.0), share]), row(vec![Bar::at(99.0)])]);
        assert_eq!(
            missed,
            ["SQLite, change: 100/s is less than 45 % of pgbench (101/s)"]
        );
    }
}
