//! The messages of a channel: their schemas, and their kinds of frames.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use super::{Fault, Located};
use crate::walk::{SCHEMAS, referenced};
use pages::pointer;

/// The prefix of references to shared messages.
const MESSAGES: &str = "#/components/messages/";

/// The messages and the schemas of a document.
pub(super) struct Messages {
    shared: Map<String, Value>,
    /// The parsed shared messages.
    read: HashMap<String, Message>,
    schemas: Map<String, Value>,
    /// The names of the schemas in the document, in order.
    names: BTreeSet<String>,
    /// The last numeric suffix of each name that several schemas share.
    numbers: HashMap<String, usize>,
    /// The new names of schemas, taken from their messages.
    renames: HashMap<String, String>,
    /// The names of messages that were already looked up.
    taken: BTreeSet<String>,
}

/// The payload of a message, by kind of frame.
#[derive(Clone, Debug, PartialEq)]
enum Message {
    /// JSON of this schema, which is a reference.
    Json(Value),
    Binary,
    Text,
}

impl Messages {
    /// Removes the messages and the schemas from a document.
    pub(super) fn of(root: &mut Value) -> Self {
        let mut taken = |kind: &str| match root["components"][kind].take() {
            Value::Object(entries) => entries,
            _ => Map::new(),
        };
        let schemas = taken("schemas");
        Self {
            shared: taken("messages"),
            names: schemas.keys().cloned().collect(),
            schemas,
            read: HashMap::new(),
            numbers: HashMap::new(),
            renames: HashMap::new(),
            taken: BTreeSet::new(),
        }
    }

    /// Returns the schemas of the document, including inline schemas of messages, and the new names
    /// of schemas. References still have the former names.
    pub(super) fn finish(self) -> (Map<String, Value>, HashMap<String, String>) {
        let renamed = |name: String| self.renames.get(&name).cloned().unwrap_or(name);
        let schemas = self.schemas.into_iter();
        let schemas = schemas.map(|(name, schema)| (renamed(name), schema));
        (schemas.collect(), self.renames)
    }

    /// Returns the messages of one side as the content of a body. A schema that is created for them
    /// is called `name`. The content is empty if the side describes no message.
    pub(super) fn content(
        &mut self,
        side: Value,
        name: &str,
        at: &str,
    ) -> Result<Map<String, Value>, Located> {
        let (mut json, mut known) = (Vec::new(), BTreeSet::new());
        let (mut has_binary, mut has_text) = (false, false);
        let at = format!("{at}/message");
        let listed = match side {
            Value::Object(mut side) => side.shift_remove("message").unwrap_or_default(),
            _ => Value::Null,
        };
        for (message, at) in listed_in(listed, at) {
            match self.message(message, name, &at)? {
                Message::Json(schema) => {
                    if known.insert(schema["$ref"].to_string()) {
                        json.push(schema);
                    }
                }
                Message::Binary => has_binary = true,
                Message::Text => has_text = true,
            }
        }
        if has_text && !json.is_empty() {
            json.push(json!({"type": "string"}));
            has_text = false;
        }
        let mut content = Map::new();
        if let Some(schema) = self.union(json, name) {
            content.insert("application/json".to_owned(), json!({ "schema": schema }));
        }
        if has_text {
            content.insert("text/plain".to_owned(), json!({}));
        }
        if has_binary {
            content.insert("application/octet-stream".to_owned(), json!({}));
        }
        Ok(content)
    }

    /// Returns the schema of all JSON messages, or `None` if there are none.
    fn union(&mut self, mut json: Vec<Value>, name: &str) -> Option<Value> {
        if json.len() < 2 {
            return json.pop();
        }
        Some(self.add(name, json!({ "oneOf": json })))
    }

    /// Adds a schema, and returns a reference to it.
    fn add(&mut self, name: &str, schema: Value) -> Value {
        let mut free = name.to_owned();
        while self.schemas.contains_key(&free) {
            let number = self.numbers.entry(name.to_owned()).or_insert(1);
            *number += 1;
            free = format!("{name}{number}");
        }
        let reference = json!({ "$ref": format!("{SCHEMAS}{free}") });
        self.schemas.insert(free, schema);
        reference
    }

    /// Reads a message, or the shared message that it references.
    fn message(&mut self, message: Value, name: &str, at: &str) -> Result<Message, Located> {
        let Some(reference) = message.get("$ref") else {
            return self.payload(message, name, at);
        };
        let dangling = || {
            let reference = reference
                .as_str()
                .map_or_else(|| reference.to_string(), str::to_owned);
            (Fault::Dangling(reference), format!("{at}/$ref"))
        };
        let key = reference.as_str().and_then(|it| it.strip_prefix(MESSAGES));
        // The platform does not escape slashes in the names of messages.
        let key =
            key.map(
                |key| match self.shared.contains_key(key) || self.read.contains_key(key) {
                    true => key.to_owned(),
                    false => pointer::unescape(key),
                },
            );
        let key = key.ok_or_else(dangling)?;
        if let Some(read) = self.read.get(&key) {
            return Ok(read.clone());
        }
        // Removing the message makes recursive references dangling.
        let shared = self.shared.shift_remove(&key).ok_or_else(dangling)?;
        let at = pointer::of(&["components", "messages", &key]);
        let name = match key.rsplit(['-', '.', '/']).next() {
            Some(name) if name.contains(char::is_alphabetic) => name,
            _ => name,
        };
        let read = self.message(shared, name, &at)?;
        self.read.insert(key, read.clone());
        Ok(read)
    }

