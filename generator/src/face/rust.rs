//! Makes Rust code out of tokens as a person would have written it: short
//! paths, blank lines between items, and a first line that says who wrote it.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::{self, VisitMut};

use crate::marker::{self, COMMAND};
use crate::problem::Problem;

/// Returns the first line of a generated Rust file.
pub(super) fn header() -> String {
    format!("{}\n\n", marker::RUST)
}

/// Formats the items of a file, without its header.
///
/// # Errors
///
/// When the tokens are no Rust: a defect of the generator, found before
/// anything is written.
pub(super) fn format(tokens: TokenStream) -> Result<String, Problem> {
    let file: syn::File = syn::parse2(tokens).map_err(|error| {
        Problem::new(format!("the generated code is not Rust: {error}")).advice(format!(
            "this is a defect of `{COMMAND}`: report it with the page that brings it about"
        ))
    })?;
    Ok(print(&file))
}

/// Formats what has been parsed.
pub(super) fn print(file: &syn::File) -> String {
    space_out(&prettyplease::unparse(file))
}

/// A name that a file may have to import, and what its code holds when it does.
pub(super) struct Import {
    path: &'static str,
    name: &'static str,
    sign: &'static str,
}

const fn import(path: &'static str, name: &'static str, sign: &'static str) -> Import {
    Import { path, name, sign }
}

/// What generated code may have to import, those of other crates first.
const IMPORTS: [Import; 36] = [
    import("std::collections", "HashMap", "HashMap<"),
    import("std", "fmt", "fmt::"),
    import("std::ops", "Deref", "impl Deref for"),
    import("std::ops", "DerefMut", "impl DerefMut for"),
    import("chrono", "DateTime", "DateTime<"),
    import("chrono", "NaiveDate", "NaiveDate"),
    import("chrono", "SecondsFormat", "SecondsFormat::"),
    import("chrono", "Utc", "DateTime<Utc>"),
    import("httpmock", "MockServer", "MockServer"),
    import("reqwest::header", "ACCEPT", "ACCEPT,"),
    import("reqwest::header", "CONTENT_TYPE", "CONTENT_TYPE,"),
    import("reqwest::header", "HeaderMap", "HeaderMap::"),
    import("reqwest::header", "HeaderValue", "HeaderValue::"),
    import("serde", "Deserialize", "Deserialize,"),
    import("serde", "Serialize", "Serialize)]"),
    import("crate::runtime", "ByteStream", "ByteStream"),
    import("crate::runtime", "CallOptions", "CallOptions"),
    import("crate::runtime", "Client", "Client"),
    import("crate::runtime", "Error", "Error"),
    import("crate::runtime", "EventStream", "EventStream<"),
    import("crate::runtime", "Form", "Form"),
    import("crate::runtime", "Items", "Items<"),
    import("crate::runtime", "Operation", "Operation {"),
    import("crate::runtime", "Outgoing", "Outgoing::"),
    import("crate::runtime", "Pages", "Pages<"),
    import("crate::runtime", "Query", "Query::"),
    import("crate::runtime", "Raw", "impl Raw {"),
    import("crate::runtime", "Response", "Response<"),
    import("crate::runtime", "Upload", "Upload"),
    import("crate::runtime", "UrlEncoded", "UrlEncoded("),
    import("crate::runtime", "encode_path", "encode_path("),
    import("crate::runtime::mock", "Content", "Mocked<'_, Content>"),
    import("crate::runtime::mock", "Empty", "Mocked<'_, Empty>"),
    import("crate::runtime::mock", "Events", "Mocked<'_, Events<"),
    import("crate::runtime::mock", "Mocked", "Mocked<"),
    import("crate", "types", "types::"),
];

/// What code uses without importing it.
const PRELUDE: [&str; 18] = [
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Err",
    "From",
    "Into",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Result",
    "Send",
    "Some",
    "String",
    "Vec",
];

/// Tells whether generated code may mean something else by a name.
pub(super) fn is_known(name: &str) -> bool {
    PRELUDE.contains(&name) || IMPORTS.iter().any(|import| import.name == name)
}

/// Returns the `use` lines that the code of a file needs: those of other crates,
/// then its own. A file that names types of the API says in `own` which names of the
/// runtime may be meant in it; without any, all may be.
pub(super) fn imports(code: &str, own: &[&str]) -> Result<String, Problem> {
    let code = without_texts(code);
    let used = IMPORTS.iter().filter(|import| {
        let is_own = import.path.starts_with("crate");
        has_word(&code, import.sign) && (own.is_empty() || !is_own)
    });
    let mut by_path: Vec<(&str, Vec<Ident>)> = Vec::new();
    let mut add = |path: &'static str, name: &str| match by_path.last_mut() {
        Some((last, names)) if *last == path => names.push(ident(name)),
        _ => by_path.push((path, vec![ident(name)])),
    };
    for import in used {
        add(import.path, import.name);
    }
    for name in own {
        let is_type = name.starts_with(|c: char| c.is_uppercase());
        if code.contains(&format!("{name}! {{")) || is_type && has_word(&code, name) {
            add("crate::runtime", name);
        }
    }
    let (own, others): (Vec<_>, Vec<_>) = by_path
        .into_iter()
        .partition(|(path, _)| path.starts_with("crate"));
    let (others, own) = (use_lines(&others)?, use_lines(&own)?);
    let gap = if others.is_empty() || own.is_empty() {
        ""
    } else {
        "\n"
    };
    Ok(format!("{others}{gap}{own}"))
}

