//! The mail that proves a new address.
use outbox::{Job, Outcome};
use serde::{Deserialize, Serialize};

use super::pages;
use crate::{
    accounts::{
        self,
        model::{LINK_LIVES, Purpose},
        passwords::{
            jobs::{is_too_often, market, send, words},
            pages::already_there_mail,
            store::{self, NewLink},
        },
    },
    app::App,
    error::Result,
    kernel::{
        hash,
        ids::{LinkId, MarketId, UserId},
    },
};

#[derive(Debug, Serialize, Deserialize)]
pub struct SendEmailLink {
    pub market: MarketId,
    pub user: UserId,
    pub name: String,
    pub email: String,
    pub lang: String,
}

impl Job for SendEmailLink {
    const KIND: &'static str = "accounts.send_email_link";
}

pub async fn send_email_link(app: &App, job_id: &str, job: &SendEmailLink) -> Result<Outcome> {
    let market = market(app, &job.market)?;
    let market = &*market;
    let w = words(&job.lang);
    if is_too_often(app, &job.email) {
        return Ok(Outcome::Done);
    }
    let read = app.db.read_fresh().await?;
    let there = accounts::store::find_user_by_email(&read, &job.email).await?;
    drop(read);
    if let Some(owner) = there {
        let url = format!("{}/login", app.base_url(market));
        let mail = already_there_mail(w, market, &owner.name, &url);
        send(app, job_id, &owner.email, &owner.name, market, mail).await?;
        return Ok(Outcome::Done);
    }
    let now = app.now();
    let id = LinkId::new(job_id.replacen("job_", "lnk_", 1));
    let token = app.mailed_token("email", id.as_str());
    let link = NewLink {
        id: &id,
        market: &market.id,
        user: &job.user,
        hash: &hash::sha256(&token),
        purpose: Purpose::Email,
        email: Some(&job.email),
        now,
        expires_at: now.plus(LINK_LIVES),
    };
    let tx = app.db.write().await?;
    store::insert_link(&tx, &link).await?;
    tx.commit().await?;
    let url = format!("{}/account/email/{token}", app.base_url(market));
    let mail = pages::email_mail(w, market, &job.name, &url);
    send(app, job_id, &job.email, &job.name, market, mail).await?;
    Ok(Outcome::Done)
}
