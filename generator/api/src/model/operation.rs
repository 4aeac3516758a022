//! An operation: the arguments, the request, and the response.

use heck::ToPascalCase;
use pages::Place;

use super::{Constant, FormerCall, FormerName, Limits, Paging, Path, Security, Type, TypeId};
use crate::Docs;

/// An operation of the API, and the method that calls it.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// The unique ID in the document, which is independent of names in Rust.
    pub id: String,
    /// The modules of the group, outermost first. The list is empty for a method of the client.
    pub group: Vec<String>,
    /// The method of the group, or of the client.
    pub method: String,
    /// The request builder.
    pub request: String,
    /// The function of the module `raw` that builds the request.
    pub function: String,
    /// The HTTP method, in capitals.
    pub verb: String,
    /// The path relative to the server, with `{name}` for parameters, where `name` is the wire
    /// name.
    pub path: String,
    /// One line about the operation.
    pub summary: Docs,
    /// The description of the page, without the summary.
    pub docs: Docs,
    /// The page on the documentation site.
    pub reference: Option<String>,
    /// The URL of the operation's server, if it differs from the server of the API, with `{name}` for
    /// each variable that callers can set.
    pub server: Option<String>,
    /// The URLs of its server in the environments of the API, in their order. Empty if the server
    /// is the same in all of them.
    pub environment_servers: Vec<String>,
    /// The operation's keys, if they differ from those of the API.
    pub security: Option<Security>,
    /// Set if the operation is deprecated.
    pub deprecated: Option<Deprecation>,
    /// The parameters in path, query, headers, and cookies, in the order of the page.
    pub parameters: Vec<Parameter>,
    /// The body of a request.
    pub body: Option<Body>,
    /// The body of a successful response.
    pub response: Response,
    /// The location of event names in the JSON of events, if there are such names.
    pub event_name: Option<EventName>,
    /// The error responses that the page describes.
    pub errors: Vec<ErrorResponse>,
    /// The statuses of successes and errors that the page describes, in the order of the page.
    pub statuses: Vec<Status>,
    /// The arguments and setters of a call.
    pub call: Call,
    /// The pagination strategy of the list that it returns.
    pub paging: Option<Paging>,
    /// Properties of the body that the client sets, by wire name, even if the body has no such
    /// field.
    pub sets: Vec<(String, bool)>,
    /// The headers without a default that requests must have, and that the client sets: names of
    /// [`Api::headers`](crate::Api::headers).
    pub client_headers: Vec<String>,
    /// The header in which the client sends an idempotency key, in lower case.
    pub idempotency: Option<String>,
    /// The shared name of operations with a common rate limit.
    pub bucket: Option<String>,
    /// The wait for what it returns, which is a method of its group.
    pub wait: Option<Wait>,
    /// The former calls of the operation.
    pub former_calls: Vec<FormerCall>,
    /// The former names of its setters.
    pub former_setters: Vec<FormerName>,
    /// The place of the description on a page, or `None` if only the overlay describes it.
    pub origin: Option<Origin>,
}

/// The wait until a response has a final status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The method of the group, or of the client.
    pub method: String,
    /// The name of the resource or task in errors.
    pub subject: String,
    /// The property of the response with the status.
    pub status: Path,
    /// Whether the status is an enum. Otherwise, it is a string.
    pub is_enum: bool,
    /// The statuses of a success.
    pub done: Vec<String>,
    /// The statuses of a failure.
    pub failed: Vec<String>,
    /// The property of the response with the reason of a failure.
    pub reason: Option<Path>,
}

/// The place of an operation's description.
#[derive(Clone, Debug)]
pub struct Origin(pub Place);

/// The place of a description does not affect equality of operations.
impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The deprecation of an operation, a parameter, or a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deprecation {
    /// The replacement or reason, as plain text, which can be empty.
    pub note: String,
}

