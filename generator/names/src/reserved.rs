//! The names that a generated crate already uses.

/// Keywords of the 2024 edition, including the reserved ones.
pub const KEYWORDS: [&str; 53] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "_",
];

/// Names of the standard library's prelude that generated code uses.
pub const PRELUDE: [&str; 42] = [
    "AsMut",
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Hash",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
];

/// Names that the module `types` imports or that its macros use.
const TYPES: [&str; 16] = [
    "BTreeMap",
    "Bool",
    "Bytes",
    "Client",
    "Date",
    "DateTime",
    "Deref",
    "DerefMut",
    "Deserialize",
    "HashMap",
    "Map",
    "NaiveDate",
    "Self",
    "Serialize",
    "Utc",
    "Value",
];

/// Returns `true` if no type of the API can have this name.
pub fn is_reserved_type(name: &str) -> bool {
    PRELUDE.contains(&name) || TYPES.contains(&name)
}

/// The methods that every client has, `clone`, and the methods of the prelude that take `self` by
/// value, which take precedence over methods that take a reference.
pub const CLIENT_METHODS: [&str; 10] = [
    "base_url",
    "builder",
    "clone",
    "from_env",
    "http_client",
    "into",
    "new",
    "request",
    "try_into",
    "with_options",
];

/// The methods of the client's builder, `clone`, and the methods of the prelude that take `self` by
/// value.
pub const BUILDER_METHODS: [&str; 39] = [
    "allow_plain_http",
    "api_key",
    "base_url",
    "basic_auth",
    "build",
    "client_credentials",
    "clone",
    "connect_timeout",
    "constant_header",
    "constant_headers",
    "credentials",
    "deadline",
    "environment",
    "from_env",
    "from_variables",
    "header",
    "http_client",
    "idle_timeout",
    "into",
    "max_body",
    "max_concurrent_requests",
    "max_retry_after",
    "middleware",
    "new",
    "no_proxy",
    "other_key",
    "pool_idle_timeout",
    "pool_max_idle_per_host",
    "propagate_trace",
    "proxy",
    "query",
    "rate_limit",
    "retries",
    "root_certificates",
    "server_variable",
    "timeout",
    "try_into",
    "user_agent",
    "user_agent_header",
];

/// The methods that every struct of the module `types` has.
pub const TYPE_METHODS: [&str; 15] = [
    "clone",
    "cmp",
    "default",
    "deserialize",
    "eq",
    "fmt",
    "from",
    "hash",
    "into",
    "new",
    "partial_cmp",
    "read",
    "serialize",
    "to_owned",
    "try_into",
];

/// The names of devices on Windows. Files cannot have these names there, with any extension.
pub const DEVICES: [&str; 24] = [
    "aux", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "con",
    "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "nul", "prn",
];

/// Returns `true` if a file name, without its extensions, is the name of a device on Windows.
pub fn is_device(name: &str) -> bool {
    let name = name.trim_end().to_ascii_lowercase();
    // These two name the console, and are not identifiers.
    matches!(name.as_str(), "conin$" | "conout$") || DEVICES.contains(&name.as_str())
}

/// The methods that every group has, and those of the prelude that take `self` by value.
pub const GROUP_METHODS: [&str; 4] = ["clone", "into", "new", "try_into"];

/// The fields and methods that every request has or can have.
pub const REQUEST_METHODS: [&str; 19] = [
    "body",
    "body_field",
    "call_options",
    "client",
    "clone",
    "connect",
    "connect_with",
    "from_body",
    "maybe",
    "pages",
    "pages_blocking",
    "pages_with_response",
    "send",
    "send_as",
    "send_blocking",
    "send_with_response",
    "stream",
    "stream_blocking",
    "with_options",
];

/// The methods of the type with the raw functions, including those of the prelude.
pub const RAW_METHODS: [&str; 4] = ["clone", "into", "new", "try_into"];

/// The local variables of a raw function, without its arguments.
pub const RAW_LOCALS: [&str; 3] = ["body", "encode_path", "header_map"];

