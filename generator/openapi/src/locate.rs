//! Finds parts of a specification by their names in the client, so that messages can show their
//! lines.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use names::type_name;
use pages::pointer::{self, Pointer};
use serde_json::{Map, Value};

use crate::document::Document;
use crate::walk;

/// The members of a type, by their names in requests and responses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Members<'a> {
    /// Properties of an object.
    Properties(BTreeSet<&'a str>),
    /// Values of an enumeration.
    Values(BTreeSet<&'a str>),
    /// The type has no members that identify a schema.
    None,
}

/// An operation of a specification.
#[derive(Clone, Debug)]
pub struct Described<'a> {
    pointer: String,
    operation: &'a Map<String, Value>,
}

/// Returns the operation with this HTTP method and path, or the first one, because the path may
/// have been corrected, and most pages describe one operation.
pub fn operation<'a>(document: &'a Document, method: &str, path: &str) -> Option<Described<'a>> {
    let root = &document.root;
    let is_it = |(other, verb, _): &(&str, &str, &Map<String, Value>)| {
        verb.eq_ignore_ascii_case(method) && walk::sent_path(other) == path
    };
    let mut operations = walk::operations(root);
    let found = operations.find(is_it);
    let (path, method, operation) = found.or_else(|| walk::operations(root).next())?;
    Some(Described {
        pointer: pointer::of(&["paths", path, method]),
        operation,
    })
}

impl Described<'_> {
    /// Returns the pointer to a response.
    pub fn status(&self, status: &str) -> Option<String> {
        self.operation.get("responses")?.get(status)?;
        Some(format!(
            "{}{}",
            self.pointer,
            pointer::of(&["responses", status])
        ))
    }

    /// Returns the pointer to the first parameter whose name matches.
    pub fn parameter(&self, is_it: impl Fn(&str) -> bool) -> Option<String> {
        let parameters = self.operation.get("parameters")?.as_array()?;
        let mut names = parameters
            .iter()
            .map(|parameter| parameter["name"].as_str());
        let index = names.position(|name| name.is_some_and(&is_it))?;
        let keys = pointer::of(&["parameters", &index.to_string()]);
        Some(format!("{}{keys}", self.pointer))
    }

    /// Returns the pointer to a property of requests. Properties in the operation itself are
    /// preferred.
    pub fn property(&self, name: &str, schemas: &Schemas) -> Option<String> {
        let holders = schemas.properties.get(name)?.iter();
        let holders = holders.map(|schema| schemas.all[*schema].pointer.as_str());
        let mut of_requests = holders.filter(|at| !at.contains("/responses/"));
        let mut found = of_requests.next()?;
        if !found.starts_with(&self.pointer) {
            let is_own = |at: &&str| at.starts_with(&self.pointer);
            found = of_requests.find(is_own).unwrap_or(found);
        }
        Some(format!("{found}{}", pointer::of(&["properties", name])))
    }
}

/// The schemas of a document, by name and by member.
#[derive(Debug, Default)]
pub struct Schemas {
    /// In the order of the document.
    all: Vec<Schema>,
    /// The named schemas, by the names of their types.
    named: HashMap<String, Vec<usize>>,
    /// The schemas with a property.
    properties: HashMap<String, Vec<usize>>,
    /// The schemas with a value of an enumeration.
    values: HashMap<String, Vec<usize>>,
}

#[derive(Debug)]
struct Schema {
    pointer: String,
    /// The number of properties.
    properties: usize,
    /// The number of values.
    values: usize,
}

impl Schemas {
    /// Finds the schemas of a document.
    pub fn of(document: &Document) -> Self {
        let mut schemas = Self::default();
        walk::nodes(&document.root, &mut Pointer::default(), &mut |at, node| {
            schemas.add(at, node);
        });
        schemas
    }

    fn add(&mut self, at: &str, node: &Map<String, Value>) {
        let own_name = at.strip_prefix("/components/schemas/");
        let own_name = own_name.filter(|own| !own.contains('/'));
        let properties = node.get("properties").and_then(Value::as_object);
        let values = values(node).unwrap_or_default();
        if own_name.is_none() && properties.is_none() && values.is_empty() {
            return;
        }
        let position = self.all.len();
        if let Some(own) = own_name {
            self.named.entry(type_name(own)).or_default().push(position);
        }
        for property in properties.into_iter().flat_map(Map::keys) {
            let holders = self.properties.entry(property.clone()).or_default();
            holders.push(position);
        }
        // An enumeration may repeat a value.
        let values: BTreeSet<&str> = values.into_iter().collect();
        for value in &values {
            let holders = self.values.entry((*value).to_owned()).or_default();
            holders.push(position);
        }
        self.all.push(Schema {
            pointer: at.to_owned(),
            properties: properties.map_or(0, Map::len),
            values: values.len(),
        });
    }

