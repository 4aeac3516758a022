//! Headers with a constant value that are sent with every request.

use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::api;
use super::client::ClientBuilder;
use super::error::RequestError;
use super::operation::Operation;

impl ClientBuilder {
    /// Sets the value of a constant header.
    #[allow(dead_code, reason = "methods of generated crates call it")]
    pub(crate) fn constant_header(self, name: &'static str, value: impl Into<String>) -> Self {
        self.header(name, value)
    }

    /// Sets a value for all headers without a default, for the client of a mock server.
    #[cfg(feature = "mock")]
    pub(super) fn constant_headers(self) -> Self {
        let headers = api::REQUIRED_HEADERS.iter();
        headers.fold(self, |builder, (name, ..)| builder.header(*name, "mock"))
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

/// Sets the headers without a default whose environment variables are set.
pub(super) fn from_variables(
    builder: ClientBuilder,
    set: impl Fn(&str) -> Option<String>,
) -> ClientBuilder {
    let headers = api::REQUIRED_HEADERS.iter();
    let values = headers.filter_map(|(name, _, variable)| Some((*name, set(variable)?)));
    values.fold(builder, |builder, (name, value)| {
        builder.header(name, value)
    })
}

/// Checks that a complete request has the headers that the operation requires and that have no
/// default.
///
/// # Errors
///
/// Returns an error with the method of the builder that sets the missing header.
pub(super) fn check(operation: &Operation, headers: &HeaderMap) -> Result<(), RequestError> {
    let mut required = api::REQUIRED_HEADERS.iter();
    let is_missing = |name| operation.client_headers.contains(name) && !headers.contains_key(*name);
    match required.find(|(name, ..)| is_missing(name)) {
        None => Ok(()),
        Some((name, setter, variable)) => {
            let message = format!(
                "the header `{name}` is not set: set it with `ClientBuilder::{setter}`, or in \
                 {variable} for `Client::from_env`"
            );
            Err(RequestError::new(operation.id, message))
        }
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
