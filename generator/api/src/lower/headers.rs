//! Headers that the client sets, and that callers do not pass.

use std::collections::{HashMap, HashSet};

use ::names::reserved::BUILDER_METHODS;
use ::names::{Scope, argument_name, underscored};
use openapi::Tree;
use openapi::is_token;
use openapi::tree::{Operation, Parameter};

use super::types;
use crate::{ConstantHeader, Docs, Type};

/// Headers that are determined by the request or the program.
const SET_BY_CLIENT: [&str; 5] = [
    "accept",
    "content-length",
    "content-type",
    "host",
    "user-agent",
];

/// Words in the names of headers whose values differ from request to request.
const OF_ONE_REQUEST: [&str; 17] = [
    "checksum",
    "content",
    "correlation",
    "date",
    "digest",
    "hash",
    "idempotency",
    "if",
    "match",
    "nonce",
    "range",
    "request",
    "signature",
    "timestamp",
    "trace",
    "traceparent",
    "transaction",
];

/// Returns the headers that operations have with the same value, in the order of the document:
/// required headers with only one value, headers with a default, and required texts that a program
/// sets once. Required headers can be absent from less than half of the operations, other headers
/// from none.
pub(super) fn constant(tree: &Tree) -> Vec<ConstantHeader> {
    let mut found: Vec<Found> = Vec::new();
    let mut positions: HashMap<String, usize> = HashMap::new();
    for operation in &tree.operations {
        let mut names = HashSet::new();
        for parameter in operation
            .parameters
            .iter()
            .filter(|it| it.location == "header")
        {
            let name = parameter.name.to_ascii_lowercase();
            if names.insert(name.clone()) {
                let header = candidate(parameter, tree);
                match positions.get(&name) {
                    Some(position) => found[*position].add(parameter, header),
                    None => {
                        positions.insert(name, found.len());
                        found.push(Found::new(parameter, header));
                    }
                }
            }
        }
    }
    let count = tree.operations.len();
    let headers = found.into_iter().filter_map(|it| it.constant(count));
    let mut setters = Scope::with_reserved(BUILDER_METHODS);
    headers
        .map(|header| {
            let name = header.name.strip_prefix("x-").unwrap_or(&header.name);
            let setter = setters.claim(underscored(&argument_name(name)));
            ConstantHeader { setter, ..header }
        })
        .collect()
}

/// A header of operations.
struct Found {
    /// The header that the client can set, or `None` if an operation has another value.
    header: Option<ConstantHeader>,
    /// The number of operations that have it.
    operations: usize,
    /// All of these operations require it.
    is_required: bool,
}

impl Found {
    fn new(parameter: &Parameter, header: Option<ConstantHeader>) -> Self {
        Self {
            header,
            operations: 1,
            is_required: parameter.required,
        }
    }

    /// Adds the header of another operation.
    fn add(&mut self, parameter: &Parameter, other: Option<ConstantHeader>) {
        self.operations += 1;
        self.is_required &= parameter.required;
        let known = self.header.take();
        self.header = known.zip(other).and_then(|(known, other)| {
            let docs = match known.docs.is_empty() {
                true => other.docs,
                false => known.docs,
            };
            (known.value == other.value).then_some(ConstantHeader { docs, ..known })
        });
    }

    /// Returns the header if all operations have it, or most of them require it.
    fn constant(self, operations: usize) -> Option<ConstantHeader> {
        let is_frequent = self.is_required && self.operations * 2 > operations;
        self.header
            .filter(|_| is_frequent || self.operations == operations)
    }
}

/// Returns the names of the required headers of an operation that have no default, and that
/// programs set on the client.
pub(super) fn without_default(operation: &Operation, constant: &[ConstantHeader]) -> Vec<String> {
    let parameters = operation.parameters.iter();
    let headers = parameters.filter(|parameter| parameter.location == "header");
    let own: HashSet<String> = headers.map(|it| it.name.to_ascii_lowercase()).collect();
    let headers = constant.iter().filter(|header| header.value.is_none());
    let names = headers.map(|header| &header.name);
    names.filter(|name| own.contains(*name)).cloned().collect()
}

/// The headers that the client sets.
pub(super) struct OfClient<'a>(HashSet<&'a str>);

impl<'a> OfClient<'a> {
    pub(super) fn new(constant: &'a [ConstantHeader]) -> Self {
        let constant = constant.iter().map(|header| header.name.as_str());
        Self(constant.chain(SET_BY_CLIENT).collect())
    }

