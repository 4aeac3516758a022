//! Errors of reading the text of a response.

use std::error::Error as StdError;
use std::fmt::{self, Display, Formatter};

use crate::Error;
use crate::runtime::OneLine;
use crate::types::ResponseObject;

/// An error of obtaining the text of a response, or of deserializing it.
#[derive(Debug)]
#[non_exhaustive]
pub enum OutputError {
    /// The request failed, or its events could not be read.
    Call(Error),
    /// The API could not create the response.
    Failed {
        /// The response, if the API returned it.
        response: Option<Box<ResponseObject>>,
    },
    /// The response has no text.
    Empty,
    /// The text is truncated, for example by the token limit, and is not complete JSON.
    Incomplete {
        /// The reason, if the API returned one.
        reason: Option<String>,
        /// The text.
        text: String,
    },
    /// The text does not match the type.
    Mismatch(Box<OutputMismatch>),
    /// The type has no schema that the API accepts. Nothing was sent.
    Schema(Box<SchemaError>),
}

/// A text that does not match a type.
#[derive(Debug)]
pub struct OutputMismatch {
    path: String,
    text: String,
    source: serde_json::Error,
}

impl OutputMismatch {
    #[cfg(feature = "schema")]
    pub(super) fn new(path: String, text: String, source: serde_json::Error) -> Self {
        Self { path, text, source }
    }

    /// Returns the JSON path of the mismatch, such as `chapters[1].title`, or `.` for the whole
    /// text.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A type that has no schema that the API accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    name: String,
    path: String,
    reason: &'static str,
}

impl SchemaError {
    #[cfg(feature = "schema")]
    pub(super) fn new(name: String, path: String, reason: &'static str) -> Self {
        Self { name, path, reason }
    }

    /// Returns the path of the schema that is not accepted, such as `chapters[].scores`, or `.`
    /// for the type itself.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl Display for OutputError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => Display::fmt(error, f),
            Self::Failed { response } => {
                let id = response
                    .as_ref()
                    .and_then(|response| response.id.as_deref());
                match id {
                    Some(id) => write!(f, "the API could not create response `{}`", OneLine(id)),
                    None => f.write_str("the API could not create the response"),
                }
            }
            Self::Empty => f.write_str("the response has no text"),
            Self::Incomplete { reason, .. } => {
                f.write_str("the text of the response is incomplete")?;
                match reason {
                    Some(reason) => write!(f, ": {}", OneLine(reason)),
                    None => Ok(()),
                }
            }
            Self::Mismatch(error) => Display::fmt(error, f),
            Self::Schema(error) => Display::fmt(error, f),
        }
    }
}

impl Display for OutputMismatch {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if !self.source.is_data() {
            f.write_str("the text of the response is not JSON: ")?;
        } else if self.path == "." {
            f.write_str("the text of the response does not match: ")?;
        } else {
            let path = OneLine(&self.path);
            write!(f, "the text of the response does not match at `{path}`: ")?;
        }
        write!(f, "{}", OneLine(&self.source.to_string()))
    }
}

impl Display for SchemaError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` has no schema that the API accepts: ", self.name)?;
        if self.path != "." {
            write!(f, "at `{}`: ", self.path)?;
        }
        f.write_str(self.reason)
    }
}

impl StdError for OutputError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            // This error displays the texts of these errors.
            Self::Call(error) => error.source(),
            Self::Mismatch(error) => error.source(),
            _ => None,
        }
    }
}

impl StdError for OutputMismatch {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.source)
    }
}

impl StdError for SchemaError {}

impl From<Error> for OutputError {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl From<OutputMismatch> for OutputError {
    fn from(error: OutputMismatch) -> Self {
        Self::Mismatch(Box::new(error))
    }
}

impl From<SchemaError> for OutputError {
    fn from(error: SchemaError) -> Self {
        Self::Schema(Box::new(error))
    }
}
