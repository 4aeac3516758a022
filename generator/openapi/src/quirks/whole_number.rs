//! An identifier or a count with the type `number`.
//!
//! ```yaml
//! - name: pet_id
//!   in: path
//!   schema: {type: number, format: double}   # should be: integer
//! ```
//!
//! Sources of the exports often have only one type for numbers. A fraction has no meaning in an
//! identifier or in a count of items, and an identifier above 2^53 loses digits as a floating-point
//! number. The fix applies to parameters and properties that are named like an identifier, and to
//! query parameters and properties that are named like a part of pagination. A property is a part of
//! pagination only beside a page number, or a limit and an offset. `offset` and `skip` can also be
//! times, so that they are counts only beside another count. A number is not changed if an example,
//! a default, or a limit has a fraction.

use serde_json::{Map, Value};

use super::{Context, Fixed, Quirk};
use crate::walk;
use names::snake_case;
use pages::pointer;

pub(super) const QUIRK: Quirk = Quirk {
    name: "whole-number",
    summary: "identifiers and counts with the type `number`",
    fix,
};

/// Parameters and properties with the number or the size of a page.
const PAGES: [&str; 6] = [
    "page",
    "page_index",
    "page_limit",
    "page_number",
    "page_size",
    "per_page",
];

/// Other query parameters that count items, and such properties in an object about a page.
const ITEMS: [&str; 3] = ["count", "limit", "max_results"];

/// Properties that count items or pages in an object about a page.
const TOTALS: [&str; 8] = [
    "last_page",
    "next_page",
    "pages",
    "previous_page",
    "total",
    "total_count",
    "total_items",
    "total_pages",
];

/// Query parameters that count items beside another count.
const OFFSETS: [&str; 2] = ["offset", "skip"];

fn fix(root: &mut Value, _: &Context<'_>, fixed: &mut Fixed) {
    for pointer in parameters(root) {
        let parameter = root.pointer_mut(&pointer);
        let parameter = parameter.filter(|parameter| !has_fraction(parameter));
        let schema = parameter.and_then(|parameter| parameter.get_mut("schema"));
        if schema.is_some_and(make_whole) {
            fixed.at(pointer);
        }
    }
    walk::schemas_mut(root, &mut |pointer, schema| {
        let example = schema.get("example").cloned().unwrap_or_default();
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        let names = properties.iter().flat_map(|properties| properties.keys());
        let counts = Counts::of(names);
        for (name, property) in properties.into_iter().flatten() {
            let has_fraction = has_fraction(property) || has_fraction(&example[name]);
            let is_whole = is_identifier(name) || counts.contain(name);
            if is_whole && !has_fraction && make_whole(property) {
                fixed.at(format!("{pointer}{}", pointer::of(&["properties", name])));
            }
        }
    });
}

/// Returns the pointers of the parameters whose names are those of whole numbers.
fn parameters(root: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let shared = root["components"]["parameters"].as_object();
    for (name, parameter) in shared.into_iter().flatten() {
        if is_whole(parameter, false) {
            found.push(pointer::of(&["components", "parameters", name]));
        }
    }
    let items = root["paths"].as_object().into_iter().flatten();
    for (path, item) in items {
        let own = item.get("parameters").map(|it| (vec!["paths", path], it));
        let of_operations = walk::METHODS.into_iter().filter_map(|method| {
            let parameters = item.get(method)?.get("parameters")?;
            Some((vec!["paths", path, method], parameters))
        });
        for (place, list) in own.into_iter().chain(of_operations) {
            let list = list.as_array().map_or(&[][..], Vec::as_slice);
            let has_count = list.iter().any(is_count);
            let whole = list.iter().enumerate();
            for (index, _) in whole.filter(|(_, parameter)| is_whole(parameter, has_count)) {
                let index = index.to_string();
                found.push(pointer::of(&[&place[..], &["parameters", &index]].concat()));
            }
        }
    }
    found
}

