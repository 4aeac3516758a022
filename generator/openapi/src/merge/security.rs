//! Decides on the one key that the client sends.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::Document;
use crate::token::is_token;
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
///
/// # Errors
///
/// When the key is in a header or a cookie that cannot have its name.
pub(super) fn choose(
    documents: &[Document],
    warnings: &mut Vec<Problem>,
) -> Result<Option<(String, Value)>, Problem> {
    let mut schemes: Vec<Scheme<'_>> = Vec::new();
    let mut reported: BTreeSet<&str> = BTreeSet::new();
    left_out(documents, warnings);
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
        return Ok(None);
    };
    check_name(&chosen)?;
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
    Ok(Some((chosen.name.to_owned(), chosen.scheme.clone())))
}

/// HTTP authentication that computes what it sends from a challenge or from the request.
const COMPUTED: [&str; 11] = [
    "concealed",
    "digest",
    "dpop",
    "gnap",
    "hoba",
    "mutual",
    "negotiate",
    "ntlm",
    "oauth",
    "scram-sha-1",
    "scram-sha-256",
];

/// Returns the HTTP authentication of a scheme that the client cannot do.
fn computed(scheme: &Value) -> Option<&str> {
    let name = scheme["scheme"]
        .as_str()
        .filter(|_| scheme["type"] == "http")?;
    let lower = name.to_ascii_lowercase();
    let is_sent = name.is_empty() || is_token(name) && !COMPUTED.contains(&lower.as_str());
    (!is_sent).then_some(name)
}

/// Warns of each kind of authentication that the client cannot do, once.
fn left_out(documents: &[Document], warnings: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    for document in documents {
        let schemes = document.root["components"]["securitySchemes"].as_object();
        for (key, scheme) in schemes.into_iter().flatten() {
            let Some(name) = computed(scheme).filter(|name| seen.insert(*name)) else {
                continue;
            };
            let message = format!("the client cannot do HTTP authentication of the kind `{name}`");
            warnings.push(
                Problem::new(Code::AuthenticationLeftOut, message)
                    .at(document.place(&pointer::of(&["components", "securitySchemes", key])))
                    .advice(
                        "use another scheme of the API, or set the header of each call yourself",
                    ),
            );
        }
    }
}

/// Checks that a request can have the header or the cookie of a key.
fn check_name(key: &Scheme<'_>) -> Result<(), Problem> {
    let name = key.scheme["name"].as_str().unwrap_or_default();
    let holder = match (key.scheme["type"].as_str(), key.scheme["in"].as_str()) {
        (Some("apiKey"), Some("query")) | (Some("http" | "oauth2" | "openIdConnect"), _) => {
            return Ok(());
        }
        (_, Some("cookie")) => "cookie",
        _ => "header",
    };
    // Requests have these for themselves.
    let is_own = ["content-length", "content-type", "host"];
    let is_own = is_own.iter().any(|own| name.eq_ignore_ascii_case(own));
    if is_token(name) && name.len() <= LONGEST_NAME && !is_own {
        return Ok(());
    }
    let shown: String = name.chars().take(LONGEST_NAME).collect();
    let document = key.documents[0];
    let pointer = pointer::of(&["components", "securitySchemes", key.name]);
    Err(Problem::new(
        Code::InvalidStructure,
        format!("no {holder} for the key can be called `{shown}`"),
    )
    .at(document.place(&pointer))
    .advice("correct the name of the key, in the page or with an action in `overlay.yaml`"))
}

/// The longest name of a header.
const LONGEST_NAME: usize = 256;

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
        Some("http") => computed(scheme).is_none(),
        Some("oauth2" | "openIdConnect") => true,
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
        let (chosen, warnings) = choice(components);
        let name = chosen.expect("the key can be sent").map(|(name, _)| name);
        (name, warnings.iter().map(ToString::to_string).collect())
    }

    type Chosen = Result<Option<(String, Value)>, Problem>;

    fn choice(components: &str) -> (Chosen, Vec<Problem>) {
        let text = format!(
            "openapi: 3.0.0\nsecurity: [{{query: []}}, {{header: []}}]\n\
             paths:\n  /pets:\n    get: {{responses: {{}}}}\ncomponents: {components}\n"
        );
        let pages = page::read(&[SourceFile::new("a.yaml", &text)]).expect("a document");
        let document = Document::parse(&pages.pages[0]).expect("OpenAPI");
        let mut warnings = Vec::new();
        (choose(&[document], &mut warnings), warnings)
    }

    #[test]
    fn authentication_that_is_computed_is_left_out() {
        let (name, warnings) = chosen(
            "{securitySchemes: {query: {type: http, scheme: Digest}, \
             header: {type: http, scheme: Token}}}",
        );
        assert_eq!(name.as_deref(), Some("header"));
        assert_eq!(
            warnings,
            ["the client cannot do HTTP authentication of the kind `Digest`"]
        );
        let (name, warnings) = chosen("{securitySchemes: {query: {type: http, scheme: 'a b'}}}");
        assert_eq!(name, None);
        assert_eq!(warnings.len(), 2);
    }

    #[test]
    fn a_key_has_the_name_of_a_header() {
        for name in ["X Api Key", "X:Key", "Schlüssel", "Host"] {
            let (chosen, _) = choice(&format!(
                "\n  securitySchemes:\n    header: {{type: apiKey, in: header, name: '{name}'}}"
            ));
            let problem = chosen.expect_err(name);
            assert_eq!(
                problem.message(),
                format!("no header for the key can be called `{name}`")
            );
            assert_eq!(problem.place().map(pages::Place::line), Some(8));
        }
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
