//! Products by programs: what is in the shop, and what a farm's own till or stock list changes.
use axum::http::Method;
use market::accounts::model::Scope;
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp};

const CARROTS: &str = "prd_frm_rosa_0";

fn beans() -> Value {
    json!({ "name": "Beans", "price": "2.40", "unit": "kg", "category": "leaf" })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

async fn add(client: &Client, body: Value) -> Answer {
    client
        .json(Method::POST, "/api/products", body.to_string())
        .await
}

async fn edit(client: &Client, id: &str, body: Value) -> Answer {
    let path = format!("/api/products/{id}");
    client.json(Method::PUT, &path, body.to_string()).await
}

async fn stock(client: &Client, id: &str, body: Value) -> Answer {
    let path = format!("/api/products/{id}/stock");
    client.json(Method::PUT, &path, body.to_string()).await
}

async fn show(client: &Client, id: &str) -> Answer {
    client.get(&format!("/api/products/{id}")).await
}

async fn slugs(client: &Client, query: &str) -> Vec<String> {
    let list = client.get(&format!("/api/products{query}")).await.ok();
    let products = list["products"].as_array().unwrap().iter();
    products
        .map(|product| product["slug"].as_str().unwrap().to_owned())
        .collect()
}

#[track_caller]
fn created(answer: &Answer) -> Value {
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.header("content-type"), "application/json");
    answer.value()
}

#[tokio::test]
async fn the_shop_is_read_page_by_page_by_anybody() {
    let app = TestApp::new().await;
    let all = slugs(&app.stranger(), "").await;
    let expected = [
        "carrots-ben",
        "carrots-cleo",
        "carrots-rosa",
        "leeks-ben",
        "leeks-cleo",
        "leeks-rosa",
        "squash-ben",
        "squash-cleo",
        "squash-rosa",
    ];
    assert_eq!(all, expected);
    let mut paged = Vec::new();
    let mut query = "?limit=4".to_owned();
    let mut sizes = Vec::new();
    loop {
        let list = app
            .stranger()
            .get(&format!("/api/products{query}"))
            .await
            .ok();
        let page = list["products"].as_array().unwrap();
        sizes.push(page.len());
        paged.extend(page.iter().map(|p| p["slug"].as_str().unwrap().to_owned()));
        let Some(next) = list["next"].as_str() else {
            break;
        };
        query = format!("?limit=4&after={next}");
    }
    assert_eq!((paged, sizes), (all, vec![4, 4, 1]));
    assert_eq!(
        slugs(&app.stranger(), "?limit=9").await.len(),
        9,
        "a last page that is full"
    );
    assert_eq!(
        slugs(&app.farmer("ben"), "?farm=rosa").await,
        ["carrots-rosa", "leeks-rosa", "squash-rosa"]
    );
    assert_eq!(
        slugs(&app.stranger(), "?category=root&limit=200")
            .await
            .len(),
        9
    );
    for none in ["?category=dairy", "?farm=unknown", "?farm=frm_rosa_two"] {
        assert!(slugs(&app.stranger(), none).await.is_empty(), "{none}");
    }
    for (query, field, code) in [
        ("?category=meat", "category", "products-bad-category"),
        ("?farm=%00", "farm", "products-bad-farm"),
        ("?after=a%20b", "after", "orders-bad-cursor"),
        ("?limit=0", "limit", "orders-bad-limit"),
        ("?limit=201", "limit", "orders-bad-limit"),
    ] {
        let refused = app.stranger().get(&format!("/api/products{query}")).await;
        refused.refused_field(field, code);
    }
    app.finish().await;
}

