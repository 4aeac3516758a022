//! Base schemas: schemas that other schemas extend with `allOf`, and that represent them.
//!
//! ```yaml
//! Pet: {properties: {kind: {type: string}}, discriminator: {propertyName: kind}}
//! Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {lives: {type: integer}}}]}
//! ```
//!
//! A value of type `Pet` is a `Cat`, or another schema that extends `Pet`. The base becomes the
//! union of these schemas, and its properties are copied to them.

use std::collections::{BTreeSet, HashMap, HashSet};

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::{SCHEMAS, referenced, schemas_of, schemas_of_mut};
use crate::mapping::{self, Statements};

/// Turns base schemas into unions, and copies their properties to the schemas that extend them.
pub(super) fn unite(root: &mut Value) {
    let Some(schemas) = schemas_of(root) else {
        return;
    };
    let bases = Bases::of(schemas);
    if bases.unions.is_empty() {
        return;
    }
    let mut united = schemas.clone();
    for (name, schema) in &mut united {
        bases.extend(schema, &mut BTreeSet::from([name.clone()]));
    }
    let mut statements = Statements::new(schemas);
    for name in bases.unions.keys() {
        if let Some(union) = bases.union(name, &mut statements) {
            united.insert((*name).to_owned(), union);
        }
        if let Some(own) = bases.own(name) {
            united.insert(own, bases.object(name, &mut BTreeSet::new()));
        }
    }
    if let Some(schemas) = schemas_of_mut(root) {
        *schemas = united;
    }
}

/// The base schemas of a document.
struct Bases<'a> {
    schemas: &'a Map<String, Value>,
    /// The schemas that extend each schema, in the document's order.
    children: HashMap<&'a str, Vec<&'a str>>,
    /// The variants of each base.
    unions: IndexMap<&'a str, Vec<&'a str>>,
}

impl<'a> Bases<'a> {
    fn of(schemas: &'a Map<String, Value>) -> Self {
        let mut children: HashMap<&str, Vec<&str>> = HashMap::new();
        let mapped = schemas
            .iter()
            .map(|(name, schema)| (name.as_str(), targets(schema).collect()));
        let mapped: HashMap<&str, HashSet<&str>> = mapped.collect();
        for (name, schema) in schemas {
            for parent in parents(schema).filter(|parent| parent != name) {
                // A schema that adds nothing is an alias, unless a value selects it.
                let is_mapped = |mapped: &HashSet<&str>| mapped.contains(name.as_str());
                if referenced(schema).is_none() || mapped.get(parent).is_some_and(is_mapped) {
                    children.entry(parent).or_default().push(name);
                }
            }
        }
        let mut bases = Self {
            schemas,
            children,
            unions: IndexMap::new(),
        };
        for (name, schema) in schemas {
            let variants = bases.variants(name, schema);
            if !variants.is_empty() {
                bases.unions.insert(name, variants);
            }
        }
        bases
    }

