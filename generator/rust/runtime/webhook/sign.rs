//! Signs requests like the API, for tests of receivers.

use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::error::{Error, ErrorKind};
use super::mac::Mac;
use super::scheme::{Scheme, Timestamp};
use super::verifier::Verifier;
use super::verify::message;

/// Signs a body with the first secret and the current time, and returns the headers of the request.
///
/// # Errors
///
/// Returns an error if the secret does not have the documented format.
pub fn sign(scheme: &Scheme, body: &[u8], verifier: &Verifier) -> Result<HeaderMap, Error> {
    let invalid = || Error::new(ErrorKind::InvalidSecret);
    let timestamp = scheme.timestamp.map(|_| verifier.unix_time().to_string());
    let id = scheme.id.map(|_| format!("msg_{:016x}", fastrand::u64(..)));
    let message = message(scheme, timestamp.as_deref(), id.as_deref(), body);
    let secret = verifier.secrets.first().ok_or_else(invalid)?;
    let mac = Mac::of(scheme.algorithm, scheme.secret, secret, &message)?;
    let signature = [scheme.prefix, &mac.text(scheme.encoding)].concat();
    let mut headers = HeaderMap::new();
    let mut add = |name: &'static str, value: String| {
        // The value is visible ASCII, because the generator checks the texts of the scheme.
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    let signature = match (scheme.timestamp, &timestamp, scheme.separator) {
        (Some(Timestamp::Element(prefix)), Some(timestamp), Some(separator)) => {
            format!("{prefix}{timestamp}{separator}{signature}")
        }
        _ => signature,
    };
    add(scheme.header, signature);
    if let (Some(Timestamp::Header(name)), Some(timestamp)) = (scheme.timestamp, timestamp) {
        add(name, timestamp);
    }
    if let (Some(name), Some(id)) = (scheme.id, id) {
        add(name, id);
    }
    Ok(headers)
}
