//! Deserializes JSON values from any serde format, within the limits of a page.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::limits::{DEPTH, KEYS, Limit, NODES, PAGE_SIZE};

/// Reads one document, and rejects duplicate keys. Values of aliases count toward the limits each
/// time they are used.
#[derive(Default)]
pub(crate) struct Reader {
    nodes: Cell<usize>,
    text: Cell<usize>,
    exceeded: Cell<Option<&'static Limit>>,
    has_repeated_key: Cell<bool>,
}

impl Reader {
    /// Reads a value.
    pub(crate) fn read<'de, D: Deserializer<'de>>(&self, from: D) -> Result<Value, D::Error> {
        let root = Node {
            reader: self,
            depth: 0,
            keys: 0,
        };
        root.deserialize(from)
    }

    /// Returns the limit that the document exceeds, if that is why reading failed.
    pub(crate) fn exceeded(&self) -> Option<&'static Limit> {
        self.exceeded.get()
    }

    /// Returns `true` if reading failed because a key occurs twice in a mapping.
    pub(crate) fn has_repeated_key(&self) -> bool {
        self.has_repeated_key.get()
    }

    fn check<E: Error>(&self, limit: &'static Limit, value: usize) -> Result<(), E> {
        if limit.is_exceeded(value) {
            self.exceeded.set(Some(limit));
            return Err(E::custom(limit.message()));
        }
        Ok(())
    }

    fn count_node<E: Error>(&self) -> Result<(), E> {
        self.nodes.set(self.nodes.get() + 1);
        self.check(&NODES, self.nodes.get())
    }

    fn count_text<E: Error>(&self, text: &str) -> Result<(), E> {
        self.text.set(self.text.get() + text.len());
        self.check(&PAGE_SIZE, self.text.get())
    }
}

/// The next value of a document.
#[derive(Clone, Copy)]
struct Node<'a> {
    reader: &'a Reader,
    /// The number of lists and objects that contain it.
    depth: usize,
    /// The total length of the keys on the path to it.
    keys: usize,
}

impl Node<'_> {
    /// Descends into a list or an object.
    fn inside<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth + 1;
        self.reader.check(&DEPTH, depth)?;
        Ok(Self { depth, ..self })
    }

    /// Descends to the value of a key.
    fn at<E: Error>(self, key: &str) -> Result<Self, E> {
        self.reader.count_text(key)?;
        let keys = self.keys + key.len();
        self.reader.check(&KEYS, keys)?;
        Ok(Self { keys, ..self })
    }

    fn scalar<E: Error>(self, value: impl Into<Value>) -> Result<Value, E> {
        self.reader.count_node()?;
        Ok(value.into())
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        self.scalar(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        self.scalar(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.scalar(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.scalar(value)
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        self.scalar(value.to_string().parse::<f64>().unwrap_or_default())
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        self.scalar(value.to_string().parse::<f64>().unwrap_or_default())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        self.scalar(value)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.reader.count_text(value)?;
        self.scalar(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.reader.count_node()?;
        let inside = self.inside()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        self.reader.count_node()?;
        let inside = self.inside()?;
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = inside.at(&key)?;
            if object.contains_key(&key) {
                self.reader.has_repeated_key.set(true);
                let message = format!("the key `{key}` occurs twice in one mapping");
                return Err(A::Error::custom(message));
            }
            object.insert(key, entries.next_value_seed(value)?);
        }
        Ok(object.into())
    }
}
