//! The description of the API agrees with the program: routes, answers, examples. And its page.
use axum::http::Method;
use market::http::developers::description;
use serde_json::{Value, json};

use crate::{
    support::{Answer, Client, TestApp, TestOrder, schema},
    sweep::{self, CALLERS, DECLARED, World},
};

fn root() -> &'static Value {
    &description::of(false).value
}

/// Method, path and what is said of it.
fn operations() -> Vec<(Method, &'static str, &'static Value)> {
    let mut found = Vec::new();
    for (path, item) in root()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            found.push((method, path.as_str(), operation));
        }
    }
    found
}

fn operation(method: &str, path: &str) -> &'static Value {
    &root()["paths"][path][method.to_lowercase()]
}

/// What the description says of this status.
fn described(operation: &'static Value, status: u16) -> Option<&'static Value> {
    let answer = operation["responses"].get(status.to_string())?;
    Some(schema::resolved(root(), answer))
}

/// An answer is one that the description has: status, kind, headers, and a body without a field it does not know.
#[track_caller]
fn conforms(what: &str, operation: &'static Value, answer: &Answer) {
    let status = answer.status;
    let Some(described) = described(operation, status) else {
        panic!("{what}: {status} is not described\n{answer:?}");
    };
    for (name, header) in described["headers"].as_object().into_iter().flatten() {
        let required = schema::resolved(root(), header)["required"] == json!(true);
        assert!(
            !required || answer.headers.contains_key(name.to_lowercase()),
            "{what}: {status} without {name}"
        );
    }
    let Some(content) = described["content"].as_object() else {
        assert_eq!(answer.text(), "", "{what}: {status}");
        return;
    };
    let (kind, media) = content.iter().next().unwrap();
    assert_eq!(answer.header("content-type"), kind, "{what}: {status}");
    let wrong = schema::strictly(root(), &media["schema"], &answer.value());
    assert_eq!(
        wrong,
        Vec::<String>::new(),
        "{what}: {status} {}",
        answer.text()
    );
}

#[test]
fn every_route_of_the_api_is_described_and_no_other() {
    let mut there: Vec<(String, &str)> = DECLARED
        .iter()
        .filter(|(_, route, _)| route.starts_with("/api/"))
        .map(|(method, route, _)| ((*method).to_owned(), *route))
        .collect();
    let mut told: Vec<(String, &str)> = operations()
        .iter()
        .map(|(method, path, _)| (method.to_string(), *path))
        .collect();
    there.sort();
    told.sort();
    assert_eq!(told, there);
}

#[test]
fn every_operation_says_what_a_reader_needs() {
    let mut ids = std::collections::BTreeSet::new();
    for (method, path, operation) in operations() {
        let what = format!("{method} {path}");
        assert!(
            ids.insert(operation["operationId"].as_str().unwrap()),
            "{what}"
        );
        assert!(
            operation["summary"]
                .as_str()
                .is_some_and(|words| words.len() > 10),
            "{what}"
        );
        assert!(operation["security"].is_array(), "{what}");
        let tag = &operation["tags"][0];
        let tags = root()["tags"].as_array().unwrap();
        assert!(
            tags.iter().any(|known| &known["name"] == tag),
            "{what}: {tag}"
        );
        let named = |parameter: &Value| parameter["in"] == "path";
        let parameters = operation["parameters"].as_array();
        let has_id = parameters.is_some_and(|all| all.iter().any(named));
        assert_eq!(path.contains('{'), has_id, "{what}");
        // Whatever changes something takes a body, and says what is said of bodies.
        let takes = method != Method::GET;
        assert_eq!(operation.get("requestBody").is_some(), takes, "{what}");
        for status in if takes {
            &[400, 413, 415, 422, 503][..]
        } else {
            &[503]
        } {
            assert!(described(operation, *status).is_some(), "{what}: {status}");
        }
    }
}

/// Every reference leads somewhere, and every example is what its schema allows.
#[test]
fn references_and_examples_hold() {
    let mut examples = 0;
    walk(root(), &mut |value| {
        if let Some(target) = value.get("$ref").and_then(Value::as_str) {
            assert!(root().pointer(&target[1..]).is_some(), "{target}");
        }
        if let (Some(schema), Some(example)) = (value.get("schema"), value.get("example")) {
            examples += 1;
            let wrong = schema::strictly(root(), schema, example);
            assert_eq!(wrong, Vec::<String>::new(), "{example}");
        }
        if value.get("type").is_some() {
            for example in value
                .get("examples")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                examples += 1;
                let wrong = schema::strictly(root(), value, example);
                assert_eq!(wrong, Vec::<String>::new(), "{value}");
            }
        }
    });
    assert!(examples > 100, "{examples}");
    assert_eq!(root()["openapi"], "3.1.0");
}

