//! The quirks of the exports, one file each.
//!
//! Each file describes a quirk, with an example and the reason for its fix. To add a
//! quirk, add its file and its line in [`ALL`].

mod any_type;
mod body_media_type;
mod comma_list;
mod empty_content;
mod enum_values;
mod free_form_object;
mod header_key;
mod mdx;
mod missing_file;
mod missing_server;
mod nested_tags;
mod no_content_body;
mod operation_name;
mod page_info;
mod path_parameter;
mod server_variable;
mod variant_value;
mod whole_number;

pub(crate) use header_key::header_of;
pub use missing_server::server as published_server;
pub(crate) use operation_name::known_group;
use serde_json::{Map, Value};

use crate::config::Config;
use crate::document::Document;
use crate::report::Fix;
use pages::Page;

/// All quirks, in the order in which they are fixed.
pub const ALL: &[Quirk] = &[
    enum_values::QUIRK,
    variant_value::QUIRK,
    any_type::QUIRK,
    body_media_type::QUIRK,
    // Before an object without properties is treated as free-form.
    missing_file::QUIRK,
    no_content_body::QUIRK,
    free_form_object::QUIRK,
    empty_content::QUIRK,
    header_key::QUIRK,
    path_parameter::QUIRK,
    comma_list::QUIRK,
    whole_number::QUIRK,
    nested_tags::QUIRK,
    operation_name::QUIRK,
    missing_server::QUIRK,
    server_variable::QUIRK,
    // After all quirks that use the page's own `info`.
    page_info::QUIRK,
    mdx::QUIRK,
];

/// A deviation of the exports from OpenAPI.
pub struct Quirk {
    /// The name in the report: the file's name with dashes.
    pub name: &'static str,
    /// A description of the quirk, for the report.
    pub summary: &'static str,
    fix: fn(&mut Value, &Context<'_>, &mut Fixed),
}

/// Additional input of a fix.
pub struct Context<'a> {
    /// The page of the document.
    pub page: &'a Page,
    /// The settings of the run.
    pub config: &'a Config,
}

/// The places of fixes of a quirk, as JSON pointers.
#[derive(Default)]
pub struct Fixed(Vec<String>);

impl Fixed {
    /// Records a place.
    pub fn at(&mut self, pointer: impl Into<String>) {
        self.0.push(pointer.into());
    }
}

/// A document without quirks: well-formed OpenAPI for one operation.
#[derive(Clone, Debug)]
pub struct FixedDocument(pub Document);

/// Fixes all quirks of `document`. Returns the fixed document and the fixes.
pub fn fix(mut document: Document, config: &Config) -> (FixedDocument, Vec<Fix>) {
    let mut fixes = Vec::new();
    let page = document.page.clone();
    let context = Context {
        page: &page,
        config,
    };
    for quirk in ALL {
        let mut fixed = Fixed::default();
        (quirk.fix)(&mut document.root, &context, &mut fixed);
        fixes.extend(fixed.0.into_iter().map(|pointer| Fix {
            quirk: quirk.name,
            place: document.place(&pointer),
            pointer,
        }));
    }
    (FixedDocument(document), fixes)
}

/// Returns `true` if a schema is an object that can have no properties according to the export. It
/// writes the same for contents that it cannot describe.
fn is_empty_object(schema: &Value) -> bool {
    let properties = schema["properties"].as_object();
    let is_free = schema.get("additionalProperties").is_some();
    schema["type"] == "object" && properties.is_some_and(Map::is_empty) && !is_free
}

/// Splits the exported name of a group, such as `subpackage_indexes/indexedAssets`. In a
/// breadcrumb, such as `subpackage_indexes.subpackage_indexes/indexedAssets`, the last entry
/// contains all others. `indexes > indexedAssets` has only the names.
fn group_path(name: &str) -> Vec<String> {
    let name = match name.rsplit_once(".subpackage_") {
        Some((_, last)) => last,
        None => name.strip_prefix("subpackage_").unwrap_or(name),
    };
    let separator = if name.contains(" > ") { " > " } else { "/" };
    name.split(separator)
        .filter(|segment| !segment.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use pages::SourceFile;
    use pages::page::{Block, Format, Request, SampleFile};

    /// Fixes one quirk of a specification. Returns the fixed specification and the pointers of the
    /// fixes.
    pub(super) fn run(quirk: &Quirk, specification: &str) -> (Value, Vec<String>) {
        let page = Page {
            file: SourceFile::new("page.md", specification),
            line: 1,
            title: None,
            request: Some(Request {
                method: "get".to_owned(),
                url: "https://api.example.com/v2/pets".to_owned(),
                media_type: Some("application/x-www-form-urlencoded".to_owned()),
                line: 3,
                is_inherited: false,
            }),
            is_webhook: false,
            reference: Some("https://docs.example.com/reference/pets/list".to_owned()),
            specification: Block {
                text: specification.into(),
                line: 1,
            },
            format: Format::OpenApi,
            sample_files: vec![
                SampleFile {
                    name: "photo".to_owned(),
                    after: Some("name".to_owned()),
                },
                SampleFile {
                    name: "tracks".to_owned(),
                    after: Some("kind".to_owned()),
                },
            ],
        };
        let (mut root, _) = pages::yaml::parse(&specification.into()).expect("the test's YAML");
        let context = Context {
            page: &page,
            config: &Config::default(),
        };
        let mut fixed = Fixed::default();
        (quirk.fix)(&mut root, &context, &mut fixed);
        (root, fixed.0)
    }

    #[test]
    fn names_are_those_of_the_files_and_differ() {
        let mut names: Vec<_> = ALL.iter().map(|quirk| quirk.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }

    #[test]
    fn a_document_without_quirks_stays_as_it_is() {
        let text = "openapi: 3.1.1\ninfo: {title: Pets, version: '2'}\n\
                    servers: [{url: https://api.example.com/v2}]\npaths:\n  /pets:\n    get:\n      \
                    operationId: pets_list\n      tags: [pets]\n      x-fern-sdk-group-name: [pets]\n      \
                    x-fern-sdk-method-name: list\n      responses: {'200': {description: ok}}\n";
        let file = SourceFile::new("pets.yaml", text);
        let pages = pages::page::read(&[file]).expect("one document");
        let document = Document::parse(&pages.pages[0]).expect("a good document");
        let before = document.root.clone();
        let (fixed, fixes) = fix(document, &Config::default());
        assert_eq!(fixed.0.root, before);
        assert!(fixes.is_empty(), "{:?}", Arc::new(fixes));
    }
}
