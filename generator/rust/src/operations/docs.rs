//! The documentation of the methods of groups and requests.

use std::collections::BTreeMap;

use api::{Docs, Field, Operation, Presence, Response, Type, TypeId};
use pages::Problem;
use quote::quote;

use super::example::Example;
use super::inputs::{self, BodyField, Given};
use super::literal::Purpose;
use super::{Context, groups};
use crate::documentation::{Documentation, Line};
use crate::format::ident;
use crate::links::Links;

/// Returns the documentation of a method: the operation, its arguments, and an example.
pub(super) fn method(
    operation: &Operation,
    given: &[Given<'_>],
    context: &Context<'_>,
) -> Result<Documentation, Problem> {
    let mut request = Line::default().code(&endpoint(operation));
    if let Some(reference) = &operation.reference {
        request = request.text(", see the ").link("reference", reference);
        request = request.text(".");
    }
    let mut documentation = Documentation::new().docs(&operation.summary, context.links);
    if operation.docs != operation.summary {
        documentation = documentation.docs(&operation.docs, context.links);
    }
    documentation = documentation.line(request);
    if let Some(header) = &operation.idempotency {
        let line = Line::new("Each call sends an idempotency key in the header ").code(header);
        let line = line
            .text(", so that it can be retried after a timeout. ")
            .item_at(
                "CallOptions::idempotency_key",
                "crate::CallOptions::idempotency_key",
            )
            .text(" sets another key.");
        documentation = documentation.line(line);
    }
    if let Some(body) = operation
        .body
        .as_ref()
        .filter(|_| !operation.takes_whole_body())
    {
        documentation = documentation.docs(&body.docs, context.links);
    }
    let body = operation.body.iter();
    for group in body.flat_map(|body| context.api.alternatives(body)) {
        documentation = documentation.line(needed(&group));
    }
    // The fields of a struct have their own documentation.
    let is_struct = operation.call.arguments_struct.is_some();
    let described: Vec<_> = given
        .iter()
        .filter(|_| !is_struct)
        .filter(|given| !given.docs.is_empty())
        .map(|given| (Line::default().code(&given.name.to_string()), given.docs))
        .collect();
    if !described.is_empty() {
        documentation = documentation
            .text("# Arguments")
            .list(described, context.links);
    }
    let example =
        example(operation, given, context, Purpose::Documentation).code(context.library)?;
    Ok(documentation.text("# Example").example(&example))
}

/// Returns the method and the path of an operation, with the server if that is another one.
fn endpoint(operation: &Operation) -> String {
    let server = operation.server.as_deref().unwrap_or_default();
    format!("{} {server}{}", operation.verb, operation.path)
}

/// Returns the documentation of the request builder. `owner` is the type of the group.
pub(super) fn request(operation: &Operation, owner: &str) -> Documentation {
    let method = format!("{owner}::{}", operation.method);
    let line = Line::new("A request for ").item(&method).text(": ");
    let documentation = Documentation::new().line(line.code(&endpoint(operation)).text("."));
    match &operation.reference {
        Some(reference) => {
            let line = Line::new("See the ").link("API reference", reference);
            documentation.line(line.text("."))
        }
        None => documentation,
    }
}

/// Returns the sentence about alternatives of required properties.
fn needed(alternatives: &[Vec<&Field>]) -> Line {
    let mut line = Line::new("A request without ");
    for (position, fields) in alternatives.iter().enumerate() {
        line = if position > 0 {
            line.text(" or ")
        } else {
            line
        };
        for (position, field) in fields.iter().enumerate() {
            line = if position > 0 {
                line.text(" and ")
            } else {
                line
            };
            line = line.code(&field.wire);
        }
    }
    line.text(" fails before it is sent.")
}

/// Returns the example of a call.
pub(super) fn example<'a>(
    operation: &'a Operation,
    given: &[Given<'_>],
    context: &Context<'_>,
    purpose: Purpose,
) -> Example<'a> {
    let mut example = Example::new(operation, purpose);
    if let Some(arguments) = &operation.call.arguments_struct {
        let library = ident(context.library);
        let modules = groups::modules(operation).into_iter().map(ident);
        let arguments = ident(arguments);
        let ty = quote!(#library::operations #(::#modules)*::#arguments);
        let fields: Vec<_> = given.iter().map(Given::sample).collect();
        example.struct_argument(&ident("arguments"), ty, &fields, context.api);
    } else {
        for given in given {
            example.argument(given.sample(), context.api);
        }
    }
    let body = operation.body.iter();
    let fields: Vec<_> = body
        .clone()
        .flat_map(|body| inputs::body_fields(body, context.api))
        .collect();
    let is_file = |ty: &Type| match ty {
        Type::List(item) => **item == Type::File,
        ty => *ty == Type::File,
    };
    let has_file = |field: &BodyField<'_>| {
        field.target.presence == Presence::Required && is_file(field.target.ty)
    };
    // Properties that the call requires in addition to its arguments.
    for group in body.clone().flat_map(|body| context.api.alternatives(body)) {
        let first = group.first().into_iter().flatten();
        for name in first.map(|needed| &needed.name) {
            if let Some(field) = fields.iter().find(|field| field.target.name == name) {
                example.set(field.sample(), context.api);
            }
        }
    }
    // An upload example should contain a file.
    if !fields.iter().any(has_file) {
        let mut fields = fields.iter();
        if let Some(field) = fields.find(|field| is_file(field.target.ty)) {
            example.set(field.sample(), context.api);
        }
    }
    example
}

