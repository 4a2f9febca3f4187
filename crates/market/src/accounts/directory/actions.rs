//! Ending what somebody has open.
use super::{model::may_end, store};
use crate::{
    accounts::{
        model::{Caller, ended_topic_of},
        profile, store as accounts,
    },
    app::App,
    audit::{
        actions::note,
        model::{Did, Verb},
    },
    error::{Error, Result, Say},
    kernel::{ids::UserId, role::Role},
};

/// Every session of a person of this market, on every device; whoever it is signs in again.
pub async fn end_sessions(app: &App, who: &Caller, user: &UserId) -> Result<()> {
    let market = &who.market.id;
    let tx = app.db.write().await?;
    let known = store::is_known(&tx, market, user).await?;
    let held = accounts::list_memberships(&tx, user, market).await?;
    let roles: Vec<Role> = held.iter().map(|held| held.role).collect();
    let refused = match (known, may_end(who.manages(), &roles)) {
        (false, _) => Some(Error::NotFound),
        (true, false) => Some(Error::Forbidden(Say::key("accounts-people-admin"))),
        (true, true) => None,
    };
    if let Some(refused) = refused {
        tx.discard().await?;
        return Err(refused);
    }
    profile::store::end_sessions(&tx, user).await?;
    note(app, &tx, who, Did::new(Verb::SessionsEnded, user.as_str())).await?;
    tx.commit().await?;
    app.cluster.bump(&ended_topic_of(user));
    Ok(())
}
