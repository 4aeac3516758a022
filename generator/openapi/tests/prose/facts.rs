//! Single facts of pages, each in the form in which the platform prints it.

use openapi::LossKind;
use openapi::document::Document;
use pages::SourceFile;
use serde_json::{Value, json};

use crate::read;

/// Reads one page with this request line and these sections.
fn document_of(request: &str, sections: &str) -> Document {
    let text = format!(
        "# Do it\n\n{request}\n\nReference: https://docs.a.example/reference/2025-10/pets/do-it\n\n\
         {sections}"
    );
    let (mut documents, warnings) = read(&[SourceFile::new("page.md", &text)]).expect("a page");
    assert!(warnings.is_empty(), "{warnings:?}\n{text}");
    documents.remove(0)
}

fn document(sections: &str) -> Value {
    document_of("POST https://a.example/v1/pets/{id}", sections).root
}

fn operation(root: &Value) -> &Value {
    &root["paths"]["/pets/{id}"]["post"]
}

fn content<'a>(root: &'a Value, media_type: &str) -> &'a Value {
    &operation(root)["responses"]["200"]["content"][media_type]["schema"]
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

#[test]
fn a_named_response_without_a_heading_has_its_lines_below_it() {
    let line = "## Response\n\n### 200\n\n- `Event`\n  - `type`: `start`\n    - `parent` (Event, optional)\n  \
                - `type`: `end`\n";
    let list = line.replace("`Event`\n", "`list of Event`\n");
    for (sections, whole) in [
        (line, reference("Event")),
        (&list, json!({"type": "array", "items": reference("Event")})),
    ] {
        let root = document(sections);
        assert_eq!(*content(&root, "application/json"), whole);
        let variants = &root["components"]["schemas"]["Event"]["oneOf"];
        assert_eq!(variants[0]["properties"]["parent"], reference("Event"));
        assert_eq!(variants[1]["properties"]["type"]["enum"], json!(["end"]));
    }
}

#[test]
fn the_lines_of_a_named_stream_are_below_it_or_after_it() {
    for indent in ["", "  "] {
        let root = document(&format!(
            "## Response\n\n### 200\n\n- Streaming response of `Event`.\n{indent}- `type`: `start`\n{indent}  \
             - `time` (long, required)\n{indent}- `type`: `end`\n"
        ));
        assert_eq!(*content(&root, "text/event-stream"), reference("Event"));
        let event = &root["components"]["schemas"]["Event"];
        let time = &event["oneOf"][0]["properties"]["time"];
        assert_eq!(*time, json!({"type": "integer", "format": "int64"}));
    }
}

#[test]
fn the_lines_of_a_union_are_those_of_the_items_if_there_are_as_many() {
    let line = "  - Cat\n    - `a` (any, required)\n";
    let other = "  - Dog\n    - `b` (any, required)\n";
    for (lines, kinds) in [
        (format!("{line}{other}"), "string [a|b]"),
        (line.to_owned(), "string [free] a"),
        (String::new(), "string [free|free]"),
    ] {
        let root = document(&format!(
            "## Response\n\n### 200\n\n- `x` (string or list of object or object, required)\n{lines}"
        ));
        let union = &content(&root, "application/json")["properties"]["x"]["oneOf"];
        let found = union.as_array().expect("a union").iter().map(kind);
        // Equal members are one.
        let found = found.collect::<Vec<_>>().join(" ");
        assert_eq!(found, kinds.replace("free|free", "free"), "{lines}");
    }
}

/// Writes a schema as its type, or the names of its properties.
fn kind(schema: &Value) -> String {
    if let Some(members) = schema["oneOf"].as_array() {
        return members.iter().map(kind).collect::<Vec<_>>().join("|");
    }
    match schema["type"].as_str() {
        Some("array") => format!("[{}]", kind(&schema["items"])),
        Some("object") => match schema["properties"].as_object() {
            Some(properties) => properties.keys().cloned().collect(),
            None => "free".to_owned(),
        },
        other => other.unwrap_or("any").to_owned(),
    }
}

