//! The methods of a request whose list is paginated: `pages` and `stream`.

use api::{Advance, Api, IntKind, Operation, Parameter, Path, Type};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::path::{Items, flag_at, id_of_last_item, number_at, text_at, url_of_relation};
use crate::Imports;
use crate::format::ident;
use crate::ty::{self, From};

/// Returns the methods `pages` and `stream`, if the operation is paginated.
pub(super) fn methods(
    operation: &Operation,
    api: &Api,
    imports: &mut Imports,
) -> Option<TokenStream> {
    let paging = operation.paging.as_ref()?;
    let Items { page, taken } = Items::at(&paging.items);
    let more = paging.more.as_ref().map(|more| {
        let more = flag_at(more);
        quote!(.more(#more))
    });
    let pages = pages(operation, &paging.advance, &quote!(#page #more), api)?;
    for name in ["Items", "ListPage", "Pages", "PagesWithResponse"] {
        imports.runtime(name);
    }
    let response = ty::response(&operation.response, imports);
    let item = ty::tokens(&paging.item, From::Elsewhere, imports);
    // `#[inline]`, so that the pages of a list are compiled only in programs that use them.
    Some(quote! {
        /// Returns the pages of the list, starting with the requested page. Each page is requested
        /// on demand.
        #[inline]
        pub fn pages(self) -> Pages<#response> {
            self.pages_with_response().into_bodies()
        }
        /// Returns the [`pages`](Self::pages) with their status and headers.
        #[inline]
        pub fn pages_with_response(self) -> PagesWithResponse<#response> {
            #pages
        }
        /// Returns the items of all [`pages`](Self::pages).
        #[inline]
        pub fn stream(self) -> Items<#response, #item> {
            self.pages().items(|page| #taken)
        }
        /// [`pages`](Self::pages) for programs that do not use async.
        #[cfg(feature = "blocking")]
        #[inline]
        pub fn pages_blocking(self) -> crate::Blocking<Pages<#response>> {
            self.pages().into_blocking()
        }
        /// [`stream`](Self::stream) for programs that do not use async.
        #[cfg(feature = "blocking")]
        #[inline]
        pub fn stream_blocking(self) -> crate::Blocking<Items<#response, #item>> {
            self.stream().into_blocking()
        }
    })
}

