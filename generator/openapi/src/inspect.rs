//! Whether a single page carries a specification that can be read.

use std::sync::Arc;

use pages::page::{Form, Page};
use pages::{Problem, SourceFile};

use crate::document::Document;

/// The content of a single published page.
#[derive(Debug)]
pub enum Content {
    /// A specification in the dialect.
    Specification,
    /// Structured prose that describes an operation.
    Prose,
    /// Words only. The problem says where the page looks as if its specification
    /// was missing.
    Words(Option<Problem>),
}

/// Finds out what a single page holds, before it is put beside others.
///
/// # Errors
///
/// When the page was cut short, or its specification is not one that the
/// generator can read.
pub fn inspect(file: &Arc<SourceFile>) -> Result<Content, Problem> {
    let found = pages::page::read_whole(file)?;
    for page in &found.pages {
        Document::parse(page)?;
    }
    let is_prose = |page: &Arc<Page>| matches!(page.form, Form::Prose(_));
    Ok(if found.pages.is_empty() {
        Content::Words(found.warnings.into_iter().next())
    } else if found.pages.iter().all(is_prose) {
        Content::Prose
    } else {
        Content::Specification
    })
}

#[cfg(test)]
mod tests {
    use pages::Place;

    use super::*;

    #[test]
    fn a_single_page_is_inspected_before_it_is_kept() {
        let text = |specification: &str| {
            format!(
                "# List pets\n\nGET https://api.example.com/pets\n\n\
                 ## OpenAPI Specification\n\n```yaml\n{specification}```\n"
            )
        };
        let inspected = |text: &str| inspect(&SourceFile::new("page.md", text));
        let good = text("openapi: 3.1.1\npaths: {/pets: {get: {}}}\n");
        assert!(matches!(inspected(&good), Ok(Content::Specification)));
        let prose = "# List pets\n\nGET https://api.example.com/pets\n\nReference: https://a.example\n\n\
                     ## Response\n\n### 200\n\n- `any`\n";
        assert!(matches!(inspected(prose), Ok(Content::Prose)));
        let samples = "\n## Samples\n\n```sh\ncurl\n```\n";
        assert!(inspected(&(good.clone() + samples)).is_ok());
        assert!(matches!(
            inspected("# Guide\n\nWords.\n"),
            Ok(Content::Words(None))
        ));
        let refused = |text: &str| {
            let problem = inspected(text).expect_err(text);
            (
                problem.message().to_owned(),
                problem.place().map(Place::line),
            )
        };
        assert_eq!(
            refused(&text("openapi: 2.1.1\npaths: {/pets: {get: {}}}\n")),
            ("OpenAPI 2.1.1 is not known here".to_owned(), Some(8))
        );
        let cut = ("the block is not closed".to_owned(), Some(14));
        let samples = samples.trim_end().trim_end_matches('`');
        assert_eq!(refused(&(good + samples)), cut);
    }
}
