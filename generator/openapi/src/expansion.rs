//! Computes the size of a document with expanded references, without expanding them.
//!
//! Shared parameters, responses, bodies, and headers are inlined where operations reference them.
//! References in such objects can be circular, or multiply the size of the document. Both are
//! detected here, with the place of the reference.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::references;
use crate::walk;
use pages::limits::{DEPTH, Limit, NODES};
use pages::pointer::Pointer;

/// The reason why a reference cannot be expanded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reason {
    /// It points to an object that contains it.
    Circular,
    /// It points to a schema where another object is required.
    Schema,
    /// It points to a string, a number, or a list.
    NotAnObject,
    /// It is not a string.
    NotAText,
    /// The expanded document exceeds this limit.
    Limit(&'static Limit),
}

/// A reference that cannot be expanded.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault {
    pub(crate) reason: Reason,
    /// The JSON pointer to the reference.
    pub(crate) pointer: String,
    pub(crate) target: String,
}

/// Checks that all references to objects other than schemas can be expanded.
///
/// # Errors
///
/// The first reference that cannot.
pub(crate) fn check(root: &Value) -> Result<(), Fault> {
    if !refers(root) {
        return Ok(());
    }
    let mut expansion = Expansion {
        root,
        known: HashMap::new(),
    };
    let nodes = root.as_object().into_iter().flatten();
    let nodes = nodes.filter(|(key, _)| *key != "components" && !Keys::Words.are_data(key));
    let nodes = nodes.map(|(key, node)| (node, Keys::Words.below(key), 2));
    let components = components(root).map(|node| (node, Keys::Words, 4));
    for (node, keys, depth) in nodes.chain(components) {
        expansion
            .size(node, keys, depth)
            .map_err(|(reason, holder)| {
                let target = holder.and_then(|holder| holder.get("$ref"));
                let at = holder.and_then(|holder| pointer_to(root, holder));
                Fault {
                    reason,
                    pointer: at.map(|at| format!("{at}/$ref")).unwrap_or_default(),
                    target: match target {
                        Some(Value::String(target)) => target.clone(),
                        other => other.map(Value::to_string).unwrap_or_default(),
                    },
                }
            })?;
    }
    Ok(())
}

/// Returns `true` if references to a kind of component are kept.
pub(crate) fn is_kept(kind: &str) -> bool {
    kind == "schemas" || kind == "securitySchemes"
}

/// Returns `true` if a document has a reference to an object other than a schema.
fn refers(root: &Value) -> bool {
    let mut nodes = root.as_object().into_iter().flatten();
    let is_part = |key: &str| key != "components" && !Keys::Words.are_data(key);
    nodes.any(|(key, node)| is_part(key) && refers_below(node, Keys::Words.below(key)))
        || components(root).any(|node| refers_below(node, Keys::Words))
}

/// Returns the shared parameters, responses, and similar objects.
fn components(root: &Value) -> impl Iterator<Item = &Value> {
    let components = root["components"].as_object().into_iter().flatten();
    let components = components.filter(|(kind, _)| !is_kept(kind));
    components.flat_map(|(_, named)| named.as_object().into_iter().flat_map(Map::values))
}

/// Returns `true` if there is a reference to anything other than a schema.
pub(crate) fn refers_below(node: &Value, keys: Keys) -> bool {
    match node {
        Value::Object(object) => object.iter().any(|(key, child)| {
            key == "$ref" || (!keys.are_data(key) && refers_below(child, keys.below(key)))
        }),
        Value::Array(items) => items.iter().any(|item| refers_below(item, keys)),
        _ => false,
    }
}

/// The kind of keys of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    /// Words of OpenAPI, and extensions.
    Words,
    /// Names that the document chooses, such as those of headers, which can begin with `x-`.
    Names,
}

impl Keys {
    /// Returns `true` if no value below a key can be a reference to an object other than a schema:
    /// schemas reference only schemas, and examples are data.
    pub(crate) fn are_data(self, key: &str) -> bool {
        let is_data = matches!(key, "schema" | "example" | "value") || walk::is_extension(key);
        self == Self::Words && is_data
    }

    /// Returns the kind of keys of the object below a key.
    pub(crate) fn below(self, key: &str) -> Self {
        let has_names = matches!(
            key,
            "content" | "encoding" | "examples" | "headers" | "links"
        );
        match self == Self::Words && has_names {
            true => Self::Names,
            false => Self::Words,
        }
    }
}

/// Returns the pointer to an object of the document.
pub(crate) fn pointer_to(root: &Value, holder: &Map<String, Value>) -> Option<String> {
    let mut found = None;
    walk::nodes(root, &mut Pointer::default(), &mut |pointer, node| {
        if std::ptr::eq(node, holder) {
            found = Some(pointer.to_owned());
        }
    });
    found
}

/// The size of a node after its references are expanded.
#[derive(Clone, Copy, Debug)]
struct Size {
    /// The number of values, including the node.
    nodes: usize,
    /// The nesting depth of lists and objects, including the node.
    depth: usize,
}

