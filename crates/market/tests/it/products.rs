//! What a farm does with its products, by forms as a page sends them.
use std::sync::atomic::{AtomicUsize, Ordering};

use market::{
    accounts,
    kernel::{
        ids::{FarmId, ProductId},
        qty::Qty,
        role::Role,
    },
    products::{model::Product, store},
};

use crate::support::{Answer, Client, TestApp, user_id};

const CARROTS: &str = "prd_frm_rosa_0";
/// Sold by the kilogram.
const SQUASH: &str = "prd_frm_rosa_2";

fn rosa(app: &TestApp) -> Client {
    app.here().by_session("rosa")
}

fn staff(app: &TestApp) -> Client {
    app.here().by_session("rosa_staff")
}

async fn product(app: &TestApp, id: &str) -> Product {
    let found = store::find(&app.read().await, &app.market().id, &ProductId::new(id)).await;
    found.unwrap().unwrap()
}

async fn by_slug(app: &TestApp, slug: &str) -> Product {
    let id = app
        .texts("SELECT id FROM products WHERE slug = $1", &[&slug])
        .await;
    product(app, &id[0]).await
}

/// The sum of all versions: moves with every change.
async fn changes(app: &TestApp) -> i64 {
    app.count("SELECT CAST(SUM(version) AS BIGINT) FROM products", &[])
        .await
}

/// Each form is opened anew: it has a key of its own.
async fn add(client: &Client, form: &str) -> Answer {
    static OPENED: AtomicUsize = AtomicUsize::new(0);
    let key = OPENED.fetch_add(1, Ordering::Relaxed);
    let form = format!("{form}&key=new_{key}");
    client.post_form("/farm/products/new", &form).await
}

async fn stock(client: &Client, id: &str, form: &str) -> Answer {
    client
        .post_form(&format!("/farm/products/{id}/stock"), form)
        .await
}

async fn save(client: &Client, id: &str, form: &str) -> Answer {
    client
        .post_form(&format!("/farm/products/{id}"), form)
        .await
}

#[tokio::test]
async fn three_fields_make_a_product() {
    let app = TestApp::new().await;
    app.sql("DELETE FROM products WHERE farm_id = 'frm_rosa'", &[])
        .await;
    let page = rosa(&app).get("/farm/products").await;
    assert!(page.text().contains("no product yet"), "{page:?}");
    let form = rosa(&app).get("/farm/products/new").await.text();
    assert!(form.contains("<details class=\"rest\">"), "{form}");
    let sent = "farm=rosa&first=yes&name=Curly+Kale&price=2%2C40&unit=bunch&category=leaf";
    let done = add(&rosa(&app), sent).await;
    assert_eq!(done.status, 303, "{done:?}");
    let kale = by_slug(&app, "curly-kale").await;
    let row = format!("/farm/products?farm=rosa#prd-{}", kale.id);
    assert_eq!(done.header("location"), row);
    assert_eq!((kale.price_minor, kale.stock, kale.version), (240, None, 1));
    let list = rosa(&app).get("/farm/products?farm=rosa").await.text();
    assert!(
        list.contains("Curly Kale") && list.contains("£2.40/bunch"),
        "{list}"
    );
    assert!(list.contains(&format!("id=\"prd-{}\"", kale.id)), "{list}");
    // The next form asks for the category too.
    let next = rosa(&app).get("/farm/products/new").await.text();
    assert!(next.contains("<details class=\"rest\" open>"), "{next}");
    app.finish().await;
}

