//! An operation: what a caller gives, what is sent, and what comes back.

use heck::ToPascalCase;
use pages::Place;

use super::{Constant, FormerCall, FormerName, Limits, Paging, Path, Security, Type, TypeId};
use crate::Docs;

/// An operation of the API, and the method that calls it.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// The id in the document; unique, and independent of names in Rust.
    pub id: String,
    /// The modules of the group, outermost first; empty for a method of the client.
    pub group: Vec<String>,
    /// The method of the group, or of the client.
    pub method: String,
    /// The struct that a request is built with.
    pub request: String,
    /// The function of the module `raw` that builds the request.
    pub function: String,
    /// The HTTP method, in capitals.
    pub verb: String,
    /// The path below the server, with `{name}` for parameters, by their wire names.
    pub path: String,
    /// One line about the operation.
    pub summary: Docs,
    /// The description of the page, without the summary.
    pub docs: Docs,
    /// The page on the documentation site.
    pub reference: Option<String>,
    /// The URL of the server that has it, if that is not the server of the API.
    pub server: Option<String>,
    /// Its keys, if they are not those of the API.
    pub security: Option<Security>,
    /// Set if the operation is deprecated.
    pub deprecated: Option<Deprecation>,
    /// The parameters in path, query, headers, and cookies, in the order of the page.
    pub parameters: Vec<Parameter>,
    /// The body of a request.
    pub body: Option<Body>,
    /// The body of a successful response.
    pub response: Response,
    /// The place of the names of events in their JSON, if it responds with such events.
    pub event_name: Option<EventName>,
    /// The error responses that the page describes.
    pub errors: Vec<ErrorResponse>,
    /// The statuses that the page describes, of successes and of errors, in its order.
    pub statuses: Vec<Status>,
    /// The arguments and setters of a call.
    pub call: Call,
    /// The pagination strategy of the list that it returns.
    pub paging: Option<Paging>,
    /// Properties of the body that the operation sets itself, by wire name, also where
    /// the body has no such field.
    pub sets: Vec<(String, bool)>,
    /// The header in which the client sends an idempotency key, in lower case.
    pub idempotency: Option<String>,
    /// The name that operations share which the API throttles together.
    pub bucket: Option<String>,
    /// The wait for what it returns, which is a method of its group.
    pub wait: Option<Wait>,
    /// The calls by which programs of earlier versions know it.
    pub former_calls: Vec<FormerCall>,
    /// The former names of its setters.
    pub former_setters: Vec<FormerName>,
    /// Where a page describes it; `None` for what only the overlay describes.
    pub origin: Option<Origin>,
}

/// The wait until a response has a final status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The method of the group, or of the client.
    pub method: String,
    /// What errors call the resource or the task.
    pub subject: String,
    /// The property of the response with the status.
    pub status: Path,
    /// The status is an enum; otherwise it is text.
    pub is_enum: bool,
    /// The statuses of a success.
    pub done: Vec<String>,
    /// The statuses of a failure.
    pub failed: Vec<String>,
    /// The property of the response with the reason of a failure.
    pub reason: Option<Path>,
}

/// Where an operation is described.
#[derive(Clone, Debug)]
pub struct Origin(pub Place);

/// Two operations that differ only in where they are described are the same.
impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The deprecation of an operation, a parameter, or a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deprecation {
    /// What to use instead, as plain text; may be empty.
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
    /// Where it is sent.
    pub location: Location,
    /// The style of a value with items or properties.
    pub style: Style,
    /// Reserved characters of its value are sent as they are.
    pub allow_reserved: bool,
    /// The runtime writes its text by its style. Otherwise progenitor's statements write it: in
    /// the query by its type, elsewhere by its `Display`.
    pub is_styled: bool,
    /// The type of a given value.
    pub ty: Type,
    /// A call must give it.
    pub required: bool,
    /// The number that pages or offsets begin with: the default, or a minimum of 0 or 1.
    pub first: Option<i64>,
    /// The value that the server assumes for an absent one, as JSON.
    pub default: Option<serde_json::Value>,
    /// The values that the server accepts.
    pub limits: Limits,
    /// The description of the page, with default and limits in words.
    pub docs: Docs,
    /// Set if it is deprecated.
    pub deprecated: Option<Deprecation>,
}

/// Where a parameter is sent.
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

/// The style of a value with items or properties, as OpenAPI calls it. Styles that write a type
/// alike are one: a scalar has the usual style of its location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A list repeats the name, an object is `name[property]`. It is usual in a query and a form.
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
        /// Names and values of properties have `=` between them.
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
    /// Returns the variant's name, and whether it is exploded if it can be.
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
    /// A request must have it, as the page says.
    pub required: bool,
    /// The fields that have an argument or a setter of their own.
    pub fields: Vec<BodyField>,
    /// The description of the page.
    pub docs: Docs,
}

