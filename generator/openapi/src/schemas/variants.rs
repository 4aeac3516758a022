//! Names the variants of a union by their differences. Names do not depend on the order of the
//! variants.

use std::collections::{BTreeSet, HashMap};

use heck::ToPascalCase;
use serde_json::{Map, Value};

use crate::walk::target;

/// Returns a suffix for the name of each member of a union: its title, a value or a property that
/// only it has, or the type of its values.
pub(super) fn names(members: &[Value], schemas: &Map<String, Value>) -> Vec<String> {
    let mut names = vec![None; members.len()];
    let members = all(members, schemas);
    name_by(Member::title, &members, &mut names);
    name_by_content(&members, names)
}

/// Same as [`names`], for members whose titles are numbers.
pub(super) fn names_without_titles(members: &[Value], schemas: &Map<String, Value>) -> Vec<String> {
    name_by_content(&all(members, schemas), vec![None; members.len()])
}

fn all<'a>(members: &'a [Value], schemas: &'a Map<String, Value>) -> Vec<Member<'a>> {
    let members = members.iter();
    members.map(|member| Member::of(member, schemas)).collect()
}

fn name_by_content<'a>(members: &[Member<'a>], mut names: Vec<Option<String>>) -> Vec<String> {
    // Required properties of a variant are more specific than optional ones.
    let all: [fn(&Member<'a>) -> Vec<String>; 6] = [
        Member::values,
        Member::constants,
        Member::required,
        Member::properties,
        Member::kind,
        Member::typed_properties,
    ];
    for candidates in all {
        name_by(candidates, members, &mut names);
    }
    let named = members.iter().zip(names);
    named
        .map(|(member, name)| name.unwrap_or_else(|| member.shared_name()))
        .collect()
}

/// Assigns to each unnamed member the first candidate that no other member has.
fn name_by<'a>(
    candidates: fn(&Member<'a>) -> Vec<String>,
    members: &[Member<'a>],
    names: &mut [Option<String>],
) {
    if names.iter().all(Option::is_some) {
        return;
    }
    let candidates: Vec<Vec<String>> = members.iter().map(candidates).collect();
    let mut holders: HashMap<&str, usize> = HashMap::new();
    for own in &candidates {
        let own: BTreeSet<&str> = own.iter().map(String::as_str).collect();
        for name in own {
            *holders.entry(name).or_default() += 1;
        }
    }
    let unnamed = names.iter_mut().zip(&candidates);
    for (name, own) in unnamed.filter(|(name, _)| name.is_none()) {
        let is_own = |name: &&String| !name.is_empty() && holders.get(name.as_str()) == Some(&1);
        *name = own.iter().find(is_own).cloned();
    }
}

/// A member of a union.
struct Member<'a> {
    schema: &'a Value,
    schemas: &'a Map<String, Value>,
}

impl<'a> Member<'a> {
    fn of(schema: &'a Value, schemas: &'a Map<String, Value>) -> Self {
        Self {
            schema: target(schema, schemas),
            schemas,
        }
    }

    fn title(&self) -> Vec<String> {
        let title = self.schema["title"].as_str().map(pascal);
        title
            .filter(|title| !is_number(title))
            .into_iter()
            .collect()
    }

    /// Returns the only value of the member, or the only values of its properties. Required
    /// properties come first.
    fn values(&self) -> Vec<String> {
        if let Some(own) = only_value(self.schema) {
            return vec![pascal(own)];
        }
        let constant =
            |name: &str| only_value(target(&self.schema["properties"][name], self.schemas));
        let names = self.required_names();
        let others = self.property_names();
        let others: Vec<&str> = others.filter(|name| !names.contains(name)).collect();
        let names = names.iter().chain(&others);
        names
            .filter_map(|name| constant(name))
            .map(pascal)
            .collect()
    }

    /// Returns the properties with their only values, if these are not texts: `Version2` and
    /// `NotRecurring`.
    fn constants(&self) -> Vec<String> {
        let constant = |name: &str| {
            let property = target(&self.schema["properties"][name], self.schemas);
            match property["enum"].as_array()?.as_slice() {
                [Value::Bool(true)] => Some(pascal(name)),
                [Value::Bool(false)] => Some(format!("Not{}", pascal(name))),
                [Value::Number(number)] if number.is_u64() => {
                    Some(format!("{}{number}", pascal(name)))
                }
                _ => None,
            }
        };
        self.property_names().filter_map(constant).collect()
    }

    fn required(&self) -> Vec<String> {
        self.required_names().into_iter().map(pascal).collect()
    }

    fn properties(&self) -> Vec<String> {
        self.property_names().map(pascal).collect()
    }

    /// Returns the type of the values: `Text` for one of several strings.
    fn kind(&self) -> Vec<String> {
        vec![kind(self.schema)]
    }

    /// Returns the properties with the types of their values: `SizeInteger`.
    fn typed_properties(&self) -> Vec<String> {
        let typed = |name: &str| {
            let property = target(&self.schema["properties"][name], self.schemas);
            pascal(name) + &kind(property)
        };
        self.property_names().map(typed).collect()
    }

    /// Returns the name of a member whose properties other members also have.
    fn shared_name(&self) -> String {
        let has = [self.required(), self.properties(), self.kind()].concat();
        has.into_iter().next().unwrap_or_default()
    }

    fn property_names(&self) -> impl Iterator<Item = &'a str> {
        let properties = self.schema["properties"].as_object();
        properties
            .into_iter()
            .flat_map(Map::keys)
            .map(String::as_str)
    }

    /// Returns the names of required properties, in the order of the properties.
    fn required_names(&self) -> Vec<&'a str> {
        let required = self.schema["required"].as_array().into_iter().flatten();
        let required: BTreeSet<&str> = required.filter_map(Value::as_str).collect();
        self.property_names()
            .filter(|name| required.contains(name))
            .collect()
    }
}

