//! `src/operations/`: the groups of operations, and the requests that are built
//! step by step.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToPascalCase;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::{self, VisitMut};

use super::operation::{Argument, Operation};
use super::types::{Field, Types};
use super::{Crate, docs, rust};
use crate::problem::Problem;

/// What a method takes as arguments at the most; a struct takes their place
/// where more is required.
const MOST_ARGUMENTS: usize = 4;

/// What the client can do by itself, so that no group is called like it.
const CLIENT_METHODS: [&str; 6] = ["base_url", "builder", "clone", "from_env", "new", "raw"];

/// What a request can do by itself, so that no parameter is called like it.
const REQUEST_METHODS: [&str; 5] = ["body", "client", "clone", "send", "send_with_response"];

/// The file for operations that are in no group.
const UNGROUPED: &str = "ungrouped";

/// A group with its operations and the groups inside it.
#[derive(Default)]
struct Group<'a> {
    operations: Vec<&'a Operation>,
    children: BTreeMap<String, Group<'a>>,
}

/// Writes the groups, one file each.
pub(super) fn write(
    operations: &[Operation],
    types: &Types,
    files: &mut Crate,
) -> Result<(), Problem> {
    let mut root = Group::default();
    for operation in operations {
        let group = operation.group.iter().fold(&mut root, |group, name| {
            group.children.entry(name.clone()).or_default()
        });
        group.operations.push(operation);
    }
    let writer = Writer { types };
    writer.write_root(&root, files)
}

struct Writer<'a> {
    types: &'a Types,
}

