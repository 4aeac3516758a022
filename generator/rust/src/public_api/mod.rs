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

use pages::marker::{self, COMMAND};
use pages::{Code, Problem, panics};
use rayon::prelude::*;

pub(crate) use self::module::Module;
use self::tree::Tree;
use crate::Crate;

/// The path of the listing in a crate.
const PATH: &str = "api.txt";

/// Returns the declarations in a file that is already parsed.
pub(crate) fn declarations(file: &syn::File) -> Module {
    source::module(&file.items)
}

/// Returns the declarations in the text of a file.
///
/// # Errors
///
/// If it is not Rust.
pub(crate) fn read(text: &str) -> syn::Result<Module> {
    source::read(text)
}

/// Adds `api.txt` for the files of the crate `library`. Files that emission has not parsed are
/// parsed here.
///
/// # Errors
///
/// If a file is not Rust.
pub(crate) fn file(library: &str, files: &mut Crate) -> Result<(), Problem> {
    let mut declarations = files.take_declarations();
    let unread: Vec<(&str, &str)> = files
        .files()
        .filter(|(path, _)| path.starts_with("src/") && path.ends_with(".rs"))
        .filter(|(path, _)| !declarations.contains_key(*path))
        .collect();
    let read: Vec<Result<_, Problem>> = unread
        .into_par_iter()
        .map(|(path, text)| {
            let read = panics::parallel(|| source::read(text));
            let module = read.map_err(|error| not_rust(path, &error))?;
            Ok((path.to_owned(), module))
        })
        .collect();
    for read in read {
        declarations.extend([read?]);
    }
    let listing = listing::listing(&Tree::new(declarations), library);
    files.insert(PATH, format!("{}\n\n{listing}", marker::LISTING));
    Ok(())
}

fn not_rust(path: &str, error: &syn::Error) -> Problem {
    let message = format!("the generated file `{path}` is not Rust: {error}");
    Problem::new(Code::NotRust, message).advice(format!(
        "this is a bug in `{COMMAND}`: report it with the page that causes it"
    ))
}
