//! Pages of the second generation: the lowered model of an export, and the warnings about skipped
//! pages.
//!
//! One export is written for this project. The others are real exports. They are not part of the
//! repository, and are read from a folder next to it.

use std::path::Path;

use generator::api::{
    Advance, Api, Constant, FieldRole, Key, Operation, Shape, Style, Type, TypeDef, TypeId,
};
use generator::{Code, Output};
use tests::{case, corpus, shared};

fn generated(spec: &Path) -> Output {
    let source = generator::read(spec).expect("the pages");
    generator::generate(&source).expect("a client")
}

/// Generates from a real export, if it is available.
fn real_export(name: &str) -> Option<Output> {
    corpus(name).map(|spec| generated(&spec))
}

fn creators() -> Output {
    generated(&case("exports/creators"))
}

fn operation<'a>(api: &'a Api, id: &str) -> &'a Operation {
    let ids = || api.operations.iter().map(|operation| &operation.id);
    let found = api.operation(id);
    found.unwrap_or_else(|| panic!("no `{id}` in {:?}", ids().collect::<Vec<_>>()))
}

fn ty<'a>(api: &'a Api, name: &str) -> &'a TypeDef {
    let found = api.ty(&TypeId::new(name));
    found.unwrap_or_else(|| panic!("no `{name}` in {:?}", api.types.keys()))
}

fn environments(api: &Api) -> Vec<(&str, &str)> {
    let environments = api.environments.iter();
    environments
        .map(|environment| (environment.name.as_str(), environment.url.as_str()))
        .collect()
}

fn header(name: &str, prefix: &str) -> Option<Key> {
    Some(Key::Header {
        name: name.to_owned(),
        prefix: prefix.to_owned(),
    })
}

#[test]
fn public_servers_are_environments_and_local_ones_are_not() {
    let api = creators().api;
    assert_eq!(api.server, "https://api.creators.example/v1");
    assert_eq!(
        environments(&api),
        [
            ("Production", "https://api.creators.example/v1"),
            ("Sandbox", "https://sandbox.creators.example/v1"),
        ]
    );
}

#[test]
fn a_header_that_all_pages_require_is_set_on_the_client_and_those_of_http_never() {
    let api = creators().api;
    let headers = api.headers.iter();
    let headers = headers.map(|header| (&*header.setter, &*header.name, header.value.as_deref()));
    assert_eq!(
        headers.collect::<Vec<_>>(),
        [(
            "creators_api_version",
            "x-creators-api-version",
            Some("2026-01-31")
        )]
    );
    let list = operation(&api, "chats_list_chats");
    let names: Vec<&str> = list.parameters.iter().map(|it| it.wire.as_str()).collect();
    assert_eq!(names, ["page", "size", "ids"]);
}

#[test]
fn a_list_has_joined_parameters_and_ends_by_a_flag_in_camel_case() {
    let api = creators().api;
    let list = operation(&api, "chats_list_chats");
    assert_eq!(list.parameters[2].style, Style::Form { explode: false });
    let paging = list.paging.as_ref().expect("a paginated list");
    assert!(matches!(paging.advance, Advance::Number { .. }));
    let more = paging.more.as_ref().expect("a flag");
    let steps: Vec<&str> = more.0.iter().map(|step| step.field.as_str()).collect();
    assert_eq!(steps, ["pagination", "has_more"]);
    let numbers = list.parameters[..2].iter().map(|it| &it.ty);
    assert!(numbers.into_iter().all(|ty| matches!(ty, Type::Int(_))));
}

#[test]
fn error_responses_have_types_and_descriptions() {
    let api = creators().api;
    let list = operation(&api, "chats_list_chats");
    let errors = list.errors.iter();
    let errors = errors.map(|error| (error.status.as_str(), error.ty.as_str()));
    assert_eq!(
        errors.collect::<Vec<_>>(),
        [("400", "Failure"), ("410", "Failure")]
    );
    let described = list.described_errors();
    let described = described
        .iter()
        .map(|(statuses, docs)| (statuses.join(", "), docs.as_str()));
    let expected = [
        ("400".to_owned(), "A parameter is not valid"),
        ("410".to_owned(), "This version of the API is gone"),
    ];
    assert_eq!(described.collect::<Vec<_>>(), expected);
}

