//! Many orders at once: each its own transaction and its own answer.
use super::model::{AT_ONCE, Done};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result},
    kernel::ids::OrderId,
    orders::actions::{Answer, Fate, Goal, Outcome, Wish, advance},
};

/// What became of one order.
#[derive(Debug)]
pub struct Moved {
    pub id: OrderId,
    pub result: Result<Done>,
}

/// Each as it was seen: an order that somebody moved meanwhile stays.
pub async fn move_all(
    app: &App,
    who: &Caller,
    picked: &[(OrderId, i64)],
    wish: &Wish,
) -> Result<Vec<Moved>> {
    if picked.is_empty() {
        return Err(Error::invalid("order", "orders-list-none-picked"));
    }
    if picked.len() > AT_ONCE {
        return Err(Error::invalid("order", "orders-list-too-many"));
    }
    if wish.to == Goal::Undo {
        return Err(Error::invalid("to", "orders-unknown-status"));
    }
    let mut moved = Vec::new();
    for (id, version) in picked {
        let wish = Wish {
            expected_version: Some(*version),
            ..wish.clone()
        };
        let result = match advance(app, who, id.as_str(), &wish, None).await {
            Ok(Answer::Now(outcome)) => Ok(done(&outcome)),
            Ok(Answer::Kept(_)) => Ok(Done::Already),
            Err(error @ (Error::Internal { .. } | Error::Unavailable)) => return Err(error),
            Err(error) => Err(error),
        };
        moved.push(Moved {
            id: id.clone(),
            result,
        });
    }
    Ok(moved)
}

fn done(outcome: &Outcome) -> Done {
    let count = |is: fn(&Fate) -> bool| outcome.fates.iter().filter(|(_, fate)| is(fate)).count();
    if outcome.changed() {
        let refused = count(|fate| matches!(fate, Fate::Refused(_)));
        Done::Changed(count(|fate| *fate == Fate::Changed), refused)
    } else {
        Done::Already
    }
}
