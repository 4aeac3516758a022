//! The merged document as typed data, the input of lowering.
//!
//! It represents the document without interpreting it. Values that are not valid OpenAPI are
//! treated as absent. Documents of pages are checked before, and other documents are checked by
//! `walk::invalid_part`.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::extensions::{
    CHANNEL, IDEMPOTENCY_HEADER, MEDIA_TYPE, RATE_LIMIT_BUCKET, REQUIRED_ALTERNATIVES, SERVER_NAME,
    SETS, STREAMING, TAG_TITLE, TYPE_ALIAS, WAIT, WEBHOOK_EVENT,
};
use crate::host::site;
use crate::renamed::Renamed;
use crate::rust_types::{self, Dependency};
use crate::server_url::{self, placeholders};
use crate::walk;
use crate::walk::referenced;
use crate::webhooks::{Signature, payload};

/// The merged document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// `info.title`
    pub title: String,
    /// `info.version`
    pub version: String,
    /// `info.description`
    pub description: String,
    /// The servers. The first one is the default server of the client.
    pub servers: Vec<Server>,
    /// The security schemes by name, in the document's order.
    pub schemes: IndexMap<String, SecurityScheme>,
    /// `security`: the default alternatives for operations, each with the names of all its schemes.
    /// Without `security`, the first scheme.
    pub security: Vec<Vec<String>>,
    /// The described tags.
    pub tags: Vec<Tag>,
    /// The operations, in the document's order.
    pub operations: Vec<Operation>,
    /// The named schemas, in the document's order.
    pub schemas: IndexMap<String, Schema>,
    /// The names by which pagination is recognized.
    pub paging_names: PagingNames,
    /// The crates whose types are used.
    pub dependencies: BTreeMap<String, Dependency>,
    /// The former names that the client keeps.
    pub renamed: Vec<Renamed>,
    /// The webhooks of the API.
    pub webhooks: Option<Webhooks>,
}

/// The names by which a paginated operation is recognized, from the document's
/// `x-paging`. If an operation has several, the first one is used. Properties of a response are
/// paths with dots between names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagingNames {
    /// Parameters with the number of a list page.
    pub page: Vec<String>,
    /// Parameters with the number of items before a list page.
    pub offset: Vec<String>,
    /// Parameters with the token of a list page.
    pub token: Vec<String>,
    /// Properties with the items.
    pub items: Vec<String>,
    /// Properties with the number of the last list page, or the number of list pages.
    pub last_page: Vec<String>,
    /// Properties with the number of all items.
    pub total: Vec<String>,
    /// Properties that indicate whether there is a next list page.
    pub has_more: Vec<String>,
    /// Properties with the token of the next list page.
    pub next_token: Vec<String>,
    /// Properties with the URL of the next list page.
    pub next_url: Vec<String>,
}

/// A server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// `url`, with the defaults of its variables.
    pub url: String,
    /// `url` with `{name}` for each of `variables`, or `None` if there are none.
    pub template: Option<String>,
    /// The variables without a list of values, in the document's order.
    pub variables: Vec<ServerVariable>,
    /// `description`
    pub description: String,
    /// The name for clients.
    pub name: Option<String>,
}

/// A variable of a server's URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerVariable {
    /// Its name in the URL.
    pub name: String,
    /// `default`
    pub default: String,
    /// Servers can have the default. Otherwise, it is only a placeholder.
    pub has_default: bool,
    /// The registrable domain contains it, so that it decides who receives requests.
    pub is_in_site: bool,
    /// `description`
    pub description: String,
}

/// A described tag of operations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tag {
    /// `name`
    pub name: String,
    /// `x-displayName`
    pub title: String,
    /// `description`
    pub description: String,
}

/// A security scheme.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SecurityScheme {
    /// `type`: `apiKey`, `http`, `oauth2`, `openIdConnect`
    pub kind: String,
    /// `in`: `header`, `query`, `cookie`
    pub location: String,
    /// `name`, of an API key
    pub name: String,
    /// `scheme`, of HTTP authentication
    pub scheme: String,
    /// The prefix of an API key in its header.
    pub prefix: Option<String>,
    /// `flows.clientCredentials`, of OAuth 2
    pub client_credentials: Option<ClientCredentials>,
}

