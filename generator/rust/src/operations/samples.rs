//! Small models for tests.

pub(crate) use api::samples::{api, definition, field, named, operation, parameter, variant};
use api::{
    Api, Body, BodyEncoding, BodyField, Constructor, Docs, Encoding, Enum, EnumValue, Field,
    FieldRole, Input, Operation, Parameter, Path, Shape, Step, Struct, Type, TypeDef,
};

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

/// Returns an enumeration of values whose variants have the same names.
pub(crate) fn enumeration_of(name: &str, values: &[&str]) -> TypeDef {
    let value = |value: &&str| EnumValue {
        name: (*value).to_owned(),
        value: (*value).to_owned(),
        docs: Docs::default(),
    };
    let values = values.iter().map(value).collect();
    let unknown = "Unknown".to_owned();
    definition(name, Shape::Enum(Enum { values, unknown }))
}

/// Returns a struct.
pub(crate) fn object(name: &str, fields: impl IntoIterator<Item = Field>) -> TypeDef {
    let fields: Vec<Field> = fields.into_iter().collect();
    let required = fields.iter().enumerate();
    let required: Vec<usize> = required
        .filter(|(_, field)| field.presence.is_required())
        .map(|(position, _)| position)
        .collect();
    let shape = Struct {
        fields,
        alternatives: Vec::new(),
        rest: None,
        encoding: Encoding::Json,
        constructor: match required.is_empty() {
            true => Constructor::DerivedDefault,
            false => Constructor::New(required),
        },
    };
    definition(name, Shape::Struct(shape))
}

/// Sets the parameters of an operation: required ones are arguments, and the others setters.
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

/// Sets a JSON body of an operation, a struct whose fields are passed one by one.
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
        limits: api::Limits::default(),
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
