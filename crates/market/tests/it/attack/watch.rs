//! Whoever watches over the market is told of each sign-in and each refusal, once, without a secret.
use std::{
    io::Write,
    sync::{Arc, LazyLock, Mutex},
};

use axum::http::Method;
use serde_json::{Value, json};
use tracing::{Dispatch, Level, subscriber::DefaultGuard};

use crate::support::{Answer, Client, TestApp};

/// What this thread's log says of security from now on.
pub struct Watch {
    paper: Paper,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("paper").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A callsite that is met first where nobody listens would be dead for all if there were but one listener.
static LISTENS: LazyLock<Dispatch> = LazyLock::new(|| {
    let nowhere = tracing_subscriber::fmt().with_max_level(Level::TRACE);
    Dispatch::new(nowhere.with_writer(std::io::sink).finish())
});

impl Watch {
    pub fn begin() -> Self {
        LazyLock::force(&LISTENS);
        let paper = Paper::default();
        let to = paper.clone();
        let log = tracing_subscriber::fmt()
            .json()
            // As the product does it: below that tower-http writes down paths.
            .with_env_filter("trace,tower_http=debug")
            .with_writer(move || to.clone())
            .finish();
        Self {
            paper,
            _guard: tracing::subscriber::set_default(log),
        }
    }

    /// The fields of each security event.
    pub fn end(self) -> Vec<Value> {
        let log = self.whole();
        let lines = log
            .lines()
            .map(|line| serde_json::from_str(line).expect(line));
        let events = lines.filter(|line: &Value| line["target"] == "security");
        events.map(|line| line["fields"].clone()).collect()
    }

