//! Forms of settings: groups of labelled inputs, the summary of what is wrong, and what was typed, which is kept.
use askama::Template;
use serde::Deserialize;

use super::{Shell, Theme, render};
use crate::{
    error::{FieldError, Say},
    words::Words,
};

/// What a form sent: names and texts in their order.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Answers(pub Vec<(String, String)>);

impl Answers {
    /// The first value of that name, trimmed; empty if there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.trim())
    }

    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(key, _)| key != name);
        self
    }

    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }
}

/// What is wrong with which input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<(String, Say)>);

impl Problems {
    pub fn add(&mut self, field: impl Into<String>, key: &'static str) {
        self.say(field, Say::key(key));
    }

    pub fn say(&mut self, field: impl Into<String>, say: Say) {
        self.0.push((field.into(), say));
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<FieldError>> for Problems {
    fn from(wrong: Vec<FieldError>) -> Self {
        let wrong = wrong.into_iter();
        Self(
            wrong
                .map(|wrong| (wrong.field.to_owned(), wrong.say))
                .collect(),
        )
    }
}

/// One labelled input. Its name is its id.
#[derive(Clone, Debug, Default)]
pub struct Input {
    pub name: String,
    pub label: String,
    /// `text`, `date`, `time`, `datetime-local`, `number`, `email`, `url`, `select`, `checkbox`.
    pub kind: &'static str,
    pub value: String,
    pub hint: String,
    pub autocomplete: &'static str,
    /// Of a `select`: value and words.
    pub options: Vec<(String, String)>,
    pub required: bool,
    /// What somebody else wrote meanwhile, where that is not what was typed.
    pub now: String,
}

impl Input {
    pub fn new(kind: &'static str, name: &str, label: impl Into<String>, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: label.into(),
            kind,
            value: value.to_owned(),
            autocomplete: "off",
            required: !matches!(kind, "checkbox"),
            ..Self::default()
        }
    }

    pub fn select(
        name: &str,
        label: impl Into<String>,
        value: &str,
        options: Vec<(String, String)>,
    ) -> Self {
        Self {
            options,
            ..Self::new("select", name, label, value)
        }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    #[must_use]
    pub const fn autocomplete(mut self, token: &'static str) -> Self {
        self.autocomplete = token;
        self
    }

    /// The values of `aria-describedby`.
    fn described(&self, wrong: bool) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let err = wrong.then(|| format!("{}-err", self.name));
        let now = (!self.now.is_empty()).then(|| format!("{}-now", self.name));
        [hint, err, now]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn is_checked(&self) -> bool {
        !self.value.is_empty()
    }
}

/// Inputs that belong together; with a legend they are a fieldset.
#[derive(Clone, Debug, Default)]
pub struct Group {
    pub legend: Option<String>,
    pub inputs: Vec<Input>,
}

/// Says at each input what it is now, where that is not what was typed.
pub fn compare(mut groups: Vec<Group>, now: &Answers, w: Words) -> Vec<Group> {
    let inputs = groups.iter_mut().flat_map(|group| &mut group.inputs);
    for input in inputs.filter(|input| input.kind != "checkbox") {
        let is = now.get(&input.name);
        if is != input.value.trim() {
            let option = input.options.iter().find(|(value, _)| value == is);
            let words = option.map_or(is, |(_, words)| words);
            input.now = if words.is_empty() {
                w.say("market-form-now-empty").into_owned()
            } else {
                w.say_a("market-form-now", words)
            };
        }
    }
    groups
}

/// A button that is a form of its own.
#[derive(Clone, Debug)]
pub struct Button {
    pub action: String,
    pub hidden: Vec<(String, String)>,
    pub text: String,
    pub look: &'static str,
}

/// A page that is one form.
#[derive(Template)]
#[template(path = "pages/inputs.html")]
pub struct FormPage<'a> {
    pub shell: &'a Shell,
    pub w: Words,
    pub title: String,
    pub lead: String,
    /// Address and words of the page above.
    pub back: Option<(String, String)>,
    /// What was refused although nothing that was typed is wrong.
    pub refused: Option<String>,
    pub buttons: Vec<Button>,
    pub action: String,
    pub hidden: Vec<(String, String)>,
    pub groups: Vec<Group>,
    pub go: String,
    pub problems: &'a Problems,
}

impl FormPage<'_> {
    /// By the press before, which led here.
    fn is_saved(&self) -> bool {
        let (_, query) = self.shell.here.split_once('?').unwrap_or_default();
        query.split('&').any(|pair| pair == "saved=yes") && self.problems.is_empty()
    }

    fn problem(&self, name: &str) -> Option<String> {
        let found = self.problems.0.iter().find(|(field, _)| field == name);
        found.map(|(_, say)| self.w.tell(say))
    }

    /// Where each sentence leads and what it says.
    fn summary(&self) -> Vec<(&str, String)> {
        let all = self.problems.0.iter();
        all.map(|(field, say)| (field.as_str(), self.w.tell(say)))
            .collect()
    }

    pub fn html(&self) -> String {
        render(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{pages::sample, words::Lang};

    #[test]
    fn what_is_wrong_is_said_twice_and_what_was_typed_is_kept() {
        for lang in Lang::ALL {
            let shell = sample::shell(lang);
            let mut problems = Problems::default();
            problems.add("name", "market-error-422");
            let page = FormPage {
                shell: &shell,
                w: lang.words(),
                title: "A form".to_owned(),
                lead: "What it is for.".to_owned(),
                back: Some(("/up".to_owned(), "Up".to_owned())),
                refused: Some("Not now.".to_owned()),
                buttons: vec![Button {
                    action: "/step".to_owned(),
                    hidden: vec![("version".to_owned(), "3".to_owned())],
                    text: "Go on".to_owned(),
                    look: "",
                }],
                action: "/save".to_owned(),
                hidden: vec![("version".to_owned(), "3".to_owned())],
                groups: vec![Group {
                    legend: Some("Group".to_owned()),
                    inputs: vec![
                        Input::new("text", "name", "Name", "<typed>").hint("As people know it."),
                        Input::select(
                            "kind",
                            "Kind",
                            "b",
                            vec![
                                ("a".to_owned(), "A".to_owned()),
                                ("b".to_owned(), "B".to_owned()),
                            ],
                        ),
                        Input::new("checkbox", "gone", "Remove", "on"),
                    ],
                }],
                go: "Save".to_owned(),
                problems: &problems,
            };
            let html = page.html();
            sample::check(&html);
            for part in [
                "value=\"&#60;typed&#62;\"",
                "href=\"#name\"",
                "id=\"name-err\"",
                "aria-describedby=\"name-hint name-err\"",
                "aria-invalid=\"true\"",
                "<option value=\"b\" selected>B</option>",
                "value=\"on\" checked",
                "name=\"version\" value=\"3\"",
                "Not now.",
                "role=\"alert\"",
            ] {
                assert!(html.contains(part), "no {part} in {html}");
            }
        }
    }

    #[test]
    fn answers_are_found_by_name_and_trimmed() {
        let answers = Answers::default().with("a", " 1 ").with("a", "2");
        assert_eq!((answers.get("a"), answers.get("b")), ("1", ""));
    }
}
