//! Reading a value and writing it again gives equal JSON, for random documents and values.
//!
//! The documents contain nested schemas of the kinds that pages have. The values match these
//! schemas or are unknown: strings that are not in an enumeration, and objects whose kind is not in
//! a union. Each document becomes a crate, which reads and writes its values.
//!
//! Some values change when they are written, and are not generated here: `null` for an optional
//! response property, `1.0` for an integer, and dates and times that are not RFC 3339 in UTC.
//!
//! The crate also reads damaged bodies: see `compare.rs`. The fuzz target `models` does the same
//! with arbitrary bytes; its seeds are read here.
//!
//! `ROUND_TRIP_SEED`, a number from 0 to 255, selects the documents and values.

mod kind;
mod models;
mod value;

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tests::command::{cargo_in, run};
use tests::{Workplace, repository};

use kind::Kind;

/// The number of values of each type.
const VALUES: usize = 20;

#[test]
fn bodies_are_written_back_unchanged_and_damaged_ones_are_errors() {
    let seed = env::var("ROUND_TRIP_SEED").map_or(7, |seed| seed.parse().expect("a number"));
    let mut runner = models::runner(seed);
    let kinds = models::kinds(&mut runner);
    let workplace = Workplace::empty();
    workplace.write("trips.json", &models::document(&kinds).to_string());
    let arguments = ["codegen", "--spec", "trips.json", "--out", "client"];
    workplace.xtask(&arguments).exits_with(0);
    let client = workplace.path("client");
    fs::create_dir_all(client.join("tests/models")).expect("a folder");
    let values = values(&kinds, &mut runner).to_string();
    workplace.write("client/tests/values.json", &values);
    workplace.write("client/tests/trips.rs", &program());
    let folder = repository("tests/round_trip");
    let copy = |from: &str, to: &str| {
        fs::copy(folder.join(from), client.join("tests/models").join(to)).expect("a file");
    };
    copy("compare.rs", "compare.rs");
    copy("damaged.rs", "main.rs");
    let source = models::source(Path::new("../../src"));
    workplace.write("client/tests/models/models.rs", &source);
    let mut tests = cargo_in(&client);
    tests.env("SEEDS", repository("fuzz/corpus/models"));
    run(tests.args(["test", "--test", "trips", "--test", "models"])).exits_with(0);
}

/// Returns random values of each kind, by the name of its type.
fn values(kinds: &[Kind], runner: &mut TestRunner) -> Value {
    let mut values = json!({});
    for (number, kind) in kinds.iter().enumerate() {
        let all: Vec<Value> = (0..VALUES).map(|_| value::of(kind, runner)).collect();
        values[models::name(number)] = all.into();
    }
    values
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
    for number in 0..models::TYPES {
        let name = models::name(number);
        let _ = writeln!(
            program,
            "    trip::<trips::types::{name}>(&values[\"{name}\"]);"
        );
    }
    program + "}\n"
}
