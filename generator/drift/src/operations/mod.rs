//! Compares operations: their names, inputs, requests, and responses.

mod body;
pub(crate) use body::constant;
mod inputs;
pub(crate) use inputs::pair;
mod paging;
mod parameters;
mod responses;
mod wait;

use std::collections::BTreeSet;

use api::{FormerName, Operation};
use names::snake_case;

use crate::call::{Call, Calls, Input, Role};
use crate::changes::Changes;
use crate::code::quoted;
use crate::documentation::{self, shortened};
use crate::former;
use crate::info;
use crate::matching::Pairs;
use crate::renames::{Renames, with_placeholders};
use crate::{Change, Kind, Subject};

/// Compares the operations of two models.
pub(crate) fn compare(old: &Calls<'_>, new: &Calls<'_>, renames: &Renames<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    for (id, before) in old {
        match renames.operation(id).and_then(|id| new.get(id)) {
            Some(now) => changes.extend(Comparison::new(before, now, renames).run()),
            None => {
                let change =
                    Change::new(Kind::OperationRemoved, &subject(before), "it was removed");
                changes.push(change.states(before.signature(), None));
            }
        }
    }
    let known: BTreeSet<&str> = old.keys().filter_map(|id| renames.operation(id)).collect();
    for (_, now) in new.iter().filter(|(id, _)| !known.contains(*id)) {
        let what = format!("{} is now available", quoted(&request(now.operation)));
        let change = Change::new(Kind::OperationAdded, &subject(now), what);
        changes.push(change.states(None, now.signature()));
    }
    changes
}

fn subject(call: &Call<'_>) -> Subject {
    Subject::Operation {
        id: call.operation.id.clone(),
        call: call.path.clone(),
    }
}

fn request(operation: &Operation) -> String {
    let server = operation.server.as_deref().unwrap_or_default();
    format!("{} {server}{}", operation.verb, operation.path)
}

/// An operation in both versions.
struct Comparison<'a> {
    renames: &'a Renames<'a>,
    old: &'a Call<'a>,
    new: &'a Call<'a>,
    inputs: Pairs<'a, Input<'a>>,
    changes: Changes,
}

impl<'a> Comparison<'a> {
    fn new(old: &'a Call<'a>, new: &'a Call<'a>, renames: &'a Renames<'a>) -> Self {
        Self {
            renames,
            old,
            new,
            inputs: inputs::pair(old, new, renames),
            changes: Changes::new(subject(new)),
        }
    }

    fn run(mut self) -> Vec<Change> {
        self.names();
        self.former_names();
        self.request();
        self.keys();
        self.client_headers();
        self.repetition();
        self.deprecation();
        self.inputs();
        self.parameters();
        self.body();
        self.responses();
        self.paging();
        self.wait();
        self.documentation();
        self.changes.into_vec()
    }

    /// Compares the keys of an operation with keys that differ from those of the API in either
    /// version.
    fn keys(&mut self) {
        let [old, new] = [self.old, self.new].map(|call| &call.operation.security);
        if old.is_none() && new.is_none() {
            return;
        }
        let [before, now] = [self.old, self.new].map(|call| {
            let security = call.operation.security.as_ref();
            info::alternatives(security.unwrap_or(&call.api.security), call.api)
        });
        if before != now {
            let what = "it requires different keys";
            self.changes.add(Kind::KeyChanged, what, before, now);
        }
    }

    /// Compares the headers without a default that programs set on the client.
    fn client_headers(&mut self) {
        let [old, new] = [self.old, self.new].map(|call| &call.operation.client_headers);
        let [before, now] = [old, new].map(|names| names.iter().collect::<BTreeSet<_>>());
        let (kind, what) = match now.is_subset(&before) {
            true => (
                Kind::HeadersChanged,
                "requests no longer need a header that the client sets",
            ),
            false => (
                Kind::ClientHeaderRequired,
                "requests need a header that the client sets",
            ),
        };
        if before != now {
            let [before, now] = [old, new].map(|names| names.join(", "));
            self.changes.add(kind, what, before, now);
        }
    }

