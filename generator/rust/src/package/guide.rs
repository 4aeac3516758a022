//! The page of the crate, in `src/lib.rs`, and its README.

use api::{Api, Docs, Key, Operation};
use openapi::Config;
use pages::marker;
use pages::{Problem, Surroundings};

use super::{About, Needs, features, readme};
use crate::documentation::{Documentation, of_file};
use crate::format::header;
use crate::operations::{first_use, overview};
use crate::{configuration, external, webhooks};

/// The sections on using the crate.
const NOTES: &str = include_str!("notes.md");

/// The section on the key. Its places are for the variables with the key and with the URL.
const AUTHENTICATION: &str = include_str!("authentication.md");

/// The paragraph on HTTP Basic authentication. Its places are for the variables with the user
/// and the password.
const BASIC_AUTH: &str = "The API key is a user name and a password, separated by a colon. \
    [`Client::from_env`] also reads them from {} and {}, and [`ClientBuilder::basic_auth`] takes \
    both.";

/// The paragraph on client credentials of OAuth. Its places are for the variables with the id
/// and the secret.
const OAUTH: &str = "[`ClientBuilder::client_credentials`] takes the client ID and the client \
    secret, which the client exchanges for access tokens. [`Client::from_env`] also reads them \
    from {} and {}.";

/// The paragraph on keys beside the first, which a list follows.
const OTHER_KEYS: &str = "Some operations need other keys, or accept one of several. Set them with these methods of \
    [`ClientBuilder`]:";

/// The section on environments. Its place is for the default.
const ENVIRONMENTS: &str = "# Environments\n\n\
    [`ClientBuilder::environment`] sets the [`Environment`] of a client, {} by default. \
    [`ClientBuilder::base_url`] sets any other URL.";

/// The section on variables of the server's URL, which a list follows.
const SERVER_VARIABLES: &str = "# Server variables\n\n\
    URLs of servers have variables. [`ClientBuilder::base_url`] sets a URL without them. \
    Methods of [`ClientBuilder`] set their values, which cannot change other parts of the URL:";

/// The section on headers of all requests, which a list follows.
const HEADERS: &str = "# Headers\n\n\
    All requests have these headers. Methods of [`ClientBuilder`] set their values, and \
    [`CallOptions::header`] sets the value of a single call:";

/// The section on waits, with a place for the name of such a method.
const WAITS: &str = "# Waiting\n\n\
    Methods such as {} poll the API until a resource or a task has a final status, and return the \
    last response. [`Waiting`] sets the interval, the deadline, and a callback for each response. \
    [`Waiting::send_all`] waits for several at once.";

/// The section on WebSocket channels, with a place for the call of one.
const CHANNELS: &str = "# WebSocket channels\n\n\
    With the feature `websocket`, {} opens a WebSocket. The returned `Socket` sends messages, and \
    is a stream of the messages of the server. `SocketOptions` sets the maximum message size, the \
    interval of pings, and the maximum number of reconnections.";

/// The section on webhooks of an API that signs them.
const WEBHOOKS: &str = "# Webhooks\n\n\
    The feature `webhooks` adds the module `webhooks`, with the types of the events that the API \
    sends to your server. `Event::from_request` verifies a request before it decodes the body: it \
    checks the signature in constant time, and its age. Use a `Verifier` for several secrets (to \
    rotate them), a different tolerance, or replay protection. The functions take types of the \
    crate `http`, so that they work with any server.";

/// The section on webhooks of an API that does not state how it signs them.
const UNVERIFIED_WEBHOOKS: &str = "# Webhooks\n\n\
    The feature `webhooks` adds the module `webhooks`, with the types of the events that the API \
    sends to your server. The reference of the API does not state how requests are signed: \
    `Event::from_body_unverified` decodes a body that your server has verified.";

/// The section of a crate that has code written by hand.
const EXTRAS: &str = "# Extras\n\n\
    The module [`extras`] has methods that combine several API calls.";

/// The section of a crate whose types are nested more deeply than the compiler allows by default.
const NESTED: &str = "# Nested types\n\n\
    Types of this API are nested deeply. If the compiler reports `overflow evaluating the \
    requirement` for a program, add {} to its main file.";

/// The head of the list of groups.
const OPERATIONS: &str = "# Operations\n\n\
    Operations are methods of groups, which are methods of [`Client`]:";

