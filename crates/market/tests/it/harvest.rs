//! What to cut for a day, and what goes on paper.
use market::orders::model::Status;

use crate::support::{Answer, Client, TestApp};

const CARROTS: &str = "prd_frm_rosa_0";

fn rosa(app: &TestApp) -> Client {
    app.here().by_session("rosa")
}

async fn list(app: &TestApp) -> String {
    let page = rosa(app)
        .get("/farm/harvest?farm=rosa&day=2026-11-28")
        .await;
    assert_eq!(page.status, 200, "{page:?}");
    page.text()
}

async fn tick(client: &Client, done: &str, have: &str, version: i64, key: &str) -> Answer {
    let form = format!(
        "farm=rosa&day=2026-11-28&product={CARROTS}&done={done}&have={have}&version={version}&key={key}"
    );
    client.post_form("/farm/harvest", &form).await
}

#[tokio::test]
async fn every_order_that_lives_is_in_the_sum() {
    let app = TestApp::new().await;
    for status in [Status::Pending, Status::Confirmed, Status::Ready] {
        app.order().farms(["rosa", "ben"]).at(status).place().await;
    }
    app.order().at(Status::Cancelled).place().await;
    let heavy = app.order().unweighed("rosa").place().await;
    app.sql(
        "UPDATE products SET place = '2 Barn' WHERE id = 'prd_frm_rosa_2'",
        &[],
    )
    .await;
    app.sql(
        "UPDATE products SET place = '1 Top field, row 4' WHERE id = 'prd_frm_rosa_0'",
        &[],
    )
    .await;
    let text = list(&app).await;
    for shown in [
        "0 of 2 done",
        "8<small>bunches</small>",
        "Final at Friday\u{a0}12:00, 4 orders so far.",
        "Top field",
        "row 4",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    assert!(text.find("Top field") < text.find("Barn"), "{text}");
    // One that is cancelled meanwhile is gone from it at once.
    app.manager().cancel(&heavy, "OTHER").await.changed(true);
    let text = list(&app).await;
    assert!(text.contains("6<small>bunches</small>") && !text.contains("Barn"));
    app.pass_until(crate::support::ts(crate::support::CUTOFF));
    app.sign_in_again().await;
    assert!(list(&app).await.contains("Final, 3 orders."));
    app.finish().await;
}

#[tokio::test]
async fn a_tick_stays_for_the_whole_team() {
    let app = TestApp::new().await;
    app.order().place().await;
    for _ in 0..2 {
        let done = tick(&rosa(&app), "yes", "", 0, "k1").await;
        assert_eq!(done.status, 303, "{done:?}");
        let back = format!("/farm/harvest?farm=rosa&day=2026-11-28#h-{CARROTS}");
        assert_eq!(done.header("location"), back);
    }
    let text = list(&app).await;
    assert!(text.contains("1 of 1 done") && text.contains("rosa Example, 10:00"));
    // A colleague who saw it open wants the same; another word on what was seen is stale.
    let staff = app.here().by_session("rosa_staff");
    assert_eq!(tick(&staff, "yes", "", 0, "k2").await.status, 303);
    assert_eq!(tick(&staff, "yes", "1", 0, "k3").await.status, 412);
    assert_eq!(tick(&staff, "yes", "1", 1, "k4").await.status, 303);
    assert!(list(&app).await.contains("1\u{a0}bunch short"));
    assert_eq!(tick(&staff, "no", "", 2, "k5").await.status, 303);
    assert!(list(&app).await.contains("0 of 1 done"));
    app.finish().await;
}

#[tokio::test]
async fn an_order_that_comes_after_the_tick_shows_what_is_missing() {
    let app = TestApp::new().await;
    app.order().place().await;
    tick(&rosa(&app), "yes", "", 0, "k1").await;
    assert!(!list(&app).await.contains(" short<"));
    app.order().place().await;
    assert!(list(&app).await.contains("2\u{a0}bunches short"));
    app.finish().await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let app = TestApp::new().await;
    app.order().place().await;
    app.order().farms(["ben"]).place().await;
    let client = rosa(&app);
    assert_eq!(tick(&client, "maybe", "", 0, "k1").await.status, 422);
    let half = tick(&client, "yes", "1.5", 0, "k1").await;
    assert_eq!(half.status, 422, "{half:?}");
    assert!(half.text().contains("role=\"alert\""), "{half:?}");
    for form in [
        "farm=ben&day=2026-11-28&product=prd_frm_ben_0&done=yes&version=0&key=k1",
        "farm=rosa&day=2026-11-28&product=prd_frm_ben_0&done=yes&version=0&key=k1",
        "farm=rosa&day=2026-11-29&product=prd_frm_rosa_0&done=yes&version=0&key=k1",
        "farm=rosa&day=2026-11-28&product=&done=yes&version=0&key=k1",
    ] {
        let refused = client.post_form("/farm/harvest", form).await;
        assert_eq!(refused.status, 404, "{form}: {refused:?}");
    }
    assert_eq!(client.get("/farm/harvest?day=x").await.status, 404);
    assert_eq!(client.get("/farm/harvest?farm=ben").await.status, 404);
    app.finish().await;
}

#[tokio::test]
async fn the_table_opens_in_a_spreadsheet_and_runs_nothing() {
    let app = TestApp::new().await;
    app.order().place().await;
    app.sql(
        "UPDATE products SET name = '=HYPERLINK(\"x\")', place = '1 Top field, row 4' WHERE id = 'prd_frm_rosa_0'",
        &[],
    )
    .await;
    let csv = rosa(&app).get("/farm/harvest.csv?farm=rosa").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        csv.header("content-disposition"),
        "attachment; filename=\"harvest-2026-11-28.csv\""
    );
    assert_eq!(
        csv.text(),
        "\u{feff}Place,Product,Unit,Needed,There is,Orders\r\n\
         \"Top field, row 4\",\"'=HYPERLINK(\"\"x\"\")\",bunch,2,,1\r\n"
    );
    app.finish().await;
}

