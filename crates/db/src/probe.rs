//! For the test that prepares every SQL text on both engines and looks at its plan.

use crate::{
    Db, Error, Result, Side,
    lite::Lite,
    pg,
    pg::{Kind, Pg},
    text,
};

/// Prepares the text; the answer is the names of its columns.
/// On PostgreSQL a column that is not TEXT, BIGINT or BOOLEAN is an error.
pub async fn prepare(db: &Db, sql: &str) -> Result<Vec<String>> {
    match &*db.side {
        Side::Lite(lite) => {
            let sql = text::rewrite(sql);
            lite.read(false).await?.with(|connection| {
                let statement = connection.prepare(&sql)?;
                Ok(statement.column_names().map(String::from).collect())
            })
        }
        Side::Pg(pg) => {
            let session = pg.session(Kind::Single).await?;
            let statement = session.client()?.prepare(sql).await?;
            let name = |column: &tokio_postgres::Column| {
                if pg::is_portable(column.type_()) {
                    return Ok(column.name().to_owned());
                }
                Err(pg::not_portable(column.type_()).in_column(|| column.name().to_owned()))
            };
            statement.columns().iter().map(name).collect()
        }
    }
}

/// The plan's lines. On PostgreSQL whole-table scans are forbidden as far as possible, because the planner would
/// choose them for every small table: one that is left has no index to use.
pub async fn explain(db: &Db, sql: &str) -> Result<Vec<String>> {
    match &*db.side {
        Side::Lite(lite) => explain_lite(lite, sql).await,
        Side::Pg(pg) => explain_pg(pg, sql, "").await,
    }
}

/// The same, with sorting forbidden too: a sort that is left has no index to follow.
pub async fn explain_in_order(db: &Db, sql: &str) -> Result<Vec<String>> {
    match &*db.side {
        Side::Lite(lite) => explain_lite(lite, sql).await,
        Side::Pg(pg) => explain_pg(pg, sql, "SET enable_sort = off; ").await,
    }
}

async fn explain_lite(lite: &Lite, sql: &str) -> Result<Vec<String>> {
    let sql = format!("EXPLAIN QUERY PLAN {}", text::rewrite(sql));
    lite.read(false).await?.with(|connection| {
        let mut statement = connection.prepare(&sql)?;
        let lines = statement.raw_query().mapped(|row| row.get("detail"));
        Ok(lines.collect::<Result<_, _>>()?)
    })
}

async fn explain_pg(pg: &Pg, sql: &str, more: &str) -> Result<Vec<String>> {
    // Taken out of the pool: it is closed with its settings.
    let client = deadpool_postgres::Object::take(pg.get().await?);
    let count = client.prepare(sql).await?.params().len();
    let settings = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off";
    let prepare = format!("{settings}; {more}PREPARE probe AS {sql}");
    client.batch_execute(&prepare).await?;
    let nulls = vec!["NULL"; count].join(", ");
    let args = if count == 0 {
        nulls
    } else {
        format!("({nulls})")
    };
    let explain = format!("EXPLAIN (COSTS OFF) EXECUTE probe{args}");
    let mut lines = Vec::new();
    for message in client.simple_query(&explain).await? {
        if let tokio_postgres::SimpleQueryMessage::Row(row) = message {
            let line = row.try_get(0)?.ok_or(Error::Interrupted)?;
            lines.push(line.to_owned());
        }
    }
    Ok(lines)
}
