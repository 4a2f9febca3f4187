//! Following an order by its link, and finding that link again.
use std::time::Duration;

use crate::support::{Answer, Client, TestApp, TestOrder};

fn path(app: &TestApp, order: &TestOrder) -> String {
    format!("/t/{}", app.app.order_token(&order.id, 1))
}

fn track(order: &TestOrder) -> String {
    format!("/orders/{}/track", order.id)
}

#[track_caller]
fn cookie(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie").split(';').next().unwrap();
    assert!(cookie.starts_with("s=") && cookie.len() == 66, "{answer:?}");
    cookie.to_owned()
}

async fn open(app: &TestApp, order: &TestOrder) -> Client {
    let opened = app.stranger().get(&path(app, order)).await;
    app.stranger().with("cookie", &cookie(&opened))
}

#[tokio::test]
async fn a_link_leads_to_a_clean_address_and_says_nothing_of_itself() {
    let app = TestApp::new().await;
    let order = app.order().by_guest().place().await;
    let opened = app.stranger().get(&path(&app, &order)).await;
    assert_eq!(
        (opened.status, opened.header("location")),
        (303, track(&order).as_str())
    );
    assert_eq!(opened.header("referrer-policy"), "no-referrer");
    assert_eq!(opened.header("cache-control"), "no-store");
    let all = opened.header("set-cookie");
    assert!(
        all.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=7776000"),
        "{all}"
    );
    let guest = app.stranger().with("cookie", &cookie(&opened));
    let page = guest.get(&track(&order)).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("referrer-policy"), "same-origin");
    assert_eq!(page.header("x-robots-tag"), "noindex");
    assert_eq!(page.header("cache-control"), "private, no-cache");
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(!page.headers.contains_key("set-cookie"));
    let token = app.app.order_token(&order.id, 1);
    assert!(
        !page.text().contains(&token),
        "the page holds its link's secret"
    );
    app.finish().await;
}

#[tokio::test]
async fn one_session_follows_several_orders_and_only_those() {
    let app = TestApp::new().await;
    let mine = [
        app.order().by_guest().place().await,
        app.order().by_guest().place().await,
    ];
    let other = app.order().by_guest().place().await;
    let guest = open(&app, &mine[0]).await;
    let second = guest.get(&path(&app, &mine[1])).await;
    // The session it has is kept.
    assert_eq!(second.status, 303);
    assert!(!second.headers.contains_key("set-cookie"));
    for order in &mine {
        assert_eq!(guest.get(&track(order)).await.status, 200);
        guest.order(order).await.ok();
    }
    assert_eq!(guest.get(&track(&other)).await.status, 404);
    guest.order(&other).await.refused(404, "market-error-404");
    // The start page leads back to them.
    let home = guest.get("/").await.text();
    assert!(
        mine.iter().all(|order| home.contains(&track(order))),
        "{home}"
    );
    assert!(!home.contains(&track(&other)));
    // Once more is no error and gives nothing new.
    assert_eq!(guest.get(&path(&app, &mine[1])).await.status, 303);
    app.finish().await;
}

