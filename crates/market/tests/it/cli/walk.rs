//! The walk of docs/api.md, as it stands there: its commands by `sh` and `curl` against the real program.
use std::{process::Stdio, time::Duration};

use serde_json::Value;
use tokio::{process::Command, time::timeout};

use super::process::Place;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api.md");
/// Between the answers of one block and the next.
const MARK: &str = "-- next --";

/// Commands, and what comes of them among other things.
fn blocks(document: &str) -> Vec<(&str, Value)> {
    let pieces = document.split("```sh\n").skip(1);
    pieces
        .map(|piece| {
            let (commands, rest) = piece.split_once("```\n").expect("the block ends");
            let json = rest.strip_prefix("```json\n").expect("what comes follows");
            let json = json.split("```").next().unwrap();
            (commands, serde_json::from_str(json).expect(json))
        })
        .collect()
}

/// What is wanted and is not there.
fn missing(wanted: &Value, got: &Value, at: &str) -> Vec<String> {
    match (wanted, got) {
        (Value::Object(wanted), Value::Object(_)) => wanted
            .iter()
            .flat_map(|(name, field)| missing(field, &got[name], &format!("{at}/{name}")))
            .collect(),
        (Value::Array(wanted), Value::Array(got)) if wanted.len() <= got.len() => wanted
            .iter()
            .zip(got)
            .flat_map(|(wanted, got)| missing(wanted, got, &format!("{at}[]")))
            .collect(),
        _ if wanted == got => Vec::new(),
        _ => vec![format!("{at}: {wanted} is wanted, {got} is there")],
    }
}

#[tokio::test]
async fn the_walk_of_the_api_can_be_walked() {
    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    let blocks = blocks(&document);
    assert!(blocks.len() >= 8, "{}", blocks.len());
    let place = Place::new();
    let demo = place.demo(&["--load-test"]).await;
    let here = format!("http://{}", demo.address);
    let mut script = "set -eu\n".to_owned();
    for (commands, _) in &blocks {
        script.extend(["echo '", MARK, "'\n", commands]);
    }
    assert_eq!(script.matches("http://127.0.0.1:8080").count(), 1);
    let shell = Command::new("sh")
        .args(["-c", &script.replace("http://127.0.0.1:8080", &here)])
        .current_dir(place.path())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let walked = timeout(Duration::from_mins(1), shell).await;
    let walked = walked.expect("the walk ends").unwrap();
    let said = String::from_utf8(walked.stdout).unwrap();
    let answers: Vec<&str> = said.split(MARK).skip(1).collect();
    let error = String::from_utf8_lossy(&walked.stderr);
    assert!(walked.status.success(), "{said}\n{error}");
    assert_eq!(answers.len(), blocks.len());
    for ((commands, wanted), answer) in blocks.iter().zip(answers) {
        let got: Value =
            serde_json::from_str(answer).unwrap_or_else(|_| panic!("{commands}\n{answer}"));
        assert_eq!(
            missing(wanted, &got, ""),
            Vec::<String>::new(),
            "{commands}\n{answer}"
        );
    }
    demo.running.stop().await;
}

#[test]
fn what_is_missing_is_seen() {
    let wanted = serde_json::json!({ "a": [{ "b": 1 }] });
    for (got, is_there) in [
        (
            serde_json::json!({ "a": [{ "b": 1, "c": 2 }, {}], "d": 3 }),
            true,
        ),
        (serde_json::json!({ "a": [{ "b": 2 }] }), false),
        (serde_json::json!({ "a": [] }), false),
        (serde_json::json!({}), false),
    ] {
        assert_eq!(missing(&wanted, &got, "").is_empty(), is_there, "{got}");
    }
}
