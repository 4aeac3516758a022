//! The rest of the crate: manifest, crate page, README, and the runtime, which
//! is carried along as source.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use serde_json::Value;

use super::operation::Operation;
use super::{Crate, docs, example, rust};
use crate::config::Config;
use crate::docs::{Docs, one_line};
use crate::marker;
use crate::merge::Api;
use crate::source::Surroundings;

/// The runtime's manifest, whose dependencies and features the crate takes over.
const RUNTIME_MANIFEST: &str = include_str!("../../runtime/Cargo.toml");

/// The runtime's module for dates and times, and what it depends on: an API may have
/// neither.
const DATES: [&str; 2] = ["date_time", "chrono"];

/// What examples in the documentation are run with.
const DEV_DEPENDENCIES: &str =
    "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n";

macro_rules! runtime {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../runtime/src/", $name, ".rs")))),*]
    };
}

/// The runtime's modules; `api` is written anew for each API.
const RUNTIME: &[(&str, &str)] = &runtime![
    "api_error",
    "browser",
    "byte_stream",
    "call_options",
    "client",
    "date_time",
    "decode_error",
    "error",
    "event_frames",
    "event_stream",
    "file",
    "form",
    "json",
    "json_path",
    "key",
    "lib",
    "lines",
    "mock",
    "native",
    "object",
    "one_line",
    "open_enum",
    "outgoing",
    "paging",
    "path",
    "pulse",
    "query",
    "redirect",
    "response",
    "retry",
    "trace",
    "transport",
    "transport_error",
    "union",
    "upload",
];

/// Writes everything that is neither type nor operation.
pub(super) fn write(
    api: &Api,
    config: &Config,
    operations: &[Operation],
    surroundings: Surroundings,
    files: &mut Crate,
) {
    let about = About::new(api, config, surroundings);
    let uses_dates = files
        .files()
        .any(|(path, text)| path.ends_with(".rs") && text.contains("use chrono::"));
    let [dates, _] = DATES;
    for &(name, text) in RUNTIME {
        let (name, text) = match name {
            name if name == dates && !uses_dates => continue,
            "lib" => ("mod", modules(text, uses_dates)),
            name => (name, needed(text, uses_dates)),
        };
        files.insert(
            format!("src/runtime/{name}.rs"),
            format!("{}{text}", rust::header()),
        );
    }
    files.insert("src/runtime/api.rs", about.api_module());
    files.insert(
        "src/rustfmt.toml",
        format!("{}\ndisable_all_formatting = true\n", marker::RUSTFMT),
    );
    files.insert("src/lib.rs", about.crate_page(operations, uses_dates));
    files.insert("README.md", about.readme(operations));
    files.insert("Cargo.toml", about.manifest(uses_dates));
}

/// Returns the runtime's root as a module, with the modules that the API needs.
fn modules(root: &str, uses_dates: bool) -> String {
    needed(&root.replace("#![forbid(unsafe_code)]\n\n", ""), uses_dates)
}

/// Returns a file without the lines about dates and times, if the API has none.
fn needed(text: &str, uses_dates: bool) -> String {
    let [dates, _] = DATES;
    text.split_inclusive('\n')
        .filter(|line| uses_dates || !line.contains(dates))
        .collect()
}

/// Returns what programs call the crate.
pub(super) fn library(api: &Api, config: &Config) -> String {
    config.crate_name(api.server()).to_snake_case()
}

/// What the files say about the API and the crate.
struct About<'a> {
    config: &'a Config,
    title: &'a str,
    server: &'a str,
    name: String,
    key_variables: Vec<String>,
    base_url_variable: String,
    key: Key,
    surroundings: Surroundings,
}

/// How the API is told who calls.
struct Key {
    /// The `Place` of the runtime, as code.
    place: String,
    is_required: bool,
}

