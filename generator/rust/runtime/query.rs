//! Query parameters of any type.
//!
//! A scalar becomes `name=value`, a list repeats the name, and the properties of an object
//! become `name[property]=value`. That is `deepObject` of OpenAPI, extended to lists and to
//! deeper values: an object in a list is `name[0][property]=value`. `style.rs` writes the other
//! styles. An absent value and `null` are not sent.

use std::borrow::Cow;
use std::fmt::{self, Display, Write as _};

use serde_json::Value;

use super::operation::{Parameter, Style};
use super::style::{Place, encode_query, styled};
use super::write::{Error, Result, Sink, Tree, Write};

/// A receiver of pairs of a name and a value.
trait Receiver {
    fn pair(&mut self, name: &str, value: &dyn Display);
}

/// The text of a scalar, without a name.
impl Receiver for String {
    fn pair(&mut self, _: &str, value: &dyn Display) {
        // Writing to a text does not fail.
        let _ = write!(self, "{value}");
    }
}

/// A query, as `application/x-www-form-urlencoded` writes it.
#[derive(Debug, Default)]
pub(super) struct Query {
    text: String,
    /// Reserved characters of values stay as they are.
    allow_reserved: bool,
}

impl Query {
    /// Returns the text of the query, which is empty without parameters.
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
        // Writing to a text does not fail.
        let _ = write!(
            Encoded {
                text,
                allow_reserved
            },
            "{value}"
        );
    }
}

/// Encodes what is written.
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

/// Adds a parameter to a query, in the style of its description.
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

/// Returns the properties of an object as a body of `application/x-www-form-urlencoded`. Their
/// values are written like query parameters, in the styles of the described fields.
///
/// # Errors
///
/// If the value is not an object, or a number in it is not finite; then the error names the
/// field.
pub(super) fn url_encoded(value: &dyn Write, fields: &[Parameter]) -> Result<String> {
    let Tree::Object(properties) = Tree::of(value)? else {
        return Err(Error::new("a form is an object"));
    };
    let mut query = Query::default();
    for (name, value) in &properties {
        let described = fields.iter().find(|field| field.name == name);
        add(&mut query, name, value, described)
            .map_err(|error| Error::new(format!("`{name}`: {error}")))?;
    }
    Ok(query.text)
}

/// Returns a body of `application/x-www-form-urlencoded` with other values for some names.
///
/// # Errors
///
/// If a number is not finite.
#[cold]
pub(super) fn replaced(body: &[u8], fields: &[(String, Value)]) -> Result<String> {
    let mut query = Query::default();
    for (name, value) in form_urlencoded::parse(body) {
        // A property of an object is `name[property]`.
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

/// Writes a value as pairs under its name.
struct Shape<'a> {
    /// The name of the next value.
    name: Cow<'a, str>,
    /// The lists and objects that the next value is in.
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

    /// Counts an item of a list.
    fn end_item(&mut self) {
        if let Some(Open {
            index: Some(index), ..
        }) = self.open.last_mut()
        {
            *index += 1;
        }
    }

    /// Begins a list or an object. One that is an item has the index in its name, because its
    /// own items or properties belong together.
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
