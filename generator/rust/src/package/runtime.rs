//! `src/runtime/`: the support code, which each crate includes as source.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Needs;
use crate::Crate;
use crate::format::{Code, header};
use crate::public_api::Module;

/// The features and dependencies of the runtime, which are copied to the crate.
pub(super) const MANIFEST: &str = include_str!("../../runtime/manifest.toml");

/// The declarations of the modules, which `build.rs` reads, as JSON by name.
const DECLARATIONS: &str = include_str!(concat!(env!("OUT_DIR"), "/runtime.json"));

/// The runtime's optional module for dates and times.
const DATES: &str = "date_time";

/// The runtime's optional module for constant headers.
const HEADERS: &str = "constant_headers";

macro_rules! modules {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../runtime/", $name, ".rs")))),*]
    };
}

/// The runtime's modules. `api` is different for each API.
const MODULES: &[(&str, &str)] = &modules![
    "api_error",
    "attempt",
    "authentication",
    "basic_auth",
    "blocking",
    "body_fields",
    "browser",
    "byte_stream",
    "call",
    "call_options",
    "charset",
    "client",
    "connections",
    "constant_headers",
    "credentials",
    "custom_request",
    "date_time",
    "decode_error",
    "entries",
    "error",
    "error_message",
    "event_chunks",
    "event_frames",
    "event_names",
    "event_stream",
    "events",
    "file",
    "form",
    "idempotency",
    "key",
    "keys",
    "lib",
    "lines",
    "list_walk",
    "middleware",
    "mock/cassette",
    "mock/clock",
    "mock/json_text",
    "mock/mod",
    "mock/pages",
    "mock/recording",
    "mock/redaction",
    "mock/reply",
    "mock/websocket",
    "native",
    "newtype",
    "nullable",
    "oauth",
    "object",
    "one_line",
    "open_enum",
    "operation",
    "outgoing",
    "pace",
    "pacing",
    "paging",
    "path",
    "prepared_call",
    "pulse",
    "query",
    "rate_limit",
    "read/cursor",
    "read/fault",
    "read/mod",
    "read/notes",
    "read/object",
    "read/paths",
    "read/union",
    "read/values",
    "redirect",
    "request",
    "request_builder",
    "response",
    "retry",
    "retry_budget",
    "sending",
    "server_variables",
    "style",
    "trace",
    "transport",
    "transport_error",
    "union",
    "upload",
    "waiting",
    "webhook/error",
    "webhook/header",
    "webhook/mac",
    "webhook/mod",
    "webhook/scheme",
    "webhook/sign",
    "webhook/verifier",
    "webhook/verify",
    "websocket/browser",
    "websocket/browser_connection",
    "websocket/browser_handshake",
    "websocket/close",
    "websocket/connection",
    "websocket/connector",
    "websocket/dial",
    "websocket/failure",
    "websocket/handshake",
    "websocket/link",
    "websocket/message",
    "websocket/mod",
    "websocket/options",
    "websocket/socket",
    "websocket/traffic",
    "write/json",
    "write/mod",
    "write/object",
    "write/tree",
    "write/values",
];

/// The runtime's optional module for HTTP Basic authentication.
const BASIC_AUTH: &str = "basic_auth";

/// The runtime's optional module for client credentials.
const OAUTH: &str = "oauth";

/// The runtime's optional module for variables of the server's URL.
const SERVER_VARIABLES: &str = "server_variables";

/// The runtime's optional module for waits.
const WAITING: &str = "waiting";

/// The runtime's optional module for webhooks.
const WEBHOOK: &str = "webhook";
/// The runtime's optional module for WebSocket channels, and its feature.
pub(super) const WEBSOCKET: &str = "websocket";

/// Returns `true` if a line of code contains a name as a whole word.
fn has_name(line: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = line.split(|c| !is_word(c));
    words.any(|word| word == name)
}

