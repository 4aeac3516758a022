//! Compares the models of two versions of an API, and determines the effect of changes on programs
//! that use the client.
//!
//! Each fact of the model is compared separately, so that no change hides another one. A change is
//! breaking if callers must edit their code, even if the API would accept the old request.
//! Differences in requests and responses without a compile error are also reported as changes, and
//! never as documentation.

#![forbid(unsafe_code)]

mod call;
mod change;
mod changelog;
mod changes;
mod code;
mod document;
mod documentation;
mod former;
mod info;
mod json;
mod kept;
mod kind;
mod markdown;
mod matching;
mod operations;
mod places;
mod renames;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod single_facts;
mod summary;
mod text;
mod types;
mod usage;
mod values;
mod version;
mod webhooks;

use std::sync::Arc;

use api::Api;
use pages::SourceFile;

pub use change::{Change, Effect, Subject};
pub use changelog::Changelog;
pub use document::BaseDocument;
pub use kept::renamed;
pub use kind::Kind;
pub use text::Line;
pub use version::{Configured, Step, Verdict};

use places::Places;
use renames::Renames;
use usage::Usage;

/// Compares two models, and returns the changes sorted by effect, subject, and kind. The
/// changes have no places: see [`Drift::locate`].
pub fn compare(base: &Api, now: &Api) -> Vec<Change> {
    if base == now {
        return Vec::new();
    }
    let (old, new) = (call::calls(base), call::calls(now));
    let renames = Renames::find((base, &old), (now, &new));
    let mut changes = info::compare(base, now);
    changes.extend(operations::compare(&old, &new, &renames));
    changes.extend(types::compare(base, now, &renames));
    changes.extend(webhooks::compare(base, now, &renames));
    let (old, new) = (Usage::of(base), Usage::of(now));
    for change in &mut changes {
        change.used_by = usage::of_change(change, &old, &new, &renames);
    }
    changes.sort_by(|a, b| a.order().cmp(&b.order()));
    changes
}

/// Compares the model of a run and its settings with a document.
fn changes(base: &BaseDocument, now: &Api, configured: &Configured) -> Vec<Change> {
    let mut changes = compare(&base.api, now);
    changes.extend(info::settings(&base.settings, configured.settings()));
    changes.sort_by(|a, b| a.order().cmp(&b.order()));
    changes
}

/// The changes from one version of an API to another.
#[derive(Clone, Debug)]
pub struct Drift {
    base: String,
    verdict: Verdict,
    changes: Vec<Change>,
}

impl Drift {
    /// Compares the model of a run with that of `base`. `version` is the version of the crate, or
    /// the settings that contain it.
    pub fn new(base: &BaseDocument, now: &Api, version: impl Into<Configured>) -> Self {
        let configured = version.into();
        let changes = changes(base, now, &configured);
        Self {
            base: base.name.clone(),
            verdict: Verdict::new(&changes, base.version.clone(), configured),
            changes,
        }
    }

    /// Computes the next version from the last released one, if there is one, instead of from the
    /// base, so that the changes of several commits add up.
    pub fn since(mut self, released: Option<&BaseDocument>, now: &Api) -> Self {
        if let Some(released) = released {
            let changes = changes(released, now, self.verdict.settings());
            self.verdict.count_from(released.version.clone(), &changes);
        }
        self
    }

    /// Adds the places of the changes in the pages from which `now` was read.
    pub fn locate(mut self, now: &Api, pages: &[Arc<SourceFile>]) -> Self {
        if !self.changes.is_empty() {
            Places::new(now, pages).locate(&mut self.changes);
        }
        self
    }

    /// Returns the changes, sorted by effect with breaking changes first.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Returns the next version, compared with the configured one.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// Returns the changes with this effect.
    fn of_effect(&self, effect: Effect) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .filter(move |change| change.effect == effect)
    }
}
