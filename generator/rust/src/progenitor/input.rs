//! The input document for progenitor, written from the model: paths, verbs, parameters, and the
//! presence of bodies. It contains neither text of pages nor responses.
//!
//! A type that is not a plain scalar is a reference to an empty schema, which progenitor
//! replaces with the type of the client.

use std::collections::BTreeMap;

use api::{Location, Operation, Parameter, Type};
use openapiv3::{
    AnySchema, BooleanType, Components, HeaderStyle, Info, IntegerType, MediaType, NumberType,
    OpenAPI, ParameterData, ParameterSchemaOrContent, PathItem, PathStyle, Paths, QueryStyle,
    ReferenceOr, RequestBody, Response, Responses, Schema, SchemaData, SchemaKind, StatusCode,
    StringType,
};
use progenitor::GenerationSettings;

use super::arguments::{known_name, raw_parameters};
use crate::ty::{From, written};

/// The input of a run of progenitor.
pub(super) struct Input {
    pub(super) document: OpenAPI,
    pub(super) settings: GenerationSettings,
}

/// Returns the ID of the operation at this position. IDs of the API could collide after progenitor
/// converts them to identifiers.
pub(super) fn operation_id(position: usize) -> String {
    format!("operation_{position}")
}

/// Writes the input for these operations.
///
/// # Errors
///
/// If progenitor or the HTTP client does not support the method of an operation. Returns the
/// reason.
pub(super) fn input(operations: &[&Operation]) -> Result<Input, String> {
    let mut stubs = Stubs::default();
    let mut paths = Paths::default();
    let mut described = BTreeMap::new();
    for (position, operation) in operations.iter().enumerate() {
        let path = known_path(operation);
        let path = path
            .strip_prefix('/')
            .ok_or("its path begins without a slash")?;
        // Paths must be unique in a document, and progenitor treats several slashes as one.
        let path = path.trim_start_matches('/');
        let slashes = described
            .entry((path.to_owned(), &operation.verb))
            .or_insert(0);
        *slashes += 1;
        let item = paths.paths.entry("/".repeat(*slashes) + path);
        let item = item.or_insert_with(|| ReferenceOr::Item(PathItem::default()));
        if let ReferenceOr::Item(item) = item {
            let slot = slot(item, &operation.verb)
                .ok_or_else(|| format!("its method is `{}`", operation.verb.to_lowercase()))?;
            *slot = Some(described_operation(position, operation, &mut stubs));
        }
    }
    let (schemas, settings) = stubs.finish();
    let document = OpenAPI {
        openapi: "3.0.3".to_owned(),
        info: Info::default(),
        paths,
        components: Some(schemas),
        ..OpenAPI::default()
    };
    Ok(Input { document, settings })
}

/// Returns the slot for the operation with this method.
fn slot<'a>(item: &'a mut PathItem, verb: &str) -> Option<&'a mut Option<openapiv3::Operation>> {
    match verb {
        "DELETE" => Some(&mut item.delete),
        "GET" => Some(&mut item.get),
        "HEAD" => Some(&mut item.head),
        "PATCH" => Some(&mut item.patch),
        "POST" => Some(&mut item.post),
        "PUT" => Some(&mut item.put),
        _ => None,
    }
}

/// Returns the path with progenitor's names of the parameters. Unmatched closing braces are
/// encoded, because progenitor copies them into a format string.
fn known_path(operation: &Operation) -> String {
    let mut known = String::with_capacity(operation.path.len());
    let mut rest = operation.path.as_str();
    while let Some((before, name, after)) = placeholder(rest) {
        let in_path =
            |parameter: &&Parameter| parameter.location == Location::Path && parameter.wire == name;
        let parameter = operation.parameters.iter().find(in_path);
        let name = parameter.map_or_else(|| name.to_owned(), known_name);
        known.push_str(&format!("{}{{{name}}}", encoded(before)));
        rest = after;
    }
    known + &encoded(rest)
}

fn encoded(text: &str) -> String {
    text.replace('}', "%7D")
}

