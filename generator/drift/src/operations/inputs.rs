//! Compares arguments and setters: their names, roles, order, and types.

use names::argument_name;

use super::{Comparison, Role};
use crate::Kind;
use crate::call::{Call, Input, Source};
use crate::former;
use crate::matching::{Pairs, is_in_order};
use crate::renames::{Renames, with_placeholders};

/// Pairs the inputs that are the same in two calls: by the same position in the path, the same
/// name, the same location in the request, and similarity.
pub(crate) fn pair<'a>(
    old: &'a Call<'a>,
    new: &'a Call<'a>,
    renames: &Renames<'_>,
) -> Pairs<'a, Input<'a>> {
    let is_renamed_argument = |before: &Input<'_>, now: &Input<'_>| {
        (before.role, now.role) == (Role::Argument, Role::Argument)
            && before.position == now.position
            && renames.same(before.ty, now.ty)
    };
    let [old_path, new_path] = [old, new].map(|call| Placeholders::of(&call.operation.path));
    Pairs::new(&old.inputs, &new.inputs)
        .by_key(|input| {
            let wire = input.source.wire()?.to_owned();
            input.source.is_in_path().then_some(wire)
        })
        .by(|before, now| {
            let names = [before, now]
                .map(|input| input.source.is_in_path().then(|| input.source.wire())?);
            matches!(names, [Some(before), Some(now)] if old_path.renames(before, &new_path, now))
        })
        .by_key(|input| Some(input.name.to_owned()))
        .by_key(|input| {
            Some(format!(
                "{} {}",
                input.source.location(),
                input.source.wire()?
            ))
        })
        .by(is_renamed_argument)
        .by(|before, now| is_renamed_setter(before, now, renames))
}

/// The placeholders of a path, whose names are not sent.
struct Placeholders<'a> {
    names: Vec<&'a str>,
    /// The path without the names.
    path: String,
}

impl<'a> Placeholders<'a> {
    fn of(path: &'a str) -> Self {
        let segments = path.split('{').skip(1);
        Self {
            names: segments
                .filter_map(|segment| Some(segment.split_once('}')?.0))
                .collect(),
            path: with_placeholders(path, |_| String::new()),
        }
    }

    /// Returns `true` if the placeholder `name` is renamed to `new_name` in the new path.
    fn renames(&self, name: &str, new: &Self, new_name: &str) -> bool {
        let position = |of: &Self, name| of.names.iter().position(|it| *it == name);
        self.path == new.path
            && position(self, name) == position(new, new_name)
            && position(new, name).is_none()
            && position(self, new_name).is_none()
    }
}

/// Returns `true` if a new setter is a renamed old one: it accepts the same type, and has the same
/// description or a common word in its name.
fn is_renamed_setter(before: &Input<'_>, now: &Input<'_>, renames: &Renames<'_>) -> bool {
    let parts = |name: &str| -> Vec<String> { name.split('_').map(str::to_owned).collect() };
    let (one, other) = (parts(before.name), parts(now.name));
    let shares_a_word = one.iter().any(|word| other.contains(word));
    let docs = before.source.docs();
    let has_the_same_docs = !docs.is_empty() && docs == now.source.docs();
    (before.role, now.role) == (Role::Setter, Role::Setter)
        && renames.same(before.ty, now.ty)
        && (has_the_same_docs || shares_a_word)
}

/// Returns `true` if the names of an input are derived from its names in the request, so that one
/// change renames both.
pub(super) fn follows(before: &Input<'_>, now: &Input<'_>) -> bool {
    let is_derived = |input: &Input<'_>| {
        let wire = input.source.wire().map(argument_name);
        wire.is_some_and(|wire| wire == input.name)
    };
    before.name != now.name && is_derived(before) && is_derived(now)
}

/// Returns `true` if the name of a parameter in requests follows that of its argument. A name in the
/// path is not sent, and a property of the body is compared with its type.
fn is_sent_by_name(before: &Input<'_>, now: &Input<'_>) -> bool {
    let are_parameters = [before, now]
        .iter()
        .all(|input| matches!(input.source, Source::Parameter(_)) && !input.source.is_in_path());
    are_parameters && follows(before, now)
}

