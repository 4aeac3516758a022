//! The files of a group: one file, or a file for each operation if one file would be too long.

use api::Operation;
use names::reserved::DEVICES;
use names::{Scope, module_name, underscored};
use pages::Problem;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::groups::Group;
use super::{Context, File, declarations, method, request, wait};
use crate::documentation::{Documentation, Line};
use crate::format::{Code, format, ident};
use crate::{Crate, Imports, former, order};

/// The length of a file, in lines, above which each operation of the group has its own file.
const LONGEST_FILE: usize = 1_600;

/// The content of a group's file besides its operations.
pub(super) struct Own<'a> {
    /// The struct whose methods are the operations.
    pub(super) owner: Ident,
    /// The call that returns it, such as `client.pets()`.
    pub(super) call: String,
    /// The client, in a method of it.
    pub(super) client: TokenStream,
    /// The documentation of the file.
    pub(super) docs: Documentation,
    /// The modules of the groups inside the group.
    pub(super) modules: Vec<&'a str>,
    /// The struct, unless it is declared elsewhere.
    pub(super) declaration: TokenStream,
    /// The methods that are no operations.
    pub(super) methods: TokenStream,
}

/// The files of a group.
pub(super) struct Files {
    group: Code,
    /// The files of operations, with their modules.
    operations: Vec<(String, Code)>,
}

impl Files {
    /// Adds the files to the crate. `path` is that of the group, without an extension.
    pub(super) fn add(self, path: &str, has_inner_groups: bool, files: &mut Crate) {
        let is_folder = has_inner_groups || !self.operations.is_empty();
        let module = if is_folder { "/mod" } else { "" };
        files.insert_code(format!("{path}{module}.rs"), self.group);
        for (module, code) in self.operations {
            files.insert_code(format!("{path}/{module}.rs"), code);
        }
    }
}

/// The code of an operation.
struct Part<'a> {
    operation: &'a Operation,
    imports: Imports,
    methods: TokenStream,
    requests: TokenStream,
}

