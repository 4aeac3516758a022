//! Computes the JSON paths of notes.

use super::cursor::Cursor;
use super::fault::{Result, Step, path};
use super::notes::{Notes, Unknown};
use super::without_mark;

/// Returns the path of each note of a body, such as `data[3].status`.
#[cold]
pub(in super::super) fn paths(notes: &Notes, body: &[u8]) -> Vec<(Unknown, String)> {
    let text = std::str::from_utf8(without_mark(body)).unwrap_or_default();
    let mut walk = Walk {
        json: Cursor::new(text),
        rest: &notes.found,
        path: Vec::new(),
        found: Vec::new(),
    };
    // The body was already read successfully. If the walk fails anyway, the remaining paths are
    // omitted.
    let _ = walk.value();
    walk.found
}

/// A single pass over a body.
struct Walk<'a> {
    json: Cursor<'a>,
    /// The notes that have no path yet.
    rest: &'a [(usize, Unknown)],
    /// The path of the next value.
    path: Vec<Step<'a>>,
    found: Vec<(Unknown, String)>,
}

impl Walk<'_> {
    /// Walks the next value, or stops if all notes have a path.
    fn value(&mut self) -> Result {
        match self.json.peek() {
            _ if self.rest.is_empty() => return Ok(()),
            Some(b'{') => {
                self.json.open_object("")?;
                let mut is_first = true;
                while let Some(key) = self.json.key(is_first)? {
                    is_first = false;
                    self.path.push(Step::Key(key));
                    self.value()?;
                    self.path.pop();
                }
            }
            Some(b'[') => {
                self.json.open_list()?;
                let mut index = 0;
                while self.json.has_item(index == 0)? {
                    self.path.push(Step::Index(index));
                    self.value()?;
                    self.path.pop();
                    index += 1;
                }
            }
            _ => drop(self.json.skip()?),
        }
        while let Some(((end, unknown), rest)) = self.rest.split_first()
            && *end <= self.json.position()
        {
            self.found.push((*unknown, path(self.path.iter())));
            self.rest = rest;
        }
        Ok(())
    }
}
