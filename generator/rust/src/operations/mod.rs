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
mod split;
mod wait;

use api::Api;
use pages::{Problem, panics};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use rayon::prelude::*;

use crate::documentation::{Documentation, Line};
use crate::format::{Code, file_with, format, ident};
use crate::links::Links;
use crate::{Crate, Imports};
use groups::{Group, UNGROUPED, accessor, owner};
use split::{Files, Own};

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
    let emitted: Vec<_> = groups
        .par_iter()
        .map(|(path, group)| panics::parallel(|| context.group(group, path)))
        .collect();
    for ((path, group), emitted) in groups.iter().zip(emitted) {
        let path = format!("src/operations/{}", path.join("/"));
        emitted?.add(&path, !group.children.is_empty(), files);
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
            let own = Own {
                owner: ident("Client"),
                call: "client".to_owned(),
                client: quote!(self.clone()),
                docs: Documentation::new()
                    .text("Operations without a group, which are methods of the client."),
                modules: Vec::new(),
                declaration: TokenStream::new(),
                methods: TokenStream::new(),
            };
            let emitted = self.operations(root, own)?;
            emitted.add(&format!("src/operations/{UNGROUPED}"), false, files);
        }
        let mut code = File {
            docs: Documentation::new().text("The operations of the API, by group."),
            head: format!("{NAMES}{}", declarations(&modules, [])?),
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

    /// Returns the files of a group.
    fn group(&self, group: &Group<'_>, path: &[&str]) -> Result<Files, Problem> {
        let owner = owner(path.last().copied().unwrap_or_default());
        let client = quote!(self.client.clone());
        let calls: Vec<String> = api::accessors(path)
            .map(|name| format!("{name}()"))
            .collect();
        let call = format!("client.{}", calls.join("."));
        let accessors = group
            .children
            .iter()
            .map(|(name, group)| leads_to(name, &ident(name), &client, group));
        let docs = Line::new("The operations of ").code(&call);
        let docs = Documentation::new().line(docs.text("."));
        let modules: Vec<String> = path.iter().map(|name| (*name).to_owned()).collect();
        let docs = match self.api.group_docs.get(&modules) {
            Some(described) => docs.docs(described, self.links),
            None => docs,
        };
        let docs = docs.attributes();
        let own = Own {
            docs: Documentation::new().line(overview::of_group(group)).line(
                Line::default()
                    .code(&call)
                    .text(" returns ")
                    .item(&owner.to_string())
                    .text("."),
            ),
            modules: group.children.keys().copied().collect(),
            declaration: quote! {
                #docs
                #[derive(Clone, Debug)]
                pub struct #owner {
                    pub(crate) client: Client,
                }
            },
            methods: quote! {
                pub(crate) fn new(client: Client) -> Self {
                    Self { client }
                }
                #(#accessors)*
            },
            owner,
            call,
            client,
        };
        self.operations(group, own)
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

/// Returns the lines that declare public and private modules.
fn declarations<'a>(
    public: &[&'a str],
    private: impl IntoIterator<Item = &'a str>,
) -> Result<String, Problem> {
    let public = public.iter().map(|module| (*module, Some(quote!(pub))));
    let private = private.into_iter().map(|module| (module, None));
    let mut modules: Vec<(&str, Option<TokenStream>)> = public.chain(private).collect();
    modules.sort_unstable_by_key(|(module, _)| *module);
    let modules = modules.into_iter().map(|(module, visibility)| {
        let module = ident(module);
        quote!(#visibility mod #module;)
    });
    Ok(format(quote!(#(#modules)*))?.text)
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
