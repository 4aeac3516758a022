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
    /// The providers, each of another key.
    pub(super) providers: Vec<Provider>,
}

impl Keys {
    /// Creates the keys that are set. An empty key is ignored.
    ///
    /// # Errors
    ///
    /// Returns [`Error::MissingConfiguration`] if a required key is not set.
    pub(super) fn new(
        given: impl IntoIterator<Item = Option<SecretString>>,
        providers: Vec<Provider>,
    ) -> Result<Self, Error> {
        let mut given = given.into_iter();
        let keys = api::KEYS.iter().map(|location| {
            let key = given.next().flatten();
            let key = key.filter(|key| !key.expose_secret().is_empty());
            key.map(|key| Key::new(location, key)).transpose()
        });
        let keys = Self {
            keys: keys.collect::<Result<_, _>>()?,
            providers,
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

    /// Returns the first alternative whose keys are all set, and which contains the key of the
    /// call, if it has its own.
    #[inline]
    fn chosen(
        &self,
        security: &'static [&'static [usize]],
        own: Option<&Own>,
    ) -> Option<&'static [usize]> {
        let mut alternatives = security.iter();
        let keys = alternatives.find(|keys| {
            own.is_none_or(|own| keys.contains(&own.position))
                && keys.iter().all(|key| self.is_set(*key, own))
        })?;
        Some(keys)
    }

    fn is_set(&self, key: usize, own: Option<&Own>) -> bool {
        let is_obtained = || match own {
            Some(own) => own.position == key,
            // A call obtains the key of one provider.
            None => self.providers.iter().any(|it| it.position == key),
        };
        self.is_fixed(key) || is_obtained()
    }

    /// Returns `true` if a key is set on the client without a provider.
    fn is_fixed(&self, key: usize) -> bool {
        self.keys.get(key).is_some_and(Option::is_some)
    }

    /// Returns the index of the key that [`CallOptions::api_key`] sets for an operation, or `None`
    /// if the operation uses no key. It is the first key of the API, or another key that is
    /// sufficient alone.
    ///
    /// # Errors
    ///
    /// Returns [`Error::MissingConfiguration`] if the operation requires other keys.
    ///
    /// [`CallOptions::api_key`]: super::call_options::CallOptions::api_key
    pub(super) fn position_of_own(&self, operation: &Operation) -> Result<Option<usize>, Error> {
        let security = operation.security.unwrap_or(api::SECURITY);
        if security.iter().all(|keys| keys.is_empty()) {
            return Ok(None);
        }
        let is_first = |keys: &&[usize]| {
            keys.contains(&0) && keys.iter().all(|key| *key == 0 || self.is_fixed(*key))
        };
        if security.iter().any(is_first) {
            return Ok(Some(0));
        }
        let alone = security.iter().find_map(|keys| match keys {
            [key] => Some(*key),
            _ => None,
        });
        match alone {
            Some(key) => Ok(Some(key)),
            None => Err(Error::missing(format!(
                "`{}` does not use the key of `CallOptions::api_key` alone: call {}",
                operation.id,
                setters(security)
            ))),
        }
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
            None => Err(self.missing(operation)),
        }
    }

    /// Returns the error of an operation that requires a key that is not set.
    #[cold]
    pub(super) fn missing(&self, operation: &Operation) -> Error {
        Error::missing(format!(
            "`{}` requires another key: call {}",
            operation.id,
            setters(operation.security.unwrap_or(api::SECURITY))
        ))
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
        if self.providers.is_empty() {
            return None;
        }
        let keys = self.of(operation, None).ok()?;
        self.providers.iter().find(|it| keys.contains(&it.position))
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
