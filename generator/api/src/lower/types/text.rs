//! Types in the text form of a generated `types.rs`, for tests.

use std::fmt::Write as _;

use crate::{
    ConditionValue, Constructor, Docs, Encoding, Enum, Field, Presence, Shape, Struct, Tagging,
    Type, TypeDef, TypeId, Union, Variant,
};

/// Writes the definition of a type, with its constructor. `is_converted` is `true` for
/// types that values of other types convert into.
pub(super) fn type_text(ty: &TypeDef, is_converted: &dyn Fn(&TypeId) -> bool) -> String {
    let docs = doc_comment(&ty.docs);
    let name = ty.id.as_str();
    match &ty.shape {
        Shape::Struct(shape) if shape.encoding == Encoding::Multipart => {
            docs + &struct_text(name, shape, ty.sent)
        }
        Shape::Struct(shape) => {
            let definition = docs + &struct_text(name, shape, ty.sent);
            in_macro("object", &definition) + &constructor_text(name, shape, is_converted)
        }
        Shape::Enum(shape) => in_macro("open_enum", &(docs + &enum_text(name, shape))),
        Shape::Union(union) => {
            let text = in_macro("union", &(docs + &union_text(name, union)));
            let is_text = |variant: &Variant| variant.ty == Type::String;
            if union.tagging == Tagging::Untagged && union.variants.iter().any(is_text) {
                text + &format!(
                    "\nimpl From<&str> for {name} {{\n    fn from(value: &str) -> Self {{\n        \
                     value.to_owned().into()\n    }}\n}}\n"
                )
            } else {
                text
            }
        }
        Shape::Newtype(ty) => format!("{docs}pub struct {name}(pub {ty});\n"),
    }
}

/// Writes a union without its documentation.
pub(super) fn union_text(name: &str, union: &Union) -> String {
    let by = match &union.tagging {
        Tagging::Tagged(property) => format!(" by {property:?}"),
        Tagging::Untagged => String::new(),
    };
    let mut text = format!("pub enum {name}{by} {{\n");
    for variant in &union.variants {
        let values = variant.tags.iter().map(|tag| format!("{tag:?}"));
        let mut rest = Vec::from_iter(values).join(" | ");
        if !rest.is_empty() {
            rest = format!(" = {rest}");
        }
        if let Some(condition) = &variant.condition {
            let values = condition.values.iter().map(|value| match value {
                ConditionValue::Text(text) => format!("{text:?}"),
                ConditionValue::Bool(value) => value.to_string(),
                ConditionValue::Int(value) => value.to_string(),
            });
            let values = Vec::from_iter(values).join(" | ");
            rest = format!(" if {:?} = {values}", condition.property);
        }
        let _ = writeln!(text, "    {}({}){rest},", variant.name, variant.ty);
    }
    if let Some(unknown) = &union.unknown {
        let _ = writeln!(text, "    ..{unknown}");
    }
    text + "}\n"
}

fn enum_text(name: &str, shape: &Enum) -> String {
    let mut text = format!("pub enum {name} {{\n");
    for value in &shape.values {
        text += &indented(&doc_comment(&value.docs));
        let _ = writeln!(text, "    {} = {:?},", value.name, value.value);
    }
    let _ = writeln!(text, "    ..{}(String)", shape.unknown);
    text + "}\n"
}

fn struct_text(name: &str, shape: &Struct, is_sent: bool) -> String {
    let is_form = shape.encoding == Encoding::Multipart;
    let has_default = shape.constructor == Constructor::DerivedDefault;
    let mut text = match (is_form, has_default) {
        (true, true) => "#[derive(Clone, Debug, Default)]\n",
        (true, false) => "#[derive(Clone, Debug)]\n",
        (false, true) => "#[derive(Default)]\n",
        (false, false) => "",
    }
    .to_owned();
    if !is_sent {
        text += "#[cfg_attr(not(feature = \"mock\"), non_exhaustive)]\n";
    }
    let _ = writeln!(text, "pub struct {name} {{");
    for field in &shape.fields {
        text += &indented(&doc_comment(&field.docs));
        let ty = field_type(field);
        let _ = if is_form {
            writeln!(text, "    pub {}: {ty},", field.name)
        } else {
            let presence = presence_text(field);
            writeln!(
                text,
                "    pub {}: {ty} = {presence} {:?},",
                field.name, field.wire
            )
        };
    }
    if let Some(rest) = &shape.rest {
        let _ = writeln!(text, "    ..pub {}: {}", rest.name, rest.ty);
    }
    text + "}\n"
}

fn presence_text(field: &Field) -> String {
    let presence = match field.presence {
        Presence::Required => "required",
        Presence::Nullable => "nullable",
        _ => "optional",
    };
    match field.ty.holds_date_times() {
        true => format!("{presence}_date_time"),
        false => presence.to_owned(),
    }
}

fn field_type(field: &Field) -> String {
    match field.presence.is_option() {
        true => format!("Option<{}>", field.ty),
        false => field.ty.to_string(),
    }
}

fn constructor_text(name: &str, shape: &Struct, is_converted: &dyn Fn(&TypeId) -> bool) -> String {
    let converts = |field: &Field| match &field.ty {
        Type::String => true,
        Type::Named(id) => is_converted(id),
        _ => false,
    };
    let mut text = match &shape.constructor {
        Constructor::DerivedDefault | Constructor::None => return String::new(),
        Constructor::Default => {
            format!("\nimpl Default for {name} {{\n    fn default() -> Self {{\n")
        }
        Constructor::New(positions) => {
            let arguments = positions.iter().map(|position| {
                let field = &shape.fields[*position];
                let ty = field_type(field);
                match converts(field) {
                    true => format!("{}: impl Into<{ty}>", field.name),
                    false => format!("{}: {ty}", field.name),
                }
            });
            let arguments = Vec::from_iter(arguments).join(", ");
            format!(
                "\nimpl {name} {{\n    /// Returns one with what is required, and nothing else.\n    \
                 pub fn new({arguments}) -> Self {{\n"
            )
        }
    };
    text += "        Self {\n";
    for field in &shape.fields {
        let name = &field.name;
        let value = match (&field.tag, field.presence) {
            (Some(tag), presence) if presence.is_option() => {
                format!("{name}: Some({tag:?}.into())")
            }
            (Some(tag), _) => format!("{name}: {tag:?}.into()"),
            (None, Presence::EmptyWhenAbsent) => format!("{name}: Default::default()"),
            (None, presence) if presence.is_option() => format!("{name}: None"),
            (None, _) if converts(field) => format!("{name}: {name}.into()"),
            (None, _) => name.clone(),
        };
        let _ = writeln!(text, "            {value},");
    }
    if let Some(rest) = &shape.rest {
        let _ = writeln!(text, "            {}: Default::default(),", rest.name);
    }
    text + "        }\n    }\n}\n"
}

fn in_macro(name: &str, code: &str) -> String {
    format!("{name}! {{\n{}}}\n", indented(code))
}

fn indented(code: &str) -> String {
    code.lines().map(|line| format!("    {line}\n")).collect()
}

fn doc_comment(docs: &Docs) -> String {
    let lines = docs.as_str().lines();
    lines
        .map(|line| format!("{}\n", format!("/// {line}").trim_end()))
        .collect()
}