impl<'a> About<'a> {
    fn new(api: &'a Api, config: &'a Config, surroundings: Surroundings) -> Self {
        let server = api.server();
        let name = config.crate_name(server);
        Self {
            config,
            title: api.title(),
            server,
            key_variables: config.key_variables(&name),
            base_url_variable: config.base_url_variable(&name),
            key: Key::new(&api.root["components"]["securitySchemes"]),
            name,
            surroundings,
        }
    }

    fn library(&self) -> String {
        self.name.to_snake_case()
    }

    fn description(&self) -> Docs {
        match &self.config.package.description {
            Some(configured) => Docs::inline(configured),
            None => Docs::template("Client for the {} API", &[Docs::text(self.title)]),
        }
    }

    /// Returns the description for the manifest, which has no Markdown.
    fn plain_description(&self) -> String {
        let configured = self.config.package.description.as_deref();
        configured.map_or_else(
            || format!("Client for the {} API", one_line(self.title)),
            one_line,
        )
    }

    fn api_module(&self) -> String {
        format!(
            "{}//! Facts about the API: where it is and how it is told who calls.\n\nuse super::key::Place;\n\n\
             /// The name of the API, as people know it.\n\
             pub(super) const TITLE: &str = {:?};\n\n\
             /// The address that the paths of all operations are below.\n\
             pub(super) const BASE_URL: &str = {:?};\n\n\
             /// Where the API expects the key.\n\
             pub(super) const KEY_PLACE: Place = {};\n\n\
             /// Whether the API is known to refuse calls without a key.\n\
             pub(super) const KEY_IS_REQUIRED: bool = {};\n\n\
             /// The environment variables that may hold the key; the first one set counts.\n\
             pub(super) const KEY_VARIABLES: &[&str] = &{:?};\n\n\
             /// The environment variable that may hold another base address.\n\
             pub(super) const BASE_URL_VARIABLE: &str = {:?};\n\n\
             /// What the client calls itself.\n\
             pub(super) const USER_AGENT: &str = concat!(env!(\"CARGO_PKG_NAME\"), \"/\", env!(\"CARGO_PKG_VERSION\"));\n",
            rust::header(),
            self.title,
            self.server,
            self.key.place,
            self.key.is_required,
            self.key_variables,
            self.base_url_variable,
        )
    }

    fn first_program(&self, operations: &[Operation], label: &'static str) -> Docs {
        let variable = &self.key_variables[0];
        example::first_program(operations, label, &self.library(), variable)
    }

    fn crate_page(&self, operations: &[Operation], uses_dates: bool) -> String {
        let page = docs::of_file(&Docs::blocks([
            Docs::template("{}.", &[self.description()]),
            self.first_program(operations, "no_run"),
            self.notes(),
        ]));
        let extras = if self.surroundings.has_extras {
            "pub mod extras;\n"
        } else {
            ""
        };
        let others = if uses_dates {
            "pub use {bytes, chrono, reqwest};\n"
        } else {
            "pub use {bytes, reqwest};\n"
        };
        format!(
            "{}{page}\n#![forbid(unsafe_code)]\n\n{extras}\
             #[cfg(feature = \"mock\")]\npub mod mock;\npub mod operations;\npub mod raw;\n\
             #[allow(dead_code, unused_imports, reason = \"an API may not need all of it\")]\nmod runtime;\n\
             pub mod types;\n\n\
             pub use runtime::{{\n    ApiError, ByteStream, CallOptions, Client, ClientBuilder, ConfigurationError, DecodeError, Error,\n    \
             EventStream, Form, Items, Pages, PagingError, Progress, RequestError, Response, TransportError, Upload,\n}};\n\
             // Types of theirs are in the signatures of this crate.\n{others}",
            rust::header()
        )
    }

    /// Says where to find what is written by hand, in a crate that has such.
    fn extras(&self) -> Docs {
        if self.surroundings.has_extras {
            Docs::template(
                "# Extras\n\n\
                 What takes more than one call is in the module [`extras`], which says what there is.",
                &[],
            )
        } else {
            Docs::default()
        }
    }

