//! Parameters in paths, queries, and headers.

use api::{Location, Operation, Parameter, QueryStyle, Type};
use quote::quote;

use super::{code, function, function_in};
use crate::Imports;
use crate::progenitor::function::Function;
use crate::progenitor::run;
use crate::progenitor::samples::{api, list, named, operation, parameter};

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

#[test]
fn a_value_in_the_path_is_encoded() {
    let mut number = parameter(Location::Path, "number");
    number.ty = Type::Int(api::IntKind::I64);
    let pet = parameter(Location::Path, "pet-id");
    let operation = with_parameters("/pets/{pet-id}/{number}:{pet-id}", vec![number, pet]);
    let (function, imports) = function_in(&api([]), &operation);
    assert_eq!(
        function,
        code(quote! {
            #[doc = " `GET /pets/{pet-id}/{number}:{pet-id}`"]
            pub fn do_it(&self, pet_id: &str, number: i64) -> SendingWithResponse<()> {
                let build = || -> Result<Outgoing, Error> {
                    let pet_id = encode_path(pet_id);
                    let number = encode_path(&number.to_string());
                    let url = format!("{}/pets/{pet_id}/{number}:{pet_id}", self.base_url);
                    let request = self.client.get(url).build()?;
                    Ok(Outgoing::from(request))
                };
                let operation = Operation {
                    id: "do_it",
                    path: "/pets/{pet-id}/{number}:{pet-id}"
                };
                self.empty(build(), &operation)
            }
        })
    );
    assert_eq!(
        imports,
        "use crate::runtime::{Error, Operation, Outgoing, SendingWithResponse, encode_path};\n"
    );
}

#[test]
fn a_query_is_written_by_the_styles_of_its_parameters() {
    let mut joined = query("a b", list(Type::String));
    joined.style = QueryStyle::Joined("|");
    let mut json = query("filter", named("Filter"));
    json.style = QueryStyle::Json;
    json.required = true;
    let plain = query("sinceTime", Type::DateTime);
    let operation = with_parameters("/pets", vec![plain, json, joined]);
    let (function, imports) = function_in(&api([]), &operation);
    assert_eq!(
        function,
        code(quote! {
            #[doc = " `GET /pets`"]
            pub fn do_it(
                &self,
                a_b: Option<&[String]>,
                filter: &types::Filter,
                since_time: Option<&DateTime<Utc>>
            ) -> SendingWithResponse<()> {
                let build = || -> Result<Outgoing, Error> {
                    let url = format!("{}/pets", self.base_url);
                    let request = self.client.get(url)
                        .query(
                            &Query::new()
                                .add_joined("a b", &a_b, "|")
                                .add_json("filter", &filter)
                                .add("sinceTime", &since_time)
                        )
                        .build()?;
                    Ok(Outgoing::from(request))
                };
                let operation = Operation { id: "do_it", path: "/pets" };
                self.empty(build(), &operation)
            }
        })
    );
    assert_eq!(
        imports,
        "use chrono::{DateTime, Utc};\n\
         use crate::runtime::{Error, Operation, Outgoing, Query, SendingWithResponse};\nuse crate::types;\n"
    );
}

#[test]
fn headers_are_sent_if_they_are_given() {
    let required = parameter(Location::Header, "X-Team");
    let mut optional = parameter(Location::Header, "X-Kind");
    optional.ty = named("Kind");
    optional.required = false;
    let operation = with_parameters("/pets", vec![required, optional]);
    let (function, imports) = function_in(&api([]), &operation);
    assert_eq!(
        function,
        code(quote! {
            #[doc = " `GET /pets`"]
            pub fn do_it(
                &self,
                x_kind: Option<&types::Kind>,
                x_team: &str
            ) -> SendingWithResponse<()> {
                let build = || -> Result<Outgoing, Error> {
                    let url = format!("{}/pets", self.base_url);
                    let mut header_map = HeaderMap::new();
                    if let Some(value) = x_kind {
                        header_map.append("X-Kind", value.to_string().try_into()?);
                    }
                    header_map.append("X-Team", x_team.to_string().try_into()?);
                    let request = self.client.get(url).headers(header_map).build()?;
                    Ok(Outgoing::from(request))
                };
                let operation = Operation { id: "do_it", path: "/pets" };
                self.empty(build(), &operation)
            }
        })
    );
    assert!(imports.starts_with("use reqwest::header::HeaderMap;\n"));
}