    /// Returns `true` if the client sets this parameter.
    pub(super) fn sets(&self, parameter: &Parameter) -> bool {
        parameter.location == "header"
            && self
                .0
                .contains(parameter.name.to_ascii_lowercase().as_str())
    }
}

/// Returns the header that the client can set in place of a parameter.
fn candidate(parameter: &Parameter, tree: &Tree) -> Option<ConstantHeader> {
    // An optional header of a single operation is an option of that operation.
    let is_shared = tree.operations.len() > 1;
    let is_given = parameter.required || (is_shared && default(parameter, tree).is_some());
    let header = header(parameter, is_shared, tree).filter(|_| is_given)?;
    (!SET_BY_CLIENT.contains(&header.name.as_str())).then_some(header)
}

/// Returns the header of a parameter with a fixed value: its only value, or its default, as for the
/// version of the API. Several operations can also share a value that the program sets, such as the
/// name of an account.
fn header(parameter: &Parameter, is_shared: bool, tree: &Tree) -> Option<ConstantHeader> {
    let target = tree.target(&parameter.schema);
    let value = target.only_value();
    let value = value.or_else(|| default(parameter, tree));
    let name = parameter.name.to_ascii_lowercase();
    let is_visible = |c: u8| c == b' ' || c.is_ascii_graphic();
    let is_value = |value: &String| !value.trim().is_empty() && value.bytes().all(is_visible);
    let is_known = match &value {
        Some(value) => is_value(value),
        None => is_shared && target.values.is_none() && is_text_of_program(parameter),
    };
    let is_sent = parameter.location == "header" && is_token(&name) && is_known;
    is_sent.then(|| ConstantHeader {
        setter: String::new(),
        name,
        docs: match value {
            Some(_) => Docs::default(),
            None => Docs::page(parameter.description.trim()),
        },
        value,
    })
}

/// Returns `true` if a required header is any text, and is not about a single request.
fn is_text_of_program(parameter: &Parameter) -> bool {
    let name = parameter.name.to_ascii_lowercase();
    let mut words = name.split(['-', '_']);
    parameter.required
        && types::plain_type(&parameter.schema) == Type::String
        && words.all(|word| !OF_ONE_REQUEST.contains(&word))
}

