//! Extensions of the document that more than one stage knows.

/// The dialect's word for it; left on operations whose answer is events.
pub(crate) const STREAMING: &str = "x-fern-streaming";

/// Fields of the body that an operation sets itself, and their values.
pub(crate) const SETS: &str = "x-sets";

/// The media type in which a parameter is written, if it has one.
pub(crate) const MEDIA_TYPE: &str = "x-media-type";
