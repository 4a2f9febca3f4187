//! Looks into a description: what a reference stands for, what a schema's example is, in words what a field may hold.
use serde_json::{Map, Value, json};

/// The keys of a path that are operations.
pub const OPERATIONS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// What stands behind `$ref`, or the thing itself.
pub fn resolved<'v>(root: &'v Value, value: &'v Value) -> &'v Value {
    let target = value.get("$ref").and_then(Value::as_str);
    let found = target
        .and_then(|target| target.strip_prefix('#'))
        .and_then(|pointer| root.pointer(pointer));
    found.unwrap_or(value)
}

/// One value the schema allows: of fields that may be left out, those that have an example.
pub fn example(root: &Value, schema: &Value) -> Value {
    given(root, schema).unwrap_or_else(|| usual(root, schema))
}

/// The example that is written down, here or further inside.
fn given(root: &Value, schema: &Value) -> Option<Value> {
    let schema = resolved(root, schema);
    if let Some(first) = schema.pointer("/examples/0") {
        return Some(first.clone());
    }
    if let Some(parts) = array(schema, "allOf") {
        let parts = parts.iter().filter_map(|part| given(root, part));
        let mut all = Map::new();
        for part in parts {
            all.extend(part.as_object().cloned()?);
        }
        return Some(Value::Object(all));
    }
    if let Some(choices) = choices(schema) {
        return choices.iter().find_map(|choice| given(root, choice));
    }
    if let Some(items) = schema.get("items") {
        return given(root, items).map(|item| json!([item]));
    }
    let fields = schema.get("properties")?.as_object()?;
    let mut object = Map::new();
    for (name, field) in fields {
        let value = if is_required(schema, name) {
            Some(example(root, field))
        } else {
            given(root, field)
        };
        object.extend(value.map(|value| (name.clone(), value)));
    }
    Some(Value::Object(object))
}

/// Where none is written down.
fn usual(root: &Value, schema: &Value) -> Value {
    let schema = resolved(root, schema);
    if let Some(first) = schema.pointer("/enum/0") {
        return first.clone();
    }
    if let Some(choices) = choices(schema) {
        return choices.first().map_or(Value::Null, |one| usual(root, one));
    }
    let kinds = kinds(schema);
    match kinds.first().copied() {
        _ if kinds.contains(&"null") => Value::Null,
        Some("string") => json!(""),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(0)),
        Some("boolean") => json!(false),
        Some("array") => json!([]),
        _ => json!({}),
    }
}

fn array<'v>(value: &'v Value, key: &str) -> Option<&'v [Value]> {
    value.get(key)?.as_array().map(Vec::as_slice)
}

/// One of these, or any.
fn choices(schema: &Value) -> Option<&[Value]> {
    array(schema, "oneOf").or_else(|| array(schema, "anyOf"))
}

pub fn is_required(schema: &Value, name: &str) -> bool {
    array(schema, "required").is_some_and(|names| names.iter().any(|one| one == name))
}

fn kinds(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// What a field may hold, in words: `string, 1 to 80 characters`.
pub fn kind(root: &Value, schema: &Value) -> String {
    let schema = resolved(root, schema);
    if let Some(words) = array(schema, "enum") {
        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        return words.join(" ");
    }
    if let Some(choices) = choices(schema) {
        let kinds: Vec<String> = choices.iter().map(|one| kind(root, one)).collect();
        return kinds.join(" or ");
    }
    let mut words = kinds(schema).join(" or ");
    if let Some(items) = schema.get("items") {
        words = format!("{words} of {}", kind(root, items));
    }
    let mut words = vec![words];
    let format = schema.get("format").and_then(Value::as_str);
    words.extend(
        format
            .filter(|format| !format.starts_with("int"))
            .map(str::to_owned),
    );
    for (least, most, unit) in [
        ("minLength", "maxLength", " characters"),
        ("minItems", "maxItems", " items"),
        ("minimum", "maximum", ""),
    ] {
        words.extend(match (schema.get(least), schema.get(most)) {
            (Some(least), Some(most)) => Some(format!("{least} to {most}{unit}")),
            (Some(least), None) => Some(format!("at least {least}{unit}")),
            (None, Some(most)) => Some(format!("at most {most}{unit}")),
            (None, None) => None,
        });
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_has_what_is_required_and_what_is_written_down() {
        let root = json!({ "components": { "schemas": {
            "Word": { "type": "string", "enum": ["ONE", "TWO"] },
            "Line": { "type": "object", "required": ["n"], "properties": {
                "n": { "type": "integer", "minimum": 3 },
                "word": { "$ref": "#/components/schemas/Word" },
                "text": { "type": ["string", "null"], "examples": ["a"] }
            } }
        } } });
        let line = json!({ "$ref": "#/components/schemas/Line" });
        for (schema, expected) in [
            (line.clone(), json!({ "n": 3, "text": "a" })),
            (
                json!({ "type": "array", "items": line.clone() }),
                json!([{ "n": 3, "text": "a" }]),
            ),
            (
                json!({ "oneOf": [{ "type": "null" }, line.clone()] }),
                json!({ "n": 3, "text": "a" }),
            ),
            (json!({ "$ref": "#/components/schemas/Word" }), json!("ONE")),
            (
                json!({ "oneOf": [{ "type": "null" }, { "type": "string" }] }),
                json!(null),
            ),
            (json!({ "type": ["string", "null"] }), json!(null)),
            (json!({ "type": "boolean" }), json!(false)),
            (
                json!({ "type": "array", "items": { "type": "string" } }),
                json!([]),
            ),
            (
                json!({ "allOf": [line, { "type": "object", "required": ["x"], "properties": { "x": { "type": "string" } } }] }),
                json!({ "n": 3, "text": "a", "x": "" }),
            ),
        ] {
            assert_eq!(example(&root, &schema), expected, "{schema}");
        }
    }

    #[test]
    fn a_field_is_said_in_words() {
        let root = json!({});
        for (schema, expected) in [
            (
                json!({ "type": "string", "minLength": 1, "maxLength": 80 }),
                "string, 1 to 80 characters",
            ),
            (
                json!({ "type": "integer", "format": "int64", "minimum": 0 }),
                "integer, at least 0",
            ),
            (
                json!({ "type": "array", "maxItems": 5, "items": { "enum": ["a", "b"] } }),
                "array of a b, at most 5 items",
            ),
            (
                json!({ "oneOf": [{ "type": "null" }, { "type": "string", "format": "date-time" }] }),
                "null or string, date-time",
            ),
        ] {
            assert_eq!(kind(&root, &schema), expected);
        }
    }
}
