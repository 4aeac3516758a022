//! The types of committed documents are those of committed clients.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use openapi::Tree;
use openapi::tree::{MediaType, Schema};

use super::text::type_text;
use super::{Context, lower, reached};
use crate::{TypeDef, TypeId};

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path);
    fs::read_to_string(path).expect("the file is committed")
}

/// Collects what the operations say of the schemas.
fn context(tree: &Tree) -> Context {
    let mut context = Context::default();
    for operation in &tree.operations {
        for parameter in &operation.parameters {
            reached(&parameter.schema, &tree.schemas, &mut context.sent);
        }
        let content = operation.body.iter().flat_map(|body| &body.content);
        for (media_type, content) in content {
            let schema = content.schema.clone().unwrap_or_default();
            reached(&schema, &tree.schemas, &mut context.sent);
            reached(&schema, &tree.schemas, &mut context.in_bodies);
            if media_type == "multipart/form-data" {
                context.forms.extend(form(&schema, content));
            }
        }
        let responses = operation.responses.values();
        for content in responses.flat_map(|response| &response.content) {
            for schema in content
                .values()
                .filter_map(|content| content.schema.as_ref())
            {
                reached(schema, &tree.schemas, &mut context.received);
            }
        }
    }
    context
}

fn form(schema: &Schema, content: &MediaType) -> Option<(String, BTreeSet<String>)> {
    let encoding = content.encoding.iter();
    let json = encoding.filter(|(_, media_type)| *media_type == "application/json");
    let json = json.map(|(field, _)| field.clone());
    Some((schema.reference.clone()?, json.collect()))
}

/// Returns the text of each type in a generated file, with its `impl` blocks.
fn types_of_file(text: &str) -> BTreeMap<String, String> {
    let mut types: BTreeMap<String, String> = BTreeMap::new();
    let mut last = String::new();
    // The first two are the file's header and its documentation.
    for item in text.split("\n\n").skip(2) {
        let item = item.trim_end();
        if item.starts_with("impl ") {
            let code = types.entry(last.clone()).or_default();
            code.push_str(&format!("\n{item}\n"));
        } else if !item.starts_with("use ") {
            let name = |keyword: &str| item.split(keyword).nth(1)?.split(' ').next();
            let name = name("pub struct ").or_else(|| name("pub enum "));
            last = name.expect("a type").to_owned();
            types.insert(last.clone(), format!("{item}\n"));
        }
    }
    types
}

fn text_of(ty: &TypeDef, types: &BTreeMap<TypeId, TypeDef>) -> String {
    type_text(ty, &|id| types.get(id).is_some_and(TypeDef::is_converted))
}

/// Returns code with the letters and digits of its documentation: what marks Markdown
/// is not decided here, and links to operations are added later.
fn plain(text: &str) -> String {
    let line = |line: &str| match line.trim_start().strip_prefix("///") {
        Some(docs) => {
            let mut parts = docs.split("](crate::operations::");
            let first = parts.next().unwrap_or_default();
            let rest = parts.map(|part| part.split_once(')').unwrap_or_default().1);
            let words = rest.fold(first.to_owned(), |words, part| words + part);
            format!(
                "/// {}\n",
                words.replace(|c: char| !c.is_alphanumeric(), "")
            )
        }
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// Compares the types of a document with those of a generated file.
fn compare(document: &str, file: &str) {
    let document = serde_json::from_str(document).expect("JSON");
    let tree = Tree::read(&document);
    let mut warnings = Vec::new();
    let types = lower(&tree.schemas, &context(&tree), &mut warnings);
    assert!(warnings.is_empty(), "{warnings:?}");
    let mut expected = types_of_file(file);
    for ty in types.values() {
        let expected = expected.remove(ty.id.as_str()).unwrap_or_default();
        assert_eq!(plain(&text_of(ty, &types)), plain(&expected));
    }
    assert_eq!(Vec::from_iter(expected.keys()), [""; 0]);
}

#[test]
fn the_committed_document_is_lowered_to_the_committed_types() {
    compare(
        &read("spec/openapi.json"),
        &read("generated-client/src/types.rs"),
    );
}

#[test]
fn the_pet_shop_is_lowered_to_its_types() {
    let snapshot = |name: &str| {
        let text = read(&format!("tests/cases/pet_shop/expected/{name}.snap"));
        let content = text.split_once("\n---\n").expect("a snapshot has a head").1;
        content.to_owned()
    };
    compare(&snapshot("openapi.json"), &snapshot("src__types.rs"));
}
