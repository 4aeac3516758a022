//! The lists that are paginated, and their strategies.

use serde_json::{Map, Value, json};

use super::*;
use crate::lower::lowered;
use crate::{Input, IntKind, Operation};

/// Returns an operation with these query parameters that responds with an object of
/// these properties.
fn list(parameters: &[(&str, Value)], properties: Value, words: Value) -> Value {
    let parameters = parameters
        .iter()
        .map(|(name, schema)| json!({"name": name, "in": "query", "schema": schema}));
    let mut list = json!({
        "paths": {"/pets": {"get": {
            "operationId": "pets_list",
            "parameters": parameters.collect::<Vec<_>>(),
            "responses": {"200": {"content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/PetList"},
            }}}},
        }}},
        "components": {"schemas": {
            "PetList": {"type": "object", "properties": properties},
            "PageInfo": {"type": "object", "properties": {
                "total_page": integer("int32"),
                "nextPageToken": {"type": "string"},
            }},
        }},
    });
    if !words.is_null() {
        list["paths"]["/pets"]["get"]["x-fern-pagination"] = words;
    }
    list
}

fn operation(document: &Value) -> (Operation, Vec<String>) {
    let (api, warnings) = lowered(document);
    let operation = api.operations.into_iter().next().expect("one operation");
    (operation, warnings)
}

fn integer(format: &str) -> Value {
    json!({"type": "integer", "format": format})
}

fn properties(more: Value) -> Value {
    let items = json!({"type": "array", "items": {"type": "string"}});
    let mut properties = Map::from_iter([("data".to_owned(), items)]);
    properties.extend(more.as_object().cloned().unwrap_or_default());
    properties.into()
}

fn page_info() -> Value {
    properties(json!({"page_info": {"$ref": "#/components/schemas/PageInfo"}}))
}

fn path(steps: &[(&str, bool)]) -> Path {
    let step = |(field, optional): &(&str, bool)| Step {
        field: (*field).to_owned(),
        optional: *optional,
    };
    Path(steps.iter().map(step).collect())
}

#[test]
fn a_number_of_any_size_leads_to_the_next_list_page() {
    for (format, kind) in [
        ("int64", IntKind::I64),
        ("int32", IntKind::I32),
        ("uint64", IntKind::U64),
    ] {
        let document = list(&[("page", integer(format))], page_info(), Value::Null);
        let (operation, _) = operation(&document);
        let paging = operation.paging.expect("a paginated operation");
        let last = path(&[("page_info", true), ("total_page", true)]);
        let advance = Advance::Number {
            input: Input::Parameter(0),
            first: 1,
            last: Some(last),
        };
        assert_eq!(paging.advance, advance);
        assert_eq!(paging.item, Type::String);
        assert_eq!(operation.parameters[0].ty, Type::Int(kind));
    }
}

#[test]
fn a_number_alone_is_pagination_only_if_the_document_describes_it() {
    let parameters = [("page", integer("int64"))];
    let document = list(&parameters, properties(json!({})), Value::Null);
    assert_eq!(operation(&document).0.paging, None);

    let words = json!({"offset": "$request.page", "results": "$response.data"});
    let document = list(&parameters, properties(json!({})), words);
    let advance = operation(&document).0.paging.map(|paging| paging.advance);
    let expected = Advance::Number {
        input: Input::Parameter(0),
        first: 1,
        last: None,
    };
    assert_eq!(advance, Some(expected));
}

#[test]
fn a_flag_of_the_response_ends_a_numbered_list() {
    for (name, flag) in [("has_more", "has_more"), ("hasMore", "has_more")] {
        let properties = properties(json!({
            "pagination": {"$ref": "#/components/schemas/More"},
        }));
        let parameters = [("page", json!({"type": "number", "format": "double"}))];
        let mut document = list(&parameters, properties, Value::Null);
        document["components"]["schemas"]["More"] =
            json!({"type": "object", "properties": {name: {"type": "boolean"}}});
        let (operation, _) = operation(&document);
        let paging = operation.paging.expect("a paginated operation");
        let expected = Advance::Number {
            input: Input::Parameter(0),
            first: 1,
            last: None,
        };
        assert_eq!(paging.advance, expected);
        let more = path(&[("pagination", true), (flag, true)]);
        assert_eq!(paging.more, Some(more));
        // Numbers of list pages are integers.
        assert_eq!(operation.parameters[0].ty, Type::Int(IntKind::I64));
    }
}

