//! What the API says of an order: JSON, additive for ever. Amounts are integer minor units with their currency.
use serde::Serialize;

use super::{
    actions::{Fate, Outcome, refusal},
    model::{Following, Order, OrderLine, Status, StatusEvent, Summary, seen::Audience},
};

#[derive(Serialize)]
pub struct OrderView {
    id: String,
    code: String,
    status: &'static str,
    version: i64,
    /// A part was missed: somebody has to decide what becomes of it.
    attention: bool,
    progress: Progress,
    placed_at: String,
    changed_at: String,
    payment: &'static str,
    currency: &'static str,
    collect: Collect,
    farm_orders: Vec<PartView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<Vec<LineView>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fees: Option<Vec<FeeView>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<Vec<EventView>>,
    /// After a change: whether this request changed anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
    /// After a change: what became of each part it was about.
    #[serde(skip_serializing_if = "Option::is_none")]
    results: Option<Vec<ResultView>>,
}

/// "2 of 3 farms ready": cancelled parts do not count.
#[derive(Serialize)]
struct Progress {
    farms: usize,
    ready: usize,
    collected: usize,
}

#[derive(Serialize)]
struct Collect {
    place: String,
    address: String,
    starts_at: String,
    ends_at: String,
}

#[derive(Serialize)]
struct PartView {
    id: String,
    farm_id: String,
    farm: String,
    status: &'static str,
    version: i64,
    since: String,
}

#[derive(Serialize)]
struct LineView {
    id: String,
    farm_order_id: String,
    product: String,
    unit: String,
    priced_by: &'static str,
    price_minor: i64,
    /// In thousandths of the unit.
    ordered: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    packed: Option<i64>,
    estimated_minor: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_minor: Option<i64>,
}

#[derive(Serialize)]
struct FeeView {
    kind: String,
    amount_minor: i64,
}

#[derive(Serialize)]
struct EventView {
    id: String,
    farm_order_id: String,
    seq: i64,
    from: Option<&'static str>,
    to: &'static str,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    undoes: Option<i64>,
    at: String,
    version: i64,
}

#[derive(Serialize)]
struct ResultView {
    farm_order_id: String,
    /// `changed`, `already` or `refused`.
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed: Vec<&'static str>,
}

#[derive(Serialize)]
pub struct ListView {
    pub orders: Vec<SummaryView>,
    /// Give it back as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

#[derive(Serialize)]
pub struct SummaryView {
    id: String,
    code: String,
    status: &'static str,
    version: i64,
    placed_at: String,
}

impl From<&Summary> for SummaryView {
    fn from(summary: &Summary) -> Self {
        Self {
            id: summary.id.to_string(),
            code: summary.code.clone(),
            status: summary.status.as_str(),
            version: summary.version,
            placed_at: summary.placed_at.rfc3339(),
        }
    }
}

impl OrderView {
    /// `order` as its audience sees it.
    pub fn of(order: &Order) -> Self {
        let living = || {
            order
                .parts
                .iter()
                .filter(|part| part.status != Status::Cancelled)
        };
        let ready = [
            Status::Ready,
            Status::OutForDelivery,
            Status::Fulfilled,
            Status::Completed,
        ];
        Self {
            id: order.id.to_string(),
            code: order.code.clone(),
            status: order.status.as_str(),
            version: order.version,
            attention: order.attention(),
            progress: Progress {
                farms: living().count(),
                ready: living().filter(|part| ready.contains(&part.status)).count(),
                collected: living()
                    .filter(|part| matches!(part.status, Status::Fulfilled | Status::Completed))
                    .count(),
            },
            placed_at: order.placed_at.rfc3339(),
            changed_at: order.changed_at.rfc3339(),
            payment: order.payment.as_str(),
            currency: order.currency.code(),
            collect: Collect {
                place: order.place.name.clone(),
                address: order.place.address.clone(),
                starts_at: order.window.starts_at.rfc3339(),
                ends_at: order.window.ends_at.rfc3339(),
            },
            farm_orders: order
                .parts
                .iter()
                .map(|part| PartView {
                    id: part.id.to_string(),
                    farm_id: part.farm.id.to_string(),
                    farm: part.farm.name.clone(),
                    status: part.status.as_str(),
                    version: part.version,
                    since: part.last.at.rfc3339(),
                })
                .collect(),
            lines: None,
            fees: None,
            history: None,
            changed: None,
            results: None,
        }
    }

    pub fn of_following(following: &Following) -> Self {
        Self {
            lines: Some(following.lines.iter().map(line).collect()),
            fees: Some(
                following
                    .living_fees()
                    .map(|fee| FeeView {
                        kind: fee.kind.clone(),
                        amount_minor: fee.amount.minor,
                    })
                    .collect(),
            ),
            history: Some(following.history.iter().map(event).collect()),
            ..Self::of(&following.order)
        }
    }

    pub fn of_outcome(outcome: &Outcome, audience: &Audience) -> Self {
        let order = outcome.order.clone().seen_by(audience);
        let results = outcome
            .fates
            .iter()
            .filter(|(id, _)| order.part(id).is_some())
            .map(|(id, fate)| result(id.as_str(), fate))
            .collect();
        Self {
            changed: Some(outcome.changed()),
            results: Some(results),
            ..Self::of(&order)
        }
    }
}

fn line(line: &OrderLine) -> LineView {
    LineView {
        id: line.id.to_string(),
        farm_order_id: line.part.to_string(),
        product: line.product.clone(),
        unit: line.unit.clone(),
        priced_by: line.priced_by.as_str(),
        price_minor: line.price.minor,
        ordered: line.ordered.as_thousandths(),
        packed: line.packed.map(crate::kernel::qty::Qty::as_thousandths),
        estimated_minor: line.estimated.minor,
        amount_minor: line.amount.map(|amount| amount.minor),
    }
}

fn event(event: &StatusEvent) -> EventView {
    EventView {
        id: event.id.to_string(),
        farm_order_id: event.part.to_string(),
        seq: event.seq,
        from: event.from.map(Status::as_str),
        to: event.to.as_str(),
        role: event.role.as_str(),
        by: event.actor_name.clone(),
        reason: event.reason.map(super::model::Reason::as_str),
        note: event.note.clone(),
        undoes: event.undoes,
        at: event.at.rfc3339(),
        version: event.order_version,
    }
}

fn result(id: &str, fate: &Fate) -> ResultView {
    let (result, code, allowed) = match fate {
        Fate::Changed => ("changed", None, Vec::new()),
        Fate::Already => ("already", None, Vec::new()),
        Fate::Refused(refused) => match refusal(refused) {
            crate::error::Error::Conflict { say, allowed } => ("refused", Some(say.key), allowed),
            error => ("refused", Some(error.say().key), Vec::new()),
        },
    };
    ResultView {
        farm_order_id: id.to_owned(),
        result,
        code,
        allowed,
    }
}
