//! A farm packs an order: ticks that stay, less where there is less, and the bill that follows.
use std::time::Duration;

use market::orders::model::Status;

use crate::support::{Answer, Client, TestApp, TestOrder};

fn line(order: &TestOrder) -> String {
    format!("lin_{}_0", order.part("rosa"))
}

fn rosa(app: &TestApp) -> Client {
    app.here().by_session("rosa")
}

async fn page(client: &Client, order: &TestOrder) -> String {
    let page = client
        .get(&format!("/farm/orders/{}", order.part("rosa")))
        .await;
    assert_eq!(page.status, 200, "{page:?}");
    page.text()
}

async fn tick(client: &Client, order: &TestOrder, done: &str, version: i64, key: &str) -> Answer {
    let form = format!(
        "line={}&done={done}&version={version}&key={key}",
        line(order)
    );
    let path = format!("/farm/orders/{}/tick", order.part("rosa"));
    client.post_form(&path, &form).await
}

async fn short(client: &Client, order: &TestOrder, got: &str, version: i64, key: &str) -> Answer {
    let form = format!("line={}&got={got}&version={version}&key={key}", line(order));
    let path = format!("/farm/orders/{}/short", order.part("rosa"));
    client.post_form(&path, &form).await
}

/// Packed quantity, or -1 while nobody said so.
async fn packed(app: &TestApp, order: &TestOrder) -> i64 {
    let sql = "SELECT COALESCE(packed_qty, -1) FROM order_lines WHERE id = $1";
    app.count(sql, &[&line(order)]).await
}

#[tokio::test]
async fn the_page_shows_what_to_pack_and_for_whom() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).place().await;
    app.sql(
        "UPDATE products SET place = '1 Top field, row 4', is_chilled = TRUE WHERE id = 'prd_frm_rosa_0'",
        &[],
    )
    .await;
    app.sql("UPDATE orders SET phone = '07700 900 142'", &[])
        .await;
    app.sql(
        "UPDATE farm_orders SET note = 'Leave the mud on' WHERE farm_id = 'frm_rosa'",
        &[],
    )
    .await;
    let text = page(&rosa(&app), &order).await;
    for shown in [
        "Carrots",
        "Top field, row 4",
        "Chilled",
        "Leave the mud on",
        "tel:07700 900 142",
        "mailto:ana@example.org",
        "0 of 1 packed",
        "Start packing",
        order.code.as_str(),
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    // Another farm's part and its lines are not there.
    assert!(!text.contains("ben farm"), "{text}");
    for (client, id, status) in [
        (rosa(&app), order.part("ben"), 404),
        (app.here().by_session("cleo"), order.part("rosa"), 404),
        (app.here().by_session("ana"), order.part("rosa"), 403),
        (app.here().by_session("manager"), order.part("rosa"), 200),
        (rosa(&app), order.id.as_str(), 200),
    ] {
        let answer = client.get(&format!("/farm/orders/{id}")).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_tick_stays_and_says_who_and_when() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let done = tick(&rosa(&app), &order, "yes", 1, "k1").await;
    assert_eq!(done.status, 303, "{done:?}");
    let back = format!("/farm/orders/{}#l-{}", order.part("rosa"), line(&order));
    assert_eq!(done.header("location"), back);
    let text = page(&app.here().by_session("rosa_staff"), &order).await;
    assert!(text.contains("1 of 1 packed"), "{text}");
    assert!(text.contains("rosa Example, 10:00"), "{text}");
    assert_eq!(packed(&app, &order).await, 2000);
    // Ticking is the farm's own business: the order's version and history stay.
    let version = app.manager().order(&order).await.ok()["version"].clone();
    assert_eq!(version, 2);
    // And back again.
    assert_eq!(tick(&rosa(&app), &order, "no", 2, "k2").await.status, 303);
    assert_eq!(packed(&app, &order).await, -1);
    app.finish().await;
}

#[tokio::test]
async fn a_tick_that_is_sent_again_changes_nothing() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let staff = app.here().by_session("rosa_staff");
    for _ in 0..2 {
        assert_eq!(tick(&rosa(&app), &order, "yes", 1, "k1").await.status, 303);
    }
    // A colleague who saw the old state wants the same: it is so.
    assert_eq!(tick(&staff, &order, "yes", 1, "k9").await.status, 303);
    assert_eq!(tick(&staff, &order, "no", 2, "k2").await.status, 303);
    // The first tap comes once more, late, from a phone that was without signal: it was served.
    assert_eq!(tick(&rosa(&app), &order, "yes", 1, "k1").await.status, 303);
    assert_eq!(packed(&app, &order).await, -1);
    // Another tap on what was seen before is stale.
    let stale = tick(&rosa(&app), &order, "yes", 1, "k3").await;
    assert_eq!(stale.status, 412, "{stale:?}");
    assert!(stale.text().contains("role=\"alert\""), "{stale:?}");
    // One key is one tap.
    let other = tick(&rosa(&app), &order, "no", 3, "k1").await;
    assert_eq!(other.status, 422, "{other:?}");
    app.finish().await;
}