    /// Compares the idempotency key and the rate limit bucket.
    fn repetition(&mut self) {
        let [old, new] = [self.old, self.new].map(|call| &call.operation.idempotency);
        if old != new {
            let what = match (old, new) {
                (None, Some(_)) => "requests now have an idempotency key",
                (Some(_), None) => "requests no longer have an idempotency key",
                _ => "the idempotency key is in a different header",
            };
            self.changes
                .add(Kind::IdempotencyKeyChanged, what, old.clone(), new.clone());
        }
        let [old, new] = [self.old, self.new].map(|call| &call.operation.bucket);
        if old != new {
            let what = "the API throttles it together with different operations";
            self.changes
                .add(Kind::RateLimitBucketChanged, what, old.clone(), new.clone());
        }
    }

    /// Compares the names that are used in programs.
    fn names(&mut self) {
        let (old, new) = (self.old, self.new);
        if old.path != new.path {
            let what = format!("it was `{}()`", old.path);
            self.changes.add(
                Kind::OperationRenamed,
                what,
                old.signature(),
                new.signature(),
            );
            let mut former = new.operation.former_calls.iter();
            let is_kept = former.any(|call| {
                (&call.group, &call.method) == (&old.operation.group, &old.operation.method)
            });
            self.changes.deprecated_if(is_kept);
        }
        let (old, new) = (old.operation, new.operation);
        if old.request != new.request && !is_named_after_method([old, new], |it| &it.request) {
            let what = format!("its request was renamed to `{}`", new.request);
            let names = (old.request.clone(), new.request.clone());
            self.changes
                .add(Kind::RequestRenamed, what, names.0, names.1);
            self.changes
                .deprecated_if(keeps_struct(&old.request, old, new));
        }
        if let (Some(before), Some(now)) = (&old.call.arguments_struct, &new.call.arguments_struct)
            && before != now
            && !is_named_after_method([old, new], |it| {
                it.call.arguments_struct.as_deref().unwrap_or_default()
            })
        {
            let what = format!("the struct of its arguments was renamed to `{now}`");
            let names = (before.clone(), now.clone());
            self.changes
                .add(Kind::ArgumentsStructRenamed, what, names.0, names.1);
            self.changes.deprecated_if(keeps_struct(before, old, new));
        }
    }

    /// Compares the former names of the operation.
    fn former_names(&mut self) {
        let (old, new) = (self.old.operation, self.new.operation);
        former::compare(
            &former::of_operation(old),
            &[former::own_of_operation(old), former::own_of_operation(new)].concat(),
            &former::of_operation(new),
            &mut self.changes,
        );
        let is_same = |former: &FormerName| {
            let mut both = self.inputs.both.iter();
            both.any(|(one, other)| one.name == former.current && other.name == former.name)
        };
        let (setters, changes) = (new.setter_names(), &mut self.changes);
        former::taken(&old.former_setters, &setters, is_same, changes);
    }

    /// Compares method, server, and path. The name of a parameter in the path is not sent.
    fn request(&mut self) {
        let (old, new) = (self.old.operation, self.new.operation);
        let path = with_placeholders(&old.path, |name| {
            let mut pairs = self.inputs.both.iter();
            let renamed = pairs.find_map(|(before, now)| {
                let is_it = before.source.is_in_path() && before.source.wire() == Some(name);
                (is_it && now.source.is_in_path()).then(|| now.source.wire())?
            });
            renamed.unwrap_or(name).to_owned()
        });
        // The names of variables are those of methods, which are compared separately.
        let servers = [old, new].map(|it| it.server.as_deref());
        let servers = servers.map(|it| Some(with_placeholders(it?, |_| String::new())));
        if old.verb != new.verb || path != new.path || servers[0] != servers[1] {
            let what = "its request changed";
            self.changes
                .add(Kind::OperationMoved, what, request(old), request(new));
        } else if old.environment_servers != new.environment_servers {
            let servers = [old, new].map(|it| it.environment_servers.join(", "));
            let [before, now] = servers.map(|it| shortened(&it));
            let what = "its servers in the environments changed";
            self.changes.add(Kind::OperationMoved, what, before, now);
        }
    }

    fn deprecation(&mut self) {
        match (
            &self.old.operation.deprecated,
            &self.new.operation.deprecated,
        ) {
            (None, Some(_)) => {
                self.changes
                    .add(Kind::OperationDeprecated, "it is deprecated", None, None);
            }
            (Some(_), None) => {
                let what = "it is no longer deprecated";
                self.changes
                    .add(Kind::OperationUndeprecated, what, None, None);
            }
            (Some(before), Some(now)) if before.note != now.note => {
                let what = "its deprecation is documented differently";
                let [before, now] = [before, now].map(|it| documentation::shortened(&it.note));
                self.changes
                    .add(Kind::DocumentationChanged, what, before, now);
            }
            _ => {}
        }
    }

