//! The methods that send a request.

use api::{FieldRole, Location, Operation, Parameter, Presence, Response};
use proc_macro2::TokenStream;
use quote::quote;

use super::method::constant;
use super::{Context, connect, description, docs, form, inputs};
use crate::Imports;
use crate::documentation::Documentation;
use crate::format::ident;
use crate::progenitor::arguments::{is_written_as_time, raw_parameters};
use crate::ty;
use crate::value;

/// Returns the methods that send the request, or open its channel.
pub(super) fn methods(
    operation: &Operation,
    context: &Context<'_>,
    imports: &mut Imports,
) -> TokenStream {
    let docs = docs::send(operation, context.links).attributes();
    let decode = match &operation.response {
        Response::Channel(channel) => return connect::methods(channel, &docs),
        Response::Empty => "empty",
        Response::Json(_) => "json",
        Response::Text => "text",
        Response::Bytes => "bytes",
        Response::Events { .. } => "events",
    };
    let decode = ident(decode);
    imports.runtime("Sending");
    imports.runtime("SendingWithResponse");
    let response = ty::response(&operation.response, imports);
    let is_whole = matches!(
        operation.response,
        Response::Empty | Response::Json(_) | Response::Text
    );
    let send_as = is_whole.then(send_as);
    let send_blocking = send_blocking(operation, &response);
    quote! {
        #docs
        pub fn send(self) -> Sending<#response> {
            self.send_with_response().into_body()
        }
        #send_blocking
        /// Sends the request and returns the body with its status and headers.
        ///
        /// # Errors
        ///
        /// See [`Error`](crate::Error).
        pub fn send_with_response(self) -> SendingWithResponse<#response> {
            self.prepare().#decode()
        }
        #send_as
    }
}

/// Returns the blocking method.
fn send_blocking(operation: &Operation, response: &TokenStream) -> TokenStream {
    let iterated = quote!(Ok(self.send().wait()?.into_blocking()));
    let (docs, output, sent) = match operation.response {
        Response::Bytes => (
            "[`send`](Self::send) for programs that do not use async. The body is a reader.",
            quote!(crate::ByteReader),
            iterated,
        ),
        Response::Events { .. } => (
            "[`send`](Self::send) for programs that do not use async. The events are an iterator.",
            quote!(crate::Blocking<#response>),
            iterated,
        ),
        _ => (
            "[`send`](Self::send) for programs that do not use async.",
            response.clone(),
            quote!(self.send().wait()),
        ),
    };
    let docs = Documentation::new().text(docs).attributes();
    quote! {
        #docs
        #[cfg(feature = "blocking")]
        pub fn send_blocking(self) -> Result<#output, crate::Error> {
            #sent
        }
    }
}

/// Returns the method that decodes a response as another type.
fn send_as() -> TokenStream {
    quote! {
        /// Sends the request and decodes the JSON of the response as another type.
        ///
        /// # Errors
        ///
        /// See [`Error`](crate::Error).
        pub fn send_as<T: serde::de::DeserializeOwned>(self) -> Sending<T> {
            Request::send_as(self)
        }
    }
}