#[tokio::test]
async fn what_is_not_sold_is_not_there_but_for_its_farm() {
    let app = TestApp::new().await;
    for (change, back) in [
        (
            "UPDATE products SET is_hidden = TRUE WHERE farm_id = 'frm_rosa'",
            "UPDATE products SET is_hidden = FALSE WHERE farm_id = 'frm_rosa'",
        ),
        (
            "UPDATE farms SET status = 'APPLIED' WHERE id = 'frm_rosa'",
            "UPDATE farms SET status = 'APPROVED' WHERE id = 'frm_rosa'",
        ),
        (
            "UPDATE farms SET status = 'PAUSED' WHERE id = 'frm_rosa'",
            "UPDATE farms SET status = 'APPROVED' WHERE id = 'frm_rosa'",
        ),
    ] {
        show(&app.stranger(), CARROTS).await.ok();
        app.sql(change, &[]).await;
        for client in [app.stranger(), app.farmer("rosa"), app.manager()] {
            let seen = slugs(&client, "").await;
            assert!(
                seen.len() == 6 && seen.iter().all(|slug| !slug.ends_with("-rosa")),
                "{seen:?}"
            );
        }
        for client in [
            app.stranger(),
            app.farmer("ben"),
            app.customer("ana"),
            app.host(),
        ] {
            show(&client, CARROTS)
                .await
                .refused(404, "market-error-404");
        }
        let own = [
            app.farmer("rosa"),
            app.colleague("rosa"),
            app.manager(),
            app.here().by_session("rosa"),
        ];
        for client in own {
            assert_eq!(show(&client, CARROTS).await.ok()["id"], CARROTS);
        }
        app.sql(back, &[]).await;
    }
    // What is sold out stands in the shop and says so.
    app.sql(
        "UPDATE products SET is_sold_out = TRUE WHERE id = 'prd_frm_rosa_0'",
        &[],
    )
    .await;
    assert_eq!(
        show(&app.stranger(), CARROTS).await.ok()["is_sold_out"],
        true
    );
    for id in ["prd_frm_rosa_two_0", "prd_unknown", "%00"] {
        show(&app.admin(), id)
            .await
            .refused(404, "market-error-404");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_program_adds_a_product_with_all_it_has() {
    let app = TestApp::new().await;
    let body = json!({
        "name": "Apple juice", "description": "Cloudy.\nKeep cool.", "category": "pantry", "unit": "bottle",
        "price": "4.80", "tax": "5.25", "stock": "40", "step": "6", "content": "0.75", "content_unit": "l",
        "season_from": "09-01", "season_to": "02-29", "days": ["tue", "sat"], "allergens": ["sulphites"],
        "diets": ["organic", "vegan"],
    });
    let made = created(&add(&app.farmer("rosa"), body.clone()).await);
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(made[field], *value, "{field}");
    }
    assert_eq!(made["slug"], "apple-juice");
    assert_eq!(made["farm"], json!({ "slug": "rosa", "name": "rosa farm" }));
    assert_eq!(
        (&made["price_minor"], &made["currency"]),
        (&json!(480), &json!("GBP"))
    );
    assert_eq!(
        (&made["version"], &made["farm_id"]),
        (&json!(1), &json!("frm_rosa"))
    );
    let read = show(&app.stranger(), made["id"].as_str().unwrap())
        .await
        .ok();
    assert_eq!(read, made);
    // A manager names the farm; so does who works for none or for several.
    add(&app.manager(), beans())
        .await
        .refused_field("farm_id", "products-which-farm");
    let named = with(beans(), "farm_id", json!("frm_ben"));
    assert_eq!(
        created(&add(&app.manager(), named).await)["farm_id"],
        "frm_ben"
    );
    app.finish().await;
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let app = TestApp::new().await;
    let rosa = app.farmer("rosa");
    let all = json!({
        "name": "", "price": "-1", "unit": "crate", "category": "meat", "tax": "101", "stock": "1e3", "step": "0.3",
        "content": "x", "content_unit": "lb", "season_from": "05-01", "days": ["x"], "allergens": ["x"],
        "diets": ["x"], "description": "\u{0}",
    });
    let body = add(&rosa, all).await.refused(422, "products-bad-name");
    let fields: Vec<&str> = body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["field"].as_str().unwrap())
        .collect();
    let expected = [
        "name",
        "description",
        "category",
        "unit",
        "price",
        "tax",
        "step",
        "content",
        "content_unit",
        "season_to",
        "days",
        "allergens",
        "diets",
        "stock",
    ];
    assert_eq!(fields, expected);
    for (field, value, code) in [
        ("price", json!("2.405"), "products-bad-price"),
        ("price", json!("1,000"), "products-bad-price"),
        ("stock", json!("1.2345"), "products-bad-stock"),
    ] {
        add(&rosa, with(beans(), field, value))
            .await
            .refused_field(field, code);
    }
    for field in ["is_hidden", "is_sold_out"] {
        let refused = add(&rosa, with(beans(), field, json!(true))).await;
        refused.refused_field(field, "products-not-here");
    }
    // Of another kind, or unknown: the body cannot be read.
    for (field, value, code) in [
        ("price", json!(240), "market-wrong-kind"),
        ("colour", json!("red"), "market-unknown-field"),
        ("days", json!("sat"), "market-wrong-kind"),
    ] {
        add(&rosa, with(beans(), field, value))
            .await
            .refused_field(field, code);
    }
    assert_eq!(slugs(&app.stranger(), "").await.len(), 9);
    app.finish().await;
}

