//! Orders of the demo: ordinary ones in all states, the one to follow, the load test's.
use std::time::Duration;

use db::Write;

use super::{FOLLOWED, Stage, StageDay, TEST_ORDER, World};
use crate::{
    cli::demo::{
        goods::{BUYERS, NOTES},
        history::{Past, way_to},
    },
    kernel::{
        hash,
        ids::{EventId, FarmId, FarmOrderId, FeeId, Ids, LineId, OrderId, ProductId},
        qty::Qty,
        role::Role,
        time::Ts,
    },
    markets::model::Payer,
    orders::{
        model::{Method, Order, Payment, PricedBy, Status, code, guard, status},
        placing::store::{self, NewEvent, NewFee, NewLine, NewOrder, NewPart},
    },
    products::model::Product,
};

/// Farm, state, and (product, thousandths).
type PartPlan = (usize, Status, Vec<(usize, i64)>);

/// What an order is made of: which farms, in which state, how much of what.
struct Plan<'a> {
    id: String,
    code: u32,
    buyer: usize,
    note: Option<&'static str>,
    placed: Ts,
    day: &'a StageDay,
    window: usize,
    parts: Vec<PartPlan>,
}

pub async fn orders(
    world: &World<'_>,
    tx: &Write,
    stage: &Stage,
    now: Ts,
    count: u64,
) -> db::Result<()> {
    use Status::{Cancelled, Completed, Confirmed, Fulfilled, Missed, Pending, Preparing, Ready};
    const AHEAD: [Status; 11] = [
        Confirmed, Pending, Preparing, Ready, Confirmed, Preparing, Ready, Pending, Confirmed,
        Fulfilled, Ready,
    ];
    const BEHIND: [Status; 4] = [Completed, Missed, Completed, Cancelled];
    let farms = stage.farms.len();
    for n in 0..count {
        let i = usize::try_from(n).unwrap_or(0);
        let past = n % 6 == 5;
        let day = &stage.days[usize::from(!past)];
        let placed = now.minus(Duration::from_secs(3600 * (20 + n % 50) + 97 * n));
        let placed = if past {
            day.day.cutoff_at.minus(Duration::from_secs(1800 + 600 * n))
        } else {
            placed
        };
        let how_many = (1 + i % 3).min(farms);
        let parts = (0..how_many)
            .map(|k| {
                let farm = (i + k) % farms;
                let state = if past {
                    BEHIND[(i / 6 + k) % BEHIND.len()]
                } else {
                    AHEAD[(i + k) % AHEAD.len()]
                };
                let products = stage.farms[farm].2.len();
                let lines = (0..=(i * 5 / 2 + k) % 5)
                    .map(|l| ((i + 3 * l + k) % products, 1000 * i64::from(l == 0) + 1000));
                (farm, state, dedup(lines.collect()))
            })
            .collect();
        let plan = Plan {
            id: format!("ord_{}_{n:03}", stage.market.slug),
            code: u32::try_from(n).unwrap_or(0).wrapping_mul(0x9E37_79B1) >> 2,
            buyer: i,
            note: (n % 5 == 1).then(|| NOTES[i % NOTES.len()]),
            placed,
            day,
            window: i % 2,
            parts,
        };
        write(world, tx, stage, &plan, now).await?;
    }
    Ok(())
}

fn dedup(mut lines: Vec<(usize, i64)>) -> Vec<(usize, i64)> {
    lines.sort_unstable();
    lines.dedup_by_key(|line| line.0);
    lines
}

