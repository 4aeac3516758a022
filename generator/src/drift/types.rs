//! Types: their names, fields and variants.

use std::collections::BTreeSet;

use super::change::{Change, Kind, Subject};
use super::documentation;
use super::renames::Renames;
use crate::docs::Docs;
use crate::face::surface::{Field, Form, Parameter, Surface, Type, Variant};

/// Compares the types of two surfaces; those of `old` have their names of now.
pub(super) fn compare(old: &Surface, new: &Surface, renames: &Renames) -> Vec<Change> {
    let mut changes = Vec::new();
    for (before, now) in renames.types() {
        let name = [Docs::code(format!("types::{before}"))];
        let what = if new.types.contains_key(before) {
            Docs::template("it was {}, which is the name of another type now", &name)
        } else {
            Docs::template("it was {}", &name)
        };
        let change = Change::new(Kind::TypeRenamed, &Subject::Type(now.to_owned()), what);
        changes.push(
            change
                .before(format!("types::{before}"))
                .after(format!("types::{now}")),
        );
    }
    for (name, before) in &old.types {
        let subject = Subject::Type(name.clone());
        match new.types.get(name) {
            Some(now) => Comparison {
                subject,
                changes: &mut changes,
            }
            .run(before, now),
            None => changes.push(
                Change::new(Kind::TypeRemoved, &subject, "it is gone").before(kind(&before.form)),
            ),
        }
    }
    for (name, now) in &new.types {
        if !old.types.contains_key(name) {
            let subject = Subject::Type(name.clone());
            let what = Docs::template("it is a new {}", &[kind(&now.form).into()]);
            changes.push(Change::new(Kind::TypeAdded, &subject, what));
        }
    }
    changes
}

fn kind(form: &Form) -> &'static str {
    match form {
        Form::Struct { .. } => "struct",
        Form::Choice { is_union: true, .. } => "union",
        Form::Choice { .. } => "enumeration",
        Form::Other(_) => "type",
    }
}

/// One type, before and now.
struct Comparison<'a> {
    subject: Subject,
    changes: &'a mut Vec<Change>,
}

