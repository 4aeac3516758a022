//! Descriptions of responses and bodies for the documentation of methods. They are shortened, and
//! omitted if they do not add information to the status.

use crate::Docs;

/// The maximum length of a description that is not shortened, in characters.
const SHORT: usize = 240;

/// Placeholder descriptions that specification generators write, in lower case and without
/// punctuation.
const EMPTY_WORDS: [&str; 24] = [
    "",
    "accepted",
    "created",
    "default error response",
    "default response",
    "description",
    "empty response",
    "error",
    "error response",
    "no content",
    "ok",
    "ok response",
    "request body",
    "request was successful",
    "response",
    "success",
    "success response",
    "successful",
    "successful operation",
    "successful request",
    "successful response",
    "the request body",
    "the request was successful",
    "todo",
];

/// Returns the description of a response or a body as documentation, which is empty if it has no
/// information.
pub(super) fn short_docs(description: &str) -> Docs {
    let description = description.trim();
    if says_nothing(description) {
        return Docs::default();
    }
    Docs::page(&shortened(description))
}

/// Returns `true` if a description only states that there is a response or a body.
fn says_nothing(description: &str) -> bool {
    let words: String = description
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let is_status = |word: &&String| word.len() == 3 && word.parse::<u16>().is_ok();
    let rest: Vec<&str> = words
        .iter()
        .filter(|word| !is_status(word))
        .map(String::as_str)
        .collect();
    let text = rest.join(" ");
    let text = text.strip_suffix(" with status").unwrap_or(&text);
    EMPTY_WORDS.contains(&text.strip_suffix(" status").unwrap_or(text))
}

/// Returns the first paragraph of a text, or its first sentences if the paragraph is too long.
fn shortened(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or_default().trim_end();
    if paragraph.chars().count() <= SHORT || paragraph.starts_with("```") {
        return paragraph.to_owned();
    }
    let sentence = paragraph.split_inclusive(char::is_whitespace);
    let mut end = 0;
    for word in sentence {
        end += word.len();
        if word.trim_end().ends_with(['.', '!', '?']) {
            break;
        }
    }
    paragraph[..end].trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_that_says_nothing_is_left_out() {
        for text in [
            "",
            "OK",
            "Ok.",
            "200 OK",
            "Successful response",
            "Successful Response",
            "Response with status 200",
            "No content",
        ] {
            assert_eq!(short_docs(text).as_str(), "", "{text}");
        }
        for text in ["Not Found", "The pet.", "200 pets", "Validation Error"] {
            assert_eq!(short_docs(text).as_str(), text);
        }
    }

    #[test]
    fn a_long_description_is_cut_at_its_paragraph_or_sentence() {
        assert_eq!(short_docs("The pet.\n\nIt barks.").as_str(), "The pet.");
        assert_eq!(short_docs("The pet\nbarks.").as_str(), "The pet\nbarks.");
        let long = format!("The pet v1.2 barks. {}", "word ".repeat(100));
        assert_eq!(short_docs(&long).as_str(), "The pet v1.2 barks.");
    }
}
