//! What differs between two documents without a trace in the crate.
//!
//! Oxide's `drift` compares documents, and judges for clients of any language. It
//! finds what is sent and answered differently (limits, formats, statuses), which is
//! what it serves for here. It does not serve for the rest: it tells neither which
//! property of a schema came or went nor that a description changed, takes an
//! enumeration's new value for a change of unknown effect, and knows of no names in
//! Rust. What even it does not look at is told as a detail.

use serde_json::Value;

use super::change::{Change, Kind, Subject};
use super::documentation::shortened;
use crate::docs::Docs;
use crate::face::surface::Surface;
use crate::generate::{argument_name, caught};
use crate::pointer;
use crate::schemas::schemas_of;
use crate::walk;

/// Returns what the documents differ in beyond the changes that are `known`; the
/// schemas of `old` have their names of now.
pub(super) fn compare(
    old: &Value,
    new: &Value,
    surface: &Surface,
    known: &[Change],
) -> Vec<Change> {
    let mut changes = api(old, new);
    let on_the_wire = differences(old, new, surface, known);
    changes.extend(on_the_wire);
    let details = details(old, new, surface, &[known, &changes[..]].concat());
    changes.extend(details);
    changes
}

/// Compares where requests go and how the key is sent.
fn api(old: &Value, new: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    let server = |root: &Value| {
        root["servers"][0]["url"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let key = |root: &Value| {
        let schemes = root["components"]["securitySchemes"].as_object();
        let scheme = schemes.and_then(|schemes| schemes.values().next());
        scheme.map_or_else(|| "no key".to_owned(), Value::to_string)
    };
    let mut compare = |kind, what: &'static str, before: String, now: String| {
        if before != now {
            let change = Change::new(kind, &Subject::Api, what);
            changes.push(change.before(before).after(now));
        }
    };
    let what = "the address of the API is another";
    compare(Kind::ServerChanged, what, server(old), server(new));
    let what = "the key is sent differently";
    compare(Kind::KeyChanged, what, key(old), key(new));
    for (part, what) in [
        ("title", "the title of the API is another"),
        ("version", "the version of the API is another"),
        ("description", "the description of the API is another"),
    ] {
        let text = |root: &Value| root["info"][part].as_str().unwrap_or_default().to_owned();
        compare(Kind::DetailChanged, what, text(old), text(new));
    }
    changes
}

/// Returns what `drift` finds and the surfaces do not show.
fn differences(old: &Value, new: &Value, surface: &Surface, known: &[Change]) -> Vec<Change> {
    let compared = caught(|| openapi_drift::compare(old, new));
    // A document that it cannot read has been compared in every other way.
    let Ok(Ok(found)) = compared else {
        return Vec::new();
    };
    let mut changes: Vec<Change> = Vec::new();
    for found in &found {
        let Some(path) = found.paths.first() else {
            continue;
        };
        let old_base = path.old.base_and_subpath().0;
        let new_base = path.new.base_and_subpath().0;
        let Some(subject) = subject(new_base, new, surface) else {
            continue;
        };
        for info in &found.changes {
            let is_of_the_wire = !matches!(info.class, openapi_drift::ChangeClass::Trivial)
                && !is_counted(&info.message);
            let member = member(new_base, &info.new_subpath, new);
            let is_told = is_known(known, &subject, member.as_deref())
                || is_known(&changes, &subject, member.as_deref());
            if !is_of_the_wire || is_told {
                continue;
            }
            let what = match &member {
                Some(member) => {
                    let parts = [Docs::code(member), Docs::words(&info.message)];
                    Docs::template("{}: {}", &parts)
                }
                None => Docs::words(&info.message),
            };
            changes.push(Change {
                member,
                before: part(old, old_base, &info.old_subpath),
                after: part(new, new_base, &info.new_subpath),
                ..Change::new(Kind::WireChanged, &subject, what)
            });
        }
    }
    changes
}

/// Tells whether a message says only that there are other members, which the
/// surfaces tell by name.
fn is_counted(message: &str) -> bool {
    [
        "object properties changed",
        "object required properties changed",
    ]
    .contains(&message)
}

/// Returns what stands at a place that `drift` names, on one line.
fn part(root: &Value, base: &str, subpath: &str) -> Option<String> {
    let base = base.trim_start_matches('#');
    let node = match subpath {
        "" => root.pointer(base),
        // It writes `request_body` for `requestBody`.
        subpath => root.pointer(&format!(
            "{base}/{}",
            subpath.replace("request_body", "requestBody")
        )),
    }?;
    Some(shortened(&node.to_string()))
}

fn subject(base: &str, root: &Value, surface: &Surface) -> Option<Subject> {
    let base = base.trim_start_matches('#');
    if let Some(name) = base.strip_prefix("/components/schemas/") {
        let name = name.split('/').next().unwrap_or(name);
        return Some(Subject::Type(name.to_owned()));
    }
    let id = root.pointer(base)?["operationId"].as_str()?;
    let call = surface.operations.get(id)?.call.clone();
    Some(Subject::Operation {
        id: id.to_owned(),
        call,
    })
}

/// Returns the field or the parameter that a path below a schema or an operation
/// leads through.
fn member(base: &str, subpath: &str, root: &Value) -> Option<String> {
    let mut keys = subpath.split('/');
    match (keys.next()?, keys.next()?) {
        ("properties", name) => Some(argument_name(name)),
        ("parameters", index) => {
            let base = base.trim_start_matches('#');
            let name = root.pointer(&format!("{base}/parameters/{index}/name"))?;
            name.as_str().map(argument_name)
        }
        _ => None,
    }
}

/// Tells whether a change of this subject, and of this member if there is one, is
/// told already.
fn is_known(changes: &[Change], subject: &Subject, member: Option<&str>) -> bool {
    let mut of_subject = changes.iter().filter(|change| change.subject == *subject);
    match member {
        None => of_subject.any(|change| change.kind != Kind::DocumentationChanged),
        Some(member) => of_subject.any(|change| {
            change.kind != Kind::DocumentationChanged
                && change.member.as_deref().is_some_and(|own| own == member)
        }),
    }
}

/// Returns the operations and schemas that differ though nothing is told of them.
fn details(old: &Value, new: &Value, surface: &Surface, known: &[Change]) -> Vec<Change> {
    let mut changes = Vec::new();
    let is_told = |subject: &Subject| known.iter().any(|change| change.subject == *subject);
    let mut compare = |subject: Subject, before: &Value, now: &Value| {
        if before != now && !is_told(&subject) {
            let what = match first_difference(before, now, "") {
                Some(at) => Docs::template("its description differs at {}", &[Docs::code(at)]),
                None => "its description differs".into(),
            };
            changes.push(Change::new(Kind::DetailChanged, &subject, what));
        }
    };
    for (path, method, operation) in walk::operations(new) {
        let id = walk::operation_id(operation);
        let before = walk::operations(old)
            .find(|(.., operation)| walk::operation_id(operation) == id)
            .map(|(path, method, _)| &old["paths"][path][method]);
        if let (Some(before), Some(now)) = (before, surface.operations.get(id)) {
            let subject = Subject::Operation {
                id: id.to_owned(),
                call: now.call.clone(),
            };
            compare(subject, before, &new["paths"][path][method]);
        }
    }
    for (name, before) in schemas_of(old).into_iter().flatten() {
        if let Some(now) = schemas_of(new).and_then(|schemas| schemas.get(name)) {
            compare(Subject::Type(name.clone()), before, now);
        }
    }
    changes
}

/// Returns where two values differ first, as a pointer.
fn first_difference(old: &Value, new: &Value, at: &str) -> Option<String> {
    match (old, new) {
        (Value::Object(before), Value::Object(now)) => {
            let keys = before.keys().chain(now.keys());
            let differing = keys
                .into_iter()
                .find(|key| before.get(*key) != now.get(*key))?;
            let at = format!("{at}{}", pointer::of(&[differing]));
            match (before.get(differing), now.get(differing)) {
                (Some(before), Some(now)) => first_difference(before, now, &at),
                _ => Some(at),
            }
        }
        (Value::Array(before), Value::Array(now)) => {
            let index = before
                .iter()
                .zip(now)
                .position(|(before, now)| before != now)?;
            first_difference(&before[index], &now[index], &format!("{at}/{index}"))
        }
        _ => Some(at.to_owned()),
    }
    .or_else(|| Some(at.to_owned()))
    .filter(|at| !at.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Effect;
    use super::super::sample::{Api, compared, tells};
    use super::*;

    fn limited(schema: Value) -> Api {
        Api::default().parameter("limit", false, schema)
    }

    #[test]
    fn a_format_that_the_crate_does_not_know_is_told_as_drift_finds_it() {
        let old = Api::default().answer(json!({"type": "string"}));
        let new = Api::default().answer(json!({"type": "string", "format": "email"}));
        let what = "string schema changed";
        tells(&old, &new, Kind::WireChanged, Effect::Changed, what);
    }

    #[test]
    fn what_the_crate_shows_is_told_once() {
        let old = limited(json!({"type": "integer"}));
        let new = limited(json!({"type": "string"}));
        let found = compared(&old.root(), &new.root());
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].kind, Kind::SetterTypeChanged);
    }

    #[test]
    fn the_server_and_the_key_are_no_part_of_a_call() {
        let old = Api::default().root();
        let mut new = old.clone();
        new["servers"][0]["url"] = json!("https://eu.example.com");
        new["components"]["securitySchemes"] = json!({"key": {"type": "http", "scheme": "bearer"}});
        let kinds: Vec<Kind> = compared(&old, &new)
            .iter()
            .map(|change| change.kind)
            .collect();
        assert_eq!(kinds, [Kind::ServerChanged, Kind::KeyChanged]);
    }

    #[test]
    fn nothing_that_differs_is_left_out() {
        let new = Api::default().with("x-note", json!("new"));
        let what = "its description differs at `/x-note`";
        let effect = Effect::Documentation;
        tells(&Api::default(), &new, Kind::DetailChanged, effect, what);
    }
}
