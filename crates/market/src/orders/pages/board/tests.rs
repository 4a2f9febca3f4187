//! The board in every state, what changes on it, what is refused.
use super::*;
use crate::{kernel::role::Role, orders::pages::sample, pages, words::Lang};
use Status::{Cancelled, Confirmed, Fulfilled, Missed, Pending, Preparing, Ready};

fn page(board: &Board, show: Filter, lang: Lang) -> BoardPage {
    BoardPage::new(
        board,
        &pages::sample::market(),
        lang.words(),
        sample::now(),
        show,
        None,
    )
}

fn html(page: &BoardPage) -> String {
    let shell =
        pages::sample::shell(page.w.lang()).live("/farm/board/events?farm=farm-0&show=all", "abc");
    let html = page.render_page(&shell);
    pages::sample::check(&html);
    html
}

#[test]
fn every_state_for_farm_and_manager_in_every_language() {
    for lang in Lang::ALL {
        for roles in [
            &[Role::FarmOwner][..],
            &[Role::MarketManager],
            &[Role::Admin],
        ] {
            let board = sample::board(Status::ALL, roles);
            for show in Filter::ALL {
                let html = html(&page(&board, show, lang));
                assert!(
                    show != Filter::All || html.contains("&#60;Squash&#62;"),
                    "{html}"
                );
                assert_eq!(Filter::parse(Some(show.as_str())), show);
            }
        }
    }
    assert_eq!(Filter::parse(Some("x")), Filter::All);
    assert_eq!(Filter::parse(None), Filter::All);
}

#[test]
fn one_tap_takes_the_usual_next_step() {
    let board = sample::board(
        &[Pending, Confirmed, Preparing, Ready, Fulfilled],
        &[Role::FarmStaff],
    );
    let page = page(&board, Filter::All, Lang::En);
    let next: Vec<Option<&str>> = page
        .rows
        .iter()
        .map(|row| row.next.as_ref().map(|step| step.to))
        .collect();
    assert_eq!(
        next,
        [
            Some("CONFIRMED"),
            Some("PREPARING"),
            Some("READY"),
            None,
            None
        ]
    );
    assert!(page.rows[3].hands_over && !page.rows[4].hands_over);
    let html = html(&page);
    for text in [
        "name=\"order\" value=\"fo_1\"",
        "name=\"version\" value=\"3\"",
        "name=\"key\" value=\"fo_1.3.PREPARING\"",
        "name=\"farm\" value=\"farm-0\"",
        "name=\"show\" value=\"all\"",
        "name=\"code\"",
        "name=\"without_code\"",
        "data-undo=\"María del Carmen Echeverría: Packing\"",
        "9–11",
        "Leave the mud on &#60;please&#62;.",
    ] {
        assert!(html.contains(text), "{text} in {html}");
    }
    // One farm has nothing to switch to.
    assert!(!html.contains("?farm=farm-1"));
}

#[test]
fn a_manager_switches_farms_and_says_why_a_step_is_taken_back() {
    let board = sample::board(&[Preparing, Missed, Cancelled], &[Role::MarketManager]);
    let html = html(&page(&board, Filter::All, Lang::En));
    assert!(
        html.contains("/farm/board?farm=farm-1&#38;show=all"),
        "{html}"
    );
    assert!(html.contains("name=\"note\"") && !html.contains("data-undo"));
    assert!(html.contains("value=\"LATE\"") && html.contains("value=\"DONATED\""));
}

#[test]
fn what_has_to_be_weighed_is_said_instead_of_offered() {
    let mut board = sample::board(&[Preparing], &[Role::FarmStaff]);
    board.rows[0].part.unweighed = 2;
    let page = page(&board, Filter::All, Lang::En);
    assert!(page.rows[0].next.is_none());
    assert!(html(&page).contains("To weigh: 2 items"));
}

#[test]
fn a_refusal_stands_on_its_row_whatever_is_shown() {
    let board = sample::board(&[Confirmed, Pending], &[Role::FarmStaff]);
    let id = board.rows[0].id.clone();
    let refused = Some((&id, "Changed <meanwhile>.".to_owned()));
    let market = pages::sample::market();
    let page = BoardPage::new(
        &board,
        &market,
        Lang::En.words(),
        sample::now(),
        Filter::Ready,
        refused,
    );
    let html = html(&page);
    assert!(
        html.contains("queue bad\" data-queue>Changed &#60;meanwhile&#62;.</p>"),
        "{html}"
    );
    assert!(html.contains("<details open>"));
}

#[test]
fn a_row_that_was_just_changed_stays_in_sight() {
    let mut board = sample::board(&[Preparing, Preparing], &[Role::FarmStaff]);
    board.rows[0].part.last.at = sample::now();
    let page = page(&board, Filter::Ready, Lang::En);
    assert_eq!(page.rows.len(), 1);
    // Its own count is of what there really is.
    assert!(
        page.chips
            .iter()
            .any(|chip| chip.filter == "ready" && chip.count == 0)
    );
}

#[test]
fn only_what_changed_is_sent() {
    let mut board = sample::board(&[Confirmed, Confirmed], &[Role::FarmStaff]);
    let before = page(&board, Filter::All, Lang::En).versions;
    board.rows[1].part.version = 4;
    board.rows[1].part.status = Preparing;
    let names = |page: &BoardPage, before: &[(FarmOrderId, i64)]| -> Vec<String> {
        page.render_changes(before)
            .into_iter()
            .map(|(name, _)| name)
            .collect()
    };
    let now = page(&board, Filter::All, Lang::En);
    assert_eq!(names(&now, &before), ["head", "filters", "row-fo_1"]);
    assert_eq!(names(&now, &[]), ["head", "filters", "list"]);
    assert_eq!(
        names(&page(&board, Filter::Packing, Lang::En), &before),
        ["head", "filters", "list"]
    );
    assert_eq!(names(&now, &before[..1]), ["head", "filters", "list"]);
    assert_eq!(now.sentence(&before), "Tomasz Zieliński: Packing");
    assert_eq!(now.sentence(&now.versions), "");
    assert_eq!(now.sentence(&[]), "");
    board.rows[0].part.version = 9;
    assert_eq!(
        page(&board, Filter::All, Lang::En).sentence(&before),
        "2 orders changed"
    );
    // A part is what the page holds at its place.
    let whole = html(&now);
    for (name, part) in now.render_changes(&before) {
        assert!(
            whole.contains(&format!("data-part=\"{name}\">{part}</")),
            "{name}"
        );
    }
}

#[test]
fn an_empty_board_says_what_comes() {
    let mut board = sample::board(&[], &[Role::FarmStaff]);
    let none = html(&page(&board, Filter::All, Lang::En));
    assert!(none.contains("No orders for today, Saturday 28\u{a0}November so far"));
    board.day = None;
    let page = page(&board, Filter::All, Lang::En);
    assert!(html(&page).contains("No market day is planned yet."));
    assert_eq!(page.title(), "0 orders – Hill Row Farm");
    let some = sample::board(&[Confirmed], &[Role::FarmStaff]);
    assert!(
        html(&self::page(&some, Filter::Problem, Lang::En))
            .contains("No order is in this state now.")
    );
}
