//! Compares responses: the type that a call returns, its format, and the statuses.

use std::collections::BTreeMap;
use std::mem;

use api::{Channel, EventName, Messages, Operation, Response, Type, TypeId};

use super::Comparison;
use crate::Kind;
use crate::code::{qualified, quoted};
use crate::documentation::shortened;

impl Comparison<'_> {
    pub(super) fn responses(&mut self) {
        let [old, new] = [self.old, self.new].map(|call| &call.operation.response);
        if let (Response::Channel(old), Response::Channel(new)) = (old, new) {
            self.messages("the client sends different messages", &old.sent, &new.sent);
            self.messages(
                "the server sends different messages",
                &old.received,
                &new.received,
            );
        } else if !self.is_same_output(old, new) {
            let what = "it returns a different type";
            let [before, now] = [old, new].map(output);
            self.changes.add(Kind::AnswerTypeChanged, what, before, now);
        }
        if let (Some(before), Some(now)) = (format(old), format(new))
            && before != now
        {
            let what = "its response has a different format";
            let formats = (before.to_owned(), now.to_owned());
            self.changes
                .add(Kind::ResponseFormatChanged, what, formats.0, formats.1);
        }
        self.event_names();
        let is_same_kind = mem::discriminant(old) == mem::discriminant(new);
        self.statuses(is_same_kind && format(old) == format(new));
    }

    /// Compares the location of event names, if both versions respond with events.
    fn event_names(&mut self) {
        let [old, new] = [self.old, self.new].map(|call| call.operation);
        let are_events = [old, new].map(|it| matches!(it.response, Response::Events { .. }));
        if are_events == [true, true] && old.event_name != new.event_name {
            let what = "its events are identified differently by their names";
            let [before, now] = [old, new].map(|it| it.event_name.as_ref().map(event_name));
            self.changes
                .add(Kind::ResponseFormatChanged, what, before, now);
        }
    }

    /// Compares the kind and the type of the messages of one side of a channel.
    fn messages(&mut self, what: &str, old: &Messages, new: &Messages) {
        let is_same = match (old, new) {
            (Messages::Json(old), Messages::Json(new))
            | (Messages::JsonOrBytes(old), Messages::JsonOrBytes(new)) => {
                self.renames.same(old, new)
            }
            (old, new) => old == new,
        };
        if !is_same {
            let [before, now] = [old, new].map(messages);
            self.changes.add(Kind::AnswerTypeChanged, what, before, now);
        }
    }

    /// Returns `true` if `send()` returns the same type.
    fn is_same_output(&self, old: &Response, new: &Response) -> bool {
        match (output_type(old), output_type(new)) {
            (Some((old, was_stream)), Some((new, is_stream))) => {
                was_stream == is_stream && self.renames.same(old, new)
            }
            (None, None) => old == new,
            _ => false,
        }
    }

    /// Compares the statuses. `has_same_format` means that no other change is about the media types
    /// of successful responses.
    fn statuses(&mut self, has_same_format: bool) {
        let (old, new) = (statuses(self.old.operation), statuses(self.new.operation));
        for (name, before) in &old {
            match new.get(name) {
                Some(now) => {
                    self.status(name, *before, *now);
                    let is_error = name.starts_with(['4', '5']);
                    if has_same_format || is_error {
                        self.media_types(name, *before, *now);
                    }
                }
                None => {
                    let what = format!("the status {} is no longer documented", quoted(name));
                    let before = before.shown(name);
                    self.changes
                        .add_of(name, Kind::StatusRemoved, what, before, None);
                }
            }
        }
        for (name, now) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
            let what = format!("the status {} is now documented", quoted(name));
            self.changes
                .add_of(name, Kind::StatusAdded, what, None, now.shown(name));
        }
    }

    fn status(&mut self, name: &str, old: Described<'_>, new: Described<'_>) {
        let is_same_type = match (old.ty, new.ty) {
            (Some(old), Some(new)) => self.renames.ty(old) == Some(new),
            (old, new) => old == new,
        };
        if !is_same_type {
            let what = match (old.ty, new.ty) {
                (None, _) => format!("the body of the error {} now has a type", quoted(name)),
                (_, None) => format!(
                    "the body of the error {} no longer has a type",
                    quoted(name)
                ),
                _ => format!(
                    "the body of the error {} has a different type",
                    quoted(name)
                ),
            };
            let [before, now] = [old.ty, new.ty].map(|ty| Some(format!("types::{}", ty?)));
            self.changes
                .add_of(name, Kind::ErrorTypeChanged, what, before, now);
        }
        self.changes.documentation(Some(name), old.docs, new.docs);
    }

    /// Compares the media types of the body of a status. If only one of both has a type, this is
    /// already a change.
    fn media_types(&mut self, name: &str, old: Described<'_>, new: Described<'_>) {
        if old.media_types == new.media_types || old.ty.is_some() != new.ty.is_some() {
            return;
        }
        let what = match (old.media_types, new.media_types) {
            ([], _) => format!("the response {} now has a body", quoted(name)),
            (_, []) => format!("the response {} no longer has a body", quoted(name)),
            _ => format!("the response {} has a different format", quoted(name)),
        };
        let [before, now] = [old, new].map(|it| {
            let names = it.media_types.join(", ");
            Some(names).filter(|names| !names.is_empty())
        });
        self.changes
            .add_of(name, Kind::ResponseFormatChanged, what, before, now);
    }
}

