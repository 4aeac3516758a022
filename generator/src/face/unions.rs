//! Unions: by the property that decides, or by trying one form after another.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;

use super::docs::comment;
use super::enums::{free, unknown, variant};
use crate::docs::Docs;
use crate::downgrade::CONSTANT;
use crate::schemas::{self, referenced};

/// Writes the union `name` as an invocation of the runtime's macro.
pub(super) fn print(name: &str, root: &Value) -> String {
    let schemas = &root["components"]["schemas"];
    let union = Union { name, schemas };
    let members = union.members();
    let mut code = String::from("union! {\n");
    if let Some(description) = schemas[name]["description"].as_str() {
        comment(&mut code, "    ", &Docs::page(description));
    }
    match union.deciding_property(&members) {
        Some((property, values)) => {
            union.print_decided(&members, &property, &values, &mut code);
        }
        None => union.print_tried(&members, &mut code),
    }
    code.push_str("    }\n}\n");
    if members.iter().any(|member| member.ty == "String") && !union.is_decided(&members) {
        let _ = write!(
            code,
            "\nimpl From<&str> for {name} {{\n    fn from(value: &str) -> Self {{\n        \
             value.to_owned().into()\n    }}\n}}\n"
        );
    }
    code
}

/// Returns the only value of the property that tells a form from the others, by type and
/// property. A type that has several such values, as a form of several unions, is left out.
pub(super) fn tags(root: &Value) -> BTreeMap<(String, String), String> {
    let schemas = &root["components"]["schemas"];
    let mut tags: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for name in schemas::unions(root) {
        let union = Union {
            name: &name,
            schemas,
        };
        let members = union.members();
        let Some((property, values)) = union.deciding_property(&members) else {
            continue;
        };
        for (member, values) in members.into_iter().zip(values) {
            if let Some(ty) = referenced(member.schema) {
                let tag = tags.entry((ty.to_owned(), property.clone()));
                tag.or_default().extend(values);
            }
        }
    }
    let only = |values: BTreeSet<String>| (values.len() == 1).then(|| values.into_iter().next())?;
    tags.into_iter()
        .filter_map(|(key, values)| Some((key, only(values)?)))
        .collect()
}

struct Union<'a> {
    name: &'a str,
    schemas: &'a Value,
}

/// A form that the union can take.
struct Member<'a> {
    schema: &'a Value,
    ty: String,
}

/// Returns texts as the literals of a pattern.
fn literals(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
    values.join(" | ")
}

/// Returns the only value of something that is no string as a literal.
fn constant(value: &Value) -> Option<String> {
    match value {
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(i32::try_from(number.as_i64()?).ok()?.to_string()),
        _ => None,
    }
}

fn requires(schema: &Value, property: &str) -> bool {
    let required = schema["required"].as_array();
    required.is_some_and(|required| required.iter().any(|name| name == property))
}

/// Returns how much besides its own values a scalar would take: any integer is a
/// number, and any date a text.
fn looseness(schema: &Value) -> u8 {
    match (schema["type"].as_str(), &schema["format"]) {
        (Some("number"), _) => 1,
        (Some("string"), Value::Null) => 3,
        (None, _) if referenced(schema).is_some() => 2,
        _ => 0,
    }
}

/// Tells whether no two forms share a value.
fn are_distinct(values: &[Vec<String>]) -> bool {
    let mut seen = BTreeSet::new();
    values.iter().flatten().all(|value| seen.insert(value))
}

