//! Compares the API as a whole: its name and version, servers, and keys.

use std::collections::{BTreeMap, BTreeSet};

use api::{Api, Dependency, Key, Security, ServerVariable, UrlPart};
use openapi::CrateSettings;

use crate::code::quoted;
use crate::documentation::shortened;
use crate::renames::with_placeholders;
use crate::{Change, Kind, Subject};

/// Compares the facts that do not belong to one operation or type.
pub(crate) fn compare(old: &Api, new: &Api) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut compare = |kind, what: &str, before: String, now: String| {
        if before != now {
            let change = Change::new(kind, &Subject::Api, what);
            changes.push(change.states(shortened(&before), shortened(&now)));
        }
    };
    let what = "the URL of the API changed";
    let templates = [old, new].map(|api| api.server_template.as_deref());
    // The names of variables are those of methods, which are compared separately.
    let shapes = templates.map(|it| Some(with_placeholders(it?, |_| String::new())));
    let template = if shapes[0] == shapes[1] {
        templates[0]
    } else {
        templates[1]
    };
    compare(
        Kind::ServerChanged,
        what,
        url(&old.server, templates[0]),
        url(&new.server, template),
    );
    let what = "the key is sent differently";
    compare(Kind::KeyChanged, what, keys(old), keys(new));
    let what = "different headers are sent with all requests";
    compare(Kind::HeadersChanged, what, headers(old), headers(new));
    for (name, before, now) in [
        ("title", old.title.as_str(), new.title.as_str()),
        ("version", old.version.as_str(), new.version.as_str()),
        ("description", old.docs.as_str(), new.docs.as_str()),
    ] {
        let what = format!("the {name} of the API changed");
        compare(
            Kind::DetailChanged,
            &what,
            before.to_owned(),
            now.to_owned(),
        );
    }
    changes.extend(unused_keys(old, new));
    changes.extend(environments(old, new));
    changes.extend(server_variables(old, new));
    changes.extend(header_docs(old, new));
    changes.extend(group_docs(old, new));
    changes.extend(builder_methods(old, new));
    changes.extend(dependencies(old, new));
    changes
}

/// Compares the settings of the crate, which are not part of the model.
pub(crate) fn settings(old: &CrateSettings, new: &CrateSettings) -> Vec<Change> {
    let seconds = |settings: &CrateSettings| format!("{} s", settings.timeout);
    [
        (
            Kind::RustVersionChanged,
            "the minimum Rust version changed",
            [old, new].map(|it| it.rust_version.clone()),
        ),
        (
            Kind::TimeoutChanged,
            "the default timeout of an attempt changed",
            [old, new].map(seconds),
        ),
    ]
    .into_iter()
    .filter(|(_, _, [before, now])| before != now)
    .map(|(kind, what, [before, now])| Change::new(kind, &Subject::Api, what).states(before, now))
    .collect()
}

/// Compares the keys that both versions have, but that no default alternative contains.
fn unused_keys(old: &Api, new: &Api) -> Vec<Change> {
    let named = |api: &Api| -> BTreeMap<String, String> {
        let others = api.other_keys.iter().zip(1..);
        let others = others.map(|(other, position)| (position, other.setter.clone(), &other.key));
        let first = api.key.iter().map(|key| (0, "api_key".to_owned(), key));
        let all = first.chain(others);
        let unused =
            all.filter(|(position, ..)| !api.security.iter().flatten().any(|it| it == position));
        unused.map(|(_, name, it)| (name, key(it))).collect()
    };
    let after = named(new);
    let both = named(old).into_iter();
    let both = both.filter_map(|(name, before)| Some((after.get(&name)?, name, before)));
    let changed = both.filter(|(now, _, before)| *now != before);
    changed
        .map(|(now, name, before)| {
            let what = format!("the key {} is sent differently", quoted(&name));
            let change = Change::new(Kind::KeyChanged, &Subject::Api, &what);
            change.states(shortened(&before), shortened(now))
        })
        .collect()
}

