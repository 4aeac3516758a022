//! Webhooks: requests that the API sends. All formats of pages are converted to entries of
//! `webhooks`, which are not operations of the client.

use std::collections::{BTreeMap, HashSet};

use names::{Scope, numbered};
use serde_json::{Map, Value, json};

use super::page_link;
use crate::document::Document;
use crate::extensions::WEBHOOK;
use crate::merged::Origin;
use crate::references;
use crate::walk::{self, WEBHOOKS};
use crate::webhooks::{origin, payload};
use pages::pointer;
use pages::{Code, Place, Problem};

/// The key with the pointer of a webhook in its document, until all documents are merged.
const POINTER: &str = "x-pointer";

/// The keys of a webhook that are kept in addition to its headers and payload.
const KEPT: [&str; 4] = ["summary", "description", "deprecated", "externalDocs"];

/// Copies the callbacks of operations to the webhooks of the document.
pub(super) fn copy_callbacks(root: &mut Value) {
    let mut found: Vec<(String, Value)> = Vec::new();
    for (path, method, operation) in walk::operations(root) {
        let callbacks = operation.get("callbacks").and_then(Value::as_object);
        for (name, callback) in callbacks.into_iter().flatten() {
            let own = pointer::of(&["paths", path, method, "callbacks", name]);
            let requests = target(root, callback).as_object();
            for item in requests.into_iter().flatten().map(|(_, item)| item) {
                let mut item = target(root, item).clone();
                for method in walk::METHODS {
                    if let Some(Value::Object(request)) = item.get_mut(method) {
                        request.insert(POINTER.to_owned(), own.clone().into());
                    }
                }
                found.push((name.clone(), item));
            }
        }
    }
    add(root, found);
}

fn target<'a>(root: &'a Value, node: &'a Value) -> &'a Value {
    let reference = node.get("$ref").and_then(Value::as_str);
    let target = reference.and_then(|reference| references::find(root, reference));
    target.unwrap_or(node)
}

/// Adds webhooks to a document. If a webhook with the same name has a different payload, a number
/// is appended to the name.
fn add(root: &mut Value, found: Vec<(String, Value)>) {
    let Some(root) = root.as_object_mut().filter(|_| !found.is_empty()) else {
        return;
    };
    let webhooks = root.entry(WEBHOOKS).or_insert_with(|| json!({}));
    let Some(webhooks) = webhooks.as_object_mut() else {
        return;
    };
    let contents = |item: &Value| {
        let requests = walk::METHODS.iter().filter_map(|method| item.get(method));
        let payloads = requests.filter_map(|request| payload(request.as_object()?));
        payloads.map(Value::to_string).collect::<String>()
    };
    let known = webhooks.iter();
    let known = known.map(|(name, item)| (name.clone(), contents(item)));
    let mut known: HashSet<(String, String)> = known.collect();
    let mut taken = Scope::with_reserved(webhooks.keys().map(String::as_str));
    for (name, item) in found {
        if known.insert((name.clone(), contents(&item))) {
            webhooks.insert(taken.claim(numbered(&name, "-")), item);
        }
    }
}

/// Moves webhooks that are described as operations to `webhooks`: all operations on a webhook page,
/// and operations that are marked as webhooks. Webhooks without a payload are removed. Returns the
/// documents that contain only webhooks.
///
/// # Errors
///
/// If no operation is left.
pub(super) fn gather(
    documents: &mut Vec<Document>,
    warnings: &mut Vec<Problem>,
) -> Result<Vec<Document>, Problem> {
    let place = documents.first().map(|document| document.place("/paths"));
    for document in documents.iter_mut() {
        move_marked(document);
        leave_out(document, warnings);
    }
    let is_event = |document: &Document| walk::operations(&document.root).next().is_none();
    let events = documents.extract_if(.., |document| is_event(document));
    let events = events.filter(|document| walk::webhooks(&document.root).next().is_some());
    let events: Vec<_> = events.collect();
    if !documents.is_empty() {
        return Ok(events);
    }
    let (message, advice) = match events.is_empty() {
        true => (
            "the pages exclude all operations",
            "remove `x-fern-ignore` from an operation",
        ),
        false => (
            "the pages describe only webhooks",
            "add the pages of the operations",
        ),
    };
    Err(Problem::new(Code::NoOperation, message)
        .at(place)
        .advice(advice))
}

