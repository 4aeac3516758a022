//! Unions: values that take one of several forms.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "an API may have no unions"
)]

use serde::de::{DeserializeOwned, Error};
use serde_json::Value;
use serde_path_to_error::Track;

use super::json;
use super::json_path::{self, Fault};

/// Defines a union. Either a property of the value decides its form:
///
/// ```text
/// union! {
///     /// What a message says.
///     pub enum Content by "type" {
///         Text(TextContent) = "text",
///         Image(ImageContent) = "image" | "picture",
///         ..Unknown
///     }
/// }
/// ```
///
/// where a value of another kind is kept as it came; or the forms are tried in
/// their order. The one that knows all of the value is taken, or else the one that
/// knows most of it, and a value that has none of them is an error that names each:
///
/// ```text
/// union! {
///     pub enum Prompt {
///         String(String),
///         Template(Template) if "type" = "template",
///         List(Vec<String>),
///     }
/// }
/// ```
///
/// A form with a condition is tried only when the property has such a value, which
/// may also be a boolean or an integer.
macro_rules! union {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident by $property:literal {
            $($(#[$variant_attribute:meta])* $variant:ident($ty:ty) = $($value:literal)|+,)*
            ..$unknown:ident
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, ::serde::Serialize)]
        #[serde(untagged)]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant)]
        pub enum $name {
            $($(#[$variant_attribute])* $variant($ty),)*
            /// A form that this version of the crate does not know, as it came.
            $unknown(::serde_json::Value),
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value = <::serde_json::Value as ::serde::Deserialize>::deserialize(deserializer)?;
                match value.get($property).and_then(::serde_json::Value::as_str) {
                    $(::std::option::Option::Some($($value)|+) => {
                        $crate::runtime::union::read(&value).map(Self::$variant)
                    })*
                    _ => ::std::result::Result::Ok(Self::$unknown(value)),
                }
            }
        }

        $(impl ::std::convert::From<$ty> for $name {
            fn from(value: $ty) -> Self {
                Self::$variant(value)
            }
        })*
    };
    (
        $(#[$attribute:meta])*
        pub enum $name:ident {
            $($(#[$variant_attribute:meta])*
            $variant:ident($ty:ty) $(if $property:literal = $($value:literal)|+)?,)*
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, ::serde::Serialize)]
        #[serde(untagged)]
        #[allow(clippy::large_enum_variant)]
        pub enum $name {
            $($(#[$variant_attribute])* $variant($ty),)*
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value = <::serde_json::Value as ::serde::Deserialize>::deserialize(deserializer)?;
                let mut tried = $crate::runtime::union::Tried::new(&value);
                $(
                    let refuted = ::std::option::Option::<(&str, &str)>::None$(.or_else(|| {
                        let found = value.get($property);
                        let fits = found.is_some_and(|found| $(*found == $value)||+);
                        (!fits).then_some(($property, stringify!($($value)|+)))
                    }))?;
                    tried.read(stringify!($variant), refuted, Self::$variant);
                )*
                tried.best()
            }
        }

        $(impl ::std::convert::From<$ty> for $name {
            fn from(value: $ty) -> Self {
                Self::$variant(value)
            }
        })*
    };
}
pub(crate) use union;

/// Reads the form that a property has decided on.
pub(crate) fn read<T: DeserializeOwned, E: Error>(value: &Value) -> Result<T, E> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let reason = error.inner().to_string();
        E::custom(Fault::new(error.path().to_string(), &reason))
    })
}

/// The forms of a union that a value has been tried as.
pub(crate) struct Tried<'a, U> {
    value: &'a Value,
    /// What each form lacked.
    failures: Vec<String>,
    /// The places of the forms that were not refuted.
    places: Vec<String>,
    /// The form that knows most of the value, and how many fields it does not know.
    best: Option<(U, usize)>,
}

impl<'a, U> Tried<'a, U> {
    pub(crate) fn new(value: &'a Value) -> Self {
        Self {
            value,
            failures: Vec::new(),
            places: Vec::new(),
            best: None,
        }
    }

    /// Tries the form `T`, unless an earlier one knows all of the value, or a property
    /// that should have other values refutes it.
    pub(crate) fn read<T: DeserializeOwned>(
        &mut self,
        name: &str,
        refuted: Option<(&str, &str)>,
        form: impl FnOnce(T) -> U,
    ) {
        if let Some((property, expected)) = refuted {
            let failure = format!("{name} (`{property}` is not {expected})");
            return self.failures.push(failure);
        }
        let least = self.best.as_ref().map(|(_, unknown)| *unknown);
        if least == Some(0) {
            return;
        }
        let mut unknown = 0;
        let mut track = Track::new();
        let tracked = serde_path_to_error::Deserializer::new(self.value, &mut track);
        match serde_ignored::deserialize(tracked, |_| unknown += 1) {
            Ok(value) => {
                if least.is_none_or(|least| unknown < least) {
                    self.best = Some((form(value), unknown));
                }
            }
            Err(error) => {
                let fault = Fault::new(track.path().to_string(), &error.to_string());
                self.failures.push(format!("{name} ({fault})"));
                self.places.push(fault.path);
            }
        }
    }

    /// Returns the value in the form that fits it best, or an error that says what
    /// each form lacked.
    pub(crate) fn best<E: Error>(mut self) -> Result<U, E> {
        if let Some((value, _)) = self.best.take() {
            return Ok(value);
        }
        let reason = format!("no form fits: {}", self.failures.join(", "));
        Err(E::custom(Fault::new(self.place(), &reason)))
    }

    /// Returns the place that all forms failed at: that of a number which one of them
    /// may refuse only for how it is written, or else that of the only one there was.
    fn place(&self) -> String {
        let json = self.value.to_string();
        let is_integer = |path: &&String| {
            let place = json_path::find(&json, path);
            place.is_some_and(|place| json::integer(&json[place]).is_some())
        };
        let only = (self.places.len() == 1).then(|| &self.places[0]);
        let place = self.places.iter().find(is_integer).or(only);
        place.cloned().unwrap_or_else(|| json_path::ROOT.to_owned())
    }
}
