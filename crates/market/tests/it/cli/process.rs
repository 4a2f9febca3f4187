//! Starts the binary and listens to what it says.
use std::{net::SocketAddr, path::Path, process::Stdio};

use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines},
    process::{Child, ChildStderr, ChildStdout, Command},
    time::timeout,
};

use crate::wire::{Answer, Ask, DEADLINE, send};

/// A folder in which the binary runs; what it makes is gone with it.
pub struct Place(TempDir);

/// How a run of the binary ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// The words of somebody who failed: what is wrong, then what to do about it.
    #[track_caller]
    pub fn says(&self, what: &str, next: &str) {
        assert_eq!(self.code, Some(1), "{self:?}");
        let (error, tries) = self
            .err
            .split_once("\n  try: ")
            .unwrap_or_else(|| panic!("no `try:` in {self:?}"));
        let error = error.lines().last().unwrap();
        assert!(
            error.starts_with("error: ") && error.contains(what),
            "expected `{what}` in {self:?}"
        );
        assert!(
            tries.contains(next),
            "expected `{next}` after `try:` in {self:?}"
        );
    }

    #[track_caller]
    pub fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }
}

impl Place {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, text: &str) -> String {
        let path = self.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn command(&self, args: &[&str], env: &[(&str, &str)]) -> Command {
        self.prepare(Command::new(env!("CARGO_BIN_EXE_market")), args, env)
    }

    fn prepare(&self, mut command: Command, args: &[&str], env: &[(&str, &str)]) -> Command {
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MARKET_")) {
            command.env_remove(name);
        }
        command
            .args(args)
            .envs(env.iter().copied())
            .current_dir(self.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Runs a command that ends by itself.
    pub async fn run(&self, args: &[&str]) -> Ended {
        self.run_with(args, &[]).await
    }

    pub async fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Ended {
        let output = timeout(DEADLINE, self.command(args, env).output()).await;
        let output = output
            .unwrap_or_else(|_| panic!("{args:?} does not end"))
            .unwrap();
        Ended {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub async fn start(&self, args: &[&str]) -> Running {
        self.start_with(args, &[]).await
    }

    pub async fn start_with(&self, args: &[&str], env: &[(&str, &str)]) -> Running {
        Self::listen(self.command(args, env), args).await
    }

    /// The same with something said to the shell before, such as a limit.
    pub async fn start_in_shell(
        &self,
        before: &str,
        args: &[&str],
        env: &[(&str, &str)],
    ) -> Running {
        let mut shell = Command::new("sh");
        let script = format!("{before} && exec \"$0\" \"$@\"");
        shell.args(["-c", &script, env!("CARGO_BIN_EXE_market")]);
        Self::listen(self.prepare(shell, args, env), args).await
    }

    async fn listen(mut command: Command, args: &[&str]) -> Running {
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = timeout(DEADLINE, lines.next_line()).await;
        let Some(first) = first.expect("it says nothing").unwrap() else {
            let mut err = String::new();
            let mut stderr = child.stderr.take().unwrap();
            stderr.read_to_string(&mut err).await.unwrap();
            panic!("{args:?} ended at once: {err}");
        };
        let errors = BufReader::new(child.stderr.take().unwrap()).lines();
        Running {
            child,
            lines,
            errors,
            said: String::new(),
            first,
        }
    }

    /// `market demo --json` on loopback with its data in `demo`.
    pub async fn demo(&self, more: &[&str]) -> Demo {
        let base = "demo --json --port 0 --host 127.0.0.1 --data demo";
        let args: Vec<&str> = base.split(' ').chain(more.iter().copied()).collect();
        Demo::of(self.start(&args).await)
    }
}

/// A server that said its first line.
pub struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    errors: Lines<BufReader<ChildStderr>>,
    /// Of `errors`, what has been read.
    said: String,
    pub first: String,
}

impl Running {
    pub fn id(&self) -> String {
        self.child.id().unwrap().to_string()
    }

    /// Lines up to and with the first that begins like this.
    pub async fn lines_to(&mut self, begin: &str) -> Vec<String> {
        let mut all = vec![self.first.clone()];
        while !all.last().unwrap().starts_with(begin) {
            let next = timeout(DEADLINE, self.lines.next_line()).await;
            let next = next.unwrap_or_else(|_| panic!("no line `{begin}` after {all:?}"));
            all.push(next.unwrap().unwrap());
        }
        all
    }

    /// The next line of its log with these words.
    pub async fn error_with(&mut self, words: &str) -> String {
        loop {
            let next = timeout(DEADLINE, self.errors.next_line()).await;
            let next = next.unwrap_or_else(|_| panic!("no `{words}` in {}", self.said));
            let line = next
                .unwrap()
                .unwrap_or_else(|| panic!("it ended: {}", self.said));
            self.said += &line;
            self.said.push('\n');
            if line.contains(words) {
                return line;
            }
        }
    }

    /// Asked to end, it ends: with code 0 and everything said.
    pub async fn stop(mut self) -> Ended {
        let killed = Command::new("kill").args(["-TERM", &self.id()]).status();
        assert!(killed.await.unwrap().success());
        let (mut out, mut err) = (String::new(), std::mem::take(&mut self.said));
        let ended = async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                out += &line;
                out.push('\n');
            }
            while let Some(line) = self.errors.next_line().await.unwrap() {
                err += &line;
                err.push('\n');
            }
            self.child.wait().await.unwrap()
        };
        let status = timeout(DEADLINE, ended).await.expect("it does not end");
        Ended {
            code: status.code(),
            out,
            err,
        }
    }
}

