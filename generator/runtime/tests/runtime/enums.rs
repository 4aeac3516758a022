//! String enums, which accept unknown values.

use std::collections::HashSet;

use crate::runtime::{UnknownValue, open_enum};

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AssetType {
    Video,
    Image,
    /// The API has a value of this name.
    Unknown,
    Other(UnknownValue),
}

open_enum! {
    AssetType {
        Video = "video",
        Image = "image",
        Unknown = "unknown",
        ..Other
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
    assert!(matches!(&value, AssetType::Other(unknown) if unknown.as_str() == "3d model"));
    assert_eq!(value, AssetType::from("3d model"));
    assert_eq!(serde_json::to_string(&value).unwrap(), r#""3d model""#);
    assert_eq!(read(r#""Image""#).unwrap().as_str(), "Image");
    assert_eq!(read(r#""""#).unwrap().as_str(), "");
}

#[test]
fn a_value_that_is_not_a_string_is_an_error() {
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
