//! Recorded exchanges and their file format.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use super::json_text;
use super::redaction;

/// The format version. Files with another version are rejected and must be recorded again.
const FORMAT: u64 = 1;

/// A request and its response.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    pub(super) operation: String,
    pub(super) request: Request,
    pub(super) response: Response,
}

#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: String,
    /// The path and the query relative to the base URL, or the absolute URL of another server.
    pub(super) url: String,
    pub(super) body: Body,
}

#[derive(Clone, Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Body,
}

/// The body of a request or of a response.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Body {
    Empty,
    /// JSON without white space.
    Json(String),
    Text(String),
    Bytes(Vec<u8>),
    /// The media type of a body that is not recorded: a form or a file.
    Unrecorded(String),
}

type Object<'a> = BTreeMap<String, &'a RawValue>;

/// Serializes exchanges as the text of a file.
pub(super) fn write(exchanges: &[Exchange]) -> String {
    let exchanges: Vec<String> = exchanges.iter().map(Exchange::json).collect();
    let exchanges = exchanges.join(",");
    json_text::pretty(&format!(
        "{{\"format\":{FORMAT},\"exchanges\":[{exchanges}]}}"
    ))
}

/// Parses the text of a file.
///
/// # Errors
///
/// Returns the reason why the text is not a valid recording.
pub(super) fn read(text: &str) -> Result<Vec<Exchange>, String> {
    let file: Object<'_> = parse(text)?;
    let format: u64 = parse(property(&file, "format")?)?;
    if format != FORMAT {
        return Err(format!(
            "its format is {format}, but this version reads {FORMAT}: record it again"
        ));
    }
    let exchanges: Vec<&RawValue> = parse(property(&file, "exchanges")?)?;
    let exchanges = exchanges.into_iter().enumerate();
    let exchanges = exchanges.map(|(position, json)| {
        let exchange = Exchange::read(json.get());
        exchange.map_err(|reason| format!("exchange {}: {reason}", position + 1))
    });
    exchanges.collect()
}

fn parse<'a, T: serde::Deserialize<'a>>(json: &'a str) -> Result<T, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

fn property<'a>(object: &Object<'a>, name: &str) -> Result<&'a str, String> {
    let property = object.get(name).map(|json| json.get());
    property.ok_or_else(|| format!("`{name}` is missing"))
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Parses one string, or a list of strings.
fn texts(json: &str) -> Result<Vec<String>, String> {
    match parse(json)? {
        Value::String(text) => Ok(vec![text]),
        list => serde_json::from_value(list).map_err(|error| error.to_string()),
    }
}

fn one_or_more(texts: &[String]) -> String {
    match texts {
        [text] => quoted(text),
        texts => Value::from(texts).to_string(),
    }
}

impl Exchange {
    fn json(&self) -> String {
        let Self {
            operation,
            request,
            response,
        } = self;
        format!(
            "{{\"operation\":{},\"request\":{{\"method\":{},\"url\":{}{}}},\
             \"response\":{{\"status\":{},\"headers\":{}{}}}}}",
            quoted(operation),
            quoted(&request.method),
            quoted(&request.url),
            request.body.json(),
            response.status,
            headers_json(&response.headers),
            response.body.json(),
        )
    }

    fn read(json: &str) -> Result<Self, String> {
        let exchange: Object<'_> = parse(json)?;
        let request: Object<'_> = parse(property(&exchange, "request")?)?;
        let response: Object<'_> = parse(property(&exchange, "response")?)?;
        let headers: Object<'_> = parse(property(&response, "headers")?)?;
        let mut pairs = Vec::new();
        for (name, values) in &headers {
            let values = texts(values.get())?.into_iter();
            pairs.extend(values.map(|value| (name.clone(), value)));
        }
        Ok(Self {
            operation: parse(property(&exchange, "operation")?)?,
            request: Request {
                method: parse(property(&request, "method")?)?,
                url: parse(property(&request, "url")?)?,
                body: Body::read(&request)?,
            },
            response: Response {
                status: parse(property(&response, "status")?)?,
                headers: pairs,
                body: Body::read(&response)?,
            },
        })
    }
}

