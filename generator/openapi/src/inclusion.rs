//! Computes the cost of inlining schemas, without inlining them.
//!
//! A composition (`allOf`) becomes one object with the properties of all its members, and named
//! lists and scalars are inlined where they are used (`schemas/`). Both copy schemas, so that a
//! short page can cause exponentially many copies. The cost is computed here, with one visit of
//! each schema, and the place that exceeds the limit is reported.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::expansion::pointer_to;
use crate::references;
use crate::schemas::{NESTED_COMPOSITIONS, is_inlined};
use pages::limits::{DEPTH, Limit, WORK};

/// Checks that inlining the schemas of a document stays within the limits. Only references to
/// schemas can be circular.
///
/// # Errors
///
/// The limit, and the pointer to the value that exceeds it.
pub(crate) fn check(root: &Value) -> Result<(), (&'static Limit, String)> {
    let mut inclusion = Inclusion {
        root,
        known: HashMap::new(),
        named: Vec::new(),
    };
    let result = inclusion.check();
    result.map_err(|(limit, object)| {
        let pointer = object.and_then(|object| pointer_to(root, object));
        (limit, pointer.unwrap_or_default())
    })
}

/// The limit, and the object that exceeds it.
type Excess<'a> = (&'static Limit, Option<&'a Map<String, Value>>);

/// The cost of processing a node, and the size of the result.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    /// The number of values that are written.
    work: usize,
    /// The number of values in the result.
    size: usize,
    /// The number of lists, objects, and references on the path to the innermost value.
    depth: usize,
}

impl Cost {
    /// The cost of a node that is not changed.
    const NODE: Self = Self {
        work: 1,
        size: 1,
        depth: 1,
    };

    fn add(&mut self, child: Self) {
        self.work = self.work.saturating_add(child.work);
        self.size = self.size.saturating_add(child.size);
        self.depth = self.depth.max(child.depth + 1);
    }
}

/// The use of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Use {
    /// It is used as a separate schema.
    Alone,
    /// Its properties are merged into a composition.
    Member,
}

/// An object by its address in memory, its use, and the remaining nesting depth of compositions.
type Visit = (*const Map<String, Value>, Use, usize);

struct Inclusion<'a> {
    root: &'a Value,
    /// The cost of each visit, or `None` while it is being computed.
    known: HashMap<Visit, Option<Cost>>,
    /// Compositions that get a name, because they are nested too deeply.
    named: Vec<&'a Map<String, Value>>,
}

impl<'a> Inclusion<'a> {
    fn check(&mut self) -> Result<(), Excess<'a>> {
        let mut total = 0_usize;
        let mut add = |cost: Cost, object| {
            total = total.saturating_add(cost.work);
            match WORK.is_exceeded(total) {
                true => Err((&WORK, object)),
                false => Ok(()),
            }
        };
        for key in ["paths", "webhooks"] {
            let cost = self.node(&self.root[key], NESTED_COMPOSITIONS, 2)?;
            add(cost, self.root[key].as_object())?;
        }
        let schemas = self.root["components"]["schemas"].as_object();
        for schema in schemas.into_iter().flat_map(Map::values) {
            let cost = self.node(schema, NESTED_COMPOSITIONS, 4)?;
            add(cost, schema.as_object())?;
        }
        while let Some(schema) = self.named.pop() {
            let cost = self.object(schema, Use::Alone, NESTED_COMPOSITIONS, 4)?;
            add(cost, Some(schema))?;
        }
        Ok(())
    }

    /// Returns the cost of a node inside at most `nested` more compositions.
    fn node(&mut self, node: &'a Value, nested: usize, depth: usize) -> Result<Cost, Excess<'a>> {
        match node {
            Value::Object(object) => self.object(object, Use::Alone, nested, depth),
            Value::Array(items) => {
                let mut cost = Cost::NODE;
                for item in items {
                    cost.add(self.node(item, nested, depth + 1)?);
                }
                Ok(cost)
            }
            _ => Ok(Cost::NODE),
        }
    }

    fn object(
        &mut self,
        object: &'a Map<String, Value>,
        used: Use,
        nested: usize,
        depth: usize,
    ) -> Result<Cost, Excess<'a>> {
        let key = (std::ptr::from_ref(object), used, nested);
        match self.known.get(&key) {
            // A recursive schema becomes a type, which is referenced.
            Some(None) => return Ok(Cost::NODE),
            Some(Some(cost)) if !DEPTH.is_exceeded(depth + cost.depth - 1) => return Ok(*cost),
            Some(Some(_)) => return Err((&DEPTH, Some(object))),
            None if DEPTH.is_exceeded(depth) => return Err((&DEPTH, Some(object))),
            None => {}
        }
        self.known.insert(key, None);
        let cost = match object.get("$ref").and_then(Value::as_str) {
            Some(target) => self.target(target, used, nested, depth)?,
            None => self.content(object, used, nested, depth)?,
        };
        if WORK.is_exceeded(cost.work) {
            return Err((&WORK, Some(object)));
        }
        self.known.insert(key, Some(cost));
        Ok(cost)
    }

    /// Returns the cost of a reference.
    fn target(
        &mut self,
        target: &str,
        used: Use,
        nested: usize,
        depth: usize,
    ) -> Result<Cost, Excess<'a>> {
        let mut cost = Cost::NODE;
        if let Some(Value::Object(schema)) = references::find(self.root, target)
            && (used == Use::Member || is_inlined(schema))
        {
            cost.add(self.object(schema, used, nested, depth + 1)?);
        }
        Ok(cost)
    }

    /// Returns the cost of an object that is not a reference.
    fn content(
        &mut self,
        object: &'a Map<String, Value>,
        used: Use,
        nested: usize,
        depth: usize,
    ) -> Result<Cost, Excess<'a>> {
        let is_composition = is_composition(object);
        let inside = match (used, is_composition) {
            (Use::Alone, true) if nested == 0 => {
                self.named.push(object);
                return Ok(Cost::NODE);
            }
            (Use::Alone, true) => nested - 1,
            _ => nested,
        };
        let mut cost = Cost::NODE;
        for (keyword, child) in object {
            match child {
                Value::Array(members) if is_composition && is_union(keyword) => {
                    for member in members {
                        cost.add(match member {
                            Value::Object(member) => {
                                self.object(member, Use::Member, inside, depth + 1)?
                            }
                            _ => Cost::NODE,
                        });
                    }
                }
                child => cost.add(self.node(child, inside, depth + 1)?),
            }
        }
        if is_composition {
            // The whole result is copied once more.
            cost.work = cost.work.saturating_add(cost.size);
        }
        Ok(cost)
    }
}

