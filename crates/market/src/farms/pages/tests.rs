use super::*;
use crate::{
    pages::sample::{self, check},
    words::Lang,
};

fn farm(id: &str, status: FarmStatus) -> Farm {
    Farm {
        town: "Thornbury".to_owned(),
        story: "One <b>.\nTwo.".to_owned(),
        paused_reason: (status == FarmStatus::Paused).then(|| "Flood <1>".to_owned()),
        ..Farm::new(FarmId::new(id), id, &format!("Farm <{id}>"), status)
    }
}

#[test]
fn applications_come_first_and_each_farm_has_its_steps() {
    for lang in Lang::ALL {
        let farms = vec![
            farm("frm_a", FarmStatus::Approved),
            farm("frm_b", FarmStatus::Paused),
            farm("frm_c", FarmStatus::Applied),
        ];
        let owner = (
            FarmId::new("frm_c"),
            "Cleo <x>".to_owned(),
            "cleo@example.org".to_owned(),
        );
        let page = FarmsPage::new(
            farms,
            &[owner],
            lang.words(),
            None,
            "https://market.test/farms/new".to_owned(),
        );
        let html = page.render(&sample::shell(lang));
        check(&html);
        let at = |text: &str| {
            html.find(text)
                .unwrap_or_else(|| panic!("{text} in {html}"))
        };
        assert!(at("id=\"farm-frm_c\"") < at("id=\"farm-frm_a\""));
        let row = |id: &str| {
            let rest = html.split(&format!("<li id=\"farm-{id}\"")).nth(1).unwrap();
            rest.split("</li>").next().unwrap().to_owned()
        };
        for (id, step) in [
            ("frm_a", "pause"),
            ("frm_b", "resume"),
            ("frm_c", "approve"),
        ] {
            let row = row(id);
            let steps = if id == "frm_c" { 2 } else { 1 };
            assert_eq!(row.matches("name=\"do\"").count(), steps, "{row}");
            assert!(row.contains(&format!("value=\"{step}\"")), "{row}");
        }
        assert!(row("frm_b").contains("Flood &#60;1&#62;"));
        assert!(row("frm_c").contains("Cleo &#60;x&#62;, cleo@example.org"));
        assert!(!row("frm_a").contains("cleo@"));
        let none = FarmsPage::new(
            Vec::new(),
            &[],
            lang.words(),
            None,
            "https://market.test/farms/new".to_owned(),
        );
        check(&none.render(&sample::shell(lang)));
    }
}

#[test]
fn a_refusal_stands_at_its_farm() {
    let refused = Refused {
        id: FarmId::new("frm_a"),
        text: "Say <why>.".to_owned(),
        reason: "\"".to_owned(),
    };
    for status in [
        FarmStatus::Approved,
        FarmStatus::Paused,
        FarmStatus::Applied,
    ] {
        let farms = vec![farm("frm_a", status), farm("frm_b", status)];
        let page = FarmsPage::new(
            farms,
            &[],
            Lang::En.words(),
            Some(refused.clone()),
            "https://market.test/farms/new".to_owned(),
        );
        let html = page.render(&sample::shell(Lang::En));
        assert!(html.contains("role=\"alert\"") && html.contains("href=\"#farm-frm_a\""));
        assert_eq!(html.matches("Say &#60;why&#62;.").count(), 2, "{html}");
        let kept = html.contains("value=\"&#34;\"");
        assert_eq!(kept, status != FarmStatus::Paused, "{html}");
    }
}

#[test]
fn a_profile_in_every_state() {
    for lang in Lang::ALL {
        let shell = sample::shell(lang);
        let here = farm("frm_a", FarmStatus::Approved);
        let typed = Typed {
            name: "\"<".to_owned(),
            ..Typed::default()
        };
        let wrong = [("town", "farms-bad-town")];
        let newest = Typed::of(&here);
        let page = ProfilePage {
            w: lang.words(),
            typed: &typed,
            farm: None,
            wrong: &wrong,
            newest: None,
            is_saved: false,
            declined: Some("Too <far>".to_owned()),
        };
        let html = page.render(&shell);
        check(&html);
        assert!(html.contains("action=\"/farms/new\"") && html.contains("value=\"&#34;&#60;\""));
        assert!(html.contains("Too &#60;far&#62;"), "{html}");
        assert!(html.contains("href=\"#f-town\"") && html.contains("id=\"e-town\""));
        assert!(
            html.contains("aria-describedby=\"h-town e-town\""),
            "{html}"
        );
        let page = ProfilePage {
            farm: Some(&here),
            wrong: &[],
            newest: Some(&newest),
            is_saved: true,
            declined: None,
            ..page
        };
        let html = page.render(&shell);
        check(&html);
        assert!(html.contains("action=\"/farm/settings\"") && html.contains("value=\"frm_a\""));
        assert!(
            html.contains("id=\"n-name\"") && html.contains("Farm &#60;frm_a&#62;"),
            "{html}"
        );
        assert!(html.contains("role=\"status\""), "saved is said");
    }
}
