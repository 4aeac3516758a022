//! Names the groups of pages whose names come only from their links. The group is taken from other
//! pages below the same link, if they have another format or SDK samples.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::document::Document;
use crate::loss::LossKind;
use crate::quirks::known_group;
use crate::walk;

/// Sets the group of pages without SDK samples to that of the pages below the same link.
pub(super) fn name(documents: &mut [Document]) {
    let mut known: BTreeMap<String, BTreeSet<Vec<String>>> = BTreeMap::new();
    for document in documents.iter().filter(|document| !is_guessed(document)) {
        if let (Some(folder), Some(group)) = (folder(document), known_group(&document.root)) {
            known.entry(folder).or_default().insert(group);
        }
    }
    for document in documents.iter_mut().filter(|document| is_guessed(document)) {
        let groups = folder(document).and_then(|folder| known.get(&folder));
        // A link with several groups is ambiguous.
        let Some(groups) = groups.filter(|groups| groups.len() == 1) else {
            continue;
        };
        let group = json!(groups.first());
        walk::operations_mut(&mut document.root, &mut |_, operation| {
            operation.insert("x-fern-sdk-group-name".to_owned(), group.clone());
        });
    }
}

/// Returns `true` if only the link of a page names its operation.
fn is_guessed(document: &Document) -> bool {
    document.loses(LossKind::Names)
}

/// Returns the link to a page without its last segment.
fn folder(document: &Document) -> Option<String> {
    let reference = document.page.reference.as_deref()?;
    let address = reference.split(['?', '#']).next().unwrap_or(reference);
    let (folder, _) = address.trim_end_matches('/').rsplit_once('/')?;
    Some(folder.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use pages::SourceFile;
    use pages::page;

    fn group(document: &Document) -> Value {
        let operation = walk::operations(&document.root).next();
        operation.map_or(Value::Null, |(.., operation)| {
            operation["x-fern-sdk-group-name"].clone()
        })
    }

    #[test]
    fn pages_below_one_link_are_in_one_group() {
        let page = |name: &str, link: &str, samples: &str| {
            let text = format!(
                "# A page\n\nGET https://a.example/{name}\n\nReference: https://docs.a.example/reference/{link}\n\n\
                 ## Response\n\n### 200\n\n- `any`\n\n## Examples\n\n{samples}"
            );
            SourceFile::new(&format!("{name}.md"), &text)
        };
        let sample = |group: &str| format!("```typescript\nawait client.{group}.list();\n```\n");
        let files = [
            page("a", "shop-pets/list", &sample("pets")),
            page("b", "shop-pets/upload", ""),
            page("c", "toys/list", &sample("toys")),
            page("d", "toys/all", &sample("games")),
            page("e", "toys/upload", ""),
        ];
        let pages = page::read(&files).expect("pages");
        let documents =
            Document::parse_all(pages, &Default::default(), &mut Vec::new()).expect("documents");
        let groups: Vec<Value> = documents.iter().map(group).collect();
        assert_eq!(
            groups,
            [
                json!(["pets"]),
                json!(["pets"]),
                json!(["toys"]),
                json!(["games"]),
                json!(["toys"])
            ]
        );
    }
}