#[tokio::test]
async fn every_field_is_kept_and_can_be_searched_for() {
    let app = TestApp::new().await;
    let form = "farm=rosa&name=Jalape%C3%B1os&price=3&unit=kg&category=fruit&stock=12.5&step=0.25&\
                description=Hot.%0D%0AVery.&content=0.5&content_unit=kg&season_from=06-01&season_to=10-31&\
                days=sat&days=tue&allergens=celery&diets=vegan&diets=organic&tax=5.25&\
                place=2+Top+field,+row+4&chilled=yes";
    assert_eq!(add(&rosa(&app), form).await.status, 303);
    let hot = by_slug(&app, "jalapenos").await;
    assert_eq!(
        (hot.stock, hot.step),
        (Some(Qty::thousandths(12_500)), Qty::thousandths(250))
    );
    assert_eq!((&*hot.description, hot.tax_bp), ("Hot.\nVery.", 525));
    assert_eq!(hot.season.map(|season| season.to), Some((10, 31)));
    assert_eq!(
        (hot.days.len(), &*hot.diets.join(" ")),
        (2, "organic vegan")
    );
    let found = app
        .texts("SELECT search FROM products WHERE slug = 'jalapenos'", &[])
        .await;
    assert_eq!(found, ["jalapenos rosa farm fruit"]);
    // The form shows it as it was typed and leaves it as it is.
    let page = rosa(&app)
        .get(&format!("/farm/products/{}", hot.id))
        .await
        .text();
    for shown in [
        "value=\"3.00\"",
        "value=\"06-01\"",
        "value=\"5.25\"",
        "<option value=\"0.25\" selected>",
    ] {
        assert!(page.contains(shown), "{shown} in {page}");
    }
    assert_eq!(page.matches(" checked").count(), 6, "{page}");
    assert!(page.contains("value=\"2 Top field, row 4\""), "{page}");
    let es = rosa(&app).with("accept-language", "es");
    let page = es.get(&format!("/farm/products/{}", hot.id)).await.text();
    assert!(
        page.contains("value=\"3,00\"") && page.contains("value=\"5,25\""),
        "{page}"
    );
    app.finish().await;
}

#[tokio::test]
async fn a_form_sent_twice_makes_one_product() {
    let app = TestApp::new().await;
    let page = rosa(&app).get("/farm/products/new").await.text();
    assert!(page.contains("name=\"key\" value=\"new_"), "{page}");
    let form = "farm=rosa&key=k1&name=Beans&price=2&unit=kg&category=leaf";
    let send = || async { rosa(&app).post_form("/farm/products/new", form).await };
    let (first, second) = (send().await, send().await);
    assert_eq!((first.status, second.status), (303, 303), "{second:?}");
    assert_eq!(first.header("location"), second.header("location"));
    let beans = "SELECT COUNT(*) FROM products WHERE name = 'Beans'";
    assert_eq!(app.count(beans, &[]).await, 1);
    // Gone back to and filled in anew, it is another one.
    let other = form.replace("price=2", "price=3");
    let other = rosa(&app).post_form("/farm/products/new", &other).await;
    assert_eq!(other.status, 303, "{other:?}");
    assert_eq!(app.count(beans, &[]).await, 2);
    let none = form.replace("&key=k1", "");
    let refused = rosa(&app).post_form("/farm/products/new", &none).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    app.finish().await;
}

#[tokio::test]
async fn an_address_is_made_from_the_name_and_never_shared() {
    let app = TestApp::new().await;
    let beans = "&name=Beans&price=2&unit=kg&category=leaf";
    for (farm, slug) in [
        ("rosa", "beans"),
        ("ben", "beans-ben"),
        ("rosa", "beans-rosa"),
        ("rosa", "beans-rosa-2"),
    ] {
        let done = add(&app.here().by_session(farm), &format!("farm={farm}{beans}")).await;
        assert_eq!(done.status, 303, "{done:?}");
        assert_eq!(by_slug(&app, slug).await.farm, app.here().farm_id(farm));
    }
    // The other market has names of its own.
    let twins = app.twin().by_session("rosa");
    assert_eq!(add(&twins, &format!("farm=rosa{beans}")).await.status, 303);
    let same = app
        .count("SELECT COUNT(*) FROM products WHERE slug = 'beans'", &[])
        .await;
    assert_eq!(same, 2);
    app.finish().await;
}