/// Returns the expression for all list pages. `page` is the expression for one.
fn pages(
    operation: &Operation,
    advance: &Advance,
    page: &TokenStream,
    api: &Api,
) -> Option<TokenStream> {
    let id = &operation.id;
    let parameter = |position: &usize| operation.parameters.get(*position);
    let by_token = |fetch: TokenStream, next: TokenStream| quote!(PagesWithResponse::by_token(#id, #fetch, |page| #page.next(#next),));
    Some(match advance {
        Advance::Number {
            parameter: position,
            last,
        } => {
            let number = Number::of(parameter(position)?)?;
            let (start, fetch) = (number.start(1), number.fetch(&ident("page")));
            let last = match last {
                Some(path) => {
                    let last = number_at(path, type_at(path, operation, api)?);
                    quote!(.last(#last))
                }
                None => quote!(),
            };
            let reader = reader(&quote!(#page #last));
            quote!(PagesWithResponse::by_number(#id, #start, #fetch, #reader,))
        }
        Advance::Offset {
            parameter: position,
        } => {
            let number = Number::of(parameter(position)?)?;
            let (start, fetch) = (number.start(0), number.fetch(&ident("offset")));
            let reader = reader(page);
            quote!(PagesWithResponse::by_offset(#id, #start, #fetch, #reader,))
        }
        Advance::Token {
            parameter: position,
            next,
        } => by_token(fetch_token(parameter(position)?), text_at(next)),
        Advance::LastItem {
            parameter: position,
            id: property,
        } => {
            let next = id_of_last_item(&operation.paging.as_ref()?.items, property);
            by_token(fetch_token(parameter(position)?), next)
        }
        Advance::Url {
            next,
            token: Some(position),
        } => {
            let set = set_token(parameter(position)?);
            let next = text_at(next);
            quote! {
                PagesWithResponse::by_url_or_token(
                    #id,
                    move |url: Option<String>, token: Option<String>| {
                        let mut request = self.clone();
                        request.call_options = request.call_options.list_page(url);
                        #set
                        request.send_with_response()
                    },
                    |page| #page.next(#next),
                )
            }
        }
        Advance::Url { next, token: None } => by_token(fetch_url(), text_at(next)),
        Advance::Relation {
            links,
            relation,
            url,
        } => by_token(fetch_url(), url_of_relation(links, relation, url)),
        Advance::Link => {
            let fetch = fetch_url();
            let reader = reader(page);
            quote!(PagesWithResponse::by_link(#id, #fetch, #reader,))
        }
    })
}

/// Returns the closure that requests the list page with a token.
fn fetch_token(parameter: &Parameter) -> TokenStream {
    let set = set_token(parameter);
    quote! {
        move |token: Option<String>| {
            let mut request = self.clone();
            #set
            request.send_with_response()
        }
    }
}

/// Returns the statement that sets the parameter for the token of a list page.
fn set_token(parameter: &Parameter) -> TokenStream {
    let name = ident(&parameter.name);
    match parameter.required {
        true => quote!(if let Some(token) = token { request.#name = token; }),
        false => quote!(if token.is_some() { request.#name = token; }),
    }
}

/// Returns the function that reads a list page. `page` is its expression.
fn reader(page: &TokenStream) -> TokenStream {
    // If the page itself is the list, no closure is needed.
    if page.to_string() == quote!(ListPage::of(page)).to_string() {
        return quote!(ListPage::of);
    }
    quote!(|page| #page)
}

/// Returns the closure that requests the list page at a URL.
fn fetch_url() -> TokenStream {
    quote! {
        move |url: Option<String>| {
            let mut request = self.clone();
            request.call_options = request.call_options.list_page(url);
            request.send_with_response()
        }
    }
}

/// A parameter that is a number. The runtime counts in `i64`.
struct Number<'a> {
    parameter: &'a Parameter,
    kind: IntKind,
}

impl<'a> Number<'a> {
    fn of(parameter: &'a Parameter) -> Option<Self> {
        match parameter.ty {
            Type::Int(kind) => Some(Self { parameter, kind }),
            _ => None,
        }
    }

    /// Returns the first number of the list.
    fn first(&self, default: i64) -> i64 {
        let first = self.parameter.first;
        let first = first.filter(|first| holds(self.kind, *first));
        first.unwrap_or(default)
    }

    /// Returns the number of the first requested list page.
    fn start(&self, default: i64) -> TokenStream {
        let name = ident(&self.parameter.name);
        let given = if self.parameter.required {
            quote!(self.#name)
        } else {
            let first = Literal::i64_unsuffixed(self.first(default));
            quote!(self.#name.unwrap_or(#first))
        };
        match self.kind {
            IntKind::I64 => given,
            IntKind::U64 => quote!(i64::try_from(#given).unwrap_or(i64::MAX)),
            _ => quote!(i64::from(#given)),
        }
    }

    /// Returns the closure that requests the list page with a number.
    fn fetch(&self, number: &Ident) -> TokenStream {
        let name = ident(&self.parameter.name);
        let kind = ident(self.kind.as_str());
        let value = match self.kind {
            IntKind::I64 => quote!(#number),
            // Beyond the maximum, the same list page is requested again, which the runtime reports
            // as an error.
            _ => quote!(#kind::try_from(#number).unwrap_or(#kind::MAX)),
        };
        let value = match self.parameter.required {
            true => value,
            false => quote!(Some(#value)),
        };
        quote! {
            move |#number| {
                let mut request = self.clone();
                request.#name = #value;
                request.send_with_response()
            }
        }
    }
}

/// Returns the first number of a list, if its parameter is a number.
pub(crate) fn first_number(parameter: &Parameter, default: i64) -> Option<i64> {
    Number::of(parameter).map(|number| number.first(default))
}

/// Returns `true` if the number is in the range of this type.
fn holds(kind: IntKind, number: i64) -> bool {
    match kind {
        IntKind::I8 => i8::try_from(number).is_ok(),
        IntKind::I16 => i16::try_from(number).is_ok(),
        IntKind::I32 => i32::try_from(number).is_ok(),
        IntKind::I64 => true,
        IntKind::U8 => u8::try_from(number).is_ok(),
        IntKind::U16 => u16::try_from(number).is_ok(),
        IntKind::U32 => u32::try_from(number).is_ok(),
        IntKind::U64 => u64::try_from(number).is_ok(),
    }
}

/// Returns the type at a path of a response.
fn type_at<'a>(path: &Path, operation: &'a Operation, api: &'a Api) -> Option<&'a Type> {
    let mut ty = operation.response.ty()?;
    for step in &path.0 {
        ty = &api.field_at(ty, step)?.ty;
    }
    Some(ty)
}

#[cfg(test)]
mod tests {
    use api::{Paging, Presence, Response, Step};

    use super::super::samples::{self, path};
    use super::*;

    /// Returns an API with one operation that returns a list page with the number of the last page,
    /// and the code of its methods.
    fn code(parameter: Parameter, advance: Advance, last: Type, more: Option<Path>) -> String {
        let pets = samples::list(&samples::named("Pet"));
        let list = samples::object(
            "PetList",
            [
                samples::field("data", pets, Presence::Required),
                samples::field("last", last, Presence::Optional),
            ],
        );
        let mut operation = samples::operation("list", &["pets"]);
        operation.response = Response::Json(samples::named("PetList"));
        samples::with_parameters(&mut operation, vec![parameter]);
        operation.paging = Some(Paging {
            advance,
            more,
            items: path([("data", false)]),
            item: samples::named("Pet"),
        });
        let api = samples::api([list]);
        let methods = methods(&operation, &api, &mut Imports::default());
        methods.expect("a list").to_string()
    }

    fn numbered(kind: IntKind, first: Option<i64>) -> String {
        let parameter = Parameter {
            first,
            ..samples::parameter("page", Type::Int(kind), false)
        };
        let advance = Advance::Number {
            parameter: 0,
            last: Some(path([("last", true)])),
        };
        code(parameter, advance, Type::Int(kind), None)
    }

    fn has(code: &str, tokens: &TokenStream) -> bool {
        code.contains(&tokens.to_string())
    }

    #[test]
    fn list_pages_are_requested_by_number() {
        let expected = quote! {
            PagesWithResponse::by_number(
                "pets_list",
                self.page.unwrap_or(1),
                move |page| {
                    let mut request = self.clone();
                    request.page = Some(page);
                    request.send_with_response()
                },
                |page| ListPage::of(&page.data).last(page.last),
            )
        };
        let code = numbered(IntKind::I64, None);
        assert!(has(&code, &expected), "{code}");
        let items = quote! {
            pub fn stream(self) -> Items<types::PetList, types::Pet> {
                self.pages().items(|page| page.data)
            }
        };
        assert!(has(&code, &items), "{code}");
    }

    #[test]
    fn numbers_of_other_kinds_are_converted() {
        let small = numbered(IntKind::U32, Some(0));
        for expected in [
            quote!(i64::from(self.page.unwrap_or(0))),
            quote!(Some(u32::try_from(page).unwrap_or(u32::MAX))),
            quote!(page.last.map(i64::from)),
        ] {
            assert!(has(&small, &expected), "{small}");
        }
        let large = numbered(IntKind::U64, Some(-1));
        for expected in [
            quote!(i64::try_from(self.page.unwrap_or(1)).unwrap_or(i64::MAX)),
            quote!(page.last.and_then(|last| i64::try_from(last).ok())),
        ] {
            assert!(has(&large, &expected), "{large}");
        }
    }

    #[test]
    fn a_flag_ends_the_list() {
        let advance = Advance::Number {
            parameter: 0,
            last: None,
        };
        let parameter = samples::parameter("page", Type::Int(IntKind::I64), false);
        let more = Some(path([("last", true)]));
        let code = code(parameter, advance, Type::Bool, more);
        let end = quote!(|page| ListPage::of(&page.data).more(page.last),);
        assert!(has(&code, &end), "{code}");
    }

    #[test]
    fn an_offset_begins_with_the_first_item() {
        let parameter = samples::parameter("start", Type::Int(IntKind::I64), true);
        let code = code(
            parameter,
            Advance::Offset { parameter: 0 },
            Type::Json,
            None,
        );
        let expected = quote! {
            PagesWithResponse::by_offset("pets_list", self.start, move |offset| {
                let mut request = self.clone();
                request.start = offset;
                request.send_with_response()
            }, |page| ListPage::of(&page.data),)
        };
        assert!(has(&code, &expected), "{code}");
    }

    #[test]
    fn a_token_leads_to_the_next_list_page() {
        for (required, set) in [
            (
                true,
                quote!(if let Some(token) = token {
                    request.token = token;
                }),
            ),
            (
                false,
                quote!(if token.is_some() {
                    request.token = token;
                }),
            ),
        ] {
            let advance = Advance::Token {
                parameter: 0,
                next: path([("last", true)]),
            };
            let parameter = samples::parameter("token", Type::String, required);
            let code = code(parameter, advance, Type::String, None);
            assert!(has(&code, &set), "{code}");
            let next = quote!(|page| ListPage::of(&page.data).next(page.last.as_deref()),);
            assert!(has(&code, &next), "{code}");
        }
    }

    #[test]
    fn the_last_item_leads_to_the_next_list_page() {
        let id = Step {
            field: "id".to_owned(),
            optional: false,
        };
        let advance = Advance::LastItem { parameter: 0, id };
        let parameter = samples::parameter("after", Type::String, false);
        let code = code(parameter, advance, Type::String, None);
        let set = quote!(if token.is_some() {
            request.after = token;
        });
        assert!(has(&code, &set), "{code}");
        let next = quote! {
            |page| ListPage::of(&page.data).next(page.data.last().map(|item| item.id.as_str())),
        };
        assert!(has(&code, &next), "{code}");
    }

    #[test]
    fn a_url_leads_to_the_next_list_page() {
        let at_url = quote!(request.call_options = request.call_options.list_page(url););
        for (advance, function) in [
            (
                Advance::Url {
                    next: path([("last", true)]),
                    token: None,
                },
                "by_token",
            ),
            (Advance::Link, "by_link"),
        ] {
            let parameter = samples::parameter("size", Type::String, false);
            let code = code(parameter, advance, Type::String, None);
            assert!(has(&code, &at_url), "{code}");
            assert!(code.contains(function), "{code}");
        }
    }

    #[test]
    fn a_url_or_a_token_leads_to_the_next_list_page() {
        let advance = Advance::Url {
            next: path([("last", true)]),
            token: Some(0),
        };
        let parameter = samples::parameter("cursor", Type::String, false);
        let code = code(parameter, advance, Type::String, None);
        let expected = quote! {
            PagesWithResponse::by_url_or_token(
                "pets_list",
                move |url: Option<String>, token: Option<String>| {
                    let mut request = self.clone();
                    request.call_options = request.call_options.list_page(url);
                    if token.is_some() {
                        request.cursor = token;
                    }
                    request.send_with_response()
                },
                |page| ListPage::of(&page.data).next(page.last.as_deref()),
            )
        };
        assert!(has(&code, &expected), "{code}");
    }
}
