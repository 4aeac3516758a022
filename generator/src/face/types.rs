//! `src/types.rs`: progenitor's types as a person would have written them, and
//! the enumerations.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use serde_json::Value;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};

use super::owned::boxed;
use super::rust::{self, ShortUpload, Shorten};
use super::{docs, enums, unions};
use crate::generate::{Code, Wire, argument_name};
use crate::problem::Problem;
use crate::schemas;

/// Traits whose implementations are kept; the others convert from strings in
/// ways that no caller of a client needs.
const KEPT_TRAITS: [&str; 5] = ["Default", "Deref", "DerefMut", "Display", "From"];

/// The types of the API, by name.
pub(super) struct Types {
    items: BTreeMap<String, Item>,
    /// What progenitor defines beside the types, where something uses it.
    modules: Vec<syn::ItemMod>,
    /// Fields that have only one value, by type and field.
    constants: BTreeMap<(String, String), bool>,
    /// The types that are sent as forms of several parts, and never as JSON.
    forms: BTreeSet<String>,
}

enum Item {
    /// A struct or a union, and its implementations.
    Code(Vec<syn::Item>),
    /// The text of an enumeration or a union.
    Macro(String),
}

/// A field of a struct.
pub(super) struct Field {
    pub(super) ident: Ident,
    /// What it is called on the wire.
    pub(super) wire: String,
    pub(super) ty: syn::Type,
    pub(super) required: bool,
    /// The only value that it has.
    pub(super) constant: Option<bool>,
    docs: Vec<syn::Attribute>,
}

impl Field {
    /// Returns what the pages say of the field, as rustdoc shows it.
    pub(super) fn docs(&self) -> String {
        let lines = self.docs.iter().filter_map(doc_text);
        let lines: Vec<String> = lines
            .map(|line| line.strip_prefix(' ').unwrap_or(&line).to_owned())
            .collect();
        lines.join("\n")
    }
}

