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
use super::docs;
use super::operation::{Operation, UNGROUPED, unknown_form};
use super::owned::name_in_types;
use super::rust::{self, replace_ident};
use super::types::Types;
use crate::docs::Docs;
use crate::generate::{Body, QueryForm, Wire};
use crate::problem::Problem;
use crate::streaming::EVENTS;
use crate::walk;

/// Writes the raw layer, one file for each outermost group.
pub(super) fn write(
    operations: &[Operation],
    types: &Types,
    wire: &Wire,
    files: &mut Crate,
) -> Result<(), Problem> {
    let mut groups: BTreeMap<&str, Vec<TokenStream>> = BTreeMap::new();
    for operation in operations {
        let group = operation.group.first().map_or(UNGROUPED, String::as_str);
        let function = function(operation, types, wire)?;
        groups.entry(group).or_default().push(function);
    }
    for (group, functions) in &groups {
        let body = rust::format(quote! {
            impl Raw {
                #(#functions)*
            }
        })?;
        let imports = rust::imports(&body, &[])?;
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
             //! The groups of [`Client`](crate::Client) are more pleasant to use and do the same. A parameter\n\
             //! that the API adds is an argument more of a function here, also where it is optional: versions\n\
             //! of this crate are numbered by what that means for the groups.\n\n\
             #![allow(\n    clippy::disallowed_names,\n    clippy::module_inception,\n    clippy::new_ret_no_self,\n    clippy::too_many_arguments,\n    clippy::unnecessary_to_owned,\n    reason = \"the functions are written alike, and have the names that the API gives\"\n)]\n\n\
             {modules}\npub use crate::runtime::Raw;\n",
            rust::header()
        ),
    );
    Ok(())
}

/// Returns the raw function of an operation, mended.
fn function(operation: &Operation, types: &Types, wire: &Wire) -> Result<TokenStream, Problem> {
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
    let (form, request) = body(operation, &request, types, wire)?;
    let (id, path) = (&operation.id, &operation.path);
    let send = rust::ident(match answer.to_token_stream().to_string().as_str() {
        "()" => "empty",
        "ByteStream" => "bytes",
        _ if operation.events.is_some() => "events",
        _ if operation.is_text => "text",
        _ => "json",
    });
    let doc = docs::attributes(&Docs::code(format!("{} {path}", operation.verb)));
    let signature = &function.sig;
    let tokens = quote! {
        #doc
        pub #signature {
            #(#building)*
            #form
            let operation = Operation { id: #id, path: #path };
            self.#send(#request, &operation).await
        }
    };
    Ok(replace_ident(tokens, "baseurl", "base_url"))
}

