//! The settings in `codegen.toml`. All of them have defaults.

mod checks;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use heck::{ToKebabCase, ToPascalCase, ToShoutySnakeCase};
use serde::Deserialize;

use crate::allow::Allow;
use crate::host::{company, named_by};
use crate::invalid_setting::{InvalidSetting, KeyPath, line_at};
use crate::package::{self, Package};
use pages::SourceFile;
use pages::{Code, Problem};

/// The settings of a run.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The crate to generate.
    #[serde(rename = "crate")]
    pub package: Package,
    /// Additional lines of the crate's manifest.
    pub manifest: Manifest,
    /// The API as a whole.
    pub api: Api,
    /// The environment variables of the generated client.
    pub environment: Environment,
    /// Defaults of the generated client.
    pub client: Client,
    /// The source of the published pages.
    pub fetch: Fetch,
    /// Expected warnings.
    pub allow: Vec<Allow>,
}

/// The `[manifest]` table: entries of the crate's manifest for handwritten code. An entry replaces
/// a generated one of the same name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Manifest {
    /// Dependencies of the crate.
    pub dependencies: BTreeMap<String, toml::Value>,
    /// Dependencies of its examples and tests.
    pub dev_dependencies: BTreeMap<String, toml::Value>,
    /// Its features.
    pub features: BTreeMap<String, Vec<String>>,
    /// A sentence on each feature, for the documentation of the crate.
    pub feature_docs: BTreeMap<String, String>,
    /// The features that its examples need.
    pub examples: BTreeMap<String, Vec<String>>,
}

/// The `[api]` table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Api {
    /// The API's name, as people write it.
    pub title: Option<String>,
    /// The API's version.
    pub version: Option<String>,
    /// The server, which overrides those of the pages.
    pub server: Option<String>,
    /// Hosts of other sites that belong to the API. Their operations also send the key.
    pub hosts: Vec<String>,
}

/// The `[environment]` table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Environment {
    /// Variables that can contain the API key, in the order in which they are tried.
    pub key: Vec<String>,
    /// The variable that can contain another base URL.
    pub base_url: Option<String>,
}

/// The default timeout of each attempt of a call, in seconds, if the settings have none.
pub(crate) const TIMEOUT: NonZeroU32 = NonZeroU32::new(600).unwrap();

/// The `[client]` table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Client {
    /// The default timeout of each attempt of a call, in seconds. The default is 600.
    pub timeout: Option<NonZeroU32>,
}

impl Client {
    /// Returns the default timeout of each attempt of a call, in seconds.
    pub fn timeout(&self) -> NonZeroU32 {
        self.timeout.unwrap_or(TIMEOUT)
    }
}

/// The `[fetch]` table: where `apipages fetch` finds the published pages.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Fetch {
    /// The URL of the documentation site's `llms.txt`.
    pub index: Option<String>,
    /// Prefixes of the paths of pages to fetch; all pages by default.
    pub include: Vec<String>,
    /// Prefixes of the paths of pages to exclude.
    pub exclude: Vec<String>,
}

impl Fetch {
    /// Returns `true` if the page at this path of the site is to be fetched.
    pub fn takes(&self, path: &str) -> bool {
        let begins = |prefix: &String| path.starts_with(prefix.as_str());
        let is_included = self.include.is_empty() || self.include.iter().any(begins);
        is_included && !self.excludes(path)
    }

    /// Returns `true` if nothing at this path of the site is to be fetched.
    pub fn excludes(&self, path: &str) -> bool {
        let mut prefixes = self.exclude.iter();
        prefixes.any(|prefix| path.starts_with(prefix.as_str()))
    }
}

impl Config {
    /// Parses `codegen.toml`.
    ///
    /// # Errors
    ///
    /// If it is not valid TOML, or has an unknown key or an invalid value.
    pub fn parse(file: &Arc<SourceFile>) -> Result<Self, Problem> {
        let config: Self = toml::from_str(&file.text).map_err(|error| {
            if let Some(problem) = moved(file) {
                return problem;
            }
            let start = error.span().map_or(0, |span| span.start);
            Problem::new(
                Code::InvalidSetting,
                format!("`{}` cannot be used: {}", file.name, error.message()),
            )
            .at(file.place(line_at(&file.text, start)))
            .advice("correct this line of the settings")
        })?;
        match config.invalid_setting() {
            Some(setting) => Err(setting.located(file)),
            None => Ok(config),
        }
    }

    /// Returns the first invalid value.
    fn invalid_setting(&self) -> Option<InvalidSetting> {
        package::check_crate(&self.package)
            .or_else(|| checks::check_manifest(&self.manifest))
            .or_else(|| checks::check_api(&self.api))
            .or_else(|| checks::check_fetch(&self.fetch))
            .or_else(|| checks::check_environment(&self.environment))
    }

