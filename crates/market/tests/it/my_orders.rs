//! The page of one's own orders.
use market::orders::model::Status;

use crate::support::TestApp;

#[tokio::test]
async fn ones_orders_are_listed_newest_first_with_day_and_status_in_words() {
    let app = TestApp::new().await;
    let first = app.order().by("ana").place().await;
    app.pass(std::time::Duration::from_secs(1));
    let second = app.order().by("ana").at(Status::Ready).place().await;
    let carls = app.order().by("carl").place().await;
    let ana = app.customer("ana");
    let page = ana.get("/orders").await;
    let text = page.text();
    assert_eq!(page.status, 200);
    let at = |code: &str| text.find(code).unwrap_or_else(|| panic!("{code}: {text}"));
    assert!(at(&second.code) < at(&first.code));
    for part in [
        format!("/orders/{}/track", first.id),
        "Ready".to_owned(),
        "28\u{a0}November".to_owned(),
        "9:00–11:00".to_owned(),
    ] {
        assert!(text.contains(&part), "{part}: {text}");
    }
    assert!(!text.contains(&carls.code) && !text.contains("READY"));
    // In the other market she has none.
    let there = ana.at_host("harbour.market.test");
    let empty = there.get("/orders").await.text();
    assert!(
        !empty.contains("/track\"") && empty.contains("href=\"/\""),
        "{empty}"
    );
    app.finish().await;
}

#[tokio::test]
async fn many_orders_come_in_pages_without_a_gap() {
    let app = TestApp::new().await;
    let mut codes = Vec::new();
    for nth in 0..45 {
        // Some in the same instant: the id decides.
        if nth % 3 == 0 {
            app.pass(std::time::Duration::from_secs(1));
        }
        codes.push(app.order().by("ana").place().await.code);
    }
    let ana = app.customer("ana");
    let (mut path, mut seen, mut sizes) = ("/orders".to_owned(), Vec::new(), Vec::new());
    for _ in 0..9 {
        let text = ana.get(&path).await.text();
        let on_page: Vec<String> = codes
            .iter()
            .filter(|code| text.contains(code.as_str()))
            .cloned()
            .collect();
        sizes.push(on_page.len());
        seen.extend(on_page);
        match text.split("class=\"btn\" href=\"/orders?after=").nth(1) {
            Some(rest) => path = format!("/orders?after={}", rest.split('"').next().unwrap()),
            None => break,
        }
    }
    assert_eq!(sizes, [20, 20, 5]);
    seen.sort();
    codes.sort();
    assert_eq!(seen, codes);
    assert_eq!(ana.get("/orders?after=nonsense").await.status, 422);
    app.finish().await;
}
