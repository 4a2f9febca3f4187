//! `market serve`: the market for real.
use std::net::SocketAddr;

use tokio::sync::watch;

use super::{
    Done, Failure,
    args::{Global, ServeArgs},
    demo::lan,
    out::Out,
    setup_link, start,
};
use crate::{
    config::{Config, Loaded},
    kernel::time::Clock,
    markets,
};

pub async fn run(out: &Out, global: &Global, env: Vec<(String, String)>, args: ServeArgs) -> Done {
    let loaded = start::load(global, env, &[])?;
    let base_url_is_given = is_given(&loaded, "http.base_url");
    let mut config = loaded.config;
    start::log(out, &config);
    start::folder(&config.data)?;
    let clock = Clock::System;
    let db = start::database(&config).await?;
    start::migrated(&db, &clock, false).await?;
    refuse_demo(&db).await?;
    let asked = SocketAddr::new(
        args.host.unwrap_or(config.http.listen.ip()),
        args.port.unwrap_or(config.http.listen.port()),
    );
    let listener = start::listener(asked).await?;
    // What was asked for, or, with port 0, what the system gave.
    let address = listener.local_addr().unwrap_or(asked);
    if !base_url_is_given {
        reached_by(&mut config, address);
    }
    let base_url = config.http.base_url.clone();
    let link = setup_link::open(&db, &clock, Some(&base_url)).await?;
    let (stop, stopped) = watch::channel(false);
    let app = start::app(config, db, clock, stopped).await?;
    let signals = start::Signals::listen()?;
    out.say(format!("{base_url} on {address}"));
    // A log for programs has no talk in it.
    if app.config.log.format == "text" {
        out.talk(format!(
            "market {}, data in {}, mail: {}",
            env!("CARGO_PKG_VERSION"),
            app.config.data.display(),
            match app.config.mail.mode.as_str() {
                "folder" => format!(
                    "files in {}, to nobody",
                    app.config.data.join("mail").display()
                ),
                mode => mode.to_owned(),
            }
        ));
    }
    if let Some(link) = link {
        setup_link::tell(out, global, &link, &base_url);
    }
    start::serve(app, listener, stop, signals, !args.no_jobs).await
}

/// Nobody said how people reach the market: by this machine's name for itself, its numbers, and the network's number
/// for it.
fn reached_by(config: &mut Config, address: SocketAddr) {
    let port = address.port();
    config.http.base_url = format!("http://localhost:{port}");
    let mut hosts = vec![address.to_string(), format!("127.0.0.1:{port}")];
    if let Some(lan) = lan(address) {
        hosts.push(SocketAddr::new(lan, port).to_string());
    }
    config.http.hosts.extend(hosts);
}

fn is_given(loaded: &Loaded, key: &str) -> bool {
    let source = loaded.sources.get(key);
    source.is_some_and(|source| source != "default")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_was_chosen_is_in_every_address() {
        let flags = [("data", "x".to_owned())];
        let loaded = crate::config::load(None, [], &flags).unwrap();
        assert!(!is_given(&loaded, "http.base_url") && is_given(&loaded, "data"));
        let mut config = loaded.config;
        reached_by(&mut config, "0.0.0.0:9000".parse().unwrap());
        assert_eq!(config.http.base_url, "http://localhost:9000");
        assert!(config.http.hosts.contains(&"127.0.0.1:9000".to_owned()));
        assert!(config.http.hosts.iter().all(|host| host.ends_with(":9000")));
    }
}
