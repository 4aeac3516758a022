//! `src/configuration.rs`: client settings that only some APIs have: environments, variables of the
//! server's URL, headers of all requests, and additional keys.

use api::{Api, ConstantHeader, Environment, Key, OtherKey, ServerVariable, UrlPart};
use pages::Problem;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::documentation::{Documentation, Line};
use crate::format::{file, format, ident};
use crate::links::Links;
use crate::{Crate, Imports};

/// The name of the module and the file.
pub(crate) const MODULE: &str = "configuration";

/// Returns `true` if a client of the API has such settings.
pub(crate) fn is_needed(api: &Api) -> bool {
    !(api.environments.is_empty()
        && api.server_variables.is_empty()
        && api.headers.is_empty()
        && api.other_keys.is_empty())
}

/// Adds the file, if it is needed.
///
/// # Errors
///
/// If the emitted code is not Rust.
pub(crate) fn files(api: &Api, files: &mut Crate) -> Result<(), Problem> {
    if !is_needed(api) {
        return Ok(());
    }
    let links = Links::of(api);
    let environments = match api.environments.first() {
        Some(first) => environments(first, &api.environments, &links),
        None => TokenStream::new(),
    };
    let has_templates = api.environments.iter().any(|it| it.template.is_some());
    let environment = (!api.environments.is_empty()).then(|| environment_setter(has_templates));
    let variables = by_setter(&api.server_variables);
    let variables = variables.iter().map(|it| variable_setter(it, &links));
    let headers = api.headers.iter().map(|it| header_setter(it, &links));
    let keys = api.other_keys.iter().enumerate();
    let keys = keys.map(|(index, key)| key_setter(index + 1, key));
    let body = format(quote! {
        #environments
        impl ClientBuilder {
            #environment
            #(#variables)*
            #(#headers)*
            #(#keys)*
        }
    })?;
    let docs = Documentation::new().text("Client settings of this API.");
    let mut imports = Imports::default();
    imports.runtime("ClientBuilder");
    let path = format!("src/{MODULE}.rs");
    files.insert_code(path, file(&docs.page(), &imports, body)?);
    Ok(())
}

