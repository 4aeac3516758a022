//! References that point to nothing. They cost only the operations that need them.

use std::collections::{HashMap, HashSet, VecDeque};

use serde_json::Value;

use crate::references;
use crate::walk;
use pages::pointer;

/// A reference that points to nothing, or to something that is not an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dangling {
    /// The pointer of the reference.
    pub(crate) pointer: String,
    /// The target that does not exist. A target that is not a string is shown as JSON.
    pub(crate) target: String,
}

/// A target that does not exist, and the operations that were removed because they need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    /// The first reference to it.
    pub(crate) reference: Dangling,
    /// The removed operations, as method and path.
    pub(crate) operations: Vec<String>,
}

/// Returns the first dangling reference.
pub(crate) fn first(root: &Value) -> Option<Dangling> {
    let mut search = Search::new(root, true);
    search.below(root, false);
    search.found.pop()
}

/// Returns all dangling references.
fn all(root: &Value) -> Vec<Dangling> {
    let mut search = Search::new(root, false);
    search.below(root, false);
    search.found
}

/// Removes the operations that need a dangling reference, and the components that contain it or
/// need it. Returns the missing targets, in the order of the document.
///
/// # Errors
///
/// The first dangling reference, if no operation or webhook would be left.
pub(crate) fn leave_out(root: &mut Value) -> Result<Vec<Missing>, Dangling> {
    // Most documents have none.
    let Some(first) = first(root) else {
        return Ok(Vec::new());
    };
    let (missing, broken) = Parts::new(root).broken(all(root));
    remove(root, &broken);
    let is_empty = walk::operations(root)
        .chain(walk::webhooks(root))
        .next()
        .is_none();
    match is_empty || self::first(root).is_some() {
        true => Err(first),
        false => Ok(missing),
    }
}

/// A step from a node to one of its children.
#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// A search for dangling references.
struct Search<'a> {
    root: &'a Value,
    stops_at_first: bool,
    steps: Vec<Step<'a>>,
    found: Vec<Dangling>,
}

