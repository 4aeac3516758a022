//! The rest of the crate: manifest, crate page, README, and runtime.

mod features;
mod guide;
mod manifest;
mod readme;
mod runtime;

use std::num::NonZeroU32;

use api::{Api, ConstantHeader, Docs, Key, Security, ServerVariable, Type};
use heck::{ToShoutySnakeCase, ToSnakeCase};
use names::{Scope, numbered};
use openapi::Config;
use pages::license::License;
use pages::{Problem, Surroundings};

use crate::Crate;
use crate::format::header;
use crate::layout::layout;

pub(crate) use guide::lints;

/// Adds `Cargo.toml`, `README.md`, `src/lib.rs`, `src/runtime/`, and the license files with known
/// texts.
///
/// # Errors
///
/// If an example is not Rust.
pub(crate) fn files(
    api: &Api,
    config: &Config,
    surroundings: Surroundings,
    files: &mut Crate,
) -> Result<(), Problem> {
    let about = About::new(api, config);
    let needs = Needs::of(api);
    runtime::files(needs, files);
    files.insert("src/runtime/api.rs", about.facts(api));
    let page = guide::page(&about, api, config, surroundings, needs)?;
    let library = guide::crate_page(&page, api, surroundings, needs);
    files.insert("src/lib.rs", library);
    files.insert("README.md", guide::readme(&about, &page));
    let (name, description) = (&about.name, &about.plain_description);
    let manifest = manifest::manifest(
        name,
        description,
        config,
        surroundings,
        needs,
        &api.dependencies,
    );
    files.insert("Cargo.toml", manifest);
    let expression = config.package.license.as_deref().unwrap_or_default();
    let licenses = openapi::package::licenses(expression);
    for license in licenses.into_iter().filter_map(License::of) {
        files.insert(license.file, license.text(&config.package.authors, name));
    }
    Ok(())
}

/// The optional parts of the runtime.
#[derive(Clone, Copy, Debug, Default)]
struct Needs {
    /// Types of dates.
    dates: bool,
    /// Constant headers.
    headers: bool,
    /// HTTP Basic authentication.
    basic_auth: bool,
    /// Client credentials of OAuth.
    oauth: bool,
    /// Variables of the server's URL.
    server_variables: bool,
    /// Wait methods.
    waits: bool,
    /// WebSocket channels.
    channels: bool,
    /// Webhooks.
    webhooks: bool,
}

impl Needs {
    fn of(api: &Api) -> Self {
        Self {
            dates: has_dates(api),
            headers: !api.headers.is_empty(),
            basic_auth: api.keys().any(|key| *key == Key::Basic),
            oauth: client_credentials(api).is_some(),
            server_variables: !api.server_variables.is_empty(),
            waits: api
                .operations
                .iter()
                .any(|operation| operation.wait.is_some()),
            channels: api.has_channels(),
            webhooks: api.webhooks.is_some(),
        }
    }
}

/// Returns the features of the crate that can be used together.
pub(crate) fn documented_features<'a>(api: &Api, config: &'a Config) -> Vec<&'a str> {
    let features = manifest::documented(config, Needs::of(api));
    features.into_iter().collect()
}

/// Returns the name of the crate in code.
pub(crate) fn library(api: &Api, config: &Config) -> String {
    config.crate_name(&api.server, &api.title).to_snake_case()
}

/// Returns `true` if the crate uses types of dates.
fn has_dates(api: &Api) -> bool {
    api.mentioned()
        .any(|ty| matches!(ty.innermost(), Type::Date | Type::DateTime))
}

/// The facts about the crate that several files use.
struct About {
    name: String,
    description: Docs,
    /// The description for the manifest, which has no Markdown.
    plain_description: String,
    key_variables: Vec<String>,
    /// The variables that can contain a user and a password.
    user_variables: [String; 2],
    base_url_variable: String,
    /// The variables that can contain the other keys, in their order.
    other_variables: Vec<String>,
    /// The headers without a default, and the environment variables that can contain their values.
    required_headers: Vec<(ConstantHeader, String)>,
    /// The default timeout of each attempt of a call, in seconds.
    timeout: NonZeroU32,
}

