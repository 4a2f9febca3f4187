//! A customer changes an order before the cut-off: lines, sums, stock and history stay one.
use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, CUTOFF, Client, TestApp, ts};

const CARROTS: &str = "prd_frm_rosa_0";
const LEEKS: &str = "prd_frm_rosa_1";
const BEN: &str = "prd_frm_ben_0";

/// Ana's order: two carrots and one leek of rosa's, one of ben's carrots.
async fn placed(app: &TestApp) -> Value {
    for id in [CARROTS, LEEKS, BEN] {
        app.sql(
            "UPDATE products SET stock_qty = 10000 WHERE id = $1",
            &[&id],
        )
        .await;
    }
    let line = |id: &str, quantity: &str| json!({ "product_id": id, "quantity": quantity });
    let body = json!({
        "lines": [line(CARROTS, "2"), line(LEEKS, "1"), line(BEN, "1")],
        "window_id": "win", "name": "Ana", "email": "ana@example.org",
    });
    let answer = app
        .customer("ana")
        .json(Method::POST, "/api/orders", body.to_string())
        .await;
    let id = answer.value()["id"].as_str().expect("an id").to_owned();
    app.customer("ana").order(id).await.ok()
}

fn line_of(order: &Value, nth: usize) -> String {
    order["lines"][nth]["id"].as_str().unwrap().to_owned()
}

async fn change(client: &Client, order: &Value, version: i64, lines: &[(String, &str)]) -> Answer {
    let lines: Vec<Value> = lines
        .iter()
        .map(|(id, q)| json!({ "line_id": id, "quantity": q }))
        .collect();
    let body = json!({ "expected_version": version, "lines": lines });
    let path = format!("/api/orders/{}/lines", order["id"].as_str().unwrap());
    client.json(Method::PUT, &path, body.to_string()).await
}

async fn stocks(app: &TestApp) -> [i64; 3] {
    let mut found = [0; 3];
    for (at, id) in [CARROTS, LEEKS, BEN].into_iter().enumerate() {
        found[at] = app
            .count("SELECT stock_qty FROM products WHERE id = $1", &[&id])
            .await;
    }
    found
}

