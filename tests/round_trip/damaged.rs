//! Reads damaged bodies, and the seeds of the fuzz target `models`, as random types. This file is
//! compiled as a test of a generated crate.

#![allow(dead_code, unused_imports, unreachable_pub, reason = "the crate is a module here")]

mod compare;

use std::fs;

use compare::compare;
use serde_json::Value;

include!("models.rs");

/// The number of values that are damaged, for each type.
const DAMAGED: usize = 4;

/// Texts that replace a byte.
const INSTEAD: [&str; 12] = [
    "", "\"", "\\", "0", "-", "1e999", "null", "{", "]", ",", ":", "\u{fffd}",
];

#[test]
fn damaged_values() {
    let values: Value = serde_json::from_str(include_str!("../values.json")).expect("JSON");
    let mut read = 0;
    for (position, check) in TYPES.iter().enumerate() {
        let values = values[format!("Type{position}")].as_array().expect("a list");
        for value in &values[..DAMAGED] {
            let text = value.to_string();
            for place in (0..text.len()).step_by(1 + text.len() / 200) {
                for instead in INSTEAD {
                    let bytes = text.as_bytes();
                    let body = [&bytes[..place], instead.as_bytes(), &bytes[place + 1..]];
                    check(&body.concat());
                    read += 1;
                }
            }
            // Duplicate properties.
            let inside = &text[1..text.len() - 1];
            for other in values {
                let other = other.to_string();
                check(format!("{{{inside},{}", &other[1..]).as_bytes());
            }
            for name in ["p0", "p1", "kind"] {
                for value in ["null", "1", "\"dog\"", "{}", "[]"] {
                    check(format!("{{{inside},\"{name}\":{value}}}").as_bytes());
                    check(format!("{{\"{name}\":{value},{inside}}}").as_bytes());
                }
            }
        }
    }
    assert!(read > 10_000, "{read}");
}

#[test]
fn values_of_other_types() {
    let values: Value = serde_json::from_str(include_str!("../values.json")).expect("JSON");
    for values in values.as_object().expect("an object").values() {
        let body = values[0].to_string();
        for check in TYPES {
            check(body.as_bytes());
        }
    }
}

/// The first byte of a seed selects the type.
#[test]
fn seeds() {
    let folder = std::env::var("SEEDS").expect("the folder of the seeds");
    let mut seeds = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        let bytes = fs::read(entry.expect("a seed").path()).expect("bytes");
        let (choice, body) = bytes.split_first().expect("the number of a type");
        TYPES[usize::from(*choice) % TYPES.len()](body);
        seeds += 1;
    }
    assert!(seeds > 0);
}
