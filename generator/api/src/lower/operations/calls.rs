//! How the values of a call are given: required ones are arguments, optional ones are
//! setters. The fields of a body are given one by one, unless they are too many.

use std::collections::BTreeMap;

use ::names::Scope;

use super::bodies::ChosenBody;
use super::names::prefixed;
use crate::lower::warnings::OperationWarnings;
use crate::{
    Body, BodyField, Call, Constant, Field, FieldRole, Input, MOST_ARGUMENTS, Parameter, Struct,
    Type, TypeDef, TypeId,
};

/// What a request is made of.
pub(super) struct Values<'a> {
    pub(super) parameters: &'a [Parameter],
    pub(super) body: Option<ChosenBody>,
    /// Properties of the body that the operation sets itself.
    pub(super) sets: &'a [(String, bool)],
    /// The names that are taken on the request.
    pub(super) names: Scope,
    /// The struct for the arguments, if there are more than a method takes.
    pub(super) arguments_struct: String,
}

impl Values<'_> {
    /// Returns the body with its fields, and how the values are given.
    pub(super) fn given(
        mut self,
        id: &str,
        types: &BTreeMap<TypeId, TypeDef>,
        warnings: &mut OperationWarnings<'_>,
    ) -> (Option<Body>, Call) {
        let body = self.body.take();
        let shape = body.as_ref().and_then(|body| fields_of(&body.ty, types));
        let targets: Vec<Target<'_>> = shape.into_iter().flat_map(Target::all).collect();
        let is_whole = body.is_some() && self.is_given_whole(&targets);
        let fields: Vec<BodyField> = targets
            .iter()
            .map(|target| BodyField {
                position: target.position,
                name: self.names.claim(prefixed("body_", target.name)),
                role: self.role(target, is_whole),
            })
            .collect();
        self.check_sets(id, &targets, warnings);
        let call = self.call(&fields, body.as_ref().map(|_| is_whole));
        let body = body.map(|body| Body {
            encoding: body.encoding,
            ty: body.ty,
            required: body.required,
            fields,
            docs: body.docs,
        });
        (body, call)
    }

    /// Returns `true` if a caller gives the body as a whole: it has no fields, or more
    /// would be arguments than a method takes.
    fn is_given_whole(&self, targets: &[Target<'_>]) -> bool {
        let parameters = self.parameters.iter();
        let required = parameters.filter(|parameter| parameter.required).count();
        let is_argument =
            |target: &&Target<'_>| target.is_required() && self.constant(target).is_none();
        let arguments = required + targets.iter().filter(is_argument).count();
        targets.is_empty() || arguments > MOST_ARGUMENTS
    }

    fn role(&self, target: &Target<'_>, body_is_given: bool) -> FieldRole {
        match self.constant(target) {
            Some((value, forced)) => FieldRole::Constant { value, forced },
            None if target.is_required() && !body_is_given => FieldRole::Argument,
            None => FieldRole::Setter,
        }
    }

    /// Returns the value that the operation gives a field, and whether a whole body of
    /// the caller gets it as well.
    fn constant(&self, target: &Target<'_>) -> Option<(Constant, bool)> {
        let field = target.field?;
        let mut sets = self.sets.iter();
        if let Some((_, value)) = sets.find(|(name, _)| is_set(field, name)) {
            return Some((Constant::Bool(*value), true));
        }
        let constant = field.constant.clone();
        constant
            .filter(|_| field.presence.is_required())
            .map(|constant| (constant, false))
    }

    fn check_sets(&self, id: &str, targets: &[Target<'_>], warnings: &mut OperationWarnings<'_>) {
        for (name, _) in self.sets {
            let mut fields = targets.iter().filter_map(|target| target.field);
            if !fields.any(|field| is_set(field, name)) {
                warnings.advise(
                    format!(
                        "`{id}` does not set the field `{name}` of its body, which has no fields \
                         here"
                    ),
                    "set it in the body that the call is given",
                );
            }
        }
    }

    /// Returns how the values are given; `body` says whether the body is given as a
    /// whole.
    fn call(self, fields: &[BodyField], body: Option<bool>) -> Call {
        let parameters = |required: bool| {
            let parameters = self.parameters.iter().enumerate();
            parameters
                .filter(move |(_, parameter)| parameter.required == required)
                .map(|(position, _)| Input::Parameter(position))
        };
        let fields = |role: FieldRole| {
            let fields = fields.iter().enumerate();
            fields
                .filter(move |(_, field)| field.role == role)
                .map(|(position, _)| Input::BodyField(position))
        };
        let whole = |is_whole: bool| (body == Some(is_whole)).then_some(Input::Body);
        let arguments: Vec<Input> = parameters(true)
            .chain(whole(true))
            .chain(fields(FieldRole::Argument))
            .collect();
        let setters = parameters(false)
            .chain(fields(FieldRole::Setter))
            .chain(whole(false))
            .collect();
        let is_struct = arguments.len() > MOST_ARGUMENTS;
        Call {
            arguments,
            arguments_struct: is_struct.then_some(self.arguments_struct),
            setters,
        }
    }
}

/// A field of the struct that is the body, or the map of its other properties.
struct Target<'a> {
    name: &'a str,
    /// The position of the field.
    position: Option<usize>,
    field: Option<&'a Field>,
}

impl<'a> Target<'a> {
    fn all(shape: &'a Struct) -> impl Iterator<Item = Self> {
        let fields = shape.fields.iter().enumerate();
        let fields = fields.map(|(position, field)| Self {
            name: &field.name,
            position: Some(position),
            field: Some(field),
        });
        fields.chain(shape.rest.iter().map(|rest| Self {
            name: &rest.name,
            position: None,
            field: None,
        }))
    }

    fn is_required(&self) -> bool {
        self.field.is_some_and(|field| field.presence.is_required())
    }
}

/// Returns the struct that a body is.
fn fields_of<'a>(ty: &Type, types: &'a BTreeMap<TypeId, TypeDef>) -> Option<&'a Struct> {
    match ty {
        Type::Named(id) => types.get(id)?.as_struct(),
        _ => None,
    }
}

/// Returns `true` if an operation that sets the property `name` sets this field.
fn is_set(field: &Field, name: &str) -> bool {
    field.wire == name && field.ty == Type::Bool
}
