//! Every SQL text of the product is prepared on the engine under test, and none reads a whole table unless it says
//! here why; both engines have the same tables.
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use db::{Engine, probe};
use market::migrations;
use testdb::TestDb;

/// A statement and the file it stands in.
#[derive(Debug)]
struct Text {
    file: String,
    /// The constant that holds it, if there is one.
    name: String,
    sql: String,
}

/// What may read a whole table: the beginning of the statement, the table, the reason.
const SCANS: &[(&str, &str, &str)] = &[
    (
        "SELECT id, slug, name, address, currency, timezone",
        "markets",
        "all markets, once at start",
    ),
    (
        "SELECT COUNT(*) FROM outbox WHERE dead_at IS NOT NULL",
        "outbox",
        "operators' question, not asked by requests",
    ),
    (
        "UPDATE windows SET taken = (SELECT COUNT(*)",
        "windows",
        "the demo's, once when it is made",
    ),
    (
        "DELETE FROM outbox WHERE id IN",
        "outbox",
        "housekeeping, once an hour",
    ),
];

fn crate_root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn stores(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            stores(&path, found);
        } else if path.file_name().is_some_and(|name| name == "store.rs") {
            found.push(path);
        }
    }
}

fn texts() -> Vec<Text> {
    let root = crate_root();
    let mut files = Vec::new();
    stores(&root.join("src"), &mut files);
    files.push(root.join("../outbox/src/store.rs"));
    files.sort();
    let mut texts = Vec::new();
    for file in files {
        let source = fs::read_to_string(&file).expect("a source");
        let name = file
            .strip_prefix(&root)
            .unwrap_or(&file)
            .display()
            .to_string();
        texts.extend(literals(&source).into_iter().filter_map(|(constant, sql)| {
            let verbs = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "];
            verbs
                .iter()
                .any(|verb| sql.starts_with(verb))
                .then(|| Text {
                    file: name.clone(),
                    name: constant,
                    sql,
                })
        }));
    }
    texts
}

/// The plain string literals of a source, and the constant each is the value of.
fn literals(source: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let before = &rest[..at];
        let tail = &rest[at + 1..];
        if rest[at..].starts_with("//") {
            rest = tail.find('\n').map_or("", |end| &tail[end..]);
        } else if rest[at..].starts_with("'\"'") {
            rest = &tail[2..];
        } else if rest[at..].starts_with('"') {
            let (text, len) = unescaped(tail);
            found.push((constant_before(before), text));
            rest = &tail[len..];
        } else {
            rest = tail;
        }
    }
    found
}

fn constant_before(before: &str) -> String {
    let line = before.rsplit("const ").next().unwrap_or("");
    let name = line.strip_suffix(": &str = ").unwrap_or("");
    name.to_owned()
}

/// The text up to the closing quote, and how long its source is. A `\` at a line's end swallows the indentation.
fn unescaped(source: &str) -> (String, usize) {
    let mut text = String::new();
    let mut chars = source.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (text, at + 1),
            '\\' => match chars.next() {
                Some((_, '\n')) => while chars.next_if(|(_, c)| c.is_whitespace()).is_some() {},
                Some((_, 'n')) => text.push('\n'),
                Some((_, other)) => text.push(other),
                None => break,
            },
            other => text.push(other),
        }
    }
    panic!("a string without an end")
}

fn for_engine(text: &Text, engine: Engine) -> bool {
    let other = match engine {
        Engine::Sqlite => "_POSTGRES",
        Engine::Postgres => "_SQLITE",
    };
    !text.name.ends_with(other)
}

#[test]
fn statements_are_found_as_they_are_written() {
    let source = "// \"SELECT no\"\nconst A_SQLITE: &str = \"SELECT 'x' \\\n     FROM t\";\nf('\"', \"UPDATE \\\"t\\\"\");\n";
    let found = literals(source);
    assert_eq!(
        found,
        [
            ("A_SQLITE".to_owned(), "SELECT 'x' FROM t".to_owned()),
            (String::new(), "UPDATE \"t\"".to_owned()),
        ]
    );
    let texts = texts();
    let files: BTreeSet<&str> = texts.iter().map(|text| text.file.as_str()).collect();
    assert!(files.len() >= 7, "{files:?}");
    assert!(texts.len() >= 60, "only {} statements", texts.len());
    assert!(texts.iter().all(|text| text.sql.len() > 15));
}

#[tokio::test]
async fn every_statement_can_be_prepared() {
    let test = TestDb::new(migrations::ALL).await;
    for text in texts()
        .iter()
        .filter(|text| for_engine(text, test.db.engine()))
    {
        let prepared = probe::prepare(&test.db, &text.sql).await;
        assert!(
            prepared.is_ok(),
            "{}: {}: {prepared:?}",
            text.file,
            text.sql
        );
    }
}

