//! Structs that are JSON objects, or forms of several parts: progenitor's, as
//! invocations of the runtime's macro.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use proc_macro2::Ident;
use serde_json::Value;
use syn::visit_mut::VisitMut;

use super::docs::comment;
use super::owned::boxed;
use super::request::MOST_ARGUMENTS;
use super::rust::{self, ShortUpload};
use super::surface;
use super::types::{Types, documentation};
use crate::docs::Docs;
use crate::generate::{Wire, argument_name};

/// A struct with named fields.
pub(super) struct Object {
    name: String,
    docs: Docs,
    fields: Vec<Field>,
    /// The map of all other properties.
    rest: Option<Field>,
    /// Whether it is sent as a form of several parts, and never as JSON.
    is_form: bool,
    /// Whether callers only receive it.
    pub(super) is_received: bool,
}

/// A field of a struct.
#[derive(Clone)]
pub(super) struct Field {
    pub(super) ident: Ident,
    /// What it is called on the wire.
    pub(super) wire: String,
    pub(super) ty: syn::Type,
    /// The only value that it has.
    pub(super) constant: Option<bool>,
    /// The only value that it has in a form of a union, which it tells from the others.
    tag: Option<String>,
    /// What the pages say of it.
    pub(super) docs: Docs,
    presence: Presence,
}

/// How a field may be absent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Required,
    /// Absence is left out.
    Optional,
    /// Absence is written as `null`.
    Nullable,
}

impl Field {
    /// Tells whether the field has to be given a value.
    pub(super) fn is_required(&self) -> bool {
        self.presence == Presence::Required
    }

    fn surface(&self) -> surface::Field {
        surface::Field {
            name: self.ident.to_string(),
            wire: self.wire.clone(),
            ty: written(&self.ty, true),
            docs: self.docs.to_string(),
        }
    }

    fn new(field: &syn::Field, object: &str, wire: &Wire) -> Option<Self> {
        let ident = field.ident.clone()?;
        let serde = Serde::of(field);
        let key = (object.to_owned(), ident.to_string());
        let in_box = boxed(&field.ty);
        let ty = match in_box.as_ref().and_then(rust::option_inner) {
            Some(value) => syn::parse_quote!(Option<Box<#value>>),
            None => field.ty.clone(),
        };
        let presence = match rust::option_inner(&ty) {
            _ if serde.has_default || serde.is_skipped || serde.is_flattened => Presence::Optional,
            Some(_) => Presence::Nullable,
            None => Presence::Required,
        };
        Some(Self {
            wire: wire
                .properties
                .get(&key)
                .cloned()
                .or(serde.rename)
                .unwrap_or_else(|| ident.to_string()),
            constant: wire.constants.get(&key).copied(),
            tag: None,
            docs: documentation(&field.attrs),
            ident,
            ty,
            presence,
        })
    }

    /// Returns what the macro calls the way in which the field may be absent.
    fn presence(&self) -> String {
        let presence = match self.presence {
            Presence::Required => "required",
            Presence::Optional => "optional",
            Presence::Nullable => "nullable",
        };
        let kind = if is_of_moments(&self.ty) {
            "_date_time"
        } else {
            ""
        };
        format!("{presence}{kind}")
    }
}

/// What progenitor says of a field to `serde`.
#[derive(Default)]
struct Serde {
    rename: Option<String>,
    has_default: bool,
    is_skipped: bool,
    is_flattened: bool,
}

impl Serde {
    fn of(field: &syn::Field) -> Self {
        let mut serde = Self::default();
        let attributes = field.attrs.iter();
        for attribute in attributes.filter(|attribute| attribute.path().is_ident("serde")) {
            // The tokens are progenitor's own, and have no other form.
            let _ = attribute.parse_nested_meta(|meta| {
                let text = match meta.value() {
                    Ok(value) => Some(value.parse::<syn::LitStr>()?.value()),
                    Err(_) => None,
                };
                match meta.path.get_ident().map(Ident::to_string).as_deref() {
                    Some("rename") => serde.rename = text,
                    Some("default") => serde.has_default = true,
                    Some("skip_serializing_if") => serde.is_skipped = true,
                    Some("flatten") => serde.is_flattened = true,
                    _ => {}
                }
                Ok(())
            });
        }
        serde
    }
}

impl Object {
    /// Reads a struct of progenitor's; `None` if its fields have no names.
    pub(super) fn new(item: &syn::ItemStruct, schema: &Value, wire: &Wire) -> Option<Self> {
        let syn::Fields::Named(fields) = &item.fields else {
            return None;
        };
        let name = item.ident.to_string();
        let (rest, named): (Vec<_>, Vec<_>) = fields
            .named
            .iter()
            .partition(|field| Serde::of(field).is_flattened);
        let mut fields: Vec<Field> = named
            .into_iter()
            .filter_map(|field| Field::new(field, &name, wire))
            .collect();
        in_document_order(&mut fields, schema);
        let docs = documentation(&item.attrs);
        Some(Self {
            // Progenitor documents a type without a description by its name.
            docs: if docs.as_str() == format!("`{name}`") {
                Docs::default()
            } else {
                docs
            },
            fields,
            rest: rest
                .first()
                .and_then(|field| Field::new(field, &name, wire)),
            is_form: wire.forms_of_parts.contains(&name),
            is_received: false,
            name,
        })
    }

