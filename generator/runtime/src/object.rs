//! Objects: structs that are read from a JSON object, and written as one.
//!
//! `serde`'s derive reads them as well, from twice the code: reading alone was more
//! than a third of the time that the compiler took for a client.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "an API may not need all of it"
)]

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor,
};
use serde_json::{Map, Value};

pub(crate) use super::date_time::{nullable_date_time, optional_date_time, required_date_time};

/// Defines a struct that is a JSON object. Each field has the key that it stands by,
/// and how it may be absent:
///
/// ```text
/// object! {
///     /// A file that was uploaded.
///     pub struct Asset {
///         /// How large it is, in bytes.
///         pub size: i64 = required "size",
///         pub id: Option<String> = optional "_id",
///         pub labels: Vec<String> = optional "labels",
///         pub parent: Option<String> = nullable "parent",
///         ..pub extra: HashMap<String, Value>
///     }
/// }
/// ```
///
/// - `required`: it is always there.
/// - `optional`: an absent one, and an empty list or map, is left out; `null` is read as absence.
/// - `nullable`: an absent one is written as `null`.
///
/// A property that has no field is kept in the map at the end, or ignored if there is none.
/// For dates and times, and lists and maps of them, it is `required_date_time` and so on.
macro_rules! object {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident {
            $($(#[$field_attribute:meta])* pub $field:ident: $ty:ty = $presence:ident $key:literal,)*
            $(..$(#[$rest_attribute:meta])* pub $rest:ident: $rest_ty:ty)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $($(#[$field_attribute])* pub $field: $ty,)*
            $($(#[$rest_attribute])* pub $rest: $rest_ty,)?
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::runtime::object::deserialize(deserializer)
            }
        }

        const _: () = {
        #[allow(non_camel_case_types)]
        // A type of the API may be called `Field`, and a property `field`.
        pub enum __Field {
            $($field),*
        }

        impl<'de> $crate::runtime::object::Object<'de> for $name {
            const NAME: &'static str = stringify!($name);
            const KEYS: &'static [&'static str] = &[$($key),*];

            type Field = __Field;

            #[inline]
            fn field(key: &str) -> ::std::option::Option<__Field> {
                match key {
                    $($key => ::std::option::Option::Some(__Field::$field),)*
                    _ => ::std::option::Option::None,
                }
            }

            fn read<A: ::serde::de::MapAccess<'de>>(
                mut map: A,
            ) -> ::std::result::Result<Self, A::Error> {
                $(let mut $field = ::std::option::Option::None;)*
                let mut rest = $crate::runtime::object::rest!($($rest_ty)?);
                while let ::std::option::Option::Some(__field) =
                    $crate::runtime::object::next::<Self, _, _>(&mut map, &mut rest)?
                {
                    match __field {
                        $(__Field::$field => {
                            let value = $crate::runtime::object::$presence::read(&mut map)?;
                            $field = ::std::option::Option::Some(value);
                        })*
                    }
                }
                ::std::result::Result::Ok(Self {
                    $($field: $crate::runtime::object::$presence::finish($field, $key)?,)*
                    $($rest: rest,)?
                })
            }
        }
        };

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

/// Returns where the properties go that have no field.
macro_rules! rest {
    () => {
        $crate::runtime::object::Ignored
    };
    ($ty:ty) => {
        <$ty>::default()
    };
}
pub(crate) use rest;

/// A struct that [`object!`] defines.
pub(crate) trait Object<'de>: Sized {
    /// What errors call it.
    const NAME: &'static str;
    /// The keys of its fields, in their order.
    const KEYS: &'static [&'static str];

    /// One of its fields.
    type Field;

    /// Returns the field of a key.
    fn field(key: &str) -> Option<Self::Field>;

    fn read<A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
}

#[inline]
pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Object<'de>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_struct(T::NAME, T::KEYS, ObjectVisitor(PhantomData))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Object<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", T::NAME)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read(map)
    }
}

