//! The platform's own words in plain OpenAPI documents.

use generator::api::{Api, Operation, Type, TypeId};
use generator::{Code, Output};
use tests::case;

fn generated() -> Output {
    let source = generator::read(&case("plain/words.yaml")).expect("the document");
    generator::generate(&source).expect("a client")
}

fn operation<'a>(api: &'a Api, id: &str) -> &'a Operation {
    api.operation(id).expect("an operation")
}

fn parameters(operation: &Operation) -> Vec<(&str, bool)> {
    let parameters = operation.parameters.iter();
    parameters
        .map(|parameter| (parameter.name.as_str(), parameter.required))
        .collect()
}

#[test]
fn the_base_path_is_part_of_every_address() {
    assert_eq!(generated().api.server, "https://api.words.example/v2");
}

#[test]
fn a_global_header_with_one_value_is_a_setting_of_the_client() {
    let api = generated().api;
    let headers = api.headers.iter();
    let headers: Vec<_> = headers
        .map(|header| (header.name.as_str(), header.value.as_str()))
        .collect();
    assert_eq!(headers, [("x-version", "2.10")]);
}

#[test]
fn other_headers_are_parameters_of_the_operations_that_have_them() {
    let api = generated().api;
    let list = operation(&api, "things_list");
    assert_eq!(parameters(list), [("page", false), ("team", false)]);
    let create = operation(&api, "things_create");
    assert_eq!(
        parameters(create),
        [("team", false), ("idempotency_key", false)]
    );
}

#[test]
fn availability_is_a_deprecation() {
    let api = generated().api;
    let list = operation(&api, "things_list");
    assert!(list.deprecated.is_some());
    assert!(list.parameters[0].deprecated.is_some());
    assert!(list.parameters[1].deprecated.is_none());
    let thing = api.ty(&TypeId::new("Thing")).expect("a type");
    assert!(thing.fields()[1].deprecated.is_some());
}

#[test]
fn types_have_the_names_and_the_types_that_the_words_say() {
    let api = generated().api;
    let thing = api.ty(&TypeId::new("Thing")).expect("a type");
    assert_eq!(thing.fields()[0].ty, Type::DateTime);
}

#[test]
fn a_warning_names_each_word_that_is_not_followed() {
    let warnings = generated().report.warnings;
    let warnings: Vec<_> = warnings
        .iter()
        .map(|warning| (warning.code(), warning.message()))
        .collect();
    let ignored = |message| (Code::IgnoredExtension, message);
    assert_eq!(
        warnings,
        [
            ignored("`x-fern-audiences` is not followed: the document has it in one place"),
            ignored("`x-fern-sdk-return-value` is not followed: the document has it in one place"),
            ignored("`x-fern-retries` is not followed: the document has it in one place"),
        ]
    );
}
