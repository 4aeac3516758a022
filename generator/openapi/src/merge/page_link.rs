//! The link from an operation to its page on the documentation site, which stays in the
//! merged document.

use serde_json::{Map, Value, json};

const KEY: &str = "externalDocs";

/// Links an operation to the page at this URL. Without a URL, the operation keeps its own link, if
/// it is a web link.
pub(super) fn set(operation: &mut Map<String, Value>, page: Option<&str>) {
    let own = operation.get(KEY).and_then(|own| own["url"].as_str());
    if let Some(url) = page.filter(|url| is_web(url)) {
        operation.insert(KEY.to_owned(), json!({ "url": url }));
    } else if !own.is_some_and(is_web) {
        operation.shift_remove(KEY);
    }
}

/// Returns `true` if the URL is a web URL, and not a script.
fn is_web(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the link of an operation with its own link.
    fn link(own: &str, page: Option<&str>) -> Option<String> {
        let own = json!({"url": own, "description": "More."});
        let mut operation = Map::from_iter([(KEY.to_owned(), own)]);
        set(&mut operation, page);
        let url = operation.get(KEY)?["url"].as_str();
        url.map(str::to_owned)
    }

    #[test]
    fn an_operation_links_to_its_page() {
        let (own, page) = ("http://example.com/more", "https://docs.example.com/pets");
        assert_eq!(link(own, Some(page)).as_deref(), Some(page));
        assert_eq!(link(own, None).as_deref(), Some(own));
        assert_eq!(link(own, Some("javascript:alert(1)")).as_deref(), Some(own));
    }

    #[test]
    fn a_link_that_runs_a_script_is_removed() {
        assert_eq!(link("javascript:alert(1)", None), None);
        assert_eq!(link("data:text/html,pets", Some("vbscript:pets")), None);
    }
}