#[test]
fn a_stream_of_strings_is_binary_data() {
    let root = document("## Response\n\n### 200\n\n- Streaming response of `string`.\n");
    let binary = json!({"type": "string", "format": "binary"});
    assert_eq!(*content(&root, "application/octet-stream"), binary);
}

#[test]
fn a_stream_of_strings_is_events_if_the_page_mentions_or_shows_them() {
    for (description, sample, is_events) in [
        ("The audio.", r#""string""#, false),
        ("Server-Sent Events with the audio.", r#""string""#, true),
        ("Audio (`text/event-stream`).", r#""string""#, true),
        ("An SSE stream.", r#"["string"]"#, true),
        ("The audio.", r#""event: a\ndata: {\"b\": 1}\n\n""#, true),
        ("The audio.", r#"["data: {}\n", "data: {}\n"]"#, true),
    ] {
        let root = document(&format!(
            "## Response\n\n### 200\n\n{description}\n\n- Streaming response of `string`.\n\n\
             ## Examples\n\n**Response**\n\n```json\n{sample}\n```\n"
        ));
        let contents = &operation(&root)["responses"]["200"]["content"];
        let expected = match is_events {
            true => json!({"text/event-stream": {"schema": {}}}),
            false => json!({"application/octet-stream": {"schema": {
                "type": "string", "format": "binary"
            }}}),
        };
        assert_eq!(*contents, expected, "{description} {sample}");
    }
}

#[test]
fn events_without_a_type_are_not_an_empty_response() {
    let root = document("## Response\n\n### 200\n\nA stream of Server-Sent Events.\n");
    assert_eq!(*content(&root, "text/event-stream"), json!({}));
}

#[test]
fn the_sample_of_a_response_shows_that_list_pages_are_numbered_from_0() {
    for (shown, example) in [(0, json!(0)), (1, Value::Null), (3, Value::Null)] {
        let root = document(&format!(
            "## Request\n\n### Query parameters\n\n- `page` (double, optional)\n\n\
             ## Response\n\n### 200\n\n- `page` (double, optional)\n\
             - `pets` (list of string, optional)\n\n\
             ## Examples\n\n**Response**\n\n```json\n{{\"page\": {shown}, \"pets\": []}}\n```\n"
        ));
        let parameter = &operation(&root)["parameters"][0]["schema"]["example"];
        let property = &content(&root, "application/json")["properties"]["page"]["example"];
        assert_eq!([parameter, property], [&example, &example], "{shown}");
    }
}

#[test]
fn a_type_that_a_sample_constructs_inside_of_the_body_is_not_the_body() {
    let python =
        "```python\nclient.pets.send(\n    notes=[\n        Note(\n            text=\"a\",\n";
    for (go, body) in [
        (
            "request := &pets.SendRequest{\n    Notes: []*pets.Note{\n",
            "SendRequest",
        ),
        ("notes := []*pets.Note{\n    &pets.Note{\n", ""),
        ("&pets.Note{\n", ""),
    ] {
        let root = document(&format!(
            "## Request\n\n### Body (application/json)\n\n- `notes` (list of object, required)\n  \
             - `text` (string, required)\n\n## Examples\n\n{python}```\n\n```go\n{go}```\n"
        ));
        let contents = &operation(&root)["requestBody"]["content"];
        let schema = &contents["application/json"]["schema"];
        let schemas = &root["components"]["schemas"];
        let schema = match body {
            "" => schema,
            name => {
                assert_eq!(*schema, reference(name));
                &schemas[name]
            }
        };
        let items = &schema["properties"]["notes"]["items"];
        assert_eq!(*items, reference("Note"), "{go}");
        assert_eq!(schemas["Note"]["required"], json!(["text"]), "{go}");
    }
}

#[test]
fn a_description_lists_the_values_of_an_enumeration_without_values() {
    for (description, values) in [
        (
            "The state. * `ON` - Is on * `OFF` - Is off",
            json!(["ON", "OFF"]),
        ),
        (
            "* `=` - EQUALS * `a b` - With * a star",
            json!(["=", "a b"]),
        ),
        ("One of `a` and `b`", Value::Null),
        ("The product a* `b` - c", Value::Null),
        ("* `a` is one * `b` - b", Value::Null),
    ] {
        let root = document(&format!(
            "## Request\n\n### Query parameters\n\n- `state` (enum, required) — {description}\n"
        ));
        let state = &operation(&root)["parameters"][0]["schema"];
        assert_eq!(state["enum"], values, "{description}");
        assert_eq!(state["type"], "string", "{description}");
    }
}

#[test]
fn a_boolean_or_a_number_can_be_constant() {
    let root = document("## Response\n\n### 200\n\n- `a` (true, required)\n- `b` (2, required)\n");
    let properties = &content(&root, "application/json")["properties"];
    assert_eq!(properties["a"], json!({"type": "boolean", "enum": [true]}));
    assert_eq!(properties["b"], json!({"type": "integer", "enum": [2]}));
}

#[test]
fn a_path_parameter_of_an_unknown_type_is_a_string() {
    let sections = "## Request\n\n### Path parameters\n\n- `id` (TYPE, required)\n\n\
                    ### Query parameters\n\n- `other` (any, optional)\n";
    for label in ["any", "PetId"] {
        let text = format!(
            "# Do it\n\nPOST https://a.example/v1/pets/{{id}}\n\n\
             Reference: https://docs.a.example/reference/pets/do-it\n\n{}",
            sections.replace("TYPE", label)
        );
        let (documents, _) = read(&[SourceFile::new("page.md", &text)]).expect("a page");
        let parameters = &operation(&documents[0].root)["parameters"];
        assert_eq!(parameters[0]["schema"], json!({"type": "string"}));
        assert_eq!(parameters[1]["schema"], json!({}));
    }
}

#[test]
fn without_a_section_samples_show_the_authentication() {
    let header = "## Request\n\n### Headers\n\n- `X-API-Key` (string, required)\n\n";
    let sdk = "## Examples\n\n```typescript\nconst client = new PetsClient({ token: \"<token>\" });\n\
               await client.pets.list();\n```\n";
    let curl = "\n```bash\ncurl -H \"Authorization: Token <token>\" https://a.example\n```\n";
    let bearer = json!({"bearer": {"type": "http", "scheme": "bearer"}});
    let prefix = json!({"prefix": "Token"});
    let token = json!({"Authorization": {
        "type": "apiKey", "in": "header", "name": "Authorization", "x-fern-header": prefix,
    }});
    let response = "## Response\n\n### 200\n\n- `any`\n\n";
    for (sections, schemes) in [
        (format!("{response}{sdk}"), bearer),
        (format!("{response}{sdk}{curl}"), token),
        // The header may be the token of the constructor.
        (format!("{header}{response}{sdk}"), Value::Null),
    ] {
        let root = document(&sections);
        assert_eq!(root["components"]["securitySchemes"], schemes, "{sections}");
    }
}

#[test]
fn a_date_in_the_link_is_a_version() {
    let root = document("## Response\n\n### 200\n\n- `any`\n");
    assert_eq!(operation(&root)["x-fern-sdk-group-name"], json!(["pets"]));
}

#[test]
fn a_placeholder_in_the_host_is_a_variable_of_the_server() {
    let sections = "## Response\n\n### 200\n\n- `any`\n";
    let root = document_of("POST https://{index_host}/query", sections).root;
    let server = json!({
        "url": "https://{index_host}",
        "variables": {"index_host": {"default": "index_host", "x-no-default": true}},
    });
    assert_eq!(root["servers"], json!([server]));
    assert!(root["paths"]["/query"]["post"].is_object());
}

#[test]
fn a_body_is_optional_only_if_all_of_its_properties_are() {
    for (body, is_required) in [
        (
            "This endpoint expects an object.\n\n- `a` (any, optional)\n",
            false,
        ),
        (
            "This endpoint expects an object.\n\n- `a` (any, required)\n",
            true,
        ),
        (
            "This endpoint expects a Pet.\n\n## Types\n\n### Cat\n\n- `a` (any, optional)\n\n### Dog\n\n- `b` (any, optional)\n",
            true,
        ),
    ] {
        let root = document(&format!(
            "## Request\n\n### Body (application/json)\n\n{body}"
        ));
        let required = operation(&root)["requestBody"]["required"] == true;
        assert_eq!(required, is_required, "{body}");
    }
}

#[test]
fn a_body_without_properties_is_a_free_object() {
    let root =
        document("## Request\n\n### Body (application/json)\n\nThis endpoint expects an object.\n");
    let body = &operation(&root)["requestBody"]["content"]["application/json"];
    let free = json!({"type": "object", "additionalProperties": true});
    assert_eq!(body["schema"], free);
}

#[test]
fn a_scalar_in_the_sentence_is_not_the_name_of_a_type() {
    let root = document(
        "## Request\n\n### Body (application/json)\n\nThis endpoint expects a double.\n\n- `double`\n",
    );
    assert_eq!(root["components"]["schemas"], json!({}));
}

#[test]
fn a_get_request_without_a_response_can_return_a_file() {
    for (title, status) in [("Download audio", "200"), ("Check health", "204")] {
        let text = format!(
            "# {title}\n\nGET https://a.example/v1/pets\n\n\
             Reference: https://docs.a.example/reference/pets/it\n\n\
             ## Request\n\n### Query parameters\n\n- `a` (any, optional)\n"
        );
        let (documents, _) = read(&[SourceFile::new("page.md", &text)]).expect("a page");
        let responses = &documents[0].root["paths"]["/pets"]["get"]["responses"];
        assert!(responses[status].is_object(), "{title}: {responses}");
    }
}

#[test]
fn a_constant_boolean_in_a_body_is_not_a_type() {
    let root = document(
        "## Request\n\n### Body (application/json)\n\n- `stream` (true, required)\n\n\
         ## Errors\n\n### 400\n\n- `any`\n",
    );
    assert_eq!(root["components"]["schemas"], json!({}));
}

#[test]
fn a_named_body_can_be_a_union_with_a_discriminator() {
    let root = document(
        "## Request\n\n### Body (application/json)\n\nThis endpoint expects a Shape.\n\n\
         - `type`: `circle`\n  - `radius` (double, required)\n- `type`: `group`\n  \
         - `shapes` (list of Shape, required)\n",
    );
    let body = &operation(&root)["requestBody"]["content"]["application/json"];
    assert_eq!(body["schema"], reference("Shape"));
    let variants = &root["components"]["schemas"]["Shape"]["oneOf"];
    let shapes = &variants[1]["properties"]["shapes"];
    assert_eq!(
        *shapes,
        json!({"type": "array", "items": reference("Shape")})
    );
}

#[test]
fn a_page_with_only_samples_has_their_body_and_response() {
    let json = document_of(
        "POST https://a.example/v1/pets/{id}\nContent-Type: application/json",
        "## Examples\n\n**Request**\n\n```json\n{\"a\": 1}\n```\n\n**Response**\n\n```json\n[1]\n```\n",
    );
    let body = &operation(&json.root)["requestBody"]["content"];
    assert_eq!(*body, json!({"application/json": {"schema": {}}}));
    assert_eq!(*content(&json.root, "application/json"), json!({}));
    assert!(
        json.losses()
            .any(|loss| loss.kind == LossKind::ResponseBody)
    );

    let form = document_of(
        "POST https://a.example/v1/pets/{id}\nContent-Type: multipart/form-data",
        "## Examples\n\n**Request**\n\n```json\n{\"a\": \"<file: b>\", \"c\": [\"<file: d>\"], \"e\": \"f\",          \"g\": {}, \"h\": 1, \"i\": null}\n```\n",
    );
    let body = &operation(&form.root)["requestBody"]["content"]["multipart/form-data"]["schema"];
    let file = json!({"type": "string", "format": "binary"});
    let expected = json!({
        "a": file,
        "c": {"type": "array", "items": file},
        "e": {"type": "string"},
        "g": {"type": "object", "additionalProperties": true},
        "h": {"type": "integer"},
        "i": {},
    });
    assert_eq!(body["properties"], expected);
    assert_eq!(
        operation(&form.root)["responses"],
        json!({"204": {"description": ""}})
    );
}

#[test]
fn samples_show_the_type_of_a_form_field() {
    let field = |media_type: &str, value: &str| {
        let document = document_of(
            "POST https://a.example/v1/pets/{id}",
            &format!(
                "## Request\n\n### Body ({media_type})\n\n- `kind` (Kind, optional)\n\n\
                 ## Examples\n\n**Request**\n\n```json\n{{{value}}}\n```\n"
            ),
        );
        let kind = &document.root["components"]["schemas"]["Kind"];
        kind.get("type").and_then(Value::as_str).map(str::to_owned)
    };
    let form = "multipart/form-data";
    assert_eq!(field(form, "\"kind\": \"cat\"").as_deref(), Some("string"));
    assert_eq!(
        field(form, "\"kind\": {\"a\": 1}").as_deref(),
        Some("object")
    );
    assert_eq!(field(form, ""), None);
    // A type without a heading can be a union in JSON.
    assert_eq!(field("application/json", "\"kind\": \"cat\""), None);
}

#[test]
fn samples_show_variants_of_a_union_that_are_no_types() {
    let variants = |samples: &[&str]| {
        let samples: Vec<String> = samples
            .iter()
            .map(|value| format!("```json\n{{\"content\": {value}}}\n```\n"))
            .collect();
        let root = document(&format!(
            "## Request\n\n### Body (application/json)\n\nThis endpoint expects an object.\n\n\
             - `content` (Content, required)\n\n## Types\n\n### Content\n\n### Part\n\n\
             - `text` (string, required)\n\n## Examples\n\n**Request**\n\n{}",
            samples.join("\n")
        ));
        root["components"]["schemas"]["Content"]["oneOf"].clone()
    };
    let part = json!({"$ref": "#/components/schemas/Part"});
    let parts = json!({"type": "array", "items": part});
    let (list, object) = ("[{\"text\": \"a\"}]", "{\"text\": \"a\"}");
    assert_eq!(variants(&[list]), json!([parts, {}]));
    assert_eq!(variants(&[object]), json!([part, {}]));
    assert_eq!(variants(&["\"a\""]), json!([part, {"type": "string"}]));
    assert_eq!(
        variants(&[list, "\"a\""]),
        json!([parts, {"type": "string"}])
    );
}

#[test]
fn the_objects_of_a_list_in_a_union_are_a_loss() {
    let loses = |label: &str| {
        let document = document_of(
            "POST https://a.example/v1/pets/{id}",
            &format!("## Response\n\n### 200\n\n- `a` ({label}, required)\n"),
        );
        document
            .losses()
            .any(|loss| loss.kind == LossKind::UnionVariants)
    };
    assert!(loses("string or list of object"));
    assert!(!loses("string or list of string") && !loses("list of object"));
}

#[test]
fn fixed_parameters_of_a_request_line_are_part_of_the_path() {
    let path = |request: &str, sections: &str| {
        let root = document_of(request, sections).root;
        let paths = root["paths"].as_object().expect("paths");
        paths.keys().next().cloned().unwrap_or_default()
    };
    let query = "### Query parameters\n\n- `limit` (integer, optional)\n";
    let sections = format!("## Request\n\n{query}");
    for (query, expected) in [
        ("?type=video", "/pets?type=video"),
        ("?limit=5&type=video#top", "/pets?type=video"),
        ("?limit=5", "/pets"),
        ("?type={type}", "/pets"),
    ] {
        let request = format!("GET https://a.example/v1/pets{query}");
        assert_eq!(path(&request, &sections), expected, "{query}");
    }
}

#[test]
fn a_page_can_have_several_bodies_and_sections_of_parameters() {
    let sections = "## Request\n\n### Query parameters\n\n- `a` (string, required)\n\n\
                    ### Body (application/json)\n\n- `b` (string, required)\n\n\
                    ### Query parameters\n\n- `c` (string, optional)\n\n\
                    ### Body (multipart/form-data)\n\n- `d` (file, required)\n";
    let root = document(sections);
    let parameters = operation(&root)["parameters"].as_array();
    let names = parameters.into_iter().flatten().map(|it| &it["name"]);
    assert_eq!(Vec::from_iter(names), ["a", "c"]);
    let content = operation(&root)["requestBody"]["content"].as_object();
    let media_types = content.into_iter().flatten().map(|(name, _)| name.as_str());
    assert_eq!(
        Vec::from_iter(media_types),
        ["application/json", "multipart/form-data"]
    );
}

#[test]
fn a_mark_in_the_title_deprecates_an_operation() {
    for (title, is_deprecated) in [
        ("List pets (Deprecated)", true),
        ("[Deprecated] List pets", true),
        ("Deprecated: list pets", true),
        ("List deprecated pets", false),
    ] {
        let text = format!(
            "# {title}\n\nGET https://a.example/v1/pets\n\nReference: https://docs.a.example/pets/list\n\n\
             ## Response\n\n### 200\n\n- `any`\n"
        );
        let (documents, _) = read(&[SourceFile::new("page.md", &text)]).expect("a page");
        let operation = &documents[0].root["paths"]["/pets"]["get"];
        assert_eq!(operation["deprecated"] == true, is_deprecated, "{title}");
    }
}

#[test]
fn samples_show_that_the_values_of_an_enumeration_are_numbers_or_booleans() {
    let root = document(
        "## Request\n\n### Body (application/json)\n\n\
         - `ratio` (enum, required)\n  - Allowed values: `0.5`, `1.5`\n\
         - `live` (enum, required)\n  - Allowed values: `true`, `false`\n\
         - `code` (enum, required)\n  - Allowed values: `1`, `2`\n\n\
         ## Examples\n\n**Request**\n\n```json\n{\"ratio\": 0.5, \"live\": true, \"code\": \"1\"}\n```\n",
    );
    let body = &operation(&root)["requestBody"]["content"]["application/json"]["schema"];
    let schema = |name: &str| {
        let property = &body["properties"][name];
        let target = property["$ref"].as_str();
        let target = target.and_then(|target| root.pointer(target.trim_start_matches('#')));
        target.unwrap_or(property).clone()
    };
    assert_eq!(
        schema("ratio"),
        json!({"type": "number", "enum": [0.5, 1.5]})
    );
    assert_eq!(
        schema("live"),
        json!({"type": "boolean", "enum": [true, false]})
    );
    assert_eq!(
        schema("code"),
        json!({"type": "string", "enum": ["1", "2"]})
    );
}

#[test]
fn the_default_server_is_the_one_with_the_mark() {
    let root = document_of(
        "GET /pets",
        "## Servers\n\n- `https://staging.a.example` (Staging, non-default)\n\
         - `https://api.a.example` (Production, default)\n\n## Response\n\n### 200\n\n- `any`\n",
    )
    .root;
    assert_eq!(root["servers"][0]["url"], "https://api.a.example");
}

#[test]
fn the_samples_of_one_page_describe_a_type_for_all_pages() {
    let page = |name: &str, sample: &str| {
        let text = format!(
            "# {name}\n\nGET https://a.example/v1/{name}\n\nReference: https://docs.a.example/{name}\n\n\
             ## Response\n\n### 200\n\n- `limits` (map from string to Limit, required)\n\n\
             ## Types\n\n### Limit\n\n{sample}"
        );
        SourceFile::new(&format!("{name}.md"), &text)
    };
    let sample =
        "## Examples\n\n**Response**\n\n```json\n{\"limits\": {\"a\": 1, \"b\": \"x\"}}\n```\n";
    let pages = [page("list", sample), page("update", "")];
    let (documents, warnings) = read(&pages).expect("pages");
    for document in &documents {
        let limit = &document.root["components"]["schemas"]["Limit"];
        assert_eq!(
            limit["oneOf"],
            json!([{"type": "integer"}, {"type": "string"}])
        );
    }
    assert!(warnings.is_empty(), "{warnings:?}");
}
