//! The operations as the face sees them: progenitor's raw function and what the
//! document says about it.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToKebabCase, ToPascalCase, ToSnakeCase};
use proc_macro2::Ident;
use serde_json::{Map, Value};
use syn::visit_mut::VisitMut;

use super::rust::{self, ShortUpload, Shorten};
use super::{deprecation, docs};
use crate::generate::{Body, Code, QueryForm, Renamed, Wire, argument_name};
use openapi::Merged as Api;
use openapi::extensions::SETS;
use openapi::limits;
use openapi::walk;
use pages::{Place, Problem};

/// What the runtime's `Raw` can do by itself, so that no function is called like it.
const RAW_METHODS: &[&str] = &[
    "attempt",
    "bytes",
    "clone",
    "decode_error",
    "empty",
    "events",
    "json",
    "limit_whole",
    "prepare",
    "send",
    "text",
    "whole",
    "with_options",
];

/// The module for operations that are in no group.
pub(super) const UNGROUPED: &str = "ungrouped";

/// An operation of the client.
pub(super) struct Operation {
    pub(super) id: String,
    /// The group that it is in, from the outermost, as modules are named.
    pub(super) group: Vec<String>,
    /// The method of the group.
    pub(super) method: Ident,
    /// The HTTP method in capitals.
    pub(super) verb: String,
    /// The path below the server.
    pub(super) path: String,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) reference: Option<String>,
    /// Where its page describes it.
    pub(super) place: Option<Place>,
    /// What the page says of what to use instead, if the operation is deprecated.
    pub(super) deprecated: Option<String>,
    /// In the order of the raw function.
    pub(super) arguments: Vec<Argument>,
    /// What the function answers with: `types::X`, `EventStream<types::X>`, `()`,
    /// `ByteStream` or `String`.
    pub(super) answer: syn::Type,
    /// The answer is a text, and no JSON.
    pub(super) is_text: bool,
    /// The media type of the events, if the answer is events.
    pub(super) events: Option<String>,
    /// The types of error answers that the page describes, with their statuses.
    pub(super) errors: Vec<(String, String)>,
    /// How the body is sent, if not as JSON.
    pub(super) body: Option<Body>,
    /// Fields of the body that the operation sets itself, by name on the wire.
    pub(super) sets: Vec<(String, bool)>,
    /// What the document says of pages of the list that is the answer.
    pub(super) pagination: Option<Value>,
    pub(super) function: syn::ImplItemFn,
    /// Names of parameters in the function, and those on the wire.
    pub(super) wire_names: Vec<(String, String)>,
    /// Names of query parameters in the function, and how they are written.
    pub(super) forms: Vec<(String, QueryForm)>,
}

/// An argument of the raw function.
pub(super) struct Argument {
    /// What the raw function calls it.
    pub(super) ident: Ident,
    /// What the face calls it.
    pub(super) name: Ident,
    /// The type without `Option`.
    pub(super) ty: syn::Type,
    pub(super) required: bool,
    pub(super) docs: String,
    pub(super) is_body: bool,
    /// The number that a page or an offset begins with.
    pub(super) first: Option<i64>,
    /// Its position among the parameters of the document.
    position: usize,
}

impl Operation {
    /// Returns how the client calls the operation: `assets().list()`.
    pub(super) fn call(&self) -> String {
        let groups = self
            .group
            .iter()
            .enumerate()
            .map(|(depth, group)| match depth {
                0 => format!("{}().", accessor(group)),
                _ => format!("{group}()."),
            });
        let groups: String = groups.collect();
        format!("{groups}{}()", self.method)
    }

    /// Returns the modules below `operations` that the operation is in.
    pub(super) fn module_path(&self) -> Vec<Ident> {
        if self.group.is_empty() {
            return vec![rust::ident(UNGROUPED)];
        }
        self.group.iter().map(|group| rust::ident(group)).collect()
    }

    /// Returns the name of the struct that the request is built with.
    pub(super) fn request(&self) -> Ident {
        let method = self.method.to_string().to_pascal_case();
        rust::ident(&format!("{method}Request"))
    }

    /// Returns the arguments in the document's order, the body last.
    pub(super) fn in_order(&self) -> Vec<&Argument> {
        let mut arguments: Vec<&Argument> = self.arguments.iter().collect();
        arguments.sort_by_key(|argument| (argument.is_body, argument.position));
        arguments
    }
}

/// Reads the operations that progenitor wrote functions for, by id.
pub(super) fn read(api: &Api, code: &Code) -> Result<Vec<Operation>, Problem> {
    let functions: Vec<&syn::ImplItemFn> = code
        .file
        .items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Impl(item) if item.trait_.is_none() => Some(&item.items),
            _ => None,
        })
        .flatten()
        .filter_map(|item| match item {
            syn::ImplItem::Fn(function) if function.sig.asyncness.is_some() => Some(function),
            _ => None,
        })
        .collect();
    let mut operations = Vec::new();
    for (path, verb, object) in walk::operations(&api.root) {
        let id = object["operationId"].as_str().unwrap_or_default();
        let name = argument_name(id);
        let Some(function) = functions.iter().find(|function| function.sig.ident == name) else {
            // Left out, with a warning.
            continue;
        };
        operations.push(read_one(api, path, verb, object, function, &code.wire)?);
    }
    operations.sort_by(|a, b| (&a.group, &a.id).cmp(&(&b.group, &b.id)));
    distinct_methods(&mut operations);
    deprecation::in_names_of_client(&mut operations);
    Ok(operations)
}

