//! The names that a generated crate uses for something else.

/// Keywords of the 2024 edition, also the reserved ones.
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
const TYPES: [&str; 15] = [
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

/// The methods that every client has, and `clone`.
pub const CLIENT_METHODS: [&str; 9] = [
    "base_url",
    "builder",
    "clone",
    "from_env",
    "new",
    "raw",
    "request",
    "webhooks",
    "with_options",
];

/// The methods that every group has.
pub const GROUP_METHODS: [&str; 2] = ["clone", "new"];

/// The fields and methods that every request has or can have.
pub const REQUEST_METHODS: [&str; 13] = [
    "body",
    "body_field",
    "call_options",
    "client",
    "clone",
    "pages",
    "pages_with_response",
    "send",
    "send_as",
    "send_blocking",
    "send_with_response",
    "stream",
    "with_options",
];

/// The methods of the runtime's `Raw`, also the private ones: two methods of a type
/// cannot have one name.
pub const RAW_METHODS: [&str; 17] = [
    "attempt",
    "begin",
    "bytes",
    "clone",
    "decode_error",
    "empty",
    "events",
    "execute",
    "json",
    "limit_whole",
    "prepare",
    "read",
    "redirected",
    "send",
    "text",
    "whole",
    "with_options",
];

/// The variables that a raw function has beside its arguments.
pub const RAW_LOCALS: [&str; 3] = ["body", "encode_path", "header_map"];

/// The names that generated files import or have from the prelude, so that no struct of
/// a group has them.
pub const IMPORTED: [&str; 49] = [
    "Box",
    "ByteStream",
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
    "Err",
    "Error",
    "EventStream",
    "Events",
    "Form",
    "From",
    "HashMap",
    "HeaderMap",
    "HeaderValue",
    "Into",
    "IntoIterator",
    "Items",
    "Iterator",
    "MockServer",
    "Mocked",
    "NaiveDate",
    "None",
    "Ok",
    "Operation",
    "Option",
    "Outgoing",
    "Pages",
    "Query",
    "Raw",
    "Response",
    "Result",
    "SecondsFormat",
    "Send",
    "Serialize",
    "Some",
    "String",
    "Upload",
    "UrlEncoded",
    "Utc",
    "Vec",
];

/// Modules of the client beside those of the outermost groups.
pub const MODULES: [&str; 2] = ["operations", "ungrouped"];

/// The items of a group inside another one, beside its groups.
pub const GROUP_ITEMS: [&str; 3] = ["clone", "new", "types"];

/// Returns every reserved name, sorted.
pub fn all() -> Vec<&'static str> {
    let mut all: Vec<&str> = [
        &KEYWORDS[..],
        &PRELUDE,
        &TYPES,
        &CLIENT_METHODS,
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

    const TRANSPORT: &str = include_str!("../../runtime/src/transport.rs");
    const CLIENT: &str = include_str!("../../runtime/src/client.rs");

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
    fn the_methods_of_the_runtime_are_reserved() {
        let raw = methods(TRANSPORT, "Raw");
        assert!(raw.contains(&"begin") && raw.contains(&"decode_error"));
        for method in raw {
            assert!(RAW_METHODS.contains(&method), "`Raw::{method}`");
        }
        let client = methods(CLIENT, "Client");
        assert!(client.contains(&"from_env"));
        for method in client {
            assert!(CLIENT_METHODS.contains(&method), "`Client::{method}`");
        }
    }
}
