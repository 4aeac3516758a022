//! Detects renames: an operation that sends the same request, and a type that is in the place of
//! another one with similar contents.

use std::collections::{BTreeMap, BTreeSet};

use api::{Api, Operation, Shape, Tagging, Type, TypeDef, TypeId, Union, Variant};

use crate::call::{Call, Calls};

/// The new names of renamed operations and types.
#[derive(Default)]
pub(crate) struct Renames<'a> {
    /// The new operation IDs, by old ID.
    operations: BTreeMap<&'a str, &'a str>,
    /// The new IDs in `operations`.
    taken_ids: BTreeSet<&'a str>,
    /// The new types, by old type.
    types: BTreeMap<&'a TypeId, &'a TypeId>,
    /// The old types in `types`, by the new type.
    taken: BTreeMap<&'a TypeId, &'a TypeId>,
}

impl<'a> Renames<'a> {
    /// Finds renamed operations and types.
    pub(crate) fn find(
        (base, old): (&'a Api, &Calls<'a>),
        (now, new): (&'a Api, &Calls<'a>),
    ) -> Self {
        let operations = operations(old, new);
        let mut renames = Self {
            taken_ids: operations.values().copied().collect(),
            operations,
            ..Self::default()
        };
        let mut open: Vec<Spot<'a>> = Vec::new();
        for (id, before) in old {
            if let Some(now) = renames.operation(id).and_then(|id| new.get(id)) {
                open.extend(spots_of_calls(before, now));
            }
        }
        for (id, before) in &base.types {
            if let Some(now) = now.ty(id) {
                open.extend(spots_of_types(before, now));
            }
        }
        renames.find_types(base, now, open);
        renames
    }

    /// Compares the types that are in the same place in both versions, and then the types inside
    /// them.
    fn find_types(&mut self, base: &'a Api, now: &'a Api, mut open: Vec<Spot<'a>>) {
        // A type with the same name but different contents is a different type.
        let kept: BTreeSet<&TypeId> = base
            .types
            .iter()
            .filter(|(id, old)| now.ty(id).is_some_and(|new| is_alike(old, new)))
            .map(|(id, _)| id)
            .collect();
        while let Some((before, after)) = open.pop() {
            let is_known = self.types.contains_key(before) || self.taken.contains_key(after);
            if is_known || kept.contains(before) || kept.contains(after) {
                continue;
            }
            if let (Some(one), Some(other)) = (base.ty(before), now.ty(after))
                && is_alike(one, other)
            {
                self.types.insert(before, after);
                self.taken.insert(after, before);
                open.extend(spots_of_types(one, other));
            }
        }
    }

    /// Returns the new ID of an old operation, or `None` if another operation has the ID.
    pub(crate) fn operation<'b>(&'b self, id: &'b str) -> Option<&'b str> {
        match self.operations.get(id) {
            Some(new) => Some(new),
            None => (!self.taken_ids.contains(id)).then_some(id),
        }
    }

    /// Returns the new name of an old type, or `None` if another type has the name.
    pub(crate) fn ty<'b>(&'b self, id: &'b TypeId) -> Option<&'b TypeId> {
        match self.types.get(id) {
            Some(new) => Some(new),
            None => (!self.taken.contains_key(id)).then_some(id),
        }
    }

    /// Returns the old name of a new type, or `None` if another type had the name.
    pub(crate) fn old<'b>(&'b self, id: &'b TypeId) -> Option<&'b TypeId> {
        match self.taken.get(id) {
            Some(old) => Some(old),
            None => (!self.types.contains_key(id)).then_some(id),
        }
    }

    /// Returns the renamed types, with the old and the new name.
    pub(crate) fn types(&self) -> impl Iterator<Item = (&'a TypeId, &'a TypeId)> {
        self.types.iter().map(|(before, now)| (*before, *now))
    }

    /// Returns `true` if an old and a new type differ only in names.
    pub(crate) fn same(&self, old: &Type, new: &Type) -> bool {
        match (old, new) {
            (Type::Named(old), Type::Named(new)) => self.ty(old) == Some(new),
            (Type::List(old), Type::List(new))
            | (Type::Map(old), Type::Map(new))
            | (Type::Nullable(old), Type::Nullable(new))
            | (Type::Boxed(old), Type::Boxed(new)) => self.same(old, new),
            (old, new) => old == new,
        }
    }

    /// Returns an old type as text with the new names.
    pub(crate) fn applied(&self, old: &Type) -> String {
        match old {
            Type::Named(id) => match self.ty(id) {
                Some(new) => new.to_string(),
                // No type has this name.
                None => format!("old {id}"),
            },
            Type::List(inner) => format!("Vec<{}>", self.applied(inner)),
            Type::Map(inner) => format!("BTreeMap<String, {}>", self.applied(inner)),
            Type::Nullable(inner) => format!("Option<{}>", self.applied(inner)),
            Type::Boxed(inner) => format!("Box<{}>", self.applied(inner)),
            other => other.to_string(),
        }
    }
}

