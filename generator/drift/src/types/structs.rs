//! Compares structs: their fields and constructors.

use std::collections::HashMap;

use api::{Constructor, Encoding, Field, Struct};

use super::Comparison;
use crate::Kind;
use crate::code::{constructed, field};
use crate::matching::{Pairs, is_in_order};
use crate::renames::Renames;

impl Comparison<'_> {
    /// Compares two structs. `are_sent` is `true` for types that programs create.
    pub(super) fn structs(&mut self, old: &Struct, new: &Struct, are_sent: bool) {
        self.encoding(old.encoding, new.encoding);
        let mut pairs = pair_fields(&old.fields, &new.fields, self.renames);
        if are_sent {
            pairs = self.pair_parameters(pairs, [old, new]);
        }
        self.constructors((old, new), &pairs);
        for (before, after) in &pairs.both {
            self.field(before, after);
        }
        for before in pairs.gone {
            let name = before.name.as_str();
            let what = format!("the field `{name}` was removed");
            self.changes
                .add_of(name, Kind::FieldRemoved, what, field(before), None);
        }
        for after in pairs.came {
            self.new_field(&after.name, field(after));
        }
        self.rest(old.rest.as_ref(), new.rest.as_ref());
        let [before, now] = [old, new].map(alternatives);
        if before != now {
            let what = "it requires one of different properties";
            self.changes
                .add(Kind::AlternativesChanged, what, before, now);
        }
    }

    /// Pairs the arguments of `new` with the same position and type. As arguments of an operation
    /// that sends the type, they are the same value with a different name.
    fn pair_parameters<'a>(
        &self,
        pairs: Pairs<'a, Field>,
        shapes: [&'a Struct; 2],
    ) -> Pairs<'a, Field> {
        let [before, after] = shapes.map(|shape| {
            let names = parameters(shape).into_iter().map(|it| it.name.as_str());
            names.zip(0..).collect::<HashMap<&str, usize>>()
        });
        pairs.by(|old, new| {
            let position = before.get(old.name.as_str());
            position.is_some()
                && position == after.get(new.name.as_str())
                && self.renames.same(&old.ty, &new.ty)
        })
    }

    fn encoding(&mut self, old: Encoding, new: Encoding) {
        let kind = Kind::TypeEncodingChanged;
        match (old, new) {
            (Encoding::Json, Encoding::Multipart) => {
                self.changes
                    .add(kind, "it was a JSON object, and is now a form", None, None);
                self.changes
                    .breaking("forms do not implement `Serialize`, `Deserialize`, and `PartialEq`");
            }
            (Encoding::Multipart, Encoding::Json) => {
                self.changes
                    .add(kind, "it was a form, and is now a JSON object", None, None);
            }
            _ => {}
        }
    }

    /// Compares `default()`, `new()`, and the order of the fields.
    fn constructors(&mut self, (old, new): (&Struct, &Struct), pairs: &Pairs<'_, Field>) {
        let [before, after] = [old, new].map(parameters);
        let code = || Some("impl Default".to_owned());
        match (before.is_empty(), after.is_empty()) {
            (true, false) => {
                let what = "it no longer has a `default()`";
                self.changes.add(Kind::DefaultRemoved, what, code(), None);
            }
            (false, true) => {
                self.changes
                    .add(Kind::DefaultAdded, "it now has a `default()`", None, code());
            }
            _ => {}
        }
        if !self.is_same_constructor(&before, &after, pairs) {
            let code = |fields: &[&Field], api| {
                let parameters = fields
                    .iter()
                    .map(|field| format!("{}: {}", field.name, constructed(field, api)));
                format!("new({})", parameters.collect::<Vec<_>>().join(", "))
            };
            let codes = (code(&before, self.base), code(&after, self.now));
            let what = "its `new()` takes different arguments";
            self.changes
                .add(Kind::ConstructorChanged, what, codes.0, codes.1);
        }
        self.order((old, new), pairs);
    }

    /// Returns `true` if calls of `new` compile and set the same fields.
    fn is_same_constructor(
        &self,
        old: &[&Field],
        new: &[&Field],
        pairs: &Pairs<'_, Field>,
    ) -> bool {
        let is_paired = |before: &Field, after: &Field| {
            let mut both = pairs.both.iter();
            both.any(|(one, other)| one.name == before.name && other.name == after.name)
        };
        old.len() == new.len()
            && old.iter().zip(new).all(|(before, after)| {
                is_paired(before, after)
                    && self.renames.same(&before.ty, &after.ty)
                    && before.presence.is_option() == after.presence.is_option()
            })
    }

    fn order(&mut self, (old, new): (&Struct, &Struct), pairs: &Pairs<'_, Field>) {
        if new.encoding != Encoding::Multipart {
            return;
        }
        let [before, after] = [old, new].map(positions);
        let both = pairs.both.iter();
        let common: Vec<(usize, usize)> = both
            .map(|(one, other)| (before[one.name.as_str()], after[other.name.as_str()]))
            .collect();
        if !is_in_order(&common) {
            let what = "its fields are sent in a different order";
            self.changes.add(Kind::FieldsReordered, what, None, None);
        }
    }
}

