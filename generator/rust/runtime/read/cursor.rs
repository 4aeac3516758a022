//! A cursor over JSON text that reads one value after another.

use std::borrow::Cow;
use std::fmt::Arguments;

use super::fault::{Fault, Result};
use super::notes::{Notes, Unknown};

/// The maximum nesting depth, which is that of `serde_json`.
const MAX_DEPTH: u8 = 127;

/// The average number of times that a body may be reread to select the variants of its unions.
const MAX_READINGS: usize = 256;

/// A position in JSON text.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    text: &'a str,
    position: usize,
    depth: u8,
    /// Reject `1.0` as an integer.
    pub(super) is_strict: bool,
    /// Another reader may accept the value, so nobody reads the texts of faults.
    pub(super) is_trial: bool,
    /// The number of unknown properties so far.
    pub(super) unknown: usize,
    /// The unknown values so far.
    pub(super) notes: Notes,
    /// The number of bytes that can still be read again.
    budget: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            position: 0,
            depth: 0,
            is_strict: false,
            is_trial: false,
            unknown: 0,
            notes: Notes::default(),
            budget: text.len().saturating_mul(MAX_READINGS),
        }
    }

    /// Returns the byte offset.
    #[cfg(feature = "tracing")]
    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// Notes that the value that ends here is unknown.
    #[inline]
    pub(crate) fn note(&mut self, unknown: Unknown) {
        self.notes.add(self.position, unknown);
    }

    /// Returns a syntax fault at this position.
    #[cold]
    pub(super) fn syntax(&self) -> Box<Fault> {
        Fault::syntax(self.position)
    }

    /// Returns a fault of the value that ends here.
    #[cold]
    pub(crate) fn data(&self, reason: Arguments<'_>) -> Box<Fault> {
        match self.is_trial {
            true => Fault::unrecorded(),
            false => Fault::data(reason.to_string(), self.position),
        }
    }

    /// Returns a fault for a next value of the wrong type.
    #[cold]
    pub(super) fn other(&mut self, expected: &str) -> Box<Fault> {
        if self.is_trial {
            return Fault::unrecorded();
        }
        let first = self.peek();
        let value = match self.skip() {
            Ok(value) => value,
            Err(fault) => return fault,
        };
        let found = match first {
            Some(b'"') => format!("string {value}"),
            Some(b'{') => "map".to_owned(),
            Some(b'[') => "sequence".to_owned(),
            Some(b't' | b'f') => format!("boolean `{value}`"),
            Some(b'n') => "null".to_owned(),
            _ if is_integer(value) => format!("integer `{value}`"),
            _ => format!("floating point `{value}`"),
        };
        self.data(format_args!("invalid type: {found}, expected {expected}"))
    }

    /// Checks that only white space follows.
    pub(super) fn end(&mut self) -> Result {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.syntax()),
        }
    }

    fn byte(&self, position: usize) -> Option<u8> {
        self.text.as_bytes().get(position).copied()
    }

    /// Returns the first byte of the next token.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = self.byte(self.position)?;
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.position += 1;
        }
    }

    fn word(&mut self, word: &str) -> Result {
        let rest = self.text.as_bytes().get(self.position..);
        if rest.is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            self.position += word.len();
            return Ok(());
        }
        Err(self.syntax())
    }

    /// Skips `null` and returns `true` if it is the next value.
    pub(super) fn null(&mut self) -> bool {
        self.peek() == Some(b'n') && self.word("null").is_ok()
    }

    pub(super) fn boolean(&mut self) -> Result<bool> {
        match self.peek() {
            Some(b't') => self.word("true").map(|()| true),
            Some(b'f') => self.word("false").map(|()| false),
            _ => Err(self.other("a boolean")),
        }
    }

    /// Returns the next value and its length, without advancing, if it is an integer of at most 18
    /// digits.
    pub(super) fn short_integer(&mut self) -> Option<(i64, usize)> {
        let is_negative = self.peek()? == b'-';
        let first = self.position + usize::from(is_negative);
        let digits = self.text.as_bytes().get(first..)?;
        let mut integer = 0_i64;
        let mut count = 0;
        for byte in digits {
            match byte {
                b'0'..=b'9' if count < 18 => integer = 10 * integer + i64::from(byte - b'0'),
                b'0'..=b'9' | b'.' | b'e' | b'E' => return None,
                _ => break,
            }
            count += 1;
        }
        if count == 0 || count > 1 && digits.first() == Some(&b'0') {
            return None;
        }
        let integer = if is_negative { -integer } else { integer };
        Some((integer, first + count - self.position))
    }

    /// Moves to the end of a value of this length.
    pub(super) fn advance(&mut self, length: usize) {
        self.position += length;
    }

    /// Reads a number, and returns its JSON text.
    pub(super) fn number(&mut self, expected: &str) -> Result<&'a str> {
        if !matches!(self.peek(), Some(b'-' | b'0'..=b'9')) {
            return Err(self.other(expected));
        }
        let start = self.position;
        match number_length(self.text.as_bytes().get(start..).unwrap_or_default()) {
            Ok(length) => {
                self.position += length;
                Ok(self.since(start))
            }
            Err(length) => {
                self.position += length;
                Err(self.syntax())
            }
        }
    }

    /// Returns the text from `start` to this position.
    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.position).unwrap_or_default()
    }

    /// Reads a string. It is copied only if it contains escapes.
    pub(crate) fn string(&mut self, expected: &str) -> Result<Cow<'a, str>> {
        if self.peek() != Some(b'"') {
            return Err(self.other(expected));
        }
        self.position += 1;
        let start = self.position;
        self.plain()?;
        if self.byte(self.position) == Some(b'"') {
            let string = self.since(start);
            self.position += 1;
            return Ok(Cow::Borrowed(string));
        }
        self.unescaped(start).map(Cow::Owned)
    }

    /// Moves to the next quotation mark or backslash.
    fn plain(&mut self) -> Result {
        let rest = self.text.as_bytes().get(self.position..);
        self.position += plain_length(rest.unwrap_or_default());
        match self.byte(self.position) {
            Some(b'"' | b'\\') => Ok(()),
            _ => Err(self.syntax()),
        }
    }

    /// Reads the rest of a string from its first escape.
    fn unescaped(&mut self, start: usize) -> Result<String> {
        let mut string = self.since(start).to_owned();
        loop {
            let mark = self.byte(self.position);
            self.position += 1;
            if mark == Some(b'"') {
                return Ok(string);
            }
            string.push(self.escape()?);
            let start = self.position;
            self.plain()?;
            string.push_str(self.since(start));
        }
    }

    /// Reads an escape after its backslash.
    fn escape(&mut self) -> Result<char> {
        let escape = self.byte(self.position);
        self.position += 1;
        Ok(match escape {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.syntax()),
        })
    }

    /// Reads a `\u` escape, or a surrogate pair of two.
    fn unicode(&mut self) -> Result<char> {
        let high = self.hexadecimal()?;
        let code = if (0xd800..0xdc00).contains(&high) {
            self.word("\\u")?;
            let low = self.hexadecimal()?;
            if !(0xdc00..0xe000).contains(&low) {
                return Err(self.syntax());
            }
            0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
        } else {
            high
        };
        char::from_u32(code).ok_or_else(|| self.syntax())
    }

    fn hexadecimal(&mut self) -> Result<u32> {
        let digits = self.text.get(self.position..self.position + 4);
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.position += 4;
        code.ok_or_else(|| self.syntax())
    }

    /// Starts an object or a list.
    fn open(&mut self, bracket: u8, expected: &str) -> Result {
        if self.peek() != Some(bracket) {
            return Err(self.other(expected));
        }
        if self.depth == MAX_DEPTH {
            return Err(self.syntax());
        }
        self.depth += 1;
        self.position += 1;
        Ok(())
    }

    /// Starts an object.
    pub(super) fn open_object(&mut self, expected: &str) -> Result {
        self.open(b'{', expected)
    }

    /// Starts a list.
    pub(super) fn open_list(&mut self) -> Result {
        self.open(b'[', "a sequence")
    }

    /// Returns `true` if the object or list that ends with `bracket` has another entry.
    fn has_more(&mut self, is_first: bool, bracket: u8) -> Result<bool> {
        match self.peek() {
            Some(next) if next == bracket => {
                self.depth -= 1;
                self.position += 1;
                Ok(false)
            }
            Some(_) if is_first => Ok(true),
            Some(b',') => {
                self.position += 1;
                Ok(true)
            }
            _ => Err(self.syntax()),
        }
    }

    /// Returns `true` if the list has another item.
    pub(super) fn has_item(&mut self, is_first: bool) -> Result<bool> {
        self.has_more(is_first, b']')
    }

    /// Returns `true` if the object has another property.
    pub(super) fn has_property(&mut self, is_first: bool) -> Result<bool> {
        self.has_more(is_first, b'}')
    }

    /// Returns the next key of the object, and moves to its value.
    pub(super) fn key(&mut self, is_first: bool) -> Result<Option<Cow<'a, str>>> {
        match self.has_property(is_first)? {
            true => self.next_key().map(Some),
            false => Ok(None),
        }
    }

    /// Returns the key at this position, and moves to its value.
    pub(super) fn next_key(&mut self) -> Result<Cow<'a, str>> {
        if self.peek() != Some(b'"') {
            return Err(self.syntax());
        }
        let key = self.string("a key")?;
        self.colon()?;
        Ok(key)
    }

    /// Moves to the value of the key at this position and returns `true`, if the key is `expected`,
    /// which has no escapes. Comparing a key is faster than reading it.
    pub(super) fn skip_key(&mut self, expected: &str) -> Result<bool> {
        if self.peek() != Some(b'"') {
            return Ok(false);
        }
        let rest = self.text.as_bytes().get(self.position + 1..);
        let rest = rest.and_then(|rest| rest.strip_prefix(expected.as_bytes()));
        if rest.and_then(<[u8]>::first) != Some(&b'"') {
            return Ok(false);
        }
        self.position += expected.len() + 2;
        self.colon()?;
        Ok(true)
    }

    fn colon(&mut self) -> Result {
        if self.peek() != Some(b':') {
            return Err(self.syntax());
        }
        self.position += 1;
        Ok(())
    }

    /// Skips a value, and returns its JSON text.
    pub(super) fn skip(&mut self) -> Result<&'a str> {
        let first = self.peek();
        let start = self.position;
        match first {
            Some(b'{') => {
                self.open_object("")?;
                let mut is_first = true;
                while self.key(is_first)?.is_some() {
                    is_first = false;
                    self.skip()?;
                }
            }
            Some(b'[') => {
                self.open_list()?;
                let mut is_first = true;
                while self.has_item(is_first)? {
                    is_first = false;
                    self.skip()?;
                }
            }
            Some(b'"') => drop(self.string("")?),
            Some(b't' | b'f') => drop(self.boolean()?),
            Some(b'n') => self.word("null")?,
            Some(b'-' | b'0'..=b'9') => drop(self.number("")?),
            _ => return Err(self.syntax()),
        }
        Ok(self.since(start))
    }

    /// Returns the JSON text of a property of the next value, without advancing. If the name is
    /// repeated, returns the first.
    fn property(&self, name: &str) -> Option<&'a str> {
        let mut ahead = Self {
            notes: Notes::default(),
            ..*self
        };
        ahead.open_object("").ok()?;
        let mut is_first = true;
        while let Some(key) = ahead.key(is_first).ok()? {
            is_first = false;
            let value = ahead.skip().ok()?;
            if key == name {
                return Some(value);
            }
        }
        None
    }

    /// Returns a property of the next value as text, without advancing: a string, or the JSON text
    /// of a number or a boolean. An integer may be written as `1.0`.
    pub(crate) fn tag(&self, name: &str) -> Option<Cow<'a, str>> {
        let value = self.property(name)?;
        match value.as_bytes().first()? {
            b'"' => Cursor::new(value).string("").ok(),
            b'{' | b'[' | b'n' => None,
            _ => Some(value.strip_suffix(".0").unwrap_or(value).into()),
        }
    }

    /// Returns to the start of a value. Returns `false` if the reread budget is exhausted.
    pub(super) fn return_to(&mut self, start: &Self) -> bool {
        let read = self.position.saturating_sub(start.position);
        self.position = start.position;
        self.depth = start.depth;
        self.unknown = start.unknown;
        self.notes.return_to(&start.notes);
        self.is_strict = start.is_strict;
        self.budget = self.budget.saturating_sub(read);
        self.budget > 0
    }

    /// Moves to the end of a value that was already read.
    pub(super) fn go_to(&mut self, end: Self) {
        self.position = end.position;
        self.depth = end.depth;
        self.unknown = end.unknown;
        self.notes = end.notes;
    }
}

