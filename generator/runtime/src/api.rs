//! Facts about the API: where it is and how it is told who calls.

/// The name of the API, as people know it.
pub(super) const TITLE: &str = "Example";

/// The address that the paths of all operations are below.
pub(super) const BASE_URL: &str = "https://api.example.com/v1";

/// The header that carries the key, in lower case.
pub(super) const KEY_HEADER: &str = "x-api-key";

/// What stands before the key in its header.
pub(super) const KEY_PREFIX: &str = "";

/// The environment variables that may hold the key; the first one set counts.
pub(super) const KEY_VARIABLES: &[&str] = &["EXAMPLE_API_KEY", "EXAMPLE_KEY"];

/// The environment variable that may hold another base address.
pub(super) const BASE_URL_VARIABLE: &str = "EXAMPLE_BASE_URL";

/// What the client calls itself.
pub(super) const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
