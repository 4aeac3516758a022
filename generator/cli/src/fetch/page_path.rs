//! The path of a page below `spec/pages/`. It is derived from the URL, and identifies the same file
//! on every operating system.

use std::fmt;

use names::reserved::is_device;
use percent_encoding::{percent_decode_str, percent_encode_byte};
use serde::{Deserialize, Serialize};

/// Characters that are not allowed or are special in file names on some operating system.
const FORBIDDEN: [char; 9] = [':', '*', '?', '"', '<', '>', '|', '/', '\\'];

/// The maximum length of a path, in bytes. Windows allows 260 including the parent folders.
const LONGEST: usize = 180;

/// A path below `spec/pages/`, with `/` as separator.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct PagePath(String);

impl PagePath {
    /// Returns the file path of the page at this percent-encoded path of the site.
    /// Characters outside ASCII stay encoded, because operating systems normalize them
    /// differently.
    ///
    /// # Errors
    ///
    /// Returns the reason if the path is not a valid file path.
    pub(crate) fn of(url_path: &str) -> Result<Self, String> {
        let path = url_path.strip_prefix('/').unwrap_or(url_path);
        let names: Vec<String> = path.split('/').map(decoded).collect::<Result<_, _>>()?;
        Self::try_from(names.join("/"))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the case-folded path, for case-insensitive file systems.
    pub(crate) fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl fmt::Display for PagePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<PagePath> for String {
    fn from(path: PagePath) -> Self {
        path.0
    }
}

impl TryFrom<String> for PagePath {
    type Error = String;

    fn try_from(path: String) -> Result<Self, String> {
        for name in path.split('/') {
            check(name)?;
        }
        if path.len() > LONGEST {
            return Err(format!("it is longer than {LONGEST} bytes"));
        }
        if !is_page(&path) {
            return Err("it does not end in `.md`".to_owned());
        }
        Ok(Self(path))
    }
}

/// Returns `true` if a path has the extension of a page.
pub(crate) fn is_page(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [".md", ".mdx"].iter().any(|ending| path.ends_with(ending))
}

/// Decodes a path segment of a URL into a file name.
fn decoded(part: &str) -> Result<String, String> {
    let mut name = String::new();
    for byte in percent_decode_str(part) {
        match byte {
            b'/' | b'\\' => return Err(format!("`{part}` contains an encoded slash")),
            b'%' => return Err(format!("`{part}` contains an invalid `%` escape")),
            byte if byte.is_ascii() => name.push(byte.into()),
            byte => name.push_str(percent_encode_byte(byte)),
        }
    }
    Ok(name)
}

/// Rejects a file name that is ambiguous or not allowed on some operating system.
fn check(name: &str) -> Result<(), String> {
    let stem = name.split('.').next().unwrap_or_default();
    let shown = name.escape_default();
    if name.is_empty() {
        Err("it contains an empty name".to_owned())
    } else if name == "." || name == ".." {
        Err(format!("`{name}` refers to another folder"))
    } else if name.starts_with('.') {
        Err(format!("`{shown}` is the name of a hidden file"))
    } else if let Some(c) = name.chars().find(is_forbidden) {
        Err(format!(
            "`{shown}` contains `{}`, which is not allowed on all systems",
            c.escape_default()
        ))
    } else if name.ends_with(['.', ' ']) {
        Err(format!(
            "`{shown}` ends with a dot or a space, which some systems remove"
        ))
    } else if is_device(stem) {
        Err(format!("`{shown}` is the name of a device on Windows"))
    } else {
        Ok(())
    }
}

fn is_forbidden(c: &char) -> bool {
    c.is_control() || !c.is_ascii() || FORBIDDEN.contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_stands_in_the_folders_of_its_url() {
        for (url, path) in [
            ("/list.md", "list.md"),
            ("/v1.3/api-reference/list.md", "v1.3/api-reference/list.md"),
            ("/a%20b/list%20all.md", "a b/list all.md"),
            ("/%E3%81%82/%e3%81%82.md", "%E3%81%82/%E3%81%82.md"),
            ("/console/come.md", "console/come.md"),
        ] {
            let found = PagePath::of(url).map(String::from);
            assert_eq!(found.as_deref(), Ok(path), "{url}");
        }
    }

    #[test]
    fn a_path_that_is_ambiguous_on_some_system_is_invalid() {
        for (url, why) in [
            ("/../a.md", "`..` refers to another folder"),
            ("/a/./b.md", "`.` refers to another folder"),
            ("/%2e%2E/a.md", "`..` refers to another folder"),
            (
                "/a%2f..%2fb.md",
                "`a%2f..%2fb.md` contains an encoded slash",
            ),
            ("/..%5Ca.md", "`..%5Ca.md` contains an encoded slash"),
            ("/..\\a.md", "`..\\a.md` contains an encoded slash"),
            ("//etc/a.md", "it contains an empty name"),
            ("/.git/a.md", "`.git` is the name of a hidden file"),
            (
                "/C:/a.md",
                "`C:` contains `:`, which is not allowed on all systems",
            ),
            (
                "/a%0A.md",
                "`a\\n.md` contains `\\n`, which is not allowed on all systems",
            ),
            (
                "/a%00.md",
                "`a\\u{0}.md` contains `\\u{0}`, which is not allowed on all systems",
            ),
            (
                "/a./b.md",
                "`a.` ends with a dot or a space, which some systems remove",
            ),
            ("/con.md", "`con.md` is the name of a device on Windows"),
            ("/Aux/a.md", "`Aux` is the name of a device on Windows"),
            (
                "/lpt1.old.md",
                "`lpt1.old.md` is the name of a device on Windows",
            ),
            ("/a%25.md", "`a%25.md` contains an invalid `%` escape"),
            ("/a.txt", "it does not end in `.md`"),
        ] {
            assert_eq!(PagePath::of(url), Err(why.to_owned()), "{url}");
        }
        let long = format!("/{}.md", "a".repeat(LONGEST));
        assert_eq!(
            PagePath::of(&long),
            Err("it is longer than 180 bytes".to_owned())
        );
    }

    #[test]
    fn a_path_that_was_written_down_is_checked_like_a_url() {
        let read = |path: &str| PagePath::try_from(path.to_owned());
        assert!(read("%E3%81%82/list.md").is_ok());
        for path in [
            "../a.md",
            "/a.md",
            "a\\b.md",
            "c:/a.md",
            "ä.md",
            "Cargo.toml",
        ] {
            assert!(read(path).is_err(), "{path}");
        }
    }
}
