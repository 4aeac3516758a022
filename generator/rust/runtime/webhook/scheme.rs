//! The scheme with which an API signs its webhook requests.

/// The signature scheme of an API.
#[derive(Debug)]
pub struct Scheme {
    /// The lowercase name of the header with the signature.
    pub header: &'static str,
    /// The prefix of each signature in the header.
    pub prefix: &'static str,
    /// The separator between the elements of the header, which may contain several signatures.
    pub separator: Option<char>,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The encoding of a signature in the header.
    pub encoding: Encoding,
    /// The format of the secret.
    pub secret: SecretForm,
    /// The location of the timestamp.
    pub timestamp: Option<Timestamp>,
    /// The lowercase name of the header with the delivery ID.
    pub id: Option<&'static str>,
    /// The signed text.
    pub signed: &'static [Piece],
}

/// A MAC algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC with SHA-256
    HmacSha256,
    /// HMAC with SHA-512
    HmacSha512,
}

/// The encoding of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Hexadecimal digits
    Hex,
    /// Base64 with padding
    Base64,
}

/// The format of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretForm {
    /// The bytes of the text are the key.
    Text,
    /// The text is the key in Base64, with an optional prefix.
    Base64 {
        /// The prefix, such as `whsec_`.
        prefix: &'static str,
    },
}

/// The location of a timestamp, in seconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timestamp {
    /// A header with this lowercase name.
    Header(&'static str),
    /// The element of the signature header that starts with this text.
    Element(&'static str),
}

/// A piece of the signed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A constant text.
    Text(&'static str),
    /// The delivery ID.
    Id,
    /// The timestamp, verbatim.
    Timestamp,
    /// The body, verbatim.
    Body,
}
