//! Small models and printed types for tests of this module.

use api::{Encoding, Field, Presence, Shape, Type, TypeDef};

use super::define;
use super::file::{Context, File};
use crate::links::Links;
use crate::operations::samples;

/// Returns a required field.
pub(super) fn required(name: &str, ty: Type) -> Field {
    samples::field(name, ty, Presence::Required)
}

/// Returns a struct that is sent as a multipart body.
pub(super) fn multipart(name: &str, fields: Vec<Field>) -> TypeDef {
    let mut def = samples::object(name, fields);
    if let Shape::Struct(shape) = &mut def.shape {
        shape.encoding = Encoding::Multipart;
    }
    def
}

/// Returns the code of a type, without `use` lines.
pub(super) fn printed(def: TypeDef) -> String {
    printed_with([], def)
}

/// Returns the code of a type in an API with others.
pub(super) fn printed_with<const N: usize>(others: [TypeDef; N], def: TypeDef) -> String {
    let mut api = samples::api(others);
    api.types.insert(def.id.clone(), def.clone());
    let links = Links::of(&api);
    let context = Context::new(&api, &links);
    let mut file = File::new(&context, &def);
    define(&def, &mut file);
    file.code()
}
