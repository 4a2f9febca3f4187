//! A farm's products as a table: saved, changed, looked at line by line, done.
use axum::http::Method;

use crate::support::{Answer, Client, TestApp};

fn rosa(app: &TestApp) -> Client {
    app.here().by_session("rosa")
}

async fn saved(app: &TestApp) -> String {
    let file = rosa(app).get("/farm/products.csv").await;
    assert_eq!(file.status, 200, "{file:?}");
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"products.csv\""
    );
    file.text()
}

async fn post(client: &Client, fields: &[(&str, &str)]) -> Answer {
    let part = |(name, text): &(&str, &str)| {
        format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    };
    let body: String = fields.iter().map(part).collect();
    let mut request = client.request(Method::POST, "/farm/products/import", body + "--x--\r\n");
    let kind = "multipart/form-data; boundary=x".parse().unwrap();
    request.headers_mut().insert("content-type", kind);
    client.send(request).await
}

async fn look(app: &TestApp, text: &str) -> Answer {
    post(&rosa(app), &[("farm", "rosa"), ("file", text)]).await
}

/// The press on the page's button: what stands in its form.
async fn press(app: &TestApp, looked: &Answer, text: &str) -> Answer {
    let html = looked.text();
    let (_, rest) = html.split_once("name=\"key\" value=\"").expect("a button");
    let key = rest.split_once('"').unwrap().0;
    let form = [
        ("farm", "rosa"),
        ("key", key),
        ("apply", "yes"),
        ("file", text),
    ];
    post(&rosa(app), &form).await
}

async fn prices(app: &TestApp) -> Vec<String> {
    app.texts(
        "SELECT name || ' ' || price_minor || ' ' || COALESCE(stock_qty, -1) FROM products WHERE farm_id = 'frm_rosa' \
         ORDER BY name",
        &[],
    )
    .await
}

#[tokio::test]
async fn a_table_is_saved_changed_looked_at_and_done() {
    let app = TestApp::new().await;
    let text = saved(&app).await;
    assert_eq!(text.lines().count(), 4, "{text}");
    let changed = text.replacen(",1.80,", ",2.40,", 1);
    let first = text
        .lines()
        .nth(1)
        .unwrap()
        .split(',')
        .nth(2)
        .unwrap()
        .to_owned();
    let changed = format!("{changed},,Beans,,leaf,kg,3.10,,12.5,,,,,,,,,East field,yes,no,no\r\n");
    let before = prices(&app).await;
    let looked = look(&app, &changed).await;
    assert_eq!(looked.status, 200, "{looked:?}");
    let html = looked.text();
    for part in [
        first.as_str(),
        "changes",
        "stays as it is",
        "new product",
        "Beans",
    ] {
        assert!(html.contains(part), "no {part} in {html}");
    }
    assert_eq!(prices(&app).await, before, "only looked at");

    let done = press(&app, &looked, &changed).await;
    assert_eq!(
        (done.status, done.header("location")),
        (303, "/farm/products/import?farm=rosa&done=4"),
        "{done:?}"
    );
    let page = rosa(&app).get(done.header("location")).await.text();
    assert!(page.contains("4 lines were read and done"), "{page}");
    let after = prices(&app).await;
    assert!(after.contains(&"Beans 310 12500".to_owned()), "{after:?}");
    assert!(after.contains(&format!("{first} 240 -1")), "{after:?}");
    // Pressed twice: nothing is added twice, and what was changed then is not changed again.
    let again = press(&app, &looked, &changed).await;
    assert_eq!(again.status, 303, "{again:?}");
    assert_eq!(prices(&app).await, after);
    let acts = app.count(
        "SELECT COUNT(*) FROM audit_entries WHERE verb LIKE 'product.%'",
        &[],
    );
    assert_eq!(acts.await, 2);
    app.finish().await;
}