    /// Returns the schemas that a base schema represents.
    fn variants(&self, name: &'a str, schema: &'a Value) -> Vec<&'a str> {
        let children = self.children.get(name).map_or(&[][..], Vec::as_slice);
        if let Some(members) = schema["oneOf"].as_array() {
            let members: Vec<&str> = members.iter().filter_map(referenced).collect();
            let known: HashSet<&str> = members.iter().copied().collect();
            return match children.iter().any(|child| known.contains(child)) {
                true => members,
                false => Vec::new(),
            };
        }
        let Some(property) = schema["discriminator"]["propertyName"].as_str() else {
            return Vec::new();
        };
        let mapped = targets(schema).filter(|target| self.schemas.contains_key(*target));
        let mut waiting: Vec<&str> = mapped.chain(children.iter().copied()).collect();
        waiting.reverse();
        let mut variants = Vec::new();
        let mut seen = BTreeSet::new();
        while let Some(variant) = waiting.pop() {
            if variant == name || !seen.insert(variant) {
                continue;
            }
            let more = self.children.get(variant).map_or(&[][..], Vec::as_slice);
            match self.schemas[variant]["discriminator"]["propertyName"].as_str() {
                // The property that selects among them also selects this variant.
                Some(own) if own == property && !more.is_empty() => {
                    waiting.extend(more.iter().rev());
                }
                Some(_) => variants.push(variant),
                None => {
                    variants.push(variant);
                    waiting.extend(more.iter().rev());
                }
            }
        }
        variants
    }

    /// Returns the union that a base schema becomes, or `None` if it already is one.
    fn union(&self, name: &str, statements: &mut Statements<'a>) -> Option<Value> {
        let mut union = self.schemas.get(name)?.as_object()?.clone();
        if union.contains_key("oneOf") {
            return None;
        }
        let own = self.own(name);
        let variants = self.unions.get(name)?.iter().copied();
        let members = variants.chain(own.as_deref()).map(reference);
        union.insert("oneOf".to_owned(), members.collect());
        if let Some(own) = own {
            let mapping = mapping::entries_mut(&mut union);
            for target in mapping.into_iter().flat_map(Map::values_mut) {
                if target.as_str().and_then(|it| it.strip_prefix(SCHEMAS)) == Some(name) {
                    *target = format!("{SCHEMAS}{own}").into();
                }
            }
        }
        mapping::imply(&mut union, statements);
        for key in OBJECT.iter().chain(&["allOf"]) {
            union.shift_remove(*key);
        }
        Some(union.into())
    }

    /// Returns the name of the schema for values of the base itself, if there are such values.
    fn own(&self, name: &str) -> Option<String> {
        let schema = self.schemas.get(name)?;
        let has_own = schema.get("oneOf").is_none() && targets(schema).any(|it| it == name);
        let names = std::iter::once(format!("{name}Base"));
        let mut names = names.chain((2..).map(|number| format!("{name}Base{number}")));
        has_own.then(|| names.find(|own| !self.schemas.contains_key(own)))?
    }

    /// Replaces references to base schemas with their properties.
    fn extend(&self, schema: &mut Value, within: &mut BTreeSet<String>) {
        let Some(parts) = schema.get_mut("allOf").and_then(Value::as_array_mut) else {
            return;
        };
        for part in parts {
            let Some(base) = part["$ref"]
                .as_str()
                .and_then(|it| it.strip_prefix(SCHEMAS))
            else {
                self.extend(part, within);
                continue;
            };
            let variants = self.unions.get(base);
            if variants.is_some_and(|variants| variants.iter().any(|it| within.contains(*it))) {
                *part = self.object(base, within);
            }
        }
    }

    /// Returns the object part of a base schema.
    fn object(&self, base: &str, within: &mut BTreeSet<String>) -> Value {
        let mut object = self.schemas[base].clone();
        if let Some(object) = object.as_object_mut() {
            object.retain(|key, _| OBJECT.contains(&key.as_str()) || key == "allOf");
            object.insert("type".to_owned(), "object".into());
        }
        if within.insert(base.to_owned()) {
            self.extend(&mut object, within);
            within.remove(base);
        } else if let Some(object) = object.as_object_mut() {
            object.shift_remove("allOf");
        }
        object
    }
}

/// The keywords that describe an object.
const OBJECT: [&str; 4] = ["type", "properties", "required", "additionalProperties"];

fn reference(name: &str) -> Value {
    json!({"$ref": format!("{SCHEMAS}{name}")})
}

/// Returns the schemas that a schema extends.
fn parents(schema: &Value) -> impl Iterator<Item = &str> {
    let parts = schema["allOf"].as_array().into_iter().flatten();
    parts.filter_map(|part| part["$ref"].as_str()?.strip_prefix(SCHEMAS))
}