/// The client credentials flow of OAuth 2.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientCredentials {
    /// `tokenUrl`
    pub token_url: String,
    /// The names of `scopes`, in the document's order.
    pub scopes: Vec<String>,
}

/// An operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Operation {
    /// `operationId`
    pub id: String,
    /// The path as it is sent, with `{name}` for parameters.
    pub path: String,
    /// The HTTP method, in lower case.
    pub method: String,
    /// It opens a WebSocket channel: the body is a message of the client, and the response `101` is
    /// a message of the server.
    pub is_channel: bool,
    /// `summary`
    pub summary: String,
    /// `description`
    pub description: String,
    /// The URL of the page on the documentation site: `externalDocs.url`.
    pub reference: Option<String>,
    /// The operation's own servers: `servers`. The first one is its default.
    pub servers: Vec<Server>,
    /// `deprecated`
    pub deprecated: bool,
    /// The names of the groups, outermost first, as written in the document.
    pub group: Vec<String>,
    /// The first of `tags`.
    pub tag: Option<String>,
    /// The name of the method, if the document has one.
    pub method_name: Option<String>,
    /// `security`, in the form of [`Tree::security`], or `None` if the operation does not have it.
    pub security: Option<Vec<Vec<String>>>,
    /// The parameters, in the document's order.
    pub parameters: Vec<Parameter>,
    /// `requestBody`
    pub body: Option<Body>,
    /// The responses by status, in the document's order.
    pub responses: IndexMap<String, Response>,
    /// `x-fern-pagination`
    pub pagination: Pagination,
    /// Successful responses are events, regardless of their media type.
    pub streams: bool,
    /// Properties of the body that the client sets.
    pub sets: Vec<(String, bool)>,
    /// `x-idempotency-header`
    pub idempotency: Idempotency,
    /// `x-rate-limit-bucket`
    pub bucket: Option<String>,
    /// `x-wait`
    pub wait: Option<WaitWords>,
}

/// The `x-wait` settings of an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaitWords {
    /// The name of the method.
    pub method: Option<String>,
    /// The name of the resource or task in errors.
    pub subject: Option<String>,
    /// The property with the status, as a path with dots between names.
    pub status: String,
    /// The statuses of a success.
    pub done: Vec<String>,
    /// The statuses of a failure.
    pub failed: Vec<String>,
    /// The property with the reason of a failure.
    pub reason: Option<String>,
}

/// The idempotency settings of an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Idempotency {
    /// No settings: a parameter can be the key.
    #[default]
    Unspecified,
    /// The client does not generate a key.
    Off,
    /// The key is sent in the header with this name.
    Header(String),
}

/// The pagination settings of an operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Pagination {
    /// No settings: pagination is detected from the operation.
    #[default]
    Unspecified,
    /// It is not paginated.
    Off,
    /// It is paginated with these parameters and properties. Paths have dots between names, without
    /// `$request` and `$response`.
    Described(PaginationWords),
}

/// The parameters and properties of pagination, as named in the document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PaginationWords {
    /// The parameter with a number.
    pub offset: Option<String>,
    /// The number counts items, in steps of another parameter's value.
    pub has_step: bool,
    /// The parameter with a token.
    pub cursor: Option<String>,
    /// The property with the next token.
    pub next_cursor: Option<String>,
    /// The property with the URL of the next list page.
    pub next_url: Option<String>,
    /// The property with the items.
    pub results: Option<String>,
}

/// A parameter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameter {
    /// `name`
    pub name: String,
    /// `in`
    pub location: String,
    /// `description`
    pub description: String,
    /// `required`
    pub required: bool,
    /// `deprecated`
    pub deprecated: bool,
    /// `style`
    pub style: Option<String>,
    /// `explode`
    pub explode: Option<bool>,
    /// `allowReserved`
    pub allow_reserved: bool,
    /// The media type of its `content`, if it has one.
    pub media_type: Option<String>,
    /// The name for clients.
    pub client_name: Option<String>,
    /// `example`, or the first of `examples`
    pub example: Option<Value>,
    /// `schema`
    pub schema: Schema,
}