#[tokio::test]
async fn a_wrong_form_comes_back_with_what_was_typed() {
    let app = TestApp::new().await;
    let before = changes(&app).await;
    let form =
        "farm=rosa&name=%3Cb%3E&price=1.234%2C50&unit=bunch&category=leaf&stock=2.5&days=sat";
    let refused = add(&rosa(&app), form).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    let page = refused.text();
    for there in [
        "role=\"alert\"",
        "href=\"#f-price\"",
        "id=\"e-price\"",
        "href=\"#f-stock\"",
        "value=\"1.234,50\"",
        "value=\"&#60;b&#62;\"",
        "value=\"sat\" checked",
    ] {
        assert!(page.contains(there), "{there} in {page}");
    }
    assert!(!page.contains("id=\"e-name\""), "{page}");
    let edit = save(
        &rosa(&app),
        CARROTS,
        "version=1&name=&price=2&unit=kg&category=leaf",
    )
    .await;
    assert_eq!(edit.status, 422, "{edit:?}");
    assert!(
        edit.text().contains("id=\"e-name\"")
            && edit.text().contains("name=\"version\" value=\"1\"")
    );
    let none = save(&rosa(&app), CARROTS, "name=x").await;
    assert_eq!(
        none.status, 422,
        "a form without the version it was made on: {none:?}"
    );
    assert_eq!(changes(&app).await, before);
    app.finish().await;
}

#[tokio::test]
async fn a_price_changes_and_the_address_stays() {
    let app = TestApp::new().await;
    let form = "version=1&name=Rainbow+carrots&price=2.80&unit=bunch&category=root";
    let done = save(&rosa(&app), CARROTS, form).await;
    assert_eq!(done.status, 303, "{done:?}");
    assert_eq!(
        done.header("location"),
        format!("/farm/products?farm=rosa#prd-{CARROTS}")
    );
    let carrots = product(&app, CARROTS).await;
    assert_eq!(
        (&*carrots.name, carrots.price_minor),
        ("Rainbow carrots", 280)
    );
    assert_eq!((&*carrots.slug, carrots.version), ("carrots-rosa", 2));
    let found = app
        .texts(
            "SELECT search FROM products WHERE id = 'prd_frm_rosa_0'",
            &[],
        )
        .await;
    assert_eq!(found, ["rainbow carrots rosa farm root"]);
    // The same form again, on the version it had: nothing more happens.
    assert_eq!(save(&rosa(&app), CARROTS, form).await.status, 303);
    assert_eq!(product(&app, CARROTS).await.version, 2);
    app.finish().await;
}

#[tokio::test]
async fn a_form_on_an_old_version_shows_the_newest_beside_it() {
    let app = TestApp::new().await;
    let form = |version: i64, price: &str| {
        format!("version={version}&name=Carrots&price={price}&unit=bunch&category=root")
    };
    let theirs = app.here().by_session("manager");
    assert_eq!(save(&theirs, CARROTS, &form(1, "2.20")).await.status, 303);
    let stale = save(&rosa(&app), CARROTS, &form(1, "2.50")).await;
    assert_eq!(stale.status, 412, "{stale:?}");
    let page = stale.text();
    assert!(
        page.contains("role=\"alert\"") && page.contains("value=\"2.50\""),
        "{page}"
    );
    assert!(page.contains("id=\"n-price\">Now: 2.20<"), "{page}");
    assert!(!page.contains("id=\"n-name\""), "{page}");
    assert!(page.contains("name=\"version\" value=\"2\""), "{page}");
    assert_eq!(product(&app, CARROTS).await.price_minor, 220);
    // Sent again, it was meant.
    assert_eq!(
        save(&rosa(&app), CARROTS, &form(2, "2.50")).await.status,
        303
    );
    assert_eq!(product(&app, CARROTS).await.price_minor, 250);
    let hidden = save(&rosa(&app), CARROTS, "version=1&do=hide").await;
    assert_eq!(hidden.status, 412, "{hidden:?}");
    app.finish().await;
}

