//! Compares a schema of a prose page with a full schema that the page may have been generated from.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::mark::{CUT, Cut};
use crate::references;

/// The maximum number of references and members between a schema and its content.
const MOST_STEPS: usize = 8;

/// The maximum number of members of a union, and of schemas below `allOf`, that are compared.
const MOST_MEMBERS: usize = 64;

/// A schema, and the document that it is in.
type Placed<'a> = (&'a Value, &'a Value);

/// Returns `true` if the schema is consistent with all statements of the prose about a type.
pub(super) fn agree(prose: Placed<'_>, full: Placed<'_>) -> bool {
    let (ours, theirs) = (kind(prose, 0), kind(full, 0));
    if !ours.is_like(&theirs) {
        return false;
    }
    let (mut ours, mut theirs) = (Object::default(), Object::default());
    ours.collect(prose, 0);
    theirs.collect(full, 0);
    // The names of the variants of a union are not compared.
    let is_same_property = |(name, ours): (&String, &Kind)| {
        theirs
            .properties
            .get(name)
            .is_some_and(|theirs| ours.is_like(theirs))
    };
    ours.properties.len() == theirs.properties.len()
        && ours.required == theirs.required
        && ours.properties.iter().all(is_same_property)
}

/// The kind of value that a schema describes.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Any,
    Scalar(String),
    /// The values, in order.
    Enum(Vec<String>),
    /// An enumeration whose values are truncated.
    SomeEnum,
    Object,
    List(Box<Kind>),
}

impl Kind {
    /// Returns `true` if both can describe the same schema.
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::List(one), Self::List(other)) => one.is_like(other),
            (Self::SomeEnum, Self::Enum(_)) | (Self::Enum(_), Self::SomeEnum) => true,
            (one, other) => one == other,
        }
    }
}

fn kind((root, schema): Placed<'_>, steps: usize) -> Kind {
    if steps > MOST_STEPS {
        return Kind::Any;
    }
    match schema.get(CUT).and_then(Value::as_str) {
        Some(cut) if cut == Cut::Object.as_str() => return Kind::Object,
        Some(cut) if cut == Cut::Values.as_str() => return Kind::SomeEnum,
        Some(_) => return Kind::Any,
        None => {}
    }
    if let Some(target) = schema["$ref"].as_str() {
        return references::find(root, target)
            .map_or(Kind::Any, |target| kind((root, target), steps + 1));
    }
    if let Some(values) = schema["enum"].as_array() {
        let values = values.iter().filter(|value| !value.is_null());
        // Older documents have objects with a value and a description.
        let values = values.map(|value| match &value["value"] {
            Value::Null => value.to_string(),
            value => value.to_string(),
        });
        let mut values: Vec<String> = values.collect();
        values.sort_unstable();
        return Kind::Enum(values);
    }
    for keyword in ["allOf", "oneOf", "anyOf"] {
        let members = schema[keyword].as_array().into_iter().flatten();
        let mut members = members
            .filter(|member| member["type"] != "null")
            .take(MOST_MEMBERS);
        if let Some(first) = members.next() {
            // A union of different kinds has several equivalent forms.
            let first = kind((root, first), steps + MOST_STEPS / 2);
            let is_one = keyword == "allOf"
                || members.all(|member| kind((root, member), steps + MOST_STEPS / 2) == first);
            return if is_one { first } else { Kind::Any };
        }
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.iter().find(|kind| *kind != "null"),
        kind => Some(kind),
    };
    match types.and_then(Value::as_str) {
        Some("array") => Kind::List(kind((root, &schema["items"]), steps + 1).into()),
        Some("object") => Kind::Object,
        Some(scalar) => Kind::Scalar(scalar.to_owned()),
        None if schema["properties"].is_object() => Kind::Object,
        None => Kind::Any,
    }
}

/// The properties of an object, including those of the members of `allOf`.
#[derive(Default)]
struct Object {
    properties: BTreeMap<String, Kind>,
    required: BTreeSet<String>,
    schemas: usize,
}

impl Object {
    fn collect(&mut self, (root, schema): Placed<'_>, steps: usize) {
        self.schemas += 1;
        if steps > MOST_STEPS || self.schemas > MOST_MEMBERS {
            return;
        }
        if let Some(target) = schema["$ref"]
            .as_str()
            .and_then(|target| references::find(root, target))
        {
            self.collect((root, target), steps + 1);
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            self.properties
                .insert(name.clone(), kind((root, property), 0));
        }
        let required = schema["required"].as_array().into_iter().flatten();
        self.required
            .extend(required.filter_map(Value::as_str).map(str::to_owned));
        for member in schema["allOf"].as_array().into_iter().flatten() {
            self.collect((root, member), steps + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn stated_facts_must_agree() {
        let pet = |name: Value| json!({"type": "object", "required": ["name"], "properties": {"name": name}});
        let prose = pet(json!({"type": "string"}));
        let agrees = |full: &Value| {
            let root =
                json!({"components": {"schemas": {"Name": {"type": "string", "maxLength": 9}}}});
            agree((&root, &prose), (&root, full))
        };
        assert!(agrees(&prose));
        assert!(agrees(&pet(json!({"$ref": "#/components/schemas/Name"}))));
        assert!(agrees(
            &json!({"allOf": [pet(json!({"type": ["string", "null"]}))]})
        ));
        assert!(!agrees(&pet(json!({"type": "integer"}))));
        assert!(!agrees(&pet(json!({"type": "string", "enum": ["a"]}))));
        assert!(!agrees(
            &json!({"type": "object", "properties": {"name": {"type": "string"}}})
        ));
    }

    #[test]
    fn unstated_facts_may_differ() {
        let cut = json!({"properties": {"a": {(CUT): "values", "type": "string"}, "b": {}}});
        let full = json!({"properties": {
            "a": {"type": "string", "enum": [{"value": "x"}]},
            "b": {"type": "array", "items": {}},
        }});
        assert!(agree((&cut, &cut), (&full, &full)));

        let cut = json!({"properties": {"a": {(CUT): "object"}, "b": {}}});
        let full = |a: Value| json!({"properties": {"a": a, "b": {}}});
        for (a, expected) in [
            (json!({"properties": {"c": {}}}), true),
            (
                json!({"oneOf": [{"properties": {}}, {"type": "object"}]}),
                true,
            ),
            (json!({"type": "array", "items": {"properties": {}}}), false),
            (json!({"type": "string"}), false),
        ] {
            let full = full(a);
            assert_eq!(agree((&cut, &cut), (&full, &full)), expected, "{full}");
        }
    }

    #[test]
    fn unions_of_unions_are_compared_in_bounded_time() {
        let members: Vec<Value> = (0..50)
            .map(|_| json!({"$ref": "#/components/schemas/U"}))
            .collect();
        let root = json!({"components": {"schemas": {"U": {"oneOf": members}}}});
        let union = &root["components"]["schemas"]["U"];
        assert!(agree((&root, union), (&root, union)));
    }
}
