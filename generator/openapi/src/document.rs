//! One page's specification as a JSON tree that knows where it came from.

use std::sync::Arc;

use rayon::prelude::*;
use serde_json::Value;

use crate::loss::{Loss, LossKind, LossLines};
use crate::prose::{self, Bases};
use crate::quirks::published_server;
use crate::references;
use crate::walk;
use pages::page::{Form, Outline, Page, Pages};
use pages::yaml::{self, Lines};
use pages::{Code, Place, Problem};

/// The specification of a page, with the line of each of its nodes.
#[derive(Clone, Debug)]
pub struct Document {
    /// The page that carries the specification.
    pub page: Arc<Page>,
    /// The specification.
    pub root: Value,
    lines: Arc<Lines>,
    prose: Option<Prose>,
}

/// What a page of structured prose leaves open.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prose {
    /// The facts that it does not carry.
    pub(crate) losses: LossLines,
    /// The named types whose content is not known, with a warning about each.
    pub(crate) unknown_types: Vec<(String, Problem)>,
    warnings: Vec<Problem>,
}

impl Document {
    /// Parses the specification of `page`.
    ///
    /// # Errors
    ///
    /// When it is neither YAML nor JSON, is not OpenAPI 3.0 or 3.1, or describes no operation.
    pub fn parse(page: &Arc<Page>) -> Result<Self, Problem> {
        match page.form {
            Form::OpenApi => Self::parse_openapi(page),
            Form::Prose(outline) => {
                let urls = page.request.iter().map(|request| request.url.as_str());
                let bases = Bases::new(urls, prose::listed_servers(page, outline).into_iter());
                let mut documents = [Self::parse_prose(page, outline, &bases)?];
                prose::complete(&mut documents);
                let [document] = documents;
                Ok(document)
            }
        }
    }

    fn parse_openapi(page: &Arc<Page>) -> Result<Self, Problem> {
        let (root, lines) = yaml::parse(&page.specification.text).map_err(|error| {
            Problem::new(
                Code::InvalidYaml,
                format!(
                    "the specification is not {}: {}",
                    error.language, error.message
                ),
            )
            .at(page.place(error.line))
            .advice("correct the page, or fetch it again")
        })?;
        let mut document = Self {
            page: Arc::clone(page),
            root,
            lines: Arc::new(lines),
            prose: None,
        };
        document.check_version()?;
        document.check_shapes()?;
        document.check_operations()?;
        references::settle(&mut document.root);
        Ok(document)
    }

    /// Reads a page of structured prose; what it leaves open is marked.
    fn parse_prose(page: &Arc<Page>, outline: Outline, bases: &Bases) -> Result<Self, Problem> {
        let reading = prose::read(page, outline, bases)?;
        Ok(Self {
            page: Arc::clone(page),
            root: reading.root,
            lines: Arc::new(Lines::from_index(reading.lines)),
            prose: Some(Prose {
                losses: reading.losses,
                unknown_types: reading.unknown_types,
                warnings: reading.warnings,
            }),
        })
    }

