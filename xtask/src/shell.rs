//! The output of the commands, in cargo's style. Colors are used only on terminals. Control
//! characters in text from pages and sites are escaped.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::IsTerminal;
use std::path::{MAIN_SEPARATOR, Path};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anstyle::{AnsiColor, Style};
use generator::{Code, Place, Problem, visible};
use miette::{GraphicalReportHandler, GraphicalTheme, Severity};

pub(crate) use crate::workspace::folder;

/// Prints the progress of a command, unless it is quiet.
pub(crate) struct Shell {
    pub(crate) quiet: bool,
}

impl Shell {
    /// Prints a line such as `     Merging 3 operations`.
    pub(crate) fn status(&self, verb: &str, what: impl Display) {
        if !self.quiet {
            let style = Style::new().fg_color(Some(AnsiColor::Green.into())).bold();
            let what = visible(&what.to_string());
            anstream::eprintln!("{style}{verb:>12}{style:#} {what}");
        }
    }

    /// Prints a warning without a place in a file.
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
    pub(crate) fn message(&self) -> &str {
        match self {
            Self::Problem(problem) => problem.message(),
            Self::Check { message, .. } => message,
        }
    }

    /// Returns the place in the input, if known.
    pub(crate) fn place(&self) -> Option<&Place> {
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

/// The command that explains a code.
pub(crate) const EXPLAIN: &str = "cargo xtask explain";

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
    let text = match (codes.next(), codes.next()) {
        (None, _) => return,
        (Some(code), None) => {
            format!("For more information about this problem, run `{EXPLAIN} {code}`.")
        }
        (Some(code), Some(_)) => format!(
            "For more information about a problem, run `{EXPLAIN}` with its code, such as \
             `{EXPLAIN} {code}`."
        ),
    };
    anstream::eprintln!("{text}");
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
    anstream::eprintln!("{style}{word}[{code}]{style:#}: {message}\n  help: {help}");
}

/// Prints a problem with the affected lines of the file.
fn print_problem(problem: &Problem, severity: Severity) {
    printed().insert(problem.code());
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
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
    anstream::eprintln!("{}", text.trim());
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
