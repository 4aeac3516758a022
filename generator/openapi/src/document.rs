//! One page's specification as a JSON tree with line numbers.

use std::collections::HashMap;
use std::mem;
use std::sync::Arc;

use serde_json::Value;

use crate::channels::{self, Fault as ChannelFault};
use crate::dangling::{self, Dangling, Missing};
use crate::expansion::{self, Fault, Reason};
use crate::inclusion;
use crate::loss::{Loss, LossKind, LossLines};
use crate::references;
use crate::walk;
use crate::webhooks;
use pages::page::Page;
use pages::yaml::{self, Language, Lines, SyntaxError};
use pages::{Code, Place, Problem, pointer};

/// The specification of a page, with the line of each of its nodes.
#[derive(Clone, Debug)]
pub struct Document {
    /// The page of the specification.
    pub page: Arc<Page>,
    /// The specification.
    pub root: Value,
    lines: Arc<Lines>,
    prose: Option<Prose>,
    /// Warnings about parts of the page that are not read.
    warnings: Vec<Problem>,
}

/// The facts that a page of structured prose does not state.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prose {
    /// The facts that its format does not include.
    pub(crate) losses: LossLines,
    /// The named types without a description, with a warning about each.
    pub(crate) unknown_types: Vec<(String, Problem)>,
    /// The authentication is only assumed.
    pub(crate) assumption: Option<Assumption>,
}

/// The authentication of a page is that of the constructor of an SDK. Another page that states it
/// takes precedence, because all operations of an SDK have the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Assumption {
    /// The line of the constructor, counted from 1 on the page.
    pub(crate) line: usize,
    /// The constructor has no hint at how the key is sent.
    pub(crate) is_guess: bool,
}

impl Document {
    /// Parses the OpenAPI document of a page.
    pub(crate) fn parse_openapi(page: &Arc<Page>) -> Result<Self, Problem> {
        let (root, lines) = yaml::parse(&page.specification.text)
            .map_err(|error| not_read(&error).at(page.place(error.line)))?;
        let mut document = Self {
            page: Arc::clone(page),
            root,
            lines: Arc::new(lines),
            prose: None,
            warnings: Vec::new(),
        };
        webhooks::rename(&mut document.root);
        document.check_version()?;
        document.checked()
    }

    /// Checks that the document is valid OpenAPI within the limits.
    fn checked(mut self) -> Result<Self, Problem> {
        self.check_shapes()?;
        self.check_operations()?;
        self.check_expansion()?;
        references::settle(&mut self.root);
        self.check_inclusion()?;
        Ok(self)
    }

    /// Parses the AsyncAPI document of a page, whose channels become operations.
    pub(crate) fn parse_async_api(page: &Arc<Page>) -> Result<Self, Problem> {
        let (root, lines) = yaml::parse(&page.specification.text)
            .map_err(|error| not_read(&error).at(page.place(error.line)))?;
        let lines = Arc::new(lines);
        let (mut root, lines) = channels::read(root, &lines).map_err(|(fault, pointer)| {
            let place = Place::of_node(&page.file, &lines, page.specification.line, &pointer);
            not_opened(fault, page).at(place)
        })?;
        if let Some(title) = &page.title {
            walk::operations_mut(&mut root, &mut |_, operation| {
                operation.insert("summary".to_owned(), title.as_str().into());
            });
        }
        let document = Self {
            page: Arc::clone(page),
            root,
            lines: Arc::new(lines),
            prose: None,
            warnings: Vec::new(),
        };
        document.checked()
    }

    /// Returns the document of a page of structured prose; `lines` has the line of each node.
    pub(crate) fn from_prose(
        page: &Arc<Page>,
        root: Value,
        lines: HashMap<String, usize>,
        prose: Prose,
        warnings: Vec<Problem>,
    ) -> Self {
        Self {
            page: Arc::clone(page),
            root,
            lines: Arc::new(Lines::from_index(&lines)),
            prose: Some(prose),
            warnings,
        }
    }

    /// Returns the unstated facts of a page of structured prose, or `None` for other pages.
    pub(crate) fn prose_mut(&mut self) -> Option<&mut Prose> {
        self.prose.as_mut()
    }

    /// Removes the warnings about parts of the page that are not read, and returns them.
    pub(crate) fn take_warnings(&mut self) -> Vec<Problem> {
        mem::take(&mut self.warnings)
    }

    /// Returns `true` if the page is structured prose.
    pub(crate) fn is_prose(&self) -> bool {
        self.prose.is_some()
    }

    /// Returns `true` if the project has written the page itself. A fetched page takes precedence
    /// over it.
    pub(crate) fn is_own(&self) -> bool {
        self.page.file.fetch.is_none()
    }

    /// Returns `true` if the page is structured prose that does not state facts of this kind.
    pub(crate) fn loses(&self, kind: LossKind) -> bool {
        let mut losses = self.prose.iter().flat_map(|prose| prose.losses.iter());
        losses.any(|(lost, ..)| lost == kind)
    }

    /// Returns the assumption about the authentication of a page of structured prose.
    pub(crate) fn assumption(&self) -> Option<Assumption> {
        self.prose.as_ref()?.assumption
    }

    /// Returns the facts that the format of the page does not include.
    pub fn losses(&self) -> impl Iterator<Item = Loss> {
        let lines = self.prose.iter().flat_map(|prose| prose.losses.iter());
        lines.map(|(kind, line, count)| Loss {
            kind,
            place: self.page.place(line),
            count,
        })
    }

