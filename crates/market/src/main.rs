//! The `market` binary: everything is in the library, so that tests reach it.
use std::process::ExitCode;

fn main() -> ExitCode {
    market::cli::main(std::env::args_os(), std::env::vars())
}
