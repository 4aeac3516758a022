//! The values of properties in JSON samples.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};

use super::Sample;
use crate::prose::label::Label;

/// The name of the whole body of a request in [`Values`].
pub(in crate::prose) const REQUEST: &str = "**Request**";

/// The name of the whole body of a response in [`Values`].
pub(in crate::prose) const RESPONSE: &str = "**Response**";

/// The values of properties in the JSON samples, by place: `name` for the values of a property,
/// `name[]` for the items of a list, and `name{}` for the values of a map.
#[derive(Debug, Default)]
pub(in crate::prose) struct Values {
    kinds: HashMap<String, Kinds>,
    /// The properties of a response that are the number 0.
    zeros: BTreeSet<String>,
    /// The response is the text of Server-Sent Events.
    has_events: bool,
}

/// The kinds of values at a place.
#[derive(Debug, Default)]
struct Kinds {
    scalars: BTreeSet<&'static str>,
    /// The names of the properties of each object.
    objects: BTreeSet<BTreeSet<String>>,
    has_list: bool,
}

/// The maximum depth at which JSON samples are inspected.
const MOST_DEPTH: usize = 64;

/// The length of the longest property whose values are recorded.
const LONGEST_NAME: usize = 256;

/// The maximum number of objects at one place that are compared with types.
const MOST_OBJECTS: usize = 64;

/// The maximum number of lists and maps in a place.
const MOST_SHAPES: usize = 2;

/// Returns the place of the innermost values of a property with a label.
pub(in crate::prose) fn place(name: &str, label: &Label) -> String {
    match label {
        Label::List(items) => place(&format!("{name}[]"), items),
        Label::Map(_, values) => place(&format!("{name}{{}}"), values),
        _ => name.to_owned(),
    }
}

/// The kind of a placeholder for a file.
const FILE: &str = "file";

/// Returns the schema of a kind of scalars.
pub(in crate::prose) fn schema(kind: &str) -> Value {
    match kind {
        FILE => json!({"type": "string", "format": "binary"}),
        kind => json!({ "type": kind }),
    }
}

impl Values {
    /// Collects the values of all JSON samples.
    pub(in crate::prose) fn of(samples: &[Sample<'_>]) -> Self {
        let mut values = Self::default();
        for sample in samples {
            let Some(value) = sample.json() else { continue };
            let whole = [REQUEST, RESPONSE].into_iter();
            let whole = whole.filter(|label| sample.label == Some(label));
            whole.for_each(|label| values.note(label, &value, 0));
            if sample.label == Some(RESPONSE) {
                values.note_response(&value);
            }
            values.collect(&value, 0);
        }
        values
    }

    /// Records what only the value of a whole response shows. Lists contain items, so their numbers
    /// are not about the response.
    fn note_response(&mut self, value: &Value) {
        let objects = value.as_object().into_iter();
        let objects = objects.flat_map(|outer| {
            let nested = outer.values().filter_map(Value::as_object);
            std::iter::once(outer).chain(nested)
        });
        let zeros = objects
            .flatten()
            .filter(|(_, value)| value.as_f64() == Some(0.0));
        self.zeros.extend(zeros.map(|(name, _)| name.clone()));
        let mut texts = std::slice::from_ref(value).iter();
        if let Value::Array(items) = value {
            texts = items.iter();
        }
        let is_data = |line: &str| line.starts_with("data:");
        self.has_events |= texts
            .filter_map(Value::as_str)
            .any(|text| text.lines().any(is_data));
    }

    /// Returns `true` if a property of the response is the number 0.
    pub(in crate::prose) fn is_zero(&self, name: &str) -> bool {
        self.zeros.contains(name)
    }

    /// Returns `true` if the response is the text of Server-Sent Events.
    pub(in crate::prose) fn has_events(&self) -> bool {
        self.has_events
    }

    /// Records a value at a place, and the values in it.
    fn note(&mut self, place: &str, value: &Value, shapes: usize) {
        if !self.kinds.contains_key(place) {
            self.kinds.insert(place.to_owned(), Kinds::default());
        }
        let Some(kinds) = self.kinds.get_mut(place) else {
            return;
        };
        let kind = match value {
            Value::Null => return,
            Value::Object(object) => {
                if kinds.objects.len() < MOST_OBJECTS {
                    kinds.objects.insert(object.keys().cloned().collect());
                }
                if shapes < MOST_SHAPES {
                    let place = format!("{place}{{}}");
                    for value in object.values() {
                        self.note(&place, value, shapes + 1);
                    }
                }
                return;
            }
            Value::Array(items) => {
                kinds.has_list = true;
                if shapes < MOST_SHAPES {
                    let place = format!("{place}[]");
                    for item in items {
                        self.note(&place, item, shapes + 1);
                    }
                }
                return;
            }
            Value::String(text) if text.starts_with("<file") => FILE,
            Value::String(_) => "string",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
        };
        kinds.scalars.insert(kind);
    }

    fn collect(&mut self, value: &Value, depth: usize) {
        match value {
            _ if depth > MOST_DEPTH => {}
            Value::Object(object) => {
                for (name, value) in object {
                    if name.len() <= LONGEST_NAME {
                        self.note(name, value, 0);
                    }
                    self.collect(value, depth + 1);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.collect(item, depth + 1)),
            _ => {}
        }
    }

    /// Returns `true` if there is a value at the place.
    pub(in crate::prose) fn has(&self, place: &str) -> bool {
        self.kinds.contains_key(place)
    }

    /// Returns the schema of a field of a form, if all of its values are of one kind.
    pub(in crate::prose) fn form_value(&self, name: &str) -> Option<Value> {
        let kinds = self.kinds.get(name)?;
        if kinds.has_list && kinds.objects.is_empty() && kinds.scalars.is_empty() {
            let items = self.form_value(&format!("{name}[]"));
            let items = items.unwrap_or_else(|| json!({}));
            return Some(json!({"type": "array", "items": items}));
        }
        if self.is_object(name) {
            return Some(json!({"type": "object", "additionalProperties": true}));
        }
        let scalars = self.scalars(name)?;
        let mut kinds = scalars.iter();
        let kind = kinds.next().filter(|_| kinds.next().is_none())?;
        Some(schema(kind))
    }

    /// Returns the kinds of scalars at a place, or `None` if there are other values.
    pub(in crate::prose) fn scalars(&self, place: &str) -> Option<BTreeSet<&'static str>> {
        let Some(kinds) = self.kinds.get(place) else {
            return Some(BTreeSet::new());
        };
        let is_scalar = kinds.objects.is_empty() && !kinds.has_list;
        is_scalar.then(|| kinds.scalars.clone())
    }

    /// Returns the kinds of scalars at a place, which can also have other values.
    pub(in crate::prose) fn kinds(&self, place: &str) -> impl Iterator<Item = &'static str> {
        let kinds = self.kinds.get(place).into_iter();
        kinds.flat_map(|kinds| kinds.scalars.iter().copied())
    }

