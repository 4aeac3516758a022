//! Compares types: their names, fields, and variants.

mod choices;
mod fields;
mod structs;

pub(crate) use choices::pair_values;
pub(crate) use structs::pair_fields;

use std::collections::BTreeSet;

use api::{Api, FormerName, Shape, TypeDef};

use crate::changes::Changes;
use crate::former;
use crate::renames::Renames;
use crate::{Change, Kind, Subject};

/// Compares the types of two models.
pub(crate) fn compare(base: &Api, now: &Api, renames: &Renames<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    for (before, after) in renames.types() {
        let what = match now.ty(before) {
            Some(_) => {
                format!("it was `types::{before}`, which is now the name of a different type")
            }
            None => format!("it was `types::{before}`"),
        };
        let change = Change::new(Kind::TypeRenamed, &Subject::Type(after.to_string()), what);
        let change = change.states(format!("types::{before}"), format!("types::{after}"));
        let is_kept = now
            .ty(after)
            .is_some_and(|def| former::leads(&def.former_names, before.as_str(), after.as_str()));
        changes.push(match is_kept {
            true => change.deprecated(),
            false => change,
        });
    }
    let mut known = BTreeSet::new();
    for (id, before) in &base.types {
        match renames.ty(id).and_then(|id| now.ty(id)) {
            Some(after) => {
                known.insert(&after.id);
                let comparison = Comparison {
                    base,
                    now,
                    renames,
                    former: &after.former_members,
                    changes: Changes::new(Subject::Type(after.id.to_string())),
                };
                changes.extend(comparison.run(before, after));
            }
            None => {
                let subject = Subject::Type(id.to_string());
                let change = Change::new(Kind::TypeRemoved, &subject, "it was removed");
                changes.push(change.states(noun(&before.shape).to_owned(), None));
            }
        }
    }
    for (id, after) in now.types.iter().filter(|(id, _)| !known.contains(id)) {
        let subject = Subject::Type(id.to_string());
        let what = format!("it is a new {}", noun(&after.shape));
        changes.push(Change::new(Kind::TypeAdded, &subject, what));
    }
    changes
}

fn noun(shape: &Shape) -> &'static str {
    match shape {
        Shape::Struct(_) => "struct",
        Shape::Enum(_) => "enumeration",
        Shape::Union(_) => "union",
        Shape::Newtype(_) => "type",
    }
}

/// A type in both versions.
struct Comparison<'a> {
    base: &'a Api,
    now: &'a Api,
    renames: &'a Renames<'a>,
    /// The former names of the members.
    former: &'a [FormerName],
    changes: Changes,
}

impl Comparison<'_> {
    fn run(mut self, old: &TypeDef, new: &TypeDef) -> Vec<Change> {
        match (&old.shape, &new.shape) {
            (Shape::Struct(before), Shape::Struct(after)) => {
                self.structs(before, after, old.sent && new.sent);
            }
            (Shape::Enum(before), Shape::Enum(after)) => self.enumerations(before, after),
            (Shape::Union(before), Shape::Union(after)) => self.unions(before, after),
            (Shape::Newtype(before), Shape::Newtype(after)) if self.renames.same(before, after) => {
            }
            (before, after) => {
                let [before, after] = [before, after].map(shown);
                self.changes.add(
                    Kind::TypeFormChanged,
                    "it is a different kind of type",
                    before,
                    after,
                );
            }
        }
        self.changes
            .limits(None, "a value", &old.limits, &new.limits);
        self.former_names(old, new);
        self.changes
            .documentation(None, old.docs.as_str(), new.docs.as_str());
        self.changes.into_vec()
    }
}

impl Comparison<'_> {
    /// Compares the former names of the type and its members.
    fn former_names(&mut self, old: &TypeDef, new: &TypeDef) {
        former::compare(
            &former::of_type(old),
            &[former::own_of_type(old), former::own_of_type(new)].concat(),
            &former::of_type(new),
            &mut self.changes,
        );
        let (Shape::Struct(before), Shape::Struct(after)) = (&old.shape, &new.shape) else {
            return;
        };
        if old.former_members.is_empty() {
            return;
        }
        let pairs = pair_fields(&before.fields, &after.fields, self.renames);
        let setters = after.fields.iter();
        let setters: Vec<&str> = setters.filter_map(|it| it.setter.as_deref()).collect();
        let is_same = |former: &FormerName| {
            pairs.both.iter().any(|(one, other)| {
                let [one, other] = [one, other].map(|field| field.setter.as_ref());
                one == Some(&former.current) && other == Some(&former.name)
            })
        };
        former::taken(&old.former_members, &setters, is_same, &mut self.changes);
    }
}

fn shown(shape: &Shape) -> String {
    match shape {
        Shape::Newtype(ty) => ty.to_string(),
        shape => noun(shape).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use api::Type;

    use super::*;
    use crate::Effect::Breaking;
    use crate::sample::{Sample, finds, named, open_enum, record};

    #[test]
    fn a_type_that_is_something_else() {
        let returns = |shape: Shape| Sample::default().ty("Pet", shape).response(named("Pet"));
        let what = "it is a different kind of type";
        let (old, new) = (returns(record([])), returns(open_enum(&["cat"])));
        finds(&old, &new, Kind::TypeFormChanged, Breaking, what);
        let newtype = |ty| returns(Shape::Newtype(Type::List(Box::new(ty))));
        let (old, new) = (newtype(Type::Bool), newtype(Type::String));
        finds(&old, &new, Kind::TypeFormChanged, Breaking, what);
    }
}
