//! Drives progenitor over the document.
//!
//! Progenitor is given what it carries well: JSON bodies, one success answer
//! for each operation, schemas without the keywords that only validate. Errors
//! are left out, because it would throw their bodies away; the runtime handles
//! them alike for all operations. What progenitor refuses, or panics on, costs
//! the operation that is at fault and no other.

mod answers;
mod bodies;
mod feed;
mod parameters;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, TypeImpl};
use serde_json::Value;

use feed::Feed;
pub(crate) use names::{argument_name, snake_case};
use openapi::Merged as Api;
use openapi::schemas;
use openapi::walk;
use pages::Problem;

/// What progenitor wrote.
pub(crate) struct Code {
    pub(crate) file: syn::File,
    /// The document that it was given.
    pub(crate) document: Value,
    pub(crate) wire: Wire,
}

/// What is different on the wire from progenitor's code.
#[derive(Default)]
pub(crate) struct Wire {
    /// Parameters that are called differently, because they would have had one
    /// name in Rust with something else; by operation id and the name in
    /// progenitor's code.
    pub(crate) parameters: BTreeMap<(String, String), Renamed>,
    /// Properties that are called differently, by type and field.
    pub(crate) properties: BTreeMap<(String, String), String>,
    /// Query parameters that are not written by their shape alone, like
    /// `parameters`.
    pub(crate) forms: BTreeMap<(String, String), QueryForm>,
    /// The media type of the operations that answer with events, by id.
    pub(crate) events: BTreeMap<String, String>,
    /// The types of error answers that pages describe, with their statuses, by
    /// operation id.
    pub(crate) errors: BTreeMap<String, Vec<(String, String)>>,
    /// Fields that have only one value, by type and field.
    pub(crate) constants: BTreeMap<(String, String), bool>,
    /// The operations that answer with a text, by id.
    pub(crate) texts: BTreeSet<String>,
    /// The bodies that are no JSON, by operation id.
    pub(crate) bodies: BTreeMap<String, Body>,
    /// The types that are sent as forms of several parts.
    pub(crate) forms_of_parts: BTreeSet<String>,
    /// Their fields that are sent as JSON whatever they are, by type and field.
    pub(crate) json_fields: BTreeSet<(String, String)>,
}

/// The parameter of the document that is called differently in progenitor's code.
#[derive(Clone, Debug)]
pub(crate) struct Renamed {
    pub(crate) name: String,
    pub(crate) is_in_path: bool,
}

/// How a body is sent that is no JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// As `multipart/form-data`.
    Form,
    /// As `application/x-www-form-urlencoded`.
    UrlEncoded,
    /// As the content of a file, of this media type or any.
    Upload(Option<String>),
    /// As JSON that is called by this media type.
    Json(String),
    /// As text of this media type.
    Text(String),
}

/// How a query parameter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QueryForm {
    /// A list as one text, with this between its items.
    Joined(&'static str),
    /// As JSON.
    Json,
}

/// Returns a name for progenitor, which writes one that begins with a digit in one
/// way for a field and in another for an argument.
fn told_name(name: &str) -> String {
    if snake_case(name).starts_with(char::is_alphabetic) {
        name.to_owned()
    } else {
        argument_name(name)
    }
}

/// Returns progenitor's code for the operations of `api`. Those that it cannot
/// carry are left out, with a warning for each.
///
/// # Errors
///
/// When progenitor refuses a document without operations.
pub(crate) fn generate(api: &Api, warnings: &mut Vec<Problem>) -> Result<Code, Problem> {
    let Feed {
        mut document,
        wire,
        mut problems,
    } = feed::feed(api);
    let mut result = run(&document);
    if result.is_err() {
        let (carried, refusals) = isolate(&document);
        for (id, reason) in refusals {
            let reason = format!("progenitor refuses it: {reason}");
            problems.push(feed::left_out(api, &id, &reason));
        }
        document = feed::subset(&document, &carried);
        result = run(&document);
    }
    let file = result.map_err(|reason| {
        Problem::new(format!("progenitor refuses the document: {reason}"))
            .advice("correct the document with an action in `overlay.yaml`")
    })?;
    warnings.append(&mut problems);
    Ok(Code {
        file,
        document,
        wire,
    })
}

/// An operation's path and method.
type Place = (String, &'static str);

/// Splits the operations of a document that progenitor refuses into those that
/// it carries together, and the ids of the others with its reasons.
fn isolate(document: &Value) -> (Vec<Place>, Vec<(String, String)>) {
    let all: Vec<Place> = walk::operations(document)
        .map(|(path, method, _)| (path.to_owned(), method))
        .collect();
    let (mut carried, mut refusals) = (Vec::new(), Vec::new());
    add(document, &all, &mut carried, &mut refusals);
    (carried, refusals)
}

/// Adds operations to those that progenitor carries together: all at once where
/// it can, otherwise one half after the other.
fn add(
    document: &Value,
    more: &[Place],
    carried: &mut Vec<Place>,
    refusals: &mut Vec<(String, String)>,
) {
    let together = [carried, more].concat();
    let Err(reason) = run(&feed::subset(document, &together)) else {
        *carried = together;
        return;
    };
    match more {
        [] => {}
        [(path, method)] => {
            let id = document["paths"][path][method]["operationId"].as_str();
            refusals.push((id.unwrap_or_default().to_owned(), reason));
        }
        several => {
            let (first, second) = several.split_at(several.len() / 2);
            add(document, first, carried, refusals);
            add(document, second, carried, refusals);
        }
    }
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
    for (name, ty) in bodies::RUNTIME_TYPES {
        settings.with_replacement(name, ty, std::iter::empty());
    }
    let tokens = caught(|| Generator::new(&settings).generate_tokens(&openapi))?
        .map_err(|error| error.to_string())?;
    syn::parse2(tokens).map_err(|error| format!("its output is not Rust: {error}"))
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `call` and returns the message of its panic, which is not printed.
pub(crate) fn caught<T>(call: impl FnOnce() -> T) -> Result<T, String> {
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
