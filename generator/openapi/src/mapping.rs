//! The mappings of discriminators, from values to schemas.
//!
//! Pages omit mappings that OpenAPI implies: the value of an unmapped schema is its name, unless
//! the schema lists the values of the property, or is itself a union by the property. Mappings are
//! completed while the schemas still have the names of their page.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::{type_id, walk};

/// Completes the mappings of all discriminators.
pub(crate) fn complete(root: &mut Value) {
    let Some(schemas) = walk::schemas_of(root).cloned() else {
        return;
    };
    let mut statements = Statements::new(&schemas);
    walk::schemas_mut(root, &mut |_, schema| {
        let Some(schema) = schema.as_object_mut() else {
            return;
        };
        // A mapping can contain names or references.
        for target in entries_mut(schema).into_iter().flat_map(Map::values_mut) {
            if let Value::String(name) = target
                && !name.contains(['/', '#'])
            {
                *name = format!("{}{name}", walk::SCHEMAS);
            }
        }
        select_unions(schema, &schemas);
        imply(schema, &mut statements);
    });
}

/// Maps a value to the member of a union that contains its schema, if the schema is not a member
/// itself but a variant of a union among the members.
fn select_unions(schema: &mut Map<String, Value>, schemas: &Map<String, Value>) {
    let references = members(schema).iter();
    let references: Vec<String> = references
        .filter_map(|member| Some(member["$ref"].as_str()?.to_owned()))
        .collect();
    for target in entries_mut(schema).into_iter().flat_map(Map::values_mut) {
        let Some(name) = target.as_str().filter(|name| {
            let is_member = references.iter().any(|member| member == name);
            !is_member && name.starts_with(walk::SCHEMAS)
        }) else {
            continue;
        };
        let holder = references
            .iter()
            .find(|member| has_variant(member, name, schemas, &mut HashSet::new()));
        if let Some(holder) = holder {
            *target = holder.as_str().into();
        }
    }
}

/// Returns `true` if a reference is to a union, directly or through other unions, of the schema
/// `variant`.
fn has_variant<'a>(
    reference: &'a str,
    variant: &str,
    schemas: &'a Map<String, Value>,
    visited: &mut HashSet<&'a str>,
) -> bool {
    let name = reference.strip_prefix(walk::SCHEMAS);
    let union = name.and_then(|name| schemas.get(name)?.as_object());
    let Some(union) = union.filter(|_| visited.insert(reference)) else {
        return false;
    };
    members(union).iter().any(|member| {
        let reference = member["$ref"].as_str();
        reference.is_some_and(|reference| {
            reference == variant || has_variant(reference, variant, schemas, visited)
        })
    })
}

/// Returns the mapping of a union.
pub(crate) fn entries_mut(union: &mut Map<String, Value>) -> Option<&mut Map<String, Value>> {
    let discriminator = union.get_mut("discriminator")?;
    discriminator.get_mut("mapping")?.as_object_mut()
}

/// Adds a mapping from the name of each unmapped schema of a union.
pub(crate) fn imply(schema: &mut Map<String, Value>, statements: &mut Statements<'_>) {
    let discriminator = schema.get("discriminator").unwrap_or(&Value::Null);
    let Some(property) = discriminator["propertyName"].as_str() else {
        return;
    };
    let mapping = discriminator["mapping"].as_object();
    let mapped: HashSet<&str> = mapping
        .into_iter()
        .flat_map(Map::values)
        .filter_map(Value::as_str)
        .collect();
    let members = members(schema).iter();
    let references: Vec<(&str, &str, Stated)> = members
        .filter_map(|member| {
            let reference = member["$ref"].as_str()?;
            let name = reference.strip_prefix(walk::SCHEMAS)?;
            Some((reference, name, statements.of_named(name, property)))
        })
        .collect();
    let own = schema.get("properties").map(|own| &own[property]);
    // A property that no schema has cannot select a variant.
    let is_known = mapping.is_some()
        || own.is_some_and(|own| !own.is_null())
        || references
            .iter()
            .any(|(.., stated)| *stated != Stated::Nothing);
    if !is_known {
        return;
    }
    let implied = references
        .into_iter()
        .filter(|(reference, _, stated)| !mapped.contains(reference) && *stated != Stated::Values)
        .map(|(reference, name, _)| (type_id::name(name).to_owned(), reference.into()));
    let mut complete: Map<String, Value> = implied.collect();
    if complete.is_empty() {
        return;
    }
    // Mappings of the page take precedence.
    complete.extend(mapping.cloned().unwrap_or_default());
    if let Some(discriminator) = schema.get_mut("discriminator") {
        discriminator["mapping"] = complete.into();
    }
}