#[tokio::test]
async fn more_and_less_move_stock_by_the_difference() {
    let app = TestApp::new().await;
    app.sql(
        "UPDATE markets SET fee_farm_minor = 25, fee_goods_bp = 1000, fee_goods_payer = 'CUSTOMER'",
        &[],
    )
    .await;
    let order = placed(&app).await;
    assert_eq!(stocks(&app).await, [8000, 9000, 9000]);
    let ana = app.customer("ana");
    // Lines come by part: ben's first.
    let rosa: Vec<String> = (0..3).map(|n| line_of(&order, n)).collect();
    let by_name = |name: &str, farm: &str| {
        let part = order["farm_orders"]
            .as_array()
            .unwrap()
            .iter()
            .find(|p| p["farm"] == farm)
            .unwrap()["id"]
            .clone();
        let lines = order["lines"].as_array().unwrap();
        lines
            .iter()
            .find(|l| l["product"] == name && l["farm_order_id"] == part)
            .unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (carrots, leeks) = (
        by_name("Carrots", "rosa farm"),
        by_name("Leeks", "rosa farm"),
    );
    assert!(rosa.contains(&carrots) && rosa.contains(&leeks));
    let after = change(&ana, &order, 1, &[(carrots.clone(), "5"), (leeks, "0")])
        .await
        .ok();
    assert_eq!(
        (&after["version"], after["lines"].as_array().unwrap().len()),
        (&json!(2), 2)
    );
    assert_eq!(stocks(&app).await, [5000, 10_000, 9000]);
    let rows = "SELECT CAST(from_qty AS TEXT) || '>' || CAST(to_qty AS TEXT) FROM order_changes ORDER BY from_qty";
    assert_eq!(app.texts(rows, &[]).await, ["1000>0", "2000>5000"]);
    // The same request again is old news; an unchanged quantity writes nothing.
    change(&ana, &order, 1, &[(carrots.clone(), "6")])
        .await
        .refused(412, "market-error-412");
    assert_eq!(
        change(&ana, &order, 2, &[(carrots, "5")]).await.ok()["version"],
        2
    );
    app.finish().await;
}

#[tokio::test]
async fn a_farms_last_line_taken_out_cancels_its_part() {
    let app = TestApp::new().await;
    let order = placed(&app).await;
    let ana = app.customer("ana");
    let ben = order["farm_orders"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["farm"] == "ben farm")
        .unwrap();
    let lines = order["lines"].as_array().unwrap();
    let line = lines
        .iter()
        .find(|line| line["farm_order_id"] == ben["id"])
        .unwrap()["id"]
        .as_str()
        .unwrap();
    let after = change(&ana, &order, 1, &[(line.to_owned(), "0")])
        .await
        .ok();
    let parts = after["farm_orders"].as_array().unwrap();
    assert_eq!(
        parts.iter().find(|p| p["farm"] == "ben farm").unwrap()["status"],
        "CANCELLED"
    );
    assert_eq!(
        parts.iter().find(|p| p["farm"] == "rosa farm").unwrap()["status"],
        "PENDING"
    );
    assert_eq!(
        (&after["version"], stocks(&app).await),
        (&json!(2), [8000, 9000, 10_000])
    );
    assert_eq!(
        app.count("SELECT taken FROM windows WHERE id = 'win'", &[])
            .await,
        1
    );
    app.finish().await;
}

#[tokio::test]
async fn what_may_not_be_changed_stays() {
    let app = TestApp::new().await;
    let order = placed(&app).await;
    let ana = app.customer("ana");
    let line = line_of(&order, 0);
    let before = stocks(&app).await;
    for (quantity, code) in [
        ("0.5", "orders-change-quantity"),
        ("-1", "orders-change-quantity"),
        ("1001", "orders-change-quantity"),
        ("x", "orders-place-number"),
    ] {
        change(&ana, &order, 1, &[(line.clone(), quantity)])
            .await
            .refused_field("lines", code);
    }
    change(&ana, &order, 1, &[("lin_unknown".to_owned(), "1")])
        .await
        .refused_field("lines", "orders-change-line");
    let twice = [(line.clone(), "1"), (line.clone(), "1")];
    change(&ana, &order, 1, &twice)
        .await
        .refused_field("lines", "orders-change-twice");
    change(&ana, &order, 1, &[(line.clone(), "500")])
        .await
        .refused(409, "orders-change-short");
    change(&app.customer("carl"), &order, 1, &[(line.clone(), "1")])
        .await
        .refused(404, "market-error-404");
    change(&app.farmer("rosa"), &order, 1, &[(line.clone(), "1")])
        .await
        .refused(403, "orders-forbidden");
    let id = order["id"].as_str().unwrap();
    app.farmer("ben")
        .put_status(id, "PREPARING")
        .await
        .changed(true);
    app.farmer("rosa")
        .put_status(id, "PREPARING")
        .await
        .changed(true);
    change(&ana, &order, 3, &[(line.clone(), "3")])
        .await
        .refused(409, "orders-change-packing");
    app.pass_until(ts(CUTOFF));
    change(&ana, &order, 3, &[(line, "3")])
        .await
        .refused(409, "orders-change-late");
    assert_eq!(stocks(&app).await, before);
    assert_eq!(
        app.count("SELECT COUNT(*) FROM order_changes", &[]).await,
        0
    );
    app.finish().await;
}

#[tokio::test]
async fn by_form_it_works_without_script() {
    let app = TestApp::new().await;
    let order = placed(&app).await;
    let ana = app.customer("ana");
    let id = order["id"].as_str().unwrap();
    let track = ana.get(&format!("/orders/{id}/track")).await.text();
    assert!(
        track.contains(&format!("href=\"/orders/{id}/change\"")),
        "{track}"
    );
    assert!(
        !app.manager()
            .get(&format!("/orders/{id}/track"))
            .await
            .text()
            .contains("/change\"")
    );
    let page = ana.get(&format!("/orders/{id}/change")).await.text();
    let line = line_of(&order, 0);
    assert!(
        page.contains(&format!("name=\"{line}\"")) && page.contains("name=\"version\" value=\"1\"")
    );
    let path = format!("/orders/{id}/change");
    let wrong = ana
        .post_form(&path, &format!("version=1&{line}=many"))
        .await;
    assert!(
        wrong.status == 422 && wrong.text().contains("value=\"many\""),
        "{wrong:?}"
    );
    let stale = ana.post_form(&path, &format!("version=0&{line}=3")).await;
    assert!(
        stale.status == 412 && stale.text().contains("name=\"version\" value=\"1\""),
        "{stale:?}"
    );
    let saved = ana.post_form(&path, &format!("version=1&{line}=3")).await;
    assert_eq!(
        saved.header("location"),
        format!("/orders/{id}/track"),
        "{saved:?}"
    );
    let gone = ana.post_form(&format!("/orders/{id}/cancel"), "").await;
    assert_eq!(gone.status, 303);
    assert_eq!(ana.order(id).await.ok()["status"], "CANCELLED");
    assert_eq!(stocks(&app).await, [10_000, 10_000, 10_000]);
    assert!(
        !ana.get(&format!("/orders/{id}/track"))
            .await
            .text()
            .contains("/change\"")
    );
    app.pass_until(ts(CUTOFF));
    app.finish().await;
}

#[tokio::test]
async fn after_the_cut_off_a_cancellation_says_whom_to_ask() {
    let app = TestApp::new().await;
    let order = placed(&app).await;
    let id = order["id"].as_str().unwrap();
    app.pass_until(ts(CUTOFF));
    let refused = app
        .customer("ana")
        .post_form(&format!("/orders/{id}/cancel"), "")
        .await;
    assert_eq!(refused.status, 409, "{refused:?}");
    assert_eq!(
        app.customer("ana").order(id).await.ok()["status"],
        "PENDING"
    );
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_at_once_lose_nothing() {
    let app = TestApp::new().await;
    let order = placed(&app).await;
    let line = line_of(&order, 0);
    let tasks: Vec<_> = (0..20)
        .map(|n| {
            let (ana, order, line) = (app.customer("ana"), order.clone(), line.clone());
            let quantity = ["3", "4"][n % 2];
            tokio::spawn(async move { change(&ana, &order, 1, &[(line, quantity)]).await })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        assert!([200, 412].contains(&answer.status), "{answer:?}");
        won += i64::from(answer.status == 200);
    }
    assert_eq!(won, 1);
    let sold = "SELECT CAST(SUM(ordered_qty) AS BIGINT) FROM order_lines";
    let left: i64 = stocks(&app).await.iter().sum();
    assert_eq!(
        app.count(sold, &[]).await + left,
        30_000,
        "nothing appears, nothing is lost"
    );
    app.finish().await;
}

#[tokio::test]
async fn of_a_farm_that_is_paused_less_can_be_had_and_not_more() {
    let app = TestApp::new().await;
    let order = placed(&app).await;
    let ana = app.customer("ana");
    let lines = order["lines"].as_array().unwrap();
    let carrots = lines.iter().find(|line| line["ordered_qty"] == 2000);
    let line = carrots.unwrap_or(&lines[0])["id"]
        .as_str()
        .unwrap()
        .to_owned();
    app.sql("UPDATE farms SET status = 'PAUSED'", &[]).await;
    change(&ana, &order, 1, &[(line.clone(), "3")])
        .await
        .refused(409, "orders-change-short");
    change(&ana, &order, 1, &[(line, "1")]).await.ok();
    app.finish().await;
}

/// A line of the order by its product and its farm.
fn line_named(order: &Value, name: &str, farm: &str) -> String {
    let find = |list: &str, same: &dyn Fn(&Value) -> bool| {
        let list = order[list].as_array().unwrap();
        list.iter().find(|one| same(one)).unwrap()["id"].clone()
    };
    let part = find("farm_orders", &|part| part["farm"] == farm);
    let line = find("lines", &|line| {
        line["product"] == name && line["farm_order_id"] == part
    });
    line.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_change_is_told_once_to_the_customer_and_to_the_farm_it_concerns() {
    let app = TestApp::new().await;
    let order = placed(&app).await;
    app.run_jobs().await;
    let before = app.mails().len();
    let ana = app.customer("ana");
    let carrots = line_named(&order, "Carrots", "rosa farm");
    let leeks = line_named(&order, "Leeks", "rosa farm");
    change(&ana, &order, 1, &[(carrots.clone(), "1"), (leeks, "0")])
        .await
        .ok();
    app.run_jobs().await;
    let told = "SELECT kind || ' ' || person || ' ' || channel || ' ' || status FROM notices \
                WHERE kind LIKE '%changed' ORDER BY kind, person, channel";
    let once = [
        "farm.order_changed usr_rosa EMAIL ACCEPTED",
        "farm.order_changed usr_rosa IN_APP ACCEPTED",
        "farm.order_changed usr_rosa_staff IN_APP ACCEPTED",
        "order.changed usr_ana EMAIL ACCEPTED",
        "order.changed usr_ana IN_APP ACCEPTED",
    ];
    assert_eq!(app.texts(told, &[]).await, once);
    // The job runs once more: nobody hears it twice.
    app.sql(
        "UPDATE outbox SET done_at = NULL, attempts = 0 WHERE kind = 'order.changed'",
        &[],
    )
    .await;
    app.run_jobs().await;
    assert_eq!(app.texts(told, &[]).await, once);
    let mails = app.mails().split_off(before);
    assert_eq!(mails.len(), 2, "{mails:?}");
    let to = |who: &str| mails.iter().find(|mail| mail.to.contains(who)).unwrap();
    let (customer, farm) = (to("ana@example.org"), to("rosa@example.org"));
    for mail in [customer, farm] {
        let code = order["code"].as_str().unwrap();
        assert!(mail.subject.starts_with(code), "{mail:?}");
        for text in [
            "<s>2\u{a0}bunches</s>",
            "- Carrots: 2\u{a0}bunches \u{2192} 1\u{a0}bunch",
            "- Leeks: 1\u{a0}bunch \u{2192} taken out",
        ] {
            assert!(mail.text.contains(text), "{text} in {}", mail.text);
        }
        assert!(!mail.text.contains("ben farm"), "{}", mail.text);
    }
    // One of rosa's carrots and one of ben's, with the new sum; a farm reads no sum.
    assert!(customer.text.contains("£3.60"), "{}", customer.text);
    assert!(!farm.text.contains('£'), "{}", farm.text);
    app.finish().await;
}

#[tokio::test]
async fn the_history_tells_of_a_change_and_a_farm_reads_its_own_lines() {
    let app = TestApp::new().await;
    let order = placed(&app).await;
    let (ana, id) = (app.customer("ana"), order["id"].as_str().unwrap());
    let carrots = line_named(&order, "Carrots", "rosa farm");
    change(&ana, &order, 1, &[(carrots, "1")]).await.ok();
    let bens = line_named(&order, "Carrots", "ben farm");
    change(&ana, &order, 2, &[(bens, "4")]).await.ok();
    let page = async |client: Client| client.get(&format!("/orders/{id}/track")).await.text();
    let rosas = "Carrots 2\u{a0}bunches \u{2192} 1\u{a0}bunch";
    let bens = "Carrots 1\u{a0}bunch \u{2192} 4\u{a0}bunches";
    let hers = page(ana).await;
    for line in [rosas, bens] {
        let you = format!("You changed the order: {line}<");
        assert!(hers.contains(&you), "{you} in {hers}");
    }
    let (rosa, ben) = (
        page(app.here().by_session("rosa")).await,
        page(app.here().by_session("ben")).await,
    );
    assert!(rosa.contains(&format!("Ana changed the order: {rosas}<")));
    assert!(ben.contains(&format!("Ana changed the order: {bens}<")));
    assert!(!rosa.contains(bens) && !ben.contains(rosas));
    app.finish().await;
}

#[tokio::test]
async fn a_change_of_an_order_that_is_cancelled_meanwhile_is_not_mailed() {
    let app = TestApp::new().await;
    let order = placed(&app).await;
    let ana = app.customer("ana");
    app.run_jobs().await;
    let carrots = line_named(&order, "Carrots", "rosa farm");
    change(&ana, &order, 1, &[(carrots, "1")]).await.ok();
    ana.cancel(order["id"].as_str().unwrap(), "CUSTOMER_REQUEST")
        .await
        .changed(true);
    app.run_jobs().await;
    let mails = "SELECT kind || ' ' || status FROM notices WHERE channel = 'EMAIL' AND kind LIKE '%changed' \
                 ORDER BY kind";
    assert_eq!(
        app.texts(mails, &[]).await,
        ["farm.order_changed SUPPRESSED", "order.changed SUPPRESSED"]
    );
    app.finish().await;
}
