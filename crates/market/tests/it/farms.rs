//! A farm's way into the market: it applies, a manager answers, and what it says of itself is its owner's.
use market::{
    farms::{
        model::{Farm, FarmStatus},
        store,
    },
    kernel::ids::FarmId,
};

use crate::support::{Answer, Client, TestApp};

fn person(app: &TestApp, name: &str) -> Client {
    app.here().by_session(name)
}

async fn farm(app: &TestApp, slug: &str) -> Farm {
    let found = store::find_by_slug(&app.read().await, &app.market().id, slug).await;
    found.unwrap().unwrap()
}

async fn judge(client: &Client, id: &FarmId, form: &str) -> Answer {
    client.post_form(&format!("/market/farms/{id}"), form).await
}

#[tokio::test]
async fn a_person_applies_and_a_manager_approves() {
    let app = TestApp::new().await;
    let ana = person(&app, "ana");
    let footer = ana.get("/").await.text();
    assert!(footer.contains("href=\"/farms/new\""), "{footer}");
    assert_eq!(ana.get("/farm/products").await.status, 403);
    let sent = "name=Sedge+Field&town=Thornbury&story=Salad.%0D%0AAll+year.";
    let done = ana.post_form("/farms/new", sent).await;
    assert_eq!(done.status, 303, "{done:?}");
    assert_eq!(done.header("location"), "/farm/products?farm=sedge-field");
    let sedge = farm(&app, "sedge-field").await;
    assert_eq!((&*sedge.name, &*sedge.town), ("Sedge Field", "Thornbury"));
    assert_eq!(
        (&*sedge.story, sedge.status),
        ("Salad.\nAll year.", FarmStatus::Applied)
    );
    // Its owner may prepare what nobody sees yet.
    let list = ana.get("/farm/products?farm=sedge-field").await;
    assert!(
        list.text().contains("has not approved this farm"),
        "{list:?}"
    );
    let add = "farm=sedge-field&key=k1&name=Rocket&price=2&unit=bag&category=leaf";
    assert_eq!(ana.post_form("/farm/products/new", add).await.status, 303);
    // Who applied hears that it arrived, the manager that it waits, and nobody else anything.
    app.run_jobs().await;
    let mails = app.mails();
    let to = |name: &str| {
        let mut mails = mails.iter().filter(|mail| mail.to.contains(name));
        mails.next().unwrap_or_else(|| panic!("none to {name}"))
    };
    assert_eq!(mails.len(), 2, "{mails:?}");
    let (arrived, waits) = (to("ana@example.org"), to("manager@example.org"));
    assert_eq!(arrived.subject, "Your application arrived");
    assert!(arrived.text.contains("Sedge Field"), "{arrived:?}");
    assert_eq!(waits.subject, "A farm wants to sell at your market");
    for there in ["ana Example", "Sedge Field", "Thornbury"] {
        assert!(waits.plain().contains(there), "no {there} in {waits:?}");
    }
    assert_eq!(
        waits.link("http://market.test/market"),
        "http://market.test/market/farms"
    );
    let manager = person(&app, "manager");
    let day = manager.get("/market").await.text();
    assert!(day.contains("1 farm waits for an answer"), "{day}");
    let page = manager.get("/market/farms").await.text();
    assert!(page.contains("http://market.test/farms/new"), "{page}");
    let (waiting, others) = page.split_once("id=\"h-others\"").unwrap();
    assert!(
        waiting.contains("Sedge Field") && waiting.contains("ana@example.org"),
        "{page}"
    );
    assert!(
        !others.contains("Sedge Field") && others.contains("rosa farm"),
        "{page}"
    );
    let done = judge(&manager, &sedge.id, "do=approve&version=1").await;
    assert_eq!(done.status, 303, "{done:?}");
    assert_eq!(
        done.header("location"),
        format!("/market/farms#farm-{}", sedge.id)
    );
    let sedge = farm(&app, "sedge-field").await;
    assert_eq!((sedge.status, sedge.version), (FarmStatus::Approved, 2));
    let list = ana.get("/farm/products?farm=sedge-field").await;
    assert!(!list.text().contains("has not approved"), "{list:?}");
    app.run_jobs().await;
    let mails = app.mails();
    let approved = mails.iter().find(|mail| mail.subject.ends_with("approved"));
    let approved = approved.expect("an answer");
    assert_eq!(approved.plain().matches("You get this mail").count(), 1);
    app.finish().await;
}

