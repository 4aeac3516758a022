//! The file of a type that is being written.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use api::{Api, Deprecation, Docs, FormerName, Shape, Type, TypeDef, TypeId};

use crate::documentation::{Documentation, comment};
use crate::layout::{WIDTH, layout};
use crate::links::Links;
use crate::uses::Uses;
use crate::{Imports, format, former};

/// The input of the files of all types.
pub(super) struct Context<'a> {
    api: &'a Api,
    links: &'a Links,
    uses: Uses<'a>,
    nullable_in_maps: BTreeSet<&'a TypeId>,
}

impl<'a> Context<'a> {
    pub(super) fn new(api: &'a Api, links: &'a Links) -> Self {
        Self {
            api,
            links,
            uses: Uses::of(api),
            nullable_in_maps: api.nullable_in_maps(),
        }
    }
}

/// The file of a type.
pub(super) struct File<'a> {
    context: &'a Context<'a>,
    own: &'a TypeId,
    pub(super) imports: Imports,
    code: String,
}

impl<'a> File<'a> {
    pub(super) fn new(context: &'a Context<'a>, def: &'a TypeDef) -> Self {
        Self {
            context,
            own: &def.id,
            imports: Imports::default(),
            code: String::new(),
        }
    }

    /// Returns the whole file.
    pub(super) fn text(self) -> String {
        let (header, imports) = (format::header(), self.imports.text());
        format!("{header}{imports}{}", layout(&self.code))
    }

    /// Returns the code that is already written.
    #[cfg(test)]
    pub(super) fn code(&self) -> String {
        layout(&self.code)
    }

    /// Writes a line.
    pub(super) fn line(&mut self, indent: Indent, text: &str) {
        let _ = match text {
            "" => writeln!(self.code),
            text => writeln!(self.code, "{indent}{text}"),
        };
    }

    /// Writes the documentation of a type: the description from the page, the operations that use
    /// the type, and its search alias.
    pub(super) fn item_docs(&mut self, def: &TypeDef) {
        let documentation = Documentation::new()
            .docs(&def.docs, self.context.links)
            .line(self.context.uses.line(&def.id));
        comment(&mut self.code, "", &documentation.page());
        if let Some(alias) = &def.alias {
            self.line(Indent::ITEM, &format!("#[doc(alias = {alias:?})]"));
        }
    }

    /// Writes the documentation of a page as a comment.
    pub(super) fn docs(&mut self, indent: Indent, docs: &Docs) {
        let documentation = Documentation::new().docs(docs, self.context.links);
        comment(&mut self.code, &indent.to_string(), &documentation.page());
    }

    /// Writes the `#[deprecated]` attribute.
    pub(super) fn deprecation(&mut self, indent: Indent, deprecation: Option<&Deprecation>) {
        match deprecation.map(|deprecation| deprecation.note.as_str()) {
            None => {}
            Some("") => self.line(indent, "#[deprecated]"),
            Some(note) => self.line(indent, &format!("#[deprecated(note = {note:?})]")),
        }
    }

    /// Writes documentation from the generator.
    pub(super) fn own_docs(&mut self, indent: Indent, docs: &Docs) {
        comment(&mut self.code, &indent.to_string(), docs);
    }

    /// Writes the documentation and the attribute of a former name. `path` is the path of the
    /// current item.
    pub(super) fn former_docs(&mut self, indent: Indent, former: &FormerName, path: &str) {
        let docs = former::docs(&former.current, path).page();
        self.own_docs(indent, &docs);
        self.line(indent, &former::attribute_text(former));
    }

    /// Begins the invocation of a macro of the runtime.
    pub(super) fn begin_macro(&mut self, name: &str, ty: &str) {
        self.imports.runtime(name);
        self.line(Indent::ITEM, "");
        self.line(Indent::ITEM, &format!("{name}! {{"));
        self.line(Indent::MEMBER, &format!("{ty} {{"));
    }

    /// Ends the invocation of a macro.
    pub(super) fn end_macro(&mut self) {
        self.line(Indent::MEMBER, "}");
        self.line(Indent::ITEM, "}");
    }

    /// Writes a field.
    pub(super) fn field(&mut self, name: &str, ty: &str) {
        self.line(Indent::MEMBER, &format!("pub {name}: {ty},"));
    }

    /// Writes a variant with a value.
    pub(super) fn variant(&mut self, name: &str, ty: &str) {
        let line = format!("{name}({ty}),");
        if Indent::MEMBER.width() + line.len() <= WIDTH {
            self.line(Indent::MEMBER, &line);
        } else {
            self.line(Indent::MEMBER, &format!("{name}("));
            self.line(Indent::BODY, &format!("{ty},"));
            self.line(Indent::MEMBER, "),");
        }
    }

    /// Begins a function.
    pub(super) fn begin_function(&mut self, name: &str, arguments: &[String]) {
        let arguments = arguments.join(", ");
        self.line(
            Indent::MEMBER,
            &format!("pub fn {name}({arguments}) -> Self {{"),
        );
    }

