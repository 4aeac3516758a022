//! The program `apipages`, which is also `cargo xtask`. It parses arguments, calls the
//! library, prints, and sets the exit code.

#![forbid(unsafe_code)]

mod bench;
mod codegen;
mod completions;
mod drift;
mod explain;
#[cfg(feature = "fetch")]
mod fetch;
mod fresh;
mod help;
mod licensing;
mod man;
mod membership;
mod network;
mod shell;
#[cfg(feature = "fetch")]
mod update;
mod workspace;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use generator::panics;

use crate::shell::Shell;

/// Generate Rust clients from API reference pages
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    output: Output,
    #[command(subcommand)]
    command: Command,
}

/// Options of all commands.
#[derive(clap::Args)]
struct Output {
    /// Print only errors
    #[arg(
        long,
        short,
        global = true,
        conflicts_with = "verbose",
        display_order = 100
    )]
    quiet: bool,
    /// Print each fix, each changed file, and the time of each stage
    #[arg(long, short, global = true, display_order = 101)]
    verbose: bool,
    #[command(flatten)]
    color: colorchoice_clap::Color,
}

#[derive(Subcommand)]
enum Command {
    /// Generate the client crate from the pages of an API reference
    Codegen(codegen::Arguments),
    /// Download the pages of a documentation site
    Fetch(network::FetchArguments),
    /// Fetch the pages, generate the client, and report the effect on callers
    Update(network::UpdateArguments),
    /// Report how changes of the pages affect callers of the client
    Drift(drift::Arguments),
    /// Explain the code of an error or a warning, or list all codes
    Explain(explain::Arguments),
    /// Measure the time of each stage of `codegen`
    Bench(bench::Arguments),
    /// Print a completion script for a shell
    Completions(completions::Arguments),
    /// Write a man page for each command
    Man(man::Arguments),
}

/// Returns the command line of the program, with its help.
fn command_line() -> clap::Command {
    help::with_examples(Arguments::command()).mut_arg("color", |color| color.display_order(102))
}

/// Runs the program with the arguments of the process, and returns its exit code: 1 for an error
/// or a failed check, 2 for an invalid command line. `program` is the command that runs it;
/// messages and help show it. `with_fetch` is the same program with the feature `fetch`: without
/// the feature, it runs the commands `fetch` and `update`.
#[cfg_attr(feature = "fetch", expect(unused_variables))]
pub fn run(program: &'static str, with_fetch: Option<fn() -> std::process::Command>) -> ExitCode {
    shell::set_program(program);
    let matches = command_line().name(program).bin_name(program).get_matches();
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let output = arguments.output;
    output.color.write_global();
    let shell = Shell {
        quiet: output.quiet,
        verbose: output.verbose,
    };
    let result = panics::caught(|| match arguments.command {
        Command::Codegen(arguments) => codegen::run(&arguments, &shell),
        #[cfg(feature = "fetch")]
        Command::Fetch(arguments) => fetch::run(&arguments, &shell),
        #[cfg(feature = "fetch")]
        Command::Update(arguments) => update::run(&arguments, &shell),
        #[cfg(not(feature = "fetch"))]
        Command::Fetch(_) | Command::Update(_) => network::run_with_fetch(with_fetch),
        Command::Drift(arguments) => drift::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments, &shell),
    });
    let code = match result.unwrap_or_else(|panic| Err(panic.problem().into())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::FAILURE
        }
    };
    if !shell.quiet {
        shell::print_hint();
    }
    code
}
