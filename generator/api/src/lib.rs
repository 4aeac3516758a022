//! The typed model of an API, and the lowering of the merged document to it.
//!
//! Every fact that the emitted client or the drift report needs is decided here,
//! once. This crate neither inspects JSON nor handles Rust tokens.

#![forbid(unsafe_code)]

mod graph;
mod lower;
mod model;
mod nesting;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
mod wait_candidates;

pub use docs::Docs;
pub use lower::{Origins, lower};
pub use model::*;
pub use wait_candidates::wait_candidates;
