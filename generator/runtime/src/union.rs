//! Unions: values that take one of several forms.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "an API may have no unions"
)]

use serde::de::{DeserializeOwned, Error};
use serde_json::Value;

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
/// their order, and a value that has none of them is an error that names each:
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
/// A form with a condition is tried only when the property has such a value.
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
                    let condition = &[$(($property, &[$($value),+] as &[&str]))?];
                    if let ::std::option::Option::Some(value) =
                        tried.read(stringify!($variant), condition)
                    {
                        return ::std::result::Result::Ok(Self::$variant(value));
                    }
                )*
                ::std::result::Result::Err(tried.error())
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
    serde_path_to_error::deserialize(value).map_err(|error| E::custom(error))
}

/// The forms of a union that a value has been tried as.
pub(crate) struct Tried<'a> {
    value: &'a Value,
    failures: Vec<String>,
}

impl<'a> Tried<'a> {
    pub(crate) fn new(value: &'a Value) -> Self {
        Self {
            value,
            failures: Vec::new(),
        }
    }

    /// Returns the value in the form `T`, if it has that.
    pub(crate) fn read<T: DeserializeOwned>(
        &mut self,
        name: &str,
        condition: &[(&str, &[&str])],
    ) -> Option<T> {
        for (property, values) in condition {
            let found = self.value.get(property).and_then(Value::as_str);
            if !found.is_some_and(|found| values.contains(&found)) {
                let values = values.join("` or `");
                self.failures
                    .push(format!("{name} (`{property}` is not `{values}`)"));
                return None;
            }
        }
        match serde_path_to_error::deserialize(self.value) {
            Ok(value) => Some(value),
            Err(error) => {
                self.failures.push(format!("{name} ({error})"));
                None
            }
        }
    }

    /// Returns the error that says what each form lacked.
    pub(crate) fn error<E: Error>(self) -> E {
        E::custom(format!("no form fits: {}", self.failures.join(", ")))
    }
}
