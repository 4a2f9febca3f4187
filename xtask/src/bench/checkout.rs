//! Guests who buy: each order is every request that a browser without script makes for it, on a connection kept alive.
//! The client is the small one of this crate, because it shares its cores with the server.

use super::drive::Figures;
use super::table::{Bar, Row};
use super::{Bench, CONNECTIONS, WARM};
use crate::database::Database;
use crate::http::{Answer, Client, browse};
use crate::process::{Result, block_on};
use crate::server::Market;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// What `market demo --load-test` prepares: `prd_checkout_00` and so on, each farm's every fourth, and their windows.
const PRODUCTS: u32 = 40;
const FARMS: u32 = 4;
const WINDOWS: u32 = 8;

/// How guests go about it.
#[derive(Clone, Copy)]
struct Manner {
    /// How many windows they choose from.
    windows: u32,
    /// Every page is looked at that a browser is led to, not only the ones that are needed.
    looks: bool,
}

/// With workers paused and running; then all of them in one window, and by way of every page.
pub fn measure(bench: &Bench, rows: &mut Vec<Row>) -> Result {
    let next = Arc::new(AtomicU32::new(1));
    let every = Manner {
        windows: WINDOWS,
        looks: false,
    };
    let hot = Manner {
        windows: 1,
        ..every
    };
    let looking = Manner {
        looks: true,
        ..every
    };
    for (what, manner, workers, gated) in [
        ("order, workers paused", every, false, true),
        ("order, one hot window", hot, false, false),
        ("order, every page seen", looking, false, false),
        ("order, workers running", every, true, true),
    ] {
        let market = bench.start(workers)?;
        let run = |time| {
            let ran = block_on(run(&market, CONNECTIONS, time, manner, &next));
            bench.told(ran)
        };
        run(WARM)?;
        let before = ordered(&bench.world.database)?;
        let (figures, requests) = run(bench.time)?;
        let after = ordered(&bench.world.database)?;
        market.stop()?;
        let more = (after.0 - before.0, after.1 - before.1);
        let done = i64::try_from(figures.done)?;
        if more != (done, done) {
            return Err(format!(
                "{done} orders were answered, yet (orders, places taken) grew by {more:?}"
            )
            .into());
        }
        rows.push(Row {
            engine: bench.engine,
            what,
            figures,
            bars: gated
                .then(|| Bar::at(bench.bars.checkout))
                .into_iter()
                .collect(),
            beside: Vec::new(),
            note: format!("{requests} requests an order"),
        });
    }
    Ok(())
}

/// The orders of the bench's guests, and the places they have in its windows.
fn ordered(database: &Database) -> Result<(i64, i64)> {
    let orders = database.count(
        "SELECT COUNT(*) FROM orders WHERE customer_email LIKE 'guest%@bench.example.org'",
    )?;
    let taken = database
        .count("SELECT CAST(SUM(taken) AS BIGINT) FROM windows WHERE id LIKE 'win_checkout_%'")?;
    Ok((orders, taken))
}

/// Whole checkouts, and how many requests each of them was.
async fn run(
    market: &Market,
    connections: u32,
    time: Duration,
    manner: Manner,
    next: &Arc<AtomicU32>,
) -> Result<(Figures, u32)> {
    let mut guests = JoinSet::new();
    let start = Instant::now();
    for _ in 0..connections {
        let (host, next) = (market.host.clone(), next.clone());
        guests.spawn(async move { one_after_another(&host, start + time, manner, &next).await });
    }
    let mut times = Vec::new();
    let mut requests = None;
    while let Some(ended) = guests.join_next().await {
        for (micros, sent) in ended?? {
            times.push(micros);
            if *requests.get_or_insert(sent) != sent {
                return Err("one order took more requests than another".into());
            }
        }
    }
    let requests = requests.ok_or("nothing was measured: no order was finished in time")?;
    Ok((Figures::new(start.elapsed(), times), requests))
}

async fn one_after_another(
    host: &str,
    until: Instant,
    manner: Manner,
    next: &AtomicU32,
) -> Result<Vec<(u32, u32)>> {
    let mut client = Client::connect(host).await?;
    let mut orders = Vec::new();
    while Instant::now() < until {
        let nth = next.fetch_add(1, Ordering::Relaxed);
        let since = Instant::now();
        let mut guest = Guest {
            client: &mut client,
            host,
            cookie: String::new(),
            looks: manner.looks,
            requests: 0,
        };
        guest.buy(nth, nth % manner.windows).await?;
        let micros = u32::try_from(since.elapsed().as_micros()).unwrap_or(u32::MAX);
        orders.push((micros, guest.requests));
    }
    Ok(orders)
}

/// A browser that nobody has used before.
struct Guest<'a> {
    client: &'a mut Client,
    host: &'a str,
    cookie: String,
    looks: bool,
    requests: u32,
}

impl Guest<'_> {
    async fn buy(&mut self, nth: u32, window: u32) -> Result {
        if self.looks {
            self.open("/shop").await?;
        }
        // Neighbours are of different farms.
        let first = nth.wrapping_mul(7) % PRODUCTS;
        let products = [first, first + 1, first + 2].map(|n| n % PRODUCTS);
        for product in products {
            let form = format!("more=prd_checkout_{product:02}&back=%2Fshop");
            self.post("/cart", &form, "/shop").await?;
        }
        if self.looks {
            self.open("/cart").await?;
            self.open("/checkout").await?;
        }
        let details = format!("name=Bench+Guest&email=guest{nth}%40bench.example.org&phone=");
        self.post("/checkout", &details, "/checkout/pickup").await?;
        // A browser sends the fields that were left empty, too.
        let notes = products.map(|product| format!("&note_frm_checkout-{}=", product % FARMS));
        let pickup = format!("window=win_checkout_{window}{}", notes.concat());
        self.post("/checkout/pickup", &pickup, "").await?;
        let page = self.open("/checkout/confirm").await?;
        let (key, total) = page
            .field("key")
            .zip(page.field("total"))
            .ok_or_else(|| format!("no form to confirm: {}", page.words()))?;
        let yes = format!("key={key}&total={total}");
        self.post("/checkout/confirm", &yes, "/orders/").await
    }

    async fn open(&mut self, path: &str) -> Result<Answer> {
        let answer = self.send(path, None).await?;
        if answer.status == 200 {
            Ok(answer)
        } else {
            Err(format!("unexpected answer to GET {path}: {}", answer.words()).into())
        }
    }

    /// Presses a form's button; is led to a path that begins with `to`, and looks at it unless `to` says nothing.
    async fn post(&mut self, path: &str, form: &str, to: &str) -> Result {
        let answer = self.send(path, Some(form)).await?;
        let led = answer
            .header("location")
            .filter(|led| answer.status == 303 && led.starts_with(to));
        let led =
            led.ok_or_else(|| format!("unexpected answer to POST {path}: {}", answer.words()))?;
        if let Some(cookie) = answer.cookie() {
            cookie.clone_into(&mut self.cookie);
        }
        if self.looks && !to.is_empty() {
            let page = led.split('#').next().unwrap_or(led).to_owned();
            self.open(&page).await?;
        }
        Ok(())
    }

    async fn send(&mut self, path: &str, form: Option<&str>) -> Result<Answer> {
        self.requests += 1;
        let request = browse(self.host, path, &self.cookie, form);
        Ok(self.client.send(&request).await?)
    }
}
