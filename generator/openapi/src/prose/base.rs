//! The border between server and path in request lines.
//!
//! A request line contains both in one URL. The border is taken from a page with an OpenAPI block,
//! or from a listed or configured server. Otherwise, the server ends after the common prefix of all
//! request lines of a host.

use std::collections::BTreeMap;

use pages::url::split_origin;

use super::name::is_version;

/// The servers at which request lines are split.
#[derive(Debug, Default)]
pub(crate) struct Bases {
    /// The known servers, longest first.
    known: Vec<String>,
    /// The common path of the request lines of each origin.
    common: BTreeMap<String, String>,
}

impl Bases {
    /// Finds the borders for pages with these request lines. `known` are the known servers.
    pub(crate) fn new<'a>(
        urls: impl Iterator<Item = &'a str>,
        known: impl Iterator<Item = String>,
    ) -> Self {
        let known = known.map(|server| server.trim_end_matches('/').to_owned());
        let mut known: Vec<String> = known
            .filter(|server| !split_origin(server).1.is_empty())
            .collect();
        known.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        known.dedup();
        let mut hosts: BTreeMap<&str, Vec<Vec<&str>>> = BTreeMap::new();
        for url in urls.filter(|url| !url.starts_with('/')) {
            let (origin, path) = split_origin(url);
            let path = path.split(['?', '#']).next().unwrap_or_default();
            let segments = path.split('/').filter(|segment| !segment.is_empty());
            hosts.entry(origin).or_default().push(segments.collect());
        }
        let common = hosts
            .into_iter()
            .map(|(origin, paths)| (origin.to_owned(), common_path(&paths)));
        Self {
            known,
            common: common.collect(),
        }
    }

    /// Splits a URL into server and path. A path of which the server is not known has none.
    pub(crate) fn split<'a>(&self, url: &'a str) -> (&'a str, &'a str) {
        if url.starts_with('/') {
            return ("", self.below_base(url));
        }
        let (origin, _) = split_origin(url);
        let base = self.known.iter().find(|server| is_below(url, server));
        let length = match base {
            Some(server) => server.len(),
            None => origin.len() + self.common.get(origin).map_or(0, String::len),
        };
        let length = if length < url.len() {
            length
        } else {
            origin.len()
        };
        url.split_at(length)
    }

    /// Removes the base path of a server from a path that begins with it.
    fn below_base<'a>(&self, path: &'a str) -> &'a str {
        let known = self.known.iter().map(|server| split_origin(server).1);
        let mut bases = known.chain(self.common.values().map(String::as_str));
        let below = |base: &str| {
            let rest = path.strip_prefix(base).filter(|_| !base.is_empty())?;
            rest.starts_with('/').then_some(rest)
        };
        bases.find_map(below).unwrap_or(path)
    }
}

/// Returns `true` if `url` is that of `server`, or below it.
pub(super) fn is_at(url: &str, server: &str) -> bool {
    url == server || is_below(url, server)
}

/// Returns `true` if the path of `url` is below `server`.
fn is_below(url: &str, server: &str) -> bool {
    url.strip_prefix(server)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// Returns the common prefix of all paths, up to the last version in it. Without a version, a
/// single path is not conclusive.
fn common_path(paths: &[Vec<&str>]) -> String {
    let [first, rest @ ..] = paths else {
        return String::new();
    };
    let is_static = |segment: &&&str| !segment.contains(['{', ':']);
    // Each path is longer than that of the server.
    let mut length = first
        .iter()
        .take_while(is_static)
        .count()
        .min(first.len().saturating_sub(1));
    for path in rest {
        let same = path.iter().zip(first).take_while(|(a, b)| a == b).count();
        length = length.min(same).min(path.len().saturating_sub(1));
    }
    let version = first[..length]
        .iter()
        .rposition(|segment| is_version(segment));
    let is_single = rest.iter().all(|path| path == first);
    let length = match version {
        Some(position) => position + 1,
        None if is_single => 0,
        None => length,
    };
    first[..length]
        .iter()
        .map(|segment| format!("/{segment}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(urls: &[&str], known: &[&str]) -> Vec<String> {
        let known = known.iter().map(|server| (*server).to_owned());
        let bases = Bases::new(urls.iter().copied(), known);
        let split = urls.iter().map(|url| bases.split(url));
        split
            .map(|(server, path)| format!("{server} {path}"))
            .collect()
    }

    #[test]
    fn the_server_is_what_the_request_lines_of_a_host_have_in_common() {
        assert_eq!(
            split(
                &[
                    "https://a.example/v1/pets",
                    "https://a.example/v1/pets/{id}",
                    "https://b.example/store/toys",
                    "https://b.example/store/food/{id}",
                    "https://c.example/api/v2/pets/{id}",
                    "https://d.example/pets",
                ],
                &[]
            ),
            [
                "https://a.example/v1 /pets",
                "https://a.example/v1 /pets/{id}",
                "https://b.example/store /toys",
                "https://b.example/store /food/{id}",
                "https://c.example/api/v2 /pets/{id}",
                "https://d.example /pets",
            ]
        );
    }

    #[test]
    fn versions_that_differ_are_in_the_paths() {
        assert_eq!(
            split(
                &["https://a.example/v1/pets", "https://a.example/v2/pets"],
                &[]
            ),
            ["https://a.example /v1/pets", "https://a.example /v2/pets"]
        );
        assert_eq!(
            split(&["https://a.example/v1", "https://a.example/v1/pets"], &[]),
            ["https://a.example /v1", "https://a.example /v1/pets"]
        );
    }

    #[test]
    fn a_path_without_a_server_is_below_the_base_of_the_others() {
        let urls = [
            "/v1/toys",
            "/toys",
            "https://a.example/v1/pets",
            "https://a.example/v1/cats",
        ];
        let absolute = ["https://a.example/v1 /pets", "https://a.example/v1 /cats"];
        assert_eq!(
            split(&urls, &[]),
            [" /toys", " /toys", absolute[0], absolute[1]]
        );
    }

    #[test]
    fn a_server_that_is_known_decides() {
        let urls = [
            "https://a.example/v1/shop/pets",
            "https://a.example/v1/pets",
        ];
        assert_eq!(
            split(&urls, &["https://a.example/v1/shop/", "https://a.example"]),
            [
                "https://a.example/v1/shop /pets",
                "https://a.example/v1 /pets"
            ]
        );
    }
}
