//! The reader accepts what `serde_json` accepts, and reads the same values.

use proptest::prelude::*;

use crate::against_serde_json::compare;
use crate::runtime::read::from_slice;

/// Fragments of JSON that are error-prone: strings with escapes, numbers at their limits, and
/// misplaced delimiters.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    " ",
    "\n",
    "\t",
    "\u{b}",
    "null",
    "true",
    "false",
    "nul",
    "0",
    "-0",
    "01",
    "-",
    "1",
    "-1",
    "255",
    "256",
    "1.0",
    "1.",
    ".5",
    "1e2",
    "1e+2",
    "1E-2",
    "1e",
    "1e999",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "\"\"",
    "\"a\"",
    "\"\\n\"",
    "\"\\u0061\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "\"\\ude00\"",
    "\"\\u12\"",
    "\"\\x\"",
    "\"\u{1}\"",
    "\"ü😀\"",
    "\"",
    "\\",
    "\"text\":",
    "\"count\":",
    "\"share\":",
    "\"flag\":",
    "\"items\":",
    "\"named\":",
    "\"next\":",
    "\"any\":",
    "\"\\u0063ount\":",
];

#[test]
fn every_pair_of_pieces_is_read_as_serde_json_reads_it() {
    for first in PIECES {
        compare(first.as_bytes());
        for second in PIECES {
            compare(format!("{first}{second}").as_bytes());
            compare(format!("{{\"count\":{first}{second}}}").as_bytes());
            compare(format!("[{first},{second}]").as_bytes());
            compare(format!("{{\"items\":[{first}],\"any\":{second}}}").as_bytes());
        }
    }
}

#[test]
fn values_are_nested_as_deep_as_serde_json_allows() {
    for depth in [126, 127, 128, 129, 100_000] {
        compare(("[".repeat(depth) + &"]".repeat(depth)).as_bytes());
        compare(("{\"next\":".repeat(depth) + "{}" + &"}".repeat(depth)).as_bytes());
    }
}

#[test]
fn a_mark_before_the_text_is_skipped() {
    assert_eq!(from_slice::<i64>(b"\xef\xbb\xbf 7").unwrap(), 7);
    assert!(from_slice::<i64>(b"\xef\xbb 7").is_err());
}

#[test]
fn numbers_stay_in_the_range_of_their_type() {
    assert_eq!(from_slice::<f32>(b"3.4e38").unwrap(), 3.4e38);
    for (text, error) in [
        ("3.4e39", from_slice::<f32>(b"3.4e39").unwrap_err()),
        ("1e999", from_slice::<f64>(b"1e999").unwrap_err()),
    ] {
        assert_eq!(error.to_string(), "number out of range", "{text}");
    }
    let error = from_slice::<u8>(b"256").unwrap_err();
    assert_eq!(
        error.to_string(),
        "invalid value: integer `256`, expected u8"
    );
    let error = from_slice::<u8>(b"-1.0").unwrap_err();
    assert_eq!(
        error.to_string(),
        "invalid type: floating point `-1.0`, expected u8"
    );
}

#[test]
fn a_date_is_read_also_from_a_date_with_a_time() {
    let date = |text: &str| from_slice::<chrono::NaiveDate>(format!("{text:?}").as_bytes());
    for text in [
        "2024-01-31",
        "2024-01-31T23:30:00-05:00",
        "2024-01-31 00:00:00",
    ] {
        assert_eq!(date(text).unwrap().to_string(), "2024-01-31", "{text}");
    }
    assert_eq!(
        date("January").unwrap_err().to_string(),
        "invalid value: string \"January\", expected a date such as 2024-01-31"
    );
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".{0,12}".prop_map(Into::into),
    ];
    let key = prop_oneof![
        Just("text".to_owned()),
        Just("count".to_owned()),
        Just("small".to_owned()),
        Just("share".to_owned()),
        Just("flag".to_owned()),
        Just("items".to_owned()),
        Just("named".to_owned()),
        Just("next".to_owned()),
        Just("any".to_owned()),
        ".{0,6}",
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::btree_map(key.clone(), inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn json_is_read_as_serde_json_reads_it(value in json()) {
        compare(value.to_string().as_bytes());
        compare(serde_json::to_string_pretty(&value).unwrap().as_bytes());
    }

    #[test]
    fn broken_json_is_refused_as_serde_json_refuses_it(
        value in json(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut body = value.to_string().into_bytes();
        for (index, byte) in edits {
            let position = index.index(body.len());
            match byte % 3 {
                0 => body[position] = byte,
                1 => body.insert(position, byte),
                _ => body.truncate(position.max(1)),
            }
        }
        compare(&body);
    }

    #[test]
    fn pieces_in_any_order_are_read_as_serde_json_reads_them(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 1..12),
    ) {
        compare(pieces.concat().as_bytes());
        compare(format!("{{{}}}", pieces.concat()).as_bytes());
    }
}

#[test]
fn the_seeds_of_the_fuzz_target_are_read_as_serde_json_reads_them() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/reader");
    let mut count = 0;
    for seed in std::fs::read_dir(folder).unwrap() {
        compare(&std::fs::read(seed.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count > 0);
}
