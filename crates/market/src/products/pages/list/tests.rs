use super::*;
use crate::{
    kernel::ids::FarmId,
    pages::sample::{self, check, market},
    words::Lang,
};

fn farm(status: FarmStatus) -> Farm {
    Farm {
        paused_reason: Some("Flooded <until> May".to_owned()),
        ..Farm::new(FarmId::new("frm_1"), "hill-row", "Hill & Row", status)
    }
}

fn product(nth: usize) -> Product {
    let farm = FarmId::new("frm_1");
    let id = ProductId::new(format!("prd_{nth}"));
    let name = format!("Leeks <{nth}>");
    Product {
        stock: Some(Qty::thousandths(12_500)),
        ..Product::plain(id, farm, &name, "leaf", "kg", 240)
    }
}

fn html(lang: Lang, products: &[Product], refused: Option<Refused>, edits: bool) -> String {
    let (here, other) = (farm(FarmStatus::Approved), farm(FarmStatus::Approved));
    let viewer = Viewer {
        farm: &here,
        farms: &[here.clone(), other],
        edits,
        manages: edits,
    };
    let page = ListPage::new(products, &viewer, &market(), lang.words(), refused);
    let html = page.render(&sample::shell(lang));
    check(&html);
    html
}

#[test]
fn every_state_in_every_language() {
    for lang in Lang::ALL {
        let hidden = Product {
            is_hidden: true,
            ..product(2)
        };
        let gone = Product {
            stock: Some(Qty::thousandths(0)),
            ..product(3)
        };
        let uncounted = Product {
            stock: None,
            is_sold_out: true,
            category: "dairy".to_owned(),
            unit: "bunch".to_owned(),
            ..product(4)
        };
        let page = html(lang, &[product(1), gone, uncounted, hidden], None, true);
        for id in 1..=4 {
            assert_eq!(page.matches(&format!("id=\"prd-prd_{id}\"")).count(), 1);
        }
        for group in ["in-leaf", "in-dairy", "in-hidden"] {
            assert!(page.contains(&format!("id=\"{group}\"")), "{page}");
        }
        assert!(page.contains("Leeks &#60;1&#62;") && !page.contains("Leeks <"));
        let mark = if lang == Lang::En { "12.5" } else { "12,5" };
        assert!(page.contains(&format!("value=\"{mark}\"")), "{page}");
        assert_eq!(page.matches("formaction=").count(), 4);
        let none = html(lang, &[], None, true);
        assert!(none.contains("/farm/products/new?farm=hill-row"), "{none}");
    }
}

#[test]
fn who_may_not_edit_finds_no_way_to_it() {
    let page = html(Lang::En, &[product(1)], None, false);
    for way in [
        "/farm/products/new",
        "href=\"/farm/products/prd",
        "/farm/settings",
    ] {
        assert!(!page.contains(way), "{way}");
    }
    assert!(page.contains("action=\"/farm/products/prd_1/stock\""));
}

#[test]
fn a_count_that_was_refused_keeps_what_was_typed() {
    let refused = Refused {
        id: ProductId::new("prd_1"),
        text: "Say a <number>.".to_owned(),
        typed: Some("1\"2".to_owned()),
    };
    let page = html(Lang::En, &[product(1), product(2)], Some(refused), true);
    assert!(page.contains("role=\"alert\"") && page.contains("href=\"#s-prd_1\""));
    assert!(page.contains("value=\"1&#34;2\"") && page.contains("aria-describedby=\"e-prd_1\""));
    assert_eq!(page.matches("Say a &#60;number&#62;.").count(), 2);
    assert_eq!(page.matches("value=\"12.5\"").count(), 1);
}

#[test]
fn a_farm_that_does_not_sell_is_told_why() {
    for (status, said) in [
        (FarmStatus::Applied, "has not approved this farm"),
        (FarmStatus::Paused, "Flooded &#60;until&#62; May"),
    ] {
        let farm = farm(status);
        let viewer = Viewer {
            farm: &farm,
            farms: std::slice::from_ref(&farm),
            edits: true,
            manages: false,
        };
        let page = ListPage::new(&[product(1)], &viewer, &market(), Lang::En.words(), None);
        let page = page.render(&sample::shell(Lang::En));
        assert!(page.contains(said), "{page}");
    }
}

#[test]
fn hundreds_of_products_are_one_page() {
    let many: Vec<Product> = (0..400).map(product).collect();
    let farm = farm(FarmStatus::Approved);
    let viewer = Viewer {
        farm: &farm,
        farms: std::slice::from_ref(&farm),
        edits: true,
        manages: false,
    };
    let page = ListPage::new(&many, &viewer, &market(), Lang::En.words(), None);
    let page = page.render(&sample::shell(Lang::En));
    assert_eq!(page.matches("<li id=\"prd-").count(), 400);
    assert!(page.len() < 800_000, "{}", page.len());
}
