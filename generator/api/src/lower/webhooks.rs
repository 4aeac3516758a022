//! Lowering of webhooks: the events of the API, and their verification.

use std::collections::BTreeMap;

use names::{Scope, numbered};
use openapi::Tree;
use openapi::tree;
use pages::pointer;

use super::Origins;
use super::schemas::Reach;
use super::types::{unknown, value_type, variant_name};
use crate::{Docs, Origin, Shape, Tagging, TypeDef, TypeId, Webhook, Webhooks};

/// Returns the union of all events, if there are any.
pub(super) fn event(tree: &Tree) -> Option<TypeId> {
    let webhooks = tree.webhooks.as_ref()?;
    Some(TypeId::new(&webhooks.event))
}

/// Returns the types that a client receives with events.
pub(super) fn reach(event: &TypeId) -> Reach<'_> {
    Reach {
        in_parameters: Vec::new(),
        in_body: None,
        in_responses: vec![event],
    }
}

/// Lowers the webhooks, and names the variants of their union after them.
pub(super) fn lower(
    tree: &Tree,
    origins: &Origins,
    types: &mut BTreeMap<TypeId, TypeDef>,
) -> Option<Webhooks> {
    let webhooks = tree.webhooks.as_ref()?;
    let event = event(tree)?;
    let events = webhooks
        .events
        .iter()
        .map(|webhook| lower_one(webhook, origins));
    let events: Vec<Webhook> = events.collect();
    name_variants(types.get_mut(&event)?, &events);
    Some(Webhooks {
        event,
        events,
        signature: webhooks.signature.clone(),
    })
}

fn lower_one(webhook: &tree::Webhook, origins: &Origins) -> Webhook {
    let place = origins.get(&pointer::of(&["webhooks", &webhook.name]));
    let description = match webhook.description.trim() {
        "" => &webhook.summary,
        _ => &webhook.description,
    };
    Webhook {
        name: webhook.name.clone(),
        ty: value_type(&webhook.schema),
        docs: Docs::page(description),
        reference: webhook.reference.clone(),
        deprecated: webhook.deprecated,
        origin: place.cloned().map(Origin),
    }
}

/// Names the variants of an untagged union after their events. Variants of a tagged union are named
/// after the values that select them.
fn name_variants(event: &mut TypeDef, events: &[Webhook]) {
    let Shape::Union(union) = &mut event.shape else {
        return;
    };
    if union.tagging != Tagging::Untagged {
        return;
    }
    let mut scope = Scope::default();
    for variant in &mut union.variants {
        let event = events.iter().find(|event| event.ty == variant.ty);
        let name = match event {
            Some(event) => variant_name(&event.name),
            None => variant.name.clone(),
        };
        variant.name = scope.claim(numbered(&name, ""));
    }
    union.unknown = unknown(&mut scope);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::lowered;
    use super::*;

    fn webhooks(events: Value) -> (Webhooks, TypeDef) {
        let mut schemas = serde_json::Map::new();
        let mut paths = serde_json::Map::new();
        let mut members = Vec::new();
        for (name, properties) in events.as_object().expect("events") {
            let schema = names::type_name(name) + "Event";
            let reference = json!({ "$ref": format!("#/components/schemas/{schema}") });
            schemas.insert(schema, json!({"properties": properties}));
            members.push(reference.clone());
            let content = json!({"application/json": {"schema": reference}});
            let request = json!({"summary": "One.", "requestBody": {"content": content}});
            paths.insert(name.clone(), json!({ "post": request }));
        }
        schemas.insert("Event".to_owned(), json!({ "oneOf": members }));
        let document = json!({
            "webhooks": paths,
            "x-webhook-event": {"$ref": "#/components/schemas/Event"},
            "components": {"schemas": schemas},
        });
        let (api, warnings) = lowered(&document);
        assert_eq!(warnings, [""; 0]);
        let webhooks = api.webhooks.expect("webhooks");
        let event = api.types[&webhooks.event].clone();
        (webhooks, event)
    }

    #[test]
    fn events_are_received_and_named_after_their_webhooks() {
        let (webhooks, event) = webhooks(json!({
            "pet-added": {"pet": {"type": "string"}},
            "unknown": {"id": {"type": "string"}},
        }));
        assert_eq!((event.sent, event.received), (false, true));
        let Shape::Union(union) = event.shape else {
            panic!("no union");
        };
        let variants = union.variants.iter();
        let names: Vec<_> = variants.map(|variant| variant.name.as_str()).collect();
        assert_eq!(names, ["PetAdded", "Unknown"]);
        assert_ne!(union.unknown, "Unknown");
        let names: Vec<_> = webhooks.events.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["pet-added", "unknown"]);
        assert_eq!(webhooks.events[0].docs.as_str(), "One.");
        assert_eq!(webhooks.events[0].ty.to_string(), "PetAddedEvent");
    }

    #[test]
    fn a_document_without_webhooks_has_none() {
        assert_eq!(lowered(&json!({})).0.webhooks, None);
    }
}
