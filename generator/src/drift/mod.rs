//! What a change of the specification means for the programs that use the client.
//!
//! Two merged documents go in, changes come out. What a program can name of the two
//! crates is compared, rather than the two documents: an optional parameter that
//! becomes required breaks no JSON client that sends it, and every Rust caller.
//! What differs between the documents without a trace in the crate is found by
//! Oxide's `drift` and told beside it, so that nothing is left out in silence.

mod change;
mod changelog;
mod documentation;
mod json;
mod markdown;
mod methods;
mod places;
mod renames;
#[cfg(test)]
mod sample;
mod summary;
mod text;
mod types;
mod usage;
mod version;
mod wire;

use semver::Version;
use serde_json::Value;

pub use change::{Change, Effect, Kind, Subject};
pub(crate) use changelog::Changelog;
pub use summary::counted;
pub use text::Line;
pub use version::{Step, Verdict};

use crate::face::VERSION_KEY;
use crate::face::surface::Surface;
use crate::marker::{COMMAND, MARK_KEY};
use crate::merge::Api;
use crate::problem::Problem;
use crate::walk;
use crate::{Config, Output, Source};
use places::Places;
use usage::Usage;

/// A merged document as `codegen` wrote it, to be compared with another.
#[derive(Clone, Debug)]
pub struct Document {
    /// What people call it, such as `HEAD`.
    name: String,
    root: Value,
}

impl Document {
    /// Reads the text of an `openapi.json`; `name` is what people call it.
    ///
    /// # Errors
    ///
    /// When it is none that `cargo xtask codegen` wrote.
    pub fn parse(name: &str, text: &str) -> Result<Self, Problem> {
        let no_document = |reason: &str| {
            Problem::new(format!("`{name}` is no merged document: {reason}")).advice(format!(
                "name a revision or a file that holds what `{COMMAND}` wrote as `openapi.json`"
            ))
        };
        let root: Value = serde_json::from_str(text)
            .map_err(|error| no_document(&format!("it is not JSON ({error})")))?;
        if root.get(MARK_KEY).is_none() {
            return Err(no_document(&format!("it has no `{MARK_KEY}`")));
        }
        if let Some((pointer, form)) = walk::misshapen(&root) {
            return Err(no_document(&format!("`{pointer}` should be {form}")));
        }
        Ok(Self {
            name: name.to_owned(),
            root,
        })
    }

    /// Returns the version of the crate that the document makes; documents of older
    /// generators do not say.
    pub fn version(&self) -> Option<Version> {
        Version::parse(self.root[VERSION_KEY].as_str()?).ok()
    }

    /// The problem when the document cannot be made a client, for this reason.
    fn no_client(&self, problem: &Problem) -> Problem {
        let (name, reason) = (&self.name, problem.message());
        Problem::new(format!("`{name}` cannot be made a client: {reason}")).advice(format!(
            "it is not as this version of `{COMMAND}` writes such documents: compare with a later one"
        ))
    }

    /// Tells whether two documents describe the same API.
    fn describes_the_same(&self, other: &Self) -> bool {
        let described = |root: &Value| {
            let mut root = root.clone();
            if let Value::Object(root) = &mut root {
                root.shift_remove(VERSION_KEY);
            }
            // The order of keys is the order of fields and arguments.
            root.to_string()
        };
        described(&self.root) == described(&other.root)
    }
}

/// What changed from one document to another.
#[derive(Clone, Debug)]
pub struct Drift {
    base: String,
    verdict: Verdict,
    changes: Vec<Change>,
}

impl Drift {
    /// Compares the document that the pages of `source` give now with `base`.
    ///
    /// # Errors
    ///
    /// When the pages are wrong, or one of the documents cannot be made a client.
    pub fn since(base: &Document, source: &Source) -> Result<Self, Problem> {
        let merged = crate::merged(source, &mut |_| ())?;
        let now = Document::parse("the pages", &merged.api.to_json(&merged.config))?;
        let origins = &merged.api.origins;
        let places = origins
            .iter()
            .map(|(id, origin)| (id.clone(), origin.place.clone()));
        Self::between(base, &now, &merged.config, || {
            Places::new(source, places.collect())
        })
    }

    /// Compares the document of a run with `base`, the one that it replaces.
    ///
    /// # Errors
    ///
    /// When `base` cannot be made a client.
    pub fn of_run(base: &Document, output: &Output, source: &Source) -> Result<Self, Problem> {
        let now = Document::parse("the pages", &output.openapi)?;
        let operations = output.report.operations.iter();
        let places = operations
            .filter_map(|operation| Some((operation.id.clone(), operation.place.clone()?)));
        Self::between(base, &now, &output.config, || {
            Places::new(source, places.collect())
        })
    }

    fn between(
        base: &Document,
        now: &Document,
        config: &Config,
        places: impl FnOnce() -> Places,
    ) -> Result<Self, Problem> {
        let changes = changes(base, now, config, places)?;
        Ok(Self {
            base: base.name.clone(),
            verdict: Verdict::new(&changes, base.version(), config.version()),
            changes,
        })
    }

    /// Returns the changes, those that break callers first, each kind sorted.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Returns which version follows, and whether it is the configured one.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// Returns the changes that have an effect.
    fn of_effect(&self, effect: Effect) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .filter(move |change| change.effect == effect)
    }
}

/// Compares two documents, and finds in the pages what changed.
fn changes(
    base: &Document,
    now: &Document,
    config: &Config,
    places: impl FnOnce() -> Places,
) -> Result<Vec<Change>, Problem> {
    if base.describes_the_same(now) {
        return Ok(Vec::new());
    }
    let surface = |document: &Document| Surface::of(&Api::of_document(&document.root), config);
    let (old, new) = rayon::join(|| surface(base), || surface(now));
    let (mut old, new) = (old.map_err(|problem| base.no_client(&problem))?, new?);
    let renames = renames::find(&old, &new);
    renames.apply(&mut old);
    let usage = Usage::of(&old, &new);
    let mut changes = methods::compare(&old, &new, &renames);
    changes.extend(types::compare(&old, &new, &renames));
    changes.extend(wire::compare(
        &renames.applied(&base.root),
        &now.root,
        &new,
        &changes,
    ));
    for change in &mut changes {
        change.used_by = usage.of_change(change);
    }
    changes.sort_by(|a, b| a.order().cmp(&b.order()));
    if !changes.is_empty() {
        places().locate(&mut changes, &new, &usage);
    }
    Ok(changes)
}