/// The description of a status.
#[derive(Clone, Copy, Default)]
struct Described<'a> {
    docs: &'a str,
    /// The type of an error's body.
    ty: Option<&'a TypeId>,
    media_types: &'a [String],
}

impl Described<'_> {
    fn shown(self, status: &str) -> String {
        match self {
            Self { ty: Some(ty), .. } => format!("{status} types::{ty}"),
            Self { docs: "", .. } => status.to_owned(),
            Self { docs, .. } => {
                let line = docs.lines().next().unwrap_or_default();
                format!("{status} {}", shortened(line))
            }
        }
    }
}

fn statuses(operation: &Operation) -> BTreeMap<&str, Described<'_>> {
    let mut statuses: BTreeMap<&str, Described<'_>> = BTreeMap::new();
    for status in &operation.statuses {
        let described = statuses.entry(&status.status).or_default();
        described.docs = status.docs.as_str();
        described.media_types = &status.media_types;
    }
    for error in &operation.errors {
        statuses.entry(&error.status).or_default().ty = Some(&error.ty);
    }
    statuses
}

/// Returns the properties of an event with its name and fields.
fn event_name(name: &EventName) -> String {
    let fields = name.fields.iter().map(String::as_str);
    let properties: Vec<&str> = std::iter::once(name.property.as_str())
        .chain(fields)
        .collect();
    properties.join(", ")
}

/// Returns the type of a response, and whether it is the item of a stream.
fn output_type(response: &Response) -> Option<(&Type, bool)> {
    match response {
        Response::Json(ty) => Some((ty, false)),
        // Text and JSON strings have the same type for callers.
        Response::Text => Some((&Type::String, false)),
        Response::Events { ty, .. } => Some((ty, true)),
        Response::Empty | Response::Bytes | Response::Channel(_) => None,
    }
}

/// Returns the type that `send()` or `connect()` returns.
fn output(response: &Response) -> String {
    match response {
        Response::Empty => "()".to_owned(),
        Response::Json(ty) => qualified(ty),
        Response::Text => "String".to_owned(),
        Response::Bytes => "ByteStream".to_owned(),
        Response::Events { ty, .. } => format!("EventStream<{}>", qualified(ty)),
        Response::Channel(Channel { sent, received }) => {
            format!("Socket<{}, {}>", messages(sent), messages(received))
        }
    }
}

fn messages(messages: &Messages) -> String {
    match messages {
        Messages::Json(ty) => format!("Messages<{}>", qualified(ty)),
        Messages::JsonOrBytes(ty) => format!("Frames<{}>", qualified(ty)),
        Messages::Bytes => "Binary".to_owned(),
        Messages::Text => "Text".to_owned(),
        Messages::Nothing => "Nothing".to_owned(),
    }
}

