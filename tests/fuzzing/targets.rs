//! The functions of the generator's fuzz targets. Each panics if the generator has a defect.

use std::fmt::Debug;

use generator::{Code, Source, SourceFile};
use serde::Serialize;
use serde::de::DeserializeOwned;
use twelvelabs::types;

use crate::choices::Choices;
use crate::document;

/// Generates from arbitrary bytes as a page, or as a plain document if they start like one. Returns
/// `true` if the file is accepted.
pub(crate) fn pages(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let name = match &*text {
        text if text.starts_with('{') => "page.json",
        text if text.starts_with("openapi:") => "page.yaml",
        _ => "page.md",
    };
    generate(name, &text)
}

/// Generates from a plain document. The bytes determine the structure. Returns `true` if the
/// document is accepted.
pub(crate) fn documents(bytes: &[u8]) -> bool {
    let document = document::of(&mut Choices::new(bytes));
    generate("document.json", &document.to_string())
}

/// Generates from arbitrary bytes as the prose of a page. Returns `true` if the page is accepted.
pub(crate) fn prose(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let page = format!(
        "# List pets\n\nGET https://api.pets.example/v1/pets\n\n\
         Reference: https://docs.pets.example/pets/list\n\n{text}\n"
    );
    generate("pets/list.md", &page)
}

/// Reads arbitrary bytes as a response. A value that is read must round-trip through its JSON.
/// Returns `true` if the response is accepted.
pub(crate) fn responses(bytes: &[u8]) -> bool {
    let read = [
        is_stable::<types::Asset>,
        is_stable::<types::AssetList>,
        is_stable::<types::AnalyzeBatchList>,
        is_stable::<types::AnalyzeImageInput>,
    ];
    let (choice, body) = bytes.split_first().unwrap_or((&0, &[]));
    read[usize::from(*choice) % read.len()](body)
}

fn is_stable<T: DeserializeOwned + Serialize + PartialEq + Debug>(body: &[u8]) -> bool {
    let Ok(value) = serde_json::from_slice::<T>(body) else {
        return false;
    };
    let text = serde_json::to_string(&value).expect("it is written");
    let again: T = serde_json::from_str(&text).expect("it is read again");
    assert_eq!(value, again, "{text}");
    true
}

/// Generates from a page. The result is Rust, or a problem that is not a defect. Returns `true` if
/// it is Rust.
fn generate(name: &str, text: &str) -> bool {
    let source = Source {
        pages: vec![SourceFile::new(name, text)],
        config: None,
        overlay: None,
        released: None,
        surroundings: generator::Surroundings::default(),
    };
    match generator::generate(&source) {
        Ok(output) => {
            for warning in &output.report.warnings {
                assert_ne!(warning.code(), Code::InternalError, "{warning}: {text}");
            }
            for (path, code) in output.files.files() {
                if path.ends_with(".rs") && !path.starts_with("src/runtime/") {
                    assert!(syn::parse_file(code).is_ok(), "{path} is not Rust: {text}");
                }
            }
            true
        }
        Err(problem) => {
            assert_ne!(problem.code(), Code::InternalError, "{problem}: {text}");
            false
        }
    }
}
