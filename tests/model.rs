//! The merged document contains every fact about the client: it lowers to the same model as its
//! pages.

use std::path::Path;

use generator::Source;
use generator::api::Api;
use generator::drift::{BaseDocument, compare};
use tests::{case, repository};

/// Checks that the pages in a folder and their `openapi.json` have the same model, and returns the
/// model.
fn lowers_to_one_model(spec: &Path) -> Api {
    let source = generator::read(spec).expect("the pages");
    let output = generator::generate(&source).expect("a client");
    let document = BaseDocument::parse("openapi.json", &output.openapi).expect("a document");
    let of_pages = of_pages(&source);
    let changes = compare(document.api(), &of_pages);
    assert!(changes.is_empty(), "{}: {changes:?}", spec.display());
    assert!(*document.api() == of_pages, "{}", spec.display());
    of_pages
}

/// Returns the model of pages without places, which a document does not contain.
fn of_pages(source: &Source) -> Api {
    let (mut api, _) = generator::model(source).expect("a model");
    for operation in &mut api.operations {
        assert!(operation.origin.take().is_some(), "{}", operation.id);
    }
    for event in api.webhooks.iter_mut().flat_map(|it| &mut it.events) {
        assert!(event.origin.take().is_some(), "{}", event.name);
    }
    api
}

#[test]
fn the_committed_document_lowers_to_the_model_of_the_pages() {
    let spec = repository("spec");
    let of_pages = lowers_to_one_model(&spec);
    let committed = std::fs::read_to_string(spec.join("openapi.json")).expect("the document");
    let committed = BaseDocument::parse("openapi.json", &committed).expect("a document");
    assert!(*committed.api() == of_pages);
}

#[test]
fn documents_of_other_apis_do_as_well() {
    for spec in [
        "exports/studio",
        "exports/weather",
        "exports/creators",
        "exports/zoo",
        "exports/radio",
        "exports/harbor",
        "exports/responder",
        "exports/warehouse",
        "prose/harbor",
        "plain/words.yaml",
        "plain/webhooks.yaml",
        "pet_shop/spec",
        "drift/facts",
    ] {
        lowers_to_one_model(&case(spec));
    }
}
