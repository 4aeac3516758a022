//! The union of the payloads of webhooks, which is the type of an event.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{SCHEMAS, referenced, schemas_of, schemas_of_mut};
use crate::extensions::WEBHOOK_EVENT;
use crate::walk;
use crate::webhooks::payload;

/// The name of the union.
const NAME: &str = "WebhookEvent";

/// Properties that usually distinguish events, most specific first.
const PROPERTIES: [&str; 8] = [
    "event_type",
    "eventType",
    "event",
    "event_name",
    "eventName",
    "type",
    "topic",
    "action",
];

/// Adds the union to the schemas. All schemas have names.
pub(super) fn unite(root: &mut Value) {
    let mut members: Vec<Value> = Vec::new();
    for (_, _, request) in walk::webhooks(root) {
        // The description of the body is not part of the type.
        let member = payload(request).map(|schema| match referenced(schema) {
            Some(name) => json!({ "$ref": format!("{SCHEMAS}{name}") }),
            None => schema.clone(),
        });
        members.extend(member.filter(|member| !members.contains(member)));
    }
    if members.is_empty() {
        return;
    }
    let mut union = json!({"description": "An event that the API sends."});
    let none = Map::new();
    if let Some(property) = discriminator(&members, schemas_of(root).unwrap_or(&none)) {
        union["discriminator"] = json!({ "propertyName": property });
    }
    union["oneOf"] = members.into();
    if root["components"]["schemas"].is_null() {
        root["components"]["schemas"] = json!({});
    }
    let Some(schemas) = schemas_of_mut(root) else {
        return;
    };
    let numbered = (2..).map(|number| format!("{NAME}{number}"));
    let mut names = std::iter::once(NAME.to_owned()).chain(numbered);
    let name = names.find(|name| !schemas.contains_key(name));
    let name = name.unwrap_or_default();
    schemas.insert(name.clone(), union);
    root[WEBHOOK_EVENT] = json!({ "$ref": format!("{SCHEMAS}{name}") });
}

/// Returns the property with different values in each event.
fn discriminator(members: &[Value], schemas: &Map<String, Value>) -> Option<String> {
    let first = walk::target(members.first()?, schemas);
    let mut candidates: Vec<String> = properties(first, schemas, 0);
    let rank = |name: &String| PROPERTIES.iter().position(|known| known == name);
    candidates.sort_by_key(|name| rank(name).unwrap_or(PROPERTIES.len()));
    candidates.into_iter().find(|property| {
        let mut seen = BTreeSet::new();
        let is_known = rank(property).is_some();
        members.iter().all(|member| {
            let values = values(member, property, schemas, 0).unwrap_or_default();
            // Another property with several values may be a status.
            let is_telling = is_known && !values.is_empty() || values.len() == 1;
            is_telling && values.into_iter().all(|value| seen.insert(value))
        })
    })
}

/// The maximum depth of nested unions.
const DEPTH: usize = 8;

/// Returns the names of the properties of an object, or of the first variant of a union.
fn properties(schema: &Value, schemas: &Map<String, Value>, depth: usize) -> Vec<String> {
    if let Some(first) = schema["oneOf"].get(0).filter(|_| depth < DEPTH) {
        return properties(walk::target(first, schemas), schemas, depth + 1);
    }
    let properties = schema["properties"].as_object().into_iter();
    properties.flat_map(Map::keys).cloned().collect()
}

/// Returns the possible values of a property, or `None` if there can be others.
fn values<'a>(
    schema: &'a Value,
    property: &str,
    schemas: &'a Map<String, Value>,
    depth: usize,
) -> Option<Vec<&'a str>> {
    let schema = walk::target(schema, schemas);
    if let Some(members) = schema["oneOf"].as_array().filter(|_| depth < DEPTH) {
        let all = members.iter();
        let all = all.map(|member| values(member, property, schemas, depth + 1));
        return Some(all.collect::<Option<Vec<_>>>()?.concat());
    }
    let own = walk::target(schema["properties"].get(property)?, schemas);
    let own = own["enum"].as_array()?.iter();
    own.map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(properties: Value) -> Value {
        json!({"post": {"requestBody": {"content": {"application/json": {"schema": properties}}}}})
    }

    fn union(webhooks: Value, schemas: Value) -> Value {
        let mut root = json!({"webhooks": webhooks, "components": {"schemas": schemas}});
        unite(&mut root);
        let name = referenced(&root[WEBHOOK_EVENT]).map(str::to_owned);
        name.map_or(Value::Null, |name| {
            root["components"]["schemas"][name].clone()
        })
    }

    fn named(name: &str) -> Value {
        json!({ "$ref": format!("{SCHEMAS}{name}") })
    }

    fn of(properties: &[(&str, &[&str])]) -> Value {
        let properties = properties.iter();
        let properties: Map<String, Value> = properties
            .map(|(name, values)| ((*name).to_owned(), json!({ "enum": values })))
            .collect();
        json!({ "properties": properties })
    }

    #[test]
    fn events_are_told_apart_by_a_property_with_other_values() {
        let webhooks = json!({"added": event(named("Added")), "gone": event(named("Gone"))});
        let schemas = json!({
            "Added": of(&[("kind", &["event"]), ("status", &["new"]), ("type", &["added", "put"])]),
            "Gone": of(&[("kind", &["event"]), ("status", &["old"]), ("type", &["gone"])]),
        });
        let union = union(webhooks, schemas);
        assert_eq!(union["discriminator"]["propertyName"], "type");
        assert_eq!(union["oneOf"], json!([named("Added"), named("Gone")]));
    }

    #[test]
    fn of_a_single_event_the_most_telling_property_counts() {
        let webhooks = json!({"sent": event(named("Sent"))});
        let both = of(&[("type", &["event"]), ("event_type", &["sent"])]);
        let found = union(webhooks.clone(), json!({ "Sent": both }));
        assert_eq!(found["discriminator"]["propertyName"], "event_type");
        let status = of(&[("status", &["a", "b"])]);
        let found = union(webhooks, json!({ "Sent": status }));
        assert_eq!(found.get("discriminator"), None);
    }

    #[test]
    fn two_webhooks_with_one_payload_are_one_variant() {
        let webhooks = json!({"a": event(named("Pet")), "b": event(named("Pet"))});
        let found = union(webhooks, json!({"Pet": {"properties": {"id": {}}}}));
        assert_eq!(found["oneOf"], json!([named("Pet")]));
        assert_eq!(union(json!({}), json!({})), Value::Null);
    }

    #[test]
    fn a_payload_that_is_a_union_has_the_values_of_its_variants() {
        let webhooks = json!({"a": event(named("Either")), "b": event(named("Third"))});
        let schemas = json!({
            "Either": {"oneOf": [named("First"), named("Second")]},
            "First": of(&[("type", &["first"])]),
            "Second": of(&[("type", &["second"])]),
            "Third": of(&[("type", &["third"])]),
        });
        let found = union(webhooks, schemas);
        assert_eq!(found["discriminator"]["propertyName"], "type");
    }
}
