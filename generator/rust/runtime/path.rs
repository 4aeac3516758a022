//! Path parameters: encodes values, and ensures that no value changes the path structure.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;

use super::operation::ANY_PATH;
use super::style::EncodedPath;

/// All characters except the unreserved characters of RFC 3986.
const RESERVED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Encodes a value for one path segment.
///
/// Encoding cannot represent empty values and the dot segments `.` and `..`, which are resolved
/// even if they are encoded. `follows_template` rejects requests with such values before they are
/// sent.
#[allow(dead_code, reason = "an API may have no parameters in its paths")]
pub fn encode_path<T: PathText + ?Sized>(value: &T) -> String {
    value.encoded()
}

/// A value that can be written in a path.
pub trait PathText {
    /// Returns the text with reserved characters encoded.
    fn encoded(&self) -> String;
}

impl PathText for str {
    fn encoded(&self) -> String {
        percent_encoded(self)
    }
}

impl PathText for String {
    fn encoded(&self) -> String {
        percent_encoded(self)
    }
}

/// Already encoded. The delimiters of the style stay unencoded.
impl PathText for EncodedPath {
    fn encoded(&self) -> String {
        self.0.clone()
    }
}

/// Percent-encodes all characters except the unreserved characters of RFC 3986.
pub(super) fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, &RESERVED).to_string()
}

/// Returns `true` if a URL matches a path template below the base URL.
///
/// Parsing a [`Url`] resolves dot segments. The resulting path always has fewer segments, or an
/// empty segment.
pub(super) fn follows_template(url: &Url, base_url: &str, template: &str) -> bool {
    let Some(below) = url.as_str().strip_prefix(base_url) else {
        return false;
    };
    let path = below.split(['?', '#']).next().unwrap_or_default();
    if path == template {
        return true;
    }
    if !(path.is_empty() || path.starts_with('/')) {
        return false;
    }
    if template == ANY_PATH {
        return true;
    }
    let mut sent = segments(path);
    let mut expected = segments(template);
    loop {
        match (sent.next(), expected.next()) {
            (None, None) => return true,
            (Some(sent), Some(expected)) if sent.is_empty() == expected.is_empty() => {}
            _ => return false,
        }
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}
