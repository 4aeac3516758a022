//! The name of an operation: its groups and its method.

use heck::ToSnakeCase;

use super::samples::{self, Sample};

/// The name of an operation in the client.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) groups: Vec<String>,
    pub(super) method: String,
    /// The name is from SDK samples.
    pub(super) is_known: bool,
    /// The link marks the operation as deprecated.
    pub(super) is_deprecated: bool,
}

/// Segments of links that precede the groups.
const SECTIONS: [&str; 12] = [
    "api-reference",
    "api-references",
    "api-docs",
    "endpoints",
    "reference",
    "references",
    "sdk-reference",
    "client-sdk",
    "rest-api",
    "http-api",
    "httpapi",
    "api",
];

/// Names an operation after its SDK samples, or else after the link to its page. `response` is the
/// name of the type of its response.
pub(super) fn of(
    samples: &[Sample<'_>],
    reference: Option<&str>,
    response: Option<&str>,
) -> Option<Name> {
    let mut linked = reference.and_then(linked);
    if let Some(linked) = &mut linked
        && let Some(method) = response.and_then(|name| root_method(name, &linked.method))
    {
        linked.groups.clear();
        linked.method = method.to_owned();
    }
    let is_deprecated = linked.as_ref().is_some_and(|name| name.is_deprecated);
    match samples::call(samples) {
        Some((groups, method)) => Some(Name {
            groups,
            method,
            is_known: true,
            is_deprecated,
        }),
        None => linked,
    }
}

/// Returns the method of an operation without a group, from the name of its response. The platform
/// names the types of responses after the group and the method: `pets_list_Response_200`, or
/// `search_Response_200` without a group.
fn root_method<'a>(response: &'a str, linked: &str) -> Option<&'a str> {
    let (name, status) = response.rsplit_once("_Response_")?;
    let is_status = status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit());
    // The parts of a longer name can be those of a group.
    let is_method = !name.contains('_') || name == linked.to_snake_case();
    (is_status && is_method && !name.is_empty()).then_some(name)
}

/// Names an operation after the path of a link such as
/// `https://docs.example.com/api-reference/pets/list`.
fn linked(reference: &str) -> Option<Name> {
    let (_, path) = reference.split_once("://")?.1.split_once('/')?;
    // A fragment is the operation on a page of several.
    let (path, fragment) = path.split_once('#').unwrap_or((path, ""));
    let path = path.split('?').next().unwrap_or_default();
    let endings = [".md", ".mdx", ".html"];
    let path = endings
        .iter()
        .find_map(|ending| path.strip_suffix(ending))
        .unwrap_or(path);
    let mut segments: Vec<&str> = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    let is_name = |segment: &&str| segment.contains(|c: char| c.is_ascii_alphabetic());
    segments.extend(Some(fragment).filter(is_name));
    let method = segments.pop().filter(is_name)?;
    let is_front = |segment: &&str| SECTIONS.contains(segment);
    let start = segments.iter().rposition(is_front).map(|last| {
        // `api-reference/endpoints/list` has the group `endpoints`.
        let is_group = segments[last] == "endpoints" && last + 1 == segments.len();
        let before = segments[..last].iter().rposition(is_front);
        before.filter(|_| is_group).unwrap_or(last)
    });
    // `api/schema` precedes the groups like `api`.
    let start = start.map(|last| match segments[last + 1..] {
        ["schema", _, ..] => last + 1,
        _ => last,
    });
    let start = start.or_else(|| segments.iter().position(|segment| *segment == "docs"));
    let start = start.map_or(0, |position| position + 1);
    let is_deprecated = segments.contains(&"deprecated");
    let groups = segments
        .into_iter()
        .enumerate()
        .filter(|(position, segment)| {
            let is_group = !is_version(segment) && *segment != "deprecated";
            *position >= start && is_group && is_name(segment)
        });
    let mut names: Vec<String> = Vec::new();
    let mut outer: Option<&str> = None;
    for (_, segment) in groups {
        // `trading/trading-accounts` has the groups `trading` and `accounts`.
        let own = outer.and_then(|outer| segment.strip_prefix(outer)?.strip_prefix('-'));
        let own = own.filter(|own| own.starts_with(|c: char| c.is_ascii_alphabetic()));
        names.push(joined_version(own.unwrap_or(segment)));
        outer = Some(segment);
    }
    Some(Name {
        groups: names,
        method: joined_version(method),
        is_known: false,
        is_deprecated,
    })
}

