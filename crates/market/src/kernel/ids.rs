//! Ids: opaque text with a prefix that says what it names, ordered by the time it was made (`ord_0193…`).
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use super::{hash, time::Ts};

/// An id from outside is any text of 1 to 64 visible ASCII characters: clients may hold ids such as `test_order_123`.
pub fn is_well_formed(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            /// Whether a text has the form of an id of this kind: the prefix and `_`.
            pub fn names(text: &str) -> bool {
                text.strip_prefix(Self::PREFIX).is_some_and(|rest| rest.starts_with('_'))
            }

            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl db::Bind for $name {
            fn bind(&self) -> db::Value<'_> {
                db::Value::Text(std::borrow::Cow::Borrowed(&self.0))
            }
        }

        impl db::Load for $name {
            fn load(value: db::Value<'_>) -> db::Result<Self> {
                String::load(value).map(Self)
            }
        }
    )*};
}

ids! {
    MarketId "mkt";
    UserId "usr";
    FarmId "frm";
    ProductId "prd";
    DayId "day";
    WindowId "win";
    PlaceId "plc";
    /// What the customer ordered: one payment, one link.
    OrderId "ord";
    /// One farm's part of an order.
    FarmOrderId "fo";
    LineId "lin";
    EventId "evt";
    FeeId "fee";
    TokenId "tok";
    LinkId "lnk";
    /// Somebody who has not confirmed the address yet.
    SignUpId "sup";
    /// Into a farm's team.
    InvitationId "inv";
    JobId "job";
    CartId "crt";
    /// A change of an order's lines by its customer.
    ChangeId "chg";
    NoticeId "ntc";
    /// Of a message that a window runs late.
    LateId "lat";
    /// Of something somebody did.
    AuditId "aud";
}

/// The generator the app was given: random in production, counted in tests.
#[derive(Clone, Debug)]
pub enum Ids {
    Random,
    Counted(Arc<AtomicU64>),
}

impl Ids {
    pub fn counted() -> Self {
        Self::Counted(Arc::default())
    }

    /// `prefix_` and 32 hex digits of a UUID version 7 (RFC 9562): 48 bits of `now`, then random ones.
    pub fn make(&self, prefix: &str, now: Ts) -> String {
        let millis = u64::try_from(now.micros() / 1000).unwrap_or(0);
        let tail: [u8; 10] = match self {
            Self::Random => hash::random().unwrap_or_default(),
            Self::Counted(next) => {
                let mut tail = [0; 10];
                tail[2..].copy_from_slice(&next.fetch_add(1, Ordering::Relaxed).to_be_bytes());
                tail
            }
        };
        let id = uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid();
        format!("{prefix}_{}", id.simple())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_ordered_by_time_and_never_equal() {
        let ids = Ids::Random;
        let early = ids.make("ord", Ts::from_micros(1_000_000));
        let late = ids.make("ord", Ts::from_micros(2_000_000));
        assert!(early < late && early.starts_with("ord_"));
        assert_ne!(
            ids.make("ord", Ts::from_micros(1)),
            ids.make("ord", Ts::from_micros(1))
        );
        let counted = Ids::counted();
        assert_ne!(
            counted.make("ord", Ts::from_micros(1)),
            counted.make("ord", Ts::from_micros(1))
        );
    }

    #[test]
    fn an_id_from_outside_is_short_visible_ascii() {
        assert!(is_well_formed("test_order_123"));
        for bad in ["", " ", "a b", "é", "a\0", &"x".repeat(65)] {
            assert!(!is_well_formed(bad), "{bad:?}");
        }
    }
}
