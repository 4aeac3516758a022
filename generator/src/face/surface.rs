//! What a program can name of a generated crate: the methods, their arguments and
//! setters, and the types. It is read from what the files are written from, so that
//! it says what they say.

use std::collections::BTreeMap;

use super::operation::{self, Operation};
use super::request::Plan;
use super::rust;
use super::types::Types;
use crate::config::Config;
use crate::docs::Docs;
use crate::generate;
use crate::merge::Api;
use crate::problem::Problem;

/// What the programs that use a client can name of it.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Surface {
    /// By id in the document.
    pub(crate) operations: BTreeMap<String, Method>,
    pub(crate) types: BTreeMap<String, Type>,
}

/// The method that begins a request, and the request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Method {
    /// How it is called, without arguments: `assets().list`.
    pub(crate) call: String,
    pub(crate) verb: String,
    /// The path below the server.
    pub(crate) path: String,
    /// What is required, in the order of the arguments.
    pub(crate) arguments: Vec<Parameter>,
    /// The struct that holds the arguments, where they are many.
    pub(crate) arguments_type: Option<String>,
    pub(crate) setters: Vec<Parameter>,
    pub(crate) answer: String,
    /// The types of the error answers that the page describes.
    pub(crate) errors: Vec<String>,
    /// It has `pages()` and `stream()`.
    pub(crate) reads_on: bool,
    pub(crate) deprecated: bool,
    pub(crate) docs: String,
}

/// An argument or a setter, as a caller gives it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) ty: String,
    pub(crate) docs: String,
}

/// A type of the module `types`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Type {
    pub(crate) form: Form,
    pub(crate) docs: String,
}

/// What a type is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form {
    Struct {
        fields: Vec<Field>,
        /// It implements `Default`.
        has_default: bool,
        /// Callers only receive it, and cannot write it out.
        is_received: bool,
        /// What `new` takes, if it has one.
        constructor: Option<Vec<Parameter>>,
    },
    /// An enumeration or a union.
    Choice {
        variants: Vec<Variant>,
        /// The variant for what is not in the list; a union that is tried has none.
        unknown: Option<String>,
        /// The property that decides, of a union.
        by: Option<String>,
        is_union: bool,
    },
    /// Anything else, as code.
    Other(String),
}

/// A field of a struct.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// What it is called on the wire.
    pub(crate) wire: String,
    pub(crate) ty: String,
    pub(crate) docs: String,
}

/// A variant of an enumeration or a union.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Variant {
    pub(crate) name: String,
    /// The type that it holds, in a union.
    pub(crate) ty: Option<String>,
    /// The value on the wire, or what tells the form.
    pub(crate) value: String,
    pub(crate) docs: String,
}

impl Surface {
    /// Returns the surface of the crate for `api`.
    ///
    /// # Errors
    ///
    /// As for the crate itself.
    pub(crate) fn of(api: &Api, config: &Config) -> Result<Self, Problem> {
        // What the client lacks is told where the crate is written.
        let mut warnings = Vec::new();
        let code = generate::generate(api, &mut warnings)?;
        let types = Types::new(&code)?;
        let methods = operation::read(api, &code)?
            .iter()
            .map(|operation| {
                let plan = Plan::new(operation, &types, &config.paging, &mut warnings);
                (operation.id.clone(), method(operation, &plan))
            })
            .collect();
        Ok(Self {
            operations: methods,
            types: types.surface(),
        })
    }
}

fn method(operation: &Operation, plan: &Plan) -> Method {
    let described = [&operation.summary, &operation.description];
    let mut described: Vec<String> = described.map(|text| Docs::page(text).to_string()).into();
    described.dedup();
    described.retain(|text| !text.is_empty());
    let call = operation.call();
    Method {
        call: call.strip_suffix("()").unwrap_or(&call).to_owned(),
        verb: operation.verb.clone(),
        path: operation.path.clone(),
        arguments: plan.argument_surface(),
        arguments_type: plan.arguments_type(operation).map(|name| name.to_string()),
        setters: plan.setter_surface(),
        answer: rust::type_text(&operation.answer),
        errors: operation.errors.iter().map(|(_, ty)| ty.clone()).collect(),
        reads_on: plan.reads_on(),
        deprecated: operation.deprecated.is_some(),
        docs: described.join("\n\n"),
    }
}

