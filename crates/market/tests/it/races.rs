//! Many at once: nobody gets an error for having been slower, and state, history and outbox stay one.
use std::time::Duration;

use futures_util::future::join_all;
use market::orders::model::Status;
use serde_json::json;

use crate::support::{Answer, Client, TestApp, TestOrder};

/// All of them at once, on all threads.
async fn at_once<F>(wishes: impl IntoIterator<Item = F>) -> Vec<Answer>
where
    F: Future<Output = Answer> + Send + 'static,
{
    let tasks: Vec<_> = wishes.into_iter().map(tokio::spawn).collect();
    let answers = join_all(tasks).await;
    answers.into_iter().map(|a| a.expect("no panic")).collect()
}

async fn put(client: Client, id: String, status: &'static str) -> Answer {
    client.put_status(id, status).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_of_the_same_step_are_one_event() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    for (version, step) in [(3, "PREPARING"), (4, "READY")] {
        let answers = at_once((0..200).map(|n| {
            // By the order's id and by the part's, by owner and by colleague.
            let client = [app.farmer("rosa"), app.colleague("rosa")][n % 2].clone();
            let id = [&order.id, &order.parts[0].1][n / 2 % 2].clone();
            put(client, id, step)
        }))
        .await;
        let changed = answers.iter().filter(|a| a.ok()["changed"] == true).count();
        assert_eq!(changed, 1);
        for answer in &answers {
            let body = answer.ok();
            assert_eq!(body["status"], step);
            assert_eq!(body["version"], version);
        }
        assert_eq!(app.events().await, version);
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn farms_of_one_order_do_not_disturb_each_other() {
    let app = TestApp::new().await;
    for _ in 0..20 {
        let order = app.order().farms(["rosa", "ben", "cleo"]).place().await;
        let farms = ["rosa", "ben", "cleo"];
        let answers =
            at_once(farms.map(|farm| put(app.farmer(farm), order.id.clone(), "READY"))).await;
        let mut versions: Vec<i64> = answers
            .iter()
            .map(|answer| answer.changed(true)["version"].as_i64().unwrap())
            .collect();
        versions.sort_unstable();
        assert_eq!(versions, [7, 8, 9], "each its own");
        let body = app.manager().order(&order).await.ok();
        assert_eq!(body["status"], "READY");
        assert_eq!(body["version"], 9);
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_opposite_wishes_one_wins_and_the_other_is_told() {
    let app = TestApp::new().await;
    for _ in 0..20 {
        let order = app.order().place().await;
        let (rosa, ana, id) = (app.farmer("rosa"), app.customer("ana"), order.id.clone());
        let cancel = {
            let id = id.clone();
            tokio::spawn(async move { ana.cancel(id, "CUSTOMER_REQUEST").await })
        };
        let ready = tokio::spawn(put(rosa, id, "READY"));
        let (cancel, ready) = (cancel.await.unwrap(), ready.await.unwrap());
        let status = app.manager().order(&order).await.ok()["status"].clone();
        if status == "CANCELLED" {
            cancel.changed(true);
            ready.refused(409, "orders-cannot-go");
        } else {
            assert_eq!(status, "READY");
            ready.changed(true);
            cancel.refused(409, "orders-cannot-go");
        }
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_undos_one_counts() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    app.farmer("rosa")
        .put_status(&order, "READY")
        .await
        .changed(true);
    let answers = at_once((0..50).map(|_| {
        let (rosa, id) = (app.farmer("rosa"), order.id.clone());
        async move { rosa.undo(id, json!({ "expected_version": 3 })).await }
    }))
    .await;
    let changed = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(changed, 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(answer.refused(412, "market-error-412")["version"], 4);
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_workers_and_a_farmer_may_meet() {
    let app = TestApp::new().await;
    let mut orders = Vec::new();
    for _ in 0..20 {
        let farms = app.order().farms(["rosa", "ben"]);
        orders.push(farms.at(Status::Pending).place().await);
    }
    market::jobs::ensure_recurring(&app.app).await.unwrap();
    app.pass_until(crate::support::ts(crate::support::CUTOFF));
    let puts = at_once(
        orders
            .iter()
            .map(|order| put(app.farmer("rosa"), order.id.clone(), "PREPARING")),
    );
    let (answers, _) = tokio::join!(puts, app.run_jobs());
    for answer in answers {
        answer.changed(true);
    }
    // Who lost against a farmer looks again later.
    app.pass(Duration::from_mins(11));
    app.run_jobs().await;
    let left = "SELECT COUNT(*) FROM farm_orders WHERE status = 'PENDING'";
    assert_eq!(app.count(left, &[]).await, 0);
    app.finish().await;
}

/// A generator that is the same in every run: Knuth's MMIX numbers.
struct Dice(u64);

impl Dice {
    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        let n = u64::try_from(from.len()).unwrap();
        let (a, c) = (6_364_136_223_846_793_005, 1_442_695_040_888_963_407);
        self.0 = self.0.wrapping_mul(a).wrapping_add(c);
        from[usize::try_from((self.0 >> 33) % n).unwrap()].clone()
    }
}

/// Back twice, so that as much goes back as is undoable.
const STEPS: [&str; 7] = [
    "CONFIRMED",
    "PREPARING",
    "READY",
    "FULFILLED",
    "UNDO",
    "UNDO",
    "COMPLETED",
];

async fn crowd(app: &TestApp, order: &TestOrder) -> [Client; 9] {
    [
        app.farmer("rosa"),
        app.colleague("rosa"),
        app.farmer("ben"),
        app.farmer("cleo"),
        app.manager(),
        app.admin(),
        app.host(),
        app.customer("ana"),
        app.guest(order).await,
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_happens_at_once_nothing_comes_apart() {
    let app = TestApp::new().await;
    let mut dice = Dice(7);
    let farms = ["rosa", "ben", "cleo"];
    let mut orders = Vec::new();
    for _ in 0..4 {
        orders.push(app.order().farms(farms).at(Status::Pending).place().await);
    }
    let ids: Vec<String> = orders
        .iter()
        .flat_map(|order| {
            let parts = order.parts.iter().map(|part| part.1.clone());
            parts.chain([order.id.clone()])
        })
        .collect();
    let people = crowd(&app, &orders[0]).await;
    let mut seen = std::collections::BTreeMap::new();
    for round in 0..12_i64 {
        let wishes: Vec<_> = (0..40)
            .map(|n| {
                let (client, id) = (dice.pick(&people), dice.pick(&ids));
                let step = dice.pick(if n == 0 {
                    &["CANCELLED"][..]
                } else {
                    &STEPS[..]
                });
                let version = dice.pick(&[2, 3, 4, 5, 6, 7, 8, 9, 10]) + round;
                async move {
                    if step == "UNDO" {
                        let body = json!({ "expected_version": version, "note": "back" });
                        return client.undo(id, body).await;
                    }
                    let body = json!({ "status": step, "reason": "OTHER", "without_code": "me" });
                    client.put(id, body).await
                }
            })
            .collect();
        for answer in at_once(wishes).await {
            let allowed = [200, 403, 404, 409, 412, 422];
            assert!(allowed.contains(&answer.status), "{answer:?}");
            *seen.entry(answer.status).or_insert(0) += 1;
        }
        app.holds().await;
    }
    for status in [200, 403, 404, 409, 412] {
        assert!(seen.contains_key(&status), "the dice are dull: {seen:?}");
    }
    assert!(app.events().await > 40);
    app.finish().await;
}
