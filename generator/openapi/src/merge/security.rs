//! Decides which keys the client sends with which operations.
//!
//! Pages describe the same key under different names, and different keys under one name. Each key
//! gets one name in the merged document. Operations have a security requirement only if it differs
//! from that of most operations.

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use names::{Scope, numbered};
use serde_json::{Map, Value, json};

use crate::document::Document;
use crate::extensions::UNDESCRIBED;
use crate::quirks::header_of;
use crate::token::is_token;
use crate::walk;
use pages::pointer;
use pages::{Code, Problem};

/// The keys of the merged document.
pub(super) struct Security {
    /// `components.securitySchemes`
    pub(super) schemes: Map<String, Value>,
    /// `security`, the default for operations.
    pub(super) requirement: Value,
}

/// A key in the documents.
struct Scheme {
    name: String,
    scheme: Value,
    /// The reason why no request can have the key.
    problem: Option<Problem>,
}

/// The alternative sets of keys for an operation. Keys are positions in the list of schemes.
type Alternatives = Vec<Vec<usize>>;

/// The requirements of operations, by the position of the document and the pointer of the
/// operation.
type Stated = BTreeMap<(usize, String), Alternatives>;

/// Returns the keys, and rewrites the requirements of operations with the names of keys in the
/// merged document. The requirement of most operations is removed, because it is the default. Keys
/// that the client cannot send and APIs without a key are reported as warnings.
///
/// # Errors
///
/// If the key of most operations has a header or cookie name that is not valid.
pub(super) fn choose(
    documents: &mut [Document],
    warnings: &mut Vec<Problem>,
) -> Result<Option<Security>, Problem> {
    left_out(documents, warnings);
    describe(documents);
    settle_assumed(documents, warnings);
    unify_tokens(documents);
    let Requirements {
        mut schemes,
        mut stated,
        unstated,
    } = Requirements::of(documents);
    let Some(usual) = most_frequent(stated.values(), &schemes) else {
        warnings.push(no_key(documents));
        for document in documents {
            walk::operations_mut(&mut document.root, &mut |_, operation| {
                operation.shift_remove("security");
            });
        }
        return Ok(None);
    };
    for key in usual.iter().flatten() {
        if let Some(problem) = schemes[*key].problem.take() {
            return Err(problem);
        }
    }
    drop_unsendable(&mut stated, &mut schemes, warnings);
    // An operation without a requirement needs no key if other operations of its document have
    // requirements.
    let mut optional = usual.clone();
    if !optional.contains(&Vec::new()) {
        optional.push(Vec::new());
    }
    let unstated = unstated.into_iter();
    stated.extend(unstated.map(|operation| (operation, optional.clone())));
    name_apart(&usual, &mut schemes);
    let used = usual.iter().chain(stated.values().flatten()).flatten();
    let mut listed = Map::new();
    for key in used {
        let Scheme { name, scheme, .. } = &schemes[*key];
        listed.entry(name).or_insert_with(|| scheme.clone());
    }
    for (index, document) in documents.iter_mut().enumerate() {
        walk::operations_mut(&mut document.root, &mut |key, operation| {
            operation.shift_remove("security");
            let own = stated.get(&(index, key.pointer()));
            if let Some(own) = own.filter(|own| **own != usual) {
                operation.insert("security".to_owned(), written(own, &schemes));
            }
        });
    }
    Ok(Some(Security {
        requirement: written(&usual, &schemes),
        schemes: listed,
    }))
}

/// The keys of all documents, and the alternatives that operations state.
struct Requirements {
    schemes: Vec<Scheme>,
    stated: Stated,
    /// Operations without a requirement in documents that have requirements.
    unstated: BTreeSet<(usize, String)>,
}

impl Requirements {
    fn of(documents: &[Document]) -> Self {
        let (mut schemes, mut positions) = (Vec::new(), HashMap::new());
        let (mut stated, mut unstated) = (Stated::new(), BTreeSet::new());
        for (index, document) in documents.iter().enumerate() {
            let known = known(document, &mut schemes, &mut positions);
            let certificates = certificates(document);
            let root = document.root.get("security");
            let is_silent = !walk::operations(&document.root)
                .any(|(.., operation)| operation.contains_key("security"));
            for (path, method, operation) in walk::operations(&document.root) {
                let requirement = operation.get("security").or(root);
                let alternatives = match requirement.and_then(Value::as_array) {
                    Some(requirement) => resolved(requirement, &known, &certificates, &schemes),
                    // If a document has no requirements, each of its keys can be sent.
                    None if is_silent && !known.is_empty() => Some(in_order(
                        known.values().map(|key| vec![*key]).collect(),
                        &schemes,
                    )),
                    None => None,
                };
                let operation = (index, pointer::of(&["paths", path, method]));
                if let Some(alternatives) = alternatives {
                    stated.insert(operation, alternatives);
                } else if requirement.is_none() && !is_silent {
                    unstated.insert(operation);
                }
            }
        }
        Self {
            schemes,
            stated,
            unstated,
        }
    }
}

