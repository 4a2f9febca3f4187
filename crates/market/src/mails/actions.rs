//! Asking for a test mail.
use super::jobs::SendExample;
use crate::{
    accounts::{model::Caller, passwords::actions::push},
    app::App,
    audit::{
        actions::note,
        model::{Did, Verb},
    },
    error::{Error, Result},
    http::limits,
    words::Lang,
};

/// The example of that name to the caller's own address, and to no other.
pub async fn send_test(app: &App, who: &Caller, name: &'static str, lang: Lang) -> Result<()> {
    let user = who.user.as_ref().ok_or(Error::Unauthenticated)?;
    limits::count_key(app, user.id.as_str(), limits::TEST_MAIL)?;
    let job = SendExample {
        market: who.market.id.clone(),
        user: user.id.clone(),
        name: name.to_owned(),
        lang: lang.tag().to_owned(),
    };
    let tx = app.db.write().await?;
    note(app, &tx, who, Did::new(Verb::MailTested, name)).await?;
    push(app, &tx, &job).await?;
    tx.commit().await?;
    app.jobs_wait.notify_one();
    Ok(())
}
