//! A farm runs late: who is told, how often, where it is shown, and how it is taken back.
use std::time::Duration;

use market::orders::model::Status;

use crate::support::{Answer, Client, TestApp, TestOrder, ts};

async fn say(client: &Client, minutes: &str, key: &str) -> Answer {
    let form = format!("farm=rosa&window=win&minutes={minutes}&key={key}");
    client.post_form("/farm/late", &form).await
}

async fn track(client: &Client, order: &TestOrder) -> String {
    client
        .get(&format!("/orders/{}/track", order.id))
        .await
        .text()
}

/// `kind>person channel status`
async fn told(app: &TestApp) -> Vec<String> {
    app.texts(
        "SELECT kind || '>' || person || ' ' || channel || ' ' || status FROM notices \
         WHERE kind IN ('order.late', 'order.on_time') ORDER BY created_at, kind, person, channel",
        &[],
    )
    .await
}

#[tokio::test]
async fn whoever_waits_is_told_once_and_reads_it_on_the_page() {
    let app = TestApp::new().await;
    let rosa = app.here().by_session("rosa");
    let waits = app.order().farms(["rosa", "ben"]).by("ana").place().await;
    app.order().by_guest().place().await;
    let other = app.order().farms(["ben"]).by("carl").place().await;
    let gone = app.order().at(Status::Fulfilled).by("carl").place().await;
    let form = rosa.get("/farm/late?farm=rosa").await.text();
    assert!(
        form.contains("2 customers") && form.contains("3 more messages"),
        "{form}"
    );
    let preview = rosa.get("/farm/late?farm=rosa&window=win&minutes=20").await;
    assert_eq!(preview.status, 200, "{preview:?}");
    for words in [
        "This goes to 2 customers",
        "rosa farm is running 20 min late",
        "Tell them",
    ] {
        assert!(preview.text().contains(words), "{words}: {preview:?}");
    }
    app.run_jobs().await;
    let before = app.mails().len();
    assert!(told(&app).await.is_empty(), "a look tells nobody");
    for _ in 0..2 {
        assert_eq!(say(&rosa, "20", "k1").await.status, 303);
        app.run_jobs().await;
    }
    let once = [
        "order.late>gus@example.org EMAIL ACCEPTED",
        "order.late>usr_ana EMAIL ACCEPTED",
        "order.late>usr_ana IN_APP ACCEPTED",
    ];
    assert_eq!(told(&app).await, once);
    // The jobs run again, and a colleague says the same: nobody hears it twice.
    app.sql(
        "UPDATE outbox SET done_at = NULL, attempts = 0 WHERE kind IN ('orders.late_told', 'notices.late')",
        &[],
    )
    .await;
    let staff = app.here().by_session("rosa_staff");
    assert_eq!(say(&staff, "20", "k2").await.status, 303);
    app.run_jobs().await;
    assert_eq!(told(&app).await, once);
    let mails = app.mails().split_off(before);
    assert_eq!(mails.len(), 2, "{mails:?}");
    for mail in &mails {
        assert!(
            mail.text.contains("rosa farm is running 20 min late."),
            "{}",
            mail.text
        );
    }
    // It stands where the order is followed, and nowhere else.
    let late = "rosa farm is running 20 min late";
    assert!(track(&app.customer("ana"), &waits).await.contains(late));
    for (who, order) in [("carl", &other), ("carl", &gone)] {
        assert!(!track(&app.customer(who), order).await.contains(late));
    }
    let ben = track(&app.here().by_session("ben"), &waits).await;
    assert!(!ben.contains(late), "{ben}");
    let page = rosa.get("/farm/late?farm=rosa").await.text();
    assert!(
        page.contains("20 min late") && page.contains("On time after all"),
        "{page}"
    );
    // The window is over, and with it the delay.
    app.pass_until(ts("2026-11-28T11:00:00Z"));
    app.sign_in_again().await;
    assert!(!track(&app.customer("ana"), &waits).await.contains(late));
    app.run_jobs().await;
    app.finish().await;
}