    fn notes(&self) -> Docs {
        let variables: Vec<Docs> = self.key_variables.iter().map(Docs::code).collect();
        let notes = Docs::template(
            "# Authentication\n\n\
             [`Client::from_env`] takes the key from {}, and another base address\n\
             from {} if that is set. [`Client::new`] takes the key itself, and\n\
             [`Client::builder`] sets everything else. The key never appears in `Debug` or in an error,\n\
             and is not sent to another origin.\n\n\
             # Requests\n\n\
             Operations are methods of their group. What is required is an argument, what is optional a\n\
             method of the request, and nothing happens before `send()`. `send_with_response()` also gives\n\
             the status and the headers.\n\n\
             What the API answers with as events is an [`EventStream`], and what is neither JSON nor text\n\
             a [`ByteStream`].\n\n\
             A file that is sent is an [`Upload`], into which a path, bytes and an open file convert, and any\n\
             stream by [`Upload::stream`]. It is read while it is sent, and never held in memory as a whole.\n\n\
             # Paging\n\n\
             Lists that come in pages have `stream()`, which gives their items one after the other, and\n\
             `pages()`. Both read on as they are read, with one request for each page, and end with the\n\
             list or at the first error.\n\n\
             # Retries\n\n\
             A call is repeated, twice by default, when there was no connection or the API is busy, and\n\
             when repeating is safe; `Retry-After` is obeyed. [`Client::builder`] and, for a single call,\n\
             [`CallOptions`] set how often, how long a call may take, and more headers and query.\n\n\
             # Errors\n\n\
             All operations fail with the same [`Error`]: an answer of the API that is no success (its\n\
             status, headers, whole body, and its `code` and `message` where it sent them), a failed\n\
             connection, an answer that does not have the expected form (with the JSON path at fault),\n\
             or a request that cannot be sent. What programs ask of an error are its methods, such as\n\
             [`Error::is_not_found`], [`Error::is_rate_limited`], [`Error::is_timeout`] and\n\
             [`Error::is_retryable`].\n\n\
             # Newer servers\n\n\
             Enums are open: a value that this version does not know is kept as it came and can be sent\n\
             back. Fields that it does not know are ignored, and `null` for something optional is absence. A\n\
             number such as `1.0` is taken for an integer, and a date and time without an offset for one of UTC.\n\n\
             Structs that only answers hold may have more fields in a later version: they are matched with\n\
             `..`, and only the feature `mock` lets a program write them out, for its tests.\n\n\
             # Mocking\n\n\
             With the feature `mock`, the module `mock` has a function for each operation, which tells a\n\
             server on this machine what to answer, for tests without the API.\n\n\
             # Tracing\n\n\
             With the feature `tracing`, each call is a span with the operation, method, template of the\n\
             path, number of the attempt, status, and the kind of error if it failed, and with nothing\n\
             that a caller or the API has sent. Where the answer is a stream, the span ends when it begins.\n\n\
             # WebAssembly\n\n\
             The crate compiles for `wasm32-unknown-unknown` without the feature `mock`: there are no environment\n\
             variables and no files there but bytes and streams, each of which is held in memory as a whole and sent\n\
             within the timeout. Connections, proxies, cookies, the user agent and redirects, which may take the key\n\
             to another origin, are up to the browser, futures are not `Send`, and a connection that was never made is\n\
             an error like one that broke.",
            &[
                Docs::joined(&variables, " or "),
                Docs::code(&self.base_url_variable),
            ],
        );
        Docs::blocks([notes, self.extras()])
    }

