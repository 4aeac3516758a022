//! The values that a caller gives a request, with what their code needs.

use api::{Api, Body, Docs, Field, FieldRole, Input, Operation, Presence, Type};
use proc_macro2::Ident;

use crate::format::ident;

/// A value that a caller gives, as an argument or with a setter.
pub(super) struct Given<'a> {
    /// The name of the argument or the setter.
    pub(super) name: Ident,
    /// The type that the request holds, without `Option`.
    pub(super) ty: &'a Type,
    /// The text of the page; `None` for a body as a whole.
    pub(super) docs: Option<&'a Docs>,
    /// Where the request holds it.
    pub(super) place: Place<'a>,
}

/// Where a request holds a value.
pub(super) enum Place<'a> {
    /// In a field for the parameter.
    Parameter,
    /// In the field for the body.
    Body,
    /// In a field of the body.
    BodyField(Target<'a>),
}

/// A field of a body's struct: one of its fields, or the map of its other properties.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    /// The name of the field.
    pub(super) name: &'a str,
    /// The type, without what its presence adds.
    pub(super) ty: &'a Type,
    /// Whether it can be absent.
    pub(super) presence: Presence,
    pub(super) docs: &'a Docs,
}

impl<'a> Target<'a> {
    fn of_field(field: &'a Field) -> Self {
        Self {
            name: &field.name,
            ty: &field.ty,
            presence: field.presence,
            docs: &field.docs,
        }
    }
}

/// A field of a body, with who sets it.
pub(super) struct BodyField<'a> {
    pub(super) target: Target<'a>,
    /// The name of the argument or the setter.
    pub(super) name: Ident,
    /// `None` if nobody sets it.
    pub(super) role: Option<&'a FieldRole>,
}

/// Returns all fields of the struct that is the body, in their order.
pub(super) fn body_fields<'a>(body: &'a Body, api: &'a Api) -> Vec<BodyField<'a>> {
    targets(body, api)
        .map(|(position, target)| {
            let mut offered = body.fields.iter();
            let field = offered.find(|field| field.position == position);
            BodyField {
                target,
                name: ident(field.map_or(target.name, |field| &field.name)),
                role: field.map(|field| &field.role),
            }
        })
        .collect()
}

/// Returns the fields of the struct that is the body by their positions.
fn targets<'a>(body: &'a Body, api: &'a Api) -> impl Iterator<Item = (Option<usize>, Target<'a>)> {
    let shape = body.ty.named().and_then(|id| api.ty(id)?.as_struct());
    let fields = shape.into_iter().flat_map(|shape| &shape.fields);
    let rest = shape.and_then(|shape| shape.rest.as_ref());
    fields
        .enumerate()
        .map(|(position, field)| (Some(position), Target::of_field(field)))
        .chain(rest.map(|rest| {
            let target = Target {
                name: &rest.name,
                ty: &rest.ty,
                presence: Presence::EmptyWhenAbsent,
                docs: &rest.docs,
            };
            (None, target)
        }))
}

/// Returns the values that the arguments or the setters of an operation give.
pub(super) fn given<'a>(
    inputs: &'a [Input],
    operation: &'a Operation,
    api: &'a Api,
) -> Vec<Given<'a>> {
    inputs
        .iter()
        .filter_map(|input| match input {
            Input::Parameter(position) => {
                let parameter = operation.parameters.get(*position)?;
                Some(Given {
                    name: ident(&parameter.name),
                    ty: &parameter.ty,
                    docs: Some(&parameter.docs),
                    place: Place::Parameter,
                })
            }
            Input::Body => Some(Given {
                name: ident("body"),
                ty: &operation.body.as_ref()?.ty,
                docs: None,
                place: Place::Body,
            }),
            Input::BodyField(position) => {
                let body = operation.body.as_ref()?;
                let field = body.fields.get(*position)?;
                let (_, target) = targets(body, api).find(|(at, _)| *at == field.position)?;
                Some(Given {
                    name: ident(&field.name),
                    ty: target.ty,
                    docs: Some(target.docs),
                    place: Place::BodyField(target),
                })
            }
        })
        .collect()
}
