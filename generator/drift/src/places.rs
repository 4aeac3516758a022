//! Finds the lines of the new pages that describe changes.
//!
//! The model has the page of each operation, but not the lines of parameters, schemas, and their
//! members. To find these, the pages are read again: parameters are found by their names, and
//! schemas by their names or members.

use std::collections::HashMap;
use std::sync::Arc;

use api::{Api, Operation, Shape, TypeDef, TypeId};
use names::argument_name;
use openapi::document::Document;
use openapi::locate::{self, Members, Schemas};
use pages::page::{self, Page};
use pages::{Place, SourceFile};

use crate::Kind;
use crate::call::{Call, Source};
use crate::change::{Change, Subject};
use crate::usage::Usage;

/// The pages from which the new model was read.
pub(crate) struct Places<'a> {
    now: &'a Api,
    usage: Usage<'a>,
    operations: HashMap<&'a str, &'a Operation>,
    files: HashMap<&'a str, &'a Arc<SourceFile>>,
    /// The pages of files that were read again, by file name.
    pages: HashMap<String, Vec<Arc<Page>>>,
    /// Their documents, by file name and first line.
    documents: HashMap<(String, usize), Option<Arc<ReadPage>>>,
    /// The schemas that became types.
    schemas: HashMap<&'a TypeId, Option<(Arc<ReadPage>, String)>>,
}

/// A page that was read again.
struct ReadPage {
    document: Document,
    schemas: Schemas,
}

impl<'a> Places<'a> {
    /// Creates a finder for places in `pages`, the files from which the model `now` was read.
    pub(crate) fn new(now: &'a Api, pages: &'a [Arc<SourceFile>]) -> Self {
        let operations = now.operations.iter();
        Self {
            now,
            usage: Usage::of(now),
            operations: operations
                .map(|operation| (operation.id.as_str(), operation))
                .collect(),
            files: pages.iter().map(|file| (file.name(), file)).collect(),
            pages: HashMap::new(),
            documents: HashMap::new(),
            schemas: HashMap::new(),
        }
    }

    /// Sets the place of each change that has one.
    pub(crate) fn locate(&mut self, changes: &mut [Change]) {
        for change in changes {
            let member = change.member.as_deref();
            change.place = match &change.subject {
                Subject::Api => member.and_then(|member| self.of_webhook(member)),
                Subject::Operation { id, .. } => self.of_operation(id, member),
                // Another type can have the name now.
                Subject::Type(_) if change.kind == Kind::TypeRemoved => None,
                Subject::Type(name) => self.of_type(&TypeId::new(name.as_str()), member),
            };
        }
    }

    fn of_webhook(&self, name: &str) -> Option<Place> {
        let mut events = self.now.webhooks.as_ref()?.events.iter();
        let event = events.find(|event| event.name == name)?;
        Some(event.origin.as_ref()?.0.clone())
    }

    fn of_operation(&mut self, id: &str, member: Option<&str>) -> Option<Place> {
        let operation = *self.operations.get(id)?;
        let found = member.and_then(|member| {
            let page = self.page(operation)?;
            let pointer = self.member_of_operation(&page, operation, member)?;
            Some(page.document.place(&pointer))
        });
        found.or_else(|| Some(operation.origin.as_ref()?.0.clone()))
    }

    /// Returns the pointer to a parameter, a property of the body, or a status.
    fn member_of_operation(
        &self,
        page: &ReadPage,
        operation: &Operation,
        member: &str,
    ) -> Option<String> {
        let described = locate::operation(&page.document, &operation.verb, &operation.path)?;
        if let Some(status) = described.status(member) {
            return Some(status);
        }
        let call = Call::new(operation, self.now);
        let input = call.inputs.iter().find(|input| input.name == member)?;
        let wire = input.source.wire()?;
        match input.source {
            Source::Parameter(_) => {
                described.parameter(|name| name == wire || argument_name(name) == member)
            }
            _ => described.property(wire, &page.schemas),
        }
    }

    fn of_type(&mut self, id: &TypeId, member: Option<&str>) -> Option<Place> {
        let ty = self.now.ty(id)?;
        match self.schema(ty) {
            Some((page, pointer)) => {
                let document = &page.document;
                let of_member = member
                    .and_then(|member| locate::member(document, &pointer, wire_name(ty, member)?));
                Some(document.place(&of_member.unwrap_or(pointer)))
            }
            None => {
                let mut operations = self.usage.operations(id).iter();
                operations.find_map(|operation| Some(operation.origin.as_ref()?.0.clone()))
            }
        }
    }

    /// Returns the schema that became a type.
    fn schema(&mut self, ty: &'a TypeDef) -> Option<(Arc<ReadPage>, String)> {
        if let Some(known) = self.schemas.get(&ty.id) {
            return known.clone();
        }
        let mut best: Option<(usize, Arc<ReadPage>, String)> = None;
        for operation in self.usage.operations(&ty.id).to_vec() {
            let Some(page) = self.page(operation) else {
                continue;
            };
            let is_known =
                |(_, known, _): &(usize, Arc<ReadPage>, String)| Arc::ptr_eq(known, &page);
            if best.as_ref().is_some_and(is_known) {
                continue;
            }
            if let Some((score, pointer)) = page.schemas.find(ty.id.as_str(), &members(ty))
                && best.as_ref().is_none_or(|(known, ..)| score > *known)
            {
                best = Some((score, page, pointer));
            }
        }
        let found = best.map(|(_, page, pointer)| (page, pointer));
        self.schemas.insert(&ty.id, found.clone());
        found
    }

