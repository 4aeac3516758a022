//! Where the pages of now describe what changed.
//!
//! The merged document has lost the lines of the pages, and its schemas other names
//! than theirs. An operation knows its page. What a schema became is found there
//! again by its name, or by what it consists of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::change::{Change, Kind, Subject};
use super::usage::Usage;
use crate::Source;
use crate::face::surface::{Field, Form, Surface, Type, Variant};
use crate::generate::argument_name;
use openapi::document::Document;
use openapi::schemas::identifier;
use openapi::walk;
use pages::Place;
use pages::SourceFile;
use pages::page::{self, Page};
use pages::pointer::{self, Pointer};

/// The pages of now.
pub(super) struct Places {
    files: BTreeMap<String, Arc<SourceFile>>,
    /// By operation id.
    operations: BTreeMap<String, Place>,
    /// What has been read again, by operation id.
    documents: BTreeMap<String, Option<Arc<Document>>>,
}

impl Places {
    pub(super) fn new(source: &Source, operations: BTreeMap<String, Place>) -> Self {
        let files = source.pages.iter();
        Self {
            files: files
                .map(|file| (file.name().to_owned(), Arc::clone(file)))
                .collect(),
            operations,
            documents: BTreeMap::new(),
        }
    }

    /// Gives each change its place.
    pub(super) fn locate(&mut self, changes: &mut [Change], surface: &Surface, usage: &Usage) {
        for change in changes {
            change.place = match &change.subject {
                Subject::Api => None,
                Subject::Operation { id, .. } => self.of_operation(id, change),
                Subject::Type(name) => {
                    let ids = usage.operations(name);
                    self.of_type(name, surface.types.get(name), ids, change)
                }
            };
        }
    }

    fn of_operation(&mut self, id: &str, change: &Change) -> Option<Place> {
        let place = self.operations.get(id)?.clone();
        let member = change
            .member
            .as_deref()
            .filter(|_| !matches!(change.kind, Kind::ArgumentRemoved | Kind::SetterRemoved));
        let document = member.and_then(|_| self.document(id));
        let found = document.zip(member).and_then(|(document, member)| {
            let pointer = parameter(&document.root, member)?;
            Some(document.place(&pointer))
        });
        Some(found.unwrap_or(place))
    }

    fn of_type(
        &mut self,
        name: &str,
        ty: Option<&Type>,
        ids: Vec<&str>,
        change: &Change,
    ) -> Option<Place> {
        // What is gone is nowhere in the pages of now.
        let ty = ty?;
        let mut best: Option<(usize, Place)> = None;
        for id in &ids {
            let Some(document) = self.document(id) else {
                continue;
            };
            let Some((score, pointer)) = schema(&document.root, name, ty) else {
                continue;
            };
            if best.as_ref().is_none_or(|(known, _)| score > *known) {
                let member = change.member.as_deref();
                let pointer = member
                    .and_then(|member| member_of(&document.root, &pointer, ty, member))
                    .unwrap_or(pointer);
                best = Some((score, document.place(&pointer)));
            }
        }
        let of_operation = || ids.iter().find_map(|id| self.operations.get(*id).cloned());
        best.map(|(_, place)| place).or_else(of_operation)
    }

    /// Reads the page of an operation again.
    fn document(&mut self, id: &str) -> Option<Arc<Document>> {
        if let Some(known) = self.documents.get(id) {
            return known.clone();
        }
        let read = self.operations.get(id).and_then(|place| {
            let file = self.files.get(place.page())?;
            let pages = page::read(std::slice::from_ref(file)).ok()?;
            let line = place.line();
            let page = |page: &&Arc<Page>| page.specification.line <= line;
            let page = pages.pages.iter().rev().find(page)?;
            Document::parse(page).ok().map(Arc::new)
        });
        self.documents.insert(id.to_owned(), read.clone());
        read
    }
}

