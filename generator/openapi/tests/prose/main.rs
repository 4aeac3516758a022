//! Pages of structured prose that are rendered from random models in each format, and damaged
//! pages.

mod damaged;
mod facts;
mod model;
mod reading;
mod render;

use std::sync::Arc;

use openapi::Known;
use openapi::document::Document;
use pages::page::{self, Pages};
use pages::{Problem, SourceFile};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

use model::{Operation, operation};
use render::{Form, Style};

/// Reads files like a run, and returns the documents and the warnings.
fn read(files: &[Arc<SourceFile>]) -> Result<(Vec<Document>, Vec<Problem>), Problem> {
    let mut pages: Pages = page::read(files)?;
    let mut warnings = std::mem::take(&mut pages.warnings);
    let documents = Document::parse_all(pages, &Known::default(), &mut warnings)?;
    Ok((documents, warnings))
}

/// Renders an operation and reads the page. Returns its document.
fn read_back(operation: &Operation, form: Form) -> Result<Value, TestCaseError> {
    read_text(operation, form, &render::page(operation, form))
}

/// Reads the page of an operation. Returns its document.
fn read_text(operation: &Operation, form: Form, text: &str) -> Result<Value, TestCaseError> {
    let file = SourceFile::new("page.md", text);
    let (documents, warnings) =
        read(&[file]).map_err(|problem| TestCaseError::fail(format!("{problem}\n{text}")))?;
    let unknown = warnings
        .iter()
        .find(|warning| warning.code() != pages::Code::UnknownType);
    if let Some(warning) = unknown {
        let line = warning.place().map(pages::Place::line);
        return Err(TestCaseError::fail(format!("{warning} ({line:?})\n{text}")));
    }
    let [document] = &documents[..] else {
        return Err(TestCaseError::fail(format!(
            "{} documents\n{text}",
            documents.len()
        )));
    };
    reading::check(operation, &document.root, form)
        .map_err(|difference| TestCaseError::fail(format!("{difference}\n{text}")))?;
    Ok(document.root.clone())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_printed_model_is_read_back_in_all_forms(operation in operation()) {
        for form in [Form::Nested, Form::NestedWithErrors, Form::Named] {
            read_back(&operation, form)?;
        }
    }

    #[test]
    fn a_page_that_a_tool_has_formatted_is_read_like_the_original(
        operation in operation(),
        style in style(),
    ) {
        for form in [Form::Nested, Form::NestedWithErrors, Form::Named] {
            let text = render::page(&operation, form);
            let original = read_text(&operation, form, &text)?;
            let formatted = render::formatted(&text, style);
            prop_assert_eq!(&original, &read_text(&operation, form, &formatted)?, "{}", formatted);
        }
    }
}

fn style() -> impl Strategy<Value = Style> {
    let marks = select(vec!["- ", "* ", "+ ", "-   "]);
    let parts = (marks, 2..=8_usize, any::<[bool; 3]>());
    parts.prop_map(
        |(mark, step, [has_anchors, has_returns, is_relative])| Style {
            mark,
            step,
            has_anchors,
            has_returns,
            is_relative,
        },
    )
}
