//! The lines of items, and of their contents.

use syn::punctuated::Punctuated;
use syn::{
    Attribute, Fields, FnArg, GenericParam, Generics, ItemEnum, ItemStruct, ItemTrait, ItemType,
    Pat, ReceiverKind, ReturnType, Signature, Token, TraitItem, Visibility, WherePredicate,
};

use super::attributes::{DEPRECATED, conditions, is_deprecated, is_hidden, is_non_exhaustive};
use super::module::{Line, Rank};
use super::text::{list, text};

/// Returns the line of an item: the words before its path, and the text after it.
pub(super) fn line(rank: Rank, attributes: &[Attribute], head: &str, tail: String) -> Line {
    let deprecated = match is_deprecated(attributes) {
        true => DEPRECATED,
        false => "",
    };
    Line {
        rank,
        head: format!("{deprecated}{head} "),
        tail,
        conditions: conditions(attributes),
    }
}

/// Returns the lines of a struct and its public fields.
pub(super) fn of_struct(item: &ItemStruct) -> Vec<Line> {
    let tuple = match &item.fields {
        Fields::Unnamed(fields) => tuple(&fields.unnamed),
        Fields::Named(_) | Fields::Unit => String::new(),
    };
    let tail = format!(
        "{}{tuple}{}",
        parameters(&item.generics),
        bounds(&item.generics)
    );
    let mut lines = vec![exhaustible(&item.attrs, Rank::Item, "pub struct", tail)];
    let fields = item.fields.iter();
    lines.extend(
        fields
            .filter(|field| is_listed(&field.attrs, &field.vis))
            .filter_map(|field| named(field, "")),
    );
    lines
}

/// Returns the lines of an enum and its variants.
pub(super) fn of_enum(item: &ItemEnum) -> Vec<Line> {
    let tail = format!("{}{}", parameters(&item.generics), bounds(&item.generics));
    let mut lines = vec![exhaustible(&item.attrs, Rank::Item, "pub enum", tail)];
    for variant in item.variants.iter().filter(|it| !is_hidden(&it.attrs)) {
        let name = format!("::{}", variant.ident);
        let fields = match &variant.fields {
            Fields::Unnamed(fields) => {
                let types = fields.unnamed.iter().map(|field| &field.ty);
                format!("({})", list(types))
            }
            Fields::Named(_) | Fields::Unit => String::new(),
        };
        let tail = format!("{name}{fields}");
        lines.push(exhaustible(&variant.attrs, Rank::Member, "pub", tail));
        let fields = variant.fields.iter().filter(|it| !is_hidden(&it.attrs));
        lines.extend(fields.filter_map(|field| named(field, &name)));
    }
    lines
}

/// Returns the lines of a trait and its items.
pub(super) fn of_trait(item: &ItemTrait) -> Vec<Line> {
    let supertraits = colon(text(&item.supertraits));
    let tail = format!(
        "{}{supertraits}{}",
        parameters(&item.generics),
        bounds(&item.generics)
    );
    let head = match &item.unsafety {
        Some(_) => "pub unsafe trait",
        None => "pub trait",
    };
    let mut lines = vec![line(Rank::Item, &item.attrs, head, tail)];
    lines.extend(item.items.iter().filter_map(of_trait_item));
    lines
}

fn of_trait_item(item: &TraitItem) -> Option<Line> {
    let (attributes, head, tail) = match item {
        TraitItem::Fn(item) => {
            let (head, tail) = function(&item.sig, "");
            (&item.attrs, head, format!("::{tail}"))
        }
        TraitItem::Const(item) => {
            let tail = format!("::{}: {}", item.ident, text(&item.ty));
            (&item.attrs, "pub const".to_owned(), tail)
        }
        TraitItem::Type(item) => {
            let (parameters, limits) = (parameters(&item.generics), colon(text(&item.bounds)));
            let tail = format!(
                "::{}{parameters}{limits}{}",
                item.ident,
                bounds(&item.generics)
            );
            (&item.attrs, "pub type".to_owned(), tail)
        }
        _ => return None,
    };
    (!is_hidden(attributes)).then(|| line(Rank::Member, attributes, &head, tail))
}

/// Returns the line of a type alias.
pub(super) fn of_alias(item: &ItemType) -> Line {
    let (parameters, limits) = (parameters(&item.generics), bounds(&item.generics));
    let tail = format!("{parameters} = {}{limits}", text(&item.ty));
    line(Rank::Item, &item.attrs, "pub type", tail)
}

