//! `src/mock/`: what a mock server is told of each operation, for the tests of
//! programs that use the crate.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::groups::{Group, owner};
use super::operation::{self, Operation, UNGROUPED};
use super::{Crate, docs, example, rust};
use crate::docs::Docs;
use crate::problem::Problem;

/// Writes the mocks, one file for each outermost group.
pub(super) fn write(
    operations: &[Operation],
    library: &str,
    files: &mut Crate,
) -> Result<(), Problem> {
    let root = Group::of(operations);
    let mut groups: BTreeMap<&str, TokenStream> = BTreeMap::new();
    if !root.operations.is_empty() {
        let functions = root.operations.iter().map(|operation| function(operation));
        groups.insert(UNGROUPED, quote!(#(#functions)*));
    }
    for (name, group) in &root.children {
        groups.insert(name, module(group));
    }
    for (name, code) in &groups {
        let body = rust::format(code.clone())?;
        let imports = rust::imports(&body, &[])?;
        files.insert(
            format!("src/mock/{name}.rs"),
            format!("{}{imports}\n{body}", rust::header()),
        );
    }
    let modules = groups.keys().map(|name| {
        let module = rust::ident(name);
        let doc = match *name {
            UNGROUPED => Docs::template("Mocks of the operations that are in no group.", &[]),
            name => {
                let call = Docs::code(format!("client.{}()", operation::accessor(name)));
                Docs::template("Mocks of the operations of {}.", &[call])
            }
        };
        let doc = docs::attributes(&doc);
        quote!(#doc pub mod #module;)
    });
    let modules = rust::format(quote!(#(#modules)*))?;
    files.insert(
        "src/mock/mod.rs",
        format!(
            "{}{}\n{modules}\npub use httpmock;\npub use httpmock::MockServer;\n\n\
             pub use crate::runtime::mock::{{Content, Empty, Events, Mocked, builder, client}};\n",
            rust::header(),
            docs::of_file(&page(operations, library)),
        ),
    );
    Ok(())
}

/// Returns what the module's page says.
fn page(operations: &[Operation], library: &str) -> Docs {
    let page = Docs::template(
        "Tests without the API: a server on this machine that answers as it is told.\n\n\
         There is a function for each operation, in a module for each group. What it returns is\n\
         told what to answer, and then counts the calls; see [`httpmock`].\n\n\
         A call that nothing was said of is answered with 404, which is also what an API says of\n\
         what is not there: a test for `is_not_found()` should also assert that its mock was called.",
        &[],
    );
    let example = operations.iter().find(|operation| {
        matches!(&operation.answer, syn::Type::Path(_))
            && operation.events.is_none()
            && !rust::is_named(&operation.answer, "ByteStream")
            && operation
                .arguments
                .iter()
                .all(|argument| !argument.required)
    });
    let example = example.map(|operation| example::mocked(operation, library));
    Docs::blocks([Some(page), example].into_iter().flatten())
}

/// Writes the functions of a group, and the modules of the groups inside it.
fn module(group: &Group<'_>) -> TokenStream {
    let functions = group.operations.iter().map(|operation| function(operation));
    let modules = group.children.iter().map(|(name, group)| {
        let (ident, inner) = (rust::ident(name), module(group));
        let words = Docs::text(name.replace('_', " ").trim());
        let doc = docs::attributes(&Docs::template("Mocks of the operations on {}.", &[words]));
        quote! {
            #doc
            pub mod #ident {
                use super::*;
                #inner
            }
        }
    });
    quote!(#(#functions)* #(#modules)*)
}

fn function(operation: &Operation) -> TokenStream {
    let method = &operation.method;
    let mut place = String::from("crate");
    let owner = match operation.group.last() {
        None => "Client".to_owned(),
        Some(group) => {
            place.push_str("::operations");
            for module in operation.module_path() {
                place.push_str(&format!("::{module}"));
            }
            owner(group).to_string()
        }
    };
    let item = Docs::item(
        format!("{owner}::{method}"),
        format!("{place}::{owner}::{method}"),
    );
    let doc = docs::attributes(&Docs::template("Mocks {}.", &[item]));
    let answer = &operation.answer;
    let answer = match answer {
        syn::Type::Tuple(_) => quote!(Empty),
        ty if rust::is_named(ty, "ByteStream") || operation.is_text => quote!(Content),
        ty if operation.events.is_some() => {
            let event = rust::generic_inner(ty, "EventStream");
            quote!(Events<#event>)
        }
        ty => quote!(#ty),
    };
    let mocked = mocked(&operation.verb, &operation.path, sent_as_json(operation));
    quote! {
        #doc
        pub fn #method(server: &MockServer) -> Mocked<'_, #answer> {
            #mocked
        }
    }
}

/// Returns the fields that an operation sets itself, if its body is JSON.
fn sent_as_json(operation: &Operation) -> &[(String, bool)] {
    match operation.body {
        None => &operation.sets,
        Some(_) => &[],
    }
}

/// Writes the mock of an operation, which what it sets tells from another of the same
/// path.
fn mocked(verb: &str, path: &str, sets: &[(String, bool)]) -> TokenStream {
    let sets = sets
        .iter()
        .map(|(field, value)| quote!(.setting(#field, #value)));
    quote!(Mocked::new(server, #verb, #path)#(#sets)*)
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::mocked;

    #[test]
    fn what_an_operation_sets_itself_tells_its_mock_from_another() {
        assert_eq!(
            mocked("GET", "/assets", &[]).to_string(),
            quote!(Mocked::new(server, "GET", "/assets")).to_string()
        );
        let sets = [("stream".to_owned(), true)];
        assert_eq!(
            mocked("POST", "/analyze", &sets).to_string(),
            quote!(Mocked::new(server, "POST", "/analyze").setting("stream", true)).to_string()
        );
    }
}