/// Returns the default of a parameter or of its type.
fn default(parameter: &Parameter, tree: &Tree) -> Option<String> {
    let own = parameter.schema.default_text();
    own.or_else(|| tree.target(&parameter.schema).default_text())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::lower::lowered;

    /// Returns the constant headers, and the parameters of the first of two operations
    /// with these parameters.
    fn headers(first: Value, second: Value) -> (Vec<ConstantHeader>, Vec<String>) {
        let (api, _) = lowered(&json!({"paths": {"/pets": {
            "get": {"operationId": "pets_list", "parameters": [first]},
            "post": {"operationId": "pets_add", "parameters": [second]},
        }}}));
        let list = api.operation("pets_list").expect("an operation");
        let names = list
            .parameters
            .iter()
            .map(|parameter| parameter.wire.clone());
        (api.headers.clone(), names.collect())
    }

    fn parameter(name: &str, required: bool, schema: Value) -> Value {
        json!({"name": name, "in": "header", "required": required, "schema": schema})
    }

    #[test]
    fn a_required_header_with_one_value_is_set_by_the_client() {
        let only = json!({"type": "string", "enum": ["2025-06-26"]});
        let default = json!({"type": "string", "default": "2025-06-26"});
        for schema in [only, default] {
            let parameter = |name| parameter(name, true, schema.clone());
            let (headers, parameters) = headers(parameter("Pet-Version"), parameter("pet-version"));
            let expected = ConstantHeader {
                setter: "pet_version".to_owned(),
                name: "pet-version".to_owned(),
                value: Some("2025-06-26".to_owned()),
                docs: Docs::default(),
            };
            assert_eq!(headers, [expected]);
            assert_eq!(parameters, [""; 0]);
        }
    }

    #[test]
    fn a_header_with_a_default_is_set_by_the_client_also_where_it_is_optional() {
        let choice = json!({"type": "string", "enum": ["1", "2"], "default": "1"});
        for required in [true, false] {
            let parameter = || parameter("X-Pet-Version", required, choice.clone());
            let (headers, parameters) = headers(parameter(), parameter());
            let setters = headers
                .iter()
                .map(|header| (header.setter.as_str(), header.value.as_deref()));
            assert_eq!(setters.collect::<Vec<_>>(), [("pet_version", Some("1"))]);
            assert_eq!(parameters, [""; 0]);
        }
    }

    #[test]
    fn a_required_header_can_be_absent_from_less_than_half_of_the_operations() {
        let version = |value: &str| json!({"type": "string", "default": value});
        let header = |required, value| parameter("Pet-Version", required, version(value));
        for (parameters, expected) in [
            (vec![header(true, "1"), header(true, "1")], 1),
            (vec![header(true, "1")], 0),
            (vec![header(true, "1"), header(false, "1")], 0),
            (vec![header(true, "1"), header(true, "2")], 0),
        ] {
            let mut paths = json!({"/a": {"get": {"operationId": "a"}}});
            if parameters.len() == 1 {
                paths["/d"] = json!({"get": {"operationId": "d"}});
            }
            for (path, parameter) in ["/b", "/c"].into_iter().zip(parameters) {
                let operation = json!({"operationId": path, "parameters": [parameter]});
                paths[path] = json!({"get": operation});
            }
            let (api, _) = lowered(&json!({"paths": paths}));
            assert_eq!(api.headers.len(), expected);
        }
    }

    #[test]
    fn a_required_text_without_a_default_is_set_once_on_the_client() {
        let account = |description: &str| {
            let mut account = parameter("X-Account-Id", true, json!({"type": "string"}));
            account["description"] = description.into();
            account
        };
        let (headers, parameters) = headers(account(""), account("Your account."));
        let expected = ConstantHeader {
            setter: "account_id".to_owned(),
            name: "x-account-id".to_owned(),
            value: None,
            docs: Docs::page("Your account."),
        };
        assert_eq!(headers, [expected]);
        assert_eq!(parameters, [""; 0]);
    }

    #[test]
    fn an_operation_names_the_headers_that_the_client_must_have() {
        let account = parameter("Account", true, json!({"type": "string"}));
        let operation = |id: &str, parameters: &[&Value]| json!({"get": {"operationId": id, "parameters": parameters}});
        let (api, _) = lowered(&json!({"paths": {
            "/a": operation("a", &[&account]),
            "/b": operation("b", &[&account]),
            "/c": operation("c", &[]),
        }}));
        let names = api.operations.iter().map(|it| it.client_headers.join(" "));
        assert_eq!(names.collect::<Vec<_>>(), ["account", "account", ""]);
    }

    #[test]
    fn a_header_of_a_single_request_is_given_by_callers() {
        for (name, schema) in [
            ("X-Request-Id", json!({"type": "string"})),
            ("Idempotency_Key", json!({"type": "string"})),
            ("If-Match", json!({"type": "string"})),
            ("X-Priority", json!({"type": "integer"})),
            ("X-Since", json!({"type": "string", "format": "date-time"})),
        ] {
            let parameter = || parameter(name, true, schema.clone());
            let (headers, parameters) = headers(parameter(), parameter());
            assert_eq!((headers.len(), parameters.len()), (0, 1), "{name}");
        }
    }

    #[test]
    fn a_setter_is_called_like_no_method_of_the_builder() {
        let parameter = || parameter("X-Timeout", true, json!({"type": "integer", "default": 3}));
        let (headers, _) = headers(parameter(), parameter());
        assert_eq!(headers[0].setter, "timeout_");
    }

    #[test]
    fn other_headers_are_given_by_callers() {
        let one = |value: &str| json!({"type": "string", "enum": [value]});
        let choice = json!({"type": "string", "enum": ["1", "2"]});
        let name = "Pet-Version";
        for (first, second) in [
            (
                parameter(name, true, one("1")),
                parameter(name, true, one("2")),
            ),
            (
                parameter(name, true, one("1")),
                parameter("Other", true, one("1")),
            ),
            (
                parameter(name, false, one("1")),
                parameter(name, false, one("1")),
            ),
            (
                parameter(name, true, choice.clone()),
                parameter(name, true, choice),
            ),
        ] {
            assert_eq!(headers(first, second), (Vec::new(), vec![name.to_owned()]));
        }
    }

    #[test]
    fn headers_of_the_client_are_never_given() {
        for name in [
            "User-Agent",
            "Accept",
            "content-type",
            "Content-Length",
            "Host",
        ] {
            let parameter = || parameter(name, true, json!({"type": "string", "enum": ["a"]}));
            assert_eq!(
                headers(parameter(), parameter()),
                Default::default(),
                "{name}"
            );
        }
    }
}
