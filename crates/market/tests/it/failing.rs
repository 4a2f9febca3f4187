//! What is answered when the database cannot keep a change: its disk is full, its COMMIT fails, or nobody knows whether
//! it came to one. Always a 503 that says what is true of the change, never half a change, and the next one works.
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use axum::http::Method;
use db::{Db, Engine};
use futures_util::future::join_all;
use market::http::router::router;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::yield_now,
};

use crate::{
    instance,
    support::{Answer, Client, Proof, TestApp, TestOrder},
};

fn is_lite(app: &TestApp) -> bool {
    app.app.db.engine() == Engine::Sqlite
}

/// PostgreSQL answers whoever writes history with what this function raises, at once or at the end of the transaction.
async fn trap(app: &TestApp, function: &'static str, trigger: &'static str) {
    app.sql(function, &[]).await;
    app.sql(trigger, &[]).await;
}

const AT_ONCE: &str =
    "CREATE TRIGGER trap BEFORE INSERT ON status_events FOR EACH ROW EXECUTE FUNCTION trap()";
const AT_COMMIT: &str = "CREATE CONSTRAINT TRIGGER trap AFTER INSERT ON status_events \
     DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION trap()";

async fn heal(app: &TestApp) {
    app.sql("DROP TRIGGER trap ON status_events", &[]).await;
}

/// No more room than there is now. SQLite is told that its file may not grow; PostgreSQL answers as it does when its
/// disk is full, for a disk of its own is a thing of root: `cargo x diskfull` fills real ones on both.
async fn fill(app: &TestApp) {
    if is_lite(app) {
        app.sql("PRAGMA max_page_count = 1", &[]).await;
        return;
    }
    let function = "CREATE FUNCTION trap() RETURNS TRIGGER LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$";
    trap(app, function, AT_ONCE).await;
}

async fn free(app: &TestApp) {
    if is_lite(app) {
        app.sql("PRAGMA max_page_count = 1000000", &[]).await;
    } else {
        heal(app).await;
    }
}

async fn place_many(app: &TestApp, count: usize) -> Vec<TestOrder> {
    let mut orders = Vec::new();
    for _ in 0..count {
        orders.push(app.order().place().await);
    }
    orders
}

/// A page that says it to people: what happened, what became of the change, when to come back.
#[track_caller]
fn page_says(answer: &Answer, words: &str, seconds: &str) {
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(
        answer.header("content-type").starts_with("text/html"),
        "{answer:?}"
    );
    assert!(answer.text().contains(words), "{answer:?}");
    assert_eq!(answer.header("retry-after"), seconds, "{answer:?}");
}

const FULL: &str = "disk is full, so nothing can be saved now. Your change was not made";

fn step(order: &TestOrder, key: &str) -> String {
    let part = order.part("rosa");
    format!("order={part}&to=READY&version=2&key={key}&farm=rosa&show=all")
}

fn ticked(orders: &[TestOrder]) -> String {
    let ticked = orders
        .iter()
        .map(|order| format!("&o=2.{}", order.part("rosa")));
    ticked.collect::<Vec<_>>().concat()
}

