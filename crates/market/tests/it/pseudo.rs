//! Under the pseudo-locale no page, mail or error shows a text that stands in no words file.
use std::collections::BTreeSet;

use axum::http::Method;
use market::{config::Config, orders::model::Status};
use serde_json::json;

use crate::{
    support::{Answer, Client, TestApp, TestOrder, marks::Data},
    sweep::{self, CALLERS, DECLARED, World},
};

fn open(config: &mut Config) {
    config.pages.pseudo_locale = true;
}

/// The same client, who reads the pseudo-locale.
fn reads(client: Client) -> Client {
    client.with("cookie", "lang=qps")
}

/// A token comes without cookies: who has one asks in the address.
fn asked(path: &str) -> String {
    let sign = if path.contains('?') { '&' } else { '?' };
    format!("{path}{sign}lang=qps")
}

/// What stands unmarked in an answer, whatever its form.
fn unmarked(data: &Data, answer: &Answer) -> Vec<String> {
    let kind = answer.header("content-type").to_owned();
    if kind.starts_with("text/html") {
        return data.unmarked_in(&answer.text());
    }
    if kind != "application/problem+json" {
        return Vec::new();
    }
    let body = answer.value();
    let errors = body["errors"].as_array().cloned().unwrap_or_default();
    let texts = [&body["title"], &body["detail"]]
        .into_iter()
        .chain(errors.iter().map(|error| &error["detail"]));
    texts
        .filter_map(|text| data.unmarked(text.as_str().expect("a text")))
        .collect()
}

/// All that was found, once each, with where it was.
#[derive(Default)]
struct Found(BTreeSet<String>, usize);

impl Found {
    fn look(&mut self, data: &Data, who: &str, answer: &Answer) {
        self.1 += 1;
        for text in unmarked(data, answer) {
            let what = format!("{answer:?}");
            let what = what.split(' ').take(3).collect::<Vec<_>>().join(" ");
            self.0.insert(format!("{text} ({who}: {what})"));
        }
    }

    fn none(self, least: usize) {
        let found: Vec<String> = self.0.into_iter().collect();
        assert!(
            found.is_empty(),
            "{} texts:\n{}",
            found.len(),
            found.join("\n")
        );
        assert!(self.1 >= least, "only {} answers were looked at", self.1);
    }
}

/// Products with all that can be said of one, a farm that is paused, an order in every state.
async fn fill(app: &TestApp) -> Vec<TestOrder> {
    for sql in [
        "UPDATE products SET description = 'Sown in March.', allergens = 'milk nuts', diets = 'vegan', \
         stock_qty = 2000, content_qty = 250, content_unit = 'kg', season_from = '05-01', season_to = '12-01', \
         days = 'SAT' WHERE id LIKE '%_0'",
        "UPDATE products SET is_sold_out = TRUE WHERE id LIKE '%_1'",
        "UPDATE farms SET town = 'Thornbury', story = 'Since 1961.' WHERE slug = 'rosa'",
        "UPDATE farms SET status = 'PAUSED', paused_reason = 'Flood' WHERE slug = 'cleo'",
    ] {
        app.sql(sql, &[]).await;
    }
    let mut orders = Vec::new();
    for status in [
        Status::Pending,
        Status::Confirmed,
        Status::Preparing,
        Status::Ready,
        Status::OutForDelivery,
        Status::Missed,
        Status::Fulfilled,
        Status::Completed,
        Status::Cancelled,
    ] {
        let two = app.order().farms(["rosa", "ben"]).unweighed("rosa");
        orders.push(two.at(status).by("ana").place().await);
        let mixed = app
            .order()
            .with("ben", Status::Confirmed)
            .with("rosa", status);
        orders.push(mixed.by("ana").place().await);
    }
    orders
}

#[tokio::test]
async fn every_page_and_error_of_every_route_is_marked() {
    for full in [false, true] {
        let mut world = World::of(TestApp::with(open).await).await;
        if full {
            fill(&world.app).await;
        }
        let order = world
            .app
            .order()
            .farms(["rosa", "ben"])
            .by("ana")
            .place()
            .await;
        let mut found = Found::default();
        for name in CALLERS {
            let client = reads(world.caller(name, &order).await);
            let data = Data::of(&world.app).await;
            for (_, route, _) in DECLARED.iter().filter(|row| row.0 == "GET") {
                let path = sweep::path(&world.app, route, &order);
                found.look(&data, name, &client.get(&asked(&path)).await);
                // Ids that are not there, too.
                let path = route.replace(['{', '}'], "");
                found.look(&data, name, &client.get(&asked(&path)).await);
            }
        }
        found.none(CALLERS.len() * 100);
        world.app.finish().await;
    }
}

