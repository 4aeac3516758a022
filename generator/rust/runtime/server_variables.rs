//! The variables of server URLs, and their substitution.
//!
//! A value must not change other components of the URL. Otherwise, a value such as a customer name
//! could send the key to another host.

use std::sync::Arc;

use reqwest::Url;

use super::api;
use super::call::Call;
use super::client::ClientBuilder;
use super::error::{Error, RequestError};
use super::transport::Transport;

/// A variable of a server URL.
pub(super) struct ServerVariable {
    /// The builder method that sets the variable.
    pub(super) setter: &'static str,
    /// The placeholder in the URL template, with its braces.
    pub(super) place: &'static str,
    /// The default. Without a default, calls need a value.
    pub(super) default: Option<&'static str>,
    pub(super) part: UrlPart,
}

/// The component of a URL that a variable fills.
#[allow(dead_code, reason = "an API may not have variables in all parts")]
pub(super) enum UrlPart {
    /// The host, and optionally the port.
    Authority,
    /// Labels of the host.
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
        let values = &mut self.server_variables.values;
        values.retain(|(known, _)| *known != position);
        values.push((position, value.into()));
        self
    }
}

/// The values that the program has set.
#[derive(Clone, Default)]
pub(super) struct ServerVariables {
    /// The values, by the indexes of their variables.
    values: Vec<(usize, String)>,
    /// The builder method of a variable of the base URL that has neither a value nor a default.
    unset: Option<&'static str>,
}

impl ServerVariables {
    /// Returns the values for a client with this base URL, which can have placeholders.
    pub(super) fn of_base(mut self, template: &str) -> Self {
        self.unset = self.fill(template).1;
        self
    }

    /// Substitutes the variables in a URL template. Also returns the builder method of a variable
    /// that has neither a value nor a default.
    fn fill(&self, template: &str) -> (String, Option<&'static str>) {
        let mut url = template.to_owned();
        let mut unset = None;
        for (position, variable) in api::SERVER_VARIABLES.iter().enumerate() {
            if !url.contains(variable.place) {
                continue;
            }
            let mut values = self.values.iter();
            let value = match values.find(|(known, _)| *known == position) {
                Some((_, value)) => value,
                None => variable.default.unwrap_or_else(|| {
                    unset.get_or_insert(variable.setter);
                    variable.place.trim_matches(['{', '}'])
                }),
            };
            url = url.replace(variable.place, value);
        }
        (url, unset)
    }
}

/// Checks the values of the variables, and substitutes them in a URL template. A base URL that the
/// program sets has no placeholders.
///
/// # Errors
///
/// Returns [`Error::InvalidConfiguration`] if a value would change other components of the
/// URL.
pub(super) fn filled(builder: &ClientBuilder, template: &str) -> Result<String, Error> {
    if builder.replaces_servers {
        return Ok(template.to_owned());
    }
    for (position, value) in &builder.server_variables.values {
        if let Some(variable) = api::SERVER_VARIABLES.get(*position) {
            variable.check(value)?;
        }
    }
    Ok(builder.server_variables.fill(template).0)
}

/// Substitutes the variables in the URL of the operation's server.
///
/// # Errors
///
/// Returns an error with the builder method of a variable that has neither a value nor a default.
pub(super) fn locate(call: &mut Call) -> Result<(), RequestError> {
    let transport = &call.transport;
    if transport.replaces_servers {
        return Ok(());
    }
    let variables = &transport.server_variables;
    let (url, unset) = match call.server() {
        Some(server) if server.contains('{') => variables.fill(server),
        Some(_) => return Ok(()),
        None => (String::new(), variables.unset),
    };
    let error = |message| Err(RequestError::new(call.operation.id, message));
    if let Some(setter) = unset {
        return error(format!(
            "the URL of its server is incomplete: set the value with `ClientBuilder::{setter}`"
        ));
    }
    if url.is_empty() {
        return Ok(());
    }
    let Ok(url) = Url::parse(&url) else {
        return error("the URL of its server is invalid".to_owned());
    };
    let mut transport = Transport::clone(transport);
    transport.base_url = url.as_str().trim_end_matches('/').into();
    transport.replaces_servers = true;
    call.transport = Arc::new(transport);
    Ok(())
}

impl ServerVariable {
    /// Checks that a value does not change other components of the URL. The error does not contain
    /// the value, which may be secret.
    fn check(&self, value: &str) -> Result<(), Error> {
        let (is_inside, allowed) = match self.part {
            UrlPart::Authority => (
                is_authority(value),
                "a host name, optionally with a port: letters, digits, `-`, `_`, and single dots \
                 between them",
            ),
            UrlPart::Host => (
                is_host(value),
                "a part of the host: letters, digits, `-`, `_`, and single dots between them",
            ),
            UrlPart::Port => (is_port(value), "a port: a number up to 65535"),
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
        if is_inside || Some(value) == self.default {
            return Ok(());
        }
        let setter = self.setter;
        let message = format!("the value of `ClientBuilder::{setter}` is not {allowed}");
        Err(Error::invalid(message, None))
    }
}

fn is_authority(value: &str) -> bool {
    match value.split_once(':') {
        Some((host, port)) => is_host(host) && is_port(port),
        None => is_host(value),
    }
}

fn is_host(value: &str) -> bool {
    value.split('.').all(is_label)
}

fn is_port(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_digit()) && value.parse::<u16>().is_ok()
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
            default: Some("default"),
            part,
        };
        variable.check(value).is_ok()
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
            let is_with_port = value == "a:1";
            assert_eq!(
                is_accepted(UrlPart::Authority, value),
                is_with_port,
                "{value:?}"
            );
        }
    }

    #[test]
    fn a_whole_host_can_have_a_port() {
        for value in ["pets.test", "pets.test:8443", "10.0.0.1:1", "localhost"] {
            assert!(is_accepted(UrlPart::Authority, value), "{value}");
        }
        for value in [
            "pets.test:",
            "pets.test:65536",
            ":1",
            "a:1:2",
            "a:1/b",
            "a:b@c",
            "a:+1",
        ] {
            assert!(!is_accepted(UrlPart::Authority, value), "{value:?}");
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
