//! Pagination: detects operations that return a list in pages, and their pagination strategy.
//!
//! Pagination is detected by the names of the operation's inputs and of the response's properties, or
//! described by the document. An input is a parameter or a field of the body.

mod inputs;
mod words;

use std::collections::BTreeMap;

use names::argument_name;
use openapi::tree::{self, Pagination, PagingNames};
use pages::Code;

use self::inputs::Candidate;
pub(super) use self::inputs::count_in_integers;
use self::words::Words;
use super::properties;
use crate::lower::warnings::OperationWarnings;
use crate::{Advance, Body, Paging, Parameter, Path, Response, Step, Type, TypeDef, TypeId};

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
    let search = Search {
        inputs: inputs::candidates(parameters, body, types),
        page,
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
        Pagination::Unspecified => search.paging(&Words::usual(names)),
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

/// Properties with the URL of a link.
const LINK_URLS: [&str; 3] = ["href", "url", "uri"];

/// The search for the inputs and properties of an operation's pagination.
struct Search<'a> {
    inputs: Vec<Candidate<'a>>,
    /// The type of a list page.
    page: &'a Type,
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
        let number = self.input(words.number, is_number);
        if let Some(number) = number.filter(|number| self.is_counted(number, words)) {
            return Some(Advance::Number {
                input: number.input,
                first: number.first_number(1),
                last: self.scalar(words.last, is_number),
            });
        }
        let offset = || {
            let offset = self.input(words.offset, is_number);
            let offset =
                offset.filter(|offset| number.is_none() && self.is_counted(offset, words))?;
            Some(Advance::Offset {
                input: offset.input,
                first: offset.first_number(0),
            })
        };
        self.token(words)
            .or_else(|| self.next_of_input(words))
            .or_else(offset)
            .or_else(|| self.url(words))
            .or_else(|| self.last_item(words))
    }

    /// Returns `true` if the number of a list page or of an item leads through a list: the document
    /// describes it, a property ends the list, or the list page repeats the number.
    fn is_counted(&self, number: &Candidate<'_>, words: &Words<'_>) -> bool {
        let is_repeated = || {
            self.inputs.iter().any(Candidate::is_size)
                && self
                    .scalar(&self.anywhere(&number.name), is_number)
                    .is_some()
        };
        words.trusts_number
            || self.scalar(words.last, is_number).is_some()
            || self.scalar(words.more, is_flag).is_some()
            || self.scalar(words.total, is_number).is_some()
            || is_repeated()
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
            let next = self.scalar(&paths, token_for(candidate.ty))?;
            Some(Advance::Token {
                input: candidate.input,
                next,
            })
        })
    }

    /// Returns the paths to a property in the list page and in the objects of it.
    fn anywhere(&self, property: &str) -> Vec<String> {
        let fields = self.page_type().map_or(&[][..], TypeDef::fields);
        let objects = fields.iter().filter(|field| field.ty.named().is_some());
        let nested = objects.map(|object| format!("{}.{property}", object.wire));
        [property.to_owned()].into_iter().chain(nested).collect()
    }

    /// Finds the identifier of an item and its input, if a flag ends the list or the input can only
    /// mean that.
    fn last_item(&self, words: &Words<'_>) -> Option<Advance> {
        if !words.is_usual {
            return None;
        }
        let (candidate, is_certain) = AFTER_ITEM.iter().find_map(|(name, is_certain)| {
            let mut inputs = self.inputs.iter();
            let candidate =
                inputs.find(|it| it.name == *name && !it.required && is_token(it.ty))?;
            Some((candidate, *is_certain))
        })?;
        if !is_certain && self.scalar(words.more, is_flag).is_none() {
            return None;
        }
        let (items, item) = self.items(words)?;
        let item = self.types.get(item.named()?)?;
        let is_id: fn(&Type) -> bool = match candidate.ty {
            Type::String => is_text_or_integer,
            _ => is_integer,
        };
        let mut ids = IDS.iter();
        let id = ids.find_map(|name| scalar_in(item, name, is_id))?;
        (items.0.len() <= 1).then_some(Advance::LastItem {
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
        let page = self.page_type()?;
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
    fn page_type(&self) -> Option<&TypeDef> {
        self.types.get(self.page.named()?)
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
        properties::find(self.page, path, self.types)
    }
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
