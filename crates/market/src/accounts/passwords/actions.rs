//! Signing up, confirming the address, signing in by password, setting a new one.
use outbox::{Job, Push};

use super::{
    jobs::{SendLetter, SendReset, SendSignUp},
    store::{self, SignUp},
};
use crate::{
    accounts::{
        self, actions,
        devices::{self, model::Device},
        model::{Caller, LINK_LIVES, Opened, Purpose, User, ended_topic_of},
    },
    app::App,
    audit::{
        actions::note,
        model::{Did, Verb},
    },
    error::{Error, Outage, Result},
    http::limits,
    kernel::{
        hash,
        ids::{JobId, SignUpId, UserId},
        password::{self, Failed, Verdict, Weak},
    },
    words::Lang,
};

/// Known or not, the same is done: what differs is in the mail.
pub async fn sign_up(
    app: &App,
    who: &Caller,
    email: &str,
    name: &str,
    password: &str,
    lang: Lang,
) -> Result<()> {
    check(password, who, email, name)?;
    let now = app.now();
    let sign_up = SignUp {
        id: SignUpId::new(app.ids.make(SignUpId::PREFIX, now)),
        market: who.market.id.clone(),
        email: email.to_owned(),
        name: name.to_owned(),
        password: app.passwords.hash(password).await?,
    };
    let token = app.mailed_token("sign-up", sign_up.id.as_str());
    let job = SendSignUp {
        market: who.market.id.clone(),
        id: sign_up.id.clone(),
        lang: lang.tag().to_owned(),
    };
    let tx = app.db.write().await?;
    let hash = hash::sha256(&token);
    store::insert_sign_up(&tx, &sign_up, &hash, now, now.plus(LINK_LIVES)).await?;
    push(app, &tx, &job).await?;
    tx.commit().await?;
    app.jobs_wait.notify_one();
    Ok(())
}

/// The link was used: whoever signed up becomes a person, signed in.
pub async fn confirm(app: &App, who: &Caller, token: &str, device: &Device) -> Result<Opened> {
    let now = app.now();
    let tx = app.db.write().await?;
    let found = store::find_sign_up_by_link(&tx, &who.market.id, &hash::sha256(token), now).await?;
    let Some(sign_up) = found else {
        tx.discard().await?;
        return Err(Error::NotFound);
    };
    if store::delete_sign_ups(&tx, &sign_up.email).await? == 0 {
        tx.discard().await?;
        return Err(Error::NotFound);
    }
    // An account that came to be meanwhile keeps the name and the password it has.
    let there = accounts::store::find_user_by_email(&tx, &sign_up.email).await?;
    let user = if let Some(user) = there {
        user
    } else {
        let user = User {
            id: UserId::new(app.ids.make(UserId::PREFIX, now)),
            email: sign_up.email,
            name: sign_up.name,
        };
        accounts::store::insert_user(&tx, &user, now).await?;
        store::set_password(&tx, &user.id, &sign_up.password).await?;
        let made = Did::new(Verb::AccountMade, user.id.as_str()).by(&user.id, &[]);
        note(app, &tx, who, made).await?;
        user
    };
    let opened = actions::open_for(app, &tx, who, &user, device).await?;
    tx.commit().await?;
    Ok(opened)
}

/// One more try at an account. From a device on which its owner has signed in before it is counted there: whoever
/// guesses elsewhere does not keep the owner out. The same is done for every address.
pub async fn count_try(app: &App, who: &Caller, email: &str, device: &Device) -> Result<()> {
    if let Some(hash) = &device.hash {
        let read = app.db.read_fresh().await?;
        let market = &who.market.id;
        if devices::store::is_known(&read, market, email, hash, app.now()).await? {
            return limits::count_key(app, &format!("{email}/{hash}"), limits::SIGN_IN_AS);
        }
    }
    limits::count_key(app, email, limits::SIGN_IN_AS)
}

/// `None`: no such person, another password, or none at all; all take the same time.
pub async fn sign_in(
    app: &App,
    who: &Caller,
    email: &str,
    password: &str,
    device: &Device,
) -> Result<Option<Opened>> {
    let read = app.db.read_fresh().await?;
    let known = store::find_known(&read, email).await?;
    drop(read);
    let kept = known.as_ref().and_then(|known| known.password.as_deref());
    let verdict = app.passwords.verify(password, kept).await?;
    let (Some(known), false) = (&known, verdict == Verdict::Wrong) else {
        return Ok(None);
    };
    let again = match verdict {
        Verdict::Old => Some(app.passwords.hash(password).await?),
        _ => None,
    };
    let tx = app.db.write().await?;
    // Changed while it was looked at: what was right a moment ago opens nothing.
    if store::find_password(&tx, &known.user.id).await? != known.password {
        tx.discard().await?;
        return Ok(None);
    }
    if let (Some(new), Some(old)) = (&again, kept) {
        store::rehash(&tx, &known.user.id, old, new).await?;
    }
    let opened = actions::open_for(app, &tx, who, &known.user, device).await?;
    tx.commit().await?;
    Ok(Some(opened))
}

