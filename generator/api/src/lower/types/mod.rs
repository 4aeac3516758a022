//! Lowering of named schemas to the types of the module `types`.
//!
//! A [`Context`] contains the facts that depend on the operations. Every fact is computed once, so
//! that the time is linear in the size of the document.

mod cycles;
mod discriminators;
mod enums;
mod limits;
mod reached;
mod structs;
mod unions;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use names::reserved::DEVICES;
use names::{Scope, module_name, underscored};
use openapi::Renamed;
use openapi::tree::{Kind, Schema};
use pages::Problem;

pub(crate) use enums::{unknown, variant_name};
pub(crate) use limits::{described, limits};
pub(crate) use reached::reached;
pub(crate) use unions::SUCCESSES;
pub(crate) use value::{plain_type, value_type};

use super::former;
use crate::{Docs, Shape, TypeDef, TypeId};

/// The facts about schemas that depend on the operations that use them.
#[derive(Debug, Default)]
pub(crate) struct Context {
    /// Schemas that are used in a parameter or a body.
    pub(crate) sent: BTreeSet<String>,
    /// Schemas that are used in a body. Parameters do not count.
    pub(crate) in_bodies: BTreeSet<String>,
    /// Schemas that are used in a response, an event, or an error response.
    pub(crate) received: BTreeSet<String>,
    /// Schemas that are sent as multipart forms, each with the properties that are sent as a JSON
    /// part.
    pub(crate) forms: BTreeMap<String, BTreeSet<String>>,
}

/// Lowers all `schemas`, which have their final names. Adds a warning for each dangling reference.
/// The former names in `renamed` are reserved for their variants.
pub(crate) fn lower(
    schemas: &IndexMap<String, Schema>,
    context: &Context,
    renamed: &[Renamed],
    warnings: &mut Vec<Problem>,
) -> BTreeMap<TypeId, TypeDef> {
    let repaired = reached::without_dangling(schemas, warnings);
    let schemas = repaired.as_ref().unwrap_or(schemas);
    let unions = unions::Unions::new(schemas);
    let structs = structs::Structs {
        context,
        unions: &unions,
        tags: unions.tags(),
    };
    // `mod.rs` is the module `types` itself.
    let mut modules = Scope::with_reserved(DEVICES.into_iter().chain(["mod"]));
    let types = schemas.iter().map(|(name, schema)| {
        let shape = if let Some(values) = &schema.values {
            Shape::Enum(enums::lower(schema, values, former::members(renamed, name)))
        } else if schema.one_of.is_some() {
            Shape::Union(unions.lower(name))
        } else if is_struct(schema) {
            Shape::Struct(structs.lower(name, schema))
        } else {
            Shape::Newtype(value_type(schema))
        };
        TypeDef {
            id: TypeId::new(name),
            module: modules.claim(underscored(&module_name(name))),
            // A document can be written by hand, so only valid names are used in code.
            alias: schema
                .alias
                .clone()
                .filter(|alias| *alias == names::type_name(alias) && alias != name),
            docs: Docs::page(&schema.description),
            shape,
            limits: limits(schema),
            sent: context.sent.contains(name),
            received: context.received.contains(name),
            former_names: Vec::new(),
            former_members: Vec::new(),
        }
    });
    let mut types: Vec<TypeDef> = types.collect();
    cycles::break_cycles(&mut types);
    let types = types.into_iter();
    types.map(|ty| (ty.id.clone(), ty)).collect()
}

/// Returns `true` if the schema becomes a struct.
fn is_struct(schema: &Schema) -> bool {
    schema.reference.is_none()
        && !schema.properties.is_empty()
        && schema.kind.is_none_or(|kind| kind == Kind::Object)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Returns a reference to a named schema.
    pub(super) fn reference(name: &str) -> Value {
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    /// Reads named schemas.
    pub(super) fn schemas(schemas: Value) -> IndexMap<String, Schema> {
        let schemas = schemas.as_object().expect("an object").iter();
        schemas
            .map(|(name, schema)| (name.clone(), Schema::read(schema)))
            .collect()
    }

    /// Lowers schemas, and asserts that there are no warnings.
    pub(super) fn lowered_with(all: Value, context: &Context) -> BTreeMap<TypeId, TypeDef> {
        let mut warnings = Vec::new();
        let types = lower(&schemas(all), context, &[], &mut warnings);
        assert!(warnings.is_empty(), "{warnings:?}");
        types
    }

    /// Lowers schemas that are used in bodies, in their order.
    pub(super) fn lowered(all: Value) -> IndexMap<TypeId, TypeDef> {
        let names = schemas(all.clone()).into_keys();
        let context = Context {
            in_bodies: names.clone().collect(),
            ..Context::default()
        };
        let mut types = lowered_with(all, &context);
        names
            .map(TypeId::new)
            .filter_map(|id| types.remove_entry(&id))
            .collect()
    }

    #[test]
    fn a_list_or_a_map_that_contains_itself_is_a_newtype() {
        let types = lowered(json!({
            "Tree": {"type": "array", "items": reference("Tree")},
            "Names": {"type": "object", "additionalProperties": reference("Names")},
            "Anything": {"description": "Any."},
        }));
        let newtypes = types.values().map(|ty| match &ty.shape {
            Shape::Newtype(inner) => inner.to_string(),
            other => panic!("no newtype: {other:?}"),
        });
        assert_eq!(
            Vec::from_iter(newtypes),
            ["Vec<Tree>", "BTreeMap<String, Names>", "serde_json::Value"]
        );
    }

    #[test]
    fn types_are_sent_or_received_as_the_operations_say() {
        let name = || BTreeSet::from(["Pet".to_owned()]);
        let all = || json!({"Pet": {"description": "A pet.", "properties": {"name": {}}}});
        let sent = Context {
            sent: name(),
            ..Context::default()
        };
        let types = lowered_with(all(), &sent);
        let pet = &types[&TypeId::new("Pet")];
        assert_eq!((pet.sent, pet.received), (true, false));
        assert_eq!(pet.docs.as_str(), "A pet.");
        let received = Context {
            received: name(),
            ..Context::default()
        };
        let types = lowered_with(all(), &received);
        let pet = &types[&TypeId::new("Pet")];
        assert_eq!((pet.sent, pet.received), (false, true));
    }
}
