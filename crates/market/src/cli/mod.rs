//! The command line: one file per verb. Data goes to stdout, talk to stderr; an error says what, why and what next.
mod args;
mod config;
mod demo;
mod doctor;
mod migrate;
mod out;
mod serve;
mod setup_link;
mod start;
mod token;
mod user;
mod verify;

use std::{ffi::OsString, process::ExitCode};

use clap::Parser as _;

pub use args::Cli;
use args::Verb;
use out::Out;

/// What went wrong and what to do about it, for a terminal.
#[derive(Debug)]
pub struct Failure {
    pub what: String,
    pub next: String,
}

impl Failure {
    pub fn new(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            next: next.into(),
        }
    }
}

type Done = Result<(), Failure>;

/// Exit codes: 0 done, 1 failed with words, 2 wrong words on the command line (clap's).
pub fn main(
    args: impl Iterator<Item = OsString>,
    env: impl Iterator<Item = (String, String)>,
) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let env: Vec<_> = env.collect();
    let out = Out::new(
        env.iter()
            .any(|(name, value)| name == "NO_COLOR" && !value.is_empty()),
    );
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            out.fail(&Failure::new(
                format!("cannot start: {error}"),
                "free some memory or threads",
            ));
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(&out, cli, env)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            out.fail(&failure);
            ExitCode::FAILURE
        }
    }
}

async fn run(out: &Out, cli: Cli, env: Vec<(String, String)>) -> Done {
    match cli.verb {
        Verb::Demo(args) => demo::run(out, &cli.global, env, args).await,
        Verb::Serve(args) => serve::run(out, &cli.global, env, args).await,
        Verb::SetupLink => setup_link::run(out, &cli.global, env).await,
        Verb::Token(args) => token::run(out, &cli.global, env, args).await,
        Verb::User(args) => user::run(out, &cli.global, env, args).await,
        Verb::Verify(args) => verify::run(out, &cli.global, env, args).await,
        Verb::Migrate(args) => migrate::run(out, &cli.global, env, args).await,
        Verb::Doctor(args) => doctor::run(out, &cli.global, env, args).await,
        Verb::Config(args) => config::run(out, &cli.global, env, &args),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
