//! Compares enumerations and unions: their variants, and how they are recognized.

use api::{Condition, Enum, EnumValue, Tagging, Union, Variant};

use super::Comparison;
use crate::Kind;
use crate::former;
use crate::matching::{Pairs, is_in_order};

impl Comparison<'_> {
    pub(super) fn enumerations(&mut self, old: &Enum, new: &Enum) {
        self.unknown(&old.unknown, &new.unknown);
        self.values(&old.values, &new.values);
    }

    fn values(&mut self, old: &[EnumValue], new: &[EnumValue]) {
        let pairs = pair_values(old, new);
        for (before, after) in &pairs.both {
            self.value(before, after);
        }
        for before in pairs.gone {
            self.gone("value", &before.name, value(before));
        }
        for after in pairs.came {
            self.came("value", &after.name, value(after));
        }
        let is_same_order = in_order(old, new, |value| &value.name);
        if !is_same_order {
            let what = "its values are in a different order";
            self.changes.add(Kind::VariantsReordered, what, None, None);
        }
    }

    fn value(&mut self, old: &EnumValue, new: &EnumValue) {
        let name = new.name.as_str();
        let codes = || (value(old), value(new));
        if old.name != new.name {
            let what = format!("the value `{}` was renamed to `{name}`", old.name);
            self.changes
                .add_of(name, Kind::VariantRenamed, what, codes().0, codes().1);
            self.changes
                .deprecated_if(former::leads(self.former, &old.name, name));
        }
        if old.value != new.value {
            let what = format!("the value `{name}` has a different wire value");
            self.changes
                .add_of(name, Kind::VariantValueChanged, what, codes().0, codes().1);
        }
        self.changes
            .documentation(Some(name), old.docs.as_str(), new.docs.as_str());
    }

    pub(super) fn unions(&mut self, old: &Union, new: &Union) {
        self.unknown(&old.unknown, &new.unknown);
        self.tagging(&old.tagging, &new.tagging);
        self.values(&old.values, &new.values);
        let tags = |variant: &Variant| Some(variant.tags.join("|")).filter(|tags| !tags.is_empty());
        let pairs = Pairs::new(&old.variants, &new.variants)
            .by_key(|variant| Some(variant.name.clone()))
            .by_key(tags)
            .by_keys(
                |variant| Some(self.renames.applied(&variant.ty)),
                |variant| Some(variant.ty.to_string()),
            );
        for (before, after) in &pairs.both {
            self.variant(before, after);
        }
        for before in pairs.gone {
            self.gone("variant", &before.name, variant(before));
        }
        for after in pairs.came {
            self.came("variant", &after.name, variant(after));
        }
        let is_tried = new.tagging == Tagging::Untagged;
        if is_tried && !in_order(&old.variants, &new.variants, |variant| &variant.name) {
            let what = "its variants are tried in a different order";
            self.changes.add(Kind::VariantsReordered, what, None, None);
        }
    }

    fn tagging(&mut self, old: &Tagging, new: &Tagging) {
        if old == new {
            return;
        }
        let what = match new {
            Tagging::Tagged(_) => "its variants are recognized by a different property",
            Tagging::Untagged => "its variants are tried in order",
        };
        let property = |tagging: &Tagging| match tagging {
            Tagging::Tagged(property) => Some(property.clone()),
            Tagging::Untagged => None,
        };
        self.changes.add(
            Kind::DiscriminatorChanged,
            what,
            property(old),
            property(new),
        );
    }

    fn variant(&mut self, old: &Variant, new: &Variant) {
        let name = new.name.as_str();
        let codes = || (variant(old), variant(new));
        if old.name != new.name {
            let what = format!("the variant `{}` was renamed to `{name}`", old.name);
            self.changes
                .add_of(name, Kind::VariantRenamed, what, codes().0, codes().1);
        }
        if !self.renames.same(&old.ty, &new.ty) {
            let what = format!("the variant `{name}` has a different type");
            self.changes
                .add_of(name, Kind::VariantTypeChanged, what, codes().0, codes().1);
        }
        let noun = format!("the variant `{name}`");
        self.changes
            .limits(Some(name), &noun, &old.limits, &new.limits);
        if old.tags != new.tags {
            let what = format!("the variant `{name}` has a different wire value");
            self.changes
                .add_of(name, Kind::VariantValueChanged, what, codes().0, codes().1);
        }
        if old.condition != new.condition {
            let what = format!("the variant `{name}` is tried under a different condition");
            let [before, after] = [old, new].map(|it| it.condition.as_ref().map(condition));
            self.changes
                .add_of(name, Kind::VariantConditionChanged, what, before, after);
        }
    }

    fn gone(&mut self, noun: &str, name: &str, code: String) {
        let what = format!("the {noun} `{name}` was removed");
        self.changes
            .add_of(name, Kind::VariantRemoved, what, code, None);
    }

    fn came(&mut self, noun: &str, name: &str, code: String) {
        let what = format!("the {noun} `{name}` was added");
        self.changes
            .add_of(name, Kind::VariantAdded, what, None, code);
    }

    /// Compares the variant for unknown values.
    fn unknown(&mut self, old: &str, new: &str) {
        if old != new {
            let what = format!("the variant for all other values was renamed to `{new}`");
            let codes = (old.to_owned(), new.to_owned());
            self.changes
                .add_of(new, Kind::VariantRenamed, what, codes.0, codes.1);
        }
    }
}