    /// Returns the name of the crate for the API at `server`: the company in the host, or the title
    /// if the host names no company.
    pub fn crate_name(&self, server: &str, title: &str) -> String {
        self.package.name.clone().unwrap_or_else(|| {
            let name = company(server).or_else(|| named_by(title));
            let name = name.as_deref().unwrap_or(NAMELESS).to_kebab_case();
            if package::is_taken(&name) {
                format!("{name}-client")
            } else {
                name
            }
        })
    }

    /// Returns the version of the crate as text.
    pub fn crate_version(&self) -> &str {
        self.package.version.as_deref().unwrap_or("0.1.0")
    }

    /// Returns the version of the crate, which was validated when the settings were read.
    pub fn version(&self) -> semver::Version {
        let version = semver::Version::parse(self.crate_version());
        version.unwrap_or_else(|_| semver::Version::new(0, 1, 0))
    }

    /// Returns the lowest Rust version that compiles the crate.
    pub fn rust_version(&self) -> &str {
        let configured = self.package.rust_version.as_deref();
        configured.unwrap_or(package::RUST_VERSION)
    }

    /// Returns the API's name, as people write it.
    pub fn title(&self, server: &str) -> String {
        let configured = self.api.title.clone();
        let company = || company(server).map(|company| company.to_pascal_case());
        configured
            .or_else(company)
            .unwrap_or_else(|| NAMELESS.to_uppercase())
    }

    /// Returns the API's version. The default is the version in the server's URL.
    pub fn api_version(&self, server: &str) -> String {
        let from_url = || {
            let last = server.trim_end_matches('/').rsplit('/').next()?;
            let version = last.strip_prefix('v')?;
            let is_version = version.starts_with(|c: char| c.is_ascii_digit());
            is_version.then(|| version.to_owned())
        };
        self.api
            .version
            .clone()
            .or_else(from_url)
            .unwrap_or_else(|| "1".to_owned())
    }

    /// Returns the environment variables that can contain the API key.
    pub fn key_variables(&self, crate_name: &str) -> Vec<String> {
        if self.environment.key.is_empty() {
            vec![format!("{}_API_KEY", crate_name.to_shouty_snake_case())]
        } else {
            self.environment.key.clone()
        }
    }

    /// Returns the environment variables that can contain a user and a password.
    pub fn user_variables(&self, crate_name: &str) -> [String; 2] {
        let name = crate_name.to_shouty_snake_case();
        ["USERNAME", "PASSWORD"].map(|end| format!("{name}_{end}"))
    }

    /// Returns the environment variable that can contain another base URL.
    pub fn base_url_variable(&self, crate_name: &str) -> String {
        self.environment
            .base_url
            .clone()
            .unwrap_or_else(|| format!("{}_BASE_URL", crate_name.to_shouty_snake_case()))
    }
}

/// Tables that were replaced with extensions of the document, because they change the client.
const MOVED: [(&str, &str); 2] = [
    (
        "names",
        "name types in `overlay.yaml`: `target: $` with `update: {x-type-names: {<schema>: <Type>}}`",
    ),
    (
        "paging",
        "write an action in `overlay.yaml`: `target: $` with `update: {x-paging: {page: [<parameter>]}}`; \
         its keys are `page`, `offset`, `token`, `items`, `last-page`, `total`, `has-more`, \
         `next-token`, and `next-url`",
    ),
];

/// Returns a problem if the settings have a table that now belongs in the overlay.
fn moved(file: &Arc<SourceFile>) -> Option<Problem> {
    // Invalid TOML is reported elsewhere, with its line.
    let table = file.text.parse::<toml::Table>().ok()?;
    let (key, advice) = MOVED.iter().find(|(key, _)| table.contains_key(*key))?;
    let line = KeyPath::of(&[key]).line(&file.text);
    let problem = Problem::new(
        Code::MovedSetting,
        format!("`{}` cannot have `[{key}]`", file.name),
    );
    Some(problem.at(file.place(line)).advice(*advice))
}