/// Reads the code of an enumeration or a union, which has a variant a line.
pub(super) fn choice(code: &str) -> Option<Type> {
    let mut lines = code.lines().map(str::trim);
    let is_union = lines.next()? == "union! {";
    let mut comment = Vec::new();
    let mut docs = String::new();
    let (mut variants, mut unknown, mut by) = (Vec::new(), None, None);
    for line in lines {
        if let Some(text) = line.strip_prefix("///") {
            comment.push(text.strip_prefix(' ').unwrap_or(text));
        } else if let Some(head) = line.strip_prefix("pub enum ") {
            docs = std::mem::take(&mut comment).join("\n");
            by = head.split('"').nth(1).map(str::to_owned);
        } else if let Some(last) = line.strip_prefix("..") {
            let name = last.split('(').next().unwrap_or(last);
            unknown = Some(name.to_owned());
        } else if let Some(variant) = line.strip_suffix(',') {
            variants.push(self::variant(
                variant,
                std::mem::take(&mut comment).join("\n"),
            ));
        } else {
            break;
        }
    }
    Some(Type {
        form: Form::Choice {
            variants,
            unknown,
            by,
            is_union,
        },
        docs,
    })
}

/// Reads `Name = "value"`, `Name(Type) = "value" | "other"` or
/// `Name(Type) if "property" = "value"`.
fn variant(text: &str, docs: String) -> Variant {
    let name_end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(name_end);
    let (ty, value) = match rest.strip_prefix('(') {
        Some(rest) => {
            let end = closing(rest);
            (Some(rest[..end].to_owned()), &rest[end + 1..])
        }
        None => (None, rest),
    };
    let value = value.trim().trim_start_matches("= ");
    Variant {
        name: name.to_owned(),
        ty,
        value: value.to_owned(),
        docs,
    }
}

/// Returns where the parenthesis closes that was open before `text`.
fn closing(text: &str) -> usize {
    let mut depth = 0;
    let end = text.find(|c| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth < 0
    });
    end.unwrap_or(text.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enumeration_is_read_from_its_code() {
        let code = "open_enum! {\n    /// Kinds.\n    pub enum Kind {\n        /// Purrs.\n        \
                    Cat = \"cat\",\n        ..Unknown(String)\n    }\n}\n";
        let read = choice(code).expect("an enumeration");
        assert_eq!(read.docs, "Kinds.");
        let Form::Choice {
            variants,
            unknown,
            by,
            is_union,
        } = read.form
        else {
            panic!("{:?}", read.form)
        };
        assert_eq!(
            (unknown.as_deref(), by, is_union),
            (Some("Unknown"), None, false)
        );
        let cat = Variant {
            name: "Cat".to_owned(),
            ty: None,
            value: "\"cat\"".to_owned(),
            docs: "Purrs.".to_owned(),
        };
        assert_eq!(variants, [cat]);
    }

    #[test]
    fn a_union_is_read_from_its_code() {
        let code = "union! {\n    pub enum Content by \"kind\" {\n        \
                    Picture(Box<Picture>) = \"photo\" | \"drawing\",\n        ..Unknown\n    }\n}\n";
        let Form::Choice {
            variants,
            unknown,
            by,
            is_union,
        } = choice(code).expect("a union").form
        else {
            panic!("no choice")
        };
        assert_eq!(
            (by.as_deref(), unknown.as_deref()),
            (Some("kind"), Some("Unknown"))
        );
        assert!(is_union);
        assert_eq!(variants[0].ty.as_deref(), Some("Box<Picture>"));
        assert_eq!(variants[0].value, "\"photo\" | \"drawing\"");
    }
}
