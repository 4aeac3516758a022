//! `cargo xtask codegen`: from pages to a client crate.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use generator::drift::{BaseDocument, Drift};
use generator::output::{Difference, Plan, Writer, Written};
use generator::{
    CHANGELOG, Code, EXAMPLES, EXTRAS, History, Output, Report, Source, Surroundings,
    failure_to_json, is_laid_out, json_text, marker, released_path,
};

use crate::fresh::Notes;
use crate::licensing;
use crate::membership::Membership;
use crate::shell::{Failure, Shell, count, folder, shown, write_file};
use crate::workspace::{previous, workspace};

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
    pub(crate) quiet: bool,
}

impl Arguments {
    /// Returns the arguments of a run that writes the crate.
    pub(crate) fn writing(spec: Option<PathBuf>, out: Option<PathBuf>, quiet: bool) -> Self {
        Self {
            check: false,
            spec,
            out,
            report: None,
            deny_warnings: false,
            quiet,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let start = Instant::now();
    let shell = Shell {
        quiet: arguments.quiet,
    };
    let folders = Folders::of(arguments)?;
    let source = folders.source()?;
    // A check is of what the pages give, and so is a report.
    let is_whole = arguments.check || arguments.report.is_some();
    let notes = match is_whole {
        true => None,
        false => Notes::of(&source, &folders.spec, &folders.out),
    };
    let fresh = notes
        .as_ref()
        .and_then(|notes| notes.fresh(&folders.out, &folders.beside()));
    match fresh {
        Some(note) => shell.say(&note.said),
        None => {
            let outcome = generator::generate(&source)
                .map_err(Failure::from)
                .and_then(|output| deliver(arguments, &shell, &folders, output, notes));
            if let (Some(file), Err(Failure::Problem(problem))) = (&arguments.report, &outcome) {
                write_json(file, &failure_to_json(problem))?;
            }
            outcome?;
        }
    }
    if !arguments.check {
        folders.ask_for_membership(&shell);
        let seconds = start.elapsed().as_secs_f64();
        shell.status("Finished", format!("in {seconds:.2}s"));
    }
    Ok(())
}

/// Returns `true` if a folder is that of this name in the workspace.
fn is_of_workspace(folder: &Path, name: &str) -> bool {
    workspace().is_some_and(|workspace| is_same_folder(folder, &workspace.join(name)))
}

/// Returns the error of a run that does not name the folder of its crate.
fn output_needed(spec: &Path, is_in_workspace: bool) -> Failure {
    let message = match is_in_workspace {
        true => format!(
            "the crate of `{}` would take the place of `{CRATE}`",
            shown(spec)
        ),
        false => format!(
            "the current folder is in no Cargo workspace, so the crate of `{}` has no folder",
            shown(spec)
        ),
    };
    Failure::check(Code::OutputNeeded, message, "name its folder with `--out`")
}

/// Where a run reads and writes.
pub(crate) struct Folders {
    pub(crate) spec: PathBuf,
    out: PathBuf,
    /// The merged document.
    openapi: PathBuf,
    /// The merged document of the previous run.
    pub(crate) previous: PathBuf,
}

impl Folders {
    /// Returns the folders that a command names.
    ///
    /// # Errors
    ///
    /// When the crate would take the place of the committed one.
    pub(crate) fn of(arguments: &Arguments) -> Result<Self, Failure> {
        let spec = folder(arguments.spec.as_deref(), "spec");
        let out = folder(arguments.out.as_deref(), CRATE);
        // A folder of bare pages is never written to.
        let openapi = if is_laid_out(&spec) { &spec } else { &out }.join("openapi.json");
        if arguments.out.is_none() && !is_of_workspace(&spec, "spec") {
            return Err(output_needed(&spec, workspace().is_some()));
        }
        let previous = previous(&openapi, &out);
        Ok(Self {
            spec,
            out,
            openapi,
            previous,
        })
    }

    /// Reads the input, and what is known of the crate's folder.
    pub(crate) fn source(&self) -> Result<Source, Failure> {
        let mut source = generator::read(&self.spec)?;
        source.surroundings = Surroundings {
            workspace_member: Membership::of(&self.out).is_some(),
            has_extras: self.out.join(EXTRAS).is_file(),
            has_examples: has_own_examples(&self.out.join(EXAMPLES)),
        };
        if source.released.is_none() {
            source.released = generator::read_released(&self.previous);
        }
        Ok(source)
    }

    /// Names the line that the workspace around the crate lacks, if cargo would refuse the crate
    /// without it.
    fn ask_for_membership(&self, shell: &Shell) {
        let Some(Membership { manifest, unlisted }) = Membership::of(&self.out) else {
            return;
        };
        if let Some(folder) = unlisted {
            let manifest = shown(&manifest);
            let what = format!("`{folder}` in `members` of `[workspace]` in {manifest}: add it");
            shell.status("Missing", what);
        }
    }

    /// Returns the files that a run writes beside those of the crate.
    fn beside(&self) -> [PathBuf; 2] {
        [self.openapi.clone(), released_path(&self.openapi)]
    }
}

/// Says what was done, warnings included.
pub(crate) fn describe(shell: &Shell, folders: &Folders, report: &Report) -> Vec<(String, String)> {
    let said = described(&folders.spec, report);
    shell.say(&said);
    for warning in &report.warnings {
        shell.warning(warning);
    }
    said
}

/// Checks or writes what was generated.
pub(crate) fn deliver(
    arguments: &Arguments,
    shell: &Shell,
    folders: &Folders,
    mut output: Output,
    mut notes: Option<Notes>,
) -> Result<(), Failure> {
    let mut said = describe(shell, folders, &output.report);
    let of_license = licensing::described(&output.config, &folders.out);
    shell.say(&of_license);
    said.extend(of_license);
    // The files of earlier runs are read while no other run can change them.
    let writer = match arguments.check {
        true => None,
        false => Some(Writer::open(&folders.out, &folders.openapi)?),
    };
    if !output.record(&History::read(&folders.out, &folders.previous)?)? {
        let file = shown(&folders.out.join(CHANGELOG));
        let leaving = (
            "Leaving".to_owned(),
            format!("{file}, which a person wrote"),
        );
        shell.say(std::slice::from_ref(&leaving));
        said.push(leaving);
        // Whether that file is still there is nothing that a note tells.
        notes = None;
    }
    if let Some(file) = &arguments.report {
        write_report(file, &output)?;
    }
    if arguments.deny_warnings {
        deny_warnings(&output.report, arguments.quiet)?;
    }
    let Some(mut writer) = writer else {
        let plan = Plan::new(&output, &folders.out, &folders.openapi)?;
        return check(&plan, arguments);
    };
    // The earlier document is read before it is replaced, if anybody is told of the drift.
    let drift = match shell.quiet {
        true => None,
        false => drift(&folders.previous, &output),
    };
    let written = writer.write(&output)?;
    shell.status("Writing", summary(written, &folders.out));
    if folders.previous != folders.openapi {
        let (now, before) = (shown(&folders.openapi), shown(&folders.previous));
        let file = shown(&released_path(&folders.previous));
        let what = format!("{before} and {file}, which {now} replaces and you can remove");
        shell.status("Leaving", what);
    }
    for (verb, what) in drift.iter().flat_map(Drift::summary) {
        shell.status(verb, what);
    }
    if let Some(notes) = notes.filter(|_| output.report.warnings.is_empty()) {
        let next = Written {
            written: 0,
            unchanged: written.written + written.unchanged,
            removed: 0,
        };
        let wrote = ("Writing".to_owned(), summary(next, &folders.out));
        let said = said.into_iter().chain([wrote]).collect();
        notes.leave(&folders.out, &folders.beside(), said);
    }
    Ok(())
}

/// Describes what was written.
fn summary(written: Written, out: &Path) -> String {
    let (changes, unchanged) = (written.written + written.removed, written.unchanged);
    if changes == 0 {
        return format!("{}, all as they were", count(unchanged, "file"));
    }
    let others = match unchanged {
        0 => String::new(),
        number => format!(" ({number} as they were)"),
    };
    format!("{} to {}{others}", count(changes, "file"), shown(out))
}

/// Compares the merged document with the one that it replaces, where that is another.
fn drift(openapi: &Path, output: &Output) -> Option<Drift> {
    let earlier = fs::read_to_string(openapi).ok()?;
    if earlier.replace("\r\n", "\n") == output.openapi {
        return None;
    }
    // What cannot be compared is replaced all the same.
    let earlier = BaseDocument::parse("the document before", &earlier).ok()?;
    let released = fs::read_to_string(released_path(openapi)).ok();
    let released = released.and_then(|text| BaseDocument::parse("the last version", &text).ok());
    let drift =
        Drift::new(&earlier, &output.api, &output.config).since(released.as_ref(), &output.api);
    (!drift.changes().is_empty()).then_some(drift)
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
        Code::WarningsDenied,
        message,
        "solve what they name, allow those that are right with `[[allow]]` in `codegen.toml`, or leave \
         out `--deny-warnings`",
    ))
}

