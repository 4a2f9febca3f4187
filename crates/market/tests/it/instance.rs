//! A second process on the same database: it shares rows and keys with the first, but no memory.
use std::sync::Arc;

use db::Db;
use market::{app::App, http::live::Seats, markets::Markets, orders::frames::Frames};
use tokio::sync::Notify;

use crate::support::TestApp;

pub async fn open(app: &TestApp) -> Db {
    let url = app.url().parse().unwrap();
    Db::open(&db::Config::new(url)).await.unwrap()
}

pub fn on(app: &TestApp, db: Db) -> Arc<App> {
    let first = &app.app;
    Arc::new(App {
        config: first.config.clone(),
        db,
        cluster: cluster::memory(),
        courier: courier::Courier::Folder(first.config.data.join("mail")),
        clock: first.clock.clone(),
        ids: market::kernel::ids::Ids::Random,
        link_key: first.link_key.clone(),
        markets: Markets::new(
            first.markets.all().iter().map(|m| (**m).clone()).collect(),
            None,
        ),
        frames: Frames::default(),
        seats: Seats::default(),
        passwords: market::kernel::password::Passwords::default(),
        stop: first.stop.clone(),
        jobs_wait: Arc::new(Notify::new()),
    })
}
