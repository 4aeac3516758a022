//! The Cargo workspace around a generated crate. By Cargo's rules, a crate below the root of a
//! workspace is a member, unless the root excludes the folder.

use std::fs;
use std::path::{Component, Path, PathBuf};

use generator::marker;
use toml::{Table, Value};

/// The workspace that a crate is a member of.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Membership {
    /// The manifest of the workspace.
    pub(crate) manifest: PathBuf,
    /// The entry that `members` needs, if Cargo would otherwise reject the crate.
    pub(crate) unlisted: Option<String>,
}

impl Membership {
    /// Returns the workspace around the folder of a crate, or `None` if the crate stands alone. The
    /// folder does not need to exist.
    pub(crate) fn of(folder: &Path) -> Option<Self> {
        let folder = resolved(folder)?;
        for root in folder.ancestors().skip(1) {
            let manifest = root.join("Cargo.toml");
            let Some(text) = fs::read_to_string(&manifest).ok() else {
                continue;
            };
            let table: Table = text.parse().unwrap_or_default();
            let Some(workspace) = table.get("workspace").and_then(Value::as_table) else {
                continue;
            };
            if marker::is_marked(&manifest, text.as_bytes()) {
                // The workspace of a generated crate has no other members.
                return None;
            }
            let path = names(folder.strip_prefix(root).ok()?);
            if is_excluded(workspace, &path) || is_build_output(&path) {
                continue;
            }
            let is_member = is_listed(workspace, &path) || has_dependency(&table, &path);
            let unlisted = (!is_member).then(|| path.join("/"));
            return Some(Self { manifest, unlisted });
        }
        None
    }
}

/// Returns the absolute path of a folder without symbolic links. The folder does not need to exist.
fn resolved(folder: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(folder).ok()?;
    let existing = absolute.ancestors().find(|path| path.exists())?;
    let rest = absolute.strip_prefix(existing).ok()?;
    let mut resolved = existing.canonicalize().ok()?;
    for component in rest.components() {
        match component {
            Component::ParentDir => {
                resolved.pop();
            }
            component => resolved.push(component),
        }
    }
    Some(resolved)
}

/// Returns the names of a relative path.
fn names(path: &Path) -> Vec<&str> {
    let components = path.components();
    let names = components.filter(|component| *component != Component::CurDir);
    names.filter_map(|name| name.as_os_str().to_str()).collect()
}

/// Returns the entries of a list of the table `workspace`, as names of folders.
fn entries<'a>(workspace: &'a Table, key: &str) -> Vec<Vec<&'a str>> {
    let list = workspace.get(key).and_then(Value::as_array);
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts.map(|text| names(Path::new(text))).collect()
}

/// Returns `true` if the workspace excludes the folder. Cargo compares `exclude` and, for
/// exceptions, `members` without patterns.
fn is_excluded(workspace: &Table, path: &[&str]) -> bool {
    let has = |key| {
        let mut entries = entries(workspace, key).into_iter();
        entries.any(|entry| path.starts_with(&entry))
    };
    has("exclude") && !has("members")
}

/// Returns `true` if the folder is in the target folder of the workspace. A crate there is temporary,
/// and not a member.
fn is_build_output(path: &[&str]) -> bool {
    path.first() == Some(&"target")
}

/// Returns `true` if an entry or a pattern of `members` matches the folder.
fn is_listed(workspace: &Table, path: &[&str]) -> bool {
    let mut patterns = entries(workspace, "members").into_iter();
    patterns.any(|pattern| matches_path(&pattern, path))
}

fn matches_path(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern, path) {
        ([], []) => true,
        (["**", rest @ ..], _) => {
            (0..=path.len()).any(|skipped| matches_path(rest, &path[skipped..]))
        }
        ([first, rest @ ..], [name, below @ ..]) => {
            matches_name(first.as_bytes(), name.as_bytes()) && matches_path(rest, below)
        }
        _ => false,
    }
}

fn matches_name(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => {
            (0..=name.len()).any(|skipped| matches_name(rest, &name[skipped..]))
        }
        ([b'?', rest @ ..], [_, below @ ..]) => matches_name(rest, below),
        // Character classes are not evaluated: if the guess is wrong, only the hint is missing.
        ([b'[', ..], [_, ..]) => true,
        ([first, rest @ ..], [byte, below @ ..]) => first == byte && matches_name(rest, below),
        _ => false,
    }
}

/// Returns `true` if the manifest has a path dependency on the folder, which makes it a member.
fn has_dependency(table: &Table, path: &[&str]) -> bool {
    table.iter().any(|(key, value)| match value {
        Value::String(text) => key == "path" && names(Path::new(text)) == path,
        Value::Table(table) => has_dependency(table, path),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_in_the_target_folder_is_not_a_member() {
        let workspace = "[workspace]\nmembers = [\"client\"]\n";
        assert_eq!(member(workspace, "target/tmp/client"), None);
    }

    /// Returns the membership of a folder below a root with this manifest.
    fn member(manifest: &str, folder: &str) -> Option<Option<String>> {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join("Cargo.toml"), manifest).expect("it is written");
        let membership = Membership::of(&root.path().join(folder));
        membership.map(|membership| membership.unlisted)
    }

    #[test]
    fn a_folder_that_the_workspace_lists_is_a_member() {
        for (members, folder) in [
            ("\"client\"", "client"),
            ("\"./client/\"", "client"),
            ("\"crates/*\"", "crates/client"),
            ("\"crates/*-client\"", "crates/pets-client"),
            ("\"crates/**\"", "crates/a/client"),
            ("\"app\", \"cl?ent\"", "client"),
            ("\"client\"", "app/../client"),
        ] {
            let manifest = format!("[workspace]\nmembers = [{members}]\n");
            assert_eq!(member(&manifest, folder), Some(None), "{members}");
        }
        let manifest = "[workspace]\n[dependencies]\npets = { path = \"client\" }\n";
        assert_eq!(member(manifest, "client"), Some(None));
    }

    #[test]
    fn a_folder_that_the_workspace_does_not_list_is_to_be_added() {
        for (members, folder) in [
            ("\"app\"", "client"),
            ("\"crates/*\"", "client"),
            ("\"crates/*\"", "crates/a/client"),
            ("", "a/client"),
        ] {
            let manifest = format!("[workspace]\nmembers = [{members}]\n");
            let unlisted = Some(Some(folder.to_owned()));
            assert_eq!(member(&manifest, folder), unlisted, "{members}");
        }
    }

    #[test]
    fn a_folder_that_the_workspace_excludes_stands_alone() {
        for (lists, folder) in [
            ("exclude = [\"client\"]", "client"),
            ("exclude = [\"out\"]", "out/client"),
            ("members = [\"*\"]\nexclude = [\"client\"]", "client"),
        ] {
            let manifest = format!("[workspace]\n{lists}\n");
            assert_eq!(member(&manifest, folder), None, "{lists}");
        }
        // A member that is named wins over a folder that is excluded.
        let manifest = "[workspace]\nmembers = [\"out/client\"]\nexclude = [\"out\"]\n";
        assert_eq!(member(manifest, "out/client"), Some(None));
    }

    #[test]
    fn a_package_without_a_workspace_has_no_members() {
        assert_eq!(member("[package]\nname = \"app\"\n", "client"), None);
        assert_eq!(member("this is no manifest", "client"), None);
        let generated = format!("{}\n[workspace]\n", marker::MANIFEST);
        assert_eq!(member(&generated, "client"), None);
        // The manifest of the crate itself counts for nothing.
        assert_eq!(member("[workspace]\n", "."), None);
    }
}
