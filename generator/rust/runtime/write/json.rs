//! Writes JSON text.

use serde::Serialize;
use serde_json::Value;

use super::{Error, Result, Sink, Write};

/// Returns a value as JSON text.
pub(super) fn text(value: &dyn Write) -> Result<String> {
    let mut json = Json(Vec::new());
    value.write(&mut json)?;
    String::from_utf8(json.0).map_err(|error| Error::new(error.to_string()))
}

/// The text so far.
struct Json(Vec<u8>);

impl Json {
    /// Starts a key or a value, after a comma if necessary. Values never end with one of these
    /// delimiters, so after a delimiter no comma is needed.
    fn begin(&mut self) {
        if !matches!(self.0.last(), None | Some(b'[' | b'{' | b':')) {
            self.0.push(b',');
        }
    }

    fn scalar<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.begin();
        serde_json::to_writer(&mut self.0, value).map_err(|error| Error::new(error.to_string()))
    }

    fn open(&mut self, bracket: u8) -> Result {
        self.begin();
        self.0.push(bracket);
        Ok(())
    }

    fn close(&mut self, bracket: u8) -> Result {
        self.0.push(bracket);
        Ok(())
    }
}

impl Sink for Json {
    fn null(&mut self) -> Result {
        self.scalar(&())
    }

    fn boolean(&mut self, value: bool) -> Result {
        self.scalar(&value)
    }

    fn signed(&mut self, value: i64) -> Result {
        self.scalar(&value)
    }

    fn unsigned(&mut self, value: u64) -> Result {
        self.scalar(&value)
    }

    fn single(&mut self, value: f32) -> Result {
        if !value.is_finite() {
            return Err(Error::not_finite(value));
        }
        self.scalar(&value)
    }

    fn double(&mut self, value: f64) -> Result {
        if !value.is_finite() {
            return Err(Error::not_finite(value));
        }
        self.scalar(&value)
    }

    fn string(&mut self, value: &str) -> Result {
        self.scalar(value)
    }

    fn value(&mut self, value: &Value) -> Result {
        self.scalar(value)
    }

    fn open_list(&mut self) -> Result {
        self.open(b'[')
    }

    fn close_list(&mut self) -> Result {
        self.close(b']')
    }

    fn open_object(&mut self) -> Result {
        self.open(b'{')
    }

    fn key(&mut self, key: &str) -> Result {
        self.scalar(key)?;
        self.0.push(b':');
        Ok(())
    }

    fn close_object(&mut self) -> Result {
        self.close(b'}')
    }
}
