//! The managers' desk: the day with its exceptions first, all orders found and moved many at once.
use std::time::Duration;

use axum::{body::Body, http::Method};
use http_body_util::BodyExt as _;
use market::orders::model::Status;
use tower::ServiceExt as _;

use crate::support::{Answer, Client, TestApp, ends, ts};

fn manager(app: &TestApp) -> Client {
    app.here().by_session("manager")
}

async fn page(app: &TestApp, path: &str) -> String {
    let answer = manager(app).get(path).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.text()
}

/// The cells of a farm's line, by their column.
fn cells(html: &str, farm: &str) -> Vec<String> {
    let (_, rest) = html.split_once(&format!("farm={farm}\">")).expect(farm);
    let (_, rest) = rest.split_once("</th>").expect("a line");
    let (line, _) = rest.split_once("</tr>").expect("a line's end");
    let cells = line.split("<td").skip(1);
    cells
        .map(|cell| {
            let (_, text) = cell.split_once('>').unwrap();
            text.split('<').next().unwrap().to_owned()
        })
        .collect()
}

#[tokio::test]
async fn the_day_counts_by_farm_and_what_is_to_be_paid() {
    let app = TestApp::new().await;
    app.order().farms(["rosa", "ben"]).place().await;
    app.order().farms(["rosa"]).at(Status::Ready).place().await;
    app.order()
        .farms(["rosa"])
        .at(Status::Fulfilled)
        .place()
        .await;
    app.order()
        .farms(["ben"])
        .at(Status::Cancelled)
        .place()
        .await;
    app.twin().order().farms(["cleo"]).place().await;
    let html = page(&app, "/market").await;
    assert!(
        html.contains("<h1>Saturday 28\u{a0}November</h1>"),
        "{html}"
    );
    // Each part is two bunches of 1.80; what is handed over is paid.
    assert_eq!(cells(&html, "rosa"), ["1", "0", "1", "0", "1", "£7.20"]);
    assert_eq!(cells(&html, "ben"), ["1", "0", "0", "0", "0", "£3.60"]);
    assert!(!html.contains("cleo farm"), "a farm without orders");
    assert!(html.contains("<dt>orders</dt><dd>3</dd>"), "{html}");
    assert!(html.contains("<dt>ready to hand over</dt><dd>1</dd>"));
    // The fees of two orders that are still to be paid, 50 each, belong to no farm.
    assert!(html.contains("£11.80"), "{html}");
    assert!(html.contains("Nothing needs you") && html.contains("href=\"/market/audit\""));
    app.finish().await;
}

#[tokio::test]
async fn late_farms_and_what_was_not_collected_come_first() {
    let app = TestApp::new().await;
    app.order().farms(["rosa"]).place().await;
    app.order()
        .farms(["ben"])
        .at(Status::Preparing)
        .place()
        .await;
    app.pass_until(ts("2026-11-28T07:00:00Z"));
    app.sign_in_again().await;
    let html = page(&app, "/market").await;
    assert!(html.contains("1 thing needs you"), "{html}");
    assert!(
        html.contains("rosa farm has not begun: 1 to pack."),
        "{html}"
    );
    app.pass_until(ts("2026-11-28T08:30:00Z"));
    app.sign_in_again().await;
    let html = page(&app, "/market").await;
    assert!(
        html.contains("2 things need you") && html.contains("ben farm is not done: 1 to pack.")
    );
    app.farmer("rosa").get("/api/orders").await.ok();
    let order = app.order().farms(["cleo"]).at(Status::Missed).place().await;
    let html = page(&app, "/market").await;
    assert!(
        html.contains("1 order of cleo farm was not collected."),
        "{html}"
    );
    let who = page(&app, "/market/orders?status=MISSED&farm=frm_cleo&day=day").await;
    assert!(who.contains(&order.code), "{who}");
    app.finish().await;
}

#[tokio::test]
async fn a_day_without_orders_and_a_market_without_days_say_so() {
    let app = TestApp::new().await;
    let html = page(&app, "/market").await;
    assert!(
        html.contains("There are no orders for this day yet"),
        "{html}"
    );
    app.sql("UPDATE market_days SET status = 'CANCELLED'", &[])
        .await;
    let html = page(&app, "/market").await;
    assert!(html.contains("<h1>Market day</h1>"), "{html}");
    app.finish().await;
}

async fn frame(body: &mut Body) -> String {
    loop {
        let frame = body.frame().await.expect("a frame").expect("no error");
        let text = String::from_utf8(frame.into_data().expect("data").to_vec()).unwrap();
        if text.contains("data: ") {
            return text;
        }
    }
}

