//! Parameters in the path, the query, headers, and cookies: chooses the parameters that a request
//! sends, their names, and their types.

use std::collections::BTreeSet;

use ::names::{Scope, argument_name, numbered};
use openapi::tree::{self, Schema};
use pages::Code;

use super::locations::{location, placeholders};
use super::names::prefixed;
use super::styles;
use crate::lower::headers::OfClient;
use crate::lower::schemas::Schemas;
use crate::lower::types;
use crate::lower::warnings::OperationWarnings;
use crate::lower::{deprecation, examples};
use crate::{ConstantHeader, Location, Parameter, Style};
use ::names::reserved::{RAW_LOCALS, REQUEST_METHODS};

/// Returns the parameters that a request sends, in the document's order, and the names that the
/// request already uses.
///
/// # Errors
///
/// The reason why a required parameter cannot be sent.
pub(super) fn choose(
    operation: &tree::Operation,
    constant: &[ConstantHeader],
    schemas: &Schemas<'_>,
    warnings: &mut OperationWarnings<'_>,
) -> Result<(Vec<Parameter>, Scope), String> {
    // Path parameters are named first, so that other parameters do not change their names.
    let of_client = OfClient::new(constant);
    let (in_path, others): (Vec<_>, Vec<_>) = operation
        .parameters
        .iter()
        .filter(|parameter| !of_client.sets(parameter))
        .enumerate()
        .partition(|(_, parameter)| parameter.location == "path");
    let mut arguments = Scope::with_reserved(RAW_LOCALS);
    let mut placeholders = placeholders(&operation.path);
    let mut chosen = Vec::new();
    for (position, parameter) in in_path.into_iter().chain(others) {
        let name = &parameter.name;
        let location = match location(parameter, &mut placeholders) {
            Ok(location) => location,
            Err(reason) if parameter.required && parameter.location != "path" => {
                return Err(format!("the required parameter `{name}` {reason}"));
            }
            Err(reason) => {
                warnings.add(
                    Code::ParameterLeftOut,
                    format!("the client has no parameter `{name}`, which {reason}"),
                );
                continue;
            }
        };
        let wanted = match location {
            // The argument is a header in progenitor's input, and must differ from the headers that
            // are sent.
            Location::Cookie => format!("cookie_{}", argument_name(name)),
            _ => argument_name(name),
        };
        let argument = arguments.claim(numbered(&wanted, "_"));
        let lowered = lower(parameter, location, argument, schemas);
        chosen.push((position, parameter, lowered));
    }
    if let Some(name) = placeholders.first() {
        return Err(format!(
            "its path contains `{{{name}}}`, but there is no such parameter"
        ));
    }
    chosen.sort_by_key(|(position, ..)| *position);
    let request_names = name_on_request(&mut chosen, operation.body.is_some());
    let chosen = chosen.into_iter().map(|(.., lowered)| lowered);
    Ok((chosen.collect(), request_names))
}

fn lower(
    parameter: &tree::Parameter,
    location: Location,
    argument: String,
    schemas: &Schemas<'_>,
) -> Parameter {
    let schema = &parameter.schema;
    // A named type has its own documentation.
    let description = match parameter.description.trim() {
        "" if schema.reference.is_none() => &schema.description,
        _ => &parameter.description,
    };
    let deprecated = match parameter.deprecated {
        true => deprecation::of(true, &parameter.description),
        false => deprecation::of(schema.deprecated, description),
    };
    let style = styles::of_parameter(parameter, location, schemas);
    let is_displayed =
        schemas.target(schema).rust_type.is_some() || styles::is_scalar(schema, schemas);
    let is_plain = is_displayed && style == Style::Simple { explode: false };
    Parameter {
        name: argument_name(&parameter.name),
        argument,
        wire: parameter.name.clone(),
        location,
        style,
        allow_reserved: parameter.allow_reserved && location == Location::Query,
        is_styled: location != Location::Query && !is_plain,
        // An absent optional parameter is omitted, and never sent as `null`.
        ty: types::plain_type(schema),
        required: parameter.required || location == Location::Path,
        default: default(schema, schemas),
        example: {
            let target = schemas.target(schema);
            let shown = [&parameter.example, &schema.example, &target.example];
            let defaults = [&schema.default, &target.default];
            let allowed = examples::allowed(target);
            let shown = shown.into_iter().chain(defaults).chain([&allowed]);
            examples::first(shown.map(Option::as_ref))
        },
        limits: types::limits(schema),
        docs: types::described(description, schema),
        deprecated,
    }
}

