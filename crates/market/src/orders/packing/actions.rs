//! What a farm does with one order's lines. Each opens one `Write`, holds the order's row and commits once.
use db::{Read, Write};
use outbox::Push;

use super::{
    model::{self, PackLine, Picked, Wrong, is_open},
    store,
};
use crate::{
    accounts::model::Caller,
    app::App,
    audit::{
        actions::note,
        model::{Did, Verb},
    },
    error::{Error, FieldError, Outage, Result, Say},
    idempotency::{self, model::Key},
    kernel::{
        ids::{ChangeId, JobId, LineId},
        qty::Qty,
        role::Role,
        time::Ts,
    },
    orders::{
        actions::{announce, farm_topic},
        advancing::store as advancing,
        changing::store as changing,
        jobs::OrderChanged,
        model::{FarmOrder, Order, PricedBy, bill::farm_fees},
        placing, store as orders,
    },
};

/// The part of an order that the caller's farm packs, for a manager the first. Another farm's part is not there.
pub async fn find(read: &Read, who: &Caller, id: &str) -> Result<(Order, FarmOrder)> {
    let order = orders::find(read, &who.market.id, id).await?;
    let order = order.ok_or(Error::NotFound)?;
    let packs = |part: &&FarmOrder| role(who, part).is_some();
    let named = |part: &&FarmOrder| order.id.as_str() == id || part.id.as_str() == id;
    let part = order.parts.iter().filter(named).find(packs).cloned();
    let part = part.ok_or(Error::NotFound)?;
    Ok((order, part))
}

fn role(who: &Caller, part: &FarmOrder) -> Option<Role> {
    let mut roles = who.roles_at(&part.farm.id).into_iter();
    roles.find(|role| role.is_farm() || role.is_manager())
}

/// Whether this very request was served before.
pub async fn is_kept(tx: &Write, key: &Key) -> Result<bool> {
    match idempotency::store::find(tx, key).await? {
        None => Ok(false),
        Some(kept) if kept.body_hash == key.body_hash => Ok(true),
        Some(_) => Err(Error::invalid("Idempotency-Key", "orders-key-reused")),
    }
}

/// A line is ticked off or not any more. Said twice it is so once, whatever version was seen.
pub async fn tick(
    app: &App,
    who: &Caller,
    id: &str,
    line: &LineId,
    said: (bool, i64),
    key: &Key,
) -> Result<()> {
    let tx = app.db.write().await?;
    let done = ticked(app, &tx, who, id, line, said, key).await;
    let Ok(Some(part)) = done else {
        tx.discard().await?;
        return done.map(|_| ());
    };
    tx.commit().await?;
    app.cluster.bump(&farm_topic(&part.farm.id));
    Ok(())
}

/// The part whose line was ticked; `None`: it is so already.
async fn ticked(
    app: &App,
    tx: &Write,
    who: &Caller,
    id: &str,
    line: &LineId,
    (done, version): (bool, i64),
    key: &Key,
) -> Result<Option<FarmOrder>> {
    let now = app.now();
    advancing::take(tx, id).await?;
    if is_kept(tx, key).await? {
        return Ok(None);
    }
    let (_, part) = find(tx, who, id).await?;
    let lines = store::list_lines(tx, &part.id).await?;
    let line = lines.iter().find(|one| one.id == *line);
    let line = line.ok_or(Error::NotFound)?;
    if line.is_ticked() == done {
        return Ok(None);
    }
    if !is_open(part.status) {
        return Err(refused(&Wrong::Closed));
    }
    if done && line.is_unweighed() {
        return Err(refused(&Wrong::NotWeighed));
    }
    // What was packed in full is simply open again; what was short or weighed stays so.
    let in_full = line.priced_by == PricedBy::Unit && line.packed == Some(line.ordered);
    let packed = if done {
        Some(line.quantity())
    } else {
        line.packed.filter(|_| !in_full)
    };
    let by = who.user.as_ref().map(|user| &user.id).filter(|_| done);
    if !store::set_tick(tx, &line.id, version, packed, done.then_some(now), by).await? {
        return Err(Error::Stale { now: line.version });
    }
    idempotency::store::insert(tx, key, 200, "{}", now).await?;
    Ok(Some(part))
}

/// What somebody found in the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Got {
    pub line: LineId,
    pub qty: Qty,
    pub note: Option<String>,
    /// Of the part, as it was seen.
    pub version: i64,
}

/// What that would make of the order; nothing is written.
pub fn preview(
    who: &Caller,
    part: &FarmOrder,
    lines: &[PackLine],
    line: &LineId,
    qty: Qty,
) -> Result<Picked> {
    model::picked(part.status, lines, line, qty, who.market.tax_included)
        .map_err(|wrong| refused(&wrong))
}

