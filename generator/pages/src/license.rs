//! The license files of a crate. They have no marker, so a file is generated only if its whole text
//! is. A file with another copyright line is never replaced, and no license file is removed.

use std::path::Path;

/// A license whose text the generator writes.
#[derive(Debug, PartialEq, Eq)]
pub struct License {
    /// The SPDX identifier.
    pub identifier: &'static str,
    /// The name of the file in the crate's folder.
    pub file: &'static str,
    /// The text, with a placeholder for the copyright holder, if any.
    template: &'static str,
}

/// The placeholder for the copyright holder.
const HOLDER: &str = "{holder}";

/// The default copyright holder, followed by the name of the crate.
const AUTHORS: &str = "The authors of ";

/// The licenses whose texts the generator writes.
pub static LICENSES: [License; 2] = [
    License {
        identifier: "MIT",
        file: "LICENSE-MIT",
        template: include_str!("license/mit.txt"),
    },
    License {
        identifier: "Apache-2.0",
        file: "LICENSE-APACHE",
        template: include_str!("license/apache-2.0.txt"),
    },
];

impl License {
    /// Returns the license with an SPDX identifier, if its text is known.
    pub fn of(identifier: &str) -> Option<&'static Self> {
        let mut licenses = LICENSES.iter();
        licenses.find(|license| license.identifier == identifier)
    }

    /// Returns the license with this file name, if any.
    pub fn of_file(path: &Path) -> Option<&'static Self> {
        let mut licenses = LICENSES.iter();
        licenses.find(|license| Path::new(license.file) == path)
    }

    /// Returns the text of the file for a crate with these authors.
    pub fn text(&self, authors: &[String], crate_name: &str) -> String {
        let name = |author: &String| match author.split_once('<') {
            Some((name, _)) if !name.trim().is_empty() => name.trim().to_owned(),
            _ => author.trim().to_owned(),
        };
        let holder = match authors {
            [] => format!("{AUTHORS}{crate_name}"),
            authors => authors.iter().map(name).collect::<Vec<_>>().join(", "),
        };
        self.template.replace(HOLDER, &holder)
    }

    /// Returns `true` if the text is one that [`Self::text`] writes.
    pub(crate) fn is_written(&self, content: &[u8]) -> bool {
        self.holder(content).is_some()
    }

    /// Returns `true` if [`Self::text`] writes this text without configured authors: the text has no
    /// copyright holder, or the default one.
    pub fn may_be_replaced(&self, content: &[u8]) -> bool {
        let is_name = |name: &str| {
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            !name.is_empty() && name.chars().all(is_word)
        };
        self.holder(content).is_some_and(|holder| {
            holder.is_empty() || holder.strip_prefix(AUTHORS).is_some_and(is_name)
        })
    }

    /// Returns `true` if the content is the beginning of such a text.
    pub(crate) fn begins(&self, content: &[u8]) -> bool {
        let (head, _) = self.parts();
        let head = head.as_bytes();
        content.starts_with(head) || head.starts_with(content)
    }

    /// Returns the copyright holder in a text of this license. It is empty if the license has none.
    fn holder(&self, content: &[u8]) -> Option<String> {
        // A checkout may have changed the line ends.
        let text = std::str::from_utf8(content).ok()?.replace("\r\n", "\n");
        let (head, tail) = self.parts();
        let holder = text.strip_prefix(head)?.strip_suffix(tail)?;
        let has_holder = self.template.contains(HOLDER);
        let is_holder = holder.is_empty() != has_holder && !holder.contains(char::is_control);
        is_holder.then(|| holder.to_owned())
    }

    fn parts(&self) -> (&'static str, &'static str) {
        self.template
            .split_once(HOLDER)
            .unwrap_or((self.template, ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authors(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_copyright_is_that_of_the_authors() {
        let mit = License::of("MIT").expect("a license");
        for (names, holder) in [
            (&[][..], "The authors of pets"),
            (&["Jane Doe <jane@example.com>"], "Jane Doe"),
            (&["Jane", "<team@example.com>"], "Jane, <team@example.com>"),
        ] {
            let text = mit.text(&authors(names), "pets");
            let line = format!("Copyright (c) {holder}");
            assert_eq!(text.lines().nth(2), Some(line.as_str()));
            assert!(mit.is_written(text.as_bytes()), "{text}");
            assert!(mit.is_written(text.replace('\n', "\r\n").as_bytes()));
            assert_eq!(mit.may_be_replaced(text.as_bytes()), names.is_empty());
        }
    }

    #[test]
    fn another_text_belongs_to_a_person() {
        for license in &LICENSES {
            let text = license.text(&[], "pets");
            for other in [
                text.replace("Copyright (c) ", "Copyright (c) 2026 "),
                text.replace("limitation", "any limitation"),
                format!("{text}\nMore.\n"),
                format!("\n{text}"),
                String::new(),
            ] {
                let is_same = other == text;
                assert_eq!(
                    license.may_be_replaced(other.as_bytes()),
                    is_same,
                    "{other}"
                );
            }
        }
        let mit = License::of("MIT").expect("a license");
        let two_lines = mit.text(&[], "pets").replace("pets", "pets\nand others");
        assert!(!mit.is_written(two_lines.as_bytes()));
    }

    #[test]
    fn a_license_is_known_by_its_identifier_and_its_file() {
        assert_eq!(License::of("Apache-2.0"), Some(&LICENSES[1]));
        assert_eq!(License::of("BSD-3-Clause"), None);
        assert_eq!(
            License::of_file(Path::new("LICENSE-MIT")),
            Some(&LICENSES[0])
        );
        assert_eq!(License::of_file(Path::new("docs/LICENSE-MIT")), None);
    }
}
