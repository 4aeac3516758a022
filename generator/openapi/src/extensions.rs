//! Extensions of the document that several stages use.

/// The extension for streaming. It remains on operations that respond with events.
pub(crate) const STREAMING: &str = "x-fern-streaming";

/// Fields of the body that the client sets, and their values.
pub(crate) const SETS: &str = "x-sets";

/// The name that a schema would have without `x-type-names`, which is its name in the official
/// SDKs.
pub(crate) const TYPE_ALIAS: &str = "x-type-alias";

/// The header with the idempotency key of an operation, or `false` if the client does not send one.
pub(crate) const IDEMPOTENCY_HEADER: &str = "x-idempotency-header";

/// The shared name of operations with a common rate limit.
pub(crate) const RATE_LIMIT_BUCKET: &str = "x-rate-limit-bucket";

/// The statuses that end a wait for what an operation returns.
pub(crate) const WAIT: &str = "x-wait";

/// The key of a security scheme has no description, so that its prefix is not known. It is removed
/// when pages are merged.
pub(crate) const UNDESCRIBED: &str = "x-undescribed";

/// Groups of alternatives. Each alternative lists its required properties. An object has all
/// properties of one alternative of each group.
pub(crate) const REQUIRED_ALTERNATIVES: &str = "x-required-alternatives";

/// The media type of a parameter's value, if it has one.
pub(crate) const MEDIA_TYPE: &str = "x-media-type";

/// The title of a tag.
pub(crate) const TAG_TITLE: &str = "x-displayName";

/// A webhook: an operation that the API calls.
pub(crate) const WEBHOOK: &str = "x-fern-webhook";

/// The signature of webhooks.
pub(crate) const WEBHOOK_SIGNATURE: &str = "x-webhook-signature";

/// The union of the payloads of all webhooks.
pub(crate) const WEBHOOK_EVENT: &str = "x-webhook-event";

/// The name of a server, and so of an environment of the client.
pub(crate) const SERVER_NAME: &str = "x-fern-server-name";

/// A server's variable has no default in the pages. Its `default` is then only a placeholder.
pub(crate) const NO_DEFAULT: &str = "x-no-default";

/// A WebSocket channel, as a key of a path item. Its operation describes the request that opens the
/// channel. The body is a message of the client, and the response `101` is a message of the server.
pub(crate) const CHANNEL: &str = "x-websocket";
