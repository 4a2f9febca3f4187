//! A farm's board: its orders of one day and what the viewer may do with each.
use std::fmt::Write as _;

use super::{FarmOrder, Payment, Status, Window, decide::Actor, transitions, undo};
use crate::{
    kernel::{
        hash,
        ids::{FarmId, FarmOrderId, OrderId},
        qty::Qty,
        time::Ts,
    },
    markets::model::MarketDay,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    pub farm: BoardFarm,
    /// All the viewer may switch to, this one included.
    pub farms: Vec<BoardFarm>,
    /// `None` while the market has no day at all.
    pub day: Option<MarketDay>,
    pub rows: Vec<BoardRow>,
    pub viewer: Actor,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardFarm {
    pub id: FarmId,
    pub slug: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardRow {
    pub id: FarmOrderId,
    pub order_id: OrderId,
    pub code: String,
    pub customer_name: String,
    pub items: i64,
    /// Lines of which there was less.
    pub short: i64,
    /// The customer stands at the stall.
    pub here: bool,
    pub part: FarmOrder,
    pub window: Window,
    pub cutoff_at: Ts,
    pub payment: Payment,
    /// What is in it: product, how much, unit.
    pub goods: Vec<(String, Qty, String)>,
}

/// What wants a person before anything else does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// Nobody came for it.
    Missed,
    /// Somebody may still be packing it.
    CancelledWhilePacking,
    /// Its window is over and nobody came for it yet.
    NotCome,
    /// Its window has begun and it is not ready.
    Late,
    /// There was less of something.
    Short,
}

impl BoardRow {
    pub fn trouble(&self, now: Ts) -> Option<Trouble> {
        use Status::{Cancelled, Confirmed, Missed, OutForDelivery, Pending, Preparing, Ready};
        let packing = matches!(
            self.part.last.from,
            Some(Preparing | Ready | OutForDelivery)
        );
        match self.part.status {
            Missed => Some(Trouble::Missed),
            Cancelled if packing => Some(Trouble::CancelledWhilePacking),
            Ready | OutForDelivery if now >= self.window.ends_at => Some(Trouble::NotCome),
            Pending | Confirmed | Preparing if now >= self.window.starts_at => Some(Trouble::Late),
            status if self.short > 0 && status.is_open() => Some(Trouble::Short),
            _ => None,
        }
    }

    /// The customer stands there and has not got it yet.
    pub fn waits(&self) -> bool {
        self.here && self.part.status.is_open()
    }

    /// Another number whenever the row looks different.
    pub fn stamp(&self) -> i64 {
        self.part.version * 2 + i64::from(self.here)
    }

    /// The steps the viewer may take, forward ones first, cancelling last.
    pub fn steps(&self, viewer: &Actor) -> Vec<Status> {
        transitions::allowed(&self.part, &viewer.roles)
    }

    /// The one step a tap takes: what usually comes next.
    pub fn next(&self, viewer: &Actor) -> Option<Status> {
        use Status::{Confirmed, Fulfilled, Pending, Preparing, Ready};
        let usual = match self.part.status {
            Pending => [Confirmed, Preparing],
            Confirmed => [Preparing, Ready],
            Preparing => [Ready, Fulfilled],
            Ready => [Fulfilled, Fulfilled],
            _ => return None,
        };
        let steps = self.steps(viewer);
        usual.into_iter().find(|to| steps.contains(to))
    }

    /// Whether the viewer may take the last step back without a word.
    pub fn may_undo(&self, viewer: &Actor, now: Ts) -> bool {
        undo::undo(&self.part, viewer, None, now).is_ok()
    }
}

impl Board {
    /// Who waits at the stall first, then what is in trouble; the rest stays by window, as it was placed.
    pub fn sort(&mut self, now: Ts) {
        self.rows.sort_by_key(|row| {
            let trouble = row.trouble(now);
            (!row.waits(), trouble.is_none(), trouble)
        });
    }

    /// The same text for the same state: what a browser has seen.
    pub fn digest(&self) -> String {
        let state = self.rows.iter().fold(String::new(), |mut state, row| {
            let _ = write!(state, "{}:{};", row.id, row.stamp());
            state
        });
        hash::sha256(&state)[..16].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            Method,
            sample::{actor, at, order, part},
        },
        *,
    };
    use crate::kernel::role::Role;

    fn row(status: Status) -> BoardRow {
        let order = order(vec![part("rosa", status)]);
        let part = order.parts[0].clone();
        BoardRow {
            id: part.id.clone(),
            order_id: order.id,
            code: order.code,
            customer_name: order.customer_name,
            items: 1,
            short: 0,
            here: false,
            part,
            window: order.window,
            cutoff_at: order.day.cutoff_at,
            payment: order.payment,
            goods: Vec::new(),
        }
    }

    #[test]
    fn a_tap_takes_the_usual_next_step() {
        use Status::{Completed, Confirmed, Fulfilled, Missed, Pending, Preparing, Ready};
        let farmer = actor(&[Role::FarmStaff]);
        let manager = actor(&[Role::MarketManager]);
        for (status, farm, market) in [
            (Pending, Some(Confirmed), Some(Preparing)),
            (Confirmed, Some(Preparing), Some(Preparing)),
            (Preparing, Some(Ready), Some(Ready)),
            (Ready, Some(Fulfilled), None),
            (Missed, None, None),
            (Fulfilled, None, None),
            (Completed, None, None),
        ] {
            assert_eq!(row(status).next(&farmer), farm, "{status:?}");
            assert_eq!(row(status).next(&manager), market, "{status:?}");
            assert_eq!(row(status).next(&actor(&[])), None);
        }
    }

    #[test]
    fn steps_depend_on_the_way_of_handing_over() {
        use Status::{Cancelled, Fulfilled, OutForDelivery, Ready};
        let farmer = actor(&[Role::FarmStaff]);
        let steps = |status, method| {
            let mut row = row(status);
            row.part.method = method;
            row.steps(&farmer)
        };
        assert_eq!(steps(Ready, Method::Pickup), [Fulfilled, Cancelled]);
        assert_eq!(
            steps(Ready, Method::Delivery),
            [OutForDelivery, Fulfilled, Cancelled]
        );
        assert_eq!(
            steps(Status::Preparing, Method::OwnStall),
            [Ready, Fulfilled, Cancelled]
        );
    }

    #[test]
    fn undo_is_offered_while_it_needs_no_word() {
        let row = row(Status::Ready);
        let farmer = actor(&[Role::FarmStaff]);
        assert!(row.may_undo(&farmer, at(25)));
        assert!(!row.may_undo(&farmer, at(26)));
        assert!(!row.may_undo(&actor(&[Role::MarketManager]), at(11)));
    }

    fn board(rows: Vec<BoardRow>) -> Board {
        let farm = BoardFarm {
            id: FarmId::new("frm_rosa"),
            slug: "rosa".to_owned(),
            name: "Rosa".to_owned(),
        };
        Board {
            farm: farm.clone(),
            farms: vec![farm],
            day: None,
            rows,
            viewer: actor(&[Role::FarmStaff]),
        }
    }

    #[test]
    fn who_waits_and_what_is_in_trouble_comes_first() {
        use Status::{Cancelled, Confirmed, Fulfilled, Missed, Preparing, Ready};
        let named = |code: &str, status, short, here| BoardRow {
            code: code.to_owned(),
            short,
            here,
            ..row(status)
        };
        let mut cancelled = named("cancelled", Cancelled, 0, false);
        cancelled.part.last.from = Some(Preparing);
        let mut board = board(vec![
            named("plain", Confirmed, 0, false),
            named("over", Fulfilled, 1, false),
            named("gone", Fulfilled, 0, true),
            named("short", Preparing, 1, false),
            cancelled,
            named("missed", Missed, 0, false),
            named("here", Ready, 0, true),
        ]);
        board.sort(at(0));
        let codes: Vec<&str> = board.rows.iter().map(|row| row.code.as_str()).collect();
        let expected = [
            "here",
            "missed",
            "cancelled",
            "short",
            "plain",
            "over",
            "gone",
        ];
        assert_eq!(codes, expected);
        // Once the window has begun, whatever is not ready is late.
        let late = board.rows[0].window.starts_at;
        assert_eq!(board.rows[4].trouble(at(0)), None);
        assert_eq!(board.rows[4].trouble(late), Some(Trouble::Late));
        assert_eq!(board.rows[0].trouble(late), None);
        // Once it is over, whatever is ready still has to be collected.
        let over = board.rows[0].window.ends_at;
        assert_eq!(board.rows[0].trouble(over), Some(Trouble::NotCome));
        assert_eq!(board.rows[1].trouble(over), Some(Trouble::Missed));
    }

    #[test]
    fn a_digest_changes_with_any_version() {
        let farm = BoardFarm {
            id: FarmId::new("frm_rosa"),
            slug: "rosa".to_owned(),
            name: "Rosa".to_owned(),
        };
        let mut board = Board {
            farm: farm.clone(),
            farms: vec![farm],
            day: None,
            rows: vec![row(Status::Ready)],
            viewer: actor(&[Role::FarmStaff]),
        };
        let before = board.digest();
        assert_eq!(before, board.clone().digest());
        board.rows[0].part.version += 1;
        assert_ne!(board.digest(), before);
        board.rows.clear();
        assert_ne!(board.digest(), before);
    }
}
