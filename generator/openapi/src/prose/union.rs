//! Creates schemas of unions whose variants the page shows.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use serde_json::json;

use super::block::Node;
use super::label::Label;
use super::placed::Placed;
use super::property::{Discriminated, Line, Property};
use super::schema::{Schemas, reference};

impl Schemas<'_> {
    /// Creates the schema of a union. Each line is an object; labels that are not objects have no
    /// line.
    pub(super) fn variants(&mut self, labels: &[Label], nodes: &[Node], line: usize) -> Placed {
        let mut objects = Vec::new();
        for node in nodes {
            let Line::Variant(title) = &node.content else {
                self.refused.push(node.line);
                continue;
            };
            let mut schema = self.object(&node.children, node.line);
            if title != "object" {
                schema.set("title", title.clone());
            }
            objects.push(schema);
        }
        let mut objects = objects.into_iter();
        let mut members = Vec::new();
        for label in labels {
            let node = Node {
                line,
                level: 0,
                content: Line::Whole(label.clone()),
                children: Vec::new(),
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
