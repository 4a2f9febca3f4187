//! The project's own commands: `cargo x` lists them. Whatever they start they also end,
//! on every way out, and whatever fails makes them exit with a code other than 0.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "these commands exist to print to the person who runs them"
)]

mod abuse;
mod api;
mod attack;
mod bare;
mod bench;
mod coverage;
mod cut;
mod database;
mod diskfull;
mod e2e;
mod http;
mod kill;
mod load;
mod look;
mod mails;
mod orders;
mod postgres;
mod powercut;
mod process;
mod server;
mod setup;
mod stampede;
mod steps;
mod streams;
mod test;

use clap::{Parser, Subcommand};
use process::Result;
use std::process::ExitCode;

/// The project's own commands.
#[derive(Parser)]
#[command(bin_name = "cargo x", arg_required_else_help = true)]
struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Install what the tests need, and only what is missing
    Setup(setup::Args),
    /// Format, lints, all tests on both engines with coverage, then the browsers (what CI runs)
    Test(test::Args),
    /// All tests on both engines under coverage; fails below the gate
    Coverage(coverage::Args),
    /// Journeys and every page in a real browser; `--full` for every width, look and language
    E2e(e2e::Args),
    /// The types of the modules that browsers get, by their comments
    Types(e2e::TypesArgs),
    /// Every mail in a real browser, light and dark, narrow and wide: pictures in target/mails
    Mails(mails::Args),
    /// Every page in a real browser, three widths, each look: pictures in target/look
    Look(look::Args),
    /// Lighthouse, as a phone: twelve pages, the median of three, on a release build
    Lighthouse(e2e::LighthouseArgs),
    /// Times in a real browser, on a release build
    Perf(e2e::PerfArgs),
    /// The k6 load test, with memory measured and the history counted afterwards
    Load(load::Args),
    /// Ten thousand random orders, changed and cancelled in between: stock and sums stay one
    Orders(orders::Args),
    /// schemathesis over the API's description, as farmer, manager and customer: nothing that is not described
    Api(api::Args),
    /// 1000 clients ask for the same step at once: everyone gets 200, one event exists
    Stampede(stampede::Args),
    /// The attacks of docs/security.md: their tests, then the real program over raw sockets, then a search for secrets
    Attack(attack::Args),
    /// `kill -9` inside a stream of changes: no answered change may be lost
    Kill(kill::Args),
    /// The power goes inside a stream of changes: no answered change may be lost (needs root)
    Powercut(powercut::Args),
    /// Clients close their sockets at any moment: changes are whole or absent, and nothing stays open
    Cut(cut::Args),
    /// The database's disk runs full and has room again: refused in words, read on, written again (needs root)
    Diskfull(diskfull::Args),
    /// Changes, pages and orders per second, beside what SQLite, pgbench and axum do alone
    Bench(bench::Args),
    /// Ten thousand live pages: memory of each, how long a change takes to a thousand of them, readers that never read
    Streams(streams::Args),
    /// Those who are slow, mute, greedy, deaf or many, while others use the market: each is over in its time
    Abuse(abuse::Args),
    /// The README's two commands on a bare Debian (needs root)
    Bare(bare::Args),
}

fn main() -> ExitCode {
    process::watch_signals();
    match run(Args::parse().verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\ncargo x: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(verb: Verb) -> Result {
    match verb {
        Verb::Setup(args) => setup::run(&args),
        Verb::Test(args) => test::run(&args),
        Verb::Coverage(args) => coverage::run(&args),
        Verb::E2e(args) => e2e::run(&args),
        Verb::Types(args) => e2e::types(&args),
        Verb::Mails(args) => mails::run(&args),
        Verb::Look(args) => look::run(&args),
        Verb::Lighthouse(args) => e2e::lighthouse(&args),
        Verb::Perf(args) => e2e::perf(&args),
        Verb::Load(args) => load::run(&args),
        Verb::Orders(args) => orders::run(&args),
        Verb::Api(args) => api::run(&args),
        Verb::Stampede(args) => stampede::run(&args),
        Verb::Attack(args) => attack::run(&args),
        Verb::Kill(args) => kill::run(&args),
        Verb::Powercut(args) => powercut::run(&args),
        Verb::Cut(args) => cut::run(&args),
        Verb::Diskfull(args) => diskfull::run(&args),
        Verb::Bench(args) => bench::run(&args),
        Verb::Streams(args) => streams::run(&args),
        Verb::Abuse(args) => abuse::run(&args),
        Verb::Bare(args) => bare::run(&args),
    }
}
