//! Reads published API reference pages.
//!
//! Text goes in, pages come out: each with its request line, its specification,
//! and the line that the specification starts at. Nothing here interprets a
//! specification or touches the disk.

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
mod value;
pub mod yaml;

pub use code::Code;
pub use page::Page;
pub use problem::Problem;
pub use source::{EXAMPLES, EXTRAS, Place, Source, SourceFile, Surroundings, ending};