#[tokio::test]
async fn the_customer_cannot_change_what_is_ticked() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    tick(&rosa(&app), &order, "yes", 1, "k1").await;
    let form = format!("version=2&{}=5", line(&order));
    let path = format!("/orders/{}/change", order.id);
    let refused = app.customer("ana").post_form(&path, &form).await;
    assert_eq!(refused.status, 409, "{refused:?}");
    app.finish().await;
}

#[tokio::test]
async fn less_is_shown_before_it_is_saved_and_the_bill_follows() {
    let app = TestApp::new().await;
    app.sql(
        "UPDATE products SET stock_qty = 5000 WHERE id = 'prd_frm_rosa_0'",
        &[],
    )
    .await;
    let order = app.order().farms(["rosa", "ben"]).place().await;
    app.sql(
        "UPDATE order_lines SET ordered_qty = 5000, estimated_minor = 900, amount_minor = 900 WHERE id = $1",
        &[&line(&order)],
    )
    .await;
    let rosa = rosa(&app);
    let part = order.part("rosa");
    let ask = format!(
        "/farm/orders/{part}/short?line={}&got=3&note=Rainbow+chard",
        line(&order)
    );
    let shown = rosa.get(&ask).await;
    assert_eq!(shown.status, 200, "{shown:?}");
    for words in [
        "3\u{a0}bunches of 5\u{a0}bunches",
        "£3.60 comes off",
        "£9.00",
        "£5.40",
        "Rainbow chard",
    ] {
        assert!(shown.text().contains(words), "{words}: {shown:?}");
    }
    assert_eq!(packed(&app, &order).await, -1, "a look changes nothing");

    let form = format!(
        "line={}&got=3&note=Rainbow+chard&version=2&key=k1",
        line(&order)
    );
    let path = format!("/farm/orders/{part}/short");
    for _ in 0..2 {
        let saved = rosa.post_form(&path, &form).await;
        assert_eq!(saved.status, 303, "{saved:?}");
    }
    let api = app.manager().order(&order).await.ok();
    assert_eq!(api["version"], 5, "one more, though it was sent twice");
    let seen = app
        .customer("ana")
        .get(&format!("/orders/{}/track", order.id))
        .await;
    for words in [
        "3\u{a0}bunches",
        "Instead: Rainbow chard",
        "£3.60",
        // Five bunches were 9.00; ben's carrots are 3.60, the fee 0.50.
        "£9.50",
    ] {
        assert!(seen.text().contains(words), "{words}: {seen:?}");
    }
    // What is not there is not sold to others.
    let stock = app
        .count(
            "SELECT stock_qty FROM products WHERE id = 'prd_frm_rosa_0'",
            &[],
        )
        .await;
    assert_eq!(stock, 5000);
    let text = page(&rosa, &order).await;
    assert!(text.contains("Short of 5\u{a0}bunches"), "{text}");
    // It was found after all.
    assert_eq!(short(&rosa, &order, "5", 3, "k2").await.status, 303);
    let text = page(&rosa, &order).await;
    assert!(!text.contains("Short of"), "{text}");
    app.finish().await;
}

#[tokio::test]
async fn fees_follow_what_was_packed() {
    let app = TestApp::new().await;
    app.sql(
        "UPDATE markets SET fee_goods_bp = 1000, fee_goods_payer = 'CUSTOMER'",
        &[],
    )
    .await;
    market::markets::known::changed(&app.app)
        .await
        .expect("markets");
    let order = app.order().place().await;
    assert_eq!(short(&rosa(&app), &order, "1", 2, "k1").await.status, 303);
    let fees = app
        .count(
            "SELECT CAST(SUM(amount_minor) AS BIGINT) FROM order_fees WHERE farm_order_id = $1",
            &[&order.part("rosa")],
        )
        .await;
    assert_eq!(fees, 18);
    app.finish().await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_a_reason() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let rosa = rosa(&app);
    for (got, version, status, words) in [
        ("3", 2, 422, "2 at most"),
        ("0", 2, 422, "Cancel the order instead"),
        ("x", 2, 422, "Enter how much"),
        ("0.5", 2, 422, "Enter how much"),
        ("1", 1, 412, "changed meanwhile"),
    ] {
        let refused = short(&rosa, &order, got, version, "k1").await;
        assert_eq!(refused.status, status, "{got}: {refused:?}");
        assert!(refused.text().contains(words), "{got}: {refused:?}");
    }
    for query in ["line=lin_1&got=1", "got=1", "line=&got=1"] {
        let path = format!("/farm/orders/{}/short?{query}", order.part("rosa"));
        assert_eq!(rosa.get(&path).await.status, 422, "{query}");
    }
    let foreign = app.order().place().await;
    let form = format!("line={}&done=yes&version=1&key=k2", line(&foreign));
    let path = format!("/farm/orders/{}/tick", order.part("rosa"));
    assert_eq!(rosa.post_form(&path, &form).await.status, 404);
    let odd = tick(&rosa, &order, "maybe", 1, "k3").await;
    assert_eq!(odd.status, 422, "{odd:?}");
    app.finish().await;
}

