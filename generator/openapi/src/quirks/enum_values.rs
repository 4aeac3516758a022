//! Enum values written as objects.
//!
//! ```yaml
//! enum:
//!   - value: image                            # should be: - image
//!   - {type: stringLiteral, value: video}     # should be: - video
//!   - {value: audio, description: Sound.}     # should be: - audio, with the description in `x-fern-enum`
//! ```
//!
//! JSON Schema's `enum` lists the values themselves. The documentation tool wraps values to add
//! display names; no API accepts `{"value": "image"}`. `stringLiteral` and `booleanLiteral` only
//! repeat the value's YAML type.

use serde_json::{Map, Value, json};

use super::{Context, Fixed, Quirk};
use crate::walk;

pub(super) const QUIRK: Quirk = Quirk {
    name: "enum-values",
    summary: "enum values written as `- value: x`",
    fix,
};

fn fix(root: &mut Value, _: &Context<'_>, fixed: &mut Fixed) {
    walk::schemas_mut(root, &mut |pointer, schema| {
        let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) else {
            return;
        };
        let mut wrapped = false;
        let mut descriptions = Map::new();
        for value in &mut *values {
            if let Some(inner) = unwrap(value) {
                let description = value.get("description").filter(|it| it.is_string());
                if let (Value::String(name), Some(description)) = (&inner, description) {
                    descriptions.insert(name.clone(), json!({"description": description}));
                }
                *value = inner;
                wrapped = true;
            }
        }
        let are_booleans = values.iter().all(Value::is_boolean);
        if wrapped {
            // The schema of such a literal always has `type: string`.
            if are_booleans {
                schema["type"] = "boolean".into();
            }
            if !descriptions.is_empty() && schema.get("x-fern-enum").is_none() {
                schema["x-fern-enum"] = descriptions.into();
            }
            fixed.at(format!("{pointer}/enum"));
        }
    });
}

/// Returns the value inside `{value: x}` or `{type: …Literal, value: x}`.
fn unwrap(value: &Value) -> Option<Value> {
    let object = value.as_object()?;
    let inner = object.get("value")?;
    let known = object
        .keys()
        .all(|key| ["value", "type", "name", "description"].contains(&key.as_str()));
    known.then(|| inner.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::run;
    use super::QUIRK;

    #[test]
    fn values_are_taken_out_of_their_objects() {
        let (root, fixed) = run(
            &QUIRK,
            "components:\n  schemas:\n    Kind:\n      enum:\n        - value: image\n        \
             - {type: booleanLiteral, value: true}\n        - plain\n",
        );
        assert_eq!(
            root["components"]["schemas"]["Kind"]["enum"],
            json!(["image", true, "plain"])
        );
        assert_eq!(fixed, ["/components/schemas/Kind/enum"]);
    }

    #[test]
    fn descriptions_of_values_are_kept() {
        let (root, _) = run(
            &QUIRK,
            "components:\n  schemas:\n    Kind:\n      enum:\n        - {value: a, description: An A.}\n        \
             - {value: b}\n",
        );
        assert_eq!(
            root["components"]["schemas"]["Kind"],
            json!({"enum": ["a", "b"], "x-fern-enum": {"a": {"description": "An A."}}})
        );
    }

    #[test]
    fn a_boolean_literal_is_no_string() {
        let (root, _) = run(
            &QUIRK,
            "components:\n  schemas:\n    On:\n      type: string\n      enum:\n        \
             - {type: booleanLiteral, value: true}\n",
        );
        assert_eq!(
            root["components"]["schemas"]["On"],
            json!({"type": "boolean", "enum": [true]})
        );
    }

    #[test]
    fn a_property_that_is_called_enum_is_left_alone() {
        let specification = "components:\n  schemas:\n    Kind:\n      properties:\n        \
                             enum: {items: {enum: [a]}}\n";
        assert_eq!(run(&QUIRK, specification).1, [""; 0]);
    }
}
