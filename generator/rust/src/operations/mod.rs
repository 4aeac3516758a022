//! `src/operations/`: the groups, their methods, and the request builders.

pub(crate) mod calls;
mod connect;
mod description;
mod docs;
mod example;
pub(crate) mod first_use;
mod form;
pub(crate) mod groups;
mod inputs;
mod literal;
mod method;
pub(crate) mod overview;
pub(crate) mod paging;
mod path;
mod request;
#[cfg(test)]
pub(crate) mod samples;
mod send;
mod wait;

use api::Api;
use pages::{Problem, panics};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use rayon::prelude::*;

use crate::documentation::{Documentation, Line};
use crate::format::{Code, file_with, format, ident};
use crate::links::Links;
use crate::{Crate, Imports, former};
use groups::{Group, UNGROUPED, accessor, owner};

/// Clippy's lints about names are not meaningful for names of the API.
const NAMES: &str = "#![allow(
    clippy::disallowed_names,
    clippy::self_named_constructors,
    clippy::wrong_self_convention,
    deprecated,
    reason = \"the names are those that the API gives\"
)]

";

/// The facts that the code of all operations needs.
struct Context<'a> {
    api: &'a Api,
    /// The name of the crate in code.
    library: &'a str,
    links: &'a Links,
}

/// Adds `src/operations/`, with a file for each group.
///
/// # Errors
///
/// If the emitted code is not Rust.
pub(crate) fn files(api: &Api, library: &str, files: &mut Crate) -> Result<(), Problem> {
    let links = Links::of(api);
    let context = Context {
        api,
        library,
        links: &links,
    };
    let root = Group::root(api);
    context.root(&root, files)?;
    let mut groups = Vec::new();
    add_groups(&root, &[], &mut groups);
    let codes: Vec<_> = groups
        .par_iter()
        .map(|(path, group)| panics::parallel(|| context.group(group, path)))
        .collect();
    for ((path, group), code) in groups.iter().zip(codes) {
        let module = if group.children.is_empty() {
            ""
        } else {
            "/mod"
        };
        files.insert_code(
            format!("src/operations/{}{module}.rs", path.join("/")),
            code?,
        );
    }
    Ok(())
}

