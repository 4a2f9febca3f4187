//! Slips and labels: black on white, nothing of the customer but a first name and an initial.
use askama::Template;

use crate::{
    markets::model::MarketDay,
    orders::{
        model::{
            Status,
            board::{BoardFarm, BoardRow},
        },
        packing::{model::PackLine, pages::where_is},
    },
    pages::{
        Shell, Theme, formats,
        qr::{self, Qr},
        render,
    },
    words::Words,
};

/// So many lines have room on a label; the rest goes on another one of the same order.
const ON_A_LABEL: usize = 6;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Slips,
    Labels,
}

/// One order to be printed.
pub struct Paper {
    pub row: BoardRow,
    /// As one walks past them.
    pub lines: Vec<PackLine>,
    /// What the code's picture says.
    pub url: String,
}

/// A line of it.
pub struct Line {
    pub quantity: String,
    pub name: String,
    pub place: String,
    pub is_chilled: bool,
    pub is_none: bool,
    pub note: Option<String>,
}

/// A slip or a label as it is printed.
pub struct Sheet {
    pub id: String,
    pub code: String,
    pub name: String,
    pub day: String,
    pub window: String,
    pub is_chilled: bool,
    pub note: Option<String>,
    pub qr: Qr,
    pub lines: Vec<Line>,
    pub items: String,
    /// `1 of 2`, when an order needs several labels.
    pub nth: Option<String>,
}

pub struct PrintPage {
    w: Words,
    kind: Kind,
    farm: String,
    slug: String,
    date: String,
    sheets: Vec<Sheet>,
    /// Still to be packed.
    orders: usize,
}

#[derive(Template)]
#[template(path = "orders/slips/slips.html")]
struct Slips<'a> {
    shell: &'a Shell,
    w: Words,
    page: &'a PrintPage,
}

#[derive(Template)]
#[template(path = "orders/slips/labels.html")]
struct Labels<'a> {
    shell: &'a Shell,
    w: Words,
    page: &'a PrintPage,
}

impl PrintPage {
    pub fn new(
        kind: Kind,
        farm: &BoardFarm,
        day: Option<&MarketDay>,
        papers: &[Paper],
        w: Words,
    ) -> Self {
        Self {
            w,
            kind,
            farm: farm.name.clone(),
            slug: farm.slug.clone(),
            date: day.map(|day| day.date.clone()).unwrap_or_default(),
            orders: papers
                .iter()
                .filter(|paper| paper.row.part.status < Status::Ready)
                .count(),
            sheets: papers
                .iter()
                .flat_map(|paper| sheets(kind, paper, w))
                .collect(),
        }
    }

    pub fn render(&self, shell: &Shell) -> String {
        let w = self.w;
        match self.kind {
            Kind::Slips => render(&Slips {
                shell,
                w,
                page: self,
            }),
            Kind::Labels => render(&Labels {
                shell,
                w,
                page: self,
            }),
        }
    }
}

/// `María del Carmen Echeverría` is `María E.` to whoever reads a label.
pub fn short_name(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().unwrap_or("").to_owned();
    match words.next_back().and_then(|last| last.chars().next()) {
        Some(initial) => format!("{first} {initial}."),
        None => first,
    }
}

fn sheets(kind: Kind, paper: &Paper, w: Words) -> Vec<Sheet> {
    let lines: Vec<&PackLine> = paper.lines.iter().collect();
    let room = match kind {
        Kind::Slips => usize::MAX,
        Kind::Labels => ON_A_LABEL,
    };
    let of = lines.len().div_ceil(room.min(lines.len().max(1))).max(1);
    let chunks: Vec<&[&PackLine]> = if lines.is_empty() {
        vec![&[]]
    } else {
        lines.chunks(room).collect()
    };
    (1_usize..)
        .zip(chunks)
        .map(|(nth, chunk)| sheet(paper, chunk, (nth, of), w))
        .collect()
}

fn sheet(paper: &Paper, lines: &[&PackLine], (nth, of): (usize, usize), w: Words) -> Sheet {
    let row = &paper.row;
    let day = formats::day(&row.window.date);
    Sheet {
        id: row.id.to_string(),
        code: row.code.clone(),
        name: short_name(&row.customer_name),
        day: day.map(|day| formats::date(day, w)).unwrap_or_default(),
        window: formats::window(&row.window.starts, &row.window.ends),
        is_chilled: paper.lines.iter().any(|line| line.is_chilled),
        note: row.part.note.clone().filter(|_| nth == 1),
        qr: qr::qr(&paper.url).unwrap_or_default(),
        lines: lines.iter().map(|one| line(one, w)).collect(),
        items: w.say_n("orders-items", paper.lines.len()),
        nth: (of > 1)
            .then(|| w.say_with("orders-slip-nth", &[("nth", nth.into()), ("of", of.into())])),
    }
}

fn line(line: &PackLine, w: Words) -> Line {
    Line {
        quantity: formats::quantity(line.quantity(), &line.unit, w),
        name: line.name.clone(),
        place: where_is(&line.place),
        is_chilled: line.is_chilled,
        is_none: line.quantity().as_thousandths() == 0,
        note: line
            .note
            .as_deref()
            .map(|note| w.say_a("orders-pack-instead", note)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        orders::{model::Status, packing::model::sample::line as pack, pages::sample},
        pages,
        words::Lang,
    };

    fn print(kind: Kind, lines: usize, lang: Lang) -> String {
        let board = sample::board(&[Status::Ready, Status::Preparing], &[]);
        let papers = board.rows.iter().map(|row| Paper {
            row: row.clone(),
            lines: (0..lines)
                .map(|n| PackLine {
                    is_chilled: n == 0,
                    ..pack(n, "Carrots <raw>", "1 Field, row 2")
                })
                .collect(),
            url: "HTTPS://MARKET.EXAMPLE.ORG/C/FM-7Q4K20".to_owned(),
        });
        let papers: Vec<Paper> = papers.collect();
        let page = PrintPage::new(kind, &board.farm, board.day.as_ref(), &papers, lang.words());
        let html = page.render(&pages::sample::shell(lang));
        pages::sample::check(&html);
        html
    }

    #[test]
    fn a_slip_for_each_order_and_labels_as_many_as_its_lines_need() {
        for lang in Lang::ALL {
            let slips = print(Kind::Slips, 13, lang);
            assert_eq!(slips.matches("<article class=\"slip").count(), 2);
            let labels = print(Kind::Labels, 13, lang);
            assert_eq!(labels.matches("<article class=\"label").count(), 6);
            let one = print(Kind::Labels, 6, lang);
            assert_eq!(one.matches("<article class=\"label").count(), 2);
            assert_eq!(
                print(Kind::Labels, 0, lang)
                    .matches("class=\"label")
                    .count(),
                2
            );
            for html in [&slips, &labels] {
                assert!(html.contains("Carrots &#60;raw&#62;"), "{html}");
                // A full name stays off paper that lies about at a stall.
                assert!(html.contains("Imogen H.") && !html.contains("Imogen Hart"));
            }
        }
        let labels = print(Kind::Labels, 13, Lang::En);
        assert!(
            labels.contains("3 of 3") && labels.contains("Chilled"),
            "{labels}"
        );
    }

    #[test]
    fn a_name_is_a_first_name_and_an_initial() {
        for (name, short) in [
            ("María del Carmen Echeverría", "María E."),
            ("Imogen Hart", "Imogen H."),
            ("Ana", "Ana"),
            ("  ", ""),
        ] {
            assert_eq!(short_name(name), short);
        }
    }
}
