//! The page of notices: newest first, what belongs to one order together.
use askama::Template;

use super::Sayings;
use crate::{
    kernel::time::Ts,
    markets::model::Market,
    notices::model::Notice,
    pages::{Shell, Theme, formats, letter::one_line, render},
    words::Words,
};

pub struct List {
    w: Words,
    groups: Vec<Group>,
    unread: i64,
    /// The address of the page after this one.
    older: Option<String>,
    /// This is not the first page.
    later: bool,
    /// When it was made: what comes later is not marked as read with all the others.
    made: i64,
}

struct Group {
    code: String,
    url: String,
    items: Vec<Item>,
}

struct Item {
    id: String,
    heading: String,
    lead: String,
    /// The lines that were changed.
    changed: String,
    moment: String,
    machine: String,
    unread: bool,
}

#[derive(Template)]
#[template(path = "notices/pages/list.html")]
struct Page<'a> {
    shell: &'a Shell,
    w: Words,
    list: &'a List,
}

#[derive(Template)]
#[template(path = "notices/pages/list.html", block = "list")]
struct Part<'a> {
    list: &'a List,
}

impl List {
    pub fn new(
        notices: &[Notice],
        unread: i64,
        older: Option<String>,
        later: bool,
        market: &Market,
        w: Words,
        now: Ts,
    ) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for notice in notices {
            let url = match &notice.farm {
                Some(_) => format!("/farm/orders/{}", notice.order),
                None => format!("/orders/{}/track", notice.order),
            };
            let item = item(notice, market, w, now);
            let code = one_line(&notice.args.code);
            match groups.iter_mut().find(|group| group.code == code) {
                Some(group) => group.items.push(item),
                None => groups.push(Group {
                    code,
                    url,
                    items: vec![item],
                }),
            }
        }
        Self {
            w,
            groups,
            unread,
            older,
            later,
            made: now.micros(),
        }
    }

    pub fn render_page(&self, shell: &Shell) -> String {
        render(&Page {
            shell,
            w: self.w,
            list: self,
        })
    }

    /// The part that changes while the page is open.
    pub fn render_list(&self) -> String {
        render(&Part { list: self })
    }

    fn says(&self) -> String {
        count(self.unread, "notices-lead", self.w)
    }
}

fn item(notice: &Notice, market: &Market, w: Words, now: Ts) -> Item {
    let sayings = Sayings::new(notice, w);
    Item {
        id: notice.id.to_string(),
        heading: sayings.heading(),
        lead: sayings.lead(),
        changed: sayings.listed(),
        moment: formats::moment(notice.created_at, now, &market.zone, w),
        machine: formats::machine(notice.created_at, &market.zone),
        unread: notice.read_at.is_none(),
    }
}

fn count(n: i64, key: &str, w: Words) -> String {
    w.say_n(key, usize::try_from(n).unwrap_or(0))
}

/// The count as a sentence, for those who listen.
pub fn unread(n: i64, w: Words) -> String {
    count(n, "notices-nav", w)
}
