//! `apipages codegen`: generates a client crate from pages.

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
use crate::shell::{Failure, Shell, count, folder, program, shown, write_file};
use crate::workspace::{previous, workspace};

/// The folder of the committed crate, a member of this workspace.
const CRATE: &str = "generated-client";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder of pages, folder with `pages/` and `codegen.toml`, or file of pages [default: spec]
    #[arg(long, value_name = "PATH")]
    spec: Option<PathBuf>,
    /// Folder of the crate [default: generated-client]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write nothing; list the outdated files, and fail if there are any
    #[arg(long)]
    check: bool,
    /// Write nothing; print the files that would change and the effect on callers
    #[arg(long, conflicts_with = "check")]
    dry_run: bool,
    /// Fail if there are warnings that `[[allow]]` does not accept
    #[arg(long)]
    deny_warnings: bool,
    /// Write a report of the run to a file, as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl Arguments {
    /// Returns the arguments of a run that writes the crate.
    #[cfg(feature = "fetch")]
    pub(crate) fn writing(spec: Option<PathBuf>, out: Option<PathBuf>) -> Self {
        Self {
            spec,
            out,
            check: false,
            dry_run: false,
            deny_warnings: false,
            report: None,
        }
    }
}

pub(crate) fn run(arguments: &Arguments, shell: &Shell) -> Result<(), Failure> {
    let outcome = run_unreported(arguments, shell);
    if let (Some(file), Err(Failure::Problem(problem))) = (&arguments.report, &outcome) {
        write_json(file, &failure_to_json(problem))?;
    }
    outcome
}

/// Runs the command. An error is not in the report yet.
fn run_unreported(arguments: &Arguments, shell: &Shell) -> Result<(), Failure> {
    let start = Instant::now();
    let folders = Folders::of(arguments)?;
    let source = folders.source()?;
    // A check and a report need the result of a complete run.
    let is_whole =
        arguments.check || arguments.dry_run || arguments.report.is_some() || shell.verbose;
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
            let output = generate(&source, shell)?;
            deliver(arguments, shell, &folders, output, notes)?;
        }
    }
    if !arguments.check {
        folders.ask_for_membership(shell);
        let seconds = start.elapsed().as_secs_f64();
        let dry = match arguments.dry_run {
            true => ", and wrote nothing",
            false => "",
        };
        shell.status("Finished", format!("in {seconds:.2}s{dry}"));
    }
    Ok(())
}

/// Generates the crate, and prints the time of each stage with `--verbose`.
fn generate(source: &Source, shell: &Shell) -> Result<Output, Failure> {
    let mut last = Instant::now();
    let mut times = Vec::new();
    let output = generator::generate_observed(source, &mut |stage| {
        let now = Instant::now();
        let milliseconds = (now - last).as_secs_f64() * 1000.0;
        times.push(format!("{} {milliseconds:.0} ms", stage.name()));
        last = now;
    })?;
    shell.detail("Timing", times.join(", "));
    Ok(output)
}

/// Returns `true` if a folder is the workspace's folder with this name, which the first update
/// creates.
fn is_of_workspace(folder: &Path, name: &str) -> bool {
    let is_named = |workspace: &Path| {
        let folder = std::path::absolute(folder).unwrap_or_default();
        let parent = folder.parent().unwrap_or(&folder);
        folder.ends_with(name) && !folder.exists() && is_same_folder(parent, workspace)
    };
    workspace().is_some_and(|workspace| {
        is_same_folder(folder, &workspace.join(name)) || is_named(&workspace)
    })
}

/// Returns the error for a run without the required option `--out`.
fn output_needed(spec: &Path, is_in_workspace: bool) -> Failure {
    let reason = match is_in_workspace {
        true => format!("the default folder `{CRATE}` is for the crate of `spec`"),
        false => "the current folder is not in a Cargo workspace, which has the default folder"
            .to_owned(),
    };
    let message = format!(
        "`--out` is required for the crate of `{}`: {reason}",
        shown(spec)
    );
    Failure::check(Code::OutputNeeded, message, "set its folder with `--out`")
}

/// The input and output folders of a run.
pub(crate) struct Folders {
    pub(crate) spec: PathBuf,
    out: PathBuf,
    /// The merged document.
    openapi: PathBuf,
    /// The merged document of the previous run.
    pub(crate) previous: PathBuf,
}

impl Folders {
    /// Returns the folders of a command.
    ///
    /// # Errors
    ///
    /// Returns an error if the crate would replace the committed one.
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

    /// Reads the input, and the state of the crate's folder.
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

    /// Prints the entry to add to the workspace that contains the crate, if cargo would reject the
    /// crate without it.
    pub(crate) fn ask_for_membership(&self, shell: &Shell) {
        let Some(Membership { manifest, unlisted }) = Membership::of(&self.out) else {
            return;
        };
        if let Some(folder) = unlisted {
            let manifest = shown(&manifest);
            let what = format!("`{folder}` in `members` of `[workspace]` in {manifest}: add it");
            shell.status("Missing", what);
        }
    }

