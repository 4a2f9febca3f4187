//! `--live`: a market morning that runs by itself and leaves the followed and the test order alone.
use std::{sync::Arc, time::Duration};

use tokio::time::sleep;

use super::world::TEST_ORDER;
use crate::{
    accounts::model::{Caller, Membership, Proof, User},
    app::App,
    kernel::{
        ids::{FarmId, OrderId, UserId},
        role::Role,
    },
    markets::{self, model::Market},
    orders::{
        actions::{self, Goal, Wish},
        model::{Status, board::BoardRow, guard::Ask},
        store,
    },
};

const PAUSE: Duration = Duration::from_millis(2500);

/// Takes one step of one part every few seconds until the process ends; when a farm has nothing left to do, its
/// morning is over.
pub async fn morning(app: Arc<App>, followed: OrderId) {
    let mut turn = 0usize;
    loop {
        sleep(PAUSE).await;
        turn = turn.wrapping_add(1);
        for market in app.markets.all().iter() {
            if let Err(error) = step(&app, market, &followed, turn).await {
                tracing::warn!(?error, "the demo's morning stumbled");
            }
        }
    }
}

async fn step(
    app: &App,
    market: &Arc<Market>,
    followed: &OrderId,
    turn: usize,
) -> crate::error::Result<()> {
    let read = app.db.read().await?;
    let farms = crate::farms::store::list(&read, &market.id).await?;
    let Some(farm) = farms
        .get(turn % farms.len().max(1))
        .map(|farm| farm.id.clone())
    else {
        return Ok(());
    };
    let day = markets::store::find_day_at_work(&read, &market.id, &farm, app.now()).await?;
    let Some(day) = day else { return Ok(()) };
    let rows = store::list_board(&read, &farm, &day.id).await?;
    drop(read);
    let free = |row: &&BoardRow| row.order_id != *followed && row.order_id.as_str() != TEST_ORDER;
    let next = rows
        .iter()
        .filter(free)
        .filter_map(|row| onward(row.part.status).map(|to| (row, to)));
    let Some((row, to)) = next.min_by_key(|(row, _)| row.part.last.at) else {
        return Ok(());
    };
    let ask = Ask {
        shown_code: Some(row.code.clone()),
        ..Ask::default()
    };
    let wish = Wish {
        to: Goal::Status(to),
        ask,
        farm: None,
        expected_version: None,
    };
    match actions::advance(app, &staff(market, farm), row.id.as_str(), &wish, None).await {
        // A guard that does not hold (a cheese nobody has weighed) is part of a market morning.
        Ok(_) | Err(crate::error::Error::Invalid(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn onward(status: Status) -> Option<Status> {
    match status {
        Status::Pending => Some(Status::Confirmed),
        Status::Confirmed => Some(Status::Preparing),
        Status::Preparing => Some(Status::Ready),
        Status::Ready => Some(Status::Fulfilled),
        _ => None,
    }
}

/// The farm's first team member, as the demo made it.
fn staff(market: &Arc<Market>, farm: FarmId) -> Caller {
    let id = UserId::new(farm.as_str().replacen("frm_", "usr_", 1));
    Caller {
        market: market.clone(),
        address: [127, 0, 0, 1].into(),
        proof: Proof::None,
        user: Some(User {
            id,
            email: String::new(),
            name: String::new(),
        }),
        memberships: vec![Membership {
            role: Role::FarmStaff,
            farm: Some(farm),
        }],
        granted: Vec::new(),
        unread: 0,
        request: String::new(),
    }
}
