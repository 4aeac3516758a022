//! `apipages explain`: explains the code of an error or a warning, with an example and the
//! solution. Without a code, lists all codes.

use generator::Code;

use crate::shell::{Failure, print, program};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Code of an error or a warning, such as `no-server`; lists all codes if omitted
    code: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let text = match &arguments.code {
        Some(text) => match text.parse::<Code>() {
            Ok(code) => explanation(code),
            Err(error) => {
                let message = format!("cannot explain `{text}`: {error}");
                return Err(Failure::check(Code::UnknownCode, message, advice(text)));
            }
        },
        None => list(),
    };
    print(&text)
}

/// Lists the codes, one per line.
fn list() -> String {
    let longest = Code::ALL.iter().map(|code| code.as_str().len()).max();
    let width = longest.unwrap_or_default();
    let lines = Code::ALL.iter().map(|code| {
        let name = code.as_str();
        format!("{name:width$}  {}\n", code.summary())
    });
    lines.collect()
}

/// Returns the explanation of a code, with the program as the user calls it.
fn explanation(code: Code) -> String {
    let command = format!("{} ", program());
    code.explanation().replace("apipages ", &command)
}

/// Returns the advice for a text that is not a code.
fn advice(text: &str) -> String {
    let program = program();
    match nearest(text) {
        Some(code) => format!("run `{program} explain {code}`"),
        None => format!("run `{program} explain` for a list of all codes"),
    }
}

/// The maximum fraction of a code's characters that a typo changes.
const MOST_CHANGED: f64 = 0.5;

/// Returns the most similar code, if one is similar enough.
fn nearest(text: &str) -> Option<Code> {
    let text = text.to_lowercase().replace(['_', ' '], "-");
    let similar = |code: &Code| strsim::normalized_damerau_levenshtein(&text, code.as_str());
    let codes = Code::ALL.iter().copied();
    codes
        .max_by(|one, other| similar(one).total_cmp(&similar(other)))
        .filter(|code| similar(code) > MOST_CHANGED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_leads_to_the_code() {
        for (text, expected) in [
            ("no-sever", Some(Code::NoServer)),
            ("NO_SERVER", Some(Code::NoServer)),
            ("stale-file", Some(Code::StaleFiles)),
            ("E0308", None),
            ("", None),
        ] {
            assert_eq!(nearest(text), expected, "{text}");
        }
    }

    #[test]
    fn each_code_has_one_line_in_the_list() {
        let list = list();
        assert_eq!(list.lines().count(), Code::ALL.len());
        let line = list.lines().find(|line| line.starts_with("no-server "));
        assert!(line.is_some_and(|line| line.ends_with("  No page names the server.")));
    }
}
