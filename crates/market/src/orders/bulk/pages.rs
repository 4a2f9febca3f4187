//! What became of each order of a bulk change.
use askama::Template;

use crate::{
    pages::{Shell, Theme, render},
    words::Words,
};

/// One order; without a sentence it went as wished.
pub struct Fate {
    pub id: String,
    pub name: String,
    pub code: String,
    /// As it stands now.
    pub word: String,
    pub refused: Option<String>,
}

pub struct Result {
    pub w: Words,
    pub farm: String,
    pub back: String,
    /// Nothing was asked for that makes sense.
    pub wrong: Option<String>,
    pub fates: Vec<Fate>,
}

#[derive(Template)]
#[template(path = "orders/bulk/result.html")]
struct Whole<'a> {
    shell: &'a Shell,
    w: Words,
    page: &'a Result,
}

impl Result {
    pub fn render(&self, shell: &Shell) -> String {
        render(&Whole {
            shell,
            w: self.w,
            page: self,
        })
    }

    fn title(&self) -> String {
        if let Some(wrong) = &self.wrong {
            return wrong.clone();
        }
        let done = self.fates.iter().filter(|fate| fate.refused.is_none());
        self.w.say_with(
            "orders-bulk-title",
            &[
                ("done", done.count().into()),
                ("n", self.fates.len().into()),
            ],
        )
    }

    /// Those that did not go first: they want something.
    fn groups(&self) -> Vec<(&'static str, Vec<&Fate>)> {
        let (refused, done): (Vec<&Fate>, Vec<&Fate>) =
            self.fates.iter().partition(|fate| fate.refused.is_some());
        [("orders-bulk-refused", refused), ("orders-bulk-done", done)]
            .into_iter()
            .filter(|(_, fates)| !fates.is_empty())
            .collect()
    }
}
