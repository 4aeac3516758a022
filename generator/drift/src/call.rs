//! The call of an operation: each input with its name, the accepted type, and the location of the
//! value in the request.

use std::collections::BTreeMap;

use api::{
    Api, Body, BodyField, Deprecation, Field, Input as Position, Limits, Operation, Parameter,
    Rest, Type,
};
use serde_json::Value;

use crate::code;

/// The call of an operation.
pub(crate) struct Call<'a> {
    pub(crate) api: &'a Api,
    pub(crate) operation: &'a Operation,
    /// The call without arguments, such as `assets().list`.
    pub(crate) path: String,
    /// The arguments in order, then the setters.
    pub(crate) inputs: Vec<Input<'a>>,
}

/// A value that a caller passes.
pub(crate) struct Input<'a> {
    pub(crate) name: &'a str,
    pub(crate) role: Role,
    /// The position among the arguments or the setters.
    pub(crate) position: usize,
    pub(crate) source: Source<'a>,
    pub(crate) ty: &'a Type,
    /// The type that the argument or the setter accepts.
    pub(crate) accepted: String,
}

/// The role of a value in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A required value, which is an argument.
    Argument,
    /// An optional value, which is set with a method of the request.
    Setter,
}

/// The source of an input.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    Parameter(&'a Parameter),
    /// A field of the body.
    Field(&'a Field),
    /// The map of the body's other properties.
    Rest(&'a Rest),
    /// The body as a whole.
    Body,
}

impl<'a> Call<'a> {
    pub(crate) fn new(operation: &'a Operation, api: &'a Api) -> Self {
        let call = &operation.call;
        let is_struct = call.arguments_struct.is_some();
        let inputs = |positions: &'a [Position], role: Role| {
            positions
                .iter()
                .enumerate()
                .filter_map(move |(index, position)| {
                    let (name, source, ty) = input(position, operation, api)?;
                    let accepted = match (role, source) {
                        // The fields of a struct have the types that the request stores.
                        (Role::Argument, _) if is_struct => code::qualified(ty.unboxed()),
                        (Role::Setter, Source::Body) => code::qualified(ty),
                        _ => code::accepted(ty, api),
                    };
                    Some(Input {
                        name,
                        role,
                        position: index,
                        source,
                        ty: ty.unboxed(),
                        accepted,
                    })
                })
        };
        let arguments = inputs(&call.arguments, Role::Argument);
        let setters = inputs(&call.setters, Role::Setter);
        Self {
            api,
            operation,
            path: operation.call_path(),
            inputs: arguments.chain(setters).collect(),
        }
    }

    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Input<'a>> {
        let inputs = self.inputs.iter();
        inputs.take_while(|input| input.role == Role::Argument)
    }

    /// Returns `true` if the arguments are the fields of a struct.
    pub(crate) fn has_struct(&self) -> bool {
        self.operation.call.arguments_struct.is_some()
    }

    /// Returns the call in the form of its declaration.
    pub(crate) fn signature(&self) -> String {
        let arguments: Vec<String> = match &self.operation.call.arguments_struct {
            Some(name) => {
                let fields: Vec<&str> = self.arguments().map(|field| field.name).collect();
                vec![format!("{name} {{ {} }}", fields.join(", "))]
            }
            None => {
                let arguments = self.arguments();
                let argument = |input: &Input<'_>| format!("{}: {}", input.name, input.accepted);
                arguments.map(argument).collect()
            }
        };
        format!("{}({})", self.path, arguments.join(", "))
    }
}

/// Returns the input at a position in a call.
pub(crate) fn input<'a>(
    position: &Position,
    operation: &'a Operation,
    api: &'a Api,
) -> Option<(&'a str, Source<'a>, &'a Type)> {
    match position {
        Position::Parameter(index) => {
            let parameter = operation.parameters.get(*index)?;
            let source = Source::Parameter(parameter);
            Some((&parameter.name, source, &parameter.ty))
        }
        Position::Body => Some(("body", Source::Body, &operation.body.as_ref()?.ty)),
        Position::BodyField(index) => {
            let body = operation.body.as_ref()?;
            let field = body.fields.get(*index)?;
            let (source, ty) = body_field(body, field, api)?;
            Some((&field.name, source, ty))
        }
    }
}

/// Returns the field of a struct that a request exposes.
pub(crate) fn body_field<'a>(
    body: &Body,
    field: &BodyField,
    api: &'a Api,
) -> Option<(Source<'a>, &'a Type)> {
    let shape = api.ty(body.ty.named()?)?.as_struct()?;
    match field.position {
        Some(position) => {
            let field = shape.fields.get(position)?;
            Some((Source::Field(field), &field.ty))
        }
        None => {
            let rest = shape.rest.as_ref()?;
            Some((Source::Rest(rest), &rest.ty))
        }
    }
}

impl Input<'_> {
    /// Returns the setter in the form of its declaration.
    pub(crate) fn setter(&self) -> String {
        format!(".{}({})", self.name, self.accepted)
    }
}

impl<'a> Source<'a> {
    /// Returns `true` for a parameter in the path.
    pub(crate) fn is_in_path(self) -> bool {
        self.location() == "path"
    }

    /// Returns the name in the request.
    pub(crate) fn wire(self) -> Option<&'a str> {
        match self {
            Self::Parameter(parameter) => Some(&parameter.wire),
            Self::Field(field) => Some(&field.wire),
            Self::Rest(_) | Self::Body => None,
        }
    }

    /// Returns the part of the request that contains the value.
    pub(crate) fn location(self) -> &'static str {
        match self {
            Self::Parameter(parameter) => parameter.location.as_str(),
            Self::Field(_) | Self::Rest(_) | Self::Body => "body",
        }
    }

    pub(crate) fn docs(self) -> &'a str {
        match self {
            Self::Parameter(parameter) => parameter.docs.as_str(),
            Self::Field(field) => field.docs.as_str(),
            Self::Rest(rest) => rest.docs.as_str(),
            Self::Body => "",
        }
    }

    pub(crate) fn default(self) -> Option<&'a Value> {
        match self {
            Self::Parameter(parameter) => parameter.default.as_ref(),
            Self::Field(field) => field.default.as_ref(),
            Self::Rest(_) | Self::Body => None,
        }
    }

    pub(crate) fn limits(self) -> Option<&'a Limits> {
        match self {
            Self::Parameter(parameter) => Some(&parameter.limits),
            Self::Field(field) => Some(&field.limits),
            Self::Rest(_) | Self::Body => None,
        }
    }

    pub(crate) fn deprecated(self) -> Option<&'a Deprecation> {
        match self {
            Self::Parameter(parameter) => parameter.deprecated.as_ref(),
            Self::Field(field) => field.deprecated.as_ref(),
            Self::Rest(_) | Self::Body => None,
        }
    }

    /// Returns `true` if it has only one value.
    pub(crate) fn is_constant(self) -> bool {
        matches!(self, Self::Field(field) if field.constant.is_some())
    }
}

/// The calls of all operations, by ID.
pub(crate) type Calls<'a> = BTreeMap<&'a str, Call<'a>>;

/// Returns the calls of all operations.
pub(crate) fn calls(api: &Api) -> Calls<'_> {
    let operations = api.operations.iter();
    operations
        .map(|operation| (operation.id.as_str(), Call::new(operation, api)))
        .collect()
}
