//! The bodies of requests, in the form that progenitor carries.
//!
//! Progenitor knows JSON, forms of `application/x-www-form-urlencoded`, plain text
//! and bytes. Of a form of several parts it is told that it was JSON, and of a file
//! that it was a value of the runtime's type; the raw function is mended to send
//! what they are.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use heck::ToPascalCase;
use serde_json::{Map, Value, json};

use super::feed::{media_type, target};
use super::{Body, Wire, argument_name};
use openapi::schemas;
use openapi::walk;
use pages::pointer::Pointer;

/// The names by which progenitor is told of the runtime's types, and what they are.
pub(super) const RUNTIME_TYPES: [(&str, &str); 2] =
    [(UPLOAD, "crate::Upload"), (FORM, "crate::Form")];

const UPLOAD: &str = "RuntimeUpload";
const FORM: &str = "RuntimeForm";

/// How many unions or lists may be in each other until a file: a schema may lead back
/// to itself.
const DEEPEST: usize = 3;

const JSON: &str = "application/json";
const MULTIPART: &str = "multipart/form-data";
const URL_ENCODED: &str = "application/x-www-form-urlencoded";

/// How a media type is carried, in the order of preference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Json,
    Multipart,
    UrlEncoded,
    Bytes,
    Text,
}

impl Kind {
    fn of(name: &str, content: &Value) -> Self {
        if name.contains('*') && content["schema"]["format"] == "binary" {
            return Self::Bytes;
        }
        match media_type(name) {
            JSON => Self::Json,
            MULTIPART => Self::Multipart,
            URL_ENCODED => Self::UrlEncoded,
            text if text.starts_with("text/") => Self::Text,
            _ => Self::Bytes,
        }
    }
}

/// The bodies of a document.
pub(super) struct Bodies<'a> {
    root: &'a Value,
    /// The schemas that are used for something else than a form of several parts.
    shared: OnceCell<BTreeSet<String>>,
    /// The schemas of forms, by name.
    pub(super) forms: Vec<(String, Value)>,
}

impl<'a> Bodies<'a> {
    pub(super) fn new(root: &'a Value) -> Self {
        Self {
            root,
            shared: OnceCell::new(),
            forms: Vec::new(),
        }
    }

    /// Brings the body of an operation into the form that progenitor carries.
    pub(super) fn carry(
        &mut self,
        operation: &mut Map<String, Value>,
        wire: &mut Wire,
        lacks: &mut dyn FnMut(&str),
    ) {
        let id = operation["operationId"].as_str().unwrap_or_default();
        let id = id.to_owned();
        let Some(body) = operation.get_mut("requestBody") else {
            return;
        };
        let content = body["content"].as_object().cloned().unwrap_or_default();
        // A body that is real and not described is any JSON.
        let chosen = chosen(&content).unwrap_or_else(|| JSON.to_owned());
        for other in content.keys().filter(|name| **name != chosen) {
            lacks(&format!(
                "the body is sent as `{chosen}` only, not as `{other}`"
            ));
        }
        let content = content.get(&chosen).cloned().unwrap_or_default();
        let schema = content.get("schema").cloned();
        let mut schema = schema.unwrap_or_else(|| json!({}));
        if let Some(schema) = schema.as_object_mut() {
            // There is a body or there is none; `null` is not sent as one.
            schema.shift_remove("nullable");
        }
        let told = match Kind::of(&chosen, &content) {
            Kind::Json => {
                if chosen != JSON && !chosen.contains('*') {
                    wire.bodies.insert(id, Body::Json(chosen));
                }
                JSON
            }
            Kind::UrlEncoded => {
                wire.bodies.insert(id, Body::UrlEncoded);
                URL_ENCODED
            }
            Kind::Multipart => {
                schema = self.form(&id, &schema, &content["encoding"], wire, lacks);
                wire.bodies.insert(id, Body::Form);
                JSON
            }
            Kind::Bytes => {
                let of_any_type = chosen.contains('*').then_some(None);
                let media_type = of_any_type.unwrap_or(Some(chosen));
                wire.bodies.insert(id, Body::Upload(media_type));
                schema = reference(UPLOAD);
                JSON
            }
            Kind::Text => {
                if !chosen.contains('*') {
                    wire.bodies.insert(id, Body::Text(chosen));
                }
                schema = json!({"type": "string"});
                "text/plain"
            }
        };
        body["content"] = json!({ told: { "schema": schema } });
    }

