//! `src/types.rs`: the types of the API, with one file for each shape. Structs,
//! enumerations, and unions invoke macros of the runtime. They are written as text,
//! because prettyplease does not format what is inside of a macro.

mod constructors;
mod enums;
mod newtypes;
#[cfg(test)]
mod samples;
mod structs;
mod unions;

use std::fmt::Write as _;

use api::{Api, Docs, Shape, Type, TypeDef, TypeId};
use pages::Problem;

use crate::documentation::{Documentation, comment};
use crate::links::Links;
use crate::{Crate, Imports, format};

const DOCS: &str = "The types of requests and responses.";

/// Adds `src/types.rs`.
///
/// # Errors
///
/// If the code is not Rust, which is a defect of the generator.
pub(crate) fn files(api: &Api, files: &mut Crate) -> Result<(), Problem> {
    let mut module = Module::new(api);
    for def in api.types.values() {
        module.define(def)?;
    }
    let text = format::file(&DOCS.into(), &module.imports, &module.code)?;
    files.insert("src/types.rs", text);
    Ok(())
}

/// The module `types` while it is written.
struct Module<'a> {
    api: &'a Api,
    links: Links,
    imports: Imports,
    code: String,
}

impl<'a> Module<'a> {
    fn new(api: &'a Api) -> Self {
        Self {
            api,
            links: Links::of(api),
            imports: Imports::default(),
            code: String::new(),
        }
    }

    /// Writes a type and its implementations.
    fn define(&mut self, def: &TypeDef) -> Result<(), Problem> {
        self.code.push('\n');
        match &def.shape {
            Shape::Struct(shape) => {
                structs::define(def, shape, self);
                constructors::define(def, shape, self);
            }
            Shape::Enum(shape) => enums::define(def, shape, self),
            Shape::Union(shape) => unions::define(def, shape, self),
            Shape::Newtype(inner) => newtypes::define(def, inner, self)?,
        }
        Ok(())
    }

    /// Writes a line.
    fn line(&mut self, indent: Indent, text: &str) {
        let _ = writeln!(self.code, "{}{text}", "    ".repeat(indent.0));
    }

    /// Writes what a page says as a comment.
    fn docs(&mut self, indent: Indent, docs: &Docs) {
        let documentation = Documentation::new().docs(docs, &self.links);
        let indent = "    ".repeat(indent.0);
        comment(&mut self.code, &indent, &documentation.page());
    }

    /// Begins the invocation of a macro of the runtime.
    fn begin_macro(&mut self, name: &'static str) {
        self.imports.runtime(name);
        self.line(Indent::ITEM, &format!("{name}! {{"));
    }

    /// Returns a type as code, and imports what it needs.
    fn ty(&mut self, ty: &Type) -> String {
        match ty {
            Type::File => self.runtime_type("Upload"),
            Type::Form => self.runtime_type("Form"),
            Type::List(item) => format!("Vec<{}>", self.ty(item)),
            Type::Nullable(inner) => format!("Option<{}>", self.ty(inner)),
            Type::Boxed(inner) => format!("Box<{}>", self.ty(inner)),
            Type::Map(value) => {
                self.imports.add("std::collections", "HashMap");
                format!("HashMap<String, {}>", self.ty(value))
            }
            other => {
                self.imports.ty(other);
                other.to_string()
            }
        }
    }

    /// Returns the name of a public type of the runtime, or its path if a type of the
    /// API has that name.
    fn runtime_type(&mut self, name: &'static str) -> String {
        if self.api.types.contains_key(&TypeId::new(name)) {
            return format!("crate::{name}");
        }
        self.imports.runtime(name);
        name.to_owned()
    }

    /// Returns the type of an argument that a caller gives for a value, and the
    /// expression that makes the value from it.
    fn argument(&mut self, name: &str, ty: &Type) -> (String, String) {
        let written = self.ty(ty);
        if self.api.is_converted(ty) {
            (format!("impl Into<{written}>"), format!("{name}.into()"))
        } else {
            (written, name.to_owned())
        }
    }
}

/// How far a line is indented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Indent(usize);

impl Indent {
    /// An item of the module.
    const ITEM: Self = Self(0);

    /// Returns the indent of what is inside.
    fn inside(self) -> Self {
        Self(self.0 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{multipart, required};
    use super::*;
    use crate::operations::samples::{api, object, operation};

    #[test]
    fn types_are_sorted_and_import_what_they_mention() {
        let map = Type::Map(Box::new(Type::DateTime));
        let api = api([
            object("Upload", []),
            multipart(
                "Edit",
                vec![required("file", Type::File), required("ages", map)],
            ),
        ]);
        let mut files = Crate::default();
        super::files(&api, &mut files).expect("Rust");
        let (path, text) = files.files().next().expect("a file");
        assert_eq!(path, "src/types.rs");
        assert_eq!(
            text,
            [
                &format::header(),
                "//! The types of requests and responses.\n\n",
                "use std::collections::HashMap;\nuse chrono::{DateTime, Utc};\n\n",
                "use crate::runtime::object;\n\n",
                "#[derive(Clone, Debug)]\npub struct Edit {\n",
                "    pub file: crate::Upload,\n",
                "    pub ages: HashMap<String, DateTime<Utc>>,\n}\n\n",
                "object! {\n    pub struct Upload {\n    }\n}\n",
            ]
            .concat()
        );
    }

    #[test]
    fn a_type_of_the_runtime_is_imported_if_its_name_is_free() {
        let api = api([object("Form", [])]);
        let mut module = Module::new(&api);
        let files = Type::Nullable(Box::new(Type::List(Box::new(Type::File))));
        assert_eq!(module.ty(&files), "Option<Vec<Upload>>");
        assert_eq!(module.ty(&Type::Form), "crate::Form");
        let (_, own) = module.imports.items();
        assert_eq!(own.to_string(), "use crate :: runtime :: Upload ;");
    }

    #[test]
    fn documentation_is_a_comment_with_links_to_operations() {
        let mut api = api([]);
        api.operations = vec![operation("list", &["pets"])];
        let mut module = Module::new(&api);
        let docs = Docs::page("A pet.\n\nSee `pets.list`.");
        module.docs(Indent::ITEM.inside(), &docs);
        let link = "[`pets.list`](crate::operations::pets::Pets::list)";
        assert_eq!(
            module.code,
            format!("    /// A pet.\n    ///\n    /// See {link}.\n")
        );
    }
}
