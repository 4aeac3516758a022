//! Unions: tagged by a property, or untagged, with conditions for what is tried.

use api::{Condition, ConditionValue, Tagging, Type, TypeDef, Union, Variant};

use super::{Indent, Module};

/// Writes a union.
pub(super) fn define(def: &TypeDef, shape: &Union, module: &mut Module<'_>) {
    let indent = Indent::ITEM.inside();
    module.begin_macro("union");
    module.docs(indent, &def.docs);
    let head = match &shape.tagging {
        Tagging::Tagged(property) => format!("pub enum {} by {property:?} {{", def.id),
        Tagging::Untagged => format!("pub enum {} {{", def.id),
    };
    module.line(indent, &head);
    for variant in &shape.variants {
        let (name, ty) = (&variant.name, module.ty(&variant.ty));
        let selection = selection(variant, &shape.tagging);
        module.line(indent.inside(), &format!("{name}({ty}){selection},"));
    }
    if let Some(unknown) = &shape.unknown {
        module.line(indent.inside(), &format!("..{unknown}"));
    }
    module.line(indent, "}");
    module.line(Indent::ITEM, "}");
    if shape.tagging == Tagging::Untagged && has_string(shape) {
        module.code.push_str(&format!(
            "\nimpl From<&str> for {} {{\n    fn from(value: &str) -> Self {{\n        \
             value.to_owned().into()\n    }}\n}}\n",
            def.id
        ));
    }
}

/// Returns what selects a variant, behind its type.
fn selection(variant: &Variant, tagging: &Tagging) -> String {
    match (tagging, &variant.condition) {
        (Tagging::Tagged(_), _) => {
            let tags = variant.tags.iter().map(|tag| format!("{tag:?}"));
            format!(" = {}", alternatives(tags))
        }
        (Tagging::Untagged, Some(Condition { property, values })) => {
            let values = values.iter().map(|value| match value {
                ConditionValue::Text(text) => format!("{text:?}"),
                ConditionValue::Bool(value) => value.to_string(),
                ConditionValue::Int(value) => value.to_string(),
            });
            format!(" if {property:?} = {}", alternatives(values))
        }
        (Tagging::Untagged, None) => String::new(),
    }
}

fn alternatives(literals: impl Iterator<Item = String>) -> String {
    literals.collect::<Vec<_>>().join(" | ")
}

/// Returns `true` if a variant holds any text. The macro converts only from `String`.
fn has_string(shape: &Union) -> bool {
    let mut variants = shape.variants.iter();
    variants.any(|variant| variant.ty == Type::String)
}

#[cfg(test)]
mod tests {
    use api::{Docs, Shape};

    use super::super::samples::printed;
    use super::*;
    use crate::operations::samples::{definition, named, variant};

    #[test]
    fn a_tagged_union_has_the_values_that_select_its_variants() {
        let mut text = variant("Text", named("Text"));
        text.tags = vec!["text".to_owned()];
        let mut picture = variant("Picture", Type::Boxed(Box::new(named("Picture"))));
        picture.tags = vec!["photo".to_owned(), "\"drawing\"".to_owned()];
        let union = Union {
            tagging: Tagging::Tagged("kind".to_owned()),
            variants: vec![text, picture],
            unknown: Some("Unknown".to_owned()),
        };
        let mut def = definition("Content", Shape::Union(union));
        def.docs = Docs::page("Content.");
        assert_eq!(
            printed(def),
            r#"union! {
    /// Content.
    pub enum Content by "kind" {
        Text(Text) = "text",
        Picture(Box<Picture>) = "photo" | "\"drawing\"",
        ..Unknown
    }
}
"#
        );
    }

    #[test]
    fn an_untagged_union_tries_variants_under_conditions() {
        let condition = |values: Vec<ConditionValue>| Condition {
            property: "type".to_owned(),
            values,
        };
        let mut template = variant("Template", named("Template"));
        let texts = ["a", "b"].map(|text| ConditionValue::Text(text.to_owned()));
        template.condition = Some(condition(texts.to_vec()));
        let mut gone = variant("Gone", named("Gone"));
        gone.condition = Some(condition(vec![ConditionValue::Bool(true)]));
        let mut first = variant("First", named("First"));
        first.condition = Some(condition(vec![ConditionValue::Int(-1)]));
        let list = variant("List", Type::List(Box::new(Type::Date)));
        let union = Union {
            tagging: Tagging::Untagged,
            variants: vec![template, gone, first, list],
            unknown: None,
        };
        assert_eq!(
            printed(definition("Prompt", Shape::Union(union))),
            r#"union! {
    pub enum Prompt {
        Template(Template) if "type" = "a" | "b",
        Gone(Gone) if "type" = true,
        First(First) if "type" = -1,
        List(Vec<NaiveDate>),
    }
}
"#
        );
    }

    #[test]
    fn borrowed_text_converts_into_an_untagged_union_with_text() {
        let union = Union {
            tagging: Tagging::Untagged,
            variants: vec![variant("String", Type::String)],
            unknown: None,
        };
        assert_eq!(
            printed(definition("Value", Shape::Union(union))),
            r#"union! {
    pub enum Value {
        String(String),
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        value.to_owned().into()
    }
}
"#
        );
    }
}
