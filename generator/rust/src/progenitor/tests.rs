//! Tests of raw functions for small models.

use api::{BodyEncoding, Location, Operation, Parameter, Response, Style, Type};
use proc_macro2::TokenStream;
use quote::quote;

use super::function::Function;
use super::samples::{api, body, list, named, operation, parameter};
use super::{raw_files, run};
use crate::{Crate, Imports};

/// Returns the code of a function of `Raw`.
fn code(function: TokenStream) -> String {
    crate::format::format_foreign(quote!(impl Raw<'_> { #function }))
        .expect("Rust")
        .text
}

/// Returns the function of an operation, and its imports.
fn function_and_imports(operation: &Operation) -> (String, String) {
    let printed = run::functions(&[operation]).remove(0).expect("a function");
    let function = Function::new(operation, printed).expect("a function as it is known");
    let mut imports = Imports::default();
    let tokens = function.tokens(&mut imports);
    (code(tokens), imports.text().replace("\n\n", "\n"))
}

fn function(operation: &Operation) -> String {
    function_and_imports(operation).0
}

fn with_parameters(path: &str, parameters: Vec<Parameter>) -> Operation {
    let mut operation = operation(path);
    operation.parameters = parameters;
    operation
}

/// Returns an optional query parameter of this type.
fn query(wire: &str, ty: Type) -> Parameter {
    Parameter {
        ty,
        required: false,
        ..parameter(Location::Query, wire)
    }
}

/// Returns an operation with every kind of parameter and a body.
fn full() -> Operation {
    let mut optional = parameter(Location::Header, "X-Kind");
    optional.ty = named("Kind");
    optional.required = false;
    let mut number = parameter(Location::Path, "number");
    number.ty = Type::Int(api::IntKind::I64);
    let mut operation = with_parameters(
        "/pets/{pet-id}/{number}:{pet-id}",
        vec![
            number,
            parameter(Location::Path, "pet-id"),
            query("since", Type::DateTime),
            query("tags", list(Type::String)),
            parameter(Location::Header, "X-Team"),
            optional,
        ],
    );
    operation.verb = "PUT".to_owned();
    operation.body = Some(body(BodyEncoding::Json(None), named("Pet")));
    operation
}

/// If this fails for a new version of progenitor, its output format has changed. Adapt the edits in
/// `function`, and the types of the runtime that the statements use.
#[test]
fn all_statements_that_build_a_request_are_kept() {
    let (function, imports) = function_and_imports(&full());
    assert_eq!(
        function,
        code(quote! {
            #[doc = " `PUT /pets/{pet-id}/{number}:{pet-id}`"]
            pub(crate) fn do_it(
                &self,
                pet_id: &str,
                number: i64,
                since: Option<&DateTime<Utc>>,
                tags: Option<&[String]>,
                x_kind: Option<&types::Kind>,
                x_team: &str,
                body: &types::Pet
            ) -> Result<Outgoing, BuildError> {
                let url = format!(
                    "{}/pets/{}/{}:{}",
                    self.baseurl,
                    encode_path(&pet_id.to_string()),
                    encode_path(&number.to_string()),
                    encode_path(&pet_id.to_string()),
                );
                let mut header_map = ::reqwest::header::HeaderMap::with_capacity(3usize);
                self.client.describe(&mut header_map);
                if let Some(value) = x_kind {
                    header_map.append("X-Kind", value.to_string().try_into()?);
                }
                header_map.append("X-Team", x_team.to_string().try_into()?);
                #[allow(unused_mut)]
                let mut request = self.client.put(url)
                    .json(&body)
                    .query(&progenitor_client::QueryParam::new("since", &since))
                    .query(&progenitor_client::QueryParam::new("tags", &tags))
                    .headers(header_map)
                    .build()?;
                Ok(request)
            }
        })
    );
    assert_eq!(
        imports,
        "use chrono::{DateTime, Utc};\n\
         use crate::raw::progenitor_client;\n\
         use crate::runtime::{BuildError, Outgoing, encode_path};\n\
         use crate::types;\n"
    );
}

#[test]
fn a_request_without_anything_is_built() {
    let (function, imports) = function_and_imports(&operation("/pets"));
    assert_eq!(
        function,
        code(quote! {
            #[doc = " `GET /pets`"]
            pub(crate) fn do_it(&self) -> Result<Outgoing, BuildError> {
                let url = format!("{}/pets", self.baseurl,);
                let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
                self.client.describe(&mut header_map);
                #[allow(unused_mut)]
                let mut request = self.client.get(url).headers(header_map).build()?;
                Ok(request)
            }
        })
    );
    assert_eq!(imports, "use crate::runtime::{BuildError, Outgoing};\n");
}

#[test]
fn a_literal_of_progenitor_is_what_is_sent() {
    let operation = full();
    let printed = run::functions(&[&operation]).remove(0).expect("a function");
    let expected = function(&operation);
    for (literal, other) in [
        ("\"{}/pets/{}/{}:{}\"", "\"{}/dogs/{}/{}:{}\""),
        ("\"X-Kind\"", "\"X-Group\""),
        ("\"tags\"", "\"marks\""),
        ("\"since\"", "\"until\""),
    ] {
        let changed = quote!(#printed).to_string().replace(literal, other);
        let changed = syn::parse_str(&changed).expect("a function");
        let changed = Function::new(&operation, changed).expect("a function as it is known");
        let changed = code(changed.tokens(&mut Imports::default()));
        assert_eq!(changed, expected.replace(literal, other));
    }
}

#[test]
fn names_that_mean_something_else_in_rust_or_in_the_function_stay_apart() {
    let renamed = |wire: &str, argument: &str| Parameter {
        argument: argument.to_owned(),
        ..query(wire, Type::Bool)
    };
    let mut url = parameter(Location::Path, "url");
    url.ty = Type::Bool;
    let operation = with_parameters(
        "/pets/{url}",
        vec![
            renamed("body", "body_2"),
            renamed("encode_path", "encode_path_2"),
            query("gen", Type::Bool),
            query("request", Type::Bool),
            query("type", Type::Bool),
            renamed("url", "url_2"),
            url,
        ],
    );
    assert_eq!(
        function(&operation),
        code(quote! {
            #[doc = " `GET /pets/{url}`"]
            pub(crate) fn do_it(
                &self,
                url: bool,
                body_2: Option<bool>,
                encode_path_2: Option<bool>,
                gen_: Option<bool>,
                request: Option<bool>,
                type_: Option<bool>,
                url_2: Option<bool>
            ) -> Result<Outgoing, BuildError> {
                let _url = format!("{}/pets/{}", self.baseurl, encode_path(&url.to_string()),);
                let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
                self.client.describe(&mut header_map);
                #[allow(unused_mut)]
                let mut _request = self.client.get(_url)
                    .query(&progenitor_client::QueryParam::new("body_2", &body_2))
                    .query(&progenitor_client::QueryParam::new("encode_path_2", &encode_path_2))
                    .query(&progenitor_client::QueryParam::new("gen", &gen_))
                    .query(&progenitor_client::QueryParam::new("request", &request))
                    .query(&progenitor_client::QueryParam::new("type", &type_))
                    .query(&progenitor_client::QueryParam::new("url_2", &url_2))
                    .headers(header_map)
                    .build()?;
                Ok(_request)
            }
        })
    );
}

#[test]
fn a_function_that_is_printed_in_another_way_is_refused() {
    let operation = full();
    let printed = run::functions(&[&operation]).remove(0).expect("a function");
    let refused = |change: &dyn Fn(&mut syn::ImplItemFn)| {
        let mut changed = printed.clone();
        change(&mut changed);
        Function::new(&operation, changed).err()
    };
    let unknown = Some("progenitor prints it in an unknown format".to_owned());
    let is_version = |statement: &syn::Stmt| quote!(#statement).to_string().contains("api-version");
    let is_build = |statement: &syn::Stmt| quote!(#statement).to_string().contains("build");
    assert_eq!(
        refused(&|f| f.block.stmts.retain(|s| !is_version(s))),
        unknown
    );
    assert_eq!(
        refused(&|f| f.block.stmts.retain(|s| !is_build(s))),
        unknown
    );
    assert_eq!(
        refused(&|f| drop(f.sig.inputs.pop())),
        Some("progenitor omits or renames a parameter".to_owned())
    );
    assert_eq!(refused(&|_| ()), None);
}

#[test]
fn a_file_is_written_for_each_outermost_group() {
    let mut first = with_parameters("/pets", vec![query("page", Type::Bool)]);
    first.parameters[0].style = Style::Json;
    first.group = vec!["pets".to_owned(), "toys".to_owned()];
    let mut refused = operation("/pets/{pet");
    refused.id = "refused".to_owned();
    refused.response = Response::Json(Type::DateTime);
    let loose = operation("/loose");
    let mut files = Crate::default();
    let api = api([refused, loose, first]);
    let left_out = raw_files(&api, &mut files).expect("files");
    let reason = "invalid operation path unterminated parameter";
    assert_eq!(left_out, [("refused".to_owned(), reason.to_owned())]);
    let paths: Vec<&str> = files.files().map(|(path, _)| path).collect();
    let expected = ["mod.rs", "pets.rs", "ungrouped.rs"];
    assert_eq!(paths, expected.map(|name| format!("src/raw/{name}")));
    let texts: Vec<&str> = files.files().map(|(_, text)| text).collect();
    let [modules, pets, ungrouped] = &texts[..] else {
        panic!("three files were expected");
    };
    assert!(
        modules.contains(")]\n\nmod pets;\nmod ungrouped;\n\n"),
        "{modules}"
    );
    // Nothing is imported for an operation that is left out.
    assert!(!ungrouped.contains("chrono"));
    assert!(
        pets.contains("impl Raw<'_> {\n    /// `GET /pets`\n"),
        "{pets}"
    );
}
