//! Facts about the API: where it is and how it is told who calls.

use super::key::KeyLocation;

/// The name of the API, as people know it.
pub(super) const TITLE: &str = "Example";

/// The address that the paths of all operations are below.
pub(super) const BASE_URL: &str = "https://api.example.com/v1";

/// Where the API expects the key.
pub(super) const KEY_LOCATION: KeyLocation = KeyLocation::Header {
    name: "x-api-key",
    prefix: "",
};

/// The headers that all requests have with one value, by name in lower case.
pub(super) const CONSTANT_HEADERS: &[(&str, &str)] = &[("example-version", "2025-06-26")];

/// Whether the API is known to refuse calls without a key.
pub(super) const KEY_IS_REQUIRED: bool = true;

/// The environment variables that may hold the key; the first one set counts.
pub(super) const KEY_VARIABLES: &[&str] = &["EXAMPLE_API_KEY", "EXAMPLE_KEY"];

/// The environment variables that may hold a user and a password.
pub(super) const USER_VARIABLES: (&str, &str) = ("EXAMPLE_USERNAME", "EXAMPLE_PASSWORD");

/// The environment variable that may hold another base address.
pub(super) const BASE_URL_VARIABLE: &str = "EXAMPLE_BASE_URL";

/// The value of the `user-agent` header.
pub(super) const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