    /// All of the log, of whatever target and level.
    pub fn whole(&self) -> String {
        let bytes = self.paper.0.lock().expect("paper").clone();
        String::from_utf8(bytes).expect("text")
    }
}

/// One request, and the events it made.
async fn of(request: impl Future<Output = Answer>) -> (Answer, Vec<Value>) {
    let watch = Watch::begin();
    let answer = request.await;
    (answer, watch.end())
}

#[track_caller]
fn told((answer, events): &(Answer, Vec<Value>), event: &str, route: &str, user: &str) {
    assert_eq!(events.len(), 1, "{answer:?}: {events:?}");
    let fields = &events[0];
    assert_eq!(fields["event"], event, "{answer:?}: {fields}");
    assert_eq!(fields["route"], route, "{fields}");
    assert_eq!(fields["user"], user, "{fields}");
    assert_eq!(fields["request.id"], answer.header("x-request-id"));
    assert_eq!(fields["from"], "192.0.2.7", "{fields}");
    if let Some(status) = fields.get("status") {
        assert_eq!(*status, answer.status, "{fields}");
    }
}

#[tokio::test]
async fn each_refusal_is_one_event() {
    let app = TestApp::new().await;
    let order = app.order().by("ana").place().await;
    let (stranger, ana, carl) = (app.stranger(), app.customer("ana"), app.customer("carl"));
    let one = format!("/api/orders/{}", order.id);
    told(
        &of(carl.get(&one)).await,
        "not_theirs",
        "/api/orders/{id}",
        "usr_carl",
    );
    told(
        &of(ana.get("/farm/board")).await,
        "forbidden",
        "/farm/board",
        "usr_ana",
    );
    let put = ana.put_status(&order, "READY");
    told(
        &of(put).await,
        "forbidden",
        "/api/orders/{id}/status",
        "usr_ana",
    );
    told(
        &of(stranger.get("/account")).await,
        "not_signed_in",
        "/account",
        "-",
    );
    let wrong = stranger.clone().with("authorization", "Bearer mkt_wrong");
    told(
        &of(wrong.get(&one)).await,
        "bad_token",
        "/api/orders/{id}",
        "-",
    );
    let cross = app
        .stranger()
        .with("cookie", "s=session-ana")
        .with("sec-fetch-site", "cross-site");
    let post = cross.post_form("/account", "name=X&version=1");
    told(&of(post).await, "cross_site", "/account", "-");
    let foreign = stranger.clone().at_host("evil.example");
    told(
        &of(foreign.get("/login")).await,
        "foreign_host",
        "/login",
        "-",
    );
    told(
        &of(stranger.get("/login/link/0000")).await,
        "not_theirs",
        "/login/link/{token}",
        "-",
    );
    for _ in 0..10 {
        stranger
            .post_form("/track", "code=FM-999999&email=a@example.org")
            .await;
    }
    let eleventh = of(stranger.post_form("/track", "code=FM-999999&email=a@example.org")).await;
    assert_eq!(eleventh.0.status, 429);
    told(&eleventh, "too_many", "/track", "-");
    // What is no refusal is no event.
    for path in ["/", "/login", "/nowhere", "/assets/none.css", "/livez"] {
        assert_eq!(
            of(stranger.get(path)).await.1,
            Vec::<Value>::new(),
            "{path}"
        );
    }
    assert_eq!(of(ana.get(&one)).await.1, Vec::<Value>::new());
    let rosa = app.farmer("rosa");
    assert_eq!(
        of(rosa.put_status(&order, "SOLD")).await.1,
        Vec::<Value>::new()
    );
    app.finish().await;
}

#[tokio::test]
async fn each_way_in_and_out_is_one_event() {
    let app = TestApp::new().await;
    let stranger = app.stranger();
    let dora = app
        .sign_up("Dora", "dora@example.org", "correct+horse+battery")
        .await;
    drop(dora);
    let user = app
        .texts("SELECT id FROM users WHERE email = 'dora@example.org'", &[])
        .await;
    let user = user[0].as_str();
    let sign_in = |password: &str| {
        let form = format!("email=dora@example.org&password={password}");
        let stranger = stranger.clone();
        async move { stranger.post_form("/login/password", &form).await }
    };
    let wrong = of(sign_in("battery+horse")).await;
    told(&wrong, "sign_in_refused", "/login/password", "-");
    let right = of(sign_in("correct+horse+battery")).await;
    told(&right, "signed_in", "/login/password", user);
    let session = app.opened(&right.0);
    told(
        &of(session.post_form("/logout", "")).await,
        "signed_out",
        "/logout",
        user,
    );
    // By a mailed link.
    stranger.post_form("/login", "email=ana@example.org").await;
    app.run_jobs().await;
    let link = app.mailed("ana@example.org");
    let shown = of(stranger.get(&link)).await;
    assert_eq!(
        (shown.0.status, shown.1),
        (200, Vec::new()),
        "a look is no sign-in"
    );
    told(
        &of(stranger.press(&link)).await,
        "signed_in",
        "/login/link/{token}",
        "usr_ana",
    );
    told(
        &of(stranger.press(&link)).await,
        "not_theirs",
        "/login/link/{token}",
        "-",
    );
    // A guest who opens an order's link, or fills a cart, is nobody.
    let order = app.order().by_guest().place().await;
    let path = format!("/t/{}", app.app.order_token(&order.id, 1));
    let opened = of(stranger.get(&path)).await;
    assert_eq!((opened.0.status, opened.1), (303, Vec::new()));
    app.finish().await;
}

/// All that was secret or somebody's in these requests is in no line of the log, at whatever level.
#[tokio::test]
async fn no_line_of_the_log_holds_a_secret_or_an_address() {
    let watch = Watch::begin();
    let app = TestApp::new().await;
    let (password, canary) = ("correct+horse+battery", "canary-7f3a");
    let mut secrets = vec![password.replace('+', " "), canary.to_owned()];
    let dora = app
        .sign_up("Dora+Canary", "dora@canary.example", password)
        .await;
    let stranger = app.stranger();
    for path in ["/login", "/reset"] {
        stranger.post_form(path, "email=dora@canary.example").await;
    }
    app.run_jobs().await;
    for mail in app.mails() {
        let link = mail.link("http://market.test/");
        secrets.push(link.rsplit('/').next().expect("a token").to_owned());
    }
    let form = format!("email=dora@canary.example&password={password}");
    let opened = stranger.post_form("/login/password", &form).await;
    secrets.push(opened.session());
    stranger
        .post_form(
            "/login/password",
            &format!("email=dora@canary.example&password={canary}"),
        )
        .await;
    let token = dora
        .post_form(
            "/account/tokens",
            "name=Till&days=30&orders%3Aread=on&current=correct+horse+battery",
        )
        .await;
    let token = token.text();
    let token = token.split("mkt_").nth(1).expect("a token");
    let token: String = token
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    assert!(token.len() >= 32, "{token}");
    secrets.push(token);
    let order = app.order().by("ana").place().await;
    let bearer = app
        .stranger()
        .with("authorization", &format!("Bearer {canary}"));
    bearer.order(&order).await;
    stranger.get(&format!("/t/{canary}")).await;
    stranger.get(&format!("/reset/{canary}?q={canary}")).await;
    let note = json!({ "status": "READY", "note": canary });
    let put: Client = app.customer("carl").with("idempotency-key", canary);
    put.put(&order, note).await;
    put.json(Method::PUT, &format!("/api/orders/{canary}/status"), canary)
        .await;
    stranger
        .clone()
        .at_host(&format!("{canary}.example"))
        .get("/")
        .await;
    secrets
        .extend(["canary.example", "Dora", "ana@example.org", "session-carl"].map(str::to_owned));
    let log = watch.whole();
    assert!(log.contains("\"target\":\"security\""), "{log}");
    assert!(log.lines().count() > 20, "{log}");
    for secret in &secrets {
        assert!(secret.len() >= 4, "{secrets:?}");
        let line = log.lines().find(|line| line.contains(secret.as_str()));
        assert_eq!(line, None, "{secret}");
    }
    app.finish().await;
}