/// What the client can do by itself, so that nothing of the API is called like it.
pub(super) const CLIENT_METHODS: [&str; 6] =
    ["base_url", "builder", "clone", "from_env", "new", "raw"];

/// Gives methods that are called like a group beside them, or like what the
/// client or every group has, an underscore.
fn distinct_methods(operations: &mut [Operation]) {
    let groups: BTreeSet<Vec<String>> = operations
        .iter()
        .flat_map(|operation| {
            (1..=operation.group.len()).map(|end| operation.group[..end].to_vec())
        })
        .collect();
    // Beside the groups, whose accessors may have an underscore themselves.
    let mut taken: BTreeSet<Vec<String>> = groups
        .into_iter()
        .map(|mut path| {
            if let [only] = &mut path[..] {
                *only = accessor(only).to_string();
            }
            path
        })
        .collect();
    let mut named: Vec<&mut Operation> = operations.iter_mut().collect();
    // Who has a name that is free keeps it.
    named.sort_by_key(|operation| is_reserved(operation));
    for operation in named {
        let mut method = operation.method.to_string();
        let mut path = operation.group.clone();
        path.push(method.clone());
        while is_reserved_name(&operation.group, &method) || !taken.insert(path.clone()) {
            method.push('_');
            path.pop();
            path.push(method.clone());
        }
        operation.method = rust::ident(&method);
    }
}

fn is_reserved(operation: &Operation) -> bool {
    is_reserved_name(&operation.group, &operation.method.to_string())
}

/// Tells whether the client or every group has a method of this name itself.
fn is_reserved_name(group: &[String], method: &str) -> bool {
    ["clone", "new"].contains(&method) || (group.is_empty() && CLIENT_METHODS.contains(&method))
}

/// Returns the method of the client that leads to a group.
pub(super) fn accessor(group: &str) -> Ident {
    if CLIENT_METHODS.contains(&group) {
        quote::format_ident!("{group}_")
    } else {
        rust::ident(group)
    }
}

