//! Pagination: detects operations that return a list in pages, and their pagination strategy.
//!
//! Pagination is detected by the names of the operation's parameters and of the response's
//! properties, or described by the document.

use std::collections::BTreeMap;

use names::argument_name;
use openapi::tree::{self, Pagination, PaginationWords, PagingNames};
use pages::Code;

use super::properties;
use crate::lower::warnings::OperationWarnings;
use crate::{Advance, IntKind, Paging, Parameter, Path, Response, Step, Type, TypeDef, TypeId};

/// Returns the pagination strategy of an operation's list.
pub(super) fn find(
    operation: &tree::Operation,
    parameters: &[Parameter],
    response: &Response,
    types: &BTreeMap<TypeId, TypeDef>,
    names: &PagingNames,
    warnings: &mut OperationWarnings<'_>,
) -> Option<Paging> {
    let search = Search {
        parameters,
        page: match response {
            Response::Json(ty) => Some(ty),
            _ => None,
        },
        can_follow: operation.method == "get",
        path: &operation.path,
        has_link: operation
            .responses
            .iter()
            .any(|(status, response)| status.starts_with('2') && response.has_link),
        types,
    };
    match &operation.pagination {
        Pagination::Off => None,
        Pagination::Unsaid => search.paging(&Words::usual(names)),
        Pagination::Described(words) => {
            let paging = search.paging(&Words::described(words, names));
            if paging.is_none() {
                warnings.advise(
                    Code::InvalidPagination,
                    format!(
                        "`x-fern-pagination` of `{}` does not match its parameters and \
                         response: the list is not paginated",
                        operation.id
                    ),
                    "write parameters as `$request.x` and properties as `$response.y.z`",
                );
            }
            paging
        }
    }
}

/// Changes the types of parameters that count list pages or items to integers.
pub(super) fn count_in_integers(paging: &Paging, parameters: &mut [Parameter]) {
    let (Advance::Number { parameter, .. } | Advance::Offset { parameter }) = paging.advance else {
        return;
    };
    for (position, other) in parameters.iter_mut().enumerate() {
        let is_counted = position == parameter || SIZES.contains(&other.wire.as_str());
        if is_counted && matches!(other.ty, Type::Float(_)) {
            other.ty = Type::Int(IntKind::I64);
        }
    }
}

/// Parameters with the number of items in a list page.
const SIZES: [&str; 7] = [
    "limit",
    "pageSize",
    "page_limit",
    "page_size",
    "perPage",
    "per_page",
    "size",
];

/// Parameters with the identifier of the item before the first one of a list page.
const AFTER_ITEM: [&str; 3] = ["starting_after", "after_id", "after"];

/// Properties of an item with its identifier.
const IDS: [&str; 2] = ["id", "uuid"];

/// Properties with a list of links.
const LINKS: [&str; 2] = ["links", "_links"];

/// Properties with the URL of a link.
const LINK_URLS: [&str; 3] = ["href", "url", "uri"];

/// The candidates for parameters and properties. The first one that exists is used. Properties are
/// paths with dots between names.
struct Words<'a> {
    number: &'a [String],
    offset: &'a [String],
    token: &'a [String],
    items: &'a [String],
    last: &'a [String],
    total: &'a [String],
    more: &'a [String],
    next: &'a [String],
    next_url: &'a [String],
    /// A number or an offset is sufficient, without a property that ends the list.
    trusts_number: bool,
    /// The document does not describe the pagination: parameters and properties can have other names.
    is_usual: bool,
}

impl<'a> Words<'a> {
    fn usual(names: &'a PagingNames) -> Self {
        Self {
            number: &names.page,
            offset: &names.offset,
            token: &names.token,
            items: &names.items,
            last: &names.last_page,
            total: &names.total,
            more: &names.has_more,
            next: &names.next_token,
            next_url: &names.next_url,
            trusts_number: false,
            is_usual: true,
        }
    }

