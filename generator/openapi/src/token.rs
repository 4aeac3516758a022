//! HTTP tokens: names of headers and authentication schemes.

/// Returns `true` if a text is a token (RFC 9110, section 5.6.2), as the name of a header or
/// a cookie is.
pub fn is_token(text: &str) -> bool {
    let is_symbol = |c| "!#$%&'*+-.^_`|~".contains(c);
    let is_token = |c: char| c.is_ascii_alphanumeric() || is_symbol(c);
    !text.is_empty() && text.chars().all(is_token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_no_blank_and_no_separator() {
        for token in ["X-Api-Key", "x_key", "a.b", "Token"] {
            assert!(is_token(token), "{token}");
        }
        for text in ["", "X Api Key", "X:Key", "X\nKey", "Schlüssel", "a;b"] {
            assert!(!is_token(text), "{text}");
        }
    }
}
