//! What is the same under another name: an operation that sends the same request, a
//! type that stands where another one stood and has much of what that had.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::usage::words;
use crate::face::surface::{Form, Method, Surface, Type, Variant};
use openapi::walk;

/// Names of before, and those of now.
#[derive(Debug, Default)]
pub(super) struct Renames {
    /// By operation id of before.
    operations: BTreeMap<String, String>,
    /// By type of before.
    types: BTreeMap<String, String>,
}

/// Finds what was renamed.
pub(super) fn find(old: &Surface, new: &Surface) -> Renames {
    let operations = operations(old, new);
    let mut renames = Renames {
        operations,
        types: BTreeMap::new(),
    };
    renames.find_types(old, new);
    renames
}

/// An operation is another one's successor when it alone sends its request.
fn operations(old: &Surface, new: &Surface) -> BTreeMap<String, String> {
    let by_request = |surface: &Surface, other: &Surface| {
        let mut by_request: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        for (id, method) in &surface.operations {
            if !other.operations.contains_key(id) {
                let request = (method.verb.clone(), method.path.clone());
                by_request.entry(request).or_default().push(id.clone());
            }
        }
        by_request
    };
    let came = by_request(new, old);
    let pairs = by_request(old, new)
        .into_iter()
        .filter_map(
            |(request, gone)| match (&gone[..], &came.get(&request)?[..]) {
                ([gone], [came]) => Some((gone.clone(), came.clone())),
                _ => None,
            },
        );
    pairs.collect()
}

impl Renames {
    /// Returns the id of now of an operation of before.
    pub(super) fn operation<'a>(&'a self, id: &'a str) -> &'a str {
        self.operations.get(id).map_or(id, String::as_str)
    }

    /// Returns the name of now of a type of before.
    pub(super) fn ty<'a>(&'a self, name: &'a str) -> &'a str {
        self.types.get(name).map_or(name, String::as_str)
    }

    /// Returns the types that were renamed: before, and now.
    pub(super) fn types(&self) -> impl Iterator<Item = (&str, &str)> {
        let types = self.types.iter();
        types.map(|(before, now)| (before.as_str(), now.as_str()))
    }

    /// Returns a document of before with the schemas' names of now.
    pub(super) fn applied(&self, root: &Value) -> Value {
        let mut root = root.clone();
        if self.types.is_empty() {
            return root;
        }
        let names = self.types.clone().into_iter().collect();
        walk::rename_schemas(&mut root, &names);
        if let Some(schemas) = root.pointer_mut("/components/schemas")
            && let Value::Object(schemas) = schemas
        {
            *schemas = std::mem::take(schemas)
                .into_iter()
                .map(|(name, schema)| (self.ty(&name).to_owned(), schema))
                .collect();
        }
        root
    }

    /// Gives everything of before its name of now, so that what is left differs by
    /// more than names.
    pub(super) fn apply(&self, old: &mut Surface) {
        if self.types.is_empty() {
            return;
        }
        for method in old.operations.values_mut() {
            let parameters = method.arguments.iter_mut().chain(&mut method.setters);
            for parameter in parameters {
                self.rewrite(&mut parameter.ty);
            }
            self.rewrite(&mut method.answer);
        }
        let types = std::mem::take(&mut old.types);
        old.types = types
            .into_iter()
            .map(|(name, mut ty)| {
                self.rewrite_type(&mut ty);
                (self.ty(&name).to_owned(), ty)
            })
            .collect();
    }

    fn rewrite_type(&self, ty: &mut Type) {
        match &mut ty.form {
            Form::Struct { fields, .. } => {
                fields
                    .iter_mut()
                    .for_each(|field| self.rewrite(&mut field.ty));
            }
            Form::Choice { variants, .. } => {
                let types = variants
                    .iter_mut()
                    .filter_map(|variant| variant.ty.as_mut());
                types.for_each(|ty| self.rewrite(ty));
            }
            Form::Other(code) => self.rewrite(code),
        }
    }

    fn rewrite(&self, code: &mut String) {
        let mut rewritten = String::with_capacity(code.len());
        let mut rest = code.as_str();
        for word in words(code) {
            let (before, after) = rest.split_once(word).unwrap_or((rest, ""));
            rewritten.push_str(before);
            rewritten.push_str(self.ty(word));
            rest = after;
        }
        rewritten.push_str(rest);
        *code = rewritten;
    }