/// A parameter in the path, the query, a header, or a cookie.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The name of the argument or the setter.
    pub name: String,
    /// The name of the argument of the function that builds the request.
    pub argument: String,
    /// The name on the wire.
    pub wire: String,
    /// The location of the parameter.
    pub location: Location,
    /// The style of a value with items or properties.
    pub style: Style,
    /// Reserved characters of its value are not percent-encoded.
    pub allow_reserved: bool,
    /// The runtime writes its text in its style. Otherwise, progenitor's statements write it: by
    /// its type in the query, and with `Display` elsewhere.
    pub is_styled: bool,
    /// The type of the value.
    pub ty: Type,
    /// A call must pass it.
    pub required: bool,
    /// The value that the server uses if it is absent, as JSON.
    pub default: Option<serde_json::Value>,
    /// The value in examples: a string, a number, or a boolean.
    pub example: Option<serde_json::Value>,
    /// The values that the server accepts.
    pub limits: Limits,
    /// The description of the page, with default and limits in words.
    pub docs: Docs,
    /// Set if it is deprecated.
    pub deprecated: Option<Deprecation>,
}

/// The location of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
    /// In the header `cookie`.
    Cookie,
}

impl Location {
    /// Returns the name of the location in OpenAPI.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// The style of a value with items or properties, as named by OpenAPI. Styles with the same result
/// for a type are unified: a scalar has the default style of its location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A list repeats the name, and an object is `name[property]`. It is the default in queries and
    /// forms.
    DeepObject,
    /// `name=a,b`, or exploded `name=a&name=b` and `property=a`.
    Form {
        /// Each item or property is a parameter.
        explode: bool,
    },
    /// `name=a b`.
    SpaceDelimited,
    /// `name=a|b`.
    PipeDelimited,
    /// `a,b` and `property,a`, or exploded `property=a`.
    Simple {
        /// Names and values of properties are separated by `=`.
        explode: bool,
    },
    /// `.a,b`, or exploded `.a.b`.
    Label {
        /// Each item or property has a label.
        explode: bool,
    },
    /// `;name=a,b`, or exploded `;name=a;name=b`.
    Matrix {
        /// Each item or property has a name.
        explode: bool,
    },
    /// As JSON.
    Json,
}

impl Style {
    /// Returns the variant's name, and the value of `explode` if the style has it.
    pub fn parts(self) -> (&'static str, Option<bool>) {
        match self {
            Self::DeepObject => ("DeepObject", None),
            Self::Form { explode } => ("Form", Some(explode)),
            Self::SpaceDelimited => ("SpaceDelimited", None),
            Self::PipeDelimited => ("PipeDelimited", None),
            Self::Simple { explode } => ("Simple", Some(explode)),
            Self::Label { explode } => ("Label", Some(explode)),
            Self::Matrix { explode } => ("Matrix", Some(explode)),
            Self::Json => ("Json", None),
        }
    }
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The encoding.
    pub encoding: BodyEncoding,
    /// Its type.
    pub ty: Type,
    /// The limits of its values, unless they have a named type.
    pub limits: Limits,
    /// The page states that it is required.
    pub required: bool,
    /// The fields with their own argument or setter.
    pub fields: Vec<BodyField>,
    /// The description of the page.
    pub docs: Docs,
}

/// The encoding of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyEncoding {
    /// As JSON, with a media type other than `application/json` if it is set.
    Json(Option<String>),
    /// As `multipart/form-data`.
    Multipart,
    /// As `application/x-www-form-urlencoded`.
    UrlEncoded(Vec<FieldStyle>),
    /// As the content of a file, with this media type or that of the file.
    File(Option<String>),
    /// As text with this media type, which is `text/plain` by default.
    Text(Option<String>),
}

impl BodyEncoding {
    /// Returns the media type, or `None` if it is that of the file.
    pub fn media_type(&self) -> Option<&str> {
        match self {
            Self::Json(media_type) => Some(media_type.as_deref().unwrap_or("application/json")),
            Self::Multipart => Some("multipart/form-data"),
            Self::UrlEncoded(_) => Some("application/x-www-form-urlencoded"),
            Self::File(media_type) => media_type.as_deref(),
            Self::Text(media_type) => Some(media_type.as_deref().unwrap_or("text/plain")),
        }
    }
}

/// The style of a form field that differs from the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldStyle {
    /// The name on the wire.
    pub wire: String,
    /// The style.
    pub style: Style,
    /// Reserved characters of its value are not percent-encoded.
    pub allow_reserved: bool,
}