/// Returns the warning about documents without a key.
fn no_key(documents: &[Document]) -> Problem {
    let message = "no page describes authentication: the client sends a key only if the program \
                   sets one, as a bearer token";
    Problem::new(Code::NoKey, message)
        .at(documents[0].place("/paths"))
        .advice("add a security scheme to the document with an action in `overlay.yaml`")
}

/// Returns alternatives as a security requirement.
fn written(alternatives: &Alternatives, schemes: &[Scheme]) -> Value {
    let alternatives = alternatives.iter().map(|keys| {
        let keys = keys.iter();
        let keys = keys.map(|key| (schemes[*key].name.clone(), json!([])));
        Value::Object(keys.collect())
    });
    alternatives.collect()
}

/// Removes keys that are only assumed if another page states one. Otherwise, a key of which no page
/// shows the header is reported.
fn settle_assumed(documents: &mut [Document], warnings: &mut Vec<Problem>) {
    let is_stated = documents
        .iter()
        .any(|document| document.assumption().is_none() && defined(document).next().is_some());
    let mut assumed = documents
        .iter_mut()
        .filter(|document| document.assumption().is_some());
    if is_stated {
        for document in assumed {
            if let Some(root) = document.root.as_object_mut() {
                root.shift_remove("security");
            }
            let components = document.root.get_mut("components");
            let components = components.and_then(Value::as_object_mut);
            components.map(|components| components.shift_remove("securitySchemes"));
        }
        return;
    }
    let guess = assumed.find_map(|document| {
        let assumption = document.assumption().filter(|it| it.is_guess)?;
        Some(document.page.place(assumption.line))
    });
    if let Some(place) = guess {
        warnings.push(
            Problem::new(
                Code::NoKey,
                "no page describes how the key is sent: the client sends it as a bearer token",
            )
            .at(place)
            .advice("add a security scheme to the document with an action in `overlay.yaml`"),
        );
    }
}

/// Replaces keys without a description by the key that other pages describe for the same header, if
/// there is only one.
fn describe(documents: &mut [Document]) {
    let header = |scheme: &Value| header_of(scheme).map(str::to_ascii_lowercase);
    // The keys of each header.
    let mut described: HashMap<String, HashMap<WayOfSending, Value>> = HashMap::new();
    let sent = documents.iter().flat_map(|document| {
        let required = required(&document.root).into_iter();
        let required: HashSet<&str> = required.map(|(name, _)| name).collect();
        let is_sent = move |name: &str| required.is_empty() || required.contains(name);
        defined(document).filter(move |(name, _)| is_sent(name))
    });
    for (_, scheme) in sent {
        let is_described = scheme.get(UNDESCRIBED).is_none() && computed(scheme).is_none();
        if let Some(header) = header(scheme).filter(|_| is_described) {
            let keys = described.entry(header).or_default();
            let key = keys.entry(way_of_sending(scheme));
            key.or_insert_with(|| scheme.clone());
        }
    }
    for document in documents {
        let schemes = document.root.pointer_mut("/components/securitySchemes");
        let schemes = schemes.and_then(Value::as_object_mut).into_iter().flatten();
        for (_, scheme) in schemes {
            let mark = scheme
                .as_object_mut()
                .map(|it| it.shift_remove(UNDESCRIBED));
            if mark.flatten().is_none() {
                continue;
            }
            let same = header(scheme).and_then(|header| described.get(&header));
            let mut same = same.into_iter().flat_map(HashMap::values);
            if let (Some(only), None) = (same.next(), same.next()) {
                scheme.clone_from(only);
            }
        }
    }
}

