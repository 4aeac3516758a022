//! The raw layer: `src/raw/`, one function per operation that builds its request.
//!
//! progenitor writes how a request is built: its input is written from the model
//! ([`input`]), and its statements are read in one place ([`printed`]). Everything else
//! about a function comes from the model: signature, body, and response.

pub(crate) mod arguments;
mod body;
mod function;
mod input;
mod printed;
mod run;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use api::{Api, Docs, Operation};
use pages::Problem;
use proc_macro2::TokenStream;
use quote::quote;

use crate::format::{self, ident};
use crate::operations::groups::UNGROUPED;
use crate::{Crate, Imports};
use function::Function;

/// The documentation of the module `raw`.
const DOCS: &str = "\
The raw layer: one function for each operation, as progenitor writes them,
with all parameters as positional arguments.

The groups of [`Client`](crate::Client) are more pleasant to use and do the same. A parameter
that the API adds is an argument more of a function here, also where it is optional: versions
of this crate are numbered by what that means for the groups.";

/// The lints that the functions are exempt from.
const LINTS: &str = r#"#![allow(
    clippy::disallowed_names,
    clippy::module_inception,
    clippy::new_ret_no_self,
    clippy::too_many_arguments,
    clippy::unnecessary_to_owned,
    reason = "the functions are written alike, and have the names that the API gives"
)]"#;

/// Adds the files of the raw layer, one per outermost group. Returns the ids of the
/// operations that progenitor could not build, each with its reason; the client has to do
/// without them.
///
/// # Errors
///
/// If the emitted code is not Rust, which is a defect of the generator.
pub(crate) fn raw_files(api: &Api, files: &mut Crate) -> Result<Vec<(String, String)>, Problem> {
    let operations: Vec<&Operation> = api.operations.iter().collect();
    let mut refused = Vec::new();
    let mut groups: BTreeMap<&str, Group> = BTreeMap::new();
    for (operation, built) in operations.iter().zip(run::functions(&operations)) {
        let function = built.and_then(|built| Function::new(api, operation, &built));
        match function {
            Ok(function) => {
                let name = operation.group.first().map_or(UNGROUPED, String::as_str);
                let group = groups.entry(name).or_default();
                group.functions.push(function.tokens(&mut group.imports));
            }
            Err(reason) => refused.push((operation.id.clone(), reason)),
        }
    }
    let modules = groups.keys().map(|name| ident(name));
    let modules = format::format(quote!(#(mod #modules;)*))?;
    let body = format!("{LINTS}\n\n{modules}\npub use crate::runtime::Raw;\n");
    let text = format::file(&DOCS.into(), &Imports::default(), &body)?;
    files.insert("src/raw/mod.rs", text);
    for (name, group) in groups {
        files.insert(format!("src/raw/{name}.rs"), group.file()?);
    }
    Ok(refused)
}

/// The functions of one file.
#[derive(Default)]
struct Group {
    functions: Vec<TokenStream>,
    imports: Imports,
}

impl Group {
    fn file(mut self) -> Result<String, Problem> {
        self.imports.runtime("Raw");
        let functions = &self.functions;
        let body = format::format_foreign(quote! {
            impl Raw {
                #(#functions)*
            }
        })?;
        format::file(&Docs::default(), &self.imports, &body)
    }
}
