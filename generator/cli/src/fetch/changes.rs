//! The only step of a fetch that writes. A dry run also executes it, without changing the disk.

use std::collections::{BTreeMap, BTreeSet};

use super::arrival::Kind;
use super::own_pages;
use super::page_path::PagePath;
use super::pages::Pages;
use super::plan::{Noticed, Plan, Record, Step};
use super::state::{self, Entry};
use crate::shell::{Failure, Shell};

/// The changes of a fetch in the pages folder. Each list is sorted.
#[derive(Default)]
pub(crate) struct Changes {
    pub(crate) added: Vec<PagePath>,
    pub(crate) changed: Vec<PagePath>,
    /// Pages that the site has moved: the old path and the new path.
    pub(crate) moved: Vec<(PagePath, PagePath)>,
    /// Pages of the project that the site now publishes: the project's path and the site's.
    pub(crate) published: Vec<(PagePath, PagePath)>,
    /// Pages of the project that describe another operation at the URL of a site page: the
    /// project's path and the site's.
    pub(crate) kept: Vec<(PagePath, PagePath)>,
    pub(crate) removed: Vec<PagePath>,
    /// The number of changed pages that are now structured prose.
    pub(crate) reformed: usize,
    pub(crate) unchanged: usize,
    /// The number of pages without a specification.
    pub(crate) left_out: usize,
    pub(crate) noticed: Noticed,
    /// The pages that a dry run would have written.
    pub(crate) contents: BTreeMap<PagePath, Vec<u8>>,
    /// The failures of pages that could not be updated.
    pub(crate) failures: Vec<Failure>,
}

impl Changes {
    /// Returns the number of pages of the site.
    pub(crate) fn fetched(&self) -> usize {
        self.added.len() + self.changed.len() + self.unchanged
    }
}

/// Executes a plan, and prints its steps.
pub(crate) struct Writer<'a> {
    pages: &'a Pages,
    shell: &'a Shell,
    dry_run: bool,
    before: &'a Record,
    record: Record,
    /// The pages that could not be written.
    failed: BTreeSet<PagePath>,
    changes: Changes,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(
        pages: &'a Pages,
        shell: &'a Shell,
        dry_run: bool,
        before: &'a Record,
    ) -> Self {
        Self {
            pages,
            shell,
            dry_run,
            before,
            record: before.clone(),
            failed: BTreeSet::new(),
            changes: Changes::default(),
        }
    }

    /// Executes all steps of a plan, and records them.
    ///
    /// # Errors
    ///
    /// Returns an error if the pages folder cannot be created. Failures of single pages are in the
    /// changes.
    pub(crate) fn write(mut self, plan: Plan) -> Result<Changes, Failure> {
        self.disk(Pages::create)?;
        self.changes = Changes {
            unchanged: plan.unchanged,
            left_out: plan.left_out,
            noticed: plan.noticed,
            failures: plan.failures,
            ..Changes::default()
        };
        for step in plan.steps {
            if let Err(failure) = self.take(step) {
                self.changes.failures.push(failure);
            }
        }
        for saved in [self.save_state(), self.save_list()] {
            self.changes.failures.extend(saved.err());
        }
        Ok(self.changes)
    }

    fn take(&mut self, step: Step) -> Result<(), Failure> {
        match step {
            Step::Write {
                path,
                kind,
                content,
                entry,
            } => self.page(path, kind, content, entry),
            Step::Record { path, entry } => {
                match entry {
                    Some(entry) => drop(self.record.state.pages.insert(path, entry)),
                    None => drop(self.record.state.pages.remove(&path)),
                }
                Ok(())
            }
            Step::Replace {
                old,
                new,
                was_fetched,
            } => self.replace(old, new, was_fetched),
            Step::Keep { own, site } => {
                let what = format!("{own}, which describes another operation at the URL of {site}");
                self.status("Keeping", "Would keep", &what);
                self.record.own.add(&own);
                self.changes.kept.push((own, site));
                Ok(())
            }
            Step::Remove { path } => self.remove(path),
        }
    }

    fn page(
        &mut self,
        path: PagePath,
        kind: Kind,
        content: Vec<u8>,
        entry: Entry,
    ) -> Result<(), Failure> {
        if let Err(failure) = self.disk(|pages| pages.write(&path, &content)) {
            self.failed.insert(path);
            return Err(failure);
        }
        match kind {
            Kind::Added => self.status("Adding", "Would add", path.as_str()),
            Kind::Changed | Kind::Reformed => {
                self.status("Changing", "Would change", path.as_str());
            }
            Kind::Restored => {
                let what = format!("{path}, which was edited");
                self.status("Replacing", "Would replace", &what);
            }
        }
        match kind {
            Kind::Added => self.changes.added.push(path.clone()),
            _ => self.changes.changed.push(path.clone()),
        }
        self.changes.reformed += usize::from(kind == Kind::Reformed);
        self.record.state.pages.insert(path.clone(), entry);
        if self.dry_run {
            self.changes.contents.insert(path, content);
        }
        Ok(())
    }

    fn replace(&mut self, old: PagePath, new: PagePath, was_fetched: bool) -> Result<(), Failure> {
        if self.failed.contains(&new) {
            return Ok(());
        }
        if old != new {
            self.disk(|pages| pages.remove(&old))?;
            self.record.state.pages.remove(&old);
        }
        self.record.own.remove(&old);
        if was_fetched {
            self.status("Moving", "Would move", &format!("{old} to {new}"));
            self.changes.moved.push((old, new));
        } else {
            let what = format!("{old}, which the site publishes now as {new}");
            self.status("Replacing", "Would replace", &what);
            self.changes.published.push((old, new));
        }
        Ok(())
    }

    fn remove(&mut self, path: PagePath) -> Result<(), Failure> {
        if !self.changes.failures.is_empty() {
            // Its replacement may have failed to be written.
            self.changes.noticed.vanished.push(path);
            return Ok(());
        }
        self.disk(|pages| pages.remove(&path))?;
        self.status("Removing", "Would remove", path.as_str());
        self.record.state.pages.remove(&path);
        self.changes.removed.push(path);
        Ok(())
    }

    /// Writes the state of the fetched pages.
    fn save_state(&self) -> Result<(), Failure> {
        if self.record.state == self.before.state {
            return Ok(());
        }
        let text = self.record.state.to_json();
        self.disk(|pages| pages.write_state(state::FILE, &text))
    }

    /// Writes the list of the project's own pages. An empty list is removed.
    fn save_list(&self) -> Result<(), Failure> {
        let text = self.record.own.text();
        if text == self.before.own.text() {
            return Ok(());
        }
        self.disk(|pages| match text.trim().is_empty() {
            true => pages.remove_beside(own_pages::FILE),
            false => pages.write_beside(own_pages::FILE, text),
        })
    }

    /// Changes the disk, except in a dry run.
    fn disk(&self, change: impl FnOnce(&Pages) -> Result<(), Failure>) -> Result<(), Failure> {
        match self.dry_run {
            true => Ok(()),
            false => change(self.pages),
        }
    }

    fn status(&self, done: &str, planned: &str, what: &str) {
        let verb = if self.dry_run { planned } else { done };
        self.shell.status(verb, self.pages.shown(what));
    }
}
