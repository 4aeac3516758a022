//! String enums that accept unknown values.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "an API may have no enums"
)]

use std::fmt;

/// An enum value that is unknown to this version of the crate.
///
/// The type is opaque, because a newer version may add a variant for the value. It can be read and
/// sent back. [`From`] of the enum creates it for an unknown string.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownValue(String);

impl UnknownValue {
    pub(crate) fn new(value: &str) -> Self {
        Self(value.to_owned())
    }

    /// Returns the string value of the API.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Implements reading, writing, and conversions for a string enum. The last variant stores unknown
/// values:
///
/// ```text
/// /// The content of an asset.
/// pub enum AssetType {
///     Video,
///     Image,
///     Unknown(UnknownValue),
/// }
///
/// open_enum! {
///     AssetType {
///         Video = "video",
///         Image = "image",
///         ..Unknown
///     }
/// }
/// ```
macro_rules! open_enum {
    ($name:ident {
        $($variant:ident = $value:literal,)*
        ..$unknown:ident
    }) => {
        impl $name {
            /// All known values of this version of the crate.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),*];

            /// Returns the string value of the API.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::$unknown(value) => value.as_str(),
                }
            }

            fn known(value: &str) -> ::std::option::Option<Self> {
                match value {
                    $($value => ::std::option::Option::Some(Self::$variant),)*
                    _ => ::std::option::Option::None,
                }
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                match Self::known(value) {
                    ::std::option::Option::Some(known) => known,
                    ::std::option::Option::None => {
                        Self::$unknown($crate::runtime::UnknownValue::new(value))
                    }
                }
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(value: ::std::string::String) -> Self {
                Self::from(value.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(
                value: &str,
            ) -> ::std::result::Result<Self, ::std::convert::Infallible> {
                ::std::result::Result::Ok(Self::from(value))
            }
        }

        impl ::std::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl $crate::runtime::read::Read for $name {
            const STARTS: &'static [u8] = b"\"";

            fn read(
                json: &mut $crate::runtime::read::Cursor<'_>,
            ) -> $crate::runtime::read::Result<Self> {
                let value = json.string("a string")?;
                let value = Self::from(&*value);
                if let Self::$unknown(_) = value {
                    json.note($crate::runtime::read::Unknown::Value);
                }
                ::std::result::Result::Ok(value)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value = <::std::string::String as ::serde::Deserialize>::deserialize(deserializer)?;
                ::std::result::Result::Ok(Self::from(value))
            }
        }

        impl $crate::runtime::write::Write for $name {
            fn write(
                &self,
                to: &mut dyn $crate::runtime::write::Sink,
            ) -> $crate::runtime::write::Result {
                to.string(self.as_str())
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
    };
}
pub(crate) use open_enum;
