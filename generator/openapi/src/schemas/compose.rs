//! Turns compositions of objects (`allOf`) into one object with the properties
//! of all, which is the struct that a Rust developer would write.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{SCHEMAS, referenced, schemas_of, schemas_of_mut};
use crate::walk;
use pages::pointer::Pointer;

/// The maximum depth of nested compositions before one gets a name. A member of a
/// composition may itself be composed.
pub(crate) const NESTED_COMPOSITIONS: usize = 3;

/// Composes what can be composed, and takes any value for what cannot; returns
/// the pointers of those.
pub(super) fn compose(root: &mut Value) -> Vec<String> {
    let Some(schemas) = schemas_of(root).cloned() else {
        return Vec::new();
    };
    let mut composition = Composition {
        schemas: &schemas,
        named: BTreeMap::new(),
        waiting: Vec::new(),
    };
    walk::roots_mut(root, &mut |_, schema| {
        composition.compose(schema, &mut Vec::new());
    });
    let mut composed = Vec::new();
    while let Some((name, mut schema)) = composition.waiting.pop() {
        composition.compose(&mut schema, &mut Vec::new());
        composed.push((name, schema));
    }
    if let Some(schemas) = schemas_of_mut(root) {
        schemas.extend(composed);
    }
    let mut contradictions = Vec::new();
    walk::schemas_mut(root, &mut |pointer, schema| {
        if is_contradiction(schema) {
            // Progenitor would look for what fits all members, and never end.
            *schema = match schema["description"].as_str() {
                Some(description) => json!({ "description": description }),
                None => json!({}),
            };
            contradictions.push(pointer.to_owned());
        }
    });
    contradictions
}

/// Leaves out members of `allOf` that say nothing about the type, and keeps the
/// description that one of them has.
fn leave_what_says_nothing(schema: &mut Value) {
    const SHAPES: [&str; 9] = [
        "$ref",
        "additionalProperties",
        "allOf",
        "enum",
        "items",
        "oneOf",
        "properties",
        "required",
        "type",
    ];
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    let Some(Value::Array(members)) = object.get_mut("allOf") else {
        return;
    };
    let (said, idle): (Vec<Value>, Vec<Value>) = std::mem::take(members)
        .into_iter()
        .partition(|member| SHAPES.iter().any(|key| member.get(key).is_some()));
    let description = idle
        .into_iter()
        .find_map(|member| Some(member.get("description")?.clone()));
    if said.is_empty() {
        object.shift_remove("allOf");
    } else {
        *members = said;
    }
    if let Some(description) = description {
        object
            .entry("description".to_owned())
            .or_insert(description);
    }
}

/// Returns `true` if a schema is still an `allOf` of a schema that is not an object and
/// another schema.
fn is_contradiction(schema: &Value) -> bool {
    let Some(Value::Array(members)) = schema.get("allOf") else {
        return false;
    };
    let refers = members.iter().any(|member| referenced(member).is_some());
    refers && referenced(schema).is_none()
}

/// The way through all schemas.
struct Composition<'a> {
    /// As they were.
    schemas: &'a Map<String, Value>,
    /// The names of compositions that would have to hold themselves, by content.
    named: BTreeMap<String, String>,
    /// Those of them that are still to be composed.
    waiting: Vec<(String, Value)>,
}