/// Replaces bearer tokens of some documents by the OAuth token of others, because it is sent in the
/// same way. A document with both has two different keys.
fn unify_tokens(documents: &mut [Document]) {
    let is_bearer = |scheme: &Value| {
        let name = scheme["scheme"]
            .as_str()
            .filter(|_| scheme["type"] == "http");
        name.is_some_and(|name| name.eq_ignore_ascii_case("bearer"))
    };
    let is_token = |scheme: &Value| scheme["type"] == "oauth2";
    let mut tokens: HashMap<WayOfSending, Value> = HashMap::new();
    for document in &*documents {
        let schemes: Vec<&Value> = defined(document).map(|(_, scheme)| scheme).collect();
        let Some(token) = schemes.iter().find(|scheme| is_token(scheme)) else {
            continue;
        };
        if schemes.iter().any(|scheme| is_bearer(scheme)) {
            return;
        }
        tokens.insert(way_of_sending(token), (*token).clone());
    }
    let mut tokens = tokens.into_values();
    let (Some(token), None) = (tokens.next(), tokens.next()) else {
        return;
    };
    for document in documents {
        let schemes = document.root.pointer_mut("/components/securitySchemes");
        let schemes = schemes.and_then(Value::as_object_mut).into_iter().flatten();
        for (_, scheme) in schemes.filter(|(_, scheme)| is_bearer(scheme)) {
            scheme.clone_from(&token);
        }
    }
}

/// Returns the security schemes of a document by name.
fn defined(document: &Document) -> impl Iterator<Item = (&String, &Value)> {
    let schemes = document.root["components"]["securitySchemes"].as_object();
    schemes.into_iter().flatten()
}

/// Returns the keys of a document that a client can send without a browser, by name, and adds new
/// ones to `schemes`. Keys that are sent in the same way are one key, with one of `positions`.
fn known<'a>(
    document: &'a Document,
    schemes: &mut Vec<Scheme>,
    positions: &mut HashMap<WayOfSending, usize>,
) -> BTreeMap<&'a str, usize> {
    let mut known = BTreeMap::new();
    for (name, scheme) in defined(document) {
        // A key without a name cannot be sent, and a certificate is not a key.
        let is_sendable = match scheme["type"].as_str() {
            Some("apiKey") => scheme["name"].as_str().is_some_and(|name| !name.is_empty()),
            Some("http") => computed(scheme).is_none(),
            Some("oauth2" | "openIdConnect") => true,
            _ => false,
        };
        if !is_sendable {
            continue;
        }
        let key = match positions.entry(way_of_sending(scheme)) {
            Entry::Occupied(position) => {
                let key = *position.get();
                add_scopes(&mut schemes[key].scheme, scheme);
                key
            }
            Entry::Vacant(position) => {
                schemes.push(Scheme {
                    name: name.clone(),
                    scheme: scheme.clone(),
                    problem: check_name(document, name, scheme),
                });
                *position.insert(schemes.len() - 1)
            }
        };
        known.insert(name.as_str(), key);
    }
    known
}

/// Adds the scopes of another page, because each page can list only those of its operation.
fn add_scopes(scheme: &mut Value, other: &Value) {
    for (flow, described) in other["flows"].as_object().into_iter().flatten() {
        let known = scheme.pointer_mut(&pointer::of(&["flows", flow, "scopes"]));
        let known = known.and_then(Value::as_object_mut);
        if let (Some(known), Some(scopes)) = (known, described["scopes"].as_object()) {
            for (scope, text) in scopes {
                known.entry(scope).or_insert_with(|| text.clone());
            }
        }
    }
}

/// Returns the names of the schemes of a document that are client certificates. They belong to the
/// connection, so requests do not have them.
fn certificates(document: &Document) -> BTreeSet<&str> {
    defined(document)
        .filter(|(_, scheme)| scheme["type"] == "mutualTLS")
        .map(|(name, _)| name.as_str())
        .collect()
}

/// Returns the alternatives of a requirement that the client can send, or `None` if there are none.
fn resolved(
    requirement: &[Value],
    known: &BTreeMap<&str, usize>,
    certificates: &BTreeSet<&str>,
    schemes: &[Scheme],
) -> Option<Alternatives> {
    let alternatives = requirement.iter().filter_map(|keys| {
        let keys = keys.as_object()?.keys();
        let keys = keys.filter(|name| !certificates.contains(name.as_str()));
        let keys: Option<Vec<usize>> = keys.map(|name| known.get(name.as_str()).copied()).collect();
        keys
    });
    let alternatives = in_order(alternatives.collect(), schemes);
    (requirement.is_empty() || !alternatives.is_empty()).then_some(alternatives)
}

/// Sorts alternatives: those without a token come first, and the one without a key is last.
/// Duplicates are removed.
fn in_order(mut alternatives: Alternatives, schemes: &[Scheme]) -> Alternatives {
    let mut seen = BTreeSet::new();
    alternatives.retain(|keys| seen.insert(keys.clone()));
    let is_plain = |key: &usize| {
        let kind = schemes[*key].scheme["type"].as_str();
        matches!(kind, Some("apiKey" | "http"))
    };
    alternatives.sort_by_key(|keys| (keys.is_empty(), !keys.iter().all(is_plain)));
    alternatives
}

