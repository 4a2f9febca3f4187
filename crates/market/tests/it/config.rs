//! The page on configuration shows what is compiled in, to the letter.
use std::{fs, path::Path};

#[test]
fn the_page_on_configuration_holds_every_key_as_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("../../docs/configuration.md")).unwrap();
    let defaults = fs::read_to_string(root.join("src/config/config.default.toml")).unwrap();
    assert_eq!(defaults, market::config::DEFAULTS);
    let (_, rest) = page.split_once("```toml\n").expect("a block of TOML");
    let (shown, _) = rest.split_once("```").unwrap();
    assert_eq!(
        shown, defaults,
        "copy crates/market/src/config/config.default.toml into docs/configuration.md"
    );
}

/// Dotted, sorted.
fn keys(table: &toml::Table) -> Vec<String> {
    let inner = |(key, value): (&String, &toml::Value)| match value {
        toml::Value::Table(table) => {
            let inner = keys(table).into_iter();
            inner.map(|inner| format!("{key}.{inner}")).collect()
        }
        _ => vec![key.clone()],
    };
    let mut keys: Vec<String> = table.iter().flat_map(inner).collect();
    keys.sort();
    keys
}

#[test]
fn every_key_is_a_field_and_every_field_a_key() {
    let loaded = market::config::load(None, [], &[]).unwrap();
    let defaults: toml::Table = market::config::DEFAULTS.parse().unwrap();
    let fields = toml::Table::try_from(&loaded.config).unwrap();
    assert_eq!(keys(&defaults), keys(&fields));
    let named: Vec<String> = loaded.sources.keys().cloned().collect();
    assert_eq!(keys(&defaults), named);
}