/// A request body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// `description`
    pub description: String,
    /// `required`
    pub required: bool,
    /// By media type, in the document's order.
    pub content: IndexMap<String, MediaType>,
}

/// A body in one media type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MediaType {
    /// `schema`
    pub schema: Option<Schema>,
    /// `encoding` of a form's fields, by name.
    pub encoding: BTreeMap<String, FieldEncoding>,
}

/// The encoding of a form's field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldEncoding {
    /// `contentType`
    pub content_type: Option<String>,
    /// `style`
    pub style: Option<String>,
    /// `explode`
    pub explode: Option<bool>,
    /// `allowReserved`
    pub allow_reserved: bool,
}

/// A response.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    /// `description`
    pub description: String,
    /// It has the header `Link`.
    pub has_link: bool,
    /// The content by media type, in the document's order, or `None` if the document has no
    /// `content`.
    pub content: Option<IndexMap<String, MediaType>>,
}

/// A schema.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    /// The named schema that it references, directly or in an `allOf` with one member.
    pub reference: Option<String>,
    /// `type`
    pub kind: Option<Kind>,
    /// `format`
    pub format: Option<String>,
    /// `nullable`
    pub nullable: bool,
    /// `title`
    pub title: Option<String>,
    /// `description`
    pub description: String,
    /// `enum` of a string
    pub values: Option<Vec<String>>,
    /// `enum` of another type, with each value as JSON text
    pub literals: Vec<String>,
    /// Names and descriptions of values.
    pub value_settings: BTreeMap<String, ValueSettings>,
    /// `properties`, in the document's order
    pub properties: IndexMap<String, Schema>,
    /// `required`
    pub required: Vec<String>,
    /// Groups of alternatives. Each alternative lists its required properties.
    pub required_alternatives: Vec<Vec<Vec<String>>>,
    /// `items`
    pub items: Option<Box<Schema>>,
    /// `additionalProperties`
    pub additional: Additional,
    /// `oneOf`
    pub one_of: Option<Vec<Schema>>,
    /// `discriminator`
    pub discriminator: Option<Discriminator>,
    /// The only value, if it is not a string.
    pub constant: Option<Constant>,
    /// `default`
    pub default: Option<Value>,
    /// `example`, or the first of `examples`
    pub example: Option<Value>,
    /// `minimum` or `exclusiveMinimum`
    pub minimum: Option<Bound>,
    /// `maximum` or `exclusiveMaximum`
    pub maximum: Option<Bound>,
    /// `minLength`
    pub min_length: Option<u64>,
    /// `maxLength`
    pub max_length: Option<u64>,
    /// `minItems`
    pub min_items: Option<u64>,
    /// `maxItems`
    pub max_items: Option<u64>,
    /// `uniqueItems`
    pub unique_items: bool,
    /// `minProperties`
    pub min_properties: Option<u64>,
    /// `maxProperties`
    pub max_properties: Option<u64>,
    /// `multipleOf`, as JSON text
    pub multiple_of: Option<String>,
    /// `pattern`
    pub pattern: Option<String>,
    /// `deprecated`
    pub deprecated: bool,
    /// `readOnly`
    pub read_only: bool,
    /// `writeOnly`
    pub write_only: bool,
    /// The name for clients.
    pub client_name: Option<String>,
    /// Its name in the official SDKs.
    pub alias: Option<String>,
    /// The path of its type in another crate.
    pub rust_type: Option<String>,
}

/// One end of a range of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The number as JSON text.
    pub number: String,
    /// The range excludes the number.
    pub exclusive: bool,
}

/// The only value of a schema that is not a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constant {
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// Something else.
    Other,
}

/// The type of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `string`
    String,
    /// `integer`
    Integer,
    /// `number`
    Number,
    /// `boolean`
    Boolean,
    /// `array`
    Array,
    /// `object`
    Object,
}

/// The rule for additional properties.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Additional {
    /// Nothing.
    #[default]
    Unspecified,
    /// No additional properties are allowed.
    Closed,
    /// Additional properties can have any value.
    Any,
    /// Additional properties have this schema.
    Of(Box<Schema>),
}

/// The name and the description of a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ValueSettings {
    /// The name for clients.
    pub name: Option<String>,
    /// The description of the document.
    pub description: String,
}

