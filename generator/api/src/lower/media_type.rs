//! Media types, by what the client does with them.

use openapi::streaming::EVENTS;
use openapi::tree::MediaType;

pub(crate) const JSON: &str = "application/json";

const MULTIPART: &str = "multipart/form-data";
const URL_ENCODED: &str = "application/x-www-form-urlencoded";

/// The ways to write a body, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MediaKind {
    Json,
    Multipart,
    UrlEncoded,
    Bytes,
    Text,
}

impl MediaKind {
    /// Returns how a body of the media type `name` is written.
    pub(crate) fn of(name: &str, content: &MediaType) -> Self {
        if is_range(name) && is_binary(content) {
            return Self::Bytes;
        }
        match essence(name) {
            JSON => Self::Json,
            MULTIPART => Self::Multipart,
            URL_ENCODED => Self::UrlEncoded,
            text if text.starts_with("text/") => Self::Text,
            _ => Self::Bytes,
        }
    }
}

/// Returns `true` if a body of this media type is a multipart form.
pub(crate) fn is_multipart(name: &str, content: &MediaType) -> bool {
    MediaKind::of(name, content) == MediaKind::Multipart
}

/// Returns the media type without its parameters. All media types that hold JSON are
/// the same, and so is a range of media types: most APIs mean JSON by it.
pub(crate) fn essence(name: &str) -> &str {
    let name = name.split(';').next().unwrap_or(name).trim();
    if name.ends_with("+json") || name == "*/*" || name == "application/*" {
        JSON
    } else {
        name
    }
}

/// Returns `true` if the name stands for several media types.
pub(crate) fn is_range(name: &str) -> bool {
    name.contains('*')
}

/// Returns `true` if the content is bytes, as its own schema says.
pub(crate) fn is_binary(content: &MediaType) -> bool {
    let schema = content.schema.as_ref();
    schema.is_some_and(|schema| schema.format.as_deref() == Some("binary"))
}

/// Returns `true` if a response of this media type is events.
pub(crate) fn is_events(name: &str) -> bool {
    EVENTS.contains(&essence(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_several_names() {
        for name in [
            "application/json",
            "application/json; charset=utf-8",
            "application/problem+json",
            "*/*",
            "application/*",
        ] {
            assert_eq!(essence(name), JSON, "{name}");
        }
        assert_eq!(essence("text/csv; header=absent"), "text/csv");
    }

    #[test]
    fn parameters_of_a_media_type_change_nothing() {
        assert!(is_events("text/event-stream; charset=utf-8"));
        assert!(!is_events("text/plain"));
    }
}
