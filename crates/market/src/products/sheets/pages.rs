//! The page that reads a table of products: the form, what each line would do, what is wrong and where.
use askama::Template;

use super::model::{COLUMNS, Judged, MOST_LINES, Plan, Unreadable, cells};
use crate::{
    farms::model::Farm,
    pages::{Shell, Theme, render, sheet::Sheet},
    products::model::{CATEGORIES, Product},
    words::Words,
};

#[derive(Template)]
#[template(path = "products/sheets/pages.html")]
pub struct ImportPage<'a> {
    pub shell: &'a Shell,
    pub w: Words,
    pub farm: &'a Farm,
    pub report: Report,
}

pub enum Report {
    Nothing,
    /// So many lines were read and done.
    Done(usize),
    Unreadable(Unreadable),
    Judged(Rows),
    /// Line, name, and why it was not done.
    Failed(Vec<(u64, String, String)>),
}

pub struct Rows {
    rows: Vec<Row>,
    /// The text and the key of the form that does it; `None` while a line is wrong.
    again: Option<(String, String)>,
}

struct Row {
    line: u64,
    name: String,
    says: String,
    /// Field, and what is wrong with it and what to do.
    wrong: Vec<(&'static str, String)>,
}

impl Report {
    pub fn judged(judged: &[Judged], again: Option<(String, String)>, w: Words) -> Self {
        let row = |one: &Judged| Row {
            line: one.line,
            name: one.name.clone(),
            says: w
                .say(match &one.plan {
                    Ok(Plan::Add(_)) => "products-sheet-adds",
                    Ok(Plan::Change(_)) => "products-sheet-changes",
                    Ok(Plan::Nothing) => "products-sheet-nothing",
                    Err(_) => "products-sheet-is-wrong",
                })
                .into_owned(),
            wrong: one.plan.as_ref().err().map_or_else(Vec::new, |wrong| {
                let wrong = wrong.iter();
                wrong
                    .map(|(field, key)| (*field, w.say(key).into_owned()))
                    .collect()
            }),
        };
        Self::Judged(Rows {
            rows: judged.iter().map(row).collect(),
            again,
        })
    }
}

impl ImportPage<'_> {
    pub fn html(&self) -> String {
        render(self)
    }

    fn why(&self, bad: &Unreadable) -> String {
        self.w
            .say_with(bad.key, &[("what", bad.what.as_str().into())])
    }

    fn says_done(&self) -> String {
        let n = match self.report {
            Report::Done(n) => n,
            _ => 0,
        };
        self.w.say_n("products-sheet-done", n)
    }

    fn limit(&self) -> String {
        self.w.say_n("products-sheet-lead", MOST_LINES)
    }
}

pub fn sheet(products: &[Product]) -> String {
    let mut sheet = Sheet::new(&COLUMNS);
    for product in products {
        let cells = cells(product);
        sheet.row(cells.iter().map(String::as_str));
    }
    sheet.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        farms::model::FarmStatus,
        kernel::ids::{FarmId, ProductId},
        pages::sample,
        products::sheets::model::{judge, read},
        words::Lang,
    };

    fn product() -> Product {
        let farm = FarmId::new("frm_1");
        Product::plain(
            ProductId::new("prd_1"),
            farm,
            "=Carrots",
            "root",
            "bunch",
            180,
        )
    }

    #[test]
    fn every_report_in_every_language() {
        let farm = Farm::new(FarmId::new("frm_1"), "one", "<One>", FarmStatus::Approved);
        for lang in Lang::ALL {
            let (shell, w) = (sample::shell(lang), lang.words());
            let text = "id,version,name,price,category,unit\nprd_1,1,<b>,x,root,bunch\n,,New,1,root,bunch\n";
            let judged = judge(&read(text).unwrap(), &[product()]);
            let again = Some(("a<b".to_owned(), "new_1".to_owned()));
            for (report, part) in [
                (Report::Nothing, "type=\"file\""),
                (Report::Done(2), "role=\"status\""),
                (
                    Report::Unreadable(read("colour\n1\n").unwrap_err()),
                    "colour",
                ),
                (Report::judged(&judged, None, w), "&#60;b&#62;"),
                (Report::judged(&judged[1..], again, w), "a&#60;b</textarea>"),
                (
                    Report::Failed(vec![(2, "X".to_owned(), "No.".to_owned())]),
                    "No.",
                ),
            ] {
                let page = ImportPage {
                    shell: &shell,
                    w,
                    farm: &farm,
                    report,
                };
                let html = page.html();
                sample::check(&html);
                assert!(html.contains(part), "no {part} in {html}");
            }
        }
    }

    #[test]
    fn what_is_saved_is_read_back_as_it_was() {
        let text = sheet(&[product()]);
        assert!(text.contains(",'=Carrots,"), "{text}");
        let judged = judge(&read(&text).unwrap(), &[product()]);
        assert_eq!(judged[0].plan, Ok(Plan::Nothing));
    }
}
