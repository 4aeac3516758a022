//! The module `raw` of the client, with one function per operation that builds its request.
//!
//! progenitor writes the statements. Its input is written from the model ([`input`]), and its
//! functions are edited in one place ([`function`]). All other facts about an operation are in its
//! description in the module `operations`.

pub(crate) mod arguments;
mod function;
mod input;
mod run;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use api::{Api, Docs, Location, Operation};
use pages::Problem;
use proc_macro2::TokenStream;
use quote::quote;

use crate::format::{self, ident};
use crate::operations::groups::UNGROUPED;
use crate::{Crate, Imports};
use function::Function;

/// The documentation of the module `raw`.
const DOCS: &str = "\
One function for each operation, which builds its request. The statements are
progenitor's, printed by prettyplease.";

/// The support crate of progenitor, with the name that its statements use.
const SUPPORT: &str = "\
/// The items of progenitor's support crate that its statements use.
mod progenitor_client {
    pub(in crate::raw) use crate::runtime::QueryParam;
}
";

/// The lints that the functions are exempt from.
const LINTS: &str = r#"#![allow(
    clippy::disallowed_names,
    clippy::module_inception,
    clippy::new_ret_no_self,
    clippy::too_many_arguments,
    clippy::needless_borrow,
    clippy::needless_borrows_for_generic_args,
    clippy::to_string_in_format_args,
    clippy::unnecessary_to_owned,
    reason = "the functions are written alike, and have the names that the API gives"
)]"#;

/// Adds the files of the module `raw`, one per top-level group. Returns the IDs of the operations
/// that progenitor rejected, each with the reason. They are left out of the client.
///
/// # Errors
///
/// If the emitted code is not valid Rust, which is a bug in the generator.
pub(crate) fn raw_files(api: &Api, files: &mut Crate) -> Result<Vec<(String, String)>, Problem> {
    let operations: Vec<&Operation> = api.operations.iter().collect();
    let mut refused = Vec::new();
    let mut groups: BTreeMap<&str, Group> = BTreeMap::new();
    for (operation, built) in operations.iter().zip(run::functions(&operations)) {
        let function = built.and_then(|built| Function::new(operation, built));
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
    let mut parameters = api
        .operations
        .iter()
        .flat_map(|operation| &operation.parameters);
    let has_query = parameters.any(|parameter| parameter.location == Location::Query);
    let support = if has_query { SUPPORT } else { "" };
    let body = format!("{LINTS}\n\n{modules}\n{support}");
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
            impl Raw<'_> {
                #(#functions)*
            }
        })?;
        format::file(&Docs::default(), &self.imports, &body)
    }
}