    /// Reads the page of an operation again.
    fn page(&mut self, operation: &Operation) -> Option<Arc<ReadPage>> {
        let place = &operation.origin.as_ref()?.0;
        let file = *self.files.get(place.page())?;
        let pages = self.pages.entry(file.name().to_owned()).or_insert_with(|| {
            let read = page::read(std::slice::from_ref(file));
            read.map(|read| read.pages).unwrap_or_default()
        });
        let line = place.line();
        let mut pages = pages.iter().rev();
        let page = pages.find(|page| page.specification.line <= line)?;
        let key = (file.name().to_owned(), page.specification.line);
        let document = self.documents.entry(key);
        document
            .or_insert_with(|| {
                let document = Document::parse(page).ok()?;
                let schemas = Schemas::of(&document);
                Some(Arc::new(ReadPage { document, schemas }))
            })
            .clone()
    }
}

/// Returns the members of a type for finding its schema.
fn members(ty: &TypeDef) -> Members<'_> {
    match &ty.shape {
        Shape::Struct(shape) => {
            let fields = shape.fields.iter();
            Members::Properties(fields.map(|field| field.wire.as_str()).collect())
        }
        Shape::Enum(shape) => {
            let values = shape.values.iter();
            Members::Values(values.map(|value| value.value.as_str()).collect())
        }
        Shape::Union(_) | Shape::Newtype(_) => Members::None,
    }
}

/// Returns the name of a field or a variant in requests and responses.
fn wire_name<'a>(ty: &'a TypeDef, member: &str) -> Option<&'a str> {
    match &ty.shape {
        Shape::Struct(shape) => {
            let mut fields = shape.fields.iter();
            fields
                .find(|field| field.name == member)
                .map(|field| field.wire.as_str())
        }
        Shape::Enum(shape) => {
            let mut values = shape.values.iter();
            values
                .find(|value| value.name == member)
                .map(|value| value.value.as_str())
        }
        Shape::Union(_) | Shape::Newtype(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use api::{Origin, Status, Type};

    use super::*;
    use crate::sample::{Sample, field, named, record};

    const PAGE: &str = "\
# Get a pet

GET https://api.example.com/pets

## OpenAPI Specification

```yaml
openapi: 3.1.1
info: {title: Get a pet, version: endpoint_pets.get}
paths:
  /pets:
    get:
      operationId: get
      parameters:
        - name: page-limit
          in: query
          schema: {type: string}
      responses:
        '200':
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/type_:Pet'
        '404':
          description: none
components:
  schemas:
    type_:Pet:
      type: object
      properties:
        Age:
          type: string
```
";

    /// Returns the text of the line of each change, compared with an edited API.
    fn lines(edit: impl Fn(&mut Operation) + 'static) -> Vec<(Kind, String)> {
        let file = SourceFile::new("get.md", PAGE);
        let place = file.place(11);
        let age = field("age", Type::String).optional();
        let pet = record([age.edited(|field| "Age".clone_into(&mut field.wire))]);
        let old = Sample::default()
            .ty("Pet", record([]))
            .response(named("Pet"));
        let new = Sample::default()
            .ty("Pet", pet)
            .response(named("Pet"))
            .with(move |operation| operation.origin = Some(Origin(place.clone())))
            .with(edit);
        let now = new.api();
        let mut changes = crate::compare(&old.api(), &now);
        Places::new(&now, &[file]).locate(&mut changes);
        let line = |change: &Change| {
            let line = change.place.as_ref().map_or(0, Place::line);
            let text = PAGE.lines().nth(line.wrapping_sub(1)).unwrap_or_default();
            (change.kind, text.trim().to_owned())
        };
        changes.iter().map(line).collect()
    }

    #[test]
    fn changes_have_the_line_of_their_member() {
        let found = lines(|operation| {
            let mut limit = crate::sample::parameter("page_limit", Type::String, false);
            "page-limit".clone_into(&mut limit.wire);
            operation.parameters.push(limit);
            operation.statuses.push(Status {
                status: "404".to_owned(),
                docs: api::Docs::default(),
                media_types: Vec::new(),
            });
            operation.verb = "GET".to_owned();
        });
        let expected = [
            (Kind::SetterAdded, "- name: page-limit"),
            (Kind::FieldAdded, "Age:"),
            (Kind::StatusAdded, "'404':"),
        ];
        assert_eq!(found, expected.map(|(kind, line)| (kind, line.to_owned())));
    }

    #[test]
    fn other_changes_have_the_line_of_the_operation() {
        let found = lines(|operation| operation.docs = api::Docs::page("A text."));
        let expected = (Kind::DocumentationChanged, "/pets:".to_owned());
        assert!(found.contains(&expected), "{found:?}");
    }
}
