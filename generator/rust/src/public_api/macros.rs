//! The implementations that the runtime's macros expand to: `object!`, `open_enum!`, `union!`, and
//! `newtype!`. Macros are not expanded; a test compares this list with the macros.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, ItemMacro, LitStr, Token, Type, parenthesized};

use super::implementations::bare;
use super::module::{Implementation, Line, Rank, Trait};
use super::text::text;

/// Returns the implementations of a macro invocation. The list is empty for other macros.
pub(super) fn of_invocation(item: &ItemMacro) -> Vec<Implementation> {
    let tokens = item.mac.tokens.clone();
    let Some(TokenTree::Ident(name)) = tokens.clone().into_iter().next() else {
        return Vec::new();
    };
    let name = name.to_string();
    let Some(used) = item.mac.path.segments.last() else {
        return Vec::new();
    };
    match used.ident.to_string().as_str() {
        "object" => serde(&name),
        "open_enum" => open_enum(&name),
        "union" => union(&name, tokens),
        "newtype" => newtype(&name, tokens),
        _ => Vec::new(),
    }
}

fn serde(name: &str) -> Vec<Implementation> {
    vec![traits(name, &["Deserialize", "Serialize"])]
}

fn open_enum(name: &str) -> Vec<Implementation> {
    let lines = [
        (Rank::Associated, "pub const", "::KNOWN: &'static [Self]"),
        (Rank::Associated, "pub fn", "::as_str(&self) -> &str"),
        (Rank::Implementation, "pub type", "::Err = Infallible"),
    ];
    let mut all = serde(name);
    all.push(Implementation {
        lines: lines.map(line).into(),
        ..traits(name, &["Display", "FromStr"])
    });
    let conversions = [("AsRef", "str"), ("From", "&str"), ("From", "String")];
    all.push(with_arguments(name, conversions));
    all
}

fn union(name: &str, tokens: TokenStream) -> Vec<Implementation> {
    let types = syn::parse2::<Union>(tokens).map_or_else(|_| Vec::new(), |union| union.types);
    let conversions = types.iter().map(|ty| ("From", ty.as_str()));
    let conversions = with_arguments(name, conversions);
    serde(name).into_iter().chain([conversions]).collect()
}

fn newtype(name: &str, tokens: TokenStream) -> Vec<Implementation> {
    // `Name of Type`
    let ty = text(&tokens.into_iter().skip(2).collect::<TokenStream>());
    let target = format!("::Target = {ty}");
    let mut all = serde(name);
    all.push(Implementation {
        lines: vec![line((Rank::Implementation, "pub type", &target))],
        ..traits(name, &["Deref"])
    });
    all.push(with_arguments(name, [("From", ty.as_str())]));
    all
}

fn traits(name: &str, traits: &[&str]) -> Implementation {
    bare(name, traits.iter().map(|of| vec![(*of).to_owned()]))
}

fn with_arguments<'a>(
    name: &str,
    traits: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Implementation {
    let traits = traits.into_iter().map(|(of, argument)| Trait {
        path: vec![of.to_owned()],
        arguments: format!("<{argument}>"),
    });
    Implementation {
        of: traits.collect(),
        is_bare: false,
        ..bare(name, [])
    }
}

fn line((rank, head, tail): (Rank, &str, &str)) -> Line {
    Line {
        rank,
        head: format!("{head} "),
        tail: tail.to_owned(),
        conditions: Vec::new(),
    }
}

/// The types of the variants of a union, as written in `union!`.
struct Union {
    types: Vec<String>,
}

impl Parse for Union {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        // `Name {` or `Name by "property" {`
        while !input.peek(syn::token::Brace) {
            input.parse::<TokenTree>()?;
        }
        let content;
        syn::braced!(content in input);
        // `"none" => None,`
        while content.peek(LitStr) {
            content.parse::<LitStr>()?;
            content.parse::<Token![=>]>()?;
            content.parse::<Ident>()?;
            content.parse::<Token![,]>()?;
        }
        let mut types = Vec::new();
        while content.peek(Ident) {
            content.parse::<Ident>()?;
            let variant;
            parenthesized!(variant in content);
            types.push(text(&variant.parse::<Type>()?));
            // The values that select the variant.
            while !content.peek(Token![,]) {
                content.parse::<TokenTree>()?;
            }
            content.parse::<Token![,]>()?;
        }
        // `..Unknown`
        content.parse::<TokenStream>()?;
        Ok(Self { types })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Returns the traits that the source of a macro implements for its type.
    fn implemented(source: &str) -> BTreeSet<String> {
        let headers = source.lines().filter_map(|line| {
            let line = line.trim().trim_start_matches("$(");
            let (header, _) = line.split_once(" for $name {")?;
            let path = header.strip_prefix("impl")?.trim_start_matches("<'de>");
            let (_, name) = path.rsplit_once("::")?;
            Some(name.replace("$ty", "_").replace("<'de>", ""))
        });
        let is_private = |name: &String| matches!(name.as_str(), "Read" | "Write");
        headers.filter(|name| !is_private(name)).collect()
    }

    /// Returns the traits in the listing of a macro invocation.
    fn listed(invocation: &str, ty: &str) -> BTreeSet<String> {
        let item = syn::parse_str(invocation).expect("an invocation");
        let traits = of_invocation(&item).into_iter().flat_map(|it| it.of);
        traits
            .map(|of| {
                let arguments = of.arguments.replace(ty, "_").replace("::std::string::", "");
                of.path.concat() + &arguments
            })
            .collect()
    }

    macro_rules! runtime {
        ($name:literal) => {
            include_str!(concat!("../../runtime/", $name, ".rs"))
        };
    }

    #[test]
    fn the_listing_has_what_the_macros_of_the_runtime_implement() {
        let invocation = "object! { Pet { name: required \"name\", } }";
        assert_eq!(listed(invocation, "Tag"), implemented(runtime!("object")));
        let invocation = "open_enum! { Kind { Cat = \"cat\", ..Unknown } }";
        let mut of_enum = implemented(runtime!("open_enum"));
        assert!(of_enum.remove("String>"), "{of_enum:?}");
        of_enum.insert("From<String>".to_owned());
        assert_eq!(listed(invocation, "Tag"), of_enum);
        let invocation = "union! { Pet by \"kind\" { Cat(Tag) = \"cat\", ..Unknown } }";
        assert_eq!(listed(invocation, "Tag"), implemented(runtime!("union")));
        let invocation = "newtype! { Pet of Tag }";
        assert_eq!(listed(invocation, "Tag"), implemented(runtime!("newtype")));
    }
}