#[tokio::test]
async fn a_full_disk_is_said_and_reading_goes_on_and_room_is_enough_to_write_again() {
    let app = TestApp::new().await;
    let orders = place_many(&app, 60).await;
    let (rosa, board) = (app.farmer("rosa"), app.here().by_session("rosa"));
    let (ana, manager) = (app.customer("ana"), app.here().by_session("manager"));
    let basket = ana.ready_to_buy().await;
    fill(&app).await;
    // What is left of the last pages takes a few.
    let mut went = 0;
    for order in &orders {
        let answer = rosa.put_status(order, "READY").await;
        if answer.status == 503 {
            let problem = answer.refused(503, "market-error-full");
            assert!(
                problem["detail"].as_str().unwrap().contains(FULL),
                "{problem}"
            );
            assert_eq!(answer.header("retry-after"), "30");
            break;
        }
        answer.changed(true);
        went += 1;
    }
    let refused = &orders[went..];
    assert!(refused.len() > 4, "the disk was never full");
    let before = app.dump().await;
    page_says(
        &board
            .post_form("/farm/board", &step(&refused[0], "k1"))
            .await,
        FULL,
        "30",
    );
    let bulk = format!("farm=rosa&show=all&to=READY&key=k2{}", ticked(refused));
    page_says(
        &board.post_form("/farm/board/bulk", &bulk).await,
        FULL,
        "30",
    );
    let picked = refused.iter().map(|one| format!("&order={}:2", one.id));
    let picked = "to=READY".to_owned() + &picked.collect::<Vec<_>>().concat();
    page_says(
        &manager.post_form("/market/orders", &picked).await,
        FULL,
        "30",
    );
    let many: Vec<_> = refused.iter().map(|o| json!({ "id": o.id })).collect();
    let many = json!({ "status": "READY", "orders": many }).to_string();
    rosa.json(Method::POST, "/api/orders/status", many.clone())
        .await
        .refused(503, "market-error-full");
    page_says(
        &ana.post_form("/checkout/confirm", &basket).await,
        FULL,
        "30",
    );
    app.dump()
        .await
        .same_as(&before, "refused for want of room");
    app.holds().await;
    // In the other language too.
    let spanish = board.clone().with("accept-language", "es");
    page_says(
        &spanish
            .post_form("/farm/board", &step(&refused[0], "k1"))
            .await,
        "Tu cambio no se hizo",
        "30",
    );
    rosa.order(&refused[0]).await.ok();
    for (who, path) in [
        (&board, "/farm/board?farm=rosa".to_owned()),
        (&ana, "/checkout/confirm".to_owned()),
        (&ana, format!("/orders/{}/track", refused[0].id)),
        (&manager, "/market/orders".to_owned()),
    ] {
        assert_eq!(who.get(&path).await.status, 200, "{path}");
    }
    free(&app).await;
    rosa.put_status(&refused[0], "READY").await.changed(true);
    let done = board
        .post_form("/farm/board", &step(&refused[1], "k1"))
        .await;
    assert_eq!(done.status, 303, "{done:?}");
    let bulk = format!(
        "farm=rosa&show=all&to=READY&key=k2{}",
        ticked(&refused[2..])
    );
    let done = board.post_form("/farm/board/bulk", &bulk).await;
    assert_eq!(done.status, 303, "{done:?}");
    let done = ana.post_form("/checkout/confirm", &basket).await;
    assert!(done.header("location").ends_with("/thanks"), "{done:?}");
    app.finish().await;
}

/// The disk runs full among many: those before it went, those behind it are not tried, and each is told.
#[tokio::test]
async fn of_many_at_once_those_behind_a_full_disk_are_not_tried() {
    let app = TestApp::new().await;
    let orders = place_many(&app, 60).await;
    let rosa = app.farmer("rosa");
    if is_lite(&app) {
        fill(&app).await;
    } else {
        let function = "CREATE FUNCTION trap() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN \
             IF NEW.order_id >= 'ord_0020' THEN \
             RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END IF; RETURN NEW; END $$";
        trap(&app, function, AT_ONCE).await;
    }
    let ids: Vec<_> = orders.iter().map(|o| json!({ "id": o.id })).collect();
    let body = json!({ "status": "READY", "orders": ids }).to_string();
    let answer = rosa.json(Method::POST, "/api/orders/status", body).await;
    let results = answer.ok()["results"].as_array().unwrap().clone();
    let codes: Vec<_> = results.iter().map(|one| one["code"].as_str()).collect();
    let went = codes.iter().take_while(|code| code.is_none()).count();
    assert!(went > 0 && went < orders.len() - 1, "{codes:?}");
    assert_eq!(codes[went], Some("market-error-full"));
    let behind = Some("market-error-not-tried");
    assert!(
        codes[went + 1..].iter().all(|code| *code == behind),
        "{codes:?}"
    );
    let ready = app
        .count("SELECT COUNT(*) FROM orders WHERE status = 'READY'", &[])
        .await;
    assert_eq!(usize::try_from(ready).unwrap(), went);
    free(&app).await;
    // The form that was sent before the disk was full: what went is so already, the others go now.
    let form = format!("farm=rosa&show=all&to=READY&key=k{}", ticked(&orders));
    let done = app.here().by_session("rosa");
    let done = done.post_form("/farm/board/bulk", &form).await;
    assert_eq!(done.status, 303, "{done:?}");
    app.finish().await;
}

