//! Newtypes: recursive lists and maps, which cannot be aliases.

use api::{Type, TypeDef};

use super::file::{File, Indent};

/// Writes a newtype.
pub(super) fn define(def: &TypeDef, inner: &Type, file: &mut File<'_>) {
    file.item_docs(def);
    let inner = file.ty(inner);
    file.line(Indent::ITEM, "#[derive(Clone, Debug, PartialEq)]");
    file.line(
        Indent::ITEM,
        &format!("pub struct {}(pub {inner});", def.id),
    );
    file.imports.runtime("newtype");
    file.line(Indent::ITEM, "");
    file.line(Indent::ITEM, "newtype! {");
    file.line(Indent::MEMBER, &format!("{} of {inner}", def.id));
    file.line(Indent::ITEM, "}");
}

#[cfg(test)]
mod tests {
    use api::{Docs, Shape};

    use super::super::samples::printed;
    use super::*;
    use crate::operations::samples::{definition, named};

    #[test]
    fn a_newtype_is_written_and_read_as_what_it_holds() {
        let books = Type::Map(Box::new(named("Book")));
        let mut def = definition("Book", Shape::Newtype(books));
        def.docs = Docs::page("A book of books.");
        assert_eq!(
            printed(def),
            "/// A book of books.
#[derive(Clone, Debug, PartialEq)]
pub struct Book(pub BTreeMap<String, Book>);

newtype! {
    Book of BTreeMap<String, Book>
}
"
        );
    }
}
