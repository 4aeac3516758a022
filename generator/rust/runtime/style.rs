//! Serializes parameters in the OpenAPI styles, which follow the expansions of RFC 6570.
//!
//! A style supports one level of items or properties. Deeper values are sent as JSON, because
//! OpenAPI does not define their serialization. Only `deepObject` (`query.rs`) supports nested
//! values.

#![allow(dead_code, reason = "an API may not use all of it")]

use std::fmt::{Display, Write as _};

use form_urlencoded::byte_serialize;

use super::error::RequestError;
use super::operation::Style;
use super::path::percent_encoded;
use super::request_builder::BuildError;
use super::write::{self, Error, Result, Tree, Write};

/// A value with its items or properties as text. `null` items and properties are omitted.
enum Parts {
    Absent,
    Scalar(String),
    List(Vec<String>),
    Object(Vec<(String, String)>),
}

impl Parts {
    fn of(value: &dyn Write) -> Result<Self> {
        Ok(match Tree::of_request(value)? {
            Tree::List(items) => {
                let items = items.iter().filter_map(|item| text(item).transpose());
                Self::List(items.collect::<Result<_>>()?)
            }
            Tree::Object(properties) => {
                let properties = properties.iter().filter_map(|(key, value)| {
                    let text = text(value).transpose()?;
                    Some(text.map(|text| (key.clone(), text)))
                });
                Self::Object(properties.collect::<Result<_>>()?)
            }
            scalar => text(&scalar)?.map_or(Self::Absent, Self::Scalar),
        })
    }
}

/// Returns a scalar as text, a list or an object as JSON, or `None` for `null`.
fn text(tree: &Tree) -> Result<Option<String>> {
    Ok(Some(match tree {
        Tree::Null => return Ok(None),
        Tree::Boolean(value) => value.to_string(),
        Tree::Signed(value) => value.to_string(),
        Tree::Unsigned(value) => value.to_string(),
        Tree::Single(value) if value.is_finite() => format!("{value:?}"),
        Tree::Double(value) if value.is_finite() => format!("{value:?}"),
        Tree::Single(value) => return Err(Error::not_finite(value)),
        Tree::Double(value) => return Err(Error::not_finite(value)),
        Tree::Number(value) => value.to_string(),
        Tree::String(value) => value.clone(),
        Tree::List(_) | Tree::Object(_) => write::to_json(tree)?,
    }))
}

/// The location of a parameter, which determines its encoding.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Path,
    Query { allow_reserved: bool },
    Header,
    Cookie,
}

impl Place {
    fn encode(self, text: &str) -> String {
        match self {
            Self::Path | Self::Cookie => percent_encoded(text),
            Self::Query { allow_reserved } => {
                let mut encoded = String::new();
                encode_query(&mut encoded, text, allow_reserved);
                encoded
            }
            // Headers are not encoded.
            Self::Header => text.to_owned(),
        }
    }

    /// Returns the separator between parameters.
    fn separator(self) -> &'static str {
        match self {
            Self::Cookie => "; ",
            _ => "&",
        }
    }
}

/// Adds a name or a value to a query or a form.
pub(super) fn encode_query(query: &mut String, text: &str, allow_reserved: bool) {
    if !allow_reserved {
        query.extend(byte_serialize(text.as_bytes()));
        return;
    }
    let bytes = text.as_bytes();
    for (position, byte) in bytes.iter().enumerate() {
        let is_kept = match byte {
            b'%' => bytes
                .get(position + 1..position + 3)
                .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
            // `#` would end the query, `&` would end the value, and `+` would be decoded as a
            // space.
            _ => byte.is_ascii_alphanumeric() || b"-._~:/?[]@!$'()*,;=".contains(byte),
        };
        if is_kept {
            query.push(char::from(*byte));
        } else {
            // Writing to a `String` does not fail.
            let _ = write!(query, "%{byte:02X}");
        }
    }
}

/// Returns the text of a parameter, or `None` if its value is absent or an empty list or object.
pub(super) fn styled(
    name: &str,
    value: &dyn Write,
    style: Style,
    place: Place,
) -> Result<Option<String>> {
    if value.is_absent() {
        return Ok(None);
    }
    let layout = Layout::of(style, place);
    let name = match place {
        // Cookie names are tokens and need no encoding.
        Place::Header | Place::Cookie => name.to_owned(),
        place => place.encode(name),
    };
    if style == Style::Json {
        let json = write::to_json(value)?;
        let text = layout.named(&name, &place.encode(&json));
        return Ok((json != "null").then_some(text));
    }
    let encode = |text: &String| place.encode(text);
    let members: Vec<String> = match Parts::of(value)? {
        Parts::Absent => return Ok(None),
        Parts::Scalar(text) => vec![layout.named(&name, &encode(&text))],
        Parts::List(items) if layout.explode => {
            let items = items.iter().map(encode);
            items.map(|item| layout.named(&name, &item)).collect()
        }
        Parts::Object(properties) if layout.explode => properties
            .iter()
            .map(|(key, value)| format!("{}={}", encode(key), encode(value)))
            .collect(),
        Parts::List(items) => layout.joined(&name, items.iter().map(encode)),
        Parts::Object(properties) => {
            let members = properties.iter().flat_map(|(key, value)| [key, value]);
            layout.joined(&name, members.map(encode))
        }
    };
    Ok((!members.is_empty()).then(|| layout.prefix.to_owned() + &members.join(layout.separator)))
}

