//! Tags in a nested list, with a prefix of the documentation tool.
//!
//! ```yaml
//! tags:
//!   - - subpackage_indexes
//!     - subpackage_indexes/indexedAssets      # should be: - indexes/indexedAssets
//! ```
//!
//! OpenAPI's tags are a list of strings. The inner list is one breadcrumb, from the outermost group
//! to the operation's group, and its last entry contains all others. Other exports join the
//! breadcrumb with dots: `subpackage_indexes.subpackage_indexes/indexedAssets`, or write only the
//! names of the groups: `indexes > indexedAssets`. `[[]]` is an operation without a group.

use serde_json::Value;

use super::{Context, Fixed, Quirk, group_path};
use crate::walk;

pub(super) const QUIRK: Quirk = Quirk {
    name: "nested-tags",
    summary: "tags nested in a list",
    fix,
};

fn fix(root: &mut Value, _: &Context<'_>, fixed: &mut Fixed) {
    walk::operations_mut(root, &mut |key, operation| {
        let Some(Value::Array(tags)) = operation.get("tags") else {
            return;
        };
        let flat: Vec<Value> = tags.iter().filter_map(flatten).collect();
        if flat != *tags {
            if flat.is_empty() {
                operation.shift_remove("tags");
            } else {
                operation.insert("tags".to_owned(), Value::Array(flat));
            }
            fixed.at(key.pointer_to(&["tags"]));
        }
    });
    let described = root.get_mut("tags").and_then(Value::as_array_mut);
    for (index, tag) in described.into_iter().flatten().enumerate() {
        let Some(name) = tag.get_mut("name") else {
            continue;
        };
        if let Some(flat) = flatten(name).filter(|flat| flat != name) {
            *name = flat;
            fixed.at(format!("/tags/{index}/name"));
        }
    }
}

/// Returns the innermost group of a breadcrumb as one tag.
fn flatten(tag: &Value) -> Option<Value> {
    let name = match tag {
        Value::Array(breadcrumb) => breadcrumb.last()?,
        plain => plain,
    };
    Some(group_path(name.as_str()?).join("/").into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::run;
    use super::QUIRK;

    #[test]
    fn a_described_tag_has_the_name_of_the_tag_of_operations() {
        let (root, fixed) = run(
            &QUIRK,
            "tags:\n  - {name: subpackage_pets/toys, description: Toys.}\n  - {name: pets}\npaths: {}\n",
        );
        assert_eq!(fixed, ["/tags/0/name"]);
        let expected = json!([{"name": "pets/toys", "description": "Toys."}, {"name": "pets"}]);
        assert_eq!(root["tags"], expected);
    }

    fn tags_of(tags: &str) -> serde_json::Value {
        let specification = format!("paths:\n  /pets:\n    get:\n      tags: {tags}\n");
        let (root, fixed) = run(&QUIRK, &specification);
        assert_eq!(fixed, ["/paths/~1pets/get/tags"]);
        root["paths"]["/pets"]["get"]
            .get("tags")
            .cloned()
            .unwrap_or_default()
    }

    #[test]
    fn the_innermost_group_is_the_tag() {
        assert_eq!(tags_of("[[subpackage_pets]]"), json!(["pets"]));
        assert_eq!(
            tags_of("[[subpackage_pets, subpackage_pets/toys]]"),
            json!(["pets/toys"])
        );
    }

    #[test]
    fn a_breadcrumb_in_one_text_is_its_innermost_group() {
        assert_eq!(
            tags_of("[subpackage_cardPayments.subpackage_cardPayments/payments]"),
            json!(["cardPayments/payments"])
        );
        assert_eq!(tags_of("[subpackage_pets]"), json!(["pets"]));
        assert_eq!(tags_of("[pets > toys > balls]"), json!(["pets/toys/balls"]));
    }

    #[test]
    fn an_operation_without_a_group_has_no_tag() {
        assert_eq!(tags_of("[[]]"), json!(null));
    }
}