/// Adds the runtime's modules, except for `api`. A line that contains the name of an omitted
/// optional module is also omitted.
pub(super) fn files(needs: Needs, files: &mut Crate) {
    let optional = [
        (DATES, needs.dates),
        (HEADERS, needs.headers),
        (BASIC_AUTH, needs.basic_auth),
        (OAUTH, needs.oauth),
        (SERVER_VARIABLES, needs.server_variables),
        (WAITING, needs.waits),
        (WEBHOOK, needs.webhooks),
        (WEBSOCKET, needs.channels),
    ];
    let omitted = optional.into_iter().filter(|(_, is_needed)| !is_needed);
    let omitted: Vec<&str> = omitted.map(|(name, _)| name).collect();
    // The declarations of an unchanged file are known from the build.
    let mut declarations: BTreeMap<String, Module> =
        serde_json::from_str(DECLARATIONS).unwrap_or_default();
    for (name, text) in MODULES {
        if has_any(name, &omitted) {
            continue;
        }
        let path = |name: &str| format!("src/runtime/{name}.rs");
        let kept = without_lines(text, &omitted);
        match (*name, kept, declarations.remove(*name)) {
            ("lib", kept, _) => {
                let text = kept.replace("#![forbid(unsafe_code)]\n\n", "");
                files.insert(path("mod"), header() + &text);
            }
            (name, Cow::Borrowed(text), Some(declarations)) => {
                let text = header() + text;
                files.insert_code(path(name), Code { text, declarations });
            }
            (name, kept, _) => files.insert(path(name), header() + &kept),
        }
    }
}

/// Returns a module without the lines that contain an omitted name.
fn without_lines<'a>(text: &'a str, omitted: &[&str]) -> Cow<'a, str> {
    let names = omitted.iter().filter(|name| text.contains(**name));
    let names: Vec<&str> = names.copied().collect();
    if names.is_empty() {
        return Cow::Borrowed(text);
    }
    let lines = text.split_inclusive('\n');
    let text: String = lines.filter(|line| !has_any(line, &names)).collect();
    // An omitted line can have had empty lines around it.
    Cow::Owned(text.replace("\n\n\n", "\n\n"))
}

/// Returns `true` if a line of code contains one of the names as a whole word.
fn has_any(line: &str, names: &[&str]) -> bool {
    names.iter().any(|name| has_name(line, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_is_carried() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/runtime");
        let files = |folder: &str| {
            let entries = std::fs::read_dir(folder).expect("the runtime is beside this crate");
            let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
            let files = names.filter_map(|name| name.strip_suffix(".rs").map(str::to_owned));
            files.collect::<Vec<_>>()
        };
        let mut found = files(folder);
        for folder_of in ["mock", "read", "webhook", "websocket", "write"] {
            let modules = files(&format!("{folder}/{folder_of}"));
            found.extend(modules.iter().map(|name| format!("{folder_of}/{name}")));
        }
        found.retain(|name| name != "api");
        found.sort();
        let carried: Vec<&str> = MODULES.iter().map(|(name, _)| *name).collect();
        assert_eq!(found, carried);
    }

    #[test]
    fn the_declarations_of_each_module_are_known_from_the_build() {
        let mut known: BTreeMap<String, Module> =
            serde_json::from_str(DECLARATIONS).expect("declarations");
        for (name, text) in MODULES {
            let read = crate::public_api::read(text).expect("Rust");
            assert_eq!(known.remove(*name), Some(read), "{name}");
        }
        let others: Vec<String> = known.into_keys().collect();
        assert_eq!(others, ["api"]);
    }

    #[test]
    fn an_api_has_no_module_that_it_does_not_need() {
        let paths = |module: &str, is_needed| {
            let mut crate_files = Crate::default();
            let needs = Needs {
                dates: is_needed,
                headers: is_needed,
                basic_auth: is_needed,
                oauth: is_needed,
                server_variables: is_needed,
                waits: is_needed,
                channels: is_needed,
                webhooks: is_needed,
            };
            files(needs, &mut crate_files);
            let files = crate_files.files();
            let naming = files.filter(|(_, text)| has_name(text, module));
            naming.map(|(path, _)| path.to_owned()).collect::<Vec<_>>()
        };
        let optional = [DATES, HEADERS, BASIC_AUTH, OAUTH, SERVER_VARIABLES, WAITING];
        for module in optional.into_iter().chain([WEBHOOK, WEBSOCKET]) {
            assert!(paths(module, true).contains(&"src/runtime/mod.rs".to_owned()));
            assert_eq!(paths(module, false), [""; 0]);
        }
    }
}
