//! A customer changes an order: stock by the difference, lines, fees and history in one transaction.
use db::Write;
use outbox::Push;

use super::{
    model::{ChangeLine, Edit, Edits, Wrong, edits},
    store::{self, NewChange},
};
use crate::{
    accounts::model::Caller,
    app::App,
    audit::{
        actions::note,
        model::{Did, Verb},
    },
    error::{Error, FieldError, Outage, Result, Say},
    kernel::{
        ids::{ChangeId, EventId, JobId, LineId},
        qty::Qty,
        role::Role,
        time::Ts,
    },
    orders::{
        actions::{announce, give_back, refusal},
        advancing::store as advancing,
        jobs::OrderChanged,
        model::{
            Order, Reason, Status,
            bill::farm_fees,
            decide::{Change, Decision, decide},
            guard::Ask,
        },
        placing, store as orders,
    },
    products::model::WrongQty,
};

const TRIES: usize = 3;

/// The lines' new quantities; zero takes a line out. Answers with the order as it stands then.
pub async fn change(
    app: &App,
    who: &Caller,
    id: &str,
    wanted: &[(LineId, Qty)],
    expected_version: i64,
) -> Result<Order> {
    for _ in 0..TRIES {
        let now = app.now();
        let read = app.db.read_fresh().await?;
        let order = orders::find(&read, &who.market.id, id)
            .await?
            .ok_or(Error::NotFound)?;
        let role = customer_role(who, &order)?;
        if order.version != expected_version {
            return Err(Error::Stale { now: order.version });
        }
        let lines = store::list_lines(&read, &order.id).await?;
        drop(read);
        let found = edits(&order, &lines, wanted, who.market.tax_included, now);
        let found = found.map_err(|wrong| refused(&wrong))?;
        if found.is_empty() {
            return Ok(order);
        }
        let cancelled = cancelled(app, who, &order, &found, now)?;
        let plan = Plan {
            order,
            lines,
            found,
            cancelled,
            role,
            now,
        };
        let tx = app.db.write().await?;
        match write(app, &tx, who, &plan).await {
            Ok(Done::Yes) => tx.commit().await?,
            Ok(Done::Short(name)) => {
                tx.discard().await?;
                let say = Say::key("orders-change-short").with("product", name);
                return Err(Error::Conflict {
                    say,
                    allowed: Vec::new(),
                });
            }
            Ok(Done::Again) => {
                tx.discard().await?;
                continue;
            }
            Err(error) if error.is_retry() => continue,
            Err(error) => return Err(error.into()),
        }
        let after = plan.after();
        announce(app, &after);
        return Ok(after);
    }
    Err(Error::Unavailable(Outage::Silent))
}

struct Plan {
    order: Order,
    lines: Vec<ChangeLine>,
    found: Edits,
    cancelled: Vec<(EventId, Change)>,
    role: Role,
    now: Ts,
}

impl Plan {
    fn after(&self) -> Order {
        let plain: Vec<Change> = self
            .cancelled
            .iter()
            .map(|(_, change)| change.clone())
            .collect();
        let mut after = self.order.after(&plain);
        after.version = self.order.version + 1;
        after.changed_at = self.now;
        for part in &mut after.parts {
            if self.found.parts().contains(&&part.id) {
                part.version += 1;
            }
        }
        after
    }
}

/// By account or by the order's link; nobody else changes what a customer wants.
pub fn customer_role(who: &Caller, order: &Order) -> Result<Role> {
    let part = order.parts.first().ok_or(Error::NotFound)?;
    if who.audience(order).is_none() {
        return Err(Error::NotFound);
    }
    let roles = who.roles_for(order, part);
    let customer = roles
        .into_iter()
        .find(|role| matches!(role, Role::Customer | Role::Guest));
    customer.ok_or_else(|| Error::Forbidden(Say::key("orders-forbidden")))
}

fn refused(wrong: &Wrong) -> Error {
    let invalid = |say: Say| {
        Error::Invalid(vec![FieldError {
            field: "lines",
            say,
        }])
    };
    let conflict = |say: Say| Error::Conflict {
        say,
        allowed: Vec::new(),
    };
    match wrong {
        Wrong::Late => conflict(Say::key("orders-change-late")),
        Wrong::Packing(name) => {
            conflict(Say::key("orders-change-packing").with("product", name.clone()))
        }
        Wrong::NoSuchLine => invalid(Say::key("orders-change-line")),
        Wrong::Twice(name) => {
            invalid(Say::key("orders-change-twice").with("product", name.clone()))
        }
        Wrong::TooLarge => invalid(Say::key("orders-place-sum")),
        Wrong::Quantity(name, wrong) => {
            let step = match wrong {
                WrongQty::Step(step) => step.plain(),
                WrongQty::None | WrongQty::TooMuch => "1".to_owned(),
            };
            invalid(
                Say::key("orders-change-quantity")
                    .with("product", name.clone())
                    .with("step", step),
            )
        }
    }
}

