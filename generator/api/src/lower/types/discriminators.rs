//! Discriminators: the property whose value selects the variant of a union, and the properties that
//! identify a struct. Everything is computed once per schema.

use std::collections::{BTreeSet, HashMap, HashSet};

use indexmap::IndexMap;
use openapi::tree::{Constant, Discriminator, Schema};

use crate::graph::Components;
use crate::{Condition, Type};

/// The types of the variants of each union, by its name, in the order of the page.
pub(super) type Members<'a> = IndexMap<&'a str, Vec<Type>>;

/// The values by which unions identify structs, by struct and property.
pub(super) type Tags<'a> = HashMap<&'a str, HashMap<&'a str, &'a str>>;

/// The discriminators of all unions.
pub(super) struct Discriminators<'a> {
    decided: HashMap<&'a str, Decided<'a>>,
    /// The unions whose discriminator selects only some variants. The others are strings, or
    /// objects without the property.
    partial: HashMap<&'a str, Decided<'a>>,
    /// The first property with only one value of each struct.
    constants: HashMap<&'a str, Condition>,
}

/// A property that selects the variant of a union.
pub(super) struct Decided<'a> {
    /// Its name.
    pub(super) property: &'a str,
    /// Its values, for each variant.
    pub(super) values: Vec<Vec<&'a str>>,
}

/// The properties of an object with known values, as JSON text, in the order of the page.
type Texts<'a> = IndexMap<&'a str, Known<'a>>;

impl<'a> Decided<'a> {
    /// Returns the condition that the property has one of these values.
    fn condition<'v>(&self, values: impl IntoIterator<Item = &'v &'a str>) -> Condition
    where
        'a: 'v,
    {
        Condition {
            property: self.property.to_owned(),
            values: values
                .into_iter()
                .map(|value| (*value).to_owned())
                .collect(),
        }
    }
}

/// A property that is an enumeration, or a constant boolean or integer.
#[derive(Clone)]
struct Known<'a> {
    values: Vec<&'a str>,
    is_required: bool,
}

impl<'a> Known<'a> {
    /// Returns the property that selects the variants of a union, which includes the values that
    /// only its mapping has.
    fn selecting(decided: &Decided<'a>) -> Self {
        Self {
            values: decided.values.iter().flatten().copied().collect(),
            is_required: true,
        }
    }
}

impl<'a> Discriminators<'a> {
    pub(super) fn new(schemas: &'a IndexMap<String, Schema>, members: &Members<'a>) -> Self {
        let mut texts = HashMap::new();
        let mut constants = HashMap::new();
        for (name, schema) in schemas {
            if members.contains_key(name.as_str()) {
                continue;
            }
            let required = schema.required.iter().map(String::as_str).collect();
            let known = texts_of_struct(schema, &required, schemas);
            if let Some(condition) = constant(schema, &required, &known) {
                constants.insert(name.as_str(), condition);
            }
            texts.insert(name.as_str(), known);
        }
        let mut decided = HashMap::new();
        let mut partial = HashMap::new();
        for position in innermost_first(members) {
            let Some((name, members)) = members.get_index(position) else {
                continue;
            };
            // Strings have no property that could select them.
            let Some(schema) = schemas.get(*name).filter(|schema| !has_values(schema)) else {
                continue;
            };
            let mut known = texts_of_union(members, &texts);
            if let Some(found) = decide(schema, members, &texts) {
                if found.values.iter().any(Vec::is_empty) {
                    partial.insert(*name, found);
                } else {
                    known.insert(found.property, Known::selecting(&found));
                    decided.insert(*name, found);
                }
            }
            texts.insert(*name, known);
        }
        Self {
            decided,
            partial,
            constants,
        }
    }

    /// Returns the property that selects the variant of a union: all variants are
    /// objects that have it, and no two share a value.
    pub(super) fn of(&self, union: &str) -> Option<&Decided<'a>> {
        self.decided.get(union)
    }

    /// Returns the condition for reading an object as this type. Enumerations are open, so a struct
    /// with an enumeration as its kind would otherwise accept objects of any kind.
    pub(super) fn condition(&self, name: &str) -> Option<Condition> {
        let Some(decided) = self.decided.get(name) else {
            return self.constants.get(name).cloned();
        };
        Some(decided.condition(decided.values.iter().flatten()))
    }

    /// Returns the condition for reading an object as a variant of this union, which has variants
    /// that its discriminator does not select.
    pub(super) fn condition_within(&self, union: &str, member: usize) -> Option<Condition> {
        let decided = self.partial.get(union)?;
        let values = decided.values.get(member)?;
        (!values.is_empty()).then(|| decided.condition(values))
    }

    /// Returns the values by which unions identify structs. Structs with several values, as
    /// variants of several unions, are omitted.
    pub(super) fn tags<'s>(&'s self, members: &'s Members<'a>) -> Tags<'s> {
        let mut tags: HashMap<&str, HashMap<&str, BTreeSet<&str>>> = HashMap::new();
        for (union, members) in members {
            let Some(decided) = self.decided.get(union) else {
                continue;
            };
            for (member, values) in members.iter().zip(&decided.values) {
                if let Some(id) = member.named() {
                    let of_type = tags.entry(id.as_str()).or_default();
                    of_type.entry(decided.property).or_default().extend(values);
                }
            }
        }
        let only = |values: BTreeSet<&'s str>| match Vec::from_iter(values)[..] {
            [value] => Some(value),
            _ => None,
        };
        let tags = tags.into_iter().map(|(name, properties)| {
            let properties = properties.into_iter();
            let only = properties.filter_map(|(property, values)| Some((property, only(values)?)));
            (name, only.collect())
        });
        tags.collect()
    }
}

