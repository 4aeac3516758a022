//! Links from inline code to items of the generated crate.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::Docs;
use crate::block::SYNTAX;

impl Docs {
    /// Turns inline code into links to items, if `target` returns a path for it. Code blocks and
    /// existing links are not changed.
    pub fn linked(&self, target: impl Fn(&str) -> Option<String>) -> Self {
        if !self.0.contains('`') {
            return self.clone();
        }
        let mut linked = String::with_capacity(self.0.len());
        let (mut copied, mut depth) = (0, 0_usize);
        for (event, range) in Parser::new_ext(&self.0, SYNTAX).into_offset_iter() {
            match event {
                Event::Start(Tag::Link { .. } | Tag::Image { .. }) => depth += 1,
                Event::End(TagEnd::Link | TagEnd::Image) => depth = depth.saturating_sub(1),
                Event::Code(name) if depth == 0 => {
                    if let Some(path) = target(&name) {
                        linked.push_str(&self.0[copied..range.start]);
                        linked.push_str(Self::item(&name, path).as_str());
                        copied = range.end;
                    }
                }
                _ => {}
            }
        }
        linked.push_str(&self.0[copied..]);
        Self(linked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linked(markdown: &'static str) -> Docs {
        let target = |name: &str| {
            (name == "pets.list").then(|| "crate::operations::pets::Pets::list".to_owned())
        };
        Docs::from(markdown).linked(target)
    }

    #[test]
    fn the_name_of_an_item_becomes_a_link() {
        assert_eq!(
            linked("After `pets.list`, see `pets.age`.").as_str(),
            "After [`pets.list`](crate::operations::pets::Pets::list), see `pets.age`."
        );
    }

    #[test]
    fn words_links_and_code_blocks_stay() {
        for markdown in [
            "See pets.list.",
            "See [`pets.list`](https://a.example).",
            "```text\npets.list\n`pets.list`\n```",
            "Code:\n\n    `pets.list`",
        ] {
            assert_eq!(linked(markdown).as_str(), markdown);
        }
    }
}
