//! The parts of a URL.

/// Splits a URL into its origin and its path, which can be empty. A URL without a scheme begins with
/// its host.
pub fn split_origin(url: &str) -> (&str, &str) {
    let host = url.find("://").map_or(0, |scheme| scheme + 3);
    let slash = url[host..].find('/');
    url.split_at(slash.map_or(url.len(), |slash| host + slash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_ends_where_the_path_begins() {
        for (url, expected) in [
            (
                "https://a.example/v1/pets",
                ("https://a.example", "/v1/pets"),
            ),
            ("https://a.example", ("https://a.example", "")),
            ("a.example/v1", ("a.example", "/v1")),
            ("/v1", ("", "/v1")),
            ("https://", ("https://", "")),
        ] {
            assert_eq!(split_origin(url), expected, "{url}");
        }
    }
}