#[tokio::test]
async fn lines_that_only_add_are_done_once() {
    let app = TestApp::new().await;
    let text = "name,price,unit,category,sold_out\nBeans,2.40,kg,leaf,yes\n";
    let looked = look(&app, text).await;
    for _ in 0..2 {
        let done = press(&app, &looked, text).await;
        assert_eq!(done.status, 303, "{done:?}");
    }
    let beans = "SELECT COUNT(*) FROM products WHERE name = 'Beans' AND is_sold_out = TRUE";
    assert_eq!(app.count(beans, &[]).await, 1);
    app.finish().await;
}

#[tokio::test]
async fn one_wrong_line_stops_all_and_each_is_told() {
    let app = TestApp::new().await;
    let before = prices(&app).await;
    let text = "id,version,name,price\nprd_frm_rosa_0,1,Carrots,2.00\nprd_frm_rosa_1,1,Leeks,cheap\n\
                prd_frm_ben_0,1,Carrots,1.00\nprd_frm_rosa_two_0,1,Carrots,1.00\n";
    let form = [
        ("farm", "rosa"),
        ("key", "k"),
        ("apply", "yes"),
        ("file", text),
    ];
    let answer = post(&rosa(&app), &form).await;
    assert_eq!(answer.status, 422, "{answer:?}");
    let html = answer.text();
    for part in [
        "Nothing was changed",
        "<a href=\"#line-3\">3, price</a>",
        "<a href=\"#line-4\">4, id</a>: This farm has no product with this id",
        "<a href=\"#line-5\">5, id</a>",
    ] {
        assert!(html.contains(part), "no {part} in {html}");
    }
    assert!(
        !html.contains("name=\"key\""),
        "no button while a line is wrong"
    );
    assert_eq!(prices(&app).await, before);
    app.finish().await;
}

#[tokio::test]
async fn what_somebody_else_changed_meanwhile_stays() {
    let app = TestApp::new().await;
    let text = saved(&app).await.replace(",1.80,", ",2.40,");
    let body = "{\"stock\":\"7\",\"expected_version\":1}";
    let path = "/api/products/prd_frm_rosa_0/stock";
    app.farmer("rosa").json(Method::PUT, path, body).await.ok();
    let answer = look(&app, &text).await;
    assert_eq!(answer.status, 422);
    assert!(
        answer
            .text()
            .contains("Somebody changed this product since the table was saved")
    );
    app.finish().await;
}

#[tokio::test]
async fn a_file_that_is_no_table_is_refused_with_its_reason() {
    let app = TestApp::new().await;
    for (text, says) in [
        ("", "There is no line in it"),
        ("colour\nred\n", "no column “colour”"),
        ("name,price\nBeans\n", "Line 2 has more or fewer cells"),
    ] {
        let answer = look(&app, text).await;
        assert_eq!(answer.status, 422, "{answer:?}");
        assert!(answer.text().contains(says), "{answer:?}");
    }
    let many = format!("name\n{}", "x\n".repeat(501));
    assert!(look(&app, &many).await.text().contains("too large"));
    let huge = "x".repeat(300 * 1024);
    assert_eq!(look(&app, &huge).await.status, 413);
    let plain = rosa(&app)
        .post_form("/farm/products/import", "farm=rosa")
        .await;
    assert_eq!(plain.status, 415);
    app.finish().await;
}

#[tokio::test]
async fn only_who_may_change_a_farms_products_has_its_table() {
    let app = TestApp::new().await;
    for (name, query, status) in [
        ("rosa", "?farm=ben", 404),
        ("rosa_staff", "?farm=rosa", 403),
        ("manager", "?farm=ben", 200),
    ] {
        let client = app.here().by_session(name);
        for path in ["/farm/products.csv", "/farm/products/import"] {
            let answer = client.get(&format!("{path}{query}")).await;
            assert_eq!(answer.status, status, "{name}: {answer:?}");
        }
    }
    app.finish().await;
}