    fn readme(&self, operations: &[Operation]) -> String {
        let notes = self
            .notes()
            .to_string()
            .replace("\n# ", "\n## ")
            .replacen("# ", "## ", 1)
            // A README has no links to items.
            .replace("[`", "`")
            .replace("`]", "`");
        format!(
            "{}\n\n# {}\n\n{}.\n\n{}\n\n{notes}\n\n\
             ## Features\n\n\
             - `rustls` (default): TLS by rustls\n\
             - `native-tls`: TLS by the system's library; use it with `default-features = false`\n\
             - `mock`: a server for tests, see Mocking\n\
             - `tracing`: a span for each call, see Tracing\n\n\
             This crate is generated from the API's published reference pages.\n",
            marker::README,
            Docs::text(&self.name),
            self.description(),
            self.first_program(operations, "rust"),
        )
    }

    fn manifest(&self, uses_dates: bool) -> String {
        let (package, more) = (&self.config.package, &self.config.manifest);
        let mut manifest = format!(
            "{}\n\n[package]\nname = {}\nversion = {}\n\
             description = {}\nedition = \"2024\"\nrust-version = \"1.88\"\n",
            marker::MANIFEST,
            quoted(&self.name),
            quoted(self.config.crate_version()),
            quoted(&self.plain_description()),
        );
        if let Some(license) = &package.license {
            manifest.push_str(&format!("license = {}\n", quoted(license)));
        }
        if let Some(repository) = &package.repository {
            manifest.push_str(&format!("repository = {}\n", quoted(repository)));
        }
        manifest.push_str(&format!(
            "readme = \"README.md\"\n\n\
             [package.metadata.docs.rs]\nfeatures = [\"mock\", \"tracing\"]\n\n[features]\n{}\n\n[dependencies]\n",
            merged(&section("features"), &more.features).join("\n")
        ));
        let mut dependencies = merged(&section("dependencies"), &more.dependencies);
        let [_, dates] = DATES;
        dependencies.retain(|line| uses_dates || !line.starts_with(dates));
        dependencies.sort();
        let mut for_development = merged(DEV_DEPENDENCIES, &more.dev_dependencies);
        for_development.sort();
        manifest.push_str(&dependencies.join("\n"));
        manifest.push('\n');
        for name in target_sections() {
            manifest.push_str(&format!("\n[{name}]\n{}", section(name)));
        }
        manifest.push_str("\n[dev-dependencies]\n");
        manifest.push_str(&for_development.join("\n"));
        manifest.push('\n');
        if !self.surroundings.workspace_member {
            manifest.push_str("\n# The crate stands alone, wherever its folder is.\n[workspace]\n");
        }
        manifest
    }
}

impl Key {
    /// Reads the scheme of the key. An API without one is told it as most are,
    /// where its user has one.
    fn new(schemes: &Value) -> Self {
        let scheme = schemes
            .as_object()
            .and_then(|schemes| schemes.values().next());
        let text = |key: &str| scheme.and_then(|scheme| scheme[key].as_str());
        let name = text("name").unwrap_or_default();
        let place = match (text("type"), text("in"), text("scheme")) {
            (Some("apiKey"), Some("query"), _) => format!("Place::Query {{ name: {name:?} }}"),
            (Some("apiKey"), Some("cookie"), _) => format!("Place::Cookie {{ name: {name:?} }}"),
            (Some("apiKey"), ..) => {
                let word = scheme.and_then(|scheme| scheme["x-fern-header"]["prefix"].as_str());
                let prefix = word.map(|word| format!("{word} ")).unwrap_or_default();
                header(&name.to_ascii_lowercase(), &prefix)
            }
            (_, _, Some(kind)) if kind.eq_ignore_ascii_case("basic") => {
                header("authorization", "Basic ")
            }
            _ => header("authorization", "Bearer "),
        };
        Self {
            place,
            is_required: scheme.is_some(),
        }
    }
}

fn header(name: &str, prefix: &str) -> String {
    format!("Place::Header {{\n    name: {name:?},\n    prefix: {prefix:?},\n}}")
}

