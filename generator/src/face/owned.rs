//! The values that a request owns until it is sent: how a method takes them, and
//! how they are handed to the raw function.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};

use super::object::Field;
use super::rust;
use super::types::Types;

/// The type of a value that a request owns until it is sent.
pub(super) struct Owned {
    pub(super) ty: syn::Type,
    /// The raw function takes it by reference.
    by_reference: bool,
    kind: Kind,
}

enum Kind {
    String,
    /// An enumeration, a union or a file.
    Converted,
    /// A list of what converts into its items.
    ConvertedList(syn::Type),
    List(syn::Type),
    Boxed(syn::Type),
    Other,
}

impl Owned {
    /// Returns the type that owns what the raw function's type refers to.
    pub(super) fn new(ty: &syn::Type, types: &Types) -> Self {
        let (inner, by_reference) = match ty {
            syn::Type::Reference(reference) => ((*reference.elem).clone(), true),
            other => (other.clone(), false),
        };
        if rust::is_named(&inner, "str") || rust::is_named(&inner, "String") {
            return Self {
                ty: syn::parse_quote!(String),
                by_reference,
                kind: Kind::String,
            };
        }
        let converts = |ty: &syn::Type| rust::is_named(ty, "String") || is_converted(ty, types);
        let kind = if let Some(item) = rust::vec_inner(&inner) {
            if converts(item) {
                Kind::ConvertedList(item.clone())
            } else {
                Kind::List(item.clone())
            }
        } else if is_converted(&inner, types) {
            Kind::Converted
        } else if let Some(boxed) = boxed(&inner) {
            Kind::Boxed(boxed)
        } else {
            Kind::Other
        };
        Self {
            ty: inner,
            by_reference,
            kind,
        }
    }

    /// Returns the fields when the type is a struct of the API.
    pub(super) fn fields(&self, types: &Types) -> Option<Vec<Field>> {
        types.fields(&name_in_types(&self.ty)?)
    }

    /// Returns the type that a method takes.
    pub(super) fn accepted(&self) -> TokenStream {
        let ty = &self.ty;
        match &self.kind {
            Kind::String | Kind::Converted => quote!(impl Into<#ty>),
            Kind::ConvertedList(item) => quote!(impl IntoIterator<Item = impl Into<#item>>),
            Kind::List(item) => quote!(impl IntoIterator<Item = #item>),
            Kind::Boxed(inner) => quote!(#inner),
            Kind::Other => quote!(#ty),
        }
    }

    /// Returns the type as a caller holds it.
    pub(super) fn unboxed(&self) -> syn::Type {
        match &self.kind {
            Kind::Boxed(inner) => inner.clone(),
            _ => self.ty.clone(),
        }
    }

    /// Returns the expression that makes the owned value of one that a caller holds.
    pub(super) fn hold(&self, name: &Ident) -> TokenStream {
        match &self.kind {
            Kind::Boxed(_) => quote!(Box::new(#name)),
            _ => quote!(#name),
        }
    }

    /// Returns the expression that makes the owned value of what was taken.
    pub(super) fn convert(&self, name: &Ident) -> TokenStream {
        match &self.kind {
            Kind::String | Kind::Converted => quote!(#name.into()),
            Kind::ConvertedList(_) => quote!(#name.into_iter().map(Into::into).collect()),
            Kind::List(_) => quote!(#name.into_iter().collect()),
            Kind::Boxed(_) => quote!(Box::new(#name)),
            Kind::Other => quote!(#name),
        }
    }

    pub(super) fn pass(&self, value: &TokenStream, optional: bool) -> TokenStream {
        match (self.by_reference, optional) {
            (false, _) => value.clone(),
            (true, false) => quote!(&#value),
            (true, true) => match self.kind {
                Kind::String | Kind::List(_) | Kind::ConvertedList(_) => {
                    quote!(#value.as_deref())
                }
                _ => quote!(#value.as_ref()),
            },
        }
    }
}

/// Returns `X` of `types::X`.
pub(super) fn name_in_types(ty: &syn::Type) -> Option<String> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    let segments = &path.path.segments;
    let in_types = segments.len() == 2 && segments.first()?.ident == "types";
    in_types.then(|| segments.last().map(|last| last.ident.to_string()))?
}

fn is_converted(ty: &syn::Type, types: &Types) -> bool {
    rust::is_named(ty, "Upload") || name_in_types(ty).is_some_and(|name| types.is_converted(&name))
}

/// Returns `T` of `Box<T>`.
pub(super) fn boxed(ty: &syn::Type) -> Option<syn::Type> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    let last = path.path.segments.last()?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    (last.ident == "Box").then(|| {
        arguments.args.iter().find_map(|argument| match argument {
            syn::GenericArgument::Type(ty) => Some(ty.clone()),
            _ => None,
        })
    })?
}

/// Writes a type of `types.rs` as other files refer to it.
pub(super) fn qualified(ty: &syn::Type, types: &Types) -> syn::Type {
    struct Qualify<'a>(&'a Types);
    impl VisitMut for Qualify<'_> {
        fn visit_path_mut(&mut self, path: &mut syn::Path) {
            visit_mut::visit_path_mut(self, path);
            let is_own = path.segments.len() == 1
                && path.segments.first().is_some_and(|first| {
                    first.arguments.is_empty() && self.0.contains(&first.ident.to_string())
                });
            if is_own {
                let name = path.to_token_stream();
                *path = syn::parse_quote!(types::#name);
            }
        }
    }
    let mut ty = ty.clone();
    Qualify(types).visit_type_mut(&mut ty);
    rust::ShortUpload.visit_type_mut(&mut ty);
    ty
}
