//! Placing an order. Stock and the window's place are taken by conditional updates, products in the order of their ids,
//! so that two buyers never wait for each other in a circle; whoever comes second is told what is left.
use db::{Read, Write};
use futures_util::future::{try_join, try_join_all, try_join3, try_join4};

use super::{rows::insert, store};
use crate::{
    accounts::{
        self,
        model::{Caller, Proof},
    },
    app::App,
    cart,
    error::{Error, FieldError, Outage, Result, Say},
    idempotency::{
        self,
        model::{Kept, Key},
    },
    kernel::{
        hash,
        ids::{CartId, FarmId, FarmOrderId, OrderId, ProductId, WindowId},
        qty::Qty,
        role::Role,
        time::Ts,
    },
    orders::{
        actions::announce,
        model::{
            Day, Farm, FarmOrder, Method, Order, Payment, PricedBy, Status, Step,
            bill::{Bill, Item, MOST_LINES, PricedLine, Trouble},
            code,
            opening::Opening,
        },
    },
    words::Lang,
};

/// What somebody wants to buy. Prices, fees and taxes are not theirs to say.
#[derive(Clone, Debug)]
pub struct Purchase {
    pub lines: Vec<(ProductId, Qty)>,
    pub window: WindowId,
    pub name: String,
    pub email: String,
    pub phone: Option<String>,
    pub lang: Lang,
    /// A note for one farm's part.
    pub notes: Vec<(FarmId, String)>,
    /// The cart it was in: emptied with the order.
    pub cart: Option<CartId>,
}

/// An order that was placed.
#[derive(Debug)]
pub struct Placed {
    pub order: Order,
    /// `/t/{token}`, good for whoever holds it.
    pub link: String,
}

/// An answer of this run, or the kept one of the run that had the same key.
#[derive(Debug)]
pub enum Answer {
    Now(Box<Placed>),
    Kept(String),
}

/// Where the answer of the first run of an idempotency key is kept, and how it is written down.
#[derive(Clone, Copy)]
pub struct Keep<'a> {
    pub key: &'a Key,
    pub answer: &'a (dyn Fn(&Placed) -> String + Send + Sync),
}

const TRIES: usize = 3;

pub async fn place(
    app: &App,
    who: &Caller,
    purchase: &Purchase,
    keep: Option<Keep<'_>>,
) -> Result<Answer> {
    check(purchase)?;
    for _ in 0..TRIES {
        let now = app.now();
        let read = app.db.read_fresh().await?;
        let (kept, opening, found) = ask(who, &read, purchase, keep).await?;
        drop(read);
        if let Some((keep, kept)) = keep.zip(kept) {
            return if kept.body_hash == keep.key.body_hash {
                Ok(Answer::Kept(kept.answer))
            } else {
                Err(Error::invalid("Idempotency-Key", "orders-key-reused"))
            };
        }
        let draft = draft(app, who, purchase, (opening, found), now)?;
        match write(app, who, purchase, &draft, keep).await? {
            Written::Yes => {
                announce(app, &draft.placed.order);
                return Ok(Answer::Now(Box::new(draft.placed)));
            }
            Written::Again => {}
        }
    }
    tracing::warn!("an order lost every race for its stock");
    Err(Error::Unavailable(Outage::Silent))
}

/// What needs no database to be refused.
fn check(purchase: &Purchase) -> Result<()> {
    let mut ids: Vec<&str> = purchase.lines.iter().map(|(id, _)| id.as_str()).collect();
    ids.sort_unstable();
    if ids.is_empty() {
        return Err(Error::invalid("lines", "orders-place-empty"));
    }
    if ids.len() > MOST_LINES {
        return Err(Error::invalid("lines", "orders-place-long"));
    }
    if ids.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Error::invalid("lines", "orders-place-twice"));
    }
    Ok(())
}

/// Decided, with every id made: ready to be written, again and again if need be.
pub struct Draft {
    pub placed: Placed,
    pub bill: Bill,
    pub link_hash: String,
    pub role: Role,
    pub now: Ts,
}

/// What the market has of it at this moment.
type Found = (Option<Opening>, Vec<Option<Item>>);