impl Comparison<'_> {
    fn run(&mut self, old: &Type, new: &Type) {
        match (&old.form, &new.form) {
            (
                Form::Struct {
                    fields: before,
                    has_default: had_default,
                    is_received: was_received,
                    constructor: old_constructor,
                },
                Form::Struct {
                    fields: now,
                    has_default,
                    is_received,
                    constructor,
                },
            ) => {
                // Whoever could not write it out lacks no field.
                self.fields(before, now, *was_received);
                self.default(*had_default, *has_default);
                self.literal(*was_received, *is_received);
                self.constructor(old_constructor.as_deref(), constructor.as_deref());
            }
            (
                Form::Choice {
                    variants: before,
                    is_union: was_union,
                    ..
                },
                Form::Choice {
                    variants: now,
                    is_union,
                    ..
                },
            ) if was_union == is_union => {
                self.unknown(&old.form, &new.form);
                self.variants(before, now, &new.form);
            }
            (before, now) if before == now => {}
            (before, now) => {
                let (before, now) = (shown(before), shown(now));
                self.push(
                    Kind::TypeFormChanged,
                    None,
                    "it is something else",
                    Some(before),
                    Some(now),
                );
            }
        }
        self.documentation(None, &old.docs, &new.docs);
    }

    fn push(
        &mut self,
        kind: Kind,
        member: Option<&str>,
        what: impl Into<Docs>,
        before: Option<String>,
        after: Option<String>,
    ) -> &mut Change {
        let change = Change {
            member: member.map(str::to_owned),
            before,
            after,
            ..Change::new(kind, &self.subject, what)
        };
        self.changes.push(change);
        let last = self.changes.len() - 1;
        &mut self.changes[last]
    }

    fn documentation(&mut self, member: Option<&str>, old: &str, new: &str) {
        let change = documentation::compare(&self.subject, member, old, new);
        self.changes.extend(change);
    }

    fn fields(&mut self, old: &[Field], new: &[Field], is_received: bool) {
        let mut matched = BTreeSet::new();
        for before in old {
            let same = new.iter().find(|now| now.name == before.name);
            let now = same.or_else(|| {
                let mut others = new.iter();
                others.find(|now| is_renamed(before, now, old, new))
            });
            match now {
                Some(now) => {
                    matched.insert(now.name.as_str());
                    self.field(before, now);
                }
                None => {
                    let what = Docs::template("the field {} is gone", &[Docs::code(&before.name)]);
                    let before_code = Some(field(before));
                    self.push(
                        Kind::FieldRemoved,
                        Some(&before.name),
                        what,
                        before_code,
                        None,
                    );
                }
            }
        }
        for now in new
            .iter()
            .filter(|now| !matched.contains(now.name.as_str()))
        {
            let what = Docs::template("there is a field {}", &[Docs::code(&now.name)]);
            let change = self.push(
                Kind::FieldAdded,
                Some(&now.name),
                what,
                None,
                Some(field(now)),
            );
            if !is_received {
                change.breaks(
                    "callers send the type: where they write it out with all of its fields, this \
                     one is missing",
                );
            }
        }
    }

    fn field(&mut self, before: &Field, now: &Field) {
        let name = Some(now.name.as_str());
        let (old_code, new_code) = (Some(field(before)), Some(field(now)));
        if before.name != now.name {
            let what = Docs::template(
                "the field {} is called {}",
                &[Docs::code(&before.name), Docs::code(&now.name)],
            );
            self.push(
                Kind::FieldRenamed,
                name,
                what,
                old_code.clone(),
                new_code.clone(),
            );
        }
        if before.ty != now.ty {
            let (kind, what) = if now.ty == format!("Option<{}>", before.ty) {
                (Kind::FieldBecameOptional, "may be absent now")
            } else if before.ty == format!("Option<{}>", now.ty) {
                (Kind::FieldBecameRequired, "is always there now")
            } else {
                (Kind::FieldTypeChanged, "has another type")
            };
            let what = Docs::template("the field {} {}", &[Docs::code(&now.name), what.into()]);
            self.push(kind, name, what, old_code, new_code);
        }
        self.documentation(name, &before.docs, &now.docs);
    }

    fn default(&mut self, had: bool, has: bool) {
        let code = || Some("impl Default".to_owned());
        match (had, has) {
            (true, false) => {
                let what = "it has no `default()` any more";
                self.push(Kind::DefaultRemoved, None, what, code(), None);
            }
            (false, true) => {
                self.push(
                    Kind::DefaultAdded,
                    None,
                    "it has a `default()`",
                    None,
                    code(),
                );
            }
            _ => {}
        }
    }

    /// What `new` takes, in which order.
    fn constructor(&mut self, old: Option<&[Parameter]>, new: Option<&[Parameter]>) {
        let code = |parameters: &[Parameter]| {
            let parameters = parameters.iter();
            let parameters = parameters.map(|Parameter { name, ty, .. }| format!("{name}: {ty}"));
            format!("new({})", parameters.collect::<Vec<_>>().join(", "))
        };
        let (old, new) = (old.map(code), new.map(code));
        let (kind, what) = match (&old, &new) {
            (Some(_), None) => (Kind::ConstructorRemoved, "it has no `new()` any more"),
            (None, Some(_)) => (Kind::ConstructorAdded, "it has a `new()`"),
            (old, new) if old == new => return,
            _ => (Kind::ConstructorChanged, "its `new()` takes something else"),
        };
        self.push(kind, None, what, old, new);
    }

    /// Whether callers may write the type out.
    fn literal(&mut self, was_received: bool, is_received: bool) {
        match (was_received, is_received) {
            (false, true) => {
                let what = "it is only received now, and cannot be written out";
                self.push(Kind::LiteralRemoved, None, what, None, None);
            }
            (true, false) => {
                let what = "it is sent now, and can be written out";
                self.push(Kind::LiteralAdded, None, what, None, None);
            }
            _ => {}
        }
    }

    /// The variant for what is not in the list.
    fn unknown(&mut self, old: &Form, new: &Form) {
        let (Form::Choice { unknown: old, .. }, Form::Choice { unknown: new, .. }) = (old, new)
        else {
            return;
        };
        match (old, new) {
            (Some(before), Some(now)) if before != now => {
                let what = Docs::template(
                    "the variant for all other values is called {}",
                    &[Docs::code(now)],
                );
                let codes = (Some(before.clone()), Some(now.clone()));
                self.push(Kind::VariantRenamed, Some(now), what, codes.0, codes.1);
            }
            (Some(before), None) => {
                let what = "no variant is left for forms that are not known";
                self.push(
                    Kind::VariantRemoved,
                    Some(before),
                    what,
                    Some(before.clone()),
                    None,
                );
            }
            (None, Some(now)) => {
                let what = Docs::template(
                    "the variant {} keeps forms that are not known",
                    &[Docs::code(now)],
                );
                self.push(Kind::VariantAdded, Some(now), what, None, Some(now.clone()))
                    .breaks(A_MATCH_LACKS_IT);
            }
            _ => {}
        }
    }

    fn variants(&mut self, old: &[Variant], new: &[Variant], form: &Form) {
        let mut matched = BTreeSet::new();
        for before in old {
            let same = new.iter().find(|now| now.name == before.name);
            let now = same.or_else(|| {
                let is_free = |now: &&Variant| !old.iter().any(|other| other.name == now.name);
                let holds_the_same = |now: &&Variant| match (&before.ty, &now.ty) {
                    (None, None) => now.value == before.value,
                    (one, other) => one == other,
                };
                new.iter().filter(is_free).find(holds_the_same)
            });
            match now {
                Some(now) => {
                    matched.insert(now.name.as_str());
                    self.variant(before, now);
                }
                None => {
                    let name = &before.name;
                    let what = Docs::template(
                        "the {} {} is gone",
                        &[noun(before).into(), Docs::code(name)],
                    );
                    let code = Some(variant(before));
                    self.push(Kind::VariantRemoved, Some(name), what, code, None);
                }
            }
        }
        let is_closed = matches!(form, Form::Choice { unknown: None, .. });
        for now in new
            .iter()
            .filter(|now| !matched.contains(now.name.as_str()))
        {
            let what = Docs::template(
                "there is a {} {}",
                &[noun(now).into(), Docs::code(&now.name)],
            );
            let code = Some(variant(now));
            let change = self.push(Kind::VariantAdded, Some(&now.name), what, None, code);
            if is_closed {
                change.breaks(A_MATCH_LACKS_IT);
            }
        }
    }

    fn variant(&mut self, before: &Variant, now: &Variant) {
        let name = Some(now.name.as_str());
        let codes = || (Some(variant(before)), Some(variant(now)));
        let noun = noun(now);
        let (before_code, after_code) = codes();
        if before.name != now.name {
            let what = Docs::template(
                "the {} {} is called {}",
                &[noun.into(), Docs::code(&before.name), Docs::code(&now.name)],
            );
            self.push(Kind::VariantRenamed, name, what, before_code, after_code);
        } else if before.ty != now.ty {
            let what = Docs::template(
                "the {} {} holds another type",
                &[noun.into(), Docs::code(&now.name)],
            );
            self.push(
                Kind::VariantTypeChanged,
                name,
                what,
                before_code,
                after_code,
            );
        } else if before.value != now.value {
            let what = Docs::template(
                "the {} {} is written differently",
                &[noun.into(), Docs::code(&now.name)],
            );
            self.push(
                Kind::VariantValueChanged,
                name,
                what,
                before_code,
                after_code,
            );
        }
        self.documentation(name, &before.docs, &now.docs);
    }
}

