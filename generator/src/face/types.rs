//! `src/types.rs`: progenitor's types as a person would have written them, and
//! the enumerations.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};

use super::object::{Field, Object};
use super::rust::{self, ShortUpload, Shorten};
use super::{docs, enums, surface, unions};
use crate::docs::Docs;
use crate::generate::{Code, Wire};
use crate::problem::Problem;
use crate::schemas;
use crate::walk;

/// Traits whose implementations are kept; the others convert from strings in
/// ways that no caller of a client needs.
const KEPT_TRAITS: [&str; 5] = ["Default", "Deref", "DerefMut", "Display", "From"];

/// The types of the API, by name.
pub(super) struct Types {
    items: BTreeMap<String, Item>,
    /// What progenitor defines beside the types, where something uses it.
    modules: Vec<syn::ItemMod>,
}

enum Item {
    Object(Box<Object>),
    /// A newtype, and its implementations.
    Code(Vec<syn::Item>),
    /// The text of an enumeration or a union.
    Macro(String),
}

impl Types {
    /// Takes the types out of progenitor's code.
    pub(super) fn new(code: &Code) -> Result<Self, Problem> {
        let mut types = Self {
            items: BTreeMap::new(),
            modules: Vec::new(),
        };
        let module = code.file.items.iter().find_map(|item| match item {
            syn::Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
            _ => None,
        });
        let root = &code.document;
        let received = received(root);
        let tags = unions::tags(root);
        for item in module.into_iter().flat_map(|(_, items)| items) {
            types.add(item.clone(), &code.wire, root)?;
        }
        for (name, item) in &mut types.items {
            if let Item::Object(object) = item {
                object.is_received = received.contains(name);
                object.tag(&tags);
            }
        }
        for name in schemas::enumerations(root) {
            let text = enums::print(&name, &root["components"]["schemas"][&name]);
            types.define(name, Item::Macro(text))?;
        }
        for name in schemas::unions(root) {
            let text = unions::print(&name, root);
            types.define(name, Item::Macro(text))?;
        }
        Ok(types)
    }

