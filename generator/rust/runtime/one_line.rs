//! Sanitizes external text for a single log line.

use std::fmt::{self, Display, Formatter, Write as _};

use super::retry::NotRepeated;

/// The maximum length in characters.
const LIMIT: usize = 300;

/// Displays a text on one line. Escapes control characters and bidirectional controls, and
/// truncates long text.
pub(crate) struct OneLine<'a>(pub(crate) &'a str);

impl Display for OneLine<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut written = 0;
        for (position, word) in self.0.split_whitespace().enumerate() {
            let space = (position > 0).then_some(' ');
            for character in space.into_iter().chain(word.chars()) {
                if written == LIMIT {
                    return f.write_char('…');
                }
                if character.is_control() || turns_direction(character) {
                    write!(f, "{}", character.escape_default())?;
                } else {
                    f.write_char(character)?;
                }
                written += 1;
            }
        }
        Ok(())
    }
}

/// Returns `true` if a character has the Unicode property `Bidi_Control`. Such characters can make
/// a text display as a different text.
fn turns_direction(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// Displays the number of attempts at the end of an error message. A single attempt is not
/// mentioned.
pub(super) struct Attempts(pub(super) u32);

impl Display for Attempts {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 | 1 => Ok(()),
            attempts => write!(f, " (after {attempts} attempts)"),
        }
    }
}

/// Displays, at the end of an error message, the reason why a call was not retried.
pub(super) struct NotRepeatedFor<'a>(pub(super) Option<&'a NotRepeated>);

impl Display for NotRepeatedFor<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(reason) => write!(f, " (not retried: {reason})"),
            None => Ok(()),
        }
    }
}
