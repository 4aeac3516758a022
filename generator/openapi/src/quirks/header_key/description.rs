//! Finds the prefix of a key in its header from the description of its parameter.

/// The prefix of the key in its header, which is empty for the bare key.
pub(super) type Word = String;

/// Returns the prefix of the key, if the description shows the whole header: ``Header
/// authentication of the form `Token <token>` ``, or ``Example: `X-Key: abc` ``.
pub(super) fn shown(name: &str, description: &str) -> Option<Word> {
    of_form(description)
        .or_else(|| of_example(name, description))
        .or_else(|| of_line(name, description))
        .or_else(|| of_value(name, description))
        .or_else(|| of_prefix(description))
}

/// Returns `true` if the description is the exported sentence for a key.
pub(super) fn has_form(description: &str) -> bool {
    description.contains(FORM)
}

const FORM: &str = " authentication of the form ";

/// The form of a key whose prefix the export does not contain.
const UNKNOWN: &str = "undefined <token>";

/// Returns `true` if the exported sentence for a key does not show whether the key has a prefix.
pub(super) fn has_unknown_prefix(description: &str) -> bool {
    has_form(description) && description.contains(UNKNOWN)
}

fn of_form(description: &str) -> Option<Word> {
    let (kind, form) = description.split_once(FORM)?;
    let form = form.trim_start().trim_start_matches('`');
    let word = form.split_once(" <").map_or("", |(word, _)| word).trim();
    // The export writes `undefined` if it contains no prefix of the key.
    let word = if word == "undefined" { "" } else { word };
    let kind = kind.rsplit(char::is_whitespace).next().unwrap_or_default();
    match kind {
        "Bearer" | "Basic" if word.is_empty() => Some(kind.to_owned()),
        _ => Some(word.to_owned()),
    }
}

/// Reads the header from code in the description.
fn of_example(name: &str, description: &str) -> Option<Word> {
    let spans = description.split('`').skip(1).step_by(2);
    spans
        .filter_map(|code| value(name, code))
        .find_map(|value| {
            let mut words = value.split_whitespace();
            let (first, second) = (words.next()?, words.next());
            Some(second.map_or_else(String::new, |_| first.to_owned()))
        })
}

/// Reads the header from text without code, such as `Authorization: Key $API_KEY`. The key must look
/// like a placeholder, because other text can follow the name of a header.
fn of_line(name: &str, description: &str) -> Option<Word> {
    let start = find_header(name, description)?;
    let end = |c| ['"', '\'', '`', '\n'].contains(&c);
    let line = description[start..].trim_start();
    word_before_placeholder(line.split(end).next()?)
}

/// Returns the position after the name of a header and its colon.
fn find_header(name: &str, description: &str) -> Option<usize> {
    let lower = description.to_ascii_lowercase();
    let header = format!("{}:", name.to_ascii_lowercase());
    Some(lower.find(&header)? + header.len())
}

/// Reads the value of the header from code such as `Token YOUR_KEY`.
fn of_value(name: &str, description: &str) -> Option<Word> {
    let mut spans = description.split('`').skip(1).step_by(2);
    let word = spans.find_map(word_before_placeholder)?;
    let is_word = !word.is_empty() && !word.eq_ignore_ascii_case(name);
    is_word.then_some(word)
}

/// Returns the first of two words if the second one is a placeholder, and no word if a placeholder
/// is the only one.
fn word_before_placeholder(value: &str) -> Option<Word> {
    let words: Vec<&str> = value.split_whitespace().collect();
    let is_placeholder = |word: &str| {
        let marks = ['<', '>', '{', '}', '[', ']', '$', '_', '*'];
        let is_upper = |word: &str| word.len() > 3 && !word.contains(char::is_lowercase);
        (word.contains(marks) || is_upper(word)) && !word.contains(['=', ':', '/'])
    };
    match words[..] {
        [key] if is_placeholder(key) => Some(Word::new()),
        [word, key] if is_word(word) && is_placeholder(key) => Some(word.to_owned()),
        _ => None,
    }
}

