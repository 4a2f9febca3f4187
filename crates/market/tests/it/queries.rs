//! How many statements a page sends does not depend on how much there is: every GET route is opened in a market of a
//! few rows and in one of many, and the numbers are the same and small. The list of routes is the sweep's, so that a
//! page without a row here fails.
use std::collections::BTreeSet;

use db::Sent;
use market::{
    accounts::{
        model::{Scope, User},
        store::{self as accounts, NewToken},
        team::store::{self as team, NewInvitation},
    },
    farms::{
        self,
        model::{Farm, FarmStatus},
    },
    kernel::{
        ids::{
            DayId, FarmId, InvitationId, NoticeId, OrderId, PlaceId, ProductId, TokenId, UserId,
            WindowId,
        },
        role::Role,
    },
    markets::store::{self as markets, NewDay, NewPlace, NewWindow},
    notices::{
        model::{Args, Channel, Kind, Notice, State},
        store as notices,
    },
    orders::model::{Status, Window},
    products::{self, model::Product},
};

use serde_json::json;

use crate::{
    support::{Answer, Client, FARMS, TestApp, TestOrder, ts, user_id},
    sweep,
};

/// Route, who opens it, what is answered, and how many statements that takes, the caller's session among them.
#[rustfmt::skip]
const PAGES: &[(&str, &str, u16, u64)] = &[
    ("/",                          "ana",           200, 8),
    ("/login",                     "nobody",        200, 0),
    ("/login/link/{token}",        "nobody",        200, 1),
    ("/signup",                    "nobody",        200, 0),
    ("/signup/{token}",            "nobody",        200, 1),
    ("/reset",                     "nobody",        200, 0),
    ("/reset/{token}",             "nobody",        200, 1),
    ("/account",                   "ana",           200, 3),
    ("/account/email/{token}",     "ana",           200, 2),
    ("/account/tokens",            "ana",           200, 4),
    ("/farm/team",                 "rosa",          200, 4),
    ("/invite/{token}",            "nobody",        200, 3),
    ("/orders",                    "ana",           200, 2),
    ("/t/{token}",                 "ana",           303, 3),
    ("/c/{code}",                  "ana",           303, 3),
    ("/C/{code}",                  "ana",           303, 3),
    ("/track",                     "ana",           200, 1),
    ("/orders/{id}/track",         "ana",           200, 3),
    ("/orders/{id}/events",        "ana",           200, 5),
    ("/api/orders",                "token of rosa", 200, 2),
    ("/api/orders/{id}",           "token of rosa", 200, 4),
    ("/api/products",              "token of rosa", 200, 2),
    ("/api/products/{id}",         "token of rosa", 200, 3),
    ("/farm/board",                "rosa",          200, 5),
    ("/farm/board/events",         "rosa",          200, 9),
    ("/shop",                      "ana",           200, 7),
    ("/p/{slug}",                  "ana",           200, 6),
    ("/farms",                     "ana",           200, 2),
    ("/farms/{slug}",              "ana",           200, 7),
    ("/cart",                      "ana",           200, 5),
    ("/checkout",                  "ana",           200, 5),
    ("/checkout/pickup",           "ana",           200, 5),
    ("/checkout/confirm",          "ana",           200, 5),
    ("/orders/{id}/thanks",        "ana",           200, 2),
    ("/api/windows",               "ana",           200, 2),
    ("/orders/{id}/change",        "ana",           200, 3),
    ("/farm/late",                 "rosa",          200, 5),
    ("/farm/products",             "rosa",          200, 3),
    ("/farm/products/new",         "rosa",          200, 3),
    ("/farm/products/{id}",        "rosa",          200, 3),
    ("/farm/settings",             "rosa",          200, 2),
    ("/farms/new",                 "ana",           200, 2),
    ("/farm/checkin",               "rosa",         200, 4),
    ("/farm/checkin/events",        "rosa",         200, 6),
    ("/farm/harvest",               "rosa",         200, 5),
    ("/farm/harvest.csv",           "rosa",         200, 5),
    ("/farm/labels",                "rosa",         200, 5),
    ("/farm/more",                  "rosa",         200, 3),
    ("/farm/orders/{id}",           "rosa",         200, 9),
    ("/farm/orders/{id}/short",     "rosa",         200, 9),
    ("/farm/products.csv",          "rosa",         200, 3),
    ("/farm/products/import",       "rosa",         200, 2),
    ("/farm/slips",                 "rosa",         200, 5),
    ("/market",                     "manager",      200, 8),
    ("/market/audit",               "manager",      200, 3),
    ("/market/audit.csv",           "manager",      200, 3),
    ("/market/events",              "manager",      200, 8),
    ("/market/orders",              "manager",      200, 7),
    ("/market/orders.csv",          "manager",      200, 2),
    ("/market/users",               "manager",      200, 2),
    ("/market/farms",              "manager",       200, 3),
    ("/market/days",               "manager",       200, 5),
    ("/market/days/new",           "manager",       200, 2),
    ("/market/days/{id}",          "manager",       200, 4),
    ("/market/places",             "manager",       200, 2),
    ("/market/places/new",         "manager",       200, 1),
    ("/market/places/{id}",        "manager",       200, 2),
    ("/market/settings",           "manager",       200, 2),
    ("/market/mails",              "manager",       200, 1),
    ("/market/mails/{name}",       "manager",       200, 1),
    ("/market/mails/{name}/html",  "manager",       200, 1),
    ("/setup",                     "ana",           303, 1),
    ("/setup/done",                "manager",       200, 1),
    ("/setup/{token}",             "nobody",        404, 2),
    ("/notifications",             "ana",           200, 3),
    ("/notifications/events",      "ana",           200, 2),
    ("/offline",                   "ana",           200, 1),
    ("/sw.js",                     "nobody",        200, 0),
    ("/manifest.webmanifest",      "nobody",        200, 0),
    ("/assets/{file}",             "nobody",        200, 0),
    ("/dev/components",            "ana",           404, 1),
    ("/developers",                "ana",           200, 1),
    ("/api/openapi.json",          "nobody",        200, 0),
    ("/livez",                     "nobody",        200, 0),
    ("/readyz",                    "nobody",        200, 1),
    // What others see of the same pages.
    ("/shop",                      "nobody",        200, 3),
    ("/farms/{slug}",              "nobody",        200, 3),
    ("/cart",                      "nobody",        200, 1),
    ("/orders",                    "manager",       200, 2),
    ("/orders/{id}/track",         "rosa",          200, 3),
    ("/orders/{id}/track",         "manager",       200, 3),
    ("/orders/{id}/events",        "rosa",          200, 5),
    ("/api/orders",                "ana",           200, 2),
    ("/api/orders",                "token of manager", 200, 2),
    ("/api/orders/{id}",           "ana",           200, 4),
    ("/api/cart",                  "ana",           200, 5),
    ("/farm/board",                "manager",       200, 6),
    ("/farm/board/events",         "manager",       200, 11),
    ("/farm/products",             "manager",       200, 3),
    ("/farm/settings",             "manager",       200, 2),
    ("/farm/team",                 "manager",       200, 4),
    ("/account/tokens",            "rosa",          200, 4),
    ("/notifications",             "rosa",          200, 3),
    ("/notifications",             "manager",       200, 3),
];

