//! `Cargo.toml`.

use std::collections::{BTreeMap, BTreeSet};

use api::Dependency;
use openapi::Config;
use pages::Surroundings;
use pages::marker;

use super::{Needs, runtime};

/// The dependency for dates.
const DATES: &str = "chrono";

/// The dependency for HTTP Basic authentication, including that of token servers. For other APIs,
/// only the features `mock` and `webhooks` need it.
const BASE64: &str = "base64";

/// The dependency for waiting for several results, and for channels.
const JOIN: &str = "futures-util";

/// The dependencies for WebSocket channels, including those for browsers.
const SOCKETS: [&str; 4] = ["js-sys", "tokio-tungstenite", "wasm-bindgen", "web-sys"];

/// The beginning of the feature `mock`.
const MOCK: &str = "mock = [";

/// The beginning of the feature `webhooks`, which is optional.
const WEBHOOKS: &str = "webhooks = [";

/// The beginning of the feature `websocket`, which is optional.
const WEBSOCKET: &str = "websocket = [";

/// The dependencies for signatures of webhooks.
const MACS: [&str; 2] = ["hmac", "sha2"];

/// The dependencies of the examples in the documentation.
const DEV_DEPENDENCIES: &str =
    "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n";

/// The patterns of the files of a published package. The crate's folder has others, such as
/// `openapi.json` of bare pages and `api.txt`, which only those need who generate the crate.
const PACKAGED: [&str; 5] = [
    "/CHANGELOG.md",
    "/LICENSE*",
    "/README.md",
    "/examples/**",
    "/src/**",
];

/// Returns the manifest of the crate.
pub(super) fn manifest(
    name: &str,
    description: &str,
    config: &Config,
    surroundings: Surroundings,
    needs: Needs,
    external: &BTreeMap<String, Dependency>,
) -> String {
    let more = &config.manifest;
    let features = feature_lines(config, needs).join("\n");
    let documented: Vec<String> = documented(config, needs).into_iter().map(quoted).collect();
    let documented = documented.join(", ");
    let mut manifest = format!(
        "{}\n\n\
         {}\n\
         [package.metadata.docs.rs]\nfeatures = [{documented}]\n\
         rustdoc-args = [\"--cfg\", \"docsrs\"]\n\n\
         [features]\n{features}\n\n\
         [dependencies]\n{}",
        marker::MANIFEST,
        package(name, description, config),
        dependencies_of(config, needs, external),
    );
    for name in target_sections() {
        manifest.push_str(&format!("\n[{name}]\n"));
        let lines = section(name);
        let is_needed =
            |line: &&str| needs.channels || !SOCKETS.iter().any(|name| line.starts_with(name));
        for line in lines.lines().filter(is_needed) {
            manifest.push_str(&format!("{line}\n"));
        }
    }
    let mut for_development = merged(DEV_DEPENDENCIES, &more.dev_dependencies);
    for_development.sort();
    let for_development = for_development.join("\n");
    manifest.push_str(&format!("\n[dev-dependencies]\n{for_development}\n"));
    let examples = more.examples.iter();
    for (name, features) in examples.filter(|_| surroundings.has_examples) {
        let features = toml::Value::from(features.clone());
        manifest.push_str(&format!(
            "\n[[example]]\nname = {}\nrequired-features = {features}\n",
            quoted(name)
        ));
    }
    if !surroundings.workspace_member {
        manifest.push_str("\n# The crate is its own workspace.\n[workspace]\n");
    }
    manifest
}

/// Returns the lines of the features of the crate, with those of `codegen.toml`.
fn feature_lines(config: &Config, needs: Needs) -> Vec<String> {
    merged(&features(needs), &config.manifest.features)
}

/// Returns the features of the crate, each with what it enables.
pub(super) fn all_features(config: &Config, needs: Needs) -> BTreeMap<String, Vec<String>> {
    let lines = feature_lines(config, needs).join("\n");
    toml::from_str(&lines).unwrap_or_default()
}

