//! The former names that the client keeps: those of items that were renamed since the last version,
//! and those of earlier versions, until the next breaking release.

use std::collections::BTreeSet;

use api::{Api, FormerCall, FormerName, Operation, Shape, TypeDef, TypeId};
use openapi::{Former, Renamed};
use semver::Version;

use crate::BaseDocument;
use crate::call::{self, Call, Calls, Input, Role};
use crate::operations::pair as pair_inputs;
use crate::renames::Renames;
use crate::types::{pair_fields, pair_values};
use crate::version::{Step, is_compatible};

/// Returns the former names that a client for `now` keeps for programs for the last version,
/// `base`: the former names of `base` that were deprecated since the last breaking release, and the
/// names of items that were renamed since. `version` is the configured version of the crate.
///
/// A former name is kept only if the item is certain to be the same: an operation with the same
/// request, a type in the same place, a parameter or a property with the same name in the request
/// or with a unique description, and an enumeration value with the same wire value.
pub fn renamed(base: &BaseDocument, now: &Api, version: &Version) -> Vec<Renamed> {
    let (old, new) = (call::calls(&base.api), call::calls(now));
    let renames = Renames::find((&base.api, &old), (now, &new));
    let mut kept = Kept::new(base, version);
    for (id, before) in &old {
        if let Some(now) = renames.operation(id).and_then(|id| new.get(id)) {
            kept.call(before.operation, now.operation);
            kept.setters(before, now, &renames);
        }
    }
    for (id, before) in &base.api.types {
        if let Some(now) = renames.ty(id).and_then(|id| now.ty(id)) {
            kept.ty(before, now);
            kept.members(before, now, &renames);
        }
    }
    kept.into_list(now, &new)
}

/// The collected former names.
struct Kept<'a> {
    /// The version that deprecates the items that were renamed since the last version.
    since: String,
    version: &'a Version,
    list: Vec<Renamed>,
}

impl<'a> Kept<'a> {
    fn new(base: &'a BaseDocument, version: &'a Version) -> Self {
        let since = match &base.version {
            // The version is not raised yet, so the lowest possible next version is used.
            Some(last) if version <= last => Step::Minor.after(last),
            _ => version.clone(),
        };
        Self {
            since: since.to_string(),
            version,
            list: Vec::new(),
        }
    }

    /// Returns `true` if there was no breaking release since a version.
    fn is_current(&self, since: &str) -> bool {
        let since = Version::parse(since);
        since.is_ok_and(|since| since > *self.version || is_compatible(&since, self.version))
    }

    fn add(&mut self, former: Former, since: &str) {
        let since = since.to_owned();
        self.list.push(Renamed { former, since });
    }

    fn call(&mut self, old: &Operation, new: &Operation) {
        let own = FormerCall {
            group: old.group.clone(),
            method: old.method.clone(),
            request: old.request.clone(),
            arguments_struct: old.call.arguments_struct.clone(),
            since: self.since.clone(),
        };
        for call in old.former_calls.iter().chain([&own]) {
            let is_other = call.renames_method(new) || !call.structs(new).is_empty();
            if is_other && self.is_current(&call.since) {
                let former = Former::Call {
                    operation: new.id.clone(),
                    group: call.group.clone(),
                    method: call.method.clone(),
                    request: call.request.clone(),
                    arguments: call.arguments_struct.clone(),
                };
                self.add(former, &call.since);
            }
        }
    }

    fn setters(&mut self, old: &Call<'_>, new: &Call<'_>, renames: &Renames<'_>) {
        let pairs = pair_inputs(old, new, renames);
        for (before, now) in pairs.both {
            let are_setters = (before.role, now.role) == (Role::Setter, Role::Setter);
            if !are_setters || !is_same_input((before, old), (now, new)) {
                continue;
            }
            let former = |old: &str| Former::Setter {
                operation: new.operation.id.clone(),
                old: old.to_owned(),
                new: now.name.to_owned(),
            };
            self.names(
                &old.operation.former_setters,
                (before.name, now.name),
                former,
            );
        }
    }

