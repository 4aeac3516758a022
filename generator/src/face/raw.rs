//! `src/raw/`: progenitor's functions, mended.
//!
//! What progenitor writes to build a request stays. What comes after is one
//! call of the runtime, because progenitor's own code throws away the bodies of
//! errors and the status of an answer that does not parse, and sends an
//! `api-version` header that the API does not ask for.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};

use super::Crate;
use super::operation::{Operation, wire_path};
use super::rust::{self, replace_ident};
use crate::problem::Problem;

/// The file for operations that are in no group.
const UNGROUPED: &str = "ungrouped";

/// Writes the raw layer, one file for each outermost group.
pub(super) fn write(operations: &[Operation], files: &mut Crate) -> Result<(), Problem> {
    let mut groups: BTreeMap<&str, Vec<TokenStream>> = BTreeMap::new();
    for operation in operations {
        let group = operation.group.first().map_or(UNGROUPED, String::as_str);
        groups.entry(group).or_default().push(function(operation)?);
    }
    for (group, functions) in &groups {
        let body = rust::format(quote! {
            impl Raw {
                #(#functions)*
            }
        })?;
        let imports = imports(&body)?;
        files.insert(
            format!("src/raw/{group}.rs"),
            format!("{}{imports}\n{body}", rust::header()),
        );
    }
    let modules = groups.keys().map(|group| rust::ident(group));
    let modules = rust::format(quote!(#(mod #modules;)*))?;
    files.insert(
        "src/raw/mod.rs",
        format!(
            "{}//! The raw layer: one function for each operation, as progenitor writes them,\n\
             //! with all parameters as positional arguments.\n//!\n\
             //! The groups of [`Client`](crate::Client) are more pleasant to use and do the same.\n\n\
             #![allow(\n    clippy::too_many_arguments,\n    reason = \"the raw layer has one argument for each parameter\"\n)]\n\n\
             {modules}\npub use crate::runtime::Raw;\n",
            rust::header()
        ),
    );
    Ok(())
}

fn imports(body: &str) -> Result<String, Problem> {
    let headers: Vec<_> = ["ACCEPT", "CONTENT_TYPE", "HeaderMap", "HeaderValue"]
        .into_iter()
        .filter(|name| body.contains(name))
        .map(rust::ident)
        .collect();
    let headers = match headers.as_slice() {
        [] => quote!(),
        [name] => quote!(use reqwest::header::#name;),
        names => quote!(use reqwest::header::{#(#names),*};),
    };
    let chrono: Vec<_> = ["DateTime", "NaiveDate", "Utc"]
        .into_iter()
        .filter(|name| body.contains(name))
        .map(rust::ident)
        .collect();
    let chrono = if chrono.is_empty() {
        quote!()
    } else {
        quote!(use chrono::{#(#chrono),*};)
    };
    let runtime: Vec<_> = [
        "ByteStream",
        "Error",
        "Operation",
        "QueryParam",
        "Raw",
        "Response",
        "encode_path",
    ]
    .into_iter()
    .filter(|name| body.contains(name))
    .map(rust::ident)
    .collect();
    let types = if body.contains("types::") {
        quote!(
            use crate::types;
        )
    } else {
        quote!()
    };
    let map = if body.contains("HashMap<") {
        quote!(
            use std::collections::HashMap;
        )
    } else {
        quote!()
    };
    let own = quote! {
        use crate::runtime::{#(#runtime),*};
        #types
    };
    rust::imports(quote!(#map #chrono #headers), own)
}

/// Returns the raw function of an operation, mended.
fn function(operation: &Operation) -> Result<TokenStream, Problem> {
    let mut function = operation.function.clone();
    NoLifetimes.visit_signature_mut(&mut function.sig);
    let answer = &operation.answer;
    function.sig.output = syn::parse_quote!(-> Result<Response<#answer>, Error>);
    function.sig.generics.params = function
        .sig
        .generics
        .params
        .into_iter()
        .filter(|parameter| !matches!(parameter, syn::GenericParam::Lifetime(_)))
        .collect();

    let (building, request) = building(&function.block, operation)?;
    let (id, path) = (&operation.id, &operation.path);
    let send = rust::ident(match answer.to_token_stream().to_string().as_str() {
        "()" => "empty",
        "ByteStream" => "bytes",
        _ => "json",
    });
    let doc = format!(" `{} {}`", operation.verb, operation.path);
    let signature = &function.sig;
    let tokens = quote! {
        #[doc = #doc]
        pub #signature {
            #(#building)*
            let operation = Operation { id: #id, path: #path };
            self.#send(#request, &operation).await
        }
    };
    Ok(replace_ident(tokens, "baseurl", "base_url"))
}

/// Returns progenitor's statements that build the request, and the variable
/// that holds it.
fn building(
    block: &syn::Block,
    operation: &Operation,
) -> Result<(Vec<syn::Stmt>, syn::Ident), Problem> {
    let mut kept = Vec::new();
    let strings: Vec<syn::Ident> = operation
        .arguments
        .iter()
        .filter(|argument| {
            matches!(&argument.ty, syn::Type::Reference(ty) if rust::is_named(&ty.elem, "str"))
        })
        .map(|argument| argument.ident.clone())
        .collect();
    // The map itself and progenitor's own header are the first two.
    let has_headers = block
        .stmts
        .iter()
        .filter(|stmt| mentions(stmt, "header_map"))
        .count()
        > 3;
    for statement in &block.stmts {
        let mut statement = statement.clone();
        if mentions(&statement, "api_version") {
            continue;
        }
        let builds = mentions(&statement, "build") && mentions(&statement, "client");
        if mentions(&statement, "header_map") && !has_headers && !builds {
            continue;
        }
        if let syn::Stmt::Local(local) = &mut statement {
            if mentions_local(local, "header_map") && !builds {
                local.init.iter_mut().for_each(|init| {
                    init.expr = syn::parse_quote!(HeaderMap::new());
                });
            }
            local.attrs.clear();
            if builds {
                let request = variable(local).ok_or_else(|| unknown_form(operation))?;
                MendRequest { has_headers }.visit_local_mut(local);
                kept.push(statement);
                return Ok((kept, request));
            }
        }
        MendUrl { strings: &strings }.visit_stmt_mut(&mut statement);
        kept.push(statement);
    }
    Err(unknown_form(operation))
}

fn unknown_form(operation: &Operation) -> Problem {
    Problem::new(format!(
        "progenitor's function for `{}` has a form that is not known here",
        operation.id
    ))
    .advice("progenitor has changed: `face/raw.rs` has to follow")
}

fn mentions(statement: &syn::Stmt, word: &str) -> bool {
    contains_ident(statement.to_token_stream(), word)
}

fn mentions_local(local: &syn::Local, word: &str) -> bool {
    contains_ident(local.pat.to_token_stream(), word)
}

fn contains_ident(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|tree| match tree {
        proc_macro2::TokenTree::Ident(ident) => ident == word,
        proc_macro2::TokenTree::Group(group) => contains_ident(group.stream(), word),
        _ => false,
    })
}

/// Returns the variable that a `let` defines, which need not be mutable here.
fn variable(local: &mut syn::Local) -> Option<syn::Ident> {
    match &mut local.pat {
        syn::Pat::Ident(pattern) => {
            pattern.mutability = None;
            Some(pattern.ident.clone())
        }
        _ => None,
    }
}

/// Leaves out lifetimes that the compiler infers, and takes slices of lists.
struct NoLifetimes;

impl VisitMut for NoLifetimes {
    fn visit_receiver_mut(&mut self, receiver: &mut syn::Receiver) {
        *receiver = syn::parse_quote!(&self);
    }

    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        reference.lifetime = None;
        if let Some(item) = rust::vec_inner(&reference.elem).cloned() {
            *reference.elem = syn::parse_quote!([#item]);
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }
}

/// Takes out the call that sets headers where there are none to set.
struct MendRequest {
    has_headers: bool,
}

impl VisitMut for MendRequest {
    fn visit_expr_mut(&mut self, expression: &mut syn::Expr) {
        // `.form_urlencoded(&body)?` is progenitor's own `.form(&body)`.
        if let syn::Expr::Try(tried) = expression
            && let syn::Expr::MethodCall(call) = &mut *tried.expr
            && call.method == "form_urlencoded"
        {
            call.method = rust::ident("form");
            *expression = (*tried.expr).clone();
            return self.visit_expr_mut(expression);
        }
        if let syn::Expr::MethodCall(call) = expression {
            let sets_headers = call.method == "headers"
                && call.args.len() == 1
                && contains_ident(call.args.to_token_stream(), "header_map");
            if sets_headers && !self.has_headers {
                *expression = (*call.receiver).clone();
                return self.visit_expr_mut(expression);
            }
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}

/// Tidies the macro that makes the address: without a fragment, a trailing
/// comma, and copies of what is a string already.
struct MendUrl<'a> {
    /// The arguments that are strings.
    strings: &'a [syn::Ident],
}

impl VisitMut for MendUrl<'_> {
    fn visit_macro_mut(&mut self, invocation: &mut syn::Macro) {
        let parse = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        let Ok(arguments) = invocation.parse_body_with(parse) else {
            return;
        };
        let arguments = arguments.into_iter().map(|mut argument| {
            if let syn::Expr::Lit(literal) = &argument
                && let syn::Lit::Str(text) = &literal.lit
            {
                let path = wire_path(&text.value()).to_owned();
                return syn::parse_quote!(#path);
            }
            if let syn::Expr::Call(call) = &mut argument
                && let Some(syn::Expr::Reference(reference)) = call.args.first_mut()
                && let syn::Expr::MethodCall(conversion) = &*reference.expr
                && let syn::Expr::Path(variable) = &*conversion.receiver
                && self.strings.iter().any(|name| variable.path.is_ident(name))
            {
                let variable = variable.clone();
                call.args = syn::parse_quote!(#variable);
            }
            argument
        });
        invocation.tokens = quote!(#(#arguments),*);
    }
}
