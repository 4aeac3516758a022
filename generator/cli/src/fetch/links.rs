//! The links of an index: pages, section indexes, and others.

use std::collections::HashSet;

use pulldown_cmark::{Event, Parser, Tag};

use super::page_path::is_page;

/// The file name of an index.
pub(crate) const INDEX_NAME: &str = "llms.txt";

/// The links in a Markdown text, in order and without duplicates.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Links {
    pub(crate) pages: Vec<String>,
    pub(crate) indexes: Vec<String>,
    pub(crate) others: Vec<String>,
}

impl Links {
    /// Returns the links that are not to pages.
    pub(crate) fn to_no_page(&self) -> impl Iterator<Item = &str> {
        let links = self.indexes.iter().chain(&self.others);
        links.map(String::as_str)
    }
}

/// Returns the links in a Markdown text.
pub(crate) fn links(text: &str) -> Links {
    let mut links = Links::default();
    let mut known = HashSet::new();
    for event in Parser::new(text) {
        let Event::Start(Tag::Link { dest_url, .. }) = event else {
            continue;
        };
        let path = dest_url.split(['?', '#']).next().unwrap_or_default();
        let list = if is_page(path) {
            &mut links.pages
        } else if is_index(path) {
            &mut links.indexes
        } else {
            &mut links.others
        };
        if known.insert(dest_url.to_string()) {
            list.push(dest_url.into_string());
        }
    }
    links
}

/// Returns `true` if a path is that of an index.
fn is_index(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.eq_ignore_ascii_case(INDEX_NAME)
}

/// Checks that the links of any text point to the site, and to files below the pages folder. Returns
/// the number of pages.
#[cfg(any(test, fuzzing))]
pub(crate) fn check(text: &str) -> usize {
    let index =
        super::site_url::SiteUrl::parse("https://docs.example.com/v1/llms.txt").expect("a URL");
    let links = links(text);
    let mut count = 0;
    for link in links.pages {
        let Ok(url) = index.join(&link) else {
            continue;
        };
        if let Ok(path) = super::page_path::PagePath::of(url.path()) {
            let is_name = |name: &str| !["", ".", ".."].contains(&name) && !name.contains('\\');
            assert!(path.names().all(is_name), "{path}");
            count += 1;
        }
    }
    for link in links.indexes {
        if let Ok(url) = index.join(&link)
            && url.is_beside_or_below(&index)
        {
            assert!(index.is_same_site(&url), "{url}");
            assert!(url.path().starts_with("/v1/"), "{url}");
            assert!(!url.path().contains("/.."), "{url}");
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_pages_to_indexes_or_elsewhere() {
        let text = "# Pet Shop\n\n> [Home](https://example.com)\n\n\
            - [List pets](https://docs.example.com/pets/list.md): all of them\n\
            - [The same](https://docs.example.com/pets/list.md)\n\
            - [A part](/pets/add.md#body), [a query](/pets/old.MD?x=1), [a file](/openapi.json)\n\
            - <https://docs.example.com/guide.mdx>\n\
            - [Guides](/guides/llms.txt), [all](/llms-full.txt)\n\n```\n[no link](/code.md)\n```\n";
        let links = links(text);
        assert_eq!(
            links.pages,
            [
                "https://docs.example.com/pets/list.md",
                "/pets/add.md#body",
                "/pets/old.MD?x=1",
                "https://docs.example.com/guide.mdx",
            ]
        );
        assert_eq!(links.indexes, ["/guides/llms.txt"]);
        let others = ["https://example.com", "/openapi.json", "/llms-full.txt"];
        assert_eq!(links.others, others);
    }

    #[test]
    fn the_seeds_of_the_fuzz_target_stay_below_the_folder() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/llms_txt");
        let seeds = std::fs::read_dir(folder).expect("a folder of seeds");
        let texts = seeds.map(|seed| {
            let bytes = std::fs::read(seed.expect("a seed").path()).expect("bytes");
            String::from_utf8_lossy(&bytes).into_owned()
        });
        let with_pages = texts.filter(|text| check(text) > 0).count();
        assert!(with_pages >= 2, "{with_pages} of the seeds list pages");
    }
}