fn headers_json(headers: &[(String, String)]) -> String {
    let mut values: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, value) in headers {
        values.entry(name).or_default().push(value.clone());
    }
    let headers = values.iter().map(|(name, values)| {
        let values = one_or_more(values);
        format!("{}:{values}", quoted(name))
    });
    format!("{{{}}}", headers.collect::<Vec<_>>().join(","))
}

impl Request {
    /// Returns `true` if this request matches a recorded request.
    pub(super) fn is_like(&self, recorded: &Self) -> bool {
        self.is_for_same(recorded) && self.body.is_like(&recorded.body)
    }

    /// Returns `true` if the method, the path, and the query equal those of a recorded request.
    pub(super) fn is_for_same(&self, recorded: &Self) -> bool {
        self.method == recorded.method && self.target() == recorded.target()
    }

    /// Returns the path and the query parameters, without keys and sorted by name.
    fn target(&self) -> (&str, Vec<(String, String)>) {
        let (path, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let is_key =
            |name: &str| redaction::key_parameters().any(|key| key.eq_ignore_ascii_case(name));
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
        let mut pairs: Vec<_> = pairs.filter(|(name, _)| !is_key(name)).collect();
        pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
        (path, pairs)
    }
}

impl Display for Request {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "`{} {}`", self.method, self.url)
    }
}

impl Response {
    /// Returns the headers. Invalid names and values are omitted.
    pub(super) fn header_map(&self) -> HeaderMap {
        let headers = self.headers.iter().filter_map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            Some((name, HeaderValue::from_bytes(value.as_bytes()).ok()?))
        });
        headers.collect()
    }
}

impl Body {
    /// Creates a body. JSON is detected by the media type, or by the first byte if there is no
    /// media type.
    pub(super) fn new(bytes: Vec<u8>, headers: &HeaderMap) -> Self {
        if bytes.is_empty() {
            return Self::Empty;
        }
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(bytes) => return Self::Bytes(bytes.into_bytes()),
        };
        let may_be_json = match media_type(headers) {
            Some(media_type) => media_type.ends_with("/json") || media_type.ends_with("+json"),
            None => text.starts_with(['{', '[']),
        };
        match may_be_json && serde_json::from_str::<IgnoredAny>(&text).is_ok() {
            true => Self::Json(json_text::compact(&text)),
            false => Self::Text(text),
        }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Empty | Self::Unrecorded(_) => Vec::new(),
            Self::Json(text) | Self::Text(text) => text.clone().into_bytes(),
            Self::Bytes(bytes) => bytes.clone(),
        }
    }

    /// Returns a comma followed by the JSON property with the body.
    fn json(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Json(json) => format!(",\"json\":{json}"),
            Self::Text(text) => {
                let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
                format!(",\"text\":{}", one_or_more(&lines))
            }
            Self::Bytes(bytes) => format!(",\"base64\":{}", quoted(&STANDARD.encode(bytes))),
            Self::Unrecorded(media_type) => format!(",\"unrecorded\":{}", quoted(media_type)),
        }
    }

    fn read(object: &Object<'_>) -> Result<Self, String> {
        let property = |name: &str| object.get(name).map(|json| json.get());
        if let Some(json) = property("json") {
            return Ok(Self::Json(json_text::compact(json)));
        }
        if let Some(json) = property("text") {
            return Ok(Self::Text(texts(json)?.join("\n")));
        }
        if let Some(json) = property("base64") {
            let text: String = parse(json)?;
            let bytes = STANDARD.decode(text);
            return bytes.map(Self::Bytes).map_err(|error| error.to_string());
        }
        match property("unrecorded") {
            Some(json) => Ok(Self::Unrecorded(parse(json)?)),
            None => Ok(Self::Empty),
        }
    }

    /// Returns `true` if the bodies are equal. The order of properties does not matter.
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Json(json), Self::Json(other)) => {
                let value = |json: &str| serde_json::from_str::<Value>(json).ok();
                json == other || value(json) == value(other)
            }
            (body, other) => body == other,
        }
    }
}

impl Display for Body {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("no body"),
            Self::Json(text) | Self::Text(text) => write!(f, "`{text}`"),
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Unrecorded(media_type) => write!(f, "a body of `{media_type}`"),
        }
    }
}

/// Returns the media type of a body, without its parameters.
pub(super) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let media_type = value.split(';').next().unwrap_or_default();
    Some(media_type.trim().to_ascii_lowercase())
}