/// A field of the body that the request exposes.
#[derive(Clone, Debug, PartialEq)]
pub struct BodyField {
    /// The position of the field in its struct, or `None` for the map of the other properties.
    pub position: Option<usize>,
    /// The name of the argument or the setter.
    pub name: String,
    /// The role of the field.
    pub role: FieldRole,
}

/// The way a field of the body is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldRole {
    /// The caller, with an argument.
    Argument,
    /// The caller, with a setter.
    Setter,
    /// The client, with a constant.
    Constant {
        /// The value.
        value: Constant,
        /// The value is also set in a whole body from the caller.
        forced: bool,
    },
}

/// The body of a successful response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// No body.
    Empty,
    /// JSON of this type.
    Json(Type),
    /// Text.
    Text,
    /// Bytes, read as a stream.
    Bytes,
    /// Events, read as a stream.
    Events {
        /// The type of an event.
        ty: Type,
        /// The media type that the page names.
        media_type: String,
    },
    /// A WebSocket connection, over which both sides send messages.
    Channel(Channel),
}

/// A WebSocket channel, which a request opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// The messages of the client.
    pub sent: Messages,
    /// The messages of the server.
    pub received: Messages,
}

/// The messages of one side of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Messages {
    /// JSON of this type, in text frames.
    Json(Type),
    /// JSON of this type in text frames, and bytes in binary frames.
    JsonOrBytes(Type),
    /// Bytes, in binary frames.
    Bytes,
    /// Text that is not JSON, in text frames.
    Text,
    /// Nothing: only the other side sends messages.
    Nothing,
}

impl Messages {
    /// Returns the type of the JSON.
    pub fn ty(&self) -> Option<&Type> {
        match self {
            Self::Json(ty) | Self::JsonOrBytes(ty) => Some(ty),
            Self::Bytes | Self::Text | Self::Nothing => None,
        }
    }
}

impl Response {
    /// Returns the type of the JSON, of an event, or of a message of the server.
    pub fn ty(&self) -> Option<&Type> {
        match self {
            Self::Json(ty) | Self::Events { ty, .. } => Some(ty),
            Self::Channel(channel) => channel.received.ty(),
            Self::Empty | Self::Text | Self::Bytes => None,
        }
    }

    /// Returns the channel that a request opens.
    pub fn channel(&self) -> Option<&Channel> {
        match self {
            Self::Channel(channel) => Some(channel),
            _ => None,
        }
    }
}

/// The location of the name of a Server-Sent Event in the JSON of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventName {
    /// The property with the name. It can be the discriminator of a union.
    pub property: String,
    /// The other fields of an event that are properties: `data`, and `id` or `retry`. If the list
    /// is empty, the data is the object that contains the name.
    pub fields: Vec<String>,
}

/// An error response with a type on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorResponse {
    /// The status, such as `404` or `4XX`.
    pub status: String,
    /// The type of its body.
    pub ty: TypeId,
}

/// A status of a response on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The status, such as `200`, `4XX`, or `default`.
    pub status: String,
    /// The first paragraph of the page's description, which is empty if it adds no information to
    /// the status.
    pub docs: Docs,
    /// The media types of its body, without parameters, sorted. JSON of any kind is omitted.
    pub media_types: Vec<String>,
}

impl Status {
    /// Returns `true` if a call with this status succeeds.
    pub fn is_success(&self) -> bool {
        self.status.starts_with('2')
    }
}

/// The values of a call: required values are arguments, and optional values are setters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The arguments, in order.
    pub arguments: Vec<Input>,
    /// The struct for the arguments, if there are too many for a method.
    pub arguments_struct: Option<String>,
    /// The setters, in order.
    pub setters: Vec<Input>,
}

/// A value that a caller passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The parameter at this position of [`Operation::parameters`].
    Parameter(usize),
    /// The body as a whole.
    Body,
    /// The field at this position of [`Body::fields`].
    BodyField(usize),
}

/// The maximum number of arguments of a method. More arguments are combined into a struct.
pub const MOST_ARGUMENTS: usize = 4;