    fn ty(&mut self, old: &TypeDef, new: &TypeDef) {
        if matches!(new.shape, Shape::Newtype(_)) {
            // An alias of a tuple struct has no constructor.
            return;
        }
        let former = |old: &str| Former::Type {
            old: old.to_owned(),
            new: new.id.to_string(),
        };
        let names = (old.id.as_str(), new.id.as_str());
        self.names(&old.former_names, names, former);
    }

    fn members(&mut self, old: &TypeDef, new: &TypeDef, renames: &Renames<'_>) {
        let names: Vec<(&str, &str)> = match (&old.shape, &new.shape) {
            (Shape::Enum(before), Shape::Enum(after)) => {
                let both = pair_values(&before.values, &after.values).both.into_iter();
                both.filter(|(one, other)| one.value == other.value)
                    .map(|(one, other)| (one.name.as_str(), other.name.as_str()))
                    .collect()
            }
            (Shape::Struct(before), Shape::Struct(after)) => {
                let (before, after) = (&before.fields, &after.fields);
                let all = [before, after].map(|fields| {
                    let texts = fields.iter().map(|field| field.docs.as_str());
                    texts.collect::<Vec<_>>()
                });
                let both = pair_fields(before, after, renames).both.into_iter();
                both.filter(|(one, other)| {
                    let docs = [one, other].map(|field| field.docs.as_str());
                    one.wire == other.wire || is_only_description(docs, &all)
                })
                .filter_map(|(one, other)| Some((one.setter.as_deref()?, other.setter.as_deref()?)))
                .collect()
            }
            _ => return,
        };
        for (before, now) in names {
            let former = |old: &str| Former::Member {
                of: new.id.to_string(),
                old: old.to_owned(),
                new: now.to_owned(),
            };
            self.names(&old.former_members, (before, now), former);
        }
    }

    /// Adds the previous name, if it differs, and the existing former names.
    fn names(
        &mut self,
        earlier: &[FormerName],
        (before, now): (&str, &str),
        former: impl Fn(&str) -> Former,
    ) {
        let earlier = earlier.iter().filter(|name| name.current == before);
        let earlier = earlier.map(|name| (name.name.as_str(), name.since.as_str()));
        let since = self.since.clone();
        for (name, since) in earlier.chain([(before, since.as_str())]) {
            if name != now && self.is_current(since) {
                self.add(former(name), since);
            }
        }
    }

    /// Returns the list without former names that are now names of other setters, and without items
    /// whose current name is a kept former name of another item. Those items get a different name
    /// while the former name is kept.
    fn into_list(mut self, api: &Api, now: &Calls<'_>) -> Vec<Renamed> {
        self.list
            .retain(|entry| !is_setter(&entry.former, api, now));
        let taken: BTreeSet<Taken<'_>> = self
            .list
            .iter()
            .flat_map(|entry| Taken::formerly(&entry.former))
            .collect();
        let gives_way = |former: &Former| {
            let mut names = Taken::currently(former, now).into_iter();
            names.any(|name| taken.contains(&name))
        };
        let list = self.list.iter();
        let list = list.filter(|entry| entry.is_usable() && !gives_way(&entry.former));
        let list: BTreeSet<&Renamed> = list.collect();
        list.into_iter().cloned().collect()
    }
}

/// A name in the scope of the client in which it must be unique.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Taken<'a> {
    Type(&'a str),
    /// A member of a type.
    Member(&'a str, &'a str),
    /// A setter of an operation.
    Setter(&'a str, &'a str),
    /// A method of a group.
    Method(&'a [String], &'a str),
    /// A request in the module of a group.
    Request(&'a [String], &'a str),
}

impl<'a> Taken<'a> {
    /// Returns the names that are kept for a renamed item.
    fn formerly(former: &'a Former) -> Vec<Self> {
        match former {
            Former::Type { old, .. } => vec![Self::Type(old)],
            Former::Member { of, old, .. } => vec![Self::Member(of, old)],
            Former::Setter { operation, old, .. } => vec![Self::Setter(operation, old)],
            Former::Call {
                group,
                method,
                request,
                ..
            } => vec![Self::Method(group, method), Self::Request(group, request)],
        }
    }

