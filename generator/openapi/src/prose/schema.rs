//! Converts the lines of a page to schemas.

use std::collections::{BTreeSet, HashMap, HashSet};

use ::names::{Scope, numbered};
use heck::{ToPascalCase, ToSnakeCase};
use indexmap::IndexMap;
use serde_json::{Value, json};

use super::block::Node;
use super::label::{Keys, Label};
use super::mark::{CUT, Cut};
use super::page::{NamedType, ProsePage};
use super::placed::Placed;
use super::property::{Line, Property};
use super::samples::{self, Values};
use super::variants::Found;
use crate::loss::{LossKind, LossLines};
use crate::walk::SCHEMAS;

/// The level at which the platform omits properties and values.
const CUT_LEVEL: usize = 6;

/// The schemas of one page during construction.
pub(super) struct Schemas<'a> {
    /// The headings of `## Types`, by name.
    types: HashMap<&'a str, &'a NamedType>,
    /// The variants of the types without lines.
    unions: &'a HashMap<&'a str, Found<'a>>,
    /// The places in samples of the values of each named type.
    holders: HashMap<&'a str, BTreeSet<String>>,
    /// The types of the fields of a form.
    form_types: HashSet<&'a str>,
    /// The names of types of objects, by the property as Python spells it.
    sample_types: HashMap<String, String>,
    values: Values,
    /// The prefix for names of types that the page does not name.
    prefix: String,
    /// The named schemas.
    pub(super) components: IndexMap<String, Placed>,
    pub(super) losses: LossLines,
    /// The lines that the grammar does not allow at their position.
    pub(super) refused: Vec<usize>,
    /// The unions with unknown variants, with their lines.
    pub(super) undecided: Vec<(String, usize)>,
    open: Vec<Ancestor>,
    /// The names of types that the page does not name.
    names: Scope,
}

/// An object whose properties are being read.
struct Ancestor {
    key: String,
    label: Label,
    /// The name of its type, if a property references it.
    name: Option<String>,
}

impl<'a> Schemas<'a> {
    pub(super) fn new(
        page: &'a ProsePage<'a>,
        unions: &'a HashMap<&'a str, Found<'a>>,
        values: Values,
        sample_types: HashMap<String, String>,
        prefix: String,
    ) -> Self {
        let types = page.types.iter().map(|kind| (kind.name.as_str(), kind));
        Self {
            types: types.collect(),
            unions,
            holders: holders(super::node_lists(page)),
            form_types: page.form_types(),
            sample_types,
            values,
            prefix,
            names: Scope::default(),
            components: IndexMap::new(),
            losses: LossLines::default(),
            refused: Vec::new(),
            undecided: Vec::new(),
            open: Vec::new(),
        }
    }

    /// Creates the schemas of all headings.
    pub(super) fn add_types(&mut self, types: &'a [NamedType]) {
        for kind in types {
            if self.components.contains_key(&kind.name) {
                continue;
            }
            let mut schema = match &kind.nodes[..] {
                [] => self.without_lines(&kind.name, kind.line),
                nodes => self.content(nodes, kind.line),
            };
            schema.set_some("description", kind.description.clone());
            self.components.insert(kind.name.clone(), schema);
        }
    }

    /// Returns `true` if the sample of the response is the text of Server-Sent Events.
    pub(super) fn has_sampled_events(&self) -> bool {
        self.values.has_events()
    }

    /// Returns `true` if the page has a sample of the response.
    pub(super) fn has_sampled_response(&self) -> bool {
        self.values.has(samples::RESPONSE)
    }

    /// Creates the schema of a form of which the page has only a sample.
    pub(super) fn sampled_form(&mut self, line: usize) -> Placed {
        self.losses.add(LossKind::Formats, line);
        let mut properties = Placed::object(line);
        for name in self.values.objects(samples::REQUEST).flatten() {
            let schema = match self.values.form_value(name) {
                Some(schema) => schema,
                None => json!({}),
            };
            properties.insert(name, Placed::value(line, schema));
        }
        let mut schema = Placed::object(line);
        schema.set("type", "object");
        schema.with("properties", properties)
    }