/// The delimiters of a style.
struct Layout {
    /// The prefix of the first member.
    prefix: &'static str,
    /// The separator between exploded items or properties.
    separator: &'static str,
    /// The separator between items or properties that are not exploded.
    item_separator: &'static str,
    /// The parameter name precedes each value that is not a property.
    is_named: bool,
    explode: bool,
    /// Omit the `=` after a name without a value.
    is_bare: bool,
}

impl Layout {
    fn of(style: Style, place: Place) -> Self {
        let between = place.separator();
        let (prefix, separator, item_separator, explode) = match style {
            Style::Simple => ("", ",", ",", false),
            Style::SimpleExploded => ("", ",", ",", true),
            Style::Label => (".", ",", ",", false),
            Style::LabelExploded => (".", ".", ",", true),
            Style::Matrix => (";", ";", ",", false),
            Style::MatrixExploded => (";", ";", ",", true),
            Style::Form => ("", between, ",", false),
            Style::FormExploded | Style::DeepObject | Style::Json => ("", between, ",", true),
            Style::SpaceDelimited => ("", between, "%20", false),
            Style::PipeDelimited => ("", between, "%7C", false),
        };
        let is_value = matches!(
            style,
            Style::Simple | Style::SimpleExploded | Style::Label | Style::LabelExploded
        );
        let is_query_or_cookie = matches!(place, Place::Query { .. } | Place::Cookie);
        Self {
            prefix,
            separator,
            item_separator,
            is_named: match style {
                Style::Json => is_query_or_cookie,
                _ => !is_value,
            },
            explode,
            is_bare: matches!(style, Style::Matrix | Style::MatrixExploded),
        }
    }

    fn named(&self, name: &str, value: &str) -> String {
        match self.is_named {
            true if self.is_bare && value.is_empty() => name.to_owned(),
            true => format!("{name}={value}"),
            false => value.to_owned(),
        }
    }

    /// Joins the members of a value that is not exploded. Returns an empty list if the value is
    /// empty.
    fn joined(&self, name: &str, members: impl Iterator<Item = String>) -> Vec<String> {
        let members: Vec<String> = members.collect();
        match members.is_empty() {
            true => members,
            false => vec![self.named(name, &members.join(self.item_separator))],
        }
    }
}

/// A path parameter that progenitor's statements cannot write with `Display`.
#[derive(Debug)]
pub struct PathParam(String);

/// The encoded text of a path parameter.
#[derive(Debug)]
pub struct EncodedPath(pub(super) String);

impl PathParam {
    /// Creates a path parameter. Its value cannot be absent.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is empty or cannot be serialized.
    pub fn new(
        name: &str,
        value: &dyn Write,
        style: Style,
    ) -> std::result::Result<Self, BuildError> {
        match styled(name, value, style, Place::Path) {
            Ok(Some(text)) => Ok(Self(text)),
            Ok(None) => Err(refused(
                name,
                &"it is empty, and path parameters are required",
            )),
            Err(error) => Err(refused(name, &error)),
        }
    }

    /// Returns the encoded text. The statements call this method.
    pub fn to_string(&self) -> EncodedPath {
        EncodedPath(self.0.clone())
    }
}

/// Returns the text of a header parameter, or `None` if it is absent.
///
/// # Errors
///
/// Returns an error if the value cannot be serialized.
pub fn header_param(
    name: &str,
    value: &dyn Write,
    style: Style,
) -> std::result::Result<Option<String>, BuildError> {
    styled(name, value, style, Place::Header).map_err(|error| refused(name, &error))
}

/// Returns a cookie, or several cookies for an exploded value, or `None` if the value is absent.
///
/// # Errors
///
/// Returns an error if the value cannot be serialized.
pub fn cookie_param(
    name: &str,
    value: &dyn Write,
    style: Style,
) -> std::result::Result<Option<String>, BuildError> {
    styled(name, value, style, Place::Cookie).map_err(|error| refused(name, &error))
}

#[cold]
fn refused(name: &str, reason: &dyn Display) -> BuildError {
    RequestError::unnamed(format!("`{name}`: {reason}")).into()
}
