//! Finds active content in a rustdoc page that is not rustdoc's own.

/// Prefixes of the scripts that rustdoc adds to its pages.
const RUSTDOC_SCRIPTS: [&str; 3] = [
    "if(window.location.protocol!==\"file:\")",
    "location.replace(\"../",
    "",
];

/// Returns the scripts, event handlers, and links of a page that could execute code.
pub(crate) fn active(html: &str) -> Vec<String> {
    tags(html)
        .into_iter()
        .flat_map(|(tag, after)| {
            let mut found = Vec::new();
            let name = tag.split([' ', '\n']).next().unwrap_or_default();
            let attributes = attributes(&tag[name.len()..]);
            if name.eq_ignore_ascii_case("script") {
                let is_local = attributes.iter().all(|(name, value)| match name.as_str() {
                    "src" => value.contains("static.files/") || is_local_script(value),
                    _ => true,
                });
                let has_source = attributes.iter().any(|(name, _)| name == "src");
                let content = after.split("</script>").next().unwrap_or_default();
                let is_known = RUSTDOC_SCRIPTS.iter().any(|known| {
                    content == *known || !known.is_empty() && content.starts_with(known)
                });
                // rustdoc stores the text for traits such as `Future` as data.
                let is_data = attributes
                    .iter()
                    .any(|(name, value)| name == "type" && value == "text/json");
                if !is_data && (!is_local || !(has_source || is_known)) {
                    found.push(format!("<{tag}>{content}"));
                }
            }
            if ["iframe", "object", "embed", "svg", "base", "form"].contains(&name) {
                found.push(format!("<{tag}>"));
            }
            for (name, value) in &attributes {
                let is_handler = name.starts_with("on");
                let is_link = ["href", "src", "action", "srcset", "data"].contains(&name.as_str());
                if is_handler || is_link && !leads_to_a_page(value) {
                    found.push(format!("<{tag}>"));
                }
            }
            found
        })
        .collect()
}

fn is_local_script(source: &str) -> bool {
    !source.contains(':') && source.ends_with(".js")
}

/// Returns `true` if a link is relative, or leads to the web or to mail.
fn leads_to_a_page(link: &str) -> bool {
    let link = link.trim().to_ascii_lowercase();
    let scheme = link.split(['/', '?', '#']).next().unwrap_or_default();
    match scheme.split_once(':') {
        Some(("http" | "https" | "mailto", _)) => true,
        // The documentation of other crates' traits contains paths that rustdoc does not resolve.
        Some((scheme, rest)) => {
            rest.starts_with(':') && !["javascript", "vbscript", "data"].contains(&scheme)
        }
        None => !link.starts_with('&'),
    }
}

/// Returns the tags of a page without their brackets, and what follows each.
fn tags(mut html: &str) -> Vec<(&str, &str)> {
    let mut tags = Vec::new();
    while let Some((_, rest)) = html.split_once('<') {
        html = rest;
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let mut quote = None;
        let end = rest.find(|c| {
            match (quote, c) {
                (None, '"' | '\'') => quote = Some(c),
                (Some(open), c) if open == c => quote = None,
                _ => {}
            }
            quote.is_none() && c == '>'
        });
        if let Some(end) = end {
            html = &rest[end + 1..];
            tags.push((&rest[..end], html));
            // The content of a script contains no tags.
            if rest.starts_with("script") {
                html = html.split_once("</script>").map_or("", |(_, after)| after);
            }
        }
    }
    tags
}

/// Returns the attributes of a tag, with their values.
fn attributes(mut rest: &str) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', '\n', '/']);
        let end = rest.find(['=', ' ', '\n']).unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        if name.is_empty() {
            return attributes;
        }
        rest = &rest[end..];
        let value = match rest.strip_prefix('=') {
            None => "",
            Some(after) => {
                let (value, after) = match after.chars().next() {
                    Some(quote @ ('"' | '\'')) => {
                        after[1..].split_once(quote).unwrap_or((&after[1..], ""))
                    }
                    _ => {
                        let end = after.find([' ', '\n']).unwrap_or(after.len());
                        after.split_at(end)
                    }
                };
                rest = after;
                value
            }
        };
        attributes.push((name, value.to_owned()));
    }
}

#[test]
fn active_html_is_found() {
    for html in [
        "<script>alert(1)</script>",
        "<SCRIPT src='https://a.example/b.js'></SCRIPT>",
        "<img src=x onerror=alert(1)>",
        "<a class=\"b\" href=\"javascript:alert(1)\">",
        "<a href=JaVaScRiPt:alert(1)>",
        "<a href='data:text/html,x'>",
        "<iframe>",
    ] {
        assert_eq!(active(html).len(), 1, "{html}");
    }
    for html in [
        "<a href=\"../b.html#c:d\">",
        "<a href=\"https://a.example\">",
        "<a href=\"mailto:a@b.example\">",
        "&lt;script&gt; onclick=",
        "<p title=\"<script>\">",
        "<script type=\"text/json\">{}</script>",
        "<script src=\"../static.files/main.js\" defer></script>",
    ] {
        assert_eq!(active(html), [""; 0], "{html}");
    }
}