/// Pages that list: with many rows they are longer, for whoever stands first in the table.
const LISTS: &[&str] = &[
    "/account/tokens",
    "/api/cart",
    "/api/orders",
    "/api/products",
    "/api/windows",
    "/cart",
    "/checkout/confirm",
    "/checkout/pickup",
    "/farm/board",
    "/farm/products",
    "/farm/team",
    "/farms",
    "/farms/{slug}",
    "/market/days",
    "/market/farms",
    "/market/places",
    "/notifications",
    "/orders",
    "/orders/{id}/track",
    "/shop",
];

/// What is changed, who changes it, and what that takes: statements, of them so many for each line and for each farm of
/// the order, and transactions that write.
struct Change {
    what: &'static str,
    who: &'static str,
    status: u16,
    most: u64,
    line: u64,
    farm: u64,
    writes: u64,
}

const fn change(what: &'static str, who: &'static str, status: u16, most: u64) -> Change {
    Change {
        what,
        who,
        status,
        most,
        line: 0,
        farm: 0,
        writes: 1,
    }
}

/// In this order: the cart is on its way to an order.
const CHANGES: &[Change] = &[
    change("POST /cart", "nobody", 303, 4),
    change("POST /cart", "ana", 303, 7),
    change("PUT /api/cart/lines/{id}", "ana", 200, 11),
    change("POST /cart/accept", "ana", 303, 4),
    change("POST /checkout", "ana", 303, 4),
    change("POST /checkout/pickup", "ana", 303, 8),
    Change {
        line: 3,
        farm: 3,
        ..change("POST /checkout/confirm", "ana", 303, 15)
    },
    Change {
        line: 3,
        farm: 3,
        ..change("POST /api/orders", "carl", 201, 7)
    },
    change("POST /farm/board", "rosa", 303, 10),
    change("PUT /api/orders/{id}/status", "token of rosa", 200, 6),
    change("POST /orders/{id}/cancel", "ana", 303, 15),
    change("POST /notifications/read", "ana", 303, 4),
    change("PUT /api/products/{id}/stock", "token of rosa", 200, 5),
    change("POST /farm/late", "rosa", 303, 20),
    change("POST /farm/products/new", "rosa", 303, 10),
    change("POST /farm/settings", "rosa", 303, 8),
    change("POST /market/farms/{id}", "manager", 303, 7),
    change("POST /market/days/{id}", "manager", 303, 12),
    change("POST /market/days/{id}/status", "manager", 303, 6),
    change("POST /farm/team", "rosa", 303, 8),
    change("POST /account/tokens", "ana", 200, 11),
];

