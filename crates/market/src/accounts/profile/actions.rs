//! What people change of their own account. What matters needs the password again, or a sign-in of this very moment.
use super::{jobs::SendEmailLink, model::RECENT, store};
use crate::{
    accounts::{
        self, devices,
        model::{Caller, Life, Proof, Purpose, User, ended_topic_of},
        passwords::{
            self,
            actions::push,
            jobs::{Says, SendLetter},
        },
    },
    app::App,
    audit::{
        actions::note,
        model::{Did, Verb},
    },
    error::{Error, Result},
    http::limits,
    kernel::{hash, password::Verdict, time::Ts},
    words::Lang,
};

/// The person of a session, and the session's hash.
pub fn person(who: &Caller) -> Result<(&User, &str)> {
    match (&who.user, &who.proof) {
        (Some(user), Proof::Session(hash)) => Ok((user, hash)),
        _ => Err(Error::Unauthenticated),
    }
}

/// The password once more; who has none has signed in a moment ago. A refusal is told at `current` or at `field`.
/// Tries are counted by the session, so that no stranger keeps its person from it, and with those at signing in.
pub async fn prove(app: &App, who: &Caller, current: &str, field: &'static str) -> Result<()> {
    let (user, session) = person(who)?;
    let read = app.db.read_fresh().await?;
    let kept = passwords::store::find_password(&read, &user.id).await?;
    let began = store::find_session_start(&read, session).await?;
    drop(read);
    if let Some(kept) = kept {
        limits::count_key(app, &user.email, limits::SIGN_IN_AS).ok();
        limits::count_key(app, session, limits::PROVE)?;
        return match app.passwords.verify(current, Some(&kept)).await? {
            Verdict::Wrong => Err(Error::unproved("current", "accounts-account-wrong")),
            Verdict::Right | Verdict::Old => Ok(()),
        };
    }
    if began.is_some_and(|began| app.now().since(began) < RECENT) {
        Ok(())
    } else {
        Err(Error::unproved(field, "accounts-account-again"))
    }
}

pub async fn rename(app: &App, who: &Caller, name: &str, version: i64) -> Result<()> {
    let (user, _) = person(who)?;
    let tx = app.db.write().await?;
    if !store::rename(&tx, &user.id, name, version).await? {
        let now = store::find_version(&tx, &user.id).await?;
        tx.discard().await?;
        return Err(Error::Stale { now });
    }
    let renamed = Did::new(Verb::AccountRenamed, user.id.as_str());
    note(app, &tx, who, renamed).await?;
    tx.commit().await?;
    Ok(())
}

/// Who has no password yet sets the first one by a mailed link.
pub async fn change_password(
    app: &App,
    who: &Caller,
    current: &str,
    new: &str,
    lang: Lang,
) -> Result<()> {
    let (user, session) = person(who)?;
    passwords::actions::check(new, who, &user.email, &user.name)?;
    let read = app.db.read_fresh().await?;
    let kept = passwords::store::find_password(&read, &user.id).await?;
    drop(read);
    if kept.is_none() {
        return Err(Error::invalid("current", "accounts-account-none"));
    }
    prove(app, who, current, "current").await?;
    let password = app.passwords.hash(new).await?;
    let tx = app.db.write().await?;
    if passwords::store::find_password(&tx, &user.id).await? != kept {
        tx.discard().await?;
        return Err(Error::unproved("current", "accounts-account-wrong"));
    }
    devices::store::delete_all(&tx, &user.id).await?;
    passwords::actions::replace(app, &tx, who, user, &password, session, lang).await?;
    tx.commit().await?;
    app.jobs_wait.notify_one();
    app.cluster.bump(&ended_topic_of(&user.id));
    Ok(())
}

/// Whether the new address is somebody's already is looked up by the job: the answer does not say.
pub async fn ask_for_email(
    app: &App,
    who: &Caller,
    email: &str,
    current: &str,
    lang: Lang,
) -> Result<()> {
    let (user, _) = person(who)?;
    prove(app, who, current, "email").await?;
    let job = SendEmailLink {
        market: who.market.id.clone(),
        user: user.id.clone(),
        name: user.name.clone(),
        email: email.to_owned(),
        lang: lang.tag().to_owned(),
    };
    let tx = app.db.write().await?;
    push(app, &tx, &job).await?;
    tx.commit().await?;
    app.jobs_wait.notify_one();
    Ok(())
}

/// The link at the new address was used: from now on it is the person's, and the old one is told.
pub async fn confirm_email(app: &App, who: &Caller, token: &str, lang: Lang) -> Result<User> {
    let now = app.now();
    let market = &who.market.id;
    let tx = app.db.write().await?;
    let token = hash::sha256(token);
    let link = passwords::store::find_link(&tx, market, &token, Purpose::Email, now).await?;
    let Some((user, email)) = link.and_then(|link| Some((link.user, link.email?))) else {
        tx.discard().await?;
        return Err(Error::NotFound);
    };
    let taken = accounts::store::find_user_by_email(&tx, &email).await?;
    if taken.is_some() {
        tx.discard().await?;
        return Err(Error::NotFound);
    }
    match store::set_email(&tx, &user.id, &email).await {
        Err(error) if error.is_unique("users_email_key") => return Err(Error::NotFound),
        done => done?,
    }
    passwords::store::delete_links(&tx, &user.id).await?;
    accounts::store::claim_orders(&tx, market, &user.id, &email).await?;
    let changed = Did::new(Verb::AccountEmail, user.id.as_str()).of_person(&user.id);
    note(app, &tx, who, changed).await?;
    let letter = SendLetter {
        market: market.clone(),
        email: user.email.clone(),
        name: user.name.clone(),
        lang: lang.tag().to_owned(),
        says: Says::AddressChanged,
    };
    push(app, &tx, &letter).await?;
    tx.commit().await?;
    app.jobs_wait.notify_one();
    Ok(user)
}

pub async fn end_session(app: &App, who: &Caller, handle: &str) -> Result<()> {
    let (user, _) = person(who)?;
    let tx = app.db.write().await?;
    if store::end_session(&tx, &user.id, handle).await? > 0 {
        let ended = Did::new(Verb::SessionEnded, user.id.as_str());
        note(app, &tx, who, ended).await?;
    }
    tx.commit().await?;
    app.cluster.bump(&ended_topic_of(&user.id));
    Ok(())
}

/// This one too, and no device is known any more.
pub async fn end_sessions(app: &App, who: &Caller) -> Result<()> {
    let (user, _) = person(who)?;
    let tx = app.db.write().await?;
    store::end_sessions(&tx, &user.id).await?;
    devices::store::delete_all(&tx, &user.id).await?;
    let ended = Did::new(Verb::SessionsEnded, user.id.as_str());
    note(app, &tx, who, ended).await?;
    tx.commit().await?;
    app.cluster.bump(&ended_topic_of(&user.id));
    Ok(())
}

/// Beside the request, which does not wait for it; one that fails is made up for by the next.
pub async fn touch(app: &App, session: &str, began: Ts, life: Life) -> Result<()> {
    let now = app.now();
    let (before, ends) = (now.minus(life.noted_every()), life.ends(began, now));
    let tx = app.db.write().await?;
    store::touch(&tx, session, now, before, ends).await?;
    tx.commit().await?;
    Ok(())
}
