//! The API key: how a request carries it, and how everything else is kept free
//! of it.

#![allow(dead_code, reason = "an API has one place for its key")]

use bytes::Bytes;
use http::header::{COOKIE, HeaderMap, HeaderName, HeaderValue, InvalidHeaderValue};
use reqwest::Request;
use secrecy::{ExposeSecret, SecretString};

use super::api;
use super::error::Error;

/// The minimum length of a key that is searched for in a response: a shorter one would
/// match by chance.
const SHORTEST: usize = 8;

/// What stands in place of the key.
const REDACTED: &[u8] = b"[redacted]";

/// The header that carries the key, if one does. It is made by the compiler and not for each call.
static HEADER: HeaderName = match api::KEY_LOCATION {
    KeyLocation::Header { name, .. } => HeaderName::from_static(name),
    KeyLocation::Query { .. } | KeyLocation::Cookie { .. } => COOKIE,
};

/// Where an API expects its key.
pub(super) enum KeyLocation {
    /// In a header, in lower case, behind a prefix.
    Header {
        name: &'static str,
        prefix: &'static str,
    },
    /// In the query.
    Query { name: &'static str },
    /// In a cookie.
    Cookie { name: &'static str },
}

impl KeyLocation {
    /// Returns the name of the header that carries the key.
    pub(super) fn header(&self) -> Option<&'static str> {
        match self {
            Self::Header { name, .. } => Some(name),
            Self::Query { .. } => None,
            Self::Cookie { .. } => Some(COOKIE.as_str()),
        }
    }

    fn header_value(&self, key: &str) -> Result<HeaderValue, InvalidHeaderValue> {
        let text = match self {
            Self::Header { prefix, .. } => [prefix, key].concat(),
            Self::Query { .. } => key.to_owned(),
            Self::Cookie { name } => [name, "=", key].concat(),
        };
        let mut value = HeaderValue::try_from(text)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// A key that can be sent, or none if the API works without one.
pub(super) struct Key {
    secret: Option<SecretString>,
    /// The key as its header has it, if that is another text.
    encoded: Option<SecretString>,
    /// The value of the header that carries the key, if one does.
    header: Option<HeaderValue>,
}

impl Key {
    /// Returns the key, if it can be sent.
    pub(super) fn new(key: Option<SecretString>) -> Result<Self, Error> {
        let secret = key.filter(|key| !key.expose_secret().is_empty());
        let Some(key) = &secret else {
            if api::KEY_IS_REQUIRED {
                return Err(Error::missing(format!(
                    "no API key for {}: call `ClientBuilder::api_key`, or set {} and call `Client::from_env`",
                    api::TITLE,
                    api::KEY_VARIABLES.join(" or ")
                )));
            }
            return Ok(Self {
                secret,
                encoded: None,
                header: None,
            });
        };
        let text = key.expose_secret().to_owned();
        let text = super::basic_auth::encoded(text);
        let header = api::KEY_LOCATION.header_value(&text);
        let header = header.map_err(|_| {
            let message =
                "the API key holds a character that no header can carry, such as a line break";
            Error::invalid(message, None)
        })?;
        let in_query = matches!(api::KEY_LOCATION, KeyLocation::Query { .. });
        let header = (!in_query).then_some(header);
        let is_encoded = text != key.expose_secret();
        Ok(Self {
            encoded: is_encoded.then(|| SecretString::from(text)),
            secret,
            header,
        })
    }

    /// Adds the key to a request, where the API expects it.
    pub(super) fn add_to(&self, request: &mut Request) {
        if let Some(value) = &self.header {
            request.headers_mut().insert(&HEADER, value.clone());
        } else if let (KeyLocation::Query { name }, Some(key)) = (api::KEY_LOCATION, &self.secret) {
            let mut query = request.url_mut().query_pairs_mut();
            query.append_pair(name, key.expose_secret());
        }
    }

    /// Returns a text without the key, if the key stands in it: some servers repeat
    /// it when they refuse it, and write it as JSON or an address wants it.
    fn redacted(&self, text: &[u8]) -> Option<Vec<u8>> {
        let redacted = without(self.secret.as_ref()?.expose_secret(), text);
        let Some(encoded) = &self.encoded else {
            return redacted;
        };
        let rest = redacted.as_deref().unwrap_or(text);
        without(encoded.expose_secret(), rest).or(redacted)
    }

    /// Returns a body without the key.
    pub(super) fn without(&self, body: Bytes) -> Bytes {
        self.redacted(&body).map_or(body, Into::into)
    }

    /// Returns a text without the key.
    pub(super) fn without_in(&self, text: String) -> String {
        match self.redacted(text.as_bytes()) {
            Some(redacted) => String::from_utf8_lossy(&redacted).into_owned(),
            None => text,
        }
    }

    /// Keeps headers that repeat the key out of `Debug`.
    pub(super) fn hide_in(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            if self.redacted(value.as_bytes()).is_some() {
                value.set_sensitive(true);
            }
        }
    }
}

/// Returns a text without a key, if the key stands in it.
#[inline]
fn without(key: &str, text: &[u8]) -> Option<Vec<u8>> {
    // To write it in another way makes it longer.
    if key.len() < SHORTEST || text.len() < key.len() {
        return None;
    }
    // Each header of each answer is looked at: most of their bytes are passed over.
    let may_begin = [key.as_bytes()[0], b'\\', b'%'];
    let mut redacted = Vec::new();
    let mut copied = 0;
    let mut position = 0;
    while let Some(skipped) = text[position..]
        .iter()
        .position(|byte| may_begin.contains(byte))
    {
        position += skipped;
        let Some(rest) = after_key(&text[position..], key) else {
            position += 1;
            continue;
        };
        redacted.extend_from_slice(&text[copied..position]);
        redacted.extend_from_slice(REDACTED);
        position = text.len() - rest.len();
        copied = position;
    }
    (copied > 0).then(|| {
        redacted.extend_from_slice(&text[copied..]);
        redacted
    })
}

/// Returns what follows the key, if a text begins with it in one of the ways to
/// write it.
fn after_key<'a>(text: &'a [u8], key: &str) -> Option<&'a [u8]> {
    let as_it_is = text.strip_prefix(key.as_bytes());
    as_it_is.or_else(|| {
        [after_in_json, after_in_address]
            .into_iter()
            .find_map(|after| key.chars().try_fold(text, after))
    })
}