#[test]
fn operations_of_one_path_are_called_by_the_constants_that_they_send() {
    let output = creators();
    let calls: Vec<String> = output
        .api
        .operations
        .iter()
        .map(Operation::call)
        .filter(|call| call.starts_with("remote()"))
        .collect();
    assert_eq!(calls, ["remote().chats_close()", "remote().chats_count()"]);
    let close = operation(&output.api, "remote_chats_close");
    assert_eq!((&*close.verb, &*close.path), ("POST", "/call"));
    let body = close.body.as_ref().expect("a body");
    let constants: Vec<&str> = body
        .fields
        .iter()
        .filter_map(|field| match &field.role {
            FieldRole::Constant {
                value: Constant::Text(text),
                ..
            } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(constants, ["2.0", "chats.close"]);
    assert_eq!(close.call.arguments.len(), 1);
}

#[test]
fn variants_without_a_tag_are_called_by_what_tells_them_apart() {
    let api = creators().api;
    for (name, expected) in [
        ("AccountsDetailsPatchResponseItem", ["CardNumber", "Iban"]),
        ("AccountsDetailsPatchRequestItem", ["Add", "Remove"]),
    ] {
        let Shape::Union(union) = &ty(&api, name).shape else {
            panic!("`{name}` is a union");
        };
        let mut variants: Vec<&str> = union.variants.iter().map(|it| it.name.as_str()).collect();
        variants.sort_unstable();
        assert_eq!(variants, expected);
    }
}

#[test]
fn a_template_costs_only_itself() {
    let output = creators();
    assert_eq!(output.api.operations.len(), 4);
    let warnings = output.report.warnings.iter();
    let warnings: Vec<(Code, String)> = warnings
        .map(|warning| {
            let place = warning.place().expect("a place");
            (warning.code(), format!("{}:{}", place.page(), place.line()))
        })
        .collect();
    assert_eq!(
        warnings,
        [(Code::InvalidStructure, "_TEMPLATE.md:8".to_owned()),]
    );
}

#[test]
fn webhooks_of_pages_in_two_forms_are_events() {
    let webhooks = creators().api.webhooks.expect("webhooks");
    let events = webhooks.events.iter().map(|event| {
        let line = event.origin.as_ref().map(|origin| origin.0.line());
        (event.name.as_str(), event.ty.to_string(), line)
    });
    let text = |text: &str| text.to_owned();
    assert_eq!(
        events.collect::<Vec<_>>(),
        [
            ("chat-ended", text("ChatEndedEvent"), Some(16)),
            ("chat-started", text("ChatStartedEvent"), Some(3)),
        ]
    );
    let signature = webhooks
        .signature
        .expect("the headers are those of a style");
    assert_eq!(signature.header, "svix-signature");
}

#[test]
fn a_user_and_a_password_are_the_key() {
    assert_eq!(creators().api.key, Some(Key::Basic));
    if let Some(plain) = shared("cases/plain/auth-basic.yaml") {
        assert_eq!(generated(&plain).api.key, Some(Key::Basic));
    }
}

#[test]
fn values_of_a_servers_variables_are_environments() {
    if let Some(plain) = shared("cases/plain/servers.yaml") {
        assert_eq!(
            environments(&generated(&plain).api),
            [
                ("Us", "https://us.servers.test/v1"),
                ("Eu", "https://eu.servers.test/v1"),
            ]
        );
    }
}

#[test]
fn a_variable_without_a_choice_of_values_is_set_by_the_caller() {
    if let Some(plain) = shared("cases/plain/servers.yaml") {
        let api = generated(&plain).api;
        let variables = api.server_variables.iter();
        let variables: Vec<_> = variables
            .map(|it| (it.setter.as_str(), it.default.as_deref()))
            .collect();
        assert_eq!(variables, [("version", Some("v1"))]);
        let template = api.environments[1].template.as_deref();
        assert_eq!(template, Some("https://eu.servers.test/{version}"));
    }
}

#[test]
fn real_exports_are_called_where_and_with_the_key_that_their_pages_say() {
    for (name, server, key) in [
        ("gen2/opik", "https://www.comet.com/opik/api", None),
        (
            "gen2/webflow",
            "https://api.webflow.com/v2",
            header("authorization", "Bearer "),
        ),
        (
            "gen2/elevenlabs",
            "https://api.elevenlabs.io",
            header("xi-api-key", ""),
        ),
        (
            "gen2/openrouter",
            "https://openrouter.ai/api/v1",
            header("authorization", "Bearer "),
        ),
        (
            "openrouter",
            "https://openrouter.ai/api/v1",
            header("authorization", "Bearer "),
        ),
    ] {
        let Some(output) = real_export(name) else {
            continue;
        };
        assert_eq!(output.api.server, server, "{name}");
        assert_eq!(output.api.key, key, "{name}");
        for id in output.api.types.keys() {
            let id = id.as_str();
            assert!(id.len() <= 60, "{name}: {id}");
            for word in ["Variant0", "Variant1", "OneOf0", "DiscriminatorMapping"] {
                assert!(!id.contains(word), "{name}: {id}");
            }
        }
    }
}
