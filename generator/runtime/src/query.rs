//! Query parameters of any type.
//!
//! A scalar becomes `name=value`, a list repeats the name, and the fields of an
//! object become `name[field]=value` (OpenAPI's `deepObject`). A list may also be
//! joined to one text, and anything be written as JSON. What is absent or `null`
//! is not sent.

use std::borrow::Cow;
use std::fmt::{self, Display, Write as _};

use form_urlencoded::byte_serialize;
use serde::Serialize;
use serde::de::value::Error;
use serde::ser::{
    self, Error as _, Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple,
    SerializeTupleStruct, Serializer,
};

use super::operation::Style;

/// A receiver of pairs of a name and a value.
trait Sink {
    fn pair(&mut self, name: &str, value: &dyn Display);
}

type Pairs = Vec<(String, String)>;

impl Sink for Pairs {
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

impl Sink for Query {
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
pub(super) fn add<T: Serialize>(
    query: &mut Query,
    name: &str,
    value: &T,
    style: Style,
) -> Result<(), String> {
    match style {
        Style::Form => shape(name, value, query).map_err(text_of)?,
        Style::Joined(separator) => {
            let mut items = Pairs::new();
            shape(name, value, &mut items).map_err(text_of)?;
            if !items.is_empty() {
                let items: Vec<String> = items.into_iter().map(|(_, item)| item).collect();
                query.pair(name, &items.join(separator));
            }
        }
        Style::Json => {
            let text = serde_json::to_string(value).map_err(|error| error.to_string())?;
            if text != "null" {
                query.pair(name, &text);
            }
        }
    }
    Ok(())
}

/// Returns a scalar as text.
pub(super) fn text<T: Serialize + ?Sized>(value: &T) -> Result<String, String> {
    let mut pairs = Pairs::new();
    shape("", value, &mut pairs).map_err(text_of)?;
    Ok(pairs.into_iter().map(|(_, text)| text).collect())
}

/// Returns the properties of an object as a body of `application/x-www-form-urlencoded`. Their
/// values are written like query parameters.
///
/// Fails for a value that is not an object, and for one that a query cannot hold.
pub(super) fn url_encoded<T: Serialize + ?Sized>(value: &T) -> Result<String, String> {
    let mut pairs = Pairs::new();
    shape("", value, &mut pairs).map_err(text_of)?;
    if pairs.iter().any(|(name, _)| name.is_empty()) {
        return Err("a form is an object".to_owned());
    }
    let mut query = Query::default();
    for (name, value) in pairs {
        query.pair(&name, &value);
    }
    Ok(query.0)
}

fn text_of(error: Error) -> String {
    error.to_string()
}

fn shape<T: Serialize + ?Sized>(name: &str, value: &T, pairs: &mut dyn Sink) -> Result<(), Error> {
    value.serialize(Writer {
        name: name.into(),
        in_list: false,
        pairs,
    })
}

/// Writes a value as pairs under its name.
struct Writer<'a> {
    name: Cow<'a, str>,
    in_list: bool,
    pairs: &'a mut dyn Sink,
}

impl<'a> Writer<'a> {
    fn scalar(self, value: impl Display) -> Result<(), Error> {
        self.pairs.pair(&self.name, &value);
        Ok(())
    }

    /// Writes the shortest text that reads back as the same number; `text` has
    /// it, because that depends on the width.
    fn float(self, finite: bool, text: String) -> Result<(), Error> {
        if finite {
            self.scalar(text)
        } else {
            Err(Error::custom(format_args!("{text} is not a finite number")))
        }
    }

    fn object(self) -> Result<Object<'a>, Error> {
        if self.in_list {
            return Err(Error::custom("an object in a list has no form in a query"));
        }
        Ok(Object {
            name: self.name,
            key: String::new(),
            pairs: self.pairs,
        })
    }

    fn list(self) -> List<'a> {
        List {
            name: self.name,
            pairs: self.pairs,
        }
    }
}

macro_rules! scalars {
    ($($method:ident: $type:ty,)*) => {
        $(fn $method(self, value: $type) -> Result<(), Error> {
            self.scalar(value)
        })*
    };
}

impl<'a> Serializer for Writer<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = List<'a>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Object<'a>;
    type SerializeStruct = Object<'a>;
    type SerializeStructVariant = Impossible<(), Error>;

    scalars! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_i128: i128,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_u128: u128,
        serialize_char: char,
        serialize_str: &str,
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        self.float(value.is_finite(), format!("{value:?}"))
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        self.float(value.is_finite(), format!("{value:?}"))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Error> {
        Err(Error::custom("bytes have no form in a query"))
    }

    fn serialize_none(self) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.scalar(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.object()?.field(variant, value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a>, Error> {
        Ok(self.list())
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'a>, Error> {
        Ok(self.list())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'a>, Error> {
        Ok(self.list())
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Error>, Error> {
        Err(Error::custom(format_args!(
            "`{variant}` has no form in a query"
        )))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Object<'a>, Error> {
        self.object()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object<'a>, Error> {
        self.object()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Error>, Error> {
        Err(Error::custom(format_args!(
            "`{variant}` has no form in a query"
        )))
    }
}

/// The items of a list, all under the list's name.
struct List<'a> {
    name: Cow<'a, str>,
    pairs: &'a mut dyn Sink,
}

impl List<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(Writer {
            name: Cow::Borrowed(&self.name),
            in_list: true,
            pairs: self.pairs,
        })
    }
}

impl SerializeSeq for List<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.item(value)
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

impl SerializeTuple for List<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.item(value)
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

impl SerializeTupleStruct for List<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.item(value)
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

/// The fields of an object, each under `name[field]`.
struct Object<'a> {
    name: Cow<'a, str>,
    key: String,
    pairs: &'a mut dyn Sink,
}

impl Object<'_> {
    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Error> {
        let name = if self.name.is_empty() {
            Cow::Borrowed(key)
        } else {
            format!("{}[{key}]", self.name).into()
        };
        value.serialize(Writer {
            name,
            in_list: false,
            pairs: self.pairs,
        })
    }
}

impl SerializeStruct for Object<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.field(key, value)
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

impl SerializeMap for Object<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        let mut pairs = Pairs::new();
        key.serialize(Writer {
            name: "".into(),
            in_list: true,
            pairs: &mut pairs,
        })?;
        match pairs.pop() {
            Some((_, key)) if pairs.is_empty() => self.key = key,
            _ => return Err(ser::Error::custom("a key that is not a scalar")),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let key = std::mem::take(&mut self.key);
        self.field(&key, value)
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}
