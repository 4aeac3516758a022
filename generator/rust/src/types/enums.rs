//! Enumerations of texts, open for values of newer servers.

use api::{Enum, TypeDef};

use super::{Indent, Module};

/// Writes an enumeration.
pub(super) fn define(def: &TypeDef, shape: &Enum, module: &mut Module<'_>) {
    let indent = Indent::ITEM.inside();
    module.begin_macro("open_enum");
    module.docs(indent, &def.docs);
    module.line(indent, &format!("pub enum {} {{", def.id));
    for value in &shape.values {
        module.docs(indent.inside(), &value.docs);
        let variant = format!("{} = {:?},", value.name, value.value);
        module.line(indent.inside(), &variant);
    }
    let unknown = format!("..{}(String)", shape.unknown);
    module.line(indent.inside(), &unknown);
    module.line(indent, "}");
    module.line(Indent::ITEM, "}");
}

#[cfg(test)]
mod tests {
    use api::{Docs, EnumValue, Shape};

    use super::super::samples::printed;
    use super::*;
    use crate::operations::samples::definition;

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
            r#"open_enum! {
    /// A kind.
    pub enum Kind {
        /// Both.
        AB = "a-b",
        Unknown = "\"\\",
        ..Unrecognized(String)
    }
}
"#
        );
    }
}
