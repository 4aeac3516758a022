//! Tests each kind of change as an edit of a single fact: alone, with each other edit, and all at
//! once. No change hides another one.

mod edits;
mod fields;
pub(crate) mod model;

use std::collections::BTreeSet;

use api::Api;

use crate::{Change, Kind, Subject, compare};
use edits::facts;
use model::base;

/// An edit of one fact, and the expected change.
struct Fact {
    kind: Kind,
    /// The operation's ID, the type's name, or empty.
    subject: &'static str,
    member: Option<&'static str>,
    edit: fn(&mut Api),
}

impl Fact {
    fn is(&self, change: &Change) -> bool {
        let subject = match &change.subject {
            Subject::Api => "",
            Subject::Operation { id, .. } => id,
            Subject::Type(name) => name,
        };
        let found = (change.kind, subject, change.member.as_deref());
        found == (self.kind, self.subject, self.member)
    }

    #[track_caller]
    fn is_in(&self, changes: &[Change], with: &str) {
        let is_found = changes.iter().any(|change| self.is(change));
        let Self { kind, subject, .. } = self;
        assert!(is_found, "{kind:?} of {subject} {with}: {changes:#?}");
    }
}

#[test]
fn each_kind_of_change_is_found() {
    let base = base();
    for fact in facts() {
        let mut now = base.clone();
        (fact.edit)(&mut now);
        fact.is_in(&compare(&base, &now), "alone");
    }
    let mut kinds: BTreeSet<Kind> = facts().iter().map(|fact| fact.kind).collect();
    // They are settings, which the model does not have.
    kinds.extend([Kind::RustVersionChanged, Kind::TimeoutChanged]);
    assert_eq!(kinds, Kind::ALL.iter().copied().collect());
}

#[test]
fn no_change_hides_another_one() {
    let (base, facts) = (base(), facts());
    for (index, one) in facts.iter().enumerate() {
        for other in &facts[index + 1..] {
            let mut now = base.clone();
            (one.edit)(&mut now);
            (other.edit)(&mut now);
            let changes = compare(&base, &now);
            one.is_in(&changes, &format!("with {:?}", other.kind));
            other.is_in(&changes, &format!("with {:?}", one.kind));
        }
    }
}

#[test]
fn all_changes_at_once_are_found() {
    let (base, facts) = (base(), facts());
    let mut now = base.clone();
    for fact in &facts {
        (fact.edit)(&mut now);
    }
    let changes = compare(&base, &now);
    for fact in &facts {
        fact.is_in(&changes, "with all others");
    }
}

#[test]
fn a_model_has_no_changes_to_itself() {
    assert!(compare(&base(), &base()).is_empty());
}
