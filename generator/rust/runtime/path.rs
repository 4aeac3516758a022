//! Values in paths: encoding them, and making sure that none of them leads to
//! another path.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;

use super::operation::ANY_PATH;
use super::style::EncodedPath;

/// All but the characters that RFC 3986 calls unreserved.
const RESERVED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns the value as it stands in one segment of a path.
///
/// Two kinds of value cannot be told by encoding: an empty one, and `.` and
/// `..`, which mean navigation even when they are encoded. A request with one of
/// those is refused before it is sent.
#[allow(dead_code, reason = "an API may have no parameters in its paths")]
pub fn encode_path<T: PathText + ?Sized>(value: &T) -> String {
    value.encoded()
}

/// The text of a value in a path.
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

/// The marks of its style are not encoded, and its parts are already.
impl PathText for EncodedPath {
    fn encoded(&self) -> String {
        self.0.clone()
    }
}

/// Encodes all but the characters that RFC 3986 calls unreserved.
pub(super) fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, &RESERVED).to_string()
}

/// Returns whether the address is the template's, below the base address.
///
/// A value that navigates has already changed the path by the time there is a
/// [`Url`], and always left it with fewer segments or an empty one.
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
