//! The pagination of a mocked list, for the runtime. Inputs are written like runtime expressions of
//! OpenAPI, such as `query.page`, and properties of a list page as JSON pointers.

use api::{Advance, Api, Input, ListEnd, Operation, Path, Type};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// Returns the calls that set the pagination of a mock, if the operation returns a list in pages.
pub(super) fn calls(operation: &Operation, api: &Api) -> Option<TokenStream> {
    let paging = operation.paging.as_ref()?;
    let pointer = |path: &Path| pointer(path, operation, api);
    let place = |input: &Input| place(*input, operation, api);
    let mut end = None;
    let advance = match &paging.advance {
        Advance::Number {
            input,
            first,
            end: property,
        } => {
            end = property
                .as_ref()
                .and_then(|end| end_of_numbers(end, *first, &pointer));
            let (name, first) = (place(input)?, Literal::i64_unsuffixed(*first));
            quote!(.by_number(#name, #first))
        }
        Advance::Offset {
            input,
            first,
            total,
        } => {
            end = total
                .as_ref()
                .and_then(pointer)
                .map(|total| quote!(.total_at(#total)));
            let (name, first) = (place(input)?, Literal::i64_unsuffixed(*first));
            quote!(.by_offset(#name, #first))
        }
        Advance::Token { input, next }
        | Advance::Url {
            next,
            token: Some(input),
        } => {
            let (name, next) = (place(input)?, pointer(next)?);
            quote!(.by_token(#name, #next))
        }
        Advance::LastItem { input, id } => {
            let name = place(input)?;
            let id = &api.field_at(&paging.item, id)?.wire;
            quote!(.by_last_item(#name, #id))
        }
        Advance::Url { next, token: None } => {
            let next = pointer(next)?;
            quote!(.by_url(#next))
        }
        Advance::Relation {
            links,
            relation,
            url,
        } => {
            let list = Path(vec![links.clone()]);
            let Type::List(link) = &api.field_at(operation.response.ty()?, links)?.ty else {
                return None;
            };
            let wire = |step| Some(api.field_at(link, step)?.wire.as_str());
            let (list, relation, url) = (pointer(&list)?, wire(relation)?, wire(url)?);
            quote!(.by_relation(#list, #relation, #url))
        }
        // This is the default.
        Advance::Link => quote!(),
    };
    let items = pointer(&paging.items)?;
    let items = (!items.is_empty()).then(|| quote!(.items_at(#items)));
    let more = paging.more.as_ref().and_then(pointer);
    let more = more.map(|more| quote!(.more_at(#more)));
    Some(quote!(#advance #items #end #more))
}

/// Returns the call that sets the end of a list whose list pages are numbered.
fn end_of_numbers(
    end: &ListEnd,
    first: i64,
    pointer: &impl Fn(&Path) -> Option<String>,
) -> Option<TokenStream> {
    Some(match end {
        ListEnd::Pages(path) if end.is_count_from_zero(first) => {
            let count = pointer(path)?;
            quote!(.pages_at(#count))
        }
        ListEnd::Pages(path) | ListEnd::Last(path) => {
            let last = pointer(path)?;
            quote!(.last_at(#last))
        }
        ListEnd::Items(path) => {
            let total = pointer(path)?;
            quote!(.total_at(#total))
        }
    })
}

/// Returns the location of an input in a request.
fn place(input: Input, operation: &Operation, api: &Api) -> Option<String> {
    let (location, wire) = match input {
        Input::Parameter(position) => {
            let parameter = operation.parameters.get(position)?;
            (parameter.location.as_str(), &parameter.wire)
        }
        Input::BodyField(position) => {
            let field = api.body_field(operation.body.as_ref()?, position)?;
            ("body", &field.wire)
        }
        Input::Body => return None,
    };
    Some(format!("{location}.{wire}"))
}

/// Returns the JSON pointer of a property of the response.
fn pointer(path: &Path, operation: &Operation, api: &Api) -> Option<String> {
    let fields = api.fields_at(operation.response.ty()?, path)?;
    let names = fields
        .iter()
        .map(|field| field.wire.replace('~', "~0").replace('/', "~1"));
    Some(names.map(|name| format!("/{name}")).collect())
}

#[cfg(test)]
mod tests {
    use api::{IntKind, Location, Paging, Parameter, Presence, Response, Step};

    use super::*;
    use crate::operations::samples::{self, path};

    /// Returns the calls for a list whose pages contain the items and a scalar in nested objects.
    fn written(parameter: Parameter, advance: Advance, scalar: Type, more: bool) -> String {
        let pets = samples::list(&samples::named("Pet"));
        let mut scalar = samples::field("scalar", scalar, Presence::Optional);
        scalar.wire = "a/b~c".to_owned();
        let info = samples::object("Info", [scalar]);
        let list = samples::object(
            "PetList",
            [
                samples::field("data", pets, Presence::Required),
                samples::field("info", samples::named("Info"), Presence::Optional),
            ],
        );
        let mut operation = samples::operation("list", &["pets"]);
        operation.response = Response::Json(samples::named("PetList"));
        samples::with_parameters(&mut operation, vec![parameter]);
        operation.paging = Some(Paging {
            advance,
            more: more.then(to_scalar),
            items: path([("data", false)]),
            item: samples::named("Pet"),
        });
        let api = samples::api([list, info]);
        let calls = calls(&operation, &api).expect("a list");
        calls.to_string().replace(' ', "")
    }

    fn to_scalar() -> Path {
        path([("info", true), ("scalar", true)])
    }

    #[test]
    fn a_number_has_its_parameter_and_the_first_one() {
        let parameter = samples::parameter("page", Type::Int(IntKind::I64), false);
        let advance = Advance::Number {
            input: Input::Parameter(0),
            first: 0,
            end: Some(ListEnd::Last(to_scalar())),
        };
        assert_eq!(
            written(parameter, advance, Type::Int(IntKind::I64), false),
            r#".by_number("query.page",0).items_at("/data").last_at("/info/a~1b~0c")"#
        );
        let parameter = samples::parameter("page", Type::Int(IntKind::I64), false);
        let advance = Advance::Number {
            input: Input::Parameter(0),
            first: 1,
            end: None,
        };
        assert_eq!(
            written(parameter, advance, Type::Bool, true),
            r#".by_number("query.page",1).items_at("/data").more_at("/info/a~1b~0c")"#
        );
    }

    #[test]
    fn an_offset_begins_at_the_first_item() {
        let parameter = samples::parameter("start", Type::Int(IntKind::I64), true);
        let advance = Advance::Offset {
            input: Input::Parameter(0),
            first: 0,
            total: None,
        };
        assert_eq!(
            written(parameter, advance, Type::Json, false),
            r#".by_offset("query.start",0).items_at("/data")"#
        );
    }

    #[test]
    fn a_count_has_its_property() {
        let number = |first, end: fn(Path) -> ListEnd| Advance::Number {
            input: Input::Parameter(0),
            first,
            end: Some(end(to_scalar())),
        };
        let offset = Advance::Offset {
            input: Input::Parameter(0),
            first: 0,
            total: Some(to_scalar()),
        };
        for (advance, by, end) in [
            (number(1, ListEnd::Pages), "by_number", "last_at"),
            (number(0, ListEnd::Pages), "by_number", "pages_at"),
            (number(0, ListEnd::Items), "by_number", "total_at"),
            (offset, "by_offset", "total_at"),
        ] {
            let parameter = samples::parameter("start", Type::Int(IntKind::I64), false);
            let first = match advance {
                Advance::Number { first, .. } => first,
                _ => 0,
            };
            let calls = written(parameter, advance, Type::Int(IntKind::I64), false);
            let expected =
                format!(r#".{by}("query.start",{first}).items_at("/data").{end}("/info/a~1b~0c")"#);
            assert_eq!(calls, expected);
        }
    }

    #[test]
    fn a_token_has_its_parameter_wherever_it_is_sent() {
        for (location, place) in [
            (Location::Path, "path"),
            (Location::Query, "query"),
            (Location::Header, "header"),
            (Location::Cookie, "cookie"),
        ] {
            for advance in [
                Advance::Token {
                    input: Input::Parameter(0),
                    next: to_scalar(),
                },
                Advance::Url {
                    next: to_scalar(),
                    token: Some(Input::Parameter(0)),
                },
            ] {
                let parameter = Parameter {
                    location,
                    ..samples::parameter("token", Type::String, true)
                };
                let expected =
                    format!(".by_token(\"{place}.token\",\"/info/a~1b~0c\").items_at(\"/data\")");
                assert_eq!(written(parameter, advance, Type::String, false), expected);
            }
        }
    }

    #[test]
    fn a_link_has_its_list_and_the_names_of_its_properties() {
        let step = |field: &str, optional| Step {
            field: field.to_owned(),
            optional,
        };
        let link =
            ["rel", "href"].map(|name| samples::field(name, Type::String, Presence::Required));
        let links = samples::list(&samples::named("Link"));
        let pets = samples::list(&samples::named("Pet"));
        let list = samples::object(
            "PetList",
            [
                samples::field("data", pets, Presence::Required),
                samples::field("links", links, Presence::Optional),
            ],
        );
        let mut operation = samples::operation("list", &["pets"]);
        operation.response = Response::Json(samples::named("PetList"));
        operation.paging = Some(Paging {
            advance: Advance::Relation {
                links: step("links", false),
                relation: step("rel", false),
                url: step("href", false),
            },
            more: None,
            items: path([("data", false)]),
            item: samples::named("Pet"),
        });
        let api = samples::api([list, samples::object("Link", link)]);
        let calls = calls(&operation, &api).expect("a list").to_string();
        let expected = r#".by_relation("/links","rel","href").items_at("/data")"#;
        assert_eq!(calls.replace(' ', ""), expected);
    }

    #[test]
    fn the_last_item_has_the_name_of_its_identifier() {
        let mut id = samples::field("id", Type::String, Presence::Required);
        id.wire = "petId".to_owned();
        let pets = samples::list(&samples::named("Pet"));
        let list = samples::object(
            "PetList",
            [samples::field("data", pets, Presence::Required)],
        );
        let mut operation = samples::operation("list", &["pets"]);
        operation.response = Response::Json(samples::named("PetList"));
        let after = samples::parameter("after", Type::String, false);
        samples::with_parameters(&mut operation, vec![after]);
        let step = Step {
            field: "id".to_owned(),
            optional: false,
        };
        operation.paging = Some(Paging {
            advance: Advance::LastItem {
                input: Input::Parameter(0),
                id: step,
            },
            more: None,
            items: path([("data", false)]),
            item: samples::named("Pet"),
        });
        let api = samples::api([list, samples::object("Pet", [id])]);
        let calls = calls(&operation, &api).expect("a list").to_string();
        let expected = r#".by_last_item("query.after","petId").items_at("/data")"#;
        assert_eq!(calls.replace(' ', ""), expected);
    }

    #[test]
    fn a_url_is_a_property_or_a_header() {
        let parameter = || samples::parameter("size", Type::String, false);
        let advance = Advance::Url {
            next: to_scalar(),
            token: None,
        };
        assert_eq!(
            written(parameter(), advance, Type::String, false),
            r#".by_url("/info/a~1b~0c").items_at("/data")"#
        );
        assert_eq!(
            written(parameter(), Advance::Link, Type::String, false),
            r#".items_at("/data")"#
        );
    }

    #[test]
    fn a_field_of_the_body_has_its_name_on_the_wire() {
        let mut cursor = samples::field("cursor", Type::String, Presence::Optional);
        cursor.wire = "startCursor".to_owned();
        let search = samples::object("Search", [cursor]);
        let next = samples::field("next", Type::String, Presence::Optional);
        let pets = samples::field("data", samples::list(&Type::String), Presence::Required);
        let list = samples::object("PetList", [pets, next]);
        let mut operation = samples::operation("search", &["pets"]);
        operation.response = Response::Json(samples::named("PetList"));
        samples::with_body(&mut operation, &search);
        operation.paging = Some(Paging {
            advance: Advance::Token {
                input: Input::BodyField(0),
                next: path([("next", true)]),
            },
            more: None,
            items: path([("data", false)]),
            item: Type::String,
        });
        let calls = calls(&operation, &samples::api([list, search])).expect("a list");
        let expected = r#".by_token("body.startCursor","/next").items_at("/data")"#;
        assert_eq!(calls.to_string().replace(' ', ""), expected);
    }
}