/// Pairs the values that are the same: by the same name, and by the same wire value.
pub(crate) fn pair_values<'a>(old: &'a [EnumValue], new: &'a [EnumValue]) -> Pairs<'a, EnumValue> {
    Pairs::new(old, new)
        .by_key(|value| Some(value.name.clone()))
        .by_key(|value| Some(value.value.clone()))
}

/// Returns `true` if the common members of two lists are in the same order.
fn in_order<T>(old: &[T], new: &[T], name: impl Fn(&T) -> &String) -> bool {
    let names = new.iter().map(&name).zip(0..);
    let positions: std::collections::HashMap<&String, usize> = names.collect();
    let old = old.iter().map(&name).enumerate();
    let common: Vec<(usize, usize)> = old
        .filter_map(|(index, name)| Some((index, *positions.get(name)?)))
        .collect();
    is_in_order(&common)
}

fn value(value: &EnumValue) -> String {
    format!("{} = {:?}", value.name, value.value)
}

/// Returns a variant in the form of its union's definition.
fn variant(variant: &Variant) -> String {
    let Variant { name, ty, tags, .. } = variant;
    let tags: Vec<String> = tags.iter().map(|tag| format!("{tag:?}")).collect();
    match &tags[..] {
        [] => format!("{name}({ty})"),
        tags => format!("{name}({ty}) = {}", tags.join(" | ")),
    }
}

fn condition(condition: &Condition) -> String {
    let values = condition.values.iter().map(|value| format!("{value:?}"));
    let values: Vec<String> = values.collect();
    format!("{:?} = {}", condition.property, values.join(" | "))
}

#[cfg(test)]
mod tests {
    use api::{IntKind, Shape, Type};

    use super::*;
    use crate::Effect::{Added, Breaking, Changed};
    use crate::sample::{Sample, field, finds, found, named, open_enum, record, tagged, untagged};

    const INTEGER: Type = Type::Int(IntKind::I64);

    fn returns(shape: Shape) -> Sample {
        Sample::default().ty("Kind", shape).response(named("Kind"))
    }

    fn values(values: &[&str]) -> Sample {
        returns(open_enum(values))
    }

    fn animals(property: &str, names: &[&str]) -> Sample {
        names
            .iter()
            .fold(returns(tagged(property, names)), |api, name| {
                api.ty(name, record([field("kind", Type::String)]))
            })
    }

    fn union(sample: Shape, edit: impl FnOnce(&mut Union)) -> Shape {
        match sample {
            Shape::Union(mut union) => {
                edit(&mut union);
                Shape::Union(union)
            }
            other => other,
        }
    }

