//! Structs: JSON objects, and multipart bodies, which are only sent.

use api::{Constructor, Encoding, Field, Presence, Struct, TypeDef};

use super::{Indent, Module};

/// Writes a struct.
pub(super) fn define(def: &TypeDef, shape: &Struct, module: &mut Module<'_>) {
    match shape.encoding {
        Encoding::Json => {
            module.begin_macro("object");
            definition(def, shape, Indent::ITEM.inside(), module);
            module.line(Indent::ITEM, "}");
        }
        Encoding::Multipart => definition(def, shape, Indent::ITEM, module),
    }
}

fn definition(def: &TypeDef, shape: &Struct, indent: Indent, module: &mut Module<'_>) {
    module.docs(indent, &def.docs);
    let derived = derived(shape);
    if !derived.is_empty() {
        module.line(indent, &format!("#[derive({})]", derived.join(", ")));
    }
    if !def.sent {
        // Programs create it only where they stand in for the API in a test, so that it
        // can get fields in a later version.
        let attribute = r#"#[cfg_attr(not(feature = "mock"), non_exhaustive)]"#;
        module.line(indent, attribute);
    }
    module.line(indent, &format!("pub struct {} {{", def.id));
    for field in &shape.fields {
        module.docs(indent.inside(), &field.docs);
        let declaration = declaration(field, shape.encoding, module);
        module.line(indent.inside(), &declaration);
    }
    if let Some(rest) = &shape.rest {
        module.docs(indent.inside(), &rest.docs);
        let ty = module.ty(&rest.ty);
        module.line(indent.inside(), &format!("..pub {}: {ty}", rest.name));
    }
    module.line(indent, "}");
}

/// Returns what is derived. The macro derives the rest itself.
fn derived(shape: &Struct) -> Vec<&'static str> {
    let mut derived = match shape.encoding {
        Encoding::Json => Vec::new(),
        Encoding::Multipart => vec!["Clone", "Debug"],
    };
    if shape.constructor == Constructor::DerivedDefault {
        derived.push("Default");
    }
    derived
}

fn declaration(field: &Field, encoding: Encoding, module: &mut Module<'_>) -> String {
    let ty = module.ty(&field.ty);
    let ty = match field.presence.is_option() {
        true => format!("Option<{ty}>"),
        false => ty,
    };
    let name = &field.name;
    match encoding {
        Encoding::Json => format!("pub {name}: {ty} = {} {:?},", presence(field), field.wire),
        Encoding::Multipart => format!("pub {name}: {ty},"),
    }
}

/// Returns the macro's word for how the field can be absent.
fn presence(field: &Field) -> &'static str {
    match (field.presence, field.ty.holds_date_times()) {
        (Presence::Required, false) => "required",
        (Presence::Required, true) => "required_date_time",
        (Presence::Nullable, false) => "nullable",
        (Presence::Nullable, true) => "nullable_date_time",
        (_, false) => "optional",
        (_, true) => "optional_date_time",
    }
}

#[cfg(test)]
mod tests {
    use api::{Docs, IntKind, Rest, Type};

    use super::super::samples::{multipart, printed, required};
    use super::*;
    use crate::operations::samples::{field, object};

    #[test]
    fn an_object_has_the_keys_and_presences_of_its_fields() {
        let list = Type::List(Box::new(Type::DateTime));
        let mut id = required("id", Type::String);
        id.wire = "_\"id".to_owned();
        id.docs = Docs::page("Identifies it.");
        let fields = vec![
            id,
            required("born_at", Type::DateTime),
            field("died_at", Type::DateTime, Presence::Nullable),
            field("name", Type::String, Presence::Nullable),
            field("age", Type::Int(IntKind::U8), Presence::Optional),
            field("note", Type::String, Presence::OptionalNullable),
            field("visits", list, Presence::EmptyWhenAbsent),
        ];
        assert_eq!(
            printed(object("Pet", fields)),
            r#"object! {
    pub struct Pet {
        /// Identifies it.
        pub id: String = required "_\"id",
        pub born_at: DateTime<Utc> = required_date_time "born_at",
        pub died_at: Option<DateTime<Utc>> = nullable_date_time "died_at",
        pub name: Option<String> = nullable "name",
        pub age: Option<u8> = optional "age",
        pub note: Option<String> = optional "note",
        pub visits: Vec<DateTime<Utc>> = optional_date_time "visits",
    }
}
"#
        );
    }

    #[test]
    fn an_object_that_is_only_received_can_get_fields() {
        let age = field("age", Type::Bool, Presence::Optional);
        let mut def = object("Pet", vec![age]);
        def.sent = false;
        if let api::Shape::Struct(shape) = &mut def.shape {
            shape.constructor = Constructor::DerivedDefault;
        }
        assert_eq!(
            printed(def),
            r#"object! {
    #[derive(Default)]
    #[cfg_attr(not(feature = "mock"), non_exhaustive)]
    pub struct Pet {
        pub age: Option<bool> = optional "age",
    }
}
"#
        );
    }

    #[test]
    fn other_properties_are_a_map_at_the_end() {
        let mut def = object("Pet", vec![required("id", Type::String)]);
        if let api::Shape::Struct(shape) = &mut def.shape {
            shape.rest = Some(Rest {
                name: "extra".to_owned(),
                ty: Type::JsonObject,
                docs: Docs::page("More."),
            });
        }
        assert_eq!(
            printed(def),
            r#"object! {
    pub struct Pet {
        pub id: String = required "id",
        /// More.
        ..pub extra: serde_json::Map<String, serde_json::Value>
    }
}
"#
        );
    }

    #[test]
    fn a_multipart_body_is_a_plain_struct() {
        let file = field("file", Type::File, Presence::Optional);
        let mut def = multipart("Edit", vec![required("at", Type::Date), file]);
        assert_eq!(
            printed(def.clone()),
            "#[derive(Clone, Debug)]\npub struct Edit {\n    pub at: NaiveDate,\n    \
             pub file: Option<Upload>,\n}\n"
        );
        if let api::Shape::Struct(shape) = &mut def.shape {
            shape.fields.remove(0);
            shape.constructor = Constructor::DerivedDefault;
        }
        assert_eq!(
            printed(def),
            "#[derive(Clone, Debug, Default)]\npub struct Edit {\n    \
             pub file: Option<Upload>,\n}\n"
        );
    }
}
