//! From a configuration to a running market: folder, key, database, listener, workers, server, end.
use std::{
    fmt, fs,
    io::{self, ErrorKind, Write as _},
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::{Notify, watch},
};
use tracing::field::Field;
use tracing_subscriber::{
    EnvFilter,
    field::MakeExt as _,
    fmt::{FormatFields, format},
};

use super::{Done, Failure, args::Global, out::Out};
use crate::{
    app::App,
    config::{self, Config, Loaded},
    http, jobs,
    kernel::{
        hash::{self, LinkKey},
        ids::Ids,
        password::Passwords,
        time::Clock,
    },
    markets::{Markets, known},
    migrations,
    orders::frames::Frames,
};

pub fn load(
    global: &Global,
    env: Vec<(String, String)>,
    more: &[(&'static str, String)],
) -> Result<Loaded, Failure> {
    let mut flags = more.to_vec();
    if let Some(url) = &global.database_url {
        flags.push(("database.url", url.clone()));
    }
    if let Some(data) = &global.data {
        flags.push(("data", data.display().to_string()));
    }
    config::load(global.config.as_deref(), env, &flags)
        .map_err(|problem| Failure::new(problem.to_string(), "market config"))
}

pub fn log(out: &Out, config: &Config) {
    let mut filter = EnvFilter::try_new(&config.log.filter).unwrap_or_default();
    // Below that it writes down the path of each request: links and ids stay out of logs.
    if let Ok(quiet) = "tower_http=debug".parse() {
        filter = filter.add_directive(quiet);
    }
    let colours = out.colours_in_log();
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colours)
        .fmt_fields(fields())
        .with_writer(move || OneLine {
            to: std::io::stderr(),
            colours,
        });
    // A second call in one process (tests) changes nothing.
    let _ = if config.log.format == "json" {
        builder.json().try_init()
    } else {
        builder.try_init()
    };
}

/// Fields as `name=value`, control characters by their numbers: `tracing-subscriber` cleans the message alone.
fn fields() -> impl for<'w> FormatFields<'w> + 'static {
    let field =
        |to: &mut format::Writer<'_>, field: &Field, value: &dyn fmt::Debug| -> fmt::Result {
            let name = field.name();
            if name != "message" {
                write!(to, "{name}=")?;
            }
            format!("{value:?}").chars().try_for_each(|c| match c {
                c if c.is_control() => write!(to, "{}", c.escape_default()),
                c => to.write_char(c),
            })
        };
    format::debug_fn(field).delimited(" ")
}

/// Each event is written in one piece. What somebody typed must not begin a line of its own, nor speak to a terminal:
/// control characters inside the piece are written down by their numbers. The log's own colours pass where there are
/// any; `fields` keeps those of others out.
pub struct OneLine<W> {
    pub to: W,
    pub colours: bool,
}

impl<W: io::Write> io::Write for OneLine<W> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(piece);
        let (line, end) = match text.strip_suffix('\n') {
            Some(line) => (line, "\n"),
            None => (text.as_ref(), ""),
        };
        let mut clean = String::with_capacity(piece.len());
        for c in line.chars() {
            if c.is_control() && !(c == '\u{1b}' && self.colours) {
                clean.extend(c.escape_default());
            } else {
                clean.push(c);
            }
        }
        clean.push_str(end);
        self.to.write_all(clean.as_bytes())?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Makes the data folder and proves that it can be written.
pub fn folder(path: &Path) -> Done {
    let probe = path.join(".probe");
    fs::create_dir_all(path)
        .and_then(|()| fs::write(&probe, b""))
        .and_then(|()| fs::remove_file(&probe))
        .map_err(|error| {
            Failure::new(
                format!(
                    "cannot write to the data folder {}: {error}",
                    path.display()
                ),
                "give another folder with --data DIR",
            )
        })
}