/// The encoding of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyEncoding {
    /// As JSON, under another media type than `application/json` if there is one.
    Json(Option<String>),
    /// As `multipart/form-data`.
    Multipart,
    /// As `application/x-www-form-urlencoded`.
    UrlEncoded(Vec<FieldStyle>),
    /// As the content of a file, of this media type or of the file's own.
    File(Option<String>),
    /// As a text of this media type, `text/plain` by default.
    Text(Option<String>),
}

impl BodyEncoding {
    /// Returns the media type; `None` if it is that of the file.
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

/// The style of a form's field that is not the usual one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldStyle {
    /// The name on the wire.
    pub wire: String,
    /// The style.
    pub style: Style,
    /// Reserved characters of its value are sent as they are.
    pub allow_reserved: bool,
}

/// A field of the body, as a request offers it.
#[derive(Clone, Debug, PartialEq)]
pub struct BodyField {
    /// The position of the field in its struct; `None` for the map of the other properties.
    pub position: Option<usize>,
    /// The name of the argument or the setter.
    pub name: String,
    /// Who sets it.
    pub role: FieldRole,
}

/// Who sets a field of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldRole {
    /// The caller, with an argument.
    Argument,
    /// The caller, with a setter.
    Setter,
    /// The operation itself.
    Constant {
        /// The value.
        value: Constant,
        /// A whole body that the caller gives gets the value as well.
        forced: bool,
    },
}

/// The body of a successful response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// Nothing: the status is all.
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
    /// Nothing: the other side alone sends.
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

/// The place of the name of a Server-Sent Event in the JSON that is read as its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventName {
    /// The property that holds the name. It may be the discriminator of a union.
    pub property: String,
    /// The other fields of an event that are properties beside the name: `data`, and `id` or
    /// `retry`. If there are none, the data is the object that the name belongs to.
    pub fields: Vec<String>,
}

/// An error response that the page describes with a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorResponse {
    /// The status, such as `404` or `4XX`.
    pub status: String,
    /// The type of its body.
    pub ty: TypeId,
}

/// A status of a response, as the page describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The status, such as `200`, `4XX`, or `default`.
    pub status: String,
    /// The first paragraph of the page's description; empty if it says no more than the
    /// status.
    pub docs: Docs,
}

impl Status {
    /// Returns `true` if a call that gets this status succeeds.
    pub fn is_success(&self) -> bool {
        self.status.starts_with('2')
    }
}

/// The values of a call: required ones are arguments, optional ones are setters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The arguments, in order.
    pub arguments: Vec<Input>,
    /// The struct that holds the arguments, if there are more than a method takes.
    pub arguments_struct: Option<String>,
    /// The setters, in order.
    pub setters: Vec<Input>,
}

/// A value that a caller gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The parameter at this position of [`Operation::parameters`].
    Parameter(usize),
    /// The body as a whole.
    Body,
    /// The field at this position of [`Body::fields`].
    BodyField(usize),
}

/// The most arguments that a method takes; a struct takes their place beyond that.
pub const MOST_ARGUMENTS: usize = 4;

/// Returns the method of the client that leads to an outermost group.
pub fn accessor(group: &str) -> String {
    if names::reserved::CLIENT_METHODS.contains(&group) {
        format!("{group}_")
    } else {
        group.to_owned()
    }
}

/// Returns the methods that lead from the client to a group.
pub fn accessors<S: AsRef<str>>(group: &[S]) -> impl Iterator<Item = String> {
    group.iter().enumerate().map(|(depth, name)| match depth {
        0 => accessor(name.as_ref()),
        _ => name.as_ref().to_owned(),
    })
}

/// Returns the name of the struct of a group, which is none that a file imports.
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
    /// Returns how a program calls the operation of a client, without arguments:
    /// `assets().list()`.
    pub fn call(&self) -> String {
        let groups = accessors(&self.group).map(|accessor| format!("{accessor}()."));
        format!("{}{}()", groups.collect::<String>(), self.method)
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

    /// Returns `true` if a program can call the operation without a value.
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

    /// Returns the descriptions of error responses, by status. Statuses with one
    /// description are together.
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
        for Status { status, docs } in statuses {
            match described.iter_mut().find(|(_, known)| *known == docs) {
                Some((statuses, _)) => statuses.push(status),
                None => described.push((vec![status], docs)),
            }
        }
        described
    }

    /// Returns the types that a request and its responses mention directly.
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
