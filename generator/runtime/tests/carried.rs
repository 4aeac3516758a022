//! The runtime as a generated client carries it: as a module of its own crate.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    reason = "this client has no operations"
)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../src/lib.rs"]
mod runtime;

use std::collections::HashSet;

use runtime::{open_enum, union};

open_enum! {
    /// What an asset holds.
    pub enum AssetType {
        /// A moving picture.
        Video = "video",
        /// A picture.
        Image = "image",
        /// The API has a value of this name.
        Unknown = "unknown",
        ..Other(String)
    }
}

fn read(json: &str) -> serde_json::Result<AssetType> {
    serde_json::from_str(json)
}

#[test]
fn a_listed_value_is_its_variant() {
    assert_eq!(read(r#""image""#).unwrap(), AssetType::Image);
    assert_eq!(read(r#""im\u0061ge""#).unwrap(), AssetType::Image);
    assert_eq!(AssetType::from("unknown"), AssetType::Unknown);
    assert_eq!(AssetType::from("video".to_owned()), AssetType::Video);
    assert_eq!("video".parse(), Ok(AssetType::Video));
}

#[test]
fn any_other_value_is_kept_and_sent_back_as_it_came() {
    let value = read(r#""3d model""#).unwrap();
    assert_eq!(value, AssetType::Other("3d model".to_owned()));
    assert_eq!(serde_json::to_string(&value).unwrap(), r#""3d model""#);
    assert_eq!(read(r#""Image""#).unwrap().as_str(), "Image");
    assert_eq!(read(r#""""#).unwrap().as_str(), "");
}

#[test]
fn what_is_not_a_string_is_refused() {
    let error = read("7").unwrap_err();
    assert_eq!(
        error.to_string(),
        "invalid type: integer `7`, expected a string at line 1 column 1"
    );
    assert!(read("null").is_err());
}

#[test]
fn a_value_is_written_as_the_api_writes_it() {
    assert_eq!(AssetType::Image.as_str(), "image");
    assert_eq!(AssetType::Image.as_ref(), "image");
    assert_eq!(format!("{:>7}", AssetType::Image), "  image");
    assert_eq!(
        serde_json::to_string(&AssetType::Image).unwrap(),
        r#""image""#
    );
}

#[test]
fn the_known_values_are_listed_in_order() {
    let known: Vec<_> = AssetType::KNOWN.iter().map(AssetType::as_str).collect();
    assert_eq!(known, ["video", "image", "unknown"]);
    assert!(AssetType::KNOWN.is_sorted());
}

#[test]
fn values_are_keys_of_maps_and_sets() {
    let set = HashSet::from([AssetType::Image, AssetType::from("image")]);
    assert_eq!(set.len(), 1);
    let map = serde_json::from_str::<std::collections::BTreeMap<AssetType, i64>>(
        r#"{"image":1,"new":2}"#,
    );
    assert_eq!(map.unwrap()[&AssetType::Image], 1);
}

#[test]
fn a_listed_value_put_into_the_last_variant_by_hand_is_another_value() {
    let by_hand = AssetType::Other("image".to_owned());
    assert_ne!(by_hand, AssetType::Image);
    assert_eq!(by_hand.as_str(), "image");
}

#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Text {
    text: String,
}

#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Picture {
    url: String,
}

union! {
    /// Told apart by a property.
    pub enum Content by "type" {
        Text(Text) = "text",
        Picture(Picture) = "picture" | "photo",
        ..Unknown
    }
}

union! {
    /// Tried in this order.
    pub enum Prompt {
        String(String),
        List(Vec<String>),
        Content(Content) if "type" = "text" | "picture",
        Picture(Picture),
    }
}

#[test]
fn a_property_decides_the_form_of_a_union() {
    let content: Content = serde_json::from_str(r#"{"type": "photo", "url": "u"}"#).unwrap();
    assert_eq!(
        content,
        Content::Picture(Picture {
            url: "u".to_owned()
        })
    );
    let error = serde_json::from_str::<Content>(r#"{"type": "text", "text": 7}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "text: invalid type: integer `7`, expected a string"
    );
}

#[test]
fn a_form_that_is_not_known_is_kept_and_sent_back_as_it_came() {
    for json in [r#"{"hz":440,"type":"sound"}"#, r#"{"text":"t"}"#, "7"] {
        let content: Content = serde_json::from_str(json).unwrap();
        assert!(matches!(content, Content::Unknown(_)));
        assert_eq!(serde_json::to_string(&content).unwrap(), json);
    }
}

#[test]
fn the_forms_of_a_union_without_such_a_property_are_tried_in_order() {
    let read = |json| serde_json::from_str::<Prompt>(json);
    assert_eq!(read(r#""a""#).unwrap(), "a".to_owned().into());
    assert_eq!(read(r#"["a"]"#).unwrap(), vec!["a".to_owned()].into());
    let picture = Picture {
        url: "u".to_owned(),
    };
    assert_eq!(read(r#"{"url": "u"}"#).unwrap(), picture.clone().into());
    assert_eq!(
        read(r#"{"type": "picture", "url": "u"}"#).unwrap(),
        Content::Picture(picture).into()
    );
    assert_eq!(
        read(r#"{"uri": 1}"#).unwrap_err().to_string(),
        "no form fits: String (invalid type: map, expected a string), \
         List (invalid type: map, expected a sequence), \
         Content (`type` is not \"text\" | \"picture\"), Picture (missing field `url`)"
    );
}

#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Small {
    id: String,
}

#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Large {
    id: String,
    name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Deleted {
    id: String,
    deleted: bool,
}

union! {
    /// Told apart by how much of them is known.
    pub enum Item {
        Integer(i64),
        Number(f64),
        Deleted(Deleted) if "deleted" = true,
        Small(Small),
        Large(Large),
    }
}

#[test]
fn the_form_that_knows_most_of_the_value_is_taken() {
    let read = |json| serde_json::from_str::<Item>(json).unwrap();
    assert!(matches!(read(r#"{"id": "a"}"#), Item::Small(_)));
    assert!(matches!(
        read(r#"{"id": "a", "name": "b"}"#),
        Item::Large(_)
    ));
    // A field of a newer server decides nothing.
    assert!(matches!(
        read(r#"{"id": "a", "name": "b", "new": 1}"#),
        Item::Large(_)
    ));
    assert!(matches!(
        read(r#"{"id": "a", "deleted": true}"#),
        Item::Deleted(_)
    ));
    assert!(matches!(
        read(r#"{"id": "a", "deleted": false}"#),
        Item::Small(_)
    ));
    assert_eq!(
        read("9007199254740993"),
        Item::Integer(9_007_199_254_740_993)
    );
    assert_eq!(read("0.5"), Item::Number(0.5));
}
