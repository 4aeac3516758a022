//! The scheme by which an API signs the requests that it sends.

/// The signature of a request, and everything that it covers.
#[derive(Debug)]
pub struct Scheme {
    /// The header with the signature, in lower case.
    pub header: &'static str,
    /// The text before each signature in the header.
    pub prefix: &'static str,
    /// The character between the elements of the header, which may have several signatures.
    pub separator: Option<char>,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The encoding of a signature in the header.
    pub encoding: Encoding,
    /// The form in which callers have the secret.
    pub secret: SecretForm,
    /// The place of the time at which the request was signed.
    pub timestamp: Option<Timestamp>,
    /// The header with the identifier of the delivery, in lower case.
    pub id: Option<&'static str>,
    /// The signed text.
    pub signed: &'static [Piece],
}

/// An algorithm with a shared secret.
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

/// The form of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretForm {
    /// The bytes of the text are the key.
    Text,
    /// The text encodes the key in Base64, and may begin with a prefix.
    Base64 {
        /// The prefix, such as `whsec_`.
        prefix: &'static str,
    },
}

/// The place of a timestamp, in seconds since the beginning of 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timestamp {
    /// A header, in lower case.
    Header(&'static str),
    /// The element of the signature's header that begins with this text.
    Element(&'static str),
}

/// A piece of the signed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text that is always the same.
    Text(&'static str),
    /// The identifier of the delivery.
    Id,
    /// The timestamp, as the request has it.
    Timestamp,
    /// The body, as the request has it.
    Body,
}