#[tokio::test]
async fn no_statement_reads_a_whole_table() {
    let test = TestDb::new(migrations::ALL).await;
    let engine = test.db.engine();
    let mut used = BTreeSet::new();
    let mut wrong = Vec::new();
    for text in texts().iter().filter(|text| for_engine(text, engine)) {
        let plan = probe::explain(&test.db, &text.sql).await.expect(&text.sql);
        for table in scanned(engine, text, &plan) {
            let allowed = SCANS
                .iter()
                .position(|scan| text.sql.starts_with(scan.0) && scan.1 == table);
            match allowed {
                Some(nth) => {
                    used.insert(nth);
                }
                None => wrong.push(format!("{}: {}\n  {table}: {plan:#?}", text.file, text.sql)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // PostgreSQL finds a way through an index for some of them.
    if engine == Engine::Sqlite {
        assert_eq!(used.len(), SCANS.len(), "an exception that nothing needs");
    }
}

#[tokio::test]
async fn a_page_is_read_in_the_order_of_an_index() {
    let test = TestDb::new(migrations::ALL).await;
    let engine = test.db.engine();
    let texts = texts();
    let pages = texts
        .iter()
        .filter(|text| for_engine(text, engine) && text.sql.contains("ORDER BY"))
        .filter(|text| text.sql.starts_with("SELECT") && text.sql.contains("LIMIT $"));
    let mut count = 0;
    for text in pages {
        count += 1;
        let plan = probe::explain_in_order(&test.db, &text.sql)
            .await
            .expect(&text.sql);
        let sorts = |line: &String| line.contains("TEMP B-TREE") || line.contains("Sort");
        assert!(!plan.iter().any(sorts), "{}: {plan:#?}", text.sql);
    }
    assert!(count >= 4, "only {count} pages");
}

/// The tables that a plan reads from end to end. The jobs that are due may be: they are what is looked for, except where
/// one is named, which must not cost as much as the queue is long.
fn scanned(engine: Engine, text: &Text, plan: &[String]) -> Vec<String> {
    let is_due =
        |line: &str| line.contains("outbox_due_at_idx") && !text.sql.contains("WHERE id = $1");
    match engine {
        Engine::Sqlite => scanned_by_sqlite(plan, is_due),
        Engine::Postgres => scanned_by_postgres(plan, is_due),
    }
}

/// `SCAN x` is a whole table or a whole index; a partial index holds only what is looked for, and a subquery only what
/// it found itself.
fn scanned_by_sqlite(plan: &[String], is_due: impl Fn(&str) -> bool) -> Vec<String> {
    let made: Vec<&str> = plan
        .iter()
        .filter_map(|line| {
            line.strip_prefix("CO-ROUTINE ")
                .or_else(|| line.strip_prefix("MATERIALIZE "))
        })
        .collect();
    plan.iter()
        .filter_map(|line| line.strip_prefix("SCAN "))
        .filter(|line| !is_due(line) && *line != "CONSTANT ROW")
        .filter_map(|line| line.split(' ').next())
        // `n` is the counter of the load test's orders.
        .filter(|table| *table != "n" && !made.contains(table))
        .map(str::to_owned)
        .collect()
}

/// A sequential scan, or an index read without a condition on it.
fn scanned_by_postgres(plan: &[String], is_due: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (nth, line) in plan.iter().enumerate() {
        let Some(node) = line.split("->").last().map(str::trim) else {
            continue;
        };
        if let Some(table) = node.strip_prefix("Seq Scan on ") {
            found.push(table);
        }
        let through = ["Index Scan", "Index Only Scan", "Bitmap Index Scan"];
        if through.iter().any(|kind| node.starts_with(kind)) && !is_due(node) {
            let details = plan[nth + 1..]
                .iter()
                .take_while(|line| !line.contains("->"));
            let bounded = details.into_iter().any(|line| line.contains("Index Cond"));
            if !bounded {
                found.push(node.rsplit_once(" on ").map_or(node, |(_, table)| table));
            }
        }
    }
    let table = |found: &str| found.split(' ').next().unwrap_or("").to_owned();
    found.into_iter().map(table).collect()
}

const COLUMNS_SQLITE: &str = "SELECT m.name, p.name, p.type, p.\"notnull\" = 1 OR p.pk > 0 FROM sqlite_master m, \
     pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, p.cid";
const COLUMNS_POSTGRES: &str = "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), \
     CAST(upper(data_type) AS TEXT), is_nullable = 'NO' FROM information_schema.columns \
     WHERE table_schema = 'public' ORDER BY table_name, ordinal_position";

#[tokio::test]
async fn both_engines_have_the_same_tables() {
    let test = TestDb::new(migrations::ALL).await;
    let read = test.db.read_fresh().await.unwrap();
    let sql = match read.engine() {
        Engine::Sqlite => COLUMNS_SQLITE,
        Engine::Postgres => COLUMNS_POSTGRES,
    };
    let columns: Vec<(String, String, String, bool)> = read.all(sql, &[]).await.unwrap();
    let mut dump = String::new();
    let mut last = "";
    for (table, column, kind, required) in &columns {
        // How each engine writes down what was applied is its own.
        if table == "schema_migrations" {
            continue;
        }
        if table != last {
            dump.push_str(table);
            dump.push('\n');
            last = table;
        }
        let null = if *required { "" } else { " NULL" };
        let _ = writeln!(dump, "  {column} {kind}{null}");
    }
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("tables", dump);
    });
}

#[test]
fn both_engines_have_the_same_migrations() {
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = crate_root().join("migrations").join(engine);
        let files = fs::read_dir(folder).expect("a folder");
        let name = |file: std::io::Result<fs::DirEntry>| file.unwrap().file_name();
        files
            .map(|file| name(file).into_string().unwrap())
            .collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    let applied: BTreeSet<String> = migrations::ALL
        .iter()
        .map(|migration| format!("{}.sql", migration.name))
        .collect();
    let mut there = names("sqlite");
    there.insert("0001_outbox.sql".to_owned());
    assert_eq!(applied, there, "a file that is never applied");
    let in_order = migrations::ALL.is_sorted_by_key(|migration| migration.name);
    assert!(in_order);
}