/// Returns the method of the client that returns a top-level group.
pub fn accessor(group: &str) -> String {
    if names::reserved::CLIENT_METHODS.contains(&group) {
        format!("{group}_")
    } else {
        group.to_owned()
    }
}

/// Returns the chain of methods from the client to a group.
pub fn accessors<S: AsRef<str>>(group: &[S]) -> impl Iterator<Item = String> {
    group.iter().enumerate().map(|(depth, name)| match depth {
        0 => accessor(name.as_ref()),
        _ => name.as_ref().to_owned(),
    })
}

/// Returns the name of the struct of a group. It differs from all imported names.
pub fn group_struct(group: &str) -> String {
    let name = group.to_pascal_case();
    let is_taken = name.ends_with("Request")
        || name.ends_with("Arguments")
        || names::is_keyword(&name)
        || names::reserved::IMPORTED.contains(&name.as_str());
    if is_taken {
        format!("{name}Group")
    } else {
        name
    }
}

impl Operation {
    /// Returns the call of the operation on a client, without arguments: `assets().list()`.
    pub fn call(&self) -> String {
        format!("{}()", self.call_path())
    }

    /// Returns the call of the operation on a client, without parentheses: `assets().list`.
    pub fn call_path(&self) -> String {
        let groups = accessors(&self.group).map(|accessor| format!("{accessor}()."));
        groups.chain([self.method.clone()]).collect()
    }

    /// Returns the names of the setters, in order.
    pub fn setter_names(&self) -> Vec<&str> {
        let setters = self.call.setters.iter();
        let names = setters.filter_map(|setter| match setter {
            Input::Parameter(position) => Some(self.parameters.get(*position)?.name.as_str()),
            Input::Body => Some("body"),
            Input::BodyField(position) => {
                Some(self.body.as_ref()?.fields.get(*position)?.name.as_str())
            }
        });
        names.collect()
    }

    /// Returns `true` if the operation can be called without arguments.
    pub fn requires_nothing(&self) -> bool {
        self.body.is_none() && !self.parameters.iter().any(|parameter| parameter.required)
    }

    /// Returns `true` if the body as a whole is an argument.
    pub fn takes_whole_body(&self) -> bool {
        self.call.arguments.contains(&Input::Body)
    }

    /// Returns the descriptions of successful responses, by status.
    pub fn described_successes(&self) -> Vec<(Vec<&str>, &Docs)> {
        let is_only = !self.statuses.iter().any(Status::is_success);
        self.described(|it| it.is_success() || (is_only && it.status == "default"))
    }

    /// Returns the descriptions of error responses, by status. Statuses with the same description
    /// are grouped.
    pub fn described_errors(&self) -> Vec<(Vec<&str>, &Docs)> {
        let has_success = self.statuses.iter().any(Status::is_success);
        self.described(|it| !it.is_success() && (has_success || it.status != "default"))
    }

    fn described(&self, is_one: impl Fn(&Status) -> bool) -> Vec<(Vec<&str>, &Docs)> {
        let statuses = self.statuses.iter();
        let mut statuses: Vec<&Status> = statuses
            .filter(|status| !status.docs.is_empty() && is_one(status))
            .collect();
        statuses.sort_by_key(|it| &it.status);
        let mut described: Vec<(Vec<&str>, &Docs)> = Vec::new();
        for Status { status, docs, .. } in statuses {
            match described.iter_mut().find(|(_, known)| *known == docs) {
                Some((statuses, _)) => statuses.push(status),
                None => described.push((vec![status], docs)),
            }
        }
        described
    }

    /// Returns the types that a request and its responses use directly.
    pub fn types(&self) -> Vec<&Type> {
        let parameters = self.parameters.iter().map(|parameter| &parameter.ty);
        let sent = self.sent().into_iter();
        parameters.chain(sent).chain(self.response.ty()).collect()
    }

    /// Returns the type of the body, or of the messages that the client sends.
    pub fn sent(&self) -> Option<&Type> {
        match (&self.body, self.response.channel()) {
            (Some(body), _) => Some(&body.ty),
            (None, channel) => channel?.sent.ty(),
        }
    }
}
