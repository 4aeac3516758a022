//! Names of a generated crate: case conversion, reserved names, and [`Scope`], which claims names.

#![forbid(unsafe_code)]

mod case;
mod length;
mod plural;
pub mod reserved;
mod scope;

pub use case::{
    argument_name, is_identifier, is_keyword, module_name, snake_case, symbol, type_name,
};
pub use length::{LONGEST_TYPE, shortened, shortened_with_part};
pub use plural::singular;
pub use scope::{Candidates, Scope, numbered, underscored};
