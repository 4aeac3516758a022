//! Collects the changes of one operation or type.

use api::Limits;

use crate::documentation;
use crate::values::{self, Owner, Values};
use crate::{Change, Kind, Subject};

/// A list of changes with the same subject.
pub(crate) struct Changes {
    subject: Subject,
    list: Vec<Change>,
}

impl Changes {
    pub(crate) fn new(subject: Subject) -> Self {
        Self {
            subject,
            list: Vec::new(),
        }
    }

    /// Adds a change of the subject, with the states before and after.
    pub(crate) fn add(
        &mut self,
        kind: Kind,
        what: impl Into<String>,
        before: impl Into<Option<String>>,
        after: impl Into<Option<String>>,
    ) {
        let change = Change::new(kind, &self.subject, what);
        self.list.push(change.states(before, after));
    }

    /// Adds a change of a member: an argument, a setter, a status, a field, or a variant.
    pub(crate) fn add_of(
        &mut self,
        member: &str,
        kind: Kind,
        what: impl Into<String>,
        before: impl Into<Option<String>>,
        after: impl Into<Option<String>>,
    ) {
        let change = Change::new(kind, &self.subject, what).member(member);
        self.list.push(change.states(before, after));
    }

    /// Marks the last change as breaking.
    pub(crate) fn breaking(&mut self, why: &'static str) {
        if let Some(change) = self.list.pop() {
            self.list.push(change.breaking(why));
        }
    }

    /// Marks the last change as a deprecation, if the former name is kept.
    pub(crate) fn deprecated_if(&mut self, is_kept: bool) {
        if is_kept && let Some(change) = self.list.pop() {
            self.list.push(change.deprecated());
        }
    }

    /// Compares the documentation of a member, or of the subject.
    pub(crate) fn documentation(&mut self, member: Option<&str>, old: &str, new: &str) {
        let change = documentation::compare(&self.subject, member, old, new);
        self.list.extend(change);
    }

    /// Compares the values of a member.
    pub(crate) fn values(&mut self, name: &str, old: Values<'_>, new: Values<'_>) {
        let changes = values::compare(&self.subject, name, old, new);
        self.list.extend(changes);
    }

    /// Compares the limits of values that are not those of an input or a field. `noun` is the noun
    /// for a value in sentences.
    pub(crate) fn limits(&mut self, member: Option<&str>, noun: &str, old: &Limits, new: &Limits) {
        let owner = Owner {
            subject: &self.subject,
            member,
            noun: noun.to_owned(),
        };
        self.list.extend(owner.limits(old, new, false));
    }

    pub(crate) fn into_vec(self) -> Vec<Change> {
        self.list
    }
}
