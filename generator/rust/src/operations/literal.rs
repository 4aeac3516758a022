//! The values in examples: literals for a type as a person would write them, without undeclared
//! variables.

use std::collections::BTreeSet;

use api::{Api, Constructor, Shape, Type, TypeDef};
use proc_macro2::TokenStream;
use quote::quote;

use crate::format::ident;

/// The maximum depth of nested structs and unions in examples.
const DEEPEST: usize = 5;

/// The files that values send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Files {
    /// Files that a program has on its disk.
    OnDisk,
    /// Contents that are written in the program.
    InMemory,
}

/// Writes values, and collects the names of the crate that they use.
pub(super) struct Literals<'a> {
    pub(super) api: &'a Api,
    pub(super) names: &'a mut BTreeSet<&'static str>,
    pub(super) files: Files,
}

impl Literals<'_> {
    /// Returns a value that a method accepts for a type, such as `"a"` for a `String`, or `None` if
    /// no expression can create one. `name` is the name of the value.
    pub(super) fn accepted(&mut self, name: &str, ty: &Type) -> Option<TokenStream> {
        self.value(name, ty, Form::Accepted, DEEPEST)
    }

    /// Returns a value of exactly this type.
    pub(super) fn exact(&mut self, name: &str, ty: &Type) -> Option<TokenStream> {
        self.value(name, ty, Form::Exact, DEEPEST)
    }

    fn value(&mut self, name: &str, ty: &Type, form: Form, depth: usize) -> Option<TokenStream> {
        let depth = depth.checked_sub(1)?;
        let is_exact = form == Form::Exact;
        let text = plain(name);
        Some(match ty {
            Type::Bool => quote!(true),
            Type::Int(_) => quote!(1),
            Type::Float(_) => quote!(1.0),
            Type::String if is_exact => quote!(#text.into()),
            Type::String => quote!(#text),
            Type::Date => quote!(chrono::DateTime::UNIX_EPOCH.date_naive()),
            Type::DateTime => quote!(chrono::DateTime::UNIX_EPOCH),
            Type::Json => quote!(serde_json::json!(#text)),
            Type::JsonObject if is_exact => quote!(serde_json::Map::new()),
            Type::JsonObject => quote!([("key", "value")]),
            Type::File => {
                self.names.insert("Upload");
                let path = format!("path/to/{text}");
                match self.files {
                    Files::OnDisk => quote!(Upload::path(#path)),
                    Files::InMemory => quote!(Upload::bytes(#text, "content")),
                }
            }
            Type::Form => {
                self.names.insert("Form");
                quote!(Form::new())
            }
            Type::List(item) => {
                let item = self.item(&text, item, form, depth)?;
                match is_exact {
                    true => quote!(vec![#item]),
                    false => quote!([#item]),
                }
            }
            Type::Map(value) if is_exact => {
                let value = self.value("value", value, form, depth)?;
                quote!(std::collections::BTreeMap::from([("key".into(), #value)]))
            }
            Type::Map(value) => {
                let value = match value.as_ref() {
                    Type::Nullable(value) => self.value("value", value, Form::Exact, depth)?,
                    value => self.item("value", value, form, depth)?,
                };
                quote!([("key", #value)])
            }
            Type::Nullable(inner) => {
                let inner = self.value(name, inner, Form::Exact, depth)?;
                quote!(Some(#inner))
            }
            Type::Boxed(inner) => {
                let inner = self.value(name, inner, Form::Exact, depth)?;
                match is_exact {
                    true => quote!(Box::new(#inner)),
                    false => inner,
                }
            }
            Type::Named(id) => {
                let def = self.api.ty(id)?;
                self.named(name, def, depth)?
            }
            Type::External(_) => return None,
        })
    }

    /// Returns an item of a collection.
    fn item(&mut self, name: &str, ty: &Type, form: Form, depth: usize) -> Option<TokenStream> {
        self.value(&singular(name), ty, self.inner(ty, form), depth)
    }

    /// Returns the form of an item of a collection, or of an argument of a constructor: a
    /// convertible value if conversions are accepted, or else the type itself.
    fn inner(&self, ty: &Type, form: Form) -> Form {
        match self.api.is_converted(ty) {
            true => form,
            false => Form::Exact,
        }
    }

    fn named(&mut self, name: &str, def: &TypeDef, depth: usize) -> Option<TokenStream> {
        let ty = ident(def.id.as_str());
        let value = match &def.shape {
            Shape::Enum(values) => {
                let value = ident(&values.values.first()?.name);
                quote!(types::#ty::#value)
            }
            Shape::Struct(shape) => match &shape.constructor {
                Constructor::DerivedDefault | Constructor::Default => {
                    quote!(types::#ty::default())
                }
                Constructor::New(positions) => {
                    let fields = positions.iter().map(|position| shape.fields.get(*position));
                    let values = fields.map(|field| {
                        let field = field?;
                        let form = self.inner(&field.ty, Form::Accepted);
                        self.value(&field.name, &field.ty, form, depth)
                    });
                    let values = values.collect::<Option<Vec<_>>>()?;
                    quote!(types::#ty::new(#(#values),*))
                }
            },
            Shape::Union(union) => {
                let mut variants = union.variants.iter();
                variants.find_map(|variant| {
                    let value = self.value(name, &variant.ty, Form::Exact, depth)?;
                    let variant = ident(&variant.name);
                    Some(quote!(types::#ty::#variant(#value)))
                })?
            }
            Shape::Newtype(_) => return None,
        };
        self.names.insert("types");
        Some(value)
    }
}

/// The type that is expected for a value.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// Anything that converts into the type.
    Accepted,
    /// The type itself.
    Exact,
}

/// Returns a name without the underscores that distinguish it from a keyword.
fn plain(name: &str) -> String {
    name.trim_matches('_').to_owned()
}

/// Returns the name of an item of a list with a name.
fn singular(name: &str) -> String {
    let singular = name
        .strip_suffix('s')
        .filter(|rest| !rest.is_empty() && !rest.ends_with(['s', 'u', 'i']));
    singular.unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use api::{IntKind, Presence};

    use super::super::samples;
    use super::*;

    fn written(ty: &Type) -> [String; 2] {
        let field = |name, ty, presence| samples::field(name, ty, presence);
        let mut pet = samples::object(
            "Pet",
            [
                field("names", samples::list(&Type::String), Presence::Required),
                field("kind", samples::named("Kind"), Presence::Required),
                field("age", Type::Int(IntKind::I64), Presence::Optional),
            ],
        );
        if let Shape::Struct(shape) = &mut pet.shape {
            shape.constructor = Constructor::New(vec![0, 1]);
        }
        let api = samples::api([
            pet,
            samples::enumeration_of("Kind", &["Cat"]),
            samples::object("Empty", []),
        ]);
        let mut names = BTreeSet::new();
        let mut literals = Literals {
            api: &api,
            names: &mut names,
            files: Files::OnDisk,
        };
        let accepted = literals.accepted("pet_ids", ty);
        let exact = literals.exact("pet_ids", ty);
        [accepted, exact].map(|tokens| tokens.map_or_else(String::new, |it| it.to_string()))
    }

    fn assert_written(ty: &Type, accepted: &TokenStream, exact: &TokenStream) {
        assert_eq!(
            written(ty),
            [accepted.to_string(), exact.to_string()],
            "{ty}"
        );
    }

    #[test]
    fn values_are_those_that_a_method_accepts_or_of_the_type_itself() {
        assert_written(&Type::String, &quote!("pet_ids"), &quote!("pet_ids".into()));
        assert_written(
            &samples::list(&Type::String),
            &quote!(["pet_id"]),
            &quote!(vec!["pet_id".into()]),
        );
        let map = Type::Map(Box::new(Type::Nullable(Box::new(Type::Bool))));
        assert_written(
            &map,
            &quote!([("key", true)]),
            &quote!(std::collections::BTreeMap::from([(
                "key".into(),
                Some(true)
            )])),
        );
        assert_eq!(written(&Type::External("uuid::Uuid".to_owned())), ["", ""]);
    }

    #[test]
    fn structs_are_created_from_what_they_require() {
        let pet = quote!(types::Pet::new(vec!["name".into()], types::Kind::Cat));
        assert_written(&samples::named("Pet"), &pet, &pet);
        assert_written(
            &samples::list(&samples::named("Pet")),
            &quote!([#pet]),
            &quote!(vec![#pet]),
        );
        let empty = quote!(types::Empty::default());
        assert_written(&samples::named("Empty"), &empty, &empty);
    }
}