/// Pairs the fields that are the same: by the same name, the same property, and the same type with
/// the same description.
pub(crate) fn pair_fields<'a>(
    old: &'a [Field],
    new: &'a [Field],
    renames: &Renames<'_>,
) -> Pairs<'a, Field> {
    let described = |field: &Field, ty: String| {
        let docs = field.docs.as_str();
        (!docs.is_empty()).then(|| format!("{} {ty} {docs}", field.presence.is_option()))
    };
    Pairs::new(old, new)
        .by_key(|field| Some(field.name.clone()))
        .by_key(|field| Some(field.wire.clone()))
        .by_keys(
            |field| described(field, renames.applied(&field.ty)),
            |field| described(field, field.ty.to_string()),
        )
}

/// Returns the alternatives of required properties, by their wire names.
fn alternatives(shape: &Struct) -> Option<String> {
    let wire = |position: &usize| Some(shape.fields.get(*position)?.wire.as_str());
    let groups = shape.alternatives.iter().map(|group| {
        let alternatives = group.iter().map(|positions| {
            let names: Vec<&str> = positions.iter().filter_map(wire).collect();
            names.join(" and ")
        });
        alternatives.collect::<Vec<_>>().join(" or ")
    });
    let groups: Vec<String> = groups.collect();
    (!groups.is_empty()).then(|| groups.join("; "))
}

fn positions(shape: &Struct) -> HashMap<&str, usize> {
    let names = shape.fields.iter().map(|field| field.name.as_str());
    names.zip(0..).collect()
}

