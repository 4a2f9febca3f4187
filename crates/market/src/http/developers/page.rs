//! The description of the API as a page. Its own words are in English only, and marked as such; those around it are not.
use std::fmt::Write as _;

use askama::Template;
use serde_json::Value;

use super::{
    description::Description,
    reading::{self, OPERATIONS, resolved},
};
use crate::{
    pages::{Shell, Theme, render as rendered},
    words::Words,
};

#[derive(Template)]
#[template(path = "http/developers/page.html")]
struct Page<'a> {
    shell: &'a Shell,
    w: Words,
    about: Text,
    proofs: Vec<(String, Text)>,
    groups: Vec<Group>,
}

type Text = Vec<Piece>;

struct Piece {
    code: bool,
    text: String,
}

struct Group {
    name: String,
    about: Text,
    operations: Vec<Operation>,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    summary: Text,
    about: Text,
    /// Who may, in the words of the page.
    who: Vec<String>,
    parameters: Vec<Field>,
    body: Vec<Field>,
    curl: String,
    answers: Vec<Answer>,
}

struct Field {
    name: String,
    required: bool,
    kind: String,
    about: Text,
}

struct Answer {
    status: String,
    about: Text,
    example: String,
}

pub fn render(shell: &Shell, described: &Description, base: &str) -> String {
    let root = &described.value;
    let proofs = root.pointer("/components/securitySchemes");
    let tags = root.get("tags").and_then(Value::as_array);
    let groups = tags.into_iter().flatten().map(|tag| {
        let name = string(tag, "name");
        Group {
            operations: operations(root, name, base, shell.words),
            about: text(string(tag, "description")),
            name: name.to_owned(),
        }
    });
    rendered(&Page {
        shell,
        w: shell.words,
        about: text(
            root.pointer("/info/description")
                .map_or("", |about| about.as_str().unwrap_or("")),
        ),
        proofs: fields(proofs)
            .map(|(name, proof)| (name.clone(), text(string(proof, "description"))))
            .collect(),
        groups: groups.collect(),
    })
}

fn string<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

fn fields(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// What stands between backticks is code.
fn text(words: &str) -> Text {
    let pieces = words.split('`').enumerate();
    let pieces = pieces.filter(|(_, piece)| !piece.is_empty());
    pieces
        .map(|(n, piece)| Piece {
            code: n % 2 == 1,
            text: piece.to_owned(),
        })
        .collect()
}

fn operations(root: &Value, tag: &str, base: &str, w: Words) -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, item) in fields(root.get("paths")) {
        for method in OPERATIONS {
            let Some(operation) = item.get(method) else {
                continue;
            };
            if operation.pointer("/tags/0").and_then(Value::as_str) == Some(tag) {
                found.push(one(root, method, path, operation, base, w));
            }
        }
    }
    found
}

fn one(
    root: &Value,
    method: &str,
    path: &str,
    operation: &Value,
    base: &str,
    w: Words,
) -> Operation {
    let media = operation.pointer("/requestBody/content/application~1json");
    let mut body = Vec::new();
    if let Some(media) = media {
        inside(root, &media["schema"], "", &mut body);
    }
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let parameters = parameters.into_iter().flatten().map(|parameter| Field {
        name: string(parameter, "name").to_owned(),
        required: parameter.get("required") == Some(&Value::Bool(true)),
        kind: reading::kind(root, &parameter["schema"]),
        about: text(string(parameter, "description")),
    });
    Operation {
        id: string(operation, "operationId").to_owned(),
        summary: text(string(operation, "summary")),
        about: text(string(operation, "description")),
        who: who(operation, w),
        parameters: parameters.collect(),
        curl: curl(method, path, operation, media, base),
        answers: fields(operation.get("responses"))
            .map(|(status, answer)| answer_of(root, status, answer))
            .collect(),
        body,
        method: method.to_uppercase(),
        path: path.to_owned(),
    }
}

fn answer_of(root: &Value, status: &str, answer: &Value) -> Answer {
    let answer = resolved(root, answer);
    let example = fields(answer.get("content")).find_map(|(_, media)| media.get("example"));
    // Of refusals the words say enough; one example of them stands at the top of the document.
    let example = example.filter(|_| status.starts_with('2'));
    Answer {
        status: status.to_owned(),
        about: text(string(answer, "description")),
        example: example
            .and_then(|example| serde_json::to_string_pretty(example).ok())
            .unwrap_or_default(),
    }
}

/// The fields of a body, those of its parts named `lines[].quantity`.
fn inside(root: &Value, schema: &Value, before: &str, found: &mut Vec<Field>) {
    let schema = resolved(root, schema);
    for (name, field) in fields(schema.get("properties")) {
        let whole = resolved(root, field);
        let items = whole.get("items").map(|items| resolved(root, items));
        let parts = items.filter(|items| items.get("properties").is_some());
        found.push(Field {
            name: format!("{before}{name}"),
            required: reading::is_required(schema, name),
            kind: parts.map_or_else(|| reading::kind(root, field), |_| "array".to_owned()),
            about: text(string(field, "description")),
        });
        if let Some(parts) = parts {
            inside(root, parts, &format!("{before}{name}[]."), found);
        }
    }
}

fn who(operation: &Value, w: Words) -> Vec<String> {
    let ways = operation.get("security").and_then(Value::as_array);
    let mut found = Vec::new();
    for way in ways.into_iter().flatten() {
        let Some((scheme, scopes)) = fields(Some(way)).next() else {
            found.push(w.say("developers-who-anybody").into_owned());
            continue;
        };
        let scopes: Vec<&str> = scopes
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        found.push(match scheme.as_str() {
            "session" => w.say("developers-who-session").into_owned(),
            _ if scopes.is_empty() => w.say("developers-who-token").into_owned(),
            _ => w.say_a("developers-who-scope", &scopes.join(" ")),
        });
    }
    found
}

fn curl(method: &str, path: &str, operation: &Value, media: Option<&Value>, base: &str) -> String {
    let path = path.replace("{id}", "ID");
    let mut line = match method {
        "get" => format!("curl '{base}{path}'"),
        _ => format!("curl -X {} '{base}{path}'", method.to_uppercase()),
    };
    let ways = operation.get("security").and_then(Value::as_array);
    let mut ways = ways.into_iter().flatten();
    // Whoever may do it without a proof is shown so.
    let anybody = ways.clone().any(|way| fields(Some(way)).next().is_none());
    if !anybody && ways.any(|way| way.get("token").is_some()) {
        line += " \\\n  -H 'Authorization: Bearer TOKEN'";
    }
    if let Some(example) = media.and_then(|media| media.get("example")) {
        let json = example.to_string().replace('\'', "'\\''");
        let _ = write!(
            line,
            " \\\n  -H 'Content-Type: application/json' \\\n  -d '{json}'"
        );
    }
    line
}
