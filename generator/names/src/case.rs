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
        _ => words.to_snake_case(),
    }
}

/// Returns the name of the module and the file that define a type. The name is ASCII, as required
/// for modules with files, and short enough for every file system.
pub fn type_module(name: &str) -> String {
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
    let mut name = words.to_pascal_case();
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
