//! Constants of the API: its URL, its authentication, and its environment variables.

use std::time::Duration;

use super::key::KeyLocation;
use super::server_variables::{ServerVariable, UrlPart};

/// The display name of the API.
pub(super) const TITLE: &str = "Example";

/// The template of the base URL, to which the paths of all operations are appended.
pub(super) const BASE_URL: &str = "https://{region}.example.com/{version}";

/// The variables of servers' URLs.
pub(super) static SERVER_VARIABLES: &[ServerVariable] = &[
    ServerVariable {
        setter: "region",
        place: "{region}",
        default: Some("api"),
        part: UrlPart::Host,
    },
    ServerVariable {
        setter: "version",
        place: "{version}",
        default: Some("v1"),
        part: UrlPart::Segment,
    },
    ServerVariable {
        setter: "index_host",
        place: "{index_host}",
        default: None,
        part: UrlPart::Authority,
    },
];

/// The locations of the keys. [`ClientBuilder::api_key`](super::ClientBuilder) sets the first key.
pub(super) static KEYS: &[KeyLocation] = &[
    KeyLocation::Header {
        name: "x-api-key",
        prefix: "",
    },
    KeyLocation::Header {
        name: "x-app-id",
        prefix: "",
    },
    KeyLocation::Cookie { name: "session" },
    KeyLocation::Header {
        name: "authorization",
        prefix: "Bearer ",
    },
    KeyLocation::Query { name: "access_key" },
];

/// The default authentication alternatives, for operations that do not define their own. Each
/// alternative lists the indexes of its keys in [`KEYS`].
pub(super) const SECURITY: &[&[usize]] = &[&[0], &[3]];

/// The builder methods that set the keys after the first, each with the environment variable of the
/// key.
pub(super) const OTHER_KEYS: &[(&str, &str)] = &[
    ("app_id", "EXAMPLE_APP_ID"),
    ("session", "EXAMPLE_SESSION"),
    ("token", "EXAMPLE_TOKEN"),
];

/// The index in [`KEYS`] of the key that is an access token.
pub(super) const TOKEN_KEY: usize = 3;

/// The URL of the OAuth token endpoint, absolute or relative to the base URL.
pub(super) const TOKEN_URL: &str = "/oauth/token";

/// The default scopes of access tokens.
pub(super) const TOKEN_SCOPES: &[&str] = &["read", "write"];

/// The environment variables for the client ID and the client secret.
pub(super) const CLIENT_VARIABLES: (&str, &str) = ("EXAMPLE_CLIENT_ID", "EXAMPLE_CLIENT_SECRET");

/// The headers that are sent with every request: lowercase name and default value.
pub(super) const CONSTANT_HEADERS: &[(&str, &str)] = &[("example-version", "2025-06-26")];

/// The headers that operations require and that have no default: lowercase name, builder method, and
/// environment variable.
pub(super) const REQUIRED_HEADERS: &[(&str, &str, &str)] =
    &[("example-tenant", "tenant", "EXAMPLE_TENANT")];

/// `true` if the API rejects requests without a key.
pub(super) const KEY_IS_REQUIRED: bool = true;

/// The default timeout of each attempt.
pub(super) const TIMEOUT: Duration = Duration::from_secs(600);

/// The environment variables for the API key. The first one that is set is used.
pub(super) const KEY_VARIABLES: &[&str] = &["EXAMPLE_API_KEY", "EXAMPLE_KEY"];

/// The environment variables for the user name and the password.
pub(super) const USER_VARIABLES: (&str, &str) = ("EXAMPLE_USERNAME", "EXAMPLE_PASSWORD");

/// The environment variable for the base URL.
pub(super) const BASE_URL_VARIABLE: &str = "EXAMPLE_BASE_URL";

/// The value of the `user-agent` header.
pub(super) const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
