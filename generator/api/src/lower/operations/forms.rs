//! Multipart forms: a struct with the fields, in which files are bytes.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToPascalCase;
use indexmap::IndexMap;
use openapi::tree::{Additional, FieldEncoding, Kind, Schema};
use pages::Code;

use crate::lower::media_type::{JSON, essence};
use crate::lower::schemas::Schemas;
use crate::lower::warnings::OperationWarnings;
use crate::{Type, TypeId};

/// The maximum depth of unions and lists in which fields and files are searched, because schemas
/// can be recursive.
const DEEPEST: usize = 3;

/// Returns the type of a form, and adds its struct to the schemas. The caller builds a form without
/// known fields.
pub(super) fn lower(
    id: &str,
    schema: &Schema,
    encoding: &BTreeMap<String, FieldEncoding>,
    schemas: &mut Schemas<'_>,
    warnings: &mut OperationWarnings<'_>,
) -> Type {
    let mut form = Fields::of(schema, schemas, 0);
    if form.properties.is_empty() {
        return Type::Form;
    }
    if form.is_open {
        warnings.add(
            Code::OpenForm,
            "the form accepts additional fields, but the client sends only the documented ones",
        );
    }
    let mut json_parts = BTreeSet::new();
    for (name, property) in &mut form.properties {
        if let Some(file) = file(name, property, schemas, warnings) {
            *property = file;
        } else if encoding.get(name).is_some_and(is_json) {
            json_parts.insert(name.clone());
        }
    }
    let definition = Schema {
        kind: Some(Kind::Object),
        description: schemas.target(schema).description.clone(),
        properties: form.properties,
        required: form.required.into_iter().collect(),
        ..Schema::default()
    };
    let name = format!("{}Form", id.to_pascal_case());
    let original = schema.reference.as_deref();
    let name = schemas.add_form(original, &name, definition, json_parts);
    Type::Named(TypeId::new(name))
}

/// Returns `true` if a field is sent as JSON.
pub(super) fn is_json(encoding: &FieldEncoding) -> bool {
    encoding.content_type.as_deref().map(essence) == Some(JSON)
}

/// The fields of a form.
struct Fields {
    properties: IndexMap<String, Schema>,
    required: BTreeSet<String>,
    /// Additional fields are allowed.
    is_open: bool,
}

impl Fields {
    /// Returns the fields of a form. A union has the fields of all variants, and a field is
    /// required if all variants require it.
    fn of(schema: &Schema, schemas: &Schemas<'_>, depth: usize) -> Self {
        let schema = schemas.target(schema);
        let mut fields = Self {
            properties: schema.properties.clone(),
            required: schema.required.iter().cloned().collect(),
            is_open: matches!(schema.additional, Additional::Any | Additional::Of(_)),
        };
        let variants: Vec<Self> = schema
            .one_of
            .iter()
            .flatten()
            .filter(|_| depth < DEEPEST)
            .map(|variant| Self::of(variant, schemas, depth + 1))
            .collect();
        let in_all = variants
            .iter()
            .map(|variant| variant.required.clone())
            .reduce(|all, other| &all & &other);
        fields.required.extend(in_all.unwrap_or_default());
        for variant in variants {
            fields.is_open |= variant.is_open;
            for (name, property) in variant.properties {
                fields.properties.entry(name).or_insert(property);
            }
        }
        fields
    }
}

/// Returns the schema of a field that is a file or a list of files.
fn file(
    name: &str,
    schema: &Schema,
    schemas: &Schemas<'_>,
    warnings: &mut OperationWarnings<'_>,
) -> Option<Schema> {
    let files = Files::of(schema, schemas, 0)?;
    if files.or_else {
        warnings.add(
            Code::FileOnly,
            format!(
                "the field `{name}` of the form accepts several types, but is sent only as a file"
            ),
        );
    }
    let target = schemas.target(schema);
    let described = [schema, target]
        .into_iter()
        .find(|schema| !schema.description.is_empty());
    let binary = Schema {
        kind: Some(Kind::String),
        format: Some("binary".to_owned()),
        ..Schema::default()
    };
    let file = match files.many {
        true => Schema {
            kind: Some(Kind::Array),
            items: Some(Box::new(binary)),
            ..Schema::default()
        },
        false => binary,
    };
    Some(Schema {
        description: described.map_or_else(String::new, |schema| schema.description.clone()),
        deprecated: schema.deprecated || target.deprecated,
        nullable: schema.nullable || target.nullable,
        client_name: schema.client_name.clone(),
        ..file
    })
}

/// The files that a field accepts.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Files {
    many: bool,
    /// The field also accepts other types.
    or_else: bool,
}