/// Without a manager the admins are told; a person whose account is shut hears nothing.
#[tokio::test]
async fn an_application_finds_whoever_can_answer_it() {
    let app = TestApp::new().await;
    let gone = "UPDATE memberships SET role = 'PICKUP_HOST' WHERE user_id = 'usr_manager'";
    app.sql(gone, &[]).await;
    let sent = "name=Sedge&town=Thornbury";
    let ana = person(&app, "ana");
    for _ in 0..2 {
        assert_eq!(ana.post_form("/farms/new", sent).await.status, 303);
    }
    app.run_jobs().await;
    let mails = app.mails();
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    assert!(
        matches!(&to[..], [admin, ana] if admin.contains("admin@") && ana.contains("ana@")),
        "{to:?}"
    );
    app.sql(
        "UPDATE users SET disabled_at = 1 WHERE id = 'usr_admin'",
        &[],
    )
    .await;
    let carl = person(&app, "carl");
    let sent = "name=Fen&town=Thornbury";
    assert_eq!(carl.post_form("/farms/new", sent).await.status, 303);
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 3, "the applicant alone");
    app.finish().await;
}

#[tokio::test]
async fn a_declined_farm_is_told_why_and_applies_again() {
    let app = TestApp::new().await;
    let ana = person(&app, "ana").with("accept-language", "es");
    let sent = "name=Sedge&town=Lejos";
    assert_eq!(ana.post_form("/farms/new", sent).await.status, 303);
    let (manager, sedge) = (person(&app, "manager"), farm(&app, "sedge").await);
    let empty = judge(&manager, &sedge.id, "do=decline&reason=+&version=1").await;
    assert_eq!(empty.status, 422, "{empty:?}");
    let decline = "do=decline&reason=Too+far+%3Caway%3E&version=1";
    assert_eq!(judge(&manager, &sedge.id, decline).await.status, 303);
    app.run_jobs().await;
    let mails = app.mails();
    let mail = mails.last().expect("an answer");
    assert!(mail.to.contains("ana@example.org"), "{mail:?}");
    assert_eq!(mail.subject, "Tu granja no se ha aprobado");
    assert_eq!(mails.len(), 3, "both hear that it arrived");
    assert!(mail.text.contains("Motivo: Too far <away>"), "{mail:?}");
    assert_eq!(
        mail.link("http://market.test/farms"),
        "http://market.test/farms/new"
    );
    let list = manager.get("/market/farms").await.text();
    let (waiting, others) = list.split_once("id=\"h-others\"").unwrap();
    assert!(
        !waiting.contains("Sedge") && others.contains("Declined"),
        "{list}"
    );
    let products = ana.get("/farm/products?farm=sedge").await.text();
    assert!(products.contains("href=\"/farms/new\""), "{products}");
    let form = ana.get("/farms/new").await.text();
    for there in [
        "Too far &#60;away&#62;",
        "value=\"Lejos\"",
        "Solicitar otra vez",
    ] {
        assert!(form.contains(there), "no {there} in {form}");
    }
    let wrong = ana.post_form("/farms/new", "name=Sedge&town=").await;
    assert!(
        wrong.status == 422 && wrong.text().contains("Too far"),
        "{wrong:?}"
    );
    let again = ana
        .post_form("/farms/new", "name=Sedge+Near&town=Cerca")
        .await;
    assert_eq!(
        again.header("location"),
        "/farm/products?farm=sedge",
        "{again:?}"
    );
    let noted =
        "SELECT COALESCE(became, '') FROM audit_entries WHERE verb = 'farm.applied' ORDER BY at";
    let noted = app.texts(noted, &[]).await;
    assert!(
        noted.len() == 2 && noted[1].contains("Cerca"),
        "both times are written down: {noted:?}"
    );
    let sedge = farm(&app, "sedge").await;
    assert!(sedge.waits(), "{sedge:?}");
    assert_eq!((&*sedge.name, &*sedge.town), ("Sedge Near", "Cerca"));
    let late = judge(&manager, &sedge.id, "do=approve&version=2").await;
    assert_eq!(late.status, 412, "{late:?}");
    let done = judge(&manager, &sedge.id, "do=approve&version=3").await;
    assert_eq!(done.status, 303, "{done:?}");
    app.run_jobs().await;
    let mails = app.mails();
    // The second time it arrived and waited, too.
    assert_eq!(mails.len(), 6, "{mails:?}");
    assert!(mails[5].subject.ends_with("aprobada"), "{mails:?}");
    assert!(mails[5].text.contains("Sedge Near"), "{mails:?}");
    app.finish().await;
}

