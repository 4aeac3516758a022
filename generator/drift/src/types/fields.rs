//! Compares fields of structs: name, type, presence, and the facts that are not part of the type.

use api::{Field, Presence, Rest};
use names::argument_name;

use super::Comparison;
use crate::Kind;
use crate::code::field;
use crate::former;
use crate::operations::constant;
use crate::values::Values;

impl Comparison<'_> {
    pub(super) fn new_field(&mut self, name: &str, code: String) {
        let what = format!("the field `{name}` was added");
        self.changes
            .add_of(name, Kind::FieldAdded, what, None, code);
    }

    pub(super) fn field(&mut self, old: &Field, new: &Field) {
        let name = new.name.as_str();
        let codes = || (field(old), field(new));
        if old.name != new.name {
            let what = format!("the field `{}` was renamed to `{name}`", old.name);
            self.changes
                .add_of(name, Kind::FieldRenamed, what, codes().0, codes().1);
        }
        if !self.renames.same(&old.ty, &new.ty) {
            let what = format!("the field `{name}` has a different type");
            self.changes
                .add_of(name, Kind::FieldTypeChanged, what, codes().0, codes().1);
        }
        self.setter(old, new);
        self.presence(old, new);
        self.facts(old, new);
        self.changes
            .values(name, field_values(old), field_values(new));
        self.changes
            .documentation(Some(name), old.docs.as_str(), new.docs.as_str());
    }

    /// Compares the methods that set the field. A method with the name of the field is implied by
    /// it.
    fn setter(&mut self, old: &Field, new: &Field) {
        let (before, after) = match (&old.setter, &new.setter) {
            (Some(before), Some(after)) => (before, after),
            (before, after) => {
                return self.new_setter((old, new), before.as_deref(), after.as_deref());
            }
        };
        let is_own = |setter: &String, field: &Field| *setter == field.name;
        if before != after && !(is_own(before, old) && is_own(after, new)) {
            let what = format!(
                "the method that sets `{}` was renamed to `{after}`",
                new.name
            );
            let codes = (before.clone(), after.clone());
            self.changes
                .add_of(&new.name, Kind::SetterRenamed, what, codes.0, codes.1);
            self.changes
                .deprecated_if(former::leads(self.former, before, after));
        }
    }

    /// Adds a change for an added or removed setter. Optional fields have a setter, so a change of
    /// the presence implies the setter.
    fn new_setter(
        &mut self,
        (old, new): (&Field, &Field),
        before: Option<&str>,
        after: Option<&str>,
    ) {
        let name = new.name.as_str();
        let (kind, what) = match (before, after) {
            _ if old.presence.is_required() != new.presence.is_required() => return,
            (Some(setter), None) => {
                let what = format!("the method `{setter}` that sets `{name}` was removed");
                (Kind::SetterRemoved, what)
            }
            (None, Some(setter)) => {
                let what = format!("the method `{setter}` that sets `{name}` was added");
                (Kind::SetterAdded, what)
            }
            _ => return,
        };
        let [before, after] = [before, after].map(|setter| Some(format!(".{}(…)", setter?)));
        self.changes.add_of(name, kind, what, before, after);
    }

    fn presence(&mut self, old: &Field, new: &Field) {
        let name = new.name.as_str();
        let (kind, verb) = match (old.presence.is_option(), new.presence.is_option()) {
            (false, true) => (Kind::FieldBecameOptional, "can now be absent"),
            (true, false) if new.presence == Presence::EmptyWhenAbsent => {
                (Kind::FieldBecameRequired, "is now empty if it is absent")
            }
            (true, false) => (Kind::FieldBecameRequired, "is now always present"),
            _ if old.presence == new.presence => return,
            _ if is_nullable(old) != is_nullable(new) => {
                if self.renames.same(&old.ty, &new.ty) {
                    let what = format!("the field `{name}` has a different type");
                    self.changes
                        .add_of(name, Kind::FieldTypeChanged, what, field(old), field(new));
                }
                return;
            }
            _ => {
                let what = match new.presence {
                    Presence::Required => format!("the field `{name}` is always sent and expected"),
                    Presence::RequiredInRequests => {
                        format!("the field `{name}` is always sent, but not expected")
                    }
                    Presence::Nullable => format!("`None` of the field `{name}` is sent as `null`"),
                    Presence::Optional => format!("`None` of the field `{name}` is omitted"),
                    Presence::OptionalNullable => {
                        format!("the field `{name}` can be absent or `null`")
                    }
                    Presence::EmptyWhenAbsent => {
                        format!("the field `{name}` can be absent, and is then empty")
                    }
                };
                let [before, after] = [old, new].map(|it| presence(it.presence).to_owned());
                self.changes
                    .add_of(name, Kind::FieldPresenceChanged, what, before, after);
                return;
            }
        };
        let what = format!("the field `{name}` {verb}");
        self.changes
            .add_of(name, kind, what, field(old), field(new));
    }

    /// Compares the facts that are not part of a field's type.
    fn facts(&mut self, old: &Field, new: &Field) {
        let name = new.name.as_str();
        let is_derived = |field: &Field| argument_name(&field.wire) == field.name;
        let follows = old.name != new.name && is_derived(old) && is_derived(new);
        if old.wire != new.wire && !follows {
            let what = format!("the field `{name}` has a different name in requests and responses");
            let names = (old.wire.clone(), new.wire.clone());
            self.changes
                .add_of(name, Kind::PropertyNameChanged, what, names.0, names.1);
        }
        if old.constant != new.constant {
            let what = match &new.constant {
                Some(_) => format!("the field `{name}` has only one value"),
                None => format!("the field `{name}` can have any value"),
            };
            let [before, after] = [old, new].map(|it| it.constant.as_ref().map(constant));
            self.changes
                .add_of(name, Kind::FieldConstantChanged, what, before, after);
        }
        if old.tag != new.tag {
            let what = match &new.tag {
                Some(_) => {
                    format!(
                        "the field `{name}` has only one value, which identifies the type \
                             in unions"
                    )
                }
                None => format!("the field `{name}` no longer identifies the type in unions"),
            };
            let tags = (old.tag.clone(), new.tag.clone());
            self.changes
                .add_of(name, Kind::FieldTagChanged, what, tags.0, tags.1);
        }
        let mut flag = |kind, flags: (bool, bool), yes: &str, no: &str| {
            let verb = match flags {
                (false, true) => yes,
                (true, false) => no,
                _ => return,
            };
            let what = format!("the field `{name}` {verb}");
            self.changes.add_of(name, kind, what, None, None);
        };
        let kind = Kind::FieldAccessChanged;
        let read_only = (old.read_only, new.read_only);
        let no = "is no longer only in responses";
        flag(kind, read_only, "is now only in responses", no);
        let write_only = (old.write_only, new.write_only);
        let no = "is no longer only in requests";
        flag(kind, write_only, "is now only in requests", no);
        let json_part = (old.json_part, new.json_part);
        let kind = Kind::FieldEncodingChanged;
        flag(
            kind,
            json_part,
            "is now sent as JSON",
            "is no longer sent as JSON",
        );
    }

    /// Compares the maps of all other properties, which are fields for callers.
    pub(super) fn rest(&mut self, old: Option<&Rest>, new: Option<&Rest>) {
        let code = |rest: &Rest| format!("{}: {}", rest.name, rest.ty);
        match (old, new) {
            (None, None) => {}
            (Some(before), None) => {
                let name = before.name.as_str();
                let what = format!("the field `{name}` was removed");
                self.changes
                    .add_of(name, Kind::FieldRemoved, what, code(before), None);
            }
            (None, Some(after)) => self.new_field(&after.name, code(after)),
            (Some(before), Some(after)) => {
                let name = after.name.as_str();
                let codes = || (code(before), code(after));
                if before.name != after.name {
                    let what = format!("the field `{}` was renamed to `{name}`", before.name);
                    self.changes
                        .add_of(name, Kind::FieldRenamed, what, codes().0, codes().1);
                }
                if !self.renames.same(&before.ty, &after.ty) {
                    let what = format!("the field `{name}` has a different type");
                    self.changes
                        .add_of(name, Kind::FieldTypeChanged, what, codes().0, codes().1);
                }
                let is_own = |rest: &Rest| rest.setter == rest.name;
                if before.setter != after.setter && !(is_own(before) && is_own(after)) {
                    let what = format!(
                        "the method that sets `{name}` was renamed to `{}`",
                        after.setter
                    );
                    let setters = (before.setter.clone(), after.setter.clone());
                    self.changes
                        .add_of(name, Kind::SetterRenamed, what, setters.0, setters.1);
                }
                self.changes
                    .documentation(Some(name), before.docs.as_str(), after.docs.as_str());
            }
        }
    }
}

