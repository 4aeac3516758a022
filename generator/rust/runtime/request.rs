//! What all requests have in common.

use std::fmt;

use serde::de::DeserializeOwned;

use super::platform::SendOutsideBrowser;
use super::prepared_call::PreparedCall;
use super::sending::{Sending, SendingWithResponse};

/// A request of an operation. Requests have the methods that send them themselves; programs need
/// the trait for generic code, and for [`maybe`](Self::maybe).
///
/// Only the requests of this crate implement it.
pub trait Request: Sealed + Clone + fmt::Debug + SendOutsideBrowser + 'static {
    /// The body of the response.
    type Output: SendOutsideBrowser + 'static;

    /// Sends the request and returns the body with its status and headers.
    fn send_with_response(self) -> SendingWithResponse<Self::Output>;

    /// Sends the request and returns the body of the response.
    fn send(self) -> Sending<Self::Output> {
        self.send_with_response().into_body()
    }

    /// Sends the request and decodes the JSON of the response as another type, for instance
    /// one with properties that the documented type lacks.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`](super::Error::Decode) if the response is not JSON or does not
    /// deserialize as `T`.
    fn send_as<T: DeserializeOwned>(self) -> Sending<T> {
        self.prepare().json_as().into_body()
    }

    /// Passes a value to a setter, if there is one. The setter is named as a function, for instance
    /// `.maybe(limit, ListRequest::limit)`.
    fn maybe<V>(self, value: Option<V>, set: impl FnOnce(Self, V) -> Self) -> Self {
        match value {
            Some(value) => set(self, value),
            None => self,
        }
    }
}

/// What only this crate knows of a request.
pub trait Sealed {
    /// Returns the call that sends the request.
    fn prepare(self) -> PreparedCall;
}

/// Futures, streams, and lists can be sent to another thread, whatever they return.
#[cfg(not(target_arch = "wasm32"))]
const _: () = {
    use super::byte_stream::ByteStream;
    use super::event_stream::EventStream;
    use super::paging::{Items, Pages, PagesWithResponse};

    const fn is_send<T: Send + 'static>() {}

    #[allow(dead_code, reason = "it is checked, and not called")]
    const fn check<T: Send + 'static>() {
        is_send::<Sending<T>>();
        is_send::<SendingWithResponse<T>>();
        is_send::<Pages<T>>();
        is_send::<PagesWithResponse<T>>();
        is_send::<Items<T, T>>();
        is_send::<EventStream<T>>();
        is_send::<ByteStream>();
    }
};