    /// Defines the struct of a form, and returns the reference to it. A form whose
    /// fields nobody knows is what the caller makes it.
    fn form(
        &mut self,
        id: &str,
        schema: &Value,
        encoding: &Value,
        wire: &mut Wire,
        lacks: &mut dyn FnMut(&str),
    ) -> Value {
        let mut form = self.fields(schema, 0);
        if form.properties.is_empty() {
            return reference(FORM);
        }
        if form.is_open {
            lacks("the form has the fields that the page names, and no others");
        }
        let shared = self.shared.get_or_init(|| used_beside_forms(self.root));
        let name = schemas::referenced(schema).map(str::to_owned);
        let name = name
            .filter(|name| !shared.contains(name))
            .unwrap_or_else(|| self.free_name(&format!("{}Form", id.to_pascal_case())));
        for (property, schema) in &mut form.properties {
            if let Some(file) = self.file(property, schema, lacks) {
                *schema = file;
            } else if is_json(&encoding[property]) {
                let key = (name.clone(), argument_name(property));
                wire.json_fields.insert(key);
            }
        }
        wire.forms_of_parts.insert(name.clone());
        let reference = reference(&name);
        let mut definition = json!({
            "type": "object",
            "properties": form.properties,
            "required": form.required,
        });
        if let Some(description) = target(schema, self.root).get("description") {
            definition["description"] = description.clone();
        }
        self.forms.push((name, definition));
        reference
    }

    /// Returns the fields of a form. One that may have several forms has the fields of
    /// all, and requires what all of them require.
    fn fields(&self, schema: &Value, depth: usize) -> Fields {
        let schema = target(schema, self.root);
        let mut fields = Fields {
            properties: schema["properties"]
                .as_object()
                .cloned()
                .unwrap_or_default(),
            required: names(&schema["required"]),
            is_open: matches!(
                schema["additionalProperties"],
                Value::Bool(true) | Value::Object(_)
            ),
        };
        let variants = schema["oneOf"].as_array().into_iter().flatten();
        let variants: Vec<Fields> = variants
            .filter(|_| depth < DEEPEST)
            .map(|variant| self.fields(variant, depth + 1))
            .collect();
        let in_all = variants
            .iter()
            .map(|variant| variant.required.clone())
            .reduce(|all, other| &all & &other);
        fields.required.extend(in_all.unwrap_or_default());
        for variant in variants {
            fields.is_open |= variant.is_open;
            for (name, schema) in variant.properties {
                fields.properties.entry(name).or_insert(schema);
            }
        }
        fields
    }

    /// Returns what progenitor is told of a field that is a file or a list of files.
    fn file(&self, name: &str, schema: &Value, lacks: &mut dyn FnMut(&str)) -> Option<Value> {
        let files = self.files(schema, 0)?;
        if files.or_else {
            lacks(&format!(
                "the field `{name}` of the form is sent as a file, and not as what it may be otherwise"
            ));
        }
        let mut file = if files.many {
            json!({"type": "array", "items": reference(UPLOAD)})
        } else {
            json!({"allOf": [reference(UPLOAD)]})
        };
        for key in ["description", "deprecated", "nullable"] {
            let said = [schema, target(schema, self.root)]
                .into_iter()
                .find_map(|schema| schema.get(key));
            if let Some(said) = said {
                file[key] = said.clone();
            }
        }
        Some(file)
    }

    fn files(&self, schema: &Value, depth: usize) -> Option<Files> {
        if depth > DEEPEST {
            return None;
        }
        let schema = target(schema, self.root);
        if schema["type"] == "string" && schema["format"] == "binary" {
            return Some(Files::default());
        }
        if schema["type"] == "array" {
            let item = self.files(&schema["items"], depth + 1);
            let item = item.filter(|item| !item.many)?;
            return Some(Files { many: true, ..item });
        }
        let variants = schema["oneOf"].as_array()?;
        let variants: Vec<Option<Files>> = variants
            .iter()
            .map(|variant| self.files(variant, depth + 1))
            .collect();
        let or_else = variants.contains(&None);
        let many = variants.iter().flatten().any(|files| files.many);
        let any = variants.iter().flatten().next().is_some();
        any.then_some(Files { many, or_else })
    }

    fn free_name(&self, name: &str) -> String {
        let numbered = (2..).map(|number| format!("{name}{number}"));
        std::iter::once(name.to_owned())
            .chain(numbered)
            .find(|name| self.root["components"]["schemas"].get(name).is_none())
            .unwrap_or_default()
    }
}

