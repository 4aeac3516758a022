//! Compares the former names of operations and types, as written in programs.

use api::{FormerName, Operation, Shape, TypeDef};

use crate::Kind;
use crate::changes::Changes;

/// Returns `true` if one name is a former name of the other.
pub(crate) fn leads(names: &[FormerName], from: &str, to: &str) -> bool {
    let mut names = names.iter();
    names.any(|name| name.name == from && name.current == to)
}

/// Adds changes for added and removed former names. `own` are the current names in either version,
/// whose renames are reported separately.
pub(crate) fn compare(old: &[String], own: &[String], new: &[String], changes: &mut Changes) {
    let is_only_in =
        |name: &String, others: &[String]| !others.contains(name) && !own.contains(name);
    for name in new.iter().filter(|name| is_only_in(name, old)) {
        let what = format!("it also has the former name `{name}`");
        changes.add(Kind::FormerNameAdded, what, None, name.clone());
    }
    for name in old.iter().filter(|name| is_only_in(name, new)) {
        let what = format!("its former name `{name}` was removed");
        changes.add(Kind::FormerNameRemoved, what, name.clone(), None);
    }
}

/// Adds changes for former names of setters that are now names of other setters. `is_same` returns
/// `true` if the setter with the former name is the one that now has it as its own name.
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
            "`{name}` was a former name of the setter `{current}`, and is now a different setter"
        );
        changes.add(Kind::FormerNameRemoved, what, name.clone(), None);
        changes.breaking("programs that use it now set a different value");
    }
}

/// Returns the former names of an operation, as written in programs.
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

/// Returns the current names of an operation, as written in programs.
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

/// Returns the former names of a type, as written in programs.
pub(crate) fn of_type(def: &TypeDef) -> Vec<String> {
    let names = def.former_names.iter();
    let names = names.map(|name| format!("types::{}", name.name));
    let members = def.former_members.iter().map(|name| name.name.clone());
    names.chain(members).collect()
}

/// Returns the current names of a type, as written in programs.
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
