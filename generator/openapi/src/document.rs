//! One page's specification as a JSON tree that knows where it came from.

use std::sync::Arc;

use rayon::prelude::*;
use serde_json::Value;

use crate::expansion::{self, Fault, Reason};
use crate::inclusion;
use crate::references;
use crate::walk;
use pages::page::{Page, Pages};
use pages::yaml::{self, Language, Lines, SyntaxError};
use pages::{Code, Place, Problem, panics, pointer};

/// The specification of a page, with the line of each of its nodes.
#[derive(Clone, Debug)]
pub struct Document {
    /// The page that carries the specification.
    pub page: Arc<Page>,
    /// The specification.
    pub root: Value,
    lines: Arc<Lines>,
}

impl Document {
    /// Parses the specification of `page`.
    ///
    /// # Errors
    ///
    /// When it is neither YAML nor JSON, is not OpenAPI 3.0 or 3.1, or describes no operation.
    pub fn parse(page: &Arc<Page>) -> Result<Self, Problem> {
        let (root, lines) = yaml::parse(&page.specification.text)
            .map_err(|error| not_read(&error).at(page.place(error.line)))?;
        let mut document = Self {
            page: Arc::clone(page),
            root,
            lines: Arc::new(lines),
        };
        document.check_version()?;
        document.check_shapes()?;
        document.check_operations()?;
        document.check_expansion()?;
        references::settle(&mut document.root);
        document.check_inclusion()?;
        Ok(document)
    }

    /// Parses the specifications of all pages. What cannot be read, or refers to something
    /// that it does not hold, is left out with a warning.
    ///
    /// # Errors
    ///
    /// When nothing is left: the error is that of the first page.
    pub fn parse_all(pages: Pages, warnings: &mut Vec<Problem>) -> Result<Vec<Self>, Problem> {
        let parse = |page: &Arc<Page>| {
            let parsed = || {
                let document = Self::parse(page)?;
                document.check_references()?;
                Ok(document)
            };
            panics::located(|| page.place(1), parsed)
        };
        let results: Vec<_> = pages.pages.par_iter().map(parse).collect();
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
        Ok(documents)
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

    /// Checks what references to shared parameters, responses, and the like make of the
    /// document.
    fn check_expansion(&self) -> Result<(), Problem> {
        let Err(Fault {
            reason,
            pointer,
            target,
        }) = expansion::check(&self.root)
        else {
            return Ok(());
        };
        let problem = match reason {
            Reason::Limit(limit) => Problem::above(limit),
            Reason::Circular => Problem::new(
                Code::CircularReference,
                format!("the reference `{target}` leads to what it is a part of"),
            )
            .advice("only schemas may refer to themselves: refer to another part"),
            Reason::Schema | Reason::NotAnObject | Reason::NotAText => {
                let keys = pointer.trim_end_matches("/$ref").rsplit('/');
                // The place in a list says nothing.
                let is_place = |key: &&str| key.len() < 3 && key.parse::<u8>().is_ok();
                let key = keys.clone().find(|key| !is_place(key));
                let name = pointer::unescape(key.unwrap_or_default());
                let what = match reason {
                    Reason::Schema => "a schema",
                    Reason::NotAText => "nothing, because it is not a text",
                    _ => "a value that is not an object",
                };
                Problem::new(
                    Code::InvalidStructure,
                    format!("the reference `{target}` of `{name}` leads to {what}"),
                )
                .advice("refer to what OpenAPI has in this place, or write it there")
            }
        };
        Err(problem.at(self.place(&pointer)))
    }

    /// Checks the work of putting schemas into each other.
    fn check_inclusion(&self) -> Result<(), Problem> {
        inclusion::check(&self.root)
            .map_err(|(limit, pointer)| Problem::above(limit).at(self.place(&pointer)))
    }

    fn check_references(&self) -> Result<(), Problem> {
        let Some((pointer, target)) = references::dangling(&self.root) else {
            return Ok(());
        };
        let leads = references::find(&self.root, &target).map(|_| "to no schema");
        let advice = if target.starts_with('#') {
            "add what is missing to the page, or fetch it again: it may have been cut short"
        } else {
            "a page has to hold all that it refers to: copy the schema into it"
        };
        Err(Problem::new(
            Code::DanglingReference,
            format!(
                "the reference `{target}` leads {}",
                leads.unwrap_or("nowhere")
            ),
        )
        .at(self.place(&pointer))
        .advice(advice))
    }
}

/// Returns the problem of a specification that is not parsed.
fn not_read(error: &SyntaxError) -> Problem {
    if let Some(limit) = error.limit {
        return Problem::above(limit);
    }
    let (language, message) = (error.language, &error.message);
    let code = match language {
        Language::Yaml => Code::InvalidYaml,
        Language::Json => Code::InvalidJson,
    };
    Problem::new(
        code,
        format!("the specification is not {language}: {message}"),
    )
    .advice("correct the page, or fetch it again")
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
        let documents = Document::parse_all(pages, &mut warnings)?;
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
