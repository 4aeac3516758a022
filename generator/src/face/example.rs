//! The example in the documentation of an operation: a program of a few lines
//! that compiles.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::visit_mut::{self, VisitMut};

use super::operation::{self, Operation};
use super::rust;
use crate::docs::{Docs, Example};
use crate::problem::Problem;

/// What a call in an example is given.
pub(super) struct Given {
    name: Ident,
    /// The text or file that stands for it, or nothing for what an example cannot
    /// make up.
    value: Option<TokenStream>,
    ty: syn::Type,
}

impl Given {
    /// Returns an argument of this name and type. A text or a file is written where
    /// it is used; another value comes from outside of what is shown.
    pub(super) fn new(name: &Ident, ty: &syn::Type) -> Self {
        let text = name.to_string().trim_matches('_').to_owned();
        let is_text = rust::is_named(ty, "String");
        let value = is_text.then(|| quote!(#text)).or_else(|| file(name, ty));
        let mut ty = ty.clone();
        InFull.visit_type_mut(&mut ty);
        Self {
            name: name.clone(),
            value,
            ty,
        }
    }
}

/// Returns what stands for an argument that is a file or a list of files.
fn file(name: &Ident, ty: &syn::Type) -> Option<TokenStream> {
    let path = format!("path/to/{}", name.to_string().trim_matches('_'));
    let is_file = |ty: &syn::Type| rust::is_named(ty, "Upload");
    if is_file(ty) {
        return Some(quote!(Upload::path(#path)));
    }
    let is_list = rust::vec_inner(ty).is_some_and(is_file);
    is_list.then(|| quote!([Upload::path(#path)]))
}

/// Returns the call of a setter that takes a file, if this is one.
pub(super) fn set_file(name: &Ident, ty: &syn::Type) -> Option<TokenStream> {
    let file = file(name, ty)?;
    Some(quote!(.#name(#file)))
}

/// Writes types as they are known where nothing is imported but the crate's own.
struct InFull;

impl VisitMut for InFull {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let full: TokenStream = match path.segments.first() {
            Some(first) if path.segments.len() == 1 => match first.ident.to_string().as_str() {
                "DateTime" | "NaiveDate" | "Utc" => quote!(chrono::),
                "HashMap" => quote!(std::collections::),
                _ => return,
            },
            _ => return,
        };
        *path = syn::parse_quote!(#full #path);
    }
}

/// Returns the example of an operation in the crate `library`; `setter` is a call that
/// sets what is optional.
///
/// # Errors
///
/// When the example is no Rust.
pub(super) fn example(
    operation: &Operation,
    given: &[Given],
    setter: Option<TokenStream>,
    is_paged: bool,
    library: &str,
) -> Result<Docs, Problem> {
    let parameters = given.iter().filter(|given| given.value.is_none());
    let parameters = parameters.map(|Given { name, ty, .. }| quote!(#name: #ty));
    let statements = statements(operation, given, setter, is_paged);
    let function = rust::format(quote! {
        async fn example(client: Client, #(#parameters),*) -> Result<(), Error> {
            #statements
            Ok(())
        }
    })?;
    let library = rust::ident(library);
    let named = ["Form", "Upload", "types"].into_iter();
    let imports: String = ["Client", "Error"]
        .into_iter()
        .chain(named.filter(|name| rust::has_word(&function, name)))
        .collect::<Vec<_>>()
        .join(", ");
    let mut example = Example::new("no_run");
    example.hidden(&format!("use {library}::{{{imports}}};"));
    let mut is_body = false;
    for line in function.lines() {
        is_body &= line != "    Ok(())";
        match line.strip_prefix("    ") {
            Some(line) if is_body => example.line(line),
            _ => example.hidden(line),
        }
        is_body |= line.ends_with('{') && !line.starts_with("     ");
    }
    Ok(example.docs())
}

/// Returns the first program: the shortest call that requires nothing, where there is
/// one. `label` is that of its code block, and `variable` holds the key.
pub(super) fn first_program(
    operations: &[Operation],
    label: &'static str,
    library: &str,
    variable: &str,
) -> Docs {
    let calls = operations.iter().filter(|operation| {
        operation.verb == "GET"
            && operation.deprecated.is_none()
            && operation
                .arguments
                .iter()
                .all(|argument| !argument.required)
    });
    let call = calls.min_by_key(|call| call.group.len());
    let mut example = Example::new(label);
    for line in [
        &format!("use {library}::Client;"),
        "",
        "#[tokio::main]",
        &format!("async fn main() -> Result<(), {library}::Error> {{"),
        &format!("    // The key is in {variable}."),
        "    let client = Client::from_env()?;",
    ] {
        example.line(line);
    }
    match call {
        Some(operation) => {
            let call = operation.call();
            example.line(&format!("    let answer = client.{call}.send().await?;"));
            example.line("    println!(\"{answer:#?}\");");
        }
        None => example.line("    println!(\"{client:?}\");"),
    }
    example.line("    Ok(())");
    example.line("}");
    example.docs()
}

/// Returns a test that mocks an operation, which requires nothing.
pub(super) fn mocked(operation: &Operation, library: &str) -> Docs {
    let path: Vec<String> = operation
        .module_path()
        .iter()
        .map(ToString::to_string)
        .collect();
    let answer = &operation.answer;
    let answer = quote!(#answer).to_string().replace(' ', "");
    let (path, method, call) = (path.join("::"), &operation.method, operation.call());
    let mut example = Example::new("no_run");
    example.line(&format!("use {library}::mock::{{self, MockServer}};"));
    example.hidden(&format!("use {library}::{{Error, types}};"));
    example.line("");
    let function = format!("async fn example(answer: {answer}) -> Result<(), Error> {{");
    example.hidden(&function);
    example.line("let server = MockServer::start();");
    example.line(&format!(
        "let mocked = mock::{path}::{method}(&server).answers(&answer);"
    ));
    example.line("");
    example.line("let client = mock::client(&server)?;");
    example.line(&format!("assert_eq!(client.{call}.send().await?, answer);"));
    example.line("mocked.assert();");
    example.hidden("Ok(())");
    example.hidden("}");
    example.docs()
}

/// Returns the call, and what is done with its answer.
fn statements(
    operation: &Operation,
    given: &[Given],
    setter: Option<TokenStream>,
    is_paged: bool,
) -> TokenStream {
    let groups = operation.group.iter().enumerate();
    let groups = groups.map(|(depth, group)| match depth {
        0 => operation::accessor(group),
        _ => rust::ident(group),
    });
    let arguments = given.iter().map(|Given { name, value, .. }| match value {
        Some(value) => quote!(#value),
        None => quote!(#name),
    });
    let method = &operation.method;
    let call = quote!(client #(.#groups())*.#method(#(#arguments),*) #setter);
    let is_status = matches!(&operation.answer, syn::Type::Tuple(_));
    if is_paged {
        quote! {
            let mut items = #call.stream();
            while let Some(item) = items.next_item().await? {
                println!("{item:?}");
            }
        }
    } else if operation.events.is_some() {
        quote! {
            let mut events = #call.send().await?;
            while let Some(event) = events.next_event().await? {
                println!("{event:?}");
            }
        }
    } else if rust::is_named(&operation.answer, "ByteStream") {
        quote! {
            let bytes = #call.send().await?.collect().await?;
            println!("{} bytes", bytes.len());
        }
    } else if is_status {
        quote!(#call.send().await?;)
    } else {
        quote! {
            let answer = #call.send().await?;
            println!("{answer:?}");
        }
    }
}
