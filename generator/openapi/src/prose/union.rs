//! Creates schemas of unions whose variants the page shows.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use serde_json::json;

use super::block::Node;
use super::label::Label;
use super::placed::Placed;
use super::property::{Discriminated, Line, Property};
use super::schema::{Schemas, reference};
use crate::loss::LossKind;

impl Schemas<'_> {
    /// Creates the schema of a union. Each line is an object; labels that are not objects have no
    /// line.
    pub(super) fn variants(&mut self, labels: &[Label], nodes: &[Node], line: usize) -> Placed {
        let is_variant = |node: &&Node| matches!(node.content, Line::Variant(_));
        let others = nodes.iter().filter(|node| !is_variant(node));
        self.refused.extend(others.map(|node| node.line));
        let nodes: Vec<Node> = nodes.iter().filter(is_variant).cloned().collect();
        let (labels, count) = assigned(labels, nodes.len());
        let (own, of_items) = nodes.split_at(count);
        let mut objects = Vec::new();
        for node in own {
            let mut schema = self.object(&node.children, node.line);
            match &node.content {
                Line::Variant(title) if title != "object" => schema.set("title", title.clone()),
                _ => {}
            }
            objects.push(schema);
        }
        let mut objects = objects.into_iter();
        let mut members = Vec::new();
        for label in &*labels {
            // The page does not show the properties of objects in a list or a map.
            let is_hidden = *label != Label::Object && *label.core() == Label::Object;
            if is_hidden && of_items.is_empty() {
                self.losses.add(LossKind::UnionVariants, line);
            }
            let node = Node {
                line,
                level: 0,
                content: Line::Whole(label.clone()),
                children: match label {
                    Label::List(_) => of_items.to_vec(),
                    _ => Vec::new(),
                },
            };
            members.push(match label {
                Label::Object => objects.next().unwrap_or_else(|| {
                    let free = json!({"type": "object", "additionalProperties": true});
                    Placed::value(line, free)
                }),
                label => self.labelled(label, &node, ""),
            });
        }
        members.extend(objects);
        let mut seen = HashSet::new();
        members.retain(|member| seen.insert(member.to_value().to_string()));
        if members.len() == 1 {
            return members.swap_remove(0);
        }
        Placed::object(line).with("oneOf", Placed::list(line, members))
    }

    /// Creates the schema of a union whose variants are identified by the value of a property.
    pub(super) fn discriminated(&mut self, nodes: &[Node], line: usize) -> Placed {
        let mut members: IndexMap<String, Placed> = IndexMap::new();
        let mut values: HashMap<&str, Vec<&str>> = HashMap::new();
        for node in nodes {
            if let Line::Discriminated(variant) = &node.content
                && let Some(name) = &variant.type_name
            {
                values.entry(name).or_default().push(&variant.value);
            }
        }
        for node in nodes {
            let Line::Discriminated(variant) = &node.content else {
                self.refused.push(node.line);
                continue;
            };
            let key = match &variant.type_name {
                Some(name) => format!("type {name}"),
                None => format!("value {}", variant.value),
            };
            if !members.contains_key(&key) {
                let own = variant
                    .type_name
                    .as_deref()
                    .and_then(|name| values.get(name));
                let own = own.cloned().unwrap_or_else(|| vec![&variant.value]);
                let member = self.discriminated_variant(variant, &own, node);
                members.insert(key, member);
            }
        }
        let members = members.into_values().collect();
        Placed::object(line).with("oneOf", Placed::list(line, members))
    }

    fn discriminated_variant(
        &mut self,
        variant: &Discriminated,
        values: &[&str],
        node: &Node,
    ) -> Placed {
        let property = Property {
            name: variant.property.clone(),
            label: Label::Enum,
            required: true,
            nullable: false,
            default: None,
            deprecated: false,
            description: None,
        };
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        let values = Node {
            line: node.line,
            level: node.level,
            content: Line::Values(values),
            children: Vec::new(),
        };
        let mut nodes = vec![Node {
            line: node.line,
            level: node.level,
            content: Line::Property(property),
            children: vec![values],
        }];
        let is_other = |child: &&Node| {
            let Line::Property(other) = &child.content else {
                return true;
            };
            other.name != variant.property
        };
        nodes.extend(node.children.iter().filter(is_other).cloned());
        let mut schema = self.object(&nodes, node.line);
        let Some(name) = &variant.type_name else {
            return schema;
        };
        let known = self.components.get(name).map(Placed::to_value);
        if known.is_some_and(|known| known != schema.to_value()) {
            // The name is already used for something else on this page.
            schema.set("title", name.clone());
            return schema;
        }
        self.components.insert(name.clone(), schema);
        reference(name, node.line)
    }
}

/// Returns the labels of a union with this number of lines, and the number of lines that are not
/// those of the items of the list at the end.
///
/// `string or list of object or object` is ambiguous: with one line, it is a string, a list of free
/// objects, or the object. With two lines, the items of the list are either object.
fn assigned(labels: &[Label], count: usize) -> (Cow<'_, [Label]>, usize) {
    let is_object = |label: &&Label| **label == Label::Object;
    let Some((Label::List(items), before)) = labels.split_last() else {
        return (labels.into(), count);
    };
    let Label::Union(members) = &**items else {
        return (labels.into(), count);
    };
    let outer = before.iter().filter(is_object).count();
    let inner = members.iter().filter(is_object).count();
    if inner > 0 && count == outer + inner {
        return (labels.into(), outer);
    }
    if members[0] == Label::Object && inner > 1 && count + 1 == outer + inner {
        let list = Label::List(Label::Object.into());
        let flat = before.iter().cloned().chain([list]);
        return (flat.chain(members[1..].iter().cloned()).collect(), count);
    }
    (labels.into(), count)
}
