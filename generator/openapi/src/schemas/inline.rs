//! Inlines named schemas that are not separate types: scalars, lists, maps, and any values. `page:
//! {type: integer}` is an integer, not a type `Page`. `nullable` is also moved from a schema to its
//! uses, because Rust expresses it there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{referenced, schemas_of, schemas_of_mut};
use crate::normalize::BESIDE_REFERENCE;
use crate::walk;
use pages::pointer::Pointer;

/// Inlines schemas that are not separate types.
pub(super) fn inline(root: &mut Value) {
    let Some(schemas) = schemas_of(root).cloned() else {
        return;
    };
    let inlined = Inlining::of(&schemas);
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
        // A reference in `allOf` is part of the enclosing schema.
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

/// The inlined schemas, and their contents.
struct Inlining<'a> {
    schemas: &'a Map<String, Value>,
    /// The contents of inlined schemas, in which references are also inlined.
    inlined: BTreeMap<String, Value>,
    visited: BTreeSet<&'a str>,
    /// The schemas whose references are being inlined, outermost first.
    around: Vec<&'a str>,
    /// Schemas that are kept, because they are recursive.
    recursive: BTreeSet<&'a str>,
    /// Aliases that only reference themselves, and have no content.
    empty: BTreeSet<&'a str>,
}

impl<'a> Inlining<'a> {
    /// Returns the contents of the schemas that are inlined.
    fn of(schemas: &'a Map<String, Value>) -> BTreeMap<String, Value> {
        let mut inlining = Self {
            schemas,
            inlined: BTreeMap::new(),
            visited: BTreeSet::new(),
            around: Vec::new(),
            recursive: BTreeSet::new(),
            empty: BTreeSet::new(),
        };
        for name in schemas.keys() {
            inlining.visit(name);
        }
        inlining.inlined
    }

    fn visit(&mut self, name: &str) {
        let Some((name, schema)) = self.schemas.get_key_value(name) else {
            return;
        };
        if let Some(start) = self.around.iter().position(|outer| outer == name) {
            self.break_circle(start);
            return;
        }
        let is_inlined = schema.as_object().is_some_and(is_inlined);
        if !is_inlined || !self.visited.insert(name) {
            return;
        }
        self.around.push(name);
        for target in targets(schema) {
            self.visit(&target);
        }
        self.around.pop();
        if self.recursive.contains(name.as_str()) {
            return;
        }
        let mut content = Value::Object(Map::new());
        if !self.empty.contains(name.as_str()) {
            content = schema.clone();
            walk::schema_mut(&mut content, &mut Pointer::default(), &mut |_, schema| {
                replace(schema, &self.inlined);
            });
        }
        self.inlined.insert(name.clone(), content);
    }

    /// Chooses which schema of the cycle that begins at `start` is kept.
    fn break_circle(&mut self, start: usize) {
        let circle = &self.around[start..];
        let stays = |name: &&&str| self.recursive.contains(**name) || self.empty.contains(**name);
        if circle.iter().any(|name| stays(&name)) {
            return;
        }
        let is_list = |name: &&&str| referenced(&self.schemas[**name]).is_none();
        match circle.iter().find(is_list) {
            Some(list) => self.recursive.insert(list),
            None => self.empty.insert(circle[0]),
        };
    }
}

/// Returns the names of the schemas that a schema references.
fn targets(schema: &Value) -> Vec<String> {
    let mut targets = Vec::new();
    let mut schema = schema.clone();
    walk::schema_mut(&mut schema, &mut Pointer::default(), &mut |_, schema| {
        targets.extend(referenced(schema).map(str::to_owned));
    });
    targets
}

/// Returns `true` if a schema is not a separate type, unless it is recursive: a scalar, a list, a
/// map, any value, or an alias of another schema.
pub(crate) fn is_inlined(schema: &Map<String, Value>) -> bool {
    let structured = ["properties", "oneOf", "anyOf", "allOf", "not"];
    let has_structure = structured
        .iter()
        .any(|keyword| schema.contains_key(*keyword));
    let is_enumeration = schema.get("type").is_some_and(|kind| kind == "string")
        && schema.get("enum").is_some_and(Value::is_array);
    !has_structure && !is_enumeration || is_name(schema)
}

/// Returns `true` if a schema is an alias of another schema, possibly nullable. A union of one
/// variant that a property selects is not an alias.
fn is_name(schema: &Map<String, Value>) -> bool {
    let is_selected =
        |member: &Value| schema.contains_key("discriminator") || member.get("properties").is_some();
    let is_sole = |keyword: &str| {
        let members = schema.get(keyword).and_then(Value::as_array);
        members.is_some_and(|members| {
            let mut others = members.iter().filter(|member| member["type"] != "null");
            let only = others.next().filter(|_| others.next().is_none());
            only.is_some_and(|only| keyword == "allOf" || !is_selected(only))
        })
    };
    let is_wrapped = ["allOf", "oneOf", "anyOf"].into_iter().any(is_sole);
    schema.contains_key("$ref") || is_wrapped && !schema.contains_key("properties")
}

/// Replaces a reference to an inlined schema with its content. Keywords beside the reference take
/// precedence.
fn replace(schema: &mut Value, inlined: &BTreeMap<String, Value>) {
    while let Some(content) = referenced(schema).and_then(|name| inlined.get(name)) {
        let mut content = content.clone();
        if let (Value::Object(outer), Value::Object(content)) = (&*schema, &mut content) {
            for (key, value) in outer {
                if BESIDE_REFERENCE.contains(&key.as_str()) || walk::is_extension(key) {
                    content.insert(key.clone(), value.clone());
                }
            }
        }
        *schema = content;
    }
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
    fn a_union_of_one_variant_that_a_property_selects_is_a_type() {
        let mapping = json!({"cat": "#/components/schemas/Cat"});
        let schemas = json!({
            "Cat": {"type": "object", "properties": {"kind": {"type": "string"}}},
            "ByMapping": {
                "oneOf": [{"$ref": "#/components/schemas/Cat"}],
                "discriminator": {"propertyName": "kind", "mapping": mapping},
            },
            "ByValue": {"oneOf": [
                {"type": "object", "properties": {"kind": {"type": "string", "enum": ["cat"]}}},
            ]},
        });
        assert_eq!(inlined(schemas.clone()), schemas);
        let alias = json!({
            "Cat": {"type": "object", "properties": {"kind": {"type": "string"}}},
            "Alias": {"oneOf": [{"$ref": "#/components/schemas/Cat"}]},
        });
        assert_eq!(inlined(alias).as_object().map(Map::len), Some(1));
    }

    #[test]
    fn a_list_of_itself_stays() {
        let tree =
            json!({"Tree": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}});
        assert_eq!(inlined(tree.clone()), tree);
    }

    #[test]
    fn of_lists_that_hold_each_other_one_stays() {
        let list = |name: &str| json!({"type": "array", "items": {"$ref": format!("#/components/schemas/{name}")}});
        let name = json!({"$ref": "#/components/schemas/A"});
        let schemas = inlined(json!({"A": list("B"), "B": list("C"), "C": name}));
        let inner = list("A");
        assert_eq!(schemas, json!({"A": {"type": "array", "items": inner}}));

        let schemas = inlined(json!({"C": name, "A": list("B"), "B": list("C")}));
        assert_eq!(schemas, json!({"A": {"type": "array", "items": inner}}));
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