/// Returns `true` if a schema is merged with the properties of other schemas.
fn is_composition(object: &Map<String, Value>) -> bool {
    let has_list = |keyword: &str| object.get(keyword).is_some_and(Value::is_array);
    has_list("allOf")
        || object.contains_key("properties") && (has_list("oneOf") || has_list("anyOf"))
}

fn is_union(keyword: &str) -> bool {
    matches!(keyword, "allOf" | "oneOf" | "anyOf")
}

#[cfg(test)]
mod tests {
    use pages::Code;
    use serde_json::json;

    use super::*;

    fn excess(schemas: &Value) -> Option<(Code, String)> {
        let root = json!({"components": {"schemas": schemas}});
        let (limit, pointer) = check(&root).err()?;
        Some((limit.code, pointer))
    }

    fn reference(name: &str) -> Value {
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    /// Returns a chain of schemas from `S0` on, each of which references the next with `refer`.
    fn chain(length: usize, refer: fn(Value) -> Value) -> Value {
        let mut schemas = Map::new();
        for index in 0..length {
            let next = reference(&format!("S{}", index + 1));
            schemas.insert(format!("S{index}"), refer(next));
        }
        schemas.insert(
            format!("S{length}"),
            json!({"properties": {"a": {"type": "string"}}}),
        );
        schemas.into()
    }

    #[test]
    fn a_diamond_of_compositions_doubles_at_each_level() {
        let diamond = |length| chain(length, |next| json!({"allOf": [next, next]}));
        assert_eq!(excess(&diamond(10)), None);
        for length in [25, 40] {
            let (code, _) = excess(&diamond(length)).expect("it is too much");
            assert_eq!(code, Code::TooMuchWork);
        }
    }

    #[test]
    fn a_diamond_of_lists_doubles_at_each_level() {
        let diamond = |length| {
            chain(
                length,
                |next| json!({"type": "array", "items": {"oneOf": [next, {"type": "array", "items": next}]}}),
            )
        };
        assert_eq!(excess(&diamond(10)), None);
        let (code, _) = excess(&diamond(20)).expect("it is too much");
        assert_eq!(code, Code::TooMuchWork);
    }

    #[test]
    fn properties_refer_to_types_and_copy_nothing() {
        let list = chain(10_000, |next| json!({"properties": {"next": next}}));
        assert_eq!(excess(&list), None);
        let diamond = chain(40, |next| json!({"properties": {"a": next, "b": next}}));
        assert_eq!(excess(&diamond), None);
    }

    #[test]
    fn nested_compositions_get_a_name_at_some_depth() {
        let nested = chain(40, |next| {
            json!({"allOf": [{"properties": {
                "a": {"allOf": [next, {"properties": {"x": {}}}]},
                "b": {"allOf": [next, {"properties": {"y": {}}}]},
            }}]})
        });
        assert_eq!(excess(&nested), None);
    }

    #[test]
    fn chains_of_schemas_that_include_the_next_have_the_depth_of_a_document() {
        for refer in [
            (|next| next) as fn(Value) -> Value,
            |next| json!({"allOf": [next]}),
            |next| json!({"allOf": [next, {"properties": {"a": {}}}]}),
            |next| json!({"type": "array", "items": next}),
        ] {
            assert_eq!(excess(&chain(20, refer)), None);
            let (code, _) = excess(&chain(10_000, refer)).expect("it is too deep");
            assert_eq!(code, Code::NestedTooDeep);
        }
    }

    #[test]
    fn recursive_schemas_are_fine() {
        let schemas = json!({
            "A": {"allOf": [reference("B"), {"properties": {"a": reference("A")}}]},
            "B": {"allOf": [reference("A")], "properties": {"b": {"items": reference("A")}}},
            "List": {"type": "array", "items": reference("List")},
            "Self": reference("Self"),
        });
        assert_eq!(excess(&schemas), None);
    }

    /// Returns `count` schemas that each copy a base of a thousand properties.
    fn copies(count: usize) -> Value {
        let mut schemas = Map::new();
        let properties: Map<String, Value> = (0..1000)
            .map(|index| (format!("p{index}"), json!({})))
            .collect();
        schemas.insert("Base".to_owned(), json!({ "properties": properties }));
        for index in 0..count {
            schemas.insert(format!("S{index}"), json!({"allOf": [reference("Base")]}));
        }
        schemas.into()
    }

    #[test]
    fn the_work_is_that_of_all_schemas() {
        // A copy writes the base below the reference and its own object, and all of it once
        // more as its result.
        let work = |count: usize| 2 + 1002 + count * 2 * 1004;
        let most = (WORK.most - work(0)) / (work(1) - work(0));
        assert_eq!(excess(&copies(most)), None);
        let above = most + 1;
        let expected = (Code::TooMuchWork, format!("/components/schemas/S{most}"));
        assert_eq!(excess(&copies(above)), Some(expected));
    }
}
