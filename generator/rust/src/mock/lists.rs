//! The pagination of a mocked list, for the runtime. Parameters are written like runtime
//! expressions of OpenAPI, such as `query.page`, and properties of a list page as JSON pointers.

use api::{Advance, Api, Location, Operation, Parameter, Path, Type};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::operations::paging::first_number;

/// Returns the calls that set the pagination of a mock, if the operation returns a list in pages.
pub(super) fn calls(operation: &Operation, api: &Api) -> Option<TokenStream> {
    let paging = operation.paging.as_ref()?;
    let pointer = |path: &Path| pointer(path, operation, api);
    let parameter = |position: &usize| operation.parameters.get(*position);
    let mut last = None;
    let advance = match &paging.advance {
        Advance::Number {
            parameter: position,
            last: number,
        } => {
            last = number.as_ref().and_then(pointer);
            let parameter = parameter(position)?;
            let (name, first) = (place(parameter), first_number(parameter, 1)?);
            let first = Literal::i64_unsuffixed(first);
            quote!(.by_number(#name, #first))
        }
        Advance::Offset {
            parameter: position,
        } => {
            let parameter = parameter(position)?;
            let (name, first) = (place(parameter), first_number(parameter, 0)?);
            let first = Literal::i64_unsuffixed(first);
            quote!(.by_offset(#name, #first))
        }
        Advance::Token {
            parameter: position,
            next,
        }
        | Advance::Url {
            next,
            token: Some(position),
        } => {
            let (name, next) = (place(parameter(position)?), pointer(next)?);
            quote!(.by_token(#name, #next))
        }
        Advance::LastItem {
            parameter: position,
            id,
        } => {
            let name = place(parameter(position)?);
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
    let last = last.map(|last| quote!(.last_at(#last)));
    let more = paging.more.as_ref().and_then(pointer);
    let more = more.map(|more| quote!(.more_at(#more)));
    Some(quote!(#advance #items #last #more))
}

/// Returns the location of a parameter in a request.
fn place(parameter: &Parameter) -> String {
    let location = match parameter.location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
    };
    format!("{location}.{}", parameter.wire)
}

/// Returns the JSON pointer of a property of the response.
fn pointer(path: &Path, operation: &Operation, api: &Api) -> Option<String> {
    let mut ty = operation.response.ty()?;
    let mut pointer = String::new();
    for step in &path.0 {
        let field = api.field_at(ty, step)?;
        let name = field.wire.replace('~', "~0").replace('/', "~1");
        pointer.extend(["/", name.as_str()]);
        ty = &field.ty;
    }
    Some(pointer)
}

#[cfg(test)]
mod tests {
    use api::{IntKind, Paging, Presence, Response, Step};

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
        let parameter = Parameter {
            first: Some(0),
            ..samples::parameter("page", Type::Int(IntKind::I64), false)
        };
        let advance = Advance::Number {
            parameter: 0,
            last: Some(to_scalar()),
        };
        assert_eq!(
            written(parameter, advance, Type::Int(IntKind::I64), false),
            r#".by_number("query.page",0).items_at("/data").last_at("/info/a~1b~0c")"#
        );
        let parameter = samples::parameter("page", Type::Int(IntKind::I64), false);
        let advance = Advance::Number {
            parameter: 0,
            last: None,
        };
        assert_eq!(
            written(parameter, advance, Type::Bool, true),
            r#".by_number("query.page",1).items_at("/data").more_at("/info/a~1b~0c")"#
        );
    }

    #[test]
    fn an_offset_begins_at_the_first_item() {
        let parameter = samples::parameter("start", Type::Int(IntKind::I64), true);
        let advance = Advance::Offset { parameter: 0 };
        assert_eq!(
            written(parameter, advance, Type::Json, false),
            r#".by_offset("query.start",0).items_at("/data")"#
        );
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
                    parameter: 0,
                    next: to_scalar(),
                },
                Advance::Url {
                    next: to_scalar(),
                    token: Some(0),
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
                parameter: 0,
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
}
