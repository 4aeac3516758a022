//! `src/external.rs`: reading and writing of types of other crates, which the overlay has set for
//! formats and schemas.

use std::collections::BTreeSet;

use api::{Api, Type};
use pages::Problem;
use quote::quote;

use crate::documentation::Documentation;
use crate::format::{file, format};
use crate::ty::{self, From};
use crate::{Crate, Imports};

/// The name of the module and the file.
pub(crate) const MODULE: &str = "external";

/// Returns `true` if values of the API have such types.
pub(crate) fn is_needed(api: &Api) -> bool {
    !types(api).is_empty()
}

/// Adds the file, if it is needed.
///
/// # Errors
///
/// If the emitted code is not Rust.
pub(crate) fn files(api: &Api, files: &mut Crate) -> Result<(), Problem> {
    let types = types(api);
    if types.is_empty() {
        return Ok(());
    }
    let implementations = types.into_iter().map(|path| {
        let ty = ty::written(&Type::External(path), From::Elsewhere);
        quote! {
            impl Read for #ty {
                fn read(json: &mut Cursor<'_>) -> read::Result<Self> {
                    read::external(json)
                }
            }
            impl Write for #ty {
                fn write(&self, to: &mut dyn Sink) -> write::Result {
                    write::external(self, to)
                }
            }
        }
    });
    let body = format(quote!(#(#implementations)*))?;
    let docs = Documentation::new().text("Values with types of other crates.");
    let mut imports = Imports::default();
    for name in ["self", "Cursor", "Read"] {
        imports.add("crate::runtime::read", name);
    }
    for name in ["self", "Sink", "Write"] {
        imports.add("crate::runtime::write", name);
    }
    let path = format!("src/{MODULE}.rs");
    files.insert_code(path, file(&docs.page(), &imports, body)?);
    Ok(())
}

/// Returns the paths of the types, each once.
fn types(api: &Api) -> BTreeSet<String> {
    let paths = api.mentioned().filter_map(|ty| match ty.innermost() {
        Type::External(path) => Some(path.clone()),
        _ => None,
    });
    paths.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::samples;
    use api::Presence;

    #[test]
    fn each_type_is_read_and_written_once() {
        let id = || Type::External("uuid::Uuid".to_owned());
        let fields = ["a", "b"].map(|name| samples::field(name, id(), Presence::Required));
        let api = samples::api([samples::object("Pet", fields)]);
        let mut all = Crate::default();
        files(&api, &mut all).expect("it is Rust");
        let mut files = all.files();
        let (path, text) = files.next().expect("one file");
        assert_eq!(path, "src/external.rs");
        assert_eq!(
            text.matches("impl Read for uuid::Uuid {").count(),
            1,
            "{text}"
        );
        assert_eq!(
            text.matches("impl Write for uuid::Uuid {").count(),
            1,
            "{text}"
        );
    }
}
