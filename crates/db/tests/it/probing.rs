//! Preparing and explaining texts.

use db::{Engine, probe};

use crate::new;

#[tokio::test]
async fn prepare_answers_the_names_of_the_columns() {
    let test = new().await;
    let names = |sql: &'static str| probe::prepare(&test.db, sql);
    let sql = "SELECT id, COUNT(*) AS many FROM counters WHERE n > $1 GROUP BY id";
    assert_eq!(names(sql).await.unwrap(), ["id", "many"]);
    let sql = "DELETE FROM counters WHERE id = $1";
    assert!(names(sql).await.unwrap().is_empty());
    names("SELECT nothing FROM counters").await.unwrap_err();
    let sum = names("SELECT SUM(n) AS total FROM counters").await;
    match test.db.engine() {
        Engine::Sqlite => assert_eq!(sum.unwrap(), ["total"]),
        Engine::Postgres => {
            let error = sum.unwrap_err().to_string();
            assert!(
                error.contains("column total") && error.contains("numeric"),
                "{error}"
            );
        }
    }
}

#[tokio::test]
async fn explain_tells_a_scan_from_a_search() {
    let test = new().await;
    let found = probe::explain(&test.db, "SELECT n FROM counters WHERE id = $1").await;
    let scanned = probe::explain(&test.db, "SELECT n FROM counters WHERE n < 7").await;
    let (found, scanned) = (found.unwrap().join("\n"), scanned.unwrap().join("\n"));
    let (search, scan) = match test.db.engine() {
        Engine::Sqlite => ("SEARCH counters", "SCAN counters"),
        Engine::Postgres => ("Index Scan", "Seq Scan"),
    };
    assert!(found.contains(search) && !found.contains(scan), "{found}");
    assert!(scanned.contains(scan), "{scanned}");
}
