//! A manager's market days: planned, changed, opened and closed, by hand and by time.
use std::time::Duration;

use market::{
    jobs,
    kernel::ids::DayId,
    markets::{
        days::{actions, form, store},
        places,
    },
    orders::model::Status,
};

use crate::support::{Answer, CUTOFF, Client, TestApp, WINDOW_ENDS, ts};

const MICRO: Duration = Duration::from_micros(1);

fn manager(app: &TestApp) -> Client {
    app.here().by_session("manager")
}

async fn status(app: &TestApp, id: &str) -> String {
    let sql = "SELECT status FROM market_days WHERE id = $1";
    app.texts(sql, &[&id]).await.remove(0)
}

async fn version(app: &TestApp, id: &str) -> i64 {
    let sql = "SELECT version FROM market_days WHERE id = $1";
    app.count(sql, &[&id]).await
}

async fn step(app: &TestApp, id: &str, step: &str) -> Answer {
    let form = format!("step={step}&version={}", version(app, id).await);
    let path = format!("/market/days/{id}/status");
    manager(app).post_form(&path, &form).await
}

async fn tick(app: &TestApp) {
    jobs::ensure_recurring(&app.app).await.expect("ensured");
    app.run_jobs().await;
}

/// Plans a day and gives its id.
async fn plan(app: &TestApp, form: &str) -> String {
    let answer = manager(app).post_form("/market/days/new", form).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let id = answer.header("location").strip_prefix("/market/days/");
    id.unwrap().to_owned()
}

const NEXT: &str = "date=2026-12-05&opens=2026-11-30T08:00&cutoff=2026-12-03T20:00";
const WINDOW: &str = "w1_place=plc&w1_from=09:00&w1_to=11:00&w1_capacity=40";

#[tokio::test]
async fn a_day_is_planned_and_shown_with_its_windows() {
    let app = TestApp::new().await;
    app.order().place().await;
    let two = format!("{NEXT}&{WINDOW}&w2_place=plc&w2_from=14:00&w2_to=16:30&w2_capacity=5");
    let id = plan(&app, &two).await;
    assert_eq!(status(&app, &id).await, "SCHEDULED");
    let list = manager(&app).get("/market/days").await;
    assert_eq!(list.status, 200);
    let text = list.text();
    for part in [
        "Saturday 5\u{a0}December",
        "9:00–11:00, Riverside Square: 0 of 40 taken",
        "14:00–16:30, Riverside Square: 0 of 5 taken",
        "1 order<",
        "0 orders<",
        "Thursday 3\u{a0}December, 20:00",
    ] {
        assert!(text.contains(part), "no {part} in {text}");
    }
    // The next one comes first.
    let at = |part: &str| text.find(part).unwrap();
    assert!(at("Saturday 28") < at("Saturday 5"));
    // The same date again is refused, and what was typed is kept.
    let again = manager(&app).post_form("/market/days/new", &two).await;
    assert_eq!(again.status, 422);
    let text = again.text();
    assert!(text.contains("href=\"#date\"") && text.contains("value=\"16:30\""));
    let draft = NEXT.replace("12-05", "12-06");
    let id = plan(&app, &format!("{draft}&{WINDOW}&draft=on")).await;
    assert_eq!(status(&app, &id).await, "DRAFT");
    app.finish().await;
}

#[tokio::test]
async fn every_mistake_is_named_at_its_field() {
    let app = TestApp::new().await;
    let good = format!("{NEXT}&{WINDOW}");
    for (from, to, field) in [
        ("date=2026-12-05", "date=soon", "date"),
        ("date=2026-12-05", "date=2026-11-25", "date"),
        ("opens=2026-11-30T08:00", "opens=", "opens"),
        (
            "cutoff=2026-12-03T20:00",
            "cutoff=2026-11-30T08:00",
            "cutoff",
        ),
        (
            "cutoff=2026-12-03T20:00",
            "cutoff=2026-12-05T09:01",
            "cutoff",
        ),
        ("w1_place=plc", "w1_place=plc_two", "w1_place"),
        ("w1_from=09:00", "w1_from=9", "w1_from"),
        ("w1_to=11:00", "w1_to=09:00", "w1_to"),
        ("w1_capacity=40", "w1_capacity=0", "w1_capacity"),
        (WINDOW, "", "w1_from"),
    ] {
        assert!(good.contains(from));
        let form = good.replace(from, to);
        let answer = manager(&app).post_form("/market/days/new", &form).await;
        assert_eq!(answer.status, 422, "{to}: {answer:?}");
        let text = answer.text();
        assert!(
            text.contains(&format!("<a href=\"#{field}\">"))
                && text.contains(&format!("id=\"{field}-err\"")),
            "{to}: {text}"
        );
    }
    let past = good.replace("2026-11-30T08:00", "2026-11-20T08:00");
    let past = past.replace("2026-12-03T20:00", "2026-11-26T09:59");
    let answer = manager(&app).post_form("/market/days/new", &past).await;
    assert!(answer.status == 422 && answer.text().contains("#cutoff"));
    let days = app.count("SELECT COUNT(*) FROM market_days", &[]).await;
    assert_eq!(days, 2, "one in each market");
    app.finish().await;
}

