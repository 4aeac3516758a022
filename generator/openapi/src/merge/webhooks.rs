//! Webhooks: requests that the API sends. They are reported, and leave nothing else behind.

use serde_json::Value;

use crate::document::Document;
use crate::extensions::WEBHOOK;
use crate::walk;
use pages::pointer;
use pages::{Code, Problem};

/// Takes the webhooks out of the documents, and the documents that have nothing else.
///
/// # Errors
///
/// When no operation is left.
pub(super) fn take(
    documents: &mut Vec<Document>,
    warnings: &mut Vec<Problem>,
) -> Result<(), Problem> {
    let place = documents.first().map(|document| document.place("/paths"));
    documents.retain_mut(|document| {
        let mut found = listed(document);
        found.extend(marked(document));
        for (name, pointer) in found {
            let message = format!("the webhook `{name}` is not in the client");
            let problem = Problem::new(Code::WebhookLeftOut, message);
            warnings.push(
                problem
                    .at(document.place(&pointer))
                    .advice("it is a request that the API sends: handle it in a server"),
            );
        }
        walk::operations(&document.root).next().is_some()
    });
    match documents.is_empty() {
        false => Ok(()),
        true => Err(
            Problem::new(Code::NoOperation, "the pages describe webhooks alone")
                .at(place)
                .advice("add the pages of the operations"),
        ),
    }
}

/// Returns the names and the places of a document's `webhooks`.
fn listed(document: &Document) -> Vec<(String, String)> {
    let webhooks = document.root["webhooks"].as_object().into_iter().flatten();
    webhooks
        .map(|(name, _)| (name.clone(), pointer::of(&["webhooks", name])))
        .collect()
}

/// Removes the operations that are webhooks: all on a page of a webhook, and those that say
/// so. Returns their names and places.
fn marked(document: &mut Document) -> Vec<(String, String)> {
    let is_webhook_page = document.page.is_webhook;
    let mut found = Vec::new();
    let Some(paths) = document.root["paths"].as_object_mut() else {
        return found;
    };
    for (path, item) in paths.iter_mut() {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        for method in walk::METHODS {
            let operation = item.get(method);
            let is_webhook = |operation: &Value| is_webhook_page || operation[WEBHOOK] == true;
            if let Some(operation) = operation.filter(|operation| is_webhook(operation)) {
                let name = [&operation["summary"], &operation["operationId"]];
                let name = name.into_iter().find_map(Value::as_str).unwrap_or(path);
                found.push((name.to_owned(), pointer::of(&["paths", path, method])));
                item.shift_remove(method);
            }
        }
    }
    found
}