    /// Reads an inline message.
    fn payload(&mut self, mut message: Value, name: &str, at: &str) -> Result<Message, Located> {
        let payload = match message.as_object_mut() {
            Some(message) => message.shift_remove("payload").unwrap_or_else(|| json!({})),
            None => return Err((Fault::Shape("an object"), at.to_owned())),
        };
        let target = referenced(&payload).and_then(|name| self.schemas.get(name));
        let target = target.unwrap_or(&payload);
        let media_type = message["contentType"].as_str().unwrap_or_default();
        let is_string = target["type"] == "string" && !target["enum"].is_array();
        let format = target["format"].as_str();
        if is_binary_media_type(media_type) || is_string && format == Some("binary") {
            return Ok(Message::Binary);
        }
        if is_string && format != Some("byte") && !media_type.contains("json") {
            return Ok(Message::Text);
        }
        let own = message["name"].as_str().unwrap_or_default();
        let reference = match referenced(&payload).is_some() {
            true => payload,
            false => {
                let is_named = names::type_name(own) == own;
                self.add(if is_named { own } else { name }, payload)
            }
        };
        self.name_and_describe(&reference, own, &message);
        Ok(Message::Json(reference))
    }

    /// Adds the description and the name of a message to its schema. The platform appends the name
    /// to that of the channel: `Live_LiveWord`, or `live_liveWord.message`.
    fn name_and_describe(&mut self, reference: &Value, own: &str, message: &Value) {
        let Some(name) = referenced(reference) else {
            return;
        };
        let is_free = !self.schemas.contains_key(own) && self.taken.insert(own.to_owned());
        let Some(schema) = self.schemas.get_mut(name).and_then(Value::as_object_mut) else {
            return;
        };
        let is_named = has_name_of_message(name, own) && is_free && names::type_name(own) == own;
        if is_named && schema.get("title").and_then(Value::as_str) == Some(name) {
            schema.insert("title".to_owned(), own.into());
        }
        if let description @ Value::String(_) = &message["description"] {
            schema
                .entry("description")
                .or_insert_with(|| description.clone());
        }
        if is_named {
            self.rename(name, own);
        }
    }

    /// Renames the schema of a message, and the schemas that the platform names after their place
    /// in it: `ChannelsLiveMessagesLiveWordMessageKind` is the property `kind` of
    /// `live_liveWord.message`.
    fn rename(&mut self, name: &str, own: &str) {
        if let Some((channel, message)) = name.rsplit_once('_') {
            let (channel, message) = (names::type_name(channel), names::type_name(message));
            let place = format!("Channels{channel}Messages{message}");
            let behind = self.names.range(place.clone()..);
            let inside = behind.map_while(|name| Some((name, name.strip_prefix(&place)?)));
            let inside = inside.filter_map(|(inside, rest)| {
                let short = format!("{own}{rest}");
                let is_part = rest.starts_with(|c: char| c.is_ascii_uppercase());
                (is_part && !self.schemas.contains_key(&short)).then(|| (inside.clone(), short))
            });
            let inside: Vec<_> = inside.collect();
            self.renames.extend(inside);
        }
        self.renames.insert(name.to_owned(), own.to_owned());
    }
}

/// Returns `true` if the name of a schema consists of the names of a channel and of its message.
fn has_name_of_message(schema: &str, message: &str) -> bool {
    let of_message = schema.strip_suffix(".message");
    let Some((channel, last)) = of_message.unwrap_or(schema).rsplit_once('_') else {
        return false;
    };
    let is_same = match of_message {
        Some(_) => names::type_name(last) == message,
        None => last == message,
    };
    is_same && !channel.is_empty()
}

fn is_binary_media_type(media_type: &str) -> bool {
    let kinds = ["audio/", "video/", "image/", "application/octet-stream"];
    kinds.iter().any(|kind| media_type.starts_with(kind))
}

