//! Types of the model as tokens.

use api::{Channel, Messages, Response, Type};
use proc_macro2::TokenStream;
use quote::quote;

use crate::Imports;
use crate::format::ident;

/// The location in which a type is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    /// In a module that imports `types`.
    Elsewhere,
    /// In an example, which imports only names of the crate.
    Example,
    /// In an item of a feature, which imports nothing, because the imports would be unused without
    /// the feature.
    Feature,
}

/// Returns a type as code, and imports its names.
pub(crate) fn tokens(ty: &Type, from: From, imports: &mut Imports) -> TokenStream {
    imports.ty(ty);
    if from == From::Elsewhere && ty.mentions().is_some() {
        imports.add("crate", "types");
    }
    written(ty, from)
}

/// Returns the type of a response, outside the module `types`.
pub(crate) fn response(response: &Response, imports: &mut Imports) -> TokenStream {
    match response {
        Response::Empty => quote!(()),
        Response::Json(ty) => tokens(ty, From::Elsewhere, imports),
        Response::Text => quote!(String),
        Response::Bytes => {
            imports.runtime("ByteStream");
            quote!(ByteStream)
        }
        Response::Events { ty, .. } => {
            imports.runtime("EventStream");
            let ty = tokens(ty, From::Elsewhere, imports);
            quote!(EventStream<#ty>)
        }
        Response::Channel(Channel { sent, received }) => {
            let [sent, received] = [sent, received].map(messages);
            quote!(crate::websocket::Socket<#sent, #received>)
        }
    }
}

/// Returns the marker type for the messages of one side of a channel.
pub(crate) fn messages(messages: &Messages) -> TokenStream {
    let (name, ty) = match messages {
        Messages::Json(ty) => (quote!(Messages), Some(ty)),
        Messages::JsonOrBytes(ty) => (quote!(Frames), Some(ty)),
        Messages::Bytes => (quote!(Binary), None),
        Messages::Text => (quote!(Text), None),
        Messages::Nothing => (quote!(Nothing), None),
    };
    let ty = ty.map(|ty| {
        let ty = written(ty, From::Feature);
        quote!(<#ty>)
    });
    quote!(crate::websocket::#name #ty)
}

/// Returns a type as code.
pub(crate) fn written(ty: &Type, from: From) -> TokenStream {
    let inner = |ty: &Type| written(ty, from);
    match ty {
        Type::Bool => quote!(bool),
        Type::Int(kind) => {
            let name = ident(kind.as_str());
            quote!(#name)
        }
        Type::Float(kind) => {
            let name = ident(kind.as_str());
            quote!(#name)
        }
        Type::String => quote!(String),
        Type::Date => match from {
            From::Example | From::Feature => quote!(chrono::NaiveDate),
            From::Elsewhere => quote!(NaiveDate),
        },
        Type::DateTime => match from {
            From::Example | From::Feature => quote!(chrono::DateTime<chrono::Utc>),
            From::Elsewhere => quote!(DateTime<Utc>),
        },
        Type::Json => quote!(serde_json::Value),
        Type::JsonObject => quote!(serde_json::Map<String, serde_json::Value>),
        Type::File if from == From::Feature => quote!(crate::Upload),
        Type::File => quote!(Upload),
        Type::Form if from == From::Feature => quote!(crate::Form),
        Type::Form => quote!(Form),
        Type::List(item) => {
            let item = inner(item);
            quote!(Vec<#item>)
        }
        Type::Map(value) => {
            let value = inner(value);
            match from {
                From::Example | From::Feature => {
                    quote!(std::collections::BTreeMap<String, #value>)
                }
                From::Elsewhere => quote!(BTreeMap<String, #value>),
            }
        }
        Type::Nullable(ty) => {
            let ty = inner(ty);
            quote!(Option<#ty>)
        }
        Type::Boxed(ty) => {
            let ty = inner(ty);
            quote!(Box<#ty>)
        }
        Type::Named(id) => {
            let name = ident(id.as_str());
            match from {
                From::Feature => quote!(crate::types::#name),
                From::Elsewhere | From::Example => quote!(types::#name),
            }
        }
        Type::External(path) => {
            let words = path.split("::").map(ident);
            quote!(#(#words)::*)
        }
    }
}

#[cfg(test)]
mod tests {
    use api::TypeId;

    use super::*;

    #[test]
    fn a_type_is_the_same_in_words_and_in_tokens() {
        let named = Type::Named(TypeId::new("Pet"));
        for ty in [
            Type::Map(Box::new(Type::Nullable(Box::new(Type::List(Box::new(
                named.clone(),
            )))))),
            Type::Boxed(Box::new(named)),
            Type::DateTime,
            Type::JsonObject,
            Type::Int(api::IntKind::U64),
        ] {
            let words = ty.to_string().replace("Pet", "types::Pet");
            let words: syn::Type = syn::parse_str(&words).expect("Rust");
            let tokens: syn::Type = syn::parse2(written(&ty, From::Elsewhere)).expect("Rust");
            assert_eq!(words, tokens);
        }
    }

    #[test]
    fn the_response_decides_the_return_type() {
        let pet = Type::Named(TypeId::new("Pet"));
        let events = Response::Events {
            ty: pet.clone(),
            media_type: "text/event-stream".to_owned(),
        };
        for (kind, expected) in [
            (Response::Empty, quote!(())),
            (Response::Text, quote!(String)),
            (Response::Bytes, quote!(ByteStream)),
            (Response::Json(pet.clone()), quote!(types::Pet)),
            (
                Response::Json(Type::Nullable(Box::new(pet))),
                quote!(Option<types::Pet>),
            ),
            (events, quote!(EventStream<types::Pet>)),
        ] {
            let ty = response(&kind, &mut Imports::default());
            assert_eq!(ty.to_string(), expected.to_string());
        }
    }
}
