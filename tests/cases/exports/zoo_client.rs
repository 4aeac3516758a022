//! Values of the zoo's types: the variants that they are read as, and the JSON that they are
//! written as. This file is compiled as a test of the generated crate.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use zoo::{Client, Nullable, types};

/// Reads a value, and checks that writing it gives the same JSON.
#[track_caller]
fn read<T: DeserializeOwned + Serialize + Debug>(json: Value) -> T {
    let value: T = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&value).unwrap(), json, "{value:?}");
    value
}

macro_rules! assert_variant {
    ($union:ident::$variant:ident, $json:tt) => {
        let value = read::<types::$union>(json!($json));
        assert!(matches!(value, types::$union::$variant(_)), "{value:?}");
    };
}

#[test]
fn properties_beside_a_union_leave_its_discriminator() {
    assert_variant!(Beside::Bird, {"kind": "bird", "name": "n", "wings": 2});
    assert_variant!(Beside::Unknown, {"kind": "newt", "legs": 2});
    let fish = types::BesideFish::new().name("Wanda");
    let beside = serde_json::to_value(types::Beside::from(fish)).unwrap();
    assert_eq!(beside, json!({"kind": "fish", "name": "Wanda"}));
}

#[test]
fn all_values_of_a_base_leave_those_of_its_members() {
    assert_variant!(Narrowed::Bird, {"kind": "bird"});
    assert_variant!(Narrowed::Unknown, {"kind": "newt"});
}

#[test]
fn a_member_that_no_value_is_mapped_to_has_its_name() {
    assert_variant!(Partial::Bird, {"kind": "bird"});
    assert_variant!(Partial::Newt, {"kind": "Newt", "tail": 3});
    assert_variant!(Partial::Unknown, {"kind": "zz", "q": 1});
}

#[test]
fn integers_and_booleans_select_variants() {
    assert_variant!(Numbered::First, {"version": 1, "a": "s"});
    assert_variant!(Numbered::Second, {"version": 2, "a": "s"});
    assert_variant!(Numbered::Unknown, {"version": 3, "a": "s"});
    assert_variant!(Constant::Old, {"level": 1});
    assert_variant!(Constant::New, {"level": 2});
    assert_variant!(Constant::Unknown, {"level": 3});
    assert_variant!(Switched::On, {"live": true});
    assert_variant!(Switched::Off, {"live": false, "since": 3});
    assert_variant!(Switched::Unknown, {"live": null});
    let off = serde_json::to_value(types::Switched::from(types::Off::new())).unwrap();
    assert_eq!(off, json!({"live": false}));
}

#[test]
fn a_base_is_what_extends_it() {
    assert_variant!(Base::Cat, {"kind": "cat", "lives": 9});
    assert_variant!(Base::Dog, {"kind": "Dog", "name": "Rex", "tail": 1});
    assert_variant!(Base::Unknown, {"kind": "cow", "name": "n", "milk": 1});
    assert_variant!(Backward::Right, {"kind": "right", "side": 1});
    assert_variant!(Backward::Unknown, {"kind": "up", "side": 1});
}

#[test]
fn a_union_and_an_object_is_a_union() {
    assert_variant!(Named::Fish, {"kind": "fish", "name": "Wanda", "fins": 2});
    assert_variant!(Named::Unknown, {"kind": "cow", "name": "n"});
}

#[test]
fn a_member_that_is_no_object_leaves_the_discriminator_of_the_others() {
    assert_variant!(Mixed::String, "fish");
    assert_variant!(Mixed::Bird, {"kind": "bird", "wings": 2});
    assert_variant!(Mixed::Unknown, {"kind": "cow", "fins": 2});
}

#[test]
fn members_that_lack_the_property_are_written_with_it() {
    assert_variant!(Untold::Tall, {"kind": "tall", "size": 3});
    assert_variant!(Untold::Unknown, {"kind": "deep", "size": 3});
    let wide = types::Untold::from(types::UntoldWide::new().size(1));
    assert_eq!(
        serde_json::to_value(wide).unwrap(),
        json!({"kind": "wide", "size": 1})
    );
}

#[test]
fn without_a_discriminator_the_variant_that_knows_the_most_wins() {
    assert_variant!(Loose::Small, {"a": "x"});
    assert_variant!(Loose::Large, {"a": "x", "b": "y"});
    assert_variant!(Loose::Unknown, [1]);
}

