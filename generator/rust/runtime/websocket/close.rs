//! Close codes and reasons.

use std::fmt::{self, Display, Formatter};

use super::super::error::RequestError;
use super::super::one_line::OneLine;

/// The code of a normal closure.
pub(super) const NORMAL: u16 = 1000;

/// The code of a server that shuts down, or of a page that the user leaves.
const GOING_AWAY: u16 = 1001;

/// The code if none was sent.
const NO_CODE: u16 = 1005;

/// Codes after which reconnecting would fail again: normal closures, and errors of the protocol,
/// the messages, or the permissions.
const FINAL: [u16; 7] = [NORMAL, 1002, 1003, 1007, 1008, 1009, 1010];

/// The maximum length of a reason in bytes.
const LONGEST_REASON: usize = 123;

/// The code and the reason with which the server closed a connection.
///
/// The codes from 1000 to 2999 are defined by RFC 6455. The codes from 3000 to 4999 are defined by
/// the API.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloseFrame {
    code: u16,
    reason: String,
}

impl CloseFrame {
    /// Returns the code, or 1005 if the server sent no code.
    pub fn code(&self) -> u16 {
        self.code
    }

    /// Returns the reason, which is often empty.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Creates a close frame of the client.
    ///
    /// # Errors
    ///
    /// Returns an error if a client cannot send this code, or if the reason is longer than 123
    /// bytes.
    pub(super) fn checked(code: u16, reason: String) -> Result<Self, RequestError> {
        if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
            let message = format!("a connection cannot be closed with the code {code}");
            return Err(RequestError::unnamed(message));
        }
        if reason.len() > LONGEST_REASON {
            let message = "the reason for closing a connection is longer than 123 bytes";
            return Err(RequestError::unnamed(message));
        }
        Ok(Self { code, reason })
    }

    /// Creates the frame that the server sent.
    pub(super) fn received(code: u16, reason: String) -> Self {
        Self { code, reason }
    }

    /// Creates the frame of a server that sent neither a code nor a reason.
    pub(super) fn empty() -> Self {
        Self::received(NO_CODE, String::new())
    }

    /// Returns `true` if the closure is normal.
    pub(super) fn is_normal(&self) -> bool {
        matches!(self.code, NORMAL | GOING_AWAY | NO_CODE)
    }

    /// Returns `true` if reconnecting may succeed.
    pub(super) fn may_pass(&self) -> bool {
        self.code != NO_CODE && !FINAL.contains(&self.code)
    }
}

impl Display for CloseFrame {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        match self.reason.as_str() {
            "" => Ok(()),
            reason => write!(f, ": {}", OneLine(reason)),
        }
    }
}