impl Comparison<'_> {
    pub(super) fn inputs(&mut self) {
        let (old, new) = (self.old, self.new);
        if old.has_struct() != new.has_struct() {
            let what = match new.has_struct() {
                true => "the arguments are now in a struct",
                false => "the arguments are no longer in a struct",
            };
            self.signatures(Kind::ArgumentsRegrouped, None, what);
        }
        for index in 0..self.inputs.both.len() {
            let (before, now) = self.inputs.both[index];
            self.role(before, now);
            self.input_type(before, now);
        }
        for before in self.inputs.gone.clone() {
            let name = before.name;
            if before.role == Role::Argument {
                let what = format!("the argument `{name}` was removed");
                self.signatures(Kind::ArgumentRemoved, Some(name), what);
            } else {
                let what = format!("the setter `{name}` was removed");
                self.changes
                    .add_of(name, Kind::SetterRemoved, what, before.setter(), None);
            }
        }
        for now in self.inputs.came.clone() {
            let name = now.name;
            if now.role == Role::Argument {
                let what = format!("the argument `{name}` was added");
                self.signatures(Kind::ArgumentAdded, Some(name), what);
            } else {
                let what = format!("the setter `{name}` was added");
                self.changes
                    .add_of(name, Kind::SetterAdded, what, None, now.setter());
            }
        }
        self.order();
    }

    /// Adds a change of the arguments, which shows all of them.
    fn signatures(&mut self, kind: Kind, name: Option<&str>, what: impl Into<String>) {
        let codes = (self.old.signature(), self.new.signature());
        match name {
            Some(name) => self.changes.add_of(name, kind, what, codes.0, codes.1),
            None => self.changes.add(kind, what, codes.0, codes.1),
        }
    }

    /// Compares the name and the role of an input.
    fn role(&mut self, before: &Input<'_>, now: &Input<'_>) {
        let name = now.name;
        let is_renamed = before.name != name;
        match (before.role, now.role) {
            // Only the request differs, not the call.
            (Role::Argument, Role::Argument)
                if is_renamed && is_sent_by_name(before, now) && !self.new.has_struct() =>
            {
                let what = format!("the argument `{name}` was renamed, also in requests");
                let names = [before, now].map(|input| input.source.wire().map(str::to_owned));
                let [before, now] = names;
                self.changes
                    .add_of(name, Kind::ParameterNameChanged, what, before, now);
            }
            (Role::Argument, Role::Argument) if is_renamed => {
                let what = format!("the argument `{}` was renamed to `{name}`", before.name);
                self.signatures(Kind::ArgumentRenamed, Some(name), what);
                if self.new.has_struct() {
                    let why = "the arguments are a struct, and callers name its fields";
                    self.changes.breaking(why);
                }
            }
            (Role::Setter, Role::Setter) if is_renamed => {
                let what = format!("the setter `{}` was renamed to `{name}`", before.name);
                let codes = (before.setter(), now.setter());
                self.changes
                    .add_of(name, Kind::SetterRenamed, what, codes.0, codes.1);
                let former = &self.new.operation.former_setters;
                self.changes
                    .deprecated_if(former::leads(former, before.name, name));
            }
            (Role::Argument, Role::Setter) => {
                let what = match is_renamed {
                    true => format!(
                        "the argument `{}` is now optional, and has a setter `{name}`",
                        before.name
                    ),
                    false => format!("the argument `{name}` is now optional, and has a setter"),
                };
                let codes = (self.old.signature(), now.setter());
                self.changes
                    .add_of(name, Kind::ArgumentBecameSetter, what, codes.0, codes.1);
            }
            (Role::Setter, Role::Argument) => {
                let what = match is_renamed {
                    true => format!(
                        "`{name}` is now required: the setter `{}` became an argument",
                        before.name
                    ),
                    false => format!("`{name}` is now required: the setter became an argument"),
                };
                let codes = (before.setter(), self.new.signature());
                self.changes
                    .add_of(name, Kind::SetterBecameArgument, what, codes.0, codes.1);
            }
            _ => {}
        }
    }

    fn input_type(&mut self, before: &Input<'_>, now: &Input<'_>) {
        let name = now.name;
        if self.renames.same(before.ty, now.ty) {
            return;
        }
        if now.role == Role::Argument {
            let what = format!("the argument `{name}` has a different type");
            self.signatures(Kind::ArgumentTypeChanged, Some(name), what);
        } else {
            let what = format!("the setter `{name}` accepts a different type");
            let codes = (before.setter(), now.setter());
            self.changes
                .add_of(name, Kind::SetterTypeChanged, what, codes.0, codes.1);
        }
    }

    /// Compares the order, which matters for positional arguments.
    fn order(&mut self) {
        if self.old.has_struct() || self.new.has_struct() {
            return;
        }
        let are_arguments = |(before, now): &&(&Input<'_>, &Input<'_>)| {
            (before.role, now.role) == (Role::Argument, Role::Argument)
        };
        let pairs = self.inputs.both.iter().filter(are_arguments);
        let common: Vec<(usize, usize)> = pairs
            .map(|(before, now)| (before.position, now.position))
            .collect();
        if !is_in_order(&common) {
            let what = "the arguments are in a different order";
            self.signatures(Kind::ArgumentsReordered, None, what);
        }
    }
}

#[cfg(test)]
mod tests {
    use api::{IntKind, Type};

    use super::*;
    use crate::Effect::{self, Added, Breaking, Changed};
    use crate::sample::{Sample, finds, found};

    const INTEGER: Type = Type::Int(IntKind::I64);
    const TEXT: Type = Type::String;

    fn api() -> Sample {
        Sample::default()
    }