/// Adds the groups inside a group, each with its path.
fn add_groups<'a>(
    group: &'a Group<'a>,
    path: &[&'a str],
    groups: &mut Vec<(Vec<&'a str>, &'a Group<'a>)>,
) {
    for (name, child) in &group.children {
        let path = [path, &[name]].concat();
        groups.push((path.clone(), child));
        add_groups(child, &path, groups);
    }
}

impl Context<'_> {
    /// Adds the file of the module, and the file of the operations without a group.
    fn root(&self, root: &Group<'_>, files: &mut Crate) -> Result<(), Problem> {
        let mut modules: Vec<&str> = root.children.keys().copied().collect();
        if !root.is_empty() {
            modules.push(UNGROUPED);
            let mut code = File::default();
            let (methods, requests) =
                self.operations(root, "Client", &quote!(self.clone()), &mut code)?;
            code.tokens = quote! {
                impl Client { #methods }
                #requests
            };
            code.docs = Documentation::new()
                .text("Operations without a group, which are methods of the client.");
            files.insert_code(format!("src/operations/{UNGROUPED}.rs"), code.finish()?);
        }
        let mut code = File {
            docs: Documentation::new().text("The operations of the API, by group."),
            head: format!("{NAMES}{}", declarations(&modules)?),
            ..File::default()
        };
        if !root.children.is_empty() {
            let accessors = root
                .children
                .iter()
                .map(|(name, group)| leads_to(name, &accessor(name), &quote!(self.clone()), group));
            code.tokens = quote!(impl Client { #(#accessors)* });
            code.imports.runtime("Client");
        }
        files.insert_code("src/operations/mod.rs", code.finish()?);
        Ok(())
    }

    /// Returns the file of a group.
    fn group(&self, group: &Group<'_>, path: &[&str]) -> Result<Code, Problem> {
        let owner = owner(path.last().copied().unwrap_or_default());
        let client = quote!(self.client.clone());
        let children: Vec<&str> = group.children.keys().copied().collect();
        let calls: Vec<String> = api::accessors(path)
            .map(|name| format!("{name}()"))
            .collect();
        let client_call = format!("client.{}", calls.join("."));
        let mut code = File {
            docs: Documentation::new().line(overview::of_group(group)).line(
                Line::default()
                    .code(&client_call)
                    .text(" returns ")
                    .item(&owner.to_string())
                    .text("."),
            ),
            head: declarations(&children)?,
            ..File::default()
        };
        code.imports.runtime("Client");
        let (methods, requests) = self.operations(group, &owner.to_string(), &client, &mut code)?;
        let accessors = group
            .children
            .iter()
            .map(|(name, group)| leads_to(name, &ident(name), &client, group));
        let docs = Line::new("The operations of ").code(&client_call);
        let docs = Documentation::new().line(docs.text("."));
        let modules: Vec<String> = path.iter().map(|name| (*name).to_owned()).collect();
        let docs = match self.api.group_docs.get(&modules) {
            Some(described) => docs.docs(described, self.links),
            None => docs,
        };
        let docs = docs.attributes();
        code.tokens = quote! {
            #docs
            #[derive(Clone, Debug)]
            pub struct #owner {
                pub(crate) client: Client,
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
        code.finish()
    }

    /// Returns the methods that create requests, and the requests, including former names.
    fn operations(
        &self,
        group: &Group<'_>,
        owner: &str,
        client: &TokenStream,
        code: &mut File,
    ) -> Result<(TokenStream, TokenStream), Problem> {
        let (mut methods, mut requests) = (TokenStream::new(), TokenStream::new());
        let imports = &mut code.imports;
        for operation in &group.operations {
            methods.extend(method::method(operation, client, self, imports)?);
            methods.extend(wait::method(operation, self, imports)?);
            requests.extend(method::arguments(operation, owner, self, imports));
            requests.extend(request::request(operation, owner, self, imports));
        }
        for (operation, call) in &group.former {
            methods.extend(method::former(operation, call, self, imports));
            requests.extend(former::structs(operation, call));
        }
        Ok((methods, requests))
    }
}

/// A file that is being emitted.
#[derive(Default)]
struct File {
    docs: Documentation,
    /// Attributes and modules, which come before the imports.
    head: String,
    imports: Imports,
    tokens: TokenStream,
}

impl File {
    fn finish(self) -> Result<Code, Problem> {
        let body = format(self.tokens)?;
        file_with(&self.docs.page(), &self.head, &self.imports, body)
    }
}

/// Returns the lines that declare modules.
fn declarations(modules: &[&str]) -> Result<String, Problem> {
    let mut modules = modules.to_vec();
    modules.sort_unstable();
    let modules = modules.into_iter().map(ident);
    Ok(format(quote!(#(pub mod #modules;)*))?.text)
}

/// Returns the method that returns a group.
fn leads_to(name: &str, method: &Ident, client: &TokenStream, group: &Group<'_>) -> TokenStream {
    let (module, ty) = (ident(name), owner(name));
    let docs = Line::new("Returns the operations of the group ").code(name);
    let docs = Documentation::new()
        .line(docs.text("."))
        .line(overview::of_group(group))
        .attributes();
    let deprecated = group
        .deprecated_since()
        .map(|since| quote!(#[deprecated(since = #since, note = "its operations have moved")]));
    quote! {
        #docs
        #deprecated
        pub fn #method(&self) -> #module::#ty {
            #module::#ty::new(#client)
        }
    }
}

#[cfg(test)]
mod tests {
    use api::Operation;

    use super::*;

    fn paths_and_texts(operations: Vec<Operation>) -> Vec<(String, String)> {
        let api = samples::with_operations([], operations);
        let mut crate_files = Crate::default();
        files(&api, "pets", &mut crate_files).expect("Rust");
        let files = crate_files.files();
        files
            .map(|(path, text)| (path.to_owned(), text.to_owned()))
            .collect()
    }

    #[test]
    fn each_group_has_a_file() {
        let files = paths_and_texts(vec![
            samples::operation("list", &[]),
            samples::operation("list", &["pets", "tags"]),
            samples::operation("list", &["request"]),
        ]);
        let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "src/operations/mod.rs",
                "src/operations/pets/mod.rs",
                "src/operations/pets/tags.rs",
                "src/operations/request.rs",
                "src/operations/ungrouped.rs",
            ]
        );
        let (_, root) = &files[0];
        let modules = "pub mod pets;\npub mod request;\npub mod ungrouped;\n\nuse crate::runtime::Client;\n\n";
        assert!(root.contains(modules), "{root}");
        let accessor = "    /// Returns the operations of the group `request`.\n    ///\n    /// Methods: `list`.\n    pub fn request_(&self) -> request::RequestGroup {\n        request::RequestGroup::new(self.clone())\n    }\n";
        assert!(root.contains(accessor), "{root}");
    }

    #[test]
    fn the_struct_of_a_group_has_its_description() {
        let mut api = samples::with_operations([], vec![samples::operation("list", &["pets"])]);
        let docs = api::Docs::page("All *pets*.");
        api.group_docs.insert(vec!["pets".to_owned()], docs);
        let mut crate_files = Crate::default();
        files(&api, "pets", &mut crate_files).expect("Rust");
        let mut files = crate_files.files();
        let expected = "/// The operations of `client.pets()`.\n///\n/// All *pets*.\n";
        assert!(files.any(|(_, text)| text.contains(expected)));
    }

    #[test]
    fn modules_come_before_imports() {
        let files = paths_and_texts(vec![samples::operation("list", &["pets", "tags"])]);
        let (_, pets) = &files[1];
        let expected = "//! Groups: `tags`.\n//!\n//! `client.pets()` returns [`Pets`].\n\npub mod tags;\n\n\
            use crate::runtime::Client;\n\n\
            /// The operations of `client.pets()`.\n\
            #[derive(Clone, Debug)]\npub struct Pets {\n    pub(crate) client: Client,\n}\n\n\
            impl Pets {\n";
        assert!(pets.contains(expected), "{pets}");
    }
}
