//! The definition of a type of the module `types`.

use serde_json::Value;

use super::{Deprecation, FormerName, Type, TypeId};
use crate::Docs;

/// A type of the module `types`.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeDef {
    /// Its name.
    pub id: TypeId,
    /// The private module that defines it. Its name depends only on the name of the type.
    pub module: String,
    /// Its name in the official SDKs, if it is different.
    pub alias: Option<String>,
    /// The description of the pages.
    pub docs: Docs,
    /// Its shape.
    pub shape: Shape,
    /// The limits of its values, without those of its fields.
    pub limits: Limits,
    /// It is used in requests.
    pub sent: bool,
    /// It is used in responses, events, or errors.
    pub received: bool,
    /// Its former names.
    pub former_names: Vec<FormerName>,
    /// The former names of values, if it is an enumeration, or of setters, if it is a struct.
    pub former_members: Vec<FormerName>,
}

/// The shape of a type.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A JSON object, or the fields of a form.
    Struct(Struct),
    /// A string with known values.
    Enum(Enum),
    /// One of several types.
    Union(Union),
    /// A recursive list or map, which needs a named type.
    Newtype(Type),
}

/// A struct with named fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Struct {
    /// The fields, in the order of the page.
    pub fields: Vec<Field>,
    /// Groups of alternatives, as positions of fields. A value has all fields of one alternative of
    /// each group.
    pub alternatives: Vec<Vec<Vec<usize>>>,
    /// The field for all other properties.
    pub rest: Option<Rest>,
    /// The encoding in requests and responses.
    pub encoding: Encoding,
    /// The constructor.
    pub constructor: Constructor,
}

/// The encoding of a struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As JSON.
    Json,
    /// As `multipart/form-data`, which is only sent.
    Multipart,
}

/// The function `new` of a struct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constructor {
    /// No arguments, and `Default` is derived: no field is required.
    DerivedDefault,
    /// No arguments, and `Default` is implemented, because it sets constants.
    Default,
    /// The fields at these positions are arguments.
    New(Vec<usize>),
}

/// A field of a struct.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The name in Rust.
    pub name: String,
    /// The method that sets it, if it can be absent or the constructor sets a constant string.
    pub setter: Option<String>,
    /// The name of the property or of the form field.
    pub wire: String,
    /// The type, without the wrapper for its presence.
    pub ty: Type,
    /// Whether it can be absent.
    pub presence: Presence,
    /// The only value that it has.
    pub constant: Option<Constant>,
    /// The value by which a union identifies the struct: a string, or a number or boolean as JSON
    /// text.
    pub tag: Option<String>,
    /// The form field is sent as one JSON part, regardless of its type.
    pub json_part: bool,
    /// It occurs in responses, but not in requests.
    pub read_only: bool,
    /// It occurs in requests, but not in responses.
    pub write_only: bool,
    /// The value that the server uses if it is absent.
    pub default: Option<Value>,
    /// The value in examples: a string, a number, or a boolean.
    pub example: Option<Value>,
    /// The values that the server accepts.
    pub limits: Limits,
    /// The description of the page, with default and limits in words.
    pub docs: Docs,
    /// Set if it is deprecated.
    pub deprecated: Option<Deprecation>,
}

/// Whether a value can be absent or `null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is always present: `T`.
    Required,
    /// It is required in requests, and absent in responses: `Option<T>`, which the constructor
    /// sets.
    RequiredInRequests,
    /// It is always present and can be `null`: `Option<T>`, and `None` is sent as `null`.
    Nullable,
    /// It can be absent: `Option<T>`, and `None` is omitted.
    Optional,
    /// It can be absent or `null`, which differ in requests: `Option<Nullable<T>>`, and `None` is
    /// omitted.
    OptionalNullable,
    /// A list or map that can be absent: `T`, and an empty one is omitted.
    EmptyWhenAbsent,
}

impl Presence {
    /// Returns `true` if the field is an `Option`.
    pub fn is_option(self) -> bool {
        matches!(
            self,
            Self::RequiredInRequests | Self::Nullable | Self::Optional | Self::OptionalNullable
        )
    }

    /// Returns `true` if a program must set a value.
    pub fn is_required(self) -> bool {
        matches!(self, Self::Required | Self::RequiredInRequests)
    }
}

/// The only value that a field has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constant {
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A string, which is a value of an enumeration.
    Text(String),
}

impl Constant {
    /// Returns `true` if the constant is a value of this type.
    pub fn fits(&self, ty: &Type) -> bool {
        match self {
            Self::Bool(_) => *ty == Type::Bool,
            Self::Int(_) => matches!(ty, Type::Int(_) | Type::Float(_)),
            Self::Text(_) => matches!(ty, Type::Named(_)),
        }
    }
}