impl Size {
    /// Returns the size of an empty list or object.
    fn empty() -> Self {
        Self { nodes: 1, depth: 1 }
    }

    /// Returns the size of a node without references to expand.
    fn of_data(node: &Value) -> Self {
        let mut size = Self::empty();
        match node {
            Value::Object(object) => object
                .values()
                .for_each(|child| size.add(Self::of_data(child))),
            Value::Array(items) => items.iter().for_each(|item| size.add(Self::of_data(item))),
            _ => size.depth = 0,
        }
        size
    }

    fn add(&mut self, child: Self) {
        self.nodes = self.nodes.saturating_add(child.nodes);
        self.depth = self.depth.max(child.depth + 1);
    }
}

/// The reason, and the object with the reference, if a reference causes the fault.
type Found<'a> = (Reason, Option<&'a Map<String, Value>>);

struct Expansion<'a> {
    root: &'a Value,
    /// The size of each object by its address in memory, or `None` while it is being computed.
    known: HashMap<*const Map<String, Value>, Option<Size>>,
}

impl<'a> Expansion<'a> {
    /// Returns the size of a node, which is at this depth if it is a list or an object.
    fn size(&mut self, node: &'a Value, keys: Keys, depth: usize) -> Result<Size, Found<'a>> {
        match node {
            Value::Object(object) => self.size_of_object(object, keys, depth),
            Value::Array(items) => {
                let mut size = Size::empty();
                for item in items {
                    size.add(self.size(item, keys, depth + 1)?);
                }
                Ok(size)
            }
            _ => Ok(Size { nodes: 1, depth: 0 }),
        }
    }

    fn size_of_object(
        &mut self,
        object: &'a Map<String, Value>,
        keys: Keys,
        depth: usize,
    ) -> Result<Size, Found<'a>> {
        let fault = |reason| Err((reason, Some(object)));
        if let Some(Some(size)) = self.known.get(&std::ptr::from_ref(object)) {
            if DEPTH.is_exceeded(depth + size.depth - 1) {
                return fault(Reason::Limit(&DEPTH));
            }
            return Ok(*size);
        }
        // A chain of references has the depth of its target.
        if DEPTH.is_exceeded(depth) {
            return fault(Reason::Limit(&DEPTH));
        }
        self.known.insert(object, None);
        let mut size = Size::empty();
        match object.get("$ref") {
            Some(target) => {
                let target = self
                    .target(target)
                    .map_err(|reason| (reason, Some(object)))?;
                if let Some(target) = target {
                    // The reference that closes the cycle is reported.
                    if let Some(None) = self.known.get(&std::ptr::from_ref(target)) {
                        return fault(Reason::Circular);
                    }
                    size.add(self.size_of_object(target, Keys::Words, depth + 1)?);
                }
            }
            None => {
                for (key, child) in object {
                    size.add(if keys.are_data(key) {
                        Size::of_data(child)
                    } else {
                        self.size(child, keys.below(key), depth + 1)?
                    });
                }
            }
        }
        if NODES.is_exceeded(size.nodes) {
            return fault(Reason::Limit(&NODES));
        }
        self.known.insert(object, Some(size));
        Ok(size)
    }

