//! Mails that let people in.
use outbox::{Job, Outcome};
use serde::{Deserialize, Serialize};

use super::{
    model::{LINK_LIVES, normal_email},
    pages,
    store::{self, NewLink},
};
use crate::{
    app::App,
    error::{Error, Result},
    http::limits,
    kernel::{
        hash,
        ids::{LinkId, MarketId},
    },
    words::Lang,
};

/// Somebody asked to sign in. Whether the address is known is looked up here, not in the request: words and timing of
/// the answer are the same for both.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendSignInLink {
    pub market: MarketId,
    pub email: String,
    pub lang: String,
}

impl Job for SendSignInLink {
    const KIND: &'static str = "accounts.send_sign_in_link";
}

/// A second try makes the same link and the same mail again: both carry the job's id.
pub async fn send_sign_in_link(app: &App, job_id: &str, job: &SendSignInLink) -> Result<Outcome> {
    let Some(email) = normal_email(&job.email) else {
        return Ok(Outcome::Done);
    };
    let market = app.market(&job.market).ok_or(Error::NotFound)?;
    let read = app.db.read_fresh().await?;
    let user = store::find_user_by_email(&read, &email).await?;
    drop(read);
    let Some(user) = user else {
        return Ok(Outcome::Done);
    };
    if limits::count_key(app, &email, limits::MAIL_TO).is_err() {
        tracing::info!(user.id = %user.id, "a sign-in link was asked for too often and is not sent again");
        return Ok(Outcome::Done);
    }
    let now = app.now();
    let id = LinkId::new(job_id.replacen("job_", "lnk_", 1));
    let token = app.sign_in_token(id.as_str());
    let tx = app.db.write().await?;
    let link = NewLink {
        id: &id,
        market: &market.id,
        user: &user.id,
        hash: &hash::sha256(&token),
        reusable: false,
        now,
        expires_at: now.plus(LINK_LIVES),
    };
    store::insert_link(&tx, &link).await?;
    tx.commit().await?;
    let words = Lang::kept(&job.lang).words();
    let url = format!("{}/login/link/{token}", app.base_url(&market));
    if app.config.runtime.demo {
        // A demo's mails go to a folder: whoever runs it is told which file to open. The link is a secret, also here.
        let mail = app.config.data.join("mail").join(format!("{job_id}.eml"));
        tracing::info!(mail = %mail.display(), "sign-in link");
    }
    let letter = pages::sign_in_mail(words, &market, &user.name, &url);
    app.send_mail(job_id, &user.email, &user.name, &market, &letter)
        .await?;
    Ok(Outcome::Done)
}
