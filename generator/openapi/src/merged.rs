//! The merged document, and the origins of its operations.

use std::collections::BTreeMap;

use pages::Place;
use pages::marker::{COMMAND, MARK_KEY, VERSION_KEY};
use serde_json::{Map, Value};

use crate::CrateSettings;
use crate::config::Config;
use crate::downgrade::downgrade;
use crate::walk::schemas_of;

/// One OpenAPI document for the whole API, and the origins of its operations.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The document.
    pub root: Value,
    /// The origins by operation ID.
    pub origins: BTreeMap<String, Origin>,
}

impl Merged {
    /// Returns the content of `openapi.json`: the document as OpenAPI 3.0.3, with the command that
    /// writes it, and the version and the settings of the generated crate.
    pub fn into_json(mut self, config: &Config) -> String {
        downgrade(&mut self.root);
        let mut document = Map::new();
        let root = match self.root {
            Value::Object(root) => root,
            _ => Map::new(),
        };
        for (key, value) in root {
            let is_version = key == "openapi";
            document.insert(key, value);
            if is_version {
                document.insert(MARK_KEY.to_owned(), COMMAND.into());
                document.insert(VERSION_KEY.to_owned(), config.crate_version().into());
                CrateSettings::from(config).write(&mut document);
            }
        }
        docs::json_text(&Value::Object(document)) + "\n"
    }

    /// Returns the number of schemas in the document.
    pub fn schema_count(&self) -> usize {
        schemas_of(&self.root).map_or(0, Map::len)
    }

    /// Returns the place that describes an operation.
    pub(crate) fn place(&self, id: &str) -> Option<Place> {
        self.origins.get(id).map(|origin| origin.place.clone())
    }
}

/// The page that describes an operation.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The place of the description.
    pub place: Place,
    /// The page's URL on the documentation site.
    pub reference: Option<String>,
    /// The path as written on the page, relative to the page's own server.
    pub path: String,
}
