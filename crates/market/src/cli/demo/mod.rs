//! `market demo`: two markets, six farms, forty products, sixty orders in all states, in one process.
mod goods;
mod greeting;
mod history;
mod live;
mod world;

use std::{
    fs::{File, TryLockError},
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
use crate::{config::Config, kernel::time::Clock, markets, migrations};

/// Held for as long as a demo runs in its folder.
const LOCK: &str = ".demo.lock";

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
    let (mut config, anew) = configure(global, env, &args, address)?;
    let _lock = claim(&config, anew)?;
    start::log(out, &config);
    config.runtime.demo = true;
    config.runtime.load_test = args.load_test;
    let clock = Clock::System;
    let db = start::database(&config).await?;
    refuse_real(&db).await?;
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

/// The configuration, and whether the demo begins anew: one without a folder or database of its own does.
fn configure(
    global: &Global,
    env: Vec<(String, String)>,
    args: &DemoArgs,
    address: SocketAddr,
) -> Result<(Config, bool), Failure> {
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
    start::folder(&config.data)?;
    Ok((config, !own && !elsewhere))
}

/// The folder of an embedded demo belongs to one process: the lock ends with it, also with `kill -9`. A demo without a
/// folder of its own begins anew, once nobody else is there.
fn claim(config: &Config, anew: bool) -> Result<Option<File>, Failure> {
    if !config.database.url.is_empty() {
        return Ok(None);
    }
    let path = config.data.join(LOCK);
    let failed = |error: std::io::Error| {
        Failure::new(
            format!(
                "cannot prepare the folder {}: {error}",
                config.data.display()
            ),
            "another folder with --data DIR",
        )
    };
    let lock = File::create(&path).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(Failure::new(
                format!("a demo is already running in {}", config.data.display()),
                "stop it, or give this one a folder with --data DIR",
            ));
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    if anew {
        for entry in std::fs::read_dir(&config.data).map_err(failed)?.flatten() {
            let path = entry.path();
            let gone = match (path.is_dir(), path.ends_with(LOCK)) {
                (_, true) => Ok(()),
                (true, _) => std::fs::remove_dir_all(&path),
                (false, _) => std::fs::remove_file(&path),
            };
            gone.map_err(failed)?;
        }
    }
    Ok(Some(lock))
}

/// A database with a market in it that is no demo's is somebody's own: it gets no demo links and no known tokens.
async fn refuse_real(db: &db::Db) -> Done {
    let failed = |error: db::Error| Failure::new(error.to_string(), "market doctor");
    let status = db::migrate::status(db, migrations::ALL)
        .await
        .map_err(failed)?;
    if !status.applied.iter().any(|name| name == "0002_markets") {
        return Ok(());
    }
    let read = db.read_fresh().await.map_err(failed)?;
    if is_demo(&read).await.map_err(failed)?
        || markets::store::list(&read)
            .await
            .map_err(failed)?
            .is_empty()
    {
        return Ok(());
    }
    Err(Failure::new(
        "this database holds a market of its own; the demo would open doors in it",
        "an empty folder with --data DIR, or another database",
    ))
}

/// The address other devices of this network reach us by. Connecting a UDP socket sends nothing; it only asks the
/// system which address it would use (192.0.2.1 is reserved for documentation, RFC 5737).
pub fn lan(address: SocketAddr) -> Option<IpAddr> {
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
