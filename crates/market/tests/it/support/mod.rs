//! A market in a test: two markets with the same farms, people with their ways in, orders, jobs, mails, time.
//!
//! ```ignore
//! let app = TestApp::new().await;
//! let order = app.order().farms(["rosa", "ben"]).at(Status::Confirmed).place().await;
//! app.farmer("rosa").put_status(&order, "READY").await.ok();
//! app.finish().await;
//! ```
mod client;
mod dump;
mod invariants;
mod mail;
pub mod marks;
mod orders;
mod people;
pub mod schema;
mod way_in;

use std::{sync::Arc, time::Duration};

use axum::Router;
use courier::Courier;
use db::{Bind, Read};
use market::{
    app::App,
    config, http, jobs,
    kernel::{
        hash::LinkKey,
        ids::{Ids, UserId},
        password::Passwords,
        time::{Clock, Ts},
    },
    markets::{Markets, model::Market},
    migrations,
    orders::frames::Frames,
};
use tempfile::TempDir;
use testdb::TestDb;
use tokio::sync::{Notify, watch};

pub use client::{Answer, Client, Proof};
pub use dump::Dump;
pub use mail::Mail;
pub use orders::{OrderBuilder, TestOrder};
pub use people::Side;
pub use way_in::ends;

/// Thursday; orders can be changed until Friday noon and are collected on Saturday morning.
pub const NOW: &str = "2026-11-26T10:00:00Z";
pub const CUTOFF: &str = "2026-11-27T12:00:00Z";
/// The only window begins at nine.
pub const WINDOW_ENDS: &str = "2026-11-28T11:00:00Z";

/// All tests' farms, in both markets.
pub const FARMS: [&str; 3] = ["ben", "cleo", "rosa"];

pub struct TestApp {
    pub app: Arc<App>,
    pub router: Router,
    /// As they were when the test began.
    markets: Arc<[Arc<Market>]>,
    test: TestDb,
    folder: TempDir,
    stop: watch::Sender<bool>,
    checked: bool,
}

impl TestApp {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The same with a configuration that differs.
    pub async fn with(change: impl FnOnce(&mut config::Config)) -> Self {
        let test = TestDb::new(migrations::ALL).await;
        people::seed(&test.db, ts(NOW)).await;
        Self::on(test, change).await
    }

    /// An installation that was never set up, and the secret of its first link.
    pub async fn bare() -> (Self, String) {
        Self::bare_with(|_| {}).await
    }

    /// The same with a configuration that differs.
    pub async fn bare_with(change: impl FnOnce(&mut config::Config)) -> (Self, String) {
        let test = TestDb::new(migrations::ALL).await;
        let link = market::setup::actions::open_link(&test.db, ts(NOW), None).await;
        let link = link.expect("a database").expect("nothing is set up");
        (Self::on(test, change).await, link.token)
    }

    async fn on(test: TestDb, change: impl FnOnce(&mut config::Config)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let flags = [
            ("data", folder.path().display().to_string()),
            ("http.base_url", "http://market.test".to_owned()),
            ("database.url", test.url()),
        ];
        let mut config = config::load(None, [], &flags).expect("it is valid").config;
        change(&mut config);
        let clock = Clock::fixed(ts(NOW));
        let markets = Markets::read(&test.db).await.expect("markets");
        let first = markets.all();
        let (stop, stopped) = watch::channel(false);
        let app = Arc::new(App {
            config,
            db: test.db.clone(),
            cluster: cluster::memory(),
            courier: Courier::Folder(folder.path().join("mail")),
            clock,
            ids: Ids::counted(),
            link_key: LinkKey::new(b"the key of all tests, 32 bytes ok"),
            markets,
            frames: Frames::default(),
            seats: http::live::Seats::default(),
            passwords: Passwords::default(),
            stop: stopped,
            jobs_wait: Arc::new(Notify::new()),
        });
        Self {
            router: http::router::router(&app),
            app,
            markets: first,
            test,
            folder,
            stop,
            checked: false,
        }
    }