    /// Creates the schema of a type that the page does not describe.
    fn without_lines(&mut self, name: &str, line: usize) -> Placed {
        let mut schema = Placed::object(line);
        match self.unions.get(name) {
            Some(Found::Variants(variants)) if !variants.is_empty() => {
                self.losses.add(LossKind::UnionVariants, line);
                let mut members: Vec<Placed> = variants
                    .iter()
                    .map(|variant| reference(variant, line))
                    .collect();
                let holders = self.holders.get(name).into_iter().flatten();
                let is_list = |holder: &String| self.values.is_list_of_objects(holder);
                if let [only] = &mut members[..]
                    && holders.clone().any(is_list)
                {
                    let items = std::mem::replace(only, Placed::object(line));
                    only.set("type", "array");
                    only.insert("items", items);
                }
                let kinds = holders.flat_map(|holder| self.values.kinds(holder));
                let scalars = distinct_kinds(kinds).into_iter().map(samples::schema);
                members.extend(scalars.map(|schema| Placed::value(line, schema)));
                // A type without a description cannot be distinguished from a union with one
                // variant.
                if members.len() == 1 {
                    members.push(Placed::object(line));
                }
                schema.insert("oneOf", Placed::list(line, members));
                schema.set(CUT, Cut::Variants.as_str());
                return schema;
            }
            Some(Found::Undecided) => self.undecided.push((name.to_owned(), line)),
            _ => {}
        }
        let holders = self.holders.get(name);
        let is_object = |holder: &String| self.values.is_object(holder);
        if holders.is_some_and(|holders| holders.iter().any(is_object)) {
            schema.set("type", "object");
            schema.set("additionalProperties", true);
        } else if let Some(members) = self.scalars(name) {
            // The samples have values of several kinds in place of the type.
            let members = members.into_iter();
            let members = members.map(|kind| Placed::value(line, samples::schema(kind)));
            let mut members: Vec<Placed> = members.collect();
            match members.len() {
                1 => schema = members.swap_remove(0),
                _ => schema.insert("oneOf", Placed::list(line, members)),
            }
        }
        self.losses.add(LossKind::UnionVariants, line);
        schema.set(CUT, Cut::Type.as_str());
        schema
    }

