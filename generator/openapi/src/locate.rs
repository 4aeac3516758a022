//! Finds parts of a specification by their names in the client, so that messages can show their
//! lines.

use std::collections::BTreeSet;

use names::type_name;
use pages::pointer::{self, Pointer};
use serde_json::{Map, Value};

use crate::document::Document;
use crate::walk;

/// The members of a type, by their names in requests and responses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Members<'a> {
    /// Properties of an object.
    Properties(BTreeSet<&'a str>),
    /// Values of an enumeration.
    Values(BTreeSet<&'a str>),
    /// The type has no members that identify a schema.
    None,
}

/// An operation of a specification.
#[derive(Clone, Debug)]
pub struct Described<'a> {
    root: &'a Value,
    pointer: String,
    operation: &'a Map<String, Value>,
}

/// Returns the operation with this HTTP method and path, or the first one, because the path may
/// have been corrected, and most pages describe one operation.
pub fn operation<'a>(document: &'a Document, method: &str, path: &str) -> Option<Described<'a>> {
    let root = &document.root;
    let is_it = |(other, verb, _): &(&str, &str, &Map<String, Value>)| {
        verb.eq_ignore_ascii_case(method) && walk::sent_path(other) == path
    };
    let mut operations = walk::operations(root);
    let found = operations.find(is_it);
    let (path, method, operation) = found.or_else(|| walk::operations(root).next())?;
    Some(Described {
        root,
        pointer: pointer::of(&["paths", path, method]),
        operation,
    })
}

impl Described<'_> {
    /// Returns the pointer to a response.
    pub fn status(&self, status: &str) -> Option<String> {
        self.operation.get("responses")?.get(status)?;
        Some(format!(
            "{}{}",
            self.pointer,
            pointer::of(&["responses", status])
        ))
    }

    /// Returns the pointer to the first parameter whose name matches.
    pub fn parameter(&self, is_it: impl Fn(&str) -> bool) -> Option<String> {
        let parameters = self.operation.get("parameters")?.as_array()?;
        let mut names = parameters
            .iter()
            .map(|parameter| parameter["name"].as_str());
        let index = names.position(|name| name.is_some_and(&is_it))?;
        let keys = pointer::of(&["parameters", &index.to_string()]);
        Some(format!("{}{keys}", self.pointer))
    }

    /// Returns the pointer to a property of requests. Properties in the operation itself are
    /// preferred.
    pub fn property(&self, name: &str) -> Option<String> {
        let found = find(self.root, |at, node| {
            node.get("properties")?.get(name)?;
            let score = match (at.contains("/responses/"), at.starts_with(&self.pointer)) {
                (true, _) => return None,
                (false, true) => 2,
                (false, false) => 1,
            };
            Some((score, format!("{at}{}", pointer::of(&["properties", name]))))
        });
        found.map(|(_, pointer)| pointer)
    }
}

/// Returns the pointer to the schema of a type, and the confidence of the match. Names count more
/// than members.
pub fn schema(document: &Document, ty: &str, members: &Members<'_>) -> Option<(usize, String)> {
    const NAMED: usize = 1000;
    find(&document.root, |at, node| {
        let own_name = at.strip_prefix("/components/schemas/");
        let is_named = own_name.is_some_and(|own| !own.contains('/') && type_name(own) == ty);
        let alike = likeness(node, members);
        match (is_named, alike) {
            (true, alike) => Some((NAMED + alike.unwrap_or(0), at.to_owned())),
            (false, alike) => Some((alike?, at.to_owned())),
        }
    })
}

/// Returns the pointer to a member of the schema at `pointer`, by its name in requests and
/// responses.
pub fn member(document: &Document, pointer: &str, name: &str) -> Option<String> {
    let node = document.root.pointer(pointer)?.as_object()?;
    let keys = if node
        .get("properties")
        .and_then(|all| all.get(name))
        .is_some()
    {
        pointer::of(&["properties", name])
    } else {
        let index = values(node)?.iter().position(|known| *known == name)?;
        pointer::of(&["enum", &index.to_string()])
    };
    Some(format!("{pointer}{keys}"))
}

/// Returns the number of members that a schema shares with a type, if more than half of the members
/// are shared.
fn likeness(node: &Map<String, Value>, members: &Members<'_>) -> Option<usize> {
    let (found, expected): (BTreeSet<&str>, &BTreeSet<&str>) = match members {
        Members::Properties(expected) => {
            let properties = node.get("properties")?.as_object()?;
            (properties.keys().map(String::as_str).collect(), expected)
        }
        Members::Values(expected) => (values(node)?.into_iter().collect(), expected),
        Members::None => return None,
    };
    let common = found.intersection(expected).count();
    (2 * common > found.len().max(expected.len())).then_some(common)
}

/// Returns the values of an enumeration. Pages can write them as objects.
fn values(node: &Map<String, Value>) -> Option<Vec<&str>> {
    let values = node.get("enum")?.as_array()?.iter();
    let values = values.map(|value| value.as_str().or_else(|| value["value"].as_str()));
    Some(values.map(Option::unwrap_or_default).collect())
}

/// Returns the first object of a document with the highest `score`.
fn find(
    root: &Value,
    score: impl Fn(&str, &Map<String, Value>) -> Option<(usize, String)>,
) -> Option<(usize, String)> {
    let mut best: Option<(usize, String)> = None;
    walk::nodes(root, &mut Pointer::default(), &mut |at, node| {
        if let Some(found) = score(at, node)
            && best.as_ref().is_none_or(|best| found.0 > best.0)
        {
            best = Some(found);
        }
    });
    best
}
