//! Parts of channels that stand elsewhere in the document.

use serde_json::Value;

use super::{Fault, Located};
use crate::references;
use pages::limits::NODES;

/// The components of a document, and the number of values that were copied.
pub(super) struct Shared {
    root: Value,
    copied: usize,
}

impl Shared {
    /// Keeps the components of a document that channels consist of.
    pub(super) fn of(root: &Value) -> Self {
        let mut components = root["components"].clone();
        if let Some(components) = components.as_object_mut() {
            components.shift_remove("messages");
        }
        Self {
            root: serde_json::json!({ "components": components }),
            copied: 0,
        }
    }

    /// Returns a copy of what a part refers to, or the part.
    pub(super) fn resolved(&mut self, part: Value, at: &str) -> Result<Value, Located> {
        let Some(reference) = part.get("$ref").and_then(Value::as_str) else {
            return Ok(part);
        };
        let target = references::find(&self.root, reference);
        let target = target.filter(|target| target.get("$ref").is_none());
        let Some(target) = target else {
            return Err((Fault::Dangling(reference.to_owned()), at.to_owned()));
        };
        self.copied += values(target);
        match self.copied > NODES.most {
            true => Err((Fault::Limit(&NODES), at.to_owned())),
            false => Ok(target.clone()),
        }
    }
}

/// Returns the number of values in a value.
fn values(value: &Value) -> usize {
    let children: usize = match value {
        Value::Array(items) => items.iter().map(values).sum(),
        Value::Object(object) => object.values().map(values).sum(),
        _ => 0,
    };
    children + 1
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reference_that_leads_nowhere_or_to_another_one_is_a_fault() {
        let to = |name: &str| json!({"$ref": format!("#/components/parameters/{name}")});
        let mut shared = Shared::of(&json!({"components": {"parameters": {"a": to("b")}}}));
        for name in ["a", "c"] {
            let target = format!("#/components/parameters/{name}");
            let expected = (Fault::Dangling(target), "/at".to_owned());
            assert_eq!(shared.resolved(to(name), "/at"), Err(expected));
        }
    }

    #[test]
    fn copies_have_a_limit() {
        let items = vec![Value::Null; NODES.most / 4];
        let mut shared = Shared::of(&json!({"components": {"parameters": {"a": items}}}));
        let to = json!({"$ref": "#/components/parameters/a"});
        for _ in 0..3 {
            assert!(shared.resolved(to.clone(), "/at").is_ok());
        }
        let expected = (Fault::Limit(&NODES), "/at".to_owned());
        assert_eq!(shared.resolved(to, "/at"), Err(expected));
    }
}
