//! The value of a discriminator that only the description states.
//!
//! ```yaml
//! oneOf:
//!   - properties:
//!       type: {$ref: '#/components/schemas/EventType'}   # should be: enum: [start]
//!     description: start variant
//! discriminator: {propertyName: type}
//! ```
//!
//! A discriminator selects the variants of a union by one property. If all variants have the same
//! enumeration of values in the API's own document, or the property is any text, the export states
//! the value of each variant only in its description.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Context, Fixed, Quirk};
use crate::references;
use crate::walk;

pub(super) const QUIRK: Quirk = Quirk {
    name: "variant-value",
    summary: "discriminator values that only the description of a variant states",
    fix,
};

fn fix(root: &mut Value, _: &Context<'_>, fixed: &mut Fixed) {
    let unions = unions(root);
    if unions.is_empty() {
        return;
    }
    walk::schemas_mut(root, &mut |pointer, schema| {
        let Some((property, values)) = unions.get(pointer) else {
            return;
        };
        let members = schema["oneOf"].as_array_mut().into_iter().flatten();
        for ((index, member), value) in members.enumerate().zip(values) {
            let Some(value) = value else { continue };
            let property_schema = &mut member["properties"][property];
            match property_schema.as_object_mut() {
                Some(text) if !text.contains_key("$ref") => {
                    text.insert("enum".to_owned(), json!([value]));
                }
                _ => *property_schema = json!({"type": "string", "enum": [value]}),
            }
            fixed.at(format!("{pointer}/oneOf/{index}/properties/{property}"));
        }
    });
}

/// The discriminator property of a union, and the value of each variant.
type Values = (String, Vec<Option<String>>);

/// Returns the unions whose variants state their value only in descriptions, by pointer.
fn unions(root: &mut Value) -> HashMap<String, Values> {
    let mut found = Vec::new();
    walk::schemas_mut(root, &mut |pointer, schema| {
        let property = schema["discriminator"]["propertyName"].as_str();
        let members = schema["oneOf"].as_array();
        if let (Some(property), Some(members)) = (property, members) {
            let members = members.iter().map(|member| said(member, property));
            let members: Vec<_> = members.collect();
            if members.iter().any(Option::is_some) {
                found.push((pointer.to_owned(), property.to_owned(), members));
            }
        }
    });
    found
        .into_iter()
        .map(|(pointer, property, members)| {
            let values = members
                .into_iter()
                .map(|said| {
                    let (value, property) = said?;
                    let property = match property["$ref"].as_str() {
                        Some(target) => references::find(root, target)?,
                        None => &property,
                    };
                    let is_value = match property["enum"].as_array() {
                        Some(known) => known.len() > 1 && known.contains(&json!(value)),
                        // A word such as `FieldError` can be the title of the variant.
                        None => {
                            let any_text = property["type"] == "string";
                            any_text && property.get("const").is_none() && has_one_case(&value)
                        }
                    };
                    is_value.then_some(value)
                })
                .collect();
            (pointer, (property, values))
        })
        .collect()
}

/// Returns the value that a variant's description names, and the schema of its property.
fn said(member: &Value, property: &str) -> Option<(String, Value)> {
    let value = member["description"].as_str()?.strip_suffix(" variant")?;
    let is_value = !value.is_empty() && !value.contains(char::is_whitespace);
    let property = member["properties"].get(property)?;
    is_value.then(|| (value.to_owned(), property.clone()))
}

/// Returns `true` if a word does not mix cases, unlike titles.
fn has_one_case(word: &str) -> bool {
    word == word.to_lowercase() || word == word.to_uppercase()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::run;
    use super::QUIRK;

    const EVENT: &str = "components:
  schemas:
    EventType: {type: string, enum: [start, stop]}
    Event:
      oneOf:
        - {properties: {type: {$ref: '#/components/schemas/EventType'}}, description: start variant}
        - {properties: {type: {$ref: '#/components/schemas/EventType'}}, description: Another one}
        - {properties: {type: {enum: [stop]}}, description: stop variant}
      discriminator: {propertyName: type}
";

    #[test]
    fn the_description_names_the_value() {
        let (root, fixed) = run(&QUIRK, EVENT);
        let members = &root["components"]["schemas"]["Event"]["oneOf"];
        assert_eq!(
            members[0]["properties"]["type"],
            json!({"type": "string", "enum": ["start"]})
        );
        assert_eq!(
            members[1]["properties"]["type"],
            json!({"$ref": "#/components/schemas/EventType"})
        );
        assert_eq!(members[2]["properties"]["type"], json!({"enum": ["stop"]}));
        assert_eq!(fixed, ["/components/schemas/Event/oneOf/0/properties/type"]);
    }
    #[test]
    fn a_property_with_any_text_has_the_value_of_the_description() {
        let (root, fixed) = run(
            &QUIRK,
            "components:
  schemas:
    Detail:
      oneOf:
        - {properties: {kind: {type: string, description: The kind.}}, description: FIELD variant}
        - {properties: {kind: {type: string}}, description: Another kind of variant}
        - {properties: {kind: {type: string}}, description: OtherDetail variant}
        - {properties: {kind: {type: string, const: x}}, description: y variant}
      discriminator: {propertyName: kind}
",
        );
        let members = &root["components"]["schemas"]["Detail"]["oneOf"];
        assert_eq!(
            members[0]["properties"]["kind"],
            json!({"type": "string", "description": "The kind.", "enum": ["FIELD"]})
        );
        assert_eq!(members[1]["properties"]["kind"], json!({"type": "string"}));
        assert_eq!(
            fixed,
            ["/components/schemas/Detail/oneOf/0/properties/kind"]
        );
    }
}
