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
//! enumeration of values in the API's own document, the export states the value of each variant
//! only in its description.

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
            member["properties"][property] = json!({"type": "string", "enum": [value]});
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
                    let (value, target) = said?;
                    let known = references::find(root, &target)?["enum"].as_array()?;
                    let is_one_of_several = known.len() > 1 && known.contains(&json!(value));
                    is_one_of_several.then_some(value)
                })
                .collect();
            (pointer, (property, values))
        })
        .collect()
}

/// Returns the value that a variant's description names, and the enumeration that its property
/// references.
fn said(member: &Value, property: &str) -> Option<(String, String)> {
    let value = member["description"].as_str()?.strip_suffix(" variant")?;
    let target = member["properties"][property]["$ref"].as_str()?;
    Some((value.to_owned(), target.to_owned()))
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
}
