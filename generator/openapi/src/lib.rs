//! Merges the specifications of API reference pages into one OpenAPI document.
//!
//! This is the only layer that inspects JSON values. Quirks of the dialect are
//! fixed, the pages are merged, the overlay is applied, and schemas are normalized and named. The
//! result is an OpenAPI 3.1 document, which [`Tree`] represents as typed data. `openapi.json`
//! contains it as OpenAPI 3.0.3.

#![forbid(unsafe_code)]

pub mod allow;
mod channels;
mod committed;
pub mod config;
mod crate_settings;
mod dangling;
pub mod dialect;
pub mod document;
mod downgrade;
mod expansion;
mod extensions;
mod host;
pub mod ignore;
mod inclusion;
mod inspect;
mod invalid_setting;
pub mod locate;
mod loss;
mod mapping;
pub mod merge;
mod merged;
pub mod normalize;
pub mod overlay;
pub mod package;
mod prose;
pub mod quirks;
mod reading;
mod references;
mod renamed;
mod report;
pub mod rust_types;
pub mod schemas;
mod server_url;
pub mod streaming;
mod token;
pub mod tree;
mod type_id;
mod walk;
pub mod webhooks;
pub mod words;

pub use allow::{Allowances, Allowed};
pub use committed::Committed;
pub use config::{Config, Fetch};
pub use crate_settings::CrateSettings;
pub use inspect::{Content, Described, described, inspect};
pub use loss::{Loss, LossKind};
pub use merged::{Merged, Origin};
pub use reading::Known;
pub use renamed::{Former, Renamed};
pub use report::{Fix, OperationSummary, Report, WaitCandidate, failure_to_json};
pub use token::is_token;
pub use tree::Tree;