fn only_value(schema: &Value) -> Option<&str> {
    match schema["enum"].as_array()?.as_slice() {
        [only] => only.as_str(),
        _ => None,
    }
}

fn kind(schema: &Value) -> String {
    let has = |key: &str| schema.get(key).is_some();
    match schema["type"].as_str() {
        _ if has("enum") => "Choice".to_owned(),
        Some("array") => "List".to_owned(),
        Some(kind) => pascal(kind),
        None if has("properties") || has("additionalProperties") => "Object".to_owned(),
        None if has("oneOf") => "Union".to_owned(),
        None => "Value".to_owned(),
    }
}

/// Returns `true` if a title only counts variants, such as `Option 2`.
fn is_number(title: &str) -> bool {
    let word = title.trim_end_matches(|c: char| c.is_ascii_digit());
    let words = ["AnyOf", "Member", "Object", "OneOf", "Option", "Variant"];
    word.len() < title.len() && (word.is_empty() || words.iter().any(|own| word.ends_with(own)))
}

fn pascal(text: &str) -> String {
    let words: String = text
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    words.to_pascal_case()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn named(members: Value) -> Vec<String> {
        let members = members.as_array().cloned().unwrap_or_default();
        let schemas = json!({"Kind": {"enum": ["kind of cat"]}});
        let schemas = schemas.as_object().cloned().unwrap_or_default();
        let names = names(&members, &schemas);
        let reversed: Vec<Value> = members.iter().rev().cloned().collect();
        let mut again = super::names(&reversed, &schemas);
        again.reverse();
        assert_eq!(names, again, "the order of variants changes no name");
        names
    }

    fn object(required: &[&str], optional: &[&str]) -> Value {
        let all = required.iter().chain(optional);
        let properties = all.map(|name| ((*name).to_owned(), json!({"type": "string"})));
        let properties: Map<String, Value> = properties.collect();
        json!({"type": "object", "required": required, "properties": properties})
    }

    #[test]
    fn a_variant_is_called_by_its_title() {
        let titled = |title| json!({"title": title, "type": "object"});
        assert_eq!(
            named(json!([titled("a cat"), titled("Dog")])),
            ["ACat", "Dog"]
        );
        let counted = json!({"title": "Option 2", "type": "string"});
        assert_eq!(named(json!([titled("Dog"), counted])), ["Dog", "String"]);
    }

    #[test]
    fn a_variant_is_called_by_a_value_that_only_it_has() {
        let of = |value| json!({"properties": {"v": {"enum": [1]}, "kind": value}});
        let (cat, dog) = (
            of(json!({"enum": ["cat"]})),
            of(json!({"enum": ["wild-dog"]})),
        );
        let other = of(json!({"$ref": "#/components/schemas/Kind"}));
        assert_eq!(
            named(json!([cat, dog, other])),
            ["Cat", "WildDog", "KindOfCat"]
        );
        assert_eq!(
            named(json!([{"enum": ["auto"]}, {"enum": ["none"]}, {"enum": ["a", "b"]}])),
            ["Auto", "None", "Choice"]
        );
    }

    #[test]
    fn a_variant_is_called_by_a_number_or_a_boolean_that_only_it_has() {
        let of = |value: Value| json!({"properties": {"wild_cat": {"enum": [value]}, "id": {}}});
        let named = |one: Value, other: Value| named(json!([of(one), of(other)]));
        assert_eq!(named(json!(true), json!(false)), ["WildCat", "NotWildCat"]);
        assert_eq!(named(json!(1), json!(2)), ["WildCat1", "WildCat2"]);
    }

    #[test]
    fn a_variant_is_called_by_a_property_that_only_it_has() {
        let by_id = object(&["kind", "pet_id"], &["note"]);
        let by_name = object(&["kind", "name"], &["note"]);
        let optional = object(&["kind"], &["filter", "note"]);
        assert_eq!(
            named(json!([by_id, by_name, optional])),
            ["PetId", "Name", "Filter"]
        );
    }

    #[test]
    fn a_variant_is_called_by_its_type() {
        let text = json!({"type": "string"});
        let list = json!({"type": "array", "items": text});
        assert_eq!(
            named(json!([text, list, object(&["a"], &[]), {"type": "boolean"}])),
            ["String", "List", "A", "Boolean"]
        );
        let sized = |kind| json!({"properties": {"size": {"type": kind}}});
        assert_eq!(
            named(json!([sized("integer"), sized("string")])),
            ["SizeInteger", "SizeString"]
        );
    }

    #[test]
    fn a_variant_without_anything_of_its_own_is_called_by_what_it_has() {
        let (less, more) = (object(&["id"], &[]), object(&["id", "name"], &[]));
        assert_eq!(named(json!([less, more])), ["Id", "Name"]);
    }
}
