//! The table `[crate]`, its validation by the rules of the registry, and the licenses in an SPDX
//! expression.

use pages::{Code, Problem};
use serde::Deserialize;

use crate::host::host;

/// The `[crate]` table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Package {
    /// The crate's name; by default that of the server's host, or of the title.
    pub name: Option<String>,
    /// The crate's version; `0.1.0` by default.
    pub version: Option<String>,
    /// One line for the crate's manifest.
    pub description: Option<String>,
    /// An SPDX expression for the crate's manifest.
    pub license: Option<String>,
    /// The URL of the source code.
    pub repository: Option<String>,
    /// The URL of the project's site.
    pub homepage: Option<String>,
    /// The URL of the documentation, if it is not on docs.rs.
    pub documentation: Option<String>,
    /// The authors. Email addresses are optional.
    pub authors: Vec<String>,
    /// Search keywords of the registry.
    pub keywords: Vec<String>,
    /// Slugs of the registry's categories.
    pub categories: Vec<String>,
    /// Patterns of additional files for the published package.
    pub include: Vec<String>,
    /// The minimum Rust version. The default is the minimum of the runtime.
    pub rust_version: Option<String>,
    /// Whether the crate has a test of each operation, examples, and a CI workflow.
    pub tests: bool,
}

/// The minimum Rust version of generated crates, which their runtime requires.
pub const RUST_VERSION: &str = "1.88";

/// The registry's limit for keywords and for categories.
const MOST: usize = 5;

/// The registry's limit for the length of a keyword.
const LONGEST_KEYWORD: usize = 20;

/// A value that the registry or the runtime rejects.
pub(crate) struct Mistake {
    key: &'static str,
    /// The value as the file may have it.
    value: String,
    problem: Problem,
}

impl Mistake {
    /// Creates the mistake for a value that cannot be used as `what`.
    fn new(key: &'static str, value: &str, what: &str, advice: &str) -> Self {
        let shown = value.lines().next().unwrap_or_default();
        let message = format!("`{shown}` cannot be {what}");
        Self::says(key, value, message, advice)
    }

    fn says(key: &'static str, value: &str, message: String, advice: &str) -> Self {
        let problem = Problem::new(Code::InvalidSetting, message).advice(advice);
        let value = value.to_owned();
        Self {
            key,
            value,
            problem,
        }
    }

    /// Returns the problem, at the line of the value or of its key.
    pub(crate) fn located(self, text: &str) -> (Problem, usize) {
        let starts = |line: &str| {
            let rest = line.trim_start().strip_prefix(self.key);
            rest.is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        let lines = || text.lines().enumerate();
        let table = lines().find(|(_, line)| line.trim() == "[crate]");
        let table = table.map_or(0, |(index, _)| index);
        let key = lines().skip(table).find(|(_, line)| starts(line));
        let key = key.map_or(table, |(index, _)| index);
        let quotes = ['"', '\''].map(|quote| format!("{quote}{}{quote}", self.value));
        let has_value = |line: &str| quotes.iter().any(|quoted| line.contains(quoted));
        let value = lines().skip(key).find(|(_, line)| has_value(line));
        let line = value.map_or(key, |(index, _)| index) + 1;
        (self.problem, line)
    }
}

/// Returns the first value of `[crate]` that the registry or the runtime rejects.
pub(crate) fn mistake(package: &Package) -> Option<Mistake> {
    keywords(&package.keywords)
        .or_else(|| categories(&package.categories))
        .or_else(|| urls(package))
        .or_else(|| authors(&package.authors))
        .or_else(|| include(&package.include))
        .or_else(|| rust_version(package.rust_version.as_deref()?))
}

fn too_many(key: &'static str, values: &[String]) -> Option<Mistake> {
    let first = values.get(MOST)?;
    let message = format!("a crate cannot have {} {key}", values.len());
    let advice = format!("the registry accepts at most {MOST}");
    Some(Mistake::says(key, first, message, &advice))
}

fn keywords(keywords: &[String]) -> Option<Mistake> {
    let key = "keywords";
    let is_keyword = |keyword: &str| {
        let is_word = |c: char| c.is_ascii_alphanumeric() || "_-+".contains(c);
        keyword.len() <= LONGEST_KEYWORD
            && keyword.starts_with(|c: char| c.is_ascii_alphanumeric())
            && keyword.chars().all(is_word)
    };
    let wrong = keywords.iter().find(|keyword| !is_keyword(keyword));
    let advice = "use at most 20 ASCII letters, digits, `_`, `-`, and `+`, and begin with a letter \
                  or a digit";
    wrong
        .map(|keyword| Mistake::new(key, keyword, "a keyword of a crate", advice))
        .or_else(|| too_many(key, keywords))
}

fn categories(categories: &[String]) -> Option<Mistake> {
    let key = "categories";
    let is_word = |word: &str| {
        let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        !word.is_empty() && word.chars().all(is_part)
    };
    let is_slug = |slug: &str| slug.split('-').all(is_word);
    let is_category = |category: &str| category.split("::").all(is_slug);
    let wrong = categories.iter().find(|category| !is_category(category));
    let advice = "write a slug of https://crates.io/category_slugs, such as `api-bindings` or \
                  `web-programming::http-client`";
    wrong
        .map(|category| Mistake::new(key, category, "a category of a crate", advice))
        .or_else(|| too_many(key, categories))
}

fn urls(package: &Package) -> Option<Mistake> {
    let urls = [
        ("repository", &package.repository),
        ("homepage", &package.homepage),
        ("documentation", &package.documentation),
    ];
    let is_url = |url: &str| {
        let is_odd = |c: char| c.is_control() || c.is_whitespace();
        host(url).is_some() && !url.contains(is_odd)
    };
    let mut set = urls
        .into_iter()
        .filter_map(|(key, url)| Some((key, url.as_deref()?)));
    let (key, url) = set.find(|(_, url)| !is_url(url))?;
    let advice = "write a URL like `https://example.com/client`";
    let what = format!("the {key} of a crate");
    Some(Mistake::new(key, url, &what, advice))
}

fn authors(authors: &[String]) -> Option<Mistake> {
    let wrong = authors.iter().find(|author| !is_line(author))?;
    let advice = "write a name, or a name and an email address like `Jane Doe <jane@example.com>`";
    Some(Mistake::new(
        "authors",
        wrong,
        "an author of a crate",
        advice,
    ))
}

fn include(patterns: &[String]) -> Option<Mistake> {
    let wrong = patterns.iter().find(|pattern| !is_line(pattern))?;
    let advice = "write a pattern of Cargo like `/openapi.json` or `/docs/**`";
    Some(Mistake::new(
        "include",
        wrong,
        "a pattern for files of a crate",
        advice,
    ))
}

/// Returns `true` if a text is a single line and not blank.
fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(char::is_control)
}

