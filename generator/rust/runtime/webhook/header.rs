//! Parses the headers of a signed request. The headers are untrusted, so their sizes are limited.

use http::header::HeaderMap;

use super::error::{Error, ErrorKind};
use super::mac::decode;
use super::scheme::{Scheme, Timestamp};

/// The maximum length of a header, in bytes.
const LONGEST: usize = 4096;

/// The maximum number of signatures in a header. Each is compared with each secret.
const MOST_SIGNATURES: usize = 16;

/// The maximum number of digits of a timestamp.
const MOST_DIGITS: usize = 15;

/// The header values that verification needs.
pub(super) struct Signed<'a> {
    /// The signatures, decoded.
    pub(super) signatures: Vec<Vec<u8>>,
    /// The timestamp, as text and in seconds.
    pub(super) timestamp: Option<(&'a str, u64)>,
    /// The delivery ID.
    pub(super) id: Option<&'a str>,
}

impl<'a> Signed<'a> {
    /// Reads the headers.
    ///
    /// # Errors
    ///
    /// Returns an error if a header is missing or malformed.
    pub(super) fn read(scheme: &Scheme, headers: &'a HeaderMap) -> Result<Self, Error> {
        let value = value(headers, scheme.header)?;
        let malformed = || Error::of_header(ErrorKind::MalformedHeader, scheme.header);
        let mut signatures = Vec::new();
        let mut count = 0;
        let mut inner = None;
        for element in elements(value, scheme.separator) {
            if let Some(Timestamp::Element(prefix)) = scheme.timestamp
                && let Some(text) = element.strip_prefix(prefix)
            {
                // With a second timestamp, it would be ambiguous which one is signed.
                if inner.replace(text).is_some() {
                    return Err(malformed());
                }
            } else if let Some(text) = element.strip_prefix(scheme.prefix) {
                count += 1;
                if count > MOST_SIGNATURES {
                    return Err(malformed());
                }
                signatures.extend(decode(scheme.encoding, text));
            }
        }
        if signatures.is_empty() {
            return Err(malformed());
        }
        let timestamp = match scheme.timestamp {
            None => None,
            Some(Timestamp::Header(name)) => Some((self::value(headers, name)?, name)),
            Some(Timestamp::Element(_)) => Some((inner.ok_or_else(malformed)?, scheme.header)),
        };
        let timestamp = timestamp.map(|(text, name)| match seconds(text) {
            Some(seconds) => Ok((text, seconds)),
            None => Err(Error::of_header(ErrorKind::MalformedHeader, name)),
        });
        Ok(Self {
            signatures,
            timestamp: timestamp.transpose()?,
            id: scheme
                .id
                .map(|name| self::value(headers, name))
                .transpose()?,
        })
    }
}

/// Returns the value of a header that must occur exactly once.
fn value<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str, Error> {
    let error = |kind| Error::of_header(kind, name);
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Err(error(ErrorKind::MissingHeader));
    };
    let text = value.to_str().ok();
    let text = text.filter(|text| !text.is_empty() && text.len() <= LONGEST);
    match (text, values.next()) {
        (Some(text), None) => Ok(text),
        _ => Err(error(ErrorKind::MalformedHeader)),
    }
}

/// Splits a header into its elements.
fn elements(value: &str, separator: Option<char>) -> impl Iterator<Item = &str> {
    // NUL does not occur in headers, so without a separator the value is not split.
    value.split(separator.unwrap_or('\0')).map(str::trim)
}

/// Parses a timestamp.
fn seconds(text: &str) -> Option<u64> {
    let is_number = text.len() <= MOST_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}
