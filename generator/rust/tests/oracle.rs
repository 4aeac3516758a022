//! progenitor's own types of the committed document agree with the model: in the name and the kind
//! of each type, the name of each field and whether it is required, and the number of variants.
//!
//! The client does not use these types. They are an independent interpretation of the same
//! document.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use api::{Api, Field, Presence, Shape, TypeDef, TypeId};
use openapi::Tree;
use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator};
use serde_json::{Value, json};
use typify::TypeDetails;

#[test]
fn the_types_of_progenitor_agree_with_the_model() {
    let document = document();
    let types = progenitor_types(&document);
    let (api, _) = api::lower(&Tree::read(&document), &api::Origins::new());
    assert!(!api.types.is_empty());
    assert_eq!(differences(&api, &types), [""; 0]);
}

#[test]
fn differences_are_found() {
    let document = document();
    let types = progenitor_types(&document);
    let (mut api, _) = api::lower(&Tree::read(&document), &api::Origins::new());
    let asset = api
        .types
        .get_mut(&TypeId::new("Asset"))
        .expect("a type of the document");
    let Shape::Struct(shape) = &mut asset.shape else {
        panic!("an asset is an object");
    };
    shape.fields[0].presence = Presence::Required;
    shape.fields[1].name = "other".to_owned();
    assert_eq!(
        differences(&api, &types),
        [
            "Asset.id: Required and required false",
            "Asset: one more field method",
            "Asset: no field other",
        ]
    );
}

/// Returns the differences between the types of progenitor and the model.
fn differences(api: &Api, types: &BTreeMap<String, Known>) -> Vec<String> {
    let compared = api.types.iter().map(|(name, definition)| {
        let name = name.as_str();
        let known = types.get(name);
        known.map_or_else(
            || vec![format!("{name}: not a type")],
            |known| compared(name, definition, known),
        )
    });
    compared.flatten().collect()
}

fn document() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/openapi.json");
    let text = fs::read_to_string(path).expect("the committed document");
    serde_json::from_str(&text).expect("JSON")
}

/// Returns the document without operations, because progenitor rejects some.
fn types_of(document: &Value) -> Value {
    let mut document = document.clone();
    document["paths"] = json!({});
    document
}

/// A type of progenitor.
struct Known {
    kind: &'static str,
    /// The fields, each with whether it is required.
    fields: BTreeMap<String, bool>,
    variants: usize,
}

fn progenitor_types(document: &Value) -> BTreeMap<String, Known> {
    let mut generator = Generator::new(&GenerationSettings::default());
    let input: OpenAPI = serde_json::from_value(types_of(document)).expect("OpenAPI 3.0");
    generator.generate_tokens(&input).expect("types");
    let known = generator.get_type_space().iter_types().map(|ty| {
        let mut known = Known {
            kind: "other",
            fields: BTreeMap::new(),
            variants: 0,
        };
        match ty.details() {
            TypeDetails::Struct(details) => {
                known.kind = "struct";
                known.fields = details
                    .properties_info()
                    .map(|field| (field.name.to_owned(), field.required))
                    .collect();
            }
            TypeDetails::Enum(details) => {
                known.kind = "enum";
                known.variants = details.variants().count();
            }
            TypeDetails::Newtype(_) => known.kind = "newtype",
            _ => {}
        }
        (ty.name(), known)
    });
    known.collect()
}

fn compared(ty: &str, definition: &TypeDef, known: &Known) -> Vec<String> {
    let (kind, variants) = match &definition.shape {
        Shape::Struct(_) => ("struct", 0),
        Shape::Enum(shape) => ("enum", shape.values.len()),
        Shape::Union(shape) => ("enum", shape.variants.len()),
        Shape::Newtype(_) => ("newtype", 0),
    };
    if kind != known.kind {
        return vec![format!("{ty}: {kind} and {}", known.kind)];
    }
    if variants != known.variants {
        return vec![format!("{ty}: {variants} variants and {}", known.variants)];
    }
    let fields: BTreeMap<&str, &Field> = definition
        .fields()
        .iter()
        .map(|field| (field.name.as_str(), field))
        .collect();
    let names: BTreeSet<&str> = fields
        .keys()
        .copied()
        .chain(known.fields.keys().map(String::as_str))
        .collect();
    names
        .into_iter()
        .filter_map(|name| match (fields.get(name), known.fields.get(name)) {
            (Some(field), Some(required)) if field.presence.is_required() == *required => None,
            (Some(field), Some(required)) => Some(format!(
                "{ty}.{name}: {:?} and required {required}",
                field.presence
            )),
            (Some(_), None) => Some(format!("{ty}: no field {name}")),
            (None, _) => Some(format!("{ty}: one more field {name}")),
        })
        .collect()
}