#[tokio::test]
async fn a_mistake_does_not_hide_what_somebody_else_changed() {
    let app = TestApp::new().await;
    let good = "version=1&name=Carrots&price=2.20&unit=bunch&category=root";
    assert_eq!(
        save(&app.here().by_session("manager"), CARROTS, good)
            .await
            .status,
        303
    );
    let wrong = save(&rosa(&app), CARROTS, &good.replace("2.20", "free")).await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text().contains("name=\"version\" value=\"1\""),
        "{wrong:?}"
    );
    let mended = save(&rosa(&app), CARROTS, &good.replace("2.20", "2.90")).await;
    assert_eq!(mended.status, 412, "{mended:?}");
    app.finish().await;
}

#[tokio::test]
async fn a_count_is_a_number_and_enter() {
    let app = TestApp::new().await;
    for client in [staff(&app), rosa(&app)] {
        let list = client.get("/farm/products").await.text();
        assert!(list.contains(&format!("action=\"/farm/products/{CARROTS}/stock\"")));
        // Enter takes a form's first button, which has to be the one that sets.
        let form = list.split(&format!("/{CARROTS}/stock\"")).nth(1).unwrap();
        let button = form.split("<button").nth(1).unwrap();
        assert!(
            !button.split('>').next().unwrap().contains("name="),
            "{button}"
        );
    }
    let done = stock(&staff(&app), CARROTS, "version=1&stock=12").await;
    assert_eq!(done.status, 303, "{done:?}");
    assert_eq!(
        done.header("location"),
        format!("/farm/products?farm=rosa#prd-{CARROTS}")
    );
    let left = |n: i64| Some(Qty::thousandths(n));
    assert_eq!(product(&app, CARROTS).await.stock, left(12_000));
    for (form, expected) in [
        ("version=2&stock=12&tap=more", left(13_000)),
        ("version=3&stock=13&tap=less", left(12_000)),
        ("version=4&stock=0&tap=less", left(0)),
        ("version=5&stock=", None),
        ("version=6&stock=&tap=more", left(1000)),
    ] {
        assert_eq!(
            stock(&staff(&app), CARROTS, form).await.status,
            303,
            "{form}"
        );
        assert_eq!(product(&app, CARROTS).await.stock, expected, "{form}");
    }
    // By weight also parts of one.
    assert_eq!(
        stock(&staff(&app), SQUASH, "version=1&stock=7%2C25")
            .await
            .status,
        303
    );
    assert_eq!(product(&app, SQUASH).await.stock, left(7250));
    app.finish().await;
}

#[tokio::test]
async fn a_count_that_cannot_be_meant_is_asked_again() {
    let app = TestApp::new().await;
    for (id, typed) in [
        (CARROTS, "-1"),
        (CARROTS, "1.5"),
        (CARROTS, "1e3"),
        (CARROTS, "1%2C000"),
        (CARROTS, "twelve"),
        (CARROTS, "9999999999999999999"),
        (SQUASH, "1.2345"),
        (SQUASH, "1%2C500"),
    ] {
        let refused = stock(&staff(&app), id, &format!("version=1&stock={typed}")).await;
        assert_eq!(refused.status, 422, "{refused:?}");
        let page = refused.text();
        let typed = typed.replace("%2C", ",");
        assert!(page.contains(&format!("href=\"#s-{id}\"")) && page.contains("role=\"alert\""));
        assert!(
            page.contains(&format!("value=\"{typed}\"")),
            "{typed} in {page}"
        );
        assert_eq!(product(&app, id).await.version, 1);
    }
    app.finish().await;
}