/// Returns the media type of a response, if it has one.
fn format(response: &Response) -> Option<&str> {
    match response {
        Response::Json(_) => Some("application/json"),
        Response::Text => Some("text/plain"),
        Response::Events { media_type, .. } => Some(media_type),
        Response::Empty | Response::Bytes | Response::Channel(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use api::{Docs, ErrorResponse, Status};

    use super::*;
    use crate::Effect::{Breaking, Changed, Documentation};
    use crate::sample::{Sample, finds, record};

    fn responds(response: Response) -> Sample {
        Sample::default().with(move |operation| operation.response = response.clone())
    }

    fn events(media_type: &str) -> Response {
        Response::Events {
            ty: Type::String,
            media_type: media_type.to_owned(),
        }
    }

    fn fails(status: &'static str, docs: &'static str, ty: Option<&'static str>) -> Sample {
        let sample = Sample::default()
            .ty("Fault", record([]))
            .ty("Other", record([]));
        sample.with(move |operation| {
            operation.statuses.push(Status {
                status: status.to_owned(),
                docs: Docs::page(docs),
                media_types: Vec::new(),
            });
            operation.errors.extend(ty.map(|ty| ErrorResponse {
                status: status.to_owned(),
                ty: TypeId::new(ty),
            }));
        })
    }

    #[test]
    fn messages_of_a_channel_are_those_of_one_side() {
        let channel = |sent: Messages, received: Messages| {
            responds(Response::Channel(Channel { sent, received }))
                .ty("Ask", record([]))
                .ty("Song", record([]))
        };
        let json = |name: &str| Messages::Json(crate::sample::named(name));
        let old = channel(json("Ask"), json("Song"));
        let (text, bytes) = (Messages::Text, Messages::Bytes);
        let what = "the client sends different messages";
        finds(
            &old,
            &channel(text, json("Song")),
            Kind::AnswerTypeChanged,
            Breaking,
            what,
        );
        let what = "the server sends different messages";
        finds(
            &old,
            &channel(json("Ask"), bytes),
            Kind::AnswerTypeChanged,
            Breaking,
            what,
        );
    }

    #[test]
    fn a_response_of_another_type() {
        let text = Sample::default().response(Type::String);
        let number = Sample::default().response(Type::Bool);
        let what = "it returns a different type";
        finds(&text, &number, Kind::AnswerTypeChanged, Breaking, what);
        let empty = Sample::default();
        finds(&text, &empty, Kind::AnswerTypeChanged, Breaking, what);
    }

    #[test]
    fn formats_that_are_read_as_the_same_type_differ_on_the_wire() {
        let what = "its response has a different format";
        let (json, text) = (Response::Json(Type::String), Response::Text);
        let kind = Kind::ResponseFormatChanged;
        finds(&responds(json), &responds(text), kind, Changed, what);
        let (old, new) = (events("text/event-stream"), events("application/x-ndjson"));
        finds(&responds(old), &responds(new), kind, Changed, what);
    }

    #[test]
    fn a_status_comes_and_goes() {
        let (old, new) = (fails("404", "none", None), fails("409", "conflict", None));
        let found = crate::sample::found(&old, &new);
        let expected = [
            (
                Kind::StatusRemoved,
                "the status `404` is no longer documented",
            ),
            (Kind::StatusAdded, "the status `409` is now documented"),
        ];
        let expected = expected.map(|(kind, what)| (kind, Changed, what.to_owned()));
        assert_eq!(found, expected);
    }

    #[test]
    fn the_type_and_the_description_of_an_error_are_compared_apart() {
        let old = fails("404", "none", Some("Fault"));
        let new = fails("404", "none", Some("Other"));
        let what = "the body of the error `404` has a different type";
        finds(&old, &new, Kind::ErrorTypeChanged, Changed, what);
        let new = fails("404", "no such pet", Some("Fault"));
        let what = "`404` is documented differently";
        finds(&old, &new, Kind::DocumentationChanged, Documentation, what);
    }

    #[test]
    fn the_media_types_of_each_status_are_compared() {
        let with = |names: &'static [&str]| {
            fails("404", "none", None).with(|operation| {
                operation.statuses[0].media_types = names.iter().map(|&it| it.into()).collect();
            })
        };
        let kind = Kind::ResponseFormatChanged;
        let (json, text) = (with(&["application/json"]), with(&["text/plain"]));
        let what = "the response `404` has a different format";
        finds(&json, &text, kind, Changed, what);
        let what = "the response `404` now has a body";
        finds(&with(&[]), &text, kind, Changed, what);
        let what = "the response `404` no longer has a body";
        finds(&text, &with(&[]), kind, Changed, what);
    }

    #[test]
    fn another_format_of_a_successful_response_is_one_change() {
        let with = |response: Response, name: &'static str| {
            responds(response).with(|operation| {
                operation.statuses.push(Status {
                    status: "200".to_owned(),
                    docs: Docs::default(),
                    media_types: vec![name.to_owned()],
                });
            })
        };
        let json = with(Response::Json(Type::String), "application/json");
        let text = with(Response::Text, "text/plain");
        let kind = Kind::ResponseFormatChanged;
        let what = "its response has a different format";
        finds(&json, &text, kind, Changed, what);
        let (png, jpeg) = (
            with(Response::Bytes, "image/png"),
            with(Response::Bytes, "image/jpeg"),
        );
        let what = "the response `200` has a different format";
        finds(&png, &jpeg, kind, Changed, what);
    }
}