/// Known or not, one job is written: the answer says nothing.
pub async fn ask_for_reset(app: &App, who: &Caller, email: &str, lang: Lang) -> Result<()> {
    let job = SendReset {
        market: who.market.id.clone(),
        email: email.to_owned(),
        lang: lang.tag().to_owned(),
    };
    let tx = app.db.write().await?;
    push(app, &tx, &job).await?;
    tx.commit().await?;
    app.jobs_wait.notify_one();
    Ok(())
}

/// Sets the password by a mailed link: the link is used up, every other session ends, a new one begins.
pub async fn reset(
    app: &App,
    who: &Caller,
    token: &str,
    password: &str,
    lang: Lang,
    device: &Device,
) -> Result<Opened> {
    let token = hash::sha256(token);
    let read = app.db.read_fresh().await?;
    let found = store::find_link(&read, &who.market.id, &token, Purpose::Reset, app.now()).await?;
    drop(read);
    let user = found.ok_or(Error::NotFound)?.user;
    check(password, who, &user.email, &user.name)?;
    let kept = app.passwords.hash(password).await?;
    let now = app.now();
    let tx = app.db.write().await?;
    let link = store::find_link(&tx, &who.market.id, &token, Purpose::Reset, now).await?;
    let used = match &link {
        Some(link) => accounts::store::mark_link_used(&tx, &link.id, now).await?,
        None => false,
    };
    if !used {
        tx.discard().await?;
        return Err(Error::NotFound);
    }
    devices::store::delete_all(&tx, &user.id).await?;
    let opened = actions::open_for(app, &tx, who, &user, device).await?;
    replace(
        app,
        &tx,
        who,
        &user,
        &kept,
        &hash::sha256(&opened.secret),
        lang,
    )
    .await?;
    tx.commit().await?;
    app.jobs_wait.notify_one();
    app.cluster.bump(&ended_topic_of(&user.id));
    Ok(opened)
}

/// A new password: links and other sessions end, the owner is told. Within the caller's transaction.
pub async fn replace(
    app: &App,
    tx: &db::Write,
    who: &Caller,
    user: &User,
    password: &str,
    kept_session: &str,
    lang: Lang,
) -> Result<()> {
    store::set_password(tx, &user.id, password).await?;
    let changed = Did::new(Verb::AccountPassword, user.id.as_str()).of_person(&user.id);
    note(app, tx, who, changed).await?;
    store::delete_links(tx, &user.id).await?;
    store::delete_other_sessions(tx, &user.id, kept_session).await?;
    let letter = SendLetter {
        market: who.market.id.clone(),
        email: user.email.clone(),
        name: user.name.clone(),
        lang: lang.tag().to_owned(),
        says: super::jobs::Says::PasswordChanged,
    };
    push(app, tx, &letter).await
}

/// Whether a password will do for somebody of that address and name.
pub fn check(password: &str, who: &Caller, email: &str, name: &str) -> Result<()> {
    password::check(password, &[email, name, &who.market.name]).map_err(|weak| {
        let key = match weak {
            Weak::Short => "accounts-password-short",
            Weak::Long => "accounts-password-long",
            Weak::Own => "accounts-password-own",
            Weak::Common => "accounts-password-common",
        };
        Error::invalid("password", key)
    })
}

/// Writes a job that is due now; wake the workers after the commit.
pub async fn push<J: Job>(app: &App, tx: &db::Write, job: &J) -> Result<()> {
    let now = app.now();
    let id = app.ids.make(JobId::PREFIX, now);
    let push = Push {
        id: &id,
        key: &id,
        due_at: now.micros(),
        now: now.micros(),
    };
    outbox::push(tx, job, push).await?;
    Ok(())
}

impl From<Failed> for Error {
    #[track_caller]
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Busy => Self::Unavailable(Outage::Silent),
            Failed::Hash(_) => Self::internal(failed),
        }
    }
}