/// An operation is the successor of a removed one if its call has the same name, or if it is the
/// only one with the same request, even if another operation now has the ID.
fn operations<'a>(old: &Calls<'a>, new: &Calls<'a>) -> BTreeMap<&'a str, &'a str> {
    let without = |calls: &Calls<'a>, others: &Calls<'a>| -> Vec<(&'a str, &'a Operation)> {
        let calls = calls.iter().filter(|(id, _)| !others.contains_key(*id));
        calls.map(|(id, call)| (*id, call.operation)).collect()
    };
    let (gone, mut came) = (without(old, new), without(new, old));
    let mut renames = BTreeMap::new();
    for (id, before) in gone {
        let position = came.iter().position(|(_, now)| now.call() == before.call());
        renames.extend(position.map(|position| (id, came.remove(position).0)));
    }
    let is_paired = |id: &&str| renames.contains_key(id) || renames.values().any(|it| it == id);
    let by_request = by_request(old, new);
    let others = by_request
        .into_iter()
        .filter(|(before, now)| !is_paired(before) && !is_paired(now));
    let others: Vec<_> = others.collect();
    renames.extend(others);
    renames
}

/// Pairs the operations that are the only ones with a request, and whose ID no longer has this
/// request.
fn by_request<'a>(old: &Calls<'a>, new: &Calls<'a>) -> Vec<(&'a str, &'a str)> {
    let by_request = |calls: &Calls<'a>, others: &Calls<'a>| {
        let mut by_request: BTreeMap<(&'a str, String), Vec<&'a str>> = BTreeMap::new();
        for (id, call) in calls {
            let request = request(call);
            if others.get(id).map(self::request) != Some(request.clone()) {
                by_request.entry(request).or_default().push(id);
            }
        }
        by_request
    };
    let came = by_request(new, old);
    let gone = by_request(old, new).into_iter();
    gone.filter_map(
        |(request, gone)| match (&gone[..], &came.get(&request)?[..]) {
            ([gone], [came]) => Some((*gone, *came)),
            _ => None,
        },
    )
    .collect()
}

/// Returns the method and the path of an operation, without the names of parameters.
fn request<'a>(call: &Call<'a>) -> (&'a str, String) {
    let operation = call.operation;
    let path = with_placeholders(&operation.path, |_| String::new());
    (&operation.verb, path)
}

/// Returns a path with different names in its braces.
pub(crate) fn with_placeholders(path: &str, name: impl Fn(&str) -> String) -> String {
    let mut segments = path.split('{');
    let mut text = segments.next().unwrap_or_default().to_owned();
    for segment in segments {
        text.push('{');
        match segment.split_once('}') {
            Some((parameter, rest)) => {
                text.push_str(&name(parameter));
                text.push('}');
                text.push_str(rest);
            }
            None => text.push_str(segment),
        }
    }
    text
}

/// The types in the same place of two versions.
type Spot<'a> = (&'a TypeId, &'a TypeId);

fn spot<'a>(old: &'a Type, new: &'a Type) -> Option<Spot<'a>> {
    Some((old.mentions()?, new.mentions()?))
}

fn spots_of_calls<'a>(old: &Call<'a>, new: &Call<'a>) -> Vec<Spot<'a>> {
    let inputs: BTreeMap<&str, &'a Type> = old
        .inputs
        .iter()
        .map(|input| (input.name, input.ty))
        .collect();
    let of_inputs = new
        .inputs
        .iter()
        .filter_map(|now| spot(inputs.get(now.name)?, now.ty));
    let responses = (old.operation.response.ty(), new.operation.response.ty());
    let of_response = match responses {
        (Some(old), Some(new)) => spot(old, new),
        _ => None,
    };
    let errors: BTreeMap<&str, &'a TypeId> = old
        .operation
        .errors
        .iter()
        .map(|error| (error.status.as_str(), &error.ty))
        .collect();
    let of_errors = new
        .operation
        .errors
        .iter()
        .filter_map(|now| Some((*errors.get(now.status.as_str())?, &now.ty)));
    let sent = (
        old.operation.response.channel(),
        new.operation.response.channel(),
    );
    let of_messages = match sent {
        (Some(old), Some(new)) => {
            let types = old.sent.ty().zip(new.sent.ty());
            types.and_then(|(old, new)| spot(old, new))
        }
        _ => None,
    };
    let of_response = of_response.into_iter().chain(of_messages);
    of_inputs.chain(of_response).chain(of_errors).collect()
}

fn spots_of_types<'a>(old: &'a TypeDef, new: &'a TypeDef) -> Vec<Spot<'a>> {
    let (old, new) = (places(old), places(new));
    new.into_iter()
        .filter_map(|(place, now)| spot(old.get(&place)?, now))
        .collect()
}