impl About {
    fn new(api: &Api, config: &Config) -> Self {
        let name = config.crate_name(&api.server, &api.title);
        let configured = config.package.description.as_deref();
        let title = without_api(&api.title);
        let key_variables = config.key_variables(&name);
        let user_variables = config.user_variables(&name);
        let base_url_variable = config.base_url_variable(&name);
        let mut claimed = key_variables.clone();
        claimed.push(base_url_variable.clone());
        if api.keys().any(|key| *key == Key::Basic) {
            claimed.extend(user_variables.clone());
        }
        if client_credentials(api).is_some() {
            claimed.extend(client_variables(&name));
        }
        let mut variables = Scope::with_reserved(claimed.iter().map(String::as_str));
        let others = api.other_keys.iter();
        let other_variables = others
            .map(|other| variables.claim(numbered(&variable(&name, &other.setter), "_")))
            .collect();
        let required = api.headers.iter().filter(|header| header.value.is_none());
        let required_headers = required
            .map(|header| {
                let wanted = variable(&name, &header.setter);
                (header.clone(), variables.claim(numbered(&wanted, "_")))
            })
            .collect();
        Self {
            description: configured.map_or_else(
                || match title {
                    "" => "Client for the API".into(),
                    title => Docs::template("Client for the {} API", &[Docs::text(title)]),
                },
                Docs::inline,
            ),
            plain_description: configured.map_or_else(
                || match title {
                    "" => "Client for the API".to_owned(),
                    title => format!("Client for the {} API", docs::one_line(title)),
                },
                docs::one_line,
            ),
            key_variables,
            user_variables,
            base_url_variable,
            other_variables,
            required_headers,
            timeout: config.client.timeout(),
            name,
        }
    }

    fn library(&self) -> String {
        self.name.to_snake_case()
    }

    /// Returns the first environment variable that can contain the key.
    fn key_variable(&self) -> &str {
        self.key_variables.first().map_or("", String::as_str)
    }

    /// Returns `src/runtime/api.rs`.
    fn facts(&self, api: &Api) -> String {
        let import = match api.server_variables.is_empty() {
            true => "",
            false => "use super::server_variables::{ServerVariable, UrlPart};\n",
        };
        layout(&format!(
            "{}//! Facts about the API: its base URL, keys, and defaults.\n\nuse std::time::Duration;\n\nuse super::key::KeyLocation;\n{}\n\
             /// The name of the API.\n\
             pub(super) const TITLE: &str = {:?};\n\n\
             /// The base URL of all operations.\n\
             pub(super) const BASE_URL: &str = {:?};\n\n{}\
             /// The locations of the API keys in requests.\n\
             pub(super) static KEYS: &[KeyLocation] = &[{}];\n\n\
             {}{}/// Whether the API is known to reject calls without a key.\n\
             pub(super) const KEY_IS_REQUIRED: bool = {};\n\n\
             /// The environment variables that can contain the key. The first one that is set is used.\n\
             pub(super) const KEY_VARIABLES: &[&str] = &{:?};\n\n\
             /// The default timeout of each attempt of a call.\n\
             pub(super) const TIMEOUT: Duration = Duration::from_secs({});\n\n\
             {}/// The environment variable that can contain another base URL.\n\
             pub(super) const BASE_URL_VARIABLE: &str = {:?};\n\n\
             /// The user agent of the client.\n\
             pub(super) const USER_AGENT: &str = concat!(env!(\"CARGO_PKG_NAME\"), \"/\", env!(\"CARGO_PKG_VERSION\"));\n",
            header(),
            import,
            api.title,
            api.server_template.as_ref().unwrap_or(&api.server),
            server_variables(&api.server_variables),
            places(api),
            self.security(api),
            self.headers(api),
            api.key.is_some() && !api.security.iter().any(Vec::is_empty),
            self.key_variables,
            self.timeout,
            self.users(api),
            self.base_url_variable,
        ))
    }
}

