//! The static description of an operation, used to build and send its requests.

/// The path template of custom requests, which can have any path below the base URL.
pub(super) const ANY_PATH: &str = "*";

/// The static description of an operation.
#[derive(Debug)]
pub struct Operation {
    /// The name of the operation in errors.
    pub id: &'static str,
    /// The path template relative to the base URL, with parameters in braces.
    pub path: &'static str,
    /// The server URLs of the operation in the environments of the API, if they differ from those of
    /// the API. A single URL applies to all environments.
    servers: &'static [&'static str],
    /// The value of the header `accept`.
    pub(super) accept: Option<&'static str>,
    pub(super) encoding: Encoding,
    /// The media type of the body, if it differs from the default of the encoding.
    pub(super) media_type: Option<&'static str>,
    pub(super) parameters: &'static [Parameter],
    /// The form fields with a non-default style.
    pub(super) fields: &'static [Parameter],
    /// A body without any set properties is omitted.
    pub(super) has_optional_body: bool,
    /// The authentication alternatives, if they differ from the API's default.
    pub(super) security: Option<&'static [&'static [usize]]>,
    /// The location of event names in the JSON, if the response has named events.
    pub(super) event_name: Option<EventName>,
    /// The lowercase names of the required headers that are set on the client.
    #[allow(dead_code, reason = "an API may not have such headers")]
    pub(super) client_headers: &'static [&'static str],
    /// The lowercase name of the idempotency key header.
    pub(super) idempotency: Option<&'static str>,
    /// The name of the rate limit bucket that the operation shares with others.
    bucket: Option<&'static str>,
}

/// The location of an event's name in the JSON of its type.
#[derive(Clone, Copy, Debug)]
pub(super) struct EventName {
    /// The property with the name.
    pub(super) property: &'static str,
    /// The fields of the event that are sibling properties of the name. If empty, the name is a
    /// property of the data.
    pub(super) fields: &'static [&'static str],
}

/// The encoding of a body that is neither a form with files nor a file.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code, reason = "an API may not use all of them")]
pub enum Encoding {
    /// JSON.
    Json,
    /// `application/x-www-form-urlencoded`, with properties like query parameters.
    UrlEncoded,
    /// A scalar as text.
    Text,
}

/// A parameter or form field with a different wire name than in progenitor's statements, or with a
/// non-default style.
#[derive(Debug)]
pub struct Parameter {
    /// The name in progenitor's statements.
    pub(super) name: &'static str,
    /// The wire name.
    pub(super) wire: &'static str,
    /// The style of the parameter.
    pub(super) style: Style,
    /// Reserved characters in the value are sent unencoded.
    pub(super) allow_reserved: bool,
    /// The parameter is a cookie. The statements put its text into a header with its name.
    pub(super) is_cookie: bool,
}

#[allow(dead_code, reason = "an API may not use all of it")]
impl Parameter {
    /// Creates a parameter with its name in the statements and its wire name.
    pub const fn new(name: &'static str, wire: &'static str) -> Self {
        Self {
            name,
            wire,
            style: Style::DeepObject,
            allow_reserved: false,
            is_cookie: false,
        }
    }

    /// Creates a parameter with a style.
    pub const fn styled(name: &'static str, wire: &'static str, style: Style) -> Self {
        Self {
            style,
            ..Self::new(name, wire)
        }
    }

    /// Creates a parameter whose reserved characters are sent unencoded, except for the characters
    /// that end a value.
    pub const fn reserved(name: &'static str, wire: &'static str, style: Style) -> Self {
        Self {
            allow_reserved: true,
            ..Self::styled(name, wire, style)
        }
    }

    /// Creates a parameter that is sent as a cookie.
    pub const fn cookie(name: &'static str, wire: &'static str) -> Self {
        Self {
            is_cookie: true,
            ..Self::new(name, wire)
        }
    }
}

/// The serialization style of a parameter, as defined by OpenAPI. In an exploded style, each item
/// or property is a separate parameter or part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "an API may not use all of them")]
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

#[allow(dead_code, reason = "an API may not use all of it")]
impl Operation {
    /// Creates an operation with an ID and a path. The default encoding of bodies is JSON.
    pub const fn new(id: &'static str, path: &'static str) -> Self {
        Self {
            id,
            path,
            servers: &[],
            accept: None,
            encoding: Encoding::Json,
            media_type: None,
            parameters: &[],
            fields: &[],
            has_optional_body: false,
            security: None,
            event_name: None,
            client_headers: &[],
            idempotency: None,
            bucket: None,
        }
    }

    /// Sets the server URL of the operation, or its server URLs in the environments of the API.
    #[must_use]
    pub const fn servers(mut self, base_urls: &'static [&'static str]) -> Self {
        self.servers = base_urls;
        self
    }

    /// Returns the server URL of the operation in an environment of the API, if it has its own.
    pub(super) fn server(&self, environment: usize) -> Option<&'static str> {
        self.servers
            .get(environment)
            .or(self.servers.first())
            .copied()
    }

    /// Sets the value of the header `accept`.
    #[must_use]
    pub const fn accept(mut self, media_type: &'static str) -> Self {
        self.accept = Some(media_type);
        self
    }

    /// Sets the encoding of the body.
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

    /// Sets the parameters that are renamed or have a non-default style.
    #[must_use]
    pub const fn parameters(mut self, parameters: &'static [Parameter]) -> Self {
        self.parameters = parameters;
        self
    }

    /// Sets the form fields with a non-default style.
    #[must_use]
    pub const fn fields(mut self, fields: &'static [Parameter]) -> Self {
        self.fields = fields;
        self
    }

    /// Sets the authentication alternatives, each with the indexes of its keys. If empty, no key is
    /// sent.
    #[must_use]
    pub const fn security(mut self, security: &'static [&'static [usize]]) -> Self {
        self.security = Some(security);
        self
    }

    /// Omits the body if none of its properties is set.
    #[must_use]
    pub const fn optional_body(mut self) -> Self {
        self.has_optional_body = true;
        self
    }

    /// Sets the property with the name of an event, and the event fields that are sibling
    /// properties.
    #[must_use]
    pub const fn event_name(
        mut self,
        property: &'static str,
        fields: &'static [&'static str],
    ) -> Self {
        self.event_name = Some(EventName { property, fields });
        self
    }

    /// Sets the lowercase names of the required headers that are set on the client.
    #[must_use]
    pub const fn client_headers(mut self, names: &'static [&'static str]) -> Self {
        self.client_headers = names;
        self
    }

    /// Sets the lowercase name of the header for idempotency keys.
    #[must_use]
    pub const fn idempotency(mut self, header: &'static str) -> Self {
        self.idempotency = Some(header);
        self
    }

    /// Sets the name of the rate limit bucket that the operation shares with others.
    #[must_use]
    pub const fn bucket(mut self, name: &'static str) -> Self {
        self.bucket = Some(name);
        self
    }

    /// Returns the name of the rate limit bucket. The default is the ID of the operation.
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

    /// Returns the description of the parameter with this name in the statements, if any.
    pub(super) fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters
            .iter()
            .find(|parameter| parameter.name == name)
    }
}