/// The customer's order of the greeting: three farms, one ready, one packing, one confirmed.
pub async fn followed(world: &World<'_>, tx: &Write, stage: &Stage, now: Ts) -> db::Result<()> {
    let plan = Plan {
        id: FOLLOWED.to_owned(),
        // FM-7Q4K2D
        code: 0x0F72_4C4D,
        buyer: 0,
        note: None,
        placed: now.minus(Duration::from_hours(26)),
        day: &stage.days[1],
        window: 0,
        parts: vec![
            (0, Status::Ready, vec![(0, 2000), (1, 750)]),
            (1, Status::Preparing, vec![(0, 2000), (1, 2000), (4, 1000)]),
            (2, Status::Confirmed, vec![(0, 1500), (1, 1000)]),
        ],
    };
    write(world, tx, stage, &plan, now).await
}

pub async fn test_order(world: &World<'_>, tx: &Write, stage: &Stage, now: Ts) -> db::Result<()> {
    let plan = Plan {
        id: TEST_ORDER.to_owned(),
        code: 123,
        buyer: 1,
        note: None,
        placed: now.minus(Duration::from_hours(3)),
        day: &stage.days[1],
        window: 0,
        parts: vec![(0, Status::Confirmed, vec![(0, 2000), (3, 1000)])],
    };
    write(world, tx, stage, &plan, now).await
}

pub async fn bench(
    world: &World<'_>,
    tx: &Write,
    stage: &Stage,
    farm: &FarmId,
    product: &ProductId,
    count: i64,
    now: Ts,
) -> db::Result<()> {
    let plan = Plan {
        id: "bench".to_owned(),
        code: 0,
        buyer: 0,
        note: None,
        placed: now,
        day: &stage.days[1],
        window: 0,
        parts: Vec::new(),
    };
    store::insert_many(
        tx,
        &head(world, stage, &plan, &[], now),
        farm,
        product,
        count,
    )
    .await
}

fn head(_: &World<'_>, stage: &Stage, plan: &Plan<'_>, steps: &[(usize, Past)], now: Ts) -> Order {
    let ends: Vec<Status> = plan.parts.iter().map(|part| part.1).collect();
    Order {
        id: OrderId::new(&plan.id),
        market_id: stage.market.id.clone(),
        code: code::make(&stage.market.code_prefix, plan.code),
        customer_id: None,
        customer_name: BUYERS[plan.buyer % BUYERS.len()].to_owned(),
        status: status::parent(ends),
        version: i64::try_from(steps.len()).unwrap_or(0),
        placed_at: plan.placed,
        changed_at: steps.iter().map(|(_, past)| past.at).max().unwrap_or(now),
        payment: Payment::PayAtPickup,
        currency: stage.market.currency,
        day: plan.day.day.clone(),
        window: plan.day.windows[plan.window].clone(),
        place: plan.day.place.clone(),
        here_at: None,
        parts: Vec::new(),
    }
}

async fn write(
    world: &World<'_>,
    tx: &Write,
    stage: &Stage,
    plan: &Plan<'_>,
    now: Ts,
) -> db::Result<()> {
    let upto = now.min(plan.day.windows[1].ends_at.plus(Duration::from_hours(60)));
    let mut steps: Vec<(usize, Past)> = Vec::new();
    for (nth, (_, state, _)) in plan.parts.iter().enumerate() {
        let seed = u64::from(plan.code % 97) + nth as u64;
        steps.extend(
            way_to(*state, plan.placed, upto, seed)
                .into_iter()
                .map(|past| (nth, past)),
        );
    }
    steps.sort_by_key(|(nth, past)| (past.at, *nth));
    let order = head(world, stage, plan, &steps, now);
    let token = world.key.token("order", &plan.id, 1);
    let email = format!(
        "{}@example.org",
        order.customer_name.to_lowercase().replace(' ', ".")
    );
    let new = NewOrder {
        order: &order,
        email: &email,
        phone: None,
        lang: "en",
        link_hash: &hash::sha256(&token),
    };
    store::insert_order(tx, &new).await?;
    for (nth, (farm, state, lines)) in plan.parts.iter().enumerate() {
        let mine: Vec<&Past> = steps
            .iter()
            .filter(|(n, _)| *n == nth)
            .map(|(_, past)| past)
            .collect();
        part(tx, stage, plan, &order, nth, (*farm, *state, lines), &mine).await?;
    }
    events(tx, stage, plan, &order, &steps).await?;
    if !plan.parts.is_empty() {
        let fee = NewFee {
            id: &FeeId::new(format!("fee_{}", plan.id)),
            kind: "order",
            part: None,
            payer: Payer::Customer,
            amount_minor: stage.market.fees.order_minor,
        };
        store::insert_fee(tx, &stage.market.id, &order.id, &fee).await?;
    }
    Ok(())
}