/// The default name of a crate and of an API.
const NAMELESS: &str = "api";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_is_named_after_the_servers_host() {
        let names = [
            "https://api.twelvelabs.io/v1.3",
            "https://openrouter.ai/api/v1",
            "https://api.example.co.uk",
            "https://127.0.0.1:8080",
            "http://[::1]:8080/v1",
            "https://api.box.com/2.0",
            "https://api.bytes.com",
            "https://user:password@api.foo.com",
            "https://münchen.de",
            "https://1password.com",
        ]
        .map(|server| Config::default().crate_name(server, "API"));
        assert_eq!(
            names,
            [
                "twelvelabs",
                "openrouter",
                "example",
                "api",
                "api",
                "box-client",
                "bytes-client",
                "foo",
                "api",
                "api-1password",
            ]
        );
    }

    #[test]
    fn a_crate_for_a_local_server_is_named_after_the_title() {
        let name = |server| Config::default().crate_name(server, "Pet Shop REST API");
        assert_eq!(name("http://localhost:5173/api"), "pet-shop");
        assert_eq!(name("http://[::1]:8080/v1"), "pet-shop");
        assert_eq!(name("https://api.example.com"), "example");
        assert_eq!(
            Config::default().key_variables(&name("http://localhost")),
            ["PET_SHOP_API_KEY"]
        );
    }

    #[test]
    fn the_version_is_in_the_url_of_the_server() {
        let versions = ["https://a.example/v1.3", "https://a.example/api"]
            .map(|server| Config::default().api_version(server));
        assert_eq!(versions, ["1.3", "1"]);
    }

    #[test]
    fn pages_are_taken_by_the_beginning_of_their_path() {
        let prefixes = |list: &[&str]| list.iter().map(|prefix| (*prefix).to_owned()).collect();
        let fetch = Fetch {
            index: None,
            include: prefixes(&["/api/"]),
            exclude: prefixes(&["/api/old/"]),
        };
        let taken = ["/api/list.md", "/api/old/list.md", "/guides/start.md"];
        assert_eq!(taken.map(|path| fetch.takes(path)), [true, false, false]);
        assert!(Fetch::default().takes("/guides/start.md"));
    }

    #[test]
    fn a_key_that_is_not_known_is_an_error_with_its_line() {
        let file = SourceFile::new("codegen.toml", "[crate]\nname = \"a\"\nnme = \"b\"\n");
        let problem = Config::parse(&file).expect_err("`nme` is not a key");
        assert_eq!(problem.place().map(|place| place.line()), Some(3));
    }

    #[test]
    fn a_table_that_moved_to_the_overlay_says_what_to_write() {
        for (text, word) in [
            ("[crate]\n[names]\npet = \"Pet\"\n", "x-type-names"),
            ("[crate]\n[paging]\npage = [\"p\"]\n", "x-paging"),
        ] {
            let problem = Config::parse(&SourceFile::new("codegen.toml", text)).expect_err(text);
            assert_eq!(problem.place().map(|place| place.line()), Some(2));
            assert!(
                problem
                    .advised()
                    .is_some_and(|advice| advice.contains(word))
            );
        }
    }

    #[test]
    fn a_value_that_cannot_be_used_is_an_error_with_its_line() {
        for (text, message, advice) in [
            (
                "[crate]\nversion = \"banana\"\n",
                "`banana` cannot be the version of a crate",
                "write it like `0.1.0`",
            ),
            (
                "[crate]\nlicense = \"MIT\\nx\"\n",
                "`MIT` cannot be a license",
                "write it like `MIT OR Apache-2.0`",
            ),
            (
                "[manifest.dependencies]\nbytes = 1\n",
                "`bytes` cannot be a dependency",
                "write it like `name = \"1\"` or `name = { version = \"1\" }`",
            ),
            (
                "[manifest.features]\n\"a b\" = []\n",
                "`a b` cannot be a name in the manifest",
                "use letters, digits, `-`, and `_`, and begin with a letter",
            ),
            (
                "[manifest.feature-docs]\nfast = \"Fast.\"\n",
                "`fast` cannot be described as a feature",
                "add it to `[manifest.features]`, or remove its sentence",
            ),
            (
                "[api]\nserver = \"not a url\"\n",
                "`not a url` cannot be the server",
                "write its URL like `https://api.example.com/v1`",
            ),
            (
                "[fetch]\nindex = \"llms.txt\"\n",
                "`llms.txt` cannot be the index of the pages",
                "write its URL like `https://docs.example.com/llms.txt`",
            ),
            (
                "[fetch]\nexclude = [\"guides/\"]\n",
                "`guides/` cannot be the beginning of a page's path",
                "write the beginning of its path on the site, like `/api-reference/`",
            ),
            (
                "[environment]\nkey = [\"A_KEY\", \"a b=c\"]\n",
                "`a b=c` cannot be the name of an environment variable",
                "use letters, digits, and `_`, and do not begin with a digit",
            ),
        ] {
            let problem = Config::parse(&SourceFile::new("codegen.toml", text)).expect_err(text);
            assert_eq!(problem.message(), message);
            assert_eq!(problem.advised(), Some(advice));
            assert_eq!(problem.place().map(|place| place.line()), Some(2));
        }
    }

    #[test]
    fn an_invalid_value_has_its_own_line_if_the_text_also_has_it_elsewhere() {
        for (text, line) in [
            ("[crate]\n# not banana\nversion = \"banana\"\n", 3),
            (
                "[fetch]\ninclude = [\n  \"/guides/\",\n  # guides/\n  \"guides/\",\n]\n",
                5,
            ),
            ("# 1crate\ncrate.name = \"1crate\"\n", 2),
            (
                "api = { title = \"a b\", server = \"a b\" }\nfetch = { index = \"/a\" }\n",
                1,
            ),
            (
                "# bytes\n[manifest.features]\nbytes = []\n[manifest.dependencies]\nbytes = 1\n",
                5,
            ),
            (
                "# A\u{e9}[paging]\n[crate]\n[ paging ]\npage = [\"p\"]\n",
                3,
            ),
        ] {
            let problem = Config::parse(&SourceFile::new("codegen.toml", text)).expect_err(text);
            let place = problem.place().map(|place| place.line());
            assert_eq!(place, Some(line), "{text}");
        }
    }
}
