//! SQLite: the migrated template is kept in memory, so that no folder outlives the tests.

use std::{collections::HashMap, fs, path::PathBuf, sync::Arc};

use db::{
    Url,
    migrate::{self, Migration},
};
use tempfile::TempDir;
use tokio::sync::Mutex;

static TEMPLATES: Mutex<Option<HashMap<String, Arc<[u8]>>>> = Mutex::const_new(None);

pub async fn clone(migrations: &'static [Migration]) -> (TempDir, PathBuf) {
    let template = {
        let mut templates = TEMPLATES.lock().await;
        let templates = templates.get_or_insert_default();
        let key = crate::key(migrations);
        match templates.get(&key) {
            Some(template) => Arc::clone(template),
            None => Arc::clone(templates.entry(key).or_insert(make(migrations).await)),
        }
    };
    let (folder, path) = place();
    fs::write(&path, template).expect("write the test's database");
    (folder, path)
}

async fn make(migrations: &'static [Migration]) -> Arc<[u8]> {
    let (_folder, path) = place();
    let db = crate::open(Url::Sqlite(path.clone())).await;
    migrate::run(&db, migrations, 0)
        .await
        .expect("migrate the template");
    db.close().await.expect("close the template");
    fs::read(path).expect("read the template").into()
}

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("make a temporary folder");
    let path = folder.path().join("test.db");
    (folder, path)
}
