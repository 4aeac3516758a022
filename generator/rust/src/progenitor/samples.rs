//! Small models that the tests of the raw layer are written with.

use std::collections::BTreeMap;

use api::{
    Api, Body, BodyEncoding, Call, Constructor, Docs, Encoding, Field, Limits, Location, Operation,
    Parameter, Presence, QueryStyle, Response, Shape, Struct, Type, TypeDef, TypeId,
};

/// Returns an API with this operation.
pub(super) fn api(operations: impl IntoIterator<Item = Operation>) -> Api {
    Api {
        title: "Pets".to_owned(),
        version: "1".to_owned(),
        docs: Docs::default(),
        server: "https://api.pets.example/v1".to_owned(),
        key: None,
        types: BTreeMap::new(),
        operations: operations.into_iter().collect(),
    }
}

/// Returns the operation `do_it`, which is a `GET` without a response.
pub(super) fn operation(path: &str) -> Operation {
    Operation {
        id: "do_it".to_owned(),
        group: Vec::new(),
        method: "do_it".to_owned(),
        request: "DoItRequest".to_owned(),
        function: "do_it".to_owned(),
        verb: "GET".to_owned(),
        path: path.to_owned(),
        summary: Docs::default(),
        docs: Docs::default(),
        reference: None,
        deprecated: None,
        parameters: Vec::new(),
        body: None,
        response: Response::Empty,
        errors: Vec::new(),
        call: Call {
            arguments: Vec::new(),
            arguments_struct: None,
            setters: Vec::new(),
        },
        paging: None,
        sets: Vec::new(),
        origin: None,
    }
}

/// Returns a parameter that is a required text.
pub(super) fn parameter(location: Location, wire: &str) -> Parameter {
    Parameter {
        name: names::argument_name(wire),
        argument: names::argument_name(wire),
        wire: wire.to_owned(),
        location,
        style: QueryStyle::Shape,
        ty: Type::String,
        required: true,
        first: None,
        default: None,
        limits: Limits::default(),
        docs: Docs::default(),
        deprecated: false,
    }
}

/// Returns a required body.
pub(super) fn body(encoding: BodyEncoding, ty: Type) -> Body {
    Body {
        encoding,
        ty,
        required: true,
        fields: Vec::new(),
        docs: Docs::default(),
    }
}

/// Returns a type of the module `types`.
pub(super) fn named(name: &str) -> Type {
    Type::Named(TypeId::new(name))
}

/// Returns the type of a list.
pub(super) fn list(item: Type) -> Type {
    Type::List(Box::new(item))
}

/// Returns a form with these fields.
pub(super) fn form(name: &str, fields: impl IntoIterator<Item = Field>) -> TypeDef {
    TypeDef {
        id: TypeId::new(name),
        docs: Docs::default(),
        shape: Shape::Struct(Struct {
            fields: fields.into_iter().collect(),
            rest: None,
            encoding: Encoding::Multipart,
            constructor: Constructor::None,
        }),
        sent: true,
        received: false,
    }
}

/// Returns a field of a form.
pub(super) fn field(wire: &str, ty: Type, presence: Presence) -> Field {
    Field {
        name: names::argument_name(wire),
        wire: wire.to_owned(),
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
