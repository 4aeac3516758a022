//! Methods that set a field of a struct, so that a value can be created in one expression.

use api::{Deprecation, Presence, Struct, Type, TypeDef};
use docs::Docs;

use super::file::{File, Indent};

/// A method that sets a field.
struct Setter<'a> {
    name: &'a str,
    field: &'a str,
    ty: &'a Type,
    presence: Presence,
    deprecated: Option<&'a Deprecation>,
}

/// Writes a method for each field that can be absent.
pub(super) fn define(shape: &Struct, file: &mut File<'_>) {
    for field in &shape.fields {
        if let Some(name) = &field.setter {
            let setter = Setter {
                name,
                field: &field.name,
                ty: &field.ty,
                presence: field.presence,
                deprecated: field.deprecated.as_ref(),
            };
            method(&setter, file);
        }
    }
    if let Some(rest) = &shape.rest {
        let setter = Setter {
            name: &rest.setter,
            field: &rest.name,
            ty: &rest.ty,
            presence: Presence::EmptyWhenAbsent,
            deprecated: None,
        };
        method(&setter, file);
    }
}

/// Writes the former names of methods that set a field.
pub(super) fn former(def: &TypeDef, shape: &Struct, file: &mut File<'_>) {
    for former in &def.former_members {
        let mut fields = shape.fields.iter();
        let current = Some(&former.current);
        let Some(field) = fields.find(|field| field.setter.as_ref() == current) else {
            continue;
        };
        let (ty, _) = argument(&field.name, &field.ty, field.presence, file);
        file.line(Indent::ITEM, "");
        file.former_docs(Indent::MEMBER, former, &format!("Self::{}", former.current));
        file.line(Indent::MEMBER, "#[must_use]");
        let arguments = ["self".to_owned(), format!("{}: {ty}", field.name)];
        file.begin_function(&former.name, &arguments);
        let call = format!("self.{}({})", former.current, field.name);
        file.line(Indent::BODY, &call);
        file.line(Indent::MEMBER, "}");
    }
}

/// Returns the type of the argument of a setter, and the expression that converts it to the value.
fn argument(name: &str, ty: &Type, presence: Presence, file: &mut File<'_>) -> (String, String) {
    match presence {
        Presence::OptionalNullable => {
            let (nullable, ty) = (file.runtime_type("Nullable"), file.ty(ty));
            (
                format!("impl Into<{nullable}<{ty}>>"),
                format!("{name}.into()"),
            )
        }
        _ => file.argument(name, ty),
    }
}

fn method(setter: &Setter<'_>, file: &mut File<'_>) {
    let Setter {
        field,
        ty,
        presence,
        ..
    } = *setter;
    let (ty, value) = argument(field, ty, presence, file);
    file.line(Indent::ITEM, "");
    let docs = Docs::template("Sets {}.", &[Docs::code(field)]);
    file.own_docs(Indent::MEMBER, &docs);
    file.deprecation(Indent::MEMBER, setter.deprecated);
    file.line(Indent::MEMBER, "#[must_use]");
    file.begin_function(
        setter.name,
        &["mut self".to_owned(), format!("{field}: {ty}")],
    );
    match presence.is_option() {
        true => file.line(Indent::BODY, &format!("self.{field} = Some({value});")),
        false => file.line(Indent::BODY, &format!("self.{field} = {value};")),
    }
    file.line(Indent::BODY, "self");
    file.line(Indent::MEMBER, "}");
}

#[cfg(test)]
mod tests {
    use api::{Presence, Type};

    use super::super::samples::{printed, required};
    use crate::operations::samples::{field, object};

    #[test]
    fn each_field_that_can_be_absent_has_a_setter() {
        let mut renamed = field("new", Type::Bool, Presence::Nullable);
        renamed.setter = Some("new_".to_owned());
        let list = Type::List(Box::new(Type::String));
        let fields = vec![
            required("id", Type::String),
            field("name", Type::String, Presence::Optional),
            field("tags", list, Presence::EmptyWhenAbsent),
            field("size", Type::Bool, Presence::OptionalNullable),
            renamed,
        ];
        let printed = printed(object("Pet", fields));
        for method in [
            "
    /// Sets `name`.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
",
            "    pub fn tags(mut self, tags: Vec<String>) -> Self {\n        self.tags = tags;\n",
            "    pub fn size(mut self, size: impl Into<Nullable<bool>>) -> Self {\n        \
             self.size = Some(size.into());\n",
            "    pub fn new_(mut self, new: bool) -> Self {\n        self.new = Some(new);\n",
        ] {
            assert!(printed.contains(method), "{printed}");
        }
        assert!(!printed.contains("fn id("), "{printed}");
    }
}
