//! Many orders at once, each its own transaction and its own answer; and the filters somebody keeps.
use super::{
    model::{AT_ONCE, Done, Kept},
    store,
};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Outcomes, Result},
    kernel::ids::{OrderId, UserId},
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
    let mut outcomes = Outcomes::default();
    for (id, version) in picked {
        let wish = Wish {
            expected_version: Some(*version),
            ..wish.clone()
        };
        let work = async {
            Ok(match advance(app, who, id.as_str(), &wish, None).await? {
                Answer::Now(outcome) => done(&outcome),
                Answer::Kept(_) => Done::Already,
            })
        };
        outcomes.add(Box::pin(work)).await?;
    }
    let ids = picked.iter().map(|(id, _)| id.clone());
    let moved = ids.zip(outcomes.all());
    let moved = moved.map(|(id, result)| Moved { id, result });
    Ok(moved.collect())
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

fn person(who: &Caller) -> Result<&UserId> {
    let user = who.user.as_ref().ok_or(Error::Unauthenticated)?;
    Ok(&user.id)
}

/// A list's own shortcut: nobody else sees it, and nothing of the market changes.
pub async fn keep_filter(app: &App, who: &Caller, kept: &Kept) -> Result<()> {
    if kept.query.is_empty() {
        return Err(Error::invalid("name", "orders-list-keep-nothing"));
    }
    let user = person(who)?;
    let tx = app.db.write().await?;
    if !store::keep_filter(&tx, &who.market.id, user, kept).await? {
        tx.discard().await?;
        return Err(Error::invalid("name", "orders-list-keep-full"));
    }
    Ok(tx.commit().await?)
}

pub async fn forget_filter(app: &App, who: &Caller, name: &str) -> Result<()> {
    let user = person(who)?;
    let tx = app.db.write().await?;
    store::forget_filter(&tx, &who.market.id, user, name).await?;
    Ok(tx.commit().await?)
}