#[test]
fn a_point_in_time_is_rfc_3339_in_paths_and_headers() {
    let time = |location, wire| Parameter {
        ty: Type::DateTime,
        ..parameter(location, wire)
    };
    let mut optional = time(Location::Header, "if-modified");
    optional.required = false;
    let operation = with_parameters(
        "/at/{when}",
        vec![
            time(Location::Path, "when"),
            time(Location::Header, "since"),
            optional,
        ],
    );
    let (function, imports) = function_in(&api([]), &operation);
    assert_eq!(
        function,
        code(quote! {
            #[doc = " `GET /at/{when}`"]
            pub fn do_it(
                &self,
                when: &DateTime<Utc>,
                if_modified: Option<&DateTime<Utc>>,
                since: &DateTime<Utc>
            ) -> SendingWithResponse<()> {
                let build = || -> Result<Outgoing, Error> {
                    let when = encode_path(&when.to_rfc3339_opts(SecondsFormat::AutoSi, true));
                    let url = format!("{}/at/{when}", self.base_url);
                    let mut header_map = HeaderMap::new();
                    if let Some(value) = if_modified {
                        header_map.append(
                            "if-modified",
                            value.to_rfc3339_opts(SecondsFormat::AutoSi, true).try_into()?
                        );
                    }
                    header_map.append(
                        "since",
                        since.to_rfc3339_opts(SecondsFormat::AutoSi, true).try_into()?
                    );
                    let request = self.client.get(url).headers(header_map).build()?;
                    Ok(Outgoing::from(request))
                };
                let operation = Operation { id: "do_it", path: "/at/{when}" };
                self.empty(build(), &operation)
            }
        })
    );
    assert!(imports.starts_with("use chrono::{DateTime, SecondsFormat, Utc};\n"));
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
            query("encode_path", Type::Bool),
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
            pub fn do_it(
                &self,
                url: bool,
                body_2: Option<bool>,
                encode_path: Option<bool>,
                gen_: Option<bool>,
                request: Option<bool>,
                type_: Option<bool>,
                url_2: Option<bool>
            ) -> SendingWithResponse<()> {
                let build = || -> Result<Outgoing, Error> {
                    let url = crate::runtime::encode_path(&url.to_string());
                    let _url = format!("{}/pets/{url}", self.base_url);
                    let _request = self.client.get(_url)
                        .query(
                            &Query::new()
                                .add("body", &body_2)
                                .add("encode_path", &encode_path)
                                .add("gen", &gen_)
                                .add("request", &request)
                                .add("type", &type_)
                                .add("url", &url_2)
                        )
                        .build()?;
                    Ok(Outgoing::from(_request))
                };
                let operation = Operation { id: "do_it", path: "/pets/{url}" };
                self.empty(build(), &operation)
            }
        })
    );
}

#[test]
fn the_request_is_what_progenitor_builds() {
    let mut operation = with_parameters(
        "/pets",
        vec![
            query("page", Type::Bool),
            parameter(Location::Header, "x-team"),
        ],
    );
    operation.parameters[0].required = true;
    let built = run::functions(&[&operation]).remove(0).expect("a function");
    let changed = quote!(#built)
        .to_string()
        .replace("\"{}/pets\"", "\"{}/dogs\"")
        .replace("\"page\"", "\"leaf\"")
        .replace("\"x-team\"", "\"x-group\"")
        .replace(". get (", ". head (");
    let changed = syn::parse_str(&changed).expect("a function");
    let api = api([]);
    let function = Function::new(&api, &operation, &changed).expect("a function");
    assert_eq!(
        code(function.tokens(&mut Imports::default())),
        code(quote! {
            #[doc = " `GET /pets`"]
            pub fn do_it(&self, page: bool, x_team: &str) -> SendingWithResponse<()> {
                let build = || -> Result<Outgoing, Error> {
                    let url = format!("{}/dogs", self.base_url);
                    let mut header_map = HeaderMap::new();
                    header_map.append("x-group", x_team.to_string().try_into()?);
                    let request = self.client.head(url)
                        .query(&Query::new().add("leaf", &page))
                        .headers(header_map)
                        .build()?;
                    Ok(Outgoing::from(request))
                };
                let operation = Operation { id: "do_it", path: "/pets" };
                self.empty(build(), &operation)
            }
        })
    );
}
