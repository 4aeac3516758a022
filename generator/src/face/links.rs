//! Makes links of the operations that documentation names: `indexes.list`, which is
//! how pages name a method of a group, leads to it.

use std::collections::HashMap;

use super::operation::Operation;
use super::{Crate, groups};

/// Adds the links to the documentation of operations and types.
pub(super) fn add(operations: &[Operation], files: &mut Crate) {
    let targets = targets(operations);
    for (path, content) in &mut files.files {
        if path.starts_with("src/operations/") || path.starts_with("src/types") {
            *content = linked(content, &targets);
        }
    }
}

/// Returns the paths of methods by the names that pages give them. A name without a
/// group may be a word of another meaning, and is not among them.
fn targets(operations: &[Operation]) -> HashMap<String, String> {
    let grouped = operations.iter().filter_map(|operation| {
        let owner = groups::owner(operation.group.last()?);
        let modules = operation.group.join("::");
        let method = &operation.method;
        let name = format!("{}.{method}", operation.group.join("."));
        let path = format!("crate::operations::{modules}::{owner}::{method}");
        Some((name, path))
    });
    grouped.collect()
}

/// Returns the code with links in its documentation comments.
fn linked(code: &str, targets: &HashMap<String, String>) -> String {
    let lines = code.split_inclusive('\n').map(|line| {
        if line.trim_start().starts_with("/// ") {
            linked_line(line, targets)
        } else {
            line.to_owned()
        }
    });
    lines.collect()
}

fn linked_line(line: &str, targets: &HashMap<String, String>) -> String {
    let mut linked = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, (name, after))) = rest
        .split_once('`')
        .and_then(|(before, rest)| Some((before, rest.split_once('`')?)))
    {
        linked.push_str(before);
        match targets.get(name) {
            Some(path) if !before.ends_with('[') => {
                linked.push_str(&format!("[`{name}`]({path})"));
            }
            _ => linked.push_str(&format!("`{name}`")),
        }
        rest = after;
    }
    linked + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linked(code: &str) -> String {
        let path = "crate::operations::pets::Pets::list".to_owned();
        super::linked(code, &HashMap::from([("pets.list".to_owned(), path)]))
    }

    #[test]
    fn an_operation_becomes_a_link() {
        assert_eq!(
            linked("    /// After `pets.list`, see `pets.age`.\n    fn f() {}\n"),
            "    /// After [`pets.list`](crate::operations::pets::Pets::list), see `pets.age`.\n    fn f() {}\n",
        );
    }

    #[test]
    fn what_is_no_documentation_or_a_link_already_stays() {
        for code in [
            "// `pets.list`\n",
            "/// See [`pets.list`](x).\n",
            "/// pets.list\n",
        ] {
            assert_eq!(linked(code), code);
        }
    }

    #[test]
    fn a_line_of_a_code_block_stays() {
        let code = "/// ```text\n/// pets.list\n/// ```\n";
        assert_eq!(linked(code), code);
    }
}