/// Returns the default of a parameter, which can be that of its named type.
fn default(schema: &Schema, schemas: &Schemas<'_>) -> Option<serde_json::Value> {
    let own = schema.default.as_ref();
    own.or_else(|| schemas.target(schema).default.as_ref())
        .cloned()
}

/// Sets the names of the parameters' arguments and setters. Names that the document sets for
/// clients are used if they are distinct. Returns the names that the request already uses.
fn name_on_request(
    parameters: &mut [(usize, &tree::Parameter, Parameter)],
    has_body: bool,
) -> Scope {
    for (_, source, parameter) in &mut *parameters {
        if let Some(name) = &source.client_name {
            parameter.name = argument_name(name);
        }
    }
    let mut names: Vec<&str> = parameters
        .iter()
        .map(|(.., parameter)| parameter.name.as_str())
        .chain(has_body.then_some("body"))
        .collect();
    names.sort_unstable();
    let repeated: BTreeSet<String> = names
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0].to_owned())
        .collect();
    let mut scope = Scope::with_reserved(REQUEST_METHODS);
    for (.., parameter) in parameters {
        let wanted = match repeated.contains(&parameter.name) {
            true => parameter.argument.clone(),
            false => parameter.name.clone(),
        };
        let prefix = format!("{}_", parameter.location.as_str());
        parameter.name = scope.claim(prefixed(&prefix, &wanted));
    }
    scope
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::lower::lowered;
    use crate::{FloatKind, Type, TypeId};

    fn parameters(path: &str, parameters: Value) -> (Vec<Parameter>, Vec<String>) {
        let (api, warnings) = lowered(&json!({
            "paths": {path: {"get": {"operationId": "pets_get", "parameters": parameters}}},
            "components": {"schemas": {
                "Kind": {"type": "string", "enum": ["cat"]},
                "Range": {"type": "object", "properties": {"from": {}}},
            }},
        }));
        let operation = api.operations.into_iter().next();
        let parameters = operation.map(|operation| operation.parameters);
        (parameters.unwrap_or_default(), warnings)
    }

    /// Returns the only parameter of an operation, a query parameter.
    fn query(parameter: Value) -> (Parameter, Vec<String>) {
        let mut object = json!({"name": "a", "in": "query"});
        for (key, value) in parameter.as_object().into_iter().flatten() {
            object[key] = value.clone();
        }
        let (parameters, warnings) = parameters("/", json!([object]));
        let parameter = parameters.into_iter().next().expect("one parameter");
        (parameter, warnings)
    }

    fn list(item: Value) -> Value {
        json!({"type": "array", "items": item})
    }

    #[test]
    fn a_parameter_without_a_description_has_that_of_its_schema() {
        let schema = json!({"type": "string", "description": "The name."});
        let (named, _) = query(json!({ "schema": schema }));
        assert_eq!(named.docs.as_str(), "The name.");
        let (own, _) = query(json!({"schema": schema, "description": "Whose?"}));
        assert_eq!(own.docs.as_str(), "Whose?");
    }

    #[test]
    fn a_parameter_has_the_example_of_the_page_or_its_default() {
        for (parameter, expected) in [
            (json!({"example": "a", "schema": {"example": "b"}}), "a"),
            (json!({"examples": {"one": {"value": "a"}}}), "a"),
            (json!({"schema": {"examples": ["b"], "default": "c"}}), "b"),
            (json!({"example": "<id>", "schema": {"default": "c"}}), "c"),
        ] {
            let (parameter, _) = query(parameter);
            assert_eq!(parameter.example, Some(expected.into()));
        }
    }

    #[test]
    fn parameters_of_one_name_are_told_apart_by_numbers_those_in_the_path_first() {
        let (parameters, _) = parameters(
            "/{id}",
            json!([
                {"name": "id", "in": "query"},
                {"name": "Id", "in": "header"},
                {"name": "id", "in": "path"},
                {"name": "body", "in": "query"},
                {"name": "encode-path", "in": "query"},
                {"name": "3d", "in": "query"},
            ]),
        );
        let names = parameters
            .iter()
            .map(|parameter| (parameter.wire.as_str(), parameter.argument.as_str()));
        assert_eq!(
            names.collect::<Vec<_>>(),
            [
                ("id", "id_2"),
                ("Id", "id_3"),
                ("id", "id"),
                ("body", "body_2"),
                ("encode-path", "encode_path_2"),
                ("3d", "x3d")
            ]
        );
    }

    #[test]
    fn a_setter_is_called_as_the_document_says() {
        let named = |name: &str, client: &str| json!({"name": name, "in": "query", "x-fern-parameter-name": client});
        let (parameters, _) = parameters(
            "/",
            json!([
                named("p", "pageNumber"),
                named("a", "same"),
                named("b", "same"),
                named("c", "send"),
                {"name": "stream", "in": "query"},
            ]),
        );
        let names = parameters
            .iter()
            .map(|parameter| (parameter.argument.as_str(), parameter.name.as_str()));
        assert_eq!(
            names.collect::<Vec<_>>(),
            [
                ("p", "page_number"),
                ("a", "a"),
                ("b", "b"),
                ("c", "query_send"),
                ("stream", "query_stream")
            ]
        );
    }

    #[test]
    fn a_path_needs_all_of_its_parameters() {
        let id = json!({"name": "id", "in": "path", "schema": {"type": "string"}});
        let (_, warnings) = parameters("/{id}/{name}", json!([id]));
        assert_eq!(
            warnings,
            [
                "`pets_get` is not in the client: its path contains `{name}`, but there \
                 is no such parameter"
            ]
        );
    }

    #[test]
    fn a_parameter_has_the_type_of_its_schema_and_is_never_null() {
        let kind = json!({"$ref": "#/components/schemas/Kind"});
        for (schema, expected) in [
            (
                json!({"type": "number", "nullable": true}),
                Type::Float(FloatKind::F64),
            ),
            (
                json!({"allOf": [kind], "nullable": true}),
                Type::Named(TypeId::new("Kind")),
            ),
            (
                list(json!({"type": "string"})),
                Type::List(Box::new(Type::String)),
            ),
        ] {
            assert_eq!(query(json!({"schema": schema})).0.ty, expected);
        }
    }

    #[test]
    fn lists_and_objects_have_types_in_each_location() {
        let range = json!({"$ref": "#/components/schemas/Range"});
        let texts = list(json!({"type": "string"}));
        let (parameters, warnings) = parameters(
            "/{ids}",
            json!([
                {"name": "ids", "in": "path", "schema": texts},
                {"name": "range", "in": "header", "schema": range},
                {"name": "kind", "in": "header", "schema": {"$ref": "#/components/schemas/Kind"}},
                {"name": "ranges", "in": "query", "schema": list(range)},
                {"name": "tags", "in": "cookie", "schema": texts},
            ]),
        );
        let types: Vec<(&Type, bool)> = parameters
            .iter()
            .map(|parameter| (&parameter.ty, parameter.is_styled))
            .collect();
        let named = |name| Type::Named(TypeId::new(name));
        let texts = Type::List(Box::new(Type::String));
        assert_eq!(
            types,
            [
                (&texts, true),
                (&named("Range"), true),
                (&named("Kind"), false),
                (&Type::List(Box::new(named("Range"))), false),
                (&texts, true),
            ]
        );
        assert_eq!(warnings, [""; 0]);
    }

    #[test]
    fn a_cookie_does_not_share_the_argument_of_a_header() {
        let (parameters, _) = parameters(
            "/",
            json!([
                {"name": "session", "in": "header"},
                {"name": "session", "in": "cookie"},
                {"name": "accept", "in": "cookie"},
            ]),
        );
        let names = parameters
            .iter()
            .map(|parameter| (parameter.name.as_str(), parameter.argument.as_str()));
        assert_eq!(
            names.collect::<Vec<_>>(),
            [
                ("session", "session"),
                ("cookie_session", "cookie_session"),
                ("accept", "cookie_accept")
            ]
        );
    }

    #[test]
    fn a_parameter_in_the_path_is_required() {
        let (parameters, _) = parameters("/{id}", json!([{"name": "id", "in": "path"}]));
        assert!(parameters[0].required);
    }
}
