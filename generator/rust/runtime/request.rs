//! The trait of all requests.

use std::fmt;

use serde::de::DeserializeOwned;

use super::platform::SendOutsideBrowser;
use super::prepared_call::PreparedCall;
use super::sending::{Sending, SendingWithResponse};

/// A request for an operation. Requests also have inherent methods for sending. Use this trait for
/// generic code and for [`maybe`](Self::maybe).
///
/// This trait is sealed: only the requests of this crate implement it.
pub trait Request: Sealed + Clone + fmt::Debug + SendOutsideBrowser + 'static {
    /// The body of the response.
    type Output: SendOutsideBrowser + 'static;

    /// Sends the request and returns the body with its status and headers.
    fn send_with_response(self) -> SendingWithResponse<Self::Output>;

    /// Sends the request and returns the body of the response.
    fn send(self) -> Sending<Self::Output> {
        self.send_with_response().into_body()
    }

    /// Sends the request and deserializes the JSON response as another type, for example a type
    /// with undocumented properties.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`](super::Error::Decode) if the response is not JSON or does not
    /// deserialize as `T`.
    fn send_as<T: DeserializeOwned>(self) -> Sending<T> {
        self.prepare().json_as().into_body()
    }

    /// Calls a setter if the value is `Some`. Pass the setter as a function, for example
    /// `.maybe(limit, ListRequest::limit)`.
    fn maybe<V>(self, value: Option<V>, set: impl FnOnce(Self, V) -> Self) -> Self {
        match value {
            Some(value) => set(self, value),
            None => self,
        }
    }
}

/// The private part of [`Request`].
pub trait Sealed {
    /// Returns the call that sends the request.
    fn prepare(self) -> PreparedCall;
}

/// Asserts that futures, streams, and lists are `Send`.
#[cfg(not(target_arch = "wasm32"))]
const _: () = {
    use super::byte_stream::ByteStream;
    use super::event_stream::EventStream;
    use super::paging::{Items, Pages, PagesWithResponse};

    const fn is_send<T: Send + 'static>() {}

    #[allow(dead_code, reason = "it is only type-checked")]
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