/// Returns the features that docs.rs shows: all that can be used together.
pub(super) fn documented(config: &Config, needs: Needs) -> BTreeSet<&str> {
    let always = ["blocking", "mock", "tracing"].into_iter();
    let always = always.chain(needs.webhooks.then_some("webhooks"));
    let always = always.chain(needs.channels.then_some(runtime::WEBSOCKET));
    let more = config.manifest.features.keys();
    always.chain(more.map(String::as_str)).collect()
}

/// Returns the lines of the features that come with the runtime.
fn features(needs: Needs) -> String {
    let features = section("features");
    let lines = features
        .split_inclusive('\n')
        .filter(|line| needs.webhooks || !line.starts_with(WEBHOOKS))
        .filter(|line| needs.channels || !line.starts_with(WEBSOCKET));
    let mut features: String = lines.collect();
    if !needs_base64(needs) {
        for feature in [MOCK, WEBHOOKS] {
            features = features.replace(feature, &format!("{feature}\"dep:{BASE64}\", "));
        }
    }
    features
}

fn needs_base64(needs: Needs) -> bool {
    needs.basic_auth || needs.oauth
}

fn package(name: &str, description: &str, config: &Config) -> String {
    let mut lines = vec![
        "[package]".to_owned(),
        format!("name = {}", quoted(name)),
        format!("version = {}", quoted(config.crate_version())),
        format!("description = {}", quoted(description)),
        "edition = \"2024\"".to_owned(),
        format!("rust-version = {}", quoted(config.rust_version())),
    ];
    let package = &config.package;
    for (key, value) in [
        ("license", &package.license),
        ("repository", &package.repository),
        ("homepage", &package.homepage),
        ("documentation", &package.documentation),
    ] {
        lines.extend(
            value
                .iter()
                .map(|value| format!("{key} = {}", quoted(value))),
        );
    }
    for (key, values) in [
        ("authors", &package.authors),
        ("keywords", &package.keywords),
        ("categories", &package.categories),
    ] {
        if !values.is_empty() {
            lines.push(format!("{key} = {}", toml::Value::from(values.clone())));
        }
    }
    let more = package.include.iter().map(String::as_str);
    let packaged: BTreeSet<&str> = PACKAGED.into_iter().chain(more).collect();
    let packaged: Vec<&str> = packaged.into_iter().collect();
    lines.push(format!("include = {}", toml::Value::from(packaged)));
    lines.push("readme = \"README.md\"\n".to_owned());
    lines.join("\n")
}

fn dependencies_of(
    config: &Config,
    needs: Needs,
    external: &BTreeMap<String, Dependency>,
) -> String {
    let own = section("dependencies");
    let own = own
        .lines()
        .filter(|line| needs.dates || !line.starts_with(DATES))
        .filter(|line| needs.waits || needs.channels || !line.starts_with(JOIN))
        .filter(|line| needs.webhooks || !MACS.iter().any(|name| line.starts_with(name)));
    let own = own.map(
        |line| match line.starts_with(BASE64) && !needs_base64(needs) {
            true => line.replace(" }", ", optional = true }"),
            false => line.to_owned(),
        },
    );
    let mut own: Vec<String> = own.collect();
    for (name, dependency) in external {
        // Dependencies of the runtime are already included.
        let begin = format!("{name} = ");
        if !own.iter().any(|line| line.starts_with(&begin)) {
            own.push(dependency_line(name, dependency));
        }
    }
    let mut lines = merged(&own.join("\n"), &config.manifest.dependencies);
    lines.sort();
    lines.join("\n") + "\n"
}

/// Returns the line of a dependency that the overlay adds.
fn dependency_line(name: &str, dependency: &Dependency) -> String {
    let mut entry = toml::Table::new();
    entry.insert("version".to_owned(), dependency.version.as_str().into());
    if !dependency.default_features {
        entry.insert("default-features".to_owned(), false.into());
    }
    if !dependency.features.is_empty() {
        entry.insert("features".to_owned(), dependency.features.clone().into());
    }
    format!("{name} = {}", toml::Value::Table(entry))
}

