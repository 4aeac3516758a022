//! Small models for tests of raw functions.

use api::{Api, Body, BodyEncoding, Docs, Location, Operation, Parameter, Type};

use crate::operations::samples;

pub(super) use crate::operations::samples::named;

/// Returns an API with these operations.
pub(super) fn api(operations: impl IntoIterator<Item = Operation>) -> Api {
    samples::with_operations([], operations)
}

/// Returns the operation `do_it`, a `GET` without a response body.
pub(super) fn operation(path: &str) -> Operation {
    Operation {
        path: path.to_owned(),
        ..samples::operation("do_it", &[])
    }
}

/// Returns a required string parameter.
pub(super) fn parameter(location: Location, wire: &str) -> Parameter {
    Parameter {
        wire: wire.to_owned(),
        location,
        ..samples::parameter(&names::argument_name(wire), Type::String, true)
    }
}

/// Returns a required body.
pub(super) fn body(encoding: BodyEncoding, ty: Type) -> Body {
    Body {
        encoding,
        ty,
        limits: api::Limits::default(),
        required: true,
        fields: Vec::new(),
        docs: Docs::default(),
    }
}

/// Returns the type of a list.
pub(super) fn list(item: Type) -> Type {
    Type::List(Box::new(item))
}
