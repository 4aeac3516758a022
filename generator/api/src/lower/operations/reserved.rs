//! Names that an operation's code cannot give to anything else.

/// The methods that every client has, and `clone`.
pub(crate) const CLIENT_METHODS: [&str; 9] = [
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
pub(super) const GROUP_METHODS: [&str; 2] = ["clone", "new"];

/// The fields and methods that every request has or can have.
pub(super) const REQUEST_METHODS: [&str; 13] = [
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
pub(super) const RAW_METHODS: [&str; 17] = [
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

/// The variables and functions that a raw function uses beside its arguments.
pub(super) const RAW_LOCALS: [&str; 3] = ["body", "encode_path", "header_map"];

#[cfg(test)]
mod tests {
    use super::*;

    const TRANSPORT: &str = include_str!("../../../../runtime/src/transport.rs");
    const CLIENT: &str = include_str!("../../../../runtime/src/client.rs");

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
