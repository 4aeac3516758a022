//! `cargo xtask codegen`: from pages to a client crate.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use generator::write::{Difference, Plan, recover};
use generator::{Output, Report, Source, is_laid_out};

use crate::shell::{Failure, Shell, count, shown};

/// The folder of the committed crate, a member of this workspace.
const CRATE: &str = "generated-client";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail when what is there is not what would be written
    #[arg(long)]
    check: bool,
    /// The folder of pages, one laid out like `spec/`, or a file of pages [default: spec]
    #[arg(long, value_name = "DIR")]
    spec: Option<PathBuf>,
    /// The folder of the crate [default: generated-client]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write what was done to a file, as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Fail when the client lacks something that the pages describe
    #[arg(long)]
    deny_warnings: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let start = Instant::now();
    let shell = Shell {
        quiet: arguments.quiet,
    };
    let spec = folder(arguments.spec.as_deref(), "spec");
    let out = folder(arguments.out.as_deref(), CRATE);
    // A folder of bare pages is never written to.
    let openapi = if is_laid_out(&spec) { &spec } else { &out }.join("openapi.json");

    let mut source = Source::read(&spec)?;
    source.workspace_member = is_same_folder(&out, &workspace().join(CRATE));
    let output = generator::generate(&source)?;
    describe(&shell, &spec, &output.report);
    if let Some(file) = &arguments.report {
        write_report(file, &output)?;
    }
    if arguments.deny_warnings {
        deny_warnings(&output.report, arguments.quiet)?;
    }
    if arguments.check {
        return check(&Plan::new(&output, &out, &openapi)?, arguments);
    }
    recover(&out)?;
    let plan = Plan::new(&output, &out, &openapi)?;
    let changes = plan.differences().len();
    let unchanged = plan.unchanged();
    plan.carry_out()?;
    let what = if changes == 0 {
        format!("{}, all as they were", count(unchanged, "file"))
    } else {
        let others = match unchanged {
            0 => String::new(),
            number => format!(" ({number} as they were)"),
        };
        format!("{} to {}{others}", count(changes, "file"), shown(&out))
    };
    shell.status("Writing", what);
    shell.status(
        "Finished",
        format!("in {:.2}s", start.elapsed().as_secs_f64()),
    );
    Ok(())
}

fn deny_warnings(report: &Report, quiet: bool) -> Result<(), Failure> {
    if quiet {
        // They are errors now, and those are printed.
        let shell = Shell { quiet: false };
        report
            .warnings
            .iter()
            .for_each(|warning| shell.warning(warning));
    }
    let message = match report.warnings.len() {
        0 => return Ok(()),
        1 => "1 warning is denied".to_owned(),
        number => format!("{number} warnings are denied"),
    };
    Err(Failure::check(
        message,
        "mend what they name, or leave out `--deny-warnings`",
    ))
}

/// Tells whether two paths lead to one folder, however they are written.
fn is_same_folder(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        // A folder that does not exist yet is no member of a workspace.
        _ => false,
    }
}

/// Returns the folder of this workspace, also when a command runs below it.
fn workspace() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Returns the folder that was asked for, or one of the workspace's own.
pub(crate) fn folder(chosen: Option<&Path>, name: &str) -> PathBuf {
    chosen.map_or_else(
        || {
            let current = std::env::current_dir().unwrap_or_default();
            let folder = workspace().join(name);
            folder
                .strip_prefix(current)
                .map_or(folder.clone(), Path::to_owned)
        },
        Path::to_owned,
    )
}

/// Prints what was done up to the writing.
fn describe(shell: &Shell, spec: &Path, report: &Report) {
    let skipped = match report.skipped {
        0 => String::new(),
        skipped => format!(" ({skipped} without a specification left out)"),
    };
    shell.status(
        "Reading",
        format!(
            "{} in {}{skipped}",
            count(report.pages, "page"),
            shown(spec)
        ),
    );
    let by_quirk: Vec<String> = report
        .fixes_by_quirk()
        .iter()
        .map(|(quirk, count)| format!("{quirk} {count}"))
        .collect();
    let by_quirk = match by_quirk.as_slice() {
        [] => String::new(),
        list => format!(": {}", list.join(", ")),
    };
    shell.status("Fixing", count(report.fixes.len(), "quirk") + &by_quirk);
    shell.status(
        "Merging",
        format!(
            "{} and {}",
            count(report.operations.len(), "operation"),
            count(report.schemas, "schema")
        ),
    );
    for warning in &report.warnings {
        shell.warning(warning);
    }
}

fn write_report(file: &Path, output: &Output) -> Result<(), Failure> {
    let files: Vec<String> = output
        .files
        .files()
        .map(|(path, _)| path.to_owned())
        .collect();
    let text = format!("{:#}\n", output.report.to_json(&files));
    fs::write(file, text).map_err(|error| {
        Failure::check(
            format!("cannot write `{}`: {error}", file.display()),
            "check that the folder exists and that you may write to it",
        )
    })
}

fn check(plan: &Plan, arguments: &Arguments) -> Result<(), Failure> {
    let differences = plan.differences();
    if differences.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = differences
        .iter()
        .map(|(difference, path)| {
            let difference = match difference {
                Difference::Missing => "missing",
                Difference::Stale => "stale",
                Difference::LeftOver => "left over",
                Difference::InTheWay => "in the way",
            };
            format!("{difference:>12} {}", shown(path))
        })
        .collect();
    Err(Failure::check(
        format!(
            "{} not what the pages give:\n{}",
            match differences.len() {
                1 => "1 file is".to_owned(),
                number => format!("{number} files are"),
            },
            lines.join("\n")
        ),
        format!("run `{}`", mending_command(arguments)),
    ))
}

/// Returns the command that mends what the check found.
fn mending_command(arguments: &Arguments) -> String {
    let folders = [("spec", &arguments.spec), ("out", &arguments.out)];
    let options = folders.iter().filter_map(|(name, folder)| {
        let folder = folder.as_ref()?;
        Some(format!(" --{name} {}", folder.display()))
    });
    format!("cargo xtask codegen{}", options.collect::<String>())
}