#[tokio::test]
async fn the_day_follows_what_farms_do_until_the_role_is_gone() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa"]).place().await;
    let client = manager(&app);
    let response = app
        .router
        .clone()
        .oneshot(client.request(Method::GET, "/market/events", ""))
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let mut body = response.into_body();
    assert!(frame(&mut body).await.contains("\"day\":"));
    app.farmer("rosa")
        .put_status(&order, "READY")
        .await
        .changed(true);
    let changed = frame(&mut body).await;
    assert!(
        changed.contains("\"figures\":") && changed.contains("Nothing needs you"),
        "{changed}"
    );
    client.post_form("/logout", "").await;
    ends(body).await;
    app.finish().await;
}

fn codes(html: &str) -> Vec<String> {
    let codes = html.split("tapl code\"").skip(1);
    codes
        .map(|rest| {
            let (_, text) = rest.split_once('>').unwrap();
            text.split('<').next().unwrap().to_owned()
        })
        .collect()
}

#[tokio::test]
async fn orders_are_found_by_status_farm_day_place_code_and_name() {
    let app = TestApp::new().await;
    let one = app.order().farms(["rosa", "ben"]).place().await;
    let two = app.order().farms(["ben"]).at(Status::Ready).place().await;
    let theirs = app.twin().order().farms(["rosa"]).place().await;
    for (query, found) in [
        ("", vec![&two, &one]),
        ("?status=READY", vec![&two]),
        ("?farm=frm_rosa", vec![&one]),
        ("?farm=frm_rosa&status=READY", vec![]),
        ("?day=day", vec![&two, &one]),
        ("?day=day_two", vec![]),
        ("?place=plc&farm=frm_ben", vec![&two, &one]),
        ("?place=plc_two", vec![]),
        ("?farm=frm_rosa_two", vec![]),
        ("?q=%25", vec![]),
        ("?q=nobody", vec![]),
    ] {
        let html = page(&app, &format!("/market/orders{query}")).await;
        let expected: Vec<String> = found.iter().map(|order| order.code.clone()).collect();
        let mut got = codes(&html);
        got.sort();
        let mut expected = expected;
        expected.sort();
        assert_eq!(got, expected, "{query}");
        assert!(!html.contains(theirs.id.as_str()));
    }
    let code = one.code.to_lowercase();
    let html = page(&app, &format!("/market/orders?q={code}")).await;
    assert_eq!(codes(&html), std::slice::from_ref(&one.code));
    app.sql(
        "UPDATE orders SET customer_name = 'Zoë Field' WHERE id = $1",
        &[&two.id],
    )
    .await;
    let html = page(&app, "/market/orders?q=field").await;
    assert_eq!(codes(&html), std::slice::from_ref(&two.code));
    let bad = manager(&app).get("/market/orders?after=x").await;
    assert_eq!(bad.status, 422);
    app.finish().await;
}

async fn keep(app: &TestApp, query: &str, name: &str) -> Answer {
    let path = format!("/market/orders/filters{query}");
    manager(app).post_form(&path, &format!("name={name}")).await
}

#[tokio::test]
async fn a_filter_is_kept_under_a_name_for_its_person_alone() {
    let app = TestApp::new().await;
    let query = "?status=READY&farm=frm_rosa";
    let html = page(&app, "/market/orders").await;
    assert!(
        !html.contains("Keep this filter"),
        "nothing to keep: {html}"
    );
    let html = page(&app, &format!("/market/orders{query}")).await;
    assert!(html.contains("Keep this filter"), "{html}");
    let kept = keep(&app, query, "Rosa+%3Cready%3E").await;
    let list = "/market/orders?status=READY&farm=frm_rosa";
    assert_eq!((kept.status, kept.header("location")), (303, list));
    let html = page(&app, list).await;
    let chip = "<a class=\"chip\" href=\"/market/orders?status=READY&#38;farm=frm_rosa\" aria-current=\"true\">Rosa &#60;ready&#62;</a>";
    assert!(
        html.contains(chip) && !html.contains("Keep this filter"),
        "{html}"
    );
    // The same name again holds the newer filter.
    keep(&app, "?status=MISSED", "Rosa+%3Cready%3E").await;
    let html = page(&app, "/market/orders").await;
    assert!(
        html.contains("href=\"/market/orders?status=MISSED\">Rosa &#60;ready"),
        "{html}"
    );
    // Another person of the same rank has her own.
    let admin = app.here().by_session("admin");
    let theirs = admin.get("/market/orders").await;
    assert!(
        theirs.status == 200 && !theirs.text().contains("Rosa &#60;ready"),
        "{theirs:?}"
    );
    let gone = manager(&app)
        .post_form(
            "/market/orders/filters/forget?status=MISSED",
            "name=Rosa+%3Cready%3E",
        )
        .await;
    assert_eq!(gone.header("location"), "/market/orders?status=MISSED");
    let html = page(&app, "/market/orders").await;
    assert!(!html.contains("Rosa &#60;ready"), "{html}");
    app.finish().await;
}