    /// Returns the current names of a renamed item.
    fn currently(former: &'a Former, now: &'a Calls<'_>) -> Vec<Self> {
        match former {
            Former::Type { new, .. } => vec![Self::Type(new)],
            Former::Member { of, new, .. } => vec![Self::Member(of, new)],
            Former::Setter { operation, new, .. } => vec![Self::Setter(operation, new)],
            Former::Call {
                operation,
                group,
                method,
                request,
                ..
            } => {
                let Some(now) = now.get(operation.as_str()).map(|call| call.operation) else {
                    return Vec::new();
                };
                // It is possible that only one of the two names changed.
                let is_other_method = (group, method) != (&now.group, &now.method);
                let is_other_request = (group, request) != (&now.group, &now.request);
                let method = Self::Method(&now.group, &now.method);
                let request = Self::Request(&now.group, &now.request);
                [
                    is_other_method.then_some(method),
                    is_other_request.then_some(request),
                ]
                .into_iter()
                .flatten()
                .collect()
            }
        }
    }
}

/// Returns `true` if a former name is now the name of another setter. A call of it would set a
/// different value than before.
fn is_setter(former: &Former, api: &Api, now: &Calls<'_>) -> bool {
    match former {
        Former::Setter { operation, old, .. } => now
            .get(operation.as_str())
            .is_some_and(|call| call.operation.setter_names().contains(&old.as_str())),
        Former::Member { of, old, .. } => {
            let def = api.ty(&TypeId::new(of));
            def.is_some_and(|def| match &def.shape {
                Shape::Struct(shape) => {
                    let mut fields = shape.fields.iter();
                    fields.any(|field| field.setter.as_ref() == Some(old))
                }
                _ => false,
            })
        }
        Former::Type { .. } | Former::Call { .. } => false,
    }
}

/// Returns `true` if an input is certain to be a renamed one.
fn is_same_input(
    (before, old): (&Input<'_>, &Call<'_>),
    (now, new): (&Input<'_>, &Call<'_>),
) -> bool {
    let place = |input: &Input<'_>| {
        (
            input.source.location(),
            input.source.wire().map(str::to_owned),
        )
    };
    let descriptions = [old, new].map(|call| {
        let texts = call.inputs.iter().map(|input| input.source.docs());
        texts.collect::<Vec<_>>()
    });
    let docs = [before, now].map(|input| input.source.docs());
    place(before) == place(now) || is_only_description(docs, &descriptions)
}

/// Returns `true` if both have the same description, and it is unique in both versions.
fn is_only_description([one, other]: [&str; 2], all: &[Vec<&str>; 2]) -> bool {
    let is_only = |texts: &Vec<&str>| texts.iter().filter(|text| **text == one).count() == 1;
    !one.is_empty() && one == other && all.iter().all(is_only)
}

#[cfg(test)]
mod tests {
    use api::{Location, Type};

    use super::*;
    use crate::change::FORMER_NAME_IS_KEPT;
    use crate::sample::{Sample, field, named, open_enum, record};
    use crate::{Change, Effect, Kind};

    fn version(text: &str) -> Version {
        Version::parse(text).expect("a version")
    }

    fn released(api: Api, number: &str) -> BaseDocument {
        BaseDocument::new("released.json", Some(version(number)), api)
    }

    /// Returns the former names of `now`. The versions are the last one and the configured one.
    fn kept(base: &Sample, now: &Sample, [last, configured]: [&str; 2]) -> Vec<Renamed> {
        let base = released(base.api(), last);
        renamed(&base, &now.api(), &version(configured))
    }

    fn ty(old: &str, new: &str, since: &str) -> Renamed {
        let (old, new) = (old.to_owned(), new.to_owned());
        Renamed {
            former: Former::Type { old, new },
            since: since.to_owned(),
        }
    }

    fn returns(name: &str) -> Sample {
        Sample::default()
            .ty(name, record([field("id", Type::String)]))
            .response(named(name))
    }