/// Returns the documentation of the crate, which its README has as well.
///
/// # Errors
///
/// If an example is not Rust.
pub(super) fn page(
    about: &About,
    api: &Api,
    config: &Config,
    surroundings: Surroundings,
    needs: Needs,
) -> Result<Docs, Problem> {
    let groups = overview::list(api).page();
    let operations = match groups.is_empty() {
        true => Docs::default(),
        false => Docs::blocks([OPERATIONS.into(), groups]),
    };
    let examples = first_use::sections(api, &about.library())?.page();
    let examples = match examples.is_empty() {
        true => Docs::default(),
        false => Docs::blocks(["# Examples".into(), examples]),
    };
    Ok(Docs::blocks([
        Docs::template("{}.", std::slice::from_ref(&about.description)),
        program(about, api)?,
        examples,
        operations,
        "# Features".into(),
        features::list(config, needs),
        notes(about, api, surroundings),
        nested(api),
    ]))
}

/// On docs.rs, each item shows the feature that it needs.
const DOCS_RS: &str = "#![cfg_attr(docsrs, feature(doc_cfg))]\n";

/// Returns `src/lib.rs`.
pub(super) fn crate_page(
    page: &Docs,
    api: &Api,
    surroundings: Surroundings,
    needs: Needs,
) -> String {
    let page = of_file(page);
    let extras = if surroundings.has_extras {
        "pub mod extras;\n"
    } else {
        ""
    };
    let configuration = match configuration::is_needed(api) {
        true => format!("mod {};\n", configuration::MODULE),
        false => String::new(),
    };
    let recursion = recursion_limit(api).map(|limit| limit + "\n");
    let recursion = recursion.unwrap_or_default();
    let exported = exported(needs);
    let external = match external::is_needed(api) {
        true => format!("mod {};\n", external::MODULE),
        false => String::new(),
    };
    let mut reexported = vec!["bytes".to_owned(), "http".to_owned(), "reqwest".to_owned()];
    reexported.extend(needs.dates.then(|| "chrono".to_owned()));
    reexported.extend(api.dependencies.keys().map(|name| name.replace('-', "_")));
    reexported.sort();
    reexported.dedup();
    let reexported = reexported.join(", ");
    let websocket = match needs.channels {
        true => "#[cfg(feature = \"websocket\")]\npub use runtime::websocket;\n",
        false => "",
    };
    let webhooks = match api.webhooks {
        Some(_) => format!(
            "#[cfg(feature = \"{0}\")]\npub mod {0};\n",
            webhooks::MODULE
        ),
        None => String::new(),
    };
    let environment = match api.environments.is_empty() {
        true => "",
        false => "pub use configuration::Environment;\n",
    };
    format!(
        "{}{page}\n{DOCS_RS}#![forbid(unsafe_code)]\n{recursion}{}\n{configuration}{external}{extras}\
         #[cfg(feature = \"mock\")]\npub mod mock;\npub mod operations;\n\
         #[rustfmt::skip] // progenitor's statements are printed by prettyplease\nmod raw;\n\
         #[allow(dead_code, unused_imports, reason = \"an API may not need all of it\")]\nmod runtime;\n\
         pub mod types;\n{webhooks}\n\
         {environment}{websocket}pub use runtime::{{\n{exported}\n}};\n\
         #[cfg(feature = \"blocking\")]\npub use runtime::{{Blocking, ByteReader}};\n\
         // Their types are in the signatures of this crate.\npub use {{{reexported}}};\n",
        header(),
        lints(api),
    )
}

/// Returns the section on nested types.
fn nested(api: &Api) -> Docs {
    recursion_limit(api).map_or_else(Docs::default, |limit| {
        Docs::template(NESTED, &[Docs::code(limit)])
    })
}

/// Returns the attribute with the recursion limit that the compiler needs to determine the auto
/// traits of nested types, if its default is too low.
fn recursion_limit(api: &Api) -> Option<String> {
    /// Less than the default of 128, because the types of the standard library also nest.
    const MOST: usize = 96;
    let nesting = api.nesting();
    (nesting > MOST).then(|| {
        let limit = (2 * nesting).next_power_of_two();
        format!("#![recursion_limit = \"{limit}\"]")
    })
}