/// Compares the environments by name.
fn environments(old: &Api, new: &Api) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut add = |kind, what: String, before: Option<&str>, now: Option<&str>| {
        let change = Change::new(kind, &Subject::Api, &what);
        let [before, now] = [before, now].map(|text: Option<&str>| text.map(shortened));
        changes.push(change.states(before, now));
    };
    let named = |api: &'_ Api, name: &str| {
        let mut environments = api.environments.iter();
        environments.find(|it| it.name == name).cloned()
    };
    for before in &old.environments {
        let name = quoted(&before.name);
        let Some(now) = named(new, &before.name) else {
            let what = format!("the environment {name} was removed");
            add(Kind::EnvironmentRemoved, what, Some(&before.url), None);
            continue;
        };
        let [one, other] = [before, &now].map(|it| url(&it.url, it.template.as_deref()));
        if one != other {
            let what = format!("the URL of the environment {name} changed");
            add(Kind::ServerChanged, what, Some(&one), Some(&other));
        }
        if now.docs != before.docs {
            let what = format!("the description of the environment {name} changed");
            let [before, now] = [before.docs.as_str(), now.docs.as_str()];
            add(Kind::DocumentationChanged, what, Some(before), Some(now));
        }
    }
    let added = new.environments.iter();
    for now in added.filter(|now| named(old, &now.name).is_none()) {
        let what = format!("the environment {} was added", quoted(&now.name));
        add(Kind::EnvironmentAdded, what, None, Some(&now.url));
    }
    changes
}

/// Returns a URL, with its template if it has one.
fn url(url: &str, template: Option<&str>) -> String {
    match template {
        Some(template) => format!("{url}, from {template}"),
        None => url.to_owned(),
    }
}

/// Compares the variables of the server's URL that both versions have, by the methods that set
/// them. Added and removed variables are reported with their methods.
fn server_variables(old: &Api, new: &Api) -> Vec<Change> {
    let mut changes = Vec::new();
    for (position, before) in old.server_variables.iter().enumerate() {
        // Variables with different defaults can have one setter.
        let is_it = |it: &&ServerVariable| it.setter == before.setter;
        let earlier = old.server_variables[..position].iter().filter(is_it);
        let mut same = new.server_variables.iter().filter(is_it);
        let Some(now) = same.nth(earlier.count()) else {
            continue;
        };
        let setter = quoted(&before.setter);
        let [one, other] = [before, now].map(|it| {
            let (name, default, part) = (&it.name, &it.default, it.part);
            let default = match default {
                Some(default) => format!("{default:?} by default"),
                None => "without a default".to_owned(),
            };
            format!("{{{name}}} in the {}, {default}", words(part))
        });
        if one != other {
            let what = format!("the method {setter} of the builder sets the URL differently");
            let change = Change::new(Kind::ServerChanged, &Subject::Api, &what);
            changes.push(change.states(shortened(&one), shortened(&other)));
        }
        if before.docs != now.docs {
            let what = format!("the description of the method {setter} of the builder changed");
            let change = Change::new(Kind::DocumentationChanged, &Subject::Api, &what);
            let [one, other] = [before, now].map(|it| shortened(it.docs.as_str()));
            changes.push(change.states(one, other));
        }
    }
    changes
}

/// Compares the descriptions of the headers that both versions have.
fn header_docs(old: &Api, new: &Api) -> Vec<Change> {
    let both = old.headers.iter().filter_map(|before| {
        let mut same = new.headers.iter();
        Some((before, same.find(|now| now.name == before.name)?))
    });
    let changed = both.filter(|(before, now)| before.docs != now.docs);
    changed
        .map(|(before, now)| {
            let what = format!(
                "the description of the header {} changed",
                quoted(&now.name)
            );
            let change = Change::new(Kind::DocumentationChanged, &Subject::Api, &what);
            change.states(
                shortened(before.docs.as_str()),
                shortened(now.docs.as_str()),
            )
        })
        .collect()
}

/// Compares the descriptions of groups.
fn group_docs(old: &Api, new: &Api) -> Vec<Change> {
    let groups: BTreeSet<_> = old.group_docs.keys().chain(new.group_docs.keys()).collect();
    let changed = groups.into_iter().filter_map(|group| {
        let [before, now] = [old, new].map(|api| api.group_docs.get(group));
        if before == now {
            return None;
        }
        let what = format!(
            "the description of the group {} changed",
            quoted(&group.join("."))
        );
        let change = Change::new(Kind::DocumentationChanged, &Subject::Api, &what);
        let [before, now] = [before, now].map(|docs| docs.map(|it| shortened(it.as_str())));
        Some(change.states(before, now))
    });
    changed.collect()
}

/// Returns the description of a part of a URL.
fn words(part: UrlPart) -> &'static str {
    match part {
        UrlPart::Authority => "URL, as the host and the port",
        UrlPart::Host => "host",
        UrlPart::Port => "port",
        UrlPart::Segment => "path, as one segment",
        UrlPart::Segments => "path, as segments",
        UrlPart::Path => "path, with its slash",
    }
}