fn walk(value: &'static Value, look: &mut impl FnMut(&'static Value)) {
    look(value);
    match value {
        Value::Object(fields) => fields.values().for_each(|field| walk(field, look)),
        Value::Array(items) => items.iter().for_each(|item| walk(item, look)),
        _ => {}
    }
}

/// Each kind of caller on each route: whatever is answered, the description has it.
#[tokio::test]
async fn whatever_is_answered_is_described() {
    let mut world = World::new().await;
    let mut seen = std::collections::BTreeSet::new();
    for (method, route, _) in DECLARED {
        if !route.starts_with("/api/") {
            continue;
        }
        for name in CALLERS {
            let order = world
                .app
                .order()
                .farms(["rosa", "ben"])
                .by("ana")
                .place()
                .await;
            let client = world.caller(name, &order).await;
            let right = sweep::path(&world.app, route, &order);
            let good = sweep::body(route, &order);
            for (path, body) in [
                (right.clone(), good.clone()),
                (right.clone(), "{".to_owned()),
                (right.clone(), "{\"surplus\":1}".to_owned()),
                (route.replace("{id}", "missing"), good.clone()),
                (route.replace("{id}", "%FF"), good.clone()),
            ] {
                let answer = sweep::send(&client, method, &path, &body).await;
                let what = format!("{name}: {method} {path} {body}");
                conforms(&what, operation(method, route), &answer);
                seen.insert((*method, *route, answer.status));
            }
            if *method != "GET" {
                let mut request = client.request(Method::POST, &right, good.clone());
                *request.method_mut() = Method::from_bytes(method.as_bytes()).unwrap();
                let answer = client.send(request).await;
                conforms(
                    &format!("{name}: {method} {right} without a type"),
                    operation(method, route),
                    &answer,
                );
            }
        }
    }
    assert!(seen.len() > 60, "{}", seen.len());
    world.app.finish().await;
}

/// What only a certain state answers: conflicts, versions, pages with a next one.
#[tokio::test]
async fn answers_of_every_state_are_described() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).by("ana").place().await;
    let (rosa, ana) = (app.farmer("rosa"), app.customer("ana"));
    let status = operation("put", "/api/orders/{id}/status");
    let body = json!({ "status": "PREPARING", "expected_version": 99 });
    let stale = rosa.put(order.part("rosa"), body).await;
    assert_eq!(stale.status, 412);
    conforms("stale", status, &stale);
    let done = rosa
        .put(order.part("rosa"), json!({ "status": "PREPARING" }))
        .await;
    conforms("done", status, &done);
    let early = rosa
        .put(order.part("rosa"), json!({ "status": "CONFIRMED" }))
        .await;
    assert_eq!(early.status, 409);
    conforms("early", status, &early);
    let manager = app.here().person("manager");
    let mixed = manager
        .put(
            &order.id,
            json!({ "status": "CANCELLED", "reason": "WEATHER" }),
        )
        .await;
    conforms("mixed", status, &mixed);
    let show = operation("get", "/api/orders/{id}");
    conforms("cancelled", show, &ana.order(&order.id).await);
    for path in ["/api/orders?limit=1", "/api/products?limit=1"] {
        app.order().by("ana").place().await;
        let page = manager.get(path).await;
        assert!(page.value()["next"].is_string(), "{path}");
        let route = path.split('?').next().unwrap();
        conforms(path, operation("get", route), &page);
        let wrong = manager.get(&format!("{route}?limit=0&after=x")).await;
        assert_eq!(wrong.status, 422);
        conforms(path, operation("get", route), &wrong);
    }
    app.finish().await;
}