    #[test]
    fn an_enumeration_is_open_for_new_values() {
        let (old, new) = (values(&["cat", "dog"]), values(&["cat", "dog", "bird"]));
        finds(
            &old,
            &new,
            Kind::VariantAdded,
            Added,
            "the value `Bird` was added",
        );
        let what = "the value `Bird` was removed";
        finds(&new, &old, Kind::VariantRemoved, Breaking, what);
        let what = "the value `Dog` has a different wire value";
        let written = values(&["cat", "DOG"]);
        finds(&old, &written, Kind::VariantValueChanged, Changed, what);
    }

    #[test]
    fn the_order_of_values_is_that_of_known() {
        let what = "its values are in a different order";
        let (old, new) = (values(&["cat", "dog"]), values(&["dog", "bird", "cat"]));
        let found = found(&old, &new);
        let expected = (Kind::VariantsReordered, Changed, what.to_owned());
        assert!(found.contains(&expected), "{found:?}");
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_value_that_takes_the_name_of_the_open_variant_renames_it() {
        let found = found(&values(&["cat"]), &values(&["cat", "unknown"]));
        let what = "the variant for all other values was renamed to `Unrecognized`".to_owned();
        let expected = (Kind::VariantRenamed, Breaking, what);
        assert!(found.contains(&expected), "{found:?}");
    }

    #[test]
    fn a_new_variant_breaks_no_caller() {
        let tried = |types: &[Type]| returns(untagged(types));
        let old = tried(&[Type::String, INTEGER]);
        let new = tried(&[Type::String, INTEGER, Type::Bool]);
        let what = "the variant `Bool` was added";
        finds(&old, &new, Kind::VariantAdded, Added, what);

        let (old, new) = (animals("kind", &["Cat"]), animals("kind", &["Cat", "Bird"]));
        let what = "the variant `Bird` was added";
        finds(&old, &new, Kind::VariantAdded, Added, what);
    }

    #[test]
    fn the_property_that_selects_a_variant_is_compared() {
        let (old, new) = (animals("type", &["Cat"]), animals("Type", &["Cat"]));
        let what = "its variants are recognized by a different property";
        finds(&old, &new, Kind::DiscriminatorChanged, Changed, what);
    }

    #[test]
    fn the_facts_of_a_variant_are_compared_apart() {
        let cat = || tagged("kind", &["Cat"]);
        let of = |shape| returns(shape).ty("Cat", record([]));
        let new = union(cat(), |union| {
            "Tom".clone_into(&mut union.variants[0].name);
            union.variants[0].ty = Type::String;
        });
        let kinds: Vec<Kind> = found(&of(cat()), &of(new)).iter().map(|it| it.0).collect();
        assert_eq!(kinds, [Kind::VariantRenamed, Kind::VariantTypeChanged]);
        let new = union(cat(), |union| {
            union.variants[0].tags.push("tom".to_owned());
            union.variants[0].ty = Type::String;
        });
        let kinds: Vec<Kind> = found(&of(cat()), &of(new)).iter().map(|it| it.0).collect();
        assert_eq!(kinds, [Kind::VariantTypeChanged, Kind::VariantValueChanged]);
    }

    #[test]
    fn conditions_and_order_decide_what_is_tried() {
        let shape = || untagged(&[Type::String, INTEGER]);
        let conditional = union(shape(), |union| {
            union.variants[1].condition = Some(Condition {
                property: "kind".to_owned(),
                values: vec!["true".to_owned(), "3".to_owned()],
            });
        });
        let what = "the variant `I64` is tried under a different condition";
        let (old, new) = (returns(shape()), returns(conditional));
        finds(&old, &new, Kind::VariantConditionChanged, Changed, what);
        let what = "its variants are tried in a different order";
        let new = returns(untagged(&[INTEGER, Type::String]));
        finds(&old, &new, Kind::VariantsReordered, Changed, what);
    }
}