    /// Returns the names of the properties of each object at a place.
    pub(in crate::prose) fn objects(&self, place: &str) -> impl Iterator<Item = &BTreeSet<String>> {
        self.kinds
            .get(place)
            .into_iter()
            .flat_map(|kinds| &kinds.objects)
    }

    /// Returns `true` if there are values at the place, and all are scalars of these kinds.
    pub(in crate::prose) fn are_all(&self, place: &str, kinds: &[&str]) -> bool {
        let scalars = self.scalars(place);
        let is_one = |kind: &&str| kinds.contains(kind);
        scalars.is_some_and(|scalars| !scalars.is_empty() && scalars.iter().all(is_one))
    }

    /// Returns `true` if there are lists of objects at the place, and no objects.
    pub(in crate::prose) fn is_list_of_objects(&self, place: &str) -> bool {
        let has_objects = |place: &str| self.objects(place).next().is_some();
        has_objects(&format!("{place}[]")) && !has_objects(place)
    }

    /// Returns `true` if there are values at the place, and all are objects.
    pub(in crate::prose) fn is_object(&self, place: &str) -> bool {
        self.kinds.get(place).is_some_and(|kinds| {
            !kinds.objects.is_empty() && kinds.scalars.is_empty() && !kinds.has_list
        })
    }
}

impl Sample<'_> {
    /// Returns the sample as JSON, or the JSON body that it sends.
    fn json(&self) -> Option<Value> {
        if self.language == "go" {
            let mut lines = self.lines.iter();
            let body = lines.find_map(|(_, line)| line.split_once("strings.NewReader("));
            // Go strings are escaped like JSON strings.
            let body: String = serde_json::from_str(body?.1.trim_end().strip_suffix(')')?).ok()?;
            return serde_json::from_str(&body).ok();
        }
        if self.language != "json" {
            return None;
        }
        let text: String = self
            .lines
            .iter()
            .flat_map(|(_, line)| [*line, "\n"])
            .collect();
        serde_json::from_str(&text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::sampled;
    use super::*;

    #[test]
    fn the_bodies_of_raw_samples_are_values_too() {
        let text = "```go\n\tpayload := strings.NewReader(\"{\\n  \\\"a\\\": {}\\n}\")\n```\n";
        sampled(text, |samples| assert!(Values::of(samples).is_object("a")));
    }

    #[test]
    fn a_response_shows_numbers_that_are_0_outside_of_lists() {
        let text = "**Response**\n\n```json\n{\"page\": 0, \"list\": {\"index\": 0.0}, \
                    \"total\": 1, \"items\": [{\"a\": 0}]}\n```\n\n\
                    **Request**\n\n```json\n{\"b\": 0}\n```\n";
        sampled(text, |samples| {
            let values = Values::of(samples);
            let zeros = ["page", "index", "total", "a", "b"].map(|name| values.is_zero(name));
            assert_eq!(zeros, [true, true, false, false, false]);
        });
    }

    #[test]
    fn a_response_can_be_the_text_of_events() {
        for (response, expected) in [
            (r#""id: 0\nevent: start\ndata: {}\n\n""#, true),
            (r#"["data: {\"a\": 1}\n\n"]"#, true),
            (r#""The data: none""#, false),
            (r#"["string"]"#, false),
            (r#"{"data": "data: {}"}"#, false),
        ] {
            let text = format!("**Response**\n\n```json\n{response}\n```\n");
            sampled(&text, |samples| {
                let has_events = Values::of(samples).has_events();
                assert_eq!(has_events, expected, "{response}");
            });
        }
    }

    #[test]
    fn json_samples_show_the_kinds_of_values() {
        let text =
            "**Response**\n\n```json\n{\"a\": 1, \"b\": [{\"c\": {\"a\": 2}}], \"d\": null}\n```\n";
        sampled(text, |samples| {
            let values = Values::of(samples);
            let is_integer = |place: &str| values.are_all(place, &["integer"]);
            assert!(is_integer("a") && !is_integer("b") && !is_integer("d"));
            assert!(values.is_object("c") && !values.is_object("a"));
            assert!(values.is_object("b[]") && is_integer("c{}"));
        });
    }
}
