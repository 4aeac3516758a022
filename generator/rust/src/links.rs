//! Links from documentation to operations: `indexes.list`, as pages name a method of
//! a group, leads to that method.

use std::collections::HashMap;

use api::{Api, Operation};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::operations::groups::owner;

/// The methods that documentation links to, by the names that pages give them.
#[derive(Debug, Default)]
pub(crate) struct Links(HashMap<String, String>);

impl Links {
    /// Collects the operations that are in groups. A name without a group may be a
    /// word with another meaning.
    pub(crate) fn of(api: &Api) -> Self {
        Self(api.operations.iter().filter_map(target).collect())
    }

    /// Returns Markdown in which the names of operations are links, outside of code
    /// blocks and of other links.
    pub(crate) fn add(&self, markdown: &str) -> String {
        if !markdown.contains('`') || !markdown.contains('.') {
            return markdown.to_owned();
        }
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        let mut linked = String::with_capacity(markdown.len());
        let (mut copied, mut depth) = (0, 0_usize);
        for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
            match event {
                Event::Start(Tag::Link { .. } | Tag::Image { .. }) => depth += 1,
                Event::End(TagEnd::Link | TagEnd::Image) => depth = depth.saturating_sub(1),
                Event::Code(name) if depth == 0 => {
                    if let Some(path) = self.0.get(&*name) {
                        linked.push_str(&markdown[copied..range.start]);
                        linked.push_str(&format!("[`{name}`]({path})"));
                        copied = range.end;
                    }
                }
                _ => {}
            }
        }
        linked.push_str(&markdown[copied..]);
        linked
    }
}

/// Returns the name of an operation on pages, and the path of its method.
fn target(operation: &Operation) -> Option<(String, String)> {
    let owner = owner(operation.group.last()?);
    let method = &operation.method;
    let name = format!("{}.{method}", operation.group.join("."));
    let modules = operation.group.join("::");
    Some((
        name,
        format!("crate::operations::{modules}::{owner}::{method}"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linked(markdown: &str) -> String {
        let path = "crate::operations::pets::Pets::list".to_owned();
        Links(HashMap::from([("pets.list".to_owned(), path)])).add(markdown)
    }

    #[test]
    fn an_operation_becomes_a_link() {
        assert_eq!(
            linked("After `pets.list`, see `pets.age`."),
            "After [`pets.list`](crate::operations::pets::Pets::list), see `pets.age`."
        );
    }

    #[test]
    fn words_and_links_stay() {
        for markdown in ["See [`pets.list`](https://a.example).", "See pets.list."] {
            assert_eq!(linked(markdown), markdown);
        }
    }

    #[test]
    fn code_blocks_stay() {
        for markdown in [
            "```text\npets.list\n`pets.list`\n```",
            "Code:\n\n    `pets.list`",
        ] {
            assert_eq!(linked(markdown), markdown);
        }
    }
}
