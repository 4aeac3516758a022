//! The dependencies of clients.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tests::command::{cargo, run};

/// Returns the packages of `Cargo.lock`, and their dependencies on Linux.
fn metadata() -> Value {
    let mut cargo = cargo();
    cargo.args(["metadata", "--format-version", "1", "--locked"]);
    cargo.args(["--filter-platform", "x86_64-unknown-linux-gnu"]);
    let metadata = run(&mut cargo).exits_with(0).stdout;
    serde_json::from_str(&metadata).expect("it is JSON")
}

/// Returns the dependencies of the client, each with its license.
fn packages_of_the_client() -> BTreeMap<String, String> {
    let metadata = metadata();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let nodes = metadata["resolve"]["nodes"].as_array().expect("a list");
    let mut dependencies: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for node in nodes {
        let needed = node["deps"].as_array().into_iter().flatten();
        let needed = needed.filter(|dependency| {
            let kinds = dependency["dep_kinds"].as_array();
            kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind["kind"].is_null()))
        });
        let needed = needed.map(|dependency| text(&dependency["pkg"]));
        dependencies.insert(text(&node["id"]), needed.collect());
    }
    let client = dependencies
        .keys()
        .find(|id| id.contains("generated-client"));
    let mut waiting = vec![client.expect("the client").clone()];
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if seen.insert(id.clone()) {
            waiting.extend(dependencies.get(&id).into_iter().flatten().cloned());
        }
    }
    let packages = metadata["packages"].as_array().expect("a list");
    let packages = packages
        .iter()
        .filter(|package| seen.contains(&text(&package["id"])));
    packages
        .map(|package| (text(&package["name"]), text(&package["license"])))
        .collect()
}

#[test]
fn a_client_depends_on_nothing_whose_license_asks_for_its_source() {
    let packages = packages_of_the_client();
    assert!(packages.contains_key("reqwest"), "{packages:?}");
    for (name, license) in &packages {
        assert!(
            !license.contains("GPL") || license.contains(" OR "),
            "{name}: {license}"
        );
        assert!(!license.contains("MPL"), "{name}: {license}");
    }
}

#[test]
fn a_client_depends_on_nothing_of_the_generator() {
    let packages = packages_of_the_client();
    for name in packages.keys() {
        let is_of_the_tool = name.starts_with("apipages");
        assert!(!is_of_the_tool, "{name}");
    }
    for name in ["progenitor-impl", "serde_yaml"] {
        assert!(!packages.contains_key(name), "{name}");
    }
}

#[test]
fn no_dependency_requires_a_newer_compiler_than_the_workspace() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("a list");
    let version = |package: &Value| {
        let mut parts = package["rust_version"].as_str()?.split('.');
        let mut number = || parts.next()?.parse::<u32>().ok();
        Some((number()?, number().unwrap_or_default()))
    };
    let named = |name: &str| packages.iter().find(|package| package["name"] == name);
    let declared = named("apipages").and_then(version).expect("a version");
    assert_eq!(named("twelvelabs").and_then(version), Some(declared));
    for package in packages {
        // Older packages do not state a version.
        let required = version(package).unwrap_or_default();
        assert!(required <= declared, "{}: {required:?}", package["name"]);
    }
}
