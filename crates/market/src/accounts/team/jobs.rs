//! The mail that invites, and the market's answer to a farm that applied.
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
}

impl Job for SendInvitation {
    const KIND: &'static str = "accounts.send_invitation";
}

/// A farm applied: that it arrived, or to whoever may answer that it waits.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendApplied {
    pub market: MarketId,
    /// Its name and town.
    pub farm: String,
    pub town: String,
    /// Who asks for it.
    pub applicant: String,
    pub name: String,
    pub email: String,
    pub lang: String,
    pub to_judge: bool,
}

impl Job for SendApplied {
    const KIND: &'static str = "accounts.send_applied";
}

/// What came of an application.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendAnswer {
    pub market: MarketId,
    /// Its name.
    pub farm: String,
    pub name: String,
    pub email: String,
    pub lang: String,
    /// Why it was declined; `None`: it was approved.
    pub declined: Option<String>,
}

impl Job for SendAnswer {
    const KIND: &'static str = "accounts.send_answer";
}

pub async fn send_answer(app: &App, job_id: &str, job: &SendAnswer) -> Result<Outcome> {
    let market = market(app, &job.market)?;
    let market = &*market;
    let path = if job.declined.is_some() {
        "/farms/new"
    } else {
        "/farm/products"
    };
    let url = format!("{}{path}", app.base_url(market));
    let (name, declined) = (job.name.as_str(), job.declined.as_deref());
    let mail = pages::answer_mail(words(&job.lang), market, name, &job.farm, declined, &url);
    send(app, job_id, &job.email, &job.name, market, mail).await?;
    Ok(Outcome::Done)
}

pub async fn send_applied(app: &App, job_id: &str, job: &SendApplied) -> Result<Outcome> {
    let market = market(app, &job.market)?;
    let market = &*market;
    let path = if job.to_judge {
        "/market/farms"
    } else {
        "/farm/products"
    };
    let url = format!("{}{path}", app.base_url(market));
    let (w, name, farm) = (words(&job.lang), job.name.as_str(), job.farm.as_str());
    let mail = if job.to_judge {
        let from = (job.applicant.as_str(), job.town.as_str());
        pages::application_mail(w, market, name, farm, from, &url)
    } else {
        pages::applied_mail(w, market, name, farm, &url)
    };
    send(app, job_id, &job.email, name, market, mail).await?;
    Ok(Outcome::Done)
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
    let lang = match &there {
        Some(user) => accounts::store::find_lang(&read, &user.id).await?,
        None => None,
    };
    drop(read);
    if is_too_often(app, &invitation.email) {
        return Ok(Outcome::Done);
    }
    let name = there.map_or_else(|| invitation.email.clone(), |user| user.name);
    let token = app.mailed_token("invite", job.id.as_str());
    let url = format!("{}/invite/{token}", app.base_url(market));
    let mail = pages::invitation_mail(
        words(lang.as_deref().unwrap_or(&market.lang)),
        market,
        &invitation,
        &name,
        &url,
    );
    send(app, job_id, &invitation.email, &name, market, mail).await?;
    Ok(Outcome::Done)
}
