//! Open enumerations of strings.

use api::{Docs, Enum, EnumValue, FormerName, TypeDef};

use super::file::{File, Indent};
use crate::former;

/// The documented limitation of a constant that replaces a variant.
const PATTERNS: &str = "It is a constant: a pattern for a reference has to dereference it, as in \
     `match *value`.";

/// Writes an enumeration.
pub(super) fn define(def: &TypeDef, shape: &Enum, file: &mut File<'_>) {
    file.item_docs(def);
    file.line(
        Indent::ITEM,
        "#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]",
    );
    file.line(Indent::ITEM, "#[non_exhaustive]");
    file.line(Indent::ITEM, &format!("pub enum {} {{", def.id));
    for value in &shape.values {
        variant(value, file);
    }
    let docs = "A value that is unknown to this version of the crate.".into();
    file.own_docs(Indent::MEMBER, &docs);
    let unknown = file.runtime_type("UnknownValue");
    file.line(Indent::MEMBER, &format!("{}({unknown}),", shape.unknown));
    file.line(Indent::ITEM, "}");

    file.begin_macro("open_enum", def.id.as_str());
    for value in &shape.values {
        let variant = format!("{} = {:?},", value.name, value.value);
        file.line(Indent::BODY, &variant);
    }
    file.line(Indent::BODY, &format!("..{}", shape.unknown));
    file.end_macro();
    former_values(def, file);
    if file.is_nullable_in_maps(def) {
        file.nullable_conversions(def, ["&str", "String"]);
    }
}

/// Writes the variant of a value.
pub(super) fn variant(value: &EnumValue, file: &mut File<'_>) {
    match value.docs.is_empty() {
        true => file.own_docs(Indent::MEMBER, &Docs::code(&value.value)),
        false => file.docs(Indent::MEMBER, &value.docs),
    }
    file.line(Indent::MEMBER, &format!("{},", value.name));
}

/// Writes the former names of values. The derived traits allow constants of the type in
/// patterns, but only for values: `&Kind` does not match a constant of type `Kind`.
fn former_values(def: &TypeDef, file: &mut File<'_>) {
    if def.former_members.is_empty() {
        return;
    }
    file.line(Indent::ITEM, "");
    file.line(
        Indent::ITEM,
        "#[allow(non_upper_case_globals, reason = \"the constants were variants\")]",
    );
    file.line(Indent::ITEM, &format!("impl {} {{", def.id));
    for (index, former) in def.former_members.iter().enumerate() {
        if index > 0 {
            file.line(Indent::ITEM, "");
        }
        let path = format!("Self::{}", former.current);
        let docs = former::docs(&former.current, &path).text(PATTERNS);
        file.own_docs(Indent::MEMBER, &docs.page());
        file.line(Indent::MEMBER, &former::attribute_text(former));
        let FormerName { name, current, .. } = former;
        let constant = format!("pub const {name}: Self = Self::{current};");
        file.line(Indent::MEMBER, &constant);
    }
    file.line(Indent::ITEM, "}");
}

#[cfg(test)]
mod tests {
    use api::{EnumValue, Shape, Type};

    use super::super::samples::{printed, printed_with, required};
    use super::*;
    use crate::operations::samples::{definition, named, object};

    #[test]
    fn former_values_are_constants() {
        let values = vec![EnumValue {
            name: "Tiger".to_owned(),
            value: "tiger".to_owned(),
            docs: Docs::default(),
        }];
        let unknown = "Unknown".to_owned();
        let mut def = definition("Kind", Shape::Enum(Enum { values, unknown }));
        def.former_members = vec![FormerName {
            name: "Cat".to_owned(),
            current: "Tiger".to_owned(),
            since: "0.2.0".to_owned(),
        }];
        let constants = r#"
#[allow(non_upper_case_globals, reason = "the constants were variants")]
impl Kind {
    /// Former name of [`Tiger`](Self::Tiger).
    ///
    /// It is a constant: a pattern for a reference has to dereference it, as in `match *value`.
    #[deprecated(since = "0.2.0", note = "renamed to `Tiger`")]
    pub const Cat: Self = Self::Tiger;
}
"#;
        let printed = printed(def);
        assert!(printed.ends_with(constants), "{printed}");
    }

    #[test]
    fn an_enumeration_lists_its_values_and_is_open() {
        let value = |name: &str, value: &str, docs: &str| EnumValue {
            name: name.to_owned(),
            value: value.to_owned(),
            docs: Docs::page(docs),
        };
        let values = vec![value("AB", "a-b", "Both."), value("Unknown", "\"\\", "")];
        let unknown = "Unrecognized".to_owned();
        let mut def = definition("Kind", Shape::Enum(Enum { values, unknown }));
        def.docs = Docs::page("A kind.");
        assert_eq!(
            printed(def),
            r#"/// A kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// Both.
    AB,
    /// `"\`
    Unknown,
    /// A value that is unknown to this version of the crate.
    Unrecognized(UnknownValue),
}

open_enum! {
    Kind {
        AB = "a-b",
        Unknown = "\"\\",
        ..Unrecognized
    }
}
"#
        );
    }

    #[test]
    fn a_text_converts_into_a_value_of_a_map_that_can_be_null() {
        let unknown = "Unknown".to_owned();
        let values = Vec::new();
        let def = definition("Kind", Shape::Enum(Enum { values, unknown }));
        let kinds = Type::Map(Box::new(Type::Nullable(Box::new(named("Kind")))));
        let pet = object("Pet", vec![required("kinds", kinds)]);
        let conversions = "
impl From<&str> for Nullable<Kind> {
    fn from(value: &str) -> Self {
        Self::Value(value.into())
    }
}

impl From<String> for Nullable<Kind> {
    fn from(value: String) -> Self {
        Self::Value(value.into())
    }
}
";
        let printed = printed_with([pet], def);
        assert!(printed.ends_with(conversions), "{printed}");
    }
}
