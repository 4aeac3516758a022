//! The page's title and name in place of the API's title and version.
//!
//! ```yaml
//! info:
//!   title: List assets               # should be: Twelve Labs
//!   version: endpoint_assets.list    # should be: '1.3'
//! ```
//!
//! `info` describes the API, but each page describes one operation. The title is kept as the
//! summary of the operation. The version of a channel is `subpackage_live.listen`.

use serde_json::{Value, json};

use super::{Context, Fixed, Quirk};
use crate::walk;

pub(super) const QUIRK: Quirk = Quirk {
    name: "page-info",
    summary: "the page's title and name in place of the API's title and version",
    fix,
};

fn fix(root: &mut Value, context: &Context<'_>, fixed: &mut Fixed) {
    let version = root["info"]["version"].as_str().unwrap_or_default();
    if !["endpoint_", "subpackage_"]
        .iter()
        .any(|it| version.starts_with(it))
    {
        return;
    }
    let page_title = match (&root["info"]["title"], &context.page.title) {
        (Value::Null, Some(title)) => title.clone().into(),
        (title, _) => title.clone(),
    };
    let server = root["servers"][0]["url"].as_str().unwrap_or_default();
    let info = json!({
        "title": context.config.title(server),
        "version": context.config.api_version(server),
    });
    if let Some(root) = root.as_object_mut() {
        root.insert("info".to_owned(), info);
    }
    fixed.at("/info");
    walk::operations_mut(root, &mut |_, operation| {
        if page_title.is_string() {
            operation
                .entry("summary")
                .or_insert_with(|| page_title.clone());
        }
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::run;
    use super::QUIRK;

    #[test]
    fn the_api_is_named_and_the_title_becomes_the_summary() {
        let (root, fixed) = run(
            &QUIRK,
            "info: {title: List pets, version: endpoint_pets.list}\n\
             servers: [{url: https://api.example.com/v2}]\npaths:\n  /pets:\n    get: {}\n",
        );
        assert_eq!(root["info"], json!({"title": "Example", "version": "2"}));
        assert_eq!(root["paths"]["/pets"]["get"]["summary"], "List pets");
        assert_eq!(fixed, ["/info"]);
    }

    #[test]
    fn the_name_of_a_channel_is_not_the_version_of_the_api() {
        let (root, _) = run(
            &QUIRK,
            "info: {title: listen, version: subpackage_live.listen}\n\
             servers: [{url: https://api.example.com}]\npaths:\n  /listen:\n    x-websocket: {}\n",
        );
        assert_eq!(root["info"], json!({"title": "Example", "version": "1"}));
    }

    #[test]
    fn a_plain_documents_info_stays() {
        assert_eq!(
            run(&QUIRK, "info: {title: Pets, version: 1.0.0}\n").1,
            [""; 0]
        );
    }
}
