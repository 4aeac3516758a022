//! Newtypes: recursive lists and maps.

#![allow(unused_imports, unused_macros, reason = "an API may have no newtypes")]

/// Implements reading, writing, and conversions for a struct that is serialized as its only field:
///
/// ```text
/// pub struct Tree(pub Vec<Tree>);
///
/// newtype! {
///     Tree of Vec<Tree>
/// }
/// ```
macro_rules! newtype {
    ($name:ident of $ty:ty) => {
        impl $crate::runtime::read::Read for $name {
            fn read(
                json: &mut $crate::runtime::read::Cursor<'_>,
            ) -> $crate::runtime::read::Result<Self> {
                $crate::runtime::read::Read::read(json).map(Self)
            }
        }

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
                $crate::runtime::write::Write::write(&self.0, to)
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

        impl ::std::ops::Deref for $name {
            type Target = $ty;

            fn deref(&self) -> &$ty {
                &self.0
            }
        }

        impl ::std::convert::From<$ty> for $name {
            fn from(value: $ty) -> Self {
                Self(value)
            }
        }
    };
}
pub(crate) use newtype;
