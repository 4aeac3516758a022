//! Newtypes: lists and maps that contain themselves, which no alias can name.

use api::{Type, TypeDef};
use pages::Problem;
use quote::quote;

use super::{Indent, Module};
use crate::format::{format, ident};
use crate::ty::{self, From};

/// Writes a newtype.
pub(super) fn define(def: &TypeDef, inner: &Type, module: &mut Module<'_>) -> Result<(), Problem> {
    module.imports.add("std::ops", "Deref");
    module.imports.add("serde", "Deserialize");
    module.imports.add("serde", "Serialize");
    let name = ident(def.id.as_str());
    let inner = ty::tokens(inner, From::Types, &mut module.imports);
    let code = format(quote! {
        #[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
        #[serde(transparent)]
        pub struct #name(pub #inner);

        impl Deref for #name {
            type Target = #inner;

            fn deref(&self) -> &#inner {
                &self.0
            }
        }

        impl From<#inner> for #name {
            fn from(value: #inner) -> Self {
                Self(value)
            }
        }
    })?;
    module.docs(Indent::ITEM, &def.docs);
    module.code.push_str(&code);
    Ok(())
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
            r#"/// A book of books.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Book(pub HashMap<String, Book>);

impl Deref for Book {
    type Target = HashMap<String, Book>;
    fn deref(&self) -> &HashMap<String, Book> {
        &self.0
    }
}

impl From<HashMap<String, Book>> for Book {
    fn from(value: HashMap<String, Book>) -> Self {
        Self(value)
    }
}
"#
        );
    }
}
