//! A manager's places and settings: what is changed counts at once, everywhere.
use market::markets::known;
use tokio::time::timeout;

use crate::{
    instance,
    support::{Client, TestApp, ts},
    wire::DEADLINE,
};

fn manager(app: &TestApp) -> Client {
    app.here().by_session("manager")
}

#[tokio::test]
async fn a_place_is_added_and_changed() {
    let app = TestApp::new().await;
    let form = "name=Lower+Square&address=High+Street+2&access=Two+steps.&map_url=https://maps.example.org/x";
    let added = manager(&app).post_form("/market/places/new", form).await;
    assert_eq!(added.status, 303, "{added:?}");
    let list = manager(&app).get("/market/places").await.text();
    assert!(
        list.contains("Lower Square") && list.contains("Two steps."),
        "{list}"
    );
    let page = manager(&app).get("/market/places/plc").await.text();
    assert!(page.contains("value=\"Riverside Square\""), "{page}");
    let form = "version=1&name=Upper+Square&address=Mill+Lane+1&access=&map_url=";
    let done = manager(&app).post_form("/market/places/plc", form).await;
    assert_eq!(done.status, 303);
    let row: Option<(String, Option<String>)> = app
        .read()
        .await
        .one(
            "SELECT name, access FROM pickup_places WHERE id = 'plc'",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(row, Some(("Upper Square".to_owned(), None)));
    let late = "version=1&name=Riverside+Square&address=Mill+Lane+7&access=";
    let stale = manager(&app).post_form("/market/places/plc", late).await;
    assert_eq!(stale.status, 412, "{stale:?}");
    let text = stale.text();
    for there in [
        "value=\"Mill Lane 7\"",
        "id=\"address-now\">Now: Mill Lane 1<",
        "id=\"name-now\">Now: Upper Square<",
        "name=\"version\" value=\"2\"",
    ] {
        assert!(text.contains(there), "no {there} in {text}");
    }
    let late = late.replace("version=1", "version=2");
    let done = manager(&app).post_form("/market/places/plc", &late).await;
    assert_eq!(done.status, 303, "{done:?}");
    for (form, field) in [
        ("name=&address=x", "name"),
        ("name=x&address=", "address"),
        ("name=x&address=y&access=a%00b", "access"),
        (
            "name=x&address=y&map_url=http://maps.example.org/",
            "map_url",
        ),
        ("name=x&address=y&map_url=javascript:alert(1)", "map_url"),
    ] {
        for path in ["/market/places/new", "/market/places/plc"] {
            let answer = manager(&app).post_form(path, form).await;
            assert_eq!(answer.status, 422, "{form}");
            let text = answer.text();
            assert!(text.contains(&format!("id=\"{field}-err\"")), "{text}");
        }
    }
    for path in ["/market/places/plc_two", "/market/days/day_two"] {
        assert_eq!(manager(&app).get(path).await.status, 404);
        let posted = manager(&app)
            .post_form(path, "version=1&name=x&address=y")
            .await;
        assert_eq!(posted.status, 404, "{posted:?}");
    }
    app.finish().await;
}

const SETTINGS: &str = "version=1&name=Quay+Market&address=Quay+4&zone=Europe/London&currency=EUR&prefix=qm&tax=ON_TOP\
     &fee_goods=5.5&fee_payer=CUSTOMER&fee_order=1,20&fee_farm=0.5";

#[tokio::test]
async fn settings_count_at_once_also_in_another_process() {
    let app = TestApp::new().await;
    let other = instance::on(&app, instance::open(&app).await);
    let done = manager(&app).post_form("/market/settings", SETTINGS).await;
    assert_eq!(done.status, 303, "{done:?}");
    let home = app.stranger().get("/").await.text();
    assert!(home.contains("Quay Market, Quay 4"), "{home}");
    let market = app.app.markets.default().unwrap();
    assert_eq!(market.code_prefix, "QM");
    assert_eq!(market.currency.code(), "EUR");
    assert!(!market.tax_included);
    let fees = &market.fees;
    assert_eq!(
        (fees.goods_bp, fees.order_minor, fees.farm_minor),
        (550, 120, 50)
    );
    assert_eq!(fees.goods_payer.as_str(), "CUSTOMER");
    let page = manager(&app).get("/market/settings").await.text();
    assert!(
        page.contains("value=\"5.50\"") && page.contains("value=\"1.20\""),
        "{page}"
    );
    assert_eq!(app.twin().market().name, "harbour market");
    let stale = manager(&app)
        .post_form("/market/settings", &SETTINGS.replace("5.5", "6"))
        .await;
    assert_eq!(stale.status, 412, "{stale:?}");
    let text = stale.text();
    for there in [
        "name=\"fee_goods\" type=\"text\" value=\"6\"",
        "id=\"fee_goods-now\">Now: 5.50<",
        "name=\"version\" value=\"2\"",
    ] {
        assert!(text.contains(there), "no {there} in {text}");
    }
    assert!(!text.contains("id=\"name-now\""), "{text}");
    // The other process hears the hint and reads for itself.
    assert_eq!(other.markets.default().unwrap().name, "riverside market");
    let mut follows = std::pin::pin!(known::follow(other.clone()));
    let hears = async {
        while other.markets.default().unwrap().name != "Quay Market" {
            other.cluster.bump(known::TOPIC);
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = &mut follows => panic!("it ends with the process only"),
        heard = timeout(DEADLINE, hears) => heard.expect("it never reads again"),
    }
    app.stop();
    follows.await;
    app.finish().await;
}

#[tokio::test]
async fn orders_keep_their_currency() {
    let app = TestApp::new().await;
    app.order().place().await;
    let page = manager(&app).get("/market/settings").await.text();
    assert!(
        !page.contains("id=\"currency\"") && page.contains("stays GBP"),
        "{page}"
    );
    let refused = manager(&app).post_form("/market/settings", SETTINGS).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    assert_eq!(app.app.markets.default().unwrap().currency.code(), "GBP");
    let same = SETTINGS.replace("&currency=EUR", "");
    let done = manager(&app).post_form("/market/settings", &same).await;
    assert_eq!(done.status, 303, "{done:?}");
    app.finish().await;
}

#[tokio::test]
async fn another_zone_keeps_the_hours_that_were_announced() {
    let app = TestApp::new().await;
    let paris = SETTINGS.replace("Europe/London", "Europe/Paris");
    let done = manager(&app).post_form("/market/settings", &paris).await;
    assert_eq!(done.status, 303, "{done:?}");
    let at = |text| ts(text).micros();
    let count = |sql: &'static str| app.count(sql, &[]);
    let starts = count("SELECT starts_at FROM windows WHERE id = 'win'").await;
    assert_eq!(starts, at("2026-11-28T08:00:00Z"), "nine in Paris");
    let cutoff = count("SELECT cutoff_at FROM market_days WHERE id = 'day'").await;
    assert_eq!(cutoff, at("2026-11-27T11:00:00Z"));
    let twins = count("SELECT cutoff_at FROM market_days WHERE id = 'day_two'").await;
    assert_eq!(twins, at("2026-11-27T12:00:00Z"), "the other market's");
    app.finish().await;
}

#[tokio::test]
async fn every_wrong_setting_is_named() {
    let app = TestApp::new().await;
    for (from, to, field) in [
        ("name=Quay+Market", "name=", "name"),
        ("address=Quay+4", "address=", "address"),
        ("zone=Europe/London", "zone=Mars/Base", "zone"),
        ("currency=EUR", "currency=XXX", "currency"),
        ("prefix=qm", "prefix=toolong", "prefix"),
        ("tax=ON_TOP", "tax=NONE", "tax"),
        ("fee_goods=5.5", "fee_goods=101", "fee_goods"),
        ("fee_payer=CUSTOMER", "fee_payer=NOBODY", "fee_payer"),
        ("fee_order=1,20", "fee_order=-1", "fee_order"),
        ("fee_farm=0.5", "fee_farm=free", "fee_farm"),
    ] {
        assert!(SETTINGS.contains(from));
        let form = SETTINGS.replace(from, to);
        let answer = manager(&app).post_form("/market/settings", &form).await;
        assert_eq!(answer.status, 422, "{to}");
        let text = answer.text();
        assert!(
            text.contains(&format!("id=\"{field}-err\"")),
            "{to}: {text}"
        );
    }
    assert_eq!(app.app.markets.default().unwrap().name, "riverside market");
    app.finish().await;
}
