//! Where SQL may stand, and where a transaction may be opened.

use crate::source::{File, Source};
use crate::{assert_none, files};

const WORDS: [&str; 8] = [
    "SELECT",
    "INSERT INTO",
    "UPDATE",
    "DELETE FROM",
    "WITH",
    "CREATE",
    "ALTER",
    "DROP",
];

fn is_sql(text: &str) -> bool {
    let text = text.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '\\');
    let behind = WORDS.iter().find_map(|word| text.strip_prefix(word));
    behind.is_some_and(|behind| behind.starts_with([' ', '\n']))
}

/// These crates are about the database itself.
fn knows_sql(file: &File) -> bool {
    ["crates/db/", "crates/outbox/", "crates/testdb/"]
        .iter()
        .any(|start| file.path.starts_with(start))
}

fn sql_in_stores_only(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files
        .iter()
        .filter(|file| file.is_production() && !knows_sql(file))
    {
        if file.role() == Some("store") {
            continue;
        }
        for text in file
            .production()
            .strings
            .iter()
            .filter(|text| is_sql(&text.value))
        {
            found.push(file.at(
                text.line,
                "SQL: move the statement into the slice's store.rs",
            ));
        }
    }
    found
}

fn writes_in_actions_only(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.in_market().is_some()) {
        let may = file.part() == Some("cli") || matches!(file.role(), Some("actions" | "jobs"));
        for (line, code) in file.production().lines().filter(|_| !may) {
            if code.contains(".write()") {
                found.push(file.at(
                    line,
                    "`.write()`: open the transaction in actions.rs or jobs.rs",
                ));
            }
        }
    }
    found
}

fn no_assembled_sql(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    let all = files.iter().filter(|file| file.is_production());
    // A name of a database cannot be an argument: testdb has to put it into the text.
    for file in all.filter(|file| !file.path.starts_with("crates/testdb/")) {
        let Source { code, strings } = file.production();
        for text in strings.iter().filter(|text| is_sql(&text.value)) {
            if code[..text.start].trim_end().ends_with("format!(") {
                found.push(file.at(
                    text.line,
                    "SQL out of format!: write the whole text and bind the values",
                ));
            }
        }
    }
    found
}

#[test]
fn sql_text_stands_in_stores_only() {
    assert_none(&sql_in_stores_only(&files()));
}

#[test]
fn a_planted_statement_is_seen() {
    let text = "fn f() {\n  db.one(\"SELECT 1\");\n  g(r\"\n  WITH x\");\n}\n#[cfg(test)]\nmod t { fn g() { \"SELECT 1\"; } }";
    let planted = [
        File::new("crates/market/src/orders/web.rs", text),
        File::new("crates/market/src/orders/store.rs", text),
        File::new("crates/db/src/lib.rs", text),
        File::new(
            "crates/cluster/src/lib.rs",
            "const A: &str = \"SELECTED\"; // \"SELECT 1\"",
        ),
    ];
    let found = sql_in_stores_only(&planted);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with("crates/market/src/orders/web.rs:2: "),
        "{found:?}"
    );
}

#[test]
fn transactions_are_opened_in_actions_and_jobs_only() {
    assert_none(&writes_in_actions_only(&files()));
}

#[test]
fn a_planted_transaction_is_seen() {
    let text = "fn f() {\n  let tx = app.db.write().await?;\n}";
    let planted = [
        "orders/web.rs",
        "orders/actions.rs",
        "orders/jobs/due.rs",
        "cli/demo.rs",
        "app.rs",
    ]
    .map(|path| File::new(&format!("crates/market/src/{path}"), text));
    let found = writes_in_actions_only(&planted);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].contains("orders/web.rs:2") && found[1].contains("app.rs:2"),
        "{found:?}"
    );
}

#[test]
fn no_statement_is_assembled() {
    assert_none(&no_assembled_sql(&files()));
}

#[test]
fn a_planted_assembled_statement_is_seen() {
    let text = "fn f() {\n  format!(\n  \"SELECT {x}\");\n  format!(\"WITHIN {x}\");\n  one(\"SELECT 1\");\n}";
    let found = no_assembled_sql(&[File::new("crates/market/src/orders/store.rs", text)]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains(":3: "), "{found:?}");
}
