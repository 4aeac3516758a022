//! Destinations of links.

use super::characters::is_hidden;

/// The allowed schemes of links, with the characters that follow them.
const SCHEMES: [&str; 3] = ["http://", "https://", "mailto:"];

/// Splits a URL with an allowed scheme into the scheme and the rest.
fn split(address: &str) -> Option<(&'static str, &str)> {
    SCHEMES.into_iter().find_map(|scheme| {
        let start = address.get(..scheme.len())?;
        let rest = &address[scheme.len()..];
        (start.eq_ignore_ascii_case(scheme) && !rest.is_empty()).then_some((scheme, rest))
    })
}

/// Returns a URL as the destination of a link, if its scheme is allowed. Characters that could end
/// the destination are percent-encoded, and hidden characters are dropped.
pub(super) fn allowed(address: &str) -> Option<String> {
    let shown: String = address.chars().filter(|c| !is_hidden(*c)).collect();
    let (scheme, rest) = split(shown.trim())?;
    let mut destination = scheme.to_owned();
    for c in rest.chars() {
        if c.is_whitespace() || "()<>[]{}\\\"'`|^".contains(c) {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                destination.push_str(&format!("%{byte:02X}"));
            }
        } else {
            destination.push(c);
        }
    }
    Some(without_entities(&destination))
}

/// Encodes semicolons that would end an entity.
fn without_entities(address: &str) -> String {
    let mut pieces = address.split('&');
    let mut encoded = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        encoded.push('&');
        let end = piece.find(|c: char| !c.is_ascii_alphanumeric() && c != '#');
        match end {
            Some(end) if end > 0 && piece[end..].starts_with(';') => {
                encoded.push_str(&piece[..end]);
                encoded.push_str("%3B");
                encoded.push_str(&piece[end + 1..]);
            }
            _ => encoded.push_str(piece),
        }
    }
    encoded
}

/// Returns `true` if a URL is a possible result of [`allowed`].
pub(super) fn is_allowed(address: &str) -> bool {
    allowed(address).is_some_and(|allowed| allowed == address)
}

/// Returns `true` if a text is a mail address that Markdown turns into a link.
pub(super) fn is_mail(text: &str) -> bool {
    let is_word = |text: &str| {
        let is_known = |c: char| c.is_ascii_alphanumeric() || "._-+".contains(c);
        !text.is_empty() && text.chars().all(is_known)
    };
    let Some((name, host)) = text.split_once('@') else {
        return false;
    };
    let is_label = |label: &str| {
        let is_known = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let ends = !label.starts_with('-') && !label.ends_with('-');
        !label.is_empty() && label.len() < 62 && ends && label.chars().all(is_known)
    };
    is_word(name) && host.split('.').all(is_label)
}

/// Returns the start and the end of the first web URL in a text.
pub(super) fn first_in(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    loop {
        let start = from + text[from..].find("http")?;
        let rest = &text[start..];
        let scheme = SCHEMES[..2]
            .iter()
            .find(|scheme| rest.starts_with(**scheme));
        let Some(scheme) = scheme else {
            from = start + "http".len();
            continue;
        };
        let end = rest
            .find(|c: char| c.is_whitespace() || "<>\"')(][}{`\\,;|^*".contains(c))
            .unwrap_or(rest.len());
        let address = rest[..end].trim_end_matches(['.', ':', '!', '?', '_', '~', '&']);
        if address.len() > scheme.len() && is_allowed(address) {
            return Some((start, start + address.len()));
        }
        from = start + scheme.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_web_and_mail_are_allowed() {
        for (address, expected) in [
            (
                "https://a.example/b?c=d&e=f#g",
                Some("https://a.example/b?c=d&e=f#g"),
            ),
            ("HTTPS://a.example", Some("https://a.example")),
            ("mailto:a@b.example", Some("mailto:a@b.example")),
            (
                "https://a.example/(b) c",
                Some("https://a.example/%28b%29%20c"),
            ),
            (
                "https://a.example/?b&amp;c",
                Some("https://a.example/?b&amp%3Bc"),
            ),
            ("https://a/\rb\u{202e}", Some("https://a/b")),
            ("javascript:alert(1)", None),
            ("java\tscript:alert(1)", None),
            ("data:text/html,x", None),
            ("//a.example", None),
            ("/a", None),
            ("https://", None),
            ("é", None),
        ] {
            let found = allowed(address);
            assert_eq!(found.as_deref(), expected, "{address}");
            if let Some(found) = found {
                assert!(is_allowed(&found), "{found}");
            }
        }
    }

    #[test]
    fn addresses_are_found_in_text() {
        let found = |text: &str| first_in(text).map(|(start, end)| text[start..end].to_owned());
        assert_eq!(
            found("http or (https://a.example/x)."),
            Some("https://a.example/x".to_owned())
        );
        assert_eq!(found("https:// and http"), None);
    }

    #[test]
    fn mail_has_a_name_and_a_host() {
        assert!(is_mail("a.b+c@d-e.example"));
        for text in ["a", "@b", "a@", "a@-b", "a@b..c", "a<@b"] {
            assert!(!is_mail(text), "{text}");
        }
    }
}