#[tokio::test]
async fn every_form_and_its_errors_are_marked() {
    let mut found = Found::default();
    for name in ["nobody", "guest", "ana", "rosa", "manager", "write token"] {
        let mut world = World::of(TestApp::with(open).await).await;
        fill(&world.app).await;
        for (method, route, _) in DECLARED.iter().filter(|row| row.0 != "GET") {
            let order = world
                .app
                .order()
                .farms(["rosa", "ben"])
                .by("ana")
                .place()
                .await;
            let path = sweep::path(&world.app, route, &order);
            let good = sweep::body(route, &order);
            let bad: String = if good.starts_with('{') {
                good.replace("\":\"", "\":\"\\u0001").replace(":1", ":-1")
            } else {
                good.replace('=', "=%01x")
            };
            let client = reads(world.caller(name, &order).await);
            for body in [
                bad,
                String::new(),
                "%".to_owned(),
                "{\"x\":1}".to_owned(),
                good,
            ] {
                let answer = sweep::send(&client, method, &asked(&path), &body).await;
                let data = Data::of(&world.app).await;
                let data = data.and(["\u{1}x".to_owned(), "x".to_owned()]);
                found.look(&data, name, &answer);
            }
        }
        world.app.finish().await;
    }
    found.none(1000);
}

#[tokio::test]
async fn an_order_in_every_state_is_marked_for_everybody() {
    let app = TestApp::with(open).await;
    let orders = fill(&app).await;
    let data = Data::of(&app).await;
    let mut found = Found::default();
    for name in ["ana", "rosa", "manager"] {
        let client = reads(app.here().by_session(name));
        for order in &orders {
            for page in ["track", "change"] {
                let path = format!("/orders/{}/{page}", order.id);
                found.look(&data, name, &client.get(&path).await);
            }
        }
        for path in [
            "/orders",
            "/notifications",
            "/shop?q=nothing",
            "/shop?category=root",
            "/shop?farm=rosa",
            "/farm/board?farm=rosa",
            "/farm/products?farm=rosa",
            "/p/leeks-rosa",
            "/farms/cleo",
        ] {
            found.look(&data, name, &client.get(path).await);
        }
    }
    found.none(100);
    app.finish().await;
}

