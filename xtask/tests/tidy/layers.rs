//! Which part of the market may know which: arrows go from the web inwards, never back.

use crate::paths::{paths, uses};
use crate::source::File;
use crate::{assert_none, files};
use std::collections::{BTreeMap, BTreeSet};

/// Folders of the market crate that are no slices.
const NO_SLICE: [&str; 4] = ["kernel", "http", "cli", "config"];

fn slices(files: &[File]) -> BTreeSet<&str> {
    files
        .iter()
        .filter_map(File::part)
        .filter(|part| !NO_SLICE.contains(part))
        .collect()
}

fn no_axum_below_the_web(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.in_market().is_some()) {
        let inner = matches!(
            file.role(),
            Some("model" | "store" | "actions" | "jobs" | "pages")
        );
        if !inner && file.part() != Some("kernel") {
            continue;
        }
        for (line, code) in file.production().lines() {
            if code
                .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
                .any(|word| word == "axum")
            {
                found.push(file.at(
                    line,
                    "axum: only web.rs, api.rs and http/ may know it; return plain values",
                ));
            }
        }
    }
    found
}

fn imports_go_inwards(files: &[File]) -> Vec<String> {
    let slices = slices(files);
    let mut found = Vec::new();
    for file in files {
        let Some(part) = file.part() else { continue };
        for (line, path) in uses(&file.production()) {
            let first = path[0].as_str();
            let second = path.get(1).map_or("", String::as_str);
            let foreign = slices.contains(first) && first != part;
            if part == "kernel" && slices.contains(first) {
                found.push(file.at(
                    line,
                    &format!("the kernel knows no slice, but uses crate::{first}"),
                ));
            } else if slices.contains(part) && file.role() == Some("model") {
                let pure = first == "kernel" || (slices.contains(first) && second == "model");
                if !pure {
                    let what = path.join("::");
                    found.push(file.at(
                        line,
                        &format!("a model may use the kernel and models, not crate::{what}"),
                    ));
                }
            } else if slices.contains(part) && foreign && matches!(second, "web" | "api" | "pages")
            {
                let what = format!(
                    "another slice's {second} is its own: use crate::{first}'s model, actions or store"
                );
                found.push(file.at(line, &what));
            }
        }
    }
    found
}

/// What a file of this role must not know, of its own slice or of another.
fn outside_of(role: &str) -> &'static [&'static str] {
    match role {
        "model" => &["store", "actions", "web", "api", "pages", "jobs"],
        // A job's payload is plain data, which the store writes into the outbox.
        "store" => &["actions", "web", "api", "pages"],
        "pages" => &["store", "actions", "web", "api", "jobs"],
        "actions" => &["web", "api", "pages"],
        _ => &[],
    }
}

fn roles_go_inwards(files: &[File]) -> Vec<String> {
    let slices = slices(files);
    let mut found = Vec::new();
    for file in files {
        let (Some(part), Some(role)) = (file.part(), file.role()) else {
            continue;
        };
        if !slices.contains(part) {
            continue;
        }
        let source = file.production();
        let near = paths(&source, "super::").into_iter();
        let near = near.filter_map(|(line, path)| Some((line, path.first()?.clone())));
        let far = uses(&source).into_iter();
        let far = far.filter(|(_, path)| slices.contains(path[0].as_str()));
        let far = far.filter_map(|(line, path)| Some((line, path.get(1)?.clone())));
        for (line, other) in near.chain(far) {
            if outside_of(role).contains(&&*other) {
                let words =
                    format!("{role} must not know {other}: let the caller hand over the value");
                found.push(file.at(line, &words));
            }
        }
    }
    found
}

fn no_circle_of_stores(files: &[File]) -> Vec<String> {
    let slices = slices(files);
    let mut graph: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.role() == Some("store")) {
        let Some(part) = file.part() else { continue };
        for (_, path) in uses(&file.production()) {
            let other = slices.get(path[0].as_str()).filter(|other| **other != part);
            if let Some(other) = other.filter(|_| path.get(1).is_some_and(|name| name == "store")) {
                graph.entry(part).or_default().insert(other);
            }
        }
    }
    let circle = |start: &&&str| {
        let (mut seen, mut todo) = (BTreeSet::new(), vec![**start]);
        while let Some(slice) = todo.pop() {
            for next in graph
                .get(slice)
                .into_iter()
                .flatten()
                .filter(|next| seen.insert(**next))
            {
                todo.push(next);
            }
        }
        seen.contains(**start)
    };
    let guilty: Vec<_> = graph.keys().filter(circle).copied().collect();
    if guilty.is_empty() {
        return Vec::new();
    }
    let names = guilty.join(", ");
    vec![format!(
        "crates/market/src: the stores of {names} use each other in a circle: let an action join them"
    )]
}