pub struct Demo {
    pub running: Running,
    pub facts: Value,
    pub address: SocketAddr,
}

impl Demo {
    /// What started with `--json`.
    pub fn of(running: Running) -> Self {
        let facts: Value = serde_json::from_str(&running.first).unwrap();
        let url = facts["url"].as_str().unwrap();
        let address = url.strip_prefix("http://").unwrap().parse().unwrap();
        Self {
            running,
            facts,
            address,
        }
    }

    pub fn fact(&self, name: &str) -> &str {
        self.facts[name]
            .as_str()
            .unwrap_or_else(|| panic!("no {name} in {}", self.facts))
    }

    /// The Host of the first market, or of another by its slug.
    pub fn host(&self, slug: &str) -> String {
        let port = self.address.port();
        if slug.is_empty() {
            format!("localhost:{port}")
        } else {
            format!("{slug}.localhost:{port}")
        }
    }

    pub fn ask(&self, method: &str, path: &str) -> Ask {
        Ask::new(method, path, &self.host(""))
    }

    pub async fn send(&self, ask: Ask) -> Answer {
        send(self.address, ask).await
    }

    /// The path of a link of the greeting.
    pub fn path(&self, name: &str) -> String {
        let link = self.fact(name);
        let base = format!("http://{}", self.host(""));
        link.strip_prefix(&base).unwrap().to_owned()
    }

    /// The cookie of somebody who pressed the button behind a sign-in link.
    pub async fn sign_in(&self, link: &str) -> String {
        let answer = self.send(self.ask("POST", &self.path(link))).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        answer.cookie()
    }

    /// The cookie of somebody who followed an order's link.
    pub async fn open(&self, link: &str) -> String {
        let answer = self.send(self.ask("GET", &self.path(link))).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        answer.cookie()
    }

    /// What a Bearer's PUT makes of a part or an order.
    pub async fn put(&self, id: &str, token: &str, status: &str) -> Answer {
        let ask = self
            .ask("PUT", &format!("/api/orders/{id}/status"))
            .header("authorization", &format!("Bearer {token}"))
            .body("application/json", &format!("{{\"status\":\"{status}\"}}"));
        self.send(ask).await
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        let ask = self
            .ask("GET", path)
            .header("authorization", &format!("Bearer {token}"));
        self.send(ask).await
    }
}