    /// Returns the kinds of scalars that the samples have in place of a type, if there is nothing
    /// else. One kind is not sufficient for a type with a heading, which is a union.
    fn scalars(&self, name: &str) -> Option<BTreeSet<&'static str>> {
        let holders = self.holders.get(name)?;
        let kinds = holders.iter().map(|holder| self.values.scalars(holder));
        let kinds: Vec<BTreeSet<&str>> = kinds.collect::<Option<_>>()?;
        let kinds = distinct_kinds(kinds.into_iter().flatten());
        // A form does not list its types, so a type without lines is not a union.
        let is_of_form = !self.types.contains_key(name) && self.form_types.contains(name);
        (kinds.len() > usize::from(!is_of_form)).then_some(kinds)
    }

    /// Creates the schema of a whole body or type from its properties, variants, or label.
    pub(super) fn content(&mut self, nodes: &[Node], line: usize) -> Placed {
        let Some(first) = nodes.first() else {
            return Placed::object(line);
        };
        match &first.content {
            Line::Whole(label) => {
                self.refused.extend(nodes[1..].iter().map(|node| node.line));
                self.labelled(label, first, "")
            }
            Line::Values(values) => enumeration(values, first.line),
            Line::Discriminated(_) => self.discriminated(nodes, line),
            Line::Variant(_) => self.variants(&[], nodes, line),
            _ => self.object(nodes, line),
        }
    }

    /// Creates the schema of the items of a stream, whose lines are below the stream's line or follow
    /// it.
    pub(super) fn stream_items(&mut self, label: &Label, nodes: &[Node]) -> Placed {
        let Some((head, items)) = nodes.split_first() else {
            return Placed::object(1);
        };
        let node = Node {
            children: [&head.children, items].concat(),
            ..head.clone()
        };
        self.labelled(label, &node, "")
    }

    /// Creates the schema of an object with these properties.
    pub(super) fn object(&mut self, nodes: &[Node], line: usize) -> Placed {
        let mut properties = Placed::object(line);
        let mut required = Vec::new();
        let mut seen = HashSet::new();
        for node in nodes {
            match &node.content {
                Line::Property(property) if seen.insert(&property.name) => {
                    if property.required {
                        required.push(property.name.clone());
                    }
                    properties.insert(&property.name, self.property(property, node));
                }
                _ => self.refused.push(node.line),
            }
        }
        let mut schema = Placed::object(line);
        schema.set("type", "object");
        if !required.is_empty() {
            schema.set("required", required);
        }
        schema.with("properties", properties)
    }

    /// Creates the schema of a property or a parameter.
    pub(super) fn property(&mut self, property: &Property, node: &Node) -> Placed {
        let mut schema = self.labelled(&property.label, node, &property.name);
        schema.set_some("description", property.description.clone());
        if property.nullable {
            schema.set("nullable", true);
        }
        if property.deprecated {
            schema.set("deprecated", true);
        }
        if let Some(text) = &property.default {
            schema.set(
                "default",
                default(&property.label, text, &schema.to_value()),
            );
        }
        if self.is_page_zero(property) {
            schema.set("example", 0);
        }
        schema
    }

    /// Returns `true` if a property or a parameter is the number of a list page, and the response
    /// shows that the numbers begin at 0.
    fn is_page_zero(&self, property: &Property) -> bool {
        let name = property.name.to_snake_case();
        let is_page = name == "number" || name.split('_').any(|word| word == "page");
        let is_number = matches!(property.label, Label::Scalar("integer" | "number", _));
        is_page && is_number && self.values.is_zero(&property.name)
    }

    /// Creates the schema of a label, whose lines are below the node.
    pub(super) fn labelled(&mut self, label: &Label, node: &Node, key: &str) -> Placed {
        let line = node.line;
        let mut schema = Placed::object(line);
        let has_lines = match label.core() {
            Label::Object | Label::Union(_) | Label::Enum => true,
            Label::Named(name) => !self.types.contains_key(name.as_str()),
            _ => false,
        };
        if !has_lines {
            self.refused
                .extend(node.children.iter().map(|node| node.line));
        }
        match label {
            Label::Any => {}
            Label::Scalar(kind, format) => {
                schema.set("type", *kind);
                schema.set_some("format", *format);
                if matches!(format, None | Some("double")) && *kind != "boolean" {
                    self.losses.add(LossKind::Formats, line);
                }
            }
            Label::Constant(value) => {
                schema.set("type", kind_of(value));
                schema.set("enum", json!([value]));
            }
            Label::File => {
                schema.set("type", "string");
                schema.set("format", "binary");
            }
            Label::Enum => return self.values(node, key),
            Label::Named(name) if !has_lines || node.children.is_empty() => {
                return self.named(name, line);
            }
            Label::Named(name) => return self.named_with_lines(name, node),
            Label::Object => return self.object_of(label, node, key),
            Label::List(items) => {
                let items = self.labelled_within(label, items, node, key);
                schema.set("type", "array");
                schema.insert("items", items);
            }
            Label::Map(keys, values) => {
                if *keys == Keys::Enum {
                    self.losses.add(LossKind::MapKeys, line);
                }
                let values = self.labelled_within(label, values, node, key);
                schema.set("type", "object");
                schema.insert("additionalProperties", values);
            }
            Label::Union(members) => return self.variants(members, &node.children, line),
        }
        schema
    }

    /// Creates the schema of the contents of a list or a map. An object inside is identified by the
    /// label of the whole property.
    fn labelled_within(&mut self, outer: &Label, inner: &Label, node: &Node, key: &str) -> Placed {
        match inner {
            Label::Object => self.object_of(outer, node, key),
            Label::List(_) | Label::Map(..) if *inner.core() == Label::Object => {
                let within = match inner {
                    Label::List(within) | Label::Map(_, within) => within,
                    _ => inner,
                };
                let items = self.labelled_within(outer, within, node, key);
                let mut schema = Placed::object(node.line);
                let (kind, keyword) = match inner {
                    Label::List(_) => ("array", "items"),
                    _ => ("object", "additionalProperties"),
                };
                schema.set("type", kind);
                schema.with(keyword, items)
            }
            inner => self.labelled(inner, node, key),
        }
    }

    fn values(&mut self, node: &Node, key: &str) -> Placed {
        let [first, rest @ ..] = &node.children[..] else {
            if let Some(values) = described_values(node) {
                return self
                    .literals(&values, key, node.line, node.line)
                    .unwrap_or_else(|| enumeration(&values, node.line));
            }
            let mut schema = Placed::object(node.line);
            schema.set("type", "string");
            schema.set(CUT, Cut::Values.as_str());
            self.losses.add(LossKind::EnumValues, node.line);
            return schema;
        };
        let Line::Values(values) = &first.content else {
            self.refused
                .extend(node.children.iter().map(|node| node.line));
            return Placed::value(node.line, json!({"type": "string"}));
        };
        self.refused.extend(rest.iter().map(|node| node.line));
        self.literals(values, key, node.line, first.line)
            .unwrap_or_else(|| enumeration(values, first.line))
    }

    /// Returns the enumeration of numbers or booleans. The page writes them like strings, but the
    /// samples distinguish them.
    fn literals(
        &self,
        values: &[String],
        key: &str,
        line: usize,
        values_line: usize,
    ) -> Option<Placed> {
        let items = format!("{key}[]");
        let are_all =
            |kinds: &[&str]| self.values.are_all(key, kinds) || self.values.are_all(&items, kinds);
        let literals = values.iter().map(|value| serde_json::from_str(value).ok());
        let literals: Vec<Value> = literals.collect::<Option<_>>()?;
        let kind = if literals.iter().all(Value::is_boolean) && are_all(&["boolean"]) {
            "boolean"
        } else if !literals.iter().all(Value::is_number) || !are_all(&["integer", "number"]) {
            return None;
        } else if literals.iter().any(Value::is_f64) {
            "number"
        } else {
            "integer"
        };
        let mut schema = Placed::object(line);
        schema.set("type", kind);
        schema.insert("enum", Placed::value(values_line, json!(literals)));
        Some(schema)
    }

    /// Returns a reference to a named type.
    pub(super) fn named(&mut self, name: &str, line: usize) -> Placed {
        if !self.types.contains_key(name) && !self.components.contains_key(name) {
            let schema = self.without_lines(name, line);
            self.components.insert(name.to_owned(), schema);
        }
        reference(name, line)
    }

    /// Returns a reference to a named type without a heading, whose content is below the node.
    fn named_with_lines(&mut self, name: &str, node: &Node) -> Placed {
        // The lines can mention the type itself.
        self.components
            .insert(name.to_owned(), Placed::object(node.line));
        let schema = self.content(&node.children, node.line);
        self.components.insert(name.to_owned(), schema);
        reference(name, node.line)
    }

    /// Creates the schema of an object from the lines below the node.
    fn object_of(&mut self, label: &Label, node: &Node, key: &str) -> Placed {
        let Some(first) = node.children.first() else {
            return self.object_without_lines(label, node, key);
        };
        let line = node.line;
        self.open.push(Ancestor {
            key: key.to_owned(),
            label: label.clone(),
            name: None,
        });
        let schema = match &first.content {
            Line::Discriminated(_) => self.discriminated(&node.children, line),
            Line::Variant(_) => self.variants(&[], &node.children, line),
            _ => self.object(&node.children, line),
        };
        let name = self.open.pop().and_then(|ancestor| ancestor.name);
        let is_named = name.is_some();
        let name = name.or_else(|| {
            let name = self.sample_types.get(&key.to_snake_case())?;
            let known = self.components.get(name);
            let is_free = known.is_none_or(|known| known.is_same(&schema));
            is_free.then(|| name.clone())
        });
        match name {
            Some(name) => {
                if is_named || !self.components.contains_key(&name) {
                    self.components.insert(name.clone(), schema);
                }
                reference(&name, line)
            }
            None => schema,
        }
    }

    fn object_without_lines(&mut self, label: &Label, node: &Node, key: &str) -> Placed {
        let mut schema = Placed::object(node.line);
        if node.level >= CUT_LEVEL {
            self.losses.add(LossKind::CutTypes, node.line);
            schema.set(CUT, Cut::Object.as_str());
            return schema;
        }
        let is_same = |ancestor: &&mut Ancestor| {
            !key.is_empty() && ancestor.key == key && ancestor.label == *label
        };
        if let Some(ancestor) = self.open.iter_mut().rev().find(is_same) {
            let components = &mut self.components;
            let prefix = &self.prefix;
            let names = &mut self.names;
            let name = ancestor.name.get_or_insert_with(|| {
                let wanted = format!("{prefix} {key}").to_pascal_case();
                let mut name = names.claim(numbered(&wanted, ""));
                while components.contains_key(&name) {
                    name = names.claim(numbered(&wanted, ""));
                }
                // Reserves the name until the schema is complete.
                components.insert(name.clone(), Placed::object(node.line));
                name
            });
            return reference(name, node.line);
        }
        schema.set("type", "object");
        schema.set("additionalProperties", true);
        schema
    }
}

