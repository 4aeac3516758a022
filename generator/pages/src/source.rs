//! The input of a run, in memory: pages, settings, and corrections as text.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::yaml::Lines;

/// A text file of the input.
#[derive(Debug)]
pub struct SourceFile {
    /// The path of the file, as shown in messages.
    pub path: String,
    /// The path relative to the input folder, with `/` on every system.
    pub name: String,
    /// The text, with `\n` line ends and no byte order mark.
    pub text: Arc<str>,
    /// The lines that are not valid UTF-8, in order. The text has U+FFFD in their place.
    pub undecoded: Vec<usize>,
    /// The file exceeds the size limit and was not read. The text is empty.
    pub is_too_large: bool,
    /// The number of the fetch that downloaded the page, or `None` for a page that the project has
    /// written.
    pub fetch: Option<u64>,
    /// The text for display in problems, computed on first use.
    shown: OnceLock<Arc<str>>,
    /// The positions of the line ends, found on first use.
    ends: OnceLock<Vec<usize>>,
}

impl SourceFile {
    /// Creates a file that need not exist on disk.
    pub fn new(name: &str, text: &str) -> Arc<Self> {
        Self::at(name.to_owned(), name.to_owned(), text)
    }

    /// Creates a file that was found at `path`. `name` is relative to the input folder.
    pub fn at(path: String, name: String, text: &str) -> Arc<Self> {
        Arc::new(Self::with_undecoded(path, name, text, Vec::new()))
    }

    /// Creates a file with the content `bytes`, which should be UTF-8.
    pub fn decode(path: String, name: String, bytes: &[u8]) -> Arc<Self> {
        let text = String::from_utf8_lossy(bytes);
        Arc::new(Self::with_undecoded(path, name, &text, undecoded(bytes)))
    }

    /// Creates a file that is larger than [`crate::limits::FILE_SIZE`].
    pub fn too_large(path: String, name: String) -> Arc<Self> {
        Arc::new(Self {
            is_too_large: true,
            ..Self::with_undecoded(path, name, "", Vec::new())
        })
    }

    /// Sets the number of the fetch that downloaded the file. The file must not be shared yet.
    #[must_use]
    pub fn fetched(mut self: Arc<Self>, fetch: u64) -> Arc<Self> {
        if let Some(file) = Arc::get_mut(&mut self) {
            file.fetch = Some(fetch);
        }
        self
    }

    fn with_undecoded(path: String, name: String, text: &str, undecoded: Vec<usize>) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self {
            path,
            name,
            text: text.replace("\r\n", "\n").into(),
            undecoded,
            is_too_large: false,
            fetch: None,
            shown: OnceLock::new(),
            ends: OnceLock::new(),
        }
    }

    /// Returns the path relative to the input folder, with `/` on every system.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the text, with `\n` line ends.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text from a line on, counted from 1. The lines are searched only once.
    pub fn text_from(&self, line: usize) -> &str {
        let ends = self.ends.get_or_init(|| {
            let ends = self.text.match_indices('\n');
            ends.map(|(position, _)| position).collect()
        });
        let before = line.checked_sub(2);
        let start = before.map_or(Some(0), |end| Some(ends.get(end)? + 1));
        start.map_or("", |start| &self.text[start..])
    }

    /// Returns the text for display in problems. `show` converts it on first use.
    pub(crate) fn shown(&self, show: fn(&Arc<str>) -> Arc<str>) -> Arc<str> {
        Arc::clone(self.shown.get_or_init(|| show(&self.text)))
    }

    /// Returns the file's extension in lower case, such as `md`.
    pub fn ending(&self) -> String {
        ending(Path::new(&self.name))
    }

    /// Returns a line of the file, counted from 1.
    pub fn place(self: &Arc<Self>, line: usize) -> Place {
        Place {
            file: Arc::clone(self),
            line: Line::Number(line),
        }
    }
}

/// Returns the lines that are not UTF-8.
fn undecoded(bytes: &[u8]) -> Vec<usize> {
    let mut line = 1;
    let mut found = Vec::new();
    for chunk in bytes.utf8_chunks() {
        line += chunk.valid().matches('\n').count();
        if !chunk.invalid().is_empty() && found.last() != Some(&line) {
            found.push(line);
        }
    }
    found
}

/// A line of an input file.
#[derive(Clone, Debug)]
pub struct Place {
    file: Arc<SourceFile>,
    line: Line,
}

#[derive(Clone, Debug)]
enum Line {
    /// Counted from 1.
    Number(usize),
    /// A node of the YAML that starts on a line. The line of the node is computed on demand.
    Node {
        lines: Arc<Lines>,
        pointer: String,
        start: usize,
    },
}

impl Place {
    /// Returns the place of a node of the YAML that starts on the line `start`.
    pub fn of_node(
        file: &Arc<SourceFile>,
        lines: &Arc<Lines>,
        start: usize,
        pointer: &str,
    ) -> Self {
        Self {
            file: Arc::clone(file),
            line: Line::Node {
                lines: Arc::clone(lines),
                pointer: pointer.to_owned(),
                start,
            },
        }
    }

    pub(crate) fn file(&self) -> &SourceFile {
        &self.file
    }

    /// Returns the name of the file, relative to the folder that was read.
    pub fn page(&self) -> &str {
        &self.file.name
    }

    /// Returns the number of the fetch that downloaded the page, if it was fetched.
    pub fn fetch(&self) -> Option<u64> {
        self.file.fetch
    }

    /// Returns the line, counted from 1.
    pub fn line(&self) -> usize {
        match &self.line {
            Line::Number(line) => *line,
            Line::Node {
                lines,
                pointer,
                start,
            } => start + lines.line(pointer) - 1,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.path, self.line())
    }
}

/// Everything that a run reads.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The published pages, sorted by name.
    pub pages: Vec<Arc<SourceFile>>,
    /// `codegen.toml`, if it exists.
    pub config: Option<Arc<SourceFile>>,
    /// `overlay.yaml`, if it exists.
    pub overlay: Option<Arc<SourceFile>>,
    /// `released.json`, the document of the last version, if it exists. It supplies names that
    /// pages do not have.
    pub released: Option<Arc<SourceFile>>,
    /// The facts about the crate's folder.
    pub surroundings: Surroundings,
}

/// The surroundings of the generated crate: its folder and the folders around it.
#[derive(Clone, Copy, Debug, Default, Hash)]
pub struct Surroundings {
    /// The crate is a member of the enclosing workspace. By default, it is standalone.
    pub workspace_member: bool,
    /// The crate has [`EXTRAS`].
    pub has_extras: bool,
    /// The crate has [`EXAMPLES`] that a person wrote.
    pub has_examples: bool,
}

/// The folder of the examples in the folder of a crate.
pub const EXAMPLES: &str = "examples";

/// The root module of the handwritten code of a crate, relative to its folder.
pub const EXTRAS: &str = "src/extras/mod.rs";

/// Returns the extension of a path in lower case, such as `md`.
pub fn ending(path: &Path) -> String {
    path.extension()
        .map(|ending| ending.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_begins_at_a_line() {
        let file = SourceFile::new("page.md", "a\nb\n\nc");
        for (line, text) in [
            (1, "a\nb\n\nc"),
            (2, "b\n\nc"),
            (3, "\nc"),
            (4, "c"),
            (5, ""),
            (9, ""),
        ] {
            assert_eq!(file.text_from(line), text, "{line}");
        }
    }
}
