//! Why a request is not an event of the API.

use std::error::Error as StdError;
use std::fmt::{self, Debug, Display, Formatter};

use super::super::one_line::OneLine;

/// The reason why a request is refused.
///
/// It has neither the secret nor a signature.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    /// The header that is missing or malformed.
    header: &'static str,
    /// The place of the mismatch in the body.
    path: String,
    source: Option<serde_json::Error>,
}

/// The kind of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A header is missing that a signed request has.
    MissingHeader,
    /// A header occurs twice, is too long, or does not have the form that the API gives it.
    MalformedHeader,
    /// No signature is that of the body with one of the secrets.
    WrongSignature,
    /// The request was signed before the tolerated time.
    TooOld,
    /// The request was signed after the tolerated time: the clocks differ.
    FromTheFuture,
    /// The request was received before.
    Replayed,
    /// A secret is empty, or does not have the form that the API gives it. This is a mistake of
    /// the receiver.
    InvalidSecret,
    /// The body is not JSON, or does not match the event that it names.
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

    /// Returns the reason.
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

    /// Returns `true` if the request can be sent by anyone: it is not proven that it comes from
    /// the API, or that it is new. A server responds to it with the status 400 or 401.
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
                f.write_str("the body is not an event")?;
                if inner.path != "." {
                    write!(f, ": mismatch at `{}`", OneLine(&inner.path))?;
                }
                if let Some(source) = &inner.source {
                    write!(f, ": {}", OneLine(&source.to_string()))?;
                }
                return Ok(());
            }
            ErrorKind::WrongSignature => "the signature is not that of the body",
            ErrorKind::TooOld => "the request was signed too long ago",
            ErrorKind::FromTheFuture => "the request was signed in the future",
            ErrorKind::Replayed => "the request was received before",
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
