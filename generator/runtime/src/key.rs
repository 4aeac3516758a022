//! The API key: how a request carries it, and how everything else is kept free
//! of it.

#![allow(dead_code, reason = "an API has one place for its key")]

use bytes::Bytes;
use reqwest::Request;
use reqwest::header::{COOKIE, HeaderMap, HeaderValue, InvalidHeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::api;
use super::error::Error;

/// The shortest key that is looked for in an answer: a shorter one would match by
/// chance.
const SHORTEST: usize = 8;

/// What stands in place of the key.
const REDACTED: &str = "[redacted]";

/// Where an API expects its key.
pub(super) enum Place {
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

impl Place {
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

/// A key that is fit to be sent, or none where the API works without one.
pub(super) struct Key(Option<SecretString>);

impl Key {
    /// Returns the key, if it can be sent.
    pub(super) fn new(key: Option<SecretString>) -> Result<Self, Error> {
        let key = key.filter(|key| !key.expose_secret().is_empty());
        match &key {
            None if api::KEY_IS_REQUIRED => Err(Error::missing(format!(
                "no API key for {}: call `ClientBuilder::api_key`, or set {} and call `Client::from_env`",
                api::TITLE,
                api::KEY_VARIABLES.join(" or ")
            ))),
            Some(secret) if api::KEY_PLACE.header_value(secret.expose_secret()).is_err() => {
                Err(Error::invalid(
                    "the API key holds a character that no header can carry, such as a line break",
                    None,
                ))
            }
            _ => Ok(Self(key)),
        }
    }

    /// Puts the key where the API expects it.
    pub(super) fn add_to(&self, request: &mut Request) -> Result<(), InvalidHeaderValue> {
        let Some(key) = &self.0 else {
            return Ok(());
        };
        let key = key.expose_secret();
        match api::KEY_PLACE {
            Place::Query { name } => {
                request.url_mut().query_pairs_mut().append_pair(name, key);
            }
            Place::Header { name, .. } => {
                let value = api::KEY_PLACE.header_value(key)?;
                request.headers_mut().insert(name, value);
            }
            Place::Cookie { .. } => {
                let value = api::KEY_PLACE.header_value(key)?;
                request.headers_mut().insert(COOKIE, value);
            }
        }
        Ok(())
    }

    /// Returns a text without the key, if the key stands in it: some servers repeat
    /// it when they refuse it.
    pub(super) fn redacted(&self, text: &[u8]) -> Option<String> {
        let key = self.0.as_ref()?.expose_secret();
        let is_repeated = key.len() >= SHORTEST
            && text
                .windows(key.len())
                .any(|window| window == key.as_bytes());
        is_repeated.then(|| String::from_utf8_lossy(text).replace(key, REDACTED))
    }

    /// Returns a body without the key.
    pub(super) fn without(&self, body: Bytes) -> Bytes {
        self.redacted(&body).map_or(body, Into::into)
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
