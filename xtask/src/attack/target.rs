//! The program under attack, somebody who uses it meanwhile, and the search for what they showed it.

use super::Finding;
use super::wire::{get, post, status};
use crate::database::Database;
use crate::postgres::free_port;
use crate::process::{Guard, Result, Scratch};
use serde_json::Value;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const PASSWORD: &str = "canary-horse-battery-7f3a";
const EMAIL: &str = "canary@canary.example";
const NAME: &str = "Canary Quillfeather";

pub struct Target {
    guard: Guard,
    scratch: Scratch,
    told: Value,
    /// `address:port`
    pub host: String,
    /// Each with what it is: what opens something.
    secrets: Vec<(&'static str, String)>,
}

impl Target {
    pub fn start(binary: &Path) -> Result<Self> {
        let scratch = Scratch::new("attack")?;
        let out = scratch.path().join("out");
        let mut command = Command::new(binary);
        command
            .args([
                "demo",
                "--json",
                "--port",
                &free_port()?.to_string(),
                "--host",
                "127.0.0.1",
            ])
            .arg("--data")
            .arg(scratch.path().join("data"))
            .env("MARKET_LOG_FILTER", "trace")
            .current_dir(scratch.path())
            .stdout(File::create(&out)?)
            .stderr(File::create(scratch.path().join("err"))?);
        let mut guard = Guard::spawn(&mut command)?;
        let since = Instant::now();
        loop {
            let text = fs::read_to_string(&out)?;
            if let Some(told) = text
                .lines()
                .find_map(|line| serde_json::from_str::<Value>(line).ok())
            {
                let url = told["url"].as_str().unwrap_or_default();
                let host = url
                    .trim_start_matches("http://")
                    .trim_end_matches('/')
                    .to_owned();
                return Ok(Self {
                    guard,
                    scratch,
                    told,
                    host,
                    secrets: Vec::new(),
                });
            }
            if guard.ended().is_some() || since.elapsed() > Duration::from_mins(2) {
                let words = fs::read_to_string(scratch.path().join("err"))?;
                return Err(format!("the program did not start:\n{words}").into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Signs up and in, opens links, makes a token, orders: each secret that comes by is kept.
    pub fn use_it(&mut self) -> Result {
        let host = self.host.clone();
        let fact = |name: &str| self.told[name].as_str().unwrap_or_default().to_owned();
        let path = |url: &str| {
            let behind = url.split_once("://").map_or("", |pair| pair.1);
            behind
                .find('/')
                .map_or(String::new(), |at| behind[at..].to_owned())
        };
        let (guest, manager) = (path(&fact("customer_link")), path(&fact("manager_link")));
        self.keep("a password", PASSWORD);
        let opened = expect(get(&host, &guest, "")?, "303")?;
        self.keep("an order's link", last(&guest));
        self.keep("a guest's session", &session(&opened)?);
        let opened = expect(post(&host, &manager, "", "")?, "303")?;
        self.keep("a sign-in link", last(&manager));
        self.keep("a manager's session", &session(&opened)?);
        let form = format!(
            "name={}&email={EMAIL}&password={PASSWORD}",
            NAME.replace(' ', "+")
        );
        expect(post(&host, "/signup", "", &form)?, "200")?;
        let link = self.mailed("/signup/")?;
        self.keep("a confirmation link", last(&link));
        let opened = expect(post(&host, &link, "", "")?, "303")?;
        let mine = session(&opened)?;
        self.keep("a session", &mine);
        let cookie = format!("cookie: s={mine}\r\n");
        for ask in ["/login", "/reset"] {
            expect(post(&host, ask, "", &format!("email={EMAIL}"))?, "200")?;
        }
        for (what, start) in [
            ("a sign-in link", "/login/link/"),
            ("a link for a new password", "/reset/"),
        ] {
            let link = self.mailed(start)?;
            expect(get(&host, &link, "")?, "200")?;
            self.keep(what, last(&link));
        }
        let wish = format!("name=Till&days=30&orders%3Aread=on&current={PASSWORD}");
        let page = expect(post(&host, "/account/tokens", &cookie, &wish)?, "200")?;
        let token = page.split("mkt_").nth(1).ok_or("no token on the page")?;
        let token: String = token
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        self.keep("an API token", &token);
        expect(
            get(
                &host,
                "/api/products",
                &format!("authorization: Bearer mkt_{token}\r\n"),
            )?,
            "200",
        )?;
        self.order(&cookie)?;
        // What is wrong is as secret: it may be right elsewhere.
        let wrong = "canary-that-is-wrong-91c2";
        self.keep("a wrong password, token, link", wrong);
        post(
            &host,
            "/login/password",
            "",
            &format!("email={EMAIL}&password={wrong}"),
        )?;
        get(
            &host,
            "/api/orders",
            &format!("authorization: Bearer {wrong}\r\n"),
        )?;
        get(&host, &format!("/t/{wrong}?x={wrong}"), "")?;
        get(
            &host,
            "/",
            &format!("cookie: s={wrong}\r\nreferer: http://{host}/t/{wrong}\r\n"),
        )?;
        Ok(())
    }

    fn order(&mut self, cookie: &str) -> Result {
        let host = self.host.clone();
        let json = |said: &str| -> Value {
            let body = said.split_once("\r\n\r\n").map_or("", |pair| pair.1);
            let (start, end) = (
                body.find('{').unwrap_or(0),
                body.rfind('}').map_or(0, |at| at + 1),
            );
            serde_json::from_str(body.get(start..end).unwrap_or_default()).unwrap_or_default()
        };
        let products = json(&expect(get(&host, "/api/products", "")?, "200")?);
        let windows = json(&expect(get(&host, "/api/windows", "")?, "200")?);
        let window = windows["windows"][0]["id"]
            .as_str()
            .ok_or("no window is open")?;
        for product in products["products"].as_array().into_iter().flatten() {
            let order = serde_json::json!({
                "lines": [{ "product_id": product["id"], "quantity": "1" }],
                "window_id": window, "name": NAME, "email": EMAIL,
            });
            let key = format!("{cookie}idempotency-key: canary-key\r\n");
            let said = post(&host, "/api/orders", &key, &order.to_string())?;
            if status(&said) == "201" {
                let link = json(&said)["link"].as_str().unwrap_or_default().to_owned();
                self.keep("the link of a new order", last(&link));
                return Ok(());
            }
        }
        Err("nothing could be ordered".into())
    }

    fn keep(&mut self, what: &'static str, secret: &str) {
        self.secrets.push((what, secret.to_owned()));
    }

    /// The path of a link in a mail to the canary, once it is there.
    fn mailed(&self, start: &str) -> Result<String> {
        let since = Instant::now();
        while since.elapsed() < Duration::from_secs(20) {
            for mail in mails(&self.scratch.path().join("data/mail")) {
                let text = mail.replace("=\r\n", "").replace("=3D", "=");
                let found = text.find(start).filter(|_| text.contains(EMAIL));
                if let Some(at) = found {
                    let end = |c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | ')');
                    return Ok(text[at..].split(end).next().unwrap_or("").to_owned());
                }
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(format!("no mail with {start} came").into())
    }

    /// Ends the program; then nothing that was secret may stand in what it wrote.
    pub fn stop_and_search(mut self) -> Result<Vec<Finding>> {
        let status = self.guard.stop("TERM", Duration::from_secs(15))?;
        if !status.success() {
            return Err(format!("after SIGTERM the program ended with {status}").into());
        }
        let read = |name: &str| fs::read_to_string(self.scratch.path().join(name));
        let err = read("err")?;
        // The first line tells the operator the ways in; whatever follows is talk.
        let out = read("out")?.lines().skip(1).collect::<Vec<_>>().join("\n");
        let log = format!("{err}\n{out}");
        let mail = mails(&self.scratch.path().join("data/mail"))
            .join("\n")
            .replace("=\r\n", "");
        let database = Database::Sqlite(self.scratch.path().join("data/market.db"));
        let dump = database.rows(".dump")?.concat().join("\n");
        let mut findings = Vec::new();
        for (what, secret) in &self.secrets {
            if secret.len() < 20 {
                return Err(format!("{what} is too short to be looked for").into());
            }
            findings.push(search(&format!("the log holds {what}"), &log, secret));
            findings.push(search(&format!("the database holds {what}"), &dump, secret));
            if ["a password", "a session", "an API token"].contains(what) {
                findings.push(search(&format!("a mail holds {what}"), &mail, secret));
            }
        }
        for typed in [EMAIL, NAME, "canary-key"] {
            findings.push(search(&format!("the log holds {typed}"), &log, typed));
        }
        findings.push(Finding {
            attack: "control: a search finds what is there".to_owned(),
            came: format!(
                "{} lines of log, {} kB of rows",
                log.lines().count(),
                dump.len() / 1024
            ),
            fine: log.contains("/signup/{token}")
                && dump.contains(EMAIL)
                && mail.contains("/reset/"),
        });
        let event = |name: &str| log.contains(&format!("event=\"{name}\""));
        let events = [
            "signed_in",
            "sign_in_refused",
            "bad_token",
            "cross_site",
            "foreign_host",
            "not_theirs",
        ];
        let silent: Vec<_> = events.into_iter().filter(|name| !event(name)).collect();
        findings.push(Finding {
            attack: "the log tells of sign-ins and refusals".to_owned(),
            came: if silent.is_empty() {
                "all".to_owned()
            } else {
                format!("not of {}", silent.join(", "))
            },
            fine: silent.is_empty(),
        });
        Ok(findings)
    }
}

fn search(attack: &str, text: &str, secret: &str) -> Finding {
    let hits = text.matches(secret).count();
    Finding {
        attack: attack.to_owned(),
        came: match text.lines().find(|line| line.contains(secret)) {
            // Where, and not what.
            Some(line) => {
                let line = line.replace(secret, "…");
                format!(
                    "{hits} hits: {}",
                    line.chars().take(200).collect::<String>()
                )
            }
            None => "0 hits".to_owned(),
        },
        fine: hits == 0,
    }
}

fn mails(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let done = files.filter(|file| file.path().extension().is_some_and(|end| end == "eml"));
    done.filter_map(|file| fs::read_to_string(file.path()).ok())
        .collect()
}

fn expect(said: String, wanted: &str) -> Result<String> {
    if status(&said) == wanted {
        return Ok(said);
    }
    let start: String = said.chars().take(600).collect();
    Err(format!("not {wanted}: {start}").into())
}

fn session(said: &str) -> Result<String> {
    let cookie = said
        .split("set-cookie: s=")
        .nth(1)
        .ok_or("no session was opened")?;
    Ok(cookie.split(';').next().unwrap_or("").to_owned())
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or("")
}

#[test]
fn a_planted_secret_is_found() {
    assert!(!search("a", "x canary y canary", "canary").fine);
    assert!(search("a", "x", "canary").fine);
    assert_eq!(
        session("HTTP/1.1 303\r\nset-cookie: s=ab; Path=/\r\n").unwrap(),
        "ab"
    );
    assert_eq!(last("http://a/t/b"), "b");
}
