//! `src/types/`: the types of the API, with one file for each.
//!
//! A type is plain Rust, with a macro invocation that implements reading and writing. The files are
//! written as text, because prettyplease does not format the contents of macros.

mod broken;
mod constructors;
mod enums;
mod file;
mod newtypes;
#[cfg(test)]
mod samples;
mod setters;
mod structs;
mod unions;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use api::{Api, FormerName, Shape, TypeDef, TypeId};
use pages::Problem;
use rayon::prelude::*;

use self::file::{Context, File};
use crate::Crate;
use crate::documentation::comment;
use crate::format;
use crate::former;
use crate::layout::layout;
use crate::links::Links;
use crate::order;
use crate::public_api::Declarations;

/// Adds `src/types/`. A type whose file is not valid Rust is removed from the API, with everything
/// that depends on it. Returns a warning for each operation that is removed.
pub(crate) fn files(
    api: &mut Api,
    declarations: &mut Declarations,
    files: &mut Crate,
) -> Vec<Problem> {
    let mut texts = texts(api);
    let (read, broken) = broken::read(&texts);
    let mut warnings = Vec::new();
    if !broken.is_empty() {
        warnings = broken::remove(api, &broken);
        // Documentation must not link to removed operations.
        texts = self::texts(api);
    }
    let path = |def: &TypeDef| format!("src/types/{}.rs", def.module);
    for (id, text) in texts {
        if let Some(def) = api.ty(&id) {
            files.insert(path(def), text);
        }
    }
    for (id, module) in read {
        if let Some(def) = api.ty(&id) {
            declarations.insert(path(def), module);
        }
    }
    files.insert("src/types/mod.rs", index(api));
    warnings
}

/// Returns the text of each file.
fn texts(api: &Api) -> BTreeMap<TypeId, String> {
    let links = Links::of(api);
    let context = Context::new(api, &links);
    let types: Vec<&TypeDef> = api.types.values().collect();
    let texts = types.into_par_iter().map(|def| {
        let mut file = File::new(&context, def);
        define(def, &mut file);
        (def.id.clone(), file.text())
    });
    texts.collect()
}

/// Writes a type and its implementations.
fn define(def: &TypeDef, file: &mut File<'_>) {
    match &def.shape {
        Shape::Struct(shape) => structs::define(def, shape, file),
        Shape::Enum(shape) => enums::define(def, shape, file),
        Shape::Union(shape) => unions::define(def, shape, file),
        Shape::Newtype(inner) => newtypes::define(def, inner, file),
    }
}

/// Returns the file that declares the modules of all types, and exports the types.
fn index(api: &Api) -> String {
    let mut text = format::header();
    text.push_str(
        "//! The types of requests and responses.\n\n\
         #![allow(\n    \
         clippy::large_enum_variant,\n    \
         clippy::should_implement_trait,\n    \
         clippy::struct_excessive_bools,\n    \
         clippy::too_many_arguments,\n    \
         clippy::wrong_self_convention,\n    \
         deprecated,\n    \
         reason = \"the types are those of the API\"\n\
         )]\n",
    );
    let mut types: Vec<(&str, &str)> = api
        .types
        .values()
        .map(|def| (def.module.as_str(), def.id.as_str()))
        .collect();
    types.sort_unstable();
    let modules = types.iter().map(|(module, _)| format!("mod {module};\n"));
    let modules: String = modules.collect();
    types.sort_by(|(a, _), (b, _)| order::compare(a, b));
    let exports = types
        .iter()
        .map(|(module, id)| format!("pub use self::{module}::{id};\n"));
    let exports: String = exports.collect();
    if !types.is_empty() {
        let _ = write!(text, "\n{modules}\n{exports}");
    }
    text + &aliases(api)
}

/// Returns the former names of types.
fn aliases(api: &Api) -> String {
    let former = api.types.values().flat_map(|def| &def.former_names);
    let mut former: Vec<&FormerName> = former.collect();
    former.sort_unstable_by_key(|former| &former.name);
    let aliases = former.into_iter().map(|former| {
        let mut alias = "\n".to_owned();
        let docs = former::docs(&former.current, &former.current);
        comment(&mut alias, "", &docs.page());
        let FormerName { name, current, .. } = former;
        let attribute = former::attribute_text(former);
        let _ = writeln!(alias, "{attribute}\npub type {name} = {current};");
        layout(&alias)
    });
    aliases.collect()
}

#[cfg(test)]
mod tests {
    use api::Type;

    use super::samples::{multipart, required};
    use super::*;
    use crate::operations::samples::{api, named, object};

    #[test]
    fn each_type_has_a_file_that_imports_what_it_mentions() {
        let map = Type::Map(Box::new(Type::DateTime));
        let mut api = api([
            object("PetUpload", []),
            multipart(
                "Edit",
                vec![
                    required("file", Type::File),
                    required("ages", map),
                    required("upload", named("PetUpload")),
                ],
            ),
        ]);
        let mut files = Crate::default();
        assert!(super::files(&mut api, &mut Declarations::default(), &mut files).is_empty());
        let paths: Vec<&str> = files.files().map(|(path, _)| path).collect();
        assert_eq!(
            paths,
            [
                "src/types/edit.rs",
                "src/types/mod.rs",
                "src/types/pet_upload.rs"
            ]
        );
        let (_, text) = files.files().next().expect("a file");
        for line in [
            "use std::collections::BTreeMap;\n",
            "use chrono::{DateTime, Utc};\n",
            "use crate::runtime::Upload;\n",
            "use crate::types::PetUpload;\n",
        ] {
            assert!(text.contains(line), "{text}");
        }
        let (_, index) = files.files().nth(1).expect("a file");
        assert!(index.ends_with(
            "\nmod edit;\nmod pet_upload;\n\n\
             pub use self::edit::Edit;\npub use self::pet_upload::PetUpload;\n"
        ));
    }
}
