//! `market user`: ends a person's sessions, closes the account, opens it again.
use super::{
    Done, Failure,
    args::{Global, UserArgs, UserVerb},
    out::Out,
    start,
    token::find_user,
};
use crate::{
    accounts::{
        model::User,
        people::actions::{self, Disabled},
    },
    error::Error,
    kernel::{
        ids::Ids,
        time::{Clock, Ts},
    },
};

pub async fn run(out: &Out, global: &Global, env: Vec<(String, String)>, args: UserArgs) -> Done {
    let config = start::load(global, env, &[])?.config;
    start::log(out, &config);
    let db = start::database(&config).await?;
    db::migrate::check(&db, crate::migrations::ALL)
        .await
        .map_err(|error| Failure::new(error.to_string(), "market migrate"))?;
    let (UserVerb::SignOut { email } | UserVerb::Disable { email } | UserVerb::Enable { email }) =
        &args.verb;
    let user = user(&db, email).await?;
    let now = Clock::System.now();
    match args.verb {
        UserVerb::SignOut { .. } => sign_out(out, &db, now, &user).await?,
        UserVerb::Disable { .. } => disable(out, &db, now, &user).await?,
        UserVerb::Enable { .. } => enable(out, &db, now, &user).await?,
    }
    db.close()
        .await
        .map_err(|error| Failure::new(error.to_string(), "market doctor"))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` wants")]
fn failed(error: Error) -> Failure {
    Failure::new(error.to_string(), "market doctor")
}

async fn user(db: &db::Db, email: &str) -> Result<User, Failure> {
    let read = db.read_fresh().await;
    let read = read.map_err(|error| Failure::new(error.to_string(), "market doctor"))?;
    find_user(&read, email).await
}

async fn sign_out(out: &Out, db: &db::Db, now: Ts, user: &User) -> Done {
    let ended = actions::sign_out(db, &Ids::Random, now, &user.id).await;
    let ended = ended.map_err(failed)?;
    out.say(format!(
        "{} is signed out everywhere; sessions ended: {ended}",
        user.email
    ));
    Ok(())
}

async fn disable(out: &Out, db: &db::Db, now: Ts, user: &User) -> Done {
    let email = &user.email;
    let done = actions::disable(db, &Ids::Random, now, &user.id).await;
    match done.map_err(failed)? {
        Disabled::Done => {
            out.say(format!("{email} is disabled; nothing opens that account"));
            out.talk(format!("to take it back: market user enable {email}"));
            Ok(())
        }
        Disabled::Already => Err(Failure::new(
            format!("{email} is disabled already"),
            format!("market user enable {email}"),
        )),
        Disabled::LastOf(name) => Err(Failure::new(
            format!("{email} is the last at the top of {name}: nobody could run it"),
            format!("market user sign-out {email}, which ends every session"),
        )),
    }
}

async fn enable(out: &Out, db: &db::Db, now: Ts, user: &User) -> Done {
    let email = &user.email;
    let enabled = actions::enable(db, &Ids::Random, now, &user.id).await;
    if !enabled.map_err(failed)? {
        return Err(Failure::new(
            format!("{email} is not disabled"),
            format!("market user disable {email}"),
        ));
    }
    out.say(format!("{email} can sign in again"));
    Ok(())
}
