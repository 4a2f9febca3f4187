//! `market token`: makes a token, shown once and kept only as a hash, or ends one.
use std::time::Duration;

use super::{
    Done, Failure,
    args::{Global, TokenArgs, TokenVerb},
    out::Out,
    start,
};
use crate::{
    accounts::{
        model::{Scope, User, normal_email},
        store::{self, NewToken},
    },
    audit::{
        actions::note_as,
        facts,
        model::{Act, Did, Verb},
    },
    farms::{self, model::Farm},
    kernel::{
        hash,
        ids::{Ids, TokenId},
        line,
        time::Clock,
    },
    markets::{self, model::Market},
};

pub async fn run(out: &Out, global: &Global, env: Vec<(String, String)>, args: TokenArgs) -> Done {
    let config = start::load(global, env, &[])?.config;
    start::log(out, &config);
    let db = start::database(&config).await?;
    let clock = Clock::System;
    db::migrate::check(&db, crate::migrations::ALL)
        .await
        .map_err(|error| Failure::new(error.to_string(), "market migrate"))?;
    match args.verb {
        TokenVerb::New {
            email,
            market,
            farm,
            scopes,
            days,
            name,
        } => {
            let wanted = Wanted {
                email,
                market,
                farm,
                scopes,
                days,
                name,
            };
            let (id, secret) = make(&db, &clock, wanted).await?;
            out.talk(format!("token {id}, shown once:"));
            out.say(secret);
        }
        TokenVerb::Revoke { id } => revoke(out, &db, &clock, &id).await?,
    }
    db.close()
        .await
        .map_err(|error| Failure::new(error.to_string(), "market doctor"))
}

struct Wanted {
    email: String,
    market: Option<String>,
    farm: Option<String>,
    scopes: Vec<String>,
    days: u64,
    name: String,
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` wants")]
fn failed(error: db::Error) -> Failure {
    Failure::new(error.to_string(), "market doctor")
}

async fn make(db: &db::Db, clock: &Clock, wanted: Wanted) -> Result<(TokenId, String), Failure> {
    let now = clock.now();
    let scopes = scopes(&wanted.scopes)?;
    let name = line::line(&wanted.name, 100).map_err(|error| {
        Failure::new(
            format!("the name cannot be used: {error}"),
            "--name 'Stall tablet'",
        )
    })?;
    let tx = db.write().await.map_err(failed)?;
    let market = market(&tx, wanted.market.as_deref()).await?;
    let user = find_user(&tx, &wanted.email).await?;
    let farm = farm(&tx, &market, wanted.farm.as_deref()).await?;
    let bytes = hash::random::<32>()
        .ok_or_else(|| Failure::new("no random bytes", "check /dev/urandom"))?;
    // The prefix is for secret scanners, which know it.
    let secret = format!("mkt_{}", hash::hex(&bytes));
    let id = TokenId::new(Ids::Random.make(TokenId::PREFIX, now));
    let token = NewToken {
        id: &id,
        market: &market.id,
        user: &user.id,
        farm: farm.as_ref().map(|farm| &farm.id),
        name: &name,
        hash: &hash::sha256(&secret),
        scopes: &scopes,
        now,
        expires_at: now.plus(Duration::from_hours(24 * wanted.days)),
    };
    store::insert_token(&tx, &token).await.map_err(failed)?;
    let made = Did::new(Verb::TokenMade, id.as_str()).became(facts::token(&token));
    let act = Act::cli(&market.id);
    note_as(&Ids::Random, now, &tx, &act, &made)
        .await
        .map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    Ok((id, secret))
}

fn scopes(names: &[String]) -> Result<Vec<Scope>, Failure> {
    let one = |name: &String| {
        Scope::parse(name).ok_or_else(|| {
            Failure::new(
                format!("there is no scope {name}"),
                "--scopes orders:read,orders:write,products:write",
            )
        })
    };
    names.iter().map(one).collect()
}

async fn market(db: &db::Read, slug: Option<&str>) -> Result<Market, Failure> {
    let markets = markets::store::list(db).await.map_err(failed)?;
    let mut markets = markets.into_iter();
    let market = match slug {
        Some(slug) => markets.find(|market| market.slug == slug),
        None => markets.next(),
    };
    market.ok_or_else(|| Failure::new("there is no such market", "its slug with --market SLUG"))
}

/// Whoever signs in with that address.
pub async fn find_user(db: &db::Read, email: &str) -> Result<User, Failure> {
    let user = match normal_email(email) {
        Some(email) => store::find_user_by_email(db, &email)
            .await
            .map_err(failed)?,
        None => None,
    };
    user.ok_or_else(|| {
        Failure::new(
            format!("nobody has the address {email}"),
            "the address that person signs in with",
        )
    })
}

async fn farm(db: &db::Read, market: &Market, slug: Option<&str>) -> Result<Option<Farm>, Failure> {
    let Some(slug) = slug else { return Ok(None) };
    match farms::store::find_by_slug(db, &market.id, slug)
        .await
        .map_err(failed)?
    {
        Some(farm) => Ok(Some(farm)),
        None => Err(Failure::new(
            format!("there is no farm {slug} in {}", market.name),
            "the farm's slug with --farm SLUG",
        )),
    }
}

async fn revoke(out: &Out, db: &db::Db, clock: &Clock, id: &str) -> Done {
    let tx = db.write().await.map_err(failed)?;
    let token = TokenId::new(id);
    let market = store::find_token_market(&tx, &token)
        .await
        .map_err(failed)?;
    let revoked = store::revoke_token(&tx, &token, clock.now())
        .await
        .map_err(failed)?;
    if let (Some(market), true) = (&market, revoked) {
        let deed = Did::new(Verb::TokenRevoked, id);
        let act = Act::cli(market);
        note_as(&Ids::Random, clock.now(), &tx, &act, &deed)
            .await
            .map_err(failed)?;
    }
    tx.commit().await.map_err(failed)?;
    if !revoked {
        return Err(Failure::new(
            format!("there is no live token {id}"),
            "its id begins with tok_",
        ));
    }
    out.say(format!("revoked {id}; it opens nothing from now on"));
    Ok(())
}
