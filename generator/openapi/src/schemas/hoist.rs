//! Moves every struct, enumeration, and union to the named schemas, and names it after its place,
//! so that the names of all types follow one rule.

use std::collections::HashMap;

use heck::ToPascalCase;
use serde_json::{Map, Value, json};

use super::status;
use super::{SCHEMAS, is_enumeration, referenced, schemas_of, variants};
use crate::mapping;
use crate::normalize::BESIDE_REFERENCE;
use crate::walk;
use names::singular;

/// Moves unnamed types to the named schemas.
pub(super) fn hoist(root: &mut Value) {
    let mut schemas = Schemas {
        named: schemas_of(root).cloned().unwrap_or_default(),
        numbered: HashMap::new(),
    };
    let names: Vec<String> = schemas.named.keys().cloned().collect();
    for name in names {
        if let Some(mut schema) = schemas.named.get(&name).cloned() {
            hoist_children(&mut schema, &name, &mut schemas);
            schemas.named.insert(name, schema);
        }
    }
    walk::operations_mut(root, &mut |_, operation| {
        hoist_operation(operation, &mut schemas);
    });
    walk::webhooks_mut(root, &mut |name, request| {
        if let Some(body) = request.get_mut("requestBody") {
            hoist_content(body, &event_name(name), &mut schemas);
        }
    });
    root["components"]["schemas"] = Value::Object(schemas.named);
}

/// Returns the name of the payload of a webhook.
fn event_name(webhook: &str) -> String {
    let name = webhook.to_pascal_case();
    match name.ends_with("Event") {
        true => name,
        false => name + "Event",
    }
}

fn hoist_operation(operation: &mut Map<String, Value>, schemas: &mut Schemas) {
    let id = operation.get("operationId").and_then(Value::as_str);
    let id = id.unwrap_or_default().to_pascal_case();
    if let Some(Value::Array(parameters)) = operation.get_mut("parameters") {
        for parameter in parameters {
            let name = parameter["name"].as_str().unwrap_or_default();
            let name = format!("{id}{}", name.to_pascal_case());
            if let Some(schema) = parameter.get_mut("schema") {
                hoist_schema(schema, &name, schemas);
            }
        }
    }
    if let Some(body) = operation.get_mut("requestBody") {
        hoist_content(body, &format!("{id}Request"), schemas);
    }
    if let Some(Value::Object(responses)) = operation.get_mut("responses") {
        let statuses: Vec<String> = responses.keys().cloned().collect();
        for (status, response) in responses {
            let name = status::response(&id, status, statuses.iter());
            hoist_content(response, &name, schemas);
        }
    }
}

fn hoist_content(holder: &mut Value, name: &str, schemas: &mut Schemas) {
    let Some(Value::Object(content)) = holder.get_mut("content") else {
        return;
    };
    for media_type in content.values_mut() {
        if let Some(schema) = media_type.get_mut("schema") {
            hoist_schema(schema, name, schemas);
        }
    }
}

/// Hoists a schema and all schemas in it.
fn hoist_schema(schema: &mut Value, name: &str, schemas: &mut Schemas) {
    if !needs_name(schema) {
        hoist_children(schema, name, schemas);
        return;
    }
    let mut named = schema.take();
    let mut outer = Map::new();
    if let Some(object) = named.as_object_mut() {
        for key in BESIDE_REFERENCE {
            // A description applies to both the type and its use.
            let value = if key == "description" {
                object.get(key).cloned()
            } else {
                object.shift_remove(key)
            };
            outer.extend(value.map(|value| (key.to_owned(), value)));
        }
    }
    let wanted = name;
    let name = schemas.claim(wanted, &named);
    hoist_children(&mut named, &name, schemas);
    schemas.complete(wanted, &name, named);
    let reference = json!({"$ref": format!("{SCHEMAS}{name}")});
    *schema = if outer.is_empty() {
        reference
    } else {
        outer.insert("allOf".to_owned(), json!([reference]));
        Value::Object(outer)
    };
}