    /// Returns all fields, that of all other properties last.
    pub(super) fn fields(&self) -> Vec<Field> {
        self.fields.iter().chain(&self.rest).cloned().collect()
    }

    /// Remembers what tells it from the other forms of a union.
    pub(super) fn tag(&mut self, tags: &BTreeMap<(String, String), String>) {
        for field in &mut self.fields {
            let key = (self.name.clone(), field.wire.clone());
            field.tag = tags.get(&key).cloned();
        }
    }

    /// Writes the struct; `Upload` is short for the runtime's type where the API has no
    /// type of that name.
    pub(super) fn print(&self, types: &Types) -> String {
        let code = self.definition(!types.contains("Upload"));
        if self.is_form {
            return code;
        }
        let mut object = String::from("object! {\n");
        for line in code.lines() {
            let _ = writeln!(object, "    {line}");
        }
        object.push_str("}\n");
        object.push_str(&self.constructor(types).unwrap_or_default());
        object
    }

    /// Returns the fields that a program has to give a struct that it sends.
    fn given(&self) -> Vec<&Field> {
        let is_given = |field: &&Field| field.is_required() && field.tag.is_none();
        self.fields.iter().filter(is_given).collect()
    }

    /// Returns what the function takes that makes a struct which programs send, where it
    /// spares them fields.
    fn parameters(&self, types: &Types) -> Option<Vec<surface::Parameter>> {
        let given = self.given();
        let spares = given.len() < self.fields().len() && given.len() <= MOST_ARGUMENTS;
        if self.is_received || self.is_form || self.derives_default() || !spares {
            return None;
        }
        let parameters = given.into_iter().map(|field| {
            let ty = written(&field.ty, true);
            surface::Parameter {
                name: field.ident.to_string(),
                ty: match types.converts_into(&field.ty) {
                    true => format!("impl Into<{ty}>"),
                    false => ty,
                },
                docs: String::new(),
            }
        });
        Some(parameters.collect())
    }

    /// Writes that function.
    fn constructor(&self, types: &Types) -> Option<String> {
        let parameters = self.parameters(types)?;
        let arguments: Vec<String> = parameters
            .iter()
            .map(|surface::Parameter { name, ty, .. }| format!("{name}: {ty}"))
            .collect();
        let name = &self.name;
        let mut code = if parameters.is_empty() {
            format!("\nimpl Default for {name} {{\n    fn default() -> Self {{\n")
        } else {
            let arguments = arguments.join(", ");
            format!(
                "\nimpl {name} {{\n    /// Returns one with what is required, and nothing else.\n    \
                 pub fn new({arguments}) -> Self {{\n"
            )
        };
        code.push_str("        Self {\n");
        for field in self.fields() {
            let ident = &field.ident;
            let value = match &field.tag {
                Some(tag) if rust::option_inner(&field.ty).is_some() => {
                    format!("{ident}: Some({tag:?}.into())")
                }
                Some(tag) => format!("{ident}: {tag:?}.into()"),
                None if !field.is_required() => match rust::option_inner(&field.ty) {
                    Some(_) => format!("{ident}: None"),
                    None => format!("{ident}: Default::default()"),
                },
                None if types.converts_into(&field.ty) => format!("{ident}: {ident}.into()"),
                None => ident.to_string(),
            };
            let _ = writeln!(code, "            {value},");
        }
        code.push_str("        }\n    }\n}\n");
        Some(code)
    }

