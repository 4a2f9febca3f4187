//! What a browser keeps for when there is no connection, and for whom.
use std::collections::BTreeSet;

use market::http::assets;

use crate::support::{Answer, TestApp};

/// For whom a page may be kept.
fn keep(page: &Answer) -> Option<String> {
    let text = page.text();
    let (_, rest) = text.split_once(" data-keep=\"")?;
    rest.split_once('"').map(|(keep, _)| keep.to_owned())
}

#[tokio::test]
async fn a_page_says_for_whom_it_may_be_kept_and_not_who_that_is() {
    let app = TestApp::new().await;
    let order = app.order().by_guest().place().await;
    let guest = app.guest(&order).await;
    let (ana, carl) = (app.customer("ana"), app.customer("carl"));
    let mut seen = BTreeSet::new();
    for client in [&app.stranger(), &guest, &ana, &carl] {
        let first = keep(&client.get("/shop").await).expect("a name");
        assert_eq!(keep(&client.get("/offline").await), Some(first.clone()));
        assert!(first == "nobody" || first.len() == 16, "{first}");
        for known in ["ana", "carl", "usr_", "session"] {
            assert!(!first.contains(known), "{first}");
        }
        seen.insert(first);
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
    // Whoever has no right gets no page that may be kept.
    let stranger = app.stranger();
    let order = format!("/orders/{}/track", order.id);
    for path in [&*order, "/nowhere", "/farm/board"] {
        assert_eq!(keep(&stranger.get(path).await), None, "{path}");
    }
    app.finish().await;
}

#[tokio::test]
async fn another_session_of_the_same_person_is_another_name() {
    let app = TestApp::new().await;
    let ana = app.customer("ana");
    let before = keep(&ana.get("/shop").await);
    let out = ana.post_form("/logout", "").await;
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    let after = keep(&ana.get("/shop").await);
    assert_eq!(after.as_deref(), Some("nobody"));
    assert_ne!(before, after);
    app.finish().await;
}

#[tokio::test]
async fn the_worker_and_the_manifest_are_asked_for_again_each_time() {
    let app = TestApp::new().await;
    let nobody = app.stranger();
    let worker = nobody.get("/sw.js").await;
    assert_eq!(worker.status, 200);
    assert_eq!(
        worker.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(worker.header("cache-control"), "private, no-cache");
    let first = worker.text();
    let first = first.lines().next().unwrap_or_default();
    for path in [
        assets::url("market.css"),
        assets::url("market.js"),
        "/offline?lang=en",
    ] {
        assert!(first.contains(path), "{path} is not in {first}");
        assert_eq!(nobody.get(path).await.status, 200);
    }
    let manifest = nobody.get("/manifest.webmanifest").await;
    assert_eq!(manifest.header("content-type"), "application/manifest+json");
    let said = manifest.value();
    assert_eq!(
        (&said["start_url"], &said["display"]),
        (&"/".into(), &"standalone".into())
    );
    let page = nobody.get("/offline").await.text();
    let name = said["name"].as_str().expect("a name");
    assert!(page.contains(&format!("– {name}</title>")), "{name}");
    assert!(page.contains("<link rel=\"manifest\" href=\"/manifest.webmanifest\">"));
    // Every drawing is there, and as large as is said: width and height stand behind the head of a PNG.
    for icon in said["icons"].as_array().expect("icons") {
        let got = nobody.get(icon["src"].as_str().expect("an address")).await;
        assert_eq!(
            (got.status, got.header("content-type")),
            (200, icon["type"].as_str().expect("a type"))
        );
        if got.header("content-type") == "image/png" {
            let size = |from: usize| {
                let four: [u8; 4] = got.body[from..from + 4].try_into().expect("four bytes");
                u32::from_be_bytes(four)
            };
            assert_eq!(
                icon["sizes"],
                format!("{}x{}", size(16), size(20)),
                "{icon}"
            );
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn another_market_has_a_manifest_of_its_own() {
    let app = TestApp::new().await;
    let path = "/manifest.webmanifest";
    let (one, two) = (
        app.stranger().get(path).await,
        app.twin().stranger().get(path).await,
    );
    assert_ne!(one.value()["name"], two.value()["name"]);
    app.finish().await;
}
