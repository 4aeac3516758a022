//! Pagination: detects operations that return a list in pages, and their pagination strategy.
//!
//! Pagination is detected by the names of the operation's inputs and of the response's properties, or
//! described by the document. An input is a parameter or a field of the body.

mod inputs;
mod wording;
mod words;

use std::collections::BTreeMap;

use names::argument_name;
use openapi::tree::{self, Pagination, PagingNames};
use pages::Code;

pub(super) use self::inputs::count_in_integers;
use self::inputs::{Candidate, is_zero};
use self::wording::Wording;
use self::words::Words;
use super::properties;
use crate::lower::warnings::OperationWarnings;
use crate::{
    Advance, Body, Field, ListEnd, Paging, Parameter, Path, Response, Step, Type, TypeDef, TypeId,
};

/// Returns the pagination strategy of an operation's list.
pub(super) fn find(
    operation: &tree::Operation,
    parameters: &[Parameter],
    body: Option<&Body>,
    response: &Response,
    types: &BTreeMap<TypeId, TypeDef>,
    names: &PagingNames,
    warnings: &mut OperationWarnings<'_>,
) -> Option<Paging> {
    let Response::Json(page) = response else {
        return None;
    };
    let mut search = Search {
        inputs: inputs::candidates(parameters, body, types),
        page,
        envelope: None,
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
        Pagination::Unspecified => {
            let words = Words::usual(names);
            search.paging(&words).or_else(|| {
                search.envelope = Some(search.find_envelope()?);
                search.paging(&words)
            })
        }
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

/// Inputs with the identifier of the item before the first one of a list page, and whether they can
/// only mean that.
const AFTER_ITEM: [(&str, bool); 3] = [
    ("starting_after", true),
    ("after_id", true),
    ("after", false),
];

/// Properties of an item with its identifier.
const IDS: [&str; 2] = ["id", "uuid"];

/// Properties with a list of links.
const LINKS: [&str; 2] = ["links", "_links"];

/// Lists with the problems of a response, which are not its items.
const PROBLEMS: [&str; 2] = ["errors", "warnings"];

/// Properties with the whole response, beside its status.
const ENVELOPES: [&str; 5] = ["data", "result", "response", "payload", "body"];

/// Inputs with the token of a list page if the response has a property with the same name.
const CONTINUATIONS: [&str; 7] = [
    "continuation_token",
    "continuation",
    "pagination_token",
    "next_token",
    "cursor",
    "last_key",
    "last_evaluated_key",
];

/// Properties with the URL of a link.
const LINK_URLS: [&str; 3] = ["href", "url", "uri"];

/// The search for the inputs and properties of an operation's pagination.
struct Search<'a> {
    inputs: Vec<Candidate<'a>>,
    /// The type of the response.
    page: &'a Type,
    /// The property of the response that contains the list page.
    envelope: Option<Envelope<'a>>,
    /// The request has no body, so that a URL is sufficient for the next request.
    can_follow: bool,
    /// The page documents the header `Link`.
    has_link: bool,
    /// The path of the operation.
    path: &'a str,
    types: &'a BTreeMap<TypeId, TypeDef>,
}

/// An object of a response that contains the list page.
struct Envelope<'a> {
    step: Step,
    page: &'a Type,
}

