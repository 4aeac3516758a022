//! The operations that use a type.

use std::collections::{BTreeMap, BTreeSet};

use api::{Api, Operation, Type, TypeId};

use crate::renames::Renames;
use crate::{Change, Kind, Subject};

/// The operations that use each type of an API.
pub(crate) struct Usage<'a> {
    operations: BTreeMap<&'a TypeId, Vec<&'a Operation>>,
}

impl<'a> Usage<'a> {
    /// Finds the types that each operation uses.
    pub(crate) fn of(api: &'a Api) -> Self {
        let mut operations: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for operation in &api.operations {
            for id in reached(operation, api) {
                operations.entry(id).or_default().push(operation);
            }
        }
        Self { operations }
    }

    /// Returns the operations that use a type.
    pub(crate) fn operations(&self, id: &TypeId) -> &[&'a Operation] {
        self.operations.get(id).map_or(&[], Vec::as_slice)
    }
}

/// Returns the calls of the operations that a change affects, in both versions.
pub(crate) fn of_change(
    change: &Change,
    old: &Usage<'_>,
    new: &Usage<'_>,
    renames: &Renames<'_>,
) -> Vec<String> {
    match &change.subject {
        Subject::Api => Vec::new(),
        Subject::Operation { .. } => vec![change.subject.code()],
        Subject::Type(name) => {
            let id = TypeId::new(name.as_str());
            let (before, after): (_, &[_]) = match change.kind {
                Kind::TypeRemoved => (Some(&id), &[]),
                _ => (renames.old(&id), new.operations(&id)),
            };
            let before = before.map_or(&[][..], |id| old.operations(id));
            let operations = before.iter().chain(after);
            let calls = operations.map(|operation| operation.call());
            calls.collect::<BTreeSet<_>>().into_iter().collect()
        }
    }
}

/// Returns the types that an operation uses directly or indirectly.
fn reached<'a>(operation: &'a Operation, api: &'a Api) -> BTreeSet<&'a TypeId> {
    let mut found = BTreeSet::new();
    let mentioned = operation.types().into_iter().filter_map(Type::mentions);
    let errors = operation.errors.iter().map(|error| &error.ty);
    let mut open: Vec<&TypeId> = mentioned.chain(errors).collect();
    while let Some(id) = open.pop() {
        if let Some(ty) = api.ty(id)
            && found.insert(&ty.id)
        {
            open.extend(ty.parts().into_iter().filter_map(Type::mentions));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{Sample, field, named, record};

    #[test]
    fn types_inside_of_others_are_used_also_by_themselves() {
        let api = Sample::default()
            .ty("Pet", record([field("parent", named("Pet")).optional()]))
            .ty("Shop", record([field("pet", named("Pet"))]))
            .ty("Other", record([]))
            .response(named("Shop"))
            .api();
        let usage = Usage::of(&api);
        assert_eq!(usage.operations(&TypeId::new("Pet")).len(), 1);
        assert_eq!(usage.operations(&TypeId::new("Other")).len(), 0);
    }
}
