use super::*;
use crate::kernel::ids::{FarmId, ProductId};

fn leeks() -> Typed {
    Typed {
        name: "Leeks".to_owned(),
        category: "leaf".to_owned(),
        unit: "bunch".to_owned(),
        price: "2,40".to_owned(),
        ..Typed::default()
    }
}

fn wrong(change: &dyn Fn(&mut Typed)) -> Vec<&'static str> {
    let mut typed = leeks();
    change(&mut typed);
    match typed.check() {
        Ok(_) => Vec::new(),
        Err(wrong) => wrong.into_iter().map(|(field, _)| field).collect(),
    }
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn three_fields_and_a_category_are_enough() {
    let details = leeks().check().unwrap();
    assert_eq!((details.price_minor, details.tax_bp), (240, 0));
    assert_eq!(details.step, Qty::thousandths(1000));
    assert_eq!((details.content, details.season), (None, None));
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let all = Typed {
        name: "a\nb".to_owned(),
        description: "x".repeat(2001),
        category: "meat".to_owned(),
        unit: "crate".to_owned(),
        price: "1e3".to_owned(),
        tax: "-1".to_owned(),
        stock: String::new(),
        step: "0.3".to_owned(),
        content: "0".to_owned(),
        content_unit: "lb".to_owned(),
        season_from: "02-30".to_owned(),
        season_to: String::new(),
        days: texts(&["someday"]),
        allergens: texts(&["dust"]),
        diets: texts(&["keto"]),
        place: Some("a\nb".to_owned()),
        chilled: Some(texts(&["yes"])),
    };
    let fields: Vec<_> = all.check().unwrap_err().into_iter().map(|w| w.0).collect();
    let expected = [
        "name",
        "description",
        "category",
        "unit",
        "price",
        "tax",
        "step",
        "content",
        "content_unit",
        "season_from",
        "season_to",
        "days",
        "allergens",
        "diets",
        "place",
    ];
    assert_eq!(fields, expected);
}

#[test]
fn each_field_has_its_edges() {
    let none: [&str; 0] = [];
    for (name, ok) in [("", false), (" ", false), ("x", true)] {
        assert_eq!(
            wrong(&|t| name.clone_into(&mut t.name)).is_empty(),
            ok,
            "{name:?}"
        );
    }
    assert_eq!(wrong(&|t| t.name = "é".repeat(80)), none);
    assert_eq!(wrong(&|t| t.name = "é".repeat(81)), ["name"]);
    assert_eq!(wrong(&|t| t.description = "é".repeat(2000)), none);
    assert_eq!(wrong(&|t| t.description = "two\r\nlines".to_owned()), none);
    assert_eq!(
        wrong(&|t| t.description = "a\0".to_owned()),
        ["description"]
    );
    for (price, ok) in [
        ("0", false),
        ("0.00", false),
        ("0.01", true),
        ("100000", true),
        ("100000.01", false),
        ("2.405", false),
        ("-2", false),
        ("", false),
    ] {
        assert_eq!(
            wrong(&|t| price.clone_into(&mut t.price)).is_empty(),
            ok,
            "{price:?}"
        );
    }
    for (tax, bp) in [
        ("", Some(0)),
        ("5", Some(500)),
        ("5,25", Some(525)),
        ("100", Some(10_000)),
    ] {
        let typed = Typed {
            tax: tax.to_owned(),
            ..leeks()
        };
        assert_eq!(typed.check().ok().map(|d| d.tax_bp), bp, "{tax:?}");
    }
    for tax in ["100.01", "5.255", "x", "-1"] {
        assert_eq!(wrong(&|t| tax.clone_into(&mut t.tax)), ["tax"], "{tax:?}");
    }
}