#[tokio::test]
async fn the_last_day_is_copied_a_week_later_by_its_local_hours() {
    let app = TestApp::new().await;
    // Sunday 28 March 2027 is when London's clocks go forward.
    let form = "date=2027-03-27&opens=2027-03-22T08:00&cutoff=2027-03-25T20:00";
    plan(&app, &format!("{form}&{WINDOW}")).await;
    let page = manager(&app).get("/market/days/new?copy=last").await.text();
    for part in [
        "value=\"2027-04-03\"",
        "value=\"2027-03-29T08:00\"",
        "value=\"2027-04-01T20:00\"",
        "value=\"40\"",
    ] {
        assert!(page.contains(part), "no {part} in {page}");
    }
    let form = "date=2027-04-03&opens=2027-03-29T08:00&cutoff=2027-04-01T20:00";
    let id = plan(&app, &format!("{form}&{WINDOW}")).await;
    let sql = "SELECT cutoff_at FROM market_days WHERE id = $1";
    let cutoff = app.count(sql, &[&id]).await;
    assert_eq!(cutoff, ts("2027-04-01T19:00:00Z").micros(), "summer time");
    app.finish().await;
}

#[tokio::test]
async fn a_day_is_edited_by_whoever_saw_it_as_it_is() {
    let app = TestApp::new().await;
    let page = manager(&app).get("/market/days/day").await.text();
    assert!(
        page.contains("name=\"version\" value=\"1\"")
            && page.contains("name=\"w1_id\" value=\"win\""),
        "{page}"
    );
    let form = "version=1&opens=2026-11-23T08:00&cutoff=2026-11-27T18:00&w1_id=win&w1_place=plc\
                &w1_from=08:30&w1_to=11:00&w1_capacity=12&w2_place=plc&w2_from=15:00&w2_to=17:00&w2_capacity=8";
    let done = manager(&app).post_form("/market/days/day", form).await;
    assert_eq!(done.status, 303, "{done:?}");
    let rows: Vec<(String, i64, i64)> = app
        .read()
        .await
        .all(
            "SELECT local_start, starts_at, capacity FROM windows WHERE day_id = 'day' ORDER BY starts_at",
            &[],
        )
        .await
        .unwrap();
    let at = |text| ts(text).micros();
    assert_eq!(
        rows,
        [
            ("08:30".to_owned(), at("2026-11-28T08:30:00Z"), 12),
            ("15:00".to_owned(), at("2026-11-28T15:00:00Z"), 8)
        ]
    );
    let ends = app
        .count("SELECT ends_at FROM market_days WHERE id = 'day'", &[])
        .await;
    assert_eq!(ends, at("2026-11-28T17:00:00Z"));
    let stale = manager(&app).post_form("/market/days/day", form).await;
    assert_eq!(stale.status, 412, "{stale:?}");
    app.finish().await;
}

