//! One check for each table of the settings except `[crate]`, which `package.rs` checks. Each
//! returns the first invalid value of its table.

use super::{Api, Environment, Fetch, Manifest};
use crate::host::host;
use crate::invalid_setting::{InvalidSetting, KeyPath, invalid_item};
use crate::package::is_crate_name;

pub(super) fn check_manifest(manifest: &Manifest) -> Option<InvalidSetting> {
    let path = |table: &str, name: &str| KeyPath::of(&["manifest", table, name]);
    let tables = [
        ("dependencies", &manifest.dependencies),
        ("dev-dependencies", &manifest.dev_dependencies),
    ];
    let dependencies = tables.into_iter().flat_map(|(table, entries)| {
        entries
            .iter()
            .map(move |(name, value)| (table, name, value))
    });
    let features = manifest.features.keys().map(|name| ("features", name));
    let mut names = dependencies
        .clone()
        .map(|(table, name, _)| (table, name))
        .chain(features);
    if let Some((table, name)) = names.find(|(_, name)| !is_crate_name(name)) {
        let what = "a name in the manifest";
        let advice = "use letters, digits, `-`, and `_`, and begin with a letter";
        return Some(InvalidSetting::new(path(table, name), name, what, advice));
    }
    let mut described = manifest.feature_docs.keys();
    if let Some(name) = described.find(|name| !manifest.features.contains_key(*name)) {
        let path = path("feature-docs", name);
        let advice = "add it to `[manifest.features]`, or remove its sentence";
        return Some(InvalidSetting::new(
            path,
            name,
            "described as a feature",
            advice,
        ));
    }
    let is_dependency = |value: &toml::Value| value.is_str() || value.is_table();
    let mut values = dependencies;
    let (table, name, _) = values.find(|(_, _, value)| !is_dependency(value))?;
    let advice = "write it like `name = \"1\"` or `name = { version = \"1\" }`";
    Some(InvalidSetting::new(
        path(table, name),
        name,
        "a dependency",
        advice,
    ))
}

pub(super) fn check_api(api: &Api) -> Option<InvalidSetting> {
    if let Some(server) = &api.server
        && host(server).is_none()
    {
        let path = KeyPath::of(&["api", "server"]);
        let advice = "write its URL like `https://api.example.com/v1`";
        return Some(InvalidSetting::new(path, server, "the server", advice));
    }
    let is_host = |name: &str| host(&format!("https://{name}")) == Some(name);
    let (path, name) = invalid_item(&["api", "hosts"], &api.hosts, is_host)?;
    let advice = "write it like `files.example.com`";
    Some(InvalidSetting::new(path, name, "a host", advice))
}

pub(super) fn check_fetch(fetch: &Fetch) -> Option<InvalidSetting> {
    if let Some(index) = &fetch.index
        && host(index).is_none()
    {
        let path = KeyPath::of(&["fetch", "index"]);
        let advice = "write its URL like `https://docs.example.com/llms.txt`";
        let what = "the index of the pages";
        return Some(InvalidSetting::new(path, index, what, advice));
    }
    let is_path = |prefix: &str| prefix.starts_with('/');
    let (path, prefix) = invalid_item(&["fetch", "include"], &fetch.include, is_path)
        .or_else(|| invalid_item(&["fetch", "exclude"], &fetch.exclude, is_path))?;
    let what = "the beginning of a page's path";
    let advice = "write the beginning of its path on the site, like `/api-reference/`";
    Some(InvalidSetting::new(path, prefix, what, advice))
}

pub(super) fn check_environment(environment: &Environment) -> Option<InvalidSetting> {
    let base_url = environment.base_url.as_deref();
    let (path, variable) = invalid_item(&["environment", "key"], &environment.key, is_variable)
        .or_else(|| {
            let variable = base_url.filter(|variable| !is_variable(variable))?;
            Some((KeyPath::of(&["environment", "base-url"]), variable))
        })?;
    let what = "the name of an environment variable";
    let advice = "use letters, digits, and `_`, and do not begin with a digit";
    Some(InvalidSetting::new(path, variable, what, advice))
}

fn is_variable(name: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.chars().all(is_word) && name.starts_with(|c: char| !c.is_ascii_digit())
}