/// Returns the schemas to which values of a discriminator are mapped.
fn targets(schema: &Value) -> impl Iterator<Item = &str> {
    let mapping = schema["discriminator"]["mapping"].as_object();
    let targets = mapping.into_iter().flat_map(Map::values);
    targets.filter_map(|target| target.as_str()?.strip_prefix(SCHEMAS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn united(schemas: Value) -> Value {
        let mut root = json!({"components": {"schemas": schemas}});
        unite(&mut root);
        root["components"]["schemas"].take()
    }

    fn with(property: &str) -> Value {
        json!({"type": "object", "properties": {property: {"type": "string"}}})
    }

    fn base(mapping: Value) -> Value {
        let mut base = with("kind");
        base["discriminator"] = json!({"propertyName": "kind", "mapping": mapping});
        base
    }

    #[test]
    fn a_base_is_the_union_of_what_extends_it() {
        let schemas = united(json!({
            "Pet": base(json!({"cat": "#/components/schemas/Cat"})),
            "Dog": {"allOf": [reference("Pet"), with("tail")]},
            "Cat": {"allOf": [reference("Pet"), with("lives")]},
            "Puma": {"allOf": [reference("Cat"), with("range")]},
        }));
        assert_eq!(
            schemas["Pet"],
            json!({
                "oneOf": [reference("Cat"), reference("Puma"), reference("Dog")],
                "discriminator": {"propertyName": "kind", "mapping": {
                    "Puma": "#/components/schemas/Puma",
                    "Dog": "#/components/schemas/Dog",
                    "cat": "#/components/schemas/Cat",
                }},
            })
        );
        assert_eq!(
            schemas["Cat"]["allOf"],
            json!([with("kind"), with("lives")])
        );
        assert_eq!(schemas["Puma"]["allOf"][0], reference("Cat"));
    }

    #[test]
    fn values_of_the_base_itself_have_a_schema() {
        let schemas = united(json!({
            "Pet": base(json!({"pet": "#/components/schemas/Pet"})),
            "Cat": {"allOf": [reference("Pet"), with("lives")]},
        }));
        assert_eq!(schemas["PetBase"], with("kind"));
        assert_eq!(
            schemas["Pet"]["oneOf"],
            json!([reference("Cat"), reference("PetBase")])
        );
        assert_eq!(
            schemas["Pet"]["discriminator"]["mapping"]["pet"],
            "#/components/schemas/PetBase"
        );
    }

    #[test]
    fn a_base_between_has_its_own_variants() {
        let mut bird = base(json!(null));
        bird["discriminator"]["propertyName"] = "wing".into();
        bird["allOf"] = json!([reference("Pet")]);
        let schemas = united(json!({
            "Pet": base(json!(null)),
            "Bird": bird,
            "Eagle": {"allOf": [reference("Bird"), with("wing")]},
        }));
        assert_eq!(schemas["Pet"]["oneOf"], json!([reference("Bird")]));
        assert_eq!(schemas["Bird"]["oneOf"], json!([reference("Eagle")]));
        assert_eq!(schemas["Eagle"]["allOf"][0]["allOf"], json!([with("kind")]));
    }

    #[test]
    fn members_of_a_union_that_extend_it_have_its_properties() {
        let mut pet = with("name");
        pet["oneOf"] = json!([reference("Cat")]);
        let schemas = united(json!({
            "Pet": pet,
            "Cat": {"allOf": [reference("Pet"), with("lives")]},
            "Other": {"allOf": [reference("Pet"), with("more")]},
        }));
        assert_eq!(schemas["Pet"], pet);
        assert_eq!(schemas["Cat"]["allOf"][0], with("name"));
        assert_eq!(schemas["Other"]["allOf"][0], reference("Pet"));
    }

    #[test]
    fn bases_that_lead_back_to_themselves_end() {
        let mut left = base(json!(null));
        left["allOf"] = json!([reference("Right")]);
        let mut right = base(json!(null));
        right["allOf"] = json!([reference("Left")]);
        let schemas = united(json!({"Left": left, "Right": right}));
        assert!(schemas["Left"]["oneOf"].is_null() || schemas["Left"]["oneOf"].is_array());
    }
}
