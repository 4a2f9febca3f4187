//! `market config`: every key, the value in use, and what set it. A password in an address is not shown.
use std::collections::BTreeMap;

use super::{
    Done, Failure,
    args::{Global, JsonArgs},
    out::Out,
    start,
};

pub fn run(out: &Out, global: &Global, env: Vec<(String, String)>, args: &JsonArgs) -> Done {
    let loaded = start::load(global, env, &[])?;
    let failed = |error: String| Failure::new(error, "report this");
    let mut config = loaded.config.clone();
    config.database.url = masked(&config.database_url());
    if !config.mail.smtp.password.is_empty() {
        "***".clone_into(&mut config.mail.smtp.password);
    }
    let table = toml::Table::try_from(&config).map_err(|error| failed(error.to_string()))?;
    let values: BTreeMap<String, String> = flat("", &table).into_iter().collect();
    if args.json {
        let json = serde_json::json!({ "values": values, "sources": loaded.sources });
        out.say(json.to_string());
        return Ok(());
    }
    let wide = values
        .iter()
        .map(|(key, value)| key.len() + value.len() + 3)
        .max()
        .unwrap_or(0);
    for (key, value) in &values {
        let pair = format!("{key} = {value}");
        let source = loaded.sources.get(key).map_or("", String::as_str);
        out.say(format!("{pair:wide$}  # {source}"));
    }
    Ok(())
}

fn flat(prefix: &str, table: &toml::Table) -> Vec<(String, String)> {
    table
        .iter()
        .flat_map(|(key, value)| match value {
            toml::Value::Table(inner) => flat(&format!("{prefix}{key}."), inner),
            value => vec![(format!("{prefix}{key}"), value.to_string())],
        })
        .collect()
}

/// `postgres://user:***@host/name`
fn masked(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let Some((login, host)) = rest.rsplit_once('@') else {
        return url.to_owned();
    };
    let user = login.split_once(':').map_or(login, |(user, _)| user);
    if login.contains(':') {
        format!("{scheme}://{user}:***@{host}")
    } else {
        url.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        assert_eq!(masked("postgres://u:geheim@h/n"), "postgres://u:***@h/n");
        assert_eq!(masked("postgres://u@h/n"), "postgres://u@h/n");
        assert_eq!(masked("sqlite:x"), "sqlite:x");
        assert_eq!(masked(""), "");
    }
}
