//! Read errors with their JSON path.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use serde::de::Error as _;
use serde_json::Value;

use super::Failure;

/// The path of the whole body.
pub(super) const ROOT: &str = ".";

/// The result of reading a value.
pub type Result<T = ()> = std::result::Result<T, Box<Fault>>;

/// The reason why a text is not a value of a type.
#[derive(Debug)]
pub struct Fault {
    /// The path to the value, innermost step first.
    path: Vec<Step<'static>>,
    reason: Reason,
    /// The byte offset at which the reader stopped.
    position: usize,
}

/// A step of a path.
#[derive(Debug)]
pub(super) enum Step<'a> {
    Key(Cow<'a, str>),
    Index(usize),
}

/// Formats steps, outermost first, as a path such as `data[0].id`.
pub(super) fn path<'a>(steps: impl Iterator<Item = &'a Step<'a>>) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Key(key) if path.is_empty() => path.push_str(key),
            Step::Key(key) => path.extend([".", key]),
            Step::Index(index) => {
                let _ = write!(path, "[{index}]");
            }
        }
    }
    if path.is_empty() {
        ROOT.clone_into(&mut path);
    }
    path
}

#[derive(Debug)]
enum Reason {
    /// The text is not JSON.
    Syntax,
    /// The value does not match the type, for this reason.
    Data(String),
    /// The value does not match a variant of a union, for a reason that nobody reads.
    Unrecorded,
}

/// The reason of a fault that is not read.
const UNRECORDED: &str = "the value does not match the variant";

impl Fault {
    #[cold]
    pub(super) fn syntax(position: usize) -> Box<Self> {
        Self::new(Reason::Syntax, position)
    }

    #[cold]
    pub(super) fn data(reason: String, position: usize) -> Box<Self> {
        Self::new(Reason::Data(reason), position)
    }

    #[cold]
    pub(super) fn unrecorded() -> Box<Self> {
        Self::new(Reason::Unrecorded, 0)
    }

    fn new(reason: Reason, position: usize) -> Box<Self> {
        Box::new(Self {
            path: Vec::new(),
            reason,
            position,
        })
    }

    /// Adds a key to the path.
    #[cold]
    pub(super) fn under_key(mut self: Box<Self>, key: &str) -> Box<Self> {
        if !matches!(self.reason, Reason::Unrecorded) {
            self.path.push(Step::Key(Cow::Owned(key.to_owned())));
        }
        self
    }

    /// Adds an index to the path.
    #[cold]
    pub(super) fn under_index(mut self: Box<Self>, index: usize) -> Box<Self> {
        self.path.push(Step::Index(index));
        self
    }

    fn path(&self) -> String {
        path(self.path.iter().rev())
    }

    /// Returns the path and an error with line and column. The error of a body that is not JSON is
    /// created by `serde_json`.
    #[cold]
    pub(super) fn locate(self, body: &[u8]) -> Failure {
        let reason = match &self.reason {
            Reason::Data(reason) => reason,
            Reason::Unrecorded => UNRECORDED,
            Reason::Syntax => match serde_json::from_slice::<Value>(body) {
                Err(error) => return (self.path(), error),
                Ok(_) => "invalid JSON",
            },
        };
        let before = body.get(..self.position).unwrap_or(body);
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        let column = before.iter().rev().take_while(|byte| **byte != b'\n');
        let column = column.count();
        // `serde_json` parses the position from this text.
        let error = serde_json::Error::custom(format!("{reason} at line {line} column {column}"));
        (self.path(), error)
    }
}

/// Displays the path and the reason, without line and column.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = match &self.reason {
            Reason::Data(reason) => reason,
            Reason::Unrecorded => UNRECORDED,
            Reason::Syntax => "invalid JSON",
        };
        match self.path().as_str() {
            ROOT => f.write_str(reason),
            path => write!(f, "at `{path}`: {reason}"),
        }
    }
}
