//! Unions: tagged by the property that selects the variant, or untagged, with variants that are
//! tried in order.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use names::{Scope, numbered};
use openapi::tree::Schema;
use serde_json::Value;

use super::discriminators::{Decided, Discriminators, Members, Tags};
use super::enums::{lower_value, unknown, variant_name};
use super::limits::limits;
use super::value::value_type;
use crate::graph::Components;
use crate::{Docs, EnumValue, Limits, Tagging, Type, TypeId, Union, Variant};

/// The facts about all unions of a document that one union depends on.
pub(super) struct Unions<'a> {
    schemas: &'a IndexMap<String, Schema>,
    members: Members<'a>,
    discriminators: Discriminators<'a>,
    /// The minimum number of properties that the variants of a union require.
    least_required: HashMap<&'a str, usize>,
}

impl<'a> Unions<'a> {
    pub(super) fn new(schemas: &'a IndexMap<String, Schema>) -> Self {
        let members = members(schemas);
        let discriminators = Discriminators::new(schemas, &members);
        let least_required = members
            .iter()
            .map(|(name, members)| (*name, least_required(name, members, schemas)))
            .collect();
        Self {
            schemas,
            members,
            discriminators,
            least_required,
        }
    }

    /// Returns the values by which unions identify structs.
    pub(super) fn tags(&self) -> Tags<'_> {
        self.discriminators.tags(&self.members)
    }

    /// Returns `true` if a string converts into the type: an enumeration, or an untagged union with
    /// a string variant.
    pub(super) fn converts_from_text(&self, id: &TypeId) -> bool {
        match self.members.get(id.as_str()) {
            Some(members) => {
                self.discriminators.of(id.as_str()).is_none() && members.contains(&Type::String)
            }
            None => {
                let schema = self.schemas.get(id.as_str());
                schema.is_some_and(|schema| schema.values.is_some())
            }
        }
    }

    /// Returns the only value of an enumeration that a schema references.
    pub(super) fn only_text(&self, schema: &Schema) -> Option<String> {
        let target = self.schemas.get(schema.reference.as_ref()?)?;
        match target.values.as_deref()? {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    /// Returns the example of the named type of a property.
    pub(super) fn example(&self, schema: &Schema) -> Option<&'a Value> {
        let named = schema.reference.as_ref()?;
        self.schemas.get(named)?.example.as_ref()
    }

    /// Returns the default of a property, which can be that of its named type.
    pub(super) fn default<'s>(&'s self, schema: &'s Schema) -> Option<&'s Value> {
        let named = schema.reference.as_ref();
        let target = || self.schemas.get(named?)?.default.as_ref();
        schema.default.as_ref().or_else(target)
    }

    /// Lowers the union with this name.
    pub(super) fn lower(&self, name: &str) -> Union {
        let members = self.members.get(name).map_or(&[][..], Vec::as_slice);
        match self.discriminators.of(name) {
            Some(decided) => tagged(name, members, decided),
            None => self.untagged(name, members),
        }
    }

    /// Sorts the variants that accept the fewest values to the front, because a variant without
    /// required properties accepts every object.
    fn untagged(&self, name: &str, members: &[Type]) -> Union {
        let mut sorted: Vec<(usize, &Type)> = members.iter().enumerate().collect();
        sorted.sort_by_key(|(_, ty)| (Reverse(self.required(ty)), Accepted::by(ty)));
        let short: Vec<String> = sorted.iter().map(|(_, ty)| name_of(ty, name)).collect();
        let is_shared = |own: &String| short.iter().filter(|other| *other == own).count() > 1;
        let mut scope = Scope::default();
        let values = self.values(name, &mut scope);
        let limits = self.limits(name);
        let variants = sorted
            .into_iter()
            .zip(&short)
            .map(|((position, ty), own)| Variant {
                name: match is_shared(own) {
                    true => scope.claim(numbered(&long_name_of(ty, name), "")),
                    false => scope.claim(numbered(own, "")),
                },
                ty: ty.clone(),
                limits: limits.get(&ty.to_string()).cloned().unwrap_or_default(),
                tags: Vec::new(),
                condition: self
                    .discriminators
                    .condition_within(name, position)
                    .or_else(|| self.discriminators.condition(ty.named()?.as_str())),
            });
        Union {
            values,
            variants: variants.collect(),
            tagging: Tagging::Untagged,
            unknown: unknown(&mut scope),
        }
    }

    /// Returns the variants without data: the values of the enumerations without a name.
    fn values(&self, union: &str, scope: &mut Scope) -> Vec<EnumValue> {
        let mut seen = HashSet::new();
        let values = self.schemas_of(union).iter().flat_map(|member| {
            let values = member.values.iter().flatten();
            values.map(move |value| (member, value))
        });
        let distinct = values.filter(|(_, value)| seen.insert(*value));
        let lowered = distinct.map(|(member, value)| {
            let mut lowered = lower_value(member, value, scope);
            let is_only = member.values.as_ref().is_some_and(|all| all.len() == 1);
            if is_only && lowered.docs.is_empty() {
                lowered.docs = Docs::page(&member.description);
            }
            lowered
        });
        lowered.collect()
    }

    /// Returns the limits of the values of variants by their type. Of members with one type, the
    /// first is the variant.
    fn limits(&self, union: &str) -> HashMap<String, Limits> {
        let members = self.schemas_of(union).iter();
        let with_data = members.filter(|member| member.values.is_none()).rev();
        with_data
            .map(|member| (value_type(member).to_string(), limits(member)))
            .collect()
    }

    /// Returns the schemas of the members of a union.
    fn schemas_of(&self, union: &str) -> &[Schema] {
        let members = self.schemas.get(union).and_then(|it| it.one_of.as_deref());
        members.unwrap_or_default()
    }

    /// Returns the number of required properties of a type. A type other than an object counts as
    /// more specific than any number of properties.
    fn required(&self, ty: &Type) -> usize {
        let Some(id) = ty.named() else {
            return match unwrapped(ty) {
                Type::Json | Type::JsonObject | Type::Map(_) => 0,
                _ => usize::MAX,
            };
        };
        if let Some(least) = self.least_required.get(id.as_str()) {
            return *least;
        }
        match self.schemas.get(id.as_str()) {
            Some(schema) if schema.values.is_some() => usize::MAX,
            Some(schema) => schema.required.len(),
            None => 0,
        }
    }
}

