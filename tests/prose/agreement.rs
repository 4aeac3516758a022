//! Compares two models of one API fact by fact.

use std::collections::BTreeSet;

use generator::api::{Api, Field, Operation, Parameter, Presence, Shape, Type, TypeDef, TypeId};
use names::type_name;
use serde_json::Value;

/// The agreement of two models about each parameter and each property.
#[derive(Debug, Default)]
pub(crate) struct Agreement {
    /// The number of parameters and properties.
    pub(crate) compared: usize,
    /// The differing facts.
    pub(crate) differences: Vec<Difference>,
}

/// A differing fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Difference {
    pub(crate) place: String,
    pub(crate) fact: &'static str,
    pub(crate) truth: String,
    pub(crate) found: String,
}

/// The compared facts of a parameter or a property.
#[derive(Debug, Default, PartialEq, Eq)]
struct Facts {
    exists: bool,
    required: bool,
    nullable: bool,
    kind: String,
    default: Option<Value>,
    values: Vec<String>,
    target: Option<String>,
}

impl Agreement {
    /// Returns the number of parameters and properties with a differing fact.
    pub(crate) fn wrong(&self) -> usize {
        let differences = self.differences.iter();
        let wrong = differences.filter(|difference| difference.fact != VARIANT);
        let places: BTreeSet<&str> = wrong.map(|difference| difference.place.as_str()).collect();
        places.len()
    }
}

/// The fact that a union has a variant, which is neither a parameter nor a property.
const VARIANT: &str = "variant";

/// Compares `found` with the truth. Names of types are compared if `has_names` is `true`, without
/// the prefix of their operation.
pub(crate) fn compare(truth: &Api, found: &Api, has_names: bool) -> Agreement {
    let mut comparison = Comparison {
        truth,
        found,
        has_names,
        operations: Default::default(),
        result: Agreement::default(),
        open: Vec::new(),
    };
    for operation in &truth.operations {
        let name = format!("{} {}", operation.verb, operation.path);
        let same =
            |other: &&Operation| (&other.verb, &other.path) == (&operation.verb, &operation.path);
        match found.operations.iter().find(same) {
            Some(other) => comparison.operation(&name, operation, other),
            None => comparison.differ(&name, "exists", "true", "false"),
        }
    }
    comparison.result
}

struct Comparison<'a> {
    truth: &'a Api,
    found: &'a Api,
    has_names: bool,
    /// The IDs of the compared operation, which are prefixes of type names.
    operations: [String; 2],
    result: Agreement,
    /// The types that are being compared, because types may be recursive.
    open: Vec<(TypeId, TypeId)>,
}

impl<'a> Comparison<'a> {
    fn operation(&mut self, name: &str, truth: &'a Operation, found: &'a Operation) {
        self.operations = [truth, found].map(|operation| type_name(&operation.id));
        for parameter in &truth.parameters {
            let place = format!("{name} {:?} {}", parameter.location, parameter.wire);
            let same = |other: &&Parameter| {
                other.location == parameter.location && other.wire == parameter.wire
            };
            let other = found.parameters.iter().find(same);
            let ours = of_parameter(self.truth, parameter);
            let theirs = other.map(|other| of_parameter(self.found, other));
            self.facts(&place, &ours, &theirs.unwrap_or_default());
        }
        for parameter in &found.parameters {
            let same = |other: &&Parameter| {
                other.location == parameter.location && other.wire == parameter.wire
            };
            if !truth.parameters.iter().any(|other| same(&other)) {
                self.differ(
                    &format!("{name} {}", parameter.wire),
                    "exists",
                    "false",
                    "true",
                );
            }
        }
        let bodies = (&truth.body, &found.body);
        if let (Some(truth), Some(found)) = bodies {
            self.types(&format!("{name} body"), &truth.ty, &found.ty);
        } else if truth.body.is_some() != found.body.is_some() {
            self.differ(&format!("{name} body"), "exists", "", "");
        }
        if let (Some(truth), Some(found)) = (truth.response.ty(), found.response.ty()) {
            self.types(&format!("{name} response"), truth, found);
        } else if truth.response.ty().is_some() != found.response.ty().is_some() {
            let [truth, found] =
                [truth, found].map(|operation| format!("{:?}", operation.response));
            self.differ(&format!("{name} response"), "exists", &truth, &found);
        }
    }

    /// Compares the structure of two types.
    fn types(&mut self, place: &str, truth: &'a Type, found: &'a Type) {
        let (Type::Named(truth), Type::Named(found)) = (truth.innermost(), found.innermost())
        else {
            return;
        };
        let pair = (truth.clone(), found.clone());
        if self.open.contains(&pair) {
            return;
        }
        let types = (self.truth.ty(truth), self.found.ty(found));
        let (Some(truth), Some(found)) = types else {
            return;
        };
        self.open.push(pair);
        self.definitions(place, truth, found);
        self.open.pop();
    }

