//! Lists that come in pages: which operations answer with them, and the two
//! methods that read on, `pages` and `stream`.
//!
//! An operation is one of them by its shape, as `[paging]` in `codegen.toml`
//! describes it, or because `x-fern-pagination` says so:
//!
//! ```yaml
//! x-fern-pagination:
//!   offset: $request.page               # the number of the page, or of an item
//!   step: $request.limit                # if there is one, it is of an item
//!   results: $response.data
//! x-fern-pagination:
//!   cursor: $request.page_token
//!   next_cursor: $response.page_info.next_page_token
//!   results: $response.data
//! ```

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use serde_json::Value;

use super::operation::Operation;
use super::owned::{name_in_types, qualified};
use super::rust;
use super::types::Types;
use crate::generate::argument_name;
use pages::Problem;

/// How an operation reads on.
pub(super) struct Paging {
    advance: Advance,
    items: List,
}

/// The items in an answer.
struct List {
    /// How many `answer` has.
    count: TokenStream,
    /// Those of `answer`.
    items: TokenStream,
    item: syn::Type,
}

/// What leads from one page to the next.
enum Advance {
    /// The number of the page, in this parameter; the last one's may be told.
    Number(Start, Option<TokenStream>),
    /// The number of the first item, in this parameter.
    Offset(Start),
    /// The token that the page before told, in this parameter.
    Token(Ident, TokenStream),
}

/// A parameter, as the raw function calls it, and the number to begin with.
struct Start {
    argument: Ident,
    first: Option<i64>,
}

/// What is said of an operation's pages: names of parameters, and paths of
/// properties in the answer.
struct Described<'a> {
    number: Vec<&'a str>,
    offset: Vec<&'a str>,
    token: Vec<&'a str>,
    items: Vec<&'a str>,
    last: Vec<&'a str>,
    next: Vec<&'a str>,
}

impl Paging {
    /// Returns how an operation reads on, if its answer comes in pages.
    pub(super) fn new(
        operation: &Operation,
        types: &Types,
        rules: &openapi::tree::PagingNames,
        warnings: &mut Vec<Problem>,
    ) -> Option<Self> {
        let said = match &operation.pagination {
            Some(Value::Bool(false)) => return None,
            Some(said @ Value::Object(_)) => Some(said),
            _ => None,
        };
        let described = said.map_or_else(
            || Described::by_rules(rules),
            |said| Described::by_extension(said, rules),
        );
        let paging = Self::find(operation, types, &described, said.is_some());
        if let (None, Some(_)) = (&paging, said) {
            let problem = Problem::new(format!(
                "`x-fern-pagination` of `{}` does not fit its parameters and answer: the pages \
                 of its list are read one call at a time",
                operation.id
            ))
            .operation(&operation.id)
            .advice("it names a parameter as `$request.x` and properties as `$response.y.z`");
            warnings.push(match &operation.place {
                Some(place) => problem.at(place.clone()),
                None => problem,
            });
        }
        paging
    }

    /// Looks for what is described. What an extension says needs no number of
    /// the last page to be believed.
    fn find(
        operation: &Operation,
        types: &Types,
        described: &Described<'_>,
        is_said: bool,
    ) -> Option<Self> {
        let page = name_in_types(&operation.answer)?;
        let items = described
            .items
            .iter()
            .find_map(|name| list(&page, name, types))?;
        let read = |paths: &[&str], scalar: &str| {
            paths
                .iter()
                .find_map(|path| read(&page, path, scalar, types))
        };
        let parameter = |names: &[&str], ty: &str| {
            let mut arguments = operation.arguments.iter();
            arguments
                .find(|argument| {
                    let is_named = names
                        .iter()
                        .any(|name| argument.ident == argument_name(name));
                    !argument.is_body && is_named && scalar_name(&argument.ty) == Some(ty)
                })
                .map(|argument| Start {
                    argument: argument.ident.clone(),
                    first: argument.first,
                })
        };
        let advance = if let Some(start) = parameter(&described.number, "i64") {
            let last = read(&described.last, "i64");
            (is_said || last.is_some()).then_some(Advance::Number(start, last))
        } else {
            parameter(&described.offset, "i64").map(Advance::Offset)
        };
        let advance = advance.or_else(|| {
            let token = parameter(&described.token, "String")?;
            Some(Advance::Token(
                token.argument,
                read(&described.next, "String")?,
            ))
        })?;
        Some(Self { advance, items })
    }

