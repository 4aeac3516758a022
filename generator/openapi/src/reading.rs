//! Parses the specifications of pages in all formats, and supplies pages of structured prose with
//! facts from other pages.

use std::collections::HashSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::document::{Document, Prose};
use crate::prose::{self, Bases, Released};
use crate::quirks::published_server;
use crate::walk;
use pages::page::{Format, Outline, Page, Pages};
use pages::{Problem, panics};

/// Facts about the API that its pages do not state.
#[derive(Debug, Default)]
pub struct Known {
    /// Servers of the API. Request lines of structured prose do not show where the server ends and
    /// the path begins.
    pub servers: Vec<String>,
    /// The document of the last version, from `released.json`.
    pub released: Option<Arc<str>>,
}

/// A page after its block is parsed. Structured prose is read afterwards.
enum Parsed {
    Block(Result<Document, Problem>),
    Prose(Outline),
}

impl Document {
    /// Parses the specification of `page`.
    ///
    /// # Errors
    ///
    /// If it is neither YAML nor JSON, is not OpenAPI 3.0, OpenAPI 3.1, or AsyncAPI 2, or describes
    /// no operation.
    pub fn parse(page: &Arc<Page>) -> Result<Self, Problem> {
        match page.format {
            Format::OpenApi => Self::parse_openapi(page),
            Format::AsyncApi => Self::parse_async_api(page),
            Format::Prose(outline) => {
                let urls = page.request.iter().map(|request| request.url.as_str());
                let bases = Bases::new(urls, prose::listed_servers(page, outline).into_iter());
                let mut documents = [Self::parse_prose(page, outline, &bases)?];
                prose::complete(&mut documents);
                let [document] = documents;
                Ok(document)
            }
        }
    }

    /// Reads a page of structured prose, and records the facts that it does not state.
    fn parse_prose(page: &Arc<Page>, outline: Outline, bases: &Bases) -> Result<Self, Problem> {
        let reading = prose::read(page, outline, bases)?;
        let prose = Prose {
            losses: reading.losses,
            unknown_types: reading.unknown_types,
            assumption: reading.assumption,
        };
        Ok(Self::from_prose(
            page,
            reading.root,
            reading.lines,
            prose,
            reading.warnings,
        ))
    }

    /// Parses the specifications of all pages. Unreadable specifications, and operations that need a
    /// dangling reference, are skipped with a warning. Pages of structured prose take unstated
    /// facts from `known`.
    ///
    /// # Errors
    ///
    /// If no page is left. The error is that of the first page.
    pub fn parse_all(
        pages: Pages,
        known: &Known,
        warnings: &mut Vec<Problem>,
    ) -> Result<Vec<Self>, Problem> {
        let is_prose = |page: &Arc<Page>| matches!(page.format, Format::Prose(_));
        let released = known
            .released
            .as_ref()
            .filter(|_| pages.pages.iter().any(is_prose));
        let released = released.and_then(|text| Released::parse(text));
        let mut servers = known.servers.clone();
        servers.extend(released.iter().filter_map(Released::server));
        let parse = |page: &Arc<Page>| {
            let parsed = || {
                let mut document = match page.format {
                    Format::AsyncApi => Self::parse_async_api(page)?,
                    _ => Self::parse_openapi(page)?,
                };
                document.leave_out_dangling()?;
                Ok(document)
            };
            match page.format {
                Format::Prose(outline) => Parsed::Prose(outline),
                Format::OpenApi | Format::AsyncApi => {
                    Parsed::Block(panics::located(|| page.place(1), parsed))
                }
            }
        };
        let parsed: Vec<_> = pages.pages.par_iter().map(parse).collect();
        let bases = Self::bases(&pages, &parsed, &servers);
        let read = |(page, parsed): (&Arc<Page>, Parsed)| match parsed {
            Parsed::Prose(outline) => panics::located(
                || page.place(1),
                || Self::parse_prose(page, outline, &bases),
            ),
            Parsed::Block(parsed) => parsed,
        };
        let results: Vec<_> = pages.pages.par_iter().zip(parsed).map(read).collect();
        let mut unreadable = pages.unreadable;
        let mut documents = Vec::new();
        for result in results {
            match result {
                Ok(document) => documents.push(document),
                Err(problem) => unreadable.push(problem),
            }
        }
        unreadable.sort_by_cached_key(|problem| {
            let place = problem.place();
            place.map(|place| (place.page().to_owned(), place.line()))
        });
        if documents.is_empty() && !unreadable.is_empty() {
            return Err(unreadable.swap_remove(0));
        }
        let loss = "the operations of the page are not in the client";
        let unreadable = unreadable.into_iter();
        warnings.extend(unreadable.map(|problem| problem.with_loss(loss)));
        prose::complete(&mut documents);
        if let Some(released) = released {
            released.name(&mut documents);
        }
        // Many pages can mention the same type.
        let mut unknown = HashSet::new();
        for document in &mut documents {
            warnings.append(&mut document.take_warnings());
            let Some(prose) = document.prose_mut() else {
                continue;
            };
            let types = prose.unknown_types.drain(..);
            let first = types.filter(|(name, _)| unknown.insert(name.clone()));
            warnings.extend(first.map(|(_, warning)| warning));
        }
        Ok(documents)
    }

