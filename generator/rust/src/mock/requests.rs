//! Operations with the same method and path, which are distinguished by the media type of the body.

use std::collections::{BTreeMap, BTreeSet};

use api::{Api, Operation};

/// The media types of bodies, by method and path.
pub(super) struct Requests<'a>(BTreeMap<(&'a str, &'a str), BTreeSet<Option<&'a str>>>);

impl<'a> Requests<'a> {
    pub(super) fn of(api: &'a Api) -> Self {
        let mut requests: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for operation in &api.operations {
            let request = (operation.verb.as_str(), operation.path.as_str());
            requests.entry(request).or_default().insert(sent(operation));
        }
        Self(requests)
    }

    /// Returns the media type that distinguishes the operation from others with the same request,
    /// if there are any.
    pub(super) fn media_type(&self, operation: &'a Operation) -> Option<&'a str> {
        let request = (operation.verb.as_str(), operation.path.as_str());
        let media_types = self.0.get(&request)?;
        sent(operation).filter(|_| media_types.len() > 1)
    }
}

fn sent(operation: &Operation) -> Option<&str> {
    operation.body.as_ref()?.encoding.media_type()
}