/// Returns the most frequent alternatives of operations with a key.
fn most_frequent<'a>(
    stated: impl Iterator<Item = &'a Alternatives>,
    schemes: &[Scheme],
) -> Option<Alternatives> {
    let mut counts: BTreeMap<&Alternatives, usize> = BTreeMap::new();
    for alternatives in stated.filter(|keys| keys.iter().any(|keys| !keys.is_empty())) {
        *counts.entry(alternatives).or_default() += 1;
    }
    let text = |alternatives: &Alternatives| -> Vec<String> {
        let keys = alternatives.iter().flatten();
        keys.map(|key| schemes[*key].scheme.to_string()).collect()
    };
    let mut counts: Vec<_> = counts.into_iter().collect();
    // Ties do not depend on the order of pages.
    counts.sort_by_cached_key(|(alternatives, count)| (Reverse(*count), text(alternatives)));
    counts
        .first()
        .map(|(alternatives, _)| (*alternatives).clone())
}

/// Removes alternatives with a key that no request can have, with a warning.
fn drop_unsendable(stated: &mut Stated, schemes: &mut [Scheme], warnings: &mut Vec<Problem>) {
    let broken: BTreeSet<usize> = (0..schemes.len())
        .filter(|key| schemes[*key].problem.is_some())
        .collect();
    stated.retain(|_, alternatives| {
        let length = alternatives.len();
        alternatives.retain(|keys| !keys.iter().any(|key| broken.contains(key)));
        length == 0 || !alternatives.is_empty()
    });
    warnings.extend(schemes.iter_mut().filter_map(|scheme| {
        let problem = scheme.problem.take()?;
        let place = problem.place().cloned();
        let message = format!("the client does not send the key `{}`", scheme.name);
        let warning = Problem::new(Code::OtherKey, message).advice(problem.message());
        Some(match place {
            Some(place) => warning.at(place),
            None => warning,
        })
    }));
}

/// Renames different keys with the same name in different documents. The usual keys keep their
/// names.
fn name_apart(usual: &Alternatives, schemes: &mut [Scheme]) {
    let mut taken = Scope::default();
    let first = usual.iter().flatten().copied();
    let mut named = BTreeSet::new();
    for key in first.chain(0..schemes.len()) {
        if named.insert(key) {
            let name = &mut schemes[key].name;
            *name = taken.claim(numbered(name, "_"));
        }
    }
}

/// HTTP authentication schemes that compute credentials from a challenge or from the request.
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

/// Returns the HTTP authentication of a scheme if the client does not support it.
fn computed(scheme: &Value) -> Option<&str> {
    let name = scheme["scheme"]
        .as_str()
        .filter(|_| scheme["type"] == "http")?;
    let lower = name.to_ascii_lowercase();
    let is_sent = name.is_empty() || is_token(name) && !COMPUTED.contains(&lower.as_str());
    (!is_sent).then_some(name)
}

/// Warns once about each kind of authentication that the client does not support, and about each
/// requirement without a security scheme.
fn left_out(documents: &[Document], warnings: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    for document in documents {
        for (key, scheme) in defined(document) {
            let Some(reason) = unsupported(scheme).filter(|reason| seen.insert(reason.clone()))
            else {
                continue;
            };
            let place = document.place(&pointer::of(&["components", "securitySchemes", key]));
            let advice = "use another authentication scheme of the API, or set the header of \
                          each call yourself";
            let problem = Problem::new(Code::AuthenticationLeftOut, reason);
            warnings.push(problem.at(place).advice(advice));
        }
        let is_defined = |name: &str| defined(document).any(|(known, _)| known == name);
        for (name, pointer) in required(&document.root) {
            let reason = format!("no security scheme has the name `{name}`");
            if is_defined(name) || !seen.insert(reason.clone()) {
                continue;
            }
            let advice = "correct the name, or add the security scheme with an action in \
                          `overlay.yaml`";
            let problem = Problem::new(Code::AuthenticationLeftOut, reason);
            warnings.push(problem.at(document.place(&pointer)).advice(advice));
        }
    }
}

/// Returns the reason why the client does not support a security scheme.
fn unsupported(scheme: &Value) -> Option<String> {
    if let Some(name) = computed(scheme) {
        return Some(format!(
            "the client does not support the HTTP authentication scheme `{name}`"
        ));
    }
    match scheme["type"].as_str() {
        Some("apiKey" | "http" | "oauth2" | "openIdConnect" | "mutualTLS") | None => None,
        Some(other) => Some(format!("a security scheme has the unknown type `{other}`")),
    }
}

