//! `market doctor`: is everything there? Each line passes, warns or fails with the command that mends it.
use serde::Serialize;

use super::{
    Done, Failure,
    args::{Global, JsonArgs},
    out::Out,
    start,
};
use crate::{config::Config, markets, migrations};

#[derive(Serialize)]
struct Check {
    name: &'static str,
    /// `ok`, `warn` or `fail`.
    state: &'static str,
    says: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

fn ok(name: &'static str, says: impl Into<String>) -> Check {
    Check {
        name,
        state: "ok",
        says: says.into(),
        next: None,
    }
}

fn bad(
    name: &'static str,
    state: &'static str,
    says: impl Into<String>,
    next: impl Into<String>,
) -> Check {
    Check {
        name,
        state,
        says: says.into(),
        next: Some(next.into()),
    }
}

pub async fn run(out: &Out, global: &Global, env: Vec<(String, String)>, args: JsonArgs) -> Done {
    let config = start::load(global, env, &[])?.config;
    let mut checks = vec![folder(&config), address(&config)];
    checks.extend(database(&config).await);
    if args.json {
        out.say(serde_json::to_string(&checks).unwrap_or_default());
    } else {
        for check in &checks {
            out.say(format!(
                "{:4}  {:10}  {}",
                check.state, check.name, check.says
            ));
            if let Some(next) = &check.next {
                out.say(format!("                  try: {next}"));
            }
        }
    }
    if checks.iter().any(|check| check.state == "fail") {
        return Err(Failure::new(
            "something this installation needs is not there",
            "the commands above",
        ));
    }
    Ok(())
}

fn folder(config: &Config) -> Check {
    match start::folder(&config.data) {
        Ok(()) => ok("data", format!("{} can be written", config.data.display())),
        Err(failure) => bad("data", "fail", failure.what, failure.next),
    }
}

fn address(config: &Config) -> Check {
    if config.https() {
        ok(
            "address",
            format!("{}: cookies are Secure, HSTS is sent", config.http.base_url),
        )
    } else {
        let says = format!(
            "{} is plain http: fine on one machine, not for the public",
            config.http.base_url
        );
        bad(
            "address",
            "warn",
            says,
            "http.base_url = \"https://…\" behind a proxy with TLS",
        )
    }
}

async fn database(config: &Config) -> Vec<Check> {
    if let Ok(Some(path)) = start::missing_file(config) {
        return vec![bad(
            "database",
            "fail",
            format!("there is no database at {} yet", path.display()),
            "market serve makes it and says how to set the market up",
        )];
    }
    let db = match start::database(config).await {
        Ok(db) => db,
        Err(failure) => {
            return vec![bad(
                "database",
                "fail",
                failure.what,
                "check database.url: market config",
            )];
        }
    };
    let mut checks = vec![ok("database", format!("{:?} answers", db.engine()))];
    checks.push(match db::migrate::check(&db, migrations::ALL).await {
        Ok(()) => ok("migrations", "up to date"),
        Err(error) => bad("migrations", "fail", error.to_string(), "market migrate"),
    });
    if checks.iter().all(|check| check.state == "ok") {
        checks.push(doors(&db).await);
    }
    // Nothing was written: a close that fails loses nothing.
    let _ = db.close().await;
    checks
}

/// Demo doors in a database that is meant for real.
async fn doors(db: &db::Db) -> Check {
    let found = async {
        let read = db.read_fresh().await?;
        markets::store::find_setting(&read, "demo").await
    };
    match found.await {
        Ok(None) => ok("doors", "no demo links, no known tokens"),
        Ok(Some(_)) => bad(
            "doors",
            "warn",
            "demo data: links and tokens that open without a mail",
            "use another database",
        ),
        Err(error) => bad("doors", "fail", error.to_string(), "market doctor"),
    }
}