/// Returns the positions of the unions, in an order in which each union follows the unions among
/// its variants.
fn innermost_first(members: &Members<'_>) -> Vec<usize> {
    let edges: Vec<Vec<usize>> = members
        .values()
        .map(|types| {
            let names = types.iter().filter_map(Type::named);
            names
                .filter_map(|id| members.get_index_of(id.as_str()))
                .collect()
        })
        .collect();
    Components::new(&edges).order
}

/// Returns the properties of a struct that have known values.
fn texts_of_struct<'a>(
    schema: &'a Schema,
    required: &HashSet<&str>,
    schemas: &'a IndexMap<String, Schema>,
) -> Texts<'a> {
    let properties = schema.properties.iter();
    let known = properties.filter_map(|(name, property)| {
        let named = property
            .reference
            .as_ref()
            .and_then(|name| schemas.get(name));
        let values = match (&property.constant, named) {
            (Some(Constant::Bool(_) | Constant::Int(_)), _) => &property.literals,
            (_, Some(named)) => named.values.as_ref()?,
            _ => return None,
        };
        let known = Known {
            values: values.iter().map(String::as_str).collect(),
            is_required: required.contains(name.as_str()),
        };
        Some((name.as_str(), known))
    });
    known.collect()
}

/// Returns the properties that have known values in all variants of a union. A recursive union has
/// none.
/// Returns `true` if a union has values without a name.
fn has_values(union: &Schema) -> bool {
    let mut members = union.one_of.iter().flatten();
    members.any(|member| member.values.is_some())
}

fn texts_of_union<'a>(members: &[Type], texts: &HashMap<&'a str, Texts<'a>>) -> Texts<'a> {
    let mut known: Option<Texts<'a>> = None;
    for member in members {
        let Some(more) = texts_of(member, texts) else {
            return Texts::new();
        };
        let Some(known) = &mut known else {
            known = Some(more.clone());
            continue;
        };
        known.retain(|property, known| {
            let Some(more) = more.get(property) else {
                return false;
            };
            known.values.extend(&more.values);
            known.is_required &= more.is_required;
            true
        });
    }
    known.unwrap_or_default()
}

fn texts_of<'t, 'a>(
    member: &Type,
    texts: &'t HashMap<&'a str, Texts<'a>>,
) -> Option<&'t Texts<'a>> {
    texts.get(member.named()?.as_str())
}

/// Returns the property that the page names, if its values are distinct, or the first
/// required one with known and distinct values. A property with one value in each variant takes
/// precedence, because the other values of an enumeration can change. Only a property that the page
/// names can omit variants.
fn decide<'a>(
    schema: &'a Schema,
    members: &[Type],
    texts: &HashMap<&'a str, Texts<'a>>,
) -> Option<Decided<'a>> {
    let distinct = |property: &'a str, values: Vec<Vec<&'a str>>| {
        are_distinct(&values).then_some(Decided { property, values })
    };
    let named = schema.discriminator.as_ref();
    let named = named.and_then(|named| distinct(&named.property, selected(named, members, texts)));
    let named = named.filter(|named| !named.values.iter().all(Vec::is_empty));
    named.or_else(|| {
        let properties = texts_of(members.first()?, texts)?.keys();
        let found = properties.copied().filter_map(|property| {
            let values = values_of_each(members, property, texts)?;
            distinct(property, values)
        });
        let is_constant = |found: &Decided<'_>| found.values.iter().all(|own| own.len() == 1);
        let mut first = None;
        for found in found {
            if is_constant(&found) {
                return Some(found);
            }
            first = first.or(Some(found));
        }
        // If the only variant has several values, they do not select anything.
        first.filter(|_| members.len() > 1)
    })
}

/// Returns the values that a discriminator maps to each variant, or that the variants list for the
/// property.
fn selected<'a>(
    discriminator: &'a Discriminator,
    members: &[Type],
    texts: &HashMap<&'a str, Texts<'a>>,
) -> Vec<Vec<&'a str>> {
    let mut mapped: HashMap<&str, Vec<&str>> = HashMap::new();
    for (value, name) in discriminator.mapping.iter().flatten() {
        mapped.entry(name).or_default().push(value);
    }
    let members = members.iter().map(|member| {
        let mapped = member.named().and_then(|id| mapped.get(id.as_str()));
        mapped.cloned().unwrap_or_else(|| {
            let known = texts_of(member, texts);
            let known = known.and_then(|texts| texts.get(discriminator.property.as_str()));
            known.map_or_else(Vec::new, |known| known.values.clone())
        })
    });
    members.collect()
}

/// Returns the values of a property that all variants require.
fn values_of_each<'a>(
    members: &[Type],
    property: &str,
    texts: &HashMap<&'a str, Texts<'a>>,
) -> Option<Vec<Vec<&'a str>>> {
    let values = members.iter().map(|member| {
        let known = texts_of(member, texts)?.get(property)?;
        known.is_required.then(|| known.values.clone())
    });
    values.collect()
}

/// Returns `true` if no value occurs twice.
fn are_distinct(values: &[Vec<&str>]) -> bool {
    let mut seen = HashSet::new();
    values.iter().flatten().all(|value| seen.insert(value))
}

/// Returns the first property that an object must have and that has only one value.
fn constant(schema: &Schema, required: &HashSet<&str>, texts: &Texts<'_>) -> Option<Condition> {
    let mut properties = schema.properties.keys();
    properties.find_map(|name| {
        let known = texts.get(name.as_str())?;
        let &[value] = known.values.as_slice() else {
            return None;
        };
        required.contains(name.as_str()).then(|| Condition {
            property: name.clone(),
            values: vec![value.to_owned()],
        })
    })
}
