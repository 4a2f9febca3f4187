//! Reads the configuration and says where each value came from.
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use super::{Config, Http, Mail};

pub const DEFAULTS: &str = include_str!("config.default.toml");
const PREFIX: &str = "MARKET_";

/// The configuration and, for each key, what set it.
#[derive(Debug)]
pub struct Loaded {
    pub config: Config,
    pub sources: BTreeMap<String, String>,
}

#[derive(Debug, thiserror::Error)]
pub enum Problem {
    #[error("cannot read the configuration file {}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{origin} is not valid TOML: {problem}")]
    Toml { origin: String, problem: String },
    #[error(
        "unknown configuration key `{key}` in {origin}; `market config` lists the keys there are{hint}"
    )]
    UnknownKey {
        key: String,
        origin: String,
        hint: String,
    },
    #[error("configuration key `{key}` in {origin}: {problem}")]
    Value {
        key: String,
        origin: String,
        problem: String,
    },
}

/// Defaults, then the file, then `MARKET_HTTP_LISTEN=…`-like variables, then `flags` (`http.listen`, value).
pub fn load(
    file: Option<&Path>,
    env: impl IntoIterator<Item = (String, String)>,
    flags: &[(&str, String)],
) -> Result<Loaded, Problem> {
    let mut table: Table = parse(DEFAULTS, "the compiled-in defaults")?;
    let keys = keys(&table);
    let mut sources: BTreeMap<String, String> = keys
        .iter()
        .map(|key| (key.clone(), "default".to_owned()))
        .collect();
    if let Some(path) = file {
        let text = std::fs::read_to_string(path).map_err(|source| Problem::File {
            path: path.to_owned(),
            source,
        })?;
        let origin = path.display().to_string();
        let given = parse(&text, &origin)?;
        for key in self::keys(&given) {
            let value = find(&given, &key).cloned();
            set(&mut table, &keys, &mut sources, &key, value, &origin)?;
        }
    }
    for (name, text) in env {
        let Some(rest) = name.strip_prefix(PREFIX) else {
            continue;
        };
        if rest.starts_with("TEST_") || rest == "CONFIG" || rest == "BIN" {
            continue;
        }
        let key = rest.to_lowercase();
        let key = keys
            .iter()
            .find(|known| known.replace('.', "_") == key)
            .cloned()
            .unwrap_or(key);
        set(
            &mut table,
            &keys,
            &mut sources,
            &key,
            Some(Value::String(text)),
            &format!("the variable {name}"),
        )?;
    }
    for (key, text) in flags {
        set(
            &mut table,
            &keys,
            &mut sources,
            key,
            Some(Value::String(text.clone())),
            "the command line",
        )?;
    }
    address(&table, &sources)?;
    let config: Config = Value::Table(table)
        .try_into()
        .map_err(|error: toml::de::Error| Problem::Value {
            key: "configuration".to_owned(),
            origin: "all sources together".to_owned(),
            problem: error.message().to_owned(),
        })?;
    check(&config, &sources)?;
    Ok(Loaded { config, sources })
}

/// An address has a type of its own, whose error would not say which key it is about.
fn address(table: &Table, sources: &BTreeMap<String, String>) -> Result<(), Problem> {
    let key = "http.listen";
    let text = find(table, key).and_then(Value::as_str).unwrap_or_default();
    if text.parse::<SocketAddr>().is_ok() {
        return Ok(());
    }
    Err(Problem::Value {
        key: key.to_owned(),
        origin: sources.get(key).cloned().unwrap_or_default(),
        problem: "expected ADDRESS:PORT, such as 127.0.0.1:8080".to_owned(),
    })
}

fn parse(text: &str, origin: &str) -> Result<Table, Problem> {
    text.parse()
        .map_err(|error: toml::de::Error| Problem::Toml {
            origin: origin.to_owned(),
            problem: error.message().to_owned(),
        })
}

/// All keys with a value, dotted: `http.listen`.
fn keys(table: &Table) -> Vec<String> {
    let mut keys = Vec::new();
    for (key, value) in table {
        match value {
            Value::Table(inner) => keys.extend(
                self::keys(inner)
                    .into_iter()
                    .map(|inner| format!("{key}.{inner}")),
            ),
            _ => keys.push(key.clone()),
        }
    }
    keys
}