    /// Returns the place of the node at `pointer`, or of its nearest ancestor.
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
                    Problem::new(Code::UnknownVersion, "Swagger 2.0 is not supported")
                        .at(self.place("/swagger"))
                        .advice("convert the specification to OpenAPI 3.0 or 3.1"),
                );
            }
            _ => {
                return Err(Problem::new(
                    Code::UnknownVersion,
                    "the specification has no OpenAPI version",
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
            format!("OpenAPI {version} is not supported"),
        )
        .at(self.place("/openapi"))
        .advice("convert the specification to OpenAPI 3.0 or 3.1"))
    }

    fn check_shapes(&self) -> Result<(), Problem> {
        match walk::invalid_part(&self.root) {
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
        if walk::operations(&self.root).next().is_some()
            || walk::webhooks(&self.root).next().is_some()
        {
            return Ok(());
        }
        Err(Problem::new(
            Code::NoOperation,
            "the specification describes no operation",
        )
        .at(self.place("/paths"))
        .advice("`paths` should contain a path with a method, such as `get`"))
    }

    /// Checks the expansion of references to shared parameters, responses, and similar objects.
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
                format!("the reference `{target}` is circular"),
            )
            .advice("only schemas can refer to themselves: reference another object"),
            Reason::Schema | Reason::NotAnObject | Reason::NotAText => {
                let keys = pointer.trim_end_matches("/$ref").rsplit('/');
                // An index in a list is not informative.
                let is_place = |key: &&str| key.len() < 3 && key.parse::<u8>().is_ok();
                let key = keys.clone().find(|key| !is_place(key));
                let name = pointer::unescape(key.unwrap_or_default());
                let what = match reason {
                    Reason::Schema => "a schema",
                    Reason::NotAText => "nothing, because it is not a string",
                    _ => "a value that is not an object",
                };
                Problem::new(
                    Code::InvalidStructure,
                    format!("the reference `{target}` of `{name}` points to {what}"),
                )
                .advice(
                    "reference an object of the type that OpenAPI requires here, or write \
                         it inline",
                )
            }
        };
        Err(problem.at(self.place(&pointer)))
    }

    /// Checks the cost of inlining schemas.
    fn check_inclusion(&self) -> Result<(), Problem> {
        inclusion::check(&self.root)
            .map_err(|(limit, pointer)| Problem::above(limit).at(self.place(&pointer)))
    }

    /// Checks that all references lead to an object.
    pub(crate) fn check_references(&self) -> Result<(), Problem> {
        match dangling::first(&self.root) {
            None => Ok(()),
            Some(reference) => Err(self.dangling(&reference)),
        }
    }

    /// Removes operations that need dangling references, with a warning for each missing target.
    ///
    /// # Errors
    ///
    /// If no operation is left.
    pub(crate) fn leave_out_dangling(&mut self) -> Result<(), Problem> {
        let missing = dangling::leave_out(&mut self.root);
        let missing = missing.map_err(|reference| self.dangling(&reference))?;
        for Missing {
            reference,
            operations,
        } in missing
        {
            let loss = match &operations[..] {
                [] => "no operation in the client needs it".to_owned(),
                [one] => format!("`{one}` is not in the client"),
                [first, _] => format!("`{first}` and another operation are not in the client"),
                [first, others @ ..] => {
                    let count = others.len();
                    format!("`{first}` and {count} other operations are not in the client")
                }
            };
            let warning = self.dangling(&reference).with_loss(&loss);
            self.warnings.push(warning);
        }
        Ok(())
    }

    fn dangling(&self, reference: &Dangling) -> Problem {
        let Dangling { pointer, target } = reference;
        let found = references::find(&self.root, target).map(|_| "something that is not a schema");
        let advice = if target.starts_with('#') {
            "add the missing object to the page, or fetch the page again: it may be truncated"
        } else {
            "a page must contain all referenced schemas: copy the schema into it"
        };
        let found = found.unwrap_or("nothing");
        Problem::new(
            Code::DanglingReference,
            format!("the reference `{target}` points to {found}"),
        )
        .at(self.place(pointer))
        .advice(advice)
    }
}

/// Returns the problem of a page whose channels cannot be read.
fn not_opened(fault: ChannelFault, page: &Page) -> Problem {
    let title = page.title.as_deref().unwrap_or("the page");
    let left_out = |message: String| Problem::new(Code::ChannelLeftOut, message);
    match fault {
        ChannelFault::Version(version) => Problem::new(
            Code::UnknownVersion,
            format!("AsyncAPI {version} is not supported"),
        )
        .advice("convert the specification to AsyncAPI 2"),
        ChannelFault::NoChannel => {
            left_out(format!("the specification of `{title}` has no channel"))
                .advice("`channels` should contain an address; fetch the page again")
        }
        ChannelFault::Protocol(protocol) => left_out(format!(
            "the protocol of `{title}` is `{protocol}` instead of WebSocket"
        ))
        .advice("use a library for this protocol"),
        ChannelFault::Shape(form) => Problem::new(
            Code::InvalidStructure,
            format!("a value in the AsyncAPI document should be {form}"),
        )
        .advice("correct the page, or fetch it again"),
        ChannelFault::Limit(limit) => Problem::above(limit),
        ChannelFault::Dangling(target) => Problem::new(
            Code::DanglingReference,
            format!("the reference `{target}` points to nothing"),
        )
        .advice("add the missing object to the page, or fetch the page again: it may be truncated"),
    }
}

/// Returns the problem of a specification that cannot be parsed.
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
