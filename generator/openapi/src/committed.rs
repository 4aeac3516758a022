//! Reads merged documents that `codegen` wrote as `openapi.json`.

use pages::marker::{MARK_KEY, VERSION_KEY};
use serde_json::Value;

use crate::walk;
use crate::{CrateSettings, Tree};

/// A merged document that was read from its file.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The document.
    pub tree: Tree,
    /// The version of the crate that was generated from it, or `None` for documents of older
    /// generators.
    pub version: Option<String>,
    /// The settings of that crate.
    pub settings: CrateSettings,
}

impl Committed {
    /// Reads the text of an `openapi.json`.
    ///
    /// # Errors
    ///
    /// The reason why the text is not a merged document.
    pub fn read(text: &str) -> Result<Self, String> {
        let root: Value =
            serde_json::from_str(text).map_err(|error| format!("it is not JSON ({error})"))?;
        if root.get(MARK_KEY).is_none() {
            return Err(format!("it has no `{MARK_KEY}`"));
        }
        if let Some((pointer, form)) = walk::invalid_part(&root) {
            return Err(format!("`{pointer}` should be {form}"));
        }
        let text = |key: &str| root[key].as_str().map(str::to_owned);
        Ok(Self {
            tree: Tree::read(&root),
            version: text(VERSION_KEY),
            settings: CrateSettings::read(&root),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_document_with_the_mark_is_read() {
        let reason = |text: &str| Committed::read(text).err().unwrap_or_default();
        assert!(reason("no JSON").starts_with("it is not JSON ("));
        assert_eq!(reason("{}"), "it has no `x-generated-by`");
        let odd = "{\"x-generated-by\": \"\", \"paths\": []}";
        assert_eq!(reason(odd), "`/paths` should be an object");

        let text = "{\"x-generated-by\": \"\", \"x-crate-version\": \"1.2.3\", \"paths\": {}}";
        let read = Committed::read(text).expect("a document");
        assert_eq!(read.version.as_deref(), Some("1.2.3"));
    }
}
