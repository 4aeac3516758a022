//! Interprets the header `content-type`: character encodings and event streams.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

/// Decodes the text of a body. A byte order mark takes precedence over the header. The default
/// encoding is UTF-8. Invalid characters are replaced with `U+FFFD`.
pub(super) fn text<'a>(headers: &HeaderMap, body: &'a [u8]) -> Cow<'a, str> {
    let (text, _, _) = named(headers).unwrap_or(UTF_8).decode(body);
    text
}

/// Decodes a body that is not UTF-8, if the headers specify another encoding.
#[cold]
pub(super) fn other_text<'a>(headers: &HeaderMap, body: &'a [u8]) -> Option<Cow<'a, str>> {
    let encoding = named(headers).filter(|encoding| *encoding != UTF_8);
    let encoding = encoding.or_else(|| Encoding::for_bom(body).map(|(encoding, _)| encoding));
    let (text, _, has_errors) = encoding?.decode(body);
    (!has_errors).then_some(text)
}

/// Returns `true` if the body is Server-Sent Events, which may never end.
pub(super) fn is_event_stream(headers: &HeaderMap) -> bool {
    const EVENTS: &[u8] = b"text/event-stream";
    let value = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let Some((bare, rest)) = value.and_then(|value| value.split_at_checked(EVENTS.len())) else {
        return false;
    };
    bare.eq_ignore_ascii_case(EVENTS)
        && matches!(rest.trim_ascii_start().first(), None | Some(b';'))
}

/// Returns the encoding that the headers specify, if it is supported.
fn named(headers: &HeaderMap) -> Option<&'static Encoding> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let parameters = value.split(';').skip(1);
    let mut parameters = parameters.filter_map(|parameter| parameter.split_once('='));
    let (_, label) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Encoding::for_label(label.trim().trim_matches(['"', '\'']).as_bytes())
}