    /// The default market.
    pub fn here(&self) -> Side<'_> {
        Side::new(self, 0)
    }

    /// The other market, which has the same farms and must never show.
    pub fn twin(&self) -> Side<'_> {
        Side::new(self, 1)
    }

    pub fn order(&self) -> OrderBuilder<'_> {
        self.here().order()
    }

    /// A farm's owner, by token.
    pub fn farmer(&self, farm: &str) -> Client {
        self.here().farmer(farm)
    }

    /// Somebody else of the same farm's team, by token.
    pub fn colleague(&self, farm: &str) -> Client {
        self.here().colleague(farm)
    }

    pub fn manager(&self) -> Client {
        self.here().person("manager")
    }

    pub fn admin(&self) -> Client {
        self.here().person("admin")
    }

    pub fn host(&self) -> Client {
        self.here().person("host")
    }

    pub fn driver(&self) -> Client {
        self.here().person("driver")
    }

    /// `ana` or `carl`, by session.
    pub fn customer(&self, name: &str) -> Client {
        self.here().customer(name)
    }

    /// Somebody without an account who has opened the order's link.
    pub async fn guest(&self, order: &TestOrder) -> Client {
        self.here().guest(order).await
    }

    /// Nobody in particular.
    pub fn stranger(&self) -> Client {
        self.here().stranger()
    }

    pub fn market(&self) -> &Market {
        &self.markets[0]
    }

    pub fn now(&self) -> Ts {
        self.app.now()
    }

    pub fn pass(&self, span: Duration) {
        self.app.clock.advance(span);
    }

    /// Moves the clock forward to an instant.
    pub fn pass_until(&self, at: Ts) {
        assert!(at >= self.now(), "time does not go back");
        self.pass(at.since(self.now()));
    }

    /// Everybody has signed in a moment ago, after days that no session of theirs would outlive.
    pub async fn sign_in_again(&self) {
        let now = self.now();
        self.sql("UPDATE sessions SET created_at = $1, used_at = $1", &[&now])
            .await;
    }

    /// Does every job that is due; how many there were.
    pub async fn run_jobs(&self) -> usize {
        let runner = jobs::runner(&self.app);
        let mut taken = 0;
        loop {
            match runner.run_due().await.expect("the outbox runs") {
                0 => return taken,
                more => taken += more,
            }
        }
    }

    /// All mails so far, by file name: the order in which their jobs were made.
    pub fn mails(&self) -> Vec<Mail> {
        mail::read_all(&self.folder.path().join("mail"))
    }

    /// Ends every stream, as a process that stops does.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    pub async fn read(&self) -> Read {
        self.app.db.read_fresh().await.expect("a connection")
    }

    pub async fn count(&self, sql: &'static str, args: &[&dyn Bind]) -> i64 {
        let row: Option<(i64,)> = self.read().await.one(sql, args).await.expect(sql);
        row.expect("a count").0
    }

    pub async fn texts(&self, sql: &'static str, args: &[&dyn Bind]) -> Vec<String> {
        let rows: Vec<(String,)> = self.read().await.all(sql, args).await.expect(sql);
        rows.into_iter().map(|row| row.0).collect()
    }

    /// Changes what no road of the product changes yet.
    pub async fn sql(&self, sql: &'static str, args: &[&dyn Bind]) -> u64 {
        let tx = self.app.db.write().await.expect("a transaction");
        let changed = tx.run(sql, args).await.expect(sql);
        tx.commit().await.expect("committed");
        changed
    }

    /// All rows of all tables.
    pub async fn dump(&self) -> Dump {
        Dump::of(&self.read().await).await
    }

    /// Every event there is, so that a test can say "nothing was written".
    pub async fn events(&self) -> i64 {
        self.count("SELECT COUNT(*) FROM status_events", &[]).await
    }

    /// The end of every test: the outbox is drained, and what must always hold holds.
    pub async fn finish(mut self) {
        self.checked = true;
        self.run_jobs().await;
        invariants::check(&self).await;
    }

    /// The same for a test that has cleared done jobs away: they announce nothing any more.
    pub async fn finish_after_purge(mut self) {
        self.checked = true;
        self.run_jobs().await;
        invariants::drained(&self).await;
    }

    /// For a test that has spoilt what must hold.
    pub fn finish_forged(mut self) {
        self.checked = true;
    }

    /// State, history and outbox agree, in the middle of a test too.
    pub async fn holds(&self) {
        invariants::holds(self).await;
    }

    pub fn url(&self) -> String {
        self.test.url()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        assert!(
            self.checked || std::thread::panicking(),
            "a test ends with app.finish().await"
        );
    }
}

pub fn ts(text: &str) -> Ts {
    let at: jiff::Timestamp = text.parse().expect("an instant");
    Ts::from_micros(at.as_microsecond())
}

pub fn user_id(name: &str, tail: &str) -> UserId {
    UserId::new(format!("usr_{name}{tail}"))
}
