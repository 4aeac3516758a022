//! Responses: one type for all successful ones, and the types of error responses.

use std::collections::BTreeSet;

use heck::ToPascalCase;
use openapi::tree::{self, Kind, Schema};
use pages::Code;

use crate::lower::media_type::{JSON, bare, essence, is_binary, is_events};
use crate::lower::schemas::Schemas;
use crate::lower::types;
use crate::lower::warnings::OperationWarnings;
use crate::{ErrorResponse, Response, Status, TypeId};

use super::channels::SWITCHED;
use super::texts;

/// Returns the body of a successful response of an operation.
pub(super) fn choose(
    operation: &tree::Operation,
    schemas: &mut Schemas<'_>,
    warnings: &mut OperationWarnings<'_>,
) -> Response {
    events(operation, warnings)
        .unwrap_or_else(|| Successes::of(operation, schemas, warnings).merge(operation, schemas))
}

/// Returns the error responses with typed bodies, by status.
pub(super) fn errors(operation: &tree::Operation, schemas: &Schemas<'_>) -> Vec<ErrorResponse> {
    let described = operation.responses.iter();
    let mut errors: Vec<ErrorResponse> = described
        .filter(|(status, _)| is_error(status, operation))
        .filter_map(|(status, response)| {
            let mut content = response.content.as_ref()?.iter();
            let (_, json) = content.find(|(name, _)| essence(name) == JSON)?;
            let ty = TypeId::new(json.schema.as_ref()?.reference.as_ref()?);
            let status = status.clone();
            schemas
                .contains(&ty)
                .then_some(ErrorResponse { status, ty })
        })
        .collect();
    errors.sort_by(|a, b| (&a.status, &a.ty).cmp(&(&b.status, &b.ty)));
    errors
}

/// Returns `true` if a response with this status is an error. `default` is an error if the page
/// also describes a successful response.
fn is_error(status: &str, operation: &tree::Operation) -> bool {
    let mut statuses = operation.responses.keys();
    status.starts_with(['4', '5'])
        || status == "default" && statuses.any(|status| status.starts_with('2'))
}

/// Returns the statuses that the page describes.
pub(super) fn statuses(operation: &tree::Operation) -> Vec<Status> {
    let described = operation.responses.iter();
    // The status that opens a channel is not the status of a response.
    let described = described.filter(|(status, _)| !operation.is_channel || *status != SWITCHED);
    described
        .map(|(status, response)| Status {
            status: status.clone(),
            docs: texts::short_docs(&response.description),
            media_types: media_types(response),
        })
        .collect()
}

/// Returns the media types of a response, without parameters. JSON of any kind is omitted, because
/// pages of one API also leave out such content.
fn media_types(response: &tree::Response) -> Vec<String> {
    let content = response.content.iter().flatten();
    let described = content.filter(|(name, content)| {
        let accepts_any = content.schema.as_ref().is_none_or(accepts_any);
        essence(name) != JSON || !accepts_any
    });
    let names: BTreeSet<String> = described
        .map(|(name, _)| bare(name).to_ascii_lowercase())
        .collect();
    names.into_iter().collect()
}

/// Returns `true` if any JSON value is valid.
fn accepts_any(schema: &Schema) -> bool {
    schema.kind.is_none()
        && schema.reference.is_none()
        && schema.one_of.is_none()
        && schema.values.is_none()
        && schema.literals.is_empty()
        && schema.properties.is_empty()
}

/// Returns the events of an operation that responds only with events.
fn events(operation: &tree::Operation, warnings: &mut OperationWarnings<'_>) -> Option<Response> {
    let (status, content) = operation
        .responses
        .iter()
        .filter(|(status, _)| status.starts_with('2'))
        .find_map(|(status, response)| Some((status, response.content.as_ref()?)))?;
    let (media_type, first) = content.first()?;
    if !operation.streams && !content.keys().all(|name| is_events(name)) {
        return None;
    }
    match &first.schema {
        Some(_) if is_binary(first) => None,
        Some(schema) if schema.kind != Some(Kind::String) => Some(Response::Events {
            ty: types::value_type(schema),
            media_type: media_type.clone(),
        }),
        _ => {
            warnings.add(
                Code::UntypedEvents,
                format!(
                    "the events that `{}` responds with ({status}) are read as bytes, because the \
                     page does not describe them",
                    operation.id
                ),
            );
            None
        }
    }
}

/// The contents of an operation's successful responses, if they are not events.
#[derive(Default)]
struct Successes {
    /// The schemas of the JSON contents.
    json: Vec<Schema>,
    /// Some contents are not JSON.
    hold_others: bool,
    /// Some of the other contents are not text.
    hold_bytes: bool,
    /// Some responses have no content.
    hold_nothing: bool,
}