/// Somebody who may, and what is there: each example of a body is taken as it stands, but for the ids in it.
#[tokio::test]
async fn every_example_of_a_body_is_answered_as_described() {
    for (method, path, operation) in operations() {
        let Some(example) = operation.pointer("/requestBody/content/application~1json/example")
        else {
            continue;
        };
        let app = TestApp::new().await;
        let order = app.order().farms(["rosa"]).by("ana").place().await;
        if path.ends_with("/undo") {
            let part = order.part("rosa");
            app.farmer("rosa").put_status(part, "PREPARING").await.ok();
        }
        let client = who_may(&app, path);
        let body = with_ids(&app, example, &order).await;
        let address = sweep::path(&app, path, &order);
        let answer = client
            .json(method.clone(), &address, body.to_string())
            .await;
        let good = operation["responses"]
            .as_object()
            .unwrap()
            .keys()
            .find(|status| status.starts_with('2'));
        assert_eq!(
            &answer.status.to_string(),
            good.unwrap(),
            "{method} {path} {body}\n{answer:?}"
        );
        conforms(path, operation, &answer);
        app.finish().await;
    }
}

fn who_may(app: &TestApp, path: &str) -> Client {
    match path {
        "/api/orders" => app.stranger(),
        "/api/cart/lines/{id}" | "/api/orders/{id}/lines" => app.customer("ana"),
        _ => app.farmer("rosa"),
    }
}

/// The ids and versions of the examples, as this market has them.
async fn with_ids(app: &TestApp, example: &Value, order: &TestOrder) -> Value {
    let seen = app.customer("ana").order(&order.id).await.ok();
    let line = seen["lines"][0]["id"].as_str().unwrap();
    let mut text = example.to_string();
    for (id, here) in [
        ("prd_chard", "prd_frm_rosa_0"),
        ("frm_hill_row", "frm_rosa"),
        ("win_saturday", "win"),
        ("lin_01k9x5w6v9", line),
    ] {
        text = text.replace(id, here);
    }
    let mut body: Value = serde_json::from_str(&text).unwrap();
    // Of an order; a product's is its first.
    if body["expected_version"] == 4 {
        body["expected_version"] = seen["version"].clone();
    }
    body
}

#[tokio::test]
async fn the_document_is_public_and_known_by_its_tag() {
    let app = TestApp::new().await;
    let first = app.stranger().get("/api/openapi.json").await;
    assert_eq!(first.value(), *root());
    assert_eq!(first.header("cache-control"), "public, no-cache");
    let tag = first.header("etag").to_owned();
    let again = app
        .stranger()
        .with("if-none-match", &tag)
        .get("/api/openapi.json")
        .await;
    assert_eq!((again.status, again.text().len()), (304, 0));
    let other = app
        .stranger()
        .with("if-none-match", "\"x\"")
        .get("/api/openapi.json")
        .await;
    assert_eq!(other.status, 200);
    // With https the cookie of a session has its other name.
    let name = |https: bool| {
        let proofs = &description::of(https).value["components"]["securitySchemes"];
        proofs["session"]["name"].as_str().unwrap()
    };
    assert_eq!((name(false), name(true)), ("s", "__Host-s"));
    app.finish().await;
}

#[tokio::test]
async fn the_page_shows_every_operation_with_a_command_to_try() {
    let app = TestApp::new().await;
    let page = app.stranger().get("/developers").await;
    assert_eq!(page.status, 200);
    let html = page.text();
    for (method, path, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap();
        assert!(html.contains(&format!("href=\"#{id}\"")), "{id}");
        let from = html.find(&format!("id=\"{id}\"")).expect(id);
        let article = &html[from..from + html[from..].find("</article>").unwrap()];
        assert!(
            article.contains(&format!("<code>{method} {path}</code>")),
            "{id}"
        );
        assert!(article.contains("curl "), "{id}");
        for status in operation["responses"].as_object().unwrap().keys() {
            assert!(
                article.contains(&format!("<code>{status}</code>")),
                "{id} {status}"
            );
        }
    }
    assert!(html.contains("A token with orders:write"));
    assert!(html.contains("lines[].product_id"));
    assert_eq!(html.matches("<script").count(), 1, "the shell's own");
    let spanish = app.stranger().get("/developers?lang=es").await.text();
    assert!(spanish.contains("Quién puede") && spanish.contains("<p class=\"b\" lang=\"en\">"));
    app.finish().await;
}