#[test]
fn a_number_with_a_step_is_that_of_an_item() {
    let words = json!({
        "offset": "$request.start", "step": "$request.limit", "results": "$response.data",
    });
    let parameters = [("limit", integer("int64")), ("start", integer("int64"))];
    let document = list(&parameters, properties(json!({})), words);
    let advance = operation(&document).0.paging.map(|paging| paging.advance);
    assert_eq!(
        advance,
        Some(Advance::Offset {
            input: Input::Parameter(1),
            first: 0
        })
    );
}

#[test]
fn the_number_of_all_items_is_that_of_a_list_page() {
    for (parameter, expected) in [
        (
            "pageNumber",
            Some(Advance::Number {
                input: Input::Parameter(0),
                first: 1,
                last: None,
            }),
        ),
        (
            "offset",
            Some(Advance::Offset {
                input: Input::Parameter(0),
                first: 0,
            }),
        ),
        ("limit", None),
    ] {
        let parameters = [(parameter, integer("int64"))];
        let page = properties(json!({"totalCount": integer("int64")}));
        let advance = |page| {
            let document = list(&parameters, page, Value::Null);
            operation(&document).0.paging.map(|paging| paging.advance)
        };
        assert_eq!(advance(page), expected);
        assert_eq!(advance(properties(json!({}))), None);
    }
}

#[test]
fn a_token_is_preferred_to_an_offset() {
    let parameters = [
        ("offset", integer("int64")),
        ("cursor", json!({"type": "string"})),
    ];
    let page = json!({"next_cursor": {"type": "string"}, "has_more": {"type": "boolean"}});
    let document = list(&parameters, properties(page), Value::Null);
    let advance = operation(&document).0.paging.map(|paging| paging.advance);
    let expected = Advance::Token {
        input: Input::Parameter(1),
        next: path(&[("next_cursor", true)]),
    };
    assert_eq!(advance, Some(expected));
}

#[test]
fn the_items_of_a_list_page_may_have_any_name() {
    let texts = || json!({"type": "array", "items": {"type": "string"}});
    let objects = || json!({"type": "array", "items": {"$ref": "#/components/schemas/Pet"}});
    for (lists, expected) in [
        (json!({"names": texts()}), Some("names")),
        (
            json!({"names": texts(), "animals": objects()}),
            Some("animals"),
        ),
        (
            json!({"owners": objects(), "pets": objects()}),
            Some("pets"),
        ),
        (json!({"owners": objects(), "animals": objects()}), None),
        (
            json!({"animals": objects(), "links": objects()}),
            Some("animals"),
        ),
        (json!({"animals": objects(), "data": texts()}), Some("data")),
    ] {
        let mut page = lists;
        page["next_cursor"] = json!({"type": "string"});
        let mut document = list(&[("cursor", json!({"type": "string"}))], page, Value::Null);
        document["components"]["schemas"]["Pet"] =
            json!({"type": "object", "properties": {"name": {"type": "string"}}});
        let items = operation(&document).0.paging.map(|paging| paging.items);
        let expected = expected.map(|name| path(&[(name, false)]));
        assert_eq!(items, expected);
    }
}

#[test]
fn a_name_of_a_resource_ends_in_that_of_its_list() {
    assert!(ends_in("pets", "pets"));
    assert!(ends_in("dependent_pets", "pets"));
    assert!(!ends_in("carpets", "pets"));
}

#[test]
fn a_token_leads_to_the_next_list_page_whatever_its_case() {
    let parameters = [("pageToken", json!({"type": "string"}))];
    let document = list(&parameters, page_info(), Value::Null);
    let advance = operation(&document).0.paging.map(|paging| paging.advance);
    let expected = Advance::Token {
        input: Input::Parameter(0),
        next: path(&[("page_info", true), ("next_page_token", true)]),
    };
    assert_eq!(advance, Some(expected));
}

#[test]
fn a_url_leads_to_the_next_list_page() {
    let next = || json!({"type": "string", "format": "uri"});
    for (property, steps) in [
        (json!({"next": next()}), &[("next", true)][..]),
        (json!({"nextUrl": next()}), &[("next_url", true)]),
        (
            json!({"links": {"$ref": "#/components/schemas/Links"}}),
            &[("links", true), ("next", true)],
        ),
    ] {
        let mut document = list(&[], properties(property), Value::Null);
        document["components"]["schemas"]["Links"] =
            json!({"type": "object", "properties": {"next": next()}});
        let advance = operation(&document).0.paging.map(|paging| paging.advance);
        let expected = Advance::Url {
            next: path(steps),
            token: None,
        };
        assert_eq!(advance, Some(expected));
    }
    let words = json!({"next_uri": "$response.later", "results": "$response.data"});
    let document = list(&[], properties(json!({"later": next()})), words);
    let advance = operation(&document).0.paging.map(|paging| paging.advance);
    let next = path(&[("later", true)]);
    assert_eq!(advance, Some(Advance::Url { next, token: None }));
}

