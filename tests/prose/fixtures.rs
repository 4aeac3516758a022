//! Pages that were written for the tests: the whole grammar in all formats, compared with a page
//! with an OpenAPI block.

use std::fmt::Write as _;

use generator::{Output, generate, read};
use serde_json::Value;
use tests::case;

fn harbor() -> Output {
    let source = read(&case("prose/harbor")).expect("pages");
    generate(&source).expect("a client")
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(case("prose"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn all_of_the_grammar_is_in_the_document() {
    snapshot("document", &harbor().openapi);
}

#[test]
fn missing_facts_are_reported_with_page_and_line() {
    let output = harbor();
    let mut text = String::new();
    for warning in &output.report.warnings {
        let place = warning.place().map_or_else(String::new, |place| {
            format!("{}:{}", place.page(), place.line())
        });
        let _ = writeln!(text, "{} {place}\n  {warning}", warning.code());
    }
    for loss in &output.report.losses {
        let _ = writeln!(
            text,
            "lost {} {}:{} {}",
            loss.kind,
            loss.place.page(),
            loss.place.line(),
            loss.count
        );
    }
    snapshot("report", &text);
}

#[test]
fn pages_that_other_tools_have_formatted_are_read() {
    let source = read(&case("prose/formatted")).expect("pages");
    let output = generate(&source).expect("a client");
    let mut text = String::new();
    for operation in &output.report.operations {
        let (method, path) = (&operation.method, &operation.path);
        let call = operation.client_method.as_deref().unwrap_or("none");
        let _ = writeln!(text, "{method} {path} {call}");
    }
    for warning in &output.report.warnings {
        let place = warning.place().map_or_else(String::new, |place| {
            format!("{}:{}", place.page(), place.line())
        });
        let _ = writeln!(text, "{} {place}\n  {warning}", warning.code());
    }
    snapshot("formatted", &format!("{text}{}", output.openapi));
}

#[test]
fn a_change_in_a_page_is_found_on_its_line() {
    let page = "# List pets\n\nGET https://api.a.example/v1/pets\n\nReference: https://a.example/docs/pets/list\n\n\
                ## Request\n\n### Query parameters\n\n- `limit` (integer, optional)\n\n\
                ## Response\n\n### 200\n\n- `pets` (list of object, required)\n  - `name` (string, required)\n";
    let source = |text: &str| generator::Source {
        pages: vec![generator::SourceFile::new("list.md", text)],
        ..generator::Source::default()
    };
    let before = generate(&source(page)).expect("a client");
    let base =
        generator::drift::BaseDocument::parse("before", &before.openapi).expect("a document");
    let after = page.replace("`name` (string", "`name` (integer").replace(
        "- `limit` (integer, optional)\n",
        "- `limit` (integer, optional)\n- `page` (integer, optional)\n",
    );
    let drift = generator::drift_since(&base, None, &source(&after)).expect("drift");
    let lines = drift.changes().iter().map(|change| {
        let line = change.place.as_ref().map_or(0, generator::Place::line);
        after
            .lines()
            .nth(line.saturating_sub(1))
            .unwrap_or_default()
            .trim()
            .to_owned()
    });
    assert_eq!(
        lines.collect::<Vec<_>>(),
        [
            "- `name` (integer, required)",
            // The item type has a different name, derived from its content.
            "- `pets` (list of object, required)",
            "- `page` (integer, optional)",
        ]
    );
}

#[test]
fn pages_that_differ_only_in_their_form_give_one_client() {
    let page = |sections: &str| {
        format!(
            "# List pets\n\nGET https://api.a.example/v1/pets\n\nReference: https://a.example/reference/pets/list\n\n{sections}"
        )
    };
    let block = page(
        "## OpenAPI Specification\n\n```yaml\nopenapi: 3.1.1\ninfo: {title: List pets, version: endpoint_pets.list}\n\
         paths:\n  /pets:\n    get:\n      operationId: list\n      parameters:\n        \
         - {name: limit, in: query, required: false, schema: {type: integer, default: 10}}\n        \
         - {name: Authorization, in: header, required: true, description: Bearer token, schema: {type: string}}\n      \
         responses:\n        '200':\n          description: The pets.\n          content:\n            \
         application/json:\n              schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}\n\
         components:\n  schemas:\n    Pet:\n      type: object\n      required: [name]\n      properties:\n        \
         name: {type: string}\n        kind: {type: [string, 'null'], enum: [cat, dog]}\n```\n",
    );
    let prose = page(
        "## Authentication\n\n- `Authorization` header (bearer token, required)\n\n## Request\n\n\
         ### Query parameters\n\n- `limit` (integer, optional, default: 10)\n\n## Response\n\n### 200\n\nThe pets.\n\n\
         - `list of Pet`\n\n## Types\n\n### Pet\n\n- `name` (string, required)\n\
         - `kind` (enum, optional, nullable)\n  - Allowed values: `cat`, `dog`\n",
    );
    let document = |text: &str| -> Value {
        let source = generator::Source {
            pages: vec![generator::SourceFile::new("list.md", text)],
            ..generator::Source::default()
        };
        serde_json::from_str(&generate(&source).expect("a client").openapi).expect("JSON")
    };
    let (block, prose) = (document(&block), document(&prose));
    assert_eq!(block["paths"], prose["paths"]);
    assert_eq!(
        block["components"]["schemas"],
        prose["components"]["schemas"]
    );
    assert_eq!(block["servers"], prose["servers"]);
}

#[test]
fn an_operation_keeps_the_name_of_the_last_version_when_its_page_changes_its_form() {
    let page = |sections: &str| {
        let text = format!(
            "# List pets\n\nGET https://api.a.example/v1/pets/{{id}}\n\n\
             Reference: https://a.example/reference/shop/list\n\n{sections}"
        );
        generator::SourceFile::new("list.md", &text)
    };
    let block = "## OpenAPI Specification\n\n```yaml\nopenapi: 3.1.1\ninfo: {version: endpoint_animals.all}\n\
                 paths: {'/pets/{id}': {get: {responses: {'200': {description: ok}}}}}\n```\n";
    let prose = "## Request\n\n### Path parameters\n\n- `id` (string, required)\n";
    let call = |sections: &str, released: Option<&str>| {
        let source = generator::Source {
            pages: vec![page(sections)],
            released: released.map(|text| generator::SourceFile::new("released.json", text)),
            ..generator::Source::default()
        };
        let output = generate(&source).expect("a client");
        let operation = output.report.operations[0].clone();
        (operation.client_method, operation.path, output.openapi)
    };
    let (before, path, released) = call(block, None);
    assert_eq!(before.as_deref(), Some("animals().all()"));
    let (after, same_path, _) = call(prose, Some(&released));
    assert_eq!((after, same_path), (before, path));
    assert_eq!(call(prose, None).0.as_deref(), Some("shop().list()"));
}

#[test]
fn a_server_in_the_overlay_or_the_settings_ends_where_the_path_begins() {
    let page = "# List pets\n\nGET https://api.a.example/shop/pets\n\n\
                Reference: https://a.example/reference/pets/list\n\n## Response\n\n### 200\n\n- `any`\n";
    let path = |overlay: &str, config: &str| {
        let file = |name: &str, text: &str| Some(generator::SourceFile::new(name, text));
        let source = generator::Source {
            pages: vec![generator::SourceFile::new("list.md", page)],
            overlay: file("overlay.yaml", overlay).filter(|_| !overlay.is_empty()),
            config: file("codegen.toml", config),
            ..generator::Source::default()
        };
        let output = generate(&source).expect("a client");
        format!("{} {}", output.api.server, output.report.operations[0].path)
    };
    let overlay = "overlay: 1.0.0\nactions:\n  - target: $.servers[0]\n    \
                   update: {url: 'https://api.a.example/shop'}\n";
    let config = "[api]\nserver = \"https://api.a.example/shop\"\n";
    assert_eq!(path("", ""), "https://api.a.example /shop/pets");
    assert_eq!(path(overlay, ""), "https://api.a.example/shop /pets");
    assert_eq!(path("", config), "https://api.a.example/shop /pets");
}

#[test]
fn a_page_is_called_at_the_server_of_its_request_line() {
    let page = |host: &str, path: &str, servers: [&str; 2]| {
        let [first, second] = servers;
        let text = format!(
            "# Get {path}\n\nGET https://{host}.a.example/v1/{path}\n\n\
             Reference: https://a.example/reference/shop/{path}\n\n## Servers\n\n\
             - `https://{first}.a.example` ({first}, default)\n\
             - `https://{second}.a.example` ({second})\n\n## Response\n\n### 200\n\n- `any`\n"
        );
        generator::SourceFile::new(&format!("{path}.md"), &text)
    };
    let source = generator::Source {
        pages: vec![
            page("api", "pets", ["api", "agent"]),
            page("api", "toys", ["api", "agent"]),
            page("agent", "models", ["agent", "api"]),
        ],
        ..generator::Source::default()
    };
    let output = generate(&source).expect("a client");
    let document: Value = serde_json::from_str(&output.openapi).expect("JSON");
    let server = |path: &str| &document["paths"][path]["get"]["servers"][0]["url"];
    assert_eq!(document["servers"][0]["url"], "https://api.a.example/v1");
    assert_eq!(*server("/models"), "https://agent.a.example/v1");
    assert_eq!(*server("/pets"), Value::Null);
}
