//! Converts the documentation of the crate for its README.

use api::Docs;

/// Returns documentation with headings below that of the README, without links to items, and
/// without hidden lines of examples.
pub(super) fn text(docs: &Docs) -> String {
    let mut text = String::new();
    let mut is_example = false;
    for line in docs.lines() {
        match (is_example, line.strip_prefix("```")) {
            (false, Some(_)) => text.push_str("```rust"),
            (true, None) if line == "#" || line.starts_with("# ") => continue,
            (true, _) => text.push_str(line),
            (false, None) if line.starts_with('#') => {
                text.push('#');
                text.push_str(line);
            }
            (false, None) => text.push_str(&without_items(line)),
        }
        is_example ^= line.starts_with("```");
        text.push('\n');
    }
    text.trim_end().to_owned()
}

/// Replaces links to items with the names of the items.
fn without_items(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, link)) = rest.split_once("[`") {
        let Some((name, after)) = link.split_once("`]") else {
            break;
        };
        let path = after
            .strip_prefix('(')
            .and_then(|path| path.split_once(')'));
        let is_of_crate = |(path, _): &(&str, &str)| path.starts_with("crate::");
        text.push_str(&format!("{before}`{name}`"));
        rest = path.filter(is_of_crate).map_or(after, |(_, after)| after);
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_readme_has_no_links_to_items_and_no_hidden_lines() {
        let docs: Docs = "A [`Pet`] of [`pets().list()`](crate::Pets::list), see the \
            [reference](https://a.example).\n\n# Use\n\n## List\n\n```no_run\nuse pets::Client;\n\n\
            # async fn example() {\n#\n#[cfg(unix)]\nlist();\n# }\n```\n\n- [`a`"
            .into();
        assert_eq!(
            text(&docs),
            "A `Pet` of `pets().list()`, see the [reference](https://a.example).\n\n\
             ## Use\n\n### List\n\n```rust\nuse pets::Client;\n\n#[cfg(unix)]\nlist();\n```\n\n\
             - [`a`"
        );
    }
}
