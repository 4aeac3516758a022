//! The site's index: an `llms.txt` file, a Markdown list of links to its pages. An index may list
//! the indexes of its sections, which are followed if they are below it.

use std::collections::HashSet;

use generator::{Code, Fetch};

use super::download::{Client, Fetched, Limits};
use super::links::{INDEX_NAME, Links, links};
use super::site_url::SiteUrl;
use crate::shell::{Failure, count};

const INDEX: Limits = Limits {
    size: 8 << 20,
    missing: "pass the URL of the site's `llms.txt` with `--from`, or correct `index` under `[fetch]` \
              in `codegen.toml`",
};

const SECTION: Limits = Limits {
    size: INDEX.size,
    missing: "an index lists a section index that does not exist: report this to the publisher, or \
              exclude it with `exclude` under `[fetch]` in `codegen.toml`",
};

/// The maximum depth of indexes below the first one.
const DEEPEST: usize = 3;

/// The maximum number of indexes, including the first one.
const MOST: usize = 100;

/// The maximum number of links in a message.
const MOST_NAMED: usize = 5;

/// A link to a page, and the index that contains it.
pub(crate) struct Link {
    pub(crate) index: SiteUrl,
    pub(crate) text: String,
}

/// The links to pages, in the order of the indexes.
pub(crate) struct Index {
    pub(crate) links: Vec<Link>,
    /// Section indexes that could not be fetched, and whose pages are missing.
    pub(crate) failures: Vec<Failure>,
}

/// One fetched index.
struct List {
    /// The final URL of the index.
    url: SiteUrl,
    links: Links,
}

/// Parses the URL of an index. The URL of the site selects its `llms.txt`.
pub(crate) fn parse_url(text: &str) -> Result<SiteUrl, Failure> {
    let parsed = SiteUrl::parse(text).and_then(|url| {
        if url.path().ends_with('/') {
            url.join(INDEX_NAME)
        } else {
            Ok(url)
        }
    });
    parsed.map_err(|why| {
        Failure::check(
            Code::InvalidIndex,
            format!("`{text}` is not a valid index URL: {why}"),
            "pass the URL of the site's list of pages, such as `https://docs.example.com/llms.txt`",
        )
    })
}

impl Index {
    /// Fetches the index and its section indexes.
    ///
    /// # Errors
    ///
    /// Returns an error if the index cannot be fetched completely, or if it lists no page.
    pub(crate) fn read(client: &Client, url: &SiteUrl, config: &Fetch) -> Result<Self, Failure> {
        let first = List::fetch(client, url, &INDEX)?;
        let lists_no_page = no_page(&first);
        let mut index = Self {
            links: Vec::new(),
            failures: Vec::new(),
        };
        let mut sections = Sections::below(&first, url, config);
        let mut lists = vec![first];
        for depth in 0.. {
            let mut found = sections.listed_by(&lists);
            index
                .links
                .extend(lists.into_iter().flat_map(List::into_links));
            if found.is_empty() {
                break;
            }
            if depth == DEEPEST {
                index.failures.push(too_deep(&found[0]));
                break;
            }
            let room = MOST.saturating_sub(sections.fetched);
            if found.len() > room {
                index.failures.push(too_many(&found[room]));
                found.truncate(room);
            }
            sections.fetched += found.len();
            let fetched = client.each(&found, |section| List::fetch(client, section, &SECTION));
            lists = sections.new_of(&found, fetched, &mut index.failures);
        }
        match (index.links.is_empty(), index.failures.pop()) {
            (true, Some(failure)) => Err(failure),
            (true, None) => Err(lists_no_page),
            (false, last) => {
                index.failures.extend(last);
                Ok(index)
            }
        }
    }
}

impl List {
    fn fetch(client: &Client, url: &SiteUrl, limits: &Limits) -> Result<Self, Failure> {
        Ok(match client.get(url, None, limits)? {
            Fetched::Body(body) => Self {
                links: links(&String::from_utf8_lossy(&body.bytes)),
                url: body.url,
            },
            // The request was not conditional.
            Fetched::Unchanged => Self {
                links: Links::default(),
                url: url.clone(),
            },
        })
    }

    fn into_links(self) -> impl Iterator<Item = Link> {
        let Self { url, links } = self;
        let pages = links.pages.into_iter();
        pages.map(move |text| Link {
            index: url.clone(),
            text,
        })
    }
}

/// The section indexes that are followed, and those that are already known.
struct Sections<'a> {
    /// The final URL of the first index.
    first: SiteUrl,
    known: HashSet<String>,
    fetched: usize,
    config: &'a Fetch,
}

impl<'a> Sections<'a> {
    fn below(first: &List, url: &SiteUrl, config: &'a Fetch) -> Self {
        let first = first.url.clone();
        Self {
            known: HashSet::from([first.to_string(), url.to_string()]),
            first,
            fetched: 1,
            config,
        }
    }

    /// Returns the new section indexes of the lists. Each is returned only once, so that cycles
    /// end.
    fn listed_by(&mut self, lists: &[List]) -> Vec<SiteUrl> {
        let mut found = Vec::new();
        for list in lists {
            for link in &list.links.indexes {
                if let Ok(url) = list.url.join(link)
                    && url.is_beside_or_below(&self.first)
                    && !self.config.excludes(url.path())
                    && self.known.insert(url.to_string())
                {
                    found.push(url);
                }
            }
        }
        found
    }

    /// Returns the fetched lists, without lists that redirect to known ones.
    fn new_of(
        &mut self,
        asked: &[SiteUrl],
        fetched: Vec<Result<List, Failure>>,
        failures: &mut Vec<Failure>,
    ) -> Vec<List> {
        let mut new = Vec::new();
        for (url, list) in asked.iter().zip(fetched) {
            match list {
                Ok(list) if list.url == *url => new.push(list),
                // The index may have been redirected.
                Ok(list) if self.known.insert(list.url.to_string()) => new.push(list),
                Ok(_) => {}
                Err(failure) => failures.push(failure),
            }
        }
        new
    }
}

/// Returns the error of an index without pages.
fn no_page(list: &List) -> Failure {
    let links: Vec<&str> = list.links.to_no_page().collect();
    let named = links.iter().take(MOST_NAMED);
    let named: String = named.map(|link| format!("\n     {link}")).collect();
    let more = match links.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!("\n     and {more} more"),
    };
    let what = match links.len() {
        0 => "it contains no links".to_owned(),
        number => format!("it contains {}:{named}{more}", count(number, "other link")),
    };
    Failure::check(
        Code::InvalidIndex,
        format!("`{}` lists no page: {what}", list.url),
        format!(
            "it should be a Markdown list of links to `.md` pages, or to further `{INDEX_NAME}` below it. \
             `index` under `[fetch]` in `codegen.toml`, or `--from`, can name the index of a section, such \
             as `https://docs.example.com/api-reference/{INDEX_NAME}`"
        ),
    )
}

fn too_deep(url: &SiteUrl) -> Failure {
    incomplete(
        url,
        &format!("it is more than {DEEPEST} levels below the first one"),
    )
}

fn too_many(url: &SiteUrl) -> Failure {
    incomplete(url, &format!("there are more than {MOST} indexes"))
}

fn incomplete(url: &SiteUrl, why: &str) -> Failure {
    Failure::check(
        Code::RefusedLink,
        format!("the index `{url}` is not followed: {why}"),
        "set `index` under `[fetch]` in `codegen.toml` to the index of a section, or exclude sections with \
         `exclude` there",
    )
}
