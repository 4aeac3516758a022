//! Names of events: determines whether the name of a Server-Sent Event is a property of its type.
//!
//! A page can describe an event with its fields `event` and `data`, or only its data, with the name
//! of the event as the discriminator.

use std::collections::BTreeMap;

use crate::lower::media_type::essence;
use crate::{EventName, Response, Shape, Tagging, Type, TypeDef, TypeId};

/// The media type of Server-Sent Events.
const SERVER_SENT: &str = "text/event-stream";

/// The field of an event with its name.
const EVENT: &str = "event";

/// The field of an event with its data.
const DATA: &str = "data";

/// The other fields of an event.
const FIELDS: [&str; 3] = [DATA, "id", "retry"];

type Types = BTreeMap<TypeId, TypeDef>;

/// Returns the location of event names in the events of an operation.
pub(super) fn find(response: &Response, types: &Types) -> Option<EventName> {
    let Response::Events { ty, media_type } = response else {
        return None;
    };
    let ty = definition(ty, types)?;
    let (property, members) = match &ty.shape {
        Shape::Struct(_) => (None, vec![ty]),
        Shape::Union(union) => {
            let property = match &union.tagging {
                Tagging::Tagged(property) => Some(property.as_str()),
                Tagging::Untagged => None,
            };
            let variants = union.variants.iter();
            let members = variants.map(|variant| definition(&variant.ty, types));
            (property, members.collect::<Option<Vec<_>>>()?)
        }
        _ => return None,
    };
    let fields = envelope(&members, property.unwrap_or(EVENT));
    // Lines of JSON have no separate event names.
    let has_names = essence(media_type) == SERVER_SENT;
    if fields.is_empty() && (property.is_none() || !has_names) {
        return None;
    }
    Some(EventName {
        property: property.unwrap_or(EVENT).to_owned(),
        fields,
    })
}

/// Returns the fields of an event that the objects have in addition to its name, if they have no
/// other properties.
fn envelope(members: &[&TypeDef], property: &str) -> Vec<String> {
    let wires = || members.iter().flat_map(|member| member.fields());
    let wires = || wires().map(|field| field.wire.as_str());
    let is_field = |wire: &str| wire == property || FIELDS.contains(&wire);
    let has = |name: &str| wires().any(|wire| wire == name);
    if !(wires().all(is_field) && has(property) && has(DATA)) {
        return Vec::new();
    }
    let fields = FIELDS.into_iter().filter(|name| has(name));
    fields.map(str::to_owned).collect()
}

fn definition<'a>(ty: &Type, types: &'a Types) -> Option<&'a TypeDef> {
    match ty {
        Type::Named(id) => types.get(id),
        Type::Nullable(inner) | Type::Boxed(inner) => definition(inner, types),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::EventName;
    use crate::lower::lowered;

    /// Returns the location of event names in the events of an operation with these schemas.
    fn event_name(schemas: Value) -> Option<EventName> {
        let content = json!({"text/event-stream": {"schema": {
            "$ref": "#/components/schemas/Event",
        }}});
        let (api, _) = lowered(&json!({
            "paths": {"/talk": {"get": {
                "operationId": "talk", "responses": {"200": {"content": content}},
            }}},
            "components": {"schemas": schemas},
        }));
        api.operations[0].event_name.clone()
    }

    fn object(properties: Value) -> Value {
        json!({"type": "object", "properties": properties})
    }

    fn union(property: &str) -> Value {
        let members = ["Text", "Stop"].map(|name| format!("#/components/schemas/{name}"));
        json!({
            "oneOf": [{"$ref": members[0]}, {"$ref": members[1]}],
            "discriminator": {
                "propertyName": property,
                "mapping": {"text": members[0], "stop": members[1]},
            },
        })
    }

    fn named(property: &str, fields: &[&str]) -> Option<EventName> {
        Some(EventName {
            property: property.to_owned(),
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        })
    }

    #[test]
    fn an_object_may_be_the_event_with_all_of_its_fields() {
        let text = json!({"type": "string"});
        let event = object(json!({"event": text, "data": text, "id": text}));
        let found = event_name(json!({"Event": event}));
        assert_eq!(found, named("event", &["data", "id"]));

        let data = object(json!({"event": text, "data": text, "word": text}));
        assert_eq!(event_name(json!({"Event": data})), None);
    }

    #[test]
    fn the_name_may_be_the_discriminator_of_the_fields_or_of_the_data() {
        let kind = |value: &str| json!({"type": "string", "enum": [value]});
        let schemas = json!({
            "Event": union("event"),
            "Text": object(json!({"event": kind("text"), "data": {"type": "string"}})),
            "Stop": object(json!({"event": kind("stop")})),
        });
        assert_eq!(event_name(schemas), named("event", &["data"]));

        let schemas = json!({
            "Event": union("type"),
            "Text": object(json!({"type": kind("text"), "word": {"type": "string"}})),
            "Stop": object(json!({"type": kind("stop")})),
        });
        assert_eq!(event_name(schemas), named("type", &[]));
    }
}
