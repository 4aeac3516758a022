//! Facts about the API: where it is and how it is told who calls.

use std::time::Duration;

use super::key::KeyLocation;
use super::server_variables::{ServerVariable, UrlPart};

/// The name of the API, as people know it.
pub(super) const TITLE: &str = "Example";

/// The template of the URL that the paths of all operations are below.
pub(super) const BASE_URL: &str = "https://{region}.example.com/{version}";

/// The variables of the server's URL.
pub(super) static SERVER_VARIABLES: &[ServerVariable] = &[
    ServerVariable {
        setter: "region",
        place: "{region}",
        default: "api",
        part: UrlPart::Host,
    },
    ServerVariable {
        setter: "version",
        place: "{version}",
        default: "v1",
        part: UrlPart::Segment,
    },
];

/// The places of the keys. The first is that of [`ClientBuilder::api_key`](super::ClientBuilder).
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

/// The alternatives of authentication of operations that have none of their own, each with the
/// positions of its keys.
pub(super) const SECURITY: &[&[usize]] = &[&[0], &[3]];

/// The methods of the builder that set the other keys, and the environment variables that may
/// hold them.
pub(super) const OTHER_KEYS: &[(&str, &str)] = &[
    ("app_id", "EXAMPLE_APP_ID"),
    ("session", "EXAMPLE_SESSION"),
    ("token", "EXAMPLE_TOKEN"),
];

/// The position of the key that is an access token.
pub(super) const TOKEN_KEY: usize = 3;

/// The URL that returns access tokens, which may be relative to the base URL.
pub(super) const TOKEN_URL: &str = "/oauth/token";

/// The scopes of access tokens.
pub(super) const TOKEN_SCOPES: &[&str] = &["read", "write"];

/// The environment variables that may hold the id and the secret for access tokens.
pub(super) const CLIENT_VARIABLES: (&str, &str) = ("EXAMPLE_CLIENT_ID", "EXAMPLE_CLIENT_SECRET");

/// The headers that all requests have with one value, by name in lower case.
pub(super) const CONSTANT_HEADERS: &[(&str, &str)] = &[("example-version", "2025-06-26")];

/// Whether the API is known to refuse calls without a key.
pub(super) const KEY_IS_REQUIRED: bool = true;

/// The default time for each attempt of a call.
pub(super) const TIMEOUT: Duration = Duration::from_secs(600);

/// The environment variables that may hold the key; the first one set counts.
pub(super) const KEY_VARIABLES: &[&str] = &["EXAMPLE_API_KEY", "EXAMPLE_KEY"];

/// The environment variables that may hold a user and a password.
pub(super) const USER_VARIABLES: (&str, &str) = ("EXAMPLE_USERNAME", "EXAMPLE_PASSWORD");

/// The environment variable that may hold another base address.
pub(super) const BASE_URL_VARIABLE: &str = "EXAMPLE_BASE_URL";

/// The value of the `user-agent` header.
pub(super) const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