fn rust_version(version: &str) -> Option<Mistake> {
    let key = "rust-version";
    let Some(numbers) = numbers(version) else {
        let advice = format!("write it like `{RUST_VERSION}`");
        return Some(Mistake::new(
            key,
            version,
            "the Rust version of a crate",
            &advice,
        ));
    };
    let lowest = numbers_of_runtime();
    (numbers < lowest).then(|| {
        let message = format!("a generated crate does not compile with Rust {version}");
        let advice = format!("its runtime needs Rust {RUST_VERSION}: set that or a later version");
        Mistake::says(key, version, message, &advice)
    })
}

/// Returns the numbers of a version with two or three components, such as `1.88`.
fn numbers(version: &str) -> Option<[u64; 3]> {
    let mut numbers = [0; 3];
    let texts: Vec<&str> = version.split('.').collect();
    if !(2..=3).contains(&texts.len()) {
        return None;
    }
    for (number, text) in numbers.iter_mut().zip(texts) {
        let is_number = text == "0" || !text.starts_with(['0', '+']);
        *number = text.parse().ok().filter(|_| is_number)?;
    }
    Some(numbers)
}

fn numbers_of_runtime() -> [u64; 3] {
    numbers(RUST_VERSION).unwrap_or_default()
}

/// Returns the SPDX identifiers in an expression, without duplicates.
pub fn licenses(expression: &str) -> Vec<&str> {
    let mut licenses = Vec::new();
    let is_end = |c: char| c.is_whitespace() || "()/".contains(c);
    let mut words = expression.split(is_end).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        match word {
            "AND" | "OR" => {}
            // An exception to the license before it.
            "WITH" => licenses.extend(words.next()),
            license => licenses.push(license.trim_end_matches('+')),
        }
    }
    let mut seen = Vec::new();
    licenses.retain(|license| {
        let is_new = !seen.contains(license);
        seen.push(*license);
        is_new
    });
    licenses
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pages::SourceFile;

    use super::*;
    use crate::Config;

    fn file(lines: &str) -> Arc<SourceFile> {
        SourceFile::new("codegen.toml", &format!("# homepage\n[crate]\n{lines}\n"))
    }

    fn refused(lines: &str) -> (String, usize, String) {
        let problem = Config::parse(&file(lines)).expect_err(lines);
        (
            problem.message().to_owned(),
            problem.place().map_or(0, |place| place.line()),
            problem.advised().unwrap_or_default().to_owned(),
        )
    }

    #[test]
    fn the_settings_that_the_registry_accepts_are_accepted() {
        let settings = "keywords = [\"api\", \"c++\", \"4k\", \"a_b-c\", \"12345678901234567890\"]\n\
                        categories = [\"api-bindings\", \"web-programming::http-client\"]\n\
                        homepage = \"https://example.com\"\n\
                        documentation = \"http://docs.example.com/client\"\n\
                        repository = \"https://example.com/client.git\"\n\
                        authors = [\"Jane Doe <jane@example.com>\"]\n\
                        include = [\"/openapi.json\"]\n\
                        rust-version = \"1.90.1\"";
        let config = Config::parse(&file(settings)).expect("valid settings");
        assert_eq!(config.package.keywords.len(), 5);
        assert_eq!(config.rust_version(), "1.90.1");
        assert_eq!(Config::default().rust_version(), RUST_VERSION);
    }

    #[test]
    fn a_value_that_the_registry_refuses_is_an_error_with_its_line() {
        for (lines, message, line) in [
            (
                "keywords = [\n  \"api\",\n  \"ápi\",\n]",
                "`ápi` cannot be a keyword of a crate",
                5,
            ),
            ("keywords = [\"\"]", "`` cannot be a keyword of a crate", 3),
            (
                "keywords = [\"-api\"]",
                "`-api` cannot be a keyword of a crate",
                3,
            ),
            (
                "keywords = [\"123456789012345678901\"]",
                "`123456789012345678901` cannot be a keyword of a crate",
                3,
            ),
            (
                "keywords = [\n\"a\", \"b\", \"c\",\n\"d\", \"e\",\n\"f\"]",
                "a crate cannot have 6 keywords",
                6,
            ),
            (
                "categories = [\"API bindings\"]",
                "`API bindings` cannot be a category of a crate",
                3,
            ),
            (
                "categories = [\"web-programming:http-client\"]",
                "`web-programming:http-client` cannot be a category of a crate",
                3,
            ),
            (
                "categories = [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\"]",
                "a crate cannot have 6 categories",
                3,
            ),
            (
                "name = \"a\"\nhomepage = \"example.com\"",
                "`example.com` cannot be the homepage of a crate",
                4,
            ),
            (
                "documentation = \"ftp://example.com\"",
                "`ftp://example.com` cannot be the documentation of a crate",
                3,
            ),
            (
                "repository = \"git@example.com:client.git\"",
                "`git@example.com:client.git` cannot be the repository of a crate",
                3,
            ),
            (
                "version = \"1.0.0\"\nauthors = [\"a\\u0007\"]",
                "`a\\u{7}` cannot be an author of a crate",
                4,
            ),
            (
                "include = [\" \"]",
                "` ` cannot be a pattern for files of a crate",
                3,
            ),
            (
                "rust-version = \"stable\"",
                "`stable` cannot be the Rust version of a crate",
                3,
            ),
            (
                "rust-version = \"1.90.0-beta\"",
                "`1.90.0-beta` cannot be the Rust version of a crate",
                3,
            ),
        ] {
            let (said, at, advice) = refused(lines);
            assert_eq!((said.as_str(), at), (message, line));
            assert!(!advice.is_empty());
        }
    }

    #[test]
    fn a_rust_version_below_that_of_the_runtime_is_an_error() {
        for version in ["1.87", "1.87.3", "0.99"] {
            let (message, line, advice) = refused(&format!("rust-version = \"{version}\""));
            let expected = format!("a generated crate does not compile with Rust {version}");
            assert_eq!((message, line), (expected, 3));
            assert!(advice.contains(RUST_VERSION), "{advice}");
        }
    }

    #[test]
    fn the_rust_version_of_the_runtime_is_that_of_this_workspace() {
        let manifest = include_str!("../../../Cargo.toml");
        let line = format!("rust-version = \"{RUST_VERSION}\"");
        assert!(manifest.lines().any(|it| it == line));
    }

    #[test]
    fn an_expression_names_each_of_its_licenses_once() {
        for (expression, expected) in [
            ("MIT", &["MIT"][..]),
            ("MIT OR Apache-2.0", &["MIT", "Apache-2.0"]),
            ("MIT/Apache-2.0", &["MIT", "Apache-2.0"]),
            (
                "(MIT OR Apache-2.0 WITH LLVM-exception) AND MIT",
                &["MIT", "Apache-2.0", "LLVM-exception"],
            ),
            ("GPL-2.0+", &["GPL-2.0"]),
            ("", &[]),
        ] {
            assert_eq!(licenses(expression), expected, "{expression}");
        }
    }
}
