//! The values in examples: literals for a type as a person would write them, without undeclared
//! variables.

use std::collections::BTreeSet;

use api::{Api, Constructor, EnumValue, IntKind, Shape, Type, TypeDef, Variant};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use serde_json::Value;

use super::inputs::Sample;
use crate::format::ident;

/// The maximum depth of nested structs and unions in examples.
const DEEPEST: usize = 5;

/// The code in which values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// An example in the documentation, which shows values of the page.
    Documentation,
    /// A program of the crate, which sends files on its disk.
    Program,
    /// A test of the crate, which sends contents that are written in it.
    Test,
}

/// Writes values, and collects the names of the crate that they use.
pub(super) struct Literals<'a> {
    pub(super) api: &'a Api,
    pub(super) names: &'a mut BTreeSet<&'static str>,
    pub(super) purpose: Purpose,
}

impl Literals<'_> {
    /// Returns a value that a method accepts for a type, such as `"a"` for a `String`, or `None` if
    /// no expression can create one. The value is the one that the page shows, if it has the type.
    pub(super) fn accepted(&mut self, sample: Sample<'_, '_>) -> Option<TokenStream> {
        self.value(&Shown::of(sample), sample.ty, Form::Accepted, DEEPEST)
    }

    /// Returns a value of exactly this type.
    pub(super) fn exact(&mut self, sample: Sample<'_, '_>) -> Option<TokenStream> {
        self.value(&Shown::of(sample), sample.ty, Form::Exact, DEEPEST)
    }

    /// Returns the value that the page shows. Text of pages is not in tests and programs.
    fn example<'b>(&self, shown: &Shown<'b>) -> Option<&'b Value> {
        shown
            .example
            .filter(|_| self.purpose == Purpose::Documentation)
    }

    fn value(
        &mut self,
        shown: &Shown<'_>,
        ty: &Type,
        form: Form,
        depth: usize,
    ) -> Option<TokenStream> {
        let depth = depth.checked_sub(1)?;
        let is_exact = form == Form::Exact;
        let text = plain(&shown.name);
        Some(match ty {
            Type::Bool => {
                let value = self.example(shown).and_then(Value::as_bool).unwrap_or(true);
                quote!(#value)
            }
            Type::Int(kind) => {
                let value = self.example(shown).and_then(Value::as_u64);
                let value = value.filter(|value| *value <= greatest(*kind)).unwrap_or(1);
                let value = Literal::u64_unsuffixed(value);
                quote!(#value)
            }
            Type::Float(_) => {
                let value = self.example(shown).and_then(Value::as_f64);
                let value = value
                    .filter(|value| value.is_sign_positive())
                    .unwrap_or(1.0);
                let value = Literal::f64_unsuffixed(value);
                quote!(#value)
            }
            Type::String => {
                let text = self.example(shown).and_then(Value::as_str).unwrap_or(&text);
                match is_exact {
                    true => quote!(#text.into()),
                    false => quote!(#text),
                }
            }
            Type::Date => quote!(chrono::DateTime::UNIX_EPOCH.date_naive()),
            Type::DateTime => quote!(chrono::DateTime::UNIX_EPOCH),
            Type::Json => quote!(serde_json::json!(#text)),
            Type::JsonObject if is_exact => quote!(serde_json::Map::new()),
            Type::JsonObject => quote!([("key", "value")]),
            Type::File => {
                self.names.insert("Upload");
                let path = format!("path/to/{text}");
                match self.purpose {
                    Purpose::Documentation | Purpose::Program => quote!(Upload::path(#path)),
                    Purpose::Test => quote!(Upload::bytes(#text, "content")),
                }
            }
            Type::Form => {
                self.names.insert("Form");
                quote!(Form::new())
            }
            Type::List(item) => {
                let item = self.item(&text, self.example(shown), item, form, depth)?;
                match is_exact {
                    true => quote!(vec![#item]),
                    false => quote!([#item]),
                }
            }
            Type::Map(value) if is_exact => {
                let value = self.value(&Shown::named("value"), value, form, depth)?;
                quote!(std::collections::BTreeMap::from([("key".into(), #value)]))
            }
            Type::Map(value) => {
                let value = match value.as_ref() {
                    Type::Nullable(value) => {
                        self.value(&Shown::named("value"), value, Form::Exact, depth)?
                    }
                    value => self.item("value", None, value, form, depth)?,
                };
                quote!([("key", #value)])
            }
            Type::Nullable(inner) => {
                let inner = self.value(shown, inner, Form::Exact, depth)?;
                quote!(Some(#inner))
            }
            Type::Boxed(inner) => {
                let inner = self.value(shown, inner, Form::Exact, depth)?;
                match is_exact {
                    true => quote!(Box::new(#inner)),
                    false => inner,
                }
            }
            Type::Named(id) => {
                let def = self.api.ty(id)?;
                self.named(shown, def, depth)?
            }
            Type::External(_) => return None,
        })
    }

    /// Returns an item of a collection.
    fn item(
        &mut self,
        name: &str,
        example: Option<&Value>,
        ty: &Type,
        form: Form,
        depth: usize,
    ) -> Option<TokenStream> {
        let name = names::singular(name).unwrap_or_else(|| name.to_owned());
        self.value(&Shown { name, example }, ty, self.inner(ty, form), depth)
    }

    /// Returns the form of an item of a collection, or of an argument of a constructor: a
    /// convertible value if conversions are accepted, or else the type itself.
    fn inner(&self, ty: &Type, form: Form) -> Form {
        match self.api.is_converted(ty) {
            true => form,
            false => Form::Exact,
        }
    }

    fn named(&mut self, shown: &Shown<'_>, def: &TypeDef, depth: usize) -> Option<TokenStream> {
        let ty = ident(def.id.as_str());
        let value = match &def.shape {
            Shape::Enum(values) => {
                let value = self.listed(shown, &values.values)?;
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
                        let (name, example) = (field.name.clone(), field.example.as_ref());
                        self.value(&Shown { name, example }, &field.ty, form, depth)
                    });
                    let values = values.collect::<Option<Vec<_>>>()?;
                    quote!(types::#ty::new(#(#values),*))
                }
            },
            Shape::Union(union) => {
                let is_text = self.example(shown).is_none_or(Value::is_string);
                if let Some(value) = self.listed(shown, &union.values).filter(|_| is_text) {
                    self.names.insert("types");
                    return Some(quote!(types::#ty::#value));
                }
                // A text that the page shows is not an item of a list.
                let has_text = self.example(shown).is_some_and(Value::is_string);
                let is_shown = |variant: &&Variant| has_text && variant.ty == Type::String;
                let shown_first = union.variants.iter().filter(is_shown);
                let mut variants = shown_first.chain(&union.variants);
                variants.find_map(|variant| {
                    let value = self.value(shown, &variant.ty, Form::Exact, depth)?;
                    let variant = ident(&variant.name);
                    Some(quote!(types::#ty::#variant(#value)))
                })?
            }
            Shape::Newtype(_) => return None,
        };
        self.names.insert("types");
        Some(value)
    }

    /// Returns the variant of the value that the page shows, or the first variant.
    fn listed(&self, shown: &Shown<'_>, values: &[EnumValue]) -> Option<Ident> {
        let example = self.example(shown).and_then(Value::as_str);
        let mut known = values.iter();
        let value = known.find(|value| Some(value.value.as_str()) == example);
        Some(ident(&value.or(values.first())?.name))
    }
}

/// The name of a value, and the value that the page shows.
struct Shown<'a> {
    name: String,
    example: Option<&'a Value>,
}

impl<'a> Shown<'a> {
    fn of(sample: Sample<'_, 'a>) -> Self {
        Self {
            name: sample.name.to_string(),
            example: sample.example,
        }
    }

    fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            example: None,
        }
    }
}

/// Returns the greatest integer of a type.
fn greatest(kind: IntKind) -> u64 {
    match kind {
        IntKind::I8 => i8::MAX.unsigned_abs().into(),
        IntKind::I16 => i16::MAX.unsigned_abs().into(),
        IntKind::I32 => i32::MAX.unsigned_abs().into(),
        IntKind::I64 => i64::MAX.unsigned_abs(),
        IntKind::U8 => u8::MAX.into(),
        IntKind::U16 => u16::MAX.into(),
        IntKind::U32 => u32::MAX.into(),
        IntKind::U64 => u64::MAX,
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

#[cfg(test)]
mod tests {
    use api::{Docs, FloatKind, Presence, Tagging, Union};
    use serde_json::json;

    use super::super::samples;
    use super::*;

    fn written(ty: &Type) -> [String; 2] {
        shown(ty, None)
    }

    /// Returns the value that a method accepts, and the value of the type, for an example.
    fn shown(ty: &Type, example: Option<Value>) -> [String; 2] {
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
        let lists = samples::variant("List", samples::list(&Type::String));
        let either = Union {
            tagging: Tagging::Untagged,
            values: Vec::new(),
            variants: vec![lists, samples::variant("String", Type::String)],
            unknown: "Unknown".to_owned(),
        };
        let values = ["Auto", "None"].map(|name| EnumValue {
            name: name.to_owned(),
            value: name.to_lowercase(),
            docs: Docs::default(),
        });
        let choice = Union {
            values: values.to_vec(),
            ..either.clone()
        };
        let api = samples::api([
            pet,
            samples::definition("Either", Shape::Union(either)),
            samples::definition("Choice", Shape::Union(choice)),
            samples::enumeration_of("Kind", &["Cat", "Dog"]),
            samples::object("Empty", []),
        ]);
        let mut names = BTreeSet::new();
        let mut literals = Literals {
            api: &api,
            names: &mut names,
            purpose: Purpose::Documentation,
        };
        let name = &ident("pet_ids");
        let example = example.as_ref();
        let accepted = literals.accepted(Sample { name, ty, example });
        let exact = literals.exact(Sample { name, ty, example });
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
    fn values_are_those_that_the_page_shows_if_they_have_the_type() {
        for (ty, example, expected) in [
            (Type::String, json!("pet_1"), quote!("pet_1")),
            (Type::String, json!(7), quote!("pet_ids")),
            (Type::Int(IntKind::I8), json!(127), quote!(127)),
            (Type::Int(IntKind::I8), json!(128), quote!(1)),
            (Type::Int(IntKind::I64), json!(-7), quote!(1)),
            (Type::Float(FloatKind::F64), json!(2), quote!(2.0)),
            (Type::Bool, json!(false), quote!(false)),
            (samples::list(&Type::String), json!("a"), quote!(["a"])),
            (
                samples::named("Kind"),
                json!("Dog"),
                quote!(types::Kind::Dog),
            ),
            (
                samples::named("Kind"),
                json!("Cow"),
                quote!(types::Kind::Cat),
            ),
        ] {
            assert_eq!(shown(&ty, Some(example))[0], expected.to_string(), "{ty}");
        }
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

    #[test]
    fn a_value_of_a_union_is_the_one_that_the_page_shows() {
        for (example, written) in [
            (None, quote!(types::Choice::Auto)),
            (Some("none"), quote!(types::Choice::None)),
            (Some("other"), quote!(types::Choice::Auto)),
        ] {
            let [_, exact] = shown(&samples::named("Choice"), example.map(Value::from));
            assert_eq!(exact, written.to_string());
        }
        let list = quote!(types::Choice::List(vec!["pet_id".into()]));
        let [_, exact] = shown(&samples::named("Choice"), Some(json!(["a"])));
        assert_eq!(exact, list.to_string());
    }
}
