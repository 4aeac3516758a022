//! The former names of operations and types as programs write them, and how they changed.

use api::{FormerName, Operation, Shape, TypeDef};

use crate::Kind;
use crate::changes::Changes;

/// Returns `true` if a former name leads from one name to the other.
pub(crate) fn leads(names: &[FormerName], from: &str, to: &str) -> bool {
    let mut names = names.iter();
    names.any(|name| name.name == from && name.current == to)
}

/// Adds the former names that came and went. `own` are the names that are, or were, the
/// current ones: a rename is reported as such.
pub(crate) fn compare(old: &[String], own: &[String], new: &[String], changes: &mut Changes) {
    let is_only_in =
        |name: &String, others: &[String]| !others.contains(name) && !own.contains(name);
    for name in new.iter().filter(|name| is_only_in(name, old)) {
        let what = format!("it can be called `{name}` as well");
        changes.add(Kind::FormerNameAdded, what, None, name.clone());
    }
    for name in old.iter().filter(|name| is_only_in(name, new)) {
        let what = format!("its former name `{name}` is gone");
        changes.add(Kind::FormerNameRemoved, what, name.clone(), None);
    }
}

/// Adds the former names of setters that are those of other setters now. `is_same` decides
/// whether the setter that a former name led to is the one that has it as its own now.
pub(crate) fn taken(
    old: &[FormerName],
    new: &[&str],
    is_same: impl Fn(&FormerName) -> bool,
    changes: &mut Changes,
) {
    let taken = old.iter().filter(|name| new.contains(&name.name.as_str()));
    for former in taken.filter(|former| !is_same(former)) {
        let FormerName { name, current, .. } = former;
        let what = format!(
            "`{name}` was a former name of the setter `{current}`, and is another setter now"
        );
        changes.add(Kind::FormerNameRemoved, what, name.clone(), None);
        changes.breaking("programs that use it set something else");
    }
}

/// Returns the former names of an operation, as callers write them.
pub(crate) fn of_operation(operation: &Operation) -> Vec<String> {
    let calls = operation.former_calls.iter().flat_map(|call| {
        let method = call.renames_method(operation).then(|| call.call());
        let structs = call.structs(operation).into_iter();
        let structs = structs.map(|(former, _)| in_group(&call.group, former));
        method.into_iter().chain(structs)
    });
    let setters = operation.former_setters.iter();
    let setters = setters.map(|setter| format!(".{}()", setter.name));
    calls.chain(setters).collect()
}

/// Returns the names that an operation has, as callers write them.
pub(crate) fn own_of_operation(operation: &Operation) -> Vec<String> {
    let arguments = operation.call.arguments_struct.as_ref();
    let structs = [Some(&operation.request), arguments].into_iter().flatten();
    let structs = structs.map(|name| in_group(&operation.group, name));
    let setters = operation.setter_names().into_iter();
    let setters = setters.map(|name| format!(".{name}()"));
    let method = std::iter::once(operation.call());
    method.chain(structs).chain(setters).collect()
}

fn in_group(group: &[String], name: &str) -> String {
    let path = group.iter().map(|module| format!("{module}::"));
    format!("{}{name}", path.collect::<String>())
}

/// Returns the former names of a type, as callers write them.
pub(crate) fn of_type(def: &TypeDef) -> Vec<String> {
    let names = def.former_names.iter();
    let names = names.map(|name| format!("types::{}", name.name));
    let members = def.former_members.iter().map(|name| name.name.clone());
    names.chain(members).collect()
}

/// Returns the names that a type has, as callers write them.
pub(crate) fn own_of_type(def: &TypeDef) -> Vec<String> {
    let members: Vec<String> = match &def.shape {
        Shape::Enum(shape) => shape.values.iter().map(|it| it.name.clone()).collect(),
        Shape::Struct(shape) => {
            let setters = shape.fields.iter().filter_map(|it| it.setter.clone());
            setters.collect()
        }
        Shape::Union(_) | Shape::Newtype(_) => Vec::new(),
    };
    let name = std::iter::once(format!("types::{}", def.id));
    name.chain(members).collect()
}
