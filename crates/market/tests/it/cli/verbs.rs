//! The commands that look, mend and let in.
use serde_json::Value;

use super::process::Place;

#[tokio::test]
async fn help_names_every_command() {
    let place = Place::new();
    let help = place.run(&["--help"]).await.done();
    for verb in [
        "demo",
        "serve",
        "setup-link",
        "token",
        "user",
        "verify",
        "migrate",
        "doctor",
        "config",
    ] {
        assert!(help.contains(&format!("\n  {verb}")), "{help}");
        let more = place.run(&[verb, "--help"]).await.done();
        assert!(more.contains("Usage: market"), "{more}");
    }
    assert!(help.contains("Start with `market demo`."), "{help}");
    let version = place.run(&["--version"]).await.done();
    assert_eq!(
        version.trim(),
        format!("market {}", env!("CARGO_PKG_VERSION"))
    );
}

#[tokio::test]
async fn migrate_applies_once_and_says_where_it_stands() {
    let place = Place::new();
    let migrate = |more: &'static [&'static str]| {
        let args: Vec<&str> = ["migrate", "--data", "d"]
            .iter()
            .chain(more)
            .copied()
            .collect();
        let place = &place;
        async move { place.run(&args).await }
    };
    let before = migrate(&["--status"]).await;
    assert!(before.err.contains("there is no database"), "{before:?}");
    let before = before.done();
    assert!(!place.path().join("d").exists(), "looking makes nothing");
    assert!(
        before.lines().all(|line| line.starts_with("pending  ")),
        "{before}"
    );
    let applied = migrate(&[]).await;
    assert!(applied.err.contains("done"), "{applied:?}");
    let names = before.replace("pending", "applied");
    assert_eq!(applied.done(), names);
    let again = migrate(&[]).await;
    assert!(
        again.err.contains("the database is up to date"),
        "{again:?}"
    );
    assert_eq!(again.done(), "");
    assert_eq!(migrate(&["--status"]).await.done(), names);
}

