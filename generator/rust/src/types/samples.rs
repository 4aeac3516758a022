//! Small models and printed types for the tests of this module.

use api::{Encoding, Field, Presence, Shape, Type, TypeDef};

use super::Module;
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
    let api = samples::api([def]);
    let mut module = Module::new(&api);
    for def in api.types.values() {
        module.define(def).expect("Rust");
    }
    module.code.trim_start().to_owned()
}