impl About {
    /// Returns the declaration of the variables for HTTP Basic authentication, if the API
    /// has it.
    fn users(&self, api: &Api) -> String {
        if !api.keys().any(|key| *key == Key::Basic) {
            return String::new();
        }
        let [user, password] = &self.user_variables;
        format!(
            "/// The environment variables that can contain a user and a password.\n\
             pub(super) const USER_VARIABLES: (&str, &str) = ({user:?}, {password:?});\n\n"
        )
    }
}

impl About {
    /// Returns the declarations of the headers that the client sets, if there are any.
    fn headers(&self, api: &Api) -> String {
        if api.headers.is_empty() {
            return String::new();
        }
        let constant = api.headers.iter();
        let constant: Vec<_> = constant
            .filter_map(|header| Some((&header.name, header.value.as_ref()?)))
            .collect();
        let required = self.required_headers.iter();
        let required: Vec<_> = required
            .map(|(header, variable)| (&header.name, &header.setter, variable))
            .collect();
        format!(
            "/// The headers that all requests have with the same value, by name in lower case.\n\
             pub(super) const CONSTANT_HEADERS: &[(&str, &str)] = &{constant:?};\n\n\
             /// The headers that operations require and that have no default: the name in lower case, the\n\
             /// method of the builder, and the environment variable.\n\
             pub(super) const REQUIRED_HEADERS: &[(&str, &str, &str)] = &{required:?};\n\n"
        )
    }

    /// Returns the declarations of the keys of calls, and of the additional keys.
    fn security(&self, api: &Api) -> String {
        let none = vec![vec![0], vec![]];
        let security = match api.key {
            // A key that no page describes is sent if the user sets one.
            None => &none,
            Some(_) => &api.security,
        };
        let others = api.other_keys.iter();
        let others: Vec<_> = others
            .map(|other| &other.setter)
            .zip(&self.other_variables)
            .collect();
        let mut declared = format!(
            "/// The default alternatives of authentication, each with the positions of its keys.\n\
             pub(super) const SECURITY: &[&[usize]] = &{};\n\n\
             /// The methods of the builder that set the other keys, and the environment variables \
             that can\n/// contain them.\n\
             pub(super) const OTHER_KEYS: &[(&str, &str)] = &{others:?};\n\n",
            alternatives(security),
        );
        if let Some((position, token_url, scopes)) = client_credentials(api) {
            let [id, secret] = client_variables(&self.name);
            declared.push_str(&format!(
                "/// The position of the key that is an access token.\n\
                 pub(super) const TOKEN_KEY: usize = {position};\n\n\
                 /// The URL that returns access tokens, which may be relative to the base URL.\n\
                 pub(super) const TOKEN_URL: &str = {token_url:?};\n\n\
                 /// The scopes of access tokens.\n\
                 pub(super) const TOKEN_SCOPES: &[&str] = &{scopes:?};\n\n\
                 /// The environment variables that can contain the ID and the secret for access \
                 tokens.\n\
                 pub(super) const CLIENT_VARIABLES: (&str, &str) = ({id:?}, {secret:?});\n\n"
            ));
        }
        declared
    }
}

/// Returns the environment variables that can contain the ID and the secret for access tokens.
fn client_variables(crate_name: &str) -> [String; 2] {
    ["client_id", "client_secret"].map(|name| variable(crate_name, name))
}

/// Returns the environment variable for a value that a method of the builder sets.
fn variable(crate_name: &str, setter: &str) -> String {
    let prefix = crate_name.to_snake_case() + "_";
    // A header can already contain the name of the company.
    let setter = setter.strip_prefix(&prefix).unwrap_or(setter);
    format!("{prefix}{setter}").to_shouty_snake_case()
}