/// So much of a line was there: bill, fees and the customer's page follow in the same transaction. Stock is not given
/// back: what is not there cannot be sold to others.
pub async fn pick(app: &App, who: &Caller, id: &str, got: &Got, key: &Key) -> Result<()> {
    let tx = app.db.write().await?;
    let done = pick_in(app, &tx, who, id, got, key).await;
    let Ok(Some(mut order)) = done else {
        tx.discard().await?;
        return done.map(|_| ());
    };
    tx.commit().await?;
    order.version += 1;
    announce(app, &order);
    Ok(())
}

/// The order as it stood before; `None`: it is so already.
async fn pick_in(
    app: &App,
    tx: &Write,
    who: &Caller,
    id: &str,
    got: &Got,
    key: &Key,
) -> Result<Option<Order>> {
    let now = app.now();
    advancing::take(tx, id).await?;
    if is_kept(tx, key).await? {
        return Ok(None);
    }
    let (order, part) = find(tx, who, id).await?;
    let lines = store::list_lines(tx, &part.id).await?;
    let is_so = |line: &PackLine| {
        line.id == got.line
            && line.is_ticked()
            && line.packed == Some(got.qty)
            && line.note == got.note
    };
    if lines.iter().any(is_so) {
        return Ok(None);
    }
    if part.version != got.version {
        return Err(Error::Stale { now: part.version });
    }
    let picked = preview(who, &part, &lines, &got.line, got.qty)?;
    if !write(app, tx, who, (&order, &part), &picked, got, now).await? {
        return Err(Error::Unavailable(Outage::Silent));
    }
    fees(app, tx, who, (&order, &part), picked.sums(&lines), now).await?;
    push(app, tx, &order, &part, now).await?;
    idempotency::store::insert(tx, key, 200, "{}", now).await?;
    Ok(Some(order))
}

async fn write(
    app: &App,
    tx: &Write,
    who: &Caller,
    (order, part): (&Order, &FarmOrder),
    picked: &Picked,
    got: &Got,
    now: Ts,
) -> Result<bool> {
    let by = who.user.as_ref().map(|user| &user.id);
    let won = changing::touch_order(tx, order, now).await?
        && changing::touch_part(tx, &part.id, part.version).await?;
    if !won {
        return Ok(false);
    }
    store::set_picked(tx, picked, got.note.as_deref(), now, by).await?;
    let change = changing::NewChange {
        id: &ChangeId::new(app.ids.make(ChangeId::PREFIX, now)),
        part: &part.id,
        product: &picked.line.product,
        name: &picked.line.name,
        unit: &picked.line.unit,
        from: picked.line.quantity(),
        to: picked.got,
        actor: by,
        role: role(who, part).ok_or(Error::NotFound)?,
        at: now,
    };
    changing::insert_change(tx, order, &change).await?;
    let quantity = |qty: Qty| serde_json::json!({ picked.line.id.as_str(): qty.plain() });
    let deed = Did::new(Verb::OrderPicked, order.id.as_str());
    let deed = deed.changed(quantity(picked.line.quantity()), quantity(picked.got));
    note(app, tx, who, deed.at(&part.farm.id)).await?;
    Ok(true)
}

/// What hangs on the part's goods, worked out anew.
async fn fees(
    app: &App,
    tx: &Write,
    who: &Caller,
    (order, part): (&Order, &FarmOrder),
    sums: impl Iterator<Item = (i64, i64)>,
    now: Ts,
) -> Result<()> {
    changing::delete_fees(tx, &order.market_id, &order.id, &part.id).await?;
    let farm = Some(part.farm.id.clone());
    for fee in farm_fees(&who.market, farm, sums).unwrap_or_default() {
        placing::rows::insert_fee(app, tx, order, &fee, now).await?;
    }
    Ok(())
}

async fn push(app: &App, tx: &Write, order: &Order, part: &FarmOrder, now: Ts) -> Result<()> {
    let id = app.ids.make(JobId::PREFIX, now);
    let job = OrderChanged {
        market: order.market_id.clone(),
        order: order.id.clone(),
        farms: vec![part.farm.id.clone()],
        version: order.version + 1,
    };
    let push = Push {
        id: &id,
        key: &id,
        due_at: now.micros(),
        now: now.micros(),
    };
    Ok(outbox::push(tx, &job, push).await?)
}

fn refused(wrong: &Wrong) -> Error {
    let got = |say: Say| Error::Invalid(vec![FieldError { field: "got", say }]);
    match wrong {
        Wrong::Closed => Error::Conflict {
            say: Say::key("orders-pack-closed"),
            allowed: Vec::new(),
        },
        Wrong::NoSuchLine => Error::invalid("line", "orders-pack-no-line"),
        Wrong::NotWeighed => Error::invalid("got", "orders-pack-weigh-first"),
        Wrong::TooMuch(most) => got(Say::key("orders-pack-too-much").with("most", most.plain())),
        Wrong::NothingLeft => Error::invalid("got", "orders-pack-nothing-left"),
        Wrong::TooLarge => Error::invalid("got", "orders-place-sum"),
    }
}
