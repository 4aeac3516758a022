//! The end of each help text: examples and exit codes.

use clap::Command;

use crate::shell::program;

/// The exit codes that all commands share. Each command describes 1.
const EXIT_CODES: &str = "Exit codes:\n  0  success\n";

/// A command, its examples with a description each, and the meaning of exit code 1.
type Help = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
);

const HELP: [Help; 8] = [
    (
        "codegen",
        &[
            (
                "codegen",
                "Generate the client of this workspace from `spec/`",
            ),
            (
                "codegen --spec docs/api --out ../client",
                "Generate a crate from a folder of pages",
            ),
            (
                "codegen --check --deny-warnings",
                "Check in CI that the generated files are current",
            ),
            ("codegen --dry-run", "List the files that would change"),
        ],
        "an error; with `--check`, an outdated file; with `--deny-warnings`, a warning",
    ),
    (
        "fetch",
        &[
            (
                "fetch --from https://docs.example.com/llms.txt --spec spec",
                "Fetch the pages of a site",
            ),
            ("fetch --dry-run", "Print which pages would change"),
        ],
        "an error, or a page that could not be fetched",
    ),
    (
        "update",
        &[
            ("update", "Fetch the pages, and generate the client"),
            (
                "update --summary pull-request.md",
                "Also write a report for a pull request",
            ),
        ],
        "an error, or a page that could not be fetched",
    ),
    (
        "drift",
        &[
            ("drift", "Compare the pages with the last commit"),
            ("drift --base v0.1.0", "Compare the pages with a tag"),
            (
                "drift --check --base origin/main",
                "Check in CI that the version is high enough for breaking changes",
            ),
        ],
        "an error; with `--check`, a version that is too low for breaking changes",
    ),
    (
        "explain",
        &[
            ("explain no-server", "Explain a code"),
            ("explain", "List all codes"),
        ],
        "an unknown code",
    ),
    (
        "bench",
        &[("bench --spec spec", "Measure 9 runs, and print the medians")],
        "an error",
    ),
    (
        "completions",
        &[(
            "completions bash > ~/.local/share/bash-completion/completions/apipages",
            "Install the completion for bash",
        )],
        "standard output cannot be written to",
    ),
    (
        "man",
        &[("man --out ~/.local/share/man/man1", "Install the man pages")],
        "the folder cannot be written to",
    ),
];

/// Adds the examples and exit codes to the help of each command.
pub(crate) fn with_examples(command: Command) -> Command {
    let command = command.after_help(exit_codes("an error or a failed check"));
    HELP.iter()
        .fold(command, |command, (name, examples, failure)| {
            command.mut_subcommand(name, |command| {
                let examples = examples.iter();
                let examples: String = examples
                    .map(|(example, what)| format!("  # {what}\n  {} {example}\n", program()))
                    .collect();
                command.after_help(format!("Examples:\n{examples}\n{}", exit_codes(failure)))
            })
        })
}

fn exit_codes(failure: &str) -> String {
    format!("{EXIT_CODES}  1  {failure}\n  2  an invalid command line")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        crate::command_line().debug_assert();
    }

    #[test]
    fn each_command_has_examples_that_it_accepts() {
        let command = crate::command_line();
        let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        let with_help: Vec<&str> = HELP.iter().map(|(name, ..)| *name).collect();
        assert_eq!(names, with_help);
        for (_, examples, _) in HELP {
            for (example, _) in examples {
                let words = example.split(" > ").next().unwrap_or_default().split(' ');
                let words = ["apipages"].into_iter().chain(words);
                let parsed = crate::command_line().try_get_matches_from(words);
                assert!(parsed.is_ok(), "{example}: {:?}", parsed.err());
            }
        }
    }
}