#[tokio::test]
async fn a_stale_edit_keeps_what_was_typed_and_shows_what_is_so() {
    let app = TestApp::new().await;
    let days = "opens=2026-11-23T08:00&cutoff=2026-11-27T12:00";
    let first = format!(
        "version=1&{days}&w1_id=win&w1_place=plc&w1_from=08:30&w1_to=10:30&w1_capacity=12&\
         w2_place=plc&w2_from=15:00&w2_to=17:00&w2_capacity=8"
    );
    let done = manager(&app).post_form("/market/days/day", &first).await;
    assert_eq!(done.status, 303, "{done:?}");
    // Somebody else had the form open: another hour, and a window of their own in the second row.
    let second = "version=1&opens=2026-11-23T08:00&cutoff=2026-11-27T11:00&w1_id=win&w1_place=plc&w1_from=09:15&\
                  w1_to=10:30&w1_capacity=12&w2_place=plc&w2_from=18:00&w2_to=19:00&w2_capacity=5";
    let stale = manager(&app).post_form("/market/days/day", second).await;
    assert_eq!(stale.status, 412, "{stale:?}");
    let page = stale.text();
    for there in [
        "role=\"alert\"",
        "Somebody changed this meanwhile",
        "name=\"version\" value=\"2\"",
        "id=\"cutoff\" name=\"cutoff\" type=\"datetime-local\" value=\"2026-11-27T11:00\"",
        "id=\"cutoff-now\">Now: 2026-11-27T12:00",
        "name=\"w1_from\" type=\"time\" value=\"09:15\"",
        "id=\"w1_from-now\">Now: 08:30",
        "name=\"w2_from\" type=\"time\" value=\"15:00\"",
        "name=\"w3_from\" type=\"time\" value=\"18:00\"",
    ] {
        assert!(page.contains(there), "no {there} in {page}");
    }
    assert!(!page.contains("id=\"opens-now\""), "{page}");
    // A step taken on an old page shows the day as it is.
    let step = manager(&app)
        .post_form("/market/days/day/status", "step=CLOSE&version=1")
        .await;
    assert_eq!(step.status, 412, "{step:?}");
    assert!(
        step.text().contains("This is how it is now") && step.text().contains("value=\"08:30\""),
        "{step:?}"
    );
    app.finish().await;
}

#[tokio::test]
async fn a_window_with_orders_stays_and_holds_at_least_those() {
    let app = TestApp::new().await;
    app.order().place().await;
    app.sql("UPDATE windows SET taken = 3 WHERE id = 'win'", &[])
        .await;
    let base = "version=1&opens=2026-11-23T08:00&cutoff=2026-11-27T12:00&w1_id=win&w1_place=plc&w1_from=09:00&w1_to=11:00";
    let post = |more: &'static str| {
        let client = manager(&app);
        async move {
            let form = format!("{base}&{more}");
            client.post_form("/market/days/day", &form).await
        }
    };
    let small = post("w1_capacity=2").await;
    assert_eq!(small.status, 422);
    assert!(
        small.text().contains("3 orders are in it already"),
        "{small:?}"
    );
    let gone = post("w1_capacity=9&w1_remove=on").await;
    assert_eq!(gone.status, 422);
    assert!(gone.text().contains("cannot be removed"), "{gone:?}");
    // An order that nobody counted holds it as well.
    app.sql("UPDATE windows SET taken = 0 WHERE id = 'win'", &[])
        .await;
    let other = "w1_capacity=9&w1_remove=on&w2_place=plc&w2_from=15:00&w2_to=17:00&w2_capacity=8";
    let gone = post(other).await;
    assert_eq!(gone.status, 409, "{gone:?}");
    assert!(gone.text().contains("role=\"alert\""));
    assert_eq!(version(&app, "day").await, 1, "nothing was changed");
    assert_eq!(post("w1_capacity=3").await.status, 303);
    app.finish().await;
}

#[tokio::test]
async fn an_order_that_comes_between_looking_and_saving_keeps_its_place() {
    let app = TestApp::new().await;
    let who = app.here().manager_in_person();
    let id = DayId::new("day");
    let read = app.read().await;
    let day = store::find(&read, &who.market.id, &id)
        .await
        .unwrap()
        .unwrap();
    let windows = store::list_windows(&read, &who.market.id, &id)
        .await
        .unwrap();
    let places = places::store::list(&read, &who.market.id).await.unwrap();
    drop(read);
    let about = form::About {
        zone: &who.market.zone,
        now: app.now(),
        places: &places,
        day: Some((&day, &windows)),
    };
    let less = form::filled(&day, &windows, &who.market.zone)
        .without("w1_capacity")
        .with("w1_capacity", "2");
    let less = form::read(&about, &less).unwrap();
    app.sql("UPDATE windows SET taken = 3 WHERE id = 'win'", &[])
        .await;
    let refused = actions::edit(&app.app, &who, &id, 1, &less)
        .await
        .unwrap_err();
    assert_eq!(refused.say().key, "markets-day-window-filled");
    assert_eq!(version(&app, "day").await, 1);
    let stale = actions::edit(&app.app, &who, &id, 7, &less)
        .await
        .unwrap_err();
    assert_eq!(stale.status(), 412);
    let gone = DayId::new("day_two");
    let gone = actions::edit(&app.app, &who, &gone, 1, &less)
        .await
        .unwrap_err();
    assert_eq!(gone.status(), 404, "the other market's");
    app.finish().await;
}