fn find<'t>(table: &'t Table, key: &str) -> Option<&'t Value> {
    match key.split_once('.') {
        None => table.get(key),
        Some((section, rest)) => find(table.get(section)?.as_table()?, rest),
    }
}

fn find_mut<'t>(table: &'t mut Table, key: &str) -> Option<&'t mut Value> {
    match key.split_once('.') {
        None => table.get_mut(key),
        Some((section, rest)) => find_mut(table.get_mut(section)?.as_table_mut()?, rest),
    }
}

fn set(
    table: &mut Table,
    keys: &[String],
    sources: &mut BTreeMap<String, String>,
    key: &str,
    value: Option<Value>,
    origin: &str,
) -> Result<(), Problem> {
    let (Some(place), Some(value)) = (
        find_mut(table, key).filter(|_| keys.iter().any(|k| k == key)),
        value,
    ) else {
        let hint =
            nearest(keys, key).map_or(String::new(), |near| format!(" (did you mean `{near}`?)"));
        return Err(Problem::UnknownKey {
            key: key.to_owned(),
            origin: origin.to_owned(),
            hint,
        });
    };
    let problem = |wanted: &str| Problem::Value {
        key: key.to_owned(),
        origin: origin.to_owned(),
        problem: format!("expected {wanted}"),
    };
    *place = match (&*place, value) {
        (Value::Integer(_), Value::String(text)) => Value::Integer(
            text.trim()
                .parse()
                .map_err(|_not: std::num::ParseIntError| problem("a whole number"))?,
        ),
        (Value::Boolean(_), Value::String(text)) => Value::Boolean(
            text.trim()
                .parse()
                .map_err(|_not: std::str::ParseBoolError| problem("true or false"))?,
        ),
        (Value::Array(_), Value::String(text)) => Value::Array(
            text.split(',')
                .map(str::trim)
                .filter(|s| !s.is_empty())
                .map(|s| Value::String(s.to_owned()))
                .collect(),
        ),
        (old, new) if old.same_type(&new) => new,
        (old, _) => return Err(problem(old.type_str())),
    };
    sources.insert(key.to_owned(), origin.to_owned());
    Ok(())
}

/// The known key that shares the most letters at its beginning or end.
fn nearest<'k>(keys: &'k [String], typed: &str) -> Option<&'k String> {
    let like = |key: &&String| {
        let front = key
            .chars()
            .zip(typed.chars())
            .take_while(|(a, b)| a == b)
            .count();
        let back = key
            .chars()
            .rev()
            .zip(typed.chars().rev())
            .take_while(|(a, b)| a == b)
            .count();
        front.max(back)
    };
    keys.iter().max_by_key(like).filter(|key| like(key) >= 3)
}

fn check(config: &Config, sources: &BTreeMap<String, String>) -> Result<(), Problem> {
    let wrong = |key: &str, problem: &str| {
        Err(Problem::Value {
            key: key.to_owned(),
            origin: sources.get(key).cloned().unwrap_or_default(),
            problem: problem.to_owned(),
        })
    };
    let base = &config.http.base_url;
    if !(base.starts_with("http://") || base.starts_with("https://"))
        || base.matches('/').count() > 3
    {
        return wrong(
            "http.base_url",
            "expected http://HOST or https://HOST without a path",
        );
    }
    http(&config.http).or_else(|(key, problem)| wrong(key, problem))?;
    mail(&config.mail).or_else(|(key, problem)| wrong(key, problem))?;
    if !matches!(config.log.format.as_str(), "text" | "json") {
        return wrong("log.format", "expected text or json");
    }
    if tracing_subscriber::EnvFilter::try_new(&config.log.filter).is_err() {
        return wrong(
            "log.filter",
            "expected error, warn, info, debug or a filter such as market=debug",
        );
    }
    if !(10..=50).contains(&config.database.pool) {
        return wrong("database.pool", "expected 10 to 50 connections");
    }
    if !(1..=64).contains(&config.database.readers) {
        return wrong("database.readers", "expected 1 to 64 connections");
    }
    if let Err(error) = config.database_url().parse::<db::Url>() {
        return wrong("database.url", &error.to_string());
    }
    Ok(())
}

