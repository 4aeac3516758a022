//! `apipages drift`: reports the changes for callers between another state of the specification
//! and the current pages.

use std::path::{Path, PathBuf};
use std::process::Command;

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use generator::drift::{BaseDocument, Drift, Effect, Line};
use generator::{Code, is_laid_out, json_text};

use crate::shell::{Failure, folder, print, program, shown};

/// The maximum length of a report as Markdown, in bytes: GitHub accepts comments of 65,536
/// characters.
const LONGEST: usize = 60_000;

/// The name of the merged document.
const OPENAPI: &str = "openapi.json";

/// The name of the merged document of the last version.
const RELEASED: &str = "released.json";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Base of the comparison: a git revision, or an `openapi.json` file
    #[arg(long, value_name = "REV|FILE", default_value = "HEAD")]
    base: String,
    /// Folder of pages, folder with `pages/` and `codegen.toml`, or file of pages [default: spec]
    #[arg(long, value_name = "PATH")]
    spec: Option<PathBuf>,
    /// Output format: for a terminal, for a pull request, or for programs
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Fail if the version of the crate is too low for the breaking changes
    #[arg(long)]
    check: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Markdown,
    Json,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let spec = folder(arguments.spec.as_deref(), "spec");
    let source = generator::read(&spec)?;
    let (base, released) = base(&arguments.base, &spec)?;
    let drift = generator::drift_since(&base, released.as_ref(), &source)?;
    print(&printed(&drift, arguments.format))?;
    if arguments.check && !drift.verdict().is_honest() {
        return Err(Failure::check(
            Code::BreakingChange,
            drift.verdict().message(),
            drift.verdict().advice().unwrap_or_else(|| {
                format!("compare with a document that `{} codegen` wrote", program())
            }),
        ));
    }
    Ok(())
}

fn printed(drift: &Drift, format: Format) -> String {
    match format {
        Format::Text => {
            let lines = drift.lines();
            let lines = lines.iter().map(|line| {
                let style = style(line);
                format!("{style}{}{style:#}\n", line.text())
            });
            lines.collect()
        }
        Format::Markdown => drift.to_markdown(LONGEST),
        Format::Json => json_text(&drift.to_json()) + "\n",
    }
}

fn style(line: &Line) -> Style {
    let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
    match line {
        Line::Title(Effect::Breaking, _) => colour(AnsiColor::Red).bold(),
        Line::Title(Effect::Deprecated, _) => colour(AnsiColor::Yellow).bold(),
        Line::Title(..) => colour(AnsiColor::Green).bold(),
        Line::Subject(_) => Style::new().bold(),
        Line::Before(_) => colour(AnsiColor::Red),
        Line::After(_) => colour(AnsiColor::Green),
        Line::Note(_) => Style::new().dimmed(),
        Line::What(_) | Line::Blank => Style::new(),
    }
}

/// Reads the base document, and the document of the last version in the same revision. A file is
/// used as both.
fn base(name: &str, spec: &Path) -> Result<(BaseDocument, Option<BaseDocument>), Failure> {
    let file = Path::new(name);
    if !file.is_file() {
        let base = BaseDocument::parse(name, &of_revision(name, spec)?)?;
        let shown = format!("{name}:{RELEASED}");
        let released = git(spec, &["show", &format!("{name}:./{RELEASED}")])?.ok();
        let released = released.map(|text| BaseDocument::parse(&shown, &text));
        return Ok((base, released.transpose()?));
    }
    let text = std::fs::read_to_string(file).map_err(|error| {
        Failure::check(
            Code::UnreadableFile,
            format!("cannot read `{name}`: {error}"),
            "check that the file is readable and contains text",
        )
    })?;
    Ok((BaseDocument::parse(name, &text)?, None))
}

/// Returns the `openapi.json` of a revision.
fn of_revision(revision: &str, spec: &Path) -> Result<String, Failure> {
    let no_base = |reason: &str, help: &str| {
        Err(Failure::check(
            Code::InvalidBase,
            format!("cannot compare with `{revision}`: {reason}"),
            help,
        ))
    };
    if !is_laid_out(spec) {
        return no_base(
            &format!(
                "`{}` has no `codegen.toml`, so its `openapi.json` is in the folder of the crate",
                shown(spec)
            ),
            "pass the `openapi.json` to compare with: `--base FILE`; `git show` writes that of a \
             revision",
        );
    }
    // git parses an argument that starts with a dash as an option.
    if revision.starts_with('-') {
        return no_base(
            "a revision cannot start with `-`",
            "pass a revision or a file",
        );
    }
    let is_repository = git(spec, &["rev-parse", "--git-dir"])?;
    if is_repository.is_err() {
        return no_base(
            &format!(
                "`{}` is not in a git repository, and there is no file with this name",
                shown(spec)
            ),
            "pass the `openapi.json` to compare with: `--base FILE`",
        );
    }
    let commit = format!("{revision}^{{commit}}");
    if git(spec, &["rev-parse", "--verify", "--quiet", &commit])?.is_err() {
        return no_base(
            "there is no revision or file with this name",
            "pass a revision that `git log` lists (a shallow clone has few), or a file",
        );
    }
    match git(spec, &["show", &format!("{revision}:./{OPENAPI}")])? {
        Ok(text) => Ok(text),
        Err(_) => no_base(
            &format!("it has no `{}`", shown(&spec.join(OPENAPI))),
            &format!(
                "pass a revision in which `{} codegen` has been run, or a file",
                program()
            ),
        ),
    }
}

/// Runs git in a folder, and returns its output or its error message.
fn git(folder: &Path, arguments: &[&str]) -> Result<Result<String, String>, Failure> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
        .map_err(|error| {
            Failure::check(
                Code::ProgramFailed,
                format!("cannot run git: {error}"),
                "install git, or pass the `openapi.json` to compare with: `--base FILE`",
            )
        })?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr))
    })
}
