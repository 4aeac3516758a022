//! Turns compositions of objects (`allOf`) into one object with all properties, which is the struct
//! that a Rust developer would write.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use names::{Scope, numbered};
use serde_json::{Map, Value, json};

use super::{SCHEMAS, referenced, schemas_of, schemas_of_mut};
use crate::extensions::REQUIRED_ALTERNATIVES;
use crate::{mapping, walk};
use pages::pointer::Pointer;

/// The maximum depth of nested compositions before one gets a name. A member of a composition can
/// itself be a composition.
pub(crate) const NESTED_COMPOSITIONS: usize = 3;

/// Merges all compositions. A composition that cannot be merged becomes any value, and its pointer
/// is returned.
pub(super) fn compose(root: &mut Value) -> Vec<String> {
    walk::schemas_mut(root, &mut |_, schema| alternatives_of_required(schema));
    let Some(schemas) = schemas_of(root).cloned() else {
        return Vec::new();
    };
    let mut composition = Composition {
        schemas: &schemas,
        named: BTreeMap::new(),
        names: Scope::with_reserved(schemas.keys().map(String::as_str)),
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
            // Progenitor would search for a schema that matches all members, and not terminate.
            *schema = match schema["description"].as_str() {
                Some(description) => json!({ "description": description }),
                None => json!({}),
            };
            contradictions.push(pointer.to_owned());
        }
    });
    contradictions
}

/// Removes members of `allOf` without type information, and keeps their description.
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

/// The state of the traversal of all schemas.
struct Composition<'a> {
    /// The original schemas.
    schemas: &'a Map<String, Value>,
    /// The names of compositions that would contain themselves, by content.
    named: BTreeMap<String, String>,
    /// The names of all schemas.
    names: Scope,
    /// Named compositions that are not merged yet.
    waiting: Vec<(String, Value)>,
}

impl Composition<'_> {
    /// Merges a schema and its children. `around` are the compositions that contain it.
    fn compose(&mut self, schema: &mut Value, around: &mut Vec<String>) {
        leave_what_says_nothing(schema);
        let original = is_composition(schema).then(|| schema.clone());
        lift_union(schema, self.schemas);
        distribute(schema, self.schemas);
        // A union whose members are not merged includes nothing.
        let original = original.filter(|original| has_parts(original) || original != schema);
        let content = original.as_ref().map(Value::to_string);
        if let Some(content) = &content {
            if around.contains(content) || around.len() >= NESTED_COMPOSITIONS {
                let name = self.name(content, original.as_ref().unwrap_or(schema));
                *schema = json!({"$ref": format!("{SCHEMAS}{name}")});
                return;
            }
            around.push(content.clone());
        }
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

    /// Returns the name of a composition that becomes a separate schema.
    fn name(&mut self, content: &str, schema: &Value) -> String {
        if let Some(name) = self.named.get(content) {
            return name.clone();
        }
        let members = schema["allOf"].as_array().or(schema["oneOf"].as_array());
        let first = members.into_iter().flatten().find_map(referenced);
        let base = format!("{}With", first.unwrap_or("Composition"));
        let name = self.names.claim(numbered(&base, ""));
        self.named.insert(content.to_owned(), name.clone());
        self.waiting.push((name.clone(), schema.clone()));
        name
    }
}

/// Returns `true` if a schema can include the properties of other schemas.
fn is_composition(schema: &Value) -> bool {
    has_parts(schema) || schema.get("oneOf").is_some()
}

/// Returns `true` if a schema is composed of other schemas.
fn has_parts(schema: &Value) -> bool {
    schema.get("allOf").is_some() && referenced(schema).is_none()
}

/// Removes a union that only states which properties are required together, and records the
/// properties, because it restricts values but not their type.
fn alternatives_of_required(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    let says = |member: &Value, keys: &[&str]| {
        let member = member.as_object();
        member.is_some_and(|member| member.keys().all(|key| keys.contains(&key.as_str())))
    };
    let members = object.get("oneOf").and_then(Value::as_array);
    // The alternatives of an object are objects.
    let only_required = members.is_some_and(|members| {
        let keys = ["required", "title", "description", "type", "not"];
        members.iter().all(|member| {
            says(member, &keys) && member.get("type").is_none_or(|kind| kind == "object")
        }) && members
            .iter()
            .any(|member| member.get("required").is_some())
    });
    if !only_required {
        return;
    }
    let members = object.shift_remove("oneOf").unwrap_or_default();
    object.entry("type").or_insert_with(|| "object".into());
    let members = members.as_array().into_iter().flatten();
    let required = members.map(|member| member.get("required").cloned());
    // A member without required properties accepts every object.
    if let Some(alternatives) = required.collect::<Option<Vec<Value>>>() {
        object.insert(REQUIRED_ALTERNATIVES.to_owned(), json!([alternatives]));
    }
}

