//! The mail that invites.
use outbox::{Job, Outcome};
use serde::{Deserialize, Serialize};

use super::{pages, store};
use crate::{
    accounts::{
        self,
        passwords::jobs::{is_too_often, market, send, words},
    },
    app::App,
    error::Result,
    kernel::ids::{InvitationId, MarketId},
};

#[derive(Debug, Serialize, Deserialize)]
pub struct SendInvitation {
    pub market: MarketId,
    pub id: InvitationId,
    pub lang: String,
}

impl Job for SendInvitation {
    const KIND: &'static str = "accounts.send_invitation";
}

pub async fn send_invitation(app: &App, job_id: &str, job: &SendInvitation) -> Result<Outcome> {
    let market = market(app, &job.market)?;
    let market = &*market;
    let read = app.db.read_fresh().await?;
    // Withdrawn before it was sent.
    let Some(invitation) = store::find_invitation(&read, &market.id, &job.id).await? else {
        return Ok(Outcome::Done);
    };
    let there = accounts::store::find_user_by_email(&read, &invitation.email).await?;
    // Whoever invites may read another language; of somebody new it is all that is known.
    let lang = match &there {
        Some(user) => accounts::store::find_lang(&read, &user.id).await?,
        None => None,
    };
    drop(read);
    let w = words(lang.as_deref().unwrap_or(&job.lang));
    if is_too_often(app, &invitation.email) {
        return Ok(Outcome::Done);
    }
    let name = there.map_or_else(|| invitation.email.clone(), |user| user.name);
    let token = app.mailed_token("invite", job.id.as_str());
    let url = format!("{}/invite/{token}", app.base_url(market));
    let mail = pages::invitation_mail(w, market, &invitation, &name, &url);
    send(app, job_id, &invitation.email, &name, market, mail).await?;
    Ok(Outcome::Done)
}