/// Returns `true` if the values of a parameter are whole numbers, which its name shows. `has_count`
/// is `true` if there is a count of items or pages beside it.
fn is_whole(parameter: &Value, has_count: bool) -> bool {
    let name = parameter["name"].as_str().unwrap_or_default();
    let is_offset = || has_count && OFFSETS.contains(&snake_case(name).as_str());
    match parameter["in"].as_str() {
        Some("path") => is_identifier(name),
        Some("query") => is_identifier(name) || is_count(parameter) || is_offset(),
        _ => false,
    }
}

fn is_count_name(name: &str) -> bool {
    PAGES.contains(&name) || ITEMS.contains(&name)
}

/// Returns `true` if a query parameter counts items or pages.
fn is_count(parameter: &Value) -> bool {
    let name = snake_case(parameter["name"].as_str().unwrap_or_default());
    parameter["in"] == "query" && is_count_name(&name)
}

/// The properties of an object that count items or pages.
struct Counts {
    is_about_page: bool,
    has_limit: bool,
}

impl Counts {
    fn of<'a>(names: impl Iterator<Item = &'a String>) -> Self {
        let names: Vec<String> = names.map(|name| snake_case(name)).collect();
        let has = |known: &[&str]| names.iter().any(|name| known.contains(&name.as_str()));
        let has_limit = has(&["limit"]);
        Self {
            is_about_page: has(&PAGES) || has_limit && has(&OFFSETS),
            has_limit,
        }
    }

    fn contain(&self, name: &str) -> bool {
        let name = snake_case(name);
        let is_in = |known: &[&str]| known.contains(&name.as_str());
        let is_offset = self.has_limit && is_in(&OFFSETS);
        self.is_about_page && (is_count_name(&name) || is_in(&TOTALS) || is_offset)
    }
}

/// Returns `true` if a name is `id`, or ends in it, such as `petId` and `pet_ids`.
fn is_identifier(name: &str) -> bool {
    let name = snake_case(name);
    matches!(name.rsplit('_').next(), Some("id" | "ids"))
}

/// Returns `true` if a number anywhere in a node has a fraction.
fn has_fraction(node: &Value) -> bool {
    match node {
        Value::Number(number) => number.as_f64().is_some_and(|it| it.fract() != 0.0),
        Value::Array(items) => items.iter().any(has_fraction),
        Value::Object(object) => object.values().any(has_fraction),
        _ => false,
    }
}

/// Replaces the type `number` of a schema, of its items, or of its only member besides `null`.
/// Returns `true` if the schema has changed.
fn make_whole(schema: &mut Value) -> bool {
    let Some(schema) = schema.as_object_mut() else {
        return false;
    };
    for key in ["anyOf", "oneOf"] {
        let members = schema.get_mut(key).and_then(Value::as_array_mut);
        let members = members.into_iter().flatten();
        let mut members = members.filter(|member| member["type"] != "null");
        if let (Some(only), None) = (members.next(), members.next()) {
            return make_whole(only);
        }
    }
    let kind = match schema.get_mut("type") {
        Some(Value::Array(kinds)) => kinds.iter_mut().find(|kind| *kind == "number"),
        kind => kind.filter(|kind| *kind == "number"),
    };
    let Some(kind) = kind else {
        return schema.get_mut("items").is_some_and(make_whole);
    };
    *kind = "integer".into();
    without_float(schema);
    true
}

