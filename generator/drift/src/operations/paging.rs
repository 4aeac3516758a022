//! Compares pagination: the method of advancing to the next list page, and the items.

use api::{Advance, Input as Position, ListEnd, Paging, Path, Step, Type};

use super::Comparison;
use crate::Kind;
use crate::call::{Call, input};
use crate::code::qualified;

impl Comparison<'_> {
    pub(super) fn paging(&mut self) {
        let [old, new] = [self.old, self.new].map(|call| call.operation.paging.as_ref());
        match (old, new) {
            (Some(_), None) => {
                let what = "its list no longer has `pages()` and `stream()`";
                self.changes.add(Kind::PagingRemoved, what, None, None);
            }
            (None, Some(_)) => {
                let what = "its list now has `pages()` and `stream()`";
                self.changes.add(Kind::PagingAdded, what, None, None);
            }
            (Some(before), Some(now)) => self.strategies(before, now),
            (None, None) => {}
        }
    }

    fn strategies(&mut self, old: &Paging, new: &Paging) {
        let before = Strategy::of(old, self.old);
        let now = Strategy::of(new, self.new);
        let has_none = before.input.is_empty() && now.input.is_empty();
        let is_same_input = has_none
            || self.inputs.both.iter().any(|(one, other)| {
                one.source.wire() == Some(before.input) && other.source.wire() == Some(now.input)
            });
        let is_same = before.kind == now.kind && before.rest == now.rest;
        if !(is_same && is_same_input) {
            let what = "its pagination works differently";
            self.changes
                .add(Kind::PagingChanged, what, before.text(), now.text());
        }
        let items = (
            wire_path(&old.items, self.old),
            wire_path(&new.items, self.new),
        );
        if items.0 != items.1 {
            let what = "the items of its list pages are in a different property";
            self.changes
                .add(Kind::PagingChanged, what, items.0, items.1);
        }
        if !self.renames.same(&old.item, &new.item) {
            let what = "its `stream()` returns items of a different type";
            let [before, now] = [old, new].map(|paging| qualified(&paging.item));
            self.changes.add(Kind::PagingItemChanged, what, before, now);
        }
    }
}

/// The method of advancing to the next list page, with the names in requests and responses.
struct Strategy<'a> {
    kind: &'static str,
    /// The input, or empty if a URL is the whole request.
    input: &'a str,
    rest: String,
}

impl<'a> Strategy<'a> {
    fn of(paging: &Paging, call: &Call<'a>) -> Self {
        let name = |position: &Position| {
            let input = input(position, call.operation, call.api);
            input
                .and_then(|(_, source, _)| source.wire())
                .unwrap_or_default()
        };
        let end = |word: &str, path: Option<&Path>| match path {
            Some(path) => format!(", {word} {}", wire_path(path, call)),
            None => String::new(),
        };
        let next = |path: &Path| format!(", from {}", wire_path(path, call));
        let (kind, input, rest) = match &paging.advance {
            Advance::Number {
                input,
                first,
                end: property,
            } => {
                let to = match property {
                    Some(ListEnd::Last(path)) => end("to", Some(path)),
                    Some(ListEnd::Pages(path)) => end("number of pages", Some(path)),
                    Some(ListEnd::Items(path)) => end("number of items", Some(path)),
                    None => String::new(),
                };
                ("number", name(input), format!(", from {first}{to}"))
            }
            Advance::Offset {
                input,
                first,
                total,
            } => {
                let total = end("number of items", total.as_ref());
                ("offset", name(input), format!(", from {first}{total}"))
            }
            Advance::Token { input, next: path } => ("token", name(input), next(path)),
            Advance::LastItem { input, id } => {
                let field = call.api.field_at(&paging.item, id);
                let id = field.map_or(&id.field, |field| &field.wire);
                ("last item", name(input), format!(", from {id}"))
            }
            Advance::Url { next: path, token } => {
                ("URL", token.as_ref().map_or("", name), next(path))
            }
            Advance::Relation {
                links,
                relation,
                url,
            } => {
                let [relation, url] = [relation, url].map(|step| of_link(links, step, call));
                let path = Path(vec![links.clone()]);
                ("link", "", format!("{}, {relation}, {url}", next(&path)))
            }
            Advance::Link => ("header `Link`", "", String::new()),
        };
        Self {
            kind,
            input,
            rest: rest + &end("while", paging.more.as_ref()),
        }
    }

    fn text(&self) -> String {
        let Self { kind, input, rest } = self;
        match input.is_empty() {
            true => format!("{kind}{rest}"),
            false => format!("{input}: {kind}{rest}"),
        }
    }
}

/// Returns the name of a link's property. `links` is the property with the links.
fn of_link<'a>(links: &Step, property: &'a Step, call: &Call<'a>) -> &'a str {
    let list = call.operation.response.ty();
    let list = list.and_then(|page| call.api.field_at(page, links));
    let field = match list.map(|list| &list.ty) {
        Some(Type::List(link)) => call.api.field_at(link, property),
        _ => None,
    };
    field.map_or(&property.field, |field| &field.wire)
}

/// Returns the path to a property of a response, with the names in the response.
pub(super) fn wire_path(path: &Path, call: &Call<'_>) -> String {
    let mut ty = call.operation.response.ty();
    let mut names = Vec::new();
    for step in &path.0 {
        let field = ty.and_then(|ty| call.api.field_at(ty, step));
        ty = field.map(|field| &field.ty);
        names.push(field.map_or(&step.field, |field| &field.wire).as_str());
    }
    names.join(".")
}

#[cfg(test)]
mod tests {
    use api::{Operation, Step, Type};

    use super::*;
    use crate::Effect::{Added, Breaking, Changed};
    use crate::sample::{Sample, field, finds, named, record};