/// How much there is.
struct Size {
    products: usize,
    farms: usize,
    people: usize,
    days: usize,
    windows: usize,
    orders: usize,
    lines: usize,
}

const FEW: Size = Size {
    products: 10,
    farms: 1,
    people: 1,
    days: 1,
    windows: 1,
    orders: 3,
    lines: 2,
};
const MANY: Size = Size {
    products: 1000,
    farms: 40,
    people: 30,
    days: 20,
    windows: 8,
    orders: 300,
    lines: 20,
};

/// One market with so many rows, and the links that its people were mailed.
struct World {
    app: TestApp,
    order: TestOrder,
    lines: usize,
    sent: u8,
}

impl World {
    async fn new(size: &Size) -> Self {
        let app = TestApp::new().await;
        grow(&app, size).await;
        // The order that is looked at, among many of the same customer, farm and day.
        let order = orders(&app, size).await;
        tell(&app, size).await;
        links(&app).await;
        // Streams say what they have and end.
        app.stop();
        let world = Self {
            app,
            order,
            lines: size.lines,
            sent: 0,
        };
        world.fill("ana").await;
        world
    }

    fn client(&mut self, name: &str) -> Client {
        self.sent += 1;
        let here = self.app.here();
        let client = match name {
            "nobody" => here.stranger(),
            name => match name.strip_prefix("token of ") {
                Some(name) => here.by_token(name),
                None => here.by_session(name),
            },
        };
        client.from(([198, 51, 100, self.sent], 1).into())
    }

    /// What the database was asked while that was answered. No worker runs in a test.
    async fn during(&self, answer: impl Future<Output = Answer>) -> (Answer, Sent) {
        let before = self.app.app.db.sent();
        let answer = answer.await;
        (answer, self.app.app.db.sent().since(before))
    }

    async fn change(&mut self, change: &Change) -> (Answer, Sent) {
        let client = self.client(change.who);
        let (method, route) = change.what.split_once(' ').unwrap();
        let body = match route {
            // One more of what is there already.
            "/cart" => format!("more={}&back=/cart", product(0)),
            "/checkout" | "/checkout/pickup" => {
                let step = DETAILS.iter().find(|step| step.0 == route);
                step.unwrap().1.to_owned()
            }
            "/checkout/confirm" => {
                let page = client.get(route).await;
                format!("key={}&total={}", page.field("key"), page.field("total"))
            }
            "/api/orders" => {
                let line = |id: String| json!({ "product_id": id, "quantity": "1" });
                let lines: Vec<_> = (0..self.lines).map(|nth| line(product(nth))).collect();
                json!({ "lines": lines, "window_id": "win", "name": "Carl", "email": "carl@example.org" })
                    .to_string()
            }
            "/orders/{id}/cancel" => "version=4".to_owned(),
            "/api/orders/{id}/status" => "{\"status\":\"READY\"}".to_owned(),
            // Settings and day were changed just before.
            "/market/farms/{id}" | "/market/days/{id}/status" => {
                sweep::body(route, &self.order).replace("version=1", "version=2")
            }
            _ => sweep::body(route, &self.order),
        };
        let path = self.path(route);
        self.during(sweep::send(&client, method, &path, &body))
            .await
    }