    fn described(words: &'a PaginationWords, names: &'a PagingNames) -> Self {
        let (number, offset) = match words.has_step {
            true => (&[][..], words.offset.as_slice()),
            false => (words.offset.as_slice(), &[][..]),
        };
        Self {
            number,
            offset,
            token: words.cursor.as_slice(),
            items: words.results.as_slice(),
            last: &names.last_page,
            total: &names.total,
            more: &names.has_more,
            next: words.next_cursor.as_slice(),
            next_url: words.next_url.as_slice(),
            trusts_number: true,
            is_usual: false,
        }
    }
}

/// The search for the parameters and properties of an operation's pagination.
struct Search<'a> {
    parameters: &'a [Parameter],
    /// The type of a list page.
    page: Option<&'a Type>,
    /// The request has no body, so that a URL is sufficient for the next request.
    can_follow: bool,
    /// The page documents the header `Link`.
    has_link: bool,
    /// The path of the operation.
    path: &'a str,
    types: &'a BTreeMap<TypeId, TypeDef>,
}

impl Search<'_> {
    fn paging(&self, words: &Words<'_>) -> Option<Paging> {
        // Most operations do not have such a parameter, and this check is cheaper.
        let advance = self.advance(words)?;
        let (items, item) = self.items(words)?;
        Some(Paging {
            advance,
            more: self.scalar(words.more, is_flag),
            items,
            item,
        })
    }

    /// Returns the path to the items, and their type.
    fn items(&self, words: &Words<'_>) -> Option<(Path, Type)> {
        if let Some(Type::List(item)) = self.page {
            return Some((Path(Vec::new()), (**item).clone()));
        }
        let named = words.items.iter().find_map(|path| {
            let (path, ty) = self.property(path)?;
            match ty {
                Type::List(item) => Some((path, (**item).clone())),
                _ => None,
            }
        });
        named.or_else(|| self.only_list().filter(|_| words.is_usual))
    }

    /// Returns the only list of a list page, or else its only list of objects, or else the list
    /// with the name of the operation's resource.
    fn only_list(&self) -> Option<(Path, Type)> {
        let page = self.types.get(self.page?.named()?)?;
        let lists = page.fields().iter().filter_map(|field| match &field.ty {
            Type::List(item) if !LINKS.contains(&field.wire.as_str()) => Some((field, &**item)),
            _ => None,
        });
        let lists: Vec<_> = lists.collect();
        let is_object = |item: &Type| item.named().is_some();
        let objects = || lists.iter().filter(|(_, item)| is_object(item));
        let mut segments = self.path.rsplit('/');
        let resource = segments.find(|segment| !segment.is_empty() && !segment.contains('{'));
        let resource = resource.unwrap_or_default().replace('-', "_");
        let found = match (&lists[..], objects().count()) {
            ([list], _) => Some(list),
            (_, 1) => objects().next(),
            (lists, _) => lists
                .iter()
                .find(|(field, _)| ends_in(&resource, &field.wire)),
        };
        let (field, item) = found?;
        let step = properties::step(field)?;
        Some((Path(vec![step]), (*item).clone()))
    }

    fn advance(&self, words: &Words<'_>) -> Option<Advance> {
        let last = || self.scalar(words.last, is_number);
        let is_paged = || {
            words.trusts_number
                || last().is_some()
                || self.scalar(words.more, is_flag).is_some()
                || self.scalar(words.total, is_number).is_some()
        };
        let number = self.parameter(words.number, is_number);
        if let Some(parameter) = number.filter(|_| is_paged()) {
            return Some(Advance::Number {
                parameter,
                last: last(),
            });
        }
        let offset = || {
            let parameter = self.parameter(words.offset, is_number);
            let parameter = parameter.filter(|_| number.is_none() && is_paged());
            Some(Advance::Offset {
                parameter: parameter?,
            })
        };
        self.token(words)
            .or_else(|| self.next_of_parameter(words))
            .or_else(offset)
            .or_else(|| self.url(words))
            .or_else(|| self.last_item(words))
    }

    fn token(&self, words: &Words<'_>) -> Option<Advance> {
        Some(Advance::Token {
            parameter: self.parameter(words.token, is_text)?,
            next: self.scalar(words.next, is_text)?,
        })
    }

    /// Finds a property that is named like a parameter after `next`, in the list page or in an
    /// object of it.
    fn next_of_parameter(&self, words: &Words<'_>) -> Option<Advance> {
        if !words.is_usual {
            return None;
        }
        let page = self.types.get(self.page?.named()?)?;
        let objects = page
            .fields()
            .iter()
            .filter(|field| field.ty.named().is_some());
        let objects: Vec<&str> = objects.map(|field| field.wire.as_str()).collect();
        let mut parameters = self.parameters.iter().enumerate();
        parameters.find_map(|(position, parameter)| {
            if parameter.required || !is_text(&parameter.ty) {
                return None;
            }
            let name = format!("next_{}", parameter.argument);
            let nested = objects.iter().map(|object| format!("{object}.{name}"));
            let paths: Vec<String> = [name.clone()].into_iter().chain(nested).collect();
            let next = self.scalar(&paths, is_text)?;
            Some(Advance::Token {
                parameter: position,
                next,
            })
        })
    }

    /// Finds the identifier of an item and its parameter, if a flag ends the list.
    fn last_item(&self, words: &Words<'_>) -> Option<Advance> {
        if !words.is_usual {
            return None;
        }
        let parameter = AFTER_ITEM.iter().find_map(|name| {
            let mut parameters = self.parameters.iter();
            parameters.position(|it| it.argument == *name && !it.required && is_text(&it.ty))
        })?;
        self.scalar(words.more, is_flag)?;
        let (items, item) = self.items(words)?;
        let item = self.types.get(item.named()?)?;
        let id = IDS.iter().find_map(|name| text_in(item, name))?;
        (items.0.len() == 1).then_some(Advance::LastItem { parameter, id })
    }

    fn url(&self, words: &Words<'_>) -> Option<Advance> {
        if !self.can_follow {
            return None;
        }
        let next = self.scalar(words.next_url, is_text);
        let token = || self.parameter(words.token, is_text);
        next.map(|next| Advance::Url {
            next,
            token: token(),
        })
        .or_else(|| self.relation())
        .or_else(|| self.has_link.then_some(Advance::Link))
    }

    /// Finds a list of links with relations and URLs.
    fn relation(&self) -> Option<Advance> {
        let page = self.types.get(self.page?.named()?)?;
        let (links, link) = LINKS.iter().find_map(|property| {
            let (links, ty) = properties::step_to(page, property)?;
            match ty {
                Type::List(link) => Some((links, self.types.get(link.named()?)?)),
                _ => None,
            }
        })?;
        Some(Advance::Relation {
            links,
            relation: text_in(link, "rel")?,
            url: LINK_URLS.iter().find_map(|name| text_in(link, name))?,
        })
    }

    /// Returns the position of the first parameter with one of these names.
    fn parameter(&self, names: &[String], is_kind: fn(&Type) -> bool) -> Option<usize> {
        names.iter().find_map(|name| {
            let name = argument_name(name);
            let is_named = |parameter: &Parameter| parameter.argument == name;
            let mut parameters = self.parameters.iter();
            parameters.position(|parameter| is_named(parameter) && is_kind(&parameter.ty))
        })
    }

    /// Returns the path to the first of these properties.
    fn scalar(&self, paths: &[String], is_kind: fn(&Type) -> bool) -> Option<Path> {
        paths.iter().find_map(|path| {
            let (path, ty) = self.property(path)?;
            is_kind(ty).then_some(path)
        })
    }

    /// Returns the path to a property of a list page, and its type.
    fn property(&self, path: &str) -> Option<(Path, &Type)> {
        properties::find(self.page?, path, self.types)
    }
}

