//! Puts named schemas that would be no type of their own where they are used:
//! scalars, lists, maps, anything. `page: {type: integer}` is an integer, not a
//! type `Page`. Being nullable moves from a schema to its uses as well, where
//! Rust says it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{is_enumeration, referenced, schemas_of, schemas_of_mut};
use crate::normalize::BESIDE_REFERENCE;
use crate::walk;
use pages::pointer::Pointer;

/// Inlines what would be no type of its own.
pub(super) fn inline(root: &mut Value) {
    let Some(schemas) = schemas_of(root).cloned() else {
        return;
    };
    let mut inlined = BTreeMap::new();
    for name in schemas.keys() {
        if let Some(schema) = resolve(name, &schemas, &mut BTreeSet::new()) {
            inlined.insert(name.clone(), schema);
        }
    }
    let nullable: BTreeSet<String> = schemas
        .iter()
        .filter(|(name, schema)| is_nullable(schema) && !inlined.contains_key(*name))
        .map(|(name, _)| name.clone())
        .collect();
    if let Some(schemas) = schemas_of_mut(root) {
        schemas.retain(|name, _| !inlined.contains_key(name));
        for name in &nullable {
            if let Some(Value::Object(schema)) = schemas.get_mut(name) {
                schema.shift_remove("nullable");
            }
        }
    }
    walk::schemas_mut(root, &mut |pointer, schema| {
        replace(schema, &inlined);
        // A reference in `allOf` is a part of the schema around it.
        if !pointer.ends_with("/allOf/0")
            && let Some(name) = referenced(schema)
            && nullable.contains(name)
        {
            make_nullable(schema);
        }
    });
}

fn is_nullable(schema: &Value) -> bool {
    schema["nullable"] == true
}

/// Returns the content of a schema that is to be inlined, with what it refers
/// to inlined as well.
fn resolve(
    name: &str,
    schemas: &Map<String, Value>,
    visiting: &mut BTreeSet<String>,
) -> Option<Value> {
    let mut schema = schemas.get(name)?.clone();
    if let Some(target) = referenced(&schema).map(str::to_owned) {
        // A name for a name. One that is in the end for itself says nothing.
        if !visiting.insert(name.to_owned()) || visiting.contains(&target) {
            visiting.remove(name);
            return Some(Value::Object(Map::new()));
        }
        if let Some(resolved) = resolve(&target, schemas, visiting) {
            replace(&mut schema, &BTreeMap::from([(target, resolved)]));
        }
        visiting.remove(name);
        return Some(schema);
    }
    if !is_plain(&schema) || !visiting.insert(name.to_owned()) {
        return None;
    }
    let mut circular = false;
    walk::children_mut(&mut schema, &mut Pointer::default(), &mut |_, child| {
        circular |= !resolve_child(child, schemas, visiting);
    });
    visiting.remove(name);
    (!circular).then_some(schema)
}

/// Inlines what a list or a map holds; returns `false` on a circle.
fn resolve_child(
    schema: &mut Value,
    schemas: &Map<String, Value>,
    visiting: &mut BTreeSet<String>,
) -> bool {
    if let Some(target) = referenced(schema).map(str::to_owned) {
        if visiting.contains(&target) {
            return false;
        }
        if let Some(resolved) = resolve(&target, schemas, visiting) {
            replace(schema, &BTreeMap::from([(target, resolved)]));
        }
        return true;
    }
    let mut well = true;
    walk::children_mut(schema, &mut Pointer::default(), &mut |_, child| {
        well &= resolve_child(child, schemas, visiting);
    });
    well
}

/// Returns `true` if a schema is a scalar, a list, a map, or any value.
fn is_plain(schema: &Value) -> bool {
    let Some(object) = schema.as_object() else {
        return false;
    };
    let structured = ["properties", "oneOf", "anyOf", "allOf", "not"];
    let has_structure = structured
        .iter()
        .any(|keyword| object.contains_key(*keyword));
    !has_structure && !is_enumeration(schema)
}

/// Replaces a reference to an inlined schema by its content; what stands beside
/// the reference wins.
fn replace(schema: &mut Value, inlined: &BTreeMap<String, Value>) {
    let Some(content) = referenced(schema).and_then(|name| inlined.get(name)) else {
        return;
    };
    let mut content = content.clone();
    if let (Value::Object(outer), Value::Object(content)) = (&*schema, &mut content) {
        for (key, value) in outer {
            if BESIDE_REFERENCE.contains(&key.as_str()) || key.starts_with("x-") {
                content.insert(key.clone(), value.clone());
            }
        }
    }
    *schema = content;
}

/// Marks a reference as nullable.
fn make_nullable(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if let Some(reference) = object.shift_remove("$ref") {
        object.insert("allOf".to_owned(), serde_json::json!([{"$ref": reference}]));
    }
    object.insert("nullable".to_owned(), true.into());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn inlined(schemas: Value) -> Value {
        let mut root = json!({"components": {"schemas": schemas}});
        inline(&mut root);
        root["components"]["schemas"].clone()
    }

    #[test]
    fn scalars_and_lists_go_where_they_are_used() {
        let schemas = inlined(json!({
            "page": {"type": "integer", "description": "The page."},
            "names": {"type": "array", "items": {"$ref": "#/components/schemas/name"}},
            "name": {"type": "string"},
            "Info": {"type": "object", "properties": {
                "page": {"$ref": "#/components/schemas/page"},
                "last": {"allOf": [{"$ref": "#/components/schemas/page"}], "description": "The last."},
                "names": {"$ref": "#/components/schemas/names"},
            }},
        }));
        assert_eq!(
            schemas,
            json!({"Info": {"type": "object", "properties": {
                "page": {"type": "integer", "description": "The page."},
                "last": {"type": "integer", "description": "The last."},
                "names": {"type": "array", "items": {"type": "string"}},
            }}})
        );
    }

    #[test]
    fn a_list_of_itself_stays() {
        let tree =
            json!({"Tree": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}});
        assert_eq!(inlined(tree.clone()), tree);
    }

    #[test]
    fn a_name_for_itself_is_anything() {
        let circle = json!({
            "A": {"allOf": [{"$ref": "#/components/schemas/B"}], "nullable": true},
            "B": {"$ref": "#/components/schemas/A"},
            "Pet": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}}},
        });
        let schemas = inlined(circle);
        assert_eq!(schemas.as_object().map(Map::len), Some(1));
        assert!(schemas["Pet"]["properties"]["a"].get("$ref").is_none());
    }

    #[test]
    fn being_nullable_moves_to_the_uses() {
        let schemas = inlined(json!({
            "Kind": {"type": "string", "enum": ["a"], "nullable": true},
            "Pet": {"type": "object", "properties": {"kind": {"$ref": "#/components/schemas/Kind"}}},
        }));
        assert_eq!(schemas["Kind"], json!({"type": "string", "enum": ["a"]}));
        assert_eq!(
            schemas["Pet"]["properties"]["kind"],
            json!({"allOf": [{"$ref": "#/components/schemas/Kind"}], "nullable": true})
        );
    }
}
