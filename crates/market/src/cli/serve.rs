//! `market serve`: the market for real.
use tokio::sync::watch;

use super::{
    Done, Failure,
    args::{Global, ServeArgs},
    out::Out,
    start,
};
use crate::{
    kernel::{ids::MarketId, money::Currency, time::Clock},
    markets::{self, model::Market},
};

pub async fn run(out: &Out, global: &Global, env: Vec<(String, String)>, args: ServeArgs) -> Done {
    let config = start::load(global, env, &[])?.config;
    start::log(out, &config);
    start::folder(&config.data)?;
    let clock = Clock::System;
    let db = start::database(&config).await?;
    start::migrated(&db, &clock, false).await?;
    refuse_demo(&db).await?;
    first_market(&db, &clock).await?;
    let listener = start::listener(config.http.listen).await?;
    // What was asked for, or, with port 0, what the system gave.
    let address = listener.local_addr().unwrap_or(config.http.listen);
    let (stop, stopped) = watch::channel(false);
    let app = start::app(config, db, clock, stopped).await?;
    let signals = start::Signals::listen()?;
    out.say(format!("{} on {address}", app.config.http.base_url));
    start::serve(app, listener, stop, signals, !args.no_jobs).await
}

/// A demo's database has links and tokens that open doors without a mail: it is never served for real.
async fn refuse_demo(db: &db::Db) -> Done {
    let failed = |error: db::Error| Failure::new(error.to_string(), "market doctor");
    let read = db.read_fresh().await.map_err(failed)?;
    match markets::store::find_setting(&read, "demo")
        .await
        .map_err(failed)?
    {
        Some(_) => Err(Failure::new(
            "this database holds demo data with open doors (demo links, known tokens)",
            "market demo, or another database with --database-url or --data",
        )),
        None => Ok(()),
    }
}

/// An empty installation gets one market, so that every page and command has one to speak of.
async fn first_market(db: &db::Db, clock: &Clock) -> Done {
    let failed = |error: db::Error| Failure::new(error.to_string(), "market doctor");
    let tx = db.write().await.map_err(failed)?;
    if markets::store::list(&tx).await.map_err(failed)?.is_empty() {
        let market = Market {
            id: MarketId::new("mkt_first"),
            slug: "market".to_owned(),
            name: "Farmers market".to_owned(),
            address: String::new(),
            currency: Currency::Eur,
            zone_name: "UTC".to_owned(),
            zone: jiff::tz::TimeZone::UTC,
            code_prefix: "FM".to_owned(),
            is_default: true,
            tax_included: true,
            fees: crate::markets::model::Fees::NONE,
        };
        markets::store::insert(&tx, &market, clock.now())
            .await
            .map_err(failed)?;
    }
    tx.commit().await.map_err(failed)
}
