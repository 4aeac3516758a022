//! What every operation of this crate stands on.
//!
//! The client and how it is configured, the one way by which a request leaves
//! and its answer is read, and the errors. Nothing here knows an operation or a
//! type of the API; `api` holds the few facts about it that are needed.

#![forbid(unsafe_code)]

mod api;
mod api_error;
mod byte_stream;
mod call_options;
mod client;
mod date_time;
mod decode_error;
mod error;
mod event_frames;
mod event_stream;
#[cfg(not(target_arch = "wasm32"))]
mod file;
mod form;
mod key;
mod lines;
#[cfg(feature = "mock")]
pub mod mock;
pub(crate) mod newtype;
mod nullable;
pub(crate) mod object;
mod one_line;
pub(crate) mod open_enum;
mod outgoing;
mod paging;
mod path;
#[cfg_attr(target_arch = "wasm32", path = "browser.rs")]
#[cfg_attr(not(target_arch = "wasm32"), path = "native.rs")]
mod platform;
mod pulse;
mod query;
pub mod read;
mod redirect;
mod response;
mod retry;
mod sending;
mod trace;
mod transport;
mod transport_error;
pub(crate) mod union;
mod upload;

pub use api_error::ApiError;
pub use byte_stream::ByteStream;
pub use call_options::CallOptions;
pub use client::{Client, ClientBuilder};
pub use decode_error::DecodeError;
pub use error::{ConfigurationError, Error, PagingError, RequestError};
pub use event_stream::EventStream;
pub use form::Form;
#[allow(
    unused_imports,
    reason = "an API may have no properties that can be `null`"
)]
pub use nullable::Nullable;
#[allow(unused_imports, reason = "an API may have no lists that come in pages")]
pub use paging::{Items, Pages};
pub use response::Response;
pub use sending::{Sending, SendingWithResponse};
pub use transport::Raw;
pub use transport_error::TransportError;
#[allow(unused_imports, reason = "an API may have no unions")]
pub use union::UnknownVariant;
#[allow(unused_imports, reason = "an API may have no unions")]
pub(crate) use union::union;
pub use upload::{Progress, Upload};

// For the operations and types of the API, which may not need all of it.
#[allow(unused_imports, reason = "an API may have no newtypes")]
pub(crate) use newtype::newtype;
#[allow(unused_imports, reason = "an API may have no objects")]
pub(crate) use object::object;
#[allow(unused_imports, reason = "an API may have no enums")]
pub use open_enum::UnknownValue;
#[allow(unused_imports, reason = "an API may have no enums")]
pub(crate) use open_enum::open_enum;
#[doc(hidden)]
pub use outgoing::Outgoing;
#[allow(unused_imports, reason = "an API may have no parameters in its paths")]
pub use path::encode_path;
#[allow(unused_imports, reason = "an API may have no query parameters")]
pub use query::{Query, UrlEncoded};
#[doc(hidden)]
pub use transport::Operation;

// For what is written by hand in a crate that has such.
#[allow(unused_imports, reason = "a crate may have no extras")]
pub(crate) use client::is_loopback;
#[allow(unused_imports, reason = "a crate may have no extras")]
pub(crate) use one_line::OneLine;
