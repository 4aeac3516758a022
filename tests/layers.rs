//! The layers of the generator. The manifests define the dependencies between crates, and the
//! compiler enforces them. This test checks the remaining rules.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tests::folder::Contents;
use tests::repository;

/// The layers, each of which depends only on those before it, and their folders.
const LAYERS: [(&str, &str); 9] = [
    ("docs", "generator/docs"),
    ("pages", "generator/pages"),
    ("names", "generator/names"),
    ("openapi", "generator/openapi"),
    ("api", "generator/api"),
    ("rust", "generator/rust"),
    ("drift", "generator/drift"),
    ("output", "generator/output"),
    ("generator", "generator"),
];

/// Crates for Rust tokens.
const TOKENS: [&str; 5] = ["syn", "quote", "proc-macro2", "prettyplease", "progenitor"];

/// Returns the names of the crates that a layer depends on.
fn dependencies(folder: &str) -> Vec<String> {
    let manifest = fs::read_to_string(repository(folder).join("Cargo.toml"))
        .expect("each layer has a manifest");
    let (_, section) = manifest
        .split_once("[dependencies]\n")
        .expect("each layer depends on something");
    section
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| Some(line.split(['.', ' ']).next()?.to_owned()))
        .filter(|name| !name.is_empty())
        .collect()
}

/// Returns the source files of a layer, by path below its `src`, without their tests.
fn sources(folder: &str) -> BTreeMap<PathBuf, String> {
    let contents = Contents::of(&repository(folder).join("src"));
    let files: BTreeMap<PathBuf, String> = contents
        .texts()
        .filter(|(path, _)| path.ends_with(".rs"))
        .map(|(path, text)| {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            (path.into(), code.to_owned())
        })
        .collect();
    assert!(!files.is_empty(), "{folder} has no sources");
    files
}

#[test]
fn a_layer_depends_only_on_those_before_it() {
    for (position, (layer, folder)) in LAYERS.iter().enumerate() {
        let later: Vec<&str> = LAYERS[position..].iter().map(|(name, _)| *name).collect();
        for dependency in dependencies(folder) {
            assert!(
                !later.contains(&dependency.as_str()),
                "{layer} depends on {dependency}"
            );
        }
    }
}

#[test]
fn only_emission_knows_tokens() {
    for (layer, folder) in LAYERS {
        let knows = dependencies(folder)
            .iter()
            .any(|dependency| TOKENS.contains(&dependency.as_str()));
        assert_eq!(knows, layer == "rust", "{layer}");
    }
}

#[test]
fn only_the_output_layer_touches_the_disk() {
    for (layer, folder) in LAYERS {
        let touches = |code: &str| code.contains("std::fs") || code.contains("fs::");
        for (path, code) in sources(folder) {
            assert!(
                layer == "output" || !touches(&code),
                "{layer} touches the disk in {}",
                path.display()
            );
        }
    }
}

/// Methods that look into a JSON value.
const INSPECTIONS: [&str; 6] = [
    ".as_str()?",
    ".as_object()",
    ".as_array()",
    ".as_bool()",
    ".pointer(",
    "Value::Object(",
];

#[test]
fn lowering_emission_and_drift_inspect_no_json() {
    for (layer, folder) in LAYERS {
        if !["api", "rust", "drift"].contains(&layer) {
            continue;
        }
        for (path, code) in sources(folder) {
            for inspection in INSPECTIONS {
                let is_json = code.contains("serde_json") && code.contains(inspection);
                assert!(!is_json, "{layer} inspects JSON in {}", path.display());
            }
        }
    }
}

#[test]
fn no_two_files_import_each_other() {
    for (layer, folder) in LAYERS {
        let files = sources(folder);
        let imports: BTreeMap<&Path, BTreeSet<PathBuf>> = files
            .iter()
            .map(|(path, code)| (path.as_path(), imports(path, code, &files)))
            .collect();
        for start in imports.keys() {
            let mut open: Vec<&Path> = imports[start].iter().map(PathBuf::as_path).collect();
            let mut seen = BTreeSet::new();
            while let Some(path) = open.pop() {
                assert_ne!(
                    path,
                    *start,
                    "{layer}: a cycle of imports leads through {}",
                    start.display()
                );
                if seen.insert(path) {
                    open.extend(imports[path].iter().map(PathBuf::as_path));
                }
            }
        }
    }
}

/// Returns the files that a file imports from, except its own children and its parent: a module and
/// its children may import each other.
fn imports(path: &Path, code: &str, files: &BTreeMap<PathBuf, String>) -> BTreeSet<PathBuf> {
    let own = module_of(path);
    let mut found = BTreeSet::new();
    for statement in code.split(';').filter(|text| text.contains("use ")) {
        let statement = statement.rsplit("use ").next().unwrap_or_default();
        for target in targets(statement, &own) {
            if let Some(file) = file_of(&target, files) {
                let module = module_of(&file);
                let is_family = module.starts_with(&own[..]) || own.starts_with(&module[..]);
                if file != path && !is_family {
                    found.insert(file);
                }
            }
        }
    }
    found
}

/// Returns the module path of a file: `["merge", "schemas"]` for `merge/schemas.rs`.
fn module_of(path: &Path) -> Vec<String> {
    let mut module: Vec<String> = path
        .with_extension("")
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if module
        .last()
        .is_some_and(|last| last == "mod" || last == "lib")
    {
        module.pop();
    }
    module
}

/// Returns the paths that a `use` statement imports, from the root of the crate.
fn targets(statement: &str, own: &[String]) -> Vec<Vec<String>> {
    let (prefix, names) = match statement.split_once('{') {
        Some((prefix, names)) => (prefix, names.trim_end_matches('}')),
        None => (statement, ""),
    };
    let prefix: Vec<&str> = prefix
        .trim()
        .split("::")
        .filter(|part| !part.is_empty())
        .collect();
    let base: Vec<String> = match prefix.first() {
        Some(&"crate") => prefix[1..].iter().map(|part| (*part).to_owned()).collect(),
        Some(&"super") => {
            let ups = prefix.iter().take_while(|part| **part == "super").count();
            let parent = own[..own.len().saturating_sub(ups)].iter().cloned();
            let rest = prefix[ups..].iter().map(|part| (*part).to_owned());
            parent.chain(rest).collect()
        }
        _ => return Vec::new(),
    };
    let names = names
        .split(',')
        .map(|name| name.trim().split("::").next().unwrap_or_default());
    let mut targets: Vec<Vec<String>> = names
        .filter(|name| !name.is_empty() && *name != "self")
        .map(|name| base.iter().cloned().chain([name.to_owned()]).collect())
        .collect();
    targets.push(base);
    targets
}

/// Returns the file of a path: its longest prefix that is a module.
fn file_of(target: &[String], files: &BTreeMap<PathBuf, String>) -> Option<PathBuf> {
    (1..=target.len()).rev().find_map(|end| {
        let module: PathBuf = target[..end].iter().collect();
        [module.with_extension("rs"), module.join("mod.rs")]
            .into_iter()
            .find(|file| files.contains_key(file))
    })
}
