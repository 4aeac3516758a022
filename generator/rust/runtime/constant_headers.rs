//! Headers with a constant value that are sent with every request.

use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::api;
use super::client::ClientBuilder;

impl ClientBuilder {
    /// Overrides the value of a constant header.
    #[allow(dead_code, reason = "methods of generated crates call it")]
    pub(crate) fn constant_header(self, name: &'static str, value: impl Into<String>) -> Self {
        self.header(name, value)
    }
}

/// Adds the headers. The options of a call can replace them later.
pub(super) fn add(headers: &mut HeaderMap) {
    for (name, value) in api::CONSTANT_HEADERS {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_requests_have_the_headers() {
        let mut headers = HeaderMap::new();
        add(&mut headers);
        assert_eq!(headers.len(), api::CONSTANT_HEADERS.len());
        for (name, value) in api::CONSTANT_HEADERS {
            assert_eq!(headers[*name], *value);
        }
    }
}