    fn farms(&self) -> u64 {
        self.lines.min(FARMS.len()) as u64
    }

    async fn open(&mut self, route: &str, name: &str) -> (Answer, Sent) {
        let client = self.client(name);
        let path = self.path(route);
        self.during(client.get(&path)).await
    }

    fn path(&self, route: &str) -> String {
        let mailed = |email: &str| self.app.mailed(email);
        match route {
            "/login/link/{token}" => mailed("carl@example.org"),
            "/signup/{token}" => mailed("una@example.org"),
            "/reset/{token}" => mailed("ben@example.org"),
            "/account/email/{token}" => mailed("anas-new@example.org"),
            "/invite/{token}" => mailed("ivy@example.org"),
            "/api/cart/lines/{id}" => route.replace("{id}", &product(0)),
            // The one that is looked at has gone too far.
            "/orders/{id}/cancel" => "/orders/ord_0000/cancel".to_owned(),
            "/farm/orders/{id}/short" => {
                let part = self.order.part("rosa");
                format!("/farm/orders/{part}/short?line=lin_{part}_0&got=1")
            }
            _ => sweep::path(&self.app, route, &self.order),
        }
    }

    /// Somebody's cart, on the way to an order.
    async fn fill(&self, name: &str) {
        let client = self.app.here().by_session(name);
        for nth in 0..self.lines {
            let form = format!("more={}&back=/cart", product(nth));
            let answer = client.post_form("/cart", &form).await;
            assert_eq!(answer.status, 303, "{answer:?}");
        }
        for (path, form) in DETAILS {
            let answer = client.post_form(path, form).await;
            assert_eq!(answer.status, 303, "{answer:?}");
        }
    }
}

const DETAILS: [(&str, &str); 2] = [
    ("/checkout", "name=Ana&email=ana@example.org"),
    ("/checkout/pickup", "window=win"),
];

/// The products that carts and orders hold, of one farm after the other.
fn product(nth: usize) -> String {
    format!("prd_more_{}_{nth}", FARMS[nth % FARMS.len()])
}

