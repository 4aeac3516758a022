//! The Rust type of a value: decides it for fields, items, variants, parameters, and bodies.

use openapi::tree::{Additional, Bound, Kind, Schema};

use crate::{FloatKind, IntKind, Type, TypeId};

/// Returns the Rust type of a schema's values, including `Nullable`.
///
/// A schema without a type is any JSON.
pub(crate) fn value_type(schema: &Schema) -> Type {
    let ty = plain_type(schema);
    if schema.nullable {
        Type::Nullable(Box::new(ty))
    } else {
        ty
    }
}

/// Returns the type of the map for the properties without a field.
pub(super) fn map_type(additional: &Additional) -> Type {
    match additional {
        Additional::Of(schema) => match value_type(schema) {
            Type::Json => Type::JsonObject,
            value => Type::Map(Box::new(value)),
        },
        Additional::Unspecified | Additional::Closed | Additional::Any => Type::JsonObject,
    }
}

/// Returns the type of a form field that is a file or a list of files.
pub(super) fn file_type(schema: &Schema) -> Option<Type> {
    if is_binary(schema) {
        return Some(Type::File);
    }
    let items = schema.items.as_deref()?;
    let is_list = schema.reference.is_none() && schema.kind == Some(Kind::Array);
    (is_list && is_binary(items)).then(|| Type::List(Box::new(Type::File)))
}

/// Returns `true` if the format has a Rust type, and need not be documented.
pub(super) fn has_type(kind: Option<Kind>, format: &str) -> bool {
    match kind {
        Some(Kind::String) => matches!(format, "date" | "date-time" | "binary"),
        Some(Kind::Integer) => int_kind(format).is_some(),
        Some(Kind::Number) => matches!(format, "float" | "double"),
        _ => false,
    }
}

/// Returns the type of a value that is omitted instead of being `null`.
pub(crate) fn plain_type(schema: &Schema) -> Type {
    if let Some(name) = &schema.reference {
        return Type::Named(TypeId::new(name));
    }
    if let Some(path) = &schema.rust_type {
        return Type::External(path.clone());
    }
    let format = schema.format.as_deref().unwrap_or_default();
    match schema.kind {
        Some(Kind::String) => match format {
            "date" => Type::Date,
            "date-time" => Type::DateTime,
            _ => Type::String,
        },
        Some(Kind::Integer) => Type::Int(int_kind(format).unwrap_or_else(
            || match has_large_values(schema) {
                true => IntKind::U64,
                false => IntKind::I64,
            },
        )),
        Some(Kind::Number) => Type::Float(match format {
            "float" => FloatKind::F32,
            _ => FloatKind::F64,
        }),
        Some(Kind::Boolean) => Type::Bool,
        Some(Kind::Array) => {
            let item = schema.items.as_deref().map_or(Type::Json, value_type);
            Type::List(Box::new(item))
        }
        Some(Kind::Object) => map_type(&schema.additional),
        None => Type::Json,
    }
}

/// Returns `true` if the range of an integer exceeds that of `i64`, and has no negative values.
fn has_large_values(schema: &Schema) -> bool {
    let number = |bound: &Option<Bound>| bound.as_ref()?.number.parse::<f64>().ok();
    let least = number(&schema.minimum);
    let most = number(&schema.maximum);
    least.is_some_and(|least| least >= 0.0) && most.is_some_and(|most| most > i64::MAX as f64)
}

fn int_kind(format: &str) -> Option<IntKind> {
    Some(match format {
        "int8" => IntKind::I8,
        "int16" => IntKind::I16,
        "int32" => IntKind::I32,
        "int64" => IntKind::I64,
        "uint8" => IntKind::U8,
        "uint16" => IntKind::U16,
        "uint32" => IntKind::U32,
        "uint64" => IntKind::U64,
        _ => return None,
    })
}

fn is_binary(schema: &Schema) -> bool {
    schema.reference.is_none()
        && schema.kind == Some(Kind::String)
        && schema.format.as_deref() == Some("binary")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn ty(schema: Value) -> String {
        value_type(&Schema::read(&schema)).to_string()
    }

    #[test]
    fn scalars_have_the_type_of_their_format() {
        for (kind, format, expected) in [
            ("string", "", "String"),
            ("string", "email", "String"),
            ("string", "binary", "String"),
            ("string", "date", "NaiveDate"),
            ("string", "date-time", "DateTime<Utc>"),
            ("integer", "", "i64"),
            ("integer", "int8", "i8"),
            ("integer", "int32", "i32"),
            ("integer", "uint64", "u64"),
            ("integer", "float", "i64"),
            ("number", "", "f64"),
            ("number", "double", "f64"),
            ("number", "float", "f32"),
            ("boolean", "", "bool"),
        ] {
            let schema = json!({"type": kind, "format": format});
            assert_eq!(ty(schema), expected, "{kind}, {format}");
        }
    }

    #[test]
    fn an_integer_with_a_range_above_that_of_i64_is_unsigned() {
        let range =
            |minimum: i64| ty(json!({"type": "integer", "minimum": minimum, "maximum": u64::MAX}));
        assert_eq!([range(0), range(-1)], ["u64", "i64"]);
        assert_eq!(ty(json!({"type": "integer", "maximum": u64::MAX})), "i64");
    }

    #[test]
    fn lists_and_maps_hold_values() {
        let number = json!({"type": "number", "nullable": true});
        assert_eq!(
            ty(json!({"type": "array", "items": number})),
            "Vec<Option<f64>>"
        );
        assert_eq!(ty(json!({"type": "array"})), "Vec<serde_json::Value>");
        assert_eq!(
            ty(json!({"type": "object", "additionalProperties": number})),
            "BTreeMap<String, Option<f64>>"
        );
    }

    #[test]
    fn an_object_without_properties_has_any() {
        let any = "serde_json::Map<String, serde_json::Value>";
        for additional in [
            json!(null),
            json!(true),
            json!(false),
            json!({}),
            json!({"description": "Anything."}),
        ] {
            let schema = json!({"type": "object", "additionalProperties": additional});
            assert_eq!(ty(schema), any, "{additional}");
        }
    }

    #[test]
    fn a_schema_that_says_nothing_is_any_json() {
        assert_eq!(ty(json!({})), "serde_json::Value");
        assert_eq!(ty(json!({"nullable": true})), "Option<serde_json::Value>");
    }

    #[test]
    fn a_reference_is_a_named_type() {
        let reference = json!({"$ref": "#/components/schemas/Pet"});
        assert_eq!(
            ty(json!({"allOf": [reference], "nullable": true})),
            "Option<Pet>"
        );
        assert_eq!(ty(reference), "Pet");
    }

    #[test]
    fn files_are_bytes_and_lists_of_bytes() {
        let bytes = json!({"type": "string", "format": "binary"});
        let file = |schema: Value| file_type(&Schema::read(&schema)).map(|ty| ty.to_string());
        assert_eq!(file(bytes.clone()).as_deref(), Some("Upload"));
        let list = json!({"type": "array", "items": bytes});
        assert_eq!(file(list).as_deref(), Some("Vec<Upload>"));
        assert_eq!(file(json!({"type": "string"})), None);
    }
}
