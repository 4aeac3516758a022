//! Schemas that consist only of the description `Any type`.
//!
//! ```yaml
//! metadata:
//!   description: Any type      # should be: metadata: {}
//! ```
//!
//! The export writes this text if the API's own document has an empty schema, which accepts any
//! JSON. It does not describe the field.

use serde_json::Value;

use super::{Context, Fixed, Quirk};
use crate::walk;

pub(super) const QUIRK: Quirk = Quirk {
    name: "any-type",
    summary: "schemas with only the description `Any type`",
    fix,
};

fn fix(root: &mut Value, _: &Context<'_>, fixed: &mut Fixed) {
    walk::schemas_mut(root, &mut |pointer, schema| {
        let Some(object) = schema.as_object_mut() else {
            return;
        };
        if object.len() == 1
            && object.get("description").and_then(Value::as_str) == Some("Any type")
        {
            object.clear();
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
    fn the_words_become_an_empty_schema() {
        let (root, fixed) = run(
            &QUIRK,
            "components:\n  schemas:\n    Pet:\n      properties:\n        \
             extra: {description: Any type}\n        name: {type: string, description: Any type}\n",
        );
        let properties = &root["components"]["schemas"]["Pet"]["properties"];
        assert_eq!(properties["extra"], json!({}));
        assert_eq!(properties["name"]["description"], "Any type");
        assert_eq!(fixed, ["/components/schemas/Pet/properties/extra"]);
    }
}
