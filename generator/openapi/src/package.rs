//! The table `[crate]`, its validation by the rules of the registry, and the licenses in an SPDX
//! expression.

use serde::Deserialize;

use crate::host::host;
use crate::invalid_setting::{InvalidSetting, KeyPath, invalid_item};

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

/// Returns the first value of `[crate]` that Cargo, the registry, or the runtime rejects.
pub(crate) fn check_crate(package: &Package) -> Option<InvalidSetting> {
    package
        .name
        .as_deref()
        .and_then(check_name)
        .or_else(|| package.version.as_deref().and_then(check_version))
        .or_else(|| package.license.as_deref().and_then(check_license))
        .or_else(|| check_keywords(&package.keywords))
        .or_else(|| check_categories(&package.categories))
        .or_else(|| check_urls(package))
        .or_else(|| check_authors(&package.authors))
        .or_else(|| check_include(&package.include))
        .or_else(|| package.rust_version.as_deref().and_then(check_rust_version))
}

fn key(name: &str) -> KeyPath {
    KeyPath::of(&["crate", name])
}

/// Returns the first item of a list of `[crate]` that is not valid as `what`.
fn check_items(
    name: &str,
    values: &[String],
    is_valid: impl Fn(&str) -> bool,
    what: &str,
    advice: &str,
) -> Option<InvalidSetting> {
    let (path, value) = invalid_item(&["crate", name], values, is_valid)?;
    Some(InvalidSetting::new(path, value, what, advice))
}

/// Returns `true` if Cargo accepts a name of a crate, a dependency, or a feature.
pub(crate) fn is_crate_name(name: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(is_word)
}

/// The crates that a client can depend on, as they are named in code.
pub const CLIENT_DEPENDENCIES: [&str; 40] = [
    "backon",
    "base64",
    "bytes",
    "chrono",
    "client_runtime",
    "encoding_rs",
    "fastrand",
    "form_urlencoded",
    "futures_core",
    "futures_util",
    "gloo_timers",
    "hmac",
    "http",
    "httpdate",
    "httpmock",
    "js_sys",
    "mime_guess",
    "multer",
    "percent_encoding",
    "proptest",
    "reqwest",
    "ring",
    "rustls",
    "rustls_platform_verifier",
    "secrecy",
    "serde",
    "serde_ignored",
    "serde_json",
    "serde_path_to_error",
    "sha2",
    "sse_stream",
    "tempfile",
    "tokio",
    "tokio_rustls",
    "tokio_tungstenite",
    "tokio_util",
    "tracing",
    "wasm_bindgen",
    "web_sys",
    "web_time",
];

/// Returns `true` if a crate cannot have this name, because it is not usable or conflicts with a
/// dependency of the client.
pub(crate) fn is_taken(name: &str) -> bool {
    let name = name.replace('-', "_");
    names::is_keyword(&name)
        || ["alloc", "core", "proc_macro", "std", "test"].contains(&name.as_str())
        || CLIENT_DEPENDENCIES.contains(&name.as_str())
}

fn check_name(name: &str) -> Option<InvalidSetting> {
    let advice = if !is_crate_name(name) {
        "use letters, digits, `-`, and `_`, and begin with a letter"
    } else if is_taken(name) {
        "it is a Rust keyword or the name of a dependency of the client: choose a longer name"
    } else {
        return None;
    };
    let what = "the name of a crate";
    Some(InvalidSetting::new(key("name"), name, what, advice))
}

fn check_version(version: &str) -> Option<InvalidSetting> {
    let is_valid = semver::Version::parse(version).is_ok();
    let (what, advice) = ("the version of a crate", "write it like `0.1.0`");
    (!is_valid).then(|| InvalidSetting::new(key("version"), version, what, advice))
}

fn check_license(license: &str) -> Option<InvalidSetting> {
    let is_valid = !license.contains(char::is_control);
    let (what, advice) = ("a license", "write it like `MIT OR Apache-2.0`");
    (!is_valid).then(|| InvalidSetting::new(key("license"), license, what, advice))
}

fn too_many(name: &str, values: &[String]) -> Option<InvalidSetting> {
    let path = key(name).item(MOST);
    let message = format!("a crate cannot have {} {name}", values.len());
    let advice = format!("the registry accepts at most {MOST}");
    (values.len() > MOST).then(|| InvalidSetting::with_message(path, message, &advice))
}

fn check_keywords(keywords: &[String]) -> Option<InvalidSetting> {
    let name = "keywords";
    let is_keyword = |keyword: &str| {
        let is_word = |c: char| c.is_ascii_alphanumeric() || "_-+".contains(c);
        keyword.len() <= LONGEST_KEYWORD
            && keyword.starts_with(|c: char| c.is_ascii_alphanumeric())
            && keyword.chars().all(is_word)
    };
    let what = "a keyword of a crate";
    let advice = "use at most 20 ASCII letters, digits, `_`, `-`, and `+`, and begin with a letter \
                  or a digit";
    check_items(name, keywords, is_keyword, what, advice).or_else(|| too_many(name, keywords))
}

fn check_categories(categories: &[String]) -> Option<InvalidSetting> {
    let name = "categories";
    let is_word = |word: &str| {
        let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        !word.is_empty() && word.chars().all(is_part)
    };
    let is_slug = |slug: &str| slug.split('-').all(is_word);
    let is_category = |category: &str| category.split("::").all(is_slug);
    let what = "a category of a crate";
    let advice = "write a slug of https://crates.io/category_slugs, such as `api-bindings` or \
                  `web-programming::http-client`";
    check_items(name, categories, is_category, what, advice).or_else(|| too_many(name, categories))
}

fn check_urls(package: &Package) -> Option<InvalidSetting> {
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
        .filter_map(|(name, url)| Some((name, url.as_deref()?)));
    let (name, url) = set.find(|(_, url)| !is_url(url))?;
    let advice = "write a URL like `https://example.com/client`";
    let what = format!("the {name} of a crate");
    Some(InvalidSetting::new(key(name), url, &what, advice))
}

fn check_authors(authors: &[String]) -> Option<InvalidSetting> {
    let what = "an author of a crate";
    let advice = "write a name, or a name and an email address like `Jane Doe <jane@example.com>`";
    check_items("authors", authors, is_line, what, advice)
}

fn check_include(patterns: &[String]) -> Option<InvalidSetting> {
    let what = "a pattern for files of a crate";
    let advice = "write a pattern of Cargo like `/openapi.json` or `/docs/**`";
    check_items("include", patterns, is_line, what, advice)
}

/// Returns `true` if a text is a single line and not blank.
fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(char::is_control)
}

fn check_rust_version(version: &str) -> Option<InvalidSetting> {
    let path = key("rust-version");
    let Some(numbers) = numbers(version) else {
        let what = "the Rust version of a crate";
        let advice = format!("write it like `{RUST_VERSION}`");
        return Some(InvalidSetting::new(path, version, what, &advice));
    };
    let lowest = numbers_of_runtime();
    (numbers < lowest).then(|| {
        let message = format!("a generated crate does not compile with Rust {version}");
        let advice = format!("its runtime needs Rust {RUST_VERSION}: set that or a later version");
        InvalidSetting::with_message(path, message, &advice)
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