/// Compares the API-specific methods of the client's builder, except for the method for
/// environments.
fn builder_methods(old: &Api, new: &Api) -> Vec<Change> {
    let (old, new) = (setters(old), setters(new));
    let mut changes = Vec::new();
    let mut add = |kind, what: String, before: Option<&String>, now: Option<&String>| {
        let change = Change::new(kind, &Subject::Api, &what);
        changes.push(change.states(before.cloned(), now.cloned()));
    };
    for (name, before) in &old {
        match new.get(name) {
            Some(now) if now != before => {
                let what = format!(
                    "the method {} of the builder accepts different values",
                    quoted(name)
                );
                add(Kind::HeaderSetterChanged, what, Some(before), Some(now));
            }
            Some(_) => {}
            None => {
                let what = format!(
                    "the method {} of the client's builder was removed",
                    quoted(name)
                );
                add(Kind::HeaderSetterRemoved, what, Some(before), None);
            }
        }
    }
    for (name, now) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
        let what = format!(
            "the method {} of the client's builder was added",
            quoted(name)
        );
        add(Kind::HeaderSetterAdded, what, None, Some(now));
    }
    changes
}

/// Returns the declarations of the methods of the builder that set headers, variables, and
/// keys, by name.
fn setters(api: &Api) -> BTreeMap<String, String> {
    let declared = |name: &str, arguments: &str| (name.to_owned(), format!(".{name}({arguments})"));
    let user = "user: impl AsRef<str>, password: impl AsRef<str>";
    let headers = api.headers.iter();
    let headers = headers.map(|header| declared(&header.setter, "value: impl Into<String>"));
    let variables = api.server_variables.iter();
    let variables = variables.map(|it| declared(&it.setter, "value: impl Into<String>"));
    let others = api.other_keys.iter().map(|other| match other.key {
        Key::Basic => declared(&other.setter, user),
        _ => declared(&other.setter, "key: impl Into<String>"),
    });
    let schemes = api.keys().filter_map(|key| match key {
        Key::Basic => Some(declared("basic_auth", user)),
        Key::ClientCredentials { .. } => Some(declared(
            "client_credentials",
            "credentials: ClientCredentials",
        )),
        Key::Header { .. } | Key::Query { .. } | Key::Cookie { .. } => None,
    });
    let settings = headers.chain(variables);
    schemes.chain(settings).chain(others).collect()
}

/// Compares the crates of external types. Added and removed crates are implied by changes of types.
fn dependencies(old: &Api, new: &Api) -> Vec<Change> {
    let both = old.dependencies.iter();
    let both = both.filter_map(|(name, before)| Some((name, before, new.dependencies.get(name)?)));
    both.flat_map(|(name, before, now)| dependency(&quoted(name), before, now))
        .collect()
}

fn dependency(name: &str, before: &Dependency, now: &Dependency) -> Vec<Change> {
    let mut changes = Vec::new();
    if before.version != now.version {
        let what = format!("types of the crate {name} have a different version");
        let change = Change::new(Kind::DependencyChanged, &Subject::Api, &what);
        changes.push(change.states(shortened(&before.version), shortened(&now.version)));
    }
    let features = |dependency: &Dependency| {
        let default = dependency.default_features.then_some("default");
        let own = dependency.features.iter().map(String::as_str);
        let mut all: Vec<&str> = default.into_iter().chain(own).collect();
        all.sort_unstable();
        all.join(", ")
    };
    let [before, now] = [before, now].map(features);
    if before != now {
        let what = format!("the crate {name} is used with different features");
        let change = Change::new(Kind::DependencyFeaturesChanged, &Subject::Api, &what);
        changes.push(change.states(shortened(&before), shortened(&now)));
    }
    changes
}

/// Returns the headers of all requests.
fn headers(api: &Api) -> String {
    let headers = api.headers.iter();
    let lines: Vec<String> = headers
        .map(|header| match &header.value {
            Some(value) => format!("{}: {value}", header.name),
            None => header.name.clone(),
        })
        .collect();
    match lines.is_empty() {
        true => "none".to_owned(),
        false => lines.join(", "),
    }
}

/// Returns the default alternatives of authentication.
fn keys(api: &Api) -> String {
    alternatives(&api.security, api)
}

