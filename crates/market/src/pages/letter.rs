//! The one layout of every mail, as HTML and as text: one column, no picture, at most one button.
//!
//! A slice fills in what its mail says; nothing here knows what happened.
use askama::Template;

use super::render;
use crate::{markets::model::Market, words::Words};

/// One mail, ready to be written in both forms.
#[derive(Clone, Debug)]
pub struct Letter {
    pub w: Words,
    /// Of an order: begins with its code.
    pub subject: String,
    /// What a list of mails shows beside the subject.
    pub preheader: String,
    pub heading: String,
    pub lead: Vec<String>,
    pub when: Option<When>,
    /// Label and code of an order.
    pub code: Option<(String, String)>,
    /// Label and address.
    pub button: Option<(String, String)>,
    /// A sentence below the button.
    pub after: String,
    pub changes: Option<Changes>,
    /// The heading above the cards.
    pub items: String,
    pub cards: Vec<Card>,
    /// What is not listed any more; empty when all is.
    pub more: String,
    pub rows: Vec<(String, String)>,
    pub sum: Option<(String, String)>,
    pub note: String,
    /// Why somebody gets it.
    pub why: String,
    pub market: String,
    pub address: String,
}

#[derive(Clone, Debug)]
pub struct When {
    pub label: String,
    pub window: String,
    pub place: String,
    pub address: String,
}

#[derive(Clone, Debug)]
pub struct Card {
    pub name: String,
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug)]
pub struct Line {
    pub product: String,
    pub detail: String,
    pub amount: String,
}

/// What is other than it was.
#[derive(Clone, Debug)]
pub struct Changes {
    pub title: String,
    /// What is not listed any more; empty when all is.
    pub more: String,
    /// Product, before, now.
    pub heads: [String; 3],
    pub rows: Vec<Change>,
}

#[derive(Clone, Debug)]
pub struct Change {
    pub product: String,
    pub from: String,
    pub to: String,
}

#[derive(Template)]
#[template(path = "pages/letter.html")]
struct Html<'a> {
    l: &'a Letter,
}

#[derive(Template)]
#[template(path = "pages/letter.txt", escape = "none")]
struct Text<'a> {
    l: &'a Letter,
}

/// A mail over 20 KB is cut by some readers: of what is longer the order's page has the rest.
pub const MOST_LINES: usize = 36;
pub const MOST_CHANGES: usize = 16;

impl Letter {
    pub fn new(w: Words, market: &Market, subject: &str, heading: &str) -> Self {
        Self {
            w,
            subject: one_line(subject),
            preheader: String::new(),
            heading: one_line(heading),
            lead: Vec::new(),
            when: None,
            code: None,
            button: None,
            after: String::new(),
            changes: None,
            items: String::new(),
            cards: Vec::new(),
            more: String::new(),
            rows: Vec::new(),
            sum: None,
            note: String::new(),
            why: String::new(),
            market: one_line(&market.name),
            address: one_line(&market.address),
        }
    }

    pub fn html(&self) -> String {
        render(&Html { l: self })
    }

    pub fn text(&self) -> String {
        render(&Text { l: self }) + "\n"
    }

    const fn has_ticket(&self) -> bool {
        self.code.is_some() || self.button.is_some()
    }

    fn shows_sums(&self) -> bool {
        !self.cards.is_empty() || self.sum.is_some()
    }

    /// Name and address of the market.
    fn sender(&self) -> String {
        if self.address.is_empty() {
            self.market.clone()
        } else {
            format!("{}, {}", self.market, self.address)
        }
    }
}

/// A text for a header or one line of a mail: what would end or turn the line becomes a space.
pub fn one_line(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let plain: String = text
        .chars()
        .map(|c| if steers(c) { ' ' } else { c })
        .collect();
    plain.trim().to_owned()
}
