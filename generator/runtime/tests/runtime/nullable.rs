//! Optional properties for which `null` differs from absence.

use serde_json::json;

use crate::runtime::read::from_slice;
use crate::runtime::{Nullable, object};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch {
    name: Option<Nullable<String>>,
    size: Option<Nullable<i64>>,
}

object! {
    Patch {
        name: optional "name",
        size: optional "size",
    }
}

#[test]
fn absence_null_and_a_value_are_read_and_written_apart() {
    for (json, name) in [
        (json!({}), None),
        (json!({"name": null}), Some(Nullable::Null)),
        (json!({"name": "a"}), Some(Nullable::from("a"))),
    ] {
        let patch: Patch = from_slice(json.to_string().as_bytes()).unwrap();
        assert_eq!(patch.name, name);
        assert_eq!(patch.size, None);
        assert_eq!(serde_json::to_value(&patch).unwrap(), json);
        assert_eq!(serde_json::from_value::<Patch>(json).unwrap(), patch);
    }
}

#[test]
fn values_and_options_convert() {
    assert_eq!(Nullable::from(3), Nullable::Value(3));
    assert_eq!(Nullable::<i64>::from(None), Nullable::Null);
    assert_eq!(Nullable::from(Some(3)).into_option(), Some(3));
    assert_eq!(Nullable::<i64>::Null.as_option(), None);
}
