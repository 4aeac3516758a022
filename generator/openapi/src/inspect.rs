//! Checks whether a single page has a readable specification.

use std::collections::BTreeSet;
use std::sync::Arc;

use pages::page::{Format, Page};
use pages::{Code, Problem, SourceFile};

use crate::document::Document;

/// The content of a single published page.
#[derive(Debug)]
pub enum Content {
    /// A specification in the dialect.
    Specification,
    /// Structured prose that describes an operation.
    Prose,
    /// Text only. The problem is set if the specification of the page appears to be missing.
    Words(Option<Problem>),
}

/// Determines the content of a single page before it is stored with the others.
///
/// # Errors
///
/// If the page is truncated, its specification cannot be read, or a reference points to nothing.
pub fn inspect(file: &Arc<SourceFile>) -> Result<Content, Problem> {
    let found = pages::page::read_whole(file)?;
    for page in &found.pages {
        match Document::parse(page) {
            // The page is complete, even though the channel is not supported.
            Err(problem) if problem.code() == Code::ChannelLeftOut => {
                return Ok(Content::Words(Some(problem)));
            }
            parsed => {
                let document = parsed?;
                if !document.is_prose() {
                    document.check_references()?;
                }
            }
        }
    }
    let is_prose = |page: &Arc<Page>| matches!(page.format, Format::Prose(_));
    Ok(if found.pages.is_empty() {
        Content::Words(found.warnings.into_iter().next())
    } else if found.pages.iter().all(is_prose) {
        Content::Prose
    } else {
        Content::Specification
    })
}

/// The operations that a file documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    /// The requests that the page documents: the methods in lower case, and the URLs without the
    /// names of their placeholders.
    pub requests: BTreeSet<(String, String)>,
    /// The URLs on the documentation site that the page states for itself.
    pub references: BTreeSet<String>,
}

/// Returns the operations that a file documents. Guides that quote an operation do not count.
pub fn described(file: &Arc<SourceFile>) -> Described {
    let mut described = Described::default();
    let found = pages::page::read_whole(file).unwrap_or_default();
    for page in &found.pages {
        let own = page.request.iter().filter(|request| !request.is_inherited);
        let requests = own.map(|request| (request.method.clone(), request_shape(&request.url)));
        described.requests.extend(requests);
        described.references.extend(page.reference.clone());
    }
    described
}

/// Returns a path or a URL without the names of its placeholders.
pub(crate) fn request_shape(path: &str) -> String {
    let mut parts = path.split('{');
    let mut shape = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        shape.push_str("{}");
        shape.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    shape
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
        let nowhere = "{$ref: '#/components/schemas/Pet'}";
        let content = format!("{{application/json: {{schema: {nowhere}}}}}");
        let operation = format!("{{responses: {{'200': {{content: {content}}}}}}}");
        let dangling = text(&format!(
            "openapi: 3.1.1\npaths: {{/pets: {{get: {operation}}}}}\n"
        ));
        let problem = inspected(&dangling).expect_err("the schema is missing");
        assert_eq!(problem.code(), Code::DanglingReference);
        let prose = "# List pets\n\nGET https://api.example.com/pets\n\nReference: https://a.example\n\n\
                     ## Response\n\n### 200\n\n- `any`\n";
        assert!(matches!(inspected(prose), Ok(Content::Prose)));
        let samples = "\n## Samples\n\n```sh\ncurl\n```\n";
        assert!(inspected(&(good.clone() + samples)).is_ok());
        assert!(matches!(
            inspected("# Guide\n\nWords.\n"),
            Ok(Content::Words(None))
        ));
        let channel = |channels: &str| {
            let block = format!("```yaml\nasyncapi: 2.6.0\nchannels: {channels}\n```\n");
            format!("# Live\n\nGET /live\n\n## AsyncAPI Specification\n\n{block}")
        };
        let opened = inspected(&channel("{/live: {}}"));
        assert!(matches!(opened, Ok(Content::Specification)));
        let left_out = inspected(&channel("{}"));
        assert!(matches!(left_out, Ok(Content::Words(Some(_)))));
        let refused = |text: &str| {
            let problem = inspected(text).expect_err(text);
            (
                problem.message().to_owned(),
                problem.place().map(Place::line),
            )
        };
        assert_eq!(
            refused(&text("openapi: 2.1.1\npaths: {/pets: {get: {}}}\n")),
            ("OpenAPI 2.1.1 is not supported".to_owned(), Some(8))
        );
        let cut = ("the block is not closed".to_owned(), Some(14));
        let samples = samples.trim_end().trim_end_matches('`');
        assert_eq!(refused(&(good + samples)), cut);
    }

    #[test]
    fn a_file_is_the_page_of_its_request_line() {
        let text = "# Pet\n\nGET https://a.example/v1/pets/{pet_id}/toys/{toy}\n\n\
                    Reference: https://docs.example/pets/toy\n\n## OpenAPI Specification\n\n\
                    ```yaml\nopenapi: 3.1.1\npaths: {/pets: {get: {}}}\n```\n";
        let described = described(&SourceFile::new("page.md", text));
        let request = ("get", "https://a.example/v1/pets/{}/toys/{}");
        let requests = described.requests.iter();
        let requests = requests.map(|(method, url)| (method.as_str(), url.as_str()));
        assert_eq!(requests.collect::<Vec<_>>(), [request]);
        let references: Vec<_> = described.references.iter().collect();
        assert_eq!(references, ["https://docs.example/pets/toy"]);

        let guide = text.replace("GET https", "It is at https");
        let described = super::described(&SourceFile::new("page.md", &guide));
        assert!(described.requests.is_empty());
    }
}