    /// Returns the struct as a caller sees it.
    pub(super) fn surface(&self, types: &Types) -> surface::Type {
        let fields = self.fields();
        let parameters = self.parameters(types);
        // A function that takes nothing is `default`, and not `new`.
        let is_default = parameters.as_ref().is_some_and(Vec::is_empty);
        surface::Type {
            form: surface::Form::Struct {
                fields: fields.iter().map(Field::surface).collect(),
                has_default: self.derives_default() || is_default,
                is_received: self.is_received,
                constructor: parameters.filter(|_| !is_default),
            },
            docs: self.docs.to_string(),
        }
    }

    fn definition(&self, upload_is_free: bool) -> String {
        let mut code = String::new();
        comment(&mut code, "", &self.docs);
        if let Some(derived) = self.derived() {
            let _ = writeln!(code, "#[derive({derived})]");
        }
        if self.is_received {
            // It gets more fields without harm: programs cannot write it out, except where
            // they play the API in a test.
            code.push_str("#[cfg_attr(not(feature = \"mock\"), non_exhaustive)]\n");
        }
        let _ = writeln!(code, "pub struct {} {{", self.name);
        for field in &self.fields {
            comment(&mut code, "    ", &field.docs);
            let (ident, ty) = (&field.ident, written(&field.ty, upload_is_free));
            let _ = if self.is_form {
                writeln!(code, "    pub {ident}: {ty},")
            } else {
                let (presence, wire) = (field.presence(), &field.wire);
                writeln!(code, "    pub {ident}: {ty} = {presence} {wire:?},")
            };
        }
        if let Some(rest) = &self.rest {
            comment(&mut code, "    ", &rest.docs);
            let ty = written(&rest.ty, upload_is_free);
            let _ = writeln!(code, "    ..pub {}: {ty}", rest.ident);
        }
        code.push_str("}\n");
        code
    }

    fn derives_default(&self) -> bool {
        !self.fields.iter().any(Field::is_required)
    }

    /// Returns what is derived; the macro derives some by itself.
    fn derived(&self) -> Option<&'static str> {
        match (self.is_form, self.derives_default()) {
            (true, true) => Some("Clone, Debug, Default"),
            (true, false) => Some("Clone, Debug"),
            (false, true) => Some("Default"),
            (false, false) => None,
        }
    }
}

/// Tells whether a type is dates and times, and nothing but what holds them.
fn is_of_moments(ty: &syn::Type) -> bool {
    let inner = rust::option_inner(ty)
        .or_else(|| rust::vec_inner(ty))
        .or_else(|| rust::map_value(ty));
    match inner {
        Some(inner) => is_of_moments(inner),
        None => *ty == syn::parse_quote!(DateTime<Utc>),
    }
}

/// Returns a type as a person writes it.
fn written(ty: &syn::Type, upload_is_free: bool) -> String {
    let mut ty = ty.clone();
    if upload_is_free {
        ShortUpload.visit_type_mut(&mut ty);
    }
    rust::type_text(&ty)
}

/// Sorts fields, which progenitor sorts by name, as the document has the properties.
fn in_document_order(fields: &mut [Field], schema: &Value) {
    let properties = schema["properties"].as_object().into_iter().flatten();
    let positions: HashMap<String, usize> = properties
        .enumerate()
        .map(|(position, (property, _))| (argument_name(property), position))
        .collect();
    fields.sort_by_key(|field| {
        let position = positions.get(&field.ident.to_string());
        position.copied().unwrap_or(usize::MAX)
    });
}
