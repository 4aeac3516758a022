//! The model: plain data, with one file per concept.

mod former;
mod operation;
mod paging;
mod ty;
mod type_def;
mod webhooks;

use std::collections::{BTreeMap, BTreeSet};

pub use former::*;
pub use operation::*;
pub use paging::*;
pub use ty::*;
pub use type_def::*;
pub use webhooks::*;

pub use openapi::rust_types::Dependency;

use crate::Docs;

/// An API and everything that its client consists of.
#[derive(Clone, Debug, PartialEq)]
pub struct Api {
    /// The name of the API, as people write it.
    pub title: String,
    /// The version of the API.
    pub version: String,
    /// The description of the API as a whole.
    pub docs: Docs,
    /// The base URL of all operations, without a trailing slash.
    pub server: String,
    /// The same URL with `{name}` for each of its variables, or `None` if callers cannot set any.
    pub server_template: Option<String>,
    /// The variables of server URLs that callers can set.
    pub server_variables: Vec<ServerVariable>,
    /// The environments that a client can call, with the default first. The list is empty if there
    /// is only one server.
    pub environments: Vec<Environment>,
    /// The location of the API key in a request, or `None` if the document has no key.
    pub key: Option<Key>,
    /// Additional keys that some calls need, or that replace the first.
    pub other_keys: Vec<OtherKey>,
    /// The default keys of operations: alternatives, with the preferred one first.
    pub security: Security,
    /// The headers that all requests have with the same value.
    pub headers: Vec<ConstantHeader>,
    /// The types of the module `types`, by name.
    pub types: BTreeMap<TypeId, TypeDef>,
    /// The descriptions of groups, by their modules, outermost first.
    pub group_docs: BTreeMap<Vec<String>, Docs>,
    /// The operations, sorted by group and id.
    pub operations: Vec<Operation>,
    /// The webhooks of the API, or `None` if the document describes none.
    pub webhooks: Option<Webhooks>,
    /// The crates of external types.
    pub dependencies: BTreeMap<String, Dependency>,
}

/// The credentials of the API, and their location in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// In a header, after a prefix that includes its trailing space.
    Header {
        /// The name of the header, in lower case.
        name: String,
        /// `Bearer `, another prefix, or empty.
        prefix: String,
    },
    /// A user and a password, in the header `authorization` by HTTP Basic authentication.
    Basic,
    /// An access token, in the header `authorization` as a bearer token. It is obtained with
    /// the client credentials of OAuth 2.
    ClientCredentials {
        /// The URL that returns a token, if the document names it.
        token_url: String,
        /// The scopes that a token can have, in the document's order.
        scopes: Vec<String>,
    },
    /// In the query.
    Query {
        /// The name of the parameter.
        name: String,
    },
    /// In a cookie.
    Cookie {
        /// The name of the cookie.
        name: String,
    },
}

/// A key other than [`Api::key`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherKey {
    /// The method of the client's builder that sets it.
    pub setter: String,
    /// The key, and its location in a request.
    pub key: Key,
}

/// Alternatives of authentication, each with all its keys. A key is a position: 0 is [`Api::key`],
/// followed by [`Api::other_keys`]. Without alternatives, no key is sent.
pub type Security = Vec<Vec<usize>>;

/// A server that a client can select.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The name of the variant.
    pub name: String,
    /// The base URL of all operations, without a trailing slash.
    pub url: String,
    /// The same URL with `{name}` for each of its variables, or `None` if callers cannot set any.
    pub template: Option<String>,
    /// The description of the page.
    pub docs: Docs,
}

/// A variable of a server URL without a list of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerVariable {
    /// The method of the client's builder that sets it, and variables with other defaults.
    pub setter: String,
    /// The unique name in the templates of URLs.
    pub name: String,
    /// The default value. Without a default, calls to the servers with the variable need a value.
    pub default: Option<String>,
    /// The part of the URL to which values are restricted.
    pub part: UrlPart,
    /// The description of the page.
    pub docs: Docs,
}

/// The part of a URL that contains a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlPart {
    /// The host and optionally the port, or `host:port` as a whole.
    Authority,
    /// Labels of the host.
    Host,
    /// The port.
    Port,
    /// One segment of the path, or a part of one.
    Segment,
    /// Segments of the path, with slashes between them.
    Segments,
    /// A path after the host: empty, or segments with a slash before each.
    Path,
}

