//! Bodies of requests and of responses.

use api::{BodyEncoding, Operation, Presence, Response, Type};
use quote::quote;

use super::{code, function, function_in};
use crate::progenitor::samples::{api, api_with, body, field, list, named, object, operation};

/// Returns `POST /pets` with this body.
fn with_body(encoding: BodyEncoding, ty: Type) -> Operation {
    let mut operation = operation("/pets");
    operation.verb = "POST".to_owned();
    operation.body = Some(body(encoding, ty));
    operation
}

fn read(response: Response) -> Operation {
    let mut operation = operation("/pets");
    operation.response = response;
    operation
}

#[test]
fn json_is_sent_and_read() {
    let mut operation = with_body(BodyEncoding::Json(None), named("Pet"));
    operation.response = Response::Json(list(named("Pet")));
    let (function, imports) = function_in(&api([]), &operation);
    assert_eq!(
        function,
        code(quote! {
            #[doc = " `POST /pets`"]
            pub fn do_it(
                &self,
                body: &types::Pet
            ) -> SendingWithResponse<Vec<types::Pet>> {
                let build = || -> Result<Outgoing, Error> {
                    let url = format!("{}/pets", self.base_url);
                    let request = self.client.post(url)
                        .header(ACCEPT, HeaderValue::from_static("application/json"))
                        .json(&body)
                        .build()?;
                    Ok(Outgoing::from(request))
                };
                let operation = Operation { id: "do_it", path: "/pets" };
                self.json(build(), &operation)
            }
        })
    );
    assert_eq!(
        imports,
        "use reqwest::header::{ACCEPT, HeaderValue};\n\
         use crate::runtime::{Error, Operation, Outgoing, SendingWithResponse};\nuse crate::types;\n"
    );
}

#[test]
fn bodies_are_sent_as_they_are_encoded() {
    let media_type = |name: &str| Some(name.to_owned());
    for (encoding, ty, argument, calls, outgoing) in [
        (
            BodyEncoding::Json(media_type("application/merge-patch+json")),
            named("Pet"),
            "&types::Pet",
            ".header(CONTENT_TYPE, HeaderValue::from_static(\"application/merge-patch+json\"))
             .json(&body)",
            "Outgoing::from(request)",
        ),
        (
            BodyEncoding::UrlEncoded,
            named("Pet"),
            "&types::Pet",
            ".form(&UrlEncoded(body))",
            "Outgoing::from(request)",
        ),
        (
            BodyEncoding::Text(None),
            Type::String,
            "String",
            ".header(CONTENT_TYPE, HeaderValue::from_static(\"text/plain\")).body(body)",
            "Outgoing::from(request)",
        ),
        (
            BodyEncoding::Text(media_type("text/csv")),
            Type::String,
            "String",
            ".header(CONTENT_TYPE, HeaderValue::from_static(\"text/csv\")).body(body)",
            "Outgoing::from(request)",
        ),
        (
            BodyEncoding::File(media_type("image/png")),
            Type::File,
            "&Upload",
            "",
            "Outgoing::upload(request, body, Some(\"image/png\"))",
        ),
        (
            BodyEncoding::File(None),
            Type::File,
            "&Upload",
            "",
            "Outgoing::upload(request, body, None)",
        ),
        (
            BodyEncoding::Multipart,
            Type::Form,
            "&Form",
            "",
            "Outgoing::multipart(request, body.clone())",
        ),
    ] {
        let expected = format!(
            "/// `POST /pets`
            pub fn do_it(&self, body: {argument}) -> SendingWithResponse<()> {{
                let build = || -> Result<Outgoing, Error> {{
                    let url = format!(\"{{}}/pets\", self.base_url);
                    let request = self.client.post(url){calls}.build()?;
                    Ok({outgoing})
                }};
                let operation = Operation {{ id: \"do_it\", path: \"/pets\" }};
                self.empty(build(), &operation)
            }}"
        );
        let expected = code(expected.parse().expect("Rust"));
        assert_eq!(function(&with_body(encoding, ty)), expected);
    }
}

#[test]
fn a_form_is_made_of_the_fields_of_its_type() {
    let mut tags = field("tags", list(Type::String), Presence::Optional);
    tags.json_part = true;
    let fields = [
        field("photo", Type::File, Presence::Required),
        tags,
        field("pet-name", Type::String, Presence::Optional),
    ];
    let api = api_with(object("PetForm", fields));
    let operation = with_body(BodyEncoding::Multipart, named("PetForm"));
    let (function, imports) = function_in(&api, &operation);
    assert_eq!(
        function,
        code(quote! {
            #[doc = " `POST /pets`"]
            pub fn do_it(&self, body: &types::PetForm) -> SendingWithResponse<()> {
                let build = || -> Result<Outgoing, Error> {
                    let url = format!("{}/pets", self.base_url);
                    let request = self.client.post(url).build()?;
                    let form = Form::new()
                        .file("photo", &body.photo)
                        .json("tags", &body.tags)?
                        .field("pet-name", &body.pet_name)?;
                    Ok(Outgoing::multipart(request, form))
                };
                let operation = Operation { id: "do_it", path: "/pets" };
                self.empty(build(), &operation)
            }
        })
    );
    assert_eq!(
        imports,
        "use crate::runtime::{Error, Form, Operation, Outgoing, SendingWithResponse};\nuse crate::types;\n"
    );
}

#[test]
fn responses_are_read_as_the_page_describes_them() {
    let events = |media_type: &str| Response::Events {
        ty: named("Event"),
        media_type: media_type.to_owned(),
    };
    let accept = |value| format!(".header(ACCEPT, HeaderValue::from_static(\"{value}\"))");
    for (response, output, accept, send) in [
        (Response::Empty, "()", String::new(), "empty"),
        (Response::Text, "String", String::new(), "text"),
        (Response::Bytes, "ByteStream", String::new(), "bytes"),
        (
            Response::Json(Type::Json),
            "serde_json::Value",
            accept("application/json"),
            "json",
        ),
        (
            events("text/event-stream"),
            "EventStream<types::Event>",
            accept("text/event-stream"),
            "events",
        ),
        (
            events("application/x-ndjson"),
            "EventStream<types::Event>",
            accept("application/x-ndjson, application/json"),
            "events",
        ),
    ] {
        let expected = format!(
            "/// `GET /pets`
            pub fn do_it(&self) -> SendingWithResponse<{output}> {{
                let build = || -> Result<Outgoing, Error> {{
                    let url = format!(\"{{}}/pets\", self.base_url);
                    let request = self.client.get(url){accept}.build()?;
                    Ok(Outgoing::from(request))
                }};
                let operation = Operation {{ id: \"do_it\", path: \"/pets\" }};
                self.{send}(build(), &operation)
            }}"
        );
        let expected = code(expected.parse().expect("Rust"));
        assert_eq!(function(&read(response)), expected);
    }
}