/// The limits that a schema sets for its values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// The minimum.
    pub minimum: Option<Bound>,
    /// The maximum.
    pub maximum: Option<Bound>,
    /// The minimum number of characters.
    pub min_length: Option<u64>,
    /// The maximum number of characters.
    pub max_length: Option<u64>,
    /// The minimum number of items.
    pub min_items: Option<u64>,
    /// The maximum number of items.
    pub max_items: Option<u64>,
    /// No item of a list occurs twice.
    pub unique_items: bool,
    /// The minimum number of properties.
    pub min_properties: Option<u64>,
    /// The maximum number of properties.
    pub max_properties: Option<u64>,
    /// The number whose multiples are accepted, as JSON text.
    pub multiple_of: Option<String>,
    /// A regular expression that strings match.
    pub pattern: Option<String>,
    /// A `format` without a Rust type, such as `email`.
    pub format: Option<String>,
    /// The only accepted values as JSON text, if the type is not an enumeration.
    pub values: Vec<String>,
    /// The limits of the items of a list or the values of a map, if they have any.
    pub items: Option<Box<Limits>>,
}

/// One end of a range of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The number as JSON text.
    pub number: String,
    /// The range excludes the number.
    pub exclusive: bool,
}

/// The field for properties without their own field.
#[derive(Clone, Debug, PartialEq)]
pub struct Rest {
    /// The name in Rust.
    pub name: String,
    /// The method that sets it.
    pub setter: String,
    /// The map.
    pub ty: Type,
    /// The description of the page.
    pub docs: Docs,
}

/// An open enumeration of strings.
#[derive(Clone, Debug, PartialEq)]
pub struct Enum {
    /// The known values.
    pub values: Vec<EnumValue>,
    /// The variant for unknown values.
    pub unknown: String,
}

/// A known value of an enumeration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumValue {
    /// The variant.
    pub name: String,
    /// The value on the wire.
    pub value: String,
    /// The description of the page.
    pub docs: Docs,
}

/// One of several types.
#[derive(Clone, Debug, PartialEq)]
pub struct Union {
    /// The method of recognizing the variant.
    pub tagging: Tagging,
    /// The variants without data, each of which is one string. Only an untagged union has them, and
    /// they are tried before the other variants.
    pub values: Vec<EnumValue>,
    /// The variants with data, in the order in which they are tried.
    pub variants: Vec<Variant>,
    /// The variant for unknown values.
    pub unknown: String,
}

/// The method of recognizing the variant of a union.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tagging {
    /// By the value of this property.
    Tagged(String),
    /// By trying the variants in order.
    Untagged,
}

/// A variant of a union.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its name in Rust.
    pub name: String,
    /// The type of its value.
    pub ty: Type,
    /// The limits of its values, unless they have a named type.
    pub limits: Limits,
    /// The values of the discriminator that select it, in a tagged union: strings, or a number or
    /// boolean as JSON text.
    pub tags: Vec<String>,
    /// The condition for trying the variant, in an untagged union.
    pub condition: Option<Condition>,
}

/// The condition for reading an object as a variant of an untagged union.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The property.
    pub property: String,
    /// The accepted values: strings, or a number or boolean as JSON text.
    pub values: Vec<String>,
}

impl TypeDef {
    /// Returns the fields of a struct, or an empty slice.
    pub fn fields(&self) -> &[Field] {
        match &self.shape {
            Shape::Struct(Struct { fields, .. }) => fields,
            _ => &[],
        }
    }

    /// Returns the struct, if the type is one.
    pub fn as_struct(&self) -> Option<&Struct> {
        match &self.shape {
            Shape::Struct(shape) => Some(shape),
            _ => None,
        }
    }

    /// Returns `true` if values of other types convert into it: enumerations and unions.
    pub fn is_converted(&self) -> bool {
        matches!(self.shape, Shape::Enum(_) | Shape::Union(_))
    }

    /// Returns its name and the names of its fields or variants, including former ones.
    pub fn names(&self) -> Vec<&str> {
        let former = self.former_names.iter().chain(&self.former_members);
        let former = former.map(|former| former.name.as_str());
        let mut names: Vec<&str> = std::iter::once(self.id.as_str()).chain(former).collect();
        match &self.shape {
            Shape::Struct(shape) => {
                names.extend(shape.fields.iter().map(|field| field.name.as_str()));
            }
            Shape::Enum(shape) => {
                names.extend(shape.values.iter().map(|value| value.name.as_str()));
            }
            Shape::Union(union) => {
                names.extend(union.values.iter().map(|value| value.name.as_str()));
                names.extend(union.variants.iter().map(|variant| variant.name.as_str()));
            }
            Shape::Newtype(_) => {}
        }
        names
    }

    /// Returns the types of its fields, variants, or contents.
    pub fn parts(&self) -> Vec<&Type> {
        match &self.shape {
            Shape::Struct(shape) => {
                let fields = shape.fields.iter().map(|field| &field.ty);
                fields
                    .chain(shape.rest.iter().map(|rest| &rest.ty))
                    .collect()
            }
            Shape::Enum(_) => Vec::new(),
            Shape::Union(union) => union.variants.iter().map(|variant| &variant.ty).collect(),
            Shape::Newtype(ty) => vec![ty],
        }
    }
}
