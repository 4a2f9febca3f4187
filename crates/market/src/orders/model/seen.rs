//! What somebody may see of an order: a farm its own part, a customer and the market all of it.
use super::{Following, Order};
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
            self.fees.clear();
        }
        self
    }
}
