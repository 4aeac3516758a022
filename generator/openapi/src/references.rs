//! References inside one document: normalizes them for later stages, and finds their targets.
//!
//! A normalized reference to a schema is `#/components/schemas/` and the schema's unescaped name.
//! The target of a reference into another schema or an operation becomes a named schema.

use std::collections::{BTreeSet, HashMap};

use heck::ToPascalCase;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::extensions::STREAMING;
use crate::walk;
use pages::pointer::{self, Pointer};

/// The maximum number of rounds. Each round normalizes the references that the previous round
/// revealed. Remaining references into schemas are left unchanged.
const MOST_ROUNDS: usize = 16;

/// Normalizes every reference to a schema.
pub(crate) fn settle(root: &mut Value) {
    if !may_be_unsettled(root) {
        return;
    }
    for _ in 0..MOST_ROUNDS {
        let mut settled = HashMap::new();
        for target in unsettled(root) {
            if let Some(reference) = schema_for(root, &target) {
                settled.insert(target, reference);
            }
        }
        if settled.is_empty() {
            return;
        }
        holders(root, &mut |schema| {
            if let Some(Value::String(target)) = schema.get_mut("$ref")
                && let Some(reference) = settled.get(target)
            {
                target.clone_from(reference);
            }
        });
    }
}

/// Calls `visit` with everything that can be a reference to a schema: schemas, and the streaming
/// extension.
fn holders(root: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    walk::schemas_mut(root, &mut |_, schema| visit(schema));
    walk::operations_mut(root, &mut |_, operation| {
        if let Some(Value::Object(streaming)) = operation.get_mut(STREAMING) {
            for value in streaming.values_mut() {
                walk::schema_mut(value, &mut Pointer::default(), &mut |_, schema| {
                    visit(schema);
                });
            }
        }
    });
}

/// Returns `true` if a reference may not be normalized. This is rare, so this cheap check runs
/// first.
fn may_be_unsettled(node: &Value) -> bool {
    match node {
        Value::Object(object) => object.iter().any(|(key, child)| match child {
            Value::String(target) => key == "$ref" && !is_settled(target),
            child => may_be_unsettled(child),
        }),
        Value::Array(items) => items.iter().any(may_be_unsettled),
        _ => false,
    }
}

fn is_settled(target: &str) -> bool {
    target
        .strip_prefix(walk::SCHEMAS)
        .is_some_and(|name| !name.contains(['/', '%', '~']))
}

/// Returns the references to schemas that are not normalized.
fn unsettled(root: &mut Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    holders(root, &mut |schema| {
        if let Some(Value::String(target)) = schema.get("$ref")
            && !is_settled(target)
        {
            found.insert(target.clone());
        }
    });
    found.retain(|target| {
        let name = target.strip_prefix(walk::SCHEMAS);
        name.is_none_or(|name| root["components"]["schemas"].get(name).is_none())
    });
    found
}

fn settled(name: &str) -> String {
    format!("{}{name}", walk::SCHEMAS)
}

/// Returns the normalized reference for `target`. If the target is nested in another object, it is
/// turned into a named schema.
fn schema_for(root: &mut Value, target: &str) -> Option<String> {
    if let Some(name) = find_schema(target) {
        return Some(settled(&name));
    }
    let part = find(root, target).filter(|part| is_schema(part))?.clone();
    let name = keys(target)?
        .into_iter()
        .filter(|key| !["components", "schemas", "properties"].contains(&key.as_str()))
        .collect::<Vec<_>>()
        .join(" ")
        .to_pascal_case();
    let schemas = root
        .as_object_mut()?
        .entry("components")
        .or_insert_with(|| Value::Object(Map::new()))
        .as_object_mut()?
        .entry("schemas")
        .or_insert_with(|| Value::Object(Map::new()))
        .as_object_mut()?;
    let numbered = (2..).map(|number| format!("{name}{number}"));
    let name = std::iter::once(name.clone())
        .chain(numbered)
        .find(|name| schemas.get(name).is_none_or(|known| *known == part))?;
    schemas.insert(name.clone(), part);
    Some(settled(&name))
}

/// Returns the name of the schema that a reference points to, if the target is a named schema.
fn find_schema(target: &str) -> Option<String> {
    let [components, schemas, name] = <[String; 3]>::try_from(keys(target)?).ok()?;
    (components == "components" && schemas == "schemas").then_some(name)
}

/// Returns the keys on the path to the target of a reference, which is a percent-encoded JSON
/// pointer. The name of a schema can contain an unescaped slash.
pub(crate) fn keys(target: &str) -> Option<Vec<String>> {
    let pointer = target.strip_prefix("#/")?;
    let key = |key: &str| {
        let decoded = percent_decode_str(key).decode_utf8_lossy();
        pointer::unescape(&decoded)
    };
    Some(pointer.split('/').map(key).collect())
}

/// Returns the target of a reference.
pub(crate) fn find<'a>(root: &'a Value, target: &str) -> Option<&'a Value> {
    let settled = target
        .strip_prefix(walk::SCHEMAS)
        .and_then(|name| root["components"]["schemas"].get(name));
    settled.or_else(|| {
        keys(target)?.iter().try_fold(root, |node, key| match node {
            Value::Array(items) => items.get(key.parse::<usize>().ok()?),
            node => node.get(key),
        })
    })
}

/// Returns `true` if a value can be a schema or another target of references.
pub(crate) fn is_schema(value: &Value) -> bool {
    value.is_object() || value.is_boolean()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::dangling;

    #[test]
    fn references_to_schemas_have_one_form() {
        let mut root = json!({"components": {"schemas": {
            "My Pet": {}, "a/b": {}, "50%": {},
            "User": {"oneOf": [
                {"$ref": "#/components/schemas/My%20Pet"},
                {"$ref": "#/components/schemas/a~1b"},
                {"$ref": "#/components/schemas/My Pet"},
                {"$ref": "#/components/schemas/50%25"},
            ]},
        }}});
        settle(&mut root);
        assert_eq!(
            root["components"]["schemas"]["User"]["oneOf"],
            json!([
                {"$ref": "#/components/schemas/My Pet"},
                {"$ref": "#/components/schemas/a/b"},
                {"$ref": "#/components/schemas/My Pet"},
                {"$ref": "#/components/schemas/50%"},
            ])
        );
        assert_eq!(dangling::first(&root), None);
    }

    #[test]
    fn a_part_that_is_referred_to_becomes_a_schema() {
        let mut root = json!({"components": {"schemas": {
            "Pet": {"properties": {"owner": {"properties": {
                "friends": {"items": {"$ref": "#/components/schemas/Pet/properties/owner"}},
            }}}},
        }}});
        settle(&mut root);
        let owner = json!({"$ref": "#/components/schemas/PetOwner"});
        let schemas = &root["components"]["schemas"];
        assert_eq!(schemas["PetOwner"]["properties"]["friends"]["items"], owner);
        assert_eq!(
            schemas["Pet"]["properties"]["owner"]["properties"]["friends"]["items"],
            owner
        );
    }
}