    /// Returns the pointer to the schema of a type, and the confidence of the match. Names count
    /// more than members.
    pub fn find(&self, ty: &str, members: &Members<'_>) -> Option<(usize, String)> {
        const NAMED: usize = 1000;
        let mut scores = self.alike(members);
        for schema in self.named.get(ty).into_iter().flatten() {
            *scores.entry(*schema).or_default() += NAMED;
        }
        let scores = scores.into_iter();
        let (schema, score) = scores.max_by_key(|(schema, score)| (*score, Reverse(*schema)))?;
        Some((score, self.all[schema].pointer.clone()))
    }

    /// Returns the schemas that share more than half of the members of a type, with the number of
    /// shared members.
    fn alike(&self, members: &Members<'_>) -> HashMap<usize, usize> {
        type Count = fn(&Schema) -> usize;
        let (expected, holders, count): (_, _, Count) = match members {
            Members::Properties(expected) => (expected, &self.properties, |it| it.properties),
            Members::Values(expected) => (expected, &self.values, |it| it.values),
            Members::None => return HashMap::new(),
        };
        let holders = |member: &&str| holders.get(*member).map_or(&[][..], Vec::as_slice);
        let mut lists: Vec<&[usize]> = expected.iter().map(holders).collect();
        lists.sort_by_key(|holders| holders.len());
        // More than half of the members are shared, so at least one of the rarer half.
        let (rare, frequent) = lists.split_at(lists.len().div_ceil(2));
        let mut common: HashMap<usize, usize> = HashMap::new();
        for schema in rare.iter().copied().flatten() {
            *common.entry(*schema).or_default() += 1;
        }
        for (schema, common) in &mut common {
            let holds = |holders: &&&[usize]| holders.binary_search(schema).is_ok();
            *common += frequent.iter().filter(holds).count();
        }
        common.retain(|schema, common| {
            let found = count(&self.all[*schema]);
            2 * *common > found.max(expected.len())
        });
        common
    }
}

/// Returns the pointer to a member of the schema at `pointer`, by its name in requests and
/// responses.
pub fn member(document: &Document, pointer: &str, name: &str) -> Option<String> {
    let node = document.root.pointer(pointer)?.as_object()?;
    let keys = if node
        .get("properties")
        .and_then(|all| all.get(name))
        .is_some()
    {
        pointer::of(&["properties", name])
    } else {
        let index = values(node)?.iter().position(|known| *known == name)?;
        pointer::of(&["enum", &index.to_string()])
    };
    Some(format!("{pointer}{keys}"))
}

/// Returns the values of an enumeration. Pages can write them as objects.
fn values(node: &Map<String, Value>) -> Option<Vec<&str>> {
    let values = node.get("enum")?.as_array()?.iter();
    let values = values.map(|value| value.as_str().or_else(|| value["value"].as_str()));
    Some(values.map(Option::unwrap_or_default).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pages::SourceFile;
    use pages::page;

    fn document() -> Document {
        let text = "openapi: 3.1.1\npaths:\n  /pets:\n    post:\n      requestBody: {content: \
                    {application/json: {schema: {properties: {name: {}, age: {}}}}}}\n      \
                    responses: {'200': {content: {application/json: {schema: {properties: \
                    {name: {}, id: {}, at: {}}}}}}}\ncomponents:\n  schemas:\n    pet_shop: \
                    {properties: {name: {}, owner: {}}}\n    Kind: {enum: [cat, dog]}\n";
        let pages = page::read(&[SourceFile::new("a.yaml", text)]).expect("a page");
        Document::parse(&pages.pages[0]).expect("a specification")
    }

    #[test]
    fn a_schema_is_found_by_its_name_or_else_by_most_of_its_members() {
        let schemas = Schemas::of(&document());
        let body = "/paths/~1pets/post/requestBody/content/application~1json/schema";
        for (name, members, expected) in [
            (
                "PetShop",
                Members::None,
                Some("/components/schemas/pet_shop"),
            ),
            (
                "Pet",
                Members::Properties(["name", "age"].into()),
                Some(body),
            ),
            ("Pet", Members::Properties(["name", "x", "y"].into()), None),
            (
                "Species",
                Members::Values(["cat", "dog"].into()),
                Some("/components/schemas/Kind"),
            ),
            ("Species", Members::None, None),
        ] {
            let found = schemas.find(name, &members).map(|(_, pointer)| pointer);
            assert_eq!(found.as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn a_property_of_requests_is_found_in_the_operation_first() {
        let document = document();
        let schemas = Schemas::of(&document);
        let operation = operation(&document, "POST", "/pets").expect("an operation");
        for (name, expected) in [
            (
                "name",
                Some(
                    "/paths/~1pets/post/requestBody/content/application~1json/schema/properties/name",
                ),
            ),
            (
                "owner",
                Some("/components/schemas/pet_shop/properties/owner"),
            ),
            ("id", None),
        ] {
            assert_eq!(
                operation.property(name, &schemas).as_deref(),
                expected,
                "{name}"
            );
        }
    }
}
