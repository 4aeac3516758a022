//! The methods of a request whose list is paginated: `pages` and `stream`.

use api::{Advance, Api, Input, IntKind, ListEnd, Operation, Path, Presence, Type};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::inputs::{self, Given, InputTarget};
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
    let Items {
        page,
        taken,
        is_page,
    } = Items::at(&paging.items);
    let more = paging.more.as_ref().map(|more| {
        let more = flag_at(more);
        quote!(.more(#more))
    });
    let page = ReadPage {
        is_function: is_page && more.is_none(),
        expression: quote!(#page #more),
    };
    let pages = pages(operation, &paging.advance, &page, api)?;
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

/// The expression that reads a list page `page`.
struct ReadPage {
    expression: TokenStream,
    /// It only passes the list page to the function `ListPage::of`.
    is_function: bool,
}

impl ReadPage {
    /// Returns the function that reads a list page.
    fn function(&self) -> TokenStream {
        let expression = &self.expression;
        match self.is_function {
            true => quote!(ListPage::of),
            false => quote!(|page| #expression),
        }
    }
}

/// Returns the expression for all list pages.
fn pages(
    operation: &Operation,
    advance: &Advance,
    read: &ReadPage,
    api: &Api,
) -> Option<TokenStream> {
    let (id, page) = (&operation.id, &read.expression);
    let selector = |input: &Input| Selector::of(*input, operation, api);
    let by_token = |fetch: TokenStream, next: TokenStream| quote!(PagesWithResponse::by_token(#id, #fetch, |page| #page #next,));
    let by_url = |next: TokenStream| by_token(fetch_url(), quote!(.next(#next)));
    Some(match advance {
        Advance::Number { input, first, end } => {
            let selector = selector(input)?;
            let (start, fetch) = (selector.start(*first)?, selector.fetch(&ident("page"))?);
            let reader = match end {
                Some(end) => {
                    let end = end_of_numbers(end, *first, operation, api)?;
                    quote!(|page| #page #end)
                }
                None => read.function(),
            };
            quote!(PagesWithResponse::by_number(#id, #start, #fetch, #reader,))
        }
        Advance::Offset {
            input,
            first,
            total,
        } => {
            let selector = selector(input)?;
            let (start, fetch) = (selector.start(*first)?, selector.fetch(&ident("offset"))?);
            let reader = match total {
                Some(path) => {
                    let total = number_at(path, type_at(path, operation, api)?);
                    let number = Literal::i64_unsuffixed(*first);
                    let first = (*first != 0).then(|| quote!(.first_item(#number)));
                    quote!(|page| #page.total(#total)#first)
                }
                None => read.function(),
            };
            quote!(PagesWithResponse::by_offset(#id, #start, #fetch, #reader,))
        }
        Advance::Token { input, next } => {
            let ty = type_at(next, operation, api)?;
            by_token(selector(input)?.fetch_token(), next_token(next, ty))
        }
        Advance::LastItem {
            input,
            id: property,
        } => {
            let paging = operation.paging.as_ref()?;
            let ty = &api.field_at(&paging.item, property)?.ty;
            let next = id_of_last_item(&paging.items, property, ty);
            by_token(selector(input)?.fetch_token(), next)
        }
        Advance::Url {
            next,
            token: Some(input),
        } => {
            let set = selector(input)?.set_token();
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
        Advance::Url { next, token: None } => by_url(text_at(next)),
        Advance::Relation {
            links,
            relation,
            url,
        } => by_url(url_of_relation(links, relation, url)),
        Advance::Link => {
            let fetch = fetch_url();
            let reader = read.function();
            quote!(PagesWithResponse::by_link(#id, #fetch, #reader,))
        }
    })
}

/// Returns the call that sets the end of a list whose list pages are numbered.
fn end_of_numbers(
    end: &ListEnd,
    first: i64,
    operation: &Operation,
    api: &Api,
) -> Option<TokenStream> {
    let (ListEnd::Last(path) | ListEnd::Pages(path) | ListEnd::Items(path)) = end;
    let number = number_at(path, type_at(path, operation, api)?);
    Some(match end {
        end if end.is_count_from_zero(first) => quote!(.pages(#number)),
        ListEnd::Pages(_) | ListEnd::Last(_) => quote!(.last(#number)),
        ListEnd::Items(_) => quote!(.total(#number)),
    })
}

/// Returns the call that sets the token of the next list page.
fn next_token(path: &Path, ty: &Type) -> TokenStream {
    match ty {
        Type::String => {
            let next = text_at(path);
            quote!(.next(#next))
        }
        _ => {
            let next = number_at(path, ty);
            quote!(.next_number(#next))
        }
    }
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

/// The value of a request that selects the list page.
struct Selector<'a> {
    /// The name of its field, in the request or in the body.
    name: Ident,
    is_in_body: bool,
    presence: Presence,
    ty: &'a Type,
}

impl<'a> Selector<'a> {
    fn of(input: Input, operation: &'a Operation, api: &'a Api) -> Option<Self> {
        let given = inputs::given(&[input], operation, api);
        let Given {
            name, ty, target, ..
        } = given.into_iter().next()?;
        Some(match target {
            InputTarget::Parameter { required } => Self {
                name,
                is_in_body: false,
                presence: match required {
                    true => Presence::Required,
                    false => Presence::Optional,
                },
                ty,
            },
            InputTarget::BodyField(target) => Self {
                name: ident(target.name),
                is_in_body: true,
                presence: target.presence,
                ty,
            },
            InputTarget::Body => return None,
        })
    }

    /// Returns the expression for the value in a request.
    fn of_request(&self, request: &Ident) -> TokenStream {
        let name = &self.name;
        match self.is_in_body {
            true => quote!(#request.body.#name),
            false => quote!(#request.#name),
        }
    }

    /// Returns the statement that sets the value in the request `request`.
    fn set(&self, value: &TokenStream) -> TokenStream {
        let place = self.of_request(&ident("request"));
        match self.presence {
            Presence::Required | Presence::EmptyWhenAbsent => quote!(#place = #value;),
            Presence::OptionalNullable => quote!(#place = Some(#value.into());),
            Presence::RequiredInRequests | Presence::Nullable | Presence::Optional => {
                quote!(#place = Some(#value);)
            }
        }
    }

    fn int(&self) -> Option<IntKind> {
        match self.ty {
            Type::Int(kind) => Some(*kind),
            _ => None,
        }
    }

    /// Returns the number of the first requested list page or item, as the runtime counts: in `i64`.
    fn start(&self, first: i64) -> Option<TokenStream> {
        let kind = self.int()?;
        let place = self.of_request(&ident("self"));
        let first = Literal::i64_unsuffixed(first);
        let given = match self.presence {
            Presence::Required | Presence::EmptyWhenAbsent => place,
            Presence::OptionalNullable => {
                quote!(#place.and_then(|number| number.into_option()).unwrap_or(#first))
            }
            Presence::RequiredInRequests | Presence::Nullable | Presence::Optional => {
                quote!(#place.unwrap_or(#first))
            }
        };
        Some(match kind {
            IntKind::I64 => given,
            IntKind::U64 => quote!(i64::try_from(#given).unwrap_or(i64::MAX)),
            _ => quote!(i64::from(#given)),
        })
    }

    /// Returns the closure that requests the list page with a number.
    fn fetch(&self, number: &Ident) -> Option<TokenStream> {
        let kind = self.int()?;
        let ty = ident(kind.as_str());
        let value = match kind {
            IntKind::I64 => quote!(#number),
            // Beyond the maximum, the same list page is requested again, which the runtime reports
            // as an error.
            _ => quote!(#ty::try_from(#number).unwrap_or(#ty::MAX)),
        };
        let set = self.set(&value);
        Some(quote! {
            move |#number| {
                let mut request = self.clone();
                #set
                request.send_with_response()
            }
        })
    }

    /// Returns the closure that requests the list page with a token.
    fn fetch_token(&self) -> TokenStream {
        let set = self.set_token();
        quote! {
            move |token: Option<String>| {
                let mut request = self.clone();
                #set
                request.send_with_response()
            }
        }
    }

    /// Returns the statement that sets the token of a list page, if there is one.
    fn set_token(&self) -> TokenStream {
        let token = match self.ty {
            Type::String => quote!(token),
            _ => quote!(token.and_then(|token| token.parse().ok())),
        };
        let set = self.set(&quote!(token));
        quote!(if let Some(token) = #token { #set })
    }
}

/// Returns the type at a path of a response.
fn type_at<'a>(path: &Path, operation: &'a Operation, api: &'a Api) -> Option<&'a Type> {
    let response = operation.response.ty()?;
    let fields = api.fields_at(response, path)?;
    Some(fields.last().map_or(response, |field| &field.ty))
}

#[cfg(test)]
mod tests {
    use api::{Paging, Parameter, Response, Step};

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
        emitted(&operation, [list, pet(Type::String)])
    }

    /// Returns the type of an item with an identifier.
    fn pet(id: Type) -> api::TypeDef {
        samples::object("Pet", [samples::field("id", id, Presence::Required)])
    }

    fn emitted(operation: &Operation, types: impl IntoIterator<Item = api::TypeDef>) -> String {
        let methods = methods(operation, &samples::api(types), &mut Imports::default());
        methods.expect("a list").to_string()
    }

    fn numbered(kind: IntKind, first: i64) -> String {
        let parameter = samples::parameter("page", Type::Int(kind), false);
        let advance = Advance::Number {
            input: Input::Parameter(0),
            first,
            end: Some(ListEnd::Last(path([("last", true)]))),
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
        let code = numbered(IntKind::I64, 1);
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
        let small = numbered(IntKind::U32, 0);
        for expected in [
            quote!(i64::from(self.page.unwrap_or(0))),
            quote!(Some(u32::try_from(page).unwrap_or(u32::MAX))),
            quote!(page.last.map(i64::from)),
        ] {
            assert!(has(&small, &expected), "{small}");
        }
        let large = numbered(IntKind::U64, 1);
        for expected in [
            quote!(i64::try_from(self.page.unwrap_or(1)).unwrap_or(i64::MAX)),
            quote!(page.last.and_then(|number| i64::try_from(number).ok())),
        ] {
            assert!(has(&large, &expected), "{large}");
        }
    }

    #[test]
    fn a_flag_ends_the_list() {
        let advance = Advance::Number {
            input: Input::Parameter(0),
            first: 1,
            end: None,
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
            Advance::Offset {
                input: Input::Parameter(0),
                first: 0,
                total: None,
            },
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
    fn a_count_ends_the_list() {
        let number = |first, end: fn(Path) -> ListEnd| Advance::Number {
            input: Input::Parameter(0),
            first,
            end: Some(end(path([("last", true)]))),
        };
        let offset = |first| Advance::Offset {
            input: Input::Parameter(0),
            first,
            total: Some(path([("last", true)])),
        };
        for (advance, end) in [
            (number(1, ListEnd::Pages), quote!(.last(page.last))),
            (number(0, ListEnd::Pages), quote!(.pages(page.last))),
            (number(0, ListEnd::Last), quote!(.last(page.last))),
            (number(1, ListEnd::Items), quote!(.total(page.last))),
            (offset(0), quote!(.total(page.last))),
            (offset(1), quote!(.total(page.last).first_item(1))),
        ] {
            let parameter = samples::parameter("start", Type::Int(IntKind::I64), false);
            let code = code(parameter, advance, Type::Int(IntKind::I64), None);
            let end = quote!(|page| ListPage::of(&page.data) #end,);
            assert!(has(&code, &end), "{code}");
        }
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
                quote!(if let Some(token) = token {
                    request.token = Some(token);
                }),
            ),
        ] {
            let advance = Advance::Token {
                input: Input::Parameter(0),
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
        let advance = Advance::LastItem {
            input: Input::Parameter(0),
            id,
        };
        let parameter = samples::parameter("after", Type::String, false);
        let code = code(parameter, advance, Type::String, None);
        let set = quote!(if let Some(token) = token {
            request.after = Some(token);
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
            token: Some(Input::Parameter(0)),
        };
        let parameter = samples::parameter("cursor", Type::String, false);
        let code = code(parameter, advance, Type::String, None);
        let expected = quote! {
            PagesWithResponse::by_url_or_token(
                "pets_list",
                move |url: Option<String>, token: Option<String>| {
                    let mut request = self.clone();
                    request.call_options = request.call_options.list_page(url);
                    if let Some(token) = token {
                        request.cursor = Some(token);
                    }
                    request.send_with_response()
                },
                |page| ListPage::of(&page.data).next(page.last.as_deref()),
            )
        };
        assert!(has(&code, &expected), "{code}");
    }

    #[test]
    fn a_token_that_is_a_number_is_converted() {
        let advance = Advance::Token {
            input: Input::Parameter(0),
            next: path([("last", true)]),
        };
        let parameter = samples::parameter("token", Type::Int(IntKind::I64), false);
        let code = code(parameter, advance, Type::Int(IntKind::U32), None);
        let expected = quote! {
            move |token: Option<String>| {
                let mut request = self.clone();
                if let Some(token) = token.and_then(|token| token.parse().ok()) {
                    request.token = Some(token);
                }
                request.send_with_response()
            },
            |page| ListPage::of(&page.data).next_number(page.last.map(i64::from)),
        };
        assert!(has(&code, &expected), "{code}");
    }

    #[test]
    fn an_identifier_that_is_a_number_leads_on() {
        let mut operation = samples::operation("list", &["pets"]);
        operation.response = Response::Json(samples::list(&samples::named("Pet")));
        let after = samples::parameter("after_id", Type::Int(IntKind::I64), false);
        samples::with_parameters(&mut operation, vec![after]);
        operation.paging = Some(Paging {
            advance: Advance::LastItem {
                input: Input::Parameter(0),
                id: Step {
                    field: "id".to_owned(),
                    optional: false,
                },
            },
            more: None,
            items: Path(Vec::new()),
            item: samples::named("Pet"),
        });
        let code = emitted(&operation, [pet(Type::Int(IntKind::I64))]);
        let expected =
            quote!(|page| ListPage::of(page).next_id(page.last().map(|item| item.id.into())),);
        assert!(has(&code, &expected), "{code}");
    }

    #[test]
    fn a_field_of_the_body_leads_to_the_next_list_page() {
        let number = || Type::Int(IntKind::I64);
        for (presence, start, set) in [
            (
                Presence::Required,
                quote!(self.body.page),
                quote!(request.body.page = page;),
            ),
            (
                Presence::Optional,
                quote!(self.body.page.unwrap_or(1)),
                quote!(request.body.page = Some(page);),
            ),
            (
                Presence::OptionalNullable,
                quote!(
                    self.body
                        .page
                        .and_then(|number| number.into_option())
                        .unwrap_or(1)
                ),
                quote!(request.body.page = Some(page.into());),
            ),
        ] {
            let search = samples::object("Search", [samples::field("page", number(), presence)]);
            let pets = samples::list(&samples::named("Pet"));
            let mut operation = samples::operation("search", &["pets"]);
            operation.response = Response::Json(pets);
            samples::with_body(&mut operation, &search);
            operation.paging = Some(Paging {
                advance: Advance::Number {
                    input: Input::BodyField(0),
                    first: 1,
                    end: None,
                },
                more: None,
                items: Path(Vec::new()),
                item: samples::named("Pet"),
            });
            let code = emitted(&operation, [search, pet(Type::String)]);
            let expected = quote! {
                PagesWithResponse::by_number("pets_search", #start, move |page| {
                    let mut request = self.clone();
                    #set
                    request.send_with_response()
                }, ListPage::of,)
            };
            assert!(has(&code, &expected), "{code}");
        }
    }
}