    fn path(names: &[&str]) -> Path {
        let step = |name: &&str| Step {
            field: (*name).to_owned(),
            optional: true,
        };
        Path(names.iter().map(step).collect())
    }

    fn by_token(next: &str, items: &str) -> Paging {
        Paging {
            advance: Advance::Token {
                input: Position::Parameter(0),
                next: path(&[next]),
            },
            more: None,
            items: path(&[items]),
            item: Type::String,
        }
    }

    fn by_relation(url: &str) -> Paging {
        let step = |field: &str| Step {
            field: field.to_owned(),
            optional: false,
        };
        Paging {
            advance: Advance::Relation {
                links: step("links"),
                relation: step("rel"),
                url: step(url),
            },
            ..by_token("next", "data")
        }
    }

    fn by_last_item(id: &str) -> Paging {
        let id = Step {
            field: id.to_owned(),
            optional: false,
        };
        Paging {
            advance: Advance::LastItem {
                input: Position::Parameter(0),
                id,
            },
            ..by_token("next", "data")
        }
    }

    fn listed(paging: Option<Paging>) -> Sample {
        let texts = || Type::List(Box::new(Type::String));
        let link = ["rel", "href", "url"].map(|name| field(name, Type::String));
        let fields = [
            field("links", Type::List(Box::new(named("Link")))),
            field("data", texts()),
            field("more", texts()),
            field("next", Type::String).optional(),
            field("after", Type::String).optional(),
        ];
        Sample::default()
            .ty("PetList", record(fields))
            .ty("Link", record(link))
            .parameter("cursor", false, Type::String)
            .parameter("page", false, Type::String)
            .response(named("PetList"))
            .with(move |operation: &mut Operation| operation.paging.clone_from(&paging))
    }

    #[test]
    fn a_list_gets_pages_and_loses_them() {
        let (old, new) = (listed(None), listed(Some(by_token("next", "data"))));
        let what = "its list now has `pages()` and `stream()`";
        finds(&old, &new, Kind::PagingAdded, Added, what);
        let what = "its list no longer has `pages()` and `stream()`";
        finds(&new, &old, Kind::PagingRemoved, Breaking, what);
    }

    #[test]
    fn each_part_of_the_strategy_is_compared() {
        let old = listed(Some(by_token("next", "data")));
        let numbered = |more| Paging {
            advance: Advance::Number {
                input: Position::Parameter(1),
                first: 1,
                end: None,
            },
            more,
            ..by_token("next", "data")
        };
        let what = "its pagination works differently";
        let by_url = |token| Paging {
            advance: Advance::Url {
                next: path(&["next"]),
                token,
            },
            ..by_token("next", "data")
        };
        for new in [
            by_token("after", "data"),
            numbered(None),
            by_url(None),
            by_relation("href"),
            by_last_item("id"),
        ] {
            finds(&old, &listed(Some(new)), Kind::PagingChanged, Changed, what);
        }
        let [by_href, by_link_url] = ["href", "url"].map(|url| listed(Some(by_relation(url))));
        finds(&by_href, &by_link_url, Kind::PagingChanged, Changed, what);
        let [by_id, by_uuid] = ["id", "uuid"].map(|id| listed(Some(by_last_item(id))));
        finds(&by_id, &by_uuid, Kind::PagingChanged, Changed, what);
        let [by_url, by_url_or_token] =
            [None, Some(Position::Parameter(0))].map(|token| listed(Some(by_url(token))));
        finds(
            &by_url,
            &by_url_or_token,
            Kind::PagingChanged,
            Changed,
            what,
        );
        let [endless, ended] =
            [None, Some(path(&["more"]))].map(|more| listed(Some(numbered(more))));
        finds(&endless, &ended, Kind::PagingChanged, Changed, what);
        let counted = |end: Option<ListEnd>| Paging {
            advance: Advance::Number {
                input: Position::Parameter(1),
                first: 0,
                end,
            },
            ..by_token("next", "data")
        };
        let offset = |total| Paging {
            advance: Advance::Offset {
                input: Position::Parameter(1),
                first: 0,
                total,
            },
            ..by_token("next", "data")
        };
        let more = || path(&["more"]);
        for (before, now) in [
            (counted(None), counted(Some(ListEnd::Last(more())))),
            (
                counted(Some(ListEnd::Last(more()))),
                counted(Some(ListEnd::Pages(more()))),
            ),
            (
                counted(Some(ListEnd::Pages(more()))),
                counted(Some(ListEnd::Items(more()))),
            ),
            (offset(None), offset(Some(more()))),
            (offset(Some(more())), offset(Some(path(&["after"])))),
        ] {
            let [before, now] = [before, now].map(|paging| listed(Some(paging)));
            finds(&before, &now, Kind::PagingChanged, Changed, what);
        }
        let what = "the items of its list pages are in a different property";
        let new = listed(Some(by_token("next", "more")));
        finds(&old, &new, Kind::PagingChanged, Changed, what);
        let new = listed(Some(Paging {
            item: Type::Bool,
            ..by_token("next", "data")
        }));
        let what = "its `stream()` returns items of a different type";
        finds(&old, &new, Kind::PagingItemChanged, Breaking, what);
    }

    #[test]
    fn a_parameter_at_another_position_is_the_same() {
        let old = listed(Some(by_token("next", "data")));
        let paging = Paging {
            advance: Advance::Token {
                input: Position::Parameter(1),
                next: path(&["next"]),
            },
            ..by_token("next", "data")
        };
        let new = listed(Some(paging)).with(|operation| operation.parameters.swap(0, 1));
        assert_eq!(crate::sample::found(&old, &new), []);
    }
}