impl Composition<'_> {
    /// Composes a schema and what is inside it; `around` are the compositions
    /// that it stands in.
    fn compose(&mut self, schema: &mut Value, around: &mut Vec<String>) {
        alternatives_of_required(schema);
        leave_what_says_nothing(schema);
        let content = is_composition(schema).then(|| schema.to_string());
        if let Some(content) = &content {
            if around.contains(content) || around.len() >= NESTED_COMPOSITIONS {
                let name = self.name(content, schema);
                *schema = json!({"$ref": format!("{SCHEMAS}{name}")});
                return;
            }
            around.push(content.clone());
        }
        distribute(schema, self.schemas);
        if referenced(schema).is_none()
            && let Some(object) = composed(schema, self.schemas, &mut BTreeSet::new())
        {
            *schema = Value::Object(object);
        }
        walk::children_mut(schema, &mut Pointer::default(), &mut |_, child| {
            self.compose(child, around);
        });
        if content.is_some() {
            around.pop();
        }
    }

    /// Returns the name of a composition that is to be a schema of its own.
    fn name(&mut self, content: &str, schema: &Value) -> String {
        if let Some(name) = self.named.get(content) {
            return name.clone();
        }
        let members = schema["allOf"].as_array().or(schema["oneOf"].as_array());
        let first = members.into_iter().flatten().find_map(referenced);
        let base = format!("{}With", first.unwrap_or("Composition"));
        let is_free = |name: &String| {
            !self.schemas.contains_key(name) && !self.named.values().any(|known| known == name)
        };
        let numbered = (2..).map(|number| format!("{base}{number}"));
        let name = std::iter::once(base.clone())
            .chain(numbered)
            .find(is_free)
            .unwrap_or(base);
        self.named.insert(content.to_owned(), name.clone());
        self.waiting.push((name.clone(), schema.clone()));
        name
    }
}

/// Returns `true` if a schema includes the properties of other schemas.
fn is_composition(schema: &Value) -> bool {
    let all = schema.get("allOf").is_some() && referenced(schema).is_none();
    all || (schema.get("oneOf").is_some() && schema.get("properties").is_some())
}

/// Leaves out a union that only says which properties have to come together:
/// it is about valid values, not about their type.
fn alternatives_of_required(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if !object.contains_key("properties") {
        return;
    }
    let only_required = object
        .get("oneOf")
        .and_then(Value::as_array)
        .is_some_and(|members| {
            members.iter().all(|member| {
                member.as_object().is_some_and(|member| {
                    member.keys().all(|key| key == "required" || key == "title")
                })
            })
        });
    if only_required {
        object.shift_remove("oneOf");
    }
}

/// Gives the properties that stand beside a union to each of its members.
fn distribute(schema: &mut Value, schemas: &Map<String, Value>) {
    let shared = match base(schema) {
        Some(shared) if shared.contains_key("properties") => shared,
        _ => return,
    };
    let Some(Value::Array(members)) = schema.get("oneOf") else {
        return;
    };
    let objects: Option<Vec<Value>> = members
        .iter()
        .map(|member| {
            let mut object = member_object(member, schemas, &mut BTreeSet::new())?;
            add(&mut object, &shared);
            object.insert("type".to_owned(), "object".into());
            if let Some(name) = referenced(member) {
                object.entry("title").or_insert_with(|| name.into());
            }
            Some(Value::Object(object))
        })
        .collect();
    if let (Some(objects), Some(schema)) = (objects, schema.as_object_mut()) {
        schema.insert("oneOf".to_owned(), objects.into());
        for key in ["properties", "required", "additionalProperties", "type"] {
            schema.shift_remove(key);
        }
    }
}

/// Returns the object that a schema with `allOf` stands for; `None` when it has
/// none or a member is no object.
fn composed(
    schema: &Value,
    schemas: &Map<String, Value>,
    visiting: &mut BTreeSet<String>,
) -> Option<Map<String, Value>> {
    let object = schema.as_object()?;
    let members = object.get("allOf")?.as_array()?;
    let mut result = Map::new();
    for member in members {
        add(&mut result, &member_object(member, schemas, visiting)?);
    }
    let mut own = object.clone();
    own.shift_remove("allOf");
    add(&mut result, &own);
    for (key, value) in own {
        if key != "properties" && key != "required" {
            result.insert(key, value);
        }
    }
    result.insert("type".to_owned(), "object".into());
    Some(result)
}

fn member_object(
    member: &Value,
    schemas: &Map<String, Value>,
    visiting: &mut BTreeSet<String>,
) -> Option<Map<String, Value>> {
    if let Some(name) = member.get("$ref").and_then(Value::as_str) {
        let name = name.strip_prefix(SCHEMAS)?;
        if !visiting.insert(name.to_owned()) {
            // A circle adds nothing to itself.
            return Some(Map::new());
        }
        let target = schemas.get(name)?;
        let result = if is_base_of_its_members(name, target, schemas) {
            base(target)
        } else {
            member_object(target, schemas, visiting)
        };
        visiting.remove(name);
        return result;
    }
    let object = member.as_object()?;
    if object.contains_key("allOf") {
        return composed(member, schemas, visiting);
    }
    let is_object = object.get("type").is_none_or(|kind| kind == "object")
        && !object.contains_key("oneOf")
        && !object.contains_key("enum");
    is_object.then(|| object.clone())
}

