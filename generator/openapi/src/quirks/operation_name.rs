//! Operation IDs that are not unique across pages.
//!
//! ```yaml
//! info:
//!   version: endpoint_assets.list    # says which `list` it is
//! paths:
//!   /assets:
//!     get:
//!       operationId: list            # should be: assets_list
//! ```
//!
//! OpenAPI requires unique IDs in an API. `info.version` contains the operation's full name: the
//! path of its group and its method. They are kept as `x-fern-sdk-group-name` and
//! `x-fern-sdk-method-name`. Existing extensions of a page take precedence. A method can contain
//! dots, so its tag decides where the group ends: `endpoint_pets.toys.delete` with the tag `pets`
//! is `toys_delete` of the group `pets`.
//!
//! Pages without this name have only the innermost group as a tag, such as `toys`. The call of an
//! SDK sample, `client.pets.toys.list()`, shows the groups around it.
//!
//! Some servers make IDs unique with the path and the method of the request, such as
//! `list_pets_pets_get` for `GET /pets`. The method is `list_pets`, unless SDK samples call the
//! whole name.

use std::cell::OnceCell;

use heck::ToSnakeCase;
use serde_json::{Map, Value, json};

use super::{Context, Fixed, Quirk, group_path};
use crate::prose::call_below;
use crate::walk;

pub(super) const QUIRK: Quirk = Quirk {
    name: "operation-name",
    summary: "operation IDs that do not include the group",
    fix,
};

fn fix(root: &mut Value, context: &Context<'_>, fixed: &mut Fixed) {
    let version = root["info"]["version"].as_str().map(str::to_owned);
    let sample = OnceCell::new();
    let called = || {
        let call = sample.get_or_init(|| call_below(context.page));
        call.as_ref()
    };
    walk::operations_mut(root, &mut |key, operation| {
        let full_name = version
            .as_deref()
            .and_then(|version| full_name(version, operation));
        let (group, method) = full_name.unwrap_or_else(|| {
            let id = operation.get("operationId").and_then(Value::as_str);
            let id = id.filter(|id| is_name(id));
            let mut group = group_of_tags(operation);
            if !group.is_empty()
                && let Some((groups, _)) = called()
                && surrounds(groups, &group)
            {
                group.clone_from(groups);
            }
            let of_path = || format!("{} {}", key.method, key.path).to_snake_case();
            let method = id.map_or_else(of_path, |id| without_group(id, &group));
            (group, method)
        });
        let method = match without_request(&method, key.method, key.path) {
            Some(short) if called().is_none_or(|(_, own)| is_same(own, &short)) => short,
            _ => method,
        };
        let group = group_extension(operation).unwrap_or(group);
        let method = operation
            .get("x-fern-sdk-method-name")
            .and_then(Value::as_str)
            .filter(|name| is_name(name))
            .map_or(method, str::to_owned);
        let id = operation_id(&group, &method);
        if operation.get("operationId").and_then(Value::as_str) != Some(&id) {
            fixed.at(key.pointer_to(&["operationId"]));
        }
        operation.insert("operationId".to_owned(), id.into());
        operation.insert("x-fern-sdk-group-name".to_owned(), json!(group));
        operation.insert("x-fern-sdk-method-name".to_owned(), json!(method));
    });
}

/// Returns the group that a document states for its first operation.
pub(crate) fn known_group(root: &Value) -> Option<Vec<String>> {
    let (.., operation) = walk::operations(root).next()?;
    let version = root["info"]["version"].as_str();
    let of_version = || Some(full_name(version?, operation)?.0);
    let of_tags = || Some(group_of_tags(operation)).filter(|group| !group.is_empty());
    group_extension(operation)
        .or_else(of_version)
        .or_else(of_tags)
}

/// Returns the group and the method that `info.version` contains.
fn full_name(version: &str, operation: &Map<String, Value>) -> Option<(Vec<String>, String)> {
    let name = version.strip_prefix("endpoint_")?;
    let tag = group_of_tags(operation);
    let mut splits = name.match_indices('.').map(|(dot, _)| name.split_at(dot));
    let (group, method) = splits
        .find(|(group, _)| group_path(group) == tag)
        .map(|(group, method)| (group, &method[1..]))
        .or_else(|| name.rsplit_once('.'))?;
    Some((group_path(group), method.replace('.', "_")))
}

