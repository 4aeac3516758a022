//! Errors of webhook verification.

use std::error::Error as StdError;
use std::fmt::{self, Debug, Display, Formatter};

use super::super::one_line::OneLine;

/// The reason why a request is rejected.
///
/// The error contains neither the secret nor a signature.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    /// The header that is missing or malformed.
    header: &'static str,
    /// The JSON path of the mismatch in the body.
    path: String,
    source: Option<serde_json::Error>,
}

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A required header is missing.
    MissingHeader,
    /// A header occurs twice, is too long, or does not have the documented format.
    MalformedHeader,
    /// No signature matches the body and one of the secrets.
    WrongSignature,
    /// The request was signed too long ago.
    TooOld,
    /// The timestamp is too far in the future, because the clocks differ.
    FromTheFuture,
    /// The request was already received.
    Replayed,
    /// A secret is empty or does not have the documented format. This is an error in the receiver's
    /// configuration.
    InvalidSecret,
    /// The body is not JSON, or does not match the type of its event.
    Body,
}

impl Error {
    #[cold]
    pub(super) fn new(kind: ErrorKind) -> Self {
        Self::of_header(kind, "")
    }

    #[cold]
    pub(super) fn of_header(kind: ErrorKind, header: &'static str) -> Self {
        Self(Box::new(Inner {
            kind,
            header,
            path: String::new(),
            source: None,
        }))
    }

    #[cold]
    pub(super) fn body(path: String, source: serde_json::Error) -> Self {
        Self(Box::new(Inner {
            kind: ErrorKind::Body,
            header: "",
            path,
            source: Some(source),
        }))
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the name of the header that is missing or malformed.
    pub fn header(&self) -> Option<&str> {
        Some(self.0.header).filter(|name| !name.is_empty())
    }

    /// Returns the JSON path of the mismatch in the body, such as `data.id`, or `.` for the
    /// whole body.
    pub fn path(&self) -> Option<&str> {
        self.0.source.as_ref().map(|_| self.0.path.as_str())
    }

    /// Returns `true` if the request is not verified: it may not come from the API, or may not be
    /// new. Respond to it with the status 400 or 401.
    pub fn is_unverified(&self) -> bool {
        !matches!(self.0.kind, ErrorKind::InvalidSecret | ErrorKind::Body)
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let text = match inner.kind {
            ErrorKind::MissingHeader => {
                return write!(f, "the header `{}` is missing", inner.header);
            }
            ErrorKind::MalformedHeader => {
                return write!(f, "the header `{}` is malformed", inner.header);
            }
            ErrorKind::Body => {
                f.write_str("the body is not a valid event")?;
                if inner.path != "." {
                    write!(f, ": mismatch at `{}`", OneLine(&inner.path))?;
                }
                if let Some(source) = &inner.source {
                    write!(f, ": {}", OneLine(&source.to_string()))?;
                }
                return Ok(());
            }
            ErrorKind::WrongSignature => "the signature does not match the body",
            ErrorKind::TooOld => "the request was signed too long ago",
            ErrorKind::FromTheFuture => "the request was signed in the future",
            ErrorKind::Replayed => "the request was already received",
            ErrorKind::InvalidSecret => "a secret is empty or malformed",
        };
        f.write_str(text)
    }
}

impl Debug for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Error");
        shown.field("kind", &self.0.kind);
        if let Some(header) = self.header() {
            shown.field("header", &header);
        }
        if let Some(source) = &self.0.source {
            shown.field("path", &self.0.path).field("source", source);
        }
        shown.finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.source.as_ref()?;
        Some(source)
    }
}