/// Removes webhooks without a payload.
fn leave_out(document: &mut Document, warnings: &mut Vec<Problem>) {
    let requests = walk::webhooks(&document.root);
    let empty = requests.filter(|(_, _, request)| payload(request).is_none());
    let empty = empty.map(|(name, method, request)| {
        let place = document.place(&pointer_of(name, request));
        (name.to_owned(), method, place)
    });
    let empty: Vec<(String, &str, Place)> = empty.collect();
    for (name, method, place) in empty {
        let message = format!("the webhook `{name}` is not in the client: it has no JSON payload");
        warnings.push(
            Problem::new(Code::WebhookLeftOut, message)
                .at(place)
                .advice("describe its payload, or handle it in your server without the client"),
        );
        if let Some(item) = document.root[WEBHOOKS][&name].as_object_mut() {
            item.shift_remove(method);
        }
    }
}

/// Returns the pointer of a webhook in its document.
fn pointer_of(name: &str, request: &Map<String, Value>) -> String {
    let pointer = request.get(POINTER).and_then(Value::as_str);
    pointer.map_or_else(|| pointer::of(&[WEBHOOKS, name]), str::to_owned)
}

fn move_marked(document: &mut Document) {
    let is_webhook_page = document.page.is_webhook;
    let mut found = Vec::new();
    let paths = document.root.get_mut("paths");
    for (path, item) in paths.and_then(Value::as_object_mut).into_iter().flatten() {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        for method in walk::METHODS {
            let is_marked = |operation: &Value| is_webhook_page || operation[WEBHOOK] == true;
            if item.get(method).is_some_and(is_marked)
                && let Some(mut operation) = item.shift_remove(method)
            {
                operation[POINTER] = pointer::of(&["paths", path, method]).into();
                let id = operation["operationId"].as_str();
                let id = id.filter(|id| !id.is_empty()).map(str::to_owned);
                let last = path.rsplit('/').next().unwrap_or(path).to_owned();
                found.push((id.unwrap_or(last), operation));
            }
        }
    }
    let link = document
        .page
        .reference
        .as_deref()
        .filter(|_| is_webhook_page);
    let link = link.and_then(last_segment).map(str::to_owned);
    let is_only = found.len() == 1;
    let found = found.into_iter().map(|(name, operation)| {
        // The link to a webhook page contains its name on the site.
        let name = link.clone().filter(|_| is_only).unwrap_or(name);
        (name, json!({ "post": operation }))
    });
    let found = found.collect();
    add(&mut document.root, found);
}

/// Returns the last segment of a URL.
pub(crate) fn last_segment(url: &str) -> Option<&str> {
    let url = url.split(['?', '#']).next().unwrap_or(url);
    let last = url.trim_end_matches('/').rsplit('/').next()?;
    (!last.is_empty()).then_some(last)
}