#[tokio::test]
async fn a_window_goes_and_the_carts_in_it_choose_again() {
    let app = TestApp::new().await;
    app.sql(
        "INSERT INTO carts (id, market_id, owner, key, window_id, created_at, changed_at) \
         VALUES ('crt', 'mkt_riverside', 'user:usr_ana', 'k', 'win', 1, 1)",
        &[],
    )
    .await;
    let form = "version=1&opens=2026-11-23T08:00&cutoff=2026-11-27T12:00&w1_id=win&w1_place=plc&w1_from=09:00\
                &w1_to=11:00&w1_capacity=1&w1_remove=on&w2_place=plc&w2_from=10:00&w2_to=12:00&w2_capacity=8";
    let done = manager(&app).post_form("/market/days/day", form).await;
    assert_eq!(done.status, 303, "{done:?}");
    let left = "SELECT COUNT(*) FROM windows WHERE day_id = 'day'";
    assert_eq!(app.count(left, &[]).await, 1);
    let chosen = "SELECT COUNT(*) FROM carts WHERE window_id IS NULL";
    assert_eq!(app.count(chosen, &[]).await, 1);
    app.finish().await;
}

#[tokio::test]
async fn a_manager_closes_opens_again_and_cancels() {
    let app = TestApp::new().await;
    let page = manager(&app).get("/market/days/day").await.text();
    assert!(page.contains("Close for orders now") && !page.contains("Open for orders again"));
    assert_eq!(step(&app, "day", "CLOSE").await.status, 303);
    assert_eq!(status(&app, "day").await, "CLOSED");
    let refused = step(&app, "day", "OPEN").await;
    assert_eq!(refused.status, 409, "{refused:?}");
    assert_eq!(step(&app, "day", "REOPEN").await.status, 303);
    assert_eq!(status(&app, "day").await, "OPEN");
    assert_eq!(step(&app, "day", "SELL").await.status, 422);
    // Open orders keep the day; it says how many.
    let order = app.order().farms(["rosa", "ben"]).place().await;
    let second = app.order().place().await;
    let refused = step(&app, "day", "CANCEL").await;
    assert_eq!(refused.status, 409);
    assert!(
        refused.text().contains("2 orders are still open"),
        "{refused:?}"
    );
    for order in [&order, &second] {
        app.manager().cancel(order, "WEATHER").await.ok();
    }
    assert_eq!(step(&app, "day", "CANCEL").await.status, 303);
    assert_eq!(status(&app, "day").await, "CANCELLED");
    let page = manager(&app).get("/market/days/day").await.text();
    assert!(
        !page.contains("Save changes") && !page.contains("Cancel this day"),
        "{page}"
    );
    let edit = manager(&app)
        .post_form("/market/days/day", "version=4")
        .await;
    assert_eq!(edit.status, 409, "{edit:?}");
    app.finish().await;
}