/// Returns the declaration of the variables of the server's URL, if there are any.
fn server_variables(variables: &[ServerVariable]) -> String {
    if variables.is_empty() {
        return String::new();
    }
    let variables: String = variables
        .iter()
        .map(|variable| {
            let (setter, default) = (&variable.setter, variable.default.as_deref());
            let place = format!("{{{}}}", variable.name);
            let part = variable.part;
            format!(
                "ServerVariable {{ setter: {setter:?}, place: {place:?}, default: {default:?}, \
                 part: UrlPart::{part:?} }}, "
            )
        })
        .collect();
    let variables = variables.trim_end_matches(", ");
    format!(
        "/// The variables of servers' URLs.\n\
         pub(super) static SERVER_VARIABLES: &[ServerVariable] = &[{variables}];\n\n"
    )
}

/// Returns the position, the URL, and the scopes of the key that is obtained with client
/// credentials.
fn client_credentials(api: &Api) -> Option<(usize, &str, &[String])> {
    let mut keys = api.keys().enumerate();
    keys.find_map(|(position, key)| match key {
        Key::ClientCredentials { token_url, scopes } => {
            Some((position, token_url.as_str(), scopes.as_slice()))
        }
        _ => None,
    })
}

/// Returns the code for alternatives of authentication.
fn alternatives(security: &Security) -> String {
    let alternatives = security.iter().map(|keys| format!("&{keys:?}"));
    format!("[{}]", alternatives.collect::<Vec<_>>().join(", "))
}

/// Returns the code for the locations of the keys.
fn places(api: &Api) -> String {
    let places: Vec<String> = api.keys().map(|key| place(Some(key))).collect();
    match places.is_empty() {
        true => place(None),
        false => places.join(", "),
    }
}

/// Returns a title without a trailing `API`, which sentences add.
fn without_api(title: &str) -> &str {
    let title = title.trim();
    let start = title.rfind(' ').map_or(0, |blank| blank + 1);
    match title.get(start..) {
        Some(last) if last.eq_ignore_ascii_case("api") => title[..start].trim_end(),
        _ => title,
    }
}

/// Returns the code for the location of the key. If the API describes none, a key that the user
/// sets is sent as a bearer token.
fn place(key: Option<&Key>) -> String {
    match key {
        Some(Key::Query { name }) => format!("KeyLocation::Query {{ name: {name:?} }}"),
        Some(Key::Cookie { name }) => format!("KeyLocation::Cookie {{ name: {name:?} }}"),
        Some(Key::Header { name, prefix }) => header_place(name, prefix),
        Some(Key::Basic) => header_place("authorization", "Basic "),
        Some(Key::ClientCredentials { .. }) | None => header_place("authorization", "Bearer "),
    }
}

fn header_place(name: &str, prefix: &str) -> String {
    format!("KeyLocation::Header {{ name: {name:?}, prefix: {prefix:?} }}")
}

#[cfg(test)]
mod tests {
    use api::Presence;

    use super::*;
    use crate::operations::samples;

    #[test]
    fn the_key_has_a_place_also_if_the_api_names_none() {
        let (name, prefix) = ("x-key".to_owned(), String::new());
        assert_eq!(
            place(Some(&Key::Header { name, prefix })),
            "KeyLocation::Header { name: \"x-key\", prefix: \"\" }"
        );
        let name = "key".to_owned();
        assert_eq!(
            place(Some(&Key::Query { name })),
            "KeyLocation::Query { name: \"key\" }"
        );
        assert!(place(None).contains("prefix: \"Bearer \""));
    }