#[tokio::test]
async fn a_purchase_is_marked_from_the_cart_to_the_last_mail() {
    let app = TestApp::with(open).await;
    app.sql("UPDATE users SET lang = 'qps'", &[]).await;
    app.sql("UPDATE products SET stock_qty = 9000", &[]).await;
    let ana = reads(app.customer("ana"));
    let mut found = Found::default();
    let data = Data::of(&app)
        .await
        .and(["Ana".to_owned(), "Mud".to_owned()]);
    for product in [
        "prd_frm_rosa_0",
        "prd_frm_rosa_1",
        "prd_frm_rosa_2",
        "prd_frm_ben_0",
    ] {
        let more = format!("more={product}&back=/shop");
        assert_eq!(ana.post_form("/cart", &more).await.status, 303);
    }
    for path in ["/shop", "/cart", "/checkout", "/p/carrots-rosa"] {
        let answer = ana.get(path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        found.look(&data, "ana", &answer);
    }
    let steps = [
        (
            "/checkout",
            "name=Ana&email=ana@example.org",
            "/checkout/pickup",
        ),
        (
            "/checkout/pickup",
            "window=win&note_frm_rosa=Mud",
            "/checkout/confirm",
        ),
    ];
    for (path, form, next) in steps {
        found.look(&data, "ana", &ana.post_form(path, "").await);
        assert_eq!(ana.post_form(path, form).await.status, 303);
        let answer = ana.get(next).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        found.look(&data, "ana", &answer);
    }
    let page = ana.get("/checkout/confirm").await.text();
    let value = |name: &str| {
        let at = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
        at.and_then(|rest| rest.split('"').next())
            .expect(name)
            .to_owned()
    };
    let form = format!("key={}&total={}", value("key"), value("total"));
    let placed = ana.post_form("/checkout/confirm", &form).await;
    assert_eq!(placed.status, 303, "{placed:?}");
    let thanks = placed.header("location").to_owned();
    let id = thanks.split('/').nth(2).expect("an id").to_owned();
    let data = Data::of(&app).await.and(["Mud".to_owned()]);
    found.look(&data, "ana", &ana.get(&thanks).await);
    app.run_jobs().await;
    let order = ana.order(&id).await.ok();
    let line = order["lines"][0]["id"].as_str().unwrap();
    let version = &order["version"];
    let body =
        json!({ "expected_version": version, "lines": [{ "line_id": line, "quantity": "3" }] });
    let path = format!("/api/orders/{id}/lines");
    ana.json(Method::PUT, &path, body.to_string()).await.ok();
    app.run_jobs().await;
    for (farm, status) in [
        ("rosa", "CONFIRMED"),
        ("ben", "CONFIRMED"),
        ("rosa", "PREPARING"),
        ("ben", "READY"),
    ] {
        app.farmer(farm).put_status(&id, status).await.changed(true);
        app.run_jobs().await;
    }
    app.farmer("rosa")
        .cancel(&id, "WEATHER")
        .await
        .changed(true);
    app.run_jobs().await;
    for name in ["ana", "rosa", "ben", "manager"] {
        let client = reads(app.here().by_session(name));
        for path in ["/notifications".to_owned(), format!("/orders/{id}/track")] {
            found.look(&data, name, &client.get(&path).await);
        }
    }
    found.none(15);
    mails(&app, &data, 7);
    app.finish().await;
}

#[tokio::test]
async fn the_mails_of_accounts_and_what_their_links_open_are_marked() {
    let app = TestApp::with(open).await;
    app.sql("UPDATE users SET lang = 'qps'", &[]).await;
    let nobody = |n: u8| reads(app.stranger()).from(([198, 51, 100, n], 1).into());
    let rosa = reads(app.here().by_session("rosa"));
    let order = app.order().by("ana").place().await;
    let mut found = Found::default();
    for (n, path, form) in [
        (
            1,
            "/signup",
            "name=Nina&email=nina@example.org&password=violet+horse",
        ),
        (
            2,
            "/signup",
            "name=Ana&email=ana@example.org&password=violet+horse",
        ),
        (3, "/reset", "email=ben@example.org"),
        (4, "/login", "email=carl@example.org"),
    ] {
        let answer = nobody(n).post_form(path, form).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let form = format!("code={}&email=ana@example.org", order.code);
    nobody(5).post_form("/track", &form).await;
    rosa.post_form("/account/email", "email=rosa2@example.org")
        .await;
    rosa.post_form(
        "/farm/team",
        "farm=rosa&email=manager@example.org&role=FARM_STAFF",
    )
    .await;
    app.run_jobs().await;
    let typed = ["rosa2@example.org", "Nina", "nina@example.org", "Orchard"];
    let data = || async { Data::of(&app).await.and(typed.map(str::to_owned)) };
    let known = data().await;
    for mail in app.mails() {
        let link = mail.link("http://market.test/");
        let path = link.strip_prefix("http://market.test").unwrap();
        found.look(&known, "a mail's reader", &nobody(6).get(path).await);
        found.look(&known, "a mail's reader", &rosa.get(path).await);
        // Used up, and used again; a new password twice.
        for form in ["password=short", "password=correct+orchard&name=Nina"] {
            let reader = if path.contains("/email/") {
                rosa.clone()
            } else {
                nobody(7)
            };
            let answer = reader.post_form(path, form).await;
            found.look(&known, "a mail's reader", &answer);
        }
        found.look(&known, "a mail's reader", &nobody(8).get(path).await);
    }
    app.run_jobs().await;
    found.none(30);
    mails(&app, &data().await, 8);
    app.finish().await;
}

fn mails(app: &TestApp, data: &Data, least: usize) {
    let mut found = BTreeSet::new();
    let mails = app.mails();
    for mail in &mails {
        for text in data.unmarked_in(mail.html()) {
            found.insert(format!("{text} (HTML of {})", mail.to));
        }
        let lines = mail
            .plain()
            .lines()
            .filter(|line| !line.starts_with("http"));
        for rest in lines.filter_map(|line| data.unmarked(line)) {
            found.insert(format!("{rest} (text of {})", mail.to));
        }
    }
    let found: Vec<String> = found.into_iter().collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(mails.len() >= least, "only {} mails", mails.len());
}

#[tokio::test]
async fn the_first_run_is_marked() {
    let (app, token) = TestApp::bare_with(open).await;
    let owner = reads(app.stranger());
    let path = format!("/setup/{token}");
    let mut found = Found::default();
    let data = Data::of(&app).await.and([
        "UTC".to_owned(),
        "Mill Lane".to_owned(),
        "Hill".to_owned(),
        "Ida".to_owned(),
    ]);
    let steps = [
        "step=MARKET&name=Hill&address=Mill+Lane&zone=UTC&currency=GBP&prefix=FM",
        "step=OWNER&name=Ida&email=ida@example.org&password=correct+horse+battery",
        "step=PLACE&skip=on",
    ];
    for good in steps {
        found.look(&data, "the owner", &owner.get(&path).await);
        let step = good.split('&').next().unwrap();
        found.look(&data, "the owner", &owner.post_form(&path, step).await);
        let answer = owner.post_form(&path, good).await;
        assert_eq!(answer.status, 303, "{answer:?}");
    }
    found.look(&data, "the owner", &owner.get(&path).await);
    found.look(&data, "the owner", &owner.get("/setup").await);
    found.none(8);
    app.finish().await;
}

#[tokio::test]
async fn it_is_not_there_unless_it_is_configured() {
    let app = TestApp::new().await;
    let asked = reads(app.stranger()).get("/login?lang=qps").await;
    assert!(asked.text().contains("<html lang=\"en\"") && !asked.text().contains('⟦'));
    assert_eq!(asked.header("set-cookie"), "");
    app.finish().await;
    let app = TestApp::with(open).await;
    let asked = app.stranger().get("/login?lang=qps").await;
    assert!(asked.text().contains("<html lang=\"qps\""));
    assert!(asked.header("set-cookie").starts_with("lang=qps;"));
    // Nobody is led to it.
    assert!(!app.stranger().get("/login").await.text().contains("qps"));
    app.finish().await;
}