/// The items of the runtime that each crate exports.
const EXPORTED: [&str; 41] = [
    "ApiError",
    "Attempt",
    "AttemptResponse",
    "ByteStream",
    "CallOptions",
    "Client",
    "ClientBuilder",
    "ClientCredentials",
    "ConfigurationError",
    "Credential",
    "CredentialError",
    "CredentialFuture",
    "CredentialProvider",
    "CustomRequest",
    "DecodeError",
    "EnvironmentKey",
    "Error",
    "EventStream",
    "Form",
    "Items",
    "Method",
    "Middleware",
    "MiddlewareError",
    "MiddlewareFuture",
    "Next",
    "Nullable",
    "Pages",
    "PagesWithResponse",
    "PagingError",
    "Progress",
    "Request",
    "RequestError",
    "Response",
    "Sending",
    "SendingWithResponse",
    "TransportError",
    "UnknownValue",
    "UnknownVariant",
    "Upload",
    "WaitError",
    "Waiting",
];

/// Returns the exported items, in lines as rustfmt breaks them.
fn exported(needs: Needs) -> String {
    let mut lines = vec![String::new()];
    let is_needed = |name: &&&str| match **name {
        "ClientCredentials" => needs.oauth,
        "WaitError" | "Waiting" => needs.waits,
        _ => true,
    };
    for name in EXPORTED.iter().filter(is_needed) {
        let last = lines.last().map_or(0, String::len);
        // A comma and a blank precede the name, and a comma may follow it.
        if last > 0 && last + name.len() + 2 > 98 {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(if line.is_empty() { "   " } else { "" });
            line.extend([" ", *name, ","]);
        }
    }
    lines.join("\n")
}

/// Returns the lints that names of the API are exempt from, if it has names in other
/// scripts.
pub(crate) fn lints(api: &Api) -> &'static str {
    let is_ascii = api.names().all(str::is_ascii);
    if is_ascii {
        return "";
    }
    "#![allow(\n    confusable_idents,\n    mixed_script_confusables,\n    uncommon_codepoints,\n    \
     reason = \"the names are those of the API\"\n)]\n"
}

/// Returns `README.md`.
pub(super) fn readme(about: &About, page: &Docs) -> String {
    format!(
        "{}\n\n# {}\n\n{}\n\n\
         This crate is generated from the API's published reference pages.\n",
        marker::README,
        Docs::text(&about.name),
        readme::text(page),
    )
}

/// Returns the sections on using the crate.
fn notes(about: &About, api: &Api, surroundings: Surroundings) -> Docs {
    let variables: Vec<Docs> = about.key_variables.iter().map(Docs::code).collect();
    let places = [
        Docs::joined(&variables, " or "),
        Docs::code(&about.base_url_variable),
    ];
    let [user, password] = about.user_variables.each_ref().map(Docs::code);
    let basic_auth = match api.key {
        Some(Key::Basic) => Docs::template(BASIC_AUTH, &[user, password]),
        _ => Docs::default(),
    };
    let oauth = match super::client_credentials(api) {
        Some(_) => {
            let variables = super::client_variables(&about.name).map(Docs::code);
            Docs::template(OAUTH, &variables)
        }
        None => Docs::default(),
    };
    let others = other_keys(about, api);
    let extras = if surroundings.has_extras { EXTRAS } else { "" };
    let mut waits = api.operations.iter().filter_map(|it| it.wait.as_ref());
    let waits = waits.next().map_or_else(Docs::default, |wait| {
        Docs::template(WAITS, &[Docs::code(format!("{}()", wait.method))])
    });
    let is_channel = |it: &&Operation| it.response.channel().is_some();
    let channel = api.operations.iter().find(is_channel);
    let channels = channel.map_or_else(Docs::default, |operation| {
        let call = format!("client.{}.connect()", operation.call());
        Docs::template(CHANNELS, &[Docs::code(call)])
    });
    Docs::blocks([
        Docs::template(AUTHENTICATION.trim_ascii_end(), &places),
        basic_auth,
        oauth,
        others,
        configured(about, api),
        NOTES.trim_ascii_end().into(),
        waits,
        channels,
        webhooks_section(api),
        extras.into(),
    ])
}

