//! What somebody may see of an order: a farm its own part, a customer and the market all of it.
use super::{Fee, Following, Order, Status};
use crate::kernel::ids::FarmId;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    /// The customer, with an account or by link.
    Customer,
    /// The team of one farm.
    Farm(FarmId),
    /// The market's managers and pickup hosts.
    Market,
}

impl Order {
    #[must_use]
    pub fn seen_by(mut self, audience: &Audience) -> Self {
        if let Audience::Farm(farm) = audience {
            self.parts.retain(|part| &part.farm.id == farm);
        }
        self
    }
}

impl Following {
    /// The fees that count: those of a cancelled part went with it.
    pub fn living_fees(&self) -> impl Iterator<Item = &Fee> {
        self.fees.iter().filter(|fee| {
            let part = fee.part.as_ref().and_then(|part| self.order.part(part));
            part.is_none_or(|part| part.status != Status::Cancelled)
        })
    }

    /// Fees are between the customer and the market: a farm does not see them.
    #[must_use]
    pub fn seen_by(mut self, audience: &Audience) -> Self {
        self.order = self.order.seen_by(audience);
        if let Audience::Farm(_) = audience {
            let parts = &self.order.parts;
            self.lines
                .retain(|line| parts.iter().any(|part| part.id == line.part));
            self.history
                .retain(|event| parts.iter().any(|part| part.id == event.part));
            self.changes
                .retain(|change| parts.iter().any(|part| part.id == change.part));
            self.late
                .retain(|late| parts.iter().any(|part| part.farm.id == late.farm));
            self.fees.clear();
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            Fee, OrderLine, PricedBy, Status, StatusEvent,
            sample::{at, order, part},
        },
        *,
    };
    use crate::kernel::{
        ids::{EventId, FarmOrderId, FeeId, LineId},
        money::{Currency, Money},
        qty::Qty,
        role::Role,
    };

    fn line(farm: &str) -> OrderLine {
        OrderLine {
            id: LineId::new(format!("lin_{farm}")),
            part: FarmOrderId::new(format!("fo_{farm}")),
            product: "Carrots".to_owned(),
            category: "root".to_owned(),
            unit: "bunch".to_owned(),
            price: Money::new(180, Currency::Gbp),
            priced_by: PricedBy::Unit,
            ordered: Qty::thousandths(1000),
            packed: None,
            estimated: Money::new(180, Currency::Gbp),
            amount: None,
            note: None,
        }
    }

    fn event(farm: &str) -> StatusEvent {
        StatusEvent {
            id: EventId::new(format!("evt_{farm}")),
            part: FarmOrderId::new(format!("fo_{farm}")),
            seq: 1,
            from: None,
            to: Status::Pending,
            actor_id: None,
            actor_name: None,
            role: Role::Guest,
            reason: None,
            note: None,
            undoes: None,
            at: at(0),
            order_version: 1,
        }
    }

    fn following() -> Following {
        let farms = ["rosa", "ben"];
        Following {
            order: order(farms.map(|farm| part(farm, Status::Ready)).to_vec()),
            lines: farms.map(line).to_vec(),
            history: farms.map(event).to_vec(),
            changes: Vec::new(),
            late: Vec::new(),
            fees: vec![Fee {
                id: FeeId::new("fee_1"),
                kind: "market".to_owned(),
                part: None,
                amount: Money::new(50, Currency::Gbp),
            }],
        }
    }

    #[test]
    fn customer_and_market_see_all_of_it() {
        for audience in [Audience::Customer, Audience::Market] {
            assert_eq!(following().seen_by(&audience), following());
        }
    }

    #[test]
    fn a_farm_sees_what_is_its_own() {
        let whole = following();
        let seen = following().seen_by(&Audience::Farm(FarmId::new("frm_ben")));
        assert_eq!(seen.order.parts, whole.order.parts[1..]);
        assert_eq!(seen.lines, whole.lines[1..]);
        assert_eq!(seen.history, whole.history[1..]);
        assert_eq!(seen.fees, []);
        let stranger = following().seen_by(&Audience::Farm(FarmId::new("frm_cleo")));
        assert!(stranger.order.parts.is_empty() && stranger.lines.is_empty());
        assert!(stranger.history.is_empty() && stranger.fees.is_empty());
    }

    #[test]
    fn a_line_counts_by_its_weight_once_it_is_known() {
        let mut line = line("rosa");
        assert_eq!(line.counts().minor, 180);
        line.amount = Some(Money::new(190, Currency::Gbp));
        assert_eq!(line.counts().minor, 190);
    }
}