/// Turns an `allOf` of objects and one union into a union with the properties of the objects beside
/// it.
fn lift_union(schema: &mut Value, schemas: &Map<String, Value>) {
    let Some(parts) = schema["allOf"]
        .as_array()
        .filter(|_| referenced(schema).is_none())
    else {
        return;
    };
    let is_union = |part: &&Value| union(part, schemas).is_some();
    let (unions, objects): (Vec<&Value>, Vec<&Value>) = parts.iter().partition(is_union);
    let &[only] = unions.as_slice() else {
        return;
    };
    let Some(union) = union(only, schemas) else {
        return;
    };
    let mut around = schema.clone();
    around["allOf"] = objects.into_iter().cloned().collect();
    let Some(mut lifted) = composed(&around, schemas, &mut BTreeSet::new()) else {
        return;
    };
    if let Some(beside) = base(union) {
        add(&mut lifted, &beside, schemas);
    }
    // A value that is not an object does not match the other members.
    let members = union["oneOf"].as_array().into_iter().flatten();
    let members = members.filter(|member| variant(member, schemas).is_some());
    lifted.insert("oneOf".to_owned(), members.cloned().collect());
    if let Some(discriminator) = union.get("discriminator") {
        lifted.insert("discriminator".to_owned(), discriminator.clone());
    }
    if !lifted.contains_key("properties") {
        lifted.shift_remove("type");
    }
    *schema = Value::Object(lifted);
}

/// Adds the properties beside a union to each of its members, and the discriminator property to
/// members without it. A changed member is mapped by its position until it has a name.
fn distribute(schema: &mut Value, schemas: &Map<String, Value>) {
    let Some(mut shared) = base(schema) else {
        return;
    };
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    let Some(Value::Array(mut members)) = object.get_mut("oneOf").map(Value::take) else {
        return;
    };
    if !shared.contains_key("properties") {
        shared.clear();
    }
    // The discriminator property of a member with a mapped value.
    let mapped = mapped(object);
    let property = object
        .get("discriminator")
        .and_then(|it| it["propertyName"].as_str());
    let selecting = property.map(|property| json!({"properties": {property: {"type": "string"}}}));
    let selecting = selecting.as_ref().and_then(Value::as_object);
    let selecting = selecting.filter(|selecting| !has_all(&shared, selecting, schemas));
    let mut positions: HashMap<String, usize> = HashMap::new();
    for (position, member) in members.iter_mut().enumerate() {
        let Some(mut combined) = variant(member, schemas) else {
            continue;
        };
        let is_union = combined.contains_key("oneOf");
        let is_mapped = member["$ref"]
            .as_str()
            .is_some_and(|it| mapped.contains(it));
        let mut more = shared.clone();
        if let Some(selecting) = selecting
            && is_mapped
            && !is_union
            && !has_all(&combined, selecting, schemas)
        {
            add(&mut more, selecting, schemas);
        }
        if has_all(&combined, &more, schemas) {
            continue;
        }
        add(&mut more, &combined, schemas);
        combined.extend(more);
        if !is_union {
            combined.insert("type".to_owned(), "object".into());
        }
        if let Some(name) = referenced(member) {
            combined.entry("title").or_insert_with(|| name.into());
            positions
                .entry(format!("{SCHEMAS}{name}"))
                .or_insert(position);
        }
        *member = Value::Object(combined);
    }
    for target in mapping::entries_mut(object)
        .into_iter()
        .flat_map(Map::values_mut)
    {
        if let Some(position) = target.as_str().and_then(|it| positions.get(it)) {
            *target = (*position).into();
        }
    }
    object.insert("oneOf".to_owned(), members.into());
    if !shared.is_empty() {
        for key in ["properties", "required", "additionalProperties", "type"] {
            object.shift_remove(key);
        }
    }
}

