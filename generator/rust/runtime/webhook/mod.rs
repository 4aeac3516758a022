//! Webhooks: requests that the API sends. A request is verified before its body is decoded.
//!
//! The API of this module uses only types of the crate `http`, so it works with any server. The
//! module is independent of the events of the API. A [`Scheme`] describes the API's signatures.

#![cfg(feature = "webhooks")]
#![allow(dead_code, unused_imports, reason = "an API may not sign its events")]

mod error;
mod header;
mod mac;
mod scheme;
#[cfg(feature = "mock")]
mod sign;
mod verifier;
mod verify;

pub use error::{Error, ErrorKind};
pub use scheme::{Algorithm, Encoding, Piece, Scheme, SecretForm, Timestamp};
#[cfg(feature = "mock")]
pub use sign::sign;
pub use verifier::Verifier;
pub use verify::verify;

use super::read::{self, Read};

/// Decodes the body of a request.
///
/// # Errors
///
/// Returns an error if the body is not JSON, or not an event of this type.
pub fn decode<T: Read>(body: &[u8]) -> Result<T, Error> {
    match read::decode(body) {
        Ok((event, _)) => Ok(event),
        Err((path, source)) => Err(Error::body(path, source)),
    }
}