    /// Returns an API with former names of the type, each with its version.
    fn api_with(name: &str, former: &[(&str, &str)]) -> Api {
        let mut api = returns(name).api();
        let def = api.types.values_mut().next().expect("a type");
        let former = former.iter().map(|(former, since)| FormerName {
            name: (*former).to_owned(),
            current: name.to_owned(),
            since: (*since).to_owned(),
        });
        def.former_names = former.collect();
        api
    }

    #[test]
    fn the_version_that_is_configured_deprecates_or_the_next_one() {
        let of = |versions| kept(&returns("Pet"), &returns("Animal"), versions);
        assert_eq!(of(["0.1.0", "0.1.0"]), [ty("Pet", "Animal", "0.1.1")]);
        assert_eq!(of(["0.1.0", "0.1.4"]), [ty("Pet", "Animal", "0.1.4")]);
        assert_eq!(of(["0.1.0", "0.2.0"]), [ty("Pet", "Animal", "0.2.0")]);
        assert_eq!(of(["1.1.0", "1.1.0"]), [ty("Pet", "Animal", "1.2.0")]);
    }

    #[test]
    fn a_former_name_is_kept_until_the_next_breaking_release() {
        let base = || released(api_with("Animal", &[("Pet", "0.1.1")]), "0.1.2");
        let of = |number| renamed(&base(), &returns("Animal").api(), &version(number));
        assert_eq!(of("0.1.2"), [ty("Pet", "Animal", "0.1.1")]);
        assert_eq!(of("0.1.3"), [ty("Pet", "Animal", "0.1.1")]);
        assert_eq!(of("0.2.0"), []);
        assert_eq!(of("1.0.0"), []);
    }

    #[test]
    fn all_names_of_a_chain_lead_to_the_current_one() {
        let base = released(api_with("Animal", &[("Pet", "0.1.1")]), "0.1.1");
        let expected = [ty("Animal", "Being", "0.1.2"), ty("Pet", "Being", "0.1.1")];
        let now = returns("Being").api();
        assert_eq!(renamed(&base, &now, &version("0.1.2")), expected);
    }

    #[test]
    fn a_rename_that_was_taken_back_leaves_no_trace_of_itself() {
        // It was not released.
        assert_eq!(
            kept(&returns("Pet"), &returns("Pet"), ["0.1.0", "0.1.1"]),
            []
        );
        let base = released(api_with("Animal", &[("Pet", "0.1.1")]), "0.1.1");
        let now = returns("Pet").api();
        let expected = [ty("Animal", "Pet", "0.1.2")];
        assert_eq!(renamed(&base, &now, &version("0.1.2")), expected);
    }

    #[test]
    fn a_new_item_does_not_take_a_former_name() {
        let holder = |ty: &str| record([field("it", named(ty))]);
        let with = |first: &str, other: &str| {
            returns(first)
                .ty(other, record([field("other", Type::Bool)]))
                .ty("Holder", holder(other))
        };
        // `Pet2` is renamed to `Pet` as soon as `Pet` is not a former name of `Animal`.
        let mut base = with("Animal", "Pet2").api();
        base.types
            .extend(api_with("Animal", &[("Pet", "0.1.1")]).types);
        let base = released(base, "0.1.1");
        let now = with("Animal", "Pet").api();
        let of = |number| renamed(&base, &now, &version(number));
        assert_eq!(of("0.1.1"), [ty("Pet", "Animal", "0.1.1")]);
        assert_eq!(of("0.2.0"), [ty("Pet2", "Pet", "0.2.0")]);
    }