#[tokio::test]
async fn paper_says_what_goes_into_the_box_and_little_of_whom_it_is_for() {
    let app = TestApp::new().await;
    let one = app.order().farms(["rosa", "ben"]).place().await;
    let two = app.order().at(Status::Ready).place().await;
    let over = app.order().at(Status::Fulfilled).place().await;
    app.sql("UPDATE orders SET phone = '07700 900 142'", &[])
        .await;
    app.sql(
        "UPDATE farm_orders SET note = 'Leave the mud on' WHERE farm_id = 'frm_rosa'",
        &[],
    )
    .await;
    app.sql(
        "UPDATE products SET is_chilled = TRUE WHERE id = 'prd_frm_rosa_0'",
        &[],
    )
    .await;
    for (path, class) in [("/farm/slips", "slip"), ("/farm/labels", "label")] {
        let text = rosa(&app).get(&format!("{path}?farm=rosa")).await.text();
        let sheets = text.matches(&format!("<article class=\"{class}\"")).count();
        assert_eq!(sheets, 2, "{text}");
        for shown in [
            one.code.as_str(),
            two.code.as_str(),
            "Ana E.",
            "9:00–11:00",
            "Carrots",
            "Leave the mud on",
            "hilled",
        ] {
            assert!(text.contains(shown), "{shown}: {text}");
        }
        for hidden in [
            over.code.as_str(),
            "07700",
            "ana@example.org",
            "Ana Example",
            "ben farm",
        ] {
            assert!(!text.contains(hidden), "{hidden}: {text}");
        }
        let own = format!("{path}?farm=rosa&order={}", over.part("rosa"));
        let text = rosa(&app).get(&own).await.text();
        assert!(text.contains(&over.code) && !text.contains(&one.code));
    }
    app.finish().await;
}
