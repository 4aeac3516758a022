//! One page brought up to date: fetched, inspected, compared and written.

use std::sync::Arc;

use generator::{Code, Content, Described, Problem, SourceFile, described, inspect};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use super::address::Address;
use super::download::{Answer, Body, Client, Wish};
use super::pages::Pages;
use super::plan::Wanted;
use super::progress::Progress;
use super::state::{Entry, State};
use crate::shell::{Failure, Shell};

const PAGE: Wish = Wish {
    limit: 8 << 20,
    missing: "the index names a page that is not there: tell those who publish the pages, or leave it out \
              with `exclude` under `[fetch]` in `codegen.toml`",
};

/// What came of a page.
pub(crate) enum Outcome {
    Added(Entry),
    Changed(Entry),
    /// The page was edited since it was fetched, and the edits are lost.
    Restored(Entry),
    /// The page had an OpenAPI block, and is structured prose now.
    Reformed(Entry),
    /// The entry is one that there was none of.
    Unchanged(Option<Entry>),
    /// It holds words only. The problem says where it looks as if its
    /// specification was missing.
    LeftOut(Option<Problem>),
}

/// The outcome of a page, and the operation that it is the page of.
pub(crate) struct Brought {
    pub(crate) outcome: Outcome,
    pub(crate) described: Described,
    /// The page, where a dry run has not written it.
    pub(crate) content: Option<Vec<u8>>,
}

/// The resources that an update of the pages uses.
pub(crate) struct Update<'a> {
    pub(crate) client: &'a Client,
    pub(crate) pages: &'a Pages,
    pub(crate) state: &'a State,
    /// The number of this fetch.
    pub(crate) fetch: u64,
    pub(crate) dry_run: bool,
}

impl Update<'_> {
    /// Brings so many pages at once up to date, and returns what came of each.
    pub(crate) fn run(
        &self,
        wanted: &[Wanted],
        jobs: usize,
        shell: &Shell,
    ) -> Result<Vec<Result<Brought, Failure>>, Failure> {
        let threads = ThreadPoolBuilder::new()
            .num_threads(jobs)
            .build()
            .map_err(|error| {
                Failure::check(
                    Code::ProgramFailed,
                    format!("the system does not give {jobs} threads: {error}"),
                    "ask for fewer with `--jobs`",
                )
            })?;
        let progress = Progress::new(wanted.len(), shell);
        let bring = |wanted: &Wanted| {
            let outcome = self.bring(wanted);
            progress.advance(wanted.path.as_str());
            outcome
        };
        Ok(threads.install(|| wanted.par_iter().with_max_len(1).map(bring).collect()))
    }

    fn bring(&self, wanted: &Wanted) -> Result<Brought, Failure> {
        let Wanted { address, path } = wanted;
        let old = self.pages.read(path)?;
        let known = self
            .state
            .pages
            .get(path)
            .filter(|entry| old.as_ref().is_some_and(|old| entry.is_of(address, old)));
        let validators = known.and_then(Entry::validators);
        let Answer::Body(Body {
            bytes, validators, ..
        }) = self.client.get(address, validators, &PAGE)?
        else {
            // Only a page that is there is asked about.
            let old = old.as_deref().unwrap_or_default();
            let file = SourceFile::new("", &String::from_utf8_lossy(old));
            return Ok(Brought {
                outcome: Outcome::Unchanged(None),
                described: described(&file),
                content: None,
            });
        };
        let file = text(address, &bytes)?;
        let content = inspect(&file)?;
        let is_prose = matches!(content, Content::Prose);
        if let Content::Words(problem) = content {
            return match old {
                Some(old) if held_specification(&old) => Err(self.only_words(wanted, problem)),
                _ => Ok(Brought {
                    outcome: Outcome::LeftOut(problem),
                    described: Described::default(),
                    content: None,
                }),
            };
        }
        let recorded = self.state.pages.get(path);
        let fetch = recorded.and_then(|entry| entry.fetch_of(&bytes));
        let entry = Entry::new(address, validators, &bytes, fetch.unwrap_or(self.fetch));
        let is_as_it_was = old.as_ref() == Some(&bytes);
        if !is_as_it_was && !self.dry_run {
            self.pages.write(path, &bytes)?;
        }
        let outcome = match old {
            Some(_) if is_as_it_was => Outcome::Unchanged(known.is_none().then_some(entry)),
            Some(old) if is_prose && held_block(&old) => Outcome::Reformed(entry),
            Some(old) if recorded.is_some_and(|recorded| !recorded.holds(&old)) => {
                Outcome::Restored(entry)
            }
            Some(_) => Outcome::Changed(entry),
            None => Outcome::Added(entry),
        };
        Ok(Brought {
            outcome,
            described: described(&file),
            content: (!is_as_it_was && self.dry_run).then_some(bytes),
        })
    }

    fn only_words(&self, wanted: &Wanted, problem: Option<Problem>) -> Failure {
        let why = problem.map_or_else(
            || "it carries no specification".to_owned(),
            |problem| problem.to_string(),
        );
        let place = self.pages.shown(wanted.path.as_str());
        Failure::check(
            Code::UnusablePage,
            format!("`{}` is not in the dialect any more: {why}", wanted.address),
            format!(
                "the old page is in its place: remove `{place}` if the operation is gone, or else \
                 tell those who publish the pages"
            ),
        )
    }
}

/// Returns a page as the generator reads it, named by its address.
fn text(address: &Address, bytes: &[u8]) -> Result<Arc<SourceFile>, Failure> {
    match str::from_utf8(bytes) {
        Ok(text) => Ok(SourceFile::new(&address.to_string(), text)),
        Err(error) => Err(Failure::check(
            Code::NotUtf8,
            format!(
                "`{address}` is not UTF-8 from its byte {} on",
                error.valid_up_to()
            ),
            "tell those who publish the pages; the old page is in its place",
        )),
    }
}

/// Returns `true` if the existing page has an OpenAPI block.
fn held_block(old: &[u8]) -> bool {
    let file = SourceFile::new("", &String::from_utf8_lossy(old));
    matches!(inspect(&file), Ok(Content::Specification))
}

/// Returns `true` if the existing page has a specification, even an invalid one.
fn held_specification(old: &[u8]) -> bool {
    let file = SourceFile::new("", &String::from_utf8_lossy(old));
    !matches!(inspect(&file), Ok(Content::Words(_)))
}
