//! The values that a caller passes to a request, with the facts for their code.

use std::collections::BTreeMap;

use api::{Api, Body, Deprecation, Docs, FieldRole, Input, Operation, Presence, Struct, Type};
use proc_macro2::Ident;
use serde_json::Value;

use crate::format::ident;

/// A value that a caller passes, as an argument or with a setter.
pub(super) struct Given<'a> {
    /// The name of the argument or the setter.
    pub(super) name: Ident,
    /// The type that the request stores, without `Option`.
    pub(super) ty: &'a Type,
    /// The value in examples.
    pub(super) example: Option<&'a Value>,
    /// The text of the page.
    pub(super) docs: &'a Docs,
    /// Set if it is deprecated.
    pub(super) deprecated: Option<&'a Deprecation>,
    /// The location of the value in the request.
    pub(super) target: InputTarget<'a>,
}

/// The location of a value in a request.
pub(super) enum InputTarget<'a> {
    /// In a field for the parameter, which is an `Option` unless a call must pass it.
    Parameter { required: bool },
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
    /// The type, without the wrapper for its presence.
    pub(super) ty: &'a Type,
    /// The value in examples.
    pub(super) example: Option<&'a Value>,
    /// Whether it can be absent.
    pub(super) presence: Presence,
    pub(super) docs: &'a Docs,
    /// Set if it is deprecated.
    pub(super) deprecated: Option<&'a Deprecation>,
}

impl<'a> Target<'a> {
    /// Returns the field at a position of a struct, or its map of other properties.
    fn at(position: Option<usize>, shape: &'a Struct) -> Option<Self> {
        Some(match position {
            Some(position) => {
                let field = shape.fields.get(position)?;
                Self {
                    name: &field.name,
                    ty: &field.ty,
                    example: field.example.as_ref(),
                    presence: field.presence,
                    docs: &field.docs,
                    deprecated: field.deprecated.as_ref(),
                }
            }
            None => {
                let rest = shape.rest.as_ref()?;
                Self {
                    name: &rest.name,
                    ty: &rest.ty,
                    example: None,
                    presence: Presence::EmptyWhenAbsent,
                    docs: &rest.docs,
                    deprecated: None,
                }
            }
        })
    }
}

impl<'a> Given<'a> {
    /// Returns the value for an example.
    pub(super) fn sample(&self) -> Sample<'_, 'a> {
        Sample {
            name: &self.name,
            ty: self.ty.unboxed(),
            example: self.example,
        }
    }
}

/// A value in an example: the name under which it is passed, its type, and the value that the page
/// shows.
#[derive(Clone, Copy)]
pub(super) struct Sample<'n, 'a> {
    pub(super) name: &'n Ident,
    pub(super) ty: &'a Type,
    pub(super) example: Option<&'a Value>,
}

/// A field of a body, and its role.
pub(super) struct BodyField<'a> {
    pub(super) target: Target<'a>,
    /// The name of the argument or the setter.
    pub(super) name: Ident,
    /// `None` if it is not set.
    pub(super) role: Option<&'a FieldRole>,
}

impl<'a> BodyField<'a> {
    /// Returns the value for an example.
    pub(super) fn sample(&self) -> Sample<'_, 'a> {
        Sample {
            name: &self.name,
            ty: self.target.ty.unboxed(),
            example: self.target.example,
        }
    }
}

/// Returns all fields of the body's struct, in order.
pub(super) fn body_fields<'a>(body: &'a Body, api: &'a Api) -> Vec<BodyField<'a>> {
    let Some(shape) = shape(body, api) else {
        return Vec::new();
    };
    let offered = body.fields.iter().map(|field| (field.position, field));
    let offered: BTreeMap<_, _> = offered.collect();
    let fields = (0..shape.fields.len()).map(Some);
    let rest = shape.rest.iter().map(|_| None);
    fields
        .chain(rest)
        .filter_map(|position| {
            let target = Target::at(position, shape)?;
            let field = offered.get(&position);
            Some(BodyField {
                target,
                name: ident(field.map_or(target.name, |field| &field.name)),
                role: field.map(|field| &field.role),
            })
        })
        .collect()
}

/// Returns the body's struct.
fn shape<'a>(body: &Body, api: &'a Api) -> Option<&'a Struct> {
    api.ty(body.ty.named()?)?.as_struct()
}

/// Returns the values of the arguments or the setters of an operation.
pub(super) fn given<'a>(
    inputs: &[Input],
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
                    example: parameter.example.as_ref(),
                    docs: &parameter.docs,
                    deprecated: parameter.deprecated.as_ref(),
                    target: InputTarget::Parameter {
                        required: parameter.required,
                    },
                })
            }
            Input::Body => {
                let body = operation.body.as_ref()?;
                Some(Given {
                    name: ident("body"),
                    ty: &body.ty,
                    example: None,
                    docs: &body.docs,
                    deprecated: None,
                    target: InputTarget::Body,
                })
            }
            Input::BodyField(position) => {
                let body = operation.body.as_ref()?;
                let field = body.fields.get(*position)?;
                let target = Target::at(field.position, shape(body, api)?)?;
                Some(Given {
                    name: ident(&field.name),
                    ty: target.ty,
                    example: target.example,
                    docs: target.docs,
                    deprecated: target.deprecated,
                    target: InputTarget::BodyField(target),
                })
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use api::{Rest, Shape};

    use super::super::samples;
    use super::*;

    #[test]
    fn a_body_has_all_fields_of_its_struct_and_the_map_of_others() {
        let field = samples::field("name", Type::String, Presence::Required);
        let mut pet = samples::object("Pet", [field]);
        if let Shape::Struct(shape) = &mut pet.shape {
            shape.rest = Some(Rest {
                setter: "extra".to_owned(),
                name: "extra".to_owned(),
                ty: Type::JsonObject,
                docs: Docs::default(),
            });
        }
        let mut operation = samples::operation("add", &[]);
        samples::with_body(&mut operation, &pet);
        let api = samples::api([pet]);
        let body = operation.body.as_ref().expect("a body");
        let fields = body_fields(body, &api);
        let fields: Vec<_> = fields
            .iter()
            .map(|field| (field.name.to_string(), field.role))
            .collect();
        let expected = [
            ("name".to_owned(), Some(&FieldRole::Argument)),
            ("extra".to_owned(), None),
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn positions_that_do_not_exist_are_left_out() {
        let operation = samples::operation("add", &[]);
        let inputs = [Input::Parameter(0), Input::Body, Input::BodyField(0)];
        assert!(given(&inputs, &operation, &samples::api([])).is_empty());
    }
}
