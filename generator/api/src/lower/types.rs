//! A stand-in, until the types are lowered.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use names::{Scope, argument_name, numbered};
use openapi::tree::{Additional, Kind, Schema};
use pages::Problem;

use crate::*;

#[derive(Debug, Default)]
pub(crate) struct Context {
    pub(crate) sent: BTreeSet<String>,
    pub(crate) in_bodies: BTreeSet<String>,
    pub(crate) received: BTreeSet<String>,
    pub(crate) forms: BTreeMap<String, BTreeSet<String>>,
}

pub(crate) fn lower(
    schemas: &IndexMap<String, Schema>,
    context: &Context,
    _: &mut Vec<Problem>,
) -> BTreeMap<TypeId, TypeDef> {
    schemas
        .iter()
        .map(|(name, schema)| {
            let id = TypeId::new(name);
            let shape = shape(name, schema, context);
            let def = TypeDef {
                id: id.clone(),
                docs: Docs::new(&schema.description),
                shape,
                sent: context.sent.contains(name),
                received: context.received.contains(name),
            };
            (id, def)
        })
        .collect()
}

fn shape(name: &str, schema: &Schema, context: &Context) -> Shape {
    if let Some(values) = &schema.values {
        let values = values.iter().map(|value| EnumValue {
            name: value.clone(),
            value: value.clone(),
            docs: Docs::default(),
        });
        return Shape::Enum(Enum {
            values: values.collect(),
            unknown: "Unknown".to_owned(),
        });
    }
    if schema.one_of.is_some() {
        return Shape::Union(Union {
            tagging: Tagging::Untagged,
            variants: Vec::new(),
            unknown: None,
        });
    }
    if schema.properties.is_empty() && schema.kind != Some(Kind::Object) {
        return Shape::Newtype(value_type(schema));
    }
    let form = context.forms.get(name);
    let mut names = Scope::default();
    let fields = schema.properties.iter().map(|(wire, property)| {
        let required = schema.requires(wire);
        let holder = matches!(property.kind, Some(Kind::Array | Kind::Object));
        let presence = match (required, property.nullable) {
            (true, false) => Presence::Required,
            (true, true) => Presence::Nullable,
            (false, false) if holder && !context.in_bodies.contains(name) => {
                Presence::EmptyWhenAbsent
            }
            (false, _) => Presence::Optional,
        };
        let mut ty = value_type(&Schema {
            nullable: false,
            ..property.clone()
        });
        let is_binary = |schema: &Schema| schema.format.as_deref() == Some("binary");
        if form.is_some() && is_binary(property) {
            ty = Type::File;
        }
        if form.is_some() && property.items.as_deref().is_some_and(is_binary) {
            ty = Type::List(Box::new(Type::File));
        }
        let client_name = property.client_name.as_ref().unwrap_or(wire);
        Field {
            name: names.claim(numbered(&argument_name(client_name), "_")),
            wire: wire.clone(),
            ty,
            presence,
            constant: match &property.constant {
                Some(serde_json::Value::Bool(value)) => Some(Constant::Bool(*value)),
                _ => None,
            },
            tag: None,
            json_part: form.is_some_and(|parts| parts.contains(wire)),
            read_only: false,
            write_only: false,
            default: None,
            limits: Limits::default(),
            docs: Docs::new(&property.description),
            deprecated: false,
        }
    });
    Shape::Struct(Struct {
        fields: fields.collect(),
        rest: match &schema.additional {
            Additional::Of(value) => Some(Rest {
                name: "extra".to_owned(),
                ty: Type::Map(Box::new(value_type(value))),
                docs: Docs::default(),
            }),
            _ => None,
        },
        encoding: if form.is_some() {
            Encoding::Multipart
        } else {
            Encoding::Json
        },
        constructor: Constructor::None,
    })
}

pub(crate) fn value_type(schema: &Schema) -> Type {
    let format = schema.format.as_deref();
    let ty = match (&schema.reference, schema.kind) {
        (Some(name), _) => Type::Named(TypeId::new(name)),
        (None, Some(Kind::String)) => match format {
            Some("date") => Type::Date,
            Some("date-time") => Type::DateTime,
            _ => Type::String,
        },
        (None, Some(Kind::Boolean)) => Type::Bool,
        (None, Some(Kind::Number)) => Type::Float(FloatKind::F64),
        (None, Some(Kind::Integer)) => Type::Int(match format {
            Some("int32") => IntKind::I32,
            Some("uint64") => IntKind::U64,
            _ => IntKind::I64,
        }),
        (None, Some(Kind::Array)) => Type::List(Box::new(
            schema.items.as_deref().map_or(Type::Json, value_type),
        )),
        (None, Some(Kind::Object)) => match &schema.additional {
            Additional::Of(value) => Type::Map(Box::new(value_type(value))),
            _ => Type::JsonObject,
        },
        (None, None) => Type::Json,
    };
    match schema.nullable {
        true => Type::Nullable(Box::new(ty)),
        false => ty,
    }
}

pub(crate) fn reached(
    schema: &Schema,
    schemas: &IndexMap<String, Schema>,
    found: &mut BTreeSet<String>,
) {
    if let Some(name) = &schema.reference {
        if found.insert(name.clone())
            && let Some(target) = schemas.get(name)
        {
            reached(target, schemas, found);
        }
    }
    let additional = match &schema.additional {
        Additional::Of(value) => Some(&**value),
        _ => None,
    };
    let items = schema.items.as_deref();
    let inner = schema.properties.values().chain(items).chain(additional);
    for inner in inner.chain(schema.one_of.iter().flatten()) {
        reached(inner, schemas, found);
    }
}

pub(crate) fn limits(_: &Schema) -> Limits {
    Limits::default()
}

pub(crate) fn described(description: &str, _: &Schema) -> Docs {
    Docs::new(description)
}
