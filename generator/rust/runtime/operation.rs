//! The description of an operation, which its request is built and sent by.

/// The path of an operation whose calls have any path below the base URL.
pub(super) const ANY_PATH: &str = "*";

/// The description of an operation, which all of its calls share.
#[derive(Debug)]
pub struct Operation {
    /// The name by which errors call it.
    pub id: &'static str,
    /// The path below the base URL, with its parameters in braces.
    pub path: &'static str,
    /// The base URL, where it is not that of the API.
    pub(super) server: Option<&'static str>,
    /// The value of the header `accept`.
    pub(super) accept: Option<&'static str>,
    pub(super) encoding: Encoding,
    /// The media type of the body, where it is not that of its encoding.
    pub(super) media_type: Option<&'static str>,
    pub(super) parameters: &'static [Parameter],
    /// The fields of a form that have a style of their own.
    pub(super) fields: &'static [Parameter],
    /// A body of which nothing is set is not sent.
    pub(super) has_optional_body: bool,
    /// Its keys, if they are not those of the API.
    pub(super) security: Option<&'static [&'static [usize]]>,
    /// The place of the names of events, if the response has such.
    pub(super) event_name: Option<EventName>,
    /// The header of its idempotency key, in lower case.
    pub(super) idempotency: Option<&'static str>,
    /// The name that operations share which the API throttles together.
    bucket: Option<&'static str>,
}

/// The place of the name of an event in the JSON that is read as its type.
#[derive(Clone, Copy, Debug)]
pub(super) struct EventName {
    /// The property that holds the name.
    pub(super) property: &'static str,
    /// The fields of the event that are properties beside the name. If there are none, the
    /// data is the object that the name belongs to.
    pub(super) fields: &'static [&'static str],
}

/// The encoding of a body that is neither a form with files nor a file.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code, reason = "an API may not need all of them")]
pub enum Encoding {
    /// JSON.
    Json,
    /// The properties of an object like query parameters.
    UrlEncoded,
    /// The text of a scalar.
    Text,
}

/// A parameter that is not sent under the name in the statements that build the request, or
/// not in the usual style, or a field of a form that is not.
#[derive(Debug)]
pub struct Parameter {
    /// The name in the statements.
    pub(super) name: &'static str,
    /// The name that is sent.
    pub(super) wire: &'static str,
    /// Its style in a query.
    pub(super) style: Style,
    /// Reserved characters of its value are sent as they are.
    pub(super) allow_reserved: bool,
    /// It is a cookie, whose text the statements put into a header of its name.
    pub(super) is_cookie: bool,
}

#[allow(dead_code, reason = "an API may not need all of it")]
impl Parameter {
    /// Returns the parameter with this name in the statements, which is sent under another.
    pub const fn new(name: &'static str, wire: &'static str) -> Self {
        Self {
            name,
            wire,
            style: Style::DeepObject,
            allow_reserved: false,
            is_cookie: false,
        }
    }

    /// Sets the style.
    #[must_use]
    pub const fn style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    /// Sends reserved characters as they are, except for those that end a value.
    #[must_use]
    pub const fn allow_reserved(mut self) -> Self {
        self.allow_reserved = true;
        self
    }

    /// Sends the parameter in the header `cookie`.
    #[must_use]
    pub const fn cookie(mut self) -> Self {
        self.is_cookie = true;
        self
    }
}

/// The style of a parameter, as OpenAPI calls it. A value with items or properties is exploded
/// if each of them is a parameter or a part of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "an API may not need all of them")]
pub enum Style {
    /// A scalar as `name=value`, a list as one parameter per item, and an object as
    /// `name[property]=value` for each property.
    DeepObject,
    /// `name=a,b`.
    Form,
    /// `name=a&name=b`; an object is `property=a&other=b`.
    FormExploded,
    /// `name=a%20b`.
    SpaceDelimited,
    /// `name=a%7Cb`.
    PipeDelimited,
    /// `a,b`; an object is `property,a`.
    Simple,
    /// `a,b`; an object is `property=a`.
    SimpleExploded,
    /// `.a,b`.
    Label,
    /// `.a.b`.
    LabelExploded,
    /// `;name=a,b`.
    Matrix,
    /// `;name=a;name=b`.
    MatrixExploded,
    /// A JSON value.
    Json,
}

#[allow(dead_code, reason = "an API may not need all of it")]
impl Operation {
    /// Returns the operation with this id and path, which sends JSON if it sends a body.
    pub const fn new(id: &'static str, path: &'static str) -> Self {
        Self {
            id,
            path,
            server: None,
            accept: None,
            encoding: Encoding::Json,
            media_type: None,
            parameters: &[],
            fields: &[],
            has_optional_body: false,
            security: None,
            event_name: None,
            idempotency: None,
            bucket: None,
        }
    }

    /// Sets the base URL of an operation on another server.
    #[must_use]
    pub const fn server(mut self, base_url: &'static str) -> Self {
        self.server = Some(base_url);
        self
    }

    /// Sets the value of the header `accept`.
    #[must_use]
    pub const fn accept(mut self, media_type: &'static str) -> Self {
        self.accept = Some(media_type);
        self
    }

    /// Sets how a body is encoded.
    #[must_use]
    pub const fn encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// Sets the media type of the body.
    #[must_use]
    pub const fn media_type(mut self, media_type: &'static str) -> Self {
        self.media_type = Some(media_type);
        self
    }

    /// Sets the parameters that are renamed, or have a style of their own.
    #[must_use]
    pub const fn parameters(mut self, parameters: &'static [Parameter]) -> Self {
        self.parameters = parameters;
        self
    }

    /// Sets the fields of a form that have a style of their own.
    #[must_use]
    pub const fn fields(mut self, fields: &'static [Parameter]) -> Self {
        self.fields = fields;
        self
    }

    /// Sets the alternatives of authentication, each with the positions of its keys. Without an
    /// alternative, no key is sent.
    #[must_use]
    pub const fn security(mut self, security: &'static [&'static [usize]]) -> Self {
        self.security = Some(security);
        self
    }

    /// Sends no body if nothing of it is set.
    #[must_use]
    pub const fn optional_body(mut self) -> Self {
        self.has_optional_body = true;
        self
    }

    /// Sets the property that holds the name of an event, and the fields of the event that
    /// are properties beside it.
    #[must_use]
    pub const fn event_name(
        mut self,
        property: &'static str,
        fields: &'static [&'static str],
    ) -> Self {
        self.event_name = Some(EventName { property, fields });
        self
    }

    /// Sends an idempotency key in the header with this name, which is in lower case.
    #[must_use]
    pub const fn idempotency(mut self, header: &'static str) -> Self {
        self.idempotency = Some(header);
        self
    }

    /// Sets the name that operations share which the API throttles together.
    #[must_use]
    pub const fn bucket(mut self, name: &'static str) -> Self {
        self.bucket = Some(name);
        self
    }

    /// Returns the name by which calls are throttled: that of the operation if it shares none.
    pub(super) fn bucket_name(&self) -> &'static str {
        self.bucket.unwrap_or(self.id)
    }

    /// Returns the media type of a body that is neither a form with files nor a file.
    pub(super) fn media_type_of_body(&self) -> &'static str {
        self.media_type.unwrap_or(match self.encoding {
            Encoding::Json => "application/json",
            Encoding::UrlEncoded => "application/x-www-form-urlencoded",
            Encoding::Text => "text/plain",
        })
    }

    /// Returns the description of the parameter with this name, if it has one.
    pub(super) fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters
            .iter()
            .find(|parameter| parameter.name == name)
    }
}