/// Returns `true` if `null` differs from absence.
fn is_nullable(field: &Field) -> bool {
    field.presence == Presence::OptionalNullable
}

fn field_values(field: &Field) -> Values<'_> {
    Values {
        default: field.default.as_ref(),
        limits: Some(&field.limits),
        is_constant: field.constant.is_some(),
        deprecated: field.deprecated.as_ref(),
    }
}

fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Required => "required",
        Presence::RequiredInRequests => "required in requests",
        Presence::Nullable => "required, may be null",
        Presence::Optional => "optional",
        Presence::OptionalNullable => "optional, may be null",
        Presence::EmptyWhenAbsent => "optional, empty if it is absent",
    }
}

#[cfg(test)]
mod tests {
    use api::{Constant, IntKind, Shape, Type};

    use super::*;
    use crate::Effect::{self, Added, Breaking, Changed, Documentation};
    use crate::sample::{Made, Sample, field, finds, found, named, record};

    const INTEGER: Type = Type::Int(IntKind::I64);

    /// Returns an API that returns a pet.
    fn returns(pet: Shape) -> Sample {
        Sample::default().ty("Pet", pet).response(named("Pet"))
    }

    /// Returns an API that accepts a pet.
    fn takes(pet: Shape) -> Sample {
        Sample::default().ty("Pet", pet).body(named("Pet"))
    }

