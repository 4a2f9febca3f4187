//! PostgreSQL: one template database per set of migrations, cloned by the server.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use db::{
    Url,
    migrate::{self, Migration},
};
use tokio::{runtime::Builder, sync::Mutex};
use tokio_postgres::{Client, NoTls};

/// The templates that this process knows to be there.
static TEMPLATES: Mutex<Option<HashSet<String>>> = Mutex::const_new(None);
static NUMBER: AtomicU64 = AtomicU64::new(0);
/// Keeps processes from making the same template at once.
const LOCK: i64 = 0x7465_7374;

pub struct Database {
    server: String,
    name: String,
}

impl Database {
    pub fn url(&self) -> String {
        with_name(&self.server, &self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A drop cannot wait on the test's own runtime, which may be the one that is ending.
        let server = self.server.clone();
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let removed = thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build();
            runtime
                .expect("start a runtime")
                .block_on(async { run(&connect(&server).await, &drop).await });
        });
        removed.join().ok();
    }
}

pub async fn clone(server: &str, migrations: &'static [Migration]) -> Database {
    let template = format!("market_template_{}", crate::key(migrations));
    let client = connect(server).await;
    {
        let mut templates = TEMPLATES.lock().await;
        let templates = templates.get_or_insert_default();
        if !templates.contains(&template) {
            make(server, &client, &template, migrations).await;
            templates.insert(template.clone());
        }
    }
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("market_test_{}_{number}", std::process::id());
    // A process of the same number may have been killed before it could clean up.
    run(
        &client,
        &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
    )
    .await;
    run(
        &client,
        &format!("CREATE DATABASE {name} TEMPLATE {template}"),
    )
    .await;
    Database {
        server: server.to_owned(),
        name,
    }
}

/// Made under another name and renamed, so that a template that is there is whole.
async fn make(server: &str, client: &Client, name: &str, migrations: &'static [Migration]) {
    run(client, &format!("SELECT pg_advisory_lock({LOCK})")).await;
    let exists = client
        .query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&name])
        .await
        .expect("look for the template");
    if exists.is_none() {
        let draft = format!("{name}_draft");
        run(
            client,
            &format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)"),
        )
        .await;
        run(
            client,
            &format!(
                "CREATE DATABASE {draft} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
            ),
        )
        .await;
        let db = crate::open(Url::Postgres(with_name(server, &draft))).await;
        migrate::run(&db, migrations, 0)
            .await
            .expect("migrate the template");
        db.close().await.expect("close the template");
        let end = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{draft}'"
        );
        run(client, &end).await;
        run(client, &format!("ALTER DATABASE {draft} RENAME TO {name}")).await;
    }
    run(client, &format!("SELECT pg_advisory_unlock({LOCK})")).await;
}

async fn connect(server: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(server, NoTls)
        .await
        .expect("connect to MARKET_TEST_DB");
    tokio::spawn(connection);
    client
}

async fn run(client: &Client, sql: &str) {
    client.batch_execute(sql).await.expect(sql);
}

/// The server's address with another database's name.
fn with_name(server: &str, name: &str) -> String {
    let (address, parameters) = match server.split_once('?') {
        Some((address, parameters)) => (address, format!("?{parameters}")),
        None => (server, String::new()),
    };
    let scheme = address.find("://").map_or(0, |at| at + 3);
    let host = address[scheme..]
        .find('/')
        .map_or(address, |at| &address[..scheme + at]);
    format!("{host}/{name}{parameters}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_name_changes() {
        for (server, want) in [
            ("postgres://u@h:1/postgres", "postgres://u@h:1/x"),
            ("postgres://u@h:1", "postgres://u@h:1/x"),
            ("postgres://u@/a?host=/tmp/s", "postgres://u@/x?host=/tmp/s"),
        ] {
            assert_eq!(with_name(server, "x"), want);
        }
    }
}
