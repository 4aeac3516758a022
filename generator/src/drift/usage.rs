//! Which operations use a type.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Subject};
use crate::face::surface::{Form, Method, Surface, Type};

/// Where the types of both surfaces are used.
#[derive(Default)]
pub(super) struct Usage {
    /// How the operations are called that use a type.
    calls: BTreeMap<String, BTreeSet<String>>,
    /// The ids of the operations of now that use a type.
    operations: BTreeMap<String, BTreeSet<String>>,
}

impl Usage {
    /// Collects what either surface says.
    pub(super) fn of(old: &Surface, new: &Surface) -> Self {
        let mut usage = Self::default();
        for surface in [old, new] {
            for (id, method) in &surface.operations {
                for name in reached(parts_of(method), &surface.types) {
                    let calls = usage.calls.entry(name.to_owned()).or_default();
                    calls.insert(format!("{}()", method.call));
                    if std::ptr::eq(surface, new) {
                        let operations = usage.operations.entry(name.to_owned());
                        operations.or_default().insert(id.clone());
                    }
                }
            }
        }
        usage
    }

    /// Returns the ids of the operations of now that use a type.
    pub(super) fn operations(&self, name: &str) -> Vec<&str> {
        let ids = self.operations.get(name).into_iter().flatten();
        ids.map(String::as_str).collect()
    }

    /// Returns how the operations are called where callers meet a change.
    pub(super) fn of_change(&self, change: &Change) -> Vec<String> {
        match &change.subject {
            Subject::Api => Vec::new(),
            Subject::Operation { .. } => vec![change.subject.code()],
            Subject::Type(name) => {
                let calls = self.calls.get(name).into_iter().flatten();
                calls.cloned().collect()
            }
        }
    }
}

/// Returns the code of the types that a method takes and answers with.
fn parts_of(method: &Method) -> impl Iterator<Item = &str> {
    let parameters = method.arguments.iter().chain(&method.setters);
    let sent = parameters.map(|parameter| parameter.ty.as_str());
    let errors = method.errors.iter().map(String::as_str);
    sent.chain(errors).chain([method.answer.as_str()])
}

/// Returns the names of the types that types written as code lead to.
fn reached<'a>(
    code: impl Iterator<Item = &'a str>,
    types: &'a BTreeMap<String, Type>,
) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = code.collect();
    while let Some(code) = open.pop() {
        for name in words(code) {
            if let Some((name, ty)) = types.get_key_value(name)
                && found.insert(name.as_str())
            {
                open.extend(parts(ty));
            }
        }
    }
    found
}

/// Returns the code of the types that a type consists of.
fn parts(ty: &Type) -> Vec<&str> {
    match &ty.form {
        Form::Struct { fields, .. } => fields.iter().map(|field| field.ty.as_str()).collect(),
        Form::Choice { variants, .. } => variants
            .iter()
            .filter_map(|variant| variant.ty.as_deref())
            .collect(),
        Form::Other(code) => vec![code],
    }
}

/// Returns the identifiers in code.
pub(super) fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}