#[tokio::test]
async fn an_edit_is_made_on_the_version_that_was_seen() {
    let app = TestApp::new().await;
    let rosa = app.farmer("rosa");
    let body = json!({ "name": "Carrots", "price": "2.20", "unit": "bunch", "category": "root", "expected_version": 1 });
    let done = edit(&rosa, CARROTS, body.clone()).await.ok();
    assert_eq!(
        (&done["price"], &done["version"]),
        (&json!("2.20"), &json!(2))
    );
    // Sent again it is already so; anything else on that version is stale.
    assert_eq!(edit(&rosa, CARROTS, body.clone()).await.ok(), done);
    let other = edit(&rosa, CARROTS, with(body.clone(), "price", json!("2.30"))).await;
    assert_eq!(other.refused(412, "market-error-412")["version"], 2);
    let hide = with(
        with(body.clone(), "is_hidden", json!(true)),
        "is_sold_out",
        json!(true),
    );
    let hidden = edit(&rosa, CARROTS, with(hide, "expected_version", json!(2)))
        .await
        .ok();
    assert_eq!(
        (&hidden["is_hidden"], &hidden["is_sold_out"]),
        (&json!(true), &json!(true))
    );
    // What is not said stays.
    let on = with(
        with(body.clone(), "price", json!("2.40")),
        "expected_version",
        json!(3),
    );
    assert_eq!(edit(&rosa, CARROTS, on).await.ok()["is_hidden"], true);
    let mut none = body.clone();
    none.as_object_mut().unwrap().remove("expected_version");
    edit(&rosa, CARROTS, none)
        .await
        .refused_field("expected_version", "products-version");
    for field in ["stock", "farm_id"] {
        let refused = edit(&rosa, CARROTS, with(body.clone(), field, json!("1"))).await;
        refused.refused_field(field, "products-not-here");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_count_is_set_or_taken_away() {
    let app = TestApp::new().await;
    let squash = "prd_frm_rosa_2";
    let till = app.colleague("rosa");
    let done = stock(
        &till,
        squash,
        json!({ "stock": "12.5", "expected_version": 1 }),
    )
    .await
    .ok();
    assert_eq!(
        (&done["stock"], &done["version"]),
        (&json!("12.5"), &json!(2))
    );
    let again = stock(
        &till,
        squash,
        json!({ "stock": "12.50", "expected_version": 1 }),
    )
    .await
    .ok();
    assert_eq!(again["version"], 2);
    let stale = stock(
        &till,
        squash,
        json!({ "stock": "9", "expected_version": 1 }),
    )
    .await;
    assert_eq!(stale.refused(412, "market-error-412")["version"], 2);
    let none = stock(
        &till,
        squash,
        json!({ "stock": null, "expected_version": 2 }),
    )
    .await
    .ok();
    assert_eq!(none["stock"], Value::Null);
    for bad in ["", " ", "-1", "1e3", "1,500", "many"] {
        let refused = stock(
            &till,
            squash,
            json!({ "stock": bad, "expected_version": 3 }),
        )
        .await;
        refused.refused_field("stock", "products-bad-stock");
    }
    let half = stock(
        &till,
        CARROTS,
        json!({ "stock": "1.5", "expected_version": 1 }),
    )
    .await;
    half.refused_field("stock", "products-bad-stock-whole");
    for (body, field, code) in [
        (
            json!({ "expected_version": 3 }),
            "stock",
            "market-missing-field",
        ),
        (
            json!({ "stock": "1" }),
            "expected_version",
            "market-missing-field",
        ),
        (
            json!({ "stock": 1, "expected_version": 3 }),
            "stock",
            "market-wrong-kind",
        ),
    ] {
        stock(&till, squash, body).await.refused_field(field, code);
    }
    app.finish().await;
}

#[tokio::test]
async fn a_farm_changes_its_own_and_staff_only_count() {
    let app = TestApp::new().await;
    let body = || with(beans(), "expected_version", json!(1));
    let count = || json!({ "stock": "3", "expected_version": 1 });
    for id in ["prd_frm_ben_0", "prd_frm_rosa_two_0", "prd_unknown"] {
        edit(&app.farmer("rosa"), id, body())
            .await
            .refused(404, "market-error-404");
        stock(&app.farmer("rosa"), id, count())
            .await
            .refused(404, "market-error-404");
    }
    for farm in ["frm_ben", "frm_rosa_two", "frm_unknown", "\u{0}"] {
        let named = with(beans(), "farm_id", json!(farm));
        add(&app.farmer("rosa"), named)
            .await
            .refused(404, "market-error-404");
    }
    let staff = app.colleague("rosa");
    add(&staff, beans())
        .await
        .refused(403, "products-forbidden");
    edit(&staff, CARROTS, body())
        .await
        .refused(403, "products-forbidden");
    for client in [app.customer("ana"), app.host(), app.driver()] {
        add(&client, beans())
            .await
            .refused(403, "products-growers-only");
        stock(&client, CARROTS, count())
            .await
            .refused(403, "products-growers-only");
    }
    add(&app.stranger(), beans())
        .await
        .refused(401, "market-error-401");
    stock(&staff, CARROTS, count()).await.ok();
    assert_eq!(
        app.count("SELECT COUNT(*) FROM products WHERE version > 1", &[])
            .await,
        1
    );
    app.finish().await;
}

#[tokio::test]
async fn a_token_needs_the_scope() {
    let app = TestApp::new().await;
    let scopes = [Scope::OrdersRead, Scope::OrdersWrite]
        .map(Scope::as_str)
        .join(" ");
    app.sql(
        "UPDATE api_tokens SET scopes = $1 WHERE id = 'tok_rosa'",
        &[&scopes],
    )
    .await;
    let rosa = app.farmer("rosa");
    add(&rosa, beans()).await.refused(403, "market-scope");
    stock(
        &rosa,
        CARROTS,
        json!({ "stock": "3", "expected_version": 1 }),
    )
    .await
    .refused(403, "market-scope");
    app.sql(
        "UPDATE products SET is_hidden = TRUE WHERE id = 'prd_frm_rosa_0'",
        &[],
    )
    .await;
    show(&rosa, CARROTS).await.refused(404, "market-error-404");
    let scope = Scope::ProductsWrite.as_str();
    app.sql(
        "UPDATE api_tokens SET scopes = $1 WHERE id = 'tok_rosa'",
        &[&scope],
    )
    .await;
    show(&rosa, CARROTS).await.ok();
    created(&add(&rosa, beans()).await);
    rosa.get("/api/orders").await.refused(403, "market-scope");
    app.finish().await;
}

#[tokio::test]
async fn the_same_request_makes_one_product() {
    let app = TestApp::new().await;
    let rosa = app.farmer("rosa").with("idempotency-key", "k1");
    let first = add(&rosa, beans()).await;
    created(&first);
    let again = add(&rosa, beans()).await;
    assert_eq!((again.status, &again.body), (201, &first.body));
    let other = add(&rosa, with(beans(), "price", json!("3.00"))).await;
    other.refused_field("Idempotency-Key", "orders-key-reused");
    let bad = app.farmer("rosa").with("idempotency-key", "");
    add(&bad, beans())
        .await
        .refused_field("Idempotency-Key", "orders-bad-key");
    // Without a key each is a product of its own; another's key is another key.
    created(&add(&app.farmer("ben").with("idempotency-key", "k1"), beans()).await);
    created(&add(&app.farmer("rosa"), beans()).await);
    let beans = slugs(&app.stranger(), "?category=leaf").await;
    assert_eq!(beans, ["beans", "beans-ben", "beans-rosa"]);
    // Many at once are one too.
    let tries = (0..6).map(|_| {
        let rosa = app.farmer("rosa").with("idempotency-key", "k2");
        async move { add(&rosa, with(self::beans(), "name", json!("Peas"))).await }
    });
    let answers = futures_util::future::join_all(tries).await;
    let ids: std::collections::BTreeSet<_> = answers
        .iter()
        .map(|a| created(a)["id"].to_string())
        .collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    app.finish().await;
}

#[tokio::test]
async fn each_market_lists_its_own() {
    let app = TestApp::new().await;
    for side in [app.here(), app.twin()] {
        for client in [side.stranger(), side.farmer("rosa"), side.person("admin")] {
            let list = client.get("/api/products").await.ok();
            let ids = list["products"].as_array().unwrap().iter();
            let foreign =
                ids.filter(|p| p["id"].as_str().unwrap().contains("_two") != (side.tail == "_two"));
            assert_eq!(foreign.count(), 0, "{list}");
        }
    }
    app.finish().await;
}
