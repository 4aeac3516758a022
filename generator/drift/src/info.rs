//! The API as a whole: its name and version, where requests go, and where the key is.

use api::{Api, Key};

use crate::documentation::shortened;
use crate::{Change, Kind, Subject};

/// Compares the facts that are not of one operation or type.
pub(crate) fn compare(old: &Api, new: &Api) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut compare = |kind, what: &str, before: String, now: String| {
        if before != now {
            let change = Change::new(kind, &Subject::Api, what);
            changes.push(change.states(shortened(&before), shortened(&now)));
        }
    };
    let what = "the URL of the API is another";
    compare(
        Kind::ServerChanged,
        what,
        old.server.clone(),
        new.server.clone(),
    );
    let what = "the key is sent differently";
    compare(Kind::KeyChanged, what, key(&old.key), key(&new.key));
    let what = "other headers are sent with all requests";
    compare(Kind::HeadersChanged, what, headers(old), headers(new));
    for (name, before, now) in [
        ("title", old.title.as_str(), new.title.as_str()),
        ("version", old.version.as_str(), new.version.as_str()),
        ("description", old.docs.as_str(), new.docs.as_str()),
    ] {
        let what = format!("the {name} of the API is another");
        compare(
            Kind::DetailChanged,
            &what,
            before.to_owned(),
            now.to_owned(),
        );
    }
    changes
}

/// Returns the headers of all requests.
fn headers(api: &Api) -> String {
    let headers = api.headers.iter();
    let lines: Vec<String> = headers
        .map(|header| format!("{}: {}", header.name, header.value))
        .collect();
    match lines.is_empty() {
        true => "none".to_owned(),
        false => lines.join(", "),
    }
}

/// Returns the place of the key in a request.
fn key(key: &Option<Key>) -> String {
    match key {
        None => "no key".to_owned(),
        Some(Key::Header { name, prefix }) => format!("{name}: {prefix}<key>"),
        Some(Key::Query { name }) => format!("?{name}=<key>"),
        Some(Key::Cookie { name }) => format!("cookie: {name}=<key>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare;
    use crate::sample::Sample;

    #[test]
    fn the_server_and_the_key_are_not_part_of_a_call() {
        let old = Sample::default().api();
        let mut new = old.clone();
        new.server = "https://eu.example.com".to_owned();
        new.key = Some(Key::Header {
            name: "authorization".to_owned(),
            prefix: "Bearer ".to_owned(),
        });
        new.title = "Animals".to_owned();
        let found = compare(&old, &new);
        let kinds: Vec<Kind> = found.iter().map(|change| change.kind).collect();
        assert_eq!(
            kinds,
            [Kind::ServerChanged, Kind::KeyChanged, Kind::DetailChanged]
        );
        let after = found[1].after.as_deref();
        assert_eq!(after, Some("authorization: Bearer <key>"));
    }
}
