//! Emits a client crate from the model of an API.
//!
//! This is the only layer that knows Rust's tokens. It drives progenitor for the
//! functions that build requests, and writes everything else from the model.

#![forbid(unsafe_code)]

mod files;
mod format;
mod imports;
mod ty;
pub mod types;

pub use files::Crate;
pub use imports::Imports;
