//! `market setup-link`: another door into a set-up that is not over.
use super::{Done, Failure, args::Global, out::Out, start};
use crate::{
    kernel::time::Clock,
    setup::actions::{self, NewLink},
};

pub async fn run(out: &Out, global: &Global, env: Vec<(String, String)>) -> Done {
    let config = start::load(global, env, &[])?.config;
    start::log(out, &config);
    if config.database.url.is_empty() {
        start::folder(&config.data)?;
    }
    let clock = Clock::System;
    let db = start::database(&config).await?;
    start::migrated(&db, &clock, false).await?;
    let link = open(&db, &clock, None).await?;
    let Some(link) = link else {
        return Err(Failure::new(
            "this market is set up: set-up links open nothing any more",
            "sign in at /login with the owner's address",
        ));
    };
    let base_url = link.base_url.clone().unwrap_or(config.http.base_url);
    tell(out, global, &link, &base_url);
    db.close()
        .await
        .map_err(|error| Failure::new(error.to_string(), "market doctor"))
}

/// A new link if the set-up is not over.
pub async fn open(
    db: &db::Db,
    clock: &Clock,
    base_url: Option<&str>,
) -> Result<Option<NewLink>, Failure> {
    actions::open_link(db, clock.now(), base_url)
        .await
        .map_err(|error| Failure::new(format!("cannot begin the set-up: {error}"), "market doctor"))
}

/// The link is data; what to do with it is talk.
pub fn tell(out: &Out, global: &Global, link: &NewLink, base_url: &str) {
    out.say(format!("{base_url}/setup/{}", link.token));
    out.talk(
        "open this link within 30 minutes to set the market up; whoever holds it owns the market",
    );
    out.talk(format!("a new link: market setup-link{}", flags(global)));
}

/// The flags that lead to the same database. An address of PostgreSQL may hold a password, which logs must not.
fn flags(global: &Global) -> String {
    let mut flags = Vec::new();
    if let Some(config) = &global.config {
        flags.push(format!(" --config {}", config.display()));
    }
    if let Some(url) = &global.database_url {
        let shown = if url.starts_with("sqlite:") {
            url
        } else {
            "URL"
        };
        flags.push(format!(" --database-url {shown}"));
    }
    if let Some(data) = &global.data {
        flags.push(format!(" --data {}", data.display()));
    }
    flags.concat()
}