    fn pet(more: impl IntoIterator<Item = Made>) -> Shape {
        record([field("name", Type::String)].into_iter().chain(more))
    }

    fn age() -> Made {
        field("age", INTEGER).optional()
    }

    #[test]
    fn a_field_of_a_response_that_may_be_absent_is_an_option() {
        let old = returns(pet([field("age", INTEGER)]));
        let new = returns(pet([age()]));
        let both = |kind, what: &str| {
            let constructor = "its `new()` takes different arguments".to_owned();
            [
                (kind, Breaking, what.to_owned()),
                (Kind::ConstructorChanged, Breaking, constructor),
            ]
        };
        let what = "the field `age` can now be absent";
        assert_eq!(found(&old, &new), both(Kind::FieldBecameOptional, what));
        let what = "the field `age` is now always present";
        assert_eq!(found(&new, &old), both(Kind::FieldBecameRequired, what));
    }

    #[test]
    fn a_list_that_may_be_absent_is_an_empty_one() {
        let names = || field("names", Type::List(Box::new(Type::String)));
        let absent = names().edited(|field| field.presence = Presence::EmptyWhenAbsent);
        let (old, new) = (returns(pet([names()])), returns(pet([absent])));
        let what = "the field `names` can be absent, and is then empty";
        let found = found(&old, &new);
        let expected = (Kind::FieldPresenceChanged, Changed, what.to_owned());
        assert!(found.contains(&expected), "{found:?}");
    }

    #[test]
    fn a_new_field_breaks_callers_only_if_they_must_give_it() {
        let what = "the field `age` was added";
        let (old, new) = (returns(pet([])), returns(pet([age()])));
        finds(&old, &new, Kind::FieldAdded, Added, what);
        let sent = found(&takes(pet([])), &takes(pet([age()])));
        let what = what.to_owned();
        assert!(sent.contains(&(Kind::FieldAdded, Added, what)), "{sent:?}");
        let what = "the setter `age` was added".to_owned();
        assert!(sent.contains(&(Kind::SetterAdded, Added, what)), "{sent:?}");
        let required = found(
            &returns(pet([age()])),
            &returns(pet([age(), field("id", INTEGER)])),
        );
        let what = "its `new()` takes different arguments".to_owned();
        let expected = (Kind::ConstructorChanged, Breaking, what);
        assert!(required.contains(&expected), "{required:?}");
    }

    #[test]
    fn fields_go_and_change() {
        let old = returns(pet([age()]));
        let what = "the field `age` was removed";
        finds(&old, &returns(pet([])), Kind::FieldRemoved, Breaking, what);
        let text = returns(pet([field("age", Type::String).optional()]));
        let what = "the field `age` has a different type";
        finds(&old, &text, Kind::FieldTypeChanged, Breaking, what);
        let documented = returns(pet([age().docs("In years.")]));
        let what = "`age` is documented";
        finds(
            &old,
            &documented,
            Kind::DocumentationChanged,
            Documentation,
            what,
        );
        let years = field("years", INTEGER).optional().docs("In years.");
        let what = "the field `age` was renamed to `years`";
        finds(
            &documented,
            &returns(pet([years])),
            Kind::FieldRenamed,
            Breaking,
            what,
        );
    }

    #[test]
    fn type_and_presence_of_a_field_are_compared_apart() {
        let old = returns(pet([field("age", Type::String)]));
        let kinds: Vec<Kind> = found(&old, &returns(pet([age()])))
            .into_iter()
            .map(|(kind, ..)| kind)
            .collect();
        assert_eq!(
            kinds,
            [
                Kind::FieldTypeChanged,
                Kind::FieldBecameOptional,
                Kind::ConstructorChanged
            ]
        );
    }

    #[test]
    fn another_property_of_the_same_field_is_a_change_of_the_wire() {
        let old = returns(pet([age()]));
        let new = returns(pet([
            age().edited(|field| "Age".clone_into(&mut field.wire))
        ]));
        let what = "the field `age` has a different name in requests and responses";
        finds(&old, &new, Kind::PropertyNameChanged, Changed, what);
    }

    #[test]
    fn each_fact_that_the_type_does_not_show_is_compared() {
        type Edit = fn(&mut Field);
        let cases: [(Edit, Kind, &str); 5] = [
            (
                |field| field.constant = Some(Constant::Int(3)),
                Kind::FieldConstantChanged,
                "the field `age` has only one value",
            ),
            (
                |field| field.tag = Some("old".to_owned()),
                Kind::FieldTagChanged,
                "the field `age` has only one value, which identifies the type in unions",
            ),
            (
                |field| field.read_only = true,
                Kind::FieldAccessChanged,
                "the field `age` is now only in responses",
            ),
            (
                |field| field.write_only = true,
                Kind::FieldAccessChanged,
                "the field `age` is now only in requests",
            ),
            (
                |field| field.json_part = true,
                Kind::FieldEncodingChanged,
                "the field `age` is now sent as JSON",
            ),
        ];
        for (edit, kind, what) in cases {
            let new = returns(pet([age().edited(edit)]));
            finds(&returns(pet([age()])), &new, kind, Effect::Changed, what);
        }
    }
}