fn members(schema: &Map<String, Value>) -> &[Value] {
    let members = schema.get("oneOf").and_then(Value::as_array);
    let members = members.or_else(|| schema.get("anyOf")?.as_array());
    members.map_or(&[], Vec::as_slice)
}

/// The information that a schema has about the values of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stated {
    /// It does not have the property.
    Nothing,
    /// It has the property without listing its values.
    Any,
    /// It lists the values.
    Values,
}

/// The information of named schemas, computed once for each property.
pub(crate) struct Statements<'a> {
    schemas: &'a Map<String, Value>,
    /// By property and name. A recursive reference counts as [`Stated::Nothing`].
    known: HashMap<String, HashMap<&'a str, Stated>>,
}

impl<'a> Statements<'a> {
    /// Creates the cache for these schemas.
    pub(crate) fn new(schemas: &'a Map<String, Value>) -> Self {
        Self {
            schemas,
            known: HashMap::new(),
        }
    }

    fn of_named(&mut self, name: &str, property: &str) -> Stated {
        let Some((name, schema)) = self.schemas.get_key_value(name) else {
            return Stated::Nothing;
        };
        let known = self.known.entry(property.to_owned()).or_default();
        if let Some(stated) = known.get(name.as_str()) {
            return *stated;
        }
        known.insert(name, Stated::Nothing);
        let stated = self.of(schema, property);
        self.known
            .entry(property.to_owned())
            .or_default()
            .insert(name, stated);
        stated
    }

    fn of(&mut self, schema: &Value, property: &str) -> Stated {
        if let Some(name) = walk::referenced(schema) {
            return self.of_named(name, property);
        }
        let own = walk::target(&schema["properties"][property], self.schemas);
        let own = match own {
            Value::Null => Stated::Nothing,
            values if values.get("enum").is_some() || values.get("const").is_some() => {
                Stated::Values
            }
            _ => Stated::Any,
        };
        let parts = schema["allOf"].as_array().into_iter().flatten();
        let parts = parts.map(|part| self.of(part, property)).max();
        let is_selecting = schema["discriminator"]["propertyName"] == property;
        let members = schema.as_object().map_or(&[][..], members).iter();
        let members = members.map(|member| self.of(member, property)).min();
        // A union by the same property selects its variants by its own mapping.
        let members = members.map(|stated| match is_selecting && stated != Stated::Nothing {
            true => Stated::Values,
            false => stated,
        });
        parts
            .into_iter()
            .chain(members)
            .chain([own])
            .max()
            .unwrap_or(own)
    }
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

    fn reference(name: &str) -> Value {
        json!({"$ref": format!("{}{name}", walk::SCHEMAS)})
    }

    #[test]
    fn a_union_by_the_same_property_has_values_of_its_own() {
        let text = with(json!({"type": "string"}));
        let schemas = json!({
            "Base": text,
            "Cat": text,
            "Fish": {"oneOf": [reference("Base")], "discriminator": {"propertyName": "kind"}},
        });
        assert_eq!(completed(json!(null), schemas), json!({"Cat": "Cat"}));
    }

    #[test]
    fn a_value_of_a_variant_within_a_union_selects_the_union() {
        let text = with(json!({"type": "string"}));
        let schemas = json!({
            "Base": text,
            "Cat": text,
            "Fish": {"oneOf": [reference("Base"), reference("Fish")]},
        });
        let mapping = json!({"cat": "Cat", "eel": "Base"});
        assert_eq!(
            completed(mapping, schemas),
            json!({"cat": "Cat", "eel": "Fish"})
        );
    }

    #[test]
    fn unions_that_consist_of_each_other_end() {
        let names: Vec<String> = (0..40).map(|number| format!("Union{number}")).collect();
        let members = names
            .iter()
            .map(|name| json!({"$ref": format!("{}{name}", walk::SCHEMAS)}));
        let members: Vec<Value> = members.collect();
        let union = json!({"oneOf": members, "discriminator": {"propertyName": "kind"}});
        let schemas = names.into_iter().map(|name| (name, union.clone()));
        let mut root = json!({"components": {"schemas": schemas.collect::<Map<_, _>>()}});
        let before = root.clone();
        complete(&mut root);
        assert_eq!(root, before, "no schema has the property");
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
