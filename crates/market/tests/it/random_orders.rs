//! Whatever customers and farms do, in whatever order: nothing is sold twice, nothing vanishes, and every sum adds up
//! to the cent. Some hundred random orders here; `cargo x orders` takes ten thousand (`MARKET_TEST_ORDERS`), and
//! `MARKET_TEST_SEED` repeats a run.
use std::collections::BTreeMap;

use axum::http::Method;
use market::{
    kernel::money::{Currency, Money},
    markets::known,
    pages::formats,
    words::Lang,
};
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

const FARMS: [&str; 3] = ["rosa", "ben", "cleo"];
const NAMES: [&str; 3] = ["Carrots", "Leeks", "Squash"];
/// Orders in one database, so that looking at all of it stays quick.
const ROUND: u64 = 25;
const USUAL: u64 = 150;

/// SplitMix64: the same numbers from the same seed on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 up to `below`, without it.
    fn roll(&mut self, below: u64) -> i64 {
        i64::try_from(self.next() % below).unwrap()
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[usize::try_from(self.next() % of.len() as u64).unwrap()]
    }
}

struct Product {
    id: String,
    initial: i64,
    price: i64,
    step: i64,
    tax_bp: i64,
}

struct Charges {
    tax_included: bool,
    goods_bp: i64,
    customer_pays: bool,
    order_minor: i64,
    farm_minor: i64,
}

struct World {
    app: TestApp,
    dice: Dice,
    charges: Charges,
    /// By farm and name.
    products: BTreeMap<(String, String), Product>,
    orders: Vec<String>,
    /// Says how to repeat what went wrong.
    told: String,
    /// What was answered, by kind of wish and status.
    answers: BTreeMap<(&'static str, u16), u64>,
}

fn half_up(over: i64, under: i64) -> i64 {
    (2 * over + under).div_euclid(2 * under)
}

fn decimal(thousandths: i64) -> String {
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long this test runs is not the product's to know"
)]
fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().expect(name))
}

impl World {
    async fn new(seed: u64, round: u64) -> Self {
        let app = TestApp::new().await;
        let mut dice = Dice(seed ^ round.wrapping_mul(0x0100_0000_01B3));
        let charges = Charges {
            tax_included: round.is_multiple_of(2),
            customer_pays: (round / 2).is_multiple_of(2),
            goods_bp: *dice.pick(&[0, 333, 1250, 9999]),
            order_minor: *dice.pick(&[0, 1, 75]),
            farm_minor: *dice.pick(&[0, 33]),
        };
        app.sql(
            "UPDATE markets SET tax_included = $1, fee_goods_bp = $2, fee_goods_payer = $3, fee_order_minor = $4, \
             fee_farm_minor = $5",
            &[
                &charges.tax_included,
                &charges.goods_bp,
                &(if charges.customer_pays { "CUSTOMER" } else { "FARM" }),
                &charges.order_minor,
                &charges.farm_minor,
            ],
        )
        .await;
        known::changed(&app.app).await.expect("markets");
        let places = 30 + dice.roll(30);
        app.sql("UPDATE windows SET capacity = $1", &[&places])
            .await;
        let mut products = BTreeMap::new();
        for farm in FARMS {
            for (nth, name) in NAMES.into_iter().enumerate() {
                let product = Product {
                    id: format!("prd_frm_{farm}_{nth}"),
                    initial: dice.roll(60_000),
                    price: 1 + dice.roll(2500),
                    step: if nth == 2 { 250 } else { 1000 },
                    tax_bp: *dice.pick(&[0, 500, 525, 2000]),
                };
                app.sql(
                    "UPDATE products SET stock_qty = $2, price_minor = $3, step_qty = $4, tax_bp = $5 WHERE id = $1",
                    &[&product.id, &product.initial, &product.price, &product.step, &product.tax_bp],
                )
                .await;
                products.insert((farm.to_owned(), name.to_owned()), product);
            }
        }
        let told = format!("MARKET_TEST_SEED={seed}, round {round}");
        Self {
            app,
            dice,
            charges,
            products,
            orders: Vec::new(),
            told,
            answers: BTreeMap::new(),
        }
    }

    fn noted(&mut self, wish: &'static str, answer: &Answer) {
        assert!(
            matches!(answer.status, 200 | 201 | 409 | 412 | 422),
            "{}: {wish}: {answer:?}",
            self.told
        );
        *self.answers.entry((wish, answer.status)).or_default() += 1;
    }