#[test]
fn a_property_for_a_url_may_hold_a_token_if_there_is_a_parameter_for_it() {
    let parameters = [
        ("limit", integer("int64")),
        ("cursor", json!({"type": "string"})),
    ];
    let next = properties(json!({"next": {"type": "string"}}));
    let document = list(&parameters, next, Value::Null);
    let advance = operation(&document).0.paging.map(|paging| paging.advance);
    let expected = Advance::Url {
        next: path(&[("next", true)]),
        token: Some(Input::Parameter(1)),
    };
    assert_eq!(advance, Some(expected));
}

#[test]
fn the_header_link_leads_to_the_next_list_page_if_it_is_documented() {
    for (headers, expected) in [
        (json!({"link": {}}), Some(Advance::Link)),
        (json!({}), None),
    ] {
        let mut document = list(&[], properties(json!({})), Value::Null);
        let success = &mut document["paths"]["/pets"]["get"]["responses"]["200"];
        success["headers"] = headers;
        success["content"]["application/json"]["schema"] =
            json!({"type": "array", "items": {"type": "string"}});
        let paging = operation(&document).0.paging;
        let is_whole = |paging: &crate::Paging| paging.items == Path(Vec::new());
        assert!(paging.as_ref().is_none_or(is_whole));
        assert_eq!(paging.map(|paging| paging.advance), expected);
    }
}

#[test]
fn a_link_with_a_relation_leads_to_the_next_list_page() {
    let step = |field: &str, optional| Step {
        field: field.to_owned(),
        optional,
    };
    let text = || json!({"type": "string"});
    for (properties_of_link, required, expected) in [
        (
            json!({"rel": text(), "method": text(), "href": text()}),
            json!(["rel", "method", "href"]),
            Some((step("rel", false), step("href", false))),
        ),
        (
            json!({"url": text(), "rel": text()}),
            json!([]),
            Some((step("rel", true), step("url", true))),
        ),
        (json!({"rel": text(), "size": text()}), json!([]), None),
        (
            json!({"rel": integer("int64"), "href": text()}),
            json!([]),
            None,
        ),
    ] {
        let links = json!({"type": "array", "items": {"$ref": "#/components/schemas/Links"}});
        let parameters = [("after", text()), ("before", text())];
        let page = properties(json!({"links": links}));
        let mut document = list(&parameters, page, Value::Null);
        document["components"]["schemas"]["Links"] = json!({
            "type": "object", "properties": properties_of_link, "required": required,
        });
        let advance = operation(&document).0.paging.map(|paging| paging.advance);
        let expected = expected.map(|(relation, url)| Advance::Relation {
            links: step("links", false),
            relation,
            url,
        });
        assert_eq!(advance, expected);
    }
}

#[test]
fn an_identifier_leads_to_the_items_after_it() {
    let parameters = [
        ("after", json!({"type": "string"})),
        ("before", json!({"type": "string"})),
    ];
    let page = json!({"last_id": {"type": "string"}, "has_more": {"type": "boolean"}});
    let document = list(&parameters, properties(page), Value::Null);
    let paging = operation(&document)
        .0
        .paging
        .expect("a paginated operation");
    let expected = Advance::Token {
        input: Input::Parameter(0),
        next: path(&[("last_id", true)]),
    };
    assert_eq!(paging.advance, expected);
    assert_eq!(paging.more, Some(path(&[("has_more", true)])));
}