    #[test]
    fn keys_and_their_alternatives_are_facts_of_the_client() {
        let mut api = samples::api([]);
        let facts = |api: &Api| About::new(api, &Config::default()).facts(api);
        let none = facts(&api);
        assert!(
            none.contains("SECURITY: &[&[usize]] = &[&[0], &[]];"),
            "{none}"
        );
        let name = "x-key".to_owned();
        api.key = Some(Key::Cookie { name });
        api.other_keys = vec![api::OtherKey {
            setter: "token".to_owned(),
            key: Key::ClientCredentials {
                token_url: "/token".to_owned(),
                scopes: vec!["read".to_owned()],
            },
        }];
        api.security = vec![vec![0, 1], vec![1]];
        let facts = facts(&api);
        for declared in [
            "SECURITY: &[&[usize]] = &[&[0, 1], &[1]];",
            "OTHER_KEYS: &[(&str, &str)] = &[(\"token\", \"PETS_TOKEN\")];",
            "TOKEN_KEY: usize = 1;",
            "TOKEN_URL: &str = \"/token\";",
            "TOKEN_SCOPES: &[&str] = &[\"read\"];",
            "CLIENT_VARIABLES: (&str, &str) = (\"PETS_CLIENT_ID\", \"PETS_CLIENT_SECRET\");",
            "KEY_IS_REQUIRED: bool = true;",
        ] {
            assert!(facts.contains(declared), "{declared} in {facts}");
        }
    }

    #[test]
    fn each_key_has_its_own_variable() {
        let key = || Key::Query {
            name: "k".to_owned(),
        };
        let mut api = samples::api([]);
        api.key = Some(key());
        let setters = ["api_key_", "app", "app_", "client_id"];
        let others = setters.map(|setter| api::OtherKey {
            setter: setter.to_owned(),
            key: key(),
        });
        api.other_keys = others.into();
        let about = About::new(&api, &Config::default());
        assert_eq!(about.key_variables, ["PETS_API_KEY"]);
        assert_eq!(
            about.other_variables,
            ["PETS_API_KEY_2", "PETS_APP", "PETS_APP_2", "PETS_CLIENT_ID"]
        );
    }

    #[test]
    fn headers_of_all_requests_are_facts_of_the_client() {
        let header = ConstantHeader {
            setter: "pet_version".to_owned(),
            name: "pet-version".to_owned(),
            value: Some("1".to_owned()),
            docs: api::Docs::default(),
        };
        let account = ConstantHeader {
            setter: "account".to_owned(),
            name: "x-account".to_owned(),
            value: None,
            ..header.clone()
        };
        let mut api = samples::api([]);
        let facts = |api: &Api| About::new(api, &Config::default()).facts(api);
        assert!(!facts(&api).contains("_HEADERS"));
        api.headers = vec![header, account];
        let facts = facts(&api);
        let declared = "const CONSTANT_HEADERS: &[(&str, &str)] = &[(\"pet-version\", \"1\")];";
        assert!(facts.contains(declared), "{facts}");
        let required = "&[(\"x-account\", \"account\", \"PETS_ACCOUNT\")];";
        assert!(facts.contains(required), "{facts}");
    }

    #[test]
    fn a_description_says_api_once() {
        for (title, expected) in [
            ("Pets", "Client for the Pets API"),
            ("Pets REST API", "Client for the Pets REST API"),
            ("API", "Client for the API"),
            ("Rapi", "Client for the Rapi API"),
        ] {
            let mut api = samples::api([]);
            api.title = title.to_owned();
            let about = About::new(&api, &Config::default());
            assert_eq!(about.plain_description, expected);
            assert_eq!(about.description.to_string(), expected);
        }
    }

    #[test]
    fn dates_inside_of_other_types_are_found() {
        let dates = Type::Map(Box::new(samples::list(&Type::Date)));
        let field = |ty| samples::field("a", ty, Presence::Required);
        assert!(has_dates(&samples::api([samples::object(
            "Pet",
            [field(dates)]
        )])));
        assert!(!has_dates(&samples::api([samples::object(
            "Pet",
            [field(Type::Json)]
        )])));
    }
}
