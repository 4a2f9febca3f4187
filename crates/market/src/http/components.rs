//! Every component in every state on one page, from the same partials and styles as the pages: `/dev/components`. For
//! those who draw pages and for the tests that look at them; only the demo has it.
use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    response::{IntoResponse as _, Response},
    routing::get,
};

use super::{
    guard::Visitor,
    page::{Look, html},
};
use crate::{
    app::App,
    error::{Error, Result},
    kernel::ids::ProductId,
    orders::slips::pages::{Line, Sheet},
    pages::{
        Shell, Theme,
        art::{Art, Defs},
        glyphs::glyph,
        qr::{Qr, qr},
        render,
        wares::Tile,
    },
    words::Words,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/dev/components", get(show))
}

#[derive(Template)]
#[template(path = "http/components.html")]
struct Page<'a> {
    shell: &'a Shell,
    w: Words,
    defs: Defs,
    tiles: Vec<Tile>,
    qr: Option<Qr>,
    sheets: Vec<Sheet>,
    errors: Vec<(&'static str, &'static str)>,
    cartbar: Bar,
}

struct Bar {
    text: &'static str,
}

/// Class, icon and word of a status; how many of its five steps are done.
const STATUSES: [(&str, &str, &str, usize); 6] = [
    ("", "sent", "Sent to the farm", 1),
    ("", "new", "Confirmed", 2),
    ("look", "half", "Being packed", 3),
    ("ok", "full", "Ready", 4),
    ("ok", "full", "Collected", 5),
    ("bad", "gone", "Cancelled", 0),
];

/// A product as the shop has it: name, category, what is left, whether it can be had, what is in the cart.
const WARES: [(&str, &str, &str, bool, Option<&str>); 4] = [
    ("Carrots", "root", "Plenty", true, None),
    ("Spinach", "leaf", "3 left", true, None),
    ("Brown eggs", "dairy", "Plenty", true, Some("2 boxes")),
    ("Sourdough loaf", "bread", "Sold out", false, None),
];

/// A market of real people has no such page.
async fn show(State(app): State<Arc<App>>, Visitor(who): Visitor, look: Look) -> Result<Response> {
    if !app.config.runtime.demo {
        return Err(Error::NotFound);
    }
    let shell = look.shell(&who, app.now());
    let mut defs =
        Defs::of([("frm_1", "Hill Row Farm"), ("frm_2", "Marsh Lane Dairy")].into_iter());
    let tiles = WARES.iter().map(|ware| tile(ware, &mut defs)).collect();
    let page = Page {
        w: look.words,
        shell: &shell,
        tiles,
        defs,
        sheets: sheets(),
        qr: qr("HTTPS://EXAMPLE.ORG/C/FM-7Q4K2D"),
        errors: vec![
            ("f-wrong", "Enter an e-mail address, like ana@example.org"),
            ("", "The window is full. Choose another one"),
        ],
        cartbar: Bar {
            text: "3 things, £12.40",
        },
    };
    Ok(html(render(&page)).into_response())
}

/// An order on paper: a line that changed, one that is not there, one that is kept cold.
fn sheets() -> Vec<Sheet> {
    let line = |quantity: &str, name: &str, place: &str| Line {
        quantity: quantity.to_owned(),
        name: name.to_owned(),
        place: place.to_owned(),
        is_chilled: place == "Cold room",
        is_none: quantity == "0",
        note: (quantity == "2 bags").then(|| "3 were ordered".to_owned()),
    };
    let drawn = qr("HTTPS://EXAMPLE.ORG/C/FM-7Q4K2D").into_iter();
    let sheet = |qr| Sheet {
        id: "fo_1".to_owned(),
        code: "FM-7Q4K2D".to_owned(),
        name: "Ana L.".to_owned(),
        day: "Saturday 28 November".to_owned(),
        window: "9:00–11:00".to_owned(),
        is_chilled: true,
        note: Some("Leave the tops on.".to_owned()),
        qr,
        lines: vec![
            line("2 bunches", "Carrots", "Row 4"),
            line("2 bags", "Spinach", "Tunnel"),
            line("0", "Kale", "Row 9"),
            line("1 tub", "Yoghurt", "Cold room"),
        ],
        items: "3 items".to_owned(),
        nth: Some("1 of 2".to_owned()),
    };
    drawn.map(sheet).collect()
}

fn tile(ware: &(&str, &str, &str, bool, Option<&str>), defs: &mut Defs) -> Tile {
    let (name, category, stock, can_buy, qty) = *ware;
    let drawn = glyph(name, category);
    defs.glyphs.push(*drawn);
    let slug = name.to_lowercase().replace(' ', "-");
    Tile {
        id: ProductId::new(format!("prd_{slug}")),
        slug,
        name: name.to_owned(),
        farm: "Hill Row Farm".to_owned(),
        art: Art {
            glyph: drawn.0,
            tint: 1,
            furrows: 1,
            category: category.to_owned(),
        },
        price: "£2.40".to_owned(),
        unit: "per bunch".to_owned(),
        compare: "£6.00/kg".to_owned(),
        stock: stock.to_owned(),
        is_low: stock.starts_with('3'),
        can_buy,
        qty: qty.map(str::to_owned),
    }
}