/// Reads up to the next key that has a field, and returns that.
#[inline]
pub(crate) fn next<'de, T, A, R>(map: &mut A, rest: &mut R) -> Result<Option<T::Field>, A::Error>
where
    T: Object<'de>,
    A: MapAccess<'de>,
    R: Rest<'de>,
{
    while let Some(key) = map.next_key_seed(Key::<T, R>(PhantomData))? {
        match key {
            Ok(field) => return Ok(Some(field)),
            Err(other) => rest.read(other, map)?,
        }
    }
    Ok(None)
}

/// Reads a key as its field, or as what `R` remembers of another.
struct Key<T, R>(PhantomData<(T, R)>);

impl<'de, T: Object<'de>, R: Rest<'de>> DeserializeSeed<'de> for Key<T, R> {
    type Value = Result<T::Field, R::Key>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de, T: Object<'de>, R: Rest<'de>> Visitor<'de> for Key<T, R> {
    type Value = Result<T::Field, R::Key>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    #[inline]
    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(T::field(key).ok_or_else(|| R::key(key)))
    }
}

/// What becomes of the properties that have no field.
pub(crate) trait Rest<'de> {
    /// What is remembered of a key while its value is read.
    type Key;

    fn key(key: &str) -> Self::Key;
    fn read<A: MapAccess<'de>>(&mut self, key: Self::Key, map: &mut A) -> Result<(), A::Error>;
}

pub(crate) struct Ignored;

impl<'de> Rest<'de> for Ignored {
    type Key = ();

    fn key(_: &str) {}

    fn read<A: MapAccess<'de>>(&mut self, (): (), map: &mut A) -> Result<(), A::Error> {
        map.next_value::<IgnoredAny>().map(drop)
    }
}

impl<'de, V: Deserialize<'de>> Rest<'de> for HashMap<String, V> {
    type Key = String;

    fn key(key: &str) -> String {
        key.to_owned()
    }

    fn read<A: MapAccess<'de>>(&mut self, key: String, map: &mut A) -> Result<(), A::Error> {
        self.insert(key, map.next_value()?);
        Ok(())
    }
}

impl<'de> Rest<'de> for Map<String, Value> {
    type Key = String;

    fn key(key: &str) -> String {
        key.to_owned()
    }

    fn read<A: MapAccess<'de>>(&mut self, key: String, map: &mut A) -> Result<(), A::Error> {
        self.insert(key, map.next_value()?);
        Ok(())
    }
}

/// A property that is always there.
pub(crate) mod required {
    use serde::de::{Deserialize, Error, MapAccess};
    use serde::ser::{Serialize, SerializeMap};

    #[inline]
    pub(crate) fn read<'de, A, T>(map: &mut A) -> Result<T, A::Error>
    where
        A: MapAccess<'de>,
        T: Deserialize<'de>,
    {
        map.next_value()
    }

    #[inline]
    pub(crate) fn finish<T, E: Error>(value: Option<T>, key: &'static str) -> Result<T, E> {
        value.ok_or_else(|| E::missing_field(key))
    }

    pub(crate) fn write<S, T>(map: &mut S, key: &'static str, value: &T) -> Result<(), S::Error>
    where
        S: SerializeMap,
        T: Serialize,
    {
        map.serialize_entry(key, value)
    }
}

/// A property that is left out when it is absent.
pub(crate) mod optional {
    use std::collections::HashMap;

    use serde::de::{Deserialize, MapAccess};
    use serde::ser::{Serialize, SerializeMap};
    use serde_json::{Map, Value};

    #[inline]
    pub(crate) fn read<'de, A, T>(map: &mut A) -> Result<T, A::Error>
    where
        A: MapAccess<'de>,
        T: Default + Deserialize<'de>,
    {
        map.next_value::<Option<T>>().map(Option::unwrap_or_default)
    }

    #[inline]
    pub(crate) fn finish<T: Default, E>(value: Option<T>, _: &'static str) -> Result<T, E> {
        Ok(value.unwrap_or_default())
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

    /// What may be absent.
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

    impl<K, T> Absent for HashMap<K, T> {
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
    pub(crate) use super::optional::{finish, read};
    pub(crate) use super::required::write;
}