#[tokio::test]
async fn one_application_at_a_time() {
    let app = TestApp::new().await;
    let ana = person(&app, "ana");
    for _ in 0..2 {
        let done = ana
            .post_form("/farms/new", "name=Sedge&town=Thornbury")
            .await;
        assert_eq!(
            done.header("location"),
            "/farm/products?farm=sedge",
            "{done:?}"
        );
    }
    let second = ana
        .post_form("/farms/new", "name=Other&town=Thornbury")
        .await;
    assert_eq!(second.status, 409, "{second:?}");
    assert!(second.text().contains("Sedge"), "{second:?}");
    assert_eq!(
        app.count("SELECT COUNT(*) FROM farms WHERE status = 'APPLIED'", &[])
            .await,
        1
    );
    let owners = "SELECT COUNT(*) FROM memberships WHERE user_id = 'usr_ana'";
    assert_eq!(app.count(owners, &[]).await, 1);
    // Somebody else's farm of the same name has an address of its own, and none hides a page of ours.
    let done = person(&app, "carl")
        .post_form("/farms/new", "name=Sedge&town=Thornbury")
        .await;
    assert_eq!(
        done.header("location"),
        "/farm/products?farm=sedge-2",
        "{done:?}"
    );
    let done = person(&app, "host")
        .post_form("/farms/new", "name=New&town=Thornbury")
        .await;
    assert_eq!(
        done.header("location"),
        "/farm/products?farm=new-2",
        "{done:?}"
    );
    // The other market knows nothing of it.
    let there = ana.at_host("harbour.market.test");
    let done = there
        .post_form("/farms/new", "name=Sedge&town=Harbour")
        .await;
    assert_eq!(
        done.header("location"),
        "/farm/products?farm=sedge",
        "{done:?}"
    );
    app.finish().await;
}

#[tokio::test]
async fn a_wrong_application_comes_back_with_what_was_typed() {
    let app = TestApp::new().await;
    let refused = person(&app, "ana")
        .post_form("/farms/new", "name=Sedge&town=+&story=a%00")
        .await;
    assert_eq!(refused.status, 422, "{refused:?}");
    let page = refused.text();
    for there in [
        "href=\"#f-town\"",
        "href=\"#f-story\"",
        "value=\"Sedge\"",
        "role=\"alert\"",
    ] {
        assert!(page.contains(there), "{there} in {page}");
    }
    assert!(!page.contains("id=\"e-name\""), "{page}");
    assert_eq!(
        app.count("SELECT COUNT(*) FROM farms WHERE status = 'APPLIED'", &[])
            .await,
        0
    );
    app.finish().await;
}

#[tokio::test]
async fn a_farm_is_paused_with_a_reason_and_sells_again() {
    let app = TestApp::new().await;
    let (manager, id) = (person(&app, "manager"), app.here().farm_id("rosa"));
    for bad in [
        "do=pause&version=1",
        "do=pause&reason=+&version=1",
        "do=close&version=1",
    ] {
        let refused = judge(&manager, &id, bad).await;
        assert_eq!(refused.status, 422, "{refused:?}");
        assert!(
            refused.text().contains("href=\"#farm-frm_rosa\""),
            "{refused:?}"
        );
    }
    let long = format!("do=pause&version=1&reason={}", "x".repeat(201));
    let refused = judge(&manager, &id, &long).await;
    assert!(refused.status == 422 && refused.text().contains(&"x".repeat(201)));
    let pause = "do=pause&reason=Flooded+until+May&version=1";
    for _ in 0..2 {
        assert_eq!(judge(&manager, &id, pause).await.status, 303);
    }
    let rosa = farm(&app, "rosa").await;
    assert_eq!((rosa.status, rosa.version), (FarmStatus::Paused, 2));
    assert_eq!(rosa.paused_reason.as_deref(), Some("Flooded until May"));
    let list = person(&app, "rosa").get("/farm/products").await.text();
    assert!(list.contains("Flooded until May"), "{list}");
    // A form that is older than the pause, and a step that does not lead on.
    let old = judge(&manager, &id, "do=resume&version=1").await;
    assert_eq!(old.status, 412, "{old:?}");
    let wrong = judge(&manager, &id, "do=approve&version=2").await;
    assert_eq!(wrong.status, 409, "{wrong:?}");
    assert_eq!(
        judge(&manager, &id, "do=resume&version=2").await.status,
        303
    );
    let rosa = farm(&app, "rosa").await;
    assert_eq!(
        (rosa.status, rosa.paused_reason),
        (FarmStatus::Approved, None)
    );
    app.finish().await;
}

