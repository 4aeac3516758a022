//! The runtime of a generated client.
//!
//! Contains the client and its builder, the pipeline that sends requests and reads responses, and
//! the errors. It does not depend on the operations and the types of the API; `api` defines the
//! API's constants.

#![forbid(unsafe_code)]

mod api;
mod api_error;
mod attempt;
mod authentication;
mod basic_auth;
#[cfg(feature = "blocking")]
mod blocking;
mod body_fields;
mod byte_stream;
mod call;
mod call_options;
mod charset;
mod client;
#[cfg(not(target_arch = "wasm32"))]
mod connections;
mod constant_headers;
mod credentials;
mod custom_request;
mod date_time;
mod decode_error;
mod entries;
mod error;
mod error_message;
mod event_chunks;
mod event_frames;
mod event_names;
mod event_stream;
mod events;
#[cfg(not(target_arch = "wasm32"))]
mod file;
mod form;
mod idempotency;
mod key;
mod keys;
mod lines;
mod list_walk;
mod middleware;
#[cfg(feature = "mock")]
pub mod mock;
pub(crate) mod newtype;
mod nullable;
mod oauth;
pub(crate) mod object;
mod one_line;
pub(crate) mod open_enum;
mod operation;
mod outgoing;
mod pace;
mod pacing;
mod paging;
mod path;
#[cfg_attr(target_arch = "wasm32", path = "browser.rs")]
#[cfg_attr(not(target_arch = "wasm32"), path = "native.rs")]
mod platform;
mod prepared_call;
mod pulse;
mod query;
mod rate_limit;
pub mod read;
mod redirect;
mod request;
mod request_builder;
mod response;
mod retry;
mod retry_budget;
mod sending;
mod server_variables;
mod style;
mod trace;
mod transport;
mod transport_error;
pub(crate) mod union;
mod upload;
mod waiting;
pub mod webhook;
#[cfg(feature = "websocket")]
#[cfg_attr(target_arch = "wasm32", path = "websocket/browser.rs")]
pub mod websocket;
pub mod write;

pub use api_error::ApiError;
#[cfg(feature = "blocking")]
#[allow(unused_imports, reason = "an API may have no streams")]
pub use blocking::{Blocking, ByteReader};
pub use byte_stream::ByteStream;
pub use call::Call;
pub use call_options::CallOptions;
pub use client::{Client, ClientBuilder};
pub use credentials::{Credential, CredentialFuture, CredentialProvider, EnvironmentKey};
pub use custom_request::CustomRequest;
pub use date_time::Rfc3339;
pub use decode_error::DecodeError;
pub use error::{
    ConfigurationError, CredentialError, Error, MiddlewareError, PagingError, RequestError,
};
pub use event_stream::EventStream;
pub use form::Form;
pub use http::Method;
#[allow(unused_imports, reason = "an API may have no paginated lists")]
pub use list_walk::ListPage;
pub use middleware::{Attempt, AttemptResponse, Middleware, MiddlewareFuture, Next};
#[allow(
    unused_imports,
    reason = "an API may have no properties that can be `null`"
)]
pub use nullable::Nullable;
pub use oauth::ClientCredentials;
#[allow(unused_imports, reason = "an API may have no paginated lists")]
pub use paging::{Items, Pages, PagesWithResponse};
pub use prepared_call::PreparedCall;
pub use response::Response;
pub use sending::{Sending, SendingWithResponse};
pub use transport_error::TransportError;
#[allow(unused_imports, reason = "an API may have no unions")]
pub use union::UnknownVariant;
#[allow(unused_imports, reason = "an API may have no unions")]
pub(crate) use union::union;
pub use upload::{Progress, Upload};
pub use waiting::{FinalStatuses, WaitError, WaitProgress, Waiting};

// For the operations and types of the API, which may not use all of these items.
#[allow(unused_imports, reason = "an API may have no maps")]
pub(crate) use entries::{entries, nullable_entries, properties};
#[allow(unused_imports, reason = "an API may have no newtypes")]
pub(crate) use newtype::newtype;
#[allow(unused_imports, reason = "an API may have no objects")]
pub(crate) use object::object;
#[allow(unused_imports, reason = "an API may have no enums")]
pub use open_enum::UnknownValue;
#[allow(unused_imports, reason = "an API may have no enums")]
pub(crate) use open_enum::open_enum;
#[allow(unused_imports, reason = "an API may not use all of it")]
pub use operation::{Encoding, Operation, Parameter, Style};
#[allow(unused_imports, reason = "only tests use it")]
pub use outgoing::{Content, Outgoing, Streamed};
#[allow(unused_imports, reason = "an API may have no parameters in its paths")]
pub use path::encode_path;
pub use request::{Request, Sealed};
#[allow(unused_imports, reason = "an API may not use all of it")]
pub use request_builder::{BuildError, Builders, QueryParam, Raw, RequestBody, RequestBuilder};

#[allow(unused_imports, reason = "an API may not use all of it")]
pub use style::{PathParam, cookie_param, header_param};

// For the handwritten extras of a crate.
#[cfg(feature = "blocking")]
#[allow(unused_imports, reason = "a crate may have no extras")]
pub(crate) use blocking::block_on;
#[allow(unused_imports, reason = "a crate may have no extras")]
pub(crate) use client::is_loopback;
#[allow(unused_imports, reason = "a crate may have no extras")]
pub(crate) use one_line::OneLine;
#[allow(unused_imports, reason = "a crate may have no extras")]
pub(crate) use transport::HttpClient;