#[tokio::test]
async fn on_time_after_all_is_told_to_whom_the_delay_was() {
    let app = TestApp::new().await;
    let rosa = app.here().by_session("rosa");
    let order = app.order().by("ana").place().await;
    say(&rosa, "30", "k1").await;
    app.run_jobs().await;
    let late = "rosa farm is running 30 min late";
    assert!(track(&app.customer("ana"), &order).await.contains(late));
    // Whoever orders later never heard of it.
    let later = app.order().by("carl").place().await;
    assert_eq!(say(&rosa, "0", "k2").await.status, 303);
    app.run_jobs().await;
    assert!(!track(&app.customer("ana"), &order).await.contains(late));
    let page = track(&app.customer("carl"), &later).await;
    assert!(!page.contains("min late"), "{page}");
    let both = [
        "order.late>usr_ana EMAIL ACCEPTED",
        "order.late>usr_ana IN_APP ACCEPTED",
        "order.on_time>usr_ana EMAIL ACCEPTED",
        "order.on_time>usr_ana IN_APP ACCEPTED",
    ];
    let mut got = told(&app).await;
    got.sort();
    assert_eq!(got, both);
    // A delay that is taken back before anybody was told is told to nobody by mail.
    say(&rosa, "10", "k3").await;
    say(&rosa, "0", "k4").await;
    app.run_jobs().await;
    let mails = app
        .texts(
            "SELECT kind || ' ' || status FROM notices WHERE channel = 'EMAIL' AND status <> 'ACCEPTED' ORDER BY kind, id",
            &[],
        )
        .await;
    assert!(
        mails.iter().all(|mail| mail == "order.late SUPPRESSED"),
        "{mails:?}"
    );
    let audit = "SELECT verb FROM audit_entries WHERE verb LIKE 'farm.%' ORDER BY id";
    let said = ["farm.late", "farm.on_time", "farm.late", "farm.on_time"];
    assert_eq!(app.texts(audit, &[]).await, said);
    app.finish().await;
}

#[tokio::test]
async fn a_delay_is_told_three_times_a_day_at_most_and_only_where_somebody_waits() {
    let app = TestApp::new().await;
    let rosa = app.here().by_session("rosa");
    app.order().by("ana").place().await;
    for (minutes, key) in [("10", "k1"), ("20", "k2"), ("45", "k3")] {
        assert_eq!(say(&rosa, minutes, key).await.status, 303);
    }
    let manager = app.here().by_session("manager");
    for client in [&rosa, &manager] {
        let refused = say(client, "60", "k4").await;
        assert_eq!(refused.status, 422, "{refused:?}");
        let text = refused.text();
        assert!(
            text.contains("role=\"alert\"") && text.contains("three times"),
            "{text}"
        );
        assert!(text.contains("<option value=\"60\" selected>"), "{text}");
    }
    let preview = rosa.get("/farm/late?farm=rosa&window=win&minutes=60").await;
    assert_eq!(preview.status, 422, "{preview:?}");
    // Another farm's day is another's; its window is empty, a wrong number is none.
    let cleo = app.here().by_session("cleo");
    for (form, status) in [
        ("farm=rosa&window=win&minutes=10&key=k5", 404),
        ("farm=cleo&window=win&minutes=10&key=k5", 422),
        ("farm=cleo&window=win_two&minutes=10&key=k5", 422),
        ("farm=cleo&window=win&minutes=15&key=k5", 422),
        ("farm=cleo&window=win&minutes=10&key=", 422),
    ] {
        let answer = cleo.post_form("/farm/late", form).await;
        assert_eq!(answer.status, status, "{form}: {answer:?}");
    }
    let messages = app.count("SELECT COUNT(*) FROM late_messages", &[]).await;
    assert_eq!(messages, 3);
    app.pass(Duration::from_mins(1));
    app.run_jobs().await;
    app.finish().await;
}
