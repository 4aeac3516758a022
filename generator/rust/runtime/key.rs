//! An API key: adding it to requests, and redacting it everywhere else.

#![allow(dead_code, reason = "an API uses one location for its key")]

use http::header::{COOKIE, HeaderName, HeaderValue, InvalidHeaderValue};
use reqwest::{Request, Url};
use secrecy::{ExposeSecret, SecretString};

use super::api;
use super::error::Error;
use super::request_builder::add_cookie;

/// The minimum length of a key that is redacted. Shorter keys would match unrelated text.
const SHORTEST: usize = 8;

/// The replacement of the key.
const REDACTED: &[u8] = b"[redacted]";

/// The location of a key in requests.
pub(super) enum KeyLocation {
    /// A header with a lowercase name. The prefix precedes the key in its value.
    Header {
        name: &'static str,
        prefix: &'static str,
    },
    /// A query parameter.
    Query { name: &'static str },
    /// A cookie.
    Cookie { name: &'static str },
}

impl KeyLocation {
    /// Returns the name of the header that contains the key.
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

/// A validated key.
pub(super) struct Key {
    location: &'static KeyLocation,
    secret: SecretString,
    /// The key as it is sent in its header, if that differs from the secret.
    encoded: Option<SecretString>,
    /// The header that contains the key, if its location is a header.
    header: Option<(HeaderName, HeaderValue)>,
}

impl Key {
    /// Returns the key.
    ///
    /// # Errors
    ///
    /// Returns an error if the key contains a character that is not allowed in a header.
    pub(super) fn new(location: &'static KeyLocation, secret: SecretString) -> Result<Self, Error> {
        let text = secret.expose_secret().to_owned();
        let text = super::basic_auth::encoded(location, text);
        let value = location.header_value(&text).map_err(|_| {
            let message = "the API key contains a character that is not allowed in a header, \
                           such as a line break";
            Error::invalid(message, None)
        })?;
        let name = location.header().map(HeaderName::from_static);
        let is_encoded = text != secret.expose_secret();
        Ok(Self {
            location,
            encoded: is_encoded.then(|| SecretString::from(text)),
            secret,
            header: name.map(|name| (name, value)),
        })
    }

    /// Adds the key to a request at its location.
    pub(super) fn add_to(&self, request: &mut Request) {
        let headers = request.headers_mut();
        match (self.location, &self.header) {
            (KeyLocation::Cookie { .. }, Some((_, value))) if headers.contains_key(COOKIE) => {
                // This cannot fail: both parts are valid in a header.
                let _ = add_cookie(headers, value.clone());
            }
            (_, Some((name, value))) => {
                headers.insert(name, value.clone());
            }
            (KeyLocation::Query { name }, None) => {
                let mut query = request.url_mut().query_pairs_mut();
                query.append_pair(name, self.secret.expose_secret());
            }
            _ => {}
        }
    }

    /// Returns `true` if a text contains the whole key.
    #[inline]
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        let holds = |secret: &SecretString| {
            let secret = secret.expose_secret();
            find(secret, secret.len(), text, 0).is_some()
        };
        holds(&self.secret) || self.encoded.as_ref().is_some_and(holds)
    }

    /// Redacts the key in a text, or returns `None` if the text does not contain it. Some servers
    /// include a rejected key in the error response, escaped as JSON or percent-encoded.
    pub(super) fn redacted(&self, text: &[u8]) -> Option<Vec<u8>> {
        let redacted = without(self.secret.expose_secret(), text);
        let Some(encoded) = &self.encoded else {
            return redacted;
        };
        let rest = redacted.as_deref().unwrap_or(text);
        without(encoded.expose_secret(), rest).or(redacted)
    }
}

/// Removes the keys in the query of a URL from a response, before the key of the call is added. Some
/// servers repeat the key of the request in such URLs.
#[cold]
pub(super) fn remove_from_query(url: &mut Url) {
    let is_key = |pair: &str| {
        let name = form_urlencoded::parse(pair.as_bytes()).next();
        let name = name.map(|(name, _)| name);
        let mut keys = api::KEYS.iter();
        keys.any(
            |key| matches!(key, KeyLocation::Query { name: key } if name.as_deref() == Some(*key)),
        )
    };
    let query = url.query().unwrap_or_default();
    if query.split('&').any(is_key) {
        let kept: Vec<&str> = query.split('&').filter(|pair| !is_key(pair)).collect();
        let kept = kept.join("&");
        url.set_query(Some(kept.as_str()).filter(|kept| !kept.is_empty()));
    }
}

/// Redacts a secret in a text, or returns `None` if the text does not contain it. Finds the secret
/// truncated to at least half its length, in any letter case, and escaped as in JSON or a URL.
pub(super) fn without(secret: &str, text: &[u8]) -> Option<Vec<u8>> {
    // Less than half of a secret reveals little, and would match unrelated text.
    let least = SHORTEST.max(secret.len().div_ceil(2));
    let mut redacted = Vec::new();
    let mut copied = 0;
    let mut position = 0;
    while let Some((start, end)) = find(secret, least, text, position) {
        redacted.extend_from_slice(&text[copied..start]);
        redacted.extend_from_slice(REDACTED);
        copied = end;
        position = end;
    }
    (copied > 0).then(|| {
        redacted.extend_from_slice(&text[copied..]);
        redacted
    })
}

/// Finds the secret, or at least its first `least` bytes, in a text after a position.
#[inline]
fn find(secret: &str, least: usize, text: &[u8], from: usize) -> Option<(usize, usize)> {
    // Escaping only makes the secret longer.
    if secret.len() < SHORTEST || text.len() < from + least {
        return None;
    }
    // This runs for each header of each response, so it skips to the first byte of the secret.
    let first = secret.as_bytes()[0];
    let may_begin = [
        first.to_ascii_lowercase(),
        first.to_ascii_uppercase(),
        b'\\',
        b'%',
    ];
    let mut position = from;
    while let Some(skipped) = text[position..]
        .iter()
        .position(|byte| may_begin.contains(byte))
    {
        position += skipped;
        if let Some(rest) = after_secret(&text[position..], secret, least) {
            return Some((position, text.len() - rest.len()));
        }
        position += 1;
    }
    None
}

/// If a text starts with a character in one encoding, returns the rest of the text.
type After = fn(&[u8], char) -> Option<&[u8]>;

/// If a text starts with at least `least` bytes of a secret in one of the encodings, returns the
/// rest of the text.
fn after_secret<'a>(text: &'a [u8], secret: &str, least: usize) -> Option<&'a [u8]> {
    let ways: [After; 2] = [after_in_json, after_in_address];
    let rests = ways.into_iter().filter_map(|after| {
        let (mut rest, mut found) = (text, 0);
        for character in secret.chars() {
            let Some(next) = after(rest, character) else {
                break;
            };
            rest = next;
            found += character.len_utf8();
        }
        (found >= least).then_some(rest)
    });
    // The encoding that matches the most.
    rests.min_by_key(|rest| rest.len())
}

/// If a text starts with a character as it may be escaped in a JSON string, returns the rest of the
/// text.
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
        // The other letter escapes are control characters, which keys do not contain.
        name if name.is_ascii_punctuation() => (character == char::from(*name)).then_some(rest),
        _ => None,
    }
}

/// If a text starts with a character as it may be percent-encoded in a URL, returns the rest of the
/// text.
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

/// If a text starts with a character in any letter case, returns the rest of the text.
fn after_as_it_is(text: &[u8], character: char) -> Option<&[u8]> {
    let mut bytes = [0; 4];
    let bytes = character.encode_utf8(&mut bytes).as_bytes();
    let (start, rest) = text.split_at_checked(bytes.len())?;
    start.eq_ignore_ascii_case(bytes).then_some(rest)
}

/// If a text starts with a number of `digits` hexadecimal digits, returns the rest of the text.
fn after_hex(text: &[u8], digits: usize, number: u32) -> Option<&[u8]> {
    let (hex, rest) = text.split_at_checked(digits)?;
    let hex = std::str::from_utf8(hex).ok()?;
    (u32::from_str_radix(hex, 16) == Ok(number)).then_some(rest)
}