/// Returns where a parameter of the operation of a page stands, or a field of its
/// body that has a setter.
fn parameter(root: &Value, member: &str) -> Option<String> {
    let is_member = |name: &str| argument_name(name) == member.trim_end_matches('_');
    let in_parameters = walk::operations(root).find_map(|(path, method, operation)| {
        let parameters = operation.get("parameters")?.as_array()?;
        let index = parameters.iter().position(|parameter| {
            let name = parameter["x-fern-parameter-name"].as_str();
            parameter["name"].as_str().is_some_and(is_member) || name.is_some_and(is_member)
        })?;
        let index = index.to_string();
        Some(pointer::of(&["paths", path, method, "parameters", &index]))
    });
    in_parameters.or_else(|| {
        find(root, |at, node| {
            let properties = node.get("properties")?.as_object()?;
            let name = properties.keys().find(|name| is_member(name))?;
            // What an answer has is no parameter.
            let is_answer = at.contains("/responses/");
            (!is_answer).then(|| (1, format!("{at}{}", pointer::of(&["properties", name]))))
        })
        .map(|(_, pointer)| pointer)
    })
}

/// Returns where the schema stands that became a type, and how sure that is.
fn schema(root: &Value, name: &str, ty: &Type) -> Option<(usize, String)> {
    const NAMED: usize = 1000;
    find(root, |at, node| {
        let own_name = at.strip_prefix("/components/schemas/");
        let is_named = own_name.is_some_and(|own| !own.contains('/') && identifier(own) == name);
        let alike = likeness(node, &ty.form);
        match (is_named, alike) {
            (true, alike) => Some((NAMED + alike.unwrap_or(0), at.to_owned())),
            (false, alike) => Some((alike?, at.to_owned())),
        }
    })
}

/// Returns how much of a type a schema has, if that is more than half.
fn likeness(node: &Map<String, Value>, form: &Form) -> Option<usize> {
    let (found, expected): (BTreeSet<&str>, BTreeSet<&str>) = match form {
        Form::Struct { fields, .. } => (
            node.get("properties")?
                .as_object()?
                .keys()
                .map(String::as_str)
                .collect(),
            fields.iter().map(|field| field.wire.as_str()).collect(),
        ),
        Form::Choice {
            variants,
            is_union: false,
            ..
        } => (
            values(node)?.into_iter().collect(),
            variants
                .iter()
                .map(|variant| variant.value.trim_matches('"'))
                .collect(),
        ),
        _ => return None,
    };
    let common = found.intersection(&expected).count();
    (2 * common > found.len().max(expected.len())).then_some(common)
}

/// Returns the values of an enumeration, which pages write as objects.
fn values(node: &Map<String, Value>) -> Option<Vec<&str>> {
    let values = node.get("enum")?.as_array()?.iter();
    let values = values.map(|value| value.as_str().or_else(|| value["value"].as_str()));
    Some(values.map(Option::unwrap_or_default).collect())
}

/// Returns where a field or a variant of the schema at `pointer` stands.
fn member_of(root: &Value, pointer: &str, ty: &Type, member: &str) -> Option<String> {
    let node = root.pointer(pointer)?.as_object()?;
    let is_field = |field: &&Field| field.name == member;
    let is_variant = |variant: &&Variant| variant.name == member;
    let keys = match &ty.form {
        Form::Struct { fields, .. } => {
            let wire = fields.iter().find(is_field)?.wire.as_str();
            node.get("properties")?.get(wire)?;
            pointer::of(&["properties", wire])
        }
        Form::Choice { variants, .. } => {
            let value = variants.iter().find(is_variant)?.value.trim_matches('"');
            let index = values(node)?.iter().position(|known| *known == value)?;
            pointer::of(&["enum", &index.to_string()])
        }
        Form::Other(_) => return None,
    };
    Some(format!("{pointer}{keys}"))
}

/// Returns what `score` rates highest among all objects of a document.
fn find(
    root: &Value,
    score: impl Fn(&str, &Map<String, Value>) -> Option<(usize, String)>,
) -> Option<(usize, String)> {
    let mut best: Option<(usize, String)> = None;
    walk::nodes(root, &mut Pointer::default(), &mut |at, node| {
        if let Some(found) = score(at, node)
            && best.as_ref().is_none_or(|best| found.0 > best.0)
        {
            best = Some(found);
        }
    });
    best
}
