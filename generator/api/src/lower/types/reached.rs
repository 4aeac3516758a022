//! References between schemas: finds reachable schemas and dangling references.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use openapi::tree::{Additional, Schema};
use pages::{Code, Problem};

/// Adds the names of the schemas that `schema` references directly or indirectly to `found`.
/// Schemas in `found` are not visited again.
pub(crate) fn reached(
    schema: &Schema,
    schemas: &IndexMap<String, Schema>,
    found: &mut BTreeSet<String>,
) {
    let mut waiting = vec![schema];
    while let Some(schema) = waiting.pop() {
        let discriminator = schema.discriminator.as_ref();
        let mapping = discriminator.and_then(|discriminator| discriminator.mapping.as_ref());
        let mapped = mapping.into_iter().flatten().map(|(_, name)| name);
        for name in schema.reference.iter().chain(mapped) {
            if found.insert(name.clone()) {
                waiting.extend(schemas.get(name));
            }
        }
        waiting.extend(children(schema));
    }
}

/// Replaces dangling references with any JSON, and adds a warning for each. Returns `None` if there
/// are no such references.
pub(super) fn without_dangling(
    schemas: &IndexMap<String, Schema>,
    warnings: &mut Vec<Problem>,
) -> Option<IndexMap<String, Schema>> {
    let is_dangling = |schema: &Schema| {
        let reference = schema.reference.as_ref();
        reference
            .filter(|name| !schemas.contains_key(*name))
            .cloned()
    };
    let mut repaired = IndexMap::new();
    for (name, schema) in schemas {
        let mut dangling = BTreeSet::new();
        let mut waiting = vec![schema];
        while let Some(schema) = waiting.pop() {
            dangling.extend(is_dangling(schema));
            waiting.extend(children(schema));
        }
        for target in &dangling {
            warnings.push(Problem::new(
                Code::DanglingReference,
                format!(
                    "the schema `{name}` references `{target}`, which is not in the document: \
                     the client accepts any JSON there"
                ),
            ));
        }
        if !dangling.is_empty() {
            let mut schema = schema.clone();
            replace(&mut schema, &dangling);
            repaired.insert(name.clone(), schema);
        }
    }
    if repaired.is_empty() {
        return None;
    }
    let mut all = schemas.clone();
    all.extend(repaired);
    Some(all)
}

/// Removes references to these names.
fn replace(schema: &mut Schema, names: &BTreeSet<String>) {
    schema.reference.take_if(|name| names.contains(name));
    children_mut(schema).for_each(|child| replace(child, names));
}

/// Returns the schemas that are directly inside a schema.
fn children(schema: &Schema) -> impl Iterator<Item = &Schema> {
    let additional = match &schema.additional {
        Additional::Of(schema) => Some(&**schema),
        _ => None,
    };
    let members = schema.one_of.iter().flatten();
    let properties = schema.properties.values();
    properties
        .chain(schema.items.as_deref())
        .chain(additional)
        .chain(members)
}

fn children_mut(schema: &mut Schema) -> impl Iterator<Item = &mut Schema> {
    let additional = match &mut schema.additional {
        Additional::Of(schema) => Some(&mut **schema),
        _ => None,
    };
    let members = schema.one_of.iter_mut().flatten();
    let properties = schema.properties.values_mut();
    properties
        .chain(schema.items.as_deref_mut())
        .chain(additional)
        .chain(members)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{reference, schemas};
    use super::*;

    #[test]
    fn schemas_are_reached_through_all_that_holds_them() {
        let schemas = schemas(json!({
            "Pet": {"properties": {
                "toys": {"type": "array", "items": reference("Toy")},
                "names": {"type": "object", "additionalProperties": reference("Name")},
            }},
            "Toy": {"oneOf": [reference("Ball"), reference("Pet")]},
            "Name": {"type": "array", "items": reference("Name")},
            "Ball": {},
            "Other": {},
        }));
        let mut found = BTreeSet::new();
        reached(&Schema::read(&reference("Pet")), &schemas, &mut found);
        assert_eq!(Vec::from_iter(found), ["Ball", "Name", "Pet", "Toy"]);
    }

    #[test]
    fn a_reference_that_leads_nowhere_is_any_json() {
        let schemas = schemas(json!({
            "Pet": {"properties": {"toys": {"type": "array", "items": reference("Gone")}}},
            "Shop": {"properties": {"pet": reference("Pet")}},
        }));
        let mut warnings = Vec::new();
        let repaired = without_dangling(&schemas, &mut warnings).expect("a reference is wrong");
        assert_eq!(
            warnings[0].to_string(),
            "the schema `Pet` references `Gone`, which is not in the document: the client accepts any JSON there"
        );
        assert_eq!(repaired["Shop"], schemas["Shop"]);
        let toys = &repaired["Pet"].properties["toys"];
        assert_eq!(toys.items.as_deref(), Some(&Schema::default()));
        assert!(without_dangling(&repaired, &mut warnings).is_none());
    }
}
