//! Small models for tests of the rules, in the form that lowering produces.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use api::samples::{self, variant};
pub(crate) use api::samples::{named, parameter};
use api::{
    Api, Body, BodyEncoding, BodyField, Call, Constructor, Docs, Encoding, Enum, EnumValue, Field,
    FieldRole, Input, MOST_ARGUMENTS, Operation, Parameter, Presence, Response, Shape, Struct,
    Tagging, Type, TypeId, Union, Variant,
};

use crate::{Effect, Kind, compare};

/// An API of one operation, `GET /pets`, called `pets().get(…)`.
#[derive(Clone)]
pub(crate) struct Sample {
    parameters: Vec<Parameter>,
    body: Option<Type>,
    response: Response,
    types: BTreeMap<TypeId, Shape>,
    edits: Vec<Rc<Edit>>,
}

type Edit = dyn Fn(&mut Operation);

impl Default for Sample {
    fn default() -> Self {
        Self {
            parameters: Vec::new(),
            body: None,
            response: Response::Empty,
            types: BTreeMap::new(),
            edits: Vec::new(),
        }
    }
}

impl Sample {
    /// Adds a query parameter.
    pub(crate) fn parameter(mut self, name: &str, required: bool, ty: Type) -> Self {
        self.parameters.push(parameter(name, ty, required));
        self
    }

    /// Sets the type of the body.
    pub(crate) fn body(mut self, ty: Type) -> Self {
        self.body = Some(ty);
        self
    }

    /// Sets the type of the response.
    pub(crate) fn response(mut self, ty: Type) -> Self {
        self.response = Response::Json(ty);
        self
    }

    /// Adds a type.
    pub(crate) fn ty(mut self, name: &str, shape: Shape) -> Self {
        self.types.insert(TypeId::new(name), shape);
        self
    }

    /// Changes the operation before its call is decided.
    pub(crate) fn with(mut self, edit: impl Fn(&mut Operation) + 'static) -> Self {
        self.edits.push(Rc::new(edit));
        self
    }

    /// Returns the model.
    pub(crate) fn api(&self) -> Api {
        let mut operation = Operation {
            parameters: self.parameters.clone(),
            body: self.body.as_ref().map(|ty| self.operation_body(ty)),
            response: self.response.clone(),
            ..operation("pets", "get")
        };
        for edit in &self.edits {
            edit(&mut operation);
        }
        operation.call = call(&operation);
        let types = self.types.iter();
        let mut api =
            samples::api(types.map(|(id, shape)| samples::definition(id.as_str(), shape.clone())));
        api.operations.push(operation);
        finish(&mut api);
        api
    }

    fn operation_body(&self, ty: &Type) -> Body {
        let shape = ty.named().and_then(|id| self.types.get(id));
        let fields = match shape {
            Some(Shape::Struct(shape)) => &shape.fields[..],
            _ => &[],
        };
        let fields = fields
            .iter()
            .enumerate()
            .map(|(position, field)| BodyField {
                position: Some(position),
                name: field.name.clone(),
                role: match field.presence.is_required() {
                    true => FieldRole::Argument,
                    false => FieldRole::Setter,
                },
            });
        Body {
            encoding: BodyEncoding::Json(None),
            ty: ty.clone(),
            limits: api::Limits::default(),
            required: false,
            fields: fields.collect(),
            docs: Docs::default(),
        }
    }
}

/// Decides the call of an operation.
pub(crate) fn call(operation: &Operation) -> Call {
    let (required, optional): (Vec<usize>, Vec<usize>) =
        (0..operation.parameters.len()).partition(|index| operation.parameters[*index].required);
    let fields = operation.body.iter().flat_map(|body| &body.fields);
    let of_role = |role: FieldRole| -> Vec<usize> {
        let fields = fields.clone().enumerate();
        fields
            .filter(|(_, field)| field.role == role)
            .map(|(index, _)| index)
            .collect()
    };
    let is_whole = operation
        .body
        .as_ref()
        .is_some_and(|body| body.fields.is_empty());
    let inputs = |parameters: Vec<usize>, fields: Vec<usize>, body: bool| -> Vec<Input> {
        let parameters = parameters.into_iter().map(Input::Parameter);
        let fields = fields.into_iter().map(Input::BodyField);
        let body = body.then_some(Input::Body);
        parameters.chain(fields).chain(body).collect()
    };
    let arguments = inputs(required, of_role(FieldRole::Argument), is_whole);
    let has_setter = operation.body.is_some() && !is_whole;
    Call {
        arguments_struct: (arguments.len() > MOST_ARGUMENTS).then(|| "GetArguments".to_owned()),
        arguments,
        setters: inputs(optional, of_role(FieldRole::Setter), has_setter),
    }
}

