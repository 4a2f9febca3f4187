//! Examples of mails, for a market's manager to look at. Each slice that writes mails keeps its own in `examples.rs`,
//! made by the functions that make the real ones; `mails/` lists them.
use super::letter::Letter;
use crate::{kernel::time::Ts, markets::model::Market, words::Words};

/// Where and when, and in which words.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub w: Words,
    pub market: &'a Market,
    /// The market's own address, `https://market.example`.
    pub base: &'a str,
    pub now: Ts,
}

/// One mail, as somebody would get it.
pub struct Example {
    /// Opaque and the same for ever: it stands in addresses and in the audit.
    pub name: &'static str,
    pub to: To,
    /// The key of the sentence that says when it goes.
    pub when: &'static str,
    pub letter: Letter,
}

/// Who gets a mail, in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    Customer,
    /// Its owners, else its managers, else its team.
    Farm,
    /// Its managers, without one its admins.
    Manager,
    /// Whoever wants to be one of a farm.
    Farmer,
    /// With an account or on the way to one.
    Person,
}

/// The people, farms and things of all examples, which are names in every language.
pub const CUSTOMER: &str = "Imogen Hart";
pub const CUSTOMER_EMAIL: &str = "imogen@example.org";
pub const FARMER: &str = "Rosa Lindqvist";
pub const FARM: &str = "Hill Row Farm";
pub const OTHER_FARM: &str = "Marsh Lane Dairy";
pub const TOWN: &str = "Thornbury";
pub const MANAGER: &str = "Mara Quist";
pub const PLACE: &str = "Riverside Square";
pub const STREET: &str = "Mill Lane 1";
/// Behind the market's own letters.
pub const CODE: &str = "7Q4K2D";

impl Scene<'_> {
    pub fn code(&self) -> String {
        format!("{}-{CODE}", self.market.code_prefix)
    }

    /// A link of an example opens nothing.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}/00000000000000000000000000000000", self.base)
    }

    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}
