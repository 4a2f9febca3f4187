//! From a change to what people are told of it: once each, by mail and in the list.
use std::{fs, path::PathBuf, time::Duration};

use market::{
    kernel::ids::{FarmId, FarmOrderId, OrderId},
    orders::{jobs::StatusChanged, model::Status},
};
use outbox::Push;

use crate::support::{TestApp, TestOrder, ts};

/// `kind>person channel status`, sorted.
async fn told(app: &TestApp, order: &TestOrder) -> Vec<String> {
    app.texts(
        "SELECT kind || '>' || person || ' ' || channel || ' ' || status FROM notices WHERE order_id = $1 \
         ORDER BY kind, person, channel, status",
        &[&order.id],
    )
    .await
}

async fn set(app: &TestApp, farm: &str, order: &TestOrder, status: &str) {
    app.farmer(farm)
        .put_status(order, status)
        .await
        .changed(true);
}

/// What placing an order writes beside its rows: for each part the event's job.
async fn announce_placed(app: &TestApp, order: &TestOrder) {
    let now = app.now();
    let tx = app.app.db.write().await.unwrap();
    for (farm, part) in &order.parts {
        let job = StatusChanged {
            market: app.market().id.clone(),
            order: OrderId::new(&order.id),
            part: FarmOrderId::new(part),
            farm: FarmId::new(format!("frm_{farm}")),
            seq: 1,
            version: 1,
        };
        let key = format!("evt_seed_{}_{farm}_1", order.id);
        let push = Push {
            id: &key,
            key: &key,
            due_at: now.micros(),
            now: now.micros(),
        };
        outbox::push(&tx, &job, push).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// A mail folder that is a file: nothing can be delivered until it is mended.
struct Broken(PathBuf);

impl Broken {
    fn new(app: &TestApp) -> Self {
        let folder = app.app.config.data.join("mail");
        assert!(!folder.exists(), "mails were sent already");
        fs::write(&folder, "not a folder").unwrap();
        Self(folder)
    }

    fn mend(self) {
        fs::remove_file(self.0).unwrap();
    }
}

/// Does what is due until the last try of a mail is over.
async fn try_for(app: &TestApp, span: Duration) {
    let ends = app.now().plus(span);
    while app.now() < ends {
        app.run_jobs().await;
        app.pass(Duration::from_mins(10));
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn ready_is_one_mail_when_the_last_farm_has_packed() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).by("ana").place().await;
    set(&app, "rosa", &order, "READY").await;
    app.run_jobs().await;
    assert!(app.mails().is_empty());
    set(&app, "ben", &order, "READY").await;
    app.run_jobs().await;
    assert_eq!(
        told(&app, &order).await,
        [
            "order.ready>usr_ana EMAIL ACCEPTED",
            "order.ready>usr_ana IN_APP ACCEPTED"
        ]
    );
    let mails = app.mails();
    assert_eq!(mails.len(), 1, "{mails:?}");
    let mail = &mails[0];
    assert!(mail.to.contains("ana@example.org"), "{mail:?}");
    assert!(mail.subject.starts_with(&order.code), "{mail:?}");
    assert!(mail.text.contains("ben farm and rosa farm"), "{mail:?}");
    assert!(mail.id.starts_with("ntc_"));
    // The link is the order's own, and opens.
    let link = mail.link("http://market.test/t/");
    let opened = app
        .stranger()
        .get(link.strip_prefix("http://market.test").unwrap())
        .await;
    assert_eq!(opened.status, 303);
    app.finish().await;
}

#[tokio::test]
async fn a_job_that_runs_again_tells_nobody_twice() {
    let app = TestApp::new().await;
    let order = app.order().by("ana").place().await;
    set(&app, "rosa", &order, "READY").await;
    app.run_jobs().await;
    let before = told(&app, &order).await;
    let mail = app.mails().remove(0);
    fs::remove_dir_all(app.app.config.data.join("mail")).unwrap();
    // Every job again, as after a crash between work and mark.
    app.sql("UPDATE outbox SET done_at = NULL WHERE kind <> 'x'", &[])
        .await;
    assert!(app.run_jobs().await >= 2);
    assert_eq!(told(&app, &order).await, before);
    assert!(app.mails().is_empty(), "{} went twice", mail.id);
    // A process that died between the server's answer and the mark sends once more, under the same id.
    app.sql(
        "UPDATE notices SET status = 'SENDING' WHERE channel = 'EMAIL'",
        &[],
    )
    .await;
    app.sql(
        "UPDATE outbox SET done_at = NULL WHERE kind = 'notices.send'",
        &[],
    )
    .await;
    app.run_jobs().await;
    assert_eq!(app.mails().remove(0).id, mail.id);
    assert_eq!(told(&app, &order).await, before);
    app.finish().await;
}

#[tokio::test]
async fn placing_is_one_mail_to_the_customer_and_one_to_each_farm() {
    let app = TestApp::new().await;
    let order = app
        .order()
        .farms(["rosa", "ben"])
        .at(Status::Pending)
        .by("ana")
        .place()
        .await;
    app.sql("UPDATE orders SET lang = 'es'", &[]).await;
    announce_placed(&app, &order).await;
    app.run_jobs().await;
    assert_eq!(
        told(&app, &order).await,
        [
            "farm.order_new>usr_ben EMAIL ACCEPTED",
            "farm.order_new>usr_ben IN_APP ACCEPTED",
            "farm.order_new>usr_ben_staff IN_APP ACCEPTED",
            "farm.order_new>usr_rosa EMAIL ACCEPTED",
            "farm.order_new>usr_rosa IN_APP ACCEPTED",
            "farm.order_new>usr_rosa_staff IN_APP ACCEPTED",
            "order.placed>usr_ana EMAIL ACCEPTED",
            "order.placed>usr_ana IN_APP ACCEPTED",
        ]
    );
    let mails = app.mails();
    assert_eq!(mails.len(), 3);
    let to = |who: &str| mails.iter().find(|mail| mail.to.contains(who)).unwrap();
    let ana = to("ana@example.org");
    assert!(ana.text.contains("Tu pedido") && ana.text.contains("http://market.test/t/"));
    assert!(ana.text.contains("rosa farm") && ana.text.contains("ben farm"));
    let rosa = to("rosa@example.org");
    assert!(
        !rosa.text.contains("ben farm") && !rosa.text.contains("/t/"),
        "{rosa:?}"
    );
    assert!(
        rosa.text
            .contains(&format!("http://market.test/farm/orders/{}", order.id))
    );
    assert!(
        !rosa.text.contains("ana@example.org"),
        "a farm is not given the address"
    );
    app.finish_after_purge().await;
}

#[tokio::test]
async fn a_guest_is_told_by_mail_and_gets_no_more_than_three_an_hour() {
    let app = TestApp::new().await;
    let mut states = Vec::new();
    for _ in 0..4 {
        let order = app.order().at(Status::Pending).by_guest().place().await;
        announce_placed(&app, &order).await;
        app.run_jobs().await;
        let mine = told(&app, &order).await.pop().unwrap();
        states.push(mine.replace("order.placed>gus@example.org EMAIL ", ""));
    }
    assert_eq!(states, ["ACCEPTED", "ACCEPTED", "ACCEPTED", "SUPPRESSED"]);
    let to_gus = app
        .mails()
        .iter()
        .filter(|mail| mail.to.contains("gus@"))
        .count();
    assert_eq!(to_gus, 3);
    app.finish_after_purge().await;
}

#[tokio::test]
async fn confirmed_waits_for_all_and_no_longer_than_half_an_hour() {
    let app = TestApp::new().await;
    let place = || {
        app.order()
            .farms(["rosa", "ben"])
            .at(Status::Pending)
            .by_guest()
    };
    let (quick, slow) = (place().place().await, place().place().await);
    for (farm, order) in [("rosa", &quick), ("rosa", &slow), ("ben", &quick)] {
        set(&app, farm, order, "CONFIRMED").await;
    }
    app.run_jobs().await;
    let once = ["order.confirmed>gus@example.org EMAIL ACCEPTED"];
    assert_eq!(told(&app, &quick).await, once);
    assert!(told(&app, &slow).await.is_empty());
    app.pass(Duration::from_mins(29));
    app.run_jobs().await;
    assert!(told(&app, &slow).await.is_empty());
    app.pass(Duration::from_mins(1));
    app.run_jobs().await;
    assert_eq!(told(&app, &slow).await, once);
    let mails = app.mails();
    let late = mails
        .iter()
        .find(|mail| mail.subject.contains(&slow.code))
        .unwrap();
    assert!(late.text.contains("Confirmed by rosa farm.") && late.text.contains("not answered"));
    set(&app, "ben", &slow, "CONFIRMED").await;
    app.run_jobs().await;
    assert_eq!(told(&app, &slow).await, once);
    assert_eq!(told(&app, &quick).await, once);
    app.finish().await;
}

#[tokio::test]
async fn an_undo_is_told_only_when_the_step_was() {
    let app = TestApp::new().await;
    let (told_of, unheard) = (
        app.order().by("ana").place().await,
        app.order().by("ana").place().await,
    );
    for order in [&told_of, &unheard] {
        set(&app, "rosa", order, "READY").await;
        if order.id == told_of.id {
            app.run_jobs().await;
        }
        let version = app.farmer("rosa").order(order).await.ok()["version"].clone();
        let body = serde_json::json!({ "expected_version": version });
        app.farmer("rosa").undo(order, body).await.changed(true);
    }
    app.run_jobs().await;
    assert_eq!(
        told(&app, &told_of).await,
        [
            "order.corrected>usr_ana EMAIL ACCEPTED",
            "order.corrected>usr_ana IN_APP ACCEPTED",
            "order.ready>usr_ana EMAIL ACCEPTED",
            "order.ready>usr_ana IN_APP ACCEPTED",
        ]
    );
    assert!(told(&app, &unheard).await.is_empty());
    assert_eq!(app.mails().len(), 2);
    app.finish().await;
}

#[tokio::test]
async fn packing_is_no_news_once_it_is_ready() {
    let app = TestApp::new().await;
    let (seen, late) = (
        app.order().by("ana").place().await,
        app.order().by("ana").place().await,
    );
    set(&app, "rosa", &seen, "PREPARING").await;
    app.run_jobs().await;
    assert_eq!(
        told(&app, &seen).await,
        ["order.preparing>usr_ana IN_APP ACCEPTED"]
    );
    set(&app, "rosa", &seen, "READY").await;
    set(&app, "rosa", &late, "PREPARING").await;
    set(&app, "rosa", &late, "READY").await;
    app.run_jobs().await;
    for order in [&seen, &late] {
        assert_eq!(
            told(&app, order).await,
            [
                "order.preparing>usr_ana IN_APP SUPPRESSED",
                "order.ready>usr_ana EMAIL ACCEPTED",
                "order.ready>usr_ana IN_APP ACCEPTED",
            ]
        );
    }
    app.finish().await;
}

#[tokio::test]
async fn a_cancelled_order_is_one_mail_and_each_farm_hears_of_its_own() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).by("ana").place().await;
    app.customer("ana")
        .cancel(&order, "CUSTOMER_REQUEST")
        .await
        .changed(true);
    app.run_jobs().await;
    let mails = app.mails();
    assert_eq!(mails.len(), 3, "{mails:?}");
    let ana = mails.iter().find(|mail| mail.to.contains("ana@")).unwrap();
    assert!(ana.text.contains("Your order is cancelled"), "{ana:?}");
    assert!(
        ana.text
            .contains("ben farm and rosa farm. Reason: You asked for it."),
        "{ana:?}"
    );
    let rosa = mails.iter().find(|mail| mail.to.contains("rosa@")).unwrap();
    assert!(rosa.text.contains("The customer asked for it") && !rosa.text.contains("ben farm"));
    let own = app.order().farms(["rosa", "ben"]).by("ana").place().await;
    app.pass_until(ts("2026-11-27T13:00:00Z"));
    app.farmer("rosa")
        .cancel(&own, "OUT_OF_STOCK")
        .await
        .changed(true);
    app.run_jobs().await;
    assert_eq!(
        told(&app, &own).await,
        [
            "farm.order_cancelled>usr_rosa IN_APP ACCEPTED",
            "farm.order_cancelled>usr_rosa_staff IN_APP ACCEPTED",
            "market.order_cancelled>usr_manager IN_APP ACCEPTED",
            "order.cancelled>usr_ana EMAIL ACCEPTED",
            "order.cancelled>usr_ana IN_APP ACCEPTED",
        ]
    );
    app.finish().await;
}