/// Five changes and a sixth that spoils their COMMIT. Only SQLite has a COMMIT for many; PostgreSQL fails each one's.
#[tokio::test]
async fn a_commit_that_fails_is_told_to_all_whose_work_it_held() {
    let app = TestApp::new().await;
    let orders = place_many(&app, 5).await;
    let before = app.dump().await;
    let put = |nth: usize| {
        let rosa = app
            .farmer("rosa")
            .with("idempotency-key", &format!("k{nth}"));
        let order = orders[nth].clone();
        async move { rosa.put_status(&order, "READY").await }
    };
    let answers = if is_lite(&app) {
        let spoiler = app.app.db.write().await.unwrap();
        // The reference is only looked at in the end, and the end is everybody's.
        spoiler
            .run("PRAGMA defer_foreign_keys = 1", &[])
            .await
            .unwrap();
        let orphan = "UPDATE farm_orders SET farm_id = 'frm_nobody' WHERE id = $1";
        let id = orders[4].part("rosa");
        assert_eq!(spoiler.run(orphan, &[&id]).await.unwrap(), 1);
        let tasks: Vec<_> = (0..5).map(|nth| tokio::spawn(put(nth))).collect();
        // Until each of them waits for its turn.
        for _ in 0..100 {
            yield_now().await;
        }
        let error = spoiler.commit().await.unwrap_err();
        assert!(error.to_string().contains("commit failed"), "{error}");
        let answers = join_all(tasks).await.into_iter();
        answers.map(Result::unwrap).collect()
    } else {
        let function = "CREATE FUNCTION trap() RETURNS TRIGGER LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = 'XX000'; END $$";
        trap(&app, function, AT_COMMIT).await;
        let answers = join_all((0..5).map(put)).await;
        heal(&app).await;
        answers
    };
    assert_eq!(answers.len(), 5);
    for answer in &answers {
        answer.refused(503, "market-error-unsaved");
        assert_eq!(answer.header("retry-after"), "5");
    }
    app.dump().await.same_as(&before, "a commit that failed");
    for nth in 0..5 {
        put(nth).await.changed(true);
    }
    app.finish().await;
}

/// Nobody said whether the change was made. It is there, whole; the same request again finds the first one's answer.
#[tokio::test]
async fn a_change_that_is_cut_off_by_the_time_limit_is_in_doubt() {
    let app = TestApp::new().await;
    if !is_lite(&app) {
        app.finish().await;
        return; // A COMMIT that waits for others' work is SQLite's.
    }
    let order = app.order().place().await;
    let rosa = app.farmer("rosa").with("idempotency-key", "k1");
    let first = app.app.db.write().await.unwrap();
    let asked = {
        let (rosa, order) = (rosa.clone(), order.clone());
        tokio::spawn(async move { rosa.put_status(&order, "READY").await })
    };
    yield_now().await;
    let db = app.app.db.clone();
    let next = tokio::spawn(async move { db.write().await.unwrap() });
    yield_now().await;
    first.discard().await.unwrap();
    let next = next.await.unwrap();
    tokio::time::pause();
    let lost = asked.await.unwrap();
    tokio::time::resume();
    let problem = lost.refused(503, "market-error-doubt");
    let words = "we do not know whether it was made. Look first";
    assert!(problem["detail"].as_str().unwrap().contains(words));
    next.commit().await.unwrap();
    assert_eq!(app.events().await, 3);
    rosa.put_status(&order, "READY").await.changed(true);
    assert_eq!(app.events().await, 3, "the answer of the first one");
    app.finish().await;
}

/// A wire to PostgreSQL that can be cut when a COMMIT of a change has been answered, and before the answer is told.
struct Wire {
    url: String,
    cut: Arc<AtomicBool>,
}