/// Returns the documentation of a setter, even if the page has none.
pub(super) fn setter(given: &Given<'_>, context: &Context<'_>) -> Documentation {
    if !given.docs.is_empty() {
        return Documentation::new().docs(given.docs, context.links);
    }
    let name = given.name.to_string();
    let line = Line::new("Sets ").code(name.trim_end_matches('_'));
    Documentation::new().line(line.text("."))
}

/// Returns the documentation of the method that sends the request.
pub(super) fn send(operation: &Operation, links: &Links) -> Documentation {
    let sends = match &operation.response {
        Response::Empty => "Sends the request. The response has no body.",
        Response::Events { .. } => {
            "Sends the request and returns the events of the response as they arrive."
        }
        Response::Channel(_) => "Opens the WebSocket channel.",
        _ => "Sends the request and returns the body of the response.",
    };
    let mut documentation = Documentation::new().text(sends);
    documentation = match &operation.described_successes()[..] {
        [(_, docs)] => documentation.docs(docs, links),
        several => documentation.list(by_status(several), links),
    };
    let errors = errors(operation);
    let errors = errors.iter().map(|(line, docs)| (line.clone(), docs));
    documentation
        .text("# Errors")
        .line(Line::new("See ").item_at("Error", "crate::Error").text("."))
        .list(errors, links)
}

/// Returns the items of a list of statuses with their descriptions.
fn by_status<'a>(described: &[(Vec<&str>, &'a Docs)]) -> Vec<(Line, &'a Docs)> {
    let items = described.iter();
    items
        .map(|(statuses, docs)| (codes(Line::default(), statuses), *docs))
        .collect()
}

/// Adds statuses to a line, separated by commas.
fn codes(line: Line, statuses: &[&str]) -> Line {
    let statuses = statuses.iter().enumerate();
    statuses.fold(line, |line, (index, status)| {
        let separator = if index == 0 { "" } else { ", " };
        line.text(separator).code(status)
    })
}

/// The description of an error response, and the type of its body.
type DescribedError<'a> = (Docs, Option<&'a TypeId>);

