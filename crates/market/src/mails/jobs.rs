//! Sends an example to whoever asked for it.
use outbox::{Job, Outcome};
use serde::{Deserialize, Serialize};

use super::all;
use crate::{
    accounts::profile::store as people,
    app::App,
    error::{Error, Result},
    kernel::ids::{MarketId, UserId},
    pages::example::Scene,
    words::Lang,
};

#[derive(Debug, Serialize, Deserialize)]
pub struct SendExample {
    pub market: MarketId,
    /// To the address that person has when it goes.
    pub user: UserId,
    pub name: String,
    pub lang: String,
}

impl Job for SendExample {
    const KIND: &'static str = "mails.example";
}

pub async fn send_example(app: &App, job_id: &str, job: &SendExample) -> Result<Outcome> {
    let market = app.market(&job.market).ok_or(Error::NotFound)?;
    let read = app.db.read_fresh().await?;
    let profile = people::find_profile(&read, &job.user, app.now()).await?;
    drop(read);
    let scene = Scene {
        w: Lang::kept(&job.lang).words(),
        market: &market,
        base: &app.base_url(&market),
        now: app.now(),
    };
    // One that an older version of the program still lists.
    let (Some(to), Some(example)) = (profile, all::find(&scene, &job.name)) else {
        return Ok(Outcome::Done);
    };
    let (email, name) = (&to.user.email, &to.user.name);
    app.send_mail(job_id, email, name, &market, &example.letter)
        .await?;
    Ok(Outcome::Done)
}
