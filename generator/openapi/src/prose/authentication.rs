//! The authentication of requests, from the section or, without one, from the headers of the
//! samples.

use serde_json::{Value, json};

use super::property::{after_dash, plain};
use super::samples::{Credentials, Sample};
use crate::document::Assumption;

/// One alternative of the section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scheme {
    pub(super) line: usize,
    pub(super) kind: Kind,
    pub(super) description: Option<String>,
}

/// The way a key is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `Authorization: Bearer …`
    Bearer,
    /// `Authorization: Basic …`
    Basic,
    /// A header, and the prefix of the key in it.
    Header(String, Option<String>),
    /// A query parameter or a cookie: its place in OpenAPI, and its name.
    Other(&'static str, String),
    /// The page does not state how the key is sent.
    Unknown,
}

/// The platform's placeholder text for a scheme without a description.
const NO_TEXT: &str = "API Key authentication via header";

/// Parses a line of the section, such as `` `X-API-KEY` header (required) — text ``.
pub(super) fn parse(text: &str, line: usize) -> Option<Scheme> {
    parse_plain(text, line).or_else(|| parse_plain(&plain(text)?, line))
}

fn parse_plain(text: &str, line: usize) -> Option<Scheme> {
    let (facts, description) = described(text);
    let kind = if facts.starts_with("OAuth2") {
        Kind::Bearer
    } else if facts.starts_with("Authentication required") {
        Kind::Unknown
    } else {
        header(facts).or_else(|| parameter(facts))?
    };
    let description = description.filter(|text| !text.is_empty() && *text != NO_TEXT);
    Some(Scheme {
        line,
        kind,
        description: description.map(str::to_owned),
    })
}

/// Splits a line at the dash before its description. Tools that rewrite pages replace the dash.
fn described(text: &str) -> (&str, Option<&str>) {
    if let Some((facts, description)) = text.split_once(" — ") {
        return (facts, Some(description.trim()));
    }
    let mut ends = text
        .match_indices(')')
        .map(|(end, _)| text.split_at(end + 1));
    let found = ends.find_map(|(facts, rest)| Some((facts, after_dash(rest)?)));
    found.map_or((text, None), |(facts, description)| {
        (facts, Some(description.trim()))
    })
}

/// Parses `` `Authorization` header (required) (prefixed with `Token `) ``.
fn header(facts: &str) -> Option<Kind> {
    let (name, rest) = facts.strip_prefix('`')?.split_once('`')?;
    let rest = rest.trim().strip_prefix("header")?.trim();
    let (flags, prefix) = match rest.split_once("(prefixed with `") {
        Some((flags, prefix)) => (flags, Some(prefix.trim_end().strip_suffix("`)")?.trim())),
        None => (rest, None),
    };
    let flags = flags.trim();
    let is_list = flags.starts_with('(') && flags.ends_with(')');
    if !is_list && !flags.is_empty() {
        return None;
    }
    if flags.contains("bearer token") || flags.contains("OAuth2") {
        return Some(Kind::Bearer);
    }
    if flags.contains("basic auth") {
        return Some(Kind::Basic);
    }
    Some(of_header(name, prefix))
}

/// Parses `` `api_key` query parameter (required) ``, or the same for a cookie.
fn parameter(facts: &str) -> Option<Kind> {
    let (name, rest) = facts.strip_prefix('`')?.split_once('`')?;
    let (place, flags) = rest.trim().split_once('(').unwrap_or((rest.trim(), ""));
    let place = match place.trim() {
        "query" | "query parameter" => "query",
        "cookie" => "cookie",
        _ => return None,
    };
    let is_list = flags.is_empty() || flags.ends_with(')');
    is_list.then(|| Kind::Other(place, name.to_owned()))
}