/// Returns the number of bytes before the first quotation mark, backslash, or control character.
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let (chunks, rest) = bytes.as_chunks();
    // Processes eight bytes at a time. Quotation marks, backslashes, and control characters set the
    // high bit of their byte. The lowest set bit is the first match.
    for (index, chunk) in chunks.iter().enumerate() {
        let word = u64::from_le_bytes(*chunk);
        let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
        let quote = zeros(word ^ (ONES * u64::from(b'"')));
        let backslash = zeros(word ^ (ONES * u64::from(b'\\')));
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let found = (quote | backslash | control) & HIGH;
        if found != 0 {
            return 8 * index + found.trailing_zeros() as usize / 8;
        }
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
    let plain = rest.iter().position(is_special).unwrap_or(rest.len());
    bytes.len() - rest.len() + plain
}

/// Returns the length of the JSON number at the start of the bytes, or the length of its part
/// before a syntax error.
fn number_length(bytes: &[u8]) -> std::result::Result<usize, usize> {
    let at = |index: usize| bytes.get(index).copied();
    let digits = |start: usize| {
        let mut end = start;
        while matches!(at(end), Some(b'0'..=b'9')) {
            end += 1;
        }
        if end == start { Err(end) } else { Ok(end) }
    };
    let first = usize::from(at(0) == Some(b'-'));
    let mut end = digits(first)?;
    if end > first + 1 && at(first) == Some(b'0') {
        return Err(end);
    }
    if at(end) == Some(b'.') {
        end = digits(end + 1)?;
    }
    if matches!(at(end), Some(b'e' | b'E')) {
        end += 1;
        if matches!(at(end), Some(b'+' | b'-')) {
            end += 1;
        }
        end = digits(end)?;
    }
    Ok(end)
}

/// Returns `true` if a number is written without a fraction or an exponent.
pub(super) fn is_integer(number: &str) -> bool {
    !number.contains(['.', 'e', 'E'])
}