/// The key links are made with: made at the first start, kept in the data folder, readable by its owner only.
pub fn link_key(data: &Path) -> Result<LinkKey, Failure> {
    let path = data.join("link.key");
    let failed = |error: std::io::Error| {
        Failure::new(
            format!("cannot use the key file {}: {error}", path.display()),
            "check its owner and rights",
        )
    };
    match fs::read(&path) {
        Ok(secret) if secret.len() >= 32 => return Ok(LinkKey::new(&secret)),
        Ok(_) => {
            return Err(Failure::new(
                format!("the key file {} is damaged", path.display()),
                "restore it from a backup; without it no link in older mails works",
            ));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    let secret = hash::random::<32>()
        .ok_or_else(|| Failure::new("the system has no random bytes", "check /dev/urandom"))?;
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .map_err(failed)?;
    file.write_all(&secret)
        .and_then(|()| file.sync_all())
        .map_err(failed)?;
    Ok(LinkKey::new(&secret))
}

fn url(config: &Config) -> Result<db::Url, Failure> {
    config
        .database_url()
        .parse()
        .map_err(|error: db::Error| Failure::new(error.to_string(), "market config"))
}

/// The file of an embedded database that is not there yet: whoever only looks must not make it.
pub fn missing_file(config: &Config) -> Result<Option<PathBuf>, Failure> {
    match url(config)? {
        db::Url::Sqlite(path) if !path.exists() => Ok(Some(path)),
        _ => Ok(None),
    }
}

/// An embedded database holds everything about everybody: a new one is its owner's alone, and the files that SQLite
/// puts beside it take over its rights. A file that cannot be made fails to open in a moment, with the reason.
fn private(path: &Path) {
    let _ = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
}

pub async fn database(config: &Config) -> Result<db::Db, Failure> {
    let url = url(config)?;
    if let db::Url::Sqlite(path) = &url {
        private(path);
    }
    let settings = db::Config {
        readers: config.database.readers,
        pool: config.database.pool,
        ..db::Config::new(url)
    };
    db::Db::open(&settings)
        .await
        .map_err(|error| Failure::new(error.to_string(), "market doctor"))
}

/// SQLite migrates at start, after a copy of the file; PostgreSQL never by itself.
pub async fn migrated(db: &db::Db, clock: &Clock, by_itself: bool) -> Done {
    let now = clock.now().micros();
    let outcome = if by_itself || db.engine() == db::Engine::Sqlite {
        db::migrate::run(db, migrations::ALL, now).await.map(|_| ())
    } else {
        db::migrate::check(db, migrations::ALL).await
    };
    outcome.map_err(|error| match error {
        db::Error::Newer { .. } => Failure::new(error.to_string(), "market doctor"),
        db::Error::Locked | db::Error::Busy => Failure::new(
            error.to_string(),
            "stop the other process that uses this database",
        ),
        _ => Failure::new(error.to_string(), "market migrate"),
    })
}

pub async fn listener(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let next = match error.kind() {
            ErrorKind::AddrInUse => {
                "another port: --port 0 takes any that is free; serve's is http.listen else"
            }
            ErrorKind::PermissionDenied => "a port above 1023",
            _ => "an address of this machine",
        };
        Failure::new(format!("cannot listen on {address}: {error}"), next)
    })
}

/// The one place where an `App` is put together outside of tests.
pub async fn app(
    config: Config,
    db: db::Db,
    clock: Clock,
    stop: watch::Receiver<bool>,
) -> Result<Arc<App>, Failure> {
    let link_key = link_key(&config.data)?;
    let courier = config.courier().map_err(|error| {
        Failure::new(
            format!("cannot use the mail server: {error}"),
            "market config",
        )
    })?;
    let failed = |error: db::Error| {
        Failure::new(format!("cannot read the markets: {error}"), "market doctor")
    };
    let markets = Markets::read(&db).await.map_err(failed)?;
    Ok(Arc::new(App {
        config,
        db,
        cluster: cluster::memory(),
        courier,
        clock,
        ids: Ids::Random,
        link_key,
        markets,
        frames: Frames::default(),
        seats: http::live::Seats::default(),
        passwords: Passwords::default(),
        stop,
        jobs_wait: Arc::new(Notify::new()),
    }))
}

