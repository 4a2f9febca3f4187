//! Orders as a customer left them, with the history that leads to where they stand.
use std::time::Duration;

use db::Write;
use market::{
    kernel::{
        hash,
        ids::{EventId, FarmId, FarmOrderId, FeeId, LineId, OrderId},
        qty::Qty,
        role::Role,
        time::Ts,
    },
    markets::model::Payer,
    orders::{
        model::{Day, Method, Order, Payment, Place, PricedBy, Reason, Status, guard, status},
        placing::store::{self, NewEvent, NewFee, NewLine, NewOrder, NewPart},
    },
};

use super::{
    CUTOFF, FARMS, Side,
    people::{product_id, window},
    ts, user_id,
};

/// An order that was placed. Where an id is wanted it stands for its own.
#[derive(Clone, Debug)]
pub struct TestOrder {
    pub id: String,
    pub code: String,
    /// Farm and the id of its part.
    pub parts: Vec<(String, String)>,
}

impl AsRef<str> for TestOrder {
    fn as_ref(&self) -> &str {
        &self.id
    }
}

impl TestOrder {
    /// The id of a farm's part.
    pub fn part(&self, farm: &str) -> &str {
        let part = self.parts.iter().find(|(of, _)| of == farm);
        &part.expect("a part of that farm").1
    }
}

pub struct OrderBuilder<'a> {
    side: Side<'a>,
    id: Option<String>,
    /// Farm and where its part stands.
    parts: Vec<(String, Status)>,
    customer: Option<String>,
    payment: Payment,
    method: Method,
    /// Farms whose part has a line that nobody has weighed.
    unweighed: Vec<String>,
    placed: Ts,
}

impl<'a> OrderBuilder<'a> {
    pub fn new(side: Side<'a>) -> Self {
        Self {
            side,
            id: None,
            parts: vec![("rosa".to_owned(), Status::Confirmed)],
            customer: Some("ana".to_owned()),
            payment: Payment::PayAtPickup,
            method: Method::Pickup,
            unweighed: Vec::new(),
            // Long enough ago that nobody may take its steps back without a word.
            placed: side.app.now().minus(Duration::from_hours(2)),
        }
    }

    #[must_use]
    pub fn id(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }

    #[must_use]
    pub fn farms<const N: usize>(mut self, farms: [&str; N]) -> Self {
        self.parts = farms
            .map(|farm| (farm.to_owned(), Status::Confirmed))
            .to_vec();
        self
    }

    /// Where all parts stand.
    #[must_use]
    pub fn at(mut self, status: Status) -> Self {
        for part in &mut self.parts {
            part.1 = status;
        }
        self
    }

    /// Where one farm's part stands.
    #[must_use]
    pub fn with(mut self, farm: &str, status: Status) -> Self {
        match self.parts.iter_mut().find(|part| part.0 == farm) {
            Some(part) => part.1 = status,
            None => self.parts.push((farm.to_owned(), status)),
        }
        self
    }

    #[must_use]
    pub fn by(mut self, customer: &str) -> Self {
        self.customer = Some(customer.to_owned());
        self
    }

    #[must_use]
    pub fn by_guest(mut self) -> Self {
        self.customer = None;
        self
    }

    #[must_use]
    pub fn payment(mut self, payment: Payment) -> Self {
        self.payment = payment;
        self
    }

    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    #[must_use]
    pub fn unweighed(mut self, farm: &str) -> Self {
        self.unweighed.push(farm.to_owned());
        self
    }

    #[must_use]
    pub fn placed(mut self, at: Ts) -> Self {
        self.placed = at;
        self
    }

    pub async fn place(self) -> TestOrder {
        let app = &self.side.app.app;
        let nth = self.side.app.count_orders().await;
        let id = self.id.clone();
        let id = id.unwrap_or_else(|| format!("ord_{nth:04}{}", self.side.tail));
        let steps = self.steps();
        let order = self.head(&id, nth, &steps);
        let link = hash::sha256(app.order_token(&id, 1));
        let name = self.customer.as_deref().unwrap_or("gus");
        let new = NewOrder {
            order: &order,
            email: &format!("{name}{}@example.org", self.side.tail),
            phone: None,
            lang: "en",
            link_hash: &link,
        };
        let tx = app.db.write().await.expect("a transaction");
        store::insert_order(&tx, &new).await.expect("an order");
        let mut parts = Vec::new();
        for (farm, status) in &self.parts {
            let part = part_id(&id, farm);
            let mine = steps.iter().filter(|step| &step.farm == farm);
            self.part(&tx, &order, farm, *status, mine.collect()).await;
            parts.push((farm.clone(), part.to_string()));
        }
        self.events(&tx, &order, &steps).await;
        let fee = NewFee {
            id: &FeeId::new(format!("fee_{id}")),
            kind: "order",
            part: None,
            payer: Payer::Customer,
            amount_minor: 50,
        };
        store::insert_fee(&tx, &order.market_id, &order.id, &fee)
            .await
            .expect("a fee");
        tx.commit().await.expect("committed");
        TestOrder {
            id,
            code: order.code,
            parts,
        }
    }