#[test]
fn strings_without_a_type_are_variants_without_data() {
    for (feeding, text) in [
        (types::Feeding::AllDay, "all-day"),
        (types::Feeding::Twice, "twice"),
        (types::Feeding::None, "none"),
    ] {
        assert_eq!(read::<types::Feeding>(json!(text)), feeding);
        assert_eq!(serde_json::to_value(&feeding).unwrap(), text);
    }
    assert_variant!(Feeding::Plan, {"hours": [6, 12]});
    assert_variant!(Feeding::Unknown, "thrice");
    assert_variant!(Feeding::Unknown, 3);
}

#[test]
fn alternatives_of_required_properties_are_one_struct() {
    let either = read::<types::Either>(json!({"a": "x"}));
    assert_eq!(either.a.as_deref(), Some("x"));
}

#[test]
fn a_reference_to_null_is_nullable() {
    let row = read::<types::Row>(json!({"role": null, "roles": [null, "admin", "owner"]}));
    assert_eq!(row.role, None);
    assert_eq!(row.roles[0], None);
    assert_eq!(row.roles[1], Some(types::Role::Admin));
}

#[test]
fn times_are_read_without_an_offset_wherever_they_are() {
    let text = "2024-01-01T00:00:00";
    let when = json!({
        "either": text, "list": [text], "map": {"a": text}, "days": ["2024-01-01T10:00:00Z"],
    });
    let when: types::When = serde_json::from_value(when).unwrap();
    let time = when.list[0];
    assert_eq!(time.to_rfc3339(), "2024-01-01T00:00:00+00:00");
    assert_eq!(when.either, Some(types::WhenEither::DateTime(time)));
    assert_eq!(when.map, BTreeMap::from([("a".to_owned(), time)]));
    assert_eq!(when.days[0], time.date_naive());
}

#[test]
fn values_keep_their_format() {
    let sizes = read::<types::Sizes>(json!({
        "either": u64::MAX, "list": [u64::MAX], "map": {"a": u64::MAX},
        "blob": "aGk=", "id": "no uuid", "took": "P1D", "cost": "1.10",
    }));
    assert_eq!(sizes.either, Some(types::SizesEither::Integer(u64::MAX)));
    assert_eq!(sizes.cost.as_deref(), Some("1.10"));
    assert_eq!(types::Version::from("1.10").as_str(), "1.10");
    assert!(!matches!(types::Version::from("1.10"), types::Version::Unknown(_)));
}

/// Returns a client, and the body of the only request.
fn answered(json: &'static str) -> (Client, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let line = line.trim().to_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let length = json.len();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\
             content-type: application/json\r\n\r\n{json}",
        )
        .unwrap();
        String::from_utf8(body).unwrap()
    });
    let client = Client::builder().base_url(url).build().unwrap();
    (client, server)
}

#[tokio::test]
async fn what_only_responses_have_is_not_sent_and_what_only_requests_have_is_not_expected() {
    let (client, sent) = answered(r#"{"id": "k1", "name": "Ada"}"#);
    let keepers = client.keepers();
    let mut keeper = keepers.replace("k1", "Ada", "s3").send().await.unwrap();
    assert_eq!(keeper.id.as_deref(), Some("k1"));
    assert_eq!(keeper.secret, None);
    assert_eq!(sent.join().unwrap(), r#"{"name":"Ada","secret":"s3"}"#);

    let (client, sent) = answered(r#"{"id": "k1", "name": "Bea"}"#);
    keeper.name = "Bea".to_owned();
    let request = client.keepers().replace("k1", "", "").body(keeper);
    request.send().await.unwrap();
    let body = sent.join().unwrap();
    assert_eq!(body, r#"{"name":"Bea"}"#, "the id that was read is not sent");
}

#[test]
#[expect(deprecated, reason = "each use is a warning")]
fn parameters_and_properties_can_be_deprecated() {
    let client = Client::builder().build().unwrap();
    let request = client.keepers().replace("k1", "Ada", "s3");
    let _ = request.force(true).badge("7");
    let keeper = types::Keeper::new("Ada", "s3").badge("7");
    assert_eq!(keeper.badge.as_deref(), Some("7"));
}

#[tokio::test]
async fn a_patch_leaves_out_clears_or_sets() {
    for (note, expected) in [
        (None, "{}"),
        (Some(Nullable::Null), r#"{"note":null}"#),
        (Some("n".into()), r#"{"note":"n"}"#),
    ] {
        let (client, sent) = answered(r#"{"id": "k1", "name": "Ada"}"#);
        let mut request = client.keepers().change("k1");
        if let Some(note) = note {
            request = request.note(note);
        }
        request.send().await.unwrap();
        assert_eq!(sent.join().unwrap(), expected);
    }
}