fn part_id(plan: &Plan<'_>, nth: usize) -> FarmOrderId {
    FarmOrderId::new(format!("fo_{}_{}", plan.id, nth + 1))
}

async fn part(
    tx: &Write,
    stage: &Stage,
    plan: &Plan<'_>,
    order: &Order,
    nth: usize,
    (farm, state, lines): (usize, Status, &[(usize, i64)]),
    past: &[&Past],
) -> db::Result<()> {
    let id = part_id(plan, nth);
    let seq = i64::try_from(past.len()).unwrap_or(0);
    let since = past.last().map_or(plan.placed, |past| past.at);
    let new = NewPart {
        id: &id,
        farm: &stage.farms[farm].0.id,
        method: Method::Pickup,
        status: state,
        version: seq,
        seq,
        note: plan.note,
        due_at: guard::due_at(order, state, since),
    };
    store::insert_part(tx, order, &new).await?;
    let packed = state >= Status::Ready && state != Status::Cancelled;
    for (position, (product, qty)) in (1..).zip(lines) {
        let product = &stage.farms[farm].2[*product];
        line(tx, stage, &id, position, product, *qty, packed).await?;
    }
    Ok(())
}

async fn line(
    tx: &Write,
    stage: &Stage,
    part: &FarmOrderId,
    position: i64,
    product: &Product,
    qty: i64,
    packed: bool,
) -> db::Result<()> {
    // What is weighed is ordered by the piece: about 200 g of cheese, about 1.3 kg of squash.
    let weighed = product.priced_by == PricedBy::Weight;
    let qty = if weighed {
        if product.price_minor > 800 { 200 } else { 1300 }
    } else {
        qty
    };
    let estimated = (product.price_minor * qty + 500) / 1000;
    let amount = (weighed && packed).then_some((product.price_minor * (qty + 60) + 500) / 1000);
    let new = NewLine {
        id: &LineId::new(format!("lin_{part}_{position}")),
        part,
        position,
        product: &product.id,
        name: &product.name,
        category: &product.category,
        unit: &product.unit,
        price_minor: product.price_minor,
        priced_by: product.priced_by,
        tax_bp: product.tax_bp,
        ordered: Qty::thousandths(qty),
        estimated_minor: estimated,
        amount_minor: amount,
        tax_minor: 0,
    };
    store::insert_line(tx, &stage.market.id, &new).await
}

async fn events(
    tx: &Write,
    stage: &Stage,
    plan: &Plan<'_>,
    order: &Order,
    steps: &[(usize, Past)],
) -> db::Result<()> {
    let mut seqs = vec![0; plan.parts.len()];
    for (version, (nth, past)) in (1..).zip(steps) {
        seqs[*nth] += 1;
        let seq = seqs[*nth];
        let id = EventId::new(Ids::Random.make(EventId::PREFIX, past.at));
        let actor = (past.role == Role::FarmOwner).then(|| &stage.farms[plan.parts[*nth].0].1.id);
        let new = NewEvent {
            id: &id,
            part: &part_id(plan, *nth),
            seq,
            from: past.from,
            to: past.to,
            actor,
            role: past.role,
            reason: past.reason,
            note: None,
            at: past.at,
            order_version: version,
        };
        store::insert_event(tx, order, &new).await?;
    }
    Ok(())
}