#[tokio::test]
async fn a_filter_that_cannot_be_kept_is_refused_in_words() {
    let app = TestApp::new().await;
    for (query, name, says) in [
        ("?status=READY", "", "Give it a name"),
        ("?status=READY", "a%0Ab", "Give it a name"),
        ("", "All", "Choose something to filter by first"),
    ] {
        let refused = keep(&app, query, name).await;
        assert!(
            refused.status == 422 && refused.text().contains(says),
            "{refused:?}"
        );
    }
    for n in 0..20 {
        let kept = keep(&app, &format!("?q={n}"), &format!("N{n}")).await;
        assert_eq!(kept.status, 303);
    }
    let more = keep(&app, "?q=more", "More").await;
    assert!(
        more.status == 422 && more.text().contains("20 filters already"),
        "{more:?}"
    );
    assert!(
        more.text().contains("value=\"More\""),
        "what was typed is kept"
    );
    let again = keep(&app, "?q=other", "N3").await;
    assert_eq!(again.status, 303, "one of them may change");
    app.finish().await;
}

#[tokio::test]
async fn pages_of_orders_follow_each_other_without_a_gap() {
    let app = TestApp::new().await;
    let mut all = Vec::new();
    for _ in 0..60 {
        all.push(app.order().place().await.code);
        app.pass(Duration::from_secs(1));
    }
    let mut seen = Vec::new();
    let mut path = "/market/orders?status=CONFIRMED".to_owned();
    loop {
        let html = page(&app, &path).await;
        seen.extend(codes(&html));
        let Some((_, rest)) = html.split_once("&after=") else {
            break;
        };
        let after = rest.split_once('"').unwrap().0;
        path = format!("/market/orders?status=CONFIRMED&after={after}");
    }
    seen.sort();
    all.sort();
    assert_eq!(seen, all);
    app.finish().await;
}

async fn press(app: &TestApp, query: &str, form: &str) -> Answer {
    manager(app)
        .post_form(&format!("/market/orders{query}"), form)
        .await
}

#[tokio::test]
async fn many_orders_move_at_once_each_with_its_own_answer() {
    let app = TestApp::new().await;
    let one = app.order().farms(["rosa", "ben"]).place().await;
    let two = app.order().farms(["rosa"]).place().await;
    let over = app
        .order()
        .farms(["rosa"])
        .at(Status::Cancelled)
        .place()
        .await;
    let form = format!("to=PREPARING&order={}:4&order={}:2", one.id, two.id);
    let moved = press(&app, "?status=CONFIRMED", &form).await;
    assert_eq!(
        (moved.status, moved.header("location")),
        (303, "/market/orders?status=CONFIRMED&done=2"),
        "{moved:?}"
    );
    for order in [&one, &two] {
        let now = app.manager().order(order).await.ok();
        assert_eq!(now["status"], "PREPARING");
    }
    // With a farm chosen only its part moves.
    let form = format!("to=READY&order={}:5", one.id);
    let moved = press(&app, "?farm=frm_rosa", &form).await;
    assert_eq!(moved.status, 303, "{moved:?}");
    let now = app.manager().order(&one).await.ok();
    let at = |farm: &str| {
        let parts = now["farm_orders"].as_array().unwrap();
        let part = parts.iter().find(|part| part["farm_id"] == farm).unwrap();
        part["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        (at("frm_rosa"), at("frm_ben")),
        ("READY".to_owned(), "PREPARING".to_owned())
    );
    // Changed since it was seen, over for good, not there: each is told; the rest moves.
    let form = format!(
        "to=READY&order={}:2&order={}:3&order={}:3&order=ord_none:1",
        one.id, two.id, over.id
    );
    let mixed = press(&app, "", &form).await;
    assert_eq!(mixed.status, 409);
    let text = mixed.text();
    for part in [
        format!("{}: Somebody moved it meanwhile", one.code),
        format!("{}: moved", two.code),
        format!("{}: Somebody moved it meanwhile", over.code),
        "ord_none: ".to_owned(),
    ] {
        assert!(text.contains(&part), "no {part} in {text}");
    }
    assert_eq!(app.manager().order(&two).await.ok()["status"], "READY");
    app.finish().await;
}

#[tokio::test]
async fn what_cannot_be_done_at_once_is_said_before_anything_moves() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa"]).place().await;
    let before = app.events().await;
    let many = "&order=ord_1:1".repeat(101);
    for (form, field) in [
        ("to=READY".to_owned(), "order"),
        (format!("to=FULFILLED&order={}:2", order.id), "to"),
        (format!("to=UNDO&order={}:2", order.id), "to"),
        (format!("to=CANCELLED&order={}:2", order.id), "reason"),
        (format!("to=READY{many}"), "order"),
    ] {
        let answer = press(&app, "", &form).await;
        assert_eq!(answer.status, 422, "{form}: {answer:?}");
        assert!(
            answer.text().contains(&format!("<a href=\"#{field}\">")),
            "{form}"
        );
    }
    assert_eq!(app.events().await, before);
    let form = format!("to=CANCELLED&reason=WEATHER&order={}:2", order.id);
    assert_eq!(press(&app, "", &form).await.status, 303);
    let now = app.manager().order(&order).await.ok();
    assert_eq!(now["status"], "CANCELLED");
    // An order of the other market is not there.
    let theirs = app.twin().order().place().await;
    let answer = press(&app, "", &format!("to=READY&order={}:2", theirs.id)).await;
    assert_eq!(answer.status, 409);
    let theirs = app.twin().person("manager").order(&theirs).await.ok();
    assert_eq!(theirs["status"], "CONFIRMED");
    app.finish().await;
}

