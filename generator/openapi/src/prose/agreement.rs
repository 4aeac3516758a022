//! Whether a schema of an OpenAPI document can be the one that a page of prose was made from.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::mark::CUT;
use crate::references;

/// The maximum number of references and members that lead from one schema to its content.
const MOST_STEPS: usize = 8;

/// The maximum number of members of a union, and of schemas below `allOf`, that are looked at.
const MOST_MEMBERS: usize = 64;

/// A schema, and the document that it is in.
type Placed<'a> = (&'a Value, &'a Value);

/// Returns `true` if all that the prose says of a type holds for the schema.
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

/// What kind of value a schema describes.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Any,
    Scalar(String),
    Object,
    List(Box<Kind>),
}

impl Kind {
    /// Returns `true` if both can be the kind of one schema.
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::List(one), Self::List(other)) => one.is_like(other),
            (one, other) => one == other,
        }
    }
}

fn kind((root, schema): Placed<'_>, steps: usize) -> Kind {
    if steps > MOST_STEPS || schema.get(CUT).is_some() {
        return Kind::Any;
    }
    if let Some(target) = schema["$ref"].as_str() {
        return references::find(root, target)
            .map_or(Kind::Any, |target| kind((root, target), steps + 1));
    }
    for keyword in ["allOf", "oneOf", "anyOf"] {
        let members = schema[keyword].as_array().into_iter().flatten();
        let mut members = members
            .filter(|member| member["type"] != "null")
            .take(MOST_MEMBERS);
        if let Some(first) = members.next() {
            // A union of different kinds can be written in several ways.
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

/// The properties of an object, with those of the members of `allOf`.
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
