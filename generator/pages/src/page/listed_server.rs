//! A line of the section `## Servers` of structured prose.

/// A server in a line such as `` `https://api.example.com` (Production, default) ``.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedServer<'a> {
    /// The URL, without a slash at its end.
    pub url: &'a str,
    /// The name, which may be empty.
    pub name: &'a str,
    /// The line marks the server as the default.
    pub is_default: bool,
}

impl<'a> ListedServer<'a> {
    /// Parses the text of a line, without the mark of a list. Returns `None` for other text.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (url, rest) = text.strip_prefix('`')?.split_once('`')?;
        let label = match rest.trim() {
            "" => "",
            label => label.strip_prefix('(')?.strip_suffix(')')?,
        };
        let default = match label {
            "default" => Some(""),
            label => label.strip_suffix(", default"),
        };
        Some(Self {
            url: url.trim_end_matches('/'),
            name: default.unwrap_or(label),
            is_default: default.is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_url_and_optionally_a_name_and_a_mark() {
        for (text, url, name, is_default) in [
            ("`https://a.example/`", "https://a.example", "", false),
            (
                "`https://a.example` (default)",
                "https://a.example",
                "",
                true,
            ),
            (
                "`https://a.example` (EU, default)",
                "https://a.example",
                "EU",
                true,
            ),
            (
                "`https://a.example` (non-default)",
                "https://a.example",
                "non-default",
                false,
            ),
        ] {
            let expected = ListedServer {
                url,
                name,
                is_default,
            };
            assert_eq!(ListedServer::parse(text), Some(expected));
        }
        assert_eq!(ListedServer::parse("https://a.example"), None);
        assert_eq!(ListedServer::parse("`https://a.example` is old"), None);
    }
}