/// The property that selects a variant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Discriminator {
    /// Its name.
    pub property: String,
    /// The named schemas by value, or `None` if the document has no mapping.
    pub mapping: Option<Vec<(String, String)>>,
}

/// The webhooks of the API.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Webhooks {
    /// The named schema of all events.
    pub event: String,
    /// The events, in the document's order.
    pub events: Vec<Webhook>,
    /// The signature, if the document describes one that can be verified.
    pub signature: Option<Signature>,
}

/// A webhook of the API.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Webhook {
    /// Its name.
    pub name: String,
    /// `summary`
    pub summary: String,
    /// `description`
    pub description: String,
    /// The URL of the page on the documentation site: `externalDocs.url`.
    pub reference: Option<String>,
    /// `deprecated`
    pub deprecated: bool,
    /// The schema of the body.
    pub schema: Schema,
}

impl Tree {
    /// Reads a merged document.
    pub fn read(root: &Value) -> Self {
        let schemes = map(&root["components"]["securitySchemes"], SecurityScheme::read);
        let first = schemes.keys().next().map(|name| vec![name.clone()]);
        Self {
            title: text(&root["info"]["title"]),
            version: text(&root["info"]["version"]),
            description: text(&root["info"]["description"]),
            servers: list(&root["servers"], Server::read),
            security: requirement(&root["security"]).unwrap_or_else(|| first.into_iter().collect()),
            schemes,
            tags: list(&root["tags"], Tag::read),
            operations: walk::operations(root)
                .map(|(path, method, operation)| Operation::read(path, method, operation))
                .collect(),
            schemas: map(&root["components"]["schemas"], Schema::read),
            paging_names: PagingNames::read(&root["x-paging"]),
            dependencies: rust_types::dependencies(root),
            renamed: Renamed::list(root),
            webhooks: Webhooks::read(root),
        }
    }

    /// Returns the target of a reference, or the schema itself.
    pub fn target<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        let target = schema
            .reference
            .as_ref()
            .and_then(|name| self.schemas.get(name));
        target.unwrap_or(schema)
    }
}

impl Webhooks {
    /// Reads the webhooks of a merged document. Returns `None` if it has none.
    fn read(root: &Value) -> Option<Self> {
        Some(Self {
            event: referenced(root.get(WEBHOOK_EVENT)?)?.to_owned(),
            events: walk::webhooks(root)
                .map(|(name, _, operation)| Webhook::read(name, operation))
                .collect(),
            signature: Signature::of(root).ok().flatten(),
        })
    }
}

impl Webhook {
    fn read(name: &str, object: &Map<String, Value>) -> Self {
        let node = |key: &str| object.get(key).unwrap_or(&Value::Null);
        Self {
            name: name.to_owned(),
            summary: text(node("summary")),
            description: text(node("description")),
            reference: optional(&node("externalDocs")["url"]),
            deprecated: node("deprecated") == true,
            schema: payload(object).map(Schema::read).unwrap_or_default(),
        }
    }
}

impl PagingNames {
    fn read(node: &Value) -> Self {
        let names = |key: &str, defaults: &[&str]| match &node[key] {
            Value::Array(_) => texts(&node[key]),
            _ => defaults.iter().map(|name| (*name).to_owned()).collect(),
        };
        let anywhere = |key: &str, defaults: &[&str]| match &node[key] {
            Value::Array(_) => texts(&node[key]),
            _ => in_page_objects(defaults),
        };
        Self {
            page: names("page", &["page", "page_number"]),
            offset: names("offset", &["offset", "skip", "start_at", "start_index"]),
            token: names(
                "token",
                &[
                    "page_token",
                    "cursor",
                    "start_cursor",
                    "next_page_token",
                    "after",
                    "after_id",
                    "starting_after",
                    "before",
                    "before_id",
                    "continuation_token",
                    "pagination_token",
                    "next_token",
                ],
            ),
            items: names("items", &["data", "results", "items"]),
            last_page: anywhere(
                "last-page",
                &[
                    "total_pages",
                    "total_page",
                    "page_count",
                    "pages",
                    "last_page",
                ],
            ),
            total: anywhere(
                "total",
                &[
                    "total",
                    "total_count",
                    "total_items",
                    "total_results",
                    "total_elements",
                    "total_records",
                ],
            ),
            has_more: anywhere("has-more", &["has_more", "has_next", "has_next_page"]),
            next_token: names(
                "next-token",
                &[
                    "page_info.next_page_token",
                    "next_page_token",
                    "next_cursor",
                    "pagination.next_cursor",
                    "meta.next_cursor",
                    "page_info.end_cursor",
                    "paging.next.after",
                    "paging.cursors.after",
                    "next_after",
                    "last_id",
                    "cursors.next",
                    "meta.cursors.next",
                    "paging.cursors.next",
                    "pagination.cursors.next",
                ],
            ),
            next_url: names(
                "next-url",
                &[
                    "next",
                    "next_url",
                    "next_page_url",
                    "next_link",
                    "links.next",
                    "links.next.href",
                    "pagination.next",
                    "pagination.next_url",
                    "pagination.links.next",
                    "paging.next",
                    "meta.next",
                    "meta.next_url",
                    "odata_next_link",
                ],
            ),
        }
    }
}

