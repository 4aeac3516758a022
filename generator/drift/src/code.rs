//! Types and calls as Rust code for reports.

use api::{Api, Field, Presence, Type};

/// Returns a type with its path outside of the module `types`.
pub(crate) fn qualified(ty: &Type) -> String {
    match ty {
        Type::Named(id) => format!("types::{id}"),
        Type::List(item) => format!("Vec<{}>", qualified(item)),
        Type::Map(value) => format!("BTreeMap<String, {}>", qualified(value)),
        Type::Nullable(inner) => format!("Option<{}>", qualified(inner)),
        Type::Boxed(inner) => format!("Box<{}>", qualified(inner)),
        other => other.to_string(),
    }
}

/// Returns the type that an argument or a setter accepts for a value of type `ty`.
pub(crate) fn accepted(ty: &Type, api: &Api) -> String {
    let converted = |ty: &Type| match api.is_converted(ty) {
        true => format!("impl Into<{}>", qualified(ty)),
        false => qualified(ty),
    };
    match ty {
        Type::Boxed(inner) => qualified(inner),
        Type::List(item) => format!("impl IntoIterator<Item = {}>", converted(item)),
        ty => converted(ty),
    }
}

/// Returns the type of a field, with the wrapper for its presence.
pub(crate) fn declared(ty: &Type, presence: Presence) -> String {
    match presence {
        Presence::OptionalNullable => format!("Option<Nullable<{ty}>>"),
        Presence::RequiredInRequests | Presence::Nullable | Presence::Optional => {
            format!("Option<{ty}>")
        }
        Presence::Required | Presence::EmptyWhenAbsent => ty.to_string(),
    }
}

/// Returns the declaration of a field.
pub(crate) fn field(field: &Field) -> String {
    format!("{}: {}", field.name, declared(&field.ty, field.presence))
}

/// Returns the type that a constructor accepts for a field.
pub(crate) fn constructed(field: &Field, api: &Api) -> String {
    let ty = declared(&field.ty, field.presence);
    // A constructor takes a file without conversion.
    let converts = field.ty != Type::File && api.is_converted(&field.ty);
    match converts && !field.presence.is_option() {
        true => format!("impl Into<{ty}>"),
        false => ty,
    }
}

/// Returns a text of a page as code in Markdown. The text can contain neither a backtick nor a line
/// ending.
pub(crate) fn quoted(text: &str) -> String {
    let inert = |c: char| match c {
        '`' => '\'',
        c if c.is_control() => ' ',
        c => c,
    };
    format!("`{}`", text.chars().map(inert).collect::<String>())
}

#[cfg(test)]
mod tests {
    use api::TypeId;

    use super::*;
    use crate::sample::{Sample, open_enum, record};

    fn list(item: Type) -> Type {
        Type::List(Box::new(item))
    }

    #[test]
    fn texts_enumerations_and_files_are_accepted_converted() {
        let api = Sample::default()
            .ty("Kind", open_enum(&["cat"]))
            .ty("Pet", record([]))
            .api();
        let named = |name: &str| Type::Named(TypeId::new(name));
        for (ty, expected) in [
            (Type::String, "impl Into<String>"),
            (Type::File, "impl Into<Upload>"),
            (named("Kind"), "impl Into<types::Kind>"),
            (named("Pet"), "types::Pet"),
            (Type::Boxed(Box::new(named("Kind"))), "types::Kind"),
            (
                list(named("Kind")),
                "impl IntoIterator<Item = impl Into<types::Kind>>",
            ),
            (list(Type::Bool), "impl IntoIterator<Item = bool>"),
            (
                Type::Map(Box::new(list(named("Pet")))),
                "BTreeMap<String, Vec<types::Pet>>",
            ),
        ] {
            assert_eq!(accepted(&ty, &api), expected);
        }
    }

    #[test]
    fn quoted_texts_end_where_they_should() {
        assert_eq!(quoted("a`b\n# c"), "`a'b # c`");
    }
}
