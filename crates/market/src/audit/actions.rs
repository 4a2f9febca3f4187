//! Writing down what was done, in the transaction that does it.
use db::{Result, Write};

use super::{
    model::{Act, Did},
    store,
};
use crate::{
    accounts::model::Caller,
    app::App,
    kernel::{
        ids::{AuditId, Ids},
        time::Ts,
    },
};

/// What a caller did; the entry stands or falls with the act.
pub async fn note(app: &App, tx: &Write, who: &Caller, deed: Did<'_>) -> Result<()> {
    let mut act = Act::of(who, deed.farm);
    act.actor = deed.person.or(act.actor);
    act.role = deed.role.unwrap_or(act.role);
    note_as(&app.ids, app.now(), tx, &act, &deed).await
}

/// The same for whoever came by no request.
pub async fn note_as(ids: &Ids, now: Ts, tx: &Write, act: &Act<'_>, deed: &Did<'_>) -> Result<()> {
    let id = AuditId::new(ids.make(AuditId::PREFIX, now));
    store::insert(tx, &id, now, act, deed).await
}