/// Objects of a list page with its pagination properties.
const PAGE_OBJECTS: [&str; 7] = [
    "page_info",
    "pagination",
    "meta",
    "paging",
    "page",
    "metadata",
    "meta.pagination",
];

/// Returns the paths to properties in a list page, and then in the objects with its pagination
/// properties.
fn in_page_objects(names: &[&str]) -> Vec<String> {
    let own = names.iter().map(|name| (*name).to_owned());
    let nested = PAGE_OBJECTS
        .iter()
        .flat_map(|object| names.iter().map(move |name| format!("{object}.{name}")));
    own.chain(nested).collect()
}

impl Default for PagingNames {
    fn default() -> Self {
        Self::read(&Value::Null)
    }
}

impl Server {
    fn read(node: &Value) -> Self {
        let url = text(&node["url"]);
        let (template, variables) = server_url::template(&url, node).unzip();
        let variables = variables.unwrap_or_default();
        Self {
            url: server_url::filled(&url, node),
            template,
            variables: variables
                .iter()
                .map(|(name, variable)| ServerVariable {
                    name: name.clone(),
                    default: server_url::default(variable).unwrap_or_default(),
                    has_default: server_url::has_default(&url, name, variable),
                    is_in_site: placeholders(site(&url)).any(|place| place == name),
                    description: text(&variable["description"]),
                })
                .collect(),
            description: text(&node["description"]),
            name: optional(&node[SERVER_NAME]),
        }
    }
}

impl Tag {
    fn read(tag: &Value) -> Self {
        Self {
            name: text(&tag["name"]),
            title: text(&tag[TAG_TITLE]),
            description: text(&tag["description"]),
        }
    }
}

impl SecurityScheme {
    fn read(scheme: &Value) -> Self {
        Self {
            kind: text(&scheme["type"]),
            location: text(&scheme["in"]),
            name: text(&scheme["name"]),
            scheme: text(&scheme["scheme"]),
            prefix: optional(&scheme["x-fern-header"]["prefix"]),
            client_credentials: ClientCredentials::read(&scheme["flows"]["clientCredentials"]),
        }
    }
}

impl ClientCredentials {
    fn read(flow: &Value) -> Option<Self> {
        let scopes = entries(&flow["scopes"]);
        flow.is_object().then(|| Self {
            token_url: text(&flow["tokenUrl"]),
            scopes: scopes.map(|(name, _)| name.clone()).collect(),
        })
    }
}

