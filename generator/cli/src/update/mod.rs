//! `apipages update`: fetches the pages, generates the client, and reports the changes for
//! callers.

mod summary;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use generator::drift::{BaseDocument, Drift};
use generator::{Output, Report, Source, SourceFile};

use crate::codegen::{self, Folders};
use crate::fetch::{self, Changes, PagePath};
use crate::network::UpdateArguments as Arguments;
use crate::shell::{Failure, Shell, program, shown, write_file};
use summary::Summary;

pub(crate) fn run(arguments: &Arguments, shell: &Shell) -> Result<(), Failure> {
    let codegen = codegen::Arguments::writing(arguments.fetch.spec.clone(), arguments.out.clone());
    let folders = Folders::of(&codegen)?;
    let before = before(&folders);
    // Read before the client is generated, which replaces the document.
    let base = base(&folders.previous);

    let mut changes = fetch::fetch(&arguments.fetch, shell)?;

    let source = if arguments.fetch.dry_run {
        planned(&folders, &mut changes)?
    } else {
        folders.source()?
    };
    let output = generator::generate(&source)?;
    let drift = base.map(|base| drift(&base, &output, &source));
    let text = Summary {
        changes: &changes,
        before: &before,
        after: &output.report,
        drift: drift.as_ref(),
        command: command(arguments),
    }
    .to_markdown();
    if arguments.fetch.dry_run {
        codegen::describe(shell, &folders, &output.report);
        codegen::print_drift(shell, drift.as_ref());
    } else {
        codegen::deliver(&codegen, shell, &folders, output, None)?;
        folders.ask_for_membership(shell);
    }
    if let Some(file) = &arguments.summary {
        write_file(file, &text)?;
    }
    match changes.failures.len() {
        0 => Ok(()),
        failures => Err(fetch::not_updated(failures, arguments.fetch.dry_run)),
    }
}

/// Returns the report of the pages before the update. It is empty if there was no page, or if no
/// client could be generated from them.
fn before(folders: &Folders) -> Report {
    let output = folders
        .source()
        .ok()
        .and_then(|source| generator::generate(&source).ok());
    output.map(|output| output.report).unwrap_or_default()
}

/// Returns the merged document before the update, if there is one.
fn base(openapi: &Path) -> Option<BaseDocument> {
    let text = fs::read_to_string(openapi).ok()?;
    BaseDocument::parse("the document before", &text).ok()
}

fn drift(base: &BaseDocument, output: &Output, source: &Source) -> Drift {
    let released = source.released.as_ref();
    // A document that cannot be read is reported when it is written.
    let released = released.and_then(|file| BaseDocument::parse(&file.name, &file.text).ok());
    Drift::new(base, &output.api, &output.config)
        .since(released.as_ref(), &output.api)
        .locate(&output.api, &source.pages)
}

/// Returns the input as it would be after the update, without changing the disk.
fn planned(folders: &Folders, changes: &mut Changes) -> Result<Source, Failure> {
    let mut source = match folders.source() {
        Ok(source) => source,
        // Before the first update, there may be no pages.
        Err(_) if !changes.contents.is_empty() => generator::read_settings(&folders.spec)?,
        Err(failure) => return Err(failure),
    };
    let name = |path: &PagePath| format!("pages/{path}");
    let removed = changes.removed.iter();
    let moved = changes.moved.iter().chain(&changes.published);
    // The site may publish a page at the same path as the project's page.
    let moved = moved.filter(|(old, new)| old != new);
    let gone: Vec<String> = removed.chain(moved.map(|(old, _)| old)).map(name).collect();
    let contents = std::mem::take(&mut changes.contents);
    let fetched = contents.iter().map(|(path, bytes)| {
        let shown = shown(&folders.spec.join("pages").join(path.as_str()));
        // The page counts as the most recently fetched.
        SourceFile::decode(shown, name(path), bytes).fetched(u64::MAX)
    });
    let fetched: Vec<Arc<SourceFile>> = fetched.collect();
    source.pages.retain(|page| {
        let is_replaced = fetched.iter().any(|new| new.name == page.name);
        !is_replaced && !gone.contains(&page.name)
    });
    source.pages.extend(fetched);
    source.pages.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(source)
}

/// Returns the equivalent command.
fn command(arguments: &Arguments) -> String {
    let mut command = format!("{} update", program());
    if arguments.fetch.prune {
        command.push_str(" --prune");
    }
    let spec = &arguments.fetch.spec;
    for (name, value) in [("spec", spec), ("out", &arguments.out)] {
        if let Some(value) = value {
            command.push_str(&format!(" --{name} {}", value.display()));
        }
    }
    if let Some(from) = &arguments.fetch.from {
        command.push_str(&format!(" --from {from}"));
    }
    command
}