    /// Returns the target of a reference, or `None` if it does not exist.
    fn target(&self, reference: &Value) -> Result<Option<&'a Map<String, Value>>, Reason> {
        let Some(reference) = reference.as_str() else {
            return Err(Reason::NotAText);
        };
        if reference.starts_with(walk::SCHEMAS) {
            return Err(Reason::Schema);
        }
        match references::find(self.root, reference) {
            None => Ok(None),
            Some(Value::Object(target)) => Ok(Some(target)),
            Some(_) => Err(Reason::NotAnObject),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fault(root: &Value) -> Option<(Reason, String)> {
        let fault = check(root).err()?;
        Some((fault.reason, fault.pointer))
    }

    /// Returns a document whose operation refers to `X` as `kind`, at `place`.
    fn document(kind: &str, component: Value, place: &str) -> Value {
        let mut root = json!({
            "paths": {"/pets": {"get": {"parameters": [], "responses": {"200": {
                "content": {"application/json": {}},
            }}}}},
            "components": {kind: {"X": component}},
        });
        let (parent, key) = place.rsplit_once('/').expect("a pointer");
        let parent = root.pointer_mut(parent).expect("the parent is there");
        let reference = json!({"$ref": format!("#/components/{kind}/X")});
        match parent {
            Value::Array(items) => items.push(reference),
            parent => parent[pages::pointer::unescape(key)] = reference,
        }
        root
    }

    /// Each kind of referenced object, and a place for a reference to it.
    const KINDS: [(&str, &str); 8] = [
        ("parameters", "/paths/~1pets/get/parameters/0"),
        ("responses", "/paths/~1pets/get/responses/404"),
        ("requestBodies", "/paths/~1pets/get/requestBody"),
        ("headers", "/paths/~1pets/get/responses/200/headers"),
        (
            "examples",
            "/paths/~1pets/get/responses/200/content/application~1json/examples",
        ),
        ("links", "/paths/~1pets/get/responses/200/links"),
        ("callbacks", "/paths/~1pets/get/callbacks"),
        ("pathItems", "/paths/~1cats"),
    ];

    #[test]
    fn a_part_that_leads_to_itself_is_a_circle() {
        for (kind, place) in KINDS {
            let circle = json!({"$ref": format!("#/components/{kind}/X")});
            let expected = format!("/components/{kind}/X/$ref");
            assert_eq!(
                fault(&document(kind, circle, place)),
                Some((Reason::Circular, expected)),
                "{kind}"
            );
            let sound = json!({"description": "X"});
            assert_eq!(fault(&document(kind, sound, place)), None, "{kind}");
        }
    }

    #[test]
    fn a_reference_to_an_ancestor_is_a_circle() {
        for target in ["#/paths/~1pets/get", "#/paths/~1pets", "#/paths"] {
            let root = json!({"paths": {"/pets": {"get": {"responses": {
                "404": {"$ref": target},
            }}}}});
            let place = "/paths/~1pets/get/responses/404/$ref".to_owned();
            assert_eq!(fault(&root), Some((Reason::Circular, place)), "{target}");
        }
    }

    #[test]
    fn schemas_may_be_recursive() {
        let root = json!({
            "paths": {"/pets": {"get": {"responses": {"200": {"$ref": "#/components/responses/Pet"}}}}},
            "components": {
                "responses": {"Pet": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Pet"},
                    "example": {"$ref": "#/components/responses/Pet"},
                }}}},
                "schemas": {"Pet": {"properties": {"parent": {"$ref": "#/components/schemas/Pet"}}}},
            },
        });
        assert_eq!(fault(&root), None);
    }

    #[test]
    fn a_reference_leads_to_the_kind_of_part_that_belongs_there() {
        let root = |reference: Value| {
            json!({
                "info": {"title": "Pets"},
                "paths": {"/pets": {"get": {"$ref": reference}}},
                "components": {"schemas": {"Pet": {}}},
            })
        };
        let place = || "/paths/~1pets/get/$ref".to_owned();
        for (reference, reason) in [
            (json!("#/components/schemas/Pet"), Reason::Schema),
            (json!("#/info/title"), Reason::NotAnObject),
            (json!(5), Reason::NotAText),
        ] {
            assert_eq!(fault(&root(reference)), Some((reason, place())));
        }
    }

    /// Returns a document with a response below `hops` references, each to the next.
    fn chain(hops: usize) -> Value {
        let mut responses = Map::new();
        for hop in 1..hops {
            let next = format!("#/components/responses/R{}", hop + 1);
            responses.insert(format!("R{hop}"), json!({"$ref": next}));
        }
        responses.insert(format!("R{hops}"), json!({"description": "x"}));
        json!({
            "paths": {"/pets": {"get": {"responses": {"404": {"$ref": "#/components/responses/R1"}}}}},
            "components": {"responses": responses},
        })
    }

    #[test]
    fn a_chain_of_references_has_the_depth_of_a_document() {
        // The reference is nested in six objects, and the string in the last response.
        let most = DEPTH.most - 6;
        assert_eq!(fault(&chain(most)), None);
        let (reason, _) = fault(&chain(most + 1)).expect("it is too deep");
        assert_eq!(reason, Reason::Limit(&DEPTH));
        let (reason, _) = fault(&chain(10_000)).expect("it is too deep");
        assert_eq!(reason, Reason::Limit(&DEPTH));
    }

    /// Returns a document with a path item that has `nodes` values after its references
    /// are replaced.
    fn doubled(nodes: usize) -> Value {
        let mut links = Map::new();
        // A level has two references, each with its object, and the object around them.
        let mut size = 2;
        links.insert("L0".to_owned(), json!({"description": "x"}));
        let mut level = 0;
        while 2 * size + 3 + 10 < nodes {
            let reference = json!({"$ref": format!("#/components/links/L{level}")});
            level += 1;
            links.insert(
                format!("L{level}"),
                json!({"a": reference.clone(), "b": reference}),
            );
            size = 2 * size + 3;
        }
        // The object of the path item, and the reference.
        let rest = nodes - size - 2;
        let reference = json!({"$ref": format!("#/components/links/L{level}")});
        json!({
            "paths": {"/pets": {"a": reference, "b": vec![0; rest - 1]}},
            "components": {"links": links},
        })
    }

    #[test]
    fn the_values_of_a_document_are_counted_after_references_are_replaced() {
        // The object of all paths also counts.
        assert_eq!(fault(&doubled(NODES.most - 1)), None);
        let (reason, _) = fault(&doubled(NODES.most)).expect("it has too many values");
        assert_eq!(reason, Reason::Limit(&NODES));
    }
}
