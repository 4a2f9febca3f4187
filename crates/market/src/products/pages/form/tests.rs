use super::*;
use crate::{
    farms::model::FarmStatus,
    kernel::ids::{FarmId, ProductId},
    pages::sample::{self, check},
    words::Lang,
};

fn farm() -> Farm {
    Farm::new(
        FarmId::new("frm_1"),
        "hill-row",
        "Hill Row",
        FarmStatus::Approved,
    )
}

fn leeks() -> Product {
    Product::plain(
        ProductId::new("prd_1"),
        FarmId::new("frm_1"),
        "Leeks <x>",
        "leaf",
        "kg",
        240,
    )
}

fn form<'a>(lang: Lang, farm: &'a Farm, typed: &'a Typed) -> FormPage<'a> {
    FormPage {
        w: lang.words(),
        farm,
        typed,
        key: "new_1",
        product: None,
        is_first: false,
        wrong: &[],
        newest: None,
    }
}

fn html(form: &FormPage<'_>) -> String {
    let html = form.render(&sample::shell(form.w.lang()));
    check(&html);
    // Every field has a label, and whatever describes it is there.
    for id in html.split("aria-describedby=\"").skip(1) {
        for id in id.split('"').next().unwrap().split_whitespace() {
            assert!(html.contains(&format!("id=\"{id}\"")), "{id} in {html}");
        }
    }
    for field in html.split(" id=\"f-").skip(1) {
        let field = field.split('"').next().unwrap();
        let labelled = html.contains(&format!("for=\"f-{field}\""))
            || html.contains(&format!("<fieldset id=\"f-{field}\""));
        assert!(labelled, "{field}");
    }
    html
}

#[test]
fn the_first_product_is_three_fields() {
    for lang in Lang::ALL {
        let (farm, typed) = (farm(), Typed::default());
        let page = html(&FormPage {
            is_first: true,
            ..form(lang, &farm, &typed)
        });
        let (before, behind) = page.split_once("<details class=\"rest\">").unwrap();
        assert_eq!(before.matches("class=\"field\"").count(), 3, "{before}");
        assert!(behind.contains("name=\"category\"") && behind.contains("name=\"stock\""));
        let next = html(&form(lang, &farm, &typed));
        assert!(next.contains("<details class=\"rest\" open>"), "{next}");
    }
}

#[test]
fn an_existing_product_is_shown_as_it_is() {
    for lang in Lang::ALL {
        let (farm, product) = (farm(), leeks());
        let typed = Typed::of(&product, ',');
        let page = html(&FormPage {
            product: Some(&product),
            ..form(lang, &farm, &typed)
        });
        assert!(
            page.contains("action=\"/farm/products/prd_1\"") && page.contains("value=\"2,40\"")
        );
        assert!(page.contains("<option value=\"kg\" selected>"), "{page}");
        assert!(!page.contains("name=\"stock\""), "it is counted by itself");
        assert!(page.contains("value=\"hide\"") && page.contains("Leeks &#60;x&#62;"));
        let hidden = Product {
            is_hidden: true,
            ..leeks()
        };
        let page = html(&FormPage {
            product: Some(&hidden),
            ..form(lang, &farm, &typed)
        });
        assert!(page.contains("value=\"show\""));
    }
}

#[test]
fn what_is_wrong_stands_at_its_field_and_above_all() {
    for lang in Lang::ALL {
        let farm = farm();
        let typed = Typed {
            name: "\"<".to_owned(),
            unit: "crate".to_owned(),
            days: vec!["someday".to_owned()],
            ..Typed::default()
        };
        let wrong = typed.check().unwrap_err();
        let page = html(&FormPage {
            is_first: true,
            wrong: &wrong,
            ..form(lang, &farm, &typed)
        });
        for (field, key) in &wrong {
            let text = lang.words().say(key);
            assert!(
                page.contains(&format!("<a href=\"#f-{field}\">{text}</a>")),
                "{field}"
            );
            assert!(
                page.contains(&format!("id=\"e-{field}\">{text}</p>")),
                "{field}"
            );
        }
        assert!(page.contains("value=\"&#34;&#60;\"") && page.contains("role=\"alert\""));
        assert!(page.contains("<details class=\"rest\" open>"));
    }
}

#[test]
fn what_somebody_else_changed_stands_beside_what_was_typed() {
    let (farm, product) = (farm(), leeks());
    let newest = Newest(Typed {
        unit: "bunch".to_owned(),
        days: vec!["sat".to_owned()],
        ..Typed::of(&product, '.')
    });
    let typed = Typed {
        price: "2.80".to_owned(),
        description: "Mine".to_owned(),
        ..Typed::of(&product, '.')
    };
    let page = html(&FormPage {
        product: Some(&product),
        newest: Some(&newest),
        ..form(Lang::En, &farm, &typed)
    });
    for (field, now) in [
        ("price", "2.40"),
        ("unit", "bunch"),
        ("days", "Saturday"),
        ("description", "empty"),
    ] {
        let said = page.split(&format!("id=\"n-{field}\">")).nth(1).unwrap();
        assert!(
            said.split('<').next().unwrap().contains(now),
            "{field}: {said}"
        );
    }
    assert!(page.contains("value=\"2.80\"") && !page.contains("id=\"n-name\""));
}