/// Returns the kind of a key in a header with a prefix.
fn of_header(name: &str, prefix: Option<&str>) -> Kind {
    let prefix = prefix.filter(|prefix| !prefix.is_empty());
    let is_authorization = name.eq_ignore_ascii_case("authorization");
    match prefix.filter(|_| is_authorization) {
        Some(word) if word.eq_ignore_ascii_case("bearer") => Kind::Bearer,
        Some(word) if word.eq_ignore_ascii_case("basic") => Kind::Basic,
        _ => Kind::Header(name.to_owned(), prefix.map(str::to_owned)),
    }
}

/// Headers of samples that are not keys.
const OTHER_HEADERS: [&str; 4] = ["content-type", "accept", "user-agent", "content-length"];

/// Returns the key that the samples send in a header. Headers that are parameters are not keys.
pub(super) fn of_headers(
    samples: &[Sample<'_>],
    is_parameter: impl Fn(&str) -> bool,
) -> Option<Scheme> {
    let headers = samples.iter().flat_map(Sample::headers);
    headers
        .filter(|(_, name, _)| {
            !OTHER_HEADERS.contains(&name.to_ascii_lowercase().as_str()) && !is_parameter(name)
        })
        .find_map(|(line, name, value)| {
            let is_authorization = name.eq_ignore_ascii_case("authorization");
            let is_key = ["key", "token", "secret", "auth"];
            let is_key = is_key
                .iter()
                .any(|word| name.to_ascii_lowercase().contains(word));
            if !is_key {
                return None;
            }
            let prefix = prefix(value).filter(|it| is_authorization || it.len() > 2);
            Some(Scheme {
                line,
                kind: of_header(name, prefix),
                description: None,
            })
        })
}

/// Returns the word before the key in the value of a header. A placeholder, such as `YOUR KEY`, can
/// have several words.
fn prefix(value: &str) -> Option<&str> {
    let (first, key) = value.trim().split_once(' ')?;
    let is_scheme = ["bearer", "basic", "token"].map(|name| first.eq_ignore_ascii_case(name));
    let is_bracketed = key.starts_with(['<', '{', '[', '$']);
    let has_lower_case = first.contains(char::is_lowercase);
    let is_one_word = !key.trim().contains(' ');
    let is_prefix = is_scheme.contains(&true) || is_bracketed || has_lower_case && is_one_word;
    is_prefix.then_some(first)
}

/// Returns the authentication in the constructors of SDKs, which do not show the header. A token is
/// a bearer token by default, and a key is assumed to be one.
pub(super) fn of_constructors(samples: &[Sample<'_>]) -> Option<(Scheme, Assumption)> {
    let (line, credentials) = samples.iter().find_map(Sample::credentials)?;
    let scheme = Scheme {
        line,
        kind: match credentials {
            Credentials::Token | Credentials::Key => Kind::Bearer,
            Credentials::UserAndPassword => Kind::Basic,
        },
        description: None,
    };
    let assumption = Assumption {
        line,
        is_guess: credentials == Credentials::Key,
    };
    Some((scheme, assumption))
}

impl Scheme {
    /// Returns the name and the security scheme in OpenAPI, if it is known.
    pub(super) fn to_openapi(&self) -> Option<(String, Value)> {
        let (name, mut scheme) = match &self.kind {
            Kind::Bearer => (
                "bearer".to_owned(),
                json!({"type": "http", "scheme": "bearer"}),
            ),
            Kind::Basic => (
                "basic".to_owned(),
                json!({"type": "http", "scheme": "basic"}),
            ),
            Kind::Header(header, prefix) => {
                let mut scheme = json!({"type": "apiKey", "in": "header", "name": header});
                if let Some(prefix) = prefix {
                    scheme["x-fern-header"] = json!({ "prefix": prefix });
                }
                (header.clone(), scheme)
            }
            Kind::Other(place, name) => (
                name.clone(),
                json!({"type": "apiKey", "in": place, "name": name}),
            ),
            Kind::Unknown => return None,
        };
        if let Some(description) = &self.description {
            scheme["description"] = description.clone().into();
        }
        Some((name, scheme))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_before_the_key_is_a_prefix() {
        for (value, expected) in [
            ("Bearer <your api key>", Some("Bearer")),
            ("Token abc123", Some("Token")),
            ("SSWS {api_token}", Some("SSWS")),
            ("Key abc123", Some("Key")),
            ("YOUR KEY", None),
            ("YOUR API KEY", None),
            ("your api key", None),
            ("abc123", None),
        ] {
            assert_eq!(prefix(value), expected, "{value}");
        }
    }

    #[test]
    fn each_line_is_an_alternative() {
        let header = |name: &str, prefix: Option<&str>| {
            Kind::Header(name.to_owned(), prefix.map(str::to_owned))
        };
        for (text, kind, description) in [
            (
                "`Authorization` header (bearer token, required)",
                Kind::Bearer,
                None,
            ),
            (
                "`Authorization` header (bearer token, required) — A token.",
                Kind::Bearer,
                Some("A token."),
            ),
            (
                "`X-API-KEY` header (required) — API Key authentication via header",
                header("X-API-KEY", None),
                None,
            ),
            (
                "`Authorization` header (required) (prefixed with `Token `) — A key.",
                header("Authorization", Some("Token")),
                Some("A key."),
            ),
            (
                "&#96;X-Key&#96;\u{a0}header (required) &mdash; A key.",
                header("X-Key", None),
                Some("A key."),
            ),
            (
                "`X-Key` header (required) - A key.",
                header("X-Key", None),
                Some("A key."),
            ),
            (
                "`Authorization` header (required) (prefixed with `Bearer `)",
                Kind::Bearer,
                None,
            ),
            (
                "`Authorization` header (basic auth, required)",
                Kind::Basic,
                None,
            ),
            (
                "`Authorization` header (OAuth2, required)",
                Kind::Bearer,
                None,
            ),
            (
                "OAuth2 — send the obtained token as a bearer token",
                Kind::Bearer,
                Some("send the obtained token as a bearer token"),
            ),
            ("Authentication required", Kind::Unknown, None),
            (
                "`api_key` query parameter (required) — A key.",
                Kind::Other("query", "api_key".to_owned()),
                Some("A key."),
            ),
            (
                "`session` cookie (required)",
                Kind::Other("cookie", "session".to_owned()),
                None,
            ),
        ] {
            let scheme = parse(text, 1).expect(text);
            assert_eq!(
                (scheme.kind, scheme.description.as_deref()),
                (kind, description),
                "{text}"
            );
        }
        assert_eq!(parse("`key` trailer (required)", 1), None);
        assert_eq!(parse("words", 1), None);
    }

    #[test]
    fn a_key_of_the_samples_counts_where_there_is_no_section() {
        let text = "```go\nreq.Header.Add(\"Content-Type\", \"application/json\")\n\
                    req.Header.Add(\"X-Trace-Key\", \"1\")\nreq.Header.Add(\"Authorization\", \"Token <key>\")\n```\n";
        let lines: Vec<_> = (1..).zip(text.lines()).collect();
        let scheme = of_headers(&super::super::samples::read(&lines), |name| {
            name == "X-Trace-Key"
        });
        let scheme = scheme.expect("a key");
        assert_eq!(
            scheme.kind,
            Kind::Header("Authorization".to_owned(), Some("Token".to_owned()))
        );
        assert_eq!(scheme.line, 4);
    }

    #[test]
    fn a_token_in_a_constructor_is_a_bearer_token() {
        for (argument, is_guess) in [("token=\"a\"", false), ("api_key=key", true)] {
            let text = format!("```python\nclient = Pets({argument})\nclient.pets.list()\n```\n");
            let lines: Vec<_> = (1..).zip(text.lines()).collect();
            let samples = super::super::samples::read(&lines);
            let (scheme, assumption) = of_constructors(&samples).expect("a key");
            assert_eq!((scheme.kind, scheme.line), (Kind::Bearer, 2));
            assert_eq!(assumption, Assumption { line: 2, is_guess });
        }
    }
}