fn no_lifted_body_limit(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is_production()) {
        for (line, code) in file.production().lines() {
            if code.contains("DefaultBodyLimit::disable") {
                found.push(file.at(
                    line,
                    "an inner `disable` beats every outer limit: set a larger limit instead",
                ));
            }
        }
    }
    found
}

fn market(path: &str, text: &str) -> File {
    File::new(&format!("crates/market/src/{path}"), text)
}

#[test]
fn axum_stays_in_the_web_layer() {
    assert_none(&no_axum_below_the_web(&files()));
}

#[test]
fn planted_axum_is_seen() {
    let text = "// axum\nuse axum::Json;";
    let planted = [
        "orders/web.rs",
        "orders/actions.rs",
        "http/guard.rs",
        "kernel/money.rs",
        "orders/pages/track.rs",
    ];
    let found = no_axum_below_the_web(&planted.map(|path| market(path, text)));
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].contains("orders/actions.rs:2"), "{found:?}");
}

#[test]
fn slices_know_only_what_is_further_inside() {
    assert_none(&imports_go_inwards(&files()));
}

#[test]
fn planted_imports_are_seen() {
    let planted = [
        market(
            "orders/web.rs",
            "use crate::orders::pages;\nuse crate::{\n  farms::{model, pages::Card},\n  http::Guard,\n};",
        ),
        market(
            "orders/model.rs",
            "use crate::kernel::Money;\nuse crate::farms::model::Farm;\nuse crate::app::App;",
        ),
        market("kernel/id.rs", "fn f() { crate::orders::model::x() }"),
        market("farms/store.rs", "use db::Read;"),
        market("http/router.rs", "use crate::orders::web;"),
    ];
    let found = imports_go_inwards(&planted);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(
        found[0].contains("orders/web.rs:2: another slice's pages"),
        "{found:?}"
    );
    assert!(
        found[1].contains("orders/model.rs:3: ") && found[1].contains("crate::app::App"),
        "{found:?}"
    );
    assert!(found[2].contains("kernel/id.rs:1: "), "{found:?}");
}

#[test]
fn files_of_a_slice_know_only_what_is_further_inside() {
    assert_none(&roles_go_inwards(&files()));
}

#[test]
fn planted_steps_outwards_are_seen() {
    let planted = [
        market(
            "orders/store.rs",
            "use super::model::Order;\nuse super::{actions, model};",
        ),
        market(
            "orders/pages/track.rs",
            "use crate::orders::model;\nuse crate::farms::store;",
        ),
        market("orders/web.rs", "use super::{actions, store, pages};"),
        market("farms/actions.rs", "fn f() { super::api::g() }"),
        market("http/guard.rs", "use super::api;"),
    ];
    let found = roles_go_inwards(&planted);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].contains("orders/store.rs:2: "), "{found:?}");
    assert!(found[1].contains("orders/pages/track.rs:2: "), "{found:?}");
    assert!(found[2].contains("farms/actions.rs:1: "), "{found:?}");
}

#[test]
fn stores_form_no_circle() {
    assert_none(&no_circle_of_stores(&files()));
}

#[test]
fn a_planted_circle_is_seen() {
    let mut planted = vec![
        market("orders/store.rs", "use crate::farms::store;"),
        market(
            "farms/store.rs",
            "use crate::{accounts::store::find, farms::store::x};",
        ),
        market("accounts/store.rs", "use crate::orders::model::Order;"),
    ];
    assert_none(&no_circle_of_stores(&planted));
    planted.push(market(
        "accounts/store/more.rs",
        "fn f() { crate::orders::store::g() }",
    ));
    let found = no_circle_of_stores(&planted);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("accounts, farms, orders"), "{found:?}");
}

#[test]
fn the_body_limit_is_never_lifted() {
    assert_none(&no_lifted_body_limit(&files()));
}

#[test]
fn a_planted_lifted_limit_is_seen() {
    let found = no_lifted_body_limit(&[market(
        "http/router.rs",
        "\n.layer(DefaultBodyLimit::disable())",
    )]);
    assert!(
        found[0].starts_with("crates/market/src/http/router.rs:2: "),
        "{found:?}"
    );
}