#[tokio::test]
async fn a_day_closed_by_hand_has_its_cutoff_now_for_customers_and_farms_too() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa"]).by("ana").place().await;
    let waits = app.order().farms(["ben"]).at(Status::Pending).place().await;
    let change = format!("/orders/{}/change", order.id);
    let ana = app.here().by_session("ana");
    let rosa = app.here().by_session("rosa");
    let open = ana.get(&change).await.text();
    assert!(open.contains("Save changes"), "{open}");
    let harvest = rosa.get("/farm/harvest?farm=rosa").await.text();
    assert!(harvest.contains("Final at"), "{harvest}");
    assert_eq!(step(&app, "day", "CLOSE").await.status, 303);
    tick(&app).await;
    let late = ana.post_form(&change, "version=2").await;
    assert!(late.status == 409 || late.status == 403, "{late:?}");
    let harvest = rosa.get("/farm/harvest?farm=rosa").await.text();
    assert!(harvest.contains("Final, "), "{harvest}");
    // What waited for the cut-off is confirmed by it.
    let now = app.manager().order(&waits).await.ok();
    assert_eq!(now["status"], "CONFIRMED");
    // Opened again the day has the cut-off it had.
    assert_eq!(step(&app, "day", "REOPEN").await.status, 303);
    let cutoff = app
        .texts("SELECT CAST(cutoff_at AS TEXT) || COALESCE(CAST(planned_cutoff_at AS TEXT), '') FROM market_days WHERE id = 'day'", &[])
        .await;
    let noon = ts("2026-11-27T12:00:00Z").micros().to_string();
    assert_eq!(cutoff, [noon]);
    let again = ana.get(&change).await;
    assert_eq!(again.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn a_moved_window_is_asked_about_and_told_to_each_of_its_customers_once() {
    let app = TestApp::new().await;
    let ana = app.order().farms(["rosa", "ben"]).by("ana").place().await;
    app.order().by_guest().place().await;
    let gone = app.order().at(Status::Cancelled).by("carl").place().await;
    app.sql("UPDATE windows SET taken = 2 WHERE id = 'win'", &[])
        .await;
    app.run_jobs().await;
    let before = app.mails().len();
    let form = "version=1&opens=2026-11-23T08:00&cutoff=2026-11-27T12:00&w1_id=win&w1_place=plc&w1_from=09:30&w1_to=11:30&w1_capacity=40";
    let asked = manager(&app).post_form("/market/days/day", form).await;
    assert_eq!(asked.status, 422, "{asked:?}");
    for words in [
        "2 orders are collected in what you moved",
        "Move it and tell them",
        "value=\"09:30\"",
    ] {
        assert!(asked.text().contains(words), "{words}: {asked:?}");
    }
    app.run_jobs().await;
    assert_eq!(app.mails().len(), before, "nothing is moved yet");
    let seen = app.customer("ana").order(&ana).await.ok();
    let moved = manager(&app)
        .post_form("/market/days/day", &format!("{form}&tell=yes"))
        .await;
    assert_eq!(moved.status, 303, "{moved:?}");
    for _ in 0..2 {
        app.run_jobs().await;
    }
    let mails = app.mails();
    let mut to: Vec<&str> = mails[before..]
        .iter()
        .map(|mail| mail.to.as_str())
        .collect();
    to.sort_unstable();
    assert_eq!(to.len(), 2, "{to:?}");
    assert!(to[0].contains("ana@") && to[1].contains("gus@"), "{to:?}");
    let text = mails[before].html();
    assert!(
        text.contains("9:30–11:30") && text.contains("9:00–11:00"),
        "{text}"
    );
    let told = app.texts("SELECT kind || ' ' || person || ' ' || channel FROM notices WHERE kind = 'order.moved' ORDER BY person, channel", &[]).await;
    assert_eq!(
        told,
        [
            "order.moved gus@example.org EMAIL",
            "order.moved usr_ana EMAIL",
            "order.moved usr_ana IN_APP",
        ]
    );
    // Her page is another version, and has the new hours.
    let now = app.customer("ana").order(&ana).await.ok();
    assert!(now["version"].as_i64() > seen["version"].as_i64(), "{now}");
    let track = app.here().by_session("ana");
    let track = track.get(&format!("/orders/{}/track", ana.id)).await.text();
    assert!(track.contains("9:30–11:30"), "{track}");
    let kept = app.manager().order(&gone).await.ok();
    assert_eq!(kept["status"], "CANCELLED");
    // More places move nobody.
    let more = form
        .replace("version=1", "version=2")
        .replace("capacity=40", "capacity=60");
    let saved = manager(&app).post_form("/market/days/day", &more).await;
    assert_eq!(saved.header("location"), "/market/days/day?saved=yes");
    let back = manager(&app).get("/market/days/day?saved=yes").await.text();
    assert!(
        back.contains("role=\"status\"") && back.contains(">Saved</p>"),
        "{back}"
    );
    app.run_jobs().await;
    assert_eq!(app.mails().len(), before + 2);
    app.finish().await;
}

#[tokio::test]
async fn a_day_opens_and_closes_when_due_and_not_done() {
    let app = TestApp::new().await;
    let id = plan(&app, &format!("{NEXT}&{WINDOW}")).await;
    app.pass_until(ts("2026-11-30T08:00:00Z").minus(MICRO));
    tick(&app).await;
    assert_eq!(status(&app, &id).await, "SCHEDULED");
    // The workers were away for a day.
    app.pass_until(ts("2026-12-01T08:00:00Z"));
    tick(&app).await;
    assert_eq!(status(&app, &id).await, "OPEN");
    let before = version(&app, &id).await;
    tick(&app).await;
    assert_eq!(version(&app, &id).await, before, "done once");
    app.pass_until(ts("2026-12-03T20:00:00Z"));
    tick(&app).await;
    assert_eq!(status(&app, &id).await, "CLOSED");
    app.sign_in_again().await;
    // Past its cut-off it opens only with a later one.
    let refused = step(&app, &id, "REOPEN").await;
    assert!(refused.status == 409 && refused.text().contains("Set a later one first"));
    app.finish().await;
}

#[tokio::test]
async fn a_day_nobody_looked_at_is_closed_and_a_draft_is_left_alone() {
    let app = TestApp::new().await;
    let id = plan(&app, &format!("{NEXT}&{WINDOW}")).await;
    let draft = NEXT.replace("12-05", "12-06");
    let draft = plan(&app, &format!("{draft}&{WINDOW}&draft=on")).await;
    app.pass_until(ts("2026-12-10T08:00:00Z"));
    tick(&app).await;
    assert_eq!(status(&app, &id).await, "CLOSED");
    assert_eq!(status(&app, &draft).await, "DRAFT");
    assert_eq!(status(&app, "day_two").await, "CLOSED", "in every market");
    app.finish().await;
}

#[tokio::test]
async fn opened_by_hand_a_day_takes_orders_from_now_on() {
    let app = TestApp::new().await;
    let id = plan(&app, &format!("{NEXT}&{WINDOW}")).await;
    assert_eq!(step(&app, &id, "OPEN").await.status, 303);
    let sql = "SELECT opens_at FROM market_days WHERE id = $1";
    assert_eq!(app.count(sql, &[&id]).await, app.now().micros());
    let draft = NEXT.replace("12-05", "12-06");
    let draft = plan(&app, &format!("{draft}&{WINDOW}&draft=on")).await;
    assert_eq!(step(&app, &draft, "SCHEDULE").await.status, 303);
    assert_eq!(status(&app, &draft).await, "SCHEDULED");
    app.finish().await;
}

#[tokio::test]
async fn an_earlier_cut_off_confirms_orders_earlier() {
    let app = TestApp::new().await;
    let order = app.order().at(Status::Pending).place().await;
    let form = "version=1&opens=2026-11-23T08:00&cutoff=2026-11-26T11:00&w1_id=win&w1_place=plc&w1_from=09:00\
                &w1_to=11:00&w1_capacity=40";
    let done = manager(&app).post_form("/market/days/day", form).await;
    assert_eq!(done.status, 303, "{done:?}");
    tick(&app).await;
    let now = app.manager().order(&order).await.ok();
    assert_eq!(now["status"], "PENDING");
    app.pass_until(ts("2026-11-26T11:00:00Z"));
    tick(&app).await;
    let now = app.manager().order(&order).await.ok();
    assert_eq!(
        now["status"], "CONFIRMED",
        "long before {CUTOFF}, {WINDOW_ENDS}"
    );
    app.finish().await;
}

#[tokio::test]
async fn a_market_without_a_place_begins_with_one() {
    let app = TestApp::new().await;
    for sql in [
        "DELETE FROM windows WHERE day_id = 'day'",
        "DELETE FROM market_days WHERE id = 'day'",
        "DELETE FROM pickup_places WHERE id = 'plc'",
    ] {
        app.sql(sql, &[]).await;
    }
    let list = manager(&app).get("/market/days").await.text();
    assert!(list.contains("No market day is planned") && !list.contains("copy=last"));
    let page = manager(&app).get("/market/days/new").await.text();
    assert!(page.contains("href=\"/market/places/new\"") && !page.contains("w1_from"));
    app.finish().await;
}
