//! The whole database as text: what a request has changed anywhere, and what a thief would read.
use std::{collections::BTreeSet, sync::LazyLock};

use db::{FromRow, Load, Read, Row, Value};

/// One table's name, its columns, and the statement that reads it whole.
type Table = (&'static str, Vec<&'static str>, &'static str);

/// As the snapshot says, which another test holds against both engines.
static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let mut tables: Vec<Table> = Vec::new();
    let snapshot = include_str!("../snapshots/tables.snap");
    for line in snapshot.lines().skip(4) {
        if let Some(column) = line.strip_prefix("  ") {
            let name = column.split(' ').next().unwrap_or("");
            tables.last_mut().expect("a table").1.push(name);
        } else if !line.is_empty() {
            let sql = format!("SELECT * FROM {line}");
            tables.push((line, Vec::new(), Box::leak(sql.into_boxed_str())));
        }
    }
    assert!(tables.len() >= 28, "{tables:?}");
    tables
});

/// A cell of whatever type.
struct Cell(String);

impl Load for Cell {
    fn load(value: Value<'_>) -> db::Result<Self> {
        Ok(Self(match value {
            Value::Null => String::new(),
            Value::Text(text) => text.into_owned(),
            Value::Int(number) => number.to_string(),
            Value::Bool(flag) => i64::from(flag).to_string(),
        }))
    }
}

struct Cells(Vec<String>);

impl FromRow for Cells {
    fn from_row(row: &mut Row<'_>) -> db::Result<Self> {
        let mut cells = Vec::new();
        while let Ok(Cell(text)) = row.col() {
            cells.push(text);
        }
        Ok(Self(cells))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dump(BTreeSet<String>);

impl Dump {
    pub async fn of(read: &Read) -> Self {
        let mut lines = BTreeSet::new();
        for (table, columns, sql) in &*TABLES {
            let rows: Vec<Cells> = read.all(sql, &[]).await.expect(sql);
            for (nth, Cells(cells)) in rows.into_iter().enumerate() {
                assert_eq!(cells.len(), columns.len(), "row {nth} of {table}");
                lines.insert(format!("{table}: {}", cells.join("\u{1f}")));
            }
        }
        Self(lines)
    }

    /// Fails with the rows that came, went or changed.
    #[track_caller]
    pub fn same_as(&self, before: &Self, what: &str) {
        if self != before {
            let gone: Vec<_> = before.0.difference(&self.0).collect();
            let new: Vec<_> = self.0.difference(&before.0).collect();
            panic!("{what}\n  changed the database\n  from {gone:?}\n  to   {new:?}");
        }
    }

    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The rows that hold the text.
    pub fn holding<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        self.lines().filter(move |line| line.contains(text))
    }

    /// The cells of a table's column.
    pub fn column<'a>(&'a self, table: &'a str, column: &str) -> impl Iterator<Item = &'a str> {
        let known = TABLES.iter().find(|known| known.0 == table).expect(table);
        let nth = known
            .1
            .iter()
            .position(|name| *name == column)
            .expect(column);
        let start = format!("{table}: ");
        self.lines()
            .filter_map(move |line| line.strip_prefix(&start)?.split('\u{1f}').nth(nth))
    }
}

#[cfg(test)]
mod tests {
    use super::super::TestApp;

    #[tokio::test]
    async fn a_changed_row_is_seen_and_a_column_is_read() {
        let app = TestApp::new().await;
        let before = app.dump().await;
        before.same_as(&app.dump().await, "nothing");
        assert!(
            before
                .column("users", "email")
                .any(|mail| mail == "ana@example.org")
        );
        app.sql("UPDATE users SET name = 'X Y' WHERE id = 'usr_ana'", &[])
            .await;
        let after = app.dump().await;
        assert_ne!(after, before);
        assert_eq!(after.holding("X Y").count(), 1);
        app.finish().await;
    }
}