#[tokio::test]
async fn a_mail_that_cannot_go_is_tried_again_and_then_given_up() {
    let app = TestApp::new().await;
    let order = app.order().by_guest().place().await;
    let broken = Broken::new(&app);
    set(&app, "rosa", &order, "PREPARING").await;
    app.farmer("rosa")
        .cancel(&order, "OUT_OF_STOCK")
        .await
        .changed(true);
    app.run_jobs().await;
    assert_eq!(
        told(&app, &order).await.pop().unwrap(),
        "order.cancelled>gus@example.org EMAIL SENDING"
    );
    try_for(&app, Duration::from_hours(9)).await;
    assert_eq!(
        told(&app, &order).await.pop().unwrap(),
        "order.cancelled>gus@example.org EMAIL FAILED"
    );
    let tries = app
        .count(
            "SELECT attempts FROM notices WHERE status = 'FAILED' AND problem IS NOT NULL",
            &[],
        )
        .await;
    assert_eq!(tries, outbox::TRIES);
    broken.mend();
    try_for(&app, Duration::from_hours(1)).await;
    assert!(app.mails().is_empty(), "what was given up does not go");
    app.finish().await;
}

#[tokio::test]
async fn a_mail_whose_folder_is_mended_goes() {
    let app = TestApp::new().await;
    let order = app.order().by_guest().place().await;
    let broken = Broken::new(&app);
    set(&app, "rosa", &order, "READY").await;
    app.run_jobs().await;
    broken.mend();
    app.pass(Duration::from_secs(5));
    app.run_jobs().await;
    assert_eq!(
        told(&app, &order).await,
        ["order.ready>gus@example.org EMAIL ACCEPTED"]
    );
    assert_eq!(app.mails().len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn an_address_that_is_none_fails_at_once_and_harms_nobody_else() {
    let app = TestApp::new().await;
    let (bad, good) = (
        app.order().by_guest().place().await,
        app.order().by_guest().place().await,
    );
    app.sql(
        "UPDATE orders SET customer_email = 'nobody' WHERE id = $1",
        &[&bad.id],
    )
    .await;
    // Names from long ago may hold what lettre would panic at.
    let evil = "Gus\r\nBcc: eve@example.org";
    app.sql("UPDATE orders SET customer_name = $1", &[&evil])
        .await;
    for order in [&bad, &good] {
        set(&app, "rosa", order, "READY").await;
    }
    app.run_jobs().await;
    assert_eq!(told(&app, &bad).await, ["order.ready>nobody EMAIL FAILED"]);
    assert_eq!(
        told(&app, &good).await,
        ["order.ready>gus@example.org EMAIL ACCEPTED"]
    );
    let raw = fs::read_dir(app.app.config.data.join("mail"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let raw = fs::read_to_string(raw.path()).unwrap();
    assert!(!raw.lines().any(|line| line.starts_with("Bcc")), "{raw}");
    app.finish().await;
}

#[tokio::test]
async fn what_comes_too_late_or_is_undone_is_not_sent() {
    let app = TestApp::new().await;
    let (late, undone) = (
        app.order().by_guest().place().await,
        app.order().by_guest().place().await,
    );
    let broken = Broken::new(&app);
    for order in [&late, &undone] {
        set(&app, "rosa", order, "READY").await;
    }
    app.run_jobs().await;
    let version = app.farmer("rosa").order(&undone).await.ok()["version"].clone();
    let body = serde_json::json!({ "expected_version": version });
    app.farmer("rosa").undo(&undone, body).await.changed(true);
    app.pass_until(ts("2026-11-28T12:00:00Z"));
    broken.mend();
    app.run_jobs().await;
    assert_eq!(
        told(&app, &late).await,
        ["order.ready>gus@example.org EMAIL EXPIRED"]
    );
    let of_it = told(&app, &undone).await;
    assert!(
        of_it.contains(&"order.ready>gus@example.org EMAIL SUPPRESSED".to_owned()),
        "{of_it:?}"
    );
    assert!(
        app.mails()
            .iter()
            .all(|mail| !mail.text.contains("is ready"))
    );
    app.finish().await;
}

#[tokio::test]
async fn the_others_market_hears_nothing() {
    let app = TestApp::new().await;
    let theirs = app.twin().order().by("ana").place().await;
    app.twin()
        .farmer("rosa")
        .put_status(&theirs, "READY")
        .await
        .changed(true);
    app.run_jobs().await;
    let mails = app.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].to.contains("ana_two@example.org"));
    assert!(
        mails[0].text.contains("http://harbour.market.test/t/"),
        "{mails:?}"
    );
    assert_eq!(
        app.count(
            "SELECT COUNT(*) FROM notices WHERE market_id = 'mkt_riverside'",
            &[]
        )
        .await,
        0
    );
    app.finish().await;
}
