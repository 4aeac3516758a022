//! HTTP Basic authentication (RFC 7617): a user name and a password instead of a key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::api;
use super::client::ClientBuilder;
use super::key::KeyLocation;

impl ClientBuilder {
    /// Sets the user name and the password. The user name must not contain a colon.
    ///
    /// This is equivalent to [`api_key`](Self::api_key) with `user:password`. A key without a colon
    /// is a user name with an empty password.
    pub fn basic_auth(self, user: impl AsRef<str>, password: impl AsRef<str>) -> Self {
        self.api_key([user.as_ref(), ":", password.as_ref()].concat())
    }
}

/// Returns the user name and the password from two environment variables, joined with a colon.
pub(super) fn from_variables(set: impl Fn(&str) -> Option<String>) -> Option<String> {
    let (user, password) = api::USER_VARIABLES;
    Some(credentials(&set(user)?, &set(password).unwrap_or_default()))
}

fn credentials(user: &str, password: &str) -> String {
    [user, ":", password].concat()
}

/// Returns a key as it is sent in a header. For Basic authentication, encodes the user name and the
/// password in Base64.
pub(super) fn encoded(location: &KeyLocation, key: String) -> String {
    match location {
        KeyLocation::Header {
            prefix: "Basic ", ..
        } => base64(&key),
        _ => key,
    }
}

fn base64(key: &str) -> String {
    match key.contains(':') {
        true => STANDARD.encode(key),
        false => STANDARD.encode(credentials(key, "")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_and_a_password_are_sent_in_base64() {
        // The example of RFC 7617.
        assert_eq!(
            base64("Aladdin:open sesame"),
            "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
    }

    #[test]
    fn a_key_without_a_colon_is_a_user_with_an_empty_password() {
        assert_eq!(base64("key"), base64("key:"));
    }

    #[test]
    fn variables_hold_the_user_and_the_password() {
        let (user, password) = api::USER_VARIABLES;
        let set = |name: &str| match name {
            name if name == user => Some("me".to_owned()),
            name if name == password => Some("a:b".to_owned()),
            _ => None,
        };
        assert_eq!(from_variables(set).as_deref(), Some("me:a:b"));
        assert_eq!(from_variables(|_| None), None);
    }
}
