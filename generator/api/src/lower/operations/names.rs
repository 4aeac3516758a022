//! The names of groups, methods, requests, and raw functions.

use std::collections::{BTreeMap, BTreeSet};

use ::names::reserved::{
    CLIENT_METHODS, DEVICES, GROUP_ITEMS, GROUP_METHODS, MODULES, RAW_METHODS,
};
use ::names::{Candidates, LONGEST_TYPE, Scope, argument_name, numbered, shortened, underscored};
use deunicode::deunicode;
use heck::ToPascalCase;
use openapi::Renamed;

use super::{Exchange, waits};
use crate::lower::former;
use crate::{FormerCall, accessors};

/// The maximum length of the name of a group, which is also the name of a file.
const LONGEST_MODULE: usize = 80;

/// The maximum depth of groups, which are also folders. Inner groups are joined.
const DEEPEST_GROUP: usize = 6;

/// The longest suffix of the names of an operation's types.
const SUFFIX: &str = "Arguments";

/// The names of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lower) struct Names {
    pub(super) group: Vec<String>,
    pub(super) method: String,
    pub(super) function: String,
    /// The method that waits for what the operation returns.
    pub(super) wait: Option<String>,
    /// The prefix of the names of the operation's types.
    stem: String,
}

impl Names {
    /// Claims the names of operations, and sorts the operations by group and ID. The former names
    /// of `renamed` calls are reserved for them.
    pub(in crate::lower) fn claim<'a>(
        exchanges: Vec<Exchange<'a>>,
        renamed: &[Renamed],
    ) -> Vec<(Self, Exchange<'a>)> {
        let mut named: Vec<(Self, Exchange<'a>)> = exchanges
            .into_iter()
            .map(|exchange| (Self::wanted(&exchange), exchange))
            .collect();
        named.sort_by(|(names, exchange), (others, other)| {
            (&names.group, exchange.id()).cmp(&(&others.group, other.id()))
        });
        let former: Vec<(&str, FormerCall)> = former::calls(renamed).collect();
        let groups = named.iter().map(|(names, _)| names.group.as_slice());
        let former_groups = former.iter().map(|(_, call)| call.group.as_slice());
        let inner = inner_groups(groups.chain(former_groups));
        for group in named.chunk_by_mut(|(a, _), (b, _)| a.group == b.group) {
            let path = group.first().map(|(names, _)| names.group.clone());
            let path = path.unwrap_or_default();
            let own = if path.is_empty() {
                &CLIENT_METHODS[..]
            } else {
                &GROUP_METHODS[..]
            };
            let beside = inner.get(&path).into_iter().flatten();
            let reserved = own.iter().copied().chain(beside.map(String::as_str));
            let kept = Kept::of(&path, group, &former);
            let reserved = reserved.chain(kept.methods);
            let methods = described_first(group).map(|names| &mut names.method);
            let methods = settle(methods, Scope::with_reserved(reserved), underscored);
            let waits = described_first(group).filter_map(|names| names.wait.as_mut());
            settle(waits, methods, underscored);
            let stems = described_first(group).map(|names| &mut names.stem);
            settle(stems, Scope::with_reserved(kept.stems), |name| {
                numbered(name, "")
            });
        }
        let functions = described_first(&mut named).map(|names| &mut names.function);
        settle(functions, Scope::with_reserved(RAW_METHODS), underscored);
        named
    }

    /// Returns the names that an operation gets if they are free.
    fn wanted(exchange: &Exchange<'_>) -> Self {
        let source = exchange.source;
        let method = source.method_name.as_ref().unwrap_or(&source.id);
        let method = match &exchange.alternative {
            Some(alternative) => argument_name(&format!("{method}_as_{}", alternative.word)),
            None => argument_name(method),
        };
        Self {
            group: group(&source.group),
            stem: shortened(&method.to_pascal_case(), LONGEST_TYPE - SUFFIX.len()),
            method,
            function: argument_name(exchange.id()),
            wait: source.wait.as_ref().map(|words| {
                let method = words.method.as_deref();
                argument_name(method.unwrap_or(waits::METHOD))
            }),
        }
    }

    /// Returns the modules of the group, outermost first.
    pub(in crate::lower) fn group(&self) -> &[String] {
        &self.group
    }

    /// Returns the name of the request builder.
    pub(super) fn request(&self) -> String {
        format!("{}Request", self.stem)
    }

    /// Returns the name of the struct for the arguments of a call.
    pub(super) fn arguments_struct(&self) -> String {
        format!("{}{SUFFIX}", self.stem)
    }
}

/// The names that are reserved in a group, because they are former names of operations.
struct Kept<'a> {
    methods: Vec<&'a str>,
    stems: Vec<&'a str>,
}

