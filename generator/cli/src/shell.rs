//! The output of the commands, in cargo's style. Colors are used only on terminals. Control
//! characters in text from pages and sites are escaped.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::Write as _;
use std::path::{MAIN_SEPARATOR, Path};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use anstyle::{AnsiColor, Style};
use generator::{Code, Problem, visible};
use miette::{GraphicalReportHandler, GraphicalTheme, Severity};

pub(crate) use crate::workspace::folder;

/// Prints the progress of a command, as much as the user asked for.
#[derive(Clone, Copy)]
pub(crate) struct Shell {
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
}

/// The command that the user typed to run the program.
static PROGRAM: OnceLock<&str> = OnceLock::new();

/// Sets what a user types to run the program. Only the first call has an effect.
pub(crate) fn set_program(program: &'static str) {
    let _ = PROGRAM.set(program);
}

/// Returns what a user types to run the program.
pub(crate) fn program() -> &'static str {
    PROGRAM.get_or_init(|| "apipages")
}

impl Shell {
    /// Prints a line such as `     Merging 3 operations`.
    pub(crate) fn status(&self, verb: &str, what: impl Display) {
        if !self.quiet {
            let style = Style::new().fg_color(Some(AnsiColor::Green.into())).bold();
            let what = visible(&what.to_string());
            report(format_args!("{style}{verb:>12}{style:#} {what}"));
        }
    }

    /// Prints a line like [`status`](Self::status), only with `--verbose`.
    pub(crate) fn detail(&self, verb: &str, what: impl Display) {
        if self.verbose {
            self.status(verb, what);
        }
    }

    /// Prints a warning without a place in a file.
    #[cfg(feature = "fetch")]
    pub(crate) fn caution(&self, code: Code, message: impl Display, help: impl Display) {
        if !self.quiet {
            print_message("warning", code, AnsiColor::Yellow, message, help);
        }
    }

    /// Prints several status lines.
    pub(crate) fn say(&self, lines: &[(String, String)]) {
        for (verb, what) in lines {
            self.status(verb, what);
        }
    }

    /// Prints a warning with its place.
    pub(crate) fn warning(&self, problem: &Problem) {
        if !self.quiet {
            print_problem(problem, Severity::Warning);
        }
    }
}

/// The reason why a command failed.
pub(crate) enum Failure {
    /// The input is wrong, or the disk failed.
    Problem(Box<Problem>),
    /// A check found something.
    Check {
        code: Code,
        message: String,
        help: String,
    },
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl Failure {
    pub(crate) fn check(code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Check {
            code,
            message: message.into(),
            help: help.into(),
        }
    }

    /// Returns the message, in one sentence.
    #[cfg(feature = "fetch")]
    pub(crate) fn message(&self) -> &str {
        match self {
            Self::Problem(problem) => problem.message(),
            Self::Check { message, .. } => message,
        }
    }

    /// Returns the place in the input, if known.
    #[cfg(feature = "fetch")]
    pub(crate) fn place(&self) -> Option<&generator::Place> {
        match self {
            Self::Problem(problem) => problem.place(),
            Self::Check { .. } => None,
        }
    }

    pub(crate) fn print(&self) {
        match self {
            Self::Problem(problem) => print_problem(problem, Severity::Error),
            Self::Check {
                code,
                message,
                help,
            } => {
                print_message("error", *code, AnsiColor::Red, message, help);
            }
        }
    }
}

/// The codes of the problems that were printed.
static PRINTED: Mutex<BTreeSet<Code>> = Mutex::new(BTreeSet::new());

fn printed() -> MutexGuard<'static, BTreeSet<Code>> {
    PRINTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Prints how to get an explanation of the printed problems, if there were any.
pub(crate) fn print_hint() {
    let codes = printed();
    // Its advice already contains the command.
    let mut codes = codes.iter().filter(|code| **code != Code::UnknownCode);
    let explain = format!("{} explain", program());
    let text = match (codes.next(), codes.next()) {
        (None, _) => return,
        (Some(code), None) => {
            format!("For more information about this problem, run `{explain} {code}`.")
        }
        (Some(code), Some(_)) => format!(
            "For more information about a problem, run `{explain}` with its code, such as \
             `{explain} {code}`."
        ),
    };
    report(format_args!("{text}"));
}

fn print_message(
    word: &str,
    code: Code,
    colour: AnsiColor,
    message: impl Display,
    help: impl Display,
) {
    printed().insert(code);
    let style = Style::new().fg_color(Some(colour.into())).bold();
    let [message, help] = [message.to_string(), help.to_string()].map(|text| visible(&text));
    report(format_args!(
        "{style}{word}[{code}]{style:#}: {message}\n  help: {help}"
    ));
}

/// Prints a problem with the affected lines of the file.
fn print_problem(problem: &Problem, severity: Severity) {
    printed().insert(problem.code());
    let colour = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let mut theme = if colour {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let word = match severity {
        Severity::Error => "error",
        _ => "warning",
    };
    let word = format!("{word}[{}]:", problem.code());
    word.clone_into(&mut theme.characters.error);
    let handler = GraphicalReportHandler::new_themed(theme).with_context_lines(2);
    let mut text = String::new();
    if handler.render_report(&mut text, problem).is_err() {
        text = format!("{word} {problem}\n");
    }
    report(format_args!("{}", text.trim()));
}

/// Prints a line to standard error. A closed pipe does not end a run.
fn report(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// Prints text to standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    match anstream::stdout().lock().write_all(text.as_bytes()) {
        // The reader closed the pipe.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|error| {
            Failure::check(
                Code::DiskFailure,
                format!("cannot write to standard output: {error}"),
                "check the destination of standard output",
            )
        }),
    }
}

/// Writes a file that the user specified.
pub(crate) fn write_file(file: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(file, text).map_err(|error| {
        Failure::check(
            Code::DiskFailure,
            format!("cannot write `{}`: {error}", file.display()),
            "check that the folder exists and is writable",
        )
    })
}

/// Returns a path relative to the current folder, with `/` as separator.
pub(crate) fn shown(path: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&current)
        .unwrap_or(path)
        .display()
        .to_string()
        .replace(MAIN_SEPARATOR, "/")
}

/// Returns `1 page` or `2 pages`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
