//! Starting other programs so that none outlives us: each runs in a process group of its
//! own, and a guard ends that group when it is dropped, on an error or a panic as well.
//! A signal unwinds nothing, so [`watch_signals`] runs the same endings by hand.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

pub type Error = Box<dyn std::error::Error + Send + Sync>;
pub type Result<T = ()> = std::result::Result<T, Error>;

type Ending = Box<dyn FnOnce() + Send>;
static ENDINGS: Mutex<Vec<(u64, Ending)>> = Mutex::new(Vec::new());

/// Something that must be undone when we are interrupted; dropping it forgets it.
pub struct AtExit(u64);

pub fn at_exit(ending: impl FnOnce() + Send + 'static) -> AtExit {
    let mut list = endings();
    let id = list.last().map_or(1, |(id, _)| id + 1);
    list.push((id, Box::new(ending)));
    AtExit(id)
}

impl Drop for AtExit {
    fn drop(&mut self) {
        endings().retain(|(id, _)| *id != self.0);
    }
}

fn endings() -> std::sync::MutexGuard<'static, Vec<(u64, Ending)>> {
    ENDINGS
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// On ctrl-C, SIGTERM or SIGHUP: undo everything, the newest first, and leave.
pub fn watch_signals() {
    std::thread::spawn(|| {
        use tokio::signal::unix::{SignalKind, signal};
        let told = block_on(async {
            let mut interrupt = signal(SignalKind::interrupt())?;
            let mut terminate = signal(SignalKind::terminate())?;
            let mut hangup = signal(SignalKind::hangup())?;
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hangup.recv() => {}
            }
            Ok(())
        });
        if told.is_err() {
            return;
        }
        let list = std::mem::take(&mut *endings());
        for (_, ending) in list.into_iter().rev() {
            ending();
        }
        std::process::exit(130);
    });
}

/// Runs a future on one thread: the two cores belong to the server under test.
pub fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(future)
}

/// Sends a signal to a process, or to its whole group when `pid` has a minus before it.
/// `sh` knows `kill` by itself, so that a bare machine needs no further package.
pub fn signal(name: &str, pid: &str) {
    let _ = Command::new("sh")
        .args(["-c", &format!("kill -s {name} -- {pid} 2>/dev/null")])
        .stdin(Stdio::null())
        .status();
}

/// A running child that ends with its guard.
pub struct Guard {
    child: Child,
    what: String,
    at_exit: Option<AtExit>,
}

impl Guard {
    pub fn spawn(command: &mut Command) -> Result<Self> {
        use std::os::unix::process::CommandExt;
        let what = name_of(command);
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|error| format!("could not start `{what}`: {error}"))?;
        let group = format!("-{}", child.id());
        let at_exit = at_exit(move || {
            signal("TERM", &group);
            std::thread::sleep(Duration::from_millis(500));
            signal("KILL", &group);
        });
        Ok(Self {
            child,
            what,
            at_exit: Some(at_exit),
        })
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The exit status, if it has ended by itself.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        let status = self.child.try_wait().ok().flatten();
        if status.is_some() {
            self.at_exit = None;
        }
        status
    }

    /// `kill -9`, at once.
    pub fn kill(&mut self) -> Result {
        self.child.kill()?;
        self.child.wait()?;
        self.at_exit = None;
        Ok(())
    }

    pub fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait()?;
        self.at_exit = None;
        Ok(status)
    }

    /// Asks it to end, and ends it for good when it has not within `patience`.
    pub fn stop(&mut self, name: &str, patience: Duration) -> Result<ExitStatus> {
        if let Some(status) = self.ended() {
            return Ok(status);
        }
        signal(name, &self.child.id().to_string());
        let since = Instant::now();
        while since.elapsed() < patience {
            if let Some(status) = self.ended() {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        signal("KILL", &format!("-{}", self.child.id()));
        self.wait()?;
        Err(format!(
            "`{}` did not end within {} s of SIG{name}",
            self.what,
            patience.as_secs()
        )
        .into())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if self.ended().is_none() {
            let _ = self.stop("TERM", Duration::from_secs(3));
        }
    }
}

fn name_of(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for arg in command.get_args() {
        text.push(' ');
        text.push_str(&arg.to_string_lossy());
    }
    text
}

/// Runs a command in the open; its failure is ours.
pub fn run(command: &mut Command) -> Result {
    let what = name_of(command);
    println!("\n$ {what}");
    let status = Guard::spawn(command)?.wait()?;
    if status.success() {
        return Ok(());
    }
    Err(format!("`{what}` failed ({status})").into())
}

/// Runs a command and returns what it printed; its failure is ours, with its own words.
pub fn capture(command: &mut Command) -> Result<String> {
    let what = name_of(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("could not start `{what}`: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(format!("`{what}` failed ({}): {}", output.status, words.trim()).into())
}

/// A folder of our own under the system's temporary one, removed when dropped. Not in the
/// checkout: that may lie in a home which the database's system user cannot enter.
pub struct Scratch {
    path: PathBuf,
    _at_exit: AtExit,
}

impl Scratch {
    pub fn new(name: &str) -> Result<Self> {
        Self::below(&std::env::temp_dir(), name)
    }

    pub fn below(folder: &Path, name: &str) -> Result<Self> {
        let path = tempfile::Builder::new()
            .prefix(&format!("market-{name}-"))
            .tempdir_in(folder)?
            .keep();
        let copy = path.clone();
        Ok(Self {
            path,
            _at_exit: at_exit(move || remove(&copy)),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

/// Never follows a mount: what is still mounted below stays, and so does the folder.
fn remove(path: &Path) {
    let _ = Command::new("rm")
        .args(["-rf", "--one-file-system"])
        .arg(path)
        .stderr(Stdio::null())
        .status();
}

/// The checkout's root.
pub fn root() -> PathBuf {
    // As cargo says it now, not when this was built: two checkouts may share a target folder.
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.parent().map(Path::to_path_buf).unwrap_or(here)
}

/// The folder cargo builds into.
pub fn target() -> PathBuf {
    let named = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    root().join(named.unwrap_or_else(|| "target".into()))
}

pub fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(root());
    // What cargo said of us: build scripts that look at it would build their crates anew, as would a cargo by hand after.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Builds the `market` binary and says where it lies.
pub fn build_market(release: bool) -> Result<PathBuf> {
    let profile = if release { "release" } else { "debug" };
    let mut command = cargo(&["build", "--package", "market"]);
    if release {
        command.arg("--release");
    }
    run(&mut command)?;
    Ok(target().join(profile).join("market"))
}

/// An unoptimised client would take the cores from the server that it measures: then the same command is run again,
/// built for release, and this is how it ended.
pub fn again_optimised() -> Option<Result> {
    if !cfg!(debug_assertions) {
        return None;
    }
    let mut again = cargo(&["run", "--quiet", "--release", "--package", "xtask", "--"]);
    Some(run(again.args(std::env::args_os().skip(1))))
}

/// Lets this process and those it starts open as many files as the system allows; fails when that is too few.
pub fn open_files(needed: u64) -> Result {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut files = getrlimit(Resource::Nofile);
    files.current = files.maximum;
    setrlimit(Resource::Nofile, files)?;
    match files.current {
        Some(allowed) if allowed < needed => Err(format!(
            "this needs {needed} open files and the system allows {allowed} (`ulimit -Hn`)"
        )
        .into()),
        _ => Ok(()),
    }
}

pub fn is_root() -> bool {
    capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