/// Reads the word from text such as ``prefixed with `Key` ``.
fn of_prefix(description: &str) -> Option<Word> {
    let (before, rest) = description.split_once('`')?;
    let (word, _) = rest.split_once('`')?;
    let word = word.trim();
    let mut sentences = before.rsplit(['.', '\n']);
    let is_prefix = sentences.next()?.to_lowercase().contains("prefix");
    (is_prefix && !word.is_empty() && is_word(word)).then(|| word.to_owned())
}

/// Returns `true` if a text contains only ASCII letters, digits, and hyphens.
fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// Returns the value in a line such as `Authorization: Token abc`, with or without quotes.
fn value<'a>(name: &str, code: &'a str) -> Option<&'a str> {
    let (header, value) = code.split_once(':')?;
    let quotes = ['"', '\'', ' ', '\n'];
    let header = header.trim_matches(quotes);
    let header = header.rsplit(['"', '\'', ' ', '\n']).next()?;
    header
        .eq_ignore_ascii_case(name)
        .then(|| value.trim_matches(quotes))
}

/// Returns the HTTP scheme that a description mentions, such as `API key as bearer token`.
pub(super) fn named(description: &str) -> Option<&'static str> {
    let is_separator = |c: char| !c.is_alphanumeric();
    let words: Vec<String> = description
        .split(is_separator)
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let is_negated = |position: usize| {
        let before = &words[position.saturating_sub(3)..position];
        let negations = ["no", "not", "never", "without", "t"];
        before.iter().any(|word| negations.contains(&word.as_str()))
    };
    let mut places = words.iter().enumerate();
    places.find_map(|(position, word)| {
        let next = words.get(position + 1).map_or("", String::as_str);
        let scheme = match word.as_str() {
            "bearer" | "oauth" | "oauth2" => "bearer",
            "basic" if next.starts_with("auth") => "basic",
            _ => return None,
        };
        (!is_negated(position)).then_some(scheme)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_shows_the_header() {
        for (description, expected) in [
            (
                "Header authentication of the form `undefined <token>`",
                Some(""),
            ),
            (
                "Header authentication of the form `Token <token>`",
                Some("Token"),
            ),
            (
                "Bearer authentication of the form `Bearer <token>`, where token is your auth token.",
                Some("Bearer"),
            ),
            (
                "Use your key.\n\nExample: `Authorization: your_key_here`\n",
                Some(""),
            ),
            ("Send `authorization: Key <key>`.", Some("Key")),
            ("For example, `\"Authorization\": \"abc\"`.", Some("")),
            ("Send `X-Other: abc`.", None),
            ("Your key.", None),
            ("Authorization: Key $API_KEY", Some("Key")),
            (
                "curl -H \"Authorization: Token <token>\" api.test",
                Some("Token"),
            ),
            ("Authorization: YOUR_KEY", Some("")),
            ("Authorization: the key of your account", None),
            ("Pass `Token YOUR_KEY`.", Some("Token")),
            ("Pass `Token token=YOUR_KEY`.", None),
            ("The format is `API_KEY`.", None),
            ("Create one with `POST /keys/{name}`.", None),
            ("Send `Authorization <key>`.", None),
            ("Your key, prefixed with `Key `.", Some("Key")),
            ("Your key. See `keys`.", None),
        ] {
            let word = shown("Authorization", description);
            assert_eq!(word.as_deref(), expected, "{description}");
        }
    }

    #[test]
    fn words_of_a_description_name_a_scheme() {
        for (description, expected) in [
            ("Bearer authentication", Some("bearer")),
            ("API key as bearer token in a header", Some("bearer")),
            ("An OAuth access token", Some("bearer")),
            ("Basic auth with name and password", Some("basic")),
            ("The key of the basic plan", None),
            ("The key alone, without the word `Bearer`", None),
            ("Your API key", None),
        ] {
            assert_eq!(named(description), expected, "{description}");
        }
    }
}
