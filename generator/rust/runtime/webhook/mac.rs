//! Message authentication codes, and their text encodings.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac as _};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Sha256, Sha512};

use super::error::{Error, ErrorKind};
use super::scheme::{Algorithm, Encoding, SecretForm};

/// The code of a message.
pub(super) enum Mac {
    Sha256(Hmac<Sha256>),
    Sha512(Hmac<Sha512>),
}

impl Mac {
    /// Computes the code of a message with a secret.
    ///
    /// # Errors
    ///
    /// Returns an error if the secret is empty or does not have this format. Anyone could sign with
    /// an empty secret.
    pub(super) fn of(
        algorithm: Algorithm,
        form: SecretForm,
        secret: &SecretString,
        message: &[&[u8]],
    ) -> Result<Self, Error> {
        let invalid = || Error::new(ErrorKind::InvalidSecret);
        let text = secret.expose_secret();
        let decoded;
        let key = match form {
            SecretForm::Text => text.as_bytes(),
            SecretForm::Base64 { prefix } => {
                let text = text.strip_prefix(prefix).unwrap_or(text);
                decoded = STANDARD.decode(text).map_err(|_| invalid())?;
                &decoded
            }
        };
        if key.is_empty() {
            return Err(invalid());
        }
        let mut mac = match algorithm {
            Algorithm::HmacSha256 => Hmac::new_from_slice(key).map(Self::Sha256),
            Algorithm::HmacSha512 => Hmac::new_from_slice(key).map(Self::Sha512),
        }
        .map_err(|_| invalid())?;
        for part in message {
            match &mut mac {
                Self::Sha256(mac) => mac.update(part),
                Self::Sha512(mac) => mac.update(part),
            }
        }
        Ok(mac)
    }

    /// Compares the code with a signature in constant time.
    pub(super) fn is(&self, signature: &[u8]) -> bool {
        match self {
            Self::Sha256(mac) => mac.clone().verify_slice(signature).is_ok(),
            Self::Sha512(mac) => mac.clone().verify_slice(signature).is_ok(),
        }
    }

    /// Encodes the code as text.
    pub(super) fn text(self, encoding: Encoding) -> String {
        match self {
            Self::Sha256(mac) => encode(encoding, &mac.finalize().into_bytes()),
            Self::Sha512(mac) => encode(encoding, &mac.finalize().into_bytes()),
        }
    }
}

fn encode(encoding: Encoding, bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    match encoding {
        Encoding::Base64 => STANDARD.encode(bytes),
        Encoding::Hex => {
            let digit = |value: u8| char::from(DIGITS[usize::from(value & 15)]);
            let digits = bytes
                .iter()
                .flat_map(|byte| [digit(byte >> 4), digit(*byte)]);
            digits.collect()
        }
    }
}

/// Decodes a text, or returns `None` if it is not in the encoding.
pub(super) fn decode(encoding: Encoding, text: &str) -> Option<Vec<u8>> {
    match encoding {
        Encoding::Base64 => STANDARD.decode(text).ok(),
        Encoding::Hex => {
            let digit = |byte: u8| u8::try_from(char::from(byte).to_digit(16)?).ok();
            let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
                return None;
            };
            let bytes = pairs.iter();
            let bytes = bytes.map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
            bytes.collect()
        }
    }
}