#[tokio::test]
async fn weighed_goods_are_ready_once_they_are_weighed() {
    let app = TestApp::new().await;
    let order = app.order().unweighed("rosa").place().await;
    let rosa = rosa(&app);
    let squash = format!("lin_{}_2", order.part("rosa"));
    app.sql(
        "UPDATE order_lines SET unit = 'kg' WHERE id = $1",
        &[&squash],
    )
    .await;
    let path = format!("/farm/orders/{}", order.part("rosa"));
    let form = format!("line={squash}&done=yes&version=1&key=k1");
    let refused = rosa.post_form(&format!("{path}/tick"), &form).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    assert!(refused.text().contains("Weigh it first"), "{refused:?}");
    // A quarter more than was ordered is the most.
    let form = |got: &str, key: &str| format!("line={squash}&got={got}&version=2&key={key}");
    let heavy = rosa
        .post_form(&format!("{path}/short"), &form("2.6", "k2"))
        .await;
    assert_eq!(heavy.status, 422, "{heavy:?}");
    let saved = rosa
        .post_form(&format!("{path}/short"), &form("2.25", "k3"))
        .await;
    assert_eq!(saved.status, 303, "{saved:?}");
    let text = page(&rosa, &order).await;
    assert!(text.contains("Weighed 2.25\u{a0}kg, £4.05"), "{text}");
    app.farmer("rosa")
        .put_status(order.part("rosa"), "READY")
        .await
        .changed(true);
    app.finish().await;
}

#[tokio::test]
async fn ready_without_ticks_is_packed_in_full() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let form = format!(
        "order={}&to=READY&version=2&key=k1&back=order",
        order.part("rosa")
    );
    let done = rosa(&app).post_form("/farm/board", &form).await;
    assert_eq!(done.status, 303, "{done:?}");
    let own = format!("/farm/orders/{}", order.part("rosa"));
    assert_eq!(done.header("location"), own);
    let text = page(&rosa(&app), &order).await;
    assert!(text.contains("Packed in full"), "{text}");
    assert!(text.contains("Hand over"), "{text}");
    // A step that is gone is refused on the same page.
    let late = form.replace("READY", "PREPARING").replace("k1", "k2");
    let refused = rosa(&app).post_form("/farm/board", &late).await;
    assert!([409, 412].contains(&refused.status), "{refused:?}");
    assert!(refused.text().contains("Packed in full"), "{refused:?}");
    app.finish().await;
}

#[tokio::test]
async fn an_order_that_was_cancelled_says_stop() {
    let app = TestApp::new().await;
    let order = app.order().at(Status::Preparing).place().await;
    app.manager().cancel(&order, "OTHER").await.changed(true);
    let text = page(&rosa(&app), &order).await;
    assert!(text.contains("Stop packing"), "{text}");
    let shut = tick(&rosa(&app), &order, "yes", 1, "k1").await;
    assert_eq!(shut.status, 409, "{shut:?}");
    let shut = short(&rosa(&app), &order, "1", 4, "k2").await;
    assert_eq!(shut.status, 409, "{shut:?}");
    let spanish = rosa(&app).with("accept-language", "es");
    assert!(page(&spanish, &order).await.contains("Deja de prepararlo"));
    app.finish().await;
}

/// `kind>person channel status` of what was told of picks.
async fn told(app: &TestApp) -> Vec<String> {
    app.texts(
        "SELECT kind || '>' || person || ' ' || channel || ' ' || status FROM notices \
         WHERE kind IN ('order.short', 'farm.order_changed', 'order.changed') ORDER BY kind, person, channel, id",
        &[],
    )
    .await
}