/// A part of which nothing is left is cancelled, by the same rules as any.
fn cancelled(
    app: &App,
    who: &Caller,
    order: &Order,
    found: &Edits,
    now: Ts,
) -> Result<Vec<(EventId, Change)>> {
    let ask = Ask {
        reason: Some(Reason::CustomerRequest),
        ..Ask::default()
    };
    let mut changes = Vec::new();
    for part in order
        .parts
        .iter()
        .filter(|part| found.emptied.contains(&part.id))
    {
        match decide(
            order,
            part,
            Status::Cancelled,
            &who.actor_for(order, part),
            &ask,
            now,
        ) {
            Decision::Go(change) => {
                changes.push((EventId::new(app.ids.make(EventId::PREFIX, now)), change));
            }
            Decision::No(no) => return Err(refusal(&no)),
            Decision::Already => {}
        }
    }
    Ok(changes)
}

enum Done {
    Yes,
    /// So much of this product is not there.
    Short(String),
    /// Somebody was there first.
    Again,
}

async fn write(app: &App, tx: &Write, who: &Caller, plan: &Plan) -> db::Result<Done> {
    let Plan {
        order,
        found,
        cancelled,
        now,
        ..
    } = plan;
    let won = if cancelled.is_empty() {
        store::touch_order(tx, order, *now).await?
    } else {
        let after = plan.after();
        let won = advancing::write(tx, order, &after, cancelled, *now).await?;
        if won {
            give_back(tx, order, &after, cancelled).await?;
        }
        won
    };
    if !won {
        return Ok(Done::Again);
    }
    for part in found.parts() {
        let version = order.part(part).map_or(0, |part| part.version);
        if !store::touch_part(tx, part, version).await? {
            return Ok(Done::Again);
        }
    }
    let mut edits: Vec<_> = found.edits.iter().collect();
    // In the order of the products' ids, as everybody takes stock.
    edits.sort_by(|a, b| a.line.product.cmp(&b.line.product));
    for edit in edits {
        if !store::move_stock(tx, &edit.line.product, edit.takes()).await? {
            return Ok(Done::Short(edit.line.name.clone()));
        }
        store::update_line(tx, edit).await?;
        let change = NewChange {
            id: &ChangeId::new(app.ids.make(ChangeId::PREFIX, *now)),
            part: &edit.line.part,
            product: &edit.line.product,
            name: &edit.line.name,
            unit: &edit.line.unit,
            from: edit.line.ordered,
            to: edit.to,
            actor: who.user.as_ref().map(|user| &user.id),
            role: plan.role,
            at: *now,
        };
        store::insert_change(tx, order, &change).await?;
    }
    write_down(app, tx, who, plan).await?;
    fees(app, tx, who, plan).await?;
    push(app, tx, plan).await?;
    Ok(Done::Yes)
}

async fn write_down(app: &App, tx: &Write, who: &Caller, plan: &Plan) -> db::Result<()> {
    let was = quantities(&plan.found, |edit| edit.line.ordered);
    let became = quantities(&plan.found, |edit| edit.to);
    let changed = Did::new(Verb::OrderChanged, plan.order.id.as_str()).as_role(plan.role);
    note(app, tx, who, changed.changed(was, became)).await
}

/// By line.
fn quantities(found: &Edits, of: fn(&Edit) -> Qty) -> serde_json::Value {
    let edits = found.edits.iter();
    let lines = edits.map(|edit| (edit.line.id.to_string(), of(edit).plain().into()));
    serde_json::Value::Object(lines.collect())
}

/// What hangs on a part's goods, worked out anew; a cancelled part costs nothing.
async fn fees(app: &App, tx: &Write, who: &Caller, plan: &Plan) -> db::Result<()> {
    let Plan {
        order, found, now, ..
    } = plan;
    for part in found.emptied.iter().chain(found.parts()) {
        store::delete_fees(tx, &order.market_id, &order.id, part).await?;
    }
    for part in found.parts() {
        let lines = plan.lines.iter().filter(|line| line.part == *part);
        let amounts = lines.map(|line| {
            let edit = found.edits.iter().find(|edit| edit.line.id == line.id);
            edit.map_or((line.amount_minor, line.tax_minor), |edit| {
                (edit.amount_minor, edit.tax_minor)
            })
        });
        let farm = order.part(part).map(|part| part.farm.id.clone());
        for fee in farm_fees(&who.market, farm, amounts).unwrap_or_default() {
            placing::rows::insert_fee(app, tx, order, &fee, *now).await?;
        }
    }
    Ok(())
}

/// Tells of it: a hint to watchers that a crash cannot lose.
async fn push(app: &App, tx: &Write, plan: &Plan) -> db::Result<()> {
    let Plan {
        order, found, now, ..
    } = plan;
    let id = app.ids.make(JobId::PREFIX, *now);
    let farms = order
        .parts
        .iter()
        .filter(|part| found.parts().contains(&&part.id));
    let job = OrderChanged {
        market: order.market_id.clone(),
        order: order.id.clone(),
        farms: farms.map(|part| part.farm.id.clone()).collect(),
        version: order.version + 1,
    };
    let push = Push {
        id: &id,
        key: &id,
        due_at: now.micros(),
        now: now.micros(),
    };
    outbox::push(tx, &job, push).await
}