/// The unintended values that a variant also accepts. Variants that accept fewer are tried first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Accepted {
    Nothing,
    /// Any integer is a number.
    Integers,
    /// Objects with other properties, of which the reader counts the unknown ones.
    Objects,
    /// Objects whose properties are all known.
    Maps,
    /// Any date is a string.
    Texts,
    Anything,
}

impl Accepted {
    fn by(ty: &Type) -> Self {
        match unwrapped(ty) {
            Type::Float(_) => Self::Integers,
            Type::Named(_) => Self::Objects,
            Type::JsonObject | Type::Map(_) => Self::Maps,
            Type::String => Self::Texts,
            Type::Json => Self::Anything,
            _ => Self::Nothing,
        }
    }
}

/// Returns the type without `Nullable` and `Box`.
fn unwrapped(ty: &Type) -> &Type {
    match ty {
        Type::Nullable(inner) | Type::Boxed(inner) => unwrapped(inner),
        other => other,
    }
}

/// Returns the types of the variants with data of all unions, each type once.
fn members(schemas: &IndexMap<String, Schema>) -> Members<'_> {
    let cycles = Components::new(&contained(schemas));
    let unions = schemas.iter().enumerate();
    let unions = unions.filter(|(_, (_, schema))| schema.values.is_none());
    let unions = unions.filter_map(|(position, (name, schema))| {
        let mut seen = HashSet::new();
        let members = schema.one_of.as_ref()?.iter();
        let members = members.filter(|member| member.values.is_none());
        let types = members.map(|member| {
            let ty = value_type(member);
            let target = member.reference.as_ref();
            let target = target.and_then(|name| schemas.get_index_of(name));
            match target.is_some_and(|target| cycles.is_cycle(target, position)) {
                true => Type::Boxed(Box::new(ty)),
                false => ty,
            }
        });
        let distinct = types.filter(|ty| seen.insert(ty.to_string()));
        Some((name.as_str(), distinct.collect()))
    });
    unions.collect()
}

