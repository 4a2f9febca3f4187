//! The list of all mails.
use crate::{
    accounts, notices, orders,
    pages::example::{Example, Scene},
};

pub fn all(scene: &Scene<'_>) -> Vec<Example> {
    let mut all = notices::examples::examples(scene);
    all.extend(orders::examples::examples(scene));
    all.extend(accounts::examples::examples(scene));
    all
}

pub fn find(scene: &Scene<'_>, name: &str) -> Option<Example> {
    all(scene).into_iter().find(|example| example.name == name)
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        fs,
        path::Path,
    };

    use super::*;
    use crate::{
        pages::sample::{self, at},
        words::{Lang, Words},
    };

    fn in_words(w: Words) -> Vec<Example> {
        all(&Scene {
            w,
            market: &sample::market(),
            base: "https://market.example",
            now: at("2026-11-26T09:00"),
        })
    }

    /// Each slice's production code, file by file.
    fn sources(dir: &Path, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]").next().unwrap().to_owned();
                let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
                let name = path.strip_prefix(src).unwrap().to_str().unwrap().to_owned();
                if !name.ends_with("tests.rs") {
                    found.insert(name, text);
                }
            }
        }
    }

    /// The names of functions that give a letter.
    fn writers(text: &str) -> Vec<&str> {
        let heads = text.split("fn ").skip(1);
        let heads = heads.filter_map(|rest| Some((rest, rest.split_once('{')?.0)));
        heads
            .filter(|(_, head)| head.trim_end().ends_with("-> Letter"))
            .filter_map(|(rest, _)| rest.split('(').next())
            .collect()
    }

    #[test]
    fn no_mail_is_forgotten() {
        let mut files = BTreeMap::new();
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut files,
        );
        let examples: String = files
            .iter()
            .filter(|(name, _)| name.ends_with("/examples.rs"))
            .map(|(_, text)| text.as_str())
            .collect();
        // These two are the layout that the others fill in.
        let layout = ["pages/letter.rs", "accounts/pages.rs: write"];
        let mut seen = 0;
        for (name, text) in &files {
            for writer in writers(text) {
                let place = format!("{name}: {writer}");
                if layout.iter().any(|known| place.starts_with(known))
                    || place == "accounts/pages.rs: because"
                {
                    continue;
                }
                seen += 1;
                assert!(
                    examples.contains(&format!("{writer}(")),
                    "{place} writes a mail that has no example"
                );
            }
        }
        assert_eq!(seen, 13, "functions that write a mail");
        // Subjects that a writer chooses between.
        let said: BTreeSet<String> = in_words(Lang::En.words())
            .into_iter()
            .map(|example| example.letter.heading)
            .collect();
        let keys = files.values().flat_map(|text| text.split('"'));
        let subjects: BTreeSet<&str> = keys
            .filter(|key| key.starts_with("accounts-mail-") && key.ends_with("subject"))
            .collect();
        assert_eq!(subjects.len(), 11, "{subjects:?}");
        for key in subjects {
            let words = Lang::En.words().say(key);
            assert!(said.contains(&*words), "no example says “{words}”, {key}");
        }
        // Only these hand a letter to the courier: whoever else does is to be listed, too.
        let senders: Vec<&str> = files
            .iter()
            .filter(|(_, text)| text.contains(".send_mail(") || text.contains("app.mail("))
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(
            senders,
            [
                "accounts/jobs.rs",
                "accounts/passwords/jobs.rs",
                "mails/jobs.rs",
                "notices/jobs.rs",
                "orders/jobs.rs"
            ]
        );
    }

    #[test]
    fn a_planted_writer_is_seen() {
        let text = "pub fn new_mail(\n    w: Words,\n) -> Letter {\n}\nfn other() -> Vec<Letter> {}\nfn one() {}";
        assert_eq!(writers(text), ["new_mail"]);
    }

    #[test]
    fn every_example_is_whole_in_every_language() {
        for lang in Lang::ALL {
            let examples = in_words(lang.words());
            let names: BTreeSet<&str> = examples.iter().map(|example| example.name).collect();
            assert_eq!(names.len(), examples.len(), "a name twice");
            for example in examples {
                let (name, letter) = (example.name, &example.letter);
                let (html, text) = (letter.html(), letter.text());
                let body = html.split("</style>").nth(1).unwrap();
                for form in [body, &*text, &*letter.subject] {
                    assert!(!form.contains(['{', '}']), "{name}: {form}");
                }
                assert!(html.contains(&format!("<html lang=\"{}\"", lang.tag())));
                let url = letter.button.as_ref().map(|button| button.1.as_str());
                assert!(
                    url.is_none_or(|url| url.starts_with("https://market.example/")),
                    "{url:?}"
                );
                assert!(lang.words().has(example.when), "{}", example.when);
            }
        }
    }
}
