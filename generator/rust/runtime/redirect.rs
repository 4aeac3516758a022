//! Redirects: resolves the target, and decides whether to follow it.
//!
//! Redirects are not left to `reqwest`, which changes POST to GET, so that a call could appear to
//! succeed without any effect, and which cannot send a file again.

use http::header::{HeaderMap, LOCATION};
use http::{Method, StatusCode};
use reqwest::{Request, Url};

use super::error::PagingError;
use super::key;

/// The maximum number of consecutive redirects.
const LIMIT: usize = 10;

/// The redirects of one attempt.
pub(super) struct Redirects {
    /// The target of the last redirect.
    url: Option<Url>,
    followed: usize,
}

/// A redirect that is not followed, with the reason.
pub(super) struct Refusal {
    to: Option<Url>,
    reason: String,
}

impl Redirects {
    /// Creates the state of a request without redirects.
    pub(super) fn new() -> Self {
        Self {
            url: None,
            followed: 0,
        }
    }

    /// Returns the URL to which a response redirects the request. Returns an error if the response
    /// is not a redirect, or if the redirect is not followed.
    pub(super) fn next(
        &mut self,
        request: &Request,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> Result<Url, Option<Refusal>> {
        let method = request.method();
        let keeps_method = match status.as_u16() {
            301..=303 => matches!(*method, Method::GET | Method::HEAD),
            307 | 308 => true,
            _ => return Err(None),
        };
        let from = self.url.as_ref().unwrap_or(request.url());
        let location = headers.get(LOCATION).map(http::HeaderValue::as_bytes);
        let to = location
            .and_then(|location| std::str::from_utf8(location).ok())
            .and_then(|location| from.join(location).ok());
        let Some(to) = to else {
            return Err(Some(Refusal::new(
                None,
                "it has no valid `location` header",
            )));
        };
        // The request contains the key, which must not be sent to another origin.
        let reason = if to.origin() != from.origin() {
            "its target has another origin".to_owned()
        } else if !keeps_method {
            format!("it would change {method} to GET")
        } else if self.followed == LIMIT {
            format!("{LIMIT} redirects were already followed")
        } else {
            self.followed += 1;
            self.url = Some(to.clone());
            return Ok(to);
        };
        Err(Some(Refusal::new(Some(to), reason)))
    }
}

/// Sets the URL of a request to the URL of a list page from a response. The request contains the
/// key, so the URL must have the origin of the request.
#[cold]
pub(super) fn to_list_page(
    request: &mut Request,
    url: &str,
    operation: &'static str,
) -> Result<(), PagingError> {
    let mut to = match request.url().join(url) {
        Ok(to) => to,
        Err(cause) => {
            let reason = format!("the URL of the next page is invalid: {cause}");
            return Err(PagingError::new(operation, reason));
        }
    };
    if to.origin() != request.url().origin() {
        // The path and the query may contain secrets.
        let origin = to.origin().ascii_serialization();
        let reason =
            format!("the next page is not requested, because its URL has another origin: {origin}");
        return Err(PagingError::new(operation, reason));
    }
    to.set_fragment(None);
    key::remove_from_query(&mut to);
    // A user name and a password would be sent instead of the key.
    let _ = to.set_username("").and_then(|()| to.set_password(None));
    *request.url_mut() = to;
    Ok(())
}

impl Refusal {
    pub(super) fn new(to: Option<Url>, reason: impl Into<String>) -> Self {
        Self {
            to,
            reason: reason.into(),
        }
    }

    /// Returns the error text, without the query of the URL, which may contain secrets.
    pub(super) fn text(self) -> String {
        let reason = self.reason;
        match self.to {
            Some(to) => {
                let origin = to.origin().ascii_serialization();
                let path = to.path();
                format!("redirect to {origin}{path} not followed: {reason}")
            }
            None => format!("redirect not followed: {reason}"),
        }
    }
}
