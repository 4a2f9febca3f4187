//! `market demo`: two markets, six farms, forty products, sixty orders in all states, in one process.
mod goods;
mod greeting;
mod history;
mod live;
mod world;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket},
    path::PathBuf,
};

use tokio::sync::watch;

use super::{
    Done, Failure,
    args::{DemoArgs, Global},
    out::Out,
    start,
};
use crate::{config::Config, kernel::time::Clock, markets};

pub async fn run(out: &Out, global: &Global, env: Vec<(String, String)>, args: DemoArgs) -> Done {
    let host = args.host.unwrap_or(IpAddr::V4(if args.load_test {
        Ipv4Addr::LOCALHOST
    } else {
        Ipv4Addr::UNSPECIFIED
    }));
    if args.load_test && !host.is_loopback() {
        return Err(Failure::new(
            format!(
                "--load-test opens doors (a known token, no limits) and may not listen on {host}"
            ),
            "leave --host away: it is 127.0.0.1 then",
        ));
    }
    // The port first: whoever has it taken should hear so before a database is made.
    let listener = start::listener(SocketAddr::new(host, args.port)).await?;
    let address = listener
        .local_addr()
        .map_err(|error| Failure::new(format!("cannot listen: {error}"), "another --port"))?;
    let mut config = configure(global, env, &args, address)?;
    start::log(out, &config);
    config.runtime.demo = true;
    config.runtime.load_test = args.load_test;
    let clock = Clock::System;
    let db = start::database(&config).await?;
    start::migrated(&db, &clock, true).await?;
    let key = start::link_key(&config.data)?;
    let demo = world::World {
        db: &db,
        clock: &clock,
        key: &key,
    };
    let doors = demo.ensure(&args).await.map_err(|error| {
        Failure::new(
            format!("cannot prepare the demo: {error}"),
            "an empty folder with --data DIR",
        )
    })?;
    let (stop, stopped) = watch::channel(false);
    let app = start::app(config, db, clock, stopped).await?;
    let signals = start::Signals::listen()?;
    if args.json {
        out.say(greeting::json(&app, &doors, address, &args));
    } else {
        greeting::words(out, &app, &doors, address, &args);
    }
    if args.live {
        tokio::spawn(live::morning(app.clone(), doors.order.clone()));
    }
    start::serve(app, listener, stop, signals, !args.no_jobs).await
}

/// A demo without a folder or database of its own begins anew each time.
fn configure(
    global: &Global,
    env: Vec<(String, String)>,
    args: &DemoArgs,
    address: SocketAddr,
) -> Result<Config, Failure> {
    let own = global.data.is_some();
    let elsewhere = global.database_url.is_some();
    let base = PathBuf::from("market-data");
    let data = match &global.data {
        Some(data) => data.clone(),
        None if elsewhere => base.join("demo-elsewhere"),
        None => base.join("demo"),
    };
    let port = address.port();
    let mut hosts = vec![format!("127.0.0.1:{port}"), format!("[::1]:{port}")];
    if let Some(lan) = lan(address) {
        hosts.push(SocketAddr::new(lan, port).to_string());
    }
    if !address.ip().is_unspecified() {
        hosts.push(address.to_string());
    }
    let mut more = vec![
        ("data", data.display().to_string()),
        ("http.listen", address.to_string()),
        ("http.base_url", format!("http://localhost:{port}")),
        ("http.hosts", hosts.join(",")),
    ];
    if args.load_test {
        more.push(("log.filter", "warn".to_owned()));
    }
    let config = start::load(global, env, &more)?.config;
    if !own && !elsewhere && config.database.url.is_empty() && data.exists() {
        std::fs::remove_dir_all(&data).map_err(|error| {
            Failure::new(
                format!("cannot clear the old demo in {}: {error}", data.display()),
                "--data DIR",
            )
        })?;
    }
    start::folder(&config.data)?;
    Ok(config)
}

/// The address other devices of this network reach us by. Connecting a UDP socket sends nothing; it only asks the
/// system which address it would use (192.0.2.1 is reserved for documentation, RFC 5737).
fn lan(address: SocketAddr) -> Option<IpAddr> {
    if !address.ip().is_unspecified() {
        return None;
    }
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_loopback() && !ip.is_unspecified()).then_some(ip)
}

/// Whether a database already holds a demo.
async fn is_demo(db: &db::Read) -> db::Result<bool> {
    Ok(markets::store::find_setting(db, "demo").await?.is_some())
}