/// Returns `true` if a name in snake case is `words`, or ends in them.
fn ends_in(name: &str, words: &str) -> bool {
    let before = name.strip_suffix(words);
    before.is_some_and(|before| before.is_empty() || before.ends_with('_'))
}

/// Returns the step to a property of a type, if its values are strings.
fn text_in(ty: &TypeDef, property: &str) -> Option<Step> {
    let (step, ty) = properties::step_to(ty, property)?;
    is_text(ty).then_some(step)
}

/// Pages also use `number` for integers.
fn is_number(ty: &Type) -> bool {
    matches!(ty, Type::Int(_) | Type::Float(_))
}

fn is_flag(ty: &Type) -> bool {
    *ty == Type::Bool
}

fn is_text(ty: &Type) -> bool {
    *ty == Type::String
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::Operation;
    use crate::lower::lowered;

    /// Returns an operation with these query parameters that responds with an object of
    /// these properties.
    fn list(parameters: &[(&str, Value)], properties: Value, words: Value) -> Value {
        let parameters = parameters
            .iter()
            .map(|(name, schema)| json!({"name": name, "in": "query", "schema": schema}));
        let mut list = json!({
            "paths": {"/pets": {"get": {
                "operationId": "pets_list",
                "parameters": parameters.collect::<Vec<_>>(),
                "responses": {"200": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/PetList"},
                }}}},
            }}},
            "components": {"schemas": {
                "PetList": {"type": "object", "properties": properties},
                "PageInfo": {"type": "object", "properties": {
                    "total_page": integer("int32"),
                    "nextPageToken": {"type": "string"},
                }},
            }},
        });
        if !words.is_null() {
            list["paths"]["/pets"]["get"]["x-fern-pagination"] = words;
        }
        list
    }

    fn operation(document: &Value) -> (Operation, Vec<String>) {
        let (api, warnings) = lowered(document);
        let operation = api.operations.into_iter().next().expect("one operation");
        (operation, warnings)
    }

    fn integer(format: &str) -> Value {
        json!({"type": "integer", "format": format})
    }

    fn properties(more: Value) -> Value {
        let items = json!({"type": "array", "items": {"type": "string"}});
        let mut properties = Map::from_iter([("data".to_owned(), items)]);
        properties.extend(more.as_object().cloned().unwrap_or_default());
        properties.into()
    }

    fn page_info() -> Value {
        properties(json!({"page_info": {"$ref": "#/components/schemas/PageInfo"}}))
    }

    fn path(steps: &[(&str, bool)]) -> Path {
        let step = |(field, optional): &(&str, bool)| Step {
            field: (*field).to_owned(),
            optional: *optional,
        };
        Path(steps.iter().map(step).collect())
    }

    #[test]
    fn a_number_of_any_size_leads_to_the_next_list_page() {
        for (format, kind) in [
            ("int64", IntKind::I64),
            ("int32", IntKind::I32),
            ("uint64", IntKind::U64),
        ] {
            let document = list(&[("page", integer(format))], page_info(), Value::Null);
            let (operation, _) = operation(&document);
            let paging = operation.paging.expect("a paginated operation");
            let last = path(&[("page_info", true), ("total_page", true)]);
            let advance = Advance::Number {
                parameter: 0,
                last: Some(last),
            };
            assert_eq!(paging.advance, advance);
            assert_eq!(paging.item, Type::String);
            assert_eq!(operation.parameters[0].ty, Type::Int(kind));
        }
    }

    #[test]
    fn a_number_alone_is_pagination_only_if_the_document_says_so() {
        let parameters = [("page", integer("int64"))];
        let document = list(&parameters, properties(json!({})), Value::Null);
        assert_eq!(operation(&document).0.paging, None);

        let words = json!({"offset": "$request.page", "results": "$response.data"});
        let document = list(&parameters, properties(json!({})), words);
        let advance = operation(&document).0.paging.map(|paging| paging.advance);
        let expected = Advance::Number {
            parameter: 0,
            last: None,
        };
        assert_eq!(advance, Some(expected));
    }

    #[test]
    fn a_number_leads_on_while_the_response_says_that_there_is_more() {
        for (name, flag) in [("has_more", "has_more"), ("hasMore", "has_more")] {
            let properties = properties(json!({
                "pagination": {"$ref": "#/components/schemas/More"},
            }));
            let parameters = [("page", json!({"type": "number", "format": "double"}))];
            let mut document = list(&parameters, properties, Value::Null);
            document["components"]["schemas"]["More"] =
                json!({"type": "object", "properties": {name: {"type": "boolean"}}});
            let (operation, _) = operation(&document);
            let paging = operation.paging.expect("a paginated operation");
            let expected = Advance::Number {
                parameter: 0,
                last: None,
            };
            assert_eq!(paging.advance, expected);
            let more = path(&[("pagination", true), (flag, true)]);
            assert_eq!(paging.more, Some(more));
            // Numbers of list pages are integers.
            assert_eq!(operation.parameters[0].ty, Type::Int(IntKind::I64));
        }
    }

    #[test]
    fn a_number_with_a_step_is_that_of_an_item() {
        let words = json!({
            "offset": "$request.start", "step": "$request.limit", "results": "$response.data",
        });
        let parameters = [("limit", integer("int64")), ("start", integer("int64"))];
        let document = list(&parameters, properties(json!({})), words);
        let advance = operation(&document).0.paging.map(|paging| paging.advance);
        assert_eq!(advance, Some(Advance::Offset { parameter: 1 }));
    }

    #[test]
    fn the_number_of_all_items_is_that_of_a_list_page() {
        for (parameter, expected) in [
            (
                "pageNumber",
                Some(Advance::Number {
                    parameter: 0,
                    last: None,
                }),
            ),
            ("offset", Some(Advance::Offset { parameter: 0 })),
            ("limit", None),
        ] {
            let parameters = [(parameter, integer("int64"))];
            let page = properties(json!({"totalCount": integer("int64")}));
            let advance = |page| {
                let document = list(&parameters, page, Value::Null);
                operation(&document).0.paging.map(|paging| paging.advance)
            };
            assert_eq!(advance(page), expected);
            assert_eq!(advance(properties(json!({}))), None);
        }
    }

    #[test]
    fn a_token_is_preferred_to_an_offset() {
        let parameters = [
            ("offset", integer("int64")),
            ("cursor", json!({"type": "string"})),
        ];
        let page = json!({"next_cursor": {"type": "string"}, "has_more": {"type": "boolean"}});
        let document = list(&parameters, properties(page), Value::Null);
        let advance = operation(&document).0.paging.map(|paging| paging.advance);
        let expected = Advance::Token {
            parameter: 1,
            next: path(&[("next_cursor", true)]),
        };
        assert_eq!(advance, Some(expected));
    }

    #[test]
    fn the_items_of_a_list_page_may_have_any_name() {
        let texts = || json!({"type": "array", "items": {"type": "string"}});
        let objects = || json!({"type": "array", "items": {"$ref": "#/components/schemas/Pet"}});
        for (lists, expected) in [
            (json!({"names": texts()}), Some("names")),
            (
                json!({"names": texts(), "animals": objects()}),
                Some("animals"),
            ),
            (
                json!({"owners": objects(), "pets": objects()}),
                Some("pets"),
            ),
            (json!({"owners": objects(), "animals": objects()}), None),
            (
                json!({"animals": objects(), "links": objects()}),
                Some("animals"),
            ),
            (json!({"animals": objects(), "data": texts()}), Some("data")),
        ] {
            let mut page = lists;
            page["next_cursor"] = json!({"type": "string"});
            let mut document = list(&[("cursor", json!({"type": "string"}))], page, Value::Null);
            document["components"]["schemas"]["Pet"] =
                json!({"type": "object", "properties": {"name": {"type": "string"}}});
            let items = operation(&document).0.paging.map(|paging| paging.items);
            let expected = expected.map(|name| path(&[(name, false)]));
            assert_eq!(items, expected);
        }
    }

    #[test]
    fn a_name_of_a_resource_ends_in_that_of_its_list() {
        assert!(ends_in("pets", "pets"));
        assert!(ends_in("dependent_pets", "pets"));
        assert!(!ends_in("carpets", "pets"));
    }

    #[test]
    fn a_token_leads_to_the_next_list_page_whatever_its_case() {
        let parameters = [("pageToken", json!({"type": "string"}))];
        let document = list(&parameters, page_info(), Value::Null);
        let advance = operation(&document).0.paging.map(|paging| paging.advance);
        let expected = Advance::Token {
            parameter: 0,
            next: path(&[("page_info", true), ("next_page_token", true)]),
        };
        assert_eq!(advance, Some(expected));
    }

    #[test]
    fn a_url_leads_to_the_next_list_page() {
        let next = || json!({"type": "string", "format": "uri"});
        for (property, steps) in [
            (json!({"next": next()}), &[("next", true)][..]),
            (json!({"nextUrl": next()}), &[("next_url", true)]),
            (
                json!({"links": {"$ref": "#/components/schemas/Links"}}),
                &[("links", true), ("next", true)],
            ),
        ] {
            let mut document = list(&[], properties(property), Value::Null);
            document["components"]["schemas"]["Links"] =
                json!({"type": "object", "properties": {"next": next()}});
            let advance = operation(&document).0.paging.map(|paging| paging.advance);
            let expected = Advance::Url {
                next: path(steps),
                token: None,
            };
            assert_eq!(advance, Some(expected));
        }
        let words = json!({"next_uri": "$response.later", "results": "$response.data"});
        let document = list(&[], properties(json!({"later": next()})), words);
        let advance = operation(&document).0.paging.map(|paging| paging.advance);
        let next = path(&[("later", true)]);
        assert_eq!(advance, Some(Advance::Url { next, token: None }));
    }

    #[test]
    fn a_property_for_a_url_may_hold_a_token_if_there_is_a_parameter_for_it() {
        let parameters = [
            ("limit", integer("int64")),
            ("cursor", json!({"type": "string"})),
        ];
        let next = properties(json!({"next": {"type": "string"}}));
        let document = list(&parameters, next, Value::Null);
        let advance = operation(&document).0.paging.map(|paging| paging.advance);
        let expected = Advance::Url {
            next: path(&[("next", true)]),
            token: Some(1),
        };
        assert_eq!(advance, Some(expected));
    }

    #[test]
    fn the_header_link_leads_to_the_next_list_page_if_it_is_documented() {
        for (headers, expected) in [
            (json!({"link": {}}), Some(Advance::Link)),
            (json!({}), None),
        ] {
            let mut document = list(&[], properties(json!({})), Value::Null);
            let success = &mut document["paths"]["/pets"]["get"]["responses"]["200"];
            success["headers"] = headers;
            success["content"]["application/json"]["schema"] =
                json!({"type": "array", "items": {"type": "string"}});
            let paging = operation(&document).0.paging;
            let is_whole = |paging: &crate::Paging| paging.items == Path(Vec::new());
            assert!(paging.as_ref().is_none_or(is_whole));
            assert_eq!(paging.map(|paging| paging.advance), expected);
        }
    }

    #[test]
    fn a_link_with_a_relation_leads_to_the_next_list_page() {
        let step = |field: &str, optional| Step {
            field: field.to_owned(),
            optional,
        };
        let text = || json!({"type": "string"});
        for (properties_of_link, required, expected) in [
            (
                json!({"rel": text(), "method": text(), "href": text()}),
                json!(["rel", "method", "href"]),
                Some((step("rel", false), step("href", false))),
            ),
            (
                json!({"url": text(), "rel": text()}),
                json!([]),
                Some((step("rel", true), step("url", true))),
            ),
            (json!({"rel": text(), "size": text()}), json!([]), None),
            (
                json!({"rel": integer("int64"), "href": text()}),
                json!([]),
                None,
            ),
        ] {
            let links = json!({"type": "array", "items": {"$ref": "#/components/schemas/Links"}});
            let parameters = [("after", text()), ("before", text())];
            let page = properties(json!({"links": links}));
            let mut document = list(&parameters, page, Value::Null);
            document["components"]["schemas"]["Links"] = json!({
                "type": "object", "properties": properties_of_link, "required": required,
            });
            let advance = operation(&document).0.paging.map(|paging| paging.advance);
            let expected = expected.map(|(relation, url)| Advance::Relation {
                links: step("links", false),
                relation,
                url,
            });
            assert_eq!(advance, expected);
        }
    }

    #[test]
    fn an_identifier_leads_to_the_items_after_it() {
        let parameters = [
            ("after", json!({"type": "string"})),
            ("before", json!({"type": "string"})),
        ];
        let page = json!({"last_id": {"type": "string"}, "has_more": {"type": "boolean"}});
        let document = list(&parameters, properties(page), Value::Null);
        let paging = operation(&document)
            .0
            .paging
            .expect("a paginated operation");
        let expected = Advance::Token {
            parameter: 0,
            next: path(&[("last_id", true)]),
        };
        assert_eq!(paging.advance, expected);
        assert_eq!(paging.more, Some(path(&[("has_more", true)])));
    }

    #[test]
    fn a_property_is_named_like_the_parameter_after_next() {
        for (parameter, page, next) in [
            (
                "pagination_token",
                json!({"next_pagination_token": {"type": "string"}}),
                Some(vec![("next_pagination_token", true)]),
            ),
            (
                "continuation",
                json!({"nextContinuation": {"type": "string"}}),
                Some(vec![("next_continuation", true)]),
            ),
            (
                "position",
                json!({"info": {"$ref": "#/components/schemas/Info"}}),
                Some(vec![("info", true), ("next_position", true)]),
            ),
            ("token", json!({"next_position": {"type": "string"}}), None),
            ("position", json!({"next_position": integer("int64")}), None),
        ] {
            let parameters = [
                ("name", json!({"type": "string"})),
                (parameter, json!({"type": "string"})),
            ];
            let mut document = list(&parameters, properties(page), Value::Null);
            document["components"]["schemas"]["Info"] =
                json!({"type": "object", "properties": {"next_position": {"type": "string"}}});
            let advance = operation(&document).0.paging.map(|paging| paging.advance);
            let expected = next.map(|next| Advance::Token {
                parameter: 1,
                next: path(&next),
            });
            assert_eq!(advance, expected, "{parameter}");
        }
    }

    #[test]
    fn the_last_item_leads_to_the_items_after_it() {
        let text = || json!({"type": "string"});
        let flag = || json!({"has_more": {"type": "boolean"}});
        let id = |field: &str| Step {
            field: field.to_owned(),
            optional: false,
        };
        for (parameter, page, item, expected) in [
            (
                "starting_after",
                flag(),
                json!({"id": text()}),
                Some(id("id")),
            ),
            ("after", flag(), json!({"uuid": text()}), Some(id("uuid"))),
            ("after", json!({}), json!({"id": text()}), None),
            ("after", flag(), json!({"id": integer("int64")}), None),
            ("created_after", flag(), json!({"id": text()}), None),
        ] {
            let mut page = page;
            page["pets"] = json!({"type": "array", "items": {"$ref": "#/components/schemas/Pet"}});
            let parameters = [("limit", integer("int64")), (parameter, text())];
            let mut document = list(&parameters, page, Value::Null);
            document["components"]["schemas"]["Pet"] =
                json!({"type": "object", "required": ["id", "uuid"], "properties": item});
            let advance = operation(&document).0.paging.map(|paging| paging.advance);
            let expected = expected.map(|id| Advance::LastItem { parameter: 1, id });
            assert_eq!(advance, expected, "{parameter}");
        }
    }

    #[test]
    fn a_number_that_is_a_text_is_none() {
        let parameters = [("page", json!({"type": "string"}))];
        let document = list(&parameters, page_info(), Value::Null);
        assert_eq!(operation(&document).0.paging, None);
    }

    #[test]
    fn the_document_can_switch_pagination_off() {
        let parameters = [("page", integer("int64"))];
        let document = list(&parameters, page_info(), json!(false));
        assert_eq!(operation(&document).0.paging, None);
    }

    #[test]
    fn a_description_that_does_not_fit_is_a_warning() {
        let words = json!({"offset": "$request.page", "results": "$response.pets"});
        let parameters = [("page", integer("int64"))];
        let document = list(&parameters, page_info(), words);
        let (operation, warnings) = operation(&document);
        assert_eq!(operation.paging, None);
        assert_eq!(
            warnings,
            [
                "`x-fern-pagination` of `pets_list` does not match its parameters and \
                 response: the list is not paginated"
            ]
        );
    }
}