impl<'a> Kept<'a> {
    fn of(
        path: &[String],
        group: &[(Names, Exchange<'_>)],
        former: &'a [(&str, FormerCall)],
    ) -> Self {
        let mut kept = Self {
            methods: Vec::new(),
            stems: Vec::new(),
        };
        for (id, call) in former.iter().filter(|(_, call)| call.group == path) {
            // An operation can get one of its own former names.
            let mut operations = group.iter();
            let own = operations.find(|(_, exchange)| exchange.id() == *id);
            let own = own.map(|(names, _)| names);
            if own.is_none_or(|own| own.method != call.method) {
                kept.methods.push(&call.method);
            }
            let request = call.request.strip_suffix("Request");
            let arguments = call.arguments_struct.as_deref();
            let arguments = arguments.and_then(|name| name.strip_suffix(SUFFIX));
            let stems = request.into_iter().chain(arguments);
            kept.stems
                .extend(stems.filter(|stem| own.is_none_or(|own| own.stem != *stem)));
        }
        kept
    }
}

/// Returns the names of the document's own operations, followed by those for other media types, so
/// that an additional media type does not rename operations.
fn described_first<'b>(
    named: &'b mut [(Names, Exchange<'_>)],
) -> impl Iterator<Item = &'b mut Names> {
    let (described, others): (Vec<_>, Vec<_>) = named
        .iter_mut()
        .partition(|(_, exchange)| exchange.alternative.is_none());
    described.into_iter().chain(others).map(|(names, _)| names)
}

/// Returns candidates for the name of an argument or a setter: the name, the name with a prefix,
/// and names with underscores.
pub(super) fn prefixed(prefix: &str, name: &str) -> Candidates {
    underscored(&format!("{prefix}{name}")).after([name.to_owned()])
}

/// Returns the modules for the names of groups in the document. Modules are also files, so the
/// names are ASCII: `Größe` is `grosse`.
fn group(names: &[String]) -> Vec<String> {
    let (outer, inner) = names.split_at(names.len().min(DEEPEST_GROUP - 1));
    let innermost = (!inner.is_empty()).then(|| inner.join(" "));
    let names = outer.iter().cloned().chain(innermost).enumerate();
    names
        .map(|(depth, name)| {
            let mut name = argument_name(&deunicode(&name));
            if name.len() > LONGEST_MODULE {
                name.truncate(LONGEST_MODULE);
                name.truncate(name.trim_end_matches('_').len());
            }
            let beside = if depth > 0 { &GROUP_ITEMS[..] } else { &[] };
            let reserved = MODULES.iter().chain(&DEVICES).chain(beside).copied();
            Scope::with_reserved(reserved).claim(underscored(&name))
        })
        .collect()
}

/// Returns the accessor methods for the nested groups of each group.
fn inner_groups<'a>(
    groups: impl Iterator<Item = &'a [String]>,
) -> BTreeMap<Vec<String>, BTreeSet<String>> {
    let mut inner: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
    for group in groups {
        for (depth, method) in accessors(group).enumerate() {
            inner
                .entry(group[..depth].to_vec())
                .or_default()
                .insert(method);
        }
    }
    inner
}

