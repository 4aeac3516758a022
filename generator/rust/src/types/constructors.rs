//! The function that creates a struct from its required fields, and its `Default`.

use api::{Constant, Constructor, Field, Presence, Struct, Type, TypeDef};
use docs::Docs;

use super::file::{File, Indent};

/// Writes `new`.
pub(super) fn define(shape: &Struct, file: &mut File<'_>) {
    match &shape.constructor {
        Constructor::DerivedDefault | Constructor::Default => {
            file.own_docs(
                Indent::MEMBER,
                &"Creates a value with no fields set.".into(),
            );
            file.begin_function("new", &[]);
            file.line(Indent::BODY, "Self::default()");
        }
        Constructor::New(positions) => {
            let docs: Docs = "Creates a value with only the required fields set.".into();
            file.own_docs(Indent::MEMBER, &docs);
            let arguments = arguments(shape, positions, file);
            file.begin_function("new", &arguments);
            let values = values(shape, positions, file);
            file.literal(&values);
        }
    }
    file.line(Indent::MEMBER, "}");
}

/// Writes a `Default` that sets the constant fields.
pub(super) fn define_default(def: &TypeDef, shape: &Struct, file: &mut File<'_>) {
    file.line(Indent::ITEM, "");
    file.line(Indent::ITEM, &format!("impl Default for {} {{", def.id));
    file.line(Indent::MEMBER, "fn default() -> Self {");
    let values = values(shape, &[], file);
    file.literal(&values);
    file.line(Indent::MEMBER, "}");
    file.line(Indent::ITEM, "}");
}

fn arguments(shape: &Struct, positions: &[usize], file: &mut File<'_>) -> Vec<String> {
    let fields = positions
        .iter()
        .filter_map(|position| shape.fields.get(*position));
    fields
        .map(|field| {
            let (ty, _) = file.argument(&field.name, &field.ty);
            format!("{}: {ty}", field.name)
        })
        .collect()
}

/// Returns the fields of the struct literal. Those at `positions` are arguments.
fn values(shape: &Struct, positions: &[usize], file: &mut File<'_>) -> Vec<String> {
    let fields = shape.fields.iter().enumerate().map(|(position, field)| {
        let name = &field.name;
        let value = if positions.contains(&position) {
            let value = file.argument(name, &field.ty).1;
            match field.presence.is_option() {
                true => format!("Some({value})"),
                false => value,
            }
        } else {
            value(field, file)
        };
        match value == *name {
            true => value,
            false => format!("{name}: {value}"),
        }
    });
    let rest = shape.rest.iter();
    let rest = rest.map(|rest| format!("{}: Default::default()", rest.name));
    fields.chain(rest).collect()
}

/// Returns the value of a field that is not an argument.
fn value(field: &Field, file: &mut File<'_>) -> String {
    let is_option = field.presence.is_option();
    match (&field.tag, &field.constant) {
        _ if field.presence == Presence::OptionalNullable => "None".to_owned(),
        (Some(tag), _) if is_option => format!("Some({})", known(&field.ty, tag, file)),
        (Some(tag), _) => known(&field.ty, tag, file),
        _ if is_option => "None".to_owned(),
        (None, Some(Constant::Bool(value))) => value.to_string(),
        (None, Some(Constant::Int(value))) if matches!(field.ty, Type::Float(_)) => {
            format!("{value}.0")
        }
        (None, Some(Constant::Int(value))) => value.to_string(),
        (None, Some(Constant::Text(value))) => file.known_text(&field.ty, value),
        (None, None) => "Default::default()".to_owned(),
    }
}

/// Returns the value of this type whose JSON text or string is `tag`.
fn known(ty: &Type, tag: &str, file: &mut File<'_>) -> String {
    match ty {
        Type::Bool | Type::Int(_) => tag.to_owned(),
        Type::Float(_) => format!("{tag}.0"),
        _ => file.known_text(ty, tag),
    }
}

#[cfg(test)]
mod tests {
    use api::{FloatKind, IntKind, Rest, Shape, TypeId};

    use super::super::samples::{printed_with, required};
    use super::*;
    use crate::operations::samples::{enumeration, field, object};

    fn tagged(name: &str, presence: Presence, tag: &str) -> Field {
        let mut field = field(name, Type::Named(TypeId::new("Kind")), presence);
        field.tag = Some(tag.to_owned());
        field
    }

    /// Returns the code of a struct with a constructor.
    fn printed(fields: Vec<Field>, constructor: Constructor) -> String {
        let mut def = object("Pet", fields);
        let Shape::Struct(shape) = &mut def.shape else {
            panic!("a struct");
        };
        shape.constructor = constructor;
        printed_with([enumeration("Kind")], def)
    }

    fn assert_contains(code: &str, part: &str) {
        assert!(code.contains(part), "{code}");
    }

    #[test]
    fn required_fields_are_arguments_that_convert() {
        let fields = vec![
            required("name", Type::String),
            field("note", Type::String, Presence::Optional),
            required("kind", Type::Named(TypeId::new("Kind"))),
            required("parent", Type::Named(TypeId::new("Pet"))),
            required("ages", Type::List(Box::new(Type::Int(IntKind::I64)))),
        ];
        assert_contains(
            &printed(fields, Constructor::New(vec![0, 2, 3, 4])),
            "
impl Pet {
    /// Creates a value with only the required fields set.
    pub fn new(
        name: impl Into<String>,
        kind: impl Into<Kind>,
        parent: Pet,
        ages: Vec<i64>,
    ) -> Self {
        Self {
            name: name.into(),
            note: None,
            kind: kind.into(),
            parent,
            ages,
        }
    }
",
        );
    }

    #[test]
    fn fields_with_one_value_have_it() {
        let constant = |name: &str, ty, constant| {
            let mut field = required(name, ty);
            field.constant = Some(constant);
            field
        };
        let fields = vec![
            tagged("kind", Presence::Required, "cat"),
            tagged("op", Presence::Optional, "e\"q"),
            constant("live", Type::Bool, Constant::Bool(true)),
            constant("version", Type::Int(IntKind::I32), Constant::Int(2)),
            constant("scale", Type::Float(FloatKind::F64), Constant::Int(1)),
            constant(
                "form",
                Type::Named(TypeId::new("Kind")),
                Constant::Text("j\"son".to_owned()),
            ),
        ];
        let code = printed(fields, Constructor::Default);
        assert_contains(
            &code,
            "
    /// Creates a value with no fields set.
    pub fn new() -> Self {
        Self::default()
    }
",
        );
        assert_contains(
            &code,
            r#"
impl Default for Pet {
    fn default() -> Self {
        Self {
            kind: "cat".into(),
            op: Some("e\"q".into()),
            live: true,
            version: 2,
            scale: 1.0,
            form: "j\"son".into(),
        }
    }
}
"#,
        );
    }

    #[test]
    fn lists_and_other_properties_are_empty() {
        let list = Type::List(Box::new(Type::String));
        let mut def = object(
            "Pet",
            vec![
                required("id", Type::Bool),
                field("names", list, Presence::EmptyWhenAbsent),
            ],
        );
        if let Shape::Struct(shape) = &mut def.shape {
            shape.constructor = Constructor::New(vec![0]);
            shape.rest = Some(Rest {
                name: "extra".to_owned(),
                setter: "extra".to_owned(),
                ty: Type::JsonObject,
                docs: Docs::default(),
            });
        }
        assert_contains(
            &printed_with([], def),
            "            id,\n            names: Default::default(),\n            \
             extra: Default::default(),\n        }\n",
        );
    }
}
