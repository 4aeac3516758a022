//! Former names, which are attached to renamed items. While the client keeps a former name, no
//! other type, variant, or call gets it. A setter can get it, because it must have the name of its
//! field or parameter, and a former setter with the same name would set something else. Entries
//! that do not match the document, for example after manual edits, are skipped.

use std::collections::{BTreeMap, BTreeSet};

use ::names::reserved::{
    CLIENT_METHODS, GROUP_ITEMS, GROUP_METHODS, MODULES, REQUEST_METHODS, TYPE_METHODS,
    is_reserved_type,
};
use openapi::{Former, Renamed};

use crate::{FormerCall, FormerName, Operation, Shape, TypeDef, TypeId, accessors};

/// The associated constant that each enumeration has.
const KNOWN: &str = "KNOWN";

/// Returns the former names of the members of a type.
pub(super) fn members<'a>(renamed: &'a [Renamed], id: &'a str) -> impl Iterator<Item = &'a str> {
    renamed.iter().filter_map(move |entry| match &entry.former {
        Former::Member { of, old, .. } if of == id => Some(old.as_str()),
        _ => None,
    })
}

/// Returns the former calls of all operations, with the operation IDs.
pub(super) fn calls(renamed: &[Renamed]) -> impl Iterator<Item = (&str, FormerCall)> {
    renamed.iter().filter_map(|entry| match &entry.former {
        Former::Call {
            operation,
            group,
            method,
            request,
            arguments,
        } => {
            let call = FormerCall {
                group: group.clone(),
                method: method.clone(),
                request: request.clone(),
                arguments_struct: arguments.clone(),
                since: entry.since.clone(),
            };
            Some((operation.as_str(), call))
        }
        _ => None,
    })
}

/// Attaches former names to types and operations.
pub(super) fn attach(
    renamed: &[Renamed],
    types: &mut BTreeMap<TypeId, TypeDef>,
    operations: &mut [Operation],
) {
    attach_calls(renamed, operations);
    let mut claimed = BTreeSet::new();
    for Renamed { former, since } in renamed {
        let name = |old: &String, new: &String| FormerName {
            name: old.clone(),
            current: new.clone(),
            since: since.clone(),
        };
        match former {
            Former::Type { old, new } if claimed.insert(("types", "", old)) => {
                attach_type(name(old, new), types);
            }
            Former::Member { of, old, new } if claimed.insert(("type", of, old)) => {
                if let Some(def) = types.get_mut(&TypeId::new(of)) {
                    attach_member(name(old, new), def);
                }
            }
            Former::Setter {
                operation: id,
                old,
                new,
            } if claimed.insert(("operation", id, old)) => {
                if let Some(operation) = operations.iter_mut().find(|it| it.id == *id) {
                    attach_setter(name(old, new), operation);
                }
            }
            _ => {}
        }
    }
}

fn attach_type(former: FormerName, types: &mut BTreeMap<TypeId, TypeDef>) {
    let is_taken = types.contains_key(&TypeId::new(&former.name)) || is_reserved_type(&former.name);
    if let Some(def) = types.get_mut(&TypeId::new(&former.current))
        && !is_taken
    {
        def.former_names.push(former);
    }
}

fn attach_member(former: FormerName, def: &mut TypeDef) {
    if has_member(def, &former.current) && is_free_member(def, &former.name) {
        def.former_members.push(former);
    }
}

fn attach_setter(former: FormerName, operation: &mut Operation) {
    let setters = operation.setter_names();
    let [name, current] = [former.name.as_str(), former.current.as_str()];
    let is_taken = setters.contains(&name) || REQUEST_METHODS.contains(&name);
    if setters.contains(&current) && !is_taken {
        operation.former_setters.push(former);
    }
}

/// Returns `true` if a type has a variant without data, or a setter, with this name.
fn has_member(def: &TypeDef, name: &str) -> bool {
    match &def.shape {
        Shape::Enum(shape) => shape.values.iter().any(|value| value.name == name),
        Shape::Struct(shape) => {
            let mut fields = shape.fields.iter();
            fields.any(|field| field.setter.as_deref() == Some(name))
        }
        Shape::Union(_) | Shape::Newtype(_) => false,
    }
}

fn is_free_member(def: &TypeDef, name: &str) -> bool {
    let is_taken = match &def.shape {
        Shape::Enum(shape) => shape.unknown == name || name == KNOWN,
        Shape::Struct(shape) => {
            let rest = shape.rest.as_ref();
            rest.is_some_and(|rest| rest.setter == name) || TYPE_METHODS.contains(&name)
        }
        Shape::Union(_) | Shape::Newtype(_) => true,
    };
    !is_taken && !has_member(def, name)
}

