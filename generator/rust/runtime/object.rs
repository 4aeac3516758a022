//! Structs that are read from and written as JSON objects.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "an API may not use all of it"
)]

/// Implements reading and writing for a struct. Each field is listed with its presence and the key
/// of its property:
///
/// ```text
/// /// A file that was uploaded.
/// pub struct Asset {
///     /// Size, in bytes.
///     pub size: i64,
///     pub id: Option<String>,
///     pub labels: Vec<String>,
///     pub parent: Option<String>,
///     pub extra: BTreeMap<String, Value>,
/// }
///
/// object! {
///     Asset {
///         size: required "size",
///         id: optional "_id",
///         labels: optional "labels",
///         parent: nullable "parent",
///         ..extra
///     }
/// }
/// ```
///
/// - `required`: the property is always present.
/// - `optional`: `None`, empty lists, and empty maps are omitted. `null` is read as absent.
/// - `read_only`: like `optional`, but always omitted from requests.
/// - `nullable`: `None` is written as `null`.
///
/// Unknown properties are stored in the map at the end, or ignored if there is no map.
macro_rules! object {
    ($name:ident {
        $($field:ident: $presence:ident $key:literal,)*
        $(..$rest:ident)?
    }) => {
        impl $crate::runtime::read::Read for $name {
            const STARTS: &'static [u8] = b"{";

            fn read(
                json: &mut $crate::runtime::read::Cursor<'_>,
            ) -> $crate::runtime::read::Result<Self> {
                $(let mut $field = $crate::runtime::object::slot!($presence);)*
                $(let mut $rest = ::std::default::Default::default();)?
                // Never executed. The field assignments infer the types of the slots.
                if false {
                    return ::std::result::Result::Ok(Self {
                        $($field: $crate::runtime::object::value!($presence $field),)*
                        $($rest,)?
                    });
                }
                let read = $crate::runtime::read::object(
                    json,
                    stringify!($name),
                    const { &$crate::runtime::read::Keys::new(&[$($key),*]) },
                    &mut [$(&mut $field),*],
                    $crate::runtime::object::rest!($($rest)?),
                );
                // `?` would compile two more functions for each type.
                match read {
                    ::std::result::Result::Ok(()) => ::std::result::Result::Ok(Self {
                        $($field: $crate::runtime::object::value!($presence $field),)*
                        $($rest,)?
                    }),
                    ::std::result::Result::Err(fault) => ::std::result::Result::Err(fault),
                }
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
                $crate::runtime::write::object(
                    to,
                    &[$($crate::runtime::object::key!($presence $key)),*],
                    &[$(&self.$field),*],
                    $crate::runtime::object::entries!($(self.$rest)?),
                )
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
pub(crate) use object;

/// Returns an empty slot for a property.
macro_rules! slot {
    (required) => {
        $crate::runtime::read::Required::default()
    };
    ($presence:ident) => {
        ::std::default::Default::default()
    };
}
pub(crate) use slot;

/// Returns the value in a slot.
macro_rules! value {
    (required $slot:ident) => {
        $slot.get()
    };
    ($presence:ident $slot:ident) => {
        $slot
    };
}
pub(crate) use value;

/// Returns the key for writing a property.
macro_rules! key {
    (optional $key:literal) => {
        $crate::runtime::write::Key::optional($key)
    };
    (read_only $key:literal) => {
        $crate::runtime::write::Key::read_only($key)
    };
    ($presence:ident $key:literal) => {
        $crate::runtime::write::Key::required($key)
    };
}
pub(crate) use key;

/// Creates the storage for unknown properties.
macro_rules! rest {
    () => {
        ::std::option::Option::None
    };
    ($rest:ident) => {
        ::std::option::Option::Some(&mut $rest)
    };
}
pub(crate) use rest;

/// Returns the unknown properties.
macro_rules! entries {
    () => {
        ::std::option::Option::None
    };
    ($value:ident.$rest:ident) => {
        ::std::option::Option::Some(&$value.$rest)
    };
}
pub(crate) use entries;