    /// Returns the files that a run writes outside of the crate.
    fn beside(&self) -> [PathBuf; 2] {
        [self.openapi.clone(), released_path(&self.openapi)]
    }
}

/// Prints the steps of a run, and its warnings.
pub(crate) fn describe(shell: &Shell, folders: &Folders, report: &Report) -> Vec<(String, String)> {
    let said = described(&folders.spec, report);
    shell.say(&said);
    // The line of a place is computed only on request.
    for fix in report.fixes.iter().filter(|_| shell.verbose) {
        let place = format!("{}:{}", fix.place.page(), fix.place.line());
        shell.detail("Fixed", format!("{} at {place} {}", fix.quirk, fix.pointer));
    }
    for warning in &report.warnings {
        shell.warning(warning);
    }
    said
}

/// Checks or writes the generated files.
pub(crate) fn deliver(
    arguments: &Arguments,
    shell: &Shell,
    folders: &Folders,
    mut output: Output,
    notes: Option<Notes>,
) -> Result<(), Failure> {
    let said = describe_input(shell, folders, &output);
    // The lock is taken before the files of earlier runs are read.
    let is_dry = arguments.check || arguments.dry_run;
    let writer = match is_dry {
        true => None,
        false => Some(Writer::open(&folders.out, &folders.openapi)?),
    };
    let has_own_changelog = !record_history(shell, folders, &mut output)?;
    if let Some(file) = &arguments.report {
        write_report(file, &output)?;
    }
    if arguments.deny_warnings {
        deny_warnings(&output.report, shell)?;
    }
    let Some(writer) = writer else {
        let plan = Plan::new(&output, &folders.out, &folders.openapi)?;
        return match arguments.check {
            true => check(&plan, arguments),
            false => preview(&plan, shell, folders, &output),
        };
    };
    let written = write(shell, folders, &output, writer)?;
    // A note does not record whether a handwritten changelog still exists.
    if let Some(notes) = notes
        && !has_own_changelog
        && output.report.warnings.is_empty()
    {
        leave_note(&notes, folders, said, written);
    }
    Ok(())
}

/// Prints the steps of a run, its warnings, and the state of its licenses. Returns the lines that
/// an unchanged run prints again.
fn describe_input(shell: &Shell, folders: &Folders, output: &Output) -> Vec<(String, String)> {
    let mut said = describe(shell, folders, &output.report);
    let of_license = licensing::described(&output.config, &folders.out);
    shell.say(&of_license);
    said.extend(of_license);
    said
}

/// Adds the changelog and the former names to the output. Returns `false` if the crate has a
/// handwritten changelog, which is kept.
fn record_history(shell: &Shell, folders: &Folders, output: &mut Output) -> Result<bool, Failure> {
    let history = History::read(&folders.out, &folders.previous)?;
    let is_recorded = output.record(&history)?;
    if !is_recorded {
        let file = shown(&folders.out.join(CHANGELOG));
        shell.status("Keeping", format!("{file}, which was written by hand"));
    }
    Ok(is_recorded)
}

/// Writes the files, and prints the changes and their effect on callers.
fn write(
    shell: &Shell,
    folders: &Folders,
    output: &Output,
    mut writer: Writer,
) -> Result<Written, Failure> {
    // The earlier document is read before it is replaced.
    let drift = match shell.quiet {
        true => None,
        false => drift(&folders.previous, output),
    };
    // The plan reads all files, and the writer makes its own under the lock.
    if shell.verbose
        && let Ok(plan) = Plan::new(output, &folders.out, &folders.openapi)
    {
        print_changes(&plan, |done, _, path| shell.detail(done, path));
    }
    let written = writer.write(output)?;
    shell.status("Writing", summary(written, &folders.out));
    if folders.previous != folders.openapi {
        let (now, before) = (shown(&folders.openapi), shown(&folders.previous));
        let file = shown(&released_path(&folders.previous));
        let what = format!("{before} and {file}: {now} replaces them, so you can remove them");
        shell.status("Keeping", what);
    }
    print_drift(shell, drift.as_ref());
    Ok(written)
}

/// Leaves a note, from which an unchanged run prints the same lines.
fn leave_note(notes: &Notes, folders: &Folders, mut said: Vec<(String, String)>, written: Written) {
    let next = Written {
        written: 0,
        unchanged: written.written + written.unchanged,
        removed: 0,
    };
    said.push(("Writing".to_owned(), summary(next, &folders.out)));
    notes.leave(&folders.out, &folders.beside(), said);
}

/// Prints the files that a run would write, and the effect on callers.
fn preview(plan: &Plan, shell: &Shell, folders: &Folders, output: &Output) -> Result<(), Failure> {
    plan.check_ownership()?;
    print_changes(plan, |_, planned, path| shell.status(planned, path));
    let drift = drift(&folders.previous, output);
    print_drift(shell, drift.as_ref());
    Ok(())
}

