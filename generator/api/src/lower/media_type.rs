//! Classifies media types by their handling in the client.

use heck::ToSnakeCase;
use openapi::streaming::EVENTS;
use openapi::tree::MediaType;

pub(crate) const JSON: &str = "application/json";

const MULTIPART: &str = "multipart/form-data";
const URL_ENCODED: &str = "application/x-www-form-urlencoded";

/// The encodings of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaKind {
    Json,
    Multipart,
    UrlEncoded,
    Bytes,
    Text,
}

impl MediaKind {
    /// Returns the encoding of a body with the media type `name`.
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

/// Returns the word for this media type in the name of a method, such as `multipart` or `csv`, or
/// `None` if a body with this media type cannot be sent.
pub(crate) fn word(name: &str, content: &MediaType) -> Option<String> {
    let bare = bare(name);
    let (ty, subtype) = bare.split_once('/').filter(|(ty, subtype)| {
        let is_token = |text: &str| !text.is_empty() && text.chars().all(is_token);
        is_token(ty) && is_token(subtype)
    })?;
    let word = match MediaKind::of(name, content) {
        MediaKind::Json if !subtype.ends_with("+json") => "json",
        MediaKind::Multipart => "multipart",
        MediaKind::UrlEncoded => "form",
        MediaKind::Text if matches!(subtype, "plain" | "*") => "text",
        // Only the caller knows the boundary.
        MediaKind::Bytes if ty == "multipart" => return None,
        MediaKind::Bytes
            if matches!(bare, "application/octet-stream" | "application/*" | "*/*") =>
        {
            "bytes"
        }
        MediaKind::Bytes if subtype == "*" => ty,
        _ => {
            let prefix = ["x-", "vnd."].into_iter();
            let short = prefix
                .filter_map(|prefix| subtype.strip_prefix(prefix))
                .next();
            short.unwrap_or(subtype)
        }
    };
    let word = word.to_snake_case();
    (!word.is_empty()).then_some(word)
}

/// Returns `true` for the characters of a token, as RFC 9110 defines it.
fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

/// Returns the media type without its parameters.
pub(crate) fn bare(name: &str) -> &str {
    name.split(';').next().unwrap_or(name).trim()
}

/// Returns `true` if a body of this media type is a multipart form.
pub(crate) fn is_multipart(name: &str, content: &MediaType) -> bool {
    MediaKind::of(name, content) == MediaKind::Multipart
}

/// Returns the media type without its parameters. All JSON media types are equal, and so are ranges
/// of media types, which mean JSON in most APIs.
pub(crate) fn essence(name: &str) -> &str {
    let name = bare(name);
    let is_json = name.ends_with("+json") || is_former_json(name);
    if is_json || name == "*/*" || name == "application/*" {
        JSON
    } else {
        name
    }
}

/// Returns `true` for the names of JSON from before its registration, which frameworks still list.
pub(crate) fn is_former_json(name: &str) -> bool {
    matches!(
        bare(name),
        "text/json" | "application/x-json" | "text/x-json"
    )
}

/// Returns `true` if the name is a range of media types.
pub(crate) fn is_range(name: &str) -> bool {
    name.contains('*')
}

/// Returns `true` if the schema of the content is bytes.
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
    fn a_media_type_has_a_word_for_methods_if_it_can_be_sent() {
        for (name, expected) in [
            ("application/json; charset=utf-8", Some("json")),
            ("application/merge-patch+json", Some("merge_patch_json")),
            ("multipart/form-data", Some("multipart")),
            ("application/x-www-form-urlencoded", Some("form")),
            ("text/plain", Some("text")),
            ("text/csv", Some("csv")),
            ("application/octet-stream", Some("bytes")),
            ("application/x-ndjson", Some("ndjson")),
            ("application/vnd.ms-excel", Some("ms_excel")),
            ("audio/*", Some("audio")),
            ("multipart/related", None),
            ("form", None),
            ("text/", None),
            ("text/a b", None),
            ("text/--", None),
        ] {
            let word = word(name, &MediaType::default());
            assert_eq!(word.as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn parameters_of_a_media_type_change_nothing() {
        assert!(is_events("text/event-stream; charset=utf-8"));
        assert!(!is_events("text/plain"));
    }
}