/// Returns the positions of the schemas that values of each schema contain without a list or a map
/// in between.
fn contained(schemas: &IndexMap<String, Schema>) -> Vec<Vec<usize>> {
    let contained = schemas.values().map(|schema| {
        let members = schema.one_of.iter().flatten();
        let inside = schema.properties.values().chain(members).chain([schema]);
        inside
            .filter_map(|schema| schemas.get_index_of(schema.reference.as_ref()?))
            .collect()
    });
    contained.collect()
}

fn least_required(union: &str, members: &[Type], schemas: &IndexMap<String, Schema>) -> usize {
    let others = members
        .iter()
        .map(Type::named)
        .filter(|id| id.is_none_or(|id| id.as_str() != union));
    let required = others.map(|id| {
        id.and_then(|id| schemas.get(id.as_str()))
            .map_or(0, |schema| schema.required.len())
    });
    required.min().unwrap_or(0)
}

fn tagged(name: &str, members: &[Type], decided: &Decided<'_>) -> Union {
    let mut scope = Scope::default();
    let members = members.iter().zip(&decided.values);
    let variants: Vec<Variant> = members
        .map(|(ty, values)| {
            let variant = match values.as_slice() {
                // `true` and `1` are not descriptive.
                [value] if value.starts_with(char::is_alphabetic) && !is_boolean(value) => {
                    variant_name(value)
                }
                _ => name_of(ty, name),
            };
            Variant {
                name: scope.claim(numbered(&variant, "")),
                ty: ty.clone(),
                limits: Limits::default(),
                tags: values.iter().map(|value| (*value).to_owned()).collect(),
                condition: None,
            }
        })
        .collect();
    Union {
        tagging: Tagging::Tagged(decided.property.to_owned()),
        values: Vec::new(),
        unknown: unknown(&mut scope),
        variants,
    }
}

fn is_boolean(value: &str) -> bool {
    ["true", "false"].contains(&value)
}

/// The end of the name of a union of the successful responses of an operation.
pub(crate) const SUCCESSES: &str = "Success";

/// Returns the name of a response in the union of the successful responses of its operation: its
/// status, which is not part of the name of the usual response.
fn name_of_success<'a>(name: &'a str, union: &str) -> Option<&'a str> {
    let response = name.strip_prefix(union.strip_suffix(SUCCESSES)?)?;
    let status = response.strip_prefix("Response")?;
    Some(if status.is_empty() { "Ok" } else { status })
}

/// Names a variant after its type, without the name of the union as a prefix.
fn name_of(ty: &Type, union: &str) -> String {
    let name = match ty {
        Type::Bool => "Boolean",
        Type::Int(_) => "Integer",
        Type::Float(_) => "Number",
        Type::String => "String",
        Type::Date => "Date",
        Type::DateTime => "DateTime",
        Type::Json => "Value",
        Type::JsonObject | Type::Map(_) => "Map",
        Type::File => "File",
        Type::Form => "Form",
        Type::External(path) => path.rsplit("::").next().unwrap_or(path),
        Type::List(item) => return format!("{}List", name_of(item, union)),
        Type::Nullable(inner) | Type::Boxed(inner) => return name_of(inner, union),
        Type::Named(id) => {
            let name = id.as_str();
            let rest = name_of_success(name, union).or_else(|| without_prefix(name, union));
            let rest = rest.unwrap_or(name);
            let is_name = rest.starts_with(|c: char| c.is_ascii_uppercase()) && rest != "Self";
            if is_name { rest } else { name }
        }
    };
    name.to_owned()
}

