//! Serializes values of any type as query parameters.
//!
//! A scalar becomes `name=value`, a list repeats the name, and the properties of an object become
//! `name[property]=value`. This is OpenAPI's `deepObject` style, extended to lists and to nested
//! values: an object in a list is `name[0][property]=value`. `style.rs` implements the other
//! styles. Absent values and `null` are omitted.

use std::borrow::Cow;
use std::fmt::{self, Display, Write as _};

use serde_json::Value;

use super::operation::{Parameter, Style};
use super::style::{Place, encode_query, styled};
use super::write::{Error, Result, Sink, Tree, Write};

/// A receiver of name-value pairs.
trait Receiver {
    fn pair(&mut self, name: &str, value: &dyn Display);
}

/// The text of a scalar, without a name.
impl Receiver for String {
    fn pair(&mut self, _: &str, value: &dyn Display) {
        // Writing to a `String` does not fail.
        let _ = write!(self, "{value}");
    }
}

/// A query in `application/x-www-form-urlencoded` format.
#[derive(Debug, Default)]
pub(super) struct Query {
    text: String,
    /// Reserved characters in values are not encoded.
    allow_reserved: bool,
}

impl Query {
    /// Returns the query string, which is empty if there are no parameters.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    fn begin(&mut self) {
        if !self.text.is_empty() {
            self.text.push('&');
        }
    }
}

impl Receiver for Query {
    fn pair(&mut self, name: &str, value: &dyn Display) {
        self.begin();
        encode_query(&mut self.text, name, false);
        self.text.push('=');
        let allow_reserved = self.allow_reserved;
        let text = &mut self.text;
        // Writing to a `String` does not fail.
        let _ = write!(
            Encoded {
                text,
                allow_reserved
            },
            "{value}"
        );
    }
}

/// A writer that percent-encodes its input.
struct Encoded<'a> {
    text: &'a mut String,
    allow_reserved: bool,
}

impl fmt::Write for Encoded<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        encode_query(self.text, text, self.allow_reserved);
        Ok(())
    }
}

/// Adds a parameter to a query in its documented style.
#[inline]
pub(super) fn add(
    query: &mut Query,
    name: &str,
    value: &dyn Write,
    described: Option<&Parameter>,
) -> Result {
    match described {
        None if value.is_absent() => Ok(()),
        None => shape(name, value, query),
        Some(described) => add_described(query, value, described),
    }
}

fn add_described(query: &mut Query, value: &dyn Write, described: &Parameter) -> Result {
    let Parameter {
        wire,
        style,
        allow_reserved,
        ..
    } = *described;
    if style == Style::DeepObject {
        if value.is_absent() {
            return Ok(());
        }
        query.allow_reserved = allow_reserved;
        let added = shape(wire, value, query);
        query.allow_reserved = false;
        return added;
    }
    if let Some(text) = styled(wire, value, style, Place::Query { allow_reserved })? {
        query.begin();
        query.text.push_str(&text);
    }
    Ok(())
}

/// Returns a scalar as text.
pub(super) fn text(value: &dyn Write) -> Result<String> {
    let mut text = String::new();
    shape("", value, &mut text)?;
    Ok(text)
}

/// Serializes an object as an `application/x-www-form-urlencoded` body. Its properties are written
/// like query parameters, in the styles of `fields`.
///
/// # Errors
///
/// Returns an error if the value is not an object, or if a number is not finite. In the second
/// case, the error contains the name of the field.
pub(super) fn url_encoded(value: &dyn Write, fields: &[Parameter]) -> Result<String> {
    let Tree::Object(properties) = Tree::of_request(value)? else {
        return Err(Error::new("the body of a form must be an object"));
    };
    let mut query = Query::default();
    for (name, value) in &properties {
        let described = fields.iter().find(|field| field.name == name);
        add(&mut query, name, value, described)
            .map_err(|error| Error::new(format!("`{name}`: {error}")))?;
    }
    Ok(query.text)
}

/// Replaces the values of some names in an `application/x-www-form-urlencoded` body.
///
/// # Errors
///
/// Returns an error if a number is not finite.
#[cold]
pub(super) fn replaced(body: &[u8], fields: &[(String, Value)]) -> Result<String> {
    let mut query = Query::default();
    for (name, value) in form_urlencoded::parse(body) {
        // The property of an object has the name `name[property]`.
        let (outer, _) = name.split_once('[').unwrap_or((&name, ""));
        if fields
            .iter()
            .all(|(field, _)| *field != outer && *field != name)
        {
            query.pair(&name, &value);
        }
    }
    for (name, value) in fields {
        add(&mut query, name, value, None)?;
    }
    Ok(query.text)
}

fn shape(name: &str, value: &dyn Write, pairs: &mut dyn Receiver) -> Result {
    value.write(&mut Shape {
        name: name.into(),
        open: Vec::new(),
        pairs,
    })
}

/// A sink that writes a value as name-value pairs.
struct Shape<'a> {
    /// The name of the next value.
    name: Cow<'a, str>,
    /// The open lists and objects around the next value.
    open: Vec<Open>,
    pairs: &'a mut dyn Receiver,
}

/// A list or an object whose end is not written yet.
struct Open {
    /// The length of its name.
    length: usize,
    /// The index of the next item; `None` in an object.
    index: Option<usize>,
}

impl Shape<'_> {
    fn scalar(&mut self, value: impl Display) -> Result {
        self.pairs.pair(&self.name, &value);
        self.end_item();
        Ok(())
    }

    /// Advances the index of the current list.
    fn end_item(&mut self) {
        if let Some(Open {
            index: Some(index), ..
        }) = self.open.last_mut()
        {
            *index += 1;
        }
    }

    /// Starts a list or an object. If it is an item of a list, its index is added to the name, to
    /// keep its own items or properties together.
    fn open(&mut self, index: Option<usize>) -> Result {
        if let Some(Open {
            index: Some(index), ..
        }) = self.open.last()
        {
            let index = index.to_string();
            self.name.to_mut().extend(["[", &index, "]"]);
        }
        let length = self.name.len();
        self.open.push(Open { length, index });
        Ok(())
    }

    fn close(&mut self) -> Result {
        self.open.pop();
        if let Some(outer) = self.open.last() {
            self.name.to_mut().truncate(outer.length);
        }
        self.end_item();
        Ok(())
    }

    /// Writes a floating-point number. `text` is its shortest representation, which depends on its
    /// width.
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
        self.end_item();
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
        self.open(Some(0))
    }

    fn close_list(&mut self) -> Result {
        self.close()
    }

    fn open_object(&mut self) -> Result {
        self.open(None)
    }

    fn key(&mut self, key: &str) -> Result {
        if let Some(object) = self.open.last() {
            let name = self.name.to_mut();
            name.truncate(object.length);
            if name.is_empty() {
                name.push_str(key);
            } else {
                name.extend(["[", key, "]"]);
            }
        }
        Ok(())
    }

    fn close_object(&mut self) -> Result {
        self.close()
    }
}