#[tokio::test]
async fn migrate_says_which_text_is_not_the_one_that_was_applied() {
    let place = Place::new();
    place.run(&["migrate", "--data", "d"]).await.done();
    let url = format!("sqlite:{}", place.path().join("d/market.db").display());
    let db = db::Db::open(&db::Config::new(url.parse().unwrap()))
        .await
        .unwrap();
    let tx = db.write().await.unwrap();
    let forge = "UPDATE schema_migrations SET checksum = 'x' WHERE name LIKE '0001%'";
    assert_eq!(tx.run(forge, &[]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    let status = place.run(&["migrate", "--status", "--data", "d"]).await;
    let status = status.done();
    assert!(status.contains("changed  0001"), "{status}");
    let refused = place.run(&["migrate", "--data", "d"]).await;
    refused.says(
        "changed after it had been applied",
        "market migrate --status",
    );
}

#[tokio::test]
async fn doctor_says_what_is_there_and_what_is_not() {
    let place = Place::new();
    // An installation that was never started has no database yet, and looking does not make one.
    let sick = place.run(&["doctor", "--data", "d"]).await;
    sick.says("is not there", "the commands above");
    assert!(
        sick.out
            .contains("fail  database    there is no database at d/market.db yet")
            && sick.out.contains("try: market serve"),
        "{sick:?}"
    );
    assert!(!place.path().join("d/market.db").exists());
    place.write("d/market.db", "");
    let empty = place.run(&["doctor", "--data", "d"]).await;
    assert!(
        empty.out.contains("fail  migrations") && empty.out.contains("try: market migrate"),
        "{empty:?}"
    );
    place.run(&["migrate", "--data", "d"]).await.done();
    let well = place.run(&["doctor", "--data", "d"]).await.done();
    assert!(
        well.contains("ok    migrations  up to date") && well.contains("no demo links"),
        "{well}"
    );
    assert!(well.contains("warn  address"), "{well}");
    let env = [("MARKET_HTTP_BASE_URL", "https://market.example.org")];
    let json = place
        .run_with(&["doctor", "--json", "--data", "d"], &env)
        .await
        .done();
    let checks: Vec<Value> = serde_json::from_str(&json).unwrap();
    let names: Vec<_> = checks
        .iter()
        .map(|check| check["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["data", "address", "database", "migrations", "doors"]
    );
    assert!(
        checks
            .iter()
            .all(|check| check["state"] == "ok" && check.get("next").is_none()),
        "{json}"
    );
    place.write("file", "");
    let broken = ["doctor", "--json", "--data", "file/below"];
    let ended = place.run(&broken).await;
    ended.says("is not there", "the commands above");
    let checks: Vec<Value> = serde_json::from_str(&ended.out).unwrap();
    let states: Vec<_> = checks
        .iter()
        .map(|check| check["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["fail", "warn", "fail"]);
}

#[tokio::test]
async fn doctor_names_a_demos_open_doors() {
    let place = Place::new();
    let demo = place.demo(&[]).await;
    demo.running.stop().await.done();
    let said = place.run(&["doctor", "--data", "demo"]).await.done();
    assert!(said.contains("warn  doors       demo data"), "{said}");
}

#[tokio::test]
async fn config_says_what_counts_and_why_and_no_password() {
    let place = Place::new();
    let file = place.write("market.toml", "[database]\npool = 12\n");
    let env = [(
        "MARKET_DATABASE_URL",
        "postgres://me:secret-word@db.example.org/market",
    )];
    let args = ["config", "--data", "here", "--config", &file];
    let words = place.run_with(&args, &env).await.done();
    assert!(!words.contains("secret-word"), "{words}");
    for line in [
        ("data = \"here\"", "# the command line"),
        ("database.pool = 12", &format!("# {file}")),
        ("database.readers = 4", "# default"),
        (
            "database.url = \"postgres://me:***@db.example.org/market\"",
            "# the variable MARKET_DATABASE_URL",
        ),
    ] {
        let found = words.lines().find(|found| found.starts_with(line.0));
        assert!(
            found.is_some_and(|found| found.ends_with(line.1)),
            "{line:?} in {words}"
        );
    }
    let args = ["config", "--json", "--data", "here", "--config", &file];
    let json: Value = serde_json::from_str(&place.run_with(&args, &env).await.done()).unwrap();
    assert_eq!(json["values"]["database.pool"], "12");
    assert_eq!(json["sources"]["database.pool"], file);
    assert!(!json.to_string().contains("secret-word"));
    let from_env = place
        .run_with(&["config", "--json"], &[("MARKET_CONFIG", &file)])
        .await
        .done();
    assert!(from_env.contains("\"database.pool\":\"12\""), "{from_env}");
}

/// The demo's first farmer.
const ANA: &str = "ana@hillrow.example.org";
/// The manager of its markets.
const GRACE: &str = "grace@example.org";

#[tokio::test]
async fn a_token_opens_what_it_says_until_it_is_revoked() {
    let place = Place::new();
    let demo = place.demo(&["--load-test"]).await;
    let new = |more: &'static [&'static str], email: &'static str| {
        let place = &place;
        async move {
            let base = ["token", "new", "--data", "demo", "--email", email];
            let args: Vec<&str> = base.iter().chain(more).copied().collect();
            place.run(&args).await
        }
    };
    let made = new(&["--farm", "hill-row"], ANA).await;
    let id = made
        .err
        .lines()
        .find_map(|line| line.strip_prefix("token ")?.split(',').next());
    let id = id.unwrap_or_else(|| panic!("{made:?}")).to_owned();
    let token = made.done().trim().to_owned();
    assert!(token.starts_with("mkt_") && token.len() == 68, "{token}");
    assert_eq!(demo.get("/api/orders", &token).await.status, 200);
    // Reading is what a token may do unless more is asked for.
    let put = demo.put("test_order_123", &token, "PREPARING").await;
    assert_eq!(put.status, 403, "{put:?}");
    let more = new(
        &[
            "--scopes",
            "orders:read,orders:write",
            "--days",
            "1",
            "--name",
            "Tablet",
        ],
        ANA,
    )
    .await;
    let more = more.done().trim().to_owned();
    assert_eq!(
        demo.put("test_order_123", &more, "PREPARING").await.status,
        200
    );
    // A token of another market is none here.
    let other = new(&["--market", "harbour"], ANA).await.done();
    assert_eq!(demo.get("/api/orders", other.trim()).await.status, 401);
    let revoke = ["token", "revoke", &id, "--data", "demo"];
    assert!(place.run(&revoke).await.done().contains("opens nothing"));
    assert_eq!(demo.get("/api/orders", &token).await.status, 401);
    place
        .run(&revoke)
        .await
        .says("there is no live token", "tok_");
    for (more, email, what, next) in [
        (
            &["--scopes", "orders:eat"][..],
            ANA,
            "no scope orders:eat",
            "--scopes",
        ),
        (
            &["--farm", "moon"],
            ANA,
            "no farm moon in Riverside Market",
            "--farm SLUG",
        ),
        (
            &["--market", "moon"],
            ANA,
            "no such market",
            "--market SLUG",
        ),
        (
            &["--name", "a\u{202e}b"],
            ANA,
            "name cannot be used",
            "--name",
        ),
        (
            &[],
            "nobody@example.org",
            "nobody has the address",
            "signs in with",
        ),
        (
            &[],
            "not an address",
            "nobody has the address",
            "signs in with",
        ),
    ] {
        new(more, email).await.says(what, next);
    }
    demo.running.stop().await.done();
}

#[tokio::test]
async fn a_token_needs_a_database_that_is_up_to_date() {
    let place = Place::new();
    let args = [
        "token",
        "new",
        "--database-url",
        "sqlite:new.db",
        "--email",
        "a@example.org",
    ];
    place.run(&args).await.says("not applied", "market migrate");
}

#[tokio::test]
async fn a_persons_access_is_ended_and_given_back() {
    let place = Place::new();
    let demo = place.demo(&["--load-test"]).await;
    let token = ["token", "new", "--data", "demo", "--email", ANA];
    let token = place.run(&token).await.done().trim().to_owned();
    let user = |verb: &'static str, email: &'static str| {
        let place = &place;
        async move {
            let args = ["user", verb, email, "--data", "demo"];
            place.run(&args).await
        }
    };
    let out = user("sign-out", ANA).await.done();
    assert!(out.contains("is signed out everywhere"), "{out}");
    assert_eq!(demo.get("/api/orders", &token).await.status, 200);
    // Ana owns a farm alone: nobody could run it.
    let last = user("disable", ANA).await;
    last.says("is the last at the top of", "market user sign-out");
    let closed = user("disable", GRACE).await;
    assert!(closed.err.contains("market user enable"), "{closed:?}");
    assert!(closed.done().contains("is disabled"));
    user("disable", GRACE)
        .await
        .says("is disabled already", "market user enable");
    let back = user("enable", GRACE).await.done();
    assert!(back.contains("can sign in again"), "{back}");
    user("enable", GRACE)
        .await
        .says("is not disabled", "disable");
    user("sign-out", "nobody@example.org")
        .await
        .says("nobody has the address", "signs in with");
    demo.running.stop().await.done();
}
