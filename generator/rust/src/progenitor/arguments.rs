//! The arguments of raw functions: their order and their types.

use api::{Body, BodyEncoding, Location, Operation, Parameter, Type};
use names::{argument_name, snake_case};
use proc_macro2::TokenStream;
use quote::quote;

use crate::Imports;
use crate::format::ident;
use crate::ty::{self, From};

/// Returns the parameters in the order of the raw function's arguments: path parameters in the
/// order of the path, then query parameters, and then headers and cookies, each sorted by name. The
/// body is the last argument.
pub(crate) fn raw_parameters(operation: &Operation) -> Vec<&Parameter> {
    let mut parameters: Vec<&Parameter> = operation.parameters.iter().collect();
    parameters.sort_by_cached_key(|parameter| match parameter.location {
        Location::Path => {
            let place = operation.path.find(&format!("{{{}}}", parameter.wire));
            (0, place.unwrap_or(usize::MAX), String::new())
        }
        Location::Query => (1, 0, known_name(parameter)),
        // A cookie is a header in progenitor's input.
        Location::Header | Location::Cookie => (2, 0, known_name(parameter)),
    });
    parameters
}

/// Returns the name of a parameter in progenitor's input: its name on the wire if the argument has
/// the same name, and otherwise the name of the argument.
pub(crate) fn known_name(parameter: &Parameter) -> String {
    let Parameter { argument, wire, .. } = parameter;
    // progenitor prefixes a name that begins with a digit with an underscore.
    let begins_alike = snake_case(wire).starts_with(char::is_alphabetic);
    if begins_alike && argument_name(wire) == *argument {
        wire.clone()
    } else {
        argument.clone()
    }
}