/// SIGTERM and ctrl-C, heard from the moment this exists: whoever reads the first line may already ask for the end.
pub struct Signals {
    term: Signal,
    int: Signal,
}

impl Signals {
    pub fn listen() -> Result<Self, Failure> {
        let listen = |kind| {
            signal(kind).map_err(|error| {
                Failure::new(
                    format!("cannot listen to signals: {error}"),
                    "market doctor",
                )
            })
        };
        Ok(Self {
            term: listen(SignalKind::terminate())?,
            int: listen(SignalKind::interrupt())?,
        })
    }

    async fn one(&mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.int.recv() => {}
        }
    }
}

/// Serves until the first signal; a second one ends at once.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    stop: watch::Sender<bool>,
    mut signals: Signals,
    work: bool,
) -> Done {
    let failed = |error: String| Failure::new(error, "market doctor");
    let followed = tokio::spawn(known::follow(app.clone()));
    let mut worker = None;
    if work {
        jobs::ensure_recurring(&app)
            .await
            .map_err(|error| failed(format!("cannot start the workers: {error:?}")))?;
        let runner = jobs::runner(&app);
        let (wake, told) = (app.jobs_wait.clone(), stop.subscribe());
        worker = Some(tokio::spawn(async move { runner.run(&wake, told).await }));
    }
    let limits = http::server::Limits::of(&app.config.http).within_files();
    let server = tokio::spawn(http::server::serve(
        listener,
        http::router::router(&app),
        limits,
        stop.subscribe(),
    ));
    signals.one().await;
    tracing::info!("stopping: no new connections, requests under way are finished");
    let _ = stop.send(true);
    let ended = async {
        let _ = server.await;
        let _ = followed.await;
        if let Some(worker) = worker {
            let _ = tokio::time::timeout(Duration::from_secs(20), worker).await;
        }
    };
    tokio::select! {
        () = ended => {}
        () = signals.one() => {}
    }
    app.db
        .clone()
        .close()
        .await
        .map_err(|error| failed(format!("the database did not close cleanly: {error}")))
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write as _,
        sync::{Arc, Mutex},
    };

    use super::OneLine;

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// What the log says when somebody has typed this.
    fn logged(typed: &str, colours: bool) -> String {
        let paper = Paper::default();
        let to = paper.clone();
        let log = tracing_subscriber::fmt()
            .with_ansi(colours)
            .fmt_fields(super::fields())
            .with_writer(move || OneLine {
                to: to.clone(),
                colours,
            })
            .finish();
        tracing::subscriber::with_default(log, || {
            tracing::info!(typed, shown = %typed, error = ?typed, "{typed}");
        });
        let bytes = paper.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn what_was_typed_stays_in_its_line_of_the_log() {
        let typed = "a\r\n2026-11-28 INFO security: event=\"forged\"\u{1b}[31m\u{9b}2J\u{7}b";
        for colours in [false, true] {
            let line = logged(typed, colours);
            assert_eq!(line.matches(['\n', '\r']).count(), 1, "{line:?}");
            assert!(line.ends_with('\n'), "{line:?}");
            for bad in ["\u{1b}[31m", "\u{9b}", "\u{7}"] {
                assert!(!line.contains(bad), "{colours} {bad:?}: {line:?}");
            }
            assert_eq!(line.contains('\u{1b}'), colours, "its own colours");
            assert!(line.matches("forged").count() >= 4, "{line:?}");
        }
    }

    #[test]
    fn a_piece_counts_as_written_whatever_became_of_it() {
        let paper = Paper::default();
        let mut log = OneLine {
            to: paper.clone(),
            colours: false,
        };
        assert_eq!(log.write(b"a\nb\n").unwrap(), 4);
        assert_eq!(log.write("\u{fc}\u{0}".as_bytes()).unwrap(), 3);
        log.flush().unwrap();
        assert_eq!(*paper.0.lock().unwrap(), b"a\\nb\n\xc3\xbc\\u{0}");
    }
}