/// Returns `true` if a folder has an example that a person wrote. `[manifest]` is about those.
fn has_own_examples(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths = entries.map(|entry| entry.path());
    paths.any(|path| {
        let text = fs::read(&path).unwrap_or_default();
        !marker::is_marked(&path, &text)
    })
}

/// Returns `true` if two paths lead to the same folder.
fn is_same_folder(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        // A folder that does not exist yet is no member of a workspace.
        _ => false,
    }
}

/// Says what was done up to the writing.
fn described(spec: &Path, report: &Report) -> Vec<(String, String)> {
    let skipped = match report.skipped {
        0 => String::new(),
        skipped => format!(" ({skipped} without a specification left out)"),
    };
    let by_quirk: Vec<String> = report
        .fixes_by_quirk()
        .iter()
        .map(|(quirk, count)| format!("{quirk} {count}"))
        .collect();
    let by_quirk = match by_quirk.as_slice() {
        [] => String::new(),
        list => format!(": {}", list.join(", ")),
    };
    let pages = count(report.pages, "page");
    let operations = count(report.operations.len(), "operation");
    let schemas = count(report.schemas, "schema");
    let lines = [
        ("Reading", format!("{pages} in {}{skipped}", shown(spec))),
        ("Fixing", count(report.fixes.len(), "quirk") + &by_quirk),
        ("Merging", format!("{operations} and {schemas}")),
    ];
    let allowed = count(report.allowed.len(), "warning") + ", as `codegen.toml` says";
    let allowed = (!report.allowed.is_empty()).then_some(("Allowing", allowed));
    let lines = lines
        .into_iter()
        .chain(lost(report).map(|lost| ("Missing", lost)))
        .chain(allowed);
    lines.map(|(verb, what)| (verb.to_owned(), what)).collect()
}

/// Counts the facts that the form of the pages does not carry, by kind.
fn lost(report: &Report) -> Option<String> {
    let counts = report.losses_by_kind();
    let total: usize = counts.values().sum();
    let kinds: Vec<String> = counts
        .iter()
        .map(|(kind, count)| format!("{kind} {count}"))
        .collect();
    let facts = count(total, "fact");
    (total > 0).then(|| {
        format!(
            "{facts} that the prose does not carry: {}",
            kinds.join(", ")
        )
    })
}

fn write_report(file: &Path, output: &Output) -> Result<(), Failure> {
    let files: Vec<String> = output
        .files
        .files()
        .map(|(path, _)| path.to_owned())
        .collect();
    write_json(file, &output.report.to_json(&files))
}

fn write_json(file: &Path, report: &serde_json::Value) -> Result<(), Failure> {
    write_file(file, &(json_text(report) + "\n"))
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
        Code::StaleFiles,
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