/// Removes the webhooks from all documents and merges them, and adds their origins to `origins`.
/// Fetched pages take precedence over those of the project.
pub(super) fn merge(
    documents: &mut [Document],
    origins: &mut BTreeMap<String, Origin>,
    warnings: &mut Vec<Problem>,
) -> Map<String, Value> {
    let mut merged: BTreeMap<String, Value> = BTreeMap::new();
    let mut taken = Scope::default();
    let mut own_last: Vec<&mut Document> = documents.iter_mut().collect();
    own_last.sort_by_key(|document| document.is_own());
    for document in own_last {
        let Some(Value::Object(webhooks)) = document.root.get_mut(WEBHOOKS).map(Value::take) else {
            continue;
        };
        for (name, item) in webhooks {
            let requests = walk::METHODS.iter().filter_map(|method| item.get(*method));
            for request in requests.filter_map(Value::as_object) {
                let from = Origin {
                    place: document.place(&pointer_of(&name, request)),
                    reference: document.page.reference.clone(),
                    path: String::new(),
                };
                let Some(mut reduced) = reduced(request) else {
                    continue;
                };
                page_link::set(&mut reduced, from.reference.as_deref());
                let entry = json!({ "post": reduced });
                let mut name = name.clone();
                match merged.get(&name) {
                    None => taken.reserve(&name),
                    Some(known) if payload_of(known) == payload_of(&entry) => continue,
                    Some(_) if is_other(&name, request, &from, origins) => {
                        let longer = from.reference.as_deref().and_then(last_segments);
                        let longer = longer.filter(|_| is_on_page(request));
                        let longer = longer.unwrap_or_else(|| name.clone());
                        name = taken.claim(numbered(&longer, "-"));
                    }
                    Some(_) => {
                        warnings.push(contradiction(&name, origins, &from));
                        continue;
                    }
                }
                origins.insert(origin(&name), from);
                merged.insert(name, entry);
            }
        }
    }
    merged.into_iter().collect()
}

/// Returns `true` if a request differs from the webhook with the same name. Names of callbacks and
/// last segments of links are often not unique.
fn is_other(
    name: &str,
    request: &Map<String, Value>,
    from: &Origin,
    origins: &BTreeMap<String, Origin>,
) -> bool {
    let known = origins.get(&origin(name));
    let known = known.and_then(|known| known.reference.as_ref());
    let has_other_link = known.is_some() && from.reference.is_some();
    !is_on_page(request) || has_other_link && known != from.reference.as_ref()
}

/// Returns `true` if a request is not a callback of an operation.
fn is_on_page(request: &Map<String, Value>) -> bool {
    let pointer = request.get(POINTER).and_then(Value::as_str);
    pointer.is_none_or(|pointer| !pointer.contains("/callbacks/"))
}

/// Returns the last two segments of a URL, joined with a hyphen.
fn last_segments(url: &str) -> Option<String> {
    let url = url.split(['?', '#']).next().unwrap_or(url);
    let (rest, last) = url.trim_end_matches('/').rsplit_once('/')?;
    Some(format!("{}-{last}", last_segment(rest)?))
}

fn payload_of(item: &Value) -> Option<&Value> {
    payload(item.get("post")?.as_object()?)
}

/// Returns the parts of a request that a client needs: its descriptions, headers, and payload.
fn reduced(request: &Map<String, Value>) -> Option<Map<String, Value>> {
    let schema = payload(request)?;
    let kept = KEPT.iter();
    let kept = kept.filter_map(|key| Some(((*key).to_owned(), request.get(*key)?.clone())));
    let mut reduced: Map<String, Value> = kept.collect();
    let parameters = request.get("parameters").and_then(Value::as_array);
    let headers = parameters.into_iter().flatten();
    let headers = headers.filter(|parameter| parameter["in"] == "header");
    let headers: Vec<Value> = headers
        .map(|header| {
            json!({
                "name": header["name"],
                "in": "header",
                "required": header["required"] == true,
                "schema": {"type": "string"},
            })
        })
        .collect();
    if !headers.is_empty() {
        reduced.insert("parameters".to_owned(), headers.into());
    }
    let content = json!({"application/json": {"schema": schema}});
    reduced.insert(
        "requestBody".to_owned(),
        json!({"required": true, "content": content}),
    );
    Some(reduced)
}

