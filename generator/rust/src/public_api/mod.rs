//! `api.txt`: the public API of the emitted crate, with one item per line, so that all changes are
//! visible in the diff of one file.
//!
//! The listing is read from the emitted files, not from the model, so that it also shows
//! changes of the emission and of the runtime. It contains the items that are public from `lib.rs`.
//! Handwritten modules, such as `extras`, are listed without their contents. Macros are not
//! expanded; `macros.rs` lists the implementations of the runtime's macros.

mod attributes;
mod bodies;
mod exports;
mod implementations;
mod items;
mod listing;
mod macros;
mod module;
mod source;
#[cfg(test)]
mod tests;
mod text;
mod tree;

use std::collections::BTreeMap;

use pages::marker::{self, COMMAND};
use pages::{Code, Problem};
use rayon::prelude::*;

pub(crate) use self::module::Module;
use self::tree::Tree;
use crate::Crate;

/// The path of the listing in a crate.
const PATH: &str = "api.txt";

/// The declarations of emitted files, by path.
#[derive(Default)]
pub(crate) struct Declarations(BTreeMap<String, Module>);

impl Declarations {
    /// Adds a file that emission has parsed, so that it is not parsed again.
    pub(crate) fn insert(&mut self, path: String, module: Module) {
        self.0.insert(path, module);
    }

    /// Reads the files that are not parsed yet.
    fn complete(&mut self, files: &Crate) -> Result<(), Problem> {
        let sources: Vec<(&str, &str)> = files
            .files()
            .filter(|(path, _)| path.starts_with("src/") && path.ends_with(".rs"))
            .filter(|(path, _)| !self.0.contains_key(*path))
            .collect();
        let read = sources.into_par_iter().map(|(path, text)| {
            let module = source::read(text).map_err(|error| not_rust(path, &error))?;
            Ok((path.to_owned(), module))
        });
        self.0.extend(read.collect::<Result<Vec<_>, Problem>>()?);
        Ok(())
    }
}

/// Returns the declarations in a file.
pub(crate) fn declarations(file: &syn::File) -> Module {
    source::module(&file.items)
}

/// Adds `api.txt` for the files of the crate `library`.
///
/// # Errors
///
/// If a file is not Rust.
pub(crate) fn file(
    library: &str,
    mut declarations: Declarations,
    files: &mut Crate,
) -> Result<(), Problem> {
    declarations.complete(files)?;
    let listing = listing::listing(&Tree::new(declarations.0), library);
    files.insert(PATH, format!("{}\n\n{listing}", marker::LISTING));
    Ok(())
}

fn not_rust(path: &str, error: &syn::Error) -> Problem {
    let message = format!("the generated file `{path}` is not Rust: {error}");
    Problem::new(Code::NotRust, message).advice(format!(
        "this is a bug in `{COMMAND}`: report it with the page that causes it"
    ))
}
