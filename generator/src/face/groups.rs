//! `src/operations/`: the groups of operations.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToPascalCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::operation::{self, Operation, UNGROUPED};
use super::request::Plan;
use super::{Crate, docs, rust};
use crate::docs::Docs;
use crate::problem::Problem;

/// A group with its operations and the groups inside it.
#[derive(Default)]
pub(super) struct Group<'a> {
    pub(super) operations: Vec<&'a Operation>,
    pub(super) children: BTreeMap<String, Group<'a>>,
}

impl<'a> Group<'a> {
    /// Returns the root of all groups.
    pub(super) fn of(operations: &'a [Operation]) -> Self {
        let mut root = Self::default();
        for operation in operations {
            let group = operation.group.iter().fold(&mut root, |group, name| {
                group.children.entry(name.clone()).or_default()
            });
            group.operations.push(operation);
        }
        root
    }
}

/// Clippy's opinions of names hold for those that people choose.
const NAMES: &str = "#![allow(
    clippy::disallowed_names,
    clippy::self_named_constructors,
    clippy::wrong_self_convention,
    reason = \"the names are those that the API gives\"
)]

";

/// Writes the groups, one file each.
pub(super) fn write(
    operations: &[Operation],
    plans: &BTreeMap<String, Plan>,
    library: &str,
    files: &mut Crate,
) -> Result<(), Problem> {
    let root = Group::of(operations);
    let writer = Writer { plans, library };
    writer.write_root(&root, files)
}

struct Writer<'a> {
    /// By operation id.
    plans: &'a BTreeMap<String, Plan>,
    /// What programs call the crate.
    library: &'a str,
}

impl Writer<'_> {
    fn write_root(&self, root: &Group<'_>, files: &mut Crate) -> Result<(), Problem> {
        let mut modules: Vec<Ident> = root.children.keys().map(|name| rust::ident(name)).collect();
        let accessors = root
            .children
            .keys()
            .map(|name| accessor(name, &operation::accessor(name), &quote!(self.clone())));
        let mut accessors = quote!(#(#accessors)*);
        if !accessors.is_empty() {
            accessors = quote!(impl Client { #accessors });
        }
        if !root.operations.is_empty() {
            modules.push(rust::ident(UNGROUPED));
            let (methods, requests) =
                self.operations(&root.operations, "Client", &quote!(self.clone()))?;
            let code = quote! {
                impl Client { #methods }
                #requests
            };
            self.write_file(
                &format!("src/operations/{UNGROUPED}.rs"),
                &Docs::template("Operations that are in no group.", &[]),
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
                "{}//! The operations of the API, by group.\n\n{NAMES}{modules}{import}{body}",
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
        let owner = owner(name);
        let (methods, requests) = self.operations(
            &group.operations,
            &owner.to_string(),
            &quote!(self.client.clone()),
        )?;
        let accessors = group
            .children
            .keys()
            .map(|child| accessor(child, &rust::ident(child), &quote!(self.client.clone())));
        let modules = group.children.keys().map(|child| rust::ident(child));
        let calls = path
            .iter()
            .map(|name| format!("{name}()"))
            .collect::<Vec<_>>();
        let call = Docs::code(format!("client.{}", calls.join(".")));
        let doc = docs::attributes(&Docs::template("The operations of {}.", &[call]));
        let code = quote! {
            #(pub mod #modules;)*

            #doc
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
        let folder = path.join("/");
        let file = if group.children.is_empty() {
            format!("src/operations/{folder}.rs")
        } else {
            format!("src/operations/{folder}/mod.rs")
        };
        let title = Docs::code(path.join("."));
        let title = Docs::template("Operations of the group {}.", &[title]);
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
        title: &Docs,
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
        let imports = rust::imports(body, &[])?;
        let gap = if modules.is_empty() { "" } else { "\n" };
        let content = format!(
            "{}{}\n{modules}{gap}{imports}\n{}",
            rust::header(),
            docs::of_file(title),
            body.trim_start()
        );
        files.insert(file, content);
        Ok(())
    }

    /// Writes the methods that begin requests, and the requests.
    ///
    /// # Errors
    ///
    /// When two operations of the group are called the same.
    fn operations(
        &self,
        operations: &[&Operation],
        owner: &str,
        client: &TokenStream,
    ) -> Result<(TokenStream, TokenStream), Problem> {
        let mut seen = BTreeSet::new();
        let (mut methods, mut requests) = (TokenStream::new(), TokenStream::new());
        for operation in operations {
            if !seen.insert(operation.request().to_string()) {
                return Err(Problem::new(format!(
                    "two operations of one group are called `{}`",
                    operation.method
                ))
                .operation(&operation.id)
                .advice("name one of them with `x-fern-sdk-method-name` in `overlay.yaml`"));
            }
            let Some(plan) = self.plans.get(&operation.id) else {
                continue;
            };
            methods.extend(plan.method(operation, client, self.library)?);
            requests.extend(plan.request(operation, owner));
        }
        Ok((methods, requests))
    }
}

/// Returns the name of a group's struct, which differs from all that its file
/// imports or uses.
pub(super) fn owner(group: &str) -> Ident {
    let name = group.to_pascal_case();
    let is_ours = name.ends_with("Request") || name.ends_with("Arguments");
    if is_ours || rust::is_known(&name) {
        format_ident!("{name}Group")
    } else {
        rust::ident(&name)
    }
}

/// Writes the method that leads to a group.
fn accessor(name: &str, method: &Ident, client: &TokenStream) -> TokenStream {
    let module = rust::ident(name);
    let ty = owner(name);
    let words = name.replace('_', " ");
    let words = Docs::text(words.trim());
    let doc = docs::attributes(&Docs::template("Returns the operations on {}.", &[words]));
    quote! {
        #doc
        pub fn #method(&self) -> #module::#ty {
            #module::#ty::new(#client)
        }
    }
}