/// Returns the ID for a group and a method.
fn operation_id(group: &[String], method: &str) -> String {
    let method = ascii(method).to_snake_case();
    let group = ascii(&group.join("_")).to_snake_case();
    if group.is_empty() || method.starts_with(&format!("{group}_")) {
        method
    } else {
        format!("{group}_{method}")
    }
}

/// Returns `true` if a name has a letter or digit that the names of Rust files and functions can
/// have.
fn is_name(name: &str) -> bool {
    name.contains(|c: char| c.is_ascii_alphanumeric())
}

/// Names of Rust files and functions should be ASCII.
fn ascii(name: &str) -> String {
    let ascii = |c: char| if c.is_ascii() { c } else { '_' };
    name.chars().map(ascii).collect()
}

/// The extension is a name or a list of names, from the outermost.
fn group_extension(operation: &Map<String, Value>) -> Option<Vec<String>> {
    match operation.get("x-fern-sdk-group-name")? {
        Value::String(name) => Some(group_path(name)),
        Value::Array(names) => Some(
            names
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        ),
        _ => None,
    }
}

fn group_of_tags(operation: &Map<String, Value>) -> Vec<String> {
    operation
        .get("tags")
        .and_then(|tags| tags.get(0)?.as_str())
        .map(group_path)
        .unwrap_or_default()
}

/// Returns `true` if `groups` ends with `group`.
fn surrounds(groups: &[String], group: &[String]) -> bool {
    let snake = |names: &[String]| {
        names
            .iter()
            .map(|it| it.to_snake_case())
            .collect::<Vec<_>>()
    };
    snake(groups).ends_with(&snake(group))
}

/// Returns the method in an ID that also contains the group: `pets_list` of the group `pets` is
/// `list`.
fn without_group(id: &str, group: &[String]) -> String {
    let prefix = format!("{}_", group.join("_").to_snake_case());
    let snake = id.to_snake_case();
    let method = snake.strip_prefix(&prefix);
    method.map_or_else(|| id.to_owned(), str::to_owned)
}

/// Returns the part of a name before the path and the method of the request: `list_pets` of
/// `list_pets_pets_get` for `GET /pets`.
fn without_request(name: &str, method: &str, path: &str) -> Option<String> {
    let request = format!("_{}", format!("{path} {method}").to_snake_case());
    let name = name.to_snake_case();
    let short = name.strip_suffix(&request)?;
    (!short.is_empty() && path.len() > 1).then(|| short.to_owned())
}