async fn wire(app: &TestApp) -> Wire {
    let url = app.url();
    let (_, rest) = url.split_once('@').expect("an address with a user");
    let server = rest.split('/').next().unwrap().to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = listener.local_addr().unwrap().to_string();
    let cut = Arc::new(AtomicBool::new(false));
    let wire = Wire {
        url: url.replace(&server, &here),
        cut: cut.clone(),
    };
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&server).await.unwrap();
            tokio::spawn(carry(client, server, cut.clone()));
        }
    });
    wire
}

async fn carry(client: TcpStream, server: TcpStream, cut: Arc<AtomicBool>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let has = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).any(|found| found == text);
    let (mut asked, mut told) = ([0; 8192], [0; 8192]);
    let mut writes = false;
    loop {
        tokio::select! {
            read = from_client.read(&mut asked) => {
                let Ok(n @ 1..) = read else { return };
                let bytes = &asked[..n];
                writes = has(bytes, b"BEGIN\0") || (writes && !has(bytes, b"READ ONLY\0"));
                to_server.write_all(bytes).await.unwrap();
                if writes && has(bytes, b"COMMIT\0") && cut.swap(false, SeqCst) {
                    assert!(from_server.read(&mut told).await.unwrap() > 0);
                    return;
                }
            }
            read = from_server.read(&mut told) => {
                let Ok(n @ 1..) = read else { return };
                if to_client.write_all(&told[..n]).await.is_err() {
                    return;
                }
            }
        }
    }
}

#[tokio::test]
async fn a_connection_that_is_cut_in_a_commit_leaves_doubt_and_the_key_makes_it_safe() {
    let app = TestApp::new().await;
    if is_lite(&app) {
        app.finish().await;
        return; // There is no connection.
    }
    let order = app.order().place().await;
    let ana = app.customer("ana");
    let form = ana.ready_to_buy().await;
    let wire = wire(&app).await;
    let db = Db::open(&db::Config::new(wire.url.parse().unwrap()))
        .await
        .unwrap();
    let router = router(&instance::on(&app, db));
    let client = |proof: &str| {
        let proof = match proof.strip_prefix("token-") {
            Some(_) => Proof::Token(proof.to_owned()),
            None => Proof::Session(proof.to_owned()),
        };
        Client::new(router.clone(), "market.test".to_owned(), proof)
    };
    let rosa = client("token-rosa").with("idempotency-key", "k1");

    // It was made, and the answer got lost.
    wire.cut.store(true, SeqCst);
    rosa.put_status(&order, "PREPARING")
        .await
        .refused(503, "market-error-doubt");
    assert!(!wire.cut.load(SeqCst), "the wire was cut");
    assert_eq!(app.events().await, 3);
    rosa.put_status(&order, "PREPARING").await.changed(true);
    assert_eq!(app.events().await, 3);
    // The same of an order that is placed: whoever presses again gets the first one's page.
    let ana = client("session-ana");
    wire.cut.store(true, SeqCst);
    let lost = ana.post_form("/checkout/confirm", &form).await;
    page_says(&lost, "we do not know whether it was made", "5");
    let again = ana.post_form("/checkout/confirm", &form).await;
    assert!(again.header("location").ends_with("/thanks"), "{again:?}");
    assert_eq!(app.count("SELECT COUNT(*) FROM orders", &[]).await, 2);

    // It was not made, and nobody said so.
    let function = "CREATE FUNCTION trap() RETURNS TRIGGER LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$";
    trap(&app, function, AT_COMMIT).await;
    let before = app.events().await;
    let rosa = client("token-rosa").with("idempotency-key", "k2");
    rosa.put_status(&order, "READY")
        .await
        .refused(503, "market-error-doubt");
    client("token-rosa")
        .put_status(&order, "READY")
        .await
        .refused(503, "market-error-doubt");
    assert_eq!(app.events().await, before);
    heal(&app).await;
    rosa.put_status(&order, "READY").await.changed(true);
    assert_eq!(app.events().await, before + 1);
    app.finish().await;
}
