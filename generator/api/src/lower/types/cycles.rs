//! Inserts boxes where a struct contains itself without a list or a map in between.
//!
//! Structs are visited depth first, in the order of the document and with fields from
//! the last name to the first. An edge back to a type on the current path gets a box. An `Option`
//! of a type is a separate node, so that it is boxed either everywhere or nowhere. Variants of
//! unions are boxed in `unions`.

use std::collections::{BTreeSet, HashMap};

use crate::{Shape, Type, TypeDef, TypeId};

/// Inserts boxes into the fields of structs, and into newtypes. The types are in the document's
/// order.
pub(super) fn break_cycles(types: &mut [TypeDef]) {
    let nodes = Nodes::new(types);
    let edges: Vec<Vec<Node>> = types.iter().map(|ty| nodes.children(ty)).collect();
    let boxes = back_edges(&edges);
    for (index, definition) in types.iter_mut().enumerate() {
        let in_box = |node: Option<Node>| {
            node.is_some_and(|node| boxes.contains(&(Node::Value(index), node)))
        };
        match &mut definition.shape {
            Shape::Struct(shape) => {
                for field in &mut shape.fields {
                    let node = nodes.of(&field.ty, field.presence.is_option());
                    let is_boxed_option = node.is_some_and(|node| is_boxed(node, &boxes));
                    if in_box(node) || is_boxed_option {
                        wrap(&mut field.ty);
                    } else {
                        box_options(&mut field.ty, &nodes, &boxes);
                    }
                }
                if let Some(rest) = &mut shape.rest {
                    box_options(&mut rest.ty, &nodes, &boxes);
                }
            }
            Shape::Newtype(ty) => {
                let node = nodes.of(ty, false);
                box_options(ty, &nodes, &boxes);
                if in_box(node) {
                    wrap(ty);
                }
            }
            Shape::Enum(_) | Shape::Union(_) => {}
        }
    }
}

/// A type that can contain itself, by the position of its definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Value(usize),
    Option(usize),
}

/// The edges that get a box, as pairs of nodes.
type Boxes = BTreeSet<(Node, Node)>;

/// The structs and newtypes by name.
struct Nodes(HashMap<TypeId, usize>);

impl Nodes {
    fn new(types: &[TypeDef]) -> Self {
        let can_contain = |ty: &TypeDef| matches!(ty.shape, Shape::Struct(_) | Shape::Newtype(_));
        let types = types.iter().enumerate();
        let nodes = types.filter(|(_, ty)| can_contain(ty));
        Self(nodes.map(|(index, ty)| (ty.id.clone(), index)).collect())
    }

    /// Returns the node of a type.
    fn of(&self, ty: &Type, is_option: bool) -> Option<Node> {
        match ty {
            Type::Named(id) => self.0.get(id).map(|index| match is_option {
                true => Node::Option(*index),
                false => Node::Value(*index),
            }),
            Type::Nullable(inner) => self.of(inner, true),
            _ => None,
        }
    }

    /// Returns the nodes that values of a type contain.
    fn children(&self, definition: &TypeDef) -> Vec<Node> {
        match &definition.shape {
            Shape::Struct(shape) => {
                let mut fields: Vec<_> = shape.fields.iter().collect();
                fields.sort_by_key(|field| &field.name);
                let nodes = fields.into_iter();
                nodes
                    .filter_map(|field| self.of(&field.ty, field.presence.is_option()))
                    .collect()
            }
            Shape::Newtype(ty) => self.of(ty, false).into_iter().collect(),
            Shape::Enum(_) | Shape::Union(_) => Vec::new(),
        }
    }
}

/// Finds the edges that close a cycle.
fn back_edges(edges: &[Vec<Node>]) -> Boxes {
    let mut boxes = Boxes::new();
    let mut visited = BTreeSet::new();
    for start in (0..edges.len()).map(Node::Value) {
        let mut active = BTreeSet::from([start]);
        let mut way = vec![(start, None)];
        while let Some((node, waiting)) = way.last_mut() {
            let node = *node;
            let waiting = waiting.get_or_insert_with(|| {
                if !visited.insert(node) {
                    return Vec::new();
                }
                let children = match node {
                    Node::Value(index) => edges[index].clone(),
                    Node::Option(index) => vec![Node::Value(index)],
                };
                let (back, ahead) = children
                    .into_iter()
                    .partition::<Vec<_>, _>(|child| active.contains(child));
                boxes.extend(back.into_iter().map(|child| (node, child)));
                ahead
            });
            match waiting.pop() {
                Some(child) => {
                    active.insert(child);
                    way.push((child, None));
                }
                None => {
                    active.remove(&node);
                    way.pop();
                }
            }
        }
    }
    boxes
}

