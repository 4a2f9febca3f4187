//! `cargo x api`: schemathesis over the served description, as farmer, manager and customer. Nothing may be answered
//! that the description does not have, and nothing with a 500.

use crate::database::Engine;
use crate::http::{Answer, Client, browse};
use crate::process::{Guard, Result, block_on, build_market, capture, run as run_open, target};
use crate::server::{Market, World};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Not asked: that whatever the schema allows is accepted. Whether an order can be changed depends on its version and
/// on the market's day, which no schema knows; a test takes every example of the description instead.
const NOT_CHECKED: &str = "positive_data_acceptance";
const SCOPES: &str = "orders:read,orders:write,products:write";
const MANAGER: &str = "grace@example.org";
const CUSTOMER: &str = "nell@example.org";

#[derive(clap::Args)]
pub struct Args {
    /// Seconds for each of the three
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// The random numbers to begin with; another one asks other things
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

pub fn run(args: &Args) -> Result {
    let program = schemathesis()?;
    let binary = build_market(false)?;
    let world = World::new(Engine::Sqlite, &binary)?;
    let market = world.start(0, true)?;
    let bearer = |token: &str| format!("Authorization: Bearer {token}");
    let manager = manager(&world, &binary)?;
    let customer = block_on(customer(&world, &market))?;
    let mut failed = Vec::new();
    for (name, proof) in [
        ("farmer", bearer(&market.token)),
        ("manager", bearer(&manager)),
        ("customer", format!("Cookie: {customer}")),
    ] {
        println!("\n━━ {name}: {} s", args.seconds);
        if let Err(error) = once(&program, &world, &market, &proof, args) {
            failed.push(format!("as {name}: {error}"));
        }
    }
    let log = world.log();
    market.stop()?;
    if failed.is_empty() {
        println!(
            "\nas farmer, manager and customer: no server error, nothing that is not described"
        );
        return Ok(());
    }
    Err(format!("{}\n{log}", failed.join("\n")).into())
}

fn once(program: &Path, world: &World, market: &Market, proof: &str, args: &Args) -> Result {
    let mut command = Command::new(program);
    command
        .args(["run", "--header", proof, "--checks", "all"])
        .args(["--exclude-checks", NOT_CHECKED])
        .args(["--max-time", &args.seconds.to_string()])
        .args(["--seed", &args.seed.to_string()])
        .args(["--continue-on-failure", "--warnings", "off", "--no-color"])
        .arg(format!("http://{}/api/openapi.json", market.host))
        .current_dir(world.scratch.path());
    let status = Guard::spawn(&mut command)?.wait()?;
    if status.success() {
        return Ok(());
    }
    Err(format!("schemathesis ended with {status}: see above").into())
}

/// The demo's manager, by a token that may do everything.
fn manager(world: &World, binary: &Path) -> Result<String> {
    let mut command = Command::new(binary);
    command
        .args(["token", "new", "--email", MANAGER, "--scopes", SCOPES])
        .args(["--database-url", &world.database.url(), "--data"])
        .arg(world.scratch.path().join("data"))
        .current_dir(world.scratch.path());
    Ok(capture(&mut command)?.trim().to_owned())
}

/// Somebody who signs up as customers do, by the session that opens: `name=value` of its cookie.
async fn customer(world: &World, market: &Market) -> Result<String> {
    let form = format!(
        "name=Nell&email={}&password=violet+lantern+horse",
        CUSTOMER.replace('@', "%40")
    );
    post(&market.host, "/signup", &form).await?;
    let link = mailed(world, "/signup/")?;
    let opened = post(&market.host, &link, "").await?;
    let cookie = opened
        .cookie()
        .ok_or("the link of the sign-up opened no session")?;
    Ok(cookie.to_owned())
}

async fn post(host: &str, path: &str, form: &str) -> Result<Answer> {
    let mut client = Client::connect(host).await?;
    let answer = client.send(&browse(host, path, "", Some(form))).await?;
    if answer.status >= 400 {
        return Err(format!("POST {path}: {}", answer.words()).into());
    }
    Ok(answer)
}

/// The path of a link in a mail to the customer, once it is there.
fn mailed(world: &World, start: &str) -> Result<String> {
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(20) {
        let folder = world.scratch.path().join("data/mail");
        for file in fs::read_dir(folder).into_iter().flatten().flatten() {
            let text = fs::read_to_string(file.path())?.replace("=\r\n", "");
            let found = text.find(start).filter(|_| text.contains(CUSTOMER));
            if let Some(at) = found {
                let end = |c: char| c != '/' && !c.is_ascii_alphanumeric();
                return Ok(text[at..].split(end).next().unwrap_or("").to_owned());
            }
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(format!("no mail with {start} came").into())
}

/// The package of PyPI in a folder of its own.
fn schemathesis() -> Result<PathBuf> {
    let venv = target().join("schemathesis-venv");
    let program = venv.join("bin/schemathesis");
    if !program.exists() {
        run_open(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
        let mut pip = Command::new(venv.join("bin/pip"));
        run_open(pip.args(["install", "--quiet", "schemathesis==4.32.0"]))?;
    }
    Ok(program)
}