    /// Determines where the servers in request lines of structured prose end.
    fn bases(pages: &Pages, parsed: &[Parsed], servers: &[String]) -> Bases {
        let prose = pages.pages.iter().filter_map(|page| match page.format {
            Format::Prose(outline) => Some((page, outline)),
            Format::OpenApi | Format::AsyncApi => None,
        });
        let urls = prose
            .clone()
            .filter_map(|(page, _)| Some(page.request.as_ref()?.url.as_str()));
        if urls.clone().next().is_none() {
            return Bases::default();
        }
        let documents = parsed.iter().filter_map(|parsed| match parsed {
            Parsed::Block(parsed) => parsed.as_ref().ok(),
            Parsed::Prose(_) => None,
        });
        let published = documents.filter_map(|document| {
            let request = document.page.request.as_ref()?;
            let (path, ..) = walk::operations(&document.root).next()?;
            published_server(&request.url, path)
        });
        let listed = prose.flat_map(|(page, outline)| prose::listed_servers(page, outline));
        let known = servers.iter().cloned().chain(published).chain(listed);
        Bases::new(urls, known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pages::page;
    use pages::{Place, SourceFile};

    /// Returns the operations of documents with these names and `paths`, and the warnings.
    fn parsed(files: &[(&str, &str)]) -> Result<(Vec<String>, Vec<String>), Problem> {
        let files = files.iter().map(|(name, paths)| {
            let text = format!("openapi: 3.1.1\npaths: {paths}\n");
            SourceFile::new(name, &text)
        });
        let pages = page::read(&files.collect::<Vec<_>>())?;
        let mut warnings = Vec::new();
        let documents = Document::parse_all(pages, &Known::default(), &mut warnings)?;
        let paths = documents
            .iter()
            .flat_map(|document| walk::operations(&document.root))
            .map(|(path, ..)| path.to_owned());
        let warnings = warnings.iter().map(|warning| {
            let page = warning.place().map_or("", Place::page);
            format!("{page}: {warning}")
        });
        Ok((paths.collect(), warnings.collect()))
    }

    #[test]
    fn a_type_without_a_description_is_reported_once() {
        let files = ["a", "b"].map(|name| {
            let text = format!(
                "# {name}\n\nGET https://a.example/{name}\n\nReference: https://docs.a.example/{name}\n\n\
                 ## Response\n\n### 200\n\n- `x` (Pet, required)\n- `y` (Toy, required)\n\n\
                 ## Types\n\n### Pet\n\n### Toy\n\n### Cat\n\n- `z` (any, required)\n"
            );
            SourceFile::new(&format!("{name}.md"), &text)
        });
        let mut warnings = Vec::new();
        let pages = page::read(&files).expect("pages");
        Document::parse_all(pages, &Known::default(), &mut warnings).expect("documents");
        let places = warnings.iter().map(|warning| {
            let page = warning.place().map_or("", Place::page);
            format!("{page}: {}", warning.message())
        });
        let message = |name: &str| {
            format!(
                "a.md: the page does not describe the type `{name}`: the client accepts any JSON \
                 there"
            )
        };
        assert_eq!(places.collect::<Vec<_>>(), [message("Pet"), message("Toy")]);
    }

    const GOOD: (&str, &str) = ("good.yaml", "{/good: {get: {}}}");

    #[test]
    fn a_page_that_cannot_be_used_costs_no_other() {
        for (paths, reason) in [
            (
                "{/bad: {put: {requestBody: {$ref: '#/none'}}}}",
                "the reference `#/none` points to nothing",
            ),
            (
                "{/bad: {put: {requestBody: {$ref: '#/none'}, get: {}}}}",
                "the reference `#/none` points to nothing",
            ),
            ("{/bad: 1}", "`~1bad` should be an object"),
            ("{}", "the specification describes no operation"),
            (
                "[",
                "the specification is not YAML: did not find expected node content, while parsing \
                 a flow node",
            ),
        ] {
            let (operations, warnings) = parsed(&[("bad.yaml", paths), GOOD]).expect("one is good");
            assert_eq!(operations, ["/good"]);
            let expected =
                format!("bad.yaml: {reason}; the operations of the page are not in the client");
            assert_eq!(warnings, [expected]);
        }
    }

    #[test]
    fn the_first_page_is_the_error_if_no_page_can_be_used() {
        let problem = parsed(&[("a.yaml", "{}"), ("b.yaml", "[")]).expect_err("none is good");
        assert_eq!(
            problem.message(),
            "the specification describes no operation"
        );
        assert_eq!(problem.place().map(Place::page), Some("a.yaml"));
    }

    #[test]
    fn a_json_document_has_lines() {
        let text = "{\n  \"openapi\": \"3.1.1\",\n  \"info\": {\"title\": \"\\ud83d\\ude00\"},\n  \
                    \"paths\": {\n    \"/pets\": 1\n  }\n}\n";
        let error = |text: &str| {
            let pages = page::read(&[SourceFile::new("a.json", text)]).expect("a document");
            let problem = Document::parse(&pages.pages[0]).expect_err("a pet is no number");
            (
                problem.message().to_owned(),
                problem.place().map(Place::line),
            )
        };
        assert_eq!(
            error(text),
            ("`~1pets` should be an object".to_owned(), Some(5))
        );
        assert_eq!(
            error(&text.replace(": 1\n", ": ]\n")),
            (
                "the specification is not JSON: expected value".to_owned(),
                Some(5)
            )
        );
    }
}
