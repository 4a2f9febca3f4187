//! The cart and the checkout as a browser goes through them, without script.
use serde_json::json;

use crate::support::{Answer, CUTOFF, Client, TestApp, ts};

/// Somebody with a browser: keeps the session that the first answer gives.
struct Browser {
    client: Client,
    cookie: Option<String>,
}

impl Browser {
    fn new(app: &TestApp) -> Self {
        Self {
            client: app.stranger(),
            cookie: None,
        }
    }

    fn client(&self) -> Client {
        match &self.cookie {
            Some(cookie) => self.client.clone().with("cookie", cookie),
            None => self.client.clone(),
        }
    }

    async fn get(&mut self, path: &str) -> Answer {
        let answer = self.client().get(path).await;
        self.keep(&answer);
        answer
    }

    async fn post(&mut self, path: &str, form: &str) -> Answer {
        let answer = self.client().post_form(path, form).await;
        self.keep(&answer);
        answer
    }

    fn keep(&mut self, answer: &Answer) {
        if let Some(cookie) = answer.headers.get("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        }
    }

    async fn add(&mut self, product: &str) {
        let answer = self
            .post("/cart", &format!("more={product}&back=/shop?q=a"))
            .await;
        assert_eq!(answer.status, 303, "{answer:?}");
        assert_eq!(answer.header("location"), format!("/shop?q=a#{product}"));
    }
}

/// The page without what keeps words on one line.
fn plain(answer: &Answer) -> String {
    answer.text().replace('\u{a0}', " ")
}

#[tokio::test]
async fn a_guest_buys_from_three_farms() {
    let app = TestApp::new().await;
    let mut guest = Browser::new(&app);
    for product in ["prd_frm_rosa_0", "prd_frm_ben_1", "prd_frm_cleo_0"] {
        guest.add(product).await;
    }
    guest.add("prd_frm_rosa_0").await;
    let cart = plain(&guest.get("/cart").await);
    assert!(
        cart.contains("3 products from 3 farms") && cart.contains("£7.20"),
        "{cart}"
    );
    // A step that is missing is gone to first.
    assert_eq!(
        guest.get("/checkout/confirm").await.header("location"),
        "/checkout"
    );
    assert_eq!(
        guest.get("/checkout/pickup").await.header("location"),
        "/checkout"
    );
    let wrong = guest.post("/checkout", "name=&email=nobody&phone=1").await;
    assert_eq!(wrong.status, 422);
    for id in ["#name", "#email", "#phone"] {
        assert!(wrong.text().contains(&format!("href=\"{id}\"")), "{id}");
    }
    assert!(
        wrong.text().contains("value=\"nobody\""),
        "what was typed is kept"
    );
    let details = guest
        .post("/checkout", "name=Ana+Lopez&email=Ana%40Example.org&phone=")
        .await;
    assert_eq!(details.header("location"), "/checkout/pickup");
    let pickup = plain(&guest.get("/checkout/pickup").await);
    assert!(
        pickup.contains(r#"Saturday 28 November, <span class="n">9:00–11:00</span>"#),
        "{pickup}"
    );
    let none = guest.post("/checkout/pickup", "window=win_two").await;
    assert_eq!(none.status, 422);
    let pickup = guest
        .post("/checkout/pickup", "window=win&note_frm_rosa=Mud+on")
        .await;
    assert_eq!(pickup.header("location"), "/checkout/confirm");
    let confirm = guest.get("/checkout/confirm").await;
    assert!(confirm.text().contains("Ana Lopez") && confirm.text().contains("£7.20"));
    let form = format!(
        "key={}&total={}",
        confirm.field("key"),
        confirm.field("total")
    );
    let placed = guest.post("/checkout/confirm", &form).await;
    assert_eq!(placed.status, 303, "{placed:?}");
    // The button pressed twice, and the page sent again later.
    for _ in 0..2 {
        let again = guest.post("/checkout/confirm", &form).await;
        assert_eq!(again.header("location"), placed.header("location"));
    }
    let thanks = guest.get(placed.header("location")).await;
    assert!(thanks.status == 200 && thanks.text().contains("Your order is placed"));
    let track = placed.header("location").replace("thanks", "track");
    let page = plain(&guest.get(&track).await);
    assert!(
        page.contains("rosa farm") && page.contains("ben farm") && page.contains("£7.20"),
        "{page}"
    );
    assert!(
        guest
            .get("/cart")
            .await
            .text()
            .contains("Nothing is in your cart yet.")
    );
    let rows = app.texts("SELECT customer_email FROM orders", &[]).await;
    assert_eq!(rows, ["ana@example.org"]);
    let notes = app
        .texts("SELECT note FROM farm_orders WHERE note IS NOT NULL", &[])
        .await;
    assert_eq!(notes, ["Mud on"]);
    assert_eq!(
        app.stranger().get(placed.header("location")).await.status,
        404
    );
    app.finish().await;
}

#[tokio::test]
async fn what_changed_meanwhile_is_named_before_it_is_ordered() {
    let app = TestApp::new().await;
    let mut guest = Browser::new(&app);
    guest.add("prd_frm_rosa_0").await;
    guest.add("prd_frm_rosa_0").await;
    guest
        .post("/checkout", "name=Ana&email=ana%40example.org")
        .await;
    guest.post("/checkout/pickup", "window=win").await;
    let confirm = guest.get("/checkout/confirm").await;
    let form = format!(
        "key={}&total={}",
        confirm.field("key"),
        confirm.field("total")
    );
    app.sql(
        "UPDATE products SET price_minor = 200, version = version + 1 WHERE id = 'prd_frm_rosa_0'",
        &[],
    )
    .await;
    let refused = guest.post("/checkout/confirm", &form).await;
    assert_eq!(refused.header("location"), "/cart", "{refused:?}");
    let cart = plain(&guest.get("/cart").await);
    assert!(cart.contains("Carrots is now £2.00, was £1.80."), "{cart}");
    guest.post("/cart/accept", "").await;
    assert!(!guest.get("/cart").await.text().contains("was £1.80"));
    let confirm = guest.get("/checkout/confirm").await;
    assert!(confirm.text().contains("£4.00"));
    app.sql(
        "UPDATE products SET stock_qty = 1000 WHERE id = 'prd_frm_rosa_0'",
        &[],
    )
    .await;
    let form = format!(
        "key={}&total={}",
        confirm.field("key"),
        confirm.field("total")
    );
    let short = guest.post("/checkout/confirm", &form).await;
    assert_eq!(short.status, 409, "{short:?}");
    assert!(
        short.text().contains("Only 1 of Carrots is left"),
        "{}",
        short.text()
    );
    assert!(
        plain(&short).contains("Only 1 bunch of Carrots is left"),
        "and on the cart's own line"
    );
    guest.post("/cart", "less=prd_frm_rosa_0&back=/cart").await;
    let confirm = guest.get("/checkout/confirm").await;
    let form = format!(
        "key={}&total={}",
        confirm.field("key"),
        confirm.field("total")
    );
    assert_eq!(guest.post("/checkout/confirm", &form).await.status, 303);
    assert_eq!(app.count("SELECT COUNT(*) FROM orders", &[]).await, 1);
    app.finish().await;
}

#[tokio::test]
async fn a_forged_sum_or_key_orders_nothing() {
    let app = TestApp::new().await;
    let mut guest = Browser::new(&app);
    guest.add("prd_frm_rosa_0").await;
    guest
        .post("/checkout", "name=Ana&email=ana%40example.org")
        .await;
    guest.post("/checkout/pickup", "window=win").await;
    let confirm = guest.get("/checkout/confirm").await;
    let (key, total) = (confirm.field("key"), confirm.field("total"));
    for form in [
        format!("key={key}&total=1"),
        format!("key=0&total={total}"),
        format!("key={key}&total=-1"),
    ] {
        let answer = guest.post("/checkout/confirm", &form).await;
        assert_eq!(answer.status, 409);
        assert!(
            answer.text().contains("The sum has changed"),
            "{}",
            answer.text()
        );
    }
    for form in ["more=prd_frm_rosa_two_0", "more=prd_unknown"] {
        assert_eq!(guest.post("/cart", form).await.status, 404);
    }
    assert_eq!(guest.post("/cart", "more=a&less=b").await.status, 422);
    let away = guest
        .post("/cart", "more=prd_frm_rosa_0&back=//evil.example")
        .await;
    assert_eq!(away.header("location"), "/cart#prd_frm_rosa_0");
    assert_eq!(app.count("SELECT COUNT(*) FROM orders", &[]).await, 0);
    app.finish().await;
}

#[tokio::test]
async fn a_cart_is_its_owners_alone_and_speaks_json_too() {
    let app = TestApp::new().await;
    let ana = app.customer("ana");
    let put = |client: Client, quantity: &'static str| async move {
        let body = json!({ "quantity": quantity }).to_string();
        client
            .json(
                axum::http::Method::PUT,
                "/api/cart/lines/prd_frm_rosa_0",
                body,
            )
            .await
    };
    let cart = put(ana.clone(), "3").await.ok();
    assert_eq!(
        (&cart["goods_minor"], &cart["lines"][0]["quantity"]),
        (&json!(540), &json!("3"))
    );
    assert_eq!(
        app.customer("carl").get("/api/cart").await.ok()["lines"],
        json!([])
    );
    assert_eq!(
        app.stranger().get("/api/cart").await.ok()["lines"],
        json!([])
    );
    put(ana.clone(), "0.5")
        .await
        .refused_field("quantity", "cart-wrong-step");
    put(ana.clone(), "1001")
        .await
        .refused_field("quantity", "cart-wrong-much");
    put(ana.clone(), "-1")
        .await
        .refused_field("quantity", "cart-wrong-none");
    put(ana.clone(), "x")
        .await
        .refused_field("quantity", "orders-place-number");
    assert_eq!(put(ana.clone(), "0").await.ok()["lines"], json!([]));
    assert_eq!(put(app.stranger(), "1").await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn the_shop_finds_what_is_looked_for() {
    let app = TestApp::new().await;
    let nobody = app.stranger();
    let shop = plain(&nobody.get("/shop").await);
    assert!(
        shop.contains("Order by <em class=\"n\">Friday 12:00</em> for Saturday 28 November"),
        "{shop}"
    );
    assert!(shop.contains("9 products"));
    let found = plain(&nobody.get("/shop?q=LEEK").await);
    assert!(found.contains("3 products") && !found.contains(">Carrots<"));
    assert!(
        nobody
            .get("/shop?q=rosa")
            .await
            .text()
            .contains("3 products"),
        "by farm"
    );
    assert!(
        nobody
            .get("/shop?q=%25")
            .await
            .text()
            .contains("Nothing here fits.")
    );
    assert!(
        nobody
            .get("/shop?q=%3Cscript%3E")
            .await
            .text()
            .contains("&#60;script&#62;")
    );
    assert!(
        nobody
            .get("/shop?category=root")
            .await
            .text()
            .contains("9 products")
    );
    assert!(nobody.get("/farms").await.text().contains("rosa farm"));
    assert!(nobody.get("/farms/rosa").await.text().contains("Carrots"));
    assert_eq!(nobody.get("/p/unknown").await.status, 404);
    app.sql(
        "UPDATE farms SET status = 'PAUSED', paused_reason = 'Back in May' WHERE id = 'frm_rosa'",
        &[],
    )
    .await;
    assert!(
        nobody
            .get("/farms/rosa")
            .await
            .text()
            .contains("Back in May")
    );
    assert_eq!(nobody.get("/p/carrots-rosa").await.status, 404);
    app.pass_until(ts(CUTOFF));
    let closed = plain(&nobody.get("/shop").await);
    assert!(
        closed.contains("The shop is closed") && !closed.contains("class=\"btn add"),
        "{closed}"
    );
    app.finish().await;
}

#[tokio::test]
async fn a_page_holds_so_many_and_the_next_one_the_others() {
    let app = TestApp::new().await;
    app.sql(
        "INSERT INTO products (id, market_id, farm_id, slug, name, category, unit, price_minor, priced_by, tax_bp, \
         created_at) SELECT p.id || f.id, p.market_id, p.farm_id, p.slug || f.slug, p.name || f.slug, 'leaf', 'bunch', 100, \
         'UNIT', 0, 1 FROM products p JOIN farms f ON f.market_id = p.market_id WHERE p.market_id = 'mkt_riverside'",
        &[],
    )
    .await;
    let mut path = "/shop".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = app.stranger().get(&path).await.text();
        assert!(page.contains("36 products"));
        seen.extend(
            page.split("<h3><a href=\"/p/")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap().to_owned()),
        );
        let Some(next) = page
            .split("<p class=\"pager\"><a class=\"btn\" href=\"")
            .nth(1)
        else {
            break;
        };
        path = next.split('"').next().unwrap().replace("&#38;", "&");
    }
    assert_eq!(seen.len(), 36);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 36, "none twice");
    app.finish().await;
}