/// Which limit of the way in cannot be, and why.
fn http(http: &Http) -> Result<(), (&'static str, &'static str)> {
    let wait = "expected 1 to 300 seconds";
    for (key, seconds) in [
        ("http.head_seconds", http.head_seconds),
        ("http.body_seconds", http.body_seconds),
        ("http.answer_seconds", http.answer_seconds),
        ("http.stall_seconds", http.stall_seconds),
        ("http.drain_seconds", http.drain_seconds),
    ] {
        if !(1..=300).contains(&seconds) {
            return Err((key, wait));
        }
    }
    if http.connections == 0 {
        return Err(("http.connections", "expected 1 connection or more"));
    }
    if !(8192..=1 << 20).contains(&http.head_bytes) {
        return Err(("http.head_bytes", "expected 8192 to 1048576 bytes"));
    }
    if !(16..=1000).contains(&http.head_lines) {
        return Err(("http.head_lines", "expected 16 to 1000 lines"));
    }
    Ok(())
}

/// What of the mail's section cannot be, and why.
fn mail(mail: &Mail) -> Result<(), (&'static str, &'static str)> {
    let smtp = &mail.smtp;
    if !matches!(mail.mode.as_str(), "console" | "folder" | "smtp") {
        return Err(("mail.mode", "expected console, folder or smtp"));
    }
    if courier::Address::new(None, &mail.from).is_err() {
        return Err(("mail.from", "expected an e-mail address"));
    }
    let Some(security) = smtp.security() else {
        return Err(("mail.smtp.security", "expected starttls, tls or none"));
    };
    if !(1..=12).contains(&smtp.timeout_seconds) {
        return Err(("mail.smtp.timeout_seconds", "expected 1 to 12 seconds"));
    }
    if mail.mode != "smtp" {
        return Ok(());
    }
    if smtp.host.trim().is_empty() {
        return Err(("mail.smtp.host", "expected a host name"));
    }
    if security == courier::Security::None && !smtp.is_here() {
        return Err((
            "mail.smtp.security",
            "expected starttls or tls: mails and the login would cross the network in plain",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect()
    }

    #[test]
    fn the_later_source_wins_and_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("market.toml");
        std::fs::write(&file, "[http]\nlisten = \"127.0.0.1:1\"\nconnections = 5\n").unwrap();
        let vars = env(&[
            ("MARKET_HTTP_LISTEN", "127.0.0.1:2"),
            ("PATH", "/bin"),
            ("MARKET_HTTP_HOSTS", "a, b"),
            ("MARKET_PAGES_PSEUDO_LOCALE", "true"),
        ]);
        let loaded = load(Some(&file), vars, &[("database.pool", "11".to_owned())]).unwrap();
        assert_eq!(loaded.config.http.listen.port(), 2);
        assert_eq!(loaded.config.http.connections, 5);
        assert_eq!(loaded.config.http.hosts, ["a", "b"]);
        assert!(loaded.config.pages.pseudo_locale);
        assert_eq!(loaded.config.database.pool, 11);
        assert_eq!(
            loaded.sources["http.listen"],
            "the variable MARKET_HTTP_LISTEN"
        );
        assert_eq!(loaded.sources["database.pool"], "the command line");
        assert_eq!(loaded.sources["data"], "default");
        assert_eq!(loaded.config.database_url(), "sqlite:market-data/market.db");
    }

    #[test]
    fn every_mistake_is_named_with_its_place() {
        let refused = |vars: &[(&str, &str)]| load(None, env(vars), &[]).unwrap_err().to_string();
        for (name, value, says) in [
            (
                "MARKET_HTPP_LISTEN",
                "x",
                "unknown configuration key `htpp_listen` in the variable MARKET_HTPP_LISTEN",
            ),
            (
                "MARKET_DATABASE_POOL",
                "many",
                "`database.pool` in the variable MARKET_DATABASE_POOL: expected a whole number",
            ),
            (
                "MARKET_PAGES_PSEUDO_LOCALE",
                "yes",
                "expected true or false",
            ),
            ("MARKET_DATABASE_POOL", "5", "expected 10 to 50"),
            ("MARKET_DATABASE_READERS", "0", "expected 1 to 64"),
            ("MARKET_DATABASE_URL", "mysql://x", "database.url"),
            ("MARKET_HTTP_BASE_URL", "localhost", "expected http://HOST"),
            ("MARKET_HTTP_CONNECTIONS", "0", "expected 1 connection"),
            ("MARKET_HTTP_HEAD_SECONDS", "0", "expected 1 to 300"),
            ("MARKET_HTTP_BODY_SECONDS", "301", "http.body_seconds"),
            ("MARKET_HTTP_HEAD_BYTES", "4096", "expected 8192 to"),
            ("MARKET_HTTP_HEAD_LINES", "2", "expected 16 to"),
            ("MARKET_MAIL_MODE", "pigeon", "expected console, folder or"),
            ("MARKET_MAIL_SMTP_PORT", "70000", "configuration"),
            ("MARKET_MAIL_SMTP_SECURITY", "x", "expected starttls, tls"),
            ("MARKET_MAIL_SMTP_TIMEOUT_SECONDS", "60", "1 to 12 seconds"),
            ("MARKET_MAIL_FROM", "nobody", "expected an e-mail address"),
            ("MARKET_LOG_FORMAT", "xml", "expected text or json"),
            ("MARKET_LOG_FILTER", "market=loud", "or a filter such as"),
            (
                "MARKET_HTTP_LISTEN",
                "here",
                "`http.listen` in the variable MARKET_HTTP_LISTEN",
            ),
        ] {
            let said = refused(&[(name, value)]);
            assert!(said.contains(says), "{name}={value}: {said}");
        }
        assert!(
            refused(&[("MARKET_LISTEN", "x")]).contains("did you mean `http.listen`"),
            "{}",
            refused(&[("MARKET_LISTEN", "x")])
        );
    }

    #[test]
    fn a_mail_server_elsewhere_is_reached_encrypted_or_not_at_all() {
        let with = |host: &str, security: &str| {
            let vars = [
                ("MARKET_MAIL_MODE", "smtp"),
                ("MARKET_MAIL_SMTP_HOST", host),
                ("MARKET_MAIL_SMTP_SECURITY", security),
                ("MARKET_MAIL_SMTP_USER", "market"),
            ];
            load(None, env(&vars), &[]).map(|loaded| loaded.config)
        };
        for host in ["localhost", "127.0.0.1", "[::1]", "::1"] {
            assert!(with(host, "none").is_ok(), "{host}");
        }
        let refused = with("mail.example.org", "none").unwrap_err().to_string();
        assert!(refused.contains("mail.smtp.security") && refused.contains("in plain"));
        assert!(
            with(" ", "tls")
                .unwrap_err()
                .to_string()
                .contains("mail.smtp.host")
        );
        for security in ["tls", "starttls"] {
            let config = with("mail.example.org", security).unwrap();
            let courier = config.courier().unwrap();
            assert!(matches!(courier, courier::Courier::Smtp(_)), "{courier:?}");
        }
        let folder = load(None, env(&[]), &[]).unwrap().config.courier().unwrap();
        assert!(matches!(folder, courier::Courier::Folder(_)));
        let console = env(&[("MARKET_MAIL_MODE", "console")]);
        let console = load(None, console, &[]).unwrap().config.courier().unwrap();
        assert!(matches!(console, courier::Courier::Console));
    }

    #[test]
    fn mistakes_of_a_file_are_named_too() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("market.toml");
        assert!(
            load(Some(&file), env(&[]), &[])
                .unwrap_err()
                .to_string()
                .contains("cannot read")
        );
        std::fs::write(&file, "[http\n").unwrap();
        assert!(
            load(Some(&file), env(&[]), &[])
                .unwrap_err()
                .to_string()
                .contains("not valid TOML")
        );
        std::fs::write(&file, "[http]\nlisten = 5\n").unwrap();
        assert!(
            load(Some(&file), env(&[]), &[])
                .unwrap_err()
                .to_string()
                .contains("expected string")
        );
        std::fs::write(&file, "[shop]\nopen = true\n").unwrap();
        assert!(
            load(Some(&file), env(&[]), &[])
                .unwrap_err()
                .to_string()
                .contains("`shop.open`")
        );
    }

    #[test]
    fn every_key_says_what_it_is() {
        let mut explained = false;
        for line in DEFAULTS.lines() {
            if line.contains(" = ") && !line.starts_with('#') {
                assert!(explained, "no comment above `{line}`");
            }
            explained = line.starts_with('#');
        }
    }
}
