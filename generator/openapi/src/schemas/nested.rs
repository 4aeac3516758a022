//! Limits how deep lists and maps are nested in one type, because the compiler limits how deep types
//! are nested.

use serde_json::{Value, json};

use crate::walk;
use pages::pointer::Pointer;

/// The maximum number of lists and maps around each other. The type of a list of optional lists has
/// twice as many levels, of which the compiler checks each in several steps.
pub(super) const MOST_NESTED: usize = 24;

/// Replaces lists and maps that are nested deeper with any value, and returns their pointers.
pub(super) fn limit(root: &mut Value) -> Vec<String> {
    let mut replaced = Vec::new();
    walk::roots_mut(root, &mut |pointer, schema| {
        let mut inner = Pointer::default();
        limit_schema(schema, &mut inner, 0, &mut |inside| {
            replaced.push(format!("{pointer}{inside}"));
        });
    });
    replaced
}

/// Limits a schema in `around` lists and maps.
fn limit_schema(
    schema: &mut Value,
    pointer: &mut Pointer,
    around: usize,
    replace: &mut dyn FnMut(&str),
) {
    let holds = |key| schema.get(key).is_some_and(Value::is_object);
    if around == MOST_NESTED && (holds("items") || holds("additionalProperties")) {
        replace(pointer.as_str());
        *schema = json!({});
    }
    walk::children_mut(schema, pointer, &mut |pointer, child| {
        let place = pointer.as_str();
        let is_held = place.ends_with("/items") && !place.ends_with("/properties/items")
            || place.ends_with("/additionalProperties");
        let around = if is_held { around + 1 } else { 0 };
        limit_schema(child, pointer, around, replace);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the schema of a property `a` in `count` lists or maps.
    fn nested(count: usize) -> Value {
        let schema = (0..count).fold(json!({"type": "string"}), |inner, index| match index % 2 {
            0 => json!({"type": "array", "items": inner}),
            _ => json!({"type": "object", "additionalProperties": inner}),
        });
        json!({"components": {"schemas": {"Pet": {"properties": {"items": schema}}}}})
    }

    #[test]
    fn the_innermost_list_becomes_any_value() {
        let mut root = nested(MOST_NESTED);
        assert_eq!(limit(&mut root), [""; 0]);
        assert_eq!(root, nested(MOST_NESTED));

        let mut root = nested(MOST_NESTED + 1);
        let replaced = limit(&mut root);
        assert_eq!(replaced.len(), 1);
        assert!(replaced[0].starts_with("/components/schemas/Pet/properties/items/items/"));
        assert_eq!(root.pointer(&replaced[0]), Some(&json!({})));
    }
}