#[tokio::test]
async fn the_file_of_orders_is_that_of_the_filter() {
    let app = TestApp::new().await;
    let one = app.order().farms(["rosa"]).place().await;
    app.order().farms(["ben"]).place().await;
    app.sql(
        "UPDATE orders SET customer_name = '@SUM(A1)' WHERE id = $1",
        &[&one.id],
    )
    .await;
    let file = manager(&app).get("/market/orders.csv?farm=frm_rosa").await;
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"orders.csv\""
    );
    let text = file.text();
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(
        text.contains(&one.code) && text.contains(",'@SUM(A1),2026-11-28,09:00,11:00,"),
        "{text}"
    );
    app.finish().await;
}

#[tokio::test]
async fn people_of_this_market_are_found_by_name_and_address() {
    let app = TestApp::new().await;
    app.order().farms(["rosa"]).by("ana").place().await;
    let all = page(&app, "/market/users").await;
    for part in [
        "rosa@example.org",
        "farm owner, rosa farm",
        "ana@example.org",
        "1 order",
        "collection host",
    ] {
        assert!(all.contains(part), "no {part} in {all}");
    }
    assert!(
        !all.contains("carl@example.org"),
        "he has nothing to do with this market"
    );
    assert!(!all.contains("_two"), "{all}");
    for (query, found) in [
        ("ANA", true),
        ("ana@exam", true),
        ("%25", false),
        ("ana_two", false),
    ] {
        let html = page(&app, &format!("/market/users?q={query}")).await;
        assert_eq!(html.contains("ana@example.org"), found, "{query}: {html}");
        assert!(!html.contains("host@example.org"), "{query}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_manager_ends_somebodys_sessions_but_no_admins_and_no_strangers() {
    let app = TestApp::new().await;
    let rosa = app.here().by_session("rosa");
    assert_eq!(rosa.get("/account").await.status, 200);
    let end = |client: Client, user: &'static str| async move {
        let form = format!("user={user}");
        client
            .post_form("/market/users/sessions", &form)
            .await
            .status
    };
    assert_eq!(end(manager(&app), "usr_rosa").await, 303);
    assert_eq!(rosa.get("/account").await.status, 401);
    for (user, status) in [
        ("usr_admin", 403),
        ("usr_carl", 404),
        ("usr_rosa_two", 404),
        ("x", 404),
    ] {
        assert_eq!(end(manager(&app), user).await, status, "{user}");
    }
    assert_eq!(end(app.here().by_session("admin"), "usr_admin").await, 303);
    let acts = app
        .texts(
            "SELECT actor_id || ' ' || thing_id FROM audit_entries WHERE verb = 'session.all_ended' ORDER BY id",
            &[],
        )
        .await;
    assert_eq!(acts, ["usr_manager usr_rosa", "usr_admin usr_admin"]);
    app.finish().await;
}
