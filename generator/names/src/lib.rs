//! Names of a generated crate: how they are written, which are reserved, and the one
//! type that claims them.

#![forbid(unsafe_code)]

mod case;
mod scope;

pub use case::{KEYWORDS, argument_name, is_keyword, snake_case, symbol};
pub use scope::{Scope, numbered, underscored};