/// Returns the section on the requests that the API sends.
fn webhooks_section(api: &Api) -> Docs {
    match api.webhooks.as_ref().map(|it| it.signature.is_some()) {
        Some(true) => WEBHOOKS.into(),
        Some(false) => UNVERIFIED_WEBHOOKS.into(),
        None => Docs::default(),
    }
}

/// Returns the paragraph on the keys beside the first, with a list of them.
fn other_keys(about: &About, api: &Api) -> Docs {
    let keys = api.other_keys.iter().zip(&about.other_variables);
    let keys: Vec<(Docs, Docs)> = keys
        .map(|(other, variable)| {
            let variable = Docs::code(variable);
            let read = Docs::template("read from {} if that is set", &[variable]);
            (Docs::code(&other.setter), read)
        })
        .collect();
    match keys.is_empty() {
        true => Docs::default(),
        false => Docs::blocks([OTHER_KEYS.into(), Docs::list(&keys)]),
    }
}

/// Returns the section on the settings that only some APIs have.
fn configured(about: &About, api: &Api) -> Docs {
    let environments = match api.environments.first() {
        None => Docs::default(),
        Some(first) => Docs::template(ENVIRONMENTS, &[Docs::code(&first.name)]),
    };
    let constant = api.headers.iter().filter_map(|header| {
        let default = Docs::template("{} by default", &[Docs::code(header.value.as_ref()?)]);
        Some((Docs::code(&header.setter), default))
    });
    let required = about.required_headers.iter().map(|(header, variable)| {
        let read = "the header {}, which has no default; read from {} if that is set";
        let read = Docs::template(read, &[Docs::code(&header.name), Docs::code(variable)]);
        (Docs::code(&header.setter), read)
    });
    let headers: Vec<(Docs, Docs)> = required.chain(constant).collect();
    let headers = match headers.is_empty() {
        true => Docs::default(),
        false => Docs::blocks([HEADERS.into(), Docs::list(&headers)]),
    };
    let variables = configuration::by_setter(&api.server_variables);
    let variables: Vec<(Docs, Docs)> = variables
        .iter()
        .map(|group| {
            let variable = group[0].1;
            let default = match variable.default.as_deref() {
                _ if group.len() > 1 => "a default that depends on the server".into(),
                Some("") => "empty by default".into(),
                Some(default) => Docs::template("{} by default", &[Docs::code(default)]),
                None => "no default; calls to a server with this variable need a value".into(),
            };
            (Docs::code(&variable.setter), default)
        })
        .collect();
    let variables = match variables.is_empty() {
        true => Docs::default(),
        false => Docs::blocks([SERVER_VARIABLES.into(), Docs::list(&variables)]),
    };
    Docs::blocks([environments, variables, headers])
}