#[tokio::test]
async fn a_count_on_an_old_version_says_what_there_is_now() {
    let app = TestApp::new().await;
    assert_eq!(
        stock(&rosa(&app), CARROTS, "version=1&stock=9")
            .await
            .status,
        303
    );
    let stale = stock(&staff(&app), CARROTS, "version=1&stock=12").await;
    assert_eq!(stale.status, 412, "{stale:?}");
    let page = stale.text();
    assert!(page.contains("the stock is 9 now"), "{page}");
    assert!(
        page.contains("value=\"12\"") && page.contains("name=\"version\" value=\"2\""),
        "{page}"
    );
    // The same count twice is one count.
    assert_eq!(
        stock(&staff(&app), CARROTS, "version=1&stock=9")
            .await
            .status,
        303
    );
    assert_eq!(product(&app, CARROTS).await.version, 2);
    app.finish().await;
}

#[tokio::test]
async fn sold_out_is_one_tap_and_so_is_the_way_back() {
    let app = TestApp::new().await;
    let path = format!("/farm/products/{CARROTS}/sold-out");
    for (form, expected) in [
        ("version=1&stock=&sold_out=yes", true),
        ("version=1&stock=&sold_out=yes", true),
        ("version=2&sold_out=no", false),
    ] {
        let done = staff(&app).post_form(&path, form).await;
        assert_eq!(done.status, 303, "{done:?}");
        assert_eq!(product(&app, CARROTS).await.is_sold_out, expected);
    }
    assert_eq!(product(&app, CARROTS).await.version, 3);
    let stale = staff(&app).post_form(&path, "version=1&sold_out=yes").await;
    assert_eq!(stale.status, 412, "{stale:?}");
    app.finish().await;
}

#[tokio::test]
async fn what_is_taken_out_of_the_shop_stays_with_the_farm() {
    let app = TestApp::new().await;
    assert_eq!(
        save(&rosa(&app), CARROTS, "version=1&do=hide").await.status,
        303
    );
    assert!(product(&app, CARROTS).await.is_hidden);
    let list = rosa(&app).get("/farm/products").await.text();
    let (_, hidden) = list.split_once("id=\"in-hidden\"").unwrap();
    assert!(hidden.contains(&format!("id=\"prd-{CARROTS}\"")), "{list}");
    assert_eq!(
        save(&rosa(&app), CARROTS, "version=2&do=show").await.status,
        303
    );
    assert!(!product(&app, CARROTS).await.is_hidden);
    app.finish().await;
}

#[tokio::test]
async fn staff_count_and_do_not_edit() {
    let app = TestApp::new().await;
    let before = changes(&app).await;
    let client = staff(&app);
    let list = client.get("/farm/products").await;
    assert!(!list.text().contains("/farm/products/new"), "{list:?}");
    let page = format!("/farm/products/{CARROTS}");
    for path in [page.as_str(), "/farm/products/new"] {
        assert_eq!(client.get(path).await.status, 403, "{path}");
    }
    let form = "farm=rosa&version=1&name=Mine&price=2&unit=kg&category=leaf";
    assert_eq!(add(&client, form).await.status, 403);
    assert_eq!(save(&client, CARROTS, form).await.status, 403);
    assert_eq!(
        save(&client, CARROTS, "version=1&do=hide").await.status,
        403
    );
    assert_eq!(changes(&app).await, before);
    app.finish().await;
}

#[tokio::test]
async fn another_farms_product_is_not_there() {
    let app = TestApp::new().await;
    let before = changes(&app).await;
    let form = "version=1&stock=1&sold_out=yes&name=x&price=2&unit=kg&category=leaf";
    for id in ["prd_frm_ben_0", "prd_frm_rosa_two_0", "prd_unknown", "%00"] {
        let page = format!("/farm/products/{id}");
        assert_eq!(rosa(&app).get(&page).await.status, 404, "{id}");
        for path in [
            page.clone(),
            format!("{page}/stock"),
            format!("{page}/sold-out"),
        ] {
            let refused = rosa(&app).post_form(&path, form).await;
            assert_eq!(refused.status, 404, "{refused:?}");
        }
    }
    for farm in ["ben", "unknown", "%00"] {
        let path = format!("/farm/products?farm={farm}");
        assert_eq!(rosa(&app).get(&path).await.status, 404, "{farm}");
        assert_eq!(
            add(&rosa(&app), &format!("farm={farm}&{form}"))
                .await
                .status,
            404
        );
    }
    assert_eq!(changes(&app).await, before);
    app.finish().await;
}

