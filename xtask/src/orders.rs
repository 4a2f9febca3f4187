//! `cargo x orders`: the same random orders as in the tests, ten thousand of them.

use crate::process::{Result, cargo, run as run_open};

#[derive(clap::Args)]
pub struct Args {
    /// How many orders
    #[arg(long, default_value_t = 10_000)]
    count: u64,
    /// Repeats a run: the number its failure names
    #[arg(long)]
    seed: Option<u64>,
}

pub fn run(args: &Args) -> Result {
    let mut command = cargo(&["test", "-p", "market", "--test", "it", "--"]);
    command.args(["random_orders", "--nocapture"]);
    command.env("MARKET_TEST_ORDERS", args.count.to_string());
    if let Some(seed) = args.seed {
        command.env("MARKET_TEST_SEED", seed.to_string());
    }
    run_open(&mut command)
}