/// Returns what follows a character, if a text begins with it as a JSON string may
/// hold it.
fn after_in_json(text: &[u8], character: char) -> Option<&[u8]> {
    let Some(escaped) = text.strip_prefix(b"\\") else {
        return after_as_it_is(text, character);
    };
    let (name, rest) = escaped.split_first()?;
    match name {
        b'u' => {
            let mut units = [0; 2];
            let mut units = character.encode_utf16(&mut units).iter();
            let first = after_hex(rest, 4, u32::from(*units.next()?))?;
            units.try_fold(first, |text, unit| {
                after_hex(text.strip_prefix(b"\\u")?, 4, u32::from(*unit))
            })
        }
        b't' => (character == '\t').then_some(rest),
        // The others that are letters stand for what no key holds.
        name if name.is_ascii_punctuation() => (character == char::from(*name)).then_some(rest),
        _ => None,
    }
}

/// Returns what follows a character, if a text begins with it as an address may
/// hold it.
fn after_in_address(text: &[u8], character: char) -> Option<&[u8]> {
    if !text.starts_with(b"%") {
        return after_as_it_is(text, character);
    }
    let mut bytes = [0; 4];
    let mut bytes = character.encode_utf8(&mut bytes).bytes();
    bytes.try_fold(text, |text, byte| {
        after_hex(text.strip_prefix(b"%")?, 2, u32::from(byte))
    })
}

fn after_as_it_is(text: &[u8], character: char) -> Option<&[u8]> {
    text.strip_prefix(character.encode_utf8(&mut [0; 4]).as_bytes())
}

/// Returns what follows a number of so many hexadecimal digits.
fn after_hex(text: &[u8], digits: usize, number: u32) -> Option<&[u8]> {
    let (hex, rest) = text.split_at_checked(digits)?;
    let hex = std::str::from_utf8(hex).ok()?;
    (u32::from_str_radix(hex, 16) == Ok(number)).then_some(rest)
}