#[test]
fn a_property_is_named_like_the_parameter_after_next() {
    for (parameter, page, next) in [
        (
            "pagination_token",
            json!({"next_pagination_token": {"type": "string"}}),
            Some(vec![("next_pagination_token", true)]),
        ),
        (
            "continuation",
            json!({"nextContinuation": {"type": "string"}}),
            Some(vec![("next_continuation", true)]),
        ),
        (
            "position",
            json!({"info": {"$ref": "#/components/schemas/Info"}}),
            Some(vec![("info", true), ("next_position", true)]),
        ),
        ("token", json!({"next_position": {"type": "string"}}), None),
        (
            "position",
            json!({"next_position": {"type": "boolean"}}),
            None,
        ),
    ] {
        let parameters = [
            ("name", json!({"type": "string"})),
            (parameter, json!({"type": "string"})),
        ];
        let mut document = list(&parameters, properties(page), Value::Null);
        document["components"]["schemas"]["Info"] =
            json!({"type": "object", "properties": {"next_position": {"type": "string"}}});
        let advance = operation(&document).0.paging.map(|paging| paging.advance);
        let expected = next.map(|next| Advance::Token {
            input: Input::Parameter(1),
            next: path(&next),
        });
        assert_eq!(advance, expected, "{parameter}");
    }
}

#[test]
fn the_last_item_leads_to_the_items_after_it() {
    let text = || json!({"type": "string"});
    let flag = || json!({"has_more": {"type": "boolean"}});
    let id = |field: &str| Step {
        field: field.to_owned(),
        optional: false,
    };
    for (parameter, page, item, expected) in [
        (
            "starting_after",
            flag(),
            json!({"id": text()}),
            Some(id("id")),
        ),
        ("after", flag(), json!({"uuid": text()}), Some(id("uuid"))),
        ("after", json!({}), json!({"id": text()}), None),
        (
            "after",
            flag(),
            json!({"id": integer("int64")}),
            Some(id("id")),
        ),
        ("after", flag(), json!({"id": {"type": "boolean"}}), None),
        ("created_after", flag(), json!({"id": text()}), None),
    ] {
        let mut page = page;
        page["pets"] = json!({"type": "array", "items": {"$ref": "#/components/schemas/Pet"}});
        let parameters = [("limit", integer("int64")), (parameter, text())];
        let mut document = list(&parameters, page, Value::Null);
        document["components"]["schemas"]["Pet"] =
            json!({"type": "object", "required": ["id", "uuid"], "properties": item});
        let advance = operation(&document).0.paging.map(|paging| paging.advance);
        let expected = expected.map(|id| Advance::LastItem {
            input: Input::Parameter(1),
            id,
        });
        assert_eq!(advance, expected, "{parameter}");
    }
}

#[test]
fn a_number_that_is_a_text_is_none() {
    let parameters = [("page", json!({"type": "string"}))];
    let document = list(&parameters, page_info(), Value::Null);
    assert_eq!(operation(&document).0.paging, None);
}

#[test]
fn the_document_can_switch_pagination_off() {
    let parameters = [("page", integer("int64"))];
    let document = list(&parameters, page_info(), json!(false));
    assert_eq!(operation(&document).0.paging, None);
}

#[test]
fn a_description_that_does_not_fit_is_a_warning() {
    let words = json!({"offset": "$request.page", "results": "$response.pets"});
    let parameters = [("page", integer("int64"))];
    let document = list(&parameters, page_info(), words);
    let (operation, warnings) = operation(&document);
    assert_eq!(operation.paging, None);
    assert_eq!(
        warnings,
        [
            "`x-fern-pagination` of `pets_list` does not match its parameters and \
             response: the list is not paginated"
        ]
    );
}

/// Returns an operation that responds with an object of these properties, and whose body has these
/// properties.
fn search(media_type: &str, fields: Value, properties: Value) -> Value {
    let mut search = list(
        &[("name", json!({"type": "string"}))],
        properties,
        Value::Null,
    );
    let operation = search["paths"]["/pets"]["get"].take();
    search["paths"]["/pets"] = json!({"post": operation});
    search["paths"]["/pets"]["post"]["requestBody"] = json!({"content": {media_type: {
        "schema": {"$ref": "#/components/schemas/Search"},
    }}});
    search["components"]["schemas"]["Search"] = json!({"type": "object", "properties": fields});
    search
}

