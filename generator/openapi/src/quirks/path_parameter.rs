//! A placeholder in the path without a parameter.
//!
//! ```yaml
//! paths:
//!   /pets/{id}:
//!     get:
//!       parameters: []   # should have: {name: id, in: path, required: true, ...}
//! ```
//!
//! OpenAPI requires a parameter for each placeholder. An undescribed placeholder is still needed
//! for the request, so a string parameter is added.

use serde_json::{Value, json};

use super::{Context, Fixed, Quirk};
use crate::references;
use crate::walk;
use pages::pointer;

pub(super) const QUIRK: Quirk = Quirk {
    name: "path-parameter",
    summary: "placeholders in paths without a parameter",
    fix,
};

fn fix(root: &mut Value, _: &Context<'_>, fixed: &mut Fixed) {
    let incomplete: Vec<_> = walk::operations(root)
        .map(|(path, method, _)| (path.to_owned(), method, missing(root, path, method)))
        .filter(|(.., missing)| !missing.is_empty())
        .collect();
    for (path, method, missing) in incomplete {
        let parameters = &mut root["paths"][&path][method]["parameters"];
        if !parameters.is_array() {
            *parameters = json!([]);
        }
        for name in missing {
            if let Value::Array(parameters) = &mut *parameters {
                parameters.push(json!({
                    "name": name, "in": "path", "required": true, "schema": {"type": "string"},
                }));
                fixed.at(pointer::of(&["paths", &path, method]));
            }
        }
    }
}

/// Returns the placeholders of a path without a parameter of the operation.
fn missing(root: &Value, path: &str, method: &str) -> Vec<String> {
    let item = &root["paths"][path];
    let described: Vec<&str> = [&item["parameters"], &item[method]["parameters"]]
        .into_iter()
        .filter_map(Value::as_array)
        .flatten()
        .map(|parameter| match parameter["$ref"].as_str() {
            Some(target) => references::find(root, target).unwrap_or(parameter),
            None => parameter,
        })
        .filter(|parameter| parameter["in"] == "path")
        .filter_map(|parameter| parameter["name"].as_str())
        .collect();
    let mut missing: Vec<String> = Vec::new();
    for name in placeholders(path) {
        if !described.contains(&name) && !missing.iter().any(|known| known == name) {
            missing.push(name.to_owned());
        }
    }
    missing
}

/// Returns the names in braces, in the order of the path.
fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;
    use super::*;

    #[test]
    fn a_placeholder_gets_its_parameter() {
        let (root, fixed) = run(
            &QUIRK,
            "paths:\n  /shops/{shop}/pets/{id}.{format}:\n    parameters: [{name: shop, in: path}]\n    \
             get:\n      parameters: [{$ref: '#/components/parameters/id'}]\n\
             components:\n  parameters:\n    id: {name: id, in: path}\n",
        );
        let operation = &root["paths"]["/shops/{shop}/pets/{id}.{format}"]["get"];
        assert_eq!(
            operation["parameters"][1],
            json!({"name": "format", "in": "path", "required": true, "schema": {"type": "string"}})
        );
        assert_eq!(operation["parameters"].as_array().map(Vec::len), Some(2));
        assert_eq!(fixed.len(), 1);
    }
}
