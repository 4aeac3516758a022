//! The mapping of a discriminator: which of its values selects which schema.
//!
//! Pages leave out what OpenAPI implies: for a schema that no value is mapped to, the
//! value is its name, unless the schema states the values of the property itself. The
//! mapping is completed while the schemas still have the names of their page.

use serde_json::{Map, Value};

use crate::{type_id, walk};

/// The maximum number of references and compositions that lead to a property.
const DEEPEST: usize = 20;

/// Completes the mappings of all discriminators.
pub(crate) fn complete(root: &mut Value) {
    let schemas = root["components"]["schemas"].clone();
    walk::schemas_mut(root, &mut |_, schema| {
        full_references(schema);
        imply(schema, &schemas);
    });
}

/// A mapping may name a schema or refer to it.
fn full_references(schema: &mut Value) {
    let mapping = schema
        .get_mut("discriminator")
        .and_then(|discriminator| discriminator.get_mut("mapping"))
        .and_then(Value::as_object_mut);
    for (_, target) in mapping.into_iter().flatten() {
        if let Value::String(name) = target
            && !name.contains(['/', '#'])
        {
            *name = format!("{}{name}", walk::SCHEMAS);
        }
    }
}

/// Maps the name of each schema of a union that no value is mapped to.
pub(crate) fn imply(schema: &mut Value, schemas: &Value) {
    let discriminator = &schema["discriminator"];
    let Some(property) = discriminator["propertyName"].as_str() else {
        return;
    };
    let mapping = discriminator["mapping"].as_object();
    let is_mapped =
        |reference: &str| mapping.is_some_and(|mapping| mapping.values().any(|it| it == reference));
    let members = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
    let references = members.into_iter().flatten().filter_map(|member| {
        let reference = member["$ref"].as_str()?;
        Some((reference, reference.strip_prefix(walk::SCHEMAS)?))
    });
    let references: Vec<(&str, &str)> = references.collect();
    let stated = |node: &Value| Stated::of(node, property, schemas, 0);
    // A property that no schema has selects nothing.
    let is_known = mapping.is_some()
        || !schema["properties"][property].is_null()
        || references
            .iter()
            .any(|(_, name)| stated(&schemas[*name]) != Stated::Nothing);
    if !is_known {
        return;
    }
    let implied = references
        .into_iter()
        .filter(|(reference, name)| {
            !is_mapped(reference) && stated(&schemas[*name]) != Stated::Values
        })
        .map(|(reference, name)| (type_id::name(name).to_owned(), reference.into()));
    let mut complete: Map<String, Value> = implied.collect();
    if complete.is_empty() {
        return;
    }
    // A value that the page maps stays.
    complete.extend(mapping.cloned().unwrap_or_default());
    schema["discriminator"]["mapping"] = complete.into();
}

/// The statement of a schema about the values of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stated {
    /// It does not have the property.
    Nothing,
    /// It has the property, with any value.
    Any,
    /// It lists the values.
    Values,
}

impl Stated {
    fn of(schema: &Value, property: &str, schemas: &Value, depth: usize) -> Self {
        if depth > DEEPEST {
            return Self::Nothing;
        }
        let schema = target(schema, schemas);
        let own = &schema["properties"][property];
        let own = match target(own, schemas) {
            Value::Null => Self::Nothing,
            values if values.get("enum").is_some() || values.get("const").is_some() => Self::Values,
            _ => Self::Any,
        };
        let all = schema["allOf"].as_array().into_iter().flatten();
        let all = all.map(|part| Self::of(part, property, schemas, depth + 1));
        let members = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
        let members = members.into_iter().flatten();
        let members = members.map(|member| Self::of(member, property, schemas, depth + 1));
        all.chain(members.min()).chain([own]).max().unwrap_or(own)
    }
}

fn target<'a>(schema: &'a Value, schemas: &'a Value) -> &'a Value {
    let name = schema["$ref"]
        .as_str()
        .and_then(|reference| reference.strip_prefix(walk::SCHEMAS));
    name.map_or(schema, |name| &schemas[name])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Returns the mapping of a union of these schemas by `kind`.
    fn completed(mapping: Value, schemas: Value) -> Value {
        let members: Vec<Value> = schemas.as_object().map_or_else(Vec::new, |schemas| {
            let names = schemas.keys().filter(|name| *name != "Base");
            names
                .map(|name| json!({"$ref": format!("{}{name}", walk::SCHEMAS)}))
                .collect()
        });
        let mut root = json!({"components": {"schemas": schemas}});
        root["components"]["schemas"]["Union"] = json!({
            "oneOf": members,
            "discriminator": {"propertyName": "kind", "mapping": mapping},
        });
        complete(&mut root);
        let mut mapping = root["components"]["schemas"]["Union"]["discriminator"]["mapping"].take();
        for (_, target) in mapping.as_object_mut().into_iter().flatten() {
            *target = target
                .as_str()
                .map_or("", |it| &it[walk::SCHEMAS.len()..])
                .into();
        }
        mapping
    }

    fn with(kind: Value) -> Value {
        json!({"properties": {"kind": kind}})
    }

    #[test]
    fn without_a_mapping_the_value_is_the_name() {
        let text = with(json!({"type": "string"}));
        assert_eq!(
            completed(json!(null), json!({"Cat": text, "type_:Dog": {}})),
            json!({"Cat": "Cat", "Dog": "type_:Dog"})
        );
    }

    #[test]
    fn a_schema_that_the_mapping_leaves_out_has_its_name() {
        let text = with(json!({"type": "string"}));
        assert_eq!(
            completed(json!({"cat": "Cat"}), json!({"Cat": text, "Dog": text})),
            json!({"Dog": "Dog", "cat": "Cat"})
        );
    }

    #[test]
    fn a_schema_that_states_its_values_needs_no_mapping() {
        let base = json!({"$ref": "#/components/schemas/Base"});
        let schemas = json!({
            "Base": with(json!({"type": "string"})),
            "Cat": with(json!({"const": "cat"})),
            "Dog": {"allOf": [base, with(json!({"enum": ["dog"]}))]},
            "Fish": {"oneOf": [with(json!({"enum": ["eel"]})), with(json!({"enum": ["cod"]}))]},
        });
        assert_eq!(completed(json!(null), schemas), json!(null));
    }

    #[test]
    fn a_property_that_no_schema_has_selects_nothing() {
        let other = json!({"properties": {"name": {"type": "string"}}});
        assert_eq!(
            completed(json!(null), json!({"Cat": other, "Dog": other})),
            json!(null)
        );
    }
}