/// Prints the effect on callers, if there is any.
pub(crate) fn print_drift(shell: &Shell, drift: Option<&Drift>) {
    for (verb, what) in drift.into_iter().flat_map(Drift::summary) {
        shell.status(verb, what);
    }
}

/// Prints each file of a plan, with the verb of a run that writes and of one that does not.
fn print_changes(plan: &Plan, print: impl Fn(&str, &str, String)) {
    for (difference, path) in plan.differences() {
        let (done, planned) = match difference {
            Difference::Missing => ("Adding", "Would add"),
            Difference::Stale => ("Changing", "Would change"),
            Difference::LeftOver => ("Removing", "Would remove"),
            // The run fails, and its error names the file.
            Difference::InTheWay => continue,
        };
        print(done, planned, shown(path));
    }
}

/// Describes the written files.
fn summary(written: Written, out: &Path) -> String {
    let (changes, unchanged) = (written.written + written.removed, written.unchanged);
    if changes == 0 {
        return format!("{}, all unchanged", count(unchanged, "file"));
    }
    let others = match unchanged {
        0 => String::new(),
        number => format!(" ({number} unchanged)"),
    };
    format!("{} to {}{others}", count(changes, "file"), shown(out))
}

/// Compares the merged document with the one that it replaces, if they differ.
fn drift(openapi: &Path, output: &Output) -> Option<Drift> {
    let earlier = fs::read_to_string(openapi).ok()?;
    if earlier.replace("\r\n", "\n") == output.openapi {
        return None;
    }
    // A document that cannot be compared is replaced anyway.
    let earlier = BaseDocument::parse("the document before", &earlier).ok()?;
    let released = fs::read_to_string(released_path(openapi)).ok();
    let released = released.and_then(|text| BaseDocument::parse("the last version", &text).ok());
    let drift =
        Drift::new(&earlier, &output.api, &output.config).since(released.as_ref(), &output.api);
    (!drift.changes().is_empty()).then_some(drift)
}

fn deny_warnings(report: &Report, shell: &Shell) -> Result<(), Failure> {
    if shell.quiet {
        // Denied warnings are errors, which are printed even with `--quiet`.
        let shell = Shell {
            quiet: false,
            verbose: false,
        };
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
        "resolve them, accept them with `[[allow]]` in `codegen.toml`, or \
         remove `--deny-warnings`",
    ))
}

/// Returns `true` if a folder has an example that a person wrote. `[manifest]` is about those.
fn has_own_examples(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths = entries.map(|entry| entry.path());
    paths.any(|path| {
        let is_file = path.extension().is_some_and(|extension| extension == "rs");
        let file = if is_file { path } else { path.join("main.rs") };
        fs::read(&file).is_ok_and(|text| !marker::is_marked(&file, &text))
    })
}

/// Returns `true` if two paths lead to the same folder.
fn is_same_folder(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        // A folder that does not exist is not a member of a workspace.
        _ => false,
    }
}

/// Describes the steps before writing.
fn described(spec: &Path, report: &Report) -> Vec<(String, String)> {
    let skipped = match report.skipped {
        0 => String::new(),
        skipped => format!(" ({skipped} without a specification skipped)"),
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
    let allowed = count(report.allowed.len(), "warning") + " with `[[allow]]` in `codegen.toml`";
    let allowed = (!report.allowed.is_empty()).then_some(("Allowing", allowed));
    let lines = lines
        .into_iter()
        .chain(lost(report).map(|lost| ("Note:", lost)))
        .chain(allowed);
    lines.map(|(verb, what)| (verb.to_owned(), what)).collect()
}

/// Counts the facts that the format of the pages does not contain, by kind.
fn lost(report: &Report) -> Option<String> {
    let counts = report.losses_by_kind();
    let total: usize = counts.values().sum();
    let kinds: Vec<String> = counts
        .iter()
        .map(|(kind, count)| format!("{count} {}", kind.noun(*count)))
        .collect();
    let facts = count(total, "fact");
    (total > 0).then(|| format!("the prose does not contain {facts} ({})", kinds.join(", ")))
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
            "{} not up to date with the pages:\n{}",
            match differences.len() {
                1 => "1 file is".to_owned(),
                number => format!("{number} files are"),
            },
            lines.join("\n")
        ),
        format!("run `{}`", fixing_command(arguments)),
    ))
}

/// Returns the command that fixes the result of a failed check.
fn fixing_command(arguments: &Arguments) -> String {
    let folders = [("spec", &arguments.spec), ("out", &arguments.out)];
    let options = folders.iter().filter_map(|(name, folder)| {
        let folder = folder.as_ref()?;
        let folder = folder.display().to_string();
        Some(match folder.contains(char::is_whitespace) {
            true => format!(" --{name} \"{folder}\""),
            false => format!(" --{name} {folder}"),
        })
    });
    format!("{} codegen{}", program(), options.collect::<String>())
}