impl Files {
    fn of(schema: &Schema, schemas: &Schemas<'_>, depth: usize) -> Option<Self> {
        if depth > DEEPEST {
            return None;
        }
        let schema = schemas.target(schema);
        if schema.kind == Some(Kind::String) && schema.format.as_deref() == Some("binary") {
            return Some(Self::default());
        }
        if schema.kind == Some(Kind::Array) {
            let item = Self::of(schema.items.as_deref()?, schemas, depth + 1)?;
            return (!item.many).then_some(Self { many: true, ..item });
        }
        let variants = schema.one_of.as_ref()?.iter();
        let variants: Vec<Option<Self>> = variants
            .map(|variant| Self::of(variant, schemas, depth + 1))
            .collect();
        let mut files = variants.iter().flatten().peekable();
        files.peek()?;
        Some(Self {
            many: files.any(|files| files.many),
            or_else: variants.contains(&None),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::lower::lowered;
    use crate::{Api, Encoding, Field, Shape, Struct, Type};

    fn form(content: Value, schemas: Value) -> (Api, Vec<String>) {
        lowered(&json!({
            "paths": {"/pets": {"post": {
                "operationId": "pets_add",
                "requestBody": {"content": {"multipart/form-data": content}},
            }}},
            "components": {"schemas": schemas},
        }))
    }

    /// Returns the name and the fields of the body's struct.
    fn body(api: &Api) -> (String, &[Field]) {
        let body = api.operations[0].body.as_ref().expect("a body");
        let id = body.ty.named().expect("a struct");
        match &api.types[id].shape {
            Shape::Struct(Struct {
                fields,
                encoding: Encoding::Multipart,
                ..
            }) => (id.to_string(), fields),
            other => panic!("{other:?} is not a form"),
        }
    }

    fn names(fields: &[Field]) -> Vec<&str> {
        fields.iter().map(|field| field.wire.as_str()).collect()
    }

    fn file() -> Value {
        json!({"type": "string", "format": "binary"})
    }

    fn reference(name: &str) -> Value {
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    #[test]
    fn a_form_has_files_where_the_page_has_bytes() {
        let (api, warnings) = form(
            json!({
                "schema": reference("Pet"),
                "encoding": {"tags": {"contentType": "application/json; charset=utf-8"}},
            }),
            json!({
                "Pet": {"type": "object", "required": ["name"], "properties": {
                    "name": {"type": "string"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "photo": {"allOf": [reference("Photo")], "description": "Of the pet."},
                    "photos": {"type": "array", "items": reference("Photo")},
                    "sound": {"oneOf": [file(), {"type": "string"}]},
                    "sounds": {"oneOf": [file(), {"type": "array", "items": file()}]},
                }},
                "Photo": file(),
            }),
        );
        let (name, fields) = body(&api);
        assert_eq!(name, "Pet");
        let files = || Type::List(Box::new(Type::File));
        let types: Vec<(&str, Type)> = fields
            .iter()
            .map(|field| (field.wire.as_str(), field.ty.clone()))
            .collect();
        assert_eq!(
            types,
            [
                ("name", Type::String),
                ("tags", Type::List(Box::new(Type::String))),
                ("photo", Type::File),
                ("photos", files()),
                ("sound", Type::File),
                ("sounds", files()),
            ]
        );
        assert_eq!(fields[2].docs.as_str(), "Of the pet.");
        let json_parts = fields.iter().filter(|field| field.json_part);
        assert_eq!(
            json_parts.map(|field| &field.wire).collect::<Vec<_>>(),
            ["tags"]
        );
        assert_eq!(
            warnings,
            ["the field `sound` of the form accepts several types, but is sent only as a file"]
        );
    }

    #[test]
    fn a_union_of_forms_has_the_fields_of_all() {
        let variant = |name: &str| {
            json!({
                "properties": {name: file(), "mode": {"type": "string"}},
                "required": [name, "mode"],
            })
        };
        let union = json!({"oneOf": [variant("a"), variant("b")]});
        let (api, _) = form(json!({"schema": union}), json!({}));
        let (name, fields) = body(&api);
        assert_eq!(name, "PetsAddForm");
        assert_eq!(names(fields), ["a", "mode", "b"]);
        let required = fields.iter().filter(|field| field.presence.is_required());
        assert_eq!(
            required.map(|field| &field.wire).collect::<Vec<_>>(),
            ["mode"]
        );
    }

    #[test]
    fn a_form_that_contains_itself_ends() {
        let (api, _) = form(
            json!({"schema": reference("Form")}),
            json!({
                "Form": {"oneOf": [
                    reference("Form"),
                    {"properties": {"tree": reference("Tree")}},
                ]},
                "Tree": {"type": "array", "items": reference("Tree")},
            }),
        );
        let (_, fields) = body(&api);
        assert_eq!(names(fields), ["tree"]);
    }

    #[test]
    fn the_caller_makes_a_form_without_known_fields() {
        let schema = json!({"type": "object", "additionalProperties": true});
        let (api, _) = form(json!({"schema": schema}), json!({}));
        let body = api.operations[0].body.as_ref();
        assert_eq!(body.map(|body| &body.ty), Some(&Type::Form));
        assert!(api.types.is_empty());
    }

    #[test]
    fn a_schema_that_is_also_json_stays_and_the_form_is_another_struct() {
        let pets = json!({"type": "array", "items": reference("Pet")});
        let (api, _) = lowered(&json!({
            "paths": {"/pets": {"post": {
                "operationId": "pets_add",
                "requestBody": {"content": {"multipart/form-data": {
                    "schema": reference("Pet"),
                }}},
                "responses": {"200": {"content": {"application/json": {"schema": pets}}}},
            }}},
            "components": {"schemas": {
                "Pet": {"type": "object", "properties": {"photo": file()}},
            }},
        }));
        let (name, _) = body(&api);
        assert_eq!(name, "PetsAddForm");
        assert!(api.types.keys().any(|id| id.as_str() == "Pet"));
    }
}
