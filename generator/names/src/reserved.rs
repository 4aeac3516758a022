//! The names that a generated crate uses for something else.

/// Keywords of the 2024 edition, also the reserved ones.
pub const KEYWORDS: [&str; 53] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "_",
];

/// Names of the standard library's prelude that generated code uses.
pub const PRELUDE: [&str; 42] = [
    "AsMut",
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Hash",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
];

/// Names that the module `types` imports or that its macros use.
const TYPES: [&str; 15] = [
    "Bool",
    "Bytes",
    "Client",
    "Date",
    "DateTime",
    "Deref",
    "DerefMut",
    "Deserialize",
    "HashMap",
    "Map",
    "NaiveDate",
    "Self",
    "Serialize",
    "Utc",
    "Value",
];

/// Returns `true` if no type of the API can have this name.
pub fn is_reserved_type(name: &str) -> bool {
    PRELUDE.contains(&name) || TYPES.contains(&name)
}