    fn texts(names: &[&str]) -> Sample {
        names
            .iter()
            .fold(api(), |api, name| api.parameter(name, true, TEXT))
    }

    #[test]
    fn a_parameter_that_is_required_now_is_an_argument_more() {
        let old = api().parameter("limit", false, INTEGER);
        let new = api().parameter("limit", true, INTEGER);
        let what = "`limit` is now required: the setter became an argument";
        finds(&old, &new, Kind::SetterBecameArgument, Breaking, what);
        let what = "the argument `limit` is now optional, and has a setter";
        finds(&new, &old, Kind::ArgumentBecameSetter, Breaking, what);
    }

    #[test]
    fn a_parameter_changes_its_role_and_its_type_at_once() {
        let old = api().parameter("limit", false, INTEGER);
        let new = api().parameter("limit", true, TEXT);
        let kinds = [Kind::ArgumentTypeChanged, Kind::SetterBecameArgument];
        assert_eq!(
            found(&old, &new).iter().map(|it| it.0).collect::<Vec<_>>(),
            kinds
        );
    }

    #[test]
    fn setters_come_go_and_change() {
        let old = api();
        let new = api().parameter("limit", false, INTEGER);
        let what = "the setter `limit` was added";
        finds(&old, &new, Kind::SetterAdded, Added, what);
        let what = "the setter `limit` was removed";
        finds(&new, &old, Kind::SetterRemoved, Breaking, what);
        let text = api().parameter("limit", false, TEXT);
        let what = "the setter `limit` accepts a different type";
        finds(&new, &text, Kind::SetterTypeChanged, Breaking, what);
        let renamed = api().parameter("page_limit", false, INTEGER);
        let what = "the setter `limit` was renamed to `page_limit`";
        finds(&new, &renamed, Kind::SetterRenamed, Breaking, what);
        // A different type or no common word means a different setter.
        for other in [("page_limit", TEXT), ("offset", INTEGER)] {
            let other = api().parameter(other.0, false, other.1);
            assert_eq!(found(&new, &other).len(), 2);
        }
    }

    #[test]
    fn a_setter_of_the_same_parameter_is_the_same() {
        let old = api().parameter("limit", false, INTEGER);
        let new = old.clone().with(|operation| {
            "at_most".clone_into(&mut operation.parameters[0].name);
        });
        let what = "the setter `limit` was renamed to `at_most`";
        finds(&old, &new, Kind::SetterRenamed, Breaking, what);
    }

    #[test]
    fn arguments_come_go_and_change() {
        let (one, two) = (texts(&["a"]), texts(&["a", "b"]));
        let what = "the argument `b` was added";
        finds(&one, &two, Kind::ArgumentAdded, Breaking, what);
        let what = "the argument `b` was removed";
        finds(&two, &one, Kind::ArgumentRemoved, Breaking, what);
        let number = api().parameter("a", true, INTEGER);
        let what = "the argument `a` has a different type";
        finds(&one, &number, Kind::ArgumentTypeChanged, Breaking, what);
    }

    #[test]
    fn the_name_of_an_argument_is_in_no_call_and_its_position_is() {
        let old = texts(&["a", "b"]);
        let what = "the argument `c` was renamed, also in requests";
        finds(
            &old,
            &texts(&["a", "c"]),
            Kind::ParameterNameChanged,
            Changed,
            what,
        );
        let new = texts(&["a", "b"]).with(|operation| operation.parameters[1].name = "c".into());
        let what = "the argument `b` was renamed to `c`";
        finds(&old, &new, Kind::ArgumentRenamed, Changed, what);
        let what = "the arguments are in a different order";
        finds(
            &old,
            &texts(&["b", "a"]),
            Kind::ArgumentsReordered,
            Breaking,
            what,
        );
    }

    #[test]
    fn more_than_four_arguments_are_a_struct_whose_order_is_free() {
        let [four, five] = [
            texts(&["a", "b", "c", "d"]),
            texts(&["a", "b", "c", "d", "e"]),
        ];
        let has = |found: Vec<(Kind, Effect, String)>, kind, what: &str| {
            let expected = (kind, Breaking, what.to_owned());
            assert!(found.contains(&expected), "{found:?}");
        };
        let what = "the arguments are now in a struct";
        has(found(&four, &five), Kind::ArgumentsRegrouped, what);
        has(
            found(&four, &five),
            Kind::ArgumentAdded,
            "the argument `e` was added",
        );
        let what = "the arguments are no longer in a struct";
        has(found(&five, &four), Kind::ArgumentsRegrouped, what);
        has(
            found(&five, &four),
            Kind::ArgumentRemoved,
            "the argument `e` was removed",
        );
        assert_eq!(found(&five, &texts(&["b", "a", "c", "d", "e"])), []);
        let what = "the argument `e` was renamed to `f`";
        let renamed = texts(&["a", "b", "c", "d", "f"]);
        finds(&five, &renamed, Kind::ArgumentRenamed, Breaking, what);
    }
}