    fn add(&mut self, mut item: syn::Item, wire: &Wire, root: &Value) -> Result<(), Problem> {
        Shorten.visit_item_mut(&mut item);
        InTypes.visit_item_mut(&mut item);
        if matches!(item, syn::Item::Impl(_) | syn::Item::Mod(_)) {
            // Only types have documentation that is told from that of pages.
            Undocumented.visit_item_mut(&mut item);
        }
        match item {
            syn::Item::Struct(mut item) => {
                let name = item.ident.to_string();
                let schema = &root["components"]["schemas"][&name];
                if let Some(object) = Object::new(&item, schema, wire) {
                    return self.define(name, Item::Object(Box::new(object)));
                }
                tidy(&mut item.attrs, &name);
                for field in &mut item.fields {
                    tidy(&mut field.attrs, "");
                }
                self.define(name, Item::Code(vec![syn::Item::Struct(item)]))
            }
            syn::Item::Enum(mut item) => {
                let name = item.ident.to_string();
                tidy(&mut item.attrs, &name);
                for variant in &mut item.variants {
                    tidy(&mut variant.attrs, "");
                    for field in &mut variant.fields {
                        tidy(&mut field.attrs, "");
                    }
                }
                self.define(name, Item::Code(vec![syn::Item::Enum(item)]))
            }
            syn::Item::Impl(item) => {
                let owner = match (&*item.self_ty, &item.trait_) {
                    (syn::Type::Path(path), Some((implemented, _))) => {
                        let kept = implemented
                            .segments
                            .last()
                            .is_some_and(|last| KEPT_TRAITS.iter().any(|kept| last.ident == kept));
                        path.path.get_ident().filter(|_| kept).map(Ident::to_string)
                    }
                    (syn::Type::Path(path), None) => path.path.get_ident().map(Ident::to_string),
                    _ => None,
                };
                // An implementation of `From` a type is also one for a scalar
                // (`From<Name> for i64`), which has no type of its own here.
                if let Some(Item::Code(items)) = owner.and_then(|owner| self.items.get_mut(&owner))
                {
                    items.push(syn::Item::Impl(item));
                }
                Ok(())
            }
            // The errors of the conversions that are not kept.
            syn::Item::Mod(module) if module.ident == "error" => Ok(()),
            syn::Item::Mod(module) => {
                self.modules.push(module);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn define(&mut self, name: String, item: Item) -> Result<(), Problem> {
        match self.items.insert(name.clone(), item) {
            None => Ok(()),
            Some(_) => Err(defined_twice(&name)),
        }
    }

    /// Returns the fields of the struct `name`.
    pub(super) fn fields(&self, name: &str) -> Option<Vec<Field>> {
        match self.items.get(name)? {
            Item::Object(object) => Some(object.fields()),
            _ => None,
        }
    }

    /// Tells whether values of other types convert into the type `name`.
    pub(super) fn is_converted(&self, name: &str) -> bool {
        matches!(self.items.get(name), Some(Item::Macro(_)))
    }

    /// Tells whether a caller may give something that converts into a type of this module.
    pub(super) fn converts_into(&self, ty: &syn::Type) -> bool {
        let is_converted = |ident: &Ident| self.is_converted(&ident.to_string());
        match ty {
            syn::Type::Path(path) => path
                .path
                .get_ident()
                .is_some_and(|ident| ident == "String" || is_converted(ident)),
            _ => false,
        }
    }

    /// Returns the types as a caller sees them.
    pub(super) fn surface(&self) -> BTreeMap<String, surface::Type> {
        let types = self.items.iter().filter_map(|(name, item)| {
            let ty = match item {
                Item::Macro(code) => surface::choice(code)?,
                Item::Object(object) => object.surface(self),
                Item::Code(items) => surface_of(items.first()?)?,
            };
            Some((name.clone(), ty))
        });
        types.collect()
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.items.contains_key(name)
    }

    /// Returns the text of `src/types.rs`.
    pub(super) fn print(&self) -> Result<String, Problem> {
        let mut body = String::new();
        let upload_is_free = !self.contains("Upload");
        for item in self.items.values() {
            body.push('\n');
            match item {
                Item::Object(object) => body.push_str(&object.print(self)),
                Item::Code(items) => {
                    let mut items = items.clone();
                    for item in &mut items {
                        if upload_is_free {
                            ShortUpload.visit_item_mut(item);
                        }
                    }
                    body.push_str(&rust::print(&syn::File {
                        shebang: None,
                        frontmatter: None,
                        attrs: Vec::new(),
                        items: items.clone(),
                    }));
                }
                Item::Macro(text) => body.push_str(text),
            }
        }
        let modules = &self.modules;
        if !modules.is_empty() {
            body.push('\n');
            body.push_str(&rust::format(quote!(#(#modules)*))?);
        }
        let own = ["Upload", "object", "open_enum", "union"];
        let own = &own[usize::from(!upload_is_free)..];
        let imports = rust::imports(&body, own)?;
        Ok(format!(
            "{}//! The types that operations take and answer with.\n\n{imports}{body}",
            rust::header()
        ))
    }
}

/// Returns the types that no request of a document holds.
fn received(document: &Value) -> BTreeSet<String> {
    let mut sent = BTreeSet::new();
    for (_, _, operation) in walk::operations(document) {
        for part in ["parameters", "requestBody"] {
            if let Some(part) = operation.get(part) {
                schemas::collect_used(part, document, &mut sent);
            }
        }
    }
    let all = schemas::schemas_of(document).into_iter().flatten();
    all.map(|(name, _)| name.clone())
        .filter(|name| !sent.contains(name.as_str()))
        .collect()
}

/// Returns an item that is neither object nor macro as a caller sees it.
fn surface_of(item: &syn::Item) -> Option<surface::Type> {
    let (syn::Item::Struct(syn::ItemStruct { attrs, .. })
    | syn::Item::Enum(syn::ItemEnum { attrs, .. })) = item
    else {
        return None;
    };
    Some(surface::Type {
        form: surface::Form::Other(code_of(item)),
        docs: documentation(attrs).to_string(),
    })
}

fn defined_twice(name: &str) -> Problem {
    Problem::new(format!("the crate would define the type `{name}` twice"))
        .advice("give one of the two schemas another name below `[names]` in `codegen.toml`")
}

fn attribute_words(attribute: &syn::Attribute) -> Vec<String> {
    let syn::Meta::List(list) = &attribute.meta else {
        return Vec::new();
    };
    list.tokens
        .clone()
        .into_iter()
        .map(|tree| tree.to_string())
        .collect()
}

/// Rewrites documentation for rustdoc, shortens paths in attributes, and sorts
/// what is derived.
fn tidy(attributes: &mut Vec<syn::Attribute>, name: &str) {
    let mut tidied = Vec::new();
    for attribute in attributes.drain(..) {
        if let Some(text) = doc_text(&attribute) {
            // Progenitor documents a type without a description by its name.
            if text.trim() != format!("`{name}`") {
                let lines = docs::attributes(&Docs::page(&text));
                tidied.extend(parse_attributes(lines));
            }
        } else if attribute.path().is_ident("derive") {
            tidied.push(sorted_derive(&attribute));
        } else {
            tidied.push(shortened(&attribute));
        }
    }
    *attributes = tidied;
}

/// Returns what attributes say to rustdoc, made inert.
pub(super) fn documentation(attributes: &[syn::Attribute]) -> Docs {
    let texts: Vec<String> = attributes.iter().filter_map(doc_text).collect();
    Docs::page(&texts.join("\n"))
}

/// Returns the code of an item without its attributes.
fn code_of(item: &syn::Item) -> String {
    let mut item = item.clone();
    if let syn::Item::Struct(syn::ItemStruct { attrs, .. })
    | syn::Item::Enum(syn::ItemEnum { attrs, .. }) = &mut item
    {
        attrs.clear();
    }
    let code = rust::print(&syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![item],
    });
    code.trim().to_owned()
}

/// Returns the text of a documentation comment.
fn doc_text(attribute: &syn::Attribute) -> Option<String> {
    match &attribute.meta {
        syn::Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            syn::Expr::Lit(literal) => match &literal.lit {
                syn::Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

fn parse_attributes(tokens: TokenStream) -> Vec<syn::Attribute> {
    let item: Result<syn::ItemStruct, _> = syn::parse2(quote!(#tokens struct Holder;));
    item.map(|item| item.attrs).unwrap_or_default()
}

fn sorted_derive(attribute: &syn::Attribute) -> syn::Attribute {
    let mut names: Vec<String> = attribute_words(attribute)
        .into_iter()
        .filter(|word| word.starts_with(|c: char| c.is_ascii_uppercase()))
        .collect();
    names.sort();
    names.dedup();
    let names = names.iter().map(|name| format_ident!("{name}"));
    syn::parse_quote!(#[derive(#(#names),*)])
}

/// Shortens paths that an attribute holds as strings.
fn shortened(attribute: &syn::Attribute) -> syn::Attribute {
    let text = quote!(#attribute)
        .to_string()
        .replace(":: std :: collections :: HashMap", "HashMap")
        .replace("::std::option::Option", "Option")
        .replace("::std::vec::Vec", "Vec")
        .replace("::std::collections::HashMap", "HashMap")
        .replace("::serde_json::", "serde_json::");
    text.parse()
        .map(parse_attributes)
        .ok()
        .and_then(|attributes| attributes.into_iter().next())
        .unwrap_or_else(|| attribute.clone())
}

/// Takes documentation away.
struct Undocumented;

impl VisitMut for Undocumented {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<syn::Attribute>) {
        attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    }
}

/// Refers to a type of the module by its name alone.
struct InTypes;

impl VisitMut for InTypes {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let qualified = path.segments.len() == 2
            && path
                .segments
                .first()
                .is_some_and(|first| first.ident == "types");
        if qualified {
            path.segments = std::mem::take(&mut path.segments)
                .into_iter()
                .skip(1)
                .collect();
        }
    }
}