/// Returns the items of a list of error responses: their statuses, descriptions, and types.
fn errors(operation: &Operation) -> Vec<(Line, Docs)> {
    let mut described: BTreeMap<&str, DescribedError<'_>> = BTreeMap::new();
    for (statuses, docs) in operation.described_errors() {
        let statuses = statuses.into_iter();
        described.extend(statuses.map(|status| (status, (docs.clone(), None))));
    }
    for error in &operation.errors {
        described.entry(&error.status).or_default().1 = Some(&error.ty);
    }
    let mut alike: Vec<(Vec<&str>, DescribedError<'_>)> = Vec::new();
    for (status, response) in described {
        match alike.iter_mut().find(|(_, known)| *known == response) {
            Some((statuses, _)) => statuses.push(status),
            None => alike.push((vec![status], response)),
        }
    }
    let items = alike.into_iter().map(|(statuses, (docs, ty))| {
        let is_sentence = docs.as_str().trim_end().ends_with(['.', '!', '?', ':']);
        let own = Some(docs).filter(|docs| !docs.is_empty());
        let docs: Vec<Docs> = own.into_iter().chain(ty.map(body_type)).collect();
        let separator = if is_sentence { " " } else { ". " };
        (
            codes(Line::default(), &statuses),
            Docs::joined(&docs, separator),
        )
    });
    items.collect()
}

/// Returns the sentence about the type of an error response.
fn body_type(ty: &TypeId) -> Docs {
    let name = ty.as_str();
    let sentence = match begins_with_vowel(name) {
        true => "The body is an {}, see {}.",
        false => "The body is a {}, see {}.",
    };
    Docs::template(
        sentence,
        &[
            Docs::item(name, format!("crate::types::{name}")),
            Docs::item("ApiError::json", "crate::ApiError::json"),
        ],
    )
}

/// Returns `true` if a name is pronounced with a vowel at its beginning: `Unauthorized`, but not
/// `User` or `Unit`.
fn begins_with_vowel(name: &str) -> bool {
    match name.strip_prefix('U') {
        Some(rest) => rest.starts_with(['n', 'p']) && !rest.starts_with("ni"),
        None => name.starts_with(['A', 'E', 'I', 'O']) && !name.starts_with("Eu"),
    }
}

#[cfg(test)]
mod tests {
    use api::{Api, ErrorResponse, Input, Status};

    use super::super::samples;
    use super::*;
    use crate::links::Links;

    fn documentation_of(operation: &Operation, api: &Api) -> String {
        let links = Links::default();
        let context = Context {
            api,
            library: "pets",
            links: &links,
        };
        let given = inputs::given(&operation.call.arguments, operation, api);
        let documentation = method(operation, &given, &context);
        documentation.expect("Rust").page().to_string()
    }

    #[test]
    fn documentation_has_the_request_the_arguments_and_an_example() {
        let mut operation = samples::operation("retrieve", &["pets"]);
        operation.summary = Docs::page("Retrieve a pet");
        operation.docs = Docs::page("Returns one.");
        operation.path = "/pets/{id}".to_owned();
        operation.reference = Some("https://a.example/pets".to_owned());
        let mut id = samples::parameter("id", Type::String, true);
        id.docs = Docs::page("The pet.\n\nIt exists.");
        let undocumented = samples::parameter("x", Type::String, true);
        samples::with_parameters(&mut operation, vec![id, undocumented]);
        let expected = "Retrieve a pet\n\n\
            Returns one.\n\n\
            `GET /pets/{id}`, see the [reference](https://a.example/pets).\n\n\
            # Arguments\n\n\
            - `id`: The pet.\n\n  It exists.\n\n\
            # Example\n\n\
            ```no_run\n\
            use pets::Client;\n\n\
            # async fn example() -> Result<(), pets::Error> {\n\
            let client = Client::from_env()?;\n\
            client.pets().retrieve(\"id\", \"x\").send().await?;\n\
            # Ok(())\n# }\n```";
        let documentation = documentation_of(&operation, &samples::api([]));
        assert_eq!(documentation, expected);
    }

    #[test]
    fn a_request_has_its_endpoint_and_links_to_its_method_and_the_reference() {
        let mut operation = samples::operation("retrieve", &["pets"]);
        operation.path = "/pets/{id}".to_owned();
        let page = |operation: &Operation| request(operation, "Pets").page().to_string();
        let line = "A request for [`Pets::retrieve`]: `GET /pets/{id}`.";
        assert_eq!(page(&operation), line);
        operation.reference = Some("https://a.example/pets".to_owned());
        let reference = "See the [API reference](https://a.example/pets).";
        assert_eq!(page(&operation), format!("{line}\n\n{reference}"));
    }

    #[test]
    fn an_example_sets_a_file_if_no_argument_is_one() {
        let optional = samples::field("file", Type::File, Presence::Optional);
        for (required, expected) in [(Type::String, true), (Type::File, false)] {
            let required = samples::field("source", required, Presence::Required);
            let form = samples::object("Upload", [required, optional.clone()]);
            let mut operation = samples::operation("add", &["pets"]);
            samples::with_body(&mut operation, &form);
            let documentation = documentation_of(&operation, &samples::api([form]));
            let sets_file = documentation.contains(".file(Upload::path(\"path/to/file\"))");
            assert_eq!(sets_file, expected, "{documentation}");
        }
    }

    #[test]
    fn an_example_creates_the_struct_of_arguments() {
        let mut operation = samples::operation("add", &["pets"]);
        operation.call.arguments_struct = Some("AddArguments".to_owned());
        let documentation = documentation_of(&operation, &samples::api([]));
        let example = ".add(pets::operations::pets::AddArguments {})";
        assert!(documentation.contains(example), "{documentation}");
    }

    #[test]
    fn statuses_are_listed_with_their_descriptions() {
        let mut operation = samples::operation("get", &["pets"]);
        let status = |status: &str, docs: &str| Status {
            status: status.to_owned(),
            docs: Docs::page(docs),
            media_types: Vec::new(),
        };
        operation.statuses = vec![
            status("422", "The request is <b>wrong</b>."),
            status("404", "There is no such pet."),
            status("200", "The pet."),
            status("400", "The request is <b>wrong</b>."),
            status("500", ""),
        ];
        let page = |operation: &Operation| send(operation, &Links::default()).page().to_string();
        assert_eq!(
            page(&operation),
            "Sends the request. The response has no body.\n\n\
             The pet.\n\n\
             # Errors\n\n\
             See [`Error`](crate::Error).\n\n\
             - `400`, `422`: The request is `<b>`wrong`</b>`.\n\
             - `404`: There is no such pet."
        );
        operation.statuses.push(status("201", "A new pet."));
        let both = "- `200`: The pet.\n- `201`: A new pet.\n\n# Errors";
        assert!(page(&operation).contains(both), "{}", page(&operation));
    }

    #[test]
    fn a_body_is_described_beside_its_argument_or_the_request() {
        let pet = samples::object(
            "Pet",
            [samples::field("name", Type::String, Presence::Required)],
        );
        let mut operation = samples::operation("add", &["pets"]);
        samples::with_body(&mut operation, &pet);
        operation.body.as_mut().expect("a body").docs = Docs::page("The pet to add.");
        let api = samples::api([pet]);
        let by_field = documentation_of(&operation, &api);
        assert!(
            by_field.contains("`\n\nThe pet to add.\n\n# Example"),
            "{by_field}"
        );
        operation.call.arguments = vec![Input::Body];
        let whole = documentation_of(&operation, &api);
        assert!(
            whole.contains("# Arguments\n\n- `body`: The pet to add.\n"),
            "{whole}"
        );
    }

    #[test]
    fn errors_are_listed_with_the_types_of_their_bodies() {
        let mut operation = samples::operation("list", &["pets"]);
        let error = |status: &str, ty| ErrorResponse {
            status: status.to_owned(),
            ty: TypeId::new(ty),
        };
        operation.errors = vec![error("400", "A"), error("404", "B"), error("4XX", "A")];
        operation.statuses = vec![Status {
            status: "404".to_owned(),
            docs: Docs::page("There is no such pet."),
            media_types: Vec::new(),
        }];
        let page = send(&operation, &Links::default()).page().to_string();
        let (_, errors) = page.split_once("# Errors\n\n").expect("a section");
        assert_eq!(
            errors,
            "See [`Error`](crate::Error).\n\n\
             - `400`, `4XX`: The body is an [`A`](crate::types::A), see \
             [`ApiError::json`](crate::ApiError::json).\n\
             - `404`: There is no such pet. The body is a [`B`](crate::types::B), see \
             [`ApiError::json`](crate::ApiError::json)."
        );
    }

    #[test]
    fn a_call_with_an_idempotency_key_says_so() {
        let mut operation = samples::operation("add", &["pets"]);
        operation.idempotency = Some("idempotency-key".to_owned());
        let documentation = documentation_of(&operation, &samples::api([]));
        let expected = "Each call sends an idempotency key in the header `idempotency-key`, so \
                        that it can be retried after a timeout. \
                        [`CallOptions::idempotency_key`](crate::CallOptions::idempotency_key) \
                        sets another key.";
        assert!(documentation.contains(expected), "{documentation}");
    }

    #[test]
    fn the_article_of_a_type_depends_on_its_pronunciation() {
        for name in [
            "ApiError",
            "InternalServerError",
            "Unauthorized",
            "UpstreamError",
        ] {
            assert!(begins_with_vowel(name), "{name}");
        }
        for name in ["EuError", "UnitError", "UserError", "BadRequest"] {
            assert!(!begins_with_vowel(name), "{name}");
        }
    }
}
