//! Unions: tagged by a property, or untagged, with conditions for the variants.

use api::{Condition, Docs, EnumValue, Tagging, Type, TypeDef, Union, Variant};

use super::enums;
use super::file::{File, Indent};

/// Writes a union.
pub(super) fn define(def: &TypeDef, shape: &Union, file: &mut File<'_>) {
    file.item_docs(def);
    file.line(Indent::ITEM, "#[derive(Clone, Debug, PartialEq)]");
    file.line(Indent::ITEM, "#[non_exhaustive]");
    file.line(Indent::ITEM, &format!("pub enum {} {{", def.id));
    for value in &shape.values {
        enums::variant(value, file);
    }
    for variant in &shape.variants {
        let ty = file.ty(&variant.ty);
        if let Tagging::Tagged(property) = &shape.tagging {
            file.own_docs(Indent::MEMBER, &selected(property, &variant.tags));
        }
        file.variant(&variant.name, &ty);
    }
    let docs = "A variant that is unknown to this version of the crate.".into();
    file.own_docs(Indent::MEMBER, &docs);
    let unknown = file.runtime_type("UnknownVariant");
    file.line(Indent::MEMBER, &format!("{}({unknown}),", shape.unknown));
    file.line(Indent::ITEM, "}");

    match &shape.tagging {
        Tagging::Tagged(property) => {
            file.begin_macro("union", &format!("{} by {property:?}", def.id));
        }
        Tagging::Untagged => file.begin_macro("union", def.id.as_str()),
    }
    for EnumValue { name, value, .. } in &shape.values {
        file.line(Indent::BODY, &format!("{value:?} => {name},"));
    }
    for variant in &shape.variants {
        let (name, ty) = (&variant.name, file.ty(&variant.ty));
        let selection = selection(variant, &shape.tagging);
        file.line(Indent::BODY, &format!("{name}({ty}){selection},"));
    }
    file.line(Indent::BODY, &format!("..{}", shape.unknown));
    file.end_macro();
    let is_text = shape.tagging == Tagging::Untagged && has_string(shape);
    if is_text {
        from_text(def, file);
    }
    if file.is_nullable_in_maps(def) {
        let types = shape.variants.iter().map(|variant| file.ty(&variant.ty));
        let types: Vec<String> = types.collect();
        let text = is_text.then_some("&str");
        file.nullable_conversions(
            def,
            text.into_iter().chain(types.iter().map(String::as_str)),
        );
    }
}

/// Writes a conversion from `&str`, because the macro converts only from `String`.
fn from_text(def: &TypeDef, file: &mut File<'_>) {
    file.line(Indent::ITEM, "");
    file.line(Indent::ITEM, &format!("impl From<&str> for {} {{", def.id));
    file.line(Indent::MEMBER, "fn from(value: &str) -> Self {");
    file.line(Indent::BODY, "value.to_owned().into()");
    file.line(Indent::MEMBER, "}");
    file.line(Indent::ITEM, "}");
}

/// Returns the documentation of a variant: the value of the property that selects it.
fn selected(property: &str, tags: &[String]) -> Docs {
    let tags: Vec<Docs> = tags.iter().map(Docs::code).collect();
    let parts = [Docs::code(property), Docs::joined(&tags, " or ")];
    Docs::template("{} is {}.", &parts)
}

/// Returns the part of a variant after its type, which selects it.
fn selection(variant: &Variant, tagging: &Tagging) -> String {
    match (tagging, &variant.condition) {
        (Tagging::Tagged(_), _) => {
            format!(" = {}", alternatives(&variant.tags))
        }
        (Tagging::Untagged, Some(Condition { property, values })) => {
            format!(" if {property:?} = {}", alternatives(values))
        }
        (Tagging::Untagged, None) => String::new(),
    }
}

fn alternatives(values: &[String]) -> String {
    let literals = values.iter().map(|value| format!("{value:?}"));
    literals.collect::<Vec<_>>().join(" | ")
}

/// Returns `true` if a variant accepts any string.
fn has_string(shape: &Union) -> bool {
    let mut variants = shape.variants.iter();
    variants.any(|variant| variant.ty == Type::String)
}

#[cfg(test)]
mod tests {
    use api::Shape;

    use super::super::samples::{printed, printed_with, required};
    use super::*;
    use crate::operations::samples::{definition, named, object, variant};