#[tokio::test]
async fn only_managers_judge_and_only_their_own_farms() {
    let app = TestApp::new().await;
    let (here, there) = (app.here().farm_id("rosa"), app.twin().farm_id("rosa"));
    let pause = "do=pause&reason=Flood&version=1";
    for name in ["rosa", "ana", "host"] {
        assert_eq!(
            judge(&person(&app, name), &here, pause).await.status,
            403,
            "{name}"
        );
    }
    for id in [there, FarmId::new("frm_unknown"), FarmId::new("%00")] {
        let refused = judge(&person(&app, "manager"), &id, pause).await;
        assert_eq!(refused.status, 404, "{refused:?}");
    }
    assert_eq!(
        app.count("SELECT CAST(SUM(version) AS BIGINT) FROM farms", &[])
            .await,
        6
    );
    app.finish().await;
}

#[tokio::test]
async fn the_owner_tells_the_farms_story_and_its_products_are_found_by_its_new_name() {
    let app = TestApp::new().await;
    let rosa = person(&app, "rosa");
    let page = rosa.get("/farm/settings").await.text();
    assert!(page.contains("value=\"rosa farm\""), "{page}");
    let sent = "farm=rosa&version=1&name=Hill+R%C3%B3w&town=Thornbury&story=Old.";
    let done = rosa.post_form("/farm/settings", sent).await;
    assert_eq!(done.status, 303, "{done:?}");
    assert_eq!(
        done.header("location"),
        "/farm/settings?farm=rosa&saved=yes"
    );
    let page = rosa.get("/farm/settings?farm=rosa&saved=yes").await.text();
    assert!(
        page.contains("role=\"status\"><span></span><p>Saved"),
        "{page}"
    );
    let hill = farm(&app, "rosa").await;
    assert_eq!(
        (&*hill.name, &*hill.story, hill.version),
        ("Hill Rów", "Old.", 2)
    );
    let search = app
        .texts(
            "SELECT search FROM products WHERE farm_id = 'frm_rosa' ORDER BY id",
            &[],
        )
        .await;
    assert_eq!(search[0], "carrots hill row root");
    let bens = app
        .texts(
            "SELECT search FROM products WHERE farm_id = 'frm_ben' ORDER BY id",
            &[],
        )
        .await;
    assert_eq!(bens[0], "carrots ben farm root");
    // An older form shows what is different now and keeps what was typed.
    let stale = rosa
        .post_form(
            "/farm/settings",
            "farm=rosa&version=1&name=Mine&town=Thornbury&story=Old.",
        )
        .await;
    assert_eq!(stale.status, 412, "{stale:?}");
    let page = stale.text();
    assert!(
        page.contains("value=\"Mine\"") && page.contains("id=\"n-name\">Now: Hill Rów<"),
        "{page}"
    );
    assert!(
        page.contains("name=\"version\" value=\"2\"") && !page.contains("id=\"n-town\""),
        "{page}"
    );
    let wrong = rosa
        .post_form("/farm/settings", "farm=rosa&version=2&name=&town=T&story=")
        .await;
    assert_eq!(wrong.status, 422, "{wrong:?}");
    // Signs that mean something to a database, a name that a product has too, and a product that is long to find.
    app.sql(
        "UPDATE products SET name = 'Hill Rów', search = 'hill row hill row root' WHERE id = 'prd_frm_rosa_1'",
        &[],
    )
    .await;
    for (version, name, found) in [
        (2, "100%25+_Ñame_", "100% _name_"),
        (3, "Hill+R%C3%B3w", "hill row"),
    ] {
        let form = format!("farm=rosa&version={version}&name={name}&town=Thornbury&story=Old.");
        let done = rosa.post_form("/farm/settings", &form).await;
        assert_eq!(done.status, 303, "{done:?}");
        let search = app
            .texts(
                "SELECT search FROM products WHERE farm_id = 'frm_rosa' ORDER BY id",
                &[],
            )
            .await;
        assert_eq!(search[0], format!("carrots {found} root"));
        assert_eq!(search[1], format!("hill row {found} root"));
    }
    app.finish().await;
}

#[tokio::test]
async fn a_farms_words_are_its_owners_and_the_markets() {
    let app = TestApp::new().await;
    let form = "farm=rosa&version=1&name=Rosa&town=Thornbury&story=";
    for (name, status) in [
        ("rosa_staff", 403),
        ("ben", 404),
        ("ana", 403),
        ("manager", 303),
    ] {
        let client = person(&app, name);
        let answer = client.post_form("/farm/settings", form).await;
        assert_eq!(answer.status, status, "{name}: {answer:?}");
    }
    assert_eq!(
        person(&app, "rosa_staff")
            .get("/farm/settings")
            .await
            .status,
        403
    );
    assert_eq!(
        person(&app, "rosa")
            .get("/farm/settings?farm=ben")
            .await
            .status,
        404
    );
    app.finish().await;
}
