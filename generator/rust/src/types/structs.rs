//! Structs: JSON objects, and multipart bodies, which are only sent.

use api::{Constructor, Encoding, Field, Presence, Rest, Struct, TypeDef};

use super::file::{File, Indent};
use super::{constructors, setters};

/// Writes a struct and its implementations.
pub(super) fn define(def: &TypeDef, shape: &Struct, file: &mut File<'_>) {
    definition(def, shape, file);
    file.line(Indent::ITEM, "");
    file.line(Indent::ITEM, &format!("impl {} {{", def.id));
    constructors::define(shape, file);
    setters::define(shape, file);
    setters::former(def, shape, file);
    file.line(Indent::ITEM, "}");
    if shape.constructor == Constructor::Default {
        constructors::define_default(def, shape, file);
    }
    if has_secrets(shape) {
        define_debug(def, shape, file);
    }
    if shape.encoding == Encoding::Json {
        file.begin_macro("object", def.id.as_str());
        for field in &shape.fields {
            let line = format!("{}: {} {:?},", field.name, presence(field), field.wire);
            file.line(Indent::BODY, &line);
        }
        if let Some(rest) = &shape.rest {
            file.line(Indent::BODY, &format!("..{}", rest.name));
        }
        file.end_macro();
    }
}

fn definition(def: &TypeDef, shape: &Struct, file: &mut File<'_>) {
    file.item_docs(def);
    file.line(Indent::ITEM, &format!("#[derive({})]", derived(shape)));
    file.line(Indent::ITEM, "#[non_exhaustive]");
    if shape.fields.is_empty() && shape.rest.is_none() {
        return file.line(Indent::ITEM, &format!("pub struct {} {{}}", def.id));
    }
    file.line(Indent::ITEM, &format!("pub struct {} {{", def.id));
    for field in &shape.fields {
        file.docs(Indent::MEMBER, &field.docs);
        file.deprecation(Indent::MEMBER, field.deprecated.as_ref());
        let ty = file.ty(&field.ty);
        let ty = match field.presence {
            Presence::Required | Presence::EmptyWhenAbsent => ty,
            Presence::RequiredInRequests | Presence::Nullable | Presence::Optional => {
                format!("Option<{ty}>")
            }
            Presence::OptionalNullable => {
                format!("Option<{}<{ty}>>", file.runtime_type("Nullable"))
            }
        };
        file.field(&field.name, &ty);
    }
    if let Some(rest) = &shape.rest {
        file.docs(Indent::MEMBER, &rest.docs);
        let ty = file.ty(&rest.ty);
        file.field(&rest.name, &ty);
    }
    file.line(Indent::ITEM, "}");
}

/// Returns the traits that are derived.
fn derived(shape: &Struct) -> String {
    let mut derived = vec!["Clone"];
    if !has_secrets(shape) {
        derived.push("Debug");
    }
    if shape.constructor == Constructor::DerivedDefault {
        derived.push("Default");
    }
    if shape.encoding == Encoding::Json {
        derived.push("PartialEq");
    }
    derived.join(", ")
}

/// Returns `true` if a field has the format of passwords, whose values are not shown.
fn is_secret(field: &Field) -> bool {
    field.limits.format.as_deref() == Some("password")
}

fn has_secrets(shape: &Struct) -> bool {
    shape.fields.iter().any(is_secret)
}

/// Writes a `Debug` that does not show passwords.
fn define_debug(def: &TypeDef, shape: &Struct, file: &mut File<'_>) {
    let fields = shape.fields.iter().map(|field| {
        let name = &field.name;
        match is_secret(field) {
            true => format!(".field({name:?}, &\"[redacted]\")"),
            false => format!(".field({name:?}, &self.{name})"),
        }
    });
    let rest = shape.rest.iter();
    let rest = rest.map(|Rest { name, .. }| format!(".field({name:?}, &self.{name})"));
    let fields: String = fields.chain(rest).collect();
    file.line(Indent::ITEM, "");
    file.line(
        Indent::ITEM,
        &format!("impl std::fmt::Debug for {} {{", def.id),
    );
    let signature = "fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {";
    file.line(Indent::MEMBER, signature);
    let code = format!("f.debug_struct({:?}){fields}.finish()", def.id.as_str());
    file.line(Indent::BODY, &code);
    file.line(Indent::MEMBER, "}");
    file.line(Indent::ITEM, "}");
}