/// Farms with people and products, days with windows, tokens: with what is there already, as many as `size` says.
async fn grow(app: &TestApp, size: &Size) {
    let market = app.market();
    let now = app.now();
    let tx = app.app.db.write().await.unwrap();
    for nth in 0..size.farms {
        let id = FarmId::new(format!("frm_more_{nth}"));
        let name = format!("Farm {nth}");
        let status = [FarmStatus::Approved, FarmStatus::Applied][nth % 2];
        let farm = Farm::new(id, &format!("farm-{nth}"), &name, status);
        farms::store::insert(&tx, &market.id, &farm, now)
            .await
            .unwrap();
    }
    // Nine are there; the lines of the carts have products of their own.
    for nth in 0..(size.products - 9).max(size.lines) {
        let farm = FARMS[nth % FARMS.len()];
        let id = ProductId::new(product(nth));
        let farm_id = FarmId::new(format!("frm_{farm}"));
        let name = format!("Beans {nth}");
        let mut product = Product::plain(id, farm_id, &name, "leaf", "kg", 240);
        product.stock = Some(market::kernel::qty::Qty::thousandths(900_000));
        products::store::insert(&tx, &market.id, &product, farm, now)
            .await
            .unwrap();
    }
    let rosa = FarmId::new("frm_rosa");
    for nth in 0..size.people {
        let user = User {
            id: UserId::new(format!("usr_more_{nth}")),
            email: format!("more{nth}@example.org"),
            name: format!("More {nth}"),
        };
        accounts::insert_user(&tx, &user, now).await.unwrap();
        accounts::insert_membership(&tx, &user.id, &market.id, Role::FarmStaff, Some(&rosa))
            .await
            .unwrap();
        let invitation = NewInvitation {
            id: &InvitationId::new(format!("inv_more_{nth}")),
            market: &market.id,
            farm: &rosa,
            email: &format!("invited{nth}@example.org"),
            role: Role::FarmStaff,
            invited_by: &user_id("rosa", ""),
            hash: &format!("hash {nth}"),
            now,
            expires_at: ts("2026-12-01T10:00:00Z"),
        };
        team::insert_invitation(&tx, &invitation).await.unwrap();
        let token = NewToken {
            id: &TokenId::new(format!("tok_more_{nth}")),
            market: &market.id,
            user: &user_id("ana", ""),
            farm: None,
            name: "Till",
            hash: &format!("token {nth}"),
            scopes: &Scope::ALL,
            now,
            expires_at: ts("2026-12-01T10:00:00Z"),
        };
        accounts::insert_token(&tx, &token).await.unwrap();
    }
    for nth in 0..size.days {
        let place = NewPlace {
            id: &PlaceId::new(format!("plc_more_{nth}")),
            market: &market.id,
            name: &format!("Square {nth}"),
            address: "Mill Lane 1",
            access: None,
            map_url: None,
        };
        markets::insert_place(&tx, &place).await.unwrap();
        let date = format!("2026-12-{:02}", nth + 3);
        let day = NewDay {
            id: &DayId::new(format!("day_more_{nth}")),
            market: &market.id,
            date: &date,
            opens_at: ts("2026-11-23T08:00:00Z"),
            cutoff_at: ts(&format!("{date}T06:00:00Z")),
            ends_at: ts(&format!("{date}T18:00:00Z")),
        };
        markets::insert_day(&tx, &day).await.unwrap();
        windows(&tx, market, &day, place.id, size.windows).await;
    }
    // More windows on the day that orders are for, too.
    let day = NewDay {
        id: &DayId::new("day"),
        market: &market.id,
        date: "2026-11-28",
        opens_at: ts("2026-11-23T08:00:00Z"),
        cutoff_at: ts(crate::support::CUTOFF),
        ends_at: ts(crate::support::WINDOW_ENDS),
    };
    windows(&tx, market, &day, &PlaceId::new("plc"), size.windows - 1).await;
    tx.commit().await.unwrap();
}

async fn windows(
    tx: &db::Write,
    market: &market::markets::model::Market,
    day: &NewDay<'_>,
    place: &PlaceId,
    count: usize,
) {
    for nth in 0..count {
        let from = format!("{:02}:00", nth + 9);
        let to = format!("{:02}:00", nth + 10);
        let window = Window {
            id: WindowId::new(format!("win_more_{}_{nth}", day.id)),
            date: day.date.to_owned(),
            starts_at: ts(&format!("{}T{from}:00Z", day.date)),
            ends_at: ts(&format!("{}T{to}:00Z", day.date)),
            starts: from,
            ends: to,
        };
        let new = NewWindow {
            market: &market.id,
            day: day.id,
            place,
            window: &window,
            capacity: 1000,
        };
        markets::insert_window(tx, &new).await.unwrap();
    }
}

/// So many orders of one customer at one farm, and one more, which has more of everything where there are many.
async fn orders(app: &TestApp, size: &Size) -> TestOrder {
    let few = size.orders == FEW.orders;
    for nth in 0..size.orders {
        let at = [Status::Confirmed, Status::Ready, Status::Pending][nth % 3];
        app.order().farms(["rosa", "ben"]).at(at).place().await;
    }
    let order = app.order().id("ord_seen").by("ana");
    if few {
        return order.place().await;
    }
    let order = order.farms(FARMS).with("ben", Status::Ready);
    order.unweighed("cleo").place().await
}