/// Everything that decides, in one packet: the kept answer, the window, the products.
async fn ask(
    who: &Caller,
    read: &Read,
    purchase: &Purchase,
    keep: Option<Keep<'_>>,
) -> db::Result<(Option<Kept>, Option<Opening>, Vec<Option<Item>>)> {
    let market = &who.market.id;
    let kept = async {
        match keep {
            Some(keep) => idempotency::store::find(read, keep.key).await,
            None => Ok(None),
        }
    };
    let found = purchase.lines.iter().map(|(id, qty)| async move {
        let found = store::find_item(read, market, id).await?;
        Ok::<_, db::Error>(found.map(|(product, farm)| Item {
            product,
            farm,
            qty: *qty,
        }))
    });
    let opening = store::find_opening(read, market, &purchase.window);
    try_join3(kept, opening, try_join_all(found)).await
}

fn draft(
    app: &App,
    who: &Caller,
    purchase: &Purchase,
    (opening, found): Found,
    now: Ts,
) -> Result<Draft> {
    let market = &who.market;
    let opening = opening.ok_or_else(|| Error::invalid("window", "orders-place-window"))?;
    check_open(&opening, now)?;
    let mut items = Vec::with_capacity(purchase.lines.len());
    for item in found {
        let item = item.ok_or_else(|| Error::invalid("lines", "orders-place-unknown"))?;
        if let Some(trouble) = item.trouble(opening.date) {
            return Err(refusal(&item, trouble));
        }
        items.push(item);
    }
    let bill =
        Bill::of(market, items).ok_or_else(|| Error::invalid("lines", "orders-place-sum"))?;
    let is_for_a_farm = |farm: &FarmId| bill.farms().iter().any(|there| there.id == *farm);
    if !purchase.notes.iter().all(|(farm, _)| is_for_a_farm(farm)) {
        return Err(Error::invalid("notes", "orders-place-note"));
    }
    let order = order(app, who, purchase, &opening, &bill, now);
    let token = app.order_token(order.id.as_str(), 1);
    let role = if order.customer_id.is_some() {
        Role::Customer
    } else {
        Role::Guest
    };
    Ok(Draft {
        placed: Placed {
            link: app.order_link(market, order.id.as_str(), 1),
            order,
        },
        bill,
        link_hash: hash::sha256(&token),
        role,
        now,
    })
}

/// The market's clock decides: an order at the very moment of the cut-off is late.
fn check_open(opening: &Opening, now: Ts) -> Result<()> {
    let key = if !opening.sells || now >= opening.day.cutoff_at {
        "orders-place-closed"
    } else if now < opening.opens_at {
        "orders-place-early"
    } else if opening.left < 1 {
        "orders-place-full"
    } else {
        return Ok(());
    };
    Err(conflict(Say::key(key)))
}

const fn conflict(say: Say) -> Error {
    Error::Conflict {
        say,
        allowed: Vec::new(),
    }
}

/// Why one item cannot be ordered, with its name and what is left of it.
pub fn refusal(item: &Item, trouble: Trouble) -> Error {
    let say = |key: &'static str| Say::key(key).with("product", item.product.name.clone());
    match trouble {
        Trouble::Gone => conflict(say("orders-place-gone")),
        Trouble::OutOfSeason => conflict(say("orders-place-season")),
        Trouble::OtherDays => conflict(say("orders-place-days")),
        Trouble::SoldOut => conflict(say("orders-place-sold-out")),
        Trouble::Short(left) => conflict(say("orders-place-short").with("left", left.plain())),
        Trouble::Wrong(_) => Error::Invalid(vec![FieldError {
            field: "lines",
            say: say("orders-place-quantity").with("step", item.product.step.plain()),
        }]),
    }
}