impl Types {
    /// Takes the types out of progenitor's code.
    pub(super) fn new(code: &Code) -> Result<Self, Problem> {
        let mut types = Self {
            items: BTreeMap::new(),
            modules: Vec::new(),
            constants: code.wire.constants.clone(),
            forms: code.wire.forms_of_parts.clone(),
        };
        let module = code.file.items.iter().find_map(|item| match item {
            syn::Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
            _ => None,
        });
        let root = &code.document;
        for item in module.into_iter().flat_map(|(_, items)| items) {
            types.add(item.clone(), &code.wire, root)?;
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
        match item {
            syn::Item::Struct(mut item) => {
                let name = item.ident.to_string();
                tidy(&mut item.attrs, &name);
                for field in &mut item.fields {
                    tidy(&mut field.attrs, "");
                    option_outside_box(field);
                    absent_when_missing(field);
                    absent_when_null(field);
                    without_offset(field);
                    rename(field, &name, wire);
                }
                in_document_order(&mut item, &root["components"]["schemas"][&name]);
                derive_default(&mut item);
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
        let Item::Code(items) = self.items.get(name)? else {
            return None;
        };
        let syn::Item::Struct(item) = items.first()? else {
            return None;
        };
        let syn::Fields::Named(fields) = &item.fields else {
            return None;
        };
        let fields = fields.named.iter().filter_map(field).map(|mut field| {
            let key = (name.to_owned(), field.ident.to_string());
            field.constant = self.constants.get(&key).copied();
            field
        });
        Some(fields.collect())
    }

    /// Tells whether values of other types convert into the type `name`.
    pub(super) fn is_converted(&self, name: &str) -> bool {
        matches!(self.items.get(name), Some(Item::Macro(_)))
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.items.contains_key(name)
    }

    /// Returns the text of `src/types.rs`.
    pub(super) fn print(&self) -> Result<String, Problem> {
        let mut body = String::new();
        let upload_is_free = !self.contains("Upload");
        for (name, item) in &self.items {
            body.push('\n');
            match item {
                Item::Code(items) => {
                    let mut items = items.clone();
                    for item in &mut items {
                        if self.forms.contains(name) {
                            without_serde(item);
                        }
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
        let own = ["Upload", "open_enum", "union"];
        let own = &own[usize::from(!upload_is_free)..];
        let imports = rust::imports(&body, own)?;
        Ok(format!(
            "{}//! The types that operations take and answer with.\n\n{imports}{body}",
            rust::header()
        ))
    }
}

fn defined_twice(name: &str) -> Problem {
    Problem::new(format!("the crate would define the type `{name}` twice"))
        .advice("give one of the two schemas another name below `[names]` in `codegen.toml`")
}

fn field(field: &syn::Field) -> Option<Field> {
    let has_default = field.attrs.iter().any(|attribute| {
        attribute.path().is_ident("serde")
            && attribute_words(attribute)
                .iter()
                .any(|word| word == "default")
    });
    let ident = field.ident.clone()?;
    Some(Field {
        wire: renamed(field).unwrap_or_else(|| ident.to_string()),
        ident,
        ty: field.ty.clone(),
        required: !has_default && rust::option_inner(&field.ty).is_none(),
        constant: None,
        docs: field
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident("doc"))
            .cloned()
            .collect(),
    })
}

/// Returns the name that a field has on the wire, if that is another.
fn renamed(field: &syn::Field) -> Option<String> {
    let words = field.attrs.iter().flat_map(attribute_words);
    let words: Vec<String> = words.collect();
    // The last one is the generator's own.
    let rename = words.iter().rposition(|word| word == "rename")?;
    let name: syn::LitStr = syn::parse_str(words.get(rename + 2)?).ok()?;
    Some(name.value())
}

/// Takes out what says how a type is written as JSON.
fn without_serde(item: &mut syn::Item) {
    let syn::Item::Struct(item) = item else {
        return;
    };
    item.attrs
        .retain(|attribute| !attribute.path().is_ident("serde"));
    for attribute in &mut item.attrs {
        if attribute.path().is_ident("derive") {
            let derived = attribute_words(attribute);
            let kept = ["Clone", "Debug", "Default"];
            let names = kept
                .iter()
                .filter(|name| derived.iter().any(|word| word == *name));
            let names = names.map(|name| format_ident!("{name}"));
            *attribute = syn::parse_quote!(#[derive(#(#names),*)]);
        }
    }
    for field in &mut item.fields {
        field
            .attrs
            .retain(|attribute| !attribute.path().is_ident("serde"));
    }
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
                let lines = docs::attributes(&docs::rustdoc(&text));
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

/// Returns the text of a documentation comment.
pub(super) fn doc_text(attribute: &syn::Attribute) -> Option<String> {
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

/// Makes `Box<Option<T>>` an `Option<Box<T>>`, which is left out when it is absent.
fn option_outside_box(field: &mut syn::Field) {
    let Some(inner) = boxed(&field.ty) else {
        return;
    };
    let Some(value) = rust::option_inner(&inner) else {
        return;
    };
    field.ty = syn::parse_quote!(Option<Box<#value>>);
    for attribute in &mut field.attrs {
        let words = attribute_words(attribute);
        if attribute.path().is_ident("serde")
            && words.iter().any(|word| word == "default")
            && !words.iter().any(|word| word == "skip_serializing_if")
            && let syn::Meta::List(list) = &mut attribute.meta
        {
            let tokens = std::mem::take(&mut list.tokens);
            list.tokens = quote!(#tokens, skip_serializing_if = "Option::is_none");
        }
    }
}

/// Lets what may be `null` be missing as well, which progenitor refuses where the
/// page says that it is always there.
fn absent_when_missing(field: &mut syn::Field) {
    let insists = |argument: &syn::Meta| {
        argument.path().is_ident("deserialize_with")
            && argument
                .to_token_stream()
                .to_string()
                .contains("Option::deserialize")
    };
    field.attrs.retain_mut(|attribute| {
        let syn::Meta::List(list) = &mut attribute.meta else {
            return true;
        };
        let parse = Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated;
        let arguments = match list.parse_args_with(parse) {
            Ok(arguments) if list.path.is_ident("serde") => arguments,
            _ => return true,
        };
        let kept: Vec<syn::Meta> = arguments
            .into_iter()
            .filter(|argument| !insists(argument))
            .collect();
        list.tokens = quote!(#(#kept),*);
        !kept.is_empty()
    });
}

/// Lets `null` stand for absence where a list or a map may be absent.
fn absent_when_null(field: &mut syn::Field) {
    if rust::option_inner(&field.ty).is_some() {
        return;
    }
    for attribute in &mut field.attrs {
        if !attribute.path().is_ident("serde") {
            continue;
        }
        let words = attribute_words(attribute);
        let plain_default = words.first().is_some_and(|word| word == "default")
            || words
                .windows(2)
                .any(|pair| pair[0] == "," && pair[1] == "default");
        if plain_default
            && !words.iter().any(|word| word == "deserialize_with")
            && let syn::Meta::List(list) = &mut attribute.meta
        {
            let tokens = std::mem::take(&mut list.tokens);
            list.tokens = quote!(#tokens, deserialize_with = "crate::runtime::null_as_default");
        }
    }
}

/// Lets a date and time lack its offset.
fn without_offset(field: &mut syn::Field) {
    let is_moment = |ty: &syn::Type| *ty == syn::parse_quote!(DateTime<Utc>);
    let (default, read) = if is_moment(&field.ty) {
        (None, "crate::runtime::date_time")
    } else if rust::option_inner(&field.ty).is_some_and(is_moment) {
        // What a function reads is not absent by itself.
        let read = "crate::runtime::optional_date_time";
        (Some(quote!(default,)), read)
    } else {
        return;
    };
    let mut attributes = field.attrs.iter_mut();
    match attributes.find(|attribute| attribute.path().is_ident("serde")) {
        Some(syn::Attribute {
            meta: syn::Meta::List(list),
            ..
        }) => {
            let old = std::mem::take(&mut list.tokens);
            let has_default = old.to_string().starts_with("default");
            let default = default.filter(|_| !has_default);
            list.tokens = quote!(#default #old, deserialize_with = #read);
        }
        _ => field
            .attrs
            .push(syn::parse_quote!(#[serde(#default deserialize_with = #read)])),
    }
}

/// Sorts the fields of a struct, which progenitor sorts by name, as the document
/// has the properties; what stands for all other properties comes last.
fn in_document_order(item: &mut syn::ItemStruct, schema: &Value) {
    let syn::Fields::Named(fields) = &mut item.fields else {
        return;
    };
    let properties = schema["properties"].as_object().into_iter().flatten();
    let positions: HashMap<String, usize> = properties
        .enumerate()
        .map(|(position, (property, _))| (argument_name(property), position))
        .collect();
    let position = |field: &syn::Field| {
        let name = field.ident.as_ref().map(Ident::to_string)?;
        positions.get(&name).copied()
    };
    let mut sorted: Vec<syn::Field> = std::mem::take(&mut fields.named).into_iter().collect();
    sorted.sort_by_key(|field| position(field).unwrap_or(usize::MAX));
    fields.named = sorted.into_iter().collect();
}

/// Derives `Default` where no field has to be there. Progenitor takes a map of all
/// other properties for one that has to.
fn derive_default(item: &mut syn::ItemStruct) {
    let syn::Fields::Named(fields) = &item.fields else {
        return;
    };
    let is_flattened = |field: &syn::Field| {
        let words = field.attrs.iter().flat_map(attribute_words);
        words.into_iter().any(|word| word == "flatten")
    };
    let may_be_absent = |found: &syn::Field| field(found).is_some_and(|field| !field.required);
    let (rest, named): (Vec<_>, Vec<_>) =
        fields.named.iter().partition(|field| is_flattened(field));
    if rest.is_empty() || !named.into_iter().all(may_be_absent) {
        return;
    }
    let mut attributes = item.attrs.iter_mut();
    let Some(derive) = attributes.find(|attribute| attribute.path().is_ident("derive")) else {
        return;
    };
    if let syn::Meta::List(list) = &mut derive.meta {
        let names = std::mem::take(&mut list.tokens);
        list.tokens = quote!(#names, Default);
    }
    *derive = sorted_derive(derive);
}

/// Gives a field that had to be called differently its name on the wire.
fn rename(field: &mut syn::Field, owner: &str, wire: &Wire) {
    let Some(ident) = &field.ident else { return };
    let key = (owner.to_owned(), ident.to_string());
    let Some(wire) = wire.properties.get(&key) else {
        return;
    };
    let lists = field
        .attrs
        .iter_mut()
        .filter_map(|attribute| match &mut attribute.meta {
            syn::Meta::List(list) if list.path.is_ident("serde") => Some(list),
            _ => None,
        });
    match lists.last() {
        Some(list) => {
            let tokens = std::mem::take(&mut list.tokens);
            list.tokens = quote!(rename = #wire, #tokens);
        }
        None => field
            .attrs
            .push(syn::parse_quote!(#[serde(rename = #wire)])),
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