impl<'a> Search<'a> {
    /// Returns the object of the response that contains a list.
    fn find_envelope(&self) -> Option<Envelope<'a>> {
        let response = self.response_type()?;
        ENVELOPES.iter().find_map(|property| {
            let (step, page) = properties::step_to(response, property)?;
            let fields = self.types.get(page.named()?)?.fields();
            let mut lists = fields.iter().map(|field| &field.ty);
            lists
                .any(|ty| matches!(ty, Type::List(_)))
                .then_some(Envelope { step, page })
        })
    }

    fn paging(&self, words: &Words<'_>) -> Option<Paging> {
        // Most operations do not have such an input, and this check is cheaper.
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
        if let Type::List(item) = self.page {
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
        let page = self.page_type()?;
        let mut segments = self.path.rsplit('/');
        let resource = segments.find(|segment| !segment.is_empty() && !segment.contains('{'));
        let resource = resource.unwrap_or_default().replace('-', "_");
        let is_other = |wire: &str| {
            LINKS.contains(&wire) || PROBLEMS.contains(&wire) && !ends_in(&resource, wire)
        };
        let lists = page.fields().iter().filter_map(|field| match &field.ty {
            Type::List(item) if !is_other(&field.wire) => Some((field, &**item)),
            _ => None,
        });
        let lists: Vec<_> = lists.collect();
        let is_object = |item: &Type| item.named().is_some();
        let objects = || lists.iter().filter(|(_, item)| is_object(item));
        let found = match (&lists[..], objects().count()) {
            ([list], _) => Some(list),
            (_, 1) => objects().next(),
            (lists, _) => lists
                .iter()
                .find(|(field, _)| ends_in(&resource, &field.wire)),
        };
        let (field, item) = found?;
        let path = self.in_envelope(Path(vec![properties::step(field)?]));
        Some((path, (*item).clone()))
    }

    fn advance(&self, words: &Words<'_>) -> Option<Advance> {
        let number = self.input(words.number, is_number);
        if let Some(number) = number.filter(|number| self.is_counted(number, words)) {
            return Some(Advance::Number {
                input: number.input,
                first: number.first_number(|| self.first_of_response(&number.name), 1),
                end: self.end(words),
            });
        }
        let offset = || {
            let offset = self.input(words.offset, is_number);
            let offset =
                offset.filter(|offset| number.is_none() && self.is_counted(offset, words))?;
            if offset.is_start() && !words.trusts_number && !self.is_offset(offset) {
                return None;
            }
            Some(Advance::Offset {
                input: offset.input,
                first: offset.first_number(|| None, 0),
                total: self.total(words),
            })
        };
        self.token(words)
            .or_else(|| self.next_of_input(words))
            .or_else(offset)
            .or_else(|| self.url(words))
            .or_else(|| self.last_item(words))
    }

    /// Returns the property by which a list of numbered list pages ends.
    fn end(&self, words: &Words<'_>) -> Option<ListEnd> {
        let last = words.last.iter().find_map(|path| {
            let (path, field) = self.field(path)?;
            is_number(&field.ty).then(|| match is_count(&field.wire) {
                true => ListEnd::Pages(path),
                false => ListEnd::Last(path),
            })
        });
        last.or_else(|| self.total(words).map(ListEnd::Items))
    }

    /// Returns the property with the number of all items.
    fn total(&self, words: &Words<'_>) -> Option<Path> {
        words.total.iter().find_map(|path| {
            let (path, field) = self.field(path)?;
            let is_total = is_number(&field.ty) && !Wording::of(field.docs.as_str()).is_of_page();
            is_total.then_some(path)
        })
    }

    /// Returns the number of the first list page, if the response has a property with the number of
    /// the list page that states it.
    fn first_of_response(&self, name: &str) -> Option<i64> {
        let named = [name, "current_page"].into_iter();
        let named = named.flat_map(|name| self.anywhere(name));
        let mut numbers = named.chain(["number".to_owned(), "page.number".to_owned()]);
        numbers.find_map(|path| {
            let (_, field) = self
                .field(&path)
                .filter(|(_, field)| is_number(&field.ty))?;
            let shown = field.example.as_ref().filter(|example| is_zero(example));
            let stated = Wording::of(field.docs.as_str()).first_number();
            stated.or(shown.map(|_| 0))
        })
    }

    /// Returns `true` if the beginning of something is the number of an item: the request has a size,
    /// and no end, and the number is not a time.
    fn is_offset(&self, start: &Candidate<'_>) -> bool {
        let end = start.name.replacen("start", "end", 1);
        self.inputs.iter().any(Candidate::is_size)
            && !self.inputs.iter().any(|input| input.name == end)
            && !start.wording().is_time()
    }

    /// Returns `true` if the number of a list page or of an item leads through a list: the document
    /// describes it, a property ends the list, the list page repeats the number, or the response is
    /// only a list and the request has a size.
    fn is_counted(&self, number: &Candidate<'_>, words: &Words<'_>) -> bool {
        let has_size = self.inputs.iter().any(Candidate::is_size);
        let is_repeated = || {
            let mut names = [&*number.name, "current_page"].into_iter();
            names.any(|name| self.scalar(&self.anywhere(name), is_number).is_some())
        };
        let is_bare = || matches!(self.page, Type::List(_)) && self.can_follow && !self.has_link;
        words.trusts_number
            || self.scalar(words.last, is_number).is_some()
            || self.scalar(words.more, is_flag).is_some()
            || self.scalar(words.total, is_number).is_some()
            || has_size && (is_repeated() || is_bare())
    }

    fn token(&self, words: &Words<'_>) -> Option<Advance> {
        let input = self.input(words.token, is_token)?;
        Some(Advance::Token {
            input: input.input,
            next: self.scalar(words.next, token_for(input.ty))?,
        })
    }

    /// Finds a property that is named like an input after `next`, in the list page or in an object
    /// of it.
    fn next_of_input(&self, words: &Words<'_>) -> Option<Advance> {
        if !words.is_usual {
            return None;
        }
        let mut inputs = self.inputs.iter();
        inputs.find_map(|candidate| {
            if candidate.required || !is_token(candidate.ty) {
                return None;
            }
            let paths = self.anywhere(&format!("next_{}", candidate.name));
            let is_kind = token_for(candidate.ty);
            let next = self.scalar(&paths, is_kind);
            let next = next.or_else(|| self.continuation(&candidate.name, is_kind))?;
            Some(Advance::Token {
                input: candidate.input,
                next,
            })
        })
    }

    /// Finds the token of the next list page in a property that is named like the input for it. The
    /// property is not the token of the list page itself.
    fn continuation(&self, name: &str, is_kind: fn(&Type) -> bool) -> Option<Path> {
        let is_continuation = CONTINUATIONS.contains(&name);
        let paths = is_continuation.then(|| self.anywhere(name))?;
        paths.iter().find_map(|path| {
            let (path, field) = self.field(path)?;
            let wording = Wording::of(field.docs.as_str());
            let is_own = ["current", "previous", "this"]
                .iter()
                .any(|word| wording.has(word));
            (is_kind(&field.ty) && (wording.has("next") || !is_own)).then_some(path)
        })
    }

    /// Returns the paths to a property in the list page and in the objects of it.
    fn anywhere(&self, property: &str) -> Vec<String> {
        let types = [self.page_type(), self.response_type()]
            .into_iter()
            .flatten();
        let fields = types.flat_map(TypeDef::fields);
        let objects = fields.filter(|field| field.ty.named().is_some());
        let nested = objects.map(|object| format!("{}.{property}", object.wire));
        [property.to_owned()].into_iter().chain(nested).collect()
    }

    /// Finds the identifier of an item and its input, if a flag ends the list, or the input can only
    /// mean that or is described like that.
    fn last_item(&self, words: &Words<'_>) -> Option<Advance> {
        if !words.is_usual {
            return None;
        }
        let (items, item) = self.items(words)?;
        let item = self.types.get(item.named()?)?;
        let inputs = || {
            let inputs = self.inputs.iter();
            inputs.filter(|input| !input.required && is_token(input.ty))
        };
        let named = AFTER_ITEM.iter().find_map(|(name, is_certain)| {
            let candidate = inputs().find(|it| it.name == *name)?;
            let is_described = || candidate.wording().is_after_item();
            let is_item =
                *is_certain || self.scalar(words.more, is_flag).is_some() || is_described();
            is_item.then_some(candidate)
        });
        let described = || inputs().find(|it| it.wording().is_last_item());
        let candidate = named.or_else(described)?;
        let is_id: fn(&Type) -> bool = match candidate.ty {
            Type::String => is_text_or_integer,
            _ => is_integer,
        };
        let id = |name: &&str| scalar_in(item, name, is_id);
        let id = match candidate.wording().has("uuid") {
            true => IDS.iter().rev().find_map(id),
            false => IDS.iter().find_map(id),
        }?;
        (items.0.len() <= 1 || self.envelope.is_some()).then_some(Advance::LastItem {
            input: candidate.input,
            id,
        })
    }

    fn url(&self, words: &Words<'_>) -> Option<Advance> {
        if !self.can_follow {
            return None;
        }
        let next = self.scalar(words.next_url, is_text);
        let token = || Some(self.input(words.token, is_text)?.input);
        next.map(|next| Advance::Url {
            next,
            token: token(),
        })
        .or_else(|| self.relation())
        .or_else(|| self.has_link.then_some(Advance::Link))
    }

    /// Finds a list of links with relations and URLs.
    fn relation(&self) -> Option<Advance> {
        let page = self.response_type()?;
        let (links, link) = LINKS.iter().find_map(|property| {
            let (links, ty) = properties::step_to(page, property)?;
            match ty {
                Type::List(link) => Some((links, self.types.get(link.named()?)?)),
                _ => None,
            }
        })?;
        Some(Advance::Relation {
            links,
            relation: scalar_in(link, "rel", is_text)?,
            url: LINK_URLS
                .iter()
                .find_map(|name| scalar_in(link, name, is_text))?,
        })
    }

    /// Returns the first input with one of these names.
    fn input(&self, names: &[String], is_kind: fn(&Type) -> bool) -> Option<&Candidate<'_>> {
        names.iter().find_map(|name| {
            let name = argument_name(name);
            let mut inputs = self.inputs.iter();
            inputs.find(|candidate| candidate.name == name && is_kind(candidate.ty))
        })
    }

    /// Returns the definition of a list page.
    fn page_type(&self) -> Option<&'a TypeDef> {
        let page = self
            .envelope
            .as_ref()
            .map_or(self.page, |envelope| envelope.page);
        self.types.get(page.named()?)
    }

    /// Returns the definition of the response, which is the list page or contains it.
    fn response_type(&self) -> Option<&'a TypeDef> {
        self.types.get(self.page.named()?)
    }

    /// Returns the path in the response to a property of the list page.
    fn in_envelope(&self, path: Path) -> Path {
        let step = self.envelope.iter().map(|envelope| envelope.step.clone());
        Path(step.chain(path.0).collect())
    }

    /// Returns the path to the first of these properties.
    fn scalar(&self, paths: &[String], is_kind: fn(&Type) -> bool) -> Option<Path> {
        paths.iter().find_map(|path| {
            let (path, ty) = self.property(path)?;
            is_kind(ty).then_some(path)
        })
    }

    /// Returns the path to a property of a list page, and its type.
    fn property(&self, path: &str) -> Option<(Path, &'a Type)> {
        let (path, field) = self.field(path)?;
        Some((path, &field.ty))
    }

    /// Returns the path to a property of a list page, or else of the response that contains it, and
    /// its field.
    fn field(&self, path: &str) -> Option<(Path, &'a Field)> {
        let own = self.envelope.as_ref().and_then(|envelope| {
            let (path, field) = properties::find_field(envelope.page, path, self.types)?;
            Some((self.in_envelope(path), field))
        });
        own.or_else(|| properties::find_field(self.page, path, self.types))
    }
}

