//! Reads published API reference pages.
//!
//! Turns text into pages. Each page has its request line, its specification, and the line on which
//! the specification starts. This crate does not interpret specifications, and does not access the
//! disk.

#![forbid(unsafe_code)]

mod code;
pub mod encoding;
mod json;
pub mod license;
pub mod limits;
pub mod marker;
mod nodes;
pub mod page;
pub mod panics;
pub mod pointer;
mod problem;
mod scalar_text;
pub mod size;
mod source;
pub mod url;
mod value;
pub mod yaml;

pub use code::Code;
pub use page::Page;
pub use problem::Problem;
pub use source::{EXAMPLES, EXTRAS, Place, Source, SourceFile, Surroundings, ending};
