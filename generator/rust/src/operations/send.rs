//! The methods that send a request.

use api::{BodyEncoding, FieldRole, Operation};
use proc_macro2::TokenStream;
use quote::quote;

use super::method::constant;
use super::{Context, docs, inputs};
use crate::Imports;
use crate::format::ident;
use crate::progenitor::arguments::raw_parameters;
use crate::ty;
use crate::value;

/// Returns the methods that send the request.
pub(super) fn methods(
    operation: &Operation,
    context: &Context<'_>,
    imports: &mut Imports,
) -> TokenStream {
    let docs = docs::send(operation).attributes();
    let response = ty::response(&operation.response, imports);
    let forced = forced(operation, context);
    let receiver = match forced.is_empty() {
        true => quote!(self),
        false => quote!(mut self),
    };
    let function = ident(&operation.function);
    let passed = passed(operation);
    quote! {
        #docs
        pub fn send(self) -> Sending<#response> {
            self.send_with_response().into_body()
        }
        /// Sends the request and returns the body with its status and headers.
        ///
        /// # Errors
        ///
        /// See [`Error`](crate::Error).
        pub fn send_with_response(#receiver) -> SendingWithResponse<#response> {
            #forced
            self.client
                .raw()
                .with_options(&self.call_options)
                .#function(#(#passed),*)
        }
    }
}

/// Returns the statements that set fields of a whole body that the caller gives.
fn forced(operation: &Operation, context: &Context<'_>) -> TokenStream {
    let body = operation.body.iter();
    let fields = body.flat_map(|body| inputs::body_fields(body, context.api));
    fields
        .filter_map(|field| match field.role? {
            FieldRole::Constant {
                value,
                forced: true,
            } => {
                let value = constant(value, &field.target);
                let field = ident(field.target.name);
                Some(quote!(self.body.#field = #value;))
            }
            _ => None,
        })
        .collect()
}

/// Returns the arguments of the raw function.
fn passed(operation: &Operation) -> Vec<TokenStream> {
    let parameters = raw_parameters(operation).into_iter().map(|parameter| {
        let name = ident(&parameter.name);
        value::pass(&parameter.ty, &quote!(self.#name), !parameter.required)
    });
    let body = operation.body.iter().map(|body| match body.encoding {
        // The raw function takes the text itself.
        BodyEncoding::Text(_) => quote!(self.body),
        _ => value::pass(&body.ty, &quote!(self.body), false),
    });
    parameters.chain(body).collect()
}

#[cfg(test)]
mod tests {
    use api::{Location, Parameter, Type};

    use super::super::samples;
    use super::*;

    #[test]
    fn values_are_passed_in_the_order_of_the_raw_function() {
        let mut operation = samples::operation("list", &["pets"]);
        operation.path = "/pets/{second}/{first}".to_owned();
        let at = |location, name, required| Parameter {
            location,
            ..samples::parameter(name, Type::String, required)
        };
        let parameters = vec![
            at(Location::Header, "a", false),
            at(Location::Path, "first", true),
            at(Location::Query, "c", false),
            at(Location::Query, "b", true),
            at(Location::Path, "second", true),
        ];
        samples::with_parameters(&mut operation, parameters);
        let passed: Vec<String> = passed(&operation).iter().map(ToString::to_string).collect();
        let expected = [
            quote!(&self.second),
            quote!(&self.first),
            quote!(&self.b),
            quote!(self.c.as_deref()),
            quote!(self.a.as_deref()),
        ];
        assert_eq!(passed, expected.map(|tokens| tokens.to_string()));
    }

    #[test]
    fn a_text_is_passed_by_value() {
        let mut operation = samples::operation("import", &["pets"]);
        samples::with_body(&mut operation, &samples::object("Pet", []));
        let body = operation.body.as_mut().expect("a body");
        body.encoding = BodyEncoding::Text(None);
        body.ty = Type::String;
        let passed: Vec<String> = passed(&operation).iter().map(ToString::to_string).collect();
        assert_eq!(passed, [quote!(self.body).to_string()]);
    }
}