/// Writes a TOML string.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Merges additional lines into a table of the manifest. Each replaces the line with the same name.
fn merged<V: Clone + Into<toml::Value>>(lines: &str, more: &BTreeMap<String, V>) -> Vec<String> {
    let name = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    let kept = lines.lines().filter(|line| !more.contains_key(&name(line)));
    let added = more
        .iter()
        .map(|(name, value)| format!("{name} = {}", value.clone().into()));
    kept.map(str::to_owned).chain(added).collect()
}

/// Returns the names of the target-specific sections of the runtime's manifest.
fn target_sections() -> impl Iterator<Item = &'static str> {
    runtime::MANIFEST
        .lines()
        .filter_map(|line| line.strip_prefix('[')?.strip_suffix(']'))
        .filter(|name| name.starts_with("target."))
}

/// Returns the lines of a section of the runtime's manifest.
fn section(name: &str) -> String {
    let header = format!("[{name}]\n");
    let text = runtime::MANIFEST
        .split_once(&header)
        .map_or("", |(_, rest)| rest);
    text.lines()
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use openapi::package::CLIENT_DEPENDENCIES;
    use pages::SourceFile;

    use super::*;

    #[test]
    fn sections_of_the_runtimes_manifest_are_found() {
        assert!(section("features").contains("rustls = [\"reqwest/rustls-no-provider\", "));
        assert!(section("dependencies").contains("reqwest = "));
        assert!(!section("dependencies").contains("dev"));
    }

    #[test]
    fn the_runtime_is_built_with_the_dependencies_of_clients() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime/Cargo.toml");
        let built = std::fs::read_to_string(path).expect("the runtime is beside this crate");
        let parsed = |text: &str| text.parse::<toml::Table>().expect("TOML");
        let (built, carried) = (parsed(&built), parsed(runtime::MANIFEST));
        for key in ["features", "dependencies", "target"] {
            assert_eq!(built[key], carried[key], "[{key}]");
        }
    }

    #[test]
    fn lines_are_added_or_replaced() {
        let more = BTreeMap::from([("a-b".to_owned(), "2"), ("c".to_owned(), "3")]);
        assert_eq!(
            merged("a = \"1\"\na-b = \"1\"\n", &more),
            ["a = \"1\"", "a-b = \"2\"", "c = \"3\""]
        );
        let table = toml::from_str("c = { version = \"1\", features = [\"d\"] }").expect("TOML");
        let more: BTreeMap<String, toml::Value> = table;
        assert_eq!(
            merged("", &more),
            ["c = { version = \"1\", features = [\"d\"] }"]
        );
    }

    #[test]
    fn dependencies_of_some_targets_have_sections() {
        let names: Vec<&str> = target_sections().collect();
        assert_eq!(
            names,
            [
                "target.'cfg(not(target_arch = \"wasm32\"))'.dependencies",
                "target.'cfg(target_arch = \"wasm32\")'.dependencies",
            ]
        );
        assert!(section(names[0]).contains("tokio-util = "));
    }

    #[test]
    fn no_crate_may_have_the_name_of_a_dependency() {
        let sections = ["dependencies", "dev-dependencies"].into_iter();
        let lines: String = sections.chain(target_sections()).map(section).collect();
        let names = lines.lines().filter_map(|line| line.split_once('='));
        for (name, _) in names {
            let name = name.trim().replace('-', "_");
            assert!(CLIENT_DEPENDENCIES.contains(&name.as_str()), "{name}");
        }
    }

    #[test]
    fn settings_of_the_registry_are_lines_of_the_package() {
        let text = "[crate]\nname = \"pets\"\nlicense = \"MIT\"\nrepository = \"https://example.com/a\"\n\
                    homepage = \"https://example.com\"\ndocumentation = \"https://example.com/docs\"\n\
                    authors = [\"Jane \\\"J\\\" Doe <jane@example.com>\", \"O'Neil\"]\n\
                    include = [\"/docs/**\"]\nkeywords = [\"api\"]\ncategories = [\"api-bindings\"]\nrust-version = \"1.90\"\n";
        let config = Config::parse(&SourceFile::new("codegen.toml", text)).expect("settings");
        let written: toml::Table = toml::from_str(&package("pets", "Pets", &config)).expect("TOML");
        let mut expected: toml::Table = toml::from_str(text).expect("TOML");
        let expected = expected["crate"].as_table_mut().expect("a table");
        for (key, value) in [
            ("version", "0.1.0"),
            ("description", "Pets"),
            ("edition", "2024"),
            ("readme", "README.md"),
        ] {
            expected.insert(key.to_owned(), value.into());
        }
        let mut packaged = PACKAGED.to_vec();
        packaged.insert(3, "/docs/**");
        expected.insert("include".to_owned(), packaged.into());
        assert_eq!(written["package"].as_table(), Some(&*expected));
    }

    #[test]
    fn an_example_names_the_features_that_it_needs() {
        let mut config = Config::default();
        let features = vec!["blocking".to_owned()];
        config
            .manifest
            .examples
            .insert("no_async".to_owned(), features);
        let manifest = |has_examples| {
            let surroundings = Surroundings {
                has_examples,
                ..Surroundings::default()
            };
            let needs = Needs::default();
            manifest(
                "pets",
                "Pets",
                &config,
                surroundings,
                needs,
                &BTreeMap::new(),
            )
        };
        let example = "\n[[example]]\nname = \"no_async\"\nrequired-features = [\"blocking\"]\n";
        assert!(manifest(true).contains(example), "{}", manifest(true));
        // Cargo rejects a manifest with a missing example.
        assert!(!manifest(false).contains("[[example]]"));
    }

    #[test]
    fn hand_written_code_can_have_a_feature_with_an_optional_dependency() {
        let mut config = Config::default();
        let lines = "schemars = { version = \"1\", optional = true }";
        config.manifest.dependencies = toml::from_str(lines).expect("TOML");
        let lines = "schema = [\"dep:schemars\"]";
        config.manifest.features = toml::from_str(lines).expect("TOML");
        let manifest = manifest(
            "pets",
            "Pets",
            &config,
            Surroundings::default(),
            Needs::default(),
            &BTreeMap::new(),
        );
        for line in [
            "features = [\"blocking\", \"mock\", \"schema\", \"tracing\"]",
            "schema = [\"dep:schemars\"]",
            "schemars = { version = \"1\", optional = true }",
        ] {
            let mut lines = manifest.lines();
            assert!(lines.any(|it| it == line), "{manifest}");
        }
    }

    #[test]
    fn a_crate_outside_of_a_workspace_is_one() {
        let manifest = |workspace_member| {
            let surroundings = Surroundings {
                workspace_member,
                ..Surroundings::default()
            };
            let uuid = Dependency {
                version: "1".to_owned(),
                features: vec!["serde".to_owned()],
                default_features: true,
            };
            manifest(
                "pets",
                "Pets",
                &Config::default(),
                surroundings,
                Needs::default(),
                &BTreeMap::from([("uuid".to_owned(), uuid)]),
            )
        };
        let uuid = "\nuuid = { version = \"1\", features = [\"serde\"] }\n";
        assert!(manifest(false).contains(uuid));
        assert!(manifest(false).ends_with("\n[workspace]\n"));
        assert!(!manifest(true).contains("[workspace]"));
        assert!(!manifest(true).contains("chrono"));
    }

    #[test]
    fn only_mocks_need_base64_if_no_key_does() {
        let optional = |needs| {
            let features = features(needs);
            let mock = features.lines().find(|line| line.starts_with(MOCK));
            let is_optional = mock.is_some_and(|mock| mock.contains("\"dep:base64\", "));
            let lines = dependencies_of(&Config::default(), needs, &BTreeMap::new());
            let mut lines = lines.lines();
            let line = lines.find(|line| line.starts_with(BASE64)).expect("it");
            assert_eq!(line.contains("optional = true"), is_optional, "{line}");
            is_optional
        };
        let basic_auth = true;
        assert!(optional(Needs::default()));
        assert!(!optional(Needs {
            basic_auth,
            ..Needs::default()
        }));
    }
}
