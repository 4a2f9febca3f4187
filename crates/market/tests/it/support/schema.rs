//! Whether a value is what a schema of the API's description allows: as much of JSON Schema as that uses.
use serde_json::Value;

/// What stands behind `$ref`, or the thing itself.
pub fn resolved<'v>(root: &'v Value, value: &'v Value) -> &'v Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(target) => root.pointer(&target[1..]).expect(target),
        None => value,
    }
}

/// What is wrong with it. Stricter than the schema: a field that is not described is wrong too, so that none is forgotten.
pub fn strictly(root: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    check(root, schema, value, "", &mut wrong);
    wrong
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    let schema = resolved(root, schema);
    if let Some(choices) = schema.get("oneOf").and_then(Value::as_array) {
        let fits = |choice: &&Value| strictly(root, choice, value).is_empty();
        if choices.iter().filter(fits).count() != 1 {
            wrong.push(format!("{at}: {value} is not one of {}", schema["oneOf"]));
        }
        return;
    }
    let merged = schema
        .get("allOf")
        .and_then(Value::as_array)
        .map(|parts| merge(root, parts));
    let schema = merged.as_ref().unwrap_or(schema);
    let kinds = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(kind)) => vec![kind.as_str()],
        _ => Vec::new(),
    };
    if !kinds.is_empty() && !kinds.contains(&kind_of(value)) {
        wrong.push(format!("{at}: {value} is not {kinds:?}"));
        return;
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array)
        && !words.contains(value)
    {
        wrong.push(format!("{at}: {value} is none of {words:?}"));
    }
    match value {
        Value::Object(fields) => {
            let empty = serde_json::Map::new();
            let known = schema
                .get("properties")
                .and_then(Value::as_object)
                .unwrap_or(&empty);
            for name in schema
                .get("required")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                if !fields.contains_key(name.as_str().expect("a name")) {
                    wrong.push(format!("{at}: without {name}"));
                }
            }
            let free =
                schema.get("properties").is_none() && schema.get("additionalProperties").is_none();
            for (name, field) in fields {
                match known.get(name) {
                    Some(schema) => check(root, schema, field, &format!("{at}/{name}"), wrong),
                    None if free => {}
                    None => wrong.push(format!("{at}: {name} is not described")),
                }
            }
        }
        Value::Array(items) => {
            bounds(schema, ["minItems", "maxItems"], items.len(), at, wrong);
            for item in items {
                check(root, &schema["items"], item, &format!("{at}[]"), wrong);
            }
        }
        Value::String(text) => {
            bounds(
                schema,
                ["minLength", "maxLength"],
                text.chars().count(),
                at,
                wrong,
            );
        }
        Value::Number(number) => {
            let (n, limit) = (number.as_f64(), |key| {
                schema.get(key).and_then(Value::as_f64)
            });
            if limit("minimum").is_some_and(|least| n < Some(least))
                || limit("maximum").is_some_and(|most| n > Some(most))
            {
                wrong.push(format!("{at}: {number} is out of bounds"));
            }
        }
        _ => {}
    }
}

fn merge(root: &Value, parts: &[Value]) -> Value {
    let mut all = serde_json::json!({ "type": "object", "properties": {}, "required": [] });
    for part in parts {
        let part = resolved(root, part);
        for (name, field) in part["properties"].as_object().expect("an object") {
            all["properties"][name] = field.clone();
        }
        let required = part["required"].as_array().cloned().unwrap_or_default();
        all["required"]
            .as_array_mut()
            .expect("a list")
            .extend(required);
    }
    all
}

fn bounds(schema: &Value, [least, most]: [&str; 2], n: usize, at: &str, wrong: &mut Vec<String>) {
    let limit = |key: &str| schema.get(key).and_then(Value::as_u64);
    let n = n as u64;
    if limit(least).is_some_and(|least| n < least) || limit(most).is_some_and(|most| n > most) {
        wrong.push(format!("{at}: a length of {n}"));
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[test]
fn planted_mistakes_are_found() {
    let root = serde_json::json!({ "components": { "Word": { "type": "string", "enum": ["A"] } } });
    let schema = serde_json::json!({ "type": "object", "required": ["word"], "properties": {
        "word": { "$ref": "#/components/Word" },
        "n": { "type": ["integer", "null"], "minimum": 1 },
        "list": { "type": "array", "maxItems": 1, "items": { "type": "string", "minLength": 1 } },
        "one": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/Word" }] }
    } });
    let good = serde_json::json!({ "word": "A", "n": null, "list": ["x"], "one": "A" });
    assert_eq!(strictly(&root, &schema, &good), Vec::<String>::new());
    for planted in [
        serde_json::json!({}),
        serde_json::json!({ "word": "B" }),
        serde_json::json!({ "word": "A", "n": 0 }),
        serde_json::json!({ "word": "A", "n": "1" }),
        serde_json::json!({ "word": "A", "list": ["x", "y"] }),
        serde_json::json!({ "word": "A", "list": [""] }),
        serde_json::json!({ "word": "A", "one": "B" }),
        serde_json::json!({ "word": "A", "surplus": 1 }),
        serde_json::json!([]),
    ] {
        assert_eq!(strictly(&root, &schema, &planted).len(), 1, "{planted}");
    }
}
