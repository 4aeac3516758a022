//! The platform's extensions in plain OpenAPI documents.

use generator::api::{Algorithm, Api, Operation, Shape, Tagging, Type, TypeId};
use generator::drift::BaseDocument;
use generator::{Code, Output, Problem, Source, SourceFile};
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
        .map(|header| (header.name.as_str(), header.value.as_deref()))
        .collect();
    assert_eq!(headers, [("x-version", Some("2.10"))]);
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
            ignored("`x-fern-audiences` is not supported: the document has it in one place"),
            ignored("`x-fern-sdk-return-value` is not supported: the document has it in one place"),
            ignored("`x-fern-retries` is not supported: the document has it in one place"),
        ]
    );
}

/// Generates from the document with webhooks, and an overlay that sets their signature.
fn with_webhooks(signature: &str) -> Result<Output, Problem> {
    let mut source = generator::read(&case("plain/webhooks.yaml")).expect("the document");
    if !signature.is_empty() {
        let overlay = format!(
            "overlay: 1.0.0\nactions:\n  - target: $\n    update:\n      x-webhook-signature: {signature}\n"
        );
        source.overlay = Some(SourceFile::new("overlay.yaml", &overlay));
    }
    generator::generate(&source)
}

#[test]
fn webhooks_callbacks_and_marked_operations_are_events_and_no_operations() {
    let output = with_webhooks("false").expect("a client");
    let operations = output.api.operations.iter().map(|it| it.id.as_str());
    assert_eq!(operations.collect::<Vec<_>>(), ["orders_create"]);
    let webhooks = output.api.webhooks.as_ref().expect("webhooks");
    let events = webhooks.events.iter();
    let events: Vec<(&str, String, bool)> = events
        .map(|event| (event.name.as_str(), event.ty.to_string(), event.deprecated))
        .collect();
    assert_eq!(
        events,
        [
            ("kiosk_closed", "KioskClosedEvent".to_owned(), true),
            ("order.paid", "OrderPaidEvent".to_owned(), false),
            ("order.sent", "Sent".to_owned(), false),
            ("stock", "StockEvent".to_owned(), false),
        ]
    );
    let lines = webhooks.events.iter().map(|event| {
        let place = event.origin.as_ref().map(|origin| origin.0.line());
        place.unwrap_or_default()
    });
    assert_eq!(lines.collect::<Vec<_>>(), [20, 13, 35, 40]);
    let Shape::Union(union) = &output.api.ty(&webhooks.event).expect("a type").shape else {
        panic!("an event is a union");
    };
    assert_eq!(union.tagging, Tagging::Tagged("event".to_owned()));
    let variants = union.variants.iter();
    let variants: Vec<(&str, String)> = variants
        .map(|variant| (variant.name.as_str(), variant.tags.join(" | ")))
        .collect();
    assert_eq!(
        variants,
        [
            ("KioskClosed", "kiosk.closed".to_owned()),
            ("OrderPaid", "order.paid".to_owned()),
            ("OrderSent", "order.sent".to_owned()),
            ("StockEvent", "stock.low | stock.gone".to_owned()),
        ]
    );
    let warnings = output.report.warnings.iter();
    let warnings: Vec<(Code, &str)> = warnings.map(|it| (it.code(), it.message())).collect();
    let left_out = "the webhook `ping` is not in the client: it has no JSON payload";
    assert_eq!(warnings, [(Code::WebhookLeftOut, left_out)]);
}

#[test]
fn the_committed_document_has_the_same_events() {
    let mut output = with_webhooks("{style: svix, algorithm: hmac-sha512}").expect("a client");
    for event in output.api.webhooks.iter_mut().flat_map(|it| &mut it.events) {
        event.origin = None;
    }
    let webhooks = output.api.webhooks.as_ref().expect("webhooks");
    let signature = webhooks.signature.as_ref().expect("a signature");
    assert_eq!(signature.algorithm, Algorithm::HmacSha512);
    let committed = BaseDocument::parse("openapi.json", &output.openapi).expect("a document");
    assert!(committed.api().webhooks.as_ref() == Some(webhooks));
    assert!(committed.api().types == output.api.types);
    assert_eq!(webhooks.event, TypeId::new("WebhookEvent"));
    // The OpenAPI 3.0 document contains the same events for other tools.
    let text = output.openapi.replace("apipages codegen", "another tool");
    let source = Source {
        pages: vec![SourceFile::new("kiosk.json", &text)],
        ..Source::default()
    };
    let again = generator::generate(&source).expect("a client");
    let names = |api: &Api| {
        let events = api.webhooks.iter().flat_map(|it| &it.events);
        events
            .map(|event| (event.name.clone(), event.ty.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&again.api), names(&output.api));
}

#[test]
fn events_that_cannot_be_verified_are_a_warning() {
    let output = with_webhooks("").expect("a client");
    let mut warnings = output.report.warnings.iter();
    let warning = warnings.find(|warning| warning.code() == Code::UnverifiedWebhooks);
    let warning = warning.expect("a warning");
    assert!(
        warning
            .advised()
            .is_some_and(|it| it.contains("x-webhook-signature"))
    );
    assert!(warning.place().is_some());
    let webhooks = output
        .files
        .files()
        .find(|(path, _)| *path == "src/webhooks.rs");
    let (_, text) = webhooks.expect("the module");
    assert!(!text.contains("from_request") && text.contains("from_body_unverified"));
}

#[test]
fn a_signature_that_cannot_be_used_is_an_error_at_its_line() {
    let problem = with_webhooks("{style: stripe, prefix: 'v1,'}").expect_err("it is wrong");
    assert_eq!(problem.code(), Code::InvalidWebhookSignature);
    assert_eq!(
        problem.message(),
        "`x-webhook-signature` cannot be used: a prefix contains the `separator`"
    );
    let place = problem.place().map(ToString::to_string);
    assert_eq!(place.as_deref(), Some("overlay.yaml:5"));
    assert!(problem.advised().is_some());
}
