//! What a person does with notices: reads them.
use super::{model, store};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result},
    kernel::{ids::NoticeId, time::Ts},
};

/// Which notices are marked.
#[derive(Clone, Debug)]
pub enum Which {
    One(NoticeId),
    /// All that were there at that moment.
    AllUntil(Ts),
}

/// Once more is no error; somebody else's notice is not there.
pub async fn mark_read(app: &App, who: &Caller, which: &Which) -> Result<()> {
    let person = &who.user.as_ref().ok_or(Error::Unauthenticated)?.id;
    let market = &who.market.id;
    let now = app.now();
    let tx = app.db.write().await?;
    let marked = match which {
        Which::One(id) => store::mark_read(&tx, market, person, id, now).await?,
        Which::AllUntil(until) => store::mark_all_read(&tx, market, person, *until, now).await?,
    };
    tx.commit().await?;
    if marked > 0 {
        app.cluster.bump(&model::topic(person.as_str()));
    }
    Ok(())
}