/// Returns `true` for `v1`, `v1.3`, `2`, and `2025-10`.
pub(super) fn is_version(segment: &str) -> bool {
    if is_date(segment) {
        return true;
    }
    let digits = segment.strip_prefix('v').unwrap_or(segment);
    let number = digits.trim_end_matches(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '.');
    is_number
        && (segment.starts_with('v') || digits.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

/// Returns `true` for `2025-10` and `2025-10-01`.
fn is_date(segment: &str) -> bool {
    let parts: Vec<&str> = segment.split('-').collect();
    let is_number = |(part, length): (&&str, usize)| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    (2..=3).contains(&parts.len()) && parts.iter().zip([4, 2, 2]).all(is_number)
}

/// `list-v-2` is `list-v2` in the SDKs.
fn joined_version(segment: &str) -> String {
    let mut parts = segment.split("-v-");
    let mut joined = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_version = part.starts_with(|c: char| c.is_ascii_digit());
        joined.push_str(if is_version { "-v" } else { "-v-" });
        joined.push_str(part);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(reference: &str) -> String {
        let name = of(&[], Some(reference), None).expect(reference);
        format!("{}.{}", name.groups.join("/"), name.method)
    }

    #[test]
    fn the_link_names_groups_and_method() {
        for (reference, expected) in [
            (
                "https://docs.a.example/api-reference/inboxes/drafts/update",
                "inboxes/drafts.update",
            ),
            (
                "https://a.example/docs/eleven-agents/api-reference/agents/branches/merge",
                "agents/branches.merge",
            ),
            (
                "https://docs.a.example/v1.3/api-reference/upload-content/create",
                "upload-content.create",
            ),
            ("https://a.example/docs/v2/pets/list-v-2", "pets.list-v2"),
            (
                "https://a.example/docs/pets/list-v-2-stream",
                "pets.list-v2-stream",
            ),
            ("https://a.example/docs/pets/in-v-shape", "pets.in-v-shape"),
            ("https://a.example/reference/pets#listPets", "pets.listPets"),
            (
                "https://a.example/reference/deprecated/pets/list.mdx",
                "pets.list",
            ),
            (
                "https://docs.a.example/v4.0.0/content/api-references/pets/list",
                "pets.list",
            ),
            ("https://a.example/guides/docs/pets/list", "pets.list"),
            (
                "https://a.example/docs/reference/rest-api/pets/list",
                "pets.list",
            ),
            ("https://a.example/api/schema/pets/list", "pets.list"),
            ("https://a.example/api/schema/list", "schema.list"),
            (
                "https://a.example/docs/api-reference/endpoints/list",
                "endpoints.list",
            ),
            ("https://a.example/endpoints/pets/list", "pets.list"),
            (
                "https://a.example/api/shop/shop-orders/shop-orders-items/list",
                "shop/orders/items.list",
            ),
            (
                "https://a.example/api/pets/pets-2/petshop/list",
                "pets/pets-2/petshop.list",
            ),
            ("https://a.example/list", ".list"),
        ] {
            assert_eq!(named(reference), expected, "{reference}");
        }
        assert!(
            linked("https://a.example/reference/deprecated/list")
                .is_some_and(|name| name.is_deprecated)
        );
        assert_eq!(linked("https://a.example"), None);
        assert_eq!(linked("https://a.example/pets/2"), None);
        assert_eq!(linked("nowhere"), None);
    }

    #[test]
    fn the_type_of_the_response_names_a_method_without_a_group() {
        for (response, expected) in [
            ("describe_Response_200", ".describe"),
            ("find_all_Response_200", ".find_all"),
            ("pets_find_Response_200", "pets.find-all"),
            ("describe_Response_Items", "pets.find-all"),
            ("Pet", "pets.find-all"),
        ] {
            let reference = "https://docs.a.example/reference/pets/find-all";
            let name = of(&[], Some(reference), Some(response)).expect("a name");
            let name = format!("{}.{}", name.groups.join("/"), name.method);
            assert_eq!(name, expected, "{response}");
        }
    }

    #[test]
    fn versions_are_recognized() {
        for segment in [
            "v1",
            "v1.3",
            "v2beta",
            "v1beta1",
            "2",
            "2024",
            "2025-10",
            "2025-10-01",
        ] {
            assert!(is_version(segment), "{segment}");
        }
        for segment in [
            "video",
            "v",
            "versions",
            "v1-pets",
            "2fa",
            "24-7",
            "2025-summer",
        ] {
            assert!(!is_version(segment), "{segment}");
        }
    }
}