/// Returns `true` if a property is the number of list pages, and not the number of the last one.
fn is_count(property: &str) -> bool {
    let name = argument_name(property);
    let has = |words: &[&str]| name.split('_').any(|word| words.contains(&word));
    has(&["total", "count", "pages", "num"]) && !has(&["last", "max"])
}

/// Returns `true` if a name in snake case is `words`, or ends in them.
fn ends_in(name: &str, words: &str) -> bool {
    let before = name.strip_suffix(words);
    before.is_some_and(|before| before.is_empty() || before.ends_with('_'))
}

/// Returns the step to a property of a type, if its values are of a kind.
fn scalar_in(ty: &TypeDef, property: &str, is_kind: fn(&Type) -> bool) -> Option<Step> {
    let (step, ty) = properties::step_to(ty, property)?;
    is_kind(ty).then_some(step)
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

/// A token is a text or a number.
fn is_token(ty: &Type) -> bool {
    is_text(ty) || is_number(ty)
}

/// Returns the kind of properties whose values are tokens for an input of this type.
fn token_for(input: &Type) -> fn(&Type) -> bool {
    match input {
        Type::String => is_token,
        _ => is_number,
    }
}

fn is_integer(ty: &Type) -> bool {
    matches!(ty, Type::Int(_))
}

fn is_text_or_integer(ty: &Type) -> bool {
    is_text(ty) || is_integer(ty)
}

#[cfg(test)]
mod tests;