    /// Writes the methods `pages` and `stream` of a request. `field` tells what a
    /// parameter is called there, and whether it is no option.
    pub(super) fn methods(
        &self,
        operation: &Operation,
        field: impl Fn(&Ident) -> Option<(Ident, bool)>,
    ) -> TokenStream {
        let (answer, id) = (&operation.answer, &operation.id);
        let List { count, items, item } = &self.items;
        let field = |argument: &Ident| field(argument).unwrap_or((argument.clone(), false));
        let start = |start: &Start, first: i64| {
            let (name, required) = field(&start.argument);
            if required {
                quote!(self.#name)
            } else {
                let first = start.first.unwrap_or(first);
                let first = proc_macro2::Literal::i64_unsuffixed(first);
                quote!(self.#name.unwrap_or(#first))
            }
        };
        let set = |start: &Start, value: TokenStream| {
            let (name, required) = field(&start.argument);
            let value = if required {
                value
            } else {
                quote!(Some(#value))
            };
            quote! {{
                let mut request = self.clone();
                request.#name = #value;
                request.send()
            }}
        };
        let pages = match &self.advance {
            Advance::Number(name, last) => {
                let (start, fetch) = (start(name, 1), set(name, quote!(page)));
                let last = match last {
                    Some(last) => quote!(|answer| #last),
                    None => quote!(|_| None),
                };
                quote! {
                    Pages::by_number(
                        #id,
                        #start,
                        move |page| #fetch,
                        #last,
                        |answer| #count,
                    )
                }
            }
            Advance::Offset(name) => {
                let (start, fetch) = (start(name, 0), set(name, quote!(offset)));
                quote! {
                    Pages::by_offset(
                        #id,
                        #start,
                        move |offset| #fetch,
                        |_| None,
                        |answer| #count,
                    )
                }
            }
            Advance::Token(name, next) => {
                let (name, required) = field(name);
                let token = if required {
                    quote!(if let Some(token) = token { request.#name = token; })
                } else {
                    quote!(if token.is_some() { request.#name = token; })
                };
                quote! {
                    Pages::by_token(
                        #id,
                        move |token: Option<String>| {
                            let mut request = self.clone();
                            #token
                            request.send()
                        },
                        |answer| #next,
                    )
                }
            }
        };
        // Inline, so that what reads a list is compiled where the list is read, as that
        // of asynchronous functions is, and not whenever this crate is.
        quote! {
            /// Returns the pages of the list, from the one that is asked for. Each
            /// is a request, made when the page is read.
            #[inline]
            pub fn pages(self) -> Pages<#answer> {
                #pages
            }
            /// Returns the items of all [`pages`](Self::pages), one after the other.
            #[inline]
            pub fn stream(self) -> Items<#answer, #item> {
                self.pages().items(|answer| #items)
            }
        }
    }
}

impl<'a> Described<'a> {
    fn by_rules(rules: &'a openapi::tree::PagingNames) -> Self {
        Self {
            number: names(&rules.page),
            offset: Vec::new(),
            token: names(&rules.token),
            items: names(&rules.items),
            last: names(&rules.last_page),
            next: names(&rules.next_token),
        }
    }

    fn by_extension(said: &'a Value, rules: &'a openapi::tree::PagingNames) -> Self {
        let named = |key: &str| -> Vec<&'a str> {
            let path = said.get(key).and_then(Value::as_str);
            path.and_then(|path| path.split_once('.'))
                .map(|(_, path)| path)
                .into_iter()
                .collect()
        };
        let (number, offset) = if said.get("step").is_some() {
            (Vec::new(), named("offset"))
        } else {
            (named("offset"), Vec::new())
        };
        Self {
            number,
            offset,
            token: named("cursor"),
            items: named("results"),
            last: names(&rules.last_page),
            next: named("next_cursor"),
        }
    }
}

fn names(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// Returns the list at `path` of an answer.
fn list(ty: &str, path: &str, types: &Types) -> Option<List> {
    let mut segments = path.split('.').peekable();
    let mut ty = ty.to_owned();
    let (mut look, mut take) = (quote!(answer), quote!(answer));
    let mut is_optional = false;
    loop {
        let segment = segments.next()?;
        let field = types
            .fields(&ty)?
            .into_iter()
            .find(|field| field.ident == argument_name(segment))?;
        let (name, inner) = (&field.ident, rust::option_inner(&field.ty));
        (look, take) = match (is_optional, inner) {
            (false, Some(_)) => (quote!(#look.#name.as_ref()), quote!(#take.#name)),
            (false, None) => (quote!(#look.#name), quote!(#take.#name)),
            (true, Some(_)) => (
                quote!(#look.and_then(|inner| inner.#name.as_ref())),
                quote!(#take.and_then(|inner| inner.#name)),
            ),
            (true, None) => (
                quote!(#look.map(|inner| &inner.#name)),
                quote!(#take.map(|inner| inner.#name)),
            ),
        };
        is_optional |= inner.is_some();
        let value = inner.unwrap_or(&field.ty);
        if segments.peek().is_none() {
            let item = qualified(rust::vec_inner(value)?, types);
            let (count, items) = if is_optional {
                (
                    quote!(#look.map_or(0, Vec::len)),
                    quote!(#take.unwrap_or_default()),
                )
            } else {
                (quote!(#look.len()), take)
            };
            return Some(List { count, items, item });
        }
        ty = value.to_token_stream().to_string();
    }
}

/// Returns the expression that reads the property at `path` of `answer`, as an
/// option of the scalar.
fn read(ty: &str, path: &str, scalar: &str, types: &Types) -> Option<TokenStream> {
    let mut segments = path.split('.').peekable();
    let mut ty = ty.to_owned();
    let mut read = quote!(answer);
    let mut is_optional = false;
    while let Some(segment) = segments.next() {
        let field = types
            .fields(&ty)?
            .into_iter()
            .find(|field| field.ident == argument_name(segment))?;
        let (name, inner) = (&field.ident, rust::option_inner(&field.ty));
        let value = inner.unwrap_or(&field.ty);
        if segments.peek().is_none() {
            let copy = match scalar {
                "String" => quote!(.clone()),
                _ => quote!(),
            };
            return (scalar_name(value) == Some(scalar)).then(|| match (is_optional, inner) {
                (false, Some(_)) => quote!(#read.#name #copy),
                (false, None) => quote!(Some(#read.#name #copy)),
                (true, Some(_)) => quote!(#read.and_then(|inner| inner.#name #copy)),
                (true, None) => quote!(#read.map(|inner| inner.#name #copy)),
            });
        }
        ty = value.to_token_stream().to_string();
        read = match (is_optional, inner) {
            (false, Some(_)) => quote!(#read.#name.as_ref()),
            (false, None) => quote!(#read.#name),
            (true, Some(_)) => quote!(#read.and_then(|inner| inner.#name.as_ref())),
            (true, None) => quote!(#read.map(|inner| &inner.#name)),
        };
        is_optional |= inner.is_some();
    }
    None
}

/// Returns the name of a scalar that pages are told by, which a function may take
/// by reference.
fn scalar_name(ty: &syn::Type) -> Option<&'static str> {
    let ty = match ty {
        syn::Type::Reference(reference) => &reference.elem,
        ty => ty,
    };
    match ty.to_token_stream().to_string().as_str() {
        "i64" => Some("i64"),
        "str" | "String" => Some("String"),
        _ => None,
    }
}