/// Returns the enumeration of the environments.
fn environments(first: &Environment, all: &[Environment], links: &Links) -> TokenStream {
    let docs = Documentation::new()
        .text("An environment of the API.")
        .line(
            Line::new("The default is ")
                .item_at(&first.name, &format!("Environment::{}", first.name))
                .text("."),
        )
        .attributes();
    let variants = all.iter().map(|environment| {
        let docs = Documentation::new()
            .docs(&environment.docs, links)
            .line(Line::default().code(&environment.url))
            .attributes();
        let is_default = environment == first;
        let default = is_default.then(|| quote!(#[default]));
        let name = ident(&environment.name);
        quote!(#docs #default #name)
    });
    let urls = all.iter().map(|environment| {
        let (name, url) = (ident(&environment.name), &environment.url);
        quote!(Self::#name => #url)
    });
    let template = all.iter().any(|environment| environment.template.is_some());
    let template = template.then(|| templates(all));
    quote! {
        #docs
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Environment {
            #(#variants,)*
        }
        impl Environment {
            /// Returns the base URL of operations without a server of their own.
            pub fn base_url(self) -> &'static str {
                match self {
                    #(#urls,)*
                }
            }
            #template
        }
    }
}

/// Returns the method that returns the URL of an environment with placeholders for variables.
fn templates(all: &[Environment]) -> TokenStream {
    let templates = all.iter().map(|environment| {
        let name = ident(&environment.name);
        let template = environment.template.as_ref().unwrap_or(&environment.url);
        quote!(Self::#name => #template)
    });
    quote! {
        /// Returns the URL with placeholders for its variables.
        fn template(self) -> &'static str {
            match self {
                #(#templates,)*
            }
        }
    }
}

/// Returns the variables with their positions, grouped by the methods that set them.
pub(crate) fn by_setter(variables: &[ServerVariable]) -> Vec<Vec<(usize, &ServerVariable)>> {
    let mut groups: Vec<Vec<(usize, &ServerVariable)>> = Vec::new();
    for (position, variable) in variables.iter().enumerate() {
        let mut known = groups.iter_mut();
        match known.find(|group| group[0].1.setter == variable.setter) {
            Some(group) => group.push((position, variable)),
            None => groups.push(vec![(position, variable)]),
        }
    }
    groups
}

/// Returns the method that sets variables of servers' URLs, which differ only in their defaults.
fn variable_setter(variables: &[(usize, &ServerVariable)], links: &Links) -> TokenStream {
    let variable = variables[0].1;
    let rule = match variable.part {
        UrlPart::Authority => "The value is a host name, optionally with a port: `host:port`.",
        UrlPart::Host => {
            "The value is a part of the host: letters, digits, `-`, `_`, and single dots \
             between them."
        }
        UrlPart::Port => "The value is a port number.",
        UrlPart::Segment => {
            "The value is one path segment: letters, digits, `-`, `_`, `~`, and dots, but not \
             only dots."
        }
        UrlPart::Segments => {
            "The value is path segments separated by `/`. Segments contain letters, digits, \
             `-`, `_`, `~`, and dots, but not only dots."
        }
        UrlPart::Path => {
            "The value is a path that is empty or begins with `/`. Segments contain letters, \
             digits, `-`, `_`, `~`, and dots, but not only dots."
        }
    };
    let line = Line::new("Sets the variable ")
        .code(&variable.name)
        .text(" of the server's URL. ");
    let line = match variable.default.as_deref() {
        _ if variables.len() > 1 => line.text(
            "The default depends on the server. Calls to a server without a default return an \
             error if it is not set.",
        ),
        Some("") => line.text("It is empty by default."),
        Some(default) => line.text("The default is ").code(default).text("."),
        None => line.text(
            "It has no default: calls to a server with the variable return an error if it is not \
             set.",
        ),
    };
    let docs = Documentation::new()
        .line(line)
        .docs(&variable.docs, links)
        .text(rule)
        .text(
            "[`build`](Self::build) returns an error for any other value. Variables do not \
             apply to a URL that [`base_url`](Self::base_url) sets.",
        )
        .attributes();
    let setter = ident(&variable.setter);
    let positions = variables.iter().map(|(position, _)| *position);
    let mut positions: Vec<Literal> = positions.map(Literal::usize_unsuffixed).collect();
    let last = positions.pop();
    let body = match positions.is_empty() {
        true => quote!(self.server_variable(#last, value)),
        false => quote! {
            let value = value.into();
            self #(.server_variable(#positions, value.clone()))* .server_variable(#last, value)
        },
    };
    quote! {
        #docs
        pub fn #setter(self, value: impl Into<String>) -> Self {
            #body
        }
    }
}

fn environment_setter(has_templates: bool) -> TokenStream {
    let url = match has_templates {
        true => quote!(environment.template()),
        false => quote!(environment.base_url()),
    };
    quote! {
        /// Sets the environment of the client. [`base_url`](Self::base_url) sets any other URL. The
        /// last call of either method takes precedence.
        pub fn environment(self, environment: Environment) -> Self {
            let mut builder = self.base_url(#url);
            builder.replaces_servers = false;
            builder.environment = environment as usize;
            builder
        }
    }
}

/// Returns the method that sets the value of a header.
fn header_setter(header: &ConstantHeader, links: &Links) -> TokenStream {
    let line = Line::new("Sets the header ")
        .code(&header.name)
        .text(" of all requests.");
    let line = match &header.value {
        Some(value) => line.text(" The default is ").code(value).text("."),
        None => line.text(
            " It has no default: calls that require it return an error if neither the client nor \
             the call sets it.",
        ),
    };
    let docs = Documentation::new()
        .line(line)
        .docs(&header.docs, links)
        .attributes();
    let (setter, name) = (ident(&header.setter), &header.name);
    quote! {
        #docs
        pub fn #setter(self, value: impl Into<String>) -> Self {
            self.constant_header(#name, value)
        }
    }
}

/// Returns the method that sets an additional key.
fn key_setter(position: usize, other: &OtherKey) -> TokenStream {
    let setter = ident(&other.setter);
    let number = Literal::usize_unsuffixed(position);
    let line = match &other.key {
        Key::Header { name, prefix } if prefix.is_empty() => {
            Line::new("Sets the key in the header ").code(name)
        }
        Key::Header { name, prefix } => Line::new("Sets the key in the header ")
            .code(name)
            .text(", after ")
            .code(prefix.trim_end()),
        Key::Query { name } => Line::new("Sets the key in the query parameter ").code(name),
        Key::Cookie { name } => Line::new("Sets the key in the cookie ").code(name),
        Key::ClientCredentials { .. } => Line::new("Sets an access token"),
        Key::Basic => {
            Line::new("Sets the user name, which must not contain a colon, and the password")
        }
    };
    let docs = Documentation::new().line(line.text(".")).attributes();
    match other.key {
        Key::Basic => quote! {
            #docs
            pub fn #setter(self, user: impl AsRef<str>, password: impl AsRef<str>) -> Self {
                self.other_key(#number, [user.as_ref(), ":", password.as_ref()].concat())
            }
        },
        _ => quote! {
            #docs
            pub fn #setter(self, key: impl Into<String>) -> Self {
                self.other_key(#number, key)
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use api::Docs;

    use super::*;
    use crate::operations::samples;

    fn code(api: &Api) -> Option<String> {
        let mut crate_files = Crate::default();
        files(api, &mut crate_files).expect("Rust");
        let mut files = crate_files.files();
        files.next().map(|(_, text)| text.to_owned())
    }

    #[test]
    fn an_api_with_several_servers_has_an_open_enumeration_of_them() {
        let environment = |name: &str, url: &str, docs: &str| Environment {
            name: name.to_owned(),
            url: url.to_owned(),
            template: None,
            docs: Docs::page(docs),
        };
        let mut api = samples::api([]);
        assert_eq!(code(&api), None);
        api.environments = vec![
            environment("Production", "https://a.test", "Live data"),
            environment("Eu", "https://eu.a.test/v1", ""),
        ];
        let code = code(&api).expect("a file");
        let expected = "#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]\n\
            #[non_exhaustive]\npub enum Environment {\n    /// Live data\n    ///\n    \
            /// `https://a.test`\n    #[default]\n    Production,\n    /// `https://eu.a.test/v1`\n    \
            Eu,\n}\n";
        assert!(code.contains(expected), "{code}");
        assert!(
            code.contains("Self::Eu => \"https://eu.a.test/v1\","),
            "{code}"
        );
        assert!(code.contains("pub fn environment(self, environment: Environment) -> Self {"));
    }

    #[test]
    fn a_variable_of_the_servers_url_has_a_setter() {
        let mut api = samples::api([]);
        let variable = |name: &str, default: Option<&str>, part| ServerVariable {
            setter: name.to_owned(),
            name: name.to_owned(),
            default: default.map(str::to_owned),
            part,
            docs: Docs::page("The account."),
        };
        api.server_variables = vec![
            variable("tenant", Some("acme"), UrlPart::Host),
            variable("base", Some(""), UrlPart::Path),
            variable("index_host", None, UrlPart::Authority),
            variable("zone", Some("eu"), UrlPart::Host),
            variable("zone", Some("us"), UrlPart::Host),
        ];
        let template = Some("https://{tenant}.test{base}".to_owned());
        api.environments = vec![Environment {
            name: "Production".to_owned(),
            url: "https://acme.test".to_owned(),
            template,
            docs: Docs::default(),
        }];
        let code = code(&api).expect("a file");
        for expected in [
            "    /// Sets the variable `tenant` of the server's URL. The default is `acme`.\n    ///\n    \
             /// The account.\n    ///\n    /// The value is a part of the host: letters, digits, `-`, \
             `_`, and single dots between them.\n",
            "    pub fn tenant(self, value: impl Into<String>) -> Self {\n        \
             self.server_variable(0, value)\n    }\n",
            "    /// Sets the variable `base` of the server's URL. It is empty by default.\n",
            "self.server_variable(1, value)",
            "    /// Sets the variable `index_host` of the server's URL. It has no default: calls to a \
             server\n    /// with the variable return an error if it is not set.\n    ///\n    /// The \
             account.\n    ///\n    /// The value is a host name, optionally with a port: \
             `host:port`.\n",
            "    /// Sets the variable `zone` of the server's URL. The default depends on the server.",
            "    pub fn zone(self, value: impl Into<String>) -> Self {\n        \
             let value = value.into();\n        \
             self.server_variable(3, value.clone())\n            .server_variable(4, value)\n    }\n",
            "Self::Production => \"https://{tenant}.test{base}\",",
            "let mut builder = self.base_url(environment.template());",
        ] {
            assert!(code.contains(expected), "{code}");
        }
    }

    #[test]
    fn a_header_of_all_requests_has_a_setter() {
        let mut api = samples::api([]);
        api.headers = vec![ConstantHeader {
            setter: "pet_version".to_owned(),
            name: "x-pet-version".to_owned(),
            value: Some("1".to_owned()),
            docs: Docs::default(),
        }];
        let code_of = |api: &Api| code(api).expect("a file");
        let code = code_of(&api);
        let expected = "    /// Sets the header `x-pet-version` of all requests. The default is \
            `1`.\n    pub fn pet_version(self, value: impl Into<String>) -> Self {\n        \
            self.constant_header(\"x-pet-version\", value)\n    }\n";
        assert!(code.contains(expected), "{code}");
        assert!(!code.contains("Environment"));
        api.headers[0].value = None;
        api.headers[0].docs = Docs::page("The version of the shop.");
        let code = code_of(&api);
        let expected = "    /// Sets the header `x-pet-version` of all requests. It has no default: \
            calls that require it\n    /// return an error if neither the client nor the call sets \
            it.\n    ///\n    /// The version of the shop.\n";
        assert!(code.contains(expected), "{code}");
    }

    #[test]
    fn a_key_beside_the_first_has_a_setter() {
        let mut api = samples::api([]);
        let other = |setter: &str, key| OtherKey {
            setter: setter.to_owned(),
            key,
        };
        let name = "x-app".to_owned();
        let prefix = String::new();
        let app = Key::Header { name, prefix };
        api.other_keys = vec![other("app", app), other("user", Key::Basic)];
        let code = code(&api).expect("a file");
        for expected in [
            "    /// Sets the key in the header `x-app`.\n    \
             pub fn app(self, key: impl Into<String>) -> Self {\n        \
             self.other_key(1, key)\n    }\n",
            "    pub fn user(self, user: impl AsRef<str>, password: impl AsRef<str>) -> Self {\n        \
             self.other_key(2, [user.as_ref(), \":\", password.as_ref()].concat())\n    }\n",
        ] {
            assert!(code.contains(expected), "{code}");
        }
    }
}
