//! Parameters in path, query, and header: which a request sends, their names, and
//! their types.

use std::collections::BTreeSet;

use ::names::{Scope, argument_name, numbered};
use openapi::tree::{self, Kind, Schema};

use super::media_type::{JSON, essence};
use super::names::prefixed;
use super::reserved::{RAW_LOCALS, REQUEST_METHODS};
use crate::lower::schemas::Schemas;
use crate::lower::types;
use crate::lower::warnings::OperationWarnings;
use crate::{Location, Parameter, QueryStyle, Type};

/// Headers that follow from the request; OpenAPI has clients ignore such parameters.
const SET_BY_CLIENT: [&str; 4] = ["accept", "content-length", "content-type", "host"];

/// Returns the parameters that a request sends, in the document's order, and the names
/// on the request that are taken.
///
/// # Errors
///
/// The reason why no request can be sent without one of the others.
pub(super) fn choose(
    operation: &tree::Operation,
    schemas: &Schemas<'_>,
    warnings: &mut OperationWarnings<'_>,
) -> Result<(Vec<Parameter>, Scope), String> {
    // Those in the path are named first, so that no other parameter changes their names.
    let (in_path, others): (Vec<_>, Vec<_>) = operation
        .parameters
        .iter()
        .filter(|parameter| !is_set_by_client(parameter))
        .enumerate()
        .partition(|(_, parameter)| parameter.location == "path");
    let mut arguments = Scope::with_reserved(RAW_LOCALS);
    let mut placeholders = placeholders(&operation.path);
    let mut chosen = Vec::new();
    for (position, parameter) in in_path.into_iter().chain(others) {
        let name = &parameter.name;
        let location = match location(parameter, &mut placeholders, schemas) {
            Ok(location) => location,
            Err(reason) if parameter.required && parameter.location != "path" => {
                return Err(format!("the required parameter `{name}` {reason}"));
            }
            Err(reason) => {
                warnings.add(format!(
                    "the client has no parameter `{name}`, which {reason}"
                ));
                continue;
            }
        };
        let argument = arguments.claim(numbered(&argument_name(name), "_"));
        let lowered = lower(parameter, location, argument, schemas, warnings);
        chosen.push((position, parameter, lowered));
    }
    if let Some(name) = placeholders.first() {
        return Err(format!(
            "its path has `{{{name}}}`, for which there is no parameter"
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
    warnings: &mut OperationWarnings<'_>,
) -> Parameter {
    let schema = &parameter.schema;
    let style = match location {
        Location::Query => query_style(parameter, schemas),
        Location::Path | Location::Header => QueryStyle::Shape,
    };
    let ty = if location == Location::Query || is_scalar(schemas.target(schema)) {
        // An optional parameter is left out, and none is `null`.
        types::value_type(&Schema {
            nullable: false,
            ..schema.clone()
        })
    } else {
        // A list or an object can be written in several ways there.
        warnings.add(format!(
            "the parameter `{}` is taken as the text that is sent",
            parameter.name
        ));
        Type::String
    };
    Parameter {
        name: argument.clone(),
        argument,
        wire: parameter.name.clone(),
        location,
        style,
        ty,
        required: parameter.required || location == Location::Path,
        first: schema.first_number(),
        default: schema.default.clone(),
        limits: types::limits(schema),
        docs: types::described(&parameter.description, schema),
        deprecated: parameter.deprecated,
    }
}

/// Gives parameters the names of their arguments and setters: those that the document
/// has for clients, if they differ. Returns the names that are taken on the request.
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
        parameter.name = scope.claim(prefixed("_", &wanted));
    }
    scope
}

/// Returns where a parameter is sent. One in the path takes its place from
/// `placeholders`.
///
/// # Errors
///
/// The reason why it cannot be sent.
fn location(
    parameter: &tree::Parameter,
    placeholders: &mut BTreeSet<String>,
    schemas: &Schemas<'_>,
) -> Result<Location, &'static str> {
    match parameter.location.as_str() {
        "path" if placeholders.remove(&parameter.name) => Ok(Location::Path),
        "path" => Err("has no place in the path"),
        "query" if is_list_of_objects(parameter, schemas) => {
            Err("is a list of objects, for which a query has no form")
        }
        "query" => Ok(Location::Query),
        "header" if is_token(&parameter.name) => Ok(Location::Header),
        "header" => Err("has a name that no header can have"),
        "cookie" => Err("is a cookie"),
        _ => Err("has no place in a request"),
    }
}

/// Returns the names in the braces of a path.
fn placeholders(path: &str) -> BTreeSet<String> {
    let parts = path.split('{').skip(1);
    let names = parts.filter_map(|part| part.split_once('}'));
    names.map(|(name, _)| name.to_owned()).collect()
}

/// Returns how a query parameter is written.
fn query_style(parameter: &tree::Parameter, schemas: &Schemas<'_>) -> QueryStyle {
    if parameter.media_type.as_deref().map(essence) == Some(JSON) {
        return QueryStyle::Json;
    }
    let style = parameter.style.as_deref().unwrap_or("form");
    let is_exploded = parameter.explode.unwrap_or(style == "form");
    if is_exploded || schemas.target(&parameter.schema).kind != Some(Kind::Array) {
        return QueryStyle::Shape;
    }
    QueryStyle::Joined(match style {
        "spaceDelimited" => " ",
        "pipeDelimited" => "|",
        _ => ",",
    })
}

fn is_set_by_client(parameter: &tree::Parameter) -> bool {
    let name = parameter.name.to_ascii_lowercase();
    parameter.location == "header" && SET_BY_CLIENT.contains(&name.as_str())
}

/// Returns `true` if a header can have this name (RFC 9110, section 5.6.2).
fn is_token(name: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(is_allowed)
}

fn is_list_of_objects(parameter: &tree::Parameter, schemas: &Schemas<'_>) -> bool {
    let list = schemas.target(&parameter.schema);
    let item = list.items.as_deref().map(|item| schemas.target(item));
    list.kind == Some(Kind::Array)
        && item.and_then(|item| item.kind) == Some(Kind::Object)
        && query_style(parameter, schemas) != QueryStyle::Json
}

fn is_scalar(schema: &Schema) -> bool {
    let is_holder = |kind| matches!(kind, Kind::Array | Kind::Object);
    schema.kind.is_some_and(|kind| !is_holder(kind))
}