    async fn place(&mut self) {
        let mut wanted: BTreeMap<String, i64> = BTreeMap::new();
        for _ in 0..=self.dice.roll(6) {
            let all: Vec<&Product> = self.products.values().collect();
            let product = *self.dice.pick(&all);
            let quantity = product.step * (1 + self.dice.roll(4));
            wanted.insert(product.id.clone(), quantity);
        }
        let lines: Vec<Value> = wanted
            .iter()
            .map(|(id, quantity)| json!({ "product_id": id, "quantity": decimal(*quantity) }))
            .collect();
        let body = json!({ "lines": lines, "window_id": "win", "name": "Ana", "email": "ana@example.org" });
        let ana = self.app.customer("ana");
        let answer = ana
            .json(Method::POST, "/api/orders", body.to_string())
            .await;
        self.noted("place", &answer);
        if answer.status == 201 {
            let id = answer.value()["id"].as_str().unwrap().to_owned();
            self.orders.push(id);
        }
    }

    /// Somebody does something to one of the orders.
    async fn act(&mut self) {
        if self.orders.is_empty() {
            return;
        }
        let id = self.dice.pick(&self.orders).clone();
        let ana = self.app.customer("ana");
        let order = ana.order(&id).await.ok();
        let part = self
            .dice
            .pick(order["farm_orders"].as_array().unwrap())
            .clone();
        let part_id = part["id"].as_str().unwrap().to_owned();
        let farm = part["farm_id"].as_str().unwrap().trim_start_matches("frm_");
        let farmer = self.app.farmer(farm);
        let (wish, answer) = match self.dice.roll(9) {
            0 => ("cancel all", ana.cancel(&id, "CUSTOMER_REQUEST").await),
            1 => (
                "cancel part",
                ana.cancel(&part_id, "CUSTOMER_REQUEST").await,
            ),
            2 => {
                let reason = *self.dice.pick(&["FARM_DECLINED", "OUT_OF_STOCK", "OTHER"]);
                ("decline", farmer.cancel(&part_id, reason).await)
            }
            3..=5 => {
                let to = *self.dice.pick(&["CONFIRMED", "PREPARING", "READY"]);
                let step = farmer.put_status(&part_id, to).await;
                if step.status == 200 && self.dice.roll(2) == 0 {
                    self.noted("step", &step);
                    let version = ana.order(&id).await.ok()["version"].clone();
                    let body = json!({ "expected_version": version, "note": "By mistake" });
                    ("undo", farmer.undo(&part_id, body).await)
                } else {
                    ("step", step)
                }
            }
            _ => ("change", self.change(&order).await),
        };
        self.noted(wish, &answer);
        self.sums(&id).await;
    }

    async fn change(&mut self, order: &Value) -> Answer {
        let mut lines = Vec::new();
        for line in order["lines"].as_array().unwrap() {
            if self.dice.roll(2) == 0 {
                let step = if line["product"] == "Squash" {
                    250
                } else {
                    1000
                };
                let quantity = decimal(step * self.dice.roll(6));
                lines.push(json!({ "line_id": line["id"], "quantity": quantity }));
            }
        }
        let body = json!({ "expected_version": order["version"], "lines": lines });
        let path = format!("/api/orders/{}/lines", order["id"].as_str().unwrap());
        let ana = self.app.customer("ana");
        ana.json(Method::PUT, &path, body.to_string()).await
    }

