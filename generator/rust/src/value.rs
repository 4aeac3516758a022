//! The values of a request: the type that a method accepts, the type that the request stores, and
//! the conversions between them. They depend only on the type of the value.

use api::{Api, Type};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::Imports;
use crate::ty::{self, From};

/// The form in which a caller passes a value.
enum Giving<'a> {
    /// As anything that converts into it.
    Converted,
    /// As a list of anything that converts into its items.
    ConvertedList(&'a Type),
    /// As any collection of its items.
    List(&'a Type),
    /// As any collection of pairs of names and values.
    Map(&'a Type),
    /// As any collection of pairs of names and values, which can be `null`.
    NullableMap(&'a Type),
    /// As any collection of pairs of names and JSON.
    Object,
    /// Without its `Box`.
    Boxed(&'a Type),
    /// As the type itself.
    Plain,
}

impl<'a> Giving<'a> {
    fn of(ty: &'a Type, api: &Api) -> Self {
        match ty {
            ty if api.is_converted(ty) => Self::Converted,
            Type::List(item) if api.is_converted(item) => Self::ConvertedList(item),
            Type::List(item) => Self::List(item),
            Type::Map(value) => match value.as_ref() {
                Type::Nullable(value) => Self::NullableMap(value),
                value => Self::Map(value),
            },
            Type::JsonObject => Self::Object,
            Type::Boxed(inner) => Self::Boxed(inner),
            _ => Self::Plain,
        }
    }
}

/// Returns the type that a method accepts.
pub(crate) fn accepted(ty: &Type, api: &Api, imports: &mut Imports) -> TokenStream {
    let mut tokens = |ty: &Type| ty::tokens(ty, From::Elsewhere, imports);
    match Giving::of(ty, api) {
        Giving::Converted => {
            let ty = tokens(ty);
            quote!(impl Into<#ty>)
        }
        Giving::ConvertedList(item) => {
            let item = tokens(item);
            quote!(impl IntoIterator<Item = impl Into<#item>>)
        }
        Giving::List(item) => {
            let item = tokens(item);
            quote!(impl IntoIterator<Item = #item>)
        }
        Giving::Map(value) => {
            let is_converted = api.is_converted(value);
            let value = tokens(value);
            match is_converted {
                true => quote!(impl IntoIterator<Item = (impl Into<String>, impl Into<#value>)>),
                false => quote!(impl IntoIterator<Item = (impl Into<String>, #value)>),
            }
        }
        Giving::NullableMap(value) => {
            let value = tokens(value);
            imports.runtime("Nullable");
            quote!(impl IntoIterator<Item = (impl Into<String>, impl Into<Nullable<#value>>)>)
        }
        Giving::Object => {
            quote!(impl IntoIterator<Item = (impl Into<String>, impl Into<serde_json::Value>)>)
        }
        Giving::Boxed(inner) => tokens(inner),
        Giving::Plain => tokens(ty),
    }
}

/// Returns the expression that converts the accepted value to the stored value.
pub(crate) fn convert(ty: &Type, api: &Api, value: &Ident) -> TokenStream {
    match Giving::of(ty, api) {
        Giving::Converted => quote!(#value.into()),
        Giving::ConvertedList(_) => quote!(#value.into_iter().map(Into::into).collect()),
        Giving::List(_) => quote!(#value.into_iter().collect()),
        Giving::Map(_) => quote!(crate::runtime::entries(#value)),
        Giving::NullableMap(_) => quote!(crate::runtime::nullable_entries(#value)),
        Giving::Object => quote!(crate::runtime::properties(#value)),
        Giving::Boxed(_) | Giving::Plain => hold(ty, value),
    }
}

/// Returns the expression that converts a value without `Box` to the stored value.
pub(crate) fn hold(ty: &Type, value: &Ident) -> TokenStream {
    match ty {
        Type::Boxed(_) => quote!(Box::new(#value)),
        _ => quote!(#value),
    }
}

/// Returns the expression that passes a stored value to the raw function: numbers and booleans by
/// value, and everything else by reference.
pub(crate) fn pass(ty: &Type, value: &TokenStream, is_option: bool) -> TokenStream {
    match ty {
        Type::Nullable(inner) => pass(inner, value, true),
        Type::Bool | Type::Int(_) | Type::Float(_) => value.clone(),
        _ if !is_option => quote!(&#value),
        Type::String | Type::List(_) => quote!(#value.as_deref()),
        _ => quote!(#value.as_ref()),
    }
}

#[cfg(test)]
mod tests {
    use api::{IntKind, TypeId};
    use quote::format_ident;

    use super::*;
    use crate::operations::samples;

    fn list(item: &Type) -> Type {
        Type::List(Box::new(item.clone()))
    }

    fn map(value: &Type) -> Type {
        Type::Map(Box::new(value.clone()))
    }

    /// Returns the code for a value `x`: the accepted type, the conversion, and the expressions
    /// that pass it and an `Option` of it.
    fn code(ty: &Type, api: &Api) -> [String; 4] {
        let x = format_ident!("x");
        let value = quote!(x);
        [
            accepted(ty, api, &mut Imports::default()),
            convert(ty, api, &x),
            pass(ty, &value, false),
            pass(ty, &value, true),
        ]
        .map(|tokens| tokens.to_string().replace(' ', ""))
    }

    #[test]
    fn the_type_decides_how_a_value_is_given_and_passed_on() {
        let api = samples::api([samples::enumeration("Kind"), samples::object("Pet", [])]);
        let kind = Type::Named(TypeId::new("Kind"));
        let pet = Type::Named(TypeId::new("Pet"));
        let int = Type::Int(IntKind::I32);
        let boxed = Type::Boxed(Box::new(pet.clone()));
        let collect = "x.into_iter().collect()";
        let convert_all = "x.into_iter().map(Into::into).collect()";
        for (ty, expected) in [
            (Type::Bool, ["bool", "x", "x", "x"]),
            (int.clone(), ["i32", "x", "x", "x"]),
            (
                Type::String,
                ["implInto<String>", "x.into()", "&x", "x.as_deref()"],
            ),
            (
                Type::File,
                ["implInto<Upload>", "x.into()", "&x", "x.as_ref()"],
            ),
            (
                kind.clone(),
                ["implInto<types::Kind>", "x.into()", "&x", "x.as_ref()"],
            ),
            (pet.clone(), ["types::Pet", "x", "&x", "x.as_ref()"]),
            (boxed, ["types::Pet", "Box::new(x)", "&x", "x.as_ref()"]),
            (
                list(&Type::String),
                [
                    "implIntoIterator<Item=implInto<String>>",
                    convert_all,
                    "&x",
                    "x.as_deref()",
                ],
            ),
            (
                list(&kind),
                [
                    "implIntoIterator<Item=implInto<types::Kind>>",
                    convert_all,
                    "&x",
                    "x.as_deref()",
                ],
            ),
            (
                list(&int),
                ["implIntoIterator<Item=i32>", collect, "&x", "x.as_deref()"],
            ),
            (
                list(&pet),
                [
                    "implIntoIterator<Item=types::Pet>",
                    collect,
                    "&x",
                    "x.as_deref()",
                ],
            ),
            (
                map(&Type::String),
                [
                    "implIntoIterator<Item=(implInto<String>,implInto<String>)>",
                    "crate::runtime::entries(x)",
                    "&x",
                    "x.as_ref()",
                ],
            ),
            (
                map(&int),
                [
                    "implIntoIterator<Item=(implInto<String>,i32)>",
                    "crate::runtime::entries(x)",
                    "&x",
                    "x.as_ref()",
                ],
            ),
            (
                map(&Type::Nullable(Box::new(kind))),
                [
                    "implIntoIterator<Item=(implInto<String>,implInto<Nullable<types::Kind>>)>",
                    "crate::runtime::nullable_entries(x)",
                    "&x",
                    "x.as_ref()",
                ],
            ),
            (
                Type::JsonObject,
                [
                    "implIntoIterator<Item=(implInto<String>,implInto<serde_json::Value>)>",
                    "crate::runtime::properties(x)",
                    "&x",
                    "x.as_ref()",
                ],
            ),
            (Type::DateTime, ["DateTime<Utc>", "x", "&x", "x.as_ref()"]),
            (Type::Json, ["serde_json::Value", "x", "&x", "x.as_ref()"]),
        ] {
            assert_eq!(code(&ty, &api), expected, "{ty}");
        }
    }
}