fn hoist_children(schema: &mut Value, name: &str, schemas: &mut Schemas) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if let Some(Value::Object(properties)) = object.get_mut("properties") {
        for (property, child) in properties {
            let name = format!("{name}{}", property.to_pascal_case());
            hoist_schema(child, &name, schemas);
        }
    }
    if let Some(items) = object.get_mut("items") {
        let item = singular(name).unwrap_or_else(|| format!("{name}Item"));
        hoist_schema(items, &item, schemas);
    }
    if let Some(values) = object.get_mut("additionalProperties")
        && values.is_object()
    {
        hoist_schema(values, &format!("{name}Value"), schemas);
    }
    for union in ["oneOf", "allOf"] {
        if let Some(Value::Array(members)) = object.get_mut(union) {
            let endings = variants::names(members, &schemas.named);
            for (member, ending) in members.iter_mut().zip(endings) {
                // The values of an enumeration without a name are variants of the union.
                if union == "oneOf" && is_enumeration(member) && !has_name(member) {
                    continue;
                }
                // Items of a list are named after the union.
                let name = match member["type"] == "array" {
                    true => name.to_owned(),
                    false => format!("{name}{ending}"),
                };
                hoist_schema(member, &name, schemas);
            }
        }
    }
    map_members(object);
}

/// Maps the values of a discriminator to the names of variants instead of their positions.
fn map_members(union: &mut Map<String, Value>) {
    let members = union.get("oneOf").cloned().unwrap_or_default();
    let Some(mapping) = mapping::entries_mut(union) else {
        return;
    };
    mapping.retain(|_, target| {
        let Some(position) = target.as_u64() else {
            return true;
        };
        let member = usize::try_from(position)
            .ok()
            .map(|position| &members[position]);
        let name = member.and_then(referenced);
        name.is_some_and(|name| {
            *target = format!("{SCHEMAS}{name}").into();
            true
        })
    });
}

/// Returns `true` if the page names a schema.
fn has_name(schema: &Value) -> bool {
    schema.get("title").is_some()
}

/// Returns `true` if a schema needs a named Rust type.
fn needs_name(schema: &Value) -> bool {
    let Some(object) = schema.as_object() else {
        return false;
    };
    let has_properties = object
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(|properties| !properties.is_empty());
    let is_composition = object
        .get("allOf")
        .and_then(Value::as_array)
        .is_some_and(|members| members.len() > 1);
    has_properties || is_composition || is_enumeration(schema) || object.contains_key("oneOf")
}

/// The named schemas.
struct Schemas {
    named: Map<String, Value>,
    /// The schemas that want a name which another one has.
    numbered: HashMap<String, Numbered>,
}

/// The schemas that want the same name.
#[derive(Default)]
struct Numbered {
    /// The number of names with a number that were tried.
    tried: usize,
    /// The names of completed schemas.
    names: HashMap<Value, String>,
}

impl Schemas {
    /// Adds a schema and returns its name: `wanted`, with a number appended if another schema has
    /// it. Equal schemas share a name. The name is claimed before those of the children.
    fn claim(&mut self, wanted: &str, schema: &Value) -> String {
        let is_free = |named: &Map<String, Value>, name: &str| {
            named.get(name).is_none_or(|known| known == schema)
        };
        let name = if is_free(&self.named, wanted) {
            wanted.to_owned()
        } else {
            let numbered = self.numbered.entry(wanted.to_owned()).or_default();
            match numbered.names.get(schema) {
                Some(name) => name.clone(),
                None => loop {
                    numbered.tried += 1;
                    let name = format!("{wanted}{}", numbered.tried + 1);
                    if is_free(&self.named, &name) {
                        break name;
                    }
                },
            }
        };
        self.named.insert(name.clone(), schema.clone());
        name
    }

    /// Replaces a schema by the one whose children have names.
    fn complete(&mut self, wanted: &str, name: &str, schema: Value) {
        if let Some(numbered) = self.numbered.get_mut(wanted).filter(|_| name != wanted) {
            numbered.names.insert(schema.clone(), name.to_owned());
        }
        self.named.insert(name.to_owned(), schema);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_named_after_their_place() {
        let mut root = json!({
            "paths": {"/pets": {"post": {
                "operationId": "pets_create",
                "parameters": [{"name": "sort", "schema": {"type": "string", "enum": ["a"]}}],
                "requestBody": {"content": {"application/json": {"schema": {
                    "type": "object", "properties": {"name": {"type": "string"}}
                }}}},
            }}},
            "components": {"schemas": {"Pet": {"type": "object", "properties": {
                "toys": {"type": "array", "items": {
                    "type": "object", "description": "A toy.", "properties": {"x": {"type": "string"}}
                }},
            }}}},
        });
        hoist(&mut root);
        let names: Vec<_> = schemas_of(&root)
            .into_iter()
            .flat_map(|schemas| schemas.keys().cloned())
            .collect();
        assert_eq!(
            names,
            ["Pet", "PetToy", "PetsCreateSort", "PetsCreateRequest"]
        );
        let toys = &root["components"]["schemas"]["Pet"]["properties"]["toys"]["items"];
        assert_eq!(toys["allOf"][0]["$ref"], "#/components/schemas/PetToy");
    }
}
