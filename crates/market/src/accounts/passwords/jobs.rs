//! The mails around passwords. Whether an address is known shows here and in no answer.
use std::sync::Arc;

use outbox::{Job, Outcome};
use serde::{Deserialize, Serialize};

use super::{
    pages,
    store::{self, NewLink},
};
use crate::{
    accounts::{
        self,
        model::{LINK_LIVES, Purpose, normal_email},
    },
    app::App,
    error::{Error, Result},
    http::limits,
    kernel::{
        hash,
        ids::{LinkId, MarketId, SignUpId},
    },
    markets::model::Market,
    pages::letter::Letter,
    words::{Lang, Words},
};

#[derive(Debug, Serialize, Deserialize)]
pub struct SendSignUp {
    pub market: MarketId,
    pub id: SignUpId,
    pub lang: String,
}

impl Job for SendSignUp {
    const KIND: &'static str = "accounts.send_sign_up";
}

#[derive(Debug, Serialize, Deserialize)]
pub struct SendReset {
    pub market: MarketId,
    pub email: String,
    pub lang: String,
}

impl Job for SendReset {
    const KIND: &'static str = "accounts.send_reset";
}

/// Tells somebody what happened to the account.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendLetter {
    pub market: MarketId,
    pub email: String,
    pub name: String,
    pub lang: String,
    pub says: Says,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Says {
    PasswordChanged,
    AddressChanged,
}

impl Job for SendLetter {
    const KIND: &'static str = "accounts.send_letter";
}

/// To somebody new the link that confirms; to a known address that there is an account already.
pub async fn send_sign_up(app: &App, job_id: &str, job: &SendSignUp) -> Result<Outcome> {
    let market = market(app, &job.market)?;
    let market = &*market;
    let read = app.db.read_fresh().await?;
    let Some(sign_up) = store::find_sign_up(&read, &market.id, &job.id).await? else {
        return Ok(Outcome::Done);
    };
    let user = accounts::store::find_user_by_email(&read, &sign_up.email).await?;
    drop(read);
    if is_too_often(app, &sign_up.email) {
        return Ok(Outcome::Done);
    }
    let w = words(&job.lang);
    if let Some(user) = user {
        let url = format!("{}/login", app.base_url(market));
        let mail = pages::already_there_mail(w, market, &user.name, &url);
        send(app, job_id, &user.email, &user.name, market, mail).await?;
    } else {
        let token = app.mailed_token("sign-up", job.id.as_str());
        let url = format!("{}/signup/{token}", app.base_url(market));
        let mail = pages::sign_up_mail(w, market, &sign_up.name, &url);
        send(app, job_id, &sign_up.email, &sign_up.name, market, mail).await?;
    }
    Ok(Outcome::Done)
}

pub async fn send_reset(app: &App, job_id: &str, job: &SendReset) -> Result<Outcome> {
    let market = market(app, &job.market)?;
    let market = &*market;
    let Some(email) = normal_email(&job.email) else {
        return Ok(Outcome::Done);
    };
    let read = app.db.read_fresh().await?;
    let user = accounts::store::find_user_by_email(&read, &email).await?;
    drop(read);
    let Some(user) = user else {
        return Ok(Outcome::Done);
    };
    if is_too_often(app, &email) {
        return Ok(Outcome::Done);
    }
    let now = app.now();
    let id = LinkId::new(job_id.replacen("job_", "lnk_", 1));
    let token = app.mailed_token("reset", id.as_str());
    let link = NewLink {
        id: &id,
        market: &market.id,
        user: &user.id,
        hash: &hash::sha256(&token),
        purpose: Purpose::Reset,
        email: None,
        now,
        expires_at: now.plus(LINK_LIVES),
    };
    let tx = app.db.write().await?;
    store::insert_link(&tx, &link).await?;
    tx.commit().await?;
    let url = format!("{}/reset/{token}", app.base_url(market));
    let mail = pages::reset_mail(words(&job.lang), market, &user.name, &url);
    send(app, job_id, &user.email, &user.name, market, mail).await?;
    Ok(Outcome::Done)
}

pub async fn send_letter(app: &App, job_id: &str, job: &SendLetter) -> Result<Outcome> {
    let market = market(app, &job.market)?;
    let market = &*market;
    let mail = match job.says {
        Says::PasswordChanged => {
            let url = format!("{}/reset", app.base_url(market));
            pages::password_changed_mail(words(&job.lang), market, &job.name, &url)
        }
        Says::AddressChanged => pages::address_changed_mail(words(&job.lang), market, &job.name),
    };
    send(app, job_id, &job.email, &job.name, market, mail).await?;
    Ok(Outcome::Done)
}

/// Nobody's mailbox is flooded, whoever asks.
pub fn is_too_often(app: &App, email: &str) -> bool {
    let over = limits::count_key(app, email, limits::MAIL_TO).is_err();
    if over {
        tracing::info!("a mail was asked for too often and is not sent again");
    }
    over
}

pub fn market(app: &App, id: &MarketId) -> Result<Arc<Market>> {
    app.market(id).ok_or(Error::NotFound)
}

pub fn words(lang: &str) -> Words {
    Lang::kept(lang).words()
}

pub async fn send(
    app: &App,
    job_id: &str,
    email: &str,
    name: &str,
    market: &Market,
    letter: Letter,
) -> Result<()> {
    app.send_mail(job_id, email, name, market, &letter).await
}