impl Successes {
    fn of(
        operation: &tree::Operation,
        schemas: &Schemas<'_>,
        warnings: &mut OperationWarnings<'_>,
    ) -> Self {
        let responses = &operation.responses;
        let has_success = responses.keys().any(|status| status.starts_with('2'));
        // If no success is described, `default` applies to it.
        let is_success = |status: &str| match has_success {
            true => status.starts_with('2'),
            false => status == "default",
        };
        let mut successes = Self::default();
        let mut described: Vec<_> = responses.iter().collect();
        described.sort_by_key(|(status, _)| *status);
        let mut is_file = false;
        for (_, response) in described.iter().filter(|(status, _)| is_success(status)) {
            successes.add(response, schemas, warnings);
            is_file |= successes.hold_others && successes.json.is_empty();
        }
        if successes.hold_others && !successes.json.is_empty() {
            let message = match is_file {
                true => "the response is not decoded, even if it is JSON",
                false => "the response is read as JSON, regardless of its media type",
            };
            warnings.add(Code::MediaTypeLeftOut, message);
            // The JSON of a later status, such as 202, is the state of a file that is not ready.
            successes.json.retain(|_| !is_file);
        }
        successes
    }

    fn add(
        &mut self,
        response: &tree::Response,
        schemas: &Schemas<'_>,
        warnings: &mut OperationWarnings<'_>,
    ) {
        let Some(content) = response
            .content
            .as_ref()
            .filter(|content| !content.is_empty())
        else {
            self.hold_nothing = true;
            return;
        };
        let is_bytes = |schema: &Schema| schemas.target(schema).format.as_deref() == Some("binary");
        let json = content.iter().find(|(name, content)| {
            essence(name) == JSON && !content.schema.as_ref().is_some_and(is_bytes)
        });
        let Some((_, json)) = json else {
            self.hold_others = true;
            self.hold_bytes |= content.iter().any(|(name, content)| {
                !essence(name).starts_with("text/") || is_events(name) || is_binary(content)
            });
            return;
        };
        let schema = json.schema.clone().unwrap_or_default();
        if !self.json.contains(&schema) {
            self.json.push(schema);
        }
        for other in content.keys().filter(|name| essence(name) != JSON) {
            warnings.add(
                Code::MediaTypeLeftOut,
                format!("the response is read as JSON, never as `{other}`"),
            );
        }
    }