/// Returns the messages of a list of alternatives, or the only message, with their pointers.
/// Duplicate references are removed.
fn listed_in(message: Value, at: String) -> Vec<(Value, String)> {
    let alternatives = match message {
        Value::Null => return Vec::new(),
        Value::Object(mut message) => match message.shift_remove("oneOf") {
            Some(Value::Array(alternatives)) => alternatives,
            _ => return vec![(Value::Object(message), at)],
        },
        other => return vec![(other, at)],
    };
    let mut seen = BTreeSet::new();
    let alternatives = alternatives.into_iter().enumerate();
    let alternatives = alternatives.filter(|(_, message)| match message["$ref"].as_str() {
        Some(reference) => seen.insert(reference.to_owned()),
        None => true,
    });
    alternatives
        .map(|(index, message)| (message, format!("{at}/oneOf/{index}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the content of a side, and the schemas of the document.
    fn content(components: Value, message: Value) -> (Value, Value) {
        let mut root = json!({ "components": components });
        let mut messages = Messages::of(&mut root);
        let content = messages.content(json!({ "message": message }), "LiveMessage", "/at");
        let content = content.expect("messages");
        let (schemas, _) = messages.finish();
        (content.into(), schemas.into())
    }

    fn json_of(schema: Value) -> Value {
        json!({"application/json": {"schema": schema}})
    }

    fn reference(name: &str) -> Value {
        json!({"$ref": format!("{SCHEMAS}{name}")})
    }

    #[test]
    fn several_messages_are_a_union_and_bytes_are_frames_of_their_own() {
        let message = |name: &str| json!({"$ref": format!("{MESSAGES}subpackage_a/v1.a-0-{name}")});
        let components = json!({
            "messages": {
                "subpackage_a/v1.a-0-Word": {
                    "name": "Word", "description": "A word.", "payload": reference("A_Word"),
                },
                "subpackage_a/v1.a-0-Sound": {"payload": reference("Sound")},
                "subpackage_a/v1.a-0-Gone": {"payload": {"type": "object"}},
            },
            "schemas": {"A_Word": {"type": "object"}, "Sound": {"type": "string", "format": "binary"}},
        });
        let listed = json!({"oneOf": [
            message("Word"), message("Sound"), message("Gone"), message("Word"),
        ]});
        let (content, schemas) = content(components, listed);
        let mut expected = json_of(reference("LiveMessage"));
        expected["application/octet-stream"] = json!({});
        assert_eq!(content, expected);
        assert_eq!(
            schemas,
            json!({
                "Word": {"type": "object", "description": "A word."},
                "Sound": {"type": "string", "format": "binary"},
                "Gone": {"type": "object"},
                "LiveMessage": {"oneOf": [reference("A_Word"), reference("Gone")]},
            })
        );
    }

    #[test]
    fn types_inside_a_message_are_named_after_it() {
        let inside = "ChannelsLiveMessagesLiveWordMessage";
        let components = json!({"schemas": {
            format!("{inside}Kind"): {"enum": ["a"]},
            format!("{inside}Size"): {"enum": ["b"]},
            "LiveWordSize": {"enum": ["c"]},
            "live_liveWord.message": {
                "title": "live_liveWord.message",
                "properties": {
                    "kind": reference(&format!("{inside}Kind")),
                    "size": reference(&format!("{inside}Size")),
                },
            },
        }});
        let message = json!({"name": "LiveWord", "payload": reference("live_liveWord.message")});
        let (_, schemas) = content(components, message);
        let names: Vec<&String> = schemas.as_object().expect("schemas").keys().collect();
        let size = format!("{inside}Size");
        assert_eq!(names, ["LiveWordKind", &size, "LiveWordSize", "LiveWord"]);
        assert_eq!(schemas["LiveWord"]["title"], "LiveWord");
    }

    #[test]
    fn one_message_is_its_schema() {
        let schemas = json!({"schemas": {"Word": {"oneOf": []}}});
        let (of_reference, _) = content(schemas, json!({"payload": reference("Word")}));
        assert_eq!(of_reference, json_of(reference("Word")));
        let (of_own, schemas) = content(json!({}), json!({"payload": {"type": "object"}}));
        assert_eq!(of_own, json_of(reference("LiveMessage")));
        assert_eq!(schemas, json!({"LiveMessage": {"type": "object"}}));
    }

    #[test]
    fn text_is_no_json_unless_other_messages_are() {
        let text = json!({"payload": {"type": "string"}});
        assert_eq!(
            content(json!({}), text.clone()).0,
            json!({"text/plain": {}})
        );
        let schemas = json!({"schemas": {"Word": {"type": "object"}}});
        let both = json!({"oneOf": [text, {"payload": reference("Word")}]});
        let (content, schemas) = content(schemas, both);
        assert_eq!(content, json_of(reference("LiveMessage")));
        assert_eq!(
            schemas["LiveMessage"],
            json!({"oneOf": [reference("Word"), {"type": "string"}]})
        );
    }

    #[test]
    fn a_side_without_messages_has_no_content() {
        assert_eq!(content(json!({}), Value::Null).0, json!({}));
    }

    #[test]
    fn a_reference_that_leads_nowhere_or_to_itself_is_a_fault() {
        let fault = |messages: Value, reference: &str| {
            let mut root = json!({"components": {"messages": messages}});
            let side = json!({"message": {"$ref": reference}});
            Messages::of(&mut root)
                .content(side, "LiveMessage", "/at")
                .expect_err("a fault")
        };
        let dangling =
            |reference: &str, at: &str| (Fault::Dangling(reference.to_owned()), at.to_owned());
        let own = format!("{MESSAGES}a");
        assert_eq!(fault(json!({}), &own), dangling(&own, "/at/message/$ref"));
        assert_eq!(
            fault(json!({"a": {"$ref": own}}), &own),
            dangling(&own, "/components/messages/a/$ref")
        );
    }
}
