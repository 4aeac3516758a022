//! Structs that are read from a JSON object, and written as one.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "an API may not need all of it"
)]

/// Implements reading and writing for a struct. Each field has the key of its property,
/// and the rule for its absence:
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
/// - `required`: the property is always there.
/// - `optional`: an absent value, and an empty list or map, is not written. `null` is read
///   as an absent value.
/// - `nullable`: an absent value is written as `null`.
///
/// A property without a field is kept in the map at the end, or ignored if there is none.
macro_rules! object {
    ($name:ident {
        $($field:ident: $presence:ident $key:literal,)*
        $(..$rest:ident)?
    }) => {
        impl $crate::runtime::read::Read for $name {
            fn read(
                json: &mut $crate::runtime::read::Cursor<'_>,
            ) -> $crate::runtime::read::Result<Self> {
                $(let mut $field = $crate::runtime::object::$presence::slot();)*
                $(let mut $rest = ::std::default::Default::default();)?
                // Never runs: the fields give the slots their types.
                if false {
                    return ::std::result::Result::Ok(Self {
                        $($field: $crate::runtime::object::$presence::value($field),)*
                        $($rest,)?
                    });
                }
                $crate::runtime::read::object(
                    json,
                    stringify!($name),
                    &[$($key),*],
                    &mut [$(&mut $field),*],
                    $crate::runtime::object::rest!($($rest)?),
                )?;
                ::std::result::Result::Ok(Self {
                    $($field: $crate::runtime::object::$presence::value($field),)*
                    $($rest,)?
                })
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::runtime::read::deserialize(deserializer)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                #[allow(unused_mut, reason = "an object may have no properties")]
                let mut map = serializer.serialize_map(::std::option::Option::None)?;
                $($crate::runtime::object::$presence::write(&mut map, $key, &self.$field)?;)*
                $(for (key, value) in &self.$rest {
                    ::serde::ser::SerializeMap::serialize_entry(&mut map, key, value)?;
                })?
                ::serde::ser::SerializeMap::end(map)
            }
        }
    };
}
pub(crate) use object;

/// Returns what the properties without a field are kept in.
macro_rules! rest {
    () => {
        ::std::option::Option::None
    };
    ($rest:ident) => {
        ::std::option::Option::Some(&mut $rest)
    };
}
pub(crate) use rest;

/// A property that is always there.
pub(crate) mod required {
    use serde::ser::{Serialize, SerializeMap};

    use super::super::read::Required;

    pub(crate) fn slot<T>() -> Required<T> {
        Required::default()
    }

    pub(crate) fn value<T>(slot: Required<T>) -> T {
        slot.get()
    }

    pub(crate) fn write<S, T>(map: &mut S, key: &'static str, value: &T) -> Result<(), S::Error>
    where
        S: SerializeMap,
        T: Serialize,
    {
        map.serialize_entry(key, value)
    }
}

/// A property that is not written when it is absent.
pub(crate) mod optional {
    use std::collections::BTreeMap;

    use serde::ser::{Serialize, SerializeMap};
    use serde_json::{Map, Value};

    pub(crate) fn slot<T: Default>() -> T {
        T::default()
    }

    pub(crate) fn value<T>(slot: T) -> T {
        slot
    }

    pub(crate) fn write<S, T>(map: &mut S, key: &'static str, value: &T) -> Result<(), S::Error>
    where
        S: SerializeMap,
        T: Serialize + Absent,
    {
        if value.is_absent() {
            return Ok(());
        }
        map.serialize_entry(key, value)
    }

    /// A value that can be absent.
    pub(crate) trait Absent {
        fn is_absent(&self) -> bool;
    }

    impl<T> Absent for Option<T> {
        fn is_absent(&self) -> bool {
            self.is_none()
        }
    }

    impl<T> Absent for Vec<T> {
        fn is_absent(&self) -> bool {
            self.is_empty()
        }
    }

    impl<K, T> Absent for BTreeMap<K, T> {
        fn is_absent(&self) -> bool {
            self.is_empty()
        }
    }

    impl Absent for Map<String, Value> {
        fn is_absent(&self) -> bool {
            self.is_empty()
        }
    }
}

/// A property that is written as `null` when it is absent.
pub(crate) mod nullable {
    pub(crate) use super::optional::{slot, value};
    pub(crate) use super::required::write;
}
