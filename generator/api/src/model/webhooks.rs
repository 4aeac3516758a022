//! Webhooks: requests that the API sends.

pub use openapi::webhooks::{
    Algorithm, Encoding as SignatureEncoding, Piece, SecretForm, Signature, Timestamp,
};

use super::{Origin, Type, TypeId};
use crate::Docs;

/// The webhooks of an API.
#[derive(Clone, Debug, PartialEq)]
pub struct Webhooks {
    /// The union of the payloads of all events.
    pub event: TypeId,
    /// The events, by name.
    pub events: Vec<Webhook>,
    /// The signature of requests, or `None` if the document does not describe one.
    pub signature: Option<Signature>,
}

/// A request that the API sends.
#[derive(Clone, Debug, PartialEq)]
pub struct Webhook {
    /// The name of the event in the document.
    pub name: String,
    /// The type of the body, a variant of [`Webhooks::event`].
    pub ty: Type,
    /// The description of the page.
    pub docs: Docs,
    /// The URL of the page on the documentation site.
    pub reference: Option<String>,
    /// The document marks it as deprecated.
    pub deprecated: bool,
    /// The place of its description, or `None` for a document from `openapi.json`.
    pub origin: Option<Origin>,
}