/// A header that all requests have with the same value, such as the version of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstantHeader {
    /// The method of the client's builder that sets the value.
    pub setter: String,
    /// The name, in lower case.
    pub name: String,
    /// The default, in visible ASCII. Without a default, each program sets the value once.
    pub value: Option<String>,
    /// The description of a header without a default.
    pub docs: Docs,
}

impl Api {
    /// Returns the definition of a type.
    pub fn ty(&self, id: &TypeId) -> Option<&TypeDef> {
        self.types.get(id)
    }

    /// Returns the types that operations and definitions use.
    pub fn mentioned(&self) -> impl Iterator<Item = &Type> {
        let of_operations = self.operations.iter().flat_map(Operation::types);
        let of_types = self.types.values().flat_map(TypeDef::parts);
        of_operations.chain(of_types)
    }

    /// Returns `true` if values of other types convert into this one: text, files,
    /// enumerations, and unions.
    pub fn is_converted(&self, ty: &Type) -> bool {
        match ty {
            Type::String | Type::File => true,
            Type::Named(id) => self.ty(id).is_some_and(TypeDef::is_converted),
            _ => false,
        }
    }

    /// Returns `true` if an operation opens a WebSocket channel.
    pub fn has_channels(&self) -> bool {
        let mut operations = self.operations.iter();
        operations.any(|operation| operation.response.channel().is_some())
    }

    /// Returns the types that are nullable values of maps.
    pub fn nullable_in_maps(&self) -> BTreeSet<&TypeId> {
        fn held(ty: &Type) -> Option<&TypeId> {
            match ty {
                Type::Map(value) => match value.as_ref() {
                    Type::Nullable(value) => match value.as_ref() {
                        Type::Named(id) => Some(id),
                        _ => None,
                    },
                    value => held(value),
                },
                Type::List(inner) | Type::Nullable(inner) | Type::Boxed(inner) => held(inner),
                _ => None,
            }
        }
        self.mentioned().filter_map(held).collect()
    }

    /// Returns the field of a type for a step of a path.
    pub fn field_at(&self, ty: &Type, step: &Step) -> Option<&Field> {
        let mut fields = self.ty(ty.named()?)?.fields().iter();
        fields.find(|field| field.name == step.field)
    }

    /// Returns the fields on a path through structs.
    pub fn fields_at<'a>(&'a self, ty: &'a Type, path: &Path) -> Option<Vec<&'a Field>> {
        let mut ty = ty;
        let fields = path.0.iter().map(|step| {
            let field = self.field_at(ty, step)?;
            ty = &field.ty;
            Some(field)
        });
        fields.collect()
    }

    /// Returns the field of the body at this position of [`Body::fields`].
    pub fn body_field(&self, body: &Body, position: usize) -> Option<&Field> {
        let shape = self.ty(body.ty.named()?)?.as_struct()?;
        shape.fields.get(body.fields.get(position)?.position?)
    }

    /// Returns the groups of alternatives of a body that is always sent, with the fields that each
    /// alternative requires.
    pub fn alternatives(&self, body: &Body) -> Vec<Vec<Vec<&Field>>> {
        let shape = body.ty.named().and_then(|id| self.ty(id)?.as_struct());
        let Some(shape) = shape.filter(|_| body.required) else {
            return Vec::new();
        };
        let field = |position: &usize| shape.fields.get(*position);
        let groups = shape.alternatives.iter().map(|group| {
            let alternatives = group.iter();
            alternatives
                .map(|positions| positions.iter().filter_map(field).collect())
                .collect()
        });
        groups.collect()
    }

    /// Returns the names in Rust that come from the document: of types, fields, variants, methods,
    /// arguments, and setters, including former ones.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let of_operations = self.operations.iter().flat_map(|operation| {
            let own = [&operation.method, &operation.function];
            let parameters = operation.parameters.iter();
            let parameters =
                parameters.flat_map(|parameter| [&parameter.name, &parameter.argument]);
            let fields = operation.body.iter().flat_map(|body| &body.fields);
            let fields = fields.map(|field| &field.name);
            let former = operation.former_calls.iter().map(|call| &call.method);
            let setters = operation.former_setters.iter().map(|it| &it.name);
            let former = former.chain(setters);
            own.into_iter()
                .chain(parameters)
                .chain(fields)
                .chain(former)
        });
        let of_types = self.types.values().flat_map(TypeDef::names);
        of_operations.map(String::as_str).chain(of_types)
    }

    /// Returns the keys of the API, in the order of their positions.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        let others = self.other_keys.iter().map(|other| &other.key);
        self.key.iter().chain(others)
    }

    /// Returns the operation with this ID.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }
}