#[tokio::test]
async fn what_is_short_is_one_mail_to_the_customer_and_none_to_the_farm_that_packed() {
    let app = TestApp::new().await;
    let order = app.order().unweighed("rosa").place().await;
    app.sql(
        "UPDATE order_lines SET unit = 'kg' WHERE priced_by = 'WEIGHT'",
        &[],
    )
    .await;
    let rosa = rosa(&app);
    assert_eq!(short(&rosa, &order, "1", 2, "k1").await.status, 303);
    app.run_jobs().await;
    let at_once = "order.short>usr_ana IN_APP ACCEPTED";
    assert_eq!(told(&app).await, [at_once], "the mail is held");
    app.pass(Duration::from_mins(8));
    let squash = format!("line=lin_{}_2&got=1.5&version=3&key=k2", order.part("rosa"));
    let path = format!("/farm/orders/{}/short", order.part("rosa"));
    assert_eq!(rosa.post_form(&path, &squash).await.status, 303);
    app.run_jobs().await;
    assert_eq!(told(&app).await, [at_once; 2]);
    app.pass(Duration::from_mins(2));
    app.run_jobs().await;
    let mailed = "order.short>usr_ana EMAIL ACCEPTED";
    assert_eq!(told(&app).await, [mailed, at_once, at_once]);
    let mails = app.mails();
    let [mail] = &mails[..] else {
        panic!("{mails:?}")
    };
    let carrots = "rosa farm could pack 1 of 2\u{a0}bunches of Carrots";
    for text in [
        carrots,
        "- Carrots: 2\u{a0}bunches \u{2192} 1\u{a0}bunch",
        "1.5",
    ] {
        assert!(mail.text.contains(text), "{text} in {}", mail.text);
    }
    assert!(!mail.text.contains("Your change went"), "{}", mail.text);
    // In the list and in the order's history it says the same.
    for (path, client) in [
        ("/notifications".to_owned(), app.here().by_session("ana")),
        (format!("/orders/{}/track", order.id), app.customer("ana")),
    ] {
        let text = client.get(&path).await.text();
        assert!(text.contains(carrots), "{path}: {text}");
        assert!(!text.contains("You changed the order"), "{path}: {text}");
    }
    // Once more is nothing more; what comes after the mail is another one, also by the market for the farm.
    app.sql(
        "UPDATE outbox SET done_at = NULL, attempts = 0 WHERE kind IN ('order.changed', 'notices.packed')",
        &[],
    )
    .await;
    app.run_jobs().await;
    assert_eq!(told(&app).await.len(), 3);
    let manager = app.here().by_session("manager");
    assert_eq!(short(&manager, &order, "2", 4, "k3").await.status, 303);
    app.pass(Duration::from_mins(10));
    app.run_jobs().await;
    assert_eq!(
        told(&app).await,
        [
            "farm.order_changed>usr_rosa IN_APP ACCEPTED",
            "farm.order_changed>usr_rosa_staff IN_APP ACCEPTED",
            mailed,
            mailed,
            at_once,
            at_once,
            at_once
        ]
    );
    let list = rosa.get("/notifications").await.text();
    assert!(list.contains("The market changed what is packed"), "{list}");
    app.finish().await;
}

#[tokio::test]
async fn what_was_found_after_all_or_is_handed_over_is_not_mailed() {
    let app = TestApp::new().await;
    let (found, gone) = (app.order().place().await, app.order().place().await);
    let rosa = rosa(&app);
    for (got, version) in [("1", 2), ("2", 3)] {
        let saved = short(&rosa, &found, got, version, &format!("k{got}")).await;
        assert_eq!(saved.status, 303, "{saved:?}");
    }
    assert_eq!(short(&rosa, &gone, "1", 2, "k3").await.status, 303);
    app.run_jobs().await;
    app.farmer("rosa")
        .cancel(gone.part("rosa"), "OUT_OF_STOCK")
        .await
        .changed(true);
    app.pass(Duration::from_mins(10));
    app.run_jobs().await;
    let mails = app
        .texts(
            "SELECT status FROM notices WHERE kind = 'order.short' AND channel = 'EMAIL'",
            &[],
        )
        .await;
    assert_eq!(mails, ["SUPPRESSED"]);
    app.finish().await;
}

#[tokio::test]
async fn slips_count_what_is_still_to_be_packed() {
    let app = TestApp::new().await;
    app.order().farms(["rosa"]).place().await;
    app.order().farms(["rosa"]).at(Status::Ready).place().await;
    let slips = app
        .here()
        .by_session("rosa")
        .get("/farm/slips?farm=rosa")
        .await
        .text();
    assert!(slips.contains("1 order to pack"), "{slips}");
    assert_eq!(
        slips.matches("class=\"slip\"").count(),
        2,
        "both are printed"
    );
    app.finish().await;
}
