//! Converts names of a document to Rust naming conventions.

use heck::{ToPascalCase, ToSnakeCase};

use crate::reserved::{KEYWORDS, is_reserved_type};

/// Returns `true` if `name` is a keyword of Rust.
pub fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// Returns `true` if `name` is an identifier and not a keyword. Identifiers of this crate consist
/// of letters of any script, ASCII digits, and underscores.
pub fn is_identifier(name: &str) -> bool {
    let is_part = |c: char| c.is_alphabetic() || c.is_ascii_digit() || c == '_';
    let is_name = name.chars().any(|c| c != '_') && name.chars().all(is_part);
    is_name && !name.starts_with(|c: char| c.is_ascii_digit()) && !is_keyword(name)
}

/// Converts a name to the case of functions, arguments, and fields.
pub fn argument_name(name: &str) -> String {
    let name = match snake_case(name) {
        name if name.starts_with(char::is_alphabetic) => name,
        name => format!("x{name}"),
    };
    if is_keyword(&name) {
        format!("{name}_")
    } else {
        name
    }
}

/// Converts a name to snake case. Letters of other scripts are kept.
pub fn snake_case(name: &str) -> String {
    let words: String = name
        .replace('\'', "")
        .chars()
        .map(|c| {
            if c.is_alphabetic() || c.is_ascii_digit() || c == '_' {
                c
            } else {
                '-'
            }
        })
        .collect();
    match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => with_whole_words(&words).to_snake_case(),
    }
}

/// Writes words with several capital letters like other words, so that they are not split: `OAuth`,
/// `IPv4`, and plurals such as `IDs`.
fn with_whole_words(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or_default();
    let starts = |start: usize, word: &str| {
        word.chars()
            .eq(chars[start..].iter().copied().take(word.len()))
    };
    let mut words = String::new();
    let mut index = 0;
    while index < chars.len() {
        let before = index.checked_sub(1).map(at).unwrap_or_default();
        let capitals = chars[index..].iter().take_while(|c| c.is_ascii_uppercase());
        let capitals = match before.is_ascii_uppercase() {
            true => 0,
            false => capitals.count(),
        };
        let is_oauth = (starts(index, "OAuth") && capitals == 2)
            || (starts(index, "oAuth") && !before.is_alphanumeric());
        let after = at(index + capitals + 1);
        let is_end = !after.is_alphanumeric() || after.is_uppercase();
        let is_plural = capitals > 1 && at(index + capitals) == 's' && is_end;
        let is_ip = starts(index, "IPv") && capitals == 2 && after.is_ascii_digit();
        let length = match (
            is_oauth && !at(index + 5).is_lowercase(),
            is_plural || is_ip,
        ) {
            (true, _) => 5,
            (_, true) => capitals + 1,
            _ => 1,
        };
        words.push(chars[index]);
        let rest = &chars[index + 1..index + length];
        words.extend(rest.iter().map(char::to_ascii_lowercase));
        index += length;
    }
    words
}

/// Returns the name of the module and the file of a type or a method. The name is ASCII, as required
/// for modules with files, and short enough for every file system.
pub fn module_name(name: &str) -> String {
    const LONGEST: usize = 120;
    let mut module = String::new();
    for c in argument_name(name).chars() {
        if c.is_ascii() {
            module.push(c);
        } else {
            module.push_str(&format!("u{:x}", u32::from(c)));
        }
        if module.len() >= LONGEST {
            break;
        }
    }
    module
}

/// Converts a name to the case of types. A reserved name gets the suffix `Object`.
pub fn type_name(original: &str) -> String {
    let words: String = original
        .chars()
        .map(|c| {
            if c.is_alphabetic() || c.is_ascii_digit() {
                c
            } else {
                ' '
            }
        })
        .collect();
    let name = stable_case(&words);
    match name.chars().next() {
        None => spelled_out(original),
        Some(first) if first.is_numeric() => format!("Type{name}"),
        Some(_) if is_reserved_type(&name) => format!("{name}Object"),
        Some(_) => name,
    }
}

/// Replaces the symbols in a name that consists only of symbols, such as `+`, with words.
fn spelled_out(symbols: &str) -> String {
    let words: Vec<&str> = symbols.chars().map(symbol).collect();
    match stable_case(&words.join(" ")) {
        name if name.is_empty() => "Unnamed".to_owned(),
        name => name,
    }
}

/// Converts words to a case that further conversions do not change. A single conversion of `a b c`
/// gives `ABC`, which the next one would turn into `Abc`.
fn stable_case(words: &str) -> String {
    let mut name = with_whole_words(words).to_pascal_case();
    loop {
        let again = name.to_pascal_case();
        if again == name {
            return name;
        }
        name = again;
    }
}

/// Returns the word for a symbol.
pub fn symbol(c: char) -> &'static str {
    match c {
        '+' => "plus",
        '-' => "minus",
        '*' => "star",
        '/' => "slash",
        '<' => "less",
        '>' => "greater",
        '=' => "equal",
        '!' => "not",
        '.' => "dot",
        ',' => "comma",
        ':' => "colon",
        '%' => "percent",
        '&' => "and",
        '|' => "or",
        '^' => "caret",
        '~' => "tilde",
        '@' => "at",
        '#' => "hash",
        '$' => "dollar",
        '?' => "question",
        '_' => "underscore",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_several_capital_letters_are_not_split() {
        for (name, argument, ty) in [
            ("OAuth", "oauth", "Oauth"),
            ("oAuth", "oauth", "Oauth"),
            ("OAuth2Token", "oauth2_token", "Oauth2Token"),
            ("useOAuth", "use_oauth", "UseOauth"),
            ("IPv4Address", "ipv4_address", "Ipv4Address"),
            ("IDs", "ids", "Ids"),
            ("userIDs", "user_ids", "UserIds"),
            (
                "imageURLsToFetch",
                "image_urls_to_fetch",
                "ImageUrlsToFetch",
            ),
            // These are other words.
            ("OAuthor", "o_author", "OAuthor"),
            ("fooAuth", "foo_auth", "FooAuth"),
            ("VPNsetting", "vp_nsetting", "VpNsetting"),
            ("PCMs16", "pc_ms16", "PcMs16"),
            ("user_id", "user_id", "UserId"),
        ] {
            assert_eq!(argument_name(name), argument);
            assert_eq!(type_name(name), ty);
        }
    }
}
