//! The descriptions of tags, which are those of the groups of operations.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::document::Document;
use crate::extensions::TAG_TITLE;
use crate::walk;

/// Returns the described tags of operations, sorted by name. Of different descriptions, the most
/// frequent one is used.
pub(super) fn merge(documents: &[Document]) -> Vec<Value> {
    let mut described: BTreeMap<String, BTreeMap<String, (usize, Value)>> = BTreeMap::new();
    for document in documents {
        let operations = walk::operations(&document.root);
        let used: BTreeSet<&str> = operations
            .filter_map(|(.., operation)| operation.get("tags")?.get(0)?.as_str())
            .collect();
        for tag in document.root["tags"].as_array().into_iter().flatten() {
            let Some(name) = tag["name"].as_str().filter(|name| used.contains(name)) else {
                continue;
            };
            let texts = ["description", TAG_TITLE].map(|key| (key, tag[key].as_str()));
            let mut own = json!({ "name": name });
            for (key, text) in texts {
                if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
                    own[key] = text.into();
                }
            }
            if own.as_object().is_some_and(|own| own.len() > 1) {
                let same = described.entry(name.to_owned()).or_default();
                same.entry(own.to_string()).or_insert((0, own)).0 += 1;
            }
        }
    }
    let tags = described.into_values().filter_map(|descriptions| {
        // Of equally frequent descriptions, the first one by its text is used.
        let descriptions = descriptions.into_values().rev();
        let (_, tag) = descriptions.max_by_key(|(count, _)| *count)?;
        Some(tag)
    });
    tags.collect()
}

#[cfg(test)]
mod tests {
    use pages::{SourceFile, page};

    use super::*;

    fn document(tags: &str) -> Document {
        let text = format!(
            "openapi: 3.1.0\ntags: {tags}\npaths:\n  /pets:\n    \
             get: {{tags: [pets], responses: {{}}}}\n"
        );
        let pages = page::read(&[SourceFile::new("page.yaml", &text)]).expect("a document");
        Document::parse(&pages.pages[0]).expect("OpenAPI")
    }

    #[test]
    fn the_most_frequent_description_of_a_tag_is_used() {
        let documents = [
            "[{name: pets, description: A.}]",
            "[{name: pets, description: B., x-displayName: All pets}]",
            "[{name: pets, description: B., x-displayName: All pets}, {name: unused, description: C.}]",
            "[{name: pets}]",
        ]
        .map(document);
        let expected = json!({"name": "pets", "description": "B.", "x-displayName": "All pets"});
        assert_eq!(merge(&documents), [expected]);
    }
}