/// Returns the statement that makes the form, if the body is one, and the request
/// with its body.
fn body(
    operation: &Operation,
    request: &syn::Ident,
    types: &Types,
    wire: &Wire,
) -> Result<(TokenStream, TokenStream), Problem> {
    let argument = operation.arguments.iter().find(|argument| argument.is_body);
    let argument = argument.map(|argument| match &argument.ty {
        syn::Type::Reference(reference) => &*reference.elem,
        other => other,
    });
    let body = match &operation.body {
        Some(Body::Form) if argument.is_some_and(|ty| rust::is_named(ty, "Form")) => {
            let body = quote!(Outgoing::multipart(#request, body.clone()));
            return Ok((TokenStream::new(), body));
        }
        Some(Body::Form) => quote!(Outgoing::multipart(#request, form)),
        Some(Body::Upload(media_type)) => {
            let media_type = match media_type {
                Some(name) => quote!(Some(#name)),
                None => quote!(None),
            };
            return Ok((
                TokenStream::new(),
                quote!(Outgoing::upload(#request, body, #media_type)),
            ));
        }
        _ => return Ok((TokenStream::new(), quote!(#request))),
    };
    let name = argument
        .and_then(name_in_types)
        .ok_or_else(|| unknown_form(&operation.id))?;
    Ok((form(&name, types, wire), body))
}

/// Returns the statement that makes a form of the type `name`.
fn form(name: &str, types: &Types, wire: &Wire) -> TokenStream {
    let fields = types.fields(name).unwrap_or_default();
    let parts = fields.iter().map(|field| {
        let (ident, wire_name) = (&field.ident, &field.wire);
        let key = (name.to_owned(), ident.to_string());
        let optional = rust::option_inner(&field.ty);
        if is_file(&field.ty) {
            quote!(.file(#wire_name, &body.#ident))
        } else if is_list_of_files(&field.ty) || optional.is_some_and(is_file) {
            quote!(.files(#wire_name, &body.#ident))
        } else if optional.is_some_and(is_list_of_files) {
            quote!(.files(#wire_name, body.#ident.iter().flatten()))
        } else if wire.json_fields.contains(&key) {
            quote!(.json(#wire_name, &body.#ident)?)
        } else {
            quote!(.field(#wire_name, &body.#ident)?)
        }
    });
    quote!(let form = Form::new() #(#parts)*;)
}

fn is_file(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Path(path) if path.path == syn::parse_quote!(crate::Upload))
}

fn is_list_of_files(ty: &syn::Type) -> bool {
    rust::vec_inner(ty).is_some_and(is_file)
}

/// Returns progenitor's statements that build the request, and the variable
/// that holds it.
fn building(
    block: &syn::Block,
    operation: &Operation,
) -> Result<(Vec<syn::Stmt>, syn::Ident), Problem> {
    let mut kept = Vec::new();
    // The map itself and progenitor's own header are the first two.
    let has_headers = block
        .stmts
        .iter()
        .filter(|stmt| mentions(stmt, "header_map"))
        .count()
        > 3;
    for statement in &block.stmts {
        let mut statement = statement.clone();
        let builds = builds_request(&statement);
        let sends_version = mentions(&statement, "api_version")
            && mentions(&statement, "header_map")
            && mentions(&statement, "from_static");
        if sends_version && !builds {
            continue;
        }
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
                let request = variable(local).ok_or_else(|| unknown_form(&operation.id))?;
                let mut mend = MendRequest::new(operation, has_headers);
                mend.visit_local_mut(local);
                kept.push(statement);
                return Ok((kept, request));
            }
        }
        if let Some(statements) = address(&statement, operation) {
            kept.extend(statements);
            continue;
        }
        let mut mend = MendRequest::new(operation, has_headers);
        mend.visit_stmt_mut(&mut statement);
        kept.push(statement);
    }
    Err(unknown_form(&operation.id))
}

/// Tells whether a statement is `let … = ….build()?;`.
fn builds_request(statement: &syn::Stmt) -> bool {
    let syn::Stmt::Local(local) = statement else {
        return false;
    };
    let Some(init) = &local.init else {
        return false;
    };
    match &*init.expr {
        syn::Expr::Try(tried) => {
            matches!(&*tried.expr, syn::Expr::MethodCall(call) if call.method == "build")
        }
        _ => false,
    }
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

/// Takes out the call that sets headers where there are none to set, and gives
/// parameters their names on the wire.
struct MendRequest<'a> {
    has_headers: bool,
    operation: &'a Operation,
    /// What `if let Some(value) = when` calls an argument that is a point in time.
    time: Option<syn::Ident>,
}

impl VisitMut for MendRequest<'_> {
    fn visit_expr_if_mut(&mut self, expression: &mut syn::ExprIf) {
        if let syn::Expr::Let(binding) = &*expression.cond
            && self.is_time(&binding.expr)
            && let syn::Pat::TupleStruct(some) = &*binding.pat
            && let Some(syn::Pat::Ident(value)) = some.elems.first()
        {
            self.time = Some(value.ident.clone());
        }
        visit_mut::visit_expr_if_mut(self, expression);
        self.time = None;
    }

    fn visit_lit_str_mut(&mut self, text: &mut syn::LitStr) {
        let value = text.value();
        if let Some((_, wire)) = self
            .operation
            .wire_names
            .iter()
            .find(|(name, _)| *name == value)
        {
            *text = syn::LitStr::new(wire, text.span());
        }
    }

    fn visit_expr_mut(&mut self, expression: &mut syn::Expr) {
        // `.form_urlencoded(&body)?` is progenitor's own, which knows no lists.
        if let syn::Expr::Try(tried) = expression
            && let syn::Expr::MethodCall(call) = &mut *tried.expr
            && call.method == "form_urlencoded"
        {
            call.method = rust::ident("form");
            let body: syn::Expr = syn::parse_quote!(&UrlEncoded(body));
            call.args = Punctuated::from_iter([body]);
            *expression = (*tried.expr).clone();
            return self.visit_expr_mut(expression);
        }
        if let syn::Expr::MethodCall(call) = expression {
            let sets_headers = call.method == "headers"
                && call.args.len() == 1
                && contains_ident(call.args.to_token_stream(), "header_map");
            // A body that is made for each attempt is none of the request.
            let sets_body = call.method == "json"
                && matches!(self.operation.body, Some(Body::Form | Body::Upload(_)));
            if sets_body || sets_headers && !self.has_headers {
                *expression = (*call.receiver).clone();
                return self.visit_expr_mut(expression);
            }
        }
        if let syn::Expr::MethodCall(call) = expression {
            self.collect_query(call);
            self.accept_events(call);
            self.name_text(call);
            self.name_json(call);
            if call.method == "to_string" && self.is_time(&call.receiver) {
                *expression = time_text(&call.receiver);
            }
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}

/// Returns the value that a call sets the header `name` to, if it is such a call.
fn header_value<'a>(call: &'a mut syn::ExprMethodCall, name: &str) -> Option<&'a mut syn::Expr> {
    let is_named = |argument: &syn::Expr| contains_ident(argument.to_token_stream(), name);
    let sets = call.method == "header" && call.args.first().is_some_and(is_named);
    call.args.last_mut().filter(|_| sets)
}

/// Tells whether a type is a point in time, also one by reference.
fn is_time(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Reference(reference) => is_time(&reference.elem),
        syn::Type::Path(path) => {
            let last = path.path.segments.last();
            last.is_some_and(|segment| segment.ident == "DateTime")
        }
        _ => false,
    }
}

/// Writes a point in time as RFC 3339 has it, and bodies do; `Display` does not.
fn time_text(value: &syn::Expr) -> syn::Expr {
    syn::parse_quote!(#value.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

impl<'a> MendRequest<'a> {
    fn new(operation: &'a Operation, has_headers: bool) -> Self {
        Self {
            has_headers,
            operation,
            time: None,
        }
    }

    /// Tells whether an expression is an argument that is a point in time.
    fn is_time(&self, expression: &syn::Expr) -> bool {
        let syn::Expr::Path(path) = expression else {
            return false;
        };
        let is_value = |ident| path.path.is_ident(ident);
        let mut arguments = self.operation.arguments.iter();
        self.time.as_ref().is_some_and(is_value)
            || arguments.any(|argument| is_value(&argument.ident) && is_time(&argument.ty))
    }

    /// Asks for events where progenitor asks for JSON.
    fn accept_events(&self, call: &mut syn::ExprMethodCall) {
        if let Some(media_type) = &self.operation.events
            && let Some(value) = header_value(call, "ACCEPT")
        {
            // Lines of JSON are what pages often call JSON, and servers too.
            let accepted = if media_type == EVENTS[0] {
                media_type.clone()
            } else {
                format!("{media_type}, application/json")
            };
            *value = syn::parse_quote!(HeaderValue::from_static(#accepted));
        }
    }

    /// Says what the JSON of a body is called, which `json` leaves as it is then.
    fn name_json(&self, call: &mut syn::ExprMethodCall) {
        if let Some(Body::Json(media_type)) = &self.operation.body
            && call.method == "json"
        {
            let receiver = &call.receiver;
            *call.receiver = syn::parse_quote!(
                #receiver.header(CONTENT_TYPE, HeaderValue::from_static(#media_type))
            );
        }
    }

    /// Says which text the body is where progenitor says that it is plain.
    fn name_text(&self, call: &mut syn::ExprMethodCall) {
        if let Some(Body::Text(media_type)) = &self.operation.body
            && let Some(value) = header_value(call, "CONTENT_TYPE")
        {
            *value = syn::parse_quote!(HeaderValue::from_static(#media_type));
        }
    }

    /// Collects the query parameters, which progenitor adds by one call each, one
    /// after the other.
    fn collect_query(&self, call: &mut syn::ExprMethodCall) {
        if call.method != "query" {
            return;
        }
        let mut parameters = Vec::new();
        let mut rest = call.clone();
        let before = loop {
            let parameter = rest.args.first().filter(|_| rest.method == "query");
            let Some(parameter) = parameter.and_then(query_parameter) else {
                break syn::Expr::MethodCall(rest);
            };
            parameters.push(parameter);
            match *rest.receiver {
                syn::Expr::MethodCall(receiver) => rest = receiver,
                other => break other,
            }
        };
        if parameters.is_empty() {
            return;
        }
        let mut query: syn::Expr = syn::parse_quote!(Query::new());
        for (name, value) in parameters.iter().rev() {
            query = match self.form(name) {
                None => syn::parse_quote!(#query.add(#name, #value)),
                Some(QueryForm::Json) => syn::parse_quote!(#query.add_json(#name, #value)),
                Some(QueryForm::Joined(separator)) => {
                    syn::parse_quote!(#query.add_joined(#name, #value, #separator))
                }
            };
        }
        let query: syn::Expr = syn::parse_quote!(&#query);
        *call.receiver = before;
        call.args = Punctuated::from_iter([query]);
    }

    /// Returns the form that the page asks for, if it is not that of the value.
    fn form(&self, name: &syn::LitStr) -> Option<&QueryForm> {
        let name = name.value();
        let mut forms = self.operation.forms.iter();
        forms
            .find(|(known, _)| *known == name)
            .map(|(_, form)| form)
    }
}

/// Returns the name and the value of `&QueryParam::new("name", &value)`.
fn query_parameter(argument: &syn::Expr) -> Option<(syn::LitStr, syn::Expr)> {
    let syn::Expr::Reference(reference) = argument else {
        return None;
    };
    let syn::Expr::Call(call) = &*reference.expr else {
        return None;
    };
    let mut arguments = call.args.iter();
    match (arguments.next()?, arguments.next()?) {
        (syn::Expr::Lit(literal), value) => match &literal.lit {
            syn::Lit::Str(name) => Some((name.clone(), value.clone())),
            _ => None,
        },
        _ => None,
    }
}

/// Writes the address as a person would: each parameter in the path is encoded
/// in a line of its own, and named where it stands.
fn address(statement: &syn::Stmt, operation: &Operation) -> Option<Vec<syn::Stmt>> {
    let syn::Stmt::Local(local) = statement else {
        return None;
    };
    let syn::Expr::Macro(invocation) = &*local.init.as_ref()?.expr else {
        return None;
    };
    let parse = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
    let arguments = invocation.mac.parse_body_with(parse).ok()?;
    let mut arguments = arguments.into_iter();
    let syn::Expr::Lit(literal) = arguments.next()? else {
        return None;
    };
    let syn::Lit::Str(template) = literal.lit else {
        return None;
    };
    let base = arguments.next()?;
    let mut statements = Vec::new();
    let template = template.value();
    let (_, path) = template.split_once("{}")?;
    let mut path = walk::sent_path(path).to_owned();
    for argument in arguments {
        let variable = encoded_variable(&argument)?;
        path = path.replacen("{}", &format!("{{{variable}}}"), 1);
        let mut arguments = operation.arguments.iter();
        let ty = arguments
            .find(|argument| argument.ident == variable)
            .map(|argument| &argument.ty);
        let value = match ty {
            Some(syn::Type::Reference(ty)) if rust::is_named(&ty.elem, "str") => quote!(#variable),
            Some(ty) if is_time(ty) => {
                let text = time_text(&syn::parse_quote!(#variable));
                quote!(&#text)
            }
            _ => quote!(&#variable.to_string()),
        };
        let encoding: syn::Stmt = syn::parse_quote!(let #variable = encode_path(#value););
        // A value may stand in the path twice.
        if !statements.contains(&encoding) {
            statements.push(encoding);
        }
    }
    let template = format!("{{}}{path}");
    let url = &local.pat;
    statements.push(syn::parse_quote!(let #url = format!(#template, #base);));
    Some(statements)
}

/// Returns `x` of `encode_path(&x.to_string())`.
fn encoded_variable(argument: &syn::Expr) -> Option<syn::Ident> {
    let syn::Expr::Call(call) = argument else {
        return None;
    };
    let syn::Expr::Reference(reference) = call.args.first()? else {
        return None;
    };
    let syn::Expr::MethodCall(conversion) = &*reference.expr else {
        return None;
    };
    match &*conversion.receiver {
        syn::Expr::Path(variable) => variable.path.get_ident().cloned(),
        _ => None,
    }
}
