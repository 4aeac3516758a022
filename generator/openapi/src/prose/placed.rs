//! JSON values with the line of each node, for building documents.

use std::collections::HashMap;

use indexmap::IndexMap;
use pages::pointer::Pointer;
use serde_json::{Map, Value};

/// A JSON value, with the line of each of its nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    line: usize,
    content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Plain(Value),
    List(Vec<Placed>),
    Object(IndexMap<String, Placed>),
}

impl Placed {
    /// Creates a value with all nodes on one line.
    pub(super) fn value(line: usize, value: impl Into<Value>) -> Self {
        let content = Content::Plain(value.into());
        Self { line, content }
    }

    /// Creates an object without entries.
    pub(super) fn object(line: usize) -> Self {
        let content = Content::Object(IndexMap::new());
        Self { line, content }
    }

    /// Creates a list.
    pub(super) fn list(line: usize, items: Vec<Self>) -> Self {
        let content = Content::List(items);
        Self { line, content }
    }

    /// Returns the line, counted from 1.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// Adds an entry to an object, or replaces the entry with the same key.
    pub(super) fn insert(&mut self, key: &str, value: Self) {
        if let Content::Plain(Value::Object(entries)) = &mut self.content {
            let line = self.line;
            let entries = std::mem::take(entries).into_iter();
            let entries = entries.map(|(key, value)| (key, Self::value(line, value)));
            self.content = Content::Object(entries.collect());
        }
        if let Content::Object(entries) = &mut self.content {
            entries.insert(key.to_owned(), value);
        }
    }

    /// Adds an entry on the line of the object itself.
    pub(super) fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.insert(key, Self::value(self.line, value));
    }

    /// Same as [`set`](Self::set), but does nothing without a value.
    pub(super) fn set_some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    /// Returns an object with one more entry.
    pub(super) fn with(mut self, key: &str, value: Self) -> Self {
        self.insert(key, value);
        self
    }

    /// Returns the value, and the lines of its nodes by their pointers.
    pub(super) fn into_parts(self) -> (Value, HashMap<String, usize>) {
        let mut lines = HashMap::new();
        let value = self.collect(&mut Pointer::default(), &mut lines);
        (value, lines)
    }

    /// Returns `true` if the values are equal, regardless of their lines.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (&self.content, &other.content) {
            (Content::List(own), Content::List(others)) => {
                own.len() == others.len() && own.iter().zip(others).all(|(a, b)| a.is_same(b))
            }
            (Content::Object(own), Content::Object(others)) => {
                let is_same = |(key, value): (&String, &Self)| {
                    others.get(key).is_some_and(|other| value.is_same(other))
                };
                own.len() == others.len() && own.iter().all(is_same)
            }
            (Content::Plain(own), Content::Plain(others)) => own == others,
            _ => self.to_value() == other.to_value(),
        }
    }

    /// Returns the value without the lines.
    pub(super) fn to_value(&self) -> Value {
        self.clone().into_parts().0
    }

    fn collect(self, pointer: &mut Pointer, lines: &mut HashMap<String, usize>) -> Value {
        lines.insert(pointer.as_str().to_owned(), self.line);
        match self.content {
            Content::Plain(value) => value,
            Content::List(items) => {
                let items = items.into_iter().enumerate();
                let items = items.map(|(index, item)| {
                    pointer.within(&index.to_string(), |pointer| item.collect(pointer, lines))
                });
                Value::Array(items.collect())
            }
            Content::Object(entries) => {
                let mut object = Map::new();
                for (key, entry) in entries {
                    let value = pointer.within(&key, |pointer| entry.collect(pointer, lines));
                    object.insert(key, value);
                }
                Value::Object(object)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_node_keeps_its_line() {
        let mut inner = Placed::value(3, json!({"type": "string"}));
        inner.insert("default", Placed::value(4, "a"));
        let outer = Placed::object(1).with("a/b", Placed::list(2, vec![inner]));
        let (value, lines) = outer.into_parts();
        assert_eq!(value, json!({"a/b": [{"type": "string", "default": "a"}]}));
        let found = ["", "/a~1b", "/a~1b/0", "/a~1b/0/type", "/a~1b/0/default"]
            .map(|pointer| lines.get(pointer).copied());
        assert_eq!(found, [Some(1), Some(2), Some(3), Some(3), Some(4)]);
    }
}
