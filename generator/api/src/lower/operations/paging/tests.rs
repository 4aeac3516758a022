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
            end: Some(ListEnd::Pages(last)),
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
        end: None,
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
            end: None,
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
            first: 0,
            total: None
        })
    );
}

#[test]
fn the_number_of_all_items_is_that_of_a_list_page() {
    let total = || path(&[("total_count", true)]);
    for (parameter, expected) in [
        (
            "pageNumber",
            Some(Advance::Number {
                input: Input::Parameter(0),
                first: 1,
                end: Some(ListEnd::Items(total())),
            }),
        ),
        (
            "offset",
            Some(Advance::Offset {
                input: Input::Parameter(0),
                first: 0,
                total: Some(total()),
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
                end: None,
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
                total: Some(path(&[("total", true)])),
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
        end: None,
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
    let described = json!({"type": "string", "description": "Returns pets after this pet ID."});
    for (input, schema, id, expected) in [
        ("starting_after", text(), text(), true),
        ("after_id", text(), integer("int64"), true),
        ("after", text(), text(), false),
        ("after", described, text(), true),
    ] {
        let mut document = list(&[(input, schema)], json!({}), Value::Null);
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

/// Returns the strategy of an operation with these inputs, whose response is an object with these
/// properties and the list `data`.
fn advance(parameters: &[(&str, Value)], more: Value) -> Option<Advance> {
    let document = nested(parameters, properties(more));
    operation(&document).0.paging.map(|paging| paging.advance)
}

/// Returns an operation whose response is an object with these properties. Objects in it become
/// schemas, as in a merged document.
fn nested(parameters: &[(&str, Value)], mut response: Value) -> Value {
    let mut schemas = Map::new();
    move_objects(&mut response, &mut schemas);
    let mut document = list(parameters, response, Value::Null);
    for (name, schema) in schemas {
        document["components"]["schemas"][name] = schema;
    }
    document
}

fn move_objects(properties: &mut Value, schemas: &mut Map<String, Value>) {
    let properties = properties.as_object_mut().expect("properties");
    for (name, schema) in properties {
        if schema["type"] == "object" {
            move_objects(&mut schema["properties"], schemas);
            let reference = json!({"$ref": format!("#/components/schemas/{name}")});
            schemas.insert(name.clone(), std::mem::replace(schema, reference));
        }
    }
}

/// Returns the schema of an object with these properties.
fn object(properties: Value) -> Value {
    json!({"type": "object", "properties": properties})
}

#[test]
fn a_description_or_an_example_of_0_states_the_first_number() {
    for (schema, page, expected) in [
        (
            json!({"description": "Zero-based page index (0..N)"}),
            json!({}),
            0,
        ),
        (
            json!({"description": "Page number, starting from 0."}),
            json!({}),
            0,
        ),
        (
            json!({"description": "Starts at 1", "minimum": 0}),
            json!({}),
            1,
        ),
        (
            json!({"description": "0-based", "minimum": 1, "example": 1}),
            json!({}),
            0,
        ),
        // The server returns this list page if there is no number.
        (
            json!({"description": "One-based", "default": 0}),
            json!({}),
            0,
        ),
        (json!({"example": 0}), json!({}), 0),
        (json!({"example": 0, "minimum": 1}), json!({}), 1),
        (json!({"example": 7}), json!({}), 1),
        (
            json!({}),
            json!({"number": {"type": "integer", "description": "Zero-based"}}),
            0,
        ),
        (
            json!({}),
            json!({"page": {"type": "integer", "example": 0}}),
            0,
        ),
        (
            json!({}),
            json!({"page": {"type": "integer", "example": 3}}),
            1,
        ),
    ] {
        let mut number = schema;
        number["type"] = "integer".into();
        let mut page = page;
        page["total_pages"] = integer("int64");
        let Some(Advance::Number { first, .. }) = advance(&[("page", number.clone())], page) else {
            panic!("{number}");
        };
        assert_eq!(first, expected, "{number}");
    }
}

#[test]
fn an_offset_can_begin_with_1() {
    let start = json!({"type": "integer", "description": "The 1-based index of the first result"});
    let parameters = [("startIndex", start), ("count", integer("int64"))];
    let expected = Advance::Offset {
        input: Input::Parameter(0),
        first: 1,
        total: Some(path(&[("total_results", true)])),
    };
    let page = json!({"totalResults": integer("int64")});
    assert_eq!(advance(&parameters, page), Some(expected));
}

#[test]
fn a_list_ends_with_a_number_or_a_count_of_list_pages_or_with_a_count_of_items() {
    let count = || integer("int64");
    let last = ListEnd::Last;
    for (page, expected) in [
        (
            json!({"pagination": object(json!({"total_pages": count()}))}),
            ListEnd::Pages(path(&[("pagination", true), ("total_pages", true)])),
        ),
        (
            json!({"meta": object(json!({"current_page": count(), "last_page": count()}))}),
            last(path(&[("meta", true), ("last_page", true)])),
        ),
        (
            json!({"pageCount": count()}),
            ListEnd::Pages(path(&[("page_count", true)])),
        ),
        (
            json!({"total": count(), "pages": count()}),
            ListEnd::Pages(path(&[("pages", true)])),
        ),
        (
            json!({"meta": object(json!({"total": count()}))}),
            ListEnd::Items(path(&[("meta", true), ("total", true)])),
        ),
    ] {
        let parameters = [("page", count())];
        let expected = Advance::Number {
            input: Input::Parameter(0),
            first: 1,
            end: Some(expected),
        };
        assert_eq!(advance(&parameters, page), Some(expected));
    }
}

#[test]
fn a_number_of_items_on_one_list_page_does_not_end_a_list() {
    for (description, expected) in [
        ("The number of items", true),
        ("The number of items across all pages", true),
        ("The number of items on this page", false),
    ] {
        let total = json!({"type": "integer", "description": description});
        let page = json!({"total": total, "has_more": {"type": "boolean"}});
        let Some(Advance::Offset { total, .. }) = advance(&[("offset", integer("int64"))], page)
        else {
            panic!("{description}");
        };
        assert_eq!(total.is_some(), expected, "{description}");
    }
}

#[test]
fn the_beginning_of_an_interval_is_not_an_offset() {
    let number = |description: &str| json!({"type": "integer", "description": description});
    let size = || ("maxResults", number(""));
    for (parameters, expected) in [
        (vec![("startAt", number("")), size()], true),
        (vec![("startAt", number(""))], false),
        (
            vec![("startAt", number("")), ("endAt", number("")), size()],
            false,
        ),
        (vec![("startAt", number("A Unix timestamp")), size()], false),
    ] {
        let page = json!({"total": integer("int64")});
        let advance = advance(&parameters, page);
        assert_eq!(advance.is_some(), expected, "{parameters:?}");
    }
    let words = json!({
        "offset": "$request.startAt", "step": "$request.step", "results": "$response.data",
    });
    let document = list(&[("startAt", number(""))], properties(json!({})), words);
    assert!(operation(&document).0.paging.is_some());
}

#[test]
fn a_list_can_be_in_an_object_of_the_response() {
    let text = || json!({"type": "string"});
    let names = || json!({"type": "array", "items": text()});
    let step = |name| path(&[("data", true), (name, false)]);
    let of = |name| path(&[("data", true), (name, true)]);
    for (parameter, response, expected) in [
        (
            "page_token",
            json!({"data": object(json!({"items": names(), "next_page_token": text()}))}),
            Some((
                step("items"),
                Advance::Token {
                    input: Input::Parameter(0),
                    next: of("next_page_token"),
                },
            )),
        ),
        (
            "cursor",
            json!({"data": object(json!({"names": names()})), "next_cursor": text()}),
            Some((
                step("names"),
                Advance::Token {
                    input: Input::Parameter(0),
                    next: path(&[("next_cursor", true)]),
                },
            )),
        ),
        // No input leads through the list.
        (
            "name",
            json!({"data": object(json!({"names": names(), "next_page_token": text()}))}),
            None,
        ),
        // The object is one thing that has a list.
        (
            "cursor",
            json!({"user": object(json!({"names": names()})), "next_cursor": text()}),
            None,
        ),
        (
            "cursor",
            json!({"data": object(json!({"name": text()})), "next_cursor": text()}),
            None,
        ),
    ] {
        let document = nested(&[(parameter, text())], response.clone());
        let paging = operation(&document).0.paging;
        let found = paging.map(|paging| (paging.items, paging.advance));
        assert_eq!(found, expected, "{response}");
    }
}

#[test]
fn a_list_in_an_object_beside_a_code_is_counted_in_it() {
    let number = || integer("int64");
    let items = json!({"type": "array", "items": {"type": "string"}});
    let response = json!({
        "code": number(), "data": object(json!({"list": items, "total": number()})),
        "errors": {"type": "array", "items": {"type": "string"}},
    });
    let parameters = [("page", number()), ("page_size", number())];
    let document = nested(&parameters, response);
    let paging = operation(&document).0.paging.expect("a paginated list");
    assert_eq!(paging.items, path(&[("data", true), ("list", false)]));
    let expected = Advance::Number {
        input: Input::Parameter(0),
        first: 1,
        end: Some(ListEnd::Items(path(&[("data", true), ("total", true)]))),
    };
    assert_eq!(paging.advance, expected);
}

#[test]
fn a_cursor_can_be_in_an_object_for_cursors() {
    let cursors = object(json!({"next": {"type": "string"}, "previous": {"type": "string"}}));
    let expected = Advance::Token {
        input: Input::Parameter(0),
        next: path(&[("meta", true), ("cursors", true), ("next", true)]),
    };
    let parameters = [("cursor", json!({"type": "string"}))];
    let page = json!({"meta": object(json!({"cursors": cursors}))});
    assert_eq!(advance(&parameters, page), Some(expected));
}

#[test]
fn the_token_of_the_next_list_page_can_be_named_like_its_input() {
    for (name, description, expected) in [
        ("continuationToken", "", true),
        ("cursor", "The cursor of the next page", true),
        ("cursor", "The cursor of this page", false),
        ("name", "", false),
    ] {
        let parameters = [(name, json!({"type": "string"}))];
        let token = json!({"type": "string", "description": description});
        let advance = advance(&parameters, json!({name: token}));
        assert_eq!(advance.is_some(), expected, "{name}: {description}");
    }
}

#[test]
fn the_link_of_odata_is_the_url_of_the_next_list_page() {
    let parameters = [("$top", integer("int64")), ("$skip", integer("int64"))];
    let page = json!({"@odata.nextLink": {"type": "string"}});
    let expected = Advance::Url {
        next: path(&[("odata_next_link", true)]),
        token: None,
    };
    assert_eq!(advance(&parameters, page), Some(expected));
}

#[test]
fn a_bare_list_needs_a_number_and_a_size() {
    let number = || integer("int64");
    let is_paginated = |method: &str, parameters: &[(&str, Value)]| {
        let mut document = list(parameters, json!({}), Value::Null);
        let mut operation_of = document["paths"]["/pets"]["get"].take();
        let success = &mut operation_of["responses"]["200"]["content"]["application/json"];
        success["schema"] = json!({"type": "array", "items": {"type": "string"}});
        document["paths"]["/pets"] = json!({method: operation_of});
        operation(&document).0.paging.is_some()
    };
    assert!(is_paginated(
        "get",
        &[("page", number()), ("per_page", number())]
    ));
    assert!(is_paginated(
        "get",
        &[("offset", number()), ("limit", number())]
    ));
    assert!(!is_paginated("get", &[("page", number())]));
    assert!(!is_paginated("get", &[("per_page", number())]));
    // The pages of a book.
    assert!(!is_paginated(
        "get",
        &[("page", number()), ("book", number())]
    ));
    assert!(!is_paginated(
        "post",
        &[("page", number()), ("per_page", number())]
    ));
}

#[test]
fn an_input_is_described_as_the_identifier_of_the_last_item() {
    let text = || json!({"type": "string"});
    let described = "Should be the UUID of the last item in the previous page";
    for (description, expected) in [
        (described, Some("uuid")),
        ("The ID of the last item on the previous page", Some("id")),
        ("The UUID of an item", None),
    ] {
        let cursor = json!({"type": "string", "description": description});
        let mut document = search(
            "application/json",
            json!({"uuid_cursor": cursor}),
            json!({}),
        );
        let post = &mut document["paths"]["/pets"]["post"];
        post["responses"]["200"]["content"]["application/json"]["schema"] =
            json!({"type": "array", "items": {"$ref": "#/components/schemas/Pet"}});
        document["components"]["schemas"]["Pet"] = json!({
            "type": "object", "required": ["id", "uuid"],
            "properties": {"id": text(), "uuid": text()},
        });
        let advance = operation(&document).0.paging.map(|paging| paging.advance);
        let expected = expected.map(|field| Advance::LastItem {
            input: Input::BodyField(0),
            id: Step {
                field: field.to_owned(),
                optional: false,
            },
        });
        assert_eq!(advance, expected, "{description}");
    }
}
