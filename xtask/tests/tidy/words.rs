//! Rules about the words people read: the same keys in every language, and our tone.

use crate::source::File;
use crate::{assert_none, files};
use std::collections::{BTreeMap, BTreeSet};

const FOLDER: &str = "crates/market/words/";
/// The tone: say what is so and what to do next; no begging, no shouting.
const FORBIDDEN: [&str; 4] = ["please", "oops", "sorry", "!"];

/// `en/orders.ftl` is the language `en` and the file `orders.ftl`.
fn place(file: &File) -> Option<(&str, &str)> {
    file.path
        .strip_prefix(FOLDER)
        .filter(|path| path.strip_suffix(".ftl").is_some())?
        .split_once('/')
}

/// Messages with their lines; terms (`-farm`) and attributes (`  .title`) count as well.
fn keys(file: &File) -> BTreeMap<String, usize> {
    let mut keys = BTreeMap::new();
    let mut message = String::new();
    for (number, line) in file.text.lines().enumerate() {
        let Some((name, _)) = line.split_once('=') else {
            continue;
        };
        let name = name.trim_end();
        if name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '-')
            && !name.contains(' ')
        {
            name.clone_into(&mut message);
            keys.insert(message.clone(), number + 1);
        } else if let Some(attribute) = name
            .trim_start()
            .strip_prefix('.')
            .filter(|name| !name.contains(' '))
        {
            keys.insert(format!("{message}.{attribute}"), number + 1);
        }
    }
    keys
}

fn same_keys(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    let places: Vec<_> = files
        .iter()
        .filter_map(|file| Some((place(file)?, file)))
        .collect();
    let languages: BTreeSet<_> = places.iter().map(|((language, _), _)| *language).collect();
    for ((language, name), file) in &places {
        for other in languages.iter().filter(|other| *other != language) {
            let twin = places
                .iter()
                .find(|((language, twin), _)| language == other && twin == name);
            let theirs = twin.map(|(_, twin)| keys(twin)).unwrap_or_default();
            for (key, line) in keys(file)
                .iter()
                .filter(|(key, _)| !theirs.contains_key(*key))
            {
                found.push(file.at(
                    *line,
                    &format!("{key} is missing in {FOLDER}{other}/{name}"),
                ));
            }
        }
    }
    found
}

fn our_tone(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files
        .iter()
        .filter(|file| place(file).is_some_and(|(language, _)| language == "en"))
    {
        for (number, line) in file
            .text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.starts_with('#'))
        {
            let said = line
                .split_once('=')
                .map_or(line, |(_, said)| said)
                .to_lowercase();
            for word in FORBIDDEN.iter().filter(|word| said.contains(**word)) {
                found.push(file.at(
                    number + 1,
                    &format!("\"{word}\": say what is so and what to do next"),
                ));
            }
        }
    }
    found
}

#[test]
fn every_language_has_the_same_keys() {
    assert_none(&same_keys(&files()));
}

#[test]
fn a_planted_missing_word_is_seen() {
    let word =
        |language: &str, text: &str| File::new(&format!("{FOLDER}{language}/orders.ftl"), text);
    let planted = [
        word(
            "en",
            "orders-a = A\n    .title = T\n# x = y\norders-b = { $n ->\n    [one] a = b\n   *[other] c\n }\n",
        ),
        word("es", "orders-a = A\n    .title = T\n"),
    ];
    let found = same_keys(&planted);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("crates/market/words/en/orders.ftl:4: orders-b is missing"),
        "{found:?}"
    );
}

#[test]
fn the_words_keep_our_tone() {
    assert_none(&our_tone(&files()));
}

#[test]
fn a_planted_please_is_seen() {
    let text = "# please!\na-pleasent = Fine\na = Please wait\n    .b = Done!\n";
    let found = our_tone(&[File::new("crates/market/words/en/a.ftl", text)]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains(":3: "), "{found:?}");
}