    /// Parses the specifications of all pages. What cannot be read, or refers to something
    /// that it does not hold, is left out with a warning. `servers` are known to be servers of the
    /// API, for pages that do not say where a server ends and a path begins.
    ///
    /// # Errors
    ///
    /// When nothing is left: the error is that of the first page.
    pub fn parse_all(
        pages: Pages,
        servers: &[String],
        warnings: &mut Vec<Problem>,
    ) -> Result<Vec<Self>, Problem> {
        let parse = |page: &Arc<Page>| {
            if matches!(page.form, Form::Prose(_)) {
                return None;
            }
            let document = Self::parse_openapi(page);
            Some(document.and_then(|document| document.check_references().map(|()| document)))
        };
        let parsed: Vec<_> = pages.pages.par_iter().map(parse).collect();
        let bases = Self::bases(&pages, &parsed, servers);
        let read = |(page, parsed): (&Arc<Page>, Option<_>)| match (parsed, page.form) {
            (None, Form::Prose(outline)) => Self::parse_prose(page, outline, &bases),
            (Some(parsed), _) => parsed,
            (None, Form::OpenApi) => Self::parse_openapi(page),
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
        for prose in documents
            .iter_mut()
            .filter_map(|document| document.prose.as_mut())
        {
            warnings.append(&mut prose.warnings);
            warnings.extend(prose.unknown_types.drain(..).map(|(_, warning)| warning));
        }
        Ok(documents)
    }

    /// Finds out where the servers of pages of structured prose end.
    fn bases(pages: &Pages, parsed: &[Option<Result<Self, Problem>>], servers: &[String]) -> Bases {
        let prose = pages.pages.iter().filter_map(|page| match page.form {
            Form::Prose(outline) => Some((page, outline)),
            Form::OpenApi => None,
        });
        let urls = prose
            .clone()
            .filter_map(|(page, _)| Some(page.request.as_ref()?.url.as_str()));
        if urls.clone().next().is_none() {
            return Bases::default();
        }
        let documents = parsed.iter().flatten().flatten();
        let published = documents.filter_map(|document| {
            let request = document.page.request.as_ref()?;
            let (path, ..) = walk::operations(&document.root).next()?;
            published_server(&request.url, path)
        });
        let listed = prose.flat_map(|(page, outline)| prose::listed_servers(page, outline));
        let known = servers.iter().cloned().chain(published).chain(listed);
        Bases::new(urls, known)
    }

    /// Returns what a page of structured prose leaves open; `None` for other pages.
    pub(crate) fn prose_mut(&mut self) -> Option<&mut Prose> {
        self.prose.as_mut()
    }

    /// Returns `true` if the page is structured prose.
    pub(crate) fn is_prose(&self) -> bool {
        self.prose.is_some()
    }

    /// Returns `true` if the page is structured prose that does not carry facts of this kind.
    pub(crate) fn loses(&self, kind: LossKind) -> bool {
        let mut losses = self.prose.iter().flat_map(|prose| prose.losses.iter());
        losses.any(|(lost, ..)| lost == kind)
    }

    /// Returns the facts that the form of the page does not carry.
    pub fn losses(&self) -> impl Iterator<Item = Loss> {
        let lines = self.prose.iter().flat_map(|prose| prose.losses.iter());
        lines.map(|(kind, line, count)| Loss {
            kind,
            place: self.page.place(line),
            count,
        })
    }

    /// Returns where the node at `pointer` stands, or its nearest ancestor.
    pub fn place(&self, pointer: &str) -> Place {
        let page = &self.page;
        Place::of_node(&page.file, &self.lines, page.specification.line, pointer)
    }

    fn check_version(&self) -> Result<(), Problem> {
        if !self.root.is_object() {
            return Err(
                Problem::new(Code::InvalidStructure, "the specification is not an object")
                    .at(self.place(""))
                    .advice("its first line should be `openapi: 3.1.1`"),
            );
        }
        let version = match &self.root["openapi"] {
            Value::String(version) => version.clone(),
            // `openapi: 3.1` is a number in YAML.
            Value::Number(version) => version.to_string(),
            _ if self.root.get("swagger").is_some() => {
                return Err(
                    Problem::new(Code::UnknownVersion, "Swagger 2.0 is not read")
                        .at(self.place("/swagger"))
                        .advice("convert the specification to OpenAPI 3.0 or 3.1"),
                );
            }
            _ => {
                return Err(Problem::new(
                    Code::UnknownVersion,
                    "the specification names no OpenAPI version",
                )
                .at(self.place(""))
                .advice("its first line should be `openapi: 3.1.1`"));
            }
        };
        let known = ["3.0", "3.1"]
            .iter()
            .any(|known| version == *known || version.starts_with(&format!("{known}.")));
        if known {
            return Ok(());
        }
        Err(Problem::new(
            Code::UnknownVersion,
            format!("OpenAPI {version} is not known here"),
        )
        .at(self.place("/openapi"))
        .advice("versions 3.0 and 3.1 are read; convert the specification to one of them"))
    }

    fn check_shapes(&self) -> Result<(), Problem> {
        match walk::misshapen(&self.root) {
            None => Ok(()),
            Some((pointer, form)) => Err(Problem::new(
                Code::InvalidStructure,
                format!(
                    "`{}` should be {form}",
                    pointer.rsplit('/').next().unwrap_or_default()
                ),
            )
            .at(self.place(&pointer))
            .advice("correct the page, or fetch it again")),
        }
    }

    fn check_operations(&self) -> Result<(), Problem> {
        if walk::operations(&self.root).next().is_some() || self.root["webhooks"].is_object() {
            return Ok(());
        }
        Err(Problem::new(
            Code::NoOperation,
            "the specification describes no operation",
        )
        .at(self.place("/paths"))
        .advice("`paths` should hold a path with a method, such as `get`"))
    }

    fn check_references(&self) -> Result<(), Problem> {
        let Some((pointer, target)) = references::dangling(&self.root) else {
            return Ok(());
        };
        let advice = if target.starts_with('#') {
            "add what is missing to the page, or fetch it again: it may have been cut short"
        } else {
            "a page has to hold all that it refers to: copy the schema into it"
        };
        Err(Problem::new(
            Code::DanglingReference,
            format!("the reference `{target}` leads nowhere"),
        )
        .at(self.place(&pointer))
        .advice(advice))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pages::SourceFile;
    use pages::page;

    /// Returns the operations of documents with these names and `paths`, and the warnings.
    fn parsed(files: &[(&str, &str)]) -> Result<(Vec<String>, Vec<String>), Problem> {
        let files = files.iter().map(|(name, paths)| {
            let text = format!("openapi: 3.1.1\npaths: {paths}\n");
            SourceFile::new(name, &text)
        });
        let pages = page::read(&files.collect::<Vec<_>>())?;
        let mut warnings = Vec::new();
        let documents = Document::parse_all(pages, &[], &mut warnings)?;
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

    const GOOD: (&str, &str) = ("good.yaml", "{/good: {get: {}}}");

    #[test]
    fn a_page_that_cannot_be_used_costs_no_other() {
        for (paths, reason) in [
            (
                "{/bad: {put: {requestBody: {$ref: '#/none'}}}}",
                "the reference `#/none` leads nowhere",
            ),
            (
                "{/bad: {put: {requestBody: {$ref: '#/none'}, get: {}}}}",
                "the reference `#/none` leads nowhere",
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