/// Notices: one of each order for the customer, for the farmer and for the manager.
async fn tell(app: &TestApp, size: &Size) {
    let tx = app.app.db.write().await.unwrap();
    for nth in 0..size.orders {
        for (person, kind) in [
            ("ana", Kind::Confirmed),
            ("rosa", Kind::FarmNew),
            ("manager", Kind::ManagerMissed),
        ] {
            let order = format!("ord_{nth:04}");
            let event = format!("evt_seed_{order}_rosa_1");
            let notice = Notice {
                id: NoticeId::new(format!("ntc_more_{person}_{nth}")),
                market: app.market().id.clone(),
                farm: (kind == Kind::FarmNew).then(|| FarmId::new("frm_rosa")),
                kind,
                event: event.clone(),
                person: user_id(person, "").to_string(),
                channel: Channel::InApp,
                name: person.to_owned(),
                address: None,
                lang: "en".to_owned(),
                args: Args {
                    code: format!("FM-{nth:06}"),
                    farms: vec!["rosa farm".to_owned()],
                    events: vec![event],
                    ..Args::default()
                },
                order: OrderId::new(order),
                state: State::Accepted,
                attempts: 0,
                created_at: app.now(),
                read_at: None,
            };
            assert!(notices::insert(&tx, &notice).await.unwrap());
        }
    }
    tx.commit().await.unwrap();
}

/// The mails whose links are opened, each asked for as anybody would.
async fn links(app: &TestApp) {
    for (name, path, form) in [
        ("", "/login", "email=carl@example.org"),
        (
            "",
            "/signup",
            "name=Una&email=una@example.org&password=violet+horse",
        ),
        ("", "/reset", "email=ben@example.org"),
        ("ana", "/account/email", "email=anas-new@example.org"),
        (
            "rosa",
            "/farm/team",
            "farm=rosa&email=ivy@example.org&role=FARM_STAFF",
        ),
    ] {
        let client = match name {
            "" => app.stranger(),
            name => app.customer(name),
        };
        let answer = client.post_form(path, form).await;
        assert!(answer.status < 400, "{answer:?}");
    }
    app.run_jobs().await;
}

#[test]
fn every_page_has_a_row() {
    let declared: BTreeSet<&str> = sweep::DECLARED
        .iter()
        .filter(|row| row.0 == "GET")
        .map(|row| row.1)
        .collect();
    let here: BTreeSet<&str> = PAGES.iter().map(|row| row.0).collect();
    let missing: Vec<_> = declared.difference(&here).collect();
    let gone: Vec<_> = here.difference(&declared).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "without a row: {missing:?}; no page any more: {gone:?}"
    );
}

#[tokio::test]
async fn a_page_sends_as_many_statements_for_a_thousand_products_as_for_ten() {
    let (mut few, mut many) = (World::new(&FEW).await, World::new(&MANY).await);
    let mut wrong = Vec::new();
    for &(route, name, status, most) in PAGES {
        let (small, small_sent) = few.open(route, name).await;
        let (large, large_sent) = many.open(route, name).await;
        let statuses = (small.status, large.status);
        if statuses != (status, status) || small_sent != large_sent || small_sent.statements != most
        {
            wrong.push(format!(
                "GET {route} as {name}, {status}, {most} statements: {statuses:?}, {small_sent:?} of few rows, \
                 {large_sent:?} of many"
            ));
        }
        let first = PAGES.iter().find(|row| row.0 == route).map(|row| row.1);
        let longer = large.body.len() > small.body.len() + 500;
        if LISTS.contains(&route) && first == Some(name) && !longer {
            wrong.push(format!("GET {route} as {name} lists no more of many"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    few.app.finish().await;
    many.app.finish().await;
}

#[tokio::test]
async fn a_change_costs_by_its_lines_and_farms_and_by_nothing_else() {
    let (mut few, mut many) = (World::new(&FEW).await, World::new(&MANY).await);
    let mut wrong = Vec::new();
    for change in CHANGES {
        let mut got = Vec::new();
        for world in [&mut few, &mut many] {
            let by_size = change.line * world.lines as u64 + change.farm * world.farms();
            let (answer, sent) = world.change(change).await;
            assert_eq!(answer.status, change.status, "{answer:?}");
            let fixed = sent.statements.checked_sub(by_size);
            got.push((fixed, sent.writes, sent));
        }
        let (fixed, writes, _) = got[0];
        let same = got.iter().all(|one| one.0 == fixed && one.1 == writes);
        if !same || fixed.is_none_or(|fixed| fixed > change.most) || writes != change.writes {
            wrong.push(format!("{} as {}: {got:?}", change.what, change.who));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    few.app.finish().await;
    many.app.finish().await;
}