impl<'a> Union<'a> {
    /// Returns the forms, each type once.
    fn members(&self) -> Vec<Member<'a>> {
        let mut seen = BTreeSet::new();
        let members = self.schemas[self.name]["oneOf"].as_array();
        members
            .into_iter()
            .flatten()
            .map(|schema| {
                let ty = rust_type(schema);
                let recursive = referenced(schema).is_some_and(|target| {
                    contains(target, self.name, self.schemas, &mut BTreeSet::new())
                });
                let ty = if recursive { format!("Box<{ty}>") } else { ty };
                Member { schema, ty }
            })
            .filter(|member| seen.insert(member.ty.clone()))
            .collect()
    }

    fn is_decided(&self, members: &[Member<'_>]) -> bool {
        self.deciding_property(members).is_some()
    }

    /// Returns the property whose value decides the form, and its values for
    /// each form: all forms are objects that have it, and no two share a value.
    fn deciding_property(&self, members: &[Member<'_>]) -> Option<(String, Vec<Vec<String>>)> {
        let schema = &self.schemas[self.name];
        if let Some(property) = schema["discriminator"]["propertyName"].as_str()
            && let Some(values) = self.mapped_values(members, property)
            && are_distinct(&values)
        {
            return Some((property.to_owned(), values));
        }
        let first = self.object(members.first()?.schema)?;
        first["properties"]
            .as_object()?
            .keys()
            .find_map(|property| {
                let values = self.values_of_each(members, property, true)?;
                are_distinct(&values).then(|| (property.clone(), values))
            })
    }

    /// Returns the values that a discriminator maps to each form, or that the
    /// forms give the property themselves.
    fn mapped_values(&self, members: &[Member<'_>], property: &str) -> Option<Vec<Vec<String>>> {
        let mapping = self.schemas[self.name]["discriminator"]["mapping"].as_object();
        let Some(mapping) = mapping else {
            return self.values_of_each(members, property, false);
        };
        members
            .iter()
            .map(|member| {
                let name = referenced(member.schema)?;
                let values: Vec<String> = mapping
                    .iter()
                    .filter(|(_, target)| {
                        target.as_str().and_then(|target| target.rsplit('/').next()) == Some(name)
                    })
                    .map(|(value, _)| value.clone())
                    .collect();
                (!values.is_empty()).then_some(values)
            })
            .collect()
    }

    fn values_of_each(
        &self,
        members: &[Member<'_>],
        property: &str,
        is_required: bool,
    ) -> Option<Vec<Vec<String>>> {
        members
            .iter()
            .map(|member| self.values(member.schema, property, is_required, &mut BTreeSet::new()))
            .collect()
    }

    /// Returns the values that `property` can have in an object, or in the
    /// forms of another union. Unless a page names it as the one that decides, it
    /// has to be required.
    fn values(
        &self,
        schema: &Value,
        property: &str,
        is_required: bool,
        visiting: &mut BTreeSet<String>,
    ) -> Option<Vec<String>> {
        let name = referenced(schema)?;
        if !visiting.insert(name.to_owned()) {
            return None;
        }
        let target = &self.schemas[name];
        if let Some(members) = target["oneOf"].as_array() {
            let mut values = Vec::new();
            for member in members {
                values.extend(self.values(member, property, is_required, visiting)?);
            }
            return Some(values);
        }
        if is_required && !requires(target, property) {
            return None;
        }
        let property = referenced(&target["properties"][property])?;
        let values = self.schemas[property]["enum"].as_array()?;
        Some(
            values
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        )
    }

    /// Returns the object that a schema refers to, the first of a union.
    fn object(&self, schema: &Value) -> Option<&'a Value> {
        let mut schema = &self.schemas[referenced(schema)?];
        for _ in 0..8 {
            match schema["oneOf"]
                .as_array()
                .and_then(|members| members.first())
            {
                Some(first) => schema = &self.schemas[referenced(first)?],
                None => return Some(schema),
            }
        }
        None
    }

    fn print_decided(
        &self,
        members: &[Member<'_>],
        property: &str,
        values: &[Vec<String>],
        code: &mut String,
    ) {
        let _ = writeln!(code, "    pub enum {} by {property:?} {{", self.name);
        let mut taken = BTreeSet::new();
        for (member, values) in members.iter().zip(values) {
            let name = match values.as_slice() {
                [value] => variant(value),
                _ => self.variant_name(member.schema),
            };
            let name = free(&name, &taken);
            let _ = writeln!(
                code,
                "        {name}({}) = {},",
                member.ty,
                literals(values)
            );
            taken.insert(name);
        }
        let _ = writeln!(code, "        ..{}", unknown(&taken));
    }

    /// The form that asks for most is tried first: one that asks for nothing
    /// would fit everything.
    fn print_tried(&self, members: &[Member<'_>], code: &mut String) {
        let _ = writeln!(code, "    pub enum {} {{", self.name);
        let mut taken = BTreeSet::new();
        let mut sorted: Vec<&Member<'_>> = members.iter().collect();
        sorted.sort_by_key(|member| {
            let schema = member.schema;
            (std::cmp::Reverse(self.demands(schema)), looseness(schema))
        });
        for member in sorted {
            let name = free(&self.variant_name(member.schema), &taken);
            let condition = self.condition(member.schema);
            let _ = writeln!(code, "        {name}({}){condition},", member.ty);
            taken.insert(name);
        }
    }

    /// Returns the condition for trying a form. Enumerations are open, so that a
    /// property that says what an object is would fit every other object.
    fn condition(&self, schema: &Value) -> String {
        let Some(name) = referenced(schema) else {
            return String::new();
        };
        let target = &self.schemas[name];
        let decided = if target["oneOf"].is_array() {
            let union = Union {
                name,
                schemas: self.schemas,
            };
            union
                .deciding_property(&union.members())
                .map(|(property, values)| (property, literals(&values.concat())))
        } else {
            let properties = target["properties"].as_object();
            properties.into_iter().flatten().find_map(|(property, of)| {
                let values = self.values(schema, property, true, &mut BTreeSet::new());
                let value = match values.as_deref() {
                    Some([_]) => literals(&values.unwrap_or_default()),
                    _ if requires(target, property) => constant(&of[CONSTANT])?,
                    _ => return None,
                };
                Some((property.clone(), value))
            })
        };
        decided.map_or_else(String::new, |(property, values)| {
            format!(" if {property:?} = {values}")
        })
    }

    /// Returns how much a form asks for. What is no object asks for its type.
    fn demands(&self, schema: &Value) -> usize {
        let Some(name) = referenced(schema) else {
            return if schema.get("type").is_some_and(|kind| kind != "object") {
                usize::MAX
            } else {
                0
            };
        };
        let target = &self.schemas[name];
        if target["enum"].is_array() {
            return usize::MAX;
        }
        if let Some(members) = target["oneOf"].as_array() {
            let least = members
                .iter()
                .filter(|member| referenced(member) != Some(name));
            return least.map(|member| self.required(member)).min().unwrap_or(0);
        }
        self.required(schema)
    }

    fn required(&self, schema: &Value) -> usize {
        let target = referenced(schema).map_or(schema, |name| &self.schemas[name]);
        target["required"].as_array().map_or(0, Vec::len)
    }

    /// Names a variant after what it holds.
    fn variant_name(&self, schema: &Value) -> String {
        if let Some(name) = referenced(schema) {
            let rest = name.strip_prefix(self.name).unwrap_or(name);
            let usable = rest.starts_with(|c: char| c.is_ascii_uppercase()) && rest != "Self";
            return if usable { rest } else { name }.to_owned();
        }
        match schema["type"].as_str() {
            Some("string") => match schema["format"].as_str() {
                Some("date") => "Date".to_owned(),
                Some("date-time") => "DateTime".to_owned(),
                _ => "String".to_owned(),
            },
            Some("integer") => "Integer".to_owned(),
            Some("number") => "Number".to_owned(),
            Some("boolean") => "Boolean".to_owned(),
            Some("array") => format!("{}List", self.variant_name(&schema["items"])),
            Some("object") => "Map".to_owned(),
            _ => "Value".to_owned(),
        }
    }
}

/// Tells whether a value of type `from` holds one of type `to` without a list or
/// a map between them, so that Rust needs a box there.
fn contains(from: &str, to: &str, schemas: &Value, visited: &mut BTreeSet<String>) -> bool {
    if from == to {
        return true;
    }
    if !visited.insert(from.to_owned()) {
        return false;
    }
    let schema = &schemas[from];
    let properties = schema["properties"].as_object();
    let properties = properties
        .into_iter()
        .flat_map(|properties| properties.values());
    let members = schema["oneOf"].as_array().into_iter().flatten();
    let all = schema["allOf"].as_array().into_iter().flatten();
    properties
        .chain(members)
        .chain(all)
        .filter_map(referenced)
        .any(|target| contains(target, to, schemas, visited))
}

/// Returns the Rust type of a schema that has no name of its own.
pub(super) fn rust_type(schema: &Value) -> String {
    let ty = plain_type(schema);
    if schema["nullable"] == true {
        format!("Option<{ty}>")
    } else {
        ty
    }
}

fn plain_type(schema: &Value) -> String {
    if let Some(name) = referenced(schema) {
        return name.to_owned();
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("string"), Some("date-time")) => "DateTime<Utc>".to_owned(),
        (Some("string"), Some("date")) => "NaiveDate".to_owned(),
        (Some("string"), _) => "String".to_owned(),
        (Some("integer"), Some("int32")) => "i32".to_owned(),
        (Some("integer"), _) => "i64".to_owned(),
        (Some("number"), Some("float")) => "f32".to_owned(),
        (Some("number"), _) => "f64".to_owned(),
        (Some("boolean"), _) => "bool".to_owned(),
        (Some("array"), _) => format!("Vec<{}>", rust_type(&schema["items"])),
        (Some("object"), _) => match &schema["additionalProperties"] {
            Value::Object(values) if !values.is_empty() => {
                format!(
                    "HashMap<String, {}>",
                    rust_type(&schema["additionalProperties"])
                )
            }
            _ => "serde_json::Map<String, serde_json::Value>".to_owned(),
        },
        _ => "serde_json::Value".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reference(name: &str) -> Value {
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    #[test]
    fn a_property_with_different_values_decides() {
        let root = json!({"components": {"schemas": {
            "Content": {"oneOf": [reference("Text"), reference("Picture")]},
            "Text": {"required": ["kind"], "properties": {"kind": reference("TextKind")}},
            "TextKind": {"enum": ["text"]},
            "Picture": {"required": ["kind"], "properties": {"kind": reference("PictureKind")}},
            "PictureKind": {"enum": ["photo", "drawing"]},
        }}});
        assert_eq!(
            print("Content", &root),
            "union! {\n    pub enum Content by \"kind\" {\n        Text(Text) = \"text\",\n        \
             Picture(Picture) = \"photo\" | \"drawing\",\n        ..Unknown\n    }\n}\n"
        );
    }

    #[test]
    fn a_property_that_the_page_names_need_not_be_required() {
        let root = json!({"components": {"schemas": {
            "Check": {
                "oneOf": [reference("Equal"), reference("Greater")],
                "discriminator": {"propertyName": "op"},
            },
            "Equal": {"properties": {"op": reference("EqualOp")}},
            "EqualOp": {"enum": ["eq"]},
            "Greater": {"properties": {"op": reference("GreaterOp")}},
            "GreaterOp": {"enum": ["gt"]},
        }}});
        assert!(print("Check", &root).contains("pub enum Check by \"op\""));
    }

    #[test]
    fn what_takes_fewer_values_is_tried_first() {
        let root = json!({"components": {"schemas": {
            "Either": {"oneOf": [
                {"type": "string"}, {"type": "number"}, {"type": "integer"}, reference("Gone"),
                {"type": "string", "format": "date"},
            ]},
            "Gone": {"required": ["gone"], "properties": {
                "gone": {"type": "boolean", "x-constant": true},
            }},
        }}});
        let code = print("Either", &root);
        let positions: Vec<Option<usize>> = [
            "Integer(",
            "Date(NaiveDate",
            "Number(",
            "String(String",
            "Gone(Gone) if \"gone\" = true",
        ]
        .iter()
        .map(|form| code.find(form))
        .collect();
        assert!(positions.is_sorted() && positions[0].is_some(), "{code}");
    }

    #[test]
    fn the_form_that_asks_for_most_is_tried_first() {
        let root = json!({"components": {"schemas": {
            "Answer": {"oneOf": [reference("Loose"), reference("Strict"), {"type": "string"}]},
            "Loose": {"properties": {"a": {"type": "string"}}},
            "Strict": {"required": ["a"], "properties": {"a": reference("Answer")}},
        }}});
        assert_eq!(
            print("Answer", &root),
            "union! {\n    pub enum Answer {\n        String(String),\n        \
             Strict(Box<Strict>),\n        Loose(Loose),\n    }\n}\n\n\
             impl From<&str> for Answer {\n    fn from(value: &str) -> Self {\n        \
             value.to_owned().into()\n    }\n}\n"
        );
    }
}
