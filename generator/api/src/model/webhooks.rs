//! Webhooks: the requests that the API sends.

pub use openapi::webhooks::{
    Algorithm, Encoding as SignatureEncoding, Piece, SecretForm, Signature, Timestamp,
};

use super::{Origin, Type, TypeId};
use crate::Docs;

/// The requests that the API sends.
#[derive(Clone, Debug, PartialEq)]
pub struct Webhooks {
    /// The union of the payloads of all events.
    pub event: TypeId,
    /// The events, by name.
    pub events: Vec<Webhook>,
    /// The signature by which a request is verified; `None` if the document states none.
    pub signature: Option<Signature>,
}

/// A request that the API sends.
#[derive(Clone, Debug, PartialEq)]
pub struct Webhook {
    /// The name of the event, as the document has it.
    pub name: String,
    /// The type of the body, a variant of [`Webhooks::event`].
    pub ty: Type,
    /// The description of the page.
    pub docs: Docs,
    /// The URL of the page on the documentation site.
    pub reference: Option<String>,
    /// The document calls it deprecated.
    pub deprecated: bool,
    /// Where it is described; `None` for a document that was read from `openapi.json`.
    pub origin: Option<Origin>,
}