struct Fields {
    properties: Map<String, Value>,
    required: BTreeSet<String>,
    /// It may have others.
    is_open: bool,
}

/// What a field that takes files takes.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Files {
    many: bool,
    /// It may also be something else.
    or_else: bool,
}

pub(super) fn reference(name: &str) -> Value {
    json!({"$ref": format!("{}{name}", schemas::PREFIX)})
}

/// Returns the media type that a body is sent as.
fn chosen(content: &Map<String, Value>) -> Option<String> {
    let preferred = content
        .iter()
        .min_by_key(|(name, content)| Kind::of(name, content));
    preferred.map(|(name, _)| name.clone())
}

/// Tells whether a part is declared to be JSON.
fn is_json(encoding: &Value) -> bool {
    encoding["contentType"]
        .as_str()
        .is_some_and(|name| media_type(name) == JSON)
}

fn names(list: &Value) -> BTreeSet<String> {
    let names = list.as_array().into_iter().flatten();
    names.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Returns the names of the schemas that something else than a form of several parts
/// refers to.
fn used_beside_forms(root: &Value) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    let mut look = |node: &Value| {
        walk::nodes(node, &mut Pointer::default(), &mut |_, node| {
            let reference = node.get("$ref").and_then(Value::as_str);
            let name = reference.and_then(|reference| reference.strip_prefix(schemas::PREFIX));
            used.extend(name.map(str::to_owned));
        });
    };
    look(&root["components"]);
    for (_, _, operation) in walk::operations(root) {
        for (key, node) in operation {
            if key != "requestBody" {
                look(node);
                continue;
            }
            let bodies = node["content"].as_object().into_iter().flatten();
            bodies
                .filter(|(name, content)| Kind::of(name, content) != Kind::Multipart)
                .for_each(|(_, content)| look(content));
        }
    }
    used
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What became of a body, and what was said of it.
    struct Carried {
        operation: Map<String, Value>,
        forms: Vec<(String, Value)>,
        wire: Wire,
        said: Vec<String>,
    }

    fn carried(content: Value, schemas: Value) -> Carried {
        let operation = json!({"operationId": "pets_add", "requestBody": {"content": content}});
        let root = json!({
            "paths": {"/pets": {"post": operation}},
            "components": {"schemas": schemas},
        });
        let mut operation = operation.as_object().cloned().unwrap_or_default();
        let (mut wire, mut said) = (Wire::default(), Vec::new());
        let mut bodies = Bodies::new(&root);
        bodies.carry(&mut operation, &mut wire, &mut |what| {
            said.push(what.to_owned())
        });
        Carried {
            forms: bodies.forms,
            operation,
            wire,
            said,
        }
    }

    impl Carried {
        fn content(&self) -> &Value {
            &self.operation["requestBody"]["content"]
        }

        fn body(&self) -> Option<&Body> {
            self.wire.bodies.get("pets_add")
        }
    }

    fn file() -> Value {
        json!({"type": "string", "format": "binary"})
    }

    #[test]
    fn the_best_of_several_media_types_is_sent_and_the_others_are_named() {
        let mut content = json!({
            "text/csv": {}, "image/png": {}, "application/x-www-form-urlencoded": {},
            "multipart/form-data": {}, "application/problem+json": {},
        });
        for (chosen, body) in [
            (
                "application/problem+json",
                Some(Body::Json("application/problem+json".to_owned())),
            ),
            ("multipart/form-data", Some(Body::Form)),
            ("application/x-www-form-urlencoded", Some(Body::UrlEncoded)),
            (
                "image/png",
                Some(Body::Upload(Some("image/png".to_owned()))),
            ),
            ("text/csv", Some(Body::Text("text/csv".to_owned()))),
        ] {
            let carried = carried(content.clone(), json!({}));
            assert_eq!(carried.body(), body.as_ref());
            let content = content.as_object_mut().expect("an object");
            content.shift_remove(chosen);
            let said = content
                .keys()
                .map(|other| format!("the body is sent as `{chosen}` only, not as `{other}`"));
            assert_eq!(carried.said, said.collect::<Vec<_>>());
        }
    }

    #[test]
    fn bytes_of_any_type_are_a_file_whose_type_is_its_own() {
        for name in ["audio/*", "*/*", "application/*"] {
            let carried = carried(json!({ name: {"schema": file()} }), json!({}));
            assert_eq!(carried.body(), Some(&Body::Upload(None)), "{name}");
        }
        let json = carried(json!({"*/*": {"schema": {"type": "object"}}}), json!({}));
        assert_eq!(json.body(), None);
    }

    #[test]
    fn a_form_has_files_where_the_page_has_bytes() {
        let reference = |name: &str| json!({"$ref": format!("{}{name}", schemas::PREFIX)});
        let carried = carried(
            json!({"multipart/form-data": {
                "schema": reference("Pet"),
                "encoding": {"tags": {"contentType": "application/json; charset=utf-8"}},
            }}),
            json!({
                "Pet": {"type": "object", "required": ["name"], "properties": {
                    "name": {"type": "string"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "photo": {"allOf": [reference("Photo")], "description": "Of the pet."},
                    "photos": {"type": "array", "items": reference("Photo"), "nullable": true},
                    "sound": {"oneOf": [file(), {"type": "string"}]},
                    "sounds": {"oneOf": [file(), {"type": "array", "items": file()}]},
                }},
                "Photo": file(),
            }),
        );
        let upload = super::reference(UPLOAD);
        let [(name, form)] = &carried.forms[..] else {
            panic!("one form was expected: {:?}", carried.forms);
        };
        assert_eq!(name, "Pet");
        assert_eq!(
            *form,
            json!({"type": "object", "required": ["name"], "properties": {
                "name": {"type": "string"},
                "tags": {"type": "array", "items": {"type": "string"}},
                "photo": {"allOf": [upload], "description": "Of the pet."},
                "photos": {"type": "array", "items": upload, "nullable": true},
                "sound": {"allOf": [upload]},
                "sounds": {"type": "array", "items": upload},
            }})
        );
        let told = json!({"application/json": {"schema": reference("Pet")}});
        assert_eq!(carried.content(), &told);
        let json_field = ("Pet".to_owned(), "tags".to_owned());
        assert_eq!(Vec::from_iter(carried.wire.json_fields), [json_field]);
        assert_eq!(
            carried.said,
            [
                "the field `sound` of the form is sent as a file, and not as what it may be otherwise"
            ]
        );
    }

    #[test]
    fn a_form_of_several_forms_has_the_fields_of_all() {
        let variant = |name: &str| json!({"properties": {name: file(), "mode": {"type": "string"}}, "required": [name, "mode"]});
        let schema = json!({"oneOf": [variant("a"), variant("b")]});
        let content = json!({"multipart/form-data": {"schema": schema}});
        let carried = carried(content, json!({}));
        let (name, form) = &carried.forms[0];
        assert_eq!(name, "PetsAddForm");
        assert_eq!(form["required"], json!(["mode"]));
        let fields = form["properties"].as_object().expect("an object");
        assert_eq!(Vec::from_iter(fields.keys()), ["a", "mode", "b"]);
    }

    #[test]
    fn a_schema_that_leads_back_to_itself_ends() {
        let schema = super::reference("Form");
        let carried = carried(
            json!({"multipart/form-data": {"schema": schema}}),
            json!({
                "Form": {"oneOf": [schema, {"properties": {"tree": super::reference("Tree")}}]},
                "Tree": {"type": "array", "items": super::reference("Tree")},
            }),
        );
        let (_, form) = &carried.forms[0];
        assert_eq!(
            form["properties"],
            json!({"tree": super::reference("Tree")})
        );
    }

    #[test]
    fn a_form_whose_fields_nobody_knows_is_up_to_the_caller() {
        let schema = json!({"type": "object", "additionalProperties": true});
        let carried = carried(
            json!({"multipart/form-data": {"schema": schema}}),
            json!({}),
        );
        assert!(carried.forms.is_empty());
        let told = json!({"application/json": {"schema": reference(FORM)}});
        assert_eq!(carried.content(), &told);
    }

    #[test]
    fn what_is_also_read_as_json_has_a_type_of_its_own_as_a_form() {
        let reference = reference("Pet");
        let carried = carried(
            json!({"multipart/form-data": {"schema": reference}}),
            json!({
                "Pet": {"type": "object", "properties": {"photo": file()}},
                "Pets": {"type": "array", "items": reference},
            }),
        );
        assert_eq!(carried.forms[0].0, "PetsAddForm");
        assert!(carried.wire.forms_of_parts.contains("PetsAddForm"));
    }
}
