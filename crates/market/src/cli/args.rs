//! Every verb and flag.
use std::{net::IpAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};

/// A farmers market: one order, many farms, followed live.
#[derive(Parser)]
#[command(
    name = "market",
    version,
    max_term_width = 100,
    after_help = "Start with `market demo`."
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub verb: Verb,
}

#[derive(Args)]
pub struct Global {
    /// Configuration file
    #[arg(long, global = true, env = "MARKET_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// Where the embedded database, the link key and mails are kept
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum Verb {
    /// Look around: two markets with farms, products and orders, in one process
    Demo(DemoArgs),
    /// Serve the market
    Serve(ServeArgs),
    /// Make a new link for setting up a market that is not set up yet
    SetupLink,
    /// Make or revoke an API token
    Token(TokenArgs),
    /// Sign somebody out everywhere, or close an account
    User(UserArgs),
    /// Check that what was written down was not changed since
    Verify(VerifyArgs),
    /// Bring the database up to date
    Migrate(MigrateArgs),
    /// Check that everything this installation needs is there
    Doctor(JsonArgs),
    /// Show the configuration in use and where each value comes from
    Config(JsonArgs),
}

#[derive(Args, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct DemoArgs {
    /// Port to listen on; 0 takes any that is free
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Address to listen on [default: 0.0.0.0, so that phones in the same network reach it; 127.0.0.1 with --load-test]
    #[arg(long)]
    pub host: Option<IpAddr>,
    /// Let a market morning run by itself
    #[arg(long)]
    pub live: bool,
    /// Make test_order_123 and test_token for a load test; loopback only, without limits
    #[arg(long)]
    pub load_test: bool,
    /// Further prepared orders of one farm, for benchmarks
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..=900_000))]
    pub orders: i64,
    /// Do not work the outbox
    #[arg(long)]
    pub no_jobs: bool,
    /// Print one JSON object with addresses, links and tokens
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct ServeArgs {
    /// Port to listen on; 0 takes any that is free [default: http.listen]
    #[arg(long)]
    pub port: Option<u16>,
    /// Address to listen on [default: http.listen]
    #[arg(long)]
    pub host: Option<IpAddr>,
    /// Do not work the outbox in this process
    #[arg(long)]
    pub no_jobs: bool,
}

#[derive(Args)]
pub struct TokenArgs {
    #[command(subcommand)]
    pub verb: TokenVerb,
}

#[derive(Subcommand)]
pub enum TokenVerb {
    /// Make a token for somebody who has an account; it is shown once
    New {
        /// Whose token it is
        #[arg(long)]
        email: String,
        /// Slug of the market [default: the default market]
        #[arg(long)]
        market: Option<String>,
        /// Slug of the farm it is for [default: all of this person's]
        #[arg(long)]
        farm: Option<String>,
        /// What it may do: orders:read, orders:write, products:write
        #[arg(long, value_delimiter = ',', default_value = "orders:read")]
        scopes: Vec<String>,
        /// Days it lives, a year at most
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u64).range(1..=366))]
        days: u64,
        /// What it is for
        #[arg(long, default_value = "API")]
        name: String,
    },
    /// End a token
    Revoke { id: String },
}

#[derive(Args)]
pub struct UserArgs {
    #[command(subcommand)]
    pub verb: UserVerb,
}

#[derive(Subcommand)]
pub enum UserVerb {
    /// End every session of a person, on every device
    SignOut {
        /// The address that person signs in with
        email: String,
    },
    /// Close an account: nothing opens it any more
    Disable {
        /// The address that person signs in with
        email: String,
    },
    /// Open a closed account again
    Enable {
        /// The address that person signs in with
        email: String,
    },
}

#[derive(Args)]
pub struct VerifyArgs {
    #[command(subcommand)]
    pub verb: VerifyVerb,
}

#[derive(Subcommand)]
pub enum VerifyVerb {
    /// Read the chain over the audit again and name the first row that is not as it was sealed
    Audit(JsonArgs),
}

#[derive(Args)]
pub struct MigrateArgs {
    /// Only say what is applied and what is not
    #[arg(long)]
    pub status: bool,
}

#[derive(Args)]
pub struct JsonArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
