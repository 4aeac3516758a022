//! JSON pointers (RFC 6901) that grow and shrink while a tree is walked.

use std::borrow::Cow;

/// The path from a document's root to one of its nodes.
#[derive(Clone, Debug, Default)]
pub struct Pointer {
    text: String,
    ends: Vec<usize>,
}

impl Pointer {
    /// Descends to the child with this key or index.
    pub fn push(&mut self, key: &str) {
        self.ends.push(self.text.len());
        self.text.push('/');
        self.text.push_str(&escape(key));
    }

    /// Returns to the parent.
    pub fn pop(&mut self) {
        if let Some(end) = self.ends.pop() {
            self.text.truncate(end);
        }
    }

    /// Returns the pointer as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Runs `visit` with the pointer of the child with this key.
    pub fn within<T>(&mut self, key: &str, visit: impl FnOnce(&mut Self) -> T) -> T {
        self.push(key);
        let result = visit(self);
        self.pop();
        result
    }
}

/// Escapes a key for use in a pointer.
pub fn escape(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) {
        key.replace('~', "~0").replace('/', "~1").into()
    } else {
        key.into()
    }
}

/// Decodes one segment of a pointer into its key.
pub fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

/// Returns the pointer that consists of `keys`.
pub fn of(keys: &[&str]) -> String {
    keys.iter().map(|key| format!("/{}", escape(key))).collect()
}