impl Operation {
    fn read(path: &str, method: &str, object: &Map<String, Value>) -> Self {
        let node = |key: &str| object.get(key).unwrap_or(&Value::Null);
        let body = node("requestBody");
        Self {
            id: text(node("operationId")),
            path: walk::sent_path(path).to_owned(),
            method: if method == CHANNEL { "get" } else { method }.to_owned(),
            is_channel: method == CHANNEL,
            summary: text(node("summary")),
            description: text(node("description")),
            reference: optional(&node("externalDocs")["url"]),
            servers: list(node("servers"), Server::read),
            deprecated: node("deprecated") == true,
            group: match node("x-fern-sdk-group-name") {
                Value::String(name) => vec![name.clone()],
                names => texts(names),
            },
            tag: optional(&node("tags")[0]),
            method_name: optional(node("x-fern-sdk-method-name")),
            security: requirement(node("security")),
            parameters: list(node("parameters"), Parameter::read),
            body: body.is_object().then(|| Body {
                description: text(&body["description"]),
                required: body["required"] == true,
                content: map(&body["content"], MediaType::read),
            }),
            responses: map(node("responses"), |response| Response {
                description: text(&response["description"]),
                has_link: entries(&response["headers"])
                    .any(|(name, _)| name.eq_ignore_ascii_case("link")),
                content: response["content"]
                    .is_object()
                    .then(|| map(&response["content"], MediaType::read)),
            }),
            pagination: Pagination::read(node("x-fern-pagination")),
            streams: object.contains_key(STREAMING),
            sets: entries(node(SETS))
                .filter_map(|(field, value)| Some((field.clone(), value.as_bool()?)))
                .collect(),
            idempotency: match node(IDEMPOTENCY_HEADER) {
                Value::Bool(false) => Idempotency::Off,
                Value::String(name) => Idempotency::Header(name.clone()),
                _ => Idempotency::Unspecified,
            },
            bucket: optional(node(RATE_LIMIT_BUCKET)),
            wait: object.get(WAIT).map(WaitWords::read),
        }
    }
}

impl WaitWords {
    fn read(node: &Value) -> Self {
        Self {
            method: optional(&node["method"]),
            subject: optional(&node["subject"]),
            status: text(&node["status"]),
            done: texts(&node["done"]),
            failed: texts(&node["failed"]),
            reason: optional(&node["reason"]),
        }
    }
}

impl Pagination {
    fn read(node: &Value) -> Self {
        let path = |key: &str| {
            let path = node.get(key)?.as_str()?;
            path.split_once('.').map(|(_, path)| path.to_owned())
        };
        // The response itself can be the list.
        let whole_path = |key: &str| match node.get(key)?.as_str()? {
            "$response" => Some(String::new()),
            _ => path(key),
        };
        match node {
            Value::Bool(false) => Self::Off,
            Value::Object(_) => Self::Described(PaginationWords {
                offset: path("offset"),
                has_step: node.get("step").is_some(),
                cursor: path("cursor"),
                next_cursor: path("next_cursor"),
                next_url: path("next_uri").or_else(|| path("next_path")),
                results: whole_path("results"),
            }),
            _ => Self::Unspecified,
        }
    }
}

impl Parameter {
    fn read(node: &Value) -> Self {
        Self {
            name: text(&node["name"]),
            location: text(&node["in"]),
            description: text(&node["description"]),
            required: node["required"] == true,
            deprecated: node["deprecated"] == true,
            style: optional(&node["style"]),
            explode: node["explode"].as_bool(),
            allow_reserved: node["allowReserved"] == true,
            media_type: optional(&node[MEDIA_TYPE]),
            client_name: optional(&node["x-fern-parameter-name"]),
            example: example(node),
            schema: Schema::read(&node["schema"]),
        }
    }
}

/// Returns the example of a parameter or a schema. The examples of a parameter have names.
fn example(node: &Value) -> Option<Value> {
    let first = match &node["examples"] {
        Value::Object(examples) => examples.values().next().map(|example| &example["value"]),
        examples => examples.get(0),
    };
    node.get("example").or(first).cloned()
}

impl MediaType {
    fn read(node: &Value) -> Self {
        Self {
            schema: node.get("schema").map(Schema::read),
            encoding: entries(&node["encoding"])
                .map(|(field, encoding)| {
                    let encoding = FieldEncoding {
                        content_type: optional(&encoding["contentType"]),
                        style: optional(&encoding["style"]),
                        explode: encoding["explode"].as_bool(),
                        allow_reserved: encoding["allowReserved"] == true,
                    };
                    (field.clone(), encoding)
                })
                .collect(),
        }
    }
}