impl<'a> Search<'a> {
    fn new(root: &'a Value, stops_at_first: bool) -> Self {
        Self {
            root,
            stops_at_first,
            steps: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Searches a node. Examples and values are data, unless these keywords are names of
    /// properties.
    fn below(&mut self, node: &'a Value, are_names: bool) {
        const DATA: [&str; 6] = [
            "const",
            "default",
            "enum",
            "example",
            "examples",
            "x-fern-examples",
        ];
        match node {
            Value::Object(object) => {
                if let Some(target) = object.get("$ref")
                    && !are_names
                    // A schema can be called `$ref`.
                    && !target.is_object()
                    && !self.leads_somewhere(target)
                {
                    self.add(target);
                }
                for (key, child) in object {
                    if are_names || !DATA.contains(&key.as_str()) {
                        let are_names = !are_names
                            && (walk::SCHEMA_MAPS.contains(&key.as_str()) || key == "responses");
                        self.child(Step::Key(key), child, are_names);
                    }
                }
            }
            Value::Array(items) => {
                for (index, child) in items.iter().enumerate() {
                    self.child(Step::Index(index), child, false);
                }
            }
            _ => {}
        }
    }

    fn child(&mut self, step: Step<'a>, child: &'a Value, are_names: bool) {
        if self.stops_at_first && !self.found.is_empty() {
            return;
        }
        self.steps.push(step);
        self.below(child, are_names);
        self.steps.pop();
    }

    /// Returns `true` if the target of a reference exists. Strings and numbers are no targets.
    fn leads_somewhere(&self, target: &Value) -> bool {
        let target = target
            .as_str()
            .and_then(|target| references::find(self.root, target));
        target.is_some_and(references::is_schema)
    }

    fn add(&mut self, target: &Value) {
        let mut pointer = String::new();
        for step in &self.steps {
            pointer.push('/');
            match step {
                Step::Key(key) => pointer.push_str(&pointer::escape(key)),
                Step::Index(index) => pointer.push_str(&index.to_string()),
            }
        }
        self.found.push(Dangling {
            pointer: pointer + "/$ref",
            target: match target.as_str() {
                Some(target) => target.to_owned(),
                None => target.to_string(),
            },
        });
    }
}

/// The pointers of the parts of a document that can be removed, with the parts that reference them:
/// components, operations, and what the operations of a path share.
struct Parts {
    needed_by: HashMap<String, Vec<String>>,
}

impl Parts {
    fn new(root: &Value) -> Self {
        let mut parts = Self {
            needed_by: HashMap::new(),
        };
        for (kind, components) in root["components"].as_object().into_iter().flatten() {
            for (name, component) in components.as_object().into_iter().flatten() {
                parts.add(root, &pointer::of(&["components", kind, name]), component);
            }
        }
        for key in ["paths", walk::WEBHOOKS, walk::X_WEBHOOKS] {
            for (path, item) in root[key].as_object().into_iter().flatten() {
                let shared = pointer::of(&[key, path]);
                for (name, child) in item.as_object().into_iter().flatten() {
                    match walk::METHODS.contains(&name.as_str()) {
                        true => {
                            let operation = pointer::of(&[key, path, name]);
                            parts.add(root, &operation, child);
                            parts
                                .needed_by
                                .entry(shared.clone())
                                .or_default()
                                .push(operation);
                        }
                        false => parts.add(root, &shared, child),
                    }
                }
            }
        }
        parts
    }

    /// Adds the references in `node`, which is in the part `user`.
    fn add(&mut self, root: &Value, user: &str, node: &Value) {
        match node {
            Value::Object(object) => object.values().for_each(|it| self.add(root, user, it)),
            Value::Array(items) => items.iter().for_each(|it| self.add(root, user, it)),
            // A mapping of a discriminator names schemas without `$ref`.
            Value::String(target) => {
                if let Some(part) = part_of_target(root, target) {
                    self.needed_by
                        .entry(part)
                        .or_default()
                        .push(user.to_owned());
                }
            }
            _ => {}
        }
    }

    /// Returns the missing targets, and the parts that contain or need dangling references.
    fn broken(&self, dangling: Vec<Dangling>) -> (Vec<Missing>, HashSet<String>) {
        let mut missing: Vec<Missing> = Vec::new();
        let mut positions: HashMap<String, usize> = HashMap::new();
        // Each part is attributed to the first target that breaks it.
        let mut waiting = VecDeque::new();
        for reference in dangling {
            let part = part_of_pointer(&reference.pointer);
            let position = positions
                .entry(reference.target.clone())
                .or_insert(missing.len());
            waiting.extend(part.map(|part| (part, *position)));
            if *position == missing.len() {
                missing.push(Missing {
                    reference,
                    operations: Vec::new(),
                });
            }
        }
        let mut broken = HashSet::new();
        while let Some((part, position)) = waiting.pop_front() {
            if broken.insert(part.clone()) {
                missing[position].operations.extend(request(&part));
                let users = self.needed_by.get(&part).into_iter().flatten();
                waiting.extend(users.map(|user| (user.clone(), position)));
            }
        }
        (missing, broken)
    }
}

/// Returns the part that contains a pointer.
fn part_of_pointer(pointer: &str) -> Option<String> {
    let keys: Vec<&str> = pointer.split('/').skip(1).collect();
    let length = match keys[..] {
        ["components", _, _, ..] => 3,
        ["paths" | walk::WEBHOOKS | walk::X_WEBHOOKS, _, method, ..] => {
            2 + usize::from(walk::METHODS.contains(&method))
        }
        _ => return None,
    };
    Some(format!("/{}", keys[..length].join("/")))
}

/// Returns the component that a reference points to.
fn part_of_target(root: &Value, target: &str) -> Option<String> {
    if let Some(name) = target.strip_prefix(walk::SCHEMAS)
        && root["components"]["schemas"].get(name).is_some()
    {
        return Some(pointer::of(&["components", "schemas", name]));
    }
    let mut keys = references::keys(target)?.into_iter();
    let [components, kind, name] = [keys.next()?, keys.next()?, keys.next()?];
    (components == "components").then(|| pointer::of(&["components", &kind, &name]))
}

/// Returns an operation as method and path, or the name of a webhook, if a part is one.
fn request(part: &str) -> Option<String> {
    let keys: Vec<&str> = part.split('/').skip(1).collect();
    match keys[..] {
        ["paths", path, method] => {
            let method = method.to_uppercase();
            Some(format!("{method} {}", pointer::unescape(path)))
        }
        [walk::WEBHOOKS | walk::X_WEBHOOKS, name, _] => Some(pointer::unescape(name)),
        _ => None,
    }
}

/// Removes parts.
fn remove(root: &mut Value, broken: &HashSet<String>) {
    for (kind, components) in objects(root, "components") {
        if let Value::Object(components) = components {
            components
                .retain(|name, _| !broken.contains(&pointer::of(&["components", kind, name])));
        }
    }
    for key in ["paths", walk::WEBHOOKS, walk::X_WEBHOOKS] {
        for (path, item) in objects(root, key) {
            if let Value::Object(item) = item {
                let is_broken = broken.contains(&pointer::of(&[key, path]));
                item.retain(|name, _| {
                    !is_broken && !broken.contains(&pointer::of(&[key, path, name]))
                });
            }
        }
    }
}

/// Returns the values of an object at a key of the document.
fn objects<'a>(
    root: &'a mut Value,
    key: &str,
) -> impl Iterator<Item = (&'a String, &'a mut Value)> + use<'a> {
    let object = root.get_mut(key).and_then(Value::as_object_mut);
    object.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn dangling(pointer: &str, target: &str) -> Dangling {
        Dangling {
            pointer: pointer.to_owned(),
            target: target.to_owned(),
        }
    }