/// Returns the arguments of a raw function, after `self`.
pub(super) fn arguments(operation: &Operation, imports: &mut Imports) -> Vec<TokenStream> {
    let mut arguments: Vec<TokenStream> = raw_parameters(operation)
        .into_iter()
        .map(|parameter| {
            let name = ident(&parameter.argument);
            if parameter.is_styled {
                return match parameter.location {
                    Location::Path => {
                        imports.runtime("PathParam");
                        quote!(#name: PathParam)
                    }
                    // An empty list is not sent, even if it is required.
                    _ => quote!(#name: Option<String>),
                };
            }
            let ty = match is_written_as_time(parameter) {
                true => {
                    imports.runtime("Rfc3339");
                    quote!(Rfc3339)
                }
                false => borrowed(&parameter.ty, imports),
            };
            if parameter.required {
                quote!(#name: #ty)
            } else {
                quote!(#name: Option<#ty>)
            }
        })
        .collect();
    if let Some(body) = &operation.body {
        let ty = body_type(body, imports);
        arguments.push(quote!(body: #ty));
    }
    arguments
}

/// Returns `true` if a parameter is a time that progenitor's statements would write with `Display`,
/// which is not RFC 3339.
pub(crate) fn is_written_as_time(parameter: &Parameter) -> bool {
    let is_displayed = parameter.location != Location::Query && !parameter.is_styled;
    parameter.ty == Type::DateTime && is_displayed
}

/// Returns the type of the argument `body`. It is always a reference, because the statements of
/// progenitor pass a reference to it.
fn body_type(body: &Body, imports: &mut Imports) -> TokenStream {
    match (&body.encoding, &body.ty) {
        (BodyEncoding::Multipart, _) => {
            imports.runtime("Form");
            quote!(&Form)
        }
        (_, ty @ (Type::String | Type::List(_))) => borrowed(ty, imports),
        (_, ty) => {
            let ty = ty::tokens(ty, From::Elsewhere, imports);
            quote!(&#ty)
        }
    }
}

/// Returns the type of an argument: a reference, except for numbers and booleans.
fn borrowed(ty: &Type, imports: &mut Imports) -> TokenStream {
    match ty {
        Type::Bool | Type::Int(_) | Type::Float(_) => ty::tokens(ty, From::Elsewhere, imports),
        Type::String => quote!(&str),
        Type::List(item) => {
            let item = ty::tokens(item, From::Elsewhere, imports);
            quote!(&[#item])
        }
        Type::Nullable(inner) => {
            let inner = borrowed(inner, imports);
            quote!(Option<#inner>)
        }
        _ => {
            let ty = ty::tokens(ty, From::Elsewhere, imports);
            quote!(&#ty)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progenitor::samples::{body, list, named, operation, parameter};

    #[test]
    fn arguments_follow_the_path_and_then_the_names() {
        let mut operation = operation("/a/{second}/{first}");
        operation.parameters = vec![
            parameter(Location::Header, "X-B"),
            parameter(Location::Header, "X-A"),
            parameter(Location::Query, "page_size"),
            parameter(Location::Path, "first"),
            parameter(Location::Query, "pageToken"),
            parameter(Location::Path, "second"),
        ];
        let order: Vec<&str> = raw_parameters(&operation)
            .into_iter()
            .map(|parameter| parameter.wire.as_str())
            .collect();
        let expected = ["second", "first", "pageToken", "page_size", "X-A", "X-B"];
        assert_eq!(order, expected);
    }

    #[test]
    fn numbers_are_taken_by_value_and_all_else_by_reference() {
        let mut imports = Imports::default();
        for (ty, expected) in [
            (Type::Bool, quote!(bool)),
            (Type::Int(api::IntKind::U64), quote!(u64)),
            (Type::Float(api::FloatKind::F64), quote!(f64)),
            (Type::String, quote!(&str)),
            (Type::Date, quote!(&NaiveDate)),
            (Type::DateTime, quote!(&DateTime<Utc>)),
            (Type::Json, quote!(&serde_json::Value)),
            (Type::File, quote!(&Upload)),
            (named("Pet"), quote!(&types::Pet)),
            (list(Type::String), quote!(&[String])),
            (list(list(named("Pet"))), quote!(&[Vec<types::Pet>])),
            (
                Type::Map(Box::new(Type::Bool)),
                quote!(&BTreeMap<String, bool>),
            ),
            (Type::Nullable(Box::new(Type::String)), quote!(Option<&str>)),
        ] {
            let tokens = borrowed(&ty, &mut imports);
            assert_eq!(tokens.to_string(), expected.to_string());
        }
        let imports = imports.text();
        assert!(imports.contains("use crate::types;\n"), "{imports}");
    }

    #[test]
    fn a_multipart_body_is_a_form() {
        let mut operation = operation("/pets");
        operation.body = Some(body(BodyEncoding::Multipart, named("Pet")));
        let arguments = arguments(&operation, &mut Imports::default());
        let [argument] = &arguments[..] else {
            panic!("one argument was expected: {arguments:?}");
        };
        assert_eq!(argument.to_string(), quote!(body: &Form).to_string());
    }

    #[test]
    fn every_other_body_is_a_reference() {
        for (ty, expected) in [
            (Type::Bool, quote!(body: &bool)),
            (Type::String, quote!(body: &str)),
            (list(Type::Bool), quote!(body: &[bool])),
            (
                Type::Nullable(Box::new(named("Pet"))),
                quote!(body: &Option<types::Pet>),
            ),
        ] {
            let mut operation = operation("/pets");
            operation.body = Some(body(BodyEncoding::Json(None), ty));
            let arguments = arguments(&operation, &mut Imports::default());
            let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
            assert_eq!(arguments, [expected.to_string()]);
        }
    }

    #[test]
    fn a_styled_value_is_taken_as_its_text() {
        let mut operation = operation("/pets/{ids}");
        let mut ids = parameter(Location::Path, "ids");
        let mut session = parameter(Location::Cookie, "session");
        for parameter in [&mut ids, &mut session] {
            parameter.is_styled = true;
            parameter.ty = list(Type::DateTime);
        }
        operation.parameters = vec![ids, session];
        let arguments = arguments(&operation, &mut Imports::default());
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        let expected = [quote!(ids: PathParam), quote!(session: Option<String>)];
        assert_eq!(arguments, expected.map(|tokens| tokens.to_string()));
    }

    #[test]
    fn a_time_is_written_as_in_bodies() {
        let mut operation = operation("/pets/{at}");
        let mut at = parameter(Location::Path, "at");
        let mut since = parameter(Location::Query, "since");
        let mut until = parameter(Location::Header, "until");
        for parameter in [&mut at, &mut since, &mut until] {
            parameter.ty = Type::DateTime;
        }
        until.required = false;
        operation.parameters = vec![at, since, until];
        let arguments = arguments(&operation, &mut Imports::default());
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        let expected = [
            quote!(at: Rfc3339),
            quote!(since: &DateTime<Utc>),
            quote!(until: Option<Rfc3339>),
        ];
        assert_eq!(arguments, expected.map(|tokens| tokens.to_string()));
    }

    #[test]
    fn progenitor_knows_a_parameter_by_a_name_that_leads_to_its_argument() {
        for (wire, argument, known) in [
            ("pet-id", "pet_id", "pet-id"),
            ("type", "type_", "type"),
            ("id", "id_2", "id_2"),
            ("2fa", "x2fa", "x2fa"),
        ] {
            let mut parameter = parameter(Location::Query, wire);
            parameter.argument = argument.to_owned();
            assert_eq!(known_name(&parameter), known);
        }
    }
}
