//! Any sequence of transactions leaves what a map would hold.

use std::collections::BTreeMap;

use db::{Db, Read, Result};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use crate::new;

#[derive(Debug, Clone)]
enum Act {
    Set(u8, i64),
    Add(u8),
    Remove(u8),
}

#[derive(Debug, Clone, Copy)]
enum End {
    Commit,
    Discard,
    Drop,
}

type Map = BTreeMap<String, i64>;

async fn all(read: &Read) -> Result<Map> {
    let rows: Vec<(String, i64)> = read.all("SELECT id, n FROM counters", &[]).await?;
    Ok(rows.into_iter().collect())
}

async fn transaction(db: &Db, model: &mut Map, acts: &[Act], end: End) -> Result<()> {
    let mut draft = model.clone();
    let tx = db.write().await?;
    for act in acts {
        let changed = match act {
            Act::Set(id, n) => {
                draft.insert(id.to_string(), *n);
                let sql = "INSERT INTO counters (id, n) VALUES ($1, $2) \
                     ON CONFLICT (id) DO UPDATE SET n = excluded.n";
                assert_eq!(tx.run(sql, &[&id.to_string(), n]).await?, 1);
                continue;
            }
            Act::Add(id) => {
                let there = draft.get_mut(&id.to_string()).map(|n| *n += 1);
                let sql = "UPDATE counters SET n = n + 1 WHERE id = $1";
                (there.is_some(), tx.run(sql, &[&id.to_string()]).await?)
            }
            Act::Remove(id) => {
                let there = draft.remove(&id.to_string());
                let sql = "DELETE FROM counters WHERE id = $1";
                (there.is_some(), tx.run(sql, &[&id.to_string()]).await?)
            }
        };
        assert_eq!(u64::from(changed.0), changed.1);
    }
    assert_eq!(all(&tx).await?, draft);
    match end {
        End::Commit => {
            tx.commit().await?;
            *model = draft;
        }
        End::Discard => tx.discard().await?,
        End::Drop => drop(tx),
    }
    Ok(())
}

#[test]
fn writes_against_a_map() {
    let act = prop_oneof![
        (0..6u8, -9..9i64).prop_map(|(id, n)| Act::Set(id, n)),
        (0..6u8).prop_map(Act::Add),
        (0..6u8).prop_map(Act::Remove),
    ];
    let end = prop_oneof![3 => Just(End::Commit), 1 => Just(End::Discard), 1 => Just(End::Drop)];
    let transactions = prop::collection::vec((prop::collection::vec(act, 0..6), end), 1..12);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let test = runtime.block_on(new());
    let config = Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&transactions, |transactions| {
            runtime.block_on(async {
                let db = &test.db;
                let mut model = all(&db.read_fresh().await.unwrap()).await.unwrap();
                for (acts, end) in &transactions {
                    transaction(db, &mut model, acts, *end).await.unwrap();
                    let now = all(&db.read_fresh().await.unwrap()).await.unwrap();
                    assert_eq!(now, model);
                }
            });
            Ok(())
        })
        .unwrap();
}
