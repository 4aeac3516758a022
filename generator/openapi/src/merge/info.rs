//! The title and the version of the merged document, and the description of a plain document.

use serde_json::{Value, json};

use crate::config::Config;
use crate::document::Document;
use crate::host::is_nameless;

/// Returns `info` of the merged document. A plain document describes its API in `info`, unlike pages,
/// whose `info` was replaced. The settings take precedence. `naming` is the server that names the
/// company.
pub(super) fn of(documents: &[Document], config: &Config, server: &str, naming: &str) -> Value {
    let mut info = match documents.first() {
        Some(document) if document.root["info"].is_object() => document.root["info"].clone(),
        _ => json!({}),
    };
    for key in ["title", "version"] {
        // `version: 1.0` is a number in YAML.
        if !info[key].is_string() && !info[key].is_null() {
            info[key] = info[key].to_string().into();
        }
    }
    let title = info["title"].as_str().filter(|title| !is_nameless(title));
    if config.api.title.is_some() || title.is_none() {
        info["title"] = config.title(naming).into();
    }
    if config.api.version.is_some() || info["version"].is_null() {
        info["version"] = config.api_version(server).into();
    }
    info
}