    fn definitions(&mut self, place: &str, truth: &'a TypeDef, found: &'a TypeDef) {
        match (&truth.shape, &found.shape) {
            (Shape::Struct(_), Shape::Struct(_)) => self.fields(place, truth, found),
            (Shape::Union(truth), Shape::Union(found)) => {
                for variant in &truth.variants {
                    let place = format!("{place}<{}>", variant.name);
                    let same = found.variants.iter().find(|other| {
                        let is_named = other.name == variant.name || !variant.tags.is_empty();
                        is_named && other.tags == variant.tags
                    });
                    match same {
                        Some(other) => self.types(&place, &variant.ty, &other.ty),
                        None => self.differ(&place, VARIANT, &variant.name, ""),
                    }
                }
            }
            (Shape::Newtype(truth), Shape::Newtype(found)) => self.types(place, truth, found),
            _ => {}
        }
    }

    fn fields(&mut self, place: &str, truth: &'a TypeDef, found: &'a TypeDef) {
        for field in truth.fields() {
            let place = format!("{place}.{}", field.wire);
            let other = found.fields().iter().find(|other| other.wire == field.wire);
            let ours = of_field(self.truth, field);
            let theirs = other.map(|other| of_field(self.found, other));
            self.facts(&place, &ours, &theirs.unwrap_or_default());
            if let Some(other) = other {
                self.types(&place, &field.ty, &other.ty);
            }
        }
        for field in found.fields() {
            if !truth.fields().iter().any(|other| other.wire == field.wire) {
                self.differ(
                    &format!("{place}.{}", field.wire),
                    "exists",
                    "false",
                    "true",
                );
            }
        }
    }

    fn facts(&mut self, place: &str, truth: &Facts, found: &Facts) {
        self.result.compared += 1;
        if !found.exists {
            self.differ(place, "exists", "true", "false");
            return;
        }
        let text = |value: &Option<Value>| value.as_ref().map(Value::to_string).unwrap_or_default();
        let target = |facts: &Facts| {
            let target = facts.target.clone();
            target.filter(|_| self.has_names).unwrap_or_default()
        };
        let (ours, mut theirs) = (target(truth), target(found));
        // A type that is named after its operation has a different name if the operation has.
        let [before, after] = &self.operations;
        if let (Some(before), Some(after)) = (ours.strip_prefix(before), theirs.strip_prefix(after))
            && before == after
        {
            theirs.clone_from(&ours);
        }
        let facts: [(&'static str, String, String); 6] = [
            (
                "required",
                truth.required.to_string(),
                found.required.to_string(),
            ),
            (
                "nullable",
                truth.nullable.to_string(),
                found.nullable.to_string(),
            ),
            ("kind", truth.kind.clone(), found.kind.clone()),
            ("default", text(&truth.default), text(&found.default)),
            ("values", truth.values.join(","), found.values.join(",")),
            ("target", ours, theirs),
        ];
        for (fact, truth, found) in facts {
            if truth != found {
                self.differ(place, fact, &truth, &found);
            }
        }
    }

    fn differ(&mut self, place: &str, fact: &'static str, truth: &str, found: &str) {
        self.result.differences.push(Difference {
            place: place.to_owned(),
            fact,
            truth: truth.to_owned(),
            found: found.to_owned(),
        });
    }
}

fn of_parameter(api: &Api, parameter: &Parameter) -> Facts {
    Facts {
        exists: true,
        required: parameter.required,
        nullable: matches!(parameter.ty, Type::Nullable(_)),
        default: parameter.default.clone(),
        ..of_type(api, &parameter.ty)
    }
}

fn of_field(api: &Api, field: &Field) -> Facts {
    let presence = field.presence;
    Facts {
        exists: true,
        required: matches!(presence, Presence::Required | Presence::Nullable),
        nullable: matches!(presence, Presence::Nullable | Presence::OptionalNullable),
        default: field.default.clone(),
        ..of_type(api, &field.ty)
    }
}

fn of_type(api: &Api, ty: &Type) -> Facts {
    let target = match ty.innermost() {
        Type::Named(id) => api.ty(id),
        _ => None,
    };
    let values = target.map(|target| match &target.shape {
        Shape::Enum(shape) => shape
            .values
            .iter()
            .map(|value| value.value.clone())
            .collect(),
        _ => Vec::new(),
    });
    Facts {
        kind: kind(api, ty),
        values: values.unwrap_or_default(),
        target: target.map(|target| target.id.to_string()),
        ..Facts::default()
    }
}

fn kind(api: &Api, ty: &Type) -> String {
    match ty {
        Type::List(items) => format!("list of {}", kind(api, items)),
        Type::Map(values) => format!("map to {}", kind(api, values)),
        Type::Nullable(inner) | Type::Boxed(inner) => kind(api, inner),
        Type::Named(id) => match api.ty(id).map(|ty| &ty.shape) {
            Some(Shape::Struct(_)) => "object".to_owned(),
            Some(Shape::Enum(_)) => "enum".to_owned(),
            Some(Shape::Union(_)) => "union".to_owned(),
            Some(Shape::Newtype(inner)) => kind(api, inner),
            None => "nothing".to_owned(),
        },
        scalar => format!("{scalar:?}").to_lowercase(),
    }
}