/// Returns a name without the words of `prefix`. Long names lack some of its words, but neither the
/// first nor the last one.
fn without_prefix<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    let is_capital = |c: char| c.is_ascii_uppercase();
    let starts = prefix.match_indices(is_capital).map(|(start, _)| start);
    let mut starts: Vec<usize> = starts.collect();
    starts.push(prefix.len());
    let words = starts.windows(2).map(|ends| &prefix[ends[0]..ends[1]]);
    let (mut rest, mut has_last) = (name, false);
    for (position, word) in words.enumerate() {
        let after = rest.strip_prefix(word);
        let after = after.filter(|after| after.starts_with(is_capital));
        has_last = after.is_some();
        match after {
            Some(after) => rest = after,
            None if position == 0 => return None,
            None => {}
        }
    }
    has_last.then_some(rest)
}

/// Names a variant after its whole type, for unions whose variants would otherwise have the same
/// name.
fn long_name_of(ty: &Type, union: &str) -> String {
    match ty {
        Type::Map(value) => format!("{}Map", name_of(value, union)),
        Type::List(item) => format!("{}List", long_name_of(item, union)),
        Type::Nullable(inner) | Type::Boxed(inner) => long_name_of(inner, union),
        Type::Named(id) => id.as_str().to_owned(),
        other => name_of(other, union),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use serde_json::{Value, json};

    use super::super::tests::{reference, schemas};
    use super::*;

    /// Writes a union in the form of its Rust definition.
    fn union_text(name: &str, union: &Union) -> String {
        let by = match &union.tagging {
            Tagging::Tagged(property) => format!(" by {property:?}"),
            Tagging::Untagged => String::new(),
        };
        let mut text = format!("pub enum {name}{by} {{\n");
        for value in &union.values {
            let _ = writeln!(text, "    {} = {:?},", value.name, value.value);
        }
        for variant in &union.variants {
            let values = variant.tags.iter().map(|tag| format!("{tag:?}"));
            let mut rest = Vec::from_iter(values).join(" | ");
            if !rest.is_empty() {
                rest = format!(" = {rest}");
            }
            if let Some(condition) = &variant.condition {
                let values = condition.values.iter().map(|value| format!("{value:?}"));
                let values = Vec::from_iter(values).join(" | ");
                rest = format!(" if {:?} = {values}", condition.property);
            }
            let _ = writeln!(text, "    {}({}){rest},", variant.name, variant.ty);
        }
        let _ = writeln!(text, "    ..{}", union.unknown);
        text + "}\n"
    }

    #[test]
    fn the_name_of_a_variant_lacks_the_words_of_the_union() {
        for (ty, union, variant) in [
            ("ContentText", "Content", "Text"),
            ("Contents", "Content", "Contents"),
            ("AddPetsMetadataChoice", "AddPetsRequestMetadata", "Choice"),
            (
                "AddPetsMetadata",
                "AddPetsRequestMetadata",
                "AddPetsMetadata",
            ),
            (
                "PetsMetadataChoice",
                "AddPetsRequestMetadata",
                "PetsMetadataChoice",
            ),
            ("AddPetsChoice", "AddPetsRequestMetadata", "AddPetsChoice"),
        ] {
            let ty = Type::Named(crate::TypeId::new(ty));
            assert_eq!(name_of(&ty, union), variant);
        }
    }

    fn union(name: &str, all: Value) -> String {
        let schemas = schemas(all);
        union_text(name, &Unions::new(&schemas).lower(name))
    }

    #[test]
    fn a_property_with_distinct_values_selects_the_variant() {
        let all = json!({
            "Content": {"oneOf": [reference("Text"), reference("Picture")]},
            "Text": {"required": ["kind"], "properties": {"kind": reference("TextKind")}},
            "TextKind": {"enum": ["text"]},
            "Picture": {"required": ["kind"], "properties": {"kind": reference("PictureKind")}},
            "PictureKind": {"enum": ["photo", "drawing"]},
        });
        assert_eq!(
            union("Content", all),
            "pub enum Content by \"kind\" {\n    Text(Text) = \"text\",\n    \
             Picture(Picture) = \"photo\" | \"drawing\",\n    ..Unknown\n}\n"
        );
    }

    #[test]
    fn a_property_that_the_page_names_need_not_be_required() {
        let all = json!({
            "Check": {
                "oneOf": [reference("Equal"), reference("Greater")],
                "discriminator": {"propertyName": "op"},
            },
            "Equal": {"properties": {"op": reference("EqualOp")}},
            "EqualOp": {"enum": ["eq"]},
            "Greater": {"properties": {"op": reference("GreaterOp")}},
            "GreaterOp": {"enum": ["gt"]},
        });
        assert!(union("Check", all).contains("pub enum Check by \"op\""));
    }

    #[test]
    fn any_value_and_maps_follow_objects_without_required_properties() {
        let all = json!({
            "Setting": {"oneOf": [
                {}, {"type": "object", "additionalProperties": true}, reference("Diff"),
            ]},
            "Diff": {"type": "object", "properties": {"size": {"type": "integer"}}},
        });
        let text = union("Setting", all);
        let variants = ["Diff(", "Map(", "Value("].map(|name| text.find(name).expect(name));
        assert!(variants.is_sorted(), "{text}");
    }

    #[test]
    fn variants_of_one_kind_are_called_by_what_they_hold() {
        let map = |value: Value| json!({"type": "object", "additionalProperties": value});
        let all = json!({"Extra": {"oneOf": [
            map(json!({"type": "string"})),
            map(json!({"type": "integer"})),
            {"type": "boolean"},
        ]}});
        let text = union("Extra", all);
        for name in ["StringMap(", "IntegerMap(", "Boolean("] {
            assert!(text.contains(name), "{text}");
        }
    }

    #[test]
    fn responses_of_one_operation_are_called_by_their_statuses() {
        let object =
            |name: &str| json!({"type": "object", "properties": {name: {}}, "required": [name]});
        let all = json!({
            "AddSuccess": {"oneOf": [
                reference("AddResponse"), reference("AddResponseAccepted"), reference("Pet"),
            ]},
            "AddResponse": object("a"), "AddResponseAccepted": object("b"), "Pet": object("c"),
        });
        let text = union("AddSuccess", all);
        for variant in [
            "Ok(AddResponse)",
            "Accepted(AddResponseAccepted)",
            "Pet(Pet)",
        ] {
            assert!(text.contains(variant), "{text}");
        }
    }

    #[test]
    fn a_mapping_gives_values_that_no_variant_states() {
        let mapping = json!({
            "ok": "#/components/schemas/Done", "late": "#/components/schemas/Done",
            "failed": "#/components/schemas/Error",
        });
        let all = json!({
            "Event": {
                "oneOf": [reference("Done"), reference("Error")],
                "discriminator": {"propertyName": "type", "mapping": mapping},
            },
            "Done": {}, "Error": {},
        });
        assert_eq!(
            union("Event", all),
            "pub enum Event by \"type\" {\n    Done(Done) = \"ok\" | \"late\",\n    \
             Failed(Error) = \"failed\",\n    ..Unknown\n}\n"
        );
    }

    #[test]
    fn values_without_a_name_are_variants_without_data() {
        let all = json!({
            "ToolChoice": {"oneOf": [
                {"type": "string", "enum": ["auto", "none"]},
                reference("Named"),
                {"type": "string", "enum": ["auto", "max-out"]},
                reference("Mode"),
                {"type": "string"},
            ]},
            "Named": {"required": ["type"], "properties": {"type": reference("NamedType")}},
            "NamedType": {"enum": ["function"]},
            "Mode": {"type": "string", "enum": ["fast", "slow"]},
        });
        assert_eq!(
            union("ToolChoice", all),
            "pub enum ToolChoice {\n    Auto = \"auto\",\n    None = \"none\",\n    \
             MaxOut = \"max-out\",\n    Mode(Mode),\n    String(String),\n    \
             Named(Named) if \"type\" = \"function\",\n    ..Unknown\n}\n"
        );
    }

    #[test]
    fn a_union_with_values_is_not_selected_by_a_property() {
        let kind =
            |name: &str| json!({"required": ["kind"], "properties": {"kind": reference(name)}});
        let all = json!({
            "Shape": {
                "oneOf": [
                    reference("Circle"),
                    reference("Oval"),
                    {"type": "string", "enum": ["any"]},
                ],
                "discriminator": {"propertyName": "kind"},
            },
            "Circle": kind("CircleKind"),
            "CircleKind": {"enum": ["circle"]},
            "Oval": kind("OvalKind"),
            "OvalKind": {"enum": ["oval"]},
        });
        assert_eq!(
            union("Shape", all),
            "pub enum Shape {\n    Any = \"any\",\n    \
             Circle(Circle) if \"kind\" = \"circle\",\n    \
             Oval(Oval) if \"kind\" = \"oval\",\n    ..Unknown\n}\n"
        );
    }

    #[test]
    fn variants_that_accept_fewer_values_are_tried_first() {
        let all = json!({
            "Either": {"oneOf": [
                {"type": "string"}, {"type": "number"}, {"type": "integer", "format": "uint64"},
                reference("Gone"), {"type": "string", "format": "date"},
            ]},
            "Gone": {"required": ["gone"], "properties": {
                "gone": {"type": "boolean", "enum": [true]},
            }},
        });
        assert_eq!(
            union("Either", all),
            "pub enum Either {\n    Integer(u64),\n    Date(NaiveDate),\n    Number(f64),\n    \
             String(String),\n    Gone(Gone) if \"gone\" = \"true\",\n    ..Unknown\n}\n"
        );
    }

    #[test]
    fn the_variant_that_requires_most_is_tried_first() {
        let all = json!({
            "Response": {"oneOf": [reference("Loose"), reference("Strict"), {"type": "string"}]},
            "Loose": {"properties": {"a": {"type": "string"}}},
            "Strict": {"required": ["a"], "properties": {"a": reference("Response")}},
        });
        assert_eq!(
            union("Response", all),
            "pub enum Response {\n    String(String),\n    Strict(Box<Strict>),\n    \
             Loose(Loose),\n    ..Unknown\n}\n"
        );
    }

    /// Returns nested unions, of which the inner one is tagged.
    fn nested() -> Value {
        let shape = |kind: &str, more: &str| {
            let property = reference(kind);
            json!({"required": ["kind", more], "properties": {more: {}, "kind": property}})
        };
        json!({
            "Figure": {"oneOf": [reference("Plain"), reference("FigureRound")]},
            "FigureRound": {"oneOf": [reference("Circle"), reference("Oval")]},
            "Plain": {"properties": {"x": {}}},
            "Circle": shape("CircleKind", "radius"),
            "CircleKind": {"enum": ["circle"]},
            "Oval": shape("OvalKind", "radii"),
            "OvalKind": {"enum": ["oval"]},
        })
    }

    #[test]
    fn a_tagged_union_is_tried_if_its_discriminator_matches() {
        assert_eq!(
            union("Figure", nested()),
            "pub enum Figure {\n    Round(FigureRound) if \"kind\" = \"circle\" | \"oval\",\n    \
             Plain(Plain),\n    ..Unknown\n}\n"
        );
    }

    #[test]
    fn a_property_with_one_value_in_each_variant_selects_it() {
        let model = |id: &str, provider: &str| {
            json!({
                "required": ["id", "provider"],
                "properties": {"id": reference(id), "provider": reference(provider)},
            })
        };
        let all = json!({
            "Model": {"oneOf": [reference("North"), reference("South")]},
            "North": model("NorthId", "NorthProvider"),
            "NorthId": {"enum": ["n1", "n2"]},
            "NorthProvider": {"enum": ["north"]},
            "South": model("SouthId", "SouthProvider"),
            "SouthId": {"enum": ["s1"]},
            "SouthProvider": {"enum": ["south"]},
        });
        assert_eq!(
            union("Model", all),
            "pub enum Model by \"provider\" {\n    North(North) = \"north\",\n    \
             South(South) = \"south\",\n    ..Unknown\n}\n"
        );
    }

    #[test]
    fn the_values_of_a_union_select_it_in_another() {
        let mut all = nested();
        all["Plain"] = json!({"required": ["kind"], "properties": {"kind": reference("Plains")}});
        all["Plains"] = json!({"enum": ["line"]});
        assert_eq!(
            union("Figure", all),
            "pub enum Figure by \"kind\" {\n    Line(Plain) = \"line\",\n    \
             Round(FigureRound) = \"circle\" | \"oval\",\n    ..Unknown\n}\n"
        );
    }

    #[test]
    fn a_union_that_is_its_own_variant_ends() {
        let all = json!({
            "A": {"oneOf": [reference("B"), reference("A"), {"type": "string"}]},
            "B": {"oneOf": [reference("A"), {"type": "integer"}]},
        });
        assert_eq!(
            union("A", all),
            "pub enum A {\n    String(String),\n    B(Box<B>),\n    A(Box<A>),\n    ..Unknown\n}\n"
        );
    }

    #[test]
    fn a_type_is_a_variant_once() {
        let text = json!({"type": "string", "format": "email"});
        let all = json!({"Either": {"oneOf": [text, {"type": "string"}, {"type": "boolean"}]}});
        assert_eq!(
            union("Either", all),
            "pub enum Either {\n    Boolean(bool),\n    String(String),\n    ..Unknown\n}\n"
        );
    }

    #[test]
    fn a_struct_has_the_tag_that_all_of_its_unions_agree_on() {
        let mut all = nested();
        all["Named"] = json!({
            "oneOf": [reference("Circle"), reference("Plain")],
            "discriminator": {"propertyName": "name", "mapping": {
                "c": "#/components/schemas/Circle", "p": "#/components/schemas/Plain",
            }},
        });
        all["Renamed"] = json!({
            "oneOf": [reference("Plain")],
            "discriminator": {"propertyName": "name", "mapping": {
                "q": "#/components/schemas/Plain",
            }},
        });
        let schemas = schemas(all);
        let unions = Unions::new(&schemas);
        let tags = unions.tags();
        let tag = |ty: &str, property: &str| tags.get(ty)?.get(property).copied();
        assert_eq!(tag("Circle", "kind"), Some("circle"));
        assert_eq!(tag("Circle", "name"), Some("c"));
        assert_eq!(tag("Plain", "name"), None);
    }

    #[test]
    fn deep_unions_need_no_stack() {
        let length = 20_000;
        let mut all = serde_json::Map::new();
        for depth in 0..length {
            let inner = reference(&format!("U{}", depth + 1));
            all.insert(
                format!("U{depth}"),
                json!({"oneOf": [inner, {"type": "string"}]}),
            );
        }
        all.insert(
            format!("U{length}"),
            json!({"oneOf": [{"type": "integer"}]}),
        );
        assert!(union("U0", Value::Object(all)).contains("U1(U1)"));
    }
}