/// Returns the words before the path of a function, and its name with the signature.
/// `more` are the bounds of the enclosing implementation.
pub(super) fn function(signature: &Signature, more: &str) -> (String, String) {
    let qualifiers = [
        signature.constness.as_ref().map(text),
        signature.asyncness.as_ref().map(text),
        Some(text(&signature.safety)).filter(|text| !text.is_empty()),
        signature.abi.as_ref().map(text),
    ];
    let mut head = "pub ".to_owned();
    for qualifier in qualifiers.into_iter().flatten() {
        head.push_str(&qualifier);
        head.push(' ');
    }
    head.push_str("fn");
    let inputs: Vec<String> = signature.inputs.iter().map(argument).collect();
    let output = match &signature.output {
        ReturnType::Default => String::new(),
        output => format!(" {}", text(output)),
    };
    let own = predicates(&signature.generics);
    let all = [more, &own].into_iter().filter(|text| !text.is_empty());
    let tail = format!(
        "{}{}({}){output}{}",
        signature.ident,
        parameters(&signature.generics),
        inputs.join(", "),
        where_clause(&all.collect::<Vec<_>>().join(", ")),
    );
    (head, tail)
}

/// Returns an argument. `mut` is not part of the signature.
fn argument(argument: &FnArg) -> String {
    match argument {
        FnArg::Receiver(receiver) => match &receiver.kind {
            ReceiverKind::Typed(_, ty) => format!("self: {}", text(ty)),
            ReceiverKind::Reference(_, lifetime, mutability) => {
                let lifetime = lifetime.as_ref().map(|it| format!("{it} "));
                let mutability = mutability.map_or("", |_| "mut ");
                format!("&{}{mutability}self", lifetime.unwrap_or_default())
            }
            _ => "self".to_owned(),
        },
        FnArg::Typed(argument) => {
            let name = match &*argument.pat {
                Pat::Ident(name) => name.ident.to_string(),
                _ => "_".to_owned(),
            };
            format!("{name}: {}", text(&argument.ty))
        }
    }
}

/// Returns the generic parameters with `<` and `>`, or nothing.
pub(super) fn parameters(generics: &Generics) -> String {
    in_brackets(&list(&generics.params))
}

/// Returns generic parameters or arguments with `<` and `>`, or nothing.
pub(super) fn in_brackets(list: &str) -> String {
    match list {
        "" => String::new(),
        list => format!("<{list}>"),
    }
}

/// Returns the `where` clause with a space before it, or nothing.
pub(super) fn bounds(generics: &Generics) -> String {
    where_clause(&predicates(generics))
}

fn where_clause(predicates: &str) -> String {
    match predicates {
        "" => String::new(),
        predicates => format!(" where {predicates}"),
    }
}

fn predicates(generics: &Generics) -> String {
    let clause = generics.where_clause.as_ref();
    let none = Punctuated::<WherePredicate, Token![,]>::new();
    list(clause.map_or(&none, |clause| &clause.predicates))
}

/// Returns all bounds of generic parameters as predicates of a `where` clause.
pub(super) fn all_predicates(generics: &Generics) -> String {
    let inline = generics.params.iter().filter_map(|parameter| {
        let (name, bounds) = match parameter {
            GenericParam::Type(it) => (it.ident.to_string(), text(&it.bounds)),
            GenericParam::Lifetime(it) => (it.lifetime.to_string(), text(&it.bounds)),
            _ => return None,
        };
        (!bounds.is_empty()).then(|| format!("{name}: {bounds}"))
    });
    let own = Some(predicates(generics)).filter(|text| !text.is_empty());
    inline.chain(own).collect::<Vec<_>>().join(", ")
}

/// Returns `: ` and bounds, or nothing.
fn colon(bounds: String) -> String {
    match bounds.as_str() {
        "" => bounds,
        bounds => format!(": {bounds}"),
    }
}

/// Returns the line of an item that can be `#[non_exhaustive]`.
fn exhaustible(attributes: &[Attribute], rank: Rank, head: &str, tail: String) -> Line {
    let head = match is_non_exhaustive(attributes) {
        true => format!("#[non_exhaustive] {head}"),
        false => head.to_owned(),
    };
    line(rank, attributes, &head, tail)
}

/// Returns the line of a field with a name.
fn named(field: &syn::Field, parent: &str) -> Option<Line> {
    let name = field.ident.as_ref()?;
    let tail = format!("{parent}::{name}: {}", text(&field.ty));
    Some(line(Rank::Member, &field.attrs, "pub", tail))
}

/// Returns the fields of a tuple struct. A struct without public fields is opaque.
fn tuple(fields: &Punctuated<syn::Field, Token![,]>) -> String {
    let shown = fields.iter().map(|field| {
        let is_listed = is_listed(&field.attrs, &field.vis);
        is_listed.then(|| format!("pub {}", text(&field.ty)))
    });
    let shown: Vec<Option<String>> = shown.collect();
    if shown.iter().all(Option::is_none) && !shown.is_empty() {
        return String::new();
    }
    let fields = shown
        .into_iter()
        .map(|field| field.unwrap_or("_".to_owned()));
    format!("({})", fields.collect::<Vec<_>>().join(", "))
}

/// Returns `true` if a part of a public item is public.
pub(super) fn is_listed(attributes: &[Attribute], visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_)) && !is_hidden(attributes)
}