    /// Writes a literal of the type as the value of a function.
    pub(super) fn literal(&mut self, fields: &[String]) {
        self.line(Indent::BODY, &format!("Self {{ {} }}", fields.join(", ")));
    }

    /// Returns a type as code, and imports its names.
    pub(super) fn ty(&mut self, ty: &Type) -> String {
        match ty {
            Type::File => self.runtime_type("Upload"),
            Type::Form => self.runtime_type("Form"),
            Type::List(item) => format!("Vec<{}>", self.ty(item)),
            Type::Nullable(inner) => format!("Option<{}>", self.ty(inner)),
            Type::Boxed(inner) => format!("Box<{}>", self.ty(inner)),
            Type::Map(value) => {
                self.imports.add("std::collections", "BTreeMap");
                format!("BTreeMap<String, {}>", self.ty(value))
            }
            Type::Named(id) => {
                if id != self.own {
                    self.imports.add("crate::types", id.as_str());
                }
                id.to_string()
            }
            other => {
                self.imports.ty(other);
                other.to_string()
            }
        }
    }

    /// Returns the name of a public type of the runtime, or its path if a type of the
    /// API has that name.
    pub(super) fn runtime_type(&mut self, name: &str) -> String {
        if self.context.api.types.contains_key(&TypeId::new(name)) {
            return format!("crate::{name}");
        }
        self.imports.runtime(name);
        name.to_owned()
    }

    /// Returns the type of an argument for a value, and the expression that converts it to the
    /// value.
    pub(super) fn argument(&mut self, name: &str, ty: &Type) -> (String, String) {
        let written = self.ty(ty);
        if self.context.api.is_converted(ty) {
            (format!("impl Into<{written}>"), format!("{name}.into()"))
        } else {
            (written, name.to_owned())
        }
    }

    /// Returns `true` if the API has maps with nullable values of this type.
    pub(super) fn is_nullable_in_maps(&self, def: &TypeDef) -> bool {
        self.context.nullable_in_maps.contains(&def.id)
    }

    /// Writes the conversions for entries of such a map from values that convert into the type.
    pub(super) fn nullable_conversions<'t>(
        &mut self,
        def: &TypeDef,
        types: impl IntoIterator<Item = &'t str>,
    ) {
        let nullable = self.runtime_type("Nullable");
        for ty in types {
            self.line(Indent::ITEM, "");
            let header = format!("impl From<{ty}> for {nullable}<{}> {{", def.id);
            self.line(Indent::ITEM, &header);
            self.line(Indent::MEMBER, &format!("fn from(value: {ty}) -> Self {{"));
            self.line(Indent::BODY, "Self::Value(value.into())");
            self.line(Indent::MEMBER, "}");
            self.line(Indent::ITEM, "}");
        }
    }

    /// Returns the expression for a string as a value of this type: the variant of an enum if it
    /// has this value, or else a conversion.
    pub(super) fn known_text(&mut self, ty: &Type, text: &str) -> String {
        let shape = match ty {
            Type::Named(id) => self.context.api.types.get(id).map(|def| &def.shape),
            _ => None,
        };
        let known = match shape {
            Some(Shape::Enum(shape)) => shape.values.iter().find(|known| known.value == text),
            _ => None,
        };
        match known {
            Some(known) => format!("{}::{}", self.ty(ty), known.name),
            None => format!("{text:?}.into()"),
        }
    }
}

/// The indentation of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Indent(usize);

impl Indent {
    /// An item of the module.
    pub(super) const ITEM: Self = Self(0);
    /// A field, a variant, or a function.
    pub(super) const MEMBER: Self = Self(1);
    /// A statement of a function, or a line of a macro.
    pub(super) const BODY: Self = Self(2);

    fn width(self) -> usize {
        4 * self.0
    }
}

impl std::fmt::Display for Indent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&" ".repeat(self.width()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::samples::{api, object, operation};

    #[test]
    fn a_type_of_the_runtime_is_imported_if_its_name_is_free() {
        let def = object("Form", []);
        let api = api([def.clone()]);
        let links = Links::of(&api);
        let context = Context::new(&api, &links);
        let mut file = File::new(&context, &def);
        let files = Type::Nullable(Box::new(Type::List(Box::new(Type::File))));
        assert_eq!(file.ty(&files), "Option<Vec<Upload>>");
        assert_eq!(file.ty(&Type::Form), "crate::Form");
        assert_eq!(file.imports.text(), "use crate::runtime::Upload;\n\n");
    }

    #[test]
    fn documentation_is_a_comment_with_links_to_operations() {
        let def = object("Pet", []);
        let mut api = api([def.clone()]);
        api.operations = vec![operation("list", &["pets"])];
        let links = Links::of(&api);
        let context = Context::new(&api, &links);
        let mut file = File::new(&context, &def);
        let docs = Docs::page("A pet.\n\nSee `pets.list`.");
        file.docs(Indent::MEMBER, &docs);
        let link = "[`pets.list`](crate::operations::pets::Pets::list)";
        assert_eq!(
            file.code,
            format!("    /// A pet.\n    ///\n    /// See {link}.\n")
        );
    }
}
