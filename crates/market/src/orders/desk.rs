//! Where somebody of a farm's team stands: the farm, its day, and what the person may do there.
use db::Read;

use super::model::{
    board::{Board, BoardFarm, BoardRow},
    decide::Actor,
};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result, Say},
    farms, markets,
    markets::model::MarketDay,
};

pub struct Desk {
    pub farm: BoardFarm,
    /// All the viewer may switch to, this one included.
    pub farms: Vec<BoardFarm>,
    pub day: Option<MarketDay>,
    pub viewer: Actor,
}

/// The farm asked for, else the viewer's first; one that is not the viewer's to see is not there. `date` is a local
/// day; without it the farm's day at work.
pub async fn find(
    app: &App,
    read: &Read,
    who: &Caller,
    slug: Option<&str>,
    date: Option<&str>,
) -> Result<Desk> {
    let market = &who.market.id;
    let mine = |farm: &farms::model::Farm| {
        who.manages().is_some() || who.farms().any(|own| *own == farm.id)
    };
    let farms: Vec<BoardFarm> = farms::store::list(read, market)
        .await?
        .into_iter()
        .filter(mine)
        .map(|farm| BoardFarm {
            id: farm.id,
            slug: farm.slug,
            name: farm.name,
        })
        .collect();
    let slug = slug.filter(|slug| !slug.is_empty());
    let farm = farms
        .iter()
        .find(|farm| slug.is_none_or(|slug| farm.slug == slug));
    let farm = match farm {
        Some(farm) => farm.clone(),
        // Of a new market the manager is told so, and where farms come from.
        None if slug.is_none() && who.manages().is_some() => {
            return Err(Error::Conflict {
                say: Say::key("orders-no-farms"),
                allowed: Vec::new(),
            });
        }
        None => return Err(Error::NotFound),
    };
    let day = match date.filter(|date| !date.is_empty()) {
        Some(date) => {
            let day = markets::store::find_day_on(read, market, date).await?;
            Some(day.ok_or(Error::NotFound)?)
        }
        None => markets::store::find_day_at_work(read, market, &farm.id, app.now()).await?,
    };
    let viewer = Actor {
        id: who.user.as_ref().map(|user| user.id.clone()),
        name: who.user.as_ref().map(|user| user.name.clone()),
        roles: who.roles_at(&farm.id),
    };
    Ok(Desk {
        farm,
        farms,
        day,
        viewer,
    })
}

impl Desk {
    pub fn board(self, rows: Vec<BoardRow>) -> Board {
        Board {
            farm: self.farm,
            farms: self.farms,
            day: self.day,
            rows,
            viewer: self.viewer,
        }
    }
}
