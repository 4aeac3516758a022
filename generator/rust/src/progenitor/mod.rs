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
use pages::{Problem, panics};
use proc_macro2::TokenStream;
use quote::quote;
use rayon::prelude::*;

use crate::format::{self, Code, ident};
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
    let mut groups: BTreeMap<&str, Vec<(usize, &Operation)>> = BTreeMap::new();
    for (position, operation) in api.operations.iter().enumerate() {
        let name = operation.group.first().map_or(UNGROUPED, String::as_str);
        groups.entry(name).or_default().push((position, operation));
    }
    let groups: Vec<_> = groups
        .into_par_iter()
        .map(|(name, operations)| Ok((name, panics::parallel(|| Group::of(&operations))?)))
        .collect();
    let mut refused = Vec::new();
    let mut modules = Vec::new();
    for group in groups {
        let (name, group) = group?;
        refused.extend(group.refused);
        if let Some(code) = group.code {
            modules.push(ident(name));
            files.insert_code(format!("src/raw/{name}.rs"), code);
        }
    }
    let modules = format::format(quote!(#(mod #modules;)*))?.text;
    let mut parameters = api
        .operations
        .iter()
        .flat_map(|operation| &operation.parameters);
    let has_query = parameters.any(|parameter| parameter.location == Location::Query);
    let support = if has_query { SUPPORT } else { "" };
    let body = Code::read(format!("{LINTS}\n\n{modules}\n{support}"))?;
    let code = format::file(&DOCS.into(), &Imports::default(), body)?;
    files.insert_code("src/raw/mod.rs", code);
    refused.sort_unstable();
    let refused = refused.into_iter();
    Ok(refused.map(|(_, id, reason)| (id, reason)).collect())
}

/// The functions of a top-level group.
struct Group {
    /// The file, if there is a function.
    code: Option<Code>,
    /// The operations that progenitor rejected: position, ID, and reason.
    refused: Vec<(usize, String, String)>,
}

impl Group {
    /// Runs progenitor for the operations of a group, each with its position in the API.
    fn of(operations: &[(usize, &Operation)]) -> Result<Self, Problem> {
        let mut functions = Vec::new();
        let mut imports = Imports::default();
        let mut refused = Vec::new();
        let described: Vec<&Operation> = operations.iter().map(|(_, it)| *it).collect();
        for ((position, operation), built) in operations.iter().zip(run::functions(&described)) {
            match built.and_then(|built| Function::new(operation, built)) {
                Ok(function) => functions.push(function.tokens(&mut imports)),
                Err(reason) => refused.push((*position, operation.id.clone(), reason)),
            }
        }
        let code = match functions.is_empty() {
            true => None,
            false => Some(file(&functions, imports)?),
        };
        Ok(Self { code, refused })
    }
}

/// Returns a file with functions of `Raw`.
fn file(functions: &[TokenStream], mut imports: Imports) -> Result<Code, Problem> {
    imports.runtime("Raw");
    let body = format::format_foreign(quote! {
        impl Raw<'_> {
            #(#functions)*
        }
    })?;
    format::file(&Docs::default(), &imports, body)
}
