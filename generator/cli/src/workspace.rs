//! The folders of a command: its workspace, and the folder for notes. They depend on the current
//! folder, not on where the program was built.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use generator::released_path;

/// Returns the workspace of the current folder, if any.
pub(crate) fn workspace() -> Option<PathBuf> {
    above(&env::current_dir().ok()?)
}

/// Returns the workspace of a folder: the nearest parent whose `Cargo.toml` has the table
/// `workspace`.
fn above(folder: &Path) -> Option<PathBuf> {
    let is_workspace = |folder: &&Path| {
        let manifest = fs::read_to_string(folder.join("Cargo.toml"));
        manifest.is_ok_and(|text| text.lines().any(is_header))
    };
    folder.ancestors().find(is_workspace).map(Path::to_owned)
}

/// Returns `true` if a line is the header of the table `workspace` or of a subtable.
fn is_header(line: &str) -> bool {
    let header = line.trim_start().strip_prefix('[').map(str::trim_start);
    header
        .and_then(|header| header.strip_prefix("workspace"))
        .is_some_and(|rest| rest.trim_start().starts_with([']', '.']))
}

/// Returns the chosen folder, or the default folder in the workspace. Outside of a workspace, the
/// default is relative to the current folder.
pub(crate) fn folder(chosen: Option<&Path>, name: &str) -> PathBuf {
    if let Some(chosen) = chosen {
        return chosen.to_owned();
    }
    let current = env::current_dir().unwrap_or_default();
    let folder = workspace().unwrap_or_else(|| current.clone()).join(name);
    match folder.strip_prefix(&current) {
        // The operating system rejects an empty path.
        Ok(relative) if relative.as_os_str().is_empty() => PathBuf::from("."),
        Ok(relative) => relative.to_owned(),
        Err(_) => folder,
    }
}

/// Returns the merged document of the previous run. It is in the crate's folder if `codegen.toml`
/// was added after that run, because with settings the document is stored next to them.
pub(crate) fn previous(openapi: &Path, out: &Path) -> PathBuf {
    let of_crate = out.join("openapi.json");
    let has_history = |openapi: &Path| released_path(openapi).is_file();
    match !has_history(openapi) && has_history(&of_crate) {
        true => of_crate,
        false => openapi.to_owned(),
    }
}

/// Returns the folder for notes: the target folder of the workspace, or the user's cache folder
/// outside of a workspace.
pub(crate) fn notes() -> Option<PathBuf> {
    match workspace() {
        Some(workspace) => Some(target(&workspace)),
        None => Some(caches()?.join("apipages")),
    }
}

/// Returns the target folder of a workspace.
fn target(workspace: &Path) -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty()) {
        Some(folder) => env::current_dir().unwrap_or_default().join(folder),
        None => workspace.join("target"),
    }
}

/// Returns the user's cache folder, according to the conventions of the operating system.
fn caches() -> Option<PathBuf> {
    let set = |name| Some(PathBuf::from(env::var_os(name)?)).filter(|path| path.is_absolute());
    let home = || env::home_dir().filter(|home| home.is_absolute());
    if cfg!(windows) {
        set("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        Some(home()?.join("Library/Caches"))
    } else {
        set("XDG_CACHE_HOME").or_else(|| Some(home()?.join(".cache")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_manifest_with_a_workspace_counts() {
        let root = tempfile::tempdir().expect("a folder");
        let write = |path: &str, text: &str| {
            let file = root.path().join(path);
            fs::create_dir_all(file.parent().expect("a folder")).expect("it is created");
            fs::write(file, text).expect("it is written");
        };
        write("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n");
        write(
            "a/Cargo.toml",
            "[package]\nname = \"a\"\nversion.workspace = true\n",
        );
        write("a/src/lib.rs", "");
        write(
            "b/Cargo.toml",
            "[ workspace.package ]\nversion = \"1.0.0\"\n",
        );
        let found = |path: &str| above(&root.path().join(path));
        assert_eq!(found("a/src").as_deref(), Some(root.path()));
        assert_eq!(found("b"), Some(root.path().join("b")));
    }

    #[test]
    fn only_a_header_begins_the_table() {
        for (line, expected) in [
            ("[workspace]", true),
            ("  [workspace.dependencies]", true),
            ("[workspaces]", false),
            ("edition.workspace = true", false),
            ("# [workspace]", false),
        ] {
            assert_eq!(is_header(line), expected, "{line}");
        }
    }
}
