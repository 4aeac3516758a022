//! The verification of a request: signature, age, and replay, in this order.

use http::header::HeaderMap;

use super::error::{Error, ErrorKind};
use super::header::Signed;
use super::mac::Mac;
use super::scheme::{Piece, Scheme};
use super::verifier::Verifier;

/// Verifies that the API has signed a request, that it is new, and that it is not a replay.
///
/// # Errors
///
/// Returns the reason why the request is rejected.
pub fn verify(
    scheme: &Scheme,
    headers: &HeaderMap,
    body: &[u8],
    verifier: &Verifier,
) -> Result<(), Error> {
    let signed = Signed::read(scheme, headers)?;
    let timestamp = signed.timestamp.map(|(text, _)| text);
    let message = message(scheme, timestamp, signed.id, body);
    let mut first = None;
    let mut is_signed = false;
    for secret in &verifier.secrets {
        let mac = Mac::of(scheme.algorithm, scheme.secret, secret, &message)?;
        for signature in &signed.signatures {
            is_signed |= mac.is(signature);
        }
        first.get_or_insert(mac);
    }
    let (true, Some(first)) = (is_signed, first) else {
        return Err(Error::new(ErrorKind::WrongSignature));
    };
    if let Some((_, seconds)) = signed.timestamp {
        check_age(seconds, verifier)?;
    }
    if let Some(was_seen) = &verifier.on_replay {
        // A signature can have several encodings, and a request can have several signatures. The
        // computed signature is the same for all copies of a request.
        let computed;
        let id = match signed.id {
            Some(id) => id,
            None => {
                computed = first.text(scheme.encoding);
                &computed
            }
        };
        if was_seen(id) {
            return Err(Error::new(ErrorKind::Replayed));
        }
    }
    Ok(())
}

fn check_age(seconds: u64, verifier: &Verifier) -> Result<(), Error> {
    let (now, tolerance) = (verifier.unix_time(), verifier.tolerance.as_secs());
    if now.saturating_sub(seconds) > tolerance {
        return Err(Error::new(ErrorKind::TooOld));
    }
    if seconds.saturating_sub(now) > tolerance {
        return Err(Error::new(ErrorKind::FromTheFuture));
    }
    Ok(())
}

/// Returns the pieces of the signed text.
pub(super) fn message<'a>(
    scheme: &Scheme,
    timestamp: Option<&'a str>,
    id: Option<&'a str>,
    body: &'a [u8],
) -> Vec<&'a [u8]> {
    let pieces = scheme.signed.iter();
    let pieces = pieces.map(|piece| match piece {
        Piece::Text(text) => text.as_bytes(),
        Piece::Id => id.unwrap_or_default().as_bytes(),
        Piece::Timestamp => timestamp.unwrap_or_default().as_bytes(),
        Piece::Body => body,
    });
    pieces.collect()
}
