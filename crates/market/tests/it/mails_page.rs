//! A manager's pages of the mails: all are there as they are sent, shut in a frame, and go to nobody else.
use std::collections::BTreeSet;

use crate::support::{Client, TestApp};

fn manager(app: &TestApp) -> Client {
    app.here().by_session("manager")
}

/// The addresses of the mails in the list.
async fn listed(app: &TestApp, lang: &str) -> BTreeSet<String> {
    let list = manager(app)
        .get(&format!("/market/mails?lang={lang}"))
        .await;
    assert_eq!(list.status, 200, "{list:?}");
    let list = list.text();
    let links = list.split("href=\"/market/mails/").skip(1);
    links
        .filter_map(|rest| rest.split('"').next())
        .map(|name| format!("/market/mails/{name}"))
        .collect()
}

#[tokio::test]
async fn every_mail_is_listed_and_shown_in_both_languages() {
    let app = TestApp::new().await;
    let all = listed(&app, "en").await;
    assert_eq!(all.len(), 29, "{all:?}");
    assert_eq!(all, listed(&app, "es").await);
    for path in &all {
        for lang in ["en", "es"] {
            let page = manager(&app).get(&format!("{path}?lang={lang}")).await;
            assert_eq!(page.status, 200, "{page:?}");
            let text = page.text();
            let frame = format!("<iframe class=\"mail\" src=\"{path}/html?lang={lang}\"");
            assert!(text.contains(&frame), "{text}");
            let mail = manager(&app).get(&format!("{path}/html?lang={lang}")).await;
            let policy = mail.header("content-security-policy");
            assert!(
                policy.contains("sandbox") && policy.contains("default-src 'none'"),
                "{policy}"
            );
            let html = mail.text();
            assert!(
                html.contains(&format!("<html lang=\"{lang}\"")) && html.contains("riverside"),
                "{html}"
            );
        }
    }
    for path in ["/market/mails/order.preparing", "/market/mails/x/html"] {
        assert_eq!(manager(&app).get(path).await.status, 404);
    }
    app.finish().await;
}

#[tokio::test]
async fn a_test_mail_is_the_one_that_was_shown_and_goes_to_oneself_alone() {
    let app = TestApp::new().await;
    let path = "/market/mails/order.placed";
    let sent = manager(&app)
        .post_form(
            &format!("{path}?lang=es"),
            "to=eve@example.org&user=usr_ana",
        )
        .await;
    assert_eq!(sent.status, 303, "{sent:?}");
    let done = manager(&app).get(sent.header("location")).await.text();
    assert!(
        done.contains("role=\"status\"") && done.contains("manager@example.org"),
        "{done}"
    );
    assert!(app.mails().is_empty(), "it waits for the outbox");
    app.run_jobs().await;
    let mails = app.mails();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].to.contains("manager@example.org"), "{mails:?}");
    assert!(
        mails[0].subject.contains("FM-7Q4K2D: Tu pedido"),
        "{mails:?}"
    );
    let shown = manager(&app).get(&format!("{path}/html?lang=es")).await;
    let lines = |text: &str| text.replace('\r', "").replace("</html>", "");
    assert_eq!(lines(mails[0].html()), lines(&shown.text()).trim_end());
    let noted = app
        .count(
            "SELECT COUNT(*) FROM audit_entries WHERE verb = 'mail.tested' AND thing_id = 'order.placed' \
             AND actor_id = 'usr_manager'",
            &[],
        )
        .await;
    assert_eq!(noted, 1);
    app.finish().await;
}

#[tokio::test]
async fn each_mail_can_be_tried_once_and_nobody_s_mailbox_is_flooded() {
    let app = TestApp::new().await;
    let all = listed(&app, "en").await;
    for path in &all {
        let sent = manager(&app).post_form(path, "").await;
        assert_eq!(sent.status, 303, "{sent:?}");
    }
    app.run_jobs().await;
    assert_eq!(app.mails().len(), all.len());
    let path = "/market/mails/order.placed";
    for _ in all.len()..40 {
        assert_eq!(manager(&app).post_form(path, "").await.status, 303);
    }
    assert_eq!(manager(&app).post_form(path, "").await.status, 429);
    let unknown = manager(&app).post_form("/market/mails/x", "").await;
    assert_eq!(unknown.status, 404, "{unknown:?}");
    app.finish().await;
}
