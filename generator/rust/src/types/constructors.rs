//! Functions that create a struct: `new` with its required fields, or `Default` if it
//! has only fields that can be absent or have one value.

use api::{Constant, Constructor, Field, Struct, TypeDef};

use super::{Indent, Module};

/// Writes the constructor of a struct, unless it has none or derives it.
pub(super) fn define(def: &TypeDef, shape: &Struct, module: &mut Module<'_>) {
    let name = &def.id;
    match &shape.constructor {
        Constructor::None | Constructor::DerivedDefault => {}
        Constructor::Default => {
            let values = values(shape, &[], module);
            module.code.push_str(&format!(
                "\nimpl Default for {name} {{\n    fn default() -> Self {{\n"
            ));
            write_body(&values, module);
        }
        Constructor::New(positions) => {
            let arguments = arguments(shape, positions, module).join(", ");
            let values = values(shape, positions, module);
            module.code.push_str(&format!(
                "\nimpl {name} {{\n    \
                 /// Creates a value with only the required fields set.\n    \
                 pub fn new({arguments}) -> Self {{\n"
            ));
            write_body(&values, module);
        }
    }
}

fn arguments(shape: &Struct, positions: &[usize], module: &mut Module<'_>) -> Vec<String> {
    let fields = positions
        .iter()
        .filter_map(|position| shape.fields.get(*position));
    fields
        .map(|field| {
            let (ty, _) = module.argument(&field.name, &field.ty);
            format!("{}: {ty}", field.name)
        })
        .collect()
}

/// Returns the fields of the struct's literal. Those at `positions` are arguments.
fn values(shape: &Struct, positions: &[usize], module: &mut Module<'_>) -> Vec<String> {
    let fields = shape.fields.iter().enumerate().map(|(position, field)| {
        let name = &field.name;
        let value = if positions.contains(&position) {
            module.argument(name, &field.ty).1
        } else {
            value(field)
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

/// Returns the value of a field that the caller does not give.
fn value(field: &Field) -> String {
    let is_option = field.presence.is_option();
    match (&field.tag, &field.constant) {
        (Some(tag), _) if is_option => format!("Some({tag:?}.into())"),
        (Some(tag), _) => format!("{tag:?}.into()"),
        _ if is_option => "None".to_owned(),
        (None, Some(Constant::Bool(value))) => value.to_string(),
        (None, Some(Constant::Int(value))) => value.to_string(),
        (None, None) => "Default::default()".to_owned(),
    }
}

fn write_body(values: &[String], module: &mut Module<'_>) {
    let function = Indent::ITEM.inside();
    let literal = function.inside();
    module.line(literal, "Self {");
    for value in values {
        module.line(literal.inside(), &format!("{value},"));
    }
    module.line(literal, "}");
    module.line(function, "}");
    module.line(Indent::ITEM, "}");
}

#[cfg(test)]
mod tests {
    use api::{Docs, IntKind, Presence, Rest, Shape, Type, TypeId};

    use super::super::samples::required;
    use super::*;
    use crate::operations::samples::{api, enumeration, field, object};

    fn tagged(name: &str, presence: Presence, tag: &str) -> Field {
        let mut field = field(name, Type::Named(TypeId::new("Kind")), presence);
        field.tag = Some(tag.to_owned());
        field
    }

    /// Returns the code of a constructor.
    fn printed(fields: Vec<Field>, constructor: Constructor) -> String {
        let mut def = object("Pet", fields);
        let Shape::Struct(shape) = &mut def.shape else {
            panic!("a struct");
        };
        shape.constructor = constructor;
        let api = api([enumeration("Kind"), def.clone()]);
        let mut module = Module::new(&api);
        define(&def, def.as_struct().expect("a struct"), &mut module);
        module.code
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
        assert_eq!(
            printed(fields, Constructor::New(vec![0, 2, 3, 4])),
            r#"
impl Pet {
    /// Creates a value with only the required fields set.
    pub fn new(name: impl Into<String>, kind: impl Into<Kind>, parent: Pet, ages: Vec<i64>) -> Self {
        Self {
            name: name.into(),
            note: None,
            kind: kind.into(),
            parent,
            ages,
        }
    }
}
"#
        );
    }

    #[test]
    fn fields_with_one_value_have_it() {
        let mut live = required("live", Type::Bool);
        live.constant = Some(Constant::Bool(true));
        let mut version = required("version", Type::Int(IntKind::I32));
        version.constant = Some(Constant::Int(2));
        let fields = vec![
            tagged("kind", Presence::Required, "cat"),
            tagged("op", Presence::Optional, "e\"q"),
            live,
            version,
        ];
        assert_eq!(
            printed(fields, Constructor::Default),
            r#"
impl Default for Pet {
    fn default() -> Self {
        Self {
            kind: "cat".into(),
            op: Some("e\"q".into()),
            live: true,
            version: 2,
        }
    }
}
"#
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
                ty: Type::JsonObject,
                docs: Docs::default(),
            });
        }
        let api = api([def.clone()]);
        let mut module = Module::new(&api);
        define(&def, def.as_struct().expect("a struct"), &mut module);
        assert!(
            module.code.contains(
                "            id,\n            names: Default::default(),\n            \
                 extra: Default::default(),\n        }\n"
            ),
            "{}",
            module.code
        );
    }

    #[test]
    fn a_derived_or_missing_constructor_is_not_written() {
        for constructor in [Constructor::None, Constructor::DerivedDefault] {
            assert_eq!(printed(vec![required("id", Type::Bool)], constructor), "");
        }
    }
}
