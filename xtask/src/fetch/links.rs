//! The links of an index that lead to pages.

use std::collections::HashSet;

use pulldown_cmark::{Event, Parser, Tag};

use super::page_path::is_page;

/// Returns the links to pages in a Markdown text.
pub(crate) fn links(text: &str) -> Vec<String> {
    let mut links: Vec<String> = Vec::new();
    let mut known = HashSet::new();
    for event in Parser::new(text) {
        if let Event::Start(Tag::Link { dest_url, .. }) = event
            && is_page(dest_url.split(['?', '#']).next().unwrap_or_default())
            && known.insert(dest_url.to_string())
        {
            links.push(dest_url.into_string());
        }
    }
    links
}

/// Checks where the links of any text lead: to the site, and to files below the folder
/// of the pages.
#[cfg(any(test, fuzzing))]
pub(crate) fn check(text: &str) {
    let index =
        super::address::Address::parse("https://docs.example.com/v1/llms.txt").expect("an address");
    for link in links(text) {
        let Ok(address) = index.join(&link) else {
            continue;
        };
        if let Ok(path) = super::page_path::PagePath::of(address.path()) {
            let is_name = |name: &str| !["", ".", ".."].contains(&name) && !name.contains('\\');
            assert!(path.names().all(is_name), "{path}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_pages_are_those_that_end_in_md() {
        let text = "# Pet Shop\n\n> [Home](https://example.com)\n\n\
            - [List pets](https://docs.example.com/pets/list.md): all of them\n\
            - [The same](https://docs.example.com/pets/list.md)\n\
            - [A part](/pets/add.md#body), [a query](/pets/old.MD?x=1), [a file](/openapi.json)\n\
            - <https://docs.example.com/guide.mdx>\n\n```\n[no link](/code.md)\n```\n";
        assert_eq!(
            links(text),
            [
                "https://docs.example.com/pets/list.md",
                "/pets/add.md#body",
                "/pets/old.MD?x=1",
                "https://docs.example.com/guide.mdx",
            ]
        );
    }

    #[test]
    fn the_seeds_of_the_fuzz_target_stay_below_the_folder() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/llms_txt");
        let seeds = std::fs::read_dir(folder).expect("a folder of seeds");
        let mut count = 0;
        for seed in seeds {
            let bytes = std::fs::read(seed.expect("a seed").path()).expect("bytes");
            check(&String::from_utf8_lossy(&bytes));
            count += 1;
        }
        assert!(count > 0);
    }
}
