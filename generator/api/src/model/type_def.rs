//! The definition of a type of the module `types`.

use serde_json::Value;

use super::{Deprecation, FormerName, Type, TypeId};
use crate::Docs;

/// A type of the module `types`.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeDef {
    /// Its name.
    pub id: TypeId,
    /// The private module that defines it, which is named after it alone.
    pub module: String,
    /// The name by which the official SDKs call it, if that is another one.
    pub alias: Option<String>,
    /// The description of the pages.
    pub docs: Docs,
    /// Its shape.
    pub shape: Shape,
    /// A request holds values of it.
    pub sent: bool,
    /// A response, an event, or an error holds values of it.
    pub received: bool,
    /// The names by which programs of earlier versions know it.
    pub former_names: Vec<FormerName>,
    /// The former names of values, if it is an enumeration, or of setters, if it is a struct.
    pub former_members: Vec<FormerName>,
}

/// The shape of a type.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A JSON object, or the fields of a form.
    Struct(Struct),
    /// A text of which some values are known.
    Enum(Enum),
    /// One of several types.
    Union(Union),
    /// A list or a map that contains itself, which needs a type of its own.
    Newtype(Type),
}

/// A struct with named fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Struct {
    /// The fields, in the order of the page.
    pub fields: Vec<Field>,
    /// Groups of alternatives, each with the positions of fields: a value has all fields of one
    /// alternative of each group.
    pub alternatives: Vec<Vec<Vec<usize>>>,
    /// The field that keeps all other properties: a map of this type.
    pub rest: Option<Rest>,
    /// The encoding in requests and responses.
    pub encoding: Encoding,
    /// The function that creates one.
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
    /// It takes nothing, and `Default` is derived: no field is required.
    DerivedDefault,
    /// It takes nothing, and `Default` is written, because it sets constants.
    Default,
    /// It takes the fields at these positions.
    New(Vec<usize>),
}

/// A field of a struct.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The name in Rust.
    pub name: String,
    /// The method that sets it, if it can be absent or the constructor sets a text that is known
    /// today.
    pub setter: Option<String>,
    /// The name of the property or of the form's field.
    pub wire: String,
    /// The type, without what its presence adds.
    pub ty: Type,
    /// Whether it can be absent.
    pub presence: Presence,
    /// The only value that it has.
    pub constant: Option<Constant>,
    /// The value by which a union recognizes the struct: a text, or a number or a boolean as
    /// JSON writes it.
    pub tag: Option<String>,
    /// The field of a form is sent as one part of JSON, whatever its type is.
    pub json_part: bool,
    /// Responses have it and requests leave it out.
    pub read_only: bool,
    /// Requests have it and responses do not.
    pub write_only: bool,
    /// The value that the server takes for an absent one.
    pub default: Option<Value>,
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
    /// It is always there: `T`.
    Required,
    /// A request must have it, and a response lacks it: `Option<T>`, which the constructor
    /// sets.
    RequiredInRequests,
    /// It is always there and can be `null`: `Option<T>`, and `None` is sent as `null`.
    Nullable,
    /// It can be absent: `Option<T>`, and `None` is left out.
    Optional,
    /// It can be absent or `null`, which mean different things in a request:
    /// `Option<Nullable<T>>`, and `None` is left out.
    OptionalNullable,
    /// A list or map that can be absent: `T`, and an empty one is left out.
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

    /// Returns `true` if a program must give a value.
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
    /// A text, which is a value of an enumeration.
    Text(String),
}

impl Constant {
    /// Returns `true` if the constant is written as a value of this type.
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
    /// The least number, as JSON writes it, and whether it is excluded.
    pub minimum: Option<Bound>,
    /// The greatest number.
    pub maximum: Option<Bound>,
    /// The least number of characters.
    pub min_length: Option<u64>,
    /// The greatest number of characters.
    pub max_length: Option<u64>,
    /// The least number of items.
    pub min_items: Option<u64>,
    /// The greatest number of items.
    pub max_items: Option<u64>,
    /// A regular expression that a text matches.
    pub pattern: Option<String>,
    /// A `format` that has no type of its own, such as `email`.
    pub format: Option<String>,
    /// The only values that are accepted, as JSON writes them, if the type is no
    /// enumeration.
    pub values: Vec<String>,
}

/// One end of a range of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The number, as JSON writes it.
    pub number: String,
    /// The number itself is not accepted.
    pub exclusive: bool,
}

/// The field that keeps the properties that have no field.
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

/// An open enumeration of texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Enum {
    /// The known values.
    pub values: Vec<EnumValue>,
    /// The variant that keeps any other value.
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
    /// The way to recognize a value.
    pub tagging: Tagging,
    /// The variants, in the order in which they are tried.
    pub variants: Vec<Variant>,
    /// The variant that keeps any other value.
    pub unknown: String,
}

/// The way to recognize the variant of a union.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tagging {
    /// By the value of this property.
    Tagged(String),
    /// By trying one variant after the other.
    Untagged,
}

/// A variant of a union.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its name in Rust.
    pub name: String,
    /// The type that it holds.
    pub ty: Type,
    /// The values of the discriminator that select it, in a tagged union: texts, or a number
    /// or a boolean as JSON writes it.
    pub tags: Vec<String>,
    /// The property that an object must have with one of these values to be tried, in
    /// an untagged union.
    pub condition: Option<Condition>,
}

/// The condition for reading an object as a variant of an untagged union.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The property.
    pub property: String,
    /// The values that it can have: texts, or a number or a boolean as JSON writes it.
    pub values: Vec<String>,
}

impl TypeDef {
    /// Returns the fields of a struct, or nothing.
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

    /// Returns its name and the names of its fields or variants, also the former ones.
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
                names.extend(union.variants.iter().map(|variant| variant.name.as_str()));
            }
            Shape::Newtype(_) => {}
        }
        names
    }

    /// Returns the types that it consists of.
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
