//! Small models for tests.

use std::collections::BTreeMap;

use api::{
    Api, Constructor, Docs, Encoding, Enum, Field, Limits, Presence, Shape, Struct, Type, TypeDef,
    TypeId,
};

use super::Module;

/// Returns an API that has only types.
pub(super) fn api(types: impl IntoIterator<Item = TypeDef>) -> Api {
    let types = types.into_iter().map(|def| (def.id.clone(), def));
    Api {
        title: String::new(),
        version: String::new(),
        docs: Docs::default(),
        server: String::new(),
        key: None,
        types: types.collect::<BTreeMap<_, _>>(),
        operations: Vec::new(),
    }
}

/// Returns a type that is sent and received.
pub(super) fn def(name: &str, shape: Shape) -> TypeDef {
    TypeDef {
        id: TypeId::new(name),
        docs: Docs::default(),
        shape,
        sent: true,
        received: true,
    }
}

/// Returns a struct that is sent as JSON and has no constructor.
pub(super) fn object(name: &str, fields: Vec<Field>) -> TypeDef {
    structure(name, fields, Encoding::Json)
}

/// Returns a struct that is sent as a multipart body and has no constructor.
pub(super) fn multipart(name: &str, fields: Vec<Field>) -> TypeDef {
    structure(name, fields, Encoding::Multipart)
}

/// Returns a struct without fields.
pub(super) fn empty(name: &str) -> TypeDef {
    object(name, Vec::new())
}

fn structure(name: &str, fields: Vec<Field>, encoding: Encoding) -> TypeDef {
    let shape = Struct {
        fields,
        rest: None,
        encoding,
        constructor: Constructor::None,
    };
    def(name, Shape::Struct(shape))
}

/// Returns an enumeration without known values.
pub(super) fn enumeration(name: &str) -> TypeDef {
    let shape = Enum {
        values: Vec::new(),
        unknown: "Unknown".to_owned(),
    };
    def(name, Shape::Enum(shape))
}

/// Returns a required field.
pub(super) fn field(name: &str, ty: Type) -> Field {
    with_presence(name, ty, Presence::Required)
}

/// Returns a field with the same name on the wire.
pub(super) fn with_presence(name: &str, ty: Type, presence: Presence) -> Field {
    Field {
        name: name.to_owned(),
        wire: name.to_owned(),
        ty,
        presence,
        constant: None,
        tag: None,
        json_part: false,
        read_only: false,
        write_only: false,
        default: None,
        limits: Limits::default(),
        docs: Docs::default(),
        deprecated: false,
    }
}

/// Returns the code of an API that has only this type, without `use` lines.
pub(super) fn printed(def: TypeDef) -> String {
    let api = api([def]);
    let mut module = Module::new(&api);
    for def in api.types.values() {
        module.define(def).expect("Rust");
    }
    module.code.trim_start().to_owned()
}
