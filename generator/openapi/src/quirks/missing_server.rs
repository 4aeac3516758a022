//! A specification without a server.
//!
//! ```text
//! GET https://api.twelvelabs.io/v1.3/assets     <- the page's request line
//! paths: {/assets: …}                           <- its specification
//! ```
//!
//! The specification has no `servers`, so that requests would have no URL. Only the request line
//! contains the server: the text before the path.

use serde_json::{Value, json};

use super::{Context, Fixed, Quirk};
use crate::server_url;
use crate::walk;

pub(super) const QUIRK: Quirk = Quirk {
    name: "missing-server",
    summary: "no server",
    fix,
};

fn fix(root: &mut Value, context: &Context<'_>, fixed: &mut Fixed) {
    let named = root["servers"]
        .as_array()
        .is_some_and(|servers| !servers.is_empty());
    if named {
        return;
    }
    let Some(request) = &context.page.request else {
        return;
    };
    let server = walk::operations(root).find_map(|(path, ..)| server(&request.url, path));
    if let (Some(server), Some(root)) = (server, root.as_object_mut()) {
        let servers = json!([server_url::entry(&server)]);
        root.insert("servers".to_owned(), servers);
        fixed.at("/servers");
    }
}

/// Returns the part of `url` before `path`. Parameters can have different names in the two.
pub fn server(url: &str, path: &str) -> Option<String> {
    let [url, path] =
        [url, path].map(|address| address.split(['?', '#']).next().unwrap_or(address));
    let mut segments: Vec<&str> = url.trim_end_matches('/').split('/').collect();
    let path = path.trim_matches('/');
    // The root of the server has no segment.
    for segment in path.rsplit('/').take_while(|_| !path.is_empty()) {
        let published = segments.pop()?;
        let is_parameter = |segment: &str| segment.contains(['{', ':']);
        let same = published == segment
            || segment.is_empty()
            || (is_parameter(segment) && is_parameter(published));
        if !same {
            return None;
        }
    }
    // `https:`, an empty segment, and the host.
    (segments.len() >= 3).then(|| segments.join("/"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::run;
    use super::{QUIRK, server};

    #[test]
    fn the_server_is_what_stands_before_the_path() {
        let (root, fixed) = run(&QUIRK, "paths:\n  /pets:\n    get: {}\n");
        assert_eq!(
            root["servers"],
            json!([{"url": "https://api.example.com/v2"}])
        );
        assert_eq!(fixed, ["/servers"]);
    }

    #[test]
    fn parameters_may_be_spelled_differently() {
        assert_eq!(
            server(
                "https://a.example/v1/pets/:petId/toys",
                "/pets/{pet_id}/toys"
            )
            .as_deref(),
            Some("https://a.example/v1")
        );
        assert_eq!(server("https://a.example/v1/cats", "/pets"), None);
        for (url, expected) in [
            ("https://a.example/", "https://a.example"),
            ("https://a.example", "https://a.example"),
            ("https://a.example/v1/", "https://a.example/v1"),
        ] {
            assert_eq!(server(url, "/").as_deref(), Some(expected));
        }
        assert_eq!(
            server("https://a.example/v1/pets?all=1", "/pets?all=1").as_deref(),
            Some("https://a.example/v1")
        );
    }

    #[test]
    fn a_server_that_is_named_stays() {
        let specification =
            "servers: [{url: https://other.example}]\npaths:\n  /pets:\n    get: {}\n";
        assert_eq!(run(&QUIRK, specification).1, [""; 0]);
    }
}