/// Returns the types inside a type, each with a key that identifies it in another version.
fn places(ty: &TypeDef) -> BTreeMap<String, &Type> {
    match &ty.shape {
        Shape::Struct(shape) => {
            let fields = shape.fields.iter();
            let rest = shape.rest.iter().map(|rest| (String::new(), &rest.ty));
            fields
                .map(|field| (field.wire.clone(), &field.ty))
                .chain(rest)
                .collect()
        }
        Shape::Enum(_) => BTreeMap::new(),
        Shape::Union(union) => {
            let variants = union.variants.iter().enumerate();
            variants
                .map(|(position, variant)| (place_in(union, position, variant), &variant.ty))
                .collect()
        }
        Shape::Newtype(ty) => BTreeMap::from([(String::new(), ty)]),
    }
}

fn place_in(union: &Union, position: usize, variant: &Variant) -> String {
    match &union.tagging {
        Tagging::Tagged(_) => variant.tags.join("|"),
        Tagging::Untagged => position.to_string(),
    }
}

/// Returns `true` if two types have at least half of their contents in common.
fn is_alike(old: &TypeDef, new: &TypeDef) -> bool {
    fn members(ty: &TypeDef) -> BTreeSet<&str> {
        match &ty.shape {
            Shape::Struct(shape) => shape.fields.iter().map(|it| it.wire.as_str()).collect(),
            Shape::Enum(shape) => shape.values.iter().map(|it| it.value.as_str()).collect(),
            Shape::Union(union) => {
                let values = union.values.iter().map(|it| it.name.as_str());
                values
                    .chain(union.variants.iter().map(|it| it.name.as_str()))
                    .collect()
            }
            Shape::Newtype(_) => BTreeSet::new(),
        }
    }
    if std::mem::discriminant(&old.shape) != std::mem::discriminant(&new.shape) {
        return false;
    }
    let (old, new) = (members(old), members(new));
    2 * old.intersection(&new).count() >= old.len().max(new.len())
}

#[cfg(test)]
mod tests {
    use api::Type;

    use super::*;
    use crate::sample::{Sample, field, finds, found, named, open_enum, record};
    use crate::{Effect, Kind};

    fn returns(name: &str, kind: &str, properties: &[&str]) -> Sample {
        let texts = properties
            .iter()
            .map(|name| field(name, Type::String).optional());
        let fields = texts.chain([field("kind", named(kind)).optional()]);
        Sample::default()
            .ty(name, record(fields))
            .ty(kind, open_enum(&["cat", "dog"]))
            .response(named(name))
    }

    #[test]
    fn a_type_in_the_place_of_another_is_the_same_renamed() {
        let old = returns("Pet", "Kind", &["id", "name"]);
        let new = returns("Animal", "Kind", &["id", "name"]);
        let what = "it was `types::Pet`";
        finds(&old, &new, Kind::TypeRenamed, Effect::Breaking, what);
    }

    #[test]
    fn types_inside_renamed_ones_are_found_and_other_changes_of_them() {
        let old = returns("Pet", "Kind", &["id", "name"]);
        let new = returns("Animal", "AnimalKind", &["id", "title", "name"]);
        let whats: Vec<String> = found(&old, &new)
            .into_iter()
            .map(|(.., what)| what)
            .collect();
        let expected = [
            "it was `types::Pet`",
            "it was `types::Kind`",
            "the field `title` was added",
        ];
        assert_eq!(whats, expected);
    }

    #[test]
    fn a_type_with_little_in_common_is_another_one() {
        let old = returns("Pet", "Kind", &["a", "b", "c"]);
        let new = returns("Animal", "Kind", &["d", "e", "f"]);
        let kinds: Vec<Kind> = found(&old, &new)
            .into_iter()
            .map(|(kind, ..)| kind)
            .collect();
        assert_eq!(kinds, [Kind::AnswerTypeChanged, Kind::TypeRemoved]);
    }

    #[test]
    fn a_type_that_loses_its_name_to_another_is_not_taken_for_it() {
        let holder = |ty: &str| record([field("it", named(ty))]);
        let old = returns("Pet", "Kind", &["a", "b", "c"])
            .ty("Animal", record([field("x", Type::Bool)]))
            .ty("Holder", holder("Animal"));
        let new = returns("Animal", "Kind", &["a", "b", "c"]).ty("Holder", holder("Animal"));
        let found = found(&old, &new);
        for expected in [
            (Kind::TypeRenamed, "it was `types::Pet`"),
            (Kind::TypeRemoved, "it was removed"),
            (
                Kind::FieldTypeChanged,
                "the field `it` has a different type",
            ),
        ] {
            let is_found =
                |(kind, _, what): &(Kind, Effect, String)| (*kind, what.as_str()) == expected;
            assert!(found.iter().any(is_found), "{expected:?}: {found:?}");
        }
    }

    #[test]
    fn names_in_braces_are_replaced_and_nothing_else() {
        let path = with_placeholders("/a/{b}/{c/d", str::to_uppercase);
        assert_eq!(path, "/a/{B}/{c/d");
    }
}