/// The names in the module of each group: of methods and accessors, and of structs.
#[derive(Default)]
struct Groups {
    methods: BTreeSet<(Vec<String>, String)>,
    structs: BTreeSet<(Vec<String>, String)>,
}

impl Groups {
    fn of(operations: &[Operation]) -> Self {
        let mut groups = Self::default();
        for operation in operations {
            let group = &operation.group;
            groups.add_accessors(group);
            let method = (group.clone(), operation.method.clone());
            groups.methods.insert(method);
            let structs = [
                Some(&operation.request),
                operation.call.arguments_struct.as_ref(),
            ];
            let structs = structs.into_iter().flatten();
            let structs = structs.map(|name| (group.clone(), name.clone()));
            groups.structs.extend(structs);
        }
        groups
    }

    fn add_accessors(&mut self, group: &[String]) {
        let accessors = accessors(group).enumerate();
        let accessors = accessors.map(|(depth, name)| (group[..depth].to_vec(), name));
        self.methods.extend(accessors);
    }

    /// Returns `true` if the accessors of a group exist, or can be added.
    fn has_room_for(&self, group: &[String], operations: &[Operation]) -> bool {
        let is_reserved = group.iter().enumerate().any(|(depth, name)| {
            MODULES.contains(&name.as_str()) || (depth > 0 && GROUP_ITEMS.contains(&name.as_str()))
        });
        let is_method = |operation: &Operation| {
            accessors(group)
                .enumerate()
                .any(|(depth, name)| operation.group == group[..depth] && operation.method == name)
        };
        !is_reserved && !operations.iter().any(is_method)
    }
}

