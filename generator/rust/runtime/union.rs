//! Unions: values of one of several types.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "an API may have no unions"
)]

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::read::{Cursor, Read, Result};
use super::write::{self, Sink, Write};

/// A union value that is unknown to this version of the crate.
///
/// The type is opaque, because a newer version may add a variant for the value. It can be read and
/// sent back.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownVariant(Value);

impl UnknownVariant {
    /// Returns the JSON value of the API.
    pub fn json(&self) -> &Value {
        &self.0
    }
}

impl Read for UnknownVariant {
    fn read(json: &mut Cursor<'_>) -> Result<Self> {
        Value::read(json).map(Self)
    }
}

impl Write for UnknownVariant {
    fn write(&self, to: &mut dyn Sink) -> write::Result {
        to.value(&self.0)
    }
}

impl Serialize for UnknownVariant {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Implements reading, writing, and conversions for a union. With a discriminator, a property of
/// the value selects the variant:
///
/// ```text
/// /// The content of a message.
/// pub enum Content {
///     Text(TextContent),
///     Image(ImageContent),
///     Unknown(UnknownVariant),
/// }
///
/// union! {
///     Content by "type" {
///         Text(TextContent) = "text",
///         Image(ImageContent) = "image" | "picture",
///         ..Unknown
///     }
/// }
/// ```
///
/// Without a discriminator, the variants are tried in order, and the variant with the fewest
/// unknown properties is selected:
///
/// ```text
/// union! {
///     Prompt {
///         "none" => None,
///         String(String),
///         Template(Template) if "type" = "template",
///         List(Vec<String>),
///         ..Unknown
///     }
/// }
/// ```
///
/// A string selects a variant without data. A variant with a condition is tried only if the property has one of the values. The values can
/// also be booleans and integers. The last variant stores all other values.
macro_rules! union {
    ($name:ident by $property:literal {
        $($variant:ident($ty:ty) = $($value:literal)|+,)*
        ..$unknown:ident
    }) => {
        impl $crate::runtime::read::Read for $name {
            fn read(
                json: &mut $crate::runtime::read::Cursor<'_>,
            ) -> $crate::runtime::read::Result<Self> {
                ::std::result::Result::Ok(match json.tag($property).as_deref() {
                    $(::std::option::Option::Some($($value)|+) => {
                        Self::$variant($crate::runtime::read::Read::read(json)?)
                    })*
                    _ => {
                        let value = $crate::runtime::read::Read::read(json)?;
                        json.note($crate::runtime::read::Unknown::Variant);
                        Self::$unknown(value)
                    }
                })
            }
        }

        $crate::runtime::union::implementations!($name { $($variant($ty),)* ..$unknown });
    };
    ($name:ident {
        $($text:literal => $constant:ident,)*
        $($variant:ident($ty:ty) $(if $property:literal = $($value:literal)|+)?,)*
        ..$unknown:ident
    }) => {
        impl $crate::runtime::read::Read for $name {
            fn read(
                json: &mut $crate::runtime::read::Cursor<'_>,
            ) -> $crate::runtime::read::Result<Self> {
                $(if $crate::runtime::read::is_text(json, $text) {
                    return ::std::result::Result::Ok(Self::$constant);
                })*
                $crate::runtime::read::union(
                    json,
                    &[$($crate::runtime::read::Variant {
                        starts: <$ty as $crate::runtime::read::Read>::STARTS,
                        condition: $crate::runtime::union::condition!($($property $($value)+)?),
                        read: |json| {
                            let value = $crate::runtime::read::Read::read(json)?;
                            ::std::result::Result::Ok(Self::$variant(value))
                        },
                    }),*],
                    |json| {
                        let value = $crate::runtime::read::Read::read(json)?;
                        ::std::result::Result::Ok(Self::$unknown(value))
                    },
                )
            }
        }

        $crate::runtime::union::implementations!($name {
            $($text => $constant,)*
            $($variant($ty),)*
            ..$unknown
        });
    };
}
pub(crate) use union;

/// Returns the condition of a variant.
macro_rules! condition {
    () => {
        ::std::option::Option::None
    };
    ($property:literal $($value:literal)+) => {
        ::std::option::Option::Some((
            $property,
            &[$($value),+],
        ))
    };
}
pub(crate) use condition;

/// Implements the common parts of unions with and without a discriminator.
macro_rules! implementations {
    ($name:ident {
        $($text:literal => $constant:ident,)*
        $($variant:ident($ty:ty),)*
        ..$unknown:ident
    }) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::runtime::read::deserialize(deserializer)
            }
        }

        impl $crate::runtime::write::Write for $name {
            fn write(
                &self,
                to: &mut dyn $crate::runtime::write::Sink,
            ) -> $crate::runtime::write::Result {
                match self {
                    $(Self::$constant => $crate::runtime::write::Write::write($text, to),)*
                    $(Self::$variant(value) => $crate::runtime::write::Write::write(value, to),)*
                    Self::$unknown(value) => $crate::runtime::write::Write::write(value, to),
                }
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::runtime::write::serialize(self, serializer)
            }
        }

        $(impl ::std::convert::From<$ty> for $name {
            fn from(value: $ty) -> Self {
                Self::$variant(value)
            }
        })*
    };
}
pub(crate) use implementations;
