//! Redacts keys and URL signatures in recordings.

use http::header::COOKIE;

use super::super::api;
use super::super::call::Call;
use super::super::key::{self, KeyLocation};
use super::super::keys::Secrets;
use super::super::middleware::Attempt;

/// The replacement of a secret.
const REDACTED: &str = "[redacted]";

/// Lowercase names of query parameters that contain or describe the signature of a URL.
const SIGNATURES: [&str; 10] = [
    "awsaccesskeyid",
    "key-pair-id",
    "policy",
    "sig",
    "signature",
    "x-amz-credential",
    "x-amz-security-token",
    "x-amz-signature",
    "x-goog-credential",
    "x-goog-signature",
];

/// Returns the names of the query parameters that contain keys.
pub(super) fn key_parameters() -> impl Iterator<Item = &'static str> {
    api::KEYS.iter().filter_map(|location| match location {
        KeyLocation::Query { name } => Some(*name),
        KeyLocation::Header { .. } | KeyLocation::Cookie { .. } => None,
    })
}

/// Redacts the secrets of an attempt in texts.
pub(super) struct Redaction<'a> {
    keys: Secrets<'a>,
    /// The keys in the headers and the query of the attempt.
    sent: Vec<String>,
}

impl<'a> Redaction<'a> {
    pub(super) fn new(attempt: &Attempt, call: &'a Call) -> Self {
        let headers = attempt.headers().iter();
        let headers =
            headers.filter(|(name, value)| is_secret(name.as_str()) || value.is_sensitive());
        let mut sent = Vec::new();
        for (name, value) in headers {
            let value = value.to_str().unwrap_or_default();
            if *name == COOKIE {
                let cookies = value.split(';').filter_map(|pair| pair.split_once('='));
                sent.extend(cookies.map(|(_, value)| value.trim().to_owned()));
            } else {
                // The key may follow an authentication scheme such as `Bearer`.
                let (_, key) = value.rsplit_once(' ').unwrap_or(("", value));
                sent.push(key.to_owned());
            }
        }
        if let Some((_, query)) = attempt.url().split_once('?') {
            let pairs = form_urlencoded::parse(query.as_bytes());
            let is_key = |name: &str| key_parameters().any(|key| key.eq_ignore_ascii_case(name));
            let keys = pairs.filter(|(name, _)| is_key(name));
            sent.extend(keys.map(|(_, value)| value.into_owned()));
        }
        Self {
            keys: call.secrets(),
            sent,
        }
    }

    /// Redacts keys in a body, and signatures if the body is text.
    pub(super) fn body(&self, body: &[u8]) -> Vec<u8> {
        let mut body = self.keys.without(body.to_vec().into()).to_vec();
        for secret in &self.sent {
            body = key::without(secret, &body).unwrap_or(body);
        }
        match String::from_utf8(body) {
            Ok(text) => without_signatures(&text).into_bytes(),
            Err(bytes) => bytes.into_bytes(),
        }
    }

    /// Redacts keys and signatures in a text.
    pub(super) fn text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.body(text.as_bytes())).into_owned()
    }

    /// Redacts keys and signatures in the value of a header.
    pub(super) fn header(&self, name: &str, value: &[u8]) -> String {
        match is_secret(name) {
            true => REDACTED.to_owned(),
            false => self.text(&String::from_utf8_lossy(value)),
        }
    }
}

/// Returns `true` if a header contains a key.
fn is_secret(name: &str) -> bool {
    let keys = api::KEYS.iter().filter_map(KeyLocation::header);
    let mut names = keys.chain(["authorization", "cookie", "proxy-authorization"]);
    names.any(|known| known.eq_ignore_ascii_case(name))
}

/// Redacts keys and signatures in the queries of URLs in a text.
fn without_signatures(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let keys = key_parameters().map(str::to_ascii_lowercase);
    let names = SIGNATURES.iter().map(|name| (*name).to_owned()).chain(keys);
    let mut values: Vec<(usize, usize)> = Vec::new();
    for name in names {
        for (start, _) in lower.match_indices(&name) {
            if is_separated(&lower[..start])
                && let Some(length) = value(&lower[start + name.len()..])
            {
                let end = start + name.len() + length.1;
                values.push((start + name.len() + length.0, end));
            }
        }
    }
    values.sort_unstable();
    let mut redacted = String::with_capacity(text.len());
    let mut copied = 0;
    for (start, end) in values {
        if start >= copied {
            redacted.push_str(&text[copied..start]);
            redacted.push_str(REDACTED);
            copied = end;
        }
    }
    redacted.push_str(&text[copied..]);
    redacted
}

/// Returns `true` if a text ends with a separator that precedes the name of a query parameter. The
/// separator may be escaped as in JSON, HTML, or the query of another URL.
fn is_separated(before: &str) -> bool {
    let separators = ["?", "&", "&amp;", "%26", "%3f", "\\u0026", "\\u003f"];
    separators
        .iter()
        .any(|separator| before.ends_with(separator))
}

/// Returns the range of a parameter's value in the text after its name, if there is a value.
fn value(behind: &str) -> Option<(usize, usize)> {
    let equals = ["=", "%3d", "\\u003d"];
    let equals = equals.iter().find(|equals| behind.starts_with(**equals))?;
    let value = &behind[equals.len()..];
    let is_encoded = *equals == "%3d";
    let mut ends = value.char_indices().map(|(position, _)| position);
    let end = ends.find(|position| ends_value(&value[*position..], is_encoded));
    let end = end.unwrap_or(value.len());
    (end > 0).then(|| (equals.len(), equals.len() + end))
}

/// Returns `true` if a text starts with a terminator of a query parameter's value. The query may be
/// encoded in the query of another URL.
fn ends_value(text: &str, is_encoded: bool) -> bool {
    let is_end = |c: char| c.is_whitespace() || "&\"'<>#)`".contains(c);
    let unescaped = text.trim_start_matches('\\');
    if unescaped.len() == text.len() {
        let encoded = ["%26", "%22", "%23", "%20"];
        return text.starts_with(is_end)
            || is_encoded && encoded.iter().any(|end| text.starts_with(end));
    }
    // JSON may also escape characters that do not end the value.
    let code = unescaped.strip_prefix('u').and_then(|rest| rest.get(..4));
    let code = code.and_then(|code| u32::from_str_radix(code, 16).ok());
    match code.and_then(char::from_u32) {
        Some(escaped) => is_end(escaped),
        None => !unescaped.starts_with('/'),
    }
}