/// Returns `true` if a union has members that extend it, as in descriptions of inheritance:
/// `Pet` is one of `Dog` and `Cat`, and `Dog` is all of `Pet` and more.
fn is_base_of_its_members(name: &str, union: &Value, schemas: &Map<String, Value>) -> bool {
    let members = union["oneOf"].as_array().into_iter().flatten();
    members
        .filter_map(|member| schemas.get(referenced(member)?)?["allOf"].as_array())
        .flatten()
        .any(|part| {
            part["$ref"]
                .as_str()
                .and_then(|part| part.strip_prefix(SCHEMAS))
                == Some(name)
        })
}

/// Returns what a union says of all its members.
fn base(union: &Value) -> Option<Map<String, Value>> {
    let mut object = union.as_object()?.clone();
    object.retain(|key, _| {
        ["properties", "required", "additionalProperties"].contains(&key.as_str())
    });
    Some(object)
}

/// Adds the properties of `object` to `result`.
fn add(result: &mut Map<String, Value>, object: &Map<String, Value>) {
    for key in ["properties", "additionalProperties", "required"] {
        match (result.get_mut(key), object.get(key)) {
            (Some(Value::Object(known)), Some(Value::Object(more))) => {
                known.extend(more.clone());
            }
            (Some(Value::Array(known)), Some(Value::Array(more))) => {
                for name in more {
                    if !known.contains(name) {
                        known.push(name.clone());
                    }
                }
            }
            (None, Some(value)) => {
                result.insert(key.to_owned(), value.clone());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_properties_of_all_members_are_in_one_object() {
        let mut root = json!({"components": {"schemas": {
            "Base": {"type": "object", "description": "b", "properties": {"a": {"type": "string"}}, "required": ["a"]},
            "Pet": {"description": "p", "allOf": [
                {"$ref": "#/components/schemas/Base"},
                {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]},
            ]},
        }}});
        compose(&mut root);
        assert_eq!(
            root["components"]["schemas"]["Pet"],
            json!({
                "type": "object",
                "description": "p",
                "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
                "required": ["a", "b"],
            })
        );
    }

    #[test]
    fn a_composition_that_leads_back_to_itself_gets_a_name() {
        let reference = |name: &str| json!({"$ref": format!("{SCHEMAS}{name}")});
        let more = json!({"properties": {"more": {"type": "string"}}});
        let mut root = json!({"components": {"schemas": {
            "A": {"properties": {"b": {"allOf": [reference("B"), more]}}},
            "B": {"properties": {"a": {"allOf": [reference("A"), more]}}},
        }}});
        compose(&mut root);
        let schemas = &root["components"]["schemas"];
        let within = &schemas["A"]["properties"]["b"]["properties"]["a"]["properties"];
        assert_eq!(within["b"], reference("BWith"));
        let named = &schemas["BWith"]["properties"]["a"]["properties"];
        assert_eq!(named["b"], reference("BWith"));
        assert_eq!(named["more"], json!({"type": "string"}));
    }

    #[test]
    fn a_union_and_something_else_is_any_value() {
        let either = json!({"oneOf": [{"type": "string"}, {"type": "integer"}]});
        let mut root = json!({"components": {"schemas": {
            "Either": either,
            "Both": {"description": "d", "allOf": [
                {"$ref": "#/components/schemas/Either"},
                {"type": "string"},
            ]},
            "Described": {"allOf": [
                {"$ref": "#/components/schemas/Either"},
                {"description": "d"},
            ]},
        }}});
        assert_eq!(compose(&mut root), ["/components/schemas/Both"]);
        let schemas = &root["components"]["schemas"];
        assert_eq!(schemas["Both"], json!({"description": "d"}));
        assert_eq!(referenced(&schemas["Described"]), Some("Either"));
    }
}
