//! Small models that tests are written with.

use api::{
    Api, Body, BodyEncoding, BodyField, Call, Constructor, Docs, Encoding, Enum, Field, FieldRole,
    Input, Limits, Location, Operation, Parameter, Path, Presence, QueryStyle, Response, Shape,
    Step, Struct, Type, TypeDef, TypeId,
};

/// Returns an API with these types and no operations.
pub(crate) fn api(types: impl IntoIterator<Item = TypeDef>) -> Api {
    Api {
        title: "Pets".to_owned(),
        version: "1".to_owned(),
        docs: Docs::default(),
        server: "https://api.pets.example/v1".to_owned(),
        key: None,
        types: types.into_iter().map(|ty| (ty.id.clone(), ty)).collect(),
        operations: Vec::new(),
    }
}

/// Returns a type of the module `types`.
pub(crate) fn named(name: &str) -> Type {
    Type::Named(TypeId::new(name))
}

/// Returns the type of a list.
pub(crate) fn list(item: &Type) -> Type {
    Type::List(Box::new(item.clone()))
}

/// Returns an enumeration without values.
pub(crate) fn enumeration(name: &str) -> TypeDef {
    let unknown = "Unknown".to_owned();
    let values = Vec::new();
    definition(name, Shape::Enum(Enum { values, unknown }))
}

/// Returns a struct.
pub(crate) fn object(name: &str, fields: impl IntoIterator<Item = Field>) -> TypeDef {
    let shape = Struct {
        fields: fields.into_iter().collect(),
        rest: None,
        encoding: Encoding::Json,
        constructor: Constructor::None,
    };
    definition(name, Shape::Struct(shape))
}

/// Returns a type that is sent and received.
pub(crate) fn definition(name: &str, shape: Shape) -> TypeDef {
    TypeDef {
        id: TypeId::new(name),
        docs: Docs::default(),
        shape,
        sent: true,
        received: true,
    }
}

/// Returns a field that is called the same on the wire.
pub(crate) fn field(name: &str, ty: Type, presence: Presence) -> Field {
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

/// Returns an operation `GET /pets` that takes nothing and returns nothing.
pub(crate) fn operation(method: &str, group: &[&str]) -> Operation {
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
        paging: None,
        sets: Vec::new(),
        origin: None,
    }
}

/// Returns a query parameter that is called the same on the wire.
pub(crate) fn parameter(name: &str, ty: Type, required: bool) -> Parameter {
    Parameter {
        name: name.to_owned(),
        argument: name.to_owned(),
        wire: name.to_owned(),
        location: Location::Query,
        style: QueryStyle::Shape,
        ty,
        required,
        first: None,
        default: None,
        limits: Limits::default(),
        docs: Docs::default(),
        deprecated: false,
    }
}

/// Gives an operation parameters: required ones are arguments, the others setters.
pub(crate) fn with_parameters(operation: &mut Operation, parameters: Vec<Parameter>) {
    for (position, parameter) in parameters.iter().enumerate() {
        let inputs = match parameter.required {
            true => &mut operation.call.arguments,
            false => &mut operation.call.setters,
        };
        inputs.push(Input::Parameter(position));
    }
    operation.parameters = parameters;
}

/// Gives an operation a JSON body of a struct whose fields are given one by one.
pub(crate) fn with_body(operation: &mut Operation, ty: &TypeDef) {
    let mut fields = Vec::new();
    for (position, field) in ty.fields().iter().enumerate() {
        let is_argument = field.presence.is_required();
        let (inputs, role) = match is_argument {
            true => (&mut operation.call.arguments, FieldRole::Argument),
            false => (&mut operation.call.setters, FieldRole::Setter),
        };
        inputs.push(Input::BodyField(position));
        fields.push(BodyField {
            position: Some(position),
            name: field.name.clone(),
            role,
        });
    }
    operation.call.setters.push(Input::Body);
    operation.body = Some(Body {
        encoding: BodyEncoding::Json(None),
        ty: Type::Named(ty.id.clone()),
        required: true,
        fields,
        docs: Docs::default(),
    });
}

/// Returns an API with these types and operations.
pub(crate) fn with_operations(
    types: impl IntoIterator<Item = TypeDef>,
    operations: impl IntoIterator<Item = Operation>,
) -> Api {
    let mut api = api(types);
    api.operations = operations.into_iter().collect();
    api
}

/// Returns the path through these fields, which are optional or not.
pub(crate) fn path<const N: usize>(steps: [(&str, bool); N]) -> Path {
    let step = |(field, optional): (&str, bool)| Step {
        field: field.to_owned(),
        optional,
    };
    Path(steps.map(step).into())
}