/// Returns the values of an enumeration that the description of a property lists at its end, as
/// Django REST framework prints them: ``The state * `ON` - Is on * `OFF` - Is off``.
fn described_values(node: &Node) -> Option<Vec<String>> {
    let Line::Property(property) = &node.content else {
        return None;
    };
    let mut items = property.description.as_ref()?.split("* `");
    let text = items.next()?;
    let values = items.map(|item| {
        let (value, label) = item.split_once("` - ")?;
        (!value.is_empty() && !label.is_empty()).then(|| value.to_owned())
    });
    let values: Vec<String> = values.collect::<Option<_>>()?;
    let is_list = text.is_empty() || text.ends_with(' ');
    (is_list && !values.is_empty()).then_some(values)
}

/// Returns the places in samples of the values of each named type.
pub(super) fn holders(lists: Vec<&[Node]>) -> HashMap<&str, BTreeSet<String>> {
    let mut holders: HashMap<&str, BTreeSet<String>> = HashMap::new();
    let mut open: Vec<&Node> = lists.into_iter().flatten().collect();
    while let Some(node) = open.pop() {
        if let Line::Property(property) = &node.content
            && let Label::Named(name) = property.label.core()
        {
            let place = samples::place(&property.name, &property.label);
            holders.entry(name).or_default().insert(place);
        }
        open.extend(&node.children);
    }
    holders
}

fn enumeration(values: &[String], line: usize) -> Placed {
    Placed::value(line, json!({"type": "string", "enum": values}))
}

/// Returns the type of a constant in OpenAPI.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        _ => "string",
    }
}

pub(super) fn reference(name: &str, line: usize) -> Placed {
    Placed::value(line, json!({"$ref": format!("{SCHEMAS}{name}")}))
}

/// Parses the text of a default value: strings are unquoted, and everything else is JSON.
fn default(label: &Label, text: &str, schema: &Value) -> Value {
    let json = || serde_json::from_str(text).ok();
    let is_text = match label {
        Label::Scalar(kind, _) => *kind == "string",
        Label::Enum => schema["type"] == "string",
        Label::Constant(value) => value.is_string(),
        _ => false,
    };
    let value = if is_text { None } else { json() };
    value.unwrap_or_else(|| text.into())
}

/// Returns different kinds of scalars. An integer is also a number.
fn distinct_kinds(kinds: impl Iterator<Item = &'static str>) -> BTreeSet<&'static str> {
    let mut kinds: BTreeSet<&str> = kinds.collect();
    if kinds.contains("number") {
        kinds.remove("integer");
    }
    kinds
}
