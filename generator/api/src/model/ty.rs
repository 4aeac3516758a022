//! The Rust type of a value.

use std::fmt;

/// The name of a type in the module `types`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(String);

impl TypeId {
    /// Wraps a name that has been claimed.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TypeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The type of a field, a parameter, an item, or a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `bool`
    Bool,
    /// `i8` to `u64`
    Int(IntKind),
    /// `f32` or `f64`
    Float(FloatKind),
    /// `String`
    String,
    /// `chrono::NaiveDate`
    Date,
    /// `chrono::DateTime<Utc>`
    DateTime,
    /// `serde_json::Value`: any JSON
    Json,
    /// `serde_json::Map<String, serde_json::Value>`: an object with any properties
    JsonObject,
    /// The runtime's `Upload`: the content of a file
    File,
    /// The runtime's `Form`: a multipart body with undocumented fields
    Form,
    /// A list
    List(Box<Type>),
    /// A map with string keys
    Map(Box<Type>),
    /// A value or `null`
    Nullable(Box<Type>),
    /// A value in a `Box`, because its type is recursive
    Boxed(Box<Type>),
    /// A type of the module `types`
    Named(TypeId),
    /// A type of another crate, such as `uuid::Uuid`
    External(String),
}

/// The size of an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntKind {
    /// `i8`
    I8,
    /// `i16`
    I16,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `u8`
    U8,
    /// `u16`
    U16,
    /// `u32`
    U32,
    /// `u64`
    U64,
}

/// The size of a floating-point number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatKind {
    /// `f32`
    F32,
    /// `f64`
    F64,
}

impl IntKind {
    /// Returns the name of the type in Rust.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
        }
    }

    /// Returns `true` if the number is in the range of this type.
    pub fn contains(self, number: i64) -> bool {
        match self {
            Self::I8 => i8::try_from(number).is_ok(),
            Self::I16 => i16::try_from(number).is_ok(),
            Self::I32 => i32::try_from(number).is_ok(),
            Self::I64 => true,
            Self::U8 => u8::try_from(number).is_ok(),
            Self::U16 => u16::try_from(number).is_ok(),
            Self::U32 => u32::try_from(number).is_ok(),
            Self::U64 => u64::try_from(number).is_ok(),
        }
    }
}

impl FloatKind {
    /// Returns the name of the type in Rust.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F64 => "f64",
        }
    }
}

impl Type {
    /// Returns the named type of a value of this type, inside `Nullable` and `Box` but not inside a
    /// list or a map.
    pub fn named(&self) -> Option<&TypeId> {
        match self {
            Self::Named(id) => Some(id),
            Self::Nullable(inner) | Self::Boxed(inner) => inner.named(),
            _ => None,
        }
    }

    /// Returns the type inside `Nullable`, `Box`, lists, and maps.
    pub fn innermost(&self) -> &Self {
        match self {
            Self::Nullable(inner) | Self::Boxed(inner) | Self::List(inner) | Self::Map(inner) => {
                inner.innermost()
            }
            other => other,
        }
    }

    /// Returns the named type that this type is or contains.
    pub fn mentions(&self) -> Option<&TypeId> {
        match self.innermost() {
            Self::Named(id) => Some(id),
            _ => None,
        }
    }

    /// Returns the type without `Box`.
    pub fn unboxed(&self) -> &Self {
        match self {
            Self::Boxed(inner) => inner,
            other => other,
        }
    }
}

/// Writes the type as Rust code, in which the types of the API are in scope.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Int(kind) => f.write_str(kind.as_str()),
            Self::Float(kind) => f.write_str(kind.as_str()),
            Self::String => f.write_str("String"),
            Self::Date => f.write_str("NaiveDate"),
            Self::DateTime => f.write_str("DateTime<Utc>"),
            Self::Json => f.write_str("serde_json::Value"),
            Self::JsonObject => f.write_str("serde_json::Map<String, serde_json::Value>"),
            Self::File => f.write_str("Upload"),
            Self::Form => f.write_str("Form"),
            Self::List(item) => write!(f, "Vec<{item}>"),
            Self::Map(value) => write!(f, "BTreeMap<String, {value}>"),
            Self::Nullable(inner) => write!(f, "Option<{inner}>"),
            Self::Boxed(inner) => write!(f, "Box<{inner}>"),
            Self::Named(id) => write!(f, "{id}"),
            Self::External(path) => f.write_str(path),
        }
    }
}