#[tokio::test]
async fn who_works_for_several_farms_chooses_one() {
    let app = TestApp::new().await;
    let ben: FarmId = app.here().farm_id("ben");
    let tx = app.app.db.write().await.unwrap();
    let market = &app.market().id;
    let rosa_id = user_id("rosa", "");
    accounts::store::insert_membership(&tx, &rosa_id, market, Role::FarmStaff, Some(&ben))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let list = rosa(&app).get("/farm/products?farm=ben").await.text();
    assert!(list.contains("href=\"/farm/products?farm=rosa\""), "{list}");
    assert!(list.contains("id=\"prd-prd_frm_ben_0\"") && !list.contains(CARROTS));
    // There she counts; here she edits.
    assert!(!list.contains("/farm/products/new"), "{list}");
    let done = stock(&rosa(&app), "prd_frm_ben_0", "version=1&stock=3").await;
    assert_eq!(
        done.header("location"),
        "/farm/products?farm=ben#prd-prd_frm_ben_0"
    );
    assert_eq!(
        save(&rosa(&app), "prd_frm_ben_0", "version=2&do=hide")
            .await
            .status,
        403
    );
    app.finish().await;
}

#[tokio::test]
async fn a_unit_without_halves_wants_a_whole_stock_first() {
    let app = TestApp::new().await;
    assert_eq!(
        stock(&rosa(&app), SQUASH, "version=1&stock=7.5")
            .await
            .status,
        303
    );
    let form = "version=2&name=Squash&price=2&unit=each&category=root";
    let refused = save(&rosa(&app), SQUASH, form).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    assert!(refused.text().contains("id=\"e-unit\""), "{refused:?}");
    assert_eq!(
        stock(&rosa(&app), SQUASH, "version=2&stock=7").await.status,
        303
    );
    let form = form.replace("version=2", "version=3");
    assert_eq!(save(&rosa(&app), SQUASH, &form).await.status, 303);
    app.finish().await;
}

#[tokio::test]
async fn an_edit_leaves_alone_what_orders_take_meanwhile() {
    let app = TestApp::new().await;
    app.sql(
        "UPDATE products SET stock_qty = 5000 WHERE id = 'prd_frm_rosa_0'",
        &[],
    )
    .await;
    let form = "version=1&name=Carrots&price=2.80&unit=bunch&category=root&stock=99&step=1";
    assert_eq!(save(&rosa(&app), CARROTS, form).await.status, 303);
    let carrots = product(&app, CARROTS).await;
    assert_eq!(
        (carrots.price_minor, carrots.stock),
        (280, Some(Qty::thousandths(5000)))
    );
    app.finish().await;
}

#[tokio::test]
async fn of_many_counts_at_once_each_is_made_or_told() {
    let app = TestApp::new().await;
    let tries = (1..=8).map(|n| {
        let client = staff(&app);
        async move {
            stock(&client, CARROTS, &format!("version=1&stock={n}"))
                .await
                .status
        }
    });
    let statuses = futures_util::future::join_all(tries).await;
    let made = statuses.iter().filter(|status| **status == 303).count();
    assert_eq!(made, 1, "{statuses:?}");
    assert!(
        statuses.iter().all(|status| [303, 412].contains(status)),
        "{statuses:?}"
    );
    assert_eq!(product(&app, CARROTS).await.version, 2);
    app.finish().await;
}
