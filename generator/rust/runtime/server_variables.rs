//! The variables of the server URL, and their substitution.
//!
//! A value must not change other components of the URL. Otherwise, a value such as a customer name
//! could send the key to another host.

use super::api;
use super::client::ClientBuilder;
use super::error::Error;

/// A variable of the server URL.
pub(super) struct ServerVariable {
    /// The builder method that sets the variable.
    pub(super) setter: &'static str,
    /// The placeholder in the URL template, with its braces.
    pub(super) place: &'static str,
    pub(super) default: &'static str,
    pub(super) part: UrlPart,
}

/// The component of a URL that a variable fills.
#[allow(dead_code, reason = "an API may not have variables in all parts")]
pub(super) enum UrlPart {
    Host,
    Port,
    /// One path segment, or a part of it.
    Segment,
    /// One or more path segments.
    Segments,
    /// A path after the host, which is empty or starts with a slash.
    Path,
}

impl ClientBuilder {
    /// Sets the variable at an index of `api::SERVER_VARIABLES`.
    #[allow(dead_code, reason = "methods of generated crates call it")]
    pub(crate) fn server_variable(mut self, position: usize, value: impl Into<String>) -> Self {
        let values = &mut self.server_variables.0;
        values.retain(|(known, _)| *known != position);
        values.push((position, value.into()));
        self
    }
}

/// The values that the program has set, by the indexes of their variables.
#[derive(Clone, Default)]
pub(super) struct ServerVariables(Vec<(usize, String)>);

/// Substitutes the variables in a URL template. A base URL that the program sets has no
/// placeholders.
///
/// # Errors
///
/// Returns [`Error::InvalidConfiguration`] if a value would change other components of the
/// URL.
pub(super) fn filled(builder: &ClientBuilder, template: &str) -> Result<String, Error> {
    let mut url = template.to_owned();
    if builder.replaces_servers {
        return Ok(url);
    }
    for (position, variable) in api::SERVER_VARIABLES.iter().enumerate() {
        let mut values = builder.server_variables.0.iter();
        let value = match values.find(|(known, _)| *known == position) {
            Some((_, value)) => variable.checked(value)?,
            None => variable.default,
        };
        url = url.replace(variable.place, value);
    }
    Ok(url)
}

impl ServerVariable {
    /// Checks that a value does not change other components of the URL. The error does not contain
    /// the value, which may be secret.
    fn checked<'a>(&self, value: &'a str) -> Result<&'a str, Error> {
        let (is_inside, allowed) = match self.part {
            UrlPart::Host => (
                value.split('.').all(is_label),
                "a part of the host: letters, digits, `-`, `_`, and single dots between them",
            ),
            UrlPart::Port => (
                is_digits(value) && value.parse::<u16>().is_ok(),
                "a port: a number up to 65535",
            ),
            UrlPart::Segment => (
                is_segment(value),
                "a path segment: letters, digits, `-`, `_`, `~`, and dots, but not only dots",
            ),
            UrlPart::Segments => (
                are_segments(value),
                "path segments separated by `/`: letters, digits, `-`, `_`, `~`, and \
                 dots, but not only dots",
            ),
            UrlPart::Path => (
                value.is_empty() || value.strip_prefix('/').is_some_and(are_segments),
                "a path that is empty or starts with `/`: letters, digits, `-`, `_`, `~`, and \
                 dots, but not only dots",
            ),
        };
        if is_inside || value == self.default {
            return Ok(value);
        }
        let setter = self.setter;
        let message = format!("the value of `ClientBuilder::{setter}` is not {allowed}");
        Err(Error::invalid(message, None))
    }
}

fn is_digits(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns `true` if a text is a host name label. Only ASCII is allowed, because some other
/// characters normalize to dots or slashes.
fn is_label(value: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    !value.is_empty() && value.bytes().all(is_allowed)
}

/// Returns `true` if a text needs no encoding in a path segment, and does not consist of only dots,
/// because `.` and `..` change the path.
fn is_segment(value: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    value.bytes().any(|byte| byte != b'.') && value.bytes().all(is_allowed)
}

fn are_segments(value: &str) -> bool {
    value.split('/').all(is_segment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_accepted(part: UrlPart, value: &str) -> bool {
        let variable = ServerVariable {
            setter: "tenant",
            place: "{tenant}",
            default: "default",
            part,
        };
        variable.checked(value).is_ok()
    }

    #[test]
    fn a_value_does_not_leave_the_host() {
        for value in ["acme", "acme-2.eu", "A_b", "10.0.0.1"] {
            assert!(is_accepted(UrlPart::Host, value), "{value}");
        }
        for value in [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "a/b",
            "a\\b",
            "a?b",
            "a#b",
            "a@b",
            "a:1",
            "a%2fb",
            "a b",
            "a\n",
            "a\u{0}",
            "a\u{ff0f}b",
            "a\u{3002}b",
            "{a}",
            "[::1]",
        ] {
            assert!(!is_accepted(UrlPart::Host, value), "{value:?}");
        }
    }

    #[test]
    fn a_port_is_a_number() {
        assert!(is_accepted(UrlPart::Port, "8443"));
        for value in ["", "65536", "+1", "80/a", "80@a"] {
            assert!(!is_accepted(UrlPart::Port, value), "{value:?}");
        }
    }

    #[test]
    fn a_value_does_not_leave_the_path() {
        for value in ["v1", "2024-01.beta", "~a_b"] {
            assert!(is_accepted(UrlPart::Segment, value), "{value}");
        }
        for value in [
            "", ".", "..", "a/b", "a?b", "a#b", "%2e", "a\\b", "a b", "é",
        ] {
            assert!(!is_accepted(UrlPart::Segment, value), "{value:?}");
        }
        assert!(is_accepted(UrlPart::Segments, "api/v2"));
        for value in ["", "/a", "a/", "a//b", "a/../b", "a/./b"] {
            assert!(!is_accepted(UrlPart::Segments, value), "{value:?}");
        }
        for value in ["", "/v1", "/api/v1"] {
            assert!(is_accepted(UrlPart::Path, value), "{value:?}");
        }
        for value in [".other.test", ":80", "@other.test", "/", "/a/..", "//a"] {
            assert!(!is_accepted(UrlPart::Path, value), "{value:?}");
        }
    }
}