/// The names that generated files import or have from the prelude. Structs of groups cannot have
/// them.
pub const IMPORTED: [&str; 59] = [
    "BTreeMap",
    "Box",
    "ByteStream",
    "Call",
    "CallOptions",
    "Client",
    "Clone",
    "Content",
    "Copy",
    "DateTime",
    "Debug",
    "Default",
    "Deref",
    "DerefMut",
    "Deserialize",
    "Empty",
    "Encoding",
    "Err",
    "Error",
    "EventStream",
    "Events",
    "FinalStatuses",
    "Form",
    "From",
    "HashMap",
    "Into",
    "IntoIterator",
    "Items",
    "Iterator",
    "ListPage",
    "MockServer",
    "Mocked",
    "NaiveDate",
    "None",
    "Nullable",
    "Ok",
    "Operation",
    "Option",
    "Pages",
    "PagesWithResponse",
    "Parameter",
    "PreparedCall",
    "Request",
    "Response",
    "Result",
    "Rfc3339",
    "Sealed",
    "Send",
    "Sending",
    "SendingWithResponse",
    "Serialize",
    "Some",
    "String",
    "Style",
    "Upload",
    "Utc",
    "Vec",
    "WaitProgress",
    "Waiting",
];

/// Modules of the client other than those of the top-level groups.
pub const MODULES: [&str; 2] = ["operations", "ungrouped"];

/// The items of a nested group, other than its groups.
pub const GROUP_ITEMS: [&str; 3] = ["clone", "new", "types"];

/// Returns every reserved name, sorted.
pub fn all() -> Vec<&'static str> {
    let mut all: Vec<&str> = [
        &KEYWORDS[..],
        &PRELUDE,
        &TYPES,
        &TYPE_METHODS,
        &DEVICES,
        &CLIENT_METHODS,
        &BUILDER_METHODS,
        &GROUP_METHODS,
        &REQUEST_METHODS,
        &RAW_METHODS,
        &RAW_LOCALS,
        &IMPORTED,
        &MODULES,
        &GROUP_ITEMS,
    ]
    .concat();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the methods in the `impl` blocks of a type.
    fn methods<'a>(code: &'a str, ty: &str) -> Vec<&'a str> {
        let head = format!("\nimpl {ty} {{\n");
        let blocks = code.split(&head).skip(1);
        let blocks = blocks.filter_map(|rest| rest.split("\n}").next());
        let lines = blocks.flat_map(str::lines);
        lines
            .filter_map(|line| line.strip_prefix("    "))
            .filter(|line| !line.starts_with([' ', '/', '#']))
            .filter_map(|line| line.split_once("fn ")?.1.split(['(', '<']).next())
            .collect()
    }

    #[test]
    fn devices_have_names_in_any_case() {
        for name in ["con", "Aux", "LPT9", "com0", "nul ", "CONIN$"] {
            assert!(is_device(name), "{name}");
        }
        for name in ["console", "com", "com10", "lpt", "$", ""] {
            assert!(!is_device(name), "{name}");
        }
    }

    /// Asserts that all methods of a type of the runtime are reserved.
    fn check(ty: &str, reserved: &[&str]) {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../rust/runtime");
        let files = std::fs::read_dir(folder).expect("the runtime is beside this crate");
        let files = files.filter_map(|file| std::fs::read_to_string(file.ok()?.path()).ok());
        let code: Vec<String> = files.collect();
        let mut defined = code.iter().flat_map(|code| methods(code, ty)).peekable();
        assert!(defined.peek().is_some());
        for method in defined {
            assert!(reserved.contains(&method), "`{ty}::{method}`");
        }
    }

    #[test]
    fn the_methods_of_the_builder_are_reserved() {
        check("ClientBuilder", &BUILDER_METHODS);
    }

    #[test]
    fn the_methods_of_the_client_are_reserved() {
        check("Client", &CLIENT_METHODS);
    }
}