/// Returns `true` if two names are the same Rust name.
fn is_same(one: &str, other: &str) -> bool {
    one.to_snake_case() == other.to_snake_case()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::run;
    use super::QUIRK;
    use crate::config::Config;
    use crate::document::Document;

    fn named(version: &str, operation: &str) -> serde_json::Value {
        let specification = format!(
            "info: {{version: {version}}}\npaths:\n  /pets/{{id}}:\n    get: {operation}\n"
        );
        let (root, _) = run(&QUIRK, &specification);
        let operation = &root["paths"]["/pets/{id}"]["get"];
        json!([
            operation["operationId"],
            operation["x-fern-sdk-group-name"],
            operation["x-fern-sdk-method-name"]
        ])
    }

    #[test]
    fn the_name_is_made_of_group_and_method() {
        assert_eq!(
            named("endpoint_assets.list", "{operationId: list}"),
            json!(["assets_list", ["assets"], "list"])
        );
        assert_eq!(
            named(
                "endpoint_indexes/indexedAssets.create",
                "{operationId: create}"
            ),
            json!([
                "indexes_indexed_assets_create",
                ["indexes", "indexedAssets"],
                "create"
            ])
        );
        assert_eq!(
            named("endpoint_.analyze", "{operationId: analyze}"),
            json!(["analyze", [], "analyze"])
        );
    }

    #[test]
    fn a_method_with_dots_begins_after_the_group_of_the_tag() {
        let delete = "{operationId: toys-delete, tags: [subpackage_pets]}";
        assert_eq!(
            named("endpoint_pets.toys.delete", delete),
            json!(["pets_toys_delete", ["pets"], "toys_delete"])
        );
        for other in ["{tags: [toys]}", "{tags: [pets.toys]}", "{}"] {
            assert_eq!(
                named("endpoint_pets.toys.delete", other),
                json!(["pets_toys_delete", ["pets.toys"], "delete"])
            );
        }
    }

    #[test]
    fn a_method_does_not_repeat_the_request() {
        for version in [
            "endpoint_pets.get_pet_pets__id__get",
            "endpoint_pets.getPetPetsIdGet",
        ] {
            assert_eq!(
                named(version, "{}"),
                json!(["pets_get_pet", ["pets"], "get_pet"])
            );
        }
        for other in ["pets_id_get", "get_pet_pets_id_put", "get_pet_id_get"] {
            let id = format!("{{operationId: {other}}}");
            assert_eq!(named("1.0.0", &id), json!([other, [], other]));
        }
    }

    #[test]
    fn the_pages_own_extensions_win() {
        assert_eq!(
            named(
                "endpoint_assets.list",
                "{x-fern-sdk-group-name: files, x-fern-sdk-method-name: all}"
            ),
            json!(["files_all", ["files"], "all"])
        );
        assert_eq!(
            named("endpoint_assets.list", "{x-fern-sdk-method-name: ''}"),
            json!(["assets_list", ["assets"], "list"])
        );
    }

    #[test]
    fn a_plain_document_is_named_by_tag_and_id_or_by_path() {
        assert_eq!(
            named("1.0.0", "{operationId: getPet, tags: [pets]}"),
            json!(["pets_get_pet", ["pets"], "getPet"])
        );
        assert_eq!(
            named("1.0.0", "{operationId: pets_list, tags: [pets]}"),
            json!(["pets_list", ["pets"], "list"])
        );
        for unnamed in ["{}", "{operationId: '-'}", "{operationId: 取得}"] {
            assert_eq!(
                named("1.0.0", unnamed),
                json!(["get_pets_id", [], "get_pets_id"])
            );
        }
    }

    #[test]
    fn an_sdk_sample_shows_the_groups_around_the_group_of_the_tag() {
        let named = |tag: &str, call: &str| {
            let text = format!(
                "# List toys\n\nGET https://api.example.com/toys\n\n## OpenAPI Specification\n\n\
                 ```yaml\nopenapi: 3.1.0\ninfo: {{title: api, version: 1.0.0}}\npaths:\n  /toys:\n    \
                 get: {{operationId: list, tags: [{tag}], responses: {{}}}}\n```\n\n## Examples\n\n\
                 ```typescript\nconst client = new ExampleClient();\nawait client.{call}({{}});\n```\n\n\
                 # Next page\n\n```typescript\nconst client = new ExampleClient();\n\
                 await client.zoo.toys.list({{}});\n```\n"
            );
            let pages = pages::page::read(&[pages::SourceFile::new("pages.md", &text)]);
            let pages = pages.expect("one page").pages;
            let document = Document::parse(&pages[0]).expect("an operation");
            let (fixed, _) = super::super::fix(document, &Config::default());
            let operation = &fixed.0.root["paths"]["/toys"]["get"];
            operation["operationId"].as_str().map(str::to_owned)
        };
        assert_eq!(
            named("toys", "dogHouses.toys.list").as_deref(),
            Some("dog_houses_toys_list")
        );
        assert_eq!(named("toys", "cats.list").as_deref(), Some("toys_list"));
        assert_eq!(named("toys", "").as_deref(), Some("toys_list"));
    }

    #[test]
    fn an_operation_without_a_name_is_named_after_its_method_and_path() {
        let specification = "info: {version: ''}\npaths: {'/~pets/{id}/a~1b': {get: {}}}\n";
        let (root, _) = run(&QUIRK, specification);
        let operation = &root["paths"]["/~pets/{id}/a~1b"]["get"];
        assert_eq!(operation["operationId"], "get_pets_id_a_1b");
    }
}
