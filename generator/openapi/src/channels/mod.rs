//! Pages of WebSocket channels, whose block is an AsyncAPI 2 document.
//!
//! ```yaml
//! asyncapi: 2.6.0
//! info: {title: live, version: subpackage_speech/live.live}
//! channels:
//!   /v1/live:
//!     parameters: {room: {schema: {type: string}}}
//!     bindings: {ws: {query: {type: object, properties: {model: {type: string}}}}}
//!     publish: {message: …}      # what the server sends
//!     subscribe: {message: …}    # what the client sends
//! servers: {Production: {url: wss://api.example.com/, protocol: wss, x-default: true}}
//! ```
//!
//! Like an operation, a channel is opened by a request with parameters, a server, and a key.
//! Therefore it becomes an operation under the key `x-websocket` of its path: its body is a message
//! of the client, and its response `101` is a message of the server. Later stages do not depend on
//! the format of the page.

mod messages;
mod name;
mod shared;

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use crate::extensions::CHANNEL;
use crate::walk;
use messages::Messages;
use pages::limits::Limit;
use pages::pointer::{self, Pointer};
use pages::yaml::{Lines, MovedLines};
use shared::Shared;

/// An error in a page of channels.
#[derive(Debug, PartialEq)]
pub(crate) enum Fault {
    /// The version is not supported.
    Version(String),
    /// The document describes no channel.
    NoChannel,
    /// The channels are not WebSockets, but have this protocol.
    Protocol(String),
    /// A value in the document does not have this type, which AsyncAPI requires.
    Shape(&'static str),
    /// A reference points to something that the document does not contain.
    Dangling(String),
    /// The document exceeds a limit.
    Limit(&'static Limit),
}

/// A fault and the JSON pointer to it.
pub(crate) type Located = (Fault, String);

/// Converts an AsyncAPI document to an OpenAPI document. `lines` are those of the page. The result
/// includes the lines of the new document.
///
/// # Errors
///
/// If it has no readable WebSocket channel.
pub(crate) fn read(mut root: Value, lines: &Lines) -> Result<(Value, Lines), Located> {
    check_version(&root)?;
    for key in ["info", "servers", "channels", "components"] {
        if !root[key].is_null() && !root[key].is_object() {
            return Err((Fault::Shape("an object"), pointer::of(&[key])));
        }
    }
    let servers = servers(&root)?;
    let Value::Object(channels) = root["channels"].take() else {
        return Err((Fault::NoChannel, String::new()));
    };
    if channels.is_empty() {
        return Err((Fault::NoChannel, "/channels".to_owned()));
    }
    let version = root["info"]["version"].as_str();
    let version = version.filter(|_| channels.len() == 1).map(str::to_owned);
    let mut shared = Shared::of(&root);
    let channels = channels.into_iter().map(|(address, channel)| {
        let at = pointer::of(&["channels", &address]);
        let channel = shared.inline(channel, &at)?;
        Ok((address, at, channel))
    });
    let channels: Vec<_> = channels.collect::<Result<_, Located>>()?;
    let mut messages = Messages::of(&mut root);
    let mut paths = Map::new();
    let mut moved = lines.moved();
    moved.note("", "");
    for (address, at, channel) in channels {
        let Value::Object(channel) = channel else {
            return Err((Fault::Shape("an object"), at));
        };
        let mut path = path(&address);
        if paths.contains_key(&path) {
            // The fragment is never sent. It makes two channels with one path distinct.
            path = format!("{path}#{}", paths.len());
        }
        let name = name::of(&path, version.as_deref());
        let to = pointer::of(&["paths", &path, CHANNEL]);
        let operation = operation(channel, &name, &at, &to, &mut messages, &mut moved)?;
        moved.note(&to, &at);
        paths.insert(path, json!({ CHANNEL: operation }));
    }
    let (schemas, renames) = messages.finish();
    let mut components = Map::new();
    components.insert("schemas".to_owned(), schemas.into());
    if let Some(schemes) = security_schemes(&root) {
        components.insert("securitySchemes".to_owned(), schemes);
    }
    let mut document = json!({
        "openapi": "3.1.1",
        "info": root["info"].take(),
        "paths": paths,
        "components": components,
    });
    if !servers.is_empty() {
        document["servers"] = servers.into();
    }
    if let Some(security) = security(&root) {
        document["security"] = security;
    }
    walk::rename_schemas(&mut document, &renames);
    let former: HashMap<&str, &str> = renames.iter().map(|(a, b)| (&**b, &**a)).collect();
    let schemas = document["components"]["schemas"].as_object();
    for (name, schema) in schemas.into_iter().flatten() {
        let at = |name: &str| pointer::of(&["components", "schemas", name]);
        let before = former.get(name.as_str()).copied().unwrap_or(name);
        let (to, before) = (at(name), at(before));
        walk::nodes(schema, &mut Pointer::default(), &mut |node, _| {
            moved.note(&format!("{to}{node}"), &format!("{before}{node}"));
        });
    }
    Ok((document, moved.finish()))
}

fn check_version(root: &Value) -> Result<(), Located> {
    let version = match &root["asyncapi"] {
        Value::String(version) => version.clone(),
        Value::Number(version) => version.to_string(),
        _ => return Err((Fault::Shape("an AsyncAPI document"), String::new())),
    };
    match version == "2" || version.starts_with("2.") {
        true => Ok(()),
        false => Err((Fault::Version(version), "/asyncapi".to_owned())),
    }
}

/// Returns the path of a channel's address.
fn path(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    format!("/{}", path.trim_start_matches('/'))
}

/// Returns the WebSocket servers in OpenAPI form: the default first, with HTTP schemes, because an
/// HTTP request opens a channel.
fn servers(root: &Value) -> Result<Vec<Value>, Located> {
    let listed = root["servers"].as_object().into_iter().flatten();
    let mut other = None;
    let mut servers = Vec::new();
    for (name, server) in listed {
        let url = server["url"].as_str().unwrap_or_default();
        let protocol = server["protocol"].as_str();
        let protocol = protocol.or_else(|| Some(url.split_once("://")?.0));
        let protocol = protocol.unwrap_or("wss").to_ascii_lowercase();
        let scheme = match protocol.as_str() {
            "ws" | "http" => "http",
            "wss" | "https" => "https",
            _ => {
                other.get_or_insert((protocol, pointer::of(&["servers", name])));
                continue;
            }
        };
        let host = url.split_once("://").map_or(url, |(_, host)| host);
        let mut entry = json!({"url": format!("{scheme}://{}", host.trim_end_matches('/'))});
        entry["description"] = name.as_str().into();
        if server["variables"].is_object() {
            entry["variables"] = server["variables"].clone();
        }
        let is_default = server["x-default"] == true;
        servers.push((!is_default, entry));
    }
    if let (true, Some((protocol, at))) = (servers.is_empty(), other) {
        return Err((Fault::Protocol(protocol), at));
    }
    servers.sort_by_key(|(is_other, _)| *is_other);
    Ok(servers.into_iter().map(|(_, server)| server).collect())
}

/// Returns the operation that opens a channel, and records the original pointers of its parts.
fn operation(
    mut channel: Map<String, Value>,
    name: &name::Name,
    at: &str,
    to: &str,
    messages: &mut Messages,
    moved: &mut MovedLines<'_>,
) -> Result<Value, Located> {
    let mut operation = json!({
        "operationId": name.method,
        "x-fern-sdk-group-name": name.groups,
        "x-fern-sdk-method-name": name.method,
    });
    let description = channel.shift_remove("description");
    if let Some(description @ Value::String(_)) = description {
        operation["description"] = description;
    }
    let mut parameters = Vec::new();
    let mut add = |parameter: Value, from: String| {
        moved.note(&format!("{to}/parameters/{}", parameters.len()), &from);
        parameters.push(parameter);
    };
    if let Some(Value::Object(of_path)) = channel.shift_remove("parameters") {
        for (name, parameter) in of_path {
            let schema = match parameter.get("schema") {
                Some(schema) => schema.clone(),
                None => json!({"type": "string"}),
            };
            let from = format!("{at}{}", pointer::of(&["parameters", &name]));
            let described = described(&name, "path", true, schema, parameter.get("description"));
            add(described, from);
        }
    }
    let mut bindings = channel.shift_remove("bindings").unwrap_or_default();
    let mut binding = part(&mut bindings, "ws");
    for (location, key) in [("query", "query"), ("header", "headers")] {
        let mut object = part(&mut binding, key);
        let required = part(&mut object, "required");
        let required = required.as_array().into_iter().flatten();
        let required: BTreeSet<&str> = required.filter_map(Value::as_str).collect();
        let Value::Object(properties) = part(&mut object, "properties") else {
            continue;
        };
        for (name, mut schema) in properties {
            let keys = ["bindings", "ws", key, "properties", &name];
            let from = format!("{at}{}", pointer::of(&keys));
            let description = match schema.as_object_mut() {
                Some(schema) if schema.get("description") != Some(&"Any type".into()) => {
                    schema.shift_remove("description")
                }
                _ => None,
            };
            let required = required.contains(name.as_str());
            let described = described(&name, location, required, schema, description.as_ref());
            add(described, from);
        }
    }
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    for (key, side) in [("subscribe", "client"), ("publish", "server")] {
        let messages_of_side = channel.shift_remove(key).unwrap_or_default();
        let from = format!("{at}/{key}");
        let content = messages.content(messages_of_side, &name.message(side), &from)?;
        if content.is_empty() {
            continue;
        }
        if side == "client" {
            operation["requestBody"] = json!({ "content": content });
            moved.note(&format!("{to}/requestBody"), &from);
        } else {
            operation["responses"] = json!({"101": {"description": "", "content": content}});
            moved.note(&format!("{to}/responses"), &from);
        }
    }
    Ok(operation)
}

/// Removes a value from an object. Returns `null` for anything else.
fn part(node: &mut Value, key: &str) -> Value {
    node.get_mut(key).map(Value::take).unwrap_or_default()
}

fn described(
    name: &str,
    location: &str,
    required: bool,
    schema: Value,
    description: Option<&Value>,
) -> Value {
    let mut parameter = json!({"name": name, "in": location, "schema": schema});
    if required {
        parameter["required"] = true.into();
    }
    if let Some(description @ Value::String(_)) = description {
        parameter["description"] = description.clone();
    }
    parameter
}

/// Returns the security schemes that OpenAPI also has.
fn security_schemes(root: &Value) -> Option<Value> {
    let schemes = root["components"]["securitySchemes"].as_object()?;
    let known = schemes.iter().filter_map(|(name, scheme)| {
        let mut scheme = scheme.clone();
        match scheme["type"].as_str()? {
            "httpApiKey" => scheme["type"] = "apiKey".into(),
            "http" => {}
            "userPassword" => scheme = json!({"type": "http", "scheme": "basic"}),
            _ => return None,
        }
        Some((name.clone(), scheme))
    });
    let known: Map<String, Value> = known.collect();
    (!known.is_empty()).then(|| known.into())
}

/// Returns the requirement of the first server that has one.
fn security(root: &Value) -> Option<Value> {
    let servers = root["servers"].as_object()?;
    let mut required = servers.values().map(|server| &server["security"]);
    required.find(|security| security.is_array()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Lines {
        let model = "/channels/~1v1~1rooms~1{room}~1live/bindings/ws/query/properties/model";
        Lines::from_index(&HashMap::from([(model.to_owned(), 7)]))
    }

    fn fault(document: Value) -> Located {
        read(document, &lines()).map(|_| ()).expect_err("a fault")
    }

    #[test]
    fn a_channel_becomes_an_operation() {
        let document = json!({
            "asyncapi": "2.6.0",
            "info": {"title": "live", "version": "subpackage_speech/live.speech.live"},
            "channels": {"/v1/rooms/{room}/live": {
                "description": "Listens.",
                "parameters": {"room": {"description": "The room.", "schema": {"type": "string"}}},
                "bindings": {"ws": {
                    "query": {
                        "type": "object",
                        "properties": {
                            "model": {"type": "string", "description": "The model."},
                            "tag": {"description": "Any type"},
                        },
                        "required": ["model"],
                    },
                    "headers": {"properties": {"x-api-key": {"type": "string"}}},
                }},
                "publish": {"message": {"payload": {"$ref": "#/components/schemas/Word"}}},
                "subscribe": {"message": {"payload": {"type": "string", "format": "binary"}}},
            }},
            "servers": {
                "Test": {"url": "ws://localhost:1/", "protocol": "ws"},
                "Production": {"url": "wss://a.example/", "protocol": "wss", "x-default": true},
            },
            "components": {"schemas": {"Word": {"type": "object"}}},
        });
        let (root, lines) = read(document, &lines()).expect("a channel");
        let reference = json!({"$ref": "#/components/schemas/Word"});
        assert_eq!(
            root,
            json!({
                "openapi": "3.1.1",
                "info": {"title": "live", "version": "subpackage_speech/live.speech.live"},
                "paths": {"/v1/rooms/{room}/live": {"x-websocket": {
                    "operationId": "live",
                    "x-fern-sdk-group-name": ["speech"],
                    "x-fern-sdk-method-name": "live",
                    "description": "Listens.",
                    "parameters": [
                        {"name": "room", "in": "path", "schema": {"type": "string"},
                         "required": true, "description": "The room."},
                        {"name": "model", "in": "query", "schema": {"type": "string"},
                         "required": true, "description": "The model."},
                        {"name": "tag", "in": "query", "schema": {"description": "Any type"}},
                        {"name": "x-api-key", "in": "header", "schema": {"type": "string"}},
                    ],
                    "requestBody": {"content": {"application/octet-stream": {}}},
                    "responses": {"101": {
                        "description": "",
                        "content": {"application/json": {"schema": reference}},
                    }},
                }}},
                "components": {"schemas": {"Word": {"type": "object"}}},
                "servers": [
                    {"url": "https://a.example", "description": "Production"},
                    {"url": "http://localhost:1", "description": "Test"},
                ],
            })
        );
        let model = "/paths/~1v1~1rooms~1{room}~1live/x-websocket/parameters/1";
        assert_eq!(lines.line(model), 7);
    }

    #[test]
    fn a_channel_without_a_websocket_is_a_fault() {
        let at = |fault, at: &str| (fault, at.to_owned());
        let document = |version: &str| json!({"asyncapi": version, "channels": {"/a": {}}});
        assert_eq!(
            fault(document("3.0.0")),
            at(Fault::Version("3.0.0".to_owned()), "/asyncapi")
        );
        assert_eq!(
            fault(json!({"asyncapi": "2.6.0"})),
            at(Fault::NoChannel, "")
        );
        assert_eq!(
            fault(json!({"asyncapi": "2.6.0", "channels": {}})),
            at(Fault::NoChannel, "/channels")
        );
        let mut queue = document("2.6.0");
        queue["servers"] = json!({"Queue": {"url": "a.example", "protocol": "amqp"}});
        assert_eq!(
            fault(queue),
            at(Fault::Protocol("amqp".to_owned()), "/servers/Queue")
        );
        let mut list = document("2.6.0");
        list["channels"]["/a"] = json!([]);
        assert_eq!(fault(list), at(Fault::Shape("an object"), "/channels/~1a"));
    }

    #[test]
    fn shared_parts_are_put_where_they_are_referred_to() {
        let to = |kind: &str| json!({"$ref": format!("#/components/{kind}/it")});
        let document = json!({
            "asyncapi": "2.6.0",
            "channels": {"/{a}": to("channels")},
            "components": {
                "channels": {"it": {
                    "parameters": {"a": to("parameters")},
                    "bindings": {"ws": {"query": to("schemas")}},
                }},
                "parameters": {"it": {"description": "First."}},
                "schemas": {"it": {"properties": {"b": {"type": "string"}}}},
            },
        });
        let (root, _) = read(document, &lines()).expect("a channel");
        let parameters = &root["paths"]["/{a}"][CHANNEL]["parameters"];
        let string = json!({"type": "string"});
        assert_eq!(
            *parameters,
            json!([
                {"name": "a", "in": "path", "schema": string, "required": true, "description": "First."},
                {"name": "b", "in": "query", "schema": string},
            ])
        );
    }

    #[test]
    fn parts_of_another_form_are_as_if_they_were_not_there() {
        for odd in [json!([]), json!("a"), json!(1), Value::Null] {
            for key in ["parameters", "bindings", "publish", "description"] {
                let document = json!({"asyncapi": "2.6.0", "channels": {"/a": {key: odd}}});
                let (root, _) = read(document, &lines()).expect("a channel");
                assert!(root["paths"]["/a"][CHANNEL]["parameters"].is_null());
            }
            for key in ["query", "headers"] {
                let channel = json!({"bindings": {"ws": {key: odd}}});
                let document = json!({"asyncapi": "2.6.0", "channels": {"/a": channel}});
                assert!(read(document, &lines()).is_ok());
            }
            let channel = json!({"bindings": {"ws": odd}});
            let document = json!({"asyncapi": "2.6.0", "channels": {"/a": channel}});
            assert!(read(document, &lines()).is_ok());
        }
    }

    #[test]
    fn two_channels_of_one_path_are_kept_apart() {
        let document = json!({"asyncapi": "2.6.0", "channels": {"/a?x=1": {}, "/a?x=2": {}}});
        let (root, _) = read(document, &lines()).expect("channels");
        let paths: Vec<&str> = walk::operations(&root).map(|(path, ..)| path).collect();
        assert_eq!(paths, ["/a", "/a#1"]);
    }

    #[test]
    fn keys_of_asyncapi_are_those_of_openapi() {
        let document = json!({
            "asyncapi": "2.6.0",
            "channels": {"a": {}},
            "servers": {"s": {"url": "a.example", "protocol": "wss", "security": [{"key": []}]}},
            "components": {"securitySchemes": {
                "key": {"type": "httpApiKey", "in": "header", "name": "x-key"},
                "kafka": {"type": "scramSha256"},
            }},
        });
        let (root, _) = read(document, &lines()).expect("a channel");
        assert_eq!(root["security"], json!([{"key": []}]));
        let scheme = json!({"type": "apiKey", "in": "header", "name": "x-key"});
        assert_eq!(
            root["components"]["securitySchemes"],
            json!({"key": scheme})
        );
        assert!(root["paths"]["/a"][CHANNEL].is_object());
    }
}