impl Context<'_> {
    /// Returns the files of a group with its operations.
    pub(super) fn operations(&self, group: &Group<'_>, own: Own<'_>) -> Result<Files, Problem> {
        let operations = group.operations.iter();
        let parts: Vec<Part<'_>> = operations
            .map(|operation| self.part(operation, &own))
            .collect::<Result<_, _>>()?;
        let head = declarations(&own.modules, [])?;
        let whole = self.file(group, &own, head, &parts)?;
        if parts.len() < 2 || whole.text.lines().count() <= LONGEST_FILE {
            return Ok(Files {
                group: whole,
                operations: Vec::new(),
            });
        }
        self.split(group, &own, parts)
    }

    /// Returns the methods that create a request, and the request.
    fn part<'a>(&self, operation: &'a Operation, own: &Own<'_>) -> Result<Part<'a>, Problem> {
        let (mut imports, owner) = (Imports::default(), own.owner.to_string());
        let mut methods = method::method(operation, &own.client, self, &mut imports)?;
        methods.extend(wait::method(operation, self, &mut imports)?);
        let mut requests = TokenStream::new();
        requests.extend(method::arguments(operation, &owner, self, &mut imports));
        requests.extend(request::request(operation, &owner, self, &mut imports));
        Ok(Part {
            operation,
            imports,
            methods,
            requests,
        })
    }

    /// Returns the file of a group that contains these operations, and the former names. `head`
    /// declares its modules.
    fn file(
        &self,
        group: &Group<'_>,
        own: &Own<'_>,
        head: String,
        parts: &[Part<'_>],
    ) -> Result<Code, Problem> {
        let mut imports = Imports::default();
        for part in parts {
            imports.extend(&part.imports);
        }
        let (mut methods, mut requests) = (own.methods.clone(), TokenStream::new());
        for part in parts {
            methods.extend(part.methods.clone());
            requests.extend(part.requests.clone());
        }
        for (operation, call) in &group.former {
            methods.extend(method::former(operation, call, self, &mut imports));
            requests.extend(former::structs(operation, call));
        }
        let (owner, declaration) = (&own.owner, &own.declaration);
        let methods = (!methods.is_empty()).then(|| quote!(impl #owner { #methods }));
        if methods.is_some() {
            imports.runtime("Client");
        }
        let file = File {
            docs: own.docs.clone(),
            head,
            imports,
            tokens: quote! {
                #declaration
                #methods
                #requests
            },
        };
        file.finish()
    }

    /// Returns a file for the group, and one for each of its operations.
    fn split(
        &self,
        group: &Group<'_>,
        own: &Own<'_>,
        parts: Vec<Part<'_>>,
    ) -> Result<Files, Problem> {
        let reserved = own.modules.iter().chain(&DEVICES).copied();
        let mut modules = Scope::with_reserved(reserved);
        let mut operations = Vec::new();
        for part in parts {
            let module = modules.claim(underscored(&module_name(&part.operation.method)));
            operations.push((module, part));
        }
        operations.sort_by(|(a, _), (b, _)| order::compare(a, b));
        let exports = operations.iter().map(|(module, part)| {
            let (module, names) = (ident(module), public_names(part.operation));
            quote!(pub use self::#module::{#(#names),*};)
        });
        let exports = format(quote!(#(#exports)*))?.text;
        let modules = operations.iter().map(|(module, _)| module.as_str());
        let head = declarations(&own.modules, modules)?;
        let group = self.file(group, own, format!("{head}\n{exports}"), &[])?;
        let operations = operations
            .into_iter()
            .map(|(module, part)| Ok((module, file_of_operation(part, own)?)))
            .collect::<Result<_, Problem>>()?;
        Ok(Files { group, operations })
    }
}

/// Returns the file of an operation.
fn file_of_operation(part: Part<'_>, own: &Own<'_>) -> Result<Code, Problem> {
    let Part {
        operation,
        mut imports,
        methods,
        requests,
    } = part;
    let owner = &own.owner;
    imports.runtime("Client");
    if !own.declaration.is_empty() {
        imports.add("super", &owner.to_string());
    }
    let docs = Line::new("The operation ").code(&format!("{}.{}()", own.call, operation.method));
    let file = File {
        docs: Documentation::new().line(docs.text(".")),
        head: String::new(),
        imports,
        tokens: quote! {
            impl #owner { #methods }
            #requests
        },
    };
    file.finish()
}

/// Returns the names of the structs of an operation.
fn public_names(operation: &Operation) -> impl Iterator<Item = Ident> {
    let arguments = operation.call.arguments_struct.iter();
    arguments
        .chain([&operation.request])
        .map(|name| ident(name))
}

#[cfg(test)]
mod tests {
    use api::{Docs, Operation};

    use super::super::samples;
    use crate::Crate;

    /// Returns the files below `src/operations/` for operations with documentation of so many lines.
    fn files(operations: &[(&str, &[&str])], lines: usize) -> Vec<(String, String)> {
        let operations = operations.iter().map(|(method, group)| {
            let mut operation = samples::operation(method, group);
            operation.docs = Docs::page(&"A line.\n\n".repeat(lines / 2));
            operation
        });
        let operations: Vec<Operation> = operations.collect();
        let mut files = Crate::default();
        let api = samples::with_operations([], operations);
        super::super::files(&api, "pets", &mut files).expect("Rust");
        let files = files.files();
        let files = files.filter_map(|(path, text)| {
            let path = path.strip_prefix("src/operations/")?;
            Some((path.to_owned(), text.to_owned()))
        });
        files.collect()
    }

    #[test]
    fn each_operation_of_a_long_group_has_a_file() {
        let operations = [
            ("list", &["pets"][..]),
            ("aux", &["pets"]),
            ("move_", &["pets"]),
            ("mod_", &["pets"]),
            ("list", &["pets", "toys"]),
            ("list", &["owners"]),
        ];
        let written = files(&operations, 1_000);
        let paths: Vec<&str> = written.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "mod.rs",
                "owners.rs",
                "pets/aux_.rs",
                "pets/list.rs",
                "pets/mod.rs",
                "pets/mod_.rs",
                "pets/move_.rs",
                "pets/toys.rs",
            ]
        );
        let (_, group) = &written[4];
        let modules = "mod aux_;\nmod list;\nmod mod_;\nmod move_;\npub mod toys;\n\n\
                       pub use self::aux_::AuxRequest;\npub use self::list::ListRequest;\n\
                       pub use self::mod_::ModRequest;\npub use self::move_::MoveRequest;\n\n\
                       use crate::runtime::Client;\n\n";
        assert!(group.contains(modules), "{group}");
        let (_, list) = &written[3];
        let head = "//! The operation `client.pets().list()`.\n\n";
        assert!(list.contains(head), "{list}");
        assert!(
            list.contains("\n\nuse super::Pets;\n\nimpl Pets {\n"),
            "{list}"
        );

        let short = files(&operations, 10);
        assert!(short.iter().all(|(path, _)| path != "pets/list.rs"));
    }

    #[test]
    fn files_have_short_ascii_names() {
        let [one, other] = ["one", "two"].map(|end| "a".repeat(130) + end);
        let written = files(
            &[(&one, &["pets"]), (&other, &["pets"]), ("hаsh", &["pets"])],
            2_000,
        );
        let paths = written
            .iter()
            .filter_map(|(path, _)| path.strip_prefix("pets/"));
        let short = "a".repeat(120);
        let expected = [
            format!("{short}.rs"),
            format!("{short}_.rs"),
            "hu430sh.rs".to_owned(),
            "mod.rs".to_owned(),
        ];
        assert_eq!(Vec::from_iter(paths), expected);
    }

    #[test]
    fn long_files_of_operations_without_a_group_are_split_as_well() {
        let written = files(&[("list", &[]), ("add", &[])], 2_000);
        let paths: Vec<&str> = written.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "mod.rs",
                "ungrouped/add.rs",
                "ungrouped/list.rs",
                "ungrouped/mod.rs"
            ]
        );
        let (_, module) = &written[3];
        assert!(!module.contains("impl Client"), "{module}");
    }
}