/// Claims names, and returns the scope with them. Unique names are kept, independent of their
/// order.
fn settle<'a>(
    names: impl Iterator<Item = &'a mut String>,
    mut scope: Scope,
    candidates: impl Fn(&str) -> Candidates,
) -> Scope {
    let mut taken = Vec::new();
    for name in names {
        if scope.is_free(name) {
            scope.reserve(name);
        } else {
            taken.push(name);
        }
    }
    for name in taken {
        *name = scope.claim(candidates(name));
    }
    scope
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::Operation;
    use crate::lower::lowered;

    /// Returns the operations with these IDs, groups, and methods.
    fn operations(named: &[(&str, Value, Value)]) -> Vec<Operation> {
        let paths = named
            .iter()
            .enumerate()
            .map(|(index, (id, group, method))| {
                let operation = json!({
                    "operationId": id,
                    "x-fern-sdk-group-name": group,
                    "x-fern-sdk-method-name": method,
                });
                (format!("/{index}"), json!({"get": operation}))
            });
        let paths: serde_json::Map<String, Value> = paths.collect();
        lowered(&json!({"paths": paths})).0.operations
    }

    fn calls(named: &[(&str, Value, Value)]) -> Vec<String> {
        operations(named).iter().map(Operation::call).collect()
    }

    #[test]
    fn groups_with_letters_of_other_scripts_have_different_names() {
        let named = [
            ("a", json!(["Größe"]), json!("list")),
            ("b", json!(["ユーザー"]), json!("list")),
            ("c", json!(["商品"]), json!("list")),
        ];
        assert_eq!(
            calls(&named),
            ["grosse().list()", "shang_pin().list()", "yuza().list()"]
        );
    }

    #[test]
    fn words_of_groups_and_methods_are_not_split_at_each_capital_letter() {
        let named = [
            ("a", json!(["oAuth"]), json!("getURLs")),
            ("b", json!(["OAuth2 Clients"]), json!("listIDs")),
        ];
        assert_eq!(
            calls(&named),
            ["oauth().get_urls()", "oauth2_clients().list_ids()"]
        );
    }

    #[test]
    fn groups_are_short_enough_for_files_and_folders() {
        let deep: Vec<String> = (0..9).map(|depth| format!("g{depth}")).collect();
        let named = [
            ("a", json!(["type"]), json!("list")),
            ("b", json!(["pet ".repeat(200)]), json!("list")),
            ("c", json!(deep), json!("list")),
        ];
        let long = vec!["pet"; 20].join("_");
        let expected = [
            "g0().g1().g2().g3().g4().g5_g6_g7_g8().list()".to_owned(),
            format!("{long}().list()"),
            "type_().list()".to_owned(),
        ];
        assert_eq!(calls(&named), expected);
    }

    #[test]
    fn operations_are_sorted_by_group_and_id() {
        let named = [
            ("b", json!(["zoo"]), json!("list")),
            ("a", json!(["zoo"]), json!("get")),
            ("zoo", Value::Null, Value::Null),
            ("c", json!(["zoo", "petShops"]), json!("listAll")),
        ];
        assert_eq!(
            calls(&named),
            [
                "zoo_()",
                "zoo().get()",
                "zoo().list()",
                "zoo().pet_shops().list_all()"
            ]
        );
    }

    #[test]
    fn a_method_is_not_called_like_a_method_of_every_client_or_group() {
        let named = [
            ("a", json!([]), json!("from_env")),
            ("b", json!(["webhooks"]), json!("new")),
            ("c", json!(["pets"]), json!("from_env")),
            ("d", json!(["pets", "new"]), json!("list")),
        ];
        assert_eq!(
            calls(&named),
            [
                "from_env_()",
                "pets().from_env()",
                "pets().new_().list()",
                "webhooks().new_()",
            ]
        );
    }

    #[test]
    fn no_file_of_a_group_is_a_device_on_windows() {
        let named = [
            ("a", json!(["con"]), json!("list")),
            ("b", json!(["Aux", "lpt1"]), json!("list")),
        ];
        assert_eq!(calls(&named), ["aux_().lpt1_().list()", "con_().list()"]);
    }

    #[test]
    fn a_method_that_is_free_keeps_its_name() {
        let named = [
            ("a", json!(["pets"]), json!("type")),
            ("b", json!(["pets"]), json!("clone")),
            ("c", json!(["pets"]), json!("list")),
            ("d", json!(["pets"]), json!("list")),
        ];
        assert_eq!(
            calls(&named),
            [
                "pets().type_()",
                "pets().clone_()",
                "pets().list()",
                "pets().list_()"
            ]
        );
    }

    #[test]
    fn requests_of_one_group_have_distinct_names() {
        let named = [
            ("a", json!(["pets"]), json!("list")),
            ("b", json!(["pets"]), json!("list")),
            ("c", json!(["pets"]), json!("list2")),
            ("d", json!(["zoo"]), json!("list")),
        ];
        let operations = operations(&named);
        let requests = operations
            .iter()
            .map(|operation| operation.request.as_str());
        assert_eq!(
            requests.collect::<Vec<_>>(),
            ["ListRequest", "List3Request", "List2Request", "ListRequest"]
        );
    }

    #[test]
    fn a_request_of_a_long_method_has_a_short_name() {
        let method = "transferWorkspaceResourceOwnershipV1WorkspaceResourcesResourceIdTransferPost";
        let operations = operations(&[("a", json!(["pets"]), json!(method))]);
        let request = &operations[0].request;
        assert!(request.len() <= LONGEST_TYPE, "{request}");
        assert!(
            request.starts_with("TransferWorkspaceResource"),
            "{request}"
        );
        assert!(request.ends_with("PostRequest"), "{request}");
    }

    #[test]
    fn a_raw_function_may_have_any_name() {
        for id in ["begin", "execute", "read", "redirected", "send"] {
            let operations = operations(&[(id, json!([]), Value::Null)]);
            assert_eq!(operations[0].function, id);
            assert_eq!(operations[0].call(), format!("{id}()"));
        }
    }
}
