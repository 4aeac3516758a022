//! Text from elsewhere, made fit for one line of a log.

use std::fmt::{self, Display, Formatter, Write as _};

use super::retry::NotRepeated;

/// The length in characters after which a text is cut.
const LIMIT: usize = 300;

/// Writes a text without line breaks, control characters, and those that turn the
/// direction in which others are shown; cut when long.
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

/// Returns whether a character has the Unicode property `Bidi_Control`: a text with
/// one may be shown as something else than it is.
fn turns_direction(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// Writes how many attempts a call made, for the end of its error. One is
/// nothing to speak of.
pub(super) struct Attempts(pub(super) u32);

impl Display for Attempts {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 | 1 => Ok(()),
            attempts => write!(f, " (after {attempts} attempts)"),
        }
    }
}

/// Writes, for the end of an error, why its call is not repeated.
pub(super) struct NotRepeatedFor<'a>(pub(super) Option<&'a NotRepeated>);

impl Display for NotRepeatedFor<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(reason) => write!(f, " (not repeated: {reason})"),
            None => Ok(()),
        }
    }
}