/// Removes a format of floating-point numbers, and the decimal point of values such as `1.0`.
fn without_float(schema: &mut Map<String, Value>) {
    let is_float = |format: &Value| matches!(format.as_str(), Some("double" | "float"));
    if schema.get("format").is_some_and(is_float) {
        schema.shift_remove("format");
    }
    for value in schema.values_mut() {
        let values = match value {
            Value::Array(values) => values.iter_mut(),
            value => std::slice::from_mut(value).iter_mut(),
        };
        for value in values {
            let whole = value.as_f64().filter(|_| value.is_f64());
            if let Some(Ok(whole)) = whole.map(|it| it.to_string().parse::<i64>()) {
                *value = whole.into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::run;
    use super::*;

    /// Returns the schema of the first of the parameters of an operation.
    fn parameter(parameters: &str) -> Value {
        let (root, fixed) = run(
            &QUIRK,
            &format!("paths:\n  /pets:\n    get:\n      parameters: [{parameters}]\n"),
        );
        let schema = root["paths"]["/pets"]["get"]["parameters"][0]["schema"].clone();
        assert!(fixed.len() < 2);
        schema
    }

    #[test]
    fn identifiers_in_the_path_and_in_the_query_are_integers() {
        let integer = json!({"type": "integer"});
        for (name, location) in [
            ("id", "path"),
            ("pet_id", "path"),
            ("petId", "query"),
            ("petIDs", "query"),
        ] {
            let named = format!("name: {name}, in: {location}");
            let double = "{type: number, format: double}";
            let schema = parameter(&format!("{{{named}, schema: {double}}}"));
            assert_eq!(schema, integer, "{name}");
        }
        let schema = parameter(
            "{name: ids, in: query, schema: {type: array, items: {type: [number, 'null']}}}",
        );
        assert_eq!(schema["items"]["type"], json!(["integer", "null"]));
        let schema = parameter(
            "{name: id, in: query, schema: {anyOf: [{type: number}, {type: 'null'}], example: 3.0}}",
        );
        assert_eq!(schema["anyOf"][0], integer);
    }

    #[test]
    fn numbers_of_pagination_are_integers() {
        let schema = parameter(
            "{name: limit, in: query, schema: {type: number, default: 20.0, maximum: 100, enum: [20.0]}}",
        );
        let expected = json!({"type": "integer", "default": 20, "maximum": 100, "enum": [20]});
        assert_eq!(schema, expected);
        let offset = "{name: offset, in: query, schema: {type: number}}";
        assert_eq!(parameter(offset)["type"], "number");
        let beside = format!("{offset}, {{name: pageSize, in: query, schema: {{type: string}}}}");
        assert_eq!(parameter(&beside)["type"], "integer");
    }

    #[test]
    fn other_numbers_stay_as_they_are() {
        for parameters in [
            "{name: duration, in: query, schema: {type: number}}",
            "{name: grid, in: path, schema: {type: number}}",
            "{name: limit, in: header, schema: {type: number}}",
            "{name: limit, in: query, schema: {type: number, default: 0.5}}",
            "{name: id, in: path, example: 1.5, schema: {type: number}}",
            "{name: id, in: path, schema: {oneOf: [{type: number}, {type: string}]}}",
        ] {
            let schema = parameter(parameters);
            assert!(!schema.to_string().contains("integer"), "{parameters}");
        }
    }

    #[test]
    fn counts_beside_the_number_or_the_size_of_a_page_are_integers() {
        let kinds = |properties: &str| {
            let (root, _) = run(
                &QUIRK,
                &format!("components:\n  schemas:\n    Page: {{properties: {{{properties}}}}}\n"),
            );
            let properties = root["components"]["schemas"]["Page"]["properties"].as_object();
            let kinds = properties.into_iter().flatten();
            kinds
                .map(|(_, property)| property["type"].clone())
                .collect::<Vec<_>>()
        };
        let number = "{type: number}";
        let page = format!("perPage: {number}, total: {number}, price: {number}");
        assert_eq!(kinds(&page), ["integer", "integer", "number"]);
        let offsets = format!("limit: {number}, offset: {number}");
        assert_eq!(kinds(&offsets), ["integer", "integer"]);
        let cart = format!("count: {number}, total: {number}");
        assert_eq!(kinds(&cart), ["number", "number"]);
        let place = format!("page: {number}, offset: {number}");
        assert_eq!(kinds(&place), ["integer", "number"]);
    }

    #[test]
    fn a_property_that_is_an_identifier_is_an_integer_unless_an_example_has_a_fraction() {
        let (root, fixed) = run(
            &QUIRK,
            "paths: {}\ncomponents:\n  schemas:\n    Pet:\n      properties:\n        \
             id: {type: number}\n        limit: {type: number}\n        \
             ownerId: {type: number, nullable: true}\n        cell_id: {type: number}\n      \
             example: {id: 7, cell_id: 7.5}\n",
        );
        assert_eq!(
            fixed,
            [
                "/components/schemas/Pet/properties/id",
                "/components/schemas/Pet/properties/ownerId"
            ]
        );
        let properties = &root["components"]["schemas"]["Pet"]["properties"];
        assert_eq!(properties["limit"]["type"], "number");
    }
}
