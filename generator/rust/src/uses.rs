//! The operations that send or return each type, for its documentation.

use std::collections::HashMap;

use api::{Api, Operation, Type, TypeId};

use crate::documentation::Line;
use crate::links;

/// The maximum number of operations that the documentation of a type lists.
const MOST: usize = 5;

/// The operations that use each type.
#[derive(Debug, Default)]
pub(crate) struct Uses<'a>(HashMap<&'a TypeId, User<'a>>);

/// The operations that use a type.
#[derive(Debug, Default)]
struct User<'a> {
    /// Operations that send or return the type directly.
    direct: Found<'a>,
    /// Operations that send or return a type that contains the type.
    inside: Found<'a>,
}

/// The first operations, and the total number.
#[derive(Debug, Default)]
struct Found<'a> {
    first: Vec<&'a Operation>,
    count: usize,
    /// The number of the last operation.
    last: Option<usize>,
    is_sent: bool,
    is_returned: bool,
    is_error: bool,
}

/// The role of a type in an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Sent,
    Returned,
    Error,
}

impl<'a> Found<'a> {
    fn add(&mut self, number: usize, operation: &'a Operation, role: Role) {
        match role {
            Role::Sent => self.is_sent = true,
            Role::Returned => self.is_returned = true,
            Role::Error => self.is_error = true,
        }
        if self.last.replace(number) != Some(number) {
            self.count += 1;
            if self.first.len() < MOST {
                self.first.push(operation);
            }
        }
    }

    /// Returns the words before the operations.
    fn verb(&self) -> &'static str {
        match (self.is_sent, self.is_returned, self.is_error) {
            (true, false, false) => "Sent by ",
            (false, true, false) => "Returned by ",
            (false, false, true) => "Error response of ",
            _ => "Used by ",
        }
    }
}

impl<'a> Uses<'a> {
    /// Collects the uses of all types. Deprecated operations come last.
    pub(crate) fn of(api: &'a Api) -> Self {
        let mut uses: HashMap<&TypeId, User<'a>> = HashMap::new();
        let parts = api.types.values().map(|def| {
            let parts = def.parts().into_iter().filter_map(Type::mentions);
            (&def.id, parts.collect())
        });
        let parts: HashMap<&TypeId, Vec<&TypeId>> = parts.collect();
        let (current, deprecated): (Vec<_>, Vec<_>) = api
            .operations
            .iter()
            .partition(|operation| operation.deprecated.is_none());
        // The last search that found a type.
        let mut seen: HashMap<&TypeId, (usize, Role)> = HashMap::new();
        for (number, operation) in current.into_iter().chain(deprecated).enumerate() {
            for role in [Role::Sent, Role::Returned, Role::Error] {
                let search = (number, role);
                let mut open = Vec::new();
                for id in mentioned(operation, role) {
                    if seen.insert(id, search) != Some(search) {
                        let user = uses.entry(id).or_default();
                        user.direct.add(number, operation, role);
                        open.push(id);
                    }
                }
                while let Some(id) = open.pop() {
                    for part in parts.get(id).into_iter().flatten() {
                        if seen.insert(part, search) != Some(search) {
                            let user = uses.entry(part).or_default();
                            user.inside.add(number, operation, role);
                            open.push(part);
                        }
                    }
                }
            }
        }
        Self(uses)
    }

    /// Returns the sentence about the operations that use a type, or nothing if there are none.
    /// Indirect uses are listed only if there are no direct ones.
    pub(crate) fn line(&self, id: &TypeId) -> Line {
        let Some(User { direct, inside }) = self.0.get(id) else {
            return Line::default();
        };
        let found = if direct.count > 0 { direct } else { inside };
        let mut line = Line::new(found.verb());
        for (index, operation) in found.first.iter().enumerate() {
            let is_last = index + 1 == found.count;
            let separator = match index {
                0 => "",
                1 if is_last => " and ",
                _ if is_last => ", and ",
                _ => ", ",
            };
            let (_, path) = links::method(operation);
            line = line.text(separator).item_at(&operation.call(), &path);
        }
        match found.count - found.first.len() {
            0 => line.text("."),
            more => line.text(", and ").words(&more.to_string()).text(" more."),
        }
    }
}

