//! Inlines the shared components of channels.

use serde_json::Value;

use super::{Fault, Located};
use crate::references;
use pages::limits::NODES;

/// The components of a document, and the number of values that were copied.
pub(super) struct Shared<'a> {
    root: &'a Value,
    copied: usize,
}

impl<'a> Shared<'a> {
    pub(super) fn of(root: &'a Value) -> Self {
        Self { root, copied: 0 }
    }

    /// Inlines shared components into a channel, which can itself be a reference. Values of an
    /// unexpected type are left unchanged.
    pub(super) fn inline(&mut self, channel: Value, at: &str) -> Result<Value, Located> {
        let mut channel = self.resolved(channel, at)?;
        let parameters = channel.get_mut("parameters").and_then(Value::as_object_mut);
        for parameter in parameters.into_iter().flat_map(|all| all.values_mut()) {
            self.resolve(parameter, at)?;
        }
        let mut part = Some(&mut channel);
        for key in ["bindings", "ws"] {
            part = part.and_then(|part| part.get_mut(key));
            if let Some(part) = &mut part {
                self.resolve(part, at)?;
            }
        }
        if let Some(binding) = part {
            for key in ["query", "headers"] {
                if let Some(object) = binding.get_mut(key) {
                    self.resolve(object, at)?;
                }
            }
        }
        Ok(channel)
    }

    fn resolve(&mut self, part: &mut Value, at: &str) -> Result<(), Located> {
        *part = self.resolved(part.take(), at)?;
        Ok(())
    }

    /// Returns a copy of the target of a reference, or the value itself.
    fn resolved(&mut self, part: Value, at: &str) -> Result<Value, Located> {
        let Some(reference) = part.get("$ref").and_then(Value::as_str) else {
            return Ok(part);
        };
        let target = references::find(self.root, reference);
        let is_shared = reference.starts_with("#/components/");
        let target = target.filter(|target| is_shared && target.get("$ref").is_none());
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
        let root = json!({"components": {"parameters": {"a": to("b")}}});
        let mut shared = Shared::of(&root);
        for name in ["a", "c"] {
            let target = format!("#/components/parameters/{name}");
            let expected = (Fault::Dangling(target), "/at".to_owned());
            assert_eq!(shared.resolved(to(name), "/at"), Err(expected));
        }
    }

    #[test]
    fn copies_have_a_limit() {
        let items = vec![Value::Null; NODES.most / 4];
        let root = json!({"components": {"parameters": {"a": items}}});
        let mut shared = Shared::of(&root);
        let to = json!({"$ref": "#/components/parameters/a"});
        for _ in 0..3 {
            assert!(shared.resolved(to.clone(), "/at").is_ok());
        }
        let expected = (Fault::Limit(&NODES), "/at".to_owned());
        assert_eq!(shared.resolved(to, "/at"), Err(expected));
    }
}
