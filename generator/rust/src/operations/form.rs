//! The multipart form of a request.

use api::{BodyEncoding, Field, Operation, Type, TypeDef};
use proc_macro2::TokenStream;
use quote::quote;

use super::Context;
use crate::Imports;
use crate::format::ident;

/// Returns the statement that converts the body to a form. Without described fields, the body
/// already is a form.
pub(super) fn statement(
    operation: &Operation,
    context: &Context<'_>,
    imports: &mut Imports,
) -> Option<TokenStream> {
    let body = operation.body.as_ref()?;
    if body.encoding != BodyEncoding::Multipart || body.ty == Type::Form {
        return None;
    }
    imports.runtime("Form");
    let definition = body.ty.named().and_then(|name| context.api.ty(name));
    let fields = definition.map(TypeDef::fields).unwrap_or_default();
    let fields = sent(fields);
    Some(quote!(let form = Form::new() #(#fields)*;))
}

/// Returns the calls that add the fields of requests.
fn sent(fields: &[Field]) -> impl Iterator<Item = TokenStream> {
    fields.iter().filter(|field| !field.read_only).map(field)
}

/// Returns the call that adds a field to a form.
fn field(field: &Field) -> TokenStream {
    let (name, wire) = (ident(&field.name), &field.wire);
    let is_option = field.presence.is_option();
    let is_list_of_files = matches!(&field.ty, Type::List(item) if **item == Type::File);
    match &field.ty {
        Type::File if !is_option => quote!(.file(#wire, &self.body.#name)),
        Type::File => quote!(.files(#wire, &self.body.#name)),
        _ if is_list_of_files && is_option => {
            quote!(.files(#wire, self.body.#name.iter().flatten()))
        }
        _ if is_list_of_files => quote!(.files(#wire, &self.body.#name)),
        _ if field.json_part => quote!(.json_part(#wire, &self.body.#name)),
        _ => quote!(.part(#wire, &self.body.#name)),
    }
}

#[cfg(test)]
mod tests {
    use api::Presence;

    use super::super::samples;
    use super::*;

    fn wired(wire: &str, ty: Type, presence: Presence) -> Field {
        Field {
            wire: wire.to_owned(),
            ..samples::field(&names::argument_name(wire), ty, presence)
        }
    }

    #[test]
    fn files_are_added_as_files() {
        for (ty, presence, call) in [
            (
                Type::File,
                Presence::Required,
                quote!(.file("a-b", &self.body.a_b)),
            ),
            (
                Type::File,
                Presence::Optional,
                quote!(.files("a-b", &self.body.a_b)),
            ),
            (
                samples::list(&Type::File),
                Presence::EmptyWhenAbsent,
                quote!(.files("a-b", &self.body.a_b)),
            ),
            (
                samples::list(&Type::File),
                Presence::OptionalNullable,
                quote!(.files("a-b", self.body.a_b.iter().flatten())),
            ),
            (
                samples::list(&Type::String),
                Presence::Optional,
                quote!(.part("a-b", &self.body.a_b)),
            ),
        ] {
            let tokens = field(&wired("a-b", ty, presence));
            assert_eq!(tokens.to_string(), call.to_string());
        }
    }

    #[test]
    fn a_read_only_field_is_not_added() {
        let mut id = wired("id", Type::String, Presence::Optional);
        id.read_only = true;
        let name = wired("name", Type::String, Presence::Required);
        let calls: Vec<String> = sent(&[id, name]).map(|call| call.to_string()).collect();
        let call = quote!(.part("name", &self.body.name));
        assert_eq!(calls, [call.to_string()]);
    }

    #[test]
    fn a_field_that_is_one_part_of_json_is_added_as_json() {
        let mut tags = wired("tags", samples::list(&Type::String), Presence::Required);
        tags.json_part = true;
        let call = quote!(.json_part("tags", &self.body.tags));
        assert_eq!(field(&tags).to_string(), call.to_string());
    }
}
