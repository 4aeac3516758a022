//! Languages of code blocks that are never executed.

/// The allowed labels of code blocks. They include neither Rust nor any word that rustdoc
/// interprets as a test attribute.
const KNOWN: &[&str] = &[
    "bash",
    "c",
    "console",
    "cpp",
    "csharp",
    "css",
    "csv",
    "curl",
    "dart",
    "diff",
    "elixir",
    "go",
    "graphql",
    "html",
    "http",
    "ini",
    "java",
    "javascript",
    "js",
    "json",
    "json5",
    "jsonc",
    "jsonl",
    "jsx",
    "kotlin",
    "markdown",
    "md",
    "mermaid",
    "ndjson",
    "objc",
    "php",
    "plaintext",
    "powershell",
    "proto",
    "protobuf",
    "py",
    "python",
    "r",
    "rb",
    "ruby",
    "scala",
    "sh",
    "shell",
    "sql",
    "srt",
    "swift",
    "text",
    "toml",
    "ts",
    "tsx",
    "txt",
    "typescript",
    "vtt",
    "xml",
    "yaml",
    "yml",
    "zsh",
];

/// The label of code in any other language.
const OTHER: &str = "text";

/// Returns the label for a code block with this info string.
pub(super) fn label(info: &str) -> &'static str {
    let word = info
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '{'))
        .next()
        .unwrap_or_default();
    KNOWN
        .iter()
        .find(|known| known.eq_ignore_ascii_case(word))
        .unwrap_or(&OTHER)
}

/// Returns `true` if a label is a possible result of [`label`].
pub(super) fn is_known(info: &str) -> bool {
    KNOWN.contains(&info)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_language_is_text() {
        for (info, expected) in [
            ("json", "json"),
            ("Python title=\"a.py\"", "python"),
            ("ts,x", "ts"),
            ("yaml{1,2}", "yaml"),
            ("", "text"),
            ("rust", "text"),
            ("edition2021", "text"),
            ("standalone_crate", "text"),
            ("ignore-x86", "text"),
            ("klingon", "text"),
        ] {
            assert_eq!(label(info), expected, "{info}");
        }
    }
}
