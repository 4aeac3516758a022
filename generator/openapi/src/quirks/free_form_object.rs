//! Free-form objects written as objects without properties.
//!
//! ```yaml
//! user_metadata:
//!   type: object
//!   properties: {}             # should be: additionalProperties: true
//! ```
//!
//! Generators turn this into an empty struct, which neither sends nor receives any properties. The
//! export writes it for objects with arbitrary properties.

use serde_json::Value;

use super::{Context, Fixed, Quirk};
use crate::walk;

pub(super) const QUIRK: Quirk = Quirk {
    name: "free-form-object",
    summary: "free-form objects written as `properties: {}`",
    fix,
};

fn fix(root: &mut Value, _: &Context<'_>, fixed: &mut Fixed) {
    walk::schemas_mut(root, &mut |pointer, schema| {
        let Some(object) = schema.as_object_mut() else {
            return;
        };
        let empty = object
            .get("properties")
            .and_then(Value::as_object)
            .is_some_and(serde_json::Map::is_empty);
        let composed = ["allOf", "anyOf", "oneOf", "additionalProperties"]
            .iter()
            .any(|keyword| object.contains_key(*keyword));
        if empty && !composed {
            object.shift_remove("properties");
            object.insert("additionalProperties".to_owned(), Value::Bool(true));
            fixed.at(pointer);
        }
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::run;
    use super::QUIRK;

    #[test]
    fn any_property_is_allowed() {
        let (root, fixed) = run(
            &QUIRK,
            "components:\n  schemas:\n    Metadata: {type: object, properties: {}}\n    \
             Closed: {type: object, properties: {}, additionalProperties: false}\n",
        );
        let schemas = &root["components"]["schemas"];
        assert_eq!(
            schemas["Metadata"],
            json!({"type": "object", "additionalProperties": true})
        );
        assert_eq!(schemas["Closed"]["additionalProperties"], false);
        assert_eq!(fixed, ["/components/schemas/Metadata"]);
    }
}