    #[test]
    fn a_reference_leads_to_a_schema() {
        for (reference, target) in [
            (json!("#/info/title"), "#/info/title"),
            (
                json!("#/components/schemas/Pet/type"),
                "#/components/schemas/Pet/type",
            ),
            (json!(5), "5"),
            (json!(""), ""),
        ] {
            let mut root = json!({
                "info": {"title": "Pets"},
                "components": {"schemas": {"$ref": {"type": "string"}, "Pet": {"type": "object", "properties": {
                    "$ref": {"type": "string"},
                    "toy": {"$ref": reference},
                }}}},
            });
            references::settle(&mut root);
            let place = "/components/schemas/Pet/properties/toy/$ref";
            assert_eq!(first(&root), Some(dangling(place, target)));
        }
    }

    #[test]
    fn a_reference_to_nothing_is_found_where_it_stands() {
        let root = json!({"components": {"schemas": {
            "Pet": {"allOf": [{}, {"$ref": "#/components/schemas/Gone"}]},
            "Sample": {"example": {"$ref": "#/not/a/reference"}},
        }}});
        assert_eq!(
            first(&root),
            Some(dangling(
                "/components/schemas/Pet/allOf/1/$ref",
                "#/components/schemas/Gone"
            ))
        );
    }

    /// Returns a path whose operation `get` responds with what `schema` describes.
    fn responding(schema: &Value) -> Value {
        let content = json!({"application/json": {"schema": schema}});
        json!({"get": {"responses": {"200": {"content": content}}}})
    }

    #[test]
    fn a_reference_to_nothing_costs_the_operations_that_need_it() {
        let to = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let mut root = json!({
            "paths": {
                "/pets": responding(&to("Pets")),
                "/a/b": responding(&to("Gone")),
                "/toys": responding(&to("Toy")),
                "/shared": {"parameters": [{"$ref": "#/components/parameters/None"}], "get": {}},
                "/reply": {"get": {"responses": {"200": {"$ref": "#/components/responses/Pets"}}}},
            },
            "webhooks": {"pet.lost": responding(&to("Lost"))},
            "components": {
                "responses": {"Pets": {"content": {"text/json": {"schema": to("Pets")}}}},
                "schemas": {
                    "Pets": {"items": to("Pet")},
                    "Pet": {"properties": {"friends": to("Pets"), "owner": to("Gone")}},
                    "Toy": {},
                    "Unused": {"items": to("Lost")},
                },
            },
        });
        let missing = leave_out(&mut root).expect("toys");
        let missing = missing
            .iter()
            .map(|it| (&*it.reference.target, it.operations.join(", ")));
        assert_eq!(
            missing.collect::<Vec<_>>(),
            [
                (
                    "#/components/schemas/Gone",
                    "GET /a/b, GET /pets, GET /reply".to_owned()
                ),
                ("#/components/parameters/None", "GET /shared".to_owned()),
                ("#/components/schemas/Lost", "pet.lost".to_owned()),
            ]
        );
        let left: Vec<&str> = walk::operations(&root).map(|(path, ..)| path).collect();
        assert_eq!(left, ["/toys"]);
        assert_eq!(
            root["components"],
            json!({"responses": {}, "schemas": {"Toy": {}}})
        );
    }

    #[test]
    fn a_document_without_other_operations_cannot_be_used() {
        let mut root = json!({"paths": {"/pets": responding(&json!({"$ref": "#/none"}))}});
        let place = "/paths/~1pets/get/responses/200/content/application~1json/schema/$ref";
        assert_eq!(leave_out(&mut root), Err(dangling(place, "#/none")));
    }
}