/// Writes a string as TOML does.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Returns the lines of a table of the manifest, with more of them, each of which stands
/// in place of another of the same name.
fn merged<V: Clone + Into<toml::Value>>(lines: &str, more: &BTreeMap<String, V>) -> Vec<String> {
    let name = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    let kept = lines.lines().filter(|line| !more.contains_key(&name(line)));
    let added = more
        .iter()
        .map(|(name, value)| format!("{name} = {}", value.clone().into()));
    kept.map(str::to_owned).chain(added).collect()
}

/// Returns the names of the crates that a generated crate may depend on.
pub(crate) fn dependencies() -> impl Iterator<Item = String> {
    let sections: String = ["dependencies", "dev-dependencies"]
        .into_iter()
        .chain(target_sections())
        .map(section)
        .collect();
    let lines: Vec<String> = sections.lines().map(str::to_owned).collect();
    lines
        .into_iter()
        .filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned()))
}

/// Returns the names of the sections of the runtime's manifest that hold for some targets
/// alone.
fn target_sections() -> impl Iterator<Item = &'static str> {
    RUNTIME_MANIFEST
        .lines()
        .filter_map(|line| line.strip_prefix('[')?.strip_suffix(']'))
        .filter(|name| name.starts_with("target."))
}

/// Returns the lines of a section of the runtime's manifest.
fn section(name: &str) -> String {
    let header = format!("[{name}]\n");
    let text = RUNTIME_MANIFEST
        .split_once(&header)
        .map_or("", |(_, rest)| rest);
    text.lines()
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_of_the_runtime_is_carried() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/runtime/src");
        let mut found: Vec<String> = std::fs::read_dir(folder)
            .expect("the runtime is beside the generator")
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
            .filter(|name| name != "api")
            .collect();
        found.sort();
        let carried: Vec<&str> = RUNTIME.iter().map(|(name, _)| *name).collect();
        assert_eq!(found, carried);
    }

    #[test]
    fn sections_of_the_manifest_are_found() {
        assert!(section("features").contains("rustls = [\"reqwest/rustls\"]\n"));
        assert!(section("dependencies").contains("reqwest = "));
        assert!(!section("dependencies").contains("dev"));
    }

    #[test]
    fn lines_of_the_manifest_are_added_or_stand_in_place_of_others() {
        let more = BTreeMap::from([("a-b".to_owned(), "2"), ("c".to_owned(), "3")]);
        assert_eq!(
            merged("a = \"1\"\na-b = \"1\"\n", &more),
            ["a = \"1\"", "a-b = \"2\"", "c = \"3\""]
        );
        let table = toml::from_str("c = { version = \"1\", features = [\"d\"] }").expect("TOML");
        let more: BTreeMap<String, toml::Value> = table;
        assert_eq!(
            merged("", &more),
            ["c = { version = \"1\", features = [\"d\"] }"]
        );
    }

    #[test]
    fn sections_for_some_targets_are_dependencies_as_well() {
        let names: Vec<&str> = target_sections().collect();
        assert_eq!(
            names,
            [
                "target.'cfg(not(target_arch = \"wasm32\"))'.dependencies",
                "target.'cfg(target_arch = \"wasm32\")'.dependencies",
            ]
        );
        assert!(section(names[0]).contains("tokio-util = "));
        assert!(dependencies().any(|name| name == "gloo-timers"));
    }

    #[test]
    fn the_key_is_put_where_its_scheme_says() {
        let place = |scheme: Value| Key::new(&serde_json::json!({ "key": scheme })).place;
        assert_eq!(
            place(serde_json::json!({"type": "apiKey", "in": "header", "name": "X-Key"})),
            "Place::Header {\n    name: \"x-key\",\n    prefix: \"\",\n}"
        );
        assert_eq!(
            place(serde_json::json!({"type": "apiKey", "in": "query", "name": "key"})),
            "Place::Query { name: \"key\" }"
        );
        assert_eq!(
            place(serde_json::json!({"type": "oauth2"})),
            "Place::Header {\n    name: \"authorization\",\n    prefix: \"Bearer \",\n}"
        );
        assert!(!Key::new(&Value::Null).is_required);
    }
}
