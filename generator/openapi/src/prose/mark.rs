//! Marks schemas that a page does not describe completely.

use serde_json::{Map, Value};

/// The mark of a schema that the page does not describe completely. It is removed after all pages
/// are compared. Its value is the text of a [`Cut`].
pub(super) const CUT: &str = "x-prose-cut";

/// A part of a schema that a page omits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// The properties of an object.
    Object,
    /// The values of an enumeration.
    Values,
    /// The whole named type.
    Type,
    /// Possibly some variants of a named union.
    Variants,
}

impl Cut {
    /// All values.
    pub(super) const ALL: [Self; 4] = [Self::Object, Self::Values, Self::Type, Self::Variants];

    /// Returns the text that represents it in a schema.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Values => "values",
            Self::Type => "type",
            Self::Variants => "variants",
        }
    }
}

/// Returns `true` if samples show the kinds of the values of a schema that the page does not describe:
/// an object, a scalar, or several kinds of scalars.
pub(super) fn shows_kinds(schema: &Value) -> bool {
    schema["type"].is_string() || schema["oneOf"].is_array()
}

/// Returns `true` if a schema, or one inside it, has a mark.
pub(super) fn is_inside(node: &Value) -> bool {
    match node {
        Value::Object(object) => is_marked(object) || object.values().any(is_inside),
        Value::Array(items) => items.iter().any(is_inside),
        _ => false,
    }
}

fn is_marked(object: &Map<String, Value>) -> bool {
    let mark = object.get(CUT).and_then(Value::as_str);
    Cut::ALL.iter().any(|cut| mark == Some(cut.as_str()))
}

/// Removes all marks. A property with the name of the mark is not a mark.
pub(super) fn remove(node: &mut Value) {
    match node {
        Value::Object(object) => {
            if is_marked(object) {
                object.shift_remove(CUT);
            }
            object.values_mut().for_each(remove);
        }
        Value::Array(items) => items.iter_mut().for_each(remove),
        _ => {}
    }
}
