//! The lives of the demo's orders: how a part came to stand where it stands.
use std::time::Duration;

use crate::{
    kernel::{role::Role, time::Ts},
    orders::model::{Reason, Status},
};

/// One step of a part's life.
pub struct Past {
    pub from: Option<Status>,
    pub to: Status,
    pub role: Role,
    pub reason: Option<Reason>,
    pub at: Ts,
}

/// The usual way to `status`, ending shortly before `now` and beginning at `placed`.
pub fn way_to(status: Status, placed: Ts, now: Ts, nth: u64) -> Vec<Past> {
    use Status::{
        Cancelled, Completed, Confirmed, Fulfilled, Missed, OutForDelivery, Pending, Preparing,
        Ready,
    };
    let steps: &[Status] = match status {
        Pending => &[],
        Confirmed => &[Confirmed],
        Preparing => &[Confirmed, Preparing],
        Ready | OutForDelivery => &[Confirmed, Preparing, Ready],
        Missed => &[Confirmed, Ready, Missed],
        Fulfilled => &[Confirmed, Preparing, Ready, Fulfilled],
        Completed => &[Confirmed, Preparing, Ready, Fulfilled, Completed],
        Cancelled => &[Confirmed, Cancelled],
    };
    let mut from = None;
    let mut past = vec![Past {
        from,
        to: Pending,
        role: Role::Guest,
        reason: None,
        at: placed,
    }];
    from = Some(Pending);
    for (i, to) in steps.iter().enumerate() {
        let role = match to {
            Missed | Completed => Role::System,
            _ => Role::FarmOwner,
        };
        let reason = (*to == Cancelled).then_some(Reason::OutOfStock);
        let after = u64::try_from(steps.len() - 1 - i).unwrap_or(0);
        past.push(Past {
            from,
            to: *to,
            role,
            reason,
            at: when(*to, status, placed, now, nth, after),
        });
        from = Some(*to);
    }
    past
}

/// Confirmed in the evening; the rest of the way within the last two hours, the last step a while ago.
fn when(to: Status, end: Status, placed: Ts, now: Ts, nth: u64, after: u64) -> Ts {
    let minutes = |n: u64| Duration::from_secs(60 * n);
    if to == Status::Confirmed {
        return placed.plus(minutes(70 + nth * 13 % 50));
    }
    let done = now.minus(minutes(4 + nth * 7 % 37));
    let at = done.minus(minutes(26 * after));
    // Completed comes two days after the hand-over.
    if end == Status::Completed && to != end {
        at.minus(Duration::from_hours(48))
    } else {
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::model::transitions;

    #[test]
    fn every_past_step_is_one_the_table_knows() {
        let placed = Ts::from_micros(1_000_000_000_000);
        let now = placed.plus(Duration::from_hours(80));
        for status in Status::ALL
            .iter()
            .filter(|status| **status != Status::OutForDelivery)
        {
            let past = way_to(*status, placed, now, 7);
            assert_eq!(past.last().map(|step| step.to), Some(*status));
            for step in &past[1..] {
                let from = step.from.unwrap();
                assert!(
                    transitions::find(from, step.to, step.role).is_some(),
                    "{from:?} -> {:?}",
                    step.to
                );
            }
            assert!(
                past.windows(2)
                    .all(|pair| pair[0].at <= pair[1].at && pair[1].at <= now),
                "{status:?}"
            );
        }
    }
}
