//! `cargo xtask`: the commands of this workspace.

#![forbid(unsafe_code)]

mod bench;
mod codegen;
mod drift;
mod fetch;
mod fresh;
mod shell;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use generator::panics;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Generate the client crate from the pages of an API's reference
    Codegen(codegen::Arguments),
    /// Bring the pages up to date from a documentation site
    Fetch(fetch::Arguments),
    /// Say what a change of the specification means for callers of the client
    Drift(drift::Arguments),
    /// Time the stages of the way, and print the share of each
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let command = Arguments::parse().command;
    let result = panics::caught(|| match command {
        Command::Codegen(arguments) => codegen::run(&arguments),
        Command::Fetch(arguments) => fetch::run(&arguments),
        Command::Drift(arguments) => drift::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
    });
    match result.unwrap_or_else(|panic| Err(panic.problem().into())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::FAILURE
        }
    }
}