    fn steps(&self) -> Vec<Past> {
        let mut steps = Vec::new();
        for (farm, status) in &self.parts {
            let way = way_to(*status);
            let from = [None].into_iter().chain(way.iter().copied().map(Some));
            for (nth, (from, to)) in (0..).zip(from.zip(&way)) {
                steps.push(Past {
                    farm: farm.clone(),
                    seq: nth + 1,
                    from,
                    to: *to,
                    at: self.placed.plus(Duration::from_mins(nth.unsigned_abs())),
                });
            }
        }
        steps.sort_by_key(|step| step.at);
        steps
    }

    fn head(&self, id: &str, nth: i64, steps: &[Past]) -> Order {
        let market = self.side.market();
        let tail = self.side.tail;
        Order {
            id: OrderId::new(id),
            market_id: market.id.clone(),
            code: format!("{}-{nth:06}", market.code_prefix),
            customer_id: self.customer.as_ref().map(|name| user_id(name, tail)),
            customer_name: "Ana Example".to_owned(),
            status: status::parent(self.parts.iter().map(|part| part.1)),
            version: i64::try_from(steps.len()).unwrap(),
            placed_at: self.placed,
            changed_at: steps.last().map_or(self.placed, |step| step.at),
            payment: self.payment,
            currency: market.currency,
            day: Day {
                id: market::kernel::ids::DayId::new(format!("day{tail}")),
                cutoff_at: ts(CUTOFF),
            },
            window: window(tail),
            place: Place {
                id: market::kernel::ids::PlaceId::new(format!("plc{tail}")),
                name: String::new(),
                address: String::new(),
                access: None,
                map_url: None,
            },
            here_at: None,
            parts: Vec::new(),
        }
    }

    async fn part(&self, tx: &Write, order: &Order, farm: &str, status: Status, mine: Vec<&Past>) {
        assert!(FARMS.contains(&farm), "no farm {farm}");
        let seq = i64::try_from(mine.len()).unwrap();
        let part = part_id(order.id.as_str(), farm);
        let farm_id = self.side.farm_id(farm);
        let new = NewPart {
            id: &part,
            farm: &farm_id,
            method: self.method,
            status,
            version: seq,
            seq,
            note: None,
            due_at: guard::due_at(order, status, mine.last().unwrap().at),
        };
        store::insert_part(tx, order, &new).await.expect("a part");
        line(tx, order, &part, &farm_id, PricedBy::Unit).await;
        if self.unweighed.iter().any(|of| of == farm) {
            line(tx, order, &part, &farm_id, PricedBy::Weight).await;
        }
    }

    async fn events(&self, tx: &Write, order: &Order, steps: &[Past]) {
        for (version, step) in (1..).zip(steps) {
            let role = match step.to {
                Status::Pending if self.customer.is_none() => Role::Guest,
                Status::Pending => Role::Customer,
                Status::Confirmed | Status::Missed | Status::Completed => Role::System,
                _ => Role::FarmOwner,
            };
            let farmer = user_id(&step.farm, self.side.tail);
            let event = NewEvent {
                id: &EventId::new(format!("evt_seed_{}_{}_{}", order.id, step.farm, step.seq)),
                part: &part_id(order.id.as_str(), &step.farm),
                seq: step.seq,
                from: step.from,
                to: step.to,
                actor: (role == Role::FarmOwner).then_some(&farmer),
                role,
                reason: (step.to == Status::Cancelled).then_some(Reason::FarmDeclined),
                note: None,
                at: step.at,
                order_version: version,
            };
            store::insert_event(tx, order, &event)
                .await
                .expect("an event");
        }
    }
}

struct Past {
    farm: String,
    seq: i64,
    from: Option<Status>,
    to: Status,
    at: Ts,
}

fn way_to(status: Status) -> Vec<Status> {
    use Status::{
        Cancelled, Completed, Confirmed, Fulfilled, Missed, OutForDelivery, Pending, Preparing,
        Ready,
    };
    let whole = [Pending, Confirmed, Preparing, Ready, Fulfilled, Completed];
    match status {
        Cancelled => vec![Pending, Cancelled],
        OutForDelivery | Missed => [&whole[..4], &[status]].concat(),
        _ => whole
            .into_iter()
            .take_while(|past| *past <= status)
            .collect(),
    }
}

fn part_id(order: &str, farm: &str) -> FarmOrderId {
    FarmOrderId::new(format!("fo_{order}_{farm}"))
}

async fn line(tx: &Write, order: &Order, part: &FarmOrderId, farm: &FarmId, by: PricedBy) {
    let nth = match by {
        PricedBy::Unit => 0,
        PricedBy::Weight => 2,
    };
    let line = NewLine {
        id: &LineId::new(format!("lin_{part}_{nth}")),
        part,
        position: i64::try_from(nth).unwrap() + 1,
        product: &product_id(farm, nth),
        name: ["Carrots", "Leeks", "Squash"][nth],
        category: "root",
        unit: "bunch",
        price_minor: 180,
        priced_by: by,
        tax_bp: 0,
        ordered: Qty::thousandths(2000),
        estimated_minor: 360,
        amount_minor: None,
        tax_minor: 0,
    };
    store::insert_line(tx, &order.market_id, &line)
        .await
        .expect("a line");
}

impl super::TestApp {
    async fn count_orders(&self) -> i64 {
        self.count("SELECT COUNT(*) FROM orders", &[]).await
    }
}