/// Returns a first program: the call that retrieves a value with the fewest arguments.
fn program(about: &About, api: &Api) -> Result<Docs, Problem> {
    let (library, variable) = (about.library(), about.key_variable());
    let comment = match api.key {
        Some(_) => format!("The key is in {variable}."),
        None => format!("A key in {variable} is optional."),
    };
    let headers = about.required_headers.iter();
    let headers: Vec<&str> = headers.map(|(_, variable)| variable.as_str()).collect();
    let comment = match headers.as_slice() {
        [] => comment,
        [only] => format!("{comment} {only} is required."),
        several => format!("{comment} {} are required.", several.join(", ")),
    };
    if let Some(program) = first_use::program(api, &library, &comment)? {
        return Ok(program.page());
    }
    let code = format!(
        "use {library}::Client;\n\
         \n\
         fn main() -> Result<(), {library}::Error> {{\n    \
             // {comment}\n    \
             let client = Client::from_env()?;\n    \
             println!(\"{{client:?}}\");\n    \
             Ok(())\n\
         }}"
    );
    Ok(Documentation::new().example(&code).page())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::samples;

    fn page_of(api: &Api) -> String {
        let config = Config::default();
        let about = About::new(api, &config);
        let surroundings = Surroundings::default();
        let page = page(&about, api, &config, surroundings, Needs::of(api));
        page.expect("Rust").to_string()
    }

    #[test]
    fn a_crate_with_deeply_nested_types_raises_the_recursion_limit() {
        let chain = |length: usize| {
            let types = (0..length).map(|position| {
                let next = match position + 1 {
                    next if next < length => samples::named(&format!("T{next}")),
                    _ => api::Type::String,
                };
                let field = samples::field("next", next, api::Presence::Optional);
                samples::object(&format!("T{position}"), [field])
            });
            samples::api(types)
        };
        let limit = "#![recursion_limit = \"256\"]";
        for (length, is_raised) in [(48, false), (49, true)] {
            let api = chain(length);
            let page = page_of(&api);
            assert_eq!(page.contains(limit), is_raised, "{length}");
            let page = Docs::page(&page);
            let text = crate_page(&page, &api, Surroundings::default(), Needs::of(&api));
            assert_eq!(
                text.contains(&format!("\n{limit}\n")),
                is_raised,
                "{length}"
            );
        }
    }

    #[test]
    fn the_first_program_retrieves_a_value_with_the_fewest_arguments() {
        let mut api = samples::api([]);
        let program = |api: &Api| {
            let program = program(&About::new(api, &Config::default()), api);
            program.expect("Rust").to_string()
        };
        assert!(program(&api).contains("// A key in PETS_API_KEY is optional."));
        api.headers = vec![api::ConstantHeader {
            setter: "account".to_owned(),
            name: "x-account".to_owned(),
            value: None,
            docs: Docs::default(),
        }];
        let comment = "// A key in PETS_API_KEY is optional. PETS_ACCOUNT is required.";
        assert!(program(&api).contains(comment));
        api.headers.clear();
        api.key = Some(Key::Basic);
        assert!(program(&api).contains("println!(\"{client:?}\");"));
        let operation = |verb: &str, method: &str, group: &[&str], parameters: &[&str]| {
            let mut operation = samples::operation(method, group);
            operation.verb = verb.to_owned();
            operation.response = api::Response::Text;
            let parameters = parameters.iter();
            let parameters =
                parameters.map(|name| samples::parameter(name, api::Type::String, true));
            samples::with_parameters(&mut operation, parameters.collect());
            operation
        };
        for (operation, call) in [
            (
                operation("DELETE", "delete", &["pets"], &[]),
                "println!(\"{client:?}\");",
            ),
            (
                operation("POST", "add", &["pets"], &[]),
                "client.pets().add().send().await?",
            ),
            (
                operation("GET", "get", &["pets"], &["id", "tag"]),
                "client.pets().get(\"id\", \"tag\").send().await?",
            ),
            (
                operation("GET", "retrieve", &["pets"], &["id"]),
                "client.pets().retrieve(\"id\").send().await?",
            ),
            (
                operation("GET", "list", &["pets", "tags"], &[]),
                "client.pets().tags().list().send().await?",
            ),
        ] {
            api.operations.push(operation);
            let program = program(&api);
            assert!(program.contains(call), "{program}");
            assert!(
                program.contains("    // The key is in PETS_API_KEY.\n    let client ="),
                "{program}"
            );
        }
    }

    #[test]
    fn examples_operations_and_features_come_before_the_long_sections() {
        let mut get = samples::operation("get", &["pets"]);
        get.response = api::Response::Text;
        let page = page_of(&samples::with_operations([], [get]));
        let is_heading = |line: &&str| {
            let title = line.strip_prefix("# ");
            title.is_some_and(|title| title.starts_with(char::is_uppercase) && !title.contains('('))
        };
        let headings: Vec<&str> = page.lines().filter(is_heading).collect();
        assert_eq!(
            headings[..4],
            [
                "# Examples",
                "# Operations",
                "# Features",
                "# Authentication"
            ],
            "{page}"
        );
        assert!(!page.contains("# Extras"), "{page}");
    }

    #[test]
    fn the_page_lists_the_variables_of_the_servers_url() {
        let mut api = samples::api([]);
        let variable = |setter: &str, default: Option<&str>, part| api::ServerVariable {
            setter: setter.to_owned(),
            name: format!("{setter}Id"),
            default: default.map(str::to_owned),
            part,
            docs: Docs::default(),
        };
        api.server_variables = vec![
            variable("tenant", Some("acme"), api::UrlPart::Host),
            variable("index", None, api::UrlPart::Authority),
        ];
        let page = page_of(&api);
        assert!(page.contains("\n# Server variables\n"), "{page}");
        assert!(page.contains("- `tenant`: `acme` by default"), "{page}");
        let required = "- `index`: no default; calls to a server with this variable need a value";
        assert!(page.contains(required), "{page}");
    }
}