    fn documentation(&mut self) {
        let (old, new) = (self.old.operation, self.new.operation);
        if old.summary != new.summary {
            let [before, now] = [old, new].map(|it| documentation::shortened(it.summary.as_str()));
            let what = "its summary changed";
            self.changes
                .add(Kind::DocumentationChanged, what, before, now);
        }
        if old.reference != new.reference {
            let what = "its page on the documentation site changed";
            let urls = (old.reference.clone(), new.reference.clone());
            self.changes
                .add(Kind::DocumentationChanged, what, urls.0, urls.1);
        }
        let docs = (old.docs.as_str(), new.docs.as_str());
        self.changes.documentation(None, docs.0, docs.1);
        for (before, now) in &self.inputs.both {
            let docs = (before.source.docs(), now.source.docs());
            self.changes.documentation(Some(now.name), docs.0, docs.1);
        }
    }
}

/// Returns `true` if a struct of an operation keeps its former name.
fn keeps_struct(name: &str, old: &Operation, new: &Operation) -> bool {
    new.former_calls.iter().any(|call| {
        let structs = call.structs(new);
        call.group == old.group && structs.iter().any(|(former, _)| *former == name)
    })
}

/// Returns `true` if a struct is named after the method of its operation in both versions, so that
/// the change of the call implies its new name.
fn is_named_after_method<'a>(
    operations: [&'a Operation; 2],
    name: impl Fn(&'a Operation) -> &'a str,
) -> bool {
    operations.into_iter().all(|operation| {
        let method = snake_case(&operation.method);
        let name = snake_case(name(operation));
        name.strip_prefix(&method)
            .is_some_and(|rest| ["_request", "_arguments"].contains(&rest))
    })
}

#[cfg(test)]
mod tests {
    use api::{Deprecation, Docs, Location, Type};

    use super::*;
    use crate::Effect::{Added, Breaking, Changed, Documentation};
    use crate::sample::{Sample, finds, found};

    fn api() -> Sample {
        Sample::default()
    }

    /// Renames the operation like a new ID.
    fn fetch(operation: &mut Operation) {
        "pets_fetch".clone_into(&mut operation.id);
        "fetch".clone_into(&mut operation.method);
        "FetchRequest".clone_into(&mut operation.request);
    }

    #[test]
    fn an_operation_with_the_same_request_is_the_same_under_another_name() {
        let what = "it was `pets().get()`";
        let new = api().with(fetch);
        finds(&api(), &new, Kind::OperationRenamed, Breaking, what);
    }

    #[test]
    fn an_operation_whose_id_another_one_has_now_is_found_by_its_request() {
        let old = api().api();
        let mut new = api().with(fetch).api();
        let other = Operation {
            path: "/cages".to_owned(),
            ..api().api().operations.remove(0)
        };
        new.operations.push(other);
        let changes = crate::compare(&old, &new);
        let changes = changes
            .iter()
            .map(|change| (change.kind, change.subject.code()));
        let expected = [
            (Kind::OperationRenamed, "pets().fetch()".to_owned()),
            (Kind::OperationAdded, "pets().get()".to_owned()),
        ];
        assert_eq!(changes.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_request_that_is_not_named_after_the_method_is_renamed_by_itself() {
        let new = api().with(|operation| "Got".clone_into(&mut operation.request));
        let what = "its request was renamed to `Got`";
        finds(&api(), &new, Kind::RequestRenamed, Breaking, what);
        let both = found(
            &api(),
            &new.with(|operation| "find".clone_into(&mut operation.method)),
        );
        assert_eq!(both.len(), 2, "{both:?}");
    }

    #[test]
    fn another_request_of_the_same_call_breaks_nobody() {
        let moved = api().with(|operation| "/animals".clone_into(&mut operation.path));
        let what = "its request changed";
        finds(&api(), &moved, Kind::OperationMoved, Changed, what);
        let deprecated = api().with(|operation| {
            let note = String::new();
            operation.deprecated = Some(Deprecation { note });
        });
        let what = "it is deprecated";
        finds(
            &api(),
            &deprecated,
            Kind::OperationDeprecated,
            Changed,
            what,
        );
        let what = "it is no longer deprecated";
        finds(
            &deprecated,
            &api(),
            Kind::OperationUndeprecated,
            Changed,
            what,
        );
    }

    #[test]
    fn an_idempotency_key_is_gained_lost_and_renamed() {
        let with = |header: &'static str| {
            api().with(|operation| operation.idempotency = Some(header.to_owned()))
        };
        let (one, other) = (with("idempotency-key"), with("x-idempotency-key"));
        let kind = Kind::IdempotencyKeyChanged;
        let what = "requests now have an idempotency key";
        finds(&api(), &one, kind, Changed, what);
        let what = "requests no longer have an idempotency key";
        finds(&one, &api(), kind, Changed, what);
        let what = "the idempotency key is in a different header";
        finds(&one, &other, kind, Changed, what);
    }

    #[test]
    fn a_bucket_is_behavior() {
        let new = api().with(|operation| operation.bucket = Some("writes".to_owned()));
        let what = "the API throttles it together with different operations";
        finds(&api(), &new, Kind::RateLimitBucketChanged, Changed, what);
    }

    #[test]
    fn the_name_of_a_parameter_in_the_path_is_not_sent() {
        let by = |name: &'static str| {
            api()
                .parameter("id", true, Type::String)
                .with(move |operation| {
                    operation.path = format!("/pets/{{{name}}}");
                    operation.parameters[0].location = Location::Path;
                    name.clone_into(&mut operation.parameters[0].wire);
                })
        };
        assert_eq!(found(&by("id"), &by("pet_id")), []);
    }

    #[test]
    fn the_name_of_a_variable_is_not_part_of_the_server_of_an_operation() {
        let at = |server: &'static str| api().with(|it| it.server = Some(server.to_owned()));
        let old = at("https://{index_host}/v1");
        assert_eq!(found(&old, &at("https://{host}/v1")), []);
        let what = "its request changed";
        let new = at("https://{index_host}/v2");
        finds(&old, &new, Kind::OperationMoved, Changed, what);
    }

    #[test]
    fn a_placeholder_with_another_name_and_type_is_the_same_argument() {
        let by = |name: &'static str, ty: Type| {
            api().parameter(name, true, ty).with(move |operation| {
                operation.path = format!("/pets/{{{name}}}");
                operation.parameters[0].location = Location::Path;
            })
        };
        let kinds: Vec<Kind> = found(&by("id", Type::String), &by("pet_id", Type::Bool))
            .iter()
            .map(|change| change.0)
            .collect();
        assert_eq!(kinds, [Kind::ArgumentTypeChanged, Kind::ArgumentRenamed]);
        // A query parameter that gets the name is a different one.
        let new = by("pet_id", Type::String).parameter("id", false, Type::String);
        let kinds: Vec<Kind> = found(&by("id", Type::String), &new)
            .iter()
            .map(|change| change.0)
            .collect();
        assert_eq!(kinds, [Kind::SetterAdded, Kind::ArgumentRenamed]);
    }

    #[test]
    fn an_operation_with_another_id_and_request_is_the_same_if_it_is_called_the_same() {
        let new = api().with(|operation| {
            "pets_fetch".clone_into(&mut operation.id);
            "POST".clone_into(&mut operation.verb);
        });
        let what = "its request changed";
        finds(&api(), &new, Kind::OperationMoved, Changed, what);
    }

    #[test]
    fn an_operation_comes_and_goes() {
        let old = api().api();
        let mut new = old.clone();
        new.operations.clear();
        let gone = crate::compare(&old, &new);
        assert_eq!(gone[0].kind, Kind::OperationRemoved);
        assert_eq!(gone[0].before.as_deref(), Some("pets().get()"));
        let come = crate::compare(&new, &old);
        let (kind, effect) = (come[0].kind, come[0].effect);
        assert_eq!((kind, effect), (Kind::OperationAdded, Added));
        assert_eq!(come[0].what.as_str(), "`GET /pets` is now available");
    }

    #[test]
    fn texts_of_pages_are_documentation() {
        let new = api().with(|operation| operation.docs = Docs::page("Returns a pet."));
        let kind = Kind::DocumentationChanged;
        finds(&api(), &new, kind, Documentation, "it is documented");
        let new = api().with(|operation| operation.summary = Docs::page("Get a pet"));
        finds(&api(), &new, kind, Documentation, "its summary changed");
    }
}
