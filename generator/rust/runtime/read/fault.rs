//! Why a text is not a value of a type, and where.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use serde::de::Error as _;
use serde_json::Value;

use super::Failure;

/// The path of a body as a whole.
pub(super) const ROOT: &str = ".";

/// The result of reading a value.
pub type Result<T = ()> = std::result::Result<T, Box<Fault>>;

/// Why a text is not a value of a type.
#[derive(Debug)]
pub struct Fault {
    /// The way to the value, from the inside to the outside.
    path: Vec<Step<'static>>,
    reason: Reason,
    /// Where the reader stopped, in bytes.
    position: usize,
}

/// A step of a path.
#[derive(Debug)]
pub(super) enum Step<'a> {
    Key(Cow<'a, str>),
    Index(usize),
}

/// Returns the path of these steps, from the outside to the inside, such as `data[0].id`.
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
    /// The value is not of the type.
    Data(String),
}

impl Fault {
    #[cold]
    pub(super) fn syntax(position: usize) -> Box<Self> {
        Self::new(Reason::Syntax, position)
    }

    #[cold]
    pub(super) fn data(reason: String, position: usize) -> Box<Self> {
        Self::new(Reason::Data(reason), position)
    }

    fn new(reason: Reason, position: usize) -> Box<Self> {
        Box::new(Self {
            path: Vec::new(),
            reason,
            position,
        })
    }

    /// Returns the fault as one of the value that has it below a key.
    #[cold]
    pub(super) fn under_key(mut self: Box<Self>, key: &str) -> Box<Self> {
        self.path.push(Step::Key(Cow::Owned(key.to_owned())));
        self
    }

    /// Returns the fault as one of the list that has it at an index.
    #[cold]
    pub(super) fn under_index(mut self: Box<Self>, index: usize) -> Box<Self> {
        self.path.push(Step::Index(index));
        self
    }

    fn path(&self) -> String {
        path(self.path.iter().rev())
    }

    /// Returns the path and an error with line and column. `serde_json` words the error
    /// of a body that is not JSON.
    #[cold]
    pub(super) fn locate(self, body: &[u8]) -> Failure {
        let reason = match &self.reason {
            Reason::Data(reason) => reason,
            Reason::Syntax => match serde_json::from_slice::<Value>(body) {
                Err(error) => return (self.path(), error),
                Ok(_) => "invalid JSON",
            },
        };
        let before = body.get(..self.position).unwrap_or(body);
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        let column = before.iter().rev().take_while(|byte| **byte != b'\n');
        let column = column.count();
        // `serde_json` takes the position out of these words.
        let error = serde_json::Error::custom(format!("{reason} at line {line} column {column}"));
        (self.path(), error)
    }
}

/// Shows path and reason, without a position in the text.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = match &self.reason {
            Reason::Data(reason) => reason,
            Reason::Syntax => "invalid JSON",
        };
        match self.path().as_str() {
            ROOT => f.write_str(reason),
            path => write!(f, "at `{path}`: {reason}"),
        }
    }
}
