//! URLs of the documentation site.

use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use ureq::http::Uri;

/// Characters that occur in links and must be escaped in a URL.
const UNWRITABLE: &AsciiSet = &CONTROLS.add(b' ');

/// The URL of a page, without a fragment. The path is kept as in the link: of dot segments, only
/// those at the start of a relative link are resolved, so that links out of the site can be
/// detected.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SiteUrl(Uri);

impl SiteUrl {
    /// Parses a URL that starts with `https://` or `http://`.
    ///
    /// # Errors
    ///
    /// Returns the reason why the URL cannot be fetched.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let text = utf8_percent_encode(text.trim(), UNWRITABLE).to_string();
        if !["https://", "http://"]
            .iter()
            .any(|scheme| begins(&text, scheme))
        {
            return Err("it does not start with `https://` or `http://`");
        }
        let uri: Uri = text.parse().map_err(|_| "it is not a URL")?;
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        if authority.contains('@') {
            return Err("it contains a user name or a password");
        }
        if uri.host().is_none_or(str::is_empty) {
            return Err("it has no host");
        }
        Ok(Self(uri))
    }

    /// Resolves a link on the page with this URL.
    ///
    /// # Errors
    ///
    /// See [`SiteUrl::parse`].
    pub(crate) fn join(&self, link: &str) -> Result<Self, &'static str> {
        let link = link.trim();
        let scheme = self.0.scheme_str().unwrap_or_default();
        let authority = self
            .0
            .authority()
            .map_or("", |authority| authority.as_str());
        if names_scheme(link) {
            Self::parse(link)
        } else if link.starts_with("//") {
            Self::parse(&format!("{scheme}:{link}"))
        } else if link.starts_with('/') {
            Self::parse(&format!("{scheme}://{authority}{link}"))
        } else {
            let (folder, link) = from_folder(folder(self.path()), link);
            Self::parse(&format!("{scheme}://{authority}{folder}/{link}"))
        }
    }

    pub(crate) fn path(&self) -> &str {
        self.0.path()
    }

    pub(crate) fn has_query(&self) -> bool {
        self.0.query().is_some()
    }

    /// Returns `true` if the other URL has the same host and port, and is not less secure.
    pub(crate) fn is_same_site(&self, other: &Self) -> bool {
        let host = |url: &Self| url.0.host().unwrap_or_default().to_ascii_lowercase();
        let is_secure = |url: &Self| url.0.scheme_str() == Some("https");
        let becomes_secure = !is_secure(self) && is_secure(other);
        let has_default_ports = self.port() == 80 && other.port() == 443;
        let is_same_port = is_secure(self) == is_secure(other) && self.port() == other.port();
        host(self) == host(other) && (is_same_port || (becomes_secure && has_default_ports))
    }

    /// Returns `true` if the URL is in the folder of another one on the same site, or below it.
    pub(crate) fn is_beside_or_below(&self, other: &Self) -> bool {
        let rest = self.path().strip_prefix(folder(other.path()));
        let leads_elsewhere = self.path().split('/').any(|name| {
            let name = percent_decode_str(name).decode_utf8_lossy();
            matches!(&*name, "." | "..")
        });
        other.is_same_site(self)
            && rest.is_some_and(|rest| rest.starts_with('/'))
            && !leads_elsewhere
            && !self.has_query()
    }

    fn port(&self) -> u16 {
        let default = if self.0.scheme_str() == Some("https") {
            443
        } else {
            80
        };
        self.0.port_u16().unwrap_or(default)
    }
}

impl fmt::Display for SiteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Returns the folder of a path, without a trailing slash.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Resolves the dot segments at the start of a relative link. A `..` that leads out of the site is
/// kept.
fn from_folder<'a>(mut folder: &'a str, mut link: &'a str) -> (&'a str, &'a str) {
    loop {
        if let Some(rest) = link.strip_prefix("./") {
            link = rest;
        } else if let (Some(rest), Some((parent, _))) =
            (link.strip_prefix("../"), folder.rsplit_once('/'))
        {
            (folder, link) = (parent, rest);
        } else {
            return (folder, link);
        }
    }
}

fn begins(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|text| text.eq_ignore_ascii_case(start))
}

/// Returns `true` if a link is an absolute URL, such as `https://…` or `file://…`.
fn names_scheme(link: &str) -> bool {
    link.split_once("://").is_some_and(|(scheme, _)| {
        scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> SiteUrl {
        SiteUrl::parse("https://docs.example.com/v1/llms.txt").expect("a URL")
    }

    #[test]
    fn links_are_relative_to_the_page_they_are_on() {
        let joined = [
            "https://docs.example.com/a.md",
            "//docs.example.com/a.md",
            "/a.md",
            "a.md#part",
            "a b.md",
            "./a.md",
            "../a.md",
            ".././b/a.md",
            "../../a.md",
            "b/../a.md",
        ]
        .map(|link| index().join(link).map(|url| url.to_string()));
        let expected = [
            "https://docs.example.com/a.md",
            "https://docs.example.com/a.md",
            "https://docs.example.com/a.md",
            "https://docs.example.com/v1/a.md",
            "https://docs.example.com/v1/a%20b.md",
            "https://docs.example.com/v1/a.md",
            "https://docs.example.com/a.md",
            "https://docs.example.com/b/a.md",
            // These are refused later.
            "https://docs.example.com/../a.md",
            "https://docs.example.com/v1/b/../a.md",
        ];
        assert_eq!(joined, expected.map(|url| Ok(url.to_owned())));
    }

    #[test]
    fn an_invalid_url_is_refused() {
        for (text, why) in [
            ("llms.txt", "it does not start with `https://` or `http://`"),
            (
                "file:///llms.txt",
                "it does not start with `https://` or `http://`",
            ),
            ("https://", "it is not a URL"),
            (
                "https://a:b@docs.example.com/",
                "it contains a user name or a password",
            ),
        ] {
            assert_eq!(SiteUrl::parse(text).err(), Some(why), "{text}");
        }
    }

    #[test]
    fn a_folder_has_what_is_beside_or_below_a_file_of_the_same_site() {
        for (url, expected) in [
            ("/v1/llms.txt", true),
            ("/v1/pets/llms.txt", true),
            ("/llms.txt", false),
            ("/v10/llms.txt", false),
            ("/v1/../llms.txt", false),
            ("/v1/%2E./llms.txt", false),
            ("/v1/llms.txt?a=1", false),
            ("https://example.com/v1/llms.txt", false),
        ] {
            let joined = index().join(url).expect("a URL");
            assert_eq!(joined.is_beside_or_below(&index()), expected, "{url}");
        }
    }

    #[test]
    fn a_site_is_a_host_with_its_port() {
        let is_same = |one: &str, other: &str| {
            let [one, other] = [one, other].map(|text| SiteUrl::parse(text).expect(text));
            one.is_same_site(&other)
        };
        assert!(is_same(
            "https://docs.example.com/a",
            "https://Docs.Example.com:443/b"
        ));
        assert!(is_same(
            "http://docs.example.com/a",
            "https://docs.example.com/b"
        ));
        assert!(!is_same(
            "https://docs.example.com/a",
            "http://docs.example.com/b"
        ));
        assert!(!is_same(
            "https://docs.example.com/a",
            "https://example.com/a"
        ));
        assert!(!is_same(
            "http://127.0.0.1:1000/a",
            "http://127.0.0.1:1001/a"
        ));
        assert!(!is_same(
            "http://127.0.0.1:1000/a",
            "https://127.0.0.1:1001/a"
        ));
    }
}
