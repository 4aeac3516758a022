//! Downloads a page of the site, and compares it with the existing page.

use std::sync::Arc;

use generator::{Code, Content, Described, Problem, SourceFile, described, inspect};

use super::download::{Body, Client, Fetched, Limits};
use super::pages::Pages;
use super::selection::Wanted;
use super::site_url::SiteUrl;
use super::state::{Entry, State};
use crate::shell::Failure;

const PAGE: Limits = Limits {
    size: 8 << 20,
    missing: "the index lists a page that does not exist: report this to the publisher, or exclude the page \
              with `exclude` under `[fetch]` in `codegen.toml`",
};

/// A downloaded page, compared with the existing page.
pub(crate) enum Arrival {
    /// The page has a specification.
    Page {
        /// The operations that the page describes.
        described: Described,
        difference: Difference,
    },
    /// The page has no specification. The problem is set if the page looks as if it should have
    /// one.
    Words(Option<Problem>),
}

/// The difference between a page and the existing one.
pub(crate) enum Difference {
    /// The page is unchanged. The entry is set if it is new.
    None(Option<Entry>),
    Content {
        kind: Kind,
        content: Vec<u8>,
        entry: Entry,
    },
}

/// The kind of a change of a page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Added,
    Changed,
    /// The page was edited since it was fetched, and the edits are lost.
    Restored,
    /// The page had an OpenAPI block, and is now structured prose.
    Reformed,
}

/// Downloads pages and compares them with the existing ones.
pub(crate) struct Comparison<'a> {
    pub(crate) client: &'a Client,
    pub(crate) pages: &'a Pages,
    pub(crate) state: &'a State,
    /// The number of this fetch.
    pub(crate) fetch: u64,
}

impl Comparison<'_> {
    /// Downloads and compares the page at a URL of the site.
    ///
    /// # Errors
    ///
    /// Returns an error if the page cannot be downloaded completely, or if the generator cannot
    /// read it.
    pub(crate) fn of(&self, wanted: &Wanted) -> Result<Arrival, Failure> {
        let Wanted { url, path } = wanted;
        let old = self.pages.read(path)?;
        let known = self
            .state
            .pages
            .get(path)
            .filter(|entry| old.as_ref().is_some_and(|old| entry.is_of(url, old)));
        let validators = known.and_then(Entry::validators);
        match self.client.get(url, validators, &PAGE)? {
            // Conditional requests are sent only for existing pages.
            Fetched::Unchanged => Ok(unchanged(&old.unwrap_or_default())),
            Fetched::Body(body) => self.compare(wanted, old, body, known.is_some()),
        }
    }

    fn compare(
        &self,
        wanted: &Wanted,
        old: Option<Vec<u8>>,
        body: Body,
        is_known: bool,
    ) -> Result<Arrival, Failure> {
        let Wanted { url, path } = wanted;
        let content = body.bytes;
        let file = text(url, &content)?;
        let inspected = match inspect(&file) {
            // Codegen skips the page with a warning, which loses no operation that was there.
            Err(problem)
                if problem.code() == Code::DanglingReference
                    && !old.as_deref().is_some_and(held_readable) =>
            {
                Content::Specification
            }
            inspected => inspected?,
        };
        let is_prose = match inspected {
            Content::Words(problem) => {
                return match old {
                    Some(old) if held_specification(&old) => Err(self.only_words(wanted, problem)),
                    _ => Ok(Arrival::Words(problem)),
                };
            }
            Content::Prose => true,
            Content::Specification => false,
        };
        let recorded = self.state.pages.get(path);
        let fetch = recorded.and_then(|entry| entry.fetch_of(&content));
        let fetch = fetch.unwrap_or(self.fetch);
        let entry = Entry::new(url, body.validators, &content, fetch);
        let kind = match &old {
            Some(old) if *old == content => None,
            Some(old) if is_prose && held_block(old) => Some(Kind::Reformed),
            Some(old) if recorded.is_some_and(|recorded| !recorded.holds(old)) => {
                Some(Kind::Restored)
            }
            Some(_) => Some(Kind::Changed),
            None => Some(Kind::Added),
        };
        Ok(Arrival::Page {
            described: described(&file),
            difference: match kind {
                None => Difference::None((!is_known).then_some(entry)),
                Some(kind) => Difference::Content {
                    kind,
                    content,
                    entry,
                },
            },
        })
    }

    fn only_words(&self, wanted: &Wanted, problem: Option<Problem>) -> Failure {
        let why = problem.map_or_else(
            || "it has no specification".to_owned(),
            |problem| problem.to_string(),
        );
        let place = self.pages.shown(wanted.path.as_str());
        Failure::check(
            Code::UnusablePage,
            format!("`{}` can no longer be used: {why}", wanted.url),
            format!(
                "the old page is kept: remove `{place}` if the operation was removed; otherwise, \
                 report this to the publisher of the pages"
            ),
        )
    }
}

/// Returns the existing page, which is unchanged on the site.
fn unchanged(content: &[u8]) -> Arrival {
    let file = SourceFile::new("", &String::from_utf8_lossy(content));
    Arrival::Page {
        described: described(&file),
        difference: Difference::None(None),
    }
}

/// Returns a page as the input of the generator, named by its URL.
fn text(url: &SiteUrl, bytes: &[u8]) -> Result<Arc<SourceFile>, Failure> {
    match str::from_utf8(bytes) {
        Ok(text) => Ok(SourceFile::new(&url.to_string(), text)),
        Err(error) => Err(Failure::check(
            Code::NotUtf8,
            format!("`{url}` is not UTF-8 at byte {}", error.valid_up_to()),
            "report this to the publisher of the pages; the old page is kept",
        )),
    }
}

/// Returns `true` if the existing page has an OpenAPI block.
fn held_block(old: &[u8]) -> bool {
    let file = SourceFile::new("", &String::from_utf8_lossy(old));
    matches!(inspect(&file), Ok(Content::Specification))
}

/// Returns `true` if the existing page has a valid specification.
fn held_readable(old: &[u8]) -> bool {
    let file = SourceFile::new("", &String::from_utf8_lossy(old));
    matches!(inspect(&file), Ok(Content::Specification | Content::Prose))
}

/// Returns `true` if the existing page has a specification, even an invalid one.
fn held_specification(old: &[u8]) -> bool {
    let file = SourceFile::new("", &String::from_utf8_lossy(old));
    !matches!(inspect(&file), Ok(Content::Words(_)))
}