/// Returns the types that an operation has in a role.
fn mentioned(operation: &Operation, role: Role) -> Vec<&TypeId> {
    match role {
        Role::Sent => {
            let parameters = operation.parameters.iter().map(|it| &it.ty);
            let types = parameters.chain(operation.sent());
            types.filter_map(Type::mentions).collect()
        }
        Role::Returned => {
            let item = operation.paging.iter().map(|paging| &paging.item);
            let types = operation.response.ty().into_iter().chain(item);
            types.filter_map(Type::mentions).collect()
        }
        Role::Error => operation.errors.iter().map(|error| &error.ty).collect(),
    }
}

#[cfg(test)]
mod tests {
    use api::{Deprecation, Presence, Response};

    use super::*;
    use crate::operations::samples::{
        field, list, named, object, operation, parameter, with_operations,
    };

    fn api(count: usize) -> Api {
        let tag = object("Tag", []);
        let tags = field("tags", list(&named("Tag")), Presence::Optional);
        let types = [object("Pet", [tags]), tag, object("Rest", [])];
        let operations = (0..count).map(|number| {
            let mut operation = operation(&format!("call_{number}"), &["pets"]);
            operation.response = Response::Json(named("Pet"));
            operation
        });
        with_operations(types, operations)
    }

    fn line(api: &Api, name: &str) -> String {
        let line = Uses::of(api).line(&TypeId::new(name));
        line.docs().to_string()
    }

    #[test]
    fn a_type_names_the_operations_that_use_it() {
        let link = |number| {
            format!("[`pets().call_{number}()`](crate::operations::pets::Pets::call_{number})")
        };
        let [a, b, c] = [link(0), link(1), link(2)];
        assert_eq!(line(&api(1), "Pet"), format!("Returned by {a}."));
        assert_eq!(line(&api(2), "Pet"), format!("Returned by {a} and {b}."));
        assert_eq!(
            line(&api(3), "Pet"),
            format!("Returned by {a}, {b}, and {c}.")
        );
        assert_eq!(line(&api(3), "Rest"), "");
    }

    #[test]
    fn operations_beyond_the_fifth_are_counted() {
        let line = line(&api(8), "Pet");
        assert!(
            line.contains("call_4") && !line.contains("call_5"),
            "{line}"
        );
        assert!(line.ends_with(", and 3 more."), "{line}");
    }

    #[test]
    fn a_type_inside_of_another_is_used_by_the_operations_of_that() {
        let mut api = api(2);
        assert!(line(&api, "Tag").contains("call_0()`"));
        api.operations[1].response = Response::Json(named("Tag"));
        let expected = "Returned by [`pets().call_1()`](crate::operations::pets::Pets::call_1).";
        assert_eq!(line(&api, "Tag"), expected);
    }

    #[test]
    fn deprecated_operations_come_last() {
        let mut api = api(2);
        let note = String::new();
        api.operations[0].deprecated = Some(Deprecation { note });
        assert!(line(&api, "Pet").starts_with("Returned by [`pets().call_1()`]"));
    }

    #[test]
    fn the_sentence_states_the_only_role_of_a_type() {
        let mut api = api(1);
        let begins = |api: &Api, verb| assert!(line(api, "Pet").starts_with(verb));
        let operation = &mut api.operations[0];
        operation.errors = vec![api::ErrorResponse {
            status: "404".to_owned(),
            ty: TypeId::new("Pet"),
        }];
        begins(&api, "Used by [");
        api.operations[0].response = Response::Empty;
        begins(&api, "Error response of [");
        let operation = &mut api.operations[0];
        operation.errors.clear();
        operation.parameters = vec![parameter("pet", named("Pet"), true)];
        begins(&api, "Sent by [");
    }
}