impl Writer<'_> {
    fn write_root(&self, root: &Group<'_>, files: &mut Crate) -> Result<(), Problem> {
        let mut modules: Vec<Ident> = root.children.keys().map(|name| rust::ident(name)).collect();
        let accessors = root.children.keys().map(|name| {
            let method = if CLIENT_METHODS.contains(&name.as_str()) {
                format_ident!("{name}_")
            } else {
                rust::ident(name)
            };
            accessor(name, &method, &quote!(self.clone()))
        });
        let mut accessors = quote!(#(#accessors)*);
        if !accessors.is_empty() {
            accessors = quote!(impl Client { #accessors });
        }
        if !root.operations.is_empty() {
            modules.push(rust::ident(UNGROUPED));
            let requests = self.requests(&root.operations, "Client", &CLIENT_METHODS)?;
            let methods = self.methods(&root.operations, &quote!(self.clone()), &CLIENT_METHODS);
            let code = quote! {
                impl Client { #methods }
                #requests
            };
            self.write_file(
                &format!("src/operations/{UNGROUPED}.rs"),
                "Operations that are in no group.",
                code,
                files,
            )?;
        }
        modules.sort();
        let modules = rust::format(quote!(#(pub mod #modules;)*))?;
        let body = rust::format(accessors)?;
        let import = if body.is_empty() {
            ""
        } else {
            "\nuse crate::runtime::Client;\n\n"
        };
        files.insert(
            "src/operations/mod.rs",
            format!(
                "{}//! The operations of the API, by group.\n\n{modules}{import}{body}",
                rust::header()
            ),
        );
        for (name, group) in &root.children {
            self.write_group(group, &[name], files)?;
        }
        Ok(())
    }

    fn write_group(
        &self,
        group: &Group<'_>,
        path: &[&str],
        files: &mut Crate,
    ) -> Result<(), Problem> {
        let name = path.last().copied().unwrap_or_default();
        let owner = rust::ident(&name.to_pascal_case());
        let reserved: Vec<&str> = group.children.keys().map(String::as_str).collect();
        let methods = self.methods(&group.operations, &quote!(self.client.clone()), &reserved);
        let requests = self.requests(&group.operations, &owner.to_string(), &reserved)?;
        let accessors = group
            .children
            .keys()
            .map(|child| accessor(child, &rust::ident(child), &quote!(self.client.clone())));
        let modules = group.children.keys().map(|child| rust::ident(child));
        let calls = path
            .iter()
            .map(|name| format!("{name}()"))
            .collect::<Vec<_>>();
        let doc = format!(" The operations of `client.{}`.", calls.join("."));
        let code = quote! {
            #(pub mod #modules;)*

            #[doc = #doc]
            #[derive(Clone, Debug)]
            pub struct #owner {
                client: Client,
            }
            impl #owner {
                pub(crate) fn new(client: Client) -> Self {
                    Self { client }
                }
                #(#accessors)*
                #methods
            }
            #requests
        };
        let folder = path.join("/");
        let file = if group.children.is_empty() {
            format!("src/operations/{folder}.rs")
        } else {
            format!("src/operations/{folder}/mod.rs")
        };
        let title = format!("Operations of the group `{}`.", path.join("."));
        self.write_file(&file, &title, code, files)?;
        for (child, group) in &group.children {
            let path: Vec<&str> = path.iter().copied().chain([child.as_str()]).collect();
            self.write_group(group, &path, files)?;
        }
        Ok(())
    }

    fn write_file(
        &self,
        file: &str,
        title: &str,
        code: TokenStream,
        files: &mut Crate,
    ) -> Result<(), Problem> {
        let body = rust::format(code)?;
        // Modules come before the imports, as everywhere.
        let modules_end = body
            .lines()
            .take_while(|line| line.starts_with("pub mod "))
            .map(|line| line.len() + 1)
            .sum();
        let (modules, body) = body.split_at(modules_end);
        let imports = imports(body)?;
        let gap = if modules.is_empty() { "" } else { "\n" };
        let content = format!(
            "{}//! {title}\n\n{modules}{gap}{imports}\n{}",
            rust::header(),
            body.trim_start()
        );
        files.insert(file, content);
        Ok(())
    }

    fn methods(
        &self,
        operations: &[&Operation],
        client: &TokenStream,
        reserved: &[&str],
    ) -> TokenStream {
        let methods = operations
            .iter()
            .map(|operation| self.plan(operation).method(operation, client, reserved));
        quote!(#(#methods)*)
    }

    fn requests(
        &self,
        operations: &[&Operation],
        owner: &str,
        reserved: &[&str],
    ) -> Result<TokenStream, Problem> {
        let mut seen = BTreeSet::new();
        let mut code = TokenStream::new();
        for operation in operations {
            if !seen.insert(operation.request().to_string()) {
                return Err(Problem::new(format!(
                    "two operations of one group are called `{}`",
                    operation.method
                ))
                .operation(&operation.id)
                .advice("name one of them with `x-fern-sdk-method-name` in `overlay.yaml`"));
            }
            let method = method_name(operation, reserved);
            code.extend(self.plan(operation).request(operation, owner, &method));
        }
        Ok(code)
    }

    /// Decides how the request of an operation is built.
    fn plan(&self, operation: &Operation) -> Plan {
        let mut plan = Plan::default();
        let mut taken: BTreeSet<String> = REQUEST_METHODS
            .iter()
            .map(|name| (*name).to_owned())
            .collect();
        let mut free = |name: &Ident, other: &str| {
            let mut name = name.to_string();
            if !taken.insert(name.clone()) {
                name = format!("{other}{name}");
                while !taken.insert(name.clone()) {
                    name.push('_');
                }
            }
            rust::ident(&name)
        };
        let mut body_fields = Vec::new();
        for argument in operation.in_order() {
            let ty = Owned::new(&argument.ty, self.types);
            if argument.is_body {
                if let Some(fields) = ty.fields(self.types) {
                    body_fields = fields;
                }
                plan.body = Some((argument.ident.clone(), ty));
                continue;
            }
            plan.parameters.push(Parameter {
                argument: argument.ident.clone(),
                name: free(&argument.name, "_"),
                ty,
                required: argument.required,
                docs: docs::attributes(&docs::rustdoc(&argument.docs)),
                listed: docs::first_line(&argument.docs),
            });
        }
        let required = plan
            .parameters
            .iter()
            .filter(|parameter| parameter.required)
            .count()
            + body_fields.iter().filter(|field| field.required).count();
        plan.body_is_given =
            plan.body.is_some() && (body_fields.is_empty() || required > MOST_ARGUMENTS);
        for field in body_fields {
            let ty = rust::option_inner(&field.ty).unwrap_or(&field.ty);
            plan.fields.push(BodyField {
                name: free(&field.ident, "body_"),
                ty: Owned::new(&qualified(ty, self.types), self.types),
                is_option: rust::option_inner(&field.ty).is_some(),
                field,
            });
        }
        plan
    }
}

/// Writes the method that leads to a group.
fn accessor(name: &str, method: &Ident, client: &TokenStream) -> TokenStream {
    let module = rust::ident(name);
    let ty = rust::ident(&name.to_pascal_case());
    let words = name.replace('_', " ");
    let doc = format!(" Returns the operations on {}.", words.trim());
    quote! {
        #[doc = #doc]
        pub fn #method(&self) -> #module::#ty {
            #module::#ty::new(#client)
        }
    }
}

/// A method that is called like something else of its group gets an underscore.
fn method_name(operation: &Operation, reserved: &[&str]) -> Ident {
    let name = operation.method.to_string();
    if reserved.contains(&name.as_str()) {
        format_ident!("{name}_")
    } else {
        operation.method.clone()
    }
}

/// Returns the `use` lines that `body` needs.
fn imports(body: &str) -> Result<String, Problem> {
    let words: BTreeSet<&str> = body
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .collect();
    let pick = |names: &[&str]| -> Vec<Ident> {
        names
            .iter()
            .filter(|name| words.contains(**name))
            .map(|name| rust::ident(name))
            .collect()
    };
    let list = |prefix: TokenStream, names: Vec<Ident>| match names.as_slice() {
        [] => quote!(),
        [name] => quote!(use #prefix::#name;),
        names => quote!(use #prefix::{#(#names),*};),
    };
    let collections = list(quote!(std::collections), pick(&["HashMap"]));
    let bytes = list(quote!(bytes), pick(&["Bytes"]));
    let chrono = list(quote!(chrono), pick(&["DateTime", "NaiveDate", "Utc"]));
    let runtime = list(
        quote!(crate::runtime),
        pick(&["ByteStream", "Client", "Error", "Response"]),
    );
    let types = if body.contains("types::") {
        quote!(
            use crate::types;
        )
    } else {
        quote!()
    };
    rust::imports(quote!(#collections #bytes #chrono), quote!(#runtime #types))
}

/// How a request is built.
#[derive(Default)]
struct Plan {
    parameters: Vec<Parameter>,
    /// The raw function's argument, and its type.
    body: Option<(Ident, Owned)>,
    /// Fields of the body that have a setter or an argument of their own.
    fields: Vec<BodyField>,
    /// Whether the body is an argument as a whole.
    body_is_given: bool,
}

struct Parameter {
    /// What the raw function calls it.
    argument: Ident,
    name: Ident,
    ty: Owned,
    required: bool,
    docs: TokenStream,
    listed: String,
}

struct BodyField {
    name: Ident,
    ty: Owned,
    is_option: bool,
    field: Field,
}

impl Plan {
    /// Writes the method of the group that begins the request.
    fn method(
        &self,
        operation: &Operation,
        client: &TokenStream,
        reserved: &[&str],
    ) -> TokenStream {
        let name = method_name(operation, reserved);
        let request = operation.request();
        let docs = self.method_docs(operation);
        let deprecated = operation.deprecated.then(|| quote!(#[deprecated]));
        let mut arguments = Vec::new();
        let mut values = Vec::new();
        for parameter in &self.parameters {
            let name = &parameter.name;
            if parameter.required {
                let ty = parameter.ty.accepted();
                arguments.push(quote!(#name: #ty));
                let value = parameter.ty.convert(name);
                values.push(if is_same(name, &value) {
                    quote!(#name)
                } else {
                    quote!(#name: #value)
                });
            } else {
                values.push(quote!(#name: None));
            }
        }
        if let Some((_, ty)) = &self.body {
            if self.body_is_given {
                let accepted = ty.accepted();
                arguments.push(quote!(body: #accepted));
                let value = ty.convert(&format_ident!("body"));
                values.push(if is_same(&format_ident!("body"), &value) {
                    quote!(body)
                } else {
                    quote!(body: #value)
                });
            } else {
                let fields = self.fields.iter().map(|field| {
                    let ident = &field.field.ident;
                    let name = &field.name;
                    if field.field.required {
                        let value = field.ty.convert(name);
                        if ident == name && is_same(name, &value) {
                            quote!(#ident)
                        } else {
                            quote!(#ident: #value)
                        }
                    } else if field.is_option {
                        quote!(#ident: None)
                    } else {
                        quote!(#ident: Default::default())
                    }
                });
                let body = &ty.ty;
                values.push(quote!(body: #body { #(#fields),* }));
                for field in self.fields.iter().filter(|field| field.field.required) {
                    let (name, ty) = (&field.name, field.ty.accepted());
                    arguments.push(quote!(#name: #ty));
                }
            }
        }
        let allow = (arguments.len() > 6).then(
            || quote!(#[allow(clippy::too_many_arguments, reason = "the API requires them all")]),
        );
        quote! {
            #docs
            #deprecated
            #allow
            pub fn #name(&self, #(#arguments),*) -> #request {
                #request {
                    client: #client,
                    #(#values),*
                }
            }
        }
    }

    fn method_docs(&self, operation: &Operation) -> TokenStream {
        let mut text = docs::rustdoc(&operation.summary);
        let description = docs::rustdoc(&operation.description);
        if !description.is_empty() && description != text {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&description);
        }
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&format!("`{} {}`", operation.verb, operation.path));
        if let Some(reference) = &operation.reference {
            text.push_str(&format!(", see the [reference]({reference})."));
        }
        let required: Vec<String> = self
            .parameters
            .iter()
            .filter(|parameter| parameter.required && !parameter.listed.is_empty())
            .map(|parameter| format!("- `{}`: {}", parameter.name, parameter.listed))
            .collect();
        if !required.is_empty() {
            text.push_str("\n\n# Arguments\n\n");
            text.push_str(&docs::rustdoc(&required.join("\n")));
        }
        docs::attributes(&text)
    }

    /// Writes the struct that the request is built with.
    fn request(&self, operation: &Operation, owner: &str, method: &Ident) -> TokenStream {
        let request = operation.request();
        let doc = if owner == "Client" {
            format!(" A request of [`Client::{method}`].")
        } else {
            format!(" A request of [`{owner}::{method}`].")
        };
        let fields = self.parameters.iter().map(|parameter| {
            let (name, ty) = (&parameter.name, &parameter.ty.ty);
            if parameter.required {
                quote!(#name: #ty)
            } else {
                quote!(#name: Option<#ty>)
            }
        });
        let body = self.body.iter().map(|(_, ty)| {
            let ty = &ty.ty;
            quote!(body: #ty)
        });
        let setters = self.setters();
        let send = self.send(operation);
        let fields: Vec<TokenStream> = fields.chain(body).collect();
        quote! {
            #[doc = #doc]
            #[derive(Clone, Debug)]
            #[must_use = "a request does nothing until it is sent"]
            pub struct #request {
                client: Client,
                #(#fields),*
            }
            impl #request {
                #setters
                #send
            }
        }
    }

    fn setters(&self) -> TokenStream {
        let mut code = TokenStream::new();
        for parameter in self
            .parameters
            .iter()
            .filter(|parameter| !parameter.required)
        {
            let (name, docs) = (&parameter.name, &parameter.docs);
            let accepted = parameter.ty.accepted();
            let value = parameter.ty.convert(name);
            let docs = or_default(docs.clone(), name);
            code.extend(quote! {
                #docs
                pub fn #name(mut self, #name: #accepted) -> Self {
                    self.#name = Some(#value);
                    self
                }
            });
        }
        for field in self
            .fields
            .iter()
            .filter(|field| !field.field.required || self.body_is_given)
        {
            let (name, ident) = (&field.name, &field.field.ident);
            let attributes = &field.field.docs;
            let docs = or_default(quote!(#(#attributes)*), name);
            let accepted = field.ty.accepted();
            let value = field.ty.convert(name);
            let value = if field.is_option {
                quote!(Some(#value))
            } else {
                value
            };
            code.extend(quote! {
                #docs
                pub fn #name(mut self, #name: #accepted) -> Self {
                    self.body.#ident = #value;
                    self
                }
            });
        }
        if let Some((_, ty)) = &self.body
            && !self.body_is_given
        {
            let ty = &ty.ty;
            code.extend(quote! {
                /// Replaces the whole body.
                pub fn body(mut self, body: #ty) -> Self {
                    self.body = body;
                    self
                }
            });
        }
        code
    }

    fn send(&self, operation: &Operation) -> TokenStream {
        let answer = &operation.answer;
        let function = &operation.function.sig.ident;
        let arguments = operation
            .arguments
            .iter()
            .map(|argument| self.pass(argument));
        quote! {
            /// Sends the request and returns what the API answers with.
            ///
            /// # Errors
            ///
            /// See [`Error`].
            pub async fn send(self) -> Result<#answer, Error> {
                self.send_with_response().await.map(Response::into_inner)
            }
            /// Sends the request and returns the answer with its status and headers.
            ///
            /// # Errors
            ///
            /// See [`Error`].
            pub async fn send_with_response(self) -> Result<Response<#answer>, Error> {
                self.client.raw().#function(#(#arguments),*).await
            }
        }
    }

    /// Returns the expression that hands an argument to the raw function.
    fn pass(&self, argument: &Argument) -> TokenStream {
        if let Some((ident, ty)) = &self.body
            && *ident == argument.ident
        {
            return ty.pass(&quote!(self.body), false);
        }
        let parameter = self
            .parameters
            .iter()
            .find(|parameter| parameter.argument == argument.ident);
        parameter.map_or_else(TokenStream::new, |parameter| {
            let name = &parameter.name;
            parameter.ty.pass(&quote!(self.#name), !parameter.required)
        })
    }
}

fn is_same(name: &Ident, value: &TokenStream) -> bool {
    name.to_string() == value.to_string()
}

/// Documents a setter that the pages say nothing about.
fn or_default(docs: TokenStream, name: &Ident) -> TokenStream {
    if docs.is_empty() {
        let doc = format!(" Sets `{}`.", name.to_string().trim_end_matches('_'));
        quote!(#[doc = #doc])
    } else {
        docs
    }
}

/// The type of a value that a request owns until it is sent.
struct Owned {
    ty: syn::Type,
    /// The raw function takes it by reference.
    by_reference: bool,
    kind: Kind,
}

enum Kind {
    String,
    /// An enumeration or a union.
    Converted,
    /// A list of what converts into its items.
    ConvertedList(syn::Type),
    List(syn::Type),
    Boxed(syn::Type),
    Bytes,
    Other,
}

impl Owned {
    /// Returns the type that owns what the raw function's type refers to.
    fn new(ty: &syn::Type, types: &Types) -> Self {
        let (inner, by_reference) = match ty {
            syn::Type::Reference(reference) => ((*reference.elem).clone(), true),
            other => (other.clone(), false),
        };
        if rust::is_named(&inner, "str") || rust::is_named(&inner, "String") {
            return Self {
                ty: syn::parse_quote!(String),
                by_reference,
                kind: Kind::String,
            };
        }
        // The raw function takes any body of bytes.
        if rust::is_named(&inner, "B") && !types.contains("B") {
            return Self {
                ty: syn::parse_quote!(Bytes),
                by_reference,
                kind: Kind::Bytes,
            };
        }
        let converts = |ty: &syn::Type| rust::is_named(ty, "String") || is_converted(ty, types);
        let kind = if let Some(item) = rust::vec_inner(&inner) {
            if converts(item) {
                Kind::ConvertedList(item.clone())
            } else {
                Kind::List(item.clone())
            }
        } else if is_converted(&inner, types) {
            Kind::Converted
        } else if let Some(boxed) = boxed(&inner) {
            Kind::Boxed(boxed)
        } else {
            Kind::Other
        };
        Self {
            ty: inner,
            by_reference,
            kind,
        }
    }

    /// Returns the fields when the type is a struct of the API.
    fn fields(&self, types: &Types) -> Option<Vec<Field>> {
        types.fields(&name_in_types(&self.ty)?)
    }

    /// Returns the type that a method takes.
    fn accepted(&self) -> TokenStream {
        let ty = &self.ty;
        match &self.kind {
            Kind::String | Kind::Converted | Kind::Bytes => quote!(impl Into<#ty>),
            Kind::ConvertedList(item) => quote!(impl IntoIterator<Item = impl Into<#item>>),
            Kind::List(item) => quote!(impl IntoIterator<Item = #item>),
            Kind::Boxed(inner) => quote!(#inner),
            Kind::Other => quote!(#ty),
        }
    }

    /// Returns the expression that makes the owned value of what was taken.
    fn convert(&self, name: &Ident) -> TokenStream {
        match &self.kind {
            Kind::String | Kind::Converted | Kind::Bytes => quote!(#name.into()),
            Kind::ConvertedList(_) => quote!(#name.into_iter().map(Into::into).collect()),
            Kind::List(_) => quote!(#name.into_iter().collect()),
            Kind::Boxed(_) => quote!(Box::new(#name)),
            Kind::Other => quote!(#name),
        }
    }

    fn pass(&self, value: &TokenStream, optional: bool) -> TokenStream {
        match (self.by_reference, optional) {
            (false, _) => value.clone(),
            (true, false) => quote!(&#value),
            (true, true) => match self.kind {
                Kind::String | Kind::List(_) | Kind::ConvertedList(_) => {
                    quote!(#value.as_deref())
                }
                _ => quote!(#value.as_ref()),
            },
        }
    }
}

/// Returns `X` of `types::X`.
fn name_in_types(ty: &syn::Type) -> Option<String> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    let segments = &path.path.segments;
    let in_types = segments.len() == 2 && segments.first()?.ident == "types";
    in_types.then(|| segments.last().map(|last| last.ident.to_string()))?
}

fn is_converted(ty: &syn::Type, types: &Types) -> bool {
    name_in_types(ty).is_some_and(|name| types.is_converted(&name))
}

fn boxed(ty: &syn::Type) -> Option<syn::Type> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    let last = path.path.segments.last()?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    (last.ident == "Box").then(|| {
        arguments.args.iter().find_map(|argument| match argument {
            syn::GenericArgument::Type(ty) => Some(ty.clone()),
            _ => None,
        })
    })?
}

/// Writes a type of `types.rs` as other files refer to it.
fn qualified(ty: &syn::Type, types: &Types) -> syn::Type {
    struct Qualify<'a>(&'a Types);
    impl VisitMut for Qualify<'_> {
        fn visit_path_mut(&mut self, path: &mut syn::Path) {
            visit_mut::visit_path_mut(self, path);
            let is_own = path.segments.len() == 1
                && path.segments.first().is_some_and(|first| {
                    first.arguments.is_empty() && self.0.contains(&first.ident.to_string())
                });
            if is_own {
                let name = path.to_token_stream();
                *path = syn::parse_quote!(types::#name);
            }
        }
    }
    let mut ty = ty.clone();
    Qualify(types).visit_type_mut(&mut ty);
    ty
}