/// Returns the schemas to which values of a discriminator are mapped.
fn mapped(union: &Map<String, Value>) -> HashSet<String> {
    let mapping = union
        .get("discriminator")
        .and_then(|it| it["mapping"].as_object());
    let targets = mapping.into_iter().flat_map(Map::values);
    targets
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// Returns `true` if an object includes all statements of another object.
fn has_all(
    object: &Map<String, Value>,
    other: &Map<String, Value>,
    schemas: &Map<String, Value>,
) -> bool {
    let own = object.get("properties").and_then(Value::as_object);
    let has = |(name, property): (&String, &Value)| {
        let own = own.and_then(|own| own.get(name));
        own.is_some_and(|own| values(own, schemas) <= values(property, schemas))
    };
    let requires = |name: &Value| {
        let own = object.get("required").and_then(Value::as_array);
        own.is_some_and(|own| own.contains(name))
    };
    let properties = other.get("properties").and_then(Value::as_object);
    let required = other.get("required").and_then(Value::as_array);
    properties.into_iter().flatten().all(has) && required.into_iter().flatten().all(requires)
}

/// Returns the object or the union of objects that a union member represents.
fn variant(member: &Value, schemas: &Map<String, Value>) -> Option<Map<String, Value>> {
    let object = member_object(member, schemas, &mut BTreeSet::new());
    object.or_else(|| {
        let union = union(member, schemas)?;
        let members = union["oneOf"].as_array()?;
        let are_objects = members
            .iter()
            .all(|member| member_object(member, schemas, &mut BTreeSet::new()).is_some());
        are_objects.then(|| union.as_object().cloned())?
    })
}

/// Returns the union that a schema is or references.
fn union<'a>(schema: &'a Value, schemas: &'a Map<String, Value>) -> Option<&'a Value> {
    let target = walk::target(schema, schemas);
    target["oneOf"].is_array().then_some(target)
}

/// Returns the object that a schema with `allOf` represents, or `None` if it has no `allOf` or a
/// member is not an object.
fn composed(
    schema: &Value,
    schemas: &Map<String, Value>,
    visiting: &mut BTreeSet<String>,
) -> Option<Map<String, Value>> {
    let object = schema.as_object()?;
    let members = object.get("allOf")?.as_array()?;
    let mut result = Map::new();
    for member in members {
        let more = member_object(member, schemas, visiting)?;
        add(&mut result, &more, schemas);
    }
    let mut own = object.clone();
    own.shift_remove("allOf");
    add(&mut result, &own, schemas);
    for (key, value) in own {
        if !["properties", "required", REQUIRED_ALTERNATIVES].contains(&key.as_str()) {
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
            // A recursive reference adds no properties.
            return Some(Map::new());
        }
        let target = schemas.get(name)?;
        let result = member_object(target, schemas, visiting);
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

/// Returns the statements of a union about all its members.
fn base(union: &Value) -> Option<Map<String, Value>> {
    let mut object = union.as_object()?.clone();
    object.retain(|key, _| {
        ["properties", "required", "additionalProperties"].contains(&key.as_str())
    });
    Some(object)
}

/// Adds the properties of `object` to `result`. If both have a property, the one that lists its
/// values takes precedence, and otherwise that of `object`.
fn add(result: &mut Map<String, Value>, object: &Map<String, Value>, schemas: &Map<String, Value>) {
    for key in [
        "properties",
        "additionalProperties",
        "required",
        REQUIRED_ALTERNATIVES,
    ] {
        match (result.get_mut(key), object.get(key)) {
            (Some(Value::Object(known)), Some(Value::Object(more))) if key == "properties" => {
                for (name, property) in more {
                    match known.get_mut(name) {
                        Some(known) if values(known, schemas) < values(property, schemas) => {}
                        Some(known) => *known = property.clone(),
                        None => {
                            known.insert(name.clone(), property.clone());
                        }
                    }
                }
            }
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

/// Returns the number of values that a schema lists. A schema without a list allows any value.
fn values(schema: &Value, schemas: &Map<String, Value>) -> usize {
    let values = walk::target(schema, schemas)["enum"].as_array();
    values.map_or(usize::MAX, Vec::len)
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

    fn reference(name: &str) -> Value {
        json!({"$ref": format!("{SCHEMAS}{name}")})
    }

    fn with(property: &str, schema: Value) -> Value {
        json!({"type": "object", "properties": {property: schema}})
    }

    fn text() -> Value {
        json!({"type": "string"})
    }

    /// Returns the schema `Union` after composition.
    fn composed_union(union: Value, mut schemas: Value) -> Value {
        schemas["Union"] = union;
        let mut root = json!({"components": {"schemas": schemas}});
        assert!(compose(&mut root).is_empty());
        root["components"]["schemas"]["Union"].take()
    }

    fn by_kind() -> Value {
        json!({"propertyName": "kind", "mapping": {
            "cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog",
        }})
    }

    #[test]
    fn members_get_the_properties_beside_a_union_and_stay_mapped() {
        let mut union = with("name", text());
        union["oneOf"] = json!([reference("Cat"), reference("Dog"), {"type": "string"}]);
        union["discriminator"] = by_kind();
        let cat = json!({"type": "object", "properties": {"name": text(), "kind": text()}});
        let union = composed_union(union, json!({"Cat": cat, "Dog": with("kind", text())}));
        assert_eq!(union["oneOf"][0], reference("Cat"), "it has the property");
        let dog = &union["oneOf"][1];
        assert_eq!(dog["title"], "Dog");
        assert_eq!(dog["properties"], json!({"name": text(), "kind": text()}));
        assert_eq!(union["oneOf"][2], text());
        let mapping = json!({"cat": "#/components/schemas/Cat", "dog": 1});
        assert_eq!(union["discriminator"]["mapping"], mapping);
    }

    #[test]
    fn members_get_the_property_that_selects_them() {
        let union = json!({
            "oneOf": [reference("Cat"), reference("Dog")],
            "discriminator": by_kind(),
        });
        let number = json!({"type": "integer"});
        let schemas = json!({"Cat": with("lives", text()), "Dog": with("kind", number)});
        let union = composed_union(union, schemas);
        let cat = json!({"kind": text(), "lives": text()});
        assert_eq!(union["oneOf"][0]["properties"], cat);
        assert_eq!(union["oneOf"][1], reference("Dog"));
    }

    #[test]
    fn a_member_that_leads_back_to_its_union_ends() {
        let union = json!({
            "oneOf": [reference("Cat")],
            "discriminator": {"propertyName": "kind", "mapping": {
                "cat": "#/components/schemas/Cat",
            }},
        });
        let union = composed_union(union.clone(), json!({"Cat": with("inner", union)}));
        let inner = &union["oneOf"][0]["properties"]["inner"];
        assert_eq!(referenced(inner), Some("CatWith"));
    }

    #[test]
    fn the_property_that_lists_fewer_values_stays() {
        let kind = |values: &[&str]| with("kind", json!({"enum": values}));
        let mut union = kind(&["cat", "dog"]);
        union["oneOf"] = json!([kind(&["cat"]), with("kind", text())]);
        let union = composed_union(union, json!({}));
        assert_eq!(
            union["oneOf"][0]["properties"],
            kind(&["cat"])["properties"]
        );
        assert_eq!(
            union["oneOf"][1]["properties"],
            kind(&["cat", "dog"])["properties"]
        );
    }

    #[test]
    fn a_union_and_an_object_is_a_union_of_objects() {
        let pet = json!({
            "oneOf": [reference("Cat"), reference("Wild"), {"type": "string"}],
            "discriminator": by_kind(),
        });
        let wild = json!({"oneOf": [with("fox", text()), with("owl", text())]});
        let mut schemas = json!({"Pet": pet, "Cat": with("kind", text()), "Wild": wild});
        schemas["Dog"] = with("kind", text());
        let union = composed_union(
            json!({"description": "d", "allOf": [reference("Pet"), with("name", text())]}),
            schemas,
        );
        assert_eq!(union["description"], "d");
        let members = union["oneOf"].as_array().expect("it is a union");
        assert_eq!(members.len(), 2, "a text has no name: {members:?}");
        let cat = json!({"name": text(), "kind": text()});
        assert_eq!(members[0]["properties"], cat);
        let fox = json!({"name": text(), "fox": text()});
        assert_eq!(members[1]["oneOf"][0]["properties"], fox);
        assert_eq!(union["discriminator"]["mapping"]["cat"], 0);
    }

    #[test]
    fn alternatives_of_required_properties_say_nothing_about_the_type() {
        let either = json!({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]});
        let mut object = with("a", text());
        object["oneOf"] = either["oneOf"].clone();
        let mut expected = with("a", text());
        expected["x-required-alternatives"] = json!([[["a"], ["b"]]]);
        assert_eq!(composed_union(object.clone(), json!({})), expected);
        let other = json!({"oneOf": [{"required": ["b", "c"]}, {"required": ["a"]}]});
        let union = composed_union(
            json!({"allOf": [reference("Pet"), other]}),
            json!({"Pet": object}),
        );
        expected["x-required-alternatives"] = json!([[["a"], ["b"]], [["b", "c"], ["a"]]]);
        assert_eq!(union, expected);
    }

    #[test]
    fn an_alternative_that_requires_nothing_leaves_no_trace() {
        let mut object = with("a", text());
        object["oneOf"] = json!([{"required": ["a"]}, {"title": "Neither"}]);
        assert_eq!(composed_union(object, json!({})), with("a", text()));
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
