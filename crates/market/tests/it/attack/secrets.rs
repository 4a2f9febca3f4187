//! What a thief of the database would find: nothing that opens anything.
use axum::http::Method;
use market::kernel::{ids::Ids, time::Ts};
use serde_json::json;

use crate::support::{Answer, Client, Dump, TestApp};

const PASSWORD: &str = "correct+horse+battery";

fn token_on(page: &Answer) -> String {
    let text = page.text();
    let at = text.find("mkt_").expect("a token is shown once");
    let signs = text[at..].chars();
    signs
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect()
}

fn last(path: &str) -> String {
    path.rsplit('/').next().expect("a token").to_owned()
}

/// Goes every way in there is, and keeps each secret that was seen on the way.
async fn every_way_in(app: &TestApp) -> Vec<String> {
    let mut seen = vec![PASSWORD.replace('+', " ")];
    let stranger = app.stranger();
    let dora = app.sign_up("Dora", "dora@example.org", PASSWORD).await;
    for path in ["/login", "/reset"] {
        let asked = stranger.post_form(path, "email=dora@example.org").await;
        assert_eq!(asked.status, 200, "{asked:?}");
    }
    let moved = dora
        .post_form(
            "/account/email",
            "email=dora2@example.org&current=correct+horse+battery",
        )
        .await;
    assert_eq!(moved.status, 303, "{moved:?}");
    let invited = app
        .here()
        .by_session("rosa")
        .post_form(
            "/farm/team",
            "farm=rosa&email=new@example.org&role=FARM_STAFF",
        )
        .await;
    assert_eq!(invited.status, 303, "{invited:?}");
    app.run_jobs().await;
    for mail in app.mails() {
        seen.push(last(&mail.link("http://market.test/")));
    }
    let entered = format!("email=dora@example.org&password={PASSWORD}");
    let entered = stranger.post_form("/login/password", &entered).await;
    seen.push(entered.session());
    let page = dora
        .post_form(
            "/account/tokens",
            "name=Till&days=30&orders%3Aread=on&current=correct+horse+battery",
        )
        .await;
    seen.push(token_on(&page));
    // A guest buys, by page and by program, with a key under which the answer is kept.
    let filled = stranger
        .post_form("/cart", "more=prd_frm_rosa_0&back=/shop")
        .await;
    seen.push(filled.session());
    let order = json!({ "lines": [{ "product_id": "prd_frm_rosa_0", "quantity": "1" }], "window_id": "win",
        "name": "Gus", "email": "gus@example.org" });
    let keyed = stranger.with("idempotency-key", "one");
    let placed = keyed
        .json(Method::POST, "/api/orders", order.to_string())
        .await;
    assert_eq!(placed.status, 201, "{placed:?}");
    let link = placed.value()["link"].as_str().expect("a link").to_owned();
    seen.push(last(&link));
    let opened = app.stranger().get(&format!("/t/{}", last(&link))).await;
    seen.push(opened.session());
    app.run_jobs().await;
    seen
}

#[tokio::test]
async fn no_secret_that_was_seen_is_kept_anywhere() {
    let app = TestApp::new().await;
    let seen = every_way_in(&app).await;
    assert!(seen.len() >= 11, "{seen:?}");
    let dump = app.dump().await;
    for secret in &seen {
        assert!(secret.len() >= 16, "{seen:?}");
        let kept: Vec<_> = dump.holding(secret).collect();
        assert!(kept.is_empty(), "{secret} is in {kept:?}");
    }
    // A control: what is kept is found.
    assert!(dump.holding("dora@example.org").count() > 0);
    app.finish().await;
}

/// The columns that hold what proves somebody.
const HASHES: [(&str, &str); 8] = [
    ("sessions", "hash"),
    ("session_orders", "session_hash"),
    ("api_tokens", "hash"),
    ("sign_in_links", "hash"),
    ("sign_ups", "hash"),
    ("invitations", "hash"),
    ("setup_links", "hash"),
    ("orders", "link_hash"),
];

#[track_caller]
fn hashed(dump: &Dump) -> usize {
    let mut found = 0;
    for (table, column) in HASHES {
        for hash in dump.column(table, column) {
            let hex = hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
            assert!(hash.len() == 64 && hex, "{table}.{column}: {hash}");
            found += 1;
        }
    }
    found
}

#[tokio::test]
async fn what_proves_somebody_is_kept_as_a_hash() {
    let app = TestApp::new().await;
    every_way_in(&app).await;
    let new = "name=Nora&email=nora@example.org&password=correct+horse+battery";
    assert_eq!(app.stranger().post_form("/signup", new).await.status, 200);
    let dump = app.dump().await;
    assert!(hashed(&dump) > 40);
    let mut passwords = 0;
    for (table, column) in [("users", "password"), ("sign_ups", "password")] {
        for kept in dump.column(table, column).filter(|kept| !kept.is_empty()) {
            let start = "$argon2id$v=19$m=19456,t=2,p=1$";
            assert!(kept.starts_with(start), "{table}: {kept}");
            passwords += 1;
        }
    }
    assert_eq!(passwords, 2);
    app.finish().await;
    let (bare, token) = TestApp::bare().await;
    let dump = bare.dump().await;
    assert_eq!((hashed(&dump), dump.holding(&token).count()), (1, 0));
    bare.finish().await;
}

#[tokio::test]
async fn ids_and_secrets_cannot_be_guessed() {
    let app = TestApp::new().await;
    for secret in every_way_in(&app).await.iter().skip(1) {
        let letters = secret.trim_start_matches("mkt_");
        let hex = letters.bytes().all(|b| b.is_ascii_hexdigit());
        // 32 signs of hexadecimal are 128 bits, 22 of base64 too.
        let enough = if hex { 32 } else { 22 };
        assert!(letters.len() >= enough, "{secret}");
    }
    // Of an id's 128 bits 74 are drawn by lot; an id opens nothing, and two made at once are far apart.
    let at = Ts::from_micros(1_795_687_200_000_000);
    let ids: std::collections::BTreeSet<_> =
        (0..1000).map(|_| Ids::Random.make("ord", at)).collect();
    assert_eq!(ids.len(), 1000);
    let tails: std::collections::BTreeSet<_> =
        ids.iter().map(|id| id[id.len() - 8..].to_owned()).collect();
    assert!(tails.len() >= 999, "{}", tails.len());
    assert!(ids.iter().all(|id| id.len() == "ord_".len() + 32));
    app.finish().await;
}

/// Somebody's kept answer is theirs; whoever reads the table learns no way in from it.
#[tokio::test]
async fn the_same_request_again_gets_its_link_again() {
    let app = TestApp::new().await;
    let order =
        json!({ "lines": [{ "product_id": "prd_frm_rosa_0", "quantity": "1" }], "window_id": "win",
        "name": "Gus", "email": "gus@example.org" })
        .to_string();
    let keyed: Client = app.stranger().with("idempotency-key", "one");
    let mut links = Vec::new();
    for _ in 0..2 {
        let placed = keyed.json(Method::POST, "/api/orders", order.clone()).await;
        assert_eq!(placed.status, 201, "{placed:?}");
        links.push(placed.value()["link"].clone());
    }
    assert_eq!(links[0], links[1]);
    let path = links[0]
        .as_str()
        .and_then(|link| link.strip_prefix("http://market.test"));
    let opened = app.stranger().get(path.expect("a link")).await;
    assert_eq!(opened.status, 303, "{opened:?}");
    let token = last(path.expect("a link"));
    assert_eq!(app.dump().await.holding(&token).count(), 0);
    app.finish().await;
}
