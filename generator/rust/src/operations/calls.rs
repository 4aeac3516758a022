//! Calls of operations with example values, for the tests and examples of a crate.

use std::collections::BTreeSet;

use api::{Api, Operation, Type};
use proc_macro2::TokenStream;

pub(crate) use super::literal::Purpose;

use super::inputs::Sample;
use super::literal::Literals;
use super::{Context, docs, inputs};
use crate::format::ident;
use crate::links::Links;

/// A call of an operation with literal arguments.
pub(crate) struct ExampleCall<'a> {
    pub(crate) operation: &'a Operation,
    /// The request, before it is sent. The client is the variable `client`.
    pub(crate) tokens: TokenStream,
    /// The call, and the use of its response.
    pub(crate) statements: TokenStream,
    /// The names of the crate that it uses.
    pub(crate) names: BTreeSet<&'static str>,
}

impl<'a> ExampleCall<'a> {
    /// Returns the call of an operation, or `None` if an argument cannot be written as an expression.
    pub(crate) fn of(
        operation: &'a Operation,
        api: &Api,
        library: &str,
        purpose: Purpose,
    ) -> Option<Self> {
        let links = Links::default();
        let context = Context {
            api,
            library,
            links: &links,
        };
        let given = inputs::given(&operation.call.arguments, operation, api);
        let example = docs::example(operation, &given, &context, purpose);
        Some(Self {
            operation,
            tokens: example.written_call()?,
            statements: example.statements(),
            names: example.names().clone(),
        })
    }
}

/// Returns a value of a type, or `None` if it cannot be written as an expression. Collects the names
/// that the value uses.
pub(crate) fn value(
    ty: &Type,
    api: &Api,
    names: &mut BTreeSet<&'static str>,
) -> Option<TokenStream> {
    let purpose = Purpose::Test;
    let (name, example) = (&ident("value"), None);
    Literals {
        api,
        names,
        purpose,
    }
    .exact(Sample { name, ty, example })
}
