//! Reading a value and writing it again gives equal JSON, for random documents and values.
//!
//! The documents have the kinds of schemas that pages have, inside of each other. The values
//! are of these schemas, or unknown: texts that an enumeration lacks, and objects whose kind a
//! union lacks. Each document becomes a crate, which reads and writes its values.
//!
//! Some values change when they are written, and are not made here: `null` where a response
//! may leave a property out, `1.0` for an integer, and dates and times in another form than
//! that of RFC 3339 in UTC.
//!
//! `ROUND_TRIP_SEED` is a number from 0 to 255, for other documents and values.

mod kind;
mod value;

use std::env;
use std::fmt::Write as _;
use std::fs;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use tests::Workplace;
use tests::command::{cargo_in, run};

/// The number of types at the top of the document.
const TYPES: usize = 40;

/// The number of values of each type.
const VALUES: usize = 20;

#[test]
fn what_was_read_is_written_back_unchanged() {
    let seed = env::var("ROUND_TRIP_SEED").map_or(7, |seed| seed.parse().expect("a number"));
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let kinds = kind::object();
    let (mut schemas, mut values) = (json!({}), json!({}));
    for number in 0..TYPES {
        let tree = kinds.new_tree(&mut runner).expect("a schema");
        let kind = tree.current();
        let name = format!("Type{number}");
        let all: Vec<Value> = (0..VALUES).map(|_| value::of(&kind, &mut runner)).collect();
        values[&name] = all.into();
        schemas[&name] = kind.schema();
    }
    let workplace = Workplace::empty();
    workplace.write("trips.json", &document(&schemas).to_string());
    let arguments = ["codegen", "--spec", "trips.json", "--out", "client"];
    workplace.xtask(&arguments).exits_with(0);
    let client = workplace.path("client");
    fs::create_dir_all(client.join("tests")).expect("a folder");
    workplace.write("client/tests/values.json", &values.to_string());
    workplace.write("client/tests/trips.rs", &program());
    run(cargo_in(&client).args(["test", "--test", "trips"])).exits_with(0);
}

/// Returns a document in which the schemas go both ways.
fn document(schemas: &Value) -> Value {
    let names = schemas.as_object().into_iter().flat_map(|it| it.keys());
    let paths = names.map(|name| {
        let schema = json!({"$ref": format!("#/components/schemas/{name}")});
        let content = json!({"content": {"application/json": {"schema": schema}}});
        let operation = json!({
            "operationId": format!("send_{}", name.to_lowercase()),
            "requestBody": content,
            "responses": {"200": {"description": "ok", "content": content["content"]}},
        });
        (format!("/{name}"), json!({"post": operation}))
    });
    let paths: serde_json::Map<String, Value> = paths.collect();
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Trips", "version": "1"},
        "servers": [{"url": "https://api.trips.example"}],
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

/// Returns a test of the crate that reads and writes all values.
fn program() -> String {
    let mut program = "use serde_json::Value;

fn trip<T: serde::de::DeserializeOwned + serde::Serialize>(values: &Value) {
    for value in values.as_array().expect(\"a list\") {
        let read: T = serde_json::from_value(value.clone())
            .unwrap_or_else(|error| panic!(\"{error}: {value}\"));
        let written = serde_json::to_value(&read).expect(\"it is written\");
        assert_eq!(written, *value);
    }
}

#[test]
fn all_values() {
    let values: Value = serde_json::from_str(include_str!(\"values.json\")).expect(\"JSON\");
"
    .to_owned();
    for number in 0..TYPES {
        let name = format!("Type{number}");
        let _ = writeln!(
            program,
            "    trip::<trips::types::{name}>(&values[\"{name}\"]);"
        );
    }
    program + "}\n"
}
