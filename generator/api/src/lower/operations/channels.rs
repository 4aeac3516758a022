//! Channels: the messages of both sides of a WebSocket connection.

use indexmap::IndexMap;
use openapi::tree::{self, MediaType};

use crate::lower::media_type::{JSON, essence};
use crate::lower::types;
use crate::{Channel, Messages, Response, Type};

/// The status of a response that opens a channel.
pub(super) const SWITCHED: &str = "101";

/// Returns the channel that an operation opens.
pub(super) fn choose(operation: &tree::Operation) -> Response {
    let body = operation.body.as_ref().map(|body| &body.content);
    let response = operation.responses.get(SWITCHED);
    let response = response.and_then(|response| response.content.as_ref());
    let is_described = |content: &&IndexMap<String, MediaType>| !content.is_empty();
    let (body, response) = (body.filter(is_described), response.filter(is_described));
    Response::Channel(Channel {
        // If a page describes only messages of the server, the client sends none.
        sent: match (body, response) {
            (None, Some(_)) => Messages::Nothing,
            (body, _) => messages(body),
        },
        received: messages(response),
    })
}

/// Returns the messages that the content of a body describes. Without a description, all messages
/// are possible.
fn messages(content: Option<&IndexMap<String, MediaType>>) -> Messages {
    let content = content.into_iter().flatten();
    let (mut json, mut has_text, mut has_bytes) = (None, false, false);
    for (name, media_type) in content {
        match essence(name) {
            JSON => {
                json = Some(
                    media_type
                        .schema
                        .as_ref()
                        .map_or(Type::Json, types::value_type),
                );
            }
            text if text.starts_with("text/") => has_text = true,
            _ => has_bytes = true,
        }
    }
    match (json, has_text, has_bytes) {
        (Some(ty), _, false) => Messages::Json(ty),
        (Some(ty), _, true) => Messages::JsonOrBytes(ty),
        (None, true, false) => Messages::Text,
        (None, false, true) => Messages::Bytes,
        (None, ..) => Messages::JsonOrBytes(Type::Json),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::TypeId;
    use crate::lower::lowered;

    fn content(json: bool, others: &[&str]) -> Value {
        let mut content = json!({});
        if json {
            let schema = json!({"$ref": "#/components/schemas/Word"});
            content["application/json"] = json!({ "schema": schema });
        }
        for other in others {
            content[other] = json!({});
        }
        json!({ "content": content })
    }

    #[test]
    fn a_channel_has_messages_of_both_sides() {
        let word = || Type::Named(TypeId::new("Word"));
        for (json, others, expected) in [
            (true, &[][..], Messages::Json(word())),
            (
                true,
                &["application/octet-stream"],
                Messages::JsonOrBytes(word()),
            ),
            (false, &["application/octet-stream"], Messages::Bytes),
            (false, &["text/plain"], Messages::Text),
            (false, &[], Messages::Nothing),
        ] {
            let (api, warnings) = lowered(&json!({
                "paths": {"/live": {"x-websocket": {
                    "operationId": "live",
                    "requestBody": content(json, others),
                    "responses": {"101": content(true, &[])},
                }}},
                "components": {"schemas": {"Word": {
                    "type": "object", "properties": {"text": {"type": "string"}},
                }}},
            }));
            assert!(warnings.is_empty(), "{warnings:?}");
            let live = &api.operations[0];
            let received = Messages::Json(word());
            let sent = expected;
            assert_eq!(live.response, Response::Channel(Channel { sent, received }));
            assert_eq!((live.verb.as_str(), &live.body), ("GET", &None));
            let ty = &api.types[&TypeId::new("Word")];
            assert_eq!((ty.sent, ty.received), (json, true));
        }
    }
}