/// Returns `true` if the node is an `Option` of a box.
fn is_boxed(node: Node, boxes: &Boxes) -> bool {
    match node {
        Node::Option(index) => boxes.contains(&(node, Node::Value(index))),
        Node::Value(_) => false,
    }
}

/// Boxes the contents of each `Option` in a type that needs a box.
fn box_options(ty: &mut Type, nodes: &Nodes, boxes: &Boxes) {
    let node = nodes.of(ty, false);
    match ty {
        Type::Nullable(inner) if node.is_some_and(|node| is_boxed(node, boxes)) => wrap(inner),
        Type::Nullable(inner) | Type::List(inner) | Type::Map(inner) => {
            box_options(inner, nodes, boxes);
        }
        _ => {}
    }
}

fn wrap(ty: &mut Type) {
    let inner = std::mem::replace(ty, Type::Json);
    *ty = Type::Boxed(Box::new(inner));
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::{lowered, reference};
    use crate::Shape;

    /// Returns the fields of all structs with their types.
    fn fields(schemas: Value) -> Vec<String> {
        let types = lowered(schemas);
        let fields = types.values().flat_map(|ty| {
            let fields = ty.fields().iter();
            fields.map(|field| {
                let ty_of_field = match field.presence.is_option() {
                    true => format!("Option<{}>", field.ty),
                    false => field.ty.to_string(),
                };
                format!("{}.{}: {ty_of_field}", ty.id, field.name)
            })
        });
        fields.collect()
    }

    fn list(items: Value) -> Value {
        json!({"type": "array", "items": items})
    }

    fn nullable(name: &str) -> Value {
        json!({"allOf": [reference(name)], "nullable": true})
    }

    #[test]
    fn a_struct_that_contains_itself_has_a_box() {
        let tree = json!({"Tree": {"required": ["root"], "properties": {
            "root": reference("Tree"),
            "left": reference("Tree"),
            "more": list(reference("Tree")),
        }}});
        assert_eq!(
            fields(tree),
            [
                "Tree.root: Box<Tree>",
                "Tree.left: Option<Box<Tree>>",
                "Tree.more: Option<Vec<Tree>>"
            ]
        );
    }

    #[test]
    fn the_edge_back_has_the_box() {
        let schemas = json!({
            "A": {"required": ["b"], "properties": {"b": reference("B")}},
            "B": {"properties": {"c": reference("C")}},
            "C": {"required": ["a"], "properties": {"a": reference("A"), "c": reference("C")}},
        });
        assert_eq!(
            fields(schemas),
            [
                "A.b: B",
                "B.c: Option<C>",
                "C.a: Box<A>",
                "C.c: Option<Box<C>>"
            ]
        );
    }

    #[test]
    fn an_option_with_a_box_has_it_everywhere() {
        let schemas = json!({
            "Page": {"properties": {"tree": reference("Tree"), "all": list(nullable("Tree"))}},
            "Tree": {"properties": {"parent": reference("Tree")}},
            "Wood": {"properties": {"trees": list(nullable("Tree")), "first": reference("Tree")}},
        });
        assert_eq!(
            fields(schemas.clone())[2..],
            [
                "Tree.parent: Option<Box<Tree>>",
                "Wood.trees: Option<Vec<Option<Tree>>>",
                "Wood.first: Option<Tree>",
            ]
        );
        let mut schemas = schemas;
        schemas
            .as_object_mut()
            .expect("an object")
            .shift_remove("Page");
        assert_eq!(
            fields(schemas),
            [
                "Tree.parent: Option<Box<Tree>>",
                "Wood.trees: Option<Vec<Option<Box<Tree>>>>",
                "Wood.first: Option<Box<Tree>>",
            ]
        );
    }

    #[test]
    fn a_newtype_that_contains_itself_has_a_box() {
        let types = lowered(json!({
            "Alias": {"$ref": "#/components/schemas/Node"},
            "Node": {"required": ["next"], "properties": {"next": reference("Alias")}},
        }));
        let node = types.values().find(|ty| ty.id.as_str() == "Node");
        let node = node.expect("it is lowered");
        assert_eq!(node.fields()[0].ty.to_string(), "Box<Alias>");
        let alias = types.values().next().expect("it is lowered");
        assert!(matches!(&alias.shape, Shape::Newtype(ty) if ty.to_string() == "Node"));
    }
}
