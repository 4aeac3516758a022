//! The keys of a client, and the selection of the keys for a call.
//!
//! An API may accept alternative keys, and may require several keys at once. An operation may
//! require different keys, or none.

use bytes::Bytes;
use http::header::HeaderMap;
use secrecy::{ExposeSecret, SecretString};

use super::api;
use super::credentials::{Own, Provider};
use super::error::Error;
use super::key::Key;
use super::operation::Operation;

/// The keys of a client, by their indexes in [`api::KEYS`].
pub(super) struct Keys {
    keys: Box<[Option<Key>]>,
    pub(super) provider: Option<Provider>,
}

impl Keys {
    /// Creates the keys that are set. An empty key is ignored.
    ///
    /// # Errors
    ///
    /// Returns [`Error::MissingConfiguration`] if a required key is not set.
    pub(super) fn new(
        given: impl IntoIterator<Item = Option<SecretString>>,
        provider: Option<Provider>,
    ) -> Result<Self, Error> {
        let mut given = given.into_iter();
        let keys = api::KEYS.iter().map(|location| {
            let key = given.next().flatten();
            let key = key.filter(|key| !key.expose_secret().is_empty());
            key.map(|key| Key::new(location, key)).transpose()
        });
        let keys = Self {
            keys: keys.collect::<Result<_, _>>()?,
            provider,
        };
        if api::KEY_IS_REQUIRED && keys.chosen(api::SECURITY, None).is_none() {
            return Err(Error::missing(format!(
                "no API key for {}: call {}, or set {} and call `Client::from_env`",
                api::TITLE,
                setters(api::SECURITY),
                api::KEY_VARIABLES.join(" or ")
            )));
        }
        Ok(keys)
    }

    /// Returns the first alternative whose keys are all set.
    #[inline]
    fn chosen(
        &self,
        security: &'static [&'static [usize]],
        own: Option<&Own>,
    ) -> Option<&'static [usize]> {
        let mut alternatives = security.iter();
        let keys = alternatives.find(|keys| keys.iter().all(|key| self.is_set(*key, own)))?;
        Some(keys)
    }

    fn is_set(&self, key: usize, own: Option<&Own>) -> bool {
        self.keys.get(key).is_some_and(Option::is_some)
            || own.is_some_and(|own| own.position == key)
            || self.provider.as_ref().is_some_and(|it| it.position == key)
    }

    /// Returns the keys of a request.
    ///
    /// # Errors
    ///
    /// Returns [`Error::MissingConfiguration`] if the operation requires a key that is not set.
    #[inline]
    pub(super) fn of(
        &self,
        operation: &Operation,
        own: Option<&Own>,
    ) -> Result<&'static [usize], Error> {
        let security = operation.security.unwrap_or(api::SECURITY);
        match self.chosen(security, own) {
            Some(keys) => Ok(keys),
            None if security.is_empty() => Ok(&[]),
            None => Err(Error::missing(format!(
                "`{}` requires another key: call {}",
                operation.id,
                setters(security)
            ))),
        }
    }

    /// Returns the key at an index.
    #[inline]
    pub(super) fn key<'a>(&'a self, position: usize, own: Option<&'a Own>) -> Option<&'a Key> {
        match own {
            Some(own) if own.position == position => Some(&own.key),
            _ => self.keys.get(position)?.as_ref(),
        }
    }

    /// Returns the provider, if the operation uses its key.
    #[inline]
    pub(super) fn provider_of(&self, operation: &Operation) -> Option<&Provider> {
        let provider = self.provider.as_ref()?;
        let keys = self.of(operation, None).ok()?;
        keys.contains(&provider.position).then_some(provider)
    }
}

/// Lists the builder methods that set the keys of each alternative.
fn setters(security: &[&[usize]]) -> String {
    let alternatives = security.iter().filter(|keys| !keys.is_empty());
    let alternatives = alternatives.map(|keys| {
        let setters = keys.iter().map(|key| {
            let setter = match key.checked_sub(1) {
                None => "api_key",
                Some(other) => api::OTHER_KEYS.get(other).map_or("", |(setter, _)| *setter),
            };
            format!("`ClientBuilder::{setter}`")
        });
        setters.collect::<Vec<_>>().join(" and ")
    });
    alternatives.collect::<Vec<_>>().join(" or ")
}

/// The keys of a client and of a call, which are redacted from responses.
#[derive(Clone, Copy)]
pub(super) struct Secrets<'a> {
    pub(super) keys: &'a Keys,
    pub(super) own: Option<&'a Own>,
}

impl<'a> Secrets<'a> {
    fn all(self) -> impl Iterator<Item = &'a Key> {
        let own = self.own.into_iter().map(|own| &*own.key);
        self.keys.keys.iter().flatten().chain(own)
    }

    fn redacted(self, text: &[u8]) -> Option<Vec<u8>> {
        let mut redacted = None;
        for key in self.all() {
            let rest: &[u8] = redacted.as_deref().unwrap_or(text);
            if let Some(text) = key.redacted(rest) {
                redacted = Some(text);
            }
        }
        redacted
    }

    /// Redacts the keys in a body.
    pub(super) fn without(self, body: Bytes) -> Bytes {
        self.redacted(&body).map_or(body, Into::into)
    }

    /// Redacts the keys in a text.
    pub(super) fn without_in(self, text: String) -> String {
        match self.redacted(text.as_bytes()) {
            Some(redacted) => String::from_utf8_lossy(&redacted).into_owned(),
            None => text,
        }
    }

    /// Marks headers that contain a key as sensitive, so that `Debug` hides them.
    pub(super) fn hide_in(self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            if self.all().any(|key| key.is_in(value.as_bytes())) {
                value.set_sensitive(true);
            }
        }
    }
}