/// Returns the names of the security schemes that a document or its operations require, and the
/// pointers of the requirements.
fn required(root: &Value) -> Vec<(&str, String)> {
    let of_operations = walk::operations(root).map(|(path, method, operation)| {
        let pointer = pointer::of(&["paths", path, method, "security"]);
        (operation.get("security"), pointer)
    });
    let all = std::iter::once((root.get("security"), "/security".to_owned())).chain(of_operations);
    let named = all.flat_map(|(requirement, pointer)| {
        walk::required_schemes(requirement).map(move |name| (name, pointer.clone()))
    });
    named.collect()
}

/// Returns the problem of a key whose header or cookie name is not valid.
fn check_name(document: &Document, key: &str, scheme: &Value) -> Option<Problem> {
    let name = scheme["name"].as_str().unwrap_or_default();
    let holder = match (scheme["type"].as_str(), scheme["in"].as_str()) {
        (Some("apiKey"), Some("query")) | (Some("http" | "oauth2" | "openIdConnect"), _) => {
            return None;
        }
        (_, Some("cookie")) => "cookie",
        _ => "header",
    };
    // Requests already have these headers.
    let is_own = ["content-length", "content-type", "host"];
    let is_own = is_own.iter().any(|own| name.eq_ignore_ascii_case(own));
    if is_token(name) && name.len() <= LONGEST_NAME && !is_own {
        return None;
    }
    let shown: String = name.chars().take(LONGEST_NAME).collect();
    let pointer = pointer::of(&["components", "securitySchemes", key]);
    let problem = Problem::new(
        Code::InvalidStructure,
        format!("the name `{shown}` is not valid for the {holder} of the key"),
    );
    let advice = "correct the name of the key, in the page or with an action in `overlay.yaml`";
    Some(problem.at(document.place(&pointer)).advice(advice))
}

/// The maximum length of a header name.
const LONGEST_NAME: usize = 256;

/// The facts about a scheme that determine how its key is sent: `type`, `scheme`, `in`, and `name` in
/// lower case, and the prefix.
type WayOfSending = ([Option<String>; 4], Value);