/// Returns the fields that `new` takes.
fn parameters(shape: &Struct) -> Vec<&Field> {
    match &shape.constructor {
        Constructor::New(positions) => {
            let fields = positions.iter();
            fields
                .filter_map(|index| shape.fields.get(*index))
                .collect()
        }
        Constructor::DerivedDefault | Constructor::Default => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use api::{Shape, Type};

    use super::*;
    use crate::Effect::{self, Added, Breaking, Changed};
    use crate::sample::{Made, Sample, field, found, named, record};

    fn api(pet: Shape) -> Sample {
        Sample::default().ty("Pet", pet)
    }

    fn takes(pet: Shape) -> Sample {
        api(pet).body(named("Pet"))
    }

    fn text(name: &str) -> Made {
        field(name, Type::String)
    }

    #[track_caller]
    fn has(found: &[(Kind, Effect, String)], kind: Kind, effect: Effect, what: &str) {
        let expected = (kind, effect, what.to_owned());
        assert!(found.contains(&expected), "{found:?}");
    }

    #[test]
    fn the_order_of_the_values_that_new_takes_counts() {
        let of = |names: [&str; 2]| {
            takes(record([
                text(names[0]),
                text(names[1]),
                text("c").optional(),
            ]))
        };
        let found = found(&of(["a", "b"]), &of(["b", "a"]));
        let what = "its `new()` takes different arguments";
        has(&found, Kind::ConstructorChanged, Breaking, what);
    }

    #[test]
    fn the_names_of_the_values_that_new_takes_do_not_count() {
        let old = takes(record([text("a").docs("The name."), text("c").optional()]));
        let new = takes(record([text("b").docs("The name."), text("c").optional()]));
        let found = found(&old, &new);
        has(
            &found,
            Kind::FieldRenamed,
            Breaking,
            "the field `a` was renamed to `b`",
        );
        let kinds = found.iter().map(|(kind, ..)| *kind);
        assert!(
            !kinds.clone().any(|kind| kind == Kind::ConstructorChanged),
            "{found:?}"
        );
    }

    #[test]
    fn a_value_that_new_takes_in_the_same_place_is_reported_once_under_its_new_name() {
        let of = |encoding: Encoding, name: &str| {
            let mut shape = record([text("id"), text(name), field("age", Type::Bool)]);
            if let Shape::Struct(shape) = &mut shape {
                shape.encoding = encoding;
            }
            takes(shape)
        };
        for encoding in [Encoding::Multipart, Encoding::Json] {
            let found = found(&of(encoding, "name"), &of(encoding, "title"));
            let found: Vec<(Kind, &str)> = found
                .iter()
                .map(|(kind, _, what)| (*kind, what.as_str()))
                .collect();
            let argument = "the argument `name` was renamed to `title`";
            let field = "the field `name` was renamed to `title`";
            let expected = [
                (Kind::FieldRenamed, field),
                (Kind::ArgumentRenamed, argument),
            ];
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_type_whose_fields_may_all_be_absent_has_a_default() {
        let old = takes(record([text("a").optional(), text("b").optional()]));
        let new = takes(record([text("a"), text("b").optional()]));
        let [there, back] = [found(&old, &new), found(&new, &old)];
        has(
            &there,
            Kind::DefaultRemoved,
            Breaking,
            "it no longer has a `default()`",
        );
        has(&back, Kind::DefaultAdded, Added, "it now has a `default()`");
        for found in [there, back] {
            let what = "its `new()` takes different arguments";
            has(&found, Kind::ConstructorChanged, Breaking, what);
        }
    }

    #[test]
    fn the_order_of_fields_counts_in_a_form() {
        let of = |encoding: Encoding, names: [&str; 2]| {
            let mut shape = record(names.map(|name| text(name).optional()));
            if let Shape::Struct(shape) = &mut shape {
                shape.encoding = encoding;
            }
            takes(shape)
        };
        let what = "its fields are sent in a different order";
        let [old, new] = [["a", "b"], ["b", "a"]].map(|names| of(Encoding::Multipart, names));
        has(&found(&old, &new), Kind::FieldsReordered, Changed, what);
        let [old, new] = [["a", "b"], ["b", "a"]].map(|names| of(Encoding::Json, names));
        assert_eq!(found(&old, &new), []);
    }

    #[test]
    fn a_form_is_not_json() {
        let of = |encoding| {
            let mut shape = record([text("a")]);
            if let Shape::Struct(shape) = &mut shape {
                shape.encoding = encoding;
            }
            takes(shape)
        };
        let [json, form] = [of(Encoding::Json), of(Encoding::Multipart)];
        let what = "it was a JSON object, and is now a form";
        has(
            &found(&json, &form),
            Kind::TypeEncodingChanged,
            Breaking,
            what,
        );
        let what = "it was a form, and is now a JSON object";
        has(
            &found(&form, &json),
            Kind::TypeEncodingChanged,
            Changed,
            what,
        );
    }
}