fn attach_calls(renamed: &[Renamed], operations: &mut [Operation]) {
    let mut groups = Groups::of(operations);
    for (id, mut call) in calls(renamed) {
        let Some(position) = operations.iter().position(|it| it.id == id) else {
            continue;
        };
        if !groups.has_room_for(&call.group, operations) {
            continue;
        }
        let operation = &operations[position];
        let reserved = match call.group.is_empty() {
            true => &CLIENT_METHODS[..],
            false => &GROUP_METHODS[..],
        };
        let method = (call.group.clone(), call.method.clone());
        let is_taken = groups.methods.contains(&method) || reserved.contains(&call.method.as_str());
        if call.renames_method(operation) && is_taken {
            continue;
        }
        let own: Vec<String> = call
            .structs(operation)
            .into_iter()
            .map(|(former, _)| former.to_owned())
            .collect();
        let mut structs = own.iter().map(|name| (call.group.clone(), name.clone()));
        if structs.any(|name| groups.structs.contains(&name)) {
            continue;
        }
        if call
            .arguments_struct
            .as_ref()
            .is_some_and(|_| operation.call.arguments_struct.is_none())
        {
            // There is no struct that it could be an alias of.
            call.arguments_struct = None;
        }
        if !call.renames_method(operation) && own.is_empty() {
            continue;
        }
        groups.add_accessors(&call.group);
        groups.methods.insert(method);
        let structs = own.into_iter().map(|name| (call.group.clone(), name));
        groups.structs.extend(structs);
        operations[position].former_calls.push(call);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::Api;
    use crate::lower::lowered;

    fn operation(id: &str, group: &[&str], method: &str) -> Value {
        json!({
            "operationId": id,
            "x-fern-sdk-group-name": group,
            "x-fern-sdk-method-name": method,
        })
    }

    /// Lowers operations with these former names.
    fn with(operations: &[Value], renamed: Value) -> Api {
        let paths = operations.iter().enumerate();
        let paths = paths.map(|(index, it)| (format!("/{index}"), json!({"get": it})));
        let paths: serde_json::Map<String, Value> = paths.collect();
        lowered(&json!({"paths": paths, "x-renamed": renamed})).0
    }

    fn call(operation: &str, group: &[&str], method: &str, request: &str) -> Value {
        json!({
            "kind": "call",
            "operation": operation,
            "group": group,
            "method": method,
            "request": request,
            "since": "0.2.0",
        })
    }

    fn former_calls(api: &Api) -> Vec<String> {
        let calls = api.operations.iter().flat_map(|it| &it.former_calls);
        calls.map(crate::FormerCall::call).collect()
    }

    #[test]
    fn nothing_new_takes_a_former_call() {
        let api = with(
            &[
                operation("pets_fetch", &["pets"], "fetch"),
                operation("pets_get_all", &["pets"], "get"),
            ],
            json!([call("pets_fetch", &["pets"], "get", "GetRequest")]),
        );
        let names = api.operations.iter();
        let names: Vec<_> = names.map(|it| (it.call(), it.request.as_str())).collect();
        assert_eq!(
            names,
            [
                ("pets().fetch()".to_owned(), "FetchRequest"),
                ("pets().get_()".to_owned(), "Get2Request"),
            ]
        );
        assert_eq!(former_calls(&api), ["pets().get()"]);
    }

    #[test]
    fn an_operation_that_changed_its_group_is_called_in_both() {
        let api = with(
            &[operation("animals_list", &["animals"], "list")],
            json!([call("animals_list", &["pets"], "list", "ListRequest")]),
        );
        assert_eq!(api.operations[0].call(), "animals().list()");
        assert_eq!(former_calls(&api), ["pets().list()"]);
    }

    #[test]
    fn a_former_group_is_not_where_a_method_is() {
        let api = with(
            &[
                operation("pets", &[], "pets"),
                operation("a_list", &["a"], "list"),
            ],
            json!([call("a_list", &["pets"], "list", "ListRequest")]),
        );
        assert_eq!(
            api.operation("pets").expect("it is there").call(),
            "pets_()"
        );
        assert_eq!(former_calls(&api), ["pets().list()"]);
    }

    #[test]
    fn former_names_that_fit_nothing_are_left_out() {
        let operations = [
            operation("pets_list", &["pets"], "list"),
            operation("pets_own", &["pets", "own"], "list"),
        ];
        let renamed = json!([
            call("pets_gone", &["pets"], "get", "GetRequest"),
            // The accessor of another group, a reserved method, and the call itself.
            call("pets_list", &["pets"], "own", "OwnRequest"),
            call("pets_list", &["pets"], "new", "NewRequest"),
            call("pets_list", &["pets"], "list", "ListRequest"),
            {"kind": "type", "old": "Pet", "new": "Gone", "since": "0.2.0"},
            {"kind": "setter", "operation": "pets_list", "old": "a", "new": "b", "since": "0.2.0"},
        ]);
        let api = with(&operations, renamed);
        assert_eq!(former_calls(&api), [""; 0]);
        assert!(api.operations.iter().all(|it| it.former_setters.is_empty()));
    }

    #[test]
    fn types_variants_and_setters_know_their_former_names() {
        let reference = json!({"$ref": "#/components/schemas/Animal"});
        let content = json!({"application/json": {"schema": reference}});
        let (api, _) = lowered(&json!({
            "paths": {"/animals": {"put": {
                "operationId": "animals_put",
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer"}},
                    {"name": "page_limit", "in": "query", "schema": {"type": "integer"}},
                ],
                "requestBody": {"content": content},
            }}},
            "components": {"schemas": {
                "Animal": {"properties": {
                    "kind": {"$ref": "#/components/schemas/Kind"},
                    "size": {"type": "string"},
                    "weight": {"type": "string"},
                }},
                "Kind": {"type": "string", "enum": ["tiger", "cat"]},
            }},
            "x-renamed": [
                {"kind": "type", "old": "Pet", "new": "Animal", "since": "0.2.0"},
                {"kind": "type", "old": "Kind", "new": "Animal", "since": "0.2.0"},
                {"kind": "member", "of": "Kind", "old": "Cat", "new": "Tiger", "since": "0.2.0"},
                {"kind": "member", "of": "Kind", "old": "KNOWN", "new": "Tiger", "since": "0.2.0"},
                {"kind": "member", "of": "Animal", "old": "length", "new": "size", "since": "0.2.0"},
                {"kind": "member", "of": "Animal", "old": "weight", "new": "size", "since": "0.2.0"},
                {"kind": "setter", "operation": "animals_put", "old": "page_limit",
                 "new": "limit", "since": "0.2.0"},
                {"kind": "setter", "operation": "animals_put", "old": "page_size",
                 "new": "limit", "since": "0.2.0"},
            ],
        }));
        let former = |names: &[crate::FormerName]| -> Vec<String> {
            let names = names.iter();
            names
                .map(|it| format!("{} -> {}", it.name, it.current))
                .collect()
        };
        let [animal, kind] = ["Animal", "Kind"].map(|id| &api.types[&crate::TypeId::new(id)]);
        assert_eq!(former(&animal.former_names), ["Pet -> Animal"]);
        assert_eq!(former(&animal.former_members), ["length -> size"]);
        assert_eq!(former(&kind.former_members), ["Cat -> Tiger"]);
        // The value `cat` has another variant.
        assert_eq!(kind.names(), ["Kind", "Cat", "Tiger", "Cat2"]);
        let operation = &api.operations[0];
        assert_eq!(former(&operation.former_setters), ["page_size -> limit"]);
        // `page_limit` is the setter of the parameter, not a former name of another setter.
        assert_eq!(operation.setter_names()[..2], ["limit", "page_limit"]);
    }
}