fn read_one(
    api: &Api,
    path: &str,
    verb: &str,
    object: &Map<String, Value>,
    function: &syn::ImplItemFn,
    wire: &Wire,
) -> Result<Operation, Problem> {
    let id = object["operationId"].as_str().unwrap_or_default();
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut function = function.clone();
    Shorten.visit_impl_item_fn_mut(&mut function);
    ShortUpload.visit_impl_item_fn_mut(&mut function);
    let mut arguments = Vec::new();
    for input in &function.sig.inputs {
        let syn::FnArg::Typed(input) = input else {
            continue;
        };
        let syn::Pat::Ident(pattern) = &*input.pat else {
            return Err(unknown_form(id));
        };
        arguments.push(argument(&pattern.ident, &input.ty, object, wire));
    }
    let mut answer = answer(&function.sig.output).ok_or_else(|| unknown_form(id))?;
    let events = wire.events.get(id).cloned();
    if events.is_some() {
        answer = syn::parse_quote!(EventStream<#answer>);
    }
    let is_text = wire.texts.contains(id);
    if is_text {
        answer = syn::parse_quote!(String);
    }
    let group = group(object);
    let method = object
        .get("x-fern-sdk-method-name")
        .and_then(Value::as_str)
        .unwrap_or(id);
    if RAW_METHODS.contains(&function.sig.ident.to_string().as_str()) {
        function.sig.ident = quote::format_ident!("{}_", function.sig.ident);
    }
    let description = text("description").trim();
    let (deprecated, description) = match object.get("deprecated") {
        Some(Value::Bool(true)) => {
            let (note, description) = deprecation::note(description);
            (Some(note), description)
        }
        _ => (None, description),
    };
    let mut operation = Operation {
        id: id.to_owned(),
        method: rust::ident(&argument_name(method)),
        group,
        verb: verb.to_ascii_uppercase(),
        path: walk::sent_path(path).to_owned(),
        summary: docs::first_paragraph(text("summary")),
        description: description.to_owned(),
        reference: api
            .origins
            .get(id)
            .and_then(|origin| origin.reference.clone()),
        place: api.origins.get(id).map(|origin| origin.place.clone()),
        deprecated,
        arguments,
        answer,
        is_text,
        events,
        errors: wire.errors.get(id).cloned().unwrap_or_default(),
        body: wire.bodies.get(id).cloned(),
        sets: sets(object),
        pagination: object.get("x-fern-pagination").cloned(),
        function,
        wire_names: of_operation(&wire.parameters, id)
            .into_iter()
            .map(|(name, renamed)| (name, renamed.name))
            .collect(),
        forms: of_operation(&wire.forms, id),
    };
    distinct_names(&mut operation.arguments);
    Ok(operation)
}

/// Returns the fields of the body that the operation sets itself.
fn sets(operation: &Map<String, Value>) -> Vec<(String, bool)> {
    let sets = operation.get(SETS).and_then(Value::as_object);
    sets.into_iter()
        .flatten()
        .filter_map(|(field, value)| Some((field.clone(), value.as_bool()?)))
        .collect()
}

/// Returns what is said of the parameters of one operation, by their names.
fn of_operation<T: Clone>(all: &BTreeMap<(String, String), T>, id: &str) -> Vec<(String, T)> {
    all.iter()
        .filter(|((operation, _), _)| operation == id)
        .map(|((_, name), said)| (name.clone(), said.clone()))
        .collect()
}

fn argument(
    ident: &Ident,
    ty: &syn::Type,
    operation: &Map<String, Value>,
    wire: &Wire,
) -> Argument {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let parameters = parameters.map_or(&[][..], Vec::as_slice);
    let id = operation["operationId"].as_str().unwrap_or_default();
    let all_renamed = || {
        let parameters = wire.parameters.iter();
        parameters.filter(|((operation, _), _)| operation == id)
    };
    let renamed = all_renamed().find(|((_, name), _)| *ident == argument_name(name));
    let found = parameters.iter().position(|parameter| {
        let name = parameter["name"].as_str().unwrap_or_default();
        let is = |renamed: &Renamed| {
            name == renamed.name && renamed.is_in_path == (parameter["in"] == "path")
        };
        match renamed {
            Some((_, renamed)) => is(renamed),
            None => *ident == argument_name(name) && !all_renamed().any(|(_, other)| is(other)),
        }
    });
    let source = match found {
        Some(index) => Some(&parameters[index]),
        None => operation.get("requestBody"),
    };
    let description = source
        .and_then(|source| source["description"].as_str())
        .unwrap_or_default();
    let name = source
        .and_then(|source| source["x-fern-parameter-name"].as_str())
        .map_or_else(|| ident.clone(), |name| rust::ident(&name.to_snake_case()));
    let inner = rust::option_inner(ty);
    Argument {
        ident: ident.clone(),
        name,
        required: inner.is_none(),
        ty: inner.unwrap_or(ty).clone(),
        docs: source.map_or_else(String::new, |source| {
            limits::described(description, &source["schema"])
        }),
        is_body: found.is_none(),
        first: source.and_then(|source| first(&source["schema"])),
        position: found.unwrap_or(usize::MAX),
    }
}

/// Returns the number that values of a schema begin with.
fn first(schema: &Value) -> Option<i64> {
    let minimum = schema["minimum"].as_i64();
    schema["default"]
        .as_i64()
        .or(minimum.filter(|minimum| [0, 1].contains(minimum)))
}

/// Two parameters that an extension gives one name keep their own.
fn distinct_names(arguments: &mut [Argument]) {
    let names: Vec<Ident> = arguments
        .iter()
        .map(|argument| argument.name.clone())
        .collect();
    for argument in arguments {
        if names.iter().filter(|name| **name == argument.name).count() > 1 {
            argument.name = argument.ident.clone();
        }
    }
}

/// Returns `T` of `Result<ResponseValue<T>, Error<E>>`.
fn answer(output: &syn::ReturnType) -> Option<syn::Type> {
    let syn::ReturnType::Type(_, ty) = output else {
        return None;
    };
    let first = |ty: &syn::Type| -> Option<syn::Type> {
        let syn::Type::Path(path) = ty else {
            return None;
        };
        match &path.path.segments.last()?.arguments {
            syn::PathArguments::AngleBracketed(arguments) => {
                arguments.args.iter().find_map(|argument| match argument {
                    syn::GenericArgument::Type(ty) => Some(ty.clone()),
                    _ => None,
                })
            }
            _ => None,
        }
    };
    first(&first(ty)?)
}

fn group(operation: &Map<String, Value>) -> Vec<String> {
    let names = operation.get("x-fern-sdk-group-name");
    let names: Vec<&str> = match names {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    names
        .into_iter()
        .enumerate()
        .map(|(depth, name)| {
            let ascii: String = name.chars().filter(char::is_ascii).collect();
            let name = argument_name(&ascii.to_kebab_case());
            let name = rust::ident(&name).to_string();
            // Files of the crate's own have the first names, and each group inside
            // another stands beside the others.
            if ["operations", UNGROUPED].contains(&name.as_str())
                || (depth > 0 && ["clone", "new", "types"].contains(&name.as_str()))
            {
                format!("{name}_")
            } else {
                name
            }
        })
        .collect()
}

/// The problem when progenitor wrote something that cannot be mended here.
pub(super) fn unknown_form(id: &str) -> Problem {
    Problem::new(format!(
        "progenitor's function for `{id}` has a form that is not known here"
    ))
    .operation(id)
    .advice("progenitor has changed: `face/raw.rs` and `face/operation.rs` have to follow")
}