/// Splits a path at its first `{name}`.
fn placeholder(path: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = path.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

fn described_operation(
    position: usize,
    operation: &Operation,
    stubs: &mut Stubs,
) -> openapiv3::Operation {
    let parameters = raw_parameters(operation);
    let body = operation.body.as_ref();
    let mut responses = Responses::default();
    let response = ReferenceOr::Item(Response::default());
    responses.responses.insert(StatusCode::Range(2), response);
    openapiv3::Operation {
        operation_id: Some(operation_id(position)),
        parameters: parameters
            .into_iter()
            .map(|parameter| ReferenceOr::Item(described_parameter(parameter, stubs)))
            .collect(),
        request_body: body.map(|body| {
            let schema = stubs.schema(&body.ty);
            let mut request_body = RequestBody {
                required: true,
                ..RequestBody::default()
            };
            let media_type = MediaType {
                schema: Some(schema),
                ..MediaType::default()
            };
            let json = "application/json".to_owned();
            request_body.content.insert(json, media_type);
            ReferenceOr::Item(request_body)
        }),
        responses,
        ..openapiv3::Operation::default()
    }
}

fn described_parameter(parameter: &Parameter, stubs: &mut Stubs) -> openapiv3::Parameter {
    // The runtime converts a styled value to a string. Only path parameters always require it.
    let ty = match parameter.is_styled {
        true => &Type::String,
        false => &parameter.ty,
    };
    let is_always_sent = !parameter.is_styled || parameter.location == Location::Path;
    let parameter_data = ParameterData {
        name: known_name(parameter),
        description: None,
        required: parameter.required && is_always_sent,
        deprecated: None,
        format: ParameterSchemaOrContent::Schema(stubs.schema(ty)),
        example: None,
        examples: Default::default(),
        explode: None,
        extensions: Default::default(),
    };
    match parameter.location {
        Location::Path => openapiv3::Parameter::Path {
            parameter_data,
            style: PathStyle::Simple,
        },
        // Styles are written by the runtime.
        Location::Query => openapiv3::Parameter::Query {
            parameter_data,
            allow_reserved: false,
            style: QueryStyle::Form,
            allow_empty_value: None,
        },
        // progenitor does not support cookies. The runtime converts the header to a cookie.
        Location::Header | Location::Cookie => openapiv3::Parameter::Header {
            parameter_data,
            style: HeaderStyle::Simple,
        },
    }
}

/// The empty placeholder schemas of types, by the path of the type in the client.
#[derive(Default)]
struct Stubs(BTreeMap<String, String>);

impl Stubs {
    /// Returns the schema of a type.
    fn schema(&mut self, ty: &Type) -> ReferenceOr<Schema> {
        if let Some(scalar) = scalar(ty) {
            return ReferenceOr::Item(schema(SchemaKind::Type(scalar)));
        }
        let path = match ty {
            Type::Named(name) => format!("crate::types::{name}"),
            other => written(other, From::Elsewhere).to_string(),
        };
        // The name of a type may not be valid as the name of a schema.
        let free = format!("Stub{}", self.0.len());
        let name = self.0.entry(path).or_insert(free);
        ReferenceOr::Reference {
            reference: format!("#/components/schemas/{name}"),
        }
    }

    /// Returns the schemas, and the settings that replace them with types.
    fn finish(self) -> (Components, GenerationSettings) {
        let mut components = Components::default();
        let mut settings = GenerationSettings::default();
        for (path, name) in self.0 {
            settings.with_replacement(&name, path, std::iter::empty());
            let stub = schema(SchemaKind::Any(AnySchema::default()));
            components.schemas.insert(name, ReferenceOr::Item(stub));
        }
        (components, settings)
    }
}

fn schema(schema_kind: SchemaKind) -> Schema {
    Schema {
        schema_data: SchemaData::default(),
        schema_kind,
    }
}

/// Returns the type of a plain scalar.
fn scalar(ty: &Type) -> Option<openapiv3::Type> {
    let scalar = match ty {
        Type::Bool => openapiv3::Type::Boolean(BooleanType::default()),
        Type::Int(_) => openapiv3::Type::Integer(IntegerType::default()),
        Type::Float(_) => openapiv3::Type::Number(NumberType::default()),
        Type::String => openapiv3::Type::String(StringType::default()),
        _ => return None,
    };
    Some(scalar)
}

#[cfg(test)]
mod tests {
    use api::BodyEncoding;
    use serde_json::json;

    use super::*;
    use crate::progenitor::samples::{body, list, named, operation, parameter};

    #[test]
    fn an_operation_is_described_by_what_it_sends() {
        let mut operation = operation("/pets/{pet-id}");
        operation.verb = "PATCH".to_owned();
        let mut tags = parameter(Location::Query, "tags");
        tags.ty = list(Type::String);
        tags.required = false;
        operation.parameters = vec![parameter(Location::Path, "pet-id"), tags];
        operation.body = Some(body(BodyEncoding::Multipart, named("Pet")));
        let input = input(&[&operation]).expect("a document");
        let document = serde_json::to_value(&input.document).expect("JSON");
        let described = &document["paths"]["/pets/{pet-id}"]["patch"];
        assert_eq!(described["operationId"], "operation_0");
        assert_eq!(
            described["parameters"],
            json!([
                {"in": "path", "name": "pet-id", "required": true, "style": "simple",
                 "schema": {"type": "string"}},
                {"in": "query", "name": "tags", "style": "form",
                 "schema": {"$ref": "#/components/schemas/Stub0"}},
            ])
        );
        assert_eq!(
            described["requestBody"],
            json!({"required": true, "content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Stub1"},
            }}})
        );
        assert_eq!(described["responses"], json!({"2XX": {"description": ""}}));
        assert_eq!(
            document["components"],
            json!({"schemas": {"Stub0": {}, "Stub1": {}}})
        );
    }

    #[test]
    fn a_brace_that_closes_nothing_is_encoded() {
        let operation = operation("/a}/{id}}");
        assert_eq!(known_path(&operation), "/a%7D/{id}%7D");
    }

    #[test]
    fn operations_with_one_path_and_method_differ_in_slashes() {
        let (get, mut post) = (operation("/pets"), operation("/pets"));
        post.verb = "POST".to_owned();
        let doubled = operation("//pets");
        let input = input(&[&get, &doubled, &post, &get]).expect("a document");
        let paths: Vec<(&str, usize)> = input
            .document
            .paths
            .iter()
            .filter_map(|(path, item)| Some((path.as_str(), item.as_item()?.iter().count())))
            .collect();
        assert_eq!(paths, [("/pets", 2), ("//pets", 1), ("///pets", 1)]);
    }

    #[test]
    fn a_path_names_parameters_as_progenitor_knows_them() {
        let mut operation = operation("/a/{id}/{2fa}/{unknown}/{open");
        let mut id = parameter(Location::Path, "id");
        id.argument = "id_2".to_owned();
        operation.parameters = vec![id, parameter(Location::Path, "2fa")];
        assert_eq!(known_path(&operation), "/a/{id_2}/{x2fa}/{unknown}/{open");
    }

    #[test]
    fn a_method_that_the_http_client_does_not_know_is_refused() {
        let mut operation = operation("/pets");
        operation.verb = "TRACE".to_owned();
        let refused = input(&[&operation]).err();
        assert_eq!(refused.as_deref(), Some("its method is `trace`"));
    }
}
