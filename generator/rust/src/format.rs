//! Formats tokens like handwritten code, with blank lines between items, and a first line that
//! marks the file as generated.

use docs::Docs;
use pages::Problem;
use pages::marker::{COMMAND, RUST};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::Imports;
use crate::documentation::of_file;
use crate::layout::layout;
use crate::public_api::{self, Module};

/// Returns the first line of a generated Rust file, followed by an empty line.
pub(crate) fn header() -> String {
    format!("{RUST}\n\n")
}

/// Rust code, as text and as declarations, so that no emitted file is parsed twice.
#[derive(Debug)]
pub(crate) struct Code {
    pub(crate) text: String,
    pub(crate) declarations: Module,
}

impl Code {
    /// Reads code that is written as text.
    ///
    /// # Errors
    ///
    /// As [`format`].
    pub(crate) fn read(text: String) -> Result<Self, Problem> {
        let declarations = public_api::read(&text).map_err(|error| not_rust(&error))?;
        Ok(Self { text, declarations })
    }
}

/// Returns a Rust file: header, module documentation, `use` lines, code. `docs` has no `//!`, and
/// may be empty.
///
/// # Errors
///
/// As [`format`].
pub(crate) fn file(docs: &Docs, imports: &Imports, body: Code) -> Result<Code, Problem> {
    file_with(docs, "", imports, body)
}

/// Returns a Rust file that has attributes or modules before its `use` lines.
///
/// # Errors
///
/// As [`format`].
pub(crate) fn file_with(
    docs: &Docs,
    head: &str,
    imports: &Imports,
    body: Code,
) -> Result<Code, Problem> {
    let mut text = header();
    text.push_str(&of_file(docs));
    if !docs.is_empty() {
        text.push('\n');
    }
    let start = text.len();
    if !head.is_empty() {
        text.push_str(head);
        text.push('\n');
    }
    text.push_str(&imports.text());
    let head = public_api::read(&text[start..]).map_err(|error| not_rust(&error))?;
    text.push_str(body.text.trim_start_matches('\n'));
    text.truncate(text.trim_end().len());
    text.push('\n');
    Ok(Code {
        text,
        declarations: head.followed_by(body.declarations),
    })
}

/// Formats the items of a file, without its header, as rustfmt does.
///
/// # Errors
///
/// If the tokens are not valid Rust, which is a bug in the generator. It is detected before
/// anything is written.
pub(crate) fn format(tokens: TokenStream) -> Result<Code, Problem> {
    let printed = parse_and_print(tokens)?;
    Ok(Code {
        text: space_out(&layout(&printed.text)),
        ..printed
    })
}

/// Formats the statements of a function, indented once, as rustfmt does.
///
/// # Errors
///
/// As [`format`].
pub(crate) fn format_statements(tokens: TokenStream) -> Result<String, Problem> {
    let function = format(quote!(async fn f() { #tokens }))?.text;
    let mut lines: Vec<&str> = function.lines().skip(1).collect();
    lines.pop();
    Ok(lines.join("\n"))
}

/// Formats the items of a file, without its header, with the line breaks of prettyplease. This is
/// used for statements of progenitor, whose syntax the layout does not fully support.
///
/// # Errors
///
/// As [`format`].
pub(crate) fn format_foreign(tokens: TokenStream) -> Result<Code, Problem> {
    let printed = parse_and_print(tokens)?;
    Ok(Code {
        text: space_out(&printed.text),
        ..printed
    })
}

fn parse_and_print(tokens: TokenStream) -> Result<Code, Problem> {
    let file: syn::File = syn::parse2(tokens).map_err(|error| not_rust(&error))?;
    Ok(Code {
        text: prettyplease::unparse(&file),
        declarations: public_api::declarations(&file),
    })
}

fn not_rust(error: &syn::Error) -> Problem {
    Problem::new(
        pages::Code::NotRust,
        format!("the generated code is not Rust: {error}"),
    )
    .advice(format!(
        "this is a bug in `{COMMAND}`: report it with the page that causes it"
    ))
}

/// Returns a claimed name as an identifier.
pub(crate) fn ident(name: &str) -> Ident {
    format_ident!("{name}")
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

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn items_and_methods_are_set_apart() {
        let code = format(quote! {
            use a::b;
            struct A { x: u8 }
            impl A { fn a() { if x { y } } fn b() {} }
        })
        .expect("Rust")
        .text;
        assert_eq!(
            code,
            "use a::b;\n\nstruct A {\n    x: u8,\n}\n\nimpl A {\n    fn a() {\n        if x {\n            y\n        }\n    }\n\n    fn b() {}\n}\n"
        );
    }

    #[test]
    fn a_file_has_its_imports_in_two_groups() {
        let mut imports = Imports::default();
        imports.add("std", "fmt");
        imports.runtime("Client");
        let body = Code::read("fn f() {}\n".to_owned()).expect("Rust");
        let file = file(&"Pets.".into(), &imports, body).expect("Rust");
        assert_eq!(
            file.text,
            format!(
                "{}//! Pets.\n\nuse std::fmt;\n\nuse crate::runtime::Client;\n\nfn f() {{}}\n",
                header()
            )
        );
    }
}
