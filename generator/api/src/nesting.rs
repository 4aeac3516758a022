//! The nesting of types, which the compiler follows to determine auto traits such as `Send`.

use std::collections::HashMap;

use crate::graph::Components;
use crate::{Api, Type, TypeDef, TypeId};

impl Api {
    /// Returns an upper bound of the number of types on a path from a type to the types in it,
    /// including those of the standard library in between. Each type of a cycle counts once.
    pub fn nesting(&self) -> usize {
        let types: Vec<&TypeDef> = self.types.values().collect();
        let positions: HashMap<&TypeId, usize> = types.iter().map(|ty| &ty.id).zip(0..).collect();
        let edges = types.iter().map(|ty| {
            let mentioned = ty.parts().into_iter().filter_map(Type::mentions);
            mentioned
                .filter_map(|id| positions.get(id).copied())
                .collect()
        });
        let edges: Vec<Vec<usize>> = edges.collect();
        let components = Components::new(&edges);
        // By component: the number of its own types, and the nesting of those in it.
        let mut own: HashMap<usize, usize> = HashMap::new();
        let mut inner: HashMap<usize, usize> = HashMap::new();
        for (node, ty) in types.iter().enumerate() {
            *own.entry(components.of(node)).or_default() += 1 + wrappers(ty);
        }
        let nesting = |component: usize, inner: &HashMap<usize, usize>| {
            own[&component] + inner.get(&component).copied().unwrap_or_default()
        };
        // Successors come first.
        for node in &components.order {
            let component = components.of(*node);
            for target in edges[*node].iter().map(|target| components.of(*target)) {
                if target != component {
                    let nested = nesting(target, &inner);
                    let deepest = inner.entry(component).or_default();
                    *deepest = nested.max(*deepest);
                }
            }
        }
        let all = own.keys().map(|component| nesting(*component, &inner));
        all.max().unwrap_or_default()
    }
}

/// Returns the maximum number of types around a type that a definition mentions.
fn wrappers(ty: &TypeDef) -> usize {
    /// `Option`, around the type of a field.
    const OPTION: usize = 1;
    fn around(ty: &Type) -> usize {
        match ty {
            Type::List(inner) => 4 + around(inner),
            Type::Map(inner) => 8 + around(inner),
            Type::Boxed(inner) => 3 + around(inner),
            Type::Nullable(inner) => 1 + around(inner),
            _ => 0,
        }
    }
    let parts = ty
        .parts()
        .into_iter()
        .filter(|part| part.mentions().is_some());
    OPTION + parts.map(around).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use crate::lower::lowered;

    /// Returns the nesting of objects, each of which has one property of this type.
    fn nesting(types: &[(&str, Value)]) -> usize {
        let schemas = types.iter().map(|(name, property)| {
            let object = json!({"type": "object", "properties": {"a": property}});
            ((*name).to_owned(), object)
        });
        let schemas: Map<String, Value> = schemas.collect();
        let schema = json!({"$ref": "#/components/schemas/A"});
        let (api, _) = lowered(&json!({
            "paths": {"/a": {"get": {"operationId": "a_get", "responses": {"200": {
                "content": {"application/json": {"schema": schema}},
            }}}}},
            "components": {"schemas": schemas},
        }));
        api.nesting()
    }

    #[test]
    fn types_nest_with_their_wrappers() {
        let named = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let list = |name: &str| json!({"type": "array", "items": named(name)});
        let text = || json!({"type": "string"});
        for (types, expected) in [
            (vec![("A", text())], 2),
            (vec![("A", named("B")), ("B", named("C")), ("C", text())], 6),
            (vec![("A", list("B")), ("B", text())], 8),
            // Each type of a cycle counts once, one of them in a box.
            (vec![("A", named("B")), ("B", named("A"))], 7),
        ] {
            assert_eq!(nesting(&types), expected, "{types:?}");
        }
    }
}
