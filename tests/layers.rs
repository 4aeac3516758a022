//! The layers of the generator. The manifests define the dependencies between crates, and the
//! compiler enforces them. This test checks the remaining rules.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::Visit;
use syn::visit_mut::VisitMut;
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
    let mut files = BTreeMap::new();
    let mut tests = Vec::new();
    for (path, text) in contents.texts().filter(|(path, _)| path.ends_with(".rs")) {
        let mut file = syn::parse_file(&text).expect("sources are Rust");
        let mut removed = WithoutTests(Vec::new());
        removed.visit_file_mut(&mut file);
        let own = module_of(Path::new(path));
        tests.extend(
            removed
                .0
                .into_iter()
                .map(|name| [own.clone(), vec![name]].concat()),
        );
        files.insert(PathBuf::from(path), prettyplease::unparse(&file));
    }
    files.retain(|path, _| {
        let module = module_of(path);
        !tests.iter().any(|test| module.starts_with(test))
    });
    assert!(!files.is_empty(), "{folder} has no sources");
    files
}

/// Removes the items of tests, and collects the names of removed modules.
struct WithoutTests(Vec<String>);

impl WithoutTests {
    fn keeps(attributes: &[syn::Attribute]) -> bool {
        let test: syn::Attribute = syn::parse_quote!(#[cfg(test)]);
        !attributes
            .iter()
            .any(|attribute| attribute.meta == test.meta)
    }
}

impl VisitMut for WithoutTests {
    fn visit_file_mut(&mut self, file: &mut syn::File) {
        file.items.retain(|item| match item {
            syn::Item::Mod(item) => {
                let is_kept = Self::keeps(&item.attrs);
                if !is_kept {
                    self.0.push(item.ident.to_string());
                }
                is_kept
            }
            syn::Item::Fn(item) => Self::keeps(&item.attrs),
            syn::Item::Impl(item) => Self::keeps(&item.attrs),
            syn::Item::Use(item) => Self::keeps(&item.attrs),
            _ => true,
        });
        syn::visit_mut::visit_file_mut(self, file);
    }
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

/// The files after the reading of documents that know JSON: defaults and examples are JSON values.
const JSON: [(&str, &[&str]); 3] = [
    (
        "api",
        &[
            "lower/examples.rs",
            "lower/operations/paging/inputs.rs",
            "lower/operations/parameters.rs",
            "lower/types/limits.rs",
            "lower/types/structs.rs",
            "lower/types/unions.rs",
            "model/operation.rs",
            "model/type_def.rs",
        ],
    ),
    // The literals of examples, and the declarations of the runtime.
    (
        "rust",
        &[
            "operations/inputs.rs",
            "operations/literal.rs",
            "package/runtime.rs",
        ],
    ),
    // The report, and the values of defaults.
    ("drift", &["call.rs", "json.rs", "values.rs"]),
];

#[test]
fn lowering_emission_and_drift_use_json_only_for_defaults_and_examples() {
    for (layer, known) in JSON {
        let folder = LAYERS.iter().find(|(name, _)| *name == layer);
        let (_, folder) = folder.expect("a layer");
        let files = sources(folder).into_iter().filter(|(_, code)| {
            let file = syn::parse_file(code).expect("sources are Rust");
            let mut found = KnowsJson(false);
            found.visit_file(&file);
            found.0
        });
        let files: Vec<String> = files.map(|(path, _)| path.display().to_string()).collect();
        assert_eq!(files, known, "{layer}");
    }
}

/// Finds paths of `serde_json`, outside of macros such as `quote!`.
struct KnowsJson(bool);

impl<'ast> Visit<'ast> for KnowsJson {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0 |= path
            .segments
            .first()
            .is_some_and(|first| first.ident == "serde_json");
        syn::visit::visit_path(self, path);
    }

    fn visit_use_path(&mut self, path: &'ast syn::UsePath) {
        self.0 |= path.ident == "serde_json";
        syn::visit::visit_use_path(self, path);
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