/// Sets which types are sent, and their constructors.
fn finish(api: &mut Api) {
    let reached = |types: Vec<&Type>| -> BTreeSet<TypeId> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&TypeId> = types.into_iter().filter_map(Type::mentions).collect();
        while let Some(id) = open.pop() {
            if let Some(ty) = api.ty(id)
                && found.insert(id.clone())
            {
                open.extend(ty.parts().into_iter().filter_map(Type::mentions));
            }
        }
        found
    };
    let operations = || api.operations.iter();
    let parameters = operations().flat_map(|operation| &operation.parameters);
    let sent = parameters.map(|parameter| &parameter.ty);
    let bodies = operations().filter_map(|operation| operation.sent());
    let sent = reached(sent.chain(bodies).collect());
    let received = reached(operations().filter_map(|it| it.response.ty()).collect());
    for ty in api.types.values_mut() {
        ty.sent = sent.contains(&ty.id);
        ty.received = received.contains(&ty.id);
        if let Shape::Struct(shape) = &mut ty.shape {
            shape.constructor = constructor(shape);
        }
    }
}

fn constructor(shape: &Struct) -> Constructor {
    let fields = shape.fields.iter().enumerate();
    let required = fields.filter(|(_, field)| field.presence.is_required());
    let given: Vec<usize> = required.map(|(index, _)| index).collect();
    match given.is_empty() {
        true => Constructor::DerivedDefault,
        false => Constructor::New(given),
    }
}

/// Returns an operation without inputs and without a response.
pub(crate) fn operation(group: &str, method: &str) -> Operation {
    Operation {
        path: format!("/{group}"),
        ..samples::operation(method, &[group])
    }
}

/// A field for tests.
pub(crate) struct Made(Field);

/// Creates a required field.
pub(crate) fn field(name: &str, ty: Type) -> Made {
    Made(samples::field(name, ty, Presence::Required))
}

impl Made {
    pub(crate) fn optional(self) -> Self {
        self.edited(|field| field.presence = Presence::Optional)
    }

    pub(crate) fn docs(self, text: &str) -> Self {
        self.edited(|field| field.docs = Docs::page(text))
    }

    pub(crate) fn edited(mut self, edit: impl FnOnce(&mut Field)) -> Self {
        edit(&mut self.0);
        self
    }
}

/// Returns a struct with these fields.
pub(crate) fn record(fields: impl IntoIterator<Item = Made>) -> Shape {
    Shape::Struct(Struct {
        fields: fields.into_iter().map(|Made(field)| field).collect(),
        alternatives: Vec::new(),
        rest: None,
        encoding: Encoding::Json,
        constructor: Constructor::DerivedDefault,
    })
}

/// Returns an enumeration of these values.
pub(crate) fn open_enum(values: &[&str]) -> Shape {
    let is_taken = values.contains(&"unknown");
    let unknown = if is_taken { "Unrecognized" } else { "Unknown" };
    Shape::Enum(Enum {
        values: enum_values(values),
        unknown: unknown.to_owned(),
    })
}

fn enum_values(values: &[&str]) -> Vec<EnumValue> {
    let values = values.iter().map(|value| EnumValue {
        name: pascal(&value.to_lowercase()),
        value: (*value).to_owned(),
        docs: Docs::default(),
    });
    values.collect()
}

/// Returns a tagged union whose variants are named after their types.
pub(crate) fn tagged(property: &str, types: &[&str]) -> Shape {
    let variants = types.iter().map(|name| Variant {
        tags: vec![name.to_lowercase()],
        ..variant(name, named(name))
    });
    Shape::Union(Union {
        tagging: Tagging::Tagged(property.to_owned()),
        values: Vec::new(),
        variants: variants.collect(),
        unknown: "Unknown".to_owned(),
    })
}

/// Returns an untagged union.
pub(crate) fn untagged(types: &[Type]) -> Shape {
    untagged_with(&[], types)
}

/// Returns an untagged union that has variants without data.
pub(crate) fn untagged_with(values: &[&str], types: &[Type]) -> Shape {
    let variants = types
        .iter()
        .map(|ty| variant(&pascal(&ty.to_string()), ty.clone()));
    Shape::Union(Union {
        tagging: Tagging::Untagged,
        values: enum_values(values),
        variants: variants.collect(),
        unknown: "Unknown".to_owned(),
    })
}

fn pascal(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

/// Returns the changes from one API to the other, except for new types.
pub(crate) fn found(old: &Sample, new: &Sample) -> Vec<(Kind, Effect, String)> {
    compare(&old.api(), &new.api())
        .into_iter()
        .filter(|change| change.kind != Kind::TypeAdded)
        .map(|change| (change.kind, change.effect, change.what.to_string()))
        .collect()
}

/// Checks that exactly one change is found.
#[track_caller]
pub(crate) fn finds(old: &Sample, new: &Sample, kind: Kind, effect: Effect, what: &str) {
    assert_eq!(found(old, new), [(kind, effect, what.to_owned())]);
}