/// Returns the macro's keyword for the presence of a field.
fn presence(field: &Field) -> &'static str {
    match field.presence {
        _ if field.read_only => "read_only",
        Presence::Required => "required",
        Presence::Nullable => "nullable",
        Presence::RequiredInRequests
        | Presence::Optional
        | Presence::OptionalNullable
        | Presence::EmptyWhenAbsent => "optional",
    }
}

#[cfg(test)]
mod tests {
    use api::{Docs, IntKind, Type};

    use super::super::samples::{multipart, printed, required};
    use super::*;
    use crate::operations::samples::{field, object};

    #[test]
    fn passwords_are_not_shown() {
        let mut password = field("password", Type::String, Presence::Optional);
        password.limits.format = Some("password".to_owned());
        let user = field("user_of_the_session", Type::String, Presence::Optional);
        let printed = printed(object("Login", vec![user, password]));
        assert!(
            printed.contains("#[derive(Clone, Default, PartialEq)]\n"),
            "{printed}"
        );
        let expected = "impl std::fmt::Debug for Login {\n    \
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {\n        \
            f.debug_struct(\"Login\")\n            \
            .field(\"user_of_the_session\", &self.user_of_the_session)\n            \
            .field(\"password\", &\"[redacted]\")\n            \
            .finish()\n    }\n}\n";
        assert!(printed.contains(expected), "{printed}");
    }

    #[test]
    fn an_object_has_the_keys_and_presences_of_its_fields() {
        let list = Type::List(Box::new(Type::DateTime));
        let mut id = required("id", Type::String);
        id.wire = "_\"id".to_owned();
        id.docs = Docs::page("Identifies it.");
        let fields = vec![
            id,
            field("died_at", Type::DateTime, Presence::Nullable),
            field("age", Type::Int(IntKind::U8), Presence::Optional),
            field("visits", list, Presence::EmptyWhenAbsent),
        ];
        let printed = printed(object("Pet", fields));
        assert!(
            printed.starts_with(
                r"#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Pet {
    /// Identifies it.
    pub id: String,
    pub died_at: Option<DateTime<Utc>>,
    pub age: Option<u8>,
    pub visits: Vec<DateTime<Utc>>,
}

impl Pet {
"
            ),
            "{printed}"
        );
        assert!(
            printed.ends_with(
                r#"
object! {
    Pet {
        id: required "_\"id",
        died_at: nullable "died_at",
        age: optional "age",
        visits: optional "visits",
    }
}
"#
            ),
            "{printed}"
        );
    }

    #[test]
    fn other_properties_are_a_map_at_the_end() {
        let mut def = object("Pet", vec![required("id", Type::String)]);
        if let api::Shape::Struct(shape) = &mut def.shape {
            shape.rest = Some(Rest {
                name: "extra".to_owned(),
                setter: "extra".to_owned(),
                ty: Type::JsonObject,
                docs: Docs::page("More."),
            });
        }
        let printed = printed(def);
        for part in [
            "    /// More.\n    pub extra: serde_json::Map<String, serde_json::Value>,\n}\n",
            "        id: required \"id\",\n        ..extra\n    }\n}\n",
        ] {
            assert!(printed.contains(part), "{printed}");
        }
    }

    #[test]
    fn a_type_is_found_by_the_name_that_the_official_sdks_have() {
        let mut pet = object("Pet", []);
        pet.alias = Some("PetDetail".to_owned());
        let printed = printed(pet);
        assert!(
            printed.starts_with("#[doc(alias = \"PetDetail\")]\n#[derive("),
            "{printed}"
        );
    }

    #[test]
    fn a_multipart_body_is_only_a_struct() {
        let file = field("file", Type::File, Presence::Optional);
        let printed = printed(multipart("Edit", vec![required("at", Type::Date), file]));
        assert!(
            printed.starts_with(
                "#[derive(Clone, Debug)]\n#[non_exhaustive]\npub struct Edit {\n    \
                 pub at: NaiveDate,\n    pub file: Option<Upload>,\n}\n"
            ),
            "{printed}"
        );
        assert!(!printed.contains("object!"), "{printed}");
    }
}
