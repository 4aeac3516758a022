//! The files that `tests = true` of `[crate]` adds: a test of each operation, examples, and a CI
//! workflow.
//!
//! All values are derived from names and types, so these files contain no text of pages.

use std::collections::BTreeSet;

use api::{Api, Docs, Key, Operation, Response};
use openapi::Config;
use pages::{Problem, Surroundings, marker};
use proc_macro2::TokenStream;
use quote::quote;

use crate::Crate;
use crate::documentation::{Documentation, Line, of_file};
use crate::format::{format, format_foreign, header, ident};
use crate::links::Links;
use crate::operations::calls::{self, ExampleCall, Purpose};
use crate::operations::groups::modules;
use crate::package;

/// The documentation of the test. A list of operations that are not called may follow.
const TEST_DOCS: &str =
    "Calls each operation against a server on this machine: the request arrives with the method and
the path of the operation, and the response is read.

`cargo test --features mock` runs it.";

/// The head of the test, after its documentation.
const TEST_HEAD: &str = "#![cfg(feature = \"mock\")]

#[rustfmt::skip] // values are printed by prettyplease
mod calls;
";

/// The head of the calls.
const CALLS_HEAD: &str = "//! A test for each operation, with values that are written by a program.

#![allow(clippy::all, deprecated, non_snake_case)]
";

/// The maximum length of a call in an example.
const LONGEST_CALL: usize = 200;

/// An example: its file name, its documentation, and a filter for operations.
struct Idiom {
    name: &'static str,
    purpose: &'static str,
    shows: fn(&Operation, &str) -> bool,
}

/// The examples. Each shows the first operation that its filter accepts.
const IDIOMS: [Idiom; 4] = [
    Idiom {
        name: "first_call",
        purpose: "Calls an operation, and prints the response.\n\n`cargo run --example first_call` runs it.",
        shows: |operation, _| {
            matches!(operation.response, Response::Json(_)) && operation.paging.is_none()
        },
    },
    Idiom {
        name: "list_items",
        purpose: "Prints all items of a list, and requests each list page when it is needed.\n\n`cargo run --example list_items` runs it.",
        shows: |operation, _| operation.paging.is_some(),
    },
    Idiom {
        name: "read_stream",
        purpose: "Prints the events of a response as they arrive.\n\n`cargo run --example read_stream` runs it.",
        shows: |operation, _| matches!(operation.response, Response::Events { .. }),
    },
    Idiom {
        name: "upload_file",
        purpose: "Uploads a file without loading it into memory.\n\n`cargo run --example upload_file` runs it.",
        shows: |_, call| call.contains("Upload :: path"),
    },
];

/// Adds the files.
///
/// # Errors
///
/// If the emitted code is not Rust.
pub(crate) fn files(
    api: &Api,
    config: &Config,
    surroundings: Surroundings,
    files: &mut Crate,
) -> Result<(), Problem> {
    if !config.package.tests {
        return Ok(());
    }
    let library = package::library(api, config);
    test(api, &library, files)?;
    for idiom in &IDIOMS {
        if let Some(example) = example(idiom, api, &library)? {
            files.insert(format!("examples/{}.rs", idiom.name), example);
        }
    }
    // GitHub reads the workflows of a repository only at its root.
    if !surroundings.workspace_member {
        files.insert(marker::WORKFLOW, workflow(api, config));
    }
    Ok(())
}

/// Adds the test of all operations.
fn test(api: &Api, library: &str, files: &mut Crate) -> Result<(), Problem> {
    let mut names = BTreeSet::from(["Error"]);
    let mut taken = BTreeSet::new();
    let mut functions = TokenStream::new();
    let mut skipped = Vec::new();
    for operation in &api.operations {
        let mut more = BTreeSet::new();
        match function(operation, api, library, &mut taken, &mut more) {
            Some(function) => {
                functions.extend(function);
                names.extend(more);
            }
            None => skipped.push(operation.call()),
        }
    }
    // Only the function that starts a server uses the name.
    names.remove("Client");
    let names: Vec<&str> = names.into_iter().collect();
    let names = names.join(", ");
    let (header, lints) = (header(), package::lints(api));
    let calls = format_foreign(functions)?;
    let calls = format!(
        "{header}{CALLS_HEAD}{lints}\nuse {library}::mock;\nuse {library}::{{{names}}};\n\n\
         use super::start;\n\n{}\n",
        calls.text.trim()
    );
    files.insert("tests/operations/calls.rs", calls);
    let setters = setters(api);
    let start = format(quote! {
        fn start() -> Result<(MockServer, Client), Error> {
            let server = MockServer::start();
            let client = mock::builder(&server) #setters .build()?;
            Ok((server, client))
        }
    })?;
    let mut docs = Documentation::new().text(TEST_DOCS);
    if !skipped.is_empty() {
        let none = Docs::default();
        let skipped = skipped
            .iter()
            .map(|call| (Line::default().code(call), &none));
        docs = docs
            .text("These need a channel, or values that no expression creates:")
            .list(skipped.collect::<Vec<_>>(), &Links::default());
    }
    let docs = of_file(&docs.page());
    let main = format!(
        "{header}{docs}\n{TEST_HEAD}\nuse {library}::mock::{{self, MockServer}};\n\
         use {library}::{{Client, Error}};\n\n\
         /// Starts a server without a mock, and returns it with a client of it.\n{}\n",
        start.text.trim()
    );
    files.insert("tests/operations/main.rs", main);
    Ok(())
}

