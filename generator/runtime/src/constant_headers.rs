//! The headers that all requests have with one value.

use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::api;

/// Adds the headers. Those of the options of a call replace them later.
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
        assert_eq!(headers["example-version"], "2025-06-26");
    }
}
