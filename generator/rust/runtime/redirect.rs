//! Redirects: where they lead, and which of them are followed.
//!
//! They are not left to `reqwest`, which turns POST into GET, so that a call seems to
//! succeed that did nothing, and which cannot send a file again.

use http::header::{HeaderMap, LOCATION};
use http::{Method, StatusCode};
use reqwest::{Request, Url};

use super::error::PagingError;

/// The maximum number of redirects that are followed, one after another.
const LIMIT: usize = 10;

/// The redirects of one attempt.
pub(super) struct Redirects {
    /// Where the last one led.
    url: Option<Url>,
    followed: usize,
}

/// Why a redirect is not followed.
pub(super) struct Refusal {
    to: Option<Url>,
    reason: String,
}

impl Redirects {
    /// Returns the redirects of a request that was not redirected yet.
    pub(super) fn new() -> Self {
        Self {
            url: None,
            followed: 0,
        }
    }

    /// Returns the URL that a response redirects the request to, or why it is not followed.
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
        let location = headers.get(LOCATION).map(|value| value.as_bytes());
        let to = location
            .and_then(|location| std::str::from_utf8(location).ok())
            .and_then(|location| from.join(location).ok());
        let Some(to) = to else {
            return Err(Some(Refusal::new(None, "it names no address")));
        };
        // The key's header goes along, and is meant for nobody else.
        let reason = if to.origin() != from.origin() {
            "it leads to another origin".to_owned()
        } else if !keeps_method {
            format!("it asks for GET in place of {method}")
        } else if self.followed == LIMIT {
            format!("{LIMIT} others were followed before")
        } else {
            self.followed += 1;
            self.url = Some(to.clone());
            return Ok(to);
        };
        Err(Some(Refusal::new(Some(to), reason)))
    }
}

/// Moves a request to the URL of a list page, which a response contains. The key goes along,
/// so the URL must have the origin of the request.
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
        let reason = format!("the next page is at another origin, {origin}, and is not requested");
        return Err(PagingError::new(operation, reason));
    }
    to.set_fragment(None);
    // A user and a password would be sent in place of the key.
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

    /// Returns what is to be said of it. The query of the address is left out, where
    /// secrets use to be.
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