    /// Merges all contents into one response. Several JSON types become a union.
    fn merge(self, operation: &tree::Operation, schemas: &mut Schemas<'_>) -> Response {
        let mut schema = match <[Schema; 1]>::try_from(self.json) {
            Ok([only]) => only,
            Err(none) if none.is_empty() => {
                return match (self.hold_others, self.hold_bytes, self.hold_nothing) {
                    (true, false, _) => Response::Text,
                    (false, _, true) => Response::Empty,
                    // An unknown response is also read as bytes.
                    _ => Response::Bytes,
                };
            }
            Err(several) => {
                let union = Schema {
                    one_of: Some(several),
                    ..Schema::default()
                };
                let name = operation.id.to_pascal_case() + types::SUCCESSES;
                let name = names::shortened(&name, names::LONGEST_TYPE);
                Schema {
                    reference: Some(schemas.add(&name, union)),
                    ..Schema::default()
                }
            }
        };
        schema.nullable |= self.hold_nothing;
        Response::Json(types::value_type(&schema))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::lower::lowered;
    use crate::{Operation, Response, Type, TypeId};

    const EVENTS: &str = "text/event-stream";

    fn operation(responses: Value) -> (Operation, Vec<String>) {
        let object = json!({"type": "object", "properties": {"name": {"type": "string"}}});
        let (api, warnings) = lowered(&json!({
            "paths": {"/pets": {"get": {"operationId": "pets_get", "responses": responses}}},
            "components": {"schemas": {"Pet": object, "Cat": object, "Problem": object}},
        }));
        let operation = api.operations.into_iter().next().expect("one operation");
        (operation, warnings)
    }

    fn response(responses: Value) -> Response {
        operation(responses).0.response
    }

    fn of(media_type: &str, schema: Value) -> Value {
        json!({"content": {media_type: {"schema": schema}}})
    }

    fn json(name: &str) -> Value {
        of(
            "application/json",
            json!({"$ref": format!("#/components/schemas/{name}")}),
        )
    }

    fn named(name: &str) -> Type {
        Type::Named(TypeId::new(name))
    }

    #[test]
    fn a_status_has_the_media_types_of_described_content() {
        let (operation, _) = operation(json!({
            "200": json("Pet"),
            "400": of("application/problem+json; charset=utf-8", json!({"type": "object"})),
            "404": {"content": {}},
            "409": of("application/json", json!({"description": "Any JSON."})),
            "422": {"content": {"text/plain": {}, "image/png": {}}},
        }));
        let statuses = operation.statuses.iter();
        let found: Vec<(&str, String)> = statuses
            .map(|it| (it.status.as_str(), it.media_types.join(" ")))
            .collect();
        let expected = [
            ("200", "application/json"),
            ("400", "application/problem+json"),
            ("404", ""),
            ("409", ""),
            ("422", "image/png text/plain"),
        ];
        assert_eq!(
            found,
            expected.map(|(status, names)| (status, names.to_owned()))
        );
    }

    #[test]
    fn a_response_is_read_as_its_media_type_says() {
        for (media_type, expected) in [
            ("text/csv", Response::Text),
            ("image/png", Response::Bytes),
            ("application/vnd.pets+json", Response::Json(Type::String)),
        ] {
            let responses = json!({"200": of(media_type, json!({"type": "string"}))});
            assert_eq!(response(responses), expected, "{media_type}");
        }
        assert_eq!(response(json!({"204": {}})), Response::Empty);
        assert_eq!(response(json!({"404": {}})), Response::Bytes);
        assert_eq!(
            response(json!({"default": json("Pet")})),
            Response::Json(named("Pet"))
        );
    }

    #[test]
    fn bytes_called_json_are_bytes() {
        let file = json!({"type": "string", "format": "binary"});
        let responses = json!({"200": of("application/json", file)});
        assert_eq!(response(responses), Response::Bytes);
    }

    #[test]
    fn json_that_may_be_missing_is_nullable() {
        let responses = json!({"200": json("Pet"), "204": {}});
        let nullable = Type::Nullable(Box::new(named("Pet")));
        assert_eq!(response(responses), Response::Json(nullable));
    }

    #[test]
    fn json_of_several_types_is_a_union() {
        let responses = json!({"200": json("Pet"), "201": json("Pet"), "202": json("Cat")});
        assert_eq!(response(responses), Response::Json(named("PetsGetSuccess")));
    }

    #[test]
    fn json_is_read_in_place_of_other_media_types() {
        let pet = json!({"$ref": "#/components/schemas/Pet"});
        let (operation, warnings) = operation(json!({
            "200": {"content": {"text/csv": {}, "application/json": {"schema": pet}}},
            "202": of("image/png", json!({})),
        }));
        assert_eq!(operation.response, Response::Json(named("Pet")));
        assert_eq!(
            warnings,
            [
                "the response is read as JSON, never as `text/csv`",
                "the response is read as JSON, regardless of its media type",
            ]
        );
    }

    #[test]
    fn a_file_is_a_file_even_if_a_later_status_is_json() {
        for (media_type, expected) in [
            ("application/zip", Response::Bytes),
            ("text/csv", Response::Text),
        ] {
            let (operation, warnings) = operation(json!({
                "202": json("Pet"),
                "200": of(media_type, json!({"type": "string"})),
            }));
            assert_eq!(operation.response, expected);
            assert_eq!(
                warnings,
                ["the response is not decoded, even if it is JSON"]
            );
        }
    }

    #[test]
    fn events_have_the_type_of_one_event() {
        let events = Response::Events {
            ty: named("Pet"),
            media_type: format!("{EVENTS}; charset=utf-8"),
        };
        let pet = json!({"$ref": "#/components/schemas/Pet"});
        let responses = json!({"200": of("text/event-stream; charset=utf-8", pet)});
        assert_eq!(response(responses), events);
    }

    #[test]
    fn events_that_no_page_describes_are_bytes() {
        let (operation, warnings) = operation(json!({"200": {"content": {EVENTS: {}}}}));
        assert_eq!(operation.response, Response::Bytes);
        assert_eq!(
            warnings,
            [
                "the events that `pets_get` responds with (200) are read as bytes, because the \
                 page does not describe them"
            ]
        );
    }

    #[test]
    fn all_statuses_that_a_page_describes_are_in_its_order() {
        let (operation, _) = operation(json!({
            "404": {"description": "No such pet."}, "204": {"description": "No content"},
        }));
        let statuses = operation.statuses.iter();
        let statuses = statuses.map(|it| (it.status.as_str(), it.docs.as_str()));
        let expected = [("404", "No such pet."), ("204", "")];
        assert_eq!(statuses.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn error_responses_with_a_type_are_sorted_by_status() {
        let (operation, _) = operation(json!({
            "503": json("Problem"), "404": json("Problem"), "429": {}, "200": json("Pet"),
            "default": json("Problem"),
        }));
        let statuses = operation.errors.iter().map(|error| error.status.as_str());
        assert_eq!(statuses.collect::<Vec<_>>(), ["404", "503", "default"]);
    }
}
