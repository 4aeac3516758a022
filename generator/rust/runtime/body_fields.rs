//! Undocumented properties that a caller adds to the body of a request.

use std::collections::BTreeMap;

use reqwest::Body;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::error::RequestError;
use super::operation::{Encoding, Operation};
use super::outgoing::{Outgoing, Streamed};
use super::query;

/// Properties in the order in which they were added.
#[derive(Clone, Default)]
pub(super) struct BodyFields {
    fields: Vec<(String, Value)>,
    /// The error of the first value that cannot be serialized as JSON.
    error: Option<String>,
}

impl BodyFields {
    pub(super) fn push(&mut self, name: String, value: serde_json::Result<Value>) {
        match value {
            Ok(value) => self.fields.push((name, value)),
            Err(error) => {
                let message =
                    || format!("the value of `{name}` cannot be serialized as JSON: {error}");
                self.error.get_or_insert_with(message);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.error.is_none()
    }

    /// Returns these properties followed by `others`.
    pub(super) fn with(&self, others: &Self) -> Self {
        let mut both = self.clone();
        both.fields.extend(others.fields.iter().cloned());
        both.error = both.error.or_else(|| others.error.clone());
        both
    }

    /// Returns the names of the properties.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.fields.iter().map(|(name, _)| name)
    }

    /// Adds the properties to the body of a request. They replace documented properties with the
    /// same name.
    ///
    /// # Errors
    ///
    /// Returns an error if a value cannot be serialized as JSON, or if the body is neither an
    /// object nor a form.
    #[cold]
    pub(super) fn add_to(
        &self,
        outgoing: &mut Outgoing,
        operation: &Operation,
    ) -> Result<(), RequestError> {
        if let Some(error) = &self.error {
            return Err(RequestError::unnamed(error));
        }
        match outgoing.streamed_mut() {
            Some(Streamed::Form(form)) => {
                for (name, value) in &self.fields {
                    form.replace(name, value);
                }
                return form.checked().map(drop);
            }
            Some(Streamed::Upload { .. }) => return Err(no_properties()),
            None => {}
        }
        let body = outgoing.request.body();
        let body = body.and_then(Body::as_bytes).unwrap_or_default();
        let body = match operation.encoding {
            Encoding::Json => self.in_json(body)?,
            Encoding::UrlEncoded => self.in_form(body)?,
            Encoding::Text => return Err(no_properties()),
        };
        outgoing.set_bytes(body.into(), operation.media_type_of_body());
        Ok(())
    }

    fn in_json(&self, body: &[u8]) -> Result<String, RequestError> {
        let mut object: BTreeMap<String, Box<RawValue>> = match body {
            [] => BTreeMap::new(),
            body => serde_json::from_slice(body).map_err(|_| no_properties())?,
        };
        let fail = |cause: serde_json::Error| RequestError::caused(cause.to_string(), cause);
        for (name, value) in &self.fields {
            object.insert(name.clone(), to_raw_value(value).map_err(fail)?);
        }
        serde_json::to_string(&object).map_err(fail)
    }

    fn in_form(&self, body: &[u8]) -> Result<String, RequestError> {
        query::replaced(body, &self.fields)
            .map_err(|cause| RequestError::caused(cause.to_string(), cause))
    }
}

fn no_properties() -> RequestError {
    RequestError::unnamed(
        "properties cannot be added to a body that is neither an object nor a form",
    )
}