const A_MATCH_LACKS_IT: &str = "the type was not open: a `match` on it lacks an arm";

/// Tells whether a field that is gone is another one that came: the same on the
/// wire, or the only one of its type that went and came, with the same description.
fn is_renamed(before: &Field, now: &Field, old: &[Field], new: &[Field]) -> bool {
    let came = old.iter().all(|other| other.name != now.name);
    let went = new.iter().all(|other| other.name != before.name);
    let says_the_same = !before.docs.is_empty() && before.docs == now.docs;
    came && went && (before.wire == now.wire || (before.ty == now.ty && says_the_same))
}

fn field(field: &Field) -> String {
    format!("{}: {}", field.name, field.ty)
}

fn variant(variant: &Variant) -> String {
    match &variant.ty {
        Some(ty) => format!("{}({ty})", variant.name),
        None => format!("{} = {}", variant.name, variant.value),
    }
}

fn noun(variant: &Variant) -> &'static str {
    if variant.ty.is_some() {
        "form"
    } else {
        "value"
    }
}

fn shown(form: &Form) -> String {
    match form {
        Form::Other(code) => {
            let words: Vec<&str> = code.split_whitespace().collect();
            documentation::shortened(&words.join(" "))
        }
        form => kind(form).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::Effect::{Added, Breaking, Changed, Documentation};
    use super::super::sample::{Api, reference, tells, told};
    use super::*;

    /// An API that answers with a pet.
    fn answers(pet: Value) -> Api {
        Api::default().schema("Pet", pet).answer(reference("Pet"))
    }

    /// An API that is sent a pet.
    fn takes(pet: Value) -> Api {
        Api::default().schema("Pet", pet).body(reference("Pet"))
    }

    fn pet(properties: Value, required: Value) -> Value {
        json!({"type": "object", "properties": properties, "required": required})
    }

    fn named(more: Value) -> Value {
        let mut properties = json!({"name": {"type": "string"}});
        for (name, schema) in more.as_object().into_iter().flatten() {
            properties[name] = schema.clone();
        }
        pet(properties, json!(["name"]))
    }

    #[test]
    fn a_field_of_an_answer_that_may_be_absent_is_an_option() {
        let properties = json!({"id": {"type": "string"}, "name": {"type": "string"}});
        let old = answers(pet(properties.clone(), json!(["id", "name"])));
        let new = answers(pet(properties, json!(["id"])));
        let what = "the field `name` may be absent now";
        tells(&old, &new, Kind::FieldBecameOptional, Breaking, what);
        let what = "the field `name` is always there now";
        tells(&new, &old, Kind::FieldBecameRequired, Breaking, what);
    }

    #[test]
    fn a_list_that_may_be_absent_is_an_empty_one() {
        let list = json!({"id": {"type": "string"}, "names": {"type": "array", "items": {"type": "string"}}});
        let old = answers(pet(list.clone(), json!(["id", "names"])));
        let new = answers(pet(list, json!(["id"])));
        assert!(
            told(&old, &new)
                .iter()
                .all(|(_, effect, _)| *effect != Breaking)
        );
    }

    #[test]
    fn a_new_field_breaks_whoever_writes_the_type_out() {
        let (old, new) = (named(json!({})), named(json!({"age": {"type": "integer"}})));
        let what = "there is a field `age`";
        tells(
            &answers(old.clone()),
            &answers(new.clone()),
            Kind::FieldAdded,
            Added,
            what,
        );
        let sent = told(&takes(old), &takes(new));
        assert!(
            sent.contains(&(Kind::FieldAdded, Breaking, what.to_owned())),
            "{sent:?}"
        );
        let what = "there is a setter `age`".to_owned();
        assert!(sent.contains(&(Kind::SetterAdded, Added, what)), "{sent:?}");
    }

    #[test]
    fn the_order_of_what_new_takes_counts() {
        let text = || json!({"type": "string"});
        let required = json!(["a", "b"]);
        let old = pet(
            json!({"a": text(), "b": text(), "c": text()}),
            required.clone(),
        );
        let new = pet(json!({"b": text(), "a": text(), "c": text()}), required);
        let told = told(&takes(old), &takes(new));
        let what = "its `new()` takes something else".to_owned();
        assert!(
            told.contains(&(Kind::ConstructorChanged, Breaking, what)),
            "{told:?}"
        );
    }

    #[test]
    fn fields_go_and_change() {
        let old = answers(named(json!({"age": {"type": "integer"}})));
        let gone = answers(named(json!({})));
        tells(
            &old,
            &gone,
            Kind::FieldRemoved,
            Breaking,
            "the field `age` is gone",
        );
        let text = answers(named(json!({"age": {"type": "string"}})));
        let what = "the field `age` has another type";
        tells(&old, &text, Kind::FieldTypeChanged, Breaking, what);
        let documented = json!({"age": {"type": "integer", "description": "In years."}});
        let what = "`age` is documented";
        let new = answers(named(documented.clone()));
        tells(&old, &new, Kind::DocumentationChanged, Documentation, what);
        let renamed = answers(named(json!({"years": documented["age"]})));
        let what = "the field `age` is called `years`";
        tells(&new, &renamed, Kind::FieldRenamed, Breaking, what);
    }

    #[test]
    fn a_type_whose_fields_may_all_be_absent_has_a_default() {
        let properties = json!({"name": {"type": "string"}});
        let old = answers(pet(properties.clone(), json!([])));
        let new = told(&old, &answers(pet(properties, json!(["name"]))));
        let what = "it has no `default()` any more".to_owned();
        assert!(
            new.contains(&(Kind::DefaultRemoved, Breaking, what)),
            "{new:?}"
        );
    }

    #[test]
    fn a_type_that_is_sent_no_longer_cannot_be_written_out() {
        let schema = named(json!({}));
        let both = takes(schema.clone()).answer(reference("Pet"));
        let other = Api::default()
            .schema("Pet", schema)
            .schema(
                "Sent",
                json!({"type": "object", "properties": {"a": {"type": "string"}}}),
            )
            .body(reference("Sent"))
            .answer(reference("Pet"));
        let what = "it is only received now, and cannot be written out".to_owned();
        assert!(told(&both, &other).contains(&(Kind::LiteralRemoved, Breaking, what)));
        let what = "it is sent now, and can be written out".to_owned();
        assert!(told(&other, &both).contains(&(Kind::LiteralAdded, Added, what)));
    }

    #[test]
    fn an_enumeration_is_open_for_values_that_come() {
        let kinds = |values: Value| answers(json!({"type": "string", "enum": values}));
        let old = kinds(json!(["cat", "dog"]));
        let new = kinds(json!(["cat", "dog", "bird"]));
        tells(
            &old,
            &new,
            Kind::VariantAdded,
            Added,
            "there is a value `Bird`",
        );
        tells(
            &new,
            &old,
            Kind::VariantRemoved,
            Breaking,
            "the value `Bird` is gone",
        );
        let written = kinds(json!(["cat", "DOG"]));
        let what = "the value `Dog` is written differently";
        tells(&old, &written, Kind::VariantValueChanged, Changed, what);
        // The order of values is no part of the crate.
        let reordered = told(&old, &kinds(json!(["dog", "cat"])));
        assert!(reordered.iter().all(|(_, effect, _)| *effect != Breaking));
    }

    #[test]
    fn a_value_that_takes_the_name_of_the_open_variant_renames_it() {
        let kinds = |values: Value| answers(json!({"type": "string", "enum": values}));
        let told = told(&kinds(json!(["cat"])), &kinds(json!(["cat", "unknown"])));
        let what = "the variant for all other values is called `Unrecognized`".to_owned();
        assert!(
            told.contains(&(Kind::VariantRenamed, Breaking, what)),
            "{told:?}"
        );
    }

    #[test]
    fn a_form_that_comes_breaks_only_a_union_that_is_tried() {
        let tried = |types: &[&str]| {
            let forms: Vec<Value> = types.iter().map(|ty| json!({"type": ty})).collect();
            answers(json!({"oneOf": forms}))
        };
        let (old, new) = (
            tried(&["string", "integer"]),
            tried(&["string", "integer", "boolean"]),
        );
        let told = told(&old, &new);
        assert_eq!(
            (told[0].0, told[0].1),
            (Kind::VariantAdded, Breaking),
            "{told:?}"
        );

        let decided = |kinds: &[&str]| {
            let forms: Vec<Value> = kinds.iter().map(|kind| reference(kind)).collect();
            kinds.iter().fold(answers(json!({"oneOf": forms})), |api, kind| {
                let value = format!("{kind}Kind");
                api.schema(&value, json!({"type": "string", "enum": [kind]})).schema(
                    kind,
                    json!({"type": "object", "required": ["kind"], "properties": {"kind": reference(&value)}}),
                )
            })
        };
        let (old, new) = (decided(&["Cat", "Dog"]), decided(&["Cat", "Dog", "Bird"]));
        tells(
            &old,
            &new,
            Kind::VariantAdded,
            Added,
            "there is a form `Bird`",
        );
    }

    #[test]
    fn a_type_that_is_something_else() {
        let old = answers(named(json!({})));
        let new = answers(json!({"type": "string", "enum": ["cat"]}));
        tells(
            &old,
            &new,
            Kind::TypeFormChanged,
            Breaking,
            "it is something else",
        );
    }
}
