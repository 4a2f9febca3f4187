//! The rows of a new order, as one packet.
use std::pin::Pin;

use db::Write;
use futures_util::future::try_join_all;
use outbox::Push;

use super::{
    actions::{Draft, Placed, Purchase, is_weighed},
    store::{self, NewEvent, NewFee, NewLine, NewOrder, NewPart},
};
use crate::{
    app::App,
    kernel::{
        ids::{EventId, FeeId, LineId},
        time::Ts,
    },
    orders::{
        jobs::StatusChanged,
        model::{
            FarmOrder, Order,
            bill::{PricedFee, PricedLine},
            guard,
        },
    },
};

type Insert<'a> = Pin<Box<dyn Future<Output = db::Result<()>> + Send + 'a>>;

/// One packet: rows that others refer to are sent before those.
pub async fn insert(app: &App, tx: &Write, purchase: &Purchase, draft: &Draft) -> db::Result<()> {
    let Draft {
        placed: Placed { order, .. },
        bill,
        link_hash,
        now,
        ..
    } = draft;
    let mut rows: Vec<Insert<'_>> = vec![Box::pin(async move {
        let new = NewOrder {
            order,
            email: &purchase.email,
            phone: purchase.phone.as_deref(),
            lang: purchase.lang.tag(),
            link_hash,
        };
        store::insert_order(tx, &new).await
    })];
    for part in &order.parts {
        rows.push(Box::pin(async move {
            let new = NewPart {
                id: &part.id,
                farm: &part.farm.id,
                method: part.method,
                status: part.status,
                version: part.version,
                seq: 1,
                note: part.note.as_deref(),
                due_at: guard::due_at(order, part.status, *now),
            };
            store::insert_part(tx, order, &new).await
        }));
        for (position, line) in (1..).zip(bill.of_farm(&part.farm.id)) {
            rows.push(Box::pin(insert_line(
                app,
                tx,
                order,
                part,
                (position, line),
                *now,
            )));
        }
        rows.push(Box::pin(insert_event(app, tx, draft, part)));
    }
    for fee in &bill.fees {
        rows.push(Box::pin(insert_fee(app, tx, order, fee, *now)));
    }
    try_join_all(rows).await?;
    Ok(())
}

pub async fn insert_line(
    app: &App,
    tx: &Write,
    order: &Order,
    part: &FarmOrder,
    (position, line): (i64, &PricedLine),
    now: Ts,
) -> db::Result<()> {
    let product = &line.item.product;
    let new = NewLine {
        id: &LineId::new(app.ids.make(LineId::PREFIX, now)),
        part: &part.id,
        position,
        product: &product.id,
        name: &product.name,
        category: &product.category,
        unit: &product.unit,
        price_minor: product.price_minor,
        priced_by: product.priced_by,
        tax_bp: product.tax_bp,
        ordered: line.item.qty,
        estimated_minor: line.amount,
        amount_minor: (!is_weighed(line)).then_some(line.amount),
        tax_minor: line.tax,
    };
    store::insert_line(tx, &order.market_id, &new).await
}

/// The first entry of a part's history, and the job that tells of it.
async fn insert_event(app: &App, tx: &Write, draft: &Draft, part: &FarmOrder) -> db::Result<()> {
    let (order, now) = (&draft.placed.order, draft.now);
    let id = EventId::new(app.ids.make(EventId::PREFIX, now));
    let event = NewEvent {
        id: &id,
        part: &part.id,
        seq: 1,
        from: None,
        to: part.status,
        actor: order.customer_id.as_ref(),
        role: draft.role,
        reason: None,
        note: None,
        at: now,
        order_version: order.version,
    };
    store::insert_event(tx, order, &event).await?;
    let job = StatusChanged {
        market: order.market_id.clone(),
        order: order.id.clone(),
        part: part.id.clone(),
        farm: part.farm.id.clone(),
        seq: 1,
        version: order.version,
    };
    let push = Push {
        id: id.as_str(),
        key: id.as_str(),
        due_at: now.micros(),
        now: now.micros(),
    };
    outbox::push(tx, &job, push).await
}

pub async fn insert_fee(
    app: &App,
    tx: &Write,
    order: &Order,
    fee: &PricedFee,
    now: Ts,
) -> db::Result<()> {
    let of_farm = |part: &&FarmOrder| Some(&part.farm.id) == fee.farm.as_ref();
    let new = NewFee {
        id: &FeeId::new(app.ids.make(FeeId::PREFIX, now)),
        kind: fee.kind,
        part: order.parts.iter().find(of_farm).map(|part| &part.id),
        payer: fee.payer,
        amount_minor: fee.amount,
    };
    store::insert_fee(tx, &order.market_id, &order.id, &new).await
}
