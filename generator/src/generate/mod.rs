//! Drives progenitor over the document.
//!
//! Progenitor is given what it carries well: JSON bodies, one success answer
//! for each operation, schemas without the keywords that only validate. Errors
//! are left out, because it would throw their bodies away; the runtime handles
//! them alike for all operations. What progenitor refuses, or panics on, costs
//! the operation that is at fault and no other.

mod feed;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use heck::ToSnakeCase;
use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, TypeImpl};
use serde_json::Value;

use crate::merge::Api;
use crate::problem::Problem;
use crate::schemas;
use crate::walk;
use feed::Feed;

/// What progenitor wrote.
pub(crate) struct Code {
    pub(crate) file: syn::File,
    /// The document that it was given.
    pub(crate) document: Value,
    pub(crate) wire_names: WireNames,
}

/// The names on the wire of what had to be called differently, because it would
/// have had one name in Rust with something else.
#[derive(Default)]
pub(crate) struct WireNames {
    /// By operation id and the parameter's name in progenitor's code.
    pub(crate) parameters: BTreeMap<(String, String), String>,
    /// By type and field.
    pub(crate) properties: BTreeMap<(String, String), String>,
}

/// Writes a name as progenitor writes those of functions, arguments and fields.
pub(crate) fn argument_name(name: &str) -> String {
    let words: String = name
        .replace('\'', "")
        .chars()
        .map(|c| {
            if c.is_alphabetic() || c.is_ascii_digit() || c == '_' {
                c
            } else {
                '-'
            }
        })
        .collect();
    let name = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => words.to_snake_case(),
    };
    let name = match name.chars().next() {
        None => "x".to_owned(),
        Some(first) if first.is_alphabetic() => name,
        Some(_) => format!("_{name}"),
    };
    if syn::parse_str::<syn::Ident>(&name).is_ok() {
        name
    } else {
        format!("{name}_")
    }
}

/// Returns progenitor's code for the operations of `api`. Those that it cannot
/// carry are left out, with a warning for each.
///
/// # Errors
///
/// When progenitor refuses the document and no single operation is at fault.
pub(crate) fn generate(api: &Api, warnings: &mut Vec<Problem>) -> Result<Code, Problem> {
    let Feed {
        mut document,
        wire_names,
        mut problems,
    } = feed::feed(api);
    let refused = match run(&document) {
        Ok(file) => {
            warnings.append(&mut problems);
            return Ok(Code {
                file,
                document,
                wire_names,
            });
        }
        Err(reason) => reason,
    };
    let mut omitted = BTreeSet::new();
    for (path, method, operation) in walk::operations(&document) {
        let alone = feed::single(&document, path, method);
        if let Err(reason) = run(&alone) {
            let id = operation["operationId"].as_str().unwrap_or_default();
            problems.push(feed::left_out(
                api,
                id,
                &format!("progenitor refuses it: {reason}"),
            ));
            omitted.insert((path.to_owned(), method));
        }
    }
    for (path, method) in &omitted {
        feed::remove(&mut document, path, method);
    }
    schemas::prune(&mut document);
    let file = run(&document).map_err(|_| {
        Problem::new(format!("progenitor refuses the document: {refused}"))
            .advice("correct the document with an action in `overlay.yaml`")
    })?;
    warnings.append(&mut problems);
    Ok(Code {
        file,
        document,
        wire_names,
    })
}

/// Runs progenitor; returns why it refused.
fn run(document: &Value) -> Result<syn::File, String> {
    let openapi: OpenAPI =
        serde_json::from_value(document.clone()).map_err(|error| error.to_string())?;
    let mut settings = GenerationSettings::default();
    settings.with_derive("PartialEq");
    let enumerations = schemas::enumerations(document);
    for name in enumerations.into_iter().chain(schemas::unions(document)) {
        // The face writes these, open for what newer servers send.
        settings.with_replacement(
            &name,
            format!("crate::types::{name}"),
            [TypeImpl::Display, TypeImpl::FromStr].into_iter(),
        );
    }
    let tokens = caught(|| Generator::new(&settings).generate_tokens(&openapi))?
        .map_err(|error| error.to_string())?;
    syn::parse2(tokens).map_err(|error| format!("its output is not Rust: {error}"))
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `call` and returns the message of its panic, which is not printed.
fn caught<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                previous(info);
            }
        }));
    });
    QUIET.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(call));
    QUIET.set(false);
    result.map_err(|payload| {
        let text = payload
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| {
                payload
                    .downcast_ref::<&str>()
                    .map(|text| (*text).to_owned())
            })
            .unwrap_or_default();
        format!("it panics: {}", text.lines().next().unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_its_message() {
        let result: Result<(), String> = caught(|| panic!("no\nmore"));
        assert_eq!(result, Err("it panics: no".to_owned()));
    }
}