    /// One order's lines, fees and total, worked out again from quantities and prices alone.
    async fn sums(&self, id: &str) {
        let told = &self.told;
        let ana = self.app.customer("ana");
        let order = ana.order(id).await.ok();
        let lines = order["lines"].as_array().unwrap();
        let mut whole = 0;
        let mut lives = false;
        for part in order["farm_orders"].as_array().unwrap() {
            if part["status"] == "CANCELLED" {
                continue;
            }
            lives = true;
            let farm = part["farm_id"].as_str().unwrap().trim_start_matches("frm_");
            let (mut goods, mut tax) = (0, 0);
            for line in lines
                .iter()
                .filter(|line| line["farm_order_id"] == part["id"])
            {
                let name = line["product"].as_str().unwrap().to_owned();
                let product = &self.products[&(farm.to_owned(), name)];
                let amount = half_up(product.price * line["ordered"].as_i64().unwrap(), 1000);
                assert_eq!(line["estimated_minor"], amount, "{told}: {id}: {line}");
                goods += amount;
                tax += half_up(amount * product.tax_bp, 10_000);
            }
            let mut of_farm = goods + self.charges.farm_minor;
            if !self.charges.tax_included {
                of_farm += tax;
            }
            if self.charges.customer_pays {
                of_farm += half_up(goods * self.charges.goods_bp, 10_000);
            }
            let written = self
                .app
                .count(
                    "SELECT CAST((SELECT COALESCE(SUM(estimated_minor), 0) FROM order_lines WHERE farm_order_id = $1) + \
                     (SELECT COALESCE(SUM(amount_minor), 0) FROM order_fees WHERE farm_order_id = $1 AND \
                     payer = 'CUSTOMER') AS BIGINT)",
                    &[&part["id"].as_str().unwrap()],
                )
                .await;
            assert_eq!(written, of_farm, "{told}: what {farm} of {id} costs");
            whole += of_farm;
        }
        if lives {
            whole += self.charges.order_minor;
            let fees = order["fees"].as_array().unwrap();
            let fees: i64 = fees
                .iter()
                .map(|fee| fee["amount_minor"].as_i64().unwrap())
                .sum();
            let goods: i64 = lines
                .iter()
                .filter(|line| {
                    let mut parts = order["farm_orders"].as_array().unwrap().iter();
                    parts.any(|part| {
                        part["id"] == line["farm_order_id"] && part["status"] != "CANCELLED"
                    })
                })
                .map(|line| line["estimated_minor"].as_i64().unwrap())
                .sum();
            assert_eq!(goods + fees, whole, "{told}: {id} adds up: {order}");
        } else {
            whole = 0;
        }
        let page = ana.get(&format!("/orders/{id}/track")).await.text();
        let shown = formats::money(Money::new(whole, Currency::Gbp), Lang::En.words());
        assert!(page.contains(&shown), "{told}: {id} shows {shown}: {page}");
    }

    /// Stock and places, over all orders.
    async fn counts(&self) {
        let read = self.app.read().await;
        // What a farm had none of is not given back.
        let found: Vec<(String, i64, i64)> = read
            .all(
                "SELECT p.id, p.stock_qty, CAST(COALESCE((SELECT SUM(l.ordered_qty) FROM order_lines l \
                 JOIN farm_orders f ON f.id = l.farm_order_id \
                 JOIN status_events e ON e.farm_order_id = f.id AND e.seq = f.last_seq \
                 WHERE l.product_id = p.id AND (f.status <> 'CANCELLED' OR \
                 e.reason IN ('FARM_DECLINED', 'OUT_OF_STOCK', 'WEATHER'))), 0) AS BIGINT) \
                 FROM products p WHERE p.market_id = 'mkt_riverside'",
                &[],
            )
            .await
            .expect("products");
        assert_eq!(found.len(), self.products.len());
        for (id, left, taken) in found {
            let mut all = self.products.values();
            let initial = all.find(|product| product.id == id).unwrap().initial;
            assert!(left >= 0, "{}: {id}", self.told);
            assert_eq!(left + taken, initial, "{}: {id}", self.told);
        }
        let window: Option<(i64, i64, i64)> = read
            .one(
                "SELECT taken, capacity, (SELECT COUNT(*) FROM orders o WHERE o.window_id = 'win' AND \
                 o.status <> 'CANCELLED') FROM windows WHERE id = 'win'",
                &[],
            )
            .await
            .expect("a window");
        let (taken, capacity, live) = window.unwrap();
        assert_eq!(taken, live, "{}", self.told);
        assert!(taken <= capacity, "{}", self.told);
    }
}

#[tokio::test]
async fn stock_places_sums_and_history_stay_one_whatever_is_done() {
    let seed = number("MARKET_TEST_SEED", 20_261_124);
    let wanted = number("MARKET_TEST_ORDERS", USUAL);
    let mut answers: BTreeMap<(&'static str, u16), u64> = BTreeMap::new();
    for round in 0..wanted.div_ceil(ROUND) {
        let mut world = World::new(seed, round).await;
        for _ in 0..ROUND {
            // Nobody asks so often: the minute's limit is not what is tested here.
            world.app.pass(std::time::Duration::from_secs(20));
            world.place().await;
            if let Some(last) = world.orders.last() {
                world.sums(last).await;
            }
            world.counts().await;
            for _ in 0..world.dice.roll(4) {
                world.act().await;
                world.counts().await;
            }
        }
        for ((wish, status), times) in world.answers {
            *answers.entry((wish, status)).or_default() += times;
        }
        world.app.finish().await;
    }
    // A test of refusals only would prove nothing.
    for (wish, status) in [
        ("place", 201),
        ("place", 409),
        ("cancel all", 200),
        ("cancel part", 200),
        ("decline", 200),
        ("step", 200),
        ("undo", 200),
        ("change", 200),
        ("change", 409),
    ] {
        assert!(
            answers.contains_key(&(wish, status)),
            "no {wish} {status}: {answers:?}"
        );
    }
}
