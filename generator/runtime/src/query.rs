//! Query parameters of any type.
//!
//! A scalar becomes `name=value`, a list repeats the name, and the fields of an
//! object become `name[field]=value` (OpenAPI's `deepObject`). A list may also be
//! joined to one text, and anything be written as JSON. What is absent or `null`
//! is not sent.

use std::borrow::Cow;
use std::fmt::{self, Display, Write as _};

use form_urlencoded::byte_serialize;
use serde_json::Value;

use super::operation::Style;
use super::write::{self, Error, Result, Sink, Write};

/// A receiver of pairs of a name and a value.
trait Receiver {
    fn pair(&mut self, name: &str, value: &dyn Display);
}

type Pairs = Vec<(String, String)>;

impl Receiver for Pairs {
    fn pair(&mut self, name: &str, value: &dyn Display) {
        self.push((name.to_owned(), value.to_string()));
    }
}

/// A query, as `application/x-www-form-urlencoded` writes it.
#[derive(Debug, Default)]
pub(super) struct Query(String);

impl Query {
    /// Returns the text of the query, which is empty without parameters.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Receiver for Query {
    fn pair(&mut self, name: &str, value: &dyn Display) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.extend(byte_serialize(name.as_bytes()));
        self.0.push('=');
        // Writing to a text does not fail.
        let _ = write!(Encoded(&mut self.0), "{value}");
    }
}

/// Encodes what is written.
struct Encoded<'a>(&'a mut String);

impl fmt::Write for Encoded<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend(byte_serialize(text.as_bytes()));
        Ok(())
    }
}

/// Adds a parameter of this style to a query.
#[inline]
pub(super) fn add(query: &mut Query, name: &str, value: &dyn Write, style: Style) -> Result {
    match style {
        Style::Form | Style::Joined(_) if value.is_absent() => {}
        Style::Form => shape(name, value, query)?,
        Style::Joined(separator) => {
            let mut items = Pairs::new();
            shape(name, value, &mut items)?;
            if !items.is_empty() {
                let items: Vec<String> = items.into_iter().map(|(_, item)| item).collect();
                query.pair(name, &items.join(separator));
            }
        }
        Style::Json => {
            let text = write::to_json(value)?;
            if text != "null" {
                query.pair(name, &text);
            }
        }
    }
    Ok(())
}

/// Returns a scalar as text.
pub(super) fn text(value: &dyn Write) -> Result<String> {
    let mut pairs = Pairs::new();
    shape("", value, &mut pairs)?;
    Ok(pairs.into_iter().map(|(_, text)| text).collect())
}

/// Returns the properties of an object as a body of `application/x-www-form-urlencoded`. Their
/// values are written like query parameters.
///
/// Fails for a value that is not an object, and for one that a query cannot hold.
pub(super) fn url_encoded(value: &dyn Write) -> Result<String> {
    let mut pairs = Pairs::new();
    shape("", value, &mut pairs)?;
    if pairs.iter().any(|(name, _)| name.is_empty()) {
        return Err(Error::new("a form is an object"));
    }
    let mut query = Query::default();
    for (name, value) in pairs {
        query.pair(&name, &value);
    }
    Ok(query.0)
}

fn shape(name: &str, value: &dyn Write, pairs: &mut dyn Receiver) -> Result {
    value.write(&mut Shape {
        name: name.into(),
        open_lists: 0,
        open_objects: Vec::new(),
        pairs,
    })
}

/// Writes a value as pairs under its name.
struct Shape<'a> {
    /// The name of the next value.
    name: Cow<'a, str>,
    /// The number of lists that the next value is in. No object is in a list.
    open_lists: usize,
    /// The length of the name of each object that the next value is in.
    open_objects: Vec<usize>,
    pairs: &'a mut dyn Receiver,
}

impl Shape<'_> {
    fn scalar(&mut self, value: impl Display) -> Result {
        self.pairs.pair(&self.name, &value);
        Ok(())
    }

    /// Writes the shortest text that reads back as the same number; `text` has
    /// it, because that depends on the width.
    fn float(&mut self, is_finite: bool, text: String) -> Result {
        if is_finite {
            self.scalar(text)
        } else {
            Err(Error::not_finite(text))
        }
    }
}

impl Sink for Shape<'_> {
    fn null(&mut self) -> Result {
        Ok(())
    }

    fn boolean(&mut self, value: bool) -> Result {
        self.scalar(value)
    }

    fn signed(&mut self, value: i64) -> Result {
        self.scalar(value)
    }

    fn unsigned(&mut self, value: u64) -> Result {
        self.scalar(value)
    }

    fn single(&mut self, value: f32) -> Result {
        self.float(value.is_finite(), format!("{value:?}"))
    }

    fn double(&mut self, value: f64) -> Result {
        self.float(value.is_finite(), format!("{value:?}"))
    }

    fn string(&mut self, value: &str) -> Result {
        self.scalar(value)
    }

    fn value(&mut self, value: &Value) -> Result {
        match value {
            Value::Null => self.null(),
            Value::Bool(value) => self.boolean(*value),
            Value::Number(value) => self.scalar(value),
            Value::String(value) => self.string(value),
            Value::Array(items) => items.write(self),
            Value::Object(properties) => properties.write(self),
        }
    }

    fn open_list(&mut self) -> Result {
        self.open_lists += 1;
        Ok(())
    }

    fn close_list(&mut self) -> Result {
        self.open_lists -= 1;
        Ok(())
    }

    fn open_object(&mut self) -> Result {
        if self.open_lists > 0 {
            return Err(Error::new("an object in a list has no form in a query"));
        }
        self.open_objects.push(self.name.len());
        Ok(())
    }

    fn key(&mut self, key: &str) -> Result {
        if let Some(length) = self.open_objects.last() {
            let name = self.name.to_mut();
            name.truncate(*length);
            if name.is_empty() {
                name.push_str(key);
            } else {
                name.extend(["[", key, "]"]);
            }
        }
        Ok(())
    }

    fn close_object(&mut self) -> Result {
        if let Some(length) = self.open_objects.pop() {
            self.name.to_mut().truncate(length);
        }
        Ok(())
    }
}
