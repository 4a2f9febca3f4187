//! What the API says of an order: JSON, additive for ever. Amounts are integer minor units with their currency.
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    actions::{Fate, Outcome, refusal},
    model::{
        Ending, Following, Order, OrderLine, Payment, PricedBy, Reason, Status, StatusEvent,
        Summary, seen::Audience,
    },
};
use crate::kernel::{money::Currency, role::Role, schema};

schema::named!(
    StatusName,
    "Status",
    Status::ALL.iter().map(|status| status.as_str())
);
schema::named!(
    ReasonName,
    "Reason",
    Reason::ALL.iter().map(|reason| reason.as_str())
);
schema::named!(
    EndingName,
    "Ending",
    Ending::ALL.iter().map(|ending| ending.as_str())
);
schema::named!(
    PaymentName,
    "Payment",
    Payment::ALL.iter().map(|payment| payment.as_str())
);
schema::named!(
    PricedByName,
    "PricedBy",
    PricedBy::ALL.iter().map(|by| by.as_str())
);
schema::named!(RoleName, "Role", Role::ALL.iter().map(|role| role.as_str()));
schema::named!(
    CurrencyName,
    "Currency",
    Currency::ALL.iter().map(|currency| currency.code())
);
schema::named!(
    /// What became of a part.
    FateName,
    "Fate",
    ["changed", "already", "refused"]
);

#[derive(Serialize, ToSchema)]
#[schema(as = Order)]
pub struct OrderView {
    #[schema(examples("ord_01k9x5w6v7"))]
    id: String,
    #[schema(examples("FM-7Q4K2D"))]
    code: String,
    #[schema(value_type = StatusName)]
    status: &'static str,
    #[schema(minimum = 0, examples(4))]
    version: i64,
    /// A part was missed: somebody has to decide what becomes of it.
    attention: bool,
    progress: Progress,
    #[schema(format = DateTime, examples("2026-11-26T10:00:00Z"))]
    placed_at: String,
    #[schema(format = DateTime, examples("2026-11-26T10:05:00Z"))]
    changed_at: String,
    #[schema(value_type = PaymentName)]
    payment: &'static str,
    #[schema(value_type = CurrencyName)]
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
#[derive(Serialize, ToSchema)]
#[schema(as = Progress)]
struct Progress {
    #[schema(minimum = 0, examples(2))]
    farms: usize,
    #[schema(minimum = 0, examples(1))]
    ready: usize,
    #[schema(minimum = 0, examples(0))]
    collected: usize,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Collect)]
struct Collect {
    #[schema(examples("Mill Lane car park"))]
    place: String,
    #[schema(examples("Mill Lane 1"))]
    address: String,
    #[schema(format = DateTime, examples("2026-11-28T09:00:00Z"))]
    starts_at: String,
    #[schema(format = DateTime, examples("2026-11-28T11:00:00Z"))]
    ends_at: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = FarmOrder)]
struct PartView {
    #[schema(examples("fo_01k9x5w6v8"))]
    id: String,
    #[schema(examples("frm_hill_row"))]
    farm_id: String,
    #[schema(examples("Hill Row Farm"))]
    farm: String,
    #[schema(value_type = StatusName)]
    status: &'static str,
    #[schema(minimum = 0, examples(2))]
    version: i64,
    #[schema(format = DateTime, examples("2026-11-26T10:05:00Z"))]
    since: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OrderLine)]
struct LineView {
    #[schema(examples("lin_01k9x5w6v9"))]
    id: String,
    #[schema(examples("fo_01k9x5w6v8"))]
    farm_order_id: String,
    #[schema(examples("Rainbow chard"))]
    product: String,
    #[schema(examples("bunch"))]
    unit: String,
    #[schema(value_type = PricedByName)]
    priced_by: &'static str,
    #[schema(examples(240))]
    price_minor: i64,
    /// In thousandths of the unit.
    #[schema(examples(2000))]
    ordered: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    packed: Option<i64>,
    #[schema(examples(480))]
    estimated_minor: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_minor: Option<i64>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Fee)]
struct FeeView {
    #[schema(examples("platform"))]
    kind: String,
    #[schema(examples(50))]
    amount_minor: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = StatusEvent)]
struct EventView {
    #[schema(examples("evt_01k9x5w6va"))]
    id: String,
    #[schema(examples("fo_01k9x5w6v8"))]
    farm_order_id: String,
    #[schema(minimum = 0, examples(1))]
    seq: i64,
    #[schema(value_type = Option<StatusName>, required)]
    from: Option<&'static str>,
    #[schema(value_type = StatusName)]
    to: &'static str,
    #[schema(value_type = RoleName)]
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ReasonName>)]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    undoes: Option<i64>,
    #[schema(format = DateTime, examples("2026-11-26T10:00:00Z"))]
    at: String,
    #[schema(minimum = 0, examples(4))]
    version: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PartResult)]
struct ResultView {
    #[schema(examples("fo_01k9x5w6v8"))]
    farm_order_id: String,
    /// `changed`, `already` or `refused`.
    #[schema(value_type = FateName)]
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<StatusName>)]
    allowed: Vec<&'static str>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OrderList)]
pub struct ListView {
    pub orders: Vec<SummaryView>,
    /// Give it back as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("1795687200000000.ord_01k9x5w6v7"))]
    pub next: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OrderSummary)]
pub struct SummaryView {
    #[schema(examples("ord_01k9x5w6v7"))]
    id: String,
    #[schema(examples("FM-7Q4K2D"))]
    code: String,
    #[schema(value_type = StatusName)]
    status: &'static str,
    #[schema(minimum = 0, examples(4))]
    version: i64,
    #[schema(format = DateTime, examples("2026-11-26T10:00:00Z"))]
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