#[test]
fn a_field_of_the_body_leads_to_the_next_list_page() {
    let text = || json!({"type": "string"});
    let flag = json!({"type": "boolean"});
    let next = path(&[("next_cursor", true)]);
    let by_cursor = Advance::Token {
        input: Input::BodyField(1),
        next,
    };
    let json = "application/json";
    for (media_type, field, schema, page, expected) in [
        (
            json,
            "cursor",
            text(),
            json!({"next_cursor": text()}),
            Some(by_cursor.clone()),
        ),
        (
            "application/x-www-form-urlencoded",
            "start_cursor",
            text(),
            json!({"next_cursor": text()}),
            Some(by_cursor),
        ),
        (
            "multipart/form-data",
            "cursor",
            text(),
            json!({"next_cursor": text()}),
            None,
        ),
        (
            json,
            "page",
            json!({"type": "integer", "default": 0}),
            json!({"has_more": flag}),
            Some(Advance::Number {
                input: Input::BodyField(1),
                first: 0,
                last: None,
            }),
        ),
        (
            json,
            "page",
            json!({"type": "number"}),
            json!({"has_more": flag}),
            None,
        ),
        (
            json,
            "offset",
            integer("int64"),
            json!({"total": integer("int64")}),
            Some(Advance::Offset {
                input: Input::BodyField(1),
                first: 0,
            }),
        ),
        // A URL alone does not have the body of the request.
        (json, "page", text(), json!({"next_url": text()}), None),
    ] {
        let document = search(
            media_type,
            json!({"a": text(), field: schema}),
            properties(page),
        );
        let advance = operation(&document).0.paging.map(|paging| paging.advance);
        assert_eq!(advance, expected, "{media_type} {field}");
    }
}

#[test]
fn a_token_may_be_a_number() {
    for (input, next, steps) in [
        ("cursor", "next_cursor", "next_cursor"),
        ("page", "nextPage", "next_page"),
        ("offset", "next_offset", "next_offset"),
    ] {
        let number = || json!({"type": "number"});
        let page = properties(json!({next: integer("int64")}));
        let document = list(&[(input, number())], page, Value::Null);
        let (operation, _) = operation(&document);
        let expected = Advance::Token {
            input: Input::Parameter(0),
            next: path(&[(steps, true)]),
        };
        assert_eq!(
            operation.paging.map(|paging| paging.advance),
            Some(expected)
        );
        assert_eq!(operation.parameters[0].ty, Type::Int(IntKind::I64));
    }
}

#[test]
fn a_list_page_may_repeat_its_number() {
    let number = || integer("int64");
    let by_number = Advance::Number {
        input: Input::Parameter(0),
        first: 1,
        last: None,
    };
    for (inputs, page, expected) in [
        (
            &["page", "limit"][..],
            json!({"page": number()}),
            Some(by_number.clone()),
        ),
        (
            &["page", "per_page"],
            json!({"meta": {"$ref": "#/components/schemas/Meta"}}),
            Some(by_number),
        ),
        // This may be a page of a book.
        (&["page"], json!({"page": number()}), None),
        (&["page", "limit"], json!({"limit": number()}), None),
    ] {
        let inputs: Vec<_> = inputs.iter().map(|name| (*name, number())).collect();
        let mut document = list(&inputs, properties(page), Value::Null);
        document["components"]["schemas"]["Meta"] =
            json!({"type": "object", "properties": {"page": number()}});
        let advance = operation(&document).0.paging.map(|paging| paging.advance);
        assert_eq!(advance, expected);
    }
}

#[test]
fn the_last_item_of_a_bare_list_leads_to_the_next_list_page() {
    let text = || json!({"type": "string"});
    for (input, id, expected) in [
        ("starting_after", text(), true),
        ("after_id", integer("int64"), true),
        ("after", text(), false),
    ] {
        let mut document = list(&[(input, text())], json!({}), Value::Null);
        let success = &mut document["paths"]["/pets"]["get"]["responses"]["200"];
        success["content"]["application/json"]["schema"] =
            json!({"type": "array", "items": {"$ref": "#/components/schemas/Pet"}});
        document["components"]["schemas"]["Pet"] =
            json!({"type": "object", "required": ["id"], "properties": {"id": id}});
        let paging = operation(&document).0.paging;
        assert_eq!(paging.is_some(), expected, "{input}");
        let is_whole = |paging: &crate::Paging| paging.items == Path(Vec::new());
        assert!(paging.as_ref().is_none_or(is_whole));
    }
}

#[test]
fn numbers_begin_with_the_default_or_a_minimum_of_0_or_1() {
    for (schema, expected) in [
        (json!({"default": 3, "minimum": 1}), 3),
        (json!({"minimum": 0}), 0),
        (json!({"minimum": 10}), 1),
        (json!({"default": 300, "format": "int8"}), 1),
    ] {
        let mut page = schema;
        page["type"] = "integer".into();
        let document = list(&[("page", page)], page_info(), Value::Null);
        let paging = operation(&document)
            .0
            .paging
            .expect("a paginated operation");
        let Advance::Number { first, .. } = paging.advance else {
            panic!("{:?}", paging.advance);
        };
        assert_eq!(first, expected);
    }
}