/// Returns the builder calls that set all keys except the first.
fn setters(api: &Api) -> TokenStream {
    let others = api.other_keys.iter().map(|other| {
        let setter = ident(&other.setter);
        match other.key {
            Key::Basic => quote!(.#setter("user", "password")),
            _ => quote!(.#setter("another-key")),
        }
    });
    quote!(#(#others)*)
}

/// Returns the test of an operation, or `None` if its values cannot be written as expressions.
fn function(
    operation: &Operation,
    api: &Api,
    library: &str,
    taken: &mut BTreeSet<String>,
    names: &mut BTreeSet<&'static str>,
) -> Option<TokenStream> {
    let call = ExampleCall::of(operation, api, library, Purpose::Test)?;
    let mut value = |ty| calls::value(ty, api, names);
    let sent = {
        let call = &call.tokens;
        quote!(#call.send().await?)
    };
    let (response, read) = match &operation.response {
        Response::Channel(_) => return None,
        Response::Empty => (quote!(), quote!(#sent;)),
        Response::Json(ty) => {
            let value = value(ty)?;
            (quote!(&#value), quote!(#sent;))
        }
        Response::Text => (quote!("content"), quote!(#sent;)),
        Response::Bytes => (quote!("content"), quote!(#sent.collect().await?;)),
        Response::Events { ty, .. } => {
            let event = value(ty);
            let is_there = match event {
                Some(_) => quote!(is_some()),
                None => quote!(is_none()),
            };
            let read = quote! {
                let mut events = #sent;
                assert!(events.next_event().await?.#is_there);
            };
            (quote!(&[#event]), read)
        }
    };
    names.extend(&call.names);
    let path = modules(operation);
    let mut name = [&path[..], &[&operation.method]].concat().join("_");
    while !taken.insert(name.clone()) {
        name.push_str("_again");
    }
    let name = ident(&name);
    let mocked = path.iter().map(|module| ident(module));
    let method = ident(&operation.method);
    Some(quote! {
        #[tokio::test]
        async fn #name() -> Result<(), Error> {
            let (server, client) = start()?;
            let mocked = mock #(::#mocked)* ::#method(&server).reply(#response);
            #read
            mocked.assert();
            Ok(())
        }
    })
}

/// Returns an example, if the API has an operation for it.
fn example(idiom: &Idiom, api: &Api, library: &str) -> Result<Option<String>, Problem> {
    let current = || api.operations.iter().filter(|it| it.deprecated.is_none());
    let calls = || current().filter_map(|it| ExampleCall::of(it, api, library, Purpose::Program));
    let shown = |call: &ExampleCall<'_>| {
        let written = call.tokens.to_string();
        written.len() <= LONGEST_CALL && (idiom.shows)(call.operation, &written)
    };
    // Prefer a call without arguments, and then a read-only call with string arguments.
    let needs = |call: &ExampleCall<'_>| {
        let operation = call.operation;
        let needs_types = call.names.contains("types");
        (
            !operation.requires_nothing(),
            needs_types,
            operation.verb != "GET",
        )
    };
    let Some(call) = calls().filter(shown).min_by_key(needs) else {
        return Ok(None);
    };
    let statements = &call.statements;
    let code = format(quote! {
        #[tokio::main]
        async fn main() -> Result<(), Error> {
            let client = Client::from_env()?;
            #statements
            Ok(())
        }
    })?;
    let names: BTreeSet<&str> = call
        .names
        .iter()
        .copied()
        .chain(["Client", "Error"])
        .collect();
    let names: Vec<&str> = names.into_iter().collect();
    Ok(Some(format!(
        "{}{}\nuse {library}::{{{}}};\n\n{}\n",
        header(),
        of_file(&Documentation::new().text(idiom.purpose).page()),
        names.join(", "),
        code.text.trim(),
    )))
}

/// Returns the workflow that checks the crate.
fn workflow(api: &Api, config: &Config) -> String {
    include_str!("project/ci.yml")
        .replace("{marker}", marker::MANIFEST)
        .replace("{rust-version}", config.rust_version())
        .replace(
            "{features}",
            &package::documented_features(api, config).join(","),
        )
}
