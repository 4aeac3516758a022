//! One page's specification as a JSON tree that knows where it came from.

use std::sync::Arc;

use rayon::prelude::*;
use serde_json::Value;

use crate::references;
use crate::walk;
use pages::Page;
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
}

impl Document {
    /// Parses the specification of `page`.
    ///
    /// # Errors
    ///
    /// When it is not YAML, is not OpenAPI 3.0 or 3.1, or describes no operation.
    pub fn parse(page: &Arc<Page>) -> Result<Self, Problem> {
        let (root, lines) = yaml::parse(&page.specification.text).map_err(|error| {
            Problem::new(
                Code::InvalidYaml,
                format!("the specification is not YAML: {}", error.message),
            )
            .at(page.place(error.line))
            .advice("correct the page, or fetch it again")
        })?;
        let mut document = Self {
            page: Arc::clone(page),
            root,
            lines: Arc::new(lines),
        };
        document.check_version()?;
        document.check_shapes()?;
        document.check_operations()?;
        references::settle(&mut document.root);
        Ok(document)
    }

    /// Leaves out the pages that refer to something that they do not hold, with a
    /// warning for each.
    ///
    /// # Errors
    ///
    /// When such a document describes more than one operation, or no other page is
    /// left.
    pub fn retain_sound(
        documents: &mut Vec<Self>,
        warnings: &mut Vec<Problem>,
    ) -> Result<(), Problem> {
        let broken = |document: &Self| document.check_references().err();
        let problems: Vec<Option<Problem>> = documents.par_iter().map(broken).collect();
        let is_any_sound = problems.iter().any(Option::is_none);
        let mut sound = Vec::new();
        for (document, problem) in documents.drain(..).zip(problems) {
            match problem {
                None => sound.push(document),
                Some(problem) if is_any_sound && document.is_page() => {
                    warnings.push(problem.costing("the operation is not in the client"));
                }
                Some(problem) => return Err(problem),
            }
        }
        *documents = sound;
        Ok(())
    }

    /// Returns `true` if the document describes at most one operation.
    fn is_page(&self) -> bool {
        walk::operations(&self.root).nth(1).is_none()
    }

    /// Returns where the node at `pointer` stands, or its nearest ancestor.
    pub fn place(&self, pointer: &str) -> Place {
        let page = &self.page;
        Place::of_node(&page.file, &self.lines, page.specification.line, pointer)
    }

    fn check_version(&self) -> Result<(), Problem> {
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

    fn document(name: &str, paths: &str) -> Document {
        let text = format!("openapi: 3.1.1\npaths: {paths}\n");
        let pages = page::read(&[SourceFile::new(name, &text)]).expect("one document");
        Document::parse(&pages.pages[0]).expect("a specification")
    }

    #[test]
    fn a_reference_to_nowhere_costs_the_operation_of_its_page() {
        let good = document("good.yaml", "{/a: {get: {}}}");
        let body = "{requestBody: {$ref: '#/none'}}";
        let broken = document("broken.yaml", &format!("{{/b: {{put: {body}}}}}"));
        let large = document("large.yaml", &format!("{{/b: {{put: {body}, get: {{}}}}}}"));
        let retained = |documents: &[&Document]| {
            let mut documents: Vec<Document> = documents.iter().copied().cloned().collect();
            let mut warnings = Vec::new();
            Document::retain_sound(&mut documents, &mut warnings)
                .map(|()| (documents.len(), warnings))
        };
        let (count, warnings) = retained(&[&good, &broken]).expect("one page is good");
        assert_eq!(count, 1);
        assert_eq!(
            warnings[0].message(),
            "the reference `#/none` leads nowhere: the operation is not in the client"
        );
        assert_eq!(warnings[0].place().map(Place::page), Some("broken.yaml"));
        assert!(retained(&[&broken]).is_err());
        assert!(retained(&[&good, &large]).is_err());
    }
}
