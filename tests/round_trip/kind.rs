//! Kinds of schemas.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use serde_json::{Value, json};

/// A kind of schema.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Any,
    Boolean,
    /// With a format.
    Integer(&'static str),
    Number,
    /// With a format.
    Text(&'static str),
    Choice(Vec<&'static str>),
    List(Box<Kind>),
    Map(Box<Kind>),
    Object(Vec<Property>),
    /// An `allOf` object with its last property in a second part.
    Composition(Vec<Property>),
    /// Objects that the property `kind` selects.
    Tagged(Vec<Vec<Property>>),
    /// Objects that a number selects.
    Numbered(Vec<Vec<Property>>),
    /// Values of different types.
    Untagged(Box<Kind>),
}

/// A property of an object.
#[derive(Clone, Debug)]
pub(crate) struct Property {
    pub(crate) kind: Kind,
    pub(crate) is_required: bool,
    pub(crate) is_nullable: bool,
}

/// Values of the property that selects a variant.
pub(crate) const TAGS: [&str; 3] = ["cat", "dog", "sea-cow"];

/// Values of enumerations.
const CHOICES: [&str; 4] = ["a", "b-c", "1.10", "D E"];

/// Returns objects with properties of any kind.
pub(crate) fn object() -> impl Strategy<Value = Kind> {
    properties(kind()).prop_map(Kind::Object)
}

fn kind() -> impl Strategy<Value = Kind> + Clone {
    let leaf = prop_oneof![
        Just(Kind::Any),
        Just(Kind::Boolean),
        Just(Kind::Integer("")),
        Just(Kind::Integer("int32")),
        Just(Kind::Integer("uint64")),
        Just(Kind::Number),
        Just(Kind::Text("")),
        Just(Kind::Text("date")),
        Just(Kind::Text("date-time")),
        Just(Kind::Text("uuid")),
        (1..=CHOICES.len()).prop_map(|count| Kind::Choice(CHOICES[..count].to_vec())),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let variants = || vec(properties(inner.clone()), 2..=TAGS.len());
        prop_oneof![
            inner.clone().prop_map(|kind| Kind::List(Box::new(kind))),
            inner.clone().prop_map(|kind| Kind::Map(Box::new(kind))),
            properties(inner.clone()).prop_map(Kind::Object),
            properties(inner.clone()).prop_map(Kind::Composition),
            variants().prop_map(Kind::Tagged),
            variants().prop_map(Kind::Numbered),
            properties(inner)
                .prop_map(Kind::Object)
                .prop_map(|kind| Kind::Untagged(Box::new(kind))),
        ]
    })
}

fn properties(
    kinds: impl Strategy<Value = Kind> + Clone,
) -> impl Strategy<Value = Vec<Property>> + Clone {
    let property = (kinds, any::<bool>(), any::<bool>());
    let property = property.prop_map(|(kind, is_required, is_nullable)| Property {
        kind,
        is_required,
        is_nullable,
    });
    vec(property, 1..4)
}

/// Returns the name of the property at a position.
pub(crate) fn name(position: usize) -> String {
    format!("p{position}")
}

impl Kind {
    /// Returns the schema.
    pub(crate) fn schema(&self) -> Value {
        match self {
            Self::Any => json!({}),
            Self::Boolean => json!({"type": "boolean"}),
            Self::Integer(format) => formatted("integer", format),
            Self::Number => json!({"type": "number"}),
            Self::Text(format) => formatted("string", format),
            Self::Choice(values) => json!({"type": "string", "enum": values}),
            Self::List(item) => json!({"type": "array", "items": item.schema()}),
            Self::Map(value) => json!({"type": "object", "additionalProperties": value.schema()}),
            Self::Object(properties) => object_of(properties, 0),
            Self::Composition(properties) => {
                let (last, first) = properties.split_last().expect("there is one");
                let last = object_of(std::slice::from_ref(last), first.len());
                match first {
                    [] => last,
                    first => json!({"allOf": [object_of(first, 0), last]}),
                }
            }
            Self::Tagged(variants) => union(variants, |index| json!(TAGS[index])),
            Self::Numbered(variants) => union(variants, |index| json!(index)),
            Self::Untagged(object) => json!({"oneOf": [
                {"type": "integer"}, {"type": "boolean"}, {"type": "string"},
                {"type": "array", "items": {"type": "boolean"}}, object.schema(),
            ]}),
        }
    }
}

fn formatted(kind: &str, format: &str) -> Value {
    match format {
        "" => json!({"type": kind}),
        format => json!({"type": kind, "format": format}),
    }
}

/// Returns the schema of an object, whose first property has this position.
fn object_of(properties: &[Property], first: usize) -> Value {
    let mut schema = json!({"type": "object", "properties": {}, "required": []});
    for (position, property) in properties.iter().enumerate() {
        let name = name(first + position);
        let mut own = property.kind.schema();
        if property.is_nullable {
            own = json!({"oneOf": [own, {"type": "null"}]});
        }
        schema["properties"][&name] = own;
        if property.is_required {
            schema["required"]
                .as_array_mut()
                .expect("a list")
                .push(name.into());
        }
    }
    schema
}

fn union(variants: &[Vec<Property>], tag: impl Fn(usize) -> Value) -> Value {
    let variants = variants.iter().enumerate().map(|(index, properties)| {
        let mut variant = object_of(properties, 0);
        variant["properties"]["kind"] = json!({"const": tag(index)});
        variant["required"]
            .as_array_mut()
            .expect("a list")
            .push("kind".into());
        variant
    });
    json!({"oneOf": variants.collect::<Vec<_>>(), "discriminator": {"propertyName": "kind"}})
}
