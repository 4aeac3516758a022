//! Decides on the one key that the client sends.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::Document;
use crate::walk;
use pages::pointer;
use pages::{Code, Problem};

/// A key that a document describes.
struct Scheme<'a> {
    name: &'a str,
    scheme: &'a Value,
    documents: Vec<&'a Document>,
}

/// Returns the name and the scheme of the key that most documents ask for. What
/// the client does not send although a document describes it is a warning, and
/// so is an API that describes no key.
pub(super) fn choose(
    documents: &[Document],
    warnings: &mut Vec<Problem>,
) -> Option<(String, Value)> {
    let mut schemes: Vec<Scheme<'_>> = Vec::new();
    let mut reported: BTreeSet<&str> = BTreeSet::new();
    for document in documents {
        let mut offered = offered(document).into_iter();
        let Some((name, scheme)) = offered.next() else {
            continue;
        };
        for (other, _) in offered.filter(|(_, other)| !is_same(scheme, other)) {
            // An alternative on all pages is one warning.
            if !reported.insert(other) {
                continue;
            }
            warnings.push(
                Problem::new(
                    Code::OtherKey,
                    format!(
                        "the API also knows the key `{other}`: the client sends `{name}` alone"
                    ),
                )
                .at(document.place(&pointer::of(&["components", "securitySchemes", other])))
                .advice("remove the one that is not meant with an action in `overlay.yaml`"),
            );
        }
        match schemes
            .iter_mut()
            .find(|known| is_same(known.scheme, scheme))
        {
            Some(known) => known.documents.push(document),
            None => schemes.push(Scheme {
                name,
                scheme,
                documents: vec![document],
            }),
        }
    }
    schemes.sort_by_cached_key(|known| {
        let pages = known.documents.len();
        (std::cmp::Reverse(pages), known.scheme.to_string())
    });
    let mut schemes = schemes.into_iter();
    let Some(chosen) = schemes.next() else {
        warnings.push(
            Problem::new(Code::NoKey, "no page names a key: the client works without one, and sends it as a bearer token where it is given one")
                .at(documents[0].place("/paths"))
                .advice("add a security scheme to the document with an action in `overlay.yaml`"),
        );
        return None;
    };
    for document in schemes.flat_map(|other| other.documents) {
        warnings.push(
            Problem::new(
                Code::OtherKey,
                "the page asks for another key than most pages do",
            )
            .at(document.place("/paths"))
            .advice("the client sends the key that most pages ask for"),
        );
    }
    Some((chosen.name.to_owned(), chosen.scheme.clone()))
}

/// Returns `true` if two schemes send a key in the same way.
fn is_same(one: &Value, other: &Value) -> bool {
    let is_same_part = |part| {
        let text = |scheme: &Value| scheme[part].as_str().map(str::to_lowercase);
        text(one) == text(other)
    };
    let prefix = |scheme: &Value| scheme["x-fern-header"]["prefix"].clone();
    ["type", "scheme", "in", "name"]
        .into_iter()
        .all(is_same_part)
        && prefix(one) == prefix(other)
}

/// Returns the schemes of a document, those that it asks for first, and of those
/// the ones that a client can send without the help of a browser.
fn offered(document: &Document) -> Vec<(&str, &Value)> {
    let root = &document.root;
    let Some(defined) = root["components"]["securitySchemes"].as_object() else {
        return Vec::new();
    };
    let operations = walk::operations(root).filter_map(|(.., object)| object.get("security"));
    let required: Vec<&str> = operations
        .chain([&root["security"]])
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(Value::as_object)
        .flat_map(|requirement| requirement.keys().map(String::as_str))
        .collect();
    let mut seen = BTreeSet::new();
    let mut offered: Vec<(&str, &Value)> = required
        .iter()
        .copied()
        .filter(|name| seen.insert(*name))
        .filter_map(|name| Some((name, defined.get(name)?)))
        .collect();
    if offered.is_empty() {
        offered = defined
            .iter()
            .map(|(name, scheme)| (name.as_str(), scheme))
            .collect();
    }
    // A key without a name could not be sent, and a certificate is none.
    offered.retain(|(_, scheme)| match scheme["type"].as_str() {
        Some("apiKey") => scheme["name"].as_str().is_some_and(|name| !name.is_empty()),
        Some("http" | "oauth2" | "openIdConnect") => true,
        _ => false,
    });
    offered.sort_by_key(|(_, scheme)| !matches!(scheme["type"].as_str(), Some("apiKey" | "http")));
    offered
}

#[cfg(test)]
mod tests {
    use super::*;
    use pages::SourceFile;
    use pages::page;

    fn chosen(components: &str) -> (Option<String>, Vec<String>) {
        let text = format!(
            "openapi: 3.0.0\nsecurity: [{{query: []}}, {{header: []}}]\n\
             paths:\n  /pets:\n    get: {{responses: {{}}}}\ncomponents: {components}\n"
        );
        let pages = page::read(&[SourceFile::new("a.yaml", &text)]).expect("a document");
        let document = Document::parse(&pages.pages[0]).expect("OpenAPI");
        let mut warnings = Vec::new();
        let name = choose(&[document], &mut warnings).map(|(name, _)| name);
        (name, warnings.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_key_is_the_first_that_is_asked_for() {
        let (name, warnings) = chosen(
            "{securitySchemes: {unused: {type: http, scheme: basic}, \
             query: {type: apiKey, in: query, name: key}}}",
        );
        assert_eq!(name.as_deref(), Some("query"));
        assert!(warnings.is_empty(), "{warnings:?}");
    }

    #[test]
    fn another_key_is_a_warning() {
        let (name, warnings) = chosen(
            "{securitySchemes: {query: {type: oauth2}, \
             header: {type: apiKey, in: header, name: key}}}",
        );
        assert_eq!(name.as_deref(), Some("header"));
        assert_eq!(
            warnings,
            ["the API also knows the key `query`: the client sends `header` alone"]
        );
    }

    #[test]
    fn no_key_is_a_warning() {
        let (name, warnings) = chosen("{}");
        assert_eq!(name, None);
        assert_eq!(warnings.len(), 1);
    }
}
