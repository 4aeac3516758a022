//! Schemas of Rust types, in the subset that the API accepts.

use std::collections::{BTreeMap, HashSet};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use twelvelabs::extras::json_schema;

/// Returns the schema of a type.
fn schema<T: JsonSchema>() -> Value {
    json_schema::<T>().expect("a schema").into()
}

/// Returns the reason why a type has no schema.
fn refusal<T: JsonSchema>() -> String {
    json_schema::<T>().expect_err("no schema").to_string()
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Mood {
    Calm,
    Tense,
}

/// A part of the video.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Chapter {
    /// At most five words.
    #[schemars(length(max = 40))]
    title: String,
    start_time: f64,
    number: u8,
    mood: Option<Mood>,
    note: Option<String>,
    #[serde(default)]
    tags: HashSet<String>,
}

#[test]
fn a_struct_is_an_object_whose_properties_are_all_required() {
    assert_eq!(
        schema::<Chapter>(),
        json!({
            "title": "Chapter",
            "description": "A part of the video.",
            "type": "object",
            "properties": {
                "title": {"description": "At most five words.", "type": "string"},
                "start_time": {"type": "number"},
                "number": {"type": "integer", "minimum": 0, "maximum": 255},
                "mood": {"anyOf": [{"type": "string", "enum": ["calm", "tense"]}, {"type": "null"}]},
                "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                "tags": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["title", "start_time", "number", "mood", "note", "tags"],
        })
    );
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
enum Event {
    /// Somebody speaks.
    Speech { text: String },
    /// Nobody speaks.
    Silence,
}

#[test]
fn an_enum_is_any_of_its_variants() {
    assert_eq!(
        schema::<Vec<Event>>()["items"]["anyOf"],
        json!([
            {
                "description": "Somebody speaks.",
                "type": "object",
                "properties": {
                    "Speech": {
                        "type": "object",
                        "properties": {"text": {"type": "string"}},
                        "required": ["text"],
                    },
                },
                "required": ["Speech"],
            },
            {"description": "Nobody speaks.", "type": "string", "const": "Silence"},
        ])
    );
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Topic {
    name: String,
    below: Vec<Topic>,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Topics {
    topics: Vec<Topic>,
}

#[test]
fn a_type_that_contains_itself_is_a_definition() {
    let topics = json!({"type": "array", "items": {"$ref": "#/$defs/Topic"}});
    for schema in [schema::<Topics>(), schema::<Topic>()] {
        let topic = &schema["$defs"]["Topic"];
        assert_eq!(topic["properties"]["below"], topics, "{schema}");
        assert_eq!(topic["required"], json!(["name", "below"]));
    }
}
#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Times {
    points: Vec<(f64, f64)>,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Counts {
    counts: BTreeMap<String, u32>,
}

#[test]
fn a_part_without_a_schema_is_named() {
    assert_eq!(
        refusal::<Times>(),
        "`Times` has no schema that the API accepts: at `points[]`: a tuple has no list type; use \
         a struct"
    );
    assert_eq!(
        refusal::<Counts>(),
        "`Counts` has no schema that the API accepts: at `counts`: keys of a map cannot be \
         described; use a list of structs"
    );
    assert_eq!(
        json_schema::<Counts>().expect_err("no schema").path(),
        "counts"
    );
}