fn contradiction(name: &str, origins: &BTreeMap<String, Origin>, from: &Origin) -> Problem {
    let followed = origins.get(&origin(name));
    let followed = followed.map_or_else(String::new, |it| it.place.to_string());
    let message = format!(
        "the webhook `{name}` is described differently in two places; the client uses {followed}"
    );
    Problem::new(Code::DuplicateOperation, message)
        .at(from.place.clone())
        .advice("remove one of the two pages, or make them agree")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callbacks_become_webhooks() {
        let request = |name: &str| {
            json!({"post": {"requestBody": {"content": {"application/json": {"schema": {
                "title": name
            }}}}}})
        };
        let mut root = json!({
            "paths": {
                "/jobs": {"post": {"callbacks": {
                    "done": {"{$request.body#/url}": request("Job")},
                    "failed": {"$ref": "#/components/callbacks/failed"},
                }}},
                "/tasks": {"post": {"callbacks": {
                    "done": {"{$request.body#/url}": request("Task")},
                    "failed": {"$ref": "#/components/callbacks/failed"},
                }}},
            },
            "components": {"callbacks": {"failed": {"{$url}": request("Failure")}}},
        });
        copy_callbacks(&mut root);
        let titles = walk::webhooks(&root).map(|(name, _, request)| {
            let title = payload(request).map(|payload| payload["title"].clone());
            (name, title.unwrap_or_default())
        });
        assert_eq!(
            titles.collect::<Vec<_>>(),
            [
                ("done", json!("Job")),
                ("failed", json!("Failure")),
                ("done-2", json!("Task"))
            ]
        );
        let pointer = &root["webhooks"]["done"]["post"][POINTER];
        assert_eq!(pointer, "/paths/~1jobs/post/callbacks/done");
    }

    #[test]
    fn links_with_equal_ends_are_different_webhooks() {
        let page = |folder: &str, property: &str| {
            let text = format!(
                "# Created\n\nPOST \n\nReference: https://docs.example/webhooks/{folder}/created\n\n\
                 ## Request\n\n### Payload\n\n- `{property}` (string, required)\n"
            );
            pages::SourceFile::new(&format!("{folder}.md"), &text)
        };
        let list = "# List\n\nGET https://a.example/v1/pets\n\nReference: https://docs.example/pets/list\n\n\
                    ## Response\n\n### 200\n\n- `any`\n";
        let files = [
            page("pets", "pet"),
            page("shops", "shop"),
            page("toys", "pet"),
            pages::SourceFile::new("list.md", list),
        ];
        let (api, warnings) = super::super::tests::merged_files(&files, "");
        assert_eq!(warnings, [""; 0]);
        let names: Vec<&str> = walk::webhooks(&api.root).map(|(name, ..)| name).collect();
        assert_eq!(names, ["created", "shops-created"]);
    }

    #[test]
    fn many_callbacks_of_one_name_are_added_in_linear_time() {
        let paths = (0..20_000).map(|number| {
            let schema = json!({"title": number.to_string()});
            let body = json!({"content": {"application/json": {"schema": schema}}});
            let callback = json!({"{$url}": {"post": {"requestBody": body}}});
            (
                format!("/{number}"),
                json!({"post": {"callbacks": {"done": callback}}}),
            )
        });
        let mut root = json!({"paths": paths.collect::<Map<String, Value>>()});
        copy_callbacks(&mut root);
        assert_eq!(walk::webhooks(&root).count(), 20_000);
    }

    #[test]
    fn a_webhook_keeps_its_text_headers_and_payload() {
        let request = json!({
            "operationId": "sent",
            "summary": "Sent",
            "security": [],
            "parameters": [
                {"name": "X-Signature", "in": "header", "description": "A text."},
                {"name": "page", "in": "query"},
            ],
            "requestBody": {"content": {"application/json; charset=utf-8": {"schema": true}}},
            "responses": {"200": {}},
        });
        let reduced = reduced(request.as_object().expect("an object"));
        assert_eq!(
            reduced.map(Value::Object),
            Some(json!({
                "summary": "Sent",
                "parameters": [{
                    "name": "X-Signature", "in": "header", "required": false,
                    "schema": {"type": "string"},
                }],
                "requestBody": {"required": true, "content": {"application/json": {"schema": true}}},
            }))
        );
    }
}
