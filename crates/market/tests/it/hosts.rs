//! Which Host is answered, and as which market.
use axum::http::Method;
use market::http::assets;

use crate::{headers::protected, support::TestApp};

#[tokio::test]
async fn one_host_that_is_ours_or_none_at_all() {
    let app = TestApp::with(|config| config.http.hosts = vec!["127.0.0.1:8080".to_owned()]).await;
    let ask = |host: &'static str| {
        let client = app.stranger().at_host(host);
        async move { client.get("/").await }
    };
    for host in ["market.test", "MARKET.test", "127.0.0.1:8080"] {
        let answer = ask(host).await;
        assert_eq!(answer.status, 200, "{host}");
        assert!(answer.text().contains("riverside market"), "{host}");
    }
    for host in ["harbour.market.test", "harbour.127.0.0.1:8080"] {
        assert!(ask(host).await.text().contains("harbour market"), "{host}");
    }
    for host in [
        "evil.example",
        "market.test.evil.example",
        "market.test:8080",
        "riverside.market.test",
        "x.harbour.market.test",
        "harbour.evil.example",
        "market.test.",
        "",
    ] {
        assert_eq!(ask(host).await.status, 421, "{host:?}");
    }
    let client = app.stranger();
    let mut none = client.request(Method::GET, "/", "");
    none.headers_mut().remove("host");
    assert_eq!(client.send(none).await.status, 400);
    for second in ["market.test", "evil.example"] {
        let two = app.stranger().with("host", second).get("/").await;
        assert_eq!(two.status, 400, "{two:?}");
    }
    // A proxy's form of a request: the address must name the same host.
    for (address, status) in [
        ("http://market.test/", 200),
        ("http://MARKET.TEST/", 200),
        ("http://harbour.market.test/", 400),
        ("http://evil.example/", 400),
        ("http://market.test:81/", 400),
    ] {
        assert_eq!(client.get(address).await.status, status, "{address}");
    }
    // What only a proxy may say is not believed.
    let forwarded = app
        .stranger()
        .with("x-forwarded-host", "harbour.market.test")
        .with("x-forwarded-proto", "https")
        .with("forwarded", "host=evil.example;proto=https");
    let answer = forwarded.get("/").await;
    assert!(answer.text().contains("riverside market") && !answer.text().contains("evil"));
    protected(&answer, false);
    app.finish().await;
}

#[tokio::test]
async fn links_in_mails_come_from_the_configuration() {
    let app = TestApp::with(|config| config.http.hosts = vec!["127.0.0.1:8080".to_owned()]).await;
    let client = app.stranger().at_host("127.0.0.1:8080");
    client.post_form("/login", "email=ana@example.org").await;
    app.run_jobs().await;
    app.mails()[0].link("http://market.test/login/link/");
    assert!(!app.mails()[0].text.contains("127.0.0.1"));
    app.finish().await;
}

#[tokio::test]
async fn health_and_assets_answer_under_every_host() {
    let app = TestApp::new().await;
    for path in ["/livez", "/readyz", assets::url("market.js")] {
        let answer = app.stranger().at_host("10.0.0.7:8080").get(path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    app.finish().await;
}
