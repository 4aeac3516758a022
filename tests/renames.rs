//! Former names, from one release of a crate to the next: a program that was written for the
//! first release compiles with warnings until the next breaking release.

use serde_json::{Value, json};
use tests::Workplace;
use tests::command::{cargo_in, run};
use tests::folder::Contents;

/// The pages of the first release.
const BEFORE: &str = "\
openapi: 3.1.0
info: {title: Shop, version: '1'}
servers: [{url: https://api.shop.example}]
security: [{key: []}]
paths:
  /pets/{id}:
    get:
      operationId: get
      x-fern-sdk-group-name: [pets]
      x-fern-sdk-method-name: get
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: toy_limit, in: query, description: The most toys of the pet., schema: {type: integer}}
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
  /toys:
    get:
      operationId: list
      x-fern-sdk-group-name: [toys]
      x-fern-sdk-method-name: list
      responses:
        '200': {description: ok, content: {application/json: {schema: {type: array, items: {type: string}}}}}
components:
  securitySchemes:
    key: {type: http, scheme: bearer}
  schemas:
    Pet:
      type: object
      required: [name, kind]
      properties:
        name: {type: string}
        kind: {$ref: '#/components/schemas/Kind'}
    Kind:
      type: string
      enum: [cat, dog]
      x-fern-enum: {cat: {name: Cat}}
";

/// The renames after it: of a method, a setter, a group, a type, and a variant.
const RENAMES: [(&str, &str); 5] = [
    ("method-name: get", "method-name: fetch"),
    ("toy_limit", "limit"),
    ("[toys]", "[playthings]"),
    ("Pet", "Animal"),
    ("{name: Cat}", "{name: HouseCat}"),
];

/// A program for the first release. It fails to compile if a use is not deprecated, or if there is
/// any other warning.
const PROGRAM: &str = r#"
#[expect(deprecated)]
fn fetches(client: &shop::Client) -> shop::operations::pets::GetRequest {
    client.pets().get("p1").toy_limit(3)
}

#[expect(deprecated)]
fn lists_toys(client: &shop::Client) -> shop::operations::toys::ListRequest {
    client.toys().list()
}

#[expect(deprecated)]
fn creates() -> shop::types::Pet {
    shop::types::Pet::new("Tom", shop::types::Kind::Cat)
}

#[expect(deprecated)]
fn is_cat(kind: &shop::types::Kind) -> bool {
    match *kind {
        shop::types::Kind::Cat => true,
        _ => false,
    }
}

#[expect(deprecated)]
fn mocks(server: &shop::mock::MockServer) {
    let _ = shop::mock::pets::get(server);
    let _ = shop::mock::toys::list(server);
}

#[test]
fn former_names_are_the_current_ones() {
    let animal: shop::types::Animal = creates();
    assert_eq!(animal.kind, shop::types::Kind::HouseCat);
    assert!(is_cat(&animal.kind));
    let _ = (fetches, lists_toys, mocks);
}
"#;

#[test]
fn a_program_for_the_last_release_compiles_with_warnings() {
    let shop = Shop::released();
    shop.rename();
    shop.codegen("0.1.1");

    let client = shop.0.path("client");
    shop.0
        .write("client/tests/program.rs", PROGRAM.trim_start());
    let arguments = ["test", "--features", "mock", "--test", "program"];
    run(cargo_in(&client).args(arguments)).exits_with(0);
    let arguments = ["doc", "--no-deps", "--features", "mock"];
    run(cargo_in(&client).args(arguments)).exits_with(0);
    run(cargo_in(&client).args(["fmt", "--check"])).exits_with(0);
}

#[test]
fn drift_reports_deprecations_that_need_no_breaking_release() {
    let shop = Shop::released();
    shop.rename();
    let base = ["drift", "--spec", "spec", "--base", "spec/openapi.json"];
    let outcome = shop.0.xtask(&[&base[..], &["--format", "json"]].concat());
    let report: Value = serde_json::from_str(&outcome.exits_with(0).stdout).expect("JSON");
    assert_eq!(report["counts"]["breaking"], 0, "{report:#}");
    assert_eq!(report["version"]["step"], "minor");
    assert_eq!(report["version"]["next"], "0.1.1");
    let changes = report["changes"].as_array().expect("a list").iter();
    let deprecated = changes.filter(|change| change["effect"] == "deprecated");
    let mut deprecated: Vec<&str> = deprecated.filter_map(|it| it["what"].as_str()).collect();
    deprecated.sort_unstable();
    assert_eq!(
        deprecated,
        [
            "`pets().fetch()`: it was `pets().get()`",
            "`pets().fetch()`: the setter `toy_limit` was renamed to `limit`",
            "`playthings().list()`: it was `toys().list()`",
            "`types::Animal`: it was `types::Pet`",
            "`types::Kind`: the value `Cat` was renamed to `HouseCat`",
        ]
    );
    shop.0
        .xtask(&[&base[..], &["--check"]].concat())
        .exits_with(0);
}

#[test]
fn the_crate_lists_its_former_names() {
    let shop = Shop::released();
    shop.rename();
    shop.codegen("0.1.1");
    let listing = shop.0.read("client/api.txt");
    for line in [
        "#[deprecated] pub fn shop::operations::pets::Pets::get(&self, id: impl Into<String>) -> FetchRequest",
        "#[deprecated] pub fn shop::operations::pets::FetchRequest::toy_limit(self, limit: i64) -> Self",
        "#[deprecated] pub fn shop::Client::toys(&self) -> toys::Toys",
        "#[deprecated] pub type shop::types::Pet = Animal",
        "#[deprecated] pub const shop::types::Kind::Cat: Self",
    ] {
        assert!(
            listing.lines().any(|known| known == line),
            "{line}\n{listing}"
        );
    }
    let changelog = shop.0.read("client/CHANGELOG.md");
    assert!(
        changelog.contains("## 0.1.1\n\n### Deprecated\n\n"),
        "{changelog}"
    );
    assert!(!changelog.contains("### Breaking"), "{changelog}");
}

#[test]
fn former_names_go_with_the_next_breaking_release() {
    let shop = Shop::released();
    shop.rename();
    shop.codegen("0.1.1");
    // Former names are kept in non-breaking releases.
    shop.codegen("0.1.2");
    assert_eq!(shop.former_names().len(), 5);
    shop.codegen("0.2.0");
    assert_eq!(shop.former_names(), [""; 0]);
    assert!(!shop.0.read("client/api.txt").contains("#[deprecated]"));
    let changelog = shop.0.read("client/CHANGELOG.md");
    let (entry, _) = changelog
        .split_once("\n## 0.1.2")
        .expect("the entry before");
    assert!(entry.contains("## 0.2.0\n\n### Breaking\n\n"), "{entry}");
    assert!(
        entry.contains("its former name `types::Pet` was removed"),
        "{entry}"
    );
}

#[test]
fn a_name_that_is_taken_back_has_no_former_name() {
    let shop = Shop::released();
    let before = shop.0.contents();
    shop.rename();
    shop.codegen("0.1.0");
    assert_eq!(shop.former_names().len(), 5);
    shop.0.write("spec/pages/shop.yaml", BEFORE);
    shop.codegen("0.1.0");
    assert_eq!(shop.0.contents().differences(&before), [""; 0]);
}

#[test]
fn a_chain_of_renames_leads_to_the_last_name() {
    let shop = Shop::released();
    shop.rename();
    shop.codegen("0.1.1");
    let pages = shop.0.read("spec/pages/shop.yaml");
    let pages = pages.replace("Animal", "Being").replace("fetch", "load");
    shop.0.write("spec/pages/shop.yaml", &pages);
    shop.codegen("0.1.2");
    let listing = shop.0.read("client/api.txt");
    for line in [
        "pub type shop::types::Animal = Being",
        "pub type shop::types::Pet = Being",
        "pub fn shop::operations::pets::Pets::fetch(&self, id: impl Into<String>) -> LoadRequest",
        "pub fn shop::operations::pets::Pets::get(&self, id: impl Into<String>) -> LoadRequest",
        "pub type shop::operations::pets::GetRequest = LoadRequest",
    ] {
        let line = format!("#[deprecated] {line}");
        assert!(
            listing.lines().any(|known| known == line),
            "{line}\n{listing}"
        );
    }
}

#[test]
fn something_new_takes_no_former_name() {
    let shop = Shop::released();
    let pages = shop.renamed().replace(
        "components:\n",
        "  /cages:
    get:
      operationId: cages
      x-fern-sdk-group-name: [pets]
      x-fern-sdk-method-name: get
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
components:
",
    );
    let pages = pages + "    Pet: {type: object, properties: {bars: {type: integer}}}\n";
    shop.0.write("spec/pages/shop.yaml", &pages);
    for _ in 0..2 {
        // The second run reads the names of the first run from the released document.
        shop.codegen("0.1.1");
        let listing = shop.0.read("client/api.txt");
        for line in [
            "#[deprecated] pub type shop::types::Pet = Animal",
            "#[non_exhaustive] pub struct shop::types::Pet2",
            "pub fn shop::operations::pets::Pets::get_(&self) -> Get2Request",
        ] {
            assert!(listing.contains(line), "{line}\n{listing}");
        }
    }
    // The next breaking release applies the requested names.
    shop.codegen("0.2.0");
    let listing = shop.0.read("client/api.txt");
    for line in [
        "#[deprecated] pub type shop::types::Pet2 = Pet\n",
        "#[deprecated] pub fn shop::operations::pets::Pets::get_(&self) -> GetRequest",
    ] {
        assert!(listing.contains(line), "{line}\n{listing}");
    }
}

#[test]
fn a_new_field_or_parameter_gets_its_name_and_the_former_name_goes() {
    let shop = Shop::released();
    let with_name = |name: &str| {
        let kind = "        kind: {$ref: '#/components/schemas/Kind'}\n";
        let field = format!("{kind}        {name}: {{type: string, description: On the bowl.}}\n");
        BEFORE.replace(kind, &field)
    };
    shop.0
        .write("spec/pages/shop.yaml", &with_name("nick_name"));
    shop.codegen("0.1.1");
    let renamed = with_name("display_name").replace("toy_limit", "limit");
    shop.0.write("spec/pages/shop.yaml", &renamed);
    shop.codegen("0.2.0");
    assert_eq!(shop.former_names().len(), 2);

    let display = "        display_name:";
    let parameter = "        - {name: limit,";
    let pages = renamed
        .replace(
            display,
            &format!("        nick_name: {{type: string}}\n{display}"),
        )
        .replace(
            parameter,
            &format!(
                "        - {{name: toy_limit, in: query, schema: {{type: integer}}}}\n{parameter}"
            ),
        );
    shop.0.write("spec/pages/shop.yaml", &pages);
    for _ in 0..2 {
        shop.codegen("0.2.0");
        let listing = shop.0.read("client/api.txt");
        for line in [
            "\npub fn shop::types::Pet::nick_name(self, nick_name: impl Into<String>) -> Self\n",
            "\npub fn shop::operations::pets::GetRequest::toy_limit(self, toy_limit: i64) -> Self\n",
        ] {
            assert!(listing.contains(line), "{line}\n{listing}");
        }
        assert!(!listing.contains("#[deprecated]"), "{listing}");
        assert_eq!(shop.former_names(), [""; 0]);
    }
    let changelog = shop.0.read("client/CHANGELOG.md");
    for line in [
        "`nick_name` was a former name of the setter `display_name`, and is now a different setter",
        "`toy_limit` was a former name of the setter `limit`, and is now a different setter",
    ] {
        assert!(changelog.contains(line), "{line}\n{changelog}");
    }
    assert!(
        changelog.contains("## Unreleased\n\n### Breaking\n"),
        "{changelog}"
    );
    shop.codegen("0.3.0");
}

#[test]
fn a_list_that_was_edited_by_hand_becomes_no_code() {
    let shop = Shop::released();
    let mut released: Value =
        serde_json::from_str(&shop.0.read("spec/released.json")).expect("JSON");
    released["x-renamed"] = json!([
        {"kind": "type", "old": "Pets = (); fn main() {} type A", "new": "Pet", "since": "0.1.0"},
        {"kind": "call", "operation": "pets_get", "group": ["../../pets"], "method": "load",
         "request": "LoadRequest", "since": "0.1.0"},
        {"kind": "type", "old": "Beast", "new": "Pet", "since": "\")] mod a {} #[cfg(a"},
        "Beast",
    ]);
    let before = Contents::of(&shop.0.path("client"));
    shop.0
        .write("spec/released.json", &format!("{released:#}\n"));
    shop.codegen("0.1.0");
    assert_eq!(
        Contents::of(&shop.0.path("client")).differences(&before),
        [""; 0]
    );
}

/// A workplace with the crate `shop`.
struct Shop(Workplace);

impl Shop {
    /// Generates the first release.
    fn released() -> Self {
        let shop = Self(Workplace::empty());
        shop.0.write("spec/pages/shop.yaml", BEFORE);
        shop.codegen("0.1.0");
        shop
    }

    fn renamed(&self) -> String {
        let pages = self.0.read("spec/pages/shop.yaml");
        RENAMES
            .iter()
            .fold(pages, |pages, (old, new)| pages.replace(old, new))
    }

    fn rename(&self) {
        self.0.write("spec/pages/shop.yaml", &self.renamed());
    }

    /// Generates the crate of a version. A second run has nothing to do.
    fn codegen(&self, version: &str) {
        let settings = format!("[crate]\nname = \"shop\"\nversion = \"{version}\"\n");
        self.0.write("spec/codegen.toml", &settings);
        self.0.codegen(&[]).exits_with(0);
        self.0.codegen(&["--check"]).exits_with(0);
    }

    /// Returns the kinds of the former names that the document lists.
    fn former_names(&self) -> Vec<String> {
        let document: Value =
            serde_json::from_str(&self.0.read("spec/openapi.json")).expect("JSON");
        let list = document["x-renamed"].as_array().into_iter().flatten();
        list.map(|entry| entry["kind"].to_string()).collect()
    }
}