/// Returns the trait implementations that all requests have.
pub(super) fn traits(
    operation: &Operation,
    context: &Context<'_>,
    imports: &mut Imports,
) -> TokenStream {
    for name in ["Call", "Operation", "PreparedCall", "Sealed"] {
        imports.runtime(name);
    }
    let request = ident(&operation.request);
    let send = operation.response.channel().is_none().then(|| {
        imports.runtime("Request");
        let output = ty::response(&operation.response, imports);
        quote! {
            impl Request for #request {
                type Output = #output;
                fn send_with_response(self) -> SendingWithResponse<Self::Output> {
                    Self::send_with_response(self)
                }
            }
        }
    });
    let description = description::operation(operation, imports);
    let forced = forced(operation, context);
    let receiver = match forced.is_empty() {
        true => quote!(self),
        false => quote!(mut self),
    };
    let form = form::statement(operation, context, imports);
    let function = ident(&operation.function);
    let passed = passed(operation, form.is_some(), imports);
    let build = quote!(raw.#function(#(#passed),*));
    let checks = checks(operation, context);
    let build = match (&form, checks.is_empty()) {
        (None, true) => build,
        _ => quote!({ #checks #form #build }),
    };
    quote! {
        impl Sealed for #request {
            fn prepare(#receiver) -> PreparedCall {
                const OPERATION: Operation = #description;
                #forced
                let call = Call::new(&self.client, &OPERATION, &self.call_options);
                call.prepare(move |raw| #build)
            }
        }
        #send
    }
}

/// Returns the statements that set constant fields in a whole body from the caller.
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

/// Returns the statements that check that a body has one of several properties.
fn checks(operation: &Operation, context: &Context<'_>) -> TokenStream {
    let body = operation.body.iter();
    let groups = body.flat_map(|body| context.api.alternatives(body));
    let checks = groups.map(|group| {
        let alternatives = group.iter().map(|fields| {
            let fields = fields.iter().map(|field| {
                let (name, wire) = (ident(&field.name), &field.wire);
                match field.presence {
                    Presence::EmptyWhenAbsent => quote!((#wire, !self.body.#name.is_empty())),
                    _ => quote!((#wire, self.body.#name.is_some())),
                }
            });
            quote!(&[#(#fields),*])
        });
        quote!(self.call_options.require_any(&[#(#alternatives),*])?;)
    });
    checks.collect()
}

/// Returns the arguments of the raw function.
fn passed(operation: &Operation, has_form: bool, imports: &mut Imports) -> Vec<TokenStream> {
    let mut passed = Vec::new();
    for parameter in raw_parameters(operation) {
        let name = ident(&parameter.name);
        if parameter.is_styled {
            passed.push(styled(parameter, imports));
            continue;
        }
        passed.push(match is_written_as_time(parameter) {
            true => {
                imports.runtime("Rfc3339");
                match parameter.required {
                    true => quote!(Rfc3339(self.#name)),
                    false => quote!(self.#name.map(Rfc3339)),
                }
            }
            false => value::pass(&parameter.ty, &quote!(self.#name), !parameter.required),
        });
    }
    if operation.body.is_some() {
        passed.push(match has_form {
            true => quote!(&form),
            false => quote!(&self.body),
        });
    }
    passed
}

/// Returns the text of a parameter that the runtime writes in its style.
fn styled(parameter: &Parameter, imports: &mut Imports) -> TokenStream {
    let (name, wire) = (ident(&parameter.name), &parameter.wire);
    let style = description::style(parameter.style, imports);
    let function = match parameter.location {
        Location::Path => {
            imports.runtime("PathParam");
            return quote!(PathParam::new(#wire, &self.#name, #style)?);
        }
        Location::Cookie => "cookie_param",
        _ => "header_param",
    };
    imports.runtime(function);
    let function = ident(function);
    quote!(#function(#wire, &self.#name, #style)?)
}

#[cfg(test)]
mod tests {
    use api::{Style, Type};

    use super::super::samples;
    use super::*;
    use crate::links::Links;

    #[test]
    fn a_blocking_call_returns_what_can_be_iterated_over_without_async() {
        let method = |response, ty: &TokenStream| {
            let mut operation = samples::operation("list", &["pets"]);
            operation.response = response;
            send_blocking(&operation, ty).to_string()
        };
        let json = method(Response::Json(samples::named("Pet")), &quote!(types::Pet));
        let expected = quote! {
            pub fn send_blocking(self) -> Result<types::Pet, crate::Error> {
                self.send().wait()
            }
        };
        assert!(json.contains(&expected.to_string()), "{json}");
        let bytes = method(Response::Bytes, &quote!(ByteStream));
        let expected = quote! {
            pub fn send_blocking(self) -> Result<crate::ByteReader, crate::Error> {
                Ok(self.send().wait()?.into_blocking())
            }
        };
        assert!(bytes.contains(&expected.to_string()), "{bytes}");
    }

    #[test]
    fn one_of_several_properties_is_required() {
        let optional = |name| samples::field(name, Type::String, Presence::Optional);
        let tags = samples::field(
            "tags",
            samples::list(&Type::String),
            Presence::EmptyWhenAbsent,
        );
        let mut pet = samples::object("Pet", [optional("a"), optional("b"), tags]);
        if let api::Shape::Struct(shape) = &mut pet.shape {
            shape.alternatives = vec![vec![vec![0, 1], vec![2]]];
        }
        let mut operation = samples::operation("add", &["pets"]);
        samples::with_body(&mut operation, &pet);
        let (api, links) = (samples::api([pet]), Links::default());
        let context = Context {
            api: &api,
            library: "pets",
            links: &links,
        };
        let expected = quote! {
            self.call_options.require_any(&[
                &[("a", self.body.a.is_some()), ("b", self.body.b.is_some())],
                &[("tags", !self.body.tags.is_empty())]
            ])?;
        };
        assert_eq!(
            checks(&operation, &context).to_string(),
            expected.to_string()
        );
        if let Some(body) = &mut operation.body {
            body.required = false;
        }
        assert!(checks(&operation, &context).is_empty());
    }

    #[test]
    fn a_styled_value_is_passed_as_its_text() {
        let mut ids = samples::parameter("ids", samples::list(&Type::String), true);
        ids.is_styled = true;
        ids.style = Style::Label { explode: true };
        for (location, expected) in [
            (
                Location::Path,
                quote!(PathParam::new("ids", &self.ids, Style::LabelExploded)?),
            ),
            (
                Location::Header,
                quote!(header_param("ids", &self.ids, Style::LabelExploded)?),
            ),
            (
                Location::Cookie,
                quote!(cookie_param("ids", &self.ids, Style::LabelExploded)?),
            ),
        ] {
            ids.location = location;
            let tokens = styled(&ids, &mut Imports::default());
            assert_eq!(tokens.to_string(), expected.to_string());
        }
    }

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
        let passed = passed(&operation, false, &mut Imports::default());
        let passed: Vec<String> = passed.iter().map(ToString::to_string).collect();
        let expected = [
            quote!(&self.second),
            quote!(&self.first),
            quote!(&self.b),
            quote!(self.c.as_deref()),
            quote!(self.a.as_deref()),
        ];
        assert_eq!(passed, expected.map(|tokens| tokens.to_string()));
    }
}