impl Schema {
    /// Reads a schema of OpenAPI 3.0 or 3.1 after `normalize`.
    pub fn read(node: &Value) -> Self {
        let values = node["enum"].as_array();
        let has_values = values.is_some();
        let are_texts = values.into_iter().flatten().all(Value::is_string);
        Self {
            reference: referenced(node).map(str::to_owned),
            kind: Kind::read(&node["type"]),
            format: optional(&node["format"]),
            nullable: node["nullable"] == true,
            title: optional(&node["title"]),
            description: text(&node["description"]),
            values: (has_values && are_texts).then(|| texts(&node["enum"])),
            literals: match are_texts {
                true => Vec::new(),
                false => list(&node["enum"], Value::to_string),
            },
            value_settings: entries(&node["x-fern-enum"])
                .map(|(value, settings)| {
                    let settings = ValueSettings {
                        name: optional(&settings["name"]),
                        description: text(&settings["description"]),
                    };
                    (value.clone(), settings)
                })
                .collect(),
            properties: map(&node["properties"], Self::read),
            required: texts(&node["required"]),
            required_alternatives: list(&node[REQUIRED_ALTERNATIVES], |group| list(group, texts)),
            items: node.get("items").map(|items| Box::new(Self::read(items))),
            additional: Additional::read(&node["additionalProperties"]),
            one_of: node["oneOf"]
                .is_array()
                .then(|| list(&node["oneOf"], Self::read)),
            discriminator: Discriminator::read(&node["discriminator"]),
            constant: match node["enum"].as_array().map(Vec::as_slice) {
                Some([only]) if !are_texts => Some(Constant::read(only)),
                _ => None,
            },
            example: example(node),
            default: node
                .get("default")
                .filter(|default| !default.is_null())
                .cloned(),
            minimum: Bound::read(&node["minimum"], &node["exclusiveMinimum"]),
            maximum: Bound::read(&node["maximum"], &node["exclusiveMaximum"]),
            min_length: node["minLength"].as_u64(),
            max_length: node["maxLength"].as_u64(),
            min_items: node["minItems"].as_u64(),
            max_items: node["maxItems"].as_u64(),
            unique_items: node["uniqueItems"] == true,
            min_properties: node["minProperties"].as_u64(),
            max_properties: node["maxProperties"].as_u64(),
            multiple_of: Some(&node["multipleOf"])
                .filter(|number| number.is_number())
                .map(Value::to_string),
            pattern: optional(&node["pattern"]),
            deprecated: node["deprecated"] == true,
            read_only: node["readOnly"] == true,
            write_only: node["writeOnly"] == true,
            client_name: optional(&node["x-fern-property-name"])
                .or_else(|| optional(&node["x-fern-parameter-name"])),
            alias: optional(&node[TYPE_ALIAS]),
            rust_type: optional(&node[rust_types::TYPE]),
        }
    }

