//! Invalid values in `codegen.toml`. Each has the path of its keys, which gives the line to report.

use std::sync::Arc;

use pages::{Code, Problem, SourceFile};
use toml::de::DeTable;

/// The position of a value: the keys of its tables, its own key, and the index in a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct KeyPath {
    keys: Vec<String>,
    item: Option<usize>,
}

impl KeyPath {
    /// Creates the path of a value, or of a table, from the outermost key.
    pub(crate) fn of(keys: &[&str]) -> Self {
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        Self { keys, item: None }
    }

    /// Returns the path of an item of this list.
    pub(crate) fn item(self, index: usize) -> Self {
        let item = Some(index);
        Self { item, ..self }
    }

    /// Returns the line of the item or of the last key, counted from 1. A key that is absent has
    /// the line of its table.
    pub(crate) fn line(&self, text: &str) -> usize {
        let start = DeTable::parse(text).map_or(0, |root| self.start(root.get_ref()));
        line_at(text, start)
    }

    /// Returns the position in bytes of the item or of the last key.
    fn start(&self, root: &DeTable<'_>) -> usize {
        let (mut start, mut table, mut items) = (0, Some(root), None);
        for key in &self.keys {
            let entry = table.and_then(|table| table.get_key_value(key.as_str()));
            let Some((key, value)) = entry else {
                return start;
            };
            start = key.span().start;
            table = value.get_ref().as_table();
            items = value.get_ref().as_array();
        }
        let item = items.zip(self.item);
        let item = item.and_then(|(items, index)| items.as_ref().get(index));
        item.map_or(start, |item| item.span().start)
    }
}

/// Returns the line at a position in bytes, counted from 1.
pub(crate) fn line_at(text: &str, position: usize) -> usize {
    1 + text[..position].matches('\n').count()
}

/// A value, or a key, that cannot be used.
pub(crate) struct InvalidSetting {
    path: KeyPath,
    problem: Problem,
}

impl InvalidSetting {
    /// Creates the problem with a value that cannot be used as `what`.
    pub(crate) fn new(path: KeyPath, value: &str, what: &str, advice: &str) -> Self {
        let first_line = value.lines().next().unwrap_or_default();
        let message = format!("`{first_line}` cannot be {what}");
        Self::with_message(path, message, advice)
    }

    /// Creates a problem with this message.
    pub(crate) fn with_message(path: KeyPath, message: String, advice: &str) -> Self {
        let problem = Problem::new(Code::InvalidSetting, message).advice(advice);
        Self { path, problem }
    }

    /// Returns the problem, at the line of the value.
    pub(crate) fn located(self, file: &Arc<SourceFile>) -> Problem {
        self.problem.at(file.place(self.path.line(&file.text)))
    }
}

/// Returns the first item of the list at `keys` for which `is_valid` returns `false`, with its path.
pub(crate) fn invalid_item<'a>(
    keys: &[&str],
    values: &'a [String],
    is_valid: impl Fn(&str) -> bool,
) -> Option<(KeyPath, &'a str)> {
    let index = values.iter().position(|value| !is_valid(value))?;
    Some((KeyPath::of(keys).item(index), &values[index]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_the_line_of_its_key_or_item() {
        let text = "# banana\n\
                    crate.name = 'banana'\n\
                    api = { title = 'banana', hosts = ['x', 'banana'] }\n\
                    [fetch]\n\
                    # exclude = ['banana']\n\
                    include = [\n  '/banana',\n  'banana', # banana\n]\n\
                    exclude = ['banana']\n\
                    [manifest.dependencies.banana]\n\
                    version = '1'\n\
                    [[allow]]\n\
                    code = 'a'\n\
                    [[ allow ]]\n\
                    code = 'b'\n";
        for (path, line) in [
            (KeyPath::of(&["crate", "name"]), 2),
            (KeyPath::of(&["api", "title"]), 3),
            (KeyPath::of(&["api", "hosts"]).item(1), 3),
            (KeyPath::of(&["fetch"]), 4),
            (KeyPath::of(&["fetch", "include"]), 6),
            (KeyPath::of(&["fetch", "include"]).item(0), 7),
            (KeyPath::of(&["fetch", "include"]).item(1), 8),
            (KeyPath::of(&["fetch", "exclude"]).item(0), 10),
            (KeyPath::of(&["manifest", "dependencies", "banana"]), 11),
            (KeyPath::of(&["allow"]).item(1), 15),
            (KeyPath::of(&["fetch", "absent"]), 4),
        ] {
            assert_eq!(path.line(text), line, "{path:?}");
        }
    }
}
