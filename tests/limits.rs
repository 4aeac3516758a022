//! A page that exceeds a limit is one error with page, line, and code, and nothing is written. Each
//! page of these tests is small.

use std::fs;

use generator::limits;
use serde_json::{Map, Value, json};
use tests::{Workplace, repository};

/// Returns a page with this operation `get` and these components.
fn page(operation: &Value, components: &Value) -> String {
    let document = json!({
        "openapi": "3.1.1",
        "servers": [{"url": "https://api.example.com"}],
        "paths": {"/pets": {"get": operation}},
        "components": components,
    });
    let document = serde_json::to_string_pretty(&document).expect("JSON");
    format!("# List pets\n\n## OpenAPI Specification\n\n```json\n{document}\n```\n")
}

/// Returns a page whose operation responds with the schema `S0`.
fn page_of(schemas: &Map<String, Value>) -> String {
    let schema = json!({"$ref": "#/components/schemas/S0"});
    let content = json!({"application/json": {"schema": schema}});
    let operation = json!({"responses": {"200": {"description": "ok", "content": content}}});
    page(&operation, &json!({ "schemas": schemas }))
}

/// Returns schemas that each refer to the next with `refer`.
fn schemas(count: usize, refer: impl Fn(Value) -> Value) -> Map<String, Value> {
    let mut schemas = Map::new();
    for index in 0..count {
        let next = format!("#/components/schemas/S{}", index + 1);
        schemas.insert(format!("S{index}"), refer(json!({ "$ref": next })));
    }
    let last = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    schemas.insert(format!("S{count}"), last);
    schemas
}

/// Checks that a page causes an error on the line with this text.
#[track_caller]
fn is_refused(page: &str, code: &str, message: &str, line: &str) {
    let workplace = Workplace::empty();
    workplace.write("spec/pages/list.md", page);
    let outcome = workplace.codegen(&[]).exits_with(1);
    let first = format!("error[{code}]: {message}");
    assert!(outcome.stderr.contains(&first), "{}", outcome.stderr);
    let number = page.lines().position(|other| other.contains(line));
    let place = format!("list.md:{}:", number.expect("the page has the line") + 1);
    assert!(
        outcome.stderr.contains(&place),
        "{place} {}",
        outcome.stderr
    );
    assert!(!workplace.path("client").exists());
}

#[test]
fn lists_in_lists_up_to_the_limit_of_levels() {
    let list = |inner| json!({"type": "array", "items": inner});
    let schema = (0..100).fold(json!({"type": "string"}), |inner, _| list(inner));
    let schemas = Map::from_iter([("S0".to_owned(), list(schema))]);
    let workplace = Workplace::empty();
    workplace.write("spec/pages/list.md", &page_of(&schemas));
    let outcome = workplace.codegen(&[]).exits_with(0);
    let warning = "warning[nested-too-deep]: more than 24 lists and maps are nested";
    assert!(outcome.stderr.contains(warning), "{}", outcome.stderr);
}

#[test]
fn the_documentation_lists_all_limits() {
    let text = fs::read_to_string(repository("SECURITY.md")).expect("the file is there");
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line
            .strip_prefix("| ")?
            .trim_end_matches(" |")
            .split(" | ")
            .collect();
        let [_, value, code] = cells[..] else {
            return None;
        };
        Some((value.to_owned(), code.trim_matches('`').to_owned()))
    });
    let limits = limits::ALL.map(|limit| (limit.to_string(), limit.code.to_string()));
    assert_eq!(rows.skip(1).collect::<Vec<_>>(), limits);
}

#[test]
fn a_response_that_leads_to_itself() {
    let operation = json!({"responses": {"404": {"$ref": "#/components/responses/Gone"}}});
    let components = json!({"responses": {"Gone": {"headers": {
        "X-More": {"$ref": "#/components/responses/Gone/headers"},
    }}}});
    is_refused(
        &page(&operation, &components),
        "circular-reference",
        "the reference `#/components/responses/Gone/headers` is circular",
        "Gone/headers",
    );
}

#[test]
fn an_operation_that_is_a_schema() {
    let operation = json!({"$ref": "#/components/schemas/Pet"});
    is_refused(
        &page(&operation, &json!({"schemas": {"Pet": {"type": "object"}}})),
        "invalid-structure",
        "the reference `#/components/schemas/Pet` of `get` points to a schema",
        "$ref",
    );
}

#[test]
fn a_response_that_is_a_text() {
    let operation = json!({"responses": {"404": {"$ref": "#/components/responses/Gone"}}});
    is_refused(
        &page(&operation, &json!({"responses": {"Gone": "It is gone."}})),
        "invalid-structure",
        "the reference `#/components/responses/Gone` of `404` points to a value that is not an \
         object",
        "$ref",
    );
}

#[test]
fn a_diamond_of_compositions() {
    let diamond = schemas(40, |next| json!({"allOf": [next, next]}));
    is_refused(
        &page_of(&diamond),
        "too-much-work",
        "the schemas of the specification include each other in more than 2,000,000 steps",
        "\"S25\": {",
    );
}

#[test]
fn a_long_chain_of_schemas() {
    let chain = schemas(10_000, |next| next);
    is_refused(
        &page_of(&chain),
        "nested-too-deep",
        "the specification is nested deeper than 120 levels",
        "\"S111\": {",
    );
}

#[test]
fn malformed_json() {
    let text = page(&json!({"responses": {}}), &json!({}))
        .replace("\"responses\": {}", "\"responses\": ]");
    is_refused(
        &text,
        "invalid-json",
        "the specification is not JSON: expected value",
        "\"responses\": ]",
    );
}

#[test]
fn a_key_that_no_header_can_have() {
    let operation = json!({"security": [{"key": []}], "responses": {}});
    let components = json!({"securitySchemes": {
        "key": {"type": "apiKey", "in": "header", "name": "X Api Key"},
    }});
    is_refused(
        &page(&operation, &components),
        "invalid-structure",
        "the name `X Api Key` is not valid for the header of the key",
        "\"key\": {",
    );
}

#[test]
fn a_page_above_a_limit_costs_only_itself() {
    let workplace = Workplace::empty();
    let deep = "[".repeat(100_000);
    let text = format!("openapi: 3.1.1\npaths: {{}}\nx-deep: {deep}\n");
    workplace.write("spec/pages/deep.yaml", &text);
    workplace.write(
        "spec/pages/good.md",
        &page(&json!({"responses": {}}), &json!({})),
    );
    let outcome = workplace.codegen(&[]).exits_with(0);
    let warning = "warning[nested-too-deep]: the specification is nested deeper than 120 levels; \
                   the operations of the page are not in the client";
    assert!(outcome.stderr.contains(warning), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("deep.yaml:3:"),
        "{}",
        outcome.stderr
    );
}
