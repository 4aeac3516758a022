//! Small models for tests of other layers.

use std::collections::BTreeMap;

use docs::Docs;

use crate::{
    Api, Call, Field, Limits, Location, Operation, Parameter, Presence, Response, Shape, Style,
    Type, TypeDef, TypeId, Variant,
};

/// Returns an API with these types and no operations.
pub fn api(types: impl IntoIterator<Item = TypeDef>) -> Api {
    Api {
        dependencies: BTreeMap::new(),
        title: "Pets".to_owned(),
        version: "1".to_owned(),
        docs: Docs::default(),
        server: "https://api.pets.example/v1".to_owned(),
        server_template: None,
        server_variables: Vec::new(),
        environments: Vec::new(),
        key: None,
        other_keys: Vec::new(),
        security: Vec::new(),
        headers: Vec::new(),
        types: types.into_iter().map(|ty| (ty.id.clone(), ty)).collect(),
        group_docs: BTreeMap::new(),
        operations: Vec::new(),
        webhooks: None,
    }
}

/// Returns a type of the module `types`.
pub fn named(name: &str) -> Type {
    Type::Named(TypeId::new(name))
}

/// Returns the definition of a type that is sent and received.
pub fn definition(name: &str, shape: Shape) -> TypeDef {
    TypeDef {
        id: TypeId::new(name),
        module: names::module_name(name),
        alias: None,
        docs: Docs::default(),
        shape,
        limits: Limits::default(),
        sent: true,
        received: true,
        former_names: Vec::new(),
        former_members: Vec::new(),
    }
}

/// Returns a field with the same name on the wire.
pub fn field(name: &str, ty: Type, presence: Presence) -> Field {
    Field {
        name: name.to_owned(),
        setter: (!presence.is_required()).then(|| name.to_owned()),
        wire: name.to_owned(),
        ty,
        presence,
        constant: None,
        tag: None,
        json_part: false,
        read_only: false,
        write_only: false,
        default: None,
        example: None,
        limits: Limits::default(),
        docs: Docs::default(),
        deprecated: None,
    }
}

/// Returns an operation `GET /pets` without parameters, body, and response body.
pub fn operation(method: &str, group: &[&str]) -> Operation {
    let pascal = heck::AsPascalCase(method).to_string();
    Operation {
        id: [group, &[method]].concat().join("_"),
        group: group.iter().map(|name| (*name).to_owned()).collect(),
        method: method.to_owned(),
        request: format!("{pascal}Request"),
        function: [group, &[method]].concat().join("_"),
        verb: "GET".to_owned(),
        path: "/pets".to_owned(),
        summary: Docs::default(),
        docs: Docs::default(),
        reference: None,
        server: None,
        environment_servers: Vec::new(),
        security: None,
        deprecated: None,
        parameters: Vec::new(),
        body: None,
        response: Response::Empty,
        errors: Vec::new(),
        statuses: Vec::new(),
        call: Call {
            arguments: Vec::new(),
            arguments_struct: None,
            setters: Vec::new(),
        },
        event_name: None,
        paging: None,
        sets: Vec::new(),
        client_headers: Vec::new(),
        idempotency: None,
        bucket: None,
        wait: None,
        former_calls: Vec::new(),
        former_setters: Vec::new(),
        origin: None,
    }
}

/// Returns a query parameter with the same name on the wire.
pub fn parameter(name: &str, ty: Type, required: bool) -> Parameter {
    Parameter {
        name: name.to_owned(),
        argument: name.to_owned(),
        wire: name.to_owned(),
        location: Location::Query,
        style: Style::DeepObject,
        allow_reserved: false,
        is_styled: false,
        ty,
        required,
        default: None,
        example: None,
        limits: Limits::default(),
        docs: Docs::default(),
        deprecated: None,
    }
}

/// Returns a variant of a union.
pub fn variant(name: &str, ty: Type) -> Variant {
    Variant {
        name: name.to_owned(),
        ty,
        limits: Limits::default(),
        tags: Vec::new(),
        condition: None,
    }
}