    /// Looks at the places where a type stood and another one stands, and from there
    /// into the two.
    fn find_types(&mut self, old: &Surface, new: &Surface) {
        let mut open: Vec<(String, String)> = Vec::new();
        for (id, before) in &old.operations {
            if let Some(now) = new.operations.get(self.operation(id)) {
                open.extend(spots_of_methods(before, now));
            }
        }
        for (name, before) in &old.types {
            if let Some(now) = new.types.get(name) {
                open.extend(spots_of_types(before, now));
            }
        }
        // A name that means something else by now is gone as well.
        let is_kept = |name: &str| match (old.types.get(name), new.types.get(name)) {
            (Some(old), Some(new)) => is_alike(&old.form, &new.form),
            _ => false,
        };
        let mut taken = BTreeSet::new();
        while let Some((before, now)) = open.pop() {
            let before: Vec<&str> = words(&before)
                .filter(|word| old.types.contains_key(*word))
                .collect();
            let now: Vec<&str> = words(&now)
                .filter(|word| new.types.contains_key(*word))
                .collect();
            if before.len() != now.len() {
                continue;
            }
            for (before, now) in before.into_iter().zip(now) {
                let is_known = self.types.contains_key(before) || taken.contains(now);
                if is_known || is_kept(before) || is_kept(now) {
                    continue;
                }
                let (one, other) = (&old.types[before], &new.types[now]);
                if is_alike(&one.form, &other.form) {
                    self.types.insert(before.to_owned(), now.to_owned());
                    taken.insert(now.to_owned());
                    open.extend(spots_of_types(one, other));
                }
            }
        }
    }
}

type Spots = Vec<(String, String)>;

fn spots_of_methods(old: &Method, new: &Method) -> Spots {
    let named = |method: &Method| -> BTreeMap<String, String> {
        let parameters = method.arguments.iter().chain(&method.setters);
        parameters
            .map(|parameter| (parameter.name.clone(), parameter.ty.clone()))
            .collect()
    };
    let mut spots = pairs(&named(old), &named(new));
    spots.push((old.answer.clone(), new.answer.clone()));
    spots
}

fn spots_of_types(old: &Type, new: &Type) -> Spots {
    let named = |ty: &Type| -> BTreeMap<String, String> {
        match &ty.form {
            Form::Struct { fields, .. } => fields
                .iter()
                .map(|field| (field.wire.clone(), field.ty.clone()))
                .collect(),
            Form::Choice { variants, .. } => variants
                .iter()
                .filter_map(|variant| Some((variant.value.clone(), variant.ty.clone()?)))
                .collect(),
            Form::Other(code) => BTreeMap::from([(String::new(), code.clone())]),
        }
    };
    pairs(&named(old), &named(new))
}

fn pairs(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Spots {
    old.iter()
        .filter_map(|(key, before)| Some((before.clone(), new.get(key)?.clone())))
        .collect()
}

/// Tells whether two types have at least half of what they consist of in common.
fn is_alike(old: &Form, new: &Form) -> bool {
    let members = |form: &Form| -> Option<BTreeSet<String>> {
        match form {
            Form::Struct { fields, .. } => {
                Some(fields.iter().map(|field| field.wire.clone()).collect())
            }
            Form::Choice { variants, .. } => {
                let value = |variant: &Variant| match &variant.ty {
                    Some(_) => variant.name.clone(),
                    None => variant.value.clone(),
                };
                Some(variants.iter().map(value).collect())
            }
            Form::Other(_) => None,
        }
    };
    if std::mem::discriminant(old) != std::mem::discriminant(new) {
        return false;
    }
    match (members(old), members(new)) {
        (Some(old), Some(new)) => 2 * old.intersection(&new).count() >= old.len().max(new.len()),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::sample::{Api, reference, tells, told};
    use super::super::{Effect, Kind};

    fn answers(name: &str, kind: &str, properties: &[&str]) -> Api {
        let properties: serde_json::Map<_, _> = properties
            .iter()
            .map(|name| ((*name).to_owned(), json!({"type": "string"})))
            .chain([("kind".to_owned(), reference(kind))])
            .collect();
        Api::default()
            .schema(name, json!({"type": "object", "properties": properties}))
            .schema(kind, json!({"type": "string", "enum": ["cat", "dog"]}))
            .answer(reference(name))
    }

    #[test]
    fn a_type_in_the_place_of_another_is_the_same_renamed() {
        let old = answers("Pet", "Kind", &["id", "name"]);
        let new = answers("Animal", "Kind", &["id", "name"]);
        tells(
            &old,
            &new,
            Kind::TypeRenamed,
            Effect::Breaking,
            "it was `types::Pet`",
        );
    }

    #[test]
    fn types_inside_renamed_ones_are_found_and_what_else_changed_is_told() {
        let old = answers("Pet", "Kind", &["id", "name"]);
        let new = answers("Animal", "AnimalKind", &["id", "title", "name"]);
        let whats: Vec<String> = told(&old, &new)
            .into_iter()
            .map(|(.., what)| what)
            .collect();
        let expected = [
            "it was `types::Pet`",
            "it was `types::Kind`",
            "there is a field `title`",
        ];
        assert_eq!(whats, expected);
    }

    #[test]
    fn a_type_with_little_in_common_is_another_one() {
        let old = answers("Pet", "Kind", &["a", "b", "c"]);
        let new = answers("Animal", "Kind", &["d", "e", "f"]);
        let kinds: Vec<Kind> = told(&old, &new)
            .into_iter()
            .map(|(kind, ..)| kind)
            .collect();
        assert_eq!(kinds, [Kind::AnswerTypeChanged, Kind::TypeRemoved]);
    }
}