/// Tells whether code holds a sign that is no part of a longer word or path.
pub(super) fn has_word(code: &str, sign: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(sign).any(|(start, _)| {
        let before = code[..start].chars().next_back();
        let after = code[start + sign.len()..].chars().next();
        let ends_in_word = sign.ends_with(is_word);
        before.is_none_or(|c| !is_word(c) && c != ':')
            && !(ends_in_word && after.is_some_and(is_word))
    })
}

/// Returns code without its comments and strings, which may hold the same words.
fn without_texts(code: &str) -> String {
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let mut bare = String::with_capacity(code.len());
    for line in lines {
        let (mut in_string, mut escaped) = (false, false);
        for c in line.chars() {
            if c == '"' && !escaped {
                in_string = !in_string;
            } else if !in_string {
                bare.push(c);
            }
            escaped = in_string && c == '\\' && !escaped;
        }
        bare.push('\n');
    }
    bare
}

fn use_lines(by_path: &[(&str, Vec<Ident>)]) -> Result<String, Problem> {
    let lines = by_path.iter().map(|(path, names)| {
        let path = path.split("::").map(|segment| {
            // `crate` is a keyword, which is a path segment all the same.
            Ident::new(segment, proc_macro2::Span::call_site())
        });
        match names.as_slice() {
            [name] => quote!(use #(#path)::*::#name;),
            names => quote!(use #(#path)::*::{#(#names),*};),
        }
    });
    format(quote!(#(#lines)*))
}

/// Puts a blank line between items and between methods.
fn space_out(code: &str) -> String {
    let mut spaced = String::with_capacity(code.len());
    let mut previous: Option<&str> = None;
    for line in code.lines() {
        if let Some(previous) = previous {
            let indent = |line: &str| line.len() - line.trim_start().len();
            let closes = previous.trim_start() == "}" || previous.trim_start() == "};";
            let begins = !line.trim().is_empty()
                && !line.trim_start().starts_with(['}', ')', ']', '.', ','])
                && !line.trim_start().starts_with("else");
            let is_item = indent(line) <= 4 && starts_item(line.trim_start());
            let is_use = |line: &str| line.trim_start().starts_with("use ");
            let after_use = is_use(previous) && !is_use(line);
            let after_line = previous.ends_with(';')
                && indent(line) == 0
                && starts_item(line)
                && !line.starts_with("use ")
                && !line.starts_with("pub use ")
                && !line.starts_with("mod ")
                && !line.starts_with("pub mod ");
            if begins
                && indent(line) == indent(previous)
                && ((closes && is_item && !line.starts_with("use ")) || after_use || after_line)
            {
                spaced.push('\n');
            }
        }
        spaced.push_str(line);
        spaced.push('\n');
        previous = Some(line);
    }
    spaced
}

fn starts_item(line: &str) -> bool {
    [
        "///", "#[", "pub ", "impl", "fn ", "async fn", "mod ", "struct ", "enum ", "use ",
    ]
    .iter()
    .any(|start| line.starts_with(start))
}

/// Shortens the paths that macros write in full. What is not in the prelude is
/// brought in by the files' `use` lines.
pub(super) struct Shorten;

impl VisitMut for Shorten {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let keep = match names.as_slice() {
            ["std", "fmt", _] => 2,
            ["std" | "core" | "alloc", .., _] if is_imported(&names) => 1,
            ["serde", "Serialize" | "Deserialize"] | ["chrono", "NaiveDate" | "DateTime"] => 1,
            ["chrono", "offset" | "naive", _] => 1,
            ["serde_json", ..] => names.len(),
            ["reqwest", "header", _] => 1,
            [
                "reqwest",
                "header",
                "HeaderValue" | "HeaderName" | "HeaderMap",
                _,
            ] => 2,
            ["progenitor_client", "QueryParam", ..] => names.len() - 1,
            ["crate", "types", _] => 2,
            _ => return,
        };
        path.leading_colon = None;
        let skip = names.len() - keep;
        path.segments = std::mem::take(&mut path.segments)
            .into_iter()
            .skip(skip)
            .collect();
    }
}

/// Names of the prelude, and those that the files import.
fn is_imported(names: &[&str]) -> bool {
    matches!(
        names.last(),
        Some(
            &("Option"
                | "String"
                | "Vec"
                | "Box"
                | "Result"
                | "From"
                | "TryFrom"
                | "Default"
                | "HashMap"
                | "Deref")
        )
    )
}

/// Replaces an identifier everywhere, inside macros as well.
pub(super) fn replace_ident(tokens: TokenStream, from: &str, to: &str) -> TokenStream {
    tokens
        .into_iter()
        .map(|tree| match tree {
            TokenTree::Ident(ident) if ident == from => {
                TokenTree::Ident(Ident::new(to, ident.span()))
            }
            TokenTree::Group(group) => {
                let inner = replace_ident(group.stream(), from, to);
                let mut new = proc_macro2::Group::new(group.delimiter(), inner);
                new.set_span(group.span());
                TokenTree::Group(new)
            }
            other => other,
        })
        .collect()
}

/// Returns `name` as an identifier; a keyword gets an underscore, and so does what
/// begins with a digit.
pub(super) fn ident(name: &str) -> Ident {
    // `gen` is a keyword since the edition of 2024.
    let is_keyword = |name: &str| name == "gen" || syn::parse_str::<Ident>(name).is_err();
    let mut name = name.to_owned();
    if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        name.insert(0, '_');
    }
    if is_keyword(&name) {
        name.push('_');
    }
    format_ident!("{name}")
}

/// Returns the type inside `Option<…>`.
pub(super) fn option_inner(ty: &syn::Type) -> Option<&syn::Type> {
    generic_inner(ty, "Option")
}

/// Returns the type inside `Vec<…>`.
pub(super) fn vec_inner(ty: &syn::Type) -> Option<&syn::Type> {
    generic_inner(ty, "Vec")
}

/// Returns the type of the values of `HashMap<…, …>`.
pub(super) fn map_value(ty: &syn::Type) -> Option<&syn::Type> {
    generics(ty, "HashMap")?.last().copied()
}

/// Returns the type inside `wrapper<…>`.
pub(super) fn generic_inner<'a>(ty: &'a syn::Type, wrapper: &str) -> Option<&'a syn::Type> {
    generics(ty, wrapper)?.first().copied()
}

