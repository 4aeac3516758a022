//! Tests of the runtime: calls to a local server that records requests and sends scripted
//! responses, and reading and writing of types.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    reason = "the runtime is a module of this crate, as in a generated client"
)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../../rust/runtime/lib.rs"]
mod runtime;

mod against_serde_json;
mod blocking;
mod body_fields;
mod call_options;
mod calls;
mod cassettes;
mod configuration;
mod connections;
mod credentials;
mod custom_requests;
mod derived_clients;
mod enums;
mod errors;
mod event_cuts;
mod event_formats;
mod events;
mod idempotency;
mod middleware;
mod mock;
mod mock_pages;
mod nullable;
mod objects;
mod pacing;
mod paging;
mod paths;
mod query;
mod reader;
mod redirects;
mod requests;
mod responses;
mod retries;
mod server;
mod streams;
mod styles;
mod tls;
mod trace;
mod unions;
mod unknown;
mod uploads;
mod webhooks;
mod websocket;
mod websocket_ends;
mod websocket_handshake;
mod websocket_mock;
mod websocket_reconnect;
mod writer;