    #[test]
    fn a_tagged_union_has_the_values_that_select_its_variants() {
        let mut text = variant("Text", named("Text"));
        text.tags = vec!["text".to_owned()];
        let mut picture = variant("Picture", Type::Boxed(Box::new(named("Picture"))));
        picture.tags = vec!["photo".to_owned(), "\"drawing\"".to_owned()];
        let union = Union {
            tagging: Tagging::Tagged("kind".to_owned()),
            values: Vec::new(),
            variants: vec![text, picture],
            unknown: "Unknown".to_owned(),
        };
        let mut def = definition("Content", Shape::Union(union));
        def.docs = Docs::page("Content.");
        assert_eq!(
            printed(def),
            r#"/// Content.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// `kind` is `text`.
    Text(Text),
    /// `kind` is `photo` or `"drawing"`.
    Picture(Box<Picture>),
    /// A variant that is unknown to this version of the crate.
    Unknown(UnknownVariant),
}

union! {
    Content by "kind" {
        Text(Text) = "text",
        Picture(Box<Picture>) = "photo" | "\"drawing\"",
        ..Unknown
    }
}
"#
        );
    }

    #[test]
    fn a_long_variant_has_several_lines() {
        let name = "A".repeat(60);
        let union = Union {
            tagging: Tagging::Untagged,
            values: Vec::new(),
            variants: vec![variant(&name, named(&name))],
            unknown: "Unknown".to_owned(),
        };
        let code = printed(definition("Content", Shape::Union(union)));
        let expected = format!("Content {{\n    {name}(\n        {name},\n    ),\n");
        assert!(code.contains(&expected), "{code}");
    }

    #[test]
    fn an_untagged_union_tries_variants_under_conditions() {
        let condition = |values: &[&str]| Condition {
            property: "type".to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        let mut template = variant("Template", named("Template"));
        template.condition = Some(condition(&["a", "b"]));
        let mut gone = variant("Gone", named("Gone"));
        gone.condition = Some(condition(&["true"]));
        let mut first = variant("First", named("First"));
        first.condition = Some(condition(&["-1"]));
        let list = variant("List", Type::List(Box::new(Type::Date)));
        let union = Union {
            tagging: Tagging::Untagged,
            values: Vec::new(),
            variants: vec![template, gone, first, list],
            unknown: "Unknown".to_owned(),
        };
        assert_eq!(
            printed(definition("Prompt", Shape::Union(union))),
            r#"#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Prompt {
    Template(Template),
    Gone(Gone),
    First(First),
    List(Vec<NaiveDate>),
    /// A variant that is unknown to this version of the crate.
    Unknown(UnknownVariant),
}

union! {
    Prompt {
        Template(Template) if "type" = "a" | "b",
        Gone(Gone) if "type" = "true",
        First(First) if "type" = "-1",
        List(Vec<NaiveDate>),
        ..Unknown
    }
}
"#
        );
    }

    #[test]
    fn values_without_a_name_are_variants_without_data() {
        let value = |value: &str, name: &str, docs| EnumValue {
            name: name.to_owned(),
            value: value.to_owned(),
            docs,
        };
        let auto = value("auto", "Auto", Docs::default());
        let none = value("none", "None", Docs::page("No tool."));
        let union = Union {
            tagging: Tagging::Untagged,
            values: vec![auto, none],
            variants: vec![variant("Named", named("Named"))],
            unknown: "Unknown".to_owned(),
        };
        assert_eq!(
            printed(definition("ToolChoice", Shape::Union(union))),
            r#"#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ToolChoice {
    /// `auto`
    Auto,
    /// No tool.
    None,
    Named(Named),
    /// A variant that is unknown to this version of the crate.
    Unknown(UnknownVariant),
}

union! {
    ToolChoice {
        "auto" => Auto,
        "none" => None,
        Named(Named),
        ..Unknown
    }
}
"#
        );
    }

    #[test]
    fn borrowed_text_converts_into_an_untagged_union_with_text() {
        let union = Union {
            tagging: Tagging::Untagged,
            values: Vec::new(),
            variants: vec![variant("String", Type::String)],
            unknown: "Unknown".to_owned(),
        };
        assert_eq!(
            printed(definition("Value", Shape::Union(union))),
            r#"#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    String(String),
    /// A variant that is unknown to this version of the crate.
    Unknown(UnknownVariant),
}

union! {
    Value {
        String(String),
        ..Unknown
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

    #[test]
    fn a_conversion_to_a_value_of_a_map_also_exists_for_nullable_values() {
        let union = Union {
            tagging: Tagging::Untagged,
            values: Vec::new(),
            variants: vec![
                variant("String", Type::String),
                variant("List", Type::List(Box::new(Type::String))),
            ],
            unknown: "Unknown".to_owned(),
        };
        let value = Type::Nullable(Box::new(named("Value")));
        let pet = object("Pet", vec![required("tags", Type::Map(Box::new(value)))]);
        let code = printed_with([pet], definition("Value", Shape::Union(union)));
        let (_, conversions) = code
            .split_once("impl From<&str> for Nullable")
            .expect("one");
        assert_eq!(
            format!("impl From<&str> for Nullable{conversions}"),
            r#"impl From<&str> for Nullable<Value> {
    fn from(value: &str) -> Self {
        Self::Value(value.into())
    }
}

impl From<String> for Nullable<Value> {
    fn from(value: String) -> Self {
        Self::Value(value.into())
    }
}

impl From<Vec<String>> for Nullable<Value> {
    fn from(value: Vec<String>) -> Self {
        Self::Value(value.into())
    }
}
"#
        );
    }
}
