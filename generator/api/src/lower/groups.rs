//! The descriptions of groups, which are those of tags.

use std::collections::{BTreeMap, BTreeSet};

use ::names::snake_case;
use openapi::tree::Tag;

use super::operations::{Exchange, Names};
use crate::Docs;

/// Returns the descriptions of groups whose operations all have one described tag.
pub(super) fn described(
    operations: &[(Names, Exchange<'_>)],
    tags: &[Tag],
) -> BTreeMap<Vec<String>, Docs> {
    let mut used: BTreeMap<&[String], BTreeSet<Option<&str>>> = BTreeMap::new();
    for (names, exchange) in operations {
        let tag = exchange.source().tag.as_deref();
        used.entry(names.group()).or_default().insert(tag);
    }
    let tags: BTreeMap<&str, &Tag> = tags.iter().map(|tag| (tag.name.as_str(), tag)).collect();
    let described = used.into_iter().filter_map(|(group, names)| {
        let name = match names.into_iter().collect::<Vec<_>>().as_slice() {
            [Some(only)] if !group.is_empty() => *only,
            _ => return None,
        };
        let docs = docs(tags.get(name)?);
        (!docs.is_empty()).then(|| (group.to_vec(), docs))
    });
    described.collect()
}

/// Returns the description of a tag, after its title if that differs from the name.
fn docs(tag: &Tag) -> Docs {
    let title = match snake_case(&tag.title) == snake_case(&tag.name) {
        true => Docs::default(),
        false => Docs::inline(tag.title.trim()),
    };
    Docs::blocks([title, Docs::page(tag.description.trim())])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::lower::lowered;

    #[test]
    fn a_group_has_the_description_of_the_tag_of_all_its_operations() {
        let operation = |id: &str, group: &str, tags: &[&str]| json!({"get": {"operationId": id, "tags": tags, "x-fern-sdk-group-name": [group]}});
        let (api, _) = lowered(&json!({
            "tags": [
                {"name": "pets", "x-displayName": "Pets", "description": "All *pets*."},
                {"name": "pm", "x-displayName": "Payment methods", "description": "Cards."},
                {"name": "mixed", "description": "Some."},
            ],
            "paths": {
                "/a": operation("pets_a", "pets", &["pets"]),
                "/b": operation("pets_b", "pets", &["pets", "mixed"]),
                "/c": operation("pm_c", "pm", &["pm"]),
                "/d": operation("mixed_d", "mixed", &["mixed"]),
                "/e": operation("mixed_e", "mixed", &["pets"]),
            },
        }));
        let docs = api.group_docs.iter();
        let docs: Vec<_> = docs
            .map(|(group, docs)| (group.join("/"), docs.as_str()))
            .collect();
        let expected = [
            ("pets".to_owned(), "All *pets*."),
            ("pm".to_owned(), "Payment methods\n\nCards."),
        ];
        assert_eq!(docs, expected);
    }
}
