//! Edits progenitor's functions for the client. All code that depends on the output format of
//! progenitor's version is here.
//!
//! The statements that build a request are kept as they are printed. There are three edits: the
//! signature is written from the model, the statements that send the request are cut off, and the
//! statement that sends a version of the API is replaced with a call that adds the headers of the
//! operation.

use api::{Docs, Location, Operation};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Expr, Pat, Stmt, parse_quote};

use super::arguments::{arguments, raw_parameters};
use crate::Imports;
use crate::documentation::attributes;
use crate::format::ident;

/// The statements of a progenitor function that build a request.
pub(super) struct Function<'a> {
    operation: &'a Operation,
    statements: Vec<Stmt>,
    /// The variable of the request.
    request: Ident,
}

impl<'a> Function<'a> {
    /// Extracts the statements for an operation from progenitor's function.
    ///
    /// # Errors
    ///
    /// If progenitor does not send the operation's parameters and body, or prints the function in
    /// an unknown format. Returns the reason.
    pub(super) fn new(operation: &'a Operation, printed: syn::ImplItemFn) -> Result<Self, String> {
        if arguments_of(&printed.sig) != expected_arguments(operation) {
            return Err("progenitor omits or renames a parameter".to_owned());
        }
        let unknown = || "progenitor prints it in an unknown format".to_owned();
        let mut statements = printed.block.stmts;
        let (last, request) = request_variable(&statements).ok_or_else(unknown)?;
        statements.truncate(last + 1);
        let version = version_header();
        let version = statements.iter_mut().find(|stmt| **stmt == version);
        *version.ok_or_else(unknown)? = parse_quote!(self.client.describe(&mut header_map););
        Ok(Self {
            operation,
            statements,
            request,
        })
    }

    /// Returns the code of the function.
    pub(super) fn tokens(&self, imports: &mut Imports) -> TokenStream {
        for name in ["BuildError", "Outgoing"] {
            imports.runtime(name);
        }
        let sends = |location| {
            let mut parameters = self.operation.parameters.iter();
            parameters.any(|parameter| parameter.location == location)
        };
        if sends(Location::Path) {
            imports.runtime("encode_path");
        }
        if sends(Location::Query) {
            imports.add("crate::raw", "progenitor_client");
        }
        let Operation { path, verb, .. } = self.operation;
        let name = ident(&self.operation.function);
        let arguments = arguments(self.operation, imports);
        let docs = attributes(&Docs::code(format!("{verb} {path}")));
        let Self {
            statements,
            request,
            ..
        } = self;
        quote! {
            #docs
            pub(crate) fn #name(&self, #(#arguments),*) -> Result<Outgoing, BuildError> {
                #(#statements)*
                Ok(#request)
            }
        }
    }
}

/// Returns the names of the arguments after `self`.
fn arguments_of(signature: &syn::Signature) -> Vec<Ident> {
    let arguments = signature.inputs.iter();
    arguments
        .filter_map(|argument| match argument {
            syn::FnArg::Typed(argument) => match &*argument.pat {
                Pat::Ident(name) => Some(name.ident.clone()),
                _ => None,
            },
            syn::FnArg::Receiver(_) => None,
        })
        .collect()
}

fn expected_arguments(operation: &Operation) -> Vec<Ident> {
    let parameters = raw_parameters(operation).into_iter();
    let parameters = parameters.map(|parameter| ident(&parameter.argument));
    let body = operation.body.iter().map(|_| ident("body"));
    parameters.chain(body).collect()
}

/// Returns the position of the statement that builds the request, and its variable.
fn request_variable(statements: &[Stmt]) -> Option<(usize, Ident)> {
    statements
        .iter()
        .enumerate()
        .find_map(|(position, statement)| {
            let Stmt::Local(local) = statement else {
                return None;
            };
            let (Pat::Ident(variable), Expr::Try(tried)) =
                (&local.pat, &*local.init.as_ref()?.expr)
            else {
                return None;
            };
            match &*tried.expr {
                Expr::MethodCall(call) if call.method == "build" && call.args.is_empty() => {
                    Some((position, variable.ident.clone()))
                }
                _ => None,
            }
        })
}

/// Returns the statement that sends a version of the API, which no API requires.
fn version_header() -> Stmt {
    parse_quote! {
        header_map.append(
            ::reqwest::header::HeaderName::from_static("api-version"),
            ::reqwest::header::HeaderValue::from_static(Self::api_version()),
        );
    }
}