fn order(
    app: &App,
    who: &Caller,
    purchase: &Purchase,
    opening: &Opening,
    bill: &Bill,
    now: Ts,
) -> Order {
    let id = OrderId::new(app.ids.make(OrderId::PREFIX, now));
    let mut parts = Vec::new();
    for farm in bill.farms() {
        parts.push(FarmOrder {
            id: FarmOrderId::new(app.ids.make(FarmOrderId::PREFIX, now)),
            farm: Farm {
                id: farm.id.clone(),
                name: farm.name.clone(),
            },
            method: Method::Pickup,
            status: Status::Pending,
            version: 1,
            note: purchase
                .notes
                .iter()
                .find(|(id, _)| *id == farm.id)
                .map(|(_, note)| note.clone()),
            unweighed: bill
                .of_farm(&farm.id)
                .filter(|line| is_weighed(line))
                .count()
                .try_into()
                .unwrap_or(0),
            last: Step {
                seq: 1,
                from: None,
                role: Role::Customer,
                at: now,
                undoes: None,
            },
        });
    }
    let random = hash::random::<4>().map_or(0, u32::from_be_bytes);
    Order {
        id,
        market_id: who.market.id.clone(),
        code: code::make(&who.market.code_prefix, random),
        customer_id: who.user.as_ref().map(|user| user.id.clone()),
        customer_name: purchase.name.clone(),
        status: Status::Pending,
        version: 1,
        placed_at: now,
        changed_at: now,
        payment: Payment::PayAtPickup,
        currency: who.market.currency,
        day: Day {
            id: opening.day.id.clone(),
            cutoff_at: opening.day.cutoff_at,
        },
        window: opening.window.clone(),
        place: opening.place.clone(),
        here_at: None,
        parts,
    }
}

pub fn is_weighed(line: &PricedLine) -> bool {
    line.item.product.priced_by == PricedBy::Weight
}

enum Written {
    Yes,
    /// Somebody changed what was read; look again.
    Again,
}

async fn write(
    app: &App,
    who: &Caller,
    purchase: &Purchase,
    draft: &Draft,
    keep: Option<Keep<'_>>,
) -> Result<Written> {
    let tx = app.db.write().await?;
    match write_all(app, &tx, who, purchase, draft, keep).await {
        Ok(true) => {
            tx.commit().await?;
            Ok(Written::Yes)
        }
        Ok(false) => {
            tx.discard().await?;
            Ok(Written::Again)
        }
        Err(error) if error.is_retry() || error.is_unique("orders_market_id_code_key") => {
            Ok(Written::Again)
        }
        Err(error) => Err(error.into()),
    }
}

/// Everything of the order in one packet. `false`: something was not there to be taken any more.
async fn write_all(
    app: &App,
    tx: &Write,
    who: &Caller,
    purchase: &Purchase,
    draft: &Draft,
    keep: Option<Keep<'_>>,
) -> db::Result<bool> {
    let Draft {
        placed, bill, now, ..
    } = draft;
    let kept = async {
        match keep {
            Some(Keep { key, answer }) => {
                idempotency::store::insert(tx, key, 201, &answer(placed), *now).await
            }
            None => Ok(true),
        }
    };
    let mut wanted: Vec<&Item> = bill.lines.iter().map(|line| &line.item).collect();
    wanted.sort_by(|a, b| a.product.id.cmp(&b.product.id));
    let stock = try_join_all(
        wanted
            .iter()
            .map(|item| store::take_stock(tx, &item.product, item.qty)),
    );
    let rows = insert(app, tx, purchase, draft);
    let session = match (&who.proof, &who.user) {
        (Proof::Session(session), None) => Some(session),
        _ => None,
    };
    let granted = async {
        match session {
            Some(session) => {
                let market = &who.market.id;
                accounts::store::grant_order(tx, session, market, &placed.order.id, 1, *now).await
            }
            None => Ok(()),
        }
    };
    let emptied = async {
        match &purchase.cart {
            Some(cart) => cart::store::delete(tx, cart).await,
            None => Ok(()),
        }
    };
    // The place last: of all rows taken it is the one that most others wait for.
    let window = &placed.order.window.id;
    let taken = try_join(
        store::take_place(tx, window),
        store::takes_orders(tx, window, *now),
    );
    let place = try_join3(granted, emptied, taken);
    let (kept, stock, (), ((), (), (place, open))) = try_join4(kept, stock, rows, place).await?;
    Ok(kept && place && open && stock.into_iter().all(|taken| taken))
}
