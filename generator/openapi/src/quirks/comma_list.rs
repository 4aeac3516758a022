//! A query list whose description states that commas separate its values.
//!
//! ```yaml
//! - name: ids
//!   in: query
//!   description: Comma-separated ids, such as `?ids=1,2`
//!   schema: {type: array, items: {type: string}}   # should have: explode: false
//! ```
//!
//! Without `explode: false`, a list repeats the name of its parameter: `ids=1&ids=2`. The
//! description is written for people who call the API, so it takes precedence. A parameter with
//! `style` or `explode` is not changed.

use serde_json::Value;

use super::{Context, Fixed, Quirk};
use crate::references;
use crate::walk;
use pages::pointer;

pub(super) const QUIRK: Quirk = Quirk {
    name: "comma-list",
    summary: "comma-separated lists without `explode: false`",
    fix,
};

fn fix(root: &mut Value, _: &Context<'_>, fixed: &mut Fixed) {
    let mut found = Vec::new();
    for (path, method, operation) in walk::operations(root) {
        let parameters = operation.get("parameters").and_then(Value::as_array);
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            if is_joined(parameter, root) {
                let index = index.to_string();
                found.push(pointer::of(&["paths", path, method, "parameters", &index]));
            }
        }
    }
    let shared = root["components"]["parameters"].as_object();
    for (name, parameter) in shared.into_iter().flatten() {
        if is_joined(parameter, root) {
            found.push(pointer::of(&["components", "parameters", name]));
        }
    }
    for pointer in found {
        if let Some(Value::Object(parameter)) = root.pointer_mut(&pointer) {
            parameter.insert("explode".to_owned(), false.into());
            fixed.at(pointer);
        }
    }
}

fn is_joined(parameter: &Value, root: &Value) -> bool {
    let is_unsaid = parameter.get("style").is_none() && parameter.get("explode").is_none();
    let name = parameter["name"].as_str().unwrap_or_default();
    let texts = [
        &parameter["description"],
        &parameter["schema"]["description"],
    ];
    let mut texts = texts.into_iter().filter_map(Value::as_str);
    parameter["in"] == "query"
        && is_unsaid
        && is_list(&parameter["schema"], root)
        && texts.any(|text| says_commas(text, name))
}

/// Returns `true` if a schema is a list, or a union of a list and `null`.
fn is_list(schema: &Value, root: &Value) -> bool {
    let target = schema["$ref"].as_str();
    let target = target.and_then(|target| references::find(root, target));
    let schema = target.unwrap_or(schema);
    let is_named = |kind: &Value| match kind {
        Value::Array(kinds) => kinds.iter().any(|kind| kind == "array"),
        kind => kind == "array",
    };
    let members = ["anyOf", "oneOf", "allOf"].map(|key| schema[key].as_array());
    let mut members = members.into_iter().flatten().flatten();
    is_named(&schema["type"]) || members.any(|member| is_named(&member["type"]))
}

/// Returns `true` if a description states that commas separate the values of a parameter.
fn says_commas(description: &str, name: &str) -> bool {
    let text = description.to_lowercase();
    let name = name.trim_end_matches("[]").to_lowercase();
    let has_next = text.contains(&format!("&{name}="));
    let repeats = has_next && text.matches(&format!("{name}=")).count() > 1;
    let words = [
        "comma-separated",
        "comma separated",
        "comma-delimited",
        "comma delimited",
        "commas between",
        "joined by commas",
        "joined with commas",
        "separated by a comma",
        "separated by comma",
        "separated with comma",
    ];
    let is_said = words.iter().any(|words| text.contains(words));
    !repeats && (is_said || is_shown(&text, &name))
}

/// Returns `true` if a text shows a value with a comma: `?name=a,b`.
fn is_shown(text: &str, name: &str) -> bool {
    let assignment = format!("{name}=");
    let uses = text.match_indices(&assignment);
    let mut values = uses.filter_map(|(start, _)| {
        let before = text[..start].chars().next_back();
        let is_whole = before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '-');
        is_whole.then(|| &text[start + assignment.len()..])
    });
    values.any(|value| {
        let end = value.find(|c: char| c.is_whitespace() || "&`'\")<>".contains(c));
        let value = &value[..end.unwrap_or(value.len())];
        // A trailing comma belongs to the sentence.
        value
            .replace("%2c", ",")
            .trim_end_matches(',')
            .contains(',')
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;
    use super::*;

    fn is_fixed(parameter: &str) -> bool {
        let (root, fixed) = run(
            &QUIRK,
            &format!(
                "paths:\n  /pets:\n    get:\n      parameters: [{{in: query, name: ids, {parameter}}}]\n\
                 components:\n  schemas:\n    Ids: {{type: array}}\n"
            ),
        );
        let parameter = &root["paths"]["/pets"]["get"]["parameters"][0];
        let is_joined = parameter["explode"] == false;
        assert_eq!(fixed.len(), usize::from(is_joined), "{parameter}");
        is_joined
    }

    #[test]
    fn a_list_whose_text_says_commas_is_joined_by_commas() {
        for parameter in [
            "description: 'Comma-separated ids.', schema: {type: array}",
            "description: 'Such as `?ids=1,2`', schema: {type: [array, 'null']}",
            "description: 'For example: /pets?kind=cat&ids=a%2Cb', schema: {anyOf: [{type: array}, {type: 'null'}]}",
            "schema: {type: array, description: 'Ids, separated by commas'}",
            "description: A comma separated list, schema: {$ref: '#/components/schemas/Ids'}",
        ] {
            assert!(is_fixed(parameter), "{parameter}");
        }
    }

    #[test]
    fn other_parameters_stay_as_they_are() {
        for parameter in [
            "description: 'Ids, or names, or both.', schema: {type: array}",
            "description: Comma-separated ids, schema: {type: string}",
            "description: Comma-separated ids, explode: true, schema: {type: array}",
            "description: 'With `?ids=1, the first', schema: {type: array}",
            "description: 'Not comma-separated: `?ids=1&ids=2`', schema: {type: array}",
            "description: 'As `?bids=1,2`', schema: {type: array}",
        ] {
            assert!(!is_fixed(parameter), "{parameter}");
        }
    }
}
