//! A value in memory, used to pass values from writers to `serde` serializers.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Number, Value};

use super::{Result, Sink, Write};

/// A value that preserves the order of properties.
pub(in super::super) enum Tree {
    Null,
    Boolean(bool),
    Signed(i64),
    Unsigned(u64),
    Single(f32),
    Double(f64),
    /// A number of a JSON value.
    Number(Number),
    String(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl Tree {
    /// Builds the tree of a value, with its read-only properties.
    pub(in super::super) fn of(value: &dyn Write) -> Result<Self> {
        Self::built(value, false)
    }

    /// Builds the tree of a value that is sent in a request, without its read-only properties.
    pub(in super::super) fn of_request(value: &dyn Write) -> Result<Self> {
        Self::built(value, true)
    }

    fn built(value: &dyn Write, is_request: bool) -> Result<Self> {
        let mut builder = Builder {
            is_request,
            ..Builder::default()
        };
        value.write(&mut builder)?;
        Ok(builder.items.pop().unwrap_or(Self::Null))
    }
}

impl Write for Tree {
    fn write(&self, to: &mut dyn Sink) -> Result {
        match self {
            Self::Null => to.null(),
            Self::Boolean(value) => to.boolean(*value),
            Self::Signed(value) => to.signed(*value),
            Self::Unsigned(value) => to.unsigned(*value),
            Self::Single(value) => to.single(*value),
            Self::Double(value) => to.double(*value),
            Self::Number(value) => to.value(&Value::Number(value.clone())),
            Self::String(value) => to.string(value),
            Self::List(items) => items.write(to),
            Self::Object(properties) => {
                to.open_object()?;
                for (key, value) in properties {
                    to.key(key)?;
                    value.write(to)?;
                }
                to.close_object()
            }
        }
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Signed(value) => serializer.serialize_i64(*value),
            Self::Unsigned(value) => serializer.serialize_u64(*value),
            Self::Single(value) => serializer.serialize_f32(*value),
            Self::Double(value) => serializer.serialize_f64(*value),
            Self::Number(value) => value.serialize(serializer),
            Self::String(value) => serializer.serialize_str(value),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(properties) => {
                let mut map = serializer.serialize_map(Some(properties.len()))?;
                for (key, value) in properties {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

/// Builds a tree.
#[derive(Default)]
struct Builder {
    is_request: bool,
    /// The items of all open lists and objects, and finally the finished tree.
    items: Vec<Tree>,
    /// The keys of all open objects.
    keys: Vec<String>,
    /// The number of items before each open list and object.
    open: Vec<usize>,
}

impl Builder {
    fn push(&mut self, tree: Tree) -> Result {
        self.items.push(tree);
        Ok(())
    }

    fn open(&mut self) -> Result {
        self.open.push(self.items.len());
        Ok(())
    }

    /// Ends the last open list or object and returns its items.
    fn close(&mut self) -> Vec<Tree> {
        let start = self.open.pop().unwrap_or_default();
        self.items.split_off(start)
    }
}

impl Sink for Builder {
    fn is_request(&self) -> bool {
        self.is_request
    }

    fn null(&mut self) -> Result {
        self.push(Tree::Null)
    }

    fn boolean(&mut self, value: bool) -> Result {
        self.push(Tree::Boolean(value))
    }

    fn signed(&mut self, value: i64) -> Result {
        self.push(Tree::Signed(value))
    }

    fn unsigned(&mut self, value: u64) -> Result {
        self.push(Tree::Unsigned(value))
    }

    fn single(&mut self, value: f32) -> Result {
        self.push(Tree::Single(value))
    }

    fn double(&mut self, value: f64) -> Result {
        self.push(Tree::Double(value))
    }

    fn string(&mut self, value: &str) -> Result {
        self.push(Tree::String(value.to_owned()))
    }

    fn value(&mut self, value: &Value) -> Result {
        match value {
            Value::Null => self.null(),
            Value::Bool(value) => self.boolean(*value),
            Value::Number(value) => self.push(Tree::Number(value.clone())),
            Value::String(value) => self.string(value),
            Value::Array(items) => items.write(self),
            Value::Object(properties) => properties.write(self),
        }
    }

    fn open_list(&mut self) -> Result {
        self.open()
    }

    fn close_list(&mut self) -> Result {
        let items = self.close();
        self.push(Tree::List(items))
    }

    fn open_object(&mut self) -> Result {
        self.open()
    }

    fn key(&mut self, key: &str) -> Result {
        self.keys.push(key.to_owned());
        Ok(())
    }

    fn close_object(&mut self) -> Result {
        let values = self.close();
        let keys = self
            .keys
            .split_off(self.keys.len().saturating_sub(values.len()));
        self.push(Tree::Object(keys.into_iter().zip(values).collect()))
    }
}