/// Returns the alternatives of authentication as text.
pub(crate) fn alternatives(security: &Security, api: &Api) -> String {
    let all: Vec<&Key> = api.keys().collect();
    let alternatives = security.iter().map(|keys| {
        let keys = keys.iter().filter_map(|position| all.get(*position));
        let keys: Vec<String> = keys.map(|it| key(it)).collect();
        match keys.is_empty() {
            true => "no key".to_owned(),
            false => keys.join(" and "),
        }
    });
    let alternatives: Vec<String> = alternatives.collect();
    match alternatives.is_empty() {
        true => "no key".to_owned(),
        false => alternatives.join(" or "),
    }
}

/// Returns the location of the key in a request.
fn key(key: &Key) -> String {
    match key {
        Key::Header { name, prefix } => format!("{name}: {prefix}<key>"),
        Key::Basic => "authorization: Basic <user and password>".to_owned(),
        Key::ClientCredentials { token_url, scopes } => {
            let scopes = match scopes.is_empty() {
                true => String::new(),
                false => format!(" for {}", scopes.join(" ")),
            };
            format!("authorization: Bearer <token of {token_url}{scopes}>")
        }
        Key::Query { name } => format!("?{name}=<key>"),
        Key::Cookie { name } => format!("cookie: {name}=<key>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare;
    use crate::sample::Sample;

    #[test]
    fn an_environment_of_another_name_is_another_one() {
        let environment = |name: &str| api::Environment {
            name: name.to_owned(),
            url: format!("https://{name}.example"),
            template: None,
            docs: api::Docs::default(),
        };
        let mut old = Sample::default().api();
        old.environments = ["Us", "Eu"].map(environment).into();
        let mut new = old.clone();
        new.environments[1].name = "Europe".to_owned();
        let kinds: Vec<Kind> = compare(&old, &new)
            .iter()
            .map(|change| change.kind)
            .collect();
        assert_eq!(kinds, [Kind::EnvironmentRemoved, Kind::EnvironmentAdded]);
    }

    #[test]
    fn the_name_of_a_variable_is_not_part_of_the_server_s_url() {
        let with = |template: &str| {
            let mut api = Sample::default().api();
            api.server_template = Some(template.to_owned());
            api
        };
        let old = with("https://{region}.example.com");
        let changes = compare(&old, &with("https://{zone}.example.com"));
        assert_eq!(changes.len(), 0);
        let changes = compare(&old, &with("https://api-{region}.example.com"));
        assert_eq!(changes.len(), 1);
    }

    #[test]
    fn the_server_and_the_key_are_not_part_of_a_call() {
        let old = Sample::default().api();
        let mut new = old.clone();
        new.server = "https://eu.example.com".to_owned();
        new.key = Some(Key::Header {
            name: "authorization".to_owned(),
            prefix: "Bearer ".to_owned(),
        });
        new.security = vec![vec![0], vec![]];
        new.title = "Animals".to_owned();
        let found = compare(&old, &new);
        let kinds: Vec<Kind> = found.iter().map(|change| change.kind).collect();
        assert_eq!(
            kinds,
            [Kind::ServerChanged, Kind::KeyChanged, Kind::DetailChanged]
        );
        let after = found[1].after.as_deref();
        assert_eq!(after, Some("authorization: Bearer <key> or no key"));
    }

    #[test]
    fn keys_of_one_operation_are_a_change_of_that_operation() {
        let mut old = Sample::default().api();
        old.key = Some(Key::Basic);
        old.security = vec![vec![0]];
        let mut new = old.clone();
        new.other_keys = vec![api::OtherKey {
            setter: "app".to_owned(),
            key: Key::Cookie {
                name: "app".to_owned(),
            },
        }];
        new.operations[0].security = Some(vec![vec![1]]);
        let found = compare(&old, &new);
        let kinds: Vec<Kind> = found.iter().map(|change| change.kind).collect();
        assert_eq!(kinds, [Kind::HeaderSetterAdded, Kind::KeyChanged]);
        assert!(matches!(found[1].subject, Subject::Operation { .. }));
        assert_eq!(found[1].after.as_deref(), Some("cookie: app=<key>"));
        // Programs that set the key do not compile without its setter.
        let back = compare(&new, &old);
        let kinds: Vec<Kind> = back.iter().map(|change| change.kind).collect();
        assert!(kinds.contains(&Kind::HeaderSetterRemoved), "{kinds:?}");
    }
}