    #[test]
    fn a_call_is_kept_with_its_request() {
        let now = Sample::default().with(|operation| {
            "pets_fetch".clone_into(&mut operation.id);
            "fetch".clone_into(&mut operation.method);
            "FetchRequest".clone_into(&mut operation.request);
        });
        let call = Former::Call {
            operation: "pets_fetch".to_owned(),
            group: vec!["pets".to_owned()],
            method: "get".to_owned(),
            request: "GetRequest".to_owned(),
            arguments: None,
        };
        let found = kept(&Sample::default(), &now, ["0.1.0", "0.1.1"]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].former, call);
    }

    /// Returns the former names of the setters after a parameter was renamed.
    fn setters(
        old: (&'static str, &'static str),
        new: (&'static str, &'static str),
    ) -> Vec<Former> {
        let api = |(name, docs): (&'static str, &'static str)| {
            Sample::default()
                .parameter(name, false, Type::String)
                .with(move |operation| {
                    operation.parameters[0].docs = api::Docs::page(docs);
                    operation.parameters[0].location = Location::Query;
                    // Setters with the same prefix have the same wire name.
                    operation.parameters[0].wire = name.trim_end_matches('_').to_owned();
                })
        };
        let found = kept(&api(old), &api(new), ["0.1.0", "0.1.1"]);
        found.into_iter().map(|entry| entry.former).collect()
    }

    #[test]
    fn a_setter_is_kept_if_it_is_certain_to_be_the_same() {
        let setter = |old: &str, new: &str| Former::Setter {
            operation: "pets_get".to_owned(),
            old: old.to_owned(),
            new: new.to_owned(),
        };
        assert_eq!(
            setters(("kind_", ""), ("kind", "")),
            [setter("kind_", "kind")]
        );
        let (docs, other) = ("The most pets.", "The fewest pets.");
        assert_eq!(
            setters(("page_limit", docs), ("limit", docs)),
            [setter("page_limit", "limit")]
        );
        // A common word is not sufficient.
        assert_eq!(setters(("start_time", docs), ("end_time", other)), []);
    }

    #[test]
    fn a_variant_is_kept_if_the_api_writes_it_alike() {
        let api = |name: &'static str| {
            let mut shape = open_enum(&["cat", "dog"]);
            if let Shape::Enum(shape) = &mut shape {
                name.clone_into(&mut shape.values[0].name);
            }
            Sample::default().ty("Kind", shape).response(named("Kind"))
        };
        let found = kept(&api("Cat"), &api("Tiger"), ["0.1.0", "0.1.1"]);
        let member = Former::Member {
            of: "Kind".to_owned(),
            old: "Cat".to_owned(),
            new: "Tiger".to_owned(),
        };
        assert_eq!(found[0].former, member);
        assert_eq!(found.len(), 1);
    }

    fn effects(changes: &[Change]) -> Vec<(Kind, Effect)> {
        changes.iter().map(|it| (it.kind, it.effect)).collect()
    }

    #[test]
    fn a_rename_is_a_deprecation_where_the_former_name_is_kept() {
        let old = returns("Pet").api();
        let lost = crate::compare(&old, &returns("Animal").api());
        assert_eq!(effects(&lost), [(Kind::TypeRenamed, Effect::Breaking)]);
        let kept = api_with("Animal", &[("Pet", "0.1.1")]);
        let bridged = crate::compare(&old, &kept);
        assert_eq!(effects(&bridged), [(Kind::TypeRenamed, Effect::Deprecated)]);
        assert_eq!(bridged[0].why, FORMER_NAME_IS_KEPT);
    }

    #[test]
    fn a_former_name_that_goes_breaks_its_callers() {
        let old = api_with("Animal", &[("Pet", "0.1.1")]);
        let changes = crate::compare(&old, &returns("Animal").api());
        assert_eq!(
            effects(&changes),
            [(Kind::FormerNameRemoved, Effect::Breaking)]
        );
        assert_eq!(
            changes[0].what.as_str(),
            "its former name `types::Pet` was removed"
        );
    }

    #[test]
    fn a_former_name_that_is_the_current_one_again_breaks_nobody() {
        let old = api_with("Animal", &[("Pet", "0.1.1")]);
        let new = api_with("Pet", &[("Animal", "0.1.2")]);
        let changes = crate::compare(&old, &new);
        assert_eq!(effects(&changes), [(Kind::TypeRenamed, Effect::Deprecated)]);
    }

    #[test]
    fn a_deprecation_needs_a_minor_version() {
        let base = released(returns("Pet").api(), "1.1.0");
        let now = api_with("Animal", &[("Pet", "1.2.0")]);
        let drift = crate::Drift::new(&base, &now, version("1.2.0"));
        assert_eq!(drift.verdict().step(), Step::Minor);
        assert!(drift.verdict().is_enough());
    }
}