#[test]
fn season_and_content_have_their_edges() {
    let none: [&str; 0] = [];
    for (from, to, fields) in [
        ("05-01", "09-30", &none[..]),
        ("11-15", "02-29", &none),
        ("05-01", "", &["season_to"]),
        ("", "09-30", &["season_from"]),
        ("5-1", "13-01", &["season_from", "season_to"]),
    ] {
        let change = |t: &mut Typed| {
            from.clone_into(&mut t.season_from);
            to.clone_into(&mut t.season_to);
        };
        assert_eq!(wrong(&change), fields, "{from} {to}");
    }
    for (content, unit, fields) in [
        ("0.3", "kg", &none[..]),
        ("0,3", "l", &none),
        ("0.3", "", &["content_unit"]),
        ("", "kg", &none),
        ("0", "kg", &["content"]),
        ("1001", "kg", &["content"]),
        ("0.0001", "kg", &["content"]),
    ] {
        let change = |t: &mut Typed| {
            content.clone_into(&mut t.content);
            unit.clone_into(&mut t.content_unit);
        };
        assert_eq!(wrong(&change), fields, "{content} {unit}");
    }
}

#[test]
fn a_step_suits_its_unit() {
    for (unit, step, ok) in [
        ("kg", "1", true),
        ("kg", "0.25", true),
        ("litre", "0,1", true),
        ("kg", "0.3", false),
        ("kg", "2", false),
        ("each", "6", true),
        ("each", "0.5", false),
        ("each", "7", false),
        ("each", "0", false),
        ("each", "", true),
    ] {
        let change = |t: &mut Typed| {
            unit.clone_into(&mut t.unit);
            step.clone_into(&mut t.step);
        };
        assert_eq!(wrong(&change).is_empty(), ok, "{step} {unit}");
    }
}

#[test]
fn stock_suits_its_unit() {
    let qty = |n| Ok(Some(Qty::thousandths(n)));
    for (text, unit, expected) in [
        ("", "kg", Ok(None)),
        (" ", "each", Ok(None)),
        ("0", "each", qty(0)),
        ("12", "each", qty(12_000)),
        ("12.5", "kg", qty(12_500)),
        ("12,125", "kg", Err(("stock", "products-bad-stock"))),
        ("12.125", "litre", qty(12_125)),
        ("1000000", "each", qty(1_000_000_000)),
        (
            "1000001",
            "each",
            Err(("stock", "products-bad-stock-whole")),
        ),
        ("12.5", "each", Err(("stock", "products-bad-stock-whole"))),
        ("-1", "kg", Err(("stock", "products-bad-stock"))),
        ("1e3", "kg", Err(("stock", "products-bad-stock"))),
    ] {
        assert_eq!(stock(text, unit), expected, "{text:?} {unit}");
    }
}

#[test]
fn what_a_form_begins_with_means_the_product_it_shows() {
    let plain = Product::plain(
        ProductId::new("prd_1"),
        FarmId::new("frm_1"),
        "Apple juice",
        "pantry",
        "litre",
        480,
    );
    let full = Product {
        description: "Cloudy.\nKeep cool.".to_owned(),
        tax_bp: 525,
        stock: Some(Qty::thousandths(12_500)),
        step: Qty::thousandths(250),
        content: Some(Content {
            qty: Qty::thousandths(750),
            unit: ContentUnit::Litre,
        }),
        season: Some(Season {
            from: (9, 1),
            to: (2, 29),
        }),
        days: vec![Weekday::Tuesday, Weekday::Saturday],
        allergens: texts(&["sulphites"]),
        diets: texts(&["organic", "vegan"]),
        ..plain.clone()
    };
    for product in [plain, full] {
        for mark in ['.', ','] {
            let typed = Typed::of(&product, mark);
            assert_eq!(typed.check().unwrap().of(&product), product, "{typed:?}");
            assert_eq!(stock(&typed.stock, &product.unit), Ok(product.stock));
        }
    }
}

#[test]
fn what_is_ticked_twice_counts_once_in_the_list_s_order() {
    let typed = Typed {
        allergens: texts(&["nuts", "celery", "nuts"]),
        days: texts(&["sat", "mon"]),
        ..leeks()
    };
    let details = typed.check().unwrap();
    assert_eq!(details.allergens, ["celery", "nuts"]);
    assert_eq!(details.days, [Weekday::Monday, Weekday::Saturday]);
}
