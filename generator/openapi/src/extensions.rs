//! Extensions of the document that more than one stage knows.

/// The dialect's word for it; left on operations whose answer is events.
pub(crate) const STREAMING: &str = "x-fern-streaming";

/// Fields of the body that an operation sets itself, and their values.
pub(crate) const SETS: &str = "x-sets";

/// The name that a schema would have without `x-type-names`, by which the official SDKs call
/// the type.
pub(crate) const TYPE_ALIAS: &str = "x-type-alias";

/// The header in which an operation has an idempotency key; `false` if the client sends none.
pub(crate) const IDEMPOTENCY_HEADER: &str = "x-idempotency-header";

/// The name that operations share which the API throttles together.
pub(crate) const RATE_LIMIT_BUCKET: &str = "x-rate-limit-bucket";

/// The statuses that end a wait for what an operation returns.
pub(crate) const WAIT: &str = "x-wait";

/// Groups of alternatives, each with the properties that it needs: an object has all properties
/// of one alternative of each group.
pub(crate) const REQUIRED_ALTERNATIVES: &str = "x-required-alternatives";

/// The media type in which a parameter is written, if it has one.
pub(crate) const MEDIA_TYPE: &str = "x-media-type";

/// An operation that the API calls.
pub(crate) const WEBHOOK: &str = "x-fern-webhook";

/// The signature of the requests that the API sends.
pub(crate) const WEBHOOK_SIGNATURE: &str = "x-webhook-signature";

/// The union of the payloads of the requests that the API sends.
pub(crate) const WEBHOOK_EVENT: &str = "x-webhook-event";

/// The name of a server, and so of an environment of the client.
pub(crate) const SERVER_NAME: &str = "x-fern-server-name";

/// A WebSocket channel, as a key of a path item. Its operation has the request that opens the
/// channel; the body is a message of the client, and the response `101` is one of the server.
pub(crate) const CHANNEL: &str = "x-websocket";