fn generics<'a>(ty: &'a syn::Type, wrapper: &str) -> Option<Vec<&'a syn::Type>> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    let segment = path.path.segments.last()?;
    if segment.ident != wrapper {
        return None;
    }
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    Some(types.collect())
}

/// Refers to the runtime's types of a file and a form by their names alone, where
/// nothing else has those names.
pub(super) struct ShortUpload;

impl VisitMut for ShortUpload {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        if names == ["crate", "Upload"] || names == ["crate", "Form"] {
            path.segments = path.segments.iter().skip(1).cloned().collect();
        }
    }
}

/// Writes a type as it stands in the code.
pub(super) fn type_text(ty: &impl ToTokens) -> String {
    ty.to_token_stream()
        .to_string()
        .replace(" :: ", "::")
        .replace(" < ", "<")
        .replace(" >", ">")
        .replace(" ,", ",")
}

/// Tells whether a type is this one name.
pub(super) fn is_named(ty: &syn::Type, name: &str) -> bool {
    matches!(ty, syn::Type::Path(path) if path.path.is_ident(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_as_short_as_a_person_writes_them() {
        let mut ty: syn::Type =
            syn::parse_quote!(::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>);
        Shorten.visit_type_mut(&mut ty);
        assert_eq!(quote!(#ty).to_string(), "Option < DateTime < Utc > >");
    }

    #[test]
    fn types_are_written_as_in_code() {
        let ty: syn::Type = syn::parse_quote!(Option<Vec<types::Asset>>);
        assert_eq!(type_text(&ty), "Option<Vec<types::Asset>>");
        assert_eq!(type_text(&quote!(impl Into<String>)), "impl Into<String>");
    }

    #[test]
    fn items_and_methods_are_set_apart() {
        let code = format(quote! {
            use a::b;
            struct A { x: u8 }
            impl A { fn a() { if x { y } } fn b() {} }
        })
        .expect("Rust");
        assert_eq!(
            code,
            "use a::b;\n\nstruct A {\n    x: u8,\n}\n\nimpl A {\n    fn a() {\n        if x {\n            y\n        }\n    }\n    fn b() {}\n}\n"
                .replace("    }\n    fn b", "    }\n\n    fn b")
        );
    }

    #[test]
    fn a_word_in_a_text_is_not_imported() {
        let code = "// Client\nlet a = \"Client \\\" Error>\";\nlet b: Response<u8>;\n";
        assert_eq!(
            imports(code, &[]).expect("Rust"),
            "use crate::runtime::Response;\n"
        );
    }
}