#[tokio::test]
async fn a_customer_who_is_signed_in_follows_a_friends_order_too() {
    let app = TestApp::new().await;
    let order = app.order().by_guest().place().await;
    let carl = app.customer("carl");
    assert_eq!(carl.get(&track(&order)).await.status, 404);
    let opened = carl.get(&path(&app, &order)).await;
    assert_eq!(opened.status, 303);
    assert!(!opened.headers.contains_key("set-cookie"));
    assert_eq!(carl.get(&track(&order)).await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn a_link_that_is_none_leads_to_the_look_up() {
    let app = TestApp::new().await;
    let order = app.order().by_guest().place().await;
    let twins = app.twin().order().by_guest().place().await;
    for wrong in ["/t/0000", &path(&app, &twins), "/t/%00", "/t/..%2f..%2fetc"] {
        let shut = app.stranger().get(wrong).await;
        assert_eq!(shut.status, 404, "{shut:?}");
        assert!(!shut.headers.contains_key("set-cookie"));
        assert_eq!(shut.header("x-robots-tag"), "noindex");
        assert!(
            shut.text().contains("name=\"code\""),
            "no look-up form: {shut:?}"
        );
    }
    assert_eq!(
        app.twin().stranger().get(&path(&app, &order)).await.status,
        404
    );
    assert_eq!(
        app.twin().stranger().get(&path(&app, &twins)).await.status,
        303
    );
    app.finish().await;
}

#[tokio::test]
async fn a_raised_generation_ends_every_link_and_what_they_opened() {
    let app = TestApp::new().await;
    let order = app.order().by_guest().place().await;
    let guest = open(&app, &order).await;
    assert_eq!(guest.get(&track(&order)).await.status, 200);
    let new = market::kernel::hash::sha256(app.app.order_token(&order.id, 2));
    app.sql(
        "UPDATE orders SET link_generation = 2, link_hash = $2 WHERE id = $1",
        &[&order.id, &new],
    )
    .await;
    assert_eq!(guest.get(&track(&order)).await.status, 404);
    assert_eq!(guest.order(&order).await.status, 401);
    assert_eq!(guest.get(&path(&app, &order)).await.status, 404);
    let fresh = guest
        .get(&format!("/t/{}", app.app.order_token(&order.id, 2)))
        .await;
    assert_eq!(fresh.status, 303);
    assert_eq!(guest.get(&track(&order)).await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn not_yours_and_not_there_look_the_same() {
    let app = TestApp::new().await;
    let order = app.order().by("ana").place().await;
    let twins = app.twin().order().place().await;
    let other = app.order().farms(["ben"]).by_guest().place().await;
    let callers = [
        app.stranger(),
        app.customer("carl"),
        open(&app, &other).await,
        app.farmer("ben"),
        app.driver(),
    ];
    for caller in callers {
        let unknown = caller.get("/orders/ord_unknown/track").await;
        assert_eq!(unknown.status, 404);
        for id in [&order.id, &twins.id] {
            let hidden = caller.get(&format!("/orders/{id}/track")).await;
            assert_eq!(hidden.status, 404, "{hidden:?}");
            let same = hidden.text().replace(id.as_str(), "ord_unknown");
            assert_eq!(same, unknown.text());
            let headers = |answer: &Answer| {
                let mut headers = answer.headers.clone();
                headers.remove("x-request-id");
                headers.remove("content-length");
                headers
            };
            assert_eq!(headers(&hidden), headers(&unknown));
            assert_eq!(hidden.header("x-robots-tag"), "noindex");
            assert_eq!(hidden.header("cache-control"), "private, no-cache");
        }
    }
    // What a shared cache might keep by its ending is not there.
    let ana = app.customer("ana");
    for trick in ["/x.css", ";x.css", "%2fx.css", "/"] {
        let shut = ana.get(&format!("{}{trick}", track(&order))).await;
        assert_eq!(shut.status, 404, "{trick}");
        assert_eq!(shut.header("cache-control"), "no-store");
    }
    app.finish().await;
}

#[tokio::test]
async fn who_may_see_what_of_an_order() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).by("ana").place().await;
    for caller in [
        app.customer("ana"),
        app.manager(),
        app.admin(),
        app.host(),
        open(&app, &order).await,
    ] {
        let page = caller.get(&track(&order)).await;
        assert_eq!(page.status, 200);
        assert!(
            page.text().contains("rosa farm") && page.text().contains("ben farm"),
            "{page:?}"
        );
    }
    let page = app.farmer("rosa").get(&track(&order)).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text().contains("rosa farm") && !page.text().contains("ben farm"),
        "{page:?}"
    );
    app.finish().await;
}

async fn look_up(client: &Client, code: &str, email: &str) -> Answer {
    client
        .post_form("/track", &format!("code={code}&email={email}"))
        .await
}

#[tokio::test]
async fn the_look_up_answers_by_mail_and_only_who_it_belongs_to() {
    let app = TestApp::new().await;
    let order = app.order().by_guest().place().await;
    let to = app
        .texts("SELECT customer_email FROM orders", &[])
        .await
        .remove(0);
    let form = app.stranger().get("/track").await;
    assert_eq!(form.status, 200);
    let right = look_up(&app.stranger(), &order.code, &to).await;
    let others = [
        look_up(&app.stranger(), &order.code, "other@example.org").await,
        look_up(&app.stranger(), "FM-999999", &to).await,
        look_up(&app.twin().stranger(), &order.code, &to).await,
    ];
    app.run_jobs().await;
    assert_eq!(right.status, 200);
    for other in &others[..2] {
        assert_eq!((other.status, other.text()), (200, right.text()));
    }
    assert_eq!(others[2].status, 200);
    let mails = app.mails();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].to.contains(&to) && mails[0].text.contains(&order.code));
    let link = mails[0].link("http://market.test/t/");
    let opened = app
        .stranger()
        .get(link.strip_prefix("http://market.test").unwrap())
        .await;
    assert_eq!(
        (opened.status, opened.header("location")),
        (303, track(&order).as_str())
    );
    // As people copy a code from a screen.
    let typed = order.code.to_lowercase().replace('-', "+");
    look_up(&app.stranger(), &typed, &to.to_uppercase()).await;
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 2);
    for (code, email) in [
        ("", to.as_str()),
        ("FM-1", &to),
        (&order.code, "nobody"),
        (&order.code, ""),
    ] {
        assert_eq!(
            look_up(&app.stranger(), code, email).await.status,
            422,
            "{code} {email}"
        );
    }
    assert_eq!(
        app.stranger()
            .post_form("/track", "code=FM-000001")
            .await
            .status,
        422
    );
    app.finish().await;
}

#[tokio::test]
async fn the_look_up_is_no_oracle_and_no_mail_bomb() {
    let app = TestApp::new().await;
    let order = app.order().by_guest().place().await;
    let to = app
        .texts("SELECT customer_email FROM orders", &[])
        .await
        .remove(0);
    for last in 1..=8 {
        let from = app.stranger().from(([198, 51, 100, last], 1).into());
        assert_eq!(look_up(&from, &order.code, &to).await.status, 200);
        app.run_jobs().await;
    }
    assert_eq!(app.mails().len(), 3);
    // One that asks for a sign-in link shares the three.
    for _ in 0..10 {
        assert_eq!(
            look_up(&app.stranger(), "FM-999999", "a@example.org")
                .await
                .status,
            200
        );
    }
    let over = look_up(&app.stranger(), "FM-999999", "a@example.org").await;
    assert_eq!(over.status, 429);
    let seconds: u64 = over.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    // Links are 128 bits; whoever tries them all the same is stopped.
    for _ in 0..60 {
        assert_eq!(app.stranger().get("/t/guess").await.status, 404);
    }
    assert_eq!(app.stranger().get("/t/guess").await.status, 429);
    app.pass(Duration::from_mins(2));
    assert_eq!(app.stranger().get("/t/guess").await.status, 404);
    app.finish().await;
}