    /// Returns the text of the only value of an enumeration.
    pub fn only_value(&self) -> Option<String> {
        let values = self.values.as_ref().unwrap_or(&self.literals);
        match values.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    /// Returns the default of a scalar as text.
    pub fn default_text(&self) -> Option<String> {
        match self.default.as_ref()? {
            Value::String(text) => Some(text.clone()),
            default @ (Value::Number(_) | Value::Bool(_)) => Some(default.to_string()),
            _ => None,
        }
    }
}

impl Bound {
    /// Reads a bound whose exclusive keyword is a flag, as in 3.0, or a value, as in 3.1.
    fn read(bound: &Value, exclusive: &Value) -> Option<Self> {
        let own = exclusive.as_number();
        Some(Self {
            number: own.or_else(|| bound.as_number())?.to_string(),
            exclusive: own.is_some() || exclusive == true,
        })
    }
}

impl Constant {
    fn read(node: &Value) -> Self {
        let boolean = node.as_bool().map(Self::Bool);
        let value = boolean.or_else(|| node.as_i64().map(Self::Int));
        value.unwrap_or(Self::Other)
    }
}

impl Kind {
    fn read(node: &Value) -> Option<Self> {
        Some(match node.as_str()? {
            "string" => Self::String,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            "array" => Self::Array,
            "object" => Self::Object,
            _ => return None,
        })
    }
}

impl Additional {
    fn read(node: &Value) -> Self {
        match node {
            Value::Bool(false) => Self::Closed,
            Value::Bool(true) => Self::Any,
            Value::Object(schema) if schema.is_empty() => Self::Any,
            Value::Object(_) => Self::Of(Box::new(Schema::read(node))),
            _ => Self::Unspecified,
        }
    }
}

impl Discriminator {
    fn read(node: &Value) -> Option<Self> {
        let mapping = node["mapping"].as_object().map(|mapping| {
            let named = mapping.iter().filter_map(|(value, target)| {
                let name = target.as_str()?.rsplit('/').next()?;
                Some((value.clone(), name.to_owned()))
            });
            named.collect()
        });
        Some(Self {
            property: optional(&node["propertyName"])?,
            mapping,
        })
    }
}

/// Returns the alternatives of a security requirement.
fn requirement(node: &Value) -> Option<Vec<Vec<String>>> {
    let names = |keys: &Value| entries(keys).map(|(name, _)| name.clone()).collect();
    node.is_array().then(|| list(node, names))
}

fn optional(node: &Value) -> Option<String> {
    node.as_str().map(str::to_owned)
}

fn text(node: &Value) -> String {
    optional(node).unwrap_or_default()
}

fn texts(node: &Value) -> Vec<String> {
    let items = node.as_array().into_iter().flatten();
    items.filter_map(optional).collect()
}

fn list<T>(node: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    node.as_array().into_iter().flatten().map(read).collect()
}

fn entries(node: &Value) -> impl Iterator<Item = (&String, &Value)> {
    node.as_object().into_iter().flatten()
}

fn map<T>(node: &Value, read: impl Fn(&Value) -> T) -> IndexMap<String, T> {
    entries(node)
        .map(|(key, node)| (key.clone(), read(node)))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reference_in_a_lone_all_of_is_one_with_words_beside_it() {
        let schema = Schema::read(&json!({
            "allOf": [{"$ref": "#/components/schemas/Pet"}],
            "description": "The pet.",
            "nullable": true,
        }));
        assert_eq!(schema.reference.as_deref(), Some("Pet"));
        assert_eq!(schema.description, "The pet.");
        assert!(schema.nullable);
    }

    #[test]
    fn pagination_names_parameters_and_properties_without_their_holders() {
        let described = Pagination::read(&json!({
            "cursor": "$request.page_token",
            "next_cursor": "$response.page_info.next",
            "results": "$response.data",
        }));
        let words = PaginationWords {
            cursor: Some("page_token".to_owned()),
            next_cursor: Some("page_info.next".to_owned()),
            results: Some("data".to_owned()),
            ..PaginationWords::default()
        };
        assert_eq!(described, Pagination::Described(words));
        assert_eq!(Pagination::read(&json!(false)), Pagination::Off);
    }

    #[test]
    fn a_bound_is_read_as_3_0_and_3_1_write_it() {
        let bound = |number: &str, exclusive| {
            let number = number.to_owned();
            Some(Bound { number, exclusive })
        };
        for (schema, expected) in [
            (json!({"minimum": 1}), bound("1", false)),
            (
                json!({"minimum": 1, "exclusiveMinimum": true}),
                bound("1", true),
            ),
            (
                json!({"minimum": 1, "exclusiveMinimum": false}),
                bound("1", false),
            ),
            (json!({"exclusiveMinimum": 1.5}), bound("1.5", true)),
            (json!({"exclusiveMinimum": true}), None),
        ] {
            assert_eq!(Schema::read(&schema).minimum, expected, "{schema}");
        }
    }

    #[test]
    fn values_are_texts_or_literals() {
        let texts = Schema::read(&json!({"enum": ["a", "b"]}));
        assert_eq!(texts.values, Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(texts.literals, [""; 0]);

        let numbers = Schema::read(&json!({"enum": [1, 2.5]}));
        assert_eq!(numbers.values, None);
        assert_eq!(numbers.literals, ["1", "2.5"]);
        assert_eq!(numbers.constant, None);

        let constant = Schema::read(&json!({"enum": [true]})).constant;
        assert_eq!(constant, Some(Constant::Bool(true)));
    }

    #[test]
    fn a_value_of_an_invalid_form_is_absent() {
        let tree = Tree::read(&json!({"info": [], "paths": {"/a": {"get": {"parameters": 1}}}}));
        assert_eq!(tree.title, "");
        assert_eq!(tree.operations[0].parameters, []);
    }
}