fn way_of_sending(scheme: &Value) -> WayOfSending {
    let parts = ["type", "scheme", "in", "name"];
    let parts = parts.map(|part| scheme[part].as_str().map(str::to_lowercase));
    (parts, scheme["x-fern-header"]["prefix"].clone())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use pages::SourceFile;
    use pages::page;

    /// Returns the names of the keys that most operations require, and the warnings.
    fn chosen(components: &str) -> (Vec<String>, Vec<String>) {
        let (chosen, warnings) = choice(components);
        let keys = chosen
            .expect("the keys can be sent")
            .map(|it| it.requirement);
        let keys = keys
            .iter()
            .flat_map(|keys| keys.as_array().into_iter().flatten());
        let keys = keys.flat_map(|keys| keys.as_object().into_iter().flatten());
        let keys = keys.map(|(name, _)| name.clone()).collect();
        (keys, warnings.iter().map(ToString::to_string).collect())
    }

    type Chosen = Result<Option<Security>, Problem>;

    fn choice(components: &str) -> (Chosen, Vec<Problem>) {
        let text = format!(
            "openapi: 3.0.0\nsecurity: [{{query: []}}, {{header: []}}]\n\
             paths:\n  /pets:\n    get: {{responses: {{}}}}\ncomponents: {components}\n"
        );
        let (chosen, _, warnings) = merged(&[&text]);
        (chosen, warnings)
    }

    /// Returns the keys of documents, the requirements that their operations keep by path, and
    /// the warnings.
    fn merged(texts: &[&str]) -> (Chosen, Map<String, Value>, Vec<Problem>) {
        let documents = texts.iter().enumerate().map(|(index, text)| {
            let file = SourceFile::new(&format!("{index}.yaml"), text);
            let pages = page::read(&[file]).expect("a document");
            Document::parse(&pages.pages[0]).expect("OpenAPI")
        });
        let mut documents: Vec<Document> = documents.collect();
        let mut warnings = Vec::new();
        let chosen = choose(&mut documents, &mut warnings);
        let mut kept = Map::new();
        for document in &documents {
            for (path, _, operation) in walk::operations(&document.root) {
                if let Some(security) = operation.get("security") {
                    kept.insert(path.to_owned(), security.clone());
                }
            }
        }
        (chosen, kept, warnings)
    }

    fn document(security: &str, paths: &str) -> String {
        format!(
            "openapi: 3.0.0\nsecurity: {security}\npaths:\n{paths}components:\n  \
             securitySchemes:\n    a: {{type: apiKey, in: header, name: X-App}}\n    \
             b: {{type: apiKey, in: header, name: X-Key}}\n    o: {{type: oauth2}}\n"
        )
    }

    #[test]
    fn an_operation_keeps_a_requirement_of_its_own() {
        let text = document(
            "[{a: []}]",
            "  /a: {get: {responses: {}}}\n  /none: {get: {security: [], responses: {}}}\n  \
             /b: {get: {security: [{b: []}], responses: {}}}\n  \
             /same: {get: {security: [{a: []}], responses: {}}}\n",
        );
        let (chosen, kept, warnings) = merged(&[&text]);
        let chosen = chosen.expect("keys").expect("keys");
        assert_eq!(chosen.requirement, json!([{"a": []}]));
        let names: Vec<&String> = chosen.schemes.keys().collect();
        assert_eq!(names, ["a", "b"]);
        let expected = json!({"/none": [], "/b": [{"b": []}]});
        assert_eq!(Value::Object(kept), expected);
        assert!(warnings.is_empty(), "{warnings:?}");
    }

    #[test]
    fn beside_operations_with_requirements_one_without_works_without_a_key() {
        let text = "openapi: 3.0.0\npaths:\n  /me: {get: {security: [{a: []}], responses: {}}}\n  \
                    /login: {post: {responses: {}}}\ncomponents:\n  securitySchemes:\n    \
                    a: {type: apiKey, in: header, name: X-App}\n";
        let (chosen, kept, _) = merged(&[text]);
        let chosen = chosen.expect("keys").expect("keys");
        assert_eq!(chosen.requirement, json!([{"a": []}]));
        assert_eq!(Value::Object(kept), json!({"/login": [{"a": []}, {}]}));
    }

    /// Returns a document with one security scheme, which its operation requires.
    fn with_scheme(path: &str, scheme: &str) -> String {
        format!(
            "openapi: 3.0.0\nsecurity: [{{key: []}}]\npaths:\n  {path}: {{get: {{responses: {{}}}}}}\n\
             components:\n  securitySchemes:\n    key: {scheme}\n"
        )
    }

    fn token(scopes: &str) -> String {
        let flow = format!("{{tokenUrl: 'https://a.example/token', scopes: {scopes}}}");
        format!("{{type: oauth2, flows: {{clientCredentials: {flow}}}}}")
    }

    #[test]
    fn a_token_has_the_scopes_of_all_pages() {
        let texts = [("/a", "{read: r}"), ("/b", "{write: w}")];
        let texts = texts.map(|(path, scopes)| with_scheme(path, &token(scopes)));
        let (chosen, kept, _) = merged(&texts.each_ref().map(String::as_str));
        let schemes = chosen.expect("keys").expect("keys").schemes;
        let scopes = &schemes["key"]["flows"]["clientCredentials"]["scopes"];
        assert_eq!(*scopes, json!({"read": "r", "write": "w"}));
        assert!(kept.is_empty());
    }

    #[test]
    fn a_bearer_token_of_another_page_is_the_token_of_the_api() {
        let bearer = "{type: http, scheme: Bearer}";
        let texts = [with_scheme("/a", bearer), with_scheme("/b", &token("{}"))];
        let (chosen, kept, _) = merged(&texts.each_ref().map(String::as_str));
        let schemes = chosen.expect("keys").expect("keys").schemes;
        assert_eq!(schemes["key"]["type"], "oauth2");
        assert_eq!((schemes.len(), kept.len()), (1, 0));

        let both = format!("{}    other: {bearer}\n", with_scheme("/c", &token("{}")));
        let [bearer, _] = texts;
        let (chosen, kept, _) = merged(&[&bearer, &both]);
        let chosen = chosen.expect("keys").expect("keys");
        assert_eq!(
            (chosen.requirement.as_array().map(Vec::len), kept.len()),
            (Some(1), 1)
        );
    }

    /// Returns a page of structured prose whose sample has a constructor with this argument.
    fn sampled(name: &str, sections: &str, argument: &str) -> Arc<SourceFile> {
        let text = format!(
            "# Get\n\nGET https://api.example.com/{name}\n\n\
             Reference: https://docs.example.com/pets/{name}\n\n{sections}\
             ## Response\n\n### 200\n\n- `any`\n\n## Examples\n\n```python\n\
             client = Pets({argument})\nclient.pets.get()\n```\n"
        );
        SourceFile::new(&format!("{name}.md"), &text)
    }

    #[test]
    fn a_key_that_a_page_states_takes_precedence_over_that_of_a_constructor() {
        let stated = "## Authentication\n\n- `X-Key` header (required)\n\n";
        let keys = |arguments: &[(&str, &str)]| {
            let files = arguments.iter().zip(["a", "b"]);
            let files = files.map(|((sections, argument), name)| sampled(name, sections, argument));
            let pages = page::read(&files.collect::<Vec<_>>()).expect("pages").pages;
            let documents = pages
                .iter()
                .map(|page| Document::parse(page).expect("prose"));
            let mut documents: Vec<Document> = documents.collect();
            let mut warnings = Vec::new();
            let chosen = choose(&mut documents, &mut warnings).expect("a choice");
            let warnings = warnings.iter().map(|warning| {
                let line = warning.place().map_or(0, pages::Place::line);
                format!("{} {line}", warning.code())
            });
            let names = chosen.map(|chosen| chosen.schemes.keys().cloned().collect::<Vec<_>>());
            (
                names.unwrap_or_default().join(" "),
                warnings.collect::<Vec<_>>(),
            )
        };
        let none: [String; 0] = [];
        for argument in ["token='a'", "api_key='a'", "username='a', password='b'"] {
            let (names, warnings) = keys(&[(stated, argument), ("", argument)]);
            assert_eq!((names.as_str(), &warnings[..]), ("X-Key", &none[..]));
        }
        let (names, warnings) = keys(&[("", "token='a'")]);
        assert_eq!((names.as_str(), &warnings[..]), ("bearer", &none[..]));
        let (names, warnings) = keys(&[("", "token='a'"), ("", "api_key='a'")]);
        assert_eq!(
            (names.as_str(), &warnings[..]),
            ("bearer", &["no-key 16".to_owned()][..])
        );
        let (names, warnings) = keys(&[("", "")]);
        assert_eq!(
            (names.as_str(), &warnings[..]),
            ("", &["no-key 3".to_owned()][..])
        );
    }

    #[test]
    fn a_client_certificate_is_not_part_of_requests() {
        let text = "openapi: 3.1.0\nsecurity: [{tls: [], a: []}]\npaths:\n  \
                    /me: {get: {responses: {}}}\n  \
                    /tls: {get: {security: [{tls: []}], responses: {}}}\ncomponents:\n  \
                    securitySchemes:\n    tls: {type: mutualTLS}\n    \
                    a: {type: apiKey, in: header, name: X-App}\n";
        let (chosen, kept, _) = merged(&[text]);
        let chosen = chosen.expect("keys").expect("keys");
        assert_eq!(chosen.requirement, json!([{"a": []}]));
        assert_eq!(Value::Object(kept), json!({"/tls": [{}]}));
    }

    #[test]
    fn several_keys_and_alternatives_are_kept_and_tokens_come_last() {
        let operation = "  /a: {get: {responses: {}}}\n";
        for (security, expected) in [
            ("[{a: [], b: []}]", json!([{"a": [], "b": []}])),
            ("[{}, {o: []}, {a: []}]", json!([{"a": []}, {"o": []}, {}])),
        ] {
            let (chosen, ..) = merged(&[&document(security, operation)]);
            let chosen = chosen.expect("keys").expect("keys");
            assert_eq!(chosen.requirement, expected);
        }
    }

    #[test]
    fn keys_of_several_documents_are_told_apart_by_what_they_are() {
        let text = |path: &str, name: &str, header: &str| {
            format!(
                "openapi: 3.0.0\npaths:\n  {path}: {{get: {{security: [{{{name}: []}}], \
                 responses: {{}}}}}}\ncomponents: {{securitySchemes: {{{name}: \
                 {{type: apiKey, in: header, name: {header}}}}}}}\n"
            )
        };
        let texts = [
            text("/a", "key", "X-Key"),
            text("/b", "other", "x-key"),
            text("/c", "key", "X-Admin"),
        ];
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (chosen, kept, _) = merged(&texts);
        let chosen = chosen.expect("keys").expect("keys");
        assert_eq!(chosen.requirement, json!([{"key": []}]));
        assert_eq!(Value::Object(kept), json!({"/c": [{"key_2": []}]}));
        assert_eq!(chosen.schemes["key_2"]["name"], "X-Admin");
    }

    #[test]
    fn a_key_without_a_description_is_the_one_that_other_pages_describe_for_its_header() {
        let undescribed = "{type: apiKey, in: header, name: authorization, x-undescribed: true}";
        let text = |path: &str, scheme: &str| {
            format!(
                "openapi: 3.0.0\npaths:\n  {path}: {{get: {{responses: {{}}}}}}\n\
                 components: {{securitySchemes: {{key: {scheme}}}}}\n"
            )
        };
        let bearer = "{type: http, scheme: bearer}";
        let token =
            "{type: apiKey, in: header, name: Authorization, x-fern-header: {prefix: Token}}";
        let other = "{type: apiKey, in: header, name: X-Key}";
        for (described, names) in [
            (vec![bearer], vec!["key"]),
            (vec![other], vec!["key", "key_2"]),
            (vec![bearer, token], vec!["key", "key_2", "key_3"]),
        ] {
            let texts = described.iter().chain([&undescribed]).enumerate();
            let texts: Vec<String> = texts
                .map(|(index, scheme)| text(&format!("/{index}"), scheme))
                .collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let (chosen, ..) = merged(&texts);
            let schemes = chosen.expect("keys").expect("keys").schemes;
            assert_eq!(schemes.keys().collect::<Vec<_>>(), names);
            assert!(schemes.values().all(|it| it.get(UNDESCRIBED).is_none()));
        }
    }

    #[test]
    fn a_key_that_no_operation_requires_does_not_describe_others() {
        let token =
            "{type: apiKey, in: header, name: Authorization, x-fern-header: {prefix: Token}}";
        let described = format!(
            "openapi: 3.0.0\npaths:\n  /a: {{get: {{responses: {{}}, security: [{{key: []}}]}}}}\n\
             components: {{securitySchemes: {{key: {token}, jwt: {{type: http, scheme: bearer}}}}}}\n"
        );
        let undescribed = "openapi: 3.0.0\npaths:\n  /b: {get: {responses: {}}}\n\
             components: {securitySchemes: {key: \
             {type: apiKey, in: header, name: authorization, x-undescribed: true}}}\n";
        let (chosen, kept, _) = merged(&[&described, undescribed]);
        let chosen = chosen.expect("keys").expect("keys");
        assert_eq!(chosen.schemes["key"]["x-fern-header"]["prefix"], "Token");
        assert_eq!((chosen.schemes.len(), kept.len()), (1, 0));
    }

    #[test]
    fn authentication_that_is_computed_is_left_out() {
        let (names, warnings) = chosen(
            "{securitySchemes: {query: {type: http, scheme: Digest}, \
             header: {type: http, scheme: Token}}}",
        );
        assert_eq!(names, ["header"]);
        assert_eq!(
            warnings,
            ["the client does not support the HTTP authentication scheme `Digest`"]
        );
        let (names, warnings) = chosen("{securitySchemes: {query: {type: http, scheme: 'a b'}}}");
        assert_eq!(names, [""; 0]);
        assert_eq!(warnings.len(), 3);
    }

    #[test]
    fn a_scheme_of_an_unknown_type_and_a_name_without_a_scheme_are_warnings() {
        let text = "openapi: 3.0.0\nsecurity: [{Key: []}, {Other: []}]\n\
                    paths: {/pets: {get: {responses: {}}}}\n\
                    components: {securitySchemes: {Key: {type: apikey, in: header, name: X-Key}}}\n";
        let (_, _, warnings) = merged(&[text]);
        let messages: Vec<&str> = warnings.iter().map(Problem::message).collect();
        assert_eq!(
            messages[..2],
            [
                "a security scheme has the unknown type `apikey`",
                "no security scheme has the name `Other`"
            ]
        );
        assert_eq!(warnings[2].code(), Code::NoKey);
    }

    #[test]
    fn a_key_has_the_name_of_a_header() {
        for name in ["X Api Key", "X:Key", "Schlüssel", "Host"] {
            let (chosen, _) = choice(&format!(
                "\n  securitySchemes:\n    header: {{type: apiKey, in: header, name: '{name}'}}"
            ));
            let problem = chosen.err().expect(name);
            assert_eq!(
                problem.message(),
                format!("the name `{name}` is not valid for the header of the key")
            );
            assert_eq!(problem.place().map(pages::Place::line), Some(8));
        }
    }

    #[test]
    fn a_key_that_nothing_requires_is_left_out() {
        let (names, warnings) = chosen(
            "{securitySchemes: {unused: {type: http, scheme: basic}, \
             query: {type: apiKey, in: query, name: key}, \
             header: {type: apiKey, in: header, name: X-Key}}}",
        );
        assert_eq!(names, ["query", "header"]);
        assert!(warnings.is_empty(), "{warnings:?}");
    }

    #[test]
    fn no_key_is_a_warning() {
        let (names, warnings) = chosen("{}");
        assert_eq!(names, [""; 0]);
        let last = warnings.last().expect("a warning");
        assert!(
            last.starts_with("no page describes authentication"),
            "{last}"
        );
    }
}
